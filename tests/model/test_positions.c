/* Positions and states after a history: what a part of the data, a forecast or a validation part is computed from is what all that came before it
 * gives. Expected values: the whole sequence run from its start, or the equations worked out here. */
#include "model_test.h"
#include "model/model.h"

enum { N = 700, H = 6 };

static double value_in(const unroll_table *t, size_t row, const char *name)
{
    for (size_t c = 0; c < unroll_table_columns(t); c++)
        if (!strcmp(unroll_table_name(t, c), name)) return unroll_table_number(t, row, c);
    fail_msg("there is no column %s", name);
    return 0;
}

static double score_in(const unroll_table *t, const char *score)
{
    for (size_t r = 0; r < unroll_table_rows(t); r++)
        if (!strcmp(unroll_table_text(t, r, 1), score)) return value_in(t, r, "model");
    fail_msg("there is no score %s", score);
    return 0;
}

/* lags alone; a state that fades fast, slowly; one that keeps what was added to it, and one in another form; none but the position; the length */
static const char *const texts[] = {
    "data y[t] : real\nindex j = 1..3\nparam A[j] = 0.3, m, s\nz[t] = sum[j](A[j] y[t-j])\ny[t] ~ normal(z[t] + 0.1 z[t-2] + m, s)\n",
    "data y[t] : real\nparam V = 0.5, s\nh[t] = gru(3, y[t-1])\ny[t] ~ normal(V h[t], s)\n",
    "data y[t] : real\nparam m, s\nl[t] : 1 = 0.99 * l[t-1] + 0.01 * y[t-1]\ny[t] ~ normal(l[t] + m, s)\n",
    "data y[t] : real\nparam m = 0.2, s\nq[t] : 1 = q[t-1] + y[t-1]\ny[t] ~ normal(m * sin(q[t]), s)\n",
    "data y[t] : real\nparam m = 0.2, s\nq[t] : 1 = max(q[t-1], y[t-1])\ny[t] ~ normal(m * q[t], s)\n",
    "data y[t] : real\nparam a = 0.001, c, s\ny[t] ~ normal(a * t + c, s)\n",
    "data y[t] : real\nparam a = 0.1, c, s\ny[t] ~ normal(a * y[t-1] + sin(0.01 * t) + c, s)\n",
    "data y[t] : real\nparam a = 0.3, s\nh[t] : 1 = 0.5 * h[t-1] + y[t-1]\ny[t] ~ normal(a * h[t] + t / length(t), s)\n",
};
enum { TEXTS = sizeof texts / sizeof *texts };

static unroll_model *fitted(const char *text, unroll_data **d, size_t n, bool holes)
{
    unroll_model *m = model_of(text);
    double *v = malloc(n * sizeof *v);
    OK(unroll_data_new(d, m, 1));
    for (size_t i = 0; i < n; i++) v[i] = holes && i % 50 > 46 && i < n - H ? NAN : 10 + 3 * wave(i);
    OK(unroll_data_set_numbers(*d, "y", &n, v));
    free(v);
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.epochs = 1;
    o.rate = 1e-6;
    o.precision = 1;
    o.method = 1;
    OK(unroll_fit(m, *d, &o, NULL));
    return m;
}

/* one forecast, by predict from all rows before it and by score from the same origin */
static void same_forecast(const char *text, size_t n, int context, int naive, bool holes)
{
    unroll_data *d, *past, *rest;
    unroll_model *m = fitted(text, &d, n, holes);
    unroll_table *t = NULL, *u = NULL;
    unroll_use_options o = UNROLL_USE_INIT;
    OK(unroll_data_slice(&past, d, 0, n - H));
    OK(unroll_data_slice(&rest, d, n - H, n));
    o.horizon = H;
    o.context = context;
    o.precision = 1;
    o.naive = naive;
    OK(unroll_predict(m, past, &o, &t));
    double want = 0;
    for (size_t i = 0, r = unroll_table_rows(t) - H; i < H; i++) want += fabs(value_in(t, r + i, "y") - (10 + 3 * wave(n - H + i))) / H;
    assert_true(value_in(t, unroll_table_rows(t) - 1, "position") == (double)n);
    o.history = past;
    OK(unroll_score(m, rest, &o, &u));
    if (!(fabs(score_in(u, "MAE") - want) < 1e-9)) fail_msg("score has %.12g, predict %.12g (context %d, %d):\n%s", score_in(u, "MAE"), want, context, naive, text);
    unroll_table_free(t);
    unroll_table_free(u);
    unroll_data_free(past);
    unroll_data_free(rest);
    unroll_data_free(d);
    unroll_close(m);
}

