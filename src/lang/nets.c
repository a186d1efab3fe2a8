/* nets.c: networks, as `cell f = mlp(8)` and what a use gives to an argument f(x): a cell, some of its arguments, and parameters
 * that all its uses have together. Which of the arguments that a use writes is which of the cell's. Must not expand bodies. */
#include "lang/comp.h"
#include <string.h>

static const char *plural(int n) { return n == 1 ? "" : "s"; }

static const char *heading(ur_comp *c, const ur_cell *cell)
{
    return ur_expr_text(c->a, &(ur_expr){ .at = cell->at, .from = cell->at.off, .to = cell->result->to });
}

static bool is_given(const ur_net *n, int k) { return n && (n->arg[k].value || n->arg[k].net); }

/* the first formal from k on that is left open */
static int open_from(const ur_cell *cell, const ur_net *n, int k)
{
    while (k < cell->nformal && is_given(n, k)) k++;
    return k;
}

/* Which argument of e is which of the cell's. all: the rest has to have standard values; else it is left open. */
void ur_match(ur_comp *c, ur_scope *s, const ur_expr *e, ur_callee to, bool all, ur_argument *arg)
{
    const ur_cell *cell = to.cell;
    const char *is = to.net ? "network" : "cell", *name = to.net ? to.net->name : cell->name, *head = heading(c, cell);
    int next = 0, open = 0;
    if (to.formal && e->nkid != to.formal->ntakes)
        ur_complain(c->a, &e->at, ur_expr_text(c->a, to.formal->head), "%s takes %d argument%s", e->name, to.formal->ntakes,
                    plural(to.formal->ntakes));
    for (int k = 0; k < cell->nformal; k++) {
        if (is_given(to.net, k)) arg[k] = to.net->arg[k];
        else open++;
    }
    for (int k = 0; k < e->nkid; k++) {
        const char *by = e->argname ? e->argname[k] : NULL;
        int at = by ? 0 : open_from(cell, to.net, next);
        while (by && at < cell->nformal && strcmp(cell->formal[at].name, by)) at++;
        if (by && at == cell->nformal) ur_complain(c->a, &e->kid[k]->at, NULL, "the %s %s has no argument %s", is, name, by);
        if (by && is_given(to.net, at))
            ur_complain(c->a, &e->kid[k]->at, NULL, "the argument %s is given where %s is defined, on line %d", by, name,
                        to.net->at.line);
        if (!by) next = at + 1;
        if (at >= cell->nformal)
            ur_complain(c->a, &e->kid[k]->at, head, "the %s %s takes %d argument%s", is, name, open, plural(open));
        if (arg[at].value) ur_complain(c->a, &e->kid[k]->at, NULL, "the argument %s is given twice", cell->formal[at].name);
        arg[at] = (ur_argument){ .value = e->kid[k], .scope = s };
    }
    for (int k = 0; k < cell->nformal && all; k++) {
        const ur_formal *f = &cell->formal[k];
        if (arg[k].value || arg[k].net) continue;
        if (!f->standard) ur_complain(c->a, &e->at, head, "the argument %s of the %s %s is missing", f->name, is, name);
        arg[k] = (ur_argument){ .value = f->standard, .scope = &c->top };
    }
}

void ur_own_indices(ur_comp *c, ur_scope *s, const ur_expr *e, int *n, int *own)
{
    for (int k = 0; k < e->nover; k++) {
        const ur_expr *x = e->over[k];
        ur_bind *b = x->kind == E_NAME && !x->sub ? ur_lookup(c, s, x->name) : NULL;
        if (!b || b->kind != B_INDEX)
            ur_complain(c->a, &x->at, ur_arena_printf(c->a, "as %s[k](…) with index k = 1..4", e->name),
                        "between the brackets of a cell stand indices of fixed length");
        if (b->index < 0 || !c->g->index[b->index].fixed)
            ur_complain(c->a, &x->at, ur_arena_printf(c->a, "%s(…) without [%s] runs along it", e->name, x->name),
                        "a cell has parameters of its own along indices of fixed length only; the length of %s is the data's",
                        x->name);
        bool has = false;
        for (int i = 0; i < *n; i++) has |= own[i] == b->index;
        if (has) continue;
        if (*n == UR_MAX_FIXED)
            ur_complain(c->a, &x->at, NULL, "a cell has parameters of its own along at most %d indices", UR_MAX_FIXED);
        own[(*n)++] = b->index;
    }
}

/* does a cell with the open formals of n take what `takes` says? */
static bool alike(const ur_formal *a, const ur_formal *b)
{
    bool same = a->cell == b->cell && a->ntakes == b->ntakes;
    for (int k = 0; same && k < a->ntakes; k++) same = alike(&a->takes[k], &b->takes[k]);
    return same;
}

