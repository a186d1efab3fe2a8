/* Scales and vocabularies: learned from one part of the data, applied to any.
 * Knows no models beyond the schema. Invariants: nothing is learned from what is encoded; a number that is missing is encoded as
 * 0 and a symbol as unknown, both with seen 0; what is learned depends on the rows alone, not on the order of meeting symbols. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "data/parts.h"

/* ---- learning */

/* Mean and standard deviation (of the whole, not of a sample) of one component, in two passes over values in units of a power of
 * two, which changes no bit and keeps squares of 1e-200 and 1e200 in range. Missing values do not count. */
static int learn_scale(const ur_series *s, size_t k, size_t w, const char *name, double *mean, double *scale, ur_err *e)
{
    double sum = 0, square = 0, lo = INFINITY, hi = -INFINITY;
    size_t n = 0;
    for (size_t i = 0; i < s->nrow; i++) {
        double v = s->num[i * w + k];
        if (isnan(v)) continue;
        n++;
        lo = v < lo ? v : lo;
        hi = v > hi ? v : hi;
    }
    *mean = n ? lo : 0;
    *scale = 1;
    if (!n || lo == hi) return 0;
    if (fmax(fabs(lo), fabs(hi)) < DBL_MIN) { /* they all count as 0 */
        *mean = 0;
        return 0;
    }
    if (!isfinite(lo) || !isfinite(hi))
        return ur_fail(e, UNROLL_ERROR_DATA, "%s: its values are too large to be scaled (from %g to %g)", name, lo, hi);
    int whole = ilogb(fmax(fabs(lo), fabs(hi)));
    for (size_t i = 0; i < s->nrow; i++)
        if (!isnan(s->num[i * w + k])) sum += ldexp(s->num[i * w + k], -whole);
    sum /= (double)n;
    int part = ilogb(fmax(sum - ldexp(lo, -whole), ldexp(hi, -whole) - sum));
    for (size_t i = 0; i < s->nrow; i++) {
        double v = ldexp(ldexp(s->num[i * w + k], -whole) - sum, -part);
        if (!isnan(v)) square += v * v;
    }
    *mean = ldexp(sum, whole);
    *scale = ldexp(sqrt(square / (double)n), whole + part);
    if (*scale < DBL_MIN)
        return ur_fail(e, UNROLL_ERROR_DATA,
                       "%s: its values are too small to be scaled (from %g to %g): give them in another unit", name, lo, hi);
    return 0;
}

typedef struct met {
    const char *s;
    size_t n, count;
    uint64_t head; /* its first bytes as a number that orders as they do */
    double value;
} met;

static uint64_t head_of(const char *s, size_t n)
{
    uint64_t x = 0;
    for (size_t i = 0; i < 8; i++) x = x << 8 | (i < n ? (unsigned char)s[i] : 0);
    return x;
}

static int by_bytes(const void *a, const void *b)
{
    const met *x = a, *y = b;
    if (x->head != y->head) return x->head < y->head ? -1 : 1;
    size_t n = x->n < y->n ? x->n : y->n;
    int c = n ? memcmp(x->s, y->s, n) : 0;
    return c ? c : (x->n > y->n) - (x->n < y->n);
}

static int by_count(const void *a, const void *b)
{
    const met *x = a, *y = b;
    return x->count != y->count ? (x->count < y->count ? 1 : -1) : by_bytes(a, b);
}

/* of symbol(k): whole numbers by what they are, other symbols as they stand */
static int by_value(const void *a, const void *b)
{
    const met *x = a, *y = b;
    return x->value != y->value ? (x->value < y->value ? -1 : 1) : by_bytes(a, b);
}

static bool whole_numbers(met *m, int n)
{
    bool whole = n > 0;
    for (int i = 0; i < n && whole; i++) whole = ur_parse_number(m[i].s, m[i].n, &m[i].value) && m[i].value == floor(m[i].value);
    return whole;
}

