. "$ROOT/tests/cli/tables.sh"
ar_model > m.unr
series 20 > t.csv
unroll fit m.unr t.csv --valid 1.5 -o x.model
