/* Which values may be infinite or NaN where the loss is finite, because nothing that is chosen reads them: log(x) in where(x > 0, log(x), 0).
 * Their adjoint is 0, and 0 · ∞ is no number: grad keeps a 0 there. Elsewhere it need not look, which is nearly everywhere: cells of
 * recurrences have no such value. Knows operators and their ranges, no positions. Invariant: errs on the side of "may". */
#include "lang/graph.h"
#include <math.h>

enum { DEEP = 12 };                      /* how far down a proof of a sign is looked for */

static ur_id same_value(const ur_graph *g, ur_id v)
{
    for (int k = 0; v >= 0 && k < DEEP && (g->node[v].op == UR_ALIAS || g->node[v].op == UR_BCAST); k++) v = g->node[v].arg[0];
    return v;
}

static bool whole(const ur_graph *g, ur_id v, double *k)
{
    const ur_node *n = &g->node[v];
    *k = n->num;
    return n->op == UR_CONST && n->num == floor(n->num);
}

/* is v shown to be at least 0, or (above) larger than some positive number? */
static bool sign(const ur_graph *g, ur_id v, bool above, int depth)
{
    v = same_value(g, v);
    if (v < 0 || !depth) return false;
    const ur_node *n = &g->node[v];
    ur_id x = n->narg > 0 ? n->arg[0] : -1, y = n->narg > 1 ? n->arg[1] : -1, z = n->narg > 2 ? n->arg[2] : -1;
    double k;
    switch (n->op) {
    case UR_CONST: return above ? n->num > 0 : n->num >= 0;
    case UR_POS: return true;
    case UR_LEN: case UR_ABS: case UR_RELU: case UR_EXP: case UR_SIGMOID: case UR_SOFTPLUS: case UR_STEP: return !above;
    case UR_SQRT: return sign(g, x, above, depth - 1);
    case UR_CSUM: case UR_RSUM: return !above && sign(g, x, false, depth - 1);
    case UR_ADD: return sign(g, x, false, depth - 1) && sign(g, y, false, depth - 1) && (!above || sign(g, x, true, depth - 1) || sign(g, y, true, depth - 1));
    case UR_MUL: return (x == y && !above) || (sign(g, x, above, depth - 1) && sign(g, y, above, depth - 1));
    case UR_DIV: return !above && sign(g, x, false, depth - 1) && sign(g, y, false, depth - 1);
    case UR_POW: return (whole(g, y, &k) && !above && fmod(k, 2) == 0) || sign(g, x, above, depth - 1);
    case UR_MAX2: return sign(g, x, above, depth - 1) || sign(g, y, above, depth - 1);
    case UR_MIN2: return sign(g, x, above, depth - 1) && sign(g, y, above, depth - 1);
    case UR_WHERE: return sign(g, y, above, depth - 1) && sign(g, z, above, depth - 1);
    default: return false;
    }
}

/* x of x − log Σ exp(x), which is at most 0 wherever x takes part in the sum (elsewhere a number); −1: v is not such a difference */
static ur_id share_of(const ur_graph *g, ur_id v)
{
    const ur_node *n = &g->node[same_value(g, v)];
    if (n->op == UR_WHERE && g->node[n->arg[2]].op == UR_CONST) n = &g->node[same_value(g, n->arg[1])];
    if (n->op != UR_SUB) return -1;
    const ur_node *l = &g->node[same_value(g, n->arg[1])];
    while (l->op == UR_RLSE && g->node[same_value(g, l->arg[0])].op == UR_RLSE) l = &g->node[same_value(g, l->arg[0])];   /* over several indices */
    return (l->op == UR_CLSE || l->op == UR_RLSE) && same_value(g, l->arg[0]) == same_value(g, n->arg[0]) ? n->arg[0] : -1;
}

/* has v a derivative, or a value, that is not finite at some finite arguments? */
bool ur_steep(const ur_graph *g, ur_id v)
{
    const ur_node *n = &g->node[v];
    double k;
    switch (n->op) {
    case UR_LOG: case UR_SQRT: case UR_LOG1P: case UR_LGAMMA: case UR_DIGAMMA: case UR_TRIGAMMA: return !sign(g, n->arg[0], true, DEEP);
    case UR_EXP: return share_of(g, n->arg[0]) < 0 && !(g->node[n->arg[0]].op == UR_NEG && sign(g, g->node[n->arg[0]].arg[0], false, DEEP));
    case UR_EXPM1: return true;
    case UR_DIV: { ur_id y = same_value(g, n->arg[1]); return !(g->node[y].op == UR_CONST && g->node[y].num != 0) && !sign(g, y, true, DEEP); }
    case UR_POW: return !(whole(g, n->arg[1], &k) && k >= 1) && !(g->node[n->arg[1]].op == UR_CONST && sign(g, n->arg[0], true, DEEP));
    case UR_RMAX: case UR_RLSE: return true;                      /* −∞ over nothing */
    default: return ur_ops[n->op].cls == UR_CLS_TERNARY;          /* a density */
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

/* risky[v] for nodes 0 … n − 1. first, to: users of v stand at to[first[v − 1]] … to[first[v] − 1] */
bool *ur_risks(ur_graph *g, int n, const int *first, const ur_id *to)
{
    bool *risky = UR_NEW(g->arena, bool, n + 1), *share = UR_NEW(g->arena, bool, n + 1);
    ur_id *stack = UR_NEW(g->arena, ur_id, n + 1);
    int top = 0;
    for (ur_id v = 0; v < n; v++) {
        const ur_node *m = &g->node[v];
        bool value = m->op != UR_SQRT || !sign(g, m->arg[0], false, DEEP);   /* a root of 0 is steep, and finite */
        if (value && ur_steep(g, v)) top = mark(risky, stack, top, v);
        share[v] = m->op == UR_EXP && share_of(g, m->arg[0]) >= 0;
    }
    for (bool more = true; more;) {
        while (top) {
            ur_id v = stack[--top];
            for (int k = v ? first[v - 1] : 0; k < first[v]; k++) if (!share[to[k]]) top = mark(risky, stack, top, to[k]);
        }
        for (ur_id v = 0; v < n; v++)                             /* a softmax is finite where what it is of is */
            if (share[v] && risky[share_of(g, g->node[v].arg[0])]) top = mark(risky, stack, top, v);
        more = top > 0;
    }
    return risky;
}
