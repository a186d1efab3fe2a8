/* Which entity reads which, at which offset; whether every index is bound and every cycle passes through an offset in one
 * direction; and an order in which every entity comes after what it reads at the same position. Must not know shapes.
 * Strongly connected components by Tarjan's algorithm, without recursion; within a component an index is looked for along which
 * all reads go back or stay (or all go ahead or stay), the moving reads are taken out, and the rest is ordered again. */
#include "lang/comp.h"
#include <string.h>

enum { L_ANY, L_BELOW, L_UPTO, L_ABOVE, L_FROM }; /* where a reduced index lies, seen from the left side's position */
typedef struct walk {
    ur_comp *c;
    ur_entity *ent;
    ur_set bound, reduced; /* reduced: bound by a reduction, not by the left side */
    int8_t how[UR_MAX_INDEX];
    int than[UR_MAX_INDEX];
} walk; /* how: L_, of reduced indices, and than which index of the left side */

static ur_set look(walk *w, ur_scope *s, const ur_expr *e);

static void need_bound(walk *w, int index, const ur_at *at)
{
    ur_comp *c = w->c;
    if (w->bound & UR_BIT(index)) return;
    const char *x = c->g->index[index].name;
    const char *list = ur_index_list(c, w->ent), *mend = ur_arena_printf(c->a, "to reduce over it, write sum[%s](…)", x);
    if (w->ent->kind == N_QUANTITY)
        mend = ur_arena_printf(c->a, "write %s[%.*s%s%s] = …, or reduce over it: sum[%s](…)", w->ent->name,
                               *list ? (int)strlen(list) - 2 : 0, *list ? list + 1 : "", *list ? "," : "", x, x);
    ur_complain(c->a, at, mend, "%s is an index that neither the left side %s%s nor a reduction runs over", x, w->ent->name,
                list);
}

static ur_set counted(walk *w, ur_set set, const ur_expr *e)
{
    int n[2] = { 0, 0 };
    for (int k = 0; k < w->c->g->nindex; k++)
        if (set & UR_BIT(k)) n[w->c->g->index[k].fixed]++;
    if (n[0] > UR_MAX_RAGGED || n[1] > UR_MAX_FIXED)
        ur_complain(w->c->a, &e->at, "define a part of it as a quantity of its own",
                    "this is carried along more than %d indices of data-given or %d of fixed length", UR_MAX_RAGGED,
                    UR_MAX_FIXED);
    return set;
}

/* how a read moves along the entity's index q */
static int moves(walk *w, const ur_sub *s, int q)
{
    ur_comp *c = w->c;
    int lo, hi, same = 0;
    bool own = false;
    if (s->kind != UR_SUB_REL) return C_ANY;
    for (int k = 0; k < w->ent->nidx; k++) {
        own |= w->ent->idx[k] == s->index && !(w->reduced & UR_BIT(s->index));
        same += ur_related(c, w->ent->idx[k], q) && !c->g->index[q].fixed;
    }
    if (own && s->index != q && (same != 1 || c->g->index[q].fixed)) return C_ANY;
    ur_offsets(c->g, s, &lo, &hi);
    if (own) return hi < 0 ? C_BACK : lo > 0 ? C_AHEAD : lo < 0 && hi > 0 ? C_BOTH : C_ZERO;
    int how = w->how[s->index];
    if (how && c->root[w->than[s->index]] != c->root[q]) how = L_ANY;
    switch (how) { /* reduced, and by its condition below or above the left side's position */
    case L_BELOW: return hi < 1 ? C_PAST : C_ANY;
    case L_UPTO: return hi < 0 ? C_PAST : hi == 0 ? C_ZERO : C_ANY;
    case L_ABOVE: return lo > -1 ? C_FUTURE : C_ANY;
    case L_FROM: return lo > 0 ? C_FUTURE : lo == 0 ? C_ZERO : C_ANY;
    default: return C_ANY;
    }
}

