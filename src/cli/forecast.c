/* unroll plot of a forecast: one number, what is given of it, what is completed, what came. Knows the library's table of
 * predictions. Invariant: what the picture shows is in that table or in the data, at the rows that it says; what cannot be
 * seen has a word. */
#include "cli/plot.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 900, HEIGHT = 500, HORIZON = 24, PAST = 48 };

/* ---- what is drawn */
/* a number of the model: a datum, of several numbers in a row that one which is drawn */
typedef struct subject {
    unroll_datum of;
    int component;
    char name[300];
} subject;

/* is `name` the datum, or that with the number of a component behind it? */
static bool is_named(const unroll_datum *d, const char *name, int *component)
{
    size_t n = strlen(d->name);
    char *end;
    *component = 0;
    if (!strcmp(d->name, name)) return true;
    if (strncmp(d->name, name, n) || name[n] < '1' || name[n] > '9') return false;
    long k = strtol(name + n, &end, 10);
    *component = k <= d->width ? (int)k - 1 : 0;
    return !*end && d->width > 1 && k <= d->width;
}

/* --data, or the first number that the model draws */
static int choose(const settings *s, unroll_model *m, subject *out)
{
    unroll_datum *d = &out->of;
    for (size_t i = 0; i < unroll_data_count(m); i++) {
        if (unroll_data_info(m, i, d)) continue;
        bool number = !is_symbol(d) && d->kind != UNROLL_TIME;
        if (s->data_name ? !is_named(d, s->data_name, &out->component) : !number || !d->drawn) continue;
        if (number && d->drawn && !d->nindex)
            return complain(USAGE, "%s has no index, as t of y[t]: there is no forecast to plot", d->name);
        if (!number || !d->drawn) return complain(USAGE, "%s is not a number that the model forecasts", d->name);
        snprintf(out->name, sizeof out->name, d->width > 1 ? "%s%d" : "%s", d->name, out->component + 1);
        return DONE;
    }
    if (s->data_name) return complain(USAGE, "the model has no data %s", s->data_name);
    return complain(USAGE, "the model draws no numbers; there is no forecast to plot");
}

/* ---- what is given of it */
typedef struct values {
    double *v;
    size_t n;
} values; /* row by row; NAN: missing */

static int read_values(const unroll_data *d, size_t example, const subject *what, values *out)
{
    size_t count = 0, width = (size_t)what->of.width;
    *out = (values){ 0 };
    int rc = d ? unroll_data_get_numbers(d, what->of.name, example, NULL, 0, &count) : 0;
    if (rc) return library_failed(rc);
    out->v = malloc((count + 1) * sizeof *out->v);
    if (!out->v) return complain(FAILED, "out of memory");
    rc = d ? unroll_data_get_numbers(d, what->of.name, example, out->v, count, &count) : 0;
    out->n = count / width;
    for (size_t i = 0; i < out->n; i++) out->v[i] = out->v[i * width + (size_t)what->component];
    return rc ? library_failed(rc) : DONE;
}

/* what came before the part that is drawn, the part, what came after it, and all that was read */
enum { BEFORE, HERE, AFTER, WHOLE, PARTS };
typedef struct parts {
    unroll_data *data[PARTS];
    values of[PARTS];
    size_t example, from; /* where in all that was read the part begins */
} parts;

/* at a row of the part, from 1; what came before ends at 0 */
static double at(const values *v, double row) { return row >= 1 && row <= (double)v->n ? v->v[(size_t)row - 1] : NAN; }

/* ---- the curves */
enum { LOW, HIGH, GIVEN, NAIVE, MIDDLE, CAME, CURVES };
typedef struct look {
    const char *title, *colour;
    int wide, dash;
    int type; /* of gnuplot's lines, each of which is a character in the terminal */
} look;
/* clang-format off */
static const look looks[CURVES] = {
    [LOW] = { "90 % of the samples", "#c6dbef", 1, 1, 5 }, [HIGH] = { "", "#c6dbef", 1, 1, 5 },
    [GIVEN] = { "given", "#444444", 2, 1, 1 },             [NAIVE] = { "naive", "#e6862e", 1, 1, 2 },
    [MIDDLE] = { "forecast", "#1f6fb4", 2, 1, 3 },         [CAME] = { "what came", "#444444", 2, 2, 4 } };
