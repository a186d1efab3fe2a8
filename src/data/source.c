/* From the rows of a table to examples: grouping, one series for each bound datum.
 * Knows no files. Invariants: examples come in the order in which their first row stands; rows of an example keep their order. */
#include <math.h>
#include <string.h>
#include "data/source.h"

typedef struct order {
    size_t n;
    size_t *start;
    size_t *row;
} order; /* examples; row NULL: as they stand */

void ur_source_free(ur_source *s)
{
    if (!s) return;
    for (int i = 0; s->bound && i < s->nbound; i++) {
        ur_bound *b = &s->bound[i];
        ur_free(b->num);
        ur_free(b->sym);
        ur_free(b->away);
        ur_free(b->seen);
        ur_free(b->cut.sym.v);
        ur_free(b->cut.inner.v);
        ur_free(b->cut.small);
        ur_vocab_free(b->cut.vocab);
        ur_free(b->count.v);
        ur_free(b->from);
        ur_orders_free(&b->orders);
    }
    ur_free(s->bound);
    ur_free(s->path);
    ur_free(s->brk.v);
    ur_vocab_free(s->groups);
    ur_free(s->group.v);
    ur_free(s->when_name);
    ur_free(s->when.v);
    ur_free(s->away.v);
    ur_orders_free(&s->orders);
    for (int k = 0; k < UR_PARTS; k++) {
        ur_free(s->part[k].v);
        ur_free(s->part_name[k]);
    }
    ur_free(s);
}

static size_t at(const order *o, size_t i) { return o->row ? o->row[i] : i; }

/* A stable counting sort by group. */
static int by_group(const ur_source *s, order *o, ur_err *e)
{
    o->n = (size_t)(ur_vocab_size(s->groups) - UR_SYM_FIRST);
    o->start = ur_zalloc(sizeof(size_t) * (o->n + 2));
    o->row = ur_alloc(sizeof(size_t) * s->nrow);
    if (!o->start || !o->row) return ur_nomem(e);
    for (size_t i = 0; i < s->nrow; i++) o->start[s->group.v[i] - UR_SYM_FIRST + 2]++;
    for (size_t k = 1; k < o->n + 2; k++) o->start[k] += o->start[k - 1];
    for (size_t i = 0; i < s->nrow; i++) o->row[o->start[s->group.v[i] - UR_SYM_FIRST + 1]++] = i;
    return 0;
}

static int make_order(const ur_source *s, order *o, ur_err *e)
{
    if (s->rows_are_positions && s->groups) return by_group(s, o, e);
    o->n = s->rows_are_positions ? s->brk.n : s->nrow;
    if (!(o->start = ur_alloc(sizeof(size_t) * (o->n + 1)))) return ur_nomem(e);
    for (size_t k = 0; k < o->n; k++) o->start[k] = s->rows_are_positions ? s->brk.v[k] : k;
    o->start[o->n] = s->nrow;
    return 0;
}

static int lengths(const order *o, int32_t **out, ur_err *e)
{
    if (!(*out = ur_alloc(sizeof(int32_t) * o->n))) return ur_nomem(e);
    for (size_t k = 0; k < o->n; k++) {
        if (o->start[k + 1] - o->start[k] > INT32_MAX)
            return ur_fail(e, UNROLL_ERROR_DATA, "an example of more than %d rows", INT32_MAX);
        (*out)[k] = (int32_t)(o->start[k + 1] - o->start[k]);
    }
    return 0;
}

/* ---- cells that are values */

static bool same(const ur_bound *b, size_t i, size_t j)
{
    for (size_t k = 0; k < b->width; k++) {
        if (b->cell == UR_CELL_SYMBOL ? b->sym[i * b->width + k] != b->sym[j * b->width + k]
                                      : b->num[i * b->width + k] != b->num[j * b->width + k])
            return false;
    }
    return true;
}

static int differs(const ur_ingest *in, const ur_bound *b, size_t example, ur_err *e)
{
    const char *name = in->g->data[b->datum].name;
    return ur_fail(
        e, UNROLL_ERROR_DATA,
        "%s: %s has no index, so it has one value for each example, but its rows differ within example %zu; declare it with an index, or name the examples with --group",
        b->from, name, example + 1);
}

