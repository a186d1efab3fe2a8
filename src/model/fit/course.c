/* course.c: a fit from its first look at the data to the model it leaves: exact least squares where the equations allow it, else
 * gradients through time, epoch by epoch. Must not know file formats or kernels.
 * Invariant: the weights a fit leaves depend on the model, the data, the options and the seed; not on time, threads or stops. */
#include "model/fit/exact.h"
#include "model/fit/fit.h"
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char by_gradients[] = "gradients through time", by_squares[] = UR_BY_SQUARES;

/* ---- options */
static bool draws_symbols(const ur_graph *g)
{
    for (int k = 0; k < g->nlike; k++) if (g->like[k].dist == UR_CATEGORICAL) return true;
    return false;
}

static int options(ur_fit *f, const unroll_fit_options *o, ur_err *e)
{
    unroll_fit_options d = UNROLL_FIT_INIT;
    ur_options_read(&d, o, sizeof d);
    d.size = sizeof d;
    if (!d.optimiser) d.optimiser = "adam";
    if (!d.schedule) d.schedule = "cosine";
    TRY(ur_optim_find(d.optimiser, &f->opt.kind, e));
    TRY(ur_schedule_find(d.schedule, &f->schedule, e));
    struct { const char *name; double v, lo, hi; } range[] = {
        { "epochs", d.epochs, 0, 1e9 }, { "batch", d.batch, 0, 1e7 }, { "chunk", d.chunk, -1, 1e9 }, { "context", d.context, 0, 1e9 },
        { "horizon", d.horizon, 0, 1e7 }, { "rate", d.rate, 0, 1e6 }, { "warm-up", d.warmup, 0, 1 }, { "decay", d.decay, 0, 1e6 },
        { "patience", d.patience, 0, 1e9 }, { "threads", d.threads, 0, 4096 }, { "recompute", d.recompute, -1, 1 }, { "average", d.average, 0, 1e9 }, { "min-count", d.min_count, 0, 1e9 },
        { "max-vocabulary", d.max_vocabulary, 0, 1e9 }, { "label-smoothing", d.label_smoothing, 0, 0.999 },
        { "precision", d.precision, 0, 2 }, { "method", d.method, 0, 1 }, { "checkpoint seconds", d.checkpoint_seconds, 0, 1e12 } };
    for (size_t i = 0; i < sizeof range / sizeof *range; i++)
        if (!(range[i].v >= range[i].lo && range[i].v <= range[i].hi))
            return ur_fail(e, UNROLL_ERROR_USAGE, "%s is %g; it lies between %g and %g", range[i].name, range[i].v, range[i].lo, range[i].hi);
    if (isnan(d.clip)) return ur_fail(e, UNROLL_ERROR_USAGE, "clip is not a number");
    if (d.clip == 0) d.clip = 1;
    if (d.label_smoothing > 0 && !draws_symbols(f->m->graph)) return ur_fail(e, UNROLL_ERROR_USAGE, "label-smoothing smooths what categorical draws, and %s draws no symbols", f->m->name);
    if (d.horizon > 0 && d.context == 0) {
        d.context = 4 * d.horizon > 64 ? 4 * d.horizon : 64;
        int lag = ur_max_lag(f->m->graph, ur_root_index(f->m->graph));
        if (d.context < lag) d.context = lag;
    }
    if (d.precision == 0) d.precision = f->m->fitted && !f->m->single;
    else d.precision = d.precision == 1;
    f->o = d;
    return 0;
}

static double usual_rate(ur_optim_kind k, size_t n)
{
    switch (k) {
    case UR_SGD: return 0.1;
    case UR_MOMENTUM: return 0.02;
    case UR_RMSPROP: return 1e-3;
    default: return n > 1000000 ? 1e-3 : 2e-3;
    }
}

