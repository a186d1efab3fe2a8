#!/bin/sh
# Fits that are cut off, that meet a number that is none, or whose log, checkpoint or model cannot be written: nothing is lost, and what happened is said.
. "$(dirname "$0")/lib.sh"
printf 'data y[t] : real\nhyper n = 8\nparam V, c, s\nh[t] = gru(n, y[t-1])\ny[t] ~ normal(V h[t] + c, s)\n' > rnn.unr
awk 'BEGIN { print "y"; for (i = 0; i < 300; i++) printf "%.6f\n", sin(i / 5) + 0.1 * sin(i * i) }' > s.csv
run unroll fit rnn.unr s.csv --epochs 2 -o a.model --resume
says "there is no checkpoint a.model.checkpoint to resume from"
fails 1 unroll fit rnn.unr s.csv -q --epochs 2 --log /dev/full -o b.model
says "the log cannot be written" "the fit went on to its end without its log, and its model is saved"
silent "the best so far"
run unroll predict b.model s.csv --horizon 1
fails 1 unroll fit rnn.unr s.csv --epochs 2 --test 20 --log /dev/full -o b.model
says "the fit goes on without it" "RMSE" "on the test part"
printf 'data y[t] : real\nparam a, c, s\ny[t] ~ normal(a * y[t-1] + c, s)\n' > lines.unr
fails 1 unroll fit lines.unr s.csv --log /dev/full --test 20 -o b.model
says "the fit goes on without it" "its model is saved" "RMSE"
run unroll fit rnn.unr s.csv --epochs 2 --checkpoint /dev/full --checkpoint-every 0 -o c.model
says "no checkpoint: /dev/full: cannot be written: No space left on device; the fit goes on"
fails 2 unroll fit rnn.unr s.csv --epochs 2 --checkpoint a.model -o d.model
says "is no checkpoint and would be written over"
ln -s a.model link.model
run unroll fit rnn.unr s.csv -q --epochs 2 -o link.model
same "the link stays" a.model "$(readlink link.model)"

# ---- a number that is none: a step of 3 times the gradient doubles the error and turns its sign, so from the second epoch on each is worse than the first
printf 'data y[t] : raw\nparam a\ny[t] ~ normal(a, 1)\n' > d.unr
printf 'y\n1\n2\n3\n2\n' > d.csv
for plan in "--valid d.csv" ""; do
    rm -f d.model
    fails 1 unroll fit d.unr d.csv --method gradients --optimiser sgd --rate 3 --clip -1 --schedule constant --epochs 400 $plan -o d.model
    says "d.unr:3:" "infinite or NaN" "the best so far is kept, of epoch 1"
    run unroll predict d.model d.csv --horizon 1 --csv
    checks=$((checks + 1)); awk -v y="$(column y)" 'BEGIN { exit !(y + 0 == y && y * y <= 36.01) }' || fault "kept $plan: $(column y)"
done
run unroll fit d.unr d.csv --method gradients --optimiser sgd --rate 3 --clip -1 --schedule constant --epochs 1 -q -o one.model
fails 1 unroll fit d.unr d.csv --method gradients --optimiser sgd --rate 3 --clip -1 --schedule constant --epochs 400 --valid d.csv -q -o d.model
same "the first epoch's" "$(score one.model d.csv negative)" "$(score d.model d.csv negative)"
# ... and resumed: the least training loss is that of an epoch before the checkpoint
far="d.unr d.csv --method gradients --optimiser sgd --rate 3 --clip -1 --schedule constant --epochs 400 --checkpoint-every 0 -o e.model"
fails 1 unroll fit $far -q
rm e.model
fails 1 unroll fit $far -q --resume
says "the best so far is kept, of epoch 1"
same "the first epoch's, resumed" "$(score one.model d.csv negative)" "$(score e.model d.csv negative)"
# ... in the first step, of which there is no best: a model that is there stays
cp d.model before
printf 'data y[t] : raw\nparam a\ny[t] ~ normal(exp(exp(a + 800)), 1)\n' > never.unr
fails 1 unroll fit never.unr d.csv --epochs 3 -q -o d.model
cmp -s before d.model || fault "a model was replaced by none"
fails 1 unroll fit never.unr d.csv --epochs 3 -q -o none.model
[ ! -e none.model ] || fault "a model of nothing"

# ---- what a killed writer left goes with the next fit to the same place, of checkpoints too; what a living one holds, and other files, stay
for f in a.model.tmp-0123456789abcdef a.model.checkpoint.tmp-0123456789abcdef; do echo dead > $f; done
echo mine > a.model.tmp-mine
run unroll fit rnn.unr s.csv -q --epochs 2 -o a.model
same "what is left" "a.model a.model.tmp-mine" "$(echo a.model*)"
rm a.model.tmp-mine
if command -v flock > /dev/null; then
    echo living > a.model.tmp-0123456789abcdef
    run flock a.model.tmp-0123456789abcdef unroll fit rnn.unr s.csv -q --epochs 2 -o a.model
    same "it is held" "a.model a.model.tmp-0123456789abcdef" "$(echo a.model*)"
    rm a.model.tmp-0123456789abcdef
fi

# ---- no room for the model: the old one stays, and nothing lies beside it
printf 'data y[t] : real\nhyper n = 64\nparam V, c, s\nh[t] = gru(n, y[t-1])\ny[t] ~ normal(V h[t] + c, s)\n' > wide.unr
run unroll fit wide.unr s.csv --epochs 1 -q -o wide.model
cp a.model full.model
( trap '' XFSZ; ulimit -f 8; exec unroll fit wide.unr s.csv --epochs 1 -q -o full.model ) > out 2> err
same "no room: exit code" 1 $?
says "full.model" "cannot be written"
cmp -s a.model full.model || fault "the old model is gone"
same "no file beside it" full.model "$(echo *full.model*)"
size=$(($(wc -c < wide.model) / 1024 + 2))
( trap '' XFSZ; ulimit -f $((size * 2)); exec unroll fit wide.unr s.csv --epochs 2 --checkpoint-every 0 -o full.model ) > out 2> err
same "no room for the checkpoint: exit code" 0 $?
says "no checkpoint: full.model.checkpoint" "the fit goes on"
run unroll predict full.model s.csv --horizon 1
same "no checkpoint" full.model "$(echo *full.model*)"
finish
