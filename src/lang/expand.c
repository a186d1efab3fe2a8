/* From statements to entities: indices, data, parameters, quantities, of the model and of every cell that is used. Must not
 * make nodes.
 * Invariant: an entity's index list is complete, those that a cell does not name (outer) first. */
#include "data/data.h"
#include "lang/comp.h"
#include <stdio.h>
#include <string.h>

ur_entity *ur_new_entity(ur_comp *c, ur_nkind kind, const char *name, const ur_at *at)
{
    if (c->nent >= UR_MAX_ENTITY) ur_complain(c->a, at, NULL, "the cells expand to more than %d quantities", UR_MAX_ENTITY);
    ur_entity *e = UR_NEW(c->a, ur_entity, 1);
    e->kind = kind;
    e->name = name;
    e->at = *at;
    e->id = c->nent;
    e->datum = e->param = -1;
    e->all = (ur_made){ -1, -1, -1 };
    UR_GROW(c->a, c->ent, c->nent, c->ent_cap);
    return c->ent[c->nent++] = e;
}

ur_bind *ur_bind_name(ur_comp *c, ur_scope *s, const char *name, ur_bkind kind, const ur_at *at)
{
    ur_bind *old = ur_map_get(&s->names, name);
    if (old) ur_complain(c->a, at, ur_arena_printf(c->a, "first on line %d", old->at.line), "%s is defined twice", name);
    ur_bind *b = UR_NEW(c->a, ur_bind, 1);
    b->kind = kind;
    b->at = *at;
    b->index = -1;
    ur_map_put(c->a, &s->names, name, b);
    return b;
}

static void bind_entity(ur_comp *c, ur_scope *s, const char *name, ur_entity *e, const ur_at *at)
{
    ur_bind *b = ur_bind_name(c, s, name, B_ENTITY, at);
    b->ent = e;
    b->nslot = e->nidx;
    for (int k = 0; k < e->nidx; k++) b->slot[k] = k;
}

int ur_add_index(ur_comp *c, const char *name, const ur_at *at)
{
    ur_graph *g = c->g;
    if (g->nindex == UR_MAX_INDEX) ur_complain(c->a, at, NULL, "the model has more than %d indices", UR_MAX_INDEX);
    g->index[g->nindex] = (ur_index){ .name = name, .parent = -1, .alias = -1 };
    c->root[g->nindex] = g->nindex;
    return g->nindex++;
}

int ur_entity_position(const ur_entity *e, int index)
{
    for (int k = 0; k < e->nidx; k++)
        if (e->idx[k] == index) return k;
    return -1;
}

void ur_entity_index(ur_comp *c, ur_entity *e, int index, const ur_at *at)
{
    int ragged = 0, fixed = 0;
    if (ur_entity_position(e, index) >= 0) return;
    for (int k = 0; k < e->nidx; k++) *(c->g->index[e->idx[k]].fixed ? &fixed : &ragged) += 1;
    bool f = c->g->index[index].fixed;
    if ((f ? fixed : ragged) == (f ? UR_MAX_FIXED : UR_MAX_RAGGED))
        ur_complain(c->a, at, NULL, "%s is carried along more than %d indices of %s length", e->name,
                    f ? UR_MAX_FIXED : UR_MAX_RAGGED, f ? "fixed" : "data-given");
    e->idx[e->nidx++] = index;
}

/* an index nested in another makes sense only beside it */
static void check_parents(ur_comp *c, const ur_entity *e)
{
    for (int k = 0; k < e->nidx; k++) {
        int parent = c->g->index[e->idx[k]].parent;
        if (parent < 0 || ur_entity_position(e, parent) >= 0) continue;
        const char *p = c->g->index[parent].name, *x = c->g->index[e->idx[k]].name;
        ur_complain(c->a, &e->at, ur_arena_printf(c->a, "write %s[%s,%s]", e->name, p, x),
                    "%s runs within each %s, so %s has to carry both", x, p, e->name);
    }
}

/* ---- numbers and indices */

