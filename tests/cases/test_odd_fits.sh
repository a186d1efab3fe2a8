#!/bin/sh
# What is odd about a fit and no error has a word: values that are met exactly, as many parameters as values, parameters that the data do not tell apart
# (but not those of symbols that never occur).
. "$(dirname "$0")/lib.sh"
printf 'x,z,y\n1,2,3\n2,1,5\n4,4,1\n' > three.csv
printf 'data x, z, y : real\nparam a, b, c, s\ny ~ normal(a*x + b*z + c, s)\n' > three.unr
run unroll fit three.unr three.csv -o m.model
says "note: 3 values of y are met exactly, by 3 parameters"
run unroll fit three.unr three.csv --method gradients --threads 1 -o m.model
says "note: there are 3 values for 4 parameters"
printf 'x,z,y\n1,2,3\n2,1,5\n4,4,1\n1,1,2\n3,3,1\n2,5,3\n' > six.csv
run unroll fit three.unr six.csv -o m.model
silent "met exactly"
run unroll fit three.unr six.csv --method gradients --threads 1 -o m.model
silent "parameters:"
printf 'w,y\na,1\nb,2\nc,3.5\na,1.2\nb,2.2\nc,3\n' > sets.csv
printf 'data w[t] : symbol\ndata y[t] : real\nparam E, s\ny[t] ~ normal(E w[t], s)\n' > sets.unr
run unroll fit sets.unr sets.csv -o m.model
silent "parameters of y apart"
printf 'data w[t] : symbol\ndata y[t] : real\nparam E, c, s\ny[t] ~ normal(E w[t] + c, s)\n' > twice.unr
run unroll fit twice.unr sets.csv -o m.model
says "the data tell 3 of the 4 parameters of the mean of y apart"

# ---- values that gradients can meet exactly: steps end on the way, and the model can be used
printf 'y\n' > five.csv
for i in 1 2 3 4 5 6 7 8 9 10; do printf '5\n5\n5\n5\n5\n' >> five.csv; done
printf 'data y[t] : real\nparam A, B, c, s, V\nh[t] : 2 = tanh(A h[t-1] + B y[t-1])\ny[t] ~ normal(V h[t] + c, s)\n' > net.unr
run unroll fit net.unr five.csv -o met.model
says "the values of y are met all but exactly"
run unroll score met.model five.csv --csv
run unroll predict met.model five.csv --horizon 2 --samples 10 --csv
near "what it forecasts" 5 1e-6 "$(column y | sed -n 2p)"
run unroll fit net.unr five.csv --valid 10 -o met.model
run unroll score met.model five.csv
awk 'BEGIN { print "x,y"; for (i = 0; i < 30; i++) print i "," 2 * i + 1 }' > straight.csv
for d in 'normal(a x[t] + b, s)' 'laplace(a x[t] + b, s)' 'student_t(a x[t] + b, s, 5)'; do
    printf 'data x[t], y[t] : raw\nparam a, b, s\ny[t] ~ %s\n' "$d" > straight.unr
    run unroll fit straight.unr straight.csv --method gradients -o met.model
    says "the values of y are met all but exactly"
    run unroll predict met.model straight.csv y= --csv
    near "$d: the last" 59 1e-4 "$(column y | sed -n '$p')"
done
awk 'BEGIN { print "x,o"; for (i = 0; i < 30; i++) print i - 15 "," (i > 14) }' > apart.csv
printf 'data x : raw, o : count\nparam a, b\no ~ bernoulli(a x + b)\n' > apart.unr
run unroll fit apart.unr apart.csv -o met.model
says "every value of o has all but the probability 1"
awk 'BEGIN { print "x,o"; for (i = 0; i < 30; i++) print i - 15 "," (i > 14 || i == 3) }' > mixed.csv
run unroll fit apart.unr mixed.csv -o met.model
silent "all but the probability"
# a regressor that is 0 in every row that is fitted tells nothing of its coefficient; entries of a table that no symbol names are not missed
awk 'BEGIN { print "x,z,y"; for (t = 1; t <= 50; t++) { x = sin(t * t); print x "," (t > 40) "," 2 * x + 1 + 5 * (t > 40) + 0.1 * cos(7 * t) } }' > z.csv
for type in raw real; do
    printf 'data x[t], z[t], y[t] : %s\nparam a, b, c, s\ny[t] ~ normal(a * x[t] + b * z[t] + c, s)\n' $type > z.unr
    run unroll fit z.unr z.csv --test 10 -q -o z.model
    says "the data tell 2 of the 3 parameters of the mean of y apart"
done
printf 'data k[t] : symbol, y[t] : raw\nparam a, s\ny[t] ~ normal(a k[t], s)\n' > k.unr
awk 'BEGIN { print "k,y"; for (t = 1; t <= 30; t++) print (t % 2 ? "p" : "q") "," t % 2 + 0.1 * cos(t) }' > k.csv
run unroll fit k.unr k.csv -q -o k.model
silent "apart"
finish
