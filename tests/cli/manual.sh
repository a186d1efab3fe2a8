#!/bin/sh
# Prints the manual with its tables of options made anew from what `unroll VERB --help` says. Usage: manual.sh PROGRAM doc/CLI.md
# A table stands between two comments. `<!-- options NAME... -->` has the options named, which several verbs know and which are told once;
# `<!-- options of VERB -->` has all other options of that verb. Both end with `<!-- end -->`. The column of verbs is left out where there is one.
program=$1 manual=$2
verbs='fit predict sample score values explain show plot cells import export bench'
{
    for verb in $verbs; do
        "$program" $verb --help | sed -n "s/^  --/$verb /p"
    done
    echo "="
    cat "$manual"
} | awk -v verbs="$verbs" '
    # one line of help: VERB NAME [TAKES] blanks MEANING
    !manual && $0 != "=" {
        verb = $1; name = $2
        rest = substr($0, length(verb) + length(name) + 3)
        takes = ""
        if (rest ~ /^[^ ]/) {
            takes = rest
            sub(/ .*/, "", takes)
            rest = substr(rest, length(takes) + 1)
        }
        sub(/^ +/, "", rest)
        gsub(/\|/, "\\|", takes)
        gsub(/\|/, "\\|", rest)
        key = verb " " name
        left[key] = "`--" name (takes == "" ? "" : " " takes) "`"
        means[key] = rest
        order[verb] = order[verb] " " name
        knows[name] = knows[name] (knows[name] == "" ? "" : " ") verb
        next
    }
    !manual { manual = 1; next }
    { line[++n] = $0 }
    /^<!-- options --?[a-z]/ { for (i = 3; i < NF; i++) { told = $i; sub(/^--/, "", told); common[told] = 1 } }
    END {
        for (k = 1; k <= n; k++) {
            if (line[k] == "<!-- end -->") skip = 0
            if (!skip) print line[k]
            if (line[k] !~ /^<!-- options /) continue
            m = split(line[k], word, " ")
            skip = 1
            if (word[3] == "of") {
                m = split(order[word[4]], own, " ")
                rows = ""
                for (i = 1; i <= m; i++) {
                    key = word[4] " " own[i]
                    if (!(own[i] in common)) rows = rows "\n| " left[key] " | " means[key] " |"
                }
                print rows == "" ? "It has no options of its own." : "| option | meaning |\n| --- | --- |" rows
            } else {
                print "| option | verbs | meaning |\n| --- | --- | --- |"
                for (i = 3; i < m; i++) {
                    told = word[i]
                    sub(/^--/, "", told)
                    split(knows[told], v, " ")
                    print "| " left[v[1] " " told] " | " knows[told] " | " means[v[1] " " told] " |"
                }
            }
        }
    }'
