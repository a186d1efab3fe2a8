/* The vector kernels against the plain reference, for every instruction set this machine has: values, lengths that are not whole vectors,
 * arguments in place, saturation and infinities, and that an element's result does not depend on its neighbours. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "math/kernels.h"

enum { N = 333 };
typedef struct set { const char *name; const ur_kernels *k; bool single; } set;
static set sets[8]; static int nsets;

static void add_set(const char *name, const ur_kernels *k, bool single) { if (k) sets[nsets++] = (set){ name, k, single }; }
static int find_sets(void **state)
{
    (void)state;
    nsets = 0;
    ur_kernels_for(true);
    for (int single = 0; single < 2; single++) {
        add_set("avx512", ur_kernels_avx512(single), single);
        add_set("avx2", ur_kernels_avx2(single), single);
        add_set("base", ur_kernels_base(single), single);
        add_set("chosen", ur_kernels_for(single), single);
    }
    return 0;
}

static uint32_t draws;
static double rnd(double lo, double hi) { return lo + (hi - lo) * ur_uniform(1, 2, 3, 4, draws++); }
static void put(const set *s, void *p, size_t i, double v) { if (s->single) ((float *)p)[i] = (float)v; else ((double *)p)[i] = v; }
static double get(const set *s, const void *p, size_t i) { return s->single ? (double)((const float *)p)[i] : ((const double *)p)[i]; }
static double tolerance(const set *s) { return s->single ? 4e-7 : 1e-15; }      /* libmvec promises 4 units in the last place */

static void close_to(const set *s, const char *what, size_t i, double got, double want, double scale, double factor)
{
    if (got == want || (isnan(got) && isnan(want))) return;
    if (!(fabs(got - want) <= factor * tolerance(s) * fmax(fabs(want), scale)))
        fail_msg("%s %s %s at %zu: %.17g, not %.17g", s->name, s->single ? "float" : "double", what, i, got, want);
}

static void unary(const ur_kernels *k, int op, size_t n, const void *a, void *y) { k->unary[op](1, n, a, 0, y, 0); }
typedef void two(size_t rows, size_t n, const void *a, size_t sa, const void *b, size_t sb, void *y, size_t sy);
static void binary(two *f, size_t n, const void *a, const void *b, void *y) { f(1, n, a, 0, b, 0, y, 0); }

static void test_unary(void **state)
{
    (void)state;
    double buf[3][N];
    for (int q = 0; q < nsets; q++) {
        const set *s = &sets[q];
        const ur_kernels *ref = ur_kernels_ref(s->single);
        for (int op = 0; op < UR_NOP; op++) {
            if (ur_ops[op].cls != UR_CLS_UNARY) continue;
            assert_non_null(s->k->unary[op]);
            double reach = ur_ops[op].lo < 0 ? 3 : 1;        /* beyond the range of the gradient's test */
            for (size_t i = 0; i < N; i++) put(s, buf[0], i, rnd(ur_ops[op].lo < -1 ? ur_ops[op].lo * reach : ur_ops[op].lo, ur_ops[op].hi * reach));
            for (size_t n = 0; n <= N; n = n < 70 ? n + 1 : n + 53) {
                memset(buf[1], 0x7f, sizeof buf[1]);
                unary(s->k, op, n, buf[0], buf[1]);
                unary(ref, op, n, buf[0], buf[2]);
                /* near a zero of the function the error counts against 1, for the argument of sin, lgamma … is rounded too */
                for (size_t i = 0; i < n; i++) close_to(s, ur_ops[op].id, i, get(s, buf[1], i), get(s, buf[2], i), s->single ? 0.3 : 1, 1);
                if (n < N) assert_memory_equal((char *)buf[1] + n * s->k->esize, "\x7f\x7f\x7f\x7f", 4);   /* nothing written beyond */
            }
            memcpy(buf[1], buf[0], sizeof buf[0]);
            unary(s->k, op, N, buf[1], buf[1]);              /* in place */
            unary(s->k, op, N, buf[0], buf[2]);
            assert_memory_equal(buf[1], buf[2], N * s->k->esize);
        }
    }
}

