. "$ROOT/tests/cli/tables.sh"
fitted x.model
head -c 300 x.model > cut.model
unroll predict cut.model fitted.csv --horizon 2
