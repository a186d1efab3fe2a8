#!/bin/sh
# Of each command some allocations fail, one alone or all from one on, in whatever library; long_memory.sh has all of them.
. "$(dirname "$0")/sweep.sh"
sweep fit memory 17 607
sweep resume memory 120 613
sweep exact memory-on 40 211
sweep pieces memory 411 29989
sweep predict memory 61 157
sweep generate memory-on 33 173
sweep beam memory 71 127
sweep score memory 90 181
sweep import memory 102 251
sweep export memory 29 131
sweep pictures memory-on 14 97
sweep explain memory 23 139
sweep show memory 7 61
sweep small memory 90 83
sweep packed memory 12 127
sweep columns memory 47 123
sweep array memory-on 51 193
sweep texts memory 3 13
sweep loss memory 5 17
sweep forecast memory 19 223
sweep paths memory-on 7 31
finish
