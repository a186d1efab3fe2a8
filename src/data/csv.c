/* Tables cut into fields (RFC 4180, and what is met besides): rows end with "\n", "\r\n", "\r" or "\r\r\n" (which comes of
 * writing "\r\n" to a file that makes each "\n" a "\r\n"); blanks around a field do not count; in a quoted field a quote stands
 * for itself when doubled, or when neither a delimiter nor a line end follows it. Knows no cells. Invariant: a field is a slice
 * of the window, unescaped in place; only a quoted field is ever moved. It stands in place of libcsv, which takes a switch for
 * every byte and a call back for every field: on bench/reading.c's table libcsv alone does 344 MB/s, this 1348 (one core of a Zen
 * 4), and reading the whole table went from 131 to 244. */
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif
#include "base/limits.h"
#include "data/csv.h"

int ur_csv_open(ur_csv *c, const char *path, ur_err *e)
{
    *c = (ur_csv){ .delimiter = ',' };
    return ur_window_open(&c->w, path, e);
}

void ur_csv_close(ur_csv *c) { ur_window_close(&c->w); }

/* Neither finds anything after the '\n' that stands behind the window. */
static inline bool blank(const ur_csv *c, char x) { return (x == ' ' || x == '\t') && x != c->delimiter; }

/* what stands before a field: blanks that split fields come in any number */
static inline bool leads(const ur_csv *c, char x) { return blank(c, x) || (x == ' ' && c->delimiter == ' '); }

static inline char *field_end(char *p, char delimiter)
{
#ifdef __SSE2__
    const __m128i d = _mm_set1_epi8(delimiter), lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r');
    for (;; p += 16) {
        __m128i x = _mm_loadu_si128((const __m128i *)p);
        int m = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(x, d), _mm_cmpeq_epi8(x, lf)), _mm_cmpeq_epi8(x, cr)));
        if (m) return p + __builtin_ctz((unsigned)m);
    }
#else
    while (*p != delimiter && *p != '\n' && *p != '\r') p++;
    return p;
#endif
}

static int more(ur_csv *c, ur_err *e)
{
    if (c->w.end - c->w.p > UR_MAX_FIELD) return UR_CSV_LONG;
    return ur_window_more(&c->w, e);
}

/* Does what stands at q tell where the field ends? Not at the end of the window, nor where a line end may go on after it. */
static inline bool told(const ur_csv *c, const char *q)
{
    return c->w.eof || (q < c->w.end && (*q != '\r' || c->w.end - q >= 3));
}

/* A field has been read and q is what ends it: a delimiter, a line end, the end of the file. */
static inline int ends(ur_csv *c, char *q)
{
    c->in_row = *q == c->delimiter;
    if (c->in_row) {
        c->w.p = q + 1;
        return UR_CSV_FIELD;
    }
    size_t left = (size_t)(c->w.end - q), end = *q != '\r'                                 ? 1
                                                : q[1] == '\n'                             ? 2
                                                : left > 2 && q[1] == '\r' && q[2] == '\n' ? 3
                                                                                           : 1;
    c->w.p = q + (end < left ? end : left); /* the '\n' behind the window is no part of it */
    return UR_CSV_LAST;
}

/* The window begins with a quote. Offsets from its p: the field so far ends at `to`, what is not looked at yet begins at `at`. */
static int quoted(ur_csv *c, char **s, size_t *n, ur_err *e)
{
    size_t to = 1, at = 1;
    bool lone = false;
    for (int rc = 0;;) {
        char *p = c->w.p, *q = memchr(p + at, '"', (size_t)(c->w.end - (p + at))), *next = q ? q + 1 : c->w.end;
        while (blank(c, *next)) next++;
        if (!told(c, next)) {
            if ((rc = more(c, e)) != 0) return rc;
            continue;
        }
        if (!q || next - p > UR_MAX_FIELD) return next - p > UR_MAX_FIELD ? UR_CSV_LONG : UR_CSV_OPEN;
        bool done = next == c->w.end || *next == c->delimiter || *next == '\n' || *next == '\r',
             twice = *next == '"' && next == q + 1;
        size_t part = (size_t)((done ? q : next) -
                               (p + at)); /* of two quotes one stays; a quote inside stays, with the blanks after it */
        c->torn = c->torn || (lone && memchr(p + at, '\n', part));
        lone = lone || (!done && !twice);
        if (to != at) memmove(p + to, p + at, part);
        to += part;
        at = (size_t)(next - p) + twice;
        if (done) {
            *s = p + 1;
            *n = to - 1;
            return ends(c, next);
        }
    }
}

int ur_csv_next(ur_csv *c, char **s, size_t *n, ur_err *e)
{
    c->torn = false;
    for (int rc = 0;;) {
        char *p = c->w.p;
        while (leads(c, *p)) p++;
        c->w.p = p;
        if (*p == '"') return quoted(c, s, n, e);
        char *q = field_end(p, c->delimiter);
        if (!told(c, q)) {
            if ((rc = more(c, e)) != 0) return rc;
            continue;
        }
        if (q == p && !c->in_row && *q != c->delimiter) {
            rc = q == c->w.end ? UR_CSV_END : UR_CSV_BLANK;
            ends(c, q);
            return rc;
        }
        if (q - p > UR_MAX_FIELD) return UR_CSV_LONG;
        rc = ends(c, q);
        while (q > p && blank(c, q[-1])) q--;
        *s = p;
        *n = (size_t)(q - p);
        return rc;
    }
}
