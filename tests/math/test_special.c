/* Special functions, times, least squares, and the distributions: closed values, and properties of many draws. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "math/math.h"
#include "unroll.h"

#define NEAR(a, b, tol) do { double a_ = (a), b_ = (b); if (!(fabs(a_ - b_) <= (tol))) fail_msg("%s:%d: %.17g, not %.17g", __FILE__, __LINE__, a_, b_); } while (0)

static void test_gamma_functions(void **state)
{
    (void)state;
    NEAR(ur_digamma(1), -0.57721566490153286061, 1e-15);
    NEAR(ur_digamma(0.5), -1.96351002602142347944, 1e-14);
    NEAR(ur_digamma(10), 2.25175258906672110764, 1e-15);
    NEAR(ur_digamma(-0.5), 0.03648997397857652055, 1e-13);
    NEAR(ur_trigamma(1), 1.64493406684822643647, 1e-15);
    NEAR(ur_trigamma(0.5), 4.93480220054467930941, 1e-14);
    NEAR(ur_trigamma(100), 0.01005016666333357139, 1e-17);
    for (double x = 0.05; x < 40; x += 0.37) {               /* recurrences */
        NEAR(ur_digamma(x + 1), ur_digamma(x) + 1 / x, 1e-12 / x);
        NEAR(ur_trigamma(x + 1), ur_trigamma(x) - 1 / (x * x), 1e-12 / (x * x));
    }
}

static void test_values(void **state)
{
    (void)state;
    assert_true(ur_op_eval1(UR_SIGMOID, -800) == 0 && ur_op_eval1(UR_SIGMOID, 800) == 1);
    assert_true(ur_op_eval1(UR_SOFTPLUS, 800) == 800 && ur_op_eval1(UR_SOFTPLUS, -800) == 0);
    NEAR(ur_op_eval1(UR_SOFTPLUS, 0), 0.69314718055994530942, 1e-16);
    assert_true(ur_op_eval2(UR_POW, 2, 10) == 1024 && ur_op_eval2(UR_LE, 2, 2) == 1 && ur_op_eval2(UR_AND, 2, 0) == 0);
    assert_true(isnan(ur_op_eval1(UR_ADD, 1)) && isnan(ur_op_eval2(UR_TANH, 1, 1)));
}

static void test_times(void **state)
{
    (void)state;
    double leap = 951782400 + 13 * 3600 + 45 * 60 + 7;       /* 2000-02-29 13:45:07, a Tuesday */
    assert_true(ur_time_part(leap, 0) == leap && ur_time_part(leap, 1) == 13 && ur_time_part(leap, 2) == 45);
    assert_true(ur_time_part(leap, 3) == 1 && ur_time_part(leap, 4) == 60 && ur_time_part(leap, 5) == 2);
    assert_true(ur_time_part(0, 3) == 3 && ur_time_part(0, 4) == 1 && ur_time_part(0, 5) == 1);
    assert_true(ur_time_part(-1, 1) == 23 && ur_time_part(-1, 3) == 2 && ur_time_part(-1, 4) == 365 && ur_time_part(-1, 5) == 12);
    double last = 1388534399;                                /* 2013-12-31 23:59:59, a Tuesday */
    assert_true(ur_time_part(last, 4) == 365 && ur_time_part(last, 5) == 12 && ur_time_part(last, 3) == 1);
    assert_true(ur_time_part(1483142400, 4) == 366);         /* 2016-12-31 */
}

static int squares(const double *X, size_t n, size_t p, const double *Y, size_t r, double *B, double *left, double *size, int *rank, ur_err *e)
{
    ur_squares s;
    int rc = ur_squares_new(&s, p, r, n, 1, e);
    for (size_t i = 0; !rc && i < n; i++) {
        double *row = ur_squares_rows(&s, 1, e);
        if (!row) {
            rc = e->code;
            break;
        }
        if (p) memcpy(row, X + i * p, p * sizeof *row);
        memcpy(row + p, Y + i * r, r * sizeof *row);
    }
    if (!rc) rc = ur_squares_solve(&s, B, left, size, rank, e);
    if (n) ur_squares_free(&s);
    return rc;
}

