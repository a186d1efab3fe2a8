/* uses.c: an own copy of a cell's entities for every use of it. A cell's body is not copied: an entity is (equation, scope), and
 * a scope says what the cell's names stand for. Must not make nodes. Invariant: what is declared of a use stands after the entity
 * that uses it. */
#include "lang/comp.h"
#include <stdio.h>
#include <string.h>

static void put(ur_indices *l, int index)
{
    for (int k = 0; k < l->n; k++)
        if (l->at[k] == index) return;
    if (l->n < UR_MAX_INDEX) l->at[l->n++] = index;
}

static void drop(ur_indices *l, ur_set set)
{
    int n = 0;
    for (int k = 0; k < l->n; k++)
        if (!(set & UR_BIT(l->at[k]))) l->at[n++] = l->at[k];
    l->n = n;
}

/* the indices an expression is carried along, as they come in the text */
static void collect(ur_comp *c, ur_scope *s, const ur_expr *e, ur_indices *l)
{
    if (e->kind == E_NAME) {
        ur_bind *b = strchr(e->name, '.') ? NULL : ur_lookup(c, s, e->name);
        if (b && b->kind == B_INDEX && b->index >= 0) put(l, b->index);
        bool quantity = !b || (b->kind == B_ENTITY && s->user && b->ent->kind != N_PARAM);
        for (int k = 0; k < s->nouter && quantity; k++)
            if (!b || b->ent->kind != N_ARGUMENT ||
                ur_entity_position(b->ent, s->outer_list[k]) >= 0) /* an argument: along what it is given */
                put(l, s->outer_list[k]);
        for (int k = 0; k < s->nown; k++)
            if (b && b->kind == B_ENTITY && ur_entity_position(b->ent, s->own[k]) >= 0) put(l, s->own[k]);
        for (int k = 0; k < e->nkid; k++) {
            ur_affine f = ur_affine_of(c, s, e->kid[k]);
            for (int i = 0; i < f.nterm; i++) put(l, f.index[i]);
            if (!f.ok) collect(c, s, e->kid[k], l);
        }
        return;
    }
    ur_scope *use = e->kind == E_CALL ? ur_use(s, e) : NULL;
    if (use) {
        collect(c, use, use->cell->result, l);
        return;
    }
    if (e->kind == E_CALL && ur_function(e->name, NULL, NULL) == F_LENGTH) return;
    if (e->kind == E_OVER && strcmp(e->name, "softmax")) {
        ur_indices *in = UR_NEW(c->a, ur_indices, 1);
        collect(c, s, e->kid[0], in);
        for (int k = 0; k < e->nover; k++)
            if (ur_is_condition(c, s, e->over[k])) collect(c, s, e->over[k], in);
        drop(in, ur_reduced(c, s, e));
        for (int k = 0; k < in->n; k++) put(l, in->at[k]);
        return;
    }
    if (e->kind == E_LAW && e->nover) {
        ur_indices *in = UR_NEW(c->a, ur_indices, 1);
        for (int k = 0; k < e->nkid; k++) collect(c, s, e->kid[k], in);
        drop(in, UR_BIT(ur_law_index(c, s, e)));
        for (int k = 0; k < in->n; k++) put(l, in->at[k]);
        return;
    }
    for (int k = 0; k < e->nkid; k++) collect(c, s, e->kid[k], l);
}

/* owner's indices first, in its order; then those that only the argument has, which the cell has to bind */
static void arrange(ur_comp *c, const ur_entity *owner, ur_indices *l)
{
    ur_indices *o = UR_NEW(c->a, ur_indices, 1);
    for (int k = 0; k < owner->nidx; k++)
        for (int i = 0; i < l->n; i++)
            if (l->at[i] == owner->idx[k]) put(o, owner->idx[k]);
    for (int i = 0; i < l->n; i++) put(o, l->at[i]);
    *l = *o;
}

static ur_set own_indices(const ur_scope *s)
{
    ur_set set = 0;
    for (int k = 0; k < s->nown; k++) set |= UR_BIT(s->own[k]);
    return set;
}

/* what the cell's indices stand for: the last of what the argument is carried along, but for those with parameters of their own
 */
