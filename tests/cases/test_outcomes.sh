#!/bin/sh
# Scores of outcomes and labels, beside scikit-learn 1.7 (accuracy_score, log_loss, brier_score_loss, roc_auc_score, f1_score, precision_recall_fscore_support)
# on the same numbers; baselines: how often 1 came, and each word's most frequent tag of the training part.
. "$(dirname "$0")/lib.sh"
baseline() { awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "baseline") b = i; next } index($2, name) == 1 { print $b; exit }' out; }
value() { awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "model") b = i; next } index($2, name) == 1 { print $b; exit }' out; }

# p = 1 / (1 + exp(1 - x)): the weight is given, and a rate of 1e-12 leaves it there
printf 'data x : raw, y : count\nparam w(1) = 1\ny ~ bernoulli(w * x - 1)\n' > b.unr
printf 'x,y\n0,0\n0.9,0\n2,1\n3,1\n4,1\n0,1\n0.9,0\n2,0\n3,1\n2.5,1\n0.9,1\n' > b.csv
run unroll fit b.unr b.csv -q -o b.model --epochs 1 --rate 1e-12 --precision double
run unroll score b.model b.csv --csv
near "log loss" 0.5263721256 1e-6 "$(value 'negative log-likelihood (log loss)')"
near "its baseline" 0.6554817739 1e-9 "$(baseline negative)"
near "accuracy" 72.7272727273 1e-9 "$(value accuracy)"
near "its baseline" 63.6363636364 1e-9 "$(baseline accuracy)"
near "Brier" 0.1822174470 1e-6 "$(value Brier)"
near "its baseline" 0.2314049587 1e-9 "$(baseline Brier)"
near "AUC, with ties" 0.7857142857 1e-9 "$(value AUC)"
near "its baseline" 0.5 1e-12 "$(baseline AUC)"
# the frequency is that of the fit, whatever is scored; one class has no curve
printf 'x,y\n0,0\n1,0\n' > zeros.csv
run unroll score b.model zeros.csv --csv
near "−log (1 − 7/11)" 1.0116009117 1e-9 "$(baseline negative)"
same "no AUC" "" "$(value AUC)"
run unroll predict b.model y= b.csv --csv
same "predict gives the likelier" 0 "$(column y | sed -n 1p)"
near "and the probability of 1" 0.2689414214 1e-6 "$(column y_mean | sed -n 1p)"

# labels, by words that say them: a model that reads the word is right where the word's label is the one of the fit
printf 'data w : symbol, y : symbol\nparam V, c\ny ~ categorical(V w + c)\n' > c.unr
{ echo w,y; for i in 1 2 3 4; do printf 'wa,a\nwb,b\nwc,c\n'; done; echo wa,a; } > fit.csv
run unroll fit c.unr fit.csv -q -o c.model --epochs 80 --rate 0.1 --threads 1
printf 'w,y\nwa,a\nwa,a\nwa,a\nwb,a\nwc,a\nwb,b\nwb,b\nwa,b\nwa,c\nwa,c\nwa,new\n' > t.csv
run unroll score c.model t.csv --csv
near "accuracy" 45.4545454545 1e-9 "$(value accuracy)"
near "macro F1" 29.1666666667 1e-9 "$(value macro)"
near "of the most frequent label" 15.625 1e-9 "$(baseline macro)"
run unroll score c.model t.csv --classes --csv
same "each label" "symbol,count,precision_%,recall_%,F1_%
a,5,42.8571428571,60,50
b,3,66.6666666667,66.6666666667,66.6666666667
c,2,0,0,0
new,1,0,0,0" "$(cut -d, -f2- out)"
fails 2 unroll score c.model t.csv --classes --confusion

# tags: dog is N twice and V once in the fit; cat is V once. What the fit did not see gets the most frequent of all, N.
printf 'data word[t] : symbol, tag[t] : symbol\nparam E, V, c\ne[t] : 4 = E word[t]\ntag[t] ~ categorical(V e[t] + c)\n' > tag.unr
printf 'dog\tN\ndog\tV\n\ndog\tN\ncat\tV\nman\tN\n' > a.conll
printf 'cat\tV\ndog\tV\n\nnew\tN\ndog\tN\n\ncat\tV\n' > b.conll
run unroll fit tag.unr word=1 tag=2 a.conll -q -o tag.model --epochs 2 --threads 1
run unroll score tag.model b.conll --csv
near "accuracy of each word's most frequent tag" 80 1e-9 "$(baseline accuracy)"
near "sentences" 66.6666666667 1e-6 "$(baseline sequence)"
says "most frequent symbol of each word"
same "and beside it that of the most frequent of all" "most frequent symbol of each word,80
most frequent symbol,40" "$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) { if ($i == "baseline") b = i; if ($i == "baseline_name") n = i }; next } $2 == "accuracy %" { print $n "," $b }' out)"

# tag schemes: BILOU is read; what looks like spans and is none is said
printf 'a\tB-PER\nb\tI-PER\nc\tL-PER\nd\tO\ne\tU-LOC\n' > bilou.conll
run unroll fit tag.unr word=1 tag=2 bilou.conll -q -o s.model --epochs 150 --rate 0.05 --threads 1
near "F1 of BILOU" 100 1e-9 "$(score s.model bilou.conll 'span F1')"
printf 'a\tB-PER\nb\tI-PER\nc\tI-PER\nd\tO\ne\tU-LOC\n' > other.conll
near "a span that ends elsewhere is wrong only where it does" 100 1e-9 "$(score s.model other.conll 'span F1')"
for f in 'B_PER I_PER O' 'PER-B PER-I O' 'B.PER I.PER O' 'B-PER I-PER X O' 'B-PER W-PER O' 'b-per i-per o' 'b-PER i-PER O'; do
    n=0; for tag in $f; do n=$((n + 1)); printf 'w%s\t%s\n' $n $tag; done > look.conll
    run unroll fit tag.unr word=1 tag=2 look.conll -o l.model --epochs 1 --threads 1
    says "is no mark of a span as B-PER I-PER O are"
done
for f in 'a-x c-y O' 'N-1 V-2 o' 'B-PER I-PER O'; do
    n=0; for tag in $f; do n=$((n + 1)); printf 'w%s\t%s\n' $n $tag; done > look.conll
    run unroll fit tag.unr word=1 tag=2 look.conll -o l.model --epochs 1 --threads 1
    silent "no mark of a span"
done
printf 'a\tDET\nb\tNOUN\nc\tO\n' > pos.conll
run unroll fit tag.unr word=1 tag=2 pos.conll -o l.model --epochs 1 --threads 1
silent "no mark of a span"
finish
