/* squares.c: exact least squares as a way to fit: one solution in place of epochs, with losses as score has them. */
#include "graph/terms.h"
#include "model/fit/fit.h"
#include <math.h>
#include <stdio.h>

static int solve(ur_fit *f, char *why, size_t n, ur_err *e)
{
    char odd[480] = "";
    TRY(ur_exact_fit(f->m, f->x, f->tbefore, &f->o, why, n, odd, sizeof odd, e));
    if (*odd) ur_fit_note(f, "%s", odd);
    f->m->fitted = true;
    f->m->single = false;
    f->epoch = f->best_epoch = 1;
    f->have_best = true; /* whatever scoring gives */
    f->train_loss = f->best_train = f->valid_loss = f->best_loss = NAN;
    TRY(ur_fit_losses(f, f->x, f->tbefore, true, &f->train_loss, &f->train_gaps, e));
    f->best_train = f->train_loss;
    if (!f->vx) return 0;
    TRY(ur_fit_losses(f, f->vx, f->before, true, &f->valid_loss, &f->valid_gaps, e));
    f->best_loss = f->valid_loss;
    return 0;
}

static int log_of_one(ur_fit *f, ur_err *e)
{
    f->o.resume = 0;
    TRY(ur_log_open(f, e));
    ur_log_epoch(f, 0);
    return ur_log_close(f, e);
}

static int fit(ur_fit *f, char *why, size_t n, ur_err *e)
{
    int rc = solve(f, why, n, e); /* 1: exact in principle, too large in practice */
    if (rc) return rc == 1 ? UR_FIT_NOT_HERE : rc;
    return f->o.log ? log_of_one(f, e) : 0;
}

static int applies(unroll_model *m, const unroll_fit_options *o, bool *fits, char *why, size_t n, ur_err *e)
{
    ur_linear x = { 0 };
    *fits = false;
    if (o && (o->method || o->horizon)) return 0;
    TRY(ur_linear_of(&x, m->graph, e));
    snprintf(why, n, "%s", x.why);
    *fits = x.holds;
    return 0;
}

const ur_fit_method ur_by_squares = { UR_BY_SQUARES, applies, true, fit };
