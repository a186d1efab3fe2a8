/* One instruction set's kernels: kernels_body.h for float and for double. The functions of libm, whose
 * vector variants (glibc libmvec) are declared here, so that plain loops call them without -ffast-math. */
#include <math.h>
#include <string.h>
#if defined(UR_LIBMVEC) && defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define VECTOR(name) __attribute__((simd("notinbranch"))) double name(double); __attribute__((simd("notinbranch"))) float name##f(float);
VECTOR(exp) VECTOR(log) VECTOR(sin) VECTOR(cos) VECTOR(tanh) VECTOR(atan) VECTOR(erf) VECTOR(log1p) VECTOR(expm1)
__attribute__((simd("notinbranch"))) double pow(double, double);
__attribute__((simd("notinbranch"))) float powf(float, float);
#undef VECTOR
#endif
/* below this exp gives 0 (the result would be denormal, and libmvec would leave its fast road) */
#define EXP_LOW_float (-87.33654f)
#define EXP_LOW_double (-708.3964185322641)

#define REAL float
#define F(name) name##f
#define KERNEL(name) name##_float
#define EXP_LOW EXP_LOW_float
#define LGAMMA_R lgammaf_r
#define GEMM_BLAS ur_gemm_float
#include "math/kernels_body.h"
#define REAL double
#define F(name) name
#define KERNEL(name) name##_double
#define EXP_LOW EXP_LOW_double
#define LGAMMA_R lgamma_r
#define GEMM_BLAS ur_gemm_double
#include "math/kernels_body.h"
