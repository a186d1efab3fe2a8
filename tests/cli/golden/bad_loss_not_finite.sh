. "$ROOT/tests/cli/tables.sh"
# where it began, not only the ~ line that shows it; nothing is written
series 30 > t.csv
printf 'data y[t] : raw\nparam a = 1, s\nh[t] = exp(h[t-1]) + a y[t-1]\ny[t] ~ normal(h[t], s)\n' > m.unr
unroll fit m.unr t.csv --method gradients -q -o x.model
code=$?
for f in x.model*; do [ ! -e "$f" ] || echo "$f"; done
exit $code