/* ---- building */
static int runs(ur_fit *f, ur_err *e)
{
    const unroll_fit_options *o = &f->o;
    ur_run_want w = { .limits = { .single = !o->precision, .threads = o->threads, .memory = o->memory, .recompute = o->recompute }, .of = f->x, .hide = o->horizon > 0,
                      .grad = true, .training = true, .label_smoothing = o->label_smoothing, .window = UR_WINDOW_ROOT };
    TRY(ur_run_open(&f->run, f->m, &w, e));
    if (!f->vx) return 0;
    w.of = f->vx;
    w.grad = w.training = false;
    w.label_smoothing = 0;
    return ur_run_open(&f->vrun, f->m, &w, e);
}

static int arrays(ur_fit *f, ur_err *e)
{
    f->n = f->m->graph->nweight;
    size_t bytes = (f->n + 8) * sizeof(double);
    f->w = ur_zalloc(bytes);
    f->best = ur_zalloc(bytes);
    f->raw = ur_alloc_aligned(bytes);
    if (f->o.average) f->mean = ur_zalloc(bytes);
    if (!f->vx) f->lowest = ur_zalloc(bytes);
    if (!f->w || !f->best || !f->raw || (f->o.average && !f->mean) || (!f->vx && !f->lowest)) return ur_nomem(e);
    return ur_optim_new(&f->opt, f->opt.kind, f->m->graph, f->o.decay, e);
}

/* the weights that are validated and left */
static const double *kept(const ur_fit *f) { return f->mean ? f->mean : f->w; }

static int valid_course(ur_fit *f, int lead, ur_err *e)
{
    ur_course_free(&f->vcourse);
    f->vwant.lead = lead;
    TRY(ur_course_new(&f->vcourse, f->vrun, f->vx, &f->vwant, e));
    return ur_course_epoch(&f->vcourse, f->vx, 0, 0, false, e);
}

static int courses(ur_fit *f, ur_err *e)
{
    const unroll_fit_options *o = &f->o;
    ur_course_want w = { .batch = o->batch, .chunk = o->chunk, .context = o->context, .horizon = o->horizon, .parameters = f->n,
                         .score_from = (uint32_t)f->tbefore };
    TRY(ur_course_new(&f->course, f->run, f->x, &w, e));
    TRY(ur_course_epoch(&f->course, f->x, o->seed, 0, true, e));
    if (f->o.epochs == 0) {
        double want = ceil(4000.0 / (double)(f->course.nstep ? f->course.nstep : 1));
        f->o.epochs = want < 8 ? 8 : want > 200 ? 200 : (int)want;
    }
    if (f->o.rate == 0) f->o.rate = usual_rate(f->opt.kind, f->n);
    if (!f->vx) return 0;
    w.valid = true;
    w.batch = 0;
    w.score_from = (uint32_t)f->before;
    f->vwant = w;
    return valid_course(f, UR_COURSE_LEAD, e);
}

/* ---- telling */
static const char *unit(const ur_fit *f)
{
    if (f->course.window < 0) return "examples";
    return f->m->rec.stream ? "symbols" : "rows";
}

static unroll_progress standing(const ur_fit *f, bool ended)
{
    double now = ur_now(), done = f->o.epochs ? (f->epoch + (f->course.nstep ? (double)f->step / (double)f->course.nstep : 0)) / f->o.epochs : 1;
    double spent = now - f->started;
    unroll_progress p = { .epoch = f->epoch + (ended ? 0 : 1), .epochs = f->o.epochs, .done = done > 1 ? 1 : done, .train_loss = ended ? f->train_loss : f->count > 0 ? f->sum / f->count : NAN,
                          .valid_loss = f->valid_loss, .best_loss = f->have_best ? f->best_loss : NAN, .best_epoch = f->best_epoch,
                          .units_per_second = spent > 0 ? f->units / spent : 0, .seconds = f->earlier + spent,
                          .seconds_left = done > 0 ? (f->earlier + spent) * (1 - done) / done : NAN,
                          .rate = ur_schedule_rate(f->schedule, f->o.rate, f->o.warmup, done, f->plateau), .epoch_ended = ended, .method = by_gradients, .unit = unit(f) };
    if (p.seconds_left < 0) p.seconds_left = 0;
    return p;
}

static int tell(ur_fit *f, bool ended)
{
    if (!f->o.progress || (!ended && ur_now() - f->told < 0.1)) return 0;
    unroll_progress p = standing(f, ended);
    f->told = ur_now();
    return f->o.progress(&p, f->o.arg);
}

