#!/bin/sh
# Labels and words as files have them: columns between tabs or blanks with what is odd about them, symbols that the fit never saw, one class alone, spans
# that are half right, examples that are empty, logits of any size.
. "$(dirname "$0")/lib.sh"
printf 'data word[t], tag[t] : symbol\nparam E, W, b\ne[t] : 8 = E word[t]\ntag[t] ~ categorical(W e[t] + b)\n' > tag.unr

# ---- column files: read and given back, or refused with file and line
tags() {        # tags WHAT EXPECTED FILE WORD TAG: what a model that was fitted on the file says of it
    run unroll fit tag.unr word="$4" tag="$5" "$3" -q -o t.model --epochs 80 --rate 0.05 --threads 1
    run unroll predict t.model tag= "$3" --csv
    same "$1" "$2" "$(column tag | tr '\n' ' ' | sed 's/ $//')"
}
printf -- '-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n\nGerman  JJ   B-NP  B-MISC \ncall NN I-NP O\n' > a.conll
tags "blanks, and a line that begins a document" "B-ORG O B-MISC O" a.conll 1 4
printf 'New York\tNNP\tB-LOC\nis\tVBZ\tO\n\n\n\nParis\tNNP\tB-PER\n' > a.conll
tags "tabs about a name of two words, three blank lines" "B-LOC O B-PER" a.conll 1 3
same "the word is one" "New York" "$(unroll predict t.model tag= a.conll 2> err | head -1 | cut -f1)"
printf 'EU\tB-ORG\r\nrejects\tO\r\n' > a.conll
tags "CR LF" "B-ORG O" a.conll 1 2
printf '\357\273\277EU\tB-ORG\nrejects\tO\n' > a.conll
tags "a byte-order mark" "B-ORG O" a.conll 1 2
run unroll explain t.model
printf 'EU\tB-ORG\n' > b.conll
run unroll score t.model word=1 tag=2 b.conll
silent "not in the model's vocabulary"
printf 'a\302\240b B-LOC\nc O\n' > a.conll
tags "a blank that breaks no word" "B-LOC O" a.conll 1 2
printf 'Test\tO\n\nLoad\tO\n\nHi\tO\nJohn\tNAME' > a.conll
tags "sentences of one word, no last line end" "O O O NAME" a.conll 1 2
printf '# sent_id = 1\n1-2\tdu\t_\t_\t_\t_\t_\t_\t_\t_\n1\tde\tde\tADP\t_\t_\t3\tcase\t_\t_\n2\tle\tle\tDET\t_\t_\t3\tdet\t_\t_\n3\tpain\tpain\tNOUN\t_\t_\t0\troot\t_\t_\n3.1\tx\tx\tVERB\t_\t_\t_\t_\t_\t_\n\n1\t10 000\t_\tNUM\t_\t_\t0\troot\t_\t_\n2\t_\t_\tPUNCT\t_\t_\t1\tp\t_\t_\n\n' > a.conllu
tags "CoNLL-U: ranges and empty nodes are no rows, _ is a word" "ADP DET NOUN NUM PUNCT" a.conllu FORM UPOS
printf 'EU\tB-ORG\n\tO\n\nParis\tB-LOC\n' > a.conll
run unroll fit tag.unr word=1 tag=2 a.conll -o t.model --epochs 1
says "word (a.conll, column 1): 1 of 3 is missing, first at row 2"
printf 'EU\tB-ORG\nrejects\t\n\nParis\tB-LOC\n' > a.conll
run unroll fit tag.unr word=1 tag=2 a.conll -o t.model --epochs 1
says "1 missing value of tag"
# "_" is a label of a column file like any other, and said; in CoNLL-U it is none
printf 'the\tD\ncat\t_\n\na\tD\nrat\tN\nran\t_\n' > a.conll
run unroll fit tag.unr word=1 tag=2 a.conll -o t.model --epochs 1
says "tag (a.conll, column 2): 2 of 5 symbols are '_', a symbol like any other; where it says that nothing is there: --missing tag=_"
silent "missing value"
run unroll score t.model a.conll; silent "symbol like any other"
run unroll fit tag.unr word=1 tag=2 a.conll --missing tag=_ -o t.model --epochs 1
says "2 missing values of tag"; silent "symbol like any other"
tags "a label as others are" "D _ D N _" a.conll 1 2
printf '1\tthe\t_\tD\t_\t_\t_\t_\t_\t_\n2\t_\t_\t_\t_\t_\t_\t_\t_\t_\n' > a.conllu
run unroll fit tag.unr word=FORM tag=UPOS a.conllu -o t.model --epochs 1
says "1 missing value of tag"; silent "symbol like any other"
printf 'New York NNP B-LOC\nis VBZ O\n' > a.conll
fails 4 unroll fit tag.unr word=1 tag=3 a.conll -q -o t.model
says "a.conll:2: 3 columns, the first row has 4"
printf '1\tA\ta\tDET\t_\t_\t2\tdet\t_\t_\n2\t\n\n\tSPACE\t_\t_SP\t_\t_\t1\tdep\t_\t_\n' > a.conllu
fails 4 unroll fit tag.unr word=FORM tag=UPOS a.conllu -q -o t.model
says "a.conllu:2: 2 columns, CoNLL-U has 10"

