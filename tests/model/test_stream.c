/* Streams: position after position gives what the whole sequence gives; states are saved and restored; a step allocates nothing. */
#include "model_test.h"

static size_t allocations;
static void *counting(void *p, size_t n)
{
    allocations++;
    return realloc(p, n);
}

static unroll_model *fitted(const char *text, const char *x)
{
    unroll_model *m = model_of(text);
    unroll_data *d = waves(m, "y", x, 120);
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.epochs = 3;
    o.precision = 1;
    OK(unroll_fit(m, d, &o, NULL));
    unroll_data_free(d);
    return m;
}

static const char *const models[] = {
    "data y[t], x[t] : real\nparam W, U, v, s\nh[t] : 5 = tanh(W h[t-1] + U [y[t-1]; x[t]])\ny[t] ~ normal(v' h[t], s)\n",
    "data y[t], x[t] : real\nindex j = 1..4\nparam A[j], v, s\ny[t] ~ normal(sum[j](A[j] y[t-j]) + tanh(v x[t-2]), s)\n",
    "data y[t], x[t] : real\nparam W, v, s, p\nh[0] = tanh(p)\nh[t] : 3 = tanh(W h[t-1] + h[t-2] + x[t-1])\ny[t] ~ normal(v' h[t] + y[t-1], s)\n",
    "data y[t], x[t] : real\nindex k = 1..3, p = 1..400\nparam a[k], P[p], v, s\ny[t+k] ~ normal(a[k] * y[t] + v * x[t-1] + P[t], s)\n",
    "data y[t], x[t] : real\nparam W, v, s\nh[t] = lstm(4, W [x[t]; y[t-1]])\ng[t] = gru(3, h[t])\ny[t] ~ normal(v' [g[t]; h[t-1]], s)\n",
    "data y[t], x[t] : real\nparam a, b, c, d, e, s\nh[t] = 0.7 * h[t-1] + known(y[t-1]) + 0.3 * given(y[t-2])\ny[t] ~ normal(a * y[t-1] + b * x[t] + c * h[t] + d * known(y[t-1]) + e * given(y[t-3]), s)\n",
    "data y[t], x[t] : real\nindex k = 1..3, j = 1..2\nparam A[k,j], c[k], s\ny[t+k] ~ normal(sum[j](A[k,j] * y[t+1-j]) + c[k], s)\n",
    "data y[t], x[t] : real\nindex k = 1..3, j = 1..2\nparam A[k], c[k], s\ny[t+k] ~ laplace(A[k] * max[j](y[t+1-j]) + c[k] * min[j](x[t+1-j]), s)\n",
    "data y[t], x[t] : real\nindex k = 1..2, j = 1..3\nparam A[k,j], c[k], s\nh[t,k] = sum[j](A[k,j] * tanh(y[t+1-j] - x[t-j]))\ny[t+k] ~ normal(h[t-1,k] + c[k] * y[t-1], s)\n",
    "data y[t], x[t] : real\nindex k = 1..3\nparam A[k], c[k], s\nh[t] = gru(3, y[t])\ny[t+k] ~ normal(A[k] h[t] + c[k], s, weight = 1 / k)\n",
    "data y[t], x[t] : real\nindex j = 1..3\nparam a, b, c, s\nm[t] = max[j](y[t-j])\nq[t] = logsumexp[j](x[t+1-j])\ny[t] ~ normal(a * m[t] + b * q[t] + c, s)\n",
    "data y[t], x[t] : real\nindex j = 1..3\nparam a, b[j], s\ng[t] = sum[j](b[j] * tanh(h[t+1-j] + y[t-j]))\nh[t] : 1 = a * g[t-1] + 0.3 * x[t]\ny[t] ~ normal(g[t], s)\n",
    "data y[t], x[t] : real\nindex p = 1..7\nparam S[p], b, s\ny[t] ~ normal(S[mod(t - 1, 7) + 1] + b * y[t-1], s)\n",
    "data y[t], x[t] : real\nparam a, b, c, s, r\ny[t] ~ normal(a * x[t] + b * y[t-1], s) if x[t-1] > 0\ny[t] ~ normal(c + b * y[t-2], r)\n",
    "data y[t], x[t] : real\nindex k = 1..2\nparam l[k] = normal(0, 1), m[k] = normal(0, 1), b, s[k]\ny[t] ~ mixture[k](l[k] + x[t], normal(m[k] + b * y[t-1], s[k]))\n",
    "data y[t], x[t] : real\nparam a, b, c\nz[t] = (y[t] - a * y[t-1] - b) / exp(c)\ny[t] ~ density(-z[t]^2 / 2 - c - log(2 * pi) / 2, mean = a * y[t-1] + b)\n",
    "data y[t], x[t] : real\nindex j = 1..2, i = 1..2\nparam A[j], B[i], s\ny[t] ~ normal(sum[j](A[j] * y[t-2*j]) + sum[j,i](B[i] * x[t+2-i-j]), s)\n",
    "data y[t], x[t] : real\nindex j = 1..3\nparam C[j], V, s\nh[t,j] : 2 = tanh(C[j] * h[t,j-1] + h[t-1,j])\nh[t,0] = [y[t-1]; x[t]]\ny[t] ~ normal(V h[t,end], s)\n",
    "data y[t], x[t] : real\nparam a, b, c, s\nh[t] = 0.8 * h[t-1] + 0.2 * abs(y[t] - a * y[t-1])\nh[0] = 1\ny[t] ~ normal(a * y[t-1] + b, exp(c) + h[t-1])\n",
    "data y[t], x[t] : real\nparam W, U, v, s\nh[t] : 3 = tanh(W h[t-1] + U [y[t-1]; x[t]])\ny[t] ~ normal(v' h[t], s)\nW ~ normal(0, 0.5)\ns ~ exponential(1)\n",
    "data y[t], x[t] : real\nindex p = 1..400\nparam P[p], b, s\ny[t] ~ normal(P[t] + b * y[t-1] + x[t], s, weight = 1 + step(x[t]))\nP[p] ~ normal(P[p-1], 0.1) if p > 1\n" };
