/* Using: forecasts, completions and scores, against numbers worked out here; what is missing is named. */
#include "model_test.h"

static const char ar1[] = "data y[t] : real\nparam a, m, s\ny[t] ~ normal(a y[t-1] + m, s)\n";

static size_t column(const unroll_table *t, const char *name)
{
    for (size_t c = 0; c < unroll_table_columns(t); c++)
        if (!strcmp(unroll_table_name(t, c), name)) return c;
    fail_msg("there is no column %s", name);
    return 0;
}

static double score_of(const unroll_table *t, const char *score, const char *base, size_t col)
{
    for (size_t r = 0; r < unroll_table_rows(t); r++)
        if (!strcmp(unroll_table_text(t, r, 1), score) && (!base || !strcmp(unroll_table_text(t, r, 4), base))) return unroll_table_number(t, r, col);
    fail_msg("there is no score %s", score);
    return 0;
}

static void fit_ar(unroll_model **m, unroll_data **d, size_t n, double *a, double *c)
{
    *m = model_of(ar1);
    *d = waves(*m, "y", NULL, n);
    unroll_fit_result r;
    OK(unroll_fit(*m, *d, NULL, &r));
    assert_string_equal(r.method, "exact least squares");
    double mean = 0, sq = 0;
    for (size_t i = 0; i < n; i++) mean += (10 + 3 * wave(i)) / (double)n;
    for (size_t i = 0; i < n; i++) sq += pow(10 + 3 * wave(i) - mean, 2) / (double)n;
    OK(unroll_param_get(*m, "a", a, 1));
    OK(unroll_param_get(*m, "m", c, 1));
    *c = *c * sqrt(sq) + mean * (1 - *a);                /* in own units: y = a y + c */
}

static void forecasts(void **state)
{
    (void)state;
    unroll_model *m;
    unroll_data *d;
    double a, c;
    fit_ar(&m, &d, 100, &a, &c);
    unroll_use_options o = UNROLL_USE_INIT;
    unroll_table *t = NULL;
    o.horizon = 5;
    OK(unroll_predict(m, d, &o, &t));
    assert_int_equal(unroll_table_rows(t), 5);
    double y = 10 + 3 * wave(99);
    for (size_t i = 0; i < 5; i++) {
        assert_true(unroll_table_number(t, i, column(t, "position")) == 101 + (double)i);
        y = a * y + c;
        assert_true(fabs(unroll_table_number(t, i, column(t, "y")) - y) < 1e-6);
        assert_true(fabs(unroll_table_number(t, i, column(t, "naive")) - (10 + 3 * wave(99))) < 5);
    }
    unroll_table_free(t);
    o.samples = 400;
    OK(unroll_predict(m, d, &o, &t));
    for (size_t i = 0; i < 5; i++) {
        double lo = unroll_table_number(t, i, column(t, "y_5")), mid = unroll_table_number(t, i, column(t, "y_50")), hi = unroll_table_number(t, i, column(t, "y_95"));
        assert_true(lo < mid && mid < hi);
        assert_true(fabs(unroll_table_number(t, i, column(t, "y_mean")) - unroll_table_number(t, i, column(t, "y"))) < 0.5 * (hi - lo));
    }
    unroll_table_free(t);
    o = (unroll_use_options)UNROLL_USE_INIT;
    assert_int_equal(unroll_predict(m, d, &o, &t), UNROLL_ERROR_USAGE);
    assert_string_equal(unroll_error(), "nothing is left out: every value the model draws is given; leave cells of y empty, or ask for a horizon");
    unroll_data_free(d);
    unroll_close(m);
}