/* clang-format on */

typedef struct curves {
    double *y[CURVES]; /* [n], NAN where there is nothing */
    bool *asked;       /* [n] it is completed there */
    axis_name *name;
    bool *tick;         /* [n] */
    size_t n, from, to; /* rows; the first that is drawn, and the one after the last */
    bool dates, any[CURVES];
    double low, high; /* of all that is drawn */
    size_t cut;       /* bytes that names lose at their end */
} curves;

static void free_curves(curves *c)
{
    for (int k = 0; k < CURVES; k++) free(c->y[k]);
    for (size_t i = 0; c->name && i < c->n; i++) free(c->name[i].text);
    free(c->name);
    free(c->tick);
    free(c->asked);
}

static int new_curves(curves *c, size_t n)
{
    *c = (curves){ .n = n };
    bool fine = (c->name = calloc(n + 1, sizeof *c->name)) && (c->tick = calloc(n + 1, 1)) && (c->asked = calloc(n + 1, 1));
    for (int k = 0; k < CURVES; k++) {
        fine = fine && (c->y[k] = malloc((n + 1) * sizeof **c->y));
        for (size_t i = 0; fine && i < n; i++) c->y[k][i] = NAN;
    }
    return fine ? DONE : complain(FAILED, "out of memory");
}

/* where the table has what: a group's column, those of the time or the position, "row", "seconds", then what is completed */
typedef struct places {
    size_t time, row, seconds;
    int curve[CURVES];
} places;

static int column(const unroll_table *t, size_t from, const char *name, const char *ending)
{
    char full[400];
    snprintf(full, sizeof full, "%s%s", name, ending);
    for (size_t c = from; c < unroll_table_columns(t); c++)
        if (!strcmp(unroll_table_name(t, c), full)) return (int)c;
    return -1;
}

static bool find_places(const unroll_table *t, const char *name, bool group, places *p)
{
    p->time = group;
    int row = column(t, p->time + 1, "row", "");
    if (row < 0) return false;
    p->row = (size_t)row;
    p->seconds = p->row + 1;
    size_t from = p->seconds + 1;
    p->curve[MIDDLE] = column(t, from, name, "");
    p->curve[NAIVE] = column(t, from, name, "_naive");
    if (p->curve[NAIVE] < 0) p->curve[NAIVE] = column(t, from, "naive", "");
    p->curve[LOW] = column(t, from, name, "_5");
    p->curve[HIGH] = column(t, from, name, "_95");
    p->curve[GIVEN] = p->curve[CAME] = -1;
    return p->curve[MIDDLE] >= 0;
}

/* the time or position of a row as the table has it, of several columns between blanks */
static char *name_of(const unroll_table *t, size_t r, const places *p)
{
    char *text = NULL, one[400];
    size_t n = 0;
    for (size_t c = p->time; c < p->row; c++) {
        double v = unroll_table_number(t, r, c);
        if (unroll_table_is_text(t, c)) snprintf(one, sizeof one, "%s", unroll_table_text(t, r, c));
        else if (isnan(v)) one[0] = 0;
        else snprintf(one, sizeof one, "%.15g", v);
        char *more = realloc(text, n + strlen(one) + 2);
        if (!more) {
            free(text);
            return NULL;
        }
        text = more;
        n += (size_t)sprintf(text + n, "%s%s", c > p->time && *one ? " " : "", one);
    }
    return text;
}

static int fill_curves(curves *c, const unroll_table *t, const places *p, const parts *given)
{
    int code = new_curves(c, unroll_table_rows(t));
    const values *before = &given->of[BEFORE];
    for (size_t r = 0; r < c->n && !code; r++) {
        double row = unroll_table_number(t, r, p->row), seconds = unroll_table_number(t, r, p->seconds);
        c->dates = c->dates || !isnan(seconds);
        if (!(c->name[r].text = name_of(t, r, p))) code = complain(FAILED, "out of memory");
        c->name[r].value = seconds;
        c->y[GIVEN][r] = row < 1 ? at(before, row + (double)before->n) : at(&given->of[HERE], row);
        if (row < 1 || !isnan(c->y[GIVEN][r])) continue;
        c->asked[r] = true;
        c->y[CAME][r] = at(&given->of[WHOLE], row + (double)given->from);
        for (int k = 0; k < CURVES; k++) {
            double y = p->curve[k] < 0 ? NAN : unroll_table_number(t, r, (size_t)p->curve[k]);
            if (isfinite(y)) c->y[k][r] = y;
        }
    }
    for (size_t r = 0; r < c->n && !code && !c->dates; r++) c->name[r].value = unroll_table_number(t, r, p->time);
    return code;
}

