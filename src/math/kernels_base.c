/* Kernels for any processor (on x86-64: SSE2). See kernels_body.h. */
#include "math/kernels.h"
#include "math/kernels_isa.h"

const ur_kernels *ur_kernels_base(bool single) { return single ? &table_float : &table_double; }
