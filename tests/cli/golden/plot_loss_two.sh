. "$ROOT/tests/cli/plots.sh"
for i in 1 2 3 4 5; do echo "{\"epoch\": $i, \"train_loss\": $((10 - i)), \"valid_loss\": null}"; done > a.jsonl
for i in 1 2 3 4 5; do echo "{\"epoch\": $i, \"train_loss\": $((7 - i)), \"valid_loss\": $((8 - i))}"; done > "b_'2.jsonl"
unroll plot a.jsonl b*.jsonl --what loss
for f in svg png pdf gp; do unroll plot a.jsonl b*.jsonl --what loss -o "o'p.$f" || exit; done; ls o*
grep -c "^<text\|</svg>" "o'p.svg"
