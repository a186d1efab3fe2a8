#!/bin/sh
# The pointer network of models/sorting.unr sorts ten numbers that it has not seen: at least 95 of 100 positions are right, each found from those before
# that the network itself found.
. "$(dirname "$0")/lib.sh"
numbers() {     # numbers SEED COUNT: examples of ten numbers, and which of them comes first, second, …
    awk -v seed="$1" -v n="$2" 'BEGIN { srand(seed); print "id,x,p"; for (e = 0; e < n; e++) {
        for (i = 1; i <= 10; i++) x[i] = rand()
        for (i = 1; i <= 10; i++) { r = 1; for (j = 1; j <= 10; j++) r += x[j] < x[i]; at[r] = i }
        for (i = 1; i <= 10; i++) printf "%d,%.6f,%d\n", e, x[i], at[i] } }'
}
numbers 1 10000 > train.csv
numbers 2 500 > valid.csv
numbers 3 500 > test.csv
run unroll fit "$ROOT/models/sorting.unr" train.csv --group id --valid valid.csv --epochs 60 --rate 0.004 -q -o sorting.model
sed '2,$s/[0-9]*$//' test.csv > ask.csv
run unroll predict sorting.model ask.csv --group id --csv -q
column p test.csv > right
column p > said
share=$(paste right said | awk '{ n += $1 == $2 } END { print 100 * n / NR }')
echo "right: $share % of positions; each given the true ones before: $(score sorting.model test.csv --group id accuracy) %"
checks=$((checks + 1))
awk -v v="$share" 'BEGIN { exit !(v >= 95) }' || fault "$share % of positions are right"
finish
