/* Losses that a text adds to its objective: loss NAME[t] = …, summed over the positions of the left side and over examples, in
 * nats. Must not know ~ lines. Invariant: what is not counted (a run-up, rows that read what is missing) reaches neither the loss
 * nor a gradient. */
#include "lang/comp.h"
#include "graph/makers.h"
#include <string.h>

/* is the parameter called NAME, or one of the use of a cell that is? */
static bool is_of(const char *param, const char *name)
{
    size_t n = strlen(name);
    return !strncmp(param, name, n) && (!param[n] || param[n] == '.');
}

static const char *nearest(const ur_graph *g, const char *name)
{
    const char *near = NULL;
    size_t best = 4;
    for (int p = 0; p < g->nparam; p++) {
        size_t d = ur_edit_distance(g->param[p].name, name);
        if (d >= best) continue;
        best = d;
        near = g->param[p].name;
    }
    return near;
}

/* marks the parameters that a name behind `for` stands for */
static void move(ur_comp *c, const ur_entity *e, const ur_expr *x, bool *moves)
{
    const ur_graph *g = c->g;
    const ur_bind *b = ur_lookup(c, e->scope, x->name);
    const char *name = ur_arena_printf(c->a, "%s%s", e->scope->params, x->name);
    if (b && b->kind == B_CELL) name = ur_arena_strndup(c->a, b->net->prefix, strlen(b->net->prefix) - 1);
    int found = 0, fixed = 0;
    for (int p = 0; p < g->nparam; p++) {
        if (!is_of(g->param[p].name, name)) continue;
        moves[p] = true;
        found++;
        fixed += !g->param[p].trained;
    }
    if (x->sub) ur_complain(c->a, &x->at, NULL, "behind for stands the name of a parameter or of a use of a cell, without [ ]");
    if (!found) {
        const char *near = nearest(g, name);
        ur_complain(c->a, &x->at, near ? ur_arena_printf(c->a, "did you mean %s?", near) : NULL,
                    "%s is no parameter, and no use of a cell that has any", x->name);
    }
    if (found == fixed) ur_complain(c->a, &x->at, "write param for fixed", "%s is fixed, so no loss moves it", x->name);
}

/* 1 at the positions that count; without a position: the share of an example that is looked at */
static ur_id counted(ur_comp *c, const ur_node *value)
{
    ur_node n = { .op = UR_COUNTS, .example = true, .rows = 1, .cols = 1, .nidx = value->nidx, .i = c->g->ngoal };
    memcpy(n.idx, value->idx, sizeof n.idx);
    return ur_node_add(c->g, &n);
}

static void goal(ur_comp *c, const ur_entity *e, ur_goal *o)
{
    ur_graph *g = c->g;
    ur_id v = e->all.full;
    const ur_node *n = &g->node[v];
    if (n->sym) ur_complain(c->a, &e->at, NULL, "a loss is a number; %s is a symbol", e->name);
    int red[UR_MAX_FIXED], nred = 0;
    for (int k = 0; k < n->nfix; k++) red[nred++] = n->fix[k];
    if (nred) v = ur_reduce(g, UR_RSUM, v, -1, nred, red, false);
    o->counts = counted(c, &g->node[v]);
    o->value = ur_where(g, o->counts, g->node[v].nidx ? v : Mul(v, o->counts), Num(0));
    g->node[o->value].place = o->place;
}

void ur_goals(ur_comp *c)
{
    ur_graph *g = c->g;
    int cap = 0;
    for (int k = 0; k < c->nent; k++) {
        const ur_entity *e = c->ent[k];
        if (!e->goal) continue;
        ur_goal o = { .name = e->name, .place = { e->at.line, e->at.col, e->at.src->file, e->name } };
        goal(c, e, &o);
        if (e->goal->nmoves) o.moves = UR_NEW(c->a, bool, g->nparam + 1);
        for (int i = 0; i < e->goal->nmoves; i++) move(c, e, e->goal->moves[i], o.moves);
        UR_GROW(c->a, g->goal, g->ngoal, cap);
        g->goal[g->ngoal++] = o;
        const ur_node *n = &g->node[o.value];
        int red[UR_MAX_RAGGED];
        for (int i = 0; i < n->nidx; i++) red[i] = n->idx[i];
        g->loss = Add(g->loss, ur_reduce(g, UR_RSUM, o.value, -1, n->nidx, red, true));
    }
}