/* the more of them than symbol(k) has are an error */
static int too_many(const ur_datum *d, const ur_column *c, const met *m, int n, ur_err *e)
{
    ur_buf b = { 0 };
    for (int i = 0; i < n && i < 5; i++) {
        char q[64];
        ur_quote(q, m[i].s, m[i].n);
        ur_buf_printf(&b, "%s%s", i ? ", " : "", q);
    }
    int rc = b.bad ? ur_nomem(e)
                   : ur_fail(e, UNROLL_ERROR_DATA,
                             "%s:%d:%d: %s%s%s has %d different symbols in the training part, more than symbol(%d): %s%s; write "
                             "%s : symbol(%d), or leave rare ones out by --min-count",
                             d->place.file ? d->place.file : "model", d->place.line, d->place.col, c->from ? c->from : "",
                             c->from && *c->from ? ": " : "", d->name, n, d->size, b.s, n > 5 ? ", …" : "", d->name, n);
    ur_buf_free(&b);
    return rc;
}

static int add_name(ur_vocab *v, ur_buf *b, ur_err *e)
{
    int before = ur_vocab_size(v), id;
    do {
        if (b->bad) return ur_nomem(e);
        id = ur_vocab_add(v, b->s, b->n, e);
        ur_buf_printf(b, "'");
    } while (id >= 0 && id < before);
    return id < 0 ? id : 0;
}

/* The vocabulary of a symbol(k): whole numbers from 1 to k, or from 0 to k - 1, are at their own places, those that were not met
 * too. Other symbols that were not met are called by their places, <k>. */
static int fill_closed(const ur_datum *d, const met *m, int n, bool whole, ur_vocab *v, ur_err *e)
{
    int k = d->size, rc = 0;
    int first = whole && m[0].value >= 0 && m[n - 1].value <= k - (m[0].value == 0) ? m[0].value > 0 : -1;
    for (int i = 1; i < n && first >= 0; i++) first = m[i].value == m[i - 1].value ? -1 : first;
    ur_buf b = { 0 };
    for (int i = 0, at = 0; i < k && !rc; i++) {
        bool there = at < n && (first < 0 || m[at].value == first + i);
        b.n = 0;
        if (there) ur_buf_add(&b, m[at].s, m[at].n);
        else ur_buf_printf(&b, first < 0 ? "<%d>" : "%d", first < 0 ? i + 1 : first + i);
        at += there;
        rc = add_name(v, &b, e);
    }
    ur_buf_free(&b);
    return rc;
}

/* by falling count, of which those that are too rare are left out; chars and bytes then by bytes */
static int learn_vocab(const ur_column *c, const ur_datum *d, size_t w, int min_count, int most, ur_vocab **out, ur_err *e)
{
    ur_data_kind kind = d->kind;
    int n = c->present ? ur_vocab_size(c->local) : UR_SYM_FIRST, rc = ur_vocab_new(out, e);
    if (rc) return rc;
    met *m = ur_zalloc(sizeof *m * (size_t)n);
    if (!m) return ur_nomem(e);
    for (int id = UR_SYM_FIRST; id < n; id++) {
        m[id].s = ur_vocab_entry(c->local, id, &m[id].n);
        m[id].head = head_of(m[id].s, m[id].n);
    }
    for (size_t i = 0; c->present && i < c->raw.nrow * w; i++) m[c->raw.sym[i]].count++;
    qsort(m + UR_SYM_FIRST, (size_t)(n - UR_SYM_FIRST), sizeof *m, by_count);
    while (n > UR_SYM_FIRST &&
           (m[n - 1].count < (size_t)(min_count > 1 ? min_count : 1) || (most > 0 && n - UR_SYM_FIRST > most)))
        n--;
    if (kind == UR_CHARS || kind == UR_BYTES) qsort(m + UR_SYM_FIRST, (size_t)(n - UR_SYM_FIRST), sizeof *m, by_bytes);
    if (d->closed && !rc) {
        bool whole = whole_numbers(m + UR_SYM_FIRST, n - UR_SYM_FIRST);
        if (whole) qsort(m + UR_SYM_FIRST, (size_t)(n - UR_SYM_FIRST), sizeof *m, by_value);
        rc = n - UR_SYM_FIRST > d->size ? too_many(d, c, m + UR_SYM_FIRST, n - UR_SYM_FIRST, e)
                                        : fill_closed(d, m + UR_SYM_FIRST, n - UR_SYM_FIRST, whole, *out, e);
    }
    for (int i = UR_SYM_FIRST; i < n && !rc && !d->closed; i++) {
        int id = ur_vocab_add(*out, m[i].s, m[i].n, e);
        rc = id < 0 ? id : 0;
    }
    ur_free(m);
    return rc;
}

