/* grad: appends to a graph the adjoints of its loss. The result is an ordinary graph: the adjoint of a map is a map, of a scan a
 * scan in the other direction, of a matrix product a product by the transpose and a contraction over all positions and examples.
 * Must not know how anything is executed. Invariant: adj(n) has n's index set and shape; cycles run through ALIAS nodes that
 * stand for the adjoints of READs, and of GATHERs that look one way. Reverse accumulation after Linnainmaa (1970); through time,
 * Werbos (1990). */
#include "graph/unread.h"
#include <string.h>

/* what stands at one position of a fixed index and is 0 at the others: a part of an adjoint that waits for the other positions'
 */
typedef struct placed {
    ur_id c;
    struct placed *next;
} placed;

typedef struct tape {
    ur_graph *g;
    int n;             /* nodes of the graph before grad */
    ur_id loss;        /* what these adjoints are of */
    const bool *moves; /* [nparam] the parameters that it moves */
    bool *active;      /* depends on a trained parameter and feeds the loss */
    bool *risky;       /* may be infinite or NaN where its adjoint is 0 */
    ur_id *adj;        /* −1: none yet */
    struct placed **placed;
    ur_id *order;
    int norder; /* arguments before users, READs taken as leaves */
    ur_err *err;
} tape;

/* a node whose adjoint is known: what its arguments get is found from this */
typedef struct from {
    ur_node n;     /* a copy: nodes move when some are added */
    ur_id v, d;    /* the node, its adjoint */
    ur_id x, y, z; /* its first three arguments, −1: none */
} from;

/* ---- which nodes matter: reached from a trained parameter, and reaching the loss */
static void find_active(tape *t)
{
    ur_graph *g = t->g;
    ur_arena *a = g->arena;
    ur_users users = ur_users_of(g, a, t->n, NULL);
    bool *up = UR_NEW(a, bool, t->n + 1), *down = UR_NEW(a, bool, t->n + 1);
    ur_id *stack = UR_NEW(a, ur_id, t->n + 1);
    int top = 0;
    for (ur_id v = 0; v < t->n; v++)
        if (g->node[v].op == UR_PARAM && t->moves[g->node[v].i]) {
            up[v] = true;
            stack[top++] = v;
        }
    while (top) {
        ur_id v = stack[--top];
        for (int k = users.first[v]; k < users.first[v + 1]; k++) {
            ur_id w = users.to[k];
            if (up[w] || g->node[w].op == UR_STOP || g->node[w].op == UR_DRAW) continue;
            up[w] = true;
            stack[top++] = w;
        }
    }
    ur_reach(g, t->loss, down, stack);
    t->risky = ur_risks(g, t->n, &users);
    t->active = UR_NEW(a, bool, t->n + 1);
    for (ur_id v = 0; v < t->n; v++) t->active[v] = up[v] && down[v] && !g->node[v].sym;
}

/* by what a recurrence may close: its adjoint has a name before it is known */
static bool closes(const ur_node *n) { return n->op == UR_READ || ur_looks_one_way(n); }

/* depth-first, arguments first; what closes recurrences has none here, which is what breaks every cycle */
static void find_order(tape *t)
{
    ur_graph *g = t->g;
    char *state = UR_NEW(g->arena, char, t->n + 1);
    ur_id *stack = UR_NEW(g->arena, ur_id, 2 * t->n + 2);
    int *next = UR_NEW(g->arena, int, t->n + 1), top;
    t->order = UR_NEW(g->arena, ur_id, t->n + 1);
    for (ur_id r = 0; r < t->n; r++) {
        if (state[r] || !t->active[r]) continue;
        stack[0] = r;
        top = 1;
        state[r] = 1;
        while (top) {
            ur_id v = stack[top - 1];
            const ur_node *n = &g->node[v];
            if (closes(n) || next[v] == n->narg) {
                t->order[t->norder++] = v;
                top--;
                continue;
            }
            ur_id a = n->arg[next[v]++];
            if (!state[a] && t->active[a]) {
                state[a] = 1;
                stack[top++] = a;
            }
        }
    }
}

