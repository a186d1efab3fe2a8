/* Several positions ahead at once, y[t+k] ~ D: exact least squares of each horizon are those of its normal equations; forecasts go on from what was
 * drawn after as many steps. */
#include "model_test.h"

enum { N = 90, K = 3, AHEAD = 7, GAP = 40 };
static const char text[] = "data y[t] : raw\nindex k = 1..3\nparam a[k], b[k], c[k], s[k]\ny[t+k] ~ normal(a[k] * y[t] + b[k] * y[t-1] + c[k], s[k])\n";

/* of y[u] on y[u-k], y[u-k-1] and 1, over all u for which these are there, whatever lacks of other origins; the residuals' standard
 * deviation is the last */
static void by_hand(const double *y, size_t k, double *out)
{
    double A[3][4] = { { 0 } }, rss = 0;
    size_t n = 0;
    for (size_t u = k + 1; u < N; u++) {
        if (isnan(y[u] + y[u - k] + y[u - k - 1])) continue;
        n++;
        double x[4] = { y[u - k], y[u - k - 1], 1, y[u] };
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 4; j++) A[i][j] += x[i] * x[j];
    }
    for (int i = 0; i < 3; i++)
        for (int r = 0; r < 3; r++) {
            double f = r == i ? 0 : A[r][i] / A[i][i];
            for (int j = 0; j < 4; j++) A[r][j] -= f * A[i][j];
        }
    for (int i = 0; i < 3; i++) out[i] = A[i][3] / A[i][i];
    for (size_t u = k + 1; u < N; u++) {
        if (isnan(y[u] + y[u - k] + y[u - k - 1])) continue;
        double e = y[u] - out[0] * y[u - k] - out[1] * y[u - k - 1] - out[2];
        rss += e * e;
    }
    out[3] = sqrt(rss / (double)n);
}

static void direct(bool gap)
{
    unroll_model *m = model_of(text);
    unroll_data *d = NULL;
    double y[N + AHEAD], hand[K][4], got[4][K];
    size_t n = N, all = N + AHEAD;
    for (size_t t = 0; t < N; t++) y[t] = wave(3 * t) + 0.3 * wave(t);
    if (gap) y[GAP] = NAN;
    OK(unroll_data_new(&d, m, 1));
    OK(unroll_data_set_numbers(d, "y", &n, y));
    OK(unroll_fit(m, d, NULL, NULL));
    unroll_data_free(d);
    for (int i = 0; i < 4; i++) OK(unroll_param_get(m, (char[]){ "abcs"[i], 0 }, got[i], K));
    for (size_t k = 0; k < K; k++) {
        by_hand(y, k + 1, hand[k]);
        for (int i = 0; i < 4; i++) {
            double v = i < 3 ? got[i][k] : log1p(exp(got[i][k]));
            if (!(fabs(v - hand[k][i]) <= 1e-8)) fail_msg("%c[%zu] is %.12g, by hand %.12g", "abcs"[i], k + 1, v, hand[k][i]);
        }
    }
    for (size_t t = N; t < N + AHEAD; t++) y[t] = NAN;
    OK(unroll_data_new(&d, m, 1));
    OK(unroll_data_set_numbers(d, "y", &all, y));
    unroll_table *p = NULL;
    OK(unroll_predict(m, d, NULL, &p));
    for (size_t t = N; t < N + AHEAD; t++) {
        size_t k = (t - N) % K, from = t - 1 - k;
        y[t] = hand[k][0] * y[from] + hand[k][1] * y[from - 1] + hand[k][2];
        double v = unroll_table_number(p, t - N + gap, 1);
        if (!(fabs(v - y[t]) <= 1e-6)) fail_msg("position %zu is %.9g, by hand %.9g", t + 1, v, y[t]);
    }
    unroll_table_free(p);
    unroll_data_free(d);
    unroll_close(m);
}

static void test_direct(void **state)
{
    (void)state;
    direct(false);
    direct(true);
}

/* as many origins as the data allow: the last horizon has one value; one more has none, which is said */
static void test_few(void **state)
{
    (void)state;
    for (int n = 3; n <= 4; n++) {
        unroll_model *m = model_of("data y[t] : raw\nindex k = 1..3\nparam c[k]\ny[t+k] ~ normal(c[k], 1)\n");
        unroll_data *d = NULL;
        double y[] = { 1, 5, 2, 7 }, c[K];
        size_t rows = (size_t)n;
        OK(unroll_data_new(&d, m, 1));
        OK(unroll_data_set_numbers(d, "y", &rows, y));
        if (n == 3) {
            assert_int_equal(unroll_fit(m, d, NULL, NULL), UNROLL_ERROR_DATA);
            assert_non_null(strstr(unroll_error(), "no value of y, 3 after its origin, has all that its mean reads"));
        } else {
            OK(unroll_fit(m, d, NULL, NULL));
            OK(unroll_param_get(m, "c", c, K));
            for (int k = 0; k < K; k++) {
                double mean[] = { (5 + 2 + 7) / 3.0, (2 + 7) / 2.0, 7 };
                assert_true(fabs(c[k] - mean[k]) < 1e-12);
            }
        }
        unroll_data_free(d);
        unroll_close(m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_direct), cmocka_unit_test(test_few) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
