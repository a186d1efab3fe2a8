/* exact.c: exact least squares for models linear in their trained parameters with normal noise.
 * The columns come from one run of the model where terms.c finds what they are made of. Elsewhere a linear mean is what it is at
 * zero plus, for each parameter, what it is at one less what it is at zero: the model is run once for each column. Components
 * that share no parameter are solved each by itself, and by one decomposition where their columns are the same. Conditional least
 * squares, as R's ar.ols: positions whose regressors reach before the first value, or to a missing one, are left out. Standard
 * deviations: the residuals' root mean square (maximum likelihood). Must not know optimisers. Invariant: double precision
 * throughout. */
#include "model/fit/exact.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_RUNS = 2000 };

/* argument a of a line, as it is where the line stands */
static ur_id argument(const ur_like *l, int a) { return l->ahead ? l->origin[a] : l->arg[a]; }

/* ---- standard deviations */
/* of component `comp`, where its parameter is v */
double ur_exact_sd(const work *k, const line *l, size_t comp, double v)
{
    const ur_graph *g = k->m->graph;
    double at = NAN;
    for (int q = 0; q < l->nmade; q++) {
        const ur_node *n = &g->node[l->made[q]];
        at = NAN;
        if (n->op == UR_CONST) at = n->num;
        else if (n->op == UR_PARAM) at = n->i == l->sd ? v : k->w[g->param[n->i].offset + (g->param[n->i].count == 1 ? 0 : comp)];
        else if (ur_op_is(n->op, UR_SAME) || n->op == UR_TRANS) at = k->at[n->arg[0]];
        else if (ur_op_is(n->op, UR_BY_COMPONENT) && n->narg == 1) at = ur_op_eval1(n->op, k->at[n->arg[0]]);
        else if (ur_op_is(n->op, UR_BY_COMPONENT) && n->narg == 2) at = ur_op_eval2(n->op, k->at[n->arg[0]], k->at[n->arg[1]]);
        k->at[l->made[q]] = at;
    }
    return at;
}

/* the parameter at which the standard deviation is `want`: from 0 outwards until it lies between, then by bisection. The
 * functions that keep it positive rise, on one side of 0 at least */
static bool invert(const work *k, const line *l, size_t comp, double want, double *out)
{
    bool up = ur_exact_sd(k, l, comp, 0) <= want;
    double lo = up ? 0 : -1, hi = up ? 1 : 0;
    while (up && hi < 1e300 && !(ur_exact_sd(k, l, comp, hi) >= want)) {
        lo = hi;
        hi *= 2;
    }
    while (!up && lo > -1e300 && !(ur_exact_sd(k, l, comp, lo) <= want)) {
        hi = lo;
        lo *= 2;
    }
    if (!(ur_exact_sd(k, l, comp, lo) <= want && ur_exact_sd(k, l, comp, hi) >= want)) return false;
    for (double mid; (mid = lo + 0.5 * (hi - lo)) > lo && mid < hi;) {
        if (ur_exact_sd(k, l, comp, mid) < want) lo = mid;
        else hi = mid;
    }
    *out = hi;
    return true;
}

/* ---- setting up */
static int what_makes_sd(work *k, line *l, ur_err *e)
{
    const ur_graph *g = k->m->graph;
    int n = ur_postorder(g, argument(&g->like[l->like], 1), k->met, &k->order);
    l->given = ur_alloc((l->w + 1) * sizeof *l->given);
    l->made = ur_alloc(((size_t)n + 1) * sizeof *l->made);
    if (!l->given || !l->made) return ur_nomem(e);
    for (l->nmade = 0; l->nmade < n; l->nmade++) {
        ur_id id = l->made[l->nmade] = k->order.out[l->nmade];
        k->met[id] = 0;
        if (g->node[id].op == UR_PARAM && g->param[g->node[id].i].trained) l->sd = g->node[id].i;
    }
    for (size_t c = 0; l->sd < 0 && c < l->w; c++) l->given[c] = ur_exact_sd(k, l, c, 0);
    return 0;
}

