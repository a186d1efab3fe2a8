/* Cutting raw examples apart and putting them together: by example, or along time where there is one.
 * Knows no files. Invariant: the parts of a whole, joined in order, are the whole. */
#include <string.h>
#include "data/parts.h"

/* Of one index: which of its lengths are kept, and which of its positions. */
typedef struct range {
    size_t elo, ehi, plo, phi;
    bool cut, known;
} range;

static size_t sum(const int32_t *len, size_t n)
{
    size_t s = 0;
    for (size_t i = 0; i < n; i++) s += (size_t)len[i];
    return s;
}

/* the roots that are cut: the first, and those that are as long (rows of one table may be positions of several indices) */
static bool is_cut(const ur_schema *g, const ur_raw *r, int root, int i)
{
    return ur_index_parent(g, i) < 0 && root >= 0 && r->extent[i].len && r->extent[i].len[0] == r->extent[root].len[0];
}

static void ranges(const ur_schema *g, const ur_raw *r, int root, bool by_time, size_t a, size_t b, range *x)
{
    for (int i = 0; i < g->nindex; i++) {
        int up = ur_index_parent(g, i);
        const int32_t *len = r->extent[i].len;
        x[i] = (range){ 0 };
        if (g->index[i].fixed || g->index[i].alias >= 0 || !len) continue;
        x[i].known = true;
        if (up >= 0) {
            x[i].elo = x[up].plo;
            x[i].ehi = x[up].phi;
            x[i].plo = r->extent[i].first[x[i].elo];
            x[i].phi = r->extent[i].first[x[i].ehi];
        } else if (!by_time) {
            x[i].elo = a;
            x[i].ehi = b;
            x[i].plo = sum(len, a);
            x[i].phi = x[i].plo + sum(len + a, b - a);
        } else {
            x[i].cut = is_cut(g, r, root, i);
            x[i].ehi = 1;
            x[i].plo = x[i].cut ? a : 0;
            x[i].phi = x[i].cut ? b : (size_t)len[0];
        }
    }
}

static int cut_extent(const ur_schema *g, const ur_raw *r, int i, const range *x, ur_extent *out, ur_err *e)
{
    size_t n = x->ehi - x->elo;
    if (!(out->len = ur_lengths_copy(r->extent[i].len + x->elo, n, e))) return UNROLL_ERROR_MEMORY;
    out->before = r->extent[i].before + (x->cut ? (int64_t)x->plo : 0);
    if (x->cut) out->len[0] = (int32_t)(x->phi - x->plo);
    return ur_index_parent(g, i) >= 0 ? ur_make_first(out->len, n, &out->first, e) : 0;
}

/* Rows of a datum that stay. Contiguous: from `lo` on, `n` of them; else `row` lists them. */
typedef struct pick {
    size_t lo, n;
    size_t *row;
} pick;

/* Several roots (an image of pixels by rows and columns): a row stays when all its cut positions do. */
static int pick_product(const ur_schema *g, const ur_raw *r, int datum, const int *axis, int n, const range *x, pick *p,
                        ur_err *e)
{
    const ur_series *s = &r->col[datum].raw;
    for (int k = 0; k < n; k++)
        if (ur_index_parent(g, axis[k]) >= 0)
            return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "%s: data along these indices cannot be cut by time",
                           g->data[datum].name);
    if (!(p->row = ur_alloc(sizeof(size_t) * (s->nrow + 1)))) return ur_nomem(e);
    p->n = 0;
    for (size_t i = 0; i < s->nrow; i++) {
        size_t rest = i;
        bool stays = true;
        for (int k = n - 1; k >= 0; k--) {
            size_t len = (size_t)r->extent[axis[k]].len[0], at = rest % len;
            rest /= len;
            stays = stays && at >= x[axis[k]].plo && at < x[axis[k]].phi;
        }
        if (stays) p->row[p->n++] = i;
    }
    return 0;
}

