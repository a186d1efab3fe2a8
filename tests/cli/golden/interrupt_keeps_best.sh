. "$ROOT/tests/cli/tables.sh"
# Ctrl-C: the best so far is saved, and the exit code is 1: the fit that was asked for is not done
ar_model > m.unr
series 2000 > t.csv
unroll fit m.unr t.csv --method gradients --epochs 100000 --log x.jsonl -o x.model > out 2> err &
while [ "$(wc -l 2> /dev/null < x.jsonl || echo 0)" -lt 3 ]; do sleep 0.05; done
kill -INT $!
wait $!
echo "exit code $?"
tail -1 err
unroll predict x.model t.csv --horizon 2 --csv | wc -l
