#!/bin/sh
# Scores against numbers that awk counts: one step and horizons, zeros and gaps among the truth, the season's baseline; series of any size and place; searches
# whose results differ, and draws at the limits of their options.
. "$(dirname "$0")/lib.sh"
printf 'data y[t] : raw\nparam a, c, s\ny[t] ~ normal(a y[t-1] + c, s)\n' > ar1.unr
awk 'BEGIN { x = 8; for (t = 0; t < 120; t++) { x = (x * 16807) % 2147483647; printf "%.3f\n", 10 + 3 * sin(t * 3.14159265358979 / 6) + 3 * (x / 2147483647 - 0.5) } }' > y
awk 'NR == 101 { print 0; next } { print }' y > z
awk 'NR == 100 || NR == 106 || NR == 120 { print "NA"; next } { print }' y > g
for f in y z g; do { echo y; cat $f; } > $f.csv; done
run unroll fit ar1.unr y.csv --rows 0:96 -q -o m.model --precision double
# one step ahead on the last 24, from the 96 before; what is missing is not scored, and stands at what the model expects
cell() { awk -F, -v name="$1" -v c="$2" '$2 == name { print $c; exit }' out; }
count() {       # count FILE HORIZON: MAE RMSE MASE MAPE MAE-of-the-last-value n
    awk -v h="$2" 'NR <= 96 { if (NR > 1) { n++; sx += p; sy += $1; sxx += p * p; sxy += p * $1; q += $1 > p ? $1 - p : p - $1 } p = $1 } { y[NR] = $1 }
        END { b = (sxy - sx * sy / n) / (sxx - sx * sx / n); c = (sy - b * sx) / n; q /= n
              for (t = 97; t <= 120; t++) { if (y[t] == "NA") { miss[t] = 1; f[t] = b * (t - 1 in f ? f[t - 1] : y[t - 1]) + c } else f[t] = y[t] }
              for (t = 1; t <= 96; t++) f[t] = y[t]
              for (o = 96; o <= 120 - h; o++) { e = f[o]; last = o; while (miss[last]) last--
                  for (k = 1; k <= h; k++) { e = b * e + c; if (o + k in miss) continue
                      d = y[o + k] - e; m = d < 0 ? -d : d; mae += m; rmse += d * d; count++
                      if (y[o + k] != 0) { mape += m / y[o + k]; nonzero++ }
                      d = y[o + k] - y[last]; lastmae += d < 0 ? -d : d } }
              printf "%.9f %.9f %.9f %.9f %.9f %d\n", mae / count, sqrt(rmse / count), mae / count / q, 100 * mape / nonzero, lastmae / count, count }' "$1"
}
for f in y:1 z:1 g:1 y:6 z:6 g:6 y:24; do
    file=${f%:*} h=${f#*:}
    set -- $(count $file $h)
    o=""; [ $h = 1 ] || o="--horizon $h"
    run unroll score m.model $file.csv --rows 96: $o --csv
    near "$f: MAE" "$1" 1e-6 "$(cell 'MAE' 3)"
    near "$f: RMSE" "$2" 1e-6 "$(cell 'RMSE' 3)"
    near "$f: MASE" "$3" 1e-6 "$(cell 'MASE' 3)"
    [ $file = z ] && same "$f: no MAPE of zero" "" "$(cell 'MAPE %' 3)" || near "$f: MAPE" "$4" 1e-5 "$(cell 'MAPE %' 3)"
    near "$f: MAE of the last value" "$5" 1e-6 "$(cell 'MAE' 4)"
    same "$f: n" "$6" "$(cell 'MAE' 6)"
done

# the baseline has no value for the first row, the model has: 1, 2, 4 about 7/3, of which steps are 1 and 2
printf 'data y[t] : raw\nparam m, s\ny[t] ~ normal(m, s)\n' > mean.unr
printf 'y\n1\n2\n4\n' > three.csv
run unroll fit mean.unr three.csv -q -o mean.model --precision double
run unroll score mean.model three.csv --csv
near "MASE of three rows" 0.7407407407 1e-8 "$(cell MASE 3)"
near "... of the last value" 1 1e-8 "$(cell MASE 4)"

# ---- a season is found beside a trend, by the times and without them; of noise, of a walk and of a trend alone there is none
printf 'data y[t] : real\nparam a, c, s\ny[t] ~ normal(a y[t-1] + c, s)\n' > walk.unr
made() { awk -v seed="${5:-4711}" -v kind=$1 -v period=$2 -v n=$3 -v times=$4 'function u() { x = (x * 16807) % 2147483647; return x / 2147483647 - 0.5 } BEGIN { x = seed; for (i = 0; i < 20; i++) u(); x = seed == 4711 ? seed : x; split("31 28 31 30 31 30 31 31 30 31 30 31", len, " ")
    print (times ? "date,y" : "y"); m = 1; y = 1990; d = 1; pi = 3.14159265358979
    for (t = 0; t < n; t++) { w += u(); v = kind == "walk" ? w : kind == "noise" ? u() : kind == "trend" ? t + 0.5 * u() : 0.2 * t * 12 / period + 3 * sin(2 * pi * t / period) + u()
        if (times) { printf "%04d-%02d-%02d,", y, m, d; if (times == 1) m++; else { d += 7; top = len[m] + (m == 2 && y % 4 == 0); if (d > top) { d -= top; m++ } } if (m > 12) { m = 1; y++ } }
        printf "%.4f\n", v } }'; }
season() { run unroll fit walk.unr s.csv -q -o s.model; run unroll score s.model s.csv --csv; awk -F, '$2 == "MAE" && $5 != "last value" { print $5 }' out; }
for k in "season 12 120 1:12" "season 52 400 2:52" "season 12 120 0:12" "season 7 140 0:7" "walk 1 400 1:" "noise 1 200 1:" "trend 1 200 1:" "walk 1 500 0:"; do
    made ${k%:*} > s.csv
    same "season of $k" "${k##*:}" "$(season | tr -dc 0-9)"
done

# of 28 random walks at most one has one by chance: they swing, but keep no time, and their steps are independent
found=0
for k in $(seq 1 28); do
    made walk 1 160 0 $((k * 7919)) > s.csv
    [ -z "$(season)" ] || found=$((found + 1))
done
checks=$((checks + 1))
[ $found -le 1 ] || fault "$found of 28 random walks have a season"
for k in "season 12 48 1:12" "season 24 100 0:24" "season 4 20 0:4" "season 168 900 0:168"; do
    made ${k%:*} > s.csv
    same "season of $k" "${k##*:}" "$(season | tr -dc 0-9)"
done

# ---- numbers without an index have the mean of the fit; labels without one their frequencies, each label counted once more
printf 'data x : real, y : real\nparam a, c, s\ny ~ normal(a x + c, s)\n' > line.unr
printf 'x,y\n0,1\n1,2\n2,6\n' > line.csv
printf 'x,y\n0,1\n1,5\n' > more.csv
run unroll fit line.unr line.csv -q -o line.model
run unroll score line.model more.csv --csv
same "the mean" mean "$(cell MAE 5)"
near "its MAE" 2 1e-6 "$(cell MAE 4)"
printf 'data x : real, y : symbol\nparam a, c\ny ~ categorical(a x + c)\n' > cat.unr
printf 'x,y\n0,a\n1,b\n2,c\n' > cat.csv
run unroll fit cat.unr cat.csv -q -o cat.model --epochs 2
run unroll score cat.model cat.csv --csv
near "of three alike" 3 1e-6 "$(cell perplexity 4)"

# ---- a forecast is as large as its series: a y + b has the forecast a f + b, and the likelihood less log a
printf 'data y[t] : real\nindex j = 1..2\nparam A[j], m, s\ny[t] ~ normal(sum[j](A[j] y[t-j]) + m, s)\n' > ar2.unr
scaled() { awk -v a="$1" -v b="$2" 'NR == 1 { print "y"; next } { printf "%.17g\n", a * $1 + b }' y.csv > s.csv; }
run unroll fit ar2.unr y.csv -q -o unit.model
run unroll predict unit.model y.csv --horizon 3 --csv
f=$(column y | tail -1) nll=$(score unit.model y.csv negative)
for ab in "1e12 5e13" "1e-12 5e-12" "-3 -7" "1e-200 0" "1e200 0" "1e-3 1e6"; do
    set -- $ab
    scaled $1 $2
    run unroll fit ar2.unr s.csv -q -o s.model
    run unroll predict s.model s.csv --horizon 3 --csv
    near "forecast of $1 y + $2" "$f" 1e-4 "$(awk -v y="$(column y | tail -1)" -v a=$1 -v b=$2 'BEGIN { printf "%.9f", (y - b) / a }')"
    near "likelihood of $1 y + $2" "$nll" 1e-4 "$(awk -v n="$(score s.model s.csv negative)" -v a=$1 'BEGIN { printf "%.9f", n - log(a < 0 ? -a : a) }')"
done
{ echo y; for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo 5; done; } > const.csv
run unroll fit ar2.unr const.csv -o const.model
run unroll predict const.model const.csv --horizon 2 --csv
near "a constant goes on" 5 1e-6 "$(column y | tail -1)"

# ---- searches: as many different texts as are asked for, best first, the first as without
awk 'BEGIN { split("cat sat mat rat bat log ran", w, " "); x = 3; for (i = 0; i < 60; i++) { s = ""; for (k = 0; k < 2 + i % 3; k++) { x = (x * 16807) % 2147483647; s = s (k ? " " : "") w[x % 7 + 1] } print s } }' > t.txt
printf 'data x[t] : pieces(18)\nparam E, V, c\ne[t] : 8 = E x[t-1]\nx[t] ~ categorical(V tanh(e[t]) + c)\n' > pieces.unr
run unroll fit pieces.unr x=t.txt -q -o p.model --epochs 30 --rate 0.05 --threads 1
run unroll predict p.model --beam 30 --n-best 30 --max-length 12 --csv
same "thirty texts" 30 "$(column x | wc -l | tr -d ' ')"
same "all different" 30 "$(column x | sort -u | wc -l | tr -d ' ')"
same "best first" "$(column score)" "$(column score | sort -gr)"
first=$(column x | head -1)
run unroll predict p.model --beam 30 --max-length 12
same "the best" "$first" "$(cat out)"
# a temperature of 0, of nearly 0 and one symbol to choose from are the likeliest; all symbols and all probability are a free draw
run unroll predict p.model --max-length 12
cp out greedy
for o in "--temperature 0" "--temperature 1e-6" "--top-k 1" "--top-p 1e-9"; do
    run unroll sample p.model $o --max-length 12
    same "$o" "$(cat greedy)" "$(cat out)"
done
run unroll sample p.model --max-length 12 --samples 20 --seed 5
cp out free
for o in "--top-k 100000" "--top-p 1" "--temperature 1"; do
    run unroll sample p.model $o --max-length 12 --samples 20 --seed 5
    same "$o" "$(cat free)" "$(cat out)"
done
run unroll sample p.model --temperature 1e6 --max-length 12 --samples 5
fails 2 unroll sample p.model --top-p 1.5
fails 2 unroll sample p.model --top-k -1
fails 2 unroll sample p.model --top-k 0
fails 2 unroll sample p.model --seed -1
# raw data have no scale of the fit by which errors could be standardised; real data have
run unroll score m.model y.csv --rows 96: --horizon 6 --csv
silent 'standardised'
sed 's/raw/real/' ar1.unr > real.unr
run unroll fit real.unr y.csv --rows 0:96 -q -o real.model
run unroll score real.model y.csv --rows 96: --horizon 6 --csv
says 'MSE, standardised'
# ---- components of other units: each has errors of its own, which make up those of all
printf 'data y[t] : raw(2)\nparam s = 1\ny[t] ~ normal(y[t-1], s)\n' > two.unr
printf 'a,b\n1,100\n2,90\n4,100\n3,130\n' > two.csv
run unroll fit two.unr y=a,b two.csv -q -o two.model --method gradients --epochs 1 --rate 1e-12 --precision double
run unroll score two.model two.csv --rows 1: --csv
part() { awk -F, -v d="$1" -v s="$2" '$1 == d && $2 == s { print $3 "," $4; exit }' out; }
same "MAE of the first" "1.33333333333,1.33333333333" "$(part y1 MAE)"
same "MAE of the second" "16.6666666667,16.6666666667" "$(part y2 MAE)"
same "MAE of both" "9,9" "$(part y MAE)"
near "RMSE of the second" 19.1485421551 1e-9 "$(part y2 RMSE | cut -d, -f1)"
finish
