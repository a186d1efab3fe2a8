/* checkpoint.c: a fit on disk: weights, optimiser, the best so far, the carried state, the place in the data.
 * Random numbers are counter-based, so counters are all their state. Invariant: a fit that goes on from a checkpoint takes the
 * same steps, to the bit, as one that never stopped; a checkpoint of another fit is refused with what differs; no number of a
 * file is believed, nor numbers together that no fit has at once. What it holds is what the next step needs and no more: of an
 * optimiser the moments it has, the best weights where they are not the present ones, those of the least training loss where they
 * are not the best. */
#include "model/fit/fit.h"
#include "model/json.h"
#include <math.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

static uint32_t crc_add(uint32_t c, const void *p, size_t n) { return p && n ? (uint32_t)crc32_z(c, p, n) : c; }

static uint32_t crc_examples(const ur_graph *g, const ur_examples *x)
{
    uint32_t c = 0;
    for (int d = 0; x && d < x->ndata; d++) {
        const ur_series *s = &x->series[d];
        size_t w = ur_datum_width(&g->schema, &g->data[d]);
        c = crc_add(c, s->start, s->start ? (x->n + 1) * sizeof *s->start : 0);
        c = crc_add(c, s->num, s->num ? s->nrow * w * sizeof *s->num : 0);
        c = crc_add(c, s->away, s->away ? s->nrow * w * sizeof *s->away : 0);
        c = crc_add(c, s->single, s->single ? s->nrow * w * sizeof *s->single : 0);
        c = crc_add(c, s->sym, s->sym ? s->nrow * w * sizeof *s->sym : 0);
        c = crc_add(c, s->seen, s->seen ? s->nrow : 0);
        c = crc_add(c, s->part, s->part ? s->nrow * s->parts : 0);
    }
    return c;
}

void ur_fit_print(ur_fit *f)
{
    const unroll_fit_options *o = &f->o;
    const char *text = ur_program_text(f->m->prog);
    uint32_t hyper = 0;
    for (int i = 0; i < f->m->nset; i++) {
        hyper = crc_add(hyper, f->m->set[i].name, strlen(f->m->set[i].name));
        hyper = crc_add(hyper, &f->m->set[i].value, sizeof(double));
    }
    snprintf(
        f->print, sizeof f->print,
        "model text=%08x;hypers=%08x;training data=%08x;validation data=%08x;batch=%d;chunk=%d;context=%d;"
        "horizon=%d;optimiser=%s;rate=%.17g;schedule=%s;warm-up=%.17g;clip=%.17g;decay=%.17g;patience=%d;average=%d;label-smoothing=%.17g;seed=%llu;precision=%s;",
        (unsigned)crc_add(0, text, strlen(text)), (unsigned)hyper, (unsigned)crc_examples(f->m->graph, f->x),
        (unsigned)crc_examples(f->m->graph, f->vx), f->course.batch, f->course.chunk, f->course.context, f->course.horizon,
        o->optimiser, o->rate, o->schedule, o->warmup, o->clip, o->decay, o->patience, o->average, o->label_smoothing,
        (unsigned long long)o->seed, o->precision ? "double" : "single");
}

static char *place(const ur_fit *f)
{
    ur_json j = { 0 };
    json_t *o = json_object();
    ur_json_put(&j, o, "print", json_string(f->print));
    ur_json_put(&j, o, "epochs", json_integer(f->o.epochs));
    ur_json_put(&j, o, "epoch", json_integer(f->epoch));
    ur_json_put(&j, o, "step", json_integer((json_int_t)f->step));
    ur_json_put(&j, o, "updates", json_integer((json_int_t)f->opt.t));
    ur_json_put(&j, o, "best_epoch", json_integer(f->best_epoch));
    ur_json_put(&j, o, "bad", json_integer(f->bad));
    ur_json_put(&j, o, "have_best", json_boolean(f->have_best));
    ur_json_put(&j, o, "sum", ur_json_number(f->sum));
    ur_json_put(&j, o, "count", ur_json_number(f->count));
    ur_json_put(&j, o, "best_loss", ur_json_number(f->best_loss));
    ur_json_put(&j, o, "best_train", ur_json_number(f->best_train));
    ur_json_put(&j, o, "train_loss", ur_json_number(f->train_loss));
    ur_json_put(&j, o, "valid_loss", ur_json_number(f->valid_loss));
    ur_json_put(&j, o, "plateau", ur_json_number(f->plateau));
    ur_json_put(&j, o, "seconds", ur_json_number(f->earlier + ur_now() - f->started));
    return ur_json_text(&j, o);
}

