# words and labels that the fit has not met stand for one unknown symbol: predicting and scoring go on
printf 'data word[t], tag[t] : words\nparam E, V, b\nh[t] = gru(4, E word[t])\ntag[t] ~ categorical(V h[t] + b)\n' > m.unr
printf 'the cat sat\na dog ran\n' > w.txt
printf 'D N V\nD N V\n' > t.txt
unroll fit m.unr word=w.txt tag=t.txt --epochs 2 -q -o x.model > /dev/null
printf 'the zebra sat\n' > new.txt
printf 'D Q V\n' > tag.txt
unroll predict x.model word=new.txt | wc -l
unroll score x.model word=new.txt tag=tag.txt --csv | awk -F, 'NR > 1 { print $2, ($3 + 0 == $3 ? "a number" : $3) }'
