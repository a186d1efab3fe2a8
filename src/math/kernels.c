/* Which kernels this processor runs, the large products, and what a thread must set before it computes.
 * Must not know of graphs. Invariant: the choice is made once and is the same for all threads. */
#include "math/kernels.h"
#include <cblas.h>
#ifdef UR_HAVE_XSMM
#include <libxsmm.h>
#endif
#include <pthread.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

static const ur_kernels *chosen[2];
static pthread_once_t once = PTHREAD_ONCE_INIT;
#if defined(__GNUC__)
extern void openblas_set_num_threads(int) __attribute__((weak)); /* absent in another BLAS */
#endif

#ifdef UR_HAVE_XSMM
static bool has_registry; /* LIBXSMM's, for which it may have found no memory */
#endif

static void choose(void)
{
#if defined(__x86_64__) && defined(__GNUC__)
    __builtin_cpu_init();
#endif
    for (int single = 0; single < 2; single++) {
        const ur_kernels *k = ur_kernels_avx512(single);
        if (!k) k = ur_kernels_avx2(single);
        chosen[single] = k ? k : ur_kernels_base(single);
    }
#ifdef UR_HAVE_XSMM
    libxsmm_registry_info info;
    has_registry = libxsmm_get_registry_info(&info) == 0;
#endif
#if defined(__GNUC__)
    if (openblas_set_num_threads) openblas_set_num_threads(1); /* shards are the threads; a product inside one stays on it */
#endif
}

const ur_kernels *ur_kernels_for(bool single)
{
    pthread_once(&once, choose);
    return chosen[single];
}

void ur_math_thread_init(void)
{
    pthread_once(&once, choose);
#if defined(__x86_64__)
    _mm_setcsr(_mm_getcsr() | 0x8040); /* FTZ and DAZ: denormals cost 100 times a normal number */
#endif
}

/* the same by plain loops, where BLAS would find no room */
#define PLAIN(REAL)                                                                                                              \
    for (int i = 0; i < m; i++)                                                                                                  \
        for (int j = 0; j < n; j++) {                                                                                            \
            REAL sum = 0, *to = (REAL *)c + (size_t)i * (size_t)ldc + j;                                                         \
            for (int q = 0; q < k; q++)                                                                                          \
                sum += ((const REAL *)a)[ta ? (size_t)q * (size_t)lda + (size_t)i : (size_t)i * (size_t)lda + (size_t)q] *       \
                       ((const REAL *)b)[tb ? (size_t)j * (size_t)ldb + (size_t)q : (size_t)q * (size_t)ldb + (size_t)j];        \
            *to = sum + (beta == 0 ? 0 : (REAL)beta * *to);                                                                      \
        }

static void blas(bool single, bool ta, bool tb, int m, int n, int k, const void *a, int lda, const void *b, int ldb, double beta,
                 void *c, int ldc)
{
    CBLAS_TRANSPOSE x = ta ? CblasTrans : CblasNoTrans, y = tb ? CblasTrans : CblasNoTrans;
    if (!ur_blas_has_room()) {
        if (single) PLAIN(float)
        else PLAIN(double)
        return;
    }
    if (single) cblas_sgemm(CblasRowMajor, x, y, m, n, k, 1, a, lda, b, ldb, (float)beta, c, ldc);
    else cblas_dgemm(CblasRowMajor, x, y, m, n, k, 1, a, lda, b, ldb, beta, c, ldc);
}

/* Products. LIBXSMM makes code for a product's exact sizes and does not pack its operands; BLAS packs both. On a Zen 4 core whose
 * peak is 118 GFLOP/s, LIBXSMM has 105–118 where the matrix is stored [k][n] and its part that is read again and again fits the
 * L2 cache, for any number of rows from 4 up and for sizes such as 65 or 127 too; OpenBLAS has 87–105, and 25–95 for few rows.
 * Hence: rows in blocks, and for matrices over L2 columns in blocks too. Row-major C = A B is column-major C' = B' A'. */
#ifdef UR_HAVE_XSMM
enum { ROWS = 64, COLUMNS = 64, DEPTH = 128 }; /* of a block */
enum { NEAR = 512 << 10, FAR = 1 << 22 };      /* bytes of a matrix that stays in L2; over which BLAS's packing pays */

/* code for a product's sizes, by thread: LIBXSMM's own look-up, which hashes a descriptor, stood out in profiles of small
 * products */
typedef struct made {
    int m, n, k, lda, ldb, ldc, how;
    ur_panel_code *run;
} made;
static _Thread_local made cache[2][256];

