#!/bin/sh
# Builds every program of examples/ against the installed library, as a user would, and runs it: alone, and under valgrind
# where that is there. Wants UR_SOURCE_DIR and UR_BUILD_DIR. 77: skipped.
[ "$UR_SANITIZE" = ON ] && { echo "skipped: a sanitized library cannot be installed for other programs"; exit 77; }
set -e
source=${UR_SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
build=${UR_BUILD_DIR:-$source/build}
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT

cmake --install "$build" --prefix "$top/usr" > "$top/log" || { cat "$top/log"; exit 1; }
{ cmake -S "$source/examples" -B "$top/examples" "-DCMAKE_PREFIX_PATH=$top/usr" -DCMAKE_C_FLAGS=-Werror && cmake --build "$top/examples"; } \
    > "$top/log" 2>&1 || { cat "$top/log"; exit 1; }
grep -q "by its CMake package, $top/usr" "$top/log" || { echo "the examples were not built against what was installed"; cat "$top/log"; exit 1; }

# the same by pkg-config alone
pc=$(dirname "$(find "$top/usr" -name unroll.pc)")
${CC:-cc} -Wall -Wextra -Werror -o "$top/by_pkg_config" "$source/examples/forecast.c" $(PKG_CONFIG_PATH=$pc pkg-config --cflags --libs unroll) -lm

LD_LIBRARY_PATH=$(dirname "$(find "$top/usr" -name libunroll.so)")
OMP_NUM_THREADS=1
export LD_LIBRARY_PATH OMP_NUM_THREADS
cd "$top"
./by_pkg_config > by_pkg_config.out
failed=0
ran=0
examples="forecast classify generate tag score stream custom_cell gradient make_task"                          # look wants a fitted captioner: it is only built here
arguments() { if [ "$1" = make_task ]; then echo "adding task --count 3 --length 20"; else echo "$2"; fi; }
for file in "$source"/examples/*.c; do
    name=$(basename "$file" .c)
    case " $examples look " in *" $name "*) ;; *) echo "$name: not built by examples/CMakeLists.txt, or not run here"; failed=1 ;; esac
done
for name in $examples; do
    # shellcheck disable=SC2046
    if "examples/$name" $(arguments "$name") > "$name.out" 2> "$name.err"; then
        ran=$((ran + 1)); echo "$name: ok"
    else
        echo "$name: exit $?"; cat "$name.out" "$name.err"; failed=1
    fi
done
cmp forecast.out by_pkg_config.out || failed=1

# Memory: the short ones whole, those that fit by gradients with few epochs. Valgrind knows no AVX-512: kernels and BLAS are told so.
if command -v valgrind > /dev/null; then
    OPENBLAS_CORETYPE=Haswell LIBXSMM_TARGET=hsw
    export OPENBLAS_CORETYPE LIBXSMM_TARGET
    for name in $examples; do
        code=0
        valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite "examples/$name" $(arguments "$name" 2) > "$name.out" 2> "$name.err" || code=$?
        if grep -q "unrecognised instruction" "$name.err"; then echo "$name under valgrind: skipped, valgrind does not know this machine's instructions"
        elif [ $code = 99 ] || [ $code -gt 128 ]; then echo "$name under valgrind: exit $code"; head -60 "$name.err"; failed=1
        else echo "$name under valgrind: ok"; fi
    done
else
    echo "valgrind is absent: memory not checked here"
fi
[ $failed = 0 ] && [ $ran = 9 ]
