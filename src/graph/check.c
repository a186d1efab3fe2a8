/* Whether a graph is one: what graph.h promises of every node, looked at after the language has made it, after grad and between
 * passes of a plan. For tests; a graph that fails here is a fault of whoever made it. Must not know how anything is computed. */
#include "graph/graph.h"
#include <limits.h>

typedef struct checker {
    const ur_graph *g;
    ur_buf *out;
    bool bad;
} checker;

static void complain(checker *c, ur_id v, const char *what)
{
    c->bad = true;
    ur_buf_printf(c->out, "%%%d (%s): %s\n", v, ur_ops[c->g->node[v].op].id, what);
}

/* ---- index sets */
static bool sorted(int n, const int16_t *set)
{
    for (int k = 1; k < n; k++)
        if (set[k - 1] >= set[k]) return false;
    return true;
}

static void check_indices(checker *c, ur_id v)
{
    const ur_graph *g = c->g;
    const ur_node *n = &g->node[v];
    bool there = n->nidx <= UR_MAX_RAGGED && n->nfix <= UR_MAX_FIXED && n->nidx >= 0 && n->nfix >= 0;
    for (int k = 0; there && k < n->nidx; k++) there = n->idx[k] >= 0 && n->idx[k] < g->nindex && !g->index[n->idx[k]].fixed;
    for (int k = 0; there && k < n->nfix; k++) there = n->fix[k] >= 0 && n->fix[k] < g->nindex && g->index[n->fix[k]].fixed;
    if (!there) complain(c, v, "an index that there is not, or ragged among the fixed");
    else if (n->nidx && !n->example) complain(c, v, "an index that is ragged, and the same for all examples");
    else if (!sorted(n->nidx, n->idx) || !sorted(n->nfix, n->fix)) complain(c, v, "indices that are not in order");
}

static bool one(const ur_node *n) { return n->rows == 1 && n->cols == 1; }

/* ---- operands */
/* operations that take an operand along indices they lack themselves */
static bool takes_away(const ur_graph *g, const ur_node *n)
{
    bool joined = n->op == UR_PROD &&
                  ur_op_is(g->node[n->arg[0]].op, UR_PLANNED); /* its matrix is of all tuples at once, or may be */
    return n->nred || n->red_example || joined || n->op == UR_READ || n->op == UR_JOIN || ur_op_is(n->op, UR_CONTRACTS);
}

static void check_operand(checker *c, ur_id v, int k)
{
    const ur_graph *g = c->g;
    const ur_node *n = &g->node[v];
    ur_id a = ur_operand(n, k);
    if (a < (k < n->narg ? 0 : -1) || a >= g->nnode) {
        complain(c, v, "an operand that there is not");
        return;
    }
    if (a < 0) return;
    const ur_node *from = &g->node[a];
    bool symbols = n->op == UR_READ || k == 0 ? ur_op_is(n->op, UR_SYMBOLS) && n->sym : false;
    symbols |= k < 2 && ur_op_is(n->op, (unsigned)UR_SYMBOL_0 << k);
    if (k == 0 && ur_op_is(n->op, UR_ONE_ROW_0) && (from->example || from->nidx))
        complain(c, v, "a matrix that differs by example");
    if ((from->sym != 0) != symbols)
        complain(c, v, symbols ? "numbers where its operator takes symbols" : "symbols where its operator takes numbers");
    if (k >= n->narg || takes_away(g, n) || (n->op == UR_GATHER && !k)) return;
    bool within = !from->example || n->example;
    for (int i = 0; i < from->nidx; i++) within &= ur_has_index(n, from->idx[i]);
    for (int i = 0; i < from->nfix; i++) within &= ur_has_index(n, from->fix[i]);
    if (n->op == UR_STACK) within &= !ur_has_index(from, n->i) && from->rows == n->rows && from->cols == n->cols;
    if (!within) complain(c, v, "an operand carried along more than it is itself");
}

/* a reduction is carried along what it is of, less what it reduces, or with it */
static void check_reduced(checker *c, ur_id v)
{
    const ur_node *n = &c->g->node[v];
    for (int k = 0; k < n->nred; k++)
        if (ur_has_index(n, n->red[k]) != ur_op_is(n->op, UR_KEEPS)) complain(c, v, "an index reduced and kept, or neither");
}

/* ---- shapes */
static bool is(const ur_node *n, int rows, int cols) { return n->rows == rows && n->cols == cols; }

/* all arguments have n's shape or are numbers, and one has it */
static bool widest(const ur_graph *g, const ur_node *n)
{
    bool met = false, good = true;
    for (int k = 0; k < n->narg; k++) {
        const ur_node *a = &g->node[n->arg[k]];
        met |= is(a, n->rows, n->cols);
        good &= one(a) || is(a, n->rows, n->cols);
    }
    return met && good;
}

static bool stacked(const ur_graph *g, const ur_node *n)
{
    int rows = 0;
    bool good = true;
    for (int k = 0; k < n->narg; k++) {
        rows += g->node[n->arg[k]].rows;
        good &= g->node[n->arg[k]].cols == n->cols;
    }
    return good && rows == n->rows;
}

