/* Fitting: a fit that stops and resumes is the fit that never stopped; errors say what is wrong; exact where the equations allow. */
#include "model_test.h"
#include <signal.h>
#include <sys/wait.h>

static const char net[] = "data y[t] : real\ndata x[t] : raw\nparam W, U, v, b, s\nh[t] : 6 = tanh(W h[t-1] + U [y[t-1]; x[t]] + b)\ny[t] ~ normal(v' h[t], s)\n";
static char path[256], log_path[256];

typedef struct stopper { int after, calls, epochs; } stopper;
static int stop(const unroll_progress *p, void *arg)
{
    stopper *s = arg;
    if (p->epoch_ended) s->epochs++;
    return ++s->calls >= s->after;
}

static unroll_fit_options small(void)
{
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.epochs = 4;
    o.chunk = 16;
    o.batch = 2;
    o.seed = 7;
    return o;
}

static void fit_into(double *w, size_t *n, const unroll_fit_options *o, int *rc, unroll_fit_result *r)
{
    unroll_model *m = model_of(net);
    unroll_data *d = waves(m, "y", "x", 300), *a = NULL, *b = NULL;
    OK(unroll_data_slice(&a, d, 0, 240));
    OK(unroll_data_slice(&b, d, 240, 300));
    unroll_fit_options mine = *o;
    mine.valid = b;
    *rc = unroll_fit(m, a, &mine, r);
    *n = 0;
    if (!*rc) weights_of(m, w, 200, n);
    unroll_data_free(a);
    unroll_data_free(b);
    unroll_data_free(d);
    unroll_close(m);
}

static void resumed(int average, double *want, size_t *count)
{
    double got[200];
    size_t n, k;
    int rc;
    unroll_fit_result r;
    unroll_fit_options o = small();
    o.average = average;
    fit_into(want, &n, &o, &rc, &r);
    assert_int_equal(rc, 0);
    assert_true(n > 50 && isfinite(r.train_loss) && isfinite(r.valid_loss));
    o.checkpoint = path;
    o.checkpoint_seconds = 1e-9;
    o.resume = 1;
    unlink(path);
    for (int tries = 0; tries < 40; tries++) {           /* stopped at the first call each time: after each epoch at the latest */
        stopper s = { .after = 1 + tries % 3 };
        o.progress = stop;
        o.arg = &s;
        fit_into(got, &k, &o, &rc, &r);
        assert_int_equal(rc, 0);
        if (!r.interrupted) break;
    }
    assert_int_equal(r.interrupted, 0);
    assert_memory_equal(want, got, n * sizeof *want);
    unlink(path);
    *count = n;
}

static void resumed_is_the_same(void **state)
{
    (void)state;
    double last[200], mean[200];
    size_t n, k;
    resumed(0, last, &n);
    resumed(1, mean, &k);
    assert_int_equal(k, n);
    assert_memory_not_equal(last, mean, n * sizeof *last);
}

static int stop_at_the_end_of_an_epoch(const unroll_progress *p, void *arg)
{
    (void)arg;
    return p->epoch_ended;
}

/* after an epoch that was the best a checkpoint has those weights once */
static void the_best_stands_once(void **state)
{
    (void)state;
    for (int precision = 1; precision <= 2; precision++) {
        double want[200], got[200];
        size_t n, k, bytes;
        int rc;
        unroll_fit_result r;
        unroll_fit_options o = small();
        o.precision = precision;
        fit_into(want, &n, &o, &rc, &r);
        assert_int_equal(rc, 0);
        unlink(path);
        o.checkpoint = path;
        o.checkpoint_seconds = 1e9;
        o.progress = stop_at_the_end_of_an_epoch;
        fit_into(got, &k, &o, &rc, &r);
        assert_true(rc == 0 && r.interrupted && r.best_epoch == 1);
        unsigned char *file = slurp(path, &bytes);
        assert_non_null(memmem(file, bytes, "\"weight\"", 8));
        assert_null(memmem(file, bytes, "\"best\"", 6));
        free(file);
        o.resume = 1;
        o.progress = NULL;
        fit_into(got, &k, &o, &rc, &r);
        assert_true(rc == 0 && !r.interrupted);
        assert_memory_equal(want, got, n * sizeof *want);
    }
    unlink(path);
}

