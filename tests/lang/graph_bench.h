/* Graphs built by hand for tests: indices, data with random values, parameters on demand; the loss and its gradient by the oracle, and the
 * gradient again by finite differences. Knows nothing of model texts. */
#ifndef GRAPH_BENCH_H
#define GRAPH_BENCH_H
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "graph/graph.h"
#include "run/naive/naive.h"

/* ragged t; s = t; u ragged; k nested in t; fixed j of 3, m of 2 */
enum { T, S, U, K, J, M, NINDEX };
/* x[t]: real(2); w[t]: symbol of 5; y[t]: real, some missing; z[t,k]: real; q: real(2), without an index; v[u]: real(2) */
enum { X, W, Y, Z, Q, V, NDATA };
enum { EXAMPLES = 5, MAX_PARAM = 200, MAX_WEIGHT = 20000, SYMBOLS = 5 };

typedef struct bench {
    ur_arena arena; ur_graph g; ur_err err; jmp_buf trap;
    ur_param param[MAX_PARAM]; double weight[MAX_WEIGHT], grad[MAX_WEIGHT];
    double lo, hi;                       /* where new parameters are drawn from */
    uint64_t seed; uint32_t draws;
    bool random_lengths;
    ur_examples x; ur_item item[EXAMPLES]; ur_batch batch;
    ur_index index[NINDEX]; ur_datum data[NDATA];
    ur_series series[NDATA]; ur_extent extent[NINDEX];
} bench;

static inline double rnd(bench *b, double lo, double hi) { return lo + (hi - lo) * ur_uniform(b->seed, 1, 2, 3, b->draws++); }
static inline int rnd_int(bench *b, int lo, int hi) { return lo + (int)(rnd(b, 0, 1) * (hi - lo + 1)); }

static inline void fill_series(bench *b, int d, size_t rows, int width, bool holes)
{
    ur_series *s = &b->series[d];
    s->nrow = rows;
    if (d == W) {
        s->sym = calloc(rows + 1, sizeof *s->sym);
        for (size_t r = 0; r < rows; r++) s->sym[r] = rnd_int(b, 0, SYMBOLS - 1);
    } else {
        s->num = calloc(rows * (size_t)width + 1, sizeof *s->num);
        for (size_t r = 0; r < rows * (size_t)width; r++) s->num[r] = rnd(b, -1, 1);
    }
    if (holes) {
        s->seen = calloc(rows + 1, 1);
        for (size_t r = 0; r < rows; r++) s->seen[r] = rnd(b, 0, 1) < 0.7;
    }
}

static inline void bench_data(bench *b)
{
    int lengths[EXAMPLES] = { 3, 0, 1, 6, 2 };
    for (int e = 0; e < EXAMPLES && b->random_lengths; e++) lengths[e] = rnd_int(b, 0, 7);
    static const struct { const char *name; ur_data_kind kind; int size, nidx, i0, i1; } d[NDATA] = {
        [X] = { "x", UR_REAL, 2, 1, T, 0 }, [W] = { "w", UR_SYMBOL, SYMBOLS, 1, T, 0 }, [Y] = { "y", UR_REAL, 1, 1, T, 0 }, [Z] = { "z", UR_REAL, 1, 2, T, K },
        [Q] = { "q", UR_REAL, 2, 0, 0, 0 }, [V] = { "v", UR_REAL, 2, 1, U, 0 } };
    static const char *names[NINDEX] = { "t", "s", "u", "k", "j", "m" };
    for (int k = 0; k < NINDEX; k++) b->index[k] = (ur_index){ .name = names[k], .parent = -1, .alias = -1 };
    b->index[S].alias = T; b->index[K].parent = T;
    b->index[J].fixed = b->index[M].fixed = true; b->index[J].size = 3; b->index[M].size = 2;
    b->extent[T].len = calloc(EXAMPLES, sizeof(int32_t)); b->extent[U].len = calloc(EXAMPLES, sizeof(int32_t));
    size_t nt = 0, nu = 0, nk = 0;
    for (int e = 0; e < EXAMPLES; e++) {
        nt += (size_t)(b->extent[T].len[e] = lengths[e]);
        nu += (size_t)(b->extent[U].len[e] = b->random_lengths ? rnd_int(b, 0, 4) : (e * 2 + 1) % 4);
    }
    b->extent[K].len = calloc(nt + 1, sizeof(int32_t)); b->extent[K].first = calloc(nt + 1, sizeof(size_t));
    for (size_t p = 0; p < nt; p++) b->extent[K].first[p + 1] = nk += (size_t)(b->extent[K].len[p] = b->random_lengths ? rnd_int(b, 0, 3) : (int)(p % 4));
    size_t rows[NDATA] = { nt, nt, nt, nk, EXAMPLES, nu };
    for (int k = 0; k < NDATA; k++) {
        b->data[k] = (ur_datum){ .name = d[k].name, .kind = d[k].kind, .size = d[k].size, .nidx = d[k].nidx, .idx = { d[k].i0, d[k].i1 }, .drawn = k == Y || k == W };
        fill_series(b, k, rows[k], d[k].size, k == Y);
        size_t *start = b->series[k].start = calloc(EXAMPLES + 1, sizeof *start), at = 0;
        for (int e = 0; e < EXAMPLES; e++) {
            size_t n = k == Q ? 1 : k == V ? (size_t)b->extent[U].len[e] : (size_t)lengths[e];
            if (k == Z) {
                size_t from = 0;
                for (int q = 0; q < e; q++) from += (size_t)lengths[q];
                n = b->extent[K].first[from + (size_t)lengths[e]] - b->extent[K].first[from];
            }
            start[e + 1] = at += n;
        }
    }
    b->x = (ur_examples){ .n = EXAMPLES, .ndata = NDATA, .series = b->series, .nindex = NINDEX, .extent = b->extent };
    for (int e = 0; e < EXAMPLES; e++) b->item[e] = (ur_item){ (uint32_t)e, 0, -1, INT32_MAX, 0 };
    b->batch = (ur_batch){ EXAMPLES, b->item, -1, true };
}

