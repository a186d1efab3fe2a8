/* The kernels, as plain loops over REAL that the compiler turns into vectors. Included once for float and once for double by each
 * of the files kernels_*.c, which differ in their instruction set only. Must not know of graphs. Invariants: what an element
 * becomes depends on that element alone, not on n, its place or its address (the rest of an array runs through the same vector
 * code in a padded copy), so a batch gives the bits of its examples; sums are taken in an order that depends on n only. NaN and
 * infinities pass through as in libm. */
#define LANES    (64 / sizeof(REAL))
#define WHOLE(n) ((n) & ~(size_t)(LANES - 1))

static inline REAL KERNEL(softplus)(REAL a)
{
    REAL m = a < 0 ? a : -a, low = m < EXP_LOW ? EXP_LOW : m;
    REAL l = F(log1p)(F(exp)(low));
    return (a > 0 ? a : 0) + (m < EXP_LOW ? 0 : l) + (a != a ? a : 0);
}
static inline REAL KERNEL(lgamma)(REAL a)
{
    int sign;
    return LGAMMA_R(a, &sign);
}

#define R_EXP(a)                  KERNEL(exp)(a)
#define R_TANH(a)                 KERNEL(tanh)(a)
#define R_SIGMOID(a)              KERNEL(sigmoid)(a)
#define R_SOFTPLUS(a)             KERNEL(softplus)(a)
#define R_LOG(a)                  F(log)(a)
#define R_SQRT(a)                 F(sqrt)(a)
#define R_SIN(a)                  F(sin)(a)
#define R_COS(a)                  F(cos)(a)
#define R_ATAN(a)                 F(atan)(a)
#define R_ERF(a)                  F(erf)(a)
#define R_LOG1P(a)                F(log1p)(a)
#define R_EXPM1(a)                F(expm1)(a)
#define R_FLOOR(a)                F(floor)(a)
#define R_POW(a, b)               F(pow)(a, b)
#define R_LGAMMA(a)               KERNEL(lgamma)(a)
#define R_DIGAMMA(a)              ((REAL)ur_digamma((double)(a)))
#define R_TRIGAMMA(a)             ((REAL)ur_trigamma((double)(a)))
#define R_TAIL(by, a)             ((REAL)ur_normal_tail(by, (double)(a)))
#define R_DENSITY(d, by, a, b, c) ((REAL)ur_density(d, by, (double)(a), (double)(b), (double)(c)))

/* Arrays of rows: `rows` times n numbers, a row s_ bytes after the one before (0: the same one). Whole vectors in place; then the
 * rest of a row as one more vector that ends where the row ends, its arguments taken before anything is written (y may be an
 * argument), or, in short rows, a padded copy. Both go through the one loop, whose length is kept from the compiler: a loop made
 * for the rest alone had other bits. */
#define AT(p, s, r) (const void *)((const char *)(p) + (r) * (s))
#define HIDE(x)     __asm__("" : "+r"(x))
#define TAKE(x, from, pad)                                                                                                       \
    if (n >= LANES) memcpy(x, (from) + rest, sizeof x);                                                                          \
    else                                                                                                                         \
        for (size_t i = 0; i < LANES; i++) x[i] = i < n ? (from)[i] : (REAL)(pad);
#define EACH_ROW(rows, n, pointers, take, next, step)                                                                            \
    const size_t whole = WHOLE(n), rest = n < LANES ? 0 : n - LANES;                                                             \
    REAL ra[LANES] = { 0 }, rb[LANES] = { 0 }, ry[LANES];                                                                        \
    (void)rb;                                                                                                                    \
    for (size_t r = 0; r < rows; r++) {                                                                                          \
        pointers;                                                                                                                \
        REAL *Y = (REAL *)AT(py, sy, r), *const end = Y + rest;                                                                  \
        if (whole < n) {                                                                                                         \
            take                                                                                                                 \
        }                                                                                                                        \
        for (size_t part = whole ? 0 : 1, m = whole ? whole : n ? LANES : 0; part < 2 && m; part++) {                            \
            HIDE(m);                                                                                                             \
            _Pragma("GCC ivdep") for (size_t i = 0; i < m; i++) { step; }                                                        \
            if (part) memcpy(end, ry, (n < LANES ? n : LANES) * sizeof(REAL));                                                   \
            m = whole < n ? LANES : 0;                                                                                           \
            next;                                                                                                                \
        }                                                                                                                        \
    }
