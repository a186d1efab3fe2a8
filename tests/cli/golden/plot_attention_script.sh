. "$ROOT/tests/cli/plots.sh"
looking x.model
printf "%s\n" "_a ^b {c} @d & 100%g \"q\" \n it's 'x' \`id\` \$HOME ü" > odd.txt
unroll plot x.model src=odd.txt tgt=odd.txt --what attention -o "it's \"odd\".gp" || exit
grep "tics scale" ./*.gp
gnuplot -e "set terminal svg; set output 'odd.svg'" ./*.gp && grep -c "_a\|{c}\|100%g<\|it.s<\|.id.<\|HOME" odd.svg
