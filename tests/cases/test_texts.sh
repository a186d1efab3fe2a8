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
# a carriage return that ends no line stays
printf 'ab\rab\n' > mac.txt
run unroll score crlf.model text=mac.txt --stream
says "1 of 6 symbols"

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
