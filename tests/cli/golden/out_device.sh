. "$ROOT/tests/cli/tables.sh"
# a device is written as it is, and stays one
fitted x.model
for out in /dev/full /dev/null; do
    unroll fit fitted.unr fitted.csv -q -o $out > /dev/null; echo $?
    unroll predict x.model fitted.csv --horizon 1 -o $out; echo $?
    [ -c $out ] && [ ! -e $out.checkpoint ] && echo a device
done
mkfifo pipe
cat pipe > got &
unroll fit fitted.unr fitted.csv -q -o pipe > /dev/null
wait
unroll explain got > /dev/null && [ -p pipe ] && echo read back