/* how a read moves along the entity's index q by a number that is carried along `by` */
static int moves_by_number(const walk *w, ur_set by, int q)
{
    bool own = (by & ~w->reduced & UR_BIT(q)) && !w->c->g->index[q].fixed;
    for (int k = 0; k < w->ent->nidx; k++)
        if (own && w->ent->idx[k] == q) return C_NAMED;
    return C_ANY;
}

static ur_edge *edge(walk *w, ur_entity *to, const ur_expr *at)
{
    ur_entity *e = w->ent;
    UR_GROW(w->c->a, e->edge, e->nedge, e->edge_cap);
    e->edge[e->nedge] = (ur_edge){ .to = to, .at = at };
    return &e->edge[e->nedge++];
}

static ur_set read_name(walk *w, ur_scope *s, const ur_expr *e)
{
    ur_comp *c = w->c;
    ur_sub sub[UR_MAX_SUB];
    ur_set set = 0;
    if (!e->sub && !strcmp(e->name, "pi") && !ur_lookup(c, s, e->name)) return 0;
    ur_bind *b = ur_resolve(c, s, e);
    if (b->kind != B_ENTITY) {
        if (e->nkid)
            ur_complain(c->a, &e->at, NULL, "%s is %s and takes no subscript", e->name,
                        b->kind == B_INDEX ? "an index" : "a number");
        if (b->kind == B_INDEX && b->index >= 0) {
            need_bound(w, b->index, &e->at);
            set = UR_BIT(b->index);
        }
        return set;
    }
    ur_entity *to = b->ent;
    ur_subs(c, s, e, b, sub);
    int own = w->ent->nedge;
    ur_edge *g = edge(w, to, e);
    to->used = true;
    int8_t how[UR_MAX_SUB];
    for (int k = 0; k < to->nidx; k++) {
        const ur_at *at = &e->at;
        for (int i = 0; i < e->nkid; i++)
            if (b->slot[i] == k) at = &e->kid[i]->at;
        if (sub[k].kind == UR_SUB_REL) {
            need_bound(w, sub[k].index, at);
            set |= UR_BIT(sub[k].index);
        }
        for (int i = 0; i < sub[k].nfix; i++) {
            need_bound(w, sub[k].fix[i], at);
            set |= UR_BIT(sub[k].fix[i]);
        }
        ur_set by = 0;
        for (int i = 0; sub[k].kind == UR_SUB_GATHER && i < e->nkid; i++)
            if (b->slot[i] == k) by |= look(w, s, e->kid[i]);
        set |= by;
        how[k] = (int8_t)(sub[k].kind == UR_SUB_GATHER ? moves_by_number(w, by, to->idx[k]) : moves(w, &sub[k], to->idx[k]));
        w->ent->edge[own].turned |= how[k] == C_NAMED && (s->reversed & UR_BIT(to->idx[k]));
    }
    memcpy(w->ent->edge[own].how, how, sizeof how);
    for (int k = 0; k < to->nidx; k++) { /* what lies beyond the ends is read as well */
        if (sub[k].kind == UR_SUB_REL && !sub[k].off && !sub[k].nfix) continue;
        for (int side = 0; side < 2; side++) {
            ur_entity *x = side ? to->after[k] : to->before[k];
            if (!x) continue;
            g = edge(w, x, e);
            for (int i = 0, j = 0; i < to->nidx; i++)
                if (i != k) g->how[j++] = how[i];
        }
    }
    return counted(w, set, e);
}

