/* unroll plot: forecasts and learning curves, drawn by gnuplot through a pipe: in the terminal, as .svg .png .pdf, or as the gnuplot
 * script itself (.gp), data included, to be kept and changed. Knows tables and logs. Invariant: a picture appears whole or not at all. */
#include "cli/cli.h"
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

typedef struct canvas { FILE *f; const char *path; char *temporary; bool script; } canvas;

static const struct { const char *ending, *terminal; } terminals[] = {
    { ".svg", "svg size 900,500 background 'white'" },
    { ".png", "pngcairo size 1200,700" },
    { ".pdf", "pdfcairo size 18cm,10cm" },
    { ".gp", NULL },
};

static const char *ending_of(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot ? dot : "";
}

static void gnuplot_string(FILE *f, const char *text)
{
    fputc('\'', f);
    for (; *text; text++) {
        if (*text == '\'') fputc('\'', f);
        fputc(*text, f);
    }
    fputc('\'', f);
}

static void terminal_size(int *columns, int *rows)
{
    struct winsize w;
    *columns = 100;
    *rows = 28;
    if (!ioctl(1, TIOCGWINSZ, &w) && w.ws_col > 20) {
        *columns = w.ws_col > 160 ? 160 : w.ws_col;
        *rows = w.ws_row > 40 ? 32 : w.ws_row > 14 ? w.ws_row - 4 : 12;
    }
}

/* opens the pipe or the script's file and says which terminal */
static int begin(canvas *c, const settings *s)
{
    *c = (canvas){ .path = s->out };
    const char *terminal = NULL;
    if (s->out) {
        size_t k = 0, n = sizeof terminals / sizeof terminals[0];
        while (k < n && strcmp(ending_of(s->out), terminals[k].ending)) k++;
        if (k == n) return complain(USAGE, "plot writes .svg, .png, .pdf or .gp, and %s is none of them", s->out);
        terminal = terminals[k].terminal;
        c->script = !terminal;
        int code = check_output(s->out);
        if (code) return code;
        if (c->script) return (c->f = begin_output(s->out, &c->temporary)) ? DONE : FAILED;
        if (asprintf(&c->temporary, "%s.tmp-%ld", s->out, (long)getpid()) < 0) return complain(FAILED, "out of memory");
    }
    if (system("command -v gnuplot > /dev/null 2>&1")) {
        free(c->temporary);
        return complain(FAILED, "plots are drawn by gnuplot, and it is not here: apt install gnuplot-nox (or write the script: -o FILE.gp)");
    }
    signal(SIGPIPE, SIG_IGN);
    fflush(stdout);
    c->f = popen("gnuplot", "w");
    if (!c->f) {
        free(c->temporary);
        return complain(FAILED, "gnuplot does not start: %s", strerror(errno));
    }
    if (terminal) {
        fprintf(c->f, "set terminal %s\nset output ", terminal);
        gnuplot_string(c->f, c->temporary);
        fputc('\n', c->f);
    } else {
        int columns, rows;
        terminal_size(&columns, &rows);
        fprintf(c->f, "set terminal dumb size %d,%d%s\n", columns, rows, isatty(1) ? " ansi" : "");
    }
    return DONE;
}

static int end(canvas *c)
{
    int code = DONE;
    if (c->script) code = finish_output(c->f, c->path, c->temporary);
    else if (pclose(c->f)) code = complain(FAILED, "gnuplot failed");
    else if (c->temporary && rename(c->temporary, c->path)) code = complain(FAILED, "%s could not be written: %s", c->path, strerror(errno));
    if (code && c->temporary) remove(c->temporary);
    free(c->temporary);
    return code;
}

/* ---- learning curves */

static double number_of(const json_t *line, const char *key)
{
    const json_t *v = json_object_get(line, key);
    return json_is_number(v) ? json_number_value(v) : NAN;
}

typedef struct curve { double epoch, train, valid; } curve;

static int read_log(const char *path, curve **out, size_t *n)
{
    FILE *f = fopen(path, "r");
    char *text = NULL;
    size_t cap = 0, row = 0;
    *out = NULL;
    *n = 0;
    if (!f) return complain(FAILED, "%s cannot be read: %s", path, strerror(errno));
    int code = DONE;
    while (!code && getline(&text, &cap, f) > 0) {
        row++;
        json_t *line = json_loads(text, 0, NULL);
        curve c = { number_of(line, "epoch"), number_of(line, "train_loss"), number_of(line, "valid_loss") };
        json_decref(line);
        curve *grown = realloc(*out, (*n + 1) * sizeof *grown);
        if (!grown) { code = complain(FAILED, "out of memory"); break; }
        *out = grown;
        if (!line || isnan(c.epoch)) code = complain(BAD_DATA, "%s:%zu: not a line of a log that fit --log writes", path, row);
        else grown[(*n)++] = c;
    }
    free(text);
    fclose(f);
    if (!code && !*n) code = complain(BAD_DATA, "%s: the log has no epoch yet", path);
    return code;
}

static void value(FILE *f, double v)
{
    if (isfinite(v)) fprintf(f, " %.10g", v);
    else fputs(" NaN", f);
}

