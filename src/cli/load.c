/* Loading: opens models, reads data files, cuts them into parts (training, validation, test; --rows). Knows how the command line
 * names a part and nothing of what is in it. Invariant: on failure nothing is left to free. */
#include "cli/cli.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void free_settings(const settings *s, unroll_setting *set)
{
    for (size_t i = 0; set && i < s->set.n; i++) free((char *)set[i].name);
    free(set);
}

int read_settings(const settings *s, unroll_setting **out)
{
    unroll_setting *set = calloc(s->set.n + 1, sizeof *set);
    int code = DONE;
    if (!set) return complain(FAILED, "out of memory");
    for (size_t i = 0; i < s->set.n && !code; i++) {
        const char *text = s->set.item[i], *eq = strchr(text, '=');
        char *end, *name = eq ? strndup(text, (size_t)(eq - text)) : NULL;
        double v = eq ? strtod(eq + 1, &end) : 0;
        if (!eq || eq == text || end == eq + 1 || *end || !isfinite(v)) {
            code = complain(USAGE, "--set takes NAME=NUMBER, not \"%s\"", text);
            free(name);
        } else if (!name) code = complain(FAILED, "out of memory");
        else set[i] = (unroll_setting){ name, v };
    }
    if (code) free_settings(s, set);
    else *out = set;
    return code;
}

int open_model(const settings *s, unroll_model **out)
{
    unroll_setting *set = NULL;
    int code = read_settings(s, &set);
    if (code) return code;
    int rc = unroll_open(out, s->args.item[0], set, s->set.n);
    if (rc) code = library_failed(rc);
    free_settings(s, set);
    return code;
}

int open_fitted(const settings *s, unroll_model **out)
{
    int code = open_model(s, out);
    if (code || unroll_is_fitted(*out)) return code;
    unroll_close(*out);
    *out = NULL;
    return complain(USAGE, "%s is a model's text, not yet fitted; `unroll fit %s DATA... -o FILE` fits it", s->args.item[0],
                    s->args.item[0]);
}

/* what --delimiter names; 0: nothing */
static int delimiter(const char *text)
{
    static const struct {
        const char *name;
        char is;
    } known[] = { { "tab", '\t' },  { "\\t", '\t' },      { "blank", ' ' }, { "space", ' ' },
                  { "comma", ',' }, { "semicolon", ';' }, { "pipe", '|' } };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (!strcmp(text, known[i].name)) return known[i].is;
    return text[0] && !text[1] ? (unsigned char)text[0] : 0;
}

/* `like`: data whose bindings hold for these too, or NULL */
static int read_spec(const settings *s, unroll_model *m, const char *const *spec, size_t n, const unroll_data *like,
                     unroll_data **out)
{
    unroll_read_options o = UNROLL_READ_INIT;
    o.group = s->group;
    o.stream = s->stream;
    o.columns = s->columns;
    o.like = like;
    o.step = s->step;
    o.regular = s->regular;
    o.missing = s->missing;
    o.decimal = s->decimal == 1 ? '.' : s->decimal == 2 ? ',' : 0;
    o.dates = s->dates == 1 ? 'd' : s->dates == 2 ? 'm' : 0;
    o.skip = s->skip;
    if (s->delimiter && !(o.delimiter = delimiter(s->delimiter)))
        return complain(USAGE, "--delimiter takes one character, or tab, blank, comma, semicolon; not \"%s\"", s->delimiter);
    int rc = unroll_data_read(out, m, spec, n, &o);
    return rc ? library_failed(rc) : DONE;
}

#define TIE 1e-6 /* what the product of a share and a count may be off */

/* One end of a range, or a share (`size`): "250", "-48" (from the end), "20%", "0.2". Halves are rounded up in sizes and down in
 * ends, so that the last 10 % are what comes from 90 % on. Returns where the text goes on, NULL when it is none. */
static const char *position(const char *text, size_t units, bool size, double *out)
{
    char *end;
    double v = strtod(text, &end);
    if (end == text || !isfinite(v)) return NULL;
    bool share = memchr(text, '.', (size_t)(end - text)) != NULL;
    if (*end == '%') {
        v /= 100;
        share = true;
        end++;
    }
    if (share && fabs(v) > 1) return NULL;
    if (share) v *= (double)units;
    if (signbit(v)) v += (double)units;
    *out = size ? floor(v + 0.5 + TIE) : ceil(v - 0.5 - TIE);
    return end;
}

