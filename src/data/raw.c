/* Raw examples: what the files or arrays say, before scaling and vocabularies of a model.
 * Knows no files. Invariants: all present data agree on the lengths of every index they share; rows of a datum are in
 * canonical order (example, then its indices by id, parents first). */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "data/parts.h"

/* ---- shapes */

bool ur_raw_ends(const ur_schema *g, const ur_raw *r, const ur_code *c, int index)
{
    bool ends = !r->stream && !g->index[index].fixed && r->extent[index].len && ur_index_ends(g, index);
    for (int d = 0; d < g->ndata && ends; d++) ends = !(c[d].endless && ur_datum_carries(g, &g->data[d], index));
    return ends;
}

int ur_raw_root(const ur_schema *g, const ur_raw *r)
{
    int axis[UR_MAX_RAGGED], best = -1;
    for (int d = 0; d < g->ndata; d++) {
        if (!r->col[d].present) continue;
        int n = ur_datum_axes(g, &g->data[d], axis);
        for (int k = 0; k < n; k++)
            if (ur_index_parent(g, axis[k]) < 0 && (best < 0 || axis[k] < best)) best = axis[k];
    }
    return best;
}

size_t ur_raw_units(const ur_schema *g, const ur_raw *r)
{
    if (r->n != 1) return r->n;
    int root = ur_raw_root(g, r);
    return root < 0 ? 1 : (size_t)r->extent[root].len[0];
}

static size_t total(const int32_t *len, size_t n)
{
    size_t sum = 0;
    for (size_t i = 0; i < n; i++) sum += (size_t)len[i];
    return sum;
}

size_t ur_axis_count(const ur_schema *g, const ur_raw *r, int axis)
{
    int p = ur_index_parent(g, axis);
    if (p < 0) return r->n;
    return r->extent[p].len ? total(r->extent[p].len, ur_axis_count(g, r, p)) : 0;
}

/* ---- life */

bool ur_raw_in_part(const ur_series *s, size_t row, size_t width)
{
    size_t none = 0;
    for (size_t k = 0; s->num && s->seen && !s->seen[row] && k < width; k++) none += isnan(s->num[row * width + k]);
    return none && none < width;
}

bool ur_raw_has(const ur_series *s, size_t row, size_t width, size_t c)
{
    if (!s->seen || s->seen[row]) return true;
    return ur_raw_in_part(s, row, width) && !isnan(s->num[row * width + c]);
}

void ur_series_free(ur_series *s)
{
    ur_free(s->start);
    if (!s->lent) {
        ur_free(s->num);
        ur_free(s->away);
    }
    ur_free(s->single);
    ur_free(s->sym);
    ur_free(s->seen);
    ur_free(s->part);
    ur_free(s->skip);
    ur_free(s->out);
    ur_free(s->weight);
    *s = (ur_series){ 0 };
}

bool ur_series_room(ur_series *s, const ur_datum *d, size_t n, bool single)
{
    if (single && d->kind != UR_TIME) return (s->single = ur_alloc(sizeof(float) * n)) != NULL;
    return (s->num = ur_alloc(sizeof(double) * n)) != NULL;
}

static void column_clear(ur_column *c)
{
    ur_series_free(&c->raw);
    ur_vocab_free(c->local);
    ur_free((char *)c->from);
    *c = (ur_column){ 0 };
}

void ur_manner_free(ur_manner *m)
{
    ur_free(m->group);
    ur_free(m->missing);
    *m = (ur_manner){ 0 };
}

int ur_manner_copy(ur_manner *to, const ur_manner *from, ur_err *e)
{
    ur_manner m = *from;
    m.group = from->group ? ur_strdup(from->group) : NULL;
    m.missing = from->missing ? ur_strdup(from->missing) : NULL;
    if ((from->group && !m.group) || (from->missing && !m.missing)) {
        ur_manner_free(&m);
        return ur_nomem(e);
    }
    ur_manner_free(to);
    *to = m;
    return 0;
}

