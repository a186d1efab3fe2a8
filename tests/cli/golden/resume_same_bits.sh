. "$ROOT/tests/cli/tables.sh"
# killed at some moment and resumed equals never killed: the same forecasts to the last digit
ar_model > m.unr
series 1000 > t.csv
options="--method gradients --epochs 40 --batch 4 --chunk 50 --seed 3 --checkpoint-every 0 -q"
fit() { unroll fit m.unr t.csv $options "$@"; }
fit -o whole.model > /dev/null || exit
unroll fit m.unr t.csv $options -o cut.model > /dev/null &     # not the function: $! is to be the program, not a shell around it
while [ ! -f cut.model.checkpoint ] && [ ! -f cut.model ]; do sleep 0.01; done
kill -KILL $! 2> /dev/null
wait $! 2> /dev/null
fit -o cut.model --resume > /dev/null || exit
unroll predict whole.model t.csv --horizon 20 --json > whole
unroll predict cut.model t.csv --horizon 20 --json > cut
cmp whole cut && echo same
ls *.checkpoint 2> /dev/null || echo "no checkpoint is left"
