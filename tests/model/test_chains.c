/* Latent symbols against all paths of states, in random models of every form that reads one. */
#include "chains_checks.h"

static void all_paths(void **state)
{
    (void)state;
    check_chains(304, true);
}

static double loss_of(const char *text, bool y, bool v)
{
    unroll_model *m = model_of(text);
    unroll_data *d = NULL;
    unroll_fit_options f = UNROLL_FIT_INIT;
    unroll_use_options o = UNROLL_USE_INIT;
    size_t n[2] = { 5, 3 }, k[2] = { 2, 6 };
    double num[8], loss;
    for (size_t i = 0; i < 8; i++) num[i] = 2 * wave(i);
    f.epochs = 1;
    f.precision = 1;
    OK(unroll_data_new(&d, m, 2));
    if (y) OK(unroll_data_set_numbers(d, "y", n, num));
    if (v) OK(unroll_data_set_numbers(d, "v", k, num));
    OK(unroll_fit(m, d, &f, NULL));
    OK(unroll_loss(m, d, &o, &loss, NULL));
    unroll_data_free(d);
    unroll_close(m);
    return loss;
}

/* chains along two indices know nothing of each other */
static void two_indices(void **state)
{
    (void)state;
#define ALONG_T "data y[t] : raw\nlatent z[t] : symbol(2)\nfixed A = [1, -0.5; -0.7, 0.8], m = [0.2, 1.9]\nz[t] ~ categorical(A z[t-1])\ny[t] ~ normal(m z[t], 0.7)\n"
#define ALONG_U "data v[u] : raw\nlatent q[u] : symbol(3)\nfixed r = [0.1, -0.9, 1.4]\nq[u] ~ categorical(r' * (q[u-1] == 2))\nv[u] ~ normal(r q[u], 0.9)\n"
    double t = loss_of(ALONG_T, true, false), u = loss_of(ALONG_U, false, true), both = loss_of(ALONG_T ALONG_U, true, true);
    assert_true(fabs(both / (t + u) - 1) < 1e-12);
}

/* a long sequence: the forward and backward recursions in plain numbers; cut in two, the second part goes on where the first ends */
static void long_sequences(void **state)
{
    (void)state;
    enum { N = 3000, CUT = 1300 };
    static double y[N], a[N][3], b[N][3], got[N * 3], e[N][3];
    static const double A[3][3] = { { 2, -0.5, 0.3 }, { 0.1, 1.5, -1 }, { -1, 0.2, 1.1 } }, mean[3] = { -1, 0.4, 2 };
    double P[3][3], want = 0, loss[3];
    unroll_model *m = model_of("data y[t] : raw\nlatent z[t] : symbol(3)\nfixed A = [2, -0.5, 0.3; 0.1, 1.5, -1; -1, 0.2, 1.1], m = [-1, 0.4, 2]\n"
                               "z[t] ~ categorical(A z[t-1])\ny[t] ~ normal(m z[t], 0.8)\n");
    unroll_data *d = NULL, *first, *rest;
    unroll_fit_options f = UNROLL_FIT_INIT;
    unroll_use_options o = UNROLL_USE_INIT;
    size_t n = N, count;
    for (int from = 0; from < 3; from++)
        for (int to = 0; to < 3; to++) P[to][from] = exp(A[to][from] - lse_of((double[]){ A[0][from], A[1][from], A[2][from] }, 3));
    for (size_t t = 0; t < N; t++) {
        y[t] = t % 7 == 3 ? NAN : 1 + 2 * wave(t);
        double all = 0;
        for (int s = 0; s < 3; s++) {
            double before = t ? 0 : 1.0 / 3;
            for (int q = 0; t && q < 3; q++) before += P[s][q] * a[t - 1][q];
            e[t][s] = isnan(y[t]) ? 1 : exp(gauss(y[t], mean[s], 0.8));
            all += a[t][s] = before * e[t][s];
        }
        for (int s = 0; s < 3; s++) a[t][s] /= all;
        want -= log(all);
    }
    for (size_t t = N; t--;) {
        double all = 0;
        for (int s = 0; s < 3; s++) {
            b[t][s] = t + 1 == N;
            for (int q = 0; t + 1 < N && q < 3; q++) b[t][s] += P[q][s] * e[t + 1][q] * b[t + 1][q];
            all += b[t][s];
        }
        for (int s = 0; s < 3; s++) b[t][s] /= all;
    }
    f.epochs = 1;
    f.precision = 1;
    OK(unroll_data_new(&d, m, 1));
    OK(unroll_data_set_numbers(d, "y", &n, y));
    OK(unroll_fit(m, d, &f, NULL));
    OK(unroll_loss(m, d, &o, &loss[0], NULL));
    assert_true(fabs(loss[0] / want - 1) < 1e-12);
    OK(unroll_data_slice(&first, d, 0, CUT));
    OK(unroll_data_slice(&rest, d, CUT, N));
    OK(unroll_loss(m, first, &o, &loss[1], NULL));
    OK(unroll_quantity(m, d, "z.smoothed", 0, &o, got, N * 3, &count, NULL));
    for (size_t t = 0; t < N; t++) {
        double all = 0;
        for (int s = 0; s < 3; s++) all += a[t][s] * b[t][s];
        for (int s = 0; s < 3; s++) assert_true(fabs(got[3 * t + (size_t)s] - a[t][s] * b[t][s] / all) < 1e-10);
    }
    o.history = first;
    OK(unroll_loss(m, rest, &o, &loss[2], NULL));
    assert_true(fabs((loss[1] + loss[2]) / want - 1) < 1e-12);
    unroll_data_free(first);
    unroll_data_free(rest);
    unroll_data_free(d);
    unroll_close(m);
}

