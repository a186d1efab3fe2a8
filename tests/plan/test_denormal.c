/* Numbers too small to be normal cost a processor a hundred times as much: a state that decays becomes 0 instead, on every thread, in both
 * precisions. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "lang/lang.h"
#include "run/run.h"

enum { WIDE = 384 };
/* h decays by halves; W, whose product threads share, is a tenth of the unit matrix */
static const char text[] = "data x[t] : raw\nparam W\nh[t] = 0.5 h[t-1] + x[t]\ng[t] : 384 = W g[t-1] + x[t]\n";

static ur_id quantity(const ur_graph *g, const char *name)
{
    for (int q = 0; q < g->nquant; q++) if (!strcmp(g->quant[q].name, name)) return g->quant[q].node;
    fail_msg("no %s", name);
    return -1;
}

static void decays(bool single, int threads, int T)
{
    ur_err e = { 0 };
    ur_program *p;
    ur_graph *g;
    ur_engine *en;
    if (ur_program_parse(&p, text, sizeof text - 1, "decay", NULL, 0, &e) || ur_program_build(p, &(ur_build_options){ 0 }, &g, &e)) fail_msg("%s", e.text);
    ur_id keep[2] = { quantity(g, "h"), quantity(g, "g") };
    if (ur_engine_new(&en, g, &(ur_plan_options){ .limits.single = single, .limits.threads = threads, .window_index = -1, .keep = keep, .nkeep = 2 }, &e)) fail_msg("%s", e.text);
    size_t start[2] = { 0, (size_t)T }, n = (size_t)WIDE * WIDE;
    int32_t len = T;
    ur_item item = { 0, 0, -1, INT32_MAX, 0 };
    double *x = calloc((size_t)T, sizeof *x), *w = calloc(n, sizeof *w), *v = malloc(sizeof *v * (size_t)T * WIDE);
    assert_true(x && w && v);
    x[0] = 1;
    for (int k = 0; k < WIDE; k++) if (single) ((float *)w)[k * WIDE + k] = 0.1f; else w[k * WIDE + k] = 0.1;
    ur_series s = { .nrow = (size_t)T, .start = start, .num = x };
    ur_extent extent = { .len = &len };
    ur_examples data = { .n = 1, .ndata = 1, .series = &s, .nindex = g->nindex, .extent = &extent };
    ur_batch batch = { .n = 1, .item = &item, .window_index = -1, .fresh = true };
    ur_step st = { .x = &data, .batch = &batch, .weight = w, .version = 1 };
    if (ur_engine_step(en, &st, &e)) fail_msg("%s", e.text);
    double least = single ? (double)FLT_MIN : DBL_MIN;
    for (int q = 0; q < 2; q++) {
        size_t count = ur_engine_value(en, keep[q], 0, v, (size_t)T * WIDE) * (q ? WIDE : 1);
        assert_int_equal(count, (size_t)T * (q ? WIDE : 1));
        for (size_t k = 0; k < count; k++) if (v[k] != 0 && !(v[k] >= least)) fail_msg("%g is not normal, %s on %d threads", v[k], q ? "g" : "h", threads);
        assert_true(v[0] == 1 && v[count - 1] == 0);
    }
    ur_engine_free(en);
    ur_graph_free(g);
    ur_program_free(p);
    free(x); free(w); free(v);
}

static void none_is_left(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 3; threads++) { decays(true, threads, 300); decays(false, threads, 1200); }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(none_is_left) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
