/* optim.c: optimisers, clipping and schedules. Knows the parameters' shapes and nothing of models or data.
 * Invariant: one thread, one order of operations: the same gradients give the same bits. All in double. */
#include "model/model.h"
#include <math.h>
#include <string.h>

static const char *const kinds[] = { "sgd", "momentum", "adam", "adamw", "rmsprop" };
static const char *const schedules[] = { "constant", "cosine", "linear", "step", "plateau" };

static int find(const char *name, const char *const *all, int n, const char *what, const char *list, ur_err *e)
{
    for (int i = 0; i < n; i++)
        if (!strcmp(name, all[i])) return i;
    return ur_fail(e, UNROLL_ERROR_USAGE, "there is no %s %s; there are %s", what, name, list);
}

int ur_optim_find(const char *name, ur_optim_kind *out, ur_err *e)
{
    int i = find(name ? name : "adam", kinds, 5, "optimiser", "sgd, momentum, adam, adamw and rmsprop", e);
    if (i < 0) return i;
    *out = (ur_optim_kind)i;
    return 0;
}

int ur_schedule_find(const char *name, ur_schedule *out, ur_err *e)
{
    int i = find(name ? name : "cosine", schedules, 5, "schedule", "constant, cosine, linear, step and plateau", e);
    if (i < 0) return i;
    *out = (ur_schedule)i;
    return 0;
}

int ur_optim_new(ur_optim *o, ur_optim_kind kind, size_t n, double decay, ur_err *e)
{
    *o = (ur_optim){ .kind = kind, .n = n, .decay = decay };
    o->m = ur_zalloc((n + 1) * sizeof *o->m);
    o->v = ur_zalloc((n + 1) * sizeof *o->v);
    if (o->m && o->v) return 0;
    ur_optim_free(o);
    return ur_nomem(e);
}

void ur_optim_free(ur_optim *o)
{
    ur_free(o->m);
    ur_free(o->v);
    o->m = o->v = NULL;
}

/* scales the whole gradient so that its Euclidean norm is at most `bound` (Pascanu, Mikolov & Bengio 2013) */
double ur_clip(double *g, size_t n, double bound)
{
    double s[8] = { 0 };
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        for (int k = 0; k < 8; k++) s[k] += g[i + (size_t)k] * g[i + (size_t)k];
    for (; i < n; i++) s[0] += g[i] * g[i];
    double norm = sqrt(((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7])));
    if (bound > 0 && norm > bound) {
        double f = bound / norm;
        for (i = 0; i < n; i++) g[i] *= f;
    }
    return norm;
}

/* Adam: Kingma & Ba 2015; AdamW: Loshchilov & Hutter 2019; RMSprop: Tieleman & Hinton 2012; momentum: Polyak 1964 */
static void update(ur_optim *o, size_t from, size_t n, double *w, const double *grad, double rate, double decay)
{
    const double b1 = 0.9, b2 = 0.999, eps = 1e-8, rho = 0.99;
    double c1 = 1 - pow(b1, (double)o->t), c2 = 1 - pow(b2, (double)o->t);
    double *restrict x = w + from, *restrict m = o->m + from, *restrict v = o->v + from;
    const double *restrict d = grad + from;
    double l2 = o->kind == UR_ADAMW ? 0 : decay, keep = o->kind == UR_ADAMW ? 1 - rate * decay : 1;
    switch (o->kind) {
    case UR_SGD:
        for (size_t i = 0; i < n; i++) x[i] -= rate * (d[i] + l2 * x[i]);
        break;
    case UR_MOMENTUM:
        for (size_t i = 0; i < n; i++) {
            m[i] = b1 * m[i] + (d[i] + l2 * x[i]);
            x[i] -= rate * m[i];
        }
        break;
    case UR_RMSPROP:
        for (size_t i = 0; i < n; i++) {
            double g = d[i] + l2 * x[i];
            v[i] = rho * v[i] + (1 - rho) * g * g;
            x[i] -= rate * g / (sqrt(v[i]) + eps);
        }
        break;
    case UR_ADAM:
    case UR_ADAMW:
        for (size_t i = 0; i < n; i++) {
            double g = d[i] + l2 * x[i];
            m[i] = b1 * m[i] + (1 - b1) * g;
            v[i] = b2 * v[i] + (1 - b2) * g * g;
            x[i] = keep * x[i] - rate * (m[i] / c1) / (sqrt(v[i] / c2) + eps);
        }
        break;
    }
}

/* decay shrinks matrices alone: vectors are biases, gains and scales */
void ur_optim_step(ur_optim *o, const ur_graph *g, double *w, const double *grad, double rate)
{
    o->t++;
    for (int i = 0; i < g->nparam; i++) {
        const ur_param *p = &g->param[i];
        if (!p->trained) continue;
        update(o, p->offset, p->count, w, grad, rate, p->cols > 1 ? o->decay : 0);
    }
}

/* `done` in [0, 1]: the share of the fit that lies behind */
double ur_schedule_rate(ur_schedule s, double rate, double warmup, double done, double plateau)
{
    if (warmup > 0 && done < warmup) return rate * (done + 1e-3 * warmup) / (warmup * 1.001);
    double u = warmup < 1 ? (done - (warmup > 0 ? warmup : 0)) / (1 - (warmup > 0 ? warmup : 0)) : 1;
    if (u < 0) u = 0;
    if (u > 1) u = 1;
    switch (s) {
    case UR_RATE_CONSTANT: return rate;
    case UR_RATE_COSINE: return rate * 0.5 * (1 + cos(3.14159265358979323846 * u));
    case UR_RATE_LINEAR: return rate * (1 - u);
    case UR_RATE_STEP: return rate * (u < 0.5 ? 1 : u < 0.75 ? 0.1 : 0.01);
    case UR_RATE_PLATEAU: return rate * plateau;
    }
    return rate;
}
