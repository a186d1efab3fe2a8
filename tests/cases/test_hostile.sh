#!/bin/sh
# Files and names that mean harm: a model file that names another file, names that a terminal would obey, an output that begins with a pipe, arrays and
# packed files that promise more than they are.
. "$(dirname "$0")/lib.sh"
esc=$(printf '\033')
bell=$(printf '\007')
quiet() {       # quiet WHAT FILE…: nothing in them that a terminal obeys
    checks=$((checks + 1))
    what=$1; shift
    cat "$@" | LC_ALL=C tr -d '\n\t\40-\176\200-\377' | grep -q . && fault "$what: control characters"
    cat "$@" | grep -qF -e "$(printf '\302\233')" -e "$(printf '\342\200\256')" && fault "$what: a control of Unicode"
}

# ---- a model file is data
printf 'data y[t] : real\nparam a, s\ny[t] ~ normal(a * y[t-1], s)\n' > m.unr
printf 'cell half(x[t]) = 0.5 * x[t]\n' > half.unr
printf 'use "half.unr"\ndata y[t] : real\nparam a, s\ny[t] ~ normal(a * half(y[t-1]), s)\n' > uses.unr
seq 1 40 | awk 'BEGIN { print "y" } { print sin($1) }' > t.csv
run unroll fit uses.unr t.csv -q -o uses.model
grep -qaF 'use \"' uses.model && fault "a model file names the file that its text used"
mv half.unr away.unr
run unroll predict uses.model t.csv --horizon 1 -q
# of the same length, so that the file is as long as it says; its checksum is then wrong, so it is made anew by Python where there is one
python=$(command -v python3)
if [ -n "$python" ]; then
    cat > forge.py <<'P'
import json, struct, sys, zlib
def forge(source, target, change):
    b = open(source, 'rb').read()
    n = struct.unpack('<Q', b[:8])[0]
    h = json.loads(b[8:8 + n])
    meta, data = h.pop('__metadata__'), b[8 + n:]
    h = dict(sorted(h.items(), key=lambda kv: kv[1]['data_offsets']))
    change(h, meta)
    crc, s = lambda c, t: zlib.crc32(t.encode() + b'\0', c), 0
    for i, (name, t) in enumerate(h.items()):
        c = crc(crc(1, name), t['dtype'])
        for k in t['shape']:
            c = crc(c, str(k))
        s += zlib.crc32(data[t['data_offsets'][0]:t['data_offsets'][1]], c) * (2 * i + 1)
    for k, v in meta.items():
        if k != 'checksum':
            s += zlib.crc32(v.encode(), crc(2, k))
    meta['checksum'] = 'crc32:%08x' % (s & 0xffffffff)
    text = json.dumps({'__metadata__': meta, **h}, ensure_ascii=False).encode()
    text += b' ' * (-len(text) % 256)
    open(target, 'wb').write(struct.pack('<Q', len(text)) + text + data)
def text(t):
    def change(h, meta): meta['text'] = t + meta['text']
    return change
forge('m.model', 'same.model', lambda h, meta: None)
forge('m.model', 'use.model', text('use "secret.txt"\n'))
forge('m.model', 'pipe.model', text('use "pipe"\n'))
forge('m.model', 'stdin.model', text('use "-"\n'))
def name(h, meta): meta['name'] = 'evil\x1b[2J\x1b]0;title\x07'; meta['text'] += 'nonsense\x1b here\n'
forge('m.model', 'name.model', name)
def tensor(h, meta): h['W\x1b[31m\x9b\u202e\x07'] = h.pop('a')
forge('m.model', 'tensor.model', tensor)
def key(h, meta): meta['k\x1b[2J'] = 'x'; meta['precision'] = '\x1b[2J'
forge('m.model', 'key.model', key)
def method(h, meta): f = json.loads(meta['fit']); f['method'] = '\x1b]52;c;eA==\x07'; meta['fit'] = json.dumps(f)
forge('m.model', 'method.model', method)
def options(**said):
    def change(h, meta): f = json.loads(meta['fit']); f.update(said); meta['fit'] = json.dumps(f)
    return change
