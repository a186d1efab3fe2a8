/* The oracle's definitions: the value of a node at one position, from the values it reads. Each function either writes the value,
 * or asks for what is missing and says so; it is then called again. Must not know in which order that happens. */
#include "run/naive/inside.h"
#include <math.h>
#include <string.h>

/* ---- leaves */
/* the row of a datum at the current positions (counted in the item; they may lie before the window); false: the example has none
 * there */
static bool data_row(ev *e, const ur_node *n, int set, size_t *row)
{
    ur_naive *v = e->v;
    const ur_series *x = n->op == UR_COUNTS ? &v->s->x->goal[n->i] : &v->s->x->series[n->i];
    if (!x->start) return false;
    int32_t old[UR_MAX_RAGGED];
    for (int k = 0; k < n->nidx; k++) {
        old[k] = v->at[n->idx[k]];
        v->at[n->idx[k]] += ur_naive_window_from(v, e->item, n->idx[k]);
    }
    const shape *s = ur_naive_shape(v, set, e->item, true);
    bool in = s && ur_naive_row(s, v->at, row);
    for (int k = 0; k < n->nidx; k++) v->at[n->idx[k]] = old[k];
    *row += in ? x->start[v->s->batch->item[e->item].example] : 0;
    return in && *row < x->nrow;
}

static bool seen(const ur_series *x, size_t row) { return !x->seen || x->seen[row]; }

static int32_t place_in_example(const ev *e, const ur_node *n);

/* given(x), known(x): what the data say, by component */
static void said(ev *e, const ur_node *n, int set, double *out)
{
    const ur_series *x = &e->v->s->x->series[n->i];
    size_t row = 0, w = e->v->width[n - e->g->node];
    bool in = data_row(e, n, set, &row);
    if (in && n->j != UR_DATA_THERE && e->g->data[n->i].drawn &&
        place_in_example(e, n) >= e->v->s->batch->item[e->item].hide_from)
        in = false;
    for (size_t c = 0; c < w; c++) {
        bool there = in && ur_series_said(x, row, x->sym ? 0 : c) && (n->j != UR_DATA_THERE || ur_series_counts(x, row, c));
        if (n->j != UR_DATA_SAID) out[c] = there;
        else if (x->sym) out[c] = there ? x->sym[row * w + c] : UR_SYM_UNKNOWN;
        else out[c] = there ? ur_series_get(x, row * w + c) : 0;
    }
}

static void datum(ev *e, const ur_node *n, int set, double *out)
{
    if (ur_is_said(n)) {
        said(e, n, set, out);
        return;
    }
    const ur_series *x = &e->v->s->x->series[n->i];
    size_t row = 0, w = e->v->width[n - e->g->node];
    bool in = data_row(e, n, set, &row) && ur_series_some(x, row);
    for (size_t c = 0; c < w; c++) {
        if (!in) out[c] = n->sym ? UR_SYM_UNKNOWN : 0;
        else if (x->sym) out[c] = x->sym[row * w + c];
        else out[c] = n->j ? ur_time_part(ur_series_wall(x, row * w + c), n->j) : ur_series_get(x, row * w + c);
    }
}

/* 0-based position in the example along the window index, or, for whole examples, along the datum's first index of its own length
 */
static int32_t place_in_example(const ev *e, const ur_node *n)
{
    const ur_naive *v = e->v;
    int k = 0;
    if (n->nidx == 0) return -1;
    if (v->wroot >= 0) {
        while (k < n->nidx && v->root[n->idx[k]] != v->wroot) k++;
        if (k == n->nidx) return -1;
    }
    return v->at[n->idx[k]] - 1 + ur_naive_window_from(v, e->item, n->idx[k]);
}

