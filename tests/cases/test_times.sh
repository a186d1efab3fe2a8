#!/bin/sh
# Dates of forecasts, times of day, numbers and columns of outputs. What is right is counted on a calendar, or stands in the data.
. "$(dirname "$0")/lib.sh"
printf 'data y[t] : real\nparam a, m, s\ny[t] ~ normal(a * y[t-1] + m, s)\n' > ar.unr
dates() {       # dates N TEXT…: the dates of N forecasts after these, with values that do not matter
    n=$1; shift
    { echo date,y; i=0; for d; do i=$((i + 1)); echo "$d,$(((i * 7) % 5)).$(((i * 3) % 7))"; done; } > d.csv
    run unroll fit ar.unr d.csv -q -o d.model
    run unroll predict d.model d.csv --horizon "$n" --csv
    column date | tr '\n' ' '
}

# ---- steps of the calendar
same "months from their first day" "2019-04-01 2019-05-01 2019-06-01 " "$(dates 3 2018-11-01 2018-12-01 2019-01-01 2019-02-01 2019-03-01)"
same "months by their last day" "2020-02-29 2020-03-31 2020-04-30 " "$(dates 3 2019-09-30 2019-10-31 2019-11-30 2019-12-31 2020-01-31)"
same "quarters by their last day" "2019-06-30 2019-09-30 2019-12-31 " "$(dates 3 2018-03-31 2018-06-30 2018-09-30 2018-12-31 2019-03-31)"
same "years" "2017-12-31 2018-12-31 " "$(dates 2 2012-12-31 2013-12-31 2014-12-31 2015-12-31 2016-12-31)"
same "a leap day" "2020-02-29 2020-03-01 " "$(dates 2 2020-02-24 2020-02-25 2020-02-26 2020-02-27 2020-02-28)"
same "weeks" "2021-02-08 2021-02-15 " "$(dates 2 2021-01-04 2021-01-11 2021-01-18 2021-01-25 2021-02-01)"
same "four weeks" "2021-05-24 " "$(dates 1 2021-01-04 2021-02-01 2021-03-01 2021-03-29 2021-04-26)"
same "business days" "2021-04-13 2021-04-14 " "$(dates 2 2021-04-05 2021-04-06 2021-04-07 2021-04-08 2021-04-09 2021-04-12)"
same "a gap before the last row" "2021-01-09 " "$(dates 1 2021-01-01 2021-01-02 2021-01-03 2021-01-04 2021-01-08)"
same "the last time twice" "2021-01-05 " "$(dates 1 2021-01-01 2021-01-02 2021-01-03 2021-01-04 2021-01-04)"
same "the last time missing" "2021-01-06 " "$(dates 1 2021-01-01 2021-01-02 2021-01-03 2021-01-04 "")"
same "as they are written" "2021-01-01T03:00:00.000Z " "$(dates 1 2020-12-31T23:00:00.000Z 2021-01-01T00:00:00.000Z 2021-01-01T01:00:00.000Z 2021-01-01T02:00:00.000Z)"
same "numbers of years" "1950.25 1950.5 " "$(dates 2 1949 1949.25 1949.5 1949.75 1950)"

# ---- more digits than are kept
nano() {        # nano TEXT…: fits a table of these times
    { echo timestamp,y; i=0; for d; do i=$((i + 1)); echo "$d,$((i * 7 % 5))"; done; } > n.csv
    run unroll fit ar.unr n.csv -o n.model
}
nano 1577840398000000000 1577840399000000000 1577840400000000000 1577840401000000000
silent note:
nano 1577840398123456789 1577840399123456789 1577840400123456789 1577840401123456789
says "note: n.csv, column timestamp: whole numbers above 9007199254740992 lose their last digits: 4 do, first '1577840398123456789' (line 2), which is kept, and written again, as 1577840398123456768"
nano 1577840398123456 1577840399123456 1577840400123456 1577840401123456
silent note:
nano 2020-01-01T00:00:00.000000000 2020-01-01T00:00:01.000000000 2020-01-01T00:00:02.000000000 2020-01-01T00:00:03.000000000
silent note:
nano 2020-01-01T00:00:00.000000001 2020-01-01T00:00:01.000000001 2020-01-01T00:00:02.000000001 2020-01-01T00:00:03.000000001
says "note: n.csv, column timestamp: digits beyond the microsecond are not kept: 4 times have them, first '2020-01-01T00:00:00.000000001' (line 2)"

