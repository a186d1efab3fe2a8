/* complete.c: examples made ready for what is left out: history in front, room for absent data, positions after the end.
 * Must not know engines' insides or tables. Invariant: nothing here says what a missing value is; rows made here are not seen. */
#include "model/model.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

unroll_use_options ur_use_options(const unroll_use_options *o)
{
    unroll_use_options d = UNROLL_USE_INIT;
    ur_options_read(&d, o, sizeof d);
    d.size = sizeof d;
    if (!(d.temperature > 0)) d.temperature = d.temperature < 0 ? -1 : 1;
    return d;
}

int ur_in_ranges(const ur_range *r, size_t n, ur_err *e)
{
    for (size_t i = 0; i < n; i++)
        if (!(r[i].v >= r[i].lo && r[i].v <= r[i].hi))
            return ur_fail(e, UNROLL_ERROR_USAGE, "%s is %.10g; it lies between %g and %g", r[i].name, r[i].v, r[i].lo, r[i].hi);
    return 0;
}

int ur_use_ranges(const unroll_use_options *o, ur_err *e)
{
    const ur_range range[] = { { "horizon", o->horizon, 0, 1e7 },       { "samples", o->samples, 0, 1e7 },
                               { "top-k", o->top_k, 0, 1e9 },           { "top-p", o->top_p, 0, 1 },
                               { "max-length", o->max_length, 0, 1e9 }, { "min-length", o->min_length, 0, 1e9 },
                               { "context", o->context, 0, 1e9 },       { "stride", o->stride, 0, 1e9 },
                               { "season", o->season, 0, 1e9 },         { "threads", o->threads, 0, 4096 },
                               { "precision", o->precision, 0, 2 },     { "beam", o->beam, 0, 100000 },
                               { "n-best", o->n_best, 0, 100000 } };
    return ur_in_ranges(range, sizeof range / sizeof *range, e);
}

ur_run_limits ur_use_limits(const unroll_model *m, int precision, int naive, int threads, size_t memory)
{
    return (ur_run_limits){
        .naive = naive != 0, .single = precision == 2 || (precision == 0 && m->single), .threads = threads, .memory = memory
    };
}

int ur_use_lengths(const unroll_use_options *o, ur_err *e)
{
    if (o->n_best < 0) return ur_fail(e, UNROLL_ERROR_USAGE, "the %d best: there is no such number", o->n_best);
    if (o->n_best > o->beam && !o->beam)
        return ur_fail(e, UNROLL_ERROR_USAGE, "the %d best are those of a beam search: ask for a beam of at least %d", o->n_best,
                       o->n_best);
    if (o->n_best > o->beam)
        return ur_fail(e, UNROLL_ERROR_USAGE, "the %d best need a beam of at least %d, not of %d", o->n_best, o->n_best, o->beam);
    if (!isfinite(o->length_penalty) || (o->length_penalty != 0 && !o->beam))
        return ur_fail(e, UNROLL_ERROR_USAGE, "a length penalty is a number for a beam search: ask for a beam");
    if (o->beam && o->samples)
        return ur_fail(e, UNROLL_ERROR_USAGE, "a beam search finds the likeliest, samples are random: ask for one of them");
    if (o->min_length < 0 || (o->max_length > 0 && o->min_length > o->max_length))
        return ur_fail(e, UNROLL_ERROR_USAGE, "at least %d and at most %d symbols: there is no such length", o->min_length,
                       o->max_length);
    return 0;
}

double ur_own(const unroll_model *m, int datum, size_t comp, double v)
{
    const ur_code *c = &m->code[datum];
    return c->mean ? c->mean[comp] + c->scale[comp] * v : v;
}

/* what −log p of a row in own units has more than that of the scaled row. s: of the components that are there, NULL: of all */
static double log_scale(const unroll_model *m, int datum, const ur_series *s, size_t row)
{
    const ur_code *c = m->code ? &m->code[datum] : NULL;
    double sum = 0;
    for (int i = 0; c && c->scale && !UR_IS_SYMBOL(m->graph->data[datum].kind) && i < c->width; i++)
        if (!s || ur_series_counts(s, row, (size_t)i)) sum += log(c->scale[i]);
    return sum;
}

