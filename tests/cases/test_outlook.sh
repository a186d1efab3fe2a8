#!/bin/sh
# What is expected over a horizon where a model reads whole numbers and symbols that it draws itself: probabilities by the powers of the chain's
# matrix, not what holds after the likeliest path. Means over 1,000 random completions: bounds are four standard errors and more.
. "$(dirname "$0")/lib.sh"
value() { awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "model") b = i; next } index($2, name) == 1 { print $b; exit }' out; }

# ---- 0 and 1: P(1 | 0) = logistic(-2), P(1 | 1) = logistic(0.5)
printf 'data o[t] : count\nparam a = 2.5, b = -2\no[t] ~ bernoulli(a o[t-1] + b)\n' > o.unr
awk 'BEGIN { print "o"; for (t = 0; t < 240; t++) print t * t % 7 == 2 || t % 5 == 0 }' > o.csv
echo 0 >> o.csv
run unroll fit o.unr o.csv -q -o o.model --epochs 1 --rate 1e-12 --precision double
chain='function p(o) { return 1 / (1 + exp(2 - 2.5 * o)) }  function ahead(o, n,  q) { for (q = o; n > 0; n--) q = q * p(1) + (1 - q) * p(0); return q }'
for plan in fast naive; do
    run unroll predict o.model o.csv --horizon 5 --csv --plan $plan
    same "the likeliest path, $plan" "0 0 0 0 0" "$(column o | tr '\n' ' ' | sed 's/ $//')"
    says "o goes on from their likeliest values, o_mean is the mean over 1000 random completions"
    for n in 1 2 3 4 5; do
        near "$n steps ahead, $plan" "$(awk "$chain"' BEGIN { print ahead(0, '$n') }')" 0.03 "$(column o_mean | sed -n ${n}p)"
    done
done
same "one step ahead nothing is random" "$(awk "$chain"' BEGIN { printf "%.9f", p(0) }')" "$(column o_mean | awk 'NR == 1 { printf "%.9f", $1 }')"
cp out alone
run unroll predict o.model o.csv --horizon 5 --csv --plan naive --threads 1
same "on any number of threads" "$(cat alone)" "$(cat out)"
brier() { awk "$chain"' NR > 1 { y[++n] = $1 } END { for (i = '"$1"'; i + '"$2"' <= n; i++) for (h = 1; h <= '"$2"'; h++) { d = ahead(y[i], h) - y[i + h]; s += d * d; k++ }
    printf "%.9f", s / k }' o.csv; }
run unroll score o.model o.csv --horizon 3 --rows 41: --csv
near "Brier score over a horizon" "$(brier 41 3)" 0.002 "$(value Brier)"
says "mean of 1000 random forecasts"
near "log loss over a horizon" "$(awk "$chain"' NR > 1 { y[++n] = $1 } END { for (i = 41; i + 3 <= n; i++) for (h = 1; h <= 3; h++) { w = ahead(y[i], h); s -= log(y[i + h] ? w : 1 - w); k++ }
    printf "%.9f", s / k }' o.csv)" 0.005 "$(value negative)"
run unroll score o.model o.csv --horizon 3 --rows 41: --samples 50 --csv
near "of fewer random forecasts" "$(brier 41 3)" 0.01 "$(value Brier)"
says "mean of 50 random forecasts"
run unroll score o.model o.csv --horizon 1 --rows 41: --csv
near "Brier score one step ahead" "$(brier 41 1)" 1e-9 "$(value Brier)"
silent "random"

# a gap before the horizon is one more step
sed '$d' o.csv > gap.csv
echo '""' >> gap.csv
run unroll predict o.model gap.csv --horizon 2 --csv
last=$(awk 'NR > 1 && $1 ~ /^[01]$/ { y = $1 } END { print y }' gap.csv)
for n in 1 2 3; do near "after a gap, $n" "$(awk "$chain"' BEGIN { print ahead('$last', '$n') }')" 0.03 "$(column o_mean | sed -n ${n}p)"; done

