#!/bin/sh
# Ends of lines and blanks around labels are no symbols; the mark of pieces in a text is said; a temperature of 0 is the likeliest.
. "$(dirname "$0")/lib.sh"
printf 'data text[t] : chars\nparam E, V, c\ne[t] : 8 = E text[t-1]\ntext[t] ~ categorical(V e[t] + c)\n' > char.unr
awk 'BEGIN { for (i = 0; i < 50; i++) print "abc" }' > lf.txt
sed 's/$/\r/' lf.txt > crlf.txt
for f in lf crlf; do run unroll fit char.unr text=$f.txt --stream -q -o $f.model --epochs 15 --rate 0.05 --chunk 50 --threads 1; done
same "the same model from both" "$(score lf.model text=lf.txt --stream negative)" "$(score crlf.model text=lf.txt --stream negative)"
same "the same score of both" "$(score lf.model text=lf.txt --stream negative)" "$(score lf.model text=crlf.txt --stream negative)"
run unroll explain crlf.model
[ "$(grep -c "text.*chars *7 symbols" out)" = 1 ] || fault "not the four symbols a, b, c and the end of a line: $(cat out)"
# ... also where one line is longer than what is read at once
awk 'BEGIN { for (i = 0; i < 700000; i++) printf "a"; printf "\r\nab\r\n" }' > long.txt
run unroll score crlf.model text=long.txt --stream
silent note
# a carriage return that ends no line stays, and is said
printf 'ab\rab\n' > mac.txt
run unroll score crlf.model text=mac.txt --stream
says "1 of 6 symbols" "mac.txt: 1 carriage return within lines that end in a line feed, first in line 1: it is read as a symbol"
printf 'ab\nab\r\na b\rab\nab\rb\n' > mac.txt
sed 's/chars/words/' char.unr > word.unr
run unroll fit word.unr text=mac.txt --epochs 1 -o w.model
says "4 examples, 7 words" "mac.txt: 2 carriage returns within lines that end in a line feed, first in line 3: each is read as a blank"
run unroll fit word.unr text=crlf.txt --epochs 1 -o w.model
silent "carriage return"

# lines that end in CR alone are lines: in texts of every kind, in streams, in column files, tables, vocabularies and texts that are compared; also where a line end stands
# between two reads of a long file
lines() { tr '\n' '\r' < "$1" > "cr-$1"; }          # lines FILE: a text, with CR in place of each LF
printf 'one line\nno line end' > few.txt
awk 'BEGIN { for (i = 0; i < 60; i++) print substr("the cat sat on a mat", 1 + i % 7, 8) " " i % 11 }' > many.txt
for f in many few; do
    lines $f.txt
    for kind in chars words pieces bytes; do
        printf 'data text[t] : %s\nparam E, V, c\ne[t] : 2 = E text[t-1]\ntext[t] ~ categorical(V e[t] + c)\n' "$kind" > k.unr
        for stream in "" --stream; do
            [ "$kind$stream" = bytes--stream ] && continue               # every byte counts
            run unroll fit k.unr text=$f.txt $stream --epochs 1 --threads 1 -q -o k.model
            sed -n 's/^read *//p' out > want
            run unroll fit k.unr text=cr-$f.txt $stream --epochs 1 --threads 1 -q -o cr.model
            same "$f, $kind $stream: what is read" "$(cat want)" "$(sed -n 's/^read *//p' out | sed "s/cr-$f/$f/")"
        done
    done
done
printf 'data n[t] : raw\nparam m, s\nn[t] ~ normal(m, s)\n' > n.unr
printf '1 2\n3\n4 5 6\n' > n.txt; lines n.txt
run unroll fit n.unr n=cr-n.txt -q -o n.model; says "3 examples, 6"
printf 'sep=;\nd;y\n1;1,5\n2;2,5\n' > sep.csv; tr '\n' '\r' < sep.csv > cr.csv
sed 's/n\[t\]/y[t]/g' n.unr > y.unr
run unroll fit y.unr cr.csv -q -o n.model; says "1 example, 2 rows, y"
printf 'the\tD\ncat\tN\n\na\tD\n' > t.conll; tr '\n' '\r' < t.conll > cr.conll
printf 'data word[t] : symbol, tag[t] : symbol\nparam V, b\ntag[t] ~ categorical(V word[t] + b)\n' > tag.unr
run unroll fit tag.unr word=1 tag=2 cr.conll --epochs 1 -q -o tag.model; says "2 examples, 3 rows"
printf '1\tthe\t_\tD\t_\t_\t_\t_\t_\t_\r\r' > cr.conllu
run unroll fit tag.unr word=FORM tag=UPOS cr.conllu --epochs 1 -q -o tag.model; says "1 example, 1 row"
for f in many few; do
    run unroll score --hypothesis cr-$f.txt --reference $f.txt --csv
    same "compared with itself" "word error rate %,0" "$(sed -n 2p out | cut -d, -f1,2)"
done

printf 'data text[t] : words, label : symbol\nparam E, V, c\ne[t] : 8 = E text[t]\nlabel ~ categorical(V mean[t](e[t]) + c)\n' > class.unr
printf 'good\nbad\ngood one\nbad one\n' > w.txt
printf ' pos\nneg \n\tpos\t\r\nneg\n' > l.txt
run unroll fit class.unr text=w.txt label=l.txt -q -o class.model --epochs 60 --rate 0.1 --threads 1
run unroll predict class.model text=w.txt --csv
same "two labels, without blanks" "pos
neg
pos
neg" "$(column label)"

printf 'the cat sat on the mat\nthe dog sat\n' > t.txt
sed 's/words/chars/' char.unr > c.unr
run unroll fit c.unr text=t.txt -q -o c.model --epochs 60 --rate 0.05 --threads 1
run unroll predict c.model --max-length 12
mv out greedy
run unroll sample c.model --temperature 0 --samples 2 --max-length 12
same "the likeliest, twice" "$(cat greedy greedy)" "$(cat out)"
fails 2 unroll sample c.model --temperature -1
says "--temperature must be at least 0"

awk 'BEGIN { for (i = 0; i < 60; i++) print "the cat" (i % 3 ? " sat" : " ran") " on mats" }' > p.txt
printf 'data x[t] : pieces\nparam E, V, c\ne[t] : 8 = E x[t-1]\nx[t] ~ categorical(V e[t] + c)\n' > p.unr
run unroll fit p.unr x=p.txt -q -o p.model --epochs 2 --threads 1
printf 'the cat\342\226\201sat on mats\n' > mark.txt
run unroll score p.model x=mark.txt
says "1 of 4 words hold ▁"
printf 'the cat sat on mats\n' > plain.txt
[ "$(score p.model x=mark.txt negative)" != "$(score p.model x=plain.txt negative)" ] || fault "the mark is read as a blank"
run unroll score p.model x=plain.txt
silent note
# a byte-order mark before lines is none of their bytes
printf 'data t[i] : bytes\nparam A, c\nt[i] ~ categorical(A t[i-1] + c)\n' > bytes.unr
printf 'ab\nab\n' > plain.txt
printf '\357\273\277ab\nab\n' > marked.txt
run unroll fit bytes.unr t=plain.txt -q -o bytes.model
run unroll score bytes.model t=plain.txt --csv
cp out plain.out
run unroll score bytes.model t=marked.txt --csv
same "scores of bytes behind a mark" "$(cat plain.out)" "$(cat out)"

finish