static ur_tensor flat(const char *name, const double *v, size_t n)
{
    return (ur_tensor){ .name = name, .dtype = "F64", .nshape = 1, .shape = { n }, .data = v, .bytes = n * sizeof *v };
}

static bool has_first(const ur_fit *f) { return f->opt.kind == UR_MOMENTUM || f->opt.kind == UR_ADAM || f->opt.kind == UR_ADAMW; }
static bool has_second(const ur_fit *f) { return f->opt.kind == UR_RMSPROP || f->opt.kind == UR_ADAM || f->opt.kind == UR_ADAMW; }

/* does a chunk of a long sequence come next that goes on from the one before? */
static bool goes_on(const ur_fit *f) { return f->step > 0 && f->step < f->course.nstep && f->course.step[f->step].k > 0; }

/* the carried state; `own` is what was allocated for it */
static int carried(const ur_fit *f, void **own, ur_tensor *t, ur_err *e)
{
    size_t items = f->course.step[f->step].n, n = ur_engine_state_size(f->run->en, items);
    const void *p = f->state;
    if (!p) {
        if (!(*own = ur_zalloc(n + 1))) return ur_nomem(e);
        ur_engine_state_get(f->run->en, items, *own);
        p = *own;
    }
    *t = (ur_tensor){ .name = "state", .dtype = "U8", .nshape = 1, .shape = { n }, .data = p, .bytes = n };
    return 0;
}

/* Weights that may be left are kept in the precision of the model that they become. */
static int left(const ur_fit *f, const char *name, const double *w, void **own, ur_tensor *t, ur_err *e)
{
    bool single = !f->o.precision;
    *t = flat(name, w, f->n);
    if (!single) return 0;
    float *s = ur_alloc((f->n + 1) * sizeof *s);
    if (!(*own = s)) return ur_nomem(e);
    for (size_t i = 0; i < f->n; i++) s[i] = (float)w[i];
    t->dtype = "F32";
    t->data = s;
    t->bytes = f->n * sizeof *s;
    return 0;
}

/* without a validation part: was the least training loss that of an epoch before the last? Its weights are then not the best ones
 */
static bool has_lowest(const ur_fit *f) { return f->lowest && f->bad > 0; }

static const double *kept(const ur_fit *f) { return f->mean ? f->mean : f->w; }

/* are the best weights, as they are kept, the present ones? Then they stand in the file already */
static bool best_is_here(const ur_fit *f)
{
    const double *w = kept(f);
    if (f->o.precision) return !memcmp(f->best, w, f->n * sizeof *w);
    for (size_t i = 0; i < f->n; i++) {
        float a = (float)f->best[i], b = (float)w[i];
        if (memcmp(&a, &b, sizeof a)) return false;
    }
    return true;
}

static int write_now(ur_fit *f, ur_err *e)
{
    ur_tensor t[7];
    void *state = NULL, *floats = NULL, *lowest = NULL;
    int n = 0, rc = 0;
    char *where = place(f), mark[] = "unroll", one[] = "1", key[] = "checkpoint";
    if (!where) rc = ur_nomem(e);
    t[n++] = flat("weight", f->w, f->n);
    if (has_first(f)) t[n++] = flat("first moment", f->opt.m, f->n);
    if (has_second(f)) t[n++] = flat("second moment", f->opt.v, f->n);
    if (f->mean) t[n++] = flat("mean", f->mean, f->n);
    if (!rc && f->have_best && !best_is_here(f)) rc = left(f, "best", f->best, &floats, &t[n++], e);
    if (!rc && has_lowest(f)) rc = left(f, "lowest", f->lowest, &lowest, &t[n++], e);
    if (!rc && goes_on(f)) rc = carried(f, &state, &t[n++], e);
    if (!rc) {
        ur_meta meta[] = { { mark, one, 1 }, { key, where, strlen(where) } };
        rc = ur_file_write(f->o.checkpoint, t, n, meta, 2, e);
    }
    ur_free(state);
    ur_free(floats);
    ur_free(lowest);
    ur_free(where);
    return rc;
}