# ---- quarters and weeks, and dates that do not begin with the year, as they are written
same "quarters" "2020-Q4 2021-Q1 " "$(dates 2 2019-Q4 2020-Q1 2020-Q2 2020-Q3)"
same "quarters without a hyphen" "2009Q4 2010Q1 " "$(dates 2 2008Q4 2009Q1 2009Q2 2009Q3)"
same "weeks of the ISO calendar" "2009W53 2010W01 " "$(dates 2 2009W50 2009W51 2009W52)"
same "the day first" "01.02.2020 02.02.2020 " "$(dates 2 28.01.2020 29.01.2020 30.01.2020 31.01.2020)"
silent note:
same "the month first" "10/1/2020 10/2/2020 " "$(dates 2 9/27/2020 9/28/2020 9/29/2020 9/30/2020)"
same "the month first, told by a later row" "2/15/2020 2/22/2020 " "$(dates 2 1/11/2020 1/18/2020 1/25/2020 2/1/2020 2/8/2020)"
same "with hours" "31/01/2020 12:00 31/01/2020 13:00 " "$(dates 2 "31/01/2020 9:00" "31/01/2020 10:00" "31/01/2020 11:00")"
same "not clear: the day" "04.02.2020" "$(dates 1 01.02.2020 02.02.2020 03.02.2020 | tr -d ' ')"
printf 'date,y\n01/02/2020,1\n02/02/2020,3\n03/02/2020,2\n04/02/2020,5\n' > open.csv
run unroll fit ar.unr open.csv -o open.model
says "whether '01/02/2020' (line 2) has the day or the month first is not clear: the first number is read as the day; --dates month reads it otherwise" "every day"
run unroll fit ar.unr open.csv --dates month -o open.model
silent "not clear"
says "every month"
run unroll predict open.model open.csv --horizon 1 --csv
same "--dates is kept in the model file" 05/02/2020 "$(column date)"
silent "not clear"
run unroll predict open.model open.csv --horizon 1 --dates day --csv
same "and gives way" 05/02/2020 "$(column date)"
printf 'date,y\n10/1/2020,1\n11/1/2020,3\n12/1/2020,2\n1/1/2021,5\n' > open.csv
run unroll fit ar.unr open.csv -o open.model
says "the second number is read as the day; --dates day reads it otherwise" "every month"
printf 'date,y\n31/01/2020,1\n02/13/2020,3\n03/01/2020,2\n' > both.csv
run unroll fit ar.unr both.csv -o x.model
says "'31/01/2020' (line 2) has the day first, and '02/13/2020' (line 3) the month; a column of dates needs one order: rewrite the rows of one of them, or all dates as 2020-01-31; it is not read as times"
fails 4 unroll fit ar.unr both.csv --dates day -o x.model
printf 'data when[t] : time, y[t] : raw\nparam a, c, s\ny[t] ~ normal(a * month(when[t]) + c, s)\n' > month.unr
fails 4 unroll fit month.unr when=date both.csv -o x.model
says "a column of dates needs one order"
{ echo when,y; for m in 1 2 3 4 5 6 7 8 9 10 11 12; do echo "$m/1/2019,$m"; echo "$m/15/2019,$m"; done; } > us.csv
run unroll fit month.unr us.csv -q -o us.model
printf 'when,y\n3/1/2020,\n' > one.csv
run unroll predict us.model one.csv --csv
near "the order is kept where a row does not tell it" 3 1e-6 "$(column y)"
printf 'date,y\n31.1.20,1\n1.2.20,3\n2.2.20,2\n' > short.csv
run unroll fit ar.unr short.csv -o x.model
says "column date: '31.1.20' is not read as a time, and no other column tells one"

same "months without a mark between" "202101 202102 " "$(dates 2 202009 202010 202011 202012)"
same "hours and minutes without marks" "20200201000000 20200201010000 " "$(dates 2 20200131210000 20200131220000 20200131230000)"
same "the last days of four digits" "10000-01-01 " "$(dates 1 9999-12-29 9999-12-30 9999-12-31)"
{ echo timestamp,y; for i in 0 1 2 3 4 5; do echo "15800$((10 + i))000000000000,$((i * 7 % 5))"; done; } > ns.csv
run unroll fit ar.unr ns.csv -q -o ns.model
run unroll predict ns.model ns.csv --horizon 1 --csv
same "whole numbers have no exponent" 1580016000000000000 "$(column timestamp)"

# a file of a row or two goes on as the fit's did, where it may: by the last business day of months, or the last day
{ echo date,y; i=0; for d in 31 28 29 30 31 28 31 30 30 31 29 31; do i=$((i + 1)); printf '2019-%02d-%s,%s\n' $i $d $((i * 7 % 5)); done; } > t.csv
run unroll fit ar.unr t.csv -q -o bm.model
after() { { echo date,y; for d; do echo "$d,2"; done; } > few.csv; run unroll predict bm.model few.csv --horizon 3 --csv; column date | tr '\n' ' '; }
same "one business month end" "2020-02-28 2020-03-31 2020-04-30 " "$(after 2020-01-31)"
same "one more" "2020-06-30 2020-07-31 2020-08-31 " "$(after 2020-05-29)"
same "two business month ends" "2021-02-26 2021-03-31 2021-04-30 " "$(after 2020-12-31 2021-01-29)"
same "both are ends of the calendar too" "2022-04-29 2022-05-31 2022-06-30 " "$(after 2022-02-28 2022-03-31)"
same "another day of the month" "2020-02-15 2020-03-15 2020-04-15 " "$(after 2020-01-15)"
{ echo date,y; i=0; for d in 19 16 15 19 17 21 19 16 20; do i=$((i + 1)); printf '2024-%02d-%s,%s\n' $i $d $((i * 7 % 5)); done; } > t.csv
run unroll fit ar.unr t.csv -o bm.model
says "2024-01-19 to 2024-09-20 every month, on the third Friday"
same "third Fridays" "2024-10-18 2024-11-15 2024-12-20 " "$(after 2024-08-16 2024-09-20)"
same "from one" "2024-10-18 2024-11-15 2024-12-20 " "$(after 2024-09-20)"

