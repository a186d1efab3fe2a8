/* grad: appends to a graph the adjoints of its loss. The result is an ordinary graph: the adjoint of a map is a map, of a scan a
 * scan in the other direction, of a matrix product a product by the transpose and a contraction over all positions and examples.
 * Must not know how anything is executed. Invariant: adj(n) has n's index set and shape; cycles run through ALIAS nodes that stand
 * for the adjoints of READs. Reverse accumulation after Linnainmaa (1970); through time, Werbos (1990). */
#include "graph/makers.h"
#include <string.h>

typedef struct tape {
    ur_graph *g;
    int n;                       /* nodes of the graph before grad */
    bool *active;                /* depends on a trained parameter and feeds the loss */
    bool *risky;                 /* may be infinite or NaN where its adjoint is 0 */
    ur_id *adj;                  /* −1: none yet */
    ur_id *order; int norder;    /* arguments before users, READs taken as leaves */
    ur_err *err;
} tape;

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
        if (g->node[v].op == UR_PARAM && g->param[g->node[v].i].trained) {
            up[v] = true;
            stack[top++] = v;
        }
    while (top) {
        ur_id v = stack[--top];
        for (int k = users.first[v]; k < users.first[v + 1]; k++) {
            ur_id w = users.to[k];
            if (up[w] || g->node[w].op == UR_STOP)
                continue;
            up[w] = true;
            stack[top++] = w;
        }
    }
    ur_reach(g, g->loss, down, stack);
    t->risky = ur_risks(g, t->n, &users);
    t->active = UR_NEW(a, bool, t->n + 1);
    for (ur_id v = 0; v < t->n; v++)
        t->active[v] = up[v] && down[v] && !g->node[v].sym;
}

