echo "cell f(x) = y { y = tanh(x) }" > f.unr
unroll bench --cell f.unr