/* ---- accumulation */
/* c, a contribution carried along more than `like` is, summed down to like's index set and shape */
static ur_id reduce_to(ur_graph *g, ur_id c, ur_id like)
{
    ur_node n = g->node[c], m = g->node[like];
    int red[UR_MAX_RAGGED + UR_MAX_FIXED], nred = 0;
    if (m.rows == 1 && m.cols == 1 && (n.rows != 1 || n.cols != 1)) {
        ur_node s = { .op = UR_CSUM, .rows = 1, .cols = 1, .narg = 1, .arg = &c, .place = n.place };
        ur_union(g, &s, c);
        c = ur_node_add(g, &s);
    }
    for (int k = 0; k < n.nidx; k++)
        if (!ur_has_index(&m, n.idx[k])) red[nred++] = n.idx[k];
    for (int k = 0; k < n.nfix; k++)
        if (!ur_has_index(&m, n.fix[k])) red[nred++] = n.fix[k];
    bool ex = n.example && !m.example;
    if (nred || ex) c = ur_reduce(g, UR_RSUM, c, -1, nred, red, ex);
    return c;
}

static void give(tape *t, ur_id a, ur_id c)
{
    ur_graph *g = t->g;
    if (c < 0 || !t->active[a]) return;
    c = ur_bcast(g, reduce_to(g, c, a), a);
    if (!ur_is_placed(g, c)) {
        t->adj[a] = ur_plus_adjoint(g, t->adj[a], c);
        return;
    }
    placed *p = UR_NEW(g->arena, placed, 1);
    *p = (placed){ c, t->placed[a] };
    t->placed[a] = p;
}

/* the adjoint of v, all of its users having given theirs; −1: none */
static ur_id settled(tape *t, ur_id v)
{
    int n = 0;
    for (placed *p = t->placed[v]; p; p = p->next) n++;
    if (!n) return t->adj[v];
    ur_id *c = UR_NEW(t->g->arena, ur_id, n);
    for (placed *p = t->placed[v]; p; p = p->next) c[--n] = p->c;
    for (placed *p = t->placed[v]; p; p = p->next) n++;
    t->placed[v] = NULL;
    return t->adj[v] = ur_plus_adjoint(t->g, t->adj[v], ur_sum_adjoints(t->g, n, c));
}

/* ---- an adjoint of 0 stays 0, whatever it is multiplied by */
/* c where `on` is not 0 */
static ur_id only(ur_graph *g, ur_id on, ur_id c)
{
    ur_id x = on;
    while (g->node[x].op == UR_BCAST) x = g->node[x].arg[0];
    if (c < 0 || (g->node[x].op == UR_CONST && g->node[x].num != 0)) return c;
    ur_place place = g->node[c].place;
    c = ur_where(g, on, c, Num(0));
    g->node[c].place = place;
    return c;
}

static ur_id keep_unary(const tape *t, ur_id v, ur_id d, ur_id c)
{
    ur_graph *g = t->g;
    ur_op op = g->node[v].op;
    bool steep = ur_steep(g, v);
    if (op == UR_SQRT && steep) return only(g, And(d, v), c); /* the slope at 0 is taken as 0: norm(0), sqrt(a x) at x = 0 */
    return steep || t->risky[ur_op_is(op, UR_BY_VALUE) ? v : g->node[v].arg[0]] ? only(g, d, c) : c;
}

/* c: what operand k gets */
static ur_id keep_binary(const tape *t, ur_id v, int k, ur_id d, ur_id c)
{
    ur_graph *g = t->g;
    ur_node n = g->node[v];
    ur_id x = n.arg[0], y = n.arg[1];
    bool steep = ur_steep(g, v);
    if (n.op == UR_POW && steep) /* 0^a: the slope in a is 0, that in 0 is taken as 0 where it is infinite */
        return only(g, And(d, k ? v : g->node[y].op == UR_CONST && g->node[y].num < 1 ? x : Or(x, Ge(y, Num(1)))), c);
    return steep || t->risky[n.arg[!k]] || (n.op != UR_MUL && t->risky[n.arg[k]]) ? only(g, d, c) : c;
}

