#!/bin/sh
# How columns meet data of several components: by their names, by a list, by a range. What is right are the means of the columns.
. "$(dirname "$0")/lib.sh"
awk 'BEGIN { print "id,x10,x2,x1,x3,mid,x4,load,wind,sun"; for (i = 0; i < 12; i++) printf "%d,%d,%d,%d,%d,%d,%d,%d,%d,%d\n", i, 100 + i, 20 + i, 10 + i, 30 + i, 7, 40 + i, i, 2 * i, 3 * i }' > t.csv
printf 'data x[t] : raw(3)\nparam m, s\nx[t] ~ normal(m, s)\n' > three.unr
printf 'data x[t,j] : raw\nindex j = 1..4\nparam m[j], s\nx[t,j] ~ normal(m[j], s)\n' > four.unr
means() {       # means MODEL BINDING…: the forecast after the table's last row
    model=$1; shift
    run unroll fit "$model" "$@" t.csv -q -o x.model
    run unroll predict x.model t.csv --horizon 1 --csv
    tail -1 out | awk -F, -v n="${model%.unr}" '{ k = n == "three" ? 3 : 4; for (i = 2; i <= k + 1; i++) printf "%.6g ", $((i - 2) * 2 + 2) }'
}
same "by their numbers, wherever they stand" "15.5 25.5 35.5 " "$(means three.unr)"
same "along a fixed index" "15.5 25.5 35.5 45.5 " "$(means four.unr)"
same "a list" "105.5 15.5 5.5 " "$(means three.unr x=x10,x1,load)"
same "a range of numbers" "25.5 35.5 45.5 " "$(means three.unr x=x2..x4)"
same "a range of columns as they stand" "5.5 11 16.5 " "$(means three.unr x=load..sun)"
same "ranges in a list" "105.5 5.5 11 16.5 " "$(means four.unr x=x10,load..sun)"
run unroll score x.model t.csv --csv          # the model of the line above: nothing is bound here
says "negative log-likelihood"
fails 4 unroll fit three.unr x=x1..x4 t.csv -o x.model
says 'x has 3 components, "x1..x4" names 4 columns'

# a name in a list or a range that no column has, and the one that may be meant
lacks() {       # lacks BINDING TEXT…
    fails 4 unroll fit three.unr "$1" t.csv -o x.model
    shift; says "$@"
}
lacks x=x1..x7 "x=x1..x7: there is no column x7 (columns: id, x10"
silent "did you mean"
lacks x=x2,x3,x5 "there is no column x5"
silent "did you mean"
lacks x=load..sum "there is no column sum" "did you mean the column sun?"
lacks x=laod..sun "there is no column laod" "did you mean the column load?"
lacks 'x="load,wnd,sun"' "there is no column wnd" "did you mean the column wind?"
lacks x=sun..load "x=sun..load: sun stands after load"
lacks x=x3..x1 "x3 stands after x1"
lacks x=lod,wind "there is no column lod"
lacks x=nothing "there is neither a column nor a file of this name"
run unroll fit three.unr x=load..sun t.csv -q -o r.model
sed 's/x\([0-9]\)/q\1/g; s/load/laod/' t.csv > other.csv
fails 4 unroll predict r.model other.csv --horizon 1
says "there is no column load; did you mean laod?"
sed 's/load/laod/' t.csv > other.csv
run unroll predict r.model other.csv --horizon 1
says "other.csv: has no column load..sun, from which the fit read x: column x1 is read in its place"
run unroll predict r.model t.csv --horizon 1
silent "in its place"

# data that a table lacks are wrong data, for every verb, however the binding is written; a file that is not there is a failure
printf 'data y[t] : raw\nparam a, m, s\ny[t] ~ normal(a * y[t-1] + m, s)\n' > y.unr
run unroll fit y.unr y=load t.csv -q -o y.model
sed 's/load/other/' t.csv > lacking.csv
for verb in "predict y.model" "predict --horizon 1 y.model" "sample y.model" "score y.model" "score --horizon 1 y.model" "explain y.model" "plot -o x.gp y.model" "fit -o x.model y.unr" "explain y.unr"; do
    for binding in "" y= y=nothing 'y="nothing"' y=nothing..load y=no/thing; do fails 4 unroll $verb lacking.csv $binding; done
    fails 1 unroll $verb y=nothing
    fails 1 unroll $verb nothing.csv
