#!/bin/sh
# Positions count from where the data begin, in every part of them and after any history. The data are a trend and ±1 in turn, so that an error of 1 is right
# everywhere, and −log p of a position is ½ log 2π + ½.
. "$(dirname "$0")/lib.sh"
awk 'BEGIN { print "y"; for (t = 1; t <= 6000; t++) print 0.5 * t + 10 + (t % 2 ? 1 : -1) }' > y.csv
head -5001 y.csv > y5000.csv
printf 'data y[t] : raw\nparam a, c, s\ny[t] ~ normal(a * t + c, s)\n' > trend.unr
run unroll fit trend.unr y.csv --rows 0:800 -q -o early.model
run unroll fit trend.unr y.csv -q -o m.model --precision double
for rows in 0:500 900: 1000:1500 4000:4500 4090:4100 4096:4500 4097:4500 5000: 5999: 80%: -48:; do
    near "RMSE of rows $rows" 1 0.01 "$(score m.model y.csv --rows $rows RMSE)"
    near "... without history" 1 0.01 "$(score m.model y.csv --rows $rows --no-history RMSE)"
    near "... likelihood" 1.4189385 0.001 "$(score m.model y.csv --rows $rows negative)"
done
for o in "" "--context 50" "--context 5000" "--plan naive"; do
    near "forecasts of 12 $o" 1 0.02 "$(score m.model y.csv --rows 5000:5500 --horizon 12 --stride 7 $o RMSE)"
    near "forecasts of 12 from anywhere $o" 1 0.02 "$(score m.model y.csv --rows 0:1000 --horizon 12 --stride 7 $o RMSE)"
done
after() {       # after WHAT T FIRST ARGUMENTS…: the first of two forecasts is for position T + 1, and lies on the line
    what=$1 t=$2; shift 2
    run unroll predict m.model "$@" --horizon 2 --csv
    same "$what: positions" "$((t + 1)) $((t + 2))" "$(column position | tr '\n' ' ' | sed 's/ $//')"
    near "$what: on the line" "$(awk -v t="$t" 'BEGIN { print 0.5 * (t + 2) + 10 }')" 0.01 "$(column y | tail -1)"
}
after "all rows" 5000 y5000.csv
after "ten rows" 5000 y5000.csv --rows 4990:
after "ten rows without history" 5000 y5000.csv --rows 4990: --no-history
after "rows before" 900 y.csv --rows 0:900
after "a context" 900 y.csv --rows 0:900 --context 50
after "by the oracle" 5000 y5000.csv --plan naive

# a fit of a part alone, its validation and its test; by gradients nothing moves, so each loss is that of the truth
run unroll fit trend.unr y.csv --rows 4500:5500 -q -o part.model --precision double
near "fitted on a part" 1 0.01 "$(score part.model y.csv --rows 0:500 RMSE)"
run unroll fit trend.unr y.csv --test 500 --valid 700 -q -o t.model
near "the test part's RMSE" 1 0.01 "$(awk '$2 == "RMSE" { print $3 }' out)"
near "the validation part's loss" 1.4189385 0.001 "$(sed -n 's/.*part, \([^ ]*\) on the val.*/\1/p' out)"
printf 'data y[t] : raw\nparam a = 0.5, c = 10, V(4) = zeros, U\nh[t] : 4 = tanh(U * (y[t-1] - 0.5 * t))\ny[t] ~ normal(a * t + c + dot(V, h[t]), 1)\n' > rnn.unr
head -1001 y.csv > y1000.csv
for o in "--chunk 64" "--chunk -1" "--context 64 --horizon 12" "--valid 100" "--valid 100 --chunk -1" "--valid 100 --context 64 --horizon 12" "--rows 300: --valid 100"; do
    run unroll fit rnn.unr y1000.csv $o --method gradients --epochs 1 --rate 1e-12 --precision double --threads 1 -q -o r.model
    near "training loss $o" 1.4189385 0.02 "$(sed -n 's/^loss  *\([^ ]*\) on the tr.*/\1/p' out)"
    case $o in *valid*) near "validation loss $o" 1.4189385 0.02 "$(sed -n 's/.*part, \([^ ]*\) on the val.*/\1/p' out)" ;; esac
