/* gradients.c: a fit by gradients through time, epoch by epoch: steps, validation, checkpoints, what is left and what is said of
 * it. Must not know file formats or kernels. Invariant: the weights it leaves depend on the model, the data, the options and the
 * seed; not on time, threads or stops. */
#include "model/fit/fit.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

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
    ur_run_want w = {
        .limits = { .single = !o->precision, .threads = o->threads, .memory = o->memory, .recompute = o->recompute },
        .of = f->x,
        .hide = o->horizon > 0,
        .grad = true,
        .training = true,
        .label_smoothing = o->label_smoothing,
        .window = UR_WINDOW_ROOT
    };
    TRY(ur_run_open(&f->run, f->m, &w, e));
    if (ur_engine_slow(f->run->en))
        ur_fit_note(
            f,
            "%s reads all of its own past, and is computed value by value: a sequence of twice the length takes at least four "
            "times as long",
            ur_engine_slow(f->run->en));
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

/* what keeps a long sequence from being cut */
static void whole_for(const ur_fit *f, ur_buf *b)
{
    const ur_run *r = f->run;
    const char *name = r->g->index[r->root].name, *why = ur_looks_beyond(f->m->graph, r->root, -1);
    if (r->cut && r->memory == UR_MEMORY_KEEPS) ur_buf_printf(b, "no part can begin in its middle, without what a state keeps");
    else if (r->cut) ur_buf_printf(b, "it is run whole");
    else if (why) ur_buf_printf(b, "along %s an equation looks at %s", name, why);
    else if (ur_draws_ahead(r->g, r->root)) ur_buf_printf(b, "along %s an equation looks at missing values that lie ahead", name);
    else ur_buf_printf(b, "what is drawn is not carried along %s", name);
}

/* --chunk and --batch that the steps do not follow */
static int tell_steps(ur_fit *f, ur_err *e)
{
    const unroll_fit_options *o = &f->o;
    const ur_course *c = &f->course;
    size_t longest = 0;
    ur_buf b = { 0 };
    for (size_t x = 0; f->run->root >= 0 && x < f->x->n; x++)
        if (ur_length(f->x, f->run->root, x) > longest) longest = ur_length(f->x, f->run->root, x);
    bool chunk = o->chunk > 0 && longest > (size_t)o->chunk && !c->chunk, parts = o->batch > 1 && f->x->n == 1 && c->ntrack == 1;
    if (chunk) ur_buf_printf(&b, "--chunk %d", o->chunk);
    if (parts) ur_buf_printf(&b, "%s--batch %d", chunk ? " and " : "", o->batch);
    ur_buf_printf(&b, " %s no effect: ", chunk && parts ? "have" : "has");
    if (o->horizon > 0) ur_buf_printf(&b, "with --horizon a step is of windows");
    else if (f->run->root < 0 || (f->run->cut && !chunk && f->run->memory != UR_MEMORY_KEEPS && o->chunk >= 0))
        ur_buf_printf(&b, "there is one example, too short for several parts");
    else {
        if (parts) ur_buf_printf(&b, "there is one sequence, and ");
        whole_for(f, &b);
        if (chunk) ur_buf_printf(&b, ", so a step takes whole sequences");
    }
    int rc = b.bad ? ur_nomem(e) : 0;
    if (!rc && (chunk || parts)) ur_fit_note(f, "%s", b.s);
    ur_buf_free(&b);
    return rc;
}

