. "$ROOT/tests/cli/plots.sh"
look_model | sed 's/: words/: pieces(10)/' > look.unr
printf 'lower low\nlow slower\nslow low slow\nlowest\n' > src.txt
unroll fit look.unr src=src.txt tgt=src.txt --epochs 2 -q -o look.model > /dev/null
unroll plot look.model src=src.txt tgt=src.txt --what attention --rows 0:1