static const char *described(ur_comp *c, const ur_formal *f)
{
    if (!f->cell) return ur_arena_printf(c->a, "%s, no cell,", f->name);
    return ur_arena_printf(c->a, "a cell %s of %d argument%s", f->name, f->ntakes, plural(f->ntakes));
}

static void fits(ur_comp *c, const ur_formal *f, const ur_net *n, const ur_at *at)
{
    int may = 0, has_to = 0, k = -1;
    for (int i = 0; i < n->cell->nformal; i++) {
        may += !is_given(n, i);
        has_to += !is_given(n, i) && !n->cell->formal[i].standard;
    }
    if (f->ntakes < has_to || f->ntakes > may)
        ur_complain(c->a, at, heading(c, n->cell), "%s takes %d argument%s here; what it is given takes %d", f->name, f->ntakes,
                    plural(f->ntakes), f->ntakes < has_to ? has_to : may);
    for (int i = 0; i < f->ntakes; i++) {
        k = open_from(n->cell, n, k + 1);
        if (!alike(&f->takes[i], &n->cell->formal[k]))
            ur_complain(c->a, at, heading(c, n->cell), "%s takes %s here; what it is given takes %s in its place", f->name,
                        described(c, &f->takes[i]), described(c, &n->cell->formal[k]));
    }
}

/* fills a network of the scope `home`: what e, written in scope s, says */
static void make(ur_comp *c, ur_net *n, ur_scope *home, ur_scope *s, const ur_expr *e, ur_entity *owner)
{
    if ((e->kind != E_NAME || e->sub) && e->kind != E_CALL)
        ur_complain(c->a, &e->at, "as cell f = mlp(8)", "expected a cell, and what it is given beforehand");
    ur_callee to = ur_called(c, s, e->name);
    if (!to.cell && ur_is_function(e->name))
        ur_complain(c->a, &e->at, ur_arena_printf(c->a, "cell f(x) = %s(x) makes one of it", e->name),
                    "%s is a function, not a cell", e->name);
    if (!to.cell) ur_undefined(c, s, &e->at, e->name);
    n->cell = to.cell;
    n->made = e;
    n->base = to.net;
    n->prefix = to.net ? to.net->prefix : ur_arena_printf(c->a, "%s%s.", home->params, n->name);
    n->shared = to.net ? to.net->shared : home->net ? home->net->shared : UR_NEW(c->a, ur_map, 1);
    n->reverse = e->reverse != (to.net && to.net->reverse);
    if (to.net && e->nover)
        ur_complain(c->a, &e->at, ur_arena_printf(c->a, "the brackets belong to the line that makes %s", e->name),
                    "the parameters of the network %s are the same at every use", e->name);
    n->nown = to.net ? to.net->nown : home->nown;
    memcpy(n->own, to.net ? to.net->own : home->own, sizeof n->own);
    ur_own_indices(c, s, e, &n->nown, n->own);
    ur_argument *arg = UR_NEW(c->a, ur_argument, n->cell->nformal + 1);
    ur_match(c, s, e, to, false, arg);
    for (int k = 0; k < n->cell->nformal; k++) {
        const ur_formal *f = &n->cell->formal[k];
        if (f->cell && arg[k].value) arg[k] = (ur_argument){ .net = ur_net_given(c, home, f, &arg[k], owner) };
        else if (arg[k].value && arg[k].scope == s) ur_uses(c, s, arg[k].value, owner);
    }
    n->arg = arg;
}

/* the network that an argument f(x) of a use is given, whose parameters are among those of the use's scope `in` */
ur_net *ur_net_given(ur_comp *c, ur_scope *in, const ur_formal *f, const ur_argument *a, ur_entity *owner)
{
    ur_net *n = a->net;
    if (!n && a->value->kind == E_NAME) n = ur_called(c, a->scope, a->value->name).net;
    if (!n) {
        n = UR_NEW(c->a, ur_net, 1);
        n->name = f->name;
        n->at = a->value->at;
        make(c, n, in, a->scope, a->value, owner);
    }
    fits(c, f, n, a->value ? &a->value->at : &n->at);
    return n;
}

/* what its arguments use is named after it: an entity that says nothing */
static ur_entity *holder(ur_comp *c, const ur_net *n, ur_scope *s)
{
    ur_entity *e = ur_new_entity(c, N_ARGUMENT, ur_arena_printf(c->a, "%s%s", s->prefix, n->name), &n->at);
    e->scope = e->home = s;
    return e;
}

