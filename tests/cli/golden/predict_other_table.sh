. "$ROOT/tests/cli/tables.sh"
# a table that has nothing of the model is no reason for an empty forecast
fitted x.model
printf 'day,z\n1,2\n' > t.csv
unroll predict x.model t.csv --horizon 2
