#!/bin/sh
# Fits that are cut off, or whose log or checkpoint cannot be written: nothing is lost, and what happened is said.
. "$(dirname "$0")/lib.sh"
printf 'data y[t] : real\nhyper n = 8\nparam V, c, s\nh[t] = gru(n, y[t-1])\ny[t] ~ normal(V h[t] + c, s)\n' > rnn.unr
awk 'BEGIN { print "y"; for (i = 0; i < 300; i++) printf "%.6f\n", sin(i / 5) + 0.1 * sin(i * i) }' > s.csv
run unroll fit rnn.unr s.csv --epochs 2 -o a.model --resume
says "there is no checkpoint a.model.checkpoint to resume from"
fails 1 unroll fit rnn.unr s.csv -q --epochs 2 --log /dev/full -o b.model
says "the log cannot be written" "the best so far is kept, of epoch 2"
run unroll predict b.model s.csv --horizon 1
run unroll fit rnn.unr s.csv --epochs 2 --checkpoint /dev/full --checkpoint-every 0 -o c.model
says "no checkpoint: /dev/full: cannot be written: No space left on device; the fit goes on"
fails 2 unroll fit rnn.unr s.csv --epochs 2 --checkpoint a.model -o d.model
says "is no checkpoint and would be written over"
ln -s a.model link.model
run unroll fit rnn.unr s.csv -q --epochs 2 -o link.model
same "the link stays" a.model "$(readlink link.model)"
finish