static ur_net *made(ur_comp *c, ur_scope *home, ur_bind *b)
{
    if (b->state == 1) ur_complain(c->a, &b->at, NULL, "the network %s is made of itself", b->net->name);
    if (b->state == 2) return b->net;
    b->state = 1;
    make(c, b->net, home, home, b->lazy->rhs, holder(c, b->net, home));
    b->state = 2;
    return b->net;
}

ur_callee ur_called(ur_comp *c, ur_scope *s, const char *name)
{
    ur_bind *b = ur_lookup(c, s, name);
    if (!b || b->kind != B_CELL) return (ur_callee){ .cell = ur_map_get(&c->p->cells, name) };
    ur_net *n = made(c, ur_map_get(&s->names, name) == b ? s : &c->top, b);
    return (ur_callee){ n->cell, n, b->formal };
}

void ur_declare_nets(ur_comp *c, ur_scope *s, const ur_block *b)
{
    for (int k = 0; k < b->n; k++) {
        const ur_stmt *st = b->stmt[k];
        if (st->kind != S_NETWORK) continue;
        const ur_at *at = &st->head->at;
        const ur_cell *cell = ur_map_get(&c->p->cells, st->head->name);
        if (cell && !cell->standard)
            ur_complain(c->a, at, ur_arena_printf(c->a, "first on line %d", cell->at.line), "the cell %s is defined twice",
                        cell->name);
        ur_bind *x = ur_bind_name(c, s, st->head->name, B_CELL, at);
        x->lazy = st;
        x->net = UR_NEW(c->a, ur_net, 1);
        x->net->name = st->head->name;
        x->net->at = *at;
        UR_GROW(c->a, c->net, c->nnet, c->net_cap);
        c->net[c->nnet++] = x->net;
    }
}

/* for the reader of the graph; one made within another network is one, whatever used it */
static void tell_of(ur_comp *c, const ur_net *n, int *cap)
{
    ur_graph *g = c->g;
    const char *name = ur_arena_strndup(c->a, n->prefix, strlen(n->prefix) - 1);
    if (n->base) name = n->name;
    for (int k = 0; k < g->nnetwork; k++) {
        if (strcmp(g->network[k].name, name)) continue;
        g->network[k].nuse += n->nuse;
        return;
    }
    UR_GROW(c->a, g->network, g->nnetwork, *cap);
    g->network[g->nnetwork++] = (ur_network){ name, ur_expr_text(c->a, n->made), n->nuse };
}

void ur_check_nets(ur_comp *c)
{
    int cap = 0;
    for (int k = 0; k < c->nnet; k++) {
        const ur_net *n = c->net[k];
        if (!n->nuse)
            ur_complain(c->a, &n->at, ur_arena_printf(c->a, "use it, as d[t] = %s(x[t]), or leave the line out", n->name),
                        "the network %s is used nowhere", n->name);
        tell_of(c, n, &cap);
    }
}

/* key1., key2., …: the first that was not given out; of cells a and a1, the twelfth a is not the second a1 */
const char *ur_numbered(ur_comp *c, ur_map *counts, const char *key)
{
    intptr_t n = (intptr_t)ur_map_get(counts, key);
    const char *name;
    do name = ur_arena_printf(c->a, "%s%d.", key, (int)++n);
    while (ur_map_get(counts, name));
    ur_map_put(c->a, counts, key, (void *)n);
    ur_map_put(c->a, counts, name, counts);
    return name;
}

/* The prefix of parameters of a use e inside a network: the same for every use of the network, so it follows from the texts of
 * the cells alone; it is what the use gets in `f[t] = cell(…)`. */
const char *ur_net_inside(ur_comp *c, ur_scope *s, const ur_expr *e, const ur_entity *owner)
{
    const char *part = "";
    for (int k = 0; k < s->cell->body.n; k++) {
        const ur_stmt *st = s->cell->body.stmt[k];
        if (owner->scope != s || st->rhs != owner->rhs || st->kind != S_DEFINE) continue;
        bool result = s->cell->result->kind == E_NAME && !strcmp(s->cell->result->name, st->head->name);
        const char *edge = owner->kind == N_BOUNDARY ? strrchr(owner->name, '.') + 1 : "";
        part = ur_arena_printf(c->a, "%s%s%s%s", result ? "" : st->head->name, result ? "" : ".", edge, *edge ? "." : "");
    }
    if (owner->rhs == e && owner->scope == s && owner->kind == N_QUANTITY) return ur_arena_printf(c->a, "%s%s", s->params, part);
    return ur_numbered(c, s->counts, ur_arena_printf(c->a, "%s%s%s", s->params, part, e->name));
}
