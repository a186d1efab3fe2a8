/* A moving window over a file: what has been read and not yet used, in one piece. Shared by csv.c and text.c. */
#ifndef UR_DATA_WINDOW_H
#define UR_DATA_WINDOW_H
#include "base/base.h"

enum { UR_WINDOW_PAD = 32 }; /* bytes after `end` that can be read: a '\n', then zeros */

typedef struct ur_window {
    ur_reader *r;
    char *s;
    size_t cap;
    char *p, *end; /* what is there; whoever uses it moves p on */
    bool eof;      /* nothing comes after `end` */
    bool cr;       /* lines end in CR alone, and are given with LF */
} ur_window;

/* opened and filled; a failed one needs no closing */
int ur_window_open(ur_window *w, const char *path, ur_err *e);
/* what stands from p on moves to the front and more follows it (only `eof` when there is none). Pointers into the window move. */
int ur_window_more(ur_window *w, ur_err *e);
/* just opened: a text whose first lines end in CR alone is given with LF at the ends of its lines, from here on */
void ur_window_lines(ur_window *w);
void ur_window_close(ur_window *w);
#endif