double ur_row_in_own(const unroll_model *m, const ur_like *l, const ur_series *s, size_t row, double nll)
{
    const ur_code *c = m->code ? &m->code[l->datum] : NULL;
    if (ur_like_pinball(l)) return c && c->scale ? nll * c->scale[0] : nll;
    return nll + ur_series_weight(s, row) * log_scale(m, l->datum, s->part || s->out ? s : NULL, row);
}

/* what the rows of a step that are given in part lack of that */
static double lacking(const ur_run *r, const ur_step *s, int datum)
{
    const ur_series *q = &s->x->series[datum];
    bool parts = q->part || q->out;
    double all = parts ? log_scale(r->m, datum, NULL, 0) : 0, sum = 0;
    for (size_t it = 0; parts && it < s->batch->n; it++) {
        const ur_item *item = &s->batch->item[it];
        size_t first, n = ur_item_rows(r, s->x, s->batch, it, datum, &first), from = q->start[item->example];
        for (size_t row = first; row < first + n; row++) {
            bool early = r->g->data[datum].nidx && (int64_t)(row - from) < item->score_from;
            if (!early && (q->out || (q->seen && !q->seen[row])) && ur_series_scored(q, row))
                sum += ur_series_weight(q, row) * (all - log_scale(r->m, datum, q, row));
        }
    }
    return sum;
}

double ur_in_own(const ur_run *r, const ur_step *s, int line)
{
    const ur_like *l = &r->g->like[line];
    const ur_code *c = r->m->code ? &r->m->code[l->datum] : NULL;
    double sum = s->like_sum[line];
    if (ur_like_pinball(l)) return c && c->scale ? sum * c->scale[0] : sum;
    return sum + s->like_count[line] * log_scale(r->m, l->datum, NULL, 0) - lacking(r, s, l->datum);
}

/* Before a fit a model with no vocabulary can run on numbers as they are. */
int ur_use_codes(unroll_model *m, ur_err *e)
{
    if (m->code) return 0;
    for (int d = 0; d < m->ndata; d++)
        if (UR_IS_SYMBOL(m->graph->data[d].kind))
            return ur_fail(e, UNROLL_ERROR_USAGE, "the model is not fitted: the vocabulary of %s is not known",
                           m->graph->data[d].name);
    ur_code *c = ur_zalloc((size_t)(m->ndata + 1) * sizeof *c);
    bool ok = c != NULL;
    for (int d = 0; ok && d < m->ndata; d++) {
        size_t w = ur_datum_width(&m->graph->schema, &m->graph->data[d]);
        c[d].mean = ur_zalloc((w + 1) * sizeof(double));
        c[d].scale = ur_zalloc((w + 1) * sizeof(double));
        c[d].width = (int)w;
        ok = c[d].mean && c[d].scale;
        for (size_t k = 0; ok && k < w; k++) c[d].scale[k] = 1;
    }
    if (!ok) {
        if (c) ur_code_free(c, m->ndata);
        ur_free(c);
        return ur_nomem(e);
    }
    m->code = c;
    return 0;
}

int ur_use_check(unroll_model *m, const unroll_data *d, ur_err *e)
{
    if (!m) return ur_fail(e, UNROLL_ERROR_USAGE, "there is no model");
    if (m->graph->nlatent)
        return ur_fail(e, UNROLL_ERROR_UNSUPPORTED,
                       "%s: the model has latent quantities: they are read and checked, but cannot be run yet", m->name);
    if (d && d->m != m) return ur_fail(e, UNROLL_ERROR_USAGE, "the data were read for another model");
    TRY(ur_use_codes(m, e));
    if (!m->weight) return ur_fail(e, UNROLL_ERROR_USAGE, "the model is not fitted");
    return ur_model_weights(m, e);
}

/* ---- adding rows */
static int room_for(ur_series *s, const ur_datum *u, size_t w, size_t nrow, ur_err *e)
{
    s->nrow = nrow;
    s->seen = ur_zalloc(nrow + 1);
    if (UR_IS_SYMBOL(u->kind)) s->sym = ur_zalloc((nrow * w + 1) * sizeof *s->sym);
    else s->num = ur_zalloc((nrow * w + 1) * sizeof *s->num);
    return s->seen && (s->sym || s->num) ? 0 : ur_nomem(e);
}

