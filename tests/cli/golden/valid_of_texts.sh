# --valid and --test by several texts, one for each of the data
printf 'data word[t] : words, char[t,k] : chars, tag[t] : words\nparam E, C, V, b\nc[t,k] = gru(4, C char[t,k])\nh[t] = gru(4, [E word[t]; c[t,end]])\ntag[t] ~ categorical(V h[t] + b)\n' > m.unr
printf 'the cat sat\na dog ran\n' > w.txt
printf 'D N V\nD N V\n' > t.txt
unroll fit m.unr word=w.txt char=w.txt tag=t.txt --valid word=w.txt --valid char=w.txt --valid tag=t.txt --test word=w.txt --test char=w.txt --test tag=t.txt \
    --epochs 2 -q -o x.model | sed -n 's/.*\(on the validation part\).*/\1/p; /on the test part/p'
unroll predict x.model word=w.txt char=w.txt | wc -l
