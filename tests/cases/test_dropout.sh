#!/bin/sh
# A dropout mask belongs to the positions of the left side and to each example, also where its argument is the same everywhere.
. "$(dirname "$0")/lib.sh"
awk 'BEGIN { print "y"; for (i = 0; i < 4000; i++) print 0 }' > t.csv
# z is −1 or 1: with one mask for all z would be one of them, and a mean with it. One step by a rate r moves the mean b of z + b by less than
# a rate; what is looked at is the loss of 2000 positions: (z + 3)²/2 is 2 or 8, 5 in the mean where masks differ (± 0.2: 4 sd), 2 or 8 else.
printf 'data y[t] : raw\nparam b = zeros\none[t] = 1\nz[t] = dropout(0.5, one[t]) - 1\ny[t] ~ normal(z[t] + 3 + 0.0000001 * b, 1)\n' > along.unr
printf 'data y : raw\nparam b = zeros\nz = dropout(0.5, 1) - 1\ny ~ normal(z + 3 + 0.0000001 * b, 1)\n' > each.unr
printf 'data y : raw\nparam b = zeros, w(1) = ones\nz = dropout(0.5, w)\ny ~ normal(z + 2 + 0.0000001 * b, 1)\n' > weight.unr
for m in along each weight; do
    run unroll fit $m.unr t.csv --method gradients --epochs 1 --rate 1e-9 --seed 3 -q -o $m.model
    near "$m" 5.919 0.4 "$(awk '$1 == "loss" { print $2 }' out)"
    run unroll fit $m.unr t.csv -q -o $m.model
    says "dropout is left out (--method gradients keeps it)"
done
printf 'data y : raw\nparam b = zeros\ny ~ normal(b, 1)\n' > none.unr
run unroll fit none.unr t.csv -q -o none.model
silent "dropout"
finish
