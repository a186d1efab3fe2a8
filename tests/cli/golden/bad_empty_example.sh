# the largest value of nothing is -infinity: the message says which text is empty
printf 'good day\n\nbad night\nso so\n' > a.txt
printf 'x\ny\nx\ny\n' > l.txt
printf 'data text[t] : chars\ndata label : symbol\nparam E, W, c\nh[t] = gru(8, E text[t])\nlabel ~ categorical(W max[t](h[t]) + c)\n' > m.unr
unroll fit m.unr text=a.txt label=l.txt --epochs 2 -q -o x.model