enum { NMODEL = sizeof models / sizeof *models, N = 30 };

static void step_at(unroll_stream *s, size_t i, bool given)
{
    double y = 10 + 3 * wave(i), x = wave(3 * i + 7);
    if (given) OK(unroll_stream_set_number(s, 0, &y));
    OK(unroll_stream_set_number(s, 1, &x));
    OK(unroll_stream_step(s));
}

/* the mean at each position, from the whole sequence: the table of predictions where the last value alone is left out */
static double mean_at(unroll_model *m, size_t i)
{
    double y[N], x[N], v;
    size_t n = i + 1;
    unroll_data *d = NULL;
    unroll_table *t = NULL;
    for (size_t k = 0; k < n; k++) y[k] = k == i ? NAN : 10 + 3 * wave(k), x[k] = wave(3 * k + 7);
    OK(unroll_data_new(&d, m, 1));
    OK(unroll_data_set_numbers(d, "y", &n, y));
    OK(unroll_data_set_numbers(d, "x", &n, x));
    OK(unroll_predict(m, d, NULL, &t));
    assert_int_equal(unroll_table_rows(t), 1);
    v = unroll_table_number(t, 0, 1);
    unroll_table_free(t);
    unroll_data_free(d);
    return v;
}

static void a_stream_is_the_whole_sequence(void **state)
{
    (void)state;
    for (int k = 0; k < NMODEL; k++) {
        unroll_model *m = fitted(models[k], "x");
        unroll_stream *s = NULL;
        OK(unroll_stream_open(&s, m, 1, 0));
        for (size_t i = 0; i < N; i++) {
            double got, value, want = mean_at(m, i);
            step_at(s, i, true);
            OK(unroll_stream_prediction(s, 0, &got, 1));
            OK(unroll_stream_value(s, 0, &value));
            if (!(fabs(got - want) < 1e-9) && !(!i && isnan(got) && isnan(want))) fail_msg("model %d, position %zu: %.12g, whole sequence %.12g", k, i + 1, got, want);
            assert_true(fabs(value - (10 + 3 * wave(i))) < 1e-9);
        }
        unroll_stream_close(s);
        unroll_close(m);
    }
}

