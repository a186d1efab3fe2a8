#!/bin/sh
# The tables of options in doc/CLI.md are those of `unroll VERB --help`, and every option of every verb is in one. `make manual` makes them anew.
here=$(dirname "$0")
manual=$UR_SOURCE_DIR/doc/CLI.md
made=$(mktemp)
trap 'rm -f "$made"' EXIT
sh "$here/manual.sh" "$UNROLL" "$manual" > "$made"
diff "$manual" "$made" || { echo "doc/CLI.md has other options than the program: make manual"; exit 1; }
for verb in fit predict sample score explain plot cells import export bench; do
    grep -q "^<!-- options of $verb -->" "$manual" || { echo "doc/CLI.md has no table of the options of $verb"; exit 1; }
done
for name in $(sed -n 's/^<!-- options \(--.*\) -->$/\1/p' "$manual"); do
    grep -q "^| \`$name[ \`]" "$manual" || { echo "doc/CLI.md names $name, which no verb knows"; exit 1; }
done
