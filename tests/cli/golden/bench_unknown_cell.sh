unroll bench --cell lstn
