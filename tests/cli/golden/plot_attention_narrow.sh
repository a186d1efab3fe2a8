. "$ROOT/tests/cli/plots.sh"
looking x.model
n="a b c d e f g h i j k l m n o p q r s t u v w x y z ä ö ü _x ^y {z} @ & 100% \"q\" \n it's"
yes "$n" | head -1 | sed "s/.*/& & &/" > long.txt
cp long.txt l2.txt; echo one >> long.txt; echo ONE >> l2.txt
unroll plot x.model src=long.txt tgt=l2.txt --what attention --rows 1:2
unroll plot x.model src=long.txt tgt=l2.txt --what attention --rows 0:1 | head -22
