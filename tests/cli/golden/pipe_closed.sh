. "$ROOT/tests/cli/tables.sh"
fitted x.model
unroll predict x.model fitted.csv --horizon 5000 --csv | head -1
unroll cells | head -1
unroll explain x.model | head -1
