/* Whether a graph is one: what graph.h promises of every node, looked at after the language has made it, after grad and between passes of a plan. For
 * tests; a graph that fails here is a fault of whoever made it. Must not know how anything is computed. */
#include "graph/graph.h"

typedef struct checker { const ur_graph *g; ur_buf *out; bool bad; } checker;

static void complain(checker *c, ur_id v, const char *what)
{
    c->bad = true;
    ur_buf_printf(c->out, "%%%d (%s): %s\n", v, ur_ops[c->g->node[v].op].id, what);
}

/* ---- index sets */
static bool sorted(int n, const int16_t *set)
{
    for (int k = 1; k < n; k++)
        if (set[k - 1] >= set[k])
            return false;
    return true;
}

static void check_indices(checker *c, ur_id v)
{
    const ur_graph *g = c->g;
    const ur_node *n = &g->node[v];
    bool there = n->nidx <= UR_MAX_RAGGED && n->nfix <= UR_MAX_FIXED && n->nidx >= 0 && n->nfix >= 0;
    for (int k = 0; there && k < n->nidx; k++)
        there = n->idx[k] >= 0 && n->idx[k] < g->nindex && !g->index[n->idx[k]].fixed;
    for (int k = 0; there && k < n->nfix; k++)
        there = n->fix[k] >= 0 && n->fix[k] < g->nindex && g->index[n->fix[k]].fixed;
    if (!there)
        complain(c, v, "an index that there is not, or ragged among the fixed");
    else if (n->nidx && !n->example)
        complain(c, v, "an index that is ragged, and the same for all examples");
    else if (!sorted(n->nidx, n->idx) || !sorted(n->nfix, n->fix))
        complain(c, v, "indices that are not in order");
}

/* ---- operands */
/* operations that take an operand along indices they lack themselves */
static bool takes_away(const ur_node *n)
{
    return n->nred || n->red_example || n->op == UR_READ || n->op == UR_CONTRACT || n->op == UR_SCATTER || n->op == UR_JOIN;
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
    if (a < 0 || k >= n->narg || takes_away(n))
        return;
    const ur_node *from = &g->node[a];
    bool within = !from->example || n->example;
    for (int i = 0; i < from->nidx; i++)
        within &= ur_has_index(n, from->idx[i]);
    for (int i = 0; i < from->nfix; i++)
        within &= ur_has_index(n, from->fix[i]);
    if (!within)
        complain(c, v, "an operand carried along more than it is itself");
    if (ur_ops[n->op].cls < UR_CLS_UNARY || ur_ops[n->op].cls > UR_CLS_TERNARY)
        return;
    if (!(from->rows == n->rows && from->cols == n->cols) && !(from->rows == 1 && from->cols == 1))
        complain(c, v, "an operand of another shape, component by component");
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
        for (int f = 0; good && f < s->nfix; f++)
            good = ur_has_index(n, s->fix[f]) && (s->sign[f] == 1 || s->sign[f] == -1);
        if (!good)
            complain(c, v, "a subscript that follows what the node is not carried along");
    }
}

static void check_node(checker *c, ur_id v)
{
    const ur_graph *g = c->g;
    const ur_node *n = &g->node[v];
    int arity = ur_ops[n->op].arity;
    check_indices(c, v);
    if (c->bad)
        return;
    if (arity >= 0 && n->narg != arity)
        complain(c, v, "another number of arguments than its operator has");
    if (n->op == UR_READ && (n->narg != 1 || n->arg[0] < 0 || n->arg[0] >= g->nnode)) {
        complain(c, v, "nothing that it reads");
        return;
    }
    if (!n->sym && (n->rows < 1 || n->cols < 1))
        complain(c, v, "no shape");
    check_subscripts(c, v);
    for (int k = 0; !c->bad && k < ur_noperand(g, n); k++)
        check_operand(c, v, k);
}

/* ---- cycles: each passes through a READ that moves along a ragged index */
static bool moves(const ur_graph *g, const ur_node *n)
{
    if (n->op != UR_READ)
        return false;
    const ur_node *q = &g->node[n->arg[0]];
    for (int k = 0; k < q->nidx; k++) {
        const ur_sub *s = &n->sub[k];
        if (s->kind != UR_SUB_REL || s->index != q->idx[k] || s->off || s->nfix)
            return true;
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
        if (state[r] == NEW)
            path[depth++] = r;
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
            if (a < 0 || state[a] == CLOSED)
                continue;
            if (state[a] == OPEN)
                complain(c, v, "a cycle without a step along an index");
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
    for (ur_id v = 0; !c.bad && v < g->nnode; v++)
        check_node(&c, v);
    if (!c.bad && g->loss >= g->nnode) {
        ur_buf_printf(out, "no loss\n");
        c.bad = true;
    }
    if (!c.bad)
        check_cycles(&c);
    return !c.bad;
}
