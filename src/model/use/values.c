/* values.c: quantities of the text at every position of the data, as a table: what a state was, what a latent symbol is likely to
 * have been. Must not know what a quantity means. Invariant: the model and its data are unchanged by being looked at. */
#include "model/use/use.h"
#include <stdio.h>
#include <string.h>

typedef struct lookup {
    ur_job j;
    size_t n;
    int *number;   /* [n] of the quantities */
    ur_values *v;  /* [n] of the example under way */
    int index;     /* along which they lie; −1: none of them lies along any */
    size_t *first; /* [n] their columns */
} lookup;

/* may it stand in the table, beside those that are chosen? */
static bool fits(const lookup *w, const ur_node *x)
{
    const ur_schema *s = &w->j.m->graph->schema;
    return x->nidx == 0 || (x->nidx == 1 && (w->index < 0 || ur_index_resolve(s, w->index) == ur_index_resolve(s, x->idx[0])));
}

static void take(lookup *w, int number, const ur_node *x)
{
    if (x->nidx) w->index = x->idx[0];
    w->number[w->n++] = number;
}

/* which quantities: those named, or, where none is, all that have a value at the positions of one index */
static int choose(lookup *w, const char *const *name, size_t n, ur_err *e)
{
    const ur_graph *g = w->j.m->graph;
    w->number = ur_alloc((n + (size_t)g->nquant + 1) * sizeof *w->number);
    w->index = -1;
    if (!w->number) return ur_nomem(e);
    for (size_t k = 0; k < n; k++) {
        int q;
        TRY(ur_quantity_named(w->j.m, name[k], &q, e));
        const ur_node *x = &g->node[g->quant[q].node];
        if (x->sym) return ur_fail(e, UNROLL_ERROR_USAGE, "%s is a symbol, and values are numbers", name[k]);
        if (!fits(w, x))
            return ur_fail(e, UNROLL_ERROR_USAGE, "%s lies along %s: a table has quantities along one index", name[k],
                           x->nidx > 1 ? "several indices" : "another index than those before it");
        take(w, q, x);
    }
    for (int q = 0; !n && q < g->nquant; q++) {
        const ur_node *x = &g->node[g->quant[q].node];
        if (!g->quant[q].hidden && !x->sym && fits(w, x)) take(w, q, x);
    }
    return w->n ? 0 : ur_fail(e, UNROLL_ERROR_USAGE, "the text names no quantity that has values at the positions of one index");
}

/* NAME, or NAME_2 of a component, NAME_j_2 where it is carried along a fixed index */
static int add_columns(lookup *w, unroll_table *t, ur_err *e)
{
    const ur_graph *g = w->j.run->g;
    for (size_t k = 0; k < w->n; k++) {
        const ur_quantity *u = &g->quant[w->number[k]];
        const ur_node *x = &g->node[u->node];
        size_t cell = (size_t)x->rows * (size_t)x->cols, width = ur_node_width(g, x);
        w->first[k] = unroll_table_columns(t);
        for (size_t c = 0; c < width; c++) {
            char full[2 * UR_MAX_NAME];
            size_t tuple = c / cell, at = 1;
            int len = snprintf(full, sizeof full, "%.*s", UR_MAX_NAME, u->name);
            for (int f = 0; f < x->nfix; f++) at *= (size_t)g->index[x->fix[f]].size;
            for (int f = 0; f < x->nfix; f++) {
                at /= (size_t)g->index[x->fix[f]].size;
                len += snprintf(full + len, sizeof full - (size_t)len, "_%zu", tuple / at + 1);
                tuple %= at;
            }
            if (cell > 1) snprintf(full + len, sizeof full - (size_t)len, "_%zu", c % cell + 1);
            int rc = ur_table_column(t, full, false, e);
            if (rc < 0) return rc;
        }
    }
    return 0;
}

static int one_example(lookup *w, size_t x, ur_err *e)
{
    TRY(ur_run_example(w->j.run, w->j.c.x, x, w->j.o.seed, e));
    for (size_t k = 0; k < w->n; k++) TRY(ur_values_get(w->j.run, w->j.run->g->quant[w->number[k]].node, 0, &w->v[k], e));
    return 0;
}