/* c: what argument k of a component-wise v gets of v's adjoint d */
static ur_id keep(const tape *t, ur_id v, int k, ur_id d, ur_id c)
{
    const ur_node *n = &t->g->node[v];
    if (ur_op_is(n->op, UR_PASSES)) return c;
    return n->narg == 1 ? keep_unary(t, v, d, c) : n->narg == 2 ? keep_binary(t, v, k, d, c) : only(t->g, d, c);
}

/* x at the positions where d is not 0 in all its numbers; x has the shape and indices that a product with d contracts */
static ur_id where_felt(ur_graph *g, ur_id d, ur_id x)
{
    int red[UR_MAX_FIXED], nred = 0;
    ur_id a = ur_unary(g, UR_ABS, d);
    if (g->node[a].rows != 1 || g->node[a].cols != 1) {
        ur_node s = { .op = UR_CSUM, .rows = 1, .cols = 1, .narg = 1, .arg = &a, .place = g->node[a].place };
        ur_union(g, &s, a);
        a = ur_node_add(g, &s);
    }
    for (int k = 0; k < g->node[a].nfix; k++)
        if (!ur_has_index(&g->node[x], g->node[a].fix[k])) red[nred++] = g->node[a].fix[k];
    if (nred) a = ur_reduce(g, UR_RSUM, a, -1, nred, red, false);
    return ur_where(g, a, x, Num(0));
}

static void grad_read(tape *t, const from *f)
{
    ur_graph *g = t->g;
    const ur_node *n = &f->n;
    ur_id q = f->x, d = f->d;
    ur_node qn = g->node[q];
    int ns = qn.nidx + qn.nfix;
    const ur_sub *subs[UR_MAX_RAGGED + UR_MAX_FIXED];
    for (int k = 0; k < ns; k++) subs[k] = &n->sub[k];
    if (t->active[q]) give(t, q, ur_unread(g, d, qn.nidx, qn.idx, qn.nfix, qn.fix, subs));
    for (int k = 0; k < qn.nidx; k++) {
        for (int start = 0; start < 2; start++) {
            ur_id b = start ? n->sub[k].before : n->sub[k].after;
            if (b < 0 || !t->active[b]) continue;
            ur_id c = ur_unread_edge(g, d, &n->sub[k], qn.idx[k], start);
            if (c < 0) continue;
            const ur_sub *rest[UR_MAX_RAGGED + UR_MAX_FIXED];
            int16_t ri[UR_MAX_RAGGED];
            int nr = 0;
            for (int m = 0; m < qn.nidx; m++)
                if (m != k) {
                    ri[nr] = qn.idx[m];
                    rest[nr++] = subs[m];
                }
            for (int m = 0; m < qn.nfix; m++) rest[nr + m] = subs[qn.nidx + m];
            c = ur_unread(g, c, nr, ri, qn.nfix, qn.fix, rest);
            ur_node fresh = { .op = UR_FRESH, .rows = 1, .cols = 1 };
            give(t, b, Mul(ur_node_add(g, &fresh), c));
        }
    }
}

