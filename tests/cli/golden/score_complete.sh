# completions against what the data say: pronunciations of words, several for one; options that are for completions alone
printf 'data g[s] : chars, p[t] : words\nparam E, F, W, b\nh[s] = gru(8, E g[s])\nd[0] = h[end]\nd[t] = gru(8, F p[t-1])\np[t] ~ categorical(W d[t] + b)\n' > m.unr
printf 'ab\nba\naab\nb\n' > g.txt
printf 'A B\nB A\nA A B\nB\n' > p.txt
unroll fit m.unr g=g.txt p=p.txt --epochs 300 --rate 0.02 -q -o x.model > /dev/null
printf 'ab\nb\nab\nba\n' > g2.txt
printf 'A A\nB\nA B\nB C D E\n' > p2.txt
unroll score x.model g=g2.txt p=p2.txt --csv | cut -d, -f2 | grep -c rate
unroll score x.model g=g2.txt p=p2.txt --complete --csv | grep nrefs
unroll score x.model g=g2.txt p=p2.txt --complete --any-reference --beam 2 --tokenize none --csv | grep nrefs
unroll score x.model g=g2.txt p=p2.txt --any-reference; echo $?
unroll score x.model g=g2.txt p=p2.txt --beam 2; echo $?
unroll score x.model g=g2.txt p=p2.txt --complete --confusion; echo $?
unroll score x.model g=g2.txt --complete
