/* reads.c: what a name with subscripts gives, as nodes. A quantity that a recurrence reads before it is made is an ALIAS whose
 * argument is set when it is. One that recurs along fixed indices is made position by position of these (ur_leg): it is read at
 * one position where it is, as a whole once it is. Must not know expressions. */
#include "lang/comp.h"
#include <string.h>

ur_set ur_loops(const ur_entity *e)
{
    ur_set set = 0;
    for (int k = 0; k < e->nloop; k++) set |= UR_BIT(e->loop[k]);
    return set;
}

ur_set ur_made_set(const ur_entity *e) { return ur_index_set(e) & ~ur_loops(e); }

/* what stands for an entity, or for its nodes at one position of its loops, until it is made */
static ur_id forward(ur_comp *c, ur_entity *e, ur_made *m)
{
    ur_id none = -1;
    if (m->alias >= 0) return m->alias;
    ur_node n = ur_proto(c, UR_ALIAS, m == &e->all ? ur_index_set(e) : ur_made_set(e), ur_size(c, e->r), ur_size(c, e->c));
    n.narg = 1;
    n.arg = &none;
    n.place = (ur_place){ e->at.line, e->at.col, e->at.src->file, e->name };
    return m->alias = ur_node_new(c->g, &n);
}

static ur_id made(ur_comp *c, ur_entity *e, ur_made *m, bool plain)
{
    if (m->full < 0) return forward(c, e, m);
    if (plain) return m->lean;
    return m->alias >= 0 ? m->alias : m->full;
}

/* e at the positions `at` of its loops, from 1, outermost first */
ur_made *ur_made_at(ur_comp *c, ur_entity *e, const int *at)
{
    size_t n = 1, flat = 0;
    for (int k = 0; k < e->nloop; k++) {
        n *= (size_t)c->g->index[e->loop[k]].size;
        flat = flat * (size_t)c->g->index[e->loop[k]].size + (size_t)at[k] - 1;
    }
    if (!e->piece) {
        e->piece = UR_NEW(c->a, ur_made, n);
        memset(e->piece, 0xff, n * sizeof *e->piece);
    }
    return &e->piece[flat];
}

static ur_id zeros(ur_comp *c, const ur_entity *e)
{
    ur_id zero = ur_num(c->g, 0);
    ur_node n = { .op = UR_BCAST, .rows = ur_size(c, e->r), .cols = ur_size(c, e->c), .narg = 1, .arg = &zero };
    return n.rows == 1 && n.cols == 1 ? zero : ur_node_add(c->g, &n);
}

/* e along its loops from the level-th on, `at` saying where in those before; what is not made yet is 0 */
ur_id ur_along_loops(ur_comp *c, ur_entity *e, int level, int *at)
{
    if (level == e->nloop) {
        const ur_made *m = ur_made_at(c, e, at);
        return m->full < 0 ? zeros(c, e) : m->full;
    }
    int size = c->g->index[e->loop[level]].size;
    ur_id *x = UR_NEW(c->a, ur_id, size);
    for (int p = 1; p <= size; p++) {
        at[level] = p;
        x[p - 1] = ur_along_loops(c, e, level + 1, at);
    }
    return ur_stacked(c->g, e->loop[level], x);
}

/* a subscript where the pinned indices that it follows stand at one position */
ur_sub ur_pinned(const ur_comp *c, ur_sub u)
{
    int n = 0;
    for (int f = 0; f < u.nfix; f++) {
        if (c->pin[u.fix[f]]) u.off += u.times[f] * c->pin[u.fix[f]];
        else {
            u.fix[n] = u.fix[f];
            u.times[n++] = u.times[f];
        }
    }
    u.nfix = n;
    if (u.kind != UR_SUB_REL || !c->pin[u.index]) return u;
    u.off += ur_sub_mul(&u) * c->pin[u.index];
    u.mul = 0;
    if (!n) {
        u.kind = UR_SUB_FIRST;
        u.off--;
        return u;
    }
    u.nfix = --n; /* it follows one of the others then */
    u.index = u.fix[n];
    u.mul = u.times[n] == 1 ? 0 : u.times[n];
    return u;
}

