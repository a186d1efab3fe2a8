# an array whose shape is not the datum's
printf 'data x[t] : real(28)\ndata label : symbol\nparam W, b\nh[t] = gru(4, x[t])\nlabel ~ categorical(W h[end] + b)\n' > m.unr
printf '\0\0\010\002\0\0\0\003\0\0\0\004abcdefghijkl' > x.idx
printf '\0\0\010\001\0\0\0\003\001\002\001' > label.idx
unroll fit m.unr x=x.idx label=label.idx -o m.model
