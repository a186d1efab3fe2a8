. "$ROOT/tests/cli/tables.sh"
fitted x.model
unroll predict x.model fitted.csv --horizon 3 --samples 50 --seed 1
