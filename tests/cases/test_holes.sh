#!/bin/sh
# Values that read a missing one: what they add to a loss is told apart, by one rule in fit, validation and score. The right numbers are NumPy's
# (numpy.linalg.lstsq on the rows whose lags are all there; then position by position, the mean of the line in place of each missing value). Before the first
# lags there is nothing, and nothing is made of what a missing value there would be.
. "$(dirname "$0")/lib.sh"
awk 'BEGIN { print "y"; for (i = 1; i <= 120; i++) print index(" 3 20 23 24 60 90 91 92 ", " " i " ") ? "NA" : sprintf("%.6f", 3 * sin(i / 3) + sin(i * i) + i / 40) }' > ar.csv
awk 'BEGIN { print "x,y"; for (i = 1; i <= 100; i++)
    printf "%.6f,%s\n", sin(i / 4) + cos(i * i), index(" 2 30 31 55 80 ", " " i " ") ? "" : sprintf("%.6f", cos(i / 5) + sin(3 * i * i)) }' > var.csv
awk 'BEGIN { print "x,y"; for (i = 1; i <= 100; i++)
    printf "%s,%s\n", i % 17 == 5 ? "" : sprintf("%.6f", sin(i / 4) + cos(i * i)), i % 23 == 7 ? "" : sprintf("%.6f", cos(i / 5) + sin(3 * i * i)) }' > given.csv
awk 'BEGIN { print "g,y"; for (g = 1; g <= 4; g++) for (i = 1; i <= (g == 3 ? 2 : 30 + g); i++)
    printf "%d,%s\n", g, i == 2 && g == 1 || i % 11 == g ? "" : sprintf("%.6f", sin(i / g) + cos(g * i * i) + g) }' > groups.csv
head -61 ar.csv > short.csv

trained() { sed -n 's/^loss  *\([^ ]*\) on the training.*/\1/p' out; }
validated() { sed -n 's/.*part, \([^ ]*\) on the valid.*/\1/p' out; }
without() { sed -n "s/^ *$2 of $3 values of the $1 part reads* a missing one, .*: without [a-z]* \(.*\)/\1/p" out; }
scored() {      # scored DATA WHOLE N WITHOUT N [DATUM]: the likelihoods in `table`
    near "$1, all" "$2" 1e-8 "$(row "${6:-y}" "negative log-likelihood" model)"
    same "$1, how many" "$3" "$(row "${6:-y}" "negative log-likelihood" n)"
    near "$1, without" "$4" 1e-8 "$(row "${6:-y}" "negative log-likelihood, no missing value read" model)"
    same "$1, how many without" "$5" "$(row "${6:-y}" "negative log-likelihood, no missing value read" n)"
}
row() {         # row DATUM SCORE COLUMN: of `table`
    sed 's/"\([^",]*\), \([^"]*\)"/\1; \2/' table | awk -F, -v data="$1" -v name="$(printf %s "$2" | sed 's/, /; /')" -v col="$3" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next } $at["data"] == data && $at["score"] == name { print $at[col]; exit }'
}

# lags 1, 2 and 5; one hole among the first lags, two and three side by side
printf 'data y[t] : real\nparam a, b, c, m, s\ny[t] ~ normal(a * y[t-1] + b * y[t-2] + c * y[t-5] + m, s)\n' > ar.unr
run unroll fit ar.unr ar.csv -q -o ar.model
says "93 rows used" "14 of 107 values of the training part read a missing one"
near "lags, the loss of fit" 1.427695083 1e-5 "$(trained)"
near "lags, without" 1.416341652 1e-5 "$(without training 14 107)"
run unroll score ar.model ar.csv
says "the first 5 positions, whose lags reach before the data, and 1 value that reads a missing one there are not scored, as in the fit" \
     "y: 14 of 107 values read a missing one, in whose place the model's own draw stands"
for plan in "" "--plan naive" "--precision double --threads 1"; do
    unroll score ar.model ar.csv $plan --csv -q > table
    scored "lags $plan" 1.427695083 107 1.416341652 93
    near "lags, RMSE" 1.008666910 1e-8 "$(row y RMSE model)"
done
run unroll fit ar.unr ar.csv -q --valid 40 -o ar.model
near "a validation part" 1.566017479 1e-5 "$(validated)"
near "a validation part, without" 1.524283632 1e-5 "$(without validation 5 37)"
unroll score ar.model ar.csv --rows 80: --csv -q > table
scored "a part with its history" 1.566017479 37 1.524283632 32
# none is missing, none is read: nothing is said
awk 'NR == 1 || $1 != "NA"' ar.csv > whole.csv
run unroll fit ar.unr whole.csv -o ar.model
silent "a missing one"
run unroll score ar.model whole.csv --csv
silent "missing"

# two lines that read each other; holes in one of them
printf 'data x[t], y[t] : real\nparam a, b, c, d, m, e, f, g, h, n, s, u\nx[t] ~ normal(a * x[t-1] + b * y[t-1] + c * x[t-2] + d * y[t-2] + m, s)
y[t] ~ normal(e * x[t-1] + f * y[t-1] + g * x[t-2] + h * y[t-2] + n, u)\n' > var.unr
run unroll fit var.unr var.csv -q -o var.model
near "two lines, the loss of fit" 1.265404879 1e-5 "$(trained)"
near "two lines, without" 1.260598898 1e-5 "$(without training 13 188)"
unroll score var.model var.csv --csv -q > table
scored "the line without holes" 1.278068321 96 1.252288481 89 x
scored "the line with holes" 1.252190852 92 1.269199214 86

