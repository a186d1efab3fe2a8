unroll fit m.unr d.csv --epochs 0
