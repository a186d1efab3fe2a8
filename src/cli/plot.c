/* unroll plot: learning curves, drawn by gnuplot. Knows logs; forecast.c, attention.c and paths.c have the other pictures.
 * Invariant: what is wrong with the command is said before anything is computed. */
#include "cli/plot.h"
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 900, HEIGHT = 500 };

/* ---- learning curves */

static double number_of(const json_t *line, const char *key)
{
    const json_t *v = json_object_get(line, key);
    return json_is_number(v) ? json_number_value(v) : NAN;
}

enum { TRAIN, VALID, LOSSES };
typedef struct losses { /* of one log, an epoch a line */
    size_t n;
    double *epoch, *of[LOSSES];     /* [n], NAN where the log has no number */
    bool any[LOSSES], lone[LOSSES]; /* is there a number; one with none beside it, which no line shows */
    char unit[64];                  /* as the last line says; "": it does not */
} losses;

static void free_losses(losses *l)
{
    free(l->epoch);
    for (int k = 0; k < LOSSES; k++) free(l->of[k]);
}

/* jansson goes on where memory runs out inside a text, with another text; nothing here is lost by an end */
static void *room_or_end(size_t n)
{
    void *p = malloc(n);
    if (!p) exit(complain(FAILED, "out of memory"));
    return p;
}

static bool add_epoch(losses *l, const json_t *line)
{
    static const char *const key[LOSSES] = { "train_loss", "valid_loss" };
    double *epoch = realloc(l->epoch, (l->n + 1) * sizeof *epoch);
    if (epoch) l->epoch = epoch;
    bool fine = epoch != NULL;
    for (int k = 0; k < LOSSES; k++) {
        double *more = realloc(l->of[k], (l->n + 1) * sizeof *more);
        if (more) l->of[k] = more;
        fine = fine && more;
        if (fine) more[l->n] = number_of(line, key[k]);
        l->any[k] = l->any[k] || (fine && isfinite(more[l->n]));
    }
    if (fine) epoch[l->n++] = number_of(line, "epoch");
    return fine;
}

static int read_log(const char *path, losses *out)
{
    FILE *f = fopen(path, "r");
    char *text = NULL;
    size_t cap = 0, row = 0;
    if (!f) return complain(FAILED, "%s cannot be read: %s", path, strerror(errno));
    int code = DONE;
    json_set_alloc_funcs(room_or_end, free);
    while (!code && getline(&text, &cap, f) > 0) {
        bool mark = !row++ && !strncmp(text, "\xEF\xBB\xBF", 3); /* a byte-order mark */
        json_t *line = json_loads(mark ? text + 3 : text, 0, NULL);
        const char *unit = json_string_value(json_object_get(line, "unit"));
        if (unit) snprintf(out->unit, sizeof out->unit, "%s", unit);
        if (!line || isnan(number_of(line, "epoch")))
            code = complain(BAD_DATA, "%s:%zu: not a line of a log that fit --log writes", path, row);
        else if (!add_epoch(out, line)) code = complain(FAILED, "out of memory");
        json_decref(line);
    }
    if (!code && !feof(f)) code = complain(FAILED, "%s cannot be read: %s", path, strerror(errno));
    free(text);
    fclose(f);
    if (!code && !out->n) code = complain(BAD_DATA, "%s: the log has no epoch yet", path);
    if (!code && !out->any[TRAIN] && !out->any[VALID]) code = complain(BAD_DATA, "%s: no loss in the log is a number", path);
    return code;
}

/* the curves of one log: $log0, $log1, …; columns: epoch, losses, and once more those that stand alone */
static void loss_block(FILE *f, size_t log, losses *l)
{
    fprintf(f, "$log%zu << END\n", log);
    for (size_t i = 0; i < l->n; i++) {
        gnuplot_number(f, l->epoch[i]);
        for (int k = 0; k < LOSSES; k++) gnuplot_number(f, l->of[k][i]);
        for (int k = 0; k < LOSSES; k++) {
            bool alone = stands_alone(l->of[k], l->n, i);
            gnuplot_number(f, alone ? l->of[k][i] : NAN);
            l->lone[k] = l->lone[k] || alone;
        }
        fputc('\n', f);
    }
    fputs("END\n", f);
}

