/* log.c: the log of a fit: a line of JSON for each epoch, then for each step of L-BFGS. Must not know how a fit goes on.
 * Invariants: a line is written whole, by one call; a fit that goes on from a checkpoint has each epoch once in its log, what was
 * logged after the checkpoint being taken out again. A log that cannot be written ends no fit: `log_error` keeps why. */
#include "model/fit/fit.h"
#include "model/json.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

/* the lines of the epochs until f->epoch; a last line that was cut off goes too */
static int earlier(const ur_fit *f, ur_buf *keep, ur_err *e)
{
    ur_buf all = { 0 };
    int rc = access(f->o.log, F_OK) ? 0 : ur_file_read_all(f->o.log, SIZE_MAX / 4, &all, e);
    char *end;
    for (char *line = all.s; !rc && line && (end = strchr(line, '\n')); line = end + 1) {
        json_t *o;
        ur_err why = { 0 };
        rc = ur_json_read(&o, line, (size_t)(end - line), f->o.log, &why);
        json_int_t epoch = rc ? 0 : json_integer_value(json_object_get(o, "epoch"));
        if (!rc) json_decref(o);
        if (rc == UNROLL_ERROR_MEMORY) ur_nomem(e);
        else if (epoch < 1)
            rc = ur_fail(e, UNROLL_ERROR_FORMAT, "%s: is no log of a fit, and would be written to; choose another name",
                         f->o.log);
        else if (epoch <= f->epoch) ur_buf_add(keep, line, (size_t)(end + 1 - line));
    }
    ur_buf_free(&all);
    return rc;
}

int ur_log_open(ur_fit *f, ur_err *e)
{
    ur_buf keep = { 0 };
    int rc = 0;
    if (!ur_file_is_open(f->o.log)) {
        if (f->o.resume && f->epoch > 0) rc = earlier(f, &keep, e);
        if (!rc && keep.bad) rc = ur_nomem(e);
        if (!rc) rc = ur_file_write_all(f->o.log, keep.n ? keep.s : "", keep.n, e);
    }
    ur_buf_free(&keep);
    if (rc) return rc;
    f->log = open(f->o.log, O_WRONLY | O_APPEND | O_NOCTTY | O_CLOEXEC);
    return f->log < 0 ? ur_fail(e, UNROLL_ERROR_FILE, "%s: the log cannot be opened for writing: %s", f->o.log, strerror(errno))
                      : 0;
}

typedef struct entry {
    int epoch, best_epoch;
    double train, valid, best, rate; /* NAN: none */
} entry;

static void number(ur_buf *b, const char *key, double v)
{
    if (isfinite(v)) ur_buf_printf(b, ",\"%s\":%.9g", key, v);
    else ur_buf_printf(b, ",\"%s\":null", key);
}

static int line_of(const ur_fit *f, const entry *at, ur_buf *b)
{
    char unit[128];
    ur_buf_printf(b, "{\"epoch\":%d,\"epochs\":%d", at->epoch, f->o.epochs);
    number(b, "train_loss", at->train);
    number(b, "valid_loss", at->valid);
    number(b, "best_loss", at->best);
    ur_loss_unit(f->m->graph, unit, sizeof unit);
    ur_buf_printf(b, ",\"best_epoch\":%d", at->best_epoch);
    number(b, "rate", at->rate);
    ur_buf_printf(b, ",\"seconds\":%.9g,\"unit\":\"%s\"}\n", f->earlier + ur_now() - f->started, unit);
    return b->bad ? UNROLL_ERROR_MEMORY : 0;
}

static void add(ur_fit *f, const entry *at)
{
    if (f->log < 0) return;
    ur_buf b = { 0 };
    off_t end = lseek(f->log, 0, SEEK_END);
    int rc = line_of(f, at, &b), why = rc ? 0 : ur_put(f->log, b.s, b.n);
    if (rc || why) {
        if (end >= 0) (void)!ftruncate(f->log, end); /* no half of a line */
        ur_fail(&f->log_error, rc ? rc : UNROLL_ERROR_FILE, "%s: the log cannot be written: %s", f->o.log,
                rc ? "out of memory" : strerror(why));
        close(f->log);
        f->log = -1;
        ur_fit_note(f, "%s; the fit goes on without it", f->log_error.text);
    }
    ur_buf_free(&b);
}

void ur_log_epoch(ur_fit *f, double rate)
{
    add(f, &(entry){ f->epoch, f->best_epoch, f->train_loss, f->valid_loss, f->have_best ? f->best_loss : NAN, rate });
}

void ur_log_polish(ur_fit *f, const ur_polished *p)
{
    int best = p->best ? f->epoch + p->best : f->best_epoch;
    add(f, &(entry){ f->epoch + p->step, best, p->train, p->valid, p->best_loss, NAN });
}

int ur_log_close(ur_fit *f, ur_err *e)
{
    if (f->log >= 0 && close(f->log) && errno != EINTR)
        ur_fail(&f->log_error, UNROLL_ERROR_FILE, "%s: the log cannot be written: %s", f->o.log, strerror(errno));
    f->log = -1;
    return f->log_error.code ? ur_fail(e, f->log_error.code, "%s", f->log_error.text) : 0;
}
