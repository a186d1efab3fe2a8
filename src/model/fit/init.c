/* init.c: where a fit starts. Knows parameters' shapes and how they are used, nothing of data.
 * Invariant: the values depend on the seed, the parameter's number and the element alone. */
#include "model/model.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void normal(double *w, size_t n, double mean, double sd, uint64_t seed, int which)
{
    for (size_t i = 0; i < n; i++) w[i] = mean + sd * ur_normal(seed, 0, (uint32_t)which, UR_SITE_START_NORMAL, (uint32_t)i);
}

static void uniform(double *w, size_t n, double lo, double hi, uint64_t seed, int which)
{
    for (size_t i = 0; i < n; i++)
        w[i] = lo + (hi - lo) * ur_uniform(seed, 0, (uint32_t)which, UR_SITE_START_UNIFORM, (uint32_t)i);
}

static void turn(const double *from, double *to, int rows, int cols)
{
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < cols; c++) to[(size_t)c * (size_t)rows + (size_t)r] = from[(size_t)r * (size_t)cols + (size_t)c];
}

/* rows, or where there are as many or more of them, columns made orthonormal (Saxe, McClelland & Ganguli 2014) */
static int orthogonal(double *w, int rows, int cols, ur_err *e)
{
    if (rows < cols) return ur_orthonormal(w, (size_t)rows, (size_t)cols, e);
    double *v = ur_alloc(sizeof *v * (size_t)rows * (size_t)cols);
    if (!v) return ur_nomem(e);
    turn(w, v, rows, cols);
    int rc = ur_orthonormal(v, (size_t)cols, (size_t)rows, e);
    turn(v, w, cols, rows);
    ur_free(v);
    return rc;
}

static int orthogonals(const ur_param *p, int which, uint64_t seed, double *w, ur_err *e)
{
    size_t one = (size_t)p->rows * (size_t)p->cols;
    normal(w, p->count, 0, 1, seed, which);
    for (size_t i = 0; i + one <= p->count; i += one) TRY(orthogonal(w + i, p->rows, p->cols, e));
    return 0;
}

static void identity(const ur_param *p, double *w)
{
    size_t cols = (size_t)p->cols, one = (size_t)p->rows * cols;
    for (size_t i = 0; i < p->count; i++) w[i] = i % one / cols == i % cols;
}

typedef struct lot {
    double key;
    size_t at;
} lot;

