/* unroll plot --what attention: finds the attention weights of a model, runs it over examples (completing first what they leave
 * out) and makes a map of each, with the symbols that the axes stand for. Knows nothing of drawing. Invariant: the indices of the
 * weights are read from the library, never guessed from names; a map's values are those of unroll_quantity, unchanged. */
#include "cli/plot.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_EXAMPLES = 10, MOST_SYMBOLS = 400 };

static bool is_attention(const unroll_named *q) { return q->weighs && q->size > 0; }

static int no_such_quantity(unroll_model *m, const char *name)
{
    unroll_named q;
    for (size_t i = 0; i < unroll_quantity_count(m); i++)
        if (!unroll_quantity_info(m, i, &q) && !strcmp(q.name, name))
            return complain(
                USAGE, "%s is no attention: its equation is no softmax along one index, as in w[t,s] = softmax[s](\xE2\x80\xA6)",
                name);
    return complain(USAGE, "the model has no quantity %s", name);
}

static int choose(const settings *s, unroll_model *m, unroll_named *out)
{
    unroll_named q;
    char others[400] = "";
    size_t n = 0, at = 0;
    bool found = false;
    for (size_t i = 0; i < unroll_quantity_count(m); i++) {
        if (unroll_quantity_info(m, i, &q) || !is_attention(&q)) continue;
        n++;
        if (!found && (!s->quantity || !strcmp(s->quantity, q.name))) {
            *out = q;
            found = true;
        } else if (at < sizeof others) at += (size_t)snprintf(others + at, sizeof others - at, "%s%s", at ? ", " : "", q.name);
    }
    if (!n)
        return complain(
            USAGE,
            "the model has no attention to draw: no quantity of it is a softmax along an index. A softmax inside a longer equation needs an "
            "equation of its own, as in w[t,s] = softmax[s](\xE2\x80\xA6)");
    if (!found) {
        int code = no_such_quantity(m, s->quantity);
        return complain(code, "attention weights of the model: %s", others);
    }
    if (n > 1 && !s->quantity) note(s, "drawing %s; the model also has %s: --quantity NAME picks", out->name, others);
    return DONE;
}

/* ---- which index is which */
typedef struct plan {
    unroll_named q;
    int x, y;                           /* indices of q: sources, targets; y −1: none */
    unroll_datum source, target, image; /* the data that name the positions; name NULL: they are counted */
    bool completed;                     /* target was left out */
} plan;

/* the symbols along index k: those that the model draws first */
static void symbols_along(const unroll_model *m, const unroll_named *q, int k, unroll_datum *out)
{
    unroll_datum d;
    *out = (unroll_datum){ 0 };
    for (size_t i = 0; k >= 0 && i < unroll_data_count(m); i++)
        if (!unroll_data_info(m, i, &d) && is_symbol(&d) && d.nindex == 1 && !strcmp(d.index[0], q->of[k]) &&
            (!out->name || (d.drawn && !out->drawn)))
            *out = d;
}

/* numbers of several components along index k, or, where k has no symbols, along an index that is not the targets': what
 * attention reads */
static void image_behind(const settings *s, const unroll_model *m, const unroll_data *data, plan *p)
{
    unroll_datum d;
    for (size_t i = 0; i < unroll_data_count(m) && !p->source.name; i++) {
        if (unroll_data_info(m, i, &d) || is_symbol(&d) || d.kind == UNROLL_TIME || !d.nindex) continue;
        bool along = !strcmp(d.index[0], p->q.of[p->x]), wanted = s->data_name && !strcmp(s->data_name, d.name);
        long columns = unroll_data_length(data, d.index[0], 0);
        size_t n = 0;
        if (columns < 1 || unroll_data_get_numbers(data, d.name, 0, NULL, 0, &n) || n < 2 * (size_t)columns) continue;
        if (!along && !wanted && p->y >= 0 && !strcmp(d.index[0], p->q.of[p->y])) continue;
        if (!p->image.name || wanted || (along && !(s->data_name && !strcmp(s->data_name, p->image.name)))) p->image = d;
    }
}

