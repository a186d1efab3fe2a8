/* quantity.c: what the text names by an equation: its indices, its size, and whether it is attention, a softmax along an index.
 * Must not know data or plans. Invariant: a quantity is told by its nodes, not by its name, so one inside a cell is found like
 * any other. */
#include "model/model.h"
#include <string.h>

/* the index along which node k is a softmax; −1: it is none, or not along one index */
static int softmax_index(const ur_graph *g, ur_id k)
{
    ur_softmax s;
    k = ur_same_value(g, k);
    return k >= 0 && g->node[k].op == UR_EXP && ur_log_softmax(g, g->node[k].arg[0], &s) ? s.along : -1;
}

int ur_quantity_named(const unroll_model *m, const char *name, int *number, ur_err *e)
{
    const ur_graph *g = m->graph;
    const char *near = NULL;
    size_t best = 4;
    *number = -1;
    for (int q = 0; q < g->nquant; q++) {
        size_t c = ur_edit_distance(name, g->quant[q].name);
        if (!c) *number = q;
        if (c < best) best = c, near = g->quant[q].name;
    }
    if (*number < 0)
        return near ? ur_fail(e, UNROLL_ERROR_USAGE, "the model has no quantity %s; did you mean %s?", name, near)
                    : ur_fail(e, UNROLL_ERROR_USAGE, "the model has no quantity %s", name);
    if (g->quant[*number].hidden)
        return ur_fail(e, UNROLL_ERROR_USAGE,
                       "%s reads a latent symbol, so that it has a value for each state, and none that is known", name);
    return 0;
}

size_t unroll_quantity_count(const unroll_model *m) { return m ? (size_t)m->graph->nquant : 0; }

int unroll_quantity_info(const unroll_model *m, size_t i, unroll_named *out)
{
    ur_err *e = ur_model_error();
    if (!m || !out || i >= (size_t)m->graph->nquant)
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_quantity_info: there is no quantity number %zu", i);
    const ur_graph *g = m->graph;
    const ur_node *n = &g->node[g->quant[i].node];
    memset(out, 0, sizeof *out);
    out->name = g->quant[i].name;
    out->size = n->sym ? 0 : n->rows * n->cols;
    for (int k = 0; k < n->nidx + n->nfix; k++) {
        int own = k < n->nidx ? n->idx[k] : n->fix[k - n->nidx];
        const ur_index *x = &g->index[own];
        out->of[out->nindex] = g->index[ur_index_resolve(&g->schema, own)].name;
        out->index[out->nindex++] = x->name;
        if (k >= n->nidx) out->fixed[out->nfixed++] = x->size;
    }
    int along = softmax_index(g, g->quant[i].node);
    if (along >= 0 && ur_has_index(n, along)) out->weighs = g->index[along].name;
    return 0;
}
