#!/bin/sh
# Quantities of the text at every position, as a table: states that awk runs too, of groups with dates, of later rows, over a horizon;
# what is known of a latent symbol by Bayes' rule.
. "$(dirname "$0")/lib.sh"
awk 'BEGIN { print "day,shop,x,y"; for (g = 1; g <= 2; g++) for (t = 1; t <= 20; t++) { x = g + t % 5; q = (t > 1 ? q : 0) * 0.5 + x
    printf "2024-01-%02d,s%d,%d,%.6f\n", t, g, x, q + (t % 2 ? 0.1 : -0.1) } }' > t.csv
printf 'data x[t], y[t] : raw\nparam c, s\nq[t] = 0.5 * q[t-1] + x[t]\nv[t] = [x[t]; 2 * x[t]]\ny[t] ~ normal(q[t] + c, s)\n' > m.unr
run unroll fit m.unr t.csv --group shop -q -o m.model
run unroll values m.model t.csv --group shop q v --csv
same "columns" "shop,day,q,v_1,v_2" "$(head -1 out)"
awk -F, 'NR > 1 { q = ($2 != s ? 0 : q) * 0.5 + $3; s = $2; printf "%s,%s,%.6f,%d,%d\n", $2, $1, q, $3, 2 * $3 }' t.csv > want
awk -F, 'NR > 1 { printf "%s,%s,%.6f,%d,%d\n", $1, $2, $3, $4, $5 }' out > got
same "each row" "$(cat want)" "$(cat got)"
run unroll values m.model t.csv --group shop --csv
same "all quantities" "shop,day,q,v_1,v_2" "$(head -1 out)"
grep s1 t.csv | cut -d, -f3,4 | sed '1i x,y' > one.csv
run unroll values m.model one.csv q --rows 15: --csv
same "later rows, with all that came before" "$(grep '^s1' want | tail -5 | cut -d, -f3)" "$(awk -F, 'NR > 1 { printf "%.6f\n", $2 }' out)"
same "... at their positions" "16 17 18 19 20" "$(awk -F, 'NR > 1 { print $1 }' out | tr '\n' ' ' | sed 's/ $//')"
fails 2 unroll values m.model one.csv qq
says "the model has no quantity qq; did you mean q?"
fails 1 unroll values m.model nowhere.csv q
run unroll values m.model one.csv q -o q.csv
same "a file" 21 "$(wc -l < q.csv)"

# a latent symbol of two states, 0 or 1 with an error, one value missing: Bayes' rule by hand, one position on
printf 'data y[t] : raw\nlatent z[t] : symbol(2)\nfixed m = [0, 1], P = [0.9, 0.2; 0.1, 0.8], s = 0.5\nz[1] ~ stationary\nz[t] ~ categorical(log(P z[t-1]))\nmu[t] = m z[t]\ny[t] ~ normal(mu[t], s)\n' > z.unr
printf "y\n0.2\nNA\n0.9\n" > z.csv
run unroll fit z.unr z.csv -q -o z.model --precision double
run unroll values z.model z.csv --horizon 1 z z.predicted z.filtered z.smoothed --precision double --csv
same "columns of states" "position,z,z.predicted_1,z.predicted_2,z.filtered_1,z.filtered_2,z.smoothed_1,z.smoothed_2" "$(head -1 out)"
awk 'function e(y, m) { return exp(-(y - m) * (y - m) / 0.5) }
    BEGIN { a = 2 / 3; b = 1 / 3; P = sprintf("%.9f", a); a *= e(0.2, 0); b *= e(0.2, 1); n = a + b; a /= n; b /= n; F = sprintf("%.9f", a)
        a2 = 0.9 * a + 0.2 * b; b2 = 1 - a2; a3 = 0.9 * a2 + 0.2 * b2; b3 = 1 - a3; f3 = a3 * e(0.9, 0) / (a3 * e(0.9, 0) + b3 * e(0.9, 1))
        u = 0.9 * e(0.9, 0) + 0.1 * e(0.9, 1); v = 0.2 * e(0.9, 0) + 0.8 * e(0.9, 1); s2 = a2 * u / (a2 * u + b2 * v)
        u1 = 0.9 * u + 0.1 * v; v1 = 0.2 * u + 0.8 * v; s1 = a * u1 / (a * u1 + b * v1); a4 = 0.9 * f3 + 0.2 * (1 - f3)
        printf "%s %s %.9f\n%.9f %.9f %.9f\n%.9f %.9f %.9f\n%.9f %.9f %.9f\n", P, F, s1, a2, a2, s2, a3, f3, f3, a4, a4, a4 }' > want
awk -F, 'NR > 1 { printf "%.9f %.9f %.9f\n", $3, $5, $7 }' out > got
same "predicted, filtered, smoothed" "$(cat want)" "$(cat got)"
fails 2 unroll values z.model z.csv mu
says "mu reads a latent symbol"
finish