static double mask(ev *e, const ur_node *n, int set)
{
    const ur_item *it = &e->v->s->batch->item[e->item];
    size_t row = 0;
    if (!data_row(e, n, set, &row)) return 0;
    const ur_series *x = &e->v->s->x->series[n->i];
    if (n->op == UR_MASK ? !ur_series_scored(x, row) : !seen(x, row)) return 0;
    int32_t p = place_in_example(e, n);
    if (n->op == UR_GIVEN) return p < 0 || p < it->hide_from;
    return p < 0 || p >= it->score_from ? ur_series_weight(x, row) : 0;
}

static double counts(ev *e, const ur_node *n, int set)
{
    const ur_examples *x = e->v->s->x;
    const ur_item *it = &e->v->s->batch->item[e->item];
    size_t row = 0;
    if (x->goal && x->goal[n->i].skip && data_row(e, n, set, &row) && x->goal[n->i].skip[row]) return 0;
    int32_t p = place_in_example(e, n);
    return p < 0 ? ur_item_share(&e->g->schema, x, e->v->s->batch, it) : p >= it->score_from;
}

static void drop(ev *e)
{
    const ur_step *s = e->v->s;
    uint32_t example = e->v->by_item[e->id] ? s->batch->item[e->item].example : 0;
    size_t w = e->v->width[e->id];
    double p = e->n->num;
    ur_uniforms(s->seed, s->step, example, UR_SITE_DROPOUT + (uint32_t)e->n->i, (uint32_t)(e->row * w), w, e->out);
    for (size_t c = 0; c < w; c++) e->out[c] = e->out[c] >= p ? 1 / (1 - p) : 0;
}

static bool leaf(ev *e)
{
    ur_naive *v = e->v;
    const ur_node *n = e->n;
    switch (n->op) {
    case UR_CONST:
        for (size_t c = 0; c < v->width[e->id]; c++) e->out[c] = n->num;
        return true;
    case UR_PARAM: { /* the node's fixed indices may stand in another order than the parameter's */
        const ur_param *p = &e->g->param[n->i];
        tuple t = fix_of(n);
        EACH_TUPLE(v, &t)
        {
            size_t b = 0, cell = (size_t)p->rows * (size_t)p->cols;
            for (int k = 0; k < p->nfix; k++) b = b * (size_t)e->g->index[p->fix[k]].size + (size_t)(v->at[p->fix[k]] - 1);
            memcpy(e->out + block(v, n), v->weight + p->offset + b * cell, cell * sizeof(double));
        }
        return true;
    }
    case UR_DATA: datum(e, n, v->set[e->id], e->out); return true;
    case UR_MASK:
    case UR_GIVEN: e->out[0] = mask(e, n, v->set[e->id]); return true;
    case UR_COUNTS: e->out[0] = counts(e, n, v->set[e->id]); return true;
    case UR_POS: {
        tuple t = fix_of(n);
        EACH_TUPLE(v, &t) e->out[block(v, n)] = (double)(v->at[n->i] + (n->j ? 0 : ur_naive_before(v, e->item, n->i)));
        return true;
    }
    case UR_LEN:
        e->out[0] = (double)(ur_naive_index_len(v, e->item, n->i, n->nidx, n->idx) +
                             (n->j ? 0 : ur_naive_before(v, e->item, n->i)));
        return true;
    case UR_RAND: drop(e); return true;
    case UR_RUN: e->out[0] = ur_run_says(v->s, n->i); return true;
    case UR_FRESH: e->out[0] = v->s->batch->fresh; return true;
    default: return false;
    }
}