static int tuples_but(const ur_graph *g, const ur_node *n, const ur_node *but) /* of n's fixed indices that `but` lacks */
{
    int all = 1;
    for (int k = 0; k < n->nfix; k++)
        if (!ur_has_index(but, n->fix[k])) all *= g->index[n->fix[k]].size;
    return all;
}

/* matrix m times x; m may be one for all of the fixed indices that x has and n lacks, or n has and x lacks */
static bool product(const ur_graph *g, const ur_node *n, const ur_node *m, const ur_node *x)
{
    int rows = n->trans ? m->cols : m->rows, deep = n->trans ? m->rows : m->cols;
    bool joined = !m->nfix && !n->nred;
    return n->cols == x->cols && (rows == n->rows || (joined && rows == n->rows * tuples_but(g, n, x))) &&
           (deep == x->rows || (joined && deep == x->rows * tuples_but(g, x, n)));
}

/* the rows of x, or (a plan's) of all of its tuples along what neither n nor the other argument is carried along, one under the
 * other */
static bool rows_of(const ur_graph *g, int rows, const ur_node *x, const ur_node *n, const ur_node *other)
{
    int all = x->rows;
    for (int k = 0; k < x->nfix; k++)
        if (!ur_has_index(n, x->fix[k]) && !ur_has_index(other, x->fix[k])) all *= g->index[x->fix[k]].size;
    return rows == x->rows || rows == all;
}

static bool joined(const ur_graph *g, const ur_node *n, const ur_node *x)
{
    int each = n->trans ? ur_node_tuples(g, n) : ur_node_tuples(g, x);
    const ur_node *all = n->trans ? x : n, *part = n->trans ? n : x;
    return n->i ? is(all, part->rows * each, part->cols) : is(all, part->rows, part->cols * each);
}

static bool right_shape(const ur_graph *g, const ur_node *n)
{
    const ur_node *x = n->narg > 0 ? &g->node[n->arg[0]] : n, *y = n->narg > 1 ? &g->node[n->arg[1]] : n;
    switch (ur_ops[n->op].shape) {
    case UR_SHAPE_ANY: return true;
    case UR_SHAPE_OF_PARAM: return is(n, g->param[n->i].rows, g->param[n->i].cols);
    case UR_SHAPE_OF_DATUM:
        if ((n->j == UR_DATA_KNOWN || n->j == UR_DATA_THERE) && UR_IS_SYMBOL(g->data[n->i].kind)) return one(n);
        return is(n, g->data[n->i].size, 1);
    case UR_SHAPE_SCALAR: return one(n);
    case UR_SHAPE_AS_0: return is(n, x->rows, x->cols);
    case UR_SHAPE_WIDEST: return widest(g, n);
    case UR_SHAPE_SPREAD: return one(x) || is(n, x->rows, x->cols);
    case UR_SHAPE_STACKED: return stacked(g, n);
    case UR_SHAPE_PART:
        return n->trans ? n->rows == x->rows && n->i + n->cols <= x->cols : n->cols == x->cols && n->i + n->rows <= x->rows;
    case UR_SHAPE_TURNED: return is(n, x->cols, x->rows);
    case UR_SHAPE_PACKED: return n->trans ? is(n, x->cols, x->rows) : is(n, x->rows, x->cols);
    case UR_SHAPE_JOINED: return joined(g, n, x);
    case UR_SHAPE_PRODUCT: return product(g, n, x, y) && (n->narg < 3 || is(&g->node[n->arg[2]], n->rows, n->cols));
    case UR_SHAPE_SOLVED: return is(n, y->rows, y->cols) && is(x, n->rows, n->rows);
    case UR_SHAPE_SQUARE: return is(n, x->rows, x->rows) && x->cols == x->rows;
    case UR_SHAPE_DIAGONAL: return is(n, x->rows, n->trans ? x->rows : 1) && x->cols == (n->trans ? 1 : x->rows);
    case UR_SHAPE_OUTER: return rows_of(g, n->rows, x, n, y) && rows_of(g, n->cols, y, n, x) && x->cols == y->cols;
    case UR_SHAPE_COLUMN: return is(n, x->rows, 1) && x->cols == y->rows;
    case UR_SHAPE_TABLE: return is(n, x->rows, y->rows);
    }
    return false;
}

static void check_subscripts(checker *c, ur_id v)
{
    const ur_graph *g = c->g;
    const ur_node *n = &g->node[v];
    if (n->op == UR_READ && ur_nsub(g, n) && !n->sub) {
        complain(c, v, "no subscripts");
        return;
    }
    for (int k = 0; k < ur_nsub(g, n); k++) {
        const ur_sub *s = &n->sub[k];
        bool good = s->kind >= UR_SUB_REL && s->kind <= UR_SUB_END && s->nfix >= 0 && s->nfix <= 2;
        good = good && (s->kind != UR_SUB_REL || ur_has_index(n, s->index));
        for (int f = 0; good && f < s->nfix; f++) good = ur_has_index(n, s->fix[f]) && s->times[f];
        if (!good) complain(c, v, "a subscript that follows what the node is not carried along");
    }
}

