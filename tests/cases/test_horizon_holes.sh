#!/bin/sh
# Forecasts over a horizon that begin from a past with missing values, for which the model's own draws stand: counted, said, and scored without them too.
# The right errors are made here from the model's own parameters.
. "$(dirname "$0")/lib.sh"
printf 'data y[t] : raw\nparam a, c, s\ny[t] ~ normal(a * y[t-1] + c, s)\n' > m.unr
awk 'BEGIN { print "n,y"; for (t = 1; t <= 60; t++) print t "," (t == 40 || (t >= 44 && t <= 46) || t == 53 ? "" : 5 + sin(t) + t % 4 / 5) }' > t.csv
run unroll fit m.unr t.csv -q -o m.model
{ unroll show m.model a --csv; unroll show m.model c --csv; } > p.csv
expected() {    # of the forecasts of 3 from each row 30 to 57 whose value is there: MAE, RMSE, how many
    awk -F, 'NR == FNR { p[$1] = $3 == "" ? $2 : $3; next } FNR > 1 && $2 != "" { y[$1] = $2 } END {
        for (t = 30; t <= 57; t++) if (t in y) { g = y[t]
            for (k = 1; k <= 3; k++) { g = p["a"] * g + p["c"]; if (t + k in y) { e = y[t + k] - g; m += e < 0 ? -e : e; q += e * e; n++ } } }
        printf "%.10g %.10g %d\n", m / n, sqrt(q / n), n }' p.csv t.csv
}
set -- $(expected)
run unroll score m.model t.csv --horizon 3 --csv
without() { sed -n "s/.*\"$1, no missing value read\",\([^,]*\),.*/\1/p" out; }
near "MAE" "$1" 1e-6 "$(without MAE)"
near "RMSE" "$2" 1e-6 "$(without RMSE)"
says "values are forecast from a past that has missing ones, in whose place the model's own draws stand; on the other $3 the MAE is"
# 28 rows, 30 to 57, of which the one before three missing values has none to forecast
same "origins" 27 "$(column origins | sed -n 2p)"
# nothing missing is nothing to say
awk -F, '$2 != ""' t.csv > whole.csv
run unroll score m.model whole.csv --horizon 3 --csv
silent "no missing value read"
silent "from a past"
# what predict begins from
run unroll predict m.model t.csv --horizon 2 --csv
silent "from a past"
sed '$s/,.*/,/' t.csv > last.csv
run unroll predict m.model last.csv --horizon 2 --csv
says "the forecast begins from a past that has missing values, in whose place the model's own draws stand"
{ sed 's/^/a,/;1s/a,/id,/' t.csv; sed '1d;s/^/b,/' last.csv; } > two.csv
run unroll predict m.model two.csv --group id --horizon 2 --csv
says "1 of 2 examples are forecast from a past that has missing values"
# symbols: how many are said rightly
printf 'data s[t] : symbol\nparam W, b\ns[t] ~ categorical(W s[t-1] + b)\n' > s.unr
awk 'BEGIN { print "n,s"; for (t = 1; t <= 80; t++) print t "," (t % 9 == 4 ? "" : substr("aabb", t % 4 + 1, 1)) }' > s.csv
run unroll fit s.unr s.csv -q -o s.model
run unroll score s.model s.csv --horizon 2 --csv
says "accuracy %, no missing value read"
# and of 0 and 1
printf 'data o[t] : count\nparam a, b\no[t] ~ bernoulli(a + b * o[t-1])\n' > o.unr
awk 'BEGIN { print "n,o"; for (t = 1; t <= 80; t++) print t "," (t == 47 || t == 60 ? "" : t % 4 < 2) }' > o.csv
run unroll fit o.unr o.csv -q -o o.model
run unroll score o.model o.csv --horizon 1 --rows 40: --csv
says "2 of 38 values are forecast from a past that has missing ones"
near "a row of its own, of the others" 36 0 "$(sed -n 's/.*"accuracy %, no missing value read",.*,\([0-9]*\),[0-9]*$/\1/p' out)"
# a model without an index has no forecast to plot
printf 'data x : raw, y : raw\nparam a, s\ny ~ normal(a * x, s)\n' > flat.unr
awk 'BEGIN { print "x,y"; for (t = 1; t <= 20; t++) print t "," t + t % 3 }' > flat.csv
run unroll fit flat.unr flat.csv -q -o flat.model
fails 2 unroll plot flat.model flat.csv
says "y has no index, as t of y[t]: there is no forecast to plot"
finish