#define LOOP1(rows, n, value)                                                                                                    \
    EACH_ROW(                                                                                                                    \
        rows, n, const REAL *A = AT(pa, sa, r),                                                                                  \
        TAKE(ra, A, 1) if (!whole) {                                                                                             \
            A = ra;                                                                                                              \
            Y = ry;                                                                                                              \
        },                                                                                                                       \
        A = ra;                                                                                                                  \
        Y = ry, const REAL a = A[i]; Y[i] = (value))
#define LOOP2(rows, n, IA, IB, value)                                                                                            \
    EACH_ROW(                                                                                                                    \
        rows, n, const REAL *A = AT(pa, sa, r); const REAL *B = AT(pb, sb, r); const REAL a0 = n ? A[0] : 0;                     \
        const REAL b0 = n ? B[0] : 0; (void)a0; (void)b0,                                                                        \
                                                IA##_TAKE(ra, A, a0) IB##_TAKE(rb, B, b0) if (!whole) {                          \
                                                    A = ra;                                                                      \
                                                    B = rb;                                                                      \
                                                    Y = ry;                                                                      \
                                                },                                                                               \
                                                A = ra;                                                                          \
        B = rb; Y = ry, const REAL a = IA(A, a0, i); const REAL b = IB(B, b0, i); Y[i] = (value))
#define EACH(p, p0, i)      (p)[i]
#define ONE(p, p0, i)       (p0)
#define EACH_TAKE(x, p, p0) TAKE(x, p, 1)
#define ONE_TAKE(x, p, p0)

