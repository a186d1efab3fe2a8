. "$ROOT/tests/cli/tables.sh"
ar_model > m.unr
series 120 > t.csv
unroll fit m.unr t.csv --valid 0.2 --test 0.1 --method gradients --epochs 3 --seed 1 -o x.model --log x.jsonl
wc -l < x.jsonl
unroll plot x.jsonl --what loss -o x.gp
tail -1 x.gp
