/* exact.c: exact least squares for models linear in their trained parameters with normal noise.
 * A linear mean is what it is at zero plus, for each parameter, what it is at one less what it is at zero: the columns come from running
 * the model itself, so nothing need be known of how its equations are written. Conditional least squares, as R's ar.ols: positions
 * whose regressors reach before the first value, or to a missing one, are left out. Standard deviations: the residuals' root mean square
 * (maximum likelihood). Must not know optimisers. Invariant: double precision throughout. */
#include "model/exact.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_COLUMNS = 2000 };

typedef struct line {                    /* one ~ line */
    int like, datum, sd;                 /* sd: the trained parameter its standard deviation is made of, −1: none */
    size_t w, nrow, ncol;                /* components, rows, columns */
    size_t *col;                         /* [ncol] places in the weight vector */
    uint8_t *ok;                         /* [nrow] the row takes part */
    double *base, *value;                /* [nrow × w] the mean at zero; at the moment */
    double *X; size_t used;              /* [used × w][ncol], used: rows that take part */
} line;

typedef struct work { unroll_model *m; const ur_examples *x; size_t before; ur_run *run; line *line; double *w; const unroll_fit_options *o; double started, told; } work;

/* ---- which rows take part */
static int rows_in(work *k, line *l, ur_err *e)
{
    const ur_graph *g = k->m->graph;
    const ur_series *s = &k->x->series[l->datum];
    ur_span *span = ur_alloc((size_t)(g->ndata + 1) * sizeof *span);
    l->ok = ur_zalloc(l->nrow + 1);
    if (!span || !l->ok) {
        ur_free(span);
        return ur_nomem(e);
    }
    const ur_datum *u = &g->data[l->datum];
    int index = u->nidx == 1 ? u->idx[0] : -1, rc = 0;
    if (index >= 0 && g->index[index].alias >= 0) index = g->index[index].alias;
    if (index >= 0) rc = ur_spans(g, g->like[l->like].arg[0], index, span, e);
    for (size_t x = 0; !rc && x < k->x->n; x++)
        for (size_t r = s->start[x]; r < s->start[x + 1]; r++) {
            bool ok = ur_series_scored(s, r);
            int t = (int)(r - s->start[x]), len = (int)(s->start[x + 1] - s->start[x]);
            ok = ok && (index < 0 || (size_t)t >= k->before);
            for (int d = 0; ok && index >= 0 && d < g->ndata; d++) {
                const ur_series *q = &k->x->series[d];
                bool along = g->data[d].nidx == 1 && g->data[d].idx[0] == u->idx[0];
                if (span[d].lo > span[d].hi || !along) continue;
                ok = t + span[d].lo >= 0 && t + span[d].hi < len;
                for (int p = t + span[d].lo; ok && q->seen && g->data[d].drawn && p <= t + span[d].hi; p++) ok = q->seen[q->start[x] + (size_t)p];
            }
            l->ok[r] = ok;
            l->used += ok;
        }
    ur_free(span);
    return rc;
}

/* ---- running */
/* the means of a batch, into each line's `value` */
static int collect(ur_pass *p, const ur_batch *b, ur_err *e)
{
    work *k = p->arg;
    ur_values v = { 0 };
    int rc = 0;
    for (int i = 0; i < k->run->g->nlike && !rc; i++) {
        line *l = &k->line[i];
        const ur_series *s = &k->x->series[l->datum];
        for (size_t it = 0; it < b->n && !rc; it++) {
            if ((rc = ur_values_get(k->run, k->run->g->like[i].arg[0], it, &v, e))) break;
            size_t x = b->item[it].example, from = s->start[x] + (b->window_index >= 0 ? (size_t)b->item[it].from : 0);
            size_t n = b->window_index >= 0 ? (size_t)(b->item[it].to - b->item[it].from) : s->start[x + 1] - s->start[x];
            for (size_t r = 0; r < n; r++)
                for (size_t c = 0; c < l->w; c++)
                    l->value[(from + r) * l->w + c] = v.v[(v.npos == 1 ? 0 : r) * v.width + (v.width == 1 ? 0 : c)];
        }
    }
    ur_free(v.v);
    return rc;
}

static int run_once(work *k, double done, ur_err *e)
{
    ur_run_weights(k->run, k->w);
    ur_pass p = { .run = k->run, .x = k->x, .after = collect, .arg = k, .draw = { .temperature = 1 } };
    TRY(ur_pass_all(&p, e));
    double now = ur_now();
    if (k->o->progress && now - k->told > 0.1) {
        k->told = now;
        double spent = now - k->started;
        unroll_progress u = { .epoch = 1, .epochs = 1, .done = done, .train_loss = NAN, .valid_loss = NAN, .best_loss = NAN, .seconds = spent,
                              .seconds_left = done > 0 ? spent * (1 - done) / done : NAN, .method = "exact least squares" };
        if (k->o->progress(&u, k->o->arg)) return ur_fail(e, UNROLL_ERROR_INTERRUPTED, "stopped before the least squares were solved");
    }
    return 0;
}

