#!/bin/sh
# Windows of a fit over a horizon begin with the state 0: where it does not fade within them, a note says so and how many positions it takes. Of
# q[t] = r q[t-1] + 1 the state after n positions is (1 - r^n) / (1 - r), so n more change it by r^n / (1 + r^n) of its size.
. "$(dirname "$0")/lib.sh"
slow() { printf 'data x[t], y[t] : raw\nfixed r = %s\nparam s = 1\nq[t] = r * q[t-1] + x[t]\ny[t] ~ normal(0.3 * q[t], s)\n' "$1" > slow.unr; }
awk 'BEGIN { print "x,y"; for (i = 0; i < 3000; i++) { q = 0.99 * q + 1; printf "1,%.4f\n", 0.3 * q + sin(1.7 * i * i) } }' > slow.csv
share() { awk -v r="$1" -v n="$2" 'BEGIN { printf "%.0f %%", 100 * r ^ n / (1 + r ^ n) }'; }
slow 0.99
run unroll fit slow.unr slow.csv --horizon 4 --epochs 1 -o m.model
says "the state of each window begins at 0 and is built up from 64 positions" "as many more change it by $(share 0.99 64) of its size" "--context 512 builds"
run unroll fit slow.unr slow.csv --horizon 4 --epochs 1 --context 128 -o m.model
says "built up from 128 positions" "as many more change it by $(share 0.99 128) of its size" "--context 512 builds"
run unroll fit slow.unr slow.csv --horizon 4 --epochs 1 --context 512 -o m.model
silent "begins at 0"
slow 0.9999
run unroll fit slow.unr slow.csv --horizon 4 --epochs 1 -o m.model
says "as many more change it by $(share 0.9999 64) of its size; a larger --context builds it up longer"
slow 0.95
run unroll fit slow.unr slow.csv --horizon 4 --epochs 1 -o m.model
silent "begins at 0"
printf 'data y[t] : raw\nparam a, c, s\ny[t] ~ normal(a * y[t-1] + c, s)\n' > lags.unr
run unroll fit lags.unr slow.csv --horizon 4 --epochs 1 -o m.model
silent "begins at 0"
finish