static void what_is_not_set_is_drawn(void **state)
{
    (void)state;
    for (int k = 0; k < NMODEL; k++) {
        unroll_model *m = fitted(models[k], "x");
        unroll_stream *s = NULL;
        OK(unroll_stream_open(&s, m, 1, 0));
        /* twelve given, eight drawn: the same as a table whose last eight values are left out */
        double y[20], x[20];
        size_t n = 20;
        unroll_data *d = NULL;
        unroll_table *t = NULL;
        for (size_t i = 0; i < n; i++) y[i] = i >= 12 ? NAN : 10 + 3 * wave(i), x[i] = wave(3 * i + 7);
        OK(unroll_data_new(&d, m, 1));
        OK(unroll_data_set_numbers(d, "y", &n, y));
        OK(unroll_data_set_numbers(d, "x", &n, x));
        OK(unroll_predict(m, d, NULL, &t));
        assert_int_equal(unroll_table_rows(t), 8);
        for (size_t i = 0; i < n; i++) {
            double v;
            step_at(s, i, i < 12);
            OK(unroll_stream_value(s, 0, &v));
            if (i >= 12 && !(fabs(v - unroll_table_number(t, i - 12, 1)) < 1e-9))
                fail_msg("model %d, position %zu: %.12g, table %.12g", k, i + 1, v, unroll_table_number(t, i - 12, 1));
        }
        unroll_table_free(t);
        unroll_data_free(d);
        unroll_stream_close(s);
        unroll_close(m);
    }
}

/* components of a row that are missing are drawn, the others read as given; saved and restored between */
static void rows_given_in_part(void **state)
{
    static const char *const text[] = {
        "data y[t] : raw(2)\nparam A, c, s\ny[t] ~ normal(A y[t-1] + c, s)\n",
        "data y[t] : real(2)\nparam A, B, c, s\nh[t] = gru(3, y[t-1])\ny[t] ~ normal(A h[t] + B [known(y[t-1]); given(y[t-2])] + c, s)\n" };
    (void)state;
    for (int k = 0; k < 2; k++) {
        enum { ROWS = 24 };
        unroll_model *m = model_of(text[k]);
        double y[2 * ROWS];
        size_t n = ROWS, row = 0;
        unroll_data *d = NULL;
        unroll_table *t = NULL;
        for (size_t i = 0; i < 2 * ROWS; i++) y[i] = i > 12 && i % 5 < 2 ? NAN : 3 * wave(i) + (double)(i % 2);
        OK(unroll_data_new(&d, m, 1));
        OK(unroll_data_set_numbers(d, "y", &n, y));
        unroll_fit_options o = UNROLL_FIT_INIT;
        o.epochs = 3;
        o.precision = 1;
        OK(unroll_fit(m, d, &o, NULL));
        OK(unroll_predict(m, d, NULL, &t));
        unroll_stream *s = NULL;
        OK(unroll_stream_open(&s, m, 1, 0));
        size_t size = unroll_stream_state_size(s);
        char *saved = malloc(size);
        for (size_t i = 0; i < ROWS; i++) {
            double v[2];
            bool asked = isnan(y[2 * i]) || isnan(y[2 * i + 1]);
            OK(unroll_stream_set_number(s, 0, y + 2 * i));
            OK(unroll_stream_step(s));
            OK(unroll_stream_value(s, 0, v));
            for (int c = 0; c < 2 && asked; c++)
                if (!(fabs(v[c] - unroll_table_number(t, row, 1 + (size_t)c)) < 1e-9))
                    fail_msg("model %d, position %zu, component %d: %.12g, table %.12g", k, i + 1, c + 1, v[c], unroll_table_number(t, row, 1 + (size_t)c));
            row += asked;
            OK(unroll_stream_save(s, saved, size));
            OK(unroll_stream_reset(s));
            OK(unroll_stream_restore(s, saved, size));
        }
        assert_int_equal(row, unroll_table_rows(t));
        free(saved);
        unroll_stream_close(s);
        unroll_table_free(t);
        unroll_data_free(d);
        unroll_close(m);
    }
}

