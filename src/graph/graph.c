/* Makers of nodes. Equal nodes are made once; a few identities fold. Nothing here can fail but memory and the bounds of
 * limits.h, which leave through the arena's trap. Must not know the language: only operators, index sets and shapes. */
#include "graph/graph.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

int ur_node_tuples(const ur_graph *g, const ur_node *n)
{
    int t = 1;
    for (int k = 0; k < n->nfix; k++) t *= g->index[n->fix[k]].size;
    return t;
}

size_t ur_node_width(const ur_graph *g, const ur_node *n)
{
    size_t w = n->sym ? 1 : (size_t)n->rows * (size_t)n->cols;
    for (int k = 0; k < n->nfix; k++) w *= (size_t)g->index[n->fix[k]].size;
    return w;
}

bool ur_has_index(const ur_node *n, int index)
{
    for (int k = 0; k < n->nidx; k++)
        if (n->idx[k] == index) return true;
    for (int k = 0; k < n->nfix; k++)
        if (n->fix[k] == index) return true;
    return false;
}

static void leave(ur_graph *g, int code, const char *what)
{
    ur_fail(g->arena->err, code, "%s", what);
    longjmp(*g->arena->trap, 1);
}

static int insert(int16_t *set, int8_t n, int max, int v, ur_graph *g)
{
    int k = 0;
    while (k < n && set[k] < v) k++;
    if (k < n && set[k] == v) return n;
    if (n == max)
        leave(g, UNROLL_ERROR_MODEL,
              "a quantity is carried along too many indices (at most 4 of data-given and 6 of fixed length)");
    memmove(set + k + 1, set + k, sizeof *set * (size_t)(n - k));
    set[k] = (int16_t)v;
    return n + 1;
}

static void add_index(ur_graph *g, ur_node *n, int index)
{
    if (g->index[index].fixed) n->nfix = (int8_t)insert(n->fix, n->nfix, UR_MAX_FIXED, index, g);
    else n->nidx = (int8_t)insert(n->idx, n->nidx, UR_MAX_RAGGED, index, g);
}

void ur_union(ur_graph *g, ur_node *n, ur_id x)
{
    const ur_node *m = &g->node[x];
    for (int k = 0; k < m->nidx; k++) add_index(g, n, m->idx[k]);
    for (int k = 0; k < m->nfix; k++) add_index(g, n, m->fix[k]);
    n->example |= m->example;
}

static uint64_t mix(uint64_t h, uint64_t v)
{
    h ^= v + 0x9e3779b97f4a7c15ull + (h << 6) + (h >> 2);
    h *= 0xff51afd7ed558ccdull;
    return h ^ h >> 32; /* the low bits of a number's double are 0 */
}

static uint64_t hash(const ur_graph *g, const ur_node *n)
{
    uint64_t h = mix(n->op, (uint64_t)(n->trans * 2 + n->example)), bits;
    memcpy(&bits, &n->num, sizeof bits);
    h = mix(mix(mix(h, bits), (uint64_t)n->i), (uint64_t)n->j);
    h = mix(mix(h, (uint64_t)n->rows), (uint64_t)n->cols);
    for (int k = 0; k < n->narg; k++) h = mix(h, (uint64_t)n->arg[k]);
    for (int k = 0; k < n->nred; k++) h = mix(h, (uint64_t)n->red[k]);
    for (int k = 0; k < n->nidx; k++) h = mix(h, (uint64_t)n->idx[k]);
    for (int k = 0; k < ur_nsub(g, n); k++)
        h = mix(mix(mix(h, (uint64_t)n->sub[k].kind), (uint64_t)n->sub[k].index), (uint64_t)n->sub[k].off);
    return h;
}

static bool same_sub(const ur_sub *a, const ur_sub *b)
{
    if (a->kind != b->kind || a->index != b->index || a->off != b->off || a->mul != b->mul || a->div != b->div ||
        a->nfix != b->nfix || a->before != b->before || a->after != b->after)
        return false;
    for (int k = 0; k < a->nfix; k++)
        if (a->fix[k] != b->fix[k] || a->times[k] != b->times[k]) return false;
    return true;
}

