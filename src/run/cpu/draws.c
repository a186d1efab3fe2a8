/* draws.c: what stands for a datum where it is not given (FILL), and random quantities of the equations (DRAW). Invariant: what
 * is drawn hangs on the example, the position and the seed alone. */
#include "run/cpu/exec.h"
#include <string.h>

/* what of the row is given, by component: all of it where all is, else over what is drawn. drawn: it is there. true: all of it */
static bool fill_given(shard *s, const ins *i, const acc *a, bool drawn, char *out)
{
    const ur_node *n = &s->p->g.node[i->node];
    size_t es = s->p->k->esize, w = ur_node_width(&s->p->g, n), parts = (size_t)i->arg[1].width, known = 0;
    for (size_t e = 0; e < parts; e++) known += ur_exec_get(s, a[1].p + e * es) != 0;
    if (known == parts) memcpy(out, a[0].p, w * ur_plan_esize(s->p, n));
    for (size_t e = 0; drawn && known && e < w; e++)
        if (ur_exec_get(s, a[1].p + e * es) != 0) memcpy(out + e * es, a[0].p + e * es, es);
    return known == parts;
}

/* one row of what a FILL draws, from one row of its arguments */
static void fill_row(shard *s, const ins *i, const acc *a, uint32_t ex, uint32_t at, const ur_draw_options *o, char *out)
{
    const ur_graph *g = &s->p->g;
    const ur_node *n = &g->node[i->node];
    size_t es = s->p->k->esize, w = ur_node_width(g, n);
    uint32_t site = UR_SITE_DRAWN + (uint32_t)n->i;
    double *args = (double *)s->scratch;
    if (n->sym) {
        int size = g->node[n->arg[2]].rows;
        s->p->k->to_double((size_t)size, a[2].p, args);
        *(int32_t *)out = ur_symbol_draw_at(args, size, o, s->s->step, ex, site, at, args + size);
        return;
    }
    if (n->j == UR_NDIST) {
        double *v = args + i->arg[2].width;
        s->p->k->to_double((size_t)i->arg[2].width, a[2].p, args);
        ur_law_draw(g->law[n->i], args, o, s->s->step, ex, site, at, v);
        s->p->k->from_double(w, v, out);
        return;
    }
    if (!o->mode && ur_dist_is_location((ur_dist)n->j) && i->arg[2].width == (int)w) {
        memcpy(out, a[2].p, w * es);
        return;
    }
    for (size_t e = 0; e < w; e++) {
        double arg[4] = { 0 };
        for (int k = 2; k < i->narg; k++) arg[k - 2] = ur_exec_get(s, a[k].p + (i->arg[k].width == 1 ? 0 : e * es));
        ur_exec_put(s, out + e * es, ur_dist_draw((ur_dist)n->j, arg, o, s->s->step, ex, site, at * (uint32_t)w + (uint32_t)e));
    }
}

void ur_exec_fill(shard *s, const ins *i, int r0, int r1)
{
    const ur_graph *g = &s->p->g;
    const ur_node *n = &g->node[i->node];
    acc a[6];
    ur_draw_options o = s->s->draw;
    if (n->sym && !o.from) o.from = ur_symbol_first(&g->schema, n->i);
    for (int row = r0; row < r1; row++) {
        for (int k = 0; k < i->narg; k++) ur_exec_locate(s, &i->arg[k], row, row + 1, &a[k]);
        char *out = ur_exec_row(s, i->node, row);
        if (fill_given(s, i, a, false, out)) continue;
        int item;
        uint32_t at = ur_exec_row_in_item(s, i->dom, row, &item);
        if (n->nidx == 1)
            at += (uint32_t)ur_exec_window_from(s, n->idx[0], item); /* every chunk of a sequence has numbers of its own */
        fill_row(s, i, a, s->item[item].example, at, &o, out);
        fill_given(s, i, a, true, out);
    }
}

/* one row of a DRAW from one row of its arguments: x, of `width` numbers each */
static void draw_row(shard *s, const ins *i, const acc *x, ur_turn who, const ur_draw_options *o, char *out)
{
    const ur_graph *g = &s->p->g;
    const ur_node *n = &g->node[i->node];
    const ur_kernels *k = s->p->k;
    size_t w = ur_node_width(g, n), each = (size_t)n->rows;
    uint32_t site = UR_SITE_DRAW + (uint32_t)n->i;
    double *logits = (double *)s->scratch, arg[UR_MAX_ARGS];
    if (n->j == UR_CATEGORICAL) {
        k->fill(w, 0, out);
        for (size_t at = 0; at < w; at += each) {
            k->to_double(each, x[0].p + at * k->esize, logits);
            int32_t one = ur_symbol_draw_at(logits, n->rows, o, who.turn, who.example, site, (uint32_t)at, logits + each);
            ur_exec_put(s, out + (at + (size_t)one) * k->esize, 1);
        }
        return;
    }
    for (size_t e = 0; e < w; e++) {
        for (int a = 0; a < i->narg; a++) arg[a] = ur_exec_get(s, x[a].p + (i->arg[a].width == 1 ? 0 : e * k->esize));
        ur_exec_put(s, out + e * k->esize, ur_dist_draw((ur_dist)n->j, arg, o, who.turn, who.example, site, (uint32_t)e));
    }
}

void ur_exec_draw(shard *s, const ins *i, int r0, int r1)
{
    const ur_node *n = &s->p->g.node[i->node];
    const canon *c = ur_canon_of(s, i->dom);
    acc x[UR_MAX_ARGS];
    for (int row = r0; row < r1; row++) {
        int cr = s->rows[i->dom].canon ? s->rows[i->dom].canon[row] : row, item = c ? c->item[cr] : 0;
        ur_draw_options o = { .mode = 1, .seed = s->s->seed };
        for (int k = 0; k < i->narg; k++) ur_exec_locate(s, &i->arg[k], row, row + 1, &x[k]);
        for (int k = 0; k < n->nidx; k++)
            o.seed = ur_random_at(o.seed, (uint64_t)(c->pos[k][cr] + ur_exec_before(s, n->idx[k], item)));
        draw_row(s, i, x, ur_turn_of(s->s, (size_t)s->rank[item]), &o, ur_exec_row(s, i->node, row));
    }
}
