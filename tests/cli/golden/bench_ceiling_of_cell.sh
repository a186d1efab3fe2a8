unroll bench --cell lstm --only ceiling
