# Small inputs for golden tests, the same every time. Sourced: . "$ROOT/tests/cli/tables.sh"
series() {      # series N: columns day, y: a slow wave and a little noise from a congruential generator
    awk -v n="$1" 'BEGIN { print "day,y"; r = 7; for (i = 1; i <= n; i++) { r = (r * 1103 + 12345) % 65536
        printf "%d,%.4f\n", i, 20 + 8 * sin(i * 0.5) + r / 65536 } }'
}
ar_model() { printf 'data  y[t] : real\nhyper d = 2\nindex j = 1..d\nparam A[j], m, s\ny[t] ~ normal(sum[j](A[j] y[t-j]) + m, s)\n'; }
fitted() {      # fitted FILE: a model fitted on series 120
    ar_model > fitted.unr
    series 120 > fitted.csv
    unroll fit fitted.unr fitted.csv -q -o "$1" > /dev/null
}
