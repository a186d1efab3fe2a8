#!/bin/sh
# data a[t] : symbol(k): k symbols, none for unknown, start or end. What is no symbol of them is read as zero; nothing else than the k is ever drawn,
# guessed or counted. Whole numbers are at their own places.
. "$(dirname "$0")/lib.sh"

# ---- shapes and names; of five symbols two are without a name
printf 'data k : symbol(7), x : real\nparam W, b\nk ~ categorical(W x + b)\n' > seven.unr
awk 'BEGIN { print "k,x"; for (i = 0; i < 60; i++) printf "%s,%.1f\n", substr("abcde", i % 5 + 1, 1), i % 4 - i % 5 }' > five.csv
run unroll explain seven.unr
says "7 symbols, closed, drawn" "trained                                               14"
run unroll fit seven.unr five.csv -q -o seven.model
run unroll show seven.model --csv
says "b[a]," "b[e]," "b[<6>]," "b[<7>],"
near "the baseline has seven symbols" "$(awk 'BEGIN { print -log(13 / 67) }')" 1e-5 "$(unroll score seven.model five.csv --csv -q | awk -F, '/negative log/ { print $4 }')"

# ---- more than there are: an error with place and mend; rare ones may be left out
sed 's/symbol(7)/symbol(3)/' seven.unr > three.unr
fails 4 unroll fit three.unr five.csv -q -o no.model
says "three.unr:1:6: five.csv, column k: k has 5 different symbols in the training part, more than symbol(3): a, b, c, d, e" \
     "write k : symbol(5), or leave rare ones out by --min-count"
awk 'NR < 40 || /^[ab]/' five.csv > few.csv
run unroll fit three.unr few.csv -q -o rare.model --min-count 9
run unroll score rare.model five.csv --csv
says "36 of 60 symbols are not in the model's vocabulary, such as 'c': they have no probability, are never right"
same "rare ones are none of the three" "12 12" "$(unroll score rare.model five.csv --classes --csv -q | awk -F, '/,[ab],/ { n = n " " $3 } END { print substr(n, 2) }')"

# ---- numbers stand in their own order, and those that were not met at their own places
awk 'BEGIN { print "k,x"; for (i = 0; i < 90; i++) printf "%d,%.1f\n", 3 * (i % 3) + 1, i % 3 + i % 2 / 4 }' > by3.csv      # 1 4 7
run unroll fit seven.unr by3.csv -q -o one.model
same "from 1" "b[1] b[2] b[3] b[4] b[5] b[6] b[7]" "$(unroll show one.model --csv | grep -o '^b.[0-9]*.' | tr '\n' ' ' | sed 's/ $//')"
awk -F, 'NR == 1 || ($1 -= 1) >= 0 { print $1 "," $2 }' by3.csv > zero.csv
run unroll fit seven.unr zero.csv -q -o zero.model
same "from 0" "b[0] b[1] b[2] b[3] b[4] b[5] b[6]" "$(unroll show zero.model --csv | grep -o '^b.[0-9]*.' | tr '\n' ' ' | sed 's/ $//')"
awk 'BEGIN { print "k,x"; for (i = 0; i < 90; i++) printf "%d,%.1f\n", 10 ^ (i % 3), i % 3 + i % 2 / 4 }' > tens.csv
run unroll fit seven.unr tens.csv -q -o tens.model
same "others by size" "b[1] b[10] b[100]" "$(unroll show tens.model --csv | grep -o '^b.[0-9]*]' | tr '\n' ' ' | sed 's/ $//')"

# ---- what is read where there is none is zero: exact least squares give the mean of the others
printf 'data a[t] : symbol(3), y[t] : raw\nparam m, s\ny[t] ~ normal(m a[t-1], s)\n' > lag.unr
awk 'BEGIN { print "a,y"; for (i = 0; i < 40; i++) { printf "%s,%d\n", substr("pqr", i % 3 + 1, 1), p; p = 10 * (i % 3 + 1) + (i % 2) } }' > lag.csv
run unroll fit lag.unr lag.csv -o lag.model
says "least squares"
near "m[p]" 10.5 0.04 "$(unroll show lag.model --csv | awk -F, '/^"?m.(1,)?p/ { print $(NF - 0) ? $NF : $3 }' | head -1)"
printf 'a,y\nz,0\n,0\np,0\n' > none.csv
run unroll predict lag.model none.csv --horizon 1 --csv
says "1 of 3 is missing, first at row 2; they are read as zero" "1 of 2 symbols is not in the model's vocabulary, such as 'z': they are none of its symbols, and read as zero"

# ---- by number: == i, along i, and as a subscript; categorical[s] over a fixed index is the softmax of a vector
printf 'data x[i] : real, k[i] : symbol(3), a[i] : symbol(4)\nparam W, b, E\nk[i] ~ categorical(W x[i] + E a[i] + b)\n' > vector.unr
printf 'data x[i] : real, k[i] : symbol(3), a[i] : symbol(4)\nindex s = 1..3, j = 1..4\nparam W[s], b[s], E[s,j]\nk[i] ~ categorical[s](W[s] * x[i] + sum[j](E[s,j] * (a[i] == j)) + b[s])\n' > along.unr
printf 'data x[i] : real, k[i] : symbol(3), a[i] : symbol(4)\nindex s = 1..3, j = 1..4\nparam W[s], b[s], E[s,j]\nk[i] ~ categorical[s](W[s] * x[i] + E[s,a[i]] + b[s])\n' > taken.unr
awk 'BEGIN { srand(5); print "x,k,a"; for (i = 0; i < 200; i++) { a = int(4 * rand()); k = int(3 * rand()); printf "%.3f,%d,%s\n", k + 2 * rand() + a / 4, k, substr("defg", a + 1, 1) } }' > kinds.csv
for how in vector along taken; do
    run unroll fit $how.unr kinds.csv -q -o $how.model --precision double --decay 0.01
    unroll score $how.model kinds.csv --csv -q | awk -F, '/negative log/ { print $4 }' > $how.score
done
near "along an index" "$(cat vector.score)" 1e-5 "$(cat along.score)"
near "as a subscript" "$(cat vector.score)" 1e-5 "$(cat taken.score)"

# ---- a sequence of them has no end, and nothing else is drawn: at a high temperature, by beams, over a horizon
printf 'data a[t] : symbol(4)\nparam W, V, O, c\nh[t] : 8 = tanh(W a[t-1] + V h[t-1])\na[t] ~ categorical(O h[t] + c)\n' > next.unr
awk 'BEGIN { print "id,a"; for (i = 0; i < 30; i++) for (t = 0; t < 6; t++) printf "%d,%s\n", i, substr("wxyz", (t + i) % 4 + 1, 1) }' > next.csv
run unroll fit next.unr next.csv --group id -q -o next.model
same "all four, and no other" "w x y z" "$(unroll sample next.model --max-length 400 --temperature 8 -q | tr ' ' '\n' | sort -u | tr '\n' ' ' | sed 's/ $//')"
run unroll predict next.model next.csv --group id --rows 0:2 --horizon 3 --beam 2 --csv
same "a beam" "y z w" "$(awk -F, '$1 == "0" { n = n " " $3 } END { print substr(n, 2) }' out)"
run unroll score next.model next.csv --group id --horizon 2
near "a horizon" 100 0 "$(unroll score next.model next.csv --group id --horizon 2 --csv -q | awk -F, '/accuracy/ { print $3 }' | head -1)"

finish
