#!/bin/sh
# Parts of data: what --rows, --valid, --test and --shuffle cut, what is said of them, and from where forecasts are scored.
. "$(dirname "$0")/lib.sh"
printf 'data y[t] : raw\nparam a, m, s\ny[t] ~ normal(a * y[t-1] + m, s)\n' > ar.unr
printf 'data y[t] : raw\nparam m, s\ny[t] ~ normal(m, s)\n' > mean.unr
printf 'data x : raw(2)\ndata c : symbol\nparam W, b\nc ~ categorical(W x + b)\n' > class.unr
table() { awk -v from="$1" -v to="$2" 'BEGIN { print "x1,x2,c"; for (i = from; i < to; i++) print i / 100 "," (i % 7) "," (i < 100 ? "A" : "B") }'; }

# sorted by class: the last fifth has one class alone, and random parts do not
table 0 200 > sorted.csv
run unroll fit class.unr sorted.csv --valid 0.2 --test 0.1 --epochs 1 -o c.model
says "every symbol of the validation part is 'B', of 2 that the training part has; where examples are sorted by it, parts of them drawn at random (--shuffle)" \
     "every symbol of the test part is 'B'"
run unroll fit class.unr sorted.csv --valid 0.2 --test 0.1 --epochs 1 -o c.model --shuffle 1; silent "every symbol"
table 0 100 > a.csv; table 100 130 > b.csv; table 0 60 > aa.csv
run unroll fit class.unr b.csv --valid a.csv --epochs 1 -o c.model; says "100 of the 100 symbols of the validation part never occur in the training part"
{ table 0 120; table 60 100 | tail -n +2; } > end.csv
run unroll fit class.unr end.csv --valid 40 --epochs 1 -o c.model
says "every symbol of the validation part is 'A'"
{ cat aa.csv; table 100 160 | tail -n +2; awk 'BEGIN { for (i = 0; i < 30; i++) print i ",1,C\n" i ",2,A" }'; } > absent.csv
run unroll fit class.unr absent.csv --valid 60 --epochs 1 -o c.model
says "60 symbols of the validation part never occur" "such as 'C'"
awk 'BEGIN { print "x1,x2,c"; for (i = 0; i < 300; i++) print i ",1," (i < 100 ? "A" : i < 200 ? "B" : i % 2 ? "C" : "B") }' > three.csv
run unroll fit class.unr three.csv --valid 50 --epochs 1 -o c.model
says "the validation part has none of the training part's 100 'A'"

# what is drawn: each example in one part, the same ones for the same seed, in the order of the data, other ones for another seed. The example k is 2^k: a
# mean tells which ones it is of
awk 'BEGIN { print "g,y"; for (k = 0; k < 8; k++) print k "," 2 ^ k "\n" k "," 2 ^ k }' > eight.csv
mean() {        # mean ARGUMENTS…: eight times the mean of the training part, and of it all the rest
    run unroll fit mean.unr eight.csv --group g -q -o m.model "$@"
    unroll predict m.model eight.csv --horizon 1 --csv -q | awk -F, 'NR == 2 { printf "%.6f\n", $3 }'
}
same "in order: the first six are fitted" "$(awk 'BEGIN { printf "%.6f", 63 / 6 }')" "$(mean --valid 2)"
one=$(mean --valid 2 --shuffle 1)
same "the same seed, the same parts" "$one" "$(mean --valid 2 --shuffle 1)"
same "a share is so many examples" "$one" "$(mean --valid 0.25 --shuffle 1)"
others=0
for seed in 2 3 4 5; do [ "$(mean --valid 2 --shuffle $seed)" != "$one" ] && others=1; done
same "other seeds, other parts" 1 $others
for seed in 1 2 3; do
    sum=$(mean --valid 2 --shuffle $seed | awk '{ s = $1 * 6; print (s - int(s + 0.5)) ^ 2 < 1e-4 ? int(s + 0.5) : "none" }')
    same "six different examples, seed $seed: $sum" 6 "$(awk -v s="$sum" 'BEGIN { for (; s > 0; s = int(s / 2)) n += s % 2; print n }')"
done

