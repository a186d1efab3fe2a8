/* times.c: the times of data as they are told to people: what is odd about them, and what span they have.
 * Must not know how data were read. Invariant: says nothing of times that rise by one step from row to row. */
#include "model/times.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct oddly {
    const ur_when *w;
    const ur_pace *p;
    const ur_raw *raw;
    int (*line)(const char *text, void *arg);
    void *arg;
    int index;
} oddly;

static void time_text(const ur_when *w, size_t row, char out[48])
{
    if (w->date) ur_time_text(w->t[row], w->away ? w->away[row] : 0, &w->form, out);
    else snprintf(out, 48, fabs(w->t[row]) < 1e19 && w->t[row] == floor(w->t[row]) ? "%.0f" : "%.15g", w->t[row]);
}

/* "row 5 of B (2021-01-04, after 2021-01-02)" */
static void place(const oddly *o, size_t row, bool after, ur_buf *b)
{
    char mine[48] = "", before[48] = "";
    ur_raw_place(b, o->raw, o->index, o->w->start, row);
    if (isnan(o->w->t[row])) return;
    time_text(o->w, row, mine);
    size_t last = row; /* rows between may have no time */
    while (after && isnan(o->w->t[--last]))
        ;
    if (after) time_text(o->w, last, before);
    ur_buf_printf(b, after ? " (%s, after %s)" : " (%s)", mine, before);
}

static int told(const oddly *o, ur_buf *b)
{
    int rc = b->bad ? UNROLL_ERROR_MEMORY : o->line(b->s, o->arg) != 0;
    ur_buf_free(b);
    return rc;
}

/* "N times …, first in row …: so what" */
static int counted(const oddly *o, const ur_oddity *k, const char *one, const char *many, bool after, const char *so)
{
    ur_buf b = { 0 };
    if (!k->n) return 0;
    ur_buf_printf(&b, "%s: ", o->w->name);
    ur_buf_printf(&b, k->n == 1 ? one : many, k->n);
    ur_buf_printf(&b, k->n == 1 ? ", in " : ", first in ");
    place(o, k->first, after, &b);
    ur_buf_printf(&b, ": %s", so);
    return told(o, &b);
}

static int gaps(const oddly *o, const ur_oddities *k)
{
    ur_buf b = { 0 };
    char every[80];
    if (!k->gap.n) return 0;
    ur_pace_text(o->p, every);
    ur_buf_printf(&b, "%s: %zu gap%s, of %.0f row%s%s, %sbefore ", o->w->name, k->gap.n, k->gap.n == 1 ? "" : "s", k->skipped,
                  k->skipped == 1 ? "" : "s", k->gap.n == 1 ? "" : " in all", k->gap.n == 1 ? "" : "the first ");
    place(o, k->gap.first, true, &b);
    ur_buf_printf(&b,
                  ", where others come %s: rows count as steps, whatever lies between them; regular data have missing rows there",
                  every);
    return told(o, &b);
}

/* examples whose own step is another than that of most rows */
static int others(const oddly *o)
{
    ur_buf b = { 0 };
    char every[80], mine[80];
    size_t n = 0, first = 0;
    for (size_t x = 0; x < o->w->n; x++) {
        ur_pace own = ur_pace_of(o->p, o->w, x);
        if (own.kind == o->p->kind && own.by == o->p->by) continue;
        if (!n++) first = x;
    }
    if (!n) return 0;
    ur_pace own = ur_pace_of(o->p, o->w, first);
    ur_pace_text(o->p, every);
    ur_pace_text(&own, mine);
    ur_buf_printf(&b, "%s: most rows come %s; %zu of %zu examples have steps of their own, first ", o->w->name, every, n,
                  o->w->n);
    if (o->raw->label) ur_buf_printf(&b, "%s", o->raw->label[first]);
    else ur_buf_printf(&b, "example %zu", ur_raw_number(o->raw, first));
    ur_buf_printf(&b, ", %s: each goes on by its own", mine);
    return told(o, &b);
}

static int filled(const oddly *o)
{
    ur_buf b = { 0 };
    ur_buf_printf(&b, "%s: made regular by %zu missing row%s in %zu gap%s", o->w->name, o->raw->filled,
                  o->raw->filled == 1 ? "" : "s", o->raw->gaps, o->raw->gaps == 1 ? "" : "s");
    return told(o, &b);
}

static int order(const oddly *o, const ur_oddities *k)
{
    ur_buf b = { 0 };
    char first[48], last[48];
    if (!o->p->kind)
        return counted(
            o, &k->back, "time goes back %zu time", "time goes back %zu times", true,
            "rows are in no order of time, and are read as they stand; sort them, else what they forecast has no dates");
    if (o->p->by > 0)
        return counted(o, &k->back, "time goes back %zu time", "time goes back %zu times", true,
                       "rows are read in the order in which they stand");
    int rc = counted(o, &k->back, "time goes forward %zu time, where it else goes back",
                     "time goes forward %zu times, where it else goes back", true,
                     "rows are read in the order in which they stand");
    size_t from = o->w->start[0], to = o->w->start[1] - 1;
    while (from < to && isnan(o->w->t[from])) from++;
    while (from < to && isnan(o->w->t[to])) to--;
    time_text(o->w, from, first);
    time_text(o->w, to, last);
    ur_buf_printf(
        &b,
        "%s: time runs backwards, from %s to %s: a forecast goes on into the past; turn the rows round, so that the newest is the last",
        o->w->name, first, last);
    return rc == 0 ? told(o, &b) : (ur_buf_free(&b), rc);
}

