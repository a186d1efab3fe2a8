/* Gaps in time, filled with missing rows, so that rows are steps.
 * Knows no files. Invariant: rows that were there stay as they are and in their order; rows that are put in have a time and
 * nothing else. */
#include <math.h>
#include <string.h>
#include "data/parts.h"

enum { MOST_ROWS = 10000000 }; /* put in: more than that is a wrong date rather than a gap */

typedef struct filling {
    const ur_schema *g;
    int root;
    ur_raw *r;
    ur_err *e;
    size_t rows, *from; /* [rows] the row that each row was, SIZE_MAX: it is put in */
    double *t;
    int16_t *away; /* [rows] */
    size_t *start; /* [examples + 1] */
} filling;

/* How many rows lie between row i − 1 and row i, none of them there. w: with the times that the step leads to where a row has
 * none */
static size_t between(const ur_when *w, const ur_pace *p, size_t i)
{
    double steps = isnan(w->t[i]) || isnan(w->t[i - 1])
                       ? 1
                       : ur_pace_between(p, w->t[i - 1], w->away ? w->away[i - 1] : 0, w->t[i], w->away ? w->away[i] : 0);
    steps = nearbyint(steps);
    return steps > 1 ? steps < 1e15 ? (size_t)steps - 1 : SIZE_MAX / 2 : 0;
}

static int count(filling *f, const ur_when *w, const ur_pace *p)
{
    size_t more = 0;
    for (size_t x = 0; x < w->n; x++) {
        ur_pace mine = ur_pace_of(p, w, x);
        for (size_t i = w->start[x] + 1; i < w->start[x + 1]; i++) {
            size_t k = between(w, &mine, i);
            more += k;
            f->r->gaps += k > 0;
            if (more <= MOST_ROWS) continue;
            char a[48] = "", b[48] = "";
            if (w->date) {
                ur_time_text(w->t[i - 1], w->away ? w->away[i - 1] : 0, &w->form, a);
                ur_time_text(w->t[i], w->away ? w->away[i] : 0, &w->form, b);
            }
            return ur_fail(
                f->e, UNROLL_ERROR_DATA,
                "%s: to make rows regular, more than %d would have to be put in; one gap lies between row %zu (%s) and the next (%s): is a time wrong?",
                w->name, MOST_ROWS, i - w->start[x], a, b);
        }
    }
    f->r->filled = more;
    f->rows = w->start[w->n] + more;
    return 0;
}

/* known: the times of rows that have one */
static int plan(filling *f, const ur_when *w, const double *known, const ur_pace *p)
{
    size_t to = 0;
    f->from = ur_alloc((f->rows + 1) * sizeof *f->from);
    f->t = ur_alloc((f->rows + 1) * sizeof *f->t);
    f->away = ur_alloc((f->rows + 1) * sizeof *f->away);
    f->start = ur_alloc((w->n + 1) * sizeof *f->start);
    if (!f->from || !f->t || !f->away || !f->start) return ur_nomem(f->e);
    for (size_t x = 0; x < w->n; x++) {
        ur_pace mine = ur_pace_of(p, w, x);
        f->start[x] = to;
        for (size_t i = w->start[x]; i < w->start[x + 1]; i++) {
            size_t k = i > w->start[x] ? between(w, &mine, i) : 0;
            for (size_t j = 1; j <= k; j++, to++) {
                f->from[to] = SIZE_MAX;
                f->away[to] = w->away ? w->away[i - 1] : 0;
                f->t[to] = ur_pace_add(&mine, w->t[i - 1], f->away[to], (double)j);
            }
            f->from[to] = i;
            f->away[to] = w->away ? w->away[i] : 0;
            f->t[to++] = known[i];
        }
    }
    f->start[w->n] = to;
    return 0;
}

/* rows of `size` bytes where they lie now; those that are put in are left as zeros */
static int spread(const filling *f, void *at, size_t size)
{
    void *old;
    memcpy(&old, at, sizeof old);
    char *p = old ? ur_zalloc((f->rows + 1) * size) : NULL;
    if (!old) return 0;
    if (!p) return ur_nomem(f->e);
    for (size_t i = 0; i < f->rows; i++)
        if (f->from[i] != SIZE_MAX) memcpy(p + i * size, (const char *)old + f->from[i] * size, size);
    ur_free(old);
    memcpy(at, &p, sizeof p);
    return 0;
}