# stamps in nanoseconds, to eyes as to a file: no two of them look alike
awk 'BEGIN { print "timestamp,y"; for (i = 0; i < 40; i++) printf "%d000000000,%d\n", 1700000000 + i * 60, i * 7 % 5 }' > t.csv
run unroll fit ar.unr t.csv -q -o n.model
grep -q 'y, 1700000000000000000 to 1700002340000000000 in steps of 60000000000$' out || fault "nanoseconds are told as $(head -1 out)"
run unroll predict n.model t.csv --horizon 2
same "nanoseconds to eyes" "1700002400000000000 1700002460000000000 " "$(awk 'NR > 1 { printf "%s ", $1 }' out)"

# ---- months by their names, and columns by theirs
named() { head=$1; shift; { echo "$head"; i=0; for d; do echo "\"$d\",$((i * 7 % 5))"; i=$((i + 1)); done; } > t.csv
    run unroll fit ar.unr t.csv -q -o n.model; run unroll predict n.model t.csv --horizon 2 --csv; column "${head%,*}" | tr '\n' ' '; }
same "Jan 2024" "May 2024 Jun 2024 " "$(named when,y 'Jan 2024' 'Feb 2024' 'Mar 2024' 'Apr 2024')"
same "January 2024" "June 2024 July 2024 " "$(named when,y 'February 2024' 'March 2024' 'April 2024' 'May 2024')"
same "2024-Jan" "2024-Mar 2024-Apr " "$(named when,y 2023-Nov 2023-Dec 2024-Jan 2024-Feb)"
same "Jan-24" "Jan-24 Feb-24 " "$(named when,y Sep-23 Oct-23 Nov-23 Dec-23)"
printf 'data w[t] : time, y[t] : raw\nparam a, s\ny[t] ~ normal(a * hour(w[t]), s)\n' > hour.unr
printf 'w,y\nJan 24,1\nFeb 24,2\n' > t.csv; fails 4 unroll fit hour.unr t.csv -q -o n.model
says "'Jan 24' is not a date or a time; write it as Jan-24 where that is meant, or as 2013-01-31"
printf 'w,y\nsum of 24,1\n' > t.csv; fails 4 unroll fit hour.unr t.csv -q -o n.model; says "write it as 2013-01-31"
same "jan-99 and 2000" "feb-00 mar-00 " "$(named when,y oct-99 nov-99 dec-99 jan-00)"
same "31-JAN-2024" "30-APR-2024 31-MAY-2024 " "$(named when,y 31-DEC-2023 31-JAN-2024 29-FEB-2024 31-MAR-2024)"
same "Januar 2024" "Mai 2024 Juni 2024 " "$(named Monat,y 'Januar 2024' 'Februar 2024' 'März 2024' 'April 2024')"
same "5. Mai 2024" "3. Juni 2024 10. Juni 2024 " "$(named Datum,y '6. Mai 2024' '13. Mai 2024' '20. Mai 2024' '27. Mai 2024')"
same "2024-Jan-05" "2024-Jan-09 2024-Jan-10 " "$(named when,y 2024-Jan-05 2024-Jan-06 2024-Jan-07 2024-Jan-08)"
named when,y 'Jan 30, 2024' 'Jan 31, 2024' 'Feb 1, 2024' > /dev/null
says '"Feb 2, 2024"' '"Feb 3, 2024"'
same "janv. 2024" "avr. 2024 mai 2024 " "$(named mois,y 'déc. 2023' 'janv. 2024' 'févr. 2024' 'mars 2024')"
same "Jahr" "2005 2006 " "$(named Jahr,y 2001 2002 2003 2004)"
same "Monat, without a mark" "202402 202403 " "$(named Monat,y 202310 202311 202312 202401)"
printf 'Jahr;Quartal;y\n2003;1;1\n2003;2;3\n2003;3;2\n2003;4;1\n' > t.csv
run unroll fit ar.unr t.csv -o n.model
says "4 rows, y, 2003Q1 to 2003Q4 every quarter"
printf 'Jahr;Monat;y\n2003;Okt;1\n2003;Nov;3\n2003;Dez;2\n2004;Jan;1\n2004;Feb;1\n' > t.csv
run unroll fit ar.unr t.csv -q -o n.model
run unroll predict n.model t.csv --horizon 2 --csv
same "Jahr and Monat" "Jahr,Monat 2004,Mär 2004,Apr " "$(cut -d, -f1,2 out | tr '\n' ' ')"
for word in 'Jan 24' 24-Jan 'Janus 2024' 'Jan 32, 2024' 30-Feb-2024 'Jan 2024 1'; do
    named when,y "$word" "$word" "$word" > /dev/null
    same "$word is no date" position "$(head -1 out | cut -d, -f1)"