/* rows for an absent datum: as many as its indices have, where data that are given say so; else max_length */
int ur_examples_add(ur_examples *x, const ur_graph *g, int datum, const bool *known, int max_length, ur_err *e)
{
    const ur_datum *u = &g->data[datum];
    ur_series *s = &x->series[datum];
    int axis[UR_MAX_RAGGED], n = ur_datum_axes(&g->schema, u, axis);
    ur_series_free(s);
    if (!(s->start = ur_zalloc((x->n + 1) * sizeof *s->start))) return ur_nomem(e);
    if (n > 0 && !known[axis[n - 1]] && (n > 1 || g->index[axis[0]].parent >= 0))
        return ur_fail(e, UNROLL_ERROR_UNSUPPORTED,
                       "%s is left out and its lengths are not known: sequences within sequences cannot be generated yet",
                       u->name);
    if (n == 1 && !known[axis[0]]) {
        ur_extent *t = &x->extent[axis[0]];
        if (!t->len && !(t->len = ur_zalloc((x->n + 1) * sizeof *t->len))) return ur_nomem(e);
        for (size_t i = 0; i < x->n; i++)
            if (t->len[i] < max_length) t->len[i] = max_length;
    }
    size_t outer = 0;
    for (size_t i = 0; i < x->n; i++) {
        size_t rows = 1;
        if (n == 1 && !x->extent[axis[0]].first) rows = (size_t)x->extent[axis[0]].len[i];
        if (n == 2) { /* an index nested in another: sum over the outer positions */
            size_t len = (size_t)x->extent[axis[0]].len[i];
            rows = x->extent[axis[1]].first ? x->extent[axis[1]].first[outer + len] - x->extent[axis[1]].first[outer]
                                            : len * (size_t)x->extent[axis[1]].len[i];
            outer += len;
        }
        if (n > 2)
            return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "%s is left out and carried along %d indices: not possible yet", u->name,
                           n);
        s->start[i + 1] = s->start[i] + rows;
    }
    return room_for(s, u, ur_datum_width(&g->schema, u), s->start[x->n], e);
}

typedef struct ahead { /* a horizon: `add` positions of `index` after the last */
    const unroll_model *m;
    const ur_complete *c;
    int index;
    size_t add;
    const ur_raw *raw; /* what comes after the data, where the caller has it: as it was read, */
    ur_examples *x;    /* and encoded; NULL */
} ahead;

/* the rows after the last that give datum d */
static size_t rows_ahead(const ahead *h, int d)
{
    const ur_datum *u = &h->m->graph->data[d];
    bool gives = h->x && !u->drawn && u->nidx == 1 && u->kind != UR_PIECES && h->x->series[d].start;
    return !gives ? 0 : h->x->series[d].start[1] < h->add ? h->x->series[d].start[1] : h->add;
}

/* the times of datum d, and of the horizon: as what comes after has them, else as all of the column went on */
static int times_after(ur_times *all, const ahead *h, int d, ur_err *e)
{
    const ur_series *s = &h->c->x->series[d];
    ur_when w = {
        .t = s->num, .away = s->away, .n = h->c->x->n, .start = s->start, .date = true, .usual = &h->m->rec.manner.pace
    };
    ur_pace pace = h->c->x->pace;
    if (!pace.kind) TRY(ur_pace_find(&pace, &w, e));
    TRY(ur_when_fill(all, &w, &pace, h->add, e));
    if (!rows_ahead(h, d)) return 0;
    const ur_series *later = &h->raw->col[d].raw;
    ur_when after = { .t = later->num, .away = later->away, .n = 1, .start = later->start };
    int rc = ur_times_later(all, &after, h->add, e);
    if (rc) ur_times_free(all);
    return rc;
}

/* t, which has room, goes on from datum d */
static int extend_times(ur_series *t, const ahead *h, int d, ur_err *e)
{
    ur_times all = { 0 };
    TRY(times_after(&all, h, d, e));
    for (size_t i = 0; i < h->c->x->n; i++)
        for (size_t r = t->start[i + 1] - h->add; r < t->start[i + 1]; r++) {
            t->num[r] = isnan(all.t[r]) ? 0 : all.t[r];
            t->seen[r] = !isnan(all.t[r]);
        }
    t->away = all.away;
    all.away = NULL;
    ur_times_free(&all);
    return 0;
}

