. "$ROOT/tests/cli/tables.sh"
ar_model > m.unr
series 20 > t.csv
unroll predict m.unr t.csv --horizon 3
