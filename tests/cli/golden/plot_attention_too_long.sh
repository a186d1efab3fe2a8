. "$ROOT/tests/cli/plots.sh"
looking x.model
yes one | head -500 | tr "\n" " " > s.txt; echo >> s.txt; cat s.txt s.txt > s2.txt
unroll plot x.model src=s2.txt tgt=s2.txt --what attention