static void grad_prod(tape *t, const from *f)
{
    ur_graph *g = t->g;
    const ur_node *n = &f->n;
    ur_id m = f->x, x = f->y, d = f->d;
    if (t->active[x]) { /* dx = M' d, summed over the fixed indices x lacks */
        int con[2 * UR_MAX_FIXED], nc = 0;
        ur_node mn = g->node[m], xn = g->node[x], dn = g->node[d];
        for (int k = 0; k < mn.nfix; k++)
            if (!ur_has_index(&xn, mn.fix[k])) con[nc++] = mn.fix[k];
        for (int k = 0; k < dn.nfix; k++)
            if (!ur_has_index(&xn, dn.fix[k]) && !ur_has_index(&mn, dn.fix[k])) con[nc++] = dn.fix[k];
        give(t, x, ur_prod(g, m, !n->trans, d, nc, con));
    }
    if (f->z >= 0) give(t, f->z, d);
    if (!t->active[m]) return;
    if (t->risky[x]) x = where_felt(g, d, x);
    ur_id arg[2] = { n->trans ? x : d, n->trans ? d : x }; /* dM = Σ d x', transposed: Σ x d' */
    ur_node c = { .op = UR_CONTRACT, .rows = g->node[m].rows, .cols = g->node[m].cols, .narg = 2, .arg = arg, .place = n->place };
    for (int k = 0; k < g->node[m].nfix; k++) { /* along others it is the same for all */
        int16_t own = g->node[m].fix[k];
        if (ur_has_index(&g->node[d], own) || ur_has_index(&g->node[x], own)) c.fix[c.nfix++] = own;
    }
    give(t, m, ur_node_add(g, &c));
}

static ur_id turned(ur_graph *g, ur_id x)
{
    ur_node n = g->node[x];
    if (n.rows == 1 && n.cols == 1) return x;
    ur_node t = { .op = UR_TRANS, .rows = n.cols, .cols = n.rows, .narg = 1, .arg = &x, .place = n.place };
    ur_union(g, &t, x);
    return ur_node_add(g, &t);
}

/* of A B: d B' and A' d; of A' B: B d' and A d */
static void grad_matmul(tape *t, const from *f)
{
    ur_graph *g = t->g;
    ur_id a = f->x, b = f->y, d = f->d;
    bool risky_a = t->risky[a], risky_b = t->risky[b];
    ur_id safe_a = risky_a ? where_felt(g, d, a) : a, safe_b = risky_b ? where_felt(g, d, b) : b;
    if (t->active[a])
        give(t, a, f->n.trans ? ur_matmul(g, safe_b, false, turned(g, d)) : ur_matmul(g, d, false, turned(g, safe_b)));
    if (t->active[b]) give(t, b, ur_matmul(g, safe_a, !f->n.trans, d));
}

static ur_id like_op(ur_graph *g, ur_op op, int narg, ur_id *arg, ur_id like, int i)
{
    ur_node n = { .op = op,
                  .rows = g->node[like].rows,
                  .cols = g->node[like].cols,
                  .narg = narg,
                  .arg = arg,
                  .i = i,
                  .place = g->node[like].place };
    for (int k = 0; k < narg; k++) ur_union(g, &n, arg[k]);
    return ur_node_add(g, &n);
}

/* of x = L⁻¹ b: u = L'⁻¹ d, and −u x' at and below the diagonal; of L'⁻¹ b: u = L⁻¹ d, and −x u' */
static void grad_solve(tape *t, const from *f)
{
    ur_graph *g = t->g;
    ur_id l = f->x, x = f->v, d = f->d;
    ur_id u = ur_solve(g, t->risky[l] ? where_felt(g, d, l) : l, !f->n.trans, d);
    if (t->active[f->y]) give(t, f->y, u);
    if (!t->active[l]) return;
    if (t->risky[x]) x = where_felt(g, d, x);
    ur_id left = f->n.trans ? x : u, right = f->n.trans ? u : x, arg[2] = { left, right }, m;
    const ur_node *n = &g->node[l];
    if (n->example || n->nidx) m = ur_matmul(g, left, false, turned(g, right));
    else {
        ur_node c = { .op = UR_CONTRACT, .rows = n->rows, .cols = n->cols, .narg = 2, .arg = arg, .place = f->n.place };
        for (int k = 0; k < n->nfix; k++)
            if (ur_has_index(&g->node[d], n->fix[k])) c.fix[c.nfix++] = n->fix[k];
        m = ur_node_add(g, &c);
    }
    give(t, l, Neg(ur_lower(g, m)));
}

