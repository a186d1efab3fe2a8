. "$ROOT/tests/cli/tables.sh"
# nothing that is printed lands in a file that was opened under a standard stream's number
ar_model > m.unr
series 40 > t.csv
unroll fit m.unr t.csv --method gradients --epochs 2 --log log -o x.model >&- 2>&-
echo $?
wc -l < log
unroll explain x.model > /dev/null && echo whole
unroll predict x.model t.csv --horizon 2 >&-
