/* Distributions made of distributions: means and draws. Densities are no concern of this file (lang makes them). Invariant: a
 * draw depends on (seed, step, example, site, position) and the node of the tree alone. */
#include "math/math.h"
#include <math.h>
#include <string.h>

static const char *const names[UR_NLAW] = { [UR_LAW_POINT] = "point",       [UR_LAW_MIXTURE] = "mixture",
                                            [UR_LAW_CENSORED] = "censored", [UR_LAW_JOINT] = "normal with a factor",
                                            [UR_LAW_QUANTILE] = "quantile", [UR_LAW_DENSITY] = "density",
                                            [UR_LAW_POINTER] = "a position" };

int ur_law_named(const char *name)
{
    for (int k = 0; k < UR_NLAW; k++)
        if (names[k] && !strcmp(names[k], name)) return k;
    for (int d = 0; d < UR_NDIST; d++)
        if (!strcmp(ur_dist_name((ur_dist)d), name)) return UR_LAW_PLAIN;
    return -1;
}

const char *ur_law_name(const ur_law *l)
{
    return l->chosen ? "of several distributions" : l->kind == UR_LAW_PLAIN ? ur_dist_name(l->dist) : names[l->kind];
}

bool ur_law_whole(const ur_law *l)
{
    bool whole = l->kind != UR_LAW_PLAIN || ur_dist_whole(l->dist), any = l->kind == UR_LAW_PLAIN || l->kind == UR_LAW_POINTER;
    for (int k = 0; k < l->nkid; k++) {
        bool point = l->kid[k]->kind == UR_LAW_POINT;
        any = any || !point;
        whole = whole && (point || ur_law_whole(l->kid[k]));
    }
    return whole && any;
}

bool ur_law_pinball(const ur_law *l)
{
    bool any = l->kind == UR_LAW_QUANTILE;
    for (int k = 0; k < l->nkid; k++) any = any || ur_law_pinball(l->kid[k]);
    return any;
}

bool ur_law_undivided(const ur_law *l)
{
    bool any = l->kind == UR_LAW_DENSITY || l->kind == UR_LAW_POINTER;
    for (int k = 0; k < l->nkid; k++) any = any || ur_law_undivided(l->kid[k]);
    return any;
}

bool ur_law_spreads(const ur_law *l)
{
    if (l->kind == UR_LAW_QUANTILE) return true;
    bool all = l->kind == UR_LAW_PLAIN ? !ur_dist_whole(l->dist) : l->kind != UR_LAW_POINT && l->kind != UR_LAW_POINTER;
    for (int k = 0; k < l->nkid; k++) all = all && ur_law_spreads(l->kid[k]);
    return all;
}

bool ur_law_supports(const ur_law *l, double v)
{
    if (l->kind == UR_LAW_PLAIN) return ur_supports(ur_dist_support(l->dist), v);
    if (l->kind == UR_LAW_POINTER) return ur_supports(UR_SUPPORT_WHOLE, v) && v >= 1;
    bool any = l->kind == UR_LAW_POINT || l->kind == UR_LAW_JOINT ||
               l->kind == UR_LAW_DENSITY; /* where that lies, its argument says */
    for (int k = 0; k < l->nkid; k++) any = any || ur_law_supports(l->kid[k], v);
    return any;
}

ur_support ur_law_support(const ur_law *l)
{
    if (l->kind == UR_LAW_PLAIN) return ur_dist_support(l->dist);
    if (l->kind == UR_LAW_POINTER) return UR_SUPPORT_WHOLE;
    for (int k = 0; k < l->nkid; k++)
        if (ur_law_support(l->kid[k]) != UR_SUPPORT_ANY) return ur_law_support(l->kid[k]);
    return UR_SUPPORT_ANY;
}

/* ---- one component */
static double argument(const ur_law *l, const double *args, int k, size_t comp) { return args[l->at[k][comp]]; }

static void plain_arguments(const ur_law *l, const double *args, size_t comp, double *a)
{
    for (int k = 0; k < ur_dist_nargs(l->dist); k++) a[k] = argument(l, args, k, comp);
}