/* of L L' = S (Murray 2016, Differentiation of the Cholesky decomposition): K = L'⁻¹ Φ(L' d) L⁻¹, Φ what is at and below the
 * diagonal, of which half. S is read there alone: K + K' below it, K on it */
static void grad_chol(tape *t, const from *f)
{
    ur_graph *g = t->g;
    ur_id l = t->risky[f->v] ? where_felt(g, f->d, f->v) : f->v, p = ur_matmul(g, l, true, f->d);
    p = Sub(ur_lower(g, p), Mul(Num(0.5), ur_diagonal(g, ur_diagonal(g, p, false), true)));
    ur_id k = ur_solve(g, l, true, turned(g, ur_solve(g, l, true, p))), both = Add(k, turned(g, k));
    give(t, f->x, Sub(ur_lower(g, both), ur_diagonal(g, ur_diagonal(g, k, false), true)));
}

static void grad_lower(tape *t, const from *f) { give(t, f->x, ur_lower(t->g, f->d)); }

static void grad_diag(tape *t, const from *f) { give(t, f->x, ur_diagonal(t->g, f->d, !f->n.trans)); }

static void grad_concat(tape *t, const from *f)
{
    ur_graph *g = t->g;
    const ur_node *n = &f->n;
    ur_id d = f->d;
    for (int k = 0, at = 0; k < n->narg; k++) {
        ur_id a = n->arg[k];
        int rows = g->node[a].rows;
        if (t->active[a]) {
            ur_node s = {
                .op = UR_SLICE, .rows = rows, .cols = g->node[d].cols, .narg = 1, .arg = &d, .i = at, .place = n->place
            };
            ur_union(g, &s, d);
            give(t, a, ur_node_add(g, &s));
        }
        at += rows;
    }
}

static void grad_stack(tape *t, const from *f)
{
    ur_graph *g = t->g;
    for (int k = 0; k < f->n.narg; k++)
        if (t->active[f->n.arg[k]]) give(t, f->n.arg[k], ur_one_position(g, f->d, f->n.i, UR_SUB_FIRST, k));
}

static void grad_slice(tape *t, const from *f)
{
    ur_graph *g = t->g;
    const ur_node *n = &f->n;
    ur_node x = g->node[f->x];
    ur_id part[3];
    int np = 0;
    int after = x.rows - n->i - n->rows;
    ur_node z = { .op = UR_BCAST, .cols = n->cols, .narg = 1 };
    ur_id zero = Num(0);
    z.arg = &zero;
    if (n->i) {
        z.rows = n->i;
        part[np++] = ur_node_add(g, &z);
    }
    part[np++] = f->d;
    if (after) {
        z.rows = after;
        part[np++] = ur_node_add(g, &z);
    }
    give(t, f->x, ur_concat(g, np, part));
}

static void grad_same(tape *t, const from *f) { give(t, f->x, f->d); }

static void grad_trans(tape *t, const from *f)
{
    ur_graph *g = t->g;
    ur_id d = f->d;
    ur_node r = { .op = UR_TRANS, .rows = f->n.cols, .cols = f->n.rows, .narg = 1, .arg = &d, .place = f->n.place };
    ur_union(g, &r, d);
    give(t, f->x, ur_node_add(g, &r));
}

static void grad_lookup(tape *t, const from *f)
{
    ur_graph *g = t->g;
    const ur_node *x = &g->node[f->x];
    ur_id arg[2] = { f->d, f->y };
    ur_node r = {
        .op = UR_SCATTER, .rows = x->rows, .cols = x->cols, .nfix = x->nfix, .narg = 2, .arg = arg, .place = f->n.place
    };
    memcpy(r.fix, x->fix, sizeof r.fix); /* a table for each of them */
    give(t, f->x, ur_node_add(g, &r));
}

