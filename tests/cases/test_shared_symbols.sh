#!/bin/sh
# data tgt[t] : src, of the type and the vocabulary of src, which is learned from both
. "$(dirname "$0")/lib.sh"

printf 'data src[s] : words, tgt[t] : src\nparam E, V, c\ne[s] : 8 = E src[s]\nm = mean[s](e[s])\ntgt[t] ~ categorical(V tanh(E tgt[t-1] + m) + c)\n' > m.unr
printf 'a a b only\na b b\n' > src.txt
printf 'a new a\nnew a\n' > tgt.txt
run unroll explain m.unr
says "those of src, drawn"
run unroll fit m.unr src=src.txt tgt=tgt.txt -q -o m.model --epochs 2
run unroll explain m.model
says "words    7 symbols, given" "words    7 symbols, those of src, drawn"            # a b only new, and the three
same "by how often they come in both" "a b new only" "$(unroll show m.model --csv | sed -n 's/^"\{0,1\}c\[\([a-z]*\)\].*/\1/p' | tr '\n' ' ' | sed 's/ $//')"
run unroll score m.model src=tgt.txt tgt=src.txt
silent "vocabulary"                                        # what either has met, both know
printf 'never a\nonly\n' > new.txt
run unroll score m.model src=src.txt tgt=new.txt
says "1 of 3 symbols is not in the model's vocabulary, such as 'never'"
run unroll fit m.unr src=src.txt tgt=tgt.txt -q -o rare.model --epochs 2 --min-count 2
run unroll explain rare.model
says "words    6 symbols, given" "words    6 symbols, those of src, drawn"            # new comes twice, b three times

# ---- one file of the vocabulary is enough for both
printf 'E = emb.weight\nV = lin.weight\nc = lin.bias\n' > m.map
run unroll export m.model --map m.map -o m.safetensors
printf '<unk>\n<bos>\n<eos>\na\nb\nnew\nonly\n' > vocab.txt
run unroll import m.unr m.safetensors --map m.map --vocabulary src=vocab.txt -o imported.model
same "the same scores" "$(unroll score m.model src=src.txt tgt=tgt.txt --csv -q | sed -n 2p | cut -d, -f1-3)" "$(unroll score imported.model src=src.txt tgt=tgt.txt --csv -q | sed -n 2p | cut -d, -f1-3)"

# ---- pieces, and symbols of which there are k: of the chain a : b : c
sed 's/: words/: pieces(12)/' m.unr > p.unr
awk 'BEGIN { for (i = 0; i < 60; i++) print substr("abcabdabe", i % 7 + 1, 3), substr("bcdea", i % 3 + 1, 2) }' > p.txt
awk 'BEGIN { for (i = 0; i < 60; i++) print substr("fghfg", i % 3 + 1, 3) }' > q.txt
run unroll fit p.unr src=p.txt tgt=q.txt -q -o p.model --epochs 1
run unroll explain p.model
says "pieces   15 symbols, given" "pieces   15 symbols, those of src, drawn"
run unroll score p.model src=q.txt tgt=p.txt
silent "unknown"
printf 'data a[t] : b, b[t] : c, y[t] : raw, c[t] : symbol(4)\nparam m, s\ny[t] ~ normal(m a[t] + m b[t] + m c[t] + (a[t] == b[t]), s)\n' > chain.unr
printf 'a,b,c,y\n1,2,3,4\n2,2,4,5\n3,1,1,2\n4,1,2,3\n1,1,1,2\n2,3,2,1\n' > chain.csv
run unroll fit chain.unr chain.csv -q -o chain.model --epochs 1
run unroll show chain.model --csv
says "m[1" "m[4"
sed 's/symbol(4)/symbol(3)/' chain.unr > few.unr
fails 4 unroll fit few.unr chain.csv -q -o no.model
says "c has 4 different symbols in the training part, more than symbol(3)"

# ---- a closed vocabulary from a file is as large as the text says
printf 'data a[t] : symbol(3)\nparam V, c\na[t] ~ categorical(V a[t-1] + c)\n' > k.unr
printf 'a\nx\ny\nz\nx\n' > k.csv
run unroll fit k.unr k.csv -q -o k.model --epochs 1
printf 'V = V\nc = lin.bias\n' > k.map
run unroll export k.model --map k.map -o k.safetensors
printf 'x\ny\n' > two.txt
fails 4 unroll import k.unr k.safetensors --map k.map --vocabulary a=two.txt -o no.model
says "two.txt: the vocabulary has 2 symbols, and a is symbol(3)"
printf '<unk>\nx\ny\n' > special.txt
fails 4 unroll import k.unr k.safetensors --map k.map --vocabulary a=special.txt -o no.model
says "special.txt:1: a is symbol(3), which has no unknown symbol"
printf 'x\ny\nz\n' > three.txt
run unroll import k.unr k.safetensors --map k.map --vocabulary a=three.txt -o k2.model
same "as it was" "$(unroll score k.model k.csv --csv -q | sed -n 2p | cut -d, -f1-3)" "$(unroll score k2.model k.csv --csv -q | sed -n 2p | cut -d, -f1-3)"
finish