static bool same(const ur_graph *g, const ur_node *a, const ur_node *b)
{
    if (a->op != b->op || a->example != b->example || a->sym != b->sym || a->trans != b->trans || a->nidx != b->nidx ||
        a->nfix != b->nfix || a->rows != b->rows || a->cols != b->cols || a->narg != b->narg ||
        memcmp(&a->num, &b->num, sizeof a->num) || a->i != b->i || a->j != b->j || a->nred != b->nred ||
        a->red_example != b->red_example || a->place_kind != b->place_kind || !a->sub != !b->sub)
        return false;
    if (memcmp(a->idx, b->idx, sizeof *a->idx * (size_t)a->nidx) || memcmp(a->fix, b->fix, sizeof *a->fix * (size_t)a->nfix) ||
        memcmp(a->red, b->red, sizeof *a->red * (size_t)a->nred))
        return false;
    for (int k = 0; k < a->narg; k++)
        if (a->arg[k] != b->arg[k]) return false;
    for (int k = 0; k < ur_nsub(g, a); k++)
        if (!same_sub(&a->sub[k], &b->sub[k])) return false;
    return true;
}

/* a node's numbers at one position are counted in 32 bits */
static void check_width(ur_graph *g, const ur_node *n)
{
    double w = (double)n->rows * n->cols;
    for (int k = 0; k < n->nfix; k++) w *= g->index[n->fix[k]].size;
    if (w <= UR_MAX_SIZE) return;
    const ur_place *p = &n->place;
    ur_fail(g->arena->err, UNROLL_ERROR_MODEL, "%s:%d:%d: %s has %.0f numbers at one position: at most %d are possible",
            p->file ? p->file : "model", p->line, p->col, p->name ? p->name : "a quantity", w, UR_MAX_SIZE);
    longjmp(*g->arena->trap, 1);
}

ur_id ur_node_new(ur_graph *g, const ur_node *proto)
{
    check_width(g, proto);
    if (g->nnode >= UR_MAX_NODES) leave(g, UNROLL_ERROR_MODEL, "the model expands to too many operations");
    UR_GROW(g->arena, g->node, g->nnode, g->node_cap);
    ur_node n = *proto;
    if (n.narg) {
        n.arg = UR_NEW(g->arena, ur_id, n.narg);
        memcpy(n.arg, proto->arg, sizeof *n.arg * (size_t)n.narg);
    } else n.arg = NULL;
    if (n.sub) {
        n.sub = UR_NEW(g->arena, ur_sub, ur_nsub(g, &n) + 1);
        memcpy(n.sub, proto->sub, sizeof *n.sub * (size_t)ur_nsub(g, &n));
    }
    g->node[g->nnode] = n;
    return g->nnode++;
}

static void rehash(ur_graph *g)
{
    int cap = g->hash_cap ? g->hash_cap * 2 : 1024;
    ur_id *t = UR_NEW(g->arena, ur_id, cap);
    memset(t, 0xff, sizeof *t * (size_t)cap);
    for (int k = 0; k < g->hash_cap; k++) {
        if (g->hash[k] < 0) continue;
        uint64_t s = hash(g, &g->node[g->hash[k]]) & (uint64_t)(cap - 1);
        while (t[s] >= 0) s = (s + 1) & (uint64_t)(cap - 1);
        t[s] = g->hash[k];
    }
    g->hash = t;
    g->hash_cap = cap;
}

ur_id ur_node_add(ur_graph *g, const ur_node *proto)
{
    if (2 * g->nnode >= g->hash_cap) rehash(g);
    uint64_t s = hash(g, proto) & (uint64_t)(g->hash_cap - 1);
    for (; g->hash[s] >= 0; s = (s + 1) & (uint64_t)(g->hash_cap - 1))
        if (same(g, &g->node[g->hash[s]], proto)) return g->hash[s];
    return g->hash[s] = ur_node_new(g, proto);
}

ur_id ur_num(ur_graph *g, double v)
{
    ur_node n = { .op = UR_CONST, .rows = 1, .cols = 1, .num = v };
    return ur_node_add(g, &n);
}

static bool is_num(const ur_graph *g, ur_id x, double v) { return g->node[x].op == UR_CONST && g->node[x].num == v; }
static bool scalar(const ur_node *n) { return n->rows == 1 && n->cols == 1; }

ur_id ur_unary(ur_graph *g, ur_op op, ur_id x)
{
    if (op == UR_NEG && g->node[x].op == UR_CONST) return ur_num(g, -g->node[x].num);
    if (op == UR_NEG && g->node[x].op == UR_NEG) return g->node[x].arg[0];
    if (op == UR_LOG && g->node[x].op == UR_CONST) return ur_num(g, log(g->node[x].num));
    ur_node n = { .op = op, .rows = g->node[x].rows, .cols = g->node[x].cols, .narg = 1, .arg = &x, .place = g->node[x].place };
    ur_union(g, &n, x);
    return ur_node_add(g, &n);
}