void ur_declare_hypers(ur_comp *c, ur_scope *s, const ur_block *b)
{
    for (int k = 0; k < b->n; k++) {
        const ur_stmt *st = b->stmt[k];
        if (st->kind != S_HYPER) continue;
        ur_bind *x = ur_bind_name(c, s, st->head->name, B_CONST, &st->head->at);
        x->lazy = st;
        for (int n = 0; s == &c->top && n < c->p->nset; n++)
            if (!strcmp(c->p->set[n].name, st->head->name)) {
                x->num = c->p->set[n].value;
                x->state = 2;
            }
    }
}

static void check_settings(ur_comp *c)
{
    for (int n = 0; n < c->p->nset; n++) {
        const char *name = c->p->set[n].name, *near = NULL;
        ur_bind *b = ur_map_get(&c->top.names, name);
        if (b && b->kind == B_CONST) continue;
        size_t best = 3;
        for (size_t k = 0; k < c->top.names.cap; k++) {
            const ur_slot *s = &c->top.names.slot[k];
            if (!s->key || ((ur_bind *)s->val)->kind != B_CONST) continue;
            size_t d = ur_edit_distance(name, s->key);
            if (d < best || (d == best && near && strcmp(s->key, near) < 0)) {
                best = d;
                near = s->key;
            }
        }
        if (near)
            ur_fail(c->a->err, UNROLL_ERROR_USAGE, "--set %s: the model has no hyper %s; did you mean %s?", name, name, near);
        else ur_fail(c->a->err, UNROLL_ERROR_USAGE, "--set %s: the model has no hyper %s", name, name);
        longjmp(*c->a->trap, 1);
    }
}

void ur_declare_fixed(ur_comp *c, ur_scope *s, const ur_block *b)
{
    for (int k = 0; k < b->n; k++) {
        const ur_stmt *st = b->stmt[k];
        if (st->kind != S_INDEX || st->alias) continue;
        ur_bind *x = ur_bind_name(c, s, st->head->name, B_INDEX, &st->head->at);
        x->index = ur_add_index(c, s == &c->top ? st->head->name : ur_arena_printf(c->a, "%s%s", s->prefix, st->head->name),
                                &st->head->at);
        c->g->index[x->index].fixed = true;
        c->g->index[x->index].size = ur_fold_size(c, s, st->rhs, "the last position of an index");
        if (c->g->index[x->index].size > 1000000)
            ur_complain(c->a, &st->rhs->at, NULL, "an index of fixed length has at most 1000000 positions");
    }
}

void ur_declare_aliases(ur_comp *c, ur_scope *s, const ur_block *b)
{
    bool again = true, last = false;
    while (again) { /* an alias of an alias may stand before it */
        again = false;
        for (int k = 0; k < b->n; k++) {
            const ur_stmt *st = b->stmt[k];
            if (st->kind != S_INDEX || !st->alias) continue;
            ur_bind *have = ur_map_get(&s->names, st->head->name);
            if (have && have->lazy == st) continue;
            ur_bind *of = ur_lookup(c, s, st->alias);
            if (!of || of->kind != B_INDEX) {
                if (!last) continue;
                ur_complain(c->a, &st->rhs->at, NULL, "%s is no index that data carry", st->alias);
            }
            ur_bind *x = ur_bind_name(c, s, st->head->name, B_INDEX, &st->head->at);
            x->lazy = st;
            again = true;
            if (of->index < 0) continue;
            x->index = ur_add_index(c, s == &c->top ? st->head->name : ur_arena_printf(c->a, "%s%s", s->prefix, st->head->name),
                                    &st->head->at);
            ur_index *i = &c->g->index[x->index];
            *i = (ur_index){ .name = i->name,
                             .fixed = c->g->index[of->index].fixed,
                             .size = c->g->index[of->index].size,
                             .parent = c->g->index[of->index].parent,
                             .alias = -1 };
            if (!i->fixed) {
                i->alias = c->root[of->index];
                c->root[x->index] = i->alias;
            }
        }
        if (!again && !last) again = last = true;
    }
}

