#!/bin/sh
# The shipped models of the quicker tasks, fitted as models/README.md says and scored against bounds a little looser than the numbers there. Each is
# skipped where its data are not there. Wants UR_SOURCE_DIR and UNROLL; the data are in UNROLL_DATA. 77: no data at all.
root=${UR_SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
unroll=${UNROLL:-$root/build/unroll}
data=${UNROLL_DATA:-$root/../shared/data}
models=$root/models
top=$(mktemp -d) || exit 1
trap 'rm -rf "$top"' EXIT
cd "$top" || exit 1
bad=0 ran=0

task() {   # task NAME FOLDER: is it there? Prepares it in $top/NAME where prepare.sh knows how
    [ -d "$data/$2" ] || { echo "$1: $data/$2 is not there: skipped"; return 1; }
    sh "$models/prepare.sh" "$1" "$top" > log 2>&1 || { cat log; bad=1; return 1; }
    ran=$((ran + 1))
}
fit() { "$unroll" fit "$@" -q > log 2>&1 || { echo "fit $*"; cat log; bad=1; return 1; }; }
# score DATA SCORE above|below BOUND < what `unroll score` prints: is the model's value on the right side?
score() {
    awk -v d="$1" -v s="$2" -v side="$3" -v bound="$4" '
        index($0, d " ") == 1 && index($0, s) { sub(".*" s " *", ""); v = $1 + 0; found = 1; exit }
        END { ok = found && (side == "above" ? v >= bound : v <= bound); printf "%s: %s %g, %s %g: %s\n", d, s, v, side, bound, ok ? "good" : "BAD"; exit !ok }' said || bad=1
}
says() { "$unroll" score "$@" -q > said 2> log || { echo "score $*"; cat log; bad=1; }; }

if task vowels ucr-uea; then
    fit "$models/vowels.unr" vowels/train.csv --group group --valid 0.1 --epochs 100 --batch 16 --rate 0.003 -o m
    says m vowels/test.csv --group group
    score label "accuracy %" above 96
fi
if task pendigits pendigits; then
    fit "$models/digits.unr" pendigits/train.csv --group group --valid 0.1 --epochs 10 --batch 32 --rate 0.003 -o m
    says m pendigits/test.csv --group group
    score digit "accuracy %" above 97.7
fi
if task trec trec-qc; then
    fit "$models/classify.unr" word=trec/train.text label=trec/train.label --valid 0.05 --min-count 2 --epochs 10 --batch 16 --rate 0.001 -o m
    says m word=trec/test.text label=trec/test.label
    score label "accuracy %" above 88
fi
if task sst sst; then
    fit "$models/classify.unr" word=sst/binary.train.text label=sst/binary.train.label --valid word=sst/binary.valid.text --valid label=sst/binary.valid.label \
        --epochs 5 --batch 32 --rate 0.001 --set p=0.6 -o m
    says m word=sst/binary.test.text label=sst/binary.test.label
    score label "accuracy %" above 79
fi
if task ethucy eth-ucy; then
    fit "$models/walk.unr" ethucy/zara1.train.csv --group group --valid ethucy/zara1.valid.csv --epochs 4 --batch 64 --rate 0.004 -o m
    says m ethucy/zara1.test.csv --group group --context 8 --horizon 12 --samples 20
    score p ADE below 0.432
    score p "minADE of 20" below 0.27
fi
if task comma comma2k19-example; then
    fit "$models/drive.unr" comma/drive.csv --test 120 -o m
    says m comma/drive.csv --rows 480: --horizon 20
    score speed_mps MAE below 0.21
fi
if task names names; then
    fit "$models/names.unr" name=names/train.name language=names/train.language --valid 0.1 --epochs 12 --batch 32 --rate 0.003 -o m
    says m name=names/test.name language=names/test.language
    score name "negative log-likelihood" below 1.9
fi
s=$data/snips
if task snips snips; then
    fit "$models/slots.unr" word="$s/train/seq.in" char="$s/train/seq.in" slot="$s/train/seq.out" intent="$s/train/label" \
        --valid word="$s/valid/seq.in" --valid char="$s/valid/seq.in" --valid slot="$s/valid/seq.out" --valid intent="$s/valid/label" \
        --min-count 2 --epochs 8 --batch 32 --rate 0.003 -o m
    says m word="$s/test/seq.in" char="$s/test/seq.in" slot="$s/test/seq.out" intent="$s/test/label"
    score slot "span F1 %" above 88.8
    score intent "accuracy %" above 96.5
fi
[ "$ran" -gt 0 ] || [ "$bad" != 0 ] || exit 77
exit $bad