/* the probability of kid k of a mixture: Σ over k is 1 */
static double chance(const ur_law *l, const double *args, size_t comp, int k)
{
    double most = -INFINITY, sum = 0;
    for (int i = 0; i < l->nkid; i++) most = fmax(most, args[l->logit[i][comp]]);
    for (int i = 0; i < l->nkid; i++) sum += exp(args[l->logit[i][comp]] - most);
    return exp(args[l->logit[k][comp]] - most) / sum;
}

bool ur_law_known(const ur_law *l, const double *args, size_t comp)
{
    if (l->kind == UR_LAW_CENSORED) return !argument(l, args, 0, comp) && !argument(l, args, 1, comp);
    bool known = true;
    for (int k = 0; k < l->nkid && l->kind == UR_LAW_MIXTURE; k++)
        known = known && (ur_law_known(l->kid[k], args, comp) || !(chance(l, args, comp, k) > 0));
    return known;
}

/* ---- quantiles: sorted, between them by straight lines, beyond the outermost nothing */
static double level(const ur_law *l, const double *args, size_t comp, int k) { return args[l->logit[k][comp]]; }

/* the k-th smallest level, or (by 1) value; counted from 0 */
static double ranked(const ur_law *l, const double *args, size_t comp, int k, bool by_value)
{
    double v = NAN;
    for (int i = 0; i < l->nkid; i++) {
        int below = 0;
        v = by_value ? argument(l->kid[i], args, 0, comp) : level(l, args, comp, i);
        for (int j = 0; j < l->nkid; j++) {
            double w = by_value ? argument(l->kid[j], args, 0, comp) : level(l, args, comp, j);
            below += w < v || (w == v && j < i);
        }
        if (below == k) return v;
    }
    return v; /* one is no number */
}

/* piece k of them, counted from 0, from level a to b, where the value is u to v; false: there is none */
static bool piece(const ur_law *l, const double *args, size_t comp, int k, double *a, double *b, double *u, double *v)
{
    int n = l->nkid;
    if (k > n) return false;
    *a = k ? ranked(l, args, comp, k - 1, false) : 0;
    *b = k < n ? ranked(l, args, comp, k, false) : 1;
    *u = ranked(l, args, comp, k ? k - 1 : 0, true);
    *v = ranked(l, args, comp, k < n ? k : n - 1, true);
    return true;
}

static double quantile(const ur_law *l, const double *args, size_t comp, double p)
{
    double a, b, u, v;
    for (int k = 0; piece(l, args, comp, k, &a, &b, &u, &v); k++)
        if (p <= b && b > a) return u + (v - u) * (p - a) / (b - a);
    return v;
}

/* the continuous ranked probability score is twice the integral of the pinball loss over all levels; of a straight piece it is a
 * parabola, on either side of y, which three values give */
static double pinball_from(double y, double a, double b, double u, double v)
{
    double s = 0, p = a, q = u;
    for (int k = 0; k < 3; k++, p += 0.5 * (b - a), q += 0.5 * (v - u))
        s += (k == 1 ? 4 : 1) * (y - q) * (0.5 * (u + v) <= y ? p : p - 1);
    return s * (b - a) / 6;
}

static double crps_of_quantiles(const ur_law *l, const double *args, size_t comp, double y)
{
    double a, b, u, v, sum = 0;
    for (int k = 0; piece(l, args, comp, k, &a, &b, &u, &v); k++) {
        double at = u < y && y < v ? a + (b - a) * (y - u) / (v - u) : a, mid = at > a ? y : u;
        sum += pinball_from(y, a, at, u, mid) + pinball_from(y, at, b, mid, v);
    }
    return 2 * sum;
}

static double mean_of_quantiles(const ur_law *l, const double *args, size_t comp)
{
    double a, b, u, v, sum = 0;
    for (int k = 0; piece(l, args, comp, k, &a, &b, &u, &v); k++) sum += (b - a) * 0.5 * (u + v);
    return sum;
}

