#!/bin/sh
# Pictures of forecasts: what they draw is what predict says and what the table gives, at the table's own times; what cannot be seen has a word; gnuplot says nothing.
. "$(dirname "$0")/lib.sh"
printf 'data y[t] : raw\nparam a, m, s\ny[t] ~ normal(a * y[t-1] + m, s)\n' > ar.unr
printf 'data x[t] : raw, y[t] : raw\nparam a, b, m, s\ny[t] ~ normal(a * y[t-1] + b * x[t] + m, s)\n' > x.unr
# a gnuplot that keeps what it says, which the program says only where it fails
real=$(command -v gnuplot) || echo "no gnuplot here: scripts alone are looked at"
mkdir kept && printf '#!/bin/sh\nexec %s "$@" 2>> %s/said\n' "$real" "$PWD" > kept/gnuplot && chmod +x kept/gnuplot
quiet() { same "gnuplot says nothing: $*" "" "$(cat said)"; }
drawn() {       # drawn ARGUMENTS…: the script of that picture in p.gp, notes in err; in the terminal it is drawn without a word of gnuplot
    : > said
    [ -z "$real" ] || PATH=$PWD/kept:$PATH run unroll plot "$@" -q
    quiet "$@"
    run unroll plot "$@" -o p.gp
}
works() {       # works ARGUMENTS…: so it is as a file, and the script by itself
    drawn "$@"
    [ -n "$real" ] || return
    cp err notes
    PATH=$PWD/kept:$PATH run unroll plot "$@" -q -o p.svg
    PATH=$PWD/kept:$PATH gnuplot -e "set terminal svg; set output '/dev/null'" p.gp > /dev/null
    quiet "$@"
    mv notes err
}
# of the script, the values of a curve, a row and a value a line: low high given naive forecast came
curve() {
    sed -n '/^\$data/,/^END/p' p.gp | awk -v name="$1" 'BEGIN { split("row low high given naive forecast came", n, " "); for (i in n) if (n[i] == name) c = i }
        NF > 7 && $c != "NaN" { print $1 " " $c }'
}
setting() { sed -n "s/^set $1 //p" p.gp; }
forecast() { curve forecast | awk -v from="$1" '$1 >= from'; }
predicted() { column "$1" | awk -v row="$2" '{ print row++ " " $1 }'; }      # in `out`, from that row on

# a series of months: names of times at the axis, as the outputs write them; the line of the forecast begins at the last value
awk 'BEGIN { print "month,y"; for (i = 0; i < 90; i++) printf "%d-%02d,%.4g\n", 1950 + int(i / 12), i % 12 + 1, 100 + i + 20 * sin(i / 1.91) }' > months.csv
run unroll fit ar.unr months.csv -q -o m.model
works m.model months.csv --horizon 18 --samples 20
same "years" '("1953-01" 37, "1954-01" 49, "1955-01" 61, "1956-01" 73, "1957-01" 85, "1958-01" 97)' "$(setting xtics)"
same "the column of times" '"month"' "$(setting xlabel)"
run unroll predict m.model months.csv --horizon 18 --samples 20 --csv -q
same "what predict says" "$(predicted y 91)" "$(forecast 91)"
same "its band" "$(predicted y_5 91)" "$(curve low | tail -18)"
same "joined" "$(curve given | tail -1)" "$(forecast 0 | head -1)"
same "the past" "$(awk -F, 'NR > 37 { print NR - 1 " " $2 + 0 }' months.csv)" "$(curve given)"
COLUMNS=40 run unroll plot m.model months.csv --horizon 18
drawn m.model months.csv; says "no horizon is asked for: drawing the 24 positions after the last value of y; --horizon N draws others"
same "24 positions" 24 "$(forecast 91 | wc -l)"