static int by_id(const void *a, const void *b) { return *(const ur_id *)a - *(const ur_id *)b; }

/* the parameters of the mean */
static int columns_of(work *k, line *l, ur_err *e)
{
    const ur_graph *g = k->m->graph;
    int reached = ur_reach(g, argument(&g->like[l->like], 0), k->seen, k->order.path), n = 0;
    ur_id *param = k->order.path;
    for (int q = 0; q < reached; q++) {
        const ur_node *v = &g->node[param[q]];
        k->seen[param[q]] = false;
        if (v->op != UR_PARAM || !g->param[v->i].trained) continue;
        l->ncol += g->param[v->i].count;
        param[n++] = param[q];
    }
    qsort(param, (size_t)n, sizeof *param, by_id);
    if (!(l->col = ur_alloc((l->ncol + 1) * sizeof *l->col))) return ur_nomem(e);
    l->ncol = 0;
    for (int q = 0; q < n; q++) {
        const ur_param *p = &g->param[g->node[param[q]].i];
        for (size_t c = 0; c < p->count; c++) l->col[l->ncol++] = p->offset + c;
    }
    return 0;
}

static int set_up_line(work *k, int i, ur_err *e)
{
    const ur_graph *g = k->m->graph;
    line *l = &k->line[i];
    l->like = i;
    l->datum = g->like[i].datum;
    l->sd = -1;
    l->each = ur_datum_width(&g->schema, &g->data[l->datum]);
    l->w = l->each * (size_t)(g->like[i].ahead ? g->like[i].ahead : 1);
    l->nrow = k->x->series[l->datum].nrow;
    TRY(columns_of(k, l, e));
    for (size_t c = 0; k->pull && c < l->ncol; c++) l->pulled = l->pulled || k->pull[l->col[c]].scale > 0;
    TRY(what_makes_sd(k, l, e));
    TRY(ur_exact_rows(k, l, e));
    l->count = ur_zalloc(l->w * sizeof *l->count);
    l->row = ur_zalloc(l->w * sizeof *l->row);
    l->y = ur_alloc(l->w * sizeof *l->y);
    l->left = ur_zalloc(l->w * sizeof *l->left);
    l->size = ur_zalloc(l->w * sizeof *l->size);
    return l->count && l->row && l->y && l->left && l->size ? 0 : ur_nomem(e);
}

/* the mean follows the datum's own positions, or none */
static bool plain(const ur_graph *g, const ur_like *l)
{
    const ur_node *n = &g->node[ur_like_reads(l)[0]];
    size_t w = ur_node_width(g, n), d = ur_datum_width(&g->schema, &g->data[l->datum]);
    return (n->nidx == g->data[l->datum].nidx || n->nidx == 0) && (w == d || w == 1 || l->ahead);
}

/* ---- whose the columns are */
static void claim(work *k, size_t weight, size_t comp)
{
    int32_t *o = &k->owner[weight];
    if (*o == NOBODY) *o = (int32_t)comp;
    else if (*o != (int32_t)comp) *o = SEVERAL;
}

static void claim_terms(work *k, const line *l)
{
    for (int t = 0; t < l->terms.nterm; t++) {
        const ur_term *q = &l->terms.term[t];
        size_t n = q->symbol < 0 ? 1 : q->symbols;
        for (size_t i = 0; i < q->n; i++)
            for (size_t id = 0; id < n; id++) claim(k, q->weight[i] + id * q->step, q->comp[i]);
    }
}

static void claim_columns(work *k, const line *l)
{
    for (size_t n = 0; n < l->used * l->w; n++)
        for (size_t c = 0; c < l->ncol; c++)
            if (l->X[n * l->ncol + c] != 0) claim(k, l->col[c], n % l->w);
}

/* has every component the same columns, made of the same factors? */
static bool alike(const work *k, const line *l)
{
    for (size_t c = 1; c < l->w; c++)
        if (l->count[c] != l->count[0]) return false;
    return l->w > 1 && !l->pulled && !l->pair && k->by_terms && ur_terms_alike(&l->terms, l->w, k->column);
}

