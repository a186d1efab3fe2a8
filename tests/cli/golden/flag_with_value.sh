unroll fit m.unr d.csv --resume=yes
