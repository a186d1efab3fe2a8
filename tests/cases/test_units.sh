#!/bin/sh
# One unit of loss: −log p of a position, all components together, in own units, from fit and score, by least squares and by gradients; raw series of any
# size. Right values from first principles, computed here: a normal at its mean and deviation has log s + ½ log 2πe.
. "$(dirname "$0")/lib.sh"

loss() { sed -n 's/^loss  *\([^ ]*\) on.*/\1/p' out; }
awk 'BEGIN { print "a_1,a_2,b,a1,a2"; x = 3; for (i = 0; i < 60; i++) { x = (x * 16807) % 2147483647; u = 1000 * (x / 2147483647 - 0.5)
    x = (x * 16807) % 2147483647; v = 0.001 * x / 2147483647; print u "," v "," u "," u "," v } }' > v.csv
want=$(awk -F, 'NR > 1 { n++; a += $1; aa += $1 * $1; b += $2; bb += $2 * $2 }
    END { c = 0.5 * log(2 * 3.14159265358979 * exp(1)); printf "%.8f %.8f", c + 0.5 * log(aa / n - a * a / n / n) + c + 0.5 * log(bb / n - b * b / n / n), c + 0.5 * log(aa / n - a * a / n / n) }' v.csv)
both=${want% *} first=${want#* }
for kind in real raw; do
    printf 'data a[t] : %s(2)\nparam m, s(2)\na[t] ~ normal(m, s)\n' $kind > v.unr
    run unroll fit v.unr v.csv a=a_1,a_2 -q -o v.model
    [ -s v.model ] || run unroll fit v.unr v.csv -q -o v.model
    near "the fit's loss of vectors, $kind" "$both" 1e-4 "$(loss)"
    says "nats a position, in own units"
    near "the score of vectors, $kind" "$both" 1e-4 "$(score v.model v.csv negative)"
done
printf 'data a[t] : real(2)\nparam m, s(2)\na[t] ~ normal(m, s)\n' > v.unr
run unroll fit v.unr v.csv -q -o v.model --method gradients --epochs 300
near "by gradients" "$both" 2e-3 "$(loss)"
near "by gradients, validation" "$(score v.model v.csv negative)" 1e-4 "$(run unroll fit v.unr v.csv -q -o w.model --method gradients --epochs 300 --valid v.csv; sed -n 's/.*part, \([^ ]*\) on the valid.*/\1/p' out)"
printf 'index j = 1..2\ndata a[t,j] : real\nparam m[j], s[j]\na[t,j] ~ normal(m[j], s[j])\n' > f.unr
run unroll fit f.unr v.csv -q -o f.model
near "a fixed index" "$both" 1e-4 "$(loss)"
near "a fixed index, scored" "$both" 1e-4 "$(score f.model v.csv negative)"
# two lines: the mean of what a position of each has
printf 'data a_1[t], a_2[t] : real\nparam m, s, n, u\na_1[t] ~ normal(m, s)\na_2[t] ~ normal(n, u)\n' > l.unr
run unroll fit l.unr v.csv -q -o l.model
near "two lines" "$(awk "BEGIN { print $both / 2 }")" 1e-4 "$(loss)"
near "the first of two lines" "$first" 1e-4 "$(score l.model v.csv negative)"

# its log and the picture of it say the unit
run unroll fit l.unr v.csv -q -o l.model --method gradients --epochs 3 --log l.jsonl
grep -q '"unit":"nats a position and ~ line (2 of them), in own units"' l.jsonl || fault "the log does not say the unit: $(head -1 l.jsonl)"
run unroll plot l.jsonl --what loss -o l.gp
grep -q "set title .nats a position and ~ line (2 of them), in own units." l.gp || fault "the picture does not say the unit"
# no more examples are said to make a step than there are
printf 'data a_1[t] : real\nparam m, s\na_1[t] ~ laplace(m, s)\n' > few.unr
run unroll fit few.unr v.csv -q -o few.model --epochs 1
says "each of 1 example"
# a fit says what it chose
run unroll fit l.unr v.csv -q -o l.model --method gradients --epochs 2 --rate 0.01 --schedule linear
says "steps       2 epochs of" "optimiser   adam, rate 0.01, linear, clipped at 1, single precision" "(epoch 2 of 2)"

# raw series of every size: the same autoregression, whose slope does not depend on the size and whose deviation grows with it
for size in 1e-200 1e-12 1e-6 1 1e4 1e9 1e200; do
    awk -v size=$size 'BEGIN { print "y"; x = 5; y = 2; for (i = 0; i < 80; i++) { x = (x * 16807) % 2147483647; y = 0.7 * y + 1 + x / 2147483647; printf "%.15g\n", y * size } }' > y.csv
    for s in s "exp(s)"; do
        printf 'data y[t] : raw\nparam a, c, s\ny[t] ~ normal(a y[t-1] + c, %s)\n' "$s" > r.unr
        run unroll fit r.unr y.csv -q -o r.model
        nll=$(awk -v got="$(loss)" -v size=$size 'BEGIN { printf "%.6f", got - log(size) }')
        [ "$size" = 1e-200 ] && rms=$(awk -v s="$(score r.model y.csv RMSE)" 'BEGIN { print s * 1e200 }') && first=$nll
        near "loss at $size, $s" "$first" 1e-3 "$nll"
        near "RMSE at $size, $s" "$rms" 1e-3 "$(awk -v got="$(score r.model y.csv RMSE)" -v size=$size 'BEGIN { print got / size }')"
    done
done
# numbers that single precision does not hold: by gradients in double, with a word
awk 'BEGIN { print "y"; for (i = 0; i < 40; i++) print 1e9 + i % 3 }' > o.csv
printf 'data y[t] : raw\nparam a, s\ny[t] ~ normal(1000000000 + a, s)\n' > o.unr
run unroll fit o.unr o.csv -q -o o.model --method gradients --epochs 400 --rate 0.05
says "double precision, as single does not hold y"
near "the spread of large numbers" 0.8165 0.02 "$(score o.model o.csv RMSE)"
finish
