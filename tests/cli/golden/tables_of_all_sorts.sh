. "$ROOT/tests/cli/tables.sh"
# Windows line ends, a mark at the start, semicolons with decimal commas, gzip: the same table
ar_model > m.unr
series 60 > plain.csv
sed 's/$/\r/' plain.csv > windows.csv
(printf '\357\273\277'; cat plain.csv) > mark.csv
sed 's/,/;/; s/\./,/' plain.csv > semicolon.csv
gzip -c plain.csv > packed.csv.gz
cp packed.csv.gz renamed.csv
head -c 200 packed.csv.gz > short.csv.gz
for t in plain.csv windows.csv mark.csv semicolon.csv packed.csv.gz renamed.csv; do
    unroll fit m.unr $t -q -o x.model | grep loss >> losses
done
sort losses | uniq -c | awk "{ print \$1, \"the same\" }"
unroll fit m.unr short.csv.gz -q -o x.model
