. "$ROOT/tests/cli/tables.sh"
printf 'data c[t] : chars\nparam E, V, b\nc[t] ~ categorical(V rnn(8, E c[t-1]) + b)\n' > t.unr
for i in 1 2 3 4 5 6 7 8; do echo "abcabc"; done > t.txt
unroll fit t.unr c=t.txt --epochs 60 --rate 0.05 --seed 1 -q -o t.model > /dev/null || exit
unroll sample t.model --seed 1 --temperature 0.1
