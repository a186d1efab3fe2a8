/* The order of an epoch: every track once, batches of tracks that are about as long, another order in every epoch, the same for the same seed. */
#include "model_test.h"
#include "model/model.h"

enum { N = 1003, BATCH = 16 };
static ur_item track[N], item[BATCH];
static uint32_t order[N];

static ur_course course(void)
{
    for (int i = 0; i < N; i++) track[i] = (ur_item){ .example = (uint32_t)i, .from = 0, .to = 1 + (int32_t)(ur_uniform(7, 0, (uint32_t)i, 0, 0) * 100) };
    return (ur_course){ .window = 0, .batch = BATCH, .ntrack = N, .track = track, .order = order, .item = item };
}

/* padding that batches would have: Σ (longest − length), as a share of Σ longest; every track is in one batch */
static double epoch(ur_course *c, uint64_t seed, int k, bool shuffle)
{
    static bool seen[N];
    ur_err e = { 0 };
    ur_batch b;
    double padded = 0, all = 0;
    size_t n = 0;
    memset(seen, 0, sizeof seen);
    assert_int_equal(ur_course_epoch(c, NULL, seed, k, shuffle, &e), 0);
    assert_int_equal(c->nstep, (N + BATCH - 1) / BATCH);
    for (size_t s = 0; s < c->nstep; s++) {
        int32_t longest = 0;
        ur_course_batch(c, s, &b);
        for (size_t i = 0; i < b.n; i++) if (b.item[i].to > longest) longest = b.item[i].to;
        for (size_t i = 0; i < b.n; i++) {
            assert_false(seen[b.item[i].example]);
            seen[b.item[i].example] = true;
            padded += longest - b.item[i].to;
            all += longest;
        }
        n += b.n;
    }
    assert_int_equal(n, N);
    return padded / all;
}

static void batches_are_of_one_length(void **state)
{
    (void)state;
    ur_course c = course();
    assert_true(epoch(&c, 1, 0, false) > 0.4);            /* as they come: half of the longest, on average */
    assert_true(epoch(&c, 1, 0, true) < 0.05);
    ur_free(c.step);
}

static void epochs_differ_and_repeat(void **state)
{
    (void)state;
    static uint32_t first[N];
    ur_course c = course();
    epoch(&c, 1, 0, true);
    memcpy(first, order, sizeof first);
    epoch(&c, 1, 1, true);
    assert_memory_not_equal(first, order, sizeof first);
    epoch(&c, 2, 0, true);
    assert_memory_not_equal(first, order, sizeof first);
    epoch(&c, 1, 0, true);
    assert_memory_equal(first, order, sizeof first);
    ur_free(c.step);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(batches_are_of_one_length), cmocka_unit_test(epochs_differ_and_repeat) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
