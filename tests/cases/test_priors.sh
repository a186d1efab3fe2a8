#!/bin/sh
# Priors: what is found against closed forms; gradients against exact least squares; priors are in no loss that is printed.
. "$(dirname "$0")/lib.sh"
value() { unroll show "$1" --csv | awk -F, -v p="$2" '$1 == p { print $3 }'; }

awk 'BEGIN { print "x,y"; for (t = 1; t <= 90; t++) print t % 7 - 3 "," 2 * (t % 7 - 3) + 1 + (t * 7 % 5 - 2) / 2 }' > t.csv
sums() { awk -F, -v what="$1" 'NR > 1 { n++; xx += $1 * $1; xy += $1 * $2; yy += $2 * $2 } END { printf "%.12f", what == "xx" ? xx : what == "xy" ? xy : yy }' t.csv; }

# σ known: b = (Σ x y / σ² + m / τ²) / (Σ x² / σ² + 1 / τ²)
printf 'data x, y : raw\nparam b\ny ~ normal(b x, 2)\nb ~ normal(0.5, 0.1)\n' > known.unr
want=$(awk -v xx="$(sums xx)" -v xy="$(sums xy)" 'BEGIN { printf "%.12f", (xy / 4 + 0.5 / 0.01) / (xx / 4 + 1 / 0.01) }')
for method in auto gradients; do
    run unroll fit known.unr t.csv --method $method -q -o known.model
    near "σ known, $method" "$want" 1e-5 "$(value known.model b)"
done
run unroll explain known.unr
says "priors" "normal(0.5, 0.1)" "exact least squares"

# σ trained: b and σ in turn
printf 'data x, y : raw\nparam b, s\ny ~ normal(b x, s)\nb ~ normal(0, 0.05)\n' > trained.unr
awk -v xx="$(sums xx)" -v xy="$(sums xy)" -v yy="$(sums yy)" 'BEGIN { s = 1; for (i = 0; i < 500; i++) { b = xy / (xx + s * s / 0.0025); s = sqrt((yy - 2 * b * xy + b * b * xx) / 90) } printf "%.12f %.12f\n", b, s }' > want
run unroll fit trained.unr t.csv -o exact.model
says "exact least squares" "and normal priors"
near "σ trained" "$(cut -d" " -f1 want)" 1e-9 "$(value exact.model b)"
near "σ trained: σ" "$(cut -d" " -f2 want)" 1e-9 "$(unroll show exact.model --csv | awk -F, '$1 == "s" { print $4 }')"
run unroll fit trained.unr t.csv --method gradients -q -o grad.model
near "by gradients" "$(cut -d" " -f1 want)" 1e-5 "$(value grad.model b)"
near "the loss is without the prior" "$(score exact.model t.csv negative)" 1e-6 "$(score grad.model t.csv negative)"
near "and is that of b and σ" "$(awk '{ printf "%.10f", log($2) + 0.9189385332046727 + 0.5 }' want)" 1e-8 "$(score exact.model t.csv negative)"

# a multiple of σ: one solution, and σ of n + 1 terms
printf 'data x, y : raw\nparam b, s\ny ~ normal(b x, s)\nb ~ normal(0, s)\n' > times.unr
awk -v xx="$(sums xx)" -v xy="$(sums xy)" -v yy="$(sums yy)" 'BEGIN { b = xy / (xx + 1); printf "%.12f %.12f\n", b, sqrt((yy - 2 * b * xy + b * b * xx + b * b) / 91) }' > want
for method in auto gradients; do
    run unroll fit times.unr t.csv --method $method -q -o times.model
    near "a multiple of σ, $method" "$(cut -d" " -f1 want)" 1e-6 "$(value times.model b)"
    near "a multiple of σ: σ, $method" "$(cut -d" " -f2 want)" 1e-5 "$(unroll show times.model --csv | awk -F, '$1 == "s" { print $4 }')"
done

