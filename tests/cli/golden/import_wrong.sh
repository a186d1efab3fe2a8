# what does not fit is said, all of it, with the line of the map
W=chars.safetensors
cp "$ROOT/tests/golden/data/import_chars.safetensors" $W
printf 'data x[t] : chars\nhyper n = 5, k = 5\nparam E, V, c\ne[t] : k = E x[t-1]\nh1[t] = lstm(n, e[t])\nh2[t] = lstm(n, h1[t])\nx[t] ~ categorical(V h2[t] + c)\n' > m.unr
sed -n '/^vocabulary/,/^text/p' "$ROOT/tests/golden/data/import_chars.txt" | sed '1d;$d' > vocab.txt
map() { printf "$1" > x.map; shift; unroll import m.unr "$W" --vocabulary x=vocab.txt --map x.map -o x.model "$@"; echo "exit $?"; }
all="E = embedding.weight'\nh1 = rnn.l0\nh2 = lstm: rnn.l1\nV = out.weight\nc = out.bias\n"
map "$all"
map "$all" --set n=3 --set k=9
map "$all" --set n=4 --set m=3
map "E = embedding.weight # no mark\nh1 = rnn.l0\nh2 = rnn.l1\nV = out.weight'\nc = out.bias (1, 9)\n" --set n=4
map "# a comment\n\nEE = embedding.weight'\nh3 = rnn.l0\nh2 = gru: rnn.l1\nV = out: out.weight\nc out.bias\nE =\n" --set n=4
map "E = embeding.weight'\nh1 = rnn.l0\nh1 = rnn.l1\nV = out.weight\n" --set n=4
map "E = embedding.weight'\nh1 = rnn.l0\nV = out.weight\nc = out.weight\n" --set n=4
map "h1 = rnn.l0\nh2 = rnn.l1\n- = out.*\n" --set n=4
map "h1 = lstm, no bias: rnn.l0\nh2 = lstm, bias: rnn.l1\n" --set n=4
map "h1 = rnn.l0\n" --set n=4 --partial
map "h1 = rnn.l7\n" --set n=4 --partial
map "c = out.bias (3, 4, 5)\n" --set n=4 --partial
map "c = out.bias (3\n" --set n=4 --partial
rm x.model
# vocabularies, scales, files
run() { unroll import m.unr "$W" --set n=4 --map auto -o x.model "$@"; echo "exit $?"; }
run
run --vocabulary y=vocab.txt
run --vocabulary vocab.txt
run --vocabulary x=none.txt
printf 'a\n\nb\n' > v.txt && run --vocabulary x=v.txt
printf 'a\nb\na\n' > v.txt && run --vocabulary x=v.txt
printf '<s>\nb\n<bos>\n' > v.txt && run --vocabulary x=v.txt
printf '<s>\nb\nc\n' > v.txt && run --vocabulary x=v.txt
run --vocabulary x=vocab.txt --scale x=0,1
run --vocabulary x=vocab.txt --scale x=0
head -c 3000 "$W" > cut.safetensors && W=cut.safetensors run --vocabulary x=vocab.txt
head -c 100 "$W" > cut.safetensors && W=cut.safetensors run --vocabulary x=vocab.txt
W=m.unr run --vocabulary x=vocab.txt
W=none.safetensors run --vocabulary x=vocab.txt
ls x.model 2> /dev/null
# gru resets before the product
printf 'data x[t], y[t] : raw(3)\nh[t] : 4 = gru(4, x[t])\nparam V\ny[t] ~ normal(V h[t], 1)\n' > m.unr
printf 'h = gru: l0\n' > x.map
unroll import m.unr "$ROOT/tests/golden/data/import_gru_half.safetensors" --map x.map -o x.model; echo "exit $?"
# the command line
unroll import m.unr; echo "exit $?"
unroll import m.unr "$W" --map x.map; echo "exit $?"
unroll export m.unr --map x.map -o y; echo "exit $?"
unroll export m.unr -o y; echo "exit $?"