keys = ('context', 'horizon', 'season', 'form', 'best_epoch', 'epochs')
def without(h, meta): f = json.loads(meta['fit']); meta['fit'] = json.dumps({k: v for k, v in f.items() if k not in keys})
forge('m.model', 'without.model', without)
forge('m.model', 'below.model', options(context=-5, horizon=-1, season=-7, form=-1, best_epoch=-1, epochs=-3))
forge('m.model', 'above.model', options(context=2**40, horizon=2**62, season=2**33, form=9, best_epoch=2**50, epochs=2**31))
forge('m.model', 'kinds.model', options(context='12', horizon=1.5, season=None, form=[], best_epoch={}, epochs=True))
def large(h, meta): meta['text'] = meta['text'].replace('param a, s', 'param a, s, W(16384,16384), v(16384)') + 'z = sum(W v)\n'
forge('m.model', 'large.model', large)
P
    run unroll fit m.unr t.csv -q -o m.model
    echo "a secret" > secret.txt
    mkfifo pipe
    run "$python" forge.py
    run unroll explain same.model
    for f in use pipe stdin; do
        echo "what is typed" | fails 3 timeout 20 unroll explain $f.model
        says "a model file opens no other file"
        silent "a secret"
        silent "typed"
    done
    for f in name tensor key method; do
        unroll explain $f.model > out 2> err
        quiet "$f.model" out err
    done
    for f in without below above kinds; do
        { unroll predict $f.model t.csv --horizon 3 --csv; unroll score $f.model t.csv --horizon 2 --csv; } > $f.out 2> err || fault "numbers of $f.model: $(cat err)"
    done
    for f in below above kinds; do
        same "numbers out of range: as if absent, $f" "$(cat without.out)" "$(cat $f.out)"
    done
    bounded -v 2000000 unroll explain large.model > out 2> err
    says "its text has parameters of 268451842 numbers, its tensors at most"
else
    echo "no python3 here: model files are not forged"
fi

# ---- names and cells in messages, notes, tables and pictures
printf 'g,y\n"a%s[2J%s",1\n"a%s[2J%s",2\nb,1\nb,3\n' "$esc" "$bell" "$esc" "$bell" > g.csv
unroll fit m.unr g.csv --group g -q -o g.model > out 2> err
quiet "fit by groups" out err
unroll predict g.model g.csv --group g --horizon 1 > out 2> err
quiet "a table for eyes" out err
unroll predict g.model g.csv --group g --horizon 1 --csv > out 2> err
grep -qF "$esc" out || fault "CSV does not pass a cell as it is"
run unroll predict g.model g.csv --group g --horizon 1 -o g.tsv
grep -qF "$esc" g.tsv || fault "TSV does not pass a cell as it is"
run unroll predict g.model g.csv --group g --horizon 1 --json
grep -qF '"a\u001b[2J\u0007"' out || fault "JSON does not pass a cell as it is"
if command -v script > /dev/null; then
    for o in --csv --json; do
        script -qec "unroll predict g.model g.csv --group g --horizon 1 $o -q" typed > /dev/null < /dev/null
        sed '/^Script /d' typed | tr -d '\r' > out
        quiet "a terminal, $o" out
        grep -qF '[2J' out || fault "a terminal gets no cell: $(cat out)"
    done
fi
printf '"y%s[31m"\n1\n2\n' "$esc" > h.csv
fails 4 unroll fit m.unr h.csv -q -o x.model
quiet "a column's name" out err
says 'x1B[31m'
printf 'y\n1\nx%s[2J\n' "$esc" > c.csv
fails 4 unroll fit m.unr c.csv -q -o x.model
quiet "a cell that is no number" out err
fails 1 unroll fit m.unr "none$esc[2J.csv" -q -o x.model
quiet "a file that is not there" out err
fails 2 unroll "ver$esc[2Jb"
quiet "a verb" out err
printf 'data w[t] : symbol\nparam E, V\nw[t] ~ categorical(V tanh(E w[t-1]))\n' > w.unr
printf 'w\na%s[2J\nb\na%s[2J\nb\n' "$esc" "$esc" > w.csv
printf 'w\n\302\233new\nb\n\302\233new\nb\n' > w2.csv
run unroll fit w.unr w.csv --epochs 1 -q -o w.model
unroll score w.model w2.csv > out 2> err
quiet "notes" out err
unroll score w.model w.csv --confusion > out 2> err
quiet "a confusion table" out err
printf 'data y\302\233[t] : real\nparam a, s\ny\302\233[t] ~ normal(a, s)\n' > u.unr
fails 3 unroll explain u.unr
quiet "a name of the language" out err
says "not part of the language"

