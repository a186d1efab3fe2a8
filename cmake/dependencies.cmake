# What the library stands on, as one interface target: ur_dependencies. Debian's package names are in the Makefile.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

add_library(ur_dependencies INTERFACE)
set(ur_private_modules)                      # for unroll.pc
macro(ur_need target module)
    pkg_check_modules(${target} REQUIRED IMPORTED_TARGET ${module})
    target_link_libraries(ur_dependencies INTERFACE PkgConfig::${target})
    list(APPEND ur_private_modules ${module})
endmacro()

ur_need(JANSSON jansson)                     # JSON: headers of model files, logs
ur_need(UTF8PROC libutf8proc)                # texts cut into characters
ur_need(ZLIB zlib)                           # .gz
ur_need(LZMA liblzma)                        # .xz
ur_need(SENTENCEPIECE sentencepiece)         # subword pieces
ur_need(OPENBLAS openblas)                   # large products (CBLAS)
ur_need(LAPACKE lapacke)                     # least squares
pkg_check_modules(XSMM IMPORTED_TARGET libxsmm)   # small packed products; OpenBLAS stands in where it does not exist (not x86)
if(XSMM_FOUND)
    target_link_libraries(ur_dependencies INTERFACE PkgConfig::XSMM)
    target_compile_definitions(ur_dependencies INTERFACE UR_HAVE_XSMM=1)
    list(APPEND ur_private_modules libxsmm)
endif()
pkg_check_modules(XBYAK IMPORTED_TARGET xbyak)    # component-wise programs as code (headers only); loops over each operation where it does not exist
if(XBYAK_FOUND)
    target_link_libraries(ur_dependencies INTERFACE PkgConfig::XBYAK)
    target_compile_definitions(ur_dependencies INTERFACE UR_HAVE_XBYAK=1)
endif()

target_link_libraries(ur_dependencies INTERFACE Threads::Threads)
