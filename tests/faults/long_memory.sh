#!/bin/sh
# Every allocation of every command fails once; then all from one on, with a stride. Learning pieces has too many: a stride there.
. "$(dirname "$0")/sweep.sh"
for name in $scenes; do
    case $name in pieces) step=199 ;; *) step=1 ;; esac
    sweep "$name" memory 0 $step
    sweep "$name" memory-on 0 $((7 * step))
done
finish
