#!/bin/sh
# Decimal commas, marks between thousands and signs: decided for a whole column, or refused with what to do. The mean of three or more numbers is the
# forecast of `y[t] ~ normal(m, s)`; it was computed by hand.
. "$(dirname "$0")/lib.sh"
printf 'data y[t] : raw\nparam m, s\ny[t] ~ normal(m, s)\n' > mean.unr
printf 'data y[t] : count\nparam m\ny[t] ~ poisson(exp(m))\n' > count.unr
mean() { run unroll fit mean.unr "$@" -q -o m.model; run unroll predict m.model "$@" --horizon 1 --csv; column y; }
t() { printf "$@" > t.csv; }

t 'd;y\n1;998,5\n2;1.001,5\n3;1.002\n'; near "commas, points between thousands" 1000.6666667 1e-6 "$(mean t.csv)"
t 'd;y\n1;1.234.567\n2;1.234.569\n'; near "two points" 1234568 1e-6 "$(mean t.csv)"
t 'd;p;y\n1;1,5;1.234\n2;1,6;1.236\n3;1,7;987\n'; near "another column has commas" 1152.3333333 1e-6 "$(mean t.csv)"
run unroll fit mean.unr t.csv -o m.model; says "as other columns show"
t 'd,y\n1,"1,234.5"\n2,987.0\n'; near "commas between thousands" 1110.75 1e-6 "$(mean t.csv)"
t 'd;y\n1;1 234,5\n2;1\302\240235,5\n'; near "blanks between thousands" 1235 1e-6 "$(mean t.csv)"
t 'd;y\n1;1’234.5\n2;1’235\n'; near "apostrophes between thousands" 1234.75 1e-6 "$(mean t.csv)"
t 'd\ty\n1\t1,5\n2\t2,5\n'; near "commas between tabs" 2 1e-9 "$(mean t.csv)"
t 'd,y\n1,−1.5\n2,2.5\n'; near "a minus of Unicode" 0.5 1e-9 "$(mean t.csv)"
t 'd,y\n1,1.234\n2,1.236\n3,987\n'; near "points between commas are decimal" 329.82333333 1e-6 "$(mean t.csv)"
run unroll fit mean.unr t.csv -o m.model; says "column y: the point in '1.234' (line 2) is read as the decimal mark"
t 'd;y\na;1.234\nb;2.345\n'; near "points alone between semicolons" 1.7895 1e-6 "$(mean t.csv)"
run unroll fit mean.unr t.csv -o m.model; says "column y: the point in '1.234' (line 2) is read as the decimal mark"
t 'd;y\na;1,234\nb;2,345\n'; near "commas alone between semicolons" 1.7895 1e-6 "$(mean t.csv)"
run unroll fit mean.unr t.csv -o m.model; says "column y: the comma in '1,234' (line 2) is read as the decimal mark"
t 'd,y\n1,1.234\n2,1.5\n3,987\n'; run unroll fit mean.unr t.csv -o m.model; silent "note:"
t 'd;y\n1;1.234\n2;1.236\n3;2021\n'; near "a whole number above 999 without a mark" 674.49 1e-6 "$(mean t.csv)"

for f in 'd;y\n1;1.234\n2;987\n' 'd;y\n1;1,234\n2;987\n' 'd,y\n1,"1,234"\n2,987\n' 'd\ty\n1\t1,234\n2\t987\n' 'd;y\n1;1.234\n2;1,234\n'; do
    t "$f"; fails 4 unroll fit mean.unr t.csv -o m.model; says "is not clear" "--decimal comma"
done
t 'd;y\n1;1.5\n2;1,5\n'; fails 4 unroll fit mean.unr t.csv -o m.model; says "has a decimal point" "a column needs one mark"
t 'd;y\n1;1.234,5\n2;1234,5\n3;1.234\n'; fails 4 unroll fit mean.unr t.csv -o m.model; says "in line 3 has none"
t 'd;y\n1;1.234\n2;987\n'
near "asked for: comma" 1110.5 1e-6 "$(mean t.csv --decimal comma)"
near "asked for: point" 494.117 1e-6 "$(mean t.csv --decimal point)"
t 'd;y\n1;1.5\n2;987\n'; fails 4 unroll fit mean.unr t.csv -o m.model --decimal comma; says "which --decimal asks for"
t 'd;y\n1;1,5\n2;2,5\n'; run unroll fit mean.unr t.csv -q -o m.model
t 'd;y\n1;1.234\n2;987\n3;\n'; run unroll predict m.model t.csv --csv        # the fit's data had commas
run unroll score m.model t.csv --csv
near "what the fit found holds: MAE" 1108.5 1e-6 "$(score m.model t.csv MAE)"
t 'd;y\n1;1.234\n2;987\n'; run unroll fit count.unr t.csv --decimal comma -q -o m.model
t 'd,y\n1,1.234\n2,2.5\n'; fails 4 unroll fit count.unr t.csv -q -o m.model; says "is not a count"
t 'd,y\n1,1.234\n2,987\n'; fails 4 unroll fit count.unr t.csv -q -o m.model; says "is not a count" "--decimal comma"

says_of() { t 'd,y\n1,1.5\n2,%s\n' "$1"; fails 4 unroll fit mean.unr t.csv -q -o m.model; says "t.csv:3" "$2"; }
says_of '12%%' "percent sign"
says_of '$5' "currency"
says_of '1.5K' "unit"
says_of '5 kg' "unit"
says_of '<1' "a bound"
says_of '(1.5)' "minus before it"
says_of '1.5-' "minus before it"
says_of 'inf' "not finite"
says_of '1 2345' "is not a number"
says_of '12,34,567' "fields"
says_of 'None' "--missing 'None'"
t 'd,y\nday,mm\n1,2.5\n'; fails 4 unroll fit mean.unr t.csv -q -o m.model; says "a line of units"

printf '1,5\n2,5\n2,25\n' > n.txt
fails 4 unroll fit mean.unr y=n.txt -q -o m.model; says "n.txt:1: whether '1,5' is one number"
fails 4 unroll fit mean.unr y=n.txt --stream -q -o m.model
run unroll fit mean.unr y=n.txt --stream --decimal comma -q -o m.model; run unroll predict m.model y=n.txt --stream --decimal comma --horizon 1 --csv
near "a text of numbers with commas" 2.0833333333 1e-6 "$(column y)"
run unroll fit mean.unr y=n.txt --stream --decimal point -q -o m.model; run unroll predict m.model y=n.txt --stream --decimal point --horizon 1 --csv
near "a text of lists" 6.6666666667 1e-6 "$(column y)"
printf '1,2,3\n4,5\n' > n.txt; run unroll fit mean.unr y=n.txt -q -o m.model
# ---- what is no number, and why
no() {          # no CELL WHY
    printf 'y\n1\n%s\n2\n' "$1" > no.csv
    fails 4 unroll fit mean.unr no.csv -o x.model
    says "no.csv:3: column y: '$1' is not a number: $2"
}
no 1e400 "it is beyond the largest number there is"
no -1e999 "it is beyond the largest number there is"
no 0x10 "numbers are written in decimal"
no 1/2 "it is not one decimal number"
no 1.2.3 "it is not one decimal number"
no 2020-01-31 "it is a date, which data declared as time hold"
no 31.01.2020 "it is a date, which data declared as time hold"
no 2020Q1 "it is a date, which data declared as time hold"
no 12kg "take the unit out of the column"
finish
