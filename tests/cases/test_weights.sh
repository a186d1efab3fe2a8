#!/bin/sh
# A weight in a ~ line: a row of weight w counts as w rows do, in every way to fit and to score; and one that is missing or negative is an error.
. "$(dirname "$0")/lib.sh"
row() { awk -F, -v d="$1" -v s="$2" '$1 == d && index($2, s) == 1 { print $3; exit }' out; }
counted() { awk -F, -v s="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "n") n = i; next } index($2, s) == 1 { print $n; exit }' out; }
value() { unroll show "$1" --csv -q | awk -F, -v n="$2" '$1 == n { print $3; exit }'; }
awk 'BEGIN { srand(4); print "x,y,n,k,w"; for (i = 0; i < 120; i++) { x = 2 * rand() - 1; y = 1 + 2 * x + (rand() - 0.5)
    printf "%.6f,%.6f,%d,%s,%d\n", x, y, 3 * rand() + x + 1, rand() < 0.3 ? "b" : "a", int(4 * rand()) } }' > w.csv
awk -F, 'NR == 1 { print; next } { for (i = 0; i < $5; i++) print }' w.csv > many.csv
weighted() {    # weighted WHAT "LINE, with WEIGHT for the weight" PARAMETERS TOLERANCE OPTIONS
    what=$1; line=$2; params=$3; off=$4; shift 4
    declared="data x[t], y[t] : raw, n[t], w[t] : count, k[t] : symbol"
    printf '%s\nparam %s\n%s\n' "$declared" "$params" "$line" > w.unr
    printf '%s\nparam %s\n%s\n' "$declared" "$params" "$(echo "$line" | sed 's/, weight = .*)/)/')" > m.unr
    run unroll fit w.unr w.csv -q "$@" -o w.model
    run unroll fit m.unr many.csv -q "$@" -o m.model
    for s in "negative"; do near "$what" "$(score m.model many.csv $s)" "$off" "$(score w.model w.csv $s)"; done
    run unroll score w.model w.csv --csv
    near "$what: n" "$(awk -F, -v each="${what#* / }" 'NR > 1 { n += $5 } END { print n / (each + 0 > 1 ? each : 1) }' w.csv)" 0 "$(counted negative)"
}
weighted "least squares" 'y[t] ~ normal(a + b * x[t], s, weight = w[t])' 'a, b, s' 1e-9
near "slope" "$(value m.model b)" 1e-9 "$(value w.model b)"
near "deviation" "$(value m.model s)" 1e-9 "$(value w.model s)"
run unroll fit w.unr w.csv -o w.model
says "or of weight 0"
run unroll score w.model w.csv --csv
near "errors count each value once" 120 0 "$(counted MAE)"
weighted "counts" 'n[t] ~ poisson(exp(a + b * x[t]), weight = w[t])' 'a, b' 1e-6 --precision double
weighted "labels" 'k[t] ~ categorical(W * x[t] + c, weight = w[t])' 'W, c' 1e-5 --precision double
base() { unroll score "$@" --csv -q | awk -F, 'NR == 2 { print $4 }'; }
near "labels: the baseline is weighed too, in the fit and in the score" "$(base m.model many.csv)" 1e-9 "$(base w.model w.csv)"
weighted "gradients / 2" 'y[t] ~ normal(a + b * x[t], s, weight = w[t] / 2)' 'a, b, s' 0.1 --method gradients --epochs 30
# two components, one deviation for both: one system of all
printf 'data x[t] : raw, y[t] : raw(2), w[t] : raw\nparam A, c, s(1)\ny[t] ~ normal(A x[t] + c, s, weight = w[t])\n' > two.unr
awk -F, 'NR == 1 { print "x,y1,y2,w"; next } { print $1 "," $2 "," $3 "," $5 }' w.csv > two.csv
awk -F, 'NR == 1 { print; next } { for (i = 0; i < $4; i++) print }' two.csv > twomany.csv
run unroll fit two.unr two.csv -q -o two.model
sed 's/, weight = .*)/)/' two.unr > twom.unr
run unroll fit twom.unr twomany.csv -q -o twom.model
near "two components" "$(score twom.model twomany.csv negative)" 1e-9 "$(score two.model two.csv negative)"
# a weight of what the line draws: a 1 counts five times
printf 'data x[t] : raw, n[t] : count\nparam a, b\nn[t] ~ poisson(exp(a + b * x[t]), weight = 1 + 4 * (n[t] == 1))\n' > own.unr
run unroll fit own.unr w.csv -q --precision double -o own.model
awk -F, 'NR == 1 { print; next } { for (i = 0; i < ($3 == 1 ? 5 : 1); i++) print }' w.csv > ownmany.csv
sed 's/, weight = .*)/)/' own.unr > ownm.unr
run unroll fit ownm.unr ownmany.csv -q --precision double -o ownm.model
near "a weight by the value drawn" "$(score ownm.model ownmany.csv negative)" 1e-6 "$(score own.model w.csv negative)"
# values missing that lags read: what is told apart is weighed as well
printf 'data y[t] : raw, w[t] : raw\nparam a, c, s\ny[t] ~ normal(a * y[t-1] + c, s, weight = w[t])\n' > lag.unr
awk -F, 'NR == 1 { print "y,w"; next } { print (NR == 40 ? "" : $2) "," $5 }' w.csv > lag.csv
run unroll fit lag.unr lag.csv -q --precision double -o lag.model
run unroll score lag.model lag.csv --csv
near "n with a gap" "$(awk -F, 'NR > 2 && $1 != "" { n += $2 } END { print n }' lag.csv)" 0 "$(counted 'negative log-likelihood')"
# errors
sed 's/,2$/,/' w.csv > missing.csv
fails 4 unroll fit w.unr missing.csv -q -o no.model
says "the weight of y, w[t] / 2, is missing at position"
printf 'data x[t], y[t] : raw, w[t] : raw\nparam a, b, s\ny[t] ~ normal(a + b * x[t], s, weight = w[t])\n' > w.unr
sed 's/,2$/,-1/' w.csv > negative.csv
fails 4 unroll fit w.unr negative.csv -q -o no.model
says "w.unr:3:1: the weight of y, w[t], is negative at position"
sed 's/,[0-9]$/,0/' w.csv > zero.csv
fails 4 unroll fit w.unr zero.csv -q -o no.model
says "every weight of y, w[t], is 0: nothing counts"
run unroll fit w.unr w.csv -q -o w.model
fails 4 unroll score w.model negative.csv
sed 's/,2$/,-1/; 1!s/^\([^,]*\),[^,]*\(.*,-1\)$/\1,\2/' w.csv > unscored.csv     # no value there: its weight is nothing to it
run unroll fit w.unr unscored.csv -q -o un.model
# a missing number is no weight however it is read
printf 'y,q\n1,5\n2,5\n4,\n3,5\n6,1\n' > q.csv
for w in "q[t]" "1 + (q[t] > 2)" "where(q[t] > 2, 2, 1)" "1 + (q[t] != 5)" "max(q[t], 1)" "1 + (q[t-1] == 5) * 0 + 0 * t" "1 + (r[t] > 2)"; do
    printf "data y[t], q[t] : raw\nparam c, s\nr[t] = min(q[t], 9)\ny[t] ~ normal(c, s, weight = $w)\n" > q.unr
    fails 4 unroll fit q.unr q.csv -q -o q.model
    at=3
    [ "$w" = "1 + (q[t-1] == 5) * 0 + 0 * t" ] && at=4
    says "is missing at position $at of example 1"
done
awk 'BEGIN { print "y1,y2"; for (t = 1; t <= 30; t++) print t % 7 "," (t % 9 == 4 ? "" : t % 5) }' > part.csv
for c in 1 2; do
    printf "data y[t] : raw(2)\nparam c, s\ny[t] ~ normal(c, s, weight = 1 + (y[t][$c] > 2))\n" > part.unr
    if [ $c = 1 ]; then run unroll fit part.unr part.csv -q -o part.model; else fails 4 unroll fit part.unr part.csv -q -o part.model; fi
done
says "is missing at position 4 of example 1"

# given and known of what is drawn and missing
printf 'y,x\n1,1\n2,2\n,3\n4,4\n3,5\n5,6\n' > k.csv
for w in "1 + known(y[t-1])" "1 + 0.25 * given(y[t-1])" "k[t]"; do
    printf "index u = t\ndata y[t], x[t] : raw\nparam b\nk[t] = 1 + sum[u, u < t](known(y[u]))\ny[t] ~ normal(b, 1, weight = $w)\n" > k.unr
    run unroll fit k.unr k.csv -q -o k.model
    near "weights, $w" "$(awk -F, -v w="$w" 'NR > 1 { v = w ~ /given/ ? 1 + 0.25 * last : w ~ /^k/ ? 1 + seen : 1 + (last != ""); if ($1 != "") { n += v; seen++ } last = $1 } END { print n }' k.csv)" 1e-9 \
         "$(unroll score k.model k.csv --csv -q | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "n") n = i } $2 ~ /^negative/ { print $n; exit }')"
done
finish