static void states_come_back(void **state)
{
    (void)state;
    for (int k = 0; k < NMODEL; k++) {
        unroll_model *m = fitted(models[k], "x");
        unroll_stream *s = NULL, *u = NULL;
        OK(unroll_stream_open(&s, m, 1, 0));
        OK(unroll_stream_open(&u, m, 1, 0));
        for (size_t i = 0; i < 9; i++) step_at(s, i, true);
        size_t n = unroll_stream_state_size(s);
        char *bytes = malloc(n);
        OK(unroll_stream_save(s, bytes, n));
        double want[10], got;
        for (size_t i = 9; i < 19; i++) {
            step_at(s, i, i % 2);
            OK(unroll_stream_value(s, 0, &want[i - 9]));
        }
        unroll_stream *both[2] = { s, u };
        for (int b = 0; b < 2; b++) {
            OK(unroll_stream_restore(both[b], bytes, n));
            for (size_t i = 9; i < 19; i++) {
                step_at(both[b], i, i % 2);
                OK(unroll_stream_value(both[b], 0, &got));
                assert_true(got == want[i - 9]);
            }
        }
        assert_int_equal(unroll_stream_restore(s, bytes, n - 1), UNROLL_ERROR_USAGE);
        OK(unroll_stream_reset(s));
        OK(unroll_stream_reset(u));
        step_at(s, 0, false);
        unroll_stream_close(u);
        OK(unroll_stream_open(&u, m, 1, 0));
        step_at(u, 0, false);
        OK(unroll_stream_value(s, 0, &want[0]));
        OK(unroll_stream_value(u, 0, &got));
        assert_true(got == want[0]);
        free(bytes);
        unroll_stream_close(s);
        unroll_stream_close(u);
        unroll_close(m);
    }
}

static void a_step_allocates_nothing(void **state)
{
    (void)state;
    unroll_set_allocator(counting, free);
    for (int k = 0; k < NMODEL; k++) {
        unroll_model *m = fitted(models[k], "x");
        unroll_stream *s = NULL;
        OK(unroll_stream_open(&s, m, 0, 0));
        for (size_t i = 0; i < 8; i++) step_at(s, i, true);
        size_t before = allocations;
        for (size_t i = 8; i < 40; i++) step_at(s, i, i < 20);
        assert_int_equal(allocations, before);
        unroll_stream_close(s);
        unroll_close(m);
    }
    unroll_set_allocator(NULL, NULL);
}

static void symbols_stream(void **state)
{
    (void)state;
    unroll_model *m = model_of("data c[t] : chars\nparam E, V, b\nh[t] = gru(8, E c[t-1])\nc[t] ~ categorical(V h[t] + b)\n");
    unroll_data *d = NULL;
    const char *texts[] = { "abracadabra", "abra", "cadabra", "abracadabra", "" };
    OK(unroll_data_new(&d, m, 5));
    OK(unroll_data_set_texts(d, "c", NULL, texts));
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.epochs = 150;
    o.rate = 0.02;
    OK(unroll_fit(m, d, &o, NULL));
    unroll_table *t = NULL;
    unroll_use_options u = UNROLL_USE_INIT;
    u.samples = 4;
    u.max_length = 30;
    OK(unroll_sample(m, NULL, &u, &t));
    assert_int_equal(unroll_table_rows(t), 4);
    unroll_table_free(t);
    u.prompt = "cad";
    OK(unroll_sample(m, NULL, &u, &t));
    for (size_t i = 0; i < 4; i++) assert_memory_equal(unroll_table_text(t, i, 1), "cad", 3);
    unroll_table_free(t);
    unroll_stream *s = NULL;
    OK(unroll_stream_open(&s, m, 0, 1));
    double id, logits[16];
    for (const char *p = "abra"; *p; p++) {
        char one[2] = { *p, 0 };
        OK(unroll_stream_set_symbol(s, 0, unroll_symbol_id(m, "c", one)));
        OK(unroll_stream_step(s));
        OK(unroll_stream_value(s, 0, &id));
        assert_string_equal(unroll_symbol_text(m, "c", (int)id), one);
    }
    OK(unroll_stream_prediction(s, 0, logits, 16));
    OK(unroll_stream_sampling(s, 1, 1, 0, 0));
    for (int i = 0; i < 5; i++) OK(unroll_stream_step(s));
    assert_int_equal(unroll_stream_set_symbol(s, 0, 99), UNROLL_ERROR_USAGE);
    unroll_stream_close(s);
    unroll_data_free(d);
    unroll_close(m);
}

