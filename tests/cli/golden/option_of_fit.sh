unroll score m d.csv --epochs 3
