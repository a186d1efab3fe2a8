. "$ROOT/tests/cli/tables.sh"
fitted x.model
unroll predict x.model fitted.csv --rows :-3 --horizon 3 --csv
