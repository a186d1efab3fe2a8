. "$ROOT/tests/cli/tables.sh"
fitted x.model
printf 'day,y\n1,2\n2,abc\n' > a.csv
printf 'day,y\n1,2\n2,inf\n' > b.csv
for verb in score "predict --horizon 1"; do unroll $verb x.model a.csv; echo $?; done
unroll fit fitted.unr b.csv -o y.model; echo $?