static int share_out(work *k, line *l, ur_err *e)
{
    bool joint = false;
    for (size_t c = 0; c < l->ncol; c++) k->owner[l->col[c]] = NOBODY;
    if (k->by_terms) claim_terms(k, l);
    else claim_columns(k, l);
    for (size_t c = 0; c < l->ncol; c++) joint |= k->owner[l->col[c]] == SEVERAL;
    memset(l->count, 0, l->w * sizeof *l->count);
    for (size_t c = 0; c < l->ncol; c++) {
        int32_t o = joint ? 0 : k->owner[l->col[c]];
        k->column[l->col[c]] = o < 0 ? 0 : (int32_t)l->count[o]++;
    }
    l->how = joint ? JOINT : alike(k, l) ? ALIKE : APART;
    l->nsquares = l->how == APART ? l->w : 1;
    ur_free(l->squares);
    l->squares = ur_zalloc(l->nsquares * sizeof *l->squares);
    return l->squares ? 0 : ur_nomem(e);
}

/* what the systems of a line ask for */
static double bytes_of(const line *l)
{
    double sum = 0;
    for (size_t s = 0; s < l->nsquares; s++)
        sum += ur_squares_bytes(l->count[s], l->how == ALIKE ? l->w : 1, l->how == JOINT ? l->used * l->w : l->used,
                                l->how == JOINT ? l->w : 1);
    return sum;
}

static int open_squares(line *l, ur_err *e)
{
    for (size_t s = 0; s < l->nsquares; s++)
        TRY(ur_squares_new(&l->squares[s], l->count[s], l->how == ALIKE ? l->w : 1, l->how == JOINT ? l->used * l->w : l->used,
                           l->how == JOINT ? l->w : 1, e));
    return 0;
}

/* ---- rows of the systems */
/* row r of the data; what takes no part has no row */
static int begin_row(line *l, size_t r, ur_err *e)
{
    size_t q = l->count[0] + 1, n = 0;
    for (size_t c = 0; c < l->w; c++) l->row[c] = NULL;
    if (l->how == APART) {
        for (size_t c = 0; c < l->w; c++)
            if (ur_exact_takes(l, r, c) && !(l->row[c] = ur_squares_rows(&l->squares[c], 1, e))) return e->code;
        return 0;
    }
    for (size_t c = 0; c < l->w; c++) n += ur_exact_takes(l, r, c);
    double *row = ur_squares_rows(l->squares, l->how == JOINT ? n : 1, e);
    if (!row) return e->code;
    if (l->how == ALIKE) l->row[0] = row;
    for (size_t c = 0; l->how == JOINT && c < l->w; c++)
        if (ur_exact_takes(l, r, c)) l->row[c] = row, row += q;
    return 0;
}

/* weight: how often the row counts */
static void end_row(line *l, double weight)
{
    size_t p = l->count[0];
    for (size_t c = 0; c < l->w; c++) {
        if (l->how != ALIKE && !l->row[c]) continue;
        if (l->how == ALIKE) l->row[0][p + c] = l->y[c];
        else l->row[c][l->how == APART ? l->count[c] : p] = l->y[c];
        double sd = l->how == JOINT && l->sd < 0 ? l->given[c] : 1;
        for (size_t j = 0; l->how == JOINT && sd > 0 && sd != 1 && j <= p; j++)
            l->row[c][j] /= sd; /* the more certain weigh more */
    }
    double root = sqrt(weight);
    for (size_t c = 0; weight != 1 && c < l->w; c++) {
        if (!l->row[c]) continue;
        size_t n = l->how == APART ? l->count[c] + 1 : l->how == ALIKE ? p + l->w : p + 1;
        for (size_t j = 0; j < n; j++) l->row[c][j] *= root;
    }
}

