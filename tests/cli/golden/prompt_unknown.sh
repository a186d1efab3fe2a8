# a prompt that the model has not met is said, and counts as unknown; one that is no text is refused
printf 'data text[t] : chars\nparam E, W, c\nh[t] = gru(8, E text[t-1])\ntext[t] ~ categorical(W h[t] + c)\n' > m.unr
printf 'ab\nabab\nba\n' > a.txt
unroll fit m.unr text=a.txt --epochs 1 -q -o x.model > /dev/null
unroll sample x.model --prompt abz --max-length 4 | wc -l
unroll sample x.model --prompt ab --max-length 4 | wc -l
unroll sample x.model --prompt "$(printf 'a\377b')" --max-length 4
