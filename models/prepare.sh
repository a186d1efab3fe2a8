#!/bin/sh
# Prepares the data of the tasks that the models are measured on, where unroll does not read them as they are.
#
#   sh models/prepare.sh TASK [OUTDIR]
#
# reads the folder that UNROLL_DATA names (else ../shared/data beside the project) and writes OUTDIR/TASK/ (OUTDIR: build/tasks). What each task
# becomes is said at its function below. Needs awk, sort, gzip, iconv; the tasks made of arrays a C compiler and zlib, or MAKE_TASK naming the
# program that examples/make_task.c becomes.
set -e
LC_ALL=C
export LC_ALL
tasks="g2p trec sst vowels pendigits names ethucy comma adding copy mnist strips more_strips ewt snips multi30k"
root=$(cd "$(dirname "$0")/.." && pwd)
data=${UNROLL_DATA:-$root/../shared/data}
task=$1
top=${2:-$root/build/tasks}
case " $tasks " in
*" ${task:-?} "*) ;;
*) echo "usage: sh models/prepare.sh TASK [OUTDIR], TASK one of: $tasks" >&2; exit 2 ;;
esac

need() {   # need FOLDER FILE...: are they there?
    folder=$data/$1
    shift
    for file; do
        [ -r "$folder/$file" ] || { echo "prepare.sh: $folder/$file is not there; UNROLL_DATA names the folder with the data sets" >&2; exit 1; }
    done
}

as_it_is() {
    echo "$task: nothing to prepare, unroll reads what is in $data/$1"
    exit 0
}

# Letters and phones of words, a line for each pronunciation: train and valid .letters and .phones. Every 40th word of the training list, with all
# its pronunciations, is for validation: 2,670 words; all: both. test.letters and test.phones: a line for each word and reference, so a word with
# two references has two; test.words: each word once.
g2p() {
    need cmudict/g014b2b g014b2b.train.gz g014b2b.ref g014b2b.words
    gzip -dc "$folder/g014b2b.train.gz" | awk -F '\t' -v out="$new" '
        !($1 in id) { id[$1] = ++n }
        { part = out (id[$1] % 40 ? "/train" : "/valid"); print $1 > (part ".letters"); print $2 > (part ".phones") }'
    for side in letters phones; do cat "$new/train.$side" "$new/valid.$side" > "$new/all.$side"; done
    awk -F '\t' -v out="$new" '
        { for (i = 2; i <= NF; i++) { print $1 > (out "/test.letters"); print $i > (out "/test.phones") } }' "$folder/g014b2b.ref"
    awk '{ print $1 }' "$folder/g014b2b.words" > "$new/test.words"
}

labelled() {   # labelled NAME < lines "label text": NAME.label and NAME.text
    awk -v name="$new/$1" '{ print $1 > (name ".label"); print substr($0, length($1) + 2) > (name ".text") }'
}

# Questions and their classes 0 to 5: train and test, .label and .text, in UTF-8.
trec() {
    need trec-qc TREC.train.all TREC.test.all
    for part in train test; do
        iconv -f ISO-8859-1 -t UTF-8 "$folder/TREC.$part.all" | labelled $part
    done
}

# Sentences and their sentiment: binary and fine, each train, valid and test, .label and .text.
sst() {
    need sst stsa.binary.train stsa.fine.train
    for kind in binary fine; do
        for part in train dev test; do
            labelled "$kind.$(echo $part | sed s/dev/valid/)" < "$folder/stsa.$kind.$part"
        done
    done
}

# Spoken vowels: train.csv and test.csv with a row for each step: group (the utterance), label (the speaker), x1 … x12. The file of the training
# part goes by speakers; here they alternate, so that a share cut from the end has all of them.
vowels() {
    need ucr-uea/JapaneseVowels JapaneseVowels_TRAIN.ts JapaneseVowels_TEST.ts
    for part in TRAIN TEST; do
        grep -v '^[@#]' "$folder/JapaneseVowels_$part.ts" | awk '{ printf "%s\t%s\n", NR * 0.6180339887 % 1, $0 }' |
            { if [ $part = TRAIN ]; then sort -n -s -k 1,1; else cat; fi; } | cut -f 2 | awk -F : '
            BEGIN { printf "group,label"; for (c = 1; c <= 12; c++) printf ",x%d", c; print "" }
            {
                for (c = 1; c < NF; c++) { n = split($c, v, ","); for (t = 1; t <= n; t++) x[c, t] = v[t] }
                for (t = 1; t <= n; t++) { printf "%d,%s", NR, $NF; for (c = 1; c < NF; c++) printf ",%s", x[c, t]; print "" }
            }' > "$new/$(echo $part | tr A-Z a-z).csv"
    done
    for part in train test; do # the same with three cells of ten left empty
        awk -F , -v OFS=, 'NR > 1 { for (c = 3; c <= NF; c++) { r = sin(NR * 12.9898 + c * 78.233) * 43758.5453; if (r - int(r) + (r < 0) < 0.3) $c = "" } } { print }' \
            "$new/$part.csv" > "$new/gaps_$part.csv"
    done
}

