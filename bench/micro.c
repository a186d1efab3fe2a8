/* The parts a step is made of, one by one: component-wise kernels (nanoseconds a number, in L1), packed products (GFLOP/s, odd sizes beside even
 * ones), sums over positions, and what the executor adds to an instruction. Where a whole step is slow, this says which part is.
 * Uses the rooms directly. No arguments. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/base.h"
#include "lang/lang.h"
#include "math/math.h"
#include "run/run.h"

enum { TILE = 512, MOST = 4096 * 1024 };
static const ur_kernels *k;
static float *a, *b, *c;

/* seconds of the fastest of some runs of fn, each long enough to be timed */
static double seconds(void (*fn)(const void *), const void *arg)
{
    int times = 1;
    double best = 1e9;
    for (int r = 0; r < 12;) {
        double t = ur_now();
        for (int i = 0; i < times; i++) fn(arg);
        t = ur_now() - t;
        if (t < 2e-3) { times *= 2; continue; }
        if (t / times < best) best = t / times;
        r++;
    }
    return best;
}

typedef struct pass { int op, rows, n; size_t stride; } pass;
static void unary(const void *p) { const pass *q = p; k->unary[q->op]((size_t)q->rows, (size_t)q->n, a, q->stride, c, q->stride); }
static void binary(const void *p) { const pass *q = p; k->binary[q->op]((size_t)q->rows, (size_t)q->n, a, q->stride, b, q->stride, c, q->stride); }

static void component_wise(void)
{
    static const int one[] = { UR_EXP, UR_SIGMOID, UR_TANH, UR_SOFTPLUS, UR_RELU, UR_LOG, UR_SQRT }, two[] = { UR_ADD, UR_MUL, UR_DIV, UR_DTANH, UR_DSIGMOID };
    puts("component-wise, ns a number:     512 together   4 rows of 128 at a stride   8 rows of 65");
    for (size_t i = 0; i < sizeof one / sizeof *one + sizeof two / sizeof *two; i++) {
        bool u = i < sizeof one / sizeof *one;
        int op = u ? one[i] : two[i - sizeof one / sizeof *one];
        pass shape[3] = { { op, 1, TILE, 0 }, { op, 4, 128, 512 * sizeof(float) }, { op, 8, 65, 260 * sizeof(float) } };
        printf("  %-28s", ur_ops[op].id);
        for (int s = 0; s < 3; s++) printf("   %12.4f", 1e9 * seconds(u ? unary : binary, &shape[s]) / (shape[s].rows * shape[s].n));
        puts("");
    }
}

/* the component-wise part of an LSTM's step, by the unit: as one function, and an operation after the other */
enum { GATES = 9, ARGS = 5, UNITS = 4 * 128 };
static const ur_ew_op gates[GATES] = {                            /* inputs: the sums of i, f, o, g, then c[t-1] */
    { UR_SIGMOID, UR_CLS_UNARY, 0, GATES, 0, 0 }, { UR_SIGMOID, UR_CLS_UNARY, 1, GATES + 1, 0, 0 }, { UR_SIGMOID, UR_CLS_UNARY, 2, GATES + 2, 0, 0 },
    { UR_TANH, UR_CLS_UNARY, 3, GATES + 3, 0, 0 }, { UR_MUL, UR_CLS_BINARY, 4, 1, GATES + 4, 0 }, { UR_MUL, UR_CLS_BINARY, 5, 0, 3, 0 },
    { UR_ADD, UR_CLS_BINARY, 6, 4, 5, 0 }, { UR_TANH, UR_CLS_UNARY, 7, 6, 0, 0 }, { UR_MUL, UR_CLS_BINARY, 8, 2, 7, 0 } };
static void fused(const void *p)
{
    ur_strip at[ARGS + 6];
    for (int q = 0; q < ARGS + 6; q++) at[q] = (ur_strip){ (char *)((q < ARGS ? a : c) + q * UNITS), 0 };
    ((const ur_fused *)p)->run(1, UNITS, at);
}
static void one_by_one(const void *p)
{
    const ur_kernels *with = p;
    for (int q = 0; q < GATES; q++) {
        const ur_ew_op *o = &gates[q];
        const float *x = o->a < GATES ? c + o->a * UNITS : a + (o->a - GATES) * UNITS, *y = o->b < GATES ? c + o->b * UNITS : a + (o->b - GATES) * UNITS;
        if (o->cls == UR_CLS_UNARY) with->unary[o->op](1, UNITS, x, 0, c + o->dst * UNITS, 0);
        else with->binary[o->op](1, UNITS, x, 0, y, 0, c + o->dst * UNITS, 0);
    }
}
static void programs(void)
{
    const ur_input each[ARGS] = { 0 };
    const struct ur_out out[6] = { { 0, false }, { 1, false }, { 2, false }, { 3, false }, { 6, false }, { 8, false } };
    const ur_ew_program p = { GATES, gates, GATES, ARGS, each, (const double[ARGS]){ 0 }, 6, out };
    printf("\nan LSTM's gates, ns a unit: an operation after the other %.3f", 1e9 * seconds(one_by_one, k) / UNITS);
    ur_fused *f = ur_fuse(&p);
    if (f) {
        printf(", as one function %.3f", 1e9 * seconds(fused, f) / UNITS);
        double begun = ur_now();
        for (int i = 0; i < 100; i++) ur_fused_free(ur_fuse(&p));
        printf("; to make one takes %.0f us", (ur_now() - begun) * 1e4);
    }
    puts("");
    ur_fused_free(f);
}