static int pick_rows(const ur_schema *g, const ur_raw *r, int datum, bool by_time, size_t a, size_t b, const range *x, pick *p,
                     ur_err *e)
{
    const ur_series *s = &r->col[datum].raw;
    int axis[UR_MAX_RAGGED], n = ur_datum_axes(g, &g->data[datum], axis);
    bool cut = false;
    for (int k = 0; k < n; k++) cut = cut || x[axis[k]].cut;
    *p = (pick){ .n = s->nrow };
    if (!by_time) {
        p->lo = s->start[a];
        p->n = s->start[b] - s->start[a];
    } else if (n && ur_axes_chain(g, axis, n)) {
        p->lo = x[axis[n - 1]].plo;
        p->n = x[axis[n - 1]].phi - p->lo;
    } else if (cut) {
        return pick_product(g, r, datum, axis, n, x, p, e);
    }
    return 0;
}

static void *take(const void *from, size_t elem, const pick *p, ur_err *e)
{
    char *out = ur_alloc(elem * p->n);
    if (!out) ur_nomem(e);
    else if (!p->row) memcpy(out, (const char *)from + p->lo * elem, elem * p->n);
    else
        for (size_t i = 0; i < p->n; i++) memcpy(out + i * elem, (const char *)from + p->row[i] * elem, elem);
    return out;
}

static int cut_column(const ur_schema *g, const ur_raw *r, int datum, ur_raw *out, bool by_time, size_t a, size_t b,
                      const range *x, ur_err *e)
{
    const ur_column *c = &r->col[datum];
    ur_column *o = &out->col[datum];
    size_t w = ur_datum_width(g, &g->data[datum]);
    pick p = { 0 };
    if (!c->present) return 0;
    int rc = pick_rows(g, r, datum, by_time, a, b, x, &p, e);
    if (!rc) {
        o->raw.nrow = p.n;
        if ((c->raw.num && !(o->raw.num = take(c->raw.num, sizeof(double) * w, &p, e))) ||
            (c->raw.sym && !(o->raw.sym = take(c->raw.sym, sizeof(int32_t) * w, &p, e))) ||
            (c->raw.away && !(o->raw.away = take(c->raw.away, sizeof(int16_t) * w, &p, e))) ||
            (c->raw.seen && !(o->raw.seen = take(c->raw.seen, 1, &p, e))))
            rc = UNROLL_ERROR_MEMORY;
    }
    ur_free(p.row);
    if (!rc && (!(o->raw.start = ur_alloc(sizeof(size_t) * (out->n + 1))) || !(o->from = ur_strdup(c->from ? c->from : ""))))
        rc = ur_nomem(e);
    if (!rc && c->local) rc = ur_vocab_copy(&o->local, c->local, e);
    for (size_t k = 0; k <= out->n && !rc; k++) o->raw.start[k] = by_time ? (k ? p.n : 0) : c->raw.start[a + k] - c->raw.start[a];
    o->cut = c->cut;
    o->form = c->form;
    o->present = !rc;
    return rc;
}

int ur_raw_copy_names(const ur_raw *r, ur_raw *out, ur_err *e)
{
    if (r->ncolumns && !(out->columns = ur_zalloc(sizeof(char *) * (size_t)r->ncolumns))) return ur_nomem(e);
    for (int i = 0; i < r->ncolumns; i++) {
        if (!(out->columns[i] = ur_strdup(r->columns[i]))) return ur_nomem(e);
        out->ncolumns++;
    }
    for (int d = 0; d < r->ndata; d++)
        if (r->bound[d] && !(out->bound[d] = ur_strdup(r->bound[d]))) return ur_nomem(e);
    out->form = r->form;
    out->pace = r->pace;
    out->filled = r->filled;
    out->gaps = r->gaps;
    if (ur_manner_copy(&out->manner, &r->manner, e)) return UNROLL_ERROR_MEMORY;
    for (int i = 0; i < r->nremark; i++)
        if (ur_raw_remark(out, e, "%s", r->remark[i])) return UNROLL_ERROR_MEMORY;
    return 0;
}

