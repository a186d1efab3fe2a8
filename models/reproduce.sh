#!/bin/sh
# Fits and scores the shipped models: every result in models/README.md is one command,
#
#   sh models/reproduce.sh RESULT [OUTDIR]
#
# which prints the commands of unroll that it runs and what they say. OUTDIR (build/tasks) gets the task's prepared data (prepare.sh), and in results/RESULT
# models, samples and pictures. Asked for again, a result that was cut off goes on, and what is fitted already is scored. UNROLL names the program (else build/unroll, else the one
# in PATH), UNROLL_DATA the folder with the data sets (else ../shared/data beside the project).
set -e
results="words shakespeare shakespeare_256 shakespeare_gru shakespeare_gru_256 war war_256 war_gru war_gru_256 g2p translate context_64 context_256
context_1024 tagger slots trec sst vowels gaps digits names strokes caption walk drive adding adding_gru adding_rnn copy copy_gru copy_rnn pixels pixels_gru
pixels_rnn permuted permuted_gru permuted_rnn"
root=$(cd "$(dirname "$0")/.." && pwd)
models=$root/models
absolute() { case $1 in /*) echo "$1" ;; *) echo "$PWD/$1" ;; esac; }
D=$(absolute "${UNROLL_DATA:-$root/../shared/data}")
UNROLL_DATA=$D
export UNROLL_DATA
if [ "$UNROLL" ]; then unroll=$(absolute "$(command -v "$UNROLL" || echo "$UNROLL")")
elif [ -x "$root/build/unroll" ]; then unroll=$root/build/unroll
else unroll=unroll
fi
result=$1
case " $(echo $results) " in
*" ${result:-?} "*) ;;
*) echo "usage: sh models/reproduce.sh RESULT [OUTDIR], RESULT one of:
$results" >&2; exit 2 ;;
esac
mkdir -p "${2:-$root/build/tasks}"
top=$(cd "${2:-$root/build/tasks}" && pwd)

run() { echo "+ unroll $*" >&2; "$unroll" "$@"; }
fit() {                                          # fit … -o OUT: unless it is done; goes on from a checkpoint, if there is one
    for out; do :; done
    if [ -f "$out" ] && [ ! -f "$out.checkpoint" ]; then echo "+ $PWD/$out is fitted already"
    else
        run fit "$@" --resume
        [ ! -f "$out.checkpoint" ] || exit 1                 # stopped: what is kept so far is not the result
    fi
}
task() {                                         # task NAME: its data in $T, prepared if they are not there yet
    [ -d "$top/$1" ] || sh "$models/prepare.sh" "$1" "$top"
    T=$top/$1
}
variant() {                                      # variant MODEL SED: a copy of a model, changed
    sed "s|^use \"|&$models/|; $2" "$models/$1.unr" > "$1.unr"
}

words() {
    W=$D/wikitext-2
    fit "$models/words.unr" text="$W/train.txt.gz" --stream --valid text="$W/valid.txt.gz" --epochs 9 --batch 32 --chunk 35 \
        --optimiser sgd --rate 20 --clip 0.25 --schedule constant --average 2 -o words.model
    run score words.model text="$W/test.txt.gz" --stream
}

# characters FILE ROWS VALID CELL OPTION...: the first ROWS characters to fit, the last VALID of these to validate, the rest to test
characters() {
    file=$D/$1.txt.gz rows=$2 valid=$3
    variant char "s/= lstm(/= $4(/"
    shift 4
    fit char.unr text="$file" --stream --rows "0:$rows" --valid "$valid" --batch 32 --chunk 64 "$@" -o char.model
    run score char.model text="$file" --stream --rows "$rows:"
}
shakespeare() {
    characters tinyshakespeare/input 1059624 55770 "$@"
    run score char.model text="$file" --stream --rows 1003854:       # the last tenth: what was not fitted
}
war() { characters warandpeace/warandpeace 2904821 322758 "$@"; }

g2p() {
    task g2p
    fit "$models/g2p.unr" letter="$T/train.letters" phone="$T/train.phones" --valid letter="$T/valid.letters" --valid phone="$T/valid.phones" \
        --epochs 12 --batch 64 --rate 0.003 --label-smoothing 0.1 -o first.model
    fit first.model letter="$T/all.letters" phone="$T/all.phones" --epochs 6 --batch 64 --rate 0.001 --schedule constant --average 2 --label-smoothing 0.1 -o g2p.model
    run score g2p.model letter="$T/test.letters" phone="$T/test.phones" --complete --any-reference
    run score g2p.model letter="$T/test.letters" phone="$T/test.phones" --complete --any-reference --beam 4 --length-penalty 1
}

# translation MODEL OPTION...
translation() {
    M=$D/multi30k-en-de/tok e=lc.norm.tok
    model=$1
    shift
    fit "$models/$model.unr" src="$M/train.$e.de.gz" tgt="$M/train.$e.en.gz" --valid src="$M/val.$e.de.gz" --valid tgt="$M/val.$e.en.gz" \
        --batch 64 --rate 0.003 "$@" -o "$model.model"
    run score "$model.model" src="$M/test_2016_flickr.$e.de.gz" tgt="$M/test_2016_flickr.$e.en.gz" --complete --tokenize none
}
translate() {
    translation translate --epochs 10
    run score translate.model src="$M/test_2016_flickr.$e.de.gz" tgt="$M/test_2016_flickr.$e.en.gz" --complete --tokenize none --beam 4 --length-penalty 1
    run plot translate.model src="$M/test_2016_flickr.$e.de.gz" --what attention --rows 0:4 -o attention.pdf
}

tagger() {
    W=$D/ud-english-ewt/en_ewt-ud
    fit "$models/tagger.unr" word=FORM char=FORM tag=UPOS "$W-train.conllu.gz" --valid "$W-dev.conllu.gz" --min-count 2 --epochs 12 --batch 16 --rate 0.002 -o tagger.model
    run score tagger.model "$W-test.conllu.gz"
}

slots() {
    S=$D/snips
    fit "$models/slots.unr" word="$S/train/seq.in" char="$S/train/seq.in" slot="$S/train/seq.out" intent="$S/train/label" --valid word="$S/valid/seq.in" \
        --valid char="$S/valid/seq.in" --valid slot="$S/valid/seq.out" --valid intent="$S/valid/label" --min-count 2 --epochs 14 --batch 32 --rate 0.003 -o slots.model
    run score slots.model word="$S/test/seq.in" char="$S/test/seq.in" slot="$S/test/seq.out" intent="$S/test/label"
}

trec() {
    task trec
    fit "$models/classify.unr" word="$T/train.text" label="$T/train.label" --valid 0.05 --min-count 2 --epochs 10 --batch 16 --rate 0.001 -o classify.model
    run score classify.model word="$T/test.text" label="$T/test.label"
}

sst() {
    task sst
    fit "$models/classify.unr" word="$T/binary.train.text" label="$T/binary.train.label" --valid word="$T/binary.valid.text" --valid label="$T/binary.valid.label" \
        --epochs 5 --batch 32 --rate 0.001 --set p=0.6 -o classify.model
    run score classify.model word="$T/binary.test.text" label="$T/binary.test.label"
}

vowels() {
    task vowels
    fit "$models/vowels.unr" "$T/train.csv" --group group --valid 0.1 --epochs 100 --batch 16 --rate 0.003 -o vowels.model
    run score vowels.model "$T/test.csv" --group group
}

# three cells of ten are empty: a GRU-D, and beside it the GRU of vowels.unr that takes these as zeros
gaps() {
    task vowels
    sed 's/x\[t\])/given(x[t]))/' "$models/vowels.unr" > zeros.unr
    cp "$models/grud.unr" .
    for m in grud zeros; do
        fit $m.unr "$T/gaps_train.csv" --group group --valid 0.1 --epochs 100 --batch 16 --rate 0.003 -o $m.model
        run score $m.model "$T/gaps_test.csv" --group group
    done
}

digits() {
    task pendigits
    fit "$models/digits.unr" "$T/train.csv" --group group --valid 0.1 --epochs 30 --batch 32 --rate 0.003 -o digits.model
    run score digits.model "$T/test.csv" --group group
}

# beside it the same with the class ignored; then a sample for each name of the test: is its language given back?
names() {
    task names
    for class in 1 0; do
        fit "$models/names.unr" name="$T/train.name" language="$T/train.language" --valid 0.1 --epochs 12 --batch 32 --rate 0.003 --set class=$class -o names$class.model
        run score names$class.model name="$T/test.name" language="$T/test.language"
    done
    fit "$models/language.unr" name="$T/train.name" language="$T/train.language" --valid 0.1 --epochs 8 --batch 32 --rate 0.003 -o language.model
    run score language.model name="$T/test.name" language="$T/test.language"
    run sample names1.model name= language="$T/test.language" > sampled.name
    run score language.model name=sampled.name language="$T/test.language"
}

# likewise, a sample for each digit of the test; four of each digit in a picture
strokes() {
    digits
    for class in 1 0; do
        fit "$models/strokes.unr" "$T/train.csv" --group group --valid 0.1 --epochs 20 --batch 32 --rate 0.003 --set class=$class -o strokes$class.model
        run score strokes$class.model "$T/test.csv" --group group
    done
    run sample strokes1.model x= y= "$T/test.csv" --group group --csv > sampled
    awk -F , -v OFS=, '
        NR == FNR { if (FNR > 1 && !($1 in digit)) { digit[$1] = $5; group[++n] = $1 } next }
        $1 == "example" { print "group", "t", "x", "y", "digit" }
        $1 + 0 { print $1, $3, $4, $5, digit[group[$1]] }' "$T/test.csv" sampled > sampled.csv
    run score digits.model sampled.csv --group group
    for digit in 0 1 2 3 4 5 6 7 8 9; do awk -F , -v digit=$digit 'digit == 0 && FNR == 1 || $5 == digit && (k += $2 == 1) <= 4' sampled.csv; done > forty.csv
    run plot forty.csv --what paths --group group --x x --y y --label digit -o digits.png
}

caption() {
    ${CC:-cc} -std=c11 -O2 -I "$root/include" -o look "$root/examples/look.c" -L "$root/build" -lunroll
    task strips
    S=$T
    task more_strips
    fit "$models/caption.unr" image="$T/train.npy" word="$T/train.txt" --valid image="$S/valid.npy" --valid word="$S/valid.txt" --epochs 5 --batch 16 --rate 0.002 --set p=0.3 -o first.model
    fit first.model image="$T/others.npy" word="$T/others.txt" --valid image="$S/valid.npy" --valid word="$S/valid.txt" --epochs 1 --batch 16 --rate 0.001 -o caption.model
    run score caption.model image="$S/test.npy" word="$S/test.txt" --complete
    run plot caption.model image="$S/test.npy" --what attention --rows 0:4 -o attention.pdf
    LD_LIBRARY_PATH=$root/build ./look caption.model image="$S/test.npy" word="$S/test.txt" "$S/test.boxes.csv"
}

# each of five scenes by a model of the others
walk() {
    task ethucy
    for scene in eth hotel univ zara1 zara2; do
        fit "$models/walk.unr" "$T/$scene.train.csv" --group group --valid "$T/$scene.valid.csv" --epochs 4 --batch 64 --rate 0.004 -o $scene.model
        run score $scene.model "$T/$scene.test.csv" --group group --context 8 --horizon 12 --samples 20 > $scene.scores
        cat $scene.scores
    done
    for score in ADE FDE "minADE of 20" "minFDE of 20"; do
        awk -v s="p $score " '{ gsub(/  +/, " ") } index($0, s) == 1 { split(substr($0, length(s) + 1), v, " "); model += v[1]; baseline += v[2]; n++ }
            END { printf "mean %sof the model %.3f, of the baseline %.3f\n", substr(s, 3), model / n, baseline / n }' ./*.scores
    done
}

drive() {
    task comma
    fit "$models/drive.unr" "$T/drive.csv" --test 120 -o drive.model
    run score drive.model "$T/drive.csv" --rows 480: --horizon 20
}

# the long memories. memory MODEL CELL N: the model with that cell and so many units
memory() {
    case $2 in
    rnn) change='/^use /d; s/lstm_long(n, \([a-z]*\[t\]\)[^)]*)/rnn(n, \1)/' ;;
    *) change="s/lstm_long/$2/" ;;
    esac
    variant "$1" "$change; s/^hyper n = .*/hyper n = $3/"
}
# adding_fit FROM OUT OPTION...
adding_fit() {
    from=$1 to=$2
    shift 2
    fit "$from" x="$T/train.x.npy" y="$T/train.y.npy" --valid x="$T/valid.x.npy" --valid y="$T/valid.y.npy" --chunk -1 --batch 32 "$@" -o "$to"
}
adding() {
    task adding
    memory adding "$1" "$2"
    case $1 in
    lstm_long) adding_fit adding.unr adding.model --epochs 10 --rate 0.003 ;;
    rnn) adding_fit adding.unr adding.model --epochs 5 --rate 0.001 ;;
    *)
        adding_fit adding.unr 1.model --epochs 10 --rate 0.003
        adding_fit 1.model 2.model --epochs 6 --rate 0.001
        adding_fit 2.model 3.model --epochs 4 --rate 0.0003
        adding_fit 3.model adding.model --epochs 6 --rate 0.0006 ;;
    esac
    run score adding.model x="$T/test.x.npy" y="$T/test.y.npy" > scores
    cat scores
    awk '$2 == "RMSE" { printf "mean squared error %.3g\n", $3 ^ 2 }' scores
}
# copy_fit FROM OUT LENGTH OPTION...
copy_fit() {
    from=$1 to=$2 length=$3
    shift 3
    fit "$from" x="$T/train$length.x.npy" y="$T/train$length.y.npy" --valid x="$T/valid$length.x.npy" --valid y="$T/valid$length.y.npy" --chunk -1 --batch 32 "$@" -o "$to"
}
copy() {
    task copy
    memory copy "$1" "$2"
    copy_fit copy.unr 100.model 100 --epochs 8 --rate 0.003
    if [ "$1" = rnn ]; then copy_fit 100.model copy.model "" --epochs 2 --rate 0.002
    else
        copy_fit 100.model 300.model 300 --epochs 4 --rate 0.002
        copy_fit 300.model copy.model "" --epochs 3 --rate 0.002
    fi
    run score copy.model x="$T/test.x.npy" y="$T/test.y.npy"
}
# pixels_fit FROM OUT IMAGES OPTION...
pixels_fit() {
    from=$1 to=$2 images=$3
    shift 3
    fit "$from" pixel="$images" label="$D/mnist/train-labels-idx1-ubyte.gz" --valid 5000 --chunk -1 --batch 64 "$@" -o "$to"
}
pixels() {      # CELL N EPOCHS RATE of images of half the size, EPOCHS RATE of the images
    task mnist
    memory pixels "$1" "$2"
    pixels_fit pixels.unr half.model "$T/half.npy" --epochs "$3" --rate "$4"
    pixels_fit half.model pixels.model "$D/mnist/train-images-idx3-ubyte.gz" --epochs "$5" --rate "$6"
    run score pixels.model pixel="$D/mnist/t10k-images-idx3-ubyte.gz" label="$D/mnist/t10k-labels-idx1-ubyte.gz"
}
permuted() {    # CELL N EPOCHS RATE [EPOCHS RATE]
    task mnist
    memory pixels "$1" "$2"
    pixels_fit pixels.unr first.model "$T/train.npy" --epochs "$3" --rate "$4"
    last=first.model
    if [ "$5" ]; then pixels_fit first.model last.model "$T/train.npy" --epochs "$5" --rate "$6"; last=last.model; fi
    run score $last pixel="$T/test.npy" label="$D/mnist/t10k-labels-idx1-ubyte.gz"
}