/* Indices that data carry. One that stands directly after another wherever it stands is nested in it. */
static void declare_ragged(ur_comp *c, const ur_block *b)
{
    const char *name[UR_MAX_INDEX], *parent[UR_MAX_INDEX];
    const ur_expr *at[UR_MAX_INDEX];
    int n = 0;
    for (int k = 0; k < b->n; k++) {
        if (b->stmt[k]->kind != S_DATA) continue;
        const ur_expr *h = b->stmt[k]->head;
        const char *before = NULL;
        for (int i = 0; i < h->nkid; i++) {
            const ur_expr *x = h->kid[i];
            if (x->kind != E_NAME || x->sub) ur_complain(c->a, &x->at, NULL, "a datum's subscript is the name of an index");
            ur_bind *known = ur_map_get(&c->top.names, x->name);
            if (known && known->kind == B_INDEX) continue;
            if (known) ur_complain(c->a, &x->at, NULL, "%s is not an index", x->name);
            int j = 0;
            while (j < n && name[j] != x->name) j++;
            if (j == UR_MAX_INDEX) ur_complain(c->a, &x->at, NULL, "the model has more than %d indices", UR_MAX_INDEX);
            if (j == n) {
                name[n] = x->name;
                at[n] = x;
                parent[n++] = before;
            } else if (parent[j] != before) parent[j] = NULL;
            before = x->name;
        }
    }
    bool done[UR_MAX_INDEX] = { false };
    for (int left = n; left > 0;) { /* parents first */
        for (int j = 0; j < n; j++) {
            ur_bind *up = parent[j] ? ur_map_get(&c->top.names, parent[j]) : NULL;
            if (done[j] || (parent[j] && !up)) continue;
            ur_bind *x = ur_bind_name(c, &c->top, name[j], B_INDEX, &at[j]->at);
            x->index = ur_add_index(c, name[j], &at[j]->at);
            if (up) c->g->index[x->index].parent = up->index;
            done[j] = true;
            left--;
        }
    }
    for (int k = 0; k < b->n; k++) { /* index s = t, and s on a datum */
        const ur_stmt *st = b->stmt[k];
        ur_bind *x = st->kind == S_INDEX && st->alias ? ur_map_get(&c->top.names, st->head->name) : NULL;
        if (x)
            ur_complain(c->a, &st->head->at, NULL,
                        "%s is a second name for positions, so no datum of its own can be carried along it", st->head->name);
    }
}

/* ---- declarations */

/* the indices that a head's subscripts name, all plain */
static void carry(ur_comp *c, ur_scope *s, ur_entity *e, const ur_expr *h, const char *what)
{
    for (int k = 0; k < h->nkid; k++) {
        const ur_expr *x = h->kid[k];
        ur_bind *b = x->kind == E_NAME && !x->sub ? ur_lookup(c, s, x->name) : NULL;
        if (x->kind == E_NAME && !x->sub && !b)
            ur_complain(c->a, &x->at, "an index gets its length from data; index NAME = 1..k makes one of fixed length",
                        "no datum is carried along %s", x->name);
        if (!b || b->kind != B_INDEX) ur_complain(c->a, &x->at, NULL, "the subscripts of %s are names of indices", what);
        if (b->index < 0) continue;
        if (ur_entity_position(e, b->index) >= 0)
            ur_complain(c->a, &x->at, NULL, "%s is carried along %s twice", h->name, x->name);
        ur_entity_index(c, e, b->index, &x->at);
    }
}

/* how many pieces a text has shows when they are learned: nothing else can be told along their index beforehand */
static void check_pieces(ur_comp *c, const ur_datum *u, const ur_at *at)
{
    const ur_graph *g = c->g;
    if (u->nfix || !u->nidx)
        ur_complain(c->a, at, ur_arena_printf(c->a, "write %s[s] : pieces, with an index of its own", u->name),
                    u->nfix ? "%s is cut into pieces, so it cannot have an index of fixed length"
                            : "%s is cut into pieces, so it needs an index",
                    u->name);
    int last = u->idx[u->nidx - 1];
    for (int d = 0; d < g->ndata; d++) {
        bool carried = &g->data[d] != u && ur_datum_carries(&g->schema, &g->data[d], last);
        const char *x = g->index[last].name;
        if (carried)
            ur_complain(
                c->a, at,
                ur_arena_printf(
                    c->a, "write %s[%s,k] : pieces for words along %s whose pieces are along k, or give it an index of its own",
                    u->name, x, x),
                "%s is cut into pieces along %s, and so %s cannot be carried along %s too", u->name, x, g->data[d].name, x);
    }
}

