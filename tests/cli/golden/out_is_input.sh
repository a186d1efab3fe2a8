. "$ROOT/tests/cli/tables.sh"
# no command writes over what it reads
fitted x.model
cksum x.model fitted.unr fitted.csv > before
unroll fit fitted.unr fitted.csv -o fitted.csv; echo $?
unroll fit fitted.unr y="y" ./fitted.csv -o fitted.unr; echo $?
unroll fit fitted.unr fitted.csv -o y.model --log fitted.csv; echo $?
unroll fit fitted.unr fitted.csv -o y.model --checkpoint fitted.csv; echo $?
ln fitted.csv same.csv
unroll predict x.model fitted.csv --horizon 1 -o same.csv; echo $?
cksum x.model fitted.unr fitted.csv | cmp - before
