#!/bin/sh
# Normal vectors, normal(m, factor = L): the likelihood at the weights found, by its formula for two components; what is drawn, forecast and scored.
. "$(dirname "$0")/lib.sh"
value() { unroll show "$1" --csv -q | sed 's/"//g; s/,\([0-9]\)\]/;\1]/' | awk -F, -v n="$2" '$1 == n { print $3; exit }'; }
awk 'BEGIN { srand(3); print "y1,y2,x"
    for (i = 0; i < 300; i++) { r = sqrt(-2 * log(1 - rand())); w = 6.283185307 * rand(); x = rand(); e = r * cos(w); f = r * sin(w)
        a = 0.6 * a - 0.2 * b + x + 0.5 * e; b = 0.1 * a + 0.3 * b + 0.8 * e - 0.4 * f + 1
        printf "%.8f,%.8f,%.8f\n", a, b, x } }' > v.csv
echo 'data y[t] : raw(2), x[t] : raw
param A, b, c, L
y[t] ~ normal(A y[t-1] + b * x[t] + c, factor = L) if t > 1' > v.unr
run unroll fit v.unr v.csv -q --precision double -o v.model
for p in A b c L; do for k in 1 2; do eval "$p$k=$(value v.model "$p[$k]")"; for j in 1 2; do eval "$p$k$j=$(value v.model "$p[$k;$j]")"; done; done; done
near "what stands above the diagonal is not read" 0 0 "$L12"
right=$(awk -F, -v a="$A11" -v b="$A12" -v c="$A21" -v d="$A22" -v p="$b1" -v q="$b2" -v m="$c1" -v n="$c2" -v s="$L11" -v r="$L21" -v t="$L22" '
    NR > 2 { u = ($1 - a * v - b * w - p * $3 - m) / s; z = ($2 - c * v - d * w - q * $3 - n - r * u) / t; l += 0.5 * (u * u + z * z) + log(s * s) / 2 + log(t * t) / 2 + log(6.283185307179586) }
    NR > 1 { v = $1; w = $2 } END { printf "%.10f", l / (NR - 2) }' v.csv)
near "the likelihood" "$right" 1e-8 "$(score v.model v.csv negative)"
near "the covariance of both" -0.0001 0.06 "$(awk -v r="$L21" -v s="$L11" 'BEGIN { print r * s - 0.5 * (0.8 + 0.1 * 0.5) }')"
# by component it is normal: with a factor that is diagonal, or fixed, the CRPS is that of two normals
echo 'data y[t] : raw(2), x[t] : raw
y[t] ~ normal(0.5 * x[t], factor = [2, 7; 0, -3])' > d.unr
echo 'data y[t] : raw(2), x[t] : raw
y[t] ~ normal(0.5 * x[t], [2; 3])' > n.unr
run unroll fit d.unr v.csv -q --precision double -o d.model
run unroll fit n.unr v.csv -q --precision double -o n.model
for what in negative CRPS MAE; do near "$what of two" "$(score n.model v.csv $what)" 1e-9 "$(score d.model v.csv $what)"; done
echo 'data y[t] : raw(2), x[t] : raw
y[t] ~ normal(0.5 * x[t], factor = [2, 7; 1.2, -1.6])' > d.unr
echo 'data y[t] : raw(2), x[t] : raw
y[t] ~ normal(0.5 * x[t], 2)' > n.unr
run unroll fit d.unr v.csv -q --precision double -o d.model
run unroll fit n.unr v.csv -q --precision double -o n.model
near "CRPS of each component" "$(score n.model v.csv CRPS)" 1e-9 "$(score d.model v.csv CRPS)"
# what is drawn has that mean and covariance, [4, 2.4; 2.4, 4]
awk 'BEGIN { print "y1,y2,x"; for (i = 0; i < 4000; i++) print ",,2" }' > ask.csv
run unroll sample d.model ask.csv --csv -q --seed 3
column y1 > y1; column y2 > y2
paste y1 y2 | awk '{ n++; a += $1; b += $2; p += $1 * $1; q += $1 * $2; r += $2 * $2 } END { a /= n; b /= n; print a, b, p / n - a * a, q / n - a * b, r / n - b * b }' > m
read -r a b p q r < m
near "mean" 1 0.15 "$a"; near "mean" 1 0.15 "$b"; near "variance" 4 0.4 "$p"; near "covariance" 2.4 0.3 "$q"; near "variance" 4 0.4 "$r"
run unroll predict d.model ask.csv --csv -q
same "the mean" "1 1" "$(column y1 | head -1) $(column y2 | head -1)"
# rows missing, which lags read; forecasts; any threads
awk -F, 'NR > 1 && NR % 13 == 0 { print ",," $3; next } { print }' v.csv > gaps.csv
sed 's/ if t > 1//; s/raw/real/g' v.unr > gaps.unr
run unroll fit gaps.unr gaps.csv -q --threads 1 -o gaps1.model
run unroll fit gaps.unr gaps.csv -q --threads 2 -o gaps2.model
same "threads" "$(unroll show gaps1.model --csv)" "$(unroll show gaps2.model --csv)"
run unroll score gaps1.model gaps.csv --horizon 2 --csv -q
{ cat v.csv; printf ',,0.5\n,,0.5\n'; } > later.csv
run unroll predict v.model later.csv --samples 50 --csv -q
# rows of which one is missing: the other alone is fitted and scored, and tells of the one that is missing
awk -F, 'NR > 1 && NR % 5 == 0 { print "," $2 "," $3; next } NR > 1 && NR % 7 == 0 { print $1 ",," $3; next } NR > 1 && NR % 35 == 3 { print ",," $3; next } { print }' v.csv > holes.csv
echo 'data y[t] : raw(2), x[t] : raw
param b, L
y[t] ~ normal(b * x[t], factor = L)' > h.unr
run unroll fit h.unr holes.csv -q --precision double -o h.model
for k in 1 2; do eval "b$k=$(value h.model "b[$k]")"; for j in 1 2; do eval "L$k$j=$(value h.model "L[$k;$j]")"; done; done
right=$(awk -F, -v p="$b1" -v q="$b2" -v s="$L11" -v r="$L21" -v t="$L22" 'function one(d, v) { return 0.5 * d * d / v + 0.5 * log(6.283185307179586 * v) }
    NR > 1 { d = $1 - p * $3; e = $2 - q * $3; if ($1 != "" || $2 != "") n++
        if ($1 != "" && $2 != "") l += one(d, s * s) + one(e - r / s * d, t * t); else if ($1 != "") l += one(d, s * s); else if ($2 != "") l += one(e, r * r + t * t) } END { printf "%.10f", l / n }' holes.csv)
near "the likelihood of what is there" "$right" 1e-8 "$(score h.model holes.csv negative)"
for plan in fast naive; do
    run unroll predict h.model holes.csv --csv -q --plan $plan
    near "the first of row 4, $plan" "$(awk -F, -v p="$b1" -v q="$b2" -v s="$L11" -v r="$L21" -v t="$L22" 'NR == 5 { printf "%.8f", p * $3 + s * r / (r * r + t * t) * ($2 - q * $3) }' holes.csv)" 1e-6 "$(awk -F, '$1 == 4 { print $2 }' out)"
    near "the second of row 6, $plan" "$(awk -F, -v p="$b1" -v q="$b2" -v s="$L11" -v r="$L21" 'NR == 7 { printf "%.8f", q * $3 + r / s * ($1 - p * $3) }' holes.csv)" 1e-6 "$(awk -F, '$1 == 6 { print $3 }' out)"
done
silent "drawn together"
awk 'BEGIN { print "y1,y2,x"; for (i = 0; i < 4000; i++) print "3,,2" }' > ask.csv
run unroll sample d.model ask.csv --csv -q --seed 4
column y2 | awk '{ n++; a += $1; p += $1 * $1 } END { a /= n; print a, p / n - a * a }' > m
read -r a p < m
near "the mean, given the first" 2.2 0.1 "$a"; near "the variance" 2.56 0.25 "$p"

# ... of several lines too: the one that holds
printf 'data y[t] : raw(2), x[t] : raw\ny[t] ~ normal(0.5 * x[t], factor = [2, 7; 1.2, -1.6])\n' > one.unr
printf 'data y[t] : raw(2), x[t] : raw\ny[t] ~ normal(0.5 * x[t], factor = [2, 7; 1.2, -1.6]) if mod(t, 2) == 0\ny[t] ~ normal(0.5 * x[t], factor = [2, 0; 1.2, 1.6])\n' > lines.unr
for m in one lines; do
    run unroll fit $m.unr holes.csv -q --precision double -o $m.model
    run unroll predict $m.model holes.csv --csv -q
    mv out $m.out
done
same "of several lines" "$(awk -F, '{ printf "%.9s %.9s\n", $2, $3 }' one.out)" "$(awk -F, '{ printf "%.9s %.9s\n", $2, $3 }' lines.out)"

# a factor that is singular
sed 's/param A, b, c, L/param A, b, c, L = zeros/' v.unr > zero.unr
fails 1 unroll fit zero.unr v.csv -q -o zero.model
says "in the equation of y"
finish