static void rolling_scores(void **state)
{
    (void)state;
    unroll_model *m;
    unroll_data *d, *past = NULL, *rest = NULL;
    double a, c;
    fit_ar(&m, &d, 200, &a, &c);
    OK(unroll_data_slice(&past, d, 0, 150));
    OK(unroll_data_slice(&rest, d, 150, 200));
    unroll_use_options o = UNROLL_USE_INIT;
    unroll_table *t = NULL;
    o.horizon = 4;
    o.history = past;
    OK(unroll_score(m, rest, &o, &t));
    double sq = 0, abs = 0, naive = 0, n = 0;
    for (size_t origin = 150; origin + 4 <= 200; origin++) {
        double y = 10 + 3 * wave(origin - 1), last = y;
        for (size_t h = 0; h < 4; h++, n++) {
            y = a * y + c;
            double want = 10 + 3 * wave(origin + h);
            sq += (want - y) * (want - y);
            abs += fabs(want - y);
            naive += fabs(want - last);
        }
    }
    assert_true(fabs(score_of(t, "MAE", "last value", 2) - abs / n) < 1e-6);
    assert_true(fabs(score_of(t, "RMSE", "last value", 2) - sqrt(sq / n)) < 1e-6);
    assert_true(fabs(score_of(t, "MAE", "last value", 3) - naive / n) < 1e-6);
    unroll_table_free(t);
    o.horizon = 0;
    OK(unroll_score(m, rest, &o, &t));
    double one = 0;
    for (size_t i = 150; i < 200; i++) one += fabs(a * (10 + 3 * wave(i - 1)) + c - (10 + 3 * wave(i))) / 50;
    assert_true(fabs(score_of(t, "MAE", "last value", 2) - one) < 1e-6);
    unroll_table_free(t);
    unroll_data_free(past);
    unroll_data_free(rest);
    unroll_data_free(d);
    unroll_close(m);
}

static void what_a_forecast_needs(void **state)
{
    (void)state;
    unroll_model *m = model_of("data y[t], x[t] : real\nparam a, b, s\ny[t] ~ normal(a y[t-1] + b x[t], s)\n");
    unroll_data *d = waves(m, "y", "x", 50);
    OK(unroll_fit(m, d, NULL, NULL));
    unroll_use_options o = UNROLL_USE_INIT;
    unroll_table *t = NULL;
    o.horizon = 3;
    assert_int_equal(unroll_predict(m, d, &o, &t), UNROLL_ERROR_DATA);
    assert_string_equal(unroll_error(), "a forecast of 3 positions needs x there, which the model does not draw: append 3 rows with x given and y left empty; or cut the data before rows that "
                                        "give it (--rows :TO)");
    unroll_data_free(d);
    /* with the rows there */
    double y[13], x[13];
    size_t n = 13;
    for (size_t i = 0; i < n; i++) y[i] = i < 10 ? 10 + 3 * wave(i) : NAN, x[i] = wave(3 * i + 7);
    OK(unroll_data_new(&d, m, 1));
    OK(unroll_data_set_numbers(d, "y", &n, y));
    OK(unroll_data_set_numbers(d, "x", &n, x));
    OK(unroll_predict(m, d, &o, &t));
    assert_int_equal(unroll_table_rows(t), 3);
    unroll_table_free(t);
    unroll_data_free(d);
    unroll_close(m);
    /* what is read long enough ago need not be known */
    m = model_of("data y[t], x[t] : real\nparam a, b, s\ny[t] ~ normal(a y[t-1] + b x[t-3], s)\n");
    d = waves(m, "y", "x", 50);
    OK(unroll_fit(m, d, NULL, NULL));
    OK(unroll_predict(m, d, &o, &t));
    assert_int_equal(unroll_table_rows(t), 3);
    unroll_table_free(t);
    o.horizon = 4;
    assert_int_equal(unroll_predict(m, d, &o, &t), UNROLL_ERROR_DATA);
    unroll_data_free(d);
    unroll_close(m);
}

