. "$ROOT/tests/cli/tables.sh"
# several examples by a column: validation takes the last of them
ar_model > m.unr
{ echo who,day,y; for w in ann ben cal dan; do series 40 | sed "1d; s/^/$w,/"; done; } > t.csv
unroll fit m.unr t.csv --group who --valid 0.25 -q -o x.model | grep -c validation
unroll predict x.model t.csv --group who --horizon 1 --csv | cut -d, -f1,2
