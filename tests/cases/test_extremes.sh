#!/bin/sh
# Models of many data and of many definitions, brackets without end, and the numbers of options at their extremes.
. "$(dirname "$0")/lib.sh"

# ---- a hundred drawn data: each has its column, and the right value: y_k grows by k a step, so the next is 41 k
awk 'BEGIN { for (k = 1; k <= 100; k++) printf "data y%d[t] : raw\nparam a%d, s%d\ny%d[t] ~ normal(y%d[t-1] + a%d, s%d)\n", k, k, k, k, k, k, k }' > many.unr
awk 'BEGIN { for (k = 1; k <= 100; k++) printf "y%d%s", k, k < 100 ? "," : "\n"; for (t = 1; t <= 40; t++) for (k = 1; k <= 100; k++) printf "%d%s", k * t, k < 100 ? "," : "\n" }' > many.csv
run unroll fit many.unr many.csv -q -o many.model
run unroll predict many.model many.csv --horizon 1 --csv
for k in 1 64 65 66 99 100; do
    near "column $k of a hundred" $((41 * k)) 0.5 "$(column "y$k")"
done

# ---- chains of definitions: no stack is as deep as a text is long
chain() {       # chain N FORM: N definitions, each of the one before
    awk -v n="$1" -v form="$2" 'BEGIN {
        print "data y[t] : raw\nparam a, s"
        if (form == "backwards") { print "y[t] ~ normal(h" n "[t], s)"; for (i = n; i >= 1; i--) print "h" i "[t] = h" i - 1 "[t] + 0.001"; print "h0[t] = a * y[t-1]" }
        else {
            print form == "around" ? "h0[t] = a * y[t-1] + 0.1 * h" n "[t-1]" : form == "one" ? "h0 = a" : "h0[t] = a * y[t-1]"
            for (i = 1; i <= n; i++) print "h" i (form == "one" ? "" : "[t]") " = " (form == "around" ? "tanh(h" i - 1 "[t])" : form == "one" ? "h" i - 1 " + 0.001" : "h" i - 1 "[t] + 0.001")
            print "y[t] ~ normal(" (form == "one" ? "h" n " * y[t-1]" : "h" n "[t]") ", s)"
        }
    }'
}
seq 1 30 | awk 'BEGIN { print "y" } { print sin($1) }' > t.csv
for form in forwards backwards around one; do
    chain 5000 $form > chain.unr
    bounded -s 512 unroll explain chain.unr > out 2> err || fault "explain of a chain $form: $(head -c 300 err)"
    bounded -s 512 unroll fit chain.unr t.csv --method gradients --epochs 1 --threads 1 -q -o chain.model > out 2> err || fault "fit of a chain $form: $(head -c 300 err)"
    bounded -s 512 unroll predict chain.model t.csv --horizon 2 --samples 2 > out 2> err || fault "predict of a chain $form: $(head -c 300 err)"
    bounded -s 512 unroll score chain.model t.csv > out 2> err || fault "score of a chain $form: $(head -c 300 err)"
done

# ---- expressions without end
deep() { awk -v n="$1" -v open="$2" -v close_="$3" 'BEGIN { printf "data y[t] : raw\nparam a, s\ny[t] ~ normal("; for (i = 0; i < n; i++) printf "%s", open; printf "a"; for (i = 0; i < n; i++) printf "%s", close_; print ", s)" }'; }
for pair in '(|)' '-|' 'exp(|)' '[|]' 'not |' '2^|'; do
    deep 100000 "${pair%%|*}" "${pair#*|}" > deep.unr
    bounded -s 512 unroll explain deep.unr > out 2> err
    [ $? = 3 ] || fault "100,000 of $pair: $(head -c 300 err)"
    checks=$((checks + 1))
    grep -q "define a part\|nested\|too many\|larger\|more than" err || fault "100,000 of $pair: no word of how deep: $(head -c 300 err)"
done

# ---- numbers of options: refused by name, or taken
. "$here/extremes.sh"
extremes 3 23
finish
