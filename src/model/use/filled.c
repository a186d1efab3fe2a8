/* filled.c: completions as data: what is left out filled in with the most likely values.
 * Must not know tables. Invariant: a cell that is given is never changed. */
#include "model/use/use.h"
#include <math.h>

static bool left_out(const unroll_model *m, const ur_raw *r)
{
    for (int d = 0; d < m->ndata; d++) {
        const ur_series *s = &r->col[d].raw;
        if (m->graph->data[d].drawn && !r->col[d].present) return true;
        for (size_t k = 0; m->graph->data[d].drawn && s->seen && k < s->nrow; k++)
            if (!s->seen[k]) return true;
    }
    return false;
}

/* datum d into `raw`, what was given and what was completed */
static int put_back(ur_job *j, ur_raw *raw, int d, ur_err *e)
{
    const ur_datum *u = &j->m->graph->data[d];
    const ur_series *s = &j->c.x->series[d];
    const ur_answer *a = &j->a[d];
    bool sym = UR_IS_SYMBOL(u->kind), one = u->nidx == 1;
    if (sym && u->nfix)
        return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "%s is left out and carried along an index of fixed length: not possible yet",
                       u->name);
    size_t n = j->c.x->n, rows = 0, bytes;
    size_t *length = ur_zalloc((n + 1) * sizeof *length);
    const char **text = ur_zalloc((s->nrow + 1) * sizeof *text);
    double *value = ur_alloc((s->nrow * a->w + 1) * sizeof *value);
    int rc = length && text && value ? 0 : ur_nomem(e);
    for (size_t x = 0; !rc && x < n; x++)
        for (size_t r = s->start[x]; r < s->start[x + 1]; r++) {
            double id = !sym ? 0 : ur_missing(s, r) ? a->v[r] : s->sym[r];
            if (sym && j->c.open[d] && id == UR_SYM_END) break;
            if (sym)
                text[rows] = isnan(id)              ? NULL
                             : id == UR_SYM_UNKNOWN ? "<unknown>"
                                                    : ur_vocab_entry(j->m->code[d].vocab, (int)id, &bytes);
            for (size_t w = 0; !sym && w < a->w; w++)
                value[rows * a->w + w] = ur_missing(s, r) ? a->v[r * a->w + w] : ur_own(j->m, d, w, s->num[r * a->w + w]);
            length[x]++;
            rows++;
        }
    if (!rc)
        rc = sym ? ur_raw_set_texts(raw, &j->m->graph->schema, d, one ? length : NULL, text, e)
                 : ur_raw_set_numbers(raw, &j->m->graph->schema, d, one ? length : NULL, value, e);
    raw->col[d].cut = !rc && u->kind == UR_PIECES;
    ur_free(length);
    ur_free(text);
    ur_free(value);
    return rc;
}

int unroll_data_complete(unroll_data **out, unroll_model *m, const unroll_data *d, const unroll_use_options *o)
{
    ur_err *e = ur_model_error();
    unroll_use_options mine = ur_use_options(o);
    if (!m || !d || !out)
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_complete: no model, no data, or no place for the result");
    if (mine.horizon || mine.n_best > 1)
        return ur_fail(e, UNROLL_ERROR_USAGE,
                       "unroll_data_complete: a horizon and several completions make a table: ask unroll_predict");
    mine.history = NULL;
    mine.samples = mine.n_best = mine.stream = 0;
    ur_job j = { 0 };
    ur_raw *raw = NULL;
    const ur_schema *g = &m->graph->schema;
    int rc = ur_use_check(m, d, e);
    if (!rc) rc = ur_use_ranges(&mine, e);
    bool any = !rc && (left_out(m, d->raw) || mine.prompt || mine.go_on);
    if (!rc && any) rc = ur_job_start(&j, m, d, &mine, false, e);
    if (!rc && any) rc = ur_job_answers(&j, false, e);
    if (!rc && any) rc = ur_job_complete(&j, e);
    if (!rc) rc = ur_raw_slice(&raw, g, any ? j.raw : d->raw, 0, ur_raw_units(g, any ? j.raw : d->raw), e);
    for (int k = 0; !rc && any && k < m->ndata; k++)
        if (j.c.gap[k]) rc = put_back(&j, raw, k, e);
    if (!rc)
        rc = ur_raw_cut(raw, g, m->code,
                        e); /* what was generated stays as the pieces that it is: cut anew, words may get others */
    ur_job_finish(&j);
    if (!rc) return ur_data_wrap(out, m, raw, e);
    ur_raw_free(raw);
    return rc;
}

/* rows of one symbol datum, given or the most likely; of a sequence that ends those before its end symbol */
static int symbols_out(const ur_job *j, int d, ur_symbols *out, ur_err *e)
{
    const ur_series *s = &j->c.x->series[d];
    size_t n = 0;
    out->id = ur_alloc((s->nrow + 1) * sizeof *out->id);
    out->start = ur_zalloc((j->c.x->n + 1) * sizeof *out->start);
    if (!out->id || !out->start) return ur_nomem(e);
    for (size_t x = 0; x < j->c.x->n; x++) {
        for (size_t r = s->start[x]; r < s->start[x + 1]; r++) {
            double v = ur_missing(s, r) ? j->a[d].v[r] : s->sym[r];
            if (j->c.open[d] && (isnan(v) || (int)v == UR_SYM_END)) break;
            out->id[n++] = isnan(v) ? UR_SYM_UNKNOWN : (int32_t)v;
        }
        out->start[x + 1] = n;
    }
    return 0;
}

int ur_generate(unroll_model *m, ur_raw *raw, const unroll_use_options *o, const bool *want, ur_symbols *out, ur_err *e)
{
    unroll_data d = { .m = m, .raw = raw };
    unroll_use_options mine = *o;
    mine.horizon = mine.samples = mine.n_best = mine.go_on = mine.stream = 0;
    mine.prompt = NULL;
    mine.history = NULL;
    ur_job j = { 0 };
    int rc = ur_job_start(&j, m, &d, &mine, false, e);
    if (!rc) rc = ur_job_answers(&j, false, e);
    if (!rc) rc = ur_job_complete(&j, e);
    for (int k = 0; !rc && k < m->ndata; k++)
        if (want[k]) rc = symbols_out(&j, k, &out[k], e);
    ur_job_finish(&j);
    return rc;
}
