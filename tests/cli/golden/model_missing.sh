. "$ROOT/tests/cli/tables.sh"
series 20 > t.csv
unroll fit nowhere.unr t.csv -o x.model
