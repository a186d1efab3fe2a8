#!/bin/sh
# The main job from start to end, on the data that ship: a weather forecaster and a character model. Usage: run.sh build/unroll
# Everything it writes is in demo/out.
set -e
cd "$(dirname "$0")/.."
program=$(realpath "${1:-build/unroll}")
out=demo/out
mkdir -p $out
unroll() { printf '\n\033[1m$ unroll %s\033[0m\n' "$*"; "$program" "$@"; }

weather=models/data/weather.csv.gz
text=text=models/data/input.txt.gz
start=$(date +%s)

echo "== The temperature at JFK airport, 24 hours ahead: rows 8703 to 17408 of the table; the last two months are the test"
unroll fit models/weather.unr $weather --rows 8703:15945 --valid 0.1 --horizon 24 --context 72 --epochs 6 -o $out/weather.model --log $out/weather.jsonl
unroll score $out/weather.model $weather --rows 15945:17409 --horizon 24 --context 72 --stride 6
unroll predict $out/weather.model $weather --rows 8703:17385 --horizon 24 --context 72
unroll plot $out/weather.model $weather --rows 8703:17385 --horizon 24 --context 72 --data temp
unroll plot $out/weather.model $weather --rows 8703:17385 --horizon 24 --context 72 --data temp -o $out/forecast.svg

echo
echo "== Shakespeare, a character at a time: two LSTMs of 128, a short fit"
unroll fit models/char.unr $text --stream --valid 0.05 --epochs 1 -o $out/char.model
unroll sample $out/char.model --prompt "ROMEO:" --max-length 400 --temperature 0.7 --seed 1

echo
echo "Took $(($(date +%s) - start)) seconds. The models, the forecast as a picture (forecast.svg) and the log are in $out."
