#!/bin/sh
# A fit that is no exact one learns from rows that read data before the first row, as 0. Where 0 is far from the data that pulls it, and is said; `if` and
# a boundary mend it. Exact least squares leave such rows out. What is found without them is what R's lm has of y[2..] on y[..-1].
. "$(dirname "$0")/lib.sh"
awk 'BEGIN { y = 23; u = 7; print "y,x"; for (i = 0; i < 120; i++) { print y "," 50 - y; u = (u * 137 + 29) % 1009; y = 1.6 + 0.93 * y + (u / 1009 - 0.5) } }' > y.csv
model() { printf 'data y[t], x[t] : raw\nparam a, b, c, s\n%s\n' "$1" > m.unr; }
fitted() { model "$1"; run unroll fit m.unr y.csv --threads 1 -o m.model; }
slope() { unroll show m.model a --csv | column value - | tail -1; }
pull='loss small = 0.0000001 * a * a'
fitted 'y[t] ~ normal(a y[t-1] + c, s)'
exact=$(slope)
near "the slope" 0.8363754040 1e-6 "$exact"
silent "before the first row"
fitted "y[t] ~ normal(a y[t-1] + c, s)
$pull"
says "note: m.unr:3:1: 1 of the 120 values of y reads y before the first row, where 0 stands, far from all that is there: \`if t > 1\` leaves it out of the fit" \
    "\`y[0] = …\` says what is read"
checks=$((checks + 1))
awk -v a="$(slope)" 'BEGIN { exit !(a < 0.8) }' || fault "the first row does not pull: $(slope)"
fitted "y[t] ~ normal(a y[t-1] + c, s) if t > 1
$pull"
silent "before the first row"
near "the slope without it" "$exact" 1e-4 "$(slope)"
fitted "y[0] = 23
y[t] ~ normal(a y[t-1] + c, s)
$pull"
silent "before the first row"
near "the slope with a boundary" "$exact" 0.01 "$(slope)"

# ---- by every way that is not exact, of whatever is made of data, at either end
model 'y[t] ~ normal(a y[t-1] + c, s)'
run unroll fit m.unr y.csv --method gradients --epochs 1 --threads 1 -o m.model
says "1 of the 120 values of y reads y before"
fitted 'y[t] ~ laplace(a y[t-1] + b y[t-3] + c, s)'
says "3 of the 120 values of y read y before the first row" "\`if t > 3\` leaves them out"
fitted 'y[t] ~ laplace(a y[t-1] + b y[t-3] + c, s) if t > 1'
says "2 of the 119 values of y read y before"
fitted 'a ~ laplace(0, 1)
y[t] ~ normal(a y[t-1] + c, s)'
says "1 of the 120 values of y reads y before"
fitted 'l[t] = log(x[t])
y[t] ~ laplace(a * l[t-2] + c, s)'
says "2 of the 120 values of y read l before" "\`l[0] = …\`"
fitted 'y[t] ~ laplace(a * x[t+1] + c, s)'
says "1 of the 120 values of y reads x after the last row" "\`if t <= length(t) - 1\`" "\`x[end+1] = …\`"
fitted 'y[t] ~ laplace(a * x[t+1] + c, s) if t <= length(t) - 1'
silent "after the last row"
fitted 'loss miss[t] = (y[t] - a * y[t-1] - c)^2'
says "1 of the 120 positions of miss reads y before"
fitted 'index k = 1..3
param A[k], C[k], S[k]
y[t+k] ~ laplace(A[k] * y[t-1] + C[k], S[k])'
says "3 of the 119 values of y read y before" "\`weight = t > 1\`"
fitted 'index k = 1..3
param A[k], C[k], S[k]
y[t+k] ~ laplace(A[k] * y[t-1] + C[k], S[k], weight = t > 1)'
silent "before the first row"

# ---- where 0 is among the data, or what is read is a state, or chosen, there is nothing to say
fitted 'd[t] = y[t] - 23
y[t] ~ laplace(a * d[t-1] + c, s)'
silent "before the first row"
fitted 'y[t] ~ laplace(c + where(t > 1, a * y[t-1], 0), s)'
silent "before the first row"
fitted 'y[t] ~ laplace(c + (t > 1) * a * y[t-1], s)'
silent "before the first row"
fitted 'h[t] = a * y[t] + b * h[t-1]
y[t] ~ laplace(h[t-1] + c, s)'
silent "before the first row"
printf 'data y[t], x[t] : real\nparam a, c, s\ny[t] ~ laplace(a y[t-1] + c, s)\n' > m.unr
run unroll fit m.unr y.csv --threads 1 -o m.model
silent "before the first row"
printf 'data w[t] : symbol, y[t] : real\nparam E, c, s\ny[t] ~ laplace(E w[t-1] + c, s)\n' > m.unr
run unroll fit m.unr y.csv w=x --threads 1 -o m.model
silent "before the first row"

# ---- several positions ahead: each value has the origins that it has; the first has none, and is neither scored nor predicted
fitted 'index k = 1..3
param A[k], C[k], S[k]
y[t+k] ~ normal(A[k] * y[t] + C[k], S[k])'
silent "left out"
near "the slope of the first" "$exact" 1e-6 "$(unroll show m.model A --csv | column value - | sed -n 1p)"
run unroll score m.model y.csv --csv
silent "reach before"
same "values from their origins, values" "354 119" "$(column n | sed -n 1,2p | tr '\n' ' ' | sed 's/ $//')"
sed '2s/.*/,27/' y.csv > begun.csv
run unroll predict m.model begun.csv --csv
same "the first value" "1," "$(sed -n 2p out)"
fitted 'index k = 1..3
param A[k], C[k], S[k]
y[t+k] ~ normal(A[k] * y[t-1] + C[k], S[k])'
says "351 values from their origins used, 3 left out (missing, or before the first lag)"
says "note: the loss leaves out the first 4 positions, of which not every origin has its lags in the data, as a score does; the fit uses them from"
loss=$(awk '$1 == "loss" { print $2 }' out)
near "the loss of the fit, of what a score counts" "$loss" 1e-5 "$(unroll score m.model y.csv --csv -q | awk -F, 'NR == 2 { print $3 }')"
run unroll score m.model y.csv
says "note: the first 4 positions, of which not every origin has its lags in the data, are not scored; the fit uses them from the origins that have"
finish