/* clang-format off */
#define ARGS1 size_t rows, size_t n, const void *pa, size_t sa, void *py, size_t sy
#define ARGS2 size_t rows, size_t n, const void *pa, size_t sa, const void *pb, size_t sb, void *py, size_t sy
#define UNARY(ID, name, value, dx, traits, lo, hi, doc) static void KERNEL(u_##ID)(ARGS1) { LOOP1(rows, n, value) }
#define BINARY(ID, name, value, dx, dy, traits, doc) \
    static void KERNEL(b_##ID)(ARGS2) { LOOP2(rows, n, EACH, EACH, value) } \
    static void KERNEL(sv_##ID)(ARGS2) { LOOP2(rows, n, ONE, EACH, value) } \
    static void KERNEL(vs_##ID)(ARGS2) { LOOP2(rows, n, EACH, ONE, value) }
#include "math/ops.def"
/* clang-format on */

/* clang-format off */
#define ARGS3 size_t rows, size_t n, const void *pa, size_t sa, const void *pb, size_t sb, const void *pc, size_t sc, void *py, size_t sy
#define TERNARY(ID, name, value, dx, dy, dz, traits, doc) static void KERNEL(t_##ID)(ARGS3) \
{ \
    for (size_t r = 0; r < rows; r++) { \
        const REAL *A = AT(pa, sa, r), *B = AT(pb, sb, r), *C = AT(pc, sc, r); \
        REAL *Y = (REAL *)AT(py, sy, r); \
        for (size_t i = 0; i < n; i++) { const REAL a = A[i], b = B[i], c = C[i]; (void)c; Y[i] = (value); } \
    } \
}
#include "math/ops.def"
/* clang-format on */

/* powers that a text writes as numbers; libmvec's pow takes 10 times as long, and leaves its fast road for a negative base */
static void KERNEL(vs_pow)(ARGS2)
{
    REAL p = rows && n ? *(const REAL *)pb : 0;
    if (sb) KERNEL(vs_POW)(rows, n, pa, sa, pb, sb, py, sy);
    else if (p == 2) {
        LOOP1(rows, n, a * a)
    } else if (p == 1) {
        LOOP1(rows, n, a)
    } else if (p == 3) {
        LOOP1(rows, n, a * a * a)
    } else if (p == -1) {
        LOOP1(rows, n, 1 / a)
    } else if (p == (REAL)0.5) {
        LOOP1(rows, n, F(sqrt)(a))
    } else KERNEL(vs_POW)(rows, n, pa, sa, pb, sb, py, sy);
}

static void KERNEL(where)(size_t rows, size_t n, const void *pc, size_t sc, const void *pa, size_t sa, const void *pb, size_t sb,
                          void *py, size_t sy)
{
    for (size_t r = 0; r < rows; r++) {
        const REAL *c = AT(pc, sc, r), *a = AT(pa, sa, r), *b = AT(pb, sb, r);
        REAL *y = (REAL *)AT(py, sy, r);
#pragma GCC ivdep
        for (size_t i = 0; i < n; i++) {
            REAL u = a[i], v = b[i];
            y[i] = c[i] != 0 ? u : v;
        }
    }
}
static void KERNEL(fill)(size_t n, double v, void *py)
{
    REAL *y = py;
    for (size_t i = 0; i < n; i++) y[i] = (REAL)v;
}
static void KERNEL(keep)(size_t n, const uint32_t *x, uint32_t least, double v, void *py)
{
    REAL *y = py;
    for (size_t i = 0; i < n; i++) y[i] = x[i] >= least ? (REAL)v : 0;
}
static void KERNEL(axpy)(size_t n, double s, const void *px, void *py)
{
    const REAL *x = px;
    REAL *y = py, a = (REAL)s;
#pragma GCC ivdep
    for (size_t i = 0; i < n; i++) y[i] += a * x[i];
}

/* sums: LANES×4 partial sums, then added in pairs; the rest is padded with zeros */
static double KERNEL(fold)(const REAL *s)
{
    double t[LANES];
    for (size_t k = 0; k < LANES; k++) t[k] = (double)((s[k] + s[k + 2 * LANES]) + (s[k + LANES] + s[k + 3 * LANES]));
    for (size_t w = LANES / 2; w; w /= 2)
        for (size_t k = 0; k < w; k++) t[k] += t[k + w];
    return t[0];
}
#define REDUCE(n, start, step, rest)                                                                                             \
    REAL s[4 * LANES];                                                                                                           \
    for (size_t k = 0; k < 4 * LANES; k++) s[k] = (start);                                                                       \
    size_t i0 = 0;                                                                                                               \
    for (; i0 + 4 * LANES <= (n); i0 += 4 * LANES)                                                                               \
        for (size_t k = 0; k < 4 * LANES; k++) {                                                                                 \
            const size_t i = i0 + k;                                                                                             \
            step;                                                                                                                \
        }                                                                                                                        \
    for (size_t k = 0; i0 + k < (n); k++) {                                                                                      \
        const size_t i = i0 + k;                                                                                                 \
        rest;                                                                                                                    \
    }
static double KERNEL(sum)(size_t n, const void *px)
{
    const REAL *x = px;
    REDUCE(n, 0, s[k] += x[i], s[k] += x[i])
    return KERNEL(fold)(s);
}
static double KERNEL(dot)(size_t n, const void *px, const void *py)
{
    const REAL *x = px, *y = py;
    REDUCE(n, 0, s[k] += x[i] * y[i], s[k] += x[i] * y[i])
    return KERNEL(fold)(s);
}
static double KERNEL(max)(size_t n, const void *px)
{
    const REAL *x = px;
    REDUCE(n, -(REAL)INFINITY, s[k] = s[k] > x[i] ? s[k] : x[i],
           s[k] = s[k] > x[i] ? s[k] : x[i]) /* a NaN stays: it is not less */
    double m = -INFINITY;
    for (size_t k = 0; k < 4 * LANES; k++) m = m > (double)s[k] || m != m ? m : (double)s[k];
    return m;
}
static double KERNEL(lse)(size_t n, const void *px)
{
    const REAL *x = px;
    double top = KERNEL(max)(n, x);
    if (!(top - top == 0)) return top; /* -inf over nothing, or not finite */
    REAL m = (REAL)top, e[4 * LANES], s[4 * LANES];
    for (size_t k = 0; k < 4 * LANES; k++) s[k] = 0;
    for (size_t i = 0; i < n; i += 4 * LANES) {
        size_t w = n - i < 4 * LANES ? n - i : 4 * LANES;
        if (w == 4 * LANES)
            for (size_t k = 0; k < 4 * LANES; k++) e[k] = x[i + k] - m;
        else {
            for (size_t k = 0; k < 4 * LANES; k++) e[k] = 2 * EXP_LOW;
            for (size_t k = 0; k < w; k++) e[k] = x[i + k] - m;
        }
        for (size_t k = 0; k < 4 * LANES; k++) s[k] += KERNEL(exp)(e[k]);
    }
    return top + (double)log(KERNEL(fold)(s));
}
static void KERNEL(softmax_scaled)(size_t n, const void *pa, double lse, double scale, void *py)
{
    REAL l = (REAL)lse, d = (REAL)scale;
    const size_t rows = 1, sa = 0, sy = 0;
    if (l - l != 0) l = l > 0 ? l : 0; /* over nothing: exp(-inf - 0) is 0 */
    LOOP1(rows, n, d * KERNEL(exp)(a - l))
}
static void KERNEL(from_double)(size_t n, const double *x, void *py)
{
    REAL *y = py;
    for (size_t i = 0; i < n; i++) y[i] = (REAL)x[i];
}
static void KERNEL(to_double)(size_t n, const void *px, double *y)
{
    const REAL *x = px;
    for (size_t i = 0; i < n; i++) y[i] = (double)x[i];
}
static void KERNEL(adam)(size_t n, const ur_adam *c, const void *pg, void *pw, void *pm, void *pv)
{
    const REAL *restrict g = pg, b1 = (REAL)c->b1, b2 = (REAL)c->b2, a1 = (REAL)(1 - c->b1), a2 = (REAL)(1 - c->b2);
    const REAL rate = (REAL)c->rate, root = (REAL)c->root, eps = (REAL)c->eps, keep = (REAL)c->keep;
    REAL *restrict w = pw, *restrict m = pm, *restrict v = pv;
    for (size_t i = 0; i < n; i++) {
        m[i] = b1 * m[i] + a1 * g[i];
        v[i] = b2 * v[i] + a2 * g[i] * g[i];
        w[i] = keep * w[i] - rate * m[i] / (root * F(sqrt)(v[i]) + eps);
    }
}

/* panels of columns, one after the other: in each the rows of B side by side (ur_panel says how wide). Squares that stay in L1.
 */
static void KERNEL(pack)(bool trans, int k, int n, const void *pb, void *py)
{
    enum { SQUARE = 16 };
    const REAL *b = pb;
    REAL *y = py;
    for (int j = 0, w; j < n; j += w, y += (size_t)w * (size_t)k) {
        w = ur_panel(n, j);
        for (int p = 0; p < k; p += SQUARE)
            for (int c = 0; c < w; c += SQUARE) {
                int pe = p + SQUARE < k ? p + SQUARE : k, ce = c + SQUARE < w ? c + SQUARE : w;
                for (int q = p; q < pe; q++)
                    for (int e = c; e < ce; e++)
                        y[(size_t)q * (size_t)w + (size_t)e] = trans ? b[(size_t)(j + e) * (size_t)k + (size_t)q]
                                                                     : b[(size_t)q * (size_t)n + (size_t)(j + e)];
            }
    }
}
/* one row times a matrix: C[n] (+)= Σ_k a[k] B[k][n], four rows of B at a time */
static void KERNEL(row_times)(int n, int k, const REAL *a, int astep, const REAL *b, int ldb, REAL *c)
{
    int p = 0;
    for (; p + 4 <= k; p += 4) {
        const REAL *b0 = b + (size_t)p * (size_t)ldb, *b1 = b0 + ldb, *b2 = b1 + ldb, *b3 = b2 + ldb;
        REAL a0 = a[(size_t)p * (size_t)astep], a1 = a[(size_t)(p + 1) * (size_t)astep], a2 = a[(size_t)(p + 2) * (size_t)astep],
             a3 = a[(size_t)(p + 3) * (size_t)astep];
#pragma GCC ivdep
        for (int j = 0; j < n; j++) c[j] += a0 * b0[j] + a1 * b1[j] + a2 * b2[j] + a3 * b3[j];
    }
    for (; p < k; p++) {
        REAL a0 = a[(size_t)p * (size_t)astep];
        const REAL *b0 = b + (size_t)p * (size_t)ldb;
#pragma GCC ivdep
        for (int j = 0; j < n; j++) c[j] += a0 * b0[j];
    }
}
static void KERNEL(gemm)(bool ta, bool tb, int m, int n, int k, const void *pa, int lda, const void *pb, int ldb, double beta,
                         void *pc, int ldc)
{
    const REAL *a = pa, *b = pb;
    REAL *c = pc;
    if (m <= 0 || n <= 0) return;
    if (!ur_tiny(ta || tb, m, n, k)) {
        GEMM_BLAS(ta, tb, m, n, k, a, lda, b, ldb, beta, c, ldc);
        return;
    }
    int as = ta ? lda : 1;
    if (ta && n == 1 && ldc == 1) { /* a sum of rows of A, which lie together */
        for (int i = 0; i < m && beta != 1; i++) c[i] = beta == 0 ? 0 : (REAL)beta * c[i];
        KERNEL(row_times)(m, k, b, tb ? 1 : ldb, a, lda, c);
        return;
    }
    for (int i = 0; i < m; i++) {
        REAL *ci = c + (size_t)i * (size_t)ldc;
        const REAL *ai = ta ? a + i : a + (size_t)i * (size_t)lda;
        if (beta == 0)
            for (int j = 0; j < n; j++) ci[j] = 0;
        else if (beta != 1)
            for (int j = 0; j < n; j++) ci[j] *= (REAL)beta;
        if (k <= 0) continue;
        if (!tb && n > 1) KERNEL(row_times)(n, k, ai, as, b, ldb, ci);
        else
            for (int j = 0; j < n; j++) {
                const REAL *bj = tb ? b + (size_t)j * (size_t)ldb : b + j;
                int bs = tb ? 1 : ldb;
                if (as == 1 && bs == 1) {
                    ci[j] += (REAL)KERNEL(dot)((size_t)k, ai, bj);
                    continue;
                }
                REAL t = 0;
                for (int p = 0; p < k; p++) t += ai[(size_t)p * (size_t)as] * bj[(size_t)p * (size_t)bs];
                ci[j] += t;
            }
    }
}

/* a panel at a time; panels of one width have the same code */
static void KERNEL(gemm_packed)(int m, int n, int k, const void *pa, int lda, const void *pb, bool add, void *pc, int ldc,
                                int part, int parts)
{
    const REAL *b = pb;
    REAL *c = pc;
    int end = ur_share(n, part + 1, parts);
    ur_panel_code *run = NULL;
    for (int j = ur_share(n, part, parts), w, was = 0; j < end; j += w) {
        w = ur_panel(n, j);
        if (w != was)
            run = ur_tiny(false, m, w, k) ? NULL : ur_panel_code_for(sizeof(REAL) == sizeof(float), m, w, k, lda, add, ldc);
        was = w;
        if (run) run(b + (size_t)j * (size_t)k, pa, c + j);
        else KERNEL(gemm)(false, false, m, w, k, pa, lda, b + (size_t)j * (size_t)k, w, add, c + j, ldc);
    }
}
static void KERNEL(gemm_sum)(int m, int n, int k, const void *pa, int lda, const void *pb, int ldb, void *pc, int ldc, int part,
                             int parts)
{
    const REAL *b = pb;
    REAL *c = pc;
    int wide = ur_sum_width(m, n, sizeof(REAL)), blocks = (n + wide - 1) / wide;
    for (int q = blocks * part / parts; q < blocks * (part + 1) / parts; q++) {
        int j = q * wide, w = n - j < wide ? n - j : wide;
        KERNEL(gemm)(true, false, m, w, k, pa, lda, b + j, ldb, 1, c + j, ldc);
    }
}

/* row after row: forwards each takes what is known from those before, backwards it is taken from those */
static void KERNEL(solve)(bool trans, int n, int m, const void *pl, const void *pb, void *px)
{
    REAL *x = px;
    size_t w = (size_t)m;
    memcpy(x, pb, (size_t)n * w * sizeof *x);
    for (int k = 0; k < n; k++) {
        size_t i = (size_t)(trans ? n - 1 - k : k);
        const REAL *l = (const REAL *)pl + i * (size_t)n;
        REAL *xi = x + i * w;
        if (!trans && m == 1) xi[0] -= (REAL)KERNEL(dot)(i, l, x);
        else if (!trans)
            for (size_t j = 0; j < i; j++) KERNEL(axpy)(w, -(double)l[j], x + j * w, xi);
        for (size_t c = 0; c < w; c++) xi[c] = xi[c] == 0 ? 0 : xi[c] / l[i];
        if (trans && m == 1) KERNEL(axpy)(i, -(double)xi[0], l, x);
        else if (trans)
            for (size_t j = 0; j < i; j++) KERNEL(axpy)(w, -(double)l[j], xi, x + j * w);
    }
}

/* row after row, each from those above it */
static void KERNEL(chol)(int n, const void *pm, void *pl)
{
    const REAL *m = pm;
    REAL *l = pl;
    memset(l, 0, (size_t)n * (size_t)n * sizeof *l);
    for (size_t i = 0; i < (size_t)n; i++) {
        REAL *li = l + i * (size_t)n;
        for (size_t j = 0; j <= i; j++) {
            const REAL *lj = l + j * (size_t)n;
            REAL v = m[i * (size_t)n + j] - (REAL)KERNEL(dot)(j, li, lj);
            li[j] = j < i ? v / lj[j] : v > 0 ? (REAL)sqrt((double)v) : (REAL)NAN;
        }
    }
}

static const ur_kernels KERNEL(table) = {
    .esize = sizeof(REAL),
/* clang-format off */
#define UNARY(ID, name, value, dx, traits, lo, hi, doc) .unary[UR_##ID] = KERNEL(u_##ID),
#define BINARY(ID, name, value, dx, dy, traits, doc) .binary[UR_##ID] = KERNEL(b_##ID), .binary_sv[UR_##ID] = KERNEL(sv_##ID), \
    .binary_vs[UR_##ID] = UR_##ID == UR_POW ? KERNEL(vs_pow) : KERNEL(vs_##ID),
#define TERNARY(ID, name, value, dx, dy, dz, traits, doc) .ternary[UR_##ID] = KERNEL(t_##ID),
#include "math/ops.def"
    /* clang-format on */
    .where = KERNEL(where),
    .fill = KERNEL(fill),
    .keep = KERNEL(keep),
    .axpy = KERNEL(axpy),
    .sum = KERNEL(sum),
    .max = KERNEL(max),
    .lse = KERNEL(lse),
    .dot = KERNEL(dot),
    .softmax_scaled = KERNEL(softmax_scaled),
    .from_double = KERNEL(from_double),
    .to_double = KERNEL(to_double),
    .adam = KERNEL(adam),
    .pack = KERNEL(pack),
    .gemm_packed = KERNEL(gemm_packed),
    .gemm_sum = KERNEL(gemm_sum),
    .gemm = KERNEL(gemm),
    .solve = KERNEL(solve),
    .chol = KERNEL(chol),
};

#undef REAL
#undef F
#undef KERNEL
#undef EXP_LOW
#undef GEMM_BLAS
#undef LGAMMA_R
#undef LANES
#undef WHOLE
#undef AT
#undef EACH_ROW
#undef HIDE
#undef TAKE
#undef LOOP1
#undef LOOP2
#undef EACH_TAKE
#undef ONE_TAKE
#undef ARGS1
#undef ARGS2
#undef ARGS3
#undef R_TAIL
#undef R_DENSITY
#undef REDUCE
#undef EACH
#undef ONE
#undef R_EXP
#undef R_TANH
#undef R_SIGMOID
#undef R_SOFTPLUS
#undef R_LOG
#undef R_SQRT
#undef R_SIN
#undef R_COS
#undef R_ATAN
#undef R_ERF
#undef R_LOG1P
#undef R_EXPM1
#undef R_FLOOR
#undef R_POW
#undef R_LGAMMA
#undef R_DIGAMMA
#undef R_TRIGAMMA
