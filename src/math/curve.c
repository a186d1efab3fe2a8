/* curve.c: second derivatives of a function of few numbers, by differences of its gradients (Nocedal & Wright 2006, 8.1). Must
 * not know what the function is. Invariant: the steps are of the function's own making, as long as what changes it by a part of
 * `unit`: the same function of numbers in other units gives the same answer in those. */
#include "math/lbfgs.h"
#include "math/math.h"
#include <math.h>
#include <string.h>

enum { TRIES = 12 };
static const double part = 1e-3; /* of unit: what a step changes the value by, beside what the slope does */

typedef struct look {
    ur_lbfgs *p;
    const double *w;
    double f, unit;
    double *at, *above, *below, *scale, *h; /* [n] each; h: [n][n] */
} look;

/* *bend: how far the value lies, in the mean of both sides, above that in the middle; not finite where it has none */
static int sides(look *k, size_t i, double step, double *bend, ur_err *e)
{
    double up, down, w = k->w[i];
    k->at[i] = w + step;
    TRY(k->p->at(k->p->arg, k->at, &up, k->above, e));
    k->at[i] = w - step;
    TRY(k->p->at(k->p->arg, k->at, &down, k->below, e));
    k->at[i] = w;
    *bend = 0.5 * (up - k->f) + 0.5 * (down - k->f);
    return 0;
}

/* row i of h, and scale[i]: what makes h[i][i] ±1. A number without effect, or with less than any that counts, has a row of zeros
 */
static int row(look *k, size_t i, ur_err *e)
{
    size_t n = k->p->n;
    double size = fmax(1, fabs(k->w[i])), want = part * k->unit, noise = 1e-12 * fmax(k->unit, fabs(k->f)), by = 1;
    double step = 1e-2 * size, last = 0, *h = k->h + i * n;
    bool counts = false;
    for (int try = 0; try < TRIES && !counts; try++) {
        double bend;
        step *= by;
        TRY(sides(k, i, step, &bend, e));
        double off = fabs(bend);
        counts = off > want / 30 && off < want * 30;
        if ((try && off > 0.5 * last && off < 2 * last && off < want) || (off <= noise && step > 1e8 * size)) break;
        last = off;
        by = !isfinite(off) ? 1e-3 : off <= noise ? 1e3 : fmin(fmax(sqrt(want / off), 1e-4), 1e4);
    }
    for (size_t j = 0; j < n; j++) h[j] = counts ? (k->above[j] - k->below[j]) / (2 * step) : 0;
    for (size_t j = 0; j < n; j++)
        if (!isfinite(h[j])) h[j] = 0;
    k->scale[i] = h[i] != 0 ? 1 / sqrt(fabs(h[i])) : size;
    return 0;
}

/* the factor of h, of as little more on its diagonal as makes it positive definite; else of the diagonal alone. Both are scaled
 * to ones on the diagonal in between */
static void factorise(look *k, double *factor, double *m)
{
    const ur_kernels *kern = ur_kernels_for(false);
    size_t n = k->p->n;
    bool done = false;
    for (double more = 1e-10; more < 1 && !done; more *= 100) {
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++) {
                bool both = k->h[i * n + i] != 0 && k->h[j * n + j] != 0;
                double mean = 0.5 * (k->h[i * n + j] + k->h[j * n + i]) * k->scale[i] * k->scale[j];
                m[i * n + j] = both ? mean + (i == j ? more : 0) : i == j;
            }
        kern->chol((int)n, m, factor);
        done = true;
        for (size_t i = 0; i < n * n; i++) done = done && isfinite(factor[i]);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) factor[i * n + j] = (done ? factor[i * n + j] : i == j) / k->scale[i];
}

int ur_curvature(ur_lbfgs *p, const double *w, double *factor, ur_err *e)
{
    size_t n = p->n;
    double *room = ur_zalloc((4 * n + 2 * n * n + 1) * sizeof *room);
    if (!room) return ur_nomem(e);
    look k = { p, w, p->f, p->unit, room, room + n, room + 2 * n, room + 3 * n, room + 4 * n };
    memcpy(k.at, w, n * sizeof *w);
    int rc = 0;
    for (size_t i = 0; i < n && !rc; i++) rc = row(&k, i, e);
    if (!rc) factorise(&k, factor, room + 4 * n + n * n);
    ur_free(room);
    return rc;
}
