/* The operators that are neither component-wise nor products: row by row, or from many rows into one. */
#include "run/cpu/exec.h"
#include <math.h>
#include <string.h>

static int item_first(const shard *s, const canon *c, int item)
{
    return c->nidx ? c->first[item_first(s, &s->canon[c->up], item)] : item;
}

/* canonical row of `row` of domain d, counted within its item */
uint32_t ur_exec_row_in_item(const shard *s, int d, int row, int *item)
{
    const canon *c = ur_canon_of(s, d);
    if (!c) {
        *item = 0;
        return 0;
    }
    int cr = s->rows[d].canon ? s->rows[d].canon[row] : row;
    *item = c->item[cr];
    return (uint32_t)(cr - item_first(s, c, *item));
}

/* one matrix for each tuple of fixed indices, and all of them as one */
static void join(shard *s, const ur_node *n, char *out, const char *x)
{
    const ur_graph *g = &s->p->g;
    const ur_node *each = n->trans ? n : &g->node[n->arg[0]];
    size_t nt = (size_t)ur_node_tuples(g, each), nr = (size_t)each->rows, w = (size_t)each->cols * s->p->k->esize;
    if (n->i) {
        memcpy(out, x, nt * nr * w);
        return;
    }
    for (size_t t = 0; t < nt; t++)
        for (size_t r = 0; r < nr; r++) {
            size_t apart = (t * nr + r) * w, side = (r * nt + t) * w;
            memcpy(out + (n->trans ? apart : side), x + (n->trans ? side : apart), w);
        }
}

