#!/bin/sh
# Densities that the text writes itself, density(LOGP, mean = m, draw = d), against those of the same distribution; pointers, categorical[s](score),
# by first principles.
. "$(dirname "$0")/lib.sh"
value() { unroll show "$1" --csv -q | sed 's/"//g' | awk -F, -v n="$2" '$1 == n { print $3; exit }'; }
awk 'BEGIN { srand(3); print "y"; for (i = 0; i < 300; i++) { r = sqrt(-2 * log(1 - rand())); w = 6.283185307 * rand(); y = 0.7 * y + 1 + 0.5 * r * cos(w)
    print i % 19 == 5 ? "NA" : y } }' > y.csv
for type in raw real; do
    printf 'data y[t] : %s\nparam a, b, s\ny[t] ~ normal(a * y[t-1] + b, exp(s)) if t > 1\n' $type > n.unr
    printf 'data y[t] : %s\nparam a, b, s\nm[t] = a * y[t-1] + b\nz[t] = (y[t] - m[t]) / exp(s)\ne[t] = draw normal(0, 1)
y[t] ~ density(-z[t]^2 / 2 - s - log(2 * pi) / 2, mean = m[t], draw = m[t] + exp(s) * e[t]) if t > 1\n' $type > d.unr
    run unroll fit n.unr y.csv -q --precision double --method gradients -o n.model
    run unroll fit d.unr y.csv -q --precision double -o d.model
    for p in a b s; do near "$type: $p" "$(value n.model $p)" 1e-6 "$(value d.model $p)"; done
    for what in negative MAE; do near "$type: $what" "$(score n.model y.csv $what)" 1e-8 "$(score d.model y.csv $what)"; done
    near "$type: over a horizon" "$(score n.model y.csv --horizon 3 RMSE)" 1e-6 "$(score d.model y.csv --horizon 3 RMSE)"
    run unroll predict n.model y.csv --horizon 3 --csv -q
    mv out right
    run unroll predict d.model y.csv --horizon 3 --csv -q
    near "$type: three ahead" "$(column y right | tail -1)" 1e-6 "$(column y | tail -1)"
done
run unroll sample d.model y.csv --horizon 1 --samples 2000 --csv -q --seed 5
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "y") c = i; next } $0 ~ /,301,/ { print $c }' out > drawn
near "spread of what is drawn" 0.5 0.05 "$(awk '{ n++; m += $1; q += $1 * $1 } END { m /= n; print sqrt(q / n - m * m) }' drawn)"
# without mean and draw: scored, not drawn
grep -v NA y.csv > whole.csv
sed 's/, mean.*)/)/; /draw/d' d.unr > alone.unr
printf 'y[t] ~ density(-z[t]^2 / 2 - s - log(2 * pi) / 2) if t > 1\n' >> alone.unr
run unroll fit alone.unr whole.csv --precision double -o alone.model
says "y is scored and not drawn"
# which of six numbers was chosen: softmax of the numbers
awk 'BEGIN { srand(2); print "id,x,p"; for (e = 0; e < 400; e++) { n = 3 + e % 4; best = 0
    for (i = 1; i <= n; i++) { x[i] = rand(); u = 4 * x[i] - log(-log(rand())); if (i == 1 || u > best) { best = u; p = i } }
    for (i = 1; i <= n; i++) printf "%d,%.6f,%d\n", e, x[i], p } }' > p.csv
