. "$ROOT/tests/cli/tables.sh"
ar_model > m.unr
series 120 > t.csv
unroll fit m.unr t.csv --set d=5 -q -o x.model | grep parameters
unroll fit m.unr t.csv --set e=5 -q -o x.model
