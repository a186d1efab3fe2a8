. "$ROOT/tests/cli/tables.sh"
printf 'data y[t] : real\nparam W, s\ny[t] ~ normal(Wx y[t-1], s)\n' > wrong.unr
series 20 > t.csv
unroll fit wrong.unr t.csv -o x.model
