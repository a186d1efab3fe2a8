/* Random model texts through the whole road: parsed, built, differentiated; the fast plan against the oracle, in double: loss, quantities
 * and gradients within 1e-10. UR_SEED and UR_COUNT choose other texts; UR_SHOW prints each. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "random_model.h"
#include "run/run.h"

enum { KEEP = 32, ITEMS = 5 };
typedef struct run { double loss, *grad, *value[KEEP][ITEMS]; size_t n[KEEP][ITEMS]; } run;

static void run_plan(const ur_graph *g, bool naive, const ur_examples *x, const double *w, const ur_id *keep, int nkeep, run *r, uint64_t seed)
{
    ur_engine *en;
    ur_err e = { 0 };
    ur_item item[ITEMS];
    for (int k = 0; k < ITEMS; k++) item[k] = (ur_item){ (uint32_t)k, 0, -1, INT32_MAX, 0 };
    ur_batch batch = { ITEMS, item, -1, true };
    ur_plan_options o = { .limits.naive = naive, .limits.threads = 2, .shard = 2, .keep = keep, .nkeep = nkeep, .window_index = -1 };
    if (ur_engine_new(&en, g, &o, &e)) fail_msg("text %llu: %s", (unsigned long long)seed, e.text);
    r->grad = calloc(g->nweight + 1, sizeof *r->grad);
    ur_step s = { .x = x, .batch = &batch, .weight = w, .grad = r->grad, .seed = 7, .step = 3 };
    if (ur_engine_step(en, &s, &e)) fail_msg("text %llu: %s", (unsigned long long)seed, e.text);
    r->loss = s.loss;
    for (int k = 0; k < nkeep; k++)
        for (size_t i = 0; i < ITEMS; i++) {
            size_t n = r->n[k][i] = ur_engine_value(en, keep[k], i, NULL, 0) * ur_node_width(g, &g->node[keep[k]]);
            r->value[k][i] = calloc(n + 1, sizeof(double));
            ur_engine_value(en, keep[k], i, r->value[k][i], n);
        }
    ur_engine_free(en);
}

static double gap(double a, double b, double scale) { return a == b ? 0 : fabs(a - b) / fmax(1, fmax(fabs(b), scale)); }

static double check(uint64_t seed)
{
    static char text[16384];
    ur_err e = { 0 };
    ur_program *p;
    ur_graph *g;
    ur_examples *x;
    run r[2] = { 0 };
    random_model(seed, text, sizeof text);
    if (getenv("UR_SHOW")) print_message("%s\n", text);
    if (ur_program_parse(&p, text, strlen(text), "random", NULL, 0, &e)) fail_msg("%s\n%s", e.text, text);
    int *size = random_sizes(p);
    ur_given_mode some[16] = { UR_GIVEN_ALL };
    for (int d = 0; d < ur_program_ndata(p) && d < 16; d++) some[d] = seed % 3 == 0 && ur_program_datum(p, d)->drawn ? UR_GIVEN_SOME : UR_GIVEN_ALL;
    if (ur_program_build(p, &(ur_build_options){ .size = size, .given = some, .training = true, .grad = true }, &g, &e)) fail_msg("%s\n%s", e.text, text);
    ur_buf why = { 0 };
    if (!ur_graph_check(g, &why))
        fail_msg("%s\n%s", why.s, text);
    ur_id keep[KEEP];
    int nkeep = 0;
    for (int k = 0; k < g->nquant && nkeep < KEEP; k++) if (g->quant[k].node >= 0) keep[nkeep++] = g->quant[k].node;
    random_examples(&x, g, seed, ITEMS);
    double *w = random_weights(g, seed), worst, scale = 0, d;
    for (int k = 0; k < 2; k++) run_plan(g, k == 0, x, w, keep, nkeep, &r[k], seed);
    worst = gap(r[1].loss, r[0].loss, 0);
    for (size_t k = 0; k < g->nweight; k++) scale = fmax(scale, fabs(r[0].grad[k]));
    for (size_t k = 0; k < g->nweight; k++) if (!((d = gap(r[1].grad[k], r[0].grad[k], scale)) <= worst)) worst = d;
    for (int k = 0; k < nkeep; k++)
        for (int i = 0; i < ITEMS; i++) {
            if (r[0].n[k][i] != r[1].n[k][i]) worst = INFINITY;
            else for (size_t q = 0; q < r[0].n[k][i]; q++) if (!((d = gap(r[1].value[k][i][q], r[0].value[k][i][q], 0)) <= worst)) worst = d;
            free(r[0].value[k][i]); free(r[1].value[k][i]);
        }
    free(r[0].grad); free(r[1].grad); free(w); free(size);
    ur_examples_free(x);
    ur_graph_free(g);
    ur_program_free(p);
    return worst;
}

static void test_texts(void **state)
{
    (void)state;
    const char *from = getenv("UR_SEED"), *count = getenv("UR_COUNT");
    uint64_t first = from ? strtoull(from, NULL, 10) : 1;
    int n = count ? atoi(count) : 200, bad = 0;
    for (uint64_t seed = first; seed < first + (uint64_t)n; seed++) {
        double e = check(seed);
        if (e <= 1e-10) continue;
        print_error("text %llu: %g\n", (unsigned long long)seed, e);
        bad++;
    }
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_texts) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