static int courses(ur_fit *f, ur_err *e)
{
    const unroll_fit_options *o = &f->o;
    ur_course_want w = { .batch = o->batch,
                         .chunk = o->chunk,
                         .context = o->context,
                         .horizon = o->horizon,
                         .parameters = f->n,
                         .score_from = (uint32_t)f->tbefore };
    TRY(ur_course_new(&f->course, f->run, f->x, &w, e));
    TRY(tell_steps(f, e));
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
    double now = ur_now(),
           done = f->o.epochs ? (f->epoch + (f->course.nstep ? (double)f->step / (double)f->course.nstep : 0)) / f->o.epochs : 1;
    double spent = now - f->started;
    unroll_progress p = { .epoch = f->epoch + (ended || f->finished ? 0 : 1),
                          .epochs = f->o.epochs,
                          .done = done > 1 ? 1 : done,
                          .train_loss = ended          ? f->train_loss
                                        : f->count > 0 ? f->sum / f->count
                                                       : NAN,
                          .valid_loss = f->valid_loss,
                          .best_loss = f->have_best ? f->best_loss : NAN,
                          .best_epoch = f->best_epoch,
                          .units_per_second = spent > 0 ? f->units / spent : 0,
                          .seconds = f->earlier + spent,
                          .seconds_left = done > 0 ? (f->earlier + spent) * (1 - done) / done : NAN,
                          .rate = ur_rate_at(f->schedule, f->o.rate, f->o.warmup, done, f->plateau),
                          .epoch_ended = ended,
                          .method = ur_by_gradients.name,
                          .unit = unit(f) };
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

int ur_fit_tell(ur_fit *f, const ur_polished *at)
{
    if (!f->o.progress || (!at->ended && ur_now() - f->told < 0.1)) return 0;
    unroll_progress p = standing(f, false);
    p.polish = at->step;
    p.train_loss = at->train;
    p.valid_loss = at->valid;
    p.best_loss = at->best_loss;
    p.epoch_ended = at->ended;
    f->told = ur_now();
    return f->o.progress(&p, f->o.arg);
}

int ur_fit_tell_start(ur_fit *f, int start, int starts, double loss)
{
    if (!f->o.progress || ur_now() - f->told < 0.1) return 0;
    unroll_progress p = standing(f, false);
    p.start = start;
    p.starts = starts;
    p.train_loss = loss;
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
    (void)f->o.progress(&p, f->o.arg); /* whoever wants to stop says so again */
}

/* ---- steps */
/* what the speed of a fit counts: whole examples, or the positions of windows */
static size_t units(const ur_batch *b)
{
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++) n += b->item[i].to < 0 ? 1 : (size_t)(b->item[i].to - b->item[i].from);
    return n;
}