/* Is there one example, whose units are its positions? */
static bool one_sequence(const unroll_data *d) { return unroll_data_examples(d) == 1; }

/* what rows and shares count, as a word */
static const char *units_are(const unroll_data *d)
{
    bool one = unroll_data_units(d) == 1;
    return one_sequence(d) ? one ? "row" : "rows" : "examples";
}

static int range(const settings *s, const unroll_data *d, size_t *from, size_t *to)
{
    size_t units = unroll_data_units(d);
    double a = 0, b = (double)units;
    const char *text = s->rows, *p = text;
    if (*p != ':') p = position(p, units, false, &a);
    if (p && *p == ':' && p[1]) p = position(p + 1, units, false, &b);
    else if (p && *p == ':') p++;
    else p = NULL;
    if (!p || *p) return complain(USAGE, "--rows takes FROM:TO, such as 0:8640, 80%%: or -48:, not \"%s\"", text);
    bool beyond = a < 0 || b > (double)units;
    a = fmax(a, 0);
    b = fmin(b, (double)units);
    if (a >= b) return complain(USAGE, "--rows %s leaves nothing of %zu %s", text, units, units_are(d));
    *from = (size_t)a;
    *to = (size_t)b;
    if (beyond)
        note(s, "--rows %s reaches beyond the data, which have %zu %s: %zu:%zu is used", text, units, units_are(d), *from, *to);
    return DONE;
}

int rows_range(const settings *s, const unroll_data *d, size_t *from, size_t *to)
{
    *from = 0;
    *to = unroll_data_units(d);
    int code = s->rows ? range(s, d, from, to) : DONE;
    if (code) say_notes(s, d); /* perhaps why there are so few */
    return code;
}

int rows_drawn(const settings *s, const unroll_data *d, int most, const char *what, unroll_data **out, size_t *first)
{
    size_t from, to;
    bool several = unroll_data_examples(d) > 1;
    int code = rows_range(s, d, &from, &to);
    if (code) return code;
    if (!s->rows && several && to > (size_t)most) {
        note(s, "drawing the first %d of %zu %s; --rows FROM:TO picks others", most, to, what);
        to = (size_t)most;
    }
    if (first) *first = several ? from : 0;
    int rc = unroll_data_slice(out, d, from, to);
    return rc ? library_failed(rc) : DONE;
}

static int slice(unroll_data **out, const unroll_data *d, size_t from, size_t to)
{
    int rc = unroll_data_slice(out, d, from, to);
    return rc ? library_failed(rc) : DONE;
}

static void drop(unroll_data **d)
{
    if (!d) return;
    unroll_data_free(*d);
    *d = NULL;
}

/* ---- NAME= beside --rows: those rows alone are to be completed, and what comes before them keeps what it has */

/* the datum that a spec NAME= leaves out; false: it is another spec */
static bool leaves_out(const unroll_model *m, const char *spec, unroll_datum *u)
{
    size_t n = strlen(spec);
    bool found = false;
    if (n < 2 || spec[n - 1] != '=' || access(spec, F_OK) == 0) return false;
    for (size_t i = 0; i < unroll_data_count(m) && !found; i++)
        found = !unroll_data_info(m, i, u) && strlen(u->name) == n - 1 && !memcmp(u->name, spec, n - 1);
    return found;
}

/* Rows are positions of the one index that all of what is not left out has, so that they can be read whole first. */
static bool of_rows(const settings *s, const unroll_model *m, const char *spec, unroll_datum *u)
{
    bool completes = s->bit & (VERB_PREDICT | VERB_SAMPLE) || (s->bit == VERB_PLOT && s->what == 0), others = false,
         beside = false;
    unroll_datum other;
    if (!s->rows || !completes || !leaves_out(m, spec, u) || !u->drawn || !u->nindex) return false;
    for (size_t i = 0; i < unroll_data_count(m); i++) {
        bool out = false;
        unroll_datum o;
        if (unroll_data_info(m, i, &other)) continue;
        for (size_t k = 1; k < s->args.n && !out; k++) out = leaves_out(m, s->args.item[k], &o) && !strcmp(o.name, other.name);
        others = others || !out;
        beside = beside || (!out && other.nindex && !strcmp(other.index[0], u->index[0]));
    }
    return beside || !others;
}