/* is `c` the number v everywhere, and does dropping it change neither index set nor shape of the result n? */
static bool neutral(const ur_graph *g, const ur_node *n, ur_id c, ur_id x, double v)
{
    if (g->node[c].op == UR_BCAST) c = g->node[c].arg[0];
    const ur_node *m = &g->node[x];
    return is_num(g, c, v) && n->nidx == m->nidx && n->nfix == m->nfix && n->example == m->example && n->rows == m->rows &&
           n->cols == m->cols;
}

ur_id ur_binary(ur_graph *g, ur_op op, ur_id x, ur_id y)
{
    const ur_node *a = &g->node[x], *b = &g->node[y];
    if (a->op == UR_CONST && b->op == UR_CONST && scalar(a) && scalar(b)) {
        double u = a->num, v = b->num;
        if (op == UR_ADD) return ur_num(g, u + v);
        if (op == UR_SUB) return ur_num(g, u - v);
        if (op == UR_MUL) return ur_num(g, u * v);
        if (op == UR_DIV && v != 0) return ur_num(g, u / v);
    }
    const ur_node *big = scalar(a) ? b : a;
    ur_id arg[2] = { x, y };
    ur_node n = { .op = op, .rows = big->rows, .cols = big->cols, .narg = 2, .arg = arg, .place = big->place };
    ur_union(g, &n, x);
    ur_union(g, &n, y);
    if ((op == UR_ADD || op == UR_SUB) && neutral(g, &n, y, x, 0)) return x;
    if (op == UR_ADD && neutral(g, &n, x, y, 0)) return y;
    if ((op == UR_MUL || op == UR_DIV || op == UR_POW) && neutral(g, &n, y, x, 1)) return x;
    if (op == UR_MUL && neutral(g, &n, x, y, 1)) return y;
    if (op == UR_MUL && x > y) {
        arg[0] = y;
        arg[1] = x;
    } /* commutes: one of a*b, b*a */
    return ur_node_add(g, &n);
}

ur_id ur_ternary(ur_graph *g, ur_op op, ur_id x, ur_id y, ur_id z)
{
    const ur_node *big = &g->node[x];
    if (scalar(big)) big = scalar(&g->node[y]) ? &g->node[z] : &g->node[y];
    ur_id arg[3] = { x, y, z };
    ur_node n = { .op = op, .rows = big->rows, .cols = big->cols, .narg = 3, .arg = arg, .place = big->place };
    for (int k = 0; k < 3; k++) ur_union(g, &n, arg[k]);
    return ur_node_add(g, &n);
}

ur_id ur_where(ur_graph *g, ur_id c, ur_id x, ur_id y) { return ur_ternary(g, UR_WHERE, c, x, y); }

static bool in_list(int v, int n, const int *list)
{
    for (int k = 0; k < n; k++)
        if (list[k] == v) return true;
    return false;
}

ur_id ur_prod(ur_graph *g, ur_id m, bool trans, ur_id x, int ncontract, const int *contract)
{
    const ur_node *M = &g->node[m];
    if (scalar(M) && scalar(&g->node[x]) && !ncontract) return ur_binary(g, UR_MUL, m, x);
    ur_id arg[2] = { m, x };
    ur_node n = { .op = UR_PROD,
                  .trans = trans,
                  .rows = trans ? M->cols : M->rows,
                  .cols = g->node[x].cols,
                  .narg = 2,
                  .arg = arg,
                  .place = g->node[x].place };
    ur_union(g, &n, m);
    ur_union(g, &n, x);
    int k = 0;
    for (int f = 0; f < n.nfix; f++) {
        if (in_list(n.fix[f], ncontract, contract)) n.red[n.nred++] = n.fix[f];
        else n.fix[k++] = n.fix[f];
    }
    n.nfix = (int8_t)k;
    return ur_node_add(g, &n);
}