/* labels are kept whole, but of symbol(k), which says how many there are */
static int learn_symbols(ur_code *c, const ur_datum *u, size_t w, const ur_column *col, size_t n, bool label, int min_count,
                         int most, ur_err *e)
{
    bool all = label && !u->closed;
    if (u->kind == UR_PIECES) return ur_subword_learn(c, u, col, n, min_count, e);
    return learn_vocab(col, u, w, all ? 0 : min_count, all ? 0 : most, &c->vocab, e);
}

/* the rows of all data that have one vocabulary, one after the other */
static int together(ur_column *out, const ur_schema *g, const ur_raw *r, int datum, size_t *nexample, ur_err *e)
{
    size_t n = 0, at = 0;
    for (int d = 0; d < g->ndata; d++)
        if (ur_shares(g, datum, d) && r->col[d].present)
            n += r->col[d].raw.nrow * ur_datum_width(g, &g->data[d]), *nexample += r->n;
    ur_series *s = &out->raw;
    s->sym = ur_alloc(sizeof *s->sym * (n + 1));
    s->seen = ur_alloc(n + 1);
    s->start = ur_alloc(sizeof *s->start * (*nexample + 1));
    if (!s->sym || !s->seen || !s->start) return ur_nomem(e);
    TRY(ur_vocab_new(&out->local, e));
    *nexample = 0;
    for (int d = 0; d < g->ndata; d++) {
        const ur_column *c = &r->col[d];
        size_t w = ur_datum_width(g, &g->data[d]), len, first = at;
        if (!ur_shares(g, datum, d) || !c->present) continue;
        out->present = true;
        for (size_t x = 0; x < r->n; x++) s->start[(*nexample)++] = first + c->raw.start[x] * w;
        for (size_t i = 0; i < c->raw.nrow * w; i++, at++) {
            const char *text = ur_vocab_entry(c->local, c->raw.sym[i], &len);
            s->seen[at] = (!c->raw.seen || c->raw.seen[i / w]) && c->raw.sym[i] >= UR_SYM_FIRST;
            s->sym[at] = s->seen[at] ? ur_vocab_add(out->local, text, len, e) : UR_SYM_UNKNOWN;
            if (s->sym[at] < 0) return s->sym[at];
        }
    }
    s->start[*nexample] = s->nrow = at;
    return 0;
}

static int learn_together(ur_code *c, const ur_schema *g, const ur_raw *r, int datum, int min_count, int most, ur_err *e)
{
    ur_column all = { 0 };
    size_t n = 0;
    bool labels = true;
    for (int d = 0; d < g->ndata; d++) labels = labels && (!ur_shares(g, datum, d) || ur_is_label(g, d));
    int rc = together(&all, g, r, datum, &n, e);
    if (!rc) rc = learn_symbols(&c[datum], &g->data[datum], 1, &all, n, labels, min_count, most, e);
    ur_series_free(&all.raw);
    ur_vocab_free(all.local);
    return rc;
}

/* of a datum that has the vocabulary of another */
static int share(ur_code *c, const ur_code *from, const ur_datum *d, ur_err *e)
{
    int rc = ur_vocab_copy(&c->vocab, from->vocab, e);
    size_t n = 0;
    const void *bytes = from->pieces ? ur_pieces_bytes(from->pieces, &n) : NULL;
    return rc || !bytes ? rc : ur_pieces_read(&c->pieces, bytes, n, d->name, e);
}

