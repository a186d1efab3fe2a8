/* Distributions (dists.def): what they draw, means and counter-based draws. Densities are no concern of this file (density.c, and
 * what lang writes as operators). Invariant: a draw depends on (seed, step, example, site, counter) alone. */
#include "math/math.h"
#include <math.h>
#include <string.h>

typedef struct entry {
    const char *name;
    ur_support support;
    bool location;
    int nargs;
    const char *arg[3];
} entry;
#define ARGS1(k1, n1)                                                                                                            \
    1, { n1 }
#define ARGS2(k1, n1, k2, n2)                                                                                                    \
    2, { n1, n2 }
#define ARGS3(k1, n1, k2, n2, k3, n3)                                                                                            \
    3, { n1, n2, n3 }
/* clang-format off */
static const entry dists[UR_NDIST] = {
/* clang-format off */
#define DIST(ID, name, support, location, arguments, nlp, below, above, mean, centre, mode, draw, quantile, moved) [UR_##ID] = { name, support, location, arguments },
#include "math/dists.def"
    /* clang-format on */
};
/* clang-format on */

int ur_dist_nargs(ur_dist d) { return (unsigned)d < UR_NDIST ? dists[d].nargs : 0; }
const char *ur_dist_name(ur_dist d) { return (unsigned)d < UR_NDIST ? dists[d].name : "?"; }
const char *ur_dist_arg_name(ur_dist d, int k) { return k >= 0 && k < ur_dist_nargs(d) ? dists[d].arg[k] : "?"; }
ur_support ur_dist_support(ur_dist d) { return (unsigned)d < UR_NDIST ? dists[d].support : UR_SUPPORT_ANY; }
bool ur_dist_is_location(ur_dist d) { return (unsigned)d < UR_NDIST && dists[d].location; }

bool ur_dist_whole(ur_dist d)
{
    ur_support s = ur_dist_support(d);
    return s == UR_SUPPORT_WHOLE || s == UR_SUPPORT_BIT;
}

const char *ur_support_words(ur_support s)
{
    static const char *const words[] = {
        [UR_SUPPORT_POSITIVE] = "positive numbers",
        [UR_SUPPORT_FROM_0] = "numbers from 0",
        [UR_SUPPORT_UNIT] = "numbers between 0 and 1",
        [UR_SUPPORT_WHOLE] = "whole numbers from 0",
        [UR_SUPPORT_BIT] = "0 or 1",
        [UR_SUPPORT_SYMBOL] = NULL,
    };
    return words[s];
}

bool ur_supports(ur_support s, double v)
{
    switch (s) {
    case UR_SUPPORT_POSITIVE: return v > 0;
    case UR_SUPPORT_FROM_0: return v >= 0;
    case UR_SUPPORT_UNIT: return v > 0 && v < 1;
    case UR_SUPPORT_WHOLE: return v >= 0 && v == floor(v);
    case UR_SUPPORT_BIT: return v == 0 || v == 1;
    default: return true;
    }
}

double ur_dist_mean(ur_dist d, const double *a)
{
    switch (d) {
/* clang-format off */
#define DIST(ID, name, support, location, arguments, nlp, below, above, mean, centre, mode, draw, quantile, moved) case UR_##ID: return mean;
#include "math/dists.def"
        /* clang-format on */
    default: return NAN;
    }
}

double ur_dist_likeliest(ur_dist d, const double *a)
{
    switch (d) {
/* clang-format off */
#define MEAN ur_dist_mean(d, a)
#define DIST(ID, name, support, location, arguments, nlp, below, above, mean, centre, mode, draw, quantile, moved) case UR_##ID: return mode;
#include "math/dists.def"
        /* clang-format on */
    default: return NAN;
    }
}

/* ---- a stream of numbers for methods that need more than one: keyed by the first */
typedef struct stream {
    uint64_t seed;
    uint32_t step, example, site, next;
} stream;
static stream stream_at(uint64_t seed, uint32_t step, uint32_t example, uint32_t site, uint32_t counter)
{
    stream s = { .step = step, .example = example, .site = site };
    double u = ur_uniform(seed, step, example, site, counter);
    memcpy(&s.seed, &u, sizeof s.seed);
    return s;
}
static double uniform(stream *s) { return ur_uniform(s->seed, s->step, s->example, s->site, s->next++); }
static double normal(stream *s) { return ur_normal(s->seed, s->step, s->example, s->site, s->next++); }

/* Marsaglia and Tsang, "A simple method for generating gamma variables" (2000); unit rate */
static double gamma_draw(stream *s, double shape)
{
    if (!(shape > 0) || !isfinite(shape)) return NAN;
    if (shape < 1) return gamma_draw(s, shape + 1) * pow(uniform(s), 1 / shape);
    double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (int tries = 0; tries < 1000; tries++) {
        double x = normal(s), v = 1 + c * x;
        if (v <= 0) continue;
        v = v * v * v;
        if (log(uniform(s)) < 0.5 * x * x + d - d * v + d * log(v)) return d * v;
    }
    return shape;
}

/* by inversion where small; else Hörmann's PTRS, "The transformed rejection method for generating Poisson random variables"
 * (1993) */
