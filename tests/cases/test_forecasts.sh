#!/bin/sh
# From where a forecast goes on, how far, and from what: values missing at the end and the beginning, groups of all lengths, what is fed back, quantiles,
# and forecasts that grow without bound. Series are recursions without noise, so that what is right is how they go on.
. "$(dirname "$0")/lib.sh"
printf 'data y[t] : real\nindex j = 1..2\nparam A[j], m, s\ny[t] ~ normal(sum[j](A[j] y[t-j]) + m, s)\n' > ar2.unr
series() {      # series FROM TO: y_t = 1.5 y_(t-1) − 0.8 y_(t-2) + 1 with its row's number, from 1 and 2
    awk -v from="$1" -v to="$2" 'BEGIN { a = 1; b = 2; for (t = 1; t <= to; t++) { if (t >= from) printf "%d,%.12g\n", t, a; c = 1.5 * b - 0.8 * a + 1; a = b; b = c } }'
}
true_at() { series "$1" "$1" | cut -d, -f2; }
{ echo index,y; series 1 37; } > whole.csv
run unroll fit ar2.unr whole.csv -q -o m.model --precision double

# ---- values missing at the end are completed, and the horizon comes after them
for open in 1 2 3 5; do
    { cat whole.csv; for i in $(seq 38 $((37 + open))); do echo "$i,"; done; } > open.csv
    for h in 1 2 3 6; do
        run unroll predict m.model open.csv --horizon $h --csv
        says "the horizon of $h comes after"
        same "$open missing, horizon $h: rows" "$(seq -s ' ' 38 $((37 + open + h)))" "$(column index | tr '\n' ' ' | sed 's/ $//')"
        near "$open missing, horizon $h: the last" "$(true_at $((37 + open + h)))" 1e-5 "$(column y | tail -1)"
    done
    run unroll predict m.model open.csv --csv
    same "$open missing, no horizon" "$(seq -s ' ' 38 $((37 + open)))" "$(column index | tr '\n' ' ' | sed 's/ $//')"
done
run unroll predict m.model whole.csv --horizon 5 --csv
silent "comes after"
same "nothing missing" "38 39 40 41 42" "$(column index | tr '\n' ' ' | sed 's/ $//')"
{ echo g,index,y; sed '1d;s/^/a,/' whole.csv; for i in 38 39; do echo "a,$i,"; done; sed '1d;s/^/b,/' whole.csv | head -30; echo "b,31,"; } > both.csv
run unroll predict m.model both.csv --group g --horizon 1 --csv
same "each group from its own last row" "a38 a39 a40 b31 b32" "$(awk -F, 'NR > 1 { printf "%s%s%s", s, $1, $2; s = " " }' out)"
near "the last of b" "$(true_at 32)" 1e-5 "$(column y | tail -1)"
# ... but where something is given in the rows to come, these are the horizon
printf 'data x[t], y[t] : raw\nparam a, c, s\ny[t] ~ normal(a * x[t] + c, s)\n' > given.unr
{ echo x,y; for i in 1 2 3 4 5 6 7 8; do echo "$i,$((2 * i + 1))"; done; } > given.csv
run unroll fit given.unr given.csv -q -o given.model
{ cat given.csv; printf '20,\n30,\n'; } > ahead.csv
run unroll predict given.model ahead.csv --csv
same "two rows, 41 and 61" "41 61" "$(column y | awk '{ printf "%s%.4g", s, $1; s = " " }')"

# ---- values missing at the beginning and within: as the rest alone
for kind in real raw; do
    sed "s/: real/: $kind/" ar2.unr > k.unr
    noise() { awk -v lead="$1" -v cut="$2" 'BEGIN { print "y"; x = 7; for (t = 1; t <= 70; t++) { x = (x * 16807) % 2147483647; c = 0.6 * b - 0.3 * a + x / 2147483647; a = b; b = c
        if (t <= lead) { if (!cut) print "NA" } else printf "%.9f\n", c } }'; }
    noise 9 0 > lead.csv
    noise 9 1 > cut.csv
    for f in lead cut; do
        run unroll fit k.unr $f.csv -q -o $f.model --precision double
        sed -n 's/^loss *//p' out > $f.loss
        run unroll predict $f.model $f.csv --horizon 3 --csv
        column y | tail -3 > $f.out
    done
    same "$kind: the same forecasts" "$(cat cut.out)" "$(cat lead.out)"
    same "$kind: the same loss" "$(cat cut.loss)" "$(cat lead.loss)"