/* ---- setting up */
static int set_up_line(work *k, int i, ur_err *e)
{
    const ur_graph *g = k->m->graph;
    line *l = &k->line[i];
    l->like = i;
    l->datum = g->like[i].datum;
    l->sd = -1;
    l->w = ur_datum_width(&g->schema, &g->data[l->datum]);
    l->nrow = k->x->series[l->datum].nrow;
    bool *seen = ur_zalloc((size_t)g->nnode + 1);
    ur_id *stack = ur_alloc(((size_t)g->nnode + 1) * sizeof *stack);
    l->base = ur_alloc((l->nrow * l->w + 1) * sizeof(double));
    l->value = ur_alloc((l->nrow * l->w + 1) * sizeof(double));
    int rc = seen && stack && l->base && l->value ? 0 : ur_nomem(e);
    if (!rc) ur_reach(g, g->like[i].arg[0], seen, stack);
    for (int pass = 0; !rc && pass < 2; pass++) {
        size_t n = 0;
        for (ur_id id = 0; id < g->nnode; id++) {
            if (!seen[id] || g->node[id].op != UR_PARAM || !g->param[g->node[id].i].trained) continue;
            const ur_param *p = &g->param[g->node[id].i];
            for (size_t c = 0; c < p->count; c++, n++)
                if (pass) l->col[n] = p->offset + c;
        }
        l->ncol = n;
        if (!pass && !(l->col = ur_alloc((n + 1) * sizeof *l->col))) rc = ur_nomem(e);
    }
    if (!rc) {
        memset(seen, 0, (size_t)g->nnode);
        ur_reach(g, g->like[i].arg[1], seen, stack);
        for (ur_id id = 0; id < g->nnode; id++)
            if (seen[id] && g->node[id].op == UR_PARAM && g->param[g->node[id].i].trained) l->sd = g->node[id].i;
        rc = rows_in(k, l, e);
    }
    ur_free(seen);
    ur_free(stack);
    return rc;
}

/* the mean follows the datum's own positions, or none */
static bool plain(const ur_graph *g, const ur_like *l)
{
    const ur_node *n = &g->node[l->arg[0]];
    size_t w = ur_node_width(g, n), d = ur_datum_width(&g->schema, &g->data[l->datum]);
    return (n->nidx == g->data[l->datum].nidx || n->nidx == 0) && (w == d || w == 1);
}

/* ---- the columns and the solution */
static int columns(work *k, line *l, size_t *done, size_t all, ur_err *e)
{
    l->X = ur_alloc((l->used * l->w * l->ncol + 1) * sizeof *l->X);
    if (!l->X) return ur_nomem(e);
    for (size_t c = 0; c < l->ncol; c++) {
        k->w[l->col[c]] = 1;
        int rc = run_once(k, (double)++*done / (double)all, e);
        k->w[l->col[c]] = 0;
        if (rc) return rc;
        size_t n = 0;
        for (size_t r = 0; r < l->nrow; r++)
            for (size_t q = 0; l->ok[r] && q < l->w; q++) l->X[n++ * l->ncol + c] = l->value[r * l->w + q] - l->base[r * l->w + q];
    }
    return 0;
}

/* true where every column reaches one component alone, so that components may differ in their noise */
static bool separate(const line *l)
{
    for (size_t c = 0; c < l->ncol; c++) {
        size_t at = l->w;
        for (size_t n = 0; n < l->used * l->w; n++) {
            if (l->X[n * l->ncol + c] == 0) continue;
            if (at < l->w && at != n % l->w) return false;
            at = n % l->w;
        }
    }
    return true;
}

static double sd_at(const work *k, ur_id id, int param, size_t comp, double v)
{
    const ur_graph *g = k->m->graph;
    const ur_node *n = &g->node[id];
    if (n->op == UR_CONST) return n->num;
    if (n->op == UR_PARAM) {
        const ur_param *p = &g->param[n->i];
        return n->i == param ? v : k->w[p->offset + (p->count == 1 ? 0 : comp)];
    }
    if (n->op == UR_ALIAS || n->op == UR_BCAST || n->op == UR_TRANS || n->op == UR_STOP) return sd_at(k, n->arg[0], param, comp, v);
    if (n->narg == 1 && ur_ops[n->op].cls == UR_CLS_UNARY) return ur_op_eval1(n->op, sd_at(k, n->arg[0], param, comp, v));
    if (n->narg == 2 && ur_ops[n->op].cls == UR_CLS_BINARY)
        return ur_op_eval2(n->op, sd_at(k, n->arg[0], param, comp, v), sd_at(k, n->arg[1], param, comp, v));
    return NAN;
}

