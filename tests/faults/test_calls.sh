#!/bin/sh
# System calls that write files fail, or the process is killed at them: the files that were there stay, or the new ones are whole.
. "$(dirname "$0")/sweep.sh"
sweep fit write=ENOSPC 20 17
sweep fit fsync=EIO 1 3
sweep fit rename=KILL 0 2
sweep fit open=EMFILE 3 9
sweep resume write=KILL 5 23
sweep resume close=EIO 2 7
sweep exact rename=EACCES 0 1
sweep exact fsync=EIO 0 1
sweep predict write=EINTR 0 1
sweep predict write=EIO 0 1
sweep predict close=EIO 0 2
sweep import open=EMFILE 0 3
sweep import write=ENOSPC 0 1
sweep export fsync=KILL 0 1
sweep score write=ENOSPC 0 1
sweep packed read=EIO 0 2
sweep pictures write=EIO 0 3
sweep loss read=EIO 0 1
sweep picture write=ENOSPC 0 3
sweep picture open=EMFILE 0 2
sweep paths write=ENOSPC 0 1
finish
