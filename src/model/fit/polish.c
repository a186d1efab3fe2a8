/* polish.c: the last part of a fit of a small model: steps of L-BFGS on the whole training part at once, from where the epochs of
 * gradients ended to the nearest optimum. Must not know how an epoch goes. Invariants: what is kept is never worse than what the
 * epochs left, by the validation part where there is one, else by the training part; the fit's own state stays as its epochs left
 * it until all is done, so that a checkpoint of that state leads here again, to the same bits. */
#include "model/fit/fit.h"
#include "math/lbfgs.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PARAMETERS = 1000, EXAMPLES = 64, STEPS = 500, REACH = 400000, PATIENCE = 30, SLOWER = 5 };
enum { POSITIONS = 50000, FEWER = 1000000 }; /* positions; or these times parameters */
enum { LOOKS = 2000, WORK = 30000000 }; /* evaluations that measured steps may take; positions times parameters of all of these */
enum { TALL = 100 };
enum { FEW = 30, VALUES_EACH = 10 }; /* fewer values for each of more parameters say more of chance than of what is to come */

struct ur_descent {
    ur_fit *f;
    ur_run *run;
    ur_item *item;
    void *raw;                 /* the gradient of a batch, of all weights */
    size_t n, *of;             /* [n] which of the weights are trained */
    double *w, *all, *best;    /* w: [n]; all, best: all weights */
    ur_loss *line;             /* [nlike] of the place looked at last, in own units */
    double *met;               /* [nlike] −log p of a value that is met all but exactly */
    int met_by;                /* the line that is, −1: none */
    double count;              /* values that the loss is a mean of */
    double loss, valid, train; /* loss: training, of the last step; valid, train: of the best, train with its priors */
    bool tall;                 /* the epochs had infinite numbers from the start on */
    double plain;              /* the loss at the place looked at last, with its priors */
    double prior, told;        /* what priors add at the place looked at last; the best one's train without */
    int since, patience;       /* steps since the best */
    int steps, kept;           /* so far, and those until the best; kept 0: none was better */
    int looks;                 /* evaluations of measured steps */
    double gain;               /* of the last round of them, in units */
    double last;               /* validation, of the last step */
    int start, starts;         /* of a descent: which it is, and of how many */
    int bound;                 /* ... and looks at most */
};

static size_t trained(const ur_graph *g)
{
    size_t n = 0;
    for (int i = 0; i < g->nparam; i++) n += g->param[i].trained ? g->param[i].count : 0;
    return n;
}

/* where a loss is for some parameters alone, or takes a part of itself as a constant, gradients are those of no one function */
static bool moved_apart(const ur_graph *g)
{
    for (int k = 0; k < g->ngoal; k++)
        if (g->goal[k].moves) return true;
    for (ur_id v = 0; g->ngoal && v < g->nforward; v++)
        if (g->node[v].op == UR_STOP) return true;
    return false;
}

/* is the loss the same function of the weights each time, and both small? */
bool ur_descends(const ur_fit *f)
{
    const unroll_fit_options *o = &f->o;
    size_t n = trained(f->m->graph);
    return n > 0 && n <= PARAMETERS && !o->horizon && !o->average && o->decay == 0 && o->label_smoothing == 0 &&
           !moved_apart(f->run->g) && !ur_fit_drops(f->run->g) && !ur_hangs_on(f->run->g, f->run->g->loss, UR_DRAW) &&
           (f->course.total <= POSITIONS || (double)f->course.total * (double)n <= FEWER);
}

bool ur_polish_applies(const ur_fit *f) { return f->left_alone && ur_descends(f); }

