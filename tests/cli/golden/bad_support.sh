printf 'y\n0.5\n\n0.25\n1\n' > t.csv
printf 'data y[t] : raw\nparam a, b\ny[t] ~ beta(a, b)\n' > m.unr
unroll fit m.unr t.csv -o x.model; echo $?
printf 'data y[t] : count\nparam a\ny[t] ~ bernoulli(a)\n' > m.unr
printf 'y\n0\n1\n2\n' > t.csv
unroll fit m.unr t.csv -o x.model
