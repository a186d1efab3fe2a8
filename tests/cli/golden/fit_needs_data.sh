unroll fit m.unr -o x