# refused where nothing can be drawn; not advised there either
awk 'BEGIN { print "x,c"; for (i = 0; i < 200; i++) print i / 100 "," (i < 150 ? "A" : "B") }' > line.csv
printf 'data x[t] : raw\ndata c[t] : symbol\nparam W, b\nh[t] : 2 = lstm(2, x[t])\nc[t] ~ categorical(W h[t] + b)\n' > line.unr
run unroll fit line.unr line.csv --valid 0.2 --epochs 1 -o l.model
says "every symbol of the validation part is 'B'"; silent "--shuffle"
fails 2 unroll fit line.unr line.csv --valid 0.2 --epochs 1 -o l.model --shuffle 1; says "the data are one sequence"
fails 2 unroll fit class.unr sorted.csv --epochs 1 -o c.model --shuffle 1; says "none is"
fails 2 unroll fit class.unr sorted.csv --valid 0.2 --epochs 1 -o c.model --shuffle -1; says "a whole number from 0"

# rows are examples where blank lines cut a table, and that is said
awk 'BEGIN { print "y"; for (i = 1; i <= 30; i++) print sin(i) (i % 10 ? "" : "\n") }' > gaps.csv
run unroll fit ar.unr gaps.csv -o g.model; says "gaps.csv: blank lines cut the table into 3 examples; where they are values that are missing, write NA in them"
fails 2 unroll score g.model gaps.csv --rows 96:; says "leaves nothing of 3 examples" "blank lines cut the table into 3 examples"
fails 2 unroll fit ar.unr gaps.csv --valid 96 -o x.model; says "the data have 3 examples" "blank lines cut the table into 3 examples"
run unroll score g.model gaps.csv; says "the first position of each of 3 examples, whose lags reach before the data, is not scored"; silent "no other position"
printf 'y\n1\n2\n4\n\n3\n\n5\n6\n' > lone.csv; run unroll score g.model lone.csv; says "(1 example has no other position)"
awk 'BEGIN { print "x,y"; for (i = 1; i <= 30; i++) print i "," sin(i) }' > one.csv
run unroll fit ar.unr one.csv -o m.model; silent "blank lines"
fails 2 unroll score m.model one.csv --rows 96:; says "leaves nothing of 30 rows"

# rows beyond either end are cut to those there are, and one note says so, for every verb
beyond() {      # beyond ROWS USED
    for verb in "predict --horizon 1" score "score --horizon 1" "sample --horizon 1" "plot --horizon 1 -o x.gp"; do
        run unroll $verb m.model one.csv --rows "$1"
        says "note: --rows $1 reaches beyond the data, which have 30 rows: $2 is used"
        same "one note" 1 "$(grep -c 'reaches beyond' err)"
    done
    run unroll fit ar.unr one.csv --rows "$1" -o x.model
    says "note: --rows $1 reaches beyond the data, which have 30 rows: $2 is used"
    run unroll score m.model one.csv --rows "$1" -q; silent note:
}
beyond 26:40 26:30
beyond -40:20 0:20
for rows in 20:30 -30: : 50%: 10:100%; do run unroll score m.model one.csv --rows $rows; silent "reaches beyond"; done
run unroll score g.model gaps.csv --rows 1:4; says "the data, which have 3 examples: 1:3 is used"
fails 2 unroll score m.model one.csv --rows 30:40; says "leaves nothing of 30 rows"

# from where forecasts are scored: 168 positions before the first, where nothing comes before the data
run unroll score m.model one.csv --horizon 3 --stride 2
says "forecasts begin after 15 positions" "they begin after 168" "--rows FROM:" "--stride N"
for stride in 1=13 2=7 5=3 20=1; do
    same "origins in 15 to 27, a stride of ${stride%=*}" "${stride#*=}" "$(unroll score m.model one.csv --horizon 3 --stride "${stride%=*}" --csv -q | column origins - | head -1)"
