/* unroll predict, sample, score: a fitted model, data, a table. Knows nothing of how. Invariant: the table is all that goes to
 * standard output, so that it can be piped. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int (*use)(const settings *s, unroll_model *m, const unroll_data *d, const unroll_use_options *o, unroll_table **out);

/* generated text for eyes: the texts themselves, one after the other. A column of dates is none, nor are symbols at positions,
 * labels of the rows of a table, or labels of some examples alone. */
static bool is_text(const unroll_model *m, const unroll_data *read, const unroll_table *t)
{
    unroll_datum d;
    size_t texts = 0, drawn = 0;
    bool by_row = read &&
                  (unroll_data_columns(read) == UNROLL_COLUMNS_HEADER || unroll_table_rows(t) < unroll_data_examples(read));
    for (size_t c = 0; c < unroll_table_columns(t); c++) {
        if (!strcmp(unroll_table_name(t, c), "position")) return false;
        if (!unroll_table_is_text(t, c)) continue;
        texts++;
        for (size_t i = 0; i < unroll_data_count(m); i++)
            drawn += !unroll_data_info(m, i, &d) && is_symbol(&d) && d.drawn && (d.nindex || !by_row) &&
                     !strcmp(d.name, unroll_table_name(t, c));
    }
    return texts == 1 && drawn == 1 && unroll_table_columns(t) <= 3 && !labels_along(m);
}

static void print_texts(FILE *f, const unroll_table *t)
{
    for (size_t c = 0; c < unroll_table_columns(t); c++) {
        if (!unroll_table_is_text(t, c)) continue;
        for (size_t r = 0; r < unroll_table_rows(t); r++) {
            if (r && strchr(unroll_table_text(t, r - 1, c), '\n')) fputc('\n', f);
            if (f == stdout && isatty(1)) print_shown(f, unroll_table_text(t, r, c), true);
            else fputs(unroll_table_text(t, r, c), f);
            fputc('\n', f);
        }
    }
}

/* to standard output or -o: texts, labels or a table */
typedef struct shown {
    const unroll_model *m;
    const unroll_data *read, *done;
    const unroll_table *t;
    int labels;
} shown;

static int print(FILE *f, const shown *w)
{
    if (w->labels) return write_labels(f, w->m, w->read, w->done, w->labels);
    print_texts(f, w->t);
    return DONE;
}

static int show(const settings *s, const shown *w)
{
    output o;
    if (!w->labels && (s->format || (s->out && label_form(s->out) != LABELS_LINES) || s->use.n_best ||
                       !(s->bit & (VERB_PREDICT | VERB_SAMPLE)) || !is_text(w->m, w->read, w->t)))
        return show_table(s, w->t);
    if (!s->out) return print(stdout, w);
    int code = begin_output(&o, s->out);
    if (code) return code;
    code = print(o.f, w);
    return finish_output(&o, code);
}

/* How labels along words are to be shown: by the name of the file that is written, else as the data came. LABELS_NONE: as a
 * table. */
static int wanted(const settings *s, const unroll_model *m, const unroll_data *d, const unroll_data *history, int *form)
{
    int named = s->out && !s->format ? label_form(s->out) : LABELS_NONE, from = unroll_data_columns(d);
    const unroll_use_options *o = &s->use;
    const char *why = !(s->bit & VERB_PREDICT) ? "only predict writes them"
                      : !labels_along(m)       ? "the model draws other things than labels along words"
                      : !d                     ? "there are no words"
                      : history                ? "the rows are a part of one sequence"
                      : o->samples || o->n_best || o->horizon || o->probabilities ? "this is a table"
                                                                                  : NULL;
    *form = LABELS_NONE;
    if (named > LABELS_LINES && why)
        return complain(USAGE, "-o %s: column files hold words and their labels, and %s; name the file .csv, .tsv, .json or .txt",
                        s->out, why);
    if (why || s->format || (s->out && !named)) return DONE;
    *form = named > LABELS_LINES ? named : from < 0 ? LABELS_LINES : from == UNROLL_COLUMNS_HEADER ? LABELS_NONE : LABELS_COLUMNS;
    return DONE;
}

/* options that would change nothing are not taken in silence */
static int check_draws(const settings *s, const unroll_model *m)
{
    const unroll_use_options *o = &s->use;
    const char *given = o->top_k                                ? "top-k"
                        : o->top_p > 0                          ? "top-p"
                        : o->temperature && o->temperature != 1 ? "temperature"
                                                                : NULL;
    bool symbols = false;
    unroll_datum d;
    for (size_t i = 0; i < unroll_data_count(m); i++)
        symbols = symbols || (!unroll_data_info(m, i, &d) && d.drawn && is_symbol(&d));
    if (!given) return DONE;
    if (!symbols) return complain(USAGE, "--%s is for symbols, and the model draws none", given);
    if (s->bit == VERB_PREDICT && !o->samples)
        return complain(USAGE, "--%s is for random draws, and predict gives the likeliest symbols; `unroll sample` draws", given);
    return DONE;
}

