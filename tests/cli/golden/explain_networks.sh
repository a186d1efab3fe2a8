cat > m.unr <<'END'
data x[t], y[t] : real
index l = 1..2
cell twice(f(x), x) = f(f(x))
cell block(n, x) = y {
    cell inner = mlp(n, hidden = 3)
    y : n = inner(x) + inner(2 * x)
}
cell f = block(1)
cell g = mlp(1, hidden = 2)
h[t] = f(x[t]) + f(x[t-1]) + twice(g, x[t])
y[t] ~ normal(h[t] + sum[l](mlp[l](1, x[t], hidden = 2)), 1)
END
unroll explain m.unr | sed -n '/^networks/,/^$/p; /^parameters/,/^$/p'