/* s < t, s <= t, …: how a position s that is reduced lies to the left side's t */
static void condition(walk *w, ur_scope *s, const ur_expr *e, ur_set reduced)
{
    if (e->kind == E_OP2 && e->op == UR_AND) {
        condition(w, s, e->kid[0], reduced);
        condition(w, s, e->kid[1], reduced);
        return;
    }
    if (e->kind != E_OP2 || e->kid[0]->kind != E_NAME || e->kid[1]->kind != E_NAME) return;
    ur_bind *a = ur_lookup(w->c, s, e->kid[0]->name), *b = ur_lookup(w->c, s, e->kid[1]->name);
    if (!a || !b || a->kind != B_INDEX || b->kind != B_INDEX || a->index < 0 || b->index < 0 || !(reduced & UR_BIT(a->index)))
        return;
    int how = e->op == UR_LT ? L_BELOW : e->op == UR_LE ? L_UPTO : e->op == UR_GT ? L_ABOVE : e->op == UR_GE ? L_FROM : L_ANY;
    if (how && (s->reversed & UR_BIT(a->index))) how = how > L_UPTO ? how - 2 : how + 2;
    if (w->reduced & UR_BIT(b->index)) how = L_ANY;
    w->how[a->index] = (int8_t)how;
    w->than[a->index] = b->index;
}

static ur_set look_over(walk *w, ur_scope *s, const ur_expr *e)
{
    ur_comp *c = w->c;
    ur_set reduced = ur_reduced(c, s, e), bound = w->bound, before = w->reduced, set;
    bool keeps = !strcmp(e->name, "softmax");
    int8_t how[UR_MAX_INDEX];
    memcpy(how, w->how, sizeof how);
    if (keeps) {
        ur_set left = reduced & ~w->bound;
        for (int k = 0; k < c->g->nindex; k++)
            if (left & UR_BIT(k)) need_bound(w, k, &e->at);
    }
    w->bound |= reduced;
    w->reduced |= reduced;
    for (int k = 0; k < c->g->nindex; k++) {
        if (!(reduced & UR_BIT(k))) continue;
        w->how[k] = L_ANY;
        int parent = c->g->index[k].parent;
        if (parent >= 0 && !(w->bound & UR_BIT(parent)))
            ur_complain(c->a, &e->at,
                        ur_arena_printf(c->a, "write %s[%s,%s](…)", e->name, c->g->index[parent].name, c->g->index[k].name),
                        "%s runs within each %s, which is not bound here", c->g->index[k].name, c->g->index[parent].name);
    }
    set = reduced;
    for (int k = 0; k < e->nover; k++)
        if (ur_is_condition(c, s, e->over[k])) {
            set |= look(w, s, e->over[k]);
            condition(w, s, e->over[k], reduced);
        }
    set |= look(w, s, e->kid[0]);
    counted(w, set, e);
    memcpy(w->how, how, sizeof how);
    w->bound = bound;
    w->reduced = before;
    return keeps ? set : set & ~reduced;
}

/* mixture[k](…) runs over k */
static ur_set look_law(walk *w, ur_scope *s, const ur_expr *e)
{
    ur_set set = 0, over = e->nover ? UR_BIT(ur_law_index(w->c, s, e)) : 0, bound = w->bound, reduced = w->reduced;
    w->bound |= over;
    w->reduced |= over;
    for (int k = 0; k < e->nkid; k++) {
        int before = w->ent->nedge;
        set |= look(w, s, e->kid[k]);
        bool scores = !k && ur_law_kind_of(e) == UR_LAW_DENSITY; /* nothing is drawn from the density itself */
        for (int i = before; i < w->ent->nedge && scores; i++) w->ent->edge[i].aside = true;
    }
    w->bound = bound;
    w->reduced = reduced;
    return counted(w, set, e) & ~over;
}

