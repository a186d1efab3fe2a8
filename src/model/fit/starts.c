/* starts.c: a loss with several lowest places, as of latent symbols, of which a fit finds the one that its start lies above. So
 * it starts several times: each start goes downhill by L-BFGS on all of the training part, and the epochs begin at the best
 * place that was found. Where tables have a column for each state, starts know the data: first all states are alike, and what
 * they have in common is fitted; then they are set apart by as much as one value of the data tells of each number, and stay where
 * they are rather than move. Must not know epochs. Invariant: starts hang on the seed and their number alone. */
#include "model/fit/fit.h"
#include <math.h>
#include <string.h>

enum { USUAL = 10, STEPS = 200, FEWEST = 20, WORK = 4000000 }; /* WORK: steps times positions, of all starts */

static void tell(ur_fit *f, int n, const double *loss, int best, int spurious)
{
    ur_buf b = { 0 };
    if (best < 0) ur_buf_printf(&b, "none of %d starts is gone on with:", n);
    else ur_buf_printf(&b, "the best of %d starts is gone on with:", n);
    for (int k = 0; k < n; k++) ur_buf_printf(&b, k == best ? " [%.6g]" : " %.6g", loss[k]);
    if (spurious)
        ur_buf_printf(&b, "; in %d a state has a scale of next to 0, and a likelihood that says nothing: these do not count",
                      spurious);
    if (!b.bad) ur_fit_note(f, "%s", b.s);
    ur_buf_free(&b);
}

/* ---- states alike, and apart */
static bool chosen(const ur_param *p)
{
    return p->by_state && p->trained && p->cols > 1 && (p->init == UR_INIT_DEFAULT || p->scale);
}

static bool any_chosen(const ur_graph *g)
{
    bool any = false;
    for (int i = 0; i < g->nparam; i++) any = any || chosen(&g->param[i]);
    return any;
}

static void alike(const ur_graph *g, double *w)
{
    for (int i = 0; i < g->nparam; i++) {
        const ur_param *p = &g->param[i];
        size_t cols = (size_t)p->cols;
        for (size_t row = 0; chosen(p) && row < p->count / cols; row++) {
            double *v = w + p->offset + row * cols, mean = 0;
            for (size_t c = 0; c < cols; c++) mean += v[c] / (double)cols;
            for (size_t c = 0; c < cols; c++) v[c] = p->moves ? 0 : mean;
        }
    }
}

/* unit[k], of every number that is to be set apart: by how much a value of the data tells it, 1 / √curvature where all states
 * move together */
static int units(const ur_fit *f, ur_descent *d, const double *w, double *unit, ur_err *e)
{
    double *moved = ur_alloc((f->n + 1) * sizeof *moved), *g = ur_alloc((f->n + 1) * sizeof *g),
           *h = ur_alloc((f->n + 1) * sizeof *h), loss;
    int rc = moved && g && h ? ur_descent_at(d, w, &loss, g, e) : ur_nomem(e);
    for (int i = 0; i < f->m->graph->nparam; i++) {
        const ur_param *p = &f->m->graph->param[i];
        size_t cols = (size_t)p->cols;
        for (size_t row = 0; !rc && chosen(p) && !p->scale && !p->moves && row < p->count / cols; row++) {
            size_t at = p->offset + row * cols;
            double by = 1e-4 * fmax(1, fabs(w[at])), curved = 0;
            memcpy(moved, w, f->n * sizeof *w);
            for (size_t c = 0; c < cols; c++) moved[at + c] += by;
            rc = ur_descent_at(d, moved, &loss, h, e);
            for (size_t c = 0; c < cols; c++) curved += (h[at + c] - g[at + c]) / by;
            for (size_t c = 0; c < cols; c++) unit[at + c] = curved > 0 ? fmin(1 / sqrt(curved), 1e3 * fmax(1, fabs(w[at]))) : 1;
        }
    }
    ur_free(moved);
    ur_free(g);
    ur_free(h);
    return rc;
}

