printf 'data c[t] : chars\nparam E, V, b\nh[t] = gru(4, E c[t-1])\nc[t] ~ categorical(V h[t] + b)\n' > m.unr
printf 'good\ncaf\351\n' > t.txt
unroll fit m.unr c=t.txt -o x.model