mkdir -p "$top/results/$result"
cd "$top/results/$result"
case $result in
shakespeare)         shakespeare lstm --epochs 20 --rate 0.004 ;;
shakespeare_gru)     shakespeare gru --epochs 20 --rate 0.004 ;;
shakespeare_256)     shakespeare lstm --set n=256 --set p=0.3 --epochs 15 --rate 0.003 ;;
shakespeare_gru_256) shakespeare gru --set n=256 --set p=0.3 --epochs 15 --rate 0.003 ;;
war)                 war lstm --set m=56 --epochs 5 --rate 0.004 ;;
war_gru)             war gru --set m=56 --epochs 5 --rate 0.004 ;;
war_256)             war lstm --set n=256 --epochs 4 --rate 0.003 ;;
war_gru_256)         war gru --set n=256 --epochs 4 --rate 0.003 ;;
context_*)           translation context --set k="${result#context_}" --epochs 6 ;;
adding)              adding lstm_long 100 ;;
adding_gru)          adding gru_long 110 ;;
adding_rnn)          adding rnn 250 ;;
copy)                copy lstm_long 110 ;;
copy_gru)            copy gru_long 125 ;;
copy_rnn)            copy rnn 250 ;;
pixels)              pixels lstm_long 125 6 0.003 2 0.002 ;;
pixels_gru)          pixels gru_long 144 6 0.003 3 0.002 ;;
pixels_rnn)          pixels rnn 250 3 0.001 2 0.0005 ;;
permuted)            permuted lstm_long 125 9 0.003 ;;
permuted_gru)        permuted gru_long 144 7 0.003 3 0.002 ;;
permuted_rnn)        permuted rnn 250 3 0.001 ;;
*)                   "$result" ;;
esac