/* ---- the function */
static int add_batch(ur_descent *p, size_t first, size_t n, double *sum, double *g, ur_err *e)
{
    ur_fit *f = p->f;
    ur_run *r = p->run;
    bool history = f->tbefore > 0 && r->root >= 0;
    for (size_t i = 0; i < n; i++) {
        int32_t to = history ? (int32_t)ur_length(f->x, r->root, first + i) : -1;
        p->item[i] = (ur_item){ (uint32_t)(first + i), 0, to, INT32_MAX, (int32_t)f->tbefore };
    }
    ur_batch b = { .n = n, .item = p->item, .window_index = history ? r->root : -1, .fresh = true };
    ur_step s = { .x = f->x,
                  .batch = &b,
                  .weight = r->weight,
                  .grad = p->raw,
                  .seed = f->o.seed,
                  .training = true,
                  .like_sum = r->like_sum,
                  .like_count = r->like_count,
                  .bad_node = -1,
                  .per_epoch = f->per_epoch,
                  .draw = { .temperature = 1 } };
    TRY(ur_engine_step(r->en, &s, e));
    *sum += s.loss + ur_scales(r, &s);
    p->count += ur_units(r->g, r->like_count);
    for (int k = 0; k < r->g->nprior; k++) p->prior += r->like_sum[r->g->nlike + r->g->ngoal + k];
    for (int l = 0; l < r->g->nlike; l++) {
        p->line[l].count += r->like_count[l];
        p->line[l].sum += ur_in_own(r, &s, l);
    }
    const double *raw = p->raw;
    for (size_t i = 0; i < p->n; i++) g[i] += raw[p->of[i]];
    return 0;
}

/* Where values can be met exactly a density grows without bound as its scale goes to 0, and steps would follow it until numbers
 * end. So they end where a deviation is e^-16 of the values' own, and none goes on beyond e^-21; of whole numbers and symbols
 * where each has all but the probability 1. */
enum { MET = 16, BEYOND = 5 };

static bool continuous(const ur_graph *g, const ur_like *l)
{
    return !UR_IS_SYMBOL(g->data[l->datum].kind) && (l->law ? ur_law_spreads(l->law) : !ur_dist_whole(l->dist));
}

static double spread_of(const ur_fit *f, int datum, size_t w, size_t comp)
{
    const ur_series *s = &f->x->series[datum];
    double n = 0, mean = 0, square = 0;
    for (size_t r = 0; r < s->nrow; r++) {
        if (!ur_series_scored(s, r) || !ur_series_counts(s, r, comp)) continue;
        double d = ur_own(f->m, datum, comp, ur_series_get(s, r * w + comp)) - mean;
        mean += d / ++n;
        square += d * d * (n - 1) / n;
    }
    double sd = n > 1 ? sqrt(square / n) : 0;
    return sd > 1e-12 * fabs(mean) ? sd : mean != 0 ? fabs(mean) : 1; /* a constant has no other measure than itself */
}

static void find_met(ur_descent *p)
{
    const ur_graph *g = p->f->m->graph;
    for (int l = 0; l < g->nlike; l++) {
        size_t w = ur_datum_width(&g->schema, &g->data[g->like[l].datum]);
        p->met[l] = continuous(g, &g->like[l]) ? 0 : 1e-6;
        for (size_t k = 0; k < w && continuous(g, &g->like[l]); k++)
            p->met[l] += log(spread_of(p->f, g->like[l].datum, w, k)) - MET;
        if (ur_like_pinball(&g->like[l])) p->met[l] = -INFINITY; /* it is no density */
    }
}

/* the line that meets its values all but exactly at the place looked at last, further: by more than steps may go; −1: none */
static int met_line(const ur_descent *p, bool further)
{
    const ur_graph *g = p->f->m->graph;
    for (int l = 0; l < g->nlike; l++) {
        bool is = continuous(g, &g->like[l]);
        double w = (double)ur_datum_width(&g->schema, &g->data[g->like[l].datum]), bound = p->met[l] - (further ? BEYOND * w : 0);
        if ((is || !further) && p->line[l].count > 0 && p->line[l].sum / p->line[l].count < bound) return l;
    }
    return -1;
}

static void say_met(const ur_descent *p)
{
    const ur_like *l = &p->f->m->graph->like[p->met_by];
    const char *name = p->f->m->graph->data[l->datum].name;
    if (continuous(p->f->m->graph, l))
        ur_fit_note(
            p->f,
            "the values of %s are met all but exactly: the likelihood has no largest value there, steps ended on the way to "
            "it, and neither a deviation nor the loss says anything of other values",
            name);
    else
        ur_fit_note(
            p->f,
            "every value of %s has all but the probability 1: the likelihood has no largest value, and parameters grow with "
            "every step; --decay X holds them, a validation part (--valid) tells where to stop",
            name);
}

static const double *in_all(ur_descent *p, const double *w)
{
    for (size_t i = 0; i < p->n; i++) p->all[p->of[i]] = w[i];
    return p->all;
}