done

# ---- the step of the fit holds where a file goes on by it as well
{ echo date,y; i=0; for d in 04 05 06 07 08 11 12 13 14 15 18 19 20 21 22 25 26 27 28 29; do i=$((i + 1)); echo 2021-01-$d,$((i * 7 % 5)); done; } > bday.csv
run unroll fit ar.unr bday.csv -q -o bday.model
goes() { { echo date,y; i=0; for d; do i=$((i + 1)); echo "$d,$((i * 7 % 5))"; done; } > some.csv; run unroll predict bday.model some.csv --horizon 2 --csv; column date | tr '\n' ' '; }
same "business days after one week" "2021-02-08 2021-02-09 " "$(goes 2021-02-01 2021-02-02 2021-02-03 2021-02-04 2021-02-05)"
same "after one row" "2021-02-08 2021-02-09 " "$(goes 2021-02-05)"
same "days, where a Saturday is among them" "2021-02-07 2021-02-08 " "$(goes 2021-02-03 2021-02-04 2021-02-05 2021-02-06)"
same "weeks" "2021-02-26 2021-03-05 " "$(goes 2021-01-29 2021-02-05 2021-02-12 2021-02-19)"
same "hours" "2021-02-05 13:00 2021-02-05 14:00 " "$(goes '2021-02-05 10:00' '2021-02-05 11:00' '2021-02-05 12:00')"
same "other times than dates" "2005 2006 " "$(goes 2001 2002 2003 2004)"

# ---- three rows of a group have a step of their own
{ echo g,date,y; for d in 1 2 3 4 5 6 7 8; do echo a,2021-01-0$d,$((d * 7 % 5)); done; for m in 1 4 7; do echo q,2021-0$m-01,$m; done
  for d in 1 3 6; do echo gaps,2021-01-0$d,$d; done; } > some.csv
run unroll fit ar.unr some.csv --group g -o x.model
says "date: most rows come every day; 1 of 3 examples have steps of their own, first q, every quarter: each goes on by its own"
run unroll predict x.model some.csv --horizon 1 --csv
same "each by its own" "a,2021-01-09 q,2021-10-01 gaps,2021-01-07 " "$(sed 1d out | cut -d, -f1,2 | tr '\n' ' ')"

# ---- a time in several columns
awk 'BEGIN { print "year,quarter,y"; for (i = 0; i < 11; i++) printf "%d,%d,%d\n", 2001 + int(i / 4), i % 4 + 1, i * 7 % 5 }' > parts.csv
run unroll fit ar.unr parts.csv -o parts.model
says "11 rows, y, 2001Q1 to 2003Q3 every quarter"
run unroll predict parts.model parts.csv --horizon 2 --csv
same "year and quarter" "year,quarter 2003,4 2004,1 " "$(cut -d, -f1,2 out | tr '\n' ' ')"
sed '2,$s/,/.0,/g' parts.csv > points.csv
run unroll predict parts.model points.csv --horizon 2 --csv
same "year and quarter as 2003.0 and 4.0" "year,quarter 2003.0,4.0 2004.0,1.0 " "$(cut -d, -f1,2 out | tr '\n' ' ')"
awk 'BEGIN { print "No,year,month,day,hour,y"; for (i = 0; i < 30; i++) printf "%d,2020,2,%d,%d,%d\n", i + 1, 28 + int(i / 24), i % 24, i * 7 % 5 }' > parts.csv
run unroll fit ar.unr parts.csv -q -o parts.model
run unroll predict parts.model parts.csv --horizon 19 --json
says '{"year": 2020, "month": 2, "day": 29, "hour": 6, ' '{"year": 2020, "month": 3, "day": 1, "hour": 0, '
awk 'BEGIN { split("January February March April May June July August September October November December", m, " "); print "Year,Month,shop,y"
    for (i = 0; i < 22; i++) printf "%d,%s,%s,%d\n", 2001 + int(i / 24), m[int(i / 2) % 12 + 1], i % 2 ? "a" : "b", i * 7 % 5 }' > parts.csv
