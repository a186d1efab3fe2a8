. "$ROOT/tests/cli/tables.sh"
# the parameters: scaled back where a ~ line has them alone, symbols by name, large ones in short
fitted m.model
unroll show m.model
short() { sed -E 's/([0-9]\.[0-9]{5})[0-9]*/\1/g'; }
unroll show m.model A --csv | short
unroll show m.model s --json | short
printf 'w,y\na,1\nb,2\nc,3.5\na,1.2\nb,2.2\nc,3\n' > w.csv
printf 'data w[t] : symbol, y[t] : real\nparam E, s\ny[t] ~ normal(E w[t], s)\n' > w.unr
unroll fit w.unr w.csv -q -o w.model > /dev/null
unroll show w.model -o w.tsv
short < w.tsv
printf 'data w[t] : words\nparam E, W, b\nh[t] : 3 = tanh(E w[t-1])\nw[t] ~ categorical(W h[t] + b)\n' > large.unr
printf 'a b c d e f\n' > t.txt
unroll fit large.unr w=t.txt -q --epochs 1 --rate 1e-12 -o large.model > /dev/null
unroll show large.model | cut -c 1-20
