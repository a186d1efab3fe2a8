#!/bin/sh
# The main job from start to end, on the data that ship: a weather forecaster and a character model. Usage: run.sh build/unroll
# Everything it writes is in demo/out.
set -e
cd "$(dirname "$0")/.."
program=$(realpath "${1:-build/unroll}")
out=demo/out
mkdir -p $out
unroll() { printf '\n$ unroll %s\n' "$*"; "$program" "$@"; }
say() { printf '\n== %s\n' "$*"; }

table=models/data/weather.csv.gz
text=text=models/data/input.txt.gz
start=$(date +%s)

say "The temperature at JFK airport 24 hours ahead (rows 8703 to 17408 of the table): fitted on January to August, September and October to validate, tested on the last two months"
unroll fit models/weather.unr $table --rows 8703:15977 --valid 1464 --chunk 96 --batch 8 --epochs 30 --rate 0.003 --optimiser adamw --decay 0.2 -o $out/weather.model --log $out/weather.jsonl
say "How good is it? The naive forecast is the value 24 hours earlier"
unroll score $out/weather.model $table --rows 15977:17409
say "The 30th of December, forecast from what was known the day before, beside the naive forecast"
unroll predict $out/weather.model $table --rows 8703:17385 --horizon 24 --context 96
unroll plot $out/weather.model $table --rows 8703:17385 --horizon 24 --context 96
unroll plot $out/weather.model $table --rows 8703:17385 --horizon 24 --context 96 --samples 100 -o $out/forecast.svg

say "Shakespeare, a character at a time: two stacked LSTMs of 128, a short fit"
unroll fit models/char.unr $text --stream --valid 0.02 --epochs 3 --batch 32 --chunk 50 --rate 0.004 -o $out/char.model
unroll sample $out/char.model --prompt "ROMEO:" --max-length 400 --temperature 0.7 --seed 1

say "Took $(($(date +%s) - start)) seconds. The models, the log and the forecast as a picture (forecast.svg) are in $out."
