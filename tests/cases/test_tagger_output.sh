#!/bin/sh
# What predict prints of labels: a line for a line of a text, words and tags for column files, CoNLL-U by the name of the file; probabilities that add up
# to 1; options that would change nothing are refused.
. "$(dirname "$0")/lib.sh"
tab=$(printf '\t')
printf 'data word[t] : symbol, tag[t] : symbol\nparam E, V, c\ne[t] : 8 = E word[t]\ntag[t] ~ categorical(V e[t] + c)\n' > tag.unr
sed 's/word\[t\] : symbol, tag\[t\] : symbol/word[t], tag[t] : words/' tag.unr > tagw.unr
printf '# a comment\n1\tthe\t_\tDET\t_\t_\t_\t_\t_\t_\n2\tcat\t_\tNOUN\t_\t_\t_\t_\t_\t_\n3-4\tsatit\t_\t_\t_\t_\t_\t_\t_\t_\n3\tsat\t_\tVERB\t_\t_\t_\t_\t_\t_\n\n1\tdogs\t_\tNOUN\t_\t_\t_\t_\t_\t_\n2\tran\t_\tVERB\t_\t_\t_\t_\t_\t_\n' > a.conllu
printf 'the cat sat\n\ndogs ran\n' > w.txt
printf 'DET NOUN VERB\n\nNOUN VERB\n' > t.txt
run unroll fit tag.unr word=FORM tag=UPOS a.conllu -q -o m.model --epochs 80 --rate 0.05 --threads 1
run unroll fit tagw.unr word=w.txt tag=t.txt -q -o w.model --epochs 80 --rate 0.05 --threads 1

rows="the${tab}DET
cat${tab}NOUN
sat${tab}VERB

dogs${tab}NOUN
ran${tab}VERB"
u="1${tab}the${tab}_${tab}DET${tab}_${tab}_${tab}_${tab}_${tab}_${tab}_
2${tab}cat${tab}_${tab}NOUN${tab}_${tab}_${tab}_${tab}_${tab}_${tab}_
3${tab}sat${tab}_${tab}VERB${tab}_${tab}_${tab}_${tab}_${tab}_${tab}_

1${tab}dogs${tab}_${tab}NOUN${tab}_${tab}_${tab}_${tab}_${tab}_${tab}_
2${tab}ran${tab}_${tab}VERB${tab}_${tab}_${tab}_${tab}_${tab}_${tab}_"
run unroll predict m.model tag= a.conllu
same "rows for rows" "$rows" "$(cat out)"
run unroll predict m.model tag= a.conllu -o x.conll
same "rows in a file" "$rows" "$(cat x.conll)"
run unroll predict m.model tag= a.conllu -o x.conllu
same "CoNLL-U" "$u" "$(cat x.conllu)"
run unroll score m.model x.conllu          # reads back
run unroll predict w.model word=w.txt
same "a line for a line, the empty one too" "$(cat t.txt)" "$(cat out)"
run unroll predict w.model word=w.txt -o x.txt
same "the same in a file" "$(cat t.txt)" "$(cat x.txt)"
run unroll predict w.model word=w.txt -o x.conllu
same "sentences" 2 "$(grep -c '^1' x.conllu)"
# tags that are given in part stay, and the others stand between them
printf 'the\tDET\ncat\t_\n\ndogs\tX\n' > part.conll
run unroll fit tag.unr word=1 tag=2 part.conll -q -o p.model --epochs 80 --rate 0.05 --threads 1 2> /dev/null
printf 'the\t\ncat\tX\n\ndogs\t\n' > part2.conll
run unroll predict p.model word=1 tag=2 part2.conll
same "given and completed" "the${tab}DET
cat${tab}X

dogs${tab}X" "$(cat out)"
fails 2 unroll predict m.model a.conllu
says "nothing is left out"
fails 2 unroll score m.model a.conllu -o x.conllu
says "-o x.conllu: column files hold words and their labels"
fails 2 unroll predict m.model tag= a.conllu -o x.conllu --probabilities

run unroll predict m.model tag= a.conllu --csv --probabilities
same "columns" "example,position,tag,tag_p,tag_p_NOUN,tag_p_VERB,tag_p_DET" "$(head -1 out)"
same "rows whose classes add up to 1" 5 "$(awk -F, 'NR > 1 { s = $5 + $6 + $7; m = $5 > $6 ? $5 : $6; m = m > $7 ? m : $7; n += s > 0.999999999 && s < 1.000000001 && m == $4 } END { print n }' out)"

# two classes by a logistic curve whose weights are known: p = 1 / (1 + exp(-(x - 1)))
printf 'data x : raw, y : symbol\nparam w(1) = 1\ny ~ categorical([0; 0; 0; w * x; 1])\n' > two.unr
awk 'BEGIN { print "x,y"; for (i = 0; i < 40; i++) print i % 5, (i % 5 > 1 ? "yes" : "no") }' | sed 's/ /,/;s/,,/,/' > two.csv
run unroll fit two.unr two.csv -q -o two.model --epochs 1 --rate 1e-12 --threads 1
run unroll predict two.model y= two.csv --csv --probabilities
same "yes is the first class" "example,y,y_p,y_p_yes,y_p_no" "$(head -1 out)"
near "x = 0" 0.2689414214 1e-6 "$(column y_p_yes | sed -n 1p)"
near "x = 4" 0.9525741268 1e-6 "$(column y_p_yes | sed -n 5p)"
near "of the one predicted" 0.7310585786 1e-6 "$(column y_p | sed -n 1p)"

fails 2 unroll predict w.model word=w.txt --samples 5
says "samples give quantiles of numbers"
fails 2 unroll predict w.model word=w.txt --top-k 3
says "--top-k is for random draws"
printf 'data y[t] : raw\nparam a, s\ny[t] ~ normal(a * y[t-1], s)\n' > n.unr
seq 1 20 | awk 'BEGIN { print "y" } { print ($1 * 7919) % 13 }' > n.csv
run unroll fit n.unr n.csv -q -o n.model --precision double
fails 2 unroll sample n.model n.csv --horizon 2 --temperature 0.5
says "--temperature is for symbols"
fails 2 unroll sample n.model n.csv --horizon 2 --temperature 0
says "--temperature is for symbols"

# --precision: a model in double precision, asked for in single
run unroll predict n.model n.csv --horizon 1 --csv
same "as fitted is double" "$(column y)" "$(unroll predict n.model n.csv --horizon 1 --csv --precision double | tail -1 | cut -d, -f2)"
[ "$(column y)" != "$(unroll predict n.model n.csv --horizon 1 --csv --precision single | tail -1 | cut -d, -f2)" ] || fault "--precision single changes nothing"
finish
