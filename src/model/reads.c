/* reads.c: which numbers of drawn data read what is not there: positions beyond the ends of their example, or a drawn value that
 * is missing, for which the model's own draw stands. One that stands where the ends are read beyond is made of nothing, and
 * whoever reads it reads beyond them too. Must not know plans. Invariant: what a recurrence or a sum over positions carries from
 * a row on is not told of those after it. */
#include "model/model.h"
#include <string.h>

static int along(const ur_graph *g, int datum)
{
    const ur_datum *u = &g->data[datum];
    int index = u->nidx == 1 ? u->idx[0] : -1;
    return index >= 0 ? ur_index_resolve(&g->schema, index) : index;
}

size_t ur_rows_before(const ur_graph *g, int datum, size_t before) { return g->data[datum].nidx == 1 ? before : 0; }

/* of what is drawn ahead: what any of a value's origins reads. The first value has none, and is as the next */
static void over_origins(const ur_series *s, const ur_examples *x, size_t w, int ahead, const uint8_t *origin, uint8_t *out)
{
    for (size_t i = 0; i < x->n; i++)
        for (size_t r = s->start[i]; r < s->start[i + 1]; r++) {
            for (size_t back = 1; back <= (size_t)ahead && back <= r - s->start[i]; back++)
                for (size_t c = 0; c < w; c++) out[r * w + c] |= origin[(r - back) * w + c];
            for (size_t c = 0; r == s->start[i] + 1 && c < w; c++) out[(r - 1) * w + c] |= out[r * w + c] & UR_READS_BEYOND;
        }
}

/* the numbers of row r are drawn together, or are one symbol */
static void together(uint8_t *out, size_t nrow, size_t w)
{
    for (size_t r = 0; r < nrow; r++) {
        uint8_t all = 0;
        for (size_t c = 0; c < w; c++) all |= out[r * w + c];
        memset(out + r * w, all, w);
    }
}

static int take_line(const ur_graph *g, const ur_examples *x, int line, bool origins, uint8_t *marked, uint8_t **out, ur_err *e)
{
    const ur_like *l = &g->like[line];
    const ur_series *s = &x->series[l->datum];
    size_t w = ur_datum_width(&g->schema, &g->data[l->datum]);
    if (!s->start) return 0;
    if (!(out[l->datum] = ur_zalloc(s->nrow * w + 1))) return ur_nomem(e);
    if (marked && l->ahead && !origins) over_origins(s, x, w, l->ahead, marked, out[l->datum]);
    else if (marked) memcpy(out[l->datum], marked, s->nrow * w);
    if (w > 1 && (ur_drawn_whole(g, l->datum) || UR_IS_SYMBOL(g->data[l->datum].kind))) together(out[l->datum], s->nrow, w);
    return 0;
}

/* does a missing value stand where the ends are read beyond? */
static bool made_of_nothing(const ur_graph *g, const ur_examples *x, uint8_t *const *marked)
{
    bool any = false;
    for (int l = 0; l < g->nlike; l++) {
        const ur_series *s = &x->series[g->like[l].datum];
        size_t w = ur_datum_width(&g->schema, &g->data[g->like[l].datum]);
        any = any || (g->like[l].ahead && s->seen);
        for (size_t i = 0; marked[l] && s->seen && !any && i < s->nrow * w; i++)
            any = marked[l][i] & UR_READS_BEYOND &&
                  !ur_series_has(s, i / w, UR_IS_SYMBOL(g->data[g->like[l].datum].kind) ? 0 : i % w);
    }
    return any;
}

void ur_reads_free(uint8_t **reads, int ndata)
{
    for (int d = 0; reads && d < ndata; d++) ur_free(reads[d]);
    ur_free(reads);
}

int ur_reads_of(unroll_model *m, const ur_examples *x, bool ends, bool origins, uint8_t ***out, ur_err *e)
{
    const ur_graph *g = m->graph;
    bool *holes = ur_zalloc((size_t)g->ndata + 1), any = false;
    uint8_t **reads = ur_zalloc(((size_t)g->ndata + 1) * sizeof *reads),
            **marked = ur_zalloc(((size_t)g->nlike + 1) * sizeof *marked);
    int rc = holes && reads && marked ? 0 : ur_nomem(e);
    for (int d = 0; !rc && d < g->ndata; d++) {
        const ur_series *s = &x->series[d];
        for (size_t r = 0; g->data[d].drawn && s->start && s->seen && r < s->nrow && !holes[d]; r++) holes[d] = !s->seen[r];
        any = any || holes[d];
    }
    ur_mark_rule missing = { .missing = holes, .near = true }, beyond = { .beyond = true, .near = true }, through = beyond;
    through.drawn = holes;
    if (!rc && any) rc = ur_marked(m, x, &missing, UR_MARKS_DRAWN, UR_READS_MISSING, marked, e);
    if (!rc && ends) rc = ur_marked(m, x, &beyond, UR_MARKS_DRAWN, UR_READS_BEYOND, marked, e);
    if (!rc && ends && any && made_of_nothing(g, x, marked))
        rc = ur_marked(m, x, &through, UR_MARKS_DRAWN, UR_READS_THROUGH, marked, e);
    for (int l = 0; l < g->nlike && !rc; l++) rc = take_line(g, x, l, origins, marked[l], reads, e);
    for (int l = 0; marked && l < g->nlike; l++) ur_free(marked[l]);
    ur_free(marked);
    ur_free(holes);
    if (rc) ur_reads_free(reads, g->ndata);
    else *out = reads;
    return rc;
}

