# Ctrl-C keeps the best so far, and --resume goes on
. "$ROOT/tests/cli/tables.sh"
ar_model > m.unr
series 60 > t.csv
unroll fit m.unr t.csv --method gradients --epochs 100000000 --log log -q -o x.model > said &
pid=$!
while [ ! -s log ]; do sleep 0.05; done
kill -INT $pid
wait $pid
echo $?
grep -c 'loss' said
unroll predict x.model t.csv --horizon 1 --csv | wc -l
ls x.model*