/* what `part` is to leave out, where the whole was read with it */
static int leave_out(const settings *s, const unroll_model *m, unroll_data *part)
{
    unroll_datum u;
    for (size_t k = 1; k < s->args.n; k++) {
        int rc = of_rows(s, m, s->args.item[k], &u) ? unroll_data_leave_out(part, u.name) : 0;
        if (rc) return library_failed(rc);
    }
    return DONE;
}

int load_whole(const settings *s, unroll_model *m, unroll_data **out)
{
    list spec = { 0 };
    unroll_datum u;
    *out = NULL;
    for (size_t k = 1; k < s->args.n; k++)
        if (!of_rows(s, m, s->args.item[k], &u)) list_add(&spec, s->args.item[k]);
    int code = read_spec(s, m, spec.item, spec.n, NULL, out);
    free(spec.item);
    return code;
}

int load_example(const settings *s, const unroll_model *m, const unroll_data *all, size_t example, unroll_data **out)
{
    int code = slice(out, all, example, example + 1);
    return code ? code : leave_out(s, m, *out);
}

int load_data(const settings *s, unroll_model *m, unroll_data **out, unroll_data **history, unroll_data **future, size_t ahead)
{
    unroll_data *all;
    if (history) *history = NULL;
    if (future) *future = NULL;
    int code = load_whole(s, m, &all);
    if (code || !s->rows) {
        *out = all;
        return code;
    }
    code = cut_rows(s, m, all, out, history, future, ahead);
    unroll_data_free(all);
    return code;
}

int cut_rows(const settings *s, const unroll_model *m, const unroll_data *all, unroll_data **out, unroll_data **history,
             unroll_data **future, size_t ahead)
{
    size_t from, to;
    *out = NULL;
    int code = rows_range(s, all, &from, &to);
    if (!code && history && from && !s->no_history && one_sequence(all)) code = slice(history, all, 0, from);
    size_t rest = unroll_data_units(all) - to;
    if (!code && future && ahead && rest && one_sequence(all)) code = slice(future, all, to, to + (ahead < rest ? ahead : rest));
    if (!code) code = slice(out, all, from, to);
    if (!code) code = leave_out(s, m, *out);
    if (code) drop(out);
    if (code) drop(history);
    if (code) drop(future);
    return code;
}

/* Does --valid or --test name a share (or a number of rows) rather than a file? Then *units is how many of `all`. */
static bool is_share(const list *l, size_t all, double *units)
{
    double v;
    if (l->n != 1 || l->item[0][0] == '-' || access(l->item[0], F_OK) == 0) return false;
    const char *end = position(l->item[0], all, true, &v);
    *units = v;
    return end && !*end && v >= 0;
}

/* all: what --rows left of `whole`, from its unit `first`; *before: what stands before the part in `whole` */
static int load_part(const settings *s, unroll_model *m, const char *option, const list *l, unroll_data *all, size_t *left,
                     unroll_data **out, const unroll_data *whole, size_t first, unroll_data **before)
{
    double n = 0;
    if (!l->n) return DONE;
    if (l->n == 1 && !is_share(l, unroll_data_units(all), &n) && l->item[0][strspn(l->item[0], "-0123456789.%")] == 0 &&
        access(l->item[0], F_OK))
        return complain(USAGE, "--%s takes a share below 1, a number of rows or examples, or a file; not \"%s\"", option,
                        l->item[0]);
    if (!is_share(l, unroll_data_units(all), &n)) return read_spec(s, m, l->item, l->n, all, out);
    if (n < 1 || n >= (double)*left)
        return complain(USAGE, "--%s %s leaves nothing to %s: the data have %zu %s", option, l->item[0],
                        n >= 1             ? "fit"
                        : option[0] == 't' ? "test"
                                           : "validate",
                        unroll_data_units(all), units_are(all));
    size_t from = *left - (size_t)n;
    int code = slice(out, all, from, *left);
    if (!code && before && one_sequence(all)) code = slice(before, whole, 0, first + from);
    *left = from;
    return code;
}

