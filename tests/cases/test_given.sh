#!/bin/sh
# given(x), known(x): what the data say, zero where they do not, by component; a line may give itself its own target.
. "$(dirname "$0")/lib.sh"
value() { unroll show "$1" --csv | awk -F, -v p="$2" '$1 == p { print $3 }'; }
row() { awk -F, -v d="$1" -v s="$2" '$1 == d && $2 == s { print $3; exit }' out; }

# a regression with an indicator of what is missing: the same as on a table that has both as columns; no row is left out
awk 'BEGIN { print "x,x0,k,y"; for (t = 1; t <= 70; t++) { x = t % 7 - 2 + t % 3 / 3; m = t % 5 == 0; print (m ? "" : x) "," (m ? 0 : x) "," !m "," (m ? 4 : 2 * x + 1) + (t * 7 % 5 - 2) / 4 } }' > t.csv
printf 'data x[t], y[t] : raw\nparam a, b, c, s\ny[t] ~ normal(a given(x[t]) + b known(x[t]) + c, s)\n' > given.unr
printf 'data x0[t], k[t], y[t] : raw\nparam a, b, c, s\ny[t] ~ normal(a x0[t] + b k[t] + c, s)\n' > columns.unr
run unroll fit columns.unr t.csv -q -o columns.model
for method in auto gradients; do
    run unroll fit given.unr t.csv --method $method -o given.model
    silent "left out"
    for p in a b c; do near "$p, $method" "$(value columns.model $p)" 2e-4 "$(value given.model $p)"; done
    near "likelihood, $method" "$(score columns.model t.csv negative)" 1e-6 "$(score given.model t.csv negative)"
done
for plan in fast naive; do
    run unroll score given.model t.csv --csv --plan $plan
    same "all rows, $plan" 70 "$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "n") n = i } NR == 2 { print $n }' out)"
done

# lags before the data and beyond a gap are zeros
printf 'data y[t] : raw\nparam a, c, s\ny[t] ~ normal(a given(y[t-1]) + c, s)\n' > lag.unr
printf 'data y0[t], y[t] : raw\nparam a, c, s\ny[t] ~ normal(a y0[t] + c, s)\n' > lag0.unr
awk 'BEGIN { print "y0,y"; for (t = 1; t <= 60; t++) { y = t % 9 == 4 ? "" : 3 + 0.5 * last + (t * 7 % 5 - 2) / 4; print (last == "" ? 0 : last) "," y; last = y } }' > lag.csv
run unroll fit lag0.unr lag.csv -q -o lag0.model
run unroll fit lag.unr lag.csv -q -o lag.model
for p in a c; do near "lag: $p" "$(value lag0.model $p)" 1e-6 "$(value lag.model $p)"; done
run unroll predict lag.model lag.csv --horizon 3 --csv
near "over a horizon nothing is known: 2 steps ahead" "$(value lag.model c)" 1e-5 "$(tail -2 out | head -1 | awk -F, '{ print $2 }')"

says "note: given(y[t-1]) is 0 where y is forecast, for nobody says it there; what the model draws is read as y[t-1]"
run unroll predict lag.model lag.csv --horizon 1 --csv
silent "nobody says it"
run unroll predict lag.model lag.csv --csv
silent "nobody says it"

# text that is generated is said by nobody: the score of a beam is that of a score in which the text is not said either
i=0; while [ $i -lt 30 ]; do i=$((i + 1)); echo abcab; echo bcabca; done > text.txt
for read in "given(tgt[t-1])" "tgt[t-1]"; do
    printf 'data tgt[t] : chars\nparam E, V, c\ne[t] : 4 = E %s\nh[t] = gru(6, e[t])\ntgt[t] ~ categorical(V h[t] + c)\n' "$read" > text.unr
    run unroll fit text.unr tgt=text.txt --epochs 60 --rate 0.03 --precision double -q -o text.model
    run unroll predict text.model --beam 2 --csv
    beam=$(tail -1 out | cut -d, -f2)
    tail -1 out | cut -d, -f1 > made.txt
    case $read in given*) says "note: given(tgt[t-1]) is <unknown> where tgt is generated, for nobody says it there; what the model draws is read as tgt[t-1]" \
                               "not what unroll score says of the same text";; *) silent "nobody says it";; esac
    run unroll score text.model tgt=made.txt --csv
    scored=$(awk -F, '$2 == "negative log-likelihood" { print -$3 * $6 }' out)
    case $read in given*) [ "$beam" != "$scored" ] || fault "the beam's score is $beam";; *) near "the beam's score" "$scored" 1e-6 "$beam";; esac
    run unroll sample text.model --samples 1
    case $read in given*) says "nobody says it there";; *) silent "nobody says it";; esac
done