static ur_set bind_indices(ur_comp *c, ur_scope *in, const ur_entity *owner, const ur_cell *cell, ur_argument *arg)
{
    ur_set actual = 0;
    ur_indices *list = UR_NEW(c->a, ur_indices, 1);
    for (int k = 0; k < cell->nformal; k++) {
        const ur_expr *h = cell->formal[k].head;
        if (arg[k].number || arg[k].net) continue;
        arrange(c, owner, &arg[k].list);
        *list = arg[k].list;
        drop(list, own_indices(in) | own_indices(in->user));
        int want = 0;
        for (int i = 0; i < h->nkid; i++) want += !ur_map_get(&in->names, h->kid[i]->name);
        if (!list->n || !want) continue;
        if (list->n < want)
            ur_complain(c->a, &arg[k].value->at, NULL, "the cell %s runs along %d indices of %s; this is carried along %d",
                        cell->name, want, h->name, list->n);
        int from = list->n - want;
        for (int i = 0; i < h->nkid; i++) {
            if (ur_map_get(&in->names, h->kid[i]->name)) continue;
            ur_bind *b = ur_bind_name(c, in, h->kid[i]->name, B_INDEX, &h->kid[i]->at);
            b->index = list->at[from++];
            actual |= UR_BIT(b->index);
        }
    }
    for (int k = 0; k < cell->nformal; k++) { /* given nothing to run along */
        const ur_expr *h = cell->formal[k].head;
        for (int i = 0; i < h->nkid; i++)
            if (!ur_map_get(&in->names, h->kid[i]->name)) ur_bind_name(c, in, h->kid[i]->name, B_INDEX, &h->kid[i]->at);
    }
    return actual;
}

static void bind_argument(ur_comp *c, ur_scope *in, const ur_formal *f, ur_argument *a)
{
    if (a->net) {
        ur_bind *b = ur_bind_name(c, in, f->name, B_CELL, &f->head->at);
        b->net = a->net;
        b->formal = f;
        b->state = 2;
        return;
    }
    if (a->number) {
        ur_bind *b = ur_bind_name(c, in, f->name, B_CONST, &f->head->at);
        b->num = a->num;
        b->state = 2;
        return;
    }
    ur_entity *e = ur_new_entity(c, N_ARGUMENT, ur_arena_printf(c->a, "%s%s", in->prefix, f->name), &a->value->at);
    e->rhs = a->value;
    e->scope = e->home = a->scope;
    ur_bind *b = ur_bind_name(c, in, f->name, B_ENTITY, &f->head->at);
    ur_set own = 0;
    b->ent = e;
    for (int i = 0; i < f->head->nkid; i++) {
        ur_bind *x = ur_map_get(&in->names, f->head->kid[i]->name);
        if (x->index >= 0) own |= UR_BIT(x->index);
    }
    for (int k = 0; k < a->list.n; k++)
        if (!(own & UR_BIT(a->list.at[k]))) ur_entity_index(c, e, a->list.at[k], &a->value->at);
    for (int i = 0; i < f->head->nkid; i++) {
        ur_bind *x = ur_map_get(&in->names, f->head->kid[i]->name);
        if (x->index >= 0) ur_entity_index(c, e, x->index, &a->value->at);
        b->slot[b->nslot++] = x->index < 0 ? -1 : ur_entity_position(e, x->index);
    }
}

/* the quantity of the body that the result is, plain; NULL when the result is another expression */
static const ur_stmt *result_statement(ur_comp *c, ur_scope *in, const ur_cell *cell)
{
    const ur_expr *r = cell->result;
    int slot, after;
    if (r->kind != E_NAME) return NULL;
    for (int k = 0; k < cell->body.n; k++) {
        const ur_stmt *st = cell->body.stmt[k];
        if (st->kind != S_DEFINE || strcmp(st->head->name, r->name) || st->head->nkid != r->nkid ||
            ur_is_boundary(c, in, st->head, &slot, &after))
            continue;
        bool same = true;
        for (int i = 0; i < r->nkid; i++)
            same &= r->kid[i]->kind == E_NAME && st->head->kid[i]->kind == E_NAME &&
                    !strcmp(r->kid[i]->name, st->head->kid[i]->name);
        if (same) return st;
    }
    return NULL;
}