static void read_indices(const unroll_model *m, plan *p)
{
    const unroll_named *q = &p->q;
    unroll_datum d;
    p->y = -1;
    for (int k = 0; k < q->nindex; k++)
        if (!strcmp(q->index[k], q->weighs)) p->x = k;
    for (int k = q->nindex - 1; k >= 0;
         k--) { /* the last that is not of fixed length; of those, one that carries drawn symbols */
        if (k == p->x) continue;
        symbols_along(m, q, k, &d);
        if (p->y < 0 || (p->y >= q->nindex - q->nfixed && k < q->nindex - q->nfixed) || (d.drawn && !p->target.drawn)) {
            p->y = k;
            p->target = d;
        }
    }
    symbols_along(m, q, p->x, &p->source);
    for (size_t i = 0; p->y < 0 && i < unroll_data_count(m) && !p->target.name; i++) /* one row of weights: that of the label */
        if (!unroll_data_info(m, i, &d) && is_symbol(&d) && d.drawn && !d.nindex) p->target = d;
}

/* ---- one example */
static void free_map(map *m)
{
    for (size_t i = 0; m->x && i < m->nx; i++) free(m->x[i]);
    for (size_t i = 0; m->y && i < m->ny; i++) free(m->y[i]);
    free(m->x);
    free(m->y);
    free(m->w);
    free(m->ink);
    free(m->title);
    free(m->xname);
    free(m->yname);
    *m = (map){ 0 };
}

static char **names_of(const unroll_data *d, const unroll_datum *of, size_t example, size_t n)
{
    char **out = calloc(n + 1, sizeof *out), number[32];
    const char **texts = calloc(n + 1, sizeof *texts);
    size_t given = 0;
    bool ok = out && texts && (!of->name || !unroll_data_get_texts(d, of->name, example, texts, n, &given));
    for (size_t i = 0; i < n && ok; i++) {
        snprintf(number, sizeof number, "%zu", i + 1);
        out[i] = !of->name ? strdup(n > 1 ? number : "") : i >= given ? strdup(END_TEXT) : shown_text(texts[i] ? texts[i] : "?");
        ok = out[i] != NULL;
    }
    free(texts);
    if (ok) return out;
    for (size_t i = 0; i < n && out; i++) free(out[i]);
    free(out);
    return NULL;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Ink is dark: what is rare. The paper is the middle value, be it the smallest number or the largest. */
static int read_image(const unroll_data *d, const plan *p, size_t example, map *out)
{
    long columns = unroll_data_length(d, p->image.index[0], example);
    size_t n = 0;
    int rc = unroll_data_get_numbers(d, p->image.name, example, NULL, 0, &n);
    if (rc) return library_failed(rc);
    if (columns < 2 || n < 2 * (size_t)columns) return DONE;
    double *v = malloc(n * sizeof *v), *sorted = malloc(n * sizeof *v);
    if (!v || !sorted) {
        free(v);
        free(sorted);
        return complain(FAILED, "out of memory");
    }
    unroll_data_get_numbers(d, p->image.name, example, v, n, &n);
    size_t seen = 0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(v[i])) sorted[seen++] = v[i];
    qsort(sorted, seen, sizeof *sorted, by_value);
    double low = seen ? sorted[0] : 0, high = seen ? sorted[seen - 1] : 1, middle = seen ? sorted[seen / 2] : 0;
    bool light_is_high = middle - low > high - middle;
    for (size_t i = 0; i < n; i++) {
        double share = isfinite(v[i]) && high > low ? (v[i] - low) / (high - low) : light_is_high;
        v[i] = light_is_high ? 1 - share : share;
    }
    free(sorted);
    out->ink = v;
    out->columns = (size_t)columns;
    out->pixels = n / (size_t)columns;
    out->image_name = p->image.name;
    return DONE;
}

static int name_axes(const plan *p, map *out, const char *which)
{
    const char *x = p->source.name  ? p->source.name
                    : p->image.name ? p->image.name
                                    : p->q.index[p->x],
               *y = p->target.name ? p->target.name
                    : p->y >= 0    ? p->q.index[p->y]
                                   : "";
    if (asprintf(&out->xname, "%s", x) < 0) out->xname = NULL;
    if (asprintf(&out->yname, "%s%s", y, p->completed ? " (generated)" : "") < 0) out->yname = NULL;
    if (asprintf(&out->title, "attention %s%s", p->q.name, which) < 0) out->title = NULL;
    return out->xname && out->yname && out->title ? DONE : complain(FAILED, "out of memory");
}