void ur_fit_note(ur_fit *f, const char *fmt, ...)
{
    ur_err line = { 0 };
    va_list ap;
    va_start(ap, fmt);
    ur_vfail(&line, UNROLL_ERROR_FILE, fmt, ap);
    va_end(ap);
    if (f->o.note) (void)f->o.note(line.text, f->o.note_arg);
    if (!f->o.progress) return;
    unroll_progress p = standing(f, false);
    p.note = line.text;
    (void)f->o.progress(&p, f->o.arg);   /* whoever wants to stop says so again */
}

/* what a loss is the mean of: of whole examples, of symbols, else of positions; of several ~ lines that draw other things, over the lines too */
void ur_loss_unit(const ur_graph *g, char *out, size_t n)
{
    bool example = true, symbol = true;
    char lines[48] = "";
    for (int l = 0; l < g->nlike; l++) {
        const ur_datum *d = &g->data[g->like[l].datum];
        example &= d->nidx == 0;
        symbol &= UR_IS_SYMBOL(d->kind);
    }
    if (g->nlike > 1 && (example || !symbol)) snprintf(lines, sizeof lines, " and ~ line (%d of them)", g->nlike);
    snprintf(out, n, "nats %s%s%s", example ? "an example" : symbol ? "a symbol" : "a position", lines, symbol ? "" : ", in own units");
}

/* ---- steps */
/* what the speed of a fit counts: whole examples, or the positions of windows */
static size_t units(const ur_batch *b)
{
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++) n += b->item[i].to < 0 ? 1 : (size_t)(b->item[i].to - b->item[i].from);
    return n;
}

static int one_step(ur_fit *f, ur_err *e)
{
    ur_run *r = f->run;
    ur_batch b;
    ur_course_batch(&f->course, f->step, &b);
    if (f->state) {
        if (!b.fresh) TRY(ur_engine_state_set(r->en, b.n, f->state, e));
        ur_free(f->state);
        f->state = NULL;
    }
    double done = (f->epoch + (double)f->step / (double)f->course.nstep) / f->o.epochs;
    ur_run_weights(r, f->w);
    ur_step s = { .x = f->x, .batch = &b, .weight = r->weight, .grad = f->raw, .seed = f->o.seed, .step = (uint32_t)((uint64_t)f->epoch * f->course.nstep + f->step),
                  .like_sum = r->like_sum, .like_count = r->like_count, .bad_node = -1, .draw = { .temperature = 1 } };
    char doing[96];
    snprintf(doing, sizeof doing, "fitting (epoch %d, step %zu of %zu)", f->epoch + 1, f->step + 1, f->course.nstep);
    ur_err mine = { 0 };
    int rc = ur_engine_step(r->en, &s, &mine);
    if (rc == UNROLL_ERROR_NUMERIC) return ur_bad_number(r, f->x, &s, doing, e);
    if (rc) return ur_fail(e, rc, "%s", mine.text);
    double count = 0;
    for (int l = 0; l < r->g->nlike; l++) count += r->like_count[l];
    f->sum += s.loss + ur_scales(r);
    f->count += count;
    f->units += (double)units(&b);
    if (count > 0) {
        ur_optim_grad g = { .grad = f->raw, .single = r->single, .scale = 1 / count, .clip = f->o.clip > 0 ? f->o.clip : 0 };
        double rate = ur_schedule_rate(f->schedule, f->o.rate, f->o.warmup, done, f->plateau);
        if (!isfinite(ur_optim_step(&f->opt, f->m->graph, ur_engine_pool(r->en), f->w, &g, rate))) {
            s.bad_item = 0;
            s.bad_pos = 0;
            return ur_bad_gradient(r, &s, doing, e);
        }
        if (f->mean) ur_optim_mean(&f->opt, ur_engine_pool(r->en), f->w, f->mean, (double)f->o.average * (double)f->course.nstep);
    }
    f->step++;
    return 0;
}

static int valid_told(double done, void *arg)
{
    (void)done;
    return tell(arg, false);
}

