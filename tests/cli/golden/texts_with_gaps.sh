# an empty line is an empty example; where another text has something there, it is said. One symbol alone is said too
printf 'data src[s], tgt[t] : words\nparam E, F, W, b\nu[s] : 3 = E src[s]\ne[s] = gru(4, u[s])\nd[0] = e[end]\nv[t] : 3 = F tgt[t-1]\nd[t] = gru(4, v[t])\ntgt[t] ~ categorical(W d[t] + b)\n' > m.unr
printf 'a b\n\nc\n' > s.txt
printf 'x\nx x\n\n' > t.txt
unroll fit m.unr src=s.txt tgt=t.txt --epochs 1 -o x.model 2>&1 > /dev/null | grep note
printf 'data word[t], tag[t] : words\nparam E, V, b\nu[t] : 3 = E word[t]\nh[t] = gru(4, u[t])\ntag[t] ~ categorical(V h[t] + b)\n' > n.unr
printf 'D N\n\nN\n' > tag.txt
unroll fit n.unr word=s.txt tag=tag.txt --epochs 1 -q -o y.model > /dev/null && echo both empty is fine
printf 'D N\nN\nN\n' > tag.txt
unroll fit n.unr word=s.txt tag=tag.txt --epochs 1 -q -o y.model
