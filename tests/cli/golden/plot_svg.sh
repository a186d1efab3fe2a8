. "$ROOT/tests/cli/tables.sh"
fitted x.model
unroll plot x.model fitted.csv --horizon 12 -o p.svg || exit
grep -c '<svg' p.svg
ls p.*
