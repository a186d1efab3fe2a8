#!/bin/sh
# Values that the model draws and that are missing before a forecast: drawn as the forecast is, from the past, in one series and in several, with symbols
# beside them, in the rows asked for and in the history. The right spread is that of a random walk: 0.1 √k, k positions after the last value given.
. "$(dirname "$0")/lib.sh"
printf 'data y[t] : raw\ny[t] ~ normal(y[t-1], 0.1)\n' > walk.unr
printf 'y\n1\n1.1\n1.2\nNA\nNA\nNA\n1.3\nNA\nNA\nNA\n' > gaps.csv
# band FILE: of each row the widths from the 5 % to the 95 % quantile and from 10 % to 90 %, over those of one step, squared: k, k
band() { awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    { printf "%s %.6f %.6f\n", $at["position"], (($at["y_95"] - $at["y_5"]) / 0.3289707) ^ 2, (($at["y_90"] - $at["y_10"]) / 0.2563103) ^ 2 }' "$1"; }
walk() {        # walk WHAT POSITION=K…: what `out` has there
    what=$1; shift
    band out > bands
    for pair; do
        near "$what, position ${pair%=*}, 5 to 95 %" "${pair#*=}" "$(awk -v k="${pair#*=}" 'BEGIN { print 0.09 * k }')" "$(awk -v p="${pair%=*}" '$1 == p { print $2; exit }' bands)"
        near "$what, position ${pair%=*}, 10 to 90 %" "${pair#*=}" "$(awk -v k="${pair#*=}" 'BEGIN { print 0.09 * k }')" "$(awk -v p="${pair%=*}" '$1 == p { print $3; exit }' bands)"
    done
}
run unroll fit walk.unr gaps.csv -q -o walk.model
run unroll predict walk.model gaps.csv --horizon 3 --samples 6000 --csv
walk "one series" 4=1 5=2 6=3 8=1 9=2 10=3 11=4 12=5 13=6
silent "no number"
near "the middle" 1.3 0.015 "$(column y_50 | tail -1)"
run unroll predict walk.model gaps.csv --rows 7: --horizon 3 --samples 6000 --csv
walk "rows and their history" 8=1 9=2 10=3 11=4 13=6
run unroll predict walk.model gaps.csv --rows 9: --horizon 3 --samples 6000 --csv
walk "gaps in the history alone" 10=3 11=4 13=6
printf '1.4\n' >> gaps.csv
run unroll predict walk.model gaps.csv --horizon 2 --samples 6000 --csv
walk "a value given after gaps" 10=3 12=1 13=2
awk 'BEGIN { print "y"; for (i = 1; i <= 5000; i++) print (i == 3000 || i > 4997) ? "NA" : 1 + i % 2 / 10 }' > long.csv
run unroll predict walk.model long.csv --horizon 2 --samples 3000 --csv
walk "a long series" 3000=1 4998=1 5000=3 5002=5
run unroll sample walk.model gaps.csv --horizon 2 --samples 3 --csv
same "all that is missing is in each sample" "8 8 8 0" "$(awk -F, 'NR > 1 { n[$1]++; if ($3 == "") empty++ } END { print n[1], n[2], n[3], empty + 0 }' out)"

printf 'g,y\na,1\na,\na,1.2\na,\nb,5\nb,5.1\nb,\nb,\n' > groups.csv
run unroll predict walk.model groups.csv --group g --horizon 2 --samples 6000 --csv
grep -e ^g -e ^a out > a && grep -e ^g -e ^b out > b
cp a out && walk "a group" 2=1 4=1 5=2 6=3
cp b out && walk "another group" 3=1 4=2 5=3 6=4

# a state and both branches of it: what is drawn moves on with it. s[t] = 0.5 s[t-1] + y[t-1], y[t] ~ normal(0.4 s[t], 0.1) is noise with weights 1, 0.4, 0.36, 0.324, …
printf 'data y[t] : raw\ns[t] = 0.5 * s[t-1] + y[t-1]\ny[t] ~ normal(0.4 * s[t], 0.1)\n' > state.unr
run unroll fit state.unr gaps.csv -q -o state.model
printf 'y\n1\n1\nNA\nNA\n' > two.csv
run unroll predict state.model two.csv --horizon 2 --samples 6000 --csv
walk "a state" 3=1 4=1.16 5=1.2896 6=1.394576

# what is asked for before the window of a forecast that was learnt over a horizon
printf 'data y[t] : real\nh[t] = rnn(3, y[t-1])\nparam v, c, s\ny[t] ~ normal(v'"'"' h[t] + c, s)\n' > rnn.unr
awk 'BEGIN { print "y"; for (i = 1; i <= 90; i++) print i == 20 || i == 89 ? "NA" : sin(i) }' > sine.csv
run unroll fit rnn.unr sine.csv --horizon 3 --context 8 --epochs 1 -q -o rnn.model
run unroll predict rnn.model sine.csv --horizon 3 --samples 5 --csv
same "none is without a number" "20 89 91 92 93" "$(awk -F, 'NR > 1 && !/,,/ { printf "%s%s", s, $1; s = " " }' out)"

# symbols and numbers, missing at different rows: each has its rows
printf 'data k[t] : symbol, y[t] : raw\nparam c, W\nk[t] ~ categorical(W k[t-1] + c)\ny[t] ~ normal(y[t-1], 0.1)\n' > both.unr
awk 'BEGIN { print "k,y"; for (i = 1; i <= 20; i++) print (i == 12 || i == 18 ? "" : i % 2 ? "a" : "b") "," (i == 15 || i == 18 || i == 20 ? "" : 2) }' > both.csv
run unroll fit both.unr both.csv -q -o both.model --epochs 2
run unroll predict both.model both.csv --horizon 2 --samples 6000 --csv
same "rows" "12 15 18 20 21 22" "$(column position | tr '\n' ' ' | sed 's/ $//')"
walk "numbers beside symbols" 15=1 18=1 20=1 21=2 22=3
same "every row has its symbol" 0 "$(column k | grep -c '^$')"
# what could be left out is named, and nothing is advised that is refused in turn
printf 'y\n1\n2\n3\n2\n4\n3\n5\n2\n' > only.csv
printf 'data y[t] : real\nparam a, c, s\ny[t] ~ normal(a y[t-1] + c, s)\n' > only.unr
run unroll fit only.unr only.csv -q -o only.model
fails 2 unroll predict only.model only.csv
says "leave cells of y empty, or ask for a horizon"
fails 4 unroll predict only.model only.csv y=
says "y= leaves out all that the model knows" "a horizon comes after the last row"
printf 'x,y\n1,2\n2,3\n3,5\n4,4\n5,7\n6,6\n' > two.csv
printf 'data x[t], y[t] : real\nparam a, c, s\ny[t] ~ normal(a x[t] + c, s)\n' > two.unr
run unroll fit two.unr two.csv -q -o two.model
fails 2 unroll predict two.model two.csv
says "leave y out (y=), or ask for a horizon"
fails 4 unroll predict two.model two.csv x=
says "take x= away"
# what equations read from before the data begin is no datum: values filled in there have a note
awk 'BEGIN { print "k,y"; for (i = 1; i <= 60; i++) print i "," (i == 3 || i == 30 ? "" : i % 7) }' > early.csv
printf 'data y[t] : real\nparam a, b, c, s\ny[t] ~ normal(a y[t-1] + b y[t-10] + c, s)\n' > ten.unr
run unroll fit ten.unr early.csv -q -o ten.model
run unroll predict ten.model early.csv
says "y: 1 of the values filled in is among the first 10 positions, where equations read from before the data begin"
run unroll predict ten.model early.csv --rows 20:
silent "before the data begin"

# along two indices too it is known what is there: an exact fit takes no 0 for it (model/test_missing.c has the numbers)
printf 'data w[i,j] : raw\nparam a, c, s\nw[i,j] ~ normal(a * w[i-1,j] + c, s) if i > 1\n' > two.unr
python3 - 2>/dev/null <<'P' || true
import struct
v = [[20 + (i * 7 + j * 5) % 9 for j in range(8)] for i in range(12)]
v[5][3] = float("nan")
d = b"".join(struct.pack("<d", x) for r in v for x in r)
h = "{'descr': '<f8', 'fortran_order': False, 'shape': (12, 8), }"
h += " " * (117 - len(h)) + "\n"
open("two.npy", "wb").write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(h)) + h.encode() + d)
P
if [ -f two.npy ]; then
    run unroll fit two.unr w=two.npy -o two.model
    says "exact least squares" "86 rows used, 10 left out (missing, before the first lag, or where the line does not hold)"
fi
finish