# ---- numbers that hang on what is drawn: E y = 10 P(1) + 1; the likeliest path says 1
printf 'data o[t] : count, y[t] : raw\nparam a = 2.5, b = -2, s = 1\no[t] ~ bernoulli(a o[t-1] + b)\ny[t] ~ normal(10 o[t] + 1, s)\n' > y.unr
awk 'NR == 1 { print "o,y"; next } { print $1 "," 10 * $1 + 1 + (NR % 3 - 1) / 10 }' o.csv > y.csv
run unroll fit y.unr y.csv -q -o y.model --epochs 1 --rate 1e-12 --precision double
run unroll predict y.model y.csv --horizon 3 --csv
for n in 1 2 3; do near "y, $n steps ahead" "$(awk "$chain"' BEGIN { print 10 * ahead(0, '$n') + 1 }')" 0.5 "$(column y_mean | sed -n ${n}p)"; done
same "y itself goes on from the likeliest o" "1 1 1" "$(column y | tr '\n' ' ' | sed 's/ $//')"
run unroll score y.model y.csv --horizon 3 --rows 41: --csv
mae=$(awk "$chain"' NR > 1 { y[++n] = $1; split($1, q, ","); o[n] = q[1]; v[n] = q[2] }
    END { for (i = 41; i + 3 <= n; i++) for (h = 1; h <= 3; h++) { d = 10 * ahead(o[i], h) + 1 - v[i + h]; s += d < 0 ? -d : d; k++ } printf "%.9f", s / k }' y.csv)
near "MAE of y" "$mae" 0.05 "$(awk -F, '$1 == "y" && $2 == "MAE" { print $3; exit }' out)"

# ---- symbols: what the model says of the next one after a, b and c gives its matrix; n steps ahead it is the matrix's power
printf 'data k[t] : symbol\nparam W, c\nk[t] ~ categorical(W k[t-1] + c)\n' > k.unr
awk 'BEGIN { print "k"; for (i = 0; i < 120; i++) print substr("aabcabbcc", 1 + (i * i + i % 4) % 9, 1) }' > k.csv
run unroll fit k.unr k.csv -q -o k.model --epochs 400 --rate 0.1 --precision double --threads 1
for s in a b c; do
    { cat k.csv; echo $s; } > now.csv
    run unroll predict k.model now.csv --horizon 1 --probabilities --csv
    echo "$(column k_p_a) $(column k_p_b) $(column k_p_c)"
done > matrix
near "shares add up to 1" 3 1e-9 "$(awk '{ s += $1 + $2 + $3 } END { printf "%.12f", s }' matrix)"
power='FNR == NR { for (j = 1; j <= 3; j++) P[NR, j] = $j; next }
    function ahead(from, h, to,  q, r, i, j) { for (i = 1; i <= 3; i++) q[i] = i == from
        for (; h > 0; h--) { for (j = 1; j <= 3; j++) { r[j] = 0; for (i = 1; i <= 3; i++) r[j] += q[i] * P[i, j] } for (j = 1; j <= 3; j++) q[j] = r[j] } return q[to] }'
run unroll predict k.model k.csv --horizon 4 --probabilities --csv
silent "no effect"
now=$(sed -n '$p' k.csv | tr abc 123)
for n in 1 2 3 4; do
    for j in 1 2 3; do
        near "symbol $j, $n steps ahead" "$(awk "$power"' END { print ahead('$now', '$n', '$j') }' matrix k.csv)" 0.05 "$(column k_p_$(echo $j | tr 123 abc) | sed -n ${n}p)"
    done
done
run unroll score k.model k.csv --horizon 3 --rows 41: --csv
near "−log p over a horizon" "$(awk "$power"' FNR > 1 { y[++n] = index("abc", $1) }
    END { for (i = 41; i + 3 <= n; i++) for (h = 1; h <= 3; h++) { s -= log(ahead(y[i], h, y[i + h])); k++ } printf "%.9f", s / k }' matrix k.csv)" 0.005 "$(value negative)"

sed '5s/.*/""/; 9s/.*/""/' k.csv > holes.csv
run unroll predict k.model holes.csv --probabilities --csv
silent "no effect"
same "of holes too" "4 8 " "$(column position | tr '\n' ' ')"

# ---- the rows of one table are one series: it goes on after any part, and after its last row
run unroll fit k.unr k.csv -q -o k.model --epochs 2
run unroll score k.model k.csv --csv
same "as many symbols as rows" 120 "$(awk -F, 'NR == 2 { print $NF }' out)"
run unroll score k.model k.csv --rows -50:-20 --csv
same "of a part" 30 "$(awk -F, 'NR == 2 { print $NF }' out)"
run unroll score k.model k.csv --horizon 3 --rows 41: --csv
same "of forecasts" "231,77" "$(awk -F, 'NR == 2 { print $(NF - 1) "," $NF }' out)"
cp k.model whole.model
run unroll fit k.unr k.csv -q -o k.model --epochs 2 --stream
run unroll score k.model k.csv --csv
cp out stream
run unroll score whole.model k.csv --csv
same "as one long sequence" "$(cat stream)" "$(cat out)"
# groups are sequences that end
awk 'NR == 1 { print "g,k"; next } { print int(NR / 10) "," $1 }' k.csv > g.csv
run unroll fit k.unr g.csv --group g -q -o g.model --epochs 2
run unroll score g.model g.csv --csv
same "an end for each group" 133 "$(awk -F, 'NR == 2 { print $NF }' out)"
run unroll predict k.model k.csv --horizon 2
says "position" "121" "122"

# ---- data that are given over the horizon are those that came, and a note says that a forecast needs them
printf 'data x[t], y[t] : raw\nparam a, s\ny[t] ~ normal(a x[t], s)\n' > x.unr
awk 'BEGIN { print "x,y"; for (t = 0; t < 60; t++) print t % 7 "," t % 7 + t % 2 }' > x.csv
run unroll fit x.unr x.csv -q -o x.model
run unroll score x.model x.csv --horizon 3 --rows 30:
says "over each horizon x is read as the data have it"
run unroll score x.model x.csv
silent "over each horizon"
sed 's/(a x\[t\]/(a x[t-3]/' x.unr > lag.unr
run unroll fit lag.unr x.csv -q -o lag.model
run unroll score lag.model x.csv --horizon 3 --rows 30:
silent "over each horizon"
run unroll score lag.model x.csv --horizon 4 --rows 30:
says "over each horizon x is read as the data have it"

# ---- a baseline that has nothing before the first row: over how many values it is, and the model's errors on these
run unroll score x.model x.csv --csv
says 'y: the baseline "last value" is over 59 of 60 values' "on these 59 the model's MAE is"
run unroll score x.model x.csv --rows 7:
silent "the baseline"

# two given data after the history: both are named
printf 'data p[t], inc[t], q[t] : raw\nparam a, b, d, s\nq[t] ~ normal(a q[t-1] + b p[t] + d inc[t], s)\n' > two.unr
awk 'BEGIN { print "p,inc,q"; for (t = 0; t < 40; t++) print t % 5 "," t % 7 "," t % 5 + 2 * (t % 7) + t % 2 }' > two.csv
run unroll fit two.unr two.csv -q -o two.model
run unroll predict two.model two.csv --rows :-3 --horizon 3
says "over the horizon p, inc are read from the rows that come after the data; q is not"

# the naive forecast says what it is where it is not the last value
awk 'BEGIN { print "y"; for (t = 0; t < 70; t++) print 10 * (t % 7) + t % 3 }' > week.csv
printf 'data y[t] : raw\nparam a, c, s\ny[t] ~ normal(a y[t-1] + c, s)\n' > ar.unr
run unroll fit ar.unr week.csv -q -o ar.model
run unroll predict ar.model week.csv --horizon 2
says "naive is the value 7 positions earlier, the season that the fit found in its data"
run unroll predict ar.model week.csv --horizon 2 --season 1 --csv
silent "naive is"
same "the last value" "$(sed -n '$p' week.csv)" "$(column naive | sed -n 1p)"

# a model by least squares has no forecast from lags that reach before the data
printf 'g,y\na,5\na,7\na,6\na,9\na,8\na,11\na,10\nb,3\nb,9\nb,4\nb,7\n' > short.csv
sed 's/a y\[t-1\]/a y[t-1] + b y[t-2]/; s/param a/param a, b/' ar.unr > two_lags.unr
run unroll fit two_lags.unr short.csv --group g -q -o short.model
run unroll score short.model short.csv --horizon 3 --csv
says "1 of 2 examples are too short for a forecast of 3 positions after the first lags"
same "of the longer one" "6" "$(awk -F, 'NR == 2 { print $(NF - 1) }' out)"

# what is filled in where the lags reach before the data, the very first too
printf 'y\n""\n2\n3\n5\n' > first.csv
run unroll predict ar.model first.csv
says "1 of the values filled in is among the first 1 position,"

# groups end, and over a horizon they go on: after b comes b or the end, so an a never does
awk 'BEGIN { print "id,s"; for (g = 0; g < 60; g++) { n = 3 + g % 4; m = 1 + g % 3; for (i = 0; i < n; i++) print g ",a"; for (i = 0; i < m; i++) print g ",b" } }' > dep.csv
printf 'data s[t] : symbol\nparam P, c\ns[t] ~ categorical(P s[t-1] + c)\n' > dep.unr
run unroll fit dep.unr dep.csv --group id -q -o dep.model
for plan in fast naive; do
    run unroll predict dep.model dep.csv --rows :2 --horizon 4 --probabilities --csv --plan $plan
    same "b and b again, $plan" "b b b b b b b b" "$(column s | tr '\n' ' ' | sed 's/ $//')"
    near "surely, $plan" 8 0.01 "$(column s_p_b | awk '{ s += $1 } END { print s }')"
    run unroll sample dep.model dep.csv --rows :2 --horizon 4 --samples 3 --csv --plan $plan
    silent "<end>"
done
finish