int ur_code_learn(ur_code *code, const ur_schema *g, const ur_raw *r, int min_count, int most, ur_err *e)
{
    int rc = 0;
    for (int d = 0; d < g->ndata && !rc; d++) {
        ur_code *c = &code[d];
        const ur_column *col = &r->col[d];
        size_t w = ur_datum_width(g, &g->data[d]);
        c->width = (int)w;
        if (!(c->mean = ur_alloc(sizeof(double) * w)) || !(c->scale = ur_alloc(sizeof(double) * w))) return ur_nomem(e);
        for (size_t k = 0; k < w && !rc; k++) {
            c->mean[k] = 0;
            c->scale[k] = 1;
            if (g->data[d].kind == UR_REAL && col->present)
                rc = learn_scale(&col->raw, k, w, g->data[d].name, &c->mean[k], &c->scale[k], e);
        }
        const ur_datum *u = &g->data[d];
        if (rc || !UR_IS_SYMBOL(u->kind) || u->shares) continue;
        if (ur_is_shared(g, d)) rc = learn_together(code, g, r, d, min_count, most, e);
        else rc = learn_symbols(c, u, w, col, r->n, ur_is_label(g, d), min_count, most, e);
    }
    for (int d = 0; d < g->ndata && !rc; d++)
        if (g->data[d].shares) rc = share(&code[d], &code[g->data[d].shares - 1], &g->data[d], e);
    return rc;
}

void ur_code_free(ur_code *c, int ndata)
{
    for (int d = 0; c && d < ndata; d++) {
        ur_free(c[d].mean);
        ur_free(c[d].scale);
        ur_vocab_free(c[d].vocab);
        ur_pieces_free(c[d].pieces);
        c[d] = (ur_code){ 0 };
    }
}

/* ---- encoding */

size_t ur_length(const ur_examples *x, int index, size_t example)
{
    const ur_extent *t = &x->extent[index];
    return t->len ? (size_t)t->len[example] : 0;
}

size_t ur_nested_length(const ur_examples *x, int parent, int index, size_t example)
{
    size_t from = 0;
    for (size_t k = 0; k < example; k++) from += ur_length(x, parent, k);
    return x->extent[index].first[from + ur_length(x, parent, example)] - x->extent[index].first[from];
}

void ur_examples_free(ur_examples *x)
{
    if (!x) return;
    for (int d = 0; x->series && d < x->ndata; d++) ur_series_free(&x->series[d]);
    for (int i = 0; x->extent && i < x->nindex; i++) {
        ur_free(x->extent[i].len);
        ur_free(x->extent[i].first);
    }
    for (int k = 0; x->goal && k < x->ngoal; k++) ur_series_free(&x->goal[k]);
    ur_free(x->series);
    ur_free(x->goal);
    ur_free(x->extent);
    ur_free(x->place);
    ur_free(x);
}

/* Where a symbol stands that was never seen: example and position, as far as the examples tell. */
static int never_seen(const ur_schema *g, const ur_raw *r, int d, size_t row, const char *s, size_t n, ur_err *e)
{
    const ur_column *c = &r->col[d];
    char q[64];
    int axis[UR_MAX_RAGGED], naxis = ur_datum_axes(g, &g->data[d], axis);
    size_t x = 0, before = naxis ? (size_t)r->extent[axis[0]].before : 0;
    while (x + 1 < r->n && c->raw.start[x + 1] <= row) x++;
    ur_quote(q, s, n);
    return ur_fail(e, UNROLL_ERROR_DATA, "%s%s%s: example %zu, position %zu: '%s' was never seen in fitting",
                   c->from ? c->from : "", c->from && *c->from ? ": " : "", g->data[d].name, ur_raw_number(r, x),
                   row - c->raw.start[x] + 1 + before, q);
}

int32_t ur_code_symbol(const ur_code *c, ur_data_kind kind, bool stream, const char *s, size_t n)
{
    int32_t id = ur_vocab_find(c->vocab, s, n);
    bool line_end = stream && !c->endless && (kind == UR_WORDS ? n == 5 && !memcmp(s, "<eos>", 5) : n == 1 && *s == '\n');
    if (id == UR_SYM_UNKNOWN && kind == UR_SYMBOL) id = ur_vocab_find_equal(c->vocab, s, n);
    return id == UR_SYM_UNKNOWN && line_end ? UR_SYM_END : id;
}

/* [size of local] what each symbol of the raw data is in the vocabulary */
static int translate(const ur_column *c, const ur_code *code, ur_data_kind kind, bool stream, int32_t **out, ur_err *e)
{
    int n = ur_vocab_size(c->local);
    int32_t *to = ur_alloc(sizeof *to * (size_t)n);
    if (!to) return ur_nomem(e);
    for (int id = 0; id < n; id++) {
        size_t len;
        const char *s = ur_vocab_entry(c->local, id, &len);
        to[id] = id < UR_SYM_FIRST ? id : ur_code_symbol(code, kind, stream, s, len);
    }
    *out = to;
    return 0;
}