# its own target: a linear auto-encoder of two columns through one number keeps the first principal component
awk 'BEGIN { print "x1,x2"; for (t = 1; t <= 90; t++) { u = (t * 37 % 19 - 9) / 5; v = (t * 53 % 23 - 11) / 20; print u + v "," u - 2 * v } }' > pca.csv
printf 'data x[t] : raw(2)\nparam A, B, c\nh[t] : 1 = A given(x[t])\nx[t] ~ normal(c + B h[t], 1)\n' > pca.unr
run unroll fit pca.unr pca.csv --epochs 300 --rate 0.02 -q -o pca.model
run unroll fit pca.unr pca.csv -q -o pca.model
run unroll score pca.model pca.csv --csv
near "half the smaller eigenvalue, and the constant of two numbers" "$(awk -F, 'NR > 1 { n++; a += $1; b += $2; aa += $1^2; bb += $2^2; ab += $1 * $2 } END { a /= n; b /= n; p = aa / n - a^2; q = bb / n - b^2; r = ab / n - a * b
    printf "%.8f", ((p + q) / 2 - sqrt((p - q)^2 / 4 + r^2)) / 2 + log(2 * 3.14159265358979) }' pca.csv)" 1e-4 "$(row x reconstruction)"
printf 'data y[t] : real\nparam a, s\ny[t] ~ normal(a y[t], s)\n' > own.unr
fails 3 unroll explain own.unr
says "a cycle without an offset"

# by component: a row of which one number is missing gives the other, and predict leaves that as it is
awk -F, 'NR == 8 { print "," $2; next } NR == 20 { print $1 ","; next } NR == 30 { print ","; next } { print }' pca.csv > gaps.csv
printf 'data x[t] : raw(2), z[t] : raw\nparam c\nk[t] = known(x[t])\ng[t] = given(x[t])\nz[t] ~ normal(c + sum(k[t]) + 10 * sum(g[t]), 1)\n' > part.unr
awk -F, 'NR == 1 { print $0 ",z"; next } { print $0 "," ($1 != "") + ($2 != "") + 10 * ($1 + $2) + 5 }' gaps.csv > part.csv
run unroll fit part.unr part.csv -q -o part.model
near "what is there of rows with holes" 5 1e-4 "$(value part.model c)"
near "met exactly" 0 1e-4 "$(score part.model part.csv RMSE)"
run unroll predict pca.model gaps.csv --csv
same "the number of row 7 that is given" "$(sed -n 8p gaps.csv | cut -d, -f2 | awk '{ printf "%.6f", $1 }')" "$(awk -F, '$1 == 7 { printf "%.6f", $3 }' out)"
same "the number of row 19 that is given" "$(sed -n 20p gaps.csv | cut -d, -f1 | awk '{ printf "%.6f", $1 }')" "$(awk -F, '$1 == 19 { printf "%.6f", $2 }' out)"
near "row 7 from its other number" "$(unroll show pca.model --csv > p; awk -F, -v x="$(sed -n 8p gaps.csv | cut -d, -f2)" '{ v[$1] = $3 } END { printf "%.8f", v["c[1]"] + v["B[1]"] * v["A[2]"] * x }' p)" 1e-3 "$(awk -F, '$1 == 7 { print $2 }' out)"

# symbols, and columns of these names
printf 'data w[t] : symbol, y[t] : raw\nparam E, c, s\ny[t] ~ normal(sum(E given(w[t])) * known(w[t]) + c, s)\n' > symbol.unr
awk 'BEGIN { print "w,y"; for (t = 1; t <= 40; t++) print (t % 4 ? substr("abc", t % 3 + 1, 1) : "") "," (t % 4 ? t % 3 : 7) }' > symbol.csv
run unroll fit symbol.unr symbol.csv -q -o symbol.model
near "of a missing symbol the constant" 7 0.01 "$(value symbol.model c)"
# ... in a beam as in the completion of rows: what was chosen is not said
printf 'data w[t] : symbol\nparam E, F, W, b, v\nh[t] = gru(6, E w[t-1] + F given(w[t-1]) + v * known(w[t-2]))\nw[t] ~ categorical(W h[t] + b)\n' > own.unr
awk 'BEGIN { print "w"; for (t = 1; t <= 200; t++) print substr("abcabdab", t % 8 + 1, 1) }' > own.csv
awk 'BEGIN { print "w,t"; for (t = 1; t <= 40; t++) print (t % 11 < 6 ? substr("abcabdab", t % 8 + 1, 1) : "") "," t }' > holes.csv
run unroll fit own.unr own.csv --epochs 60 --precision double -q -o own.model
run unroll predict own.model holes.csv --csv -q; cp out rows
run unroll predict own.model holes.csv --csv -q --beam 1
same "in a beam" "$(column w rows | tr -d '\n')" "$(column w | tr -d '\n')"

printf 'data given[t], known[t] : raw\nparam a, s\nknown[t] ~ normal(a given[t], s)\n' > names.unr
run unroll explain names.unr
finish