void ur_raw_free(ur_raw *r)
{
    if (!r) return;
    for (int d = 0; r->col && d < r->ndata; d++) column_clear(&r->col[d]);
    for (int i = 0; r->extent && i < r->nindex; i++) {
        ur_free(r->extent[i].len);
        ur_free(r->extent[i].first);
    }
    for (size_t k = 0; r->label && k < r->n; k++) ur_free(r->label[k]);
    for (int i = 0; i < r->ncolumns; i++) ur_free(r->columns[i]);
    ur_free(r->columns);
    for (int d = 0; r->bound && d < r->ndata; d++) ur_free(r->bound[d]);
    ur_free(r->bound);
    for (int i = 0; i < r->nremark; i++) ur_free(r->remark[i]);
    ur_free(r->remark);
    ur_manner_free(&r->manner);
    ur_free(r->label);
    ur_free(r->label_name);
    ur_free(r->place);
    ur_free(r->when);
    ur_free(r->when_away);
    ur_free(r->when_name);
    ur_free(r->col);
    ur_free(r->extent);
    ur_free(r);
}

int ur_raw_new(ur_raw **out, const ur_schema *g, size_t nexamples, ur_err *e)
{
    if (nexamples > UINT32_MAX) return ur_fail(e, UNROLL_ERROR_USAGE, "%zu examples are too many", nexamples);
    ur_raw *r = ur_zalloc(sizeof *r);
    if (!r) return ur_nomem(e);
    r->n = nexamples;
    r->ndata = g->ndata;
    r->nindex = g->nindex;
    r->when_index = -1;
    r->col = ur_zalloc(sizeof *r->col * (size_t)(g->ndata + 1));
    r->extent = ur_zalloc(sizeof *r->extent * (size_t)(g->nindex + 1));
    r->bound = ur_zalloc(sizeof *r->bound * (size_t)(g->ndata + 1));
    if (!r->col || !r->extent || !r->bound) {
        ur_raw_free(r);
        return ur_nomem(e);
    }
    *out = r;
    return 0;
}

int ur_raw_remark(ur_raw *r, ur_err *e, const char *fmt, ...)
{
    va_list args;
    char *text = NULL, **more;
    va_start(args, fmt);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    va_start(args, fmt);
    if (n >= 0 && (text = ur_alloc((size_t)n + 1)) != NULL) vsnprintf(text, (size_t)n + 1, fmt, args);
    va_end(args);
    for (int i = 0; text && i < r->nremark; i++)
        if (strcmp(r->remark[i], text) == 0) {
            ur_free(text);
            return 0;
        }
    more = text ? ur_realloc(r->remark, sizeof *more * (size_t)(r->nremark + 1)) : NULL;
    if (!more) {
        ur_free(text);
        return ur_nomem(e);
    }
    r->remark = more;
    r->remark[r->nremark++] = text;
    return 0;
}

void ur_delivery_free(ur_delivery *d)
{
    ur_series_free(&d->s);
    ur_vocab_free(d->local);
    ur_free(d->from);
    for (int k = 0; k < UR_MAX_RAGGED; k++) ur_free(d->len[k]);
    *d = (ur_delivery){ 0 };
}

int32_t *ur_lengths_copy(const int32_t *len, size_t n, ur_err *e)
{
    int32_t *p = ur_alloc(sizeof *p * n);
    if (!p) ur_nomem(e);
    else if (n) memcpy(p, len, sizeof *p * n);
    return p;
}

/* ---- agreeing on lengths */

/* some other present datum carried along this axis, or -1 */
static int holder(const ur_schema *g, const ur_raw *r, int axis, int but)
{
    for (int d = 0; d < g->ndata; d++)
        if (d != but && r->col[d].present && ur_datum_carries(g, &g->data[d], axis)) return d;
    return -1;
}

static void example_name(char out[96], const ur_raw *r, size_t k)
{
    char q[64];
    if (r->label) {
        ur_quote(q, r->label[k], strlen(r->label[k]));
        snprintf(out, 96, "example %zu (%s)", k + 1, q);
    } else {
        snprintf(out, 96, "example %zu", k + 1);
    }
}

static void source_name(char out[128], const char *from)
{
    *out = 0;
    if (from && *from) snprintf(out, 128, " (%.120s)", from);
}

static int disagree(const ur_schema *g, const ur_raw *r, const ur_delivery *d, int other, int axis, size_t at, int32_t has,
                    ur_err *e)
{
    char ex[96], mine[128], theirs[128];
    size_t example = at;
    int up = ur_index_parent(g, axis);
    source_name(mine, d->from);
    source_name(theirs, r->col[other].from);
    if (up < 0) {
        example_name(ex, r, example);
        return ur_fail(e, UNROLL_ERROR_DATA,
                       "%s: %s%s has %d position%s along %s, %s%s has %d; data on one index need equal lengths", ex,
                       g->data[d->datum].name, mine, has, has == 1 ? "" : "s", g->index[axis].name, g->data[other].name, theirs,
                       r->extent[axis].len[at]);
    }
    return ur_fail(
        e, UNROLL_ERROR_DATA,
        "%s%s has %d position%s along %s at position %zu of all of %s, %s%s has %d; data on one index need equal lengths",
        g->data[d->datum].name, mine, has, has == 1 ? "" : "s", g->index[axis].name, at + 1, g->index[up].name,
        g->data[other].name, theirs, r->extent[axis].len[at]);
}