/* the largest difference between the state that a lane begins with and that in which the lane before it ends */
static double seams(const ur_fit *f, const char *begun, const char *ended)
{
    double most = 0;
    size_t n = f->vcourse.ntrack, width = ur_engine_state_size(f->vrun->en, 1);
    for (size_t i = 1; i < n; i++) {
        double apart = ur_engine_state_apart(f->vrun->en, ended + (i - 1) * width, begun + i * width);
        if (!(apart <= most)) most = apart;
    }
    return most;
}

/* sums −log p over the validation part; *apart: what its lanes' states lack for want of a longer run-up */
static int validate_once(ur_fit *f, double *sum, double *count, double *apart, ur_err *e)
{
    ur_run *r = f->vrun;
    const ur_course *c = &f->vcourse;
    size_t width = c->lead ? ur_engine_state_size(r->en, c->ntrack) : 0;
    char *begun = ur_alloc(width + 1), *ended = ur_alloc(width + 1);
    int rc = begun && ended ? 0 : ur_nomem(e);
    *sum = *count = *apart = 0;
    for (size_t k = 0; !rc && k < c->nstep; k++) {
        ur_batch b;
        ur_course_batch(&f->vcourse, k, &b);
        ur_step s = { .x = f->vx, .batch = &b, .weight = r->weight, .like_sum = r->like_sum, .like_count = r->like_count, .bad_node = -1, .draw = { .temperature = 1 } };
        ur_err mine = { 0 };
        rc = ur_engine_step(r->en, &s, &mine);
        if (rc == UNROLL_ERROR_NUMERIC) rc = ur_bad_number(r, f->vx, &s, "scoring the validation part", e);
        else if (rc) ur_fail(e, rc, "%s", mine.text);
        if (rc) break;
        *sum += s.loss + ur_scales(r);
        for (int l = 0; l < r->g->nlike; l++) *count += r->like_count[l];
        if (c->lead && k + 1 == (size_t)c->lead) ur_engine_state_get(r->en, c->ntrack, begun);
        if (valid_told(0, f)) f->interrupted = true;
    }
    if (!rc && c->lead) {
        ur_engine_state_get(r->en, c->ntrack, ended);
        *apart = seams(f, begun, ended);
    }
    ur_free(begun);
    ur_free(ended);
    return rc;
}

/* mean −log p over the validation part. Run-ups begin short each time: what a fit finds does not depend on where it was resumed. */
static int validate(ur_fit *f, double *loss, ur_err *e)
{
    double sum, count, apart;
    ur_run_weights(f->vrun, kept(f));
    if (f->vwant.lead != UR_COURSE_LEAD) TRY(valid_course(f, UR_COURSE_LEAD, e));
    TRY(validate_once(f, &sum, &count, &apart, e));
    while (apart > 1e-4 && !f->interrupted) {
        TRY(valid_course(f, 4 * f->vwant.lead, e));
        TRY(validate_once(f, &sum, &count, &apart, e));
    }
    *loss = count > 0 ? sum / count : NAN;
    return 0;
}

static bool ended(const ur_fit *f) { return f->epoch >= f->o.epochs || (f->o.patience > 0 && f->vrun && f->bad >= f->o.patience); }

static int end_epoch(ur_fit *f, ur_err *e)
{
    double rate = ur_schedule_rate(f->schedule, f->o.rate, f->o.warmup, (double)(f->epoch + 1) / f->o.epochs, f->plateau);
    f->train_loss = f->count > 0 ? f->sum / f->count : NAN;
    if (f->vrun) TRY(validate(f, &f->valid_loss, e));
    double loss = f->vrun ? f->valid_loss : f->train_loss;
    f->epoch++;
    f->step = 0;
    f->sum = f->count = 0;
    bool better = !f->have_best || loss < f->best_loss;
    f->bad = better ? 0 : f->bad + 1;
    if (better) f->best_loss = loss;
    if (better || !f->vrun) {                        /* with nothing to validate on, the last weights are the best */
        f->best_epoch = f->epoch;
        f->best_train = f->train_loss;
        f->have_best = true;
        if (f->n) memcpy(f->best, kept(f), f->n * sizeof *f->w);
    }
    if (better && f->lowest) {
        f->lowest_epoch = f->epoch;
        f->lowest_loss = f->train_loss;
        if (f->n) memcpy(f->lowest, kept(f), f->n * sizeof *f->w);
    }
    if (f->schedule == UR_RATE_PLATEAU && f->bad && f->bad % 3 == 0) f->plateau *= 0.5;
    f->finished = ended(f);
    ur_log_epoch(f, rate);
    if (tell(f, true)) f->interrupted = true;
    return 0;
}

