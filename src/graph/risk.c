/* Which values may be infinite or NaN where the loss is finite, because nothing that is chosen reads them: log(x) in where(x > 0,
 * log(x), 0). Their adjoint is 0, and 0 · ∞ is no number: grad keeps a 0 there. Elsewhere it need not look, which is nearly
 * everywhere: cells of recurrences have no such value. Knows operators and their ranges, no positions. Invariant: errs on the
 * side of "may". */
#include "graph/graph.h"
#include <math.h>

enum { DEEP = 12 }; /* how far down a proof of a sign is looked for */

static bool whole(const ur_graph *g, ur_id v, double *k)
{
    const ur_node *n = &g->node[v];
    *k = n->num;
    return n->op == UR_CONST && n->num == floor(n->num);
}

/* is v shown to be at least 0, or (above) larger than some positive number? */
static bool sign(const ur_graph *g, ur_id v, bool above, int depth)
{
    v = ur_same_value(g, v);
    if (v < 0 || !depth) return false;
    const ur_node *n = &g->node[v];
    ur_id x = n->narg > 0 ? n->arg[0] : -1, y = n->narg > 1 ? n->arg[1] : -1, z = n->narg > 2 ? n->arg[2] : -1;
    double k;
    switch (n->op) {
    case UR_CONST: return above ? n->num > 0 : n->num >= 0;
    case UR_POS: return true;
    case UR_SQRT: return sign(g, x, above, depth - 1);
    case UR_CSUM:
    case UR_RSUM: return !above && sign(g, x, false, depth - 1);
    case UR_ADD:
        return sign(g, x, false, depth - 1) && sign(g, y, false, depth - 1) &&
               (!above || sign(g, x, true, depth - 1) || sign(g, y, true, depth - 1));
    case UR_MUL: return (x == y && !above) || (sign(g, x, above, depth - 1) && sign(g, y, above, depth - 1));
    case UR_DIV: return !above && sign(g, x, false, depth - 1) && sign(g, y, false, depth - 1);
    case UR_POW: return (whole(g, y, &k) && !above && fmod(k, 2) == 0) || sign(g, x, above, depth - 1);
    case UR_MAX2: return sign(g, x, above, depth - 1) || sign(g, y, above, depth - 1);
    case UR_MIN2: return sign(g, x, above, depth - 1) && sign(g, y, above, depth - 1);
    case UR_WHERE: return sign(g, y, above, depth - 1) && sign(g, z, above, depth - 1);
    default: return !above && ur_op_is(n->op, UR_NOT_NEGATIVE);
    }
}

/* x of x − log Σ exp(x), which is at most 0 wherever x takes part in the sum (elsewhere a number); −1: v is not such a difference
 */
static ur_id share_of(const ur_graph *g, ur_id v)
{
    ur_softmax s;
    return ur_log_softmax(g, v, &s) ? s.logits : -1;
}

/* has v a derivative, or a value, that is not finite at some finite arguments? */
bool ur_steep(const ur_graph *g, ur_id v)
{
    const ur_node *n = &g->node[v];
    double k;
    if (ur_op_is(n->op, UR_FROM_0)) return !sign(g, n->arg[0], true, DEEP);
    switch (n->op) {
    case UR_EXP:
        return share_of(g, n->arg[0]) < 0 &&
               !(g->node[n->arg[0]].op == UR_NEG && sign(g, g->node[n->arg[0]].arg[0], false, DEEP));
    case UR_DIV: {
        ur_id y = ur_same_value(g, n->arg[1]);
        return !(g->node[y].op == UR_CONST && g->node[y].num != 0) && !sign(g, y, true, DEEP);
    }
    case UR_POW:
        return !(whole(g, n->arg[1], &k) && k >= 1) && !(g->node[n->arg[1]].op == UR_CONST && sign(g, n->arg[0], true, DEEP));
    case UR_GATHER: return g->node[n->arg[1]].op != UR_POS; /* P[t] leads nowhere at positions that are there for all */
    default: return ur_op_is(n->op, UR_STEEP);
    }
}

static int mark(bool *risky, ur_id *stack, int top, ur_id v)
{
    if (!risky[v]) {
        risky[v] = true;
        stack[top++] = v;
    }
    return top;
}

/* risky[v] for nodes 0 … n − 1, whose users u has */
bool *ur_risks(ur_graph *g, int n, const ur_users *u)
{
    bool *risky = UR_NEW(g->arena, bool, n + 1), *share = UR_NEW(g->arena, bool, n + 1);
    ur_id *stack = UR_NEW(g->arena, ur_id, n + 1);
    int top = 0;
    for (ur_id v = 0; v < n; v++) {
        const ur_node *m = &g->node[v];
        bool value = m->op != UR_SQRT || !sign(g, m->arg[0], false, DEEP); /* a root of 0 is steep, and finite */
        if (value && ur_steep(g, v)) top = mark(risky, stack, top, v);
        share[v] = m->op == UR_EXP && share_of(g, m->arg[0]) >= 0;
    }
    for (bool more = true; more;) {
        while (top) {
            ur_id v = stack[--top];
            for (int k = u->first[v]; k < u->first[v + 1]; k++)
                if (!share[u->to[k]]) top = mark(risky, stack, top, u->to[k]);
        }
        for (ur_id v = 0; v < n; v++) /* a softmax is finite where what it is of is */
            if (share[v] && risky[share_of(g, g->node[v].arg[0])]) top = mark(risky, stack, top, v);
        more = top > 0;
    }
    return risky;
}
