unroll predct x y
