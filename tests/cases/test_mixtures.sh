#!/bin/sh
# Mixtures, points and censored values: the likelihood at the weights found, worked out here by first principles; maxima that have a formula; and
# what is drawn. Where a value is a point's, densities count as zero.
. "$(dirname "$0")/lib.sh"
value() { unroll show "$1" --csv -q | sed 's/"//g; s/,\([0-9]\)\]/;\1]/' | awk -F, -v n="$2" '$1 == n { print $3; exit }'; }
awk 'BEGIN { srand(5); print "x,y,n,t,failed"
    for (i = 0; i < 400; i++) { x = 4 * rand() - 2; u = sqrt(-2 * log(1 - rand())) * cos(6.283185307 * rand())
        y = rand() < 0.35 ? 2 - 1.5 * x + 0.3 * u : -1 + x + 0.6 * u
        n = 0; p = exp(-exp(0.8 + 0.5 * x)); for (v = rand(); v > p && n < 40; v *= rand()) n++
        if (rand() < 0.4) n = 0
        t = 2 * sqrt(-log(1 - rand())); c = -3 * log(1 - rand())
        printf "%.6f,%.6f,%d,%.6f,%d\n", x, y, n, t < c ? t : c, t < c } }' > m.csv
common='data x[i], y[i], t[i] : raw, n[i], failed[i] : count\n'
# two regressions: −log Σ p N(y)
printf "$common"'index k = 1..2\nparam l[k] = normal(0, 0.1), a[k] = normal(0, 1), b[k] = normal(0, 1), s[k]\ny[i] ~ mixture[k](l[k], normal(a[k] + b[k] * x[i], exp(s[k])))\n' > mix.unr
run unroll fit mix.unr m.csv -q --precision double -o mix.model
for k in 1 2; do eval "l$k=$(value mix.model "l[$k]") a$k=$(value mix.model "a[$k]") b$k=$(value mix.model "b[$k]") s$k=$(value mix.model "s[$k]")"; done
right=$(awk -F, -v l1="$l1" -v l2="$l2" -v a1="$a1" -v a2="$a2" -v b1="$b1" -v b2="$b2" -v s1="$s1" -v s2="$s2" '
    function f(m, s) { return exp(-0.5 * (($2 - m) / s) ^ 2) / s / sqrt(6.283185307179586) }
    NR > 1 { q += log((exp(l1) * f(a1 + b1 * $1, exp(s1)) + exp(l2) * f(a2 + b2 * $1, exp(s2))) / (exp(l1) + exp(l2))) } END { printf "%.10f", -q / (NR - 1) }' m.csv)
near "a mixture of two regressions" "$right" 1e-8 "$(score mix.model m.csv negative)"
checks=$((checks + 1))
awk -v v="$right" 'BEGIN { exit !(v < 1.25) }' || fault "not found: $right nats"
# named components: the same
printf "$common"'param l = [0; 0.1], a = 1, b = -1, c = -1, d = 1, s, r\ny[i] ~ mixture(l, normal(a + b * x[i], s), normal(c + d * x[i], r))\n' > named.unr
run unroll fit named.unr m.csv -q --precision double -o named.model
near "the same by names" "$right" 1e-4 "$(score named.model m.csv negative)"
near "CRPS" "$(score mix.model m.csv CRPS)" 1e-3 "$(score named.model m.csv CRPS)"
# as many draws of each as their chances say: near the lines, at x = 2 they are 2 apart
awk 'BEGIN { print "x,y"; for (i = 0; i < 2000; i++) print "2," }' > ask.csv
sed 's/, y\[i\], t\[i\] : raw, n\[i\], failed\[i\] : count/[i], y[i] : raw/; s/x\[i\]\[i\]/x[i]/' mix.unr > ask.unr
run unroll fit ask.unr m.csv -q --precision double -o ask.model
run unroll sample ask.model ask.csv --csv -q --seed 3
near "share of the first" 0.35 0.05 "$(column y | awk 'NR > 0 && $1 < 0 { n++ } END { print n / NR }')"
run unroll predict ask.model ask.csv --csv -q
near "the mean of both" "$(awk -v p1="$(awk -v a="$l1" -v b="$l2" 'BEGIN { print 1 / (1 + exp(b - a)) }')" -v a1="$a1" -v a2="$a2" -v b1="$b1" -v b2="$b2" 'BEGIN { print p1 * (a1 + 2 * b1) + (1 - p1) * (a2 + 2 * b2) }')" 1e-3 "$(column y | head -1)"
# more zeros than a Poisson has
printf "$common"'param l, a, b\nn[i] ~ mixture([l; 0], point(0), poisson(exp(a + b * x[i])))\n' > zip.unr
run unroll fit zip.unr m.csv -q --precision double -o zip.model
right=$(awk -F, -v l="$(value zip.model l)" -v a="$(value zip.model a)" -v b="$(value zip.model b)" '
    NR > 1 { r = exp(a + b * $1); p = 1 / (1 + exp(-l)); f = -r + $3 * log(r); for (k = 2; k <= $3; k++) f -= log(k); q += log(p * ($3 == 0) + (1 - p) * exp(f)) } END { printf "%.10f", -q / (NR - 1) }' m.csv)
near "zero-inflated Poisson" "$right" 1e-8 "$(score zip.model m.csv negative)"
# a point and a density: its chance is the share of the value, exactly, and the rest is fitted as if it were alone
awk -F, 'NR == 1 { print "z"; next } { print $3 ? $4 : 0 }' m.csv > z.csv
printf 'data z[i] : raw\nparam l, m, s\nz[i] ~ mixture([l; 0], point(0), lognormal(m, s))\n' > z.unr
run unroll fit z.unr z.csv -q --precision double -o z.model
near "the share of zeros" "$(awk 'NR > 1 { n += $1 == 0 } END { print n / (NR - 1) }' z.csv)" 1e-5 "$(value z.model l | awk '{ print 1 / (1 + exp(-$1)) }')"
near "the mean of the logarithms" "$(awk 'NR > 1 && $1 { n++; m += log($1) } END { print m / n }' z.csv)" 1e-5 "$(value z.model m)"
echo 'data z[i] : raw
param l(1), m, s, a(1)
z[i] ~ mixture([l; 0; a], point(0), lognormal(m, s), normal(m, s))' > three.unr
run unroll fit three.unr z.csv -q --precision double --epochs 2 -o three.model     # a lognormal at 0 and below is no error
# censored: where the shape is 2, scale² = Σ t² / the failures; exponential: rate = the failures / Σ t
printf "$common"'param s\nt[i] ~ censored(weibull(2, exp(s)), right = 1 - failed[i])\n' > surv.unr
run unroll fit surv.unr m.csv -q --precision double -o surv.model
near "censored Weibull" "$(awk -F, 'NR > 1 { q += $4 ^ 2; f += $5 } END { printf "%.9f", 0.5 * log(q / f) }' m.csv)" 1e-6 "$(value surv.model s)"
run unroll score surv.model m.csv --csv -q
near "errors of what is known" "$(awk -F, 'NR > 1 { f += $5 } END { print f }' m.csv)" 0 "$(awk -F, '$2 == "MAE" { print $NF }' out)"
near "n" 400 0 "$(awk -F, '$2 ~ /^negative/ { print $NF }' out)"
printf "$common"'param s\nt[i] ~ censored(exponential(exp(s)), right = 1 - failed[i])\n' > surv.unr
run unroll fit surv.unr m.csv -q --precision double -o surv.model
near "censored exponential" "$(awk -F, 'NR > 1 { q += $4; f += $5 } END { printf "%.9f", log(f / q) }' m.csv)" 1e-6 "$(value surv.model s)"
# values missing that lags read: their mixture's own draw stands for them; the same in chunks, on any threads
awk -F, 'NR == 1 { print "y"; next } { print NR % 17 ? $2 : "" }' m.csv > gaps.csv
printf 'data y[t] : raw\nindex k = 1..2\nparam l[k], a[k] = normal(0, 1), b, s[k]\ny[t] ~ mixture[k](l[k], normal(a[k] + b * y[t-1], s[k]))\n' > gaps.unr
run unroll fit gaps.unr gaps.csv -q --threads 1 --epochs 30 -o gaps1.model
run unroll fit gaps.unr gaps.csv -q --threads 2 --epochs 30 -o gaps2.model
same "threads" "$(unroll show gaps1.model --csv)" "$(unroll show gaps2.model --csv)"
run unroll predict gaps1.model gaps.csv --horizon 3 --samples 20 --csv -q
fails 0 unroll score gaps1.model gaps.csv --horizon 2 --csv -q
# logp: the objective with it is that of ridge; log p of a normal at a parameter
printf 'data x[t], y[t] : raw\nparam a\ny[t] ~ normal(a * x[t], 1)\nloss prior = -200 * logp(normal(0.5, 1), a)\n' > ridge.unr
run unroll fit ridge.unr m.csv -q --precision double -o ridge.model
near "a prior by logp" "$(awk -F, 'NR > 1 { p += $1 * $2; q += $1 * $1 } END { printf "%.9f", (p + 200 * 0.5) / (q + 200) }' m.csv)" 1e-6 "$(value ridge.model a)"
finish