# ---- gnuplot
if command -v gnuplot > /dev/null; then
    printf '{"epoch":1,"train_loss":2.0,"valid_loss":2.1}\n{"epoch":2,"train_loss":1.0,"valid_loss":1.5}\n' > log.jsonl
    run unroll plot log.jsonl --what loss -o '|touch P1;cat>x.svg'
    [ -s '|touch P1;cat>x.svg' ] || fault "a picture whose name begins with a pipe is not there"
    run unroll plot log.jsonl --what loss -o '|touch P2;:.png'
    for n in '`touch P3`.jsonl' '$(touch P4).jsonl' '"; system("touch P5"); print ".jsonl' "a$(printf '\n!touch P6\n.')jsonl" '@GPVAL_VERSION.jsonl' "';system('touch P7').jsonl" \
        '\"`touch P8`.jsonl' 'x\140touch P9\140.jsonl' "a$esc[2Jb.jsonl"; do
        cp log.jsonl "$n"
        run unroll plot "$n" log.jsonl --what loss -o n.svg
        run unroll plot "$n" log.jsonl --what loss -o n.gp
        gnuplot -e "set terminal svg; set output '/dev/null'" n.gp > out 2> err || fault "the script is no script: $n"
        run unroll plot "$n" log.jsonl --what loss
        sed 's/\f//' out > out2
        quiet "a curve's name" out2 err
    done
    printf 'x,y,g\n1,2,"`touch P10`"\n2,3,"`touch P10`"\n1,1,"""; system(""touch P11""); """\n3,1,"""; system(""touch P11""); """\n1,1,"a\n!touch P12\n"\n2,2,"a\n!touch P12\n"\n4,4,"%%s \\140touch P13\\140"\n5,5,"%%s \\140touch P13\\140"\n' > paths.csv
    run unroll plot paths.csv --what paths --group g --x x --y y -o p.svg
    run unroll plot paths.csv --what paths --group g --x x --y y -o p.gp
    gnuplot -e "set terminal svg; set output '/dev/null'" p.gp > out 2> err || fault "the script of paths is no script"
    mkdir home
    echo 'system("touch P14")' > home/.gnuplot
    HOME=$PWD/home run unroll plot log.jsonl --what loss -o h.svg
    ls P[0-9]* > out 2> /dev/null && fault "a name ran a command: $(cat out)"
else
    echo "no gnuplot here: pictures are not drawn"
fi

# ---- arrays and packed files that promise more than they are
npy() {         # npy SHAPE FORTRAN: a header and one number
    printf "\223NUMPY\001\000\166\000%-117s\n" "{'descr': '<f8', 'fortran_order': $2, 'shape': $1, }"
    printf '\000\000\000\000\000\000\360\077'
}
for s in '(300000000, 0)' '(4000000000, 0)' '(3000000000,)' '(50000, 50000)'; do
    for f in False True; do
        npy "$s" $f > a.npy
        bounded -v 1000000 unroll fit m.unr y=a.npy -q -o x.model > out 2> err
        code=$?
        checks=$((checks + 1))
        [ $code = 4 ] || fault "exit code $code, not 4, of an array of $s: $(cat err)"
        silent "out of memory"
    done
done
printf '\000\000\010\002\021\341\243\000\000\000\000\000' > f.idx
bounded -v 1000000 unroll fit m.unr y=f.idx -q -o x.model > out 2> err
says "promises 300000000 empty examples"
long=1,$(printf '%060d' 0)              # few rows: they take their time
(echo y,z; yes $long | head -c 70000000) | gzip > bomb.csv.gz
bounded -v 1500000 unroll fit m.unr bomb.csv.gz -q -o x.model > out 2> err
says "bomb.csv.gz: unpacks to more than 250 times its size"
silent "out of memory"
if command -v xz > /dev/null; then
    (echo y,z; yes $long | head -c 70000000) | xz -1 > bomb.csv.xz
    bounded -v 1500000 unroll fit m.unr bomb.csv.xz -q -o x.model > out 2> err
    says "bomb.csv.xz: unpacks to more than 250 times its size"
fi
(echo y; yes 1 | head -c 200000) | gzip -9 > small.csv.gz
run unroll fit m.unr small.csv.gz -q -o x.model
cp bomb.csv.gz bomb.unr
bounded -v 1500000 unroll explain bomb.unr > out 2> err
says "bomb.unr: unpacks to more than 250 times its size"
silent "out of memory"
finish