/* The last completed rows, with all before them that are no further than PAST apart, and three times as much on both sides */
static void choose_rows(const settings *s, curves *c)
{
    enum { MOST = 20000 };
    size_t first = 0, last = 0, count = 0, drawn = 0;
    for (size_t r = 0; r < c->n; r++) {
        if (!c->asked[r]) continue;
        if (!count++ || r - last > PAST) first = r;
        last = r;
    }
    size_t around = 3 * (last - first + 1) > PAST ? 3 * (last - first + 1) : PAST;
    c->from = first > around ? first - around : 0;
    c->to = c->n - last > around ? last + around : c->n;
    if (c->to - c->from > MOST) c->from = c->to - MOST;
    for (size_t r = c->from; r < c->to; r++) drawn += c->asked[r];
    if (drawn < count)
        note(s, "drawing the last %zu of %zu values that are completed, from row %zu on; --rows FROM:TO picks others", drawn,
             count, c->from + 1);
}

/* lines of what is completed begin, and end, at the values that are given beside it */
static void join(curves *c)
{
    for (size_t r = 0; r < c->n; r++) {
        if (!c->asked[r]) continue;
        for (int k = 0; k < CURVES; k++) {
            if (k == GIVEN || isnan(c->y[k][r])) continue;
            if (r && !isnan(c->y[GIVEN][r - 1])) c->y[k][r - 1] = c->y[GIVEN][r - 1];
            if (k != CAME && k != NAIVE && r + 1 < c->n && !isnan(c->y[GIVEN][r + 1])) c->y[k][r + 1] = c->y[GIVEN][r + 1];
        }
    }
}

static void measure(curves *c)
{
    c->low = INFINITY;
    c->high = -INFINITY;
    for (int k = 0; k < CURVES; k++)
        for (size_t r = c->from; r < c->to; r++) {
            if (isnan(c->y[k][r])) continue;
            c->any[k] = true;
            c->low = fmin(c->low, c->y[k][r]);
            c->high = fmax(c->high, c->y[k][r]);
        }
}

/* ---- the script */
/* columns: row, then the curves; the rows that stand alone in a curve once more, for no line shows them */
static void put_data(FILE *f, const curves *c, bool lone[CURVES])
{
    fputs("# row, low, high, given, naive, forecast, what came, when\n$data << END\n", f);
    for (size_t r = c->from; r < c->to; r++) {
        fprintf(f, "%zu", r + 1);
        for (int k = 0; k < CURVES; k++) gnuplot_number(f, c->y[k][r]);
        fputc(' ', f);
        gnuplot_string(f, c->name[r].text, false);
        fputc('\n', f);
    }
    fputs("END\n", f);
    for (int k = GIVEN; k < CURVES; k++) {
        for (size_t r = c->from; r < c->to; r++) {
            if (!stands_alone(c->y[k] + c->from, c->to - c->from, r - c->from)) continue;
            if (!lone[k]) fprintf(f, "$alone%d << END\n", k);
            lone[k] = true;
            fprintf(f, "%zu", r + 1);
            gnuplot_number(f, c->y[k][r]);
            fputc('\n', f);
        }
        if (lone[k]) fputs("END\n", f);
    }
}

static void put_ticks(FILE *f, const curves *c)
{
    fputs("set xtics (", f);
    for (size_t r = c->from, n = 0; r < c->to; r++) {
        if (!c->tick[r]) continue;
        if (n++) fputs(", ", f);
        c->name[r].text[strlen(c->name[r].text) - c->cut] = 0;
        gnuplot_string(f, c->name[r].text, true);
        fprintf(f, " %zu", r + 1);
    }
    fputs(")\n", f);
}

static void put_ranges(FILE *f, const curves *c)
{
    double margin = (double)(c->to - c->from) / 50;
    fprintf(f, "set xrange [%.10g:%.10g]\n", (double)c->from + 1 - margin, (double)c->to + margin);
    gnuplot_yrange(f, c->low, c->high);
}