static bool checkpoint_due(const ur_fit *f, bool ended)
{
    double every = f->o.checkpoint_seconds;
    return every > 0 ? ur_now() - f->saved >= every : ended;
}

static int loop(ur_fit *f, ur_err *e)
{
    while (!f->finished && !f->interrupted) {
        if (f->epoch > 0 || f->step > 0) TRY(ur_course_epoch(&f->course, f->x, f->o.seed, f->epoch, true, e));
        while (f->step < f->course.nstep && !f->interrupted) {
            TRY(one_step(f, e));
            if (tell(f, false)) f->interrupted = true;
            if (checkpoint_due(f, false)) ur_checkpoint_write(f);
        }
        if (f->interrupted) break;
        TRY(end_epoch(f, e));
        if (checkpoint_due(f, true)) ur_checkpoint_write(f);
    }
    if (f->interrupted) ur_checkpoint_write(f);
    return 0;
}

/* after a number that is none, with nothing to validate on: the last weights may be on their way there, those of the least training loss are the best */
static void step_back(ur_fit *f)
{
    if (!f->lowest_epoch) return;
    f->best_epoch = f->lowest_epoch;
    f->best_train = f->lowest_loss;
    if (f->n) memcpy(f->best, f->lowest, f->n * sizeof *f->w);
}

/* Single precision is what the model is used and saved in: what it has after the fit is what it has when it is opened again. */
static void leave(ur_fit *f)
{
    unroll_model *m = f->m;
    const double *w = f->have_best ? f->best : kept(f);
    m->fitted = m->started = true;
    m->single = !f->o.precision;
    for (size_t i = 0; i < f->n; i++) m->weight[i] = m->single ? (double)(float)w[i] : w[i];
}

static int gradients(ur_fit *f, ur_err *e)
{
    TRY(runs(f, e));
    TRY(arrays(f, e));
    TRY(courses(f, e));
    TRY(ur_model_start(f->m, f->o.seed, f->w, e));
    if (f->mean) memcpy(f->mean, f->w, f->n * sizeof *f->w);
    f->best_loss = INFINITY;
    f->plateau = 1;
    f->train_loss = f->valid_loss = NAN;
    ur_fit_print(f);
    f->started = f->saved = ur_now();
    if (f->o.checkpoint) ur_file_drop_left(f->o.checkpoint);
    TRY(f->o.resume ? ur_checkpoint_read(f, e) : ur_checkpoint_look(f, e));
    f->finished = ended(f);
    if (!f->finished) {                  /* before anything is kept: a damaged checkpoint must not replace the model that is there */
        TRY(ur_course_epoch(&f->course, f->x, f->o.seed, f->epoch, true, e));
        TRY(ur_checkpoint_state(f, e));
    }
    if (f->o.log) TRY(ur_log_open(f, e));
    int rc = loop(f, e);
    if (rc && !f->have_best) return rc;
    if (rc == UNROLL_ERROR_NUMERIC) step_back(f);
    if (f->interrupted && !f->have_best && f->opt.t == 0) return ur_fail(e, UNROLL_ERROR_INTERRUPTED, "stopped before the first step");
    leave(f);
    return rc ? rc : ur_log_close(f, e);
}

