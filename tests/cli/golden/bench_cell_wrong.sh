printf "cell f(n, x[t]) = h[t] {\n    param W, U\n    h[t] : n = tanh(W x[t] + U h[t-1] + x[t])\n}\n" > f.unr
unroll bench --cell f.unr --inputs 3 --hidden 4