/* memory that holds no number until something is written to it */
static void *of_no_number(void *p, size_t n)
{
    void *to = realloc(p, n);
    return p || !to ? to : memset(to, 0xff, n);
}

/* of 2 rows and 5 unknowns the solution is X' z with X X' z = y; right sides of one system do not know of each other */
static void least_norm(void)
{
    enum { P = 5, R = 40 };
    double X[2 * P], Y[2 * R], B[P * R], left[R], size[R];
    int rank;
    ur_err e = { 0 };
    for (uint32_t i = 0; i < 2 * P; i++) X[i] = ur_normal(1, 2, 3, 6, i);
    for (uint32_t i = 0; i < 2 * R; i++) Y[i] = ur_normal(1, 2, 3, 7, i);
    unroll_set_allocator(of_no_number, free);
    assert_int_equal(squares(X, 2, P, Y, R, B, left, size, &rank, &e), 0);
    unroll_set_allocator(NULL, NULL);
    assert_int_equal(rank, 2);
    double aa = 0, ab = 0, bb = 0;
    for (int p = 0; p < P; p++) aa += X[p] * X[p], ab += X[p] * X[P + p], bb += X[P + p] * X[P + p];
    for (int r = 0; r < R; r++) {
        double det = aa * bb - ab * ab, z = (Y[r] * bb - Y[R + r] * ab) / det, u = (Y[R + r] * aa - Y[r] * ab) / det;
        for (int p = 0; p < P; p++) NEAR(B[p * R + r], X[p] * z + X[P + p] * u, 1e-12);
        NEAR(left[r], 0, 1e-12);
        NEAR(size[r], hypot(Y[r], Y[R + r]), 1e-12);
    }
}

static void test_least_squares(void **state)
{
    (void)state;
    enum { ROWS = 5000, P = 4, R = 2 };
    static double X[ROWS * P], Y[ROWS * R];
    double B[P * R], truth[P * R], left[R], size[R];
    for (int i = 0; i < P * R; i++) truth[i] = i * 0.5 - 1;
    for (uint32_t i = 0; i < ROWS * P; i++) X[i] = ur_normal(1, 2, 3, 4, i);
    for (int i = 0; i < ROWS; i++) for (int r = 0; r < R; r++) {
        Y[i * R + r] = 0;
        for (int p = 0; p < P; p++) Y[i * R + r] += X[i * P + p] * truth[p * R + r];
    }
    int rank; ur_err e = { 0 };
    assert_int_equal(squares(X, ROWS, P, Y, R, B, left, size, &rank, &e), 0);
    assert_int_equal(rank, P);
    for (int i = 0; i < P * R; i++) NEAR(B[i], truth[i], 1e-12);
    for (int r = 0; r < R; r++) assert_true(left[r] < 1e-11 * size[r]);
    /* what is left is at a right angle to every column; sizes are those of the right sides */
    for (uint32_t i = 0; i < ROWS * R; i++) Y[i] += ur_normal(1, 2, 3, 5, i);
    assert_int_equal(squares(X, ROWS, P, Y, R, B, left, size, &rank, &e), 0);
    for (int r = 0; r < R; r++) {
        double sum = 0, all = 0, dot[P] = { 0 };
        for (int i = 0; i < ROWS; i++) {
            double v = Y[i * R + r];
            for (int p = 0; p < P; p++) v -= X[i * P + p] * B[p * R + r];
            for (int p = 0; p < P; p++) dot[p] += v * X[i * P + p];
            sum += v * v;
            all += Y[i * R + r] * Y[i * R + r];
        }
        NEAR(left[r] / sqrt(sum), 1, 1e-12);
        NEAR(size[r] / sqrt(all), 1, 1e-12);
        for (int p = 0; p < P; p++) NEAR(dot[p], 0, 1e-9);
    }
    /* two equal columns: rank 3, and the two share the weight (minimum norm); a column of nothing gets nothing */
    for (int i = 0; i < ROWS; i++) X[i * P + 3] = X[i * P + 2];
    assert_int_equal(squares(X, ROWS, P, Y, R, B, left, size, &rank, &e), 0);
    assert_int_equal(rank, 3);
    for (int r = 0; r < R; r++) NEAR(B[2 * R + r], B[3 * R + r], 1e-12);
    for (int i = 0; i < ROWS; i++) X[i * P + 1] = 0;
    assert_int_equal(squares(X, ROWS, P, Y, R, B, left, size, &rank, &e), 0);
    assert_int_equal(rank, 2);
    for (int r = 0; r < R; r++) assert_true(B[R + r] == 0);
    /* no unknown; fewer rows than unknowns; bad numbers; nothing; too much */
    assert_int_equal(squares(NULL, ROWS, 0, Y, R, B, left, size, &rank, &e), 0);
    assert_true(rank == 0 && left[0] == size[0]);
    unroll_set_allocator(of_no_number, free);
    assert_int_equal(squares(X, 2, P, Y, R, B, left, size, &rank, &e), 0);
    unroll_set_allocator(NULL, NULL);
    assert_int_equal(rank, 2);
    NEAR(left[0], 0, 1e-12);
    least_norm();
    X[0] = NAN;
    assert_int_equal(squares(X, ROWS, P, Y, R, B, left, size, &rank, &e), UNROLL_ERROR_NUMERIC);
    e.code = 0;
    X[0] = INFINITY;
    assert_int_equal(squares(X, ROWS, P, Y, R, B, left, size, &rank, &e), UNROLL_ERROR_NUMERIC);
    e.code = 0;
    assert_int_equal(squares(X, 0, P, Y, R, B, left, size, &rank, &e), UNROLL_ERROR_USAGE);
    e.code = 0;
    ur_squares s;
    assert_int_equal(ur_squares_new(&s, P, R, (size_t)1 << 40, 1, &e), UNROLL_ERROR_UNSUPPORTED);
}

