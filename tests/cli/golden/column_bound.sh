. "$ROOT/tests/cli/tables.sh"
ar_model > m.unr
series 120 | sed 's/^day,y/day,"The load (MW)"/' > t.csv
unroll fit m.unr t.csv 'y="The load (MW)"' -q -o x.model > /dev/null && echo fitted
