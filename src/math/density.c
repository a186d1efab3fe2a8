/* −log p of the distributions whose closed form cancels (factorials, gamma functions, logarithms of large numbers), and its
 * derivatives by their arguments. In double, whatever a plan runs in: from sums of terms of which none is much larger than the
 * result, after Loader, "Fast and accurate computation of binomial probabilities" (2000). Must not know graphs. Invariants: −log
 * p of a whole number is never below 0; where a limit is finite (rate 0, dispersion 0, infinitely many degrees of freedom) it is
 * what is given. */
#include "math/math.h"
#include <math.h>

#define LOG_2PI 1.83787706640934548356
enum { FROM = 15 }; /* asymptotic series from here on: their next term is below 1e-16 */

static double series(const double *c, int n, double x, double step) /* c[0] x + c[1] x step + … */
{
    double s = 0;
    for (int k = n - 1; k >= 0; k--) s = s * step + c[k];
    return s * x;
}

/* log x! − (x log x − x + ½ log 2πx), x ≥ FROM (A&S 6.1.41) */
static double stirling_error(double x)
{
    static const double c[] = { 1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360 };
    return series(c, 6, 1 / x, 1 / (x * x));
}

/* log x! − (x log x − x): 0 at 0, about ½ log 2πx */
static double stirling(double x)
{
    if (x == 0) return 0;
    if (x >= FROM) return 0.5 * (LOG_2PI + log(x)) + stirling_error(x);
    return ur_op_eval1(UR_LGAMMA, x + 1) - x * log(x) + x;
}

/* its derivative: digamma(x + 1) − log x */
static double stirling_slope(double x)
{
    static const double c[] = { -1.0 / 12, 1.0 / 120, -1.0 / 252, 1.0 / 240, -1.0 / 132, 691.0 / 32760 };
    if (x < FROM) return ur_digamma(x + 1) - log(x);
    return 0.5 / x + series(c, 6, 1 / (x * x), 1 / (x * x));
}

/* x log (x / m) − x + m ≥ 0 */
static double deviance(double x, double m)
{
    if (x == 0) return m;
    if (!(fabs(x - m) < 0.1 * (x + m))) return x * (log(x) - log(m)) - x + m;
    double v = (x - m) / (x + m), term = 2 * x * v, s = (x - m) * v;
    for (int j = 3; j < 100; j += 2) {
        term *= v * v;
        double next = s + term / j;
        if (next == s) break;
        s = next;
    }
    return s;
}

/* log(1 + w) − w ≤ 0 */
static double log_rest(double w)
{
    if (!(fabs(w) < 0.25)) return log1p(w) - w;
    double s = 0, term = w;
    for (int k = 2; k < 40; k++) {
        term *= -w;
        s += term / k;
    }
    return s;
}

/* log(1 + w) − w / (1 + w) ≥ 0 */
static double log_excess(double w)
{
    if (!(fabs(w) < 0.25)) return log1p(w) - w / (1 + w);
    double s = 0, term = -w;
    for (int k = 2; k < 40; k++) {
        term *= -w;
        s += term * (1 - 1.0 / k);
    }
    return s;
}

/* ---- counts: a rate m; a mean m with variance m + a m² */
static double poisson(int by, double y, double m)
{
    if (by) return m == 0 && y == 0 ? 1 : (m - y) / m;
    return deviance(y, m) + stirling(y);
}

/* what depends on y and a alone, r = 1/a: S(y) + S(r) − S(y + r) + log(1 + a y) */
static double ways(double y, double a)
{
    double r = 1 / a, n = r + y;
    if (r < FROM) return stirling(y) + stirling(r) - stirling(n) + log1p(a * y);
    return stirling(y) + 0.5 * log1p(a * y) + stirling_error(r) - stirling_error(n);
}

static double ways_slope(double y, double a) /* by a */
{
    static const double c[] = { 1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760 };
    double r = 1 / a, n = r + y, u = a * y, q = 1 / (1 + u), power = q * q, size = 1, s = 0.5 * y * q;
    if (r < FROM) return y * q - r * r * (stirling_slope(r) - stirling_slope(n));
    for (int k = 0; k < 6; k++) {
        s += c[k] * size * (k ? 1 - power : u * q * (1 + q));
        power *= q * q;
        size *= a * a;
    }
    return s;
}

