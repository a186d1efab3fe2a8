/* Quantiles of the distributions. The normal one in closed form (Wichura's AS 241, 1988); those of gamma, beta and Student's t by
 * bisection of their distribution functions and, for large shapes, by series about the normal one, those of counts by adding
 * probabilities. Must not know what they are used for. */
#include "math/math.h"
#include <float.h>
#include <math.h>

static double poly(const double *c, int n, double x)
{
    double s = c[n - 1];
    for (int i = n - 2; i >= 0; i--) s = s * x + c[i];
    return s;
}

/* Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37 (1988); about 1e-16 */
static double normal_quantile(double p)
{
    static const double a[] = { 3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
                                45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727 };
    static const double b[] = { 1,
                                42.313330701600911252,
                                687.18700749205790830,
                                5394.1960214247511077,
                                21213.794301586595867,
                                39307.895800092710610,
                                28729.085735721942674,
                                5226.4952788528545610 };
    static const double c[] = { 1.42343711074968357734,   4.63033784615654529590,   5.76949722146069140550,
                                3.64784832476320460504,   1.27045825245236838258,   0.241780725177450611770,
                                0.0227238449892691845833, 7.74545014278341407640e-4 };
    static const double d[] = { 1,
                                2.05319162663775882187,
                                1.67638483018380384940,
                                0.689767334985100004550,
                                0.148103976427480074590,
                                0.0151986665636164571966,
                                5.47593808499534494600e-4,
                                1.05075007164441684324e-9 };
    static const double e[] = { 6.65790464350110377720,    5.46378491116411436990,   1.78482653991729133580,
                                0.296560571828504891230,   0.0265321895265761230930, 1.24266094738807843860e-3,
                                2.71155556874348757815e-5, 2.01033439929228813265e-7 };
    static const double f[] = { 1,
                                0.599832206555887937690,
                                0.136929880922735805310,
                                0.0148753612908506148525,
                                7.86869131145613259100e-4,
                                1.84631831751005468180e-5,
                                1.42151175831644588870e-7,
                                2.04426310338993978564e-15 };
    double q = p - 0.5;
    if (fabs(q) <= 0.425) {
        double r = 0.180625 - q * q;
        return q * poly(a, 8, r) / poly(b, 8, r);
    }
    double r = sqrt(-log(q < 0 ? p : 1 - p)), x;
    if (r <= 5) x = poly(c, 8, r - 1.6) / poly(d, 8, r - 1.6);
    else x = poly(e, 8, r - 5) / poly(f, 8, r - 5);
    return q < 0 ? -x : x;
}

/* regularised incomplete gamma P(a, x): series below a + 1, continued fraction (Lentz) above; A&S 6.5.29, 6.5.31 */
static double gamma_cdf(double a, double x)
{
    if (!(x > 0)) return 0;
    double front = x * exp(-ur_density(UR_GAMMA, 0, x, a, 1));
    if (x < a + 1) {
        double t = 1 / a, s = t;
        for (int k = 1; k < 100000 && t > s * DBL_EPSILON; k++) {
            t *= x / (a + k);
            s += t;
        }
        return front * s;
    }
    double b = x + 1 - a, c = 1e300, d = 1 / b, h = d;
    for (int k = 1; k < 100000; k++) {
        double an = -k * (k - a);
        b += 2;
        d = 1 / (an * d + b);
        c = b + an / c;
        h *= d * c;
        if (fabs(d * c - 1) < DBL_EPSILON) break;
    }
    return 1 - front * h;
}

/* regularised incomplete beta I_x(a, b); continued fraction (Lentz), A&S 26.5.8 */
static double beta_cdf(double a, double b, double x)
{
    if (!(x > 0)) return 0;
    if (x >= 1) return 1;
    if (x > (a + 1) / (a + b + 2)) return 1 - beta_cdf(b, a, 1 - x);
    double front = x * (1 - x) * exp(-ur_density(UR_BETA, 0, x, a, b)) / a;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < 1e-300 ? 1e-300 : d);
    double h = d;
    for (int k = 1; k < 100000; k++) {
        double even = k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k)),
               odd = -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1));
        d = 1 / (1 + even * d);
        c = 1 + even / c;
        h *= d * c;
        d = 1 / (1 + odd * d);
        c = 1 + odd / c;
        h *= d * c;
        if (fabs(d * c - 1) < DBL_EPSILON) break;
    }
    return front * h;
}