static const struct { ur_dist d; double a[3], mean, sd; } dists[] = {
    { UR_NORMAL, { 1.5, 2 }, 1.5, 2 }, { UR_LAPLACE, { -1, 0.5 }, -1, 0.70710678118654752 }, { UR_STUDENT_T, { 2, 1.5, 9 }, 2, 1.7008401285415224 },
    { UR_BERNOULLI, { 0.4 }, 0.59868766011245200, 0.49016 }, { UR_POISSON, { 3.5 }, 3.5, 1.8708286933869707 }, { UR_POISSON, { 80 }, 80, 8.9442719099991592 },
    { UR_NEGATIVE_BINOMIAL, { 6, 0.5 }, 6, 4.8989794855663558 }, { UR_LOGNORMAL, { 0.2, 0.4 }, 1.3231298123374369, 0.55115 },
    { UR_GAMMA, { 2.5, 0.5 }, 5, 3.1622776601683795 }, { UR_GAMMA, { 0.4, 2 }, 0.2, 0.31622776601683794 }, { UR_BETA, { 2, 3 }, 0.4, 0.2 },
    { UR_EXPONENTIAL, { 4 }, 0.25, 0.25 }, { UR_WEIBULL, { 1.5, 2 }, 1.8054905859018671, 1.2258715835093528 }, { UR_UNIFORM, { -2, 4 }, 1, 1.7320508075688772 },
    { UR_GUMBEL, { 1, 2 }, 2.1544313298030657, 2.5650996603237282 } };

/* shapes at and beyond which sums have too many terms; right values by SciPy 1.17; its gamma
 * quantiles at 1e-12 are wrong in the fifth digit here: those are by mpmath, from the series of the distribution function in 40 digits */
