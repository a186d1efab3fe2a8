#!/bin/sh
# The losses of fit's last line and of `score` on the same rows are one number: for every distribution, by gradients and by exact least squares, of the
# training part and of validation files, with lags, groups, histories, and of a series that never changes.
. "$(dirname "$0")/lib.sh"

trained() { sed -n 's/^loss  *\([^ ]*\) on the training.*/\1/p' out; }
validated() { sed -n 's/.*part, \([^ ]*\) on the valid.*/\1/p' out; }
alike() {       # alike WHAT A B: the same number, but for the digits that fit prints
    checks=$((checks + 1))
    awk -v a="$2" -v b="$3" 'BEGIN { d = a - b; if (d < 0) d = -d; m = b < 0 ? -b : b; exit !(a != "" && b != "" && d <= 2e-5 * (m > 1 ? m : 1)) }' || fault "$1: fit says $2, score $3"
}
awk 'BEGIN { srand(3); print "x,real,count,bit,part,label"; for (i = 0; i < 240; i++) { x = sin(i / 4) + rand() - 0.5
    print x "," 2 * x + rand() "," int(3 * rand() + x * x) "," (x + rand() > 0.5) "," 0.05 + 0.9 * rand() "," substr("abc", 1 + int(3 * rand()), 1) } }' > all.csv
(head -1 all.csv; sed -n 2,181p all.csv) > train.csv
(head -1 all.csv; sed -n 182,241p all.csv) > valid.csv

while IFS='|' read -r column kind line; do
    [ "$kind" = symbol ] && params="param W, c" || params="param a, b, c, d"
    printf 'data y[t] : %s\ndata x[t] : real\n%s\n%s\n' "$kind" "$params" "$line" > m.unr
    run unroll fit m.unr y=$column x=x train.csv -q --epochs 3 --threads 1 --method gradients --valid y=$column --valid x=x --valid valid.csv -o m.model
    alike "$line, validation" "$(validated)" "$(score m.model valid.csv negative)"
done <<'LINES'
real|raw|y[t] ~ normal(a + b * x[t], c + d)
real|real|y[t] ~ laplace(a + b * y[t-1], c + d)
real|real|y[t] ~ student_t(a + b * x[t], c, 4 + d)
bit|raw|y[t] ~ bernoulli(a + b * x[t] + c + d)
count|count|y[t] ~ poisson(exp(a + b * x[t] + c + d))
count|count|y[t] ~ negative_binomial(exp(a + b * x[t]), exp(c + d))
part|raw|y[t] ~ lognormal(a + b * x[t], c + d)
part|raw|y[t] ~ gamma(exp(a + b * x[t]), exp(c + d))
part|raw|y[t] ~ weibull(exp(a + b * x[t]), exp(c + d))
part|raw|y[t] ~ beta(exp(a + b * x[t]), exp(c + d))
part|raw|y[t] ~ exponential(exp(a + b * x[t] + c + d))
part|raw|y[t] ~ uniform(0 - exp(a + b * x[t]), 1 + exp(c + d))
label|symbol|y[t] ~ categorical(W [x[t]; 1] + c)
LINES

# exact least squares: the first rows are left out everywhere, those of each group too
awk 'NR == 1 { print "real,x,g"; next } { split($0, f, ","); print f[2] "," f[1] "," int((NR - 2) / 30) }' train.csv > g.csv
awk 'NR == 1 { print "real,x,g"; next } { split($0, f, ","); print f[2] "," f[1] "," int((NR - 2) / 20) }' valid.csv > gv.csv
printf 'data real[t], x[t] : real\nindex j = 1..3\nparam A[j], b, c, s\nreal[t] ~ normal(sum[j](A[j] * real[t-j]) + b * x[t] + c, s)\n' > ar.unr
run unroll fit ar.unr train.csv -q --valid valid.csv -o ar.model
alike "exact, training" "$(trained)" "$(score ar.model train.csv negative)"
alike "exact, a validation file" "$(validated)" "$(score ar.model valid.csv negative)"
run unroll fit ar.unr g.csv -q --group g --valid gv.csv -o ar.model
alike "exact, groups" "$(trained)" "$(score ar.model g.csv negative)"
alike "exact, groups of a validation file" "$(validated)" "$(score ar.model gv.csv negative)"
run unroll fit ar.unr g.csv -q --group g --valid 2 -o ar.model
awk -F, 'NR == 1 || $3 >= 4' g.csv > last.csv
alike "exact, the last groups" "$(validated)" "$(score ar.model last.csv negative)"
run unroll fit ar.unr train.csv -q --valid 40 -o ar.model
alike "exact, a part with its history" "$(validated)" "$(score ar.model train.csv --rows -40: negative)"
# two ~ lines of which one has no lags: each leaves out its own rows
printf 'data real[t], x[t] : real\nparam a, s, m, u\nreal[t] ~ normal(a * real[t-4], s)\nx[t] ~ normal(m, u)\n' > two.unr
run unroll fit two.unr train.csv -q -o two.model
says "nats a position and ~ line (2 of them)" "356 values used, 4 left out"
unroll score two.model train.csv --csv -q > table
alike "exact, two lines" "$(trained)" "$(awk -F, '$2 ~ /negative/ { s += $3 * $6; n += $6 } END { printf "%.9g", s / n }' table)"
# a series that never changes
for value in 0 42 1e9; do
    awk -v v=$value 'BEGIN { print "y"; for (i = 0; i < 60; i++) print v }' > flat.csv
    for kind in real raw; do
        printf 'data y[t] : %s\nparam a, b, s\ny[t] ~ normal(a * y[t-1] + b, s)\n' $kind > flat.unr
        run unroll fit flat.unr flat.csv -q -o flat.model
        alike "a series of $value, $kind" "$(trained)" "$(score flat.model flat.csv negative)"
    done
done
finish