/* is the time of every position of the horizon known? */
static int time_goes_on(const ahead *h, int d, bool *yes, ur_err *e)
{
    ur_times all = { 0 };
    TRY(times_after(&all, h, d, e));
    *yes = true;
    for (size_t i = 0; i < h->c->x->n; i++)
        for (size_t end = all.start[i + 1], r = end - h->add; r < end; r++) *yes = *yes && !isnan(all.t[r]);
    ur_times_free(&all);
    return 0;
}

/* n rows of `from`, from row `first` on, into t from row `to` on; t has room, for parts where `from` has some */
static void copy_rows(ur_series *t, size_t to, const ur_series *from, size_t first, size_t n, size_t w)
{
    if (n && from->part) memcpy(t->part + to * w, from->part + first * w, n * w);
    if (n && t->sym) memcpy(t->sym + to * w, from->sym + first * w, n * w * sizeof *t->sym);
    if (n && t->num) memcpy(t->num + to * w, from->num + first * w, n * w * sizeof *t->num);
    for (size_t r = 0; r < n; r++) t->seen[to + r] = from->seen ? from->seen[first + r] : 1;
}

static int extend(const ahead *h, int d, ur_err *e)
{
    const ur_datum *u = &h->m->graph->data[d];
    ur_series t = { 0 }, *s = &h->c->x->series[d];
    size_t n = h->c->x->n, w = ur_datum_width(&h->m->graph->schema, u), later = rows_ahead(h, d);
    if (!(t.start = ur_zalloc((n + 1) * sizeof *t.start))) return ur_nomem(e);
    int rc = room_for(&t, u, w, s->nrow + n * h->add, e);
    bool parts = s->part || (later && h->x->series[d].part);
    if (!rc && parts && !(t.part = ur_zalloc(t.nrow * w + 1))) rc = ur_nomem(e);
    t.parts = parts ? w : 0;
    for (size_t i = 0; !rc && i < n; i++) {
        size_t len = s->start[i + 1] - s->start[i];
        copy_rows(&t, t.start[i], s, s->start[i], len, w);
        t.start[i + 1] = t.start[i] + len + h->add;
    }
    if (!rc && u->kind == UR_TIME) rc = extend_times(&t, h, d, e);
    else if (!rc && later) copy_rows(&t, s->nrow, &h->x->series[d], 0, later, w);
    if (rc) {
        ur_series_free(&t);
        return rc;
    }
    ur_series_free(s);
    *s = t;
    return 0;
}

/* positions at the end of an example, after the history, where no drawn value is given; drawn data along the index alone count */
static size_t open_tail(const ahead *h, size_t example)
{
    size_t open = SIZE_MAX;
    const ur_graph *g = h->m->graph;
    for (int d = 0; d < g->ndata; d++) {
        const ur_series *s = &h->c->x->series[d];
        if (!g->data[d].drawn || g->data[d].nidx != 1 || g->data[d].idx[0] != h->index || !s->start) continue;
        size_t n = 0, len = s->start[example + 1] - s->start[example], own = len > h->c->before ? len - h->c->before : 0;
        while (n < own && !ur_series_some(s, s->start[example + 1] - 1 - n)) n++;
        if (n < open) open = n;
    }
    return open == SIZE_MAX ? 0 : open;
}

/* drawn values missing at the end are completed, and the horizon comes after them */
static void tell_open_tail(const ahead *h, const ur_notes *notes)
{
    size_t count = 0, first = 0, most = 0, examples = h->c->x->n;
    for (size_t i = 0; i < examples; i++) {
        size_t open = open_tail(h, i);
        if (!open || open >= ur_length(h->c->x, h->index, i)) continue;
        if (!count++) first = i;
        if (open > most) most = open;
    }
    if (!count) return;
    if (examples == 1 && most == 1)
        ur_note(notes, "the last row gives no value that the model draws: it is completed, and the horizon of %zu comes after it",
                h->add);
    else if (examples == 1)
        ur_note(notes,
                "the last %zu rows give no value that the model draws: they are completed, and the horizon of %zu comes "
                "after them",
                most, h->add);
    else
        ur_note(notes,
                "%zu of %zu examples (example %zu first) end in up to %zu rows that give no value that the model draws: "
                "they are completed, and the horizon of %zu comes after them",
                count, examples, ur_example_number(h->c->x, first), most, h->add);
}