/* killed with SIGKILL at any moment */
static void killed_is_the_same(void **state)
{
    (void)state;
    double want[200], got[200];
    size_t n, k;
    int rc;
    unroll_fit_result r;
    unroll_fit_options o = small();
    fit_into(want, &n, &o, &rc, &r);
    assert_int_equal(rc, 0);
    o.checkpoint = path;
    o.checkpoint_seconds = 1e-9;
    o.resume = 1;
    unlink(path);
    for (int kills = 0; kills < 4; kills++) {
        pid_t child = fork();
        if (!child) {
            fit_into(got, &k, &o, &rc, &r);
            _exit(0);
        }
        usleep(20000 + 17000 * (unsigned)kills);
        kill(child, SIGKILL);
        int status;
        waitpid(child, &status, 0);
    }
    fit_into(got, &k, &o, &rc, &r);
    assert_int_equal(rc, 0);
    assert_int_equal(k, n);
    assert_memory_equal(want, got, n * sizeof *want);
    unlink(path);
}

/* a checkpoint tells data apart by any one number, in either precision */
static void another_number(void **state)
{
    (void)state;
    enum { N = 200 };
    double value[N];
    unlink(path);
    for (int k = 0; k < 6; k++) {
        unroll_fit_options o = small();
        o.epochs = 1;
        o.checkpoint = path;
        o.resume = k % 3 > 0;                            /* the same data; then another number */
        o.precision = k / 3;
        if (!o.resume) unlink(path);
        unroll_model *m = model_of("data x[t], y[t] : real\nparam a, b\ny[t] ~ normal(tanh(a x[t]) + b, 1)\n");
        unroll_data *d;
        OK(unroll_data_new(&d, m, 1));
        for (int i = 0; i < N; i++) value[i] = 0.1 * (i % 7) + (k % 3 == 2 && i == 93 ? 0.01 : 0);
        OK(unroll_data_set_numbers(d, "x", (size_t[]){ N }, value));
        for (int i = 0; i < N; i++) value[i] = i % 5;
        OK(unroll_data_set_numbers(d, "y", (size_t[]){ N }, value));
        int rc = unroll_fit(m, d, &o, NULL);
        assert_int_equal(rc, k % 3 == 2 ? UNROLL_ERROR_USAGE : 0);
        if (rc) assert_non_null(strstr(unroll_error(), "its training data differs"));
        unroll_data_free(d);
        unroll_close(m);
    }
    unlink(path);
}

static void threads_do_not_matter(void **state)
{
    (void)state;
    double one[200], two[200];
    size_t n, k;
    int rc;
    unroll_fit_result r;
    unroll_fit_options o = small();
    o.threads = 1;
    fit_into(one, &n, &o, &rc, &r);
    o.threads = 2;
    fit_into(two, &k, &o, &rc, &r);
    assert_memory_equal(one, two, n * sizeof *one);
}

static void another_fits_checkpoint(void **state)
{
    (void)state;
    double w[200];
    size_t n;
    int rc;
    unroll_fit_result r;
    unroll_fit_options o = small();
    o.epochs = 1;
    o.checkpoint = path;
    unlink(path);
    fit_into(w, &n, &o, &rc, &r);
    assert_int_equal(rc, 0);
    o.resume = 1;
    o.rate = 0.5;
    fit_into(w, &n, &o, &rc, &r);
    assert_int_equal(rc, UNROLL_ERROR_USAGE);
    assert_non_null(strstr(unroll_error(), "its rate differs"));
    o.rate = 0;
    size_t len;
    unsigned char *p = slurp(path, &len);
    for (size_t cut = 0; cut < len; cut += 1 + len / 50) {
        spill(path, p, cut);
        fit_into(w, &n, &o, &rc, &r);
        if (rc != UNROLL_ERROR_FORMAT) fail_msg("checkpoint cut at %zu: %d %s", cut, rc, unroll_error());
    }
    free(p);
    unlink(path);
}

static void optimisers_learn(void **state)
{
    (void)state;
    static const char *const names[] = { "sgd", "momentum", "adam", "adamw", "rmsprop" };
    static const char *const schedules[] = { "constant", "cosine", "linear", "step", "plateau" };
    double w[200];
    size_t n;
    for (int i = 0; i < 5; i++) {
        unroll_fit_options o = small();
        unroll_fit_result r, first;
        int rc;
        o.optimiser = names[i];
        o.schedule = schedules[i];
        o.warmup = i % 2 ? 0.1 : 0;
        o.decay = 1e-4;
        o.epochs = 1;
        fit_into(w, &n, &o, &rc, &first);
        assert_int_equal(rc, 0);
        o.epochs = 12;
        fit_into(w, &n, &o, &rc, &r);
        assert_int_equal(rc, 0);
        assert_true(r.train_loss < first.train_loss);
    }
}

