#!/bin/sh
# Columns by the hundred, the calendar of two centuries, arrays of every kind of number: each comes to the model as it stands in the file.
. "$(dirname "$0")/lib.sh"

# ---- 300 columns, each ±(1 + k mod 3) about k mod 7: the forecast of each is its mean, and −log p is the sum of what the columns have
awk 'BEGIN { for (k = 1; k <= 300; k++) printf "s%d%s", k, k < 300 ? "," : "\n"
    for (t = 1; t <= 20; t++) for (k = 1; k <= 300; k++) printf "%.3f%s", k % 7 + (t % 2 ? 1 : -1) * (1 + k % 3), k < 300 ? "," : "\n" }' > wide.csv
for kind in real raw; do
    printf 'data s[t] : %s(300)\nparam d, u(300)\ns[t] ~ normal(d, u)\n' $kind > wide.unr
    run unroll fit wide.unr wide.csv -q -o wide.model --precision double
    near "$kind: likelihood" "$(awk 'BEGIN { for (k = 1; k <= 300; k++) s += 0.918938533204673 + 0.5 + log(1 + k % 3); print s }')" 1e-2 "$(score wide.model wide.csv negative)"
    run unroll predict wide.model wide.csv --horizon 1 --csv
    same "$kind: 300 means" 300 "$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i ~ /^s[0-9]+$/) c[i] = substr($i, 2) % 7; next }
        { for (i in c) n += $i - c[i] < 1e-6 && c[i] - $i < 1e-6; print n }' out)"
done
# ... by their names, not by their place
awk -F, '{ for (i = 300; i >= 1; i--) printf "%s%s", $i, (i > 1 ? "," : "\n") }' wide.csv > back.csv
near "in the other order" "$(score wide.model wide.csv negative)" 1e-9 "$(score wide.model back.csv negative)"

# ---- the calendar: what the C library says of 1900 to 2100, leap years and the days about them among these
awk 'BEGIN { x = 4; for (i = 0; i < 600; i++) { x = (x * 16807) % 2147483647; printf "@%.0f\n", -2208988800 + int(x / 2147483647 * 105189 * 1440) * 60 }
    for (y = 1900; y <= 2100; y += 20) { print y "-02-28 23:59"; print y "-03-01 00:00"; print y "-12-31 12:00" } print "2000-02-29 23:59\n1969-12-31 23:59\n2024-12-31 00:01" }' > when
{ echo when,hour,minute,weekday,yearday,month; TZ=UTC0 date -u -f when '+%Y-%m-%d %H:%M,%-H,%-M,%u,%-j,%-m'; } > calendar.csv
for f in hour minute weekday yearday month; do
    printf 'data when[t] : time, v[t] : raw\nparam a, c, s\nv[t] ~ normal(a * %s(when[t]) + c, s)\n' $f > calendar.unr
    run unroll fit calendar.unr v=$f calendar.csv -q -o calendar.model --precision double
    near "$f()" 0 1e-6 "$(score calendar.model calendar.csv RMSE)"
done

# ---- arrays: whatever kind of number holds 0 to 11, their mean is 5.5; as text they have the same score
npy() {         # npy DTYPE ORDER SHAPE BYTES: an array of NumPy's, made of these bytes (as printf writes them)
    printf "\223NUMPY\001\000\166\000%-117s\n" "{'descr': '$1', 'fortran_order': $2, 'shape': $3, }"
    printf "$4"
}
printf 'data x[t] : raw\nparam m, s\nx[t] ~ normal(m, s)\n' > a.unr
printf '0 1 2 3\n4 5 6 7\n8 9 10 11\n' > x.txt
run unroll fit a.unr x=x.txt -q -o text.model --precision double
integers() { awk -v before="$1" -v after="$2" 'BEGIN { for (i = 0; i < 12; i++) printf "%s\\%03o%s", before, i, after }'; }
npy '|u1' False '(3, 4)' "$(integers '' '')" > u1.npy
npy '|i1' False '(3, 4)' "$(integers '' '')" > i1.npy
npy '<i2' False '(3, 4)' "$(integers '' '\\000')" > i2.npy
npy '>i2' False '(3, 4)' "$(integers '\\000' '')" > big.npy
npy '<i8' False '(3, 4)' "$(integers '' '\\000\\000\\000\\000\\000\\000\\000')" > i8.npy
npy '<u4' True '(3, 4)' "$(for i in 0 4 8 1 5 9 2 6 10 3 7 11; do printf '\\%03o\\000\\000\\000' $i; done)" > fortran.npy
for f in u1 i1 i2 big i8 fortran; do
    run unroll fit a.unr x=$f.npy -q -o $f.model --precision double
    near "$f: fitted" "$(score text.model x=x.txt negative)" 1e-9 "$(score $f.model x=x.txt negative)"
    near "$f: scored" "$(score text.model x=x.txt negative)" 1e-9 "$(score text.model x=$f.npy negative)"
    run unroll predict text.model x=$f.npy --horizon 1 --csv
    same "$f: three examples" 3 "$(column example | wc -l | tr -d ' ')"
done
npy '<c8' False '(1, 1)' '\0\0\0\0\0\0\0\0' > bad.npy; fails 4 unroll fit a.unr x=bad.npy -q -o bad.model; says "complex numbers"
npy '|O' False '(1, 1)' '\0' > bad.npy; fails 4 unroll fit a.unr x=bad.npy -q -o bad.model; says "Python objects"
npy '<f8' False '(3, 4)' '\0' > bad.npy; fails 4 unroll fit a.unr x=bad.npy -q -o bad.model; says "is cut short"
npy '|u1' False '(3, 4)' "$(integers '' '')more" > bad.npy; fails 4 unroll fit a.unr x=bad.npy -q -o bad.model; says "goes on after the 12 elements"
npy '|u1' False '(0, 4)' '' > bad.npy; fails 4 unroll fit a.unr x=bad.npy -q -o bad.model; says "has no examples"
npy '|u1' False '()' '\0' > bad.npy; fails 4 unroll fit a.unr x=bad.npy -q -o bad.model; says "shape is []"

# two data along indices of their own: the table has the rows of one, and a note counts the other's
doubles() { for f; do case $f in 1) printf '%s' '\000\000\000\000\000\000\360\077' ;; 2) printf '%s' '\000\000\000\000\000\000\000\100' ;; *) printf '%s' '\000\000\000\000\000\000\370\177' ;; esac; done; }
printf 'data a[t], b[u] : raw\nparam p, q\na[t] ~ normal(p, 1)\nb[u] ~ normal(q, 1)\n' > apart.unr
npy '<f8' False '(2, 3)' "$(doubles 1 2 1 1 NA 2)" > a.npy
npy '<f8' False '(2, 2)' "$(doubles 1 NA NA 2)" > b.npy
npy '<f8' False '(2, 3)' "$(doubles 1 2 1 1 1 2)" > whole.npy
run unroll fit apart.unr a=whole.npy b=b.npy -q -o apart.model
run unroll predict apart.model a=a.npy b=b.npy --csv
says "b: 2 missing values are not in the table, whose rows are the positions of a; where a is given, they are those of b"
run unroll predict apart.model a=whole.npy b=b.npy --csv
silent "not in the table"
same "then they are" "2 1" "$(column position | tr '\n' ' ' | sed 's/ $//')"
finish
