#!/bin/sh
# Ctrl-C before the first epoch has ended: a model file that is there stays, bit by bit; where there is none the weights so far are saved. Exit code 1.
. "$(dirname "$0")/lib.sh"
printf 'data y[t] : real\nparam V, c, s\nh[t] = gru(200, y[t-1])\ny[t] ~ normal(V h[t] + c, s)\n' > m.unr
awk 'BEGIN { print "y"; for (i = 0; i < 200000; i++) printf "%.6f\n", sin(i / 5) }' > s.csv
echo "the model before" > a.model
cp a.model before
fails 1 timeout --preserve-status -s INT 1 "$UNROLL" fit m.unr s.csv -q --epochs 5 --batch 1 --chunk 2 --threads 1 -o a.model --checkpoint a.checkpoint
says "stays as it was"
cmp -s before a.model || fault "the model was replaced"
# where there is none, the weights so far are saved, and both are said
rm -f a.model a.checkpoint
fails 1 timeout --preserve-status -s INT 1 "$UNROLL" fit m.unr s.csv -q --epochs 5 --batch 1 --chunk 2 --threads 1 -o a.model --checkpoint a.checkpoint
says "stopped before the first epoch had ended: the weights so far are saved" "\`--resume\` goes on from the checkpoint"
grep -q "^steps .*; stopped after [1-9][0-9]* of the first$" out || fault "how far it came is not said: $(cat out)"
near "the loss so far" 0 5 "$(sed -n 's/^loss  *\([^ ]*\) on the training.*/\1/p' out)"
run unroll predict a.model s.csv --rows 0:50 --horizon 1 --csv
finish
