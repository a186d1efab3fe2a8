/* Kernels for processors with AVX2 and FMA; empty where the build gave this file no such flags. See kernels_body.h. */
#include "math/kernels.h"
#if defined(__x86_64__) && defined(__AVX2__)
#include "math/kernels_isa.h"

const ur_kernels *ur_kernels_avx2(bool single)
{
    if (!(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2"))) return NULL;
    return single ? &table_float : &table_double;
}
#else
const ur_kernels *ur_kernels_avx2(bool single)
{
    (void)single;
    return NULL;
}
#endif
