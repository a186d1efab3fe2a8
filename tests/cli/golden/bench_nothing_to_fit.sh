printf "data y[t] : real\nparam W\nh[t] : 2 = W [y[t-1]; h[t-1]]\n" > f.unr
unroll bench --cell f.unr