done

# conditions and lengths see the same positions: only the first 3 have another mean, wherever a part begins
printf 'data y[t] : raw\nparam c, s\ny[t] ~ normal(where(t < 4, 1000, c), s)\n' > first.unr
awk 'BEGIN { print "y"; for (t = 1; t <= 200; t++) print (t < 4 ? 1000 : 5) + (t % 2 ? 1 : -1) }' > f.csv
run unroll fit first.unr f.csv -q -o f.model --method gradients --epochs 300 --rate 0.2 --precision double
near "rows from 100 on" 1 0.05 "$(score f.model f.csv --rows 100: RMSE)"
near "... without history" 1 0.05 "$(score f.model f.csv --rows 100: --no-history RMSE)"

# groups and examples have positions of their own
awk 'BEGIN { print "g,y"; for (g = 0; g < 3; g++) for (t = 1; t <= 40 + 10 * g; t++) print g "," 0.5 * t + 10 + (t % 2 ? 1 : -1) }' > g.csv
run unroll fit trend.unr g.csv --group g -q -o g.model --precision double
near "groups" 1 0.01 "$(score g.model g.csv RMSE)"
near "a group after others" 1 0.02 "$(score g.model g.csv --rows 1: RMSE)"
run unroll predict g.model g.csv --horizon 1 --csv
for g in 1 2 3; do near "group $g from its own end" "$((g * 5 + 25)).5" 0.1 "$(column y | sed -n ${g}p)"; done

# what a state keeps, and sums over positions, begin at the first row in every part: of a fit of later rows, of what it is judged and tested by
awk 'BEGIN { print "x,y"; for (t = 1; t <= 700; t++) { x = 1 + sin(t * t); q += x; printf "%.9f,%.9f\n", x, 0.3 * q + 2 + 0.1 * sin(3 * t * t) } }' > sum.csv
printf 'data x[t], y[t] : raw\nparam b, c, s\nq[t] = q[t-1] + x[t]\ny[t] ~ normal(b * q[t] + c, s)\n' > kept.unr
printf 'data x[t], y[t] : raw\nindex s = t\nparam b, d, c\nm[t] = sum[s <= t](x[s])\ny[t] ~ normal(b * m[t] + c, d)\n' > summed.unr
for m in kept summed; do
    for o in "--rows 500:" "--rows 300:650"; do
        run unroll fit $m.unr sum.csv $o --test 50 --valid 50 -q -o k.model
        near "$m $o: the test part" 0.0707 0.01 "$(awk '$2 == "RMSE" { print $3 }' out)"
        near "$m $o: the offset" 2 0.05 "$(unroll show k.model c | awk 'END { print $NF }')"
    done
done
# score forecasts from what predict forecasts from: a state that fades over a thousand rows
printf 'data y[t] : raw\nparam m, s\nl[t] : 1 = 0.999 * l[t-1] + 0.001 * y[t-1]\ny[t] ~ normal(l[t] + m, s)\n' > slow.unr
awk 'BEGIN { print "y"; for (t = 1; t <= 1200; t++) print 3 * sin(t / 300) + 0.2 * sin(t * t) }' > slow.csv
run unroll fit slow.unr slow.csv --rows 0:1000 -q -o s.model --precision double
for o in "" "--context 50" "--context 1000" "--plan naive"; do
    run unroll predict s.model slow.csv --rows 0:1000 --horizon 3 $o --csv
    want=$({ sed -n 1002,1004p slow.csv; column y; } | awk 'NR < 4 { y[NR] = $1; next } { d = y[NR - 3] - $1; m += d < 0 ? -d : d } END { printf "%.9f", m / 3 }')
    near "MAE of the very same forecast $o" "$want" 1e-7 "$(score s.model slow.csv --rows 1000:1003 --horizon 3 $o MAE)"
done
# a state that fades begins where the fit's rows do, and that is said
run unroll fit slow.unr slow.csv --rows 700: -o s.model
says "a state begins at row 701, where the fit's rows do"
finish
