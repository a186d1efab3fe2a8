/* cells.c: completions as tables: the most likely values of what is left out, quantiles from random completions, or the random
 * completions themselves. Must not know how they were found. Invariant: a number that was given is printed as it was given. */
#include "model/use/use.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- texts */
/* a sequence of symbols as one text, up to its end symbol; given symbols and drawn ones */
static int text_of(ur_job *j, int d, size_t example, const double *drawn, size_t stride, ur_buf *out, ur_err *e)
{
    const ur_series *s = &j->c.x->series[d];
    size_t from = s->start[example] + (j->o.prompt ? 0 : j->c.before),
           n = s->start[example + 1] > from ? s->start[example + 1] - from : 0;
    int32_t *id = ur_alloc((n + 1) * sizeof *id);
    if (!id) return ur_nomem(e);
    for (size_t k = 0; k < n; k++) {
        double v = ur_missing(s, from + k) ? drawn[(from + k) * stride] : s->sym[from + k];
        id[k] = isnan(v) ? UR_SYM_UNKNOWN : (int32_t)v;
    }
    ur_symbols_text(out, j->m->graph->data[d].kind, j->m->code[d].vocab, id, n, d == j->lanes && j->runs_on);
    ur_free(id);
    return out->bad ? ur_nomem(e) : 0;
}

static int put_symbol(ur_job *j, unroll_table *t, size_t row, size_t col, int d, double id, ur_err *e)
{
    if (isnan(id)) return 0;
    size_t n = 0;
    int k = (int)id;
    const char *s = k == UR_SYM_UNKNOWN ? "<unknown>"
                    : k == UR_SYM_END   ? "<end>"
                    : k == UR_SYM_START ? "<start>"
                                        : ur_vocab_entry(j->m->code[d].vocab, k, &n);
    return ur_table_puts(t, row, col, s ? s : "", s && !n ? strlen(s) : n, e);
}

bool ur_job_by_example(const ur_job *j, int d)
{
    const ur_datum *u = &j->m->graph->data[d];
    if (u->nidx == 0) return true;
    if (!UR_IS_SYMBOL(u->kind)) return false;
    return j->c.open[d] || (j->c.add > 0 && (u->kind != UR_SYMBOL || j->o.prompt));
}

/* ---- numbers in their own units */
/* as it was given: what is encoded has been divided and multiplied */
static double given_at(const ur_job *j, int d, size_t example, size_t row, size_t comp)
{
    const ur_series *s = &j->c.x->series[d], *q = &j->raw->col[d].raw;
    size_t w = j->a[d].w, pos = row - s->start[example];
    if (!j->raw->col[d].present || !q->num || pos >= q->start[example + 1] - q->start[example])
        return ur_own(j->m, d, comp, s->num[row * w + comp]);
    return q->num[(q->start[example] + pos) * w + comp];
}

/* What was computed, without the digits that its precision does not know: the number of fewest digits that is, scaled, the same
 * in single precision; of double precision within some of its last bits, which sums do not keep. */
static double computed(const ur_job *j, int d, size_t comp, double v)
{
    const ur_code *c = &j->m->code[d];
    double mean = c->mean ? c->mean[comp] : 0;
    bool single = !j->o.precision && j->m->single;
    return ur_shortest(v, fmax(single ? fabs(v - mean) * 0x1p-25 : 0, (fabs(v) + fabs(mean)) * 0x1p-49));
}

/* ---- the naive forecast: the value a season earlier, else the last */
static double naive_at(ur_job *j, int d, size_t example, size_t row, size_t comp)
{
    const ur_series *s = &j->c.x->series[d];
    size_t from = s->start[example], origin = row;
    bool next = j->origin_of == d + 1 && j->origin >= from &&
                (row == j->origin_row || (row == j->origin_row + 1 && !ur_series_some(s, row - 1)));
    if (next) origin = j->origin; /* rows come in order: a long horizon is not walked back from each of its rows */
    while (!next && origin > from && !ur_series_some(s, origin - 1)) origin--;
    j->origin_of = d + 1;
    j->origin_row = row;
    j->origin = origin;
    while (origin > from && !ur_series_has(s, origin - 1, comp)) origin--;
    size_t season = (size_t)(j->o.season > 0 ? j->o.season : j->m->rec.season);
    size_t back = season ? (row - origin) / season * season + season : 0;
    size_t at = back && row >= from + back && ur_series_has(s, row - back, comp) ? row - back : origin - 1;
    if (origin == from) return NAN;
    return given_at(j, d, example, at, comp);
}