typedef struct encoder {
    const ur_schema *g;
    const ur_raw *r;
    ur_examples *x;
    ur_err *e;
    bool *ends;
    bool strict, single;
    size_t *unknown;
} encoder;

static int encode_extent(encoder *n, int i)
{
    ur_extent *o = &n->x->extent[i];
    const int32_t *len = n->r->extent[i].len;
    int up = ur_index_parent(n->g, i);
    if (n->g->index[i].fixed || n->g->index[i].alias >= 0) return 0;
    size_t count = n->r->n;
    if (up >= 0 && n->x->extent[up].len) {
        size_t above = n->x->extent[up].first ? 0 : n->r->n;
        count = n->x->extent[up].first ? n->x->extent[up].first[ur_axis_count(n->g, n->r, up)] : 0;
        for (size_t k = 0; k < above; k++) count += (size_t)n->x->extent[up].len[k];
    }
    if (!(o->len = ur_zalloc(sizeof(int32_t) * count))) return ur_nomem(n->e);
    for (size_t k = 0; len && k < count; k++) {
        if (n->ends[i] && len[k] == INT32_MAX)
            return ur_fail(n->e, UNROLL_ERROR_DATA, "a sequence of more than %d symbols", INT32_MAX - 1);
        o->len[k] = len[k] + n->ends[i];
    }
    o->before = n->r->extent[i].before;
    return up >= 0 ? ur_make_first(o->len, count, &o->first, n->e) : 0;
}

/* numbers that are all there, stay as they are and are not written over: an image's bytes take eight bytes each, and one copy is
 * enough */
static bool lends(const ur_series *s, const ur_code *code, size_t w)
{
    bool same = !s->seen;
    for (size_t k = 0; k < w && same; k++) same = code->mean[k] == 0 && code->scale[k] == 1;
    for (size_t i = 0; i < s->nrow * w && same; i++) same = !isnan(s->num[i]);
    return same;
}

/* Times that are missing are those that the rows before them lead to. */
static int fill_times(encoder *n, int d)
{
    const ur_column *c = &n->r->col[d];
    ur_series *o = &n->x->series[d];
    ur_pace pace = n->r->pace;
    ur_times all = { 0 };
    ur_when w = { c->raw.num, c->raw.away, n->r->n, c->raw.start, true, c->form, NULL, &n->r->manner.pace };
    int rc = pace.kind ? 0 : ur_pace_find(&pace, &w, n->e);
    if (!rc) rc = ur_when_fill(&all, &w, &pace, 0, n->e);
    for (size_t i = 0; i < o->nrow && !rc; i++) {
        bool good = !isnan(all.t[i]);
        o->num[i] = good ? all.t[i] : 0;
        o->seen[i] = o->seen[i] || good;
        if (o->away) o->away[i] = all.away[i];
    }
    ur_times_free(&all);
    return rc;
}

/* which components of rows that are not whole are there */
static int components_there(const ur_series *s, ur_series *o, size_t w, ur_err *e)
{
    for (size_t i = 0; i < s->nrow && s->seen; i++) {
        if (!ur_raw_in_part(s, i, w)) continue;
        if (!o->part && !(o->part = ur_zalloc(s->nrow * w + 1))) return ur_nomem(e);
        o->parts = w;
        for (size_t k = 0; k < w; k++) o->part[i * w + k] = ur_raw_has(s, i, w, k);
    }
    return 0;
}

