# the largest value of nothing: what the model cannot know is unknown, by both plans; scored, the data are wrong
printf 'good day\nbad night\nso so\n' > a.txt
printf 'x\ny\nx\n' > l.txt
printf 'data text[t] : chars\ndata label : symbol\nparam E, W, c\nh[t] = gru(8, E text[t])\nlabel ~ categorical(W max[t](h[t]) + c)\n' > m.unr
unroll fit m.unr text=a.txt label=l.txt --epochs 1 -q -o x.model > /dev/null
printf 'good day\n\n' > b.txt
printf 'x\ny\n' > k.txt
unroll predict x.model text=b.txt label= | sed 1d
unroll predict x.model text=b.txt label= --plan naive | sed 1d
unroll sample x.model text=b.txt label= | sed 1d
unroll score x.model text=b.txt label=k.txt
printf 'data text[s], out[t] : chars\nparam E, F, W, V, c\nh[s] = gru(8, E text[s])\nd[t] = gru(8, F out[t-1])\nd[0] = V max[s](h[s])\nout[t] ~ categorical(W d[t] + c)\n' > d.unr
unroll fit d.unr text=a.txt out=l.txt --epochs 1 -q -o d.model > /dev/null
unroll predict d.model text=b.txt