/* ---- losses */
/* the loss on x as score has it, and what of it reads missing values; of a training part by gradients, whose loss is of moving weights, only how many those are */
static int losses(ur_fit *f, const ur_examples *x, size_t before, bool exact, double *loss, unroll_gaps *gaps, ur_err *e)
{
    ur_losses l;
    ur_run_want w = { .limits = { .single = f->m->single, .threads = f->o.threads, .memory = f->o.memory } };
    bool pass = exact || (x == f->vx);
    int rc = ur_losses_open(&l, f->m->graph, x, before, exact, e);
    if (!rc && pass && (exact || l.gaps)) rc = ur_losses_of(&l, f->m, x, before, &w, e);
    if (!rc) {
        ur_loss all = ur_losses_sum(&l, f->m->graph->nlike);
        bool others = pass && all.gaps > 0 && all.count > all.gaps;
        if (exact) *loss = all.count > 0 ? all.sum / all.count : NAN;
        *gaps = (unroll_gaps){ (size_t)all.count, (size_t)all.gaps, others ? (all.sum - all.gap_sum) / (all.count - all.gaps) : NAN };
    }
    ur_losses_close(&l);
    return rc;
}

/* ---- exact */
static int exact(ur_fit *f, char *note, size_t nnote, ur_err *e)
{
    TRY(ur_exact_fit(f->m, f->x, f->tbefore, &f->o, note, nnote, e));
    f->m->fitted = true;
    f->m->single = false;
    f->epoch = f->best_epoch = 1;
    f->have_best = true;                 /* whatever scoring gives */
    f->train_loss = f->best_train = f->valid_loss = f->best_loss = NAN;
    TRY(losses(f, f->x, f->tbefore, true, &f->train_loss, &f->train_gaps, e));
    f->best_train = f->train_loss;
    if (!f->vx) return 0;
    TRY(losses(f, f->vx, f->before, true, &f->valid_loss, &f->valid_gaps, e));
    f->best_loss = f->valid_loss;
    return 0;
}

static int log_of_one(ur_fit *f, ur_err *e)
{
    f->o.resume = 0;
    TRY(ur_log_open(f, e));
    ur_log_epoch(f, 0);
    return ur_log_close(f, e);
}

static void free_fit(ur_fit *f)
{
    ur_run_close(f->run);
    ur_run_close(f->vrun);
    ur_course_free(&f->course);
    ur_course_free(&f->vcourse);
    if (f->x) ur_examples_free(f->x);
    if (f->vx) ur_examples_free(f->vx);
    if (f->vraw) ur_raw_free(f->vraw);
    if (f->raw_x) ur_raw_free(f->raw_x);
    ur_optim_free(&f->opt);
    ur_free(f->w);
    ur_free(f->best);
    ur_free(f->lowest);
    ur_free(f->mean);
    ur_free_aligned(f->raw);
    ur_free(f->state);
    ur_err ignored = { 0 };
    ur_log_close(f, &ignored);           /* a log that was cut short has been said, or something worse was */
}

/* ---- what was done, in words */
static bool drops(const ur_graph *g)
{
    for (ur_id k = 0; k < g->nnode; k++)
        if (g->node[k].op == UR_RAND && g->node[k].num > 0) return true;
    return false;
}

static void choices(const ur_fit *f, unroll_fit_result *out)
{
    const unroll_fit_options *o = &f->o;
    const ur_course *c = &f->course;
    char step[96], precision[160] = "single precision";
    int batch = (size_t)c->batch < c->ntrack ? c->batch : (int)c->ntrack;
    const char *what = c->window < 0 ? "example" : c->horizon ? "window" : f->x->n > 1 ? "sequence" : "part of the sequence", *more = batch == 1 ? "" : "s";
    if (c->horizon) snprintf(step, sizeof step, "%d %s%s of %d and %d positions", batch, what, more, c->context, c->horizon);
    else if (c->window < 0 || !c->chunk) snprintf(step, sizeof step, "%d %s%s", batch, what, more);
    else if (batch == 1) snprintf(step, sizeof step, "%d position%s", c->chunk, c->chunk == 1 ? "" : "s");
    else snprintf(step, sizeof step, "%d positions of %d %ss side by side", c->chunk, batch, f->x->n > 1 ? what : "part");
    snprintf(out->steps, sizeof out->steps, "%d epoch%s of %zu step%s, each of %s", o->epochs, o->epochs == 1 ? "" : "s", c->nstep, c->nstep == 1 ? "" : "s", step);
    if (o->precision) snprintf(precision, sizeof precision, "double precision%s", f->lossy);
    char clip[40] = "not clipped", decay[40] = "";
    if (o->clip > 0) snprintf(clip, sizeof clip, "clipped at %.4g", o->clip);
    if (o->decay > 0) snprintf(decay, sizeof decay, ", decay %.4g", o->decay);
    snprintf(out->optimiser, sizeof out->optimiser, "%s, rate %.4g, %s, %s%s, %s", o->optimiser, o->rate, o->schedule, clip, decay, precision);
    if (!f->have_best) {
        size_t used = strlen(out->steps);
        snprintf(out->steps + used, sizeof out->steps - used, "; stopped after %llu of the first", (unsigned long long)f->opt.t);
    }
    bool drop = drops(f->run->g);
    snprintf(out->training, sizeof out->training, "while the weights moved%s%s", drop ? ", with dropout" : "", o->label_smoothing > 0 ? ", of smoothed targets" : "");
}