/* the statement that says a datum's type; *of: the number of its datum, from 1, where this is another one, else 0 */
static const ur_stmt *typed(ur_comp *c, const ur_block *b, const ur_stmt *st, int *of)
{
    const ur_stmt *first = st;
    *of = 0;
    for (int n = 0; st->like; n++) {
        const ur_stmt *found = NULL;
        for (int k = 0, d = 0; k < b->n && !found; k++) {
            if (b->stmt[k]->kind != S_DATA) continue;
            d++;
            if (strcmp(b->stmt[k]->head->name, st->like) != 0) continue;
            found = b->stmt[k];
            *of = d;
        }
        if (!found)
            ur_complain(c->a, &st->like_at, "after the colon stands a type, or a datum that has one",
                        "%s is no datum and no type", st->like);
        if (n > b->n)
            ur_complain(c->a, &first->like_at, "a type is one of real, symbol, chars, words, bytes, pieces, count, raw, time",
                        "no type is said: that of %s is its own", first->head->name);
        st = found;
    }
    return st;
}

static void declare_data(ur_comp *c, const ur_block *b)
{
    ur_graph *g = c->g;
    int cap = 0;
    for (int k = 0; k < b->n; k++) {
        const ur_stmt *st = b->stmt[k];
        if (st->kind != S_DATA) continue;
        ur_entity *e = ur_new_entity(c, N_DATA, st->head->name, &st->head->at);
        e->stmt = st;
        e->home = e->scope = &c->top;
        int of;
        const ur_stmt *said = typed(c, b, st, &of);
        e->sym = !UR_IS_SYMBOL(said->type) ? 0 : said->discrete ? UR_SYM_CLOSED : UR_SYM_OPEN;
        e->var = true;
        carry(c, &c->top, e, st->head, "a datum");
        check_parents(c, e);
        bind_entity(c, &c->top, e->name, e, &e->at);
        UR_GROW(c->a, g->data, g->ndata, cap);
        ur_datum *d = &g->data[g->ndata];
        e->datum = g->ndata;
        *d = (ur_datum){
            .name = e->name, .kind = said->type, .size = 1, .place = { e->at.line, e->at.col, e->at.src->file, e->name }
        };
        if (said->size) d->size = ur_fold_size(c, &c->top, said->size, "the size of a datum");
        if (d->kind == UR_PIECES) d->pieces = said->size ? d->size : 0;
        d->closed = e->sym == UR_SYM_CLOSED;
        d->shares = e->sym ? of : 0;
        if (e->sym == UR_SYM_OPEN) d->size = c->o->size ? c->o->size[g->ndata] : 0;
        if (e->sym == UR_SYM_OPEN) d->never = c->o->never ? c->o->never[g->ndata] : 0;
        if (d->closed) d->never = UR_SYM_SPECIAL;
        if (e->sym) d->endless = c->o->endless && c->o->endless[g->ndata];
        for (int i = 0; i < e->nidx; i++) {
            if (g->index[e->idx[i]].fixed) d->fix[d->nfix++] = e->idx[i];
            else d->idx[d->nidx++] = e->idx[i];
        }
        g->ndata++;
    }
    for (int k = 0, d = 0; k < b->n; k++)
        if (b->stmt[k]->kind == S_DATA && g->data[d++].kind == UR_PIECES) check_pieces(c, &g->data[d - 1], &b->stmt[k]->head->at);
}

/* the subscripts of its declaration are the last of its indices; before them are those along which a cell has its own */
static void bind_param(ur_comp *c, ur_scope *s, ur_entity *e)
{
    const ur_expr *h = e->stmt->head;
    ur_bind *b = ur_bind_name(c, s, h->name, B_ENTITY, &h->at);
    int at = e->nidx;
    b->ent = e;
    b->nslot = h->nkid;
    for (int k = h->nkid - 1; k >= 0; k--) {
        const ur_bind *x = ur_lookup(c, s, h->kid[k]->name);
        b->slot[k] = x->index < 0 ? -1 : --at;
    }
}

