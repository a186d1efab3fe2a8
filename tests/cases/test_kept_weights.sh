#!/bin/sh
# What a fit says of the weights that it keeps: the epoch that they are of, or the one from which L-BFGS went on, and how many steps; `explain` says the
# same, and the log has all of it.
. "$(dirname "$0")/lib.sh"

awk 'function any() { z = (z * 1103 + 12345) % 65536; return z / 32768 - 1 }
    BEGIN { z = 3; print "m,x1,x2,x3,x4,x5,x6,x7,x8"
    for (i = 0; i < 90; i++) { line = ""; s = any(); for (k = 1; k <= 8; k++) { v = any(); s += k < 3 ? v : 0; line = line "," v }; print (s > 0) line } }' > t.csv
printf "data x : real(8), m : count\nparam W, b, v, c\nh : 6 = tanh(W x + b)\nm ~ bernoulli(v' h + c)\n" > m.unr
run unroll fit m.unr t.csv --valid 0.3 --log l.jsonl -o m.model
last=$(sed -n 's/.*"epochs":\([0-9]*\).*/\1/p' l.jsonl | head -1)
steps=$(sed -n 's/^optimiser.*then \([0-9]*\) step.*/\1/p' out)
kept=$(sed -n 's/.*(L-BFGS from epoch \([0-9]* of [0-9]*, [0-9]*\) step.*/\1/p' out)
best=$(sed -n "${last}s/.*\"best_epoch\":\([0-9]*\).*/\1/p" l.jsonl)
after=$(tail -1 l.jsonl | sed 's/.*"best_epoch":\([0-9]*\).*/\1/')
[ "$best" -lt "$last" ] || fault "the data do not overfit: nothing is tested"
same "what is kept" "$best of $last, $((after - last))" "$kept"
same "lines of the log" $((last + steps)) "$(wc -l < l.jsonl | tr -d ' ')"
near "loss of what is kept" "$(tail -1 l.jsonl | sed 's/.*"best_loss":\([0-9.e-]*\).*/\1/')" 1e-5 "$(sed -n 's/^loss.*, \([0-9.e-]*\) on the validation.*/\1/p' out)"
says "L-BFGS $steps steps  " "valid $(tail -1 l.jsonl | sed 's/.*"best_loss":\([0-9.e-]*\).*/\1/' | xargs printf %.4f)"
run unroll explain m.model
says "(L-BFGS from epoch $best of $last, $((after - last)) step"
run unroll fit m.unr t.csv --valid 0.3 --epochs 5 -o m.model
says "(epoch 5 of 5)"
silent L-BFGS
finish