static inline void bench_begin(bench *b, uint64_t seed, bool random_lengths)
{
    memset(b, 0, sizeof *b);
    b->seed = seed; b->lo = -1; b->hi = 1;
    b->random_lengths = random_lengths;
    bench_data(b);
    b->arena.trap = &b->trap; b->arena.err = &b->err;
    b->g.arena = &b->arena;
    b->g.nindex = NINDEX; b->g.index = b->index; b->g.ndata = NDATA; b->g.data = b->data; b->g.param = b->param; b->g.loss = -1;
}

static inline void bench_open(bench *b, uint64_t seed) { bench_begin(b, seed, false); }

static inline void bench_close(bench *b)
{
    for (int k = 0; k < NDATA; k++) { free(b->series[k].num); free(b->series[k].sym); free(b->series[k].seen); free(b->series[k].start); }
    for (int k = 0; k < NINDEX; k++) { free(b->extent[k].len); free(b->extent[k].first); }
    ur_arena_free(&b->arena);
}

/* ---- makers */
static inline void put_index(ur_node *n, int index) { if (index == J || index == M) n->fix[n->nfix++] = (int16_t)index; else n->idx[n->nidx++] = (int16_t)index; }

/* a parameter with random values, carried along the fixed indices f0, f1 (-1: none) */
static inline ur_id par(bench *b, int rows, int cols, int f0, int f1, bool trained)
{
    ur_param *p = &b->param[b->g.nparam];
    *p = (ur_param){ .name = "p", .rows = rows, .cols = cols, .trained = trained, .offset = b->g.nweight, .count = (size_t)rows * (size_t)cols };
    ur_node n = { .op = UR_PARAM, .rows = rows, .cols = cols, .i = b->g.nparam++ };
    int f[2] = { f0, f1 };
    for (int k = 0; k < 2; k++) if (f[k] >= 0) { p->fix[p->nfix++] = f[k]; put_index(&n, f[k]); p->count *= (size_t)b->index[f[k]].size; }
    b->g.nweight += p->count;
    assert_true(b->g.nparam < MAX_PARAM && b->g.nweight < MAX_WEIGHT);
    for (size_t k = p->offset; k < b->g.nweight; k++) b->weight[k] = rnd(b, b->lo, b->hi);
    return ur_node_add(&b->g, &n);
}
static inline ur_id mat(bench *b, int rows, int cols) { return par(b, rows, cols, -1, -1, true); }

static inline ur_id dat(bench *b, int d)
{
    ur_node n = { .op = UR_DATA, .example = true, .sym = d == W, .rows = b->data[d].size, .cols = 1, .i = d };
    for (int k = 0; k < b->data[d].nidx; k++) put_index(&n, b->data[d].idx[k]);
    return ur_node_add(&b->g, &n);
}
static inline ur_id seen_leaf(bench *b, ur_op op, int d)
{
    ur_node n = { .op = op, .example = true, .rows = 1, .cols = 1, .i = d };
    for (int k = 0; k < b->data[d].nidx; k++) put_index(&n, b->data[d].idx[k]);
    return ur_node_add(&b->g, &n);
}
static inline ur_id pos(bench *b, int index)
{
    ur_node n = { .op = UR_POS, .example = index < J, .rows = 1, .cols = 1, .i = index };
    if (index == K) put_index(&n, T);
    put_index(&n, index);
    return ur_node_add(&b->g, &n);
}
/* a node over one to three arguments whose index set is theirs */
static inline ur_id node(bench *b, ur_op op, int rows, int cols, ur_id a0, ur_id a1, ur_id a2, int i)
{
    ur_id arg[3] = { a0, a1, a2 };
    ur_node n = { .op = op, .rows = rows, .cols = cols, .narg = 1 + (a1 >= 0) + (a2 >= 0), .arg = arg, .i = i };
    for (int k = 0; k < n.narg; k++) ur_union(&b->g, &n, arg[k]);
    return ur_node_add(&b->g, &n);
}
#define REL(index_, off_) { .kind = UR_SUB_REL, .index = (index_), .off = (off_), .before = -1, .after = -1 }
#define FIRST(off_) { .kind = UR_SUB_FIRST, .off = (off_), .before = -1, .after = -1 }
#define END(off_) { .kind = UR_SUB_END, .off = (off_), .before = -1, .after = -1 }
static inline ur_id get(bench *b, ur_id q, const ur_sub *s) { return ur_read(&b->g, q, s); }
static inline ur_id get1(bench *b, ur_id q, ur_sub s0) { return get(b, q, &s0); }
static inline ur_id get2(bench *b, ur_id q, ur_sub s0, ur_sub s1) { ur_sub s[2] = { s0, s1 }; return get(b, q, s); }
/* a quantity to be defined later: carried along ragged indices i0, i1 (−1: none) */
static inline ur_id later(bench *b, int rows, int i0, int i1)
{
    ur_id none = -1;
    ur_node n = { .op = UR_ALIAS, .example = true, .rows = rows, .cols = 1, .narg = 1, .arg = &none };
    if (i0 >= 0) put_index(&n, i0);
    if (i1 >= 0) put_index(&n, i1);
    return ur_node_new(&b->g, &n);
}
static inline ur_id define(bench *b, ur_id alias, ur_id value) { b->g.node[alias].arg[0] = value; return alias; }

