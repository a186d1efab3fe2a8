. "$ROOT/tests/cli/tables.sh"
# a device is written as it is, and stays one (behind links: a program that renames over its output takes the link, not the device)
fitted x.model
ln -s /dev/full full
ln -s /dev/null null
for out in full null; do
    unroll fit fitted.unr fitted.csv -q -o $out > said; echo $?
    unroll predict x.model fitted.csv --horizon 1 -o $out; echo $?
    [ -c $out ] && [ ! -e $out.checkpoint ] && echo a device
done
mkfifo pipe
timeout 20 cat pipe > got &
unroll fit fitted.unr fitted.csv -q -o pipe > said
wait
unroll explain got > said && [ -p pipe ] && echo read back