/* ---- running */
/* the mean of a line for item `it` of a batch; *first: its first row, *n: how many */
static int means(work *k, const ur_batch *b, size_t it, const line *l, ur_values *v, size_t *first, size_t *n, ur_err *e)
{
    const ur_series *s = &k->x->series[l->datum];
    size_t x = b->item[it].example;
    *first = s->start[x] + (b->window_index >= 0 ? (size_t)b->item[it].from : 0);
    *n = b->window_index >= 0 ? (size_t)(b->item[it].to - b->item[it].from) : s->start[x + 1] - s->start[x];
    return ur_values_get(k->run, ur_like_reads(&k->run->g->like[l->like])[0], it, v, e);
}

static double mean_at(const ur_values *v, size_t r, size_t c)
{
    return v->v[(v->npos == 1 ? 0 : r) * v->width + (v->width == 1 ? 0 : c)];
}

/* row r of item `it`, which counts: its mean is a number, wherever the parameters are */
static int check_mean(const work *k, const ur_batch *b, size_t it, const line *l, size_t r, double mean, ur_err *e)
{
    if (isfinite(mean)) return 0;
    ur_step s = { .x = k->x,
                  .batch = b,
                  .draw = { .temperature = 1 },
                  .bad_node = k->run->g->like[l->like].nll,
                  .bad_item = (int)it,
                  .bad_pos = (int)r + 1 };
    return ur_bad_number(k->run, k->x, &s, "fitting", e);
}

/* by runs: the means of a batch, into each line's `value` */
static int collect(ur_pass *p, const ur_batch *b, ur_err *e)
{
    work *k = p->arg;
    size_t first, n;
    for (int i = 0; i < k->run->g->nlike; i++)
        for (size_t it = 0; it < b->n; it++) {
            line *l = &k->line[i];
            TRY(means(k, b, it, l, &k->mean, &first, &n, e));
            for (size_t r = 0; r < n; r++)
                for (size_t c = 0; c < l->w; c++) {
                    l->value[(first + r) * l->w + c] = mean_at(&k->mean, r, c);
                    if (ur_exact_takes(l, first + r, c)) TRY(check_mean(k, b, it, l, r, mean_at(&k->mean, r, c), e));
                }
        }
    return 0;
}

/* by terms: the equations of a batch's rows, into each line's systems */
static int equations(ur_pass *p, const ur_batch *b, ur_err *e)
{
    work *k = p->arg;
    size_t first, n;
    for (int i = 0; i < k->run->g->nlike; i++)
        for (size_t it = 0; it < b->n; it++) {
            line *l = &k->line[i];
            const double *num = k->x->series[l->datum].num;
            TRY(means(k, b, it, l, &k->mean, &first, &n, e));
            for (int t = 0; t < l->terms.nnode; t++) TRY(ur_values_get(k->run, l->terms.node[t], it, &k->value[t], e));
            for (size_t r = 0; r < n; r++) {
                if (!l->ok[first + r]) continue;
                TRY(begin_row(l, first + r, e));
                ur_terms_row(&l->terms, k->value, r, k->column, l->row);
                for (size_t c = 0; c < l->w; c++) {
                    if (ur_exact_takes(l, first + r, c)) TRY(check_mean(k, b, it, l, r, mean_at(&k->mean, r, c), e));
                    l->y[c] = num[(first + r) * l->each + c % l->each] - mean_at(&k->mean, r, c);
                }
                end_row(l, ur_exact_weight(k, l, first + r));
            }
        }
    return 0;
}

static int told(double part, void *arg)
{
    work *k = arg;
    double now = ur_now(), done = ((double)k->done + part) / (double)k->all, spent = now - k->started;
    if (!k->o->progress || now - k->told < 0.1) return 0;
    k->told = now;
    unroll_progress u = { .epoch = 1,
                          .epochs = 1,
                          .done = done,
                          .train_loss = NAN,
                          .valid_loss = NAN,
                          .best_loss = NAN,
                          .seconds = spent,
                          .seconds_left = done > 0 ? spent * (1 - done) / done : NAN,
                          .method = UR_BY_SQUARES,
                          .unit = "rows",
                          .units_per_second = spent > 0 ? ((double)k->done + part) * (double)k->rows / spent : 0 };
    return k->o->progress(&u, k->o->arg);
}

