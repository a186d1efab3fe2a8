. "$ROOT/tests/cli/tables.sh"
# a file that may not grow: the older model survives and nothing is left beside it
fitted x.model
cp x.model before
trap '' XFSZ
(ulimit -f 1; unroll fit fitted.unr fitted.csv -q -o x.model > /dev/null)
code=$?
cmp x.model before && ls
exit $code