run unroll fit ar.unr parts.csv --group shop -q -o parts.model
run unroll sample parts.model parts.csv --horizon 2 --samples 1 --csv
same "names of months, groups" "shop,sample,Year,Month b,1,2001,December b,1,2002,January a,1,2001,December a,1,2002,January " "$(cut -d, -f1-4 out | tr '\n' ' ')"
awk 'BEGIN { print "year,month,y"; for (i = 0; i < 11; i++) printf "2001,%s,%d\n", i == 5 ? "" : i + 1, i * 7 % 5 }' > parts.csv
run unroll fit ar.unr parts.csv -o parts.model
says "year month: 1 time is missing, in row 6"
awk 'BEGIN { print "year,month,day,y"; for (i = 0; i < 11; i++) printf "2001,1,%d,%d\n", 28 + i, i * 7 % 5 }' > parts.csv
run unroll fit ar.unr parts.csv -o parts.model
silent 2001-01

# ---- offsets: the hour is the one that is written, through the end of summer time; what is printed has the offset
printf 'data when[t] : time, y[t] : raw\nparam a, c, s\ny[t] ~ normal(a * hour(when[t]) + c, s)\n' > hour.unr
{ echo when,y; for d in 29 30; do for h in 00 01 02 03 12 18 23; do echo "2021-10-${d}T$h:00:00+02:00,$((1$h - 100))"; done; done
  for h in 03 04 05 06 07 08 09; do echo "2021-10-31T$h:00:00+01:00,$((1$h - 100))"; done; } > hour.csv
run unroll fit hour.unr hour.csv -q -o hour.model
run unroll predict hour.model hour.csv --horizon 2 --csv
same "offset kept" "2021-10-31T10:00:00+01:00 2021-10-31T11:00:00+01:00 " "$(column when | tr '\n' ' ')"
near "the hour that is written" 10 1e-6 "$(column y | head -1)"
printf 'data when[t] : time, y[t] : raw\nparam a, c, s\ny[t] ~ normal(a * month(when[t]) + c, s)\n' > month.unr
{ echo when,y; i=0; while [ $i -lt 27 ]; do echo "$((2017 + i / 12))-$(printf %02d $((i % 12 + 1)))-01,$((i % 12 + 1))"; i=$((i + 1)); done; } > month.csv
run unroll fit month.unr month.csv -q -o month.model
run unroll predict month.model month.csv --horizon 10 --csv
same "month() of rows to come" "4 5 6 7 8 9 10 11 12 1" "$(column y | awk '{ printf "%s%.6g", s, $1; s = " " }')"

# ---- groups, each from its own last time
{ echo shop,date,y; for i in 1 2 3 4 5 6; do echo "north,2021-0$i-01,$i.5"; echo "south,2021-0$((i + 2))-28,$((i * 3 % 4))"; done; } > g.csv
run unroll fit ar.unr g.csv --group shop -q -o g.model
run unroll predict g.model g.csv --group shop --horizon 1 --csv
same "groups and their dates" "north,2021-07-01 south,2021-09-28 " "$(awk -F, 'NR > 1 { printf "%s,%s ", $1, $2 }' out)"
same "by the columns' names" "shop,date,y,naive" "$(head -1 out)"
run unroll sample g.model g.csv --group shop --horizon 1 --samples 1 --csv
same "samples too" "shop,sample,date,y" "$(head -1 out)"

run unroll fit ar.unr g.csv --group shop --test 1 --shuffle 3 -o x.model
says "read        g.csv: 2 examples (by shop), 12 rows, y, 2021-01-01 to 2021-08-28 every month"
run unroll predict g.model g.csv --group shop --rows 1: --horizon 1 --csv
same "times of a part" "south,2021-09-28" "$(tail -1 out | cut -d, -f1,2)"

# ---- rows that are examples: an index beside dates, and alone
printf 'data x : real, y : real\nparam a, m, s\ny ~ normal(a * x + m, s)\n' > reg.unr
awk 'BEGIN { print "id,date,x,y"; for (i = 0; i < 20; i++) printf "%d,2021-01-%02d,%d,%d\n", 1000 + i, i + 1, i * 7 % 5, i * 7 % 5 * 2 + i % 2 }' > reg.csv
run unroll fit reg.unr reg.csv -q -o reg.model
head -3 reg.csv | cut -d, -f1-3 > regx.csv
run unroll predict reg.model regx.csv --csv
same "a date for each example" "2021-01-01 2021-01-02 " "$(column date | tr '\n' ' ')"
cut -d, -f1,3 regx.csv > regy.csv
run unroll predict reg.model regy.csv --csv
same "an index for each example" "1000 1001 " "$(column id | tr '\n' ' ')"

