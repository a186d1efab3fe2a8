/* ridge.c: priors in exact least squares. A normal prior of a weight is one more equation, (w - m) σ/τ = 0, beside those of the
 * rows (Hoerl & Kennard 1970). Where σ is trained and τ a number of its own, weights and σ are found in turn until they stay;
 * where τ is a multiple of σ there is one solution. Must not know what makes the rows. Invariant: what is found maximises the
 * same density that gradients climb. */
#include "model/fit/exact.h"
#include <math.h>
#include <string.h>

/* ---- the priors, by weight */
typedef struct reader {
    work *k;
    const int8_t *times; /* [nprior] its scale is so many times a line's own */
    ur_values v;
    bool done;
} reader;

static int put(ur_pull *to, const ur_param *p, const ur_values *v, bool mean, bool times)
{
    for (size_t i = 0; i < p->count; i++) {
        double x = v->v[v->width == 1 ? 0 : i];
        ur_pull *q = &to[p->offset + i];
        if (mean) q->mean = x;
        else q->scale = x, q->times = times;
    }
    return 0;
}

/* c of a scale c σ; σ: what the line's distribution has */
static double factor(const ur_graph *g, ur_id scale, ur_id sd)
{
    double c = 1;
    for (ur_id v = ur_same_value(g, scale); v != sd; v = ur_same_value(g, v)) {
        const ur_node *n = &g->node[v];
        int number = n->op == UR_MUL && g->node[n->arg[0]].op == UR_CONST ? 0 : 1;
        c *= g->node[n->arg[number]].num;
        v = n->arg[!number];
    }
    return c;
}

static int read_values(ur_pass *p, const ur_batch *b, ur_err *e)
{
    reader *r = p->arg;
    const ur_graph *g = r->k->m->graph;
    (void)b;
    for (int i = 0; i < g->nprior && !r->done; i++) {
        const ur_prior *q = &g->prior[i];
        TRY(ur_values_get(p->run, q->arg[0], 0, &r->v, e));
        TRY(put(r->k->pull, &g->param[q->param], &r->v, true, false));
        if (r->times[i]) continue;
        TRY(ur_values_get(p->run, q->arg[1], 0, &r->v, e));
        TRY(put(r->k->pull, &g->param[q->param], &r->v, false, false));
    }
    r->done = true;
    return 0;
}

int ur_pulls_read(work *k, ur_err *e)
{
    const ur_graph *g = k->m->graph;
    ur_id *keep = ur_alloc((2 * (size_t)g->nprior + 1) * sizeof *keep);
    int8_t *times = ur_zalloc((size_t)g->nprior + 1);
    uint8_t *deg = ur_alloc((size_t)g->nnode + 1);
    ur_run *run = NULL;
    k->pull = ur_zalloc((g->nweight + 1) * sizeof *k->pull);
    int rc = keep && times && deg && k->pull ? ur_degrees(g, deg) : ur_nomem(e), n = 0;
    for (int i = 0; i < g->nprior && !rc; i++) {
        const ur_param *p = &g->param[g->prior[i].param];
        int by = deg[g->prior[i].arg[1]] ? ur_prior_line(g, &g->prior[i]) : -1; /* a number is read as one */
        keep[n++] = g->prior[i].arg[0];
        times[i] = by >= 0;
        if (by < 0) keep[n++] = g->prior[i].arg[1];
        double c = by < 0 ? 0 : factor(g, g->prior[i].arg[1], ur_same_value(g, g->like[by].arg[1]));
        for (size_t j = 0; j < p->count && by >= 0; j++) k->pull[p->offset + j] = (ur_pull){ 0, c, true };
    }
    ur_run_want want = { .keep = keep, .nkeep = n, .bare = true, .limits = { .threads = 1 }, .window = UR_WINDOW_ROOT };
    reader r = { .k = k, .times = times };
    if (!rc) rc = ur_run_open(&run, k->m, &want, e);
    if (!rc) {
        ur_run_weights(run, k->w);
        ur_pass p = { .run = run, .x = k->x, .after = read_values, .arg = &r, .draw = { .temperature = 1 } };
        rc = ur_pass_all(&p, e);
    }
    ur_run_close(run);
    ur_free(r.v.v);
    ur_free(keep);
    ur_free(times);
    ur_free(deg);
    return rc;
}

