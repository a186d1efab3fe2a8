printf 'data word[t], tag[t] : symbol\nparam W, b\ntag[t] ~ categorical(W word[t] + b)\n' > m.unr
printf 'the\tD\ncat\tN\n\na\tD\n' > a.conll
unroll fit m.unr a.conll -o x.model
unroll fit m.unr word=1 tag=3 a.conll -o x.model
unroll fit m.unr word=4 a.conll -o x.model