static void the_log_has_a_line_each_epoch(void **state)
{
    (void)state;
    double w[200];
    size_t n;
    int rc;
    unroll_fit_result r;
    unroll_fit_options o = small();
    o.log = log_path;
    fit_into(w, &n, &o, &rc, &r);
    size_t len, lines = 0;
    char *p = (char *)slurp(log_path, &len);
    assert_non_null(p);
    p[len] = 0;
    for (size_t i = 0; i < len; i++) lines += p[i] == '\n';
    assert_int_equal(lines, 4);
    assert_memory_equal(p, "{\"epoch\":1,\"epochs\":4,\"train_loss\":", 35);
    free(p);
    unlink(log_path);
}

static void ar_equals_r(void **state)
{
    (void)state;
    /* ar.ols(sunspot.year, order.max = 9, aic = FALSE, demean = FALSE, intercept = TRUE), R 4.2.2 */
    static const double phi[] = { 1.191262250885, -0.431544176420, -0.166728351769, 0.182149517263, -0.133131279149, 0.041560693773, 0.005741415469, -0.029071971969, 0.224024702920 };
    char file[1024];
    const char *data = getenv("UNROLL_DATA");
    snprintf(file, sizeof file, "%s/r-classic/sunspot_year.csv", data ? data : UR_SOURCE_DIR "/../shared/data");
    if (access(file, R_OK)) {
        print_message("%s is absent: skipped\n", file);
        skip();
    }
    unroll_model *m = model_of("data value[t] : real\nhyper d = 9\nindex j = 1..d\nparam A[j], m, s\nvalue[t] ~ normal(sum[j](A[j] value[t-j]) + m, s)\n");
    unroll_data *d = NULL;
    const char *spec[] = { file };
    OK(unroll_data_read(&d, m, spec, 1, NULL));
    assert_int_equal(unroll_data_units(d), 289);
    unroll_fit_result r;
    OK(unroll_fit(m, d, NULL, &r));
    assert_string_equal(r.method, "exact least squares");
    assert_int_equal(r.parameters, 11);
    double a[9], s, mean, one = 0;
    OK(unroll_param_get(m, "A", a, 9));
    for (int i = 0; i < 9; i++) assert_true(fabs(a[i] - phi[i]) < 1e-6);
    /* the standard deviation, in own units: its square is R's sigma2 = rss / 280 */
    double y[289], sum = 0, sq = 0;
    size_t n;
    OK(unroll_data_get_numbers(d, "value", 0, y, 289, &n));
    for (int i = 0; i < 289; i++) sum += y[i] / 289;
    for (int i = 0; i < 289; i++) sq += (y[i] - sum) * (y[i] - sum) / 289;
    OK(unroll_param_get(m, "s", &s, 1));
    OK(unroll_param_get(m, "m", &mean, 1));
    double sd = log1p(exp(s)) * sqrt(sq);
    for (int i = 0; i < 9; i++) one += a[i];
    assert_true(fabs(sd * sd - 222.2911253) < 1e-3 * 222);
    assert_true(fabs(mean * sqrt(sq) + sum * (1 - one) - 6.270504679) < 1e-2);
    unroll_data_free(d);
    unroll_close(m);
}

static void missing_rows_are_left_out(void **state)
{
    (void)state;
    /* y[t] = 2 x[t] + 1 exactly, some values missing: they neither count nor harm */
    unroll_model *m = model_of("data y[t], x[t] : raw\nparam a, b, s\ny[t] ~ normal(a x[t] + b, s)\n");
    unroll_data *d = NULL;
    double x[50], y[50], a, b;
    size_t n = 50;
    for (size_t i = 0; i < 50; i++) x[i] = wave(i), y[i] = i % 7 == 3 ? NAN : 2 * x[i] + 1 + (i % 2 ? 1e-3 : -1e-3);
    OK(unroll_data_new(&d, m, 1));
    OK(unroll_data_set_numbers(d, "x", &n, x));
    OK(unroll_data_set_numbers(d, "y", &n, y));
    unroll_fit_result r;
    OK(unroll_fit(m, d, NULL, &r));
    assert_string_equal(r.method, "exact least squares");
    OK(unroll_param_get(m, "a", &a, 1));
    OK(unroll_param_get(m, "b", &b, 1));
    assert_true(fabs(a - 2) < 1e-2 && fabs(b - 1) < 1e-2);
    assert_non_null(strstr(r.why, "left out"));
    unroll_data_free(d);
    unroll_close(m);
}

