. "$ROOT/tests/cli/tables.sh"
ar_model > m.unr
series 1000 > t.csv
unroll fit m.unr t.csv --method gradients --memory 1k -o x.model
