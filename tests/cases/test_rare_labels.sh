#!/bin/sh
# --min-count and --max-vocabulary are for texts: labels are kept, and what is unknown is never said rightly.
# 60 pos, 60 neg and 4 rare; one word says which.
. "$(dirname "$0")/lib.sh"
printf 'data text[t] : words, label : symbol\nparam E, V, c\ne[t] : 8 = E text[t]\nlabel ~ categorical(V mean[t](e[t]) + c)\n' > m.unr
awk 'BEGIN { print "text,label"; for (i = 0; i < 124; i++) { k = i % 31 == 30 ? "rare" : i % 2 ? "pos" : "neg"; w = k == "rare" ? "odd" : k == "pos" ? "good" : "bad"; print w " thing" ",", k } }' |
    sed 's/, /,/; s/ ,/,/' > t.csv
for o in "" "--min-count 5" "--max-vocabulary 3"; do
    run unroll fit m.unr t.csv $o -q -o m.model --epochs 60 --rate 0.05 --threads 1
    near "accuracy $o" 100 1e-9 "$(score m.model t.csv accuracy)"
    run unroll predict m.model label= t.csv --csv
    same "rare ones $o" 4 "$(column label | grep -c rare)"
done
silent "label (t.csv, column label)"
# labels that the fit never saw are wrong, whatever is guessed
sed 's/,rare/,new/' t.csv > new.csv
near "accuracy with new labels" 96.7741935484 1e-6 "$(score m.model new.csv accuracy)"
run unroll score m.model new.csv --confusion --csv
silent "<unknown>"
same "they have their names" "label,new,4" "$(grep '^label,new' out | cut -d, -f1,2,4)"
run unroll score m.model new.csv --classes --csv
same "there too" "label,new,4" "$(grep '^label,new' out | cut -d, -f1-3)"
# tags, which feed the next, are labels too
awk 'BEGIN { for (i = 0; i < 40; i++) { print "a\tX"; print "b\tY"; if (i % 20 == 7) print "c\tZ"; print "" } }' > t.conll
printf 'data word[t] : symbol, tag[t] : symbol\nparam E, F, V, c\ne[t] : 8 = E word[t] + F tag[t-1]\ntag[t] ~ categorical(V e[t] + c)\n' > tag.unr
run unroll fit tag.unr word=1 tag=2 t.conll --min-count 5 -q -o tag.model --epochs 60 --rate 0.05 --threads 1
run unroll predict tag.model tag= t.conll --csv
same "Z is a tag still" 2 "$(column tag | grep -c Z)"
# a sequence that is generated is no label: its rare symbols are unknown, and count as wrong
awk 'BEGIN { for (i = 0; i < 30; i++) print (i == 3 ? "a q" : "a b") }' > l.txt
printf 'data x[t] : words\nparam E, V, c\ne[t] : 8 = E x[t-1]\nx[t] ~ categorical(V e[t] + c)\n' > lm.unr
run unroll fit lm.unr x=l.txt --min-count 2 -q -o lm.model --epochs 80 --rate 0.05 --threads 1
printf 'a q\n' > q.txt
near "a right, q wrong, the end right" 66.6666666667 1e-6 "$(score lm.model x=q.txt accuracy)"
finish