/* Data without an index in a table of positions: the row that has the one value of each example. */
static int pick(const ur_ingest *in, const ur_bound *b, const order *o, size_t *rows, ur_err *e)
{
    for (size_t x = 0; x < o->n; x++) {
        size_t best = at(o, o->start[x]);
        for (size_t i = o->start[x]; i < o->start[x + 1]; i++) {
            size_t r = at(o, i);
            if (b->seen && !b->seen[r]) continue;
            if (b->seen && !b->seen[best]) best = r;
            else if (!same(b, best, r)) return differs(in, b, x, e);
        }
        rows[x] = best;
    }
    return 0;
}

static void *gather(const void *from, size_t elem, const size_t *rows, size_t n, ur_err *e)
{
    char *p = n > PTRDIFF_MAX / elem ? NULL : ur_alloc(n * elem);
    for (size_t i = 0; p && i < n; i++) memcpy(p + i * elem, (const char *)from + rows[i] * elem, elem);
    if (!p) ur_nomem(e);
    return p;
}

/* All rows as they stand are handed on, not copied: the values of a large table are in memory once. */
static int values(const ur_ingest *in, const ur_source *s, ur_bound *b, const order *o, ur_delivery *d, ur_err *e)
{
    size_t w = b->width, *picked = NULL;
    const size_t *rows = o->row;
    bool each = b->by_row || !s->rows_are_positions;
    int rc = 0;
    d->s.nrow = each ? s->nrow : o->n;
    if (!(d->s.start = ur_alloc(sizeof(size_t) * (o->n + 1)))) return ur_nomem(e);
    for (size_t x = 0; x <= o->n; x++) d->s.start[x] = b->by_row ? o->start[x] : x;
    if (!each) {
        if (!(rows = picked = ur_alloc(sizeof(size_t) * (o->n + 1)))) return ur_nomem(e);
        rc = pick(in, b, o, picked, e);
    }
    if (!rc && !rows) {
        d->s.num = b->num;
        d->s.sym = b->sym;
        d->s.seen = b->seen;
        d->s.away = b->away;
        b->num = NULL;
        b->sym = NULL;
        b->seen = NULL;
        b->away = NULL;
    } else if (!rc && ((b->num && !(d->s.num = gather(b->num, sizeof(double) * w, rows, d->s.nrow, e))) ||
                       (b->sym && !(d->s.sym = gather(b->sym, sizeof(int32_t) * w, rows, d->s.nrow, e))) ||
                       (b->away && !(d->s.away = gather(b->away, sizeof(int16_t) * w, rows, d->s.nrow, e))) ||
                       (b->seen && !(d->s.seen = gather(b->seen, 1, rows, d->s.nrow, e))))) {
        rc = UNROLL_ERROR_MEMORY;
    }
    ur_free(picked);
    for (int k = 0; b->by_row && k < in->g->data[b->datum].nidx && !rc; k++) rc = lengths(o, &d->len[k], e);
    return rc;
}

/* ---- cells that are texts */

typedef struct span {
    size_t sym, inner;
} span; /* where a row's pieces begin */

static int spans(const ur_bound *b, size_t n, span **out, ur_err *e)
{
    span *p = ur_alloc(sizeof *p * (n + 1));
    if (!p) return ur_nomem(e);
    p[0] = (span){ 0, 0 };
    for (size_t i = 0; i < n; i++) {
        p[i + 1].inner = p[i].inner + (b->cut.nested ? (size_t)b->count.v[i] : 0);
        p[i + 1].sym = p[i].sym;
        if (!b->cut.nested) p[i + 1].sym += (size_t)b->count.v[i];
        for (size_t k = p[i].inner; k < p[i + 1].inner; k++) p[i + 1].sym += (size_t)b->cut.inner.v[k];
    }
    *out = p;
    return 0;
}

static bool same_text(const ur_bound *b, const span *p, size_t i, size_t j)
{
    size_t n = p[i + 1].sym - p[i].sym, m = p[i + 1].inner - p[i].inner;
    return n == p[j + 1].sym - p[j].sym && m == p[j + 1].inner - p[j].inner &&
           (!n || memcmp(b->cut.sym.v + p[i].sym, b->cut.sym.v + p[j].sym, n * sizeof(int32_t)) == 0) &&
           (!m || memcmp(b->cut.inner.v + p[i].inner, b->cut.inner.v + p[j].inner, m * sizeof(int32_t)) == 0);
}

/* One text an example: the first that is not empty; the others must be the same or empty. */
static int one_text(const ur_ingest *in, const ur_bound *b, const order *o, const span *p, size_t x, size_t *row, ur_err *e)
{
    *row = at(o, o->start[x]);
    for (size_t i = o->start[x]; i < o->start[x + 1]; i++) {
        size_t r = at(o, i);
        if (p[r].sym == p[r + 1].sym) continue;
        if (p[*row].sym == p[*row + 1].sym) *row = r;
        else if (!same_text(b, p, *row, r)) return differs(in, b, x, e);
    }
    return 0;
}