/* Beyond TALL nats the logarithm of a loss is brought down in its place, where the epochs had infinite numbers: of an exponential
 * function, which takes as many steps as it has nats, that is a straight line. It is least where the loss is. */
static void flatten(const ur_descent *p, double *loss, double *g)
{
    double by = TALL / p->plain;
    if (!p->tall || !(p->plain > TALL) || !isfinite(p->plain)) return;
    *loss = TALL - TALL * log(by);
    for (size_t i = 0; i < p->n; i++) g[i] *= by;
}

/* a mean, so that it is the loss that is told */
static int at(void *arg, const double *w, double *loss, double *g, ur_err *e)
{
    ur_descent *p = arg;
    const ur_graph *graph = p->f->m->graph;
    double sum = 0;
    p->count = p->prior = 0;
    p->looks++;
    memset(p->line, 0, (size_t)graph->nlike * sizeof *p->line);
    memset(g, 0, p->n * sizeof *g);
    ur_run_weights(p->run, in_all(p, w));
    for (size_t k = 0; k < p->f->x->n; k += EXAMPLES) {
        ur_err mine = { 0 };
        int rc = add_batch(p, k, p->f->x->n - k < EXAMPLES ? p->f->x->n - k : EXAMPLES, &sum, g, &mine);
        if (rc == UNROLL_ERROR_NUMERIC) sum = INFINITY;
        else if (rc) return ur_fail(e, rc, "%s", mine.text);
    }
    *loss = p->count > 0 && isfinite(sum) && met_line(p, true) < 0 ? sum / p->count : INFINITY;
    p->prior = p->count > 0 ? p->prior / p->count : 0;
    for (size_t i = 0; i < p->n; i++) g[i] = p->count > 0 ? g[i] / p->count : 0;
    p->plain = *loss;
    flatten(p, loss, g);
    return 0;
}

/* ---- what is kept */
static ur_polished stands(const ur_descent *p)
{
    double best = p->f->vrun ? p->valid : p->told;
    return (ur_polished){ .step = p->steps, .best = p->kept, .train = p->loss, .valid = p->last, .best_loss = best };
}

static int step(void *arg, const double *w, double loss, bool *stop, ur_err *e)
{
    (void)loss;
    ur_descent *p = arg;
    ur_fit *f = p->f;
    double valid = NAN;
    int met = met_line(p, false);
    (void)in_all(p, w);
    if (f->vrun) TRY(ur_fit_validate(f, p->all, &valid, e));
    p->steps++;
    p->loss = p->plain - p->prior;
    p->last = valid;
    bool better = f->vrun ? valid < p->valid : p->plain < p->train;
    p->since = better ? 0 : p->since + 1;
    if (better && !f->interrupted) {
        p->kept = p->steps;
        p->valid = valid;
        p->train = p->plain;
        p->told = p->loss;
        memcpy(p->best, p->all, f->n * sizeof *p->all);
    }
    ur_polished now = stands(p);
    if (ur_fit_tell(f, &now)) f->interrupted = true;
    ur_log_polish(f, &now);
    p->met_by = met;
    *stop = f->interrupted || met >= 0 || (f->vrun && p->since >= p->patience);
    return 0;
}

static void take_weights(ur_descent *p)
{
    const ur_fit *f = p->f;
    size_t n = 0;
    memcpy(p->all, f->best, f->n * sizeof *p->all);
    for (int i = 0; i < f->m->graph->nparam; i++) {
        const ur_param *q = &f->m->graph->param[i];
        for (size_t k = q->offset; q->trained && k < q->offset + q->count; k++) {
            p->of[n] = k;
            p->w[n++] = f->best[k];
        }
    }
}

