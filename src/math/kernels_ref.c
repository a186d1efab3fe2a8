/* The reference beside kernels_body.h: each kernel as its definition, one number after another, over libm, in double (rounded to
 * float at the end for single precision). For tests alone. */
#include "math/kernels.h"
#include <math.h>

#define GET(i, p) (single ? (double)((const float *)(p))[i] : ((const double *)(p))[i])
#define PUT(i, p, v)                                                                                                             \
    do {                                                                                                                         \
        double v_ = (v);                                                                                                         \
        if (single) ((float *)(p))[i] = (float)v_;                                                                               \
        else ((double *)(p))[i] = v_;                                                                                            \
    } while (0)

static void gemm_(bool single, bool ta, bool tb, int m, int n, int k, const void *a, int lda, const void *b, int ldb, double beta,
                  void *c, int ldc)
{
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) {
            double s = beta != 0 ? beta * GET(i * ldc + j, c) : 0;
            for (int p = 0; p < k; p++) s += GET(ta ? p * lda + i : i * lda + p, a) * GET(tb ? j * ldb + p : p * ldb + j, b);
            PUT(i * ldc + j, c, s);
        }
}
static void fill_(bool single, size_t n, double v, void *y)
{
    for (size_t i = 0; i < n; i++) PUT(i, y, v);
}
static void keep_(bool single, size_t n, const uint32_t *x, uint32_t least, double v, void *y)
{
    for (size_t i = 0; i < n; i++) PUT(i, y, x[i] >= least ? v : 0);
}
static void axpy_(bool single, size_t n, double s, const void *x, void *y)
{
    for (size_t i = 0; i < n; i++) PUT(i, y, GET(i, y) + s * GET(i, x));
}
static double sum_(bool single, size_t n, const void *x)
{
    double s = 0;
    for (size_t i = 0; i < n; i++) s += GET(i, x);
    return s;
}
static double max_(bool single, size_t n, const void *x)
{
    double s = -INFINITY;
    for (size_t i = 0; i < n; i++)
        if (!(GET(i, x) <= s)) s = GET(i, x);
    return s;
}
static double dot_(bool single, size_t n, const void *x, const void *y)
{
    double s = 0;
    for (size_t i = 0; i < n; i++) s += GET(i, x) * GET(i, y);
    return s;
}
static double lse_(bool single, size_t n, const void *x)
{
    double m = max_(single, n, x), s = 0;
    if (!isfinite(m)) return m;
    for (size_t i = 0; i < n; i++) s += exp(GET(i, x) - m);
    return m + log(s);
}
static void softmax_(bool single, size_t n, const void *x, double lse, double d, void *y)
{
    for (size_t i = 0; i < n; i++) PUT(i, y, isinf(lse) ? 0 : d * exp(GET(i, x) - lse));
}

/* the tables: each function twice, with `single` fixed */
/* clang-format off */
#define BOTH(name, args, call) \
    static void ref_##name##_f args { bool single = true; call; } \
    static void ref_##name##_d args { bool single = false; call; }
#define BOTHR(name, args, call) \
    static double ref_##name##_f args { return call(true); } \
    static double ref_##name##_d args { return call(false); }
