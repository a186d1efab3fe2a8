#!/bin/sh
# Columns of dates in several forms, and what stands in for a date. What is right is a line through months that are counted by hand.
. "$(dirname "$0")/lib.sh"
cat > month.unr <<'EOF'
data y[t] : raw
data date[t] : time
param a, c, s
y[t] ~ normal(a * month(date[t]) + c, s)
EOF
values() {      # values [OPTION] DATE…: what a line through month(date) says, fitted to 2, 3, 4, … in these rows: these numbers, where
    how=        # row k has a date of month k + 1
    case $1 in --*) how="$1 $2"; shift 2 ;; esac
    { echo 'date;y'; i=1; for d; do i=$((i + 1)); echo "$d;$i"; done; } > q.csv
    run unroll fit month.unr q.csv $how -o q.model
    cp err notes
    run unroll predict q.model q.csv y= --csv -q
    column y | awk '{ printf "%.4f ", $1 }'
    cat notes > err
}
straight="2.0000 3.0000 4.0000 5.0000 6.0000 "

# ---- each date is read by its own form
same "a date with the month first among ISO dates" "$straight" "$(values 2024-02-01 2024-03-01 2024-04-01 05/14/2024 2024-06-01)"
same "the form they are written in" "2024-02-01 2024-03-01 2024-04-01 2024-05-14 2024-06-01 " "$(column date | tr '\n' ' ')"
says "dates have several forms, as '2024-02-01' (line 2) and '05/14/2024' (line 5); they are written again as 2013-01-31"
same "among dates without marks" "$straight" "$(values 20240201 20240301 20240401 05/14/2024 20240601)"
same "among months by their names" "$straight" "$(values '1 Feb 2024' '2 Mar 2024' '3 Apr 2024' 05/14/2024 06/15/2024)"
same "among quarters and weeks" "$straight" "$(values 2024-W06 03/14/2024 2024Q2 05/14/2024 2024M06)"
same "dates that can be read both ways follow it" "$straight" "$(values 2024-02-01 03/01/2024 04/01/2024 05/14/2024 20240601)"
same "and --dates" "$straight" "$(values --dates month 2024-02-01 03/01/2024 04/01/2024 05/02/2024 20240601)"
silent "not clear"
same "points have the day first beside slashes with the month first" "$straight" "$(values 01.02.2024 01.03.2024 04/01/2024 05/14/2024 01.06.2024)"
silent "one order"
same "points with the month first" "$straight" "$(values 02.01.2024 03.01.2024 04.14.2024 05.01.2024 06.01.2024)"
same "slashes are not told by points" "$straight" "$(values 01.02.2024 31.03.2024 01/04/2024 02/05/2024 03/06/2024)"
says "whether '01/04/2024' (line 4) has the day or the month first is not clear: the first number is read as the day; --dates month reads it otherwise"
same "ISO dates beside points" "2024-02-01 2024-02-02 2024-02-03 " "$(values 2024-02-01 02.02.2024 03.02.2024 > /dev/null; column date | tr '\n' ' ')"
values 3.2.2024 04.02.2024 5.2.2024 > /dev/null
silent "several forms"
values 'Jan 2024' 'Februar 2024' 'März 2024' 'Mai 2024' > /dev/null
silent "several forms"

# ---- the order of dates between points is kept beside that of others
values 02.01.2024 03.01.2024 04.14.2024 05.01.2024 06.01.2024 > /dev/null
printf 'date,y\n07.01.2024,\n' > one.csv
run unroll predict q.model one.csv --csv
same "the month first, as in the fit" 7.0 "$(column y | awk '{ printf "%.1f", $1 }')"
values 02/01/2024 03/01/2024 04/14/2024 05/01/2024 06/01/2024 > /dev/null
printf 'date,y\n01.07.2024,\n' > one.csv
run unroll predict q.model one.csv --csv
same "points have the day first where the fit had slashes" 7.0 "$(column y | awk '{ printf "%.1f", $1 }')"

# ---- one row goes on by the step of the fit, where the model reads its time as well
cat > day.unr <<'EOF'
data y[t] : raw
data date[t] : time
param a, c, s
y[t] ~ normal(a * weekday(date[t]) + c, s)
EOF
{ echo 'date;y'; for d in 3 4 5 6 7 10 11 12 13 14 17; do echo "$d.1.2022;$(((d + 4) % 7 + 1))"; done; } > days.csv
run unroll fit day.unr days.csv -q -o day.model
printf 'date;y\n7.1.2022;5\n' > one.csv
run unroll predict day.model one.csv --horizon 2 --csv
same "one row" "10.1.2022,1 11.1.2022,2 " "$(awk -F, 'NR > 1 { printf "%s,%.0f ", $1, $2 }' out)"
printf 'date;y\n7.1.2022;5\n;\n' > one.csv
run unroll predict day.model one.csv --csv
same "a row without a time" "1" "$(awk -F, 'END { printf "%.0f", $2 }' out)"

# ---- by the column's name, in whatever part of the rows
printf 'data y[t] : raw\ndata when[t] : time\nparam a, c, s\ny[t] ~ normal(a * weekday(when[t]) + c, s)\n' > when.unr
run unroll fit when.unr when=date days.csv -q -o when.model
run unroll predict when.model days.csv y= --rows -2: --csv
same "rows at the end" "14.1.2022,5 17.1.2022,1 " "$(awk -F, 'NR > 1 { printf "%s,%.0f ", $1, $2 }' out)"
same "the name of the column" date "$(head -1 out | cut -d, -f1)"

# ---- a row of a sum whose date is empty
printf 'data y[t] : real\nparam a, c, s\ny[t] ~ normal(a * y[t-1] + c, s)\n' > ar.unr
printf 'date,y\n2024-01-01,1\n2024-01-02,2\n2024-01-03,4\n2024-01-04,3\n,10\n' > sum.csv
sum="where the last row is a sum or a remark, it has to go out of the table"
run unroll fit ar.unr sum.csv -o x.model
says "date: 1 time is missing, in row 5" "$sum, or be left out by --rows :-1"
run unroll fit ar.unr sum.csv --rows :-1 -o x.model
silent "$sum"
sed 's/^,10$/,/' sum.csv > open.csv
run unroll fit ar.unr open.csv -o x.model
silent "$sum"
printf 'date,y\n2024-01-01,1\n,2\n2024-01-03,4\n2024-01-04,3\n' > hole.csv
run unroll fit ar.unr hole.csv -o x.model
silent "$sum"
{ sed 's/^/g,/; 1s/^g,/g,/' sum.csv | sed '1s/.*/g,date,y/'; sed -n '2,5s/^/h,/p' sum.csv; } > groups.csv
run unroll fit ar.unr groups.csv --group g -o x.model
says "$sum"
silent "--rows"
run unroll fit day.unr sum.csv -o x.model
says "$sum"

finish
