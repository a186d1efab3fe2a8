/* Gradients of random graphs, by the oracle, against finite differences. */
#include "random_graph.h"

static void test_random(void **state)
{
    (void)state;
    const char *from = getenv("UR_SEED"), *count = getenv("UR_COUNT");
    uint64_t first = from ? strtoull(from, NULL, 10) : 1;
    int n = count ? atoi(count) : 100, bad = 0;
    bench *b = calloc(1, sizeof *b);
    for (uint64_t seed = first; seed < first + (uint64_t)n; seed++) {
        ur_id keep[POOL];
        random_graph(b, seed, keep);
        double e = worst_gradient(b);
        bench_close(b);
        if (e <= 1e-6) continue;
        print_error("graph %llu: relative error %g\n", (unsigned long long)seed, e);
        bad++;
    }
    free(b);
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_random) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
