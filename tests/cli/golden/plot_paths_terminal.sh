. "$ROOT/tests/cli/plots.sh"
square > s.csv
unroll plot s.csv --what paths --group id --x px --y py --label name
unroll plot s.csv --what paths --group id --x px --y py --rows 1:2 -o p.gp && grep "set label" p.gp
unroll plot s.csv --what paths --group id --x px --y py -o p.png && head -c 8 p.png | od -An -tx1
