#!/bin/sh
# Golden tests of the command line: every golden/NAME.sh is run in a folder of its own with `unroll` on the path and $ROOT the
# project's root. Its standard output must equal NAME.stdout (standard error NAME.stderr), or match NAME.stdout.glob, where *
# stands for anything, ends of lines too; its exit code must be the one in NAME.exit (0 when there is none).
# UPDATE=1 writes the files without glob anew. Arguments: names of tests; none: all.
here=$(cd "$(dirname "$0")" && pwd)
ROOT=${UR_SOURCE_DIR:-$(cd "$here/../.." && pwd)}
UNROLL=${UNROLL:-$ROOT/build/unroll}
[ -x "$UNROLL" ] || { echo "no program at $UNROLL"; exit 1; }
top=$(mktemp -d) || exit 1
trap 'rm -rf "$top"' EXIT
mkdir "$top/bin" && ln -s "$UNROLL" "$top/bin/unroll"
PATH=$top/bin:$PATH
LC_ALL=C.UTF-8
export PATH ROOT LC_ALL
bad=0 all=0

same() {   # same FILE: is FILE what $2 (or $2.glob) says?
    if [ -f "$2.glob" ]; then
        want=$(cat "$2.glob"; echo .)
        got=$(cat "$1"; echo .)
        # shellcheck disable=SC2254
        case $got in $want) return 0 ;; esac
        echo "--- $2.glob"; cat "$2.glob"; echo "+++ got"; cat "$1"
        return 1
    fi
    if [ -n "$UPDATE" ]; then
        if [ -s "$1" ]; then cp "$1" "$2"; else rm -f "$2"; fi
    fi
    if [ -f "$2" ]; then diff -u "$2" "$1"; else diff -u /dev/null "$1"; fi
}

for case in "$here"/golden/*.sh; do
    name=$(basename "$case" .sh)
    [ $# -gt 0 ] && { echo " $* " | grep -q " $name " || continue; }
    all=$((all + 1))
    mkdir "$top/$name" && cd "$top/$name" || exit 1
    sh "$case" > "$top/out" 2> "$top/err"
    code=$?
    [ -n "$UPDATE" ] && { if [ $code = 0 ]; then rm -f "$here/golden/$name.exit"; else echo $code > "$here/golden/$name.exit"; fi; }
    want=$(cat "$here/golden/$name.exit" 2> /dev/null || echo 0)
    ok=1
    [ "$code" = "$want" ] || { echo "$name: exit code $code, not $want"; ok=0; }
    same "$top/out" "$here/golden/$name.stdout" || ok=0
    same "$top/err" "$here/golden/$name.stderr" || ok=0
    [ $ok = 1 ] || { echo "FAILED: $name"; bad=$((bad + 1)); }
done
echo "$all command lines, $bad failed"
[ $bad = 0 ]
