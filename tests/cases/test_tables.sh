#!/bin/sh
# Tables as they are met: line ends, delimiters, lines before the header, what says that a value is missing. The same numbers each time, 1.5, 2.5 and 2.
. "$(dirname "$0")/lib.sh"
printf 'data y[t] : raw\nparam m, s\ny[t] ~ normal(m, s)\n' > mean.unr
printf 'data y[t] : raw\nparam a, m, s\ny[t] ~ normal(a * y[t-1] + m, s)\n' > ar.unr
reads() {       # reads WHAT ARGUMENTS…: the table t.csv is 1.5, 2.5, 2
    what=$1; shift
    run unroll fit mean.unr "$@" -q -o m.model; run unroll predict m.model "$@" --horizon 1 --csv
    near "$what" 2 1e-9 "$(column y | tail -1)"
}
kept() {        # kept WHAT ARGUMENTS…: the model m.model reads the table so too
    what=$1; shift
    run unroll predict m.model "$@" --horizon 1 --csv; near "$what" 2 1e-9 "$(column y | tail -1)"
}
t() { printf "$@" > t.csv; }

# line ends: a series of four is one series, whatever ends its lines
for end in '\n' '\r\n' '\r' '\r\r\n' '\n\n' '\r\n\r\n'; do
    t "d,y${end}1,1${end}2,2${end}3,2.5${end}4,2.75${end}"
    run unroll fit ar.unr t.csv -q -o a.model
    run unroll predict a.model t.csv --horizon 1 --csv
    near "a next value, lines ending $end" 2.875 1e-6 "$(column y)"
done
says "a blank line follows every row"
t 'd,y\n1,1\n2,2\n\n1,5\n2,6\n3,6.5\n'; run unroll fit ar.unr t.csv -q -o a.model; run unroll predict a.model t.csv --horizon 1 --csv
same "a blank line between groups is one" "2" "$(column example | sort -u | wc -l | tr -d ' ')"
awk 'BEGIN { printf "d,y\r\r\n"; for (i = 0; i < 60000; i++) printf "%d,2\r\r\n", i }' > t.csv
run unroll fit mean.unr t.csv --valid 59999 -q -o m.model; silent "examples"
t 'id,y\n1,1.5\n2,2.5\n3,2\n'; run unroll fit mean.unr t.csv --group id -o m.model; says "every row is an example of its own"

# delimiters
t 'd|y\n1|1.5\n2|2.5\n3|2\n'; reads "pipes" t.csv
t 'd  y\n1  1.5 \n2 2.5\n3  2\n'; reads "blanks" t.csv
t 'Total load (MW)\n1.5\n2.5\n2\n'; reads "blanks in a name" 'y="Total load (MW)"' t.csv
t 'Zeit;Last, MW;Preis, EUR\n1;1,5;20,1\n2;2,5;21,3\n3;2;22\n'; reads "as many commas as semicolons" 'y="Last, MW"' t.csv
t 'Zeit;Last, netto, MW\n1;1,5\n2;2,5\n3;2\n'; reads "more commas than semicolons" 'y="Last, netto, MW"' t.csv
t 'sep=;\r\nd;y\r\n1;1,5\r\n2;2,5\r\n3;2\r\n'; reads "sep=" t.csv
t 'd:y\n1:1.5\n2:2.5\n3:2\n'; reads "asked for" t.csv --delimiter :
kept "kept in the model" t.csv
t 'd,y\n1,1.5\n2,2.5\n3,2\n'; kept "kept, where the header has it" t.csv
t 'y\n1,5\n2,5\n2\n'; fails 4 unroll fit mean.unr t.csv -q -o m.model; says "--delimiter ';'"
reads "one column with decimal commas" t.csv --delimiter ';'
fails 2 unroll fit mean.unr t.csv -q -o m.model --delimiter ab
fails 2 unroll fit mean.unr t.csv -q -o m.model --delimiter 5

# ends of rows
t 'd,y,\n1,1.5,\n2,2.5,\n3,2,\n'; reads "a delimiter at every end" t.csv
t 'd,y\n1,1.5,\n2,2.5,\n3,2,\n'; reads "a delimiter at the end of rows" t.csv
t 'd,y,\n1,1.5\n2,2.5\n3,2\n'; reads "a delimiter at the end of the header" t.csv
t 'd,y\n1,1.5\n2,2.5,\n3,2\n'; fails 4 unroll fit mean.unr t.csv -q -o m.model; says "t.csv:3: 3 fields, the header has 2"

# a line at the end that is no row, and one within
for junk in ';;' 'Total,,6' 'Source: the office'; do
    t "d,y\n1,1.5\n2,2.5\n3,2\n$junk\n\n"; fails 4 unroll fit mean.unr t.csv -q -o m.model; says "t.csv:5: " "it is the last line: where it is a remark or a sum and no row, delete it"