double ur_law_mean(const ur_law *l, const double *args, size_t comp)
{
    double a[UR_MAX_LAW_ARGS], sum = 0;
    switch (l->kind) {
    case UR_LAW_PLAIN: plain_arguments(l, args, comp, a); return ur_dist_mean(l->dist, a);
    case UR_LAW_POINT:
    case UR_LAW_DENSITY:
    case UR_LAW_POINTER:
    case UR_LAW_JOINT: return argument(l, args, 0, comp);
    case UR_LAW_CENSORED: return ur_law_mean(l->kid[0], args, comp);
    case UR_LAW_QUANTILE: return mean_of_quantiles(l, args, comp);
    default: break;
    }
    for (int k = 0; k < l->nkid; k++) {
        double p = chance(l, args, comp, k);
        if (p > 0 || isnan(p)) sum += p * ur_law_mean(l->kid[k], args, comp);
    }
    return sum;
}

/* of whole numbers and points, how probable v is */
static double probability(const ur_law *l, const double *args, size_t comp, double v)
{
    double a[UR_MAX_LAW_ARGS] = { 0 }, sum = 0;
    switch (l->kind) {
    case UR_LAW_PLAIN:
        plain_arguments(l, args, comp, a);
        if (l->dist != UR_BERNOULLI) return ur_supports(UR_SUPPORT_WHOLE, v) ? exp(-ur_density(l->dist, 0, v, a[0], a[1])) : 0;
        return v == 1 || v == 0 ? ur_op_eval1(UR_SIGMOID, v > 0 ? a[0] : -a[0]) : 0;
    case UR_LAW_POINT:
    case UR_LAW_POINTER: return argument(l, args, 0, comp) == v;
    case UR_LAW_CENSORED: return probability(l->kid[0], args, comp, v);
    default: break;
    }
    for (int k = 0; k < l->nkid; k++) sum += chance(l, args, comp, k) * probability(l->kid[k], args, comp, v);
    return sum;
}

/* where whole numbers that may be likeliest lie: between the modes of what it is made of, each of which has one */
static void modes(const ur_law *l, const double *args, size_t comp, double *low, double *high)
{
    double a[UR_MAX_LAW_ARGS], v;
    for (int k = 0; k < l->nkid; k++) modes(l->kid[k], args, comp, low, high);
    if (l->nkid) return;
    if (l->kind == UR_LAW_PLAIN) plain_arguments(l, args, comp, a);
    v = l->kind != UR_LAW_PLAIN ? argument(l, args, 0, comp) : ur_dist_likeliest(l->dist, a);
    *low = fmin(*low, v);
    *high = fmax(*high, v);
}

static double likeliest(const ur_law *l, const double *args, size_t comp)
{
    enum { MOST = 100000 };
    double low = INFINITY, high = -INFINITY, best = NAN, most = -1;
    if (!ur_law_whole(l) || isnan(ur_law_mean(l, args, comp))) return ur_law_mean(l, args, comp);
    modes(l, args, comp, &low, &high);
    double step = ceil((high - low) / MOST);
    for (double v = low; v <= high; v += step > 1 ? step : 1) {
        double p = probability(l, args, comp, v);
        if (p <= most) continue;
        most = p;
        best = v;
    }
    return best;
}

/* ---- draws */
typedef struct key {
    const ur_draw_options *o;
    uint32_t step, example, site, counter;
} key;

/* of m + L e, e the same for all components that are drawn together */
static double joint(const ur_law *l, const double *args, const ur_draw_options *o, const key *k, size_t from, size_t comp)
{
    static const double standard[2] = { 0, 1 };
    double sum = argument(l, args, 0, comp);
    const double *row = args + l->at[1][comp];
    for (size_t j = 0; j <= comp - from; j++)
        sum += row[j] * ur_dist_draw(UR_NORMAL, standard, o, k->step, k->example, k->site, k->counter + (uint32_t)(from + j));
    return sum;
}

