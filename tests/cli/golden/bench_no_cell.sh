unroll bench --steps 5
