#!/bin/sh
# --memory bounds all that a run holds, what it read too: refused before it is taken, with the numbers; what fits runs as without it.
. "$(dirname "$0")/lib.sh"
printf 'data y[t] : real\nparam a, s\ny[t] ~ normal(a * y[t-1], s)\n' > m.unr
printf 'data y[t] : real\nhyper n = 32\nparam V, s\nh[t] = lstm(n, y[t-1])\ny[t] ~ normal(V h[t], s)\n' > rnn.unr
seq 1 60 | awk 'BEGIN { print "y" } { print sin($1 / 3) }' > t.csv
seq 1 400000 | awk 'BEGIN { print "y" } { print sin($1 / 3) }' > big.csv
run unroll fit m.unr t.csv -q -o m.model
cp m.model before.model
bound() {       # bound MB COMMAND…: ends by the bound, with its number, and has not held much more besides what the program is itself
    mb=$1; shift
    fails 1 "$@" --memory "${mb}M"
    says "$(awk -v m="$mb" 'BEGIN { printf "%.1f MB", m * 1.048576 }')" "--memory"
}
bound 4 unroll fit m.unr big.csv -q -o m.model
bound 4 unroll predict m.model big.csv --horizon 2 -q
bound 4 unroll score m.model big.csv -q
bound 4 unroll plot m.model big.csv --horizon 2 -q
bound 12 unroll fit rnn.unr big.csv --method gradients --epochs 1 --chunk -1 -q -o m.model
bound 30 unroll predict m.model t.csv --horizon 200000 --samples 100 -q
cmp -s m.model before.model || fault "the model that was there is another"
run unroll predict m.model t.csv --horizon 3 --csv
cp out without
run unroll predict m.model t.csv --horizon 3 --csv --memory 4M
same "within the bound" "$(cat without)" "$(cat out)"
run unroll score m.model big.csv -q --memory 1G
if [ "$UR_SANITIZE" != ON ] && [ -x /usr/bin/time ]; then
    /usr/bin/time -f %M unroll score m.model t.csv -q > out 2> err
    least=$(tail -1 err)
    for mb in 8 30 60; do
        /usr/bin/time -f %M unroll score m.model big.csv -q --memory ${mb}M > out 2> err
        most=$(tail -1 err)
        checks=$((checks + 1))
        [ "$most" -lt $((least + mb * 1024 + 20480)) ] || fault "$mb MB may be held, and $most KB were, of which $least KB are the program"
    done
fi
# the program ends where its libraries' threads get no memory
if [ "$UR_SANITIZE" != ON ] && command -v timeout > /dev/null; then
    (ulimit -v 120000 && timeout 20 unroll score m.model t.csv -q > out 2> err)
    code=$?
    checks=$((checks + 1))
    [ $code != 124 ] || fault "under ulimit -v 120000 the program does not end"
    # fits by LAPACK, whose buffers may find no room, and by products, whose code may not
    printf 'data y[t] : raw\nparam a, c, s\ny[t] ~ normal(a y[t-1] + c, s)\n' > exact.unr
    printf 'data y[t] : raw\nparam V, s\nh[t] = gru(4, y[t-1])\ny[t] ~ normal(V h[t], s)\n' > gru.unr
    printf 'y\n1\n2\n4\n3\n5\n4\n7\n' > few.csv
    for room in 80000 120000 200000 300000; do
        for m in exact gru; do
            (ulimit -v $room && timeout 20 unroll fit $m.unr few.csv -q --epochs 3 --threads 1 -o m.model > out 2> err)
            code=$?
            checks=$((checks + 1))
            case $code in 0 | 1 | 127 | 130) ;; *) fault "exit code $code of a fit of $m under ulimit -v $room" ;; esac
        done
    done
fi
finish
