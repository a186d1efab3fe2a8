/* lbfgs.c: quasi-Newton steps of limited memory (Nocedal 1980; Nocedal & Wright 2006, algorithm 7.4), in double. Steps satisfy
 * the weak Wolfe conditions, found by bracketing (Lewis & Overton 2013), since it also ends at the kinks of a function that has
 * some, such as a sum of absolute values; within a bracket a cubic is tried (Nocedal & Wright, 3.59). Must not know what is
 * brought down. Invariant: sums are in one order: the same function gives the same bits. */
#include "math/lbfgs.h"
#include "math/math.h"
#include <math.h>
#include <string.h>

enum { MEMORY = 30, ALL = 300 /* steps remembered, with a factor */, TRIALS = 40, IDLE = 5 /* steps that gain nothing */ };

typedef struct pairs { /* the last steps and what the gradient changed by; the newest at (count − 1) % room */
    double *s, *y, *rho, *alpha;
    int count, room;
} pairs;

typedef struct place {
    double t, f, slope; /* along the line: how far, the value, the derivative */
} place;

typedef struct search {
    ur_lbfgs *p;
    double *w, *g, *d, *tw, *tg; /* here; the direction; on trial */
    pairs past;
} search;

static double dot(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
    return sum;
}

static double flatness(size_t n, const double *w, double f, const double *g)
{
    double most = 0;
    for (size_t i = 0; i < n; i++) most = fmax(most, fabs(g[i]) * fmax(1, fabs(w[i])));
    return most / fmax(1, fabs(f));
}

/* d = H₀ d: of the factor that is given, or of the last step's curvature */
static void first_guess(search *k)
{
    const pairs *q = &k->past;
    size_t n = k->p->n;
    if (k->p->factor) {
        const ur_kernels *kern = ur_kernels_for(false);
        kern->solve(false, (int)n, 1, k->p->factor, k->d, k->tw);
        kern->solve(true, (int)n, 1, k->p->factor, k->tw, k->d);
    } else if (q->count) {
        const double *y = q->y + (size_t)((q->count - 1) % q->room) * n;
        double scale = 1 / (q->rho[(q->count - 1) % q->room] * dot(n, y, y));
        for (size_t i = 0; i < n; i++) k->d[i] *= scale;
    }
}

/* the two-loop recursion: d = −H g */
static void direction(search *k)
{
    const pairs *q = &k->past;
    size_t n = k->p->n;
    int first = q->count > q->room ? q->count - q->room : 0;
    for (size_t i = 0; i < n; i++) k->d[i] = -k->g[i];
    for (int c = q->count - 1; c >= first; c--) {
        int at = c % q->room;
        const double *s = q->s + (size_t)at * n, *y = q->y + (size_t)at * n;
        q->alpha[at] = q->rho[at] * dot(n, s, k->d);
        for (size_t i = 0; i < n; i++) k->d[i] -= q->alpha[at] * y[i];
    }
    first_guess(k);
    for (int c = first; c < q->count; c++) {
        int at = c % q->room;
        const double *s = q->s + (size_t)at * n, *y = q->y + (size_t)at * n;
        double beta = q->rho[at] * dot(n, y, k->d);
        for (size_t i = 0; i < n; i++) k->d[i] += (q->alpha[at] - beta) * s[i];
    }
}

/* the step from w to tw, where it tells of a curvature that is there */
static void remember(search *k)
{
    pairs *q = &k->past;
    size_t n = k->p->n, at = (size_t)(q->count % q->room);
    double *s = q->s + at * n, *y = q->y + at * n;
    for (size_t i = 0; i < n; i++) {
        s[i] = k->tw[i] - k->w[i];
        y[i] = k->tg[i] - k->g[i];
    }
    double sy = dot(n, s, y);
    if (!(sy > (k->p->factor ? 0 : 1e-14 * sqrt(dot(n, s, s) * dot(n, y, y))))) return;
    q->rho[at] = 1 / sy;
    q->count++;
}

static int look(search *k, double t, place *to, ur_err *e)
{
    size_t n = k->p->n;
    for (size_t i = 0; i < n; i++) k->tw[i] = k->w[i] + t * k->d[i];
    *to = (place){ .t = t, .f = INFINITY };
    TRY(k->p->at(k->p->arg, k->tw, &to->f, k->tg, e));
    to->slope = isfinite(to->f) ? dot(n, k->tg, k->d) : NAN;
    if (!isfinite(to->slope)) to->f = INFINITY;
    return 0;
}

