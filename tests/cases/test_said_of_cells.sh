#!/bin/sh
# What is read of cells in another way than it stands there, and what is asked for and is not there, is said: TRUE and FALSE as numbers, a --missing that
# no cell has, a byte-order mark within quotes, sizes of --memory.
. "$(dirname "$0")/lib.sh"

printf 'data y[t] : real\nparam a, c, s\ny[t] ~ normal(a * y[t-1] + c, s)\n' > ar.unr
{ echo y; for i in 1 2 3 4 5; do echo TRUE; echo false; echo 0; done; } > t.csv
run unroll fit ar.unr t.csv -o x.model
says "t.csv, column y: TRUE and FALSE are read as the numbers 1 and 0: 10 of 15 cells"
printf 'y,tag\n1,a\n2,b\n77,a\n3,-\n4,b\n' > t.csv
run unroll fit ar.unr t.csv -o x.model
silent "TRUE and FALSE"

# ---- --missing
run unroll fit ar.unr t.csv --missing 78 -o x.model
says "--missing 78: no cell that is read says that"
run unroll fit ar.unr t.csv --missing zz=NA,77 -o x.model
says "--missing zz=NA: no cell that is read says that, and the model has no data called zz"
silent "--missing 77"
run unroll predict x.model t.csv --horizon 1
silent "no cell that is read"
printf 'data tag[t] : symbol\nparam E\ntag[t] ~ categorical(E tag[t-1])\n' > tag.unr
run unroll fit tag.unr t.csv --missing tag=-,tag=? --epochs 1 -o x.model
says "--missing tag=?: no cell that is read says that"
silent "tag=-:"

# ---- a byte-order mark before or within the quotes of the first name
for head in '\357\273\277"date","y"' '"\357\273\277date","y"' '\357\273\277"\357\273\277y","date"'; do
    { printf "$head\n"; for i in 1 2 3 4 5; do case $head in *date,*|*date\",*) echo "2024-01-0$i,$i";; *) echo "$i,2024-01-0$i";; esac; done; } > bom.csv
    run unroll fit ar.unr bom.csv -o x.model
    says "5 rows, y, 2024-01-01 to 2024-01-05 every day"
done

# ---- sizes: letters alone and with iB are powers of 1024, with B of 1000
refused() { fails 1 unroll fit ar.unr t.csv -o x.model --memory "$1"; says "$2"; }
for size in 50k 50K 50KiB 50kib 51200 51200B; do refused $size "of 51.2 KB"; done
for size in 50kB 50KB 50kb 50000; do refused $size "of 50.0 KB"; done
for size in 1G 1GiB 1GB 600M 600MiB 600MB 600mb; do run unroll fit ar.unr t.csv -q -o x.model --memory $size; done
for size in 1T 1iB 1kk 1MiBs M 0; do fails 2 unroll fit ar.unr t.csv -o x.model --memory $size; done
finish