static void grad_gather(tape *t, const from *f)
{
    ur_node r = t->g->node[f->x];
    ur_id arg[2] = { f->d, f->y };
    if (!t->active[f->x]) return;
    ur_node n = { .op = UR_STREW,
                  .example = r.example,
                  .nidx = r.nidx,
                  .nfix = r.nfix,
                  .rows = r.rows,
                  .cols = r.cols,
                  .narg = 2,
                  .arg = arg,
                  .i = f->n.i,
                  .j = -f->n.j,
                  .place = f->n.place };
    memcpy(n.idx, r.idx, sizeof r.idx);
    memcpy(n.fix, r.fix, sizeof r.fix);
    give(t, f->x, ur_node_add(t->g, &n));
}

static void grad_xent(tape *t, const from *f)
{
    ur_id arg[3] = { f->x, f->y, f->d };
    give(t, f->x, like_op(t->g, UR_XENTG, 3, arg, f->x, f->n.i));
}

static void grad_where(tape *t, const from *f)
{
    ur_graph *g = t->g;
    if (t->active[f->y]) give(t, f->y, ur_where(g, f->x, f->d, Num(0)));
    if (t->active[f->z]) give(t, f->z, ur_where(g, f->x, Num(0), f->d));
}

static void grad_csum(tape *t, const from *f) { give(t, f->x, ur_bcast(t->g, f->d, f->x)); }

static void grad_cmax(tape *t, const from *f)
{
    ur_graph *g = t->g;
    ur_id x = f->x;
    give(t, x, Mul(like_op(g, UR_CARGMAX, 1, &x, x, 0), f->d));
}

/* each share of a log-sum-exp, exp(x − v), times d */
static ur_id share(tape *t, const from *f)
{
    ur_graph *g = t->g;
    ur_id c = Mul(f->d, Exp(Sub(f->x, f->v)));
    return t->risky[f->x] ? only(g, f->d, c) : c;
}

static void grad_clse(tape *t, const from *f) { give(t, f->x, share(t, f)); }

/* c, where the condition of a reduction holds */
static ur_id where_counted(ur_graph *g, const from *f, ur_id c) { return f->y >= 0 ? ur_where(g, f->y, c, Num(0)) : c; }

static void grad_rsum(tape *t, const from *f) { give(t, f->x, where_counted(t->g, f, ur_bcast(t->g, f->d, f->x))); }

static void grad_rmax(tape *t, const from *f)
{
    ur_graph *g = t->g;
    ur_id largest = ur_reduce(g, UR_RARGMAX, f->x, f->y, f->n.nred, (int[]){ f->n.red[0] }, false);
    give(t, f->x, where_counted(g, f, Mul(largest, f->d)));
}

static void grad_rlse(tape *t, const from *f) { give(t, f->x, where_counted(t->g, f, share(t, f))); }

static void grad_fill(tape *t, const from *f)
{
    ur_graph *g = t->g;
    int nargs = f->n.j == UR_NDIST ? 1 : ur_dist_nargs((ur_dist)f->n.j);
    bool location = f->n.j != UR_NDIST && ur_dist_is_location((ur_dist)f->n.j);
    ur_id mean = location ? f->z : f->n.narg > 2 + nargs ? f->n.arg[2 + nargs] : -1;
    if (mean >= 0) give(t, mean, ur_where(g, f->y, Num(0), f->d));
}

static void grad_nothing(tape *t, const from *f) { (void)t, (void)f; }

static ur_id unknown(ur_graph *g, ur_id v)
{
    const ur_place *p = &g->node[v].place;
    ur_fail(g->arena->err, UNROLL_ERROR_UNSUPPORTED,
            "%s:%d:%d: the derivative of %s is not there: stop_gradient(%s(...)) takes it as a constant",
            p->file ? p->file : "model", p->line, p->col, ur_ops[g->node[v].op].name, ur_ops[g->node[v].op].name);
    longjmp(*g->arena->trap, 1);
}

