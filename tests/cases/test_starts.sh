#!/bin/sh
# Several starts of a model of latent symbols: the best is found, a state that stands on a single value does not count, however its scale is
# written, and options of steps take no start away.
. "$(dirname "$0")/lib.sh"
awk 'BEGIN { srand(7); print "y"; for (i = 0; i < 120; i++) { u = rand() + rand() + rand() - 1.5; printf "%.4f\n", i == 60 ? 9 : u } }' > one.csv
for s in 's z[t]' 'exp(s z[t])'; do
    printf 'data y[t] : raw\nlatent z[t] : symbol(2)\nparam A, m, s\nz[t] ~ categorical(A z[t-1])\ny[t] ~ normal(m z[t], %s)\n' "$s" > one.unr
    run unroll fit one.unr one.csv -o one.model
    says "of 10 starts is gone on with" "a state has a scale of next to 0"
    near "a loss that two states can have, scale $s" 1.2 0.2 "$(sed -n 's/^loss  *\([^ ]*\) on the tr.*/\1/p' out)"
done
# two regimes of 0 and 3: all fits find the same place
awk 'BEGIN { srand(3); print "y"; z = 0; for (i = 0; i < 200; i++) { if (rand() < 0.1) z = 1 - z; u = rand() + rand() + rand() + rand() - 2; printf "%.4f\n", 3 * z + u } }' > two.csv
printf 'data y[t] : raw\nlatent z[t] : symbol(2)\nparam A, m, s\nz[1] ~ stationary\nz[t] ~ categorical(A z[t-1])\ny[t] ~ normal(m z[t], s)\n' > two.unr
for o in "" "--seed 5" "--epochs 30" "--batch 1" "--restarts 3" "--precision double"; do
    run unroll fit two.unr two.csv $o -o two.model
    echo "$o" | grep -q restarts || says "the best of 10 starts is gone on with"
    near "the lower mean $o" 0 0.2 "$(unroll show two.model --csv | awk -F, '$1 ~ /m\[/ { print $3 }' | sort -g | head -1)"
    near "the higher mean $o" 3 0.2 "$(unroll show two.model --csv | awk -F, '$1 ~ /m\[/ { print $3 }' | sort -g | tail -1)"
done
# a table of scales is shown as the standard deviations that it stands for, in the units of the data
for type in raw real; do
    printf 'data y[t] : %s\nlatent z[t] : symbol(2)\nparam A, m, s\nz[1] ~ stationary\nz[t] ~ categorical(A z[t-1])\ny[t] ~ normal(m z[t], s z[t])\n' $type > each.unr
    run unroll fit each.unr two.csv -o each.model
    run unroll show each.model --csv
    for k in 1 2; do near "$type: the deviation of state $k" 0.577 0.12 "$(awk -F, -v k="s[$k]" '$1 == k { print $4 }' out)"; done
done
run unroll fit two.unr two.csv --restarts 1 -o two.model
silent "starts is gone on with"
finish
