. "$ROOT/tests/cli/tables.sh"
fitted x.model
printf 'day,y\n1,2\n2,abc\n' > a.csv
printf 'day,y\n1,2\n2,inf\n' > b.csv
printf 'day,y\n1,1e308\n2,-1e308\n3,1\n4,2\n' > c.csv
for verb in score "predict --horizon 1"; do unroll $verb x.model a.csv; echo $?; done
unroll fit fitted.unr b.csv -o y.model; echo $?
unroll fit fitted.unr c.csv -o y.model
