. "$ROOT/tests/cli/plots.sh"
square > s.csv
unroll=$(command -v unroll)
PATH=$(dirname "$unroll") unroll plot s.csv --what paths --group id --x px --y py -o p.png