# cut by --rows: the past before the part too, what came after it, dates of the table
works m.model months.csv --rows 60:70 --horizon 6
same "what came" "$(awk -F, 'NR > 70 && NR < 78 { print NR - 1 " " $2 + 0 }' months.csv)" "$(curve came)"
run unroll predict m.model months.csv --rows 60:70 --horizon 6 --csv -q
same "that forecast" "$(predicted y 71)" "$(forecast 71)"
same "begins before the part" 23 "$(curve given | head -1 | cut -d' ' -f1)"
drawn m.model months.csv --rows 60:70 --horizon 6 --no-history
same "or not" "1 10" "$(curve given | sed -n '1s/ .*//p;$s/ .*//p' | tr '\n' ' ' | sed 's/ $//')"
cat months.csv | unroll plot m.model - --rows 60:70 --horizon 6 -q -o q.gp || fault "standard input, with --rows"
unroll plot m.model months.csv --rows 60:70 --horizon 6 -q -o p.gp; same "from standard input the same" "$(cat p.gp)" "$(cat q.gp)"

# other times: days of the wall clock without their midnights, weeks, quarters, several columns, years; irregular ones
series() { awk -v n="$2" "BEGIN { print \"$1,y\"; for (i = 0; i < n; i++) print $3 \",\" sin(i) }"; }
series when 300 'strftime("%Y-%m-%dT%H:00:00Z", 1600000000 - 1600000000 % 86400 + 3600 * i, 1)' > hours.csv 2> /dev/null
if [ "$(wc -l < hours.csv)" = 301 ]; then
    run unroll fit ar.unr hours.csv -q -o h.model
    drawn h.model hours.csv --horizon 24
    same "days" '("2020-09-23" 241, "2020-09-24" 265, "2020-09-25" 289, "2020-09-26" 313)' "$(setting xtics)"
fi
series year,month 60 '1990 + int(i / 12) "," i % 12 + 1' > two.csv; run unroll fit ar.unr two.csv -q -o h.model
drawn h.model two.csv --horizon 4
same "two columns" '"year month"("1991 1" 13, "1991 7" 19, "1992 1" 25, "1992 7" 31, "1993 1" 37, "1993 7" 43, "1994 1" 49, "1994 7" 55, "1995 1" 61)' "$(setting xlabel)$(setting xtics)"
series q 40 '1990 + int(i / 4) "Q" i % 4 + 1' > quarters.csv; run unroll fit ar.unr quarters.csv -q -o h.model
drawn h.model quarters.csv --horizon 4
same "quarters" '"1990Q1" 1, "1991Q1" 5' "$(setting xtics | cut -c2-25 | sed 's/, *$//')"
series year 40 '1971 + i' > years.csv; run unroll fit ar.unr years.csv -q -o h.model
drawn h.model years.csv --horizon 4
same "years as numbers" '"year"("1975" 5, "1980" 10, "1985" 15, "1990" 20, "1995" 25, "2000" 30, "2005" 35, "2010" 40)' "$(setting xlabel)$(setting xtics)"
series day 40 '"2020-" 1 + int(i / 9) "-" 1 + i % 9 * (1 + i % 2)' > odd.csv; run unroll fit ar.unr odd.csv -q -o h.model; drawn h.model odd.csv --horizon 4
series z 40 'i' | cut -d, -f2 > none.csv; run unroll fit ar.unr none.csv -q -o h.model
drawn h.model none.csv --horizon 4; same "no times: positions" '"position"("2" 2, "4" 4,' "$(setting xlabel)$(setting xtics | cut -c1-14)"

