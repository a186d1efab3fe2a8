. "$ROOT/tests/cli/tables.sh"
ar_model > m.unr
unroll fit m.unr nowhere.csv -o x.model
