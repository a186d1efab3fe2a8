# one line of 100 MB as a model, and as a table
head -c 100000000 /dev/zero | tr '\0' x > long
unroll explain long
echo $?
unroll fit "$ROOT/models/sunspots.unr" long -o x.model 2> said
code=$?
cut -c 1-200 said >&2
exit $code
