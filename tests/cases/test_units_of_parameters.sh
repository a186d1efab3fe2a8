#!/bin/sh
# A fit by gradients ends at its optimum whatever the units of its columns are: raw prices of 250,000 beside ages of 45, foods in thousandths, a scale
# of 1e5. The right numbers are maximum likelihood by statsmodels (Logit), by scipy (student_t by Nelder and Mead), and of quantiles by linear programming.
. "$(dirname "$0")/lib.sh"
loss() { awk '$1 == "loss" { print $2 }' out; }
value() { unroll show m.model --csv | awk -F, -v n="$1" '$1 == n { print $3 }'; }
awk 'BEGIN { print "price,age,sold"; for (i = 0; i < 200; i++) {
    price = sprintf("%.0f", 250000 + 60000 * sin(1.7 * i) + 40000 * cos(0.37 * i)); age = sprintf("%.0f", 45 + 15 * sin(2.3 * i))
    print price "," age "," (((i * 7919) % 200 + 0.5) / 200 < 1 / (1 + exp(-1.5e-5 * (price - 250000) + 0.04 * (age - 45)))) } }' > price.csv
printf 'data price[i], age[i] : raw, sold[i] : count\nparam a, b, c\nsold[i] ~ bernoulli(a + b * price[i] + c * age[i])\n' > logit.unr
for precision in single double; do
    run unroll fit logit.unr price.csv --precision $precision --threads 1 -o m.model
    near "logistic regression" 0.620358 1e-6 "$(loss)"
    near a -3.0109317 1e-5 "$(value a)"
    near "1e5 b" 1.56297266 1e-5 "$(value b | awk '{ print 1e5 * $1 }')"
    near c -0.021375443 1e-6 "$(value c)"
    silent note
done
run unroll fit logit.unr price.csv --epochs 100 --threads 1 -o m.model
says "steps were clipped at 1" "price is raw, with a mean of 2.49e+05" '`real` in place of `raw` scales it'
foods() { awk -v k="$1" 'BEGIN { print "x,y"; for (i = 0; i < 120; i++) { x = 1000 + i * 37 % 120 * 30
    printf "%d,%.1f\n", k * x, k * sprintf("%.1f", 80 + 0.55 * x + 0.12 * x * sin(1.9 * i) + 0.05 * x * cos(0.77 * i * i)) } }'; }
printf 'data x[i], y[i] : raw\nindex k = 1..3\nparam a[k], b[k]\ny[i] ~ quantile[k](a[k] + b[k] * x[i], 0.25 * k)\n' > quantiles.unr
printf 'data x[i], y[i] : raw\nparam a, b, s\ny[i] ~ laplace(a + b * x[i], exp(s))\n' > laplace.unr
for k in 1 1000; do
    foods $k > foods.csv
    run unroll fit quantiles.unr foods.csv --threads 1 -o m.model
    near "quantiles in $k" 277.67976 1e-3 "$(loss | awk -v k=$k '{ print $1 / k }')"
    near "a of the median" -107.09386 1e-3 "$(value 'a[2]' | awk -v k=$k '{ print $1 / k }')"
    near "b of the median" 0.65043860 1e-6 "$(value 'b[2]')"
    silent note
    run unroll fit laplace.unr foods.csv --threads 1 -o m.model
    near "laplace in $k" "$(awk -v k=$k 'BEGIN { print 7.1063125 + log(k) }')" 5e-5 "$(loss)"
    near "its slope" 0.65043860 1e-6 "$(value b)"
    silent note
done
awk 'BEGIN { print "t"; for (k = 0; k < 80; k++) { a = 3.14159265358979 * ((k * 7919 % 80 + 0.5) / 80 - 0.5)
    printf "%.0f\n", 6700 + 90000 * sin(a) / cos(a) * 0.4 + 2000 * sin(3 * k) } }' > t.csv
printf 'data t : raw\nparam p, q\nt ~ student_t(p, exp(q), 2)\n' > t.unr
run unroll fit t.unr t.csv --threads 1 -o m.model
near "student_t" 13.06826 5e-5 "$(loss)"
near "its mean" 6701.0477 0.05 "$(value p)"
near "its scale" 10.838377 1e-5 "$(value q)"
finish