/* ---- parts drawn at random */
static uint64_t next_random(uint64_t *state) /* SplitMix64 (Steele, Lea and Flood 2014) */
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

static int by_number(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return x < y ? -1 : x > y;
}

/* The examples in another order (Fisher and Yates), in which shares are then cut from the end; each part keeps its examples in
 * the order of the data. */
static int shuffle(const settings *s, const double *part, unroll_data **all)
{
    size_t n = unroll_data_examples(*all), cut[] = { 0, 0, 0, n };
    unroll_data *d = NULL;
    char *end;
    errno = 0;
    uint64_t seed = strtoull(s->shuffle, &end, 10);
    if (!*s->shuffle || *end || errno || *s->shuffle == '-')
        return complain(USAGE, "--shuffle takes a whole number from 0, not \"%s\"", s->shuffle);
    if (one_sequence(*all))
        return complain(USAGE, "--shuffle draws examples, and the data are one sequence, of which parts are cut from the end");
    if (!(part[0] + part[1] > 0))
        return complain(USAGE, "--shuffle draws the examples of --valid and --test, where they are shares or numbers: none is");
    size_t *which = malloc(n * sizeof *which);
    if (!which) return complain(FAILED, "out of memory");
    for (size_t i = 0; i < n; i++) which[i] = i;
    for (size_t i = n; i > 1; i--) {
        size_t k = (size_t)(next_random(&seed) % i), was = which[i - 1];
        which[i - 1] = which[k];
        which[k] = was;
    }
    cut[2] = n - (size_t)fmin(part[1], (double)n);
    cut[1] = cut[2] - (size_t)fmin(part[0], (double)cut[2]);
    for (int i = 0; i < 3; i++) qsort(which + cut[i], cut[i + 1] - cut[i], sizeof *which, by_number);
    int rc = unroll_data_pick(&d, *all, which, n);
    free(which);
    if (rc) return library_failed(rc);
    unroll_data_free(*all);
    *all = d;
    return DONE;
}

/* how many units of the data --valid and --test name; 0: files, or nothing */
static double units_of(const list *l, const unroll_data *all)
{
    double n = 0;
    return l->n && is_share(l, unroll_data_units(all), &n) ? n : 0;
}

/* The parts in order of time: training, validation, test. */
int load_parts(const settings *s, unroll_model *m, unroll_data **train, unroll_data **valid, unroll_data **test,
               unroll_data **before_test)
{
    unroll_data *all = NULL, *whole = NULL; /* whole: with what --rows leaves out, where it is given */
    size_t first = 0, end = 0;
    *train = *valid = *test = *before_test = NULL;
    int code = load_whole(s, m, s->rows ? &whole : &all);
    if (!code && whole) code = rows_range(s, whole, &first, &end);
    if (!code && whole) code = cut_rows(s, m, whole, &all, NULL, NULL, 0);
    if (code) {
        drop(&whole);
        return code;
    }
    size_t units = unroll_data_units(all), left = units;
    if (s->shuffle) code = shuffle(s, (double[]){ units_of(&s->valid, all), units_of(&s->test, all) }, &all);
    if (!code) code = load_part(s, m, "test", &s->test, all, &left, test, whole ? whole : all, first, before_test);
    if (!code) code = load_part(s, m, "valid", &s->valid, all, &left, valid, NULL, 0, NULL);
    if (!code) code = say_read(all);
    drop(&whole);
    if (!code && left < units) {
        code = slice(train, all, 0, left);
        unroll_data_free(all);
    } else {
        *train = all;
    }
    if (code) {
        say_notes(s, *train);
        unroll_data_free(*train);
        unroll_data_free(*valid);
        unroll_data_free(*test);
        unroll_data_free(*before_test);
    }
    return code;
}

/* symbols that the model is to choose for what is given: all of them are kept */
static bool is_label(const unroll_model *m, const unroll_datum *u)
{
    bool along = u->nindex == 0;
    unroll_datum o;
    for (size_t i = 0; i < unroll_data_count(m) && !along; i++)
        for (int k = 0; !unroll_data_info(m, i, &o) && !o.drawn && k < o.nindex; k++)
            along = along || !strcmp(o.index[k], u->index[u->nindex - 1]);
    return u->drawn && is_symbol(u) && along;
}

