/* The thread pool: every task once, on a worker that exists, all done on return. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/base.h"

typedef struct job { atomic_int times[1000]; int worker[1000]; atomic_long sum; } job;

static void task(void *arg, size_t i, int worker)
{
    job *j = arg;
    atomic_fetch_add(&j->times[i], 1);
    j->worker[i] = worker;
    atomic_fetch_add(&j->sum, (long)i);
}

static void every_task_once(void **state)
{
    (void)state;
    static const int threads[] = { 1, 2, 3, 8 };
    for (int k = 0; k < 4; k++) {
        ur_pool *p;
        ur_err e = { 0 };
        assert_int_equal(ur_pool_new(&p, threads[k], &e), 0);
        assert_int_equal(ur_pool_threads(p), threads[k]);
        for (size_t n = 0; n <= 1000; n += n < 10 ? 1 : 99) {
            job *j = calloc(1, sizeof *j);
            ur_pool_run(p, n, task, j);
            for (size_t i = 0; i < 1000; i++) {
                assert_int_equal(j->times[i], i < n);
                assert_in_range(j->worker[i], 0, threads[k] - 1);
            }
            assert_int_equal(j->sum, (long)(n ? n * (n - 1) / 2 : 0));
            free(j);
        }
        ur_pool_free(p);
    }
}

static void many_small_runs(void **state)
{
    (void)state;
    ur_pool *p;
    job *j = calloc(1, sizeof *j);
    assert_int_equal(ur_pool_new(&p, 2, NULL), 0);
    for (int i = 0; i < 5000; i++)
        ur_pool_run(p, 3, task, j);
    assert_int_equal(j->sum, 5000 * 3);
    ur_pool_free(p);
    free(j);
}

static long count, fail_at;
static void *counting(void *p, size_t n) { return ++count == fail_at ? NULL : realloc(p, n); }

static void what_cannot_be(void **state)
{
    (void)state;
    ur_pool *p = NULL;
    ur_err e = { 0 };
    assert_int_equal(ur_pool_new(&p, 100000, &e), UNROLL_ERROR_USAGE);
    assert_string_equal(e.text, "100000 threads are too many: at most 1024");
    assert_int_equal(ur_pool_new(&p, 0, NULL), 0);   /* as many as there are cores */
    assert_true(ur_pool_threads(p) >= 1);
    ur_pool_free(p);
    ur_pool_free(NULL);
    unroll_set_allocator(counting, free);
    for (fail_at = 1; fail_at <= 2; fail_at++) {
        count = 0;
        assert_int_equal(ur_pool_new(&p, 2, NULL), UNROLL_ERROR_MEMORY);
    }
    unroll_set_allocator(NULL, NULL);
}

static void the_clock_goes_forward(void **state)
{
    (void)state;
    double a = ur_now(), b = ur_now();
    assert_true(b >= a);
}

typedef struct lead_job { ur_pool *p; atomic_int times[8]; int rounds; } lead_job;
static void one_part(void *arg, int part) { atomic_fetch_add(&((lead_job *)arg)->times[part], 1); }
static void leader(void *arg)
{
    lead_job *j = arg;
    for (int r = 0; r < j->rounds; r++) {
        ur_pool_share(j->p, 8, one_part, j);
        for (int k = 0; k < 8; k++) assert_int_equal(atomic_load(&j->times[k]), r + 1);   /* all are done on return, none twice */
    }
}

static void shared_parts(void **state)
{
    (void)state;
    static const int threads[] = { 1, 2, 3, 8 };
    for (int k = 0; k < 4; k++) {
        ur_err e = { 0 };
        lead_job j = { .rounds = 2000 };
        assert_int_equal(ur_pool_new(&j.p, threads[k], &e), 0);
        ur_pool_lead(j.p, leader, &j);
        ur_pool_lead(j.p, leader, (j.rounds = 0, &j));
        ur_pool_free(j.p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_task_once), cmocka_unit_test(shared_parts), cmocka_unit_test(many_small_runs), cmocka_unit_test(what_cannot_be), cmocka_unit_test(the_clock_goes_forward),
    };
    return cmocka_run_group_tests_name("base/pool", tests, NULL, NULL);
}
