#!/bin/sh
# Runs models/prepare.sh for every task whose data are there and checks what it makes: how many lines, examples and windows, that no word or picture
# is on both sides, and that `unroll` reads the arrays. Wants UR_SOURCE_DIR and UNROLL; the data are in UNROLL_DATA. 77: no data.
root=${UR_SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
unroll=${UNROLL:-$root/build/unroll}
data=${UNROLL_DATA:-$root/../shared/data}
LC_ALL=C
export LC_ALL
top=$(mktemp -d) || exit 1
trap 'rm -rf "$top"' EXIT
bad=0 ran=0

prepare() {   # prepare TASK FOLDER: makes it and goes there
    cd "$top" || exit 1
    [ -z "$2" ] || [ -d "$data/$2" ] || { echo "$1: $data/$2 is not there: skipped"; return 1; }
    sh "$root/models/prepare.sh" "$1" "$top" > log 2>&1 || { cat log; bad=1; return 1; }
    ran=$((ran + 1))
    [ ! -d "$1" ] || cd "$1"
}
is() {   # is WHAT WANT GOT
    [ "$2" = "$3" ] || { echo "$1: $3, not $2"; bad=1; }
}
lines() {   # lines N FILE...
    n=$1
    shift
    for file; do is "$file" "$n" "$(wc -l < "$file" | tr -d ' ')"; done
}
groups() { is "$1" "$2" "$(awk -F , 'NR > 1 && !($1 in g) { g[$1]; n++ } END { print n }' "$1")"; }
first() { is "$1" "$2" "$(sed -n 2p "$1")"; }
shape() { is "$1" "$2" "$(head -c 128 "$1" | tr -d '\000' | sed -n "s/.*'shape': (\([^)]*\)).*/\1/p")"; }
apart() { is "lines in both $1 and $2" 0 "$({ sort -u "$1"; sort -u "$2"; } | sort | uniq -d | wc -l | tr -d ' ')"; }

if prepare g2p cmudict; then
    lines 110600 train.letters train.phones
    lines 2838 valid.letters valid.phones
    lines 12753 test.letters test.phones
    lines 12000 test.words
    is "words for validation" 2670 "$(sort -u valid.letters | wc -l | tr -d ' ')"
    apart train.letters valid.letters
    apart train.letters test.words
    is "the first word" "AAA|T R IH P AH L EY" "$(sed -n 1p train.letters)|$(sed -n 1p train.phones)"
fi
if prepare trec trec-qc; then
    lines 5452 train.label train.text
    lines 500 test.label test.text
    is "classes of the test" "138 94 9 65 81 113" "$(sort test.label | uniq -c | awk '{ printf "%s%d", s, $1; s = " " }')"
    iconv -f UTF-8 -t UTF-8 train.text > /dev/null || bad=1
fi
if prepare sst sst; then
    lines 6920 binary.train.label binary.train.text
    lines 872 binary.valid.label binary.valid.text
    lines 1821 binary.test.label binary.test.text
    lines 8544 fine.train.label fine.train.text
    lines 1101 fine.valid.label fine.valid.text
    lines 2210 fine.test.label fine.test.text
    is "negative of the test" 912 "$(grep -c '^0$' binary.test.label)"
fi
if prepare vowels ucr-uea; then
    groups train.csv 270
    groups test.csv 370
    is "utterances of each speaker" "9 30 30" "$(awk -F , 'NR > 1 && !($1 in g) { g[$1]; n[$2]++ } END { for (s in n) { k++; if (n[s] < lo || !lo) lo = n[s]; if (n[s] > hi) hi = n[s] } print k, lo, hi }' train.csv)"
    is "speakers among the last tenth" 9 "$(tail -n +2 train.csv | awk -F , '$1 > 243 { print $2 }' | sort -u | wc -l | tr -d ' ')"
    is "columns" "14 14" "$(awk -F , '{ n = NF } !lo || n < lo { lo = n } n > hi { hi = n } END { print lo, hi }' test.csv)"
fi
if prepare pendigits pendigits; then
    groups train.csv 7494
    groups test.csv 3498
    lines $((7494 * 8 + 1)) train.csv
    lines $((3498 * 7 + 1)) test.strokes.csv
    first train.csv 1,1,47,100,8
    first train.strokes.csv 1,1,-20,-19,8