static ur_set look_call(walk *w, ur_scope *s, const ur_expr *e)
{
    ur_comp *c = w->c;
    ur_scope *in = ur_use(s, e);
    ur_set set = 0;
    int part;
    if (in) {
        ur_set result = in->outer;
        const ur_expr *r = in->cell->result;
        for (int k = 0; r->kind == E_NAME && k < r->nkid; k++) {
            ur_bind *b = r->kid[k]->kind == E_NAME ? ur_lookup(c, in, r->kid[k]->name) : NULL;
            if (b && b->kind == B_INDEX && b->index >= 0) result |= UR_BIT(b->index);
        }
        for (int k = 0; k < c->g->nindex; k++)
            if (result & UR_BIT(k)) need_bound(w, k, &e->at);
        return look(w, in, in->cell->result);
    }
    ur_builtin f = ur_function(e->name, NULL, &part);
    if (f == F_LENGTH) {
        ur_bind *b = e->nkid == 1 && e->kid[0]->kind == E_NAME ? ur_lookup(c, s, e->kid[0]->name) : NULL;
        if (!b || b->kind != B_INDEX) ur_complain(c->a, &e->at, NULL, "length takes the name of an index");
        int parent = b->index < 0 ? -1 : c->g->index[b->index].parent;
        if (parent >= 0) {
            need_bound(w, parent, &e->at);
            set = UR_BIT(parent);
        }
        return set;
    }
    int before = w->ent->nedge;
    for (int k = 0; k < e->nkid; k++) set |= look(w, s, e->kid[k]);
    for (int k = before; k < w->ent->nedge && f == F_SAID; k++) w->ent->edge[k].aside = true; /* nothing is drawn from it */
    return counted(w, set, e);
}

static ur_set look(walk *w, ur_scope *s, const ur_expr *e)
{
    ur_set set = 0;
    switch (e->kind) {
    case E_NUM: return 0;
    case E_NAME: return read_name(w, s, e);
    case E_END:
        ur_complain(w->c->a, &e->at, "h[end] is the last position; length(t) counts them", "end stands only in a subscript");
    case E_OVER: return look_over(w, s, e);
    case E_CALL: return look_call(w, s, e);
    case E_LAW: return look_law(w, s, e);
    case E_PART:
        ur_part_of(w->c, s, e); /* what is none is said first */
    /* fall through */
    default:
        for (int k = 0; k < e->nkid; k++) set |= look(w, s, e->kid[k]);
        return counted(w, set, e);
    }
}

/* h[0,j] where j runs within each i: row 0 has no length, so what the boundary reads cannot run along j */
static void with_parents(ur_comp *c, const ur_entity *e, ur_set set)
{
    for (int k = 0; k < c->g->nindex; k++) {
        int parent = c->g->index[k].parent;
        if ((set & UR_BIT(k)) && parent >= 0 && !(set & UR_BIT(parent)))
            ur_complain(c->a, &e->rhs->at, NULL, "%s runs within each %s, and there is no %s at a boundary", c->g->index[k].name,
                        c->g->index[parent].name, c->g->index[parent].name);
    }
}

static void edges(ur_comp *c)
{
    walk *w = UR_NEW(c->a, walk, 1);
    for (int k = 0; k < c->nent; k++) {
        ur_entity *e = c->ent[k];
        if (!e->rhs) continue;
        *w = (walk){ .c = c, .ent = e };
        for (int i = 0; i < e->nidx; i++) w->bound |= UR_BIT(e->idx[i]);
        if (e->kind == N_DRAW || e->kind == N_PRIOR) {
            look(w, e->scope, e->rhs);
            if (e->holds) look(w, e->scope, e->holds);
            int drawn = e->nedge;
            if (e->weight) look(w, e->scope, e->weight);
            for (int i = drawn; i < e->nedge; i++) e->edge[i].aside = true;
        } else {
            ur_set set = look(w, e->scope, e->rhs);
            if (e->kind == N_BOUNDARY) with_parents(c, e, set);
        }
    }
}

/* ---- components */

typedef struct sorter {
    ur_comp *c;
    ur_entity **stack, **path;
    bool draws;
    int8_t
        taken[UR_MAX_INDEX]; /* which way the reads along an index move that are taken out around where it is: 1 back, -1 ahead */
} sorter;

static ur_edge *inside(const ur_entity *e, int k)
{
    return k < e->nedge && !e->edge[k].gone && e->edge[k].to->region == e->region ? &e->edge[k] : NULL;
}

