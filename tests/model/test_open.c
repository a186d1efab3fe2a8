/* Opening: each allocation made to fail in turn gives a clean error and leaves nothing behind; asking gives what the text says. */
#include "model_test.h"

static const char text[] = "data y[t] : real\ndata c[t] : words\nparam E, W, v, b, s\nh[t] = lstm(3, [E c[t-1]; y[t-1]])\ny[t] ~ normal(v' h[t], s)\nc[t] ~ categorical(W h[t] + b)\n";
static char path[256];

static void each_allocation_fails_in_turn(void **state)
{
    (void)state;
    unroll_model *m = model_of("data y[t] : real\nparam W, v, s\nh[t] = gru(3, W y[t-1])\ny[t] ~ normal(v' h[t], s)\n");
    unroll_data *d = waves(m, "y", NULL, 20);
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.epochs = 1;
    OK(unroll_fit(m, d, &o, NULL));
    OK(unroll_save(m, path));
    unroll_data_free(d);
    unroll_close(m);
    unroll_set_allocator(failing, freeing);
    for (int file = 0; file < 2; file++) {
        long n = 0;
        for (;; n++) {
            m = NULL;
            countdown = n;
            size_t before = live;
            int rc = file ? unroll_open(&m, path, NULL, 0) : unroll_open_text(&m, text, strlen(text), "test.unr", NULL, 0);
            bool failed = countdown == 0;
            countdown = -1;
            if (!rc) {
                unroll_close(m);
                if (!failed) break;
            } else {
                if (rc != UNROLL_ERROR_MEMORY) fail_msg("allocation %ld: %d %s", n, rc, unroll_error());
                assert_null(m);
            }
            assert_int_equal(live, before);
        }
        assert_true(n > 10);
    }
    unroll_set_allocator(NULL, NULL);
    unlink(path);
}

static void what_the_text_says(void **state)
{
    (void)state;
    unroll_model *m = model_of(text);
    unroll_datum d;
    assert_int_equal(unroll_data_count(m), 2);
    OK(unroll_data_info(m, 0, &d));
    assert_string_equal(d.name, "y");
    assert_int_equal(d.kind, UNROLL_REAL);
    assert_int_equal(d.drawn, 1);
    assert_int_equal(d.nindex, 1);
    assert_string_equal(d.index[0], "t");
    OK(unroll_data_info(m, 1, &d));
    assert_int_equal(d.size, 0);
    assert_int_equal(unroll_param_count(m), 0);          /* the vocabulary is not known */
    assert_int_equal(unroll_data_info(m, 2, &d), UNROLL_ERROR_USAGE);
    double w[4];
    assert_int_equal(unroll_param_get(m, "v", w, 3), UNROLL_ERROR_USAGE);
    unroll_close(m);
    m = model_of("data y[t] : real\nparam weight, v, s\nh[t] : 3 = tanh(weight h[t-1] + y[t-1])\ny[t] ~ normal(v' h[t], s)\n");
    assert_int_equal(unroll_param_get(m, "wieght", w, 9), UNROLL_ERROR_USAGE);
    assert_string_equal(unroll_error(), "the model has no parameter wieght; did you mean weight?");
    assert_int_equal(unroll_param_get(m, "v", w, 4), UNROLL_ERROR_USAGE);
    double set[3] = { 1, 2, 3 };
    OK(unroll_param_set(m, "v", set, 3));
    OK(unroll_param_get(m, "v", w, 3));
    assert_memory_equal(w, set, sizeof set);
    assert_string_equal(unroll_error(), "");
    unroll_close(m);
    m = NULL;
    assert_int_equal(unroll_open_text(&m, "y = = 3", 7, "bad.unr", NULL, 0), UNROLL_ERROR_MODEL);
    assert_null(m);
}

static int hear(const char *line, void *arg)
{
    char *all = arg;
    if (strlen(all) + strlen(line) < 60000) strcat(strcat(all, line), "\n");
    return 0;
}

