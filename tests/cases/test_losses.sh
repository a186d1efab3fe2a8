#!/bin/sh
# Losses beside ~ lines: what is fitted with them has a closed form here. They count in own positions, in windows, with a history in front, and not
# where they read what is missing.
. "$(dirname "$0")/lib.sh"
row() { awk -F, -v d="$1" -v s="$2" '$1 == d && index($2, s) == 1 { print $3; exit }' out; }
counted() { awk -F, -v d="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "n") n = i; next } $1 == d { print $n; exit }' out; }
value() { unroll show "$1" --csv | awk -F, -v p="$2" '$1 == p { print $3 }'; }

awk 'BEGIN { print "x,y"; for (t = 1; t <= 120; t++) print t % 7 - 3 "," 2 * (t % 7 - 3) + 1 + (t * 7 % 5 - 2) / 4 }' > t.csv
sums() { awk -F, -v what="$1" 'NR > 1 && $1 != "" && $2 != "" { n++; xx += $1 * $1; xy += $1 * $2; yy += $2 * $2; y += $2; x += $1 } END { print what == "n" ? n : what == "xx" ? xx : what == "xy" ? xy : yy }' "${2:-t.csv}"; }

# min Σ (y - b x)² / 2 + Σ 3 b² over 120 positions: b = Σ x y / (Σ x² + 6 n), each in a windowed fit too
printf 'data x[t], y[t] : raw\nparam b\ny[t] ~ normal(b x[t], 1)\nloss small[t] = 3 * b ^ 2\n' > ridge.unr
want=$(awk -v xx="$(sums xx)" -v xy="$(sums xy)" 'BEGIN { printf "%.10f", xy / (xx + 6 * 120) }')
for method in auto gradients; do
    run unroll fit ridge.unr t.csv --method $method -q -o ridge.model
    near "a loss at each position, $method" "$want" 1e-5 "$(value ridge.model b)"
done
run unroll fit ridge.unr t.csv --chunk 16 --epochs 400 --rate 0.02 -o ridge.model
near "in windows" "$want" 0.02 "$(value ridge.model b)"
run unroll score ridge.model t.csv --csv
near "its mean" "$(awk -v b="$(value ridge.model b)" 'BEGIN { printf "%.10f", 3 * b * b }')" 1e-5 "$(row small loss)"
same "over all positions" 120 "$(counted small)"
run unroll score ridge.model t.csv --csv --rows 20:50
same "over rows 20 to 49" 30 "$(counted small)"
near "of rows 20 to 49 the same" "$(awk -v b="$(value ridge.model b)" 'BEGIN { printf "%.10f", 3 * b * b }')" 1e-5 "$(row small loss)"
run unroll explain ridge.unr
says "losses" "beside the ~ lines" "it has the loss small"

# without an index a loss counts once an example: 3 b² against 120 positions; in windows by their share
printf 'data x[t], y[t] : raw\nparam b\ny[t] ~ normal(b x[t], 1)\nloss small = 300 * b ^ 2\n' > once.unr
want=$(awk -v xx="$(sums xx)" -v xy="$(sums xy)" 'BEGIN { printf "%.10f", xy / (xx + 600) }')
run unroll fit once.unr t.csv -q -o once.model
near "a loss of an example" "$want" 1e-5 "$(value once.model b)"
run unroll score once.model t.csv --csv
same "once" 1 "$(counted small)"
run unroll fit once.unr t.csv --chunk 8 --epochs 400 --rate 0.02 -q -o once.model
near "a loss of an example, in windows" "$want" 0.02 "$(value once.model b)"
awk -F, 'NR == 1 { print "id," $0; next } { print int(NR / 13) "," $0 }' t.csv > groups.csv
run unroll fit once.unr groups.csv --group id -q -o groups.model
near "a loss of each of 10 examples" "$(awk -v xx="$(sums xx)" -v xy="$(sums xy)" 'BEGIN { printf "%.10f", xy / (xx + 6000) }')" 1e-5 "$(value groups.model b)"

# no ~ line at all: least squares, with validation and on two threads the same bits
printf 'data x[t], y[t] : raw\nparam b\nloss square[t] = (y[t] - b x[t]) ^ 2\n' > square.unr
run unroll fit square.unr t.csv -q -o square.model
near "least squares as a loss" "$(awk -v xx="$(sums xx)" -v xy="$(sums xy)" 'BEGIN { printf "%.10f", xy / xx }')" 1e-5 "$(value square.model b)"
for n in 1 2; do run unroll fit square.unr t.csv --valid 20% --epochs 7 --threads $n --seed 3 -q -o square$n.model; done
same "the same weights on two threads" "$(value square1.model b)" "$(value square2.model b)"
fails 2 unroll predict square.model t.csv --horizon 2

# a missing value, given or drawn: the positions that read it do not count
awk -F, 'NR == 12 { print "," $2; next } NR == 31 { print $1 ","; next } { print }' t.csv > gaps.csv
run unroll fit square.unr gaps.csv -q -o gaps.model
near "without the two rows" "$(awk -v xx="$(sums xx gaps.csv)" -v xy="$(sums xy gaps.csv)" 'BEGIN { printf "%.10f", xy / xx }')" 1e-5 "$(value gaps.model b)"
run unroll score gaps.model gaps.csv --csv
same "118 positions" 118 "$(counted square)"
printf 'data x[t], y[t] : raw\nparam b, c\ny[t] ~ normal(c, 1)\nloss square[t] = (y[t-1] - b x[t-1]) ^ 2\n' > lag.unr
run unroll fit lag.unr gaps.csv -q -o lag.model
run unroll score lag.model gaps.csv --csv
same "at a lag too" 118 "$(counted square)"
printf 'x,y\n1,\n2,\n' > none.csv
fails 4 unroll fit square.unr none.csv -o none.model

# for some parameters alone: c is moved by the second loss, b by the first, whatever the other would make of it
printf 'data x[t], y[t] : raw\nparam b, c\nloss one[t] for b = (y[t] - b x[t]) ^ 2 + 5 * c ^ 2\nloss two[t] for c = (b - c) ^ 2 + 100 * b ^ 2\n' > two.unr
run unroll fit two.unr t.csv --epochs 400 --rate 0.02 --valid 20% -o two.model
says "it is not used, and the last weights are kept"
near "the first" "$(awk -v xx="$(sums xx)" -v xy="$(sums xy)" 'BEGIN { printf "%.10f", xy / xx }')" 0.05 "$(value two.model b)"
near "the second" "$(value two.model b)" 0.01 "$(value two.model c)"
run unroll explain two.unr
says "moves b" "moves c"
printf 'data y[t] : raw\nhyper loss = 2\nparam a\nm[t] = loss * a\ny[t] ~ normal(m[t], 1)\n' > word.unr
run unroll explain word.unr
printf 'data loss[t] : raw\nparam a\nloss[t] ~ normal(a, 1)\n' > word.unr
run unroll explain word.unr
finish
