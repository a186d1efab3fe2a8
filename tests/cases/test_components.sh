#!/bin/sh
# Rows of which some components are missing: what is there is fitted, scored and read. A datum of two components is the same as two data, each
# with a ~ line of its own, so every number of the one is a number of the others.
. "$(dirname "$0")/lib.sh"
value() { unroll show "$1" --csv | sed 's/\[\([0-9]*\),\([0-9]*\)\]/[\1_\2]/; s/"//g' | awk -F, -v p="$2" '$1 == p { print $3 }'; }
loss() { unroll score "$@" --csv -q | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) { if ($i == "score") s = i; if ($i == "model") m = i; if ($i == "n") n = i } next }
    $s ~ /^negative/ { sum += $m * $n } END { printf "%.9f\n", sum }'; }
sums() { awk -F, -v c="$1" -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) { if ($i == "score") s = i; if ($i == "model") m = i; if ($i == "n") n = i } next }
    index($s, name) == 1 { a += $m * $n; k += $n } END { printf "%.9f", k ? a / k : -1 }' "$3"; }

# two series, of which one or the other or both are missing here and there
awk 'BEGIN { print "y1,y2,x"; for (t = 1; t <= 80; t++) { a = 4 + 0.6 * a0 - 0.3 * b0 + (t * 37 % 19 - 9) / 9; b = 1 + 0.2 * a0 + 0.5 * b0 + (t * 53 % 23 - 11) / 8
    print (t % 11 == 5 || t % 26 == 0 ? "" : a) "," (t % 9 == 4 || t % 26 == 0 ? "" : b) "," t % 5; a0 = a; b0 = b } }' > t.csv
printf 'data y[t] : raw(2)\nparam A, c, s\ny[t] ~ normal(A y[t-1] + c, s)\n' > row.unr
printf 'data y1[t], y2[t] : raw\nparam a, b, c, d, m1, m2, s1, s2\ny1[t] ~ normal(a y1[t-1] + b y2[t-1] + m1, s1)\ny2[t] ~ normal(c y1[t-1] + d y2[t-1] + m2, s2)\n' > two.unr
pairs="A[1_1]=a A[1_2]=b A[2_1]=c A[2_2]=d c[1]=m1 c[2]=m2 s[1]=s1 s[2]=s2"

same_fit() {    # same_fit WHAT TOLERANCE: row.model and two.model
    for p in $pairs; do near "$1: ${p%=*}" "$(value two.model "${p#*=}")" "$2" "$(value row.model "${p%=*}")"; done
}
same_use() {    # same_use WHAT TOLERANCE DATA: everything that is made of them
    near "$1: likelihood" "$(loss two.model "$3")" "$2" "$(loss row.model "$3")"
    for plan in fast ${4:-naive}; do
        run unroll predict two.model "$3" --csv -q --plan $plan; cp out two.csv
        run unroll predict row.model "$3" --csv -q --plan $plan
        same "$1: completions, $plan" "$(awk -F, -v OFS=, 'NR > 1 { printf "%d,%.6f,%.6f\n", $1, $2, $3 }' two.csv)" "$(awk -F, 'NR > 1 { printf "%d,%.6f,%.6f\n", $1, $2, $3 }' out)"
    done
    run unroll predict two.model "$3" --csv -q --horizon 4; cp out two.csv
    run unroll predict row.model "$3" --csv -q --horizon 4
    for c in y1 y2 y1_naive y2_naive; do same "$1: forecasts, $c" "$(column $c two.csv | awk '{ printf "%.6f\n", $1 }')" "$(column $c | awk '{ printf "%.6f\n", $1 }')"; done
    for horizon in "" "--horizon 3"; do
        run unroll score two.model "$3" --csv -q $horizon; cp out two.csv
        run unroll score row.model "$3" --csv -q $horizon
        near "$1: MAE $horizon" "$(sums all MAE two.csv)" "$2" "$(sums all MAE out)"
    done
}

run unroll fit two.unr t.csv -q -o two.model
run unroll fit row.unr t.csv -o row.model
says "exact least squares"; silent "some numbers"
same_fit "exact" 1e-7
same_use "exact" 1e-5 t.csv
for end in "10," ","; do
    { cat t.csv; echo "$end,1"; } > end.csv
    same_use "a last row of $end" 1e-5 end.csv fast
done
silent "gives no value"

# the same by gradients, in both plans, and on two threads
for more in "" "--threads 2"; do
    run unroll fit two.unr t.csv --method gradients $more -q -o two.model
    run unroll fit row.unr t.csv --method gradients $more -q -o row.model
    near "by gradients $more: likelihood" "$(loss two.model t.csv)" 2e-3 "$(loss row.model t.csv)"
    same_fit "by gradients $more" 2e-3
done

# in own units: scaled numbers have the likelihood of raw ones, whatever is missing; in parts of the data too, with weights, and of values drawn ahead
awk -F, 'NR == 1 { print; next } { print $1 "," ($2 == "" ? "" : 3 * $2) "," $3 }' t.csv > apart.csv
for line in "y[t] ~ normal(A y[t-1] + c, s)" "y[t] ~ normal(A y[t-1] + c, s, weight = 1 + (x[t] > 2))" "index k = 1..2\nparam B[k](2, 2), d[k](2), e[k](2)\ny[t+k] ~ normal(B[k] y[t] + d[k], e[k])"; do
    part="--valid 0.25"
    case $line in *t+k*) part= ;; esac
    for kind in raw real; do
        printf "data y[t] : $kind(2), x[t] : raw\nparam A(2, 2), c(2), s(2)\n$line\n" > own.unr
        run unroll fit own.unr apart.csv $part --precision double -o $kind.model
        sed -n 's/^loss *//p' err out > $kind.losses
        unroll score $kind.model apart.csv --csv -q | awk -F, '$2 ~ /^negative/ { printf "%.4f\n", $3 }' > $kind.scores
    done
    same "losses of scaled numbers, $line" "$(sed 's/[^0-9.]*\([-0-9.]*\).*on the validation.*/\1/' raw.losses | awk 'NR == 1 { printf "%.2f", $1 }')" "$(sed 's/[^0-9.]*\([-0-9.]*\).*on the validation.*/\1/' real.losses | awk 'NR == 1 { printf "%.2f", $1 }')"
    paste raw.scores real.scores | awk '{ if (($1 - $2) ^ 2 > 1e-4) print }' > differ
    same "likelihoods of scaled numbers, $line" "" "$(cat differ)"
