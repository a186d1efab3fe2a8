#!/bin/sh
# Likelihoods of large numbers in single and double precision, and where an argument reaches the end of its range. Right values by mpmath (60 digits).
. "$(dirname "$0")/lib.sh"

# one value, one argument of the size of the value, both of which single precision holds
check() {       # check WHAT DISTRIBUTION TYPE VALUE NLL: in single and double
    printf 'data y[t] : %s\nparam z = zeros\ny[t] ~ %s\n' "$3" "$2" > m.unr
    printf 'y\n%s\n%s\n' "$4" "$4" > t.csv
    for p in single double; do
        run unroll fit m.unr t.csv -q -o m.model --epochs 1 --rate 1e-12 --precision $p --method gradients
        near "$1 in $p" "$5" 1e-5 "$(score m.model t.csv --precision $p negative)"
    done
}
check "poisson, 2^20" "poisson(1048576 + 0 * exp(z))" count 1050624 9.85008522
check "poisson, 2^40" "poisson(1099511627776 + 0 * exp(z))" count 1099513724928 16.7818818
check "negative binomial without dispersion" "negative_binomial(1048576 + 0 * exp(z), exp(z - 60))" count 1050624 9.85008522
check "negative binomial, 2^40" "negative_binomial(1099511627776 + 0 * exp(z), exp(z))" count 1099513724928 28.7258891
check "gamma" "gamma(16777216 + 0 * exp(z), 16777216)" raw 1.0001220703125 -7.27371574
check "beta" "beta(16777216 + 0 * exp(z), 50331648)" raw 0.25 -8.92896303
check "student_t, many degrees" "student_t(z, 1, 100000000 + 0 * exp(z))" raw 1.5 2.04393853

# a rate, a mean and a probability that are 0, with a value that has all probability: 0, and what can be fitted is fitted
limit() {       # limit WHAT TEXT VALUES
    printf '%b' "$2" > m.unr
    printf "$3" > t.csv
    run unroll fit m.unr t.csv -q -o m.model --epochs 3
    near "$1" 0 1e-6 "$(score m.model t.csv negative)"
}
limit "poisson of rate 0" 'data y[t] : count\nparam z = zeros\ny[t] ~ poisson(exp(z - 1000))\n' 'y\n0\n0\n0\n'
limit "negative binomial of mean 0" 'data y[t] : count\nparam z = zeros, a\ny[t] ~ negative_binomial(exp(z - 1000), a)\n' 'y\n0\n0\n0\n'
limit "bernoulli of an infinite logit" 'data y[t] : count\nparam z = zeros\ny[t] ~ bernoulli(z - log(0))\n' 'y\n1\n1\n1\n'
limit "bernoulli of minus infinity" 'data y[t] : count\nparam z = zeros\ny[t] ~ bernoulli(z + log(0))\n' 'y\n0\n0\n0\n'
# what has no probability is an error that names the place
printf 'data y[t] : count\nparam z = zeros\ny[t] ~ poisson(exp(z - 1000))\n' > m.unr
printf 'y\n0\n3\n0\n' > t.csv
fails 1 unroll fit m.unr t.csv -q -o m.model
says "m.unr:3:1" "position 2"
# ---- quantiles of whole numbers are whole; of others they lie between two as the decimal shares say
awk 'BEGIN { print "n"; for (i = 0; i < 60; i++) print 300 + (i * 37) % 101 }' > q.csv
printf 'data n[t] : count\nparam a\nn[t] ~ poisson(exp(a))\n' > q.unr
run unroll fit q.unr q.csv -q -o q.model
for k in 200 37 20; do
    run unroll predict q.model q.csv --horizon 5 --samples $k --csv
    same "quantiles of $k samples" 25 "$(for q in 5 10 50 90 95; do column n_$q; done | grep -c '^[0-9][0-9]*$')"
    column n_10 > ten
    unroll sample q.model q.csv --horizon 5 --samples $k --csv -q > out
    for t in 61 62 63 64 65; do awk -F, -v t=$t '$2 == t { print $3 }' out | sort -n | sed -n "$(((10 * k + 99) / 100))p"; done > tenth
    same "the least that is not below a tenth of $k" "$(cat tenth)" "$(cat ten)"
done
printf 'data n[t] : raw\nparam a\nn[t] ~ uniform(0, 1000)\nloss nothing = 0 * a\n' > u.unr
run unroll fit u.unr q.csv -q --precision double --epochs 1 -o u.model
run unroll predict u.model q.csv --horizon 1 --samples 41 --csv      # 5 % of 40 steps is a place, the third
third=$(column n_5)
unroll sample u.model q.csv --horizon 1 --samples 41 --csv -q > out
same "a place" "$(column n | sort -g | sed -n 3p)" "$third"
finish
