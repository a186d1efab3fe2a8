/* unroll plot --what paths: a table's groups, each a path of points in a cell of a grid: strokes of a pen, trajectories. Knows
 * tables alone: the library reads them for a model that has nothing but data. Invariants: all cells have one scale, both axes the
 * same; a row whose numbers are missing lifts the pen. */
#include "cli/plot.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PATHS = 100, CELL = 110, LABEL = 20, PAD = 10 };

typedef struct path {
    double *x, *y;
    size_t n;
    char *label;
    double left, bottom, right, top;
} path;
typedef struct paths {
    path *item;
    size_t n;
    double span;
} paths; /* span: the largest extent of any */

static void free_paths(paths *p)
{
    for (size_t i = 0; i < p->n; i++) {
        free(p->item[i].x);
        free(p->item[i].y);
        free(p->item[i].label);
    }
    free(p->item);
}

static bool there(const path *p, size_t i) { return isfinite(p->x[i]) && isfinite(p->y[i]); }

static int read_path(const unroll_data *d, size_t example, bool labelled, path *out)
{
    const char *label = NULL;
    size_t n = 0, k = 0;
    int rc = unroll_data_get_numbers(d, "x", example, NULL, 0, &n);
    if (rc) return library_failed(rc);
    *out = (path){ .n = n,
                   .x = malloc((n + 1) * sizeof(double)),
                   .y = malloc((n + 1) * sizeof(double)),
                   .left = INFINITY,
                   .bottom = INFINITY,
                   .right = -INFINITY,
                   .top = -INFINITY };
    if (out->x && out->y) {
        rc = unroll_data_get_numbers(d, "x", example, out->x, n, &n);
        if (!rc) rc = unroll_data_get_numbers(d, "y", example, out->y, n, &n);
        if (!rc && labelled) rc = unroll_data_get_texts(d, "label", example, &label, 1, &k);
    }
    out->label = labelled && label ? shown_text(label) : strdup("");
    if (rc) return library_failed(rc);
    if (!out->x || !out->y || !out->label) return complain(FAILED, "out of memory");
    for (size_t i = 0; i < n; i++) {
        if (!there(out, i)) continue;
        out->left = fmin(out->left, out->x[i]);
        out->right = fmax(out->right, out->x[i]);
        out->bottom = fmin(out->bottom, out->y[i]);
        out->top = fmax(out->top, out->y[i]);
    }
    return DONE;
}

static int read_paths(const unroll_data *d, bool labelled, paths *out)
{
    size_t n = unroll_data_examples(d);
    *out = (paths){ .item = calloc(n + 1, sizeof *out->item), .span = -INFINITY };
    if (!out->item) return complain(FAILED, "out of memory");
    for (size_t i = 0; i < n; i++) {
        path *p = &out->item[out->n++];
        int code = read_path(d, i, labelled, p);
        if (code) return code;
        out->span = fmax(out->span, fmax(p->right - p->left, p->top - p->bottom));
    }
    if (out->span == 0) out->span = 1; /* points alone */
    return out->span > 0 ? DONE : complain(BAD_DATA, "there are no paths to draw: no row has both numbers");
}

/* point i of a path, in a square of `side` whose origin is at the upper left, y downwards */
static void place(const paths *all, const path *p, size_t i, double side, double *x, double *y)
{
    *x = side / 2 + (p->x[i] - (p->left + p->right) / 2) * side / all->span;
    *y = side / 2 - (p->y[i] - (p->bottom + p->top) / 2) * side / all->span;
}

/* cells side by side, so that `wide` × `high` cells fill a page about 1.6 times as wide as high */
static size_t cells_across(size_t n, double wide, double high, size_t most)
{
    size_t across = (size_t)ceil(sqrt(1.6 * (double)n * high / wide));
    if (across > most) across = most;
    if (across > n) across = n;
    return across ? across : 1;
}

