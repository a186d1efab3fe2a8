/* work.c: how many operations a graph asks for. Must not know plans: a plan that computes a thing twice, or leaves one out, does
 * not change what was asked. Invariant: products alone are counted, a multiplication and an addition as two; all else is small
 * beside them. */
#include "graph/graph.h"

static bool has(const ur_node *a, const ur_node *b, int index) { return ur_has_index(a, index) || (b && ur_has_index(b, index)); }

/* positions of a node over all examples; an index nested twice counts once */
static double positions(const ur_graph *g, const ur_examples *x, const ur_node *a, const ur_node *b)
{
    double all = 0;
    bool along = a->nidx || a->example || (b && (b->nidx || b->example));
    if (!along) return 1;
    for (size_t k = 0; k < x->n; k++) {
        double here = 1;
        for (int i = 0; i < g->nindex; i++) {
            const ur_index *ix = &g->index[i];
            const int32_t *len = x->extent[ur_index_resolve(&g->schema, i)].len;
            if (ix->fixed || !len || !has(a, b, i)) continue;
            if (ix->parent < 0) {
                here *= len[k];
                continue;
            }
            size_t outer = g->index[ix->parent].parent < 0 ? ur_length(x, ix->parent, k) : 0;
            if (outer)
                here *= (double)ur_nested_length(x, ix->parent, i, k) /
                        (double)outer; /* here has the outer ones: as many as there are in the mean */
        }
        all += here;
    }
    return all;
}

static double fixed_beside(const ur_graph *g, const ur_node *n,
                           const ur_node *but) /* sizes of n's fixed indices that `but` lacks */
{
    double m = 1;
    for (int k = 0; k < n->nfix; k++)
        if (!ur_has_index(but, n->fix[k])) m *= g->index[n->fix[k]].size;
    return m;
}

static double product(const ur_graph *g, const ur_examples *x, const ur_node *n)
{
    const ur_node *a = &g->node[n->arg[0]], *b = &g->node[n->arg[1]];
    double pair = 2 * (double)ur_node_width(g, a) * fixed_beside(g, b, a);
    if (n->op == UR_PROD) return pair * b->cols * positions(g, x, n, NULL);
    return pair * b->rows * positions(g, x, a, b); /* CONTRACT: arg 0 · arg 1' */
}

double ur_work(const ur_graph *g, const ur_examples *x, const ur_id *want, int nwant, ur_err *e)
{
    bool *seen = ur_zalloc((size_t)g->nnode + 1);
    ur_id *stack = ur_alloc(sizeof *stack * ((size_t)g->nnode + 1));
    double all = 0;
    if (!seen || !stack) ur_nomem(e);
    for (int k = 0; seen && stack && k < nwant; k++) ur_reach(g, want[k], seen, stack);
    for (ur_id v = 0; seen && stack && v < g->nnode; v++)
        if (seen[v] && (g->node[v].op == UR_PROD || g->node[v].op == UR_CONTRACT)) all += product(g, x, &g->node[v]);
    ur_free(seen);
    ur_free(stack);
    return all;
}
