. "$ROOT/tests/cli/tables.sh"
ar_model > m.unr
series 120 | gzip | unroll fit m.unr - -q -o x.model > /dev/null && echo fitted
