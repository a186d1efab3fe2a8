. "$ROOT/tests/cli/tables.sh"
ar_model > m.unr
echo day,y > t.csv
unroll fit m.unr t.csv -o x.model