void ur_checkpoint_write(ur_fit *f)
{
    ur_err why = { 0 };
    if (!f->o.checkpoint) return;
    bool lost = write_now(f, &why) != 0;
    f->checkpoints += !lost;
    if (lost && !f->checkpoint_lost) ur_fit_note(f, "no checkpoint: %s; the fit goes on", why.text);
    f->checkpoint_lost = lost;
    f->saved = ur_now();
}

/* the name of the first setting in which two prints differ */
static void differs(const char *a, const char *b, char *name, size_t n)
{
    while (*a && *b) {
        size_t la = strcspn(a, ";"), lb = strcspn(b, ";");
        if (la != lb || memcmp(a, b, la)) break;
        a += la + (a[la] == ';');
        b += lb + (b[lb] == ';');
    }
    size_t k = strcspn(*a ? a : b, "=");
    snprintf(name, n, "%.*s", (int)k, *a ? a : b);
}

static int damaged(const char *path, const char *what, ur_err *e)
{
    return ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the checkpoint is damaged: %s", path, what);
}

/* finite numbers of either precision; none is negative, if they are squares */
static int take(const ur_file *file, const char *name, double *to, size_t n, bool squares, const char *path, ur_err *e)
{
    const ur_tensor *t = ur_file_tensor(file, name);
    bool single = t && !strcmp(t->dtype, "F32"),
         good = t && (single || !strcmp(t->dtype, "F64")) && t->bytes == n * (single ? sizeof(float) : sizeof(double));
    if (!good) return ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the checkpoint is damaged: %s should have %zu numbers", path, name, n);
    for (size_t i = 0; i < n; i++) {
        float s;
        if (single) memcpy(&s, (const char *)t->data + i * sizeof s, sizeof s);
        if (single) to[i] = s;
        else memcpy(&to[i], (const char *)t->data + i * sizeof *to, sizeof *to);
        if (!isfinite(to[i]) || (squares && to[i] < 0))
            return ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the checkpoint is damaged: number %zu of %s is %g", path, i + 1, name,
                           to[i]);
    }
    return 0;
}

/* a whole number in 0 … most */
static int whole(const json_t *o, const char *key, double most, uint64_t *out, const char *path, ur_err *e)
{
    const json_t *v = json_object_get(o, key);
    json_int_t k = json_integer_value(v);
    if (!json_is_integer(v) || k < 0 || (double)k > most)
        return ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the checkpoint is damaged: its %s is no whole number between 0 and %.0f",
                       path, key, most);
    *out = (uint64_t)k;
    return 0;
}

/* a number in lo … hi, or none (null) where there may be none */
static int real(const json_t *o, const char *key, double lo, double hi, bool none, double *out, const char *path, ur_err *e)
{
    const json_t *v = json_object_get(o, key);
    *out = ur_json_double(v);
    if (none && json_is_null(v)) return 0;
    if (!(*out >= lo && *out <= hi))
        return ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the checkpoint is damaged: its %s is no number between %g and %g", path, key,
                       lo, hi);
    return 0;
}

/* Where the rate does not depend on how many epochs there are, what was done holds for more of them too. */
static int epochs_agree(const ur_fit *f, uint64_t epoch, uint64_t epochs, const char *path, ur_err *e)
{
    const unroll_fit_options *o = &f->o;
    if (epochs == (uint64_t)o->epochs) return 0;
    if (o->warmup > 0 || (f->schedule != UR_RATE_CONSTANT && f->schedule != UR_RATE_PLATEAU))
        return ur_fail(
            e, UNROLL_ERROR_USAGE,
            "%s is a checkpoint of a fit of %llu epochs, not %d: %s spreads over all epochs, so that the rates of those done would have been others. With a constant or "
            "plateau schedule more can be asked for; a fitted model can be fitted further",
            path, (unsigned long long)epochs, o->epochs, o->warmup > 0 ? "the warm-up" : "its schedule of rates");
    if ((uint64_t)o->epochs < epoch)
        return ur_fail(e, UNROLL_ERROR_USAGE,
                       "%s is a checkpoint after %llu epochs, and %d are asked for: ask for as many at least", path,
                       (unsigned long long)epoch, o->epochs);
    return 0;
}

static bool equal(double a, double b) { return a == b || (isnan(a) && isnan(b)); }

/* is it a power of ½ to which some of `epoch` epochs can have brought a rate, of which the last `bad` were not better? */
static bool halved(double plateau, int epoch, int bad)
{
    int power;
    bool whole = frexp(plateau, &power) == 0.5;
    return plateau == 0 ? epoch > 3000 : whole && 1 - power <= epoch / 3 && 1 - power >= bad / 3;
}