/* ---- the loss: Σ of r times fixed random numbers and a factor that differs by position */
static inline ur_id weigh(bench *b, ur_id r)
{
    ur_graph *g = &b->g;
    ur_node n = g->node[r];
    double lo = b->lo, hi = b->hi;
    b->lo = 0.5; b->hi = 1.5;
    if (n.sym) { r = node(b, UR_ONEHOT, n.rows, 1, r, -1, -1, 0); }
    ur_id c = par(b, n.rows, n.cols, n.nfix > 0 ? n.fix[0] : -1, n.nfix > 1 ? n.fix[1] : -1, false);
    b->lo = lo; b->hi = hi;
    r = ur_binary(g, UR_MUL, r, c);
    for (int k = 0; k < n.nidx; k++)
        r = ur_binary(g, UR_MUL, r, ur_unary(g, UR_COS, ur_binary(g, UR_MUL, ur_num(g, 0.7 + k), pos(b, n.idx[k]))));
    if (g->node[r].rows * g->node[r].cols > 1) r = node(b, UR_CSUM, 1, 1, r, -1, -1, 0);
    int red[8], nred = 0;
    for (int k = 0; k < n.nidx; k++) red[nred++] = n.idx[k];
    for (int k = 0; k < n.nfix; k++) red[nred++] = n.fix[k];
    return ur_reduce(g, UR_RSUM, r, -1, nred, red, true);
}
static inline void finish(bench *b, ur_id r) { b->g.loss = weigh(b, r); }

static inline double run(bench *b, ur_naive *v, double *grad)
{
    ur_step s = { .x = &b->x, .batch = &b->batch, .weight = b->weight, .grad = grad, .seed = 7, .step = 3 };
    ur_err e = { 0 };
    if (ur_naive_step(v, &s, &e)) { fail_msg("%s", e.text); }
    return s.loss;
}

/* the gradient of the loss against the derivative by a stencil of five points; the largest relative error */
static inline double worst_gradient(bench *b)
{
    ur_err e = { 0 };
    ur_naive *v, *w;
    assert_int_equal(ur_naive_new(&v, &b->g, &(ur_plan_options){ .limits.naive = true, .window_index = -1 }, &e), 0);
    if (ur_grad(&b->g, &e)) fail_msg("%s", e.text);
    if (ur_naive_new(&w, &b->g, &(ur_plan_options){ .limits.naive = true, .window_index = -1 }, &e)) fail_msg("%s", e.text);
    run(b, w, b->grad);
    double worst = 0;
    for (int p = 0; p < b->g.nparam; p++) {
        if (!b->param[p].trained) continue;
        double top = 1e-6, fd[4096];
        assert_true(b->param[p].count <= 4096);
        for (size_t k = 0; k < b->param[p].count; k++) {
            double *x = &b->weight[b->param[p].offset + k], keep = *x, h = 1e-3, f[4];
            for (int q = 0; q < 4; q++) { *x = keep + h * (q < 2 ? q - 2 : q - 1); f[q] = run(b, v, NULL); }
            *x = keep;
            fd[k] = (8 * (f[2] - f[1]) - (f[3] - f[0])) / (12 * h);
            if (fabs(fd[k]) > top) top = fabs(fd[k]);
        }
        for (size_t k = 0; k < b->param[p].count; k++) {
            double g = b->grad[b->param[p].offset + k], err = fabs(g - fd[k]) / fmax(fabs(fd[k]), 1e-2 * top);
            if (!(err <= worst)) worst = err;
        }
    }
    ur_naive_free(v);
    ur_naive_free(w);
    return worst;
}
#endif
