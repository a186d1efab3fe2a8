/* outcomes.c: scores of probabilities of outcomes that are 0 or 1: accuracy, Brier's score (1950), the area under the curve
 * (Hanley & McNeil 1982). Must not know models. Invariant: a probability of exactly one half guesses 0, and ties of two
 * probabilities count half. */
#include "model/score/score.h"
#include <math.h>
#include <stdlib.h>

int ur_outcome_add(ur_outcomes *o, double p, bool came, ur_err *e)
{
    if (o->n == o->cap) {
        double *more = ur_realloc(o->p, (2 * o->cap + 64) * sizeof *more);
        if (!more) return ur_nomem(e);
        o->p = more;
        o->cap = 2 * o->cap + 64;
    }
    o->p[o->n++] = copysign(p, came ? 1 : -1);
    return 0;
}

static bool came(double p) { return !signbit(p); }

double ur_outcome_loss(const ur_outcomes *o, double p)
{
    size_t ones = 0;
    for (size_t i = 0; i < o->n; i++) ones += came(o->p[i]);
    double n = (double)o->n, k = (double)ones;
    return n > 0 ? -((k > 0 ? k * log(p) : 0) + (k < n ? (n - k) * log1p(-p) : 0)) / n : NAN;
}

static int by_probability(const void *a, const void *b)
{
    double x = fabs(*(const double *)a), y = fabs(*(const double *)b);
    return x < y ? -1 : x > y;
}

/* the share of pairs of a 1 and a 0 in which the 1 had the higher probability; orders them. NAN: all are the same */
static double area(ur_outcomes *o)
{
    double zeros = 0, pairs = 0, ones = 0;
    if (o->n) qsort(o->p, o->n, sizeof *o->p, by_probability);
    for (size_t i = 0, to; i < o->n; i = to) {
        double z = 0, k = 0;
        for (to = i; to < o->n && fabs(o->p[to]) == fabs(o->p[i]); to++) *(came(o->p[to]) ? &k : &z) += 1;
        pairs += k * (zeros + z / 2);
        zeros += z;
        ones += k;
    }
    return ones > 0 && zeros > 0 ? pairs / ones / zeros : NAN;
}

double ur_outcomes_loss(const ur_outcomes *o)
{
    double sum = 0;
    for (size_t i = 0; i < o->n; i++) sum -= log(came(o->p[i]) > 0 ? fabs(o->p[i]) : 1 - fabs(o->p[i]));
    return sum / (double)o->n;
}

int ur_outcomes_put(ur_outcomes *o, double p, const char *base, ur_sheet *s, ur_err *e)
{
    double n = (double)o->n, right = 0, usual = 0, square = 0, flat = 0;
    for (size_t i = 0; i < o->n; i++) {
        double q = fabs(o->p[i]), y = came(o->p[i]);
        right += (q > 0.5) == (y > 0);
        usual += (p > 0.5) == (y > 0);
        square += (q - y) * (q - y);
        flat += (p - y) * (p - y);
    }
    double auc = area(o);
    TRY(ur_sheet_put(s, "accuracy %", n, 100 * right / n, 100 * usual / n, base, e));
    TRY(ur_sheet_put(s, "Brier score", n, square / n, flat / n, base, e));
    return ur_sheet_put(s, "AUC", n, auc, isnan(auc) ? NAN : 0.5, base, e);
}