int ur_latest_reads(const ur_graph *g, int index, int *hi, ur_err *e)
{
    ur_spans_work w;
    ur_spans s = { 0 };
    int rc = ur_spans_open(&w, g, e);
    for (int d = 0; d < g->ndata; d++) hi[d] = INT32_MIN;
    for (int l = 0; l < g->nlike && !rc; l++) {
        rc = ur_spans_of(&w, g->like[l].arg, g->like[l].narg, index, &s, e);
        for (int k = 0; k < s.n; k++)
            if (s.span[k].hi > hi[s.span[k].datum]) hi[s.span[k].datum] = s.span[k].hi;
    }
    ur_free(s.span);
    ur_spans_close(&w);
    return rc;
}

typedef struct lack {     /* what a forecast needs over the horizon, the model does not draw and nothing gives */
    char need[512];       /* in a list, "x, z" */
    const char *late;     /* a datum of times that do not go on, or NULL */
    char from_later[512]; /* what is read from what comes after the data, in a list */
    int nlater;
    const char *drawn;
    size_t fewest; /* rows after the data that give all they can of it */
    size_t needed; /* rows of the horizon from which the forecast reads it */
} lack;

static void list_name(char *list, size_t n, const char *name)
{
    size_t used = strlen(list);
    snprintf(list + used, n - used, "%s%s", used ? ", " : "", name);
}

static int find_lack(const ahead *h, lack *k, ur_err *e)
{
    const ur_graph *g = h->m->graph;
    int n = (int)h->add, *hi = ur_alloc((size_t)(g->ndata + 1) * sizeof *hi);
    int rc = hi ? ur_latest_reads(g, h->index, hi, e) : ur_nomem(e);
    *k = (lack){ .drawn = "the rest", .fewest = h->add };
    for (int d = 0; d < g->ndata && !rc; d++) {
        const ur_datum *u = &g->data[d];
        if (!ur_datum_carries(&g->schema, u, h->index) || !h->c->x->series[d].start) continue;
        if (u->nidx != 1)
            rc = ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "%s is carried along a second index: a horizon is not possible", u->name);
        if (u->drawn) k->drawn = u->name;
        if (rc || u->drawn || hi[d] == INT32_MIN || hi[d] + n <= 0) continue;
        size_t need = hi[d] < 0 ? h->add - (size_t)-hi[d] : h->add, later = rows_ahead(h, d);
        bool goes_on = later >= need;
        if (u->kind == UR_TIME) rc = time_goes_on(h, d, &goes_on, e);
        if (goes_on && later && u->kind != UR_TIME) list_name(k->from_later, sizeof k->from_later, u->name), k->nlater++;
        if (goes_on) continue;
        if (u->kind == UR_TIME) k->late = u->name;
        if (u->kind == UR_TIME) need = h->add;
        if (need > k->needed) k->needed = need;
        if (u->kind != UR_TIME)
            snprintf(k->need + strlen(k->need), sizeof k->need - strlen(k->need), "%s%s", k->need[0] ? ", " : "", u->name);
        if (later < k->fewest) k->fewest = later;
    }
    ur_free(hi);
    return rc;
}

/* no rows, at the end or after it, give what the forecast needs: what to do */
static int refuse(const ahead *h, const lack *k, size_t open, ur_err *e)
{
    size_t more = k->needed - (open > k->fewest ? open : k->fewest);
    char rows[sizeof k->need + 2 * UR_MAX_NAME + 100];
    snprintf(rows, sizeof rows, "append %zu row%s with %s given and %s left empty", more, more == 1 ? "" : "s",
             k->need[0] ? k->need : k->late, k->drawn);
    if (k->need[0])
        return ur_fail(e, UNROLL_ERROR_DATA, "a forecast of %zu positions needs %s there, which the model does not draw: %s%s",
                       h->add, k->need, rows, h->c->x->n == 1 ? "; or cut the data before rows that give it (--rows :TO)" : "");
    return ur_fail(e, UNROLL_ERROR_DATA,
                   "the model reads %s after the last row, and nothing says how it goes on from row to row: "
                   "say its step, such as 1month, or %s",
                   k->late, rows);
}

/* A horizon is so many positions after the last, unless the forecast needs data there that the model does not draw and nothing
 * gives: then rows at the end that give them, and no drawn value, are the horizon. */
