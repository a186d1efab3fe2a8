# Commands that are swept, each in a folder of its inputs and of the files that stand where its results go. After `. scenes.sh`, `scene NAME` makes the
# folder `at` and sets `command`; `scenes` are their names.
SWEEP=${UR_SWEEP:-$UR_BUILD_DIR/tests/faults_sweep}
SHIM=${UR_SHIM:-$UR_BUILD_DIR/tests/libfaults_shim.so}
scenes="fit resume exact pieces predict generate beam score import export pictures explain show small packed columns array texts loss forecast paths"

printf 'data y[t] : real, c[t] : symbol\nhyper n = 3\nparam E, V, s\nh[t] = gru(n, [y[t-1]; E c[t]])\ny[t] ~ normal(V h[t], s)\n' > rnn.unr
awk 'BEGIN { print "day,y,c"; for (i = 0; i < 40; i++) printf "2020-01-%02d,%.4f,%s\n", i + 1 - (i > 30) * 31, sin(i / 3), substr("abc", i % 3 + 1, 1) }' |
    sed '33,$s/2020-01/2020-02/' > t.csv
printf 'data y[t] : raw, x[t] : raw\nparam a, b, c, s\ny[t] ~ normal(a * y[t-1] + b * x[t] + c, s)\n' > line.unr
awk 'BEGIN { print "y,x"; for (i = 0; i < 40; i++) printf "%.4f,%d\n", sin(i / 3), i * 7 % 5 }' > line.csv
printf 'data y[t] : real\nparam a, s\ny[t] ~ normal(a * y[t-1], s)\n' > ar.unr
printf 'data c[t] : chars\nhyper n = 4\nparam E, V, b\nh[t] = lstm(n, E c[t-1])\nc[t] ~ categorical(V h[t] + b)\n' > char.unr
printf 'hello world\nhello there\nhallo welt\nhi\n' > lines.txt
printf 'data w[t] : pieces(15)\nhyper n = 2\nparam E, V\nh[t] : n = tanh(E w[t-1])\nw[t] ~ categorical(V h[t])\n' > pieces.unr
printf 'data c[t] : chars\nparam E, V, b\ne[t] : 3 = E c[t-1]\nc[t] ~ categorical(V e[t] + b)\n' > bag.unr
printf 'E = embed.weight\nV = out.weight\nb = out.bias\n' > bag.map
printf 'data x[s] : chars, y[t] : chars\nparam E, F, V\ne[s] : 3 = E x[s]\nq[t] : 3 = F y[t-1]\nw[t,s] = softmax[s](dot(q[t], e[s]))\ny[t] ~ categorical(V sum[s](w[t,s] e[s]))\n' > pair.unr
printf 'abc\nxyz\nhello\nab\n' > x.txt
printf 'cba\nzyx\nolleh\nba\n' > y.txt
printf 'data word[t] : symbol, tag[t] : symbol\nparam E, V\ntag[t] ~ categorical(V (E word[t]))\n' > tag.unr
printf '# a comment\n1\tthe\t_\tDET\t_\t_\t_\t_\t_\t_\n2\tcat\t_\tNOUN\t_\t_\t_\t_\t_\t_\n\n1\ta\t_\tDET\t_\t_\t_\t_\t_\t_\n2\tdog\t_\tNOUN\t_\t_\t_\t_\t_\t_\n\n' > w.conllu
printf 'data x : raw(4), k : symbol\nparam W, b\nk ~ categorical(W x + b)\n' > image.unr
{ printf '\000\000\010\002\000\000\000\004\000\000\000\004'; printf 'abcdefghijklmnop'; } > x.idx
{ printf '\000\000\010\001\000\000\000\004'; printf '\000\001\000\001'; } > k.idx