# ---- spans: of B I I E and S, said where B E B E and S stand, one of two is right, and one of three is found
printf 'w1 B-M\nw2 I-M\nw3 I-M\nw4 E-M\n\nw5 O\nw6 S-L\n' > guess.conll
printf 'w1 B-M\nw2 E-M\nw3 B-M\nw4 E-M\n\nw5 O\nw6 S-L\n' > truth.conll
run unroll fit tag.unr word=1 tag=2 guess.conll -q -o g.model --epochs 200 --rate 0.05 --threads 1
near "precision" 50 1e-9 "$(score g.model truth.conll 'span precision')"
near "recall" 33.3333333333 1e-9 "$(score g.model truth.conll 'span recall')"
near "F1" 40 1e-9 "$(score g.model truth.conll 'span F1')"
for scheme in "B-P I-P O B-P" "I-P I-P O B-P" "B-P E-P O S-P" "B-P L-P O U-P"; do
    n=0; for tag in $scheme; do n=$((n + 1)); printf 'w%s\t%s\n' $n "$tag"; done > s.conll
    run unroll fit tag.unr word=1 tag=2 s.conll -q -o s.model --epochs 200 --rate 0.05 --threads 1
    near "two spans of $scheme" 100 1e-9 "$(score s.model s.conll 'span F1')"
    same "... are two" 2 "$(unroll score s.model s.conll --csv -q | awk -F, '$2 ~ /span F1/ { print $NF }')"
done

# ---- what the fit never saw is said, and wrong
printf 'data text[t] : words\ndata label : symbol\nparam E, W, b\nh : 8 = mean[t](E text[t])\nlabel ~ categorical(W h + b)\n' > class.unr
sed 's/mean\[t\]/max[t]/' class.unr > most.unr
{ echo text,label; for w in film actor plot; do echo "good $w,pos"; echo "bad $w,neg"; done; } > train.csv
printf 'text,label\ngood film,pos\nbad film,neutral\nexcellent film,pos\nbad plot,neg\n' > test.csv
run unroll fit class.unr train.csv -q -o c.model --epochs 60 --rate 0.05 --threads 1
run unroll score c.model test.csv --confusion --csv
says "text (test.csv, column text): 1 of 8 symbols is not in the model's vocabulary, such as 'excellent'" "label (test.csv, column label): 1 of 4 symbols is not in the model's vocabulary, such as 'neutral'"
same "neutral is never right" "label,neutral,neg,1,100" "$(grep neutral out)"
checks=$((checks + 1)); awk -v a="$(score c.model test.csv accuracy)" 'BEGIN { exit !(a == 50 || a == 75) }' || fault "accuracy $(score c.model test.csv accuracy)"
near "what is known" 100 1e-9 "$(score c.model train.csv accuracy)"
run unroll fit class.unr train.csv --valid test.csv -o v.model --epochs 1
says "label (test.csv, column label): 1 of the 4 symbols of the validation part never occur in the training part"
printf 'text,label\ngood film,pos\nbad film,pos\n' > one.csv
run unroll fit class.unr one.csv -o o.model --epochs 3
says "every symbol is 'pos', so there is nothing to choose"
run unroll fit class.unr train.csv -o o.model --epochs 1
silent "nothing to choose"
# an empty text has a mean of 0 and no largest value: the first is an answer, the second an error of this example
printf 'text,label\ngood film,pos\n,pos\n' > empty.csv
run unroll score c.model empty.csv
run unroll fit most.unr train.csv -q -o most.model --epochs 60 --rate 0.05 --threads 1
fails 4 unroll score most.model empty.csv
says "position 1 of example 2, which is empty"
run unroll predict most.model label= empty.csv --csv
same "no label of nothing" "pos <unknown>" "$(column label | tr '\n' ' ' | sed 's/ $//')"

