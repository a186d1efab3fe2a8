. "$ROOT/tests/cli/tables.sh"
ar_model > m.unr
series 20 > t.csv
unroll fit m.unr t.csv --rows 9 -o x.model
