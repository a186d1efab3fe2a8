#!/bin/sh
# The results of models/README.md whose fits take under three minutes, by the commands that it gives for them, against bounds a little looser than
# its numbers. Each is skipped where its data are not there. Wants UR_SOURCE_DIR and UNROLL; the data are in UNROLL_DATA. 77: no data at all.
root=${UR_SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
data=${UNROLL_DATA:-$root/../shared/data}
top=$(mktemp -d) || exit 1
trap 'rm -rf "$top"' EXIT
bad=0 ran=0

reproduce() {   # reproduce RESULT FOLDER: are its data there? $top/said: what it says
    [ -d "$data/$2" ] || { echo "$1: $data/$2 is not there: skipped"; return 1; }
    sh "$root/models/reproduce.sh" "$1" "$top" > "$top/said" 2> "$top/log" || { echo "$1"; cat "$top/said" "$top/log"; bad=1; return 1; }
    ran=$((ran + 1))
}
# score DATA SCORE above|below BOUND [K]: is the model's value on the right side, the K'th that was said?
score() {
    awk -v d="$1" -v s="$2" -v side="$3" -v bound="$4" -v k="${5:-1}" '
        index($0, d " ") == 1 && (at = index($0, s)) && !--k { v = substr($0, at + length(s)) + 0; found = 1; exit }
        END { ok = found && (side == "above" ? v >= bound : v <= bound); printf "%s: %s %g, %s %g: %s\n", d, s, v, side, bound, ok ? "good" : "BAD"; exit !ok }' "$top/said" || bad=1
}

if reproduce vowels ucr-uea; then score label "accuracy %" above 96; fi
if reproduce strokes pendigits; then
    score digit "accuracy %" above 98.5
    score x "negative log-likelihood" below 3.2
    score y "negative log-likelihood" below 2.7
    score digit "accuracy %" above 94 2          # of the samples
fi
if reproduce trec trec-qc; then score label "accuracy %" above 88; fi
if reproduce sst sst; then score label "accuracy %" above 79; fi
if reproduce walk eth-ucy; then
    score mean "ADE of the model" below 0.522
    score mean "FDE of the model" below 1.145
    score mean "minADE of 20 of the model" below 0.345
fi
if reproduce drive comma2k19-example; then score speed_mps "MAE" below 0.21 2; fi
if reproduce names names; then
    score name "negative log-likelihood" below 1.9
    score language "accuracy %" above 74 2       # of the samples
fi
if reproduce slots snips; then
    score slot "span F1 %" above 91
    score intent "accuracy %" above 96.5
fi
[ "$ran" -gt 0 ] || [ "$bad" != 0 ] || exit 77
exit $bad
