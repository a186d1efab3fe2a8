. "$ROOT/tests/cli/tables.sh"
ar_model > m.unr
{ series 20; echo 21,3,4; } > t.csv
unroll fit m.unr t.csv -o x.model