/* the parameter at which the standard deviation is `want`: from 0 outwards until it lies between, then by bisection. The functions that keep it
 * positive rise, on one side of 0 at least */
static bool invert(const work *k, const line *l, size_t comp, double want, double *out)
{
    ur_id id = k->m->graph->like[l->like].arg[1];
    bool up = sd_at(k, id, l->sd, comp, 0) <= want;
    double lo = up ? 0 : -1, hi = up ? 1 : 0;
    while (up && hi < 1e300 && !(sd_at(k, id, l->sd, comp, hi) >= want)) {
        lo = hi;
        hi *= 2;
    }
    while (!up && lo > -1e300 && !(sd_at(k, id, l->sd, comp, lo) <= want)) {
        hi = lo;
        lo *= 2;
    }
    if (!(sd_at(k, id, l->sd, comp, lo) <= want && sd_at(k, id, l->sd, comp, hi) >= want)) return false;
    for (double mid; (mid = lo + 0.5 * (hi - lo)) > lo && mid < hi;) {
        if (sd_at(k, id, l->sd, comp, mid) < want) lo = mid;
        else hi = mid;
    }
    *out = hi;
    return true;
}

/* √ mean x² of every w'th number, whatever their size */
static double root_mean_square(const double *x, size_t n, size_t w)
{
    double most = 0, sum = 0;
    size_t count = 0;
    for (size_t r = 0; r < n; r += w) most = fmax(most, fabs(x[r]));
    for (size_t r = 0; most > 0 && r < n; r += w) {
        sum += x[r] / most * (x[r] / most);
        count++;
    }
    return count ? most * sqrt(sum / (double)count) : 0;
}

/* the least standard deviation, of an exact fit, whose density has no bound: 1e-10 of the data's size */
static double least_sd(const line *l, const double *y, size_t comp, size_t step)
{
    double size = root_mean_square(y + comp, l->used * l->w - comp, step);
    return 1e-10 * (size > 0 ? size : 1);
}

/* residual sums by component, y: the data less the mean at zero; adds to the sum of −log p, in own units */
static int spread(work *k, line *l, const double *y, const double *resid, double *nll, double *count, ur_err *e)
{
    const ur_graph *g = k->m->graph;
    ur_id id = g->like[l->like].arg[1];
    size_t comps = l->sd >= 0 ? g->param[l->sd].count : ur_node_width(g, &g->node[id]);
    if (comps != l->w) comps = 1;
    for (size_t c = 0; c < comps; c++) {
        size_t step = comps == 1 ? 1 : l->w;
        double rms = root_mean_square(resid + c, l->used * l->w - c, step), sd = rms, n = (double)l->used * (comps == 1 ? (double)l->w : 1);
        if (l->sd >= 0) {
            double v, floor_sd = sd_at(k, id, l->sd, c, -1000), least = least_sd(l, y, c, step);
            if (!(rms > least)) rms = sd = least;
            if (sd < floor_sd && isfinite(floor_sd)) sd = floor_sd * (1 + 1e-9);
            if (!invert(k, l, c, sd, &v)) return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "the standard deviation of %s cannot reach %g", g->data[l->datum].name, sd);
            k->w[g->param[l->sd].offset + c] = v;
        } else {
            sd = sd_at(k, id, -1, c, 0);
        }
        *nll += n * (0.91893853320467274178 + log(sd) + 0.5 * (rms / sd) * (rms / sd));
    }
    *nll += (double)l->used * ur_log_scale(k->m, l->datum);
    *count += (double)l->used;
    return 0;
}

static int solve(work *k, line *l, double *nll, double *count, int *rank, ur_err *e)
{
    size_t n = l->used * l->w, at = 0;
    const ur_series *s = &k->x->series[l->datum];
    double *y = ur_alloc((n + l->ncol + 1) * sizeof *y), *first = ur_alloc((n + 1) * sizeof *first), *keep = ur_alloc((n * (l->ncol + 1) + 1) * sizeof *keep), *b = ur_zalloc((l->ncol + 1) * sizeof *b);
    int rc = y && first && keep && b ? 0 : ur_nomem(e);
    *rank = 0;
    if (!rc) {
        for (size_t r = 0; r < l->nrow; r++)
            for (size_t c = 0; l->ok[r] && c < l->w; c++) y[at++] = s->num[r * l->w + c] - l->base[r * l->w + c];
        double *ycopy = keep + n * l->ncol;
        if (n) {
            memcpy(keep, l->X, n * l->ncol * sizeof *keep);
            memcpy(ycopy, y, n * sizeof *keep);
            memcpy(first, y, n * sizeof *first);
        }
        if (l->ncol && n) rc = ur_least_squares(l->X, n, l->ncol, y, 1, 0, b, rank, e);
        for (size_t r = 0; !rc && r < n; r++)
            for (size_t c = 0; c < l->ncol; c++) ycopy[r] -= keep[r * l->ncol + c] * b[c];
        for (size_t c = 0; !rc && c < l->ncol; c++) k->w[l->col[c]] = b[c];
        if (!rc) rc = spread(k, l, first, ycopy, nll, count, e);
    }
    ur_free(y);
    ur_free(first);
    ur_free(keep);
    ur_free(b);
    return rc;
}

