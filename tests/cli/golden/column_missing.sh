. "$ROOT/tests/cli/tables.sh"
ar_model > m.unr
series 20 | sed 's/^day,y/day,Y2/' > t.csv
unroll fit m.unr t.csv -o x.model
