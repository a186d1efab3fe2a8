/* Distributions: their names and arguments, means, quantiles and counter-based draws. Densities are no concern of this file (density.c, and
 * what lang writes as operators). Invariant: a draw depends on (seed, step, example, site, counter) alone.
 *   normal(mean, sd) laplace(mean, scale) student_t(mean, scale, df) bernoulli(logit) poisson(rate) exponential(rate)
 *   negative_binomial(mean, dispersion): variance mean + dispersion·mean²   lognormal(m, s): exp of normal(m, s)
 *   gamma(shape, rate)  beta(a, b)  uniform(low, high)  categorical(logits) */
#include "math/math.h"
#include <math.h>
#include <string.h>

static const struct { const char *name; int nargs; } dists[UR_NDIST] = {
    [UR_NORMAL] = { "normal", 2 }, [UR_LAPLACE] = { "laplace", 2 }, [UR_STUDENT_T] = { "student_t", 3 }, [UR_CATEGORICAL] = { "categorical", 1 },
    [UR_BERNOULLI] = { "bernoulli", 1 }, [UR_POISSON] = { "poisson", 1 }, [UR_NEGATIVE_BINOMIAL] = { "negative_binomial", 2 },
    [UR_LOGNORMAL] = { "lognormal", 2 }, [UR_GAMMA] = { "gamma", 2 }, [UR_BETA] = { "beta", 2 }, [UR_EXPONENTIAL] = { "exponential", 1 },
    [UR_UNIFORM] = { "uniform", 2 },
};
int ur_dist_nargs(ur_dist d) { return (unsigned)d < UR_NDIST ? dists[d].nargs : 0; }
const char *ur_dist_name(ur_dist d) { return (unsigned)d < UR_NDIST ? dists[d].name : "?"; }

double ur_dist_mean(ur_dist d, const double *a)
{
    switch (d) {
    case UR_NORMAL: case UR_LAPLACE: case UR_STUDENT_T: case UR_POISSON: case UR_NEGATIVE_BINOMIAL: return a[0];
    case UR_BERNOULLI: return ur_op_eval1(UR_SIGMOID, a[0]);
    case UR_LOGNORMAL: return exp(a[0] + a[1] * a[1] / 2);
    case UR_GAMMA: return a[0] / a[1];
    case UR_BETA: return a[0] / (a[0] + a[1]);
    case UR_EXPONENTIAL: return 1 / a[0];
    case UR_UNIFORM: return (a[0] + a[1]) / 2;
    default: return NAN;
    }
}

bool ur_dist_whole(ur_dist d) { return d == UR_BERNOULLI || d == UR_POISSON || d == UR_NEGATIVE_BINOMIAL; }

/* modes: of a Poisson ⌊rate⌋; of a negative binomial ⌊m (1 − a)⌋, which is ⌊(r − 1) m / r⌋ with r = 1/a; of two equally likely numbers the
 * larger for these, 0 for a Bernoulli */
double ur_dist_likeliest(ur_dist d, const double *a)
{
    switch (d) {
    case UR_BERNOULLI: return isnan(a[0]) ? a[0] : a[0] > 0;
    case UR_POISSON: return floor(a[0]);
    case UR_NEGATIVE_BINOMIAL: return a[1] < 1 ? floor(a[0] * (1 - a[1])) : isnan(a[0] + a[1]) ? NAN : 0;
    default: return ur_dist_mean(d, a);
    }
}

bool ur_dist_likeliest_is_first(ur_dist d) { return d == UR_NORMAL || d == UR_LAPLACE || d == UR_STUDENT_T; }

/* ---- a stream of numbers for methods that need more than one: keyed by the first */
typedef struct stream { uint64_t seed; uint32_t step, example, site, next; } stream;
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

