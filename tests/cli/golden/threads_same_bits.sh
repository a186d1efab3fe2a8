. "$ROOT/tests/cli/tables.sh"
ar_model > m.unr
series 1000 > t.csv
for n in 1 2 5; do
    unroll fit m.unr t.csv --method gradients --epochs 4 --batch 8 --chunk 25 --seed 3 --threads $n -q -o $n.model > /dev/null || exit
    unroll predict $n.model t.csv --horizon 20 --json > $n
done
cmp 1 2 && cmp 1 5 && echo same