static int copy_text(const ur_bound *b, const span *p, size_t row, ur_ivec *sym, ur_ivec *inner, ur_err *e)
{
    int rc = 0;
    for (size_t i = p[row].sym; i < p[row + 1].sym && !rc; i++) rc = UR_PUSH(*sym, b->cut.sym.v[i], e);
    for (size_t i = p[row].inner; i < p[row + 1].inner && !rc; i++) rc = UR_PUSH(*inner, b->cut.inner.v[i], e);
    return rc;
}

/* by_row: an outer index runs along the rows, the cell is cut along the inner one. */
static int texts(const ur_ingest *in, const ur_source *s, const ur_bound *b, const order *o, ur_delivery *d, ur_err *e)
{
    span *p = NULL;
    ur_ivec sym = { 0 }, inner = { 0 }, count = { 0 };
    int rc = spans(b, s->nrow, &p, e);
    if (!rc && !(d->s.start = ur_alloc(sizeof(size_t) * (o->n + 1)))) rc = ur_nomem(e);
    for (size_t x = 0; x < o->n && !rc; x++) {
        d->s.start[x] = sym.n;
        if (b->by_row || !s->rows_are_positions) {
            for (size_t i = o->start[x]; i < o->start[x + 1] && !rc; i++) {
                size_t row = at(o, i);
                if (!(rc = copy_text(b, p, row, &sym, &inner, e))) rc = UR_PUSH(count, b->count.v[row], e);
            }
        } else {
            size_t row;
            if (!(rc = one_text(in, b, o, p, x, &row, e)) && !(rc = copy_text(b, p, row, &sym, &inner, e)))
                rc = UR_PUSH(count, b->count.v[row], e);
        }
    }
    if (!rc) d->s.start[o->n] = d->s.nrow = sym.n;
    if (!rc && !sym.v && !(sym.v = ur_alloc(1))) rc = ur_nomem(e);
    if (!rc && !inner.v && b->cut.nested && !(inner.v = ur_alloc(1))) rc = ur_nomem(e);
    d->s.sym = sym.v;
    int outer = 0;
    if (!rc && b->by_row) rc = lengths(o, &d->len[outer++], e);
    d->len[outer] = count.v;
    if (b->cut.nested) d->len[outer + 1] = inner.v;
    else ur_free(inner.v);
    ur_free(p);
    return rc;
}

/* ---- labels and times */

static int labels(ur_ingest *in, const ur_source *s, const order *o, ur_err *e)
{
    ur_raw *r = in->r;
    if (r->label || !s->groups) return 0;
    if (!(r->label = ur_zalloc(sizeof(char *) * o->n)) || !(r->label_name = ur_strdup(r->manner.group))) return ur_nomem(e);
    for (size_t x = 0; x < o->n; x++) {
        int id = s->group.v[at(o, o->start[x])];
        if (!(r->label[x] = ur_strdup(ur_vocab_entry(s->groups, id, NULL)))) return ur_nomem(e);
    }
    return 0;
}

/* times of the column that is kept for output: where its cells contradict each other, it tells none */
static int settle_when(ur_ingest *in, ur_source *s, ur_err *e)
{
    ur_err why = { 0 };
    ur_buf from = { 0 };
    ur_buf_printf(&from, "%s, column %s", s->path, s->when_name);
    int rc = from.bad        ? ur_nomem(e)
             : !s->when_date ? ur_orders_cut(&s->orders, from.s, false, in->r, e)
                             : ur_orders_settle(&s->orders, from.s, in->o, s->when.v, s->away.v, s->nrow, &s->form, in->r, &why);
    ur_buf_free(&from);
    if (rc != UNROLL_ERROR_DATA || in->o->dates) return rc ? ur_fail(e, rc, "%s", why.text) : 0;
    ur_free(s->when_name);
    s->when_name = NULL;
    return ur_raw_remark(in->r, e, "%s; it is not read as times", why.text);
}

/* Is there a year and what follows it in every row? Then what else makes the time finer: a month goes before a quarter. */
static bool has_parts(ur_source *s)
{
    char *style = s->parts.part;
    for (int k = 0; k < UR_PARTS; k++) {
        if (style[k] && (!s->part_name[k] || s->part[k].n != s->nrow)) return false;
        style[k] = s->part_name[k] && s->part[k].n == s->nrow ? style[k] : 0;
    }
    if (style[2]) style[1] = 0;
    for (int k = 3; k < UR_PARTS; k++) style[k] = style[k - 1] ? style[k] : 0;
    return style[0] && (style[1] || style[2]);
}

