#!/bin/sh
# Installs into a folder of its own and builds against what lies there: by pkg-config (shared and static), by the CMake package,
# and the C program and the model of the README. 77: skipped.
[ "$UR_SANITIZE" = ON ] && { echo "skipped: a sanitized library cannot be installed for other programs"; exit 77; }
set -e
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
cmake --install "$UR_BUILD_DIR" --prefix "$top/usr" > "$top/log" || { cat "$top/log"; exit 1; }
lib=$(dirname "$(find "$top/usr" -name libunroll.so)")
PKG_CONFIG_PATH=$lib/pkgconfig
LD_LIBRARY_PATH=$lib
export PKG_CONFIG_PATH LD_LIBRARY_PATH
cd "$top"

cat > version.c <<'END'
#include <stdio.h>
#include <unroll.h>
int main(void)
{
    unroll_model *m;
    const char text[] = "data y[t] : real\nparam a, s\ny[t] ~ normal(a y[t-1], s)\n";
    if (unroll_open_text(&m, text, sizeof text - 1, "text", NULL, 0)) { puts(unroll_error()); return 1; }
    puts(unroll_version());
    unroll_close(m);
    return 0;
}
END
want=$(sed -n 's/.*UNROLL_VERSION "\(.*\)"/\1/p' "$UR_SOURCE_DIR/include/unroll.h")
is() { [ "$2" = "$want" ] || { echo "$1: version $2, not $want"; exit 1; }; echo "$1: ok"; }
cc=${CC:-cc}

$cc -o shared version.c $(pkg-config --cflags --libs unroll)
is "shared library by pkg-config" "$(./shared)"
$cc -o static version.c $(pkg-config --cflags unroll) "$lib/libunroll.a" $(pkg-config --static --libs unroll | sed 's/-lunroll//')
is "static library by pkg-config" "$(LD_LIBRARY_PATH= ./static)"
is "the program" "$("$top/usr/bin/unroll" --version | cut -d' ' -f2)"
is "pkg-config" "$(pkg-config --modversion unroll)"

cat > CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.18)
project(user C)
find_package(unroll REQUIRED)
add_executable(user version.c)
target_link_libraries(user unroll::unroll)
END
{ cmake -S . -B cm "-DCMAKE_PREFIX_PATH=$top/usr" && cmake --build cm; } > log 2>&1 || { cat log; exit 1; }
is "shared library by CMake" "$(cm/user)"

# the README: the indented block that holds int main, and the one that holds ~
block() { awk -v want="$1" '/^    |^$/ { b = b substr($0, 5) "\n"; next } { if (index(b, want)) { printf "%s", b; b = ""; exit } b = "" }' "$UR_SOURCE_DIR/README.md"; }
block "int main" > readme.c
$cc -Wall -Werror -o readme readme.c $(pkg-config --cflags --libs unroll)
echo "the README's C program: ok"
block "y[t] ~" > model.unr
"$top/usr/bin/unroll" explain model.unr > log 2>&1 || { cat log; exit 1; }
awk 'BEGIN { print "x,y"; for (i = 0; i < 60; i++) printf "%g,%g\n", sin(i / 3), cos(i / 3) }' > table.csv
"$top/usr/bin/unroll" fit model.unr table.csv --epochs 2 -q -o my.model > log 2>&1 || { cat log; exit 1; }
echo "the README's model: ok"

# nothing but unroll_ names leaves the shared library
names=$(nm -D --defined-only "$lib/libunroll.so" | awk '$2 ~ /[TDBR]/ && $3 !~ /^unroll_/ { print $3 }')
[ -z "$names" ] || { echo "names that leave the library: $names"; exit 1; }
echo "names: ok"
