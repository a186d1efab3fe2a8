. "$ROOT/tests/cli/tables.sh"
# on a terminal: one line that rewrites itself
ar_model > m.unr
series 120 > t.csv
script -qec "unroll fit m.unr t.csv --valid 0.2 --method gradients --epochs 4 -o x.model" /dev/null < /dev/null | tr '\r' '\n' | grep -c '^.\[Kepoch [1-4]/4 \[[#.]*\]'