/* a series of symbols that no fit saw end goes on, in a table and as one long text: no end is drawn, likeliest or at random */
static void what_never_ends_goes_on(void **state)
{
    (void)state;
    static const char *const kind[] = { "symbol", "chars", "symbol(3)" }, *const spec[] = { "s.csv", "s=s.csv", "s.csv" };
    char text[128], lines[400];
    size_t n = (size_t)snprintf(lines, sizeof lines, "s\n");
    for (int i = 0; i < 140; i++) n += (size_t)snprintf(lines + n, sizeof lines - n, "%s\n", i % 3 ? "a" : "b");
    spill("s.csv", lines, n);
    for (int k = 0; k < 3; k++) {
        snprintf(text, sizeof text, "data s[t] : %s\nparam b\ns[t] ~ categorical(b + 0 * s[t-1])\n", kind[k]);
        unroll_model *m = model_of(text);
        unroll_data *d = NULL;
        unroll_stream *s = NULL;
        unroll_fit_options o = UNROLL_FIT_INIT;
        unroll_read_options r = UNROLL_READ_INIT;
        double id;
        o.epochs = 1;
        o.rate = 1e-12;
        r.stream = k == 1;
        OK(unroll_data_read(&d, m, &spec[k], 1, &r));
        OK(unroll_fit(m, d, &o, NULL));
        OK(unroll_stream_open(&s, m, 0, 1));
        for (int i = 0; i < 200; i++) {
            if (i % 100 == 0) OK(unroll_stream_sampling(s, i / 100, 1, 0, 0));
            OK(unroll_stream_step(s));
            OK(unroll_stream_value(s, 0, &id));
            if (id < 3 || (k == 2 && id > 5)) fail_msg("%s: symbol %g, drawn as number %d", kind[k], id, i + 1);
        }
        unroll_stream_close(s);
        unroll_data_free(d);
        unroll_close(m);
    }
    remove("s.csv");
}

/* a number that is given and missing is no 0: the step fails, and goes on where it was once there is one; one that is drawn is drawn */
static void what_is_missing_is_said(void **state)
{
    (void)state;
    const double none = NAN;
    for (int k = 0; k < NMODEL; k++) {
        unroll_model *m = fitted(models[k], "x");
        unroll_stream *s = NULL;
        bool read = strstr(strchr(models[k], '\n'), "x[") != NULL;
        OK(unroll_stream_open(&s, m, 1, 0));
        for (size_t i = 0; i < N; i++) {
            double got, want = mean_at(m, i);
            if (i % 5 == 3 && read) {
                OK(unroll_stream_set_number(s, 1, i % 2 ? &none : NULL));
                assert_int_equal(unroll_stream_step(s), UNROLL_ERROR_DATA);
                if (i == 3) assert_non_null(strstr(unroll_error(), "x is missing at position 4 of the stream, and the model does not draw it"));
                assert_int_equal(unroll_stream_step(s), UNROLL_ERROR_DATA);
            }
            step_at(s, i, true);
            OK(unroll_stream_prediction(s, 0, &got, 1));
            if (!(fabs(got - want) < 1e-9) && !(!i && isnan(got) && isnan(want))) fail_msg("model %d, position %zu: %.12g, whole sequence %.12g", k, i + 1, got, want);
        }
        OK(unroll_stream_set_number(s, 1, &none));
        OK(unroll_stream_reset(s));
        assert_int_equal(unroll_stream_step(s), UNROLL_ERROR_USAGE);
        unroll_stream_close(s);
        unroll_close(m);
    }
}