typedef struct product { int m, n, k; } product;
static void packed(const void *p) { const product *q = p; k->gemm_packed(q->m, q->n, q->k, a, q->k, b, false, c, q->n, 0, 1); }
static void sum(const void *p) { const product *q = p; k->gemm_sum(q->m, q->n, q->k, a, q->m, b, q->n, c, q->n, 0, 1); }
static void pack(const void *p) { const product *q = p; k->pack(true, q->k, q->n, a, b); }

static void products(void)
{
    static const int hidden[] = { 64, 65, 100, 112, 127, 128, 256, 512, 650, 656, 1024 }, rows[] = { 1, 4, 8, 16, 64, 800 };
    puts("\npacked product of m rows by a 4 H x H matrix, and the sum over 800 positions that is its gradient, GFLOP/s; packing, GB/s");
    printf("  %6s", "H");
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) printf("   m %-4d", rows[r]);
    puts("      sum  packing");
    for (size_t h = 0; h < sizeof hidden / sizeof *hidden; h++) {
        int H = hidden[h];
        printf("  %6d", H);
        for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) { product q = { rows[r], 4 * H, H }; printf("   %6.1f", 2e-9 * q.m * q.n * q.k / seconds(packed, &q)); }
        product q = { 4 * H, H, 800 };
        printf("   %6.1f", 2e-9 * q.m * q.n * q.k / seconds(sum, &q));
        q = (product){ 1, 4 * H, H };
        printf("   %6.2f\n", 4e-9 * q.n * q.k / seconds(pack, &q));
    }
}

/* a recurrence so small that all of it is the executor's work: three instructions a step */
typedef struct tiny { ur_engine *en; ur_step *step; } tiny;
static void step(const void *p) { const tiny *t = p; ur_err e = { 0 }; ur_engine_step(t->en, t->step, &e); }

static int executor(void)
{
    enum { T = 1000 };
    static const char text[] = "data x[t] : raw\nh[t] = tanh(0.5 h[t-1] + x[t])\ng[t] : 2 = rnn(2, [h[t]; x[t]])\n";
    ur_err e = { 0 };
    ur_program *p;
    ur_graph *g;
    tiny t;
    if (ur_program_parse(&p, text, sizeof text - 1, "tiny", NULL, 0, &e) || ur_program_build(p, &(ur_build_options){ 0 }, &g, &e)) return puts(e.text), 1;
    ur_id keep[2];
    int n = 0;
    for (ur_id v = 0; v < g->nnode && n < 2; v++) if (g->node[v].place.name && g->node[v].op == UR_TANH) keep[n++] = v;
    if (ur_engine_new(&t.en, g, &(ur_plan_options){ .limits.single = true, .limits.threads = 1, .window_index = -1, .keep = keep, .nkeep = n }, &e)) return puts(e.text), 1;
    size_t start[2] = { 0, T };
    int32_t len = T;
    ur_item item = { 0, 0, -1, INT32_MAX, 0 };
    double *x = calloc(T, sizeof *x);
    float w[64] = { 0.1f, 0.2f };
    ur_series s = { .nrow = T, .start = start, .num = x };
    ur_extent extent = { .len = &len };
    ur_examples data = { .n = 1, .ndata = 1, .series = &s, .nindex = g->nindex, .extent = &extent };
    ur_batch batch = { .n = 1, .item = &item, .window_index = -1, .fresh = true };
    ur_step st = { .x = &data, .batch = &batch, .weight = w, .version = 1 };
    t.step = &st;
    printf("\nexecutor: a step of a scalar recurrence and of an rnn of 2 (two scans, three instructions), ns: %.0f\n", 1e9 * seconds(step, &t) / T);
    ur_engine_free(t.en);
    ur_graph_free(g);
    ur_program_free(p);
    free(x);
    return 0;
}

int main(void)
{
    ur_math_thread_init();
    k = ur_kernels_for(true);
    a = ur_alloc_aligned(sizeof *a * MOST); b = ur_alloc_aligned(sizeof *b * MOST); c = ur_alloc_aligned(sizeof *c * MOST);
    if (!a || !b || !c) return 1;
    for (int i = 0; i < MOST; i++) { a[i] = 0.2f + (float)(i % 7) * 0.1f; b[i] = 0.3f + (float)(i % 5) * 0.1f; c[i] = 0; }
    component_wise();
    programs();
    products();
    int rc = executor();
    ur_free_aligned(a); ur_free_aligned(b); ur_free_aligned(c);
    return rc;
}