/* ---- one row from one row */
static void one_row(shard *s, const ur_node *n, char *out, char *const *x)
{
    const ur_graph *g = &s->p->g;
    const ur_kernels *k = s->p->k;
    size_t es = k->esize, rc = (size_t)n->rows * (size_t)n->cols;
    if (n->op == UR_JOIN) {
        join(s, n, out, x[0]);
        return;
    }
    int nt = ur_node_tuples(g, n);
    const ur_node *a = n->narg ? &g->node[n->arg[0]] : n;
    size_t arc = (size_t)a->rows * (size_t)a->cols;
    const ur_node *b = n->narg > 1 ? &g->node[n->arg[1]] : NULL;
    for (int t = 0; t < nt; t++) {
        char *o = out + (size_t)t * (n->sym ? sizeof(int32_t) : rc * es);
        const char *p = n->narg ? x[0] + (size_t)ur_tuple_within(g, t, n->nfix, n->fix, a->nfix, a->fix) *
                                             (a->sym ? sizeof(int32_t) : arc * es)
                                : NULL;
        int32_t id = b && b->sym ? ((const int32_t *)x[1])[ur_tuple_within(g, t, n->nfix, n->fix, b->nfix, b->fix)] : 0;
        switch (n->op) {
        case UR_CONCAT: {
            size_t at = 0;
            for (int q = 0; q < n->narg; q++) {
                const ur_node *c = &g->node[n->arg[q]];
                size_t w = (size_t)c->rows * (size_t)c->cols;
                memcpy(o + at * es, x[q] + (size_t)ur_tuple_within(g, t, n->nfix, n->fix, c->nfix, c->fix) * w * es, w * es);
                at += w;
            }
            break;
        }
        case UR_STACK: {
            int at = ur_tuple_within(g, t, n->nfix, n->fix, 1, (int16_t[]){ (int16_t)n->i });
            const ur_node *c = &g->node[n->arg[at]];
            memcpy(o, x[at] + (size_t)ur_tuple_within(g, t, n->nfix, n->fix, c->nfix, c->fix) * rc * es, rc * es);
            break;
        }
        case UR_SLICE:
            if (n->trans) {
                for (int r = 0; r < n->rows; r++)
                    memcpy(o + (size_t)(r * n->cols) * es, p + (size_t)(r * a->cols + n->i) * es, (size_t)n->cols * es);
                break;
            }
            memcpy(o, p + (size_t)(n->i * n->cols) * es, rc * es);
            break;
        case UR_TRANS:
            for (int r = 0; r < n->rows; r++)
                for (int c = 0; c < n->cols; c++)
                    memcpy(o + (size_t)(r * n->cols + c) * es, p + (size_t)(c * n->rows + r) * es, es);
            break;
        case UR_MATMUL:
            k->gemm(n->trans, false, n->rows, n->cols, b->rows, p, a->cols,
                    x[1] +
                        (size_t)ur_tuple_within(g, t, n->nfix, n->fix, b->nfix, b->fix) * (size_t)b->rows * (size_t)b->cols * es,
                    b->cols, 0, o, n->cols);
            break;
        case UR_SOLVE:
            k->solve(n->trans, n->rows, n->cols, p,
                     x[1] + (size_t)ur_tuple_within(g, t, n->nfix, n->fix, b->nfix, b->fix) * rc * es, o);
            break;
        case UR_CHOL: k->chol(n->rows, p, o); break;
        case UR_LOWER:
            memset(o, 0, rc * es);
            for (int r = 0; r < n->rows; r++)
                memcpy(o + (size_t)(r * n->cols) * es, p + (size_t)(r * n->cols) * es,
                       (size_t)(r + 1 < n->cols ? r + 1 : n->cols) * es);
            break;
        case UR_DIAG:
            if (n->trans) memset(o, 0, rc * es);
            for (int r = 0; r < n->rows; r++)
                memcpy(o + (size_t)(n->trans ? r * n->cols + r : r) * es, p + (size_t)(n->trans ? r : r * a->cols + r) * es, es);
            break;
        case UR_PACK: k->pack(n->trans, n->rows, n->cols, p, o); break;
        case UR_LOOKUP:
            if (id == UR_NOWHERE) {
                k->fill(rc, NAN, o);
                break;
            }
            id = ur_symbol_component(b->sym, id, a->cols);
            if (id < 0) memset(o, 0, rc * es);
            else if (es == 4)
                for (int r = 0; r < n->rows; r++) ((float *)o)[r] = ((const float *)p)[r * a->cols + id];
            else
                for (int r = 0; r < n->rows; r++) ((double *)o)[r] = ((const double *)p)[r * a->cols + id];
            break;
        case UR_ONEHOT:
            id = ur_symbol_component(a->sym, *(const int32_t *)p, n->rows);
            k->fill(rc, id == UR_NOWHERE ? NAN : 0, o);
            if (id >= 0) ur_exec_put(s, o + (size_t)id * es, 1);
            break;
        case UR_XENT:
            id = ur_symbol_class((unsigned)n->i, id);
            if (!n->i && (id < 0 || id >= a->rows)) id = UR_SYM_UNKNOWN;
            if (id < 0 || id >= a->rows) ur_exec_put(s, o, INFINITY);
            else ur_exec_put(s, o, k->lse(arc, p) - ur_exec_get(s, p + (size_t)id * es));
            break;
        case UR_XENTG: {
            const ur_node *scale = &g->node[n->arg[2]];
            double d = ur_exec_get(s, x[2] + (size_t)ur_tuple_within(g, t, n->nfix, n->fix, scale->nfix, scale->fix) * es);
            id = ur_symbol_class((unsigned)n->i, id);
            if (!n->i && (id < 0 || id >= a->rows)) id = UR_SYM_UNKNOWN;
            if (d == 0) {
                memset(o, 0, rc * es);
                break;
            }
            k->softmax_scaled(rc, p, k->lse(rc, p), d, o);
            if (id >= 0 && id < a->rows) ur_exec_put(s, o + (size_t)id * es, ur_exec_get(s, o + (size_t)id * es) - d);
            break;
        }
        case UR_CSUM: ur_exec_put(s, o, k->sum(arc, p)); break;
        case UR_CMAX: ur_exec_put(s, o, k->max(arc, p)); break;
        case UR_CLSE: ur_exec_put(s, o, k->lse(arc, p)); break;
        case UR_CARGMAX: {
            size_t best = 0;
            for (size_t e = 1; e < arc; e++)
                if (ur_exec_get(s, p + e * es) > ur_exec_get(s, p + best * es)) best = e;
            memset(o, 0, rc * es);
            ur_exec_put(s, o + best * es, 1);
            break;
        }
        case UR_BCAST: memcpy(o, p, es == 4 || n->sym ? 4 : 8); break;
        default: break;
        }
    }
}