bool ur_reads_any(const ur_series *s, const uint8_t *reads, size_t w, size_t row, uint8_t what)
{
    bool any = false;
    for (size_t c = 0; reads && c < w && !any; c++) any = (reads[row * w + c] & what) && ur_series_counts(s, row, c);
    return any;
}

/* ---- rows that an exact fit leaves out, and its scores too */
/* what of a row reads nothing: BEYOND or THROUGH where all of it does, else 0 */
static uint8_t reads_nothing(const uint8_t *reads, size_t w)
{
    uint8_t all = UR_READS_NOTHING, some = 0;
    for (size_t c = 0; c < w; c++) {
        all &= reads[c] & UR_READS_NOTHING ? UR_READS_NOTHING : 0;
        some |= reads[c];
    }
    return !all ? 0 : some & UR_READS_BEYOND ? UR_READS_BEYOND : UR_READS_THROUGH;
}

/* numbers of a row of which others read what is there */
static void count_parts(const ur_series *s, size_t row, const uint8_t *reads, size_t w, ur_left *out)
{
    for (size_t c = 0; c < w; c++) {
        if (!(reads[c] & UR_READS_NOTHING) || !ur_series_counts(s, row, c)) continue;
        if (reads[c] & UR_READS_BEYOND) out->parts++;
        else out->through++;
    }
}

static int leave(ur_series *s, size_t row, const uint8_t *reads, size_t w, uint8_t *part, ur_err *e)
{
    bool any = false;
    for (size_t c = 0; c < w; c++) any = (part[c] = (reads[c] & UR_READS_NOTHING) != 0) || any;
    return any ? ur_leave_parts(s, w, row, part, e) : 0;
}

/* of one ~ line; where no number would be left, all stay */
static int leave_first(const ur_graph *g, const ur_like *l, const ur_examples *x, size_t before, const uint8_t *reads,
                       ur_left *out, ur_err *e)
{
    ur_series *s = &x->series[l->datum];
    size_t w = ur_datum_width(&g->schema, &g->data[l->datum]), others = 0;
    bool line = g->data[l->datum].nidx == 1;
    ur_left mine = { 0 };
    before = ur_rows_before(g, l->datum, before);
    for (size_t ex = 0; ex < x->n; ex++) {
        size_t at = s->start[ex], end = s->start[ex + 1], lead = at, tail = end, left = 0;
        while (line && lead < end && reads_nothing(reads + lead * w, w) == UR_READS_BEYOND) lead++;
        while (line && tail > lead && reads_nothing(reads + (tail - 1) * w, w) == UR_READS_BEYOND) tail--;
        if (lead - at > mine.first) mine.first = lead - at;
        if (end - tail > mine.last) mine.last = end - tail;
        for (size_t r = at + before; r < end; r++) {
            uint8_t none = reads_nothing(reads + r * w, w);
            left += !none;
            mine.direct += none == UR_READS_BEYOND;
            mine.parts += none == UR_READS_BEYOND && (r >= lead && r < tail) && ur_series_scored(s, r);
            mine.through += none == UR_READS_THROUGH && ur_series_scored(s, r);
            if (!none) count_parts(s, r, reads + r * w, w, &mine);
            for (size_t c = 0; c < w; c++)
                others += !(reads[r * w + c] & UR_READS_NOTHING) && ur_series_scored(s, r) && ur_series_counts(s, r, c);
        }
        mine.without += !left && end > at + before;
    }
    if (!others || !(mine.direct + mine.through + mine.parts)) return 0;
    uint8_t *part = ur_alloc(w + 1);
    int rc = part ? 0 : ur_nomem(e);
    for (size_t r = 0; r < s->nrow && !rc; r++) rc = leave(s, r, reads + r * w, w, part, e);
    ur_free(part);
    out->direct += mine.direct;
    out->through += mine.through;
    out->parts += mine.parts;
    if (mine.without > out->without) out->without = mine.without;
    if (mine.direct && mine.first > out->first) out->first = mine.first;
    if (mine.direct && mine.last > out->last) out->last = mine.last;
    return rc;
}

int ur_leave_first(const ur_graph *g, const ur_examples *x, size_t before, uint8_t *const *reads, ur_left *out, ur_err *e)
{
    *out = (ur_left){ 0 };
    for (int l = 0; l < g->nlike; l++)
        if (reads[g->like[l].datum]) TRY(leave_first(g, &g->like[l], x, before, reads[g->like[l].datum], out, e));
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
