/* Tables of results: for eyes (columns lined up), as CSV, TSV or JSON. Knows nothing of what they mean.
 * Invariant: CSV and JSON give every digit that matters (numbers read back equal to 12 digits); a file appears whole or not at
 * all, for it is made in memory and handed to the library, which makes all files. */
#include "cli/cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "1.58e+18" as 1580000000000000000 */
static void without_exponent(char *out, size_t n)
{
    char digits[24], sign[2] = { out[0] == '-' ? '-' : 0, 0 };
    size_t k = 0, size = 0;
    const char *e = strchr(out, 'e');
    if (e) size = (size_t)atoi(e + 1) + 1;
    if (!e || size >= sizeof digits) return;
    for (const char *p = out; p < e; p++)
        if (*p >= '0' && *p <= '9') digits[k++] = *p;
    while (k < size) digits[k++] = '0';
    digits[k] = 0;
    snprintf(out, n, "%s%s", sign, digits);
}

/* The shortest text that reads back equal; whole numbers as whole numbers */
static void exact(char *out, size_t n, double v)
{
    enum { MOST = 17 }; /* digits that a double may need */
    if (fabs(v) < 1e15 && v == floor(v)) {
        snprintf(out, n, "%.0f", v + 0.0);
        return;
    }
    for (int digits = 15; digits <= MOST; digits++) {
        snprintf(out, n, "%.*g", digits, v);
        if (strtod(out, NULL) == v) break;
    }
    if (fabs(v) < 1e19) without_exponent(out, n); /* small ones have theirs below 0, and are left */
}

/* `digits` for eyes; 0: exact. An empty cell where there is none */
static void number(char *out, size_t n, double v, int digits)
{
    if (isnan(v)) out[0] = 0;
    else if (!digits || (fabs(v) < 1e15 && v == floor(v))) exact(out, n, v);
    else {
        int whole = fabs(v) >= 1 && fabs(v) < 1e15 ? (int)floor(log10(fabs(v))) + 1 : 0;
        snprintf(out, n, "%.*g", digits > whole ? digits : whole, v);
    }
}

/* Digits that show a column: six, and more where neighbours that are a thousandth of the column's range apart would look the same
 */
static int digits_of(const unroll_table *t, size_t c)
{
    enum { FEW = 6, MOST = 16 };
    double low = INFINITY, high = -INFINITY;
    size_t rows = unroll_table_rows(t);
    char a[64], b[64];
    int digits = FEW;
    for (size_t r = 0; r < rows; r++) {
        double v = unroll_table_number(t, r, c);
        low = v < low ? v : low;
        high = v > high ? v : high;
    }
    for (size_t r = 1; r < rows; r++) {
        double v = unroll_table_number(t, r - 1, c), w = unroll_table_number(t, r, c);
        if (!(fabs(v - w) > 1e-3 * (high - low)) || v == w) continue;
        for (; digits < MOST; digits++) {
            number(a, sizeof a, v, digits);
            number(b, sizeof b, w, digits);
            if (strcmp(a, b)) break;
        }
    }
    if (digits > FEW && high >= 1e15) return 0; /* stamps, of which one that is cut short is another time */
    return digits;
}

static void quoted(FILE *f, const char *text, char separator)
{
    const char stops[] = { '"', '\n', '\r', separator, 0 };
    if (!text[strcspn(text, stops)]) {
        fputs(text, f);
        return;
    }
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
            else number(cell, sizeof cell, unroll_table_number(t, r, c), 0), fputs(cell, f);
        }
        fputc('\n', f);
    }
}

static void as_json(FILE *f, const unroll_table *t)
{
    char cell[64];
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
            else {
                exact(cell, sizeof cell, v);
                fputs(cell, f);
            }
        }
        fputc('}', f);
    }
    fputs("\n]\n", f);
}