static int size_said(ur_comp *c, ur_scope *s, const ur_expr *x)
{
    return x ? ur_fold_size(c, s, x, "the size of a parameter") : 0;
}

/* a parameter of a network is declared at every use: are its sizes the same? */
static void same_sizes(ur_comp *c, ur_scope *s, const ur_entity *e)
{
    const ur_stmt *st = e->stmt;
    for (int k = 0; k < 2; k++) {
        const ur_expr *x = k ? st->size2 : st->size;
        int now = size_said(c, s, x), first = size_said(c, e->home, x);
        if (now != first)
            ur_complain(c->a, &s->use->at, ur_arena_printf(c->a, "the use on line %d asks for %d", e->home->use->at.line, first),
                        "%s has %d %s here, and %d at another use", e->name, now, k ? "columns" : "rows", first);
    }
    for (int k = st->head->nkid, at = e->nidx; k-- > 0;) {
        const ur_bind *x = ur_lookup(c, s, st->head->kid[k]->name);
        const ur_index *i = x && x->kind == B_INDEX && x->index >= 0 ? &c->g->index[x->index] : NULL;
        int first = i && at > 0 ? c->g->index[e->idx[--at]].size : 0;
        if (i && i->size != first)
            ur_complain(c->a, &s->use->at, ur_arena_printf(c->a, "the use on line %d asks for %d", e->home->use->at.line, first),
                        "%s has %d positions of %s here, and %d at another use", e->name, i->size, st->head->kid[k]->name, first);
    }
}

static void declare_param(ur_comp *c, ur_scope *s, const ur_stmt *st)
{
    const char *name = ur_arena_printf(c->a, "%s%s", s->params, st->head->name);
    ur_entity *e = s->net ? ur_map_get(s->net->shared, name) : NULL, *other = e ? e : ur_map_get(&c->dotted, name);
    if (other && other->kind == N_PARAM && other->stmt != st)
        ur_complain(c->a, &st->head->at,
                    ur_arena_printf(c->a, "the first is that of line %d; give one another name", other->at.line),
                    "there are two parameters %s", name);
    if (e) {
        same_sizes(c, s, e);
        bind_param(c, s, e);
        return;
    }
    e = ur_new_entity(c, N_PARAM, name, &st->head->at);
    e->stmt = st;
    e->home = e->scope = s;
    for (int k = 0; k < s->nown; k++) {
        bool named = false;
        for (int i = 0; i < st->head->nkid; i++) {
            const ur_expr *x = st->head->kid[i];
            ur_bind *b = x->kind == E_NAME && !x->sub ? ur_lookup(c, s, x->name) : NULL;
            named |= b && b->kind == B_INDEX && b->index == s->own[k];
        }
        if (!named) ur_entity_index(c, e, s->own[k], &st->head->at);
    }
    carry(c, s, e, st->head, "a parameter");
    for (int k = 0; k < e->nidx; k++)
        if (!c->g->index[e->idx[k]].fixed)
            ur_complain(c->a, &st->head->at, ur_arena_printf(c->a, "the length of %s is the data's", c->g->index[e->idx[k]].name),
                        "a parameter carries indices of fixed length only");
    bind_param(c, s, e);
    if (s->user) ur_map_put(c->a, &c->dotted, e->name, e);
    if (s->net) ur_map_put(c->a, s->net->shared, e->name, e);
}

/* is this the boundary of something: h[0], h[end+1], h[i,0]? *slot: which subscript; *after: 0 or 1 */
bool ur_is_boundary(ur_comp *c, ur_scope *s, const ur_expr *h, int *slot, int *after)
{
    int found = 0;
    for (int k = 0; k < h->nkid; k++) {
        const ur_expr *x = h->kid[k];
        if (x->kind == E_NAME && !x->sub && !ur_lookup(c, s, x->name)) return false;
        ur_affine f = ur_affine_of(c, s, x);
        if (f.ok && !f.end && f.nothing && !f.off && !f.nterm) continue;
        if (f.ok && !f.end && f.nterm == 1 && f.times[0] == 1 && !f.off) continue;
        if (!f.ok || f.nterm || (f.end ? f.off != 1 : f.off != 0))
            ur_complain(c->a, &x->at, NULL,
                        "the left side's subscripts are indices, 0 (before the start) or end+1 (after the end)");
        *slot = k;
        *after = f.end;
        found++;
    }
    if (found > 1) ur_complain(c->a, &h->at, NULL, "the left side has more than one boundary");
    return found == 1;
}

