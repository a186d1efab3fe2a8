#!/bin/sh
# An argument of a ~ line that has to be positive is taken as it is where its form says so: counts, comparisons and even powers are not below 0, and a
# sum of them with something positive is positive; what of it is given data may be anything, and the fit refuses what is not above 0. What goes through
# softplus all the same is said, with its line. The numbers are the closed forms of the models as they are written.
. "$(dirname "$0")/lib.sh"

value() { unroll show "$1" --csv | awk -F, -v p="$2" '$1 == p { print $3 }'; }

# ---- exposures: log(Σ claims / Σ years), whatever the years are declared as
seq 1 60 | awk 'BEGIN { print "years,claims" } { print $1 % 7 / 2 + 0.5 "," ($1 * 37 % 11 < $1 % 7 ? 1 : 0) }' > e.csv
want=$(awk -F, 'NR > 1 { y += $1; n += $2 } END { print log(n / y) }' e.csv)
for rate in 'years * exp(r)' 'exp(r) years' 'years / exp(-r)' 'abs(years) * exp(r)'; do
    printf 'data years : raw\ndata claims : count\nparam r\nclaims ~ poisson(%s)\n' "$rate" > e.unr
    run unroll fit e.unr e.csv -o e.model
    silent softplus
    near "log rate of $rate" "$want" 1e-4 "$(value e.model r)"
done
awk -F, 'NR == 1 { print } NR > 1 { print 2 * $1 "," $2 }' e.csv > counted.csv
printf 'data years : count\ndata claims : count\nparam r\nclaims ~ poisson(years * exp(r))\n' > counted.unr
run unroll fit counted.unr counted.csv -o e.model
silent softplus
near "log rate over counts" "$(awk "BEGIN { print $want - log(2) }")" 1e-4 "$(value e.model r)"

printf 'data years : raw\ndata claims : count\nparam r\nclaims ~ poisson(years * exp(r))\n' > e.unr
for bad in -2 0; do
    awk -F, -v bad=$bad 'NR == 13 { print bad ",1"; next } { print }' e.csv > bad.csv
    fails 1 unroll fit e.unr bad.csv -o x.model
    says "e.unr:4:" "example 12; years is $bad there, and the rate of claims, which is above 0, is made of it"
done
awk -F, 'NR == 13 { print "-2,0"; next } { print }' e.csv > bad.csv     # its loss would be finite
fails 1 unroll fit e.unr bad.csv -o x.model
says "years is -2 there"
awk -F, 'NR == 13 { print "0,0"; next } { print }' e.csv > none.csv     # nothing is seen of it, and nothing is known then
run unroll fit e.unr none.csv -o x.model

# ---- rates that go on from what was drawn, in every such form without a word
seq 1 80 | awk 'BEGIN { print "n,d,x" } { print $1 * 13 % 5 "," $1 * 7 % 9 / 3 + 0.2 "," $1 * 11 % 17 - 8 }' > t.csv
taken() {       # taken DATA LINES: what the text has beside its parameters
    printf "data %b\nparam a, b, m, w, v\n%b\n" "$1" "$2" > t.unr
    run unroll explain t.unr
    silent softplus
}
taken 'n[t] : count' 'n[t] ~ poisson(exp(a) * n[t-1] + exp(b) + exp(m) * (mod(t, 7) == 0))'
taken 'n[t] : count' 'l[t] = exp(a) + exp(b) * n[t-1] + exp(m) * l[t-1]\nn[t] ~ poisson(l[t])'
taken 'n[t] : count' 'l[0] = exp(v)\nl[t] = exp(a) + exp(b) * n[t-1] + exp(m) * l[t-1]\nn[t] ~ negative_binomial(l[t], exp(w))'
taken 'd[t] : raw' 'l[t] = exp(a) + exp(b) * d[t-1] + exp(m) * l[t-1]\nd[t] ~ gamma(exp(w), exp(w) / l[t])'
taken 'x[t] : real' 'x[t] ~ normal(0, exp(a) + exp(b) * x[t-1]^2)'
taken 'x[t] : raw, n[t] : count' 'n[t] ~ poisson(max(w * x[t] + a, 0.01))'
taken 'n[t] : count' 'n[t] ~ poisson(0.1 + relu(w * n[t-1] + a))'
taken 'n[t] : count' 'n[t] ~ poisson(exp(a) + (n[t-1] > 2 and not (n[t-2] == 0)))'

# ---- what is not positive by its form is said, a parameter alone apart
said() {        # said NOTE DATA LINES
    printf "data %b\nparam a, b, m, w, v\n%b\n" "$2" "$3" > t.unr
    run unroll explain t.unr
    says "$1"
    run unroll fit t.unr t.csv --epochs 1 -o t.model
    says "note: $1"
}
said 't.unr:3: the rate of n, w * x[t] + a, may be negative and goes through softplus' 'x[t] : real, n[t] : count' 'n[t] ~ poisson(w * x[t] + a)'
said 't.unr:3: the rate of n, x[t] * exp(a), may be negative and goes through softplus' 'x[t] : real, n[t] : count' 'n[t] ~ poisson(x[t] * exp(a))'
said 't.unr:3: the rate of n, exp(a) * n[t-1], may be 0 and goes through softplus' 'n[t] : count' 'n[t] ~ poisson(exp(a) * n[t-1])'
said 't.unr:4: the rate of n, l[t], may be negative' 'n[t] : count' 'l[t] = exp(a) - exp(b) * n[t-1] + exp(m) * l[t-1]\nn[t] ~ poisson(l[t])'
said 't.unr:5: the rate of n, l[t-1] + exp(b), may be negative' 'n[t] : count' 'l[0] = v\nl[t] = exp(a) + exp(m) * l[t-1]\nn[t] ~ poisson(l[t-1] + exp(b))'
said 't.unr:3: v alone is read as softplus(v), the shape of d, and elsewhere as it is: write exp(v)' 'd[t] : raw' 'd[t] ~ gamma(v, v / exp(b))'
printf 'data d[t] : raw\nparam a, s\nd[t] ~ normal(a, s)\n' > t.unr
run unroll fit t.unr t.csv -o t.model
silent softplus

# exposures before a product with parameters on both its sides, in every plan and precision: the optimum does not hang on how it is written
awk 'BEGIN { print "n,e,x"; for (i = 0; i < 120; i++) { e = 0.2 + i % 7 / 3; x = sin(i); m = e * exp(0.2 + 0.6 * x); print int(m + (i * 37 % 100) / 100) "," e "," x } }' > exposed.csv
for rate in 'e[t] * exp(a + b * x[t])' 'e[t] * exp(a + b x[t])' 'exp(a + b * x[t]) * e[t]' 'exp(log(e[t]) + a + b * x[t])'; do
    printf 'data n[t] : count, e[t] : raw, x[t] : raw\nparam a, b\nn[t] ~ poisson(%s)\n' "$rate" > exposed.unr
    for threads in 1 2; do
        run unroll fit exposed.unr exposed.csv -q --threads $threads -o exposed.model
        [ -n "$first" ] || first=$(score exposed.model exposed.csv negative)
        near "$rate" "$first" 1e-6 "$(score exposed.model exposed.csv negative)"
    done
done
finish