/* ---- by component */
static bool by_component(ev *e, int narg, double (*fn)(ev *, const double *))
{
    const double *x[3];
    for (int k = 0; k < narg; k++) x[k] = need(e, k);
    if (!finished(e)) return false;
    tuple t = fix_of(e->n);
    size_t cell = ur_naive_cell(e->n);
    EACH_TUPLE(e->v, &t)
    {
        const double *b[3];
        double a[3];
        for (int k = 0; k < narg; k++) b[k] = x[k] + block(e->v, arg(e, k));
        double *y = e->out + block(e->v, e->n);
        for (size_t c = 0; c < cell; c++) {
            for (int k = 0; k < narg; k++) a[k] = component(b[k], arg(e, k), c);
            y[c] = fn(e, a);
        }
    }
    return true;
}
static double unary(ev *e, const double *a) { return ur_op_eval1(e->n->op, a[0]); }
static double binary(ev *e, const double *a) { return ur_op_eval2(e->n->op, a[0], a[1]); }
static double ternary(ev *e, const double *a) { return ur_op_eval3(e->n->op, a[0], a[1], a[2]); }
static double same(ev *e, const double *a)
{
    (void)e;
    return a[0];
}

/* lazy: a branch is computed at a position only where one of its components is taken */
static bool where(ev *e)
{
    const double *c = need(e, 0), *x = NULL, *y = NULL;
    if (!c) return false;
    bool some = false, other = false;
    for (size_t k = 0; k < e->v->width[e->n->arg[0]]; k++) {
        some |= c[k] != 0;
        other |= c[k] == 0;
    }
    if (some) x = need(e, 1);
    if (other) y = need(e, 2);
    if (!finished(e)) return false;
    tuple t = fix_of(e->n);
    size_t cell = ur_naive_cell(e->n);
    EACH_TUPLE(e->v, &t)
    {
        double *o = e->out + block(e->v, e->n);
        const double *cb = c + block(e->v, arg(e, 0));
        for (size_t k = 0; k < cell; k++)
            o[k] = component(cb, arg(e, 0), k) != 0 ? component(x + block(e->v, arg(e, 1)), arg(e, 1), k)
                                                    : component(y + block(e->v, arg(e, 2)), arg(e, 2), k);
    }
    return true;
}

/* ---- addressing */
typedef struct address {
    int32_t p[UR_MAX_RAGGED + UR_MAX_FIXED];
    int out;
    bool start;
    bool lost;
} address;

/* the positions of q that a READ's subscripts name now; out: the first subscript out of range, -1 */
static address resolve(ev *e, const ur_node *q, const shape *s)
{
    ur_naive *v = e->v;
    address a = { .out = -1 };
    int32_t at[UR_MAX_RAGGED]; /* q's positions so far, for the lengths of nested indices */
    for (int k = 0; k < q->nidx + q->nfix; k++) {
        const ur_sub *u = &e->n->sub[k];
        int own = k < q->nidx ? q->idx[k] : q->fix[k - q->nidx];
        int32_t len = e->g->index[own].size;
        bool known = true;
        if (k < q->nidx) {
            len = s->level[k].len;
            if (s->level[k].first) {
                size_t r = 0;
                known = a.out < 0;
                for (int m = 0; m < k && known; m++)
                    r = (s->level[m].first ? s->level[m].first[r] : r * (size_t)s->level[m].len) + (size_t)(at[m] - 1);
                len = known ? (int32_t)(s->level[k].first[r + 1] - s->level[k].first[r]) : 0;
            }
        }
        int32_t p = u->off + (u->kind == UR_SUB_REL ? ur_sub_mul(u) * v->at[u->index] : u->kind == UR_SUB_FIRST ? 1 : len);
        for (int f = 0; f < u->nfix; f++) p += u->times[f] * v->at[u->fix[f]];
        p = ur_sub_divided(u, p);
        a.p[k] = p;
        if (k < q->nidx) at[k] = p;
        a.lost |= !known && u->kind == UR_SUB_END;
        if (known && (p < 1 || p > len) && a.out < 0) {
            a.out = k;
            a.start = p < 1;
        }
    }
    return a;
}

