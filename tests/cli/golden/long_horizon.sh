. "$ROOT/tests/cli/tables.sh"
# time grows with the horizon, not with its square
fitted x.model
timeout 30 unroll predict x.model fitted.csv --horizon 200000 --csv | wc -l
