. "$ROOT/tests/cli/plots.sh"
square > s.gp
unroll plot s.gp --what paths --group id --x px --y py -o s.gp
