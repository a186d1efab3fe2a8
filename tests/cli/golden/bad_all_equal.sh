. "$ROOT/tests/cli/tables.sh"
# nothing varies: both ways of fitting end, and forecast the one value there is
ar_model > m.unr
awk 'BEGIN { print "y"; for (i = 0; i < 50; i++) print 5 }' > equal.csv
for method in auto gradients; do
    unroll fit m.unr equal.csv --method $method --epochs 5 -q -o x.model > /dev/null || exit
    unroll predict x.model equal.csv --horizon 2 --csv | awk -F, 'NR > 1 { print $1, ($2 > 4.5 && $2 < 5.5 ? "near 5" : $2) }'
done
