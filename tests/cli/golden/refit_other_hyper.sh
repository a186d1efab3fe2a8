. "$ROOT/tests/cli/tables.sh"
# a fitted model is fitted further with another share of dropout; a hyper that shapes depend on stays as it is
series 40 > t.csv
printf 'data y[t] : real\nhyper n = 4\nhyper p = 0.1\nparam V\nh[t] = rnn(n, y[t-1])\ny[t] ~ normal(V dropout(p, h[t]), 1)\n' > m.unr
unroll fit m.unr t.csv --epochs 2 --seed 1 -q -o a.model >/dev/null
unroll fit a.model t.csv --epochs 1 --set p=0.5 -q -o b.model >/dev/null && unroll fit b.model t.csv --epochs 1 --set p=0.1 -q -o c.model >/dev/null && echo fitted further
unroll fit a.model t.csv --epochs 1 --set n=5 -q -o d.model