static void test_large_shapes(void **state)
{
    static const struct { ur_dist d; double a[3], p, want; } cases[] = {
        { UR_GAMMA, { 29000000.0, 1 }, 1e-12, 28962134.305046657 },
        { UR_GAMMA, { 29000000.0, 1 }, 0.025, 28989446.218112074 },
        { UR_GAMMA, { 29000000.0, 1 }, 0.5, 28999999.666666668 },
        { UR_GAMMA, { 29000000.0, 1 }, 0.9, 29006901.580478687 },
        { UR_GAMMA, { 31000000.0, 1 }, 1e-12, 30960849.811476187 },
        { UR_GAMMA, { 31000000.0, 1 }, 0.025, 30989088.329558272 },
        { UR_GAMMA, { 31000000.0, 1 }, 0.5, 30999999.666666668 },
        { UR_GAMMA, { 31000000.0, 1 }, 0.9, 31007135.591226317 },
        { UR_GAMMA, { 1000000000.0, 1 }, 1e-12, 999777566.2505427 },
        { UR_GAMMA, { 1000000000.0, 1 }, 0.025, 999938021.4439279 },
        { UR_GAMMA, { 1000000000.0, 1 }, 0.5, 999999999.6666666 },
        { UR_GAMMA, { 1000000000.0, 1 }, 0.9, 1000040526.4329796 },
        { UR_GAMMA, { 1000000000000.0, 1 }, 0.025, 999998040036.9626 },
        { UR_GAMMA, { 1000000000000.0, 1 }, 0.5, 999999999999.6666 },
        { UR_GAMMA, { 1000000000000.0, 1 }, 0.9, 1000001281551.7797 },
        { UR_GAMMA, { 1000000000000000.0, 1 }, 0.025, 999999938020497.8 },
        { UR_GAMMA, { 1000000000000000.0, 1 }, 0.5, 999999999999999.6 },
        { UR_GAMMA, { 1000000000000000.0, 1 }, 0.9, 1000000040526219.1 },
        { UR_STUDENT_T, { 0, 1, 29000.0 }, 1e-12, -7.037546415220353 },
        { UR_STUDENT_T, { 0, 1, 29000.0 }, 0.025, -1.960045790352498 },
        { UR_STUDENT_T, { 0, 1, 29000.0 }, 0.9, 1.281580758801611 },
        { UR_STUDENT_T, { 0, 1, 31000.0 }, 1e-12, -7.037348760176053 },
        { UR_STUDENT_T, { 0, 1, 31000.0 }, 0.025, -1.96004051235558 },
        { UR_STUDENT_T, { 0, 1, 31000.0 }, 0.9, 1.2815788753247046 },
        { UR_STUDENT_T, { 0, 1, 1000000000.0 }, 1e-12, -7.034483914083288 },
        { UR_STUDENT_T, { 0, 1, 1000000000.0 }, 0.025, -1.9599639869123253 },
        { UR_STUDENT_T, { 0, 1, 1000000000.0 }, 0.9, 1.2815515663911852 },
        { UR_STUDENT_T, { 0, 1, 100000000000000.0 }, 1e-12, -7.034483825302019 },
        { UR_STUDENT_T, { 0, 1, 100000000000000.0 }, 0.025, -1.9599639845400778 },
        { UR_STUDENT_T, { 0, 1, 100000000000000.0 }, 0.9, 1.2815515655446088 },
        { UR_BETA, { 31000000.0, 90000000.0 }, 1e-12, 0.2559192502711138 },
        { UR_BETA, { 31000000.0, 90000000.0 }, 0.025, 0.25612057017287126 },
        { UR_BETA, { 31000000.0, 90000000.0 }, 0.5, 0.2561983457641782 },
        { UR_BETA, { 31000000.0, 90000000.0 }, 0.9, 0.25624920607019824 },
        { UR_BETA, { 1000000000.0, 1000000000.0 }, 1e-12, 0.49992135208037675 },
        { UR_BETA, { 1000000000.0, 1000000000.0 }, 0.025, 0.4999780869364934 },
        { UR_BETA, { 1000000000.0, 1000000000.0 }, 0.5, 0.5 },
        { UR_BETA, { 1000000000.0, 1000000000.0 }, 0.9, 0.500014328182085 },
        { UR_BETA, { 1000000000000.0, 4000000000000.0 }, 1e-12, 0.19999874163521777 },
        { UR_BETA, { 1000000000000.0, 4000000000000.0 }, 0.025, 0.19999964939111545 },
        { UR_BETA, { 1000000000000.0, 4000000000000.0 }, 0.5, 0.19999999999996002 },
        { UR_BETA, { 1000000000000.0, 4000000000000.0 }, 0.9, 0.20000022925093908 },
        { UR_BETA, { 50000000000.0, 0.5 }, 1e-12, 0.9999999994915587 },
        { UR_BETA, { 50000000000.0, 0.5 }, 0.025, 0.9999999999497612 },
        { UR_BETA, { 50000000000.0, 0.5 }, 0.5, 0.9999999999954506 },
        { UR_BETA, { 50000000000.0, 0.5 }, 0.9, 0.9999999999998421 },
    };
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        double q = ur_dist_quantile(cases[k].d, cases[k].a, cases[k].p);
        if (!(fabs(q / cases[k].want - 1) < 1e-11))
            fail_msg("%s %g: quantile %g is %.17g, not %.17g", ur_dist_name(cases[k].d), cases[k].a[0], cases[k].p, q, cases[k].want);
    }
    for (int k = 0; k < 2000; k++) assert_true(ur_dist_quantile(UR_GAMMA, (double[]){ 1e9 + k, 1 }, 0.3) > 9.9e8);    /* in no time */
}

