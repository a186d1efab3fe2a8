#!/bin/sh
# A fit that would go on from a damaged checkpoint says so, and leaves the model file that is there as it is, bit by bit.
. "$(dirname "$0")/lib.sh"
command -v python3 > /dev/null || { echo "python3 is missing"; exit 77; }
printf 'data y[t] : real\nhyper n = 8\nparam V, c, s\nh[t] = gru(n, y[t-1])\ny[t] ~ normal(V h[t] + c, s)\n' > rnn.unr
awk 'BEGIN { print "y"; for (i = 0; i < 400; i++) printf "%.6f\n", sin(i / 5) + 0.1 * sin(i * i) }' > s.csv
"$top/bin/unroll" fit rnn.unr s.csv -q --epochs 100000 --batch 1 --chunk 10 -o a.model --checkpoint a.checkpoint --checkpoint-every 0 > out 2> err &
fit=$!
for try in $(seq 100); do
    [ -s a.checkpoint ] && break
    sleep 0.1
done
kill -9 $fit
wait $fit 2> /dev/null
cat > damage.py <<'P'
import json, struct, sys
b = open('a.checkpoint', 'rb').read()
n = struct.unpack('<Q', b[:8])[0]
head, body = json.loads(b[8:8 + n]), b[8 + n:]
what, value = sys.argv[1], sys.argv[2]
o = json.loads(head['__metadata__']['checkpoint'])
if what == 'state':                     # one that is too short, in the midst of an epoch
    o['step'] = 5
    head['state'] = dict(dtype='U8', shape=[int(value)], data_offsets=[len(body), len(body) + int(value)])
    body += bytes(int(value))
else:
    assert what in o, what
    o[what] = json.loads(value)
head['__metadata__']['checkpoint'] = json.dumps(o)
text = json.dumps(head, separators=(',', ':')).encode()
text += b' ' * (-len(text) % 256)        # Unroll's files begin with a zero
open('bad.checkpoint', 'wb').write(struct.pack('<Q', len(text)) + text + body)
P
echo "the model before" > a.model
cp a.model before
for damage in "epoch -5" "epoch 1099511627776" "step -1" "step 5" "step 50" "state 8" "step 1000000000000" "updates -1" "count -1" "count 0.5" "sum 1.5" "plateau 0.5" "seconds -1e300"; do
    python3 damage.py $damage || { fault "not made: $damage"; continue; }
    fails 1 unroll fit rnn.unr s.csv -q --epochs 100000 --batch 1 --chunk 10 -o a.model --checkpoint bad.checkpoint --resume
    sum=$(sed -n 's/.*its checksum is \(crc32:[0-9a-f]*\).*/\1/p' err)      # made to agree, so that the numbers themselves are looked at
    LC_ALL=C sed -i "s/crc32:[0-9a-f]*/$sum/" bad.checkpoint
    fails 1 timeout 20 "$top/bin/unroll" fit rnn.unr s.csv -q --epochs 100000 --batch 1 --chunk 10 -o a.model --checkpoint bad.checkpoint --resume
    says "the checkpoint is damaged"
    cmp -s before a.model || { fault "the model was replaced: $damage"; cp before a.model; }
done
finish