static double draw(const ur_law *l, const double *args, const key *k, size_t from, size_t comp)
{
    double a[UR_MAX_LAW_ARGS], sum = 0;
    ur_draw_options o = *k->o;
    o.seed = l->number ? ur_random_at(o.seed, l->number) : o.seed;
    switch (l->kind) {
    case UR_LAW_PLAIN:
        plain_arguments(l, args, comp, a);
        return ur_dist_draw(l->dist, a, &o, k->step, k->example, k->site, k->counter + (uint32_t)comp);
    case UR_LAW_POINT: return argument(l, args, 0, comp);
    case UR_LAW_CENSORED: return draw(l->kid[0], args, k, from, comp);
    case UR_LAW_DENSITY:
    case UR_LAW_POINTER: return argument(l, args, 1, comp);
    case UR_LAW_JOINT: return joint(l, args, &o, k, from, comp);
    case UR_LAW_QUANTILE:
        return quantile(l, args, comp, ur_uniform(o.seed, k->step, k->example, k->site, k->counter + (uint32_t)comp));
    default: break;
    }
    double u = ur_uniform(o.seed, k->step, k->example, k->site, k->counter + (uint32_t)from);
    int last = 0;
    for (int i = 0; i < l->nkid; i++) {
        double p = chance(l, args, from, i);
        if (isnan(p)) return NAN;
        if (p > 0) last = i;
        sum += p;
        if (u < sum) break;
    }
    return draw(l->kid[last], args, k, from, comp);
}

void ur_law_draw(const ur_law *l, const double *args, const ur_draw_options *o, uint32_t step, uint32_t example, uint32_t site,
                 uint32_t at, double *out)
{
    key k = { o, step, example, site, at * (uint32_t)l->width };
    for (size_t c = 0; c < l->width; c++)
        out[c] = o && o->mode ? draw(l, args, &k, c - c % l->together, c) : likeliest(l, args, c);
}

/* ---- scores */
/* E |x| of a normal */
static double mean_size(double mean, double sd)
{
    double z = mean / sd;
    return mean * erf(z / 1.41421356237309504880) + 2 * sd * exp(-0.5 * z * z) / 2.50662827463100050242;
}

/* is one component normal? *mean, *sd: how */
static bool normal_by(const ur_law *l, const double *args, size_t comp, double *mean, double *sd)
{
    if (l->kind != UR_LAW_JOINT && (l->kind != UR_LAW_PLAIN || l->dist != UR_NORMAL)) return false;
    *mean = argument(l, args, 0, comp);
    *sd = l->kind == UR_LAW_PLAIN ? argument(l, args, 1, comp) : 0;
    for (size_t j = 0; l->kind == UR_LAW_JOINT && j <= comp % l->together; j++) *sd = hypot(*sd, args[l->at[1][comp] + j]);
    return true;
}

/* the continuous ranked probability score of a normal, and of a mixture of these: E |X − y| − ½ E |X − X'| (Gneiting & Raftery
 * 2007) */
double ur_law_crps(const ur_law *l, const double *args, size_t comp, double y)
{
    double sum = 0, a[2], b[2];
    if (l->kind == UR_LAW_QUANTILE) return crps_of_quantiles(l, args, comp, y);
    bool mixed = l->kind == UR_LAW_MIXTURE;
    int n = mixed ? l->nkid : 1;
    for (int i = 0; i < n; i++) {
        double p = mixed ? chance(l, args, comp, i) : 1;
        if (!normal_by(mixed ? l->kid[i] : l, args, comp, &a[0], &a[1])) return NAN;
        sum += p * mean_size(y - a[0], a[1]);
        for (int j = 0; j < n; j++) {
            if (!normal_by(mixed ? l->kid[j] : l, args, comp, &b[0], &b[1])) return NAN;
            sum -= 0.5 * p * (mixed ? chance(l, args, comp, j) : 1) * mean_size(a[0] - b[0], hypot(a[1], b[1]));
        }
    }
    return sum;
}
