#!/bin/sh
# A fit by gradients that ends worse than a constant says so: of series in thousands as they are, of other distributions; and is silent where it is better.
. "$(dirname "$0")/lib.sh"
awk 'BEGIN { srand(5); print "y,n,w"; y = 5000; for (i = 0; i < 200; i++) { y = 1500 + 0.7 * y + 900 * (rand() + rand() - 1); printf "%.1f,%d,%s\n", y, 900 + 50 * rand(), substr("aab", 1 + int(3 * rand()), 1) } }' > s.csv
worse="is worse than what a constant has"
printf 'data y[t] : raw\nparam a, c, s\ny[t] ~ normal(a * y[t-1] + c, s)\n' > raw.unr
run unroll fit raw.unr s.csv --method gradients --epochs 20 --threads 1 -o m.model
says "$worse" "on the training part" "y is raw, with a mean of" "\`real\` in place of \`raw\` scales it"
run unroll fit raw.unr s.csv --method gradients --epochs 20 --threads 1 --valid 40 -o m.model
says "$worse" "on the validation part"
run unroll fit raw.unr s.csv -o m.model
silent "$worse"
sed 's/raw/real/' raw.unr > real.unr
run unroll fit real.unr s.csv --method gradients --threads 1 -o m.model
silent "$worse"
printf 'data n[t] : count\nparam r\nn[t] ~ poisson(exp(r))\n' > count.unr
run unroll fit count.unr s.csv --epochs 2 --threads 1 -o m.model
says "$worse" "more --epochs or another --rate"
printf 'data w[t] : symbol\nparam b\nw[t] ~ categorical(b)\n' > w.unr
run unroll fit w.unr s.csv --epochs 1 --rate 1e-6 --threads 1 -o m.model
says "$worse"
run unroll fit w.unr s.csv --epochs 200 --rate 0.05 --threads 1 -o m.model
silent "$worse"
# the constant is the best one of the distribution that the line has, not of another of such numbers: here a lognormal fits far better than a weibull can
printf 'y\n2.1\n7.4\n3.3\n5.9\n4.4\n6.2\n2.8\n24.2\n3.9\n5.1\n4.8\n7.9\n3.1\n4.2\n3.5\n2.9\n' > p.csv
for d in weibull gamma; do
    printf 'data y[t] : raw\nparam k, l\ny[t] ~ %s(exp(k), exp(l))\n' $d > $d.unr
    run unroll fit $d.unr p.csv --threads 1 -o m.model
    silent "$worse"
    run unroll fit $d.unr p.csv --threads 1 --epochs 1 -o n.model
    near "$d: the constant" "$(unroll fit $d.unr p.csv --threads 1 -q -o m.model | awk '$1 == "loss" { print $2 }')" 2e-5 "$(sed -n 's/.* constant has, \([0-9.]*\):.*/\1/p' err)"
done
# a number that the text gives stays: a laplace of scale 1
printf 'data y[t] : raw\nparam m\ny[t] ~ laplace(m, 1)\n' > one.unr
run unroll fit one.unr p.csv --threads 1 -o m.model
silent "$worse"
finish