done
same "without a stride, each" 13 "$(unroll score m.model one.csv --horizon 3 --csv -q | column origins - | head -1)"
same "values" 39 "$(unroll score m.model one.csv --horizon 3 --csv -q | column n - | head -1)"
same "no room for more than one" 1 "$(unroll score m.model one.csv --horizon 29 --csv -q | column origins - | head -1)"
run unroll score m.model one.csv --horizon 3 --rows 20: --stride 2; silent "forecasts begin"
same "origins in rows 20 to 30" 4 "$(unroll score m.model one.csv --horizon 3 --rows 20: --stride 2 --csv -q | column origins - | head -1)"
run unroll score g.model gaps.csv --horizon 3; says "in 3 of 3 examples forecasts begin after half of the positions, or where one just fits in, in longer ones after 168" "--context N"
same "origins in three halves" 9 "$(unroll score g.model gaps.csv --horizon 3 --csv -q | column origins - | head -1)"
same "origins from 5 of 10 positions on" 9 "$(unroll score g.model gaps.csv --horizon 3 --context 5 --csv -q | column origins - | head -1)"
run unroll score g.model gaps.csv --horizon 3 --context 5; silent "forecasts begin"
fails 2 unroll score m.model one.csv --stride 2; says "--stride is the distance between forecasts: add --horizon N"

# what NAME= leaves out of --rows: those rows alone are completed, and what comes before them keeps its values
awk 'BEGIN { print "t,x,y"; for (i = 1; i <= 30; i++) { x = i * 7 % 5; y = 0.5 * y + x + 0.01 * (i % 3); printf "%d,%d,%.6f\n", i, x, y } }' > xy.csv
printf 'data x[t], y[t] : raw\nparam a, b, m, s\ny[t] ~ normal(a * x[t] + b * y[t-1] + m, s)\n' > xy.unr
run unroll fit xy.unr xy.csv -q -o xy.model
awk -F, 'NR < 29 { print; next } { print $1 "," $2 "," }' xy.csv > empty.csv
for model in xy m; do
    for how in "predict" "predict --horizon 2" "sample --samples 2" "sample --samples 2 --horizon 2" "predict --samples 20"; do
        file=empty.csv left=xy.csv
        [ "$model$how" = "xypredict --horizon 2" ] && continue           # rows that give x and no y are that horizon
        [ "$model$how" = "xysample --samples 2 --horizon 2" ] && continue
        run unroll $how $model.model $file --rows 27: --csv
        cp out want
        run unroll $how $model.model $left y= --rows 27: --csv
        same "$how, $model: as where the cells are empty" "$(cat want)" "$(cat out)"
    done
done
run unroll predict xy.model xy.csv y= --rows 5:8 --csv
same "three rows" "6 7 8" "$(column t | tr '\n' ' ' | sed 's/ $//')"
near "the first of them reads the row before" "$(awk -F, '$1 == 6 { print $3 }' xy.csv)" 0.02 "$(column y | head -1)"
run unroll predict xy.model xy.csv y= --rows 27: --no-history --csv; same "no history, no value before" 3 "$(column y | wc -l | tr -d ' ')"
run unroll plot xy.model xy.csv y= --rows 27: -o y.gp
fails 4 unroll predict xy.model xy.csv x= --rows 27:; says "left out by x="
fails 4 unroll score xy.model xy.csv y= --rows 27:; says "y="
printf 'data word[t] : symbol, tag[t] : symbol\nparam V, W, b\ntag[t] ~ categorical(V word[t] + W tag[t-1] + b)\n' > tag.unr
awk 'BEGIN { print "word,tag"; for (i = 0; i < 40; i++) print substr("abc", i % 3 + 1, 1) "," substr("XYZ", (i + int(i / 3)) % 3 + 1, 1) }' > tag.csv
run unroll fit tag.unr tag.csv -q --epochs 5 --threads 1 -o tag.model
awk -F, 'NR < 39 { print; next } { print $1 "," }' tag.csv > emptytag.csv
run unroll predict tag.model emptytag.csv --rows 37: --csv; cp out want
run unroll predict tag.model tag.csv tag= --rows 37: --csv; same "labels" "$(cat want)" "$(cat out)"