static int extend_all(ahead *h, const ur_notes *notes, ur_err *e)
{
    const ur_graph *g = h->m->graph;
    lack k;
    TRY(find_lack(h, &k, e));
    bool lacks = k.need[0] || k.late;
    size_t open = SIZE_MAX, most = 0;
    for (size_t i = 0; lacks && i < h->c->x->n; i++) {
        size_t mine = open_tail(h, i);
        if (mine < open) open = mine;
        if (mine > most) most = mine;
    }
    if (lacks && open != most) k.needed = h->add; /* the horizon ends with the data then, or not at all */
    if (lacks && open < k.needed) return refuse(h, &k, open, e);
    if (lacks && open == 1 && h->add > 1)
        ur_note(notes, "the last row, where %s is given and %s is empty, is the first of the horizon", k.need, k.drawn);
    else if (lacks)
        ur_note(notes, "the last %zu rows, where %s is given and %s is empty, are the %shorizon", open < h->add ? open : h->add,
                k.need[0] ? k.need : k.late, k.drawn, open < h->add ? "first of the " : "");
    if (lacks && open >= h->add) return 0;
    if (lacks) h->add -= open; /* the rest of it reads none of what is lacking */
    else tell_open_tail(h, notes);
    if (k.nlater)
        ur_note(notes, "over the horizon %s %s read from the rows that come after the data; %s is not", k.from_later,
                k.nlater > 1 ? "are" : "is", k.drawn);
    for (int d = 0; d < g->ndata; d++)
        if (ur_datum_carries(&g->schema, &g->data[d], h->index) && h->c->x->series[d].start) TRY(extend(h, d, e));
    for (size_t i = 0; i < h->c->x->n; i++) h->c->x->extent[h->index].len[i] += (int32_t)h->add;
    return 0;
}

static int add_horizon(ur_complete *c, unroll_model *m, int index, int n, const unroll_use_options *o, ur_err *e)
{
    ahead h = { .m = m, .c = c, .index = index, .add = (size_t)n };
    const ur_schema *g = &m->graph->schema;
    ur_raw *first = NULL;
    size_t unknown, rows = c->after ? ur_raw_units(g, c->after) : 0;
    int rc = c->after ? ur_raw_slice(&first, g, c->after, 0, rows < h.add ? rows : h.add, e) : 0;
    if (!rc && first) rc = ur_encode(&h.x, g, first, m->code, false, false, false, &unknown, e);
    h.raw = first;
    if (!rc) rc = extend_all(&h, &(ur_notes){ o->note, o->note_arg }, e);
    if (h.x) ur_examples_free(h.x);
    if (first) ur_raw_free(first);
    return rc;
}

/* ---- opening: the user's data, with the history, encoded */
static int begin_with(ur_complete *c, const ur_schema *g, int datum, const char *prompt, ur_err *e)
{
    ur_err mine = { 0 };
    const char **t = ur_alloc((c->raw->n + 1) * sizeof *t);
    if (!t) return ur_nomem(e);
    for (size_t i = 0; i < c->raw->n; i++) t[i] = prompt;
    int rc = ur_raw_set_texts(c->raw, g, datum, NULL, t, &mine);
    ur_free(t);
    c->begun = datum;
    return !rc ? 0 : rc == UNROLL_ERROR_MEMORY ? ur_nomem(e) : ur_fail(e, UNROLL_ERROR_USAGE, "the prompt: %s", mine.text);
}

static int nothing_given(ur_complete *c, unroll_model *m, const unroll_use_options *o, ur_err *e)
{
    for (int d = 0; d < m->ndata; d++)
        if (!m->graph->data[d].drawn)
            return ur_fail(e, UNROLL_ERROR_DATA, "the model needs %s, which it does not draw: give it", m->graph->data[d].name);
    TRY(ur_raw_new(&c->raw, &m->graph->schema, o->samples > 0 ? (size_t)o->samples : 1, e));
    c->raw->stream = o->stream || m->rec.stream; /* of a prompt, that is */
    return 0;
}