done
t 'd,y\n1,1.5\nremark\n3,2\n'; fails 4 unroll fit mean.unr t.csv -q -o m.model; says "t.csv:3: 1 field, the header has 2; every row needs all its fields"; silent "last line"

# numbers nearer to 0 than any that is reckoned with: a note, and no other number than 0
t 'd,y\n1,1.5\n2,1e-320\n3,-2e-400\n4,2.5\n5,2\n6,0e-400\n'; run unroll fit mean.unr t.csv -o m.model
says "note: y (t.csv, column y): 2 of 6 values are nearer to 0 than 2.2e-308, first at row 2: they count as 0"
near "the mean" 1 1e-12 "$(unroll predict m.model t.csv --horizon 1 --csv -q | column y - | tail -1)"
sed 's/raw/real/' ar.unr > real.unr
t 'y\n1e-320\n2e-320\n4e-320\n3e-320\n1e-320\n'; run unroll fit real.unr t.csv -o m.model; says "5 of 5 values are nearer to 0"
t 'y\n3e-308\n0\n0\n0\n0\n'; fails 4 unroll fit real.unr t.csv -q -o m.model; says "y: its values are too small to be scaled (from 0 to 3e-308): give them in another unit"
fails 2 unroll fit real.unr t.csv --method gradients --rate 1e-320 -o m.model; says "--rate must be at least 1e-12, not 1e-320"
fails 2 unroll fit real.unr t.csv --method gradients --rate 1e320 -o m.model; says "--rate must be at most 1000, not 1e320"

# lines before the header
t 'Category: All\n\nd,y\n1,1.5\n2,2.5\n3,2\n'; fails 4 unroll fit mean.unr t.csv -q -o m.model; says "line 1 ('Category: All') is a title and line 3 the header: --skip 2"
reads "a title" t.csv --skip 2
kept "a title: kept in the model" t.csv
t 'd,y\na,1.5\nb,2.5\nc,2\n'; fails 4 unroll predict m.model t.csv --horizon 1; says "after the 2 lines that --skip leaves out; --skip 0 leaves out none"
kept "--skip 0" t.csv --skip 0
t '# station 1\r\n# mm\r\nd,y\r\n1,1.5\r\n2,2.5\r\n3,2\r\n'; fails 4 unroll fit mean.unr t.csv -q -o m.model; says "--skip 2"
reads "comments" t.csv --skip 2

# what is missing
t 'd,y\n1,1.5\n2,-999\n3,2.5\n4,?\n5,2\n6,-999.0\n'; reads "sentinels" t.csv --missing '-999,?'
run unroll score m.model t.csv --csv; near "sentinels: kept" 0.3333333333 1e-6 "$(score m.model t.csv MAE)"
fails 4 unroll score m.model t.csv --missing '' ; says "'?' is not a number"
t 'd;y\n1;1,5\n2;-200,0\n3;2,5\n4;2\n'; reads "a sentinel with a decimal comma" t.csv --missing -200

# of symbols only the empty cell is missing: NA is Namibia
printf 'data text[t] : words\ndata c : symbol\nparam E, W, b\nh : 4 = mean[t](E text[t])\nc ~ categorical(W h + b)\n' > c.unr
awk 'BEGIN { print "text,c"; for (i = 0; i < 20; i++) print "desert sand,NA\nrain port,DE\nwine sun,null" }' > t.csv
run unroll fit c.unr t.csv -o c.model --epochs 40 --rate 0.05
says "20 of 60 symbols are 'NA'" "--missing c=NA"
same "labels NA and null" "c,DE,DE,20,100
c,NA,NA,20,100
c,null,null,20,100" "$(unroll score c.model t.csv --confusion --csv -q | tail -n +2)"
run unroll fit c.unr t.csv -o c.model --epochs 40 --rate 0.05 --missing c=NA,c=null
same "unless it is said" "c,DE,DE,20,100" "$(unroll score c.model t.csv --confusion --csv -q | tail -n +2)"
says "c (t.csv, column c): 40 of 60 are missing"

