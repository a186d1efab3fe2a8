/* vectors.c: normal vectors, m + L e: −log p of the components that are there, and what those say of the others. What is missing
 * has variance 1 and hangs on nothing in a covariance of which the rest is looked at, so that the same equations hold whatever is
 * there. Must not know which rows there are. */
#include "lang/comp.h"
#include "graph/makers.h"

static ur_id covariance(ur_comp *c, const ur_spec *d)
{
    ur_id l = ur_lower(c->g, d->arg[1]);
    return ur_matmul(c->g, l, false, ur_transpose(c, l));
}

/* the Cholesky factor of S where `there` is 1, of the identity elsewhere */
static ur_id factor_of(ur_comp *c, ur_id s, ur_id there)
{
    ur_graph *g = c->g;
    ur_id m = ur_diagonal(g, there, true), rest = ur_diagonal(g, Sub(Num(1), there), true);
    return ur_cholesky(g, Add(ur_matmul(g, ur_matmul(g, m, false, s), false, m), rest));
}

/* ½ |L⁻¹ (y − m)|² + log |det L| + ½ n log 2π */
ur_id ur_joint_nlp(ur_comp *c, const ur_spec *d, ur_id y, ur_id there)
{
    ur_graph *g = c->g;
    ur_id l = d->arg[1], off = Sub(y, d->arg[0]), n = Num(g->node[y].rows);
    if (there >= 0) {
        l = factor_of(c, covariance(c, d), there);
        off = ur_where(g, there, off, Num(0));
        n = ur_vector_op(c, UR_CSUM, there);
    }
    ur_id z = ur_solve(g, l, false, off), size = ur_vector_op(c, UR_CSUM, Log(Abs(ur_diagonal(g, l, false))));
    return Add(Add(Mul(Num(0.5), ur_vector_op(c, UR_CSUM, Mul(z, z))), size), Mul(Num(0.91893853320467274178), n));
}

/* the distribution of the others, where those that are known are y: the mean m + S M S*⁻¹ M (y − m), the covariance
 * S − S M S*⁻¹ M S, M of the known ones, S* their factor's square */
ur_spec *ur_joint_given(ur_comp *c, const ur_spec *d, ur_id y, ur_id known)
{
    ur_graph *g = c->g;
    ur_spec *rest = UR_NEW(c->a, ur_spec, 1);
    ur_id s = covariance(c, d), l = factor_of(c, s, known), off = ur_where(g, known, Sub(y, d->arg[0]), Num(0));
    ur_id told = ur_matmul(g, s, false, ur_solve(g, l, true, ur_solve(g, l, false, off)));
    ur_id less = ur_solve(g, l, false, ur_matmul(g, ur_diagonal(g, known, true), false, s));
    *rest = *d;
    rest->arg[0] = Add(d->arg[0], told);
    rest->arg[1] = factor_of(c, Sub(s, ur_matmul(g, less, true, less)), Sub(Num(1), known));
    return rest;
}