/* the one sequence of symbols that the model draws and that is given (or is not); −1: none, −2: several */
static int drawn_sequence(const unroll_model *m, const ur_raw *raw, bool given)
{
    int found = -1;
    for (int k = 0; k < m->ndata; k++) {
        const ur_datum *u = &m->graph->data[k];
        if (!u->drawn || !UR_IS_SYMBOL(u->kind) || u->nidx != 1 || raw->col[k].present != given) continue;
        found = found == -1 ? k : -2;
    }
    return found;
}

int ur_prompt_datum(const unroll_model *m, const ur_raw *raw, ur_err *e)
{
    int k = raw ? drawn_sequence(m, raw, false) : -1;
    if (raw && k < 0)
        return ur_fail(e, UNROLL_ERROR_USAGE,
                       k == -1 ? "a prompt is for a sequence of symbols that is left out: none is"
                               : "several sequences of symbols are left out: whose beginning the prompt is is not clear");
    for (int i = 0; k < 0 && i < m->ndata; i++)
        if (m->graph->data[i].drawn && UR_IS_SYMBOL(m->graph->data[i].kind)) k = i;
    if (k < 0) return ur_fail(e, UNROLL_ERROR_USAGE, "a prompt needs a model that draws symbols");
    const ur_datum *u = &m->graph->data[k];
    if (u->kind == UR_SYMBOL)
        return ur_fail(
            e, UNROLL_ERROR_USAGE,
            "a prompt is a text, and %s has a symbol in each row: give its first rows, and leave it empty in the others",
            u->name);
    return k;
}

/* which sequence is given in part: by a prompt for every example, or by the data */
static int beginning(ur_complete *c, unroll_model *m, const unroll_data *d, const unroll_use_options *o, ur_err *e)
{
    const ur_raw *raw = c->raw ? c->raw : d->raw;
    if (o->go_on && o->prompt)
        return ur_fail(e, UNROLL_ERROR_USAGE, "the beginning is either a prompt or what the data give: ask for one of them");
    if (o->go_on) {
        int k = drawn_sequence(m, raw, true);
        if (k < 0)
            return ur_fail(
                e, UNROLL_ERROR_USAGE,
                k == -1 ? "no sequence of symbols that the model draws is given: there is nothing to go on from"
                        : "several sequences of symbols that the model draws are given: which of them is to go on is not clear");
        if (!ur_index_ends(&m->graph->schema, m->graph->data[k].idx[0]))
            return ur_fail(e, UNROLL_ERROR_USAGE,
                           "%s cannot go on: other data are carried along with it; leave cells of it empty",
                           m->graph->data[k].name);
        c->begun = k;
        return 0;
    }
    if (!o->prompt) return 0;
    int k = ur_prompt_datum(m, d ? raw : NULL, e);
    if (k < 0) return k;
    if (!c->raw) TRY(ur_raw_slice(&c->raw, &m->graph->schema, d->raw, 0, ur_raw_units(&m->graph->schema, d->raw), e));
    return begin_with(c, &m->graph->schema, k, o->prompt, e);
}

/* what comes after the data: over a horizon, what the model does not draw is read from there */
static int after_it(ur_complete *c, const unroll_model *m, const unroll_data *d, const unroll_data *future, ur_err *e)
{
    if (future->m != m) return ur_fail(e, UNROLL_ERROR_USAGE, "what comes after the data was read for another model");
    if (d->raw->n != 1 || future->raw->n != 1 || ur_root_index(&m->graph->schema) < 0)
        return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "what comes after the data can be read where both are one sequence");
    c->after = future->raw;
    return 0;
}

