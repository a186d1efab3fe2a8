unroll bench --cell attend
