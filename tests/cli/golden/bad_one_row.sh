. "$ROOT/tests/cli/tables.sh"
ar_model > m.unr
printf 'y\n5\n' > one.csv
unroll fit m.unr one.csv -o x.model