/* In files what lies between the two ends of a band is filled; in the terminal, whose legend has no such thing, they are lines */
static void put_curve(FILE *f, const settings *s, int k, bool lone)
{
    const look *l = &looks[k];
    char colour[40];
    if (s->out) snprintf(colour, sizeof colour, "lc rgb '%s'", l->colour);
    else snprintf(colour, sizeof colour, "lt %d", l->type);
    if (s->out && k == LOW) fprintf(f, "$data using 1:2:3 with filledcurves %s", colour);
    else if (s->out) fprintf(f, "$data using 1:%d with lines lw %d dt %d %s", k + 2, l->wide, l->dash, colour);
    else fprintf(f, "$data using 1:%d with lines %s", k + 2, colour);
    if (*l->title) fprintf(f, " title '%s'", l->title);
    else fputs(" notitle", f);
    const char *dot = s->out ? "pt 7 ps 0.5" : "pt 15";
    if (lone) fprintf(f, ", $alone%d using 1:2 with points %s %s notitle", k, dot, colour);
}

static void put_script(FILE *f, const settings *s, const curves *c, const char *title, const char *when)
{
    bool lone[CURVES] = { false };
    put_data(f, c, lone);
    fputs("set termoption noenhanced\nset border 3\nset tics nomirror\n", f);
    fprintf(f, "set key outside %s center horizontal samplen 3\n", s->out ? "top" : "bottom");
    if (s->out) fputs("set grid lc rgb '#dddddd'\n", f);
    put_ranges(f, c);
    put_ticks(f, c);
    fputs("set xlabel ", f);
    gnuplot_string(f, when, false);
    fputs("\nset title ", f);
    gnuplot_string(f, title, false);
    fputc('\n', f);
    for (int k = 0, n = 0; k < CURVES; k++) {
        if (!c->any[k] || (k == HIGH && s->out)) continue;
        fputs(n++ ? ", " : "plot ", f);
        put_curve(f, s, k, lone[k]);
    }
    fputc('\n', f);
}

/* ---- the picture */
/* the names of the columns that say when, between blanks */
static void when_of(const unroll_table *t, const places *p, char *out, size_t n)
{
    size_t used = 0;
    for (size_t c = p->time; c < p->row && used < n; c++)
        used += (size_t)snprintf(out + used, n - used, "%s%s", c > p->time ? " " : "", unroll_table_name(t, c));
}

static int draw(const settings *s, const unroll_table *t, const subject *what, const char *title, bool group, const parts *given)
{
    places p = { 0 };
    curves c = { 0 };
    canvas paper;
    char when[400];
    bool found = find_places(t, what->name, group, &p);
    int columns, rows, code = found ? fill_curves(&c, t, &p, given) : DONE;
    if (!code && found) {
        choose_rows(s, &c);
        join(&c);
        measure(&c);
    }
    if (!code && !c.any[MIDDLE]) code = complain(FAILED, "there is no forecast of %s to plot", what->name);
    if (!code) code = canvas_begin(&paper, s->out, WIDTH, HEIGHT);
    if (!code) {
        terminal_size(&columns, &rows);
        c.cut = choose_ticks(c.name + c.from, c.to - c.from, c.dates, s->out ? 105 : columns - 12, c.tick + c.from);
        when_of(t, &p, when, sizeof when);
        put_script(paper.f, s, &c, title, when);
        code = canvas_end(&paper);
    }
    free_curves(&c);
    return code;
}

/* Where no horizon is asked for: none where the data end in what is left out, which predict completes. Else HORIZON; or, as the
 * model needs data there, as far as what comes after gives them; or what is left out elsewhere */
static int predict(const settings *s, unroll_model *m, const parts *p, const char *name, unroll_use_options *o, held_notes *held,
                   unroll_table **t)
{
    const values *here = &p->of[HERE];
    bool left_out = false, chosen = !o->horizon && here->n && !isnan(here->v[here->n - 1]);
    for (size_t r = 0; r < here->n; r++) left_out = left_out || isnan(here->v[r]);
    if (chosen) o->horizon = HORIZON;
    int rc = unroll_predict(m, p->data[HERE], o, t), after = p->of[AFTER].n < HORIZON ? (int)p->of[AFTER].n : 0;
    for (int again = after ? after : left_out ? 0 : -1; rc && chosen && again >= 0; again = again && left_out ? 0 : -1) {
        free_kept_notes(held);
        o->horizon = again;
        rc = unroll_predict(m, p->data[HERE], o, t);
    }
    if (chosen && o->horizon)
        note(s, "no horizon is asked for: drawing the %d positions after the last value of %s; --horizon N draws others",
             o->horizon, name);
    return rc;
}

