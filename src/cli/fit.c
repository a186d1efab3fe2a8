/* unroll fit: reads the parts, fits with progress, writes one model file, says what was done. Knows no optimiser.
 * Invariant: an existing model file stays as it is until the new one is complete. */
#include "cli/cli.h"
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void grouped(char *out, size_t n, size_t v) /* 250000 → 250,000 */
{
    char plain[32];
    int len = snprintf(plain, sizeof plain, "%zu", v);
    size_t k = 0;
    for (int i = 0; i < len && k + 2 < n; i++) {
        if (i && (len - i) % 3 == 0) out[k++] = ',';
        out[k++] = plain[i];
    }
    out[k] = 0;
}

/* values that read a missing one, and the loss without them */
static void say_gaps(const unroll_gaps *g, const char *part)
{
    char gaps[40], values[40];
    if (!g->gaps) return;
    grouped(gaps, sizeof gaps, g->gaps);
    grouped(values, sizeof values, g->values);
    printf("            %s of %s values of the %s part read%s a missing one, in whose place the model's own draw stands", gaps,
           values, part, g->gaps == 1 ? "s" : "");
    if (isfinite(g->loss)) printf(": without %s %.6g", g->gaps == 1 ? "it" : "them", g->loss);
    printf("\n");
}

static void say_result(const unroll_fit_result *r)
{
    char count[40], took[32];
    grouped(count, sizeof count, r->parameters);
    format_seconds(took, sizeof took, r->seconds);
    printf("method      %s\n", r->method ? r->method : "-");
    if (r->why[0]) printf("            %s\n", r->why);
    printf("parameters  %s\n", count);
    if (r->steps[0]) printf("steps       %s\n", r->steps);
    if (r->optimiser[0]) printf("optimiser   %s\n", r->optimiser);
    printf("loss        %.6g on the training part", r->train_loss);
    if (isfinite(r->valid_loss)) printf(", %.6g on the validation part", r->valid_loss);
    if (r->polish && !r->best_epoch) printf(" (L-BFGS from the start, %d step%s)", r->polish, r->polish == 1 ? "" : "s");
    else if (r->polish)
        printf(" (L-BFGS from epoch %d of %d, %d step%s)", r->best_epoch, r->epochs, r->polish, r->polish == 1 ? "" : "s");
    else if (r->epochs > 1) printf(" (epoch %d of %d)", r->best_epoch, r->epochs);
    printf("\n            %s%s%s\n", r->unit, r->training[0] ? "; training " : "", r->training);
    say_gaps(&r->train_gaps, "training");
    say_gaps(&r->valid_gaps, "validation");
    printf("time        %s\n", took);
}

void say_saved(const char *path)
{
    struct stat st;
    if (stat(path, &st)) return;
    printf("saved       ");
    print_shown(stdout, path, false);
    printf(", %.0f kB\n", ceil((double)st.st_size / 1000));
}

static int score_test(const settings *s, unroll_model *m, const unroll_data *test, const unroll_data *before)
{
    unroll_table *t = NULL;
    unroll_use_options o = s->use;
    held_notes held = { 0 };
    o.history = before;
    o.note = keep_note;
    o.note_arg = &held;
    say_notes(s, test);
    int rc = unroll_score(m, test, &o, &t);
    say_kept_notes(s, &held);
    if (rc) return library_failed(rc);
    printf("\non the test part\n");
    int code = write_table(stdout, t, 0);
    unroll_table_free(t);
    return code;
}

static bool along_index(const unroll_model *m)
{
    unroll_datum d;
    for (size_t i = 0; i < unroll_data_count(m); i++)
        if (!unroll_data_info(m, i, &d) && d.nindex) return true;
    return false;
}

