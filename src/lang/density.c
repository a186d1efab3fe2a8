/* density.c: ~ lines given by the logarithm of a density, density(LOGP, mean = m, draw = d), and those that draw one of an
 * index's positions, categorical[s](score[t,s]): their −log p and what is drawn from them, as nodes. Must not know how lines are
 * scored. Invariant: where a density reads the target at its own place it is what the data say, whatever the equations read
 * there. */
#include "lang/comp.h"
#include "graph/makers.h"
#include <math.h>

/* ---- densities */
static bool moves(const ur_graph *g, const ur_node *n, const ur_datum *d)
{
    bool any = n->red_example;
    for (int k = 0; k < d->nidx; k++) {
        for (int i = 0; i < n->nred; i++) any = any || n->red[i] == d->idx[k];
        any = any || ((n->op == UR_GATHER || n->op == UR_PLACE) && n->i == d->idx[k]);
    }
    for (int k = 0; n->op == UR_READ && k < g->node[n->arg[0]].nidx; k++)
        any = any || !ur_sub_still(&n->sub[k], g->node[n->arg[0]].idx[k]);
    return any;
}

/* v with `to` for `from`, a datum, at v's own place: what reads it elsewhere stays */
static ur_id instead(ur_comp *c, ur_id v, ur_id from, ur_id to)
{
    ur_graph *g = c->g;
    size_t room = (size_t)g->nnode + 1;
    const ur_datum *d = &g->data[g->node[to].i];
    ur_id *map = UR_NEW(c->a, ur_id, room), *order = UR_NEW(c->a, ur_id, room), *path = UR_NEW(c->a, ur_id, room);
    bool *leaf = UR_NEW(c->a, bool, room);
    for (ur_id k = 0; k < g->nnode; k++) {
        map[k] = k == from ? to : k;
        leaf[k] = k == from || moves(g, &g->node[k], d);
    }
    ur_order_work w = { path, order, UR_NEW(c->a, int, room), leaf };
    int n = ur_postorder(g, v, UR_NEW(c->a, uint8_t, room), &w);
    for (int k = 0; k < n; k++) {
        ur_id id = order[k];
        ur_node m = g->node[id];
        ur_id *arg = UR_NEW(c->a, ur_id, m.narg + 1);
        bool other = false;
        for (int i = 0; i < m.narg && !leaf[id]; i++) {
            arg[i] = map[m.arg[i]];
            other = other || arg[i] != m.arg[i];
        }
        if (!other) continue;
        m.arg = arg;
        map[id] = m.op == UR_ALIAS ? arg[0] : ur_node_add(g, &m);
    }
    return map[v];
}

/* −LOGP, y being what is drawn */
ur_id ur_density_nlp(ur_comp *c, const ur_spec *d, ur_id y)
{
    ur_graph *g = c->g;
    ur_id target = g->node[y].op == UR_DATA ? c->fill[g->node[y].i] : -1;
    return Neg(target >= 0 ? instead(c, d->logp, target, y) : d->logp);
}

/* what stands for a value, and what is drawn: each for the other where only one is said, NaN where none is */
void ur_density_spec(ur_comp *c, ur_scope *s, ur_entity *ent, ur_spec *d)
{
    const ur_expr *x = d->at;
    ur_id said[2] = { -1, -1 };
    for (int k = 0; k < x->nkid; k++) {
        ur_id v = ur_plain(c, ur_value(c, s, ent, x->kid[k]).id);
        if (!k) d->logp = v;
        else said[x->argname[k][0] == 'd'] = v;
    }
    ur_id none = ur_num(c->g, NAN);
    d->arg[0] = said[0] >= 0 ? said[0] : said[1] >= 0 ? said[1] : none;
    d->arg[1] = said[1] >= 0 ? said[1] : d->arg[0];
    d->narg = 2;
    if (said[0] >= 0 || said[1] >= 0) return;
    ur_build_note(
        c,
        ur_arena_printf(
            c->a,
            "%s:%d: %s is scored and not drawn, so no value that is missing is completed: density(…, mean = m, draw = d) says how",
            ent->at.src->file, ent->at.line, ent->name));
}

