. "$ROOT/tests/cli/plots.sh"
printf "id,x1,x2,x3\n1,0,9,0\n1,9,9,9\n1,0,9,0\n1,0,0,0\n2,0,0,0\n2,9,9,9\n" > x.csv; printf "ab\nba\n" > t.txt
printf "data x[s] : raw(3)\ndata tgt[t] : chars\nparam A, b\nc[t] = sum[s](w[t,s] * x[s])\nw[t,s] = softmax[s](-2 abs(t - s))\ntgt[t] ~ categorical(A c[t] + b)\n" > m.unr
unroll fit m.unr x.csv tgt=t.txt --group id --epochs 1 -q -o x.model > /dev/null
unroll plot x.model x.csv tgt=t.txt --group id --what attention
unroll plot x.model x.csv tgt=t.txt --group id --what attention -o p.png --rows 0:1 && head -c 8 p.png | od -An -tx1
unroll plot x.model x.csv tgt=t.txt --group id --what attention -o p.gp --rows 0:1 && grep "^plot" p.gp
