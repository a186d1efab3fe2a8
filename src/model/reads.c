/* reads.c: which rows of drawn data read what is not there: positions beyond the ends of their example, or a drawn value that is
 * missing, for which the model's own draw stands. One that stands in a row that reads beyond the ends is made of nothing, and
 * whoever reads it reads beyond them too. Must not know plans. Invariant: what a recurrence or a sum over positions carries from
 * a row on is not told of those after it. */
#include "model/model.h"
#include <stdlib.h>

typedef struct hole {
    int datum;
    uint32_t example;
    size_t row;
} hole;
typedef struct use {
    int datum, of, lo, hi;
} use; /* the ~ line of datum `of` reads the other at these offsets */
typedef struct reader {
    const ur_graph *g;
    const ur_examples *x;
    uint8_t **out;
    use *use;
    size_t nuse, use_cap, *first; /* by datum: first[d] … first[d + 1] */
    hole *list;
    size_t n, cap; /* missing values that are made of nothing, still to be followed */
    bool origins;  /* of a line that draws ahead, what stands in a row is what its origin reads, not what the value there reads */
} reader;

static int along(const ur_graph *g, int datum)
{
    const ur_datum *u = &g->data[datum];
    int index = u->nidx == 1 ? u->idx[0] : -1;
    return index >= 0 ? ur_index_resolve(&g->schema, index) : index;
}

static int mark(reader *t, int datum, uint32_t example, size_t row, uint8_t what, ur_err *e)
{
    uint8_t *r = &t->out[datum][row], was = *r;
    const uint8_t *seen = t->x->series[datum].seen;
    *r |= what;
    if (was & UR_READS_NOTHING || !(*r & UR_READS_NOTHING) || !seen || seen[row]) return 0;
    if (t->n == t->cap) {
        size_t cap = 2 * t->cap + 64;
        hole *more = ur_realloc(t->list, cap * sizeof *more);
        if (!more) return ur_nomem(e);
        t->list = more;
        t->cap = cap;
    }
    t->list[t->n++] = (hole){ datum, example, row };
    return 0;
}

/* rows that read a missing value */
static int readers_of(reader *t, hole h, uint8_t what, ur_err *e)
{
    int64_t place = (int64_t)(h.row - t->x->series[h.datum].start[h.example]);
    for (size_t k = t->first[h.datum]; k < t->first[h.datum + 1]; k++) {
        const use *u = &t->use[k];
        const size_t *start = &t->x->series[u->of].start[h.example];
        int64_t from = place - u->hi, to = place - u->lo, last = (int64_t)(start[1] - start[0]) - 1;
        for (int64_t r = from > 0 ? from : 0; r <= to && r <= last; r++)
            TRY(mark(t, u->of, h.example, start[0] + (size_t)r, what, e));
    }
    return 0;
}

/* what a line reads, and the rows at the ends that read beyond them. Of one that draws ahead: where an origin that there is does
 * so; that the first values lack origins is no matter */
static int read_line(reader *t, const ur_like *l, ur_spans_work *w, ur_spans *s, ur_err *e)
{
    int index = along(t->g, l->datum);
    TRY(ur_spans_of(w, l->ahead && t->origins ? l->origin : ur_like_reads(l), l->narg, index, s, e));
    if (l->ahead && !t->origins && s->first <= l->ahead) s->first = 0;
    for (int k = 0; k < s->n; k++) {
        if (s->span[k].far || along(t->g, s->span[k].datum) != index) continue;
        if (t->nuse == t->use_cap) {
            size_t cap = 2 * t->use_cap + 64;
            use *more = ur_realloc(t->use, cap * sizeof *more);
            if (!more) return ur_nomem(e);
            t->use = more;
            t->use_cap = cap;
        }
        t->use[t->nuse++] = (use){ s->span[k].datum, l->datum, s->span[k].lo, s->span[k].hi };
    }
    for (uint32_t x = 0; x < t->x->n; x++) {
        const size_t *start = &t->x->series[l->datum].start[x];
        for (size_t r = start[0]; r < start[1]; r++)
            if (r < start[0] + (size_t)s->first || r + (size_t)s->last >= start[1])
                TRY(mark(t, l->datum, x, r, UR_READS_BEYOND, e));
    }
    return 0;
}

static int by_datum(const void *a, const void *b) { return ((const use *)a)->datum - ((const use *)b)->datum; }

static int read_lines(reader *t, ur_err *e)
{
    const ur_graph *g = t->g;
    ur_spans_work w;
    ur_spans s = { 0 };
    int rc = ur_spans_open(&w, g, e);
    for (int l = 0; l < g->nlike && !rc; l++)
        if (t->out[g->like[l].datum]) rc = read_line(t, &g->like[l], &w, &s, e);
    ur_free(s.span);
    ur_spans_close(&w);
    if (t->nuse) qsort(t->use, t->nuse, sizeof *t->use, by_datum);
    for (size_t k = 0; k < t->nuse; k++) t->first[t->use[k].datum + 1] = k + 1;
    for (int d = 0; d < g->ndata; d++)
        if (t->first[d + 1] < t->first[d]) t->first[d + 1] = t->first[d];
    return rc;
}

static int read_holes(reader *t, int datum, ur_err *e)
{
    const ur_series *s = &t->x->series[datum];
    for (uint32_t x = 0; s->seen && s->start && x < t->x->n; x++)
        for (size_t r = s->start[x]; r < s->start[x + 1]; r++)
            if (!s->seen[r]) TRY(readers_of(t, (hole){ datum, x, r }, UR_READS_MISSING, e));
    return 0;
}