/* of a step's loss, what the model is judged by, in own units */
static double judged(const ur_run *r, const ur_step *s)
{
    bool others = false;
    for (int k = 0; k < ur_naddend(r->g); k++) others = others || !ur_is_judged(r->g, k);
    return (others ? ur_judged(r->g, s->like_sum) : s->loss) + ur_scales(r, s);
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
    ur_step s = { .x = f->x,
                  .batch = &b,
                  .weight = r->weight,
                  .grad = f->raw,
                  .seed = f->o.seed,
                  .step = (uint32_t)((uint64_t)f->epoch * f->course.nstep + f->step),
                  .turn = (uint32_t)((uint64_t)f->epoch * f->course.nstep + f->step) + 1,
                  .training = true,
                  .left = 1 - done,
                  .like_sum = r->like_sum,
                  .like_count = r->like_count,
                  .bad_node = -1,
                  .per_epoch = f->per_epoch,
                  .draw = { .temperature = 1 } };
    char doing[96];
    snprintf(doing, sizeof doing, "fitting (epoch %d, step %zu of %zu)", f->epoch + 1, f->step + 1, f->course.nstep);
    ur_err mine = { 0 };
    int rc = ur_engine_step(r->en, &s, &mine);
    if (rc == UNROLL_ERROR_NUMERIC) return ur_bad_number(r, f->x, &s, doing, e);
    if (rc) return ur_fail(e, rc, "%s", mine.text);
    double count = ur_units(r->g, r->like_count);
    f->sum += judged(r, &s);
    f->count += count;
    f->units += (double)units(&b);
    if (count > 0) {
        ur_optim_grad g = { .grad = f->raw, .single = r->single, .scale = 1 / count, .clip = f->o.clip > 0 ? f->o.clip : 0 };
        double rate = ur_rate_at(f->schedule, f->o.rate, f->o.warmup, done, f->plateau);
        double norm = ur_optim_step(&f->opt, f->m->graph, ur_engine_pool(r->en), f->w, &g, rate);
        if (!isfinite(norm)) {
            s.bad_item = 0;
            s.bad_pos = 0;
            return ur_bad_gradient(r, &s, doing, e);
        }
        bool late = done >= 0.9;
        f->late += late;
        f->clipped += late && g.clip > 0 && norm > g.clip;
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
        ur_step s = { .x = f->vx,
                      .batch = &b,
                      .weight = r->weight,
                      .seed = f->o.seed,
                      .like_sum = r->like_sum,
                      .like_count = r->like_count,
                      .bad_node = -1,
                      .draw = { .temperature = 1 } };
        ur_err mine = { 0 };
        rc = ur_engine_step(r->en, &s, &mine);
        if (rc == UNROLL_ERROR_NUMERIC) rc = ur_bad_number(r, f->vx, &s, "scoring the validation part", e);
        else if (rc) ur_fail(e, rc, "%s", mine.text);
        if (rc) break;
        *sum += judged(r, &s);
        *count += ur_units(r->g, r->like_count);
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

/* mean −log p over the validation part. Run-ups begin short each time: what a fit finds does not depend on where it was resumed.
 */
int ur_fit_validate(ur_fit *f, const double *w, double *loss, ur_err *e)
{
    double sum, count, apart;
    ur_run_weights(f->vrun, w);
    if (f->vwant.lead != UR_COURSE_LEAD) TRY(valid_course(f, UR_COURSE_LEAD, e));
    TRY(validate_once(f, &sum, &count, &apart, e));
    while (apart > 1e-4 && !f->interrupted) {
        TRY(valid_course(f, 4 * f->vwant.lead, e));
        TRY(validate_once(f, &sum, &count, &apart, e));
    }
    *loss = count > 0 ? sum / count : NAN;
    return 0;
}

static bool ended(const ur_fit *f)
{
    return f->epoch >= f->o.epochs || (f->o.patience > 0 && f->vrun && f->bad >= f->o.patience);
}

static int end_epoch(ur_fit *f, ur_err *e)
{
    double rate = ur_rate_at(f->schedule, f->o.rate, f->o.warmup, (double)(f->epoch + 1) / f->o.epochs, f->plateau);
    f->train_loss = f->count > 0 ? f->sum / f->count : NAN;
    if (f->vrun) TRY(ur_fit_validate(f, kept(f), &f->valid_loss, e));
    double loss = f->vrun ? f->valid_loss : f->train_loss;
    f->epoch++;
    f->step = 0;
    f->sum = f->count = 0;
    bool better = !f->have_best || loss < f->best_loss;
    f->bad = better ? 0 : f->bad + 1;
    if (better) f->best_loss = loss;
    if (better || !f->vrun) { /* with nothing to validate on, the last weights are the best */
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

/* after a number that is none, with nothing to validate on: the last weights may be on their way there, those of the least
 * training loss are the best */
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

/* The epochs ended where a number is infinite, which the first steps of large columns do. What is left alone goes on by L-BFGS,
 * whose steps grow no further than numbers go: from the best there is, else from the start. false: that found nothing */
static bool go_on(ur_fit *f, const char *why)
{
    ur_err ignored = { 0 };
    bool begins = !f->have_best;
    if (f->interrupted || !ur_polish_applies(f)) return false;
    if (begins && ur_model_start(f->m, f->o.seed, f->best, &ignored)) return false;
    f->have_best = true;
    if (!ur_polish(f, &ignored) && f->polish_kept) {
        ur_fit_note(f, "%s: the fit goes on from %s by L-BFGS", why, begins ? "its start" : "its best epoch");
        return true;
    }
    f->have_best = !begins;
    return false;
}

static int run(ur_fit *f, ur_err *e)
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
    TRY(ur_checkpoint_best(f, e));
    f->finished = ended(f);
    if (!f->finished && !f->epoch && !f->step) TRY(ur_fit_starts(f, e));
    if (!f->finished) { /* before anything is kept: a damaged checkpoint must not replace the model that is there */
        TRY(ur_course_epoch(&f->course, f->x, f->o.seed, f->epoch, true, e));
        TRY(ur_checkpoint_state(f, e));
    }
    if (f->o.log) TRY(ur_log_open(f, e));
    int rc = loop(f, e);
    if (!rc && f->finished && !f->interrupted && ur_polish_applies(f)) rc = ur_polish(f, e);
    if (rc == UNROLL_ERROR_NUMERIC) step_back(f);
    if (rc == UNROLL_ERROR_NUMERIC && go_on(f, e->text)) rc = 0;
    if (rc && !f->have_best) return rc;
    if (f->interrupted && !f->have_best && f->opt.t == 0)
        return ur_fail(e, UNROLL_ERROR_INTERRUPTED, "stopped before the first step");
    leave(f);
    return rc ? rc : ur_log_close(f, e);
}

/* ---- afterwards */
/* a fit whose loss is worse than that of a constant has not found the data, which nobody should have to see from the number */
static int look_back(ur_fit *f, ur_err *e)
{
    double loss = f->have_best && f->vx ? f->best_loss : f->best_train, constant;
    char hint[200] = "more --epochs or another --rate may mend it";
    if (f->interrupted || !f->have_best || !isfinite(loss) || f->m->graph->ngoal) return 0;
    if (!f->vx && (f->o.label_smoothing > 0 || ur_fit_drops(f->run->g))) return 0; /* a loss of another kind */
    ur_far_from_1(f->m, f->x, hint, sizeof hint);
    TRY(ur_constant_loss(f->m, f->x, f->tbefore, f->vx ? f->vx : f->x, f->vx ? f->before : f->tbefore, &constant, hint,
                         sizeof hint, e));
    if (loss > constant + 0.05) /* less may be what a last few epochs leave */
        ur_fit_note(f,
                    "the loss on the %s part, %.6g, is worse than what a constant has, %.6g: the fit has not found the data; %s",
                    f->vx ? "validation" : "training", loss, constant, hint);
    return 0;
}

/* values that read a missing one. Over a horizon all that is scored reads what the model draws */
static int look_for_gaps(ur_fit *f, ur_err *e)
{
    if (f->interrupted || !f->have_best || f->o.horizon) return 0;
    TRY(ur_fit_losses(f, f->x, f->tbefore, false, NULL, &f->train_gaps, e));
    return f->vx ? ur_fit_losses(f, f->vx, f->before, false, NULL, &f->valid_gaps, e) : 0;
}

/* windows whose state begins at 0 and is not what it would be after the positions that build it up */
static int look_at_windows(ur_fit *f, ur_err *e)
{
    ur_run *r = NULL;
    int32_t enough = 0, context = f->o.context;
    double felt = 0;
    char mend[64] = "a larger --context";
    ur_run_want w = { .limits = { .single = f->m->single, .threads = f->o.threads, .memory = f->o.memory },
                      .of = f->x,
                      .window = UR_WINDOW_ROOT };
    if (f->interrupted || !f->have_best || !f->o.horizon) return 0;
    int rc = ur_run_open(&r, f->m, &w, e);
    if (!rc) ur_run_weights(r, f->m->weight);
    if (!rc) rc = ur_run_up_felt(r, f->x, context, &enough, &felt, e);
    ur_run_close(r);
    if (rc || felt == 0) return rc;
    if (enough) snprintf(mend, sizeof mend, "--context %d", enough);
    ur_fit_note(
        f,
        "the state of each window begins at 0 and is built up from %d positions, in forecasts and scores of this model too: as "
        "many more change it by %.0f %% of its size; %s builds it up longer",
        context, 100 * felt, mend);
    return 0;
}

/* a fit that ended before its loss did */
static void look_ahead(ur_fit *f)
{
    if (f->interrupted || !f->have_best) return;
    if (f->polish_left)
        ur_fit_note(f, "the loss is still falling after %d steps of L-BFGS: the fitted model can be fitted further", f->polish);
    if (f->polish_stuck)
        ur_fit_note(
            f,
            "L-BFGS ended after %d steps where none led further down, and the loss is not flat there: the fit may have ended "
            "beside the best; `real` in place of `raw`, or fewer parameters, may mend it",
            f->polish);
    if (f->polish || 2 * f->clipped <= f->late) return;
    char hint[200] = "--clip 1000 lets more of it through";
    ur_far_from_1(f->m, f->x, hint, sizeof hint);
    ur_fit_note(
        f,
        "%zu of the last %zu steps were clipped at %.4g: the longest of what pulls on the weights is cut down to that, and the fit may have ended "
        "beside the best; %s",
        f->clipped, f->late, f->o.clip, hint);
}

/* where a number became infinite */
static void name_mend(const ur_fit *f, ur_err *e)
{
    char hint[200] = "";
    ur_err mine = *e;
    ur_far_from_1(f->m, f->x, hint, sizeof hint);
    if (!hint[0]) return;
    *e = (ur_err){ 0 }; /* the first error is the one that stays */
    (void)ur_fail(e, UNROLL_ERROR_NUMERIC, "%s; %s", mine.text, hint);
}

static int fit(ur_fit *f, char *why, size_t n, ur_err *e)
{
    (void)why;
    (void)n;
    if (!f->o.horizon) TRY(ur_look_at_ends(f, e));
    int rc = run(f, e);
    if (rc == UNROLL_ERROR_NUMERIC) name_mend(f, e);
    if (rc) return rc;
    look_ahead(f);
    TRY(look_back(f, e));
    TRY(look_at_windows(f, e));
    return look_for_gaps(f, e);
}

/* it fits every model; `why` stays what a method before it has said */
static int applies(unroll_model *m, const unroll_fit_options *o, bool *fits, char *why, size_t n, ur_err *e)
{
    (void)m;
    (void)e;
    *fits = true;
    if (o && (o->method || o->horizon)) snprintf(why, n, o->horizon ? "fitted on the forecasts over the horizon" : "asked for");
    return 0;
}

const ur_fit_method ur_by_gradients = { "gradients through time", applies, false, fit };