static void grad_none(tape *t, const from *f) { unknown(t->g, f->v); }

#define NONE unknown(g, v)

/* what argument k of component-wise v gets of v's adjoint d; x, y, z: v's arguments */
static ur_id slope(ur_graph *g, ur_op op, int k, ur_id d, ur_id v, ur_id x, ur_id y, ur_id z)
{
    switch (op) {
/* clang-format off */
#define UNARY(ID, name, value, dx, traits, lo, hi, doc) case UR_##ID: return dx;
#define BINARY(ID, name, value, dx, dy, traits, doc) case UR_##ID: return k ? dy : dx;
#define TERNARY(ID, name, value, dx, dy, dz, traits, doc) case UR_##ID: return k == 0 ? dx : k == 1 ? dy : dz;
#include "math/ops.def"
        /* clang-format on */
    default: return Z;
    }
}

static void grad_node(tape *t, ur_id v, ur_id d)
{
    static void (*const give_back[UR_NOP])(tape *, const from *) = {
/* clang-format off */
#define STRUCT(ID, name, told, least, most, shape, adjoint, traits, doc) [UR_##ID] = adjoint,
#include "math/ops.def"
        /* clang-format on */
    };
    ur_graph *g = t->g;
    from f = { .n = g->node[v], .v = v, .d = d };
    ur_id *arg[3] = { &f.x, &f.y, &f.z };
    for (int k = 0; k < 3; k++) *arg[k] = k < f.n.narg ? f.n.arg[k] : -1;
    if (give_back[f.n.op]) give_back[f.n.op](t, &f);
    else
        for (int k = 0; k < f.n.narg; k++)
            if (t->active[f.n.arg[k]]) give(t, f.n.arg[k], keep(t, v, k, d, slope(g, f.n.op, k, d, v, f.x, f.y, f.z)));
}

/* the adjoints of one loss */
static void run_grad(tape *t)
{
    ur_graph *g = t->g;
    find_active(t);
    find_order(t);
    t->adj = UR_NEW(g->arena, ur_id, t->n + 1);
    t->placed = UR_NEW(g->arena, placed *, t->n + 1);
    memset(t->adj, 0xff, sizeof *t->adj * (size_t)(t->n + 1));
    if (!t->active[t->loss]) return;
    ur_id *alias = UR_NEW(g->arena, ur_id, t->n + 1);
    for (int k = 0; k < t->norder; k++) { /* the adjoint of each, named before it is known */
        ur_node r = g->node[t->order[k]];
        if (!closes(&r)) continue;
        ur_id none = -1;
        ur_node a = { .op = UR_ALIAS, .rows = r.rows, .cols = r.cols, .narg = 1, .arg = &none, .place = r.place };
        ur_union(g, &a, t->order[k]);
        alias[t->order[k]] = ur_node_new(g, &a);
    }
    give(t, t->loss, Num(1));
    for (int k = 0; k < t->norder; k++) /* these first: they have no argument in this order */
        if (closes(&g->node[t->order[k]])) grad_node(t, t->order[k], alias[t->order[k]]);
    for (int k = t->norder - 1; k >= 0; k--)
        if (!closes(&g->node[t->order[k]]) && settled(t, t->order[k]) >= 0) grad_node(t, t->order[k], t->adj[t->order[k]]);
    for (int k = 0; k < t->norder; k++) {
        ur_id v = t->order[k];
        if (!closes(&g->node[v])) continue;
        ur_id d = settled(t, v);
        g->node[alias[v]].arg[0] = d >= 0 ? d : ur_bcast(g, Num(0), v);
    }
    for (ur_id v = 0; v < t->n; v++)
        if (g->node[v].op == UR_PARAM && t->adj[v] >= 0) g->dparam[g->node[v].i] = t->adj[v];
}