static int encode_numbers(encoder *n, int d, const ur_code *code)
{
    const ur_series *s = &n->r->col[d].raw;
    ur_series *o = &n->x->series[d];
    size_t w = ur_datum_width(n->g, &n->g->data[d]);
    if ((int)w != code->width)
        return ur_fail(n->e, UNROLL_ERROR_USAGE, "%s has %zu components, its scales %d", n->g->data[d].name, w, code->width);
    if (!n->g->data[d].drawn && lends(s, code, w)) {
        o->num = s->num;
        o->away = s->away;
        o->lent = true;
        return 0;
    }
    if (!ur_series_room(o, &n->g->data[d], s->nrow * w, n->single) || (s->seen && !(o->seen = ur_alloc(s->nrow))) ||
        (s->away && !(o->away = ur_alloc(sizeof(int16_t) * s->nrow * w))))
        return ur_nomem(n->e);
    if (s->away) memcpy(o->away, s->away, sizeof(int16_t) * s->nrow * w);
    int rc = components_there(s, o, w, n->e);
    if (rc) return rc;
    for (size_t i = 0; i < s->nrow; i++)
        for (size_t k = 0; k < w; k++) {
            double v = s->num[i * w + k];
            ur_series_put(o, i * w + k,
                          isnan(v) || (s->seen && !s->seen[i] && !o->part) ? 0 : (v - code->mean[k]) / code->scale[k]);
        }
    if (s->seen) memcpy(o->seen, s->seen, s->nrow);
    return n->g->data[d].kind == UR_TIME && s->seen && w == 1 && n->g->data[d].nidx == 1 ? fill_times(n, d) : 0;
}

static int encode_row(encoder *n, int d, const int32_t *to, size_t w, size_t row, size_t out)
{
    const ur_column *c = &n->r->col[d];
    ur_series *o = &n->x->series[d];
    bool seen = !c->raw.seen || c->raw.seen[row];
    for (size_t k = 0; k < w; k++) {
        int32_t local = c->raw.sym[row * w + k], id = seen ? to[local] : UR_SYM_UNKNOWN;
        if (seen && id == UR_SYM_UNKNOWN) {
            if (n->strict) {
                size_t len;
                const char *s = ur_vocab_entry(c->local, local, &len);
                return never_seen(n->g, n->r, d, row, s, len, n->e);
            }
            if (n->unknown) ++*n->unknown;
        }
        o->sym[out * w + k] = id;
    }
    if (o->seen) o->seen[out] = seen;
    return 0;
}

/* rows from `row` on, `count` of them. Where all is seen and known they are looked up in one loop. */
static int encode_run(encoder *n, int d, const int32_t *to, size_t w, size_t row, size_t out, size_t count)
{
    const ur_series *s = &n->r->col[d].raw;
    const int32_t *from = s->sym + row * w;
    int32_t *put = n->x->series[d].sym + out * w;
    bool unknown = s->seen != NULL;
    for (size_t i = 0; i < count * w && !s->seen; i++) {
        put[i] = to[from[i]];
        unknown |= put[i] == UR_SYM_UNKNOWN;
    }
    int rc = 0;
    for (size_t i = 0; unknown && i < count && !rc; i++) rc = encode_row(n, d, to, w, row + i, out + i);
    return rc;
}

/* How many sequences along its last index a datum has in example x: positions of its other indices together. from[k]: how many
 * lengths of axis k earlier examples have used; moved on. */
static size_t sequences_in(const encoder *n, const int *axis, int naxis, size_t x, size_t *from)
{
    size_t k = 1;
    if (!ur_axes_chain(n->g, axis, naxis)) {
        for (int i = 0; i < naxis - 1; i++) k *= (size_t)n->r->extent[axis[i]].len[x];
        return k;
    }
    for (int i = 0; i < naxis - 1; i++) {
        size_t here = 0;
        for (size_t p = 0; p < k; p++) here += (size_t)n->r->extent[axis[i]].len[from[i]++];
        k = here;
    }
    return k;
}