/* ---- gnuplot */
static void paths_script(FILE *f, const paths *all, size_t across, double width, double height, bool labelled)
{
    double label = labelled ? LABEL : 0, step = CELL + label;
    fputs(
        "set termoption noenhanced\nunset key\nunset border\nunset tics\nset lmargin 0\nset rmargin 0\nset tmargin 0\nset bmargin 0\n",
        f);
    fprintf(f, "set xrange [0:%g]\nset yrange [%g:0]\n", width, height);
    fputs("$paths << END\n", f);
    for (size_t k = 0; k < all->n; k++) {
        const path *p = &all->item[k];
        bool begun = false;
        for (size_t i = 0; i < p->n; i++) {
            double x, y;
            place(all, p, i, CELL - 2 * PAD, &x, &y);
            if (there(p, i))
                fprintf(f, "%.6g %.6g %d\n", PAD + x + CELL * (double)(k % across), PAD + y + label + step * (double)(k / across),
                        !begun);
            else fputc('\n', f);
            begun |= there(p, i);
        }
        fputs("\n", f);
    }
    fputs("END\n", f);
    for (size_t k = 0; k < all->n; k++) {
        double left = CELL * (double)(k % across), top = step * (double)(k / across);
        fprintf(f, "set object rectangle from %g,%g to %g,%g back fillstyle empty border lc rgb '#dddddd' lw 0.6\n", left + 3,
                top + label + 3, left + CELL - 3, top + step - 3);
        if (!*all->item[k].label) continue;
        fputs("set label ", f);
        gnuplot_string(f, all->item[k].label, false);
        fprintf(f, " at %g,%g center font ',11' tc rgb '#333333'\n", left + CELL / 2.0, top + LABEL / 2.0 + 2);
    }
    fputs(
        "plot $paths using 1:2 with lines lw 1.8 lc rgb '#20558c', $paths using 1:($3 == 1 ? $2 : NaN) with points pt 7 ps 0.45 lc rgb '#d55e00'\n",
        f);
}

/* ---- the terminal: Braille characters, of 2 × 4 dots each */
typedef struct dots {
    unsigned char *at;
    size_t wide, high;
} dots; /* in characters */

static void dot(dots *d, long x, long y)
{
    static const unsigned char bit[4][2] = { { 1, 8 }, { 2, 16 }, { 4, 32 }, { 64, 128 } };
    if (x < 0 || y < 0 || x >= 2 * (long)d->wide || y >= 4 * (long)d->high) return;
    d->at[(size_t)(y / 4) * d->wide + (size_t)(x / 2)] |= bit[y % 4][x % 2];
}

static void line(dots *d, double x0, double y0, double x1, double y1)
{
    long steps = lround(fmax(fabs(x1 - x0), fabs(y1 - y0)));
    for (long k = 0; k <= steps; k++) {
        double share = steps ? (double)k / (double)steps : 0;
        dot(d, lround(x0 + share * (x1 - x0)), lround(y0 + share * (y1 - y0)));
    }
}

static void draw_dots(dots *d, const paths *all, const path *p)
{
    double side = fmin(2 * (double)d->wide, 4 * (double)d->high) - 1, x0 = 0, y0 = 0, x, y;
    memset(d->at, 0, d->wide * d->high);
    for (size_t i = 0; i < p->n; i++) {
        if (!there(p, i)) continue;
        place(all, p, i, side, &x, &y);
        if (i && there(p, i - 1)) line(d, x0, y0, x, y);
        else line(d, x, y, x, y);
        x0 = x;
        y0 = y;
    }
}

