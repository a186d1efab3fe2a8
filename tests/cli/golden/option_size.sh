unroll fit m.unr d.csv --memory lots