static ur_set index_of(const ur_scope *in, const ur_expr *e)
{
    const ur_bind *b = e->kind == E_NAME ? ur_map_get(&in->names, e->name) : NULL;
    return b && b->kind == B_INDEX && b->index >= 0 ? UR_BIT(b->index) : 0;
}

/* the cell's own indices that its result e names, but for those that it reduces; `first`: of a condition, the one named first */
static ur_set named_in(const ur_scope *in, const ur_expr *e, bool first)
{
    ur_set set = index_of(in, e), reduced = 0;
    for (int k = 0; k < e->nkid && !(first && set); k++) set |= named_in(in, e->kid[k], first);
    for (int k = 0; k < e->nover && !(first && set); k++) set |= named_in(in, e->over[k], first);
    if (e->kind != E_OVER || !strcmp(e->name, "softmax")) return set;
    for (int k = 0; k < e->nover; k++) reduced |= index_of(in, e->over[k]);
    return set & ~(reduced ? reduced : named_in(in, e->over[0], true));
}

static ur_set own_set(const ur_entity *e)
{
    ur_set set = 0;
    for (int k = 0; k < e->nidx; k++) set |= UR_BIT(e->idx[k]);
    return set;
}

static void reverse(ur_comp *c, ur_scope *in, const ur_expr *e, const ur_cell *cell, ur_set actual)
{
    ur_set turn = actual;
    const ur_expr *r = cell->result;
    if (r->kind == E_NAME && r->nkid) {
        ur_bind *b = r->kid[r->nkid - 1]->kind == E_NAME ? ur_map_get(&in->names, r->kid[r->nkid - 1]->name) : NULL;
        if (b && b->kind == B_INDEX && b->index >= 0) turn = UR_BIT(b->index);
    }
    if (!turn) ur_complain(c->a, &e->at, NULL, "reverse: what the cell %s is given runs along no index", cell->name);
    in->reversed ^= turn;
}

/* what the scope of a use is, but for its names */
static ur_scope *scope_of(ur_comp *c, ur_scope *s, const ur_expr *e, ur_callee to)
{
    ur_scope *in = UR_NEW(c->a, ur_scope, 1);
    *in = (ur_scope){ .user = s, .cell = to.cell, .use = e, .depth = s->depth + 1, .reversed = s->reversed, .net = s->net };
    in->counts = s->counts;
    in->nown = s->nown;
    memcpy(in->own, s->own, sizeof in->own);
    for (ur_scope *u = s; u && !to.formal; u = u->user)
        if (u->cell == to.cell) ur_complain(c->a, &e->at, NULL, "the cell %s uses itself", to.cell->name);
    if (in->depth > UR_MAX_CELL_DEPTH)
        ur_complain(c->a, &e->at, NULL, "cells are used within cells more than %d deep", UR_MAX_CELL_DEPTH);
    if (!to.net) {
        ur_own_indices(c, s, e, &in->nown, in->own);
        return in;
    }
    if (e->nover)
        ur_complain(c->a, &e->at, "where it is made, cell f = mlp[k](8) has parameters of its own for each k",
                    "the parameters of the network %s are the same at every use", to.net->name);
    for (ur_net *n = to.net; n; n = n->base) n->nuse++;
    in->net = to.net;
    in->params = to.net->prefix;
    in->counts = UR_NEW(c->a, ur_map, 1);
    in->nown = to.net->nown;
    memcpy(in->own, to.net->own, sizeof in->own);
    return in;
}

/* the indices that a use carries along, silently in the cell: `actual` are those that it names */
static void carry_along(ur_comp *c, ur_scope *in, const ur_entity *owner, ur_set actual, const ur_argument *arg)
{
    ur_indices *outer = UR_NEW(c->a, ur_indices, 1);
    for (int k = 0; k < in->nown; k++) put(outer, in->own[k]);
    for (int k = 0; k < in->cell->nformal; k++)
        for (int i = 0; i < arg[k].list.n; i++) put(outer, arg[k].list.at[i]);
    drop(outer, actual);
    arrange(c, owner, outer);
    if (outer->n > UR_MAX_SUB)
        ur_complain(c->a, &in->use->at, NULL, "the cell %s is used along more than %d indices", in->cell->name, UR_MAX_SUB);
    for (int k = 0; k < outer->n; k++) {
        in->outer |= UR_BIT(outer->at[k]);
        in->outer_list[in->nouter++] = outer->at[k];
    }
}

