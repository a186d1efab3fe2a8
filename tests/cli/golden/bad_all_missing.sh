. "$ROOT/tests/cli/tables.sh"
fitted x.model
awk 'BEGIN { print "day,y"; for (i = 1; i <= 20; i++) print i "," }' > none.csv
unroll fit fitted.unr none.csv -o y.model
echo $?
unroll score x.model none.csv
