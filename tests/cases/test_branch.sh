#!/bin/sh
# What where or a condition does not choose has no part in the gradient, a root's slope at 0 is taken as 0; a slope that is infinite where it is
# chosen is named by its equation.
. "$(dirname "$0")/lib.sh"
printf 'x,y\n0,0\n1,0.1\n2,0.8\n0,0\n3,1.2\n1,0.2\n4,1.5\n0,0\n' > t.csv
try() {
    for p in single double; do
        printf 'data x[t], y[t] : raw\nparam a = 1, v(2) = ones, c, s\nindex u = t\n%s\n' "$2" > m.unr
        run unroll fit m.unr t.csv --method gradients --epochs 3 --precision $p --threads 1 -q -o m.model
        checks=$((checks + 1))
        awk '$1 == "loss" && $2 * 1 == $2 { ok = 1 } END { exit !ok }' out || fault "$1, $p: no loss"
    done
}
try "log"    'y[t] ~ normal(where(x[t] > 0, log(exp(a) * x[t]), 0) + c, s)'
try "root"   'y[t] ~ normal(where(x[t] > 0, sqrt(a * x[t]), 0) + c, s)'
try "power"  'y[t] ~ normal(where(x[t] > 0, x[t]^a, 0) + c, s)'
try "ratio"  'y[t] ~ normal(where(x[t] > 0, tanh(a) / x[t], 0) + c, s)'
try "factor" 'y[t] ~ normal(where(x[t] > 0, a * log(x[t]), 0) + c, s)'
try "norm"   "w[t] : 2 = v * x[t]
y[t] ~ normal(norm(w[t]) + c, s)"
try "root 0" 'y[t] ~ normal(sqrt(abs(a) * x[t]) + c, s)'
try "mean"   'm[t] = mean[u, x[u] > 0](log(exp(a) * x[u]))
y[t] ~ normal(m[t] + c, s)'
# ... nor has what a divisor, a power or a quotient is made of there: the same losses as where the branch that is not chosen is harmless
alike() {
    try "$1" "y[t] ~ normal(where(x[t] > 1, $2, 0) + c, s)"
    got=$(awk '$1 == "loss" { print $2 }' out)
    try "$1, harmless" "y[t] ~ normal(where(x[t] > 1, $(echo "$2" | sed 's/x\[t\] - 1/max(x[t] - 1, 0.5)/g'), 0) + c, s)"
    same "$1" "$(awk '$1 == "loss" { print $2 }' out)" "$got"
}
alike "divisor"  '1 / (1 + exp(a * log(x[t] - 1)))'
alike "divisor of a number that is none" 'a / (2 + exp(log(x[t] - 1)))'
alike "quotient" 'sqrt(a * (x[t] - 1)) / (1 + exp(a * log(x[t] - 1)))'
alike "exponent" '(1 + exp(a))^(a * log(x[t] - 1))'
alike "base"     '(1 + exp(a * log(x[t] - 1)))^0.3'
printf 'data x[t], y[t] : raw\nparam a = 0, c, s\nq[t] = 1 / (a + 1e-200)\ny[t] ~ normal(1e-300 * q[t] + c, s)\n' > bad.unr
fails 1 unroll fit bad.unr t.csv --method gradients --epochs 1 --precision double -q -o m.model
says "bad.unr:3:" "the gradient became infinite or NaN" "in the equation of q"
finish
