. "$ROOT/tests/cli/tables.sh"
ar_model > m.unr
unroll explain m.unr