/* has every epoch as many steps as this one, each of which has values, and so an update? */
static bool every_step_counts(const ur_fit *f)
{
    const ur_graph *g = f->m->graph;
    bool every = !f->course.horizon && (!f->course.chunk || f->course.ntrack <= (size_t)f->course.batch) && !f->tbefore;
    for (int l = 0; every && l < g->nlike; l++) {
        const ur_series *s = &f->x->series[g->like[l].datum];
        every = !s->seen && !s->skip && !s->weight && s->start;
        for (size_t x = 0; every && x < f->x->n; x++) every = s->start[x + 1] > s->start[x];
    }
    return every;
}

/* do all values count once? Then their count is a whole number, at least that of the steps */
static bool unweighted(const ur_fit *f)
{
    for (int l = 0; l < f->m->graph->nlike; l++)
        if (f->m->graph->like[l].weight >= 0) return false;
    return true;
}

/* What numbers say that no fit has at once, each of which may be right; NULL: they agree. `epochs` and `most`: of the fit that
 * wrote them, and steps of an epoch */
static const char *disagree(const ur_fit *f, uint64_t epochs, double most)
{
    bool begun = f->epoch > 0, valid = f->vrun != NULL, last = f->best_epoch == f->epoch;
    double loss = valid ? f->valid_loss : f->train_loss;
    if (f->have_best != begun) return "there is a best epoch once one has ended, and not before";
    if (f->step && ((uint64_t)f->epoch == epochs || (valid && f->o.patience > 0 && f->bad >= f->o.patience)))
        return "it stands behind its last epoch";
    if ((unweighted(f) && f->count != floor(f->count)) || (f->count == 0 && f->sum != 0) || (!f->step && f->count != 0))
        return "its sum, its count and its step do not agree";
    if ((double)f->opt.t > (double)f->epoch * most + (double)f->step || (f->count > 0 && !f->opt.t))
        return "its updates and its steps do not agree";
    if (!begun && unweighted(f) && (double)f->opt.t > f->count) return "its updates and its count do not agree";
    if (begun && (valid ? f->bad != f->epoch - f->best_epoch : !last || f->bad >= f->epoch))
        return "its best epoch and the epochs since do not agree";
    if (!begun && (f->bad || !isnan(f->train_loss) || !isnan(f->valid_loss) || !isnan(f->best_loss)))
        return "it has losses of no epoch";
    if (!valid && !isnan(f->valid_loss)) return "it has a validation loss and no validation part";
    if (begun && (f->bad ? loss < f->best_loss : !equal(loss, f->best_loss)))
        return "its best loss and its last one do not agree";
    if (begun && last && !equal(f->best_train, f->train_loss)) return "its training losses do not agree";
    if (begun && (isnan(f->best_loss) != isnan(loss) || isnan(f->best_train) != isnan(f->train_loss)))
        return "its best loss is of another kind than its last one";
    if (every_step_counts(f) && (double)f->opt.t != (double)f->epoch * (double)f->course.nstep + (double)f->step)
        return "its updates and its steps do not agree";
    if (f->schedule == UR_RATE_PLATEAU ? !halved(f->plateau, f->epoch, f->bad) : f->plateau != 1)
        return "its plateau is none that its schedule has";
    return NULL;
}

static int where(ur_fit *f, const json_t *o, const char *path, ur_err *e)
{
    uint64_t epochs, epoch, step, best_epoch, bad;
    double steps = (double)f->course.total + (double)f->course.ntrack + 1; /* more than an epoch can have */
    TRY(whole(o, "epochs", 1e9, &epochs, path, e));
    TRY(whole(o, "epoch", (double)epochs, &epoch, path, e));
    TRY(epochs_agree(f, epoch, epochs, path, e));
    TRY(whole(o, "step", steps, &step, path, e));
    TRY(whole(o, "updates", ((double)epoch + 1) * steps, &f->opt.t, path, e));
    TRY(whole(o, "best_epoch", (double)epoch, &best_epoch, path, e));
    TRY(whole(o, "bad", (double)epoch, &bad, path, e));
    const json_t *have = json_object_get(o, "have_best");
    if (!json_is_boolean(have) || json_is_true(have) != (best_epoch > 0))
        return damaged(path, "which epoch was the best is not clear", e);
    f->have_best = json_is_true(have);
    TRY(real(o, "sum", -1e300, 1e300, false, &f->sum, path, e));
    TRY(real(o, "count", 0, 1e300, false, &f->count, path, e));
    TRY(real(o, "train_loss", -1e300, 1e300, true, &f->train_loss, path, e));
    TRY(real(o, "valid_loss", -1e300, 1e300, true, &f->valid_loss, path, e));
    TRY(real(o, "best_train", -1e300, 1e300, true, &f->best_train, path, e));
    TRY(real(o, "best_loss", -1e300, 1e300, true, &f->best_loss, path, e));
    TRY(real(o, "plateau", 0, 1, false, &f->plateau, path, e));
    TRY(real(o, "seconds", 0, 1e12, false, &f->earlier, path, e));
    f->epoch = (int)epoch;
    f->step = (size_t)step;
    f->best_epoch = (int)best_epoch;
    f->bad = (int)bad;
    const char *what = disagree(f, epochs, steps);
    if (what) return damaged(path, what, e);
    if (!f->have_best) f->best_loss = INFINITY;
    return 0;
}