# Digits written with a pen: train.csv and test.csv, eight rows for each with the place of the pen: group, t, x, y, digit. In *.strokes.csv the
# seven moves from place to place: group, t, dx, dy, digit.
pendigits() {
    need pendigits pendigits.tra pendigits.tes
    for part in tra tes; do
        awk -F , -v name="$new/$(echo $part | sed 's/tra/train/; s/tes/test/')" '
            BEGIN { print "group,t,x,y,digit" > (name ".csv"); print "group,t,dx,dy,digit" > (name ".strokes.csv") }
            {
                for (t = 1; t <= 8; t++) {
                    printf "%d,%d,%d,%d,%d\n", NR, t, $(2 * t - 1), $(2 * t), $17 > (name ".csv")
                    if (t > 1) printf "%d,%d,%d,%d,%d\n", NR, t - 1, $(2 * t - 1) - $(2 * t - 3), $(2 * t) - $(2 * t - 2), $17 > (name ".strokes.csv")
                }
            }' "$folder/pendigits.$part"
    done
}

# Surnames and their languages: train and test, .name and .language. Every 10th line of a file is for the test. The training part alternates between
# languages and between beginnings and ends of the alphabet, so that a share cut from the end has all of them in proportion.
names() {
    need names English.txt Russian.txt
    for file in "$folder"/*.txt; do
        awk -v language="$(basename "$file" .txt)" '
            { sub(/[ \t]+$/, ""); printf "%s\t%.9f\t%s\t%s\n", FNR % 10 ? "train" : "test", FNR % 10 ? FNR * 0.6180339887 % 1 : 0, language, $0 }' "$file"
    done | sort -s -t "$(printf '\t')" -k 2,2n | awk -F '\t' -v out="$new/" '{ print $4 > (out $1 ".name"); print $3 > (out $1 ".language") }'
}

# Pedestrians, by the protocol of Social GAN: windows of 20 steps of 0.4 s, 8 of them to be seen and 12 to be forecast. For each scene that is
# left out, eth hotel univ zara1 zara2: SCENE.train.csv, .valid.csv (windows of all who are there for all 20 steps, in the training and validation
# parts of the other scenes) and .test.csv (the scene itself, windows with at least two such people): group (scene:first frame:person), p1, p2 (the place in metres).
ethucy() {
    need eth-ucy all_data/biwi_eth.txt train/biwi_eth_train.txt val/biwi_eth_val.txt
    mkdir "$new/parts"
    for file in "$folder"/all_data/*.txt "$folder"/train/*.txt "$folder"/val/*.txt; do
        name=$(basename "$file" .txt)
        case $file in */all_data/*) least=2 ;; *) least=1 ;; esac
        sort -n -s -k 1,1 "$file" | awk -v least=$least -v scene="$(echo "$name" | sed 's/_train$//; s/_val$//; s/^biwi_//; s/^crowds_//')" '
            # frame number f of those there are; run[p]: how many of them, up to this, person p was there without a gap
            function windows(   i, k, p, n, t, from) {
                for (i = 1; i <= here; i++) if (run[who[i]] >= 20) n++
                if (n < least) return
                from = f - 19
                for (i = 1; i <= here; i++) {
                    p = who[i]
                    if (run[p] >= 20) for (t = from; t <= f; t++) print scene ":" name[from] ":" p "," at[p, t]
                }
            }
            $1 + 0 != frame || !f { if (f) windows(); frame = $1 + 0; name[++f] = frame; here = 0 }
            { p = $2 + 0; run[p] = last[p] == f - 1 && f > 1 ? run[p] + 1 : 1; last[p] = f; who[++here] = p; at[p, f] = $3 "," $4 }
            END { windows() }' > "$new/parts/$name"
    done
    for fold in eth=biwi_eth hotel=biwi_hotel univ=students001,students003 zara1=crowds_zara01 zara2=crowds_zara02; do
        name=${fold%%=*} out=,${fold#*=},
        for part in train valid test; do
            echo "group,p1,p2"
            for file in "$folder"/all_data/*.txt; do
                scene=$(basename "$file" .txt)
                case $out$part in
                *,"$scene",*test) cat "$new/parts/$scene" ;;
                *,"$scene",* | *test) ;;
                *train) cat "$new/parts/${scene}_train" ;;
                *) cat "$new/parts/${scene}_val" ;;
                esac
            done
        done | awk -v name="$new/$name" '/^group/ { part = ++k == 1 ? "train" : k == 2 ? "valid" : "test" } { print > (name "." part ".csv") }'
    done
    rm -r "$new/parts"
}

# One minute of a drive, ten rows a second, each the mean of what was measured within it: drive.csv with the columns of can_80hz.csv.
comma() {
    need comma2k19-example can_80hz.csv
    awk -F , -v OFS=, '
        function row(   i) { if (!n) return; printf "%.1f", k / 10; for (i = 2; i <= NF; i++) printf ",%.6f", sum[i] / n; print ""; n = 0; split("", sum) }
        NR == 1 { print; next }
        int($1 * 10) != k { row(); k = int($1 * 10) }
        { n++; for (i = 2; i <= NF; i++) sum[i] += $i }
        END { row() }' "$folder/can_80hz.csv" > "$new/drive.csv"
}

make_task() {
    if [ -z "$MAKE_TASK" ]; then
        MAKE_TASK=$new/make_task
        ${CC:-cc} -std=c11 -O2 -o "$MAKE_TASK" "$root/examples/make_task.c" -lz -lm ||
            { echo "prepare.sh: make_task cannot be built; name the program by MAKE_TASK" >&2; exit 1; }
    fi
    "$MAKE_TASK" "$@"
}

# The adding problem of length 600: train, valid, test, each .x.npy [N, 600, 2] and .y.npy [N].
adding() {
    make_task adding "$new/train" --count 10000 --seed 1
    make_task adding "$new/valid" --count 1000 --seed 2
    make_task adding "$new/test" --count 1000 --seed 3
}

# The copy memory task over 1,000 blanks: train, valid, test, each .x.npy and .y.npy [N, 1020]. To begin with: train and valid over 100 and 300 blanks
# (train100, valid100, …).
copy() {
    for length in 100 300; do
        make_task copy "$new/train$length" --count 10000 --length $length --seed 11
        make_task copy "$new/valid$length" --count 500 --length $length --seed 12
    done
    make_task copy "$new/train" --count 10000 --seed 1
    make_task copy "$new/valid" --count 1000 --seed 2
    make_task copy "$new/test" --count 1000 --seed 3
}

# Pixels of digits in one random order: train.npy [60000, 784], test.npy [10000, 784]; in their order, of squares of 2 x 2 the mean: half.npy
# [60000, 196]. Labels, and images as they are, unroll reads from the files of the data set.
mnist() {
    need mnist train-images-idx3-ubyte.gz t10k-images-idx3-ubyte.gz
    make_task permute "$new/train" --images "$folder/train-images-idx3-ubyte.gz" --seed 1
    make_task permute "$new/test" --images "$folder/t10k-images-idx3-ubyte.gz" --seed 1
    make_task permute "$new/half" --images "$folder/train-images-idx3-ubyte.gz" --identity --mean 2
}

# Strips of one to five digits: train, valid, test, each .npy [N, 160, 32], .txt (the digits as words), .boxes.csv (example, place, word, first, last
# column, all counted from 1). Their digits are from the first 50,000 images, the next 10,000, and the 10,000 of the test.
strips() {
    need mnist train-images-idx3-ubyte.gz train-labels-idx1-ubyte.gz t10k-images-idx3-ubyte.gz t10k-labels-idx1-ubyte.gz
    make_task strips "$new/train" --images "$folder/train-images-idx3-ubyte.gz" --labels "$folder/train-labels-idx1-ubyte.gz" --use 0:50000 --count 60000 --seed 1
    make_task strips "$new/valid" --images "$folder/train-images-idx3-ubyte.gz" --labels "$folder/train-labels-idx1-ubyte.gz" --use 50000:60000 --count 1000 --seed 2
    make_task strips "$new/test" --images "$folder/t10k-images-idx3-ubyte.gz" --labels "$folder/t10k-labels-idx1-ubyte.gz" --count 1000 --seed 3
}

# More strips of the digits of the training part (1.5 GB): train.npy, 180,000 that begin with the 60,000 of `strips`; others.npy, another 120,000.
more_strips() {
    need mnist train-images-idx3-ubyte.gz train-labels-idx1-ubyte.gz
    make_task strips "$new/train" --images "$folder/train-images-idx3-ubyte.gz" --labels "$folder/train-labels-idx1-ubyte.gz" --use 0:50000 --count 180000 --seed 1
    make_task strips "$new/others" --images "$folder/train-images-idx3-ubyte.gz" --labels "$folder/train-labels-idx1-ubyte.gz" --use 0:50000 --count 120000 --seed 7
}

ewt() { as_it_is ud-english-ewt; }
snips() { as_it_is snips; }
multi30k() { as_it_is multi30k-en-de; }

mkdir -p "$top"
new=$top/$task.tmp-$$
trap 'rm -rf "$new"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$new"
"$task"
rm -f "$new/make_task"
rm -rf "${top:?}/$task"
mv "$new" "$top/$task"
echo "$task: $top/$task:" $(cd "$top/$task" && echo *)
