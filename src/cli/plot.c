/* unroll plot: forecasts and learning curves, drawn by gnuplot. Knows tables and logs; attention.c and paths.c have the other pictures.
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

/* ---- forecasts */

typedef struct past { double *v; size_t n; int width; } past;      /* the first component of a datum, position by position */

static int read_past(const unroll_data *d, const char *name, int width, past *out)
{
    size_t count = 0;
    *out = (past){ .width = width };
    int rc = unroll_data_get_numbers(d, name, 0, NULL, 0, &count);
    if (rc) return library_failed(rc);
    out->v = malloc((count + 1) * sizeof *out->v);
    if (!out->v) return complain(FAILED, "out of memory");
    rc = unroll_data_get_numbers(d, name, 0, out->v, count, &count);
    out->n = count / (size_t)width;
    for (size_t i = 0; i < out->n; i++) out->v[i] = out->v[i * (size_t)width];
    return rc ? library_failed(rc) : DONE;
}

/* the datum to draw: --data, or the first number that the model draws */
static int choose(const settings *s, unroll_model *m, unroll_datum *out)
{
    for (size_t i = 0; i < unroll_data_count(m); i++) {
        if (unroll_data_info(m, i, out)) continue;
        bool number = out->kind == UNROLL_REAL || out->kind == UNROLL_COUNT || out->kind == UNROLL_RAW;
        if (s->data_name ? !strcmp(out->name, s->data_name) : number && out->drawn) {
            if (number && out->drawn && out->nindex) return DONE;
            return complain(USAGE, "%s is not a number that the model forecasts", out->name);
        }
    }
    if (s->data_name) return complain(USAGE, "the model has no data %s", s->data_name);
    return complain(USAGE, "the model draws no numbers; there is no forecast to plot");
}

static int column(const unroll_table *t, const char *name, const char *ending)
{
    char full[400];
    snprintf(full, sizeof full, "%s%s", name, ending);
    for (size_t c = 0; c < unroll_table_columns(t); c++)
        if (!strcmp(unroll_table_name(t, c), full)) return (int)c;
    return -1;
}

enum { MIDDLE, NAIVE, LOW, HIGH, LINES };

/* the columns to draw; a vector's first component */
static bool find_lines(const unroll_table *t, const unroll_datum *d, int at[LINES])
{
    char name[300];
    snprintf(name, sizeof name, d->size > 1 ? "%s1" : "%s", d->name);
    at[MIDDLE] = column(t, name, "");
    at[NAIVE] = column(t, name, "_naive");
    if (at[NAIVE] < 0) at[NAIVE] = column(t, "naive", "");
    at[LOW] = column(t, name, "_5");
    at[HIGH] = column(t, name, "_95");
    return at[MIDDLE] >= 0;
}

/* the points of one table row; `x` counts from the last row that is given */
static void forecast_point(FILE *f, const unroll_table *t, const int at[LINES], size_t r, long x, const past *given, const past *all, size_t row)
{
    fprintf(f, " %ld", x);
    for (int l = 0; l < LINES; l++) gnuplot_number(f, at[l] < 0 ? NAN : unroll_table_number(t, r, (size_t)at[l]));
    gnuplot_number(f, row > given->n && row <= all->n ? all->v[row - 1] : NAN);
    fputc('\n', f);
}

/* a value that is given beside rows that were completed: their line goes on to it */
static void given_point(FILE *f, const int at[LINES], const past *given, size_t row, long x)
{
    if (row < 1 || row > given->n || !isfinite(given->v[row - 1])) return;
    fprintf(f, " %ld", x);
    gnuplot_number(f, given->v[row - 1]);
    gnuplot_number(f, NAN);
    for (int l = LOW; l <= HIGH; l++) gnuplot_number(f, at[l] < 0 ? NAN : given->v[row - 1]);
    gnuplot_number(f, NAN);
    fputc('\n', f);
}

/* Positions count from the last one that is given: 0. Rows that were completed before it lie where they are, joined to the values beside them. `all` holds
 * what came after it, where --rows left it out. */
