. "$ROOT/tests/cli/tables.sh"
ar_model > m.unr
series 120 > t.csv
unroll fit m.unr t.csv --valid 0.2 -o x.model
test -f x.model && ls
