. "$ROOT/tests/cli/plots.sh"
looking x.model
unroll plot x.model src=src.txt tgt=tgt.txt --what attention --rows 0:3
