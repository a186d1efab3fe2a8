# the JSON parses and its numbers are positive
cat > own.unr <<'END'
cell mine(n, x[t]) = h[t] {
    param W, U, b
    h[t] : n = h[t-1] + 0.1 * tanh(W x[t] + U h[t-1] + b)
}
END
cat > whole.unr <<'END'
data src[s], tgt[t] : words
hyper n = 3
param E, F, W, b
e[s] : 4 = E src[s]
f[s] = gru(n, e[s])
p[t] : 4 = F tgt[t-1]
d[0] = f[end]
d[t] = gru(n, p[t])
tgt[t] ~ categorical(W d[t] + b)
END
cat > read.py <<'END'
import json, sys
r = json.load(sys.stdin)
for name in sys.argv[1:]:
    if not r[name] > 0: print(name, "is", r[name])
print(r["cell"], r["threads"], r["precision"], r["lengths"], r["parameters"], "%.0f" % r["flops"])
END
part="flops peak_bytes fit_seconds infer_seconds"
all="$part ceiling_flops_per_second l2_bytes_per_second l3_bytes_per_second memory_bytes_per_second stream_seconds_per_step"
size="--batch 3 --steps 4 --inputs 5 --hidden 6 --quick --json -q"
unroll bench --cell lstm $size --threads 1 | python3 read.py $all
unroll bench --cell gru  $size --threads 2 --precision double --only fit | python3 read.py flops peak_bytes fit_seconds
unroll bench --cell ./own.unr $size --threads 1 --only stream | python3 read.py stream_seconds_per_step
unroll bench --cell rnn $size --threads 1 --lengths uniform --only infer | python3 read.py infer_seconds infer_seconds_per_position
unroll bench --cell ./whole.unr --set n=7 --vocabulary 20 --batch 2 --steps 3 --quick --json -q --only fit --threads 1 | python3 read.py fit_seconds positions
