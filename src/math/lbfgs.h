/* lbfgs.h: a function of many numbers brought to its least value near where it starts (lbfgs.c), and how it bends (curve.c). */
#ifndef UR_LBFGS_H
#define UR_LBFGS_H
#include "base/base.h"

typedef struct ur_lbfgs {
    size_t n;
    /* *f: the value at w [n], g [n]: its gradient. Where the function has no finite value: 0 with *f INFINITY */
    int (*at)(void *arg, const double *w, double *f, double *g, ur_err *e);
    int (*step)(void *arg, const double *w, double f, bool *stop, ur_err *e); /* after each step, or NULL. w: where it stands */
    void *arg;
    int most; /* steps */
    /* [n][n] a lower triangular l: l l' is near the second derivatives where it starts (ur_curvature); steps are then the same
     * whatever the units of the numbers are, and all of them are remembered. NULL: none is known */
    const double *factor;
    double unit; /* with factor: what is much of a value; of densities' logarithms 1 */
    /* answers */
    int steps;
    double f, slope; /* slope: max |g| max(1, |w|) / max(1, |f|) at the end, as it is compared with UR_LBFGS_FLAT; with factor:
                        what the next step promises of the value, in units */
    enum { UR_LBFGS_FOUND, UR_LBFGS_STUCK, UR_LBFGS_MOST, UR_LBFGS_STOPPED } end;
} ur_lbfgs;
#define UR_LBFGS_FLAT    1e-7
#define UR_LBFGS_NOTHING 1e-12 /* of a unit: a gain that is none */
#define UR_LBFGS_PROMISE 1e-15 /* of a unit: where none is promised */
/* w: [n] where it starts, and where it ends: never a worse place. STUCK: no step leads further down, as at a kink or where
 * rounding is all that is left. An error of `at` or `step` ends it, w is the best place until then. */
int ur_lbfgs_run(ur_lbfgs *p, double *w, ur_err *e);
/* factor [n][n] for where p->f is the value: l l' are the second derivatives at w by differences of gradients, of which two or
 * more are taken for each number; made positive definite where they are not. Numbers without effect are taken to
 * be of their own size. */
int ur_curvature(ur_lbfgs *p, const double *w, double *factor, ur_err *e);
#endif
