# a beam has at least one hypothesis, and not fewer than are asked for
unroll predict x.model --beam 0
echo $?
printf 'data c[t] : chars\nparam V, b\nc[t] ~ categorical(V c[t-1] + b)\n' > m.unr
echo ab > c.txt
unroll fit m.unr c=c.txt --epochs 1 -q -o x.model > /dev/null
unroll predict x.model --beam 2 --n-best 3
echo $?
unroll predict x.model --n-best 3
echo $?
unroll predict x.model c=c.txt --beam 2
echo $?
unroll predict x.model --beam 2 --min-length 5 --max-length 4
echo $?
unroll sample x.model --beam 2
