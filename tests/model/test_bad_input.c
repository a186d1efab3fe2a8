/* Bad input through the C interface: no permission, a full disk, a budget, numbers that overflow, values no distribution draws, memory that
 * runs out in the midst of reading, predicting and scoring. What was there before stays, and an object that failed can be used again. */
#include "model_test.h"
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char folder[] = "/tmp/unroll-bad-XXXXXX";
static char path[64], table[64], text_path[64];
static const char ar[] = "data y[t] : real\nparam a, b, s\ny[t] ~ normal(a y[t-1] + b, s)\n";

static int fit_quickly(unroll_model *m, const unroll_data *d, size_t memory)
{
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.epochs = 2;
    o.method = 1;
    o.memory = memory;
    return unroll_fit(m, d, &o, NULL);
}

static unroll_model *fitted(void)
{
    unroll_model *m = model_of(ar);
    unroll_data *d = waves(m, "y", NULL, 30);
    OK(fit_quickly(m, d, 0));
    unroll_data_free(d);
    return m;
}

static void write_table(void)
{
    FILE *f = fopen(table, "w");
    assert_non_null(f);
    fputs("y\n", f);
    for (size_t i = 0; i < 30; i++) fprintf(f, "%.3f\n", 10 + wave(i));
    fclose(f);
}

/* runs in a child, as nobody where this is root; returns what `run` returned */
static int in_child(int (*run)(void))
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (!pid) _exit(geteuid() == 0 && setuid(65534) ? 99 : run());
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