/* What comes after the data gives what the model does not draw, and nothing else: the same forecast as from rows of the data that leave y empty */
static void what_comes_after(void **state)
{
    (void)state;
    unroll_model *m = model_of("data y[t], x[t] : real\ndata c[t,j] : symbol\nindex j = 1..2\nparam a, b, s, E\ny[t] ~ normal(a y[t-1] + b x[t] + E c[t,1] + E c[t-1,2], s)\n");
    enum { N = 40, GIVEN = 30, H = 4 };
    double y[N], x[N];
    const char *c[2 * N];
    size_t n = N;
    for (size_t i = 0; i < N; i++) {
        x[i] = wave(3 * i + 7);
        c[2 * i] = i % 3 ? "u" : "v";
        c[2 * i + 1] = i % 5 ? "v" : "w";
        y[i] = 10 + 3 * wave(i) + 2 * x[i] + (i % 3 ? 1 : 0) + (i % 5 ? 0 : 4);
    }
    unroll_data *d, *past = NULL, *rest = NULL, *open;
    OK(unroll_data_new(&d, m, 1));
    OK(unroll_data_set_numbers(d, "y", &n, y));
    OK(unroll_data_set_numbers(d, "x", &n, x));
    OK(unroll_data_set_texts(d, "c", &n, c));
    OK(unroll_fit(m, d, NULL, NULL));
    n = GIVEN + H;
    for (size_t i = GIVEN; i < GIVEN + H; i++) y[i] = NAN;
    OK(unroll_data_new(&open, m, 1));
    OK(unroll_data_set_numbers(open, "y", &n, y));
    OK(unroll_data_set_numbers(open, "x", &n, x));
    OK(unroll_data_set_texts(open, "c", &n, c));
    OK(unroll_data_slice(&past, d, 0, GIVEN));
    OK(unroll_data_slice(&rest, d, GIVEN, N));
    unroll_use_options o = UNROLL_USE_INIT;
    unroll_table *want = NULL, *got = NULL, *more = NULL;
    OK(unroll_predict(m, open, &o, &want));
    o.horizon = H;
    assert_int_equal(unroll_predict(m, past, &o, &got), UNROLL_ERROR_DATA);
    o.future = rest;
    OK(unroll_predict(m, past, &o, &got));
    assert_int_equal(unroll_table_rows(got), H);
    for (size_t i = 0; i < H; i++) assert_true(unroll_table_number(got, i, column(got, "y")) == unroll_table_number(want, i, column(want, "y")));
    o.horizon = N - GIVEN + 1;
    assert_int_equal(unroll_predict(m, past, &o, &more), UNROLL_ERROR_DATA);
    assert_non_null(strstr(unroll_error(), "needs x, c there, which the model does not draw: append 1 row with x, c given and y left empty"));
    /* rows of what is given too: the history's end at row 0 */
    unroll_data_free(open);
    OK(unroll_data_slice(&open, d, 10, GIVEN));
    unroll_data_free(past);
    OK(unroll_data_slice(&past, d, 0, 10));
    o.horizon = H;
    o.history = past;
    o.rows = 1;
    OK(unroll_predict(m, open, &o, &more));
    assert_int_equal(unroll_table_rows(more), GIVEN + H);
    for (size_t i = 0; i < GIVEN + H; i++) {
        double v = unroll_table_number(more, i, column(more, "y"));
        assert_true(unroll_table_number(more, i, column(more, "row")) == (double)i - 9 && isnan(unroll_table_number(more, i, column(more, "seconds"))));
        assert_true(i < GIVEN ? v == y[i] : v == unroll_table_number(want, i - GIVEN, column(want, "y")));
    }
    unroll_table_free(want);
    unroll_table_free(got);
    unroll_table_free(more);
    unroll_data_free(past);
    unroll_data_free(rest);
    unroll_data_free(open);
    unroll_data_free(d);
    unroll_close(m);
}