ur_id ur_reduce(ur_graph *g, ur_op op, ur_id x, ur_id cond, int nred, const int *red, bool examples)
{
    ur_id arg[2] = { x, cond };
    ur_node n = { .op = op,
                  .rows = g->node[x].rows,
                  .cols = g->node[x].cols,
                  .narg = cond < 0 ? 1 : 2,
                  .arg = arg,
                  .place = g->node[x].place };
    ur_union(g, &n, x);
    if (cond >= 0) ur_union(g, &n, cond);
    n.red_example = examples && n.example;
    int k = 0;
    for (int f = 0; f < n.nidx; f++) {
        if (in_list(n.idx[f], nred, red)) n.red[n.nred++] = n.idx[f];
        if (ur_op_is(op, UR_KEEPS) || !in_list(n.idx[f], nred, red)) n.idx[k++] = n.idx[f];
    }
    n.nidx = (int8_t)k;
    k = 0;
    for (int f = 0; f < n.nfix; f++) {
        if (in_list(n.fix[f], nred, red)) n.red[n.nred++] = n.fix[f];
        if (ur_op_is(op, UR_KEEPS) || !in_list(n.fix[f], nred, red)) n.fix[k++] = n.fix[f];
    }
    n.nfix = (int8_t)k;
    if (!n.nred && !n.red_example && cond < 0 && !ur_op_is(op, UR_KEEPS)) return x;
    if (n.red_example) n.example = false;
    return ur_node_add(g, &n);
}

/* which of a STACK's arguments subscripts lead to, and what subscripts it is read with; −1: not to one alone */
static ur_id stacked_at(ur_graph *g, ur_id q, const ur_sub *sub, ur_sub *rest)
{
    ur_node s = g->node[q];
    int n = s.nidx + s.nfix, own = s.nidx;
    if (s.op != UR_STACK) return -1;
    while (s.fix[own - s.nidx] != s.i) own++;
    const ur_sub *u = &sub[own];
    if (u->kind == UR_SUB_REL || u->nfix) return -1;
    int at = u->kind == UR_SUB_FIRST ? u->off : s.narg - 1 + u->off;
    if (at < 0 || at >= s.narg) return -1;
    const ur_node *x = &g->node[s.arg[at]];
    if (x->nidx != s.nidx || x->nfix != s.nfix - 1) return -1;
    for (int k = 0, m = 0; k < n; k++)
        if (k != own) rest[m++] = sub[k];
    for (int k = 0; k < n - 1; k++) /* a boundary is read there, too */
        if (rest[k].before >= 0 || rest[k].after >= 0) return -1;
    return s.arg[at];
}

ur_id ur_read(ur_graph *g, ur_id q, const ur_sub *sub)
{
    ur_sub rest[UR_MAX_RAGGED + UR_MAX_FIXED];
    ur_id one = stacked_at(g, q, sub, rest);
    if (one >= 0) return ur_read(g, one, rest);
    const ur_node *s = &g->node[q];
    int ns = s->nidx + s->nfix;
    ur_id arg[1] = { q };
    ur_node n = { .op = UR_READ,
                  .sym = s->sym,
                  .example = s->example,
                  .rows = s->rows,
                  .cols = s->cols,
                  .narg = 1,
                  .arg = arg,
                  .sub = (ur_sub *)sub,
                  .place = s->place };
    bool plain = true;
    for (int k = 0; k < ns; k++) {
        int own = k < s->nidx ? s->idx[k] : s->fix[k - s->nidx];
        if (sub[k].kind == UR_SUB_REL) add_index(g, &n, sub[k].index);
        for (int f = 0; f < sub[k].nfix; f++) add_index(g, &n, sub[k].fix[f]);
        plain &= ur_sub_still(&sub[k], own);
        if (sub[k].before >= 0) n.example |= g->node[sub[k].before].example;
        if (sub[k].after >= 0) n.example |= g->node[sub[k].after].example;
    }
    n.example |= n.nidx > 0; /* positions of data-given indices are an example's own */
    return plain ? q : ur_node_add(g, &n);
}

ur_id ur_stacked(ur_graph *g, int index, const ur_id *x)
{
    ur_node first = g->node[x[0]];
    ur_node n = { .op = UR_STACK,
                  .rows = first.rows,
                  .cols = first.cols,
                  .narg = g->index[index].size,
                  .arg = (ur_id *)x,
                  .i = index,
                  .place = first.place };
    for (int k = 0; k < n.narg; k++) ur_union(g, &n, x[k]);
    add_index(g, &n, index);
    return ur_node_add(g, &n);
}

static void drop_index(ur_node *n, int index)
{
    int ragged = 0, fixed = 0;
    for (int k = 0; k < n->nidx; k++)
        if (n->idx[k] != index) n->idx[ragged++] = n->idx[k];
    for (int k = 0; k < n->nfix; k++)
        if (n->fix[k] != index) n->fix[fixed++] = n->fix[k];
    n->nidx = (int8_t)ragged;
    n->nfix = (int8_t)fixed;
}