unsigned data_facts(const settings *s, const unroll_model *m, const unroll_data *d)
{
    unsigned facts = OF_MODELS | OF_DATA | (s->horizon ? OF_HORIZONS : 0) | (s->samples || s->bit == VERB_SAMPLE ? OF_CHANCE : 0);
    unroll_datum u;
    int chance = unroll_model_chance(m), open = s->bit != VERB_SCORE ? UNROLL_CHANCE_WHOLE : 0;
    if (s->use.probabilities) open |= UNROLL_CHANCE_SYMBOLS;
    if (chance & (s->horizon ? ~0 : UNROLL_CHANCE_DRAWS | open)) facts |= OF_CHANCE;
    if (s->rows && d && one_sequence(d)) facts |= OF_PARTS;
    if (d && unroll_data_columns(d) >= 0) facts |= OF_TABLES;
    if (d && unroll_data_columns(d) < 0) facts |= OF_TEXTS;
    for (size_t i = 0; i < unroll_data_count(m); i++) {
        if (unroll_data_info(m, i, &u)) continue;
        if (is_symbol(&u) && !is_label(m, &u)) facts |= OF_SYMBOLS;
        if (is_symbol(&u) && u.nindex) facts |= OF_TEXTS;
        if (is_symbol(&u) && u.drawn) facts |= u.nindex && !labels_along(m) ? OF_SEQUENCES : OF_LABELS;
        if ((u.kind == UNROLL_SYMBOL && u.drawn) || u.position_of) facts |= OF_LABELS; /* in rows */
        if (!is_symbol(&u) && u.drawn && (s->horizon || s->bit == VERB_SCORE)) facts |= OF_SEASONS;
    }
    return facts;
}

bool is_device(const char *path)
{
    struct stat st;
    if (!strncmp(path, "/dev/std", 8) || !strncmp(path, "/dev/fd/", 8) || !strncmp(path, "/proc/", 6))
        return true; /* be it a file that stands behind */
    return !stat(path, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

static bool same_file(const char *a, const char *b)
{
    struct stat x, y;
    return !stat(a, &x) && !stat(b, &y) && S_ISREG(x.st_mode) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* "name=file" or "file" */
static bool reads(const char *spec, const char *path)
{
    const char *eq = strchr(spec, '=');
    return same_file(spec, path) || (eq && same_file(eq + 1, path));
}

int check_not_read(const settings *s, const char *path)
{
    const list map = { (const char *[]){ s->map ? s->map : "" }, 1 };
    const list *const lists[] = { &s->args, &s->valid, &s->test, &s->vocabulary, &s->reference, &map };
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
        for (size_t i = 0; i < lists[k]->n; i++)
            if (reads(lists[k]->item[i], path))
                return complain(USAGE, "%s is read by this command and would be written over; choose another name", path);
    if (s->hypothesis && reads(s->hypothesis, path))
        return complain(USAGE, "%s is read by this command and would be written over; choose another name", path);
    return DONE;
}

int check_output(const char *path)
{
    struct stat st;
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
    if (!folder) return complain(FAILED, "out of memory");
    int code = DONE;
    if (!*path) code = complain(USAGE, "-o needs the name of a file");
    else if (!strcmp(path, "-"))
        code = complain(USAGE, "-o - is the name of no file: tables go to standard output without -o, other results with -o "
                               "/dev/stdout; a file of that name is ./-");
    else if (!stat(path, &st) && S_ISDIR(st.st_mode))
        code = complain(FAILED, "%s is a directory; -o needs the name of a file", path);
    else if (stat(folder, &st)) code = complain(FAILED, "%s cannot be written: %s: %s", path, folder, strerror(errno));
    else if (!S_ISDIR(st.st_mode)) code = complain(FAILED, "%s cannot be written: %s is not a directory", path, folder);
    else if (is_device(path) && access(path, W_OK)) code = complain(FAILED, "%s cannot be written: %s", path, strerror(errno));
    else if (!is_device(path) && access(folder, W_OK))
        code = complain(FAILED, "%s cannot be written: %s: %s", path, folder, strerror(errno));
    free(folder);
    return code;
}
