#!/bin/sh
# Sizes that no equation gives, and text that says something else than it seems to: a word about each.
. "$(dirname "$0")/lib.sh"
printf 'x,w\n' > t.csv
awk 'BEGIN { for (i = 0; i < 40; i++) printf "%d,%s\n", i % 5, substr("abc", i % 3 + 1, 1) }' >> t.csv
# weights of a mixture: each a vector as long as the vocabulary, unless the text says that it is a number
mixture() { printf 'data x[t] : raw, w[t] : words\nindex j = 1..3\nparam P[j], A[j], b\nh[t] = gru(8, x[t])\np[t,j] = P[j] h[t]\na[t,j]%s = softmax[j](A[j] h[t])\nw[t] ~ categorical(sum[j](a[t,j] * p[t,j]) + b)\n' "$1"; }
mixture "" > m.unr
mixture " : 1" > n.unr
run unroll fit m.unr t.csv --epochs 1 -o m.model
says "m.unr:6: a[t,j] is taken to have as many components as a[t,j] * p[t,j] (line 7); write a[t,j] : 1" "m.unr:5: p[t,j] is taken"
run unroll explain m.model
says "rule 3, line 7: a[t,j] * p[t,j]"
run unroll fit n.unr t.csv --epochs 1 -o n.model
silent "a[t,j] is taken"
run unroll fit m.unr t.csv --epochs 1 -q -o m.model
silent "is taken"
# a gate is a vector in every model: nothing is said; nor of the library's cells along several indices
printf 'data x[t] : raw, w[t] : words\nparam W, U, b, V, c\nf[t] = sigmoid(W x[t] + U h[t-1] + b)\nh[t] : 4 = f[t] * h[t-1] + x[t]\nw[t] ~ categorical(V h[t] + c)\n' > g.unr
run unroll fit g.unr t.csv --epochs 1 -o g.model
silent "note: g.unr"
run unroll explain g.model
says "rule 3, line 4: f[t] * h[t-1]"
# a hidden layer whose size nobody gave
printf 'data x[t], y[t] : raw\nparam W2, W1, b, c, s\ny[t] ~ normal(W2 tanh(W1 [x[t]; y[t-1]] + b) + c, s)\n' > i.unr
printf 'x,y\n1,2\n2,3\n3,5\n4,4\n' > xy.csv
run unroll fit i.unr xy.csv --epochs 1 -o i.model
says "i.unr:3: no equation says how many components W1 [x[t]; y[t-1]] has"
same "one note" 1 "$(grep -c 'no equation says' err)"
sed 's/W2, W1, b/W2, W1(16, 2), b/' i.unr > j.unr
run unroll fit j.unr xy.csv --epochs 1 -o j.model
silent "no equation says"
# a parameter that starts at one number, and by a rule has several
start() { printf 'data x[t], y[t] : raw\nparam %s, k, V, s\nC[t] : (2, 2) = g * C[t-1] + [x[t]; 1] [x[t]; y[t-1]]'"'"'\nz[t] : 2 = k * z[t-1] + C[t] [1; 2]\ny[t] ~ normal(V z[t], s)\n' "$1" > f.unr
    run unroll fit f.unr xy.csv --epochs 1 -o f.model; }
start 'g = 0.5'
says "f.unr:2: g starts at one number, 0.5, and is taken to have as many components as g * C[t-1] (line 3)" "\`param g(1) = 0.5\` is one number, \`param g(2, 2) = 0.5\`"
silent "k starts"
for text in 'g(1) = 0.5' 'g(2, 2) = 0.5' 'g = [1, 2; 3, 4]' 'g'; do
    start "$text"
    silent "starts at one number"
done
# over components, where positions may be meant
printf 'data y[t] : raw\nparam a, s\ny[t] ~ normal(a * mean(y[t-1]), s)\n' > k.unr
run unroll fit k.unr xy.csv -o k.model
says "k.unr:3: mean(y[t-1]) of one number is that number. Over the positions of an index t it is mean[t](y[t-1])"
# products that look like components
for text in 'x[t].2' '2.5.1 y[t-1]'; do
    printf 'data x[t] : raw(3), y[t] : raw\nparam s\ny[t] ~ normal(%s, s)\n' "$text" > bad.unr
    fails 3 unroll explain bad.unr
    says "would be a product"
done
finish
