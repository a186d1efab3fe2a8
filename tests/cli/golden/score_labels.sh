# labels of spans: precision, recall, F1; whole sequences; which label is taken for which
printf 'data w[t], tag[t] : words\nparam W\ntag[t] ~ categorical(W w[t])\n' > m.unr
printf 'a b c\nd a b\nc d\n' > w.txt
printf 'O B-x I-x\nB-y O B-x\nI-x B-y\n' > t.txt
unroll fit m.unr w=w.txt tag=t.txt --epochs 200 --rate 0.1 -q -o x.model > /dev/null
printf 'a b c\nd a b\n' > w2.txt
printf 'O B-x I-x\nB-y O O\n' > t2.txt
unroll score x.model w=w2.txt tag=t2.txt --csv | grep -e span -e sequence
unroll score x.model w=w2.txt tag=t2.txt --confusion
unroll score x.model w=w2.txt tag=t2.txt --complete --csv | grep error
