#!/bin/sh
# The helpers of lib.sh themselves: a right value passes, a wrong one does not.
. "$(dirname "$0")/lib.sh"
printf 'data y[t] : real\nparam a, m, s\ny[t] ~ normal(a * y[t-1] + m, s)\n' > ar1.unr
awk 'BEGIN { print "y"; y = 2; for (i = 0; i < 40; i++) { printf "%.6f\n", y; y = 0.5 * y + 1 + (i % 3 - 1) } }' > t.csv
run unroll fit ar1.unr t.csv -q -o m.model
near "RMSE of one step" 0.8 0.3 "$(score m.model t.csv RMSE)"
fails 2 unroll fit --nonsense
says "has no option --nonsense"
run unroll predict m.model t.csv --horizon 2 --csv
same "rows" 2 "$(column y | wc -l | tr -d ' ')"
kept=$bad
near "a wrong number" 1 0.1 2 > /dev/null
near "no number" 1 0.1 nan > /dev/null
same "a wrong text" a b > /dev/null
says "what is not said" > /dev/null
[ $bad = $((kept + 4)) ] || { echo "wrong values pass"; exit 1; }
bad=$kept
finish