/* ---- tables */
static const size_t quantile[] = { 5, 10, 50, 90, 95 }; /* percent */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* between two of n values; of whole numbers the least that is not below so many of them (types 7 and 1 of Hyndman & Fan 1996).
 * `percent` is whole, lest a value at a place be one beside it */
static double quantile_of(const double *sorted, size_t n, size_t percent, bool whole)
{
    if (whole) return sorted[(percent * n + 99) / 100 - 1];
    size_t at = percent * (n - 1), i = at / 100;
    return i + 1 < n ? sorted[i] + (double)(at % 100) / 100 * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}

typedef struct columns {
    int example, sample, position, when, row, seconds, score;
    int *first; /* by datum */
    bool naive;
} columns;

/* name: of the component */
static int add_chances(ur_job *j, unroll_table *t, int d, const char *name, ur_err *e)
{
    const ur_answer *a = &j->a[d];
    bool sym = UR_IS_SYMBOL(j->m->graph->data[d].kind);
    ur_buf b = { 0 };
    int rc = 0;
    for (size_t k = 0; a->p && k <= (a->each ? a->nclass : 0) && rc >= 0; k++) {
        b.n = 0;
        ur_buf_printf(&b, "%s_p", name);
        if (k && !sym) ur_buf_printf(&b, "_%zu", k);
        else if (k) ur_buf_printf(&b, "_%s", ur_vocab_entry(j->m->code[d].vocab, (int)k - 1 + UR_SYM_FIRST, NULL));
        rc = b.bad ? ur_nomem(e) : ur_table_column(t, b.s, false, e);
    }
    ur_buf_free(&b);
    return rc < 0 ? rc : 0;
}

static void put_chances(const ur_answer *a, unroll_table *t, size_t row, size_t col, size_t r)
{
    if (a->p) ur_table_put(t, row, col, a->p[r]);
    for (size_t k = 0; a->each && k < a->nclass; k++) ur_table_put(t, row, col + 1 + k, a->each[r * a->nclass + k]);
}

/* does a line of the datum draw a position of an index? */
static bool draws_position(const ur_graph *g, int d)
{
    bool position = false;
    for (int l = 0; l < g->nlike; l++) position = position || (g->like[l].datum == d && ur_like_pointer(&g->like[l]));
    return position;
}

