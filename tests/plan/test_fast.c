/* The fast plan against the oracle: every operator and structure of the grad tests' cases, values and gradients in double, alone and
 * cut into shards; the same bits on one thread and two. */
#include "lang/graph_cases.h"
#include "run/run.h"

enum { ROOM = 100000 };

static double run_plan(bench *b, bool naive, bool grad, int threads, int shard, double *g, double *value, size_t *count, ur_id keep)
{
    ur_engine *en;
    ur_err e = { 0 };
    ur_plan_options o = { .limits.naive = naive, .window_index = -1, .limits.threads = threads, .shard = shard, .keep = &keep, .nkeep = keep >= 0 };
    if (ur_engine_new(&en, &b->g, &o, &e)) fail_msg("%s", e.text);
    ur_step s = { .x = &b->x, .batch = &b->batch, .weight = b->weight, .grad = grad ? g : NULL, .seed = 7, .step = 3 };
    if (ur_engine_step(en, &s, &e)) fail_msg("%s", e.text);
    *count = 0;
    for (size_t k = 0; keep >= 0 && k < b->batch.n; k++) {
        size_t w = ur_node_width(&b->g, &b->g.node[keep]), n = ur_engine_value(en, keep, k, value + *count, ROOM - *count);
        *count += n * w;
    }
    ur_engine_free(en);
    return s.loss;
}

static void close_to(const char *what, const char *name, const double *a, const double *b, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (!(fabs(a[k] - b[k]) <= 1e-10 * fmax(1, fabs(a[k]))) && !(isnan(a[k]) && isnan(b[k])) && a[k] != b[k]) fail_msg("%s: %s %zu: naive %.15g, fast %.15g", name, what, k, a[k], b[k]);
}

static void check(const char *name, bench *b, bool examples_mix)
{
    static double g1[MAX_WEIGHT], g2[MAX_WEIGHT], v1[ROOM], v2[ROOM];
    ur_err e = { 0 };
    size_t n1, n2;
    ur_id keep = -1;
    for (ur_id v = b->g.loss; v >= 0 && keep < 0; v--) if (b->g.node[v].op == UR_TANH && b->g.node[v].example) keep = v;
    if (ur_grad(&b->g, &e)) fail_msg("%s: %s", name, e.text);
    double l1 = run_plan(b, true, true, 1, 0, g1, v1, &n1, keep);
    for (int shard = 0; shard < (examples_mix ? 1 : 3); shard++) {
        double l2 = run_plan(b, false, true, 1, shard, g2, v2, &n2, keep);
        close_to("loss", name, &l1, &l2, 1);
        assert_int_equal(n1, n2);
        close_to("value", name, v1, v2, n1);
        close_to("gradient", name, g1, g2, b->g.nweight);
    }
    if (examples_mix) return;
    double l2 = run_plan(b, false, true, 1, 2, g1, v1, &n1, keep), l3 = run_plan(b, false, true, 2, 2, g2, v2, &n2, keep);
    assert_memory_equal(&l2, &l3, sizeof l2);
    assert_memory_equal(g1, g2, sizeof *g1 * b->g.nweight);
    assert_memory_equal(v1, v2, sizeof *v1 * n1);
}

static void test_cases(void **state)
{
    (void)state;
    for (int k = 0; k < (int)NCASES; k++) {
        bench B;
        case_open(&B, k);
        if (getenv("CASES")) fprintf(stderr, "%s\n", cases[k].name);
        check(cases[k].name, &B, cases[k].make == sum_examples);   /* sums over examples inside a model do not cut into shards */
        bench_close(&B);
    }
}

int main(void)
{
    const struct CMUnitTest t[] = { cmocka_unit_test(test_cases) };
    return cmocka_run_group_tests(t, NULL, NULL);
}
