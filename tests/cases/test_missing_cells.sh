#!/bin/sh
# A missing cell takes out the numbers that are computed from it, and no other of their row: a datum of two components is the same as two data, each
# with a ~ line of its own. What a branch that is not chosen reads is not read.
. "$(dirname "$0")/lib.sh"
value() { unroll show "$1" --csv -q | tr -d '"' | awk -F, -v p="$2" '$1 == p { print $3 }'; }
likelihood() { unroll score "$@" --csv -q | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) { if ($i == "score") s = i; if ($i == "model") m = i; if ($i == "n") n = i } next }
    $s ~ /^negative/ { sum += $m * $n } END { printf "%.9f\n", sum }'; }
errors() { unroll score "$@" --csv -q | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) { if ($i == "score") s = i; if ($i == "model") m = i; if ($i == "n") n = i } next }
    $s == "MAE" && $1 ~ /^y[12]$/ { sum += $m * $n; all += $n } END { printf "%.9f %d\n", sum / all, all }'; }
filled() { unroll predict "$@" --csv -q | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) { if ($i == "y1") a = i; if ($i == "y2") b = i } next }
    { printf "%s %s %s\n", $1, $a == "" ? "-" : sprintf("%.5f", $a), $b == "" ? "-" : sprintf("%.5f", $b) }'; }

awk 'BEGIN { print "x1,x2,y1,y2,q"; for (t = 1; t <= 90; t++) { a = (t * 37 % 19 - 9) / 9; b = (t * 53 % 23 - 11) / 8; u = 1 + 2 * a + 0.4 * u + (t * 31 % 17 - 8) / 20; v = 2 * b - 1 + 0.4 * v + (t * 29 % 13 - 6) / 20
    print (t % 7 == 3 ? "" : a) "," (t % 11 == 5 || t == 90 ? "" : b) "," (t % 13 == 6 || t > 88 ? "" : u) "," (t % 10 == 3 || t == 27 || t > 87 ? "" : v) "," (t % 6 == 1 ? "" : t % 5) } }' > t.csv
head -81 t.csv > head.csv
for form in "x" "x lag" "lag of x" "chosen"; do
    case $form in
    x) line='a * X + C' ;;
    "x lag") line='a * X + C + b * Y' ;;
    "lag of x") line='a * X + C + b * W' ;;
    chosen) line='a * where(q[t] > 2 and known(q[t]), X, W) + C' ;;
    esac
    put() { echo "$line" | sed "s/X/$1/g; s/W/$2/g; s/Y/$3/g; s/C/$4/g"; }
    printf 'index j = 1..2\ndata x[t,j], y[t,j], q[t] : raw\nparam a, b, c[j], s[j]\ny[t,j] ~ normal(%s, s[j])\n' "$(put 'x[t,j]' 'x[t-1,j]' 'y[t-1,j]' 'c[j]')" > row.unr
    printf 'data x[t], y[t] : raw(2), q[t] : raw\nparam a(1), b(1), c(2), s(2)\ny[t] ~ normal(%s, s)\n' "$(put 'x[t]' 'x[t-1]' 'y[t-1]' c)" > vector.unr
    printf 'data x1[t], x2[t], y1[t], y2[t], q[t] : raw\nparam a, b, c, d, s, r\ny1[t] ~ normal(%s, s)\ny2[t] ~ normal(%s, r)\n' "$(put 'x1[t]' 'x1[t-1]' 'y1[t-1]' c)" "$(put 'x2[t]' 'x2[t-1]' 'y2[t-1]' d)" > two.unr
    if ! grep -q 'b \*' row.unr; then sed -i 's/ b,//; s/ b(1),//' row.unr vector.unr two.unr; fi
    run unroll fit two.unr head.csv --method gradients --precision double -q -o two.model
    for k in row vector; do
        run unroll fit $k.unr head.csv --method gradients --precision double -q -o $k.model
        near "$form, $k: slope" "$(value two.model a)" 1e-4 "$(value $k.model a)"
        near "$form, $k: likelihood" "$(likelihood two.model head.csv)" 1e-3 "$(likelihood $k.model head.csv)"
        near "$form, $k: likelihood, by the oracle" "$(likelihood $k.model head.csv)" 1e-7 "$(likelihood $k.model head.csv --plan naive)"
        same "$form, $k: how many errors" "$(errors two.model head.csv | cut -d' ' -f2)" "$(errors $k.model head.csv | cut -d' ' -f2)"
        for data in head t; do
            filled two.model $data.csv > two.out
            filled $k.model $data.csv > $k.out
            same "$form, $k: what is filled in, $data" "$(awk '{ print $1, $2 == "-", $3 == "-" }' two.out)" "$(awk '{ print $1, $2 == "-", $3 == "-" }' $k.out)"
            paste two.out $k.out | awk '($2 - $5) ^ 2 + ($3 - $6) ^ 2 > 1e-6' > differ
            same "$form, $k: the numbers, $data" "" "$(cat differ)"
        done
    done
