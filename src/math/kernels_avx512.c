/* Kernels for processors with AVX-512 (F, VL, DQ, BW, CD); empty where the build gave this file no such flags. See
 * kernels_body.h. */
#include "math/kernels.h"
#if defined(__x86_64__) && defined(__AVX512VL__)
#include "math/kernels_isa.h"

const ur_kernels *ur_kernels_avx512(bool single)
{
    if (!(__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
          __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("fma") &&
          __builtin_cpu_supports("bmi2")))
        return NULL;
    return single ? &table_float : &table_double;
}
#else
const ur_kernels *ur_kernels_avx512(bool single)
{
    (void)single;
    return NULL;
}
#endif