static double t_cdf(double df, double x)
{
    double tail = beta_cdf(df / 2, 0.5, df / (df + x * x)) / 2;
    return x > 0 ? 1 - tail : tail;
}

static double cdf(ur_dist d, const double *a, double x)
{
    if (d == UR_GAMMA) return gamma_cdf(a[0], x);
    if (d == UR_BETA) return beta_cdf(a[0], a[1], x);
    return t_cdf(a[2], x);
}

static double bisect(ur_dist d, const double *a, double p, double low, double high)
{
    if (d != UR_BETA)
        while (cdf(d, a, high) < p && high < 1e300) high *= 2;
    if (d == UR_STUDENT_T)
        while (cdf(d, a, low) > p && low > -1e300) low *= 2;
    for (int k = 0; k < 2000; k++) {
        double mid = low + (high - low) / 2;
        if (!(mid > low && mid < high)) break;
        if (cdf(d, a, mid) < p) low = mid;
        else high = mid;
    }
    return high;
}

/* Where a shape is large, sums of the distribution functions have too many terms (8.5 √shape), and what is left of the normal
 * distribution is told by the next cumulants: Cornish and Fisher, "Moments and cumulants in the specification of distributions"
 * (1938); A&S 26.2.49. The term left out is about shape^-3/2 of the standard deviation. (Student's t: the sums are exact enough,
 * but 1 - x in them is not.) */
enum { LARGE = 30000000, LARGE_DEGREES = 30000 };

static double cornish_fisher(double mean, double sd, double skew, double excess, double p)
{
    double z = normal_quantile(p), z2 = z * z;
    return mean + sd * (z + (z2 - 1) * skew / 6 + z * (z2 - 3) * excess / 24 - z * (2 * z2 - 5) * skew * skew / 36);
}

static double gamma_quantile(double shape, double p)
{
    if (!(shape > LARGE)) return bisect(UR_GAMMA, &shape, p, 0, 1);
    return cornish_fisher(shape, sqrt(shape), 2 / sqrt(shape), 6 / shape, p);
}

static double beta_quantile(const double *a, double p)
{
    if (!(a[0] > LARGE && a[1] > LARGE)) return bisect(UR_BETA, a, p, 0, 1);
    double n = a[0] + a[1], x = a[0] / n, y = a[1] / n, sd = sqrt(x * y / (n + 1));
    double skew = 2 * (y - x) * sqrt(n + 1) / ((n + 2) * sqrt(x * y));
    double excess = 6 * ((x - y) * (x - y) * (n + 1) - x * y * (n + 2)) / (x * y * (n + 2) * (n + 3));
    return cornish_fisher(x, sd, skew, excess, p);
}

/* Fisher's series in 1 / degrees, A&S 26.7.5 */
static double t_quantile(const double *a, double p)
{
    if (p == 0.5) return 0;
    if (!(a[2] > LARGE_DEGREES)) return bisect(UR_STUDENT_T, a, p, -1, 1);
    double z = normal_quantile(p), z2 = z * z, n = a[2];
    double g1 = (z2 + 1) / 4, g2 = ((5 * z2 + 16) * z2 + 3) / 96, g3 = (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
    return z * (1 + g1 / n + g2 / n / n + g3 / n / n / n);
}

/* Σ of probabilities up to p; Poisson where the dispersion is 0. Beyond 1e7 by the normal approximation. */
static double count_quantile(double mean, double dispersion, double p)
{
    double sd = sqrt(mean + dispersion * mean * mean);
    if (!(mean >= 0) || !isfinite(sd)) return NAN;
    if (mean + 10 * sd > 1e7) {
        double q = floor(mean + sd * normal_quantile(p) + 0.5);
        return q > 0 ? q : 0;
    }
    double s = 0;
    for (double k = 0; k < 1e8; k++) {
        s += exp(-ur_density(UR_NEGATIVE_BINOMIAL, 0, k, mean, dispersion));
        if (s >= p || (k > mean + 40 * sd + 40)) return k;
    }
    return NAN;
}

double ur_dist_quantile(ur_dist d, const double *a, double p)
{
    if (!(p > 0 && p < 1)) return NAN;
    switch (d) {
/* clang-format off */
#define DIST(ID, name, support, location, arguments, nlp, below, above, mean, centre, mode, draw, quantile, moved) case UR_##ID: return quantile;
#include "math/dists.def"
        /* clang-format on */
    default: return NAN;
    }
}
