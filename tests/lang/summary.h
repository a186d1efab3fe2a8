/* What a graph says of its model, in lines: "param W 64 × 64 recurrent", "h[t] 64", "y ~ normal". For tests. */
#ifndef SUMMARY_H
#define SUMMARY_H
#include "lang/lang.h"

static inline void summary_indices(const ur_graph *g, int nidx, const int16_t *idx, int nfix, const int16_t *fix, ur_buf *out)
{
    for (int k = 0; k < nidx + nfix; k++) ur_buf_printf(out, "%s%s", k ? "," : "[", g->index[k < nidx ? idx[k] : fix[k - nidx]].name);
    if (nidx + nfix) ur_buf_printf(out, "]");
}

static inline void summary(const ur_graph *g, ur_buf *out)
{
    for (int k = 0; k < g->nindex; k++) {
        const ur_index *i = &g->index[k];
        ur_buf_printf(out, "index %s", i->name);
        if (i->fixed) ur_buf_printf(out, " = 1..%d", i->size);
        if (i->alias >= 0) ur_buf_printf(out, " = %s", g->index[i->alias].name);
        if (i->parent >= 0) ur_buf_printf(out, " in %s", g->index[i->parent].name);
        ur_buf_printf(out, "\n");
    }
    for (int k = 0; k < g->nparam; k++) {
        const ur_param *p = &g->param[k];
        int16_t fix[UR_MAX_FIXED];
        for (int i = 0; i < p->nfix; i++) fix[i] = (int16_t)p->fix[i];
        ur_buf_printf(out, "param %s", p->name);
        summary_indices(g, 0, NULL, p->nfix, fix, out);
        ur_buf_printf(out, " %d x %d%s%s%s%s\n", p->rows, p->cols, p->lookup ? " lookup" : "", p->recurrent ? " recurrent" : "", p->scale ? " scale" : "", p->trained ? "" : " fixed");
    }
    for (int k = 0; k < g->nquant; k++) {
        const ur_node *n = &g->node[g->quant[k].node];
        ur_buf_printf(out, "%s", g->quant[k].name);
        summary_indices(g, n->nidx, n->idx, n->nfix, n->fix, out);
        ur_buf_printf(out, " %d\n", n->rows);
    }
    for (int k = 0; k < g->nlike; k++) ur_buf_printf(out, "%s ~ %d\n", g->data[g->like[k].datum].name, (int)g->like[k].dist);
}
#endif