static made *code(bool single, bool ta, bool add, int m, int n, int k, int lda, int ldb, int ldc)
{
    unsigned h = (unsigned)m * 31u + (unsigned)n * 17u + (unsigned)k * 101u + (unsigned)(lda + ldb + ldc) * 7u;
    int how = 1 + ta + 2 * add;
    made *q = &cache[single][(h ^ (h >> 8)) & 255];
    if (q->m == m && q->n == n && q->k == k && q->lda == lda && q->ldb == ldb && q->ldc == ldc && q->how == how) return q;
    float onef = 1, bf = add;
    double oned = 1, bd = add;
    int flags = ta ? LIBXSMM_GEMM_FLAG_TRANS_B : LIBXSMM_GEMM_FLAG_NONE, prefetch = LIBXSMM_GEMM_PREFETCH_NONE;
    union {
        libxsmm_smmfunction s;
        libxsmm_dmmfunction d;
        ur_panel_code *run;
    } f;
    f.run = NULL;
    if (single && has_registry) f.s = libxsmm_smmdispatch(n, m, k, &ldb, &lda, &ldc, &onef, &bf, &flags, &prefetch);
    else if (has_registry) f.d = libxsmm_dmmdispatch(n, m, k, &ldb, &lda, &ldc, &oned, &bd, &flags, &prefetch);
    *q = (made){ m, n, k, lda, ldb, ldc, how, f.run };
    return q;
}

/* A is [m][k], or with ta [k][m]; B [k][n] */
static void blocks(bool single, bool ta, int m, int n, int k, const char *a, int lda, const char *b, int ldb, bool add, char *c,
                   int ldc)
{
    size_t es = single ? 4 : 8, at = (size_t)lda, bt = (size_t)ldb, ct = (size_t)ldc;
    int rows = ta ? m : ROWS, cols = ta || m <= ROWS || (size_t)n * (size_t)k * es <= NEAR ? n : COLUMNS;
    for (int p = 0, kp; p < k; p += kp) {
        kp = !ta ? k : k - p >= DEPTH ? DEPTH : k - p >= 16 ? (k - p) & ~15 : k - p; /* few sizes, so little code */
        for (int i = 0; i < m; i += rows)
            for (int j = 0; j < n; j += cols) {
                int mi = m - i < rows ? m - i : rows, nj = n - j < cols ? n - j : cols;
                const char *ap = a + (ta ? (size_t)p * at + (size_t)i : (size_t)i * at + (size_t)p) * es,
                           *bp = b + ((size_t)p * bt + (size_t)j) * es;
                char *cp = c + ((size_t)i * ct + (size_t)j) * es;
                const made *f = code(single, ta, add || p, mi, nj, kp, lda, ldb, ldc);
                if (f->run) f->run(bp, ap, cp);
                else blas(single, ta, false, mi, nj, kp, ap, lda, bp, ldb, add || p, cp, ldc);
            }
    }
}

ur_panel_code *ur_panel_code_for(bool single, int m, int n, int k, int lda, bool add, int ldc)
{
    return m <= ROWS && k > 0 ? code(single, false, add, m, n, k, lda, n, ldc)->run : NULL;
}

static bool straight(bool single, bool ta, bool tb, int m, int n, int k, double beta)
{
    size_t es = single ? 4 : 8;
    if (tb || (beta != 0 && beta != 1) || k <= 0) return false;
    return ta ? (size_t)m * (size_t)n * es <= UR_SUMS : m <= ROWS || (size_t)n * (size_t)k * es <= FAR;
}
#define GEMM(single)                                                                                                             \
    if (straight(single, ta, tb, m, n, k, beta))                                                                                 \
        blocks(single, ta, m, n, k, (const char *)a, lda, (const char *)b, ldb, beta == 1, (char *)c, ldc);                      \
    else blas(single, ta, tb, m, n, k, a, lda, b, ldb, beta, c, ldc);
#else
ur_panel_code *ur_panel_code_for(bool single, int m, int n, int k, int lda, bool add, int ldc)
{
    (void)single;
    (void)m;
    (void)n;
    (void)k;
    (void)lda;
    (void)add;
    (void)ldc;
    return NULL;
}
#define GEMM(single) blas(single, ta, tb, m, n, k, a, lda, b, ldb, beta, c, ldc);
#endif

void ur_gemm_float(bool ta, bool tb, int m, int n, int k, const float *a, int lda, const float *b, int ldb, double beta, float *c,
                   int ldc)
{
    GEMM(true)
}
void ur_gemm_double(bool ta, bool tb, int m, int n, int k, const double *a, int lda, const double *b, int ldb, double beta,
                    double *c, int ldc)
{
    GEMM(false)
}