# given numbers that are missing: rows that read one are out of both
printf 'data x[t], y[t] : real\nparam a, b, c, d, m, s\ny[t] ~ normal(a * y[t-1] + b * y[t-3] + c * x[t] + d * x[t-1] + m, s)\n' > given.unr
run unroll fit given.unr given.csv -q -o given.model
says "72 rows used"
near "given numbers, without" 1.300714444 1e-5 "$(without training 8 80)"
unroll score given.model given.csv --csv -q > table
scored "given numbers" 1.304821606 80 1.300714444 72
# read ahead: the last rows have nothing there
printf 'data x[t], y[t] : raw\nparam a, b, s\ny[t] ~ normal(a * x[t+2] + b * y[t-1], s)\n' > ahead.unr
run unroll fit ahead.unr given.csv -q -o ahead.model
run unroll score ahead.model given.csv
says "the first position, whose lags reach before the data, and the last 2 positions, which read what comes after the data, are not scored, as in the fit"
unroll score ahead.model given.csv --csv -q > table
scored "read ahead" 1.327137159 87 1.332330415 84

# groups, one of them shorter than the lags
printf 'data y[t] : real\nparam a, b, m, s\ny[t] ~ normal(a * y[t-1] + b * y[t-3] + m, s)\n' > groups.unr
run unroll fit groups.unr groups.csv -q --group g -o groups.model
near "groups, the loss of fit" 1.464512450 1e-5 "$(trained)"
near "groups, without" 1.420535229 1e-5 "$(without training 14 78)"
unroll score groups.model groups.csv --csv -q > table
scored "groups" 1.464512450 78 1.420535229 64

# boundary equations stand before the first position: its row is as good as any
printf 'data y[t] : raw\nparam a, b, s\nq[t] = y[t-1]\nq[0] = 0.5\ny[0] = 0.25\ny[t] ~ normal(a * y[t-1] + b * q[t-1], s)\n' > bound.unr
run unroll fit bound.unr ar.csv -q -o bound.model
says "102 rows used"
unroll score bound.model ar.csv --csv -q > table
scored "boundaries" 1.628199090 112 1.578702505 102

# by gradients, of weights that stay: before the data is zero; what a state carries on is not told
printf 'data y[t] : raw\nparam c = 0\ny[t] ~ normal(0.5 * y[t-1] + 0.2 * y[t-3] + c, 1)\n' > lag.unr
printf 'data y[t] : raw\nparam c = 0\nh[t] = 0.5 * h[t-1] + y[t-1]\ny[t] ~ normal(0.4 * h[t] + c, 1)\n' > state.unr
for kind in "lag 2.114936259 1.996841597 11 101" "state 2.169771145 2.075451636 5 107"; do
    set -- $kind
    run unroll fit $1.unr short.csv -q --method gradients --rate 1e-12 --epochs 1 --precision double --valid ar.csv -o $1.model
    near "$1, the validation part" "$2" 1e-5 "$(validated)"
    near "$1, the validation part, without" "$3" 1e-5 "$(without validation "$4" 112)"
    says "values of the training part read"
    unroll score $1.model ar.csv --csv -q > table
    scored "$1" "$2" 112 "$3" "$5"
done
# what a recurrence reads at its own position is read there, whichever way leads to it first: rows 1 and 6 after a hole
printf 'data y[t] : raw\nparam c = 0\nh[t] = 0.5 * g[t-1] + 0.1 * y[t-1]\ng[t] = tanh(h[t])\ny[t] ~ normal(0.1 * h[t-5] + g[t] + c, 1)\n' > two.unr
run unroll fit two.unr ar.csv -q --method gradients --epochs 1 -o two.model
run unroll score two.model ar.csv
says "y: 13 of 112 values read a missing one"
# over a horizon all that is scored reads what the model draws, and nothing is told apart
run unroll fit lag.unr ar.csv -q --horizon 3 --context 8 --epochs 1 -o lag.model
silent "a missing one"
run unroll score ar.model ar.csv --horizon 3
silent "a missing one"
# what the others add is no difference of sums, in which a value of 1e20 would leave nothing of it
printf 'data y[t] : real\nparam a, m, s\ny[t] ~ normal(a * y[t-1] + m, s)\n' > one.unr
run unroll fit one.unr short.csv -q -o one.model
for last in 2 1e20; do
    { head -60 ar.csv; printf 'NA\n%s\n' $last; } > last.csv
    unroll score one.model last.csv --csv -q > table
    row y "negative log-likelihood, no missing value read" model > $last.txt
    { echo y; head -60 ar.csv; printf 'NA\n%s\n' $last; } | awk 'NR != 2' > valid.csv
    run unroll fit one.unr short.csv --valid valid.csv --epochs 1 --seed 3 -o two.model -q
    without validation '[0-9]*' '[0-9]*' > $last.valid
done
near "a last value of 1e20" "$(cat 2.txt)" 1e-9 "$(cat 1e20.txt)"
near "the same, validation" "$(cat 2.valid)" 1e-6 "$(cat 1e20.valid)"
# symbols
awk 'BEGIN { print "k"; for (i = 0; i < 80; i++) print i % 19 == 7 ? "?" : substr("abc", 1 + i * i % 3, 1) }' > k.csv
printf 'data k[t] : symbol\nparam W, c\nk[t] ~ categorical(W k[t-1] + c)\n' > k.unr
run unroll fit k.unr k.csv --missing 'k=?' -q --epochs 3 -o k.model
run unroll score k.model k.csv --missing 'k=?'
says "k: 4 of 76 values read a missing one" "negative log-likelihood, no missing value read"
finish
