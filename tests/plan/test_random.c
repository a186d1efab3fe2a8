/* The fast plan against the oracle on random graphs, in double: loss, every quantity, every gradient within 1e-10; and the same bits for one
 * and for two threads. UR_SEED and UR_COUNT choose other graphs. */
#include "random_graph.h"
#include "run/run.h"

typedef struct result { double loss, grad[MAX_WEIGHT], *value[POOL][EXAMPLES]; size_t n[POOL][EXAMPLES]; } result;

static void run_plan(bench *b, bool naive, int threads, int shard, const ur_id *keep, int nkeep, result *r)
{
    ur_engine *en;
    ur_err e = { 0 };
    ur_plan_options o = { .limits.naive = naive, .limits.threads = threads, .shard = shard, .keep = keep, .nkeep = nkeep, .window_index = -1 };
    if (ur_engine_new(&en, &b->g, &o, &e)) fail_msg("%s", e.text);
    ur_step s = { .x = &b->x, .batch = &b->batch, .weight = b->weight, .grad = r->grad, .seed = 7, .step = 3, .draw = { .mode = 0 } };
    if (ur_engine_step(en, &s, &e)) fail_msg("%s", e.text);
    r->loss = s.loss;
    for (int k = 0; k < nkeep; k++)
        for (size_t i = 0; i < b->batch.n; i++) {
            size_t n = ur_engine_value(en, keep[k], i, NULL, 0) * ur_node_width(&b->g, &b->g.node[keep[k]]);
            r->n[k][i] = n;
            r->value[k][i] = calloc(n + 1, sizeof(double));
            ur_engine_value(en, keep[k], i, r->value[k][i], n);
        }
    ur_engine_free(en);
}

static void drop_result(result *r, int nkeep, size_t items) { for (int k = 0; k < nkeep; k++) for (size_t i = 0; i < items; i++) free(r->value[k][i]); }

static double gap(double a, double c, double scale) { return a == c ? 0 : fabs(a - c) / fmax(1, fmax(fabs(c), scale)); }

static double compare(const bench *b, const result *x, const result *y, int nkeep)
{
    double worst = gap(x->loss, y->loss, 0), scale = 0, d;
    for (size_t k = 0; k < b->g.nweight; k++) scale = fmax(scale, fabs(y->grad[k]));
    for (size_t k = 0; k < b->g.nweight; k++) if (!((d = gap(x->grad[k], y->grad[k], scale)) <= worst)) worst = d;
    for (int k = 0; k < nkeep; k++)
        for (size_t i = 0; i < b->batch.n; i++) {
            if (x->n[k][i] != y->n[k][i]) return INFINITY;
            for (size_t q = 0; q < x->n[k][i]; q++) if (!((d = gap(x->value[k][i][q], y->value[k][i][q], 0)) <= worst)) worst = d;
        }
    return worst;
}

/* graph: a random one (seed ≥ NCASES) or one of the small cases */
static double check(bench *b, uint64_t seed)
{
    static result r[3];
    ur_id keep[POOL] = { 0 };
    int nkeep = 0;
    ur_err e = { 0 };
    if (seed < NCASES) case_open(b, (int)seed); else nkeep = random_graph(b, seed, keep);
    if (ur_grad(&b->g, &e)) fail_msg("%s", e.text);
    ur_buf why = { 0 };
    if (!ur_graph_check(&b->g, &why))
        fail_msg("%s", why.s);
    run_plan(b, true, 1, 0, keep, nkeep, &r[0]);
    run_plan(b, false, 1, 2, keep, nkeep, &r[1]);
    run_plan(b, false, 2, 2, keep, nkeep, &r[2]);
    double worst = compare(b, &r[1], &r[0], nkeep);
    if (compare(b, &r[1], &r[2], nkeep) != 0) { print_error("graph %llu: two threads give other bits\n", (unsigned long long)seed); worst = INFINITY; }
    for (int k = 0; k < 3; k++) drop_result(&r[k], nkeep, b->batch.n);
    bench_close(b);
    return worst;
}

static void test_random(void **state)
{
    (void)state;
    const char *from = getenv("UR_SEED"), *count = getenv("UR_COUNT");
    uint64_t first = from ? strtoull(from, NULL, 10) : 0;
    int n = count ? atoi(count) : 700, bad = 0;
    bench *b = calloc(1, sizeof *b);
    for (uint64_t seed = first; seed < first + (uint64_t)n; seed++) {
        if (seed < NCASES && cases[seed].make == sum_examples) continue;   /* no text can say it: examples are summed by the loss and its gradient alone */
        double e = check(b, seed);
        if (e <= 1e-10) continue;
        print_error("graph %llu%s%s: %g\n", (unsigned long long)seed, seed < NCASES ? " " : "", seed < NCASES ? cases[seed].name : "", e);
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
