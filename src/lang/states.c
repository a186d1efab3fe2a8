/* states.c: what all of the data say of latent symbols: the probability of each state given what comes before (predicted), and
 * the position itself (filtered), and all that comes later (smoothed), and the likeliest path of states. Ordinary nodes, which no
 * loss reads: only those who ask for them compute them. The backward recursions are Rabiner's (1989), the one with maxima in
 * place of sums is that of Viterbi run from the end. Must not know lines. */
#include "lang/chains.h"
#include "graph/makers.h"
#include <math.h>

/* of states now and before, log p of the position's data and of the move into the present ones */
static ur_id step(const forward *f)
{
    ur_graph *g = f->c->g;
    ur_id p = f->move[0];
    for (int a = 1; a < f->l.n; a++) p = Add(p, f->move[a]);
    return f->said < 0 ? p : Sub(p, f->said);
}

/* log p of what comes after a position given the states that are carried on, up to a number; op: RLSE sums over those to come,
 * RMAX takes the best. −1: nothing is carried on */
static ur_id future(const forward *f, ur_op op)
{
    ur_comp *c = f->c;
    ur_graph *g = c->g;
    if (!f->carried) return -1;
    ur_id alias = ur_carried(f, f->carried), v = ur_sum_states(g, op, Add(step(f), alias), ur_latest(&f->l));
    v = ur_spread(c, Sub(v, ur_sum_states(g, op, v, ur_states(&f->l))), ur_parents(c, f->l.chain[0].along), 1, 1);
    for (int a = 0; a < f->l.n; a++) /* a transition without memory reads no state before */
        for (int d = 1; d <= f->l.chain[a].deep; d++) v = ur_spread(c, v, UR_BIT(f->l.chain[a].index[d]), 1, 1);
    g->node[alias].arg[0] = ur_shifted(f, v, 1);
    return alias;
}

/* chances of the states of chain a, as a vector, from logarithms of all states */
static ur_id chances(const forward *f, int a, ur_id p)
{
    ur_graph *g = f->c->g;
    int index = f->l.chain[a].index[0];
    p = Sub(p, ur_sum_states(g, UR_RLSE, p, ur_states(&f->l)));
    p = Exp(ur_sum_states(g, UR_RLSE, p, ur_states(&f->l) & ~UR_BIT(index)));
    p = ur_reduce(g, UR_RSUM, Mul(p, ur_state_onehot(&f->l, a, 0)), -1, 1, &index, false);
    return ur_spread(f->c, p, UR_BIT(f->l.chain[a].along) | ur_parents(f->c, f->l.chain[a].along), f->l.chain[a].size, 1);
}

/* of each chain 1 at the state of the likeliest path, along its index, into best */
static void path(const forward *f, ur_id *best)
{
    ur_comp *c = f->c;
    ur_graph *g = c->g;
    const ur_lift *l = &f->l;
    ur_id after = future(f, UR_RMAX), p = step(f), here;
    for (int a = 0; a < l->n; a++) best[a] = ur_carried(f, UR_BIT(l->chain[a].index[0]));
    if (f->first >= 0) { /* the states before are those of the path; before the first there are none */
        for (int a = 0; a < l->n; a++)
            for (int d = 1; d <= l->chain[a].deep; d++) {
                ur_id on = ur_where(g, ur_after_start(l, a, d), ur_shifted(f, best[a], -d),
                                    ur_spread(c, Num(1), UR_BIT(l->chain[a].index[d]), 1, 1));
                p = ur_where(g, on, p, Num(-INFINITY));
            }
        here = f->said < 0 ? f->first : Sub(f->first, f->said);
        p = ur_where(g, ur_after_start(l, 0, 1), p, ur_spread(c, here, ur_node_set(&g->node[p]) & ur_states(l), 1, 1));
    }
    if (after >= 0) p = Add(p, after);
    p = ur_sum_states(g, UR_RMAX, p, ur_states(l) & ~ur_latest(l));
    for (int a = 0; a < l->n; a++) {
        int index = l->chain[a].index[0];
        ur_id one = ur_reduce(g, UR_RARGMAX, ur_sum_states(g, UR_RMAX, p, ur_states(l) & ~UR_BIT(index)), -1, 1, &index, false);
        g->node[best[a]].arg[0] = ur_spread(c, one, UR_BIT(l->chain[a].along) | ur_parents(c, l->chain[a].along), 1, 1);
        p = ur_where(g, one, p, Num(-INFINITY));
    }
}

static void name_it(ur_comp *c, ur_entity *e, const char *part, ur_id node)
{
    e->known_by = true;
    UR_GROW(c->a, c->g->quant, c->g->nquant, c->quant_cap);
    c->g->quant[c->g->nquant++] = (ur_quantity){
        ur_arena_printf(c->a, "%s%s", e->name, part), node, { e->at.line, e->at.col, e->at.src->file, e->name }, NULL, false
    };
}

/* of its shape, where nobody asks for it: what looks ahead would be in the way of those who cut sequences */
static ur_id unasked(const forward *f, int a, int rows)
{
    return ur_spread(f->c, ur_num(f->c->g, 0), UR_BIT(f->l.chain[a].along) | ur_parents(f->c, f->l.chain[a].along), rows, 1);
}

void ur_state_quantities(forward *f)
{
    ur_comp *c = f->c;
    ur_graph *g = c->g;
    static const char *const part[] = { "", ".smoothed", ".filtered", ".predicted" };
    for (int a = 0; !c->o->states && a < f->l.n; a++)
        for (int k = 0; k < 4; k++) name_it(c, f->l.chain[a].e, part[k], unasked(f, a, k ? f->l.chain[a].size : 1));
    if (!c->o->states) return;
    ur_id after = future(f, UR_RLSE), *best = UR_NEW(c->a, ur_id, f->l.n);
    ur_id smoothed = after < 0 ? f->filtered : Add(f->filtered, after);
    path(f, best);
    for (int a = 0; a < f->l.n; a++) {
        ur_entity *e = f->l.chain[a].e;
        int index = f->l.chain[a].index[0];
        name_it(c, e, part[0], ur_reduce(g, UR_RSUM, Mul(best[a], ur_state_number(&f->l, a, 0)), -1, 1, &index, false));
        name_it(c, e, part[1], chances(f, a, smoothed));
        name_it(c, e, part[2], chances(f, a, f->filtered));
        name_it(c, e, part[3], chances(f, a, f->predicted));
    }
}