static int run_once(work *k, ur_err *e)
{
    ur_run_weights(k->run, k->w);
    ur_pass p = { .run = k->run,
                  .x = k->x,
                  .after = k->by_terms ? equations : collect,
                  .arg = k,
                  .draw = { .temperature = 1 },
                  .progress = told,
                  .progress_arg = k };
    int rc = ur_pass_all(&p, e);
    k->done++;
    return rc;
}

/* ---- the columns and the solution */
static int by_runs(work *k, ur_err *e)
{
    const ur_graph *g = k->m->graph;
    for (int i = 0; i < g->nlike; i++) {
        line *l = &k->line[i];
        size_t n = l->nrow * l->w + 1;
        l->base = ur_alloc(n * sizeof(double));
        l->value = ur_alloc(n * sizeof(double));
        l->X = ur_alloc((l->used * l->w * l->ncol + 1) * sizeof *l->X);
        if (!l->base || !l->value || !l->X) return ur_nomem(e);
    }
    TRY(run_once(k, e));
    for (int i = 0; i < g->nlike; i++) memcpy(k->line[i].base, k->line[i].value, k->line[i].nrow * k->line[i].w * sizeof(double));
    for (int i = 0; i < g->nlike; i++) {
        line *l = &k->line[i];
        for (size_t c = 0; c < l->ncol; c++) {
            k->w[l->col[c]] = 1;
            int rc = run_once(k, e);
            k->w[l->col[c]] = 0;
            if (rc) return rc;
            size_t n = 0;
            for (size_t r = 0; r < l->nrow; r++)
                for (size_t q = 0; l->ok[r] && q < l->w; q++)
                    l->X[n++ * l->ncol + c] = l->value[r * l->w + q] - l->base[r * l->w + q];
        }
    }
    return 0;
}

/* ... as rows of the systems */
static int rows_of_runs(const work *k, line *l, ur_err *e)
{
    const double *num = k->x->series[l->datum].num, *X = l->X;
    for (size_t r = 0; r < l->nrow; r++) {
        if (!l->ok[r]) continue;
        TRY(begin_row(l, r, e));
        for (size_t q = 0; q < l->w; q++, X += l->ncol) {
            if (l->how != ALIKE && !l->row[q]) continue;
            for (size_t c = 0; c < l->ncol; c++)
                if (X[c] != 0) l->row[q][k->column[l->col[c]]] = X[c];
            l->y[q] = num[r * l->each + q % l->each] - l->base[r * l->w + q];
        }
        end_row(l, ur_exact_weight(k, l, r));
    }
    return 0;
}

/* √ Σ x² */
double ur_together(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum = hypot(sum, x[i]);
    return sum;
}

size_t ur_exact_spreads(const work *k, const line *l)
{
    if (l->sd < 0) return 0;
    return k->m->graph->param[l->sd].count == l->w ? l->w : 1;
}

double ur_exact_count(const line *l, size_t c, size_t comps)
{
    double n = 0;
    for (size_t i = 0; comps == 1 && i < l->w; i++) n += l->counted[i];
    return comps == 1 ? n : l->counted[c];
}

double ur_exact_spread(const work *k, const line *l, size_t c, size_t comps)
{
    size_t systems = l->how == JOINT ? 1 : l->w;
    double n = ur_exact_count(l, c, comps), floor_sd = ur_exact_sd(k, l, c, -1000);
    double rms = (comps == 1 ? ur_together(l->left, systems) : l->left[c]) / sqrt(n),
           size = (comps == 1 ? ur_together(l->size, systems) : l->size[c]) / sqrt(n);
    double sd = rms > ur_least_sd(size) ? rms : ur_least_sd(size);
    return sd < floor_sd && isfinite(floor_sd) ? floor_sd * (1 + 1e-9) : sd;
}

/* standard deviations from what is left; 1: not to be had by the parameter, note says so */
static int spread(work *k, line *l, char *note, size_t nnote)
{
    const ur_graph *g = k->m->graph;
    size_t comps = ur_exact_spreads(k, l);
    for (size_t c = 0; c < comps; c++) {
        double sd = ur_exact_spread(k, l, c, comps), v;
        if (!invert(k, l, c, sd, &v)) {
            snprintf(note + strlen(note), nnote - strlen(note),
                     "; but the standard deviation of %s cannot reach %.6g, that of what is left: by gradients",
                     g->data[l->datum].name, sd);
            return 1;
        }
        k->w[g->param[l->sd].offset + c] = v;
    }
    return 0;
}