/* the functions a recurrent network lives on: relative error over a wide range */
static void test_relative(void **state)
{
    (void)state;
    static const ur_op ops[] = { UR_EXP, UR_TANH, UR_SIGMOID, UR_SOFTPLUS };
    double a[N], y[N], r[N];
    for (int q = 0; q < nsets; q++) {
        const set *s = &sets[q];
        for (size_t o = 0; o < 4; o++)
            for (int rep = 0; rep < 30; rep++) {
                for (size_t i = 0; i < N; i++) put(s, a, i, rnd(-60, 60) * (rep % 3 == 0 ? 1 : 0.05));
                unary(s->k, ops[o], N, a, y);
                for (size_t i = 0; i < N; i++) { r[i] = ur_op_eval1(ops[o], get(s, a, i)); close_to(s, ur_ops[ops[o]].id, i, get(s, y, i), r[i], 0, 1); }
            }
    }
}

static double one(const set *s, ur_op op, double x)
{
    double a[1], y[1];
    put(s, a, 0, x);
    unary(s->k, op, 1, a, y);
    return get(s, y, 0);
}

static void test_ends(void **state)
{
    (void)state;
    for (int q = 0; q < nsets; q++) {
        const set *s = &sets[q];
        assert_true(one(s, UR_EXP, -INFINITY) == 0);
        assert_true(one(s, UR_EXP, -1e4) == 0);
        assert_true(one(s, UR_EXP, 1e4) == INFINITY);
        assert_true(one(s, UR_EXP, -100) <= 4e-44);
        assert_true(one(s, UR_SIGMOID, -200) < 2e-38 && one(s, UR_SIGMOID, -200) >= 0);
        assert_true(one(s, UR_SIGMOID, 200) == 1);
        assert_true(one(s, UR_SIGMOID, INFINITY) == 1 && one(s, UR_SIGMOID, -INFINITY) < 2e-38);
        assert_true(one(s, UR_TANH, 200) == 1 && one(s, UR_TANH, -200) == -1 && one(s, UR_TANH, INFINITY) == 1);
        assert_true(one(s, UR_SOFTPLUS, 100) == 100 && one(s, UR_SOFTPLUS, 1e30) == (s->single ? (double)1e30f : 1e30));
        assert_true(one(s, UR_SOFTPLUS, -100) < 4e-44 && one(s, UR_SOFTPLUS, -1e30) == 0);
        assert_true(one(s, UR_LOG, 0) == -INFINITY);
        static const ur_op keeps_nan[] = { UR_EXP, UR_TANH, UR_SIGMOID, UR_SOFTPLUS, UR_LOG, UR_SQRT, UR_NEG };
        for (size_t k = 0; k < sizeof keeps_nan / sizeof *keeps_nan; k++)
            if (!isnan(one(s, keeps_nan[k], NAN))) fail_msg("%s %s: NaN is lost", s->name, ur_ops[keeps_nan[k]].id);
    }
}

static void test_alone(void **state)                          /* an element's bits depend on it alone */
{
    (void)state;
    double a[N], y[N], z[1], in[1];
    for (int q = 0; q < nsets; q++) {
        const set *s = &sets[q];
        for (int op = 0; op < UR_NOP; op++) {
            if (ur_ops[op].cls != UR_CLS_UNARY) continue;
            for (size_t i = 0; i < N; i++) put(s, a, i, rnd(ur_ops[op].lo, ur_ops[op].hi));
            unary(s->k, op, N, a, y);
            for (size_t i = 0; i < N; i += 7) {
                memcpy(in, (char *)a + i * s->k->esize, s->k->esize);
                unary(s->k, op, 1, in, z);
                if (memcmp(z, (char *)y + i * s->k->esize, s->k->esize)) fail_msg("%s %s %s at %zu: other bits alone", s->name, s->single ? "float" : "double", ur_ops[op].id, i);
            }
        }
    }
}

