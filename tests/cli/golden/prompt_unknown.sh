# a prompt that the model has not met is said, and counts as unknown; one that is no text, or of a column of symbols, is refused
printf 'data text[t] : chars\nparam E, W, c\nh[t] = gru(8, E text[t-1])\ntext[t] ~ categorical(W h[t] + c)\n' > m.unr
printf 'ab\nabab\nba\n' > a.txt
unroll fit m.unr text=a.txt --epochs 1 -q -o x.model > /dev/null
unroll sample x.model --prompt abz --max-length 4 > /dev/null
unroll sample x.model --prompt ab --max-length 4 > /dev/null
unroll sample x.model --prompt "$(printf 'a\377b')" --max-length 4
printf 'data x[t], y[t] : symbol\nparam E, W, c\nh[t] = gru(8, E x[t])\ny[t] ~ categorical(W h[t] + c)\n' > s.unr
printf 'x,y,group\na,p,1\nb,q,1\na,p,2\n' > s.csv
unroll fit s.unr s.csv --group group --epochs 1 -q -o s.model > /dev/null
unroll sample s.model y= s.csv --group group --prompt p
