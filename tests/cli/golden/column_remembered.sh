# what was bound at the fit need not be bound again; a column that is gone is named
. "$ROOT/tests/cli/tables.sh"
ar_model > m.unr
series 120 | sed 's/^day,y/day,temp/' > t.csv
unroll fit m.unr 'y="temp"' t.csv -q -o x.model > /dev/null
unroll predict x.model t.csv --horizon 1 --csv > a.csv
unroll predict x.model t.csv 'y="temp"' --horizon 1 --csv | cmp - a.csv && wc -l < a.csv
sed 's/temp/heat/' t.csv > u.csv
unroll predict x.model u.csv 'y="heat"' --horizon 1 --csv | cmp - a.csv && echo the same
sed 's/temp/y/' t.csv > v.csv
unroll predict x.model v.csv --horizon 1 --csv | cmp - a.csv && echo the same
unroll predict x.model u.csv --rows 0:10 --horizon 1