done

# the exact fit has the same rows as one column under the other: y over x, one slope and one deviation
printf 'index j = 1..2\ndata x[t,j], y[t,j] : raw\nparam a, c, s\ny[t,j] ~ normal(a * x[t,j] + c, s)\n' > row.unr
printf 'data x[t], y[t] : raw\nparam a, c, s\ny[t] ~ normal(a * x[t] + c, s)\n' > long.unr
awk -F, 'NR > 1 { print $1 "," $3; print $2 "," $4 }' t.csv | sed '1i x,y' > long.csv
run unroll fit long.unr long.csv -q -o long.model
run unroll fit row.unr t.csv -o row.model
values=$(awk -F, 'NR > 1 && $1 != "" && $2 != ""' long.csv | wc -l)
says "$values values used, $((180 - values)) left out" "x (t.csv, column x1): in 21 of 90 rows 22 numbers are missing, first at row 3: values that read one are not scored"
for p in a c s; do near "exact: $p" "$(value long.model $p)" 1e-9 "$(value row.model $p)"; done
near "exact: likelihood" "$(likelihood long.model long.csv)" 1e-6 "$(likelihood row.model t.csv)"
near "exact: errors" "$(score long.model long.csv RMSE)" 1e-9 "$(score row.model t.csv RMSE)"

# what a branch that is not chosen reads: in weights, in lines, in losses
awk -F, 'NR == 1 { print $0 ",w" } NR > 1 { print $0 "," ($5 == "" ? 0 : $5) }' t.csv > w.csv
for w in "where(known(q[t]), q[t], 0)" "where(not known(q[t]), 0, q[t])" "q[t] * 0 + w[t]"; do
    printf 'data y1[t], q[t], w[t] : raw\nparam c, s\ny1[t] ~ normal(c, s, weight = %s)\n' "$w" > w.unr
    case $w in *"* 0"*) fails 4 unroll fit w.unr w.csv -q -o w.model; continue ;; esac
    run unroll fit w.unr w.csv -q -o w.model
    near "weight = $w" "$(awk -F, 'NR > 1 && $3 != "" { n += $6; s += $6 * $3 } END { printf "%.9f", s / n }' w.csv)" 1e-9 "$(value w.model c)"
done
printf 'data y1[t], q[t] : raw\nparam b, c, s\ny1[t] ~ normal(b * where(known(q[t]), q[t], 7) + c, s)\n' > line.unr
run unroll fit line.unr w.csv -o line.model
says "$(awk -F, 'NR > 1 && $3 != ""' w.csv | wc -l) rows used"
printf 'data y1[t], q[t] : raw\nparam c, s\ny1[t] ~ normal(c, s)\nloss l[t] = c ^ 2 * (known(q[t]) and q[t] > 1)\nloss m[t] = c ^ 2 * q[t]\n' > loss.unr
run unroll fit loss.unr w.csv -q -o loss.model
run unroll score loss.model w.csv --csv -q
same "positions of losses" "l 90 m $(awk -F, 'NR > 1 && $5 != ""' w.csv | wc -l)" "$(awk -F, '$2 ~ /loss/ || $1 ~ /^[lm]$/ { printf "%s%s %d", s, $1, $NF; s = " " }' out)"
# a condition that hangs on weights chooses later: both of its branches are read
printf 'data y1[t], q[t] : raw\nparam b, c, s\ny1[t] ~ normal(c + where(b > 0, q[t], 1), s)\n' > loose.unr
run unroll fit loose.unr w.csv --epochs 2 -q -o loose.model
near "a condition of weights" "$(awk -F, 'NR > 1 && $3 != "" && $5 != ""' w.csv | wc -l)" 0 "$(unroll score loose.model w.csv --csv -q | awk -F, '$2 ~ /^negative/ { print $NF }')"


# of examples, too, what is drawn and read by another line may be missing: no exact fit reads a 0 for it
awk 'BEGIN { print "z,y"; for (i = 1; i <= 50; i++) { z = 3 + i * 37 % 19 / 5; print (i % 6 == 2 ? "" : z) "," 2 * z + 1 + (i * 53 % 23 - 11) / 30 } }' > e.csv
printf 'data z, y : raw\nparam a, b, c, s, r\nz ~ normal(c, s)\ny ~ normal(a * z + b, r)\n' > e.unr
run unroll fit e.unr e.csv -o e.model
says "exact least squares" "82 values used, 18 left out" "9 of 91 values of the training part read a missing one"
near "examples: slope" "$(awk -F, 'NR > 1 && $1 != "" { n++; x += $1; y += $2; xx += $1 * $1; xy += $1 * $2 } END { printf "%.9f", (xy - x * y / n) / (xx - x * x / n) }' e.csv)" 1e-6 "$(value e.model a)"
finish