/* v->at takes the positions of an address for the indices of `n` (found among q's; others stay as the reader has them) */
static void go(ev *e, const ur_node *q, const address *a, const ur_node *n, int32_t *old)
{
    for (int k = 0; k < n->nidx + n->nfix; k++) {
        int own = k < n->nidx ? n->idx[k] : n->fix[k - n->nidx];
        old[k] = e->v->at[own];
    }
    for (int k = 0; k < n->nidx + n->nfix; k++) {
        int own = k < n->nidx ? n->idx[k] : n->fix[k - n->nidx];
        for (int m = 0; m < q->nidx + q->nfix; m++)
            if (own == (m < q->nidx ? q->idx[m] : q->fix[m - q->nidx])) e->v->at[own] = a->p[m];
    }
}
static void back(ev *e, const ur_node *n, const int32_t *old)
{
    for (int k = 0; k < n->nidx + n->nfix; k++) e->v->at[k < n->nidx ? n->idx[k] : n->fix[k - n->nidx]] = old[k];
}

/* the block of node `id` at an address into y; zero where the address is not one of its positions */
static void read_block(ev *e, ur_id id, const ur_node *q, const address *a, size_t cell, double *y, double zero)
{
    ur_naive *v = e->v;
    const ur_node *n = &e->g->node[id];
    int32_t old[UR_MAX_RAGGED + UR_MAX_FIXED];
    size_t row;
    go(e, q, a, n, old);
    const shape *s = ur_naive_shape(v, v->set[id], e->item, false);
    bool in = s && !a->lost && ur_naive_row(s, v->at, &row);
    for (int k = 0; k < n->nfix; k++) in = in && v->at[n->fix[k]] >= 1 && v->at[n->fix[k]] <= e->g->index[n->fix[k]].size;
    if (!in)
        for (size_t c = 0; c < cell; c++) y[c] = zero;
    else {
        const double *x = ur_naive_need(v, id, e->item);
        if (!x) e->missing = true;
        else
            for (size_t c = 0; c < cell; c++) y[c] = component(x + block(v, n), n, c);
    }
    back(e, n, old);
}

/* is all of a row given? By GIVEN, or by component */
static bool all_given(ev *e, const ur_node *given, int set, size_t row)
{
    if (given->op == UR_GIVEN) return mask(e, given, set) != 0;
    return seen(&e->v->s->x->series[given->i], row) && place_in_example(e, given) < e->v->s->batch->item[e->item].hide_from;
}

/* before the window's start: data that the example has, or what earlier windows left; after its end, data that are not hidden.
 * false: nothing there */
static bool read_past(ev *e, ur_id q, const address *a, size_t cell, double *y)
{
    ur_naive *v = e->v;
    const ur_node *n = &e->g->node[q];
    if (v->wroot < 0 || a->out >= n->nidx || v->root[n->idx[a->out]] != v->wroot) return false;
    const ur_node *qn = n;
    while (e->g->node[q].op == UR_ALIAS && e->g->node[e->g->node[q].arg[0]].nidx == n->nidx) q = e->g->node[q].arg[0];
    n = &e->g->node[q];
    if (!a->start && n->op != UR_DATA) return false;
    double stack[64], *x = v->width[q] <= 64 ? stack : ur_alloc(v->width[q] * sizeof *x);
    if (!x) {
        v->rc = ur_nomem(v->err);
        return true;
    }
    int32_t old[UR_MAX_RAGGED + UR_MAX_FIXED];
    go(e, qn, a, n, old);
    size_t row = 0;
    bool in_data = ur_op_is(n->op, UR_OF_DATUM), have = false;
    for (int k = 0; k < n->nfix; k++)
        in_data = in_data && v->at[n->fix[k]] >= 1 && v->at[n->fix[k]] <= e->g->index[n->fix[k]].size;
    in_data = in_data && (a->start || place_in_example(e, n) < v->s->batch->item[e->item].hide_from);
    if (in_data && n->op != UR_FILL && data_row(e, n, v->set[q], &row)) {
        have = true;
        if (n->op == UR_DATA) datum(e, n, v->set[q], x);
        else x[0] = mask(e, n, v->set[q]);
    }
    if (in_data && n->op == UR_FILL) {
        ur_node d = e->g->node[ur_aliased(e->g, n->arg[0])], given = e->g->node[n->arg[1]];
        if (d.op == UR_DATA && data_row(e, &d, v->set[q], &row)) {
            bool whole = given.op == UR_CONST ? given.num != 0 : all_given(e, &given, v->set[q], row);
            const double *p = whole ? NULL : ur_naive_past(v, q, e->item, v->at[n->idx[0]]);
            have = true;
            if (p) memcpy(x, p, v->width[q] * sizeof *x);
            else datum(e, &e->g->node[n->arg[0]], v->set[q], x);
        }
    }
    const double *p = have || !a->start || n->nidx != 1 ? NULL : ur_naive_past(v, q, e->item, v->at[n->idx[0]]);
    if (p) {
        memcpy(x, p, v->width[q] * sizeof *x);
        have = true;
    }
    if (have)
        for (size_t c = 0; c < cell; c++) y[c] = component(x + block(v, n), n, c);
    back(e, n, old);
    if (x != stack) ur_free(x);
    return have;
}

