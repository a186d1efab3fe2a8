# Models whose attention is known without fitting: it looks at the position itself. Sourced: . "$ROOT/tests/cli/plots.sh"
look_model() { printf 'data src[s], tgt[t] : words\nparam E, W, b\ne[s] : 8 = E src[s]\na[t,s] = softmax[s](-2 abs(t - s))\nc[t] = sum[s](a[t,s] * e[s])\ntgt[t] ~ categorical(W c[t] + b)\n'; }
looking() {     # looking FILE: a model fitted on a few sentences; src.txt, tgt.txt
    look_model > look.unr
    printf 'one two three\nthree one\ntwo two one three\none\n' > src.txt
    tr a-z A-Z < src.txt > tgt.txt
    unroll fit look.unr src=src.txt tgt=tgt.txt --epochs 2 -q -o "$1" > /dev/null
}
square() { printf 'id,px,py,name\na,0,0,one\na,1,0,one\na,1,1,one\na,0,1,one\na,0,0,one\nb,0,0,two\nb,1,1,two\nb,,,two\nb,0,1,two\nb,1,0,two\n'; }
