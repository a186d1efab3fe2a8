#!/bin/sh
# Terminals of any width: pictures, tables and progress lines end, and no line of a picture is wider than the terminal (of 20 columns at least).
. "$(dirname "$0")/lib.sh"
command -v script > /dev/null && pty=1
wide() {        # wide COLUMNS FILE: its widest line in characters, without what colours it
    LC_ALL=C sed 's/\x1b\[[0-9;]*[mK]//g; s/[\x80-\xBF]//g' "$2" | tr -d '\r' | LC_ALL=C awk '{ n = length($0); if (n > most) most = n } END { print most + 0 }'
}
LC_ALL=C.UTF-8
printf 'data x[s] : chars, y[t] : chars\nparam E, F, V\ne[s] : 3 = E x[s]\nq[t] : 3 = F y[t-1]\nw[t,s] = softmax[s](dot(q[t], e[s]))\ny[t] ~ categorical(V sum[s](w[t,s] e[s]))\n' > a.unr
printf 'abcxyz%%hello\nPah\nebcllxyz%%NOPQ\n' > x.txt
printf '世世世世世世\nPah\nxyz\n' > y.txt
run unroll fit a.unr x=x.txt y=y.txt --epochs 1 -q -o a.model
awk 'BEGIN { print "g,x,y"; for (g = 0; g < 7; g++) for (i = 0; i < 9; i++) print "a long name of group " g "," sin(i + g) "," cos(2 * i) }' > p.csv
printf '{"epoch":1,"train_loss":2.0,"valid_loss":2.1}\n{"epoch":2,"train_loss":1.0,"valid_loss":1.5}\n' > log.jsonl
for c in 0 1 5 20 21 22 23 24 25 26 27 30 39 40 41 60 80 100 132 160 200 100000 -3 x; do
    most=$c
    [ "$most" -gt 160 ] 2> /dev/null && most=160
    [ "$most" -gt 0 ] 2> /dev/null || most=100
    [ "$most" -lt 20 ] && most=20
    for what in "a.model x=x.txt y=y.txt --what attention" "p.csv --what paths --group g --x x --y y"; do
        COLUMNS=$c run timeout 20 unroll plot $what -q
        got=$(wide "$c" out)
        checks=$((checks + 1))
        [ "$got" -le "$most" ] || fault "$what in $c columns: a line of $got"
    done
done
if command -v gnuplot > /dev/null; then
    printf 'data y[t] : raw\nparam a, s\ny[t] ~ normal(a * y[t-1], s)\n' > f.unr
    awk 'BEGIN { print "when,y"; for (i = 0; i < 60; i++) printf "2020-01-%02d %02d:00:00,%d\n", 1 + int(i / 24), i % 24, i % 5 }' > f.csv
    run unroll fit f.unr f.csv -q -o f.model
    for c in 1 21 40 80 200; do
        for what in "log.jsonl --what loss" "f.model f.csv --horizon 9 --samples 9"; do
            COLUMNS=$c run timeout 20 unroll plot $what
            got=$(wide "$c" out)
            checks=$((checks + 1))
            [ "$got" -le $((c < 20 ? 20 : c > 160 ? 160 : c)) ] || fault "$what in $c columns: a line of $got"
        done
    done
fi
# progress lines: on a terminal of 30 columns none is wider, so that each is written over the one before
if [ -n "$pty" ]; then
    printf 'data y[t] : real\nparam a, b, s\nh[t] : 4 = tanh(b * y[t-1])\ny[t] ~ normal(a * sum(h[t]), s)\n' > m.unr
    seq 1 2000 | awk 'BEGIN { print "y" } { print sin($1) }' > t.csv
    for c in 5 21 30 60 100; do
        script -qec "stty cols $c; $UNROLL fit m.unr t.csv --method gradients --epochs 40 -o m.model" typed > /dev/null < /dev/null
        tr '\r' '\n' < typed | grep -a '^.\[Kepoch' > lines
        got=$(wide "$c" lines)
        checks=$((checks + 1))
        [ "$got" -lt "$c" ] || fault "a progress line of $got characters in $c columns"
    done
fi
finish
