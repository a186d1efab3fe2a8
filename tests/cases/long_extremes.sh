#!/bin/sh
# Every option that takes a number, with every extreme; test_extremes.sh has a part of them.
. "$(dirname "$0")/lib.sh"
. "$here/extremes.sh"
extremes 0 1
finish