static int add_columns(ur_job *j, unroll_table *t, columns *c, const ur_clock *k, bool positions, bool samples, ur_err *e)
{
    *c = (columns){ -1, -1, -1, -1, -1, -1, -1, c->first, false };
    bool several = j->c.x->n > 1 && (!samples || positions || j->nsample);
    if (several || j->raw->label)
        TRY((c->example = ur_table_column(t, j->raw->label ? j->raw->label_name : "example", j->raw->label != NULL, e)) < 0
                ? c->example
                : 0);
    if (samples) TRY((c->sample = ur_table_column(t, j->score ? "rank" : "sample", false, e)) < 0 ? c->sample : 0);
    if (k->all.t) TRY((c->when = ur_clock_column(k, t, e)) < 0 ? c->when : 0);
    if (positions && !k->all.t) TRY((c->position = ur_table_column(t, "position", false, e)) < 0 ? c->position : 0);
    if (positions && j->o.rows) TRY((c->row = ur_table_column(t, "row", false, e)) < 0 ? c->row : 0);
    if (positions && j->o.rows) TRY((c->seconds = ur_table_column(t, "seconds", false, e)) < 0 ? c->seconds : 0);
    for (int d = 0; d < j->m->ndata; d++) {
        if (!j->c.gap[d]) continue;
        char part[UR_MAX_NAME + 24], full[UR_MAX_NAME + 64];
        bool sym = UR_IS_SYMBOL(j->m->graph->data[d].kind), position = draws_position(j->m->graph, d);
        c->first[d] = (int)unroll_table_columns(t);
        for (size_t w = 0; w < j->a[d].w; w++) {
            const char *name = ur_component_name(j->m, d, w, part, sizeof part);
            int rc = ur_table_column(t, name, sym, e);
            if (rc < 0) return rc;
            if ((sym || position) && !samples) TRY(add_chances(j, t, d, name, e));
            if (position && !samples && j->nsample)
                ur_note(&(ur_notes){ j->o.note, j->o.note_arg },
                        "%s is a position, which has no mean and no quantiles of samples: %s_p is how likely it is", name, name);
            if (sym || position || samples) continue;
            snprintf(full, sizeof full, "%s_mean", name);
            if ((j->nsample || j->a[d].mean) && (rc = ur_table_column(t, full, false, e)) < 0) return rc;
            if (j->nsample) {
                for (size_t q = 0; q < 5; q++) {
                    snprintf(full, sizeof full, "%s_%zu", name, quantile[q]);
                    if ((rc = ur_table_column(t, full, false, e)) < 0) return rc;
                }
            }
            if (j->c.add > 0) {
                bool alone = true;
                for (int o = 0; o < j->m->ndata; o++) alone = alone && (o == d || !j->c.gap[o]);
                snprintf(full, sizeof full, alone && j->a[d].w == 1 ? "naive" : "%s_naive", name);
                if ((rc = ur_table_column(t, full, false, e)) < 0) return rc;
                c->naive = true;
            }
        }
    }
    return j->score && (c->score = ur_table_column(t, "score", false, e)) < 0 ? c->score : 0;
}

/* does every line of the datum draw whole numbers? */
static bool draws_whole(const ur_graph *g, int d)
{
    bool whole = true;
    for (int l = 0; l < g->nlike; l++) whole = whole && (g->like[l].datum != d || ur_like_whole(&g->like[l]));
    return whole;
}

static int put_numbers(ur_job *j, unroll_table *t, size_t row, const columns *c, int d, size_t example, size_t r, size_t sample,
                       ur_err *e)
{
    const ur_answer *a = &j->a[d];
    const ur_series *s = &j->c.x->series[d];
    size_t col = (size_t)c->first[d];
    bool sym = UR_IS_SYMBOL(j->m->graph->data[d].kind), whole = j->nsample && !sym && draws_whole(j->m->graph, d),
         position = draws_position(j->m->graph, d);
    for (size_t w = 0; w < a->w; w++) {
        size_t at = r * a->w + w;
        bool there = ur_series_has(s, r, sym ? 0 : w);
        double v = there                ? (sym ? s->sym[r] : given_at(j, d, example, r, w))
                   : sample != SIZE_MAX ? a->sample[at * j->nsample + sample]
                                        : a->v[at];
        if (sym) {
            TRY(put_symbol(j, t, row, col++, d, v, e));
            if (sample == SIZE_MAX) put_chances(a, t, row, col, r);
            continue;
        }
        ur_table_put(t, row, col++, there ? v : computed(j, d, w, v));
        if (position && sample == SIZE_MAX) {
            put_chances(a, t, row, col, at);
            col += (a->p != NULL) + (a->each ? a->nclass : 0);
        }
        if (sample != SIZE_MAX || position) continue;
        if (a->mean) ur_table_put(t, row, col++, there ? v : computed(j, d, w, a->mean[at]));
        if (j->nsample) {
            double *p = a->sample + at * j->nsample, sum = 0;
            size_t n = 0;
            for (size_t i = 0; i < j->nsample; i++)
                if (!isnan(p[i])) sum += p[n++] = p[i];
            qsort(p, n, sizeof *p, by_value);
            ur_table_put(t, row, col++, there ? v : n ? computed(j, d, w, sum / (double)n) : NAN);
            for (size_t q = 0; q < 5; q++)
                ur_table_put(t, row, col++, there ? v : n ? computed(j, d, w, quantile_of(p, n, quantile[q], whole)) : NAN);
        }
        if (c->naive) ur_table_put(t, row, col++, naive_at(j, d, example, r, w));
    }
    return 0;
}

