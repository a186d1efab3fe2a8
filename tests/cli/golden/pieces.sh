# texts cut into pieces: a fit, a prompt whose last word goes on, and what is said of numbers of pieces that cannot be
printf 'data x[t] : pieces(n)\nhyper n = 10\nparam W, b\nh[t] : 4 = rnn(4, x[t-1])\nx[t] ~ categorical(W h[t] + b)\n' > m.unr
for i in 1 2 3 4 5 6 7 8; do printf 'the cat sat\nthat cat has a hat\n'; done > x.txt
unroll fit m.unr x=x.txt --epochs 2 -q -o my.model > log || cat log
unroll predict my.model --prompt 'that ca' --max-length 1 | cut -c 1-7
unroll predict my.model --prompt 'a   hat
the hat' --max-length 1 --json | grep -o 'a hat.*the' | cut -c 1-5
unroll score my.model x=x.txt | cut -c 1-26
unroll fit m.unr x=x.txt --set n=5 -o no.model
echo $?
echo 'data x[t] : pieces, y[t] : real' > two.unr
unroll explain two.unr
