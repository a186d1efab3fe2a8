/* One instruction set's kernels: kernels_body.h for float and for double. The functions of libm, whose
 * vector variants (glibc libmvec) are declared here, so that plain loops call them without -ffast-math. */
#include <math.h>
#include <string.h>
#if defined(UR_LIBMVEC) && defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
/* clang-format off */
#define VECTOR(name) __attribute__((simd("notinbranch"))) double name(double); __attribute__((simd("notinbranch"))) float name##f(float);
VECTOR(exp) VECTOR(log) VECTOR(sin) VECTOR(cos) VECTOR(tanh) VECTOR(atan) VECTOR(erf) VECTOR(log1p) VECTOR(expm1)
__attribute__((simd("notinbranch"))) double pow(double, double);
__attribute__((simd("notinbranch"))) float powf(float, float);
/* clang-format on */
#undef VECTOR
#endif
/* exp, sigmoid and tanh of floats inside the loops that need them: libmvec's variants are calls, which spill every vector around
 * them (0.31 to 0.34 ns a number by unroll_bench_micro on Zen 4). x = n ln 2 + r, |r| ≤ ln 2 / 2; exp r by the polynomial of
 * Cephes' expf (Moshier 1992); relative error below 4e-7 (tests/math). Less 1 it is what tanh needs near 0: tanh x = E / (E + 2),
 * E = exp 2x − 1. `less`: of the bits of 2^n. */
static inline float exp_less_1(float x, int32_t less, float *two_n)
{
    const float to_whole = 12582912; /* 1.5 · 2^23: what is added to it loses its fraction */
    float t = x * EXP_LOG2_E + to_whole, n = t - to_whole;
    int32_t bits;
    memcpy(&bits, &t, sizeof bits);
    bits = (int32_t)(((uint32_t)bits << 23) + 0x3f800000u - (uint32_t)less);
    memcpy(two_n, &bits, sizeof bits);
    float z = x - n * EXP_LN_2 + n * EXP_LN_2_REST, p = EXP_FIRST_TERM;
#define TERM(c) p = p * z + (c);
    EXP_TERMS(TERM)
#undef TERM
    return p * z * z + z; /* exp r − 1 */
}
static inline float exp_float(float a)
{
    float x = a < EXP_LOW_float ? EXP_LOW_float : a > EXP_HIGH ? EXP_HIGH : a, two_n;
    bool large = x > 0; /* 2^n alone would be infinite before the result is */
    float q = exp_less_1(x, large ? 0x00800000 : 0, &two_n);
    q = (q * two_n + two_n) * (large ? 2.0f : 1.0f);
    return a < EXP_LOW_float ? 0 : q;
}
static inline float sigmoid_float(float a)
{
    float x = -a < EXP_LOW_float ? EXP_LOW_float : -a > -EXP_LOW_float ? -EXP_LOW_float : -a, two_n;
    float q = exp_less_1(x, 0, &two_n);
    return 1 / (1 + (q * two_n + two_n));
}
static inline float tanh_float(float a)
{
    float x = a < -TANH_HIGH ? -TANH_HIGH : a > TANH_HIGH ? TANH_HIGH : a, two_n;
    float q = exp_less_1(2 * x, 0, &two_n), e = q * two_n + (two_n - 1);
    return e / (e + 2);
}
static inline double exp_double(double a)
{
    double low = a < EXP_LOW_double ? EXP_LOW_double : a, e = exp(low);
    return a < EXP_LOW_double ? 0 : e;
}
static inline double sigmoid_double(double a)
{
    return 1 / (1 + exp(-a < EXP_LOW_double ? EXP_LOW_double : -a > -EXP_LOW_double ? -EXP_LOW_double : -a));
}
static inline double tanh_double(double a) { return tanh(a); }

#define REAL         float
#define F(name)      name##f
#define KERNEL(name) name##_float
#define EXP_LOW      EXP_LOW_float
#define LGAMMA_R     lgammaf_r
#define GEMM_BLAS    ur_gemm_float
#include "math/kernels_body.h"
#define REAL         double
#define F(name)      name
#define KERNEL(name) name##_double
#define EXP_LOW      EXP_LOW_double
#define LGAMMA_R     lgamma_r
#define GEMM_BLAS    ur_gemm_double
#include "math/kernels_body.h"