int ur_make_first(const int32_t *len, size_t n, size_t **out, ur_err *e)
{
    size_t *first = ur_alloc(sizeof *first * (n + 1));
    if (!first) return ur_nomem(e);
    first[0] = 0;
    for (size_t i = 0; i < n; i++) first[i + 1] = first[i] + (size_t)len[i];
    *out = first;
    return 0;
}

/* Each axis is either compared with what is there or brought; what is brought is moved only when all has been checked. */
int ur_raw_install(ur_raw *r, const ur_schema *g, ur_delivery *d, ur_err *e)
{
    int axis[UR_MAX_RAGGED], n = ur_datum_axes(g, &g->data[d->datum], axis), rc = 0;
    size_t *first[UR_MAX_RAGGED] = { 0 }, count[UR_MAX_RAGGED];
    bool bring[UR_MAX_RAGGED] = { false };
    for (int k = 0; k < n && !rc; k++) {
        int up = ur_index_parent(g, axis[k]), other = holder(g, r, axis[k], d->datum);
        count[k] = r->n;
        for (int j = 0; up >= 0 && j < k; j++)
            if (axis[j] == up) count[k] = total(d->len[j], count[j]);
        for (size_t i = 0; other >= 0 && !rc && i < count[k]; i++)
            if (d->len[k][i] != r->extent[axis[k]].len[i]) rc = disagree(g, r, d, other, axis[k], i, d->len[k][i], e);
        bring[k] = other < 0;
        if (!rc && bring[k] && up >= 0) rc = ur_make_first(d->len[k], count[k], &first[k], e);
    }
    if (rc) {
        for (int k = 0; k < n; k++) ur_free(first[k]);
        return rc;
    }
    for (int k = 0; k < n; k++) {
        ur_extent *x = &r->extent[axis[k]];
        if (!bring[k] || !d->len[k]) continue;
        ur_free(x->len);
        ur_free(x->first);
        x->len = d->len[k];
        x->first = first[k];
        d->len[k] = NULL;
    }
    ur_column *c = &r->col[d->datum];
    column_clear(c);
    c->raw = d->s;
    c->local = d->local;
    c->from = d->from;
    c->form = d->form;
    c->present = true;
    d->s = (ur_series){ 0 };
    d->local = NULL;
    d->from = NULL;
    ur_delivery_free(d);
    return 0;
}

void ur_raw_drop(ur_raw *r, const ur_schema *g, int datum)
{
    int axis[UR_MAX_RAGGED], n = ur_datum_axes(g, &g->data[datum], axis);
    column_clear(&r->col[datum]);
    for (int k = 0; k < n; k++) { /* lengths that only it told are no longer known */
        ur_extent *x = &r->extent[axis[k]];
        if (holder(g, r, axis[k], datum) >= 0) continue;
        ur_free(x->len);
        ur_free(x->first);
        *x = (ur_extent){ 0 };
    }
}

int ur_raw_hide(ur_raw *r, const ur_schema *g, int datum, size_t from, ur_err *e)
{
    ur_series *s = &r->col[datum].raw;
    size_t w = ur_datum_width(g, &g->data[datum]);
    if (!s->seen) {
        if (!(s->seen = ur_alloc(s->nrow + 1))) return ur_nomem(e);
        memset(s->seen, 1, s->nrow);
    }
    for (size_t x = 0; x < r->n; x++)
        for (size_t k = s->start[x] + from; k < s->start[x + 1]; k++) {
            s->seen[k] = 0;
            for (size_t c = 0; s->num && c < w; c++) s->num[k * w + c] = __builtin_nan("");
        }
    return 0;
}

/* ---- where rows stand */

int ur_places_copy(size_t **out, const size_t *place, size_t n, ur_err *e)
{
    if (!(*out = ur_alloc((n + 1) * sizeof **out))) return ur_nomem(e);
    memcpy(*out, place, n * sizeof **out);
    return 0;
}