static void result(ur_fit *f, const char *method, const char *why, unroll_fit_result *out)
{
    if (f->have_best) f->train_loss = f->best_train;
    else f->train_loss = f->count > 0 ? f->sum / f->count : NAN;         /* of the part of the first epoch that was done */
    if (f->have_best && f->vx) f->valid_loss = f->best_loss;
    ur_record *r = &f->m->rec;
    double seconds = f->earlier + ur_now() - f->started;
    snprintf(r->method, sizeof r->method, "%s", method);
    r->train_loss = f->train_loss;
    r->valid_loss = f->valid_loss;
    r->seconds = seconds;
    r->best_epoch = f->best_epoch;
    r->epochs = f->epoch;
    r->seed = f->o.seed;
    r->context = f->o.context;
    r->horizon = f->o.horizon;
    size_t n = 0;
    for (int i = 0; i < f->m->graph->nparam; i++)
        if (f->m->graph->param[i].trained) n += f->m->graph->param[i].count;
    if (!out) return;
    out->train_loss = f->train_loss;
    out->valid_loss = f->valid_loss;
    out->train_gaps = f->train_gaps;
    out->valid_gaps = f->valid_gaps;
    out->best_epoch = f->best_epoch;
    out->epochs = f->epoch;
    out->seconds = seconds;
    out->method = method;
    out->parameters = n;
    out->interrupted = f->interrupted;
    out->checkpoints = f->checkpoints;
    snprintf(out->why, sizeof out->why, "%.511s", why);
    ur_loss_unit(f->m->graph, out->unit, sizeof out->unit);
    if (f->run) choices(f, out);
}

/* numbers that are taken as they are, and that single precision changes by more than a thousandth of how they differ, or cannot hold at all:
 * the fit runs in double then, and says so */
static void hold(ur_fit *f, const unroll_data *train)
{
    const ur_graph *g = f->m->graph;
    for (int d = 0; d < g->ndata && !f->o.precision; d++) {
        const ur_series *s = &train->raw->col[d].raw;
        if (UR_IS_SYMBOL(g->data[d].kind) || g->data[d].kind == UR_REAL || g->data[d].kind == UR_TIME || !train->raw->col[d].present || !s->num) continue;
        size_t w = ur_datum_width(&g->schema, &g->data[d]);
        double lo = INFINITY, hi = -INFINITY, off = 0;
        bool lost = false;
        for (size_t i = 0; i < s->nrow * w; i++) {
            double v = s->num[i], held = (double)(float)v;
            if (isnan(v) || (s->seen && !s->seen[i / w])) continue;
            lo = fmin(lo, v);
            hi = fmax(hi, v);
            off = fmax(off, fabs(v - held));
            lost |= isinf(held) || (v != 0 && fabs(held) < (double)FLT_MIN);
        }
        if (!lost && !(off > 1e-4 * (hi - lo) && hi > lo)) continue;
        f->o.precision = 1;
        snprintf(f->lossy, sizeof f->lossy, ", as single does not hold %.60s", g->data[d].name);
    }
}