static void test_binary(void **state)
{
    (void)state;
    double a[N], b[N], y[N], r[N];
    for (int q = 0; q < nsets; q++) {
        const set *s = &sets[q];
        const ur_kernels *ref = ur_kernels_ref(s->single);
        for (int op = 0; op < UR_NOP; op++) {
            if (ur_ops[op].cls != UR_CLS_BINARY) continue;
            for (size_t i = 0; i < N; i++) {
                put(s, a, i, op == UR_POW ? rnd(0.2, 3) : i % 5 ? rnd(-2, 2) : 0);
                put(s, b, i, i % 3 ? rnd(-2, 2) : op == UR_DIV ? 1 : get(s, a, i));
            }
            for (size_t n = 0; n <= N; n = n < 40 ? n + 1 : n + 97) {
                binary(s->k->binary[op], n, a, b, y); binary(ref->binary[op], n, a, b, r);
                for (size_t i = 0; i < n; i++) close_to(s, ur_ops[op].id, i, get(s, y, i), get(s, r, i), op == UR_DTANH || op == UR_DSIGMOID ? 6 : 0, op == UR_POW ? 4 : 1);
                binary(s->k->binary_sv[op], n, a, b, y); binary(ref->binary_sv[op], n, a, b, r);
                for (size_t i = 0; i < n; i++) close_to(s, ur_ops[op].id, i, get(s, y, i), get(s, r, i), op == UR_DTANH || op == UR_DSIGMOID ? 6 : 0, op == UR_POW ? 4 : 1);
                binary(s->k->binary_vs[op], n, a, b + 1, y); binary(ref->binary_vs[op], n, a, b + 1, r);
                for (size_t i = 0; i < n; i++) close_to(s, ur_ops[op].id, i, get(s, y, i), get(s, r, i), op == UR_DTANH || op == UR_DSIGMOID ? 6 : 0, op == UR_POW ? 4 : 1);
            }
            memcpy(y, a, sizeof a); binary(s->k->binary[op], N, y, b, y); binary(s->k->binary[op], N, a, b, r);
            assert_memory_equal(y, r, N * s->k->esize);
            memcpy(y, b, sizeof a); binary(s->k->binary[op], N, a, y, y);
            assert_memory_equal(y, r, N * s->k->esize);
        }
        static const double powers[] = { 2, 1, 3, -1, 0.5, 0, -2 };
        for (size_t p = 0; p < sizeof powers / sizeof *powers; p++) {
            double e[1];
            put(s, e, 0, powers[p]);
            for (size_t i = 0; i < N; i++) put(s, a, i, rnd(-3, 3) * (powers[p] == 0.5 ? 0 : 1) + (powers[p] == 0.5 ? 2 : 0));
            binary(s->k->binary_vs[UR_POW], N, a, e, y); binary(ref->binary_vs[UR_POW], N, a, e, r);
            for (size_t i = 0; i < N; i++) close_to(s, "pow by a number", i, get(s, y, i), get(s, r, i), 0, 4);
        }
    }
}

static void test_vectors(void **state)
{
    (void)state;
    uint32_t word[N];
    double a[N], b[N], c[N], y[N], r[N];
    for (int q = 0; q < nsets; q++) {
        const set *s = &sets[q];
        const ur_kernels *k = s->k, *ref = ur_kernels_ref(s->single);
        for (size_t n = 0; n <= N; n = n < 70 ? n + 1 : n + 53) {
            for (size_t i = 0; i < N; i++) { put(s, a, i, rnd(-5, 5)); put(s, b, i, rnd(-5, 5)); put(s, c, i, i % 2); }
            k->where(1, n, c, 0, a, 0, b, 0, y, 0); ref->where(1, n, c, 0, a, 0, b, 0, r, 0);
            assert_memory_equal(y, r, n * k->esize);
            memcpy(y, b, sizeof b); memcpy(r, b, sizeof b);
            for (size_t i = 0; i < n; i++) word[i] = (uint32_t)(i * 2654435761u);
            k->keep(n, word, 1u << 30, 1.25, y); ref->keep(n, word, 1u << 30, 1.25, r);
            for (size_t i = 0; i < n; i++) close_to(s, "keep", i, get(s, y, i), get(s, r, i), 0, 1);
            k->axpy(n, 0.5, a, y); ref->axpy(n, 0.5, a, r);
            for (size_t i = 0; i < n; i++) close_to(s, "axpy", i, get(s, y, i), get(s, r, i), 5, 1);
            k->fill(n, 0.25, y);
            for (size_t i = 0; i < n; i++) assert_true(get(s, y, i) == 0.25);
            close_to(s, "sum", n, k->sum(n, a), ref->sum(n, a), 5 * (double)n, 1);
            close_to(s, "dot", n, k->dot(n, a, b), ref->dot(n, a, b), 25 * (double)n, 1);
            assert_true(k->max(n, a) == ref->max(n, a));
            double lse = ref->lse(n, a);
            close_to(s, "lse", n, k->lse(n, a), lse, 1, 2);
            k->softmax_scaled(n, a, lse, 2.5, y); ref->softmax_scaled(n, a, lse, 2.5, r);
            for (size_t i = 0; i < n; i++) close_to(s, "softmax", i, get(s, y, i), get(s, r, i), 0, 16);
            double d[N], back[N];
            for (size_t i = 0; i < n; i++) d[i] = rnd(-1, 1);
            k->from_double(n, d, y); k->to_double(n, y, back);
            for (size_t i = 0; i < n; i++) assert_true(back[i] == (s->single ? (double)(float)d[i] : d[i]));
        }
        for (size_t i = 0; i < N; i++) put(s, a, i, i % 3 ? -INFINITY : rnd(-300, 300));     /* masked entries */
        double lse = ref->lse(N, a);
        close_to(s, "masked lse", 0, k->lse(N, a), lse, 1, 2);
        k->softmax_scaled(N, a, lse, 1, y);
        for (size_t i = 0; i < N; i++) if (i % 3) assert_true(get(s, y, i) == 0);
        for (size_t i = 0; i < N; i++) put(s, a, i, -INFINITY);
        assert_true(k->lse(N, a) == -INFINITY && k->lse(0, a) == -INFINITY && k->max(0, a) == -INFINITY);
        k->softmax_scaled(N, a, -INFINITY, 1, y);
        for (size_t i = 0; i < N; i++) assert_true(get(s, y, i) == 0);
    }
}

