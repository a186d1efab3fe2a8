/* optim.c: optimisers, clipping and schedules. Knows the parameters' shapes and nothing of models or data.
 * Invariant: what is added up is added in one order: the same gradients give the same bits on any number of threads. All in
 * double. */
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

int ur_rate_find(const char *name, ur_rate_schedule *out, ur_err *e)
{
    int i = find(name ? name : "cosine", schedules, 5, "schedule", "constant, cosine, linear, step and plateau", e);
    if (i < 0) return i;
    *out = (ur_rate_schedule)i;
    return 0;
}

/* The weights in parts of at most PART, each of one parameter: what a thread takes at a time, and what a norm is added up over,
 * in order. */
enum { PART = 16384, PIECE = 1024 };
struct ur_optim_part {
    int param;
    size_t from, n;
};

static size_t parts_in(const ur_param *p) { return (p->count + PART - 1) / PART; }

int ur_optim_new(ur_optim *o, ur_optim_kind kind, const ur_graph *g, double decay, ur_err *e)
{
    size_t n = g->nweight, parts = 0;
    *o = (ur_optim){ .kind = kind, .n = n, .decay = decay };
    for (int i = 0; i < g->nparam; i++) parts += parts_in(&g->param[i]);
    o->m = ur_zalloc((n + 1) * sizeof *o->m);
    o->v = ur_zalloc((n + 1) * sizeof *o->v);
    o->sum = ur_zalloc((parts + 1) * sizeof *o->sum);
    o->part = ur_alloc((parts + 1) * sizeof *o->part);
    if (!o->m || !o->v || !o->sum || !o->part) {
        ur_optim_free(o);
        return ur_nomem(e);
    }
    for (int i = 0; i < g->nparam; i++)
        for (size_t at = 0; at < g->param[i].count; at += PART)
            o->part[o->nparts++] = (struct ur_optim_part){ i, g->param[i].offset + at,
                                                           g->param[i].count - at < PART ? g->param[i].count - at : PART };
    return 0;
}

void ur_optim_free(ur_optim *o)
{
    ur_free(o->m);
    ur_free(o->v);
    ur_free(o->sum);
    ur_free(o->part);
    o->m = o->v = o->sum = NULL;
    o->part = NULL;
    o->nparts = 0;
}

typedef struct step {
    const ur_optim *o;
    const ur_graph *g;
    double *w;
    const void *grad;
    bool single;
    double scale, rate;
    double *mean, toward; /* ur_optim_mean */
    double *sum;          /* [parts] squares */
} step;

static void read_grad(const step *s, size_t from, size_t n, double *d)
{
    const ur_kernels *k = ur_kernels_for(s->single);
    k->to_double(n, (const char *)s->grad + from * k->esize, d);
    for (size_t i = 0; i < n; i++) d[i] *= s->scale;
}

static void add_squares(void *arg, size_t part, int worker)
{
    (void)worker;
    step *s = arg;
    const ur_kernels *k = ur_kernels_for(false);
    ur_math_thread_init();
    double d[PIECE], sum = 0;
    const struct ur_optim_part *p = &s->o->part[part];
    if (s->g->param[p->param].trained)
        for (size_t i = 0; i < p->n; i += PIECE) {
            size_t len = p->n - i < PIECE ? p->n - i : PIECE;
            read_grad(s, p->from + i, len, d);
            sum += k->dot(len, d, d);
        }
    s->sum[part] = sum;
}