/* the weights of one example: lengths of the indices (and of the components last), the values in that order */
typedef struct weights {
    size_t n[9];
    int dims;
    double *v;
} weights;

static int read_weights(const settings *s, unroll_model *m, const unroll_data *d, const plan *p, size_t example, weights *out)
{
    const unroll_named *q = &p->q;
    unroll_use_options o = s->use;
    size_t count = 0, want = 1, most = 0;
    int width, rc = 0;
    o.horizon = o.samples = o.beam = o.min_length = 0;
    *out = (weights){ .dims = q->nindex + 1 };
    for (int k = 0; k < q->nindex; k++) {
        bool fixed = k >= q->nindex - q->nfixed;
        long n = fixed ? q->fixed[k - (q->nindex - q->nfixed)] : unroll_data_length(d, q->index[k], example);
        if (n < 0) return library_failed((int)n);
        out->n[k] = (size_t)n;
        want *= (size_t)n;
        if (n > MOST_SYMBOLS) most = (size_t)n;
    }
    out->n[q->nindex] = (size_t)q->size;
    want *= (size_t)q->size;
    if (most)
        return complain(USAGE, "%zu positions are too many for a map (at most %d); %s", most, MOST_SYMBOLS,
                        unroll_data_examples(d) > 1 ? "choose shorter examples by --rows FROM:TO"
                                                    : "choose a part by --rows FROM:TO");
    out->v = malloc((want + 1) * sizeof *out->v);
    if (!out->v) return complain(FAILED, "out of memory");
    rc = unroll_quantity(m, d, q->name, example, &o, out->v, want, &count, &width);
    if (!rc && count == want) return DONE;
    free(out->v);
    out->v = NULL;
    return rc ? library_failed(rc)
              : complain(FAILED, "%s has %zu values in example %zu, its indices say %zu", q->name, count, example + 1, want);
}

/* The values where all indices but x and y stand at `at`. */
static double *cut_out(const weights *w, const plan *p, const size_t *at)
{
    size_t nx = w->n[p->x], ny = p->y < 0 ? 1 : w->n[p->y];
    double *out = malloc((nx * ny + 1) * sizeof *out);
    for (size_t i = 0; out && i < nx * ny; i++) {
        size_t place = 0;
        for (int k = 0; k < w->dims; k++) place = place * w->n[k] + (k == p->x ? i % nx : k == p->y ? i / nx : at[k]);
        out[i] = w->v[place];
    }
    return out;
}

typedef struct maps {
    map *item;
    size_t n;
} maps;

static int add_map(maps *all, map *m)
{
    map *grown = realloc(all->item, (all->n + 1) * sizeof *grown);
    if (!grown) return complain(FAILED, "out of memory");
    all->item = grown;
    all->item[all->n++] = *m;
    return DONE;
}

/* one map for each place of the indices that are neither x nor y: heads, components */
static int maps_of(const unroll_data *d, const plan *p, const weights *w, size_t example, const char *which, maps *all)
{
    size_t at[9] = { 0 };
    for (bool more = true; more;) {
        map m = { .nx = w->n[p->x], .ny = p->y < 0 ? 1 : w->n[p->y] };
        char title[300];
        int used = snprintf(title, sizeof title, "%s", which);
        for (int k = 0; k < w->dims; k++) {
            bool component = k == p->q.nindex;
            if (k == p->x || k == p->y || (component && w->n[k] == 1) || used >= (int)sizeof title) continue;
            used += snprintf(title + used, sizeof title - (size_t)used, ", %s %zu", component ? "component" : p->q.index[k],
                             at[k] + 1);
        }
        m.x = names_of(d, &p->source, example, m.nx);
        m.y = names_of(d, &p->target, example, m.ny);
        m.w = cut_out(w, p, at);
        int code = m.x && m.y && m.w ? name_axes(p, &m, title) : complain(FAILED, "out of memory");
        if (!code && p->image.name) code = read_image(d, p, example, &m);
        if (!code) code = add_map(all, &m);
        if (code) {
            free_map(&m);
            return code;
        }
        more = false;
        for (int k = w->dims - 1; k >= 0 && !more; k--) {
            if (k == p->x || k == p->y) continue;
            more = ++at[k] < w->n[k];
            if (!more) at[k] = 0;
        }
    }
    return DONE;
}