static void the_method_is_chosen_from_the_equations(void **state)
{
    (void)state;
    static const struct { const char *text; int exact; } c[] = {
        { "data y[t], x[t] : real\nparam a, s\ny[t] ~ normal(a x[t], s)\n", 1 },
        { "data y[t], x[t] : real\nparam a, s\ny[t] ~ normal(a x[t-2] + tanh(x[t-1]), 0.5)\n", 1 },
        { "data y[t], x[t] : real\nfixed W = normal(0, 0.3), U = normal(0, 1)\nparam v, s\nh[t] : 5 = tanh(W h[t-1] + U x[t])\ny[t] ~ normal(v' h[t], s)\n", 1 },
        { "data y[t], x[t] : real\nparam a, s\ny[t] ~ normal(tanh(a x[t]), s)\n", 0 },
        { "data y[t], x[t] : real\nparam a, b, s\ny[t] ~ normal(a b x[t], s)\n", 0 },
        { "data y[t], x[t] : real\nparam a, s\nh[t] = a h[t-1] + x[t]\ny[t] ~ normal(h[t], s)\n", 0 },
        { "data y[t], x[t] : real\nparam a, s\ny[t] ~ laplace(a x[t], s)\n", 0 },
        { "data y[t], x[t] : real\nparam a, s\ny[t] ~ normal(a x[t], s * exp(x[t]))\n", 0 } };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        unroll_model *m = model_of(c[i].text);
        unroll_data *d = waves(m, "y", "x", 60);
        unroll_fit_options o = UNROLL_FIT_INIT;
        o.epochs = 1;
        unroll_fit_result r;
        OK(unroll_fit(m, d, &o, &r));
        assert_string_equal(r.method, c[i].exact ? "exact least squares" : "gradients through time");
        unroll_data_free(d);
        unroll_close(m);
    }
}

static int fit_error(const char *text, const double *y, size_t n, const unroll_fit_options *o)
{
    unroll_model *m = model_of(text);
    unroll_data *d = NULL;
    OK(unroll_data_new(&d, m, 1));
    if (y) OK(unroll_data_set_numbers(d, "y", &n, y));
    int rc = unroll_fit(m, d, o, NULL);
    unroll_data_free(d);
    unroll_close(m);
    return rc;
}

static void errors_are_clear(void **state)
{
    (void)state;
    static const char ar1[] = "data y[t] : real\nparam a, s\ny[t] ~ normal(tanh(a y[t-1]), s)\n";
    double y[20], gaps[3] = { NAN, NAN, NAN };
    for (size_t i = 0; i < 20; i++) y[i] = wave(i);
    unroll_fit_options o = UNROLL_FIT_INIT;
    assert_int_equal(fit_error(ar1, NULL, 0, &o), UNROLL_ERROR_DATA);
    assert_string_equal(unroll_error(), "the model's data \"y\" is not set");
    assert_int_equal(fit_error(ar1, y, 0, &o), UNROLL_ERROR_DATA);
    assert_string_equal(unroll_error(), "there is nothing to fit on: the training data are empty");
    assert_int_equal(fit_error(ar1, gaps, 3, &o), UNROLL_ERROR_DATA);
    assert_string_equal(unroll_error(), "there is nothing to fit on: every value of y is missing");
    o.optimiser = "adagrad";
    assert_int_equal(fit_error(ar1, y, 20, &o), UNROLL_ERROR_USAGE);
    assert_string_equal(unroll_error(), "there is no optimiser adagrad; there are sgd, momentum, adam, adamw and rmsprop");
    o.optimiser = NULL;
    o.epochs = -1;
    assert_int_equal(fit_error(ar1, y, 20, &o), UNROLL_ERROR_USAGE);
    o.epochs = 1;
    o.average = -1;
    assert_int_equal(fit_error(ar1, y, 20, &o), UNROLL_ERROR_USAGE);
    assert_string_equal(unroll_error(), "average is -1; it lies between 0 and 1e+09");
    o.average = 0;
    o.label_smoothing = 1;
    assert_int_equal(fit_error(ar1, y, 20, &o), UNROLL_ERROR_USAGE);
    o.label_smoothing = 0.1;
    assert_int_equal(fit_error(ar1, y, 20, &o), UNROLL_ERROR_USAGE);
    assert_string_equal(unroll_error(), "label-smoothing smooths what categorical draws, and test.unr draws no symbols");
    o.label_smoothing = 0;
    o.horizon = 30;
    assert_int_equal(fit_error(ar1, y, 20, &o), UNROLL_ERROR_DATA);
    assert_string_equal(unroll_error(), "a horizon of 30 needs sequences of more than 30 positions; the longest has 20");
    o.horizon = 0;
    o.memory = 100;
    assert_int_equal(fit_error(ar1, y, 20, &o), UNROLL_ERROR_MEMORY);
    o.memory = 0;
    assert_int_equal(fit_error("data y[t] : real\nlatent x[t] : 2\nparam A, C, Q, R\nx[t] ~ normal(A x[t-1], Q)\ny[t] ~ normal(C x[t], R)\n", y, 20, &o), UNROLL_ERROR_UNSUPPORTED);
    assert_int_equal(fit_error("data y[t] : raw\nparam a = 1, s\ny[t] ~ normal(exp(exp(exp(a + 9) + y[t-1])), s)\n", y, 20, &o), UNROLL_ERROR_NUMERIC);
    assert_non_null(strstr(unroll_error(), "test.unr:3:"));
    if (!strstr(unroll_error(), "at position 1 of example 1")) fail_msg("%s", unroll_error());
}

