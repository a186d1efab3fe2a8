. "$ROOT/tests/cli/tables.sh"
# a beam search is for symbols
fitted x.model
series 40 > t.csv
unroll predict x.model t.csv --horizon 2 --beam 3
