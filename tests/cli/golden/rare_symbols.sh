# the N most frequent stay; words seen less often are unknown, to the fit and when they come again
printf 'data word[t], tag[t] : words\nparam E, V, b\nh[t] = gru(4, E word[t])\ntag[t] ~ categorical(V h[t] + b)\n' > m.unr
printf 'the cat the dog the cat\n' > w.txt
printf 'D N D N D N\n' > t.txt
unroll fit m.unr word=w.txt tag=t.txt --max-vocabulary 2 --epochs 1 -q -o x.model > /dev/null
unroll explain x.model | grep symbols
unroll score x.model word=w.txt tag=t.txt --csv | cut -d, -f2
unroll fit m.unr word=w.txt tag=t.txt --min-count 2 --epochs 1 -q -o y.model > /dev/null
unroll explain y.model | grep symbols
unroll score y.model word=w.txt tag=t.txt > /dev/null
unroll fit m.unr word=w.txt tag=t.txt --min-count -1 -q -o y.model
unroll fit m.unr word=w.txt tag=t.txt --max-vocabulary 0 -q -o x.model
