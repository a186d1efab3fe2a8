#!/bin/sh
# An option that can have no effect, for the model, the data or the output are of another kind, is not taken in silence: an error or a note.
. "$(dirname "$0")/lib.sh"
awk 'BEGIN { print "date,y"; for (i = 1; i <= 28; i++) printf "2020-01-%02d,%.1f\n", i, i * 7 % 5 + 0.1 * i }' > d.csv
awk 'BEGIN { print "x,l"; for (i = 0; i < 40; i++) printf "%d,%s\n", i, i < 20 ? "a" : "b" }' > l.csv
printf 'abc def\nghi abc\nabc abd\nxyz abc\n' > t.txt
printf 'x,y,g\n1,2,a\n2,3,a\n1,1,b\n' > p.csv
printf 'data y[t] : real\nparam a, m, s\ny[t] ~ normal(a * y[t-1] + m, s)\n' > ar.unr
printf 'data x : real, l : symbol\nparam W, b\nl ~ categorical(W x + b)\n' > label.unr
printf 'data x[t] : chars\nparam E, W, b\nh[t] : 4 = tanh(E x[t-1])\nx[t] ~ categorical(W h[t] + b)\n' > chars.unr
run unroll fit ar.unr d.csv -q -o ar.model
run unroll fit label.unr l.csv -q --epochs 2 -o label.model
run unroll fit chars.unr x=t.txt -q --epochs 2 --log log.jsonl -o chars.model