ur_sub ur_still(int index) { return (ur_sub){ .kind = UR_SUB_REL, .index = index, .before = -1, .after = -1 }; }

/* the position that a subscript names along a fixed index, from 1, maybe beyond the ends; false: not one alone */
static bool one_position(const ur_comp *c, const ur_sub *u, int index, int *at)
{
    *at = 0;
    if (u->kind == UR_SUB_REL || u->nfix || !c->g->index[index].fixed) return false;
    *at = u->off + (u->kind == UR_SUB_FIRST ? 1 : c->g->index[index].size);
    return true;
}

/* where a subscript along a fixed index leads to, from 1 */
static ur_id leads_to(ur_comp *c, const ur_sub *u, int index)
{
    int from = u->kind == UR_SUB_END ? c->g->index[index].size : u->kind == UR_SUB_FIRST;
    ur_id at = ur_num(c->g, u->off + from);
    for (int f = u->kind == UR_SUB_REL ? -1 : 0; f < u->nfix; f++) {
        int follows = f < 0 ? u->index : u->fix[f];
        ur_node n = ur_proto(c, UR_POS, UR_BIT(follows), 1, 1);
        n.i = follows;
        ur_id times = ur_num(c->g, f < 0 ? ur_sub_mul(u) : u->times[f]);
        at = ur_binary(c->g, UR_ADD, at, ur_binary(c->g, UR_MUL, times, ur_node_add(c->g, &n)));
    }
    return at;
}

static ur_id read_at(ur_comp *c, ur_entity *x, const ur_sub *slot, bool partly, int part);

/* what a boundary of x's index `at` gives; slot: x's subscripts */
static ur_id beyond(ur_comp *c, ur_entity *x, int at, bool after, const ur_sub *slot)
{
    ur_entity *y = after ? x->after[at] : x->before[at];
    ur_sub rest[UR_MAX_SUB];
    if (!y) return -1;
    for (int k = 0, m = 0; k < x->nidx; k++)
        if (k != at) rest[m++] = slot[k];
    ur_id v = read_at(c, y, rest, false, 0);
    if (!x->sym) v = ur_plain(c, v);
    return ur_spread(c, v, 0, x->sym ? 1 : ur_size(c, x->r), x->sym ? 1 : ur_size(c, x->c));
}

