# Flags of the kernel files. They alone are built for vectors: -O3, and no errno or traps from the math functions, so that plain loops become
# calls of glibc's libmvec. Infinities and NaN keep their meaning (no -ffast-math). One file for each instruction set, chosen at run time.
include(CheckCSourceCompiles)
set(UR_KERNEL_FLAGS -O3 -fno-math-errno -fno-trapping-math -fno-signed-zeros -ffp-contract=fast)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  list(APPEND UR_KERNEL_FLAGS --param=vect-max-peeling-for-alignment=0)
endif()
set(UR_MVEC_LIBRARY "")
set(ur_mvec_define "")
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64|amd64")
  set(CMAKE_REQUIRED_FLAGS "-O3 -fno-math-errno -march=x86-64-v3")
  set(CMAKE_REQUIRED_LIBRARIES mvec m)
  check_c_source_compiles("
    __attribute__((simd(\"notinbranch\"))) float tanhf(float);
    __attribute__((simd(\"notinbranch\"))) double erf(double);
    void f(float *y, double *z) { for (int i = 0; i < 64; i++) { y[i] = tanhf(y[i]); z[i] = erf(z[i]); } }
    int main(void) { static float y[64]; static double z[64]; f(y, z); return (int)y[3]; }" UR_HAVE_LIBMVEC)
  unset(CMAKE_REQUIRED_FLAGS)
  unset(CMAKE_REQUIRED_LIBRARIES)
  if(UR_HAVE_LIBMVEC)
    set(UR_MVEC_LIBRARY mvec)
    set(ur_mvec_define -DUR_LIBMVEC=1)
  endif()
  set(ur_avx2 -march=x86-64-v3)
  set(ur_avx512 -march=x86-64-v4 -mprefer-vector-width=512)
endif()
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/kernels_base.c PROPERTIES COMPILE_OPTIONS "${UR_KERNEL_FLAGS};${ur_mvec_define}")
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/kernels_avx2.c PROPERTIES COMPILE_OPTIONS "${UR_KERNEL_FLAGS};${ur_mvec_define};${ur_avx2}")
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/kernels_avx512.c PROPERTIES COMPILE_OPTIONS "${UR_KERNEL_FLAGS};${ur_mvec_define};${ur_avx512}")
# the including list links ${UR_MVEC_LIBRARY} m, a BLAS with CBLAS, and LAPACKE
