/* outlook.c: what a model expects where its distributions hang on random quantities (draw), or on symbols and whole numbers that
 * it draws itself: one draw, and the likeliest values, say little of that, so it is the mean over random completions, of the mean
 * of numbers and of the probability of symbols given each (Rao and Blackwell's estimate). Must not know tables. Invariant: passes
 * see the same values in the same order. */
#include "model/model.h"
#include <string.h>

static bool coarse(const ur_graph *g, const ur_run *r, int datum)
{
    return UR_IS_SYMBOL(g->data[datum].kind) || (r->like[datum] >= 0 && ur_like_whole(&g->like[r->like[datum]]));
}

int ur_outlook_open(ur_outlook *o, const ur_run *r, ur_err *e)
{
    const ur_graph *g = r->g;
    ur_id *list = ur_alloc(((size_t)g->nnode + 1) * sizeof *list);
    bool *seen = ur_alloc((size_t)g->nnode + 1);
    *o = (ur_outlook){ .nline = g->nlike, .line = ur_zalloc((size_t)(g->nlike + 1) * sizeof *o->line) };
    int rc = list && seen && o->line ? 0 : ur_nomem(e);
    for (int l = 0; l < g->nlike && !rc; l++) {
        memset(seen, 0, (size_t)g->nnode);
        for (int k = 0; k < g->like[l].narg; k++) ur_reach(g, g->like[l].arg[k], seen, list);
        for (int d = 0; d < g->ndata; d++)
            if (r->fill[d] >= 0 && seen[r->fill[d]] && coarse(g, r, d)) o->line[l].hangs = o->any = true;
        for (ur_id v = 0; v < g->nnode; v++)
            if (seen[v] && ur_is_chance(&g->node[v])) o->line[l].random = o->line[l].hangs = o->any = true;
    }
    ur_free(list);
    ur_free(seen);
    return rc;
}

int unroll_model_chance(const unroll_model *m)
{
    const ur_graph *g = m ? m->graph : NULL;
    ur_id *list = g ? ur_alloc(((size_t)g->nnode + 1) * sizeof *list) : NULL;
    bool *seen = g ? ur_zalloc((size_t)g->nnode + 1) : NULL;
    int found = 0;
    for (int l = 0; list && seen && l < g->nlike; l++)
        for (int k = 0; k < g->like[l].narg; k++) ur_reach(g, g->like[l].arg[k], seen, list);
    if (list && seen && g->loss >= 0) ur_reach(g, g->loss, seen, list);
    for (ur_id v = 0; list && seen && v < g->nnode; v++)
        if (seen[v] && ur_is_chance(&g->node[v])) found |= UNROLL_CHANCE_DRAWS;
    if (list && seen) memset(seen, 0, (size_t)g->nnode);
    for (int l = 0; list && seen && l < g->nlike; l++)
        for (int k = 0; k < g->like[l].narg; k++) ur_reach(g, g->like[l].arg[k], seen, list);
    for (ur_id v = 0; list && seen && v < g->nnode; v++) {
        int d = g->node[v].op == UR_DATA ? g->node[v].i : -1;
        if (!seen[v] || d < 0 || !g->data[d].drawn) continue;
        if (UR_IS_SYMBOL(g->data[d].kind)) found |= UNROLL_CHANCE_SYMBOLS;
        for (int l = 0; l < g->nlike; l++)
            if (g->like[l].datum == d && !UR_IS_SYMBOL(g->data[d].kind) && ur_like_whole(&g->like[l]))
                found |= UNROLL_CHANCE_WHOLE;
    }
    ur_free(list);
    ur_free(seen);
    return found;
}

void ur_outlook_close(ur_outlook *o)
{
    for (int l = 0; o->line && l < o->nline; l++) ur_free(o->line[l].sum);
    ur_free(o->line);
    memset(o, 0, sizeof *o);
}

void ur_outlook_pass(ur_outlook *o, bool draws)
{
    o->draws += draws;
    o->looking = draws;
    for (int l = 0; l < o->nline; l++) o->line[l].at = 0;
}

int ur_outlook_add(ur_outlook *o, int line, const double *v, size_t n, ur_err *e)
{
    struct ur_outlook_line *k = &o->line[line];
    if (k->at + n > k->cap) {
        size_t cap = 2 * (k->at + n) + 64;
        double *more = ur_realloc(k->sum, cap * sizeof *more);
        if (!more) return ur_nomem(e);
        memset(more + k->cap, 0, (cap - k->cap) * sizeof *more);
        k->sum = more;
        k->cap = cap;
    }
    for (size_t i = 0; i < n; i++) k->sum[k->at++] += v[i];
    return 0;
}

void ur_outlook_next(ur_outlook *o, int line, double *v, size_t n)
{
    struct ur_outlook_line *k = &o->line[line];
    for (size_t i = 0; i < n; i++) v[i] = k->sum[k->at++] / o->draws;
}