static bool read(ev *e)
{
    ur_naive *v = e->v;
    ur_id q = e->n->arg[0];
    const ur_node *qn = &e->g->node[q];
    const shape *s = ur_naive_shape(v, v->set[q], e->item, false);
    if (!s) return false;
    tuple t = fix_of(e->n);
    size_t cell = ur_naive_cell(e->n);
    EACH_TUPLE(v, &t)
    {
        address a = resolve(e, qn, s);
        double *y = e->out + block(v, e->n);
        if (a.out < 0) {
            read_block(e, q, qn, &a, cell, y, 0);
            continue;
        }
        if (read_past(e, q, &a, cell, y)) continue;
        const ur_sub *u = &e->n->sub[a.out];
        ur_id b = a.start ? u->before : u->after;
        double zero = !e->n->sym ? 0 : a.start ? UR_SYM_START : UR_SYM_END;
        if (b >= 0) read_block(e, b, qn, &a, cell, y, zero);
        else
            for (size_t c = 0; c < cell; c++) y[c] = zero;
    }
    return finished(e);
}

static bool place(ev *e)
{
    ur_naive *v = e->v;
    bool fixed = e->g->index[e->n->i].fixed;
    tuple t = fix_of(e->n);
    size_t cell = ur_naive_cell(e->n);
    EACH_TUPLE(v, &t)
    {
        int32_t len = fixed ? e->g->index[e->n->i].size : ur_naive_index_len(v, e->item, e->n->i, e->n->nidx, e->n->idx);
        bool here = v->at[e->n->i] == (e->n->place_kind == UR_SUB_FIRST ? 1 : len) + e->n->j;
        const double *x = here ? need(e, 0) : NULL;
        if (here && !x) continue;
        double *y = e->out + block(v, e->n);
        for (size_t c = 0; c < cell; c++) y[c] = here ? component(x + block(v, arg(e, 0)), arg(e, 0), c) : 0;
    }
    return finished(e);
}

static bool gather(ev *e)
{
    ur_naive *v = e->v;
    const ur_node *q = arg(e, 0), *p = arg(e, 1);
    const double *at = need(e, 1);
    tuple t = fix_of(e->n);
    size_t cell = ur_naive_cell(e->n);
    if (!at) return false;
    EACH_TUPLE(v, &t)
    {
        double *y = e->out + block(v, e->n), none = 0;
        int len, k = gathered(e, q, at[block(v, p)], e->n->j, &len), own = v->at[e->n->i];
        v->at[e->n->i] = k;
        const double *x = k >= 1 && k <= len ? need(e, 0) : NULL;
        if (x) x += block(v, q);
        v->at[e->n->i] = own;
        if (k == UR_NOWHERE && v->s->bad_node < 0) {
            v->s->bad_at = at[block(v, p)];
            int64_t before = ur_naive_before(v, e->item, e->n->i);
            v->s->bad_first = e->n->j > 0 ? own + 1 + before : 0;
            v->s->bad_last = (e->n->j < 0 ? own - 1 : len + 1) + before;
        }
        if (k == UR_NOWHERE) none = e->n->sym ? UR_NOWHERE : NAN;
        else if (e->n->sym) none = k < 1 ? UR_SYM_START : UR_SYM_END;
        for (size_t c = 0; c < cell; c++) y[c] = x ? component(x, q, c) : none;
    }
    return finished(e);
}

