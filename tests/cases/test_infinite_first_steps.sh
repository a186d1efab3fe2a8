#!/bin/sh
# Exponential functions of large raw columns are infinite after the first step, or before: the fit goes on by L-BFGS where its start is finite, else
# the message names the column and the mend. The right numbers are maximum likelihood by statsmodels (Poisson) and scipy (gumbel_r, beta).
. "$(dirname "$0")/lib.sh"
loss() { awk '$1 == "loss" { print $2 }' out; }
value() { unroll show m.model --csv | awk -F, -v n="$1" '$1 == n { print $3 }'; }
awk 'BEGIN { print "price,n"; for (i = 0; i < 200; i++) { price = sprintf("%.0f", 250000 + 60000 * sin(1.7 * i) + 40000 * cos(0.37 * i))
    print price "," int(-log(1 - ((i * 7919) % 200 + 0.5) / 200) * exp(0.4 + 6e-6 * (price - 250000))) } }' > price.csv
printf 'data price[i] : raw, n[i] : count\nparam a, b\nn[i] ~ poisson(exp(a + b * price[i]))\n' > poisson.unr
run unroll fit poisson.unr price.csv --threads 1 -o m.model
near poisson 1.541949 1e-5 "$(loss)"
near a -1.7659394 1e-5 "$(value a)"
near "1e6 b" 7.1405893 1e-5 "$(value b | awk '{ print 1e6 * $1 }')"
says "the fit goes on from its start by L-BFGS" "(L-BFGS from the start, "
run unroll explain m.model
says "(L-BFGS from the start, "
fails 1 unroll fit poisson.unr price.csv --epochs 20 --threads 1 -o other.model
says "price is raw, with a mean of 2.49e+05" '`real` in place of `raw` scales it'
same "no model" "" "$(ls other.model 2> /dev/null)"
awk 'BEGIN { print "y"; for (k = 0; k < 80; k++) printf "%.0f\n", 300 - 400 * log(-log((k * 7919 % 80 + 0.5) / 80)) }' > y.csv
printf 'data y : raw\nparam a, q\ny ~ gumbel(a, exp(q))\n' > gumbel.unr
run unroll fit gumbel.unr y.csv --threads 1 -o m.model
near gumbel 7.560583 1e-5 "$(loss)"
near "a of gumbel" 300.26761 2e-4 "$(value a)"
awk 'NR == 1 { print } NR > 1 { print 10 * $1 }' y.csv > far.csv
fails 1 unroll fit gumbel.unr far.csv --threads 1 -o other.model
says "y is raw, with a mean of 5.29e+03" '`real` in place of `raw` scales it'
awk 'BEGIN { print "y"; for (i = 0; i < 40; i++) printf "%.12f\n", 1 - exp(-log(10) * (1 + 8 * i / 39)) }' > beta.csv
printf 'data y : raw\nparam p, q\ny ~ beta(exp(p), exp(q))\n' > beta.unr
run unroll fit beta.unr beta.csv --threads 1 -o m.model
near "beta next to 1" -8.29654 1e-5 "$(loss)"
near "q of beta" -2.1093548 1e-5 "$(value q)"
says "double precision, as single does not hold y"
finish
