printf 'data c[t] : symbol\nparam V, b\nh[t] = gru(4, V c[t-1])\nc[t] ~ categorical(b)\n' > m.unr
printf 'c\ngood\ncaf\351\n' > t.csv
unroll fit m.unr t.csv -o x.model
