. "$ROOT/tests/cli/plots.sh"
. "$ROOT/tests/cli/tables.sh"
fitted x.model
unroll plot x.model fitted.csv --what attention -o p.png
