#!/bin/sh
# Left to its defaults, the fit of a small model ends at its optimum: with an outlier, of counts in hundreds, of numbers in thousands as they are, at a
# kink. The right losses are those of maximum likelihood by other programs (scipy's weibull_min and gamma, BFGS on nbinom, statsmodels' QuantReg).
. "$(dirname "$0")/lib.sh"
fitted() { run unroll fit "$1.unr" "$2.csv" --threads 1 -o m.model; near "$1" "$3" "$4" "$(awk '$1 == "loss" { print $2 }' out)"; says "steps of L-BFGS on all"; }
printf 'y\n2.1\n7.4\n3.3\n5.9\n4.4\n6.2\n2.8\n24.2\n3.9\n5.1\n4.8\n7.9\n' > w.csv
printf 'data y[t] : raw\nparam k, l\ny[t] ~ weibull(exp(k), exp(l))\n' > weibull.unr
printf 'data y[t] : raw\nparam k, l\ny[t] ~ gamma(exp(k), exp(l))\n' > gamma.unr
fitted weibull w 2.773037 1e-5
fitted gamma w 2.690874 1e-5
silent "were clipped"
run unroll fit weibull.unr w.csv --epochs 200 --threads 1 -o m.model
says "steps were clipped at 1" "--clip 1000"
run unroll fit weibull.unr w.csv --epochs 200 --clip 1000 --threads 1 -o m.model
silent "were clipped"
printf 'n\n411\n230\n655\n498\n120\n377\n540\n290\n610\n415\n350\n441\n' > n.csv
printf 'data n[t] : count\nparam k, l\nn[t] ~ negative_binomial(exp(k), exp(l))\n' > counts.unr
fitted counts n 6.477657 1e-5
awk 'BEGIN { print "y"; for (i = 0; i < 60; i++) printf "%.1f\n", 5000 + 700 * sin(1.3 * i) + 300 * cos(2.9 * i) }' > k.csv
printf 'data y[t] : raw\nparam m, s\ny[t] ~ normal(m, s)\n' > thousands.unr
run unroll fit thousands.unr k.csv --method gradients --threads 1 -o m.model
near thousands "$(awk 'NR > 1 { n++; a += $1; b += $1 * $1 } END { print 0.5 * log(2 * 3.14159265358979 * (b / n - a * a / n / n)) + 0.5 }' k.csv)" 1e-4 \
    "$(awk '$1 == "loss" { print $2 }' out)"
printf 'x,y\n1,3\n2,4\n3,9\n4,6\n5,12\n6,11\n7,20\n8,14\n9,15\n10,13\n' > l.csv
printf 'data x, y : raw\nparam a, b, s\ny ~ laplace(a * x + b, exp(s))\n' > kink.unr
fitted kink l 2.400479 1e-5
finish