/* components of list[0..n), all of one region, written back one after the other, each after what it reads; *size: their sizes */
static int components(sorter *S, ur_entity **list, int n, int *size)
{
    int when = 0, depth = 0, path = 0, out = 0, count = 0;
    ur_entity **result = UR_NEW(S->c->a, ur_entity *, n);
    for (int k = 0; k < n; k++) {
        list[k]->when = 0;
        list[k]->on_stack = false;
        list[k]->at_edge = 0;
    }
    for (int k = 0; k < n; k++) {
        if (list[k]->when) continue;
        S->path[path++] = list[k];
        while (path) {
            ur_entity *v = S->path[path - 1];
            if (!v->when) {
                v->when = v->low = ++when;
                v->on_stack = true;
                S->stack[depth++] = v;
            }
            bool down = false;
            while (v->at_edge < v->nedge && !down) {
                ur_edge *g = inside(v, v->at_edge);
                if (g && !g->to->when) {
                    S->path[path++] = g->to;
                    down = true;
                    continue;
                }
                if (g && g->to->on_stack && g->to->low < v->low) v->low = g->to->low;
                v->at_edge++;
            }
            if (down) continue;
            path--;
            if (v->low != v->when) continue;
            int from = out;
            do {
                depth--;
                S->stack[depth]->on_stack = false;
                result[out++] = S->stack[depth];
            } while (S->stack[depth] != v);
            size[count++] = out - from;
        }
    }
    memcpy(list, result, sizeof *list * (size_t)n);
    return count;
}

/* how an edge moves along the index: all that lies before is a way back, all that lies behind a way ahead */
static int along(const ur_comp *c, const ur_edge *g, int root)
{
    for (int k = 0; k < g->to->nidx; k++) {
        if (c->root[g->to->idx[k]] != root) continue;
        int how = g->how[k];
        if (how == C_NAMED && g->toward[k]) return g->toward[k] < 0 ? C_BACK : C_AHEAD;
        return how == C_PAST ? C_BACK : how == C_FUTURE ? C_AHEAD : how;
    }
    return C_ANY;
}

/* "h[t] reads c[t] (line 4), c[t] reads h[t] (line 5)": a shortest cycle through list[0] */
static const char *cycle(sorter *S, ur_entity **list, int n, const ur_expr **at)
{
    ur_comp *c = S->c;
    ur_entity **from = UR_NEW(c->a, ur_entity *, c->nent);
    const ur_expr **by = UR_NEW(c->a, const ur_expr *, c->nent);
    int head = 0, tail = 0;
    ur_entity *start = list[0];
    for (int k = 1; k < n; k++)
        if (list[k]->id < start->id) start = list[k];
    S->path[tail++] = start;
    while (head < tail && !from[start->id]) {
        ur_entity *v = S->path[head++];
        for (int k = 0; k < v->nedge; k++) {
            ur_edge *g = inside(v, k);
            if (!g || from[g->to->id]) continue;
            from[g->to->id] = v;
            by[g->to->id] = g->at;
            if (g->to != start) S->path[tail++] = g->to;
        }
    }
    const char *text = "";
    int shown = 0;
    ur_entity *v = start;
    if (!from[start->id]) return "";
    do {
        ur_entity *u = from[v->id];
        if (u->kind != N_DATA && u->kind != N_LATENT && ++shown <= 6)
            text = ur_arena_printf(c->a, "%s reads %s (line %d)%s%s", u->name, ur_expr_text(c->a, by[v->id]), by[v->id]->at.line,
                                   *text ? ", " : "", text);
        *at = by[v->id];
        v = u;
    } while (v != start);
    if ((start->kind == N_DATA || start->kind == N_LATENT) && from[start->id])
        for (v = start; from[v->id] != start; v = from[v->id]) *at = by[v->id];
    return text;
}

/* "; it may read h[t-1,i] or, with data p[t] : count, h[p[t],i]": of what an edge reads at any place along its index k; "": by a
 * number it does */