static void explaining(void **state)
{
    (void)state;
    unroll_model *m = model_of(text);
    char *all = calloc(1, 65536);
    OK(unroll_explain(m, NULL, hear, all));
    assert_non_null(strstr(all, "quantities\n"));
    assert_non_null(strstr(all, "parameters\n"));
    assert_non_null(strstr(all, "gradients through time"));
    assert_non_null(strstr(all, "vocabulary not known yet"));
    free(all);
    unroll_close(m);
}

/* gradients by finite differences, through the public interface */
static void gradients(void **state)
{
    (void)state;
    unroll_model *m = model_of("data y[t] : raw\nparam W, v, b, s\nh[t] : 3 = tanh(W h[t-1] + b y[t-1])\ny[t] ~ normal(v' h[t], s)\n");
    unroll_data *d = NULL;
    double y[12], w[9], loss, up, down, count, g[64];
    size_t n = 12, total = 0;
    for (size_t i = 0; i < 12; i++) y[i] = wave(i);
    OK(unroll_data_new(&d, m, 1));
    OK(unroll_data_set_numbers(d, "y", &n, y));
    for (size_t i = 0; i < unroll_param_count(m); i++) {
        unroll_param p;
        OK(unroll_param_info(m, i, &p));
        for (size_t k = 0; k < p.count; k++) w[k] = 0.3 + 0.2 * wave(7 * i + k);
        OK(unroll_param_set(m, p.name, w, p.count));
        total += p.count;
    }
    OK(unroll_gradient(m, d, NULL, &loss, g, total));
    size_t at = 0;
    for (size_t i = 0; i < unroll_param_count(m); i++) {
        unroll_param p;
        OK(unroll_param_info(m, i, &p));
        for (size_t k = 0; k < p.count; k++, at++) {
            OK(unroll_param_get(m, p.name, w, p.count));
            double was = w[k], h = 1e-5;
            w[k] = was + h;
            OK(unroll_param_set(m, p.name, w, p.count));
            OK(unroll_loss(m, d, NULL, &up, &count));
            w[k] = was - h;
            OK(unroll_param_set(m, p.name, w, p.count));
            OK(unroll_loss(m, d, NULL, &down, &count));
            w[k] = was;
            OK(unroll_param_set(m, p.name, w, p.count));
            assert_true(fabs((up - down) / (2 * h) - g[at]) < 1e-6 * (1 + fabs(g[at])));
        }
    }
    int width;
    double h[36];
    OK(unroll_quantity(m, d, "h", 0, NULL, h, 36, &n, &width));
    assert_int_equal(n, 36);
    assert_int_equal(width, 3);
    assert_int_equal(unroll_quantity(m, d, "hh", 0, NULL, h, 36, &n, &width), UNROLL_ERROR_USAGE);
    assert_string_equal(unroll_error(), "the model has no quantity hh; did you mean h?");
    unroll_data_free(d);
    unroll_close(m);
}

/* what a parameter starts as is made when it is first asked for; what was set by hand stays */
static void starts_are_made_when_asked_for(void **state)
{
    (void)state;
    unroll_model *m = model_of("data y[t] : raw\nparam W, U, V, s\nh[t] : 5 = tanh(W h[t-1] + U y[t-1])\ny[t] ~ normal(V h[t], s)\n");
    double w[25], u[5], mine[5] = { 1, 2, 3, 4, 5 };
    OK(unroll_param_set(m, "U", mine, 5));
    OK(unroll_param_get(m, "W", w, 25));
    OK(unroll_param_get(m, "U", u, 5));
    assert_memory_equal(u, mine, sizeof u);
    for (int i = 0; i < 5; i++)
        for (int j = 0; j < 5; j++) {
            double dot = 0;
            for (int k = 0; k < 5; k++) dot += w[5 * k + i] * w[5 * k + j];
            assert_true(fabs(dot - (i == j)) < 1e-12);
        }
    unroll_close(m);
}

int main(void)
{
    temp_path(path, sizeof path, "open.model");
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_allocation_fails_in_turn), cmocka_unit_test(what_the_text_says), cmocka_unit_test(explaining), cmocka_unit_test(starts_are_made_when_asked_for), cmocka_unit_test(gradients) };
    return cmocka_run_group_tests_name("opening", tests, NULL, NULL);
}