done
# least squares takes the complete rows alone: with one gap three rows are lost; y is exact in the others, so all is found again
series 1 60 | awk -F, 'BEGIN { print "y" } { print NR == 20 || NR == 21 || NR == 40 ? "NA" : $2 }' > gaps.csv
run unroll fit ar2.unr gaps.csv -o gaps.model --precision double
says "51 rows used, 9 left out"
run unroll predict gaps.model gaps.csv --csv
near "a gap's first" "$(true_at 20)" 1e-5 "$(column y | sed -n 1p)"
near "and its second" "$(true_at 21)" 1e-5 "$(column y | sed -n 2p)"

# ---- groups: lags do not cross them, rows may be in each other's way, one may be of a single row
awk 'BEGIN { x = 5; for (g = 0; g < 7; g++) { n = substr("1203052", g + 1, 1) * 8 + g % 2 + 1; y = 5 + g; for (t = 1; t <= n; t++) { printf "%d,g%d,%.9f\n", t, g, y
    x = (x * 16807) % 2147483647; y = 0.7 * y + 0.3 * (5 + g) + x / 2147483647 - 0.5 } } }' > rows
{ echo k,id,y; cat rows; } > blocks.csv
{ echo k,id,y; sort -t, -s -n -k1,1 rows; } > mixed.csv
printf 'data y[t] : raw\nparam a, c, s\ny[t] ~ normal(a * y[t-1] + c, s)\n' > ar1.unr
slope=$(awk -F, '$2 == last { n++; x += before; y += $3; xx += before * before; xy += before * $3 } { last = $2; before = $3 } END { printf "%.9f", (xy - x * y / n) / (xx - x * x / n) }' rows)
for f in blocks mixed; do
    run unroll fit ar1.unr $f.csv --group id -o $f.model --precision double
    says "7 examples (by id)" "$(($(wc -l < rows) - 7)) rows used, 7 left out"
    run unroll predict $f.model $f.csv --horizon 2 --csv
    same "$f: two for each" "$(for i in 0 1 2 3 4 5 6; do printf 'g%d g%d ' $i $i; done)" "$(column id | sort | tr '\n' ' ')"
    near "$f: the slope" "$slope" 1e-6 "$(awk -F, 'NR == 2 { a = $3 } NR == 3 { b = $3 } NR > 1 { c = d; d = $3 } END { printf "%.9f", (d - b) / (c - a) }' out)"
    near "$f: the likelihood" "$(score blocks.model blocks.csv negative)" 1e-9 "$(score $f.model $f.csv negative)"
done
run unroll score blocks.model blocks.csv --horizon 4
fails 4 unroll score blocks.model blocks.csv --horizon 60
says "60"

# ---- what is fed back of whole numbers is a whole number, in every plan; the mean is reported beside
printf 'data c[t] : count\nparam a, b\nc[t] ~ bernoulli(a * where(c[t-1] == 1, 1, -1) + b)\n' > flip.unr
awk 'BEGIN { print "c"; for (t = 0; t < 400; t++) print t < 200 }' > flip.csv
run unroll fit flip.unr flip.csv -q -o flip.model --epochs 200 --rate 0.1 --threads 1
for plan in fast naive; do
    run unroll predict flip.model flip.csv --rows 0:150 --horizon 6 --csv --plan $plan
    same "six ones, $plan" "1 1 1 1 1 1" "$(column c | tr '\n' ' ' | sed 's/ $//')"
    says "c goes on from their likeliest values, c_mean is the mean over 1000 random completions"
    checks=$((checks + 1)); awk -v m="$(column c_mean | tail -1)" 'BEGIN { exit !(m > 0.95 && m < 1) }' || fault "$plan: the mean is $(column c_mean | tail -1)"
done
printf 'data n[t] : count\nparam a, b\nn[t] ~ poisson(exp(where(n[t-1] == 3, a, b)))\n' > three.unr
awk 'BEGIN { print "n"; for (t = 0; t < 300; t++) print t % 100 == 99 ? 4 : 3 }' > three.csv
run unroll fit three.unr three.csv -q -o three.model --epochs 200 --rate 0.1 --threads 1
run unroll predict three.model three.csv --rows 0:90 --horizon 5 --csv
same "threes" "3 3 3 3 3" "$(column n | tr '\n' ' ' | sed 's/ $//')"
near "whose mean is that of the fit" 3.01 0.02 "$(column n_mean | tail -1)"