/* rows at strides: each row as if it were alone, nothing written between them */
static void test_rows(void **state)
{
    (void)state;
    enum { R = 5, LONG = 90 };
    double a[R * LONG], b[R * LONG], c[R * LONG], y[R * LONG], r[R * LONG];
    for (int q = 0; q < nsets; q++) {
        const set *s = &sets[q];
        size_t es = s->k->esize, st = LONG * es;
        for (size_t i = 0; i < R * LONG; i++) { put(s, a, i, rnd(-2, 2)); put(s, b, i, rnd(-2, 2)); put(s, c, i, i % 2); }
        for (size_t n = 1; n < LONG; n += n < 40 ? 1 : 9)
            for (int kind = 0; kind < 7; kind++) {
                size_t sa = kind == 1 ? 0 : st, sb = kind == 2 ? 0 : st;
                memset(y, 0x5a, sizeof y); memset(r, 0x5a, sizeof r);
                for (size_t k = 0; k < R; k++) {
                    char *ra = (char *)a + k * sa, *rb = (char *)b + k * sb, *rr = (char *)r + k * st;
                    if (kind == 0) unary(s->k, UR_TANH, n, (char *)a + k * st, rr);
                    else if (kind < 4) binary(s->k->binary[UR_MUL], n, ra, rb, rr);
                    else if (kind == 4) binary(s->k->binary_sv[UR_SUB], n, ra, rb, rr);
                    else if (kind == 5) binary(s->k->binary_vs[UR_DIV], n, ra, rb, rr);
                    else s->k->where(1, n, (char *)c + k * st, 0, ra, 0, rb, 0, rr, 0);
                }
                if (kind == 0) s->k->unary[UR_TANH](R, n, a, st, y, st);
                else if (kind < 4) s->k->binary[UR_MUL](R, n, a, sa, b, sb, y, st);
                else if (kind == 4) s->k->binary_sv[UR_SUB](R, n, a, sa, b, sb, y, st);
                else if (kind == 5) s->k->binary_vs[UR_DIV](R, n, a, sa, b, sb, y, st);
                else s->k->where(R, n, c, st, a, sa, b, sb, y, st);
                assert_memory_equal(y, r, R * st);
            }
    }
}

