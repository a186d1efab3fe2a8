/* sums.c: the oracle's definitions of what is taken over positions, items and fixed indices: sums, largest values, products that
 * are summed. As in eval.c each writes its value, or asks for what is missing and says so. */
#include "run/naive/inside.h"
#include <math.h>
#include <string.h>

typedef struct walk {
    ev *e;
    tuple t;
    void (*visit)(struct walk *);
    int pass;
    double *best;
    double *extra;
    const shape *s;
    uint32_t open;
    int32_t own; /* STREW: the position along its index that is asked for */
} walk;

static void descend(walk *w, int level)
{
    ur_naive *v = w->e->v;
    if (v->rc) return;
    if (level == w->s->n) {
        w->visit(w);
        return;
    }
    int index = w->s->idx[level];
    int32_t len = ur_naive_level_len(w->s, level, v->at);
    if (w->open >> level & 1)
        for (v->at[index] = 1; v->at[index] <= len; v->at[index]++) descend(w, level + 1);
    else if (v->at[index] >= 1 && v->at[index] <= len) descend(w, level + 1);
}

static void each(walk *w, bool items)
{
    ev *e = w->e;
    ur_naive *v = e->v;
    size_t own = e->item;
    for (size_t k = items ? 0 : own; k < (items ? v->items : own + 1); k++) {
        e->item = k;
        w->s = ur_naive_shape(v, v->wide[e->id], k, false);
        if (!w->s) break;
        w->open = 0;
        for (int l = 0; l < w->s->n; l++) {
            bool mine = false;
            for (int q = 0; q < e->n->nidx; q++) mine |= e->n->idx[q] == w->s->idx[l];
            for (int q = 0; q < e->n->nred; q++) mine &= e->n->red[q] != w->s->idx[l];
            mine &= e->n->op != UR_STREW || e->n->i != w->s->idx[l];
            if (!mine) w->open |= 1u << l;
        }
        descend(w, 0);
    }
    e->item = own;
}

static bool holds(ev *e, bool *known)
{
    *known = true;
    if (e->n->narg < 2) return true;
    const double *c = need(e, 1);
    if (!c) {
        *known = false;
        return false;
    }
    return c[block(e->v, arg(e, 1))] != 0;
}

/* pass 0: RSUM adds, RMAX RLSE RARGMAX find the largest; pass 1: RLSE adds exponentials */
static void visit_reduce(walk *w)
{
    ev *e = w->e;
    const ur_node *n = e->n, *a = arg(e, 0);
    size_t cell = ur_naive_cell(a);
    EACH_TUPLE(e->v, &w->t)
    {
        bool known;
        if (!holds(e, &known)) continue;
        const double *x = need(e, 0);
        if (!x || e->missing) continue;
        x += block(e->v, a);
        double *y = e->out + block(e->v, n), *b = w->best ? w->best + block(e->v, n) : NULL;
        for (size_t c = 0; c < cell; c++) {
            if (n->op == UR_RSUM) y[c] += x[c];
            else if (w->pass == 0) b[c] = isnan(b[c]) || x[c] <= b[c] ? b[c] : x[c];
            else if (isfinite(b[c])) y[c] += exp(x[c] - b[c]);
        }
    }
}

static void add_reduced(ev *e, tuple *t)
{
    add_fix(t, e->n->nfix, e->n->fix);
    for (int k = 0; k < e->n->nred; k++)
        if (e->g->index[e->n->red[k]].fixed) add_fix(t, 1, &e->n->red[k]);
}

bool ur_naive_reduce(ev *e)
{
    size_t n = e->v->width[e->id];
    walk w = { .e = e, .visit = visit_reduce };
    add_reduced(e, &w.t);
    memset(e->out, 0, n * sizeof *e->out);
    if (e->n->op != UR_RSUM) {
        w.best = ur_alloc(n * sizeof *w.best);
        if (!w.best) {
            e->v->rc = ur_nomem(e->v->err);
            return false;
        }
        for (size_t c = 0; c < n; c++) w.best[c] = -INFINITY;
    }
    each(&w, e->n->red_example);
    if (finished(e) && e->n->op == UR_RLSE) {
        w.pass = 1;
        each(&w, e->n->red_example);
    }
    if (finished(e) && e->n->op != UR_RSUM)
        for (size_t c = 0; c < n; c++)
            e->out[c] = e->n->op == UR_RMAX || !isfinite(w.best[c]) ? w.best[c] : w.best[c] + log(e->out[c]);
    ur_free(w.best);
    return finished(e);
}