static int run(settings *s, use f)
{
    unroll_model *m = NULL;
    unroll_data *d = NULL, *history = NULL, *future = NULL, *done = NULL;
    unroll_table *t = NULL;
    progress_line line;
    bool open = true;
    int form = LABELS_NONE, code = s->out ? check_output(s->out) : DONE;
    if (!code && s->out) code = check_not_read(s, s->out);
    if (!code) code = open_fitted(s, &m);
    if (!code) code = check_draws(s, m);
    if (!code && s->args.n > 1) code = load_data(s, m, &d, &history, &future, (size_t)s->use.horizon);
    if (!code) code = wanted(s, m, d, history, &form);
    if (!code && form) code = labels_left_out(m, d, &open);
    if (!open) form = LABELS_NONE; /* the library says that nothing is left out */
    if (!code) {
        unroll_use_options o = s->use;
        held_notes held = { 0 };
        say_notes(s, d);
        say_prompt_notes(s, m, d);
        progress_begin(&line, s->quiet);
        catch_interrupt();
        o.progress = show_share;
        o.arg = &line;
        o.history = history;
        o.future = future;
        o.stream = s->stream && (!d || o.go_on); /* else it says how what is given is read */
        o.note = keep_note;
        o.note_arg = &held;
        int rc = form ? unroll_data_complete(&done, m, d, &o) : f(s, m, d, &o, &t);
        progress_end(&line);
        say_kept_notes(s, &held);
        if (!rc) say_needless(s, data_facts(s, m, d) | OF_FORECASTS);
        if (rc) code = library_failed(rc);
    }
    if (!code) code = show(s, &(shown){ m, d, done, t, form });
    unroll_table_free(t);
    unroll_data_free(done);
    unroll_data_free(d);
    unroll_data_free(history);
    unroll_data_free(future);
    unroll_close(m);
    return code;
}

/* texts against texts: no model */
static int run_compare(settings *s)
{
    unroll_compare_options o = UNROLL_COMPARE_INIT;
    unroll_table *t = NULL;
    progress_line line;
    if (!s->hypothesis) return complain(USAGE, "--reference belongs to --hypothesis FILE, the texts that are compared with it");
    if (!s->reference.n) return complain(USAGE, "--hypothesis is compared with a reference: --reference FILE");
    if (s->args.n)
        return complain(USAGE, "--hypothesis and --reference compare texts without a model; %s is one argument too many",
                        s->args.item[0]);
    int code = s->out ? check_output(s->out) : DONE;
    if (!code && s->out) code = check_not_read(s, s->out);
    if (code) return code;
    progress_begin(&line, s->quiet);
    catch_interrupt();
    o.tokenize = s->use.tokenize;
    o.progress = show_share;
    o.arg = &line;
    int rc = unroll_compare(s->hypothesis, s->reference.item, s->reference.n, &o, &t);
    progress_end(&line);
    code = rc ? library_failed(rc) : show_table(s, t);
    unroll_table_free(t);
    return code;
}

static int predict(const settings *s, unroll_model *m, const unroll_data *d, const unroll_use_options *o, unroll_table **out)
{
    (void)s;
    return unroll_predict(m, d, o, out);
}

static int sample(const settings *s, unroll_model *m, const unroll_data *d, const unroll_use_options *o, unroll_table **out)
{
    (void)s;
    return unroll_sample(m, d, o, out);
}

static int score(const settings *s, unroll_model *m, const unroll_data *d, const unroll_use_options *o, unroll_table **out)
{
    (void)s;
    return unroll_score(m, d, o, out);
}

static int values(const settings *s, unroll_model *m, const unroll_data *d, const unroll_use_options *o, unroll_table **out)
{
    return unroll_values(m, d, s->names.item, s->names.n, o, out);
}

/* completions are asked for by name here: the library says it without options' names */
static int verb_score_model(settings *s)
{
    const unroll_use_options *o = &s->use;
    const char *given = o->beam                  ? "beam"
                        : o->length_penalty != 0 ? "length-penalty"
                        : o->min_length          ? "min-length"
                        : o->max_length          ? "max-length"
                        : o->any_reference       ? "any-reference"
                        : o->tokenize            ? "tokenize"
                                                 : NULL;
    if (given && !o->complete) return complain(USAGE, "--%s is for completions: add --complete", given);
    if (o->stride && !o->horizon) return complain(USAGE, "--stride is the distance between forecasts: add --horizon N");
    return run(s, score);
}

int verb_predict(settings *s) { return run(s, predict); }
int verb_sample(settings *s) { return run(s, sample); }

/* has a name the ending of a table, a text or an array? */
static bool names_a_file(const char *name)
{
    static const char *const ends[] = { ".csv", ".tsv", ".txt", ".gz", ".xz", ".npy", ".npz", ".conll", ".conllu", ".dat" };
    size_t n = strlen(name);
    for (size_t k = 0; k < sizeof ends / sizeof *ends; k++)
        if (n > strlen(ends[k]) && !strcmp(name + n - strlen(ends[k]), ends[k])) return true;
    return false;
}

/* FILE DATA... NAME...: what stands at the end and is no file, and does not look like one, is a quantity */
int verb_values(settings *s)
{
    size_t n = s->args.n;
    while (n > 2 && !strpbrk(s->args.item[n - 1], "=/") && strcmp(s->args.item[n - 1], "-") &&
           access(s->args.item[n - 1], F_OK) && !names_a_file(s->args.item[n - 1]))
        n--;
    s->names = (list){ s->args.item + n, s->args.n - n };
    s->args.n = n;
    return run(s, values);
}
int verb_score(settings *s) { return s->hypothesis || s->reference.n ? run_compare(s) : verb_score_model(s); }
