/* ahead.c: ~ lines that draw several positions ahead, y[t+k] ~ D with a fixed index k: each position t is the origin of as many
 * values. A value is scored from every origin that it has, and drawn from one: the last before which all is known; after as many
 * steps what was drawn is history. Must not know distributions. Invariant: nothing counts of a value that has no origin. */
#include "lang/comp.h"
#include "graph/makers.h"

int ur_ahead(const ur_entity *e) { return e->kind == N_DRAW && e->nidx > e->of->nidx ? e->idx[e->nidx - 1] : -1; }

static ur_id position(ur_comp *c, int index)
{
    ur_node n = ur_proto(c, UR_POS, UR_BIT(index), 1, 1);
    n.i = index;
    return ur_node_add(c->g, &n);
}

static ur_sub before(int index, int steps)
{
    ur_sub s = ur_still(index);
    s.off = -steps;
    return s;
}

/* where the values at positions u have their origins: at u - k, for each k; or one before, for the first k */
static void to_origin(const ur_entity *e, bool each, ur_sub *sub)
{
    sub[0] = each ? ur_still(e->idx[0]) : before(e->idx[0], 1);
    sub[1] = ur_still(e->idx[1]);
    if (!each) sub[1].kind = UR_SUB_FIRST;
    if (!each) return;
    sub[0].nfix = 1;
    sub[0].fix[0] = e->idx[1];
    sub[0].times[0] = -1;
}

/* is there one? what is read there is 0 else */
static ur_id has_origin(ur_comp *c, const ur_entity *e, const ur_sub *sub)
{
    ur_graph *g = c->g;
    return Gt(ur_read(g, ur_spread(c, position(c, e->idx[0]), ur_index_set(e), 1, 1), sub), Num(0));
}

/* x of the origins, as values see it */
static ur_id from_origin(ur_comp *c, const ur_entity *e, ur_id x, bool each, bool positive)
{
    ur_graph *g = c->g;
    ur_sub sub[2];
    to_origin(e, each, sub);
    ur_id there = ur_read(g, x, sub);
    return positive ? ur_where(g, has_origin(c, e, sub), there, Num(1)) : there;
}

ur_id ur_ahead_weights(ur_comp *c, const ur_entity *e, ur_id weight)
{
    ur_graph *g = c->g;
    ur_sub sub[2];
    to_origin(e, true, sub);
    ur_id there = has_origin(c, e, sub);
    if (weight < 0) return there;
    return ur_where(g, there, from_origin(c, e, ur_spread(c, weight, ur_index_set(e), 1, 1), true, false), Num(0));
}

ur_id ur_ahead_sum(ur_comp *c, const ur_entity *e, ur_id x) { return ur_reduce(c->g, UR_RSUM, x, -1, 1, &e->idx[1], false); }

ur_id ur_ahead_seen(ur_comp *c, const ur_entity *e, ur_id origin, bool positive)
{
    return from_origin(c, e, origin, true, positive);
}

/* how far ahead of its origin the model draws a value: 1 after a known one and after a round of k, else one more than the value
 * before */
static ur_id age(ur_comp *c, const ur_entity *e)
{
    ur_graph *g = c->g;
    ur_id none = -1;
    ur_sub back = before(e->idx[0], 1);
    ur_node n = ur_proto(c, UR_ALIAS, UR_BIT(e->idx[0]), 1, 1);
    n.narg = 1;
    n.arg = &none;
    n.place = (ur_place){ e->at.line, e->at.col, e->at.src->file, e->name };
    ur_id a = ur_node_new(g, &n), last = ur_read(g, a, &back);
    ur_id known = ur_read(g, ur_where(g, ur_known_node(c, e->datum), Num(1), Num(0)), &back);
    ur_id more = ur_where(g, Ge(last, Num(g->index[e->idx[1]].size)), Num(1), Add(last, Num(1)));
    ur_id made = ur_where(g, known, Num(1), more);
    g->node[a].arg[0] = made;
    return a;
}

ur_id ur_ahead_drawn(ur_comp *c, const ur_entity *e, ur_id origin, ur_id seen, bool positive)
{
    ur_graph *g = c->g;
    if (c->fill[e->datum] >= 0) { /* what is known is not so everywhere */
        if (c->age[e->datum] < 0) c->age[e->datum] = age(c, e);
        ur_id here = ur_binary(g, UR_EQ, position(c, e->idx[1]), c->age[e->datum]);
        return ur_ahead_sum(c, e, ur_where(g, here, seen, Num(0)));
    }
    return from_origin(c, e, origin, false, positive);
}