static void ranges(FILE *f, const losses *all, size_t n)
{
    double first = INFINITY, last = -INFINITY, low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < n; i++)
        for (size_t e = 0; e < all[i].n; e++) {
            first = fmin(first, all[i].epoch[e]);
            last = fmax(last, all[i].epoch[e]);
            for (int k = 0; k < LOSSES; k++) {
                double v = all[i].of[k][e];
                low = isfinite(v) ? fmin(low, v) : low;
                high = isfinite(v) ? fmax(high, v) : high;
            }
        }
    double margin = last > first ? (last - first) / 50 : 1;
    fprintf(f, "set xrange [%.10g:%.10g]\n", first - margin, last + margin);
    if (last - first <= 10) fputs("set xtics 1\n", f);
    gnuplot_yrange(f, low, high);
}

/* the colours of Okabe and Ito (2008), which colour-blind people tell apart */
static const char *const line_colours[] = { "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000" };
enum { LINE_COLOURS = sizeof line_colours / sizeof line_colours[0] };

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* in the terminal every curve has a letter of its own, which gnuplot counts by line types; elsewhere a log has a colour,
 * validation is dashed */
static void loss_line(FILE *f, const settings *s, size_t log, int k, bool lone, int line)
{
    const char *name = base_name(s->args.item[log]), *colour = line_colours[log % LINE_COLOURS];
    char title[300];
    for (size_t i = 0; i < s->args.n; i++)
        if (i != log && !strcmp(base_name(s->args.item[i]), name)) name = s->args.item[log];
    const char *of = k == TRAIN ? "training" : "validation";
    if (s->args.n > 1) snprintf(title, sizeof title, "%s, %s", name, of);
    else snprintf(title, sizeof title, "%s", of);
    fprintf(f, "%s$log%zu using 1:%d with lines ", line > 1 ? ", " : "plot ", log, k + 2);
    if (s->out) fprintf(f, "lw 2 lc rgb '%s' dt %d", colour, k == TRAIN ? 1 : 2);
    else fprintf(f, "lt %d", line);
    fputs(" title ", f);
    gnuplot_string(f, title, false);
    if (!lone) return;
    fprintf(f, ", $log%zu using 1:%d with points ", log, k + 2 + LOSSES);
    if (s->out) fprintf(f, "pt %d lc rgb '%s' notitle", k == TRAIN ? 7 : 6, colour);
    else fprintf(f, "lt %d pt %d notitle", line, line);
}

static int draw_losses(const settings *s, losses *all, size_t n)
{
    canvas c;
    bool one_unit = true; /* else no label is of all */
    int line = 0, code = canvas_begin(&c, s->out, WIDTH, HEIGHT);
    if (code) return code;
    for (size_t i = 0; i < n; i++) one_unit = one_unit && !strcmp(all[i].unit, all[0].unit);
    fputs("set termoption noenhanced\nset xlabel 'epoch'\nset ylabel 'loss'\nset key top right\n", c.f);
    fputs("set grid lc rgb '#dddddd'\nset border 3\nset tics nomirror\n", c.f);
    if (one_unit && *all[0].unit) {
        fputs("set title ", c.f);
        gnuplot_string(c.f, all[0].unit, false);
        fputc('\n', c.f);
    }
    ranges(c.f, all, n);
    for (size_t i = 0; i < n; i++) loss_block(c.f, i, &all[i]);
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < LOSSES; k++)
            if (all[i].any[k]) loss_line(c.f, s, i, k, all[i].lone[k], ++line);
    fputc('\n', c.f);
    return canvas_end(&c);
}

static int plot_loss(const settings *s)
{
    size_t n = s->args.n;
    losses *all = calloc(n + 1, sizeof *all);
    int code = all ? DONE : complain(FAILED, "out of memory");
    for (size_t i = 0; i < n && !code; i++) code = read_log(s->args.item[i], &all[i]);
    if (!code) code = draw_losses(s, all, n);
    for (size_t i = 0; i < n && all; i++) free_losses(&all[i]);
    free(all);
    return code;
}

int verb_plot(settings *s)
{
    static int (*const what[])(const settings *) = { plot_forecast, plot_loss, plot_attention, plot_paths };
    static const unsigned facts[] = { 0, 0, OF_WEIGHTS | OF_DATA | OF_TABLES | OF_TEXTS | OF_MODELS | OF_SEQUENCES,
                                      OF_PATHS | OF_DATA | OF_TABLES };
    int code = canvas_check(s->out);
    if (!code && s->out) code = check_not_read(s, s->out);
    if (!code) code = what[s->what](s);
    if (!code && s->what) say_needless(s, facts[s->what]); /* of a forecast it has been said */
    return code;
}