/* m rows of a CONCAT, part by part */
static void side_by_side(shard *s, const ins *i, int row, int m, const acc *part)
{
    const ur_graph *g = &s->p->g;
    const ur_node *n = &g->node[i->node];
    size_t es = s->p->k->esize, stride = ur_exec_stride(s, i->node);
    char *to = ur_exec_row(s, i->node, row);
    for (int k = 0; k < n->narg; k++) {
        const ur_node *q = &g->node[n->arg[k]];
        size_t w = (size_t)q->rows * (size_t)q->cols * es, st = part[k].st;
        const char *from = part[k].p;
        if (w == sizeof(float))
            for (size_t r = 0; r < (size_t)m; r++) memcpy(to + r * stride, from + r * st, sizeof(float));
        else if (from != to)
            for (size_t r = 0; r < (size_t)m; r++) memcpy(to + r * stride, from + r * st, w); /* else it was made in place */
        to += w;
    }
}

static void rowwise(shard *s, const ins *i, int r0, int r1)
{
    const ur_node *n = &s->p->g.node[i->node];
    acc a[64], *pa = a;
    char *x[64], **px = x;
    if (i->narg > 64) {
        pa = (acc *)s->scratch;
        px = (char **)(pa + i->narg);
    }
    for (int row = r0; row < r1;) {
        int m = r1 - row;
        for (int k = 0; k < i->narg; k++) {
            int q = ur_exec_locate(s, &i->arg[k], row, r1, &pa[k]);
            if (q < m) m = q;
        }
        if (n->op == UR_CONCAT && !n->nfix) side_by_side(s, i, row, m, pa);
        else
            for (int r = 0; r < m; r++) {
                for (int k = 0; k < i->narg; k++) px[k] = pa[k].p + (size_t)r * pa[k].st;
                one_row(s, n, ur_exec_row(s, i->node, row + r), px);
            }
        row += m;
    }
}

/* which fixed tuple of `from` (the READ's source, or a boundary, which may lack some of the source's fixed indices) is read for
 * tuple `at` of the READ's own, at a row of domain d; −1: none. *same: that is so at every row */
static int source_tuple(const shard *s, int d, const ur_node *n, const ur_node *from, const int *at, int row, bool *same)
{
    const ur_graph *g = &s->p->g;
    const ur_node *q = &g->node[n->arg[0]];
    int src = 0;
    *same = true;
    for (int k = 0; k < q->nfix; k++) {
        const ur_sub *sub = &n->sub[q->nidx + k];
        int size = g->index[q->fix[k]].size, pos = 0;
        for (int m = 0; m < n->nidx; m++) /* a ragged index that counts through a fixed one */
            if (sub->kind == UR_SUB_REL && n->idx[m] == sub->index) {
                pos = ur_canon_of(s, d)->pos[m][s->rows[d].canon ? s->rows[d].canon[row] : row];
                *same = false;
            }
        int p = ur_subscript_at(g, n, q->nidx + k, pos, at, size);
        if (p < 1 || p > size) src = -1;
        for (int m = 0; m < from->nfix && src >= 0; m++)
            if (from->fix[m] == q->fix[k]) src = src * size + p - 1;
    }
    return src;
}

/* rows r0… of the READ that o looks through, made at `to` or added to what is there (`sum`: to the tuple of its fixed indices
 * that the READ's comes down to) */
void ur_exec_gather(shard *s, const operand *o, int d, int r0, int r1, char *to, size_t stride, const ur_node *sum)
{
    const ur_graph *g = &s->p->g;
    const ur_node *n = &g->node[o->read];
    size_t es = ur_plan_esize(s->p, n), rc = n->sym ? 1 : (size_t)n->rows * (size_t)n->cols, w = rc * es;
    int nt = ur_node_tuples(g, n), at[UR_MAX_FIXED];
    operand one = *o;
    one.width = (int)ur_node_width(g, &g->node[o->node]);
    for (int t = 0; t < nt; t++) {
        one.map = o->maps[t];
        for (int k = n->nfix - 1, e = t; k >= 0; k--) {
            at[k] = e % g->index[n->fix[k]].size + 1;
            e /= g->index[n->fix[k]].size;
        }
        char *out = to + (size_t)(sum ? ur_tuple_within(g, t, n->nfix, n->fix, sum->nfix, sum->fix) : t) * w;
        for (int row = r0, m; row < r1; row += m) {
            acc a;
            m = ur_exec_locate(s, &one, row, r1, &a);
            bool same;
            int src = source_tuple(s, d, n, &g->node[a.bound >= 0 ? a.bound : n->arg[0]], at, row, &same);
            if (!same) m = 1;
            char *p = out + (size_t)(row - r0) * stride;
            const char *from = a.zero || src < 0 ? a.p : a.p + (size_t)src * w;
            if (sum) {
                if (!a.zero && src >= 0) s->p->k->binary[UR_ADD]((size_t)m, rc, p, stride, from, a.st, p, stride);
            } else if (a.zero || src < 0)
                for (int r = 0; r < m; r++) memset(p + (size_t)r * stride, 0, w);
            else
                for (int r = 0; r < m; r++) memcpy(p + (size_t)r * stride, from + (size_t)r * a.st, w);
        }
    }
}

