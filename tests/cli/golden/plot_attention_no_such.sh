. "$ROOT/tests/cli/plots.sh"
looking x.model
unroll plot x.model src=src.txt tgt=tgt.txt --what attention --quantity b
