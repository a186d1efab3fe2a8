#!/bin/sh
# A cell that is not what its column is: a row of a sum below days, a date that there is none, a word beside numbers. No such row becomes data
# without a word that shows the cell.
. "$(dirname "$0")/lib.sh"

printf 'data y[t] : real\nparam a, c, s\ny[t] ~ normal(a * y[t-1] + c, s)\n' > ar.unr
table() { printf "$1" > t.csv; }
days='2024-01-01;1\n2024-01-02;3\n2024-01-03;2\n2024-01-04;1\n'

# ---- in the column of times: refused, by its line and its word
table "Datum;y\n${days}Summe;7\n"
fails 4 unroll fit ar.unr t.csv -o x.model
says "t.csv:6: column Datum: 'Summe' is not a date or a time, as 4 other cells are" "--missing 'Summe'"
table "Datum;y\n${days}"
run unroll fit ar.unr t.csv -q -o ar.model
table "Datum;y\n${days}Summe;7\n"
fails 4 unroll predict ar.model t.csv --horizon 1
run unroll fit ar.unr t.csv --missing Summe -o x.model
says "Datum: 1 time is missing, in row 5"
table "Datum;y\n${days}Summe;7\nMittel;2\n"
fails 4 unroll fit ar.unr t.csv -o x.model
says "'Summe' is not a date" "(2 such cells, the last in line 7)"
table 'Datum;y\n30.01.2024;1\n31.01.2024;3\n32.01.2024;2\n01.02.2024;1\n'
fails 4 unroll fit ar.unr t.csv -o x.model
says "t.csv:4: column Datum: '32.01.2024' is not a date or a time"
table "Datum;y\nTage;9\n$days"
fails 4 unroll fit ar.unr t.csv -o x.model
says "t.csv:2: column Datum: 'Tage' is not a date or a time, as 4 other cells are"
table 'Year,y\n2001,1\n2002,3\n2003,2\n2004,1\nTotal,7\n'
fails 4 unroll fit ar.unr t.csv -o x.model
says "t.csv:6: column Year: 'Total' is not a number, as 4 other cells are"
table 'year,quarter,y\n2001,1,1\n2001,2,3\n2001,3,2\n2001,4,1\n2001,Sum,7\n'
fails 4 unroll fit ar.unr t.csv -o x.model
says "t.csv:6: column quarter: 'Sum' is not a part of a date, as 4 other cells are"

# ---- a column of something else is no column of times, and a note says why
table 'd,y\n2024-01-01,1\nsoon,3\nlater,2\nsome day,1\n'
run unroll fit ar.unr t.csv -o x.model
says "t.csv:3: column d is not read as times: 'soon' is none, and so are 3 of its 4 cells"
silent "is missing"
table 'year,month,day,hour,y\n2001,1,1,22,1\n2001,1,1,23,3\n2001,1,1,24,2\n2001,1,2,1,2\n'
run unroll fit ar.unr t.csv -o x.model
says "t.csv:4: column hour is not read as a part of times: '24' is none"

# ---- no column of times
table 'Nr;y\n1;1\n2;3\n3;2\n4;1\nTotal;7\n'
run unroll fit ar.unr t.csv -o x.model
says "t.csv:6: column Nr: 'Total' is no number, as the others are" "has to go out of the table"
table 'n,date,y\n1,2024-01-01,1\n2,2024-01-02,3\n3,2024-01-03,2\nTotal,,7\n'
run unroll fit ar.unr t.csv -o x.model
says "t.csv:5: column n: 'Total' is no number, as the others are"
table 'Nr;y\n1;1\nNA;3\n3;2\n4;1\nx;7\n'
run unroll fit ar.unr t.csv --missing x -o x.model
silent "is no number"
table 'note;y\nrain;1\n5 mm;3\nsun;2\n7;1\nsnow;7\n'
run unroll fit ar.unr t.csv -o x.model
silent "is no number"
finish