/* a READ made real */
static void copy_read(shard *s, const ins *i, int r0, int r1)
{
    const ur_node *n = &s->p->g.node[i->node];
    size_t es = ur_plan_esize(s->p, n), w = (size_t)i->arg[0].width * es, stride = ur_exec_stride(s, i->node);
    if (i->arg[0].maps) {
        ur_exec_gather(s, &i->arg[0], i->dom, r0, r1, ur_exec_row(s, i->node, r0), stride, NULL);
        return;
    }
    for (int row = r0, m; row < r1; row += m) {
        acc a;
        m = ur_exec_locate(s, &i->arg[0], row, r1, &a);
        for (int r = 0; r < m; r++) memcpy(ur_exec_row(s, i->node, row + r), a.p + (size_t)r * a.st, w);
    }
}

static void place(shard *s, const ins *i, int r0, int r1)
{
    const ur_graph *g = &s->p->g;
    const ur_node *n = &g->node[i->node], *a = &g->node[n->arg[0]];
    size_t es = s->p->k->esize, rc = (size_t)n->rows * (size_t)n->cols;
    const canon *c = ur_canon_of(s, i->dom);
    int slot = 0, nt = ur_node_tuples(g, n);
    bool fixed = g->index[n->i].fixed;
    for (int k = 0; k < n->nidx; k++)
        if (n->idx[k] == n->i) slot = k;
    for (int row = r0; row < r1;) {
        acc x;
        int m = ur_exec_locate(s, &i->arg[0], row, r1, &x);
        for (int r = 0; r < m; r++) {
            char *out = ur_exec_row(s, i->node, row + r);
            bool here = true;
            if (!fixed) {
                int cr = s->rows[i->dom].canon ? s->rows[i->dom].canon[row + r] : row + r;
                int want = 1 + n->j;
                if (n->place_kind == UR_SUB_END) {
                    int pos[UR_MAX_RAGGED], up;
                    for (int k = 0; k < c->nidx; k++) pos[k] = c->pos[k][cr];
                    int uc = ur_plan_set(s->p, slot, s->p->dom[i->dom].idx);
                    ur_canon_lookup(s, uc, c->item[cr], pos, &up);
                    want = ur_domain_len(s, n->i, c->item[cr], &s->canon[uc], up) + n->j;
                }
                here = c->pos[slot][cr] == want;
            }
            for (int t = 0; t < nt; t++) {
                bool at = here;
                if (fixed) {
                    int p = ur_tuple_within(g, t, n->nfix, n->fix, 1, (int16_t[]){ (int16_t)n->i }) + 1;
                    at = p == (n->place_kind == UR_SUB_END ? g->index[n->i].size : 1) + n->j;
                }
                if (at)
                    memcpy(out + (size_t)t * rc * es,
                           x.p + (size_t)r * x.st + (size_t)ur_tuple_within(g, t, n->nfix, n->fix, a->nfix, a->fix) * rc * es,
                           rc * es);
                else memset(out + (size_t)t * rc * es, 0, rc * es);
            }
        }
        row += m;
    }
}

/* ---- one row from many */
typedef void fold(shard *s, char *out, const char *x, size_t n, const char *max);
static void fold_sum(shard *s, char *out, const char *x, size_t n, const char *max)
{
    (void)max;
    if (n == 1) ur_exec_put(s, out, ur_exec_get(s, out) + ur_exec_get(s, x));
    else s->p->k->axpy(n, 1, x, out);
}
static void fold_max(shard *s, char *out, const char *x, size_t n, const char *max)
{
    (void)max;
    for (size_t e = 0; e < n; e++) {
        double a = ur_exec_get(s, out + e * s->p->k->esize), b = ur_exec_get(s, x + e * s->p->k->esize);
        if (b > a || isnan(b)) ur_exec_put(s, out + e * s->p->k->esize, b);
    }
}
static void fold_exp(shard *s, char *out, const char *x, size_t n, const char *max)
{
    for (size_t e = 0; e < n; e++) {
        size_t at = e * s->p->k->esize;
        double m = ur_exec_get(s, max + at), v = ur_exec_get(s, x + at);
        if (m > -INFINITY) ur_exec_put(s, out + at, ur_exec_get(s, out + at) + exp(v - m));
    }
}

