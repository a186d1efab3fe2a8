#!/bin/sh
# -999 among 3 to 8 is no number but says that there is none: a note says how many there are, and what leaves them out. Nines that belong to the data
# are left alone.
. "$(dirname "$0")/lib.sh"

printf 'data y[t] : real\nparam a, c, s\ny[t] ~ normal(a * y[t-1] + c, s)\n' > ar.unr
values() { { echo y; for v; do echo "$v"; done; } > t.csv; run unroll fit ar.unr t.csv -o x.model; }
said="where it says that a value is missing: --missing"
values 3 4 -999 5 6 7 8 3 4 5
says "y (t.csv, column y): 1 value is -999, where others are 3 to 8, first at row 3" "$said -999"
run unroll predict x.model t.csv --horizon 1
says "$said -999"
run unroll fit ar.unr t.csv --missing -999 -o x.model
silent "$said"
values 3 4 -9999 5 -9999 7 8 3 4 5
says "2 values are -9999" "$said -9999"
values 3 4 9999 5 6 7 8 3 4 5
says "$said 9999"
values 3 4 999 5 6 7 8 999 4 5
says "$said 999"
values 0.3 0.4 99.99 0.5 0.6 99.99 0.8
says "$said 99.99"
values 0 5000 -999 3000 2000 1 7
says "$said -999"
values -9999 5 6 7 9999 8 4 9999
says "$said -9999" "$said 9999"
# what else is written where there is nothing
values 3 4 -200 5 -200 7 8 3 -200 5
says "3 values are -200" "$said -200"
values 0.3 4 -32768 5 6 2
says "$said -32768"
values 3 4 1e20 5 6 2
says "$said 1e+20"
values 3 4 9.96921e36 5 6 2
says "$said 9.96921e+36"

# ---- no alarm
for v in "-1 3 4 5 6 7" "3 4 5 9 8 7 9" "10 40 99 70 20 5" "100 400 999 700 200 50" "-99 20 40 60 80 90" "5 899 999 999 400 20" "9999 9998 9997 9996" \
    "-999 -500 0 500 999" "999 999 999 999" "-200 -150 -200 -200 3 4" "200 3 4 200 5 200"; do
    values $v
    silent "$said"
done

# ---- each component by itself
cat > two.unr << 'END'
data x[t] : real(2), y[t] : real
param w, c, s
y[t] ~ normal(w' x[t] + c, s)
END
awk 'BEGIN { print "x1,x2,y"; for (i = 0; i < 20; i++) printf "%d,%d,%d\n", i % 5, i == 7 ? -999 : i % 3, i % 5 * 2 + i % 2 }' > t.csv
run unroll fit two.unr t.csv -o x.model
says ", x2: 1 value is -999" "first at row 8"
finish
