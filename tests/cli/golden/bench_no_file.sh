unroll bench --cell none.unr
