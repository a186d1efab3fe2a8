unroll fit m.unr d.csv --optimiser lbfgs