/* does the condition hold in row r of those that c begins, for tuple t of the reduction? */
static bool cond_holds(const shard *s, const ins *i, const acc *c, int r, int t)
{
    return i->narg < 2 || ur_exec_get(s, c->p + (size_t)r * c->st + (size_t)i->at_cond[t] * s->p->k->esize) != 0;
}

/* folds the argument's rows into the rows at `out` (row q of the result at out + q·stride) */
static void fold_rows(shard *s, const ins *i, int r0, int r1, char *out, size_t stride, fold *f, const char *max)
{
    const ur_graph *g = &s->p->g;
    const ur_node *n = &g->node[i->node], *a = &g->node[n->arg[0]];
    size_t es = s->p->k->esize, rc = (size_t)a->rows * (size_t)a->cols, w = rc * es;
    for (int row = r0; row < r1;) {
        acc x, c = { 0 };
        int m = ur_exec_locate(s, &i->arg[0], row, r1, &x), q, step;
        if (i->narg > 1) {
            int mc = ur_exec_locate(s, &i->arg[1], row, r1, &c);
            if (mc < m) m = mc;
        }
        if (i->out_map == SAME_ROW) {
            q = row;
            step = 1;
        } else if (i->out_map == ONE_ROW) {
            q = 0;
            step = 0;
        } else {
            const runs *mp = &s->runs[i->out_map];
            const run *r = ur_exec_run(mp, row);
            int left = r->row + r->n - row;
            if (left < m) m = left;
            q = r->src + (row - r->row) * r->step;
            step = r->step;
        }
        if (x.zero && f == fold_sum) {
            row += m;
            continue;
        }
        if (f == fold_sum && step == 0 && rc == 1 && i->ntuple == 1 && i->narg < 2 && x.st == es) {
            char *o = out + (size_t)q * stride;
            ur_exec_put(s, o, ur_exec_get(s, o) + s->p->k->sum((size_t)m, x.p));
        } else
            for (int r = 0; r < m; r++) {
                size_t to = (size_t)(q + r * step) * stride;
                const char *from = x.p + (size_t)r * x.st;
                for (int t = 0; t < i->ntuple; t++) {
                    if (!cond_holds(s, i, &c, r, t)) continue;
                    size_t at = to + (size_t)i->at_out[t] * w;
                    f(s, out + at, from + (size_t)i->at_arg[t] * w, rc, max ? max + at : NULL);
                }
            }
        row += m;
    }
}

static void reduce(shard *s, const ins *i, int r0, int r1)
{
    const ur_node *n = &s->p->g.node[i->node];
    const ur_kernels *k = s->p->k;
    size_t es = k->esize, w = ur_node_width(&s->p->g, n), stride = ur_exec_stride(s, i->node);
    int d = s->p->node_dom[i->node], o0, o1;
    ur_exec_rows_now(s, d, &o0, &o1);
    for (int q = o0; q < o1 && !ur_exec_adds(s, i->node); q++)
        k->fill(w, n->op == UR_RSUM ? 0 : -INFINITY, ur_exec_row(s, i->node, q));
    char *out = ur_exec_row(s, i->node, 0);
    if (n->op == UR_RSUM && i->arg[0].maps) {
        ur_exec_gather(s, &i->arg[0], i->dom, r0, r1, ur_exec_row(s, i->node, r0), stride, n);
        return;
    }
    if (n->op == UR_RSUM) {
        fold_rows(s, i, r0, r1, out, stride, fold_sum, NULL);
        return;
    }
    fold_rows(s, i, r0, r1, out, stride, fold_max, NULL);
    if (n->op == UR_RMAX) return;
    /* log-sum-exp: the sum beside, laid out as the result is */
    char *sum = s->scratch;
    for (int q = o0; q < o1; q++) memset(sum + (size_t)(q - o0) * stride, 0, w * es);
    fold_rows(s, i, r0, r1, sum - (ptrdiff_t)((size_t)o0 * stride), stride, fold_exp, out);
    for (int q = o0; q < o1; q++)
        for (size_t e = 0; e < w; e++) {
            double m = ur_exec_get(s, ur_exec_row(s, i->node, q) + e * es),
                   t = ur_exec_get(s, sum + (size_t)(q - o0) * stride + e * es);
            ur_exec_put(s, ur_exec_row(s, i->node, q) + e * es, m > -INFINITY ? m + log(t) : -INFINITY);
        }
}