static const char *ways(const ur_comp *c, const ur_edge *g, int k, bool ahead)
{
    const char *step = "", *number = "", *t = c->g->index[g->to->idx[k]].name;
    if (g->how[k] == C_NAMED) return "";
    for (int i = 0; i < g->to->nidx; i++) {
        const char *name = c->g->index[g->to->idx[i]].name, *comma = i ? "," : "";
        step = ur_arena_printf(c->a, "%s%s%s%s", step, comma, name, i != k ? "" : ahead ? "+1" : "-1");
        number = ur_arena_printf(c->a, i == k ? "%s%sp[%s]" : "%s%s%s", number, comma, name);
    }
    return ur_arena_printf(c->a, "; it may read %s[%s] or, with data p[%s] : count, %s[%s]", g->to->name, step, t, g->to->name,
                           number);
}

__attribute__((noreturn)) static void no_way(sorter *S, ur_entity **list, int n)
{
    ur_comp *c = S->c;
    const ur_edge *back = NULL, *ahead = NULL, *around = NULL, *any = NULL, *together = NULL, *far = NULL;
    int at_any = 0; /* the index along which `any` reads at any place */
    for (int k = 0; k < n; k++)
        for (int i = 0; i < list[k]->nedge; i++) {
            const ur_edge *g = inside(list[k], i);
            if (!g) continue;
            for (int q = 0; q < g->to->nidx; q++) {
                bool fixed = c->g->index[g->to->idx[q]].fixed;
                int how = g->how[q] == C_NAMED ? C_ANY : g->how[q];
                if (how == C_ANY && fixed) far = g;
                if (fixed && how == C_ANY) continue;
                if (fixed && S->draws && how != C_ZERO) together = g;
                if (how == C_BACK || how == C_PAST) back = g;
                if (how == C_AHEAD || how == C_FUTURE) ahead = g;
                if (how == C_BOTH) around = g;
                if (how != C_ANY) continue;
                any = g;
                at_any = q;
            }
        }
    ur_entity *first = list[0];
    for (int k = 1; k < n; k++)
        if (list[k]->id < first->id) first = list[k];
    if (together)
        ur_complain(c->a, &together->at->at, "along an index of the data, y[t], each waits for the one before",
                    "what is drawn along a fixed index is drawn at all its positions at once: %s waits for itself", first->name);
    if (far && !any)
        ur_complain(c->a, &far->at->at, "of itself it reads h[t,k-1], or sum[j, j < k](…) of all that lie before",
                    "%s depends on itself at a position that is not a fixed number of steps away", first->name);
    const ur_expr *at = around ? around->at : ahead ? ahead->at : NULL;
    if (around)
        ur_complain(c->a, &at->at, "a fixed index reaches to both sides", "%s reads both earlier and later positions of itself",
                    first->name);
    if (back && ahead && !any)
        ur_complain(c->a, &at->at,
                    ur_arena_printf(c->a, "a later position; %s (line %d) is an earlier one", ur_expr_text(c->a, back->at),
                                    back->at->at.line),
                    "%s reads both earlier and later positions of itself", first->name);
    const char *text = cycle(S, list, n, &at);
    if (!at) at = first->rhs;
    if (any)
        ur_complain(c->a, &at->at, ur_arena_printf(c->a, "%s%s", text, ways(c, any, at_any, ahead && !back)),
                    "%s depends on itself at a position that is not a fixed number of steps away", first->name);
    if (n == 1)
        ur_complain(c->a, &at->at,
                    first->nidx ? ur_arena_printf(c->a, "to read the position before, write an offset such as %s-1",
                                                  c->g->index[first->idx[0]].name)
                                : NULL,
                    "%s is defined by itself: a cycle without an offset", first->name);
    ur_complain(c->a, &at->at, text, "%s is defined by itself: a cycle without an offset", first->name);
}

/* how many reads of a component move along an index in which way; which of them by numbers have a text that runs backwards */
typedef struct tally {
    int of[C_NAMED + 1], turned;
} tally;

