printf 'data c[t] : chars\nparam E, V, b\nh[t] = gru(4, E c[t-1])\nc[t] ~ categorical(V h[t] + b)\n' > m.unr
printf 'to be or not\nto be\n' > t.txt
unroll fit m.unr t.txt -o x.model