# a scale's prior is of the scale: σ of exponential(1): n log σ + r / (2 σ²) + σ, so that n / σ - r / σ³ + 1 = 0
printf 'data y : raw\nparam s\ny ~ normal(0, s)\ns ~ exponential(20)\n' > scale.unr
run unroll fit scale.unr t.csv -o scale.model
says "gradients"
near "a scale" "$(awk -v r="$(sums yy)" 'BEGIN { lo = 0.01; hi = 100; for (i = 0; i < 200; i++) { s = (lo + hi) / 2; if (90 / s - r / s^3 + 20 < 0) lo = s; else hi = s } printf "%.9f", s }')" 1e-4 "$(unroll show scale.model --csv | awk -F, '$1 == "s" { print $4 }')"

# gamma(k, r): n / σ - q / σ³ - (k - 1) / σ + r = 0
printf 'data y : raw\nparam s\ny ~ normal(0, s)\ns ~ gamma(5, 30)\n' > gamma.unr
run unroll fit gamma.unr t.csv -q -o gamma.model
near "a scale by gamma" "$(awk -v r="$(sums yy)" 'BEGIN { lo = 0.01; hi = 100; for (i = 0; i < 200; i++) { s = (lo + hi) / 2; if (90 / s - r / s^3 - 4 / s + 30 < 0) lo = s; else hi = s } printf "%.9f", s }')" 1e-4 "$(unroll show gamma.model --csv | awk -F, '$1 == "s" { print $4 }')"
for d in "lognormal(0, 1)" "weibull(2, 1)" "laplace(1, 0.1)" "student_t(1, 1, 3)" "normal(1, 0.1)"; do
    printf 'data y : raw\nparam s\ny ~ normal(0, s)\ns ~ %s\n' "$d" > other.unr
    run unroll fit other.unr t.csv -q -o other.model
done

# a walk along a fixed index, in batches and with groups: minus log p once for all data, however many examples or steps an epoch has
awk 'BEGIN { print "k,y"; for (i = 0; i < 120; i++) print i % 4 "," (i % 4) ^ 2 + (i * 7 % 5 - 2) / 2 }' > walk.csv
printf 'data k, y : raw\nindex j = 1..4\nparam a[j]\nm = sum[j](a[j] * (k == j - 1))\ny ~ normal(m, 1)\na[j] ~ normal(a[j-1], 0.2) if j > 1\n' > walk.unr
run unroll fit walk.unr walk.csv -q -o walk.model
awk 'BEGIN { n = 30; for (j = 1; j <= 4; j++) { y[j] = 0; a[j] = 0 } for (i = 0; i < 120; i++) y[i % 4 + 1] += (i % 4) ^ 2 + (i * 7 % 5 - 2) / 2
    for (r = 0; r < 20000; r++) for (j = 1; j <= 4; j++) { d = n; s = y[j]; if (j > 1) { d += 25; s += 25 * a[j-1] } if (j < 4) { d += 25; s += 25 * a[j+1] } a[j] = s / d } for (j = 1; j <= 4; j++) printf "%.9f\n", a[j] }' > want
for j in 1 2 3 4; do near "walk, $j" "$(sed -n ${j}p want)" 1e-4 "$(unroll show walk.model --csv | awk -F, -v p="a[$j]" '$1 == p || index($1, p) == 1 { print $3; exit }')"; done
run unroll fit walk.unr walk.csv --batch 7 --epochs 300 --rate 0.02 -q -o walk.model
for j in 1 4; do near "walk in batches, $j" "$(sed -n ${j}p want)" 0.1 "$(unroll show walk.model --csv | awk -F, -v p="a[$j]" 'index($1, p) == 1 { print $3; exit }')"; done

# more weights than values: the prior says which are best, and no note says that they can meet all
awk 'BEGIN { print "a,b,c,d,e,y"; for (i = 1; i <= 4; i++) print i % 2 "," i % 3 "," i "," i * i % 5 "," i * i * i % 7 "," i }' > few.csv
printf 'data x : raw(5), y : raw\nparam w\ny ~ normal(w'"'"' x, 1)\nw ~ normal(0, 1)\n' > few.unr
for method in auto gradients; do
    run unroll fit few.unr few.csv x=a..e --method $method -o few.model
    silent "can meet all of them"
    unroll show few.model --csv > $method.csv
