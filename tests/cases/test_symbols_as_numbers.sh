#!/bin/sh
# Symbols that are the same numbers, written with other zeros: "2" where the model was fitted, "2.0" where it is used. They are the same where only
# one can be meant, and a note counts them.
. "$(dirname "$0")/lib.sh"

printf 'data k : symbol, y : real\nparam E, s\ny ~ normal(E k, s)\n' > m.unr
awk 'BEGIN { print "k,y"; for (i = 0; i < 60; i++) printf "%d,%.1f\n", i % 3 + 1, (i % 3) * 10 + (i % 4) / 10 }' > whole.csv
sed 's/,/.0,/; 1s/.*/k,y/' whole.csv > points.csv
run unroll fit m.unr whole.csv -q -o whole.model
run unroll score whole.model points.csv --csv
says "k (points.csv, column k): 60 of 60 symbols are written otherwise than where the model learned them, such as '1.0' for '1'"
silent "not in the model's vocabulary"
same "the same scores" "$(unroll score whole.model whole.csv --csv -q)" "$(cat out)"
run unroll fit m.unr points.csv -q -o points.model
run unroll score points.model whole.csv --csv
says "such as '1' for '1.0'"
same "the other way round" "$(unroll score points.model points.csv --csv -q)" "$(cat out)"
run unroll score whole.model whole.csv --csv
silent "otherwise than"

# ---- a part beside the training part
run unroll fit m.unr whole.csv --valid points.csv -o x.model
says "such as '1.0' for '1'"
silent "never occur in the training part"

# ---- codes with zeros before are others, and where several can be meant none is
sed 's/^/00/; 1s/.*/k,y/' whole.csv > codes.csv
run unroll score whole.model codes.csv --csv
says "60 of 60 symbols are not in the model's vocabulary, such as '001'"
{ cat whole.csv; sed 1d points.csv; } > both.csv
run unroll fit m.unr both.csv -q -o both.model
printf 'k,y\n2.00,10\n' > one.csv
run unroll score both.model one.csv --csv
says "1 of 1 symbols is not in the model's vocabulary, such as '2.00'"
finish