static int by_key(const void *a, const void *b)
{
    const lot *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

/* n × n numbers, from element `from` of the parameter: so many of them as the density says uniform(−1, 1), the others 0; times
 * what makes the largest modulus of an eigenvalue the radius (Jaeger 2001). *radius: what it was before, 0: none could be scaled
 */
static int draw_reservoir(const ur_param *p, int which, uint64_t seed, uint32_t try, size_t from, double *w, lot *lots,
                          double *copy, double *radius, ur_err *e)
{
    size_t n = (size_t)p->rows, one = n * n, there = (size_t)ceil(p->arg[1] * (double)one);
    for (size_t i = 0; i < one; i++)
        lots[i] = (lot){ ur_uniform(seed, try, (uint32_t)which, UR_SITE_START_THERE, (uint32_t)(from + i)), i };
    qsort(lots, one, sizeof *lots, by_key);
    memset(w, 0, one * sizeof *w);
    for (size_t i = 0; i < there && i < one; i++)
        w[lots[i].at] = 2 * ur_uniform(seed, try, (uint32_t)which, UR_SITE_START_UNIFORM, (uint32_t)(from + lots[i].at)) - 1;
    memcpy(copy, w, one * sizeof *w);
    TRY(ur_spectral_radius(copy, n, radius, e));
    for (size_t i = 0; i<one && * radius> 1e-6; i++) w[i] *= p->arg[0] / *radius;
    return 0;
}

/* a matrix so sparse that all its eigenvalues are 0 is drawn again */
static int reservoirs(const ur_param *p, int which, uint64_t seed, double *w, ur_err *e)
{
    enum { TRIES = 100 };
    size_t one = (size_t)p->rows * (size_t)p->cols;
    lot *lots = ur_alloc(one * sizeof *lots);
    double *copy = ur_alloc(one * sizeof *copy);
    int rc = lots && copy ? 0 : ur_nomem(e);
    for (size_t i = 0; !rc && i + one <= p->count; i += one) {
        double radius = 0;
        for (uint32_t try = 0; !rc && !(radius > 1e-6) && try < TRIES; try++)
            rc = draw_reservoir(p, which, seed, try, i, w + i, lots, copy, &radius, e);
        if (!rc && !(radius > 1e-6))
            rc = ur_fail(
                e, UNROLL_ERROR_MODEL,
                "%s:%d:%d: a reservoir of %d × %d with a density of %g has no eigenvalue but 0: more of its entries have to be "
                "there",
                p->place.file ? p->place.file : "model", p->place.line, p->place.col, p->rows, p->cols, p->arg[1]);
    }
    ur_free(lots);
    ur_free(copy);
    return rc;
}

/* uniform(±1/√terms), the terms of the sum that a product makes with it (LeCun et al. 1998): its columns, of a look-up table one,
 * times the fixed tuples that are summed */
static void spread(const ur_param *p, int which, uint64_t seed, double *w)
{
    size_t tuples = p->count / ((size_t)p->rows * (size_t)p->cols);
    double a = 1 / sqrt((p->lookup ? 1 : (double)p->cols) * (double)(tuples ? tuples : 1));
    uniform(w, p->count, -a, a, seed, which);
}

/* default: look-up tables normal(0, 1) (tied ones, which products use too, normal(0, 1/√rows)), scales ones, recurrent squares
 * orthogonal, vectors zeros, other matrices spread */
static int usual(const ur_param *p, int which, uint64_t seed, double *w, ur_err *e)
{
    if (p->lookup) {
        normal(w, p->count, 0, p->tied ? 1 / sqrt(p->rows) : 1, seed,
               which); /* 0.1 learned tinyshakespeare half as fast in its first epoch */
    } else if (p->scale) {
        for (size_t i = 0; i < p->count; i++) w[i] = 1;
    } else if (p->recurrent && p->rows == p->cols && p->rows > 1) {
        return orthogonals(p, which, seed, w, e);
    } else if (p->cols <= 1 && p->nfix == 0) {
        memset(w, 0, p->count * sizeof *w);
    } else {
        spread(p, which, seed, w);
    }
    return 0;
}

int ur_param_start(const ur_param *p, int which, uint64_t seed, double *w, ur_err *e)
{
    if (p->count == 0) return 0;
    switch (p->init) {
    case UR_INIT_DEFAULT: return usual(p, which, seed, w, e);
    case UR_INIT_ZEROS: memset(w, 0, p->count * sizeof *w); break;
    case UR_INIT_ONES:
        for (size_t i = 0; i < p->count; i++) w[i] = 1;
        break;
    case UR_INIT_CONST:
        for (size_t i = 0; i < p->count; i++) w[i] = p->start ? p->start[i] : p->arg[0];
        break;
    case UR_INIT_NORMAL: normal(w, p->count, p->arg[0], p->arg[1], seed, which); break;
    case UR_INIT_UNIFORM: uniform(w, p->count, p->arg[0], p->arg[1], seed, which); break;
    case UR_INIT_SPREAD: spread(p, which, seed, w); break;
    case UR_INIT_IDENTITY: identity(p, w); break;
    case UR_INIT_ORTHOGONAL: return orthogonals(p, which, seed, w, e);
    case UR_INIT_RESERVOIR: return reservoirs(p, which, seed, w, e);
    }
    return 0;
}

int ur_model_start(const unroll_model *m, uint64_t seed, double *w, ur_err *e)
{
    for (int i = 0; i < m->graph->nparam; i++) {
        const ur_param *p = &m->graph->param[i];
        bool set = m->was_set && m->was_set[i];
        if (!set) TRY(ur_param_start(p, i, seed, w + p->offset, e));
        else if (w != m->weight) memcpy(w + p->offset, m->weight + p->offset, p->count * sizeof *w);
    }
    return 0;
}

int ur_model_weights(unroll_model *m, ur_err *e)
{
    if (m->started || !m->weight) return 0;
    TRY(ur_model_start(m, 0, m->weight, e));
    m->started = true;
    return 0;
}
