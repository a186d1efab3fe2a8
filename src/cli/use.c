/* unroll predict, sample, score: a fitted model, data, a table. Knows nothing of how. Invariant: the table is all that goes to
 * standard output, so that it can be piped. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int (*use)(unroll_model *m, const unroll_data *d, const unroll_use_options *o, unroll_table **out);

/* generated text for eyes: the texts themselves, one after the other. A column of dates is none. */
static bool is_text(const unroll_model *m, const unroll_table *t)
{
    unroll_datum d;
    size_t texts = 0, drawn = 0;
    for (size_t c = 0; c < unroll_table_columns(t); c++) {
        if (!unroll_table_is_text(t, c)) continue;
        texts++;
        for (size_t i = 0; i < unroll_data_count(m); i++)
            drawn += !unroll_data_info(m, i, &d) && is_symbol(&d) && d.drawn && !strcmp(d.name, unroll_table_name(t, c));
    }
    return texts == 1 && drawn == 1 && unroll_table_columns(t) <= 3;
}

static void print_texts(const unroll_table *t)
{
    for (size_t c = 0; c < unroll_table_columns(t); c++) {
        if (!unroll_table_is_text(t, c)) continue;
        for (size_t r = 0; r < unroll_table_rows(t); r++) {
            if (r && strchr(unroll_table_text(t, r - 1, c), '\n')) putchar('\n');
            if (isatty(1)) print_shown(stdout, unroll_table_text(t, r, c), true);
            else fputs(unroll_table_text(t, r, c), stdout);
            putchar('\n');
        }
    }
}

static int run(settings *s, use f, bool texts)
{
    unroll_model *m = NULL;
    unroll_data *d = NULL, *history = NULL;
    unroll_table *t = NULL;
    progress_line line;
    int code = s->out ? check_output(s->out) : DONE;
    if (!code && s->out) code = check_not_read(s, s->out);
    if (!code) code = open_fitted(s, &m);
    if (!code && s->args.n > 1) code = load_data(s, m, &d, &history);
    if (!code) {
        unroll_use_options o = s->use;
        say_notes(s, d);
        say_prompt_notes(s, m, d);
        progress_begin(&line, s->quiet);
        catch_interrupt();
        o.progress = show_share;
        o.arg = &line;
        o.history = history;
        int rc = f(m, d, &o, &t);
        progress_end(&line);
        if (rc) code = library_failed(rc);
    }
    if (!code && texts && !s->use.n_best && !s->format && !s->out && is_text(m, t)) print_texts(t);
    else if (!code) code = show_table(s, t);
    unroll_table_free(t);
    unroll_data_free(d);
    unroll_data_free(history);
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
    if (s->args.n) return complain(USAGE, "--hypothesis and --reference compare texts without a model; %s is one argument too many", s->args.item[0]);
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

/* completions are asked for by name here: the library says it without options' names */
static int verb_score_model(settings *s)
{
    const unroll_use_options *o = &s->use;
    const char *given = o->beam ? "beam" : o->length_penalty != 0 ? "length-penalty" : o->min_length ? "min-length" : o->max_length ? "max-length" : o->any_reference ? "any-reference" : o->tokenize ? "tokenize" : NULL;
    if (given && !o->complete) return complain(USAGE, "--%s is for completions: add --complete", given);
    return run(s, unroll_score, false);
}

int verb_predict(settings *s) { return run(s, unroll_predict, true); }
int verb_sample(settings *s) { return run(s, unroll_sample, true); }
int verb_score(settings *s) { return s->hypothesis || s->reference.n ? run_compare(s) : verb_score_model(s); }
