. "$ROOT/tests/cli/plots.sh"
looking x.model
# a signature, a document, pages
unroll plot x.model src=src.txt tgt=tgt.txt --what attention -o p.png || exit
ls p*
for f in p-*.png; do head -c 8 $f | od -An -tx1; done
unroll plot x.model src=src.txt tgt=tgt.txt --what attention --rows 1:2 -o p.svg || exit
unroll plot x.model src=src.txt tgt=tgt.txt --what attention -o p.pdf || exit
ls p.*
if command -v xmllint > /dev/null; then xmllint --noout p.svg; else tail -n 1 p.svg | grep -q "</svg>"; fi && echo well-formed
grep -ac "/Type */Page\>" p.pdf
