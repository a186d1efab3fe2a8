# one column and its dates: a table on standard output too, not the dates alone
{ echo Date,y; for d in 01 02 03 04 05 06 07 08 09; do echo "2013-01-$d,${d#0}"; done; } > t.csv
echo 'data y[t] : raw
param a, c
y[t] ~ normal(a y[t-1] + c, 1)' > m.unr
unroll fit m.unr t.csv -q -o m.model > /dev/null && unroll predict m.model t.csv --horizon 2