#define EXPECT(code, words, call) do { int rc_ = (call); \
    if (rc_ != (code) || !strstr(unroll_error(), words)) { fprintf(stderr, "%s: %d %s\n", #call, rc_, unroll_error()); return __LINE__ % 90 + 1; } } while (0)

static int without_permission(void)
{
    unroll_model *m = NULL, *k = NULL;
    unroll_data *d = NULL;
    const char *spec[] = { table };
    EXPECT(UNROLL_ERROR_FILE, "Permission denied", unroll_open(&m, path, NULL, 0));
    EXPECT(UNROLL_ERROR_FILE, "Permission denied", unroll_open(&m, text_path, NULL, 0));
    EXPECT(0, "", unroll_open_text(&k, ar, strlen(ar), "ar.unr", NULL, 0));
    EXPECT(UNROLL_ERROR_FILE, "Permission denied", unroll_data_read(&d, k, spec, 1, NULL));
    EXPECT(UNROLL_ERROR_FILE, "Permission denied", unroll_save(k, path));        /* the folder may not be written */
    unroll_close(k);
    return m || d ? 98 : 0;
}

static void no_permission(void **state)
{
    (void)state;
    struct stat before, after;
    unroll_model *m = fitted();
    OK(unroll_save(m, path));
    unroll_close(m);
    write_table();
    spill(text_path, ar, sizeof ar - 1);
    assert_int_equal(chmod(path, 0) | chmod(table, 0) | chmod(text_path, 0) | chmod(folder, 0555), 0);
    assert_int_equal(stat(path, &before), 0);
    assert_int_equal(in_child(without_permission), 0);
    assert_int_equal(stat(path, &after), 0);
    assert_true(before.st_ino == after.st_ino && before.st_size == after.st_size);
    assert_int_equal(chmod(path, 0600) | chmod(table, 0600) | chmod(text_path, 0600) | chmod(folder, 0755), 0);
}

/* a disk that is full after n bytes: the older file stands, nothing lies beside it, and the model can still be saved once there is room */
static void full_disk(void **state)
{
    (void)state;
    unroll_model *m = fitted(), *k = NULL;
    char beside[96];
    size_t n, now;
    struct rlimit was, small;
    OK(unroll_save(m, path));
    unsigned char *p = slurp(path, &n), *q;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    double w = 0.123;
    OK(unroll_param_set(m, "a", &w, 1));
    for (size_t room = 0; room < n; room += 97) {
        small = was;
        small.rlim_cur = room;
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        int rc = unroll_save(m, path);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
        assert_int_equal(rc, UNROLL_ERROR_FILE);
        assert_non_null(strstr(unroll_error(), path));
        q = slurp(path, &now);
        assert_int_equal(now, n);
        assert_memory_equal(p, q, n);
        free(q);
        snprintf(beside, sizeof beside, "%s.tmp-%ld", path, (long)getpid());
        assert_int_equal(access(beside, F_OK), -1);
    }
    free(p);
    OK(unroll_save(m, path));
    OK(unroll_open(&k, path, NULL, 0));
    OK(unroll_param_get(k, "a", &w, 1));
    assert_true(fabs(w - 0.123) < 1e-7);
    unroll_close(k);
    unroll_close(m);
}

static void a_directory_or_a_file_in_the_way(void **state)
{
    (void)state;
    unroll_model *m = fitted(), *k = NULL;
    unroll_data *d = NULL;
    char below[96];
    const char *spec[] = { folder };
    OK(unroll_save(m, path));
    snprintf(below, sizeof below, "%s/x.model", path);
    assert_int_equal(unroll_save(m, below), UNROLL_ERROR_FILE);
    assert_int_equal(unroll_open(&k, below, NULL, 0), UNROLL_ERROR_FILE);
    assert_int_equal(unroll_save(m, folder), UNROLL_ERROR_FILE);
    assert_non_null(strstr(unroll_error(), "is a directory"));
    assert_int_equal(unroll_save(m, ""), UNROLL_ERROR_FILE);
    assert_int_equal(unroll_open(&k, folder, NULL, 0), UNROLL_ERROR_FILE);
    assert_int_equal(unroll_data_read(&d, m, spec, 1, NULL), UNROLL_ERROR_FILE);
    assert_null(k);
    assert_null(d);
    unroll_close(m);
}

static void where_a_number_overflowed(void **state)
{
    (void)state;
    static const struct { const char *text, *says; } cases[] = {
        { "data y[t] : raw\nparam v, s\nh[t] : 1 = exp(h[t-1]) + y[t-1]\ny[t] ~ normal(v h[t], s)\n", "test.unr:3:12: a number became infinite or NaN while fitting (epoch 1, step 1 of 1): in the equation of h, at position 4 of example 1" },
        { "data y[t] : raw\nparam v = 1, s\nh[t] = log(11 - y[t-1])\ny[t] ~ normal(v h[t], s)\n", "in the equation of h, at position " },
        { "data y[t] : raw\nparam v = 1, s\ny[t] ~ normal(v sqrt(0 - y[t-1]), s)\n", "test.unr:3:1: a number became infinite or NaN while fitting (epoch 1, step 1 of 1): in the equation of y, at position 2 of example 1" },
        { "cell f(x[t]) = z[t] {\n  u[t] = exp(100 * x[t])\n  z[t] = u[t] - u[t]\n}\ndata y[t] : raw\nparam v = 1, s\nd[t] = f(y[t-1])\ny[t] ~ normal(v d[t], s)\n", "test.unr:2:10: a number became infinite or NaN while fitting (epoch 1, step 1 of 1): in the equation of d.u, at position 2 of example 1" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unroll_model *m = model_of(cases[i].text);
        unroll_data *d = waves(m, "y", NULL, 20);
        int rc = fit_quickly(m, d, 0);
        if (rc != UNROLL_ERROR_NUMERIC || !strstr(unroll_error(), cases[i].says)) fail_msg("%s%d %s", cases[i].text, rc, unroll_error());
        unroll_data_free(d);
        unroll_close(m);
    }
    /* the example is named, among several: only the third has a value that is too large */
    unroll_model *m = model_of("data y[t] : raw\nparam v = 1, s\nh[t] = exp(y[t-1])\ny[t] ~ normal(v h[t], s)\n");
    unroll_data *d = NULL;
    const size_t n[] = { 3, 2, 3, 1 };
    const double y[] = { 1, 2, 3, 1, 2, 1, 1e4, 2, 1 };
    OK(unroll_data_new(&d, m, 4));
    OK(unroll_data_set_numbers(d, "y", n, y));
    assert_int_equal(fit_quickly(m, d, 0), UNROLL_ERROR_NUMERIC);
    if (!strstr(unroll_error(), "in the equation of h, at position 3 of example 3")) fail_msg("%s", unroll_error());
    unroll_data_free(d);
    unroll_close(m);
}

/* a layer norm of a state that is still zero multiplies gradients by 1/√1e-5 at every step: over twelve steps more than a float holds. The cell sees to it
 * that one number as its input moves the state from the start */
static void a_gradient_that_overflows(void **state)
{
    (void)state;
    static const struct { int lag, precision, rc; } cases[] = { { 12, 0, UNROLL_ERROR_NUMERIC }, { 12, 1, 0 }, { 1, 0, 0 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        snprintf(text, sizeof text, "data y[t] : raw\nparam v\nh[t] = layernorm_lstm(16, y[t-%d])\ny[t] ~ normal(v h[t], 1)\n", cases[i].lag);
        unroll_model *m = model_of(text);
        unroll_data *d = waves(m, "y", NULL, 80);
        unroll_fit_options o = UNROLL_FIT_INIT;
        o.epochs = 1;
        o.precision = cases[i].precision;
        assert_int_equal(unroll_fit(m, d, &o, NULL), cases[i].rc);
        if (cases[i].rc) assert_non_null(strstr(unroll_error(), "the gradient became infinite or NaN while fitting (epoch 1, step 1 of"));
        if (cases[i].rc) assert_non_null(strstr(unroll_error(), "--precision double"));
        unroll_data_free(d);
        unroll_close(m);
    }
}

static void what_no_distribution_draws(void **state)
{
    (void)state;
    static const struct { const char *text; double value; const char *says; } cases[] = {
        { "data y[t] : raw\nparam a, b\ny[t] ~ gamma(a, b)\n", 0, "y is 0 at row 2 of example 2, and gamma draws positive numbers" },
        { "data y[t] : raw\nparam a, b\ny[t] ~ lognormal(a, b)\n", -1, "lognormal draws positive numbers" },
        { "data y[t] : raw\nparam a, b\ny[t] ~ beta(a, b)\n", 1, "beta draws numbers between 0 and 1" },
        { "data y[t] : raw\nparam a\ny[t] ~ exponential(a)\n", -0.5, "exponential draws numbers from 0" },
        { "data y[t] : count\nparam a\ny[t] ~ bernoulli(a)\n", 2, "bernoulli draws 0 or 1" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unroll_model *m = model_of(cases[i].text);
        unroll_data *d = NULL;
        const size_t two[] = { 2, 3 };
        double fine = i == 4 ? 1 : 0.5, y[] = { fine, fine, NAN, cases[i].value, fine };
        OK(unroll_data_new(&d, m, 2));
        OK(unroll_data_set_numbers(d, "y", two, y));
        int rc = fit_quickly(m, d, 0);
        if (rc != UNROLL_ERROR_DATA || !strstr(unroll_error(), cases[i].says)) fail_msg("%s%d %s", cases[i].text, rc, unroll_error());
        y[3] = fine;
        OK(unroll_data_set_numbers(d, "y", two, y));
        OK(fit_quickly(m, d, 0));
        unroll_data_free(d);
        unroll_close(m);
    }
}

static void over_the_budget(void **state)
{
    (void)state;
    unroll_model *m = model_of("data y[t] : real\nparam v, b, s\nh[t] = lstm(50, y[t-1])\ny[t] ~ normal(v' h[t] + b, s)\n");
    unroll_data *d = waves(m, "y", NULL, 200);
    unroll_table *t = NULL;
    assert_int_equal(fit_quickly(m, d, 50000), UNROLL_ERROR_MEMORY);
    assert_non_null(strstr(unroll_error(), ", the budget (--memory) is 50.0 KB"));
    assert_false(unroll_is_fitted(m));
    OK(fit_quickly(m, d, (size_t)1 << 30));              /* refused before anything was changed */
    unroll_use_options o = UNROLL_USE_INIT;
    o.horizon = 5;
    o.samples = 1000000;
    o.memory = (size_t)100 << 20;
    assert_int_equal(unroll_predict(m, d, &o, &t), UNROLL_ERROR_MEMORY);
    assert_non_null(strstr(unroll_error(), "MB, the budget (--memory) is 104.9 MB"));
    assert_null(t);
    o.samples = 10;
    OK(unroll_predict(m, d, &o, &t));
    unroll_table_free(t);
    unroll_data_free(d);
    unroll_close(m);
}

/* every third allocation of each use fails in turn, and all after it: a clean error, nothing kept */
static void memory_runs_out_in_use(void **state)
{
    (void)state;
    write_table();
    unroll_set_allocator(failing, freeing);
    unroll_model *m = fitted();
    const char *spec[] = { table };
    unroll_use_options o = UNROLL_USE_INIT;
    o.horizon = 3;
    o.samples = 2;
    o.threads = 1;
    for (int what = 0; what < 5; what++) {
        long n = 0;
        for (int rc = 1; rc; n += 3) {
            unroll_data *d = NULL;
            unroll_table *t = NULL;
            unroll_model *own = what == 4 ? model_of(ar) : NULL;
            if (what) OK(unroll_data_read(&d, own ? own : m, spec, 1, NULL));
            size_t before = live;
            countdown = n;
            if (what == 0) rc = unroll_data_read(&d, m, spec, 1, NULL);
            else if (what == 1) rc = unroll_predict(m, d, &o, &t);
            else if (what == 2) rc = unroll_sample(m, d, &o, &t);
            else if (what == 3) rc = unroll_score(m, d, NULL, &t);
            else rc = fit_quickly(own, d, 0);
            countdown = -1;
            if (rc && rc != UNROLL_ERROR_MEMORY) fail_msg("use %d, allocation %ld: %d %s", what, n, rc, unroll_error());
            if (rc && what < 4 && live != before) fail_msg("use %d, allocation %ld: %zu blocks kept", what, n, live - before);
            if (rc) assert_null(t);
            unroll_table_free(t);
            unroll_data_free(d);
            unroll_close(own);
        }
        assert_true(n > 10);
    }
    unroll_close(m);
    assert_int_equal(live, 0);
    unroll_set_allocator(NULL, NULL);
}

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder)) return -1;
    snprintf(path, sizeof path, "%s/x.model", folder);
    snprintf(table, sizeof table, "%s/t.csv", folder);
    snprintf(text_path, sizeof text_path, "%s/m.unr", folder);
    return chmod(folder, 0755);
}

static int remove_folder(void **state)
{
    (void)state;
    chmod(folder, 0755);
    unlink(path);
    unlink(table);
    unlink(text_path);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(no_permission), cmocka_unit_test(full_disk), cmocka_unit_test(a_directory_or_a_file_in_the_way),
                                        cmocka_unit_test(where_a_number_overflowed), cmocka_unit_test(a_gradient_that_overflows), cmocka_unit_test(what_no_distribution_draws),
                                        cmocka_unit_test(over_the_budget), cmocka_unit_test(memory_runs_out_in_use) };
    return cmocka_run_group_tests_name("bad input", tests, make_folder, remove_folder);
}