/* a fit that leaves nothing of the data */
static bool perfect(const line *l)
{
    size_t systems = l->how == JOINT ? 1 : l->w;
    return ur_together(l->left, systems) <= ur_least_sd(ur_together(l->size, systems));
}

/* parameters of which no row says anything, their numbers being 0 in all of them; but for entries of tables that no symbol named
 */
static size_t silent(const work *k, const line *l)
{
    const ur_graph *g = k->m->graph;
    size_t n = 0;
    for (size_t c = 0; c < l->ncol && !k->pull; c++) {
        bool table = false;
        for (int i = 0; i < g->nparam; i++)
            table = table || (g->param[i].lookup && l->col[c] - g->param[i].offset < g->param[i].count);
        n += !table && k->w[l->col[c]] == 0;
    }
    return n < l->empty ? n : l->empty;
}

static int solve(work *k, line *l, ur_err *e)
{
    size_t r = l->how == ALIKE ? l->w : 1, most = 0;
    for (size_t s = 0; s < l->nsquares; s++) most = l->count[s] > most ? l->count[s] : most;
    double *b = ur_alloc((most * r + 1) * sizeof *b);
    int rc = b ? 0 : ur_nomem(e), rank;
    for (size_t s = 0; !rc && s < l->nsquares; s++) {
        rc = ur_squares_solve(&l->squares[s], b, l->left + s, l->size + s, &rank, e);
        if (rc) break;
        l->rank += (size_t)rank * r;
        l->empty += l->squares[s].empty * r;
        for (size_t c = 0; c < l->ncol; c++) {
            size_t at = l->col[c], mine = l->how == JOINT ? 0 : (size_t)k->owner[at];
            if (l->how == APART ? k->owner[at] == (int32_t)s : l->how == JOINT || k->owner[at] >= 0)
                k->w[at] = b[(size_t)k->column[at] * r + (l->how == ALIKE ? mine : 0)];
        }
        ur_squares_free(&l->squares[s]);
    }
    ur_free(b);
    return rc;
}

/* do the components of a line differ in their noise in a way that a system of all cannot know? */
static bool noise_differs(const work *k, const line *l)
{
    if (l->sd < 0 || l->w == 1) return false;
    size_t n = k->m->graph->param[l->sd].count;
    for (size_t c = 1; n == 1 && c < l->w; c++)
        if (ur_exact_sd(k, l, c, 0) != ur_exact_sd(k, l, 0, 0) || ur_exact_sd(k, l, c, 1) != ur_exact_sd(k, l, 0, 1)) return true;
    return n > 1;
}

/* what each line is made of, and how it is solved; false: its columns come from runs */
static int look(work *k, ur_err *e)
{
    const ur_graph *g = k->m->graph;
    uint8_t *deg = ur_alloc((size_t)g->nnode + 1);
    int rc = deg ? ur_degrees(g, deg) : ur_nomem(e);
    k->by_terms = true;
    for (int i = 0; !rc && k->by_terms && i < g->nlike; i++) {
        line *l = &k->line[i];
        rc = ur_terms_of(&l->terms, g, ur_like_reads(&g->like[i])[0], l->w, deg, e);
        k->by_terms = !rc && l->terms.fine;
        if (!rc && k->by_terms) rc = share_out(k, l, e);
        if (l->how == JOINT && noise_differs(k, l)) k->by_terms = false; /* columns may be zeros that terms do not tell */
    }
    ur_free(deg);
    return rc;
}

static double budget(const work *k) { return (double)(k->o->memory ? k->o->memory : (size_t)4 << 30); }

static int too_much(size_t columns, double bytes, char *note, size_t nnote)
{
    snprintf(note + strlen(note), nnote - strlen(note), "; least squares would need %zu columns and %s: by gradients", columns,
             ur_size_text((char[24]){ 0 }, bytes));
    return 1;
}

