# a line may be as long as memory is
printf 'data word[t], tag[t] : words\nparam E, V, b\nh[t] = rnn(2, E word[t])\ntag[t] ~ categorical(V h[t] + b)\n' > m.unr
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "%s ", i % 7; print "" }' > w.txt
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "%s ", i % 2; print "" }' > t.txt
unroll fit m.unr word=w.txt tag=t.txt --epochs 1 -q -o x.model > /dev/null && echo fitted
unroll score x.model word=w.txt tag=t.txt --csv | awk -F, 'NR == 2 { print $2 }'