static int fill_table(lookup *w, const ur_clock *k, unroll_table *t, ur_err *e)
{
    const ur_job *j = &w->j;
    int example = -1, when = -1, position = -1;
    size_t row = 0, before = w->index >= 0 ? (size_t)j->c.x->extent[ur_index_resolve(&j->m->graph->schema, w->index)].before : 0;
    if (j->c.x->n > 1 || j->raw->label)
        TRY((example = ur_table_column(t, j->raw->label ? j->raw->label_name : "example", j->raw->label != NULL, e)) < 0 ? example
                                                                                                                         : 0);
    if (k->all.t) TRY((when = ur_clock_column(k, t, e)) < 0 ? when : 0);
    if (w->index >= 0 && !k->all.t) TRY((position = ur_table_column(t, "position", false, e)) < 0 ? position : 0);
    TRY(add_columns(w, t, e));
    for (size_t x = 0; x < j->c.x->n; x++) {
        size_t npos = 1;
        TRY(one_example(w, x, e));
        for (size_t q = 0; q < w->n; q++) npos = w->v[q].npos > npos || w->v[q].npos == 0 ? w->v[q].npos : npos;
        for (size_t r = j->c.before; r < npos; r++, row++) {
            TRY(ur_table_row(t, e));
            TRY(ur_put_example(j, t, row, example, x, e));
            if (when >= 0) TRY(ur_clock_put(k, t, row, (size_t)when, x, r, e));
            if (position >= 0) ur_table_put(t, row, (size_t)position, (double)(r + 1 + before));
            for (size_t q = 0; q < w->n; q++)
                for (size_t c = 0; c < w->v[q].width; c++)
                    ur_table_put(t, row, w->first[q] + c, w->v[q].v[(w->v[q].npos > 1 ? r : 0) * w->v[q].width + c]);
        }
    }
    return 0;
}

static int look(lookup *w, unroll_model *m, const unroll_data *d, const char *const *name, size_t n, const unroll_use_options *o,
                unroll_table *t, ur_err *e)
{
    ur_job *j = &w->j;
    ur_clock k = { 0 };
    TRY(ur_use_check(m, d, e));
    j->m = m;
    j->o = ur_use_options(o);
    TRY(ur_use_ranges(&j->o, e));
    TRY(choose(w, name, n, e));
    TRY(ur_complete_open(&j->c, m, d, &j->o, true, e));
    TRY(ur_complete_gaps(&j->c, m, d, &j->o, e));
    j->raw = j->c.raw ? j->c.raw : d->raw;
    ur_run_want want = { .quantity = w->number, .nquantity = (int)w->n, .bare = true };
    TRY(ur_use_run(&j->run, m, j->c.x, &j->o, false, &want, e));
    w->v = ur_zalloc((w->n + 1) * sizeof *w->v);
    w->first = ur_zalloc((w->n + 1) * sizeof *w->first);
    if (!w->v || !w->first) return ur_nomem(e);
    int rc = w->index < 0 ? 0 : ur_clock_open(&k, j, ur_index_resolve(&m->graph->schema, w->index), e);
    if (!rc) rc = fill_table(w, &k, t, e);
    ur_clock_close(&k);
    return rc;
}

int unroll_values(unroll_model *m, const unroll_data *d, const char *const *name, size_t n, const unroll_use_options *o,
                  unroll_table **out)
{
    ur_err *e = ur_model_error();
    if (!m || !d || !out || (n && !name))
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_values: no model, no data, no names, or no place for the table");
    lookup w = { 0 };
    unroll_table *t = ur_table_new();
    int rc = t ? look(&w, m, d, name, n, o, t, e) : ur_nomem(e);
    for (size_t k = 0; w.v && k < w.n; k++) ur_free(w.v[k].v);
    ur_free(w.v);
    ur_free(w.number);
    ur_free(w.first);
    ur_job_finish(&w.j);
    if (rc) unroll_table_free(t);
    else *out = t;
    return rc;
}