static void check_node(checker *c, ur_id v)
{
    const ur_graph *g = c->g;
    const ur_node *n = &g->node[v];
    const ur_op_info *op = &ur_ops[n->op];
    check_indices(c, v);
    if (c->bad) return;
    int most = n->op == UR_COUNTS             ? g->ngoal
               : ur_op_is(n->op, UR_OF_PARAM) ? g->nparam
               : ur_op_is(n->op, UR_OF_DATUM) ? g->ndata
               : ur_op_is(n->op, UR_OF_INDEX) ? g->nindex
                                              : INT_MAX;
    if (n->i < 0 || n->i >= most) complain(c, v, "of a parameter, datum or index that there is not");
    else if (n->narg < op->least || n->narg > op->most) complain(c, v, "another number of arguments than its operator takes");
    else if (n->op == UR_STACK && (!g->index[n->i].fixed || g->index[n->i].size != n->narg || !ur_has_index(n, n->i)))
        complain(c, v, "not one argument for each position of a fixed index");
    else if ((n->op == UR_GATHER || n->op == UR_STREW) &&
             (!one(&g->node[n->arg[1]]) || !ur_has_index(n->op == UR_GATHER ? &g->node[n->arg[0]] : n, n->i)))
        complain(c, v, "no number for a position, or nothing along its index");
    else if (n->op == UR_READ && (n->arg[0] < 0 || n->arg[0] >= g->nnode)) complain(c, v, "nothing that it reads");
    else if (!n->example && (n->op == UR_COUNTS || ur_op_is(n->op, UR_OF_DATUM) ||
                             (ur_op_is(n->op, UR_LEAF) && ur_op_is(n->op, UR_OF_INDEX) && !g->index[n->i].fixed)))
        complain(c, v, "of a datum or length, and the same for all examples");
    else if (ur_op_is(n->op, UR_STEADY) && (n->example || n->nidx)) complain(c, v, "the same everywhere, and carried along");
    else if (n->sym && !ur_op_is(n->op, UR_LEAF | UR_SYMBOLS)) complain(c, v, "of symbols, where its operator makes numbers");
    else if (n->rows < 1 || n->cols < 1) complain(c, v, "no shape");
    for (int k = 0; !c->bad && n->op == UR_CONTRACT && k < n->nfix; k++)
        if (!ur_has_index(&g->node[n->arg[0]], n->fix[k]) && !ur_has_index(&g->node[n->arg[1]], n->fix[k]))
            complain(c, v, "along an index that neither of its operands has");
    if (c->bad) return;
    check_subscripts(c, v);
    for (int k = 0; !c->bad && k < ur_noperand(g, n); k++) check_operand(c, v, k);
    if (!c->bad && ur_op_is(n->op, UR_REDUCES)) check_reduced(c, v);
    if (!c->bad && !right_shape(g, n)) complain(c, v, "another shape than its operator makes of its arguments'");
}

/* ---- cycles: each passes through a READ, GATHER or STREW that moves along a ragged index */
static bool moves(const ur_graph *g, const ur_node *n)
{
    if (n->op != UR_READ) return ur_looks_one_way(n);
    const ur_node *q = &g->node[n->arg[0]];
    for (int k = 0; k < q->nidx; k++) {
        const ur_sub *s = &n->sub[k];
        if (!ur_sub_still(s, q->idx[k])) return true;
    }
    return false;
}

static void check_cycles(checker *c)
{
    enum { NEW, OPEN, CLOSED };
    const ur_graph *g = c->g;
    size_t room = (size_t)g->nnode + 1;
    char *state = ur_zalloc(room);
    ur_id *path = ur_alloc(room * sizeof *path);
    int *next = ur_zalloc(room * sizeof *next);
    for (ur_id r = 0; state && path && next && r < g->nnode; r++) {
        int depth = 0;
        if (state[r] == NEW) path[depth++] = r;
        while (depth && !c->bad) {
            ur_id v = path[depth - 1];
            const ur_node *n = &g->node[v];
            state[v] = OPEN;
            if (moves(g, n) || next[v] == ur_noperand(g, n)) {
                state[v] = CLOSED;
                depth--;
                continue;
            }
            ur_id a = ur_operand(n, next[v]++);
            if (a < 0 || state[a] == CLOSED) continue;
            if (state[a] == OPEN) complain(c, v, "a cycle without a step along an index");
            path[depth++] = a;
        }
    }
    ur_free(state);
    ur_free(path);
    ur_free(next);
}

bool ur_graph_check(const ur_graph *g, ur_buf *out)
{
    checker c = { .g = g, .out = out };
    for (ur_id v = 0; !c.bad && v < g->nnode; v++) check_node(&c, v);
    if (!c.bad && g->loss >= g->nnode) {
        ur_buf_printf(out, "no loss\n");
        c.bad = true;
    }
    if (!c.bad) check_cycles(&c);
    return !c.bad;
}