static int falling(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? 1 : x > y ? -1 : 0;
}

/* the best categorical(c) of a smoothed target is that target: (1 - epsilon) of the shares of the symbols and epsilon / n of each; the end of
 * the text is a symbol too; the unknown one and the begin have no share of their own */
static void smoothed_labels(void **state)
{
    (void)state;
    const double epsilon = 0.3, share[3] = { 0.5, 0.375, 0.125 };
    static const char *const words[] = { "a a b a b a b" };
    size_t n;
    unroll_model *m = model_of("data w[t] : words\nparam c\nw[t] ~ categorical(c)\n");
    unroll_data *d = NULL;
    OK(unroll_data_new(&d, m, 1));
    OK(unroll_data_set_texts(d, "w", NULL, words));
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.epochs = 2000;
    o.rate = 0.05;
    o.precision = 1;
    o.label_smoothing = epsilon;
    unroll_fit_result r;
    OK(unroll_fit(m, d, &o, &r));
    double p[8], q[8] = { 0 }, sum = 0, smooth = 0, plain = 0, count;
    weights_of(m, p, 8, &n);
    assert_int_equal(n, 5);
    for (size_t i = 0; i < n; i++) sum += p[i] = exp(p[i]);
    for (size_t i = 0; i < n; i++) {
        p[i] /= sum;
        q[i] = (1 - epsilon) * (i < 3 ? share[i] : 0) + epsilon / (double)n;
        smooth -= q[i] * log(q[i]);
        if (i < 3) plain -= share[i] * log(q[i]);
    }
    qsort(p, n, sizeof *p, falling);
    for (size_t i = 0; i < n; i++) assert_true(fabs(p[i] - q[i]) < 1e-6);
    assert_true(fabs(r.train_loss - smooth) < 1e-6);
    OK(unroll_loss(m, d, NULL, &sum, &count));           /* of the symbols as they are */
    assert_true(count == 8 && fabs(sum / count - plain) < 1e-6);
    unroll_data_free(d);
    unroll_close(m);
}

static void one_row_and_equal_values(void **state)
{
    (void)state;
    static const char text[] = "data y[t] : real\nparam W, v, s\nh[t] : 3 = tanh(W h[t-1] + y[t-1])\ny[t] ~ normal(v' h[t], s)\n";
    double y[10] = { 5, 5, 5, 5, 5, 5, 5, 5, 5, 5 };
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.epochs = 2;
    assert_int_equal(fit_error(text, y, 1, &o), 0);
    assert_int_equal(fit_error(text, y, 10, &o), 0);
}

int main(void)
{
    temp_path(path, sizeof path, "fit.checkpoint");
    temp_path(log_path, sizeof log_path, "fit.jsonl");
    const struct CMUnitTest tests[] = { cmocka_unit_test(resumed_is_the_same), cmocka_unit_test(killed_is_the_same), cmocka_unit_test(the_best_stands_once), cmocka_unit_test(another_number), cmocka_unit_test(threads_do_not_matter),
                                        cmocka_unit_test(another_fits_checkpoint), cmocka_unit_test(optimisers_learn), cmocka_unit_test(the_log_has_a_line_each_epoch),
                                        cmocka_unit_test(ar_equals_r), cmocka_unit_test(missing_rows_are_left_out),
                                        cmocka_unit_test(the_method_is_chosen_from_the_equations), cmocka_unit_test(errors_are_clear), cmocka_unit_test(smoothed_labels),
                                        cmocka_unit_test(one_row_and_equal_values) };
    return cmocka_run_group_tests_name("fitting", tests, NULL, NULL);
}
