unroll bench --cell lstm --hidden 0