static tally count_ways(const sorter *S, ur_entity **list, int n, int root)
{
    tally t = { 0 };
    for (int k = 0; k < n; k++)
        for (int i = 0; i < list[k]->nedge; i++) {
            const ur_edge *g = inside(list[k], i);
            int how = g ? along(S->c, g, root) : C_ZERO;
            t.of[how] += g != NULL;
            t.turned += how == C_NAMED && g->turned;
        }
    return t;
}

/* which way all reads along the index move: 1 back, -1 ahead, 0: no one way. numbers: those by numbers, too; they lead where the
 * others do, else back in the order of their text */
static int way_of(const sorter *S, const tally *t, int root, bool numbers)
{
    bool fixed = S->c->g->index[root].fixed;
    int any = t->of[C_ANY] + (numbers ? 0 : t->of[C_NAMED]), named = numbers ? t->of[C_NAMED] : 0;
    if (t->of[C_BOTH] || (any && (fixed || !S->draws)) || (t->of[C_BACK] && t->of[C_AHEAD])) return 0;
    if (t->of[C_BACK] || t->of[C_AHEAD]) return t->of[C_BACK] ? 1 : -1;
    if (!named || S->taken[root]) return named ? S->taken[root] : 0;
    return t->turned && t->turned < named ? 0 : t->turned ? -1 : 1;
}

/* Takes out the reads of a component that move along one index in one direction: one that the data carry, else a fixed one; those
 * by numbers only where nothing else does. Returns the index; *dir: in which. What is drawn along a fixed index is drawn at once.
 */
static int split(sorter *S, ur_entity **list, int n, int *dir)
{
    ur_comp *c = S->c;
    bool drawn = false;
    for (int k = 0; k < n; k++) drawn |= list[k]->kind == N_DATA || list[k]->kind == N_LATENT || list[k]->kind == N_DRAW;
    for (int at = 0; at < 3 * c->g->nindex; at++) {
        int root = at % c->g->nindex;
        bool fixed = at / c->g->nindex == 1, numbers = at / c->g->nindex == 2;
        if (c->g->index[root].fixed != fixed || c->root[root] != root || (fixed && drawn)) continue;
        tally t = count_ways(S, list, n, root);
        *dir = way_of(S, &t, root, numbers);
        if (!*dir) continue;
        for (int k = 0; k < n; k++)
            for (int i = 0; i < list[k]->nedge; i++) {
                ur_edge *g = inside(list[k], i);
                int how = g ? along(c, g, root) : C_ZERO;
                if (how == C_BACK || how == C_AHEAD) g->gone = true;
                if (how != C_NAMED || !numbers) continue;
                g->gone = true;
                for (int q = 0; q < g->to->nidx; q++)
                    if (c->root[g->to->idx[q]] == root && g->how[q] == C_NAMED) g->toward[q] = (int8_t) - *dir;
            }
        return root;
    }
    no_way(S, list, n);
}

/* e's equation is made anew for every position of the index, within those that are gone through already */
static void loop_along(ur_comp *c, ur_entity *e, int index)
{
    double n = 1;
    e->loop[e->nloop++] = index;
    for (int k = 0; k < e->nloop; k++) n *= c->g->index[e->loop[k]].size;
    if (n > UR_MAX_LOOPS)
        ur_complain(c->a, &e->at, "an index that data carry has no such bound",
                    "%s recurs over %.0f positions of fixed indices; at most %d are possible", e->name, n, UR_MAX_LOOPS);
}

static int put(ur_comp *c, ur_leg t)
{
    UR_GROW(c->a, c->order, c->norder, c->order_cap);
    c->order[c->norder] = t;
    return c->norder++;
}