/* numbers stand right, texts left */
static int for_eyes(FILE *f, const unroll_table *t)
{
    size_t columns = unroll_table_columns(t), rows = unroll_table_rows(t);
    size_t *wide = calloc(columns + 1, sizeof *wide);
    char cell[64];
    int *digits = calloc(columns + 1, sizeof *digits);
    if (!wide || !digits) {
        free(wide);
        free(digits);
        return complain(FAILED, "out of memory");
    }
    for (size_t c = 0; c < columns; c++) {
        wide[c] = shown_width(unroll_table_name(t, c));
        digits[c] = unroll_table_is_text(t, c) ? 0 : digits_of(t, c);
        for (size_t r = 0; r < rows; r++) {
            const char *text = cell;
            if (unroll_table_is_text(t, c)) text = unroll_table_text(t, r, c);
            else number(cell, sizeof cell, unroll_table_number(t, r, c), digits[c]);
            if (shown_width(text) > wide[c]) wide[c] = shown_width(text);
        }
    }
    for (size_t r = 0; r <= rows; r++) {
        for (size_t c = 0; c < columns; c++) {
            bool left = unroll_table_is_text(t, c);
            const char *text = cell;
            if (!r) text = unroll_table_name(t, c);
            else if (left) text = unroll_table_text(t, r - 1, c);
            else number(cell, sizeof cell, unroll_table_number(t, r - 1, c), digits[c]);
            int pad = (int)(wide[c] - shown_width(text));
            if (left && c + 1 == columns) pad = 0;
            fprintf(f, "%s%*s", c ? "  " : "", left ? 0 : pad, "");
            print_shown(f, text, false);
            fprintf(f, "%*s", left ? pad : 0, "");
        }
        fputc('\n', f);
    }
    free(wide);
    free(digits);
    return DONE;
}

int write_table(FILE *f, const unroll_table *t, int format)
{
    if (format == 0) return for_eyes(f, t);
    if (format == 2) as_json(f, t);
    else as_csv(f, t, format == 1 ? ',' : '\t');
    return DONE;
}

static ssize_t keep(void *arg, const char *p, size_t n)
{
    output *o = arg;
    if (o->n + n > o->cap) {
        size_t cap = 2 * (o->n + n);
        char *more = realloc(o->bytes, cap);
        if (!more) return 0; /* the stream is in error then, which one into memory (open_memstream) does not say */
        o->bytes = more;
        o->cap = cap;
    }
    memcpy(o->bytes + o->n, p, n);
    o->n += n;
    return (ssize_t)n;
}

int begin_output(output *o, const char *path)
{
    *o = (output){ .path = path };
    int code = check_output(path);
    if (!code && !(o->f = fopencookie(o, "w", (cookie_io_functions_t){ .write = keep })))
        code = complain(FAILED, "out of memory");
    return code;
}

int finish_output(output *o, int code)
{
    bool bad = ferror(o->f) != 0;
    bad = fclose(o->f) || bad;
    if (!code && bad) code = complain(FAILED, "%s: is not written: out of memory", o->path);
    if (!code) code = write_file(o->path, o->bytes, o->n);
    free(o->bytes);
    return code;
}

int write_file(const char *path, const void *bytes, size_t n)
{
    int rc = unroll_write_file(path, bytes, n);
    return rc ? library_failed(rc) : DONE;
}

bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), k = strlen(end);
    return n >= k && !strcasecmp(s + n - k, end);
}

/* A terminal obeys what a cell says; a file or a pipe gets every byte as it is. */
static int print_table(const unroll_table *t, int format)
{
    int code;
    char *text = NULL;
    size_t n = 0;
    FILE *f = isatty(1) ? open_memstream(&text, &n) : NULL;
    if (f) {
        code = write_table(f, t, format);
        if (fclose(f)) code = complain(FAILED, "out of memory");
        else print_shown(stdout, text, true);
        free(text);
    } else {
        code = write_table(stdout, t, format);
    }
    return code;
}

/* The form that the name of a file asks for. -1: none that a table has */
static int named_form(const char *path)
{
    static const char *const ending[] = { ".txt", ".csv", ".json", ".tsv" };
    for (int k = 0; k < 4; k++)
        if (ends_with(path, ending[k])) return k;
    return -1;
}

/* a file whose name says other than what is in it */
static void say_form(const settings *s, int named, int format)
{
    static const char *const form[] = { "a text", "CSV", "JSON", "TSV" };
    const char *slash = strrchr(s->out, '/'), *dot = strrchr(slash ? slash : s->out, '.');
    if (is_device(s->out)) return;
    if (s->format && named != format && (named > 0 || label_form(s->out) > LABELS_LINES))
        note(s, "%s is written as %s: --%s goes before its name", s->out, form[format], format == 2 ? "json" : "csv");
    else if (!s->format && named < 0 && dot && dot[1] && label_form(s->out) == LABELS_NONE)
        note(s, "%s is written as CSV: tables are .csv, .tsv, .json or .txt, and %s is none of them", s->out, dot);
}

int show_table(const settings *s, const unroll_table *t)
{
    output o;
    if (!s->out) return print_table(t, s->format);
    int named = named_form(s->out), format = s->format ? s->format : named < 0 ? 1 : named, code = begin_output(&o, s->out);
    if (code) return code;
    say_form(s, named, format);
    code = write_table(o.f, t, format);
    return finish_output(&o, code);
}