/* by inversion where small; else Hörmann's PTRS, "The transformed rejection method for generating Poisson random variables" (1993) */
static double poisson_draw(stream *s, double rate)
{
    if (!(rate >= 0) || rate > 1e15) return rate >= 0 ? rate : NAN;
    if (rate < 12) {
        double p = exp(-rate), u = uniform(s);
        int k = 0;
        for (double c = p; u > c && k < 1000; c += p) p *= rate / ++k;
        return k;
    }
    double b = 0.931 + 2.53 * sqrt(rate), a = -0.059 + 0.02483 * b, inverse = 1.1239 + 1.1328 / (b - 3.4), vr = 0.9277 - 3.6224 / (b - 2);
    for (int tries = 0; tries < 1000; tries++) {
        double u = uniform(s) - 0.5, v = uniform(s), us = 0.5 - fabs(u), k = floor((2 * a / us + b) * u + rate + 0.43);
        if (us >= 0.07 && v <= vr) return k;
        if (k < 0 || (us < 0.013 && v > us)) continue;
        if (log(v * inverse / (a / (us * us) + b)) <= -ur_density(UR_POISSON, 0, k, rate, 0)) return k;
    }
    return floor(rate);
}

double ur_dist_draw(ur_dist d, const double *a, const ur_draw_options *o, uint32_t step, uint32_t example, uint32_t site, uint32_t counter)
{
    if (!o || o->mode == 0) return ur_dist_likeliest(d, a);
    double u = ur_uniform(o->seed, step, example, site, counter);
    stream s = stream_at(o->seed, step, example, site, counter);
    switch (d) {
    case UR_NORMAL: return a[0] + a[1] * ur_normal(o->seed, step, example, site, counter);
    case UR_LOGNORMAL: return exp(a[0] + a[1] * ur_normal(o->seed, step, example, site, counter));
    case UR_LAPLACE: case UR_EXPONENTIAL: case UR_UNIFORM: return ur_dist_quantile(d, a, u);
    case UR_BERNOULLI: return u < ur_op_eval1(UR_SIGMOID, a[0]) ? 1 : 0;
    case UR_STUDENT_T: { double z = normal(&s); return a[0] + a[1] * z / sqrt(2 * gamma_draw(&s, a[2] / 2) / a[2]); }
    case UR_GAMMA: return gamma_draw(&s, a[0]) / a[1];
    case UR_BETA: { double x = gamma_draw(&s, a[0]), y = gamma_draw(&s, a[1]); return x / (x + y); }
    case UR_POISSON: return poisson_draw(&s, a[0]);
    case UR_NEGATIVE_BINOMIAL: return poisson_draw(&s, a[1] > 0 ? gamma_draw(&s, 1 / a[1]) * a[0] * a[1] : a[0]);
    default: return NAN;
    }
}

/* ---- symbols */
static int32_t most_likely(const double *logits, int n)
{
    int32_t best = 0;
    for (int i = 1; i < n; i++) if (logits[i] > logits[best] || isnan(logits[best])) best = i;
    return best;
}

/* the k-th largest of p[0..n): what top_k keeps. Selection by bisection on the value: exact, since it ends between two entries. */
static double kth_largest(const double *p, int n, int k)
{
    double low = 0, high = 1;
    for (int round = 0; round < 1100; round++) {
        double mid = low + (high - low) / 2;
        if (!(mid > low && mid < high)) break;
        int count = 0;
        for (int i = 0; i < n; i++) count += p[i] >= mid;
        if (count >= k) low = mid; else high = mid;
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
        for (int i = 0; i < n; i++) if (p[i] >= mid) sum += p[i];
        if (sum >= mass) low = mid; else high = mid;
    }
    return low;
}

static double keep_from(double *p, int n, double bound)
{
    double sum = 0;
    for (int i = 0; i < n; i++) { if (p[i] < bound) p[i] = 0; sum += p[i]; }
    for (int i = 0; i < n; i++) p[i] /= sum;
    return sum;
}

static int32_t draw(const double *logits, int n, const ur_draw_options *o, uint32_t step, uint32_t example, uint32_t site, uint32_t counter, double *p)
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

int32_t ur_symbol_draw_at(const double *logits, int n, const ur_draw_options *o, uint32_t step, uint32_t example, uint32_t site, uint32_t counter, double *p)
{
    int from = o && o->from < n ? o->from : 0;
    int32_t k = from + draw(logits + from, n - from, o, step, example, site, counter, p);
    return isfinite(logits[k]) ? k : 0;
}

int32_t ur_symbol_draw(const double *logits, int n, const ur_draw_options *o, uint32_t step, uint32_t example, uint32_t site, double *scratch)
{
    return ur_symbol_draw_at(logits, n, o, step, example, site, 0, scratch);
}