# ---- numbers
{ echo timestamp,y; i=0; while [ $i -lt 20 ]; do echo "$((1700000000123 + i * 60000)),$((1264570 + i * i % 7))"; i=$((i + 1)); done; } > ms.csv
run unroll fit ar.unr ms.csv -q -o ms.model
run unroll predict ms.model ms.csv --horizon 2
same "milliseconds for eyes" "1700001200123 1700001260123 " "$(awk 'NR > 1 { printf "%s ", $1 }' out)"
checks=$((checks + 1)); grep -q e+ out && fault "an exponent for eyes"
run unroll predict ms.model ms.csv --horizon 2 --json
says '"timestamp": 1700001200123' '"naive": 1264574'
awk 'BEGIN { print "y"; for (i = 0; i < 40; i++) printf "%.6f\n", 1e9 + 0.001 * (i * i % 7) }' > offset.csv
run unroll fit ar.unr offset.csv -q -o offset.model
run unroll predict offset.model offset.csv --horizon 1 --csv
near "what stands beside a large offset" 1000000000.004 1e-6 "$(column naive)"
checks=$((checks + 1)); [ "$(column y)" != 1000000000 ] || fault "digits below an offset are lost"

# ---- what is said
run unroll fit ar.unr g.csv --group shop -o x.model
says "read        g.csv: 2 examples (by shop), 12 rows, y, 2021-01-01 to 2021-08-28 every month"
{ echo day,y; for d in 05 03 04 01 02 09 07 08; do echo 2021-01-$d,$d; done; } > shuffled.csv
run unroll fit ar.unr shuffled.csv -o x.model
says "day: time goes back 3 times, first in row 2 (2021-01-03, after 2021-01-05)"
{ echo day,y; for d in 01 02 03 03 04 07 08 09 11 12; do echo 2021-01-$d,1$d; done; } > odd.csv
run unroll fit ar.unr odd.csv -o x.model
says "1 row has the time of the row before, in row 4 (2021-01-03)" "2 gaps, of 3 rows in all, the first before row 6 (2021-01-07, after 2021-01-04)"
{ echo day,y; for d in 09 08 07 06 05 04 03; do echo 2021-01-$d,1$d; done; } > back.csv
run unroll fit ar.unr back.csv -o x.model
says "time runs backwards, from 2021-01-09 to 2021-01-03"
run unroll fit month.unr month.csv -o x.model
silent "note: when"

# ---- a step that is said, and gaps that are filled
printf 'date,y\n2021-01-29,1\n' > one.csv
run unroll predict d.model one.csv --horizon 2 --step 1bday --csv
same "business days from one row" "2021-02-01 2021-02-02 " "$(column date | tr '\n' ' ')"
run unroll predict d.model one.csv --horizon 2 --step 1month --csv
same "months from one row" "2021-02-28 2021-03-29 " "$(column date | tr '\n' ' ')"
printf 'when,y\n2020-01-01,1\n' > when.csv
run unroll predict month.model when.csv --horizon 1 --csv
same "the step of the fit" "2020-02-01,2" "$(awk -F, 'NR == 2 { printf "%s,%.6g", $1, $2 }' out)"
{ echo when,y; for d in 2017-05-07 2017-01-13 2017-09-02 2017-02-22 2017-12-30 2017-03-01; do echo "$d,1"; done; } > disorder.csv
run unroll fit month.unr disorder.csv -q -o disorder.model
fails 4 unroll predict disorder.model when.csv --horizon 1
says "nothing says how it goes on"
run unroll predict month.model when.csv --horizon 1 --step 1month --csv
same "the next month" "2020-02-01,2" "$(awk -F, 'NR == 2 { printf "%s,%.6g", $1, $2 }' out)"
printf 'year,y\n1949.125,1\n' > year.csv
run unroll predict d.model year.csv --horizon 2 --step 0.25 --csv
same "a step of numbers" "1949.375 1949.625 " "$(column year | tr '\n' ' ')"
fails 2 unroll predict d.model one.csv --horizon 1 --step 1fortnight
says 'there is no step "1fortnight"'
fails 2 unroll predict ms.model ms.csv --horizon 1 --step 1day
says "timestamp holds plain numbers"
fails 2 unroll predict offset.model offset.csv --horizon 1 --step 1day
says "the data have no column of times"
run unroll fit ar.unr odd.csv --regular -o x.model
says "day: made regular by 3 missing rows in 2 gaps" "1 example, 13 rows, y, 3 missing values of y"
silent "rows count as steps"
run unroll predict x.model odd.csv --regular --csv
same "the rows that were missing" "2021-01-05 2021-01-06 2021-01-10 " "$(column day | tr '\n' ' ')"
# a missing time hides no gap beside it, and is in none that is filled
{ echo day,y; for d in 01 02 03 04 "" 08 09 10 13 "" 15 16; do echo "${d:+2021-01-$d},1$d"; done; } > hidden.csv
run unroll fit ar.unr hidden.csv -o x.model
says "day: 2 times are missing, first in row 5" "day: 2 gaps, of 4 rows in all, the first before row 6 (2021-01-08, after 2021-01-04)"
run unroll fit ar.unr hidden.csv --regular -o x.model
says "day: made regular by 4 missing rows in 2 gaps" "1 example, 16 rows"
silent "rows count as steps"
run unroll predict x.model hidden.csv --regular --horizon 1 --csv
same "the rows that were missing, and one more" "2021-01-06 2021-01-07 2021-01-11 2021-01-12 2021-01-17 " "$(column day | tr '\n' ' ')"
# business days of two shops, two holidays each
{ echo shop,date,y; for d in 01 02 03 04 05 08 10 11 12 15 16 18 19; do echo "a,2021-03-$d,1$d"; echo "b,2021-03-$d,2$d"; done; } > gb.csv
run unroll fit ar.unr gb.csv --group shop --regular -o x.model
says "made regular by 4 missing rows in 4 gaps" "2 examples (by shop), 30 rows"
fails 4 unroll fit ar.unr shuffled.csv --regular -o x.model
says "no step is found"
awk 'BEGIN { print "day,y"; for (i = 0; i < 9; i++) printf "2021-01-01 00:00:0%d,%d\n", i, i % 4; print "2021-12-31 00:00:00,1" }' > wrong.csv
fails 4 unroll fit ar.unr wrong.csv --regular -o x.model
says "is a time wrong?"
# business days of one shop beside ends of months, some on a weekend, or beside all days: each from its own rows
{ echo shop,date,y
  for d in 01 02 03 04 05 08 09 10 11 12 15 16 17 18 19 22 23 24 25 26; do echo "a,2024-01-$d,1$d"; done
  for d in 2023-07-31 2023-08-31 2023-09-30 2023-10-31 2023-11-30 2023-12-31 2024-01-31 2024-02-29; do echo "b,$d,3"; done; } > beside.csv
{ cat beside.csv; for d in 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29; do echo "c,2024-02-$d,2$d"; done; } > three.csv
own() { sed -n "s/^$1,\([0-9-]*\),.*/\1/p" out | tr '\n' ' '; }
for data in beside.csv three.csv; do
    run unroll fit ar.unr $data --group shop -q -o x.model
    run unroll predict x.model $data --group shop --horizon 3 --csv
    same "business days, $data" "2024-01-29 2024-01-30 2024-01-31 " "$(own a)"
    same "ends of months, $data" "2024-03-31 2024-04-30 2024-05-31 " "$(own b)"
