unroll fit m.unr d.csv
