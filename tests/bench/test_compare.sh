# bench/compare.py: a wrong part is refused; without peers a row has Unroll's number, and the table says why the others have none.
UNROLL=${UNROLL:-$UR_SOURCE_DIR/build/unroll}
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
compare="python3 $UR_SOURCE_DIR/bench/compare.py --unroll $UNROLL --python $folder/python"
printf '#!/bin/sh\nexec python3 -S "$@"\n' > "$folder/python"       # no site packages: no peer can be imported
chmod +x "$folder/python"
bad() { echo "$1"; cat "$folder/out" "$folder/err"; exit 1; }

$compare --only fit,nothing > "$folder/out" 2> "$folder/err" && bad "a part that does not exist was accepted"
grep -q "there is no part nothing" "$folder/err" || bad "the message is another one"

$compare --only fit,stream --rows 'fit lstm 1 x 100, 64|stream rnn 64' --threads 1 --rounds 1 --seconds 0.01 --out "$folder/b" > "$folder/out" 2> "$folder/err" || bad "it failed"
grep -q '| lstm 1 x 100, 64 → 64 | 1 | [0-9.]* ms | – | – | – | [0-9]* % |' "$folder/b.md" || bad "there is no row of the LSTM"
grep -q '| rnn 64 → 64 | 1 | [0-9.]* us | – | – | – | [0-9]* % of L2 |' "$folder/b.md" || bad "there is no row of the stream"
grep -q "PyTorch: No module named 'torch'" "$folder/b.md" || bad "it does not say why PyTorch has no number"
python3 - "$folder/b.json" <<'END' || bad "the JSON is wrong"
import json, sys
r = json.load(open(sys.argv[1]))
assert len(r["rows"]) == 2 and all(x["seconds"]["Unroll"] > 0 for x in r["rows"]) and r["limits"]["1"]["ceiling_flops_per_second"] > 0
END
$compare --table "$folder/b.json" > "$folder/out" 2> "$folder/err" || bad "the table is not printed again"
diff "$folder/out" "$folder/b.md" || bad "the table printed again is another one"
echo "compare: as it should be"