#define ROW(p, s) (const void *)((const char *)(p) + r * (s))
#define OUT ((void *)((char *)y + r * sy))
#define ALL for (size_t r = 0; r < rows; r++) for (size_t i = 0; i < n; i++)
#define ARGS2 (size_t rows, size_t n, const void *a, size_t sa, const void *b, size_t sb, void *y, size_t sy)
#define UNARY(ID, name, value, dx, traits, lo, hi, doc) BOTH(u_##ID, (size_t rows, size_t n, const void *a, size_t sa, void *y, size_t sy), ALL PUT(i, OUT, ur_op_eval1(UR_##ID, GET(i, ROW(a, sa)))))
#define BINARY(ID, name, value, dx, dy, traits, doc) \
    BOTH(b_##ID, ARGS2, ALL PUT(i, OUT, ur_op_eval2(UR_##ID, GET(i, ROW(a, sa)), GET(i, ROW(b, sb))))) \
    BOTH(sv_##ID, ARGS2, ALL PUT(i, OUT, ur_op_eval2(UR_##ID, GET(0, ROW(a, sa)), GET(i, ROW(b, sb))))) \
    BOTH(vs_##ID, ARGS2, ALL PUT(i, OUT, ur_op_eval2(UR_##ID, GET(i, ROW(a, sa)), GET(0, ROW(b, sb)))))
#define TERNARY(ID, name, value, dx, dy, dz, traits, doc) \
    BOTH(t_##ID, (size_t rows, size_t n, const void *a, size_t sa, const void *b, size_t sb, const void *c, size_t sc, void *y, size_t sy), \
         ALL PUT(i, OUT, ur_op_eval3(UR_##ID, GET(i, ROW(a, sa)), GET(i, ROW(b, sb)), GET(i, ROW(c, sc)))))
#include "math/ops.def"
/* clang-format on */
BOTH(where,
     (size_t rows, size_t n, const void *c, size_t sc, const void *a, size_t sa, const void *b, size_t sb, void *y, size_t sy),
     ALL PUT(i, OUT, GET(i, ROW(c, sc)) != 0 ? GET(i, ROW(a, sa)) : GET(i, ROW(b, sb))))
BOTH(fill, (size_t n, double v, void *y), fill_(single, n, v, y))
BOTH(keep, (size_t n, const uint32_t *x, uint32_t least, double v, void *y), keep_(single, n, x, least, v, y))
BOTH(axpy, (size_t n, double a, const void *x, void *y), axpy_(single, n, a, x, y))
BOTH(softmax, (size_t n, const void *x, double lse, double d, void *y), softmax_(single, n, x, lse, d, y))
BOTH(from, (size_t n, const double *x, void *y), for (size_t i = 0; i < n; i++) PUT(i, y, x[i]))
BOTH(to, (size_t n, const void *x, double *y), for (size_t i = 0; i < n; i++) y[i] = GET(i, x))
static void pack_(bool single, bool trans, int k, int n, const void *b, void *y)
{
    size_t at = 0;
    for (int j = 0; j < n; j += ur_panel(n, j))
        for (int p = 0; p < k; p++)
            for (int e = j; e < j + ur_panel(n, j); e++) PUT(at++, y, GET(trans ? e * k + p : p * n + e, b));
}
static void gemm_packed_(bool single, int m, int n, int k, const void *a, int lda, const void *b, bool add, void *c, int ldc,
                         int part, int parts)
{
    size_t es = single ? sizeof(float) : sizeof(double), at = 0;
    for (int j = 0, w; j < n; j += w, at += (size_t)w * (size_t)k) {
        w = ur_panel(n, j);
        if (j < ur_share(n, part, parts) || j >= ur_share(n, part + 1, parts)) continue;
        gemm_(single, false, false, m, w, k, a, lda, (const char *)b + at * es, w, add, (char *)c + (size_t)j * es, ldc);
    }
}
static void gemm_sum_(bool single, int m, int n, int k, const void *a, int lda, const void *b, int ldb, void *c, int ldc,
                      int part, int parts)
{
    if (part == parts - 1) gemm_(single, true, false, m, n, k, a, lda, b, ldb, 1, c, ldc);
}
BOTH(pack, (bool trans, int k, int n, const void *b, void *y), pack_(single, trans, k, n, b, y))
BOTH(gemm_packed, (int m, int n, int k, const void *a, int lda, const void *b, bool add, void *c, int ldc, int part, int parts),
     gemm_packed_(single, m, n, k, a, lda, b, add, c, ldc, part, parts))
BOTH(gemm_sum, (int m, int n, int k, const void *a, int lda, const void *b, int ldb, void *c, int ldc, int part, int parts),
     gemm_sum_(single, m, n, k, a, lda, b, ldb, c, ldc, part, parts))
BOTH(gemm, (bool ta, bool tb, int m, int n, int k, const void *a, int lda, const void *b, int ldb, double beta, void *c, int ldc),
     gemm_(single, ta, tb, m, n, k, a, lda, b, ldb, beta, c, ldc))
static void solve_(bool single, bool trans, int n, int m, const void *l, const void *b, void *x)
{
    for (int k = 0; k < n; k++)
        for (int c = 0; c < m; c++) {
            int i = trans ? n - 1 - k : k;
            double v = GET(i * m + c, b);
            for (int j = trans ? i + 1 : 0; j < (trans ? n : i); j++)
                v -= GET(trans ? j * n + i : i * n + j, l) * GET(j * m + c, x);
            PUT(i * m + c, x, v == 0 ? 0 : v / GET(i * n + i, l));
        }
}
BOTH(solve, (bool trans, int n, int m, const void *l, const void *b, void *x), solve_(single, trans, n, m, l, b, x))
static void chol_(bool single, int n, const void *m, void *l)
{
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            double v = j > i ? 0 : GET(i * n + j, m);
            for (int k = 0; k < j && j <= i; k++) v -= GET(i * n + k, l) * GET(j * n + k, l);
            PUT(i * n + j, l, j > i ? 0 : j < i ? v / GET(j * n + j, l) : v > 0 ? sqrt(v) : NAN);
        }
}
BOTH(chol, (int n, const void *m, void *l), chol_(single, n, m, l))
#define SUM(s) sum_(s, n, x)
#define MAX(s) max_(s, n, x)
#define LSE(s) lse_(s, n, x)
#define DOT(s) dot_(s, n, x, y)
BOTHR(sum, (size_t n, const void *x), SUM)
BOTHR(max, (size_t n, const void *x), MAX)
BOTHR(lse, (size_t n, const void *x), LSE)
BOTHR(dot, (size_t n, const void *x, const void *y), DOT)

static void adam_(bool single, size_t n, const ur_adam *c, const void *g, void *w, void *m, void *v)
{
    for (size_t i = 0; i < n; i++) {
        PUT(i, m, c->b1 * GET(i, m) + (1 - c->b1) * GET(i, g));
        PUT(i, v, c->b2 * GET(i, v) + (1 - c->b2) * GET(i, g) * GET(i, g));
        PUT(i, w, c->keep * GET(i, w) - c->rate * GET(i, m) / (c->root * sqrt(GET(i, v)) + c->eps));
    }
}
BOTH(adam, (size_t n, const ur_adam *c, const void *g, void *w, void *m, void *v), adam_(single, n, c, g, w, m, v))

#define TABLE(S, size)                                                                                                           \
    {                                                                                                                            \
        .esize = size, .where = ref_where_##S, .fill = ref_fill_##S, .keep = ref_keep_##S, .axpy = ref_axpy_##S,                 \
        .sum = ref_sum_##S, .max = ref_max_##S, .lse = ref_lse_##S, .dot = ref_dot_##S, .softmax_scaled = ref_softmax_##S,       \
        .from_double = ref_from_##S, .to_double = ref_to_##S, .adam = ref_adam_##S, .pack = ref_pack_##S,                        \
        .gemm_packed = ref_gemm_packed_##S, .gemm_sum = ref_gemm_sum_##S, .gemm = ref_gemm_##S, .solve = ref_solve_##S,          \
        .chol = ref_chol_##S,
static const ur_kernels table_f = TABLE(f, sizeof(float))
/* clang-format off */
#define UNARY(ID, name, value, dx, traits, lo, hi, doc) .unary[UR_##ID] = ref_u_##ID##_f,
#define BINARY(ID, name, value, dx, dy, traits, doc) .binary[UR_##ID] = ref_b_##ID##_f, .binary_sv[UR_##ID] = ref_sv_##ID##_f, .binary_vs[UR_##ID] = ref_vs_##ID##_f,
#define TERNARY(ID, name, value, dx, dy, dz, traits, doc) .ternary[UR_##ID] = ref_t_##ID##_f,
#include "math/ops.def"
/* clang-format on */
}
;
static const ur_kernels table_d = TABLE(d, sizeof(double))
/* clang-format off */
#define UNARY(ID, name, value, dx, traits, lo, hi, doc) .unary[UR_##ID] = ref_u_##ID##_d,
#define BINARY(ID, name, value, dx, dy, traits, doc) .binary[UR_##ID] = ref_b_##ID##_d, .binary_sv[UR_##ID] = ref_sv_##ID##_d, .binary_vs[UR_##ID] = ref_vs_##ID##_d,
#define TERNARY(ID, name, value, dx, dy, dz, traits, doc) .ternary[UR_##ID] = ref_t_##ID##_d,
#include "math/ops.def"
/* clang-format on */
}
;

const ur_kernels *ur_kernels_ref(bool single) { return single ? &table_f : &table_d; }
