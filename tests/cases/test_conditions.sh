#!/bin/sh
# A reduction whose condition has an index that its operand lacks: the tuples of both count, in values and in what a fit learns from them.
# u = 1, 2, 3, 4 at x = 1; the right values are sums by hand.
. "$(dirname "$0")/lib.sh"
printf 'x,y\n1,0\n1,0\n' > t.csv
head='data x[t], y[t] : raw
index a = 1..4
index b = 1..2
index s = t
param A[a](1) = ones, B = ones
u[t,a] : 1 = A[a] * x[t] * a'
try() {         # try WHAT EXPECTED MEAN LINE…: the forecast of y in both plans
    what=$1 want=$2 mean=$3; shift 3
    { printf '%s\n' "$head"; printf '%s\n' "$@"; printf 'y[t] ~ normal(%s, 1)\n' "$mean"; } > m.unr
    rm -f m.model
    run unroll fit m.unr t.csv --method gradients --epochs 1 --rate 1e-12 --precision double -q -o m.model
    for plan in fast naive; do
        run unroll predict m.model t.csv y= --csv --plan $plan
        near "$what, $plan" "$want" 1e-6 "$(column y | tail -1)"
    done
}
v='v[t,1] + 10 * v[t,2]'
try "sum"           42 "$v" 'v[t,b] = sum[a, a == 2*b](u[t,a])'
try "sum, <="       103 "$v" 'v[t,b] = sum[a, a <= 2*b](u[t,a])'
try "sum, !="       38 "v[t,1] + 5 * v[t,2]" 'v[t,b] = sum[a, a != 2*b](u[t,a])'
try "mean"          4 "v[t,1] + v[t,2]" 'v[t,b] = mean[a, a <= 2*b](u[t,a])'
try "max"           6 "v[t,1] + v[t,2]" 'v[t,b] = max[a, a <= 2*b](u[t,a])'
try "min"           31 "$v" 'v[t,b] = min[a, a >= 2*b - 1](u[t,a])'
try "logsumexp"     6.7534514 "v[t,1] + v[t,2]" 'v[t,b] = logsumexp[a, a <= 2*b](u[t,a])'
try "softmax"       5.2237116 "sum[a,b](p[t,a,b] * a)" 'p[t,a,b] = softmax[a, a <= 2*b](u[t,a])'
try "ragged"        11 "$v" 'v[t,b] = sum[s, s == b](B * x[s])'
try "ragged, mean"  22 "$v" 'v[t,b] = mean[s, s == b](2 * B * x[s])'
try "ragged, max"   11 "$v" 'v[t,b] = max[s, s <= b](B * x[s])'
finish
