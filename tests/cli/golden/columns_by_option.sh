# a file whose name does not say what it is: --columns, or what the fit was on
printf 'data word[t], tag[t] : symbol\nparam E, V, b\nh[t] = gru(4, E word[t])\ntag[t] ~ categorical(V h[t] + b)\n' > m.unr
printf 'the\tD\ncat\tN\n\na\tD\n' > a.conll
cp a.conll a.annotated
unroll fit m.unr word=1 tag=2 a.annotated --columns numbers --epochs 2 -q -o x.model > /dev/null && echo fitted
unroll fit m.unr word=1 tag=2 a.conll --test a.annotated --epochs 2 -q -o x.model | grep -c 'on the test part'
unroll score x.model a.annotated --csv | cut -d, -f2
unroll fit m.unr word=1 tag=2 a.annotated -q -o y.model