/* ---- vectors and matrices */
static bool concat(ev *e)
{
    for (int k = 0; k < e->n->narg; k++) need(e, k);
    if (!finished(e)) return false;
    tuple t = fix_of(e->n);
    EACH_TUPLE(e->v, &t)
    {
        double *y = e->out + block(e->v, e->n);
        for (int k = 0; k < e->n->narg; k++) {
            const double *x = need(e, k) + block(e->v, arg(e, k));
            memcpy(y, x, ur_naive_cell(arg(e, k)) * sizeof *y);
            y += ur_naive_cell(arg(e, k));
        }
    }
    return true;
}

static bool stack(ev *e)
{
    for (int k = 0; k < e->n->narg; k++) need(e, k);
    if (!finished(e)) return false;
    tuple t = fix_of(e->n);
    EACH_TUPLE(e->v, &t)
    {
        int k = e->v->at[e->n->i] - 1;
        memcpy(e->out + block(e->v, e->n), need(e, k) + block(e->v, arg(e, k)), ur_naive_cell(e->n) * sizeof(double));
    }
    return true;
}

static bool slice_trans(ev *e)
{
    const double *x = need(e, 0);
    if (!x) return false;
    const ur_node *n = e->n, *a = arg(e, 0);
    tuple t = fix_of(n);
    EACH_TUPLE(e->v, &t)
    {
        const double *b = x + block(e->v, a);
        double *y = e->out + block(e->v, n);
        if (n->op == UR_SLICE) memcpy(y, b + (size_t)n->i * (size_t)a->cols, ur_naive_cell(n) * sizeof *y);
        else
            for (int r = 0; r < n->rows; r++)
                for (int c = 0; c < n->cols; c++) y[r * n->cols + c] = b[c * a->cols + r];
    }
    return true;
}

static bool symbols(ev *e)
{
    for (int k = 0; k < e->n->narg; k++) need(e, k);
    if (!finished(e)) return false;
    const ur_node *n = e->n, *a = arg(e, 0);
    tuple t = fix_of(n);
    EACH_TUPLE(e->v, &t)
    {
        const double *x = need(e, 0) + block(e->v, a);
        double *y = e->out + block(e->v, n);
        if (n->op == UR_ONEHOT) {
            for (int r = 0; r < n->rows; r++) y[r] = x[0] == UR_NOWHERE ? NAN : r == (int)x[0] - ur_naive_first(a);
            continue;
        }
        int id = (int)need(e, 1)[block(e->v, arg(e, 1))];
        if (n->op == UR_LOOKUP) {
            int at = id - ur_naive_first(arg(e, 1));
            bool there = id >= 0 && at >= 0 && at < a->cols;
            for (int r = 0; r < n->rows; r++) y[r] = there ? x[r * a->cols + at] : id == UR_NOWHERE ? NAN : 0;
            continue;
        }
        double top = -INFINITY, sum = 0;
        for (int r = 0; r < a->rows; r++)
            if (!(x[r] <= top)) top = x[r];
        for (int r = 0; r < a->rows; r++) sum += exp(x[r] - top);
        id = ur_symbol_class((unsigned)n->i, id);
        if (n->op == UR_XENT) {
            y[0] = top + log(sum) - (id >= 0 && id < a->rows ? x[id] : n->i ? -INFINITY : NAN);
            continue;
        }
        double d = need(e, 2)[block(e->v, arg(e, 2))];
        for (int r = 0; r < a->rows; r++) y[r] = d == 0 ? 0 : d * (exp(x[r] - top) / sum - (r == id));
    }
    return true;
}

