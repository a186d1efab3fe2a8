/* course.c: a fit from its first look at the data to the model it leaves: options, what it learns from the data, the method that
 * applies, what is said of it. Must not know how any method works. Invariant: a fit that fails leaves the model as it was, or
 * with the best it found. */
#include "model/fit/fit.h"
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- options */
static bool draws_symbols(const ur_graph *g)
{
    for (int k = 0; k < g->nlike; k++)
        if (g->like[k].dist == UR_CATEGORICAL) return true;
    return false;
}

static int options(ur_fit *f, const unroll_fit_options *o, ur_err *e)
{
    unroll_fit_options d = UNROLL_FIT_INIT;
    ur_options_read(&d, o, sizeof d);
    d.size = sizeof d;
    f->left_alone = !d.optimiser && !d.schedule && !d.epochs && !d.batch && !d.chunk;
    f->left_alone = f->left_alone && d.rate == 0 && d.warmup == 0 && d.clip == 0;
    if (!d.optimiser) d.optimiser = "adam";
    if (!d.schedule) d.schedule = "cosine";
    TRY(ur_optim_find(d.optimiser, &f->opt.kind, e));
    TRY(ur_rate_find(d.schedule, &f->schedule, e));
    const ur_range range[] = { { "epochs", d.epochs, 0, 1e9 },
                               { "batch", d.batch, 0, 1e7 },
                               { "chunk", d.chunk, -1, 1e9 },
                               { "context", d.context, 0, 1e9 },
                               { "horizon", d.horizon, 0, 1e7 },
                               { "rate", d.rate, 0, 1e6 },
                               { "warm-up", d.warmup, 0, 1 },
                               { "decay", d.decay, 0, 1e6 },
                               { "patience", d.patience, 0, 1e9 },
                               { "threads", d.threads, 0, 4096 },
                               { "recompute", d.recompute, -1, 1 },
                               { "average", d.average, 0, 1e9 },
                               { "restarts", d.restarts, 0, 1e4 },
                               { "min-count", d.min_count, 0, 1e9 },
                               { "max-vocabulary", d.max_vocabulary, 0, 1e9 },
                               { "label-smoothing", d.label_smoothing, 0, 0.999 },
                               { "precision", d.precision, 0, 2 },
                               { "method", d.method, 0, 1 },
                               { "checkpoint seconds", d.checkpoint_seconds, 0, 1e12 } };
    TRY(ur_in_ranges(range, sizeof range / sizeof *range, e));
    if (isnan(d.clip)) return ur_fail(e, UNROLL_ERROR_USAGE, "clip is not a number");
    if (d.clip == 0) d.clip = 1;
    if (d.label_smoothing > 0 && !draws_symbols(f->m->graph))
        return ur_fail(e, UNROLL_ERROR_USAGE, "label-smoothing smooths what categorical draws, and %s draws no symbols",
                       f->m->name);
    if (d.horizon > 0 && d.context == 0) {
        d.context = 4 * d.horizon > 64 ? 4 * d.horizon : 64;
        int lag = ur_max_lag(f->m->graph, ur_root_index(&f->m->graph->schema));
        if (d.context < lag) d.context = lag;
    }
    if (d.precision == 0) d.precision = f->m->fitted && !f->m->single;
    else d.precision = d.precision == 1;
    f->o = d;
    return 0;
}

/* what a loss is the mean of: of whole examples, of symbols, else of positions; of several ~ lines that draw other things, over
 * the lines too */
void ur_loss_unit(const ur_graph *g, char *out, size_t n)
{
    bool example = true, symbol = g->nlike > 0;
    int pinball = 0;
    char lines[64] = "";
    for (int l = 0; l < g->nlike; l++) {
        const ur_datum *d = &g->data[g->like[l].datum];
        example &= d->nidx == 0;
        symbol &= UR_IS_SYMBOL(d->kind);
        pinball += ur_like_pinball(&g->like[l]);
    }
    for (int l = 0; !g->nlike && l < g->ngoal; l++) example &= g->node[g->goal[l].value].nidx == 0;
    if (g->nlike > 1 && (example || !symbol)) snprintf(lines, sizeof lines, " and ~ line (%d of them)", g->nlike);
    snprintf(out, n, "%s %s%s%s",
             !pinball             ? "nats"
             : pinball < g->nlike ? "nats, and pinball loss,"
                                  : "pinball loss",
             example  ? "an example"
             : symbol ? "a symbol"
                      : "a position",
             lines, symbol || !g->nlike ? "" : ", in own units");
    if (g->nlike && g->ngoal) snprintf(out + strlen(out), n - strlen(out), ", with the losses of the text");
    if (g->nprior) snprintf(out + strlen(out), n - strlen(out), ", without the priors");
}

