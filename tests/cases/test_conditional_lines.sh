#!/bin/sh
# A ~ line that holds at some rows: the others are neither fitted, scored nor predicted, as if their values were not there. Values that would ruin
# a fit stand where it does not hold; right numbers are those of the table without these rows, where nothing reads them.
. "$(dirname "$0")/lib.sh"
row() { awk -F, -v d="$1" -v s="$2" '$1 == d && index($2, s) == 1 { print $3; exit }' out; }
counted() { awk -F, -v s="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "n") n = i; next } index($2, s) == 1 { print $n; exit }' out; }

printf 'data x[t] : raw, y[t] : raw\nparam a, c, s\ny[t] ~ normal(a x[t] + c, s) if t > 3 and x[t] != 5\n' > if.unr
sed 's/ if .*//' if.unr > all.unr
awk 'BEGIN { print "x,y"; for (t = 1; t <= 60; t++) { x = t % 7; print x "," (t <= 3 || x == 5 ? 1000 : 2 * x + 1 + (t * 7 % 5) / 10) } }' > if.csv
awk -F, 'NR == 1 || ($2 != 1000)' if.csv > held.csv
for method in auto gradients; do
    for precision in double single; do
        run unroll fit if.unr if.csv --method $method --precision $precision -o if.model
        run unroll fit all.unr held.csv --method $method --precision $precision -o all.model
        near "$method, $precision: the likelihood" "$(score all.model held.csv negative)" 1e-4 "$(score if.model if.csv negative)"
        near "$method, $precision: MAE" "$(score all.model held.csv MAE)" 1e-4 "$(score if.model if.csv MAE)"
    done
done
run unroll fit all.unr held.csv -q -o all.model
run unroll fit if.unr if.csv -o if.model
says "49 rows used, 11 left out (missing, before the first lag, or where the line does not hold)"
for plan in fast naive; do
    run unroll score if.model if.csv --csv --plan $plan
    same "values that count, $plan" 49 "$(counted MAE)"
    near "their likelihood, $plan" "$(score all.model held.csv negative)" 1e-9 "$(row y negative)"
done
run unroll score if.model if.csv --csv --horizon 3 --rows 30:
same "of 28 forecasts of 3, without x = 5" "$(awk -F, 'NR > 1 { x[++n] = $1 } END { for (i = 30; i + 3 <= n; i++) for (h = 1; h <= 3; h++) k += x[i + h] != 5; print k }' if.csv)" "$(counted MAE)"
silent "up to where they would read"
run unroll explain if.unr
says "drawn if t > 3 and x[t] != 5"

# predictions: nothing where it does not hold
awk -F, 'NR == 3 || NR == 6 || NR == 20 { print $1 ","; next } { print }' if.csv > gaps.csv
run unroll predict if.model gaps.csv --csv
same "rows 2, 5 and 19: x is 2, 5, 5" "2, 5, 19, " "$(awk -F, 'NR > 1 { printf "%s,%s ", $1, $2 }' out)"
awk -F, 'NR == 12 { print $1 ","; next } { print }' if.csv > gap.csv
run unroll predict if.model gap.csv --csv
near "row 11: x is 4" 9.2 0.2 "$(column y)"
run unroll predict if.model gaps.csv --samples 5 --csv
same "nor random ones" ",," "$(awk -F, 'NR > 1 { printf "%s%s", s, $2; s = "," } END { print "" }' out)"

# lags read what the data say at rows that do not count
printf 'data y[t] : raw\nparam a, c, s\ny[t] ~ normal(a y[t-1] + c, s) if mod(t, 3) != 0\n' > lag.unr
awk 'BEGIN { print "y"; y = 1; for (t = 1; t <= 90; t++) { y = t % 3 == 0 ? 5 * sin(t) : 0.6 * y + 2 + (t * 11 % 7) / 10; print y } }' > lag.csv
run unroll fit lag.unr lag.csv -q -o lag.model
run unroll show lag.model --csv
near "the slope, by least squares over the rows that count" "$(awk 'NR > 1 { y[++n] = $1 } END { for (t = 2; t <= n; t++) if (t % 3) { k++; sx += y[t-1]; sy += y[t]; sxx += y[t-1]^2; sxy += y[t-1] * y[t] }
    printf "%.10f", (k * sxy - sx * sy) / (k * sxx - sx^2) }' lag.csv)" 1e-6 "$(awk -F, '$1 == "a" { print $3 }' out)"

