#!/bin/sh
# What is too large for a step is refused before anything of it is made, by name and number, in every verb, whatever memory there is.
. "$(dirname "$0")/lib.sh"
printf 'data y[t] : real, x[t] : raw\nindex s = t\nparam K, c\na[t,s] = softmax[s < t](K (x[s] * x[t]))\nv[t] = sum[s < t](a[t,s] * x[s])\ny[t] ~ normal(v[t], c)\n' > a.unr
make() { awk -v n="$1" 'BEGIN { print "y,x"; for (i = 0; i < n; i++) print sin(i / 7) "," cos(i / 5) }'; }
make 60 > small.csv
make 46342 > large.csv
run unroll fit a.unr small.csv --epochs 1 -q -o a.model
( [ "$UR_SANITIZE" = ON ] || ulimit -v 2000000
fails 1 unroll fit a.unr large.csv --chunk -1 --epochs 1 -q -o b.model
says "a[t,s] has 2147580964 positions in a step of 1 example"           # 46342²
fails 1 unroll score a.model large.csv
says "a[t,s] has 2147580964 positions"
{ make 46340; echo ",1"; echo ",1"; } > future.csv
fails 1 unroll predict a.model future.csv
says "positions" "shorter or fewer sequences at a time need less"
run unroll explain a.model large.csv
make 20000 > middle.csv
fails 1 unroll fit a.unr middle.csv --chunk -1 --epochs 1 -q -o b.model
says "MB" "a[t,s] has 400000000 positions"
fails 1 unroll score a.model middle.csv --memory 100M
says "the budget (--memory) is 104.9 MB"
finish ) || exit 1
# counted at one position
printf 'data y[t] : real\nindex i = 1..20000\nindex j = 1..20000\nparam A[i], B[j], c\nz[i,j] = A[i] * B[j]\ny[t] ~ normal(sum[i,j](z[i,j]), c)\n' > fixed.unr
fails 3 unroll fit fixed.unr small.csv -q -o b.model
says "400000000 numbers at one position"
# three indices of the same positions: 2000³ is more than 32 bits hold, 1300³ is not
printf 'data y[t] : real, x[t] : raw\nindex s = t\nindex r = t\nparam c\nw[t,s,r] = x[s] * x[r] * (t - s)\ny[t] ~ normal(sum[s,r](w[t,s,r]) + c, 1)\n' > three.unr
make 2000 > t.csv
fails 1 unroll fit three.unr t.csv --chunk -1 --method gradients -q -o b.model
says "w[t,s,r] has 8000000000 positions"
finish