/* depth-first, arguments first; READs have none here, which is what breaks every cycle */
static void find_order(tape *t)
{
    ur_graph *g = t->g;
    char *state = UR_NEW(g->arena, char, t->n + 1);
    ur_id *stack = UR_NEW(g->arena, ur_id, 2 * t->n + 2);
    int *next = UR_NEW(g->arena, int, t->n + 1), top;
    t->order = UR_NEW(g->arena, ur_id, t->n + 1);
    for (ur_id r = 0; r < t->n; r++) {
        if (state[r] || !t->active[r]) continue;
        stack[0] = r; top = 1; state[r] = 1;
        while (top) {
            ur_id v = stack[top - 1];
            const ur_node *n = &g->node[v];
            if (n->op == UR_READ || next[v] == n->narg) { t->order[t->norder++] = v; top--; continue; }
            ur_id a = n->arg[next[v]++];
            if (!state[a] && t->active[a]) { state[a] = 1; stack[top++] = a; }
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
    for (int k = 0; k < n.nidx; k++) if (!ur_has_index(&m, n.idx[k])) red[nred++] = n.idx[k];
    for (int k = 0; k < n.nfix; k++) if (!ur_has_index(&m, n.fix[k])) red[nred++] = n.fix[k];
    bool ex = n.example && !m.example;
    if (nred || ex) c = ur_reduce(g, UR_RSUM, c, -1, nred, red, ex);
    return c;
}

static void give(tape *t, ur_id a, ur_id c)
{
    ur_graph *g = t->g;
    if (c < 0 || !t->active[a]) return;
    c = ur_bcast(g, reduce_to(g, c, a), a);
    t->adj[a] = t->adj[a] < 0 ? c : Add(t->adj[a], c);
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
    if (op == UR_NEG || op == UR_ABS || op == UR_RELU) return c;
    if (op == UR_SQRT && ur_steep(g, v)) return only(g, And(d, v), c);         /* the slope at 0 is taken as 0: norm(0), sqrt(a x) at x = 0 */
    bool by_value = op == UR_EXP || op == UR_EXPM1 || op == UR_SQRT || op == UR_TANH || op == UR_SIGMOID;   /* the slope follows from this node, else from its argument */
    return (op != UR_EXP && ur_steep(g, v)) || t->risky[by_value ? v : g->node[v].arg[0]] ? only(g, d, c) : c;
}

/* c: what operand k gets */
static ur_id keep_binary(const tape *t, ur_id v, int k, ur_id d, ur_id c)
{
    ur_graph *g = t->g;
    ur_node n = g->node[v];
    ur_id x = n.arg[0], y = n.arg[1];
    bool steep = ur_steep(g, v);
    if (n.op == UR_POW && steep)                                               /* 0^a: the slope in a is 0, that in 0 is taken as 0 where it is infinite */
        return only(g, And(d, k ? v : g->node[y].op == UR_CONST && g->node[y].num < 1 ? x : Or(x, Ge(y, Num(1)))), c);
    if (n.op != UR_MUL && n.op != UR_DIV && n.op != UR_POW) return c;
    return steep || t->risky[n.arg[!k]] || (n.op != UR_MUL && t->risky[x]) ? only(g, d, c) : c;
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
    for (int k = 0; k < g->node[a].nfix; k++) if (!ur_has_index(&g->node[x], g->node[a].fix[k])) red[nred++] = g->node[a].fix[k];
    if (nred) a = ur_reduce(g, UR_RSUM, a, -1, nred, red, false);
    return ur_where(g, a, x, Num(0));
}

static ur_id index_leaf(ur_graph *g, ur_op op, int index)
{
    ur_node n = { .op = op, .rows = 1, .cols = 1, .i = index, .j = !g->index[index].fixed };    /* within the window */
    if (g->index[index].fixed) { n.nfix = 1; n.fix[0] = (int16_t)index; }
    else {
        n.example = true;
        if (op == UR_POS) { n.nidx = 1; n.idx[0] = (int16_t)index; }
        for (int p = g->index[index].parent; p >= 0; p = g->index[p].parent) {   /* parents have smaller ids: they come first */
            memmove(n.idx + 1, n.idx, sizeof *n.idx * (size_t)n.nidx++);
            n.idx[0] = (int16_t)p;
        }
    }
    return ur_node_add(g, &n);
}

/* d, the adjoint of a READ of q, summed back onto the index set of `to`; subs[k] addresses to's k-th index (ragged, then fixed).
 * A subscript that follows a reader's index is a READ of d the other way; a fixed position places d there. */
static ur_id unread(ur_graph *g, ur_id d, int nidx, const int16_t *idx, int nfix, const int16_t *fix, const ur_sub *const *subs)
{
    ur_node dn = g->node[d];
    ur_sub inv[UR_MAX_RAGGED + UR_MAX_FIXED];
    int nd = dn.nidx + dn.nfix, contract[2 * UR_MAX_RAGGED], nc = 0;
    int first[UR_MAX_RAGGED + UR_MAX_FIXED];
    memset(inv, 0, sizeof inv);
    for (int k = 0; k < nd; k++) {
        int own = k < dn.nidx ? dn.idx[k] : dn.fix[k - dn.nidx];
        first[k] = -1;
        inv[k] = (ur_sub){ .kind = UR_SUB_REL, .index = own, .before = -1, .after = -1 };
        for (int q = 0; q < nidx + nfix; q++) {
            const ur_sub *s = subs[q];
            if (s->kind != UR_SUB_REL || s->index != own || first[k] >= 0) continue;
            first[k] = q;
            inv[k].index = q < nidx ? idx[q] : fix[q - nidx];
            inv[k].off = -s->off;
            inv[k].nfix = s->nfix;
            for (int f = 0; f < s->nfix; f++) { inv[k].fix[f] = s->fix[f]; inv[k].sign[f] = -s->sign[f]; }
        }
    }
    ur_id r = ur_read(g, d, inv);
    for (int q = 0; q < nidx + nfix; q++)                       /* the fixed indices that shifted: every one of them read */
        for (int f = 0; f < subs[q]->nfix; f++) {
            bool own = false;
            for (int k = 0; k < nfix; k++) own |= fix[k] == subs[q]->fix[f];
            if (!own && ur_has_index(&g->node[r], subs[q]->fix[f])) contract[nc++] = subs[q]->fix[f];
        }
    if (nc) r = ur_reduce(g, UR_RSUM, r, -1, nc, contract, false);
    for (int k = 0; k < nd; k++)                                /* q[t,t]: only where the two positions agree */
        for (int q = 0; q < nidx + nfix; q++) {
            int f = first[k], own = k < dn.nidx ? dn.idx[k] : dn.fix[k - dn.nidx];
            if (f < 0 || q == f || subs[q]->kind != UR_SUB_REL || subs[q]->index != own) continue;
            ur_id p1 = index_leaf(g, UR_POS, f < nidx ? idx[f] : fix[f - nidx]), p2 = index_leaf(g, UR_POS, q < nidx ? idx[q] : fix[q - nidx]);
            r = ur_where(g, ur_binary(g, UR_EQ, Sub(p2, p1), Num(subs[q]->off - subs[f]->off)), r, Num(0));
        }
    for (int q = 0; q < nidx + nfix; q++) {
        if (subs[q]->kind == UR_SUB_REL) continue;
        int index = q < nidx ? idx[q] : fix[q - nidx];
        ur_node p = { .op = UR_PLACE, .rows = g->node[r].rows, .cols = g->node[r].cols, .narg = 1, .arg = &r, .i = index, .j = subs[q]->off,
                      .place_kind = subs[q]->kind, .place = g->node[r].place };
        ur_union(g, &p, r);
        ur_node pos = { .op = UR_POS, .rows = 1, .cols = 1, .i = index };
        if (g->index[index].fixed) { pos.nfix = 1; pos.fix[0] = (int16_t)index; } else { pos.nidx = 1; pos.idx[0] = (int16_t)index; pos.example = true; }
        ur_union(g, &p, ur_node_add(g, &pos));
        r = ur_node_add(g, &p);
    }
    return r;
}

/* the part of d where subscript k of the READ fell off the quantity's start (or end) */
static ur_id fell_off(ur_graph *g, ur_id d, const ur_sub *s, int qindex, bool start)
{
    ur_id pos = s->kind == UR_SUB_REL ? index_leaf(g, UR_POS, s->index) : s->kind == UR_SUB_FIRST ? Num(1) : index_leaf(g, UR_LEN, qindex);
    pos = Add(pos, Num(s->off));
    for (int f = 0; f < s->nfix; f++) {
        ur_id p = index_leaf(g, UR_POS, s->fix[f]);
        pos = s->sign[f] > 0 ? Add(pos, p) : Sub(pos, p);
    }
    ur_id off = start ? Lt(pos, Num(1)) : Gt(pos, g->index[qindex].fixed ? Num(g->index[qindex].size) : index_leaf(g, UR_LEN, qindex));
    return ur_where(g, off, d, Num(0));
}

static ur_id one_position(ur_graph *g, ur_id d, int index, int kind, int off)
{
    ur_node dn = g->node[d];
    ur_sub s[UR_MAX_RAGGED + UR_MAX_FIXED];
    for (int k = 0; k < dn.nidx + dn.nfix; k++) {
        int own = k < dn.nidx ? dn.idx[k] : dn.fix[k - dn.nidx];
        s[k] = (ur_sub){ .kind = own == index ? kind : UR_SUB_REL, .index = own, .off = own == index ? off : 0, .before = -1, .after = -1 };
    }
    return ur_read(g, d, s);
}

/* what a boundary gets: Σ of d over the reader's positions that fell off. One or two known positions are read directly. */
static ur_id edge(ur_graph *g, ur_id d, const ur_sub *s, int qindex, bool start)
{
    int c = start ? -s->off : s->off;
    if (s->kind == UR_SUB_REL && !s->nfix && c > 0 && c <= 4 && !g->index[s->index].fixed) {
        ur_id sum = -1;
        for (int k = 0; k < c; k++) {
            ur_id one = one_position(g, d, s->index, start ? UR_SUB_FIRST : UR_SUB_END, start ? k : -k);
            sum = sum < 0 ? one : Add(sum, one);
        }
        return sum;
    }
    if (s->kind == UR_SUB_REL && !s->nfix && c <= 0) return -1;
    d = fell_off(g, d, s, qindex, start);
    int red[3], nred = 0;
    if (s->kind == UR_SUB_REL && ur_has_index(&g->node[d], s->index)) red[nred++] = s->index;
    for (int f = 0; f < s->nfix; f++) red[nred++] = s->fix[f];
    return nred ? ur_reduce(g, UR_RSUM, d, -1, nred, red, false) : d;
}

static void grad_read(tape *t, const ur_node *n, ur_id d)
{
    ur_graph *g = t->g;
    ur_id q = n->arg[0];
    ur_node qn = g->node[q];
    int ns = qn.nidx + qn.nfix;
    const ur_sub *subs[UR_MAX_RAGGED + UR_MAX_FIXED];
    for (int k = 0; k < ns; k++) subs[k] = &n->sub[k];
    if (t->active[q]) give(t, q, unread(g, d, qn.nidx, qn.idx, qn.nfix, qn.fix, subs));
    for (int k = 0; k < qn.nidx; k++) {
        for (int start = 0; start < 2; start++) {
            ur_id b = start ? n->sub[k].before : n->sub[k].after;
            if (b < 0 || !t->active[b]) continue;
            ur_id c = edge(g, d, &n->sub[k], qn.idx[k], start);
            if (c < 0) continue;
            const ur_sub *rest[UR_MAX_RAGGED + UR_MAX_FIXED];
            int16_t ri[UR_MAX_RAGGED]; int nr = 0;
            for (int m = 0; m < qn.nidx; m++) if (m != k) { ri[nr] = qn.idx[m]; rest[nr++] = subs[m]; }
            for (int m = 0; m < qn.nfix; m++) rest[nr + m] = subs[qn.nidx + m];
            c = unread(g, c, nr, ri, qn.nfix, qn.fix, rest);
            ur_node fresh = { .op = UR_FRESH, .rows = 1, .cols = 1 };
            give(t, b, Mul(ur_node_add(g, &fresh), c));
        }
    }
}

static void grad_prod(tape *t, const ur_node *n, ur_id d)
{
    ur_graph *g = t->g;
    ur_id m = n->arg[0], x = n->arg[1];
    if (t->active[x]) {                                          /* dx = M' d, summed over the fixed indices x lacks */
        int con[2 * UR_MAX_FIXED], nc = 0;
        ur_node mn = g->node[m], xn = g->node[x], dn = g->node[d];
        for (int k = 0; k < mn.nfix; k++) if (!ur_has_index(&xn, mn.fix[k])) con[nc++] = mn.fix[k];
        for (int k = 0; k < dn.nfix; k++) if (!ur_has_index(&xn, dn.fix[k]) && !ur_has_index(&mn, dn.fix[k])) con[nc++] = dn.fix[k];
        give(t, x, ur_prod(g, m, !n->trans, d, nc, con));
    }
    if (!t->active[m]) return;
    if (t->risky[x]) x = where_felt(g, d, x);
    ur_id arg[2] = { n->trans ? x : d, n->trans ? d : x };       /* dM = Σ d x', transposed: Σ x d' */
    ur_node c = { .op = UR_CONTRACT, .rows = g->node[m].rows, .cols = g->node[m].cols, .nfix = g->node[m].nfix, .narg = 2, .arg = arg, .place = n->place };
    memcpy(c.fix, g->node[m].fix, sizeof c.fix);
    give(t, m, ur_node_add(g, &c));
}

static void grad_concat(tape *t, const ur_node *n, ur_id d)
{
    ur_graph *g = t->g;
    for (int k = 0, at = 0; k < n->narg; k++) {
        ur_id a = n->arg[k];
        int rows = g->node[a].rows;
        if (t->active[a]) {
            ur_node s = { .op = UR_SLICE, .rows = rows, .cols = g->node[d].cols, .narg = 1, .arg = &d, .i = at, .place = n->place };
            ur_union(g, &s, d);
            give(t, a, ur_node_add(g, &s));
        }
        at += rows;
    }
}

static ur_id like_op(ur_graph *g, ur_op op, int narg, ur_id *arg, ur_id like)
{
    ur_node n = { .op = op, .rows = g->node[like].rows, .cols = g->node[like].cols, .narg = narg, .arg = arg, .place = g->node[like].place };
    for (int k = 0; k < narg; k++) ur_union(g, &n, arg[k]);
    return ur_node_add(g, &n);
}

static void grad_slice(tape *t, const ur_node *n, ur_id d)
{
    ur_graph *g = t->g;
    ur_node x = g->node[n->arg[0]];
    ur_id part[3]; int np = 0;
    int after = x.rows - n->i - n->rows;
    ur_node z = { .op = UR_BCAST, .cols = 1, .narg = 1 };
    ur_id zero = Num(0);
    z.arg = &zero;
    if (n->i) { z.rows = n->i; part[np++] = ur_node_add(g, &z); }
    part[np++] = d;
    if (after) { z.rows = after; part[np++] = ur_node_add(g, &z); }
    give(t, n->arg[0], ur_concat(g, np, part));
}

static void grad_node(tape *t, ur_id v, ur_id d)
{
    ur_graph *g = t->g;
    ur_node node = g->node[v];
    const ur_node *n = &node;
    ur_id x = n->narg > 0 ? n->arg[0] : -1, y = n->narg > 1 ? n->arg[1] : -1, z = n->narg > 2 ? n->arg[2] : -1;
    switch (n->op) {
#define UNARY(ID, name, k, dx, lo, hi, doc) case UR_##ID: { ur_id y_ = v; give(t, x, (y = y_, keep_unary(t, v, d, dx))); return; }
#include "math/ops.def"
    default: break;
    }
    switch (n->op) {
#define TERNARY(ID, name, k, dx, dy, dz, doc) case UR_##ID: { ur_id c[3] = { t->active[x] ? dx : Z, t->active[y] ? dy : Z, t->active[z] ? dz : Z }; \
    for (int q = 0; q < 3; q++) { give(t, node.arg[q], only(g, d, c[q])); } \
    return; }
#include "math/ops.def"
    default: break;
    }
    switch (n->op) {
#define BINARY(ID, name, k, dx, dy, doc) case UR_##ID: z = v; if (t->active[x]) give(t, x, keep_binary(t, v, 0, d, dx)); if (t->active[y]) give(t, y, keep_binary(t, v, 1, d, dy)); return;
#include "math/ops.def"
    case UR_ALIAS: case UR_BCAST: give(t, x, d); return;
    case UR_READ: grad_read(t, n, d); return;
    case UR_CONCAT: grad_concat(t, n, d); return;
    case UR_SLICE: grad_slice(t, n, d); return;
    case UR_PROD: grad_prod(t, n, d); return;
    case UR_TRANS: { ur_node r = { .op = UR_TRANS, .rows = n->cols, .cols = n->rows, .narg = 1, .arg = &d, .place = n->place };
                     ur_union(g, &r, d); give(t, x, ur_node_add(g, &r)); return; }
    case UR_LOOKUP: { ur_id arg[2] = { d, y };
                      ur_node r = { .op = UR_SCATTER, .rows = g->node[x].rows, .cols = g->node[x].cols, .narg = 2, .arg = arg, .place = n->place };
                      r.nfix = g->node[x].nfix;           /* a table for each of them */
                      memcpy(r.fix, g->node[x].fix, sizeof r.fix);
                      give(t, x, ur_node_add(g, &r)); return; }
    case UR_XENT: { ur_id arg[3] = { x, y, d }; give(t, x, like_op(g, UR_XENTG, 3, arg, x)); return; }
    case UR_WHERE: if (t->active[y]) give(t, y, ur_where(g, x, d, Num(0)));
                   if (t->active[z]) give(t, z, ur_where(g, x, Num(0), d));
                   return;
    case UR_CSUM: give(t, x, ur_bcast(g, d, x)); return;
    case UR_CMAX: give(t, x, Mul(like_op(g, UR_CARGMAX, 1, &x, x), d)); return;
    case UR_CLSE: give(t, x, t->risky[x] ? only(g, d, Mul(d, Exp(Sub(x, v)))) : Mul(d, Exp(Sub(x, v)))); return;
    case UR_RSUM: d = ur_bcast(g, d, x); give(t, x, y >= 0 ? ur_where(g, y, d, Num(0)) : d); return;
    case UR_RMAX: give(t, x, Mul(ur_reduce(g, UR_RARGMAX, x, y, n->nred, (int[]){ n->red[0] }, false), d)); return;
    case UR_RLSE: { ur_id c = Mul(d, Exp(Sub(x, v)));
                    if (t->risky[x]) c = only(g, d, c);
                    give(t, x, y >= 0 ? ur_where(g, y, c, Num(0)) : c); return; }
    case UR_FILL: if (ur_dist_is_location((ur_dist)n->j)) give(t, n->arg[2], ur_where(g, y, Num(0), d)); return;
    case UR_ONEHOT: case UR_PARAM: return;
    default:
        if (ur_ops[n->op].cls == UR_CLS_LEAF) return;
        ur_fail(g->arena->err, UNROLL_ERROR_UNSUPPORTED, "the operator %s has no second derivative here", ur_ops[n->op].id);
        longjmp(*g->arena->trap, 1);
    }
}

static void run_grad(tape *t)
{
    ur_graph *g = t->g;
    g->nforward = t->n;
    find_active(t);
    find_order(t);
    t->adj = UR_NEW(g->arena, ur_id, t->n + 1);
    memset(t->adj, 0xff, sizeof *t->adj * (size_t)(t->n + 1));
    g->dparam = UR_NEW(g->arena, ur_id, g->nparam + 1);
    for (int k = 0; k < g->nparam; k++) g->dparam[k] = -1;
    if (!t->active[g->loss]) return;
    ur_id *alias = UR_NEW(g->arena, ur_id, t->n + 1);
    for (int k = 0; k < t->norder; k++) {                        /* the adjoint of each READ, named before it is known */
        ur_node r = g->node[t->order[k]];
        if (r.op != UR_READ) continue;
        ur_id none = -1;
        ur_node a = { .op = UR_ALIAS, .rows = r.rows, .cols = r.cols, .narg = 1, .arg = &none, .place = r.place };
        ur_union(g, &a, t->order[k]);
        alias[t->order[k]] = ur_node_new(g, &a);
    }
    give(t, g->loss, Num(1));
    for (int k = 0; k < t->norder; k++)                          /* READs first: they have no argument in this order */
        if (g->node[t->order[k]].op == UR_READ) grad_node(t, t->order[k], alias[t->order[k]]);
    for (int k = t->norder - 1; k >= 0; k--)
        if (g->node[t->order[k]].op != UR_READ && t->adj[t->order[k]] >= 0) grad_node(t, t->order[k], t->adj[t->order[k]]);
    for (int k = 0; k < t->norder; k++) {
        ur_id v = t->order[k];
        if (g->node[v].op != UR_READ) continue;
        g->node[alias[v]].arg[0] = t->adj[v] >= 0 ? t->adj[v] : ur_bcast(g, Num(0), v);
    }
    g->adjoint = t->adj; g->order = t->order; g->nadjoint = t->norder;
    for (ur_id v = 0; v < t->n; v++)
        if (g->node[v].op == UR_PARAM && t->adj[v] >= 0) g->dparam[g->node[v].i] = t->adj[v];
}

int ur_grad(ur_graph *g, ur_err *e)
{
    jmp_buf trap, *old = g->arena->trap;
    ur_err *olde = g->arena->err;
    tape t = { .g = g, .n = g->nnode, .err = e };
    g->arena->trap = &trap;
    g->arena->err = e;
    int rc = 0;
    if (setjmp(trap)) rc = e->code;
    else run_grad(&t);
    g->arena->trap = old;
    g->arena->err = olde;
    return rc;
}