echo 'data x[s] : raw, p : count
param a = 1
p ~ categorical[s](a * x[s])' > p.unr
run unroll fit p.unr p.csv --group id -q --precision double -o p.model
a=$(value p.model a)
near "the slope" 4 0.8 "$a"
want=$(awk -F, -v a="$a" 'function end() { if (n) { for (i = 1; i <= n; i++) { s += exp(a * x[i]); if (x[i] > x[m]) m = i }; q += log(s) - a * x[p]; h += m == p; k++ } n = s = 0; m = 1 }
    NR > 1 { if ($1 != id) end(); id = $1; x[++n] = $2; p = $3 } END { end(); printf "%.10f %.10f", q / k, 100 * h / k }' p.csv)
near "the likelihood" "${want% *}" 1e-8 "$(score p.model p.csv --group id negative)"
near "accuracy" "${want#* }" 1e-6 "$(score p.model p.csv --group id accuracy)"
awk 'BEGIN { print "id,x,p"; for (e = 0; e < 2000; e++) for (i = 1; i <= 3; i++) printf "%d,%.1f,\n", e, 0.2 * i }' > ask.csv
run unroll predict p.model ask.csv --group id --csv -q
same "the likeliest" 3 "$(column p | sed -n 1p)"
run unroll sample p.model ask.csv --group id --csv -q --seed 3
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) { if ($i == "p") c = i; if ($i == "position" || $i == "s") q = i } next } $c != "" { n++; k += $c == 3 } END { print k / n }' out > share
near "how often it is drawn" "$(awk -v a="$a" 'BEGIN { print 1 / (1 + exp(-0.2 * a) + exp(-0.4 * a)) }')" 0.04 "$(cat share)"
# how likely each position is: the shares of the scores, which are no mean of position numbers, with and without samples
shares="$(awk -v a="$a" 'BEGIN { for (i = 1; i <= 3; i++) s += exp(0.2 * a * i); printf "3 %.8f", exp(0.6 * a) / s; for (i = 1; i <= 3; i++) printf " %.8f", exp(0.2 * a * i) / s }')"
run unroll predict p.model ask.csv --group id --csv --probabilities
same "columns" "id,p,p_p,p_p_1,p_p_2,p_p_3" "$(sed -n 1p out)"
same "shares" "$shares" "$(awk -F, 'NR == 2 { printf "%d %.8f %.8f %.8f %.8f", $2, $3, $4, $5, $6 }' out)"
silent "no effect"
run unroll predict p.model ask.csv --group id --csv --samples 5
says "p is a position, which has no mean and no quantiles of samples: p_p is how likely it is"
same "columns beside samples" "id,p,p_p" "$(sed -n 1p out)"
printf '0.5 0.1 0.9\n0.2 0.7\n' > x.txt
printf '1 -2\n3\n' > q.txt
printf 'data q[t], x[s] : raw, p[t] : count\nparam a = 1\np[t] ~ categorical[s](a * x[s] * q[t])\n' > two.unr
printf '3 2\n2\n' > p.txt
run unroll fit two.unr q=q.txt x=x.txt p=p.txt --epochs 1 --precision double -q -o two.model
a=$(value two.model a)
run unroll predict two.model q=q.txt x=x.txt --csv --probabilities -q
same "several rows, several sources" "$(awk -v a="$a" 'function row(q, n, x1, x2, x3,   s) { x[1] = x1; x[2] = x2; x[3] = x3; for (i = 1; i <= n; i++) s += exp(a * q * x[i]); r = ""
        for (i = 1; i <= 3; i++) r = r (i <= n ? sprintf(" %.7f", exp(a * q * x[i]) / s) : " -"); print r }
    BEGIN { row(1, 3, 0.5, 0.1, 0.9); row(-2, 3, 0.5, 0.1, 0.9); row(3, 2, 0.2, 0.7, 0) }')" \
    "$(awk -F, 'NR > 1 { r = ""; for (i = 5; i <= 7; i++) r = r ($i == "" ? " -" : sprintf(" %.7f", $i)); print r }' out)"
printf 'data w[t] : words, c[t,k] : chars, p[t] : count\nparam E\np[t] ~ categorical[k](E c[t,k])\n' > letters.unr
printf 'ab abc\nba\n' > w.txt
printf '1 3\n2\n' > n.txt
run unroll fit letters.unr w=w.txt c=w.txt p=n.txt --epochs 3 --precision double -q -o letters.model
run unroll predict letters.model w=w.txt c=w.txt --csv --probabilities -q
unroll show letters.model E --csv > e
same "positions within each position" "$(awk -F, '{ gsub(/"/, "") } /^E.a/ { a = $NF } /^E.b/ { b = $NF } /^E.c/ { c = $NF }
    END { a = exp(a); b = exp(b); c = exp(c); printf "%.6f %.6f %.6f\n%.6f", a / (a + b), a / (a + b + c), b / (a + b), c / (a + b + c) }' e)" \
    "$(awk -F, 'NR > 1 { p[NR] = $0 } END { split(p[2], u, ","); split(p[3], v, ","); split(p[4], w, ","); printf "%.6f %.6f %.6f\n%.6f", u[5], v[5], w[5], v[7] }' out)"
printf 'q,p\n1,2\n-1,1\n2,2\n' > k.csv
printf 'data q[t] : raw, p[t] : count\nindex k = 1..2\nparam a[k]\np[t] ~ categorical[k](a[k] * q[t])\n' > k.unr
run unroll fit k.unr k.csv --epochs 3 --precision double -q -o k.model
loss=$(score k.model k.csv negative)
run unroll predict k.model k.csv p= --csv --probabilities -q
near "of a fixed index" "$loss" 1e-9 "$(awk -F, 'NR == 2 || NR == 4 { s -= log($5) } NR == 3 { s -= log($4) } END { printf "%.12f", s / 3 }' out)"
sed '2s/.$/9/; 3s/.$/9/; 4s/.$/9/' p.csv > far.csv
fails 1 unroll score p.model far.csv --group id -q
says "p is 9 there, and s has positions 1 to 3"
finish