static int open_run(work *k, ur_err *e)
{
    size_t n = 0, most = 0;
    const ur_graph *g = k->m->graph;
    for (int i = 0; i < g->nlike; i++) n += (size_t)k->line[i].terms.nnode + 1;
    ur_id *keep = ur_alloc(n * sizeof *keep);
    if (!keep) return ur_nomem(e);
    n = 0;
    for (int i = 0; i < g->nlike; i++) {
        const ur_terms *t = &k->line[i].terms;
        keep[n++] = ur_like_reads(&g->like[i])[0];
        for (int j = 0; k->by_terms && j < t->nnode; j++) keep[n++] = t->node[j];
        most = (size_t)t->nnode > most ? (size_t)t->nnode : most;
    }
    k->value = ur_zalloc((most + 1) * sizeof *k->value);
    ur_run_want want = { .keep = keep,
                         .nkeep = (int)n,
                         .bare = true,
                         .limits = { .threads = k->o->threads, .memory = k->o->memory },
                         .window = UR_WINDOW_ROOT };
    int rc = k->value ? ur_run_open(&k->run, k->m, &want, e) : ur_nomem(e);
    ur_free(keep);
    return rc;
}

static int columns(work *k, char *note, size_t nnote, ur_err *e)
{
    const ur_graph *g = k->m->graph;
    double bytes = 0;
    size_t ncol = 0;
    for (int i = 0; i < g->nlike; i++) {
        const line *l = &k->line[i];
        ncol += l->ncol;
        bytes += k->by_terms ? bytes_of(l) + ur_terms_bytes(&l->terms)
                             : 8 * ((double)l->used * (double)l->w * (double)l->ncol + 2 * (double)l->nrow * (double)l->w);
    }
    k->all = k->by_terms ? 1 : ncol + 1;
    if ((!k->by_terms && ncol > MOST_RUNS) || bytes > budget(k)) return too_much(ncol, bytes, note, nnote);
    TRY(open_run(k, e));
    if (!k->by_terms) TRY(by_runs(k, e));
    for (int i = 0; i < g->nlike; i++) {
        line *l = &k->line[i];
        if (!k->by_terms) {
            TRY(share_out(k, l, e));
            bytes += bytes_of(l);
        }
        if (bytes > budget(k)) return too_much(ncol, bytes, note, nnote);
        if (l->how == JOINT && noise_differs(k, l)) {
            snprintf(note + strlen(note), nnote - strlen(note),
                     "; but the components of %s share parameters and differ in their noise: by gradients",
                     g->data[l->datum].name);
            return 1;
        }
        TRY(open_squares(l, e));
        if (!k->by_terms) TRY(rows_of_runs(k, l, e));
    }
    return k->by_terms ? run_once(k, e) : 0;
}