static void score_forecasts_as_predict(void **state)
{
    (void)state;
    for (size_t k = 0; k < TEXTS; k++)
        for (int context = 0; context <= 40; context += 40) {
            same_forecast(texts[k], N, context, 0, false);
            same_forecast(texts[k], 200, context, 1, false);
            same_forecast(texts[k], 2900, context, 0, false);          /* more than a run takes at once */
            same_forecast(texts[k], N, context, 0, true);
        }
}

/* −log p of a part with its history is that of all rows less that of the rows before */
static double loss_of(unroll_model *m, const unroll_data *d, const unroll_data *history, double *count)
{
    unroll_use_options o = UNROLL_USE_INIT;
    double sum = 0;
    o.precision = 1;
    o.history = history;
    OK(unroll_loss(m, d, &o, &sum, count));
    return sum;
}

static void parts_have_their_place(void **state)
{
    (void)state;
    for (size_t k = 0; k + 1 < TEXTS; k++)                              /* but for the one that knows how long the sequence is */
        for (size_t n = 700; n <= 5300; n += 4600) {
            unroll_data *d, *past, *rest;
            unroll_model *m = fitted(texts[k], &d, n, false);
            double c[3];
            OK(unroll_data_slice(&past, d, 0, n - 100));
            OK(unroll_data_slice(&rest, d, n - 100, n));
            double all = loss_of(m, d, NULL, &c[0]), before = loss_of(m, past, NULL, &c[1]), part = loss_of(m, rest, past, &c[2]);
            assert_true(c[0] == c[1] + c[2]);
            if (!(fabs(part - (all - before)) < 1e-8 * fabs(all))) fail_msg("%.10g, not %.10g, after %zu rows:\n%s", part, all - before, n - 100, texts[k]);
            unroll_data_free(past);
            unroll_data_free(rest);
            unroll_data_free(d);
            unroll_close(m);
        }
}

/* the validation loss that a fit prints is that of the part after its history */
static void validation_has_its_place(void **state)
{
    (void)state;
    static const struct { int chunk, context, horizon; size_t n, v; } way[] = { { 0, 0, 0, 900, 150 }, { 32, 0, 0, 6000, 3000 }, { -1, 0, 0, 900, 150 } };
    for (size_t k = 0; k + 1 < TEXTS; k++)
        for (size_t w = 0; w < 3; w++) {
            unroll_model *m = model_of(texts[k]);
            unroll_data *d = waves(m, "y", NULL, way[w].n), *train, *valid;
            OK(unroll_data_slice(&train, d, 0, way[w].n - way[w].v));
            OK(unroll_data_slice(&valid, d, way[w].n - way[w].v, way[w].n));
            unroll_fit_options o = UNROLL_FIT_INIT;
            unroll_fit_result r;
            o.epochs = 1;
            o.rate = 1e-9;
            o.precision = 1;
            o.method = 1;
            o.chunk = way[w].chunk;
            o.valid = valid;
            OK(unroll_fit(m, train, &o, &r));
            double count, want = loss_of(m, valid, train, &count);
            if (!(fabs(r.valid_loss - want / count) < 1e-5)) fail_msg("way %zu: %.10g, not %.10g:\n%s", w, r.valid_loss, want / count, texts[k]);
            unroll_data_free(valid);
            unroll_data_free(train);
            unroll_data_free(d);
            unroll_close(m);
        }
}