void ur_raw_place(ur_buf *b, const ur_raw *r, int index, const size_t *start, size_t row)
{
    size_t x = 0;
    while (x + 1 < r->n && start[x + 1] <= row) x++;
    size_t example = ur_raw_number(r, x);
    if (index < 0) {
        ur_buf_printf(b, "row %zu", example);
        return;
    }
    ur_buf_printf(b, "row %zu", row - start[x] + 1 + (size_t)r->extent[index].before);
    if (r->n + r->before < 2 && !r->place) return;
    if (r->label) ur_buf_printf(b, " of %s", r->label[x]);
    else ur_buf_printf(b, " of example %zu", example);
}

void ur_datum_place(ur_buf *b, const ur_schema *g, const ur_raw *r, int datum, size_t row)
{
    int axis[UR_MAX_RAGGED], n = ur_datum_axes(g, &g->data[datum], axis);
    ur_raw_place(b, r, n ? axis[0] : -1, r->col[datum].raw.start, row);
}

/* ---- from arrays */

/* The lengths of every axis of a datum: from `lengths` for its last, from what is there for the others (or for all). */
static int take_lengths(const ur_raw *r, const ur_schema *g, int datum, const size_t *lengths, ur_delivery *d, ur_err *e)
{
    const ur_datum *what = &g->data[datum];
    int axis[UR_MAX_RAGGED], n = ur_datum_axes(g, what, axis);
    if (!n && lengths)
        for (size_t i = 0; i < r->n; i++)
            if (lengths[i] != 1)
                return ur_fail(e, UNROLL_ERROR_USAGE, "%s has no index: one row for each example, not %zu", what->name,
                               lengths[i]);
    for (int k = 0; k < n; k++) {
        bool given = lengths && k == n - 1;
        int other = holder(g, r, axis[k], datum);
        if (!given && other < 0)
            return ur_fail(e, UNROLL_ERROR_USAGE,
                           "%s: the lengths along %s are not known; give them, or set data carried on %s first", what->name,
                           g->index[axis[k]].name, g->index[axis[k]].name);
        if (given && n > 1 && ur_index_parent(g, axis[k]) < 0)
            return ur_fail(e, UNROLL_ERROR_USAGE,
                           "%s is carried along several indices: set data carried on each of them first, then %s without lengths",
                           what->name, what->name);
        size_t count = ur_axis_count(g, r, axis[k]);
        if (!given) {
            if (!(d->len[k] = ur_lengths_copy(r->extent[axis[k]].len, count, e))) return UNROLL_ERROR_MEMORY;
            continue;
        }
        if (!(d->len[k] = ur_alloc(sizeof(int32_t) * count))) return ur_nomem(e);
        for (size_t i = 0; i < count; i++) {
            if (lengths[i] > INT32_MAX)
                return ur_fail(e, UNROLL_ERROR_USAGE, "%s: a length of %zu is too large", what->name, lengths[i]);
            d->len[k][i] = (int32_t)lengths[i];
        }
    }
    return 0;
}

typedef struct walk {
    const ur_schema *g;
    int n, axis[UR_MAX_RAGGED];
    int32_t *const *len;
    size_t base[UR_MAX_RAGGED];
} walk;

/* Rows of one example from axis k on. base[k]: where the example's lengths begin in len[k]; moved on as they are used. */
static size_t rows_from(walk *w, int k, size_t at[UR_MAX_RAGGED])
{
    if (k == w->n) return 1;
    size_t i = w->base[k], rows = 0;
    int up = ur_index_parent(w->g, w->axis[k]);
    for (int j = 0; up >= 0 && j < k; j++)
        if (w->axis[j] == up) i = at[j];
    int32_t len = w->len[k][i];
    size_t from = 0; /* absolute position of this axis' first position here, needed by what is nested in it */
    for (int j = k + 1; j < w->n; j++)
        if (ur_index_parent(w->g, w->axis[j]) == w->axis[k]) from = total(w->len[k], i);
    for (int32_t p = 0; p < len; p++) {
        at[k] = from + (size_t)p;
        rows += rows_from(w, k + 1, at);
    }
    return rows;
}