static int copy_labels(const ur_raw *r, size_t from, ur_raw *out, ur_err *e)
{
    if (r->label && (!(out->label = ur_zalloc(sizeof(char *) * (out->n + 1))) || !(out->label_name = ur_strdup(r->label_name))))
        return ur_nomem(e);
    for (size_t k = 0; r->label && k < out->n; k++)
        if (!(out->label[k] = ur_strdup(r->label[from + k]))) return ur_nomem(e);
    return 0;
}

static int cut_when(const ur_raw *r, ur_raw *out, bool by_time, size_t a, size_t b, const range *x, ur_err *e)
{
    size_t lo = a, hi = b;
    if (!r->when) return 0;
    if (r->when_index >= 0) {
        lo = x[r->when_index].plo;
        hi = x[r->when_index].phi;
    } else if (by_time) {
        lo = 0;
        hi = r->nwhen;
    }
    if (hi > r->nwhen) return 0;
    if (!(out->when = ur_alloc(sizeof(double) * (hi - lo))) || !(out->when_name = ur_strdup(r->when_name))) return ur_nomem(e);
    memcpy(out->when, r->when + lo, sizeof(double) * (hi - lo));
    if (r->when_away && !(out->when_away = ur_alloc(sizeof(int16_t) * (hi - lo)))) return ur_nomem(e);
    if (r->when_away) memcpy(out->when_away, r->when_away + lo, sizeof(int16_t) * (hi - lo));
    out->nwhen = hi - lo;
    out->when_date = r->when_date;
    out->when_form = r->when_form;
    out->when_index = r->when_index;
    return 0;
}

int ur_raw_slice(ur_raw **out, const ur_schema *g, const ur_raw *r, size_t a, size_t b, ur_err *e)
{
    size_t units = ur_raw_units(g, r);
    int root = ur_raw_root(g, r);
    bool by_time = r->n == 1 && root >= 0;
    ur_raw *s = NULL;
    if (a > b || b > units) return ur_fail(e, UNROLL_ERROR_USAGE, "units %zu to %zu of data that have %zu", a, b, units);
    range *x = ur_alloc(sizeof *x * (size_t)(g->nindex + 1));
    int rc = x ? ur_raw_new(&s, g, by_time ? 1 : b - a, e) : ur_nomem(e);
    if (!rc) {
        s->stream = r->stream;
        s->before = r->before + (by_time ? 0 : a);
        ranges(g, r, root, by_time, a, b, x);
    }
    for (int i = 0; i < g->nindex && !rc; i++)
        if (x[i].known) rc = cut_extent(g, r, i, &x[i], &s->extent[i], e);
    for (int d = 0; d < g->ndata && !rc; d++) rc = cut_column(g, r, d, s, by_time, a, b, x, e);
    if (!rc) rc = ur_raw_copy_names(r, s, e);
    if (!rc) rc = copy_labels(r, by_time ? 0 : a, s, e);
    if (!rc && r->place) rc = ur_places_copy(&s->place, r->place + (by_time ? 0 : a), s->n, e);
    if (!rc) rc = cut_when(r, s, by_time, a, b, x, e);
    ur_free(x);
    if (rc) {
        ur_raw_free(s);
        return rc;
    }
    *out = s;
    return 0;
}

/* ---- joining */

static void *both(const void *p, size_t n, const void *q, size_t m, ur_err *e)
{
    char *out = ur_alloc(n + m);
    if (!out) {
        ur_nomem(e);
        return NULL;
    }
    if (n) memcpy(out, p, n);
    if (m) memcpy(out + n, q, m);
    return out;
}

static int join_extent(const ur_schema *g, const ur_raw *a, const ur_raw *b, bool by_time, int i, const bool *joined, ur_raw *out,
                       ur_err *e)
{
    int up = ur_index_parent(g, i);
    const ur_extent *p = &a->extent[i], *q = &b->extent[i];
    ur_extent *o = &out->extent[i];
    if (g->index[i].fixed || g->index[i].alias >= 0 || !p->len || !q->len) return 0;
    size_t n = ur_axis_count(g, a, i), m = ur_axis_count(g, b, i);
    bool added = by_time && up < 0 && joined[i];
    if (by_time && !joined[i]) n = 0; /* what does not grow stays as b has it */
    if (!(o->len = both(p->len, n * sizeof(int32_t), q->len, m * sizeof(int32_t), e))) return UNROLL_ERROR_MEMORY;
    o->before = added ? p->before : q->before;
    if (added) {
        if (p->len[0] > INT32_MAX - q->len[0])
            return ur_fail(e, UNROLL_ERROR_DATA, "a sequence of more than %d positions", INT32_MAX);
        o->len[0] = p->len[0] + q->len[0];
    }
    return up >= 0 ? ur_make_first(o->len, n + m, &o->first, e) : 0;
}

