/* How a file begins: what it is where it is neither a table nor a text, lines to be left out, what splits the fields.
 * Knows no cells. Invariant: only what stands in the window is looked at; nothing is read twice. */
#include <stdio.h>
#include <string.h>
#include "data/begin.h"

enum { LOOK = 4096 };                    /* bytes that tell UTF-16 from a text */

/* ---- files of other kinds */

typedef struct kind { const char *bytes; size_t n, at; bool text; const char *is; } kind;   /* text: a text may begin so */

static const kind kinds[] = {
    { "PK\3\4", 4, 0, false, "is a zip archive or a spreadsheet; unpack it, or save the table as CSV" },
    { "BZh", 3, 0, true, "is packed with bzip2; unpack it, or pack it with gzip or xz" },
    { "\x28\xB5\x2F\xFD", 4, 0, false, "is packed with zstd; unpack it, or pack it with gzip or xz" },
    { "\x04\x22\x4D\x18", 4, 0, false, "is packed with lz4; unpack it, or pack it with gzip or xz" },
    { "\x1F\x9D", 2, 0, false, "is packed with compress; unpack it, or pack it with gzip or xz" },
    { "7z\xBC\xAF\x27\x1C", 6, 0, false, "is a 7z archive; unpack it" },
    { "Rar!\x1A\7", 6, 0, false, "is a RAR archive; unpack it" },
    { "ustar", 5, 257, false, "is a tar archive; unpack it" },
    { "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8, 0, false, "is an old spreadsheet (.xls) or Office file; save the table as CSV" },
    { "PAR1", 4, 0, true, "is a Parquet file; write it as CSV (pandas.read_parquet(FILE).to_csv(NEW, index=False))" },
    { "ARROW1", 6, 0, true, "is an Arrow (Feather) file; write it as CSV (pandas.read_feather(FILE).to_csv(NEW, index=False))" },
    { "FEA1", 4, 0, true, "is a Feather file; write it as CSV (pandas.read_feather(FILE).to_csv(NEW, index=False))" },
    { "Obj\1", 4, 0, false, "is an Avro file; write the table as CSV" },
    { "\x89HDF", 4, 0, false, "NetCDF files cannot be read yet, nor other HDF5; write the table as CSV" },
    { "CDF\1", 4, 0, false, "NetCDF files cannot be read yet; write the table as CSV" },
    { "CDF\2", 4, 0, false, "NetCDF files cannot be read yet; write the table as CSV" },
    { "CDF\5", 4, 0, false, "NetCDF files cannot be read yet; write the table as CSV" },
    { "SQLite format 3", 16, 0, false, "is an SQLite database; write the table as CSV (sqlite3 -header -csv FILE 'select …')" },
    { "MATLAB 5.0", 10, 0, true, "is a MATLAB file; write its arrays as .npy, or the table as CSV" },
    { "RDX", 3, 0, true, "is a file of R; write the table by write.csv" },
    { "X\n\0\0\0", 5, 0, false, "is a file of R; write the table by write.csv" },
    { "%PDF-", 5, 0, true, "is a PDF; save the table as CSV" },
    { "\x89PNG", 4, 0, false, "is a picture; write its numbers as .npy" },
    { "\xFF\xD8\xFF", 3, 0, false, "is a picture; write its numbers as .npy" },
    { "version https://git-lfs", 23, 0, true, "is a pointer of Git LFS, not the file; `git lfs pull` brings it" },
    { "<!DOCTYPE", 9, 0, true, "is a web page (HTML), not a table; was the address that of a page, or of an error?" },
    { "<!doctype", 9, 0, true, "is a web page (HTML), not a table; was the address that of a page, or of an error?" },
    { "<html", 5, 0, true, "is a web page (HTML), not a table; was the address that of a page, or of an error?" },
    { "<HTML", 5, 0, true, "is a web page (HTML), not a table; was the address that of a page, or of an error?" },
    { "<?xml", 5, 0, true, "is XML; write the table as CSV" },
};

static bool begins(const ur_window *w, const kind *k)
{
    size_t n = (size_t)(w->end - w->p);
    return n >= k->at + k->n && memcmp(w->p + k->at, k->bytes, k->n) == 0;
}

/* half of the bytes are zero, at even or at odd places */
static const char *wide(const unsigned char *s, size_t n)
{
    size_t zero[2] = { 0, 0 };
    if (n >= 2 && ((s[0] == 0xFF && s[1] == 0xFE) || (s[0] == 0xFE && s[1] == 0xFF)))
        return "is UTF-16; save it as UTF-8";
    if (n > LOOK)
        n = LOOK;
    for (size_t i = 0; i < n; i++)
        zero[i & 1] += !s[i];
    bool one = n >= 8 && ((zero[0] * 5 > n * 2 && zero[1] * 10 < n) || (zero[1] * 5 > n * 2 && zero[0] * 10 < n));
    return one ? "seems to be UTF-16, without its mark; save it as UTF-8" : NULL;
}

/* { or [, then what can follow in JSON */
static bool json(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n && strchr(" \t\r\n", s[i]) && s[i])
        i++;
    if (i >= n || (s[i] != '{' && s[i] != '['))
        return false;
    for (i++; i < n && strchr(" \t\r\n", s[i]) && s[i]; i++);
    return i < n && s[i] && strchr("\"{[", s[i]);
}

