#!/bin/sh
# run.sh FOLDER JOBS SECONDS TARGET…: builds all by clang with libFuzzer and the sanitizers, then runs each target in turn. New inputs are kept in
# FOLDER/inputs, those that break something in FOLDER/found; `FOLDER/tests/fuzz_TARGET FILE` shows what one does.
folder=$1 jobs=$2 seconds=$3
shift 3
cd "$(dirname "$0")/../.." || exit 1
echo 'int LLVMFuzzerTestOneInput(const char *p, unsigned long n) { return !p && n; }' > "${TMPDIR:-/tmp}/unroll-fuzz-$$.c"
clang -fsanitize=fuzzer,address "${TMPDIR:-/tmp}/unroll-fuzz-$$.c" -o "${TMPDIR:-/tmp}/unroll-fuzz-$$" 2> /dev/null
found=$?
rm -f "${TMPDIR:-/tmp}/unroll-fuzz-$$" "${TMPDIR:-/tmp}/unroll-fuzz-$$.c"
[ $found = 0 ] || { echo "make fuzz needs clang with libFuzzer: apt install clang libclang-rt-14-dev (or of the version that clang has)"; exit 1; }
cmake -S . -B "$folder" -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ -DUNROLL_FUZZ=ON -DCMAKE_BUILD_TYPE=RelWithDebInfo > "$folder.log" 2>&1 || { cat "$folder.log"; exit 1; }
rm -f "$folder.log"
cmake --build "$folder" -j "$jobs" --target $(printf 'fuzz_%s ' "$@") || exit 1
mkdir -p "$folder/inputs" "$folder/found"
bad=0
for t; do
    mkdir -p "$folder/inputs/$t"
    words=
    [ -f "tests/fuzz/$t.dict" ] && words="-dict=tests/fuzz/$t.dict"
    ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 "$folder/tests/fuzz_$t" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=3000 -artifact_prefix="$folder/found/$t-" \
        -verbosity=0 -print_final_stats=1 $words "$folder/inputs/$t" "tests/fuzz/corpus/$t" > "$folder/found/$t.log" 2>&1
    code=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$folder/found/$t.log")
    if [ $code = 0 ]; then
        echo "$t: ${runs:-0} inputs, nothing found"
    else
        bad=1
        echo "$t: exit code $code; $folder/found/$t.log ends:"
        grep -aE 'ERROR|SUMMARY|runtime error|libFuzzer|fuzz_|Test unit' "$folder/found/$t.log" | tail -8
    fi
done
exit $bad