# ---- logits of any size: with weights w, the first of 3 classes has −log p = log(1 + 2 exp(−w))
for w in 1 100 1e4 1e20 1e37; do
    printf 'data x : raw, y : symbol\nparam w(1) = %s, z(3) = zeros\ny ~ categorical([0; 0; 0; w * x; 0; 0] + [0; 0; 0; z])\n' $w > l.unr
    printf 'x,y\n1,a\n1,a\n1,b\n1,c\n' > l.csv
    run unroll fit l.unr l.csv -q -o l.model --epochs 1 --rate 1e-12 --precision double --threads 1
    printf 'x,y\n1,a\n1,a\n' > a.csv
    near "logit $w, right" "$(awk -v w=$w 'BEGIN { printf "%.12g", log(1 + 2 * exp(-w)) }')" 1e-9 "$(score l.model a.csv negative)"
    printf 'x,y\n1,b\n' > b.csv
    near "logit $w, wrong" 1 1e-6 "$(awk -v w=$w -v s="$(score l.model b.csv negative)" 'BEGIN { print s / (w + log(1 + 2 * exp(-w))) }')"
done

# ---- labels of the rows of a table, for eyes: with the rows that they are of
printf 'data x : raw\ndata label : symbol\nparam W, b\nlabel ~ categorical(W x + b)\n' > rows.unr
awk 'BEGIN { print "x,label"; for (i = 0; i < 40; i++) printf "%d,%s\n", i % 2 * 4, i == 5 || i == 34 ? "" : i % 2 ? "high" : "low" }' > rows.csv
run unroll fit rows.unr rows.csv -q -o rows.model
run unroll predict rows.model rows.csv
same "a table for a table" "6 high 35 low" "$(awk '/^ *[0-9]/ { printf "%s%s %s", s, $1, $2; s = " " }' out)"
run unroll predict rows.model rows.csv label=
same "all rows" 41 "$(wc -l < out)"
run unroll predict rows.model rows.csv -o rows.txt
same "and in a file of text" "6 high 35 low" "$(awk '/^ *[0-9]/ { printf "%s%s %s", s, $1, $2; s = " " }' rows.txt)"
column x rows.csv > rows.x
column label rows.csv > rows.label
run unroll predict rows.model x=rows.x
same "a line for each line" 40 "$(grep -c '^[a-z]*$' out)"
run unroll predict rows.model x=rows.x label=rows.label
same "some of the lines" "6 high 35 low" "$(awk '/^ *[0-9]/ { printf "%s%s %s", s, $1, $2; s = " " }' out)"
# sequences of which no label is there are no sequences that are said rightly
printf 'data word[t], tag[t] : symbol\nparam A, c\ntag[t] ~ categorical(A word[t] + c)\n' > none.unr
awk 'BEGIN { print "s,word,tag"; for (e = 0; e < 20; e++) for (t = 0; t < 4; t++) print e "," substr("abcd", (e + t * t) % 4 + 1, 1) "," (e % 5 == 0 ? "" : e % 3 == 0 && t == 2 ? "Z" : (e + t * t) % 2 ? "X" : "Y") }' > none.csv
run unroll fit none.unr none.csv --group s -q -o none.model
run unroll score none.model none.csv --group s --complete --csv -q
near "sequences with labels" 16 0 "$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "n") n = i } $2 ~ /^sequence error/ { print $n }' out)"
near "share of them that are wrong" "$(awk -F, '$2 ~ /^sequence accuracy/ { print 100 - $3 }' out)" 1e-6 "$(awk -F, '$2 ~ /^sequence error/ { print $3 }' out)"
finish