/* ---- losses */
/* what an exact fit of values drawn ahead uses, and its loss, as a score, does not: positions some of whose origins have no lags
 */
static void say_first(ur_fit *f, const ur_left *left)
{
    bool ahead = false;
    char each[48] = "";
    for (int l = 0; l < f->m->graph->nlike; l++) ahead = ahead || f->m->graph->like[l].ahead;
    if (!ahead || !left->first) return;
    if (f->x->n > 1) snprintf(each, sizeof each, " of each of %zu examples", f->x->n);
    ur_fit_note(
        f,
        "the loss leaves out the first %zu position%s%s, of which not every origin has its lags in the data, as a score does; the "
        "fit uses them from the origins that have",
        left->first, left->first > 1 ? "s" : "", each);
}

/* the loss on x as score has it, and what of it reads missing values; of a training part by gradients, whose loss is of moving
 * weights, only how many those are */
int ur_fit_losses(ur_fit *f, const ur_examples *x, size_t before, bool exact, double *loss, unroll_gaps *gaps, ur_err *e)
{
    ur_losses l;
    ur_run_want w = { .limits = { .single = f->m->single, .threads = f->o.threads, .memory = f->o.memory } };
    bool pass = exact || (x == f->vx);
    int rc = ur_losses_open(&l, f->m, x, before, exact, e);
    if (!rc && pass && (exact || l.gaps)) rc = ur_losses_of(&l, f->m, x, before, &w, e);
    if (!rc) {
        ur_loss all = ur_losses_sum(&l, f->m->graph->nlike);
        bool others = pass && all.gaps > 0 && all.rest_count > 0;
        if (exact) *loss = all.count > 0 ? all.sum / all.count : NAN;
        if (exact && x == f->x) say_first(f, &l.left);
        *gaps = (unroll_gaps){ (size_t)all.rows, (size_t)all.gaps, others ? all.rest_sum / all.rest_count : NAN };
    }
    ur_losses_close(&l);
    return rc;
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
    ur_log_close(f, &ignored); /* a log that was cut short has been said, or something worse was */
}

/* ---- what was done, in words */
bool ur_fit_drops(const ur_graph *g)
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
    const char *what = c->window < 0 ? "example"
                       : c->horizon  ? "window"
                       : f->x->n > 1 ? "sequence"
                                     : "part of the sequence",
               *more = batch == 1 ? "" : "s";
    if (c->horizon) snprintf(step, sizeof step, "%d %s%s of %d and %d positions", batch, what, more, c->context, c->horizon);
    else if (c->window < 0 || !c->chunk) snprintf(step, sizeof step, "%d %s%s", batch, what, more);
    else if (batch == 1) snprintf(step, sizeof step, "%d position%s", c->chunk, c->chunk == 1 ? "" : "s");
    else snprintf(step, sizeof step, "%d positions of %d %ss side by side", c->chunk, batch, f->x->n > 1 ? what : "part");
    snprintf(out->steps, sizeof out->steps, "%d epoch%s of %zu step%s, each of %s", o->epochs, o->epochs == 1 ? "" : "s",
             c->nstep, c->nstep == 1 ? "" : "s", step);
    if (o->precision) snprintf(precision, sizeof precision, "double precision%s", f->lossy);
    char clip[40] = "not clipped", decay[40] = "";
    if (o->clip > 0) snprintf(clip, sizeof clip, "clipped at %.4g", o->clip);
    if (o->decay > 0) snprintf(decay, sizeof decay, ", decay %.4g", o->decay);
    char then[64] = "";
    if (f->polish) snprintf(then, sizeof then, "; then %d step%s of L-BFGS on all", f->polish, f->polish == 1 ? "" : "s");
    snprintf(out->optimiser, sizeof out->optimiser, "%s, rate %.4g, %s, %s%s, %s%s", o->optimiser, o->rate, o->schedule, clip,
             decay, precision, then);
    if (!f->have_best || (f->polish && !f->best_epoch)) {
        size_t used = strlen(out->steps);
        snprintf(out->steps + used, sizeof out->steps - used, "; stopped after %llu of the first", (unsigned long long)f->opt.t);
    }
    if (f->blind) {
        size_t used = strlen(out->steps);
        snprintf(out->steps + used, sizeof out->steps - used, "; the validation part has nothing to choose by");
    }
    bool drop = ur_fit_drops(f->run->g);
    if (f->polish) return;
    snprintf(out->training, sizeof out->training, "while the weights moved%s%s", drop ? ", with dropout" : "",
             o->label_smoothing > 0 ? ", of smoothed targets" : "");
}

