. "$ROOT/tests/cli/tables.sh"
ar_model > m.unr
series 40 > t.csv
unroll fit m.unr t.csv --valid -0.1 -o x.model