/* Adam: Kingma & Ba 2015; AdamW: Loshchilov & Hutter 2019; RMSprop: Tieleman & Hinton 2012; momentum: Polyak 1964 */
static void update(const step *s, const ur_adam *c, double l2, size_t from, size_t n)
{
    const double b1 = 0.9, rho = 0.99, eps = 1e-8, rate = s->rate;
    double g[PIECE], *x = s->w + from, *m = s->o->m + from, *v = s->o->v + from;
    read_grad(s, from, n, g);
    if (l2 != 0)
        for (size_t i = 0; i < n; i++) g[i] += l2 * x[i];
    switch (s->o->kind) {
    case UR_SGD:
        for (size_t i = 0; i < n; i++) x[i] -= rate * g[i];
        break;
    case UR_MOMENTUM:
        for (size_t i = 0; i < n; i++) {
            m[i] = b1 * m[i] + g[i];
            x[i] -= rate * m[i];
        }
        break;
    case UR_RMSPROP:
        for (size_t i = 0; i < n; i++) {
            v[i] = rho * v[i] + (1 - rho) * g[i] * g[i];
            x[i] -= rate * g[i] / (sqrt(v[i]) + eps);
        }
        break;
    case UR_ADAM:
    case UR_ADAMW: ur_kernels_for(false)->adam(n, c, g, x, m, v); break;
    }
}

/* decay shrinks matrices alone: vectors are biases, gains and scales */
static void update_part(void *arg, size_t part, int worker)
{
    (void)worker;
    step *s = arg;
    const ur_optim *o = s->o;
    ur_math_thread_init();
    const struct ur_optim_part *p = &o->part[part];
    if (!s->g->param[p->param].trained) return;
    double decay = s->g->param[p->param].cols > 1 ? o->decay : 0, b1 = 0.9, b2 = 0.999;
    double c1 = 1 - pow(b1, (double)o->t), c2 = 1 - pow(b2, (double)o->t);
    ur_adam c = { .b1 = b1,
                  .b2 = b2,
                  .rate = s->rate / c1,
                  .root = 1 / sqrt(c2),
                  .eps = 1e-8,
                  .keep = o->kind == UR_ADAMW ? 1 - s->rate * decay : 1 };
    for (size_t i = 0; i < p->n; i += PIECE)
        update(s, &c, o->kind == UR_ADAMW ? 0 : decay, p->from + i, p->n - i < PIECE ? p->n - i : PIECE);
}

static void each_part(ur_pool *pool, size_t n, void (*fn)(void *, size_t, int), step *s)
{
    if (pool) ur_pool_run(pool, n, fn, s);
    else
        for (size_t i = 0; i < n; i++) fn(s, i, 0);
}

/* the whole gradient is scaled so that its Euclidean norm is at most `clip` (Pascanu, Mikolov & Bengio 2013) */
double ur_optim_step(ur_optim *o, const ur_graph *g, ur_pool *pool, double *w, const ur_optim_grad *grad, double rate)
{
    size_t n = o->nparts;
    step s = {
        .o = o, .g = g, .w = w, .grad = grad->grad, .single = grad->single, .scale = grad->scale, .rate = rate, .sum = o->sum
    };
    each_part(pool, n, add_squares, &s);
    double norm = 0;
    for (size_t i = 0; i < n; i++) norm += o->sum[i];
    norm = sqrt(norm);
    if (!isfinite(norm)) return norm;
    if (grad->clip > 0 && norm > grad->clip) s.scale *= grad->clip / norm;
    o->t++;
    each_part(pool, n, update_part, &s);
    return norm;
}

static void mean_part(void *arg, size_t part, int worker)
{
    (void)worker;
    const step *s = arg;
    ur_math_thread_init();
    const struct ur_optim_part *p = &s->o->part[part];
    for (size_t i = p->from; i < p->from + p->n; i++) s->mean[i] += s->toward * (s->w[i] - s->mean[i]);
}

void ur_optim_mean(const ur_optim *o, ur_pool *pool, const double *w, double *mean, double horizon)
{
    double steps = 1 + (double)(o->t / 10);
    step s = { .o = o, .w = (double *)w, .mean = mean, .toward = 1 / (steps < horizon ? steps : horizon) };
    each_part(pool, o->nparts, mean_part, &s);
}

/* `done` in [0, 1]: the share of the fit that lies behind */
double ur_rate_at(ur_rate_schedule s, double rate, double warmup, double done, double plateau)
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