static double poisson_draw(stream *s, double rate)
{
    if (!(rate >= 0) || rate > 1e15) return rate >= 0 ? rate : NAN;
    if (rate < 12) {
        double p = exp(-rate), u = uniform(s);
        int k = 0;
        for (double c = p; u > c && k < 1000; c += p) p *= rate / ++k;
        return k;
    }
    double b = 0.931 + 2.53 * sqrt(rate), a = -0.059 + 0.02483 * b, inverse = 1.1239 + 1.1328 / (b - 3.4),
           vr = 0.9277 - 3.6224 / (b - 2);
    for (int tries = 0; tries < 1000; tries++) {
        double u = uniform(s) - 0.5, v = uniform(s), us = 0.5 - fabs(u), k = floor((2 * a / us + b) * u + rate + 0.43);
        if (us >= 0.07 && v <= vr) return k;
        if (k < 0 || (us < 0.013 && v > us)) continue;
        if (log(v * inverse / (a / (us * us) + b)) <= -ur_density(UR_POISSON, 0, k, rate, 0)) return k;
    }
    return floor(rate);
}

static double negative_binomial_draw(stream *s, const double *a)
{
    return poisson_draw(s, a[1] > 0 ? gamma_draw(s, 1 / a[1]) * a[0] * a[1] : a[0]);
}

static double t_draw(stream *s, const double *a)
{
    double z = normal(s);
    return a[0] + a[1] * z / sqrt(2 * gamma_draw(s, a[2] / 2) / a[2]);
}

static double beta_draw(stream *s, const double *a)
{
    double x = gamma_draw(s, a[0]), y = gamma_draw(s, a[1]);
    return x / (x + y);
}

double ur_dist_draw(ur_dist d, const double *a, const ur_draw_options *o, uint32_t step, uint32_t example, uint32_t site,
                    uint32_t counter)
{
    if (!o || o->mode == 0) return ur_dist_likeliest(d, a);
    switch (d) {
/* clang-format off */
#define U ur_uniform(o->seed, step, example, site, counter)
#define N ur_normal(o->seed, step, example, site, counter)
#define S ((stream[1]){ stream_at(o->seed, step, example, site, counter) })
#define QUANTILE ur_dist_quantile(d, a, U)
#define DIST(ID, name, support, location, arguments, nlp, below, above, mean, centre, mode, draw, quantile, moved) case UR_##ID: return draw;
#include "math/dists.def"
        /* clang-format on */
    default: return NAN;
    }
}

/* ---- symbols */
static int32_t most_likely(const double *logits, int n)
{
    int32_t best = 0;
    for (int i = 1; i < n; i++)
        if (logits[i] > logits[best] || isnan(logits[best])) best = i;
    return best;
}

/* the k-th largest of p[0..n): what top_k keeps. Selection by bisection on the value: exact, since it ends between two entries.
 */
static double kth_largest(const double *p, int n, int k)
{
    double low = 0, high = 1;
    for (int round = 0; round < 1100; round++) {
        double mid = low + (high - low) / 2;
        if (!(mid > low && mid < high)) break;
        int count = 0;
        for (int i = 0; i < n; i++) count += p[i] >= mid;
        if (count >= k) low = mid;
        else high = mid;
    }
    return low;
}

/* the largest bound such that the entries ≥ it add to at least `mass`: the nucleus (Holtzman et al., 2020) */
static double nucleus(const double *p, int n, double mass)
{
    double low = 0, high = 1;
    for (int round = 0; round < 1100; round++) {
        double mid = low + (high - low) / 2, sum = 0;
        if (!(mid > low && mid < high)) break;
        for (int i = 0; i < n; i++)
            if (p[i] >= mid) sum += p[i];
        if (sum >= mass) low = mid;
        else high = mid;
    }
    return low;
}

static double keep_from(double *p, int n, double bound)
{
    double sum = 0;
    for (int i = 0; i < n; i++) {
        if (p[i] < bound) p[i] = 0;
        sum += p[i];
    }
    for (int i = 0; i < n; i++) p[i] /= sum;
    return sum;
}

static int32_t draw(const double *logits, int n, const ur_draw_options *o, uint32_t step, uint32_t example, uint32_t site,
                    uint32_t counter, double *p)
{
    if (n <= 1) return 0;
    int32_t best = most_likely(logits, n);
    if (!o || o->mode == 0 || o->temperature < 0 || !isfinite(logits[best])) return best;
    double t = o->temperature > 0 ? o->temperature : 1;
    for (int i = 0; i < n; i++) p[i] = exp((logits[i] - logits[best]) / t);
    keep_from(p, n, 0);
    if (o->top_k > 0 && o->top_k < n) keep_from(p, n, kth_largest(p, n, o->top_k));
    if (o->top_p > 0 && o->top_p < 1) keep_from(p, n, nucleus(p, n, o->top_p));
    double u = ur_uniform(o->seed, step, example, site, counter), c = 0;
    int32_t last = best;
    for (int i = 0; i < n; i++) {
        if (!(p[i] > 0)) continue;
        c += p[i];
        last = i;
        if (u < c) return i;
    }
    return last;
}

int32_t ur_symbol_draw_at(const double *logits, int n, const ur_draw_options *o, uint32_t step, uint32_t example, uint32_t site,
                          uint32_t counter, double *p)
{
    int from = o && o->from < n ? o->from : 0;
    int32_t k = from + draw(logits + from, n - from, o, step, example, site, counter, p);
    return isfinite(logits[k]) ? k : 0;
}

double ur_symbols_lse(const double *logits, size_t n, unsigned never)
{
    double most = -INFINITY, sum = 0;
    for (size_t i = 0; i < n; i++)
        if (i >= 8 * sizeof never || !(never >> i & 1)) most = fmax(most, logits[i]);
    for (size_t i = 0; i < n; i++)
        if (i >= 8 * sizeof never || !(never >> i & 1)) sum += exp(logits[i] - most);
    return most + log(sum);
}

int32_t ur_symbol_draw(const double *logits, int n, const ur_draw_options *o, uint32_t step, uint32_t example, uint32_t site,
                       double *scratch)
{
    return ur_symbol_draw_at(logits, n, o, step, example, site, 0, scratch);
}