# examples and rows of a part are numbered as those of the whole
head -1 sorted.csv > numbered.csv; sed '1d; s/[AB]$//' sorted.csv | head -60 >> numbered.csv
run unroll fit class.unr sorted.csv --epochs 1 -q -o c.model
run unroll predict c.model numbered.csv --csv; cp out whole
run unroll predict c.model numbered.csv --rows 40:44 --csv
same "examples of rows 40 to 44" "$(sed -n '1p; 42,45p' whole)" "$(cat out)"
same "from 41" "41 42 43 44" "$(column example | tr '\n' ' ' | sed 's/ $//')"
printf 'x1,x2,c\n1,2,\n1,,A\n3,4,\n5,,\n' > lack.csv
run unroll predict c.model lack.csv --rows 2:; says "x (lack.csv, column x1): in 1 of 2 rows 1 number is missing, first at row 4"
awk 'BEGIN { print "x,y"; for (i = 1; i <= 30; i++) print (i == 25 ? "" : i) "," sin(i) }' > gap.csv
run unroll fit xy.unr xy.csv -q -o xy.model
run unroll score xy.model gap.csv --rows 20:; says "x (gap.csv, column x): 1 of 10 is missing, first at row 25"
printf 'y\n' > times.csv; awk 'BEGIN { print "date,y"; for (i = 1; i <= 28; i++) if (i != 25) printf "2020-01-%02d,%d\n", i, i * 7 % 5 }' > times.csv
run unroll score m.model times.csv --rows 20:; says "1 gap, of 1 row, before row 25 (2020-01-26, after 2020-01-24)"
awk 'BEGIN { for (k = 1; k <= 4; k++) { if (k > 1) print ""; else print "x,y"; for (i = 1; i <= 5; i++) print (k == 3 && i == 2 ? "" : i) "," i } }' > four.csv
run unroll score xy.model four.csv --rows 1:; says "first at row 2 of example 3"
printf 'data k[t] : raw\nparam r\nk[t] ~ gamma(2, r)\n' > k.unr
awk 'BEGIN { print "k"; for (i = 1; i <= 20; i++) print i == 15 ? -1 : 1 + i % 4 }' > neg.csv
fails 4 unroll fit k.unr neg.csv --rows 10: --epochs 1 -q -o x.model; says "k is -1 at row 15, and gamma draws"
printf 'data k[t] : raw\nparam r\nk[t] ~ poisson(r)\n' > kr.unr
fails 1 unroll fit kr.unr neg.csv --rows 10: --epochs 1 -q -o x.model; says "at position 15 of example 1"

# what is left out by name, and what is not there
fails 4 unroll predict m.model one.csv y=; says "y= leaves out all that the model knows"; silent "did you mean"
printf 'x,z\n1,2\n' > other.csv; fails 4 unroll predict m.model other.csv; says '"y" is in none of the files (columns: x, z)'

# a checkpoint that is not there, also where notes are not wanted
run unroll fit ar.unr one.csv --method gradients --epochs 1 -q --resume -o r.model; says "there is no checkpoint r.model.checkpoint to resume from"
run unroll fit ar.unr one.csv --method gradients --epochs 1 --resume -o r.model; same "once" 1 "$(grep -c 'no checkpoint' err)"

# parts drawn at random: an example is called by its place in the table
awk 'BEGIN { print "k,y"; for (i = 1; i <= 60; i++) print (i == 37 ? "" : i % 3) "," i % 3 * 10 + i % 4 }' > drawn.csv
printf 'data k : symbol, y : real\nparam E, s\ny ~ normal(E k, s)\n' > drawn.unr
run unroll fit drawn.unr drawn.csv --test 5 --shuffle 3 -o x.model; says "k (drawn.csv, column k): 1 of 55 is missing, first at row 37"
run unroll predict x.model drawn.csv y= --rows 40:42 --csv; same "numbers as in the table" "41 42 " "$(column example | tr '\n' ' ')"

# a picture of groups shows one of them, and says which
awk 'BEGIN { print "g,y"; for (k = 0; k < 3; k++) for (i = 1; i <= 40; i++) print substr("ABC", k + 1, 1) "," sin(i) + 5 * k }' > groups.csv
run unroll fit ar.unr groups.csv --group g -q -o p.model
run unroll plot p.model groups.csv --horizon 5 -o p.gp; says "drawing g A, the first of 3 examples; --rows FROM:TO picks others"
same "its name" 'set title "y, g A"' "$(grep 'set title' p.gp)"
same "five rows of a forecast" 5 "$(sed -n '/^\$data << END/,/^END/p' p.gp | awk '$1 > 40 && $6 != "NaN"' | grep -c NaN)"
run unroll plot p.model groups.csv --horizon 5 --rows 1:2 -o p.gp; silent "drawing"
same "another" 'set title "y, g B"' "$(grep 'set title' p.gp)"
run unroll plot g.model gaps.csv --horizon 5 -o p.gp; same "no name" 'set title "y, example 1 of 3"' "$(grep 'set title' p.gp)"

