/* random.c: random quantities, e[t] = draw normal(m, s). Those whose draws move with their arguments are formulas over a draw
 * that does not, so that gradients pass through them (Kingma & Welling 2014, "reparameterised"); the others are constants to
 * gradients. Must not know how numbers are drawn. Invariant: every definition has draws of its own, in the order of order.c. */
#include "lang/comp.h"
#include "graph/makers.h"

typedef struct maker {
    ur_comp *c;
    ur_node node; /* a DRAW along the left side's indices, without arguments */
} maker;

static ur_id drawn(maker *r, ur_dist d, int narg, ur_id *arg)
{
    r->node.j = (int)d;
    r->node.narg = narg;
    r->node.arg = arg;
    return ur_node_add(r->c->g, &r->node);
}

/* a draw by these numbers, of which the distribution takes some */
static ur_id fixed(maker *r, ur_dist d, double first, double second)
{
    ur_id arg[2] = { ur_num(r->c->g, first), ur_num(r->c->g, second) };
    return drawn(r, d, ur_dist_nargs(d), arg);
}

/* by its arguments, each of one component or of the draw's own shape */
static ur_id by_arguments(maker *r, ur_dist d, ur_id *a)
{
    ur_comp *c = r->c;
    ur_set set = 0;
    for (int k = 0; k < r->node.nfix; k++) set |= UR_BIT(r->node.fix[k]);
    for (int k = 0; k < ur_dist_nargs(d); k++)
        if (d == UR_CATEGORICAL || ur_node_width(c->g, &c->g->node[a[k]]) > 1) a[k] = ur_spread(c, a[k], set, r->node.rows, 1);
    return drawn(r, d, ur_dist_nargs(d), a);
}

static ur_id moved(maker *r, ur_dist d, ur_id *a)
{
    ur_graph *g = r->c->g;
    switch (d) {
/* clang-format off */
#define Free(ID, first, second) fixed(r, UR_##ID, first, second)
#define FIXED by_arguments(r, d, a)
#define DIST(ID, name, support, location, arguments, nlp, below, above, mean, centre, mode, draw, quantile, moved) case UR_##ID: return moved;
#include "math/dists.def"
    /* clang-format on */
    default: return Z;
    }
}

ur_val ur_random_value(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *e)
{
    int d = ur_dist_named(e->name), given = -1;
    ur_id arg[3] = { -1, -1, -1 };
    maker r = { c, ur_proto(c, UR_DRAW, ur_made_set(ent), ur_size(c, ent->r), 1) };
    r.node.example = true;
    r.node.i = c->ndraw++;
    r.node.place = (ur_place){ e->at.line, e->at.col, e->at.src->file, c->making };
    for (int k = 0; k < e->nkid; k++)
        arg[k] = ur_dists[d].arg[k] == A_POSITIVE ? ur_positive_argument(c, s, ent, e->kid[k], d, k, &given)
                                                  : ur_plain(c, ur_value(c, s, ent, e->kid[k]).id);
    return (ur_val){ moved(&r, (ur_dist)d, arg), false, true };
}
