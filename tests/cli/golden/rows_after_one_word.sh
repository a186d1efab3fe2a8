. "$ROOT/tests/cli/plots.sh"
looking x.model
printf 'one\none two\n' > first.txt
# an example of one word before the part is no history of it
unroll predict x.model src=first.txt --rows 1:2 --min-length 1 --max-length 1 | wc -w