/* x at subscripts by its own indices; partly: before it is made, as much of it as there is */
static ur_id read_at(ur_comp *c, ur_entity *x, const ur_sub *slot, bool partly, int part)
{
    ur_sub sub[UR_MAX_SUB], own[UR_MAX_SUB];
    int at[UR_MAX_SUB] = { 0 }, one[UR_MAX_SUB], n = 0;
    bool plain = true, each = x->nloop && x->all.full < 0; /* each: there is what it is at single positions of its loops */
    for (int k = 0; k < x->nidx; k++) {
        bool out = one_position(c, &slot[k], x->idx[k], &one[k]) && (one[k] < 1 || one[k] > c->g->index[x->idx[k]].size);
        if (out && !x->sym) {
            ur_id v = part < 0 ? -1 : beyond(c, x, k, one[k] > 0, slot);
            return v < 0 ? zeros(c, x) : v;
        }
        if (out) one[k] = 0;
        plain &= ur_sub_still(&slot[k], x->idx[k]);
    }
    for (int l = 0; l < x->nloop; l++) {
        at[l] = one[ur_entity_position(x, x->loop[l])];
        each &= at[l] > 0;
    }
    if (each) {
        plain = true;
        for (int k = 0; k < x->nidx; k++) plain &= (ur_loops(x) & UR_BIT(x->idx[k])) || ur_sub_still(&slot[k], x->idx[k]);
    }
    ur_id q = part                                    ? ur_data_node(c, x->datum, part)
              : x->kind == N_DATA                     ? c->fill[x->datum] >= 0 ? c->fill[x->datum] : ur_data_node(c, x->datum, 0)
                                  : each ? made(c, x, ur_made_at(c, x, at), plain)
              : partly && x->nloop && x->all.full < 0 ? ur_along_loops(c, x, 0, at)
                                                      : made(c, x, &x->all, plain);
    if (plain) return q;
    for (int k = 0; k < x->nidx;
         k++) /* boundaries are read where the loops stand; along the other indices by the same subscripts */
        own[k] = each && (ur_loops(x) & UR_BIT(x->idx[k])) ? slot[k] : ur_still(x->idx[k]);
    ur_node m = c->g->node[q];
    for (int k = 0; k < m.nidx + m.nfix; k++) {
        int index = k < m.nidx ? m.idx[k] : m.fix[k - m.nidx], of = ur_entity_position(x, index);
        sub[n] = of < 0 ? ur_still(index) : slot[of];
        if (of >= 0 && part >= 0 && !ur_sub_still(&sub[n], index) && !one[of] && (k < m.nidx || x->sym)) {
            sub[n].before = beyond(c, x, of, false, own);
            sub[n].after = beyond(c, x, of, true, own);
        }
        n++;
    }
    ur_id v = ur_read(c->g, q, sub);
    for (int k = 0; k < 2 * x->nidx && !x->sym && part >= 0; k++) { /* beyond the ends of a fixed index */
        int of = k / 2;
        bool after = k % 2;
        if (!(after ? x->after : x->before)[of] || !c->g->index[x->idx[of]].fixed || ur_sub_still(&slot[of], x->idx[of]) ||
            one[of])
            continue;
        ur_id place = leads_to(c, &slot[of], x->idx[of]), edge = ur_num(c->g, after ? c->g->index[x->idx[of]].size : 1);
        v = ur_where(c->g, ur_binary(c->g, after ? UR_GT : UR_LT, place, edge), beyond(c, x, of, after, slot), v);
    }
    return v;
}

/* one position p of x's index at: 0 and the length + 1 are beyond the ends, whatever was there before the data begin */
typedef struct gathered {
    int at, toward; /* toward: which way it has to lead, -1 back, 1 ahead; 0: either */
    ur_id p;
    ur_place place;
} gathered;

/* is position p of an index behind its end, or before its start? */
static ur_id off_end(ur_comp *c, int index, bool after, ur_id p)
{
    ur_graph *g = c->g;
    bool fixed = g->index[index].fixed;
    ur_id size = ur_length_node(c, index, false), one = ur_num(g, 1);
    if (after) return ur_binary(g, UR_EQ, p, ur_binary(g, UR_ADD, size, one));
    if (fixed) return ur_binary(g, UR_EQ, p, ur_num(g, 0));
    ur_id gone = ur_binary(g, UR_SUB, size, ur_length_node(c, index, true));
    ur_id low = ur_binary(g, UR_AND, ur_binary(g, UR_GE, p, ur_num(g, 0)), ur_binary(g, UR_LE, p, gone));
    return ur_binary(g, UR_AND, low, ur_binary(g, UR_EQ, p, ur_unary(g, UR_FLOOR, p)));
}

/* x at subscripts by its own indices and, along n of them, at numbers */
static ur_id read_gathered(ur_comp *c, ur_entity *x, const ur_sub *slot, const gathered *by, int n, bool partly, int part)
{
    int before = c->g->nnode;
    if (!n) return read_at(c, x, slot, partly, part);
    int at = by[n - 1].at, index = x->idx[at];
    ur_id p = by[n - 1].p, v = read_gathered(c, x, slot, by, n - 1, partly, part);
    bool edges = x->before[at] || x->after[at];
    if (edges) v = ur_plain(c, v);
    ur_set all = c->g->index[index].parent < 0 ? UR_BIT(index) : UR_BIT(index) | UR_BIT(c->g->index[index].parent);
    v = ur_spread(c, v, all, 1, 1);
    if (ur_has_index(&c->g->node[v], index)) v = ur_gather(c->g, v, p, index, by[n - 1].toward);
    if (v >= before) c->g->node[v].place = by[n - 1].place;
    for (int after = 0; after < 2; after++) {
        ur_entity *y = after ? x->after[at] : x->before[at];
        ur_sub rest[UR_MAX_SUB];
        gathered own[UR_MAX_SUB];
        if (!y) continue;
        for (int k = 0, m = 0; k < x->nidx; k++)
            if (k != at) rest[m++] = slot[k];
        for (int k = 0; k < n - 1; k++) {
            own[k] = by[k];
            own[k].at -= by[k].at > at;
        }
        ur_id edge = ur_plain(c, read_gathered(c, y, rest, own, n - 1, false, 0));
        v = ur_where(c->g, off_end(c, index, after, p), ur_spread(c, edge, 0, ur_size(c, x->r), ur_size(c, x->c)), v);
    }
    return v;
}

