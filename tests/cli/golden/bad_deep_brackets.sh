awk 'BEGIN { printf "x = "; for (i = 0; i < 10000; i++) printf "("; print "1" }' > deep.unr
unroll explain deep.unr 2> said
code=$?
head -1 said >&2
[ "$(wc -c < said)" -lt 2000 ] || echo "the message is too long" >&2
exit $code
