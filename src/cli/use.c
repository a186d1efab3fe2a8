/* unroll predict, sample, score: a fitted model, data, a table. Knows nothing of how. Invariant: the table is all that goes to
 * standard output, so that it can be piped. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>

typedef int (*use)(unroll_model *m, const unroll_data *d, const unroll_use_options *o, unroll_table **out);

/* generated text for eyes: the texts themselves, one after the other */
static bool is_text(const unroll_table *t)
{
    size_t texts = 0;
    for (size_t c = 0; c < unroll_table_columns(t); c++) texts += unroll_table_is_text(t, c) != 0;
    return texts == 1 && unroll_table_columns(t) <= 3;
}

static void print_texts(const unroll_table *t)
{
    for (size_t c = 0; c < unroll_table_columns(t); c++) {
        if (!unroll_table_is_text(t, c)) continue;
        for (size_t r = 0; r < unroll_table_rows(t); r++) {
            if (r && strchr(unroll_table_text(t, r - 1, c), '\n')) putchar('\n');
            puts(unroll_table_text(t, r, c));
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
        progress_begin(&line, s->quiet);
        catch_interrupt();
        o.progress = show_share;
        o.arg = &line;
        o.history = history;
        int rc = f(m, d, &o, &t);
        progress_end(&line);
        if (rc) code = library_failed(rc);
    }
    if (!code && texts && !s->use.n_best && !s->format && !s->out && is_text(t)) print_texts(t);
    else if (!code) code = show_table(s, t);
    unroll_table_free(t);
    unroll_data_free(d);
    unroll_data_free(history);
    unroll_close(m);
    return code;
}

int verb_predict(settings *s) { return run(s, unroll_predict, true); }
int verb_sample(settings *s) { return run(s, unroll_sample, true); }
int verb_score(settings *s) { return run(s, unroll_score, false); }