/* does ent read x there at positions of an index that lie before, or behind, its own? */
static bool reads_past(const ur_entity *ent, const ur_entity *x, const ur_expr *e)
{
    for (int k = 0; k < ent->nedge; k++)
        for (int i = 0; ent->edge[k].to == x && ent->edge[k].at == e && i < x->nidx; i++)
            if (ent->edge[k].how[i] == C_PAST || ent->edge[k].how[i] == C_FUTURE) return true;
    return false;
}

/* which way has the number to lead by which ent reads x there along its k-th index? */
static int leads_toward(const ur_entity *ent, const ur_entity *x, const ur_expr *e, int k)
{
    for (int i = 0; i < ent->nedge; i++)
        if (ent->edge[i].to == x && ent->edge[i].at == e && ent->edge[i].toward[k]) return ent->edge[i].toward[k];
    return 0;
}

/* the number e as a position along an index, from 1, whichever way the scope runs */
static ur_val position(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *e, int index)
{
    ur_val p = ur_value(c, s, ent, e);
    p.id = ur_symbol_number(c, p.id);
    if (ur_times_along(c, s, e, index)) { /* beyond the ends the boundary stands */
        ur_id end = ur_binary(c->g, UR_ADD, ur_length_node(c, index, false), ur_num(c->g, 1));
        p.id = ur_binary(c->g, UR_MIN2, ur_binary(c->g, UR_MAX2, p.id, ur_num(c->g, 0)), end);
    }
    if (!(s->reversed & UR_BIT(index))) return p;
    p.id = ur_binary(c->g, UR_SUB, ur_binary(c->g, UR_ADD, ur_length_node(c, index, false), ur_num(c->g, 1)), p.id);
    return p;
}

ur_id ur_read_entity(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *e, const ur_bind *b, int part, bool *var)
{
    ur_sub slot[UR_MAX_SUB];
    gathered by[UR_MAX_SUB];
    ur_entity *x = b->ent;
    bool moves = false;
    int n = 0;
    ur_subs(c, s, e, b, slot);
    for (int k = 0; k < e->nkid; k++) {
        int at = b->slot[k];
        if (at < 0 || slot[at].kind != UR_SUB_GATHER) continue;
        ur_val p = position(c, s, ent, e->kid[k], x->idx[at]);
        by[n++] = (gathered){
            at, leads_toward(ent, x, e, at), p.id, { e->at.line, e->at.col, e->at.src->file, c->making ? c->making : ent->name }
        };
        *var |= p.var;
    }
    for (int k = 0; k < x->nidx; k++) {
        if (slot[k].kind == UR_SUB_GATHER) {
            slot[k] = ur_still(x->idx[k]);
            continue;
        }
        moves |= (ur_loops(x) & UR_BIT(x->idx[k])) && !ur_sub_still(&slot[k], x->idx[k]);
        slot[k] = ur_pinned(c, slot[k]);
    }
    ur_id v = read_gathered(c, x, slot, by, n, reads_past(ent, x, e), part);
    if (moves && x->all.full < 0) {
        UR_GROW(c->a, c->carried, c->ncarried, c->carried_cap);
        c->carried[c->ncarried++] = v;
    }
    return v;
}
