printf 'px,py\n1,\n,2\n' > s.csv
unroll plot s.csv --what paths --x px --y py
