/* Column files: a row is a line, columns stand between tabs (or blanks), a blank line ends a sentence; no header, no quotes.
 * Plain ones are what shared tasks on tagging hand out (CoNLL-2003, WNUT 2017: "-DOCSTART-" lines are no rows); CoNLL-U is that
 * of Universal Dependencies. Knows no cells. Invariant: a field is a slice of the window, and a whole row lies in it. */
#include <string.h>
#include "base/limits.h"
#include "data/csv.h"

const char *const ur_conllu_column[UR_CONLLU_COLUMNS] = { "ID",    "FORM", "LEMMA",  "UPOS", "XPOS",
                                                          "FEATS", "HEAD", "DEPREL", "DEPS", "MISC" };

static inline bool blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r' && c != '\n'); }

/* The next line begins at p and ends at c->line: UR_CSV_FIELD, UR_CSV_END where there is none, or an error. */
static int begin_line(ur_csv *c, ur_err *e)
{
    for (int rc = 0;;) {
        size_t n = (size_t)(c->w.end - c->w.p);
        c->line = memchr(c->w.p, '\n', n);
        if (!c->line && c->w.eof) c->line = c->w.end;
        if ((c->line ? (size_t)(c->line - c->w.p) : n) > UR_MAX_FIELD) return UR_CSV_LONG;
        if (c->line) return n ? UR_CSV_FIELD : UR_CSV_END;
        if ((rc = ur_window_more(&c->w, e)) != 0) return rc;
    }
}

static int pass(ur_csv *c, int what)
{
    c->w.p = c->line + (c->line < c->w.end);
    return what;
}

/* The field that begins at p, which lies in a row. */
static int field(ur_csv *c, char **s, size_t *n)
{
    char *p = c->w.p, *end = c->line, *stop;
    bool tabs = c->delimiter != ' ';
    while (end > p && (tabs ? end[-1] == '\r' : blank(end[-1]))) end--;
    while (p < end && (tabs ? *p == ' ' : blank(*p))) p++;
    for (stop = p; stop < end && (tabs ? *stop != c->delimiter : !blank(*stop)); stop++)
        ;
    c->in_row = stop < end;
    c->w.p = stop + 1;
    while (stop > p && stop[-1] == ' ') stop--;
    *s = p;
    *n = (size_t)(stop - p);
    return c->in_row ? UR_CSV_FIELD : pass(c, UR_CSV_LAST);
}

static size_t count_fields(const ur_csv *c)
{
    ur_csv copy = *c;
    char *s;
    size_t n, k = 1;
    while (field(&copy, &s, &n) == UR_CSV_FIELD) k++;
    return k;
}

/* a line that is no row: what it is; else 0 */
typedef int (*no_row)(const char *p, const char *end);

static int next(ur_csv *c, no_row none, char **s, size_t *n, ur_err *e)
{
    if (!c->in_row) {
        int what = begin_line(c, e);
        const char *p = c->w.p;
        if (what != UR_CSV_FIELD) return what;
        while (p < c->line && blank(*p)) p++;
        if ((what = p == c->line ? UR_CSV_BLANK : none(c->w.p, c->line)) != 0) return pass(c, what);
        if (!c->width) {
            c->delimiter = memchr(c->w.p, '\t', (size_t)(c->line - c->w.p)) ? '\t' : ' ';
            c->width = count_fields(c);
        }
    }
    return field(c, s, n);
}

static int document(const char *p, const char *end)
{
    return end - p >= 10 && memcmp(p, "-DOCSTART-", 10) == 0 ? UR_CSV_BLANK : 0;
}

/* "# …", and the rows of 3-4 (a word that is written as several) and 8.1 (a word that is not written) */
static int no_word(const char *p, const char *end)
{
    const char *from = p;
    if (*p == '#') return UR_CSV_SKIP;
    while (p < end && *p >= '0' && *p <= '9') p++;
    return p > from && p + 1 < end && (*p == '-' || *p == '.') && p[1] >= '0' && p[1] <= '9' ? UR_CSV_SKIP : 0;
}

int ur_columns_next(ur_csv *c, char **s, size_t *n, ur_err *e) { return next(c, document, s, n, e); }

int ur_conllu_next(ur_csv *c, char **s, size_t *n, ur_err *e) { return next(c, no_word, s, n, e); }
