/* Labels as their users keep them: a line of labels for each line of a text; words and tags in rows, a blank line after each
 * sentence, as CoNLL's column files have them; CoNLL-U. Knows completed data alone, not how they came to be. Invariants: every
 * position of every example is there, given or completed; no cell holds a tab or the end of a line. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const conllu[] = { "ID", "FORM", "LEMMA", "UPOS", "XPOS", "FEATS", "HEAD", "DEPREL", "DEPS", "MISC" };
enum { COLUMNS = sizeof conllu / sizeof *conllu };

int label_form(const char *path)
{
    static const char *const plain[] = { ".conll", ".iob", ".iob2", ".bio", ".bioes" };
    if (ends_with(path, ".conllu")) return LABELS_CONLLU;
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (ends_with(path, plain[i])) return LABELS_COLUMNS;
    return ends_with(path, ".txt") ? LABELS_LINES : LABELS_NONE;
}

static bool along(const unroll_datum *d, const char *index) { return d->nindex == 1 && !strcmp(d->index[0], index); }

const char *labels_along(const unroll_model *m)
{
    const char *index = NULL;
    bool given = false;
    unroll_datum d;
    for (size_t i = 0; i < unroll_data_count(m); i++) {
        if (unroll_data_info(m, i, &d) || !d.drawn) continue;
        if (!is_symbol(&d) || d.nindex != 1 || (index && strcmp(index, d.index[0]))) return NULL;
        index = d.index[0];
    }
    for (size_t i = 0; index && i < unroll_data_count(m); i++)
        for (int k = 0; !unroll_data_info(m, i, &d) && !d.drawn && k < d.nindex; k++) given = given || !strcmp(d.index[k], index);
    return given ? index : NULL;
}

/* the symbols of one datum in one example */
typedef struct symbols {
    const char *name;
    bool drawn;
    int column;
    const char **text;
    size_t n;
} symbols;

static int read_symbols(const unroll_data *d, size_t example, symbols *s)
{
    int rc = unroll_data_get_texts(d, s->name, example, NULL, 0, &s->n);
    const char **more = rc ? NULL : realloc(s->text, (s->n + 1) * sizeof *more);
    if (rc) return library_failed(rc);
    if (!more) return complain(FAILED, "out of memory");
    s->text = more;
    rc = unroll_data_get_texts(d, s->name, example, s->text, s->n, &s->n);
    return rc ? library_failed(rc) : DONE;
}

static void cell(FILE *f, const char *text)
{
    if (!text || !*text) text = "_";
    if (f == stdout && isatty(1)) print_shown(f, text, false);
    else
        for (; *text; text++) fputc((unsigned char)*text < 32 ? ' ' : *text, f);
}

static void lines(FILE *f, const symbols *s, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        if (!s[k].drawn) continue;
        for (size_t r = 0; r < s[k].n; r++) {
            if (r) fputc(' ', f);
            cell(f, s[k].text[r]);
        }
        fputc('\n', f);
    }
}

static void columns(FILE *f, const symbols *s, size_t n, size_t rows)
{
    for (size_t r = 0; r < rows; r++) {
        for (size_t k = 0, put = 0; k < n; k++) {
            if (put++) fputc('\t', f);
            cell(f, r < s[k].n ? s[k].text[r] : NULL);
        }
        fputc('\n', f);
    }
    fputc('\n', f);
}

static void conllu_rows(FILE *f, const symbols *s, size_t n, size_t rows)
{
    for (size_t r = 0; r < rows; r++) {
        fprintf(f, "%zu", r + 1);
        for (int c = 1; c < COLUMNS; c++) {
            const char *text = NULL;
            for (size_t k = 0; k < n; k++)
                if (s[k].column == c && r < s[k].n) text = s[k].text[r];
            fputc('\t', f);
            cell(f, text);
        }
        fputc('\n', f);
    }
    fputc('\n', f);
}

/* where the data go in CoNLL-U: where they came from, else words to FORM and the first labels to UPOS */
static void place(const unroll_data *read, symbols *s, size_t n)
{
    bool taken[COLUMNS] = { true };
    for (size_t k = 0; k < n; k++) {
        const char *bound = unroll_data_column(read, s[k].name);
        s[k].column = 0;
        for (int c = 1; bound && c < COLUMNS; c++)
            if (!strcmp(bound, conllu[c])) s[k].column = c;
        taken[s[k].column] = true;
    }
    for (size_t k = 0; k < n; k++) {
        int to = s[k].drawn ? 3 : 1;
        while (to < COLUMNS && taken[to]) to++;
        if (s[k].column || to == COLUMNS) continue;
        s[k].column = to;
        taken[to] = true;
    }
}

int labels_left_out(const unroll_model *m, const unroll_data *d, bool *out)
{
    symbols s = { 0 };
    unroll_datum u;
    int code = DONE;
    *out = false;
    for (size_t i = 0; i < unroll_data_count(m) && !code && !*out; i++) {
        if (unroll_data_info(m, i, &u) || !u.drawn) continue;
        s.name = u.name;
        for (size_t x = 0; x < unroll_data_examples(d) && !code && !*out; x++) {
            code = read_symbols(d, x, &s);
            *out = !code && (long)s.n < unroll_data_length(d, u.index[0], x);
            for (size_t r = 0; r < s.n && !code; r++) *out = *out || !s.text[r];
        }
    }
    free(s.text);
    return code;
}

int write_labels(FILE *f, const unroll_model *m, const unroll_data *read, const unroll_data *done, int form)
{
    const char *index = labels_along(m);
    symbols *s = calloc(unroll_data_count(m) + 1, sizeof *s);
    size_t n = 0, rows;
    unroll_datum d;
    int code = s && index ? DONE : complain(FAILED, "out of memory");
    for (int drawn = 0; drawn < 2 && !code; drawn++) /* what is given first */
        for (size_t i = 0; i < unroll_data_count(m); i++)
            if (!unroll_data_info(m, i, &d) && is_symbol(&d) && along(&d, index) && d.drawn == drawn)
                s[n++] = (symbols){ .name = d.name, .drawn = d.drawn };
    if (!code) place(read, s, n);
    for (size_t x = 0; !code && x < unroll_data_examples(done); x++) {
        for (size_t k = 0; k < n && !code; k++) code = read_symbols(done, x, &s[k]);
        rows = 0;
        for (size_t k = 0; k < n; k++)
            if (s[k].n > rows) rows = s[k].n;
        if (code) break;
        if (form == LABELS_LINES) lines(f, s, n);
        else if (form == LABELS_CONLLU) conllu_rows(f, s, n, rows);
        else columns(f, s, n, rows);
    }
    for (size_t k = 0; k < n; k++) free(s[k].text);
    free(s);
    return code;
}
