/* A moving window over a file.
 * Knows nothing of what is inside. Invariants: what has not been used stays in one piece, however long; a window that is more
 * than half full of it grows, so that moving and looking again cost a constant for each byte. */
#include <string.h>
#include "data/window.h"

enum { WINDOW = 256 * 1024 }; /* stays in an L2 cache */

static int grow(ur_window *w, ur_err *e)
{
    if (w->cap > PTRDIFF_MAX / 4) return ur_nomem(e);
    size_t cap = w->cap ? w->cap * 2 : WINDOW, at = w->cap ? (size_t)(w->p - w->s) : 0, n = w->cap ? (size_t)(w->end - w->s) : 0;
    char *s = ur_realloc(w->s, cap + UR_WINDOW_PAD);
    if (!s) return ur_nomem(e);
    *w = (ur_window){ w->r, s, cap, s + at, s + n, w->eof, w->cr };
    return 0;
}

/* A CR at the end of what is there waits for what follows it. */
static void end_lines(ur_window *w, char *from)
{
    for (char *p = from; (p = memchr(p, '\r', (size_t)(w->end - p))) != NULL; p++)
        if (p + 1 < w->end ? p[1] != '\n' : w->eof) *p = '\n';
}

void ur_window_lines(ur_window *w)
{
    size_t n = (size_t)(w->end - w->p);
    w->cr = memchr(w->p, '\r', n) && !memchr(w->p, '\n', n);
    if (w->cr) end_lines(w, w->p);
}

int ur_window_more(ur_window *w, ur_err *e)
{
    size_t kept = (size_t)(w->end - w->p), got = 0;
    int rc = 0;
    if (kept > w->cap / 2 && (rc = grow(w, e)) != 0) return rc;
    if (kept) memmove(w->s, w->p, kept);
    w->p = w->s;
    w->end = w->s + kept;
    while (!rc && !w->eof && w->end < w->s + w->cap) {
        rc = ur_reader_read(w->r, w->end, (size_t)(w->s + w->cap - w->end), &got, e);
        w->end += got;
        w->eof = !rc && !got;
    }
    if (w->cr) end_lines(w, kept ? w->s + kept - 1 : w->s);
    memset(w->end, 0, UR_WINDOW_PAD);
    *w->end = '\n';
    return rc;
}

int ur_window_open(ur_window *w, const char *path, ur_err *e)
{
    *w = (ur_window){ 0 };
    int rc = ur_reader_open(&w->r, path, e);
    if (!rc) rc = grow(w, e);
    if (!rc) rc = ur_window_more(w, e);
    if (rc) ur_window_close(w);
    return rc;
}

void ur_window_close(ur_window *w)
{
    ur_reader_close(w->r);
    ur_free(w->s);
    *w = (ur_window){ 0 };
}