/* what its quantities and parameters are called */
static void name_inside(ur_comp *c, ur_scope *s, ur_scope *in, const ur_entity *owner, bool direct)
{
    if (direct) in->prefix = ur_arena_printf(c->a, "%s.", owner->name);
    else in->prefix = ur_numbered(c, c->top.counts, ur_arena_printf(c->a, "%s.%s", owner->name, in->use->name));
    if (!in->params) in->params = s->net ? ur_net_inside(c, s, in->use, owner) : in->prefix;
}

static void instantiate(ur_comp *c, ur_scope *s, const ur_expr *e, ur_callee to, ur_entity *owner)
{
    const ur_cell *cell = to.cell;
    ur_scope *in = scope_of(c, s, e, to);
    ur_argument *arg = UR_NEW(c->a, ur_argument, cell->nformal + 1);
    ur_match(c, s, e, to, true, arg);
    for (int k = 0; k < cell->nformal; k++) {
        if (cell->formal[k].cell) continue;
        if (arg[k].scope == s) ur_uses(c, s, arg[k].value, owner);
        arg[k].number = !cell->formal[k].head->sub && ur_folds(c, arg[k].scope, arg[k].value, &arg[k].num);
        if (!arg[k].number) collect(c, arg[k].scope, arg[k].value, &arg[k].list);
    }
    bool whole = owner->rhs == e && owner->scope == s && owner->kind == N_QUANTITY;
    ur_set actual = bind_indices(c, in, owner, cell, arg);
    carry_along(c, in, owner, actual, arg);
    if (e->reverse != (to.net && to.net->reverse)) reverse(c, in, e, cell, actual);
    ur_declare_hypers(c, in, &cell->body);
    const ur_stmt *st = result_statement(c, in, cell);
    bool direct = whole && (in->outer | named_in(in, cell->result, false)) == own_set(owner);
    name_inside(c, s, in, owner, direct);
    ur_map_put(c->a, &s->uses, ur_arena_printf(c->a, "%p", (const void *)e), in);
    for (int k = 0; k < cell->nformal; k++) {
        if (cell->formal[k].cell) arg[k].net = ur_net_given(c, in, &cell->formal[k], &arg[k], owner);
        bind_argument(c, in, &cell->formal[k], &arg[k]);
    }
    ur_declare_fixed(c, in, &cell->body);
    ur_declare_aliases(c, in, &cell->body);
    ur_declare_nets(c, in, &cell->body);
    if (direct && !st) {
        owner->rhs = cell->result;
        owner->scope = in;
    }
    ur_declare_block(c, in, &cell->body, direct && st ? st->head->name : NULL, owner);
    if (!direct) ur_uses(c, in, cell->result, owner);
}

/* every use of a cell in an expression, those inside its arguments first */
void ur_uses(ur_comp *c, ur_scope *s, const ur_expr *e, ur_entity *owner)
{
    bool calls = e->kind == E_CALL;
    if (calls && ur_use(s, e)) return;
    ur_callee to = calls ? ur_called(c, s, e->name) : (ur_callee){ 0 };
    if (to.cell) {
        instantiate(c, s, e, to, owner);
        return;
    }
    for (int k = 0; k < e->nkid; k++) ur_uses(c, s, e->kid[k], owner);
    for (int k = 0; k < e->nover; k++) ur_uses(c, s, e->over[k], owner);
    if (!calls) return;
    if (e->reverse) ur_complain(c->a, &e->at, NULL, "reverse stands before the use of a cell; %s is none", e->name);
    if (ur_function(e->name, NULL, NULL) == F_NONE) ur_undefined(c, s, &e->at, e->name);
}

void ur_expand_uses(ur_comp *c, int from)
{
    for (int k = from; k < c->nent; k++) {
        ur_entity *e = c->ent[k];
        const ur_scope *before = NULL;
        if (e->holds) ur_uses(c, e->scope, e->holds, e);
        if (e->weight) ur_uses(c, e->scope, e->weight, e);
        while (e->rhs && e->scope != before) { /* a direct use replaces the right side by the cell's */
            before = e->scope;
            ur_uses(c, e->scope, e->rhs, e);
        }
    }
}
