#!/bin/sh
# What is odd about a fit and no error has a word: values that are met exactly, as many parameters as values, parameters that the data do not tell apart
# (but not those of symbols that never occur).
. "$(dirname "$0")/lib.sh"
printf 'x,z,y\n1,2,3\n2,1,5\n4,4,1\n' > three.csv
printf 'data x, z, y : real\nparam a, b, c, s\ny ~ normal(a*x + b*z + c, s)\n' > three.unr
run unroll fit three.unr three.csv -o m.model
says "note: 3 values of y are met exactly, by 3 parameters"
run unroll fit three.unr three.csv --method gradients --threads 1 -o m.model
says "note: there are 3 values for 4 parameters"
printf 'x,z,y\n1,2,3\n2,1,5\n4,4,1\n1,1,2\n3,3,1\n2,5,3\n' > six.csv
run unroll fit three.unr six.csv -o m.model
silent "met exactly"
run unroll fit three.unr six.csv --method gradients --threads 1 -o m.model
silent "parameters:"
printf 'w,y\na,1\nb,2\nc,3.5\na,1.2\nb,2.2\nc,3\n' > sets.csv
printf 'data w[t] : symbol\ndata y[t] : real\nparam E, s\ny[t] ~ normal(E w[t], s)\n' > sets.unr
run unroll fit sets.unr sets.csv -o m.model
silent "parameters of y apart"
printf 'data w[t] : symbol\ndata y[t] : real\nparam E, c, s\ny[t] ~ normal(E w[t] + c, s)\n' > twice.unr
run unroll fit twice.unr sets.csv -o m.model
says "the data tell 3 of the 4 parameters of the mean of y apart"
finish