/* y log (y / m) + (y + r) log ((1 + a m) / (1 + a y)) ≥ 0 */
static double overdispersed(double y, double m, double a)
{
    if (y == 0) return log1p(a * m) / a;
    if (m == 0) return INFINITY;
    double t = (y - m) / (m * (1 + a * y)), w = a * (m - y) / (1 + a * y), l = log1p(a * m) - log1p(a * y);
    if (fabs(t) > 0.5 || fabs(w) > 0.5) return y * (fabs(t) > 0.5 ? log(y) - log(m) + l : log1p(t)) + l / a;
    return y * log_rest(t) + log_rest(w) / a + (y - m) * t;
}

static double negative_binomial(int by, double y, double m, double a)
{
    bool flat = a < 1e-300; /* 1/a would be infinite */
    if (by == 1) return m == 0 && y == 0 ? 1 : (m - y) / m / (1 + a * m);
    if (by == 2) {
        double d = (y - m) / (1 + a * y), w = -a * d;
        if (flat || fabs(w) < 1e-100) return (flat ? 0.5 * y : ways_slope(y, a)) - 0.5 * d * d;
        return ways_slope(y, a) -
               (fabs(w) < 0.25 ? log_excess(w) : log1p(a * m) - log1p(a * y) - a * (m - y) / (1 + a * m)) / a / a;
    }
    return flat ? poisson(0, y, m) : overdispersed(y, m, a) + ways(y, a);
}

/* ---- positive numbers: shape k, rate b */
static double gamma_density(int by, double y, double k, double b)
{
    double x = b * y;
    if (by == 1) return stirling_slope(k) - 1 / k + (fabs(k - x) < 0.1 * x ? log1p((k - x) / x) : log(k) - log(x));
    if (by == 2) return (x - k) / b;
    return log(y) + deviance(k, x) + stirling(k) - log(k);
}

/* ---- between 0 and 1 */
static double beta_slope(double y, double a, double b) /* by a */
{
    double n = a + b, x = n * y;
    return stirling_slope(a) - stirling_slope(n) - 1 / a + 1 / n + (fabs(a - x) < 0.1 * x ? log1p((a - x) / x) : log(a) - log(x));
}

static double beta_density(int by, double y, double a, double b)
{
    double n = a + b;
    if (by == 1) return beta_slope(y, a, b);
    if (by == 2) return beta_slope(1 - y, b, a);
    return stirling(a) + stirling(b) - stirling(n) - log(a) - log(b) + log(n) + deviance(a, n * y) + deviance(b, n * (1 - y)) +
           log(y) + log1p(-y);
}

/* ---- z with v degrees of freedom */
static double t_constant(int by, double v) /* lgamma(v/2) − lgamma((v+1)/2) + ½ log πv; by v */
{
    static const double c[] = { 1.0 / 8, -1.0 / 192, 1.0 / 640, -17.0 / 14336, 31.0 / 18432 };
    static const double d[] = { -1.0 / 16, 3.0 / 384, -5.0 / 1280, 119.0 / 28672, -279.0 / 36864 };
    double h = 0.5 * v;
    if (by) return h < FROM ? 0.5 * (ur_digamma(h) - ur_digamma(h + 0.5)) + 0.5 / v : series(d, 5, 1 / (h * h), 1 / (h * h));
    if (h >= FROM) return 0.5 * LOG_2PI + series(c, 5, 1 / h, 1 / (h * h));
    return ur_op_eval1(UR_LGAMMA, h) - ur_op_eval1(UR_LGAMMA, h + 0.5) + 0.5 * log(3.14159265358979323846 * v);
}

static double student(int by, double z, double v)
{
    double q = z / v * z, l = isinf(q) ? 2 * log(fabs(z)) - log(v) : log1p(q), share = 1 - 1 / (1 + q);
    if (isinf(v)) return by ? 0 : 0.5 * (LOG_2PI + z * z);
    if (by) return t_constant(1, v) + 0.5 * (q < 0.25 ? log_excess(q) : l - share) - 0.5 * share / v;
    return t_constant(0, v) + 0.5 * (v + 1) * l;
}

double ur_density(ur_dist d, int by, double y, double a, double b)
{
    switch (d) {
    case UR_POISSON: return poisson(by, y, a);
    case UR_NEGATIVE_BINOMIAL: return negative_binomial(by, y, a, b);
    case UR_GAMMA: return gamma_density(by, y, a, b);
    case UR_BETA: return beta_density(by, y, a, b);
    case UR_STUDENT_T: return student(by, y, a);
    default: return NAN;
    }
}
