/* AR(9) on the yearly sunspots through the public interface: the fit chooses exact least squares, and its coefficients and
 * forecasts are those of statsmodels (stored by make_ar.py with the call that made them). */
#include "golden.h"

static const char model[] =
    "data  value[t] : real\n"
    "index j = 1..9\n"
    "param A[j], m, s\n"
    "value[t] ~ normal(sum[j](A[j] value[t-j]) + m, s)\n";

static double *stored(const char *name, size_t n)
{
    char *text = file_text(UR_SOURCE_DIR "/tests/golden/data/ar9_sunspots.txt");
    assert_non_null(text);
    double *v = NULL;
    for (char *p = text; *p && !v; next_line(&p)) {
        char w[64];
        word(&p, w, sizeof w);
        if (strcmp(w, name)) continue;
        word(&p, w, sizeof w);
        assert_int_equal(strtoul(w, NULL, 10), n);
        v = read_numbers(&p, n);
    }
    free(text);
    assert_non_null(v);
    return v;
}

static void test_sunspots(void **state)
{
    (void)state;
    const char *spec[] = { UR_SOURCE_DIR "/tests/golden/data/sunspot_year.csv" };
    unroll_model *m = NULL;
    unroll_data *d = NULL;
    OK(unroll_open_text(&m, model, strlen(model), "sunspots", NULL, 0));
    OK(unroll_data_read(&d, m, spec, 1, NULL));
    assert_int_equal(unroll_data_units(d), 289);

    unroll_fit_options o = UNROLL_FIT_INIT;
    unroll_fit_result r = { 0 };
    OK(unroll_fit(m, d, &o, &r));
    assert_non_null(strstr(r.method, "least squares"));
    double A[9], *phi = stored("phi", 9);
    OK(unroll_param_get(m, "A", A, 9));                       /* scaling y leaves them as they are */
    close_to("sunspots", "A", A, phi, 9, 1e-6);

    /* m is in the scale of the fit; the intercept in own units shows in the forecasts */
    unroll_use_options u = UNROLL_USE_INIT;
    unroll_table *t = NULL;
    u.horizon = 11;
    u.precision = 1;
    OK(unroll_predict(m, d, &u, &t));
    size_t c = 0;
    while (c < unroll_table_columns(t) && strcmp(unroll_table_name(t, c), "value")) c++;
    assert_true(c < unroll_table_columns(t));
    assert_true(unroll_table_rows(t) >= 11);
    double f[11], *forecast = stored("forecast", 11);
    for (size_t i = 0; i < 11; i++) f[i] = unroll_table_number(t, unroll_table_rows(t) - 11 + i, c);
    close_to("sunspots", "the forecast", f, forecast, 11, 1e-6);

    unroll_table_free(t);
    free(phi);
    free(forecast);
    unroll_data_free(d);
    unroll_close(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_sunspots) };
    return cmocka_run_group_tests_name("ar", tests, NULL, NULL);
}
