/* Tables of results: for eyes (columns lined up), as CSV, TSV or JSON. Knows nothing of what they mean.
 * Invariant: CSV and JSON give every digit that matters (numbers read back equal to 12 digits); a file appears whole or not at all. */
#include "cli/cli.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void number(char *out, size_t n, double v, int digits)
{
    if (isnan(v)) out[0] = 0;
    else snprintf(out, n, "%.*g", digits, v);
}

/* characters of UTF-8; a line's end takes two, being shown as \n */
static size_t width(const char *text)
{
    size_t n = 0;
    for (; *text; text++) n += ((*text & 0xc0) != 0x80) + (*text == '\n');
    return n;
}

static void in_one_line(FILE *f, const char *text)
{
    for (; *text; text++) {
        if (*text == '\n') fputs("\\n", f);
        else fputc((unsigned char)*text < 32 ? ' ' : *text, f);
    }
}

static void quoted(FILE *f, const char *text, char separator)
{
    const char stops[] = { '"', '\n', '\r', separator, 0 };
    if (!text[strcspn(text, stops)]) { fputs(text, f); return; }
    fputc('"', f);
    for (; *text; text++) {
        if (*text == '"') fputc('"', f);
        fputc(*text, f);
    }
    fputc('"', f);
}

void write_json_text(FILE *f, const char *text)
{
    fputc('"', f);
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if (*p == '"' || *p == '\\') fprintf(f, "\\%c", *p);
        else if (*p == '\n') fputs("\\n", f);
        else if (*p < 32) fprintf(f, "\\u%04x", *p);
        else fputc(*p, f);
    }
    fputc('"', f);
}

static void as_csv(FILE *f, const unroll_table *t, char separator)
{
    size_t columns = unroll_table_columns(t);
    char cell[64];
    for (size_t c = 0; c < columns; c++) {
        if (c) fputc(separator, f);
        quoted(f, unroll_table_name(t, c), separator);
    }
    fputc('\n', f);
    for (size_t r = 0; r < unroll_table_rows(t); r++) {
        for (size_t c = 0; c < columns; c++) {
            if (c) fputc(separator, f);
            if (unroll_table_is_text(t, c)) quoted(f, unroll_table_text(t, r, c), separator);
            else number(cell, sizeof cell, unroll_table_number(t, r, c), 12), fputs(cell, f);
        }
        fputc('\n', f);
    }
}

static void as_json(FILE *f, const unroll_table *t)
{
    fputs("[", f);
    for (size_t r = 0; r < unroll_table_rows(t); r++) {
        fputs(r ? ",\n {" : "\n {", f);
        for (size_t c = 0; c < unroll_table_columns(t); c++) {
            if (c) fputs(", ", f);
            write_json_text(f, unroll_table_name(t, c));
            fputs(": ", f);
            double v = unroll_table_is_text(t, c) ? 0 : unroll_table_number(t, r, c);
            if (unroll_table_is_text(t, c)) write_json_text(f, unroll_table_text(t, r, c));
            else if (!isfinite(v)) fputs("null", f);
            else fprintf(f, "%.12g", v);
        }
        fputc('}', f);
    }
    fputs("\n]\n", f);
}

/* numbers stand right, texts left */
static void for_eyes(FILE *f, const unroll_table *t)
{
    size_t columns = unroll_table_columns(t), rows = unroll_table_rows(t);
    size_t *wide = calloc(columns + 1, sizeof *wide);
    char cell[64];
    if (!wide) { as_csv(f, t, '\t'); return; }
    for (size_t c = 0; c < columns; c++) {
        wide[c] = width(unroll_table_name(t, c));
        for (size_t r = 0; r < rows; r++) {
            const char *text = cell;
            if (unroll_table_is_text(t, c)) text = unroll_table_text(t, r, c);
            else number(cell, sizeof cell, unroll_table_number(t, r, c), 6);
            if (width(text) > wide[c]) wide[c] = width(text);
        }
    }
    for (size_t r = 0; r <= rows; r++) {
        for (size_t c = 0; c < columns; c++) {
            bool left = unroll_table_is_text(t, c);
            const char *text = cell;
            if (!r) text = unroll_table_name(t, c);
            else if (left) text = unroll_table_text(t, r - 1, c);
            else number(cell, sizeof cell, unroll_table_number(t, r - 1, c), 6);
            int pad = (int)(wide[c] - width(text));
            if (left && c + 1 == columns) pad = 0;
            fprintf(f, "%s%*s", c ? "  " : "", left ? 0 : pad, "");
            in_one_line(f, text);
            fprintf(f, "%*s", left ? pad : 0, "");
        }
        fputc('\n', f);
    }
    free(wide);
}

void write_table(FILE *f, const unroll_table *t, int format)
{
    if (format == 1) as_csv(f, t, ',');
    else if (format == 2) as_json(f, t);
    else if (format == 3) as_csv(f, t, '\t');
    else for_eyes(f, t);
}

FILE *begin_output(const char *path, char **temporary)
{
    *temporary = NULL;
    if (check_output(path)) return NULL;
    if (is_device(path)) {               /* written as it is: nothing may be renamed over it */
        FILE *f = fopen(path, "w");
        if (!f) complain(0, "%s cannot be written: %s", path, strerror(errno));
        return f;
    }
    if (asprintf(temporary, "%s.tmp-%ld", path, (long)getpid()) < 0) { complain(0, "out of memory"); return NULL; }
    FILE *f = fopen(*temporary, "w");
    if (!f) {
        complain(0, "%s cannot be written: %s", path, strerror(errno));
        free(*temporary);
        *temporary = NULL;
    }
    return f;
}

int finish_output(FILE *f, const char *path, const char *temporary)
{
    bool bad = ferror(f) || fflush(f) || (temporary && fsync(fileno(f)));
    int why = errno;
    bad = fclose(f) || bad;
    if (!bad && (!temporary || !rename(temporary, path))) return DONE;
    if (!bad) why = errno;
    if (temporary) remove(temporary);
    return complain(FAILED, "%s could not be written: %s", path, strerror(why));
}

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), k = strlen(end);
    return n >= k && !strcmp(s + n - k, end);
}

int show_table(const settings *s, const unroll_table *t)
{
    int format = s->format;
    char *temporary = NULL;
    if (!s->out) {
        write_table(stdout, t, format);
        return DONE;
    }
    if (!format) format = ends_with(s->out, ".json") ? 2 : ends_with(s->out, ".tsv") ? 3 : ends_with(s->out, ".txt") ? 0 : 1;
    FILE *f = begin_output(s->out, &temporary);
    if (!f) return FAILED;
    write_table(f, t, format);
    int code = finish_output(f, s->out, temporary);
    free(temporary);
    return code;
}
