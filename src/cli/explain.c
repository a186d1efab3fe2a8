/* unroll explain and unroll cells: what a model is, and the cells it can be made of. Knows no plans: the library says it. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>

static int print_line(const char *text, void *arg)
{
    (void)arg;
    return puts(text) < 0;
}

int verb_explain(settings *s)
{
    unroll_model *m = NULL;
    unroll_data *d = NULL;
    int code = open_model(s, &m);
    if (!code && s->args.n > 1) code = load_data(s, m, &d, NULL, NULL, 0);
    if (!code) {
        int rc = unroll_explain(m, d, print_line, NULL);
        if (rc) code = library_failed(rc);
        else say_needless(s, d ? data_facts(s, m, d) : OF_MODELS);
    }
    unroll_data_free(d);
    unroll_close(m);
    return code;
}

/* The cell called `name` in the text of the library: with the comment above it, to its closing bracket at the start of a line. */
static bool print_cell(const char *text, const char *name)
{
    size_t n = strlen(name);
    const char *comment = NULL;
    for (const char *line = text; *line;) {
        const char *end = strchrnul(line, '\n');
        if (*line == '#' && !comment) comment = line;
        if (!strncmp(line, "cell ", 5) && !strncmp(line + 5, name, n) && line[5 + n] == '(') {
            const char *close = strstr(line, "\n}"), *one = memchr(line, '}', (size_t)(end - line));
            if (one) close = end;
            else close = close ? close + 2 : line + strlen(line);
            const char *from = comment ? comment : line;
            printf("%.*s\n", (int)(close - from), from);
            return true;
        }
        if (*line != '#') comment = NULL;
        line = end + (*end == '\n');
    }
    return false;
}

int unknown_cell(const char *name)
{
    const char *text = unroll_cells();
    char near[64] = "", each[64];
    size_t best = 3;
    for (const char *line = strstr(text, "cell "); line; line = strstr(line + 5, "\ncell ")) {
        if (*line == '\n') line++;
        size_t n = strcspn(line + 5, "( \n");
        if (n >= sizeof each) continue;
        memcpy(each, line + 5, n);
        each[n] = 0;
        size_t d = edit_distance(each, name);
        if (d < best) best = d, memcpy(near, each, sizeof near);
    }
    if (*near) return complain(USAGE, "the standard library has no cell %s; did you mean %s?", name, near);
    return complain(USAGE, "the standard library has no cell %s; `unroll cells` prints them all", name);
}

int verb_cells(settings *s)
{
    const char *text = unroll_cells();
    if (!s->args.n) fputs(text, stdout);
    for (size_t i = 0; i < s->args.n; i++) {
        if (i) putchar('\n');
        if (!print_cell(text, s->args.item[i])) return unknown_cell(s->args.item[i]);
    }
    return DONE;
}