/* the largest so far, and where it stands: which tuple of a row, or which row */
typedef struct top {
    double value;
    int at;
} top;

/* 1 at the first largest position along a fixed index, within each row */
static void argmax_within(shard *s, const ins *i, int r0, int r1)
{
    const ur_graph *g = &s->p->g;
    const ur_node *n = &g->node[i->node];
    size_t es = s->p->k->esize, rc = (size_t)n->rows * (size_t)n->cols,
           lanes = (size_t)(i->ntuple / g->index[n->red[0]].size) * rc;
    top *best = (top *)s->scratch;
    for (int row = r0; row < r1; row++) {
        acc x, c = { 0 };
        ur_exec_locate(s, &i->arg[0], row, row + 1, &x);
        if (i->narg > 1) ur_exec_locate(s, &i->arg[1], row, row + 1, &c);
        for (size_t k = 0; k < lanes; k++) best[k].at = -1;
        for (int t = 0; t < i->ntuple; t++) { /* in the order of the index */
            if (!cond_holds(s, i, &c, 0, t)) continue;
            top *b = best + (size_t)i->at_out[t] * rc;
            const char *p = x.p + (size_t)i->at_arg[t] * rc * es;
            for (size_t e = 0; e < rc; e++) {
                double v = ur_exec_get(s, p + e * es);
                if (b[e].at < 0 || v > b[e].value) b[e] = (top){ v, t };
            }
        }
        char *o = ur_exec_row(s, i->node, row);
        for (size_t k = 0; k < lanes; k++)
            if (best[k].at >= 0) ur_exec_put(s, o + ((size_t)best[k].at * rc + k % rc) * es, 1);
    }
}

/* the same along a ragged index, by lanes: the rows less that index. Only lanes of these rows are looked at: in a scan there are
 * more. */
static void argmax_along(shard *s, const ins *i, int r0, int r1)
{
    const ur_node *n = &s->p->g.node[i->node];
    size_t es = s->p->k->esize, rc = (size_t)n->rows * (size_t)n->cols, w = (size_t)i->ntuple * rc;
    const runs *mp = i->out_map >= 0 ? &s->runs[i->out_map] : NULL;
    const int *order = s->rows[i->dom].canon;
    top *best = (top *)s->scratch;
    for (int pass = 0; pass < 3; pass++) /* empties the lanes, finds the largest, marks them */
        for (int row = r0; row < r1; row++) {
            acc x = { 0 }, c = { 0 };
            const run *q = mp ? ur_exec_run(mp, row) : NULL;
            top *lane = best + (size_t)(q ? q->src + (row - q->row) * q->step : 0) * w;
            char *o = ur_exec_row(s, i->node, row);
            if (pass == 1) ur_exec_locate(s, &i->arg[0], row, row + 1, &x);
            if (pass == 1 && i->narg > 1) ur_exec_locate(s, &i->arg[1], row, row + 1, &c);
            for (int t = 0; t < i->ntuple; t++) {
                if (pass == 1 && !cond_holds(s, i, &c, 0, t)) continue;
                for (size_t e = 0; e < rc; e++) {
                    size_t at = (size_t)t * rc + e;
                    top *b = lane + at;
                    if (pass == 0) b->at = -1;
                    else if (pass == 2) {
                        if (b->at == row) ur_exec_put(s, o + at * es, 1);
                    } else {
                        double v = ur_exec_get(s, x.p + ((size_t)i->at_arg[t] * rc + e) *
                                                            es); /* first: in canonical order, as the text counts positions */
                        bool before = b->at >= 0 && order && order[row] < order[b->at];
                        if (b->at < 0 || v > b->value || (v == b->value && before)) *b = (top){ v, row };
                    }
                }
            }
        }
}