static int set_up(ur_descent *p, ur_err *e)
{
    ur_fit *f = p->f;
    const unroll_fit_options *o = &f->o;
    ur_run_want w = { .limits = { .threads = o->threads, .memory = o->memory, .recompute = o->recompute },
                      .of = f->x,
                      .grad = true,
                      .training = true,
                      .scales = true,
                      .window = UR_WINDOW_ROOT };
    p->n = trained(f->m->graph);
    p->item = ur_alloc((EXAMPLES + 1) * sizeof *p->item);
    p->raw = ur_alloc_aligned((f->n + 8) * sizeof(double));
    p->of = ur_alloc((p->n + 1) * sizeof *p->of);
    p->w = ur_alloc((p->n + 1) * sizeof *p->w);
    p->all = ur_alloc((f->n + 1) * sizeof *p->all);
    p->best = ur_alloc((f->n + 1) * sizeof *p->best);
    p->line = ur_zalloc((size_t)(f->m->graph->nlike + 1) * sizeof *p->line);
    p->met = ur_zalloc((size_t)(f->m->graph->nlike + 1) * sizeof *p->met);
    if (!p->item || !p->raw || !p->of || !p->w || !p->all || !p->best || !p->line || !p->met) return ur_nomem(e);
    take_weights(p);
    find_met(p);
    return ur_run_open(&p->run, f->m, &w, e);
}

/* as many as take about as long as the epochs did, or no time that anybody notices */
static int most_steps(const ur_fit *f)
{
    bool whole = f->course.chunk && f->run->memory != UR_MEMORY_LAGS; /* what epochs run as lanes is one sequence here */
    double many = REACH / (double)(f->course.total + 1);
    return (int)fmin(STEPS, fmax(many, whole ? f->o.epochs / SLOWER : f->o.epochs));
}

/* what is much of a loss: a nat, whatever the data are measured in; of what is no logarithm of a density itself */
static double unit_of(const ur_descent *p, double loss)
{
    const ur_graph *g = p->f->m->graph;
    bool nats = g->nlike > 0 && g->ngoal == 0;
    for (int l = 0; l < g->nlike; l++) nats = nats && !ur_like_pinball(&g->like[l]);
    return nats ? fmax(1, fabs(loss)) : fabs(loss) + 1e-300;
}

static bool may_go_on(const ur_descent *p, const ur_lbfgs *l)
{
    return !p->f->interrupted && p->met_by < 0 && l->end != UR_LBFGS_STOPPED && isfinite(l->f);
}

/* What L-BFGS calls flat, or is stuck at, depends on the units of parameters. So steps begin anew from where they ended, measured
 * by the curvature there, until such a round finds nothing more. */
static int measured(ur_descent *p, ur_lbfgs *l, ur_err *e)
{
    double many = WORK / ((double)p->n * (double)(p->f->course.total + 1));
    int looks = (int)fmin(LOOKS, fmax(many, l->most)), least = 3 * (int)p->n, rc = 0;
    bool falls = true;
    if (looks < 2 * least || !may_go_on(p, l)) return 0;
    double *factor = ur_alloc(p->n * p->n * sizeof *factor);
    if (!factor) return ur_nomem(e);
    for (p->looks = 0; !rc && falls && may_go_on(p, l) && looks - p->looks > least;) {
        double before = l->f;
        l->unit = unit_of(p, before);
        p->since = 0;
        rc = ur_curvature(l, p->w, factor, e);
        l->factor = factor;
        l->most = least * 4 < looks - p->looks ? least * 4 : looks - p->looks;
        if (!rc) rc = ur_lbfgs_run(l, p->w, e);
        p->gain = (before - l->f) / l->unit;
        falls = p->gain > UR_LBFGS_NOTHING && l->end != UR_LBFGS_FOUND;
    }
    ur_free(factor);
    return rc;
}

static void keep(ur_descent *p, const ur_lbfgs *l)
{
    ur_fit *f = p->f;
    if (p->kept) {
        memcpy(f->best, p->best, f->n * sizeof *f->best);
        f->best_train = p->told;
        f->best_loss = f->vrun ? p->valid : p->told;
        f->polish = p->steps;
        f->polish_kept = p->kept;
    }
    if (f->interrupted || f->vrun || p->met_by >= 0) return;
    if (l->factor) f->polish_left = l->end != UR_LBFGS_FOUND && (l->end == UR_LBFGS_MOST ? l->slope : p->gain) > 1e-7;
    else f->polish_left = l->end == UR_LBFGS_MOST && l->slope > 1e-4;
    f->polish_stuck = l->end == UR_LBFGS_STUCK && !l->factor && l->slope > 1e-4;
}

/* Of fewer values than parameters there is no best fit to find; the best of many parameters is one of chance, if no validation
 * part tells where to stop */
