/* readback.c: numbers, symbols and lengths that were handed in, handed back: what plots draw the past from.
 * Must not know plans or codes. Invariant: reading changes nothing; lengths and texts of one example count the same
 * positions, words where pieces are not cut yet. */
#include "model/model.h"
#include <math.h>
#include <string.h>

/* the series of `name`, of numbers or of symbols */
static int series_of(const unroll_data *d, const char *name, size_t example, bool symbols, size_t *count, const char *call,
                     const ur_column **out, ur_err *e)
{
    if (!d || !name || !count) return ur_fail(e, UNROLL_ERROR_USAGE, "%s: no data, no name, or no place for the count", call);
    int i = ur_model_data(d->m, name);
    if (i < 0) return ur_fail(e, UNROLL_ERROR_USAGE, "%s: the model has no data %s", call, name);
    if (UR_IS_SYMBOL(d->m->graph->data[i].kind) != symbols)
        return ur_fail(e, UNROLL_ERROR_USAGE, "%s: %s is a %s", call, name, symbols ? "number" : "symbol");
    if (example >= d->raw->n)
        return ur_fail(e, UNROLL_ERROR_USAGE, "%s: there are %zu examples, not %zu", call, d->raw->n, example + 1);
    *count = 0;
    *out = &d->raw->col[i];
    return 0;
}

int unroll_data_get_numbers(const unroll_data *d, const char *name, size_t example, double *values, size_t cap, size_t *count)
{
    ur_err *e = ur_model_error();
    const ur_column *c;
    TRY(series_of(d, name, example, false, count, "unroll_data_get_numbers", &c, e));
    const ur_series *s = &c->raw;
    if (!c->present || !s->start) return 0;
    size_t width = ur_datum_width(&d->m->graph->schema, &d->m->graph->data[c - d->raw->col]), from = s->start[example] * width,
           n = s->start[example + 1] * width - from;
    for (size_t k = 0; values && k < n && k < cap; k++)
        values[k] = ur_raw_has(s, (from + k) / width, width, (from + k) % width) ? s->num[from + k] : NAN;
    *count = n;
    return 0;
}

int unroll_data_get_texts(const unroll_data *d, const char *name, size_t example, const char **texts, size_t cap, size_t *count)
{
    ur_err *e = ur_model_error();
    const ur_column *c;
    TRY(series_of(d, name, example, true, count, "unroll_data_get_texts", &c, e));
    const ur_series *s = &c->raw;
    if (!c->present || !s->start) return 0;
    size_t width = ur_datum_width(&d->m->graph->schema, &d->m->graph->data[c - d->raw->col]), from = s->start[example] * width,
           n = s->start[example + 1] * width - from, bytes;
    for (size_t k = 0; texts && k < n && k < cap; k++)
        texts[k] = s->seen && !s->seen[(from + k) / width] ? NULL : ur_vocab_entry(c->local, s->sym[from + k], &bytes);
    *count = n;
    return 0;
}

size_t unroll_data_examples(const unroll_data *d) { return d ? d->raw->n : 0; }

long unroll_data_length(const unroll_data *d, const char *index, size_t example)
{
    ur_err *e = ur_model_error();
    if (!d || !index) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_length: no data or no index");
    const ur_schema *g = &d->m->graph->schema;
    int i = 0;
    while (i < g->nindex && (!g->index[i].name || strcmp(g->index[i].name, index))) i++;
    if (i == g->nindex) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_length: the model has no index %s", index);
    if (example >= d->raw->n)
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_length: there are %zu examples, not %zu", d->raw->n, example + 1);
    if (g->index[i].fixed) return g->index[i].size;
    i = ur_index_resolve(g, i);
    if (g->index[i].parent >= 0)
        return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "%s is nested in %s: its length changes from position to position", index,
                       g->index[g->index[i].parent].name);
    bool ends = d->m->code ? ur_raw_ends(g, d->raw, d->m->code, i) : !d->raw->stream && ur_index_ends(g, i);
    return d->raw->extent[i].len ? (long)d->raw->extent[i].len[example] + ends : 0;
}

int unroll_data_columns(const unroll_data *d) { return d && d->raw->ncolumns ? (int)d->raw->form : -1; }

const char *unroll_data_column(const unroll_data *d, const char *name)
{
    int k = d && name ? ur_model_data(d->m, name) : -1;
    return k < 0 ? NULL : d->raw->bound[k];
}

const char *unroll_data_group(const unroll_data *d, size_t example, const char **column)
{
    if (!d || !d->raw->label || example >= d->raw->n) return NULL;
    if (column) *column = d->raw->label_name;
    return d->raw->label[example] ? d->raw->label[example] : "";
}
