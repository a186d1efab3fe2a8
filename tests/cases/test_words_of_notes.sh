#!/bin/sh
# Notes that are true and read well: of one as of many, of what does not fit, of names that are like no other.
. "$(dirname "$0")/lib.sh"

# ---- values that bernoulli cannot draw are refused; that they are all 1 is not said before
printf 'hp\n162\n110\n95\n' > h.csv
printf 'data hp : count\nparam a\nhp ~ bernoulli(a)\n' > h.unr
fails 4 unroll fit h.unr h.csv -o x.model
says "162"
silent "nothing to choose"
printf 'hp\n1\n1\n1\n' > ones.csv
run unroll fit h.unr ones.csv -o x.model
says "every value is 1, so there is nothing to choose"

# ---- names
seq 1 30 | awk 'BEGIN { print "y" } { print $1 % 5 + $1 / 7 }' > t.csv
printf 'data y[t] : raw\nparam a, c, s\nmu[t] = a * y[t-1] + c\ny[t] ~ normal(mu[t], s)\n' > m.unr
run unroll fit m.unr t.csv -o m.model
fails 2 unroll show m.model q
says "no parameter q"
silent "did you mean"
printf 'data y[t] : raw\nparam alpha, c, s\ny[t] ~ normal(alpha * y[t-1] + c, s)\n' > n.unr
run unroll fit n.unr t.csv -o n.model
fails 2 unroll show n.model alhpa
says "did you mean alpha?"
fails 2 unroll fix m.model
silent "did you mean pic"

# ---- one of them
run unroll score m.model t.csv --context 1 --horizon 1
silent "1 positions"
printf 'w,k\na,1\nb,0\na,1\nb,0\na,0\n' > w.csv
printf 'w,k\na,1\nzz,0\n' > new.csv
printf 'data w : symbol, k : count\nparam E\nk ~ bernoulli(E w)\n' > w.unr
run unroll fit w.unr w.csv -o w.model
run unroll score w.model new.csv
says "1 of 2 symbols is not in the model's vocabulary"

# ---- an argument's name stands alone
printf 'dur\n1\n2\n3\n5\n' > d.csv
printf 'data dur : raw\nparam m, s\ndur ~ lognormal(m, s)\n' > d.unr
run unroll fit d.unr d.csv -o d.model
run unroll show d.model
says "standard deviation of the logarithm of dur"
finish
