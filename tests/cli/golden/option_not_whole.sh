unroll fit m.unr d.csv --batch 2.5
