#!/bin/sh
# Quantiles, quantile[k](q, p): the pinball loss at the weights found, in own units, is that of the sample's quantiles; mean, CRPS and draws are of the
# straight lines between them.
. "$(dirname "$0")/lib.sh"
value() { unroll show "$1" --csv -q | sed 's/"//g' | awk -F, -v n="$2" '$1 == n { print $3; exit }'; }
awk 'BEGIN { srand(8); print "y,g"; for (i = 0; i < 401; i++) printf "%.6f,%d\n", 50 + 20 * (i % 3 - 1) + 30 * rand() * rand(), i % 3 }' > q.csv
# the least pinball loss of numbers alone is at the sample's quantiles
echo 'data y[i] : raw
index k = 1..3
param q[k] = 40 + 10 * k
y[i] ~ quantile[k](q[k], [0.9; 0.1; 0.5][k])' > q.unr
run unroll fit q.unr q.csv -q --precision double --epochs 400 --rate 0.1 -o q.model
awk -F, 'NR > 1 { print $1 }' q.csv | sort -n > sorted
least=$(awk -v p='0.1 0.5 0.9' 'BEGIN { n = split(p, l, " ") } { v[NR] = $1 }
    END { for (k = 1; k <= n; k++) { q = v[int(l[k] * NR) + 1]; for (i = 1; i <= NR; i++) { d = v[i] - q; s += d > 0 ? l[k] * d : (l[k] - 1) * d } } printf "%.9f", s / NR }' sorted)
near "the least pinball loss" "$least" 0.01 "$(score q.model q.csv pinball)"
# with scaled data the same in own units; the loss that a fit prints is that, and named so
sed 's/raw/real/; s/40 + 10 \* k/k - 2/' q.unr > real.unr
run unroll fit real.unr q.csv --precision double -o real.model
says "pinball loss" "in own units"
near "in own units" "$least" 0.002 "$(score real.model q.csv pinball)"
# at fixed quantiles that are not in order: q by 0.1, 0.5, 0.9 is 30, 50, 80
echo 'data y[i] : raw, g[i] : count
index k = 1..3
y[i] ~ quantile[k](0 * g[i] + [30; 80; 50][k], [0.5; 0.1; 0.9][k])' > fixed.unr
run unroll fit fixed.unr q.csv -q --precision double -o fixed.model
near "mean" "$(awk 'BEGIN { print 0.1 * 30 + 0.4 * 40 + 0.4 * 65 + 0.1 * 80 }')" 1e-9 "$(awk -F, 'NR == 1 { print "y,g" } END { for (i = 0; i < 2000; i++) print ",1" }' q.csv > ask.csv; unroll predict fixed.model ask.csv --csv -q > out; column y | head -1)"
crps=$(awk 'function Q(u) { return u < 0.1 ? 30 : u < 0.5 ? 30 + 50 * (u - 0.1) : u < 0.9 ? 50 + 75 * (u - 0.5) : 80 }
    { for (i = 0; i < 1000; i++) { u = (i + 0.5) / 1000; d = $1 - Q(u); s += 2 * (d > 0 ? u * d : (u - 1) * d) / 1000 } } END { printf "%.6f", s / NR }' sorted)
near "CRPS" "$crps" 1e-4 "$(score fixed.model q.csv CRPS)"
run unroll sample fixed.model ask.csv --csv -q --seed 4
column y | sort -n > drawn
near "tenths below the lowest" 0.1 0.02 "$(awk '$1 <= 30 { n++ } END { print n / NR }' drawn)"
near "the median" 50 3 "$(sed -n 1000p drawn)"
near "three quarters" 68.75 3 "$(sed -n 1500p drawn)"
same "the highest" 80 "$(tail -1 drawn)"
# values missing that lags read; forecasts over a horizon; any threads
awk -F, 'NR == 1 { print "y"; next } { print NR % 17 ? $1 : "NA" }' q.csv > gaps.csv
echo 'data y[t] : real
index k = 1..3
param q[k], a[k], W, b
h[t] : 4 = tanh(W y[t-1] + b)
y[t] ~ quantile[k](q[k] + a[k] * sum(h[t]), k / 4)' > gaps.unr
run unroll fit gaps.unr gaps.csv -q --threads 1 --epochs 20 -o gaps1.model
run unroll fit gaps.unr gaps.csv -q --threads 2 --epochs 20 -o gaps2.model
same "threads" "$(unroll show gaps1.model --csv)" "$(unroll show gaps2.model --csv)"
run unroll predict gaps1.model gaps.csv --horizon 3 --samples 20 --csv -q
run unroll score gaps1.model gaps.csv --csv -q
says "pinball loss, no missing value read"
silent likelihood
fails 0 unroll score gaps1.model gaps.csv --horizon 2 --csv -q
finish