# rows to complete: as predict, without a horizon too; the rows after a part give what the model does not draw, and no more
awk 'BEGIN { srand(3); print "x,y"; for (i = 1; i <= 60; i++) { x = sin(i / 3); y = 0.6 * y + x + 0.1 * rand(); print x "," y } }' > full.csv
awk -F, -v OFS=, 'NR > 53 { $2 = "" } { print }' full.csv > open.csv
awk -F, -v OFS=, 'NR > 51 { $2 = "" } NR < 56 { print }' full.csv > four.csv
run unroll fit x.unr full.csv -q -o x.model
works x.model open.csv
run unroll predict x.model open.csv --csv -q; same "eight rows" "$(predicted y 53)" "$(forecast 53)"
run unroll predict x.model four.csv --csv -q; cp out four
run unroll predict x.model full.csv --rows :50 --horizon 4 --csv; says "over the horizon x is read from the rows that come after the data; y is not"
same "predict, cut" "$(column y four)" "$(column y)"
run unroll predict x.model full.csv --rows 30:50 --horizon 4 --csv -q; same "predict, with a history" "$(column y four)" "$(column y)"
run unroll sample x.model full.csv --rows :50 --horizon 4 --seed 3 --csv -q; cp out a; run unroll sample x.model four.csv --seed 3 --csv -q; same "sample" "$(column y a)" "$(column y)"
drawn x.model full.csv --rows :50 --horizon 4
same "plot, cut" "$(awk '{ print NR + 50 " " $1 }' <<X
$(column y four)
X
)" "$(forecast 51)"
same "what came, cut" "$(awk -F, 'NR > 50 && NR < 56 { print NR - 1 " " $2 + 0 }' full.csv)" "$(curve came)"
drawn x.model full.csv y= --rows 40:50
same "what came in the part itself" "$(awk -F, 'NR > 40 && NR < 52 { print NR - 1 " " $2 }' full.csv)" "$(curve came | sed "s/^40 .*/40 $(awk -F, 'NR == 41 { print $2 }' full.csv)/")"
same "and its past is given" 40 "$(curve given | tail -1 | cut -d' ' -f1)"
drawn x.model full.csv --rows :50; says "drawing the 10 positions after the last value of y"
fails 4 unroll predict x.model full.csv --rows :57 --horizon 4; says "append 1 row with x given and y left empty"
fails 4 unroll plot x.model full.csv --horizon 4 -o p.gp; says "append 4 rows" "--rows :TO"
fails 4 unroll predict x.model open.csv --rows -6: --horizon 8; says "append 2 rows"; silent "the last 8 rows"
fails 4 unroll predict x.model full.csv --rows -8: --horizon 4; says "or cut the data before rows that give it"
run unroll predict x.model open.csv --rows -6: --horizon 4; says "the last 4 rows, where x is given and y is empty, are the horizon"
awk 'BEGIN { print "day,y"; for (i = 1; i < 20; i++) print "2020-01-" i + (i > 12 ? 3 : 0) "," i % 4 }' > skip.csv; run unroll fit ar.unr skip.csv -q -o h.model
run unroll predict h.model skip.csv --rows :12 --horizon 2 --csv; same "the table's own dates" "2020-1-16 2020-1-17" "$(column day | tr '\n' ' ' | sed 's/ $//')"

# gaps: filled, the values beside them joined; values that stand alone are points; far ones are left out with a word
awk 'BEGIN { print "y"; for (i = 1; i <= 300; i++) print (i == 5 || (i > 140 && i < 144) || i == 200 || i == 202 ? "NA" : sin(i)) }' > gaps.csv
run unroll fit ar.unr gaps.csv -q -o g.model
works g.model gaps.csv --rows :203; says "drawing the last 29 of 30 values that are completed, from row 116 on; --rows FROM:TO picks others"
same "a point, given" 1 "$(grep -c '^\$alone' p.gp)"
printf 'y\n1\nNA\nNA\n2\nNA\n3\nNA\n' > ends.csv; drawn g.model ends.csv
same "both ends" "1 2 3 4 5 6 7" "$(forecast 0 | cut -d' ' -f1 | tr '\n' ' ' | sed 's/ $//')"
printf 'y\nNA\n1\n2\n' > first.csv; drawn g.model first.csv --horizon 2; same "the first" "1 2 3 4 5" "$(forecast 0 | cut -d' ' -f1 | tr '\n' ' ' | sed 's/ $//')"

