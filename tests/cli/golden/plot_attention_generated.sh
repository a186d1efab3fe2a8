. "$ROOT/tests/cli/plots.sh"
looking x.model
unroll plot x.model src=src.txt --what attention --rows 0:1 --min-length 2 --max-length 2 | sed "s/^ *[A-Z]* */W /" 
unroll plot x.model src=src.txt --what attention --rows 0:1 --beam 2 --min-length 2 --max-length 2 | head -1