# without an index, in groups, of symbols and whole numbers; data of the condition that are missing
printf 'data x, ok, y : raw\nparam a, c, s\ny ~ normal(a x + c, s) if ok > 0\n' > row.unr
awk 'BEGIN { print "x,ok,y"; for (i = 1; i <= 30; i++) print i "," (i == 10 ? "" : i % 3) "," (i % 3 ? 3 * i + 2 + i % 2 : -500) }' > row.csv
run unroll fit row.unr row.csv -o row.model
says "19 rows used, 11 left out"
run unroll score row.model row.csv --csv
same "a missing one does not hold" 19 "$(counted MAE)"
printf 'data g : symbol, x[t] : raw, k[t] : symbol, n[t] : count\nparam W, c, d\nk[t] ~ categorical(W x[t] + c) if t > 1\nn[t] ~ poisson(exp(d)) if x[t] > 0\n' > two.unr
awk 'BEGIN { print "id,g,x,k,n"; for (i = 0; i < 60; i++) print int(i / 6) ",u," i % 4 - 1 "," substr("abc", 1 + i % 3, 1) "," (i % 4 > 1 ? 2 : 100) }' > two.csv
run unroll fit two.unr two.csv --group id -q -o two.model
run unroll score two.model two.csv --csv
same "ten groups without their first" "50" "$(counted negative)"
near "the rate where it counts" 2 1e-4 "$(awk -F, '$1 == "n" && $2 == "MAE" { print 2 + $3 }' out)"
# several lines: the first that holds is the line. Exact where they share the deviation: both slopes are those of their own rows
value() { unroll show "$1" --csv -q | awk -F, -v n="$2" '$1 == n { print $3; exit }'; }
awk 'BEGIN { srand(2); print "x,y"; for (i = 0; i < 300; i++) { x = 4 * rand() - 2; u = rand() - 0.5; print x "," (x > 0 ? 2 * x + u : -x + u) } }' > two.csv
printf 'data x[t], y[t] : raw\nparam a, b, s\ny[t] ~ normal(a * x[t], s) if x[t] > 0\ny[t] ~ normal(b * x[t], s) if t > 20\n' > two.unr
run unroll fit two.unr two.csv -o two.model
says "linear in its trained parameters (a, b)"
near "the slope above 0" "$(awk -F, 'NR > 1 && $1 > 0 { p += $1 * $2; q += $1 * $1 } END { printf "%.12f", p / q }' two.csv)" 1e-9 "$(value two.model a)"
near "the slope below" "$(awk -F, 'NR > 21 && $1 <= 0 { p += $1 * $2; q += $1 * $1 } END { printf "%.12f", p / q }' two.csv)" 1e-9 "$(value two.model b)"
run unroll score two.model two.csv --csv
near "rows where none holds" "$(awk -F, 'NR > 1 && ($1 > 0 || NR > 21) { n++ } END { print n }' two.csv)" 0 "$(counted negative)"
# of several distributions: each is fitted by its own rows, and draws there
printf 'data x[t], y[t] : raw\nparam a, s, r\ny[t] ~ normal(a * x[t], s) if x[t] > 0\ny[t] ~ laplace(1, r, weight = 2)\n' > mixed.unr
run unroll fit mixed.unr two.csv --precision double -o mixed.model
says "y is of several distributions, not normal"
near "the slope of the first" "$(awk -F, 'NR > 1 && $1 > 0 { p += $1 * $2; q += $1 * $1 } END { printf "%.12f", p / q }' two.csv)" 1e-5 "$(value mixed.model a)"
near "the scale of the second" "$(awk -F, 'NR > 1 && $1 <= 0 { p += $2 > 1 ? $2 - 1 : 1 - $2; n++ } END { printf "%.12f", p / n }' two.csv)" 1e-5 "$(value mixed.model r | awk '{ print log(1 + exp($1)) }')"
printf 'x,y\n1,\n-1,\n' > ask.csv
run unroll predict mixed.model ask.csv --csv -q
near "where the first holds" "$(value mixed.model a)" 1e-6 "$(column y | head -1)"
near "where the second does" 1 1e-12 "$(column y | tail -1)"
finish
