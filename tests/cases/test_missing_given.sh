#!/bin/sh
# Numbers that are given to a model, not drawn by it, and missing: never a zero or the mean without a word. What reads one is neither scored nor
# predicted: the right values are those of the complete rows alone.
. "$(dirname "$0")/lib.sh"
printf 'data x[t] : raw, y[t] : raw\nparam a, c, s\ny[t] ~ normal(a x[t] + c, s)\n' > raw.unr
sed 's/x\[t\] : raw/x[t] : real/' raw.unr > real.unr
awk 'BEGIN { print "x,y"; for (i = 0; i < 60; i++) { x = 100 + i * 7 % 13; printf "%s,%.6f\n", i % 5 == 2 ? "" : x, 2 * x + 1 + (i % 3 - 1) } }' > gaps.csv
awk -F, '$1 != ""' gaps.csv > whole.csv
printf 'x,y\n100,201\n,\n104,\n' > ahead.csv
# the sums of squares of the complete rows
rmse=$(awk -F, 'NR > 1 { n++; x += $1; y += $2; xx += $1 * $1; xy += $1 * $2; yy += $2 * $2 }
    END { sxx = xx - x * x / n; sxy = xy - x * y / n; printf "%.9f", sqrt((yy - y * y / n - sxy * sxy / sxx) / n) }' whole.csv)
for kind in raw real; do
    run unroll fit $kind.unr gaps.csv -o gaps.model
    says "note: x (gaps.csv, column x): 12 of 60 are missing, first at row 3: values that read one are not scored" "48 rows used, 12 left out"
    near "$kind, exact: RMSE" "$rmse" 1e-6 "$(score gaps.model gaps.csv RMSE)"
    near "$kind, exact: RMSE of the complete rows" "$rmse" 1e-6 "$(score gaps.model whole.csv RMSE)"
    near "$kind, exact: by the oracle" "$(score gaps.model whole.csv negative)" 1e-9 "$(score gaps.model gaps.csv --plan naive negative)"
    near "$kind, exact: likelihood" "$(score gaps.model whole.csv negative)" 1e-9 "$(score gaps.model gaps.csv negative)"
    run unroll score gaps.model gaps.csv
    says "12 of 60 are missing"
    run unroll fit $kind.unr whole.csv -o whole.model
    silent "are missing"
    run unroll predict whole.model ahead.csv --csv
    says "1 of 3 is missing, first at row 2: values that read one are not scored, and none is predicted there"
    same "$kind: what is not known has no number" "" "$(column y | sed -n 1p)"
    near "$kind: what is known has" 209 0.5 "$(column y | sed -n 2p)"
    run unroll predict whole.model ahead.csv --csv --samples 20
    same "$kind: nor quantiles" "3,,,,,,," "$(sed -n 2p out | sed 's/^2/3/')"
done

# by gradients: the same steps from the same start
for data in gaps whole; do
    run unroll fit real.unr $data.csv -q -o $data.model --method gradients --optimiser adam --rate 0.05 --epochs 40 --chunk 0 --precision double
done
near "by gradients" "$(score whole.model whole.csv negative)" 1e-6 "$(score gaps.model whole.csv negative)"

# lags: each missing number takes the two rows that read it, and no more; the first two rows have no lags
printf 'data x[t], y[t] : raw\nindex j = 1..2\nparam A[j], c, s\ny[t] ~ normal(sum[j](A[j] * x[t-j]) + c, s)\n' > lags.unr
run unroll fit lags.unr gaps.csv -o lags.model
says "34 rows used, 26 left out"

# what would be drawn from a missing number is not read as if it were known; after a value that is given all goes on
printf 'data x[t], y[t] : raw\nparam a, b, c, s\ny[t] ~ normal(a * y[t-1] + b * x[t] + c, s)\n' > ar.unr
printf 'x,y\n1,3\n2,5\n,\n3,\n4,\n5,11\n6,\n7,\n' > chain.csv
run unroll fit ar.unr whole.csv -q -o ar.model
run unroll predict ar.model chain.csv --csv
same "a chain of draws" "3: 4: 5: 7:n 8:n" "$(awk -F, 'NR > 1 { printf "%s%s:%s", s, $1, $2 == "" ? "" : "n"; s = " " }' out)"

# over a horizon nothing is scored from there on that reads what would be drawn: the next given value is as good as ever
printf 'data x[t], y[t] : raw\nparam c = 0\ny[t] ~ normal(0.5 * y[t-1] + x[t] + c, 0.1)\n' > ahead.unr
awk 'BEGIN { print "x,y"; for (i = 1; i <= 60; i++) { x = i % 7 + 3; y = y / 2 + x; printf "%s,%.12f\n", i == 30 || i == 51 ? "" : x, y } }' > ahead.csv
run unroll fit ahead.unr ahead.csv --horizon 4 --context 5 --epochs 2 --rate 1e-9 --precision double -o ahead.model
says "loss        -1.38365 on the training part"
run unroll score ahead.model ahead.csv --rows 20: --horizon 4 --precision double --csv
says "6 forecasts are scored up to where they would read a number that is given and missing"
near "a horizon: RMSE" 0 1e-6 "$(awk -F, '$2 == "RMSE" { print $3; exit }' out)"
near "a horizon: values scored" 128 0 "$(awk -F, '$2 == "RMSE" { print $6; exit }' out)"
near "a horizon: forecasts, of 37 those whose first value is not left out" 35 0 "$(awk -F, '$2 == "RMSE" { print $7; exit }' out)"
# a lag beyond the horizon reads nothing that is hidden: the row of the missing number alone is left out
sed 's/y\[t-1\]/y[t-4]/' ahead.unr > apart.unr
awk 'BEGIN { print "x,y"; for (i = 1; i <= 60; i++) { x = i % 7 + 3; y[i] = y[i - 4] / 2 + x; printf "%s,%.12f\n", i == 30 || i == 51 ? "" : x, y[i] } }' > apart.csv
run unroll fit apart.unr apart.csv --horizon 4 --context 5 --epochs 1 --rate 1e-9 --precision double -q -o apart.model
run unroll score apart.model apart.csv --rows 20: --horizon 4 --precision double --csv
near "a longer lag: RMSE" 0 1e-6 "$(awk -F, '$2 == "RMSE" { print $3; exit }' out)"
near "a longer lag: values scored" 140 0 "$(awk -F, '$2 == "RMSE" { print $6; exit }' out)"

# one row for each example
printf 'data x : raw, y : raw\nparam a, c, s\ny ~ normal(a x + c, s)\n' > rows.unr
run unroll fit rows.unr gaps.csv -o rows.model
near "examples" "$rmse" 1e-6 "$(score rows.model gaps.csv RMSE)"

# a recurrence carries it everywhere: it stays what it is read as, and that is said
printf 'data x[t], y[t] : raw\nparam a, b, c, s\nh[t] = tanh(a * h[t-1] + b * x[t])\ny[t] ~ normal(h[t] + c, s)\n' > far.unr
run unroll fit far.unr gaps.csv -o far.model --epochs 1
says "12 of 60 are missing, first at row 3; each is read as 0"

# nothing is left; and what no equation reads is no matter
printf 'x,y\n,3\n,5\n' > none.csv
fails 4 unroll fit raw.unr none.csv -o none.model
printf 'data x[t], y[t] : raw\nparam c, s\ny[t] ~ normal(c, s)\n' > unread.unr
run unroll fit unread.unr gaps.csv -o unread.model
silent "are missing"
finish
