mkdir models
unroll fit m.unr d.csv -o models