static int predict_and_draw(const settings *s, unroll_model *m, parts *p, const char *part)
{
    subject what = { 0 };
    unroll_table *t = NULL;
    progress_line line;
    char title[800];
    unroll_use_options o = s->use;
    held_notes held = { 0 };
    int code = choose(s, m, &what);
    for (int k = 0; k < PARTS && !code; k++) code = read_values(p->data[k], k == WHOLE ? p->example : 0, &what, &p->of[k]);
    if (code) return code;
    say_notes(s, p->data[HERE]);
    o.history = p->data[BEFORE];
    o.future = p->data[AFTER];
    o.rows = 1;
    o.note = keep_note;
    o.note_arg = &held;
    progress_begin(&line, s->quiet);
    catch_interrupt();
    o.progress = show_share;
    o.arg = &line;
    int rc = predict(s, m, p, what.name, &o, &held, &t);
    progress_end(&line);
    say_kept_notes(s, &held);
    if (rc) return library_failed(rc);
    const char *bound = what.of.width == 1 ? unroll_data_column(p->data[HERE], what.name) : NULL;
    if (bound) snprintf(title, sizeof title, "%s (%s)%s%s", bound, what.name, *part ? ", " : "", part);
    else snprintf(title, sizeof title, "%s%s%s", what.name, *part ? ", " : "", part);
    code = draw(s, t, &what, title, unroll_data_group(p->data[HERE], 0, NULL) != NULL, p);
    unroll_table_free(t);
    return code;
}

/* ---- the data */
/* "city Oslo", "example 3 of 7"; "" where there is one that has no name */
static void name_example(const unroll_data *d, size_t example, char *out, size_t n)
{
    const char *by, *name = unroll_data_group(d, example, &by);
    if (name) snprintf(out, n, "%s %s", by, name);
    else if (unroll_data_examples(d) > 1) snprintf(out, n, "example %zu of %zu", example + 1, unroll_data_examples(d));
    else out[0] = 0;
}

/* of one sequence what --rows says; of several examples the first that it says */
static int part_of(const settings *s, const unroll_model *m, parts *p, char *name, size_t n)
{
    const unroll_data *all = p->data[WHOLE];
    bool several = unroll_data_examples(all) > 1;
    size_t from, to, ahead = s->use.horizon ? (size_t)s->use.horizon : HORIZON;
    int code = rows_range(s, all, &from, &to);
    if (code) return code;
    *(several ? &p->example : &p->from) = from;
    name_example(all, p->example, name, n);
    if (several && to - from > 1)
        note(s, "drawing %s, the first of %zu examples; --rows FROM:TO picks others, counted from 0 (--rows %zu:%zu the next)",
             name, to - from, from + 1, from + 2);
    return several ? load_example(s, m, all, from, &p->data[HERE])
                   : cut_rows(s, m, all, &p->data[HERE], &p->data[BEFORE], &p->data[AFTER], ahead);
}

int plot_forecast(const settings *s)
{
    unroll_model *m = NULL;
    parts p = { 0 };
    char name[400] = "";
    if (s->args.n < 2)
        return complain(USAGE, "plot needs data to forecast from: unroll plot FILE DATA... (or a log: --what loss)");
    int code = open_fitted(s, &m);
    if (!code) code = load_whole(s, m, &p.data[WHOLE]);
    if (!code) code = part_of(s, m, &p, name, sizeof name);
    if (!code) code = predict_and_draw(s, m, &p, name);
    if (!code) say_needless(s, data_facts(s, m, p.data[HERE]) | OF_FORECASTS | OF_SEASONS | OF_HORIZONS);
    for (int k = 0; k < PARTS; k++) {
        unroll_data_free(p.data[k]);
        free(p.of[k].v);
    }
    unroll_close(m);
    return code;
}