done
near "the same weights" "$(awk -F, '$1 == "w[3]" { print $3 }' auto.csv)" 1e-4 "$(awk -F, '$1 == "w[3]" { print $3 }' gradients.csv)"

# a long sequence in parts: a prior counts as much in an epoch as beside the whole. By tiny steps of plain descent as many of them move b as
# often as far as one of the whole does
awk 'BEGIN { print "x,y"; for (i = 0; i < 1000; i++) print i % 7 - 3 "," (i * 7 % 5 - 2) / 2 }' > long.csv
printf 'data x[t], y[t] : raw\nparam b = 0.5\ny[t] ~ normal(b x[t], 1)\nb ~ normal(2, 0.01)\n' > long.unr
moved() { unroll show moved.model --csv | awk -F, -v n="$1" '$1 == "b" { printf "%.9f", ($3 - 0.5) / n * 1e5 }'; }
descent="--method gradients --epochs 1 --optimiser sgd --rate 1e-6 --schedule constant --clip -1 --precision double"
run unroll fit long.unr long.csv $descent --chunk -1 -o moved.model
says "1 epoch of 1 step, each of 1 example"
moved 1 > want
near "whole" "$(awk 'BEGIN { for (i = 0; i < 1000; i++) g += (i % 7 - 3) * (0.5 * (i % 7 - 3) - (i * 7 % 5 - 2) / 2); printf "%.9f", -(g - 15000) / 1e4 }')" 1e-4 "$(cat want)"
run unroll fit long.unr long.csv $descent --chunk 50 --batch 10 -o moved.model
says "1 epoch of 2 steps, each of 50 positions of 10 parts side by side"
silent "no effect"
near "in parts" "$(cat want)" 1e-3 "$(moved 2)"
run unroll fit long.unr long.csv $descent --chunk 100 --batch 1 -o moved.model
near "in chunks" "$(cat want)" 1e-3 "$(moved 10)"
printf 'data x[t], y[t] : raw\nparam b = 0.5\nloss square[t] = (y[t] - b x[t]) ^ 2 / 2\nb ~ normal(2, 0.01)\n' > long.unr
run unroll fit long.unr long.csv $descent --chunk 50 --batch 10 -o moved.model
says "1 epoch of 2 steps, each of 50 positions of 10 parts side by side"
near "a loss in parts" "$(cat want)" 1e-3 "$(moved 2)"

# steps that cannot be followed are told
printf 'data x[t], y[t] : raw\nparam b = 0.5\ny[t] ~ normal(b x[end], 1)\nb ~ normal(2, 0.01)\n' > whole.unr
run unroll fit whole.unr long.csv $descent --chunk 50 --batch 10 -o moved.model
says "1 epoch of 1 step, each of 1 example"
says "note: --chunk 50 and --batch 10 have no effect: there is one sequence, and along t an equation looks at its start or end, so a step takes whole sequences"
printf 'data x[t], y[t] : raw\nparam b = 0.5, a = 0\nh[t] = h[t-1] + a * x[t]\ny[t] ~ normal(b x[t] + h[t], 1)\n' > keeps.unr
run unroll fit keeps.unr long.csv $descent --chunk 50 --batch 10 -o moved.model
says "note: --batch 10 has no effect: there is one sequence, and no part can begin in its middle, without what a state keeps"

# on losses alone
printf 'data x, y : raw\nparam b\nloss square = (y - b x) ^ 2 / 2\nb ~ normal(0.5, 0.1)\n' > loss.unr
run unroll fit loss.unr t.csv -q -o loss.model
near "beside a loss" "$(awk -v xx="$(sums xx)" -v xy="$(sums xy)" 'BEGIN { printf "%.12f", (xy + 50) / (xx + 100) }')" 1e-5 "$(value loss.model b)"
finish