int ur_complete_open(ur_complete *c, unroll_model *m, const unroll_data *d, const unroll_use_options *o, bool ends, ur_err *e)
{
    const ur_graph *g = m->graph;
    memset(c, 0, sizeof *c);
    c->index = c->begun = -1;
    c->gap = ur_zalloc((size_t)m->ndata + 1);
    c->open = ur_zalloc((size_t)m->ndata + 1);
    c->known = ur_zalloc((size_t)g->nindex + 1);
    if (!c->gap || !c->open || !c->known) return ur_nomem(e);
    if (!d) TRY(nothing_given(c, m, o, e));
    else if (o->history) {
        if (o->history->m != m) return ur_fail(e, UNROLL_ERROR_USAGE, "the history was read for another model");
        TRY(ur_history_join(&c->raw, &g->schema, o->history->raw, d->raw, &c->before, e));
    }
    if (d && o->future && o->horizon > 0) TRY(after_it(c, m, d, o->future, e));
    TRY(beginning(c, m, d, o, e));
    const ur_raw *raw = c->raw ? c->raw : d->raw;
    if (d) TRY(ur_data_present(m, d, false, e));
    bool some = !d || !d->nspec || m->ndata == 0;
    for (int k = 0; k < m->ndata && !some; k++) some = raw->col[k].present;
    if (!some) return ur_absent_error(m, d, 0, e); /* a table of other things: no length comes from it */
    for (int k = 0; k < m->ndata; k++) {
        if (!raw->col[k].present) continue;
        int axis[UR_MAX_RAGGED], n = ur_datum_axes(&g->schema, &g->data[k], axis);
        for (int a = 0; a < n; a++) c->known[axis[a]] = true;
    }
    size_t unknown = 0;
    TRY(ur_encoded_units(&g->schema, raw, m->code, c->before, &c->before, e));
    return ur_encode(&c->x, &g->schema, raw, m->code, ends && c->begun < 0 && !o->horizon, false, false, &unknown, e);
}

/* room for absent data and for the horizon */
int ur_complete_gaps(ur_complete *c, unroll_model *m, const unroll_data *d, const unroll_use_options *o, ur_err *e)
{
    const ur_graph *g = m->graph;
    const ur_raw *raw = c->raw ? c->raw : d->raw;
    int longest = 0, add = o->horizon;
    for (int k = 0; k < m->ndata; k++)
        if (m->rec.longest[k] > longest) longest = m->rec.longest[k];
    enum { MOST = 100000 }; /* where nobody says how long: `longest` may be what a file claims */
    if (longest > MOST / 2) longest = MOST / 2;
    c->longest = o->max_length > 0                          ? o->max_length
                 : m->rec.stream || m->rec.one || o->stream ? 500
                 : longest > 10                             ? 2 * longest
                                                            : 20;
    for (int k = 0; k < m->ndata; k++) {
        const ur_datum *u = &g->data[k];
        if (!u->drawn || raw->col[k].present) continue;
        int axis[UR_MAX_RAGGED], n = ur_datum_axes(&g->schema, u, axis);
        c->gap[k] = true;
        c->open[k] = n > 0 && !c->known[axis[n - 1]];
        if (c->open[k] && !UR_IS_SYMBOL(u->kind) && !o->horizon && !o->max_length && d)
            return ur_fail(e, UNROLL_ERROR_DATA,
                           "%s is left out and nothing says how long it is: give other data along %s, or a length", u->name,
                           g->index[axis[0]].name);
        TRY(ur_examples_add(c->x, g, k, c->known, o->horizon > 0 && !o->prompt ? o->horizon : c->longest, e));
    }
    int root = ur_root_index(&g->schema);
    if (c->begun >= 0) {
        if (!add) add = c->longest;
        root = g->data[c->begun].idx[0];
        c->open[c->begun] = true;
    }
    if (add > 0 && (root >= 0 && c->known[root])) {
        TRY(add_horizon(c, m, root, add, o, e));
        c->index = root;
        c->add = add;
    } else if (add > 0 && root < 0) {
        return ur_fail(e, UNROLL_ERROR_USAGE, "a horizon needs data along one index, as in y[t]");
    }
    for (int k = 0; k < m->ndata; k++) {
        const ur_series *s = &c->x->series[k];
        for (size_t r = 0; g->data[k].drawn && s->seen && r < s->nrow && !c->gap[k]; r++)
            if (!s->seen[r]) c->gap[k] = true;
    }
    return ur_leave_out(m, c->x, e);
}

void ur_complete_close(ur_complete *c)
{
    if (c->x) ur_examples_free(c->x);
    if (c->raw) ur_raw_free(c->raw);
    ur_free(c->gap);
    ur_free(c->open);
    ur_free(c->known);
    memset(c, 0, sizeof *c);
}

/* ---- running */
int ur_use_run(ur_run **out, unroll_model *m, const ur_examples *x, const unroll_use_options *o, bool hide, ur_run_want *w,
               ur_err *e)
{
    w->limits = ur_use_limits(m, o->precision, o->naive, o->threads, o->memory);
    w->of = x;
    w->hide = hide;
    w->window = UR_WINDOW_ROOT;
    return ur_run_open(out, m, w, e);
}