# ---- quantiles of an autoregression: those of the normal whose variance is Σ a^(2k) s²; none crosses another
awk 'BEGIN { print "y"; x = 9; y = 0; for (t = 0; t < 500; t++) { u = 0; for (i = 0; i < 12; i++) { x = (x * 16807) % 2147483647; u += x / 2147483647 } y = 0.8 * y + u - 6; printf "%.6f\n", y } }' > q.csv
run unroll fit ar1.unr q.csv -q -o q.model --precision double
run unroll predict q.model q.csv --horizon 12 --samples 4000 --csv
same "quantiles in order" 12 "$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i ~ /^y_[0-9]/) c[++n] = i; next } { ok = 1; for (k = 2; k <= n; k++) if ($c[k] + 0 < $c[k - 1] + 0) ok = 0; good += ok } END { print good }' out)"
awk 'NR > 2 { n++; x += p; y += $1; xx += p * p; xy += p * $1; yy += $1 * $1 } { p = $1 }
    END { b = (xy - x * y / n) / (xx - x * x / n); c = (y - b * x) / n; s = (yy - y * y / n - b * (xy - x * y / n)) / n
          for (h = 1; h <= 12; h++) { p = b * p + c; v = b * b * v + s; r = sqrt(v)
              printf "%.6f %.6f %.6f %.6f %.6f\n", p, p - 1.644854 * r, p + 1.644854 * r, p - 1.281552 * r, p + 1.281552 * r } }' q.csv > quantiles
for h in 1 2 6 12; do
    for k in 1:y:1e-6 2:y_5:0.2 3:y_95:0.2 4:y_10:0.15 5:y_90:0.15 1:y_50:0.15; do
        near "position $h, $k" "$(sed -n ${h}p quantiles | cut -d' ' -f"${k%%:*}")" "${k##*:}" "$(k=${k#*:}; column "${k%:*}" | sed -n ${h}p)"
    done
done

# ---- forecasts that grow without bound are said, with how many and from where; those that do not are not
awk 'BEGIN { print "y"; y = 1; for (t = 0; t < 100; t++) { printf "%.6f\n", y; y *= 1.05 } }' > grow.csv
run unroll fit ar1.unr grow.csv -q -o grow.model --precision double
run unroll predict grow.model grow.csv --horizon 20 --csv
silent "note:"
run unroll predict grow.model grow.csv --horizon 400 --csv
says "forecasts are more than 10000 times as large as all that is given" "first at position 289"
run unroll predict grow.model grow.csv --horizon 20000 --csv
says "of 20000 forecasts are infinite or no number, first at position"
run unroll predict grow.model grow.csv --horizon 400 --samples 3 --csv
says "random values are more than 10000 times"
run unroll sample grow.model grow.csv --horizon 400 --csv
says "more than 10000 times"
run unroll predict grow.model grow.csv --horizon 400 -q
silent "note:"
printf 'data n[t] : count\nparam a = 0.5, c\nn[t] ~ poisson(exp(a * n[t-1] + c))\n' > pois.unr
awk 'BEGIN { print "n"; for (t = 0; t < 10; t++) print 1 + t % 6 }' > pois.csv
run unroll fit pois.unr pois.csv -q -o pois.model --epochs 1 --rate 1e-12 --threads 1
run unroll predict pois.model pois.csv --horizon 40 --csv
says "n:" "of 40 forecasts are infinite or no number"
# what is read at a lag is needed over so many rows less: 5 of a horizon of 6 by rows at the end, by those that come after a part, and no more is asked for
printf 'data z[t], y[t] : real\nparam a, b, c, s\ny[t] ~ normal(a * y[t-1] + b * z[t-1] + c, s)\n' > lagged.unr
awk 'BEGIN { print "y,z"; for (i = 1; i <= 40; i++) printf "%g,%g\n", sin(i * i) + i / 10, cos(i) }' > lagged.csv
run unroll fit lagged.unr lagged.csv -q -o lagged.model
fails 4 unroll predict lagged.model lagged.csv --horizon 6
says "append 5 rows with z given and y left empty"
for k in 1 2 3 4 5 6; do
    { cat lagged.csv; seq 1 $k | sed 's/^/,0./'; } > more.csv
    if [ $k -lt 5 ]; then fails 4 unroll predict lagged.model more.csv --horizon 6; says "append $((5 - k)) row"; else run unroll predict lagged.model more.csv --horizon 6 --csv -o $k.csv; fi
done
same "six rows, of which the last is not read" "$(cat 5.csv)" "$(cat 6.csv)"
run unroll predict lagged.model more.csv --rows :40 --horizon 6 --csv -o part.csv
same "rows after a part" "$(cat 5.csv)" "$(cat part.csv)"
finish
