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

typedef struct curve { double epoch, train, valid; } curve;

/* jansson goes on where memory runs out inside a text, with another text; nothing here is lost by an end */
static void *room_or_end(size_t n)
{
    void *p = malloc(n);
    if (!p) exit(complain(FAILED, "out of memory"));
    return p;
}

/* unit: of the losses, as the log's last line says; "": it does not */
static int read_log(const char *path, curve **out, size_t *n, char unit[64])
{
    FILE *f = fopen(path, "r");
    char *text = NULL;
    size_t cap = 0, row = 0;
    *out = NULL;
    *n = 0;
    unit[0] = 0;
    if (!f) return complain(FAILED, "%s cannot be read: %s", path, strerror(errno));
    int code = DONE;
    json_set_alloc_funcs(room_or_end, free);
    while (!code && getline(&text, &cap, f) > 0) {
        bool mark = !row++ && !strncmp(text, "\xEF\xBB\xBF", 3);     /* a byte-order mark */
        json_t *line = json_loads(mark ? text + 3 : text, 0, NULL);
        curve c = { number_of(line, "epoch"), number_of(line, "train_loss"), number_of(line, "valid_loss") };
        const char *of = json_string_value(json_object_get(line, "unit"));
        if (of) snprintf(unit, 64, "%s", of);
        json_decref(line);
        curve *grown = realloc(*out, (*n + 1) * sizeof *grown);
        if (!grown) { code = complain(FAILED, "out of memory"); break; }
        *out = grown;
        if (!line || isnan(c.epoch)) code = complain(BAD_DATA, "%s:%zu: not a line of a log that fit --log writes", path, row);
        else grown[(*n)++] = c;
    }
    if (!code && !feof(f)) code = complain(FAILED, "%s cannot be read: %s", path, strerror(errno));
    free(text);
    fclose(f);
    if (!code && !*n) code = complain(BAD_DATA, "%s: the log has no epoch yet", path);
    return code;
}

/* the curves of one log: $log0, $log1, … */
static bool loss_block(FILE *f, size_t log, const curve *all, size_t n)
{
    bool valid = false;
    fprintf(f, "$log%zu << END\n", log);
    for (size_t i = 0; i < n; i++) {
        gnuplot_number(f, all[i].epoch);
        gnuplot_number(f, all[i].train);
        gnuplot_number(f, all[i].valid);
        fputc('\n', f);
        valid |= isfinite(all[i].valid);
    }
    fputs("END\n", f);
    return valid;
}

/* the colours of Okabe and Ito (2008), which colour-blind people tell apart */
static const char *const line_colours[] = { "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000" };
enum { LINE_COLOURS = sizeof line_colours / sizeof line_colours[0] };

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* in the terminal every curve has a letter of its own, which gnuplot counts by line types; elsewhere a log has a colour, validation is dashed */
static void loss_line(FILE *f, const settings *s, size_t log, int column, int line)
{
    const char *name = base_name(s->args.item[log]);
    char title[300];
    for (size_t k = 0; k < s->args.n; k++)
        if (k != log && !strcmp(base_name(s->args.item[k]), name)) name = s->args.item[log];
    snprintf(title, sizeof title, "%s%s%s", s->args.n > 1 ? name : "", s->args.n > 1 ? ", " : "", column == 2 ? "training" : "validation");
    fprintf(f, "%s$log%zu using 1:%d with lines ", line > 1 ? ", " : "plot ", log, column);
    if (s->out) fprintf(f, "lw 2 lc rgb '%s' dt %d", line_colours[log % LINE_COLOURS], column == 2 ? 1 : 2);
    else fprintf(f, "lt %d", line);
    fputs(" title ", f);
    gnuplot_string(f, title, false);
}

static int plot_loss(const settings *s)
{
    size_t n = s->args.n, *epochs = calloc(n + 1, sizeof *epochs);
    curve **all = calloc(n + 1, sizeof *all);
    bool *valid = calloc(n + 1, sizeof *valid);
    canvas c;
    char unit[64], first[64] = "";
    int code = all && epochs && valid ? DONE : complain(FAILED, "out of memory"), line = 0;
    for (size_t i = 0; i < n && !code; i++) {
        code = read_log(s->args.item[i], &all[i], &epochs[i], unit);
        if (!i) snprintf(first, sizeof first, "%s", unit);
        else if (strcmp(first, unit)) first[0] = 0;                  /* of different kinds: one label is of none */
    }
    if (!code) code = canvas_begin(&c, s->out, WIDTH, HEIGHT);
    if (!code) {
        fputs("set termoption noenhanced\nset xlabel 'epoch'\nset ylabel 'loss'\nset key top right\nset grid lc rgb '#dddddd'\nset border 3\nset tics nomirror\n", c.f);
        if (first[0]) {
            fputs("set title ", c.f);
            gnuplot_string(c.f, first, false);
            fputc('\n', c.f);
        }
        for (size_t i = 0; i < n; i++) valid[i] = loss_block(c.f, i, all[i], epochs[i]);
        for (size_t i = 0; i < n; i++)
            for (int column = 2; column <= 2 + valid[i]; column++) loss_line(c.f, s, i, column, ++line);
        fputc('\n', c.f);
        code = canvas_end(&c);
    }
    for (size_t i = 0; i < n && all; i++) free(all[i]);
    free(all);
    free(epochs);
    free(valid);
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
    if (!code && s->what) say_needless(s, facts[s->what]);       /* of a forecast it has been said */
    return code;
}
