. "$ROOT/tests/cli/tables.sh"
fitted x.model
unroll predict x.model fitted.csv --horizon 3 --samples 10000000 --memory 100M; echo $?
unroll predict x.model fitted.csv --horizon 3 --memory 100M --csv | wc -l
printf 'data y[t] : real\nparam V, c, s\nh[t] = lstm(100, y[t-1])\ny[t] ~ normal(V h[t] + c, s)\n' > big.unr
unroll fit big.unr fitted.csv --memory 100k -q -o y.model 2> said
code=$?
sed 's/[0-9.]* [KM]B/N MB/g' said >&2
for f in y.model*; do [ ! -e "$f" ] || echo "$f"; done
exit $code