void ur_reads_free(uint8_t **reads, int ndata)
{
    for (int d = 0; reads && d < ndata; d++) ur_free(reads[d]);
    ur_free(reads);
}

int ur_reads_of(const ur_graph *g, const ur_examples *x, bool origins, uint8_t ***out, ur_err *e)
{
    size_t n = (size_t)g->ndata + 2;
    reader t = {
        .g = g, .x = x, .origins = origins, .out = ur_zalloc(n * sizeof *t.out), .first = ur_zalloc(n * sizeof *t.first)
    };
    int rc = t.out && t.first ? 0 : ur_nomem(e);
    for (int l = 0; l < g->nlike && !rc; l++) {
        int d = g->like[l].datum;
        if (along(g, d) >= 0 && x->series[d].start && !(t.out[d] = ur_zalloc(x->series[d].nrow + 1))) rc = ur_nomem(e);
    }
    if (!rc) rc = read_lines(&t, e);
    for (int d = 0; d < g->ndata && !rc; d++)
        if (t.out[d]) rc = read_holes(&t, d, e);
    while (t.n && !rc) rc = readers_of(&t, t.list[--t.n], UR_READS_THROUGH, e);
    ur_free(t.use);
    ur_free(t.first);
    ur_free(t.list);
    if (rc) ur_reads_free(t.out, g->ndata);
    else *out = t.out;
    return rc;
}

/* ---- rows that an exact fit leaves out, and its scores too */
/* of one ~ line; where no row would be left, all stay */
static int leave_first(const ur_like *l, const ur_examples *x, size_t before, const uint8_t *reads, ur_left *out, ur_err *e)
{
    ur_series *s = &x->series[l->datum];
    size_t others = 0, direct = 0, through = 0, without = 0, first = 0, last = 0;
    for (size_t ex = 0; ex < x->n; ex++) {
        size_t at = s->start[ex], end = s->start[ex + 1], lead = at, tail = end, mine = 0;
        while (lead < end && reads[lead] & UR_READS_BEYOND) lead++;
        while (tail > lead && reads[tail - 1] & UR_READS_BEYOND) tail--;
        if (lead - at > first) first = lead - at;
        if (end - tail > last) last = end - tail;
        for (size_t r = at + before; r < end; r++) {
            mine += !(reads[r] & UR_READS_NOTHING);
            others += !(reads[r] & UR_READS_NOTHING) && ur_series_scored(s, r);
            direct += (reads[r] & UR_READS_BEYOND) != 0;
            through += !(reads[r] & UR_READS_BEYOND) && reads[r] & UR_READS_THROUGH && ur_series_scored(s, r);
        }
        without += !mine && end > at + before;
    }
    if (!others || !(direct + through)) return 0;
    if (!s->skip && !(s->skip = ur_zalloc(s->nrow + 1))) return ur_nomem(e);
    for (size_t r = 0; r < s->nrow; r++)
        if (reads[r] & UR_READS_NOTHING) s->skip[r] = 1;
    out->direct += direct;
    out->through += through;
    if (without > out->without) out->without = without;
    if (direct && first > out->first) out->first = first;
    if (direct && last > out->last) out->last = last;
    return 0;
}

int ur_leave_first(const ur_graph *g, const ur_examples *x, size_t before, uint8_t *const *reads, ur_left *out, ur_err *e)
{
    *out = (ur_left){ 0 };
    for (int l = 0; l < g->nlike; l++)
        if (reads[g->like[l].datum]) TRY(leave_first(&g->like[l], x, before, reads[g->like[l].datum], out, e));
    return 0;
}

int ur_pasts_open(ur_pasts *p, const ur_graph *g, ur_err *e)
{
    ur_spans_work w;
    int rc = (p->of = ur_zalloc((size_t)(g->nlike + 1) * sizeof *p->of)) ? ur_spans_open(&w, g, e) : ur_nomem(e);
    if (!p->of) return rc;
    p->g = g;
    for (int l = 0; l < g->nlike && !rc; l++)
        if (along(g, g->like[l].datum) >= 0)
            rc = ur_spans_of(&w, g->like[l].arg, g->like[l].narg, along(g, g->like[l].datum), &p->of[l], e);
    ur_spans_close(&w);
    return rc;
}

void ur_pasts_close(ur_pasts *p)
{
    for (int l = 0; p->of && l < p->g->nlike; l++) ur_free(p->of[l].span);
    ur_free(p->of);
}

bool ur_pasts_missing(const ur_pasts *p, const ur_examples *x, size_t example, int64_t at, int64_t to)
{
    for (int l = 0; l < p->g->nlike; l++)
        for (int k = 0; k < p->of[l].n; k++) {
            const ur_span *u = &p->of[l].span[k];
            const ur_series *s = &x->series[u->datum];
            int64_t from = at + u->lo, end = to + u->hi < at ? to + u->hi : at;
            if (u->far || !p->g->data[u->datum].drawn || !s->seen || !s->start) continue;
            if (along(p->g, u->datum) != along(p->g, p->g->like[l].datum)) continue;
            for (int64_t r = from > 0 ? from : 0; r < end; r++)
                if (!s->seen[s->start[example] + (size_t)r]) return true;
        }
    return false;
}