static int fit_lines(work *k, char *note, size_t nnote, char *odd, size_t nodd, ur_err *e)
{
    const ur_graph *g = k->m->graph;
    size_t left_out = 0, rows = 0;
    bool parts = false;
    for (int i = 0; i < g->nlike; i++) {
        TRY(set_up_line(k, i, e));
        parts = parts || k->line[i].pair;
    }
    for (int i = 0; i < g->nlike; i++) {
        line *l = &k->line[i];
        rows += parts ? l->values : l->used;
        k->rows = l->nrow > k->rows ? l->nrow : k->rows;
        left_out += parts ? l->most - l->values : l->nrow - l->used - ur_rows_before(g, l->datum, k->before);
        if (!plain(g, &g->like[i])) {
            snprintf(note + strlen(note), nnote - strlen(note),
                     "; but the mean of %s has other positions or components than %s: by gradients", g->data[l->datum].name,
                     g->data[l->datum].name);
            return 1;
        }
        int by = -1;
        TRY(ur_exact_by_number(k, l, &by, e));
        if (by >= 0) {
            snprintf(note + strlen(note), nnote - strlen(note),
                     "; but the mean of %s reads %s at numbers, and values of %s are missing: by gradients",
                     g->data[l->datum].name, g->data[by].name, g->data[by].name);
            return 1;
        }
        TRY(ur_exact_values(k, l, e));
    }
    for (int i = 0; i < g->nlike; i++)
        for (size_t c = 0; c < k->line[i].ncol; c++) k->w[k->line[i].col[c]] = 0;
    TRY(look(k, e));
    TRY(columns(k, note, nnote, e));
    for (int i = 0; i < g->nlike; i++) {
        line *l = &k->line[i];
        TRY(l->pulled ? ur_pulled_solve(k, l, e) : solve(k, l, e));
        TRY(spread(k, l, note, nnote));
        if (perfect(l))
            snprintf(
                odd + strlen(odd), nodd - strlen(odd),
                "%s%zu values of %s are met exactly, by %zu parameter%s: neither a deviation nor the loss says anything of other values",
                *odd ? "; " : "", l->values, g->data[l->datum].name, l->ncol - l->empty, l->ncol - l->empty == 1 ? "" : "s");
        size_t asked = l->ncol - l->empty + silent(k, l);
        if (l->rank < asked)
            snprintf(note + strlen(note), nnote - strlen(note),
                     "; the data tell %zu of the %zu parameters of the mean of %s apart, the smallest solution is taken", l->rank,
                     asked, g->data[l->datum].name);
    }
    if (left_out) ur_exact_left_out(g, parts, rows, left_out, note + strlen(note), nnote - strlen(note));
    return 0;
}

static void free_line(line *l)
{
    for (size_t s = 0; l->squares && s < l->nsquares; s++) ur_squares_free(&l->squares[s]);
    ur_terms_free(&l->terms);
    void *own[] = { l->col, l->ok, l->pair, l->counted, l->made, l->given, l->squares, l->count,
                    l->row, l->y,  l->left, l->size,    l->base, l->value, l->X };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) ur_free(own[i]);
}

int ur_exact_fit(unroll_model *m, const ur_examples *x, size_t before, const unroll_fit_options *o, char *note, size_t nnote,
                 char *odd, size_t nodd, ur_err *e)
{
    const ur_graph *g = m->graph;
    size_t n = g->nweight + 1, nnode = (size_t)g->nnode + 1;
    work k = { .m = m,
               .x = x,
               .before = before,
               .o = o,
               .started = ur_now(),
               .line = ur_zalloc((size_t)(g->nlike + 1) * sizeof *k.line),
               .w = ur_alloc(n * sizeof *k.w),
               .column = ur_alloc(n * sizeof *k.column),
               .owner = ur_alloc(n * sizeof *k.owner),
               .at = ur_alloc(nnode * sizeof *k.at),
               .seen = ur_zalloc(nnode * sizeof *k.seen),
               .met = ur_zalloc(nnode) };
    int rc = k.line && k.w && k.at && k.column && k.owner && k.seen && k.met ? ur_order_work_new(&k.order, g, e) : ur_nomem(e),
        most = 0;
    if (!rc) rc = ur_reads_of(m, x, true, true, &k.reads, e);
    if (!rc) rc = ur_model_start(m, o->seed, k.w, e);
    if (!rc && g->nprior) rc = ur_pulls_read(&k, e);
    if (!rc) rc = fit_lines(&k, note, nnote, odd, nodd, e);
    if (!rc) {
        memcpy(m->weight, k.w, g->nweight * sizeof *k.w);
        m->started = true;
    }
    for (int i = 0; k.line && i < g->nlike; i++) {
        most = k.line[i].terms.nnode > most ? k.line[i].terms.nnode : most;
        free_line(&k.line[i]);
    }
    for (int i = 0; k.value && i < most; i++) ur_free(k.value[i].v);
    void *own[] = { k.mean.v, k.value, k.line, k.w, k.at, k.column, k.owner, k.seen, k.met, k.pull };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) ur_free(own[i]);
    ur_order_work_free(&k.order);
    ur_reads_free(k.reads, g->ndata);
    ur_run_close(k.run);
    return rc;
}