static bool any(const double *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (v[i] != 0) return true;
    return false;
}

/* the tensors that a checkpoint of this fit has, and no others */
static int expected(const ur_fit *f, const ur_file *file, const char *path, ur_err *e)
{
    bool here = f->step == 0 && f->best_epoch == f->epoch; /* the best weights are the present ones */
    const struct {
        const char *name;
        bool may;
    } known[] = { { "weight", true },      { "first moment", has_first(f) },  { "second moment", has_second(f) },
                  { "mean", f->mean },     { "best", f->have_best && !here }, { "lowest", has_lowest(f) },
                  { "state", f->step > 0 } };
    for (int i = 0; i < file->ntensor; i++) {
        bool may = false;
        for (size_t k = 0; k < sizeof known / sizeof *known; k++)
            may = may || (known[k].may && !strcmp(known[k].name, file->tensor[i].name));
        if (!may)
            return ur_fail(e, UNROLL_ERROR_FORMAT,
                           "%s: the checkpoint is damaged: it has a tensor %s, which its fit does not have there", path,
                           file->tensor[i].name);
    }
    return 0;
}

static int weights(ur_fit *f, const ur_file *file, const char *path, ur_err *e)
{
    size_t bytes = f->n * sizeof *f->w;
    uint32_t start = crc_add(0, f->w, bytes);
    TRY(expected(f, file, path, e));
    TRY(take(file, "weight", f->w, f->n, false, path, e));
    if (has_first(f)) TRY(take(file, "first moment", f->opt.m, f->n, false, path, e));
    if (has_second(f)) TRY(take(file, "second moment", f->opt.v, f->n, true, path, e));
    if (f->mean) TRY(take(file, "mean", f->mean, f->n, false, path, e));
    if (f->have_best && ur_file_tensor(file, "best")) TRY(take(file, "best", f->best, f->n, false, path, e));
    else if (f->have_best && f->n) memcpy(f->best, kept(f), bytes);
    if (has_lowest(f)) TRY(take(file, "lowest", f->lowest, f->n, false, path, e));
    else if (f->have_best && f->lowest && f->n) memcpy(f->lowest, f->best, bytes);
    if (f->have_best && f->lowest) {
        f->lowest_epoch = f->epoch - f->bad;
        f->lowest_loss = f->best_loss;
    }
    if (f->opt.t) return 0;
    if (any(f->opt.m, f->n) || any(f->opt.v, f->n)) return damaged(path, "it has moments of no update", e);
    if (crc_add(0, f->w, bytes) != start || (f->mean && f->n && memcmp(f->mean, f->w, bytes)))
        return damaged(path, "its weights are not those that it began with, and there was no update", e);
    return 0;
}

static int restore(ur_fit *f, const ur_file *file, const json_t *o, const char *path, ur_err *e)
{
    const char *print = json_string_value(json_object_get(o, "print"));
    if (strcmp(print, f->print)) {
        char name[64];
        differs(f->print, print, name, sizeof name);
        return ur_fail(
            e, UNROLL_ERROR_USAGE,
            "%s is a checkpoint of another fit: its %s differs; fit with the same model, data and options, or without resuming",
            path, name);
    }
    TRY(where(f, o, path, e));
    TRY(weights(f, file, path, e));
    const ur_tensor *s = ur_file_tensor(file, "state");
    if (!s) return 0;
    if (strcmp(s->dtype, "U8")) return damaged(path, "its state is none", e);
    if (!(f->state = ur_alloc(s->bytes + 1))) return ur_nomem(e);
    memcpy(f->state, s->data, f->nstate = s->bytes);
    return 0;
}

