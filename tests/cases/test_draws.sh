#!/bin/sh
# Random quantities: the numbers that a regression on a noisy input has (attenuation), what a score says of them, that draws follow from seed,
# sample, example and position alone, and that who declares a name of the language has it.
. "$(dirname "$0")/lib.sh"
awk 'BEGIN { srand(7); print "x,y"
    for (i = 0; i < 2000; i++) { u = sqrt(-2 * log(1 - rand())); v = 6.283185307179586 * rand(); x[i] = u * cos(v); n[i] = u * sin(v); m += x[i] / 2000; k += n[i] / 2000 }
    for (i = 0; i < 2000; i++) { a += (x[i] - m) ^ 2 / 2000; b += (x[i] - m) * (n[i] - k) / 2000 }
    for (i = 0; i < 2000; i++) { n[i] -= k + b / a * (x[i] - m); c += n[i] ^ 2 / 2000 }
    for (i = 0; i < 2000; i++) printf "%.9f,%.9f\n", (x[i] - m) / sqrt(a), 2 * (x[i] - m) / sqrt(a) + 0.5 + 0.3 * n[i] / sqrt(c) }' > t.csv
# var x = 1, y = 2 x + 0.5 + e of deviation 0.3. Of x + normal(0, 0.5) the best slope is 2 / (1 + 0.25), what is left 0.09 + 4 - 1.6 * 2
printf 'data x, y : raw\nparam w, b, s\ne = draw normal(0, 0.5)\ny ~ normal(w * (x + e) + b, s)\n' > noisy.unr
run unroll fit noisy.unr t.csv -q -o noisy.model
says "y hangs on draws, new ones at each step"
silent "L-BFGS"
run unroll explain noisy.unr
says "normal, drawn at random once an example" "y hangs on draws, new ones at each step"
value() { unroll show "$1" --csv -q | awk -F, -v n="$2" '$1 == n { for (i = 2; i <= NF; i++) if ($i ~ /^-?[0-9.e+-]+$/) { print $i; exit } }'; }
near "slope on a noisy input" 1.6 0.04 "$(value noisy.model w)"
near "intercept" 0.5 0.04 "$(value noisy.model b)"
# log s + (1 + log 2 pi) / 2 with s² = 0.89
near "bound" 1.36067 0.02 "$(score noisy.model t.csv --samples 20 'negative log-likelihood (bound)')"
near "error of the mean forecast" 0.5 0.03 "$(score noisy.model t.csv --samples 200 RMSE)"   # sqrt(0.09 + 0.4²)
run unroll score noisy.model t.csv
silent "CRPS"   # that of a normal given the draw is not the forecast's
says "what is told is the mean over 1 draw (--samples N: of N), of likelihoods a bound"
same "a score is the same again" "$(score noisy.model t.csv 'negative')" "$(score noisy.model t.csv --threads 1 'negative')"
# in steps alone: a score has none of it, and no bound; w is what the noise made of it
printf 'data x, y : raw\nparam w, b, s\ne = draw normal(0, 0.5 * training)\ny ~ normal(w * (x + e) + b, s)\n' > denoise.unr
run unroll fit denoise.unr t.csv -q --seed 2 -o denoise.model
near "slope with noise in training" 1.6 0.04 "$(value denoise.model w)"
near "error without it" 0.5 0.02 "$(score denoise.model t.csv RMSE)"
near "score without it" 1.0008 0.03 "$(score denoise.model t.csv negative)"   # log s + log(2 pi) / 2 + (0.09 + 0.4²) / 2 / s²
# a linear variational auto-encoder: kl + rec is at least −log p(x) of a normal of variance w² + 1, and comes to it: here (1 + log(2 pi 4)) / 2
awk -F, 'NR == 1 { print "x" } NR > 1 { print 2 * $1 }' t.csv > v.csv
printf 'data x : raw\nparam a = 0.3, l = -1, w = 1\ne = draw normal(0, 1)\nz = a * x + exp(l) * e\nloss kl = ((a * x)^2 + exp(2 * l) - 2 * l - 1) / 2\nloss rec = (x - w * z)^2 / 2 + log(2 * pi) / 2\n' > vae.unr
run unroll fit vae.unr v.csv -q --rate 0.02 --epochs 15 -o vae.model
run unroll score vae.model v.csv --samples 40 --csv
near "evidence" 2.11209 0.02 "$(awk -F, 'NR > 1 { s += $3 } END { print s }' out)"
near "weight" 1.73205 0.05 "$(value vae.model w)"
# progress: 1 outside of a fit
printf 'data x, y : raw\nparam w, b, s\ny ~ normal(w * x * progress + b, s)\n' > ramp.unr
run unroll fit ramp.unr t.csv -q -o ramp.model
says "y hangs on progress, which grows from step to step"
near "score at the end of it" 0.215 0.02 "$(score ramp.model t.csv negative)"   # log 0.3 + (1 + log(2 pi)) / 2
# exact where nothing scored hangs on a draw; and a condition reads none
printf 'data x, y : raw\nparam w, b, s\ne = draw normal(0, 1)\ny ~ normal(w * x + b, s)\n' > unread.unr
run unroll fit unread.unr t.csv -q -o unread.model
says "linear in its trained parameters"
# own names go first
printf 'data training, progress : raw\nparam w, b, s\nprogress ~ normal(w * training + b, s)\n' > names.unr
sed 's/x,y/training,progress/' t.csv > names.csv
run unroll fit names.unr names.csv -q -o names.model
says "linear in its trained parameters"
near "a column named training" 2 1e-6 "$(value names.model w)"
printf 'data x, y : raw\nparam draw, b, s\ny ~ normal(draw x + b, s)\n' > factor.unr
run unroll fit factor.unr t.csv -q -o factor.model
near "a parameter named draw" 2 1e-6 "$(value factor.model draw)"
# along a sequence: the same draws in chunks, on any threads, and at every use; a draw for each sample
printf 'data y[t] : raw\nparam a = 0.5, s\ne[t] = draw normal(0, 1)\nf[t] = draw uniform(0, 1)\nh[t] = a * h[t-1] + e[t] + 0.1 * f[t-1]\ny[t] ~ normal(0.1 * h[t] + 0.2 * y[t-1], s)\n' > walk.unr
awk 'BEGIN { srand(3); print "y"; for (i = 0; i < 300; i++) print rand() - 0.5 }' > w.csv
run unroll fit walk.unr w.csv -q --epochs 2 --threads 1 -o walk1.model
run unroll fit walk.unr w.csv -q --epochs 2 --threads 2 -o walk2.model
checks=$((checks + 1))
[ "$(unroll show walk1.model --csv)" = "$(unroll show walk2.model --csv)" ] || fault "other weights on two threads"
run unroll fit walk.unr w.csv -q --epochs 2 --threads 2 --recompute --precision double -o walk3.model
run unroll fit walk.unr w.csv -q --epochs 2 --threads 2 --precision double -o walk4.model
near "recomputed" "$(value walk4.model a)" 1e-6 "$(value walk3.model a)"
run unroll predict walk1.model w.csv --horizon 3 --samples 50 --csv -q --seed 4
cp out first
run unroll predict walk1.model w.csv --horizon 3 --samples 50 --csv -q --seed 4 --threads 1
same "samples are the same again" "$(cat first)" "$(cat out)"
run unroll predict walk1.model w.csv --horizon 2 --csv
says "y hangs on draws: y goes on from one of each, y_mean is the mean over 1000 random completions"
finish
