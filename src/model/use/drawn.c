/* drawn.c: what distributions say of hidden or missing rows, and what stands for these, in one item of a pass.
 * Must not know tables or what is asked for. Invariant: where equations read such a row, it is what they read. */
#include "model/model.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

int ur_args_get(ur_run *r, int like, size_t item, ur_args *a, ur_err *e)
{
    const ur_like *l = &r->g->like[like];
    a->n = l->narg;
    for (int k = 0; k < l->narg; k++) {
        const ur_node *n = &r->g->node[l->arg[k]];
        int nidx = r->g->data[l->datum].nidx;
        if (n->nidx != 0 && n->nidx != nidx)
            return ur_fail(e, UNROLL_ERROR_UNSUPPORTED,
                           "the distribution of %s follows only some of its indices: not possible here yet",
                           r->g->data[l->datum].name);
        TRY(ur_values_get(r, l->arg[k], item, &a->v[k], e));
    }
    return 0;
}

const char *ur_component_name(const unroll_model *m, int datum, size_t comp, char *out, size_t n)
{
    const ur_datum *u = &m->graph->data[datum];
    bool one = UR_IS_SYMBOL(u->kind) || ur_datum_width(&m->graph->schema, u) == 1;
    if (one) return u->name;
    snprintf(out, n, "%s%zu", u->name, comp + 1);
    return out;
}

void ur_args_free(ur_args *a)
{
    for (int k = 0; k < 4; k++) ur_free(a->v[k].v);
    memset(a, 0, sizeof *a);
}

double ur_arg(const ur_args *a, int k, size_t row, size_t comp)
{
    const ur_values *v = &a->v[k];
    if (v->npos == 0) return NAN;
    return v->v[(v->npos == 1 ? 0 : row < v->npos ? row : v->npos - 1) * v->width + (v->width == 1 ? 0 : comp)];
}

const double *ur_args_law(const ur_args *a, size_t row)
{
    const ur_values *v = &a->v[0];
    return v->npos ? v->v + (v->npos == 1 ? 0 : row < v->npos ? row : v->npos - 1) * v->width : NULL;
}

double ur_args_mean(const ur_like *like, const ur_args *a, size_t row, size_t comp)
{
    double x[4];
    if (like->law) return ur_args_law(a, row) ? ur_law_mean(like->law, ur_args_law(a, row), comp) : NAN;
    for (int k = 0; k < a->n; k++) x[k] = ur_arg(a, k, row, comp);
    return ur_dist_mean(like->dist, x);
}

bool ur_like_whole(const ur_like *like) { return like->law ? ur_law_whole(like->law) : ur_dist_whole(like->dist); }

bool ur_like_pointer(const ur_like *like) { return like->law && like->law->kind == UR_LAW_POINTER; }

bool ur_like_pinball(const ur_like *like) { return like->law && ur_law_pinball(like->law); }

const char *ur_like_name(const ur_like *like) { return like->law ? ur_law_name(like->law) : ur_dist_name(like->dist); }

/* how many rows of a datum an item runs over, and which is the first */
size_t ur_item_rows(const ur_run *r, const ur_examples *x, const ur_batch *b, size_t item, int datum, size_t *first)
{
    const ur_item *it = &b->item[item];
    const ur_series *s = &x->series[datum];
    size_t from = s->start[it->example], all = s->start[it->example + 1] - from;
    int axis[UR_MAX_RAGGED];
    if (b->window_index < 0 || ur_datum_axes(&r->g->schema, &r->g->data[datum], axis) != 1 || axis[0] != b->window_index) {
        *first = from;
        return all;
    }
    *first = from + (size_t)it->from;
    return (size_t)((it->to < 0 ? (int32_t)all : it->to) - it->from);
}

void ur_drawn_free(ur_drawn *w)
{
    ur_args_free(&w->args);
    ur_free(w->fill.v);
    ur_free(w->scratch);
    memset(w, 0, sizeof *w);
}

int ur_drawn_get(ur_drawn *w, ur_run *r, int datum, size_t item, ur_err *e)
{
    w->run = r;
    w->datum = datum;
    w->item = item;
    if (r->fill[datum] >= 0) return ur_values_get(r, r->fill[datum], item, &w->fill, e);
    TRY(ur_args_get(r, r->like[datum], item, &w->args, e));
    if (r->g->like[r->like[datum]].law && !w->scratch &&
        !(w->scratch = ur_alloc((r->g->like[r->like[datum]].law->width + 1) * sizeof *w->scratch)))
        return ur_nomem(e);
    if (UR_IS_SYMBOL(r->g->data[datum].kind) && !w->scratch &&
        !(w->scratch = ur_alloc((w->args.v[0].width + 1) * sizeof *w->scratch)))
        return ur_nomem(e);
    return 0;
}

double ur_drawn_value(ur_drawn *w, const ur_pass *p, const ur_batch *b, size_t row, size_t comp)
{
    const ur_run *r = w->run;
    const ur_like *l = &r->g->like[r->like[w->datum]];
    uint32_t example = b->item[w->item].example,
             site = UR_SITE_DRAWN + (uint32_t)w->datum; /* the numbers that FILL draws, where equations read the datum */
    double a[4], v;
    size_t at;
    ur_item_rows(r, p->x, b, w->item, w->datum, &at);
    at += row - p->x->series[w->datum].start[example];
    if (r->fill[w->datum] >= 0) {
        v = row < w->fill.npos ? w->fill.v[row * w->fill.width + (w->fill.width == 1 ? 0 : comp)] : NAN;
        return UR_IS_SYMBOL(r->g->data[w->datum].kind) ? v : ur_own(r->m, w->datum, comp, v);
    }
    if (UR_IS_SYMBOL(r->g->data[w->datum].kind)) {
        size_t n = w->args.v[0].width;
        ur_draw_options o = p->draw;
        if (!o.from) o.from = ur_symbol_first(&r->g->schema, w->datum);
        return ur_symbol_draw_at(w->args.v[0].v + (w->args.v[0].npos == 1 ? 0 : row) * n, (int)n, &o, p->step, example, site,
                                 (uint32_t)at, w->scratch);
    }
    if (l->law) {
        const double *args = ur_args_law(&w->args, row);
        if (!args) return NAN;
        ur_law_draw(l->law, args, &p->draw, p->step, example, site, (uint32_t)at, w->scratch);
        return ur_own(r->m, w->datum, comp, w->scratch[comp]);
    }
    for (int k = 0; k < w->args.n; k++) a[k] = ur_arg(&w->args, k, row, comp);
    uint32_t width = (uint32_t)ur_datum_width(&r->g->schema, &r->g->data[w->datum]);
    v = p->draw.mode ? ur_dist_draw(l->dist, a, &p->draw, p->step, example, site, (uint32_t)at * width + (uint32_t)comp)
                     : ur_dist_likeliest(l->dist, a);
    return ur_own(r->m, w->datum, comp, v);
}