const char *ur_foreign(const ur_window *w, bool symbols)
{
    const unsigned char *s = (const unsigned char *)w->p;
    size_t n = (size_t)(w->end - w->p);
    const char *is = wide(s, n);
    if (is)
        return is;
    if (n > 34 && memcmp(s, "PK\3\4", 4) == 0 && memmem(s + 30, n - 30 < 260 ? n - 30 : 260, ".npy", 4))
        return "is NumPy's .npz, an archive of arrays; save each by numpy.save, and give it as NAME=FILE.npy";
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (begins(w, &kinds[i]) && !(symbols && kinds[i].text && (*s == '<' || *s == '%')))
            return kinds[i].is;
    if (n >= 2 && s[0] == 0x80 && s[1] >= 2 && s[1] <= 5)
        return "is a pickle of Python (.pkl, .pt); write the table as CSV, or arrays by numpy.save";
    if (n >= 9 && !s[4] && !s[5] && !s[6] && !s[7] && s[8] == '{')
        return "is a safetensors file, as fitted models are; a fitted model stands before the data";
    return !symbols && json((const char *)s, n) ? "is JSON; write the table as CSV" : NULL;
}

/* ---- lines before the header */

int ur_skip_lines(ur_window *w, size_t lines, size_t *skipped, ur_err *e)
{
    for (*skipped = 0; *skipped < lines;) {
        size_t n = (size_t)(w->end - w->p), k = 0;
        while (k < n && w->p[k] != '\n' && w->p[k] != '\r')
            k++;
        size_t cr = k;
        while (cr < n && w->p[cr] == '\r')
            cr++;
        if (!w->eof && cr == n) {
            if (n > UR_MAX_FIELD)
                return UNROLL_ERROR_DATA;
            int rc = ur_window_more(w, e);
            if (rc)
                return rc;
            continue;
        }
        if (!n)
            return 0;
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
    if (end - p < 6 || strncasecmp(p, "sep=", 4) != 0 || p[4] == '\n' || p[4] == '\r')
        return false;
    const char *q = p + 5 + strlen(quote);
    while (q < end && *q == '\r')
        q++;
    if (q >= end || *q != '\n')
        return false;
    *delimiter = p[4];
    w->p += q + 1 - w->p;
    return true;
}

/* ---- what splits the fields */

enum { CHARS = 4, LINES = 20 };
typedef struct line { size_t count[CHARS], words; bool any; } line;
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
        if (s == end)
            break;
        quoted ^= *s == '"';
        for (int k = 0; k < CHARS; k++)
            l->count[k] += !quoted && *s == candidate[k];
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
    if (!next_line(&p, w->end, w->eof, &head))
        return ',';
    if (usual && memchr(w->p, usual, (size_t)(p - w->p)))
        return usual;
    for (; lines < LINES && next_line(&p, w->end, w->eof, &l); lines++) {
        for (int k = 0; k < CHARS; k++)
            fits[k] += l.count[k] == head.count[k];
        words += l.words == head.words;
    }
    int best = -1;
    for (int k = 0; k < CHARS; k++) {
        if (!head.count[k])
            continue;
        if (best < 0 || fits[k] > fits[best] || (fits[k] == fits[best] && head.count[k] > head.count[best]))
            best = k;
    }
    if (best >= 0)
        return candidate[best];
    return head.words > 1 && lines && words == lines ? ' ' : ',';
}
