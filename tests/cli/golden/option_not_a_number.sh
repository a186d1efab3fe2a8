unroll fit m.unr d.csv --rate fast
