printf 'data word[t] : symbol, char[t,k] : chars, tag[t] : symbol\nparam E, C, V, b\nc[t,k] = gru(4, C char[t,k])\nh[t] = gru(4, [E word[t]; c[t,end]])\ntag[t] ~ categorical(V h[t] + b)\n' > m.unr
row() { printf '%s\t%s\t_\t%s\t_\t_\t0\troot\t_\t_\n' "$1" "$2" "$3"; }
{ echo '# one'; row 1 the D; row 2 cat N; row 3 sat V; echo; row 1-2 adog X; row 1 a D; row 2 dog N; row 3 ran V; echo; } > a.conllu
printf '# nothing\n\n# here\n' > c.conllu
: > e.conllu
unroll fit m.unr word=FORM char=FORM tag=UPOS c.conllu -o x.model
echo $?
unroll fit m.unr word=FORM char=FORM tag=UPOS e.conllu -o x.model