static bool enough(const ur_descent *p)
{
    double n = (double)trained(p->f->m->graph);
    if (p->f->m->graph->nprior) return p->count > 0; /* it tells which is best */
    return p->count > n && (n <= FEW || p->f->vrun || p->count >= VALUES_EACH * n);
}

/* the smallest standard deviation of what is drawn, as the fit sees it */
static double least_spread(const ur_fit *f)
{
    const ur_graph *g = f->m->graph;
    double least = INFINITY;
    for (int l = 0; l < g->nlike; l++) {
        const ur_datum *u = &g->data[g->like[l].datum];
        size_t w = ur_datum_width(&g->schema, u);
        for (size_t k = 0; k < w && continuous(g, &g->like[l]); k++)
            least = fmin(least, u->kind == UR_REAL ? 1 : spread_of(f, g->like[l].datum, w, k));
    }
    return isfinite(least) ? least : 1;
}

static void go_to(ur_descent *p, const double *all)
{
    memcpy(p->all, all, p->f->n * sizeof *all);
    for (size_t i = 0; i < p->n; i++) p->w[i] = all[p->of[i]];
}

int ur_descent_scale(ur_descent *p, const double *all, double *least, ur_err *e)
{
    double loss, *g;
    ur_values v = { 0 };
    *least = 1;
    if (!p->run->g->nscale) return 0;
    double spread = least_spread(p->f);
    if (!(g = ur_alloc((p->n + 1) * sizeof *g))) return ur_nomem(e);
    go_to(p, all);
    int rc = at(p, p->w, &loss, g, e);
    for (int k = 0; !rc && k < p->run->g->nscale; k++) {
        rc = ur_values_get(p->run, p->run->g->scale[k], 0, &v, e);
        for (size_t i = 0; !rc && i < v.npos * v.width; i++) *least = fmin(*least, v.v[i] / spread);
    }
    ur_free(v.v);
    ur_free(g);
    return rc;
}

/* the weight's name, as show has it */
static void name_weight(const ur_param *q, size_t at, ur_buf *b)
{
    size_t cols = (size_t)q->cols, one = (size_t)q->rows * cols, k = at % one;
    ur_buf_printf(b, "%s%s", b->n ? ", " : "", q->name);
    if (q->count > one) ur_buf_printf(b, "[%zu]", at / one + 1);
    if (cols > 1 && q->rows > 1) ur_buf_printf(b, "[%zu,%zu]", k / cols + 1, k % cols + 1);
    else if (one > 1) ur_buf_printf(b, "[%zu]", k + 1);
}

/* Weights that no row of the training part moves, as of a column of zeros, would stay as they started, at random. Where the loss
 * is the same to the last bit without them they are 0, as in exact fits. Entries of tables that no symbol named are left. */
static int without_effect(ur_descent *p, ur_err *e)
{
    enum { NAMED = 4 };
    ur_fit *f = p->f;
    ur_buf names = { 0 };
    double *g = ur_alloc((f->n + 1) * sizeof *g), *w = ur_alloc((f->n + 1) * sizeof *w), loss, other;
    size_t n = 0;
    int rc = g && w ? ur_descent_at(p, f->best, &loss, g, e) : ur_nomem(e);
    if (!rc) memcpy(w, f->best, f->n * sizeof *w);
    for (int i = 0; !rc && i < f->m->graph->nparam; i++) {
        const ur_param *q = &f->m->graph->param[i];
        bool chosen = q->trained && !q->lookup && !q->scale && q->init == UR_INIT_DEFAULT;
        for (size_t k = 0; chosen && k < q->count; k++) {
            if (g[q->offset + k] != 0) continue;
            w[q->offset + k] = 0;
            if (n++ < NAMED) name_weight(q, k, &names);
        }
    }
    if (!rc && n) rc = ur_descent_at(p, w, &other, g, e);
    if (!rc && n && loss == other) {
        memcpy(f->best, w, f->n * sizeof *w);
        ur_fit_note(f, "the training part says nothing of %s%s: %s 0", names.bad ? "some parameters" : names.s,
                    n > NAMED ? ", …" : "", n > 1 ? "they are" : "it is");
    }
    ur_buf_free(&names);
    ur_free(g);
    ur_free(w);
    return rc;
}