static void labels_and_tags(void **state)
{
    (void)state;
    unroll_model *m = model_of("data w[t], tag[t] : words\ndata label : symbol\nparam E, V, U, c, d\nh[t] = gru(8, E w[t])\ntag[t] ~ categorical(V h[t] + c)\nlabel ~ categorical(U h[end] + d)\n");
    unroll_data *d = NULL, *k = NULL;
    static const char *const w[] = { "a b c", "b a", "c c a b", "a", "b c" }, *const tags[] = { "x y z", "y x", "z z x y", "x", "y z" }, *const labels[] = { "odd", "even", "even", "odd", "even" };
    OK(unroll_data_new(&d, m, 5));
    OK(unroll_data_set_texts(d, "w", NULL, w));
    OK(unroll_data_set_texts(d, "tag", NULL, tags));
    OK(unroll_data_set_texts(d, "label", NULL, labels));
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.epochs = 200;
    o.rate = 0.02;
    OK(unroll_fit(m, d, &o, NULL));
    unroll_table *t = NULL;
    OK(unroll_score(m, d, NULL, &t));
    assert_true(score_of(t, "accuracy %", NULL, 2) > 99);
    assert_true(score_of(t, "perplexity", NULL, 2) < score_of(t, "perplexity", NULL, 3));
    unroll_table_free(t);
    OK(unroll_data_new(&k, m, 2));
    static const char *const fresh[] = { "a b c", "b c" };
    OK(unroll_data_set_texts(k, "w", NULL, fresh));
    OK(unroll_predict(m, k, NULL, &t));
    assert_int_equal(unroll_table_rows(t), 5);
    static const char *const want[] = { "x", "y", "z", "y", "z" };
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(unroll_table_text(t, i, column(t, "tag")), want[i]);
        assert_string_equal(unroll_table_text(t, i, column(t, "label")), i < 3 ? "odd" : "even");
    }
    unroll_table_free(t);
    unroll_use_options hot = UNROLL_USE_INIT;
    hot.temperature = 1e6;                               /* every symbol as likely as any other; the end is none where the length is known */
    hot.samples = 50;
    OK(unroll_sample(m, k, &hot, &t));
    for (size_t i = 0; i < unroll_table_rows(t); i++) {
        assert_non_null(strstr("xyz", unroll_table_text(t, i, column(t, "tag"))));
        assert_true(*unroll_table_text(t, i, column(t, "label")) != '<');
    }
    unroll_table_free(t);
    unroll_data_free(k);
    OK(unroll_data_new(&k, m, 2));
    OK(unroll_data_set_texts(k, "tag", NULL, fresh));
    assert_int_equal(unroll_predict(m, k, NULL, &t), UNROLL_ERROR_DATA);
    assert_string_equal(unroll_error(), "the model's data \"w\" is not set");
    unroll_data_free(k);
    unroll_data_free(d);
    unroll_close(m);
}

static void sequences_to_sequences(void **state)
{
    (void)state;
    unroll_model *m = model_of("data src[s], tgt[t] : words\nparam E, F, W, b\nh[s] = gru(12, E src[s])\nd[0] = h[end]\nd[t] = gru(12, F tgt[t-1])\ntgt[t] ~ categorical(W d[t] + b)\n");
    unroll_data *d = NULL, *k = NULL;
    static const char *const src[] = { "one", "two", "three", "one two" }, *const tgt[] = { "un", "deux", "trois", "un deux" };
    OK(unroll_data_new(&d, m, 4));
    OK(unroll_data_set_texts(d, "src", NULL, src));
    OK(unroll_data_set_texts(d, "tgt", NULL, tgt));
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.epochs = 300;
    o.rate = 0.02;
    OK(unroll_fit(m, d, &o, NULL));
    unroll_table *t = NULL;
    unroll_use_options use = UNROLL_USE_INIT;
    use.complete = 1;
    OK(unroll_score(m, d, &use, &t));
    assert_true(score_of(t, "sequence error rate %", NULL, 2) == 0);
    unroll_table_free(t);
    OK(unroll_data_new(&k, m, 4));
    OK(unroll_data_set_texts(k, "src", NULL, src));
    OK(unroll_predict(m, k, NULL, &t));
    assert_int_equal(unroll_table_rows(t), 4);
    for (size_t i = 0; i < 4; i++) assert_string_equal(unroll_table_text(t, i, column(t, "tgt")), tgt[i]);
    unroll_table_free(t);
    unroll_data_free(k);
    unroll_data_free(d);
    unroll_close(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(forecasts), cmocka_unit_test(rolling_scores), cmocka_unit_test(what_a_forecast_needs), cmocka_unit_test(what_comes_after), cmocka_unit_test(labels_and_tags),
                                        cmocka_unit_test(sequences_to_sequences) };
    return cmocka_run_group_tests_name("using", tests, NULL, NULL);
}