static int plot_loss(const settings *s)
{
    curve *all = NULL;
    size_t n = 0;
    canvas c;
    int code = read_log(s->args.item[0], &all, &n);
    if (!code) code = begin(&c, s);
    if (code) {
        free(all);
        return code;
    }
    bool valid = false;
    fputs("$loss << END\n", c.f);
    for (size_t i = 0; i < n; i++) {
        value(c.f, all[i].epoch);
        value(c.f, all[i].train);
        value(c.f, all[i].valid);
        fputc('\n', c.f);
        valid |= isfinite(all[i].valid);
    }
    fputs("END\nset xlabel 'epoch'\nset ylabel 'loss'\nset key top right\nset grid\n"
          "plot $loss using 1:2 with lines lw 2 title 'training'", c.f);
    if (valid) fputs(", $loss using 1:3 with lines lw 2 title 'validation'", c.f);
    fputc('\n', c.f);
    free(all);
    return end(&c);
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

/* Positions count from the last one that is given: 0. `all` holds what came after it, where --rows left it out. */
static void forecast_script(FILE *f, const unroll_table *t, const int at[LINES], const char *name, const past *given, const past *all, size_t horizon)
{
    size_t rows = unroll_table_rows(t), first = rows > horizon ? rows - horizon : 0;
    size_t show = 3 * (rows - first) > 48 ? 3 * (rows - first) : 48, from = given->n > show ? given->n - show : 0;
    bool later = all->n > given->n;
    fputs("$past << END\n", f);
    for (size_t i = from; i < given->n; i++) {
        fprintf(f, " %ld", (long)(i + 1) - (long)given->n);
        value(f, given->v[i]);
        fputc('\n', f);
    }
    fputs("END\n$forecast << END\n", f);
    for (size_t r = first; r < rows; r++) {
        size_t k = r - first;
        fprintf(f, " %zu", k + 1);
        for (int l = 0; l < LINES; l++) value(f, at[l] < 0 ? NAN : unroll_table_number(t, r, (size_t)at[l]));
        value(f, given->n + k < all->n ? all->v[given->n + k] : NAN);
        fputc('\n', f);
    }
    fputs("END\nset grid\nset key outside bottom center horizontal\nset xlabel 'positions after the last one given'\nset title ", f);
    gnuplot_string(f, name);
    fputs("\nplot ", f);
    if (at[LOW] >= 0) fputs("$forecast using 1:4:5 with filledcurves fillcolor rgb '#c6dbef' title '90 % of the samples', ", f);
    fputs("$past using 1:2 with lines lw 2 lc rgb '#444444' title 'given'", f);
    if (later) fputs(", $forecast using 1:6 with lines lw 2 dt 2 lc rgb '#444444' title 'what came'", f);
    if (at[NAIVE] >= 0) fputs(", $forecast using 1:3 with lines lw 1 lc rgb '#e6862e' title 'naive'", f);
    fputs(", $forecast using 1:2 with lines lw 2 lc rgb '#1f6fb4' title 'forecast'\n", f);
}

static int draw_forecast(const settings *s, const unroll_table *t, const unroll_datum *d, const past *given, const past *all, size_t horizon)
{
    int at[LINES];
    canvas c;
    if (!find_lines(t, d, at) || !unroll_table_rows(t)) return complain(FAILED, "there is no forecast of %s to plot", d->name);
    int code = begin(&c, s);
    if (code) return code;
    forecast_script(c.f, t, at, d->name, given, all, horizon);
    return end(&c);
}

static int predict_and_draw(const settings *s, unroll_model *m, const unroll_data *d, const unroll_data *whole, const unroll_data *history)
{
    unroll_datum datum;
    unroll_table *t = NULL;
    past given = { 0 }, all = { 0 };
    unroll_use_options o = s->use;
    int code = choose(s, m, &datum);
    if (code) return code;
    int width = datum.size > 0 ? datum.size : 1;
    if (!o.horizon) o.horizon = 24;
    o.history = history;
    int rc = unroll_predict(m, d, &o, &t);
    if (rc) return library_failed(rc);
    code = read_past(d, datum.name, width, &given);
    if (!code && whole) code = read_past(whole, datum.name, width, &all);
    if (!code) code = draw_forecast(s, t, &datum, &given, &all, (size_t)o.horizon);
    free(given.v);
    free(all.v);
    unroll_table_free(t);
    return code;
}

static int plot_forecast(const settings *s)
{
    unroll_model *m = NULL;
    unroll_data *d = NULL, *history = NULL, *whole = NULL;
    if (s->args.n < 2) return complain(USAGE, "plot needs data to forecast from: unroll plot FILE DATA... (or a log: --what loss)");
    int code = open_fitted(s, &m);
    if (!code) code = load_data(s, m, &d, &history);
    if (!code && s->rows) code = load_until_end(s, m, &whole);
    if (!code) code = predict_and_draw(s, m, d, whole, history);
    unroll_data_free(d);
    unroll_data_free(history);
    unroll_data_free(whole);
    unroll_close(m);
    return code;
}

int verb_plot(settings *s)
{
    return s->what == 1 ? plot_loss(s) : plot_forecast(s);
}