/* is the last row of an example without a time, and not without a value? So are rows of sums below a table */
static bool ends_untimed(const ur_schema *g, const ur_raw *r, const ur_when *w, int index)
{
    for (size_t x = index < 0 ? w->n - 1 : 0; x < w->n; x++) {
        if (w->start[x] == w->start[x + 1] || !isnan(w->t[w->start[x + 1] - 1])) continue;
        for (int d = 0; d < g->ndata; d++) {
            const ur_series *s = &r->col[d].raw;
            int axis[UR_MAX_RAGGED], n = ur_datum_axes(g, &g->data[d], axis);
            bool mine = g->data[d].kind != UR_TIME && s->num && n == (index >= 0) && (!n || axis[0] == index);
            size_t width = ur_datum_width(g, &g->data[d]), end = mine ? s->start[x + 1] * width : 0;
            for (size_t k = 1; mine && k <= width && k <= end; k++)
                if (!isnan(s->num[end - k])) return true;
        }
    }
    return false;
}

/* "N times are missing": how such rows are read, and what they may be */
static int missing(const oddly *o, const ur_oddities *k, const ur_schema *g)
{
    ur_buf so = { 0 };
    ur_buf_printf(&so, "%s", o->p->kind ? "such a row is taken to come one step after the one before" : "they stay so");
    if (ends_untimed(g, o->raw, o->w, o->index))
        ur_buf_printf(&so, "; where the last row is a sum or a remark, it has to go out of the table%s",
                      o->w->n == 1 || o->index < 0 ? ", or be left out by --rows :-1" : "");
    int rc = so.bad ? UNROLL_ERROR_MEMORY : counted(o, &k->missing, "%zu time is missing", "%zu times are missing", false, so.s);
    ur_buf_free(&so);
    return rc;
}

int ur_times_notes(const ur_schema *g, const ur_raw *r, int index, int (*line)(const char *text, void *arg), void *arg, ur_err *e)
{
    ur_when w;
    ur_pace p;
    ur_oddities k;
    size_t *own;
    int rc = ur_raw_when(&w, g, r, index, &own, e);
    if (!rc && w.t && !(rc = r->pace.kind ? (p = r->pace, 0) : ur_pace_find(&p, &w, e)) &&
        (w.date || (p.kind && ur_says_time(w.name)))) {
        oddly o = { &w, &p, r, line, arg, index };
        ur_when_check(&k, &w, &p);
        if (r->filled) rc = filled(&o);
        bool repeats = k.same.n > k.pairs / 2; /* a day beside hours: it tells no order */
        if (!rc && !repeats && k.missing.n) rc = missing(&o, &k, g);
        if (!rc && !repeats && k.pairs && (p.kind || k.pairs > 1)) rc = order(&o, &k);
        if (!rc && !repeats && p.kind)
            rc = counted(&o, &k.same, "%zu row has the time of the row before", "%zu rows have the time of the row before", false,
                         "they are read one after the other");
        if (!rc && repeats)
            rc = counted(
                &o, &k.same, "%zu row has the time of the row before", "%zu rows have the time of the row before", false,
                "so it tells no order, and forecasts have no dates; join day and hour in one column (2013-01-31 18:00), or name the series by --group");
        bool uneven = p.kind && k.odd.n * 10 > k.pairs;
        if (!rc && uneven)
            rc = counted(&o, &k.odd, "%zu row comes at no even step", "%zu rows come at no even step", true,
                         "rows count as steps, whatever time lies between them");
        if (!rc && !uneven && p.kind) rc = gaps(&o, &k);
        if (!rc) rc = others(&o);
    }
    ur_free(own);
    return rc;
}

/* ---- as a span */
int ur_times_span(const ur_schema *g, const ur_raw *r, int index, ur_buf *out, ur_err *e)
{
    ur_when w;
    ur_pace p = r->pace;
    size_t *own, least = 0, most = 0;
    int rc = ur_raw_when(&w, g, r, index, &own, e);
    if (!rc && w.t && !p.kind) rc = ur_pace_find(&p, &w, e);
    if (!rc && w.t && (w.date || (p.kind && ur_says_time(w.name)))) {
        size_t rows = w.start[w.n];
        bool any = false;
        for (size_t i = 0; i < rows; i++) {
            if (isnan(w.t[i])) continue;
            least = !any || w.t[i] < w.t[least] ? i : least;
            most = !any || w.t[i] > w.t[most] ? i : most;
            any = true;
        }
        char a[48], b[48], every[80];
        ur_pace_text(&p, every);
        if (any) {
            time_text(&w, least, a);
            time_text(&w, most, b);
            ur_buf_printf(out, ", %s to %s%s%s", a, b, *every ? " " : "", every);
        }
    }
    ur_free(own);
    return rc;
}
