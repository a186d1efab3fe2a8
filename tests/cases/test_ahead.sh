#!/bin/sh
# Equations that look ahead at data, over sequences that are run in parts: what lies in the next part is read there, and what is made of missing values, which
# is computed there, keeps a sequence whole. The data follow the equations exactly, so that an error of 0 is right everywhere.
. "$(dirname "$0")/lib.sh"
rows() { awk -v n="$1" 'function x(t) { return t > n ? 0 : (t * 7919 % 101 - 50) / 10 } BEGIN { print "y,x"; for (t = 1; t <= n; t++) print 2 * x(t + 1) - x(t + 3) + 1 "," x(t) }'; }
rows 9000 > t.csv
rows 400 > few.csv
printf 'data y[t], x[t] : raw\nparam a = 2, b = -1, c = 1\ny[t] ~ normal(a * x[t+1] + b * x[t+3] + c, 1)\n' > ahead.unr
printf 'data y[t], x[t] : raw\nindex j = 1..3\nparam A[j], c\ny[t] ~ normal(sum[j](A[j] * x[t+j]) + c, 1)\n' > leads.unr
for model in ahead leads; do
    run unroll fit $model.unr t.csv -o m.model
    says "loss        0.918939 on the training part"
    for how in "" "--plan naive" "--rows 4090:" "--precision double --threads 1"; do near "$model $how" 0 1e-4 "$(score m.model t.csv $how RMSE)"; done
done
# what is left out in a long table: each part of it reads the next one
awk -F, 'NR > 1 && NR % 17 == 0 { print "," $2; next } { print }' t.csv > holes.csv
run unroll predict m.model holes.csv --csv
cp out filled
awk -F, 'NR == FNR { if (FNR > 1) y[FNR - 1] = $1; next } FNR > 1 { d = $2 - y[$1]; if (d * d > most) most = d * d; n++ } END { exit !(n == 529 && most < 1e-6) }' t.csv filled || fault "holes: $(head -4 filled)"
# steps of a fit: at the optimum nothing pulls on the weights, however short the steps are
for chunk in 1 2 64; do
    run unroll fit ahead.unr few.csv --method gradients --epochs 1 --chunk $chunk --optimiser sgd --rate 0.01 --precision double -q -o m.model
    run unroll show m.model --csv
    same "chunks of $chunk" "2 -1 1" "$(awk -F, 'NR > 1 { printf "%s%.6g", (NR > 2 ? " " : ""), $3 }' out)"
done
# missing values of what is drawn
awk 'BEGIN { print "y"; for (t = 1; t <= 200; t++) print t % 9 ? sin(t) : "NA" }' > y.csv
printf 'data y[t] : raw\nparam a = 0.5, c, s\ny[t] ~ normal(a * y[t+1] + c, s)\n' > back.unr
run unroll fit back.unr y.csv --method gradients --epochs 1 --chunk 10 -o m.model
says "note: --chunk 10 has no effect: along t an equation looks at missing values that lie ahead, so a step takes whole sequences"
# a beam goes on position by position; the tag of a word is the word after it
awk 'BEGIN { for (i = 0; i < 60; i++) { w = t = ""; for (k = 0; k < 6; k++) { w = w (k ? " " : "") substr("abc", 1 + (i * i + k * (i + k)) % 3, 1); if (k < 5) t = t (k ? " " : "") substr("ABC", 1 + (i * i + (k + 1) * (i + k + 1)) % 3, 1) } print w > "words"; print t " E" > "tags" } }'
printf 'data w[t] : words, tag[t] : words\nparam E, U, c\ntag[t] ~ categorical(E w[t+1] + U tag[t-1] + c)\n' > tag.unr
run unroll fit tag.unr w=words tag=tags --epochs 60 --rate 0.1 -q -o m.model
run unroll predict m.model w=words
same "tags" "$(cat tags)" "$(cat out)"
run unroll predict m.model w=words --beam 3
same "by a beam" "$(cat tags)" "$(cat out)"
finish
