# For the tests of this folder: sweep SCENE KIND FIRST STEP, one kind of fault through one command. Folders lie in memory where that can be had: a sync
# of each file of each run is most of the time elsewhere.
[ "$UR_SANITIZE" = ON ] && { echo "skipped: a sanitizer has its own malloc"; exit 77; }
[ -w /dev/shm ] && export TMPDIR="${TMPDIR:-/dev/shm}"
. "$(dirname "$0")/../cases/lib.sh"
. "$here/scenes.sh"

sweep() {
    scene "$1"
    "$SWEEP" "$SHIM" at "$2" "$3" "$4" $command > swept
    code=$?
    cat swept
    [ $code = 77 ] && exit 77
    [ $code = 0 ] || fault "$2 in $1"
    checks=$((checks + $(awk 'END { print $2 }' swept)))
}
