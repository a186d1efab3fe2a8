#!/bin/sh
# Standard streams that are closed, full, or whose reader leaves: for every verb the exit code says whether what should be printed was, files are whole.
. "$(dirname "$0")/lib.sh"
[ -w /dev/full ] || { echo "skipped: no /dev/full"; exit 77; }
printf 'data y[t] : real\nparam a, s\nm[t] = a * y[t-1]\ny[t] ~ normal(m[t], s)\n' > m.unr
seq 1 40 | awk 'BEGIN { print "y" } { print sin($1) }' > t.csv
printf 'a = w.weight\ns = log.s\n' > m.map
COLUMNS=80
export COLUMNS
run unroll fit m.unr t.csv --method gradients --epochs 2 --log log.jsonl -q -o m.model
printf 'E = E\nV = V\n' > bag.map
printf 'data c[t] : chars\nparam E, V\ne[t] : 3 = E c[t-1]\nc[t] ~ categorical(V e[t])\n' > bag.unr
printf 'abc\nabab\ncab\n' > lines.txt
run unroll fit bag.unr c=lines.txt --epochs 1 -q -o bag.model
run unroll export bag.model --map bag.map -q -o w.safetensors

# VERB: what it prints (something, or perhaps nothing) and makes (a file, or -), then the command
cat > table <<'END'
help some - unroll help
help some - unroll help fit
help some - unroll --version
fit some o.model unroll fit m.unr t.csv --epochs 2 --method gradients -o o.model
fit some o.model unroll fit m.unr t.csv --valid 0.2 --test 0.2 -o o.model
predict some - unroll predict m.model t.csv --horizon 3
predict some - unroll predict m.model t.csv --horizon 3000 --csv -q
predict some - unroll predict m.model t.csv --horizon 3 --json
predict some - unroll predict m.model t.csv --horizon 3 -o /dev/stdout
predict none o.csv unroll predict m.model t.csv --horizon 3 -o o.csv
sample some - unroll sample bag.model --samples 2 --max-length 5
score some - unroll score m.model t.csv
score some - unroll score --hypothesis lines.txt --reference lines.txt
values some - unroll values m.model t.csv
values none o.csv unroll values m.model t.csv -o o.csv
explain some - unroll explain m.model t.csv
show some - unroll show m.model
show none o.csv unroll show m.model -o o.csv
plot some - unroll plot m.model t.csv --horizon 3
plot some - unroll plot log.jsonl --what loss
plot none o.svg unroll plot log.jsonl --what loss -o o.svg
cells some - unroll cells
import none o.model unroll import bag.model w.safetensors --map bag.map -q -o o.model
import some - unroll import bag.model w.safetensors
export none o.safetensors unroll export bag.model --map bag.map -q -o o.safetensors
bench some - unroll bench --cell rnn --batch 1 --steps 2 --inputs 2 --hidden 2 --seconds 0.01 --only infer --threads 1
END
for verb in $(unroll help | awk '/^    unroll / { print $2 }'); do
    grep -q "^$verb " table || fault "the table has no $verb"
done
command -v gnuplot > /dev/null || sed -i '/^plot/d' table

made() {        # made WHAT: the file of the command is there and reads
    [ "$file" = - ] && return
    checks=$((checks + 1))
    [ -s "$file" ] || { fault "$1: no $file of: $command"; return; }
    case $file in *.model) unroll explain "$file" > /dev/null 2>&1 || fault "$1: $file does not read" ;; *) cmp -s "$file" "right.$file" || fault "$1: another $file" ;; esac
}
ends() {        # ends WHAT CODE WANTED…: one of these exit codes
    checks=$((checks + 1))
    what=$1 got=$2
    shift 2
    for code; do [ "$got" = "$code" ] && return; done
    fault "$what: exit code $got of: $command"
    cat err
}
while read -r verb prints file command; do
    : > err
    rm -f "$file"
    $command > right 2> /dev/null < /dev/null || fault "exit code $? of: $command"
    [ "$file" = - ] || cp "$file" "right.$file"
    failed=1
    [ "$prints" = none ] && failed="0 1"
    rm -f "$file"
    timeout 20 $command > /dev/full 2> err < /dev/null
    ends "stdout is full" $? $failed
    [ "$prints" = none ] || grep -q . err || fault "stdout is full, and nothing is said by: $command"
    made "stdout is full"
    rm -f "$file"
    timeout 20 $command >&- 2> err < /dev/null
    ends "stdout is closed" $? $failed
    [ "$prints" = none ] || grep -q . err || fault "stdout is closed, and nothing is said by: $command"
    made "stdout is closed"
    rm -f "$file"
    timeout 20 $command > out 2>&- < /dev/null
    ends "stderr is closed" $? 0
    made "stderr is closed"
    [ "$verb" = fit ] || [ "$verb" = bench ] || cmp -s out right || fault "stderr is closed: prints something else: $command"
    rm -f "$file"
    timeout 20 $command >&- 2>&- <&-
    ends "all are closed" $? $failed
    made "all are closed"
    rm -f "$file"
    timeout 20 $command > out 2> /dev/full < /dev/null
    ends "stderr is full" $? 0
    made "stderr is full"
    rm -f "$file"
    { timeout 20 $command 2> err < /dev/null; echo $? > code; } | head -1 > out
    ends "its reader leaves" "$(cat code)" 0 1 141
    made "its reader leaves"
    rm -f "$file"
    { sleep 0.05; timeout 20 $command 2> err < /dev/null; echo $? > code; } | :
    case $verb,$prints in fit,* | plot,some) ends "its reader has left" "$(cat code)" 1 ;; *,none) ends "its reader has left" "$(cat code)" 0 ;; *) ends "its reader has left" "$(cat code)" 1 141 ;; esac
    made "its reader has left"
done < table
# what is wrong with a command is its exit code, whoever can be told
for closed in '2>&-' '2> /dev/full' '> /dev/full 2>&-' '<&- >&- 2>&-'; do
    eval "unroll fit nothing.unr t.csv -o o.model $closed"
    [ $? = 1 ] || fault "no such file, $closed: not exit code 1"
    eval "unroll fit m.unr t.csv --epoch 3 -o o.model $closed"
    [ $? = 2 ] || fault "no such option, $closed: not exit code 2"
    eval "unroll predict m.model bag.unr $closed"
    [ $? = 4 ] || fault "no table, $closed: not exit code 4"
    checks=$((checks + 3))
done
fails 1 unroll predict m.model - --horizon 2 <&-
finish
