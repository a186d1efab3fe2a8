/* means.c: the mean of a distribution as nodes: what a missing value moves with where the mean stands for it, so that gradients
 * pass through it. Must not know ~ lines. Invariant: it is the number that math has for it (ur_dist_mean, ur_law_mean), but of
 * quantiles, whose mean hangs on how they are sorted, and which pass no gradient. */
#include "lang/comp.h"
#include "graph/makers.h"

/* clang-format off */
ur_id ur_dist_centre(ur_graph *g, ur_dist d, const ur_id *a)
{
    switch (d) {
#define DIST(ID, name, support, location, arguments, nlp, below, above, mean, centre, mode, draw, quantile, moved) case UR_##ID: return centre;
#include "math/dists.def"
    default: return Z;
    }
}
/* clang-format on */

/* Σ of the parts' means, times their chances */
static ur_id of_mixture(ur_comp *c, const ur_spec *d)
{
    ur_graph *g = c->g;
    ur_id logits = d->arg[0], all = -1;
    if (d->over >= 0) {
        logits = ur_spread(c, logits, UR_BIT(d->over), 1, 1);
        ur_id chance = Exp(Sub(logits, ur_reduce(g, UR_RLSE, logits, -1, 1, &d->over, false)));
        return ur_reduce(g, UR_RSUM, Mul(chance, ur_spec_mean(c, d->kid[0])), -1, 1, &d->over, false);
    }
    ur_id chances = Exp(Sub(logits, ur_vector_op(c, UR_CLSE, logits)));
    for (int k = 0; k < d->nkid; k++) {
        ur_id part = Mul(ur_rows_of(c, chances, k, 1), ur_spec_mean(c, d->kid[k]));
        all = all < 0 ? part : Add(all, part);
    }
    return all;
}

ur_id ur_spec_mean(ur_comp *c, const ur_spec *d)
{
    ur_id *each = UR_NEW(c->a, ur_id, d->nkid + 1);
    if (d->kind == UR_LAW_PLAIN) return ur_dist_centre(c->g, d->dist, d->arg);
    if (d->kind == UR_LAW_QUANTILE) return ur_num(c->g, 0);
    if (d->kind == UR_LAW_CENSORED) return ur_spec_mean(c, d->kid[0]);
    if (d->kind != UR_LAW_MIXTURE) return d->arg[0];
    if (!d->when) return of_mixture(c, d);
    for (int k = 0; k < d->nkid; k++) each[k] = ur_spec_mean(c, d->kid[k]);
    return ur_chosen(c->g, d->nkid, d->when, each);
}