/* b's symbols, in the vocabulary of the result */
static int join_symbols(const ur_column *q, size_t from, size_t n, ur_column *o, ur_err *e)
{
    int size = ur_vocab_size(q->local);
    int32_t *to = ur_alloc(sizeof *to * (size_t)size);
    int rc = to ? 0 : ur_nomem(e);
    for (int id = 0; id < size && !rc; id++) {
        size_t len;
        const char *s = ur_vocab_entry(q->local, id, &len);
        to[id] = id < UR_SYM_FIRST ? id : ur_vocab_add(o->local, s, len, e);
        rc = to[id] < 0 ? to[id] : 0;
    }
    for (size_t i = from; i < from + n && !rc; i++) o->raw.sym[i] = to[o->raw.sym[i]];
    ur_free(to);
    return rc;
}

/* offsets, where either part has some */
static int join_away(const int16_t *p, size_t n, const int16_t *q, size_t m, int16_t **out, ur_err *e)
{
    if (!p && !q) return 0;
    if (!(*out = ur_zalloc(sizeof(int16_t) * (n + m + 1)))) return ur_nomem(e);
    if (p && n) memcpy(*out, p, sizeof(int16_t) * n);
    if (q && m) memcpy(*out + n, q, sizeof(int16_t) * m);
    return 0;
}

static int join_seen(const ur_series *p, size_t n, const ur_series *q, ur_series *o, ur_err *e)
{
    if (!q->seen && (!p->seen || !n)) return 0;
    if (!(o->seen = ur_alloc(n + q->nrow))) return ur_nomem(e);
    for (size_t i = 0; i < n; i++) o->seen[i] = p->seen ? p->seen[i] : 1;
    for (size_t i = 0; i < q->nrow; i++) o->seen[n + i] = q->seen ? q->seen[i] : 1;
    return 0;
}

static int join_column(const ur_schema *g, const ur_raw *a, const ur_raw *b, bool by_time, int d, const bool *joined, ur_raw *out,
                       ur_err *e)
{
    const ur_column *p = &a->col[d], *q = &b->col[d];
    ur_column *o = &out->col[d];
    int axis[UR_MAX_RAGGED], naxis = ur_datum_axes(g, &g->data[d], axis), rc = 0;
    size_t w = ur_datum_width(g, &g->data[d]), n = p->raw.nrow, m = q->raw.nrow;
    if (!p->present || !q->present) return 0;
    if (p->cut != q->cut) return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "%s: words and pieces cannot be joined", g->data[d].name);
    if (by_time && (!naxis || !joined[axis[0]])) n = 0;
    if (by_time && naxis > 1 && !ur_axes_chain(g, axis, naxis))
        return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "%s: data along these indices cannot be joined by time", g->data[d].name);
    o->raw.nrow = n + m;
    if (p->raw.num && !(o->raw.num = both(p->raw.num, n * w * sizeof(double), q->raw.num, m * w * sizeof(double), e)))
        return UNROLL_ERROR_MEMORY;
    if (p->raw.sym && !(o->raw.sym = both(p->raw.sym, n * w * sizeof(int32_t), q->raw.sym, m * w * sizeof(int32_t), e)))
        return UNROLL_ERROR_MEMORY;
    if (p->local && (rc = ur_vocab_copy(&o->local, p->local, e)) == 0) rc = join_symbols(q, n * w, m * w, o, e);
    if (!rc) rc = join_seen(&p->raw, n, &q->raw, &o->raw, e);
    if (!rc) rc = join_away(p->raw.away, n * w, q->raw.away, m * w, &o->raw.away, e);
    o->form = p->form;
    ur_time_form_join(&o->form, &q->form);
    if (!rc && (!(o->raw.start = ur_alloc(sizeof(size_t) * (out->n + 1))) || !(o->from = ur_strdup(p->from ? p->from : ""))))
        rc = ur_nomem(e);
    for (size_t k = 0; k <= out->n && !rc; k++)
        o->raw.start[k] = by_time ? (k ? n + m : 0) : k <= a->n ? p->raw.start[k] : n + q->raw.start[k - a->n];
    o->cut = p->cut;
    o->present = !rc;
    return rc;
}

