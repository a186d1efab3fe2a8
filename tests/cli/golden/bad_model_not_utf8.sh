printf 'data y[t] : real\n# caf\351\nparam s\ny[t] ~ normal(0, s)\n' > m.unr
unroll explain m.unr
