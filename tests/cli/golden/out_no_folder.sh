unroll fit m.unr d.csv -o nowhere/x.model
