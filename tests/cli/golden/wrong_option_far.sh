unroll score m d.csv --colour red