ur_id ur_gather(ur_graph *g, ur_id q, ur_id at, int index, int toward)
{
    ur_id arg[2] = { q, at };
    const ur_node *x = &g->node[q];
    ur_node n = { .op = UR_GATHER,
                  .sym = x->sym,
                  .rows = x->rows,
                  .cols = x->cols,
                  .narg = 2,
                  .arg = arg,
                  .i = index,
                  .j = toward,
                  .place = x->place };
    ur_union(g, &n, q);
    drop_index(&n, index);
    ur_union(g, &n, at);
    return ur_node_add(g, &n);
}

ur_id ur_bcast(ur_graph *g, ur_id x, ur_id like)
{
    const ur_node *a = &g->node[x], *b = &g->node[like];
    ur_node n = { .op = UR_BCAST,
                  .rows = scalar(a) ? b->rows : a->rows,
                  .cols = scalar(a) ? b->cols : a->cols,
                  .narg = 1,
                  .arg = &x,
                  .place = b->place };
    ur_union(g, &n, x);
    ur_union(g, &n, like);
    if (n.nidx == a->nidx && n.nfix == a->nfix && n.example == a->example && n.rows == a->rows && n.cols == a->cols) return x;
    return ur_node_add(g, &n);
}

ur_id ur_matmul(ur_graph *g, ur_id a, bool trans, ur_id b)
{
    const ur_node *x = &g->node[a], *y = &g->node[b];
    ur_id arg[2] = { a, b };
    ur_node n = { .op = UR_MATMUL,
                  .trans = trans,
                  .rows = trans ? x->cols : x->rows,
                  .cols = y->cols,
                  .narg = 2,
                  .arg = arg,
                  .place = x->place };
    ur_union(g, &n, a);
    ur_union(g, &n, b);
    return ur_node_add(g, &n);
}

ur_id ur_solve(ur_graph *g, ur_id l, bool trans, ur_id b)
{
    const ur_node *y = &g->node[b];
    ur_id arg[2] = { l, b };
    ur_node n = { .op = UR_SOLVE, .trans = trans, .rows = y->rows, .cols = y->cols, .narg = 2, .arg = arg, .place = y->place };
    ur_union(g, &n, l);
    ur_union(g, &n, b);
    return ur_node_add(g, &n);
}

ur_id ur_lower(ur_graph *g, ur_id m)
{
    const ur_node *x = &g->node[m];
    ur_node n = { .op = UR_LOWER, .rows = x->rows, .cols = x->cols, .narg = 1, .arg = &m, .place = x->place };
    ur_union(g, &n, m);
    return ur_node_add(g, &n);
}

ur_id ur_cholesky(ur_graph *g, ur_id m)
{
    const ur_node *x = &g->node[m];
    ur_node n = { .op = UR_CHOL, .rows = x->rows, .cols = x->cols, .narg = 1, .arg = &m, .place = x->place };
    ur_union(g, &n, m);
    return ur_node_add(g, &n);
}

ur_id ur_diagonal(ur_graph *g, ur_id m, bool trans)
{
    const ur_node *x = &g->node[m];
    if (scalar(x)) return m;
    ur_node n = { .op = UR_DIAG, .trans = trans, .rows = x->rows, .cols = trans ? x->rows : 1, .narg = 1, .arg = &m };
    n.place = x->place;
    ur_union(g, &n, m);
    return ur_node_add(g, &n);
}

ur_id ur_concat(ur_graph *g, int nx, const ur_id *x)
{
    if (nx == 1) return x[0];
    ur_node n = { .op = UR_CONCAT, .cols = g->node[x[0]].cols, .narg = nx, .arg = (ur_id *)x, .place = g->node[x[0]].place };
    for (int k = 0; k < nx; k++) {
        ur_union(g, &n, x[k]);
        n.rows += g->node[x[k]].rows;
    }
    return ur_node_add(g, &n);
}

int ur_tuple_within(const ur_graph *g, int e, int nu, const int16_t *u, int nf, const int16_t *f)
{
    int at[2 * UR_MAX_FIXED], flat = 0;
    for (int k = nu - 1; k >= 0; k--) {
        at[k] = e % g->index[u[k]].size;
        e /= g->index[u[k]].size;
    }
    for (int k = 0; k < nf; k++)
        for (int q = 0; q < nu; q++)
            if (u[q] == f[k]) flat = flat * g->index[f[k]].size + at[q];
    return flat;
}