/* [n + 1] first row of each example. One axis, or a chain each nested in the one before, are sums; the rest is counted. */
static int starts(const ur_schema *g, size_t n, const int *axis, int naxis, int32_t *const *len, size_t **out, ur_err *e)
{
    size_t *start = ur_alloc(sizeof *start * (n + 1));
    if (!start) return ur_nomem(e);
    bool chain = ur_axes_chain(g, axis, naxis);
    size_t from[UR_MAX_RAGGED] = { 0 };
    walk w = { .g = g, .n = naxis, .len = len };
    for (int k = 0; k < naxis; k++) w.axis[k] = axis[k];
    start[0] = 0;
    for (size_t x = 0; x < n; x++) {
        size_t rows = 1;
        if (chain) {
            for (int k = 0; k < naxis; k++) {
                size_t here = total(len[k] + from[k], rows);
                from[k] += rows;
                rows = here;
            }
        } else {
            size_t at[UR_MAX_RAGGED];
            for (int k = 0; k < naxis; k++) w.base[k] = x;
            rows = rows_from(&w, 0, at);
        }
        start[x + 1] = start[x] + rows;
    }
    *out = start;
    return 0;
}

static int begin(const ur_raw *r, const ur_schema *g, int datum, const size_t *lengths, ur_delivery *d, ur_err *e)
{
    int axis[UR_MAX_RAGGED], n = ur_datum_axes(g, &g->data[datum], axis);
    d->datum = datum;
    int rc = take_lengths(r, g, datum, lengths, d, e);
    if (!rc) rc = starts(g, r->n, axis, n, d->len, &d->s.start, e);
    if (!rc) {
        d->s.nrow = d->s.start[r->n];
        if (!(d->from = ur_strdup(""))) rc = ur_nomem(e);
    }
    return rc;
}

static size_t example_of(const ur_series *s, size_t n, size_t row)
{
    size_t lo = 0, hi = n;
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;
        if (s->start[mid] <= row) lo = mid;
        else hi = mid;
    }
    return lo;
}

const char *ur_raw_refuses(const ur_datum *what, double v)
{
    if (isinf(v)) return "is not finite";
    return what->kind == UR_COUNT && (v < 0 || v != floor(v)) ? "is not a count (a whole number from 0)" : NULL;
}

static int check_number(const ur_datum *what, const ur_series *s, size_t n, size_t row, double v, ur_err *e)
{
    const char *why = ur_raw_refuses(what, v);
    if (!why) return 0;
    size_t x = example_of(s, n, row);
    return ur_fail(e, UNROLL_ERROR_DATA, "%s: example %zu, position %zu: %g %s", what->name, x + 1, row - s->start[x] + 1, v,
                   why);
}

int ur_raw_set_numbers(ur_raw *r, const ur_schema *g, int datum, const size_t *lengths, const double *values, ur_err *e)
{
    if (datum < 0 || datum >= g->ndata) return ur_fail(e, UNROLL_ERROR_USAGE, "the model has no data number %d", datum);
    const ur_datum *what = &g->data[datum];
    ur_delivery d = { 0 };
    size_t w = ur_datum_width(g, what);
    if (UR_IS_SYMBOL(what->kind))
        return ur_fail(e, UNROLL_ERROR_USAGE, "%s is made of symbols: give texts, not numbers", what->name);
    int rc = begin(r, g, datum, lengths, &d, e);
    size_t n = d.s.nrow;
    if (!rc && (n > PTRDIFF_MAX / 8 / w || !(d.s.num = ur_alloc(sizeof(double) * n * w)) || !(d.s.seen = ur_alloc(n))))
        rc = ur_nomem(e);
    bool missing = false;
    for (size_t i = 0; i < n && !rc; i++) {
        d.s.seen[i] = 1;
        for (size_t k = 0; k < w && !rc; k++) {
            double v = d.s.num[i * w + k] = values[i * w + k];
            if (isnan(v)) d.s.seen[i] = 0, missing = true;
            else rc = check_number(what, &d.s, r->n, i, v, e);
        }
    }
    if (!missing) {
        ur_free(d.s.seen);
        d.s.seen = NULL;
    }
    if (!rc) rc = ur_raw_install(r, g, &d, e);
    ur_delivery_free(&d);
    return rc;
}