none() {        # none OPTION COMMAND…: it is said that the option has no effect; and nothing with --quiet
    option=$1; shift
    run "$@"
    says "note: $option has no effect here: it is for "
    run "$@" -q
    silent "note:"
}
some() {        # some OPTION COMMAND…: nothing is said of it
    option=$1; shift
    run "$@"
    silent "no effect"
}
each() {        # each COMMAND… -- OPTION VALUE …: none for each of these options, with the value that follows it ("-": it takes none)
    command=
    while [ "$1" != -- ]; do command="$command $1"; shift; done
    shift
    while [ $# -gt 0 ]; do
        if [ "$2" = - ]; then none "$1" $command "$1"; else none "$1" $command "$1" "$2"; fi
        shift 2
    done
}
each unroll fit ar.unr d.csv -o x.model -- --epochs 3 --batch 4 --chunk 8 --context 3 --optimiser sgd --rate 0.1 --schedule step --warm-up 0.1 --clip 3 --decay 0.1 --average 3 \
    --patience 3 --resume - --checkpoint c --checkpoint-every 3 --recompute - --seed 3 --min-count 2 --max-vocabulary 9 --stream -
each unroll fit label.unr l.csv -o x.model --epochs 2 -- --patience 3 --chunk 4 --context 5 --stream - --min-count 2 --max-vocabulary 9
each unroll fit ar.unr d.csv -o x.model --method gradients --epochs 2 -- --context 5
some --chunk unroll fit ar.unr d.csv -o x.model --method gradients --epochs 2 --chunk 4
some --min-count unroll fit chars.unr x=t.txt -o x.model --epochs 2 --min-count 2 --stream
each unroll fit chars.unr x=t.txt -o x.model --epochs 2 -- --missing -9 --decimal comma --dates day --delimiter tab --skip 1 --columns conllu
each unroll predict ar.model d.csv --horizon 2 -- --max-length 3 --probabilities - --seed 3 --no-history - --stream -
each unroll predict label.model l= l.csv -- --max-length 3 --season 3 --context 3 --no-history -
each unroll predict chars.model --max-length 5 -- --context 3 --season 3 --probabilities - --seed 3
each unroll score label.model l.csv -- --season 3 --context 3 --seed 3 --no-history -
each unroll plot ar.model d.csv -o x.gp -- --quantity a --x a --y b --label q --max-length 3 --no-history -
each unroll plot log.jsonl --what loss -o x.gp -- --horizon 3 --samples 3 --data y --x y --rows 0:3 --quantity a --group g --season 3 --seed 1 --threads 1
each unroll plot p.csv --what paths --x x --y y -o x.gp -- --horizon 3 --samples 3 --data y --quantity a --beam 3
each unroll explain ar.unr -- --group g --missing -9
some --epochs unroll fit ar.unr d.csv -o x.model --method gradients --epochs 2 --batch 2 --chunk 4 --seed 3
some --patience unroll fit label.unr l.csv -o x.model --epochs 2 --valid 0.2 --shuffle 1 --patience 3
some --season unroll predict ar.model d.csv --horizon 3 --season 7 --samples 5 --seed 3 --context 20
some --no-history unroll predict ar.model d.csv --horizon 3 --rows 10: --no-history
some --season unroll score ar.model d.csv --season 7
some --min-length unroll predict chars.model --max-length 5 --min-length 2
some --seed unroll sample chars.model --max-length 5 --seed 2
# results hang on the seed where the text draws, and where means over random completions stand for symbols and whole numbers that equations read
printf 'data y[t] : raw\nparam a, s\ne[t] = draw normal(0, 0.1)\ny[t] ~ normal(a * y[t-1] + e[t], s)\n' > draws.unr
printf 'data n[t] : count\nparam a, b\nn[t] ~ poisson(exp(a) + exp(b) * n[t-1])\n' > counts.unr
printf 'data s[t] : symbol\nparam W, b\ns[t] ~ categorical(W s[t-1] + b)\n' > states.unr
awk 'BEGIN { print "y,n,s"; for (i = 0; i < 60; i++) print sin(i) "," i * 7 % 5 "," (i * 5 % 3 ? "a" : "b") }' > chance.csv
for m in draws counts states; do run unroll fit $m.unr chance.csv --epochs 3 -q -o $m.model; done
some --seed unroll score draws.model chance.csv --seed 3
some --seed unroll predict draws.model chance.csv --horizon 2 --seed 3
some --seed unroll predict counts.model chance.csv --horizon 2 --seed 3
some --seed unroll score counts.model chance.csv --horizon 2 --seed 3
some --seed unroll score states.model chance.csv --horizon 2 --seed 3
each unroll score counts.model chance.csv -- --seed 3
each unroll score states.model chance.csv -- --seed 3
some --group unroll plot p.csv --what paths --x x --y y --group g --label g --rows 0:1 -o x.gp
fails 2 unroll predict chars.model --samples 3
says "random ones are asked for by sample"

# ---- of two options for one thing, and where a file's name says it
run unroll predict ar.model d.csv --horizon 1 --csv --json
says "note: --csv has no effect here: --json, which comes after it, holds"
run unroll predict ar.model d.csv --horizon 1 --json --csv
says "note: --json has no effect here: --csv, which comes after it, holds"
same "the later one" date,y,naive "$(head -n 1 out)"
run unroll predict ar.model d.csv --horizon 1 --csv --json -q
silent note:
# a file whose name says another form than an option; a name that says none that is known
form() {        # form FILE WANTED ARGUMENTS…: the note, or none where WANTED is empty
    file=$1 want=$2; shift 2
    run unroll predict ar.model d.csv --horizon 1 -o "$file" "$@"
    if [ "$want" ]; then says "note: $file is written as $want"; else silent note:; fi
    run unroll predict ar.model d.csv --horizon 1 -o "$file" "$@" -q; silent note:
}
form x.csv "JSON: --json goes before its name" --json
form x.CSV "JSON: --json goes before its name" --json
form x.json "CSV: --csv goes before its name" --csv
form x.tsv "CSV: --csv goes before its name" --csv
form x.conllu "JSON: --json goes before its name" --json
form x.xlsx "CSV: tables are .csv, .tsv, .json or .txt, and .xlsx is none of them"
form x.xlsx "" --csv
form x.csv ""; form x.JSON ""; form x.txt "" --csv; form x ""; form x "" --json
same "JSON by a name in capitals" 1 "$(grep -c '{"date":' x.JSON)"
cp d.csv d
for c in numbers conllu; do
    run unroll fit ar.unr d.csv --columns $c -o x.model
    says "note: d.csv: is read as its name says, a table with a header; --columns is for files whose names say nothing"
done
run unroll fit ar.unr d --columns header -o x.model
silent note:
awk 'BEGIN { for (i = 0; i < 20; i++) print i * 7 % 5 }' > n
run unroll fit ar.unr y=1 n --columns numbers -q -o n.model
run unroll predict n.model y=y d --columns header --horizon 1 --csv
same "a header, where the fit had none" date,y,naive "$(head -n 1 out)"
finish
