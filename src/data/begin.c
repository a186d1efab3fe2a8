/* How a table begins: lines to be left out, what splits the fields.
 * Knows no cells. Invariant: only what stands in the window is looked at; nothing is read twice. */
#include <stdio.h>
#include <string.h>
#include "data/begin.h"

/* ---- lines before the header */

int ur_skip_lines(ur_window *w, size_t lines, size_t *skipped, ur_err *e)
{
    for (*skipped = 0; *skipped < lines;) {
        size_t n = (size_t)(w->end - w->p), k = 0;
        while (k < n && w->p[k] != '\n' && w->p[k] != '\r') k++;
        size_t cr = k;
        while (cr < n && w->p[cr] == '\r') cr++;
        if (!w->eof && cr == n) {
            if (n > UR_MAX_FIELD) return UNROLL_ERROR_DATA;
            int rc = ur_window_more(w, e);
            if (rc) return rc;
            continue;
        }
        if (!n) return 0;
        /* "\r\n", "\r\r\n", or a "\r" of its own */
        w->p += cr < n && w->p[cr] == '\n' ? cr + 1 : k < n ? k + 1 : n;
        ++*skipped;
    }
    return 0;
}

/* "sep=;", which Excel writes and reads */
bool ur_sep_line(ur_window *w, char *delimiter)
{
    const char *p = w->p, *end = w->end;
    const char *quote = end - p > 6 && *p == '"' ? "\"" : "";
    p += strlen(quote);
    if (end - p < 6 || strncasecmp(p, "sep=", 4) != 0 || p[4] == '\n' || p[4] == '\r') return false;
    const char *q = p + 5 + strlen(quote), *cr = q;
    while (q < end && *q == '\r') q++;
    bool lf = q < end && *q == '\n';
    if (!lf && q == cr) return false;
    *delimiter = p[4];
    w->p += (lf ? q : cr) + 1 - w->p;
    return true;
}

/* ---- what splits the fields */

enum { CHARS = 4, LINES = 20 };
typedef struct line {
    size_t count[CHARS], words;
    bool any;
} line;
static const char candidate[CHARS] = { ';', '\t', '|', ',' };

/* the next line that is not blank, its quotes respected; false: there is no whole one */
static bool next_line(const char **p, const char *end, bool eof, line *l)
{
    bool quoted = false, blank = true;
    *l = (line){ 0 };
    for (const char *s = *p; s <= end; s++) {
        bool over = s == end ? eof : !quoted && (*s == '\n' || *s == '\r');
        if (over && l->any) {
            *p = s;
            return true;
        }
        if (s == end) break;
        quoted ^= *s == '"';
        for (int k = 0; k < CHARS; k++) l->count[k] += !quoted && *s == candidate[k];
        bool space = *s == ' ' || *s == '\t' || *s == '\n' || *s == '\r';
        l->words += blank && !space && !quoted;
        l->words += blank && quoted && *s == '"';
        blank = space && !quoted;
        l->any = l->any || !space;
    }
    return false;
}

char ur_find_delimiter(const ur_window *w, char usual)
{
    line head, l;
    const char *p = w->p;
    size_t fits[CHARS] = { 0 }, lines = 0, words = 0;
    if (!next_line(&p, w->end, w->eof, &head)) return ',';
    if (usual && memchr(w->p, usual, (size_t)(p - w->p))) return usual;
    for (; lines < LINES && next_line(&p, w->end, w->eof, &l); lines++) {
        for (int k = 0; k < CHARS; k++) fits[k] += l.count[k] == head.count[k];
        words += l.words == head.words;
    }
    int best = -1;
    for (int k = 0; k < CHARS; k++) {
        if (!head.count[k]) continue;
        if (best < 0 || fits[k] > fits[best] || (fits[k] == fits[best] && head.count[k] > head.count[best])) best = k;
    }
    if (best >= 0) return candidate[best];
    return head.words > 1 && lines && words == lines ? ' ' : ',';
}