static int paths_terminal(FILE *f, const paths *all, size_t columns, bool labelled)
{
    size_t wide = 10, high = 5, across = cells_across(all->n, (double)wide, 2.0 * (double)high, columns / (wide + 2));
    if (all->n * (wide + 2) <= columns || all->n == 1) { /* few: larger */
        wide = columns / all->n - 2 < 32 ? columns / all->n - 2 : 32;
        high = wide / 2;
        across = all->n;
    }
    dots *d = calloc(across, sizeof *d);
    int code = d ? DONE : complain(FAILED, "out of memory");
    for (size_t k = 0; k < across && !code; k++) {
        d[k] = (dots){ malloc(wide * high), wide, high };
        if (!d[k].at) code = complain(FAILED, "out of memory");
    }
    for (size_t from = 0; from < all->n && !code; from += across) {
        size_t n = all->n - from < across ? all->n - from : across;
        for (size_t k = 0; k < n; k++) draw_dots(&d[k], all, &all->item[from + k]);
        for (size_t k = 0; k < n && labelled; k++) {
            char text[256];
            size_t taken = text_fit(all->item[from + k].label, wide, text, sizeof text);
            fprintf(f, "%s%*s", text, k + 1 < n ? (int)(wide + 2 - taken) : 0, "");
        }
        if (labelled) fputc('\n', f);
        for (size_t r = 0; r < high; r++) {
            for (size_t k = 0; k < n; k++) {
                for (size_t c = 0; c < wide; c++) {
                    unsigned b = d[k].at[r * wide + c]; /* U+2800 and the dots */
                    fprintf(f, "%c%c%c", 0xe2, 0xa0 | b >> 6, 0x80 | (b & 63));
                }
                fputs(k + 1 < n ? "  " : "\n", f);
            }
        }
    }
    for (size_t k = 0; d && k < across; k++) free(d[k].at);
    free(d);
    return code;
}

/* ---- all */
static int draw(const settings *s, const paths *all, bool labelled)
{
    if (!s->out) {
        int columns, rows;
        terminal_size(&columns, &rows);
        return paths_terminal(stdout, all, (size_t)columns, labelled);
    }
    double step = CELL + (labelled ? LABEL : 0);
    size_t across = cells_across(all->n, CELL, step, 100);
    double width = CELL * (double)across, height = step * (double)((all->n + across - 1) / across);
    canvas c;
    int code = canvas_begin(&c, s->out, width, height);
    if (code) return code;
    paths_script(c.f, all, across, width, height, labelled);
    return canvas_end(&c);
}

/* the table as data of a model without equations; a group's name is its label, where no other is asked for */
static int load(const settings *s, unroll_model **m, unroll_data **out, bool *labelled)
{
    static const char text[] = "data x[t], y[t] : raw\n", with[] = "data x[t], y[t] : raw, label[t] : symbol\n";
    const char *label = s->label ? s->label : s->group;
    char *bind[3] = { NULL };
    settings mine = *s;
    mine.args = (list){ 0 };
    mine.rows = NULL;
    int code = DONE;
    *labelled = label != NULL;
    if (asprintf(&bind[0], "x=\"%s\"", s->x) < 0 || asprintf(&bind[1], "y=\"%s\"", s->y) < 0 ||
        (label && asprintf(&bind[2], "label=\"%s\"", label) < 0))
        return complain(FAILED, "out of memory");
    int rc = unroll_open_text(m, label ? with : text, label ? sizeof with - 1 : sizeof text - 1, "paths", NULL, 0);
    if (rc) code = library_failed(rc);
    list_add(&mine.args, ""); /* where other verbs have their model */
    for (size_t i = 0; i < s->args.n; i++) list_add(&mine.args, s->args.item[i]);
    for (size_t i = 0; i < 3; i++)
        if (bind[i]) list_add(&mine.args, bind[i]);
    if (!code) code = load_data(&mine, *m, out, NULL, NULL, 0);
    free(mine.args.item);
    for (size_t i = 0; i < 3; i++) free(bind[i]);
    return code;
}

int plot_paths(const settings *s)
{
    unroll_model *m = NULL;
    unroll_data *all = NULL, *part = NULL;
    paths p = { 0 };
    bool labelled = false;
    if (!s->x || !s->y) return complain(USAGE, "paths need the columns of their points: --x COLUMN --y COLUMN");
    int code = load(s, &m, &all, &labelled);
    if (!code) code = rows_drawn(s, all, MOST_PATHS, "paths", &part, NULL);
    if (!code) code = read_paths(part, labelled, &p);
    if (!code) code = draw(s, &p, labelled);
    free_paths(&p);
    unroll_data_free(all);
    unroll_data_free(part);
    unroll_close(m);
    return code;
}
