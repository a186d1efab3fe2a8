#!/bin/sh
# A series of symbols in the rows of a table has no end: none is guessed, drawn, read back or counted, whatever numbers its logit began with.
# The right values are counts: after a comes a, b or c, each a third; after b twice b, once a; after c comes a.
. "$(dirname "$0")/lib.sh"
printf 'data state[t] : symbol\nparam W, b\nstate[t] ~ categorical(W state[t-1] + b)\n' > m.unr
{ echo state; for i in $(seq 60); do printf 'a\na\nb\nb\nb\na\nc\n'; done; } > t.csv
for seed in 1 2 3 6; do
    run unroll fit m.unr t.csv --seed $seed -q -o m.model
    # right: one in three after an a, two in three after a b, each c but the last, which nothing follows: 60 + 120 + 59, and the first symbol if it is guessed
    near "seed $seed: accuracy" 57.06 0.13 "$(score m.model t.csv accuracy)"
    run unroll score m.model t.csv --confusion --csv
    silent "<end>"
    same "seed $seed: all rows" 420 "$(awk -F, 'NR > 1 { n += $4 } END { print n }' out)"
    run unroll score m.model t.csv --classes --csv
    silent "<end>"
    # the second row that is left out after an a: 1/3 (1/3 + 1/3 + 1), over 1,000 random completions
    run unroll predict m.model t.csv state= --rows 400:404 --probabilities --csv
    silent "<end>"
    near "seed $seed: two steps after an a" 0.5556 0.04 "$(column state_p_a | sed -n 2p)"
    same "seed $seed: each is one of three" 4 "$(column state | grep -c '^[abc]$')"
    run unroll sample m.model t.csv state= --rows 400:404 --samples 50 --csv
    silent "<end>"
done
# missing symbols inside the table: the fit, which draws them, is that of the counts without their pairs, not of ends among them
awk 'NR == 1 { print "n," $0; next } { print NR "," (NR % 10 == 5 ? "" : $0) }' t.csv > gaps.csv
run unroll fit m.unr gaps.csv --seed 2 -q -o gaps.model
run unroll predict gaps.model gaps.csv --csv
silent "<end>"
run unroll sample gaps.model gaps.csv --samples 20 --csv
silent "<end>"
# several series, each by itself: they end, and that is guessed and counted
awk 'NR == 1 { print "id," $0; next } { print int((NR - 2) / 7) "," $0 }' t.csv > many.csv
run unroll fit m.unr many.csv --group id --seed 2 -q -o many.model
run unroll score many.model many.csv --group id --confusion --csv
says "<end>"
# a text that is one long line, fitted as a stream: no end either
printf 'data s[t] : chars\nparam b\ns[t] ~ categorical(b + 0 * s[t-1])\n' > text.unr
awk 'BEGIN { for (i = 0; i < 60; i++) printf "abcd"; print "" }' > text.txt
run unroll fit text.unr s=text.txt --stream --epochs 1 --rate 1e-12 -q -o text.model
run unroll score text.model s=text.txt --stream --confusion --csv
silent "<end>"
finish
