/* One process, several threads, each with objects of its own: fits, saves to one path, opens, scores, errors. The numbers are those of one thread alone, and
 * who reads while others write finds one of the models, whole. `make check-tsan` runs this under the thread sanitizer. */
#include "model_test.h"
#include <pthread.h>
#include <stdatomic.h>

enum { WRITERS = 3, SAVES = 12, WORDS = 200 };
static const char text[] = "data y[t] : real\nhyper n = 4\nparam V, s\nh[t] = gru(n, y[t-1])\ny[t] ~ normal(V h[t], s)\n";
static char path[200];
static atomic_int writing, read_well;

typedef struct worker { int size; double loss; char why[200]; } worker;

/* cmocka's assertions belong to the main thread: here what fails is kept */
static bool good(worker *w, int rc, const char *what)
{
    if (rc && !w->why[0]) snprintf(w->why, sizeof w->why, "%s: %.150s", what, unroll_error());
    return !rc;
}

static void fit_one(worker *w, unroll_model **m)
{
    unroll_setting set = { "n", w->size };
    unroll_fit_options f = UNROLL_FIT_INIT;
    unroll_data *d = NULL;
    double y[WORDS], count = 0;
    size_t n = WORDS;
    for (size_t i = 0; i < n; i++) y[i] = wave(i + (size_t)w->size);
    f.epochs = 2;
    f.threads = 1 + w->size % 3;
    f.chunk = 20;
    if (good(w, unroll_open_text(m, text, strlen(text), "t.unr", &set, 1), "open") && good(w, unroll_data_new(&d, *m, 1), "data") &&
        good(w, unroll_data_set_numbers(d, "y", &n, y), "numbers") && good(w, unroll_fit(*m, d, &f, NULL), "fit"))
        good(w, unroll_loss(*m, d, NULL, &w->loss, &count), "loss");
    unroll_data_free(d);
}

static void *write_it(void *arg)
{
    worker *w = arg;
    unroll_model *m = NULL, *none = NULL;
    fit_one(w, &m);
    for (int i = 0; m && i < SAVES; i++) {
        good(w, unroll_save(m, path), "save");
        if (unroll_open_text(&none, "data y[t]", 9, "bad.unr", NULL, 0) != UNROLL_ERROR_MODEL || !strstr(unroll_error(), "bad.unr")) good(w, -1, "another thread's error");
    }
    unroll_close(m);
    writing--;
    return NULL;
}

static void *read_it(void *arg)
{
    worker *w = arg;
    while (writing && !w->why[0]) {
        unroll_model *m = NULL;
        unroll_use_options u = UNROLL_USE_INIT;
        unroll_table *t = NULL;
        int rc = unroll_open(&m, path, NULL, 0);
        if (rc == UNROLL_ERROR_FILE) continue;               /* there is none yet */
        u.horizon = 2;
        u.threads = 2;
        if (good(w, rc, "a torn file")) good(w, unroll_predict(m, NULL, &u, &t) == UNROLL_ERROR_NUMERIC, "predict");
        unroll_table_free(t);
        unroll_close(m);
        read_well += !rc;
    }
    return NULL;
}

static void writers_and_readers(void **state)
{
    (void)state;
    worker w[WRITERS + 2] = { { 0 } }, alone;
    pthread_t thread[WRITERS + 2];
    unroll_model *m = NULL;
    temp_path(path, sizeof path, "threads.model");
    writing = WRITERS;
    for (int i = 0; i < WRITERS + 2; i++) {
        w[i].size = 3 + 2 * i;
        assert_int_equal(pthread_create(&thread[i], NULL, i < WRITERS ? write_it : read_it, &w[i]), 0);
    }
    for (int i = 0; i < WRITERS + 2; i++) pthread_join(thread[i], NULL);
    for (int i = 0; i < WRITERS + 2; i++) assert_string_equal(w[i].why, "");
    assert_true(read_well > 0);
    for (int i = 0; i < WRITERS; i++) {
        alone = (worker){ .size = w[i].size };
        m = NULL;
        fit_one(&alone, &m);
        unroll_close(m);
        assert_true(alone.loss == w[i].loss);
    }
    m = NULL;
    OK(unroll_open(&m, path, NULL, 0));
    unroll_close(m);
    unlink(path);
}

/* what is held is counted whoever takes it, and all of it is given back */
static void nothing_is_held_in_the_end(void **state)
{
    (void)state;
    size_t before = unroll_memory();
    unroll_model *m = NULL;
    worker w = { .size = 6 };
    fit_one(&w, &m);
    assert_string_equal(w.why, "");
    assert_true(unroll_memory() > before);
    unroll_close(m);
    assert_int_equal(unroll_memory(), before);
    unroll_set_memory(before + 1000);
    m = NULL;
    assert_int_equal(unroll_open_text(&m, text, strlen(text), "t.unr", NULL, 0), UNROLL_ERROR_MEMORY);
    assert_non_null(strstr(unroll_error(), "--memory"));
    unroll_set_memory(0);
    assert_int_equal(unroll_memory(), before);
    OK(unroll_open_text(&m, text, strlen(text), "t.unr", NULL, 0));
    unroll_close(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(nothing_is_held_in_the_end), cmocka_unit_test(writers_and_readers) };
    return cmocka_run_group_tests_name("model/threads", tests, NULL, NULL);
}