done

# one slope and one deviation for both, along a fixed index: a system of all components
printf 'index j = 1..2\ndata y[t,j], x[t] : raw\nparam a, c[j], s\ny[t,j] ~ normal(a x[t] + c[j], s)\n' > row.unr
printf 'data y1[t], y2[t], x[t] : raw\nparam a, c1, c2, s\ny1[t] ~ normal(a x[t] + c1, s)\ny2[t] ~ normal(a x[t] + c2, s)\n' > two.unr
for method in auto gradients; do
    run unroll fit row.unr t.csv --method $method -q -o row.model
    run unroll fit two.unr t.csv --method gradients -q -o two.model
    near "along an index, $method: likelihood" "$(loss two.model t.csv)" 2e-3 "$(loss row.model t.csv)"
    for p in a "c[1]=c1" "c[2]=c2" s; do near "along an index, $method: ${p%=*}" "$(value two.model "${p#*=}")" 1e-3 "$(value row.model "${p%=*}")"; done
done
near "along an index: constants of the data alone" "$(awk -F, 'NR > 1 && $1 != "" { n++; y += $1; x += $3; } END { printf "%.8f", y / n }' t.csv)" 1e-6 \
     "$(awk -F, -v a="$(value row.model a)" -v c="$(value row.model 'c[1]')" 'NR > 1 && $1 != "" { n++; x += $3 } END { printf "%.8f", c + a * x / n }' t.csv)"

# distributions whose support has no 0, counts, and mixtures: the likelihood of a row is that of what it has
awk 'BEGIN { print "y1,y2,x"; for (t = 1; t <= 60; t++) print (t % 7 == 3 ? "" : 1 + t * 37 % 19) "," (t % 5 == 2 ? "" : 2 + t * 53 % 23) "," t % 5 }' > counts.csv
for law in "poisson(9)" "lognormal(2, 1)" "gamma(3, 0.4)" "laplace(8, 3)" "weibull(2, 9)" "negative_binomial(9, 2)"; do
    for text in "data y[t] : raw(2)\ny[t] ~ LAW" "index j = 1..2\ndata y[t,j] : raw\ny[t,j] ~ LAW" "data y1[t], y2[t] : raw\ny1[t] ~ LAW\ny2[t] ~ LAW"; do
        printf "$text\n" | sed "s/LAW/$law/" > law.unr
        run unroll fit law.unr counts.csv -q --precision double -o law.model
        loss law.model counts.csv
    done > losses
    for k in 2 3; do near "$law, likelihood of form $k" "$(head -1 losses)" 1e-6 "$(sed -n ${k}p losses)"; done
done
printf 'data y[t] : raw(2)\nparam l = [0; 0.5; 1]\ny[t] ~ mixture(l, normal(6, 2), point(7), laplace(8, 3))\n' > mix.unr
run unroll fit mix.unr counts.csv -q -o mix.model
for k in 1 2 3; do eval "l$k=$(value mix.model "l[$k]")"; done
near "a mixture: of a row what it has" "$(awk -F, -v l1="$l1" -v l2="$l2" -v l3="$l3" '
    function normal(y) { return y == "" ? 1 : exp(-((y - 6) / 2) ^ 2 / 2) / 2 / sqrt(6.283185307179586) }
    function laplace(y, d) { d = y < 8 ? 8 - y : y - 8; return y == "" ? 1 : exp(-d / 3) / 6 }
    NR > 1 && $1 $2 != "" { n++; at = ($1 == "" || $1 == 7) && ($2 == "" || $2 == 7)
        p = at ? exp(l2) : exp(l1) * normal($1) * normal($2) + exp(l3) * laplace($1) * laplace($2); s += log(p / (exp(l1) + exp(l2) + exp(l3))) }
    END { printf "%.8f", -s / n }' counts.csv)" 1e-6 "$(score mix.model counts.csv negative)"
# a component of given data that is there is read, whatever others of its row lack; as a subscript of an index too
awk 'BEGIN { print "x1,x2,x3,y"; for (t = 1; t <= 40; t++) { x = t * 37 % 19; print (t % 6 == 1 ? "" : t) "," (t % 10 == 3 ? "" : x) "," (t % 7 == 2 ? "" : 1) "," 2 + 3 * x + t * 53 % 23 } }' > given.csv
for form in "data x[t] : raw(3), y[t] : raw\nparam a, b, s\ny[t] ~ normal(a * x[t-1][2] + b, s)" "index j = 1..3\ndata x[t,j] : raw, y[t] : raw\nparam a, b, s\ny[t] ~ normal(a * x[t-1,2] + b, s)"; do
    printf "$form\n" > given.unr
    run unroll fit given.unr given.csv -o given.model
    says "35 rows used, 5 left out"
    near "rows that are scored" 35 0 "$(unroll score given.model given.csv --csv -q | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "n") n = i } $2 ~ /^negative/ { print $n }')"
done
printf 'data x[t] : raw(3), y[t] : raw\nparam b, s\ny[t] ~ normal(b, s) if x[t][1] > 20\n' > given.unr
run unroll fit given.unr given.csv -o given.model
near "rows of a condition" "$(awk -F, 'NR > 1 && $1 != "" && $1 > 20' given.csv | wc -l)" 0 "$(unroll score given.model given.csv --csv -q | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "n") n = i } $2 ~ /^negative/ { print $n }')"

# what is missing is counted by number; a given cell is told as given beside those that are drawn; what one σ of all components is of
printf 'y1,y2\n1.5,100\n2,\n11.65330707,\n,\n3,101\n2.5,99.5\n4,98\n' > cells.csv
for kind in raw real; do
    printf 'data y[t] : %s(2)\nparam c, s\ny[t] ~ normal(c, s)\n' $kind > cells.unr
    run unroll fit cells.unr cells.csv y=y1..y2 -o cells.model
    says "4 missing values of y in 3 rows"
    unroll predict cells.model cells.csv y=y1..y2 --samples 40 --csv -q > cells.out
    same "given, $kind" "11.65330707 11.65330707 11.65330707 11.65330707 11.65330707 11.65330707 11.65330707" \
        "$(awk -F, '$1 == 3 { print $2, $3, $4, $5, $6, $7, $8 }' cells.out)"
    printf 'data y[t,j] : %s\nindex j = 1..2\nparam c[j], s\ny[t,j] ~ normal(c[j], s)\n' $kind > cells.unr
    run unroll fit cells.unr cells.csv y=y1..y2 -o cells.model
    unroll show cells.model --csv | tr -d '"' | awk -F, '$1 == "s" { print ($4 > 0), $5 $6 }' > $kind.out
done
same "σ of raw" "1 standard deviation of y" "$(cat raw.out)"
same "σ of real" "1 standard deviation of y scaled" "$(cat real.out)"
printf 'data y[t] : raw\nindex k = 1..3, j = 1..3\nparam A[k,j], s\ny[t+k] ~ normal(sum[j](A[k,j] * y[t-j]), s)\n' > ahead.unr
awk 'BEGIN { print "y"; for (i = 0; i < 60; i++) print i * i * 7 % 11 + i * 3 % 5 }' > ahead.csv
run unroll fit ahead.unr ahead.csv -o ahead.model
says "exact least squares"
run unroll score ahead.model ahead.csv
says "the first 6 positions, of which not every origin has its lags in the data, are not scored; the fit uses them from the origins that have"
silent "as in the fit"
finish