static int fit_lines(work *k, double *loss, char *note, size_t nnote, ur_err *e)
{
    const ur_graph *g = k->m->graph;
    size_t all = 1, done = 0, left_out = 0, rows = 0;
    double bytes = 0, nll = 0, count = 0;
    for (int i = 0; i < g->nlike; i++) {
        TRY(set_up_line(k, i, e));
        line *l = &k->line[i];
        all += l->ncol;
        rows += l->used;
        left_out += l->nrow - l->used - (g->data[l->datum].nidx ? k->before : 0);
        bytes += 2.0 * 8 * (double)l->used * (double)l->w * (double)l->ncol;
        if (!plain(g, &g->like[i])) all = MAX_COLUMNS + 2;
        if (!l->used) return ur_fail(e, UNROLL_ERROR_DATA, "no value of %s has all that its mean reads: the data are shorter than the lags, or too many values are missing", g->data[l->datum].name);
    }
    size_t budget = k->o->memory ? k->o->memory : (size_t)4 << 30;
    if (all > MAX_COLUMNS + 1 || bytes > (double)budget) {
        snprintf(note + strlen(note), nnote - strlen(note), "; least squares would need %zu columns and %.0f MB: by gradients", all - 1, bytes / 1e6);
        return 1;
    }
    for (int i = 0; i < g->nlike; i++)
        for (size_t c = 0; c < k->line[i].ncol; c++) k->w[k->line[i].col[c]] = 0;
    TRY(run_once(k, 0, e));
    for (int i = 0; i < g->nlike; i++) memcpy(k->line[i].base, k->line[i].value, k->line[i].nrow * k->line[i].w * sizeof(double));
    for (int i = 0; i < g->nlike; i++) {
        line *l = &k->line[i];
        TRY(columns(k, l, &done, all, e));
        if (l->sd >= 0 && g->param[l->sd].count > 1 && l->w > 1 && !separate(l)) {
            snprintf(note + strlen(note), nnote - strlen(note), "; but the components of %s share parameters and differ in their noise: by gradients", g->data[l->datum].name);
            return 1;
        }
    }
    for (int i = 0; i < g->nlike; i++) {
        int rank;
        TRY(solve(k, &k->line[i], &nll, &count, &rank, e));
        if ((size_t)rank < k->line[i].ncol)
            snprintf(note + strlen(note), nnote - strlen(note), "; the data tell %d of %zu parameters of %s apart, the smallest solution is taken", rank, k->line[i].ncol,
                     g->data[k->line[i].datum].name);
    }
    if (left_out) snprintf(note + strlen(note), nnote - strlen(note), "; %zu rows used, %zu left out (missing, or before the first lag)", rows, left_out);
    *loss = count > 0 ? nll / count : NAN;
    return 0;
}

int ur_exact_fit(unroll_model *m, const ur_examples *x, size_t before, const unroll_fit_options *o, double *loss, char *note, size_t nnote, ur_err *e)
{
    const ur_graph *g = m->graph;
    work k = { .m = m, .x = x, .before = before, .o = o, .started = ur_now() };
    k.line = ur_zalloc((size_t)(g->nlike + 1) * sizeof *k.line);
    k.w = ur_alloc((g->nweight + 1) * sizeof *k.w);
    int rc = k.line && k.w ? 0 : ur_nomem(e);
    ur_run_want want = { .args = true, .bare = true, .threads = o->threads, .memory = o->memory, .window = -2 };
    if (!rc) rc = ur_run_open(&k.run, m, &want, e);
    if (!rc) rc = ur_model_start(m, o->seed, k.w, e);
    if (!rc) rc = fit_lines(&k, loss, note, nnote, e);
    if (!rc) {
        memcpy(m->weight, k.w, g->nweight * sizeof *k.w);
        m->started = true;
    }
    for (int i = 0; k.line && i < g->nlike; i++) {
        line *l = &k.line[i];
        ur_free(l->col);
        ur_free(l->ok);
        ur_free(l->base);
        ur_free(l->value);
        ur_free(l->X);
    }
    ur_run_close(k.run);
    ur_free(k.line);
    ur_free(k.w);
    return rc;
}