static void test_packed(void **state)
{
    (void)state;
    static const int sizes[][3] = { { 1, 1, 1 }, { 3, 64, 5 }, { 1, 65, 64 }, { 7, 80, 33 }, { 70, 81, 20 }, { 2, 260, 65 }, { 5, 100, 400 }, { 130, 300, 17 } };
    for (int q = 0; q < nsets; q++)
        for (size_t d = 0; d < sizeof sizes / sizeof *sizes; d++)
            for (int mode = 0; mode < 4; mode++) {
                int m = sizes[d][0], n = sizes[d][1], k = sizes[d][2], lda = k + 3, ldc = n + 2;
                bool trans = mode & 1, add = mode & 2;
                const set *s = &sets[q];
                const ur_kernels *ref = ur_kernels_ref(s->single);
                size_t na = (size_t)(m * lda), nb = (size_t)(n * k), nc = (size_t)(m * ldc);
                double *a = malloc((na + 3 * nb + 2 * nc) * sizeof *a), *b = a + na, *p = b + nb, *pr = p + nb, *c = pr + nb, *r = c + nc;
                for (size_t i = 0; i < na + nb; i++) put(s, i < na ? a : b, i < na ? i : i - na, rnd(-1, 1));
                for (size_t i = 0; i < nc; i++) put(s, c, i, add ? rnd(-1, 1) : (double)NAN);
                memcpy(r, c, nc * sizeof *c);
                s->k->pack(trans, k, n, b, p);
                ref->pack(trans, k, n, b, pr);
                assert_memory_equal(p, pr, nb * s->k->esize);
                for (int parts = 1 + (int)d % 3, part = 0; part < parts; part++) s->k->gemm_packed(m, n, k, a, lda, p, add, c, ldc, part, parts);
                ref->gemm(false, trans, m, n, k, a, lda, b, trans ? k : n, add, r, ldc);
                for (int i = 0; i < m; i++)
                    for (int j = 0; j < n; j++) close_to(s, "gemm_packed", (size_t)(i * ldc + j), get(s, c, (size_t)(i * ldc + j)), get(s, r, (size_t)(i * ldc + j)), 4 + k, 2);
                free(a);
            }
}

/* sums over positions, whole and in shares: the same bits */
static void test_sums(void **state)
{
    (void)state;
    static const int sizes[][3] = { { 5, 7, 3 }, { 64, 130, 200 }, { 600, 700, 40 } };
    for (int q = 0; q < nsets; q++)
        for (size_t d = 0; d < sizeof sizes / sizeof *sizes; d++) {
            int m = sizes[d][0], n = sizes[d][1], k = sizes[d][2];
            const set *s = &sets[q];
            size_t na = (size_t)(m * k), nb = (size_t)(n * k), nc = (size_t)(m * n);
            double *a = malloc((na + nb + 3 * nc) * sizeof *a), *b = a + na, *c = b + nb, *r = c + nc, *t = r + nc;
            for (size_t i = 0; i < na + nb; i++) put(s, i < na ? a : b, i < na ? i : i - na, rnd(-1, 1));
            for (size_t i = 0; i < nc; i++) put(s, c, i, rnd(-1, 1));
            memcpy(r, c, nc * sizeof *c); memcpy(t, c, nc * sizeof *c);
            s->k->gemm_sum(m, n, k, a, m, b, n, c, n, 0, 1);
            ur_kernels_ref(s->single)->gemm_sum(m, n, k, a, m, b, n, r, n, 0, 1);
            for (int part = 0; part < 3; part++) s->k->gemm_sum(m, n, k, a, m, b, n, t, n, part, 3);
            assert_memory_equal(c, t, nc * s->k->esize);
            for (size_t i = 0; i < nc; i++) close_to(s, "gemm_sum", i, get(s, c, i), get(s, r, i), 4 + k, 2);
            free(a);
        }
}

static void test_gemm(void **state)
{
    (void)state;
    static const int dims[][3] = { { 1, 1, 1 }, { 1, 7, 5 }, { 5, 1, 7 }, { 3, 4, 5 }, { 1, 64, 33 }, { 17, 19, 23 }, { 2, 3, 0 }, { 40, 33, 21 }, { 0, 3, 2 }, { 1, 130, 4 }, { 70, 65, 130 }, { 150, 300, 500 } };
    for (int q = 0; q < nsets; q++) {
        const set *s = &sets[q];
        for (size_t d = 0; d < sizeof dims / sizeof *dims; d++)
            for (int mode = 0; mode < 12; mode++) {
                int m = dims[d][0], n = dims[d][1], k = dims[d][2];
                bool ta = mode & 1, tb = mode & 2;
                double beta = mode / 4 == 0 ? 0 : mode / 4 == 1 ? 1 : 0.5;
                int lda = (ta ? m : k) + 2, ldb = (tb ? k : n) + 1, ldc = n + 3;
                size_t na = (size_t)lda * (size_t)((ta ? k : m) + 1), nb = (size_t)ldb * (size_t)((tb ? n : k) + 1), nc = (size_t)ldc * (size_t)(m + 1);
                double *a = malloc((na + nb + 2 * nc) * sizeof *a), *b = a + na, *c = b + nb, *r = c + nc;
                for (size_t i = 0; i < na; i++) put(s, a, i, rnd(-1, 1));
                for (size_t i = 0; i < nb; i++) put(s, b, i, rnd(-1, 1));
                for (size_t i = 0; i < nc; i++) put(s, c, i, beta == 0 ? (double)NAN : rnd(-1, 1));
                memcpy(r, c, nc * sizeof *c);
                s->k->gemm(ta, tb, m, n, k, a, lda, b, ldb, beta, c, ldc);
                ur_kernels_ref(s->single)->gemm(ta, tb, m, n, k, a, lda, b, ldb, beta, r, ldc);
                for (int i = 0; i < m; i++)
                    for (int j = 0; j < n; j++) {
                        size_t at = (size_t)(i * ldc + j);
                        close_to(s, "gemm", at, get(s, c, at), get(s, r, at), 4 + k, 2);
                    }
                free(a);
            }
    }
}