/* RARGMAX: all positions along the reduced index at once. best: the largest; extra: its position, 0 for none */
static void visit_argmax(walk *w)
{
    ev *e = w->e;
    ur_naive *v = e->v;
    int index = e->n->red[0];
    size_t cell = ur_naive_cell(arg(e, 0));
    EACH_TUPLE(v, &w->t)
    {
        bool known, hold = holds(e, &known);
        const double *x = hold && known ? need(e, 0) : NULL;
        if (e->missing || v->rc) continue;
        int32_t p = v->at[index];
        size_t row = 0;
        double *y = e->out + block(v, e->n);
        memo *m = NULL;
        if (w->pass && !e->g->index[index].fixed) { /* another row of this node */
            m = ur_naive_memo(v, e->id, e->item);
            if (!m || !ur_naive_row(ur_naive_shape(v, v->set[e->id], e->item, false), v->at, &row)) return;
            y = m->v + row * v->width[e->id] + block(v, e->n);
        }
        if (e->g->index[index].fixed) v->at[index] = 1; /* one cell for all of them */
        size_t b = block(v, e->n);
        v->at[index] = p;
        for (size_t c = 0; c < cell; c++) {
            if (w->pass) y[c] = w->extra[b + c] == p;
            else if (x && (w->extra[b + c] == 0 || x[block(v, arg(e, 0)) + c] > w->best[b + c])) {
                w->best[b + c] = x[block(v, arg(e, 0)) + c];
                w->extra[b + c] = p;
            }
        }
        if (m) m->state[row] = DONE;
    }
}

bool ur_naive_argmax(ev *e)
{
    size_t n = e->v->width[e->id];
    walk w = { .e = e, .visit = visit_argmax };
    add_reduced(e, &w.t);
    w.best = ur_zalloc(n * sizeof *w.best);
    w.extra = ur_zalloc(n * sizeof *w.extra);
    if (!w.best || !w.extra) e->v->rc = ur_nomem(e->v->err);
    else each(&w, false);
    if (finished(e)) {
        w.pass = 1;
        each(&w, false);
    }
    ur_free(w.best);
    ur_free(w.extra);
    return finished(e);
}

static void visit_contract(walk *w)
{
    ev *e = w->e;
    const ur_node *n = e->n, *a = arg(e, 0), *b = arg(e, 1);
    const double *x = need(e, 0), *y = need(e, 1);
    if (!x || !y || e->missing) return;
    EACH_TUPLE(e->v, &w->t)
    {
        const double *xb = x + block(e->v, a), *yb = y + block(e->v, b);
        double *o = e->out + block(e->v, n);
        if (n->op == UR_SCATTER) {
            int id = (int)yb[0] - ur_naive_first(b);
            if (id >= 0 && id < n->cols)
                for (int r = 0; r < n->rows; r++) o[r * n->cols + id] += component(xb, a, (size_t)r);
            continue;
        }
        for (int r = 0; r < n->rows; r++)
            for (int c = 0; c < n->cols; c++)
                for (int k = 0; k < a->cols; k++) o[r * n->cols + c] += xb[r * a->cols + k] * yb[c * b->cols + k];
    }
}

bool ur_naive_contract(ev *e)
{
    walk w = { .e = e, .visit = visit_contract };
    add_fix(&w.t, e->n->nfix, e->n->fix);
    for (int k = 0; k < 2; k++) add_fix(&w.t, arg(e, k)->nfix, arg(e, k)->fix);
    memset(e->out, 0, e->v->width[e->id] * sizeof *e->out);
    each(&w, !e->n->example && (e->v->by_item[e->n->arg[0]] || e->v->by_item[e->n->arg[1]]));
    return finished(e);
}

static void visit_strew(walk *w)
{
    ev *e = w->e;
    ur_naive *v = e->v;
    const ur_node *n = e->n, *d = arg(e, 0), *p = arg(e, 1);
    bool fixed = e->g->index[n->i].fixed;
    const double *at = need(e, 1);
    if (!at) return;
    EACH_TUPLE(v, &w->t)
    {
        int len, k = gathered(e, n, at[block(v, p)], -n->j, &len);
        if (k < 1 || k > len || (!fixed && k != w->own)) continue;
        const double *x = need(e, 0);
        if (!x || e->missing) continue;
        x += block(v, d);
        int32_t here = v->at[n->i];
        v->at[n->i] = k;
        double *y = e->out + block(v, n);
        v->at[n->i] = here;
        for (size_t c = 0; c < ur_naive_cell(n); c++) y[c] += component(x, d, c);
    }
}

bool ur_naive_strew(ev *e)
{
    walk w = { .e = e, .visit = visit_strew, .own = e->v->at[e->n->i] };
    for (int k = 0; k < 2; k++) add_fix(&w.t, arg(e, k)->nfix, arg(e, k)->fix);
    memset(e->out, 0, e->v->width[e->id] * sizeof *e->out);
    each(&w, !e->n->example && e->v->by_item[e->n->arg[0]]);
    return finished(e);
}