/* ---- positions */
/* log Σ over positions of exp(score) − score at y; no position: it cannot be */
ur_id ur_pointer_nlp(ur_comp *c, const ur_spec *d, ur_id y)
{
    ur_graph *g = c->g;
    ur_id all = ur_reduce(g, UR_RLSE, d->logp, -1, 1, &d->over, false), whole = ur_unary(g, UR_FLOOR, y);
    ur_id can = And(And(Ge(y, Num(1)), Le(y, ur_length_node(c, d->over, false))), ur_binary(g, UR_EQ, y, whole));
    ur_id at = ur_gather(g, d->logp, ur_where(g, can, y, Num(1)), d->over, 0);
    return ur_where(g, can, Sub(all, at), Num(INFINITY));
}

static ur_id highest(ur_comp *c, ur_id score, int over)
{
    ur_node n = ur_proto(c, UR_POS, UR_BIT(over), 1, 1);
    n.i = over;
    ur_id mask = ur_reduce(c->g, UR_RARGMAX, ur_unary(c->g, UR_STOP, score), -1, 1, &over, false);
    return ur_position_of(c, mask, ur_node_add(c->g, &n), 1, &over);
}

/* the position of the highest score; a draw is that of the highest with a Gumbel number added to each (Gumbel 1954, "the largest
 * of exponentials") */
void ur_pointer_spec(ur_comp *c, ur_scope *s, ur_entity *ent, ur_spec *d)
{
    ur_graph *g = c->g;
    ur_id two[2] = { Num(0), Num(1) };
    d->logp = ur_spread(c, ur_plain(c, ur_value(c, s, ent, d->at->kid[0]).id), UR_BIT(d->over), 1, 1);
    ur_node n = ur_proto(c, UR_DRAW, ur_node_set(&g->node[d->logp]), 1, 1);
    n.example = true;
    n.i = c->ndraw++;
    n.j = UR_GUMBEL;
    n.narg = 2;
    n.arg = two;
    n.place = g->node[d->logp].place;
    d->arg[0] = highest(c, d->logp, d->over);
    d->arg[1] = highest(c, Add(d->logp, ur_node_add(g, &n)), d->over);
    d->narg = 2;
}

/* ---- draws that say nothing of a line */
/* what the line says of what it draws, but how it draws it */
static void said(ur_comp *c, const ur_spec *d, uint8_t *met, ur_order_work *w)
{
    bool apart = d->kind == UR_LAW_DENSITY || d->kind == UR_LAW_POINTER;
    for (int k = 0; k < (apart ? 1 : d->narg); k++) ur_postorder(c->g, d->arg[k], met, w);
    for (int k = 0; k < d->nkid; k++) said(c, d->kid[k], met, w);
}

void ur_own_draws(ur_comp *c)
{
    ur_graph *g = c->g;
    if (!c->ndrawer) return;
    size_t room = (size_t)g->nnode + 1;
    bool *leaf = UR_NEW(c->a, bool, room), *seen = UR_NEW(c->a, bool, room);
    uint8_t *met = UR_NEW(c->a, uint8_t, room);
    ur_id *list = UR_NEW(c->a, ur_id, room);
    ur_order_work w = { list, UR_NEW(c->a, ur_id, room), UR_NEW(c->a, int, room), leaf };
    for (int k = 0; k < c->ndrawer; k++) leaf[c->drawer[k].arguments] = true;
    ur_postorder(g, g->loss, met, &w);
    for (int k = 0; k < c->ndrawer; k++) said(c, c->drawer[k].spec, met, &w);
    for (int k = 0; k < c->ndrawer; k++) ur_reach(g, c->drawer[k].arguments, seen, list);
    for (ur_id v = 0; v < g->nnode; v++)
        if (seen[v] && !met[v] && g->node[v].op == UR_DRAW) g->node[v].num = UR_DRAW_OF_LINE;
}
