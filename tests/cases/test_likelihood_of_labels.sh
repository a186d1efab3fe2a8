#!/bin/sh
# Symbols that can never come take no share: the likelihood of a label, of symbols in rows and of a series of symbols is a softmax of those that can.
# Held against the log loss of what predict says, against a softmax of the fit's own parameters over the classes alone, and against counts.
. "$(dirname "$0")/lib.sh"
# ---- multinomial logistic regression: 90 rows, 3 classes
awk 'BEGIN { print "a,b,kind"; for (i = 0; i < 90; i++) { a = (i * 37 % 41) / 10 - 2; b = (i * 29 % 43) / 10 - 2; s = a + (i * 17 % 13) / 6 - 1
    print a "," b "," (s > 0.8 ? "high" : b > 0.3 + (i % 5) / 4 ? "mid" : "low") } }' > t.csv
printf 'data x : raw(2), kind : symbol\nparam W, c\nkind ~ categorical(W x + c)\n' > m.unr
log_loss() {    # log_loss PREDICTIONS TRUTH COLUMN: of the columns COLUMN_p_NAME, beside the true names
    awk -F, -v of="$3" 'NR == FNR { if (FNR == 1) for (i = 1; i <= NF; i++) if ($i == of) t = i; truth[FNR] = $t; next }
        FNR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next } { s -= log($(at[of "_p_" truth[FNR]])); n++ } END { printf "%.15g\n", s / n }' "$2" "$1"
}
softmax_loss() { # softmax_loss MODEL EPSILON: of t.csv by W and c, the three classes alone, of targets smoothed by EPSILON
    { unroll show "$1" W --csv; unroll show "$1" c --csv; } | tr -d '"' | sed 's/,\([12]\)\]/;\1]/' > weights.csv
    awk -F, -v e="$2" 'NR == FNR { w[$1] = $NF; next } FNR > 1 { split("low mid high", k, " "); z = 0
        for (i = 1; i <= 3; i++) { o[i] = w["W[" k[i] ";1]"] * $1 + w["W[" k[i] ";2]"] * $2 + w["c[" k[i] "]"]; z += exp(o[i]) }
        for (i = 1; i <= 3; i++) s -= ((k[i] == $3) * (1 - e) + e / 3) * (o[i] - log(z))
        n++ } END { printf "%.15g\n", s / n }' weights.csv t.csv
}
for o in 0 0.2; do
    run unroll fit m.unr t.csv x=a,b --label-smoothing $o --epochs 40 -o m.model --threads 1 --precision double
    run unroll predict m.model t.csv kind= --probabilities --csv
    cp out p.csv
    score=$(score m.model t.csv 'negative log-likelihood')
    near "smoothing $o: score is the log loss of what predict says" "$(log_loss p.csv t.csv kind)" 1e-9 "$score"
    near "smoothing $o: score is a softmax of three classes" "$(softmax_loss m.model 0)" 1e-9 "$score"
    run unroll fit m.unr t.csv x=a,b --label-smoothing $o --epochs 1 --rate 1e-12 -o start.model --threads 1 --precision double
    near "smoothing $o: what the fit says" "$(softmax_loss start.model $o)" 1e-5 "$(sed -n 's/^loss  *\([0-9.]*\) on the training.*/\1/p' out)"
done
# its baseline counts three classes, one more each: the frequencies of 93
near "baseline" "$(awk -F, 'FNR > 1 { n[$3]++ } END { for (k in n) s -= n[k] * log((n[k] + 1) / 93); printf "%.15g", s / 90 }' t.csv)" 1e-9 \
    "$(unroll score m.model t.csv --csv -q | awk -F, '$2 == "negative log-likelihood" { print $4 }')"
# ---- a label that the fit never met: no part of the likelihood, said so, and never right
awk -F, 'FNR == 1 || $3 != "mid"' t.csv > known.csv
sed 's/,mid$/,odd/' t.csv > odd.csv
run unroll score m.model odd.csv --csv
says "symbols are not in the model's vocabulary, such as 'odd': they have no probability, are never right, and no part of the likelihood"
near "the others' likelihood" "$(score m.model known.csv negative)" 1e-12 "$(score m.model odd.csv negative)"
near "never right" "$(score m.model known.csv accuracy | awk -v n="$(wc -l < known.csv)" '{ printf "%.10f", $1 * (n - 1) / 90 }')" 1e-6 "$(score m.model odd.csv accuracy)"
sed '2,$s/,[a-z]*$/,odd/' t.csv > all.csv
fails 4 unroll score m.model all.csv; says "every value of kind is missing, or a symbol that the fit never met"
run unroll fit m.unr t.csv x=a,b --valid odd.csv --epochs 4 -o v.model; says "they have no probability"
grep -q 'on the validation part' out || fault "no validation loss of the labels that are known"
run unroll fit m.unr t.csv x=a,b --valid all.csv --epochs 4 -o v.model
grep -q 'epoch 4 of 4' out && grep -q 'the validation part has nothing to choose by' out || fault "a validation part without a label that is known: $(cat out)"
# ---- symbols in rows, beside a number that is given: no end, and none unknown
printf 'data a[t] : raw, kind[t] : symbol\nparam W, c\nkind[t] ~ categorical(W a[t] + c)\n' > rows.unr
run unroll fit rows.unr t.csv --epochs 40 -q -o rows.model --threads 1 --precision double
run unroll predict rows.model t.csv kind= --probabilities --csv
cp out p.csv
near "symbols in rows" "$(log_loss p.csv t.csv kind)" 1e-9 "$(score rows.model t.csv negative)"
# ---- a chain of states in a table, one example a series: what comes after a state, or the end, by counts
awk 'BEGIN { print "id,s"; for (i = 0; i < 40; i++) { s = i % 2; for (t = 0; t < 5 + i % 3; t++) { print i "," (s ? "wet" : "dry"); s = (i * 7 + t * 3) % 5 < 2 ? !s : s } } }' > chain.csv
printf 'data s[t] : symbol\nparam A\ns[t] ~ categorical(A s[t-1])\n' > chain.unr
run unroll fit chain.unr chain.csv --group id --epochs 400 --rate 0.1 -q -o chain.model --threads 1 --precision double
near "a chain's likelihood is that of its counts" "$(awk -F, -v id=-1 'FNR > 1 { k = $1 == id ? last : "start"; if (FNR > 2 && $1 != id) n[last "," "end"]++; n[k "," $2]++; id = $1; last = $2 }
    END { n[last "," "end"]++; for (p in n) { split(p, q, ","); of[q[1]] += n[p]; all += n[p] } for (p in n) { split(p, q, ","); s -= n[p] * log(n[p] / of[q[1]]) }
        printf "%.12g", s / all }' chain.csv)" 1e-4 "$(score chain.model chain.csv negative)"
# ---- a text's symbols are open: its softmax is over all, the unknown and the start too
printf 'abab\nabb\n' > text.txt
printf 'data x[t] : chars\nparam c = zeros\nx[t] ~ categorical(c + 0 * x[t-1])\n' > text.unr
run unroll fit text.unr x=text.txt --epochs 1 --rate 1e-12 -q -o text.model --threads 1 --precision double
near "a text" "$(awk 'BEGIN { printf "%.12g", log(5) }')" 1e-6 "$(score text.model x=text.txt negative)"
# rare symbols of a series that a fit may leave out are unknown, which then comes
run unroll fit chain.unr chain.csv --group id --min-count 1000 --epochs 1 -q -o none.model --threads 1
finish
