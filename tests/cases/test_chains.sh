#!/bin/sh
# Latent symbols at given parameters: −log p of seven positions and the likeliest path, where both were found by going through all paths
# of states. One chain and two, a second order, data in the transition, states read before, two lines, counts, symbols, a missing value.
. "$(dirname "$0")/lib.sh"
printf 'y,n,w,x,v\n0.3,2,a,0.5,0.3\n1.4,0,b,-1,1.4\nNA,3,b,0.2,1.1\n2.2,5,a,1.5,2.2\n-0.5,1,c,-0.3,-0.5\n0.9,4,c,0,0.9\n1.7,2,a,0.8,1.7\n' > t.csv
A='fixed A = [1, -0.5; -0.7, 0.8]
z[t] ~ categorical(A z[t-1])'
C='fixed A = [1, -0.5; -0.7, 0.8], C = [0.3, -0.4; 0.2, 0.9]'
m='fixed m = [0.2, 1.9]'
l='fixed l = [0.1, 1, 1.6]'
is() {          # is WHAT −LOG P PATH TEXT
    printf '%s\n' "$4" > m.unr
    run unroll fit m.unr t.csv -q --precision double -o m.model
    for plan in fast naive; do
        run unroll score m.model t.csv -q --precision double --plan $plan --csv
        near "$1, by the $plan plan" "$2" 1e-8 "$(awk -F, '$2 ~ /^negative/ { s += $3 * $NF } END { printf "%.12f", s }' out)"
    done
    run unroll values m.model t.csv z --precision double --csv
    same "$1: the path" "$3" "$(awk -F, 'NR > 1 { printf "%s", $2 }' out)"
    run unroll values m.model t.csv z.smoothed --precision double --plan naive --csv
    cp out oracle
    run unroll values m.model t.csv z.smoothed --precision double --csv
    paste -d, oracle out | awk -F, 'NR > 1 { n = NF / 2; s = 0; for (k = 2; k <= n; k++) { s += $k; d = $k - $(k + n); if (d * d > 1e-20) exit 1 } if ((s - 1) ^ 2 > 1e-20) exit 1 }' ||
        fault "$1: smoothed chances of the two plans, and their sums"
    checks=$((checks + 1))
}
is "stationary, a missing value" 9.978908668315494 1222112 "data y[t] : raw
latent z[t] : symbol(2)
$A
$m, s = [0.6, 0.8]
z[1] ~ stationary
y[t] ~ normal(m z[t], s z[t])"
is "three states, counts" 14.014480144148887 1133222 "data n[t] : count
latent z[t] : symbol(3)
fixed A = [1, -0.5, 0.2; -0.7, 0.8, 0.1; 0.3, -0.2, 0.6], p = [0.3; -0.1; 0.5]
$l
z[1] ~ categorical(p)
z[t] ~ categorical(A z[t-1])
n[t] ~ poisson(exp(l z[t]))"
printf 'w\na\nb\nb\na\nc\nc\na\n' > w.csv
symbols() {     # symbols TYPE ROWS: of rows in the order of the vocabulary, a, b, c; one that is not closed begins with unknown, start and end
    printf 'data w[t] : %s\nlatent z[t] : symbol(2)\nfixed B = [%s]\n%s\nw[t] ~ categorical(B z[t])\n' "$1" "$2" "$A" > w.unr
    run unroll fit w.unr w.csv -q --precision double -o w.model
    for plan in fast naive; do
        run unroll score w.model w.csv -q --precision double --plan $plan --csv
        near "symbols of $1, by the $plan plan" 8.28864951167202 1e-8 "$(awk -F, '$2 ~ /^negative/ { printf "%.12f", $3 * $NF }' out)"
    done
}
symbols 'symbol(3)' '0.5, -1; 0.1, 0.4; -0.6, 0.7'
symbols symbol '9, 9; 9, 9; 9, 9; 0.5, -1; 0.1, 0.4; -0.6, 0.7'
is "two lines" 22.952438919751692 1122122 "data y[t] : raw, n[t] : count
latent z[t] : symbol(2)
$A
$m, l = [0.1, 1]
y[t] ~ normal(m z[t], 0.7)
n[t] ~ poisson(exp(l z[t]))"
is "a state read before, by its number" 10.480473558299929 1222112 "data y[t] : raw
latent z[t] : symbol(2)
$A
$m
z[1] ~ stationary
y[t] ~ normal(m z[t] + 0.5 * (z[t-1] == 2), 0.7)"
is "a second order" 10.136109318466273 1222122 "data y[t] : raw
latent z[t] : symbol(2)
$C
$m
z[t] ~ categorical(A z[t-1] + C z[t-2])
y[t] ~ normal(m z[t], 0.7)"
is "two chains" 9.269006128967366 1111111 "data y[t] : raw
latent z[t] : symbol(2), u[t] : symbol(2)
$A
$m, D = [0.6, -0.1; -0.2, 1.1], q = [-0.4, 0.9]
z[1] ~ stationary
u[t] ~ categorical(D u[t-1])
y[t] ~ normal(m z[t] + q u[t], 0.7)"
is "data in the transition, lags of data" 11.85875413433073 1111111 "data v[t], x[t] : raw
latent z[t] : symbol(2)
$C
$m
z[t] ~ categorical(A z[t-1] + (C z[t-1]) * x[t])
v[t] ~ normal(m z[t] + 0.5 * v[t-1], 0.7) if t > 1"
is "... by one-hots and a definition" 11.85875413433073 1111111 "data v[t], x[t] : raw
latent z[t] : symbol(2)
$C
$m
mean[t] = dot(z[t], m' + 0.5 * v[t-1])
z[t] ~ categorical(A z[t-1] + (C z[t-1]) * x[t])
v[t] ~ normal(mean[t], 0.7) if t > 1"
# what cannot be is named
wrong() {       # wrong TEXT LINE…
    text=$1; shift
    { printf 'data y[t] : raw\nlatent z[t] : symbol(2)\nparam A, m, s\n'; printf '%s\n' "$@"; } > x.unr
    fails 3 unroll explain x.unr
    says "$text" "x.unr:"
}
step='z[t] ~ categorical(A z[t-1])'
wrong "the latent quantity z has no ~ line" 'y[t] ~ normal(m z[t], s)'
wrong "the first position has a ~ line of its own" 'z[2] ~ categorical(m)' "$step" 'y[t] ~ normal(m z[t], s)'
wrong "z[1] has two ~ lines" 'z[1] ~ stationary' 'z[1] ~ categorical([0; 1])' "$step" 'y[t] ~ normal(m z[t], s)'
wrong "stationary is how a latent quantity begins" 'y[1] ~ stationary' "$step" 'y[t] ~ normal(m z[t], s)'
wrong "stationary is how a latent quantity begins, and m is a parameter" 'm ~ stationary' "$step" 'y[t] ~ normal(m z[t], s)'
wrong "elsewhere than at its position or before it" "$step" 'y[t] ~ normal(m z[t+1], s)'
wrong "in a recurrence, and so all earlier ones" "$step" 'h[t] = 0.5 * h[t-1] + m z[t]' 'y[t] ~ normal(h[t], s)'
wrong "the loss far reads a latent symbol" "$step" 'loss far[t] = (m z[t]) ^ 2' 'y[t] ~ normal(m z[t], s)'
wrong "is none that states can choose" "$step" 'index k = 1..2' 'y[t] ~ quantile[k](m z[t] + k, k / 3)'
wrong "whether the ~ line of y holds hangs on a latent symbol" "$step" 'y[t] ~ normal(m z[t], s) if z[t] == 1'
wrong "the weight of y hangs on a latent symbol" "$step" 'y[t] ~ normal(m z[t], s, weight = (z[t] == 1))'
# what is drawn tells of its state: a chain that hardly moves stays where a draw says that it is
printf 'data y[t] : raw\nlatent z[t] : symbol(2)\nfixed P = [0.999, 0.001; 0.001, 0.999], m = [0, 10]\nz[t] ~ categorical(log(P z[t-1]))\ny[t] ~ normal(m z[t], 0.1)\n' > stay.unr
printf 'y\n0.1\n-0.1\n' > stay.csv
run unroll fit stay.unr stay.csv -q -o stay.model
run unroll predict stay.model stay.csv --horizon 2 --precision double --csv
near "a forecast is the mean over states" 0.01998 1e-7 "$(awk -F, 'NR == 3 { print $2 }' out)"
run unroll sample stay.model --max-length 50 --samples 40 --csv
moves=$(awk -F, 'NR > 1 { s = $NF > 5; if ($2 == was && s != q) n++; was = $2; q = s } END { print n + 0 }' out)
[ "$moves" -lt 12 ] || fault "$moves moves in 1,960 steps of a chance of 0.001"
finish
