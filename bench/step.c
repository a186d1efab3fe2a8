/* How near one step of training (forward, backward, all gradients) comes to this machine's large matrix product, for cells of the library
 * and for any cell in a file. Usage: step [CELL|FILE.unr [B T I H [THREADS]]]; without arguments a table. FILE defines `cell user(n, x[t])`.
 * Uses the rooms directly: it measures the engine, not the program. */
#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lang/lang.h"
#include "plan/plan.h"
#undef I                                                        /* cblas.h brings complex.h */

static double ceiling(void)                                      /* operations a second of one thread's large product */
{
    enum { N = 1024 };
    float *a = malloc(sizeof *a * N * N * 3), *b = a + N * N, *c = b + N * N;
    double best = 1e9;
    if (!a) exit(1);
    for (int k = 0; k < N * N; k++) { a[k] = (float)(k % 7) * 0.1f; b[k] = (float)(k % 5) * 0.1f; }
    for (int r = 0; r < 8; r++) {
        double t = ur_now();
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, N, N, N, 1, a, N, b, N, 0, c, N);
        t = ur_now() - t;
        if (t < best) best = t;
    }
    free(a);
    return 2.0 * N * N * N / best;
}

static int stop(const char *what) { fprintf(stderr, "step: %s\n", what); return 1; }

/* seconds of the fastest of some steps; *operations of one */
static const char *again;                                       /* UNROLL_RECOMPUTE=N: parts of N positions computed twice instead of stored; 0: N is chosen */

static int measure(const char *cell, int B, int T, int I, int H, int threads, double *seconds, double *operations, double *bytes)
{
    ur_err e = { 0 };
    ur_buf text = { 0 };
    const char *name = cell;
    if (strchr(cell, '.')) {
        if (ur_file_read_all(cell, UR_MAX_TEXT, &text, &e)) return stop(e.text);
        name = "user";
    }
    ur_buf_printf(&text, "\ndata x[t] : raw(%d)\ndata y[t] : raw(%d)\nh[t] = %s(%d, x[t])\ny[t] ~ normal(h[t], 1)\n", I, H, name, H);
    ur_program *p;
    ur_graph *g;
    ur_engine *en;
    if (text.bad || ur_program_parse(&p, text.s, text.n, cell, NULL, 0, &e)) return stop(e.text);
    if (ur_program_build(p, &(ur_build_options){ .training = true, .grad = true }, &g, &e)) return stop(e.text);
    if (ur_engine_new(&en, g, &(ur_plan_options){ .single = true, .threads = threads, .window_index = -1, .recompute = again ? 1 : -1, .segment = again ? atoi(again) : 0 }, &e)) return stop(e.text);
    size_t rows = (size_t)B * (size_t)T, width[2] = { (size_t)I, (size_t)H };
    ur_series s[2];
    size_t *start = malloc(sizeof *start * (size_t)(B + 1));
    int32_t *len = malloc(sizeof *len * (size_t)B);
    ur_item *item = malloc(sizeof *item * (size_t)B);
    float *w = malloc(sizeof *w * (g->nweight + 1)), *grad = malloc(sizeof *grad * (g->nweight + 1));
    if (!start || !len || !item || !w || !grad) return stop("out of memory");
    for (int b = 0; b <= B; b++) start[b] = (size_t)b * (size_t)T;
    for (int b = 0; b < B; b++) { len[b] = T; item[b] = (ur_item){ (uint32_t)b, 0, -1, INT32_MAX, 0 }; }
    for (int d = 0; d < 2; d++) {
        s[d] = (ur_series){ .nrow = rows, .start = start, .num = malloc(sizeof(double) * (rows * width[d] + 1)) };
        if (!s[d].num) return stop("out of memory");
        for (size_t k = 0; k < rows * width[d]; k++) s[d].num[k] = sin(0.7 * (double)k + d);
    }
    for (size_t k = 0; k < g->nweight; k++) w[k] = (float)(0.08 * sin(2.1 * (double)k + 1));
    ur_extent extent = { .len = len };
    ur_examples x = { .n = (size_t)B, .ndata = 2, .series = s, .nindex = g->nindex, .extent = &extent };
    ur_batch batch = { .n = (size_t)B, .item = item, .window_index = -1, .fresh = true };
    ur_step step = { .x = &x, .batch = &batch, .weight = w, .grad = grad };
    *seconds = 1e9;
    int steps = 0;
    for (double begun = ur_now(); steps < 3 || ur_now() - begun < 1.5; steps++) {   /* the first touches fresh memory */
        double t = ur_now();
        if (ur_engine_step(en, &step, &e)) return stop(e.text);
        t = ur_now() - t;
        if (t < *seconds) *seconds = t;
    }
    *operations = ur_engine_flops(en);
    *bytes = (double)ur_engine_bytes(en, &x, &batch);
    ur_engine_free(en);
    ur_graph_free(g);
    ur_program_free(p);
    for (int d = 0; d < 2; d++) free(s[d].num);
    free(start); free(len); free(item); free(w); free(grad);
    ur_buf_free(&text);
    return 0;
}

static int line(const char *cell, int B, int T, int I, int H, int threads, double top)
{
    double t, n, m;
    if (measure(cell, B, T, I, H, threads, &t, &n, &m)) return 1;
    printf("%-16s %4d %5d %5d %5d %8d %10.2f %10.1f %8.0f %% %8.0f\n", cell, B, T, I, H, threads, t * 1e3, n / t * 1e-9, 100 * n / t / (top * threads), m * 1e-6);
    fflush(stdout);
    return 0;
}

int main(int argc, char **argv)
{
    static const int grid[][4] = { { 1, 100, 64, 64 }, { 1, 100, 128, 256 }, { 8, 100, 128, 128 }, { 32, 100, 128, 128 }, { 32, 100, 256, 512 }, { 64, 35, 650, 650 }, { 128, 50, 64, 64 } };
    static const char *const cells[] = { "rnn", "lstm", "gru" };
    again = getenv("UNROLL_RECOMPUTE");
    ur_math_thread_init();
    double top = ceiling();
    printf("large product, one thread: %.1f GFLOP/s\n%-16s %4s %5s %5s %5s %8s %10s %10s %10s %8s\n", top * 1e-9, "cell", "B", "T", "I", "H", "threads", "ms", "GFLOP/s", "of it", "MB");
    int n[5] = { 32, 100, 128, 128, 1 };
    for (int k = 0; k < 5 && k + 2 < argc; k++) if ((n[k] = atoi(argv[k + 2])) < 1) return stop("sizes are whole numbers from 1");
    if (argc > 1) return line(argv[1], n[0], n[1], n[2], n[3], n[4], top);
    for (int c = 0; c < 3; c++)
        for (size_t k = 0; k < sizeof grid / sizeof *grid; k++)
            for (int t = 1; t <= 2; t++) if (line(cells[c], grid[k][0], grid[k][1], grid[k][2], grid[k][3], t, top)) return 1;
    return 0;
}
