/* constant.c: the loss of a model that says the same at every row: what a fit has to be better than. Must not know how a fit goes
 * on. Of numbers on both sides of zero the normal of their mean and deviation; of positive ones that of their logarithms; rates,
 * shares and frequencies of the others. Invariant: it is −log p in own units, a mean over the same rows as a fit's loss. */
#include "model/fit/fit.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct moments {
    double n, mean, sq;
} moments; /* sq: sum of squares from the mean */

static void add(moments *a, double y)
{
    double off = y - a->mean;
    a->n++;
    a->mean += off / a->n;
    a->sq += off * (y - a->mean);
}

/* the shape is that of what is drawn: any distribution of such numbers has to be better than its simplest */
static double nll(ur_support of, const moments *a, double y)
{
    double v = a->sq / a->n, normal = 0.91893853320467274178 + 0.5 * log(v);
    switch (of) {
    case UR_SUPPORT_ANY: return normal + 0.5 * (y - a->mean) * (y - a->mean) / v;
    case UR_SUPPORT_POSITIVE: return normal + 0.5 * (log(y) - a->mean) * (log(y) - a->mean) / v + log(y);
    case UR_SUPPORT_FROM_0: return log(a->mean) + y / a->mean;
    case UR_SUPPORT_WHOLE: return ur_density(UR_POISSON, 0, y, a->mean, 0);
    case UR_SUPPORT_BIT: return y > 0 ? -log(a->mean) : -log1p(-a->mean);
    case UR_SUPPORT_UNIT: return 0;
    default: return NAN;
    }
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

static void numbers(ur_support of, size_t w, const rows *train, const rows *on, moments *a, double *sum, double *count)
{
    bool log_of = of == UR_SUPPORT_POSITIVE;
    memset(a, 0, w * sizeof *a);
    for (size_t x = 0; x < train->x->n; x++)
        for (size_t r = train->s->start[x]; r < train->s->start[x + 1]; r++)
            for (size_t c = 0; c < w && counts(train, x, r); c++)
                add(&a[c], log_of ? log(ur_series_get(train->s, r * w + c)) : ur_series_get(train->s, r * w + c));
    for (size_t x = 0; x < on->x->n; x++)
        for (size_t r = on->s->start[x]; r < on->s->start[x + 1]; r++) {
            if (!counts(on, x, r)) continue;
            for (size_t c = 0; c < w; c++) *sum += nll(of, &a[c], ur_series_get(on->s, r * w + c));
            ++*count;
        }
}

/* The start never occurs, the end where sequences have one, the unknown in sequences: labels are kept whole. A symbol that the
 * fit met can. */
double ur_symbols_possible(const unroll_model *m, int d, const double *count, size_t n)
{
    const ur_schema *g = &m->graph->schema;
    double possible = 0;
    for (size_t i = 0; i < n; i++) {
        bool can = i == UR_SYM_UNKNOWN ? !ur_is_label(g, d)
                   : i == UR_SYM_END   ? ur_symbol_first(g, d) == UR_SYM_END && !m->code[d].endless
                                       : i != UR_SYM_START;
        possible += can || count[i] > 0;
    }
    return possible;
}

static int symbols(const unroll_model *m, int d, size_t w, const rows *train, const rows *on, double *sum, double *count,
                   ur_err *e)
{
    size_t n = (size_t)ur_vocab_size(m->code[d].vocab);
    double *f = ur_zalloc((n + 1) * sizeof *f), all = 0;
    if (!f) return ur_nomem(e);
    for (size_t x = 0; x < train->x->n; x++)
        for (size_t r = train->s->start[x]; r < train->s->start[x + 1]; r++)
            for (size_t c = 0; c < w && counts(train, x, r); c++, all++)
                if (train->s->sym[r * w + c] >= 0 && (size_t)train->s->sym[r * w + c] < n) f[train->s->sym[r * w + c]]++;
    all += ur_symbols_possible(m, d, f, n);
    for (size_t x = 0; x < on->x->n; x++)
        for (size_t r = on->s->start[x]; r < on->s->start[x + 1]; r++) {
            if (!counts(on, x, r)) continue;
            for (size_t c = 0; c < w; c++) {
                int32_t id = on->s->sym[r * w + c];
                *sum -= log(((id >= 0 && (size_t)id < n ? f[id] : 0) + 1) / all);
            }
            ++*count;
        }
    ur_free(f);
    return 0;
}

static void explain(const unroll_model *m, int d, const moments *a, char *hint, size_t n)
{
    double sd = sqrt(a->sq / a->n), size = fmax(sd, fabs(a->mean));
    if (m->graph->data[d].kind != UR_RAW || (size < 30 && sd > 1.0 / 30)) return;
    snprintf(hint, n, "%.60s is raw, with a mean of %.3g and a deviation of %.3g: `real` in place of `raw` scales it",
             m->graph->data[d].name, a->mean, sd);
}

int ur_constant_loss(const unroll_model *m, const ur_examples *train, size_t before, const ur_examples *x, size_t xbefore,
                     double *loss, char *hint, size_t nhint, ur_err *e)
{
    const ur_graph *g = m->graph;
    double sum = 0, count = 0;
    int rc = 0;
    for (int l = 0; !rc && l < g->nlike; l++) {
        int d = g->like[l].datum;
        const ur_datum *u = &g->data[d];
        size_t w = ur_datum_width(&g->schema, u);
        double mine = 0;
        rows from = { &train->series[d], train, before, u->nidx > 0 }, on = { &x->series[d], x, xbefore, u->nidx > 0 };
        if (UR_IS_SYMBOL(u->kind)) {
            rc = symbols(m, d, w, &from, &on, &sum, &mine, e);
        } else {
            moments *a = ur_alloc((w + 1) * sizeof *a);
            ur_support of = ur_dist_support(g->like[l].dist);
            if (!a) return ur_nomem(e);
            numbers(of, w, &from, &on, a, &sum, &mine);
            if (of == UR_SUPPORT_ANY) explain(m, d, a, hint, nhint);
            ur_free(a);
        }
        sum += mine * ur_log_scale(m, d);
        count += mine;
    }
    *loss = count > 0 && isfinite(sum) ? sum / count : NAN;
    return rc;
}
