unroll fit m.unr d.csv --epocs 3