# one position is seen; only what is drawn is in the legend
drawn g.model none.csv --horizon 1; same "two ends" 2 "$(forecast 0 | wc -l)"
printf 'y\n1\n' > single.csv; drawn g.model single.csv --horizon 1
drawn x.model open.csv; silent "naive"; same "no naive" 0 "$(grep -c "title 'naive'" p.gp)"
printf 'y\nNA\nNA\nNA\n' > nothing.csv; works g.model nothing.csv; same "nothing given" 0 "$(grep -c "title 'given'" p.gp)"

# numbers of any size, with the digits that tell them apart
for of in 5 '1e12+i%7' '1e-12*sin(i)' '1e300*sin(i)' 0 1e15; do
    awk "BEGIN { print \"y\"; for (i = 1; i <= 40; i++) printf \"%.17g\\n\", $of }" > size.csv
    run unroll fit ar.unr size.csv -q -o h.model
    drawn h.model size.csv --horizon 3
    [ "$of" != "1e12+i%7" ] || same "as many digits as tell them apart" "y '%.14g'" "$(setting format)"
    same "of $of" "$(awk 'NR > 1 { printf "%d %.17g\n", NR - 1, $1 }' size.csv)" "$(curve given | awk '{ printf "%d %.17g\n", $1, $2 }')"
done

# one of several numbers in a row, also along an index of fixed length
printf 'data y[t,j] : raw\nindex j = 1..3\nparam a, s\ny[t,j] ~ normal(a * y[t-1,j] + j, s)\n' > j.unr
awk 'BEGIN { print "y1,y2,y3"; for (i = 1; i <= 30; i++) print i "," 100 + i "," 200 + i % 5 }' > j.csv
run unroll fit j.unr j.csv -q -o j.model
drawn j.model j.csv --horizon 2; same "the first" "$(awk -F, 'NR > 1 { print NR - 1 " " $1 }' j.csv)" "$(curve given)"
drawn j.model j.csv --horizon 2 --data y3; same "the third" "$(awk -F, 'NR > 1 { print NR - 1 " " $3 }' j.csv)" "$(curve given)"
same "its name" '"y3"' "$(setting title)"
fails 2 unroll plot j.model j.csv --horizon 2 --data y4; says "the model has no data y4"

# groups are named; several have a word that says how to choose
awk 'BEGIN { split("Zürich|a_b|x \"%d\" `e` \\n|y", n, "|"); print "\"city_of %\",day,sales"; for (k = 1; k <= 4; k++) { gsub("\"", "\"\"", n[k]); for (i = 1; i < 29; i++) print "\"" n[k] "\",2021-02-" i "," i % k } }' > groups.csv
run unroll fit ar.unr 'y="sales"' groups.csv --group 'city_of %' -q -o g.model
drawn g.model groups.csv; says "drawing city_of % Zürich, the first of 4 examples; --rows FROM:TO picks others, counted from 0 (--rows 1:2 the next)"
same "named" '"sales (y), city_of % Zürich"' "$(setting title)"
drawn g.model groups.csv --rows 1:3; says "drawing city_of % a_b, the first of 2 examples" "(--rows 2:3 the next)"
works g.model groups.csv --rows 2:3; silent "drawing city"; same "quoted" '"sales (y), city_of % x \042%d\042 \140e\140 \134n"' "$(setting title)"
awk 'BEGIN { print "y"; for (i = 1; i <= 30; i++) print sin(i) (i % 10 ? "" : "\n") }' > blank.csv
run unroll fit ar.unr blank.csv -q -o g.model
drawn g.model blank.csv --rows 2:; same "numbered" '"y, example 3 of 3"' "$(setting title)"; silent "drawing example"

