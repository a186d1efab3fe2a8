printf 'data word[t], tag[t] : words\nparam E, V, b\nh[t] = gru(4, E word[t])\ntag[t] ~ categorical(V h[t] + b)\n' > m.unr
printf 'the cat sat\na dog ran\n' > w.txt
printf 'D N V\nD N\n' > t.txt
printf 'D N V\n' > one.txt
unroll fit m.unr word=w.txt tag=one.txt -o x.model
echo $?
unroll fit m.unr word=w.txt tag=t.txt -o x.model
