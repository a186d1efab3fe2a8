/* Functions of one number in double: what libm lacks, and the value of every operator as the oracle takes it.
 * Must not be built with relaxed floating point. */
#include "math/math.h"
#include <math.h>
#include <stdlib.h>
#include <stdio.h>

/* Recurrence up to x ≥ 12, then the asymptotic series (Abramowitz and Stegun 6.3.18); reflection below 0. */
double ur_digamma(double x)
{
    if (isnan(x)) return x;
    if (x <= 0) {
        if (x == floor(x)) return NAN;
        return ur_digamma(1 - x) - 3.14159265358979323846 / tan(3.14159265358979323846 * x);
    }
    double s = 0;
    while (x < 12) {
        s -= 1 / x;
        x += 1;
    }
    double f = 1 / (x * x);
    double t = f *
               (1.0 / 12 - f * (1.0 / 120 - f * (1.0 / 252 - f * (1.0 / 240 - f * (1.0 / 132 - f * (691.0 / 32760 - f / 12))))));
    return s + log(x) - 0.5 / x - t;
}

/* A&S 6.4.12 */
double ur_trigamma(double x)
{
    if (isnan(x)) return x;
    if (x <= 0) {
        if (x == floor(x)) return INFINITY;
        double s = 3.14159265358979323846 / sin(3.14159265358979323846 * x);
        return s * s - ur_trigamma(1 - x);
    }
    double s = 0;
    while (x < 14) {
        s += 1 / (x * x);
        x += 1;
    }
    double f = 1 / (x * x);
    double t = f *
               (1.0 / 6 - f * (1.0 / 30 - f * (1.0 / 42 - f * (1.0 / 30 - f * (5.0 / 66 - f * (691.0 / 2730 - f * 7.0 / 6))))));
    return s + 1 / x + f / 2 + t / x;
}

static double sigmoid(double a)
{
    if (a >= 0) return 1 / (1 + exp(-a));
    double e = exp(a);
    return e / (1 + e);
}
static double softplus(double a) { return (a > 0 ? a : 0) + log1p(exp(-fabs(a))); }
/* Asymptotic series where erfc comes to 0: A&S 26.2.12 */
double ur_normal_tail(int by, double x)
{
    const double root = 0.70710678118654752440, log_root_2_pi = 0.91893853320467274178;
    double q = 1 / (x * x), rest = 1 - q * (1 - 3 * q * (1 - 5 * q * (1 - 7 * q)));
    bool far = x > 30;
    if (by) return far ? x / rest : exp(-0.5 * x * x - log_root_2_pi) / (0.5 * erfc(x * root));
    if (far) return 0.5 * x * x + log_root_2_pi + log(x) - log(rest);
    return x > -1 ? -log(0.5 * erfc(x * root)) : -log1p(-0.5 * erfc(-x * root));
}

static double lgamma_value(double a)
{
    int sign;
    return lgamma_r(a, &sign);
} /* lgamma itself writes a global */

#define REAL                      double
#define R_EXP(a)                  exp(a)
#define R_TANH(a)                 tanh(a)
#define R_SIGMOID(a)              sigmoid(a)
#define R_SOFTPLUS(a)             softplus(a)
#define R_LOG(a)                  log(a)
#define R_SQRT(a)                 sqrt(a)
#define R_SIN(a)                  sin(a)
#define R_COS(a)                  cos(a)
#define R_ATAN(a)                 atan(a)
#define R_ERF(a)                  erf(a)
#define R_LOG1P(a)                log1p(a)
#define R_EXPM1(a)                expm1(a)
#define R_FLOOR(a)                floor(a)
#define R_POW(a, b)               pow(a, b)
#define R_LGAMMA(a)               lgamma_value(a)
#define R_DIGAMMA(a)              ur_digamma(a)
#define R_TRIGAMMA(a)             ur_trigamma(a)
#define R_TAIL(by, a)             ur_normal_tail(by, a)
#define R_DENSITY(d, by, a, b, c) ur_density(d, by, a, b, c)

double ur_op_eval1(ur_op op, double a)
{
    switch (op) {
/* clang-format off */
#define UNARY(ID, name, value, dx, traits, lo, hi, doc) case UR_##ID: return value;
#include "math/ops.def"
        /* clang-format on */
    default: return NAN;
    }
}

double ur_op_eval2(ur_op op, double a, double b)
{
    switch (op) {
/* clang-format off */
#define BINARY(ID, name, value, dx, dy, traits, doc) case UR_##ID: return value;
#include "math/ops.def"
        /* clang-format on */
    default: return NAN;
    }
}

double ur_op_eval3(ur_op op, double a, double b, double c)
{
    (void)c;
    switch (op) {
/* clang-format off */
#define TERNARY(ID, name, value, dx, dy, dz, traits, doc) case UR_##ID: return value;
#include "math/ops.def"
        /* clang-format on */
    default: return NAN;
    }
}

static void civil(int64_t day, int *month, int *yearday)
{
    /* days since 1970-01-01 to year, month (after Hinnant, "chrono-compatible low-level date algorithms", 2013) */
    int64_t z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097, yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153; /* doy from the 1st of March */
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    int64_t y = yoe + era * 400 + (*month <= 2);
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    *yearday = (int)(*month <= 2 ? doy - 306 : doy + 59 + leap) + 1;
}

double ur_shortest(double v, double off)
{
    char text[40];
    if (!isfinite(v) || v == 0 || !(off > 0)) return v;
    int digits = (int)floor(log10(fabs(v) / off)) - 1; /* one less cannot be near enough */
    for (digits = digits < 1 ? 1 : digits; digits < 17; digits++) {
        snprintf(text, sizeof text, "%.*e", digits - 1, v);
        double short_one = strtod(text, NULL);
        if (fabs(short_one - v) <= off) return short_one;
    }
    return v;
}

double ur_time_part(double seconds, int part)
{
    if (part == 0 || !isfinite(seconds) || fabs(seconds) > 1e15) return seconds;
    double day = floor(seconds / 86400), left = seconds - day * 86400;
    int month, yearday;
    if (part == 1) return floor(left / 3600);
    if (part == 2) return floor(fmod(left, 3600) / 60);
    if (part == 3) {
        double w = fmod(day + 3, 7);
        return w < 0 ? w + 7 : w;
    }
    civil((int64_t)day, &month, &yearday);
    return part == 4 ? yearday : month;
}

/* 1 sign, 5 exponent, 10 mantissa */
double ur_half(uint16_t bits)
{
    int exponent = bits >> 10 & 31, part = bits & 1023;
    double v = exponent == 31 ? (part ? NAN : INFINITY) : exponent ? ldexp(1024 + part, exponent - 25) : ldexp(part, -24);
    return bits >> 15 ? -v : v;
}
