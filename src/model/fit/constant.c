/* constant.c: the loss of a model that says the same at every row: what a fit has to be better than. Must not know how a fit goes
 * on. Of numbers the best constants of the distribution that draws them, numbers that the text gives it staying as they are; of
 * symbols their frequencies. Invariant: it is −log p in own units, a mean over the same rows as a fit's loss. */
#include "model/fit/fit.h"
#include "math/lbfgs.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ARGS = 3, LOOKED_AT = 2000 }; /* rows that constants are looked for on where there is no formula for them */

typedef struct moments { /* sq: sum of squares from the mean; log_: of the logarithms */
    double n, mean, sq, log_mean, log_sq, low, high;
} moments;

static void add(moments *a, double y, double weight)
{
    double off = y - a->mean, log_y = log(y), log_off = log_y - a->log_mean;
    if (!(weight > 0)) return;
    if (a->n == 0) a->low = a->high = y;
    a->n += weight;
    a->mean += weight * off / a->n;
    a->sq += weight * off * (y - a->mean);
    a->log_mean += weight * log_off / a->n;
    a->log_sq += weight * log_off * (log_y - a->log_mean);
    a->low = fmin(a->low, y);
    a->high = fmax(a->high, y);
}

static double nll(ur_dist d, double y, const double *a)
{
    const double half_log_2_pi = 0.91893853320467274178;
    double z = (y - a[0]) / a[1];
    switch (d) {
    case UR_NORMAL: return half_log_2_pi + log(a[1]) + 0.5 * z * z;
    case UR_LAPLACE: return fabs(z) + log(2 * a[1]);
    case UR_STUDENT_T: return ur_density(d, 0, z, a[2], a[2]) + log(a[1]);
    case UR_LOGNORMAL: return nll(UR_NORMAL, log(y), a) + log(y);
    case UR_WEIBULL: return pow(y / a[1], a[0]) - a[0] * log(y / a[1]) - log(a[0]) + log(y);
    case UR_EXPONENTIAL: return a[0] * y - log(a[0]);
    case UR_UNIFORM: return y >= a[0] && y <= a[1] ? log(a[1] - a[0]) : INFINITY;
    case UR_BERNOULLI: return ur_op_eval1(UR_SOFTPLUS, y > 0 ? -a[0] : a[0]);
    default: return ur_density(d, 0, y, a[0], a[1]);
    }
}

/* constants by formulas; false: only near the best */
static bool guess(ur_dist d, const moments *k, double *a)
{
    double m = k->mean, v = k->sq / k->n, log_sd = sqrt(k->log_sq / k->n), both = m * (1 - m) / v - 1;
    switch (d) {
    case UR_NORMAL: a[0] = m, a[1] = sqrt(v); return true;
    case UR_LOGNORMAL: a[0] = k->log_mean, a[1] = log_sd; return true;
    case UR_POISSON: a[0] = m; return true;
    case UR_EXPONENTIAL: a[0] = 1 / m; return true;
    case UR_UNIFORM: a[0] = k->low, a[1] = k->high; return true;
    case UR_BERNOULLI: a[0] = log(m) - log1p(-m); return true;
    case UR_LAPLACE: a[0] = m, a[1] = 0.7 * sqrt(v); return false;
    case UR_STUDENT_T: a[0] = m, a[1] = 0.8 * sqrt(v), a[2] = 5; return false;
    case UR_NEGATIVE_BINOMIAL: a[0] = m, a[1] = fmax((v - m) / (m * m), 1e-3); return false;
    case UR_GAMMA: a[0] = m * m / v, a[1] = m / v; return false;
    case UR_BETA: a[0] = m * fmax(both, 0.1), a[1] = (1 - m) * fmax(both, 0.1); return false;
    case UR_WEIBULL: a[0] = 1.2 / log_sd, a[1] = exp(k->log_mean + 0.5772 / a[0]); return false;
    default: return true;
    }
}

/* ---- constants without a formula: brought to the least loss on some rows, positive ones by their logarithms */
typedef struct looked {
    ur_dist dist;
    const double *y, *weight;
    size_t n;
    const bool *fixed;
    double a[ARGS]; /* where it begins */
} looked;

/* argument `k` of d is positive */
static bool positive(ur_dist d, int k) { return !(k == 0 && (ur_dist_is_location(d) || d == UR_LOGNORMAL || d == UR_BERNOULLI)); }

static double loss_at(const looked *k, const double *w)
{
    double a[ARGS], sum = 0, all = 0;
    for (int i = 0; i < ARGS; i++) a[i] = k->fixed[i] ? k->a[i] : positive(k->dist, i) ? exp(w[i]) : w[i];
    for (size_t i = 0; i < k->n; i++) {
        sum += k->weight[i] * nll(k->dist, k->y[i], a);
        all += k->weight[i];
    }
    return sum / all;
}