# a model's text whose lines end in CR alone
tr '\n' '\r' < ar.unr > cr.unr
run unroll fit cr.unr one.csv -q -o cr.model
near "the same fit" "$(score m.model one.csv MAE)" 1e-12 "$(score cr.model one.csv MAE)"
# the same of what bernoulli draws
printf 'data x1 : raw\ndata c : count\nparam a, b\nc ~ bernoulli(a * x1 + b)\n' > bits.unr
table 0 200 | sed 's/A$/0/; s/B$/1/' > bits.csv
run unroll fit bits.unr bits.csv --valid 0.2 --epochs 1 -o c.model
says "every value of the validation part is 1, of 2 that the training part has; where examples are sorted by it, parts of them drawn at random (--shuffle)"
run unroll fit bits.unr bits.csv --valid 0.2 --shuffle 1 --epochs 1 -o c.model
silent "every value"
run unroll fit bits.unr bits.csv --rows :90 --valid bits.csv --epochs 1 -o c.model
says "every value is 0, so there is nothing to choose" "values of the validation part never occur in the training part, such as 1"
# ---- of rows that are examples, those in which something is missing are predicted: what the table gives is no prediction
printf 'data x, y : raw\nparam a, b, s\ny ~ normal(a x + b, s)\n' > rows.unr
printf 'x,y\n1,2\n2,4.1\n3,5.9\n4,8\n5,10.2\n' > rows.csv
run unroll fit rows.unr rows.csv -q -o rows.model
printf 'x,y\n1,2\n2,\n7,14\n' > some.csv
run unroll predict rows.model some.csv --csv
same "one of three" "2" "$(column example)"
run unroll predict rows.model y= some.csv --csv
same "all of them where all are asked for" "1 2 3 " "$(column example | tr '\n' ' ')"
# ---- the last tenth is what comes from 90 % on, where counts end in 5 too
seq 1 25 | awk 'BEGIN { print "y" } { print $1 }' > tie.csv
printf 'data y[t] : raw\nparam a\ny[t] ~ normal(a, 1)\n' > tie.unr
for share in 0.1:90% 0.3:70% 10%:0.9 0.5:50% 0.5:-50%; do
    run unroll fit tie.unr tie.csv --test ${share%:*} -o tie.model
    loss=$(sed -n 's/^loss *\([0-9.]*\) .*/\1/p' out) tested=$(awk '/MAE/ { print $NF }' out)
    run unroll predict tie.model tie.csv --rows "${share#*:}:" y= --csv
    rows=$(($(wc -l < out) - 1))
    run unroll fit tie.unr tie.csv --rows ":${share#*:}" -o tie.model
    same "$share: what is left to fit" "$loss" "$(sed -n 's/^loss *\([0-9.]*\) .*/\1/p' out)"
    same "$share: what is tested" "$tested" "$rows"
    case $share in 0.1* | 10*) want=3 ;; 0.3*) want=8 ;; *) want=13 ;; esac
    same "$share" "$want" "$rows"
done
# ---- what a fit's --min-count and --max-vocabulary leave out is counted with what the training part has not
printf 'a b a b a c d\n' > train.txt
printf 'a b c d e e e\n' > valid.txt
printf 'data w[t] : words\nparam c\nw[t] ~ categorical(c)\n' > words.unr
run unroll fit words.unr w=train.txt --valid w=valid.txt --epochs 1 -o w.model
says "3 of the 7 symbols of the validation part never occur in the training part: they count as unknown"
run unroll fit words.unr w=train.txt --valid w=valid.txt --min-count 2 --epochs 1 -o w.model
says "3 of the 7 symbols of the validation part never occur in the training part, and 2 more too seldom there to be kept: they count as unknown"
run unroll fit words.unr w=train.txt --valid w=valid.txt --max-vocabulary 1 --epochs 1 -o w.model
says "and 3 more too seldom there to be kept: they count as unknown"
finish
