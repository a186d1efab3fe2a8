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
extern void openblas_set_num_threads(int) __attribute__((weak));    /* absent in another BLAS */
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
#if defined(__GNUC__)
    if (openblas_set_num_threads) openblas_set_num_threads(1);      /* shards are the threads; a product inside one stays on it */
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
    _mm_setcsr(_mm_getcsr() | 0x8040);                              /* FTZ and DAZ: denormals cost 100 times a normal number */
#endif
}

/* Products of few rows by a matrix stored [k][n], by LIBXSMM, which does not pack its operands: on a Zen 4 core 105–115 GFLOP/s for 2 to
 * 64 rows of a 128 × 512 matrix and 56 for one, where OpenBLAS has 64–95. Row-major C = A B is column-major C' = B' A'. */
#ifdef UR_HAVE_XSMM
enum { FEW_ROWS = 128 };
#define SMALL(REAL, fn, dispatch) \
    if (!ta && !tb && m <= FEW_ROWS && (beta == 0 || beta == 1)) { \
        REAL one_ = 1, b_ = (REAL)beta; \
        int flags = LIBXSMM_GEMM_FLAG_NONE, prefetch = LIBXSMM_GEMM_PREFETCH_NONE; \
        fn f = dispatch(n, m, k, &ldb, &lda, &ldc, &one_, &b_, &flags, &prefetch); \
        if (f) { f(b, a, c); return; } \
    }
#else
#define SMALL(REAL, fn, dispatch)
#endif

void ur_gemm_blas_float(bool ta, bool tb, int m, int n, int k, const float *a, int lda, const float *b, int ldb, double beta, float *c, int ldc)
{
    SMALL(float, libxsmm_smmfunction, libxsmm_smmdispatch)
    cblas_sgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans, m, n, k, 1, a, lda, b, ldb, (float)beta, c, ldc);
}

void ur_gemm_blas_double(bool ta, bool tb, int m, int n, int k, const double *a, int lda, const double *b, int ldb, double beta, double *c, int ldc)
{
    SMALL(double, libxsmm_dmmfunction, libxsmm_dmmdispatch)
    cblas_dgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans, m, n, k, 1, a, lda, b, ldb, beta, c, ldc);
}
