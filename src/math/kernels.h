/* The three builds of the kernels (kernels_body.h, one instruction set each) and the reference. Private to math and its tests. */
#ifndef UR_KERNELS_H
#define UR_KERNELS_H
#include "math/math.h"

/* below this exp gives 0 (the result would be denormal, and libmvec would leave its fast road) */
#define EXP_LOW_float  (-87.33654f)
#define EXP_LOW_double (-708.3964185322641)
/* exp of floats, for the loops (kernels_isa.h) and the functions (fused.cc): below EXP_HIGH; n = x log2 e, r = x - n ln 2 in two
 * parts; the terms of the polynomial, highest first; TANH_HIGH: from there on tanh is 1 */
#define EXP_HIGH       89.0f
#define TANH_HIGH      9.1f
#define EXP_LOG2_E     1.44269504f
#define EXP_LN_2       0.693359375f
#define EXP_LN_2_REST  2.12194440e-4f
#define EXP_FIRST_TERM 1.9875691500e-4f
#define EXP_TERMS(T)   T(1.3981999507e-3f) T(8.3334519073e-3f) T(4.1665795894e-2f) T(1.6666665459e-1f) T(5.0000001201e-1f)

const ur_kernels *ur_kernels_avx512(bool single); /* NULL when not built, or this processor lacks the instructions */
const ur_kernels *ur_kernels_avx2(bool single);
const ur_kernels *ur_kernels_base(bool single);
const ur_kernels *ur_kernels_ref(bool single); /* plain C over libm, for tests */

/* width of the panel of a packed matrix that begins at column j of n: 64, the last one 17 to 80, for a narrow one would waste
 * registers */
enum { UR_PANEL = 64 };
static inline int ur_panel(int n, int j) { return n - j <= UR_PANEL + 16 ? n - j : UR_PANEL; }

/* column at which share `part` of `parts` of a packed matrix begins: all of its panels begin at multiples of UR_PANEL */
static inline int ur_share(int n, int part, int parts)
{
    int panels = n <= UR_PANEL + 16 ? 1 : (n - 17) / UR_PANEL + 1;
    return part == parts ? n : panels * part / parts * UR_PANEL;
}
/* columns at a time of a sum that is m × n: LIBXSMM's are as good narrow, BLAS packs the other argument again for each block */
enum { UR_SUMS = 1 << 20, UR_SUM_WIDE = 512, UR_SUM_NARROW = 128 }; /* bytes of a sum that LIBXSMM adds to where it lies */
static inline int ur_sum_width(int m, int n, size_t size)
{
    return (size_t)m * (size_t)n * size <= UR_SUMS ? UR_SUM_NARROW : UR_SUM_WIDE;
}

/* less work than a call of generated code or of BLAS; trans: an operand is transposed */
static inline bool ur_tiny(bool trans, int m, int n, int k)
{
    size_t deep = (size_t)(k > 0 ? k : 0);
    return (m == 1 && (trans || (size_t)n * deep <= 1024)) || n == 1 || (size_t)m * (size_t)n * deep <= 2048;
}

/* the code of one panel's product, C = A B and with `add` C besides, of up to 64 rows; NULL: there is none, ur_gemm_ does it */
typedef void ur_panel_code(const void *b, const void *a, void *c);
ur_panel_code *ur_panel_code_for(bool single, int m, int n, int k, int lda, bool add, int ldc);

/* Products. The small ones are loops in kernels_body.h; the others are in kernels.c. */
void ur_gemm_float(bool ta, bool tb, int m, int n, int k, const float *a, int lda, const float *b, int ldb, double beta, float *c,
                   int ldc);
void ur_gemm_double(bool ta, bool tb, int m, int n, int k, const double *a, int lda, const double *b, int ldb, double beta,
                    double *c, int ldc);
#endif
