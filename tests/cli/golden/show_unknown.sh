. "$ROOT/tests/cli/tables.sh"
# a name that is none, a text that is not fitted
fitted m.model
unroll show fitted.unr
echo "exit code $?"
unroll show m.model a