/* ---- all examples */
static int draw(const settings *s, const maps *all)
{
    if (!s->out) {
        int columns, rows;
        terminal_size(&columns, &rows);
        for (size_t i = 0; i < all->n; i++) {
            if (i) putchar('\n');
            heatmap_terminal(stdout, &all->item[i], columns, terminal_colours());
        }
        return DONE;
    }
    bool pages = canvas_has_pages(s->out);
    double width = 0, height = 0;
    for (size_t i = 0; i < all->n; i++) { /* pages of one file are of one size */
        double w, h;
        heatmap_size(&all->item[i], &w, &h);
        width = fmax(width, w);
        height = fmax(height, h);
    }
    canvas c;
    int code = pages ? canvas_begin(&c, s->out, width, height) : DONE;
    if (code) return code;
    const char *dot = strrchr(s->out, '.');
    for (size_t i = 0; i < all->n && !code; i++) {
        char *path = NULL;
        if (!pages) {
            heatmap_size(&all->item[i], &width, &height);
            if ((all->n > 1 ? asprintf(&path, "%.*s-%zu%s", (int)(dot - s->out), s->out, i + 1, dot)
                            : asprintf(&path, "%s", s->out)) < 0)
                return complain(FAILED, "out of memory");
            code = all->n > 1 ? check_not_read(s, path) : DONE;
            if (!code) code = canvas_begin(&c, path, width, height);
        }
        if (!code) heatmap_script(c.f, &all->item[i], width, height);
        if (!code && !pages) code = canvas_end(&c);
        free(path);
    }
    return pages ? canvas_end(&c) : code;
}

static int all_maps(const settings *s, unroll_model *m, const unroll_data *d, plan *p, size_t first, maps *all)
{
    unroll_data *whole = NULL;
    unroll_use_options o = s->use;
    size_t n = unroll_data_examples(d), given = 0;
    o.horizon = o.samples = 0;
    if (p->target.name && n) {
        int absent = unroll_data_get_texts(d, p->target.name, 0, NULL, 0, &given);
        p->completed = !absent && !given && p->target.drawn;
    }
    int rc = unroll_data_complete(&whole, m, d, &o), code = rc ? library_failed(rc) : DONE;
    if (!code && n) image_behind(s, m, whole, p);
    if (!code && s->data_name && (!p->image.name || strcmp(p->image.name, s->data_name)))
        code = complain(USAGE,
                        "--data %s is no image: it picks numbers of several components that the weights are along, where "
                        "these have no symbols",
                        s->data_name);
    for (size_t i = 0; i < n && !code; i++) {
        weights w = { 0 };
        char which[64] = "";
        if (n > 1 || first) snprintf(which, sizeof which, ", example %zu", first + i + 1);
        code = read_weights(s, m, whole, p, i, &w);
        bool empty = !code && (!w.n[p->x] || (p->y >= 0 && !w.n[p->y]));
        if (!code && !empty) code = maps_of(whole, p, &w, i, which, all);
        free(w.v);
    }
    if (!code && !all->n) code = complain(BAD_DATA, "there is nothing to draw: the examples have no positions");
    unroll_data_free(whole);
    return code;
}

int plot_attention(const settings *s)
{
    unroll_model *m = NULL;
    unroll_data *all = NULL, *part = NULL;
    maps drawn = { 0 };
    plan p = { 0 };
    size_t first = 0;
    if (s->args.n < 2) return complain(USAGE, "plot needs data to look at: unroll plot FILE DATA... --what attention");
    int code = open_fitted(s, &m);
    if (!code) code = choose(s, m, &p.q);
    if (!code) read_indices(m, &p);
    if (!code) code = load_whole(s, m, &all);
    if (!code) code = rows_drawn(s, all, MOST_EXAMPLES, "examples", &part, &first);
    if (!code) code = all_maps(s, m, part, &p, first, &drawn);
    if (!code) code = draw(s, &drawn);
    for (size_t i = 0; i < drawn.n; i++) free_map(&drawn.item[i]);
    free(drawn.item);
    unroll_data_free(all);
    unroll_data_free(part);
    unroll_close(m);
    return code;
}