fi
if prepare names names; then
    lines 18054 train.name train.language
    lines 1996 test.name test.language
    is "languages" "18 18" "$(sort -u train.language | wc -l | tr -d ' ') $(tail -n 1800 train.language | sort -u | wc -l | tr -d ' ')"
    is "names that are nothing or end in a space" 0 "$(cat train.name test.name | grep -c -e '^$' -e ' $')"
fi
if prepare ethucy eth-ucy; then
    for fold in "eth 181 70" "hotel 1053 301" "univ 24334 947" "zara1 2253 602" "zara2 5833 921"; do
        set -- $fold
        lines $(($2 * 20 + 1)) "$1.test.csv"
        is "$1: tracks and windows" "$2 $3" "$(awk -F '[,:]' 'NR > 1 && !(($1, $2, $3) in g) { g[$1, $2, $3]; n++; if (!(($1, $2) in w)) { w[$1, $2]; m++ } } END { print n, m }' "$1.test.csv")"
        for part in train valid; do
            is "$1.$part: rows beyond whole windows" 0 "$((($(wc -l < "$1.$part.csv") - 1) % 20))"
            is "$1.$part: scenes it shares with the test" 0 "$(for f in test $part; do tail -n +2 "$1.$f.csv" | cut -d : -f 1 | sort -u; done | sort | uniq -d | wc -l | tr -d ' ')"
        done
    done
fi
if prepare comma comma2k19-example; then
    lines 601 drive.csv
    is "the last row" 59.9 "$(tail -n 1 drive.csv | cut -d , -f 1)"
fi
if prepare adding ""; then
    shape train.x.npy "10000, 600, 2"
    shape test.y.npy 1000,
    printf 'data x[t] : raw(2)\ndata y : raw\nparam s\ny ~ normal(sum[t](dot([1; 0], x[t]) * dot([0; 1], x[t])), s)\n' > sum.unr
    "$unroll" fit sum.unr x=valid.x.npy y=valid.y.npy --epochs 1 -o sum.model > out 2>&1 && "$unroll" score sum.model x=test.x.npy y=test.y.npy > out 2>&1 || bad=1
    is "the sum of the marked values, as unroll reads them" 1 "$(awk '$2 == "RMSE" && $3 + 0 < 1e-5 { n++ } END { print n + 0 }' out)"
fi
if prepare copy ""; then
    shape train.x.npy "10000, 1020"
    shape valid.y.npy "1000, 1020"
    shape train100.x.npy "10000, 120"
    shape valid300.y.npy "500, 320"
    is "symbols of the targets" 10000 "$(tail -c 1020000 test.y.npy | tr -d '\000' | wc -c | tr -d ' ')"
    is "what is to be copied, as it stands before and after" 1 "$(for f in x y; do tail -c 1020 test.$f.npy | if [ $f = x ]; then head -c 10; else tail -c 10; fi | od -An -tu1; done | sort -u | wc -l | tr -d ' ')"
    is "the eleven marks" 11000 "$(tail -c 1020000 test.x.npy | tr -dc '\011' | wc -c | tr -d ' ')"
fi
if prepare mnist mnist; then
    shape train.npy "60000, 784"
    shape test.npy "10000, 784"
    shape half.npy "60000, 196"
    bytes() { tail -c "$1" | od -An -v -tu1 | tr -s ' \n' '\n\n' | grep .; }
    is "the last image by the means of its squares" "$(gzip -dc "$data/mnist/train-images-idx3-ubyte.gz" | bytes 784 | awk '
        { k = NR - 1; s[int(k / 56) * 14 + int(k % 28 / 2)] += $1 } END { for (i = 0; i < 196; i++) print int((s[i] + 2) / 4) }' | cksum)" "$(bytes 196 < half.npy | cksum)"
fi
if prepare strips mnist; then
    shape train.npy "60000, 160, 32"
    shape test.npy "1000, 160, 32"
    lines 60000 train.txt
    lines 1000 valid.txt test.txt
    is "boxes" "$(wc -w < test.txt | tr -d ' ')" "$(($(wc -l < test.boxes.csv) - 1))"
    is "boxes that are empty, or begin before the last ends" 0 "$(awk -F , 'NR > 1 { if ($1 != e) last = 0; bad += $4 <= last || $5 < $4 || $5 > 160; e = $1; last = $5 } END { print bad + 0 }' test.boxes.csv)"
fi
for task in ewt=ud-english-ewt snips=snips multi30k=multi30k-en-de; do prepare "${task%=*}" "${task#*=}"; done
[ $bad = 0 ] && [ $ran = 0 ] && exit 77
[ $bad = 0 ] && echo "$ran tasks"