static int spread_column(filling *f, int d)
{
    ur_series *s = &f->r->col[d].raw;
    size_t w = ur_datum_width(f->g, &f->g->data[d]);
    bool time = f->g->data[d].kind == UR_TIME && w == 1;
    if (!s->seen) {
        if (!(s->seen = ur_alloc(s->nrow + 1))) return ur_nomem(f->e);
        memset(s->seen, 1, s->nrow);
    }
    if (spread(f, &s->num, w * sizeof *s->num) || spread(f, &s->sym, w * sizeof *s->sym) ||
        spread(f, &s->away, w * sizeof *s->away) || spread(f, &s->seen, 1))
        return UNROLL_ERROR_MEMORY;
    for (size_t i = 0; i < f->rows; i++) {
        if (f->from[i] != SIZE_MAX) continue;
        for (size_t k = 0; s->num && k < w; k++) s->num[i * w + k] = time ? f->t[i] : __builtin_nan("");
        s->seen[i] = time;
        if (time && s->away) s->away[i] = f->away[i];
    }
    s->nrow = f->rows;
    memcpy(s->start, f->start, (f->r->n + 1) * sizeof *s->start);
    return 0;
}

static int spread_all(filling *f)
{
    ur_raw *r = f->r;
    int axis[UR_MAX_RAGGED], rc = 0;
    for (int d = 0; d < f->g->ndata && !rc; d++) {
        int n = ur_datum_axes(f->g, &f->g->data[d], axis);
        if (!r->col[d].present || !ur_datum_carries(f->g, &f->g->data[d], f->root)) continue;
        rc = n > 1 ? ur_fail(f->e, UNROLL_ERROR_UNSUPPORTED,
                             "%s is carried along several indices: its rows cannot be made regular", f->g->data[d].name)
                   : spread_column(f, d);
    }
    if (!rc && r->when && r->when_index == f->root) {
        rc = spread(f, &r->when, sizeof *r->when);
        if (!rc) rc = spread(f, &r->when_away, sizeof *r->when_away);
        for (size_t i = 0; i < f->rows && !rc; i++) {
            r->when[i] = f->t[i];
            if (r->when_away) r->when_away[i] = f->away[i];
        }
        r->nwhen = f->rows;
    }
    for (size_t x = 0; x < r->n && !rc; x++) {
        if (f->start[x + 1] - f->start[x] > INT32_MAX)
            return ur_fail(f->e, UNROLL_ERROR_DATA, "an example of more than %d rows", INT32_MAX);
        r->extent[f->root].len[x] = (int32_t)(f->start[x + 1] - f->start[x]);
    }
    return rc;
}

int ur_raw_regular(ur_raw *r, const ur_schema *g, ur_err *e)
{
    filling f = { .g = g, .root = ur_raw_root(g, r), .r = r, .e = e };
    ur_when w = { 0 }, whole;
    ur_times all = { 0 };
    ur_pace pace = r->pace;
    size_t *own = NULL;
    int rc = f.root < 0 ? 0 : ur_raw_when(&w, g, r, f.root, &own, e);
    if (!rc && !w.t) rc = ur_fail(e, UNROLL_ERROR_USAGE, "rows cannot be made regular: the data have no column of times");
    if (!rc && !pace.kind) rc = ur_pace_find(&pace, &w, e);
    if (!rc && !pace.kind)
        rc = ur_fail(e, UNROLL_ERROR_DATA,
                     "%s: rows cannot be made regular: no step is found from row to row; sort the rows by time, or say the step",
                     w.name);
    if (!rc) rc = ur_when_fill(&all, &w, &pace, 0, e);
    whole = w;
    whole.t = all.t;
    whole.away = all.away;
    if (!rc) rc = count(&f, &whole, &pace);
    if (!rc && r->filled) rc = plan(&f, &whole, w.t, &pace);
    if (!rc && r->filled) rc = spread_all(&f);
    ur_free(own);
    ur_times_free(&all);
    ur_free(f.from);
    ur_free(f.t);
    ur_free(f.away);
    ur_free(f.start);
    return rc;
}