/* ---- solving with them */
static size_t pulled_in(const work *k, const line *l, size_t system)
{
    size_t n = 0;
    for (size_t c = 0; c < l->ncol; c++)
        n += k->pull[l->col[c]].scale > 0 && (l->how == JOINT || k->owner[l->col[c]] == (int32_t)system);
    return n;
}

/* σ/τ of a weight; rows that are divided by σ ask for 1/τ */
static double weight_of(const ur_pull *q, double sd) { return q->times ? 1 / q->scale : sd / q->scale; }

/* system s with its priors, where the deviation of its component is sd: weights into k->w, what is left of the rows alone */
static int solve_system(work *k, line *l, size_t s, double sd, double *b, ur_err *e)
{
    ur_squares with = { 0 };
    size_t p = l->count[s], more = pulled_in(k, l, s);
    int rank, rc = ur_squares_copy(&with, &l->squares[s], more, e);
    for (size_t c = 0; c < l->ncol && !rc; c++) {
        const ur_pull *q = &k->pull[l->col[c]];
        if (!(q->scale > 0) || (l->how != JOINT && k->owner[l->col[c]] != (int32_t)s)) continue;
        double *row = ur_squares_rows(&with, 1, e);
        if (!row) rc = e->code;
        if (!row) break;
        row[k->column[l->col[c]]] = weight_of(q, sd);
        row[p] = q->mean * weight_of(q, sd);
    }
    if (!rc) rc = ur_squares_solve(&with, b, l->left + s, l->size + s, &rank, e);
    double rows = l->left[s] * l->left[s];
    for (size_t c = 0; c < l->ncol && !rc; c++) {
        size_t at = l->col[c];
        const ur_pull *q = &k->pull[at];
        if (l->how != JOINT && k->owner[at] != (int32_t)s) continue;
        k->w[at] = b[k->column[at]];
        double away = q->scale > 0 && !q->times ? (k->w[at] - q->mean) * weight_of(q, sd) : 0;
        rows -= away * away;
    }
    if (!rc) l->left[s] = rows > 0 ? sqrt(rows) : 0;
    l->rank += (size_t)(rc ? 0 : rank);
    l->empty += with.empty;
    ur_squares_free(&with);
    return rc;
}

/* of priors whose deviation is a multiple of σ, as many more values has σ to follow: what is left as of `used` rows */
static void as_of_rows(const work *k, line *l, size_t s)
{
    double n = ur_exact_count(l, s, l->how == JOINT ? 1 : l->w), more = 0;
    for (size_t c = 0; c < l->ncol; c++)
        more += k->pull[l->col[c]].scale > 0 && k->pull[l->col[c]].times &&
                (l->how == JOINT || k->owner[l->col[c]] == (int32_t)s);
    l->left[s] *= sqrt(n / (n + more));
}

/* weights that no row reads are where their priors have them */
static void unread(work *k, const line *l)
{
    for (size_t c = 0; c < l->ncol; c++)
        if (l->how != JOINT && k->owner[l->col[c]] < 0) k->w[l->col[c]] = k->pull[l->col[c]].mean;
}

int ur_pulled_solve(work *k, line *l, ur_err *e)
{
    enum { MOST = 1000 };
    size_t systems = l->how == JOINT ? 1 : l->w, comps = ur_exact_spreads(k, l), most = 0;
    double *sd = ur_alloc((l->w + 1) * sizeof *sd), change = 1;
    for (size_t s = 0; s < systems; s++) most = l->count[s] > most ? l->count[s] : most;
    double *b = ur_alloc((most + 1) * sizeof *b);
    int rc = sd && b ? 0 : ur_nomem(e);
    for (size_t c = 0; c < l->w && !rc; c++) sd[c] = comps ? 1 : l->how == JOINT ? 1 : l->given[c];
    for (int turn = 0; turn < MOST && change > 1e-13 && !rc; turn++) {
        l->rank = l->empty = 0;
        for (size_t s = 0; s < systems && !rc; s++) {
            rc = solve_system(k, l, s, sd[s], b, e);
            if (!rc) as_of_rows(k, l, s);
        }
        change = 0;
        for (size_t c = 0; c < l->w && comps && !rc; c++) {
            double now = ur_exact_spread(k, l, comps == 1 ? 0 : c, comps);
            change = fmax(change, fabs(now / sd[c] - 1));
            sd[c] = now;
        }
    }
    if (!rc) unread(k, l);
    for (size_t s = 0; s < l->nsquares; s++) ur_squares_free(&l->squares[s]);
    ur_free(sd);
    ur_free(b);
    return rc;
}
