. "$ROOT/tests/cli/tables.sh"
fitted x.model
unroll plot x.model fitted.csv --horizon 12
