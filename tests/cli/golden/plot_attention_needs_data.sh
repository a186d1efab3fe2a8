. "$ROOT/tests/cli/plots.sh"
looking x.model
unroll plot x.model --what attention