/* *whole: the fit came to its end, with or without its log */
static int fit_and_save(const settings *s, unroll_model *m, const unroll_data *train, const unroll_fit_options *o,
                        progress_line *line, bool *whole)
{
    unroll_fit_result r = { 0 };
    int rc = unroll_fit(m, train, o, &r);
    progress_end(line);
    if (rc == UNROLL_ERROR_INTERRUPTED) return complain(FAILED, "stopped before there was anything to keep");
    int code = rc ? library_failed(rc) : DONE;
    if (rc && !r.best_epoch) return code;
    *whole = !r.interrupted && (!rc || rc == UNROLL_ERROR_FILE);
    if (rc && *whole) complain(0, "the fit went on to its end without its log, and its model is saved");
    else if (rc) complain(0, "the best so far is kept, of epoch %d", r.best_epoch);
    if (r.interrupted && !r.best_epoch && access(s->out, F_OK) == 0 &&
        !is_device(s->out)) /* weights of part of an epoch are no better model */
        return complain(FAILED, "stopped before the first epoch had ended: %s stays as it was%s", s->out,
                        r.checkpoints ? "; `--resume` goes on from the checkpoint" : "");
    if ((rc = unroll_save(m, s->out))) return library_failed(rc);
    if (r.interrupted && !r.best_epoch)
        code = complain(FAILED, "stopped before the first epoch had ended: the weights so far are saved%s",
                        r.checkpoints ? "; `--resume` goes on from the checkpoint" : "");
    else if (r.interrupted)
        code = complain(FAILED, r.checkpoints ? "stopped; the best so far is kept. `--resume` goes on from the last checkpoint"
                                              : "stopped; the best so far is kept. There is no checkpoint to go on from");
    else if (!code && r.checkpoints) unlink(o->checkpoint);
    say_result(&r);
    say_saved(s->out);
    bool gradients = r.optimiser[0] != 0;
    unsigned facts = data_facts(s, m, train) | OF_FORECASTS;
    facts |= gradients ? OF_GRADIENTS | OF_CHANCE : 0;
    facts |= gradients && o->valid ? OF_VALIDATION : 0;
    facts |= gradients && along_index(m) ? OF_CHUNKS : 0;
    say_needless(s, facts);
    return code;
}

int verb_fit(settings *s)
{
    unroll_model *m = NULL;
    unroll_data *train = NULL, *valid = NULL, *test = NULL, *before = NULL;
    char *checkpoint = NULL;
    progress_line line;
    if (!s->out) return complain(USAGE, "fit needs a place for the fitted model: -o FILE");
    signal(SIGPIPE, SIG_IGN); /* whoever reads what is said may leave; the fit is not lost for it */
    int code = check_output(s->out);
    if (!code) code = check_not_read(s, s->out);
    if (!code && s->fit.log) code = check_output(s->fit.log);
    if (!code && s->fit.log) code = check_not_read(s, s->fit.log);
    if (!code && s->checkpoint) code = check_output(s->checkpoint);
    if (!code && s->checkpoint) code = check_not_read(s, s->checkpoint);
    if (!code && asprintf(&checkpoint, "%s.checkpoint", s->out) < 0) return complain(FAILED, "out of memory");
    if (!code) code = open_model(s, &m);
    if (!code) code = load_parts(s, m, &train, &valid, &test, &before);
    if (!code) {
        unroll_fit_options o = s->fit;
        say_model_notes(s, m);
        say_notes(s, train);
        say_part_notes(s, valid, train, "validation");
        say_part_notes(s, test, train, "test");
        progress_begin(&line, s->quiet);
        o.valid = valid;
        o.checkpoint = s->checkpoint ? s->checkpoint : is_device(s->out) ? NULL : checkpoint;
        o.progress = show_progress;
        o.arg = &line;
        if (s->quiet && o.resume && o.checkpoint && access(o.checkpoint, F_OK)) /* else a note says it */
            complain(0, "there is no checkpoint %s to resume from: the fit begins anew", o.checkpoint);
        catch_interrupt();
        bool whole = false;
        code = fit_and_save(s, m, train, &o, &line, &whole);
        int scored = whole && test ? score_test(s, m, test, before) : DONE;
        code = code ? code : scored;
        unroll_data_free(train);
        unroll_data_free(valid);
        unroll_data_free(test);
        unroll_data_free(before);
    }
    unroll_close(m);
    free(checkpoint);
    return code;
}