static void declare_boundary(ur_comp *c, ur_scope *s, const ur_stmt *st, ur_bind *b, int slot, int after, bool override)
{
    const ur_expr *h = st->head;
    ur_entity *e = b->ent;
    if (b->kind != B_ENTITY || e->kind == N_PARAM)
        ur_complain(c->a, &h->at, NULL, "%s has no positions, so it has no boundary", h->name);
    if (h->nkid != b->nslot)
        ur_complain(c->a, &h->at, NULL, "%s is carried along %s", h->name, b->nslot ? ur_index_list(c, e) + 0 : "no index");
    if (st->size) ur_complain(c->a, &st->size->at, NULL, "a boundary has the size of its quantity");
    int q = b->slot[slot];
    if (q < 0) return;
    if (s->reversed & UR_BIT(e->idx[q])) after = !after;
    ur_entity **place = after ? &e->after[q] : &e->before[q];
    if (*place && (*place)->scope != s && !override) return; /* the use's own boundary goes before the cell's */
    if (*place && (*place)->scope == s)
        ur_complain(c->a, &h->at, ur_arena_printf(c->a, "first on line %d", (*place)->at.line),
                    "this boundary of %s is defined twice", h->name);
    ur_entity *x = ur_new_entity(c, N_BOUNDARY, ur_arena_printf(c->a, "%s.%s", e->name, after ? "end" : "start"), &h->at);
    x->stmt = st;
    x->home = x->scope = s;
    x->rhs = st->rhs;
    x->of = e;
    for (int k = 0; k < e->nidx; k++)
        if (k != q) x->idx[x->nidx++] = e->idx[k];
    for (int k = 0; k < h->nkid; k++) {
        if (k == slot || b->slot[k] < 0) continue;
        ur_affine f = ur_affine_of(c, s, h->kid[k]);
        if (f.index[0] != e->idx[b->slot[k]])
            ur_complain(c->a, &h->kid[k]->at, NULL, "%s is carried along %s here", h->name, c->g->index[e->idx[b->slot[k]]].name);
    }
    *place = x;
}

/* NAME[i,…] = expression, the first time; `takes`: the entity that a cell's result already is, or NULL */
static void declare_quantity(ur_comp *c, ur_scope *s, const ur_stmt *st, ur_entity *takes)
{
    const ur_expr *h = st->head;
    ur_bind *old = ur_map_get(&s->names, h->name);
    if (old && old->kind == B_INDEX) ur_complain(c->a, &h->at, NULL, "%s is an index", h->name);
    if (old && old->kind == B_ENTITY && old->ent->kind == N_DATA)
        ur_complain(c->a, &h->at, ur_arena_printf(c->a, "to say how it is distributed: %s ~ …", h->name),
                    "%s is data and is not defined by an equation", h->name);
    if (old && old->kind == B_ENTITY && old->ent->kind == N_PARAM)
        ur_complain(c->a, &h->at, ur_arena_printf(c->a, "declared on line %d", old->at.line),
                    "%s is a parameter and is not defined by an equation", h->name);
    ur_entity *e = takes;
    if (!e) {
        e = ur_new_entity(c, N_QUANTITY, ur_arena_printf(c->a, "%s%s", s->prefix, h->name), &h->at);
        for (int k = 0; k < s->nouter; k++) ur_entity_index(c, e, s->outer_list[k], &h->at);
        carry(c, s, e, h, "a quantity");
        check_parents(c, e);
        e->home = s;
        e->stmt = st;
        if (s->user) ur_map_put(c->a, &c->dotted, e->name, e);
    } else {
        if (!e->stmt->size) {
            e->stmt = st;
            e->home = s;
        }
    }
    e->rhs = st->rhs;
    e->scope = s;
    e->goal = st->goal ? st : NULL;
    ur_bind *b = ur_bind_name(c, s, h->name, B_ENTITY, &h->at);
    b->ent = e;
    for (int k = 0; k < h->nkid; k++) {
        ur_affine f = ur_affine_of(c, s, h->kid[k]);
        b->slot[b->nslot++] = f.nothing ? -1 : ur_entity_position(e, f.index[0]);
    }
}

