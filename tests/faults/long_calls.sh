#!/bin/sh
# Every call of each kind, in every command.
. "$(dirname "$0")/sweep.sh"
for name in $scenes picture; do
    for kind in write=ENOSPC write=EIO write=EINTR write=KILL fsync=EIO fsync=KILL rename=EACCES rename=KILL open=EMFILE open=KILL close=EIO close=EINTR close=KILL read=EIO read=KILL; do
        sweep "$name" $kind 0 1
    done
done
finish