/* y = 5 + t / 2 exactly: found from any part, and known in any part, with and without what came before */
static void a_trend_is_known_anywhere(void **state)
{
    (void)state;
    unroll_model *m = model_of("data y[t] : raw\nparam a, c, s\ny[t] ~ normal(a * t + c, s)\n");
    unroll_data *d, *part, *later;
    unroll_table *t = NULL;
    size_t n = 6000;
    double *v = malloc(n * sizeof *v), a, c;
    OK(unroll_data_new(&d, m, 1));
    for (size_t i = 0; i < n; i++) v[i] = 5 + 0.5 * (double)(i + 1) + 0.001 * wave(i);
    OK(unroll_data_set_numbers(d, "y", &n, v));
    OK(unroll_data_slice(&part, d, 4000, 5000));
    OK(unroll_fit(m, part, NULL, NULL));
    OK(unroll_param_get(m, "a", &a, 1));
    OK(unroll_param_get(m, "c", &c, 1));
    assert_true(fabs(a - 0.5) < 1e-5 && fabs(c - 5) < 1e-2);
    OK(unroll_data_slice(&later, part, 500, 900));                     /* a slice of a slice: rows 4501 to 4900 */
    unroll_use_options o = UNROLL_USE_INIT;
    o.horizon = 2;
    OK(unroll_predict(m, later, &o, &t));
    assert_true(value_in(t, 0, "position") == 4901);
    assert_true(fabs(value_in(t, 1, "y") - (5 + 0.5 * 4902)) < 0.01);
    unroll_table_free(t);
    o.horizon = 0;
    OK(unroll_score(m, later, &o, &t));
    assert_true(score_in(t, "RMSE") < 0.002);
    unroll_table_free(t);
    unroll_stream *s;                                                  /* a stream's positions go on counting */
    OK(unroll_stream_open(&s, m, 1, 0));
    for (int i = 0; i < 50; i++) {
        double y = 0, p;
        OK(unroll_stream_set_number(s, 0, &y));
        OK(unroll_stream_step(s));
        OK(unroll_stream_prediction(s, 0, &p, 1));
        assert_true(fabs(p - (c + a * (i + 1))) < 1e-9);
    }
    unroll_stream_close(s);
    free(v);
    unroll_data_free(later);
    unroll_data_free(part);
    unroll_data_free(d);
    unroll_close(m);
}

/* draws of a long horizon do not come again, and two data do not share theirs */
static void draws_differ(void **state)
{
    (void)state;
    unroll_model *m = model_of("data x[t], y[t] : raw\nparam s = 1\nx[t] ~ normal(0, s)\ny[t] ~ normal(0, s)\n");
    unroll_data *d = waves(m, "y", "x", 100);
    unroll_table *t = NULL;
    unroll_fit_options f = UNROLL_FIT_INIT;
    f.epochs = 1;
    f.method = 1;
    OK(unroll_fit(m, d, &f, NULL));
    unroll_use_options o = UNROLL_USE_INIT;
    o.horizon = 3000;
    OK(unroll_sample(m, d, &o, &t));
    assert_int_equal(unroll_table_rows(t), 3000);
    double both = 0, xx = 0, yy = 0;
    for (size_t r = 0; r < 3000; r++) {
        double x = value_in(t, r, "x"), y = value_in(t, r, "y") - 0;
        both += x * y;
        xx += x * x;
        yy += y * y;
        if (r >= 512) assert_true(value_in(t, r, "x") != value_in(t, r - 512, "x"));
    }
    assert_true(fabs(both / sqrt(xx * yy)) < 0.1);
    unroll_table_free(t);
    unroll_data_free(d);
    unroll_close(m);
}

/* what the graph carries, told by its form */
static void memory_is_told(void **state)
{
    (void)state;
    static const ur_memory_kind want[TEXTS] = { UR_MEMORY_LAGS, UR_MEMORY_FADES, UR_MEMORY_FADES, UR_MEMORY_KEEPS, UR_MEMORY_KEEPS, UR_MEMORY_LAGS, UR_MEMORY_LAGS, UR_MEMORY_FADES };
    for (size_t k = 0; k < TEXTS; k++) {
        unroll_model *m = model_of(texts[k]);
        ur_memory_kind kind;
        ur_err e = { 0 };
        assert_int_equal(ur_memory(m->graph, ur_root_index(&m->graph->schema), &kind, &e), 0);
        assert_int_equal(kind, want[k]);
        unroll_close(m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(score_forecasts_as_predict), cmocka_unit_test(parts_have_their_place), cmocka_unit_test(validation_has_its_place),
                                        cmocka_unit_test(a_trend_is_known_anywhere), cmocka_unit_test(draws_differ), cmocka_unit_test(memory_is_told) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