/* ... but where all that reads it asks what the data say, given(x) and known(x): then the stream is the whole sequence */
static void what_is_missing_is_known(void **state)
{
    (void)state;
    static const struct { const char *text; int w; } each[] = {
        { "data y[t] : real, x[t] : raw\nparam a, b, c, s\ny[t] ~ normal(a * given(x[t]) + b * known(x[t-1]) + c * y[t-1], s)\n", 1 },
        { "data y[t] : real, x[t] : raw(2)\nparam W, v, s\nh[t] : 3 = tanh(W [given(x[t]); known(x[t]); h[t-1]])\ny[t] ~ normal(v' h[t], s)\n", 2 },
        { "data y[t] : real, x : raw(2)\nparam a, b, c, s\ny[t] ~ normal(a * y[t-1] + sum(b * given(x)) + sum(c * known(x)), s)\n", 2 } };
    for (int k = 0; k < 3; k++) {
        enum { ROWS = 30 };
        size_t n = ROWS, w = (size_t)each[k].w, rows = k < 2 ? ROWS : 1;
        double y[ROWS], x[2 * ROWS], got;
        unroll_model *m = model_of(each[k].text);
        unroll_data *d = NULL;
        unroll_table *t = NULL;
        unroll_stream *s = NULL;
        for (size_t i = 0; i < ROWS; i++) y[i] = i % 4 == 2 ? NAN : 2 * wave(i);
        for (size_t i = 0; i < rows * w; i++) x[i] = i % 7 < 2 ? NAN : wave(2 * i + 5);
        OK(unroll_data_new(&d, m, 1));
        OK(unroll_data_set_numbers(d, "y", &n, y));
        OK(unroll_data_set_numbers(d, "x", k < 2 ? &n : NULL, x));
        unroll_fit_options o = UNROLL_FIT_INIT;
        o.epochs = 3;
        o.precision = 1;
        OK(unroll_fit(m, d, &o, NULL));
        OK(unroll_predict(m, d, NULL, &t));
        OK(unroll_stream_open(&s, m, 1, 0));
        for (size_t i = 0, row = 0; i < ROWS; i++) {
            if (!isnan(y[i])) OK(unroll_stream_set_number(s, 0, &y[i]));
            if (i < rows) OK(unroll_stream_set_number(s, 1, x + i * w));
            OK(unroll_stream_step(s));
            OK(unroll_stream_value(s, 0, &got));
            double want = isnan(y[i]) ? unroll_table_number(t, row++, 1) : y[i];
            if (!(fabs(got - want) < 1e-9)) fail_msg("model %d, position %zu: %.12g, table %.12g", k, i + 1, got, want);
        }
        unroll_stream_close(s);
        unroll_table_free(t);
        unroll_data_free(d);
        unroll_close(m);
    }
}

/* what data of a file or an array may not be is refused at once, and leaves what was set before */
static void numbers_that_are_none_are_refused(void **state)
{
    (void)state;
    unroll_model *m = model_of("data y[t] : raw, n[t] : count\nparam a, b, s\ny[t] ~ normal(a * y[t-1] + b * n[t], s)\n");
    unroll_data *d = waves(m, "y", NULL, 20);
    double count[20], y = INFINITY, n = 3, value;
    size_t length = 20;
    for (int i = 0; i < 20; i++) count[i] = i % 3;
    OK(unroll_data_set_numbers(d, "n", &length, count));
    OK(unroll_fit(m, d, NULL, NULL));
    unroll_stream *s = NULL;
    OK(unroll_stream_open(&s, m, 1, 0));
    OK(unroll_stream_set_number(s, 1, &n));
    for (int k = 0; k < 2; k++, y = -y) {
        assert_int_equal(unroll_stream_set_number(s, 0, &y), UNROLL_ERROR_DATA);
        if (!k) assert_string_equal(unroll_error(), "unroll_stream_set_number: y at position 1 of the stream: inf is not finite");
    }
    y = 10;
    OK(unroll_stream_set_number(s, 0, &y));
    y = INFINITY;
    assert_int_equal(unroll_stream_set_number(s, 0, &y), UNROLL_ERROR_DATA);
    OK(unroll_stream_step(s));
    OK(unroll_stream_value(s, 0, &value));
    assert_true(value == 10);
    n = 1.5;
    assert_int_equal(unroll_stream_set_number(s, 1, &n), UNROLL_ERROR_DATA);
    assert_non_null(strstr(unroll_error(), "n at position 2 of the stream: 1.5 is not a count"));
    unroll_stream_close(s);
    unroll_data_free(d);
    unroll_close(m);
}