/* between two places: the least of the cubic through them, or the middle where there is none well inside */
static double between(place a, place b)
{
    double d1 = a.slope + b.slope - 3 * (a.f - b.f) / (a.t - b.t), root = sqrt(d1 * d1 - a.slope * b.slope);
    double t = b.t - (b.t - a.t) * (b.slope + root - d1) / (b.slope - a.slope + 2 * root), width = b.t - a.t;
    return t > a.t + 0.1 * width && t < b.t - 0.1 * width ? t : a.t + 0.5 * width;
}

/* *found: tw and tg are a step that leads down and leaves the steep part behind */
static int along(search *k, double t, place *here, bool *found, ur_err *e)
{
    const double enough = 1e-4, steep = 0.9;
    place low = *here, high = { .t = INFINITY }, at;
    *found = false;
    for (int i = 0; i < TRIALS && !*found; i++) {
        TRY(look(k, t, &at, e));
        if (!(at.f <= here->f + enough * t * here->slope)) high = at;
        else if (at.slope < steep * here->slope) low = at;
        else *found = true;
        t = isinf(high.t) ? 2 * low.t : isinf(high.f) ? low.t + 0.5 * (high.t - low.t) : between(low, high);
    }
    if (!*found && low.t > 0) { /* lower, if still steep */
        TRY(look(k, low.t, &at, e));
        *found = true;
    }
    if (*found) *here = at;
    return 0;
}

static int advance(search *k, bool *moved, ur_err *e)
{
    ur_lbfgs *p = k->p;
    double size = sqrt(dot(p->n, k->g, k->g)), t = k->past.count || p->factor ? 1 : fmin(1, 1 / size);
    place here = { .f = p->f, .slope = dot(p->n, k->g, k->d) };
    *moved = false;
    if (here.slope < 0) TRY(along(k, t, &here, moved, e));
    if (!*moved) return 0;
    remember(k);
    p->f = here.f;
    memcpy(k->w, k->tw, p->n * sizeof *k->w);
    memcpy(k->g, k->tg, p->n * sizeof *k->g);
    return 0;
}

/* how far it is from flat, the direction being known; *flat: no further */
static double steepness(const search *k, bool *flat)
{
    const ur_lbfgs *p = k->p;
    double much = p->factor ? -0.5 * dot(p->n, k->g, k->d) / p->unit : flatness(p->n, k->w, p->f, k->g);
    *flat = much <= (p->factor ? UR_LBFGS_PROMISE : UR_LBFGS_FLAT);
    return much;
}

static int descend(search *k, ur_err *e)
{
    ur_lbfgs *p = k->p;
    bool moved, stop = false, flat;
    double gain = p->factor ? UR_LBFGS_NOTHING * p->unit : 1e-10;
    p->end = UR_LBFGS_MOST;
    for (int idle = 0;;) {
        direction(k);
        p->slope = steepness(k, &flat);
        if (p->steps >= p->most || p->end != UR_LBFGS_MOST) return 0;
        if (flat) {
            p->end = UR_LBFGS_FOUND;
            return 0;
        }
        double before = p->f;
        TRY(advance(k, &moved, e));
        idle = before - p->f <= (p->factor ? gain : gain * fmax(1, fabs(before))) ? idle + 1 : 0;
        if (idle == IDLE || (!moved && !k->past.count)) p->end = UR_LBFGS_STUCK; /* not even straight down */
        if (!moved) {
            k->past.count = 0;
            continue;
        }
        p->steps++;
        if (p->step) TRY(p->step(p->arg, k->w, p->f, &stop, e));
        if (stop) p->end = UR_LBFGS_STOPPED;
    }
}

int ur_lbfgs_run(ur_lbfgs *p, double *w, ur_err *e)
{
    size_t n = p->n, many = p->factor ? ALL : MEMORY;
    double *room = ur_alloc((4 * n + 2 * many * (n + 1) + 1) * sizeof *room);
    if (!room) return ur_nomem(e);
    search k = { .p = p, .w = w, .g = room, .d = room + n, .tw = room + 2 * n, .tg = room + 3 * n };
    k.past = (pairs){ .s = room + 4 * n, .room = (int)many };
    k.past.y = k.past.s + many * n;
    k.past.rho = k.past.y + many * n;
    k.past.alpha = k.past.rho + many;
    p->steps = 0;
    p->end = UR_LBFGS_STUCK;
    p->slope = NAN;
    int rc = p->at(p->arg, w, &p->f, k.g, e);
    if (!rc && isfinite(p->f)) rc = descend(&k, e);
    ur_free(room);
    return rc;
}
