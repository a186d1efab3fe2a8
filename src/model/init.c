/* init.c: where a fit starts. Knows parameters' shapes and how they are used, nothing of data.
 * Invariant: the values depend on the seed, the parameter's number and the element alone. */
#include "model/model.h"
#include <math.h>
#include <string.h>

enum { SITE_UNIFORM = 0x1001, SITE_NORMAL = 0x1002 };

static void normal(double *w, size_t n, double mean, double sd, uint64_t seed, int which)
{
    for (size_t i = 0; i < n; i++) w[i] = mean + sd * ur_normal(seed, 0, (uint32_t)which, SITE_NORMAL, (uint32_t)i);
}

static void uniform(double *w, size_t n, double lo, double hi, uint64_t seed, int which)
{
    for (size_t i = 0; i < n; i++) w[i] = lo + (hi - lo) * ur_uniform(seed, 0, (uint32_t)which, SITE_UNIFORM, (uint32_t)i);
}

/* rows (or, where higher than wide, or as high, columns) made orthonormal by Gram–Schmidt twice over; Saxe, McClelland & Ganguli 2014. They are
 * laid one after the other for it: columns where they stand took 23 seconds for eight matrices of 512 × 512, this takes 0.3 */
static void orthonormal(double *v, int n, size_t len)
{
    const ur_kernels *k = ur_kernels_for(false);
    for (int i = 0; i < n; i++) {
        double *a = v + (size_t)i * len;
        for (int pass = 0; pass < 2; pass++)
            for (int j = 0; j < i; j++) k->axpy(len, -k->dot(len, a, v + (size_t)j * len), v + (size_t)j * len, a);
        double norm = k->dot(len, a, a);
        norm = norm > 0 ? 1 / sqrt(norm) : 0;
        for (size_t c = 0; c < len; c++) a[c] *= norm;
    }
}

static void turn(const double *from, double *to, int rows, int cols)
{
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < cols; c++) to[(size_t)c * (size_t)rows + (size_t)r] = from[(size_t)r * (size_t)cols + (size_t)c];
}

static void orthogonal(double *w, int rows, int cols)
{
    size_t n = (size_t)rows * (size_t)cols;
    double *v = rows < cols ? NULL : ur_alloc(sizeof *v * (n + 1));
    if (!v) {                                            /* rows as they lie; out of memory too, where rows alone are then of length one */
        orthonormal(w, rows < cols ? rows : cols, (size_t)cols);
        return;
    }
    turn(w, v, rows, cols);
    orthonormal(v, cols, (size_t)rows);
    turn(v, w, cols, rows);
    ur_free(v);
}

static void each(const ur_param *p, double *w, void (*fn)(double *, int, int))
{
    size_t one = (size_t)p->rows * (size_t)p->cols;
    for (size_t i = 0; one && i + one <= p->count; i += one) fn(w + i, p->rows, p->cols);
}

static void identity(double *w, int rows, int cols)
{
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < cols; c++) w[(size_t)r * (size_t)cols + (size_t)c] = r == c;
}

/* uniform(±1/√terms), the terms of the sum that a product makes with it (LeCun et al. 1998): its columns, of a look-up table one, times the fixed tuples that are summed */
static void spread(const ur_param *p, int which, uint64_t seed, double *w)
{
    size_t tuples = p->count / ((size_t)p->rows * (size_t)p->cols);
    double a = 1 / sqrt((p->lookup ? 1 : (double)p->cols) * (double)(tuples ? tuples : 1));
    uniform(w, p->count, -a, a, seed, which);
}

/* default: look-up tables normal(0, 1) (tied ones, which products use too, normal(0, 1/√rows)), scales ones, recurrent squares orthogonal, vectors zeros, other matrices spread */
static void usual(const ur_param *p, int which, uint64_t seed, double *w)
{
    if (p->lookup) {
        normal(w, p->count, 0, p->tied ? 1 / sqrt(p->rows) : 1, seed, which);   /* 0.1 learned tinyshakespeare half as fast in its first epoch */
    } else if (p->scale) {
        for (size_t i = 0; i < p->count; i++) w[i] = 1;
    } else if (p->recurrent && p->rows == p->cols && p->rows > 1) {
        normal(w, p->count, 0, 1, seed, which);
        each(p, w, orthogonal);
    } else if (p->cols <= 1 && p->nfix == 0) {
        memset(w, 0, p->count * sizeof *w);
    } else {
        spread(p, which, seed, w);
    }
}

void ur_param_start(const ur_param *p, int which, uint64_t seed, double *w)
{
    if (p->count == 0) return;
    switch (p->init) {
    case UR_INIT_DEFAULT: usual(p, which, seed, w); break;
    case UR_INIT_ZEROS: memset(w, 0, p->count * sizeof *w); break;
    case UR_INIT_ONES:
        for (size_t i = 0; i < p->count; i++) w[i] = 1;
        break;
    case UR_INIT_CONST:
        for (size_t i = 0; i < p->count; i++) w[i] = p->arg[0];
        break;
    case UR_INIT_NORMAL: normal(w, p->count, p->arg[0], p->arg[1], seed, which); break;
    case UR_INIT_UNIFORM: uniform(w, p->count, p->arg[0], p->arg[1], seed, which); break;
    case UR_INIT_SPREAD: spread(p, which, seed, w); break;
    case UR_INIT_IDENTITY: each(p, w, identity); break;
    case UR_INIT_ORTHOGONAL:
        normal(w, p->count, 0, 1, seed, which);
        each(p, w, orthogonal);
        break;
    }
}