/* the loss of the best weights is there to be had again; digits as far as every machine gives them */
int ur_checkpoint_best(ur_fit *f, ur_err *e)
{
    double loss;
    if (!f->checkpoints || !f->have_best || !f->vrun) return 0;
    TRY(ur_fit_validate(f, f->best, &loss, e));
    if (f->interrupted || equal(loss, f->best_loss) || fabs(loss - f->best_loss) <= 1e-3 * fmax(1, fabs(loss))) return 0;
    return damaged(f->o.checkpoint, "its best loss is not that of its best weights", e);
}

int ur_checkpoint_state(ur_fit *f, ur_err *e)
{
    if (f->step > f->course.nstep)
        return ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the checkpoint is damaged: it stands at step %zu of %zu", f->o.checkpoint,
                       f->step, f->course.nstep);
    size_t want = goes_on(f) ? ur_engine_state_size(f->run->en, f->course.step[f->step].n) : 0;
    if (goes_on(f) ? !f->state || f->nstate != want : f->state != NULL)
        return ur_fail(e, UNROLL_ERROR_FORMAT,
                       "%s: the checkpoint is damaged: the carried state of its step has %zu bytes, %zu are there",
                       f->o.checkpoint, want, f->nstate);
    if (!f->state) return 0;
    size_t items = f->course.step[f->step].n, width = ur_engine_state_size(f->run->en, 1);
    TRY(ur_engine_state_set(f->run->en, items, f->state, e));
    for (size_t i = 0; i < items; i++) {
        const char *one = (const char *)f->state + i * width;
        if (isnan(ur_engine_state_apart(f->run->en, one, one)))
            return damaged(f->o.checkpoint, "a number of its carried state is not finite", e);
    }
    return 0;
}

/* 0: a file of Unroll's that says where a fit stands; 1: it is none at all */
static int open_one(const char *path, ur_file *file, json_t **out, ur_err *e)
{
    TRY(ur_file_read_all(path, SIZE_MAX / 4, &file->raw, e));
    if (!ur_file_sniff(file->raw.s, file->raw.n)) return 1;
    TRY(ur_file_parse(file, path, e));
    const char *text = ur_file_meta(file, "checkpoint");
    if (!text) return 1;
    TRY(ur_json_read(out, text, strlen(text), path, e));
    return json_is_string(json_object_get(*out, "print")) ? 0 : 1;
}

int ur_checkpoint_read(ur_fit *f, ur_err *e)
{
    const char *path = f->o.checkpoint;
    if (!path) return 0;
    if (access(path, F_OK)) {
        ur_fit_note(f, "there is no checkpoint %s to resume from: the fit begins anew", path);
        return 0;
    }
    ur_file file = { 0 };
    json_t *o = NULL;
    int rc = open_one(path, &file, &o, e);
    if (rc == 1) rc = ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the file is no checkpoint", path);
    if (!rc) rc = restore(f, &file, o, path, e);
    f->checkpoints += !rc;
    json_decref(o);
    ur_file_free(&file);
    return rc;
}

int ur_checkpoint_look(ur_fit *f, ur_err *e)
{
    const char *path = f->o.checkpoint;
    if (!path || access(path, F_OK) || ur_file_is_open(path)) return 0;
    ur_file file = { 0 };
    json_t *o = NULL;
    ur_err why = { 0 };
    int rc = open_one(path, &file, &o, &why);
    bool empty = file.raw.n == 0;
    if (rc == 1 && !empty)
        ur_fail(e, rc = UNROLL_ERROR_USAGE, "%s is no checkpoint and would be written over; choose another name", path);
    else if (rc == UNROLL_ERROR_MEMORY) ur_nomem(e);
    else {
        const char *print = json_string_value(json_object_get(o, "print"));
        json_int_t epoch = json_integer_value(json_object_get(o, "epoch"));
        if (print && !strcmp(print, f->print))
            ur_fit_note(f, "%s, which this fit left after %lld epochs, will be written over: resuming goes on from it", path,
                        (long long)epoch);
        else if (print) ur_fit_note(f, "%s, a checkpoint of another fit, will be written over", path);
        rc = 0;
    }
    json_decref(o);
    ur_file_free(&file);
    return rc;
}