static void what_cannot_stream_says_so(void **state)
{
    (void)state;
    static const struct { const char *text, *why; } no[] = {
        { "param W, v, s\nh[t] = reverse gru(4, W x[t])\ny[t] ~ normal(v' h[t], s)\n", "along t an equation looks at what lies ahead" },
        { "param a, b, s\ny[t] ~ normal(a * x[t+1] + b, s)\n", "along t an equation looks at what lies ahead" },
        { "param a, b, s\ny[t] ~ normal(a * y[t+1] + b, s)\n", "along t an equation looks at what lies ahead" },
        { "param a, b, s\nm = max[t](x[t])\ny[t] ~ normal(a * m + b, s)\n", "along t an equation looks at all its positions at once" },
        { "param a, b, s\ny[t] ~ normal(a * x[end] + b, s)\n", "along t an equation looks at its start or end" },
        { "param a, s\ny[t] ~ normal(a * t / length(t), s)\n", "along t an equation looks at its length" },
        { "data z : raw\nparam a, b, s\ny[t] ~ normal(a * x[t] + b, s)\nz ~ normal(b, s)\n", "a stream takes one position of t at a time; z is drawn, and not along t" },
    };
    unroll_stream *s = NULL;
    unroll_model *m;
    char text[400];
    for (size_t k = 0; k < sizeof no / sizeof *no; k++) {
        snprintf(text, sizeof text, "data y[t], x[t] : real\n%s", no[k].text);
        m = model_of(text);
        unroll_data *d = strstr(text, "z :") ? NULL : waves(m, "y", "x", 120);
        double z = 1;
        size_t n[1] = { 12 };
        if (!d) {
            double v[12];
            for (int i = 0; i < 12; i++) v[i] = wave((size_t)i);
            OK(unroll_data_new(&d, m, 1));
            OK(unroll_data_set_numbers(d, "y", n, v));
            OK(unroll_data_set_numbers(d, "x", n, v));
            OK(unroll_data_set_numbers(d, "z", NULL, &z));
        }
        unroll_fit_options o = UNROLL_FIT_INIT;
        o.epochs = 2;
        OK(unroll_fit(m, d, &o, NULL));
        assert_int_equal(unroll_stream_open(&s, m, 0, 0), UNROLL_ERROR_UNSUPPORTED);
        if (!strstr(unroll_error(), no[k].why)) fail_msg("%s: %s", no[k].text, unroll_error());
        unroll_data_free(d);
        unroll_close(m);
    }
    m = fitted(models[0], "x");
    OK(unroll_stream_open(&s, m, 0, 0));
    assert_int_equal(unroll_stream_step(s), UNROLL_ERROR_USAGE);
    assert_string_equal(unroll_error(), "unroll_stream_step: x is not set, and the model does not draw it");
    unroll_stream_close(s);
    unroll_close(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_stream_is_the_whole_sequence), cmocka_unit_test(what_is_not_set_is_drawn), cmocka_unit_test(rows_given_in_part), cmocka_unit_test(states_come_back),
                                        cmocka_unit_test(a_step_allocates_nothing), cmocka_unit_test(symbols_stream), cmocka_unit_test(what_never_ends_goes_on), cmocka_unit_test(what_is_missing_is_said), cmocka_unit_test(what_is_missing_is_known),
                                        cmocka_unit_test(numbers_that_are_none_are_refused), cmocka_unit_test(what_cannot_stream_says_so) };
    return cmocka_run_group_tests_name("streams", tests, NULL, NULL);
}