/* ---- which loss moves which parameters */
/* does term k of the loss move parameter p? What a loss names is moved by nothing that does not name it */
static bool moves(const ur_graph *g, int k, int p)
{
    bool named = false;
    if (k >= g->nlike + g->ngoal) return true; /* a prior is of its parameter, whatever else moves it */
    for (int i = 0; i < g->ngoal; i++) named = named || (g->goal[i].moves && g->goal[i].moves[p]);
    if (ur_is_judged(g, k)) return !named;
    return g->goal[k - g->nlike].moves[p];
}

/* Σ of the terms that move p; where all do, the graph's loss itself */
static ur_id loss_of(ur_graph *g, int p)
{
    ur_id sum = -1;
    int moving = 0;
    for (int k = 0; k < ur_naddend(g); k++) moving += moves(g, k, p);
    if (moving == ur_naddend(g)) return g->loss;
    for (int k = 0; k < ur_naddend(g); k++) {
        if (!moves(g, k, p)) continue;
        ur_id v = ur_addend_of(g, k).value;
        const ur_node *n = &g->node[v];
        int red[UR_MAX_RAGGED + UR_MAX_FIXED], nred = 0;
        for (int i = 0; i < n->nidx; i++) red[nred++] = n->idx[i];
        for (int i = 0; i < n->nfix; i++) red[nred++] = n->fix[i];
        v = ur_reduce(g, UR_RSUM, v, -1, nred, red, true);
        sum = sum < 0 ? v : Add(sum, v);
    }
    return sum < 0 ? Num(0) : sum;
}

static bool move_alike(const ur_graph *g, int p, int q)
{
    for (int k = 0; k < ur_naddend(g); k++)
        if (moves(g, k, p) != moves(g, k, q)) return false;
    return true;
}

/* what is known of adjoints, for whoever looks for one that is not finite: of each node the first one */
static void keep_adjoints(ur_graph *g, const tape *t)
{
    for (int k = 0; k < t->norder; k++) {
        ur_id v = t->order[k];
        if (g->adjoint[v] >= 0) continue;
        g->adjoint[v] = t->adj[v];
        g->order[g->nadjoint++] = v;
    }
}

/* the parameters fall into groups that the same terms move: each has gradients of the sum of these */
static void run_grads(ur_graph *g, ur_err *e)
{
    ur_arena *a = g->arena;
    bool *done = UR_NEW(a, bool, g->nparam + 1);
    ur_id *loss = UR_NEW(a, ur_id, g->nparam + 1);
    g->dparam = UR_NEW(a, ur_id, g->nparam + 1);
    for (int p = 0; p < g->nparam; p++) {
        g->dparam[p] = -1;
        done[p] = !g->param[p].trained;
        loss[p] = done[p] ? -1 : loss_of(g, p);
    }
    g->nforward = g->nnode;
    g->order = UR_NEW(a, ur_id, g->nforward + 1);
    g->adjoint = UR_NEW(a, ur_id, g->nforward + 1);
    memset(g->adjoint, 0xff, sizeof *g->adjoint * (size_t)(g->nforward + 1));
    for (int p = 0; p < g->nparam; p++) {
        if (done[p]) continue;
        bool *mine = UR_NEW(a, bool, g->nparam + 1);
        for (int q = p; q < g->nparam; q++) {
            mine[q] = !done[q] && move_alike(g, p, q);
            done[q] = done[q] || mine[q];
        }
        tape t = { .g = g, .n = g->nforward, .loss = loss[p], .moves = mine, .err = e };
        run_grad(&t);
        keep_adjoints(g, &t);
    }
}

int ur_grad(ur_graph *g, ur_err *e)
{
    jmp_buf trap, *old = g->arena->trap;
    ur_err *olde = g->arena->err;
    g->arena->trap = &trap;
    g->arena->err = e;
    int rc = 0;
    if (setjmp(trap)) rc = e->code;
    else run_grads(g, e);
    g->arena->trap = old;
    g->arena->err = olde;
    return rc;
}
