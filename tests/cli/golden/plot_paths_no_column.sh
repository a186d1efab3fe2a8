. "$ROOT/tests/cli/plots.sh"
square > s.csv
unroll plot s.csv --what paths --group id --x px --y pz
