/* The ordered sum over shards is the tree that run/reduce.h describes, to the bit, whichever threads come when; and no thread waits for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include "run/reduce.h"

enum { WIDE = 19, MOST = 70 };

typedef struct sum { ur_tree *tree; const float *leaf; bool slow_first; } sum;

static void make(float *x, int leaves)
{
    uint32_t h = 1;
    for (int k = 0; k < leaves * WIDE; k++) {
        h = h * 1664525u + 1013904223u;
        x[k] = (float)(h >> 8) / (float)(1 << (h & 15)) - 300.0f;
    }
}

/* the definition: the left subtree of n leaves has the greatest power of two below n */
static void by_definition(const float *x, int from, int n, float *out)
{
    if (n == 1) {
        memcpy(out, x + from * WIDE, sizeof(float) * WIDE);
        return;
    }
    int left = 1;
    while (2 * left < n)
        left *= 2;
    float right[WIDE];
    by_definition(x, from, left, out);
    by_definition(x, from + left, n - left, right);
    for (int k = 0; k < WIDE; k++)
        out[k] += right[k];
}

static void task(void *arg, size_t k, int worker)
{
    const sum *s = arg;
    (void)worker;
    float *mine = ur_tree_take(s->tree, (int)k);
    memcpy(mine, s->leaf + k * WIDE, sizeof(float) * WIDE);
    if (s->slow_first && k % 7 == 0)
        nanosleep(&(struct timespec){ .tv_nsec = 300000 }, NULL);
    ur_tree_give(s->tree, (int)k);
}

static void test_any_threads(void **state)
{
    static float x[MOST * WIDE];
    ur_err e = { 0 };
    (void)state;
    make(x, MOST);
    for (int threads = 1; threads <= 9; threads += threads < 3 ? 1 : 3) {
        ur_pool *pool;
        sum s = { .leaf = x };
        assert_int_equal(ur_pool_new(&pool, threads, &e), 0);
        assert_int_equal(ur_tree_new(&s.tree, WIDE, ur_kernels_for(true), threads, &e), 0);
        for (int leaves = 1; leaves <= MOST; leaves++)
            for (int slow = 0; slow < 2; slow++) {
                float want[WIDE], got[WIDE];
                s.slow_first = slow;
                by_definition(x, 0, leaves, want);
                assert_int_equal(ur_tree_begin(s.tree, leaves, got, &e), 0);
                ur_pool_run(pool, (size_t)leaves, task, &s);
                assert_memory_equal(got, want, sizeof want);
            }
        ur_tree_free(s.tree);
        ur_pool_free(pool);
    }
}

static void test_doubles(void **state)
{
    static float x[MOST * WIDE];
    static double d[MOST * WIDE];
    (void)state;
    make(x, MOST);
    for (int k = 0; k < MOST * WIDE; k++)
        x[k] = (float)((int)x[k] & 63);
    for (int leaves = 1; leaves <= MOST; leaves++) {
        float want[WIDE];
        for (int k = 0; k < leaves * WIDE; k++)
            d[k] = (double)x[k];
        by_definition(x, 0, leaves, want);
        ur_tree_doubles(leaves, WIDE, d);
        for (int k = 0; k < WIDE; k++)
            assert_true(d[k] == (double)want[k]);
    }
}

/* a sum of few shards takes little memory however many threads there are */
static void test_bytes(void **state)
{
    (void)state;
    assert_int_equal(ur_tree_bytes(1000, 4, 8, 1), 0);
    assert_int_equal(ur_tree_bytes(1000, 4, 8, 2), 4064);
    assert_int_equal(ur_tree_bytes(1000, 4, 1, 2), 4064);
    assert_int_equal(ur_tree_bytes(1000, 4, 1, 16), 4 * 4064);
    assert_int_equal(ur_tree_bytes(1000, 4, 2, 16), 5 * 4064);
    assert_true(ur_tree_bytes(SIZE_MAX / 4, 4, 8, 16) >= SIZE_MAX / 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_any_threads), cmocka_unit_test(test_doubles), cmocka_unit_test(test_bytes) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