static void test_solve(void **state)
{
    (void)state;
    for (int q = 0; q < nsets; q++) {
        const set *s = &sets[q];
        for (int mode = 0; mode < 60; mode++) {
            bool trans = mode & 1;
            int n = 1 + mode / 2 % 15, m = mode < 30 ? 1 : 1 + mode % 5;
            size_t nl = (size_t)(n * n), nb = (size_t)(n * m);
            double *l = malloc((nl + 3 * nb) * sizeof *l), *b = l + nl, *x = b + nb, *r = x + nb;
            for (size_t i = 0; i < nl; i++)
                put(s, l, i, i % (size_t)n > i / (size_t)n ? NAN : i % (size_t)n == i / (size_t)n ? rnd(1, 2) : rnd(-0.5, 0.5));
            for (size_t i = 0; i < nb; i++) put(s, b, i, rnd(-1, 1));
            s->k->solve(trans, n, m, l, b, x);
            ur_kernels_ref(s->single)->solve(trans, n, m, l, b, r);
            for (size_t i = 0; i < nb; i++) close_to(s, "solve", i, get(s, x, i), get(s, r, i), 8 * n, 4);
            free(l);
        }
        double l = 0, b = 0, x = 1;
        s->k->solve(false, 1, 1, &l, &b, &x);
        assert_true(get(s, &x, 0) == 0);
    }
}

/* the factor's square is the matrix, of which nothing above the diagonal is read */
static void test_chol(void **state)
{
    (void)state;
    for (int q = 0; q < nsets; q++) {
        const set *s = &sets[q];
        for (int n = 1; n < 16; n++) {
            double a[256], m[256], l[256], r[256];
            for (int i = 0; i < n * n; i++) a[i] = rnd(-1, 1);
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++) {
                    double v = i == j;
                    for (int k = 0; k < n; k++) v += a[i * n + k] * a[j * n + k];
                    put(s, m, (size_t)(i * n + j), j > i ? NAN : v);
                }
            s->k->chol(n, m, l);
            ur_kernels_ref(s->single)->chol(n, m, r);
            for (int i = 0; i < n * n; i++) close_to(s, "chol", (size_t)i, get(s, l, (size_t)i), get(s, r, (size_t)i), 8 * n, 4);
            for (int i = 0; i < n; i++)
                for (int j = 0; j <= i; j++) {
                    double v = 0, want = get(s, m, (size_t)(i * n + j));
                    for (int k = 0; k < n; k++) v += get(s, l, (size_t)(i * n + k)) * get(s, l, (size_t)(j * n + k));
                    if (!(fabs(v - want) < (s->single ? 1e-5 : 1e-13) * n)) fail_msg("chol of %d: %g, not %g", n, v, want);
                }
        }
        double m[4], l[4];
        for (size_t i = 0; i < 4; i++) put(s, m, i, i ? 2 : 1); /* 1 2; 2 2 is not positive */
        s->k->chol(2, m, l);
        assert_true(get(s, l, 0) == 1 && isnan(get(s, l, 3)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_unary), cmocka_unit_test(test_relative), cmocka_unit_test(test_ends), cmocka_unit_test(test_alone),
                                        cmocka_unit_test(test_binary), cmocka_unit_test(test_vectors), cmocka_unit_test(test_rows), cmocka_unit_test(test_packed), cmocka_unit_test(test_sums), cmocka_unit_test(test_gemm), cmocka_unit_test(test_solve), cmocka_unit_test(test_chol) };
    return cmocka_run_group_tests(tests, find_sets, NULL);
}