/* one text a row */
static int set_symbols(const ur_raw *r, const ur_schema *g, ur_delivery *d, const char *const *texts, ur_err *e)
{
    size_t n = d->s.nrow, w = ur_datum_width(g, &g->data[d->datum]);
    bool missing = false;
    if (n > PTRDIFF_MAX / 4 / w || !(d->s.sym = ur_alloc(sizeof(int32_t) * n * w)) || !(d->s.seen = ur_alloc(n)))
        return ur_nomem(e);
    for (size_t i = 0; i < n; i++) {
        d->s.seen[i] = 1;
        for (size_t k = 0; k < w; k++) {
            const char *s = texts[i * w + k];
            int id = UR_SYM_UNKNOWN;
            if (!s) {
                d->s.seen[i] = 0;
                missing = true;
            } else if (g->data[d->datum].kind != UR_BYTES && !ur_utf8_valid(s, strlen(s), NULL)) {
                size_t x = example_of(&d->s, r->n, i);
                return ur_fail(e, UNROLL_ERROR_DATA, "%s: example %zu, position %zu: the text is not UTF-8",
                               g->data[d->datum].name, x + 1, i - d->s.start[x] + 1);
            } else if ((id = ur_vocab_add(d->local, s, strlen(s), e)) < 0) {
                return id;
            }
            d->s.sym[i * w + k] = id;
        }
    }
    if (!missing) {
        ur_free(d->s.seen);
        d->s.seen = NULL;
    }
    return 0;
}

/* one text an example, cut */
static int set_cut(const ur_raw *r, const ur_schema *g, ur_delivery *d, const char *const *texts, ur_err *e)
{
    const ur_datum *what = &g->data[d->datum];
    int axis[UR_MAX_RAGGED], naxis = ur_datum_axes(g, what, axis), rc = 0;
    size_t bad = 0;
    ur_cutter c = { .kind = what->kind, .nested = naxis == 2, .vocab = d->local };
    if (!(d->len[0] = ur_alloc(sizeof(int32_t) * r->n))) rc = ur_nomem(e);
    for (size_t x = 0; x < r->n && !rc; x++) {
        const char *s = texts[x] ? texts[x] : "";
        rc = ur_cut(&c, s, strlen(s), &d->len[0][x], &bad, e);
        if (rc == UNROLL_ERROR_DATA && e && !e->code)
            ur_fail(e, rc, "%s: example %zu: byte %zu of the text is not UTF-8", what->name, x + 1, bad + 1);
    }
    ur_free(c.small);
    d->s.sym = c.sym.v;
    d->s.nrow = c.sym.n;
    if (naxis == 2) {
        d->len[1] = c.inner.v;
        if (!d->len[1] && !rc && !(d->len[1] = ur_alloc(1))) rc = ur_nomem(e);
    } else {
        ur_free(c.inner.v);
    }
    if (!rc && !d->s.sym && !(d->s.sym = ur_alloc(1))) rc = ur_nomem(e);
    if (!rc) rc = starts(g, r->n, axis, naxis, d->len, &d->s.start, e);
    if (!rc && !(d->from = ur_strdup(""))) rc = ur_nomem(e);
    return rc;
}

int ur_raw_set_texts(ur_raw *r, const ur_schema *g, int datum, const size_t *lengths, const char *const *texts, ur_err *e)
{
    if (datum < 0 || datum >= g->ndata) return ur_fail(e, UNROLL_ERROR_USAGE, "the model has no data number %d", datum);
    const ur_datum *what = &g->data[datum];
    ur_delivery d = { .datum = datum };
    int axis[UR_MAX_RAGGED], naxis = ur_datum_axes(g, what, axis);
    if (!UR_IS_SYMBOL(what->kind))
        return ur_fail(e, UNROLL_ERROR_USAGE, "%s is made of numbers: give numbers, not texts", what->name);
    bool cut = what->kind != UR_SYMBOL && !lengths && naxis && !what->nfix;
    if (cut && (naxis > 2 || (naxis == 2 && (!UR_CUTS_WORDS(what->kind) || ur_index_parent(g, axis[1]) != axis[0]))))
        return ur_fail(
            e, UNROLL_ERROR_UNSUPPORTED,
            "%s: only chars and pieces can be cut along two indices (the words of a text, the characters of a word); give lengths and one text for each row",
            what->name);
    int rc = ur_vocab_new(&d.local, e);
    if (!rc && cut) {
        rc = set_cut(r, g, &d, texts, e);
    } else if (!rc) {
        ur_vocab *local = d.local;
        rc = begin(r, g, datum, lengths, &d, e);
        d.local = local;
        if (!rc) rc = set_symbols(r, g, &d, texts, e);
    }
    if (!rc) rc = ur_raw_install(r, g, &d, e);
    ur_delivery_free(&d);
    return rc;
}