/* a gradient by differences does for what is only compared */
static int around(void *arg, const double *w, double *f, double *g, ur_err *e)
{
    const looked *k = arg;
    double at[ARGS];
    (void)e;
    *f = loss_at(k, w);
    if (!isfinite(*f)) *f = INFINITY;
    for (int i = 0; i < ARGS; i++) {
        double step = 1e-5 * fmax(1, fabs(w[i]));
        memcpy(at, w, sizeof at);
        at[i] = w[i] + step;
        double above = loss_at(k, at);
        at[i] = w[i] - step;
        g[i] = k->fixed[i] ? 0 : (above - loss_at(k, at)) / (2 * step);
    }
    return 0;
}

static int look(looked *k, double *a, ur_err *e)
{
    double w[ARGS];
    ur_lbfgs p = { .n = ARGS, .at = around, .arg = k, .most = 60 };
    memcpy(k->a, a, sizeof k->a);
    for (int i = 0; i < ARGS; i++) w[i] = positive(k->dist, i) ? log(a[i]) : a[i];
    TRY(ur_lbfgs_run(&p, w, e));
    for (int i = 0; i < ARGS; i++)
        if (!k->fixed[i]) a[i] = positive(k->dist, i) ? exp(w[i]) : w[i];
    return 0;
}

typedef struct rows {
    const ur_series *s;
    const ur_examples *x;
    size_t before;
    bool along;
} rows;

static bool counts(const rows *k, size_t example, size_t row)
{
    return ur_series_scored(k->s, row) && (!k->along || row - k->s->start[example] >= k->before);
}

/* what of a ~ line's arguments are numbers of the text: a */
static void given(const ur_graph *g, const ur_like *l, bool *fixed, double *a)
{
    for (int i = 0; i < ARGS; i++) {
        const ur_node *n = i < l->narg ? &g->node[l->arg[i]] : NULL;
        while (n && ur_op_is(n->op, UR_SAME)) n = &g->node[n->arg[0]];
        fixed[i] = !n || n->op == UR_CONST;
        a[i] = n && fixed[i] ? n->num : 1;
    }
}

/* the best constants for component c */
static int constants(const ur_graph *g, const ur_like *l, size_t w, size_t c, const rows *train, moments *m, double *a, ur_err *e)
{
    double known[ARGS], *y = ur_alloc(2 * LOOKED_AT * sizeof *y), *weight = y ? y + LOOKED_AT : NULL;
    bool fixed[ARGS];
    size_t seen = 0, each = train->s->nrow / LOOKED_AT + 1;
    looked k = { .dist = l->dist, .y = y, .weight = weight, .fixed = fixed };
    if (!y) return ur_nomem(e);
    *m = (moments){ 0 };
    for (size_t x = 0; x < train->x->n; x++)
        for (size_t r = train->s->start[x]; r < train->s->start[x + 1]; r++) {
            if (!counts(train, x, r) || !ur_series_counts(train->s, r, c)) continue;
            double v = ur_series_get(train->s, r * w + c), counted = ur_series_weight(train->s, r);
            add(m, v, counted);
            if (!(counted > 0) || seen++ % each || k.n == LOOKED_AT) continue;
            weight[k.n] = counted;
            y[k.n++] = v;
        }
    given(g, l, fixed, known);
    memcpy(a, known, sizeof known);
    bool best = guess(l->dist, m, a);
    for (int i = 0; i < l->narg && i < ARGS; i++) {
        best &= !fixed[i];
        if (fixed[i]) a[i] = known[i];
    }
    int rc = best || !k.n ? 0 : look(&k, a, e);
    ur_free(y);
    return rc;
}

static int numbers(const unroll_model *u, const ur_like *l, size_t w, const rows *train, const rows *on, moments *m, double *sum,
                   double *count, ur_err *e)
{
    double a[ARGS];
    const ur_code *code = u->code ? &u->code[l->datum] : NULL;
    for (size_t c = 0; c < w; c++) {
        double own = code && code->scale ? log(code->scale[c]) : 0;
        TRY(constants(u->graph, l, w, c, train, m, a, e));
        for (size_t x = 0; x < on->x->n; x++)
            for (size_t r = on->s->start[x]; r < on->s->start[x + 1]; r++) {
                if (!counts(on, x, r)) continue;
                double weight = ur_series_weight(on->s, r);
                if (!(weight > 0)) continue;
                if (ur_series_counts(on->s, r, c)) *sum += weight * (nll(l->dist, ur_series_get(on->s, r * w + c), a) + own);
                *count += c == 0 ? weight : 0;
            }
    }
    return 0;
}

