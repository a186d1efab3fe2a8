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

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(all_paths), cmocka_unit_test(two_indices) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
