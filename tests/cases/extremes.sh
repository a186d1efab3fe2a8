# extremes FIRST STEP: each option of each verb that takes a number, as `unroll VERB --help` lists them, with each number at the end of some type; of these
# pairs FIRST, FIRST + STEP, … . It is taken, or refused with a word: no crash, no hang, no sanitizer's report. After lib.sh.
numbers="0 -1 1 2147483647 -2147483648 2147483648 4294967296 9223372036854775807 -9223372036854775808 9007199254740993 99999999999999999999 1e300 1e-300 nan inf"
command_of() {
    case $1 in
    fit) echo unroll fit m.unr t.csv --epochs 1 --method gradients -q -o x.model ;;
    predict) echo unroll predict m.model t.csv --horizon 2 -q ;;
    sample) echo unroll sample m.model t.csv --horizon 2 -q ;;
    score) echo unroll score m.model t.csv -q ;;
    values) echo unroll values m.model t.csv -q ;;
    explain) echo unroll explain m.model t.csv -q ;;
    show) echo unroll show m.model -q ;;
    plot) echo unroll plot m.model t.csv --horizon 2 -q -o x.gp ;;
    bench) echo unroll bench --cell rnn --batch 1 --steps 2 --inputs 2 --hidden 2 --only infer --seconds 0.001 -q ;;
    import) echo unroll import m.model nothing.safetensors -q ;;
    export) echo unroll export m.model -q -o x.safetensors ;;
    cells) echo unroll cells rnn ;;
    esac
}
extremes() {
    printf 'data y[t] : real\nparam a, s\nm[t] = a * y[t-1]\ny[t] ~ normal(m[t], s)\n' > m.unr
    seq 1 30 | awk 'BEGIN { print "y" } { print sin($1) }' > t.csv
    run unroll fit m.unr t.csv -q -o m.model
    pair=0
    for verb in $(unroll help | awk '/^    unroll / { print $2 }'); do
        command=$(command_of "$verb")
        [ -n "$command" ] || { fault "no command for the verb $verb"; continue; }
        for o in $(unroll "$verb" --help | awk '/^  --/ && $2 ~ /^(N|K|X|A|P|SHARE|SHARE.FILE|SECONDS|SIZE|SEED|FROM:TO|STEP)$/ { print $1 }'); do
            for v in $numbers; do
                pair=$((pair + 1))
                [ $(((pair - 1 - $1) % $2)) = 0 ] || continue
                timeout 20 $command $o=$v > out 2> err < /dev/null
                code=$?
                checks=$((checks + 1))
                case $code in 0) ;; 1 | 2 | 4) grep -q . err || fault "$verb $o=$v: exit code $code and no word" ;; *) fault "$verb $o=$v: exit code $code: $(head -c 300 err)" ;; esac
                ! grep -q "runtime error\|Sanitizer" err || fault "$verb $o=$v: $(head -c 300 err)"
            done
        done
    done
    [ $pair -gt 500 ] || fault "only $pair pairs: does --help list options as before?"
}