# --group is kept as bindings are
printf 'g,y\na,1\nb,5\na,2\nb,6\na,2.5\nb,6.5\na,2.75\nb,6.75\n' > t.csv
run unroll fit ar.unr t.csv --group g -q -o a.model; run unroll predict a.model t.csv --horizon 1 --csv
same "groups" "a b" "$(column g | tr '\n' ' ' | sed 's/ $//')"
run unroll predict a.model t.csv --group '' --horizon 1 --csv
same "no group" "1" "$(column y | wc -l | tr -d ' ')"
printf 'y\n1\n2\n' > t.csv; run unroll predict a.model t.csv --horizon 1 --csv
same "a table without that column" "1" "$(column y | wc -l | tr -d ' ')"
# a cell that begins with a quoted word must not swallow the rows after it
printf 'data y[t] : raw\nparam m, s\ny[t] ~ normal(m, s)\n' > quote.unr
printf 'note,y\n"a" b,1\nplain,2\nplain "q",4\nz,5\n' > quote.csv
fails 4 unroll fit quote.unr quote.csv -q -o quote.model
says "quote.csv:2: a quote within a quoted field, and then a line end"
printf 'note,y\n"a"b c",1\n"two\nlines ""q"" here",2\n"x",6\n' > quote.csv
run unroll fit quote.unr quote.csv -q -o quote.model
near "the mean of three rows" 3 1e-9 "$(unroll predict quote.model quote.csv --horizon 1 --csv 2> /dev/null | column y - | tail -1)"
# groups: a table without the column by which the fit told them apart is one series, and a note says so; rows that are examples have none
awk 'BEGIN { print "g,y"; for (i = 1; i <= 60; i++) print (i <= 30 ? "a," : "b,") i % 7 }' > by.csv
sed '1s/^g,/G,/' by.csv > other.csv
printf 'data y[t] : real\nparam a, c, s\ny[t] ~ normal(a y[t-1] + c, s)\n' > lag.unr
run unroll fit lag.unr by.csv --group g -q -o by.model
run unroll score by.model by.csv
silent "told its groups apart"
run unroll score by.model other.csv
says "other.csv: there is no column g, by which the fit told its groups apart: the rows are read as one series"
run unroll score by.model other.csv --group G
silent "told its groups apart"
printf 'data x, y : real\nparam a, c, s\ny ~ normal(a x + c, s)\n' > line.unr
awk 'BEGIN { print "x,y,k"; for (i = 1; i <= 40; i++) print i % 11 "," i % 7 "," i % 3 }' > rows.csv
run unroll fit line.unr rows.csv --group k -o line.model
says "each row is an example of its own, as no data of the model has an index: groups by k change nothing"

# ---- a title above the header
printf 'data y[t] : real\nparam a, c, s\ny[t] ~ normal(a * y[t-1] + c, s)\n' > ar.unr
titled() {      # titled LINES TEXT: the rows below this text; the message says to leave out so many lines, and then they are read
    printf "$2" > titled.csv
    fails 4 unroll fit ar.unr titled.csv -o titled.model
    says "is a title" "line $(($1 + 1)) the header: --skip $1"
    run unroll fit ar.unr titled.csv --skip $1 -o titled.model
}
titled 1 'Sales report,\ndate,y\n2024-01-01,1\n2024-01-02,2\n2024-01-03,4\n'
titled 1 'Sales report;;\ndate;y;z\n2024-01-01;1;2\n2024-01-02;2;2\n2024-01-03;4;1\n'
titled 2 'Sales report\n\ndate;y;z\n2024-01-01;1;2\n2024-01-02;2;2\n2024-01-03;4;1\n'
titled 1 'Sales report 2024\ny\n1\n2\n4\n3\n'
titled 1 'Sales, by day\ndate,"y"\n2024-01-01,1\n2024-01-02,2\n2024-01-03,4\n'
titled 2 'Sales report,\nSource: us,\ndate,y\n2024-01-01,1\n2024-01-02,2\n2024-01-03,4\n'
printf 'Sales report;\nTag;Wert\n2024-01-01;1\n2024-01-02;2\n2024-01-03;4\n' > titled.csv
fails 4 unroll fit ar.unr titled.csv -o titled.model
says "line 2 the header: --skip 1"
fails 4 unroll fit ar.unr y=Wert titled.csv -o titled.model
says "line 2 the header: --skip 1"
printf 'Tag,Wert\n2024-01-01,1\n2024-01-02,2\n' > titled.csv
fails 4 unroll fit ar.unr titled.csv -o titled.model
silent "--skip"
says "is in none of the files (columns: Tag, Wert)"

# ---- units and sums in a column that is bound to times
printf 'data y[t] : raw\ndata date[t] : time\nparam a, c, s\ny[t] ~ normal(a * month(date[t]) + c, s)\n' > timed.unr
printf 'date;y\n-;t\n2024-01-01;1\n2024-02-01;2\n' > units.csv
fails 4 unroll fit timed.unr units.csv -o timed.model
says "units.csv:2: column date: '-' is not a date or a time" "a line of units below the header has to go out of the table" "--missing '-'"
printf 'date;y\n2024-01-01;1\n2024-02-01;2\nSumme;3\n' > units.csv
fails 4 unroll fit timed.unr units.csv -o timed.model
says "units.csv:4: column date: 'Summe' is not a date or a time" "a row of a sum, or a remark, has to go out of the table" "--missing 'Summe'"

finish