/* Rows copied, and after each sequence along the last index the end symbol where that index has one. */
static int encode_rows(encoder *n, int d, const int32_t *to)
{
    const ur_series *s = &n->r->col[d].raw;
    ur_series *o = &n->x->series[d];
    int axis[UR_MAX_RAGGED], naxis = ur_datum_axes(n->g, &n->g->data[d], axis), rc = 0;
    size_t w = ur_datum_width(n->g, &n->g->data[d]), row = 0, out = 0, entry = 0, from[UR_MAX_RAGGED] = { 0 };
    bool ends = naxis && n->ends[axis[naxis - 1]], chain = ur_axes_chain(n->g, axis, naxis);
    const int32_t *len = naxis ? n->r->extent[axis[naxis - 1]].len : NULL;
    for (size_t x = 0; x < n->r->n && !rc; x++) {
        o->start[x] = out;
        if (!ends) {
            size_t count = s->start[x + 1] - row;
            rc = encode_run(n, d, to, w, row, out, count);
            row += count;
            out += count;
        }
        size_t sequences = ends ? sequences_in(n, axis, naxis, x, from) : 0;
        for (size_t q = 0; q < sequences && !rc; q++) {
            size_t l = (size_t)len[chain ? entry++ : x];
            rc = encode_run(n, d, to, w, row, out, l);
            row += l;
            out += l;
            for (size_t k = 0; k < w; k++) o->sym[out * w + k] = UR_SYM_END;
            if (o->seen) o->seen[out] = 1;
            out++;
        }
    }
    o->start[n->r->n] = o->nrow = out;
    return rc;
}

static int encode_symbols(encoder *n, int d, const ur_code *code)
{
    const ur_column *c = &n->r->col[d];
    ur_series *o = &n->x->series[d];
    int axis[UR_MAX_RAGGED], naxis = ur_datum_axes(n->g, &n->g->data[d], axis);
    size_t w = ur_datum_width(n->g, &n->g->data[d]), extra = 0, from[UR_MAX_RAGGED] = { 0 };
    int32_t *to = NULL;
    for (size_t x = 0; naxis && n->ends[axis[naxis - 1]] && x < n->r->n; x++) extra += sequences_in(n, axis, naxis, x, from);
    size_t rows = c->raw.nrow + extra;
    if (!(o->sym = ur_alloc(sizeof(int32_t) * rows * w)) || (c->raw.seen && !(o->seen = ur_alloc(rows)))) return ur_nomem(n->e);
    int rc = translate(c, code, n->g->data[d].kind, n->r->stream, &to, n->e);
    if (!rc) rc = encode_rows(n, d, to);
    ur_free(to);
    return rc;
}

static int encode_datum(encoder *n, int d, const ur_code *code)
{
    const ur_column *c = &n->r->col[d];
    ur_series *o = &n->x->series[d];
    if (!c->present) return 0;
    if (!(o->start = ur_alloc(sizeof(size_t) * (n->r->n + 1)))) return ur_nomem(n->e);
    o->nrow = c->raw.nrow;
    memcpy(o->start, c->raw.start, sizeof(size_t) * (n->r->n + 1));
    return UR_IS_SYMBOL(n->g->data[d].kind) ? encode_symbols(n, d, code) : encode_numbers(n, d, code);
}

int ur_encode(ur_examples **out, const ur_schema *g, const ur_raw *r, const ur_code *code, bool end_symbol, bool strict,
              bool single, size_t *unknown, ur_err *e)
{
    encoder n = { .g = g, .r = r, .e = e, .strict = strict, .single = single, .unknown = unknown };
    int rc = ur_subword_cut(&n.r, g, r, code, e);
    if (unknown) *unknown = 0;
    n.x = ur_zalloc(sizeof *n.x);
    n.ends = ur_zalloc((size_t)g->nindex + 1);
    if (!rc && (!n.x || !n.ends)) rc = ur_nomem(e);
    if (!rc) {
        n.x->n = r->n;
        n.x->before = r->before;
        if (r->place) rc = ur_places_copy(&n.x->place, r->place, r->n, e);
        n.x->pace = r->pace;
        n.x->ndata = g->ndata;
        n.x->nindex = g->nindex;
        n.x->series = ur_zalloc(sizeof *n.x->series * (size_t)(g->ndata + 1));
        n.x->extent = ur_zalloc(sizeof *n.x->extent * (size_t)(g->nindex + 1));
        if (!n.x->series || !n.x->extent) rc = ur_nomem(e);
    }
    for (int i = 0; i < g->nindex && !rc; i++) {
        n.ends[i] = end_symbol && ur_raw_ends(g, r, code, i);
        rc = encode_extent(&n, i);
    }
    for (int d = 0; d < g->ndata && !rc; d++) rc = encode_datum(&n, d, &code[d]);
    ur_free(n.ends);
    ur_subword_free(n.r, g, r);
    if (rc) {
        ur_examples_free(n.x);
        return rc;
    }
    *out = n.x;
    return 0;
}
