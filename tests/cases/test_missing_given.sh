#!/bin/sh
# Numbers that are given to a model, not drawn by it, and missing: never a zero or the mean without a word.
. "$(dirname "$0")/lib.sh"
printf 'data x[t] : raw, y[t] : raw\nparam a, c, s\ny[t] ~ normal(a x[t] + c, s)\n' > raw.unr
sed 's/x\[t\] : raw/x[t] : real/' raw.unr > real.unr
awk 'BEGIN { print "x,y"; for (i = 0; i < 60; i++) { x = 100 + i * 7 % 13; printf "%s,%.6f\n", i % 5 == 2 ? "" : x, 2 * x + 1 + (i % 3 - 1) } }' > gaps.csv
awk -F, '$1 != ""' gaps.csv > whole.csv
printf 'x,y\n100,201\n,\n104,\n' > ahead.csv
for kind in raw real; do
    run unroll fit $kind.unr gaps.csv -o gaps.model
    says "note: x (gaps.csv, column x): 12 of 60 are missing, first at row 3"
    run unroll score gaps.model gaps.csv
    says "12 of 60 are missing"
    run unroll fit $kind.unr whole.csv -o whole.model
    silent "are missing"
    run unroll predict whole.model ahead.csv
    says "1 of 3 are missing, first at row 2"
done
finish