fitted() {      # fitted MODEL.unr DATA… -o FILE: a model that other scenes use, made once
    for file; do :; done
    [ -f "$file" ] || unroll fit "$@" --threads 1 -q > /dev/null || fault "no $file"
}
fill() {        # fill FILE…: the scene's folder
    rm -rf at
    mkdir at && cp "$@" at
}
scene() {
    one="--threads 1 -q"
    case $1 in
    fit | resume)
        fitted rnn.unr t.csv --epochs 1 --method gradients -o rnn.model
        fill rnn.unr t.csv
        cp rnn.model at/o.model
        command="unroll fit rnn.unr t.csv --valid 0.2 --epochs 3 --method gradients --checkpoint-every 0 --resume --log o.jsonl $one -o o.model"
        [ "$1" = fit ] && return
        mkdir -p cut
        [ -f cut/o.model.checkpoint ] || UR_KEEP=cut "$SWEEP" "$SHIM" at rename=KILL 2 1000 $command > said
        [ -f cut/o.model.checkpoint ] || { fault "no checkpoint"; cat said; }
        rm -f cut/*.tmp-*
        cp cut/* at ;;
    exact)
        fill line.unr line.csv
        command="unroll fit line.unr line.csv --valid 0.2 $one -o o.model" ;;
    pieces)
        fill pieces.unr lines.txt
        command="unroll fit pieces.unr w=lines.txt --epochs 1 $one -o o.model" ;;
    predict)
        fitted rnn.unr t.csv --epochs 1 --method gradients -o rnn.model
        fill rnn.model t.csv
        echo old > at/o.csv
        sed '$s/,a$/,/; 10s/,[^,]*,/,,/' t.csv > at/t.csv
        command="unroll predict rnn.model t.csv --samples 3 $one -o o.csv" ;;
    generate)
        fitted char.unr c=lines.txt --epochs 2 -o char.model
        fill char.model
        command="unroll sample char.model --samples 2 --max-length 9 --json $one" ;;
    beam)
        fitted char.unr c=lines.txt --epochs 2 -o char.model
        fill char.model
        command="unroll predict char.model --prompt he --beam 3 --n-best 2 --max-length 6 --csv $one" ;;
    score)
        fitted rnn.unr t.csv --epochs 1 --method gradients -o rnn.model
        fill rnn.model t.csv
        command="unroll score rnn.model t.csv --rows 20: --horizon 2 $one" ;;
    import)
        fitted bag.unr c=lines.txt --epochs 2 -o bag.model
        [ -f w.safetensors ] || unroll export bag.model --map bag.map -o w.safetensors > /dev/null || fault "no export"
        fill bag.model w.safetensors bag.map
        cp bag.model at/o.model
        command="unroll import bag.model w.safetensors --map bag.map -q -o o.model" ;;
    export)
        fitted bag.unr c=lines.txt --epochs 2 -o bag.model
        fill bag.model bag.map
        echo old > at/w.safetensors
        command="unroll export bag.model --map bag.map -q -o w.safetensors" ;;
    pictures)
        fitted pair.unr x=x.txt y=y.txt --epochs 1 -o pair.model
        fill pair.model x.txt y.txt
        command="unroll plot pair.model x=x.txt y=y.txt --what attention --rows 0:1 $one" ;;
    explain)
        fitted rnn.unr t.csv --epochs 1 --method gradients -o rnn.model
        fill rnn.model t.csv
        command="unroll explain rnn.model t.csv -q" ;;
    show)
        fitted rnn.unr t.csv --epochs 1 --method gradients -o rnn.model
        fill rnn.model
        command="unroll show rnn.model --json -q -o o.json" ;;
    small)
        printf 'data y[t] : raw\nparam m, s\ny[t] ~ student_t(m, s, 4)\n' > small.unr
        fill small.unr line.csv
        command="unroll fit small.unr line.csv --valid 10 $one -o o.model" ;;
    packed)
        fitted line.unr line.csv -o line.model
        fill line.model line.csv
        sed '$s/^.*,/,/' line.csv | gzip -c > at/line.csv.gz
        command="unroll predict line.model line.csv.gz --rows 20: --csv $one" ;;
    columns)
        fitted tag.unr word=FORM tag=UPOS w.conllu --epochs 1 -o tag.model
        fill tag.model w.conllu
        command="unroll predict tag.model tag= w.conllu $one -o o.conllu" ;;
    array)
        fill image.unr x.idx k.idx
        command="unroll fit image.unr x=x.idx k=k.idx --epochs 1 $one -o o.model" ;;
    loss | picture)
        printf '{"epoch":1,"train_loss":2.0,"valid_loss":2.1,"comment":"a text that is longer than sixteen bytes \\u00e9"}\n{"epoch":2,"train_loss":1.0}\n' > log.jsonl
        fill log.jsonl
        command="unroll plot log.jsonl --what loss"
        [ "$1" = picture ] && command="$command -o o.svg" && echo old > at/o.svg ;;
    forecast)
        fitted ar.unr t.csv -o ar.model
        fill ar.model t.csv
        echo old > at/o.svg
        command="unroll plot ar.model t.csv --horizon 3 --samples 4 $one -o o.svg" ;;
    paths)
        fill line.csv
        command="unroll plot line.csv --what paths --x x --y y -o o.gp" ;;
    texts)
        fill x.txt y.txt
        command="unroll score --hypothesis x.txt --reference y.txt -q" ;;
    esac
}
