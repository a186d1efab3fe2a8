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

/* n vectors of len made orthonormal by Gram–Schmidt twice over */
static void make_orthonormal(double *w, int n, int len, size_t along, size_t across)
{
    for (int i = 0; i < n; i++) {
        double *a = w + (size_t)i * across;
        for (int pass = 0; pass < 2; pass++)
            for (int j = 0; j < i; j++) {
                const double *b = w + (size_t)j * across;
                double dot = 0;
                for (int k = 0; k < len; k++) dot += a[(size_t)k * along] * b[(size_t)k * along];
                for (int k = 0; k < len; k++) a[(size_t)k * along] -= dot * b[(size_t)k * along];
            }
        double norm = 0;
        for (int k = 0; k < len; k++) norm += a[(size_t)k * along] * a[(size_t)k * along];
        norm = norm > 0 ? 1 / sqrt(norm) : 0;
        for (int k = 0; k < len; k++) a[(size_t)k * along] *= norm;
    }
}

/* the same of a copy whose vectors lie in one piece: eight of 512 × 512 took 1.5 s, not 23: steps of a power of two share few cache sets */
static bool orthogonal_columns(double *w, int rows, int cols)
{
    double *t = ur_alloc((size_t)rows * (size_t)cols * sizeof *t);
    if (!t) return false;
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < cols; c++) t[(size_t)c * (size_t)rows + (size_t)r] = w[(size_t)r * (size_t)cols + (size_t)c];
    make_orthonormal(t, cols, rows, 1, (size_t)rows);
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < cols; c++) w[(size_t)r * (size_t)cols + (size_t)c] = t[(size_t)c * (size_t)rows + (size_t)r];
    ur_free(t);
    return true;
}

/* rows (or, where wider than high, columns) made orthonormal; Saxe, McClelland & Ganguli 2014 */
static void orthogonal(double *w, int rows, int cols)
{
    if (rows < cols) make_orthonormal(w, rows, cols, 1, (size_t)cols);
    else if (!orthogonal_columns(w, rows, cols)) make_orthonormal(w, cols, rows, (size_t)cols, 1);
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

/* default: look-up tables normal(0, 1) (tied ones, which products use too, normal(0, 1/√rows)), scales ones, recurrent squares orthogonal, vectors zeros, other matrices
 * uniform(±1/√cols) (LeCun et al. 1998), narrowed by the number of fixed tuples that are summed with it */
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
        size_t tuples = p->count / ((size_t)p->rows * (size_t)p->cols);
        double a = 1 / sqrt((double)p->cols * (double)(tuples ? tuples : 1));
        uniform(w, p->count, -a, a, seed, which);
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
    case UR_INIT_IDENTITY: each(p, w, identity); break;
    case UR_INIT_ORTHOGONAL:
        normal(w, p->count, 0, 1, seed, which);
        each(p, w, orthogonal);
        break;
    }
}