static int symbols(const unroll_model *m, int d, size_t w, const rows *train, const rows *on, double *sum, double *count,
                   ur_err *e)
{
    size_t n = (size_t)ur_vocab_size(m->code[d].vocab);
    double *f = ur_zalloc((n + 1) * sizeof *f), all = 0;
    if (!f) return ur_nomem(e);
    for (size_t x = 0; x < train->x->n; x++)
        for (size_t r = train->s->start[x]; r < train->s->start[x + 1]; r++)
            for (size_t c = 0; c < w && counts(train, x, r); c++) {
                int32_t id = train->s->sym[r * w + c];
                double weight = ur_series_weight(train->s, r);
                all += weight;
                if (id >= 0 && (size_t)id < n) f[id] += weight;
            }
    all += ur_symbols_possible(m, d, f, n);
    for (size_t x = 0; x < on->x->n; x++)
        for (size_t r = on->s->start[x]; r < on->s->start[x + 1]; r++) {
            if (!counts(on, x, r)) continue;
            for (size_t c = 0; c < w; c++) {
                int32_t id = on->s->sym[r * w + c];
                *sum -= ur_series_weight(on->s, r) * log(((id >= 0 && (size_t)id < n ? f[id] : 0) + 1) / all);
            }
            *count += ur_series_weight(on->s, r);
        }
    ur_free(f);
    return 0;
}

/* how far a raw column is from size 1, as a power of e; 0: near enough, or scaled */
static double far_from_1(const unroll_model *m, int d, const moments *a)
{
    double sd = sqrt(a->sq / a->n), size = fmax(sd, fabs(a->mean));
    return m->graph->data[d].kind != UR_RAW || (size < 30 && sd > 1.0 / 30) ? 0 : fmax(log(size), -log(sd));
}

static void explain(const unroll_model *m, int d, const moments *a, char *hint, size_t n)
{
    if (far_from_1(m, d, a) == 0) return;
    snprintf(hint, n, "%.60s is raw, with a mean of %.3g and a deviation of %.3g: `real` in place of `raw` scales it",
             m->graph->data[d].name, a->mean, sqrt(a->sq / a->n));
}

/* a given column, or one that is drawn by what takes any number */
static bool may_be_scaled(const ur_graph *g, int d)
{
    bool may = !UR_IS_SYMBOL(g->data[d].kind);
    for (int l = 0; l < g->nlike; l++)
        may = may && (g->like[l].datum != d || (!g->like[l].law && ur_dist_support(g->like[l].dist) == UR_SUPPORT_ANY));
    return may;
}

void ur_far_from_1(const unroll_model *m, const ur_examples *x, char *hint, size_t n)
{
    double most = 0;
    for (int d = 0; d < m->ndata; d++) {
        const ur_series *s = &x->series[d];
        size_t w = ur_datum_width(&m->graph->schema, &m->graph->data[d]);
        moments a = { 0 };
        for (size_t i = 0; may_be_scaled(m->graph, d) && s->start && i < s->nrow * w; i++) {
            if (!s->seen || s->seen[i / w]) add(&a, ur_series_get(s, i), 1);
        }
        if (a.n > 0 && far_from_1(m, d, &a) > most) explain(m, d, &a, hint, n);
        if (a.n > 0) most = fmax(most, far_from_1(m, d, &a));
    }
}

int ur_constant_loss(const unroll_model *m, const ur_examples *train, size_t before, const ur_examples *x, size_t xbefore,
                     double *loss, char *hint, size_t nhint, ur_err *e)
{
    const ur_graph *g = m->graph;
    double sum = 0, count = 0;
    int rc = 0;
    *loss = NAN;
    for (int l = 0; l < g->nlike; l++)
        if (g->like[l].law) return 0; /* of these no constants are looked for */
    for (int l = 0; !rc && l < g->nlike; l++) {
        int d = g->like[l].datum;
        const ur_datum *u = &g->data[d];
        size_t w = ur_datum_width(&g->schema, u);
        double mine = 0;
        rows from = { &train->series[d], train, before, u->nidx > 0 }, on = { &x->series[d], x, xbefore, u->nidx > 0 };
        if (UR_IS_SYMBOL(u->kind)) {
            rc = symbols(m, d, w, &from, &on, &sum, &mine, e);
        } else {
            moments a = { 0 };
            rc = numbers(m, &g->like[l], w, &from, &on, &a, &sum, &mine, e);
            if (!rc && ur_dist_support(g->like[l].dist) == UR_SUPPORT_ANY) explain(m, d, &a, hint, nhint);
        }
        count += mine;
    }
    *loss = count > 0 && isfinite(sum) ? sum / count : NAN;
    return rc;
}