void ur_declare_block(ur_comp *c, ur_scope *s, const ur_block *b, const char *result, ur_entity *takes)
{
    int slot, after;
    for (int k = 0; k < b->n; k++) {
        const ur_stmt *st = b->stmt[k];
        if (st->kind == S_PARAM) declare_param(c, s, st);
        if (st->kind == S_LATENT) {
            ur_entity *e = ur_new_entity(c, N_LATENT, st->head->name, &st->head->at);
            e->stmt = st;
            e->home = e->scope = s;
            e->sym = st->discrete ? UR_SYM_CLOSED : 0;
            e->var = true;
            carry(c, s, e, st->head, "a latent quantity");
            bind_entity(c, s, e->name, e, &e->at);
            c->g->nlatent++;
        }
        if (st->kind == S_DEFINE && !strchr(st->head->name, '.') && !ur_is_boundary(c, s, st->head, &slot, &after))
            declare_quantity(c, s, st, result && !strcmp(result, st->head->name) ? takes : NULL);
        if (st->kind == S_DRAW && s->user) ur_complain(c->a, &st->head->at, NULL, "a ~ line inside a cell");
    }
    for (int k = 0; k < b->n; k++) {
        const ur_stmt *st = b->stmt[k];
        if (st->kind != S_DEFINE || strchr(st->head->name, '.') || !ur_is_boundary(c, s, st->head, &slot, &after)) continue;
        ur_bind *x = ur_lookup(c, s, st->head->name);
        if (!x)
            ur_complain(c->a, &st->head->at, ur_arena_printf(c->a, "write %s[t] = … as well", st->head->name),
                        "%s has a boundary and no definition", st->head->name);
        declare_boundary(c, s, st, x, slot, after, false);
    }
}

void ur_declare(ur_comp *c)
{
    const ur_block *b = &c->p->top;
    c->g->index = UR_NEW(c->a, ur_index, UR_MAX_INDEX);
    c->root = UR_NEW(c->a, int, UR_MAX_INDEX);
    c->top.prefix = c->top.params = "";
    c->top.counts = UR_NEW(c->a, ur_map, 1);
    ur_declare_hypers(c, &c->top, b);
    check_settings(c);
    ur_declare_fixed(c, &c->top, b);
    declare_ragged(c, b);
    ur_declare_aliases(c, &c->top, b);
    declare_data(c, b);
    ur_declare_block(c, &c->top, b, NULL, NULL);
    ur_declare_nets(c, &c->top, b);
    for (int k = 0; k < b->n; k++)
        if (b->stmt[k]->kind == S_HYPER) ur_fold(c, &c->top, b->stmt[k]->head, "a hyperparameter");
    ur_declare_draws(c, b);
    ur_expand_uses(c, 0);
    int more = c->nent, slot, after;
    for (int k = 0; k < b->n; k++) { /* d.W ~ …: priors of the parameters of a cell's use; d.c[0] = …: boundaries of inner
                                        quantities */
        const ur_stmt *st = b->stmt[k];
        if (st->kind == S_DRAW && strchr(st->head->name, '.')) {
            ur_bind *x = ur_resolve(c, &c->top, st->head);
            if (x->kind != B_ENTITY || x->ent->kind != N_PARAM)
                ur_complain(c->a, &st->head->at, NULL, "%s is no parameter of a cell", st->head->name);
            ur_prior_declare(c, st, x);
        }
        if (st->kind != S_DEFINE || !strchr(st->head->name, '.')) continue;
        ur_bind *x = ur_resolve(c, &c->top, st->head);
        if (!ur_is_boundary(c, &c->top, st->head, &slot, &after))
            ur_complain(c->a, &st->head->at, NULL, "%s is defined by its cell", st->head->name);
        declare_boundary(c, &c->top, st, x, slot, after, true);
    }
    ur_expand_uses(c, more);
    ur_check_nets(c);
}