/* times that stand in several columns, as year and quarter; where a cell of a row is empty, so is its time */
static int times_of_parts(ur_source *s, ur_err *e)
{
    ur_buf name = { 0 };
    ur_time_form *f = &s->parts;
    *f = (ur_time_form){ .date = '-',
                         .gap = ' ',
                         .months = f->months,
                         .part = { f->part[0], f->part[1], f->part[2], f->part[3], f->part[4], f->part[5] } };
    f->parts = f->part[4] ? 3 : f->part[3] ? 2 : 1;
    f->period = f->part[1] ? 'Q' : 0;
    f->date = f->part[1] ? 0 : '-';
    s->when.n = s->away.n = 0;
    for (size_t i = 0; i < s->nrow; i++) {
        int value[UR_PARTS] = { 0 };
        bool whole = true;
        for (int k = 0; k < UR_PARTS; k++) {
            value[k] = f->part[k] ? s->part[k].v[i] : 0;
            whole = whole && value[k] >= 0;
        }
        if (UR_PUSH(s->when, whole ? ur_time_of_parts(value, f) : __builtin_nan(""), e) || UR_PUSH(s->away, 0, e))
            return UNROLL_ERROR_MEMORY;
    }
    for (int k = 0; k < UR_PARTS; k++)
        if (f->part[k]) ur_buf_printf(&name, "%s%s", k ? " " : "", s->part_name[k]);
    ur_free(s->when_name);
    s->when_name = name.bad ? NULL : ur_strdup(name.s);
    ur_buf_free(&name);
    s->form = *f;
    s->when_date = true;
    return s->when_name ? 0 : ur_nomem(e);
}

static int times(ur_ingest *in, ur_source *s, const order *o, ur_err *e)
{
    ur_raw *r = in->r;
    int rc = s->when_name && (s->when_date || !has_parts(s)) ? settle_when(in, s, e) : 0;
    if (!rc && !(s->when_name && s->when_date) && has_parts(s)) rc = times_of_parts(s, e);
    if (rc || r->when || !s->when_name) return rc;
    bool away = false;
    for (size_t i = 0; i < s->nrow; i++) away = away || s->away.v[i];
    if (!o->row) {
        r->when = s->when.v;
        s->when = (ur_dvec){ 0 };
        r->when_away = away ? s->away.v : NULL;
        s->away = away ? (ur_hvec){ 0 } : s->away;
    } else if (!(r->when = gather(s->when.v, sizeof(double), o->row, s->nrow, e)) ||
               (away && !(r->when_away = gather(s->away.v, sizeof(int16_t), o->row, s->nrow, e)))) {
        return UNROLL_ERROR_MEMORY;
    }
    r->nwhen = s->nrow;
    r->when_date = s->when_date;
    r->when_form = s->form;
    r->when_index = s->rows_are_positions ? s->row_axis[0] : -1;
    r->when_name = s->when_name;
    s->when_name = NULL;
    return 0;
}

int ur_source_finish(ur_ingest *in, ur_source *s, ur_err *e)
{
    order o = { 0 };
    if (!s->nbound) return 0;
    int rc = make_order(s, &o, e);
    if (!rc) rc = ur_ingest_size(in, o.n, s->path, e);
    if (!rc) rc = labels(in, s, &o, e);
    for (int i = 0; i < s->nbound && !rc; i++) {
        ur_bound *b = &s->bound[i];
        rc = b->kind == UR_TIME
                 ? ur_orders_settle(&b->orders, b->from, in->o, b->num, b->away, s->nrow * b->width, &b->form, in->r, e)
                 : 0;
        if (rc) break;
        ur_delivery d = { .datum = b->datum, .local = b->cut.vocab, .form = b->form, .from = b->from };
        rc = b->cell == UR_CELL_TEXT ? texts(in, s, b, &o, &d, e) : values(in, s, b, &o, &d, e);
        b->cut.vocab = NULL;
        b->from = NULL;
        if (!rc) rc = ur_raw_install(in->r, in->g, &d, e);
        ur_delivery_free(&d);
    }
    if (!rc) rc = times(in, s, &o, e);
    ur_free(o.start);
    ur_free(o.row);
    return rc;
}