static void sort(sorter *S, ur_entity **list, int n, int depth)
{
    ur_comp *c = S->c;
    int *size = UR_NEW(c->a, int, n + 1), region = ++c->clock, at = 0;
    for (int k = 0; k < n; k++) list[k]->region = region;
    int count = components(S, list, n, size);
    for (int k = 0; k < count; at += size[k++]) {
        ur_entity *e = list[at];
        bool cyclic = size[k] > 1;
        for (int i = 0; i < e->nedge && !cyclic; i++) {
            const ur_edge *g = inside(e, i);
            cyclic = g && g->to == e;
        }
        if (!cyclic) {
            if (!S->draws) put(c, (ur_leg){ .ent = e });
            continue;
        }
        if (depth > UR_MAX_INDEX) no_way(S, list + at, size[k]);
        region = ++c->clock;
        for (int i = 0; i < size[k]; i++) list[at + i]->region = region;
        if (!S->draws && !depth) {
            c->component++;
            for (int i = 0; i < size[k]; i++) list[at + i]->component = c->component;
        }
        int dir, index = split(S, list + at, size[k], &dir), loop = -1;
        if (!S->draws && c->g->index[index].fixed) {
            loop = put(c, (ur_leg){ .index = index, .dir = dir });
            for (int i = 0; i < size[k]; i++) loop_along(c, list[at + i], index);
        }
        int8_t taken = S->taken[index];
        S->taken[index] = (int8_t)dir;
        sort(S, list + at, size[k], depth + 1);
        S->taken[index] = taken;
        if (loop >= 0) c->order[loop].n = c->norder - loop - 1;
    }
}

/* What else of a recurrence is carried along the fixed indices that parts of it loop over is made position by position, too: so
 * layers wait for each other only where they read each other. */
static void loop_alike(ur_comp *c)
{
    int n = c->norder;
    ur_leg *step = c->order;
    ur_set *loops = UR_NEW(c->a, ur_set, c->component + 1);
    for (int k = 0; k < c->nent; k++)
        for (int i = 0; i < c->ent[k]->nloop; i++) loops[c->ent[k]->component] |= UR_BIT(c->ent[k]->loop[i]);
    c->order = NULL;
    c->norder = c->order_cap = 0;
    for (int k = 0; k < n; k++) {
        ur_entity *e = step[k].ent;
        if (!e) { /* a loop stays as it is */
            for (int to = k + step[k].n; k <= to; k++) put(c, step[k]);
            k--;
            continue;
        }
        for (int i = 0; i < e->nidx && e->kind != N_DRAW; i++)
            if (e->component && (loops[e->component] & UR_BIT(e->idx[i]))) loop_along(c, e, e->idx[i]);
        for (int i = 0; i < e->nloop; i++) put(c, (ur_leg){ .index = e->loop[i], .dir = 1, .n = e->nloop - i });
        put(c, (ur_leg){ .ent = e });
    }
}

void ur_order(ur_comp *c)
{
    sorter S = { .c = c };
    edges(c);
    S.stack = UR_NEW(c->a, ur_entity *, c->nent + 1);
    S.path = UR_NEW(c->a, ur_entity *, c->nent + 1);
    ur_entity **list = UR_NEW(c->a, ur_entity *, c->nent + 1);
    if (c->nent) memcpy(list, c->ent, sizeof *list * (size_t)c->nent);
    sort(&S, list, c->nent, 0);
    loop_alike(c);
    /* once more with what is drawn depending on what it is drawn from: a completion has to find an order as well */
    S.draws = true;
    walk w = { .c = c };
    for (int k = 0; k < c->nent; k++) {
        ur_entity *e = c->ent[k];
        for (int i = 0; i < e->nedge; i++) e->edge[i].gone = e->edge[i].aside;
        if (e->kind != N_DRAW) continue;
        w.ent = e->of;
        ur_edge *to = edge(&w, e, e->rhs);
        memset(to->how, C_ZERO, UR_MAX_SUB);
        if (ur_ahead(e) >= 0) to->how[0] = C_BACK; /* a value comes after its origins */
    }
    if (c->nent) memcpy(list, c->ent, sizeof *list * (size_t)c->nent);
    sort(&S, list, c->nent, 0);
}