/* the first start has the states in order, the others at random; in every third one nothing is said of how they move */
static void apart(const ur_fit *f, const double *unit, int start, double *w)
{
    for (int i = 0; i < f->m->graph->nparam; i++) {
        const ur_param *p = &f->m->graph->param[i];
        int cols = p->cols;
        for (size_t k = 0; chosen(p) && !p->scale && k < p->count; k++) {
            int c = (int)(k % (size_t)cols), row = (int)(k / (size_t)cols);
            double z = start ? 1.3 * ur_normal(f->o.seed, (uint32_t)start, (uint32_t)i, UR_SITE_START_NORMAL, (uint32_t)k)
                             : 1.3 * ur_dist_quantile(UR_NORMAL, (double[]){ 0, 1 }, (c + 0.5) / cols);
            if (p->moves) w[p->offset + k] = start % 3 == 2 ? z : row % p->rows == c ? 2 : 0;
            else w[p->offset + k] += unit[p->offset + k] * z;
        }
    }
}

typedef struct starts {
    double *common, *unit, *w, *loss; /* common: where all states are alike */
    ur_descent *d;
} starts;

static int all_starts(ur_fit *f, starts *s, int n, int *best, int *spurious, ur_err *e)
{
    bool knows = any_chosen(f->m->graph);
    double loss, least, room = WORK / ((double)n * (double)(f->course.total + 1));
    int most = (int)fmin(STEPS, fmax(FEWEST, room));
    TRY(ur_descent_open(&s->d, f, e));
    if (knows) {
        TRY(ur_model_start(f->m, f->o.seed, s->common, e));
        alike(f->m->graph, s->common);
        TRY(ur_descent_run(s->d, s->common, most, 1, n, &loss, e));
        TRY(ur_descent_scale(s->d, s->common, &least, e));
        if (least < UR_SPURIOUS) TRY(ur_model_start(f->m, f->o.seed, s->common, e)); /* they met a single value */
        alike(f->m->graph, s->common);
        TRY(units(f, s->d, s->common, s->unit, e));
    }
    for (int k = 0; k < n && !f->interrupted; k++) {
        if (knows) memcpy(s->w, s->common, f->n * sizeof *s->w);
        else TRY(ur_model_start(f->m, f->o.seed + (uint64_t)k, s->w, e));
        if (knows) apart(f, s->unit, k, s->w);
        TRY(ur_descent_run(s->d, s->w, most, k + 1, n, &s->loss[k], e));
        TRY(ur_descent_scale(s->d, s->w, &least, e));
        bool odd = least < UR_SPURIOUS;
        *spurious += odd;
        if (odd || !isfinite(s->loss[k]) || (*best >= 0 && !(s->loss[k] < s->loss[*best]))) continue;
        *best = k;
        memcpy(f->w, s->w, f->n * sizeof *s->w);
    }
    if (*best < 0 && knows) memcpy(f->w, s->common, f->n * sizeof *s->w);
    return 0;
}

int ur_fit_starts(ur_fit *f, ur_err *e)
{
    int n = f->o.restarts ? f->o.restarts : f->m->graph->nchain ? USUAL : 1, best = -1, spurious = 0;
    if (n < 2) return 0;
    if (!ur_descends(f)) {
        if (f->o.restarts) ur_fit_note(f, "--restarts has no effect: starts are for small models, without a horizon and draws");
        return 0;
    }
    size_t room = (f->n + 1) * sizeof(double);
    starts s = { ur_alloc(room), ur_zalloc(room), ur_alloc(room), ur_alloc((size_t)n * sizeof(double)), NULL };
    int rc = s.common && s.unit && s.w && s.loss ? all_starts(f, &s, n, &best, &spurious, e) : ur_nomem(e);
    if (!rc && !f->interrupted) tell(f, n, s.loss, best, spurious);
    ur_descent_close(s.d);
    ur_free(s.common);
    ur_free(s.unit);
    ur_free(s.w);
    ur_free(s.loss);
    return rc;
}