int ur_put_example(const ur_job *j, unroll_table *t, size_t row, int col, size_t example, ur_err *e)
{
    if (col < 0) return 0;
    const char *label = j->raw->label ? j->raw->label[example] : NULL;
    if (j->raw->label) return ur_table_puts(t, row, (size_t)col, label ? label : "", label ? strlen(label) : 0, e);
    return ur_table_put(t, row, (size_t)col, (double)ur_raw_number(j->raw, example));
}

static int put_texts(ur_job *j, unroll_table *t, size_t row, const columns *c, size_t example, size_t sample, ur_err *e)
{
    for (int d = 0; d < j->m->ndata; d++) {
        if (!j->c.gap[d] || !ur_job_by_example(j, d)) continue;
        if (j->m->graph->data[d].nidx == 0) {
            TRY(put_numbers(j, t, row, c, d, example, j->c.x->series[d].start[example], sample, e));
            continue;
        }
        ur_buf b = { 0 };
        const ur_answer *a = &j->a[d];
        int rc = text_of(j, d, example, sample != SIZE_MAX ? a->sample + sample : a->v, sample != SIZE_MAX ? j->nsample : 1, &b,
                         e);
        if (!rc) rc = ur_table_puts(t, row, (size_t)c->first[d], b.s ? b.s : "", b.n, e);
        ur_buf_free(&b);
        TRY(rc);
    }
    return 0;
}

/* does datum d, which has something to complete, have a row beside each of the leading datum's? */
static bool beside(const ur_job *j, int lead, int d, size_t example)
{
    const ur_series *s = &j->c.x->series[lead], *q = &j->c.x->series[d];
    return j->c.gap[d] && !ur_job_by_example(j, d) &&
           q->start[example + 1] - q->start[example] == s->start[example + 1] - s->start[example];
}

/* is anything missing there? */
static bool row_asked(const ur_job *j, int lead, size_t example, size_t pos)
{
    for (int d = 0; d < j->m->ndata; d++)
        if (beside(j, lead, d, example) && ur_missing(&j->c.x->series[d], j->c.x->series[d].start[example] + pos)) return true;
    return false;
}

/* is anything missing of what each example has one of? */
static bool example_asked(const ur_job *j, size_t example)
{
    for (int d = 0; d < j->m->ndata; d++) {
        const ur_series *s = &j->c.x->series[d];
        if (!j->c.gap[d] || !ur_job_by_example(j, d)) continue;
        for (size_t r = s->start[example]; r < s->start[example + 1]; r++)
            if (ur_missing(s, r)) return true;
    }
    return false;
}