static bool over_components(ev *e)
{
    const double *x = need(e, 0);
    if (!x) return false;
    const ur_node *a = arg(e, 0);
    size_t cell = ur_naive_cell(a), best = 0;
    tuple t = fix_of(e->n);
    EACH_TUPLE(e->v, &t)
    {
        const double *b = x + block(e->v, a);
        double *y = e->out + block(e->v, e->n), sum = 0, lse = 0;
        best = 0;
        for (size_t c = 0; c < cell; c++) {
            sum += b[c];
            if (!(b[c] <= b[best])) best = c;
        }
        for (size_t c = 0; c < cell; c++) lse += exp(b[c] - b[best]);
        if (e->n->op == UR_CSUM) y[0] = sum;
        else if (e->n->op == UR_CMAX) y[0] = b[best];
        else if (e->n->op == UR_CLSE) y[0] = isinf(b[best]) ? b[best] : b[best] + log(lse);
        else
            for (size_t c = 0; c < cell; c++) y[c] = c == best;
    }
    return true;
}

/* ---- drawn data */
static bool fill(ev *e)
{
    ur_naive *v = e->v;
    const ur_node *n = e->n;
    const double *given = need(e, 1), *x[UR_MAX_ARGS];
    if (!given) return false;
    size_t w = v->width[e->id], parts = v->width[n->arg[1]], known = 0;
    for (size_t c = 0; c < parts; c++) known += given[c] != 0;
    const double *d = known ? need(e, 0) : NULL;
    if (known == parts) {
        if (d) memcpy(e->out, d, w * sizeof *d);
        return finished(e);
    }
    int na = n->narg - 2;
    const ur_law *law = n->j == UR_NDIST ? v->g->law[n->i] : NULL;
    for (int k = 0; k < na && k < UR_MAX_ARGS; k++) x[k] = need(e, 2 + k);
    if (!finished(e)) return false;
    uint32_t step = v->s->step, example = v->s->batch->item[e->item].example, site = UR_SITE_DRAWN + (uint32_t)n->i;
    size_t cell = ur_naive_cell(n);
    double *scratch = n->sym ? ur_alloc(sizeof *scratch * (size_t)(arg(e, 2)->rows + 1)) : NULL;
    if (n->sym && !scratch) {
        v->rc = ur_nomem(v->err);
        return false;
    }
    ur_draw_options o = v->s->draw;
    if (n->sym && !o.from) o.from = ur_symbol_first(&v->g->schema, n->i);
    tuple t = fix_of(n);
    size_t at = e->row + (n->nidx == 1 ? (size_t)ur_naive_window_from(v, e->item, n->idx[0]) : 0);
    if (law) ur_law_draw(law, x[0], &o, step, example, site, (uint32_t)at, e->out);
    else EACH_TUPLE(v, &t)
        {
            size_t b = block(v, n);
            for (size_t c = 0; c < cell; c++) {
                uint32_t counter = (uint32_t)(at * w + b + c);
                if (n->sym) {
                    e->out[b] = ur_symbol_draw_at(x[0] + block(v, arg(e, 2)), arg(e, 2)->rows, &o, step, example, site, counter,
                                                  scratch);
                    continue;
                }
                double a[UR_MAX_ARGS];
                for (int k = 0; k < na; k++) a[k] = component(x[k] + block(v, arg(e, 2 + k)), arg(e, 2 + k), c);
                e->out[b + c] = ur_dist_draw((ur_dist)n->j, a, &v->s->draw, step, example, site, counter);
            }
        }
    for (size_t c = 0; known && c < w; c++)
        if (given[c] != 0) e->out[c] = d[c];
    ur_free(scratch);
    return true;
}