/* a fit whose loss is worse than that of a constant has not found the data, which nobody should have to see from the number */
static int look_back(ur_fit *f, ur_err *e)
{
    double loss = f->have_best && f->vx ? f->best_loss : f->best_train, constant;
    char hint[200] = "more --epochs or another --rate may mend it";
    if (f->interrupted || !f->have_best || !isfinite(loss)) return 0;
    if (!f->vx && (f->o.label_smoothing > 0 || drops(f->run->g))) return 0;                    /* a loss of another kind */
    TRY(ur_constant_loss(f->m, f->x, f->tbefore, f->vx ? f->vx : f->x, f->vx ? f->before : f->tbefore, &constant, hint, sizeof hint, e));
    if (loss > constant + 0.05)                          /* less may be what a last few epochs leave */
        ur_fit_note(f, "the loss on the %s part, %.6g, is worse than what a constant has, %.6g: the fit has not found the data; %s", f->vx ? "validation" : "training", loss, constant, hint);
    return 0;
}

/* values that read a missing one. Over a horizon all that is scored reads what the model draws */
static int look_for_gaps(ur_fit *f, ur_err *e)
{
    if (f->interrupted || !f->have_best || f->o.horizon) return 0;
    TRY(losses(f, f->x, f->tbefore, false, NULL, &f->train_gaps, e));
    return f->vx ? losses(f, f->vx, f->before, false, NULL, &f->valid_gaps, e) : 0;
}

/* vocabularies and scales of a fit that failed go again: the model is as it was */
static void undo(unroll_model *m)
{
    if (m->fitted || !m->coded) return;
    ur_err ignore = { 0 };
    ur_code_free(m->code, m->ndata);
    ur_free(m->code);
    m->code = NULL;
    m->coded = false;
    for (int d = 0; d < m->ndata; d++) {
        ur_free(m->rec.freq[d]);
        m->rec.freq[d] = NULL;
    }
    ur_model_shape(m, &ignore);
}

int unroll_fit(unroll_model *m, const unroll_data *train, const unroll_fit_options *o, unroll_fit_result *out)
{
    ur_err *e = ur_model_error();
    if (!m || !train) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_fit: no model or no data");
    if (train->m != m) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_fit: the data were read for another model");
    if (m->graph->nlatent)
        return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "%s: the model has latent quantities: they are read and checked, but cannot be fitted yet", m->name);
    if (!m->graph->nlike) return ur_fail(e, UNROLL_ERROR_MODEL, "%s: nothing to fit: the model has no ~ line", m->name);
    ur_fit f = { .m = m, .log = -1 };
    ur_exact x = { 0 };
    if (out) memset(out, 0, sizeof *out);
    int rc = options(&f, o, e);
    f.started = ur_now();
    if (!rc) rc = ur_fit_learn(m, train, &f.o, e);
    if (!rc && f.o.method == 0 && f.o.horizon == 0) rc = ur_exact_check(m, &x, e);
    else if (!rc) snprintf(x.why, sizeof x.why, f.o.horizon ? "fitted on the forecasts over the horizon" : "asked for");
    if (!rc) hold(&f, train);
    if (!rc) rc = ur_fit_encode(&f, train, !f.o.precision && !x.fits, e);             /* least squares run in double precision */
    const char *method = x.fits ? by_squares : by_gradients;
    char note[640];
    snprintf(note, sizeof note, "%s", x.why);
    if (!rc && x.fits) {
        rc = exact(&f, note, sizeof note, e);
        if (!rc && f.o.log) rc = log_of_one(&f, e);
        if (rc == 1) {                               /* exact in principle, too large in practice: note says so */
            rc = gradients(&f, e);
            method = by_gradients;
        }
    } else if (!rc) {
        rc = gradients(&f, e);
    }
    if (!rc && method == by_gradients) rc = look_back(&f, e);
    if (!rc && method == by_gradients) rc = look_for_gaps(&f, e);
    if (m->fitted && (!rc || f.have_best)) result(&f, method, note, out);
    if (rc) undo(m);
    free_fit(&f);
    return rc;
}
