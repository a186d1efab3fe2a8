#!/bin/sh
# Texts of very many definitions: chains as deep as the text is long, on a small stack and in seconds. What takes longer than it should is stopped by
# the limit of processor time. Right values: a chain of n equations x + 1 + 1 …, and of n steps back.
. "$(dirname "$0")/lib.sh"

chain() {       # chain COUNT FIRST NEXT LAST: NEXT with % for this definition's number and @ for that of the one before; # in LAST: COUNT
    printf 'data x[t] : raw\n%s\n' "$2" > m.unr
    seq 2 "$1" | awk -v next_="$3" '
        BEGIN { for (n = 1; match(next_, /[%@]/); n++) { text[n] = substr(next_, 1, RSTART - 1); back[n] = substr(next_, RSTART, 1) == "@"; next_ = substr(next_, RSTART + 1) } }
        { s = ""; for (k = 1; k < n; k++) s = s text[k] $1 - back[k]; print s next_ }' >> m.unr
    printf '%s\n' "$4" | sed "s/#/$1/" >> m.unr
}
quick() {       # quick SECONDS WHAT: the program's plan, in so much processor time
    checks=$((checks + 1))
    (ulimit -s 1024; ulimit -t "$1"; exec unroll explain m.unr) > out 2> err || fault "$2: explain ends with $?: $(head -c 300 err)"
}

draw='x[t] ~ normal(k * a#[t], 1)'
chain 60000 'param k
a1[t] = x[t-1]' 'a%[t] = a@[t] + 1' "$draw"
quick 20 "60,000 definitions"
chain 8000 'param k
a1[t] = x[t-1]' 'a%[t] = tanh(a@[t] + k)' "$draw"
quick 20 "a chain whose gradient keeps every value"
chain 8000 'param k
a1[t] = x[t-1]' 'a%[t] = a@[t-1] + 1' "$draw"
quick 20 "a chain of lags"
chain 4000 'param k
a1[t] = k x[t-1]' 'a%[t] = 0.5 a%[t-1] + a@[t]' "$draw"
quick 20 "a chain of recurrences"
chain 4000 'param w
a1[t] = w x[t-1]' 'param b%
a%[t] = a@[t] * b%' 'param o
z[t] : 3 = a#[t]
x[t] ~ normal(o'"'"' z[t], 1)'
quick 20 "a size that comes from the other end of a chain"
chain 4000 'param w(2, 1)
a1[t] : 2 = w x[t-1]' 'param U%, V%
a%[t] : 2 = V% tanh(U% a@[t])' 'param o
x[t] ~ normal(o'"'"' a#[t], 1)'
quick 20 "inner sizes that a rule settles"

# fitted, and the right numbers: y = x + n, known to the coefficient
seq 1 12 | awk 'BEGIN { print "x,y" } { print $1 "," 2500 + $1 }' > t.csv
chain 2500 'data y[t] : raw
param k = ones, b
a0[t] = x[t]
a1[t] = a0[t] + 1' 'a%[t] = a@[t] + 1' 'y[t] ~ normal(k * a#[t] + 0 * b, 1)'
(ulimit -s 1024; ulimit -t 20; exec unroll fit m.unr t.csv -q -o m.model) > out 2> err || fault "fit of a chain: $(cat err)"
near "fitted chain" 0 1e-6 "$(score m.model t.csv RMSE)"
# a standard deviation as deep as the text
chain 20000 'data y[t] : raw
param k, s
a1[t] = x[t]
s1 = s' 's% = 1.00001 * s@' 'y[t] ~ normal(k * a1[t], s#)'
(ulimit -s 1024; ulimit -t 20; exec unroll fit m.unr t.csv -o m.model) > out 2> err || fault "fit with a deep standard deviation: $(head -c 300 err)"
says "exact least squares"
near "a deep standard deviation" 1 1e-9 "$(awk -F, 'NR > 1 { xy += $1 * $2; xx += $1 * $1; yy += $2 * $2; n++ } END { print sqrt((yy - xy * xy / xx) / n) }' t.csv | awk -v got="$(score m.model t.csv RMSE)" '{ print got / $1 }')"
seq 1 60 | awk 'BEGIN { print "x" } { print $1 % 7 }' > t.csv
for next_ in 'a%[t] = tanh(a@[t] + k)' 'a%[t] = a@[t-1] + 1' 'a%[t] = 0.5 a%[t-1] + a@[t]'; do
    chain 2500 'param k
a1[t] = k x[t-1]' "$next_" "$draw"
    (ulimit -s 1024; ulimit -t 20; exec unroll fit m.unr t.csv -q -o m.model --method gradients --epochs 2) > out 2> err || fault "fit of $next_: $(cat err)"
    checks=$((checks + 1))
done
finish
