/* init.c: where a fit starts. Knows parameters' shapes and how they are used, nothing of data.
 * Invariant: the values depend on the seed, the parameter's number and the element alone. */
#include "model/model.h"
#include <math.h>
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