static void forecast_script(FILE *f, const unroll_table *t, const int at[LINES], int row_column, const char *title, const past *given, const past *all)
{
    size_t rows = unroll_table_rows(t), last = given->n;
    while (last && !isfinite(given->v[last - 1])) last--;
    size_t first = (size_t)unroll_table_number(t, 0, (size_t)row_column), show = 3 * rows > 48 ? 3 * rows : 48, from = last > show ? last - show : 0;
    if (first <= from) from = first > 12 ? first - 12 : 0;
    bool later = all->n > given->n;
    fputs("$past << END\n", f);
    for (size_t i = from; i < last; i++) {
        fprintf(f, " %ld", (long)(i + 1) - (long)last);
        gnuplot_number(f, given->v[i]);
        fputc('\n', f);
    }
    fputs("END\n$forecast << END\n", f);
    for (size_t r = 0, before = 0; r < rows; r++) {
        size_t row = (size_t)unroll_table_number(t, r, (size_t)row_column);
        bool inside = row < last, begins = !r || row != before + 1;
        if (r && begins) fputc('\n', f);
        if (inside && begins) given_point(f, at, given, row - 1, (long)row - 1 - (long)last);
        forecast_point(f, t, at, r, (long)row - (long)last, given, all, row);
        if (inside && (r + 1 == rows || unroll_table_number(t, r + 1, (size_t)row_column) != (double)row + 1)) given_point(f, at, given, row + 1, (long)row + 1 - (long)last);
        before = row;
    }
    fputs("END\nset grid\nset key outside bottom center horizontal\nset xlabel 'positions after the last one given'\nset title ", f);
    gnuplot_string(f, title, false);
    fputs("\nplot ", f);
    if (at[LOW] >= 0) fputs("$forecast using 1:4:5 with filledcurves fillcolor rgb '#c6dbef' title '90 % of the samples', ", f);
    fputs("$past using 1:2 with lines lw 2 lc rgb '#444444' title 'given'", f);
    if (later) fputs(", $forecast using 1:6 with lines lw 2 dt 2 lc rgb '#444444' title 'what came'", f);
    if (at[NAIVE] >= 0) fputs(", $forecast using 1:3 with lines lw 1 lc rgb '#e6862e' title 'naive'", f);
    fputs(", $forecast using 1:2 with lines lw 2 lc rgb '#1f6fb4' title 'forecast'\n", f);
}

/* what is drawn: "demand"; of one of several groups, whose column stands before those of time and row, "demand, city Oslo" */
static void title_of(char *out, size_t n, const unroll_table *t, const char *name, int row, size_t examples)
{
    if (row > 1 && unroll_table_is_text(t, 0)) snprintf(out, n, "%s, %s %s", name, unroll_table_name(t, 0), unroll_table_text(t, 0, 0));
    else if (examples > 1) snprintf(out, n, "%s, the first of %zu examples", name, examples);
    else snprintf(out, n, "%s", name);
}

static int draw_forecast(const settings *s, const unroll_table *t, const unroll_datum *d, size_t examples, const past *given, const past *all)
{
    int at[LINES], row = column(t, "row", "");
    char title[400];
    canvas c;
    if (!find_lines(t, d, at) || row < 0 || !unroll_table_rows(t)) return complain(FAILED, "there is no forecast of %s to plot", d->name);
    int code = canvas_begin(&c, s->out, WIDTH, HEIGHT);
    if (code) return code;
    title_of(title, sizeof title, t, d->name, row, examples);
    forecast_script(c.f, t, at, row, title, given, all);
    return canvas_end(&c);
}

static int predict_and_draw(const settings *s, unroll_model *m, const unroll_data *d, const unroll_data *whole, const unroll_data *history, size_t examples)
{
    unroll_datum datum;
    unroll_table *t = NULL;
    past given = { 0 }, all = { 0 };
    unroll_use_options o = s->use;
    int code = choose(s, m, &datum);
    if (code) return code;
    int width = datum.size > 0 ? datum.size : 1;
    if (!o.horizon) o.horizon = 24;
    held_notes held = { 0 };
    o.history = history;
    o.rows = 1;
    o.note = keep_note;
    o.note_arg = &held;
    int rc = unroll_predict(m, d, &o, &t);
    say_kept_notes(s, &held);
    if (rc) return library_failed(rc);
    code = read_past(d, datum.name, width, &given);
    if (!code && whole) code = read_past(whole, datum.name, width, &all);
    if (!code) code = draw_forecast(s, t, &datum, examples, &given, &all);
    free(given.v);
    free(all.v);
    unroll_table_free(t);
    return code;
}

/* one of several examples is drawn */
static int first_alone(const settings *s, unroll_data **d)
{
    unroll_data *first = NULL;
    int rc = unroll_data_slice(&first, *d, 0, 1);
    if (rc) return library_failed(rc);
    if (!s->quiet) complain(0, "drawing the first of %zu examples; --rows FROM:TO picks others", unroll_data_examples(*d));
    unroll_data_free(*d);
    *d = first;
    return DONE;
}

static int plot_forecast(const settings *s)
{
    unroll_model *m = NULL;
    unroll_data *d = NULL, *history = NULL, *whole = NULL;
    if (s->args.n < 2) return complain(USAGE, "plot needs data to forecast from: unroll plot FILE DATA... (or a log: --what loss)");
    int code = open_fitted(s, &m);
    if (!code) code = load_data(s, m, &d, &history);
    if (!code && s->rows) code = load_until_end(s, m, &whole);
    size_t examples = code ? 0 : unroll_data_examples(d);
    if (examples > 1) code = first_alone(s, &d);
    if (!code) code = predict_and_draw(s, m, d, whole, history, examples);
    if (!code) say_needless(s, data_facts(s, m, d) | OF_FORECASTS | OF_SEASONS | OF_HORIZONS);
    unroll_data_free(d);
    unroll_data_free(history);
    unroll_data_free(whole);
    unroll_close(m);
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