done
same "all days" "2024-03-01 2024-03-02 2024-03-03 " "$(own c)"
# groups of different steps each go on by their own: ends of months, days, weeks; a step that is said holds for all
awk 'BEGIN {
    print "g,date,y"
    split("31 28 31 30 31 30 31 31 30 31 30 31", last, " ")
    for (i = 1; i <= 12; i++) printf "a,2021-%02d-%02d,%d\n", i, last[i], i % 5
    for (i = 1; i <= 31; i++) printf "b,2021-01-%02d,%d\n", i, i % 7
    for (i = 1; i <= 4; i++) printf "c,2021-01-%02d,%d\n", 7 * i - 3, i % 3
    for (i = 1; i <= 4; i++) printf "c,2021-02-%02d,%d\n", 7 * i - 6, i % 3
}' > steps.csv
printf 'data y[t] : real\nparam a, c, s\ny[t] ~ normal(a y[t-1] + c, s)\n' > lag.unr
run unroll fit lag.unr steps.csv --group g -o steps.model
says "date: most rows come every day; 2 of 3 examples have steps of their own, first a, every month: each goes on by its own"
run unroll predict steps.model steps.csv --horizon 2 --csv
same "dates of groups" "2022-01-31 2022-02-28 2021-02-01 2021-02-02 2021-03-01 2021-03-08" "$(awk -F, 'NR > 1 { printf "%s%s", s, $2; s = " " }' out)"
run unroll predict steps.model steps.csv --horizon 1 --step 1day --csv
same "dates by a step that is said" "2022-01-01 2021-02-01 2021-02-23" "$(awk -F, 'NR > 1 { printf "%s%s", s, $2; s = " " }' out)"
# a day in one column and the hour in another: the day tells no order
awk 'BEGIN { print "Date,Time,y"; for (i = 0; i < 48; i++) printf "2021-01-%02d,%02d:00:00,%d\n", 1 + i / 24, i % 24, i % 7 }' > hours.csv
run unroll fit lag.unr hours.csv -o hours.model
says "Date: 46 rows have the time of the row before" "join day and hour in one column"