static int polish_now(ur_descent *p, ur_err *e)
{
    ur_fit *f = p->f;
    ur_lbfgs l = { .n = trained(f->m->graph), .at = at, .step = step, .arg = p, .most = most_steps(f) };
    double least = 1;
    TRY(set_up(p, e));
    TRY(at(p, p->w, &p->train, p->best, e)); /* for the count; `best` is not in use yet */
    p->train = p->plain;
    p->told = p->train - p->prior;
    if (!isfinite(p->train)) return 0;
    if (!f->m->graph->nprior && p->count <= (double)trained(f->m->graph) && trained(f->m->graph) <= FEW)
        ur_fit_note(
            f, "there are %.0f values for %zu parameters: these can meet all of them, and the loss says nothing of other values",
            p->count, trained(f->m->graph));
    if (!enough(p)) return 0;
    TRY(ur_lbfgs_run(&l, p->w, e));
    TRY(measured(p, &l, e));
    if (f->interrupted) ur_checkpoint_write(f);
    if (p->kept) TRY(ur_descent_scale(p, p->best, &least, e));
    if (p->kept && least < UR_SPURIOUS) {
        p->kept = 0;
        ur_fit_note(
            f, "steps of L-BFGS brought the scale of a state to next to 0, onto a single value, where a likelihood says nothing: "
               "they are not kept");
    }
    keep(p, &l);
    if (!f->interrupted) TRY(without_effect(p, e));
    if (p->met_by >= 0) say_met(p);
    ur_polished end = stands(p);
    end.ended = true;
    end.train = p->told;
    end.valid = f->vrun ? p->valid : NAN;
    if (p->steps) (void)ur_fit_tell(f, &end);
    return 0;
}

static void finish(ur_descent *p)
{
    ur_run_close(p->run);
    ur_free(p->item);
    ur_free_aligned(p->raw);
    ur_free(p->w);
    ur_free(p->best);
    ur_free(p->line);
    ur_free(p->met);
    ur_free(p->of);
    ur_free(p->all);
}

/* ---- downhill, for those who begin elsewhere */
int ur_descent_open(ur_descent **out, ur_fit *f, ur_err *e)
{
    ur_descent *p = *out = ur_zalloc(sizeof *p);
    if (!p) return ur_nomem(e);
    p->f = f;
    p->met_by = -1;
    return set_up(p, e);
}

void ur_descent_close(ur_descent *p)
{
    if (p) finish(p);
    ur_free(p);
}

int ur_descent_at(ur_descent *p, const double *all, double *loss, double *g, ur_err *e)
{
    go_to(p, all);
    TRY(at(p, p->w, loss, p->best, e)); /* `best` is not in use */
    memset(g, 0, p->f->n * sizeof *g);
    for (size_t i = 0; i < p->n; i++) g[p->of[i]] = p->best[i];
    return 0;
}

static int on_the_way(void *arg, const double *w, double loss, bool *stop, ur_err *e)
{
    ur_descent *p = arg;
    (void)w;
    (void)e;
    if (ur_fit_tell_start(p->f, p->start, p->starts, loss)) p->f->interrupted = true;
    *stop = p->f->interrupted || p->looks > p->bound;
    return 0;
}

int ur_descent_run(ur_descent *p, double *all, int most, int start, int starts, double *loss, ur_err *e)
{
    ur_lbfgs l = { .n = p->n, .at = at, .step = on_the_way, .arg = p, .most = most };
    p->start = start;
    p->starts = starts;
    p->looks = 0;
    p->bound = 2 * most; /* a loss without a lowest place is looked at many times a step */
    go_to(p, all);
    int rc = ur_lbfgs_run(&l, p->w, e);
    *loss = rc ? INFINITY : l.f;
    for (size_t i = 0; i < p->n; i++) all[p->of[i]] = p->w[i];
    return rc;
}

int ur_polish(ur_fit *f, ur_err *e)
{
    ur_descent p = { .f = f,
                     .valid = f->best_loss,
                     .train = INFINITY,
                     .patience = f->o.patience ? f->o.patience : PATIENCE,
                     .met_by = -1,
                     .tall = !f->best_epoch };
    ur_err mine = { 0 };
    int rc = polish_now(&p, &mine);
    finish(&p);
    if (rc == UNROLL_ERROR_MEMORY && f->o.memory) return 0; /* what the epochs found fits */
    return rc ? ur_fail(e, rc, "%s", mine.text) : 0;
}
