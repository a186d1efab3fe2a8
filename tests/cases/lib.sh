# For the tests of this folder: each is one kind of input that once gave a wrong number, with its neighbours, and the right values, which come from
# first principles and stand in the test. Data are made by the test itself (printf, awk): nothing is read from outside.
#
#     . "$(dirname "$0")/lib.sh"
#     seq 1 60 | awk 'BEGIN { print "y" } { print $1 }' > t.csv
#     run unroll fit m.unr t.csv -q -o m.model
#     near "slope" 0.5 1e-6 "$(score m.model t.csv RMSE)"
#     finish
#
# Each test runs in a fresh folder with `unroll` on the path, in UTF-8 and without colours; `finish` at the end gives the exit code.
here=$(cd "$(dirname "$0")" && pwd)
ROOT=${UR_SOURCE_DIR:-$(cd "$here/../.." && pwd)}
UNROLL=${UNROLL:-$ROOT/build/unroll}
[ -x "$UNROLL" ] || { echo "no program at $UNROLL"; exit 1; }
top=$(mktemp -d) || exit 1
trap 'rm -rf "$top"' EXIT
mkdir "$top/bin" "$top/work" && ln -s "$UNROLL" "$top/bin/unroll" && cd "$top/work" || exit 1
PATH=$top/bin:$PATH
LC_ALL=C.UTF-8
export PATH ROOT LC_ALL
bad=0 checks=0

fault() { bad=$((bad + 1)); echo "FAULT: $*"; }
run() {         # run COMMAND…: it has to succeed; output in `out`, errors and notes in `err`
    "$@" > out 2> err || { fault "exit code $? of: $*"; cat err; }
}
fails() {       # fails CODE COMMAND…: it has to end with this exit code; output in `out`, message in `err`
    want=$1; shift
    checks=$((checks + 1))
    "$@" > out 2> err
    got=$?
    [ $got = "$want" ] || { fault "exit code $got, not $want, of: $*"; cat err; }
}
bounded() {     # bounded -v KB COMMAND… or -s KB: with so little memory or stack; under the address sanitizer, which needs more of both, without
    ( [ "$UR_SANITIZE" = ON ] || ulimit "$1" "$2"
      shift 2
      exec "$@" )
}
near() {        # near WHAT EXPECTED TOLERANCE GOT: a number, the tolerance absolute
    checks=$((checks + 1))
    awk -v a="$2" -v tol="$3" -v b="$4" 'BEGIN { exit !(b ~ /^[-+]?[0-9.]+([eE][-+]?[0-9]+)?$/ && a - b <= tol && b - a <= tol) }' ||
        fault "$1: $4, not $2 (± $3)"
}
same() {        # same WHAT EXPECTED GOT: a text
    checks=$((checks + 1))
    [ "$2" = "$3" ] || fault "$1:
$3
--- where this is right:
$2"
}
says() {        # says TEXT…: each stands in `err` of the last run or fails (or in `out`)
    for text; do
        checks=$((checks + 1))
        cat err out | grep -qF -e "$text" || { fault "not said: $text"; cat err; }
    done
}
silent() {      # silent TEXT: it stands in neither
    checks=$((checks + 1))
    ! cat err out | grep -qF -e "$1" || { fault "said: $1"; cat err; }
}
score() {       # score FILE DATA… NAME: the model's value of the first row of `unroll score` whose name begins with NAME
    for last; do :; done
    n=$# k=0
    for word; do k=$((k + 1)); shift; [ $k = "$n" ] || set -- "$@" "$word"; done
    unroll score "$@" --csv -q | awk -F, -v name="$last" 'NR == 1 { for (i = 1; i <= NF; i++) { if ($i == "score") s = i; if ($i == "model") m = i }; next }
        index($s, name) == 1 { print $m; exit }'
}
column() {      # column NAME [FILE]: that column of a CSV, its cells without quotes, one a line
    awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next } { gsub(/"/, "", $c); print $c }' "${2:-out}"
}
tensors() {     # tensors FILE HEADER BYTES: a safetensors file of zeros
    n=${#2}
    { printf "$(printf '\\%o' $((n % 256)))$(printf '\\%o' $((n / 256)))\0\0\0\0\0\0%s" "$2"; head -c "$3" /dev/zero; } > "$1"
}
finish() {
    [ $bad = 0 ] && { echo "$checks checks"; exit 0; }
    echo "$bad faults in $checks checks"
    exit 1
}