/* ---- random quantities */
static bool draw(ev *e)
{
    ur_naive *v = e->v;
    const ur_node *n = e->n;
    const double *x[UR_MAX_ARGS];
    for (int k = 0; k < n->narg; k++) x[k] = need(e, k);
    if (!finished(e)) return false;
    ur_turn who = ur_turn_of(v->s, e->item);
    ur_draw_options o = { .mode = 1, .seed = v->s->seed };
    for (int k = 0; k < n->nidx; k++)
        o.seed = ur_random_at(o.seed, (uint64_t)(v->at[n->idx[k]] + ur_naive_before(v, e->item, n->idx[k])));
    uint32_t site = UR_SITE_DRAW + (uint32_t)n->i;
    size_t cell = ur_naive_cell(n);
    double *scratch = ur_alloc(cell * sizeof *scratch);
    if (!scratch) {
        v->rc = ur_nomem(v->err);
        return false;
    }
    tuple t = fix_of(n);
    EACH_TUPLE(v, &t)
    {
        size_t b = block(v, n);
        int32_t one = n->j == UR_CATEGORICAL ? ur_symbol_draw_at(x[0] + block(v, arg(e, 0)), n->rows, &o, who.turn, who.example,
                                                                 site, (uint32_t)b, scratch)
                                             : -1;
        for (size_t c = 0; c < cell; c++) {
            double a[UR_MAX_ARGS];
            for (int k = 0; k < n->narg; k++) a[k] = component(x[k] + block(v, arg(e, k)), arg(e, k), c);
            e->out[b + c] = one >= 0 ? (size_t)one == c
                                     : ur_dist_draw((ur_dist)n->j, a, &o, who.turn, who.example, site, (uint32_t)(b + c));
        }
    }
    ur_free(scratch);
    return true;
}

bool ur_naive_eval(ur_naive *v, ur_id id, size_t item, size_t row, double *out)
{
    ev e = { .v = v, .g = v->g, .n = &v->g->node[id], .id = id, .item = item, .row = row, .out = out };
    switch (ur_ops[e.n->op].cls) {
    case UR_CLS_LEAF: return leaf(&e);
    case UR_CLS_UNARY: return by_component(&e, 1, unary);
    case UR_CLS_BINARY: return by_component(&e, 2, binary);
    case UR_CLS_TERNARY: return by_component(&e, 3, ternary);
    default: break;
    }
    switch (e.n->op) {
    case UR_ALIAS:
    case UR_BCAST: return by_component(&e, 1, same);
    case UR_READ: return read(&e);
    case UR_PLACE: return place(&e);
    case UR_GATHER: return gather(&e);
    case UR_STREW: return ur_naive_strew(&e);
    case UR_CONCAT: return concat(&e);
    case UR_STACK: return stack(&e);
    case UR_SLICE:
    case UR_TRANS: return slice_trans(&e);
    case UR_PROD:
    case UR_MATMUL: return ur_naive_prod(&e);
    case UR_SOLVE: return ur_naive_solve(&e);
    case UR_CHOL: return ur_naive_cholesky(&e);
    case UR_LOWER:
    case UR_DIAG: return ur_naive_triangle(&e);
    case UR_CONTRACT:
    case UR_SCATTER: return ur_naive_contract(&e);
    case UR_LOOKUP:
    case UR_ONEHOT:
    case UR_XENT:
    case UR_XENTG: return symbols(&e);
    case UR_WHERE: return where(&e);
    case UR_CSUM:
    case UR_CMAX:
    case UR_CLSE:
    case UR_CARGMAX: return over_components(&e);
    case UR_RSUM:
    case UR_RMAX:
    case UR_RLSE: return ur_naive_reduce(&e);
    case UR_RARGMAX: return ur_naive_argmax(&e);
    case UR_FILL: return fill(&e);
    case UR_DRAW: return draw(&e);
    default: return false;
    }
}