# ---- a year and the one after, as seasons and fiscal years are called; months and quarters before their year
same "seasons that could be months" "2012/13 2013/14 " "$(dates 2 2006/07 2007/08 2008/09 2009/10 2010/11 2011/12)"
same "seasons that could not" "2014/15 " "$(dates 1 2010/11 2011/12 2012/13 2013/14)"
same "over the century" "2001/02 " "$(dates 1 1997/98 1998/99 1999/00 2000/01)"
same "with a hyphen" "2012-13 2013-14 " "$(dates 2 2008-09 2009-10 2010-11 2011-12)"
same "with a dash" "2012–13 " "$(dates 1 2008–09 2009–10 2010–11 2011–12)"
same "of four digits" "2012/2013 " "$(dates 1 2008/2009 2009/2010 2010/2011 2011/2012)"
same "every second one" "2012/13 " "$(dates 1 2004/05 2006/07 2008/09 2010/11)"
same "months" "2011/01 2011/02 " "$(dates 2 2010/09 2010/10 2010/11 2010/12)"
dates 1 2010/11 2011/12 2012/13 2013/14 > x
printf 'date,y\n2009/10,2\n' > one.csv
run unroll predict d.model one.csv --horizon 1 --csv
same "one row, as the fit had it" "2010/11" "$(column date)"
printf 'date,y\n2010/11,1\n2011/12,2\n2012/13,4\n2012/05,3\n' > both.csv
run unroll fit ar.unr both.csv -o d.model
says "both.csv, column date: '2012/05' (line 5) is a month, and '2012/13' (line 4) two years" "it is not read as times"
printf 'data y[t] : real, d[t] : time\nparam a, m, s\ny[t] ~ normal(a * y[t-1] + m * month(d[t]), s)\n' > month.unr
fails 4 unroll fit month.unr both.csv d=date -o x.model
says "'2012/05' (line 5) is a month"
same "months before the year" "01/2011 02/2011 " "$(dates 2 09/2010 10/2010 11/2010 12/2010)"
same "of one digit" "1/2011 2/2011 " "$(dates 2 9/2010 10/2010 11/2010 12/2010)"
same "between points" "01.2011 " "$(dates 1 10.2010 11.2010 12.2010)"
same "quarters before the year" "Q1 2011 Q2 2011 " "$(dates 2 "Q2 2010" "Q3 2010" "Q4 2010")"
same "with a slash" "Q1/2011 " "$(dates 1 Q2/2010 Q3/2010 Q4/2010)"
same "after the year" "2011/Q1 " "$(dates 1 2010/Q2 2010/Q3 2010/Q4)"
same "weeks before the year" "W01-2016 W02-2016 " "$(dates 2 W51-2015 W52-2015 W53-2015)"
for name in Month MONTH Period Quarter; do
    printf '%s,y\n01/2015,1\n02/2015,2\n03/2015,4\n04/2015,3\n' $name > case.csv
    run unroll fit ar.unr case.csv -o d.model
    says "01/2015 to 04/2015 every month"
    printf "%s,y\n01'2015,1\n02'2015,2\n03'2015,4\n04'2015,3\n" $name > case.csv
    run unroll fit ar.unr case.csv -o d.model
    says "column $name: '01'2015' is not read as a time, and no other column tells one"
done
printf 'x,y\n10.2015,1\n11.1999,2\n12.2015,4\n3.25,3\n' > case.csv    # numbers
run unroll fit ar.unr case.csv -o d.model
silent "note: case.csv"
printf 'month,y\nJan,1\nFeb,2\nMar,4\nApr,3\n' > case.csv             # without a year: nothing to say
run unroll fit ar.unr case.csv -o d.model
silent "note: case.csv"

# ---- fractions of years, each rounded once
dates 4 1960.583333 1960.666667 1960.75 1960.833333 1960.916667 > x
same "twelfths" "1961 1961.083333 1961.166667 1961.25 " "$(cat x)"
same "mid months" "1960.2917 1960.375 1960.4583 " "$(dates 3 1959.9583 1960.0417 1960.125 1960.2083)"
same "backwards" "1960.5 1960.416667 1960.333333 " "$(dates 3 1960.833333 1960.75 1960.666667 1960.583333)"

# ---- a few Saturdays that were worked are no part of the week
awk 'BEGIN { print "date,y"; split("31 29 31", last, " "); for (m = 1; m <= 3; m++) for (d = 1; d <= last[m]; d++) { w = k++ % 7    # from a Monday on
    if (w < 5 || (w == 5 && (k == 13 || k == 27))) printf "2024-%02d-%02d,%d\n", m, d, k % 5 } }' > saturdays.csv
run unroll fit ar.unr saturdays.csv -o d.model
says "2024-01-01 to 2024-03-29 every business day"
silent "gap"
run unroll predict d.model saturdays.csv --horizon 2 --csv
same "Monday comes" "2024-04-01 2024-04-02 " "$(column date | tr '\n' ' ')"
# ---- numbers of things, one of which could be a date of eight digits
awk 'BEGIN { print "id,y"; for (i = 0; i < 12; i++) printf "%d,%d\n", 21030496 + i, i * 7 % 5 }' > id.csv
run unroll fit ar.unr id.csv -o d.model
silent "is not read as times"
run unroll predict d.model id.csv --horizon 1 --csv
same "the next number" "21030508" "$(column id)"

finish