static int join_labels(const ur_raw *a, const ur_raw *b, bool by_time, ur_raw *out, ur_err *e)
{
    if (!a->label || !b->label) return 0;
    if (!(out->label = ur_zalloc(sizeof(char *) * (out->n + 1))) || !(out->label_name = ur_strdup(a->label_name)))
        return ur_nomem(e);
    for (size_t k = 0; k < out->n; k++)
        if (!(out->label[k] = ur_strdup(by_time || k < a->n ? a->label[k] : b->label[k - a->n]))) return ur_nomem(e);
    return 0;
}

static int join_when(const ur_raw *a, const ur_raw *b, ur_raw *out, ur_err *e)
{
    if (!a->when || !b->when || a->when_index != b->when_index || a->when_date != b->when_date ||
        strcmp(a->when_name, b->when_name) != 0)
        return 0;
    if (!(out->when = both(a->when, a->nwhen * sizeof(double), b->when, b->nwhen * sizeof(double), e)))
        return UNROLL_ERROR_MEMORY;
    if (!(out->when_name = ur_strdup(a->when_name))) return ur_nomem(e);
    if (join_away(a->when_away, a->nwhen, b->when_away, b->nwhen, &out->when_away, e)) return UNROLL_ERROR_MEMORY;
    out->when_form = a->when_form;
    ur_time_form_join(&out->when_form, &b->when_form);
    out->nwhen = a->nwhen + b->nwhen;
    out->when_index = a->when_index;
    out->when_date = a->when_date;
    return 0;
}

int ur_raw_join(ur_raw **out, const ur_schema *g, const ur_raw *a, const ur_raw *b, ur_err *e)
{
    int root = ur_raw_root(g, a);
    bool by_time = a->n == 1 && b->n == 1 && root >= 0 && b->extent[root].len;
    ur_raw *j = NULL;
    bool *joined = ur_zalloc((size_t)g->nindex + 1);
    int rc = joined ? ur_raw_new(&j, g, by_time ? 1 : a->n + b->n, e) : ur_nomem(e);
    for (int i = 0; i < g->nindex && !rc; i++) {
        int up = ur_index_parent(g, i);
        joined[i] = up >= 0 ? joined[up] : by_time && is_cut(g, a, root, i) && is_cut(g, b, root, i);
        rc = join_extent(g, a, b, by_time, i, joined, j, e);
    }
    for (int d = 0; d < g->ndata && !rc; d++) rc = join_column(g, a, b, by_time, d, joined, j, e);
    if (!rc) rc = join_labels(a, b, by_time, j, e);
    if (!rc) rc = join_when(a, b, j, e);
    if (!rc) rc = ur_raw_copy_names(b, j, e);
    ur_free(joined);
    if (rc) {
        ur_raw_free(j);
        return rc;
    }
    j->stream = a->stream;
    j->before = by_time ? b->before : a->before;
    *out = j;
    return 0;
}

double ur_item_share(const ur_schema *g, const ur_examples *x, const ur_batch *b, const ur_item *it)
{
    if (it->to < 0 || b->window_index < 0) return 1;
    int32_t n = x->extent[ur_index_resolve(g, b->window_index)].len[it->example];
    int32_t from = it->from > it->score_from ? it->from : it->score_from, to = it->to < n ? it->to : n;
    return n > 0 && to > from ? (double)(to - from) / n : 0;
}
