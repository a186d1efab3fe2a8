. "$ROOT/tests/cli/tables.sh"
fitted x.model
unroll predict x.model fitted.csv --horizon 2 --json