static void test_draws(void **state)
{
    (void)state;
    enum { N = 40000 };
    static double x[N];
    ur_draw_options sample = { .mode = 1, .temperature = 1, .seed = 99 }, mean = { 0 };
    bool met[UR_NDIST] = { [UR_CATEGORICAL] = true };
    for (size_t k = 0; k < sizeof dists / sizeof *dists; k++)
        met[dists[k].d] = true;
    for (int d = 0; d < UR_NDIST; d++)
        if (!met[d])
            fail_msg("%s is not tested", ur_dist_name((ur_dist)d));
    for (size_t k = 0; k < sizeof dists / sizeof *dists; k++) {
        double m = 0, v = 0;
        const double *a = dists[k].a;
        NEAR(ur_dist_mean(dists[k].d, a), dists[k].mean, 1e-12);
        double likeliest = ur_dist_draw(dists[k].d, a, &mean, 1, 2, 3, 4), here = 0, beside[2] = { 0 };
        if (!ur_dist_whole(dists[k].d)) NEAR(likeliest, dists[k].mean, 1e-12);
        for (uint32_t i = 0; i < N; i++) m += x[i] = ur_dist_draw(dists[k].d, a, &sample, 1, 2, 3, i);
        for (uint32_t i = 0; i < N; i++) here += x[i] == likeliest, beside[0] += x[i] == likeliest - 1, beside[1] += x[i] == likeliest + 1;
        if (ur_dist_whole(dists[k].d)) assert_true(here >= beside[0] - 0.01 * N && here >= beside[1] - 0.01 * N);    /* a mode, to the accuracy of the draws */
        m /= N;
        for (uint32_t i = 0; i < N; i++) v += (x[i] - m) * (x[i] - m) / N;
        if (fabs(m - dists[k].mean) > 5 * dists[k].sd / sqrt(N)) fail_msg("%s: mean %g, not %g", ur_dist_name(dists[k].d), m, dists[k].mean);
        if (fabs(sqrt(v) - dists[k].sd) > 0.06 * dists[k].sd) fail_msg("%s: deviation %g, not %g", ur_dist_name(dists[k].d), sqrt(v), dists[k].sd);
        assert_true(x[17] == ur_dist_draw(dists[k].d, a, &sample, 1, 2, 3, 17));
        static const double ps[] = { 0.1, 0.5, 0.9 };
        for (int p = 0; p < 3; p++) {                        /* share of draws at most the quantile */
            double q = ur_dist_quantile(dists[k].d, a, ps[p]), below = 0, under = 0;
            for (int i = 0; i < N; i++) { below += x[i] <= q; under += x[i] < q; }
            if (below / N < ps[p] - 0.015 || under / N > ps[p] + 0.015) fail_msg("%s: quantile %g at %g", ur_dist_name(dists[k].d), ps[p], q);
        }
    }
    NEAR(ur_dist_quantile(UR_NORMAL, (double[]){ 0, 1 }, 0.975), 1.959963984540054, 1e-14);
    NEAR(ur_dist_quantile(UR_NORMAL, (double[]){ 0, 1 }, 1e-10), -6.361340902404056, 1e-13);
    NEAR(ur_dist_quantile(UR_STUDENT_T, (double[]){ 0, 1, 3 }, 0.975), 3.182446305284263, 1e-12);
    NEAR(ur_dist_quantile(UR_GAMMA, (double[]){ 2, 1 }, 0.95), 4.743864518390596, 1e-12);
    NEAR(ur_dist_quantile(UR_BETA, (double[]){ 2, 3 }, 0.25), 0.2430021153846, 1e-3);
    assert_true(ur_dist_quantile(UR_POISSON, (double[]){ 3.5 }, 0.5) == 3 && isnan(ur_dist_quantile(UR_CATEGORICAL, (double[]){ 0 }, 0.5)));
    assert_int_equal(ur_dist_nargs(UR_STUDENT_T), 3);
    assert_string_equal(ur_dist_name(UR_NEGATIVE_BINOMIAL), "negative_binomial");
}