static void result(ur_fit *f, const char *method, const char *why, unroll_fit_result *out)
{
    if (f->have_best) f->train_loss = f->best_train;
    else f->train_loss = f->count > 0 ? f->sum / f->count : NAN; /* of the part of the first epoch that was done */
    if (f->have_best && f->vx) f->valid_loss = f->best_loss;
    ur_record *r = &f->m->rec;
    double seconds = f->earlier + ur_now() - f->started;
    snprintf(r->method, sizeof r->method, "%s", method);
    r->train_loss = f->train_loss;
    r->valid_loss = f->valid_loss;
    r->seconds = seconds;
    r->best_epoch = f->best_epoch;
    r->polish = f->polish_kept;
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
    out->polish = f->polish_kept;
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

static bool in_unit(const ur_graph *g, int d)
{
    for (int l = 0; l < g->nlike; l++)
        if (g->like[l].datum == d && !g->like[l].law && ur_dist_support(g->like[l].dist) == UR_SUPPORT_UNIT) return true;
    return false;
}

/* numbers that are taken as they are, and that single precision changes by more than a thousandth of how they differ, or cannot
 * hold at all, or makes the 1 that beta has no density at: the fit runs in double then, and says so */
static void hold(ur_fit *f, const unroll_data *train)
{
    const ur_graph *g = f->m->graph;
    for (int d = 0; d < g->ndata && !f->o.precision; d++) {
        const ur_series *s = &train->raw->col[d].raw;
        if (UR_IS_SYMBOL(g->data[d].kind) || g->data[d].kind == UR_REAL || g->data[d].kind == UR_TIME ||
            !train->raw->col[d].present || !s->num)
            continue;
        size_t w = ur_datum_width(&g->schema, &g->data[d]);
        double lo = INFINITY, hi = -INFINITY, off = 0;
        bool lost = false, unit = in_unit(g, d);
        for (size_t i = 0; i < s->nrow * w; i++) {
            double v = s->num[i], held = (double)(float)v;
            if (isnan(v) || (s->seen && !s->seen[i / w])) continue;
            lo = fmin(lo, v);
            hi = fmax(hi, v);
            off = fmax(off, fabs(v - held));
            lost |= isinf(held) || (v != 0 && fabs(held) < (double)FLT_MIN) || (unit && held == 1 && v != 1);
        }
        if (!lost && !(off > 1e-4 * (hi - lo) && hi > lo)) continue;
        f->o.precision = 1;
        snprintf(f->lossy, sizeof f->lossy, ", as single does not hold %.60s", g->data[d].name);
    }
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
        return ur_fail(e, UNROLL_ERROR_UNSUPPORTED,
                       "%s: the model has latent quantities: they are read and checked, but cannot be fitted yet", m->name);
    if (!ur_naddend(m->graph))
        return ur_fail(e, UNROLL_ERROR_MODEL, "%s: nothing to fit: the model has no ~ line and no loss", m->name);
    ur_fit f = { .m = m, .log = -1 };
    const ur_fit_method *const *by = ur_fit_methods;
    char why[640] = "";
    if (out) memset(out, 0, sizeof *out);
    int rc = options(&f, o, e);
    f.started = ur_now();
    if (!rc) rc = ur_fit_learn(m, train, &f.o, e);
    if (!rc) rc = ur_fit_choose(&by, m, &f.o, why, sizeof why, e);
    if (!rc) hold(&f, train);
    if (!rc) rc = ur_fit_encode(&f, train, !f.o.precision && !(*by)->precise, e);
    if (!rc) rc = (*by)->fit(&f, why, sizeof why, e);
    while (rc == UR_FIT_NOT_HERE) { /* `why` says so */
        by++;
        rc = ur_fit_choose(&by, m, &f.o, why, sizeof why, e);
        if (!rc) rc = (*by)->fit(&f, why, sizeof why, e);
    }
    if (m->fitted && (!rc || f.have_best)) result(&f, (*by)->name, why, out);
    if (rc) undo(m);
    free_fit(&f);
    return rc;
}