done
fails 4 unroll fit y.unr t.csv y=load --valid lacking.csv -o x.model
fails 4 unroll fit y.unr t.csv y=load --test y=nothing --test t.csv -o x.model
fails 4 unroll plot t.csv --what paths --x x1 --y nothing -o x.gp
fails 4 unroll fit y.unr t.csv y=load --group nothing -o x.model
fails 4 unroll fit three.unr x=load t.csv -o x.model
says 'x has 3 components, "load" names 1 column'
sed 's/^data x/data z/; s/x\[t\]/z[t]/' three.unr > z.unr
fails 4 unroll fit z.unr t.csv -o x.model
says "it has 3 components: bind them by z=A,B,C or z=A..C"
awk 'BEGIN { print "g,y"; for (i = 0; i < 12; i++) printf "%s,%d\n", i % 2 ? "a" : "b", i }' > g.csv
printf 'data y[t] : real\nparam a, m, s\ny[t] ~ normal(a * y[t-1] + m, s)\n' > ar.unr
run unroll fit ar.unr g.csv --group g -q -o g.model
run unroll predict g.model g.csv --horizon 1 --csv
same "the group is kept as bindings are" "g,position,y,naive b,7,12,10 a,7,13,11 " "$(tr '\n' ' ' < out | sed 's/\([0-9]\)\.[0-9e+-]*/\1/g')"
# names that are numbers: a range of them is one of numbers where all between are there, else as they stand; a header of nothing but numbers
printf '773,400,401,30\n1,2,3,4\n2,3,5,7\n3,5,4,6\n4,4,8,9\n' > numbers.csv
printf 'data v[t] : raw(3)\nparam a, c\nv[t] ~ normal(a * v[t-1] + c, 1)\n' > three.unr
run unroll fit three.unr numbers.csv v=773..401 -q -o three.model
run unroll predict three.model numbers.csv --horizon 1 --csv
same "last values" "4 4 8" "$(column v1_naive) $(column v2_naive) $(column v3_naive)"
printf '7,9,8\n1,3,2\n4,6,5\n2,4,9\n3,3,1\n' > ordered.csv
run unroll fit three.unr ordered.csv v=7..9 -q -o three.model
run unroll predict three.model ordered.csv --horizon 1 --csv
same "by number" "3 1 3" "$(column v1_naive) $(column v2_naive) $(column v3_naive)"
fails 4 unroll fit three.unr numbers.csv -q -o three.model
says "numbers.csv:1: the first row holds only numbers" "where they are names, bind them: v=773"
fails 4 unroll fit three.unr numbers.csv --columns header -q -o three.model
says "is in none of the files (columns: 773, 400, 401, 30); it has 3 components"
# of many columns a message names those that may be meant, and how many there are
awk 'BEGIN { for (r = 0; r < 3; r++) { for (i = 1; i <= 269; i++) printf "%s%s", (i > 1 ? "," : ""), (r ? i : "sensor" i); print "" } }' > wide.csv
printf 'data y[t] : raw\nparam a\ny[t] ~ normal(a, 1)\n' > one.unr
fails 4 unroll fit one.unr wide.csv y=sensr17 -q -o one.model
says "(columns: sensor17, sensor1, sensor7, sensor10" " and 263 more); did you mean the column sensor17?"
near "a short message" 0 300 "$(wc -c < err)"
fails 4 unroll fit one.unr wide.csv -q -o one.model
says " and 263 more)"
# a column file has columns between blanks: its one column is not meant by another number
printf '5,1,2\n3,2,1\n' > commas
fails 4 unroll fit one.unr commas --columns numbers y=3 -q -o one.model
says "y=3: there is neither a column nor a file of this name (columns: 1)"
silent "did you mean"
finish
