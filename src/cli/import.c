/* unroll import, export: weights from PyTorch and back. Knows how the options name vocabularies and scales, and nothing of
 * tensors. Invariant: without --map, import prints a map and writes nothing. */
#include "cli/cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct given {
    unroll_vocabulary *vocabulary;
    unroll_scale *scale;
    double *number;
    char **name;
    size_t nname;
} given;

static void free_given(given *g)
{
    for (size_t i = 0; i < g->nname; i++) free(g->name[i]);
    free(g->name);
    free(g->vocabulary);
    free(g->scale);
    free(g->number);
}

/* "NAME=…": the name, kept in g, and what follows; NULL: it is not so */
static const char *name_of(given *g, const char *text, const char **rest)
{
    const char *eq = strchr(text, '=');
    if (!eq || eq == text || !eq[1] || !(g->name[g->nname] = strndup(text, (size_t)(eq - text)))) return NULL;
    *rest = eq + 1;
    return g->name[g->nname++];
}

/* "0.5,2" or a mean and a deviation for each component; both into `to`, means first. 0: no such list */
static size_t read_pairs(const char *text, double *to, size_t most)
{
    size_t n = 0;
    for (const char *p = text;; p++) {
        char *end;
        double v = strtod(p, &end);
        if (end == p || !isfinite(v) || n == most) return 0;
        to[n % 2 ? most / 2 + n / 2 : n / 2] = v;
        n++;
        p = end;
        if (!*p) return n % 2 ? 0 : n / 2;
        if (*p != ',') return 0;
    }
}

static int read_given(const settings *s, given *g)
{
    size_t longest = 2, at = 0;
    for (size_t i = 0; i < s->scale.n; i++) longest += strlen(s->scale.item[i]) + 2;
    longest -= longest % 2;
    g->name = calloc(s->vocabulary.n + s->scale.n + 1, sizeof *g->name);
    g->vocabulary = calloc(s->vocabulary.n + 1, sizeof *g->vocabulary);
    g->scale = calloc(s->scale.n + 1, sizeof *g->scale);
    g->number = calloc(longest * (s->scale.n + 1), sizeof *g->number);
    if (!g->name || !g->vocabulary || !g->scale || !g->number) return complain(FAILED, "out of memory");
    for (size_t i = 0; i < s->vocabulary.n; i++)
        if (!(g->vocabulary[i].data = name_of(g, s->vocabulary.item[i], &g->vocabulary[i].path)))
            return complain(USAGE, "--vocabulary takes DATA=FILE, not \"%s\"", s->vocabulary.item[i]);
    for (size_t i = 0; i < s->scale.n; i++, at += longest) {
        unroll_scale *k = &g->scale[i];
        const char *rest = "";
        if (!(k->data = name_of(g, s->scale.item[i], &rest)) || !(k->n = read_pairs(rest, g->number + at, longest)))
            return complain(USAGE, "--scale takes DATA=MEAN,SD, or a mean and a deviation for each component, not \"%s\"",
                            s->scale.item[i]);
        k->mean = g->number + at;
        k->sd = g->number + at + longest / 2;
    }
    return DONE;
}

static int print_line(const char *text, void *arg)
{
    (void)arg;
    return puts(text) < 0;
}

static int propose(unroll_model *m, const char *path, const unroll_import_options *o)
{
    size_t doubts = 0;
    int rc = unroll_import_map(m, path, o, print_line, NULL, &doubts);
    if (rc) return library_failed(rc);
    fflush(stdout);
    if (doubts) complain(0, "this map has %zu lines to look at, each with a #; then --map FILE takes it", doubts);
    else complain(0, "nothing was imported; --map auto takes this map, --map FILE another");
    return DONE;
}

int verb_import(settings *s)
{
    unroll_model *m = NULL;
    given g = { 0 };
    int code = DONE;
    if (s->args.n != 2)
        return complain(USAGE, "import takes a model and a file of weights: unroll import MODEL.unr WEIGHTS.safetensors");
    if (s->map && !s->out) return complain(USAGE, "import needs a place for the model: -o FILE");
    if (s->out) code = check_output(s->out);
    if (!code && s->out) code = check_not_read(s, s->out);
    if (!code) code = read_given(s, &g);
    if (!code) code = open_model(s, &m);
    if (!code) {
        unroll_import_options o = UNROLL_IMPORT_INIT;
        o.vocabulary = g.vocabulary;
        o.nvocabulary = s->vocabulary.n;
        o.scale = g.scale;
        o.nscale = s->scale.n;
        o.partial = s->partial;
        if (!s->map) code = propose(m, s->args.item[1], &o);
        else {
            o.map = strcmp(s->map, "auto") ? s->map : NULL;
            int rc = unroll_import(m, s->args.item[1], &o);
            if (!rc) rc = unroll_save(m, s->out);
            if (rc) code = library_failed(rc);
            else if (!s->quiet) say_saved(s->out);
        }
    }
    unroll_close(m);
    free_given(&g);
    return code;
}

int verb_export(settings *s)
{
    unroll_model *m = NULL;
    if (s->args.n != 1)
        return complain(USAGE, "export takes one model file: unroll export FILE --map MAP.txt -o WEIGHTS.safetensors");
    if (!s->map || !s->out)
        return complain(USAGE, "export needs %s",
                        s->map ? "a place for the weights: -o FILE"
                               : "the map that the weights were imported by, or one for them: --map MAP.txt");
    int code = check_output(s->out);
    if (!code) code = check_not_read(s, s->out);
    if (!code) code = open_fitted(s, &m);
    if (!code) {
        int rc = unroll_export(m, s->out, s->map);
        if (rc) code = library_failed(rc);
        else if (!s->quiet) say_saved(s->out);
    }
    unroll_close(m);
    return code;
}