# curves of one epoch are points, of equal losses lines; a log without a number is named
epoch() { printf '{"epoch":%s,"train_loss":%s,"valid_loss":%s}\n' "$@"; }
epoch 1 2.5 null > one.jsonl
for e in 1 2 3 4; do epoch $e 2 2; done > same.jsonl
{ epoch 1 3 4; epoch 2 null 1e300; epoch 3 1 null; } > holes.jsonl
epoch 1 null null > none.jsonl
for log in one same holes; do drawn $log.jsonl --what loss; done
works one.jsonl same.jsonl holes.jsonl --what loss
same "curves" 5 "$(grep -o 'with lines' p.gp | wc -l)"
same "what stands alone" 2 "$(grep -o 'with points' p.gp | wc -l)"
same "whole epochs" 1 "$(setting xtics)"
fails 4 unroll plot none.jsonl --what loss -o p.gp; says "none.jsonl: no loss in the log is a number"

# --data of attention picks an image, and is no word in vain
printf 'data x[s] : chars, y[t] : chars\nparam E, F, V\ne[s] : 2 = E x[s]\nq[t] : 2 = F y[t-1]\nw[t,s] = softmax[s](dot(q[t], e[s]))\ny[t] ~ categorical(V sum[s](w[t,s] e[s]))\n' > at.unr
echo ab > x.txt; echo ba > y.txt; run unroll fit at.unr x=x.txt y=y.txt --epochs 1 -q -o at.model
fails 2 unroll plot at.model x=x.txt y=y.txt --what attention --data x -o p.gp; says "--data x is no image"
run unroll plot at.model x=x.txt y=y.txt --what attention --samples 3 -o p.gp; says "--samples has no effect here: it is for forecasts"

# numbers that fall have names too; a name has room at the left, whatever the width
awk 'BEGIN { print "year,y"; for (i = 1; i < 60; i++) print -40 * i "," i % 3 }' > falls.csv; run unroll fit ar.unr falls.csv -q -o h.model
drawn h.model falls.csv --horizon 3; same "years before" '("-600" 15, "-800" 20, "-1000" 25' "$(setting xtics | cut -c1-33)"
awk 'BEGIN { print "t,y"; for (i = 0; i < 40; i++) printf "2021-03-%02dT%02d:00:00+01:00,%d\n", 27 + int(i / 24), i % 24, i % 4 }' > zone.csv; run unroll fit ar.unr zone.csv -q -o h.model
drawn h.model zone.csv --horizon 3; same "half days" '("2021-03-27T12:00:00+01:00" 13, "2021-03-28T00:00:00+01:00" 25, "2021-03-28T12:00:00+01:00" 37)' "$(setting xtics)"

# what gnuplot says where it fails is said
if [ -n "$real" ]; then
    mkdir fake && printf '#!/bin/sh\ncat > /dev/null\nprintf "\\n    line 3: no such thing\\n" >&2\nexit 1\n' > fake/gnuplot && chmod +x fake/gnuplot
    PATH=$PWD/fake:$PATH fails 1 unroll plot h.model none.csv -o x.png; says "unroll: gnuplot failed: line 3: no such thing"
fi
# ---- names at the axis stand apart where days or hours are left out
printf 'data y[t] : real\nparam a, c, s\ny[t] ~ normal(a * y[t-1] + c, s)\n' > apart.unr
{ echo date,y; for d in 04 05 06 07 08 11 12; do echo 2021-01-$d,$((1$d * 7 % 5)); done; } > bdays.csv
{ echo date,y; for d in 04 05 06 07 08; do for h in 09 10 11 12 13 14 15 16; do echo "2021-01-$d $h:00,$(((1$d + 1$h) * 7 % 5))"; done; done; } > hours.csv
run unroll fit apart.unr hours.csv -q -o apart.model
for wide in 60 70 80 90 100 110 120 140; do
    for data in bdays.csv hours.csv "hours.csv --rows 0:9" "hours.csv --rows 0:18"; do
        COLUMNS=$wide run unroll plot apart.model $data --horizon 3
        same "$data in $wide columns" "" "$(grep -E '2021-01' out | sed 's/2021-01-[0-9][0-9]\( [0-9][0-9]:00\)\{0,1\}/@/g' | grep -E '@[^ ]|[^ ]@')"
        [ $wide = 60 ] || same "some are there" 1 "$(grep -c 2021-01 out)"
    done
done
finish
