. "$ROOT/tests/cli/plots.sh"
looking x.model
sed "s/^a.*/&\nr[t,s] = softmax[s](0 t - s)/; s/a\[t,s\] \* e/(a[t,s] + r[t,s]) * e/" look.unr > two.unr
unroll fit two.unr src=src.txt tgt=tgt.txt --epochs 1 -q -o x.model > /dev/null
for i in 1 2 3; do cat src.txt; done > s.txt; for i in 1 2 3; do cat tgt.txt; done > t.txt
unroll plot x.model src=s.txt tgt=t.txt --what attention | grep -c attention
unroll plot x.model src=s.txt tgt=t.txt --what attention --quantity r --rows 0:1