static void test_symbols(void **state)
{
    (void)state;
    enum { N = 20000 };
    double logits[5] = { 0, 1, 2, -INFINITY, 0.5 }, scratch[5], share[5], sum = 0;
    ur_draw_options o = { .mode = 1, .temperature = 1, .seed = 5 };
    assert_int_equal(ur_symbol_draw_at(logits, 5, &(ur_draw_options){ 0 }, 1, 2, 3, 4, scratch), 2);
    const double none[] = { 5, NAN, NAN, NAN, NAN }, all[] = { 5, 1, INFINITY, 0, -INFINITY };
    for (int mode = 0; mode < 2; mode++) {
        assert_int_equal(ur_symbol_draw_at(none, 5, &(ur_draw_options){ .mode = mode, .from = 1 }, 1, 2, 3, 4, scratch), 0);
        assert_int_equal(ur_symbol_draw_at(all, 5, &(ur_draw_options){ .mode = mode, .from = 1 }, 1, 2, 3, 4, scratch), 0);
    }
    for (int i = 0; i < 5; i++) sum += share[i] = exp(logits[i]);
    for (int mode = 0; mode < 4; mode++) {
        o.top_k = mode == 1 ? 2 : 0; o.top_p = mode == 2 ? 0.5 : 0; o.temperature = mode == 3 ? 0.5 : 1;
        double seen[5] = { 0 };
        for (uint32_t i = 0; i < N; i++) seen[ur_symbol_draw_at(logits, 5, &o, 1, 2, 3, i, scratch)]++;
        double want[5] = { share[0] / sum, share[1] / sum, share[2] / sum, 0, share[4] / sum };
        if (mode == 1) { double s = share[1] + share[2]; want[0] = want[4] = 0; want[1] = share[1] / s; want[2] = share[2] / s; }
        if (mode == 2) { want[0] = want[1] = want[4] = 0; want[2] = 1; }
        if (mode == 3) { double s = 0; for (int i = 0; i < 5; i++) s += share[i] * share[i]; for (int i = 0; i < 5; i++) want[i] = share[i] * share[i] / s; }
        for (int i = 0; i < 5; i++) NEAR(seen[i] / N, want[i], 0.015);
    }
    assert_int_equal(ur_symbol_draw(logits, 5, &o, 1, 2, 3, scratch), ur_symbol_draw_at(logits, 5, &o, 1, 2, 3, 0, scratch));
}

static void test_half(void **state)
{
    (void)state;
    assert_true(ur_half(0x3C00) == 1 && ur_half(0xC000) == -2 && ur_half(0x7BFF) == 65504 && ur_half(0x0001) == ldexp(1, -24) && ur_half(0x0400) == ldexp(1, -14));
    assert_true(isinf(ur_half(0xFC00)) && ur_half(0xFC00) < 0 && isnan(ur_half(0x7E00)) && signbit(ur_half(0x8000)));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_gamma_functions), cmocka_unit_test(test_values), cmocka_unit_test(test_times), cmocka_unit_test(test_half),
                                        cmocka_unit_test(test_least_squares), cmocka_unit_test(test_draws), cmocka_unit_test(test_large_shapes), cmocka_unit_test(test_symbols) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
