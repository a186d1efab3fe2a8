#!/bin/sh
# Into a file something is said at least each half minute: within epochs of a fit by gradients and of exact least squares. The clock is made to run
# a thousand times as fast; skipped (77) where the program cannot be given one.
. "$(dirname "$0")/lib.sh"
[ "$UR_SANITIZE" = ON ] && { echo "the sanitizer does not take another clock: skipped"; exit 77; }
cat > clock.c <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
int clock_gettime(clockid_t id, struct timespec *t)
{
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int rc = real(id, t);
    if (rc || id != CLOCK_MONOTONIC) return rc;
    __int128 ns = ((__int128)t->tv_sec * 1000000000 + t->tv_nsec) * 1000;
    t->tv_sec = (time_t)(ns / 1000000000);
    t->tv_nsec = (long)(ns % 1000000000);
    return 0;
}
C
${CC:-cc} -shared -fPIC -o clock.so clock.c -ldl 2> err || { echo "no compiler: skipped"; exit 77; }
fast() { LD_PRELOAD=$PWD/clock.so "$@"; }
often() {       # lines within the epoch, in `err`: three at least, and one each five minutes of a fit that the clock of a busy machine may stretch
    checks=$((checks + 1))
    n=$(grep -c '^epoch 1/1, [0-9]* %  ' err)
    awk -v n="$n" '/^time / { split($2, a, ":"); t = $3 == "s" ? $2 + 0 : a[3] != "" ? 3600 * a[1] + 60 * a[2] + a[3] : 60 * a[1] + a[2] }
        END { exit !(n >= 3 && 300 * n >= t) }' out || { fault "not a line now and then: $n"; cat err out; }
}
printf 'data y[t] : real\nparam V, c, s\nh[t] = gru(24, y[t-1])\ny[t] ~ normal(V h[t] + c, s)\n' > m.unr
awk 'BEGIN { print "y"; for (i = 0; i < 16000; i++) printf "%.6f\n", sin(i / 5) }' > s.csv
run fast unroll fit m.unr s.csv --epochs 1 --batch 1 --chunk 16 --threads 1 -o m.model --checkpoint-every 1e9
often
# a recurrence that is linear in its parameters: the model is run once for each of 60 columns
printf 'data y[t] : real\nindex j = 1..60\nparam A[j], s\nh[t] = 0.5 * h[t-1] + sum[j](A[j] * y[t-j])\ny[t] ~ normal(h[t], s)\n' > e.unr
run fast unroll fit e.unr s.csv --threads 1 -o e.model
says "exact least squares"
often
finish
