# beam search for the likeliest text: n best with their scores, distinct, best first; one hypothesis is the greedy completion; beginnings are kept
printf 'data c[t] : chars\nparam E, V, b\nh[t] = gru(8, E c[t-1])\nc[t] ~ categorical(V h[t] + b)\n' > m.unr
printf 'abracadabra\nabra\ncadabra\nabracadabra\n' > c.txt
unroll fit m.unr c=c.txt --epochs 150 --rate 0.02 -q -o x.model > /dev/null
unroll predict x.model > greedy.txt
unroll predict x.model --beam 1 | cmp - greedy.txt && echo same
unroll predict x.model --beam 4 --n-best 3 --csv > best.csv
head -1 best.csv
awk -F, 'NR > 1 { print $1, ($3 < 0), (NR == 2 || $3 <= last), seen[$2]++; last = $3 }' best.csv
unroll predict x.model --beam 4 --length-penalty 1 --threads 1 --csv > one.csv
unroll predict x.model --beam 4 --length-penalty 1 --threads 2 --csv | cmp - one.csv && echo same
unroll predict x.model --beam 3 --prompt cad --max-length 6 | cut -c 1-3
printf 'abr\nca\n' > begin.txt
unroll predict x.model c=begin.txt --continue --beam 2 --n-best 2 --csv | cut -d, -f1-2
unroll sample x.model c=begin.txt --continue --samples 2 --csv | cut -c 1-5
unroll predict x.model --min-length 9 --max-length 9 | awk '{ print length }'