/* what is drawn after a given value comes as often as the joint distribution says: draws tell of states, and so of later draws */
static void draws(void **state)
{
    (void)state;
    enum { N = 4000, T = 3, SIGMAS = 4 };
    static double y[N * T];
    static size_t length[N];
    unroll_model *m = model_of("data y[t] : count\nlatent z[t] : symbol(2)\nfixed A = [2.2, -1; 0, 0.9], b = [-1.7, 2]\nz[t] ~ categorical(A z[t-1])\ny[t] ~ bernoulli(b z[t] - 0.6 * y[t-1])\n");
    unroll_data *d = NULL;
    unroll_table *t = NULL;
    unroll_fit_options f = UNROLL_FIT_INIT;
    unroll_use_options o = UNROLL_USE_INIT;
    for (size_t i = 0; i < N * T; i++) y[i] = (double)(i % 2);
    for (size_t i = 0; i < N; i++) length[i] = T;
    f.epochs = 1;
    f.precision = 1;
    OK(unroll_data_new(&d, m, N));
    OK(unroll_data_set_numbers(d, "y", length, y));
    OK(unroll_fit(m, d, &f, NULL));
    unroll_data_free(d);
    double p[2][4], counted[2][4] = { { 0 } };
    for (int k = 0; k < 8; k++) {                          /* y[1], and both after it */
        double v[T] = { k / 4, k / 2 % 2, k % 2 }, loss[2];
        for (size_t n = 1, q = 0; n <= T; n += 2, q++) {
            OK(unroll_data_new(&d, m, 1));
            OK(unroll_data_set_numbers(d, "y", &n, v));
            OK(unroll_loss(m, d, &o, &loss[q], NULL));
            unroll_data_free(d);
        }
        p[k / 4][k % 4] = exp(loss[0] - loss[1]);
    }
    for (size_t i = 0; i < N * T; i++) y[i] = i % T ? NAN : (double)(i / T % 2);
    o.seed = 3;
    OK(unroll_data_new(&d, m, N));
    OK(unroll_data_set_numbers(d, "y", length, y));
    OK(unroll_sample(m, d, &o, &t));
    size_t column = unroll_table_columns(t), rows = unroll_table_rows(t), each = rows / N;
    while (column-- && strcmp(unroll_table_name(t, column), "y")) {}
    assert_true(each == 2 || each == 3);
    for (size_t i = 0; i < N; i++) {
        double a = unroll_table_number(t, i * each + each - 2, column), b = unroll_table_number(t, i * each + each - 1, column);
        counted[i % 2][(int)(2 * a + b)]++;
    }
    for (int k = 0; k < 8; k++) {
        double want = p[k / 4][k % 4] * N / 2, got = counted[k / 4][k % 4];
        if (!(fabs(got - want) < SIGMAS * sqrt(want * (1 - p[k / 4][k % 4])))) fail_msg("after %d, %d and %d: %g times, not %g", k / 4, k / 2 % 2, k % 2, got, want);
    }
    unroll_table_free(t);
    unroll_data_free(d);
    unroll_close(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(all_paths), cmocka_unit_test(two_indices), cmocka_unit_test(long_sequences), cmocka_unit_test(draws) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