/* `samples`: each completion in rows of its own; else one table of predictions, with quantiles */
static int fill_table(ur_job *j, bool samples, int lead, const ur_clock *k, columns *c, unroll_table *t, ur_err *e)
{
    TRY(add_columns(j, t, c, k, lead >= 0, samples, e));
    size_t row = 0, times = samples && j->nsample ? j->nsample : 1;
    int axis[UR_MAX_RAGGED];
    double before = lead >= 0 && ur_datum_axes(&j->m->graph->schema, &j->m->graph->data[lead], axis)
                        ? (double)j->c.x->extent[axis[0]].before
                        : 0;
    for (size_t x = 0; x < j->c.x->n; x++)
        for (size_t n = 0; n < times; n++) {
            size_t sample = samples && j->nsample ? n : SIZE_MAX;
            const ur_series *s = lead >= 0 ? &j->c.x->series[lead] : NULL;
            if ((j->found && n && n >= j->found[x]) || (!s && !example_asked(j, x))) continue;
            for (size_t r = s ? s->start[x] : 0; r < (s ? s->start[x + 1] : 1); r++) {
                if (s && !j->o.rows && (r - s->start[x] < j->c.before || !row_asked(j, lead, x, r - s->start[x]))) continue;
                TRY(ur_table_row(t, e));
                TRY(ur_put_example(j, t, row, c->example, x, e));
                if (c->sample >= 0) ur_table_put(t, row, (size_t)c->sample, (double)(samples && j->nsample ? n : x) + 1);
                if (c->position >= 0) ur_table_put(t, row, (size_t)c->position, (double)(r - s->start[x]) + 1 + before);
                if (c->row >= 0) ur_table_put(t, row, (size_t)c->row, (double)(r - s->start[x]) + 1 - (double)j->c.before);
                if (c->seconds >= 0) ur_table_put(t, row, (size_t)c->seconds, ur_clock_wall(k, x, r - s->start[x]));
                if (c->when >= 0) TRY(ur_clock_put(k, t, row, (size_t)c->when, x, s ? r - s->start[x] : 0, e));
                TRY(put_texts(j, t, row, c, x, sample, e));
                if (c->score >= 0) ur_table_put(t, row, (size_t)c->score, j->score[x * times + n]);
                for (int d = 0; s && d < j->m->ndata; d++)
                    if (beside(j, lead, d, x))
                        TRY(put_numbers(j, t, row, c, d, x, j->c.x->series[d].start[x] + (r - s->start[x]), sample, e));
                row++;
            }
        }
    return 0;
}

/* what is completed and has no row beside the leading datum's, being carried along another index */
static void tell_others(const ur_job *j, int lead)
{
    ur_notes notes = { j->o.note, j->o.note_arg };
    for (int d = 0; notes.line && lead >= 0 && d < j->m->ndata; d++) {
        const ur_series *s = &j->c.x->series[d];
        size_t n = 0;
        if (!j->c.gap[d] || ur_job_by_example(j, d)) continue;
        for (size_t x = 0; x < j->c.x->n; x++)
            for (size_t r = s->start[x] + j->c.before; r < s->start[x + 1] && !beside(j, lead, d, x); r++) n += ur_missing(s, r);
        const char *name = j->m->graph->data[d].name, *rows = j->m->graph->data[lead].name;
        if (n)
            ur_note(
                &notes,
                "%s: %zu missing value%s not in the table, whose rows are the positions of %s; where %s is given, they are those of %s",
                name, n, n > 1 ? "s are" : " is", rows, rows, name);
    }
}

/* what the column of naive forecasts is, where it is not the last value */
static void tell_naive(const ur_job *j, const columns *c)
{
    int season = j->o.season > 0 ? j->o.season : j->m->rec.season;
    ur_notes notes = { j->o.note, j->o.note_arg };
    if (c->naive && season > 1)
        ur_note(&notes, "naive is the value %d positions earlier, the season that %s (--season 1: the last value)", season,
                j->o.season > 0 ? "was asked for" : "the fit found in its data");
}

int ur_job_table(ur_job *j, bool samples, unroll_table *t, ur_err *e)
{
    int lead = -1; /* the datum whose positions are those of the rows */
    for (int d = j->m->ndata - 1; d >= 0; d--)
        if (j->c.gap[d] && !ur_job_by_example(j, d)) lead = d;
    int axis[UR_MAX_RAGGED] = { -1 }, n = lead >= 0 ? ur_datum_axes(&j->m->graph->schema, &j->m->graph->data[lead], axis) : 0;
    ur_clock k = { 0 };
    int rc = n > 1 ? 0 : ur_clock_open(&k, j, axis[0], e);
    columns c = { .first = ur_zalloc((size_t)(j->m->ndata + 1) * sizeof *c.first) };
    if (!c.first && !rc) rc = ur_nomem(e);
    if (!rc) rc = fill_table(j, samples, lead, &k, &c, t, e);
    if (!rc) tell_others(j, lead);
    if (!rc) tell_naive(j, &c);
    ur_free(c.first);
    ur_clock_close(&k);
    return rc;
}
