#!/bin/sh
# `show` calls the rows of what makes logits by their symbols, those of unknown, start and end too, as it does the columns of look-up tables.
. "$(dirname "$0")/lib.sh"

seq 1 40 | awk 'BEGIN { print "x,tag,z" } { print $1 % 7 "," ($1 % 3 ? "yes" : "no") "," ($1 % 2 ? "dog" : "cat") }' > t.csv
names() { unroll show m.model $1 --csv | awk -F, 'NR > 1 { print $1 }' | tr -d '"' | tr '\n' ' '; }
# without commas in the names: one row or one column
printf 'data x : real, tag : symbol\nparam W, b, A, s\nh : 2 = tanh(A x)\no = W h + b\ntag ~ categorical(s * o)\n' > m.unr
run unroll fit m.unr t.csv --epochs 1 -o m.model
same "rows of b" "b[<unknown>] b[<start>] b[<end>] b[yes] b[no] " "$(names b)"
run unroll show m.model
says "W[yes,1]" "W[no,2]" "A[1]"
silent "A[yes"
printf 'data z : symbol, tag : symbol\nparam E, b, V\ntag ~ categorical(E z + b)\n' > m.unr
sed -i 's/, V$//' m.unr
run unroll fit m.unr t.csv --epochs 1 -o m.model
run unroll show m.model E
says "E[yes,dog]" "E[no,cat]" "E[<unknown>,<unknown>]"
printf "data x : real, tag : symbol\nparam V, A, b\nh : 2 = tanh(A x + b)\ntag ~ categorical(V' h)\n" > m.unr
run unroll fit m.unr t.csv --epochs 1 -o m.model
run unroll show m.model V
says "V[1,yes]" "V[2,no]"
# what a tanh stands before is no row of symbols, however many there are
printf 'data x : real, tag : symbol\nparam W, A, b\nh : 5 = tanh(A x + b)\ntag ~ categorical(W h)\n' > m.unr
run unroll fit m.unr t.csv --epochs 1 -o m.model
same "rows of A" "A[1] A[2] A[3] A[4] A[5] " "$(names A)"
# a summary of what makes logits is of the symbols that can come: nothing trains the rows of the others
printf 'data x : real(5), tag : symbol\nparam W, b\ntag ~ categorical(W x + b)\n' > m.unr
awk 'BEGIN { print "a,b,c,d,e,tag"; for (i = 0; i < 60; i++) print i % 7 "," i % 5 "," i % 3 "," i % 11 "," i % 2 "," (i % 4 ? "yes" : "no") }' > w.csv
run unroll fit m.unr w.csv x=a..e --epochs 5 -q -o m.model
run unroll show m.model W --csv
awk -F, 'NR > 1 && !/<(unknown|start|end)>/ { n++; m += $NF; q += $NF ^ 2 } END { printf "%.10g %.10g\n", m / n, sqrt(q / n - (m / n) ^ 2) }' out > right
run unroll show m.model --csv
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } $1 == "W" { print $at["mean"], $at["sd"] }' out > got
near "mean of the rows that are trained" "$(cut -d' ' -f1 right)" 1e-6 "$(cut -d' ' -f1 got)"
near "their deviation" "$(cut -d' ' -f2 right)" 1e-6 "$(cut -d' ' -f2 got)"
finish