static void argmax_rows(shard *s, const ins *i, int r0, int r1)
{
    const ur_node *n = &s->p->g.node[i->node];
    size_t w = ur_node_width(&s->p->g, n) * s->p->k->esize;
    for (int row = r0; row < r1; row++) memset(ur_exec_row(s, i->node, row), 0, w);
    if (s->p->g.index[n->red[0]].fixed) argmax_within(s, i, r0, r1);
    else argmax_along(s, i, r0, r1);
}

static void scatter(shard *s, const ins *i, int r0, int r1)
{
    const ur_graph *g = &s->p->g;
    const ur_node *n = &g->node[i->node], *from = &g->node[n->arg[0]], *of = &g->node[n->arg[1]];
    size_t es = s->p->k->esize, table = (size_t)n->rows * (size_t)n->cols;
    int nt = ur_node_tuples(g, from);
    char *all = ur_exec_row(s, i->node, 0);
    if (!ur_exec_adds(s, i->node)) memset(all, 0, ur_node_width(g, n) * es);
    for (int row = r0; row < r1;) {
        acc d, c;
        int m = ur_exec_locate(s, &i->arg[0], row, r1, &d), mc = ur_exec_locate(s, &i->arg[1], row, r1, &c);
        if (mc < m) m = mc;
        for (int r = 0; r < m; r++)
            for (int t = 0; t < nt; t++) {
                int32_t id = ((const int32_t *)(c.p + (size_t)r *
                                                          c.st))[ur_tuple_within(g, t, from->nfix, from->fix, of->nfix, of->fix)];
                id = ur_symbol_component(of->sym, id, n->cols);
                if (id < 0) continue;
                const char *x = d.p + (size_t)r * d.st + (size_t)(t * n->rows) * es;
                char *out = all + (size_t)ur_tuple_within(g, t, from->nfix, from->fix, n->nfix, n->fix) * table * es;
                if (es == 4)
                    for (int q = 0; q < n->rows; q++) ((float *)out)[q * n->cols + id] += ((const float *)x)[q];
                else
                    for (int q = 0; q < n->rows; q++) ((double *)out)[q * n->cols + id] += ((const double *)x)[q];
            }
        row += m;
    }
}

void ur_exec_node(shard *s, const ins *i, int r0, int r1)
{
    switch (s->p->g.node[i->node].op) {
    case UR_READ: copy_read(s, i, r0, r1); break;
    case UR_PLACE: place(s, i, r0, r1); break;
    case UR_RSUM:
    case UR_RMAX:
    case UR_RLSE: reduce(s, i, r0, r1); break;
    case UR_RARGMAX: argmax_rows(s, i, r0, r1); break;
    case UR_SCATTER: scatter(s, i, r0, r1); break;
    case UR_GATHER: ur_exec_gather_rows(s, i, r0, r1); break;
    case UR_STREW: ur_exec_strew_rows(s, i, r0, r1); break;
    case UR_FILL: ur_exec_fill(s, i, r0, r1); break;
    case UR_DRAW: ur_exec_draw(s, i, r0, r1); break;
    default: rowwise(s, i, r0, r1); break;
    }
}

/* scratch an instruction needs, in bytes, for this shard's rows */
size_t ur_exec_node_scratch(const shard *s, const ins *i)
{
    const ur_graph *g = &s->p->g;
    const ur_node *n = &g->node[i->node];
    size_t w = ur_node_width(g, n);
    switch (n->op) {
    case UR_RLSE: return (size_t)s->rows[s->p->node_dom[i->node]].n * ur_exec_stride(s, i->node) + 64;
    case UR_RARGMAX: return (g->index[n->red[0]].fixed ? 1 : (size_t)s->rows[i->index].n) * w * sizeof(top) + 64;
    case UR_FILL: /* logits twice; the arguments of a law, and what is drawn */
        if (n->j == UR_NDIST) return sizeof(double) * ((size_t)g->node[n->arg[2]].rows + w) + 64;
        return n->sym ? 2 * sizeof(double) * (size_t)g->node[n->arg[2]].rows + 64 : 64;
    case UR_DRAW: return 2 * sizeof(double) * (size_t)n->rows + 64;
    default: return (size_t)i->narg * (sizeof(acc) + sizeof(char *)) + 64;
    }
}
