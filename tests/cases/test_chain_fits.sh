#!/bin/sh
# Fits of latent symbols by default options find the best place there is: SciPy's, the least of 30 starts (BFGS, then Nelder and Mead), of the same
# likelihood written by itself. Counts of two kinds, a chain that moves rather than stays, and a regression whose lags read the state before.
. "$(dirname "$0")/lib.sh"
awk '
BEGIN { x = 12345; print "n,b,y"; s = 0; q = 0
  for (i = 0; i < 160; i++) { if (r() < (s ? 0.12 : 0.06)) s = 1 - s; if (r() < (q ? 0.95 : 0.6)) q = 1 - q
    l = exp(-(s ? 9 : 3)); k = 0; for (p = r(); p > l; p *= r()) k++
    y = (s ? -1 : 1.5) + 0.5 * (y - (w ? -1 : 1.5)) + 0.6 * (r() + r() + r() + r() - 2); w = s
    printf "%d,%d,%.4f\n", k, r() < (q ? 0.95 : 0.1), y } }
function r() { x = (x * 16807) % 2147483647; return x / 2147483647 }
' > t.csv
finds() {       # finds WHAT −LOG P LINES…
    what=$1 want=$2
    shift 2
    { printf 'latent z[t] : symbol(2)\nz[1] ~ stationary\nz[t] ~ categorical(A z[t-1])\n'; printf '%s\n' "$@"; } > m.unr
    run unroll fit m.unr t.csv -q -o m.model
    run unroll score m.model t.csv -q --precision double --csv
    near "$what" "$want" 1e-5 "$(awk -F, '$2 ~ /^negative/ { printf "%.9f", $3 * $NF }' out)"
}
finds "counts" 382.466395848 'data n[t] : count' 'param A, m' 'n[t] ~ poisson(exp(m z[t]))'
finds "a chain that moves" 93.832814773 'data b[t] : count' 'param A, m' 'b[t] ~ bernoulli(m z[t])'
finds "a regression on its own lag" 112.871704290 'data y[t] : raw' 'param A, m, a, s' 'd[t] = y[t] - m z[t]' 'y[t] ~ normal(m z[t] + a * d[t-1], s) if t > 1'
finish
