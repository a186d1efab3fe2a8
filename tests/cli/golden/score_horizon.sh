. "$ROOT/tests/cli/tables.sh"
fitted x.model
unroll score x.model fitted.csv --rows 100: --horizon 6
