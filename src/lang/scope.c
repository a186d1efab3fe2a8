/* What names and subscripts mean where they stand: scopes, numbers known beforehand, and subscripts as what they follow
 * (an index, the start or the end, plus an offset). Must not make entities or nodes. */
#include "lang/comp.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- names */

ur_bind *ur_lookup(ur_comp *c, ur_scope *s, const char *name)
{
    ur_bind *b = ur_map_get(&s->names, name);
    if (b || s == &c->top) return b;
    b = ur_map_get(&c->top.names, name); /* a cell sees the text's numbers, networks and fixed indices, not its quantities */
    if (b && (b->kind == B_CONST || b->kind == B_CELL || (b->kind == B_INDEX && c->g->index[b->index].fixed))) return b;
    return NULL;
}

/* `training` and `progress`, where the text has nothing of that name */
static ur_bind *of_the_run(ur_comp *c, const char *name)
{
    static ur_bind words[] = { [UR_RUN_TRAINING] = { .kind = B_RUN, .index = UR_RUN_TRAINING },
                               [UR_RUN_PROGRESS] = { .kind = B_RUN, .index = UR_RUN_PROGRESS } };
    if (ur_map_get(&c->top.names, name)) return NULL;
    return !strcmp(name, "training") ? &words[UR_RUN_TRAINING] : !strcmp(name, "progress") ? &words[UR_RUN_PROGRESS] : NULL;
}

/* an inner quantity "d.c", as scope s writes it: the indices that the scope carries along silently are not written */
static ur_bind *inner(ur_comp *c, ur_scope *s, const char *name)
{
    ur_entity *e = ur_map_get(&c->dotted, ur_arena_printf(c->a, "%s%s", s->prefix, name));
    if (!e) return NULL;
    ur_bind *b = UR_NEW(c->a, ur_bind, 1);
    b->kind = B_ENTITY;
    b->ent = e;
    b->at = e->at;
    for (int k = 0; k < e->nidx; k++)
        if (!(s->outer & UR_BIT(e->idx[k]))) b->slot[b->nslot++] = k;
    return b;
}

ur_bind *ur_resolve(ur_comp *c, ur_scope *s, const ur_expr *e)
{
    ur_bind *b = strchr(e->name, '.') ? inner(c, s, e->name) : ur_lookup(c, s, e->name);
    if (!b && !e->sub) b = of_the_run(c, e->name);
    if (!b) ur_undefined(c, s, &e->at, e->name);
    if (b->kind == B_CELL)
        ur_complain(c->a, &e->at, NULL, "%s is a network: what it is given stands in parentheses, as in %s(x[t])", e->name,
                    e->name);
    return b;
}

ur_scope *ur_use(ur_scope *s, const ur_expr *e)
{
    char key[32];
    snprintf(key, sizeof key, "%p", (const void *)e);
    return ur_map_get(&s->uses, key);
}

static void nearer(const char *name, const char *other, const char **near, size_t *best)
{
    if (strchr(other, '[')) return;
    size_t d = ur_edit_distance(name, other);
    if (d > *best || d >= strlen(name) || (d == *best && *near && strcmp(other, *near) >= 0)) return;
    *best = d;
    *near = other;
}

/* a word of the language where a quantity should stand */
static void misplaced(ur_comp *c, const ur_at *at, const char *name)
{
    ur_builtin f = ur_function(name, NULL, NULL);
    const char *say = f == F_LENGTH ? "length is a function of an index: length(t) is how many positions t has"
                      : f == F_TIME ? ur_arena_printf(c->a, "%s is a function of a time: write %s(when[t])", name, name)
                      : f != F_NONE
                          ? ur_arena_printf(c->a, "%s is a function: its arguments stand in parentheses, as in %s(x[t])", name,
                                            name)
                      : ur_map_get(&c->p->cells, name)
                          ? ur_arena_printf(c->a, "%s is a cell: `unroll cells %s` shows how it is called", name, name)
                      : ur_dist_named(name) >= 0
                          ? ur_arena_printf(c->a, "%s is a distribution: it stands alone behind ~ or draw", name)
                      : of_the_run(c, name) ? ur_arena_printf(c->a, "%s stands in equations alone, without a subscript", name)
                                            : NULL;
    if (say) ur_complain(c->a, at, NULL, "%s", say);
}

void ur_undefined(ur_comp *c, ur_scope *s, const ur_at *at, const char *name)
{
    misplaced(c, at, name);
    size_t len = strlen(name), best = len < 2 ? 0 : len < 4 ? 1 : 2;
    const char *near = NULL, *note = NULL;
    if (best) {
        for (size_t k = 0; k < s->names.cap; k++)
            if (s->names.slot[k].key) nearer(name, s->names.slot[k].key, &near, &best);
        if (strchr(name, '.'))
            for (size_t k = 0; k < c->dotted.cap; k++)
                if (c->dotted.slot[k].key) nearer(name, c->dotted.slot[k].key, &near, &best);
        for (size_t k = 0; k < c->p->cells.cap; k++)
            if (c->p->cells.slot[k].key) nearer(name, c->p->cells.slot[k].key, &near, &best);
        size_t function = best;
        const char *f = ur_function_near(name, &function);
        if (f && (!near || function < best)) near = f;
    }
    for (size_t cut = 1; cut < len && !note; cut++) { /* Wx: two names without a blank? */
        const char *a = ur_arena_strndup(c->a, name, cut), *b = name + cut;
        if (ur_lookup(c, s, a) && ur_lookup(c, s, b))
            note = ur_arena_printf(c->a, "a product is written with a blank: %s %s", a, b);
    }
    if (near) ur_complain(c->a, at, note, "%s is not defined; did you mean %s?", name, near);
    ur_complain(c->a, at, note, "%s is not defined", name);
}

const char *ur_index_list(ur_comp *c, const ur_entity *e)
{
    const char *s = "";
    for (int k = 0; k < e->nidx; k++) s = ur_arena_printf(c->a, "%s%s%s", s, k ? "," : "[", c->g->index[e->idx[k]].name);
    return e->nidx ? ur_arena_printf(c->a, "%s]", s) : s;
}

/* ---- numbers known beforehand */

static bool fold(ur_comp *c, ur_scope *s, const ur_expr *e, double *out, int depth);

static bool fold_bind(ur_comp *c, ur_scope *s, ur_bind *b, double *out, int depth)
{
    if (b->kind != B_CONST) return false;
    if (b->state == 1) ur_complain(c->a, &b->at, NULL, "this number is defined by itself");
    if (b->state == 0) {
        b->state = 1;
        ur_scope *home = ur_map_get(&s->names, b->lazy->head->name) == b ? s : &c->top;
        if (depth > UR_MAX_DEPTH)
            ur_complain(c->a, &b->at, NULL, "hyperparameters defined by each other, more than %d deep", UR_MAX_DEPTH);
        if (!fold(c, home, b->lazy->rhs, &b->num, depth + 1))
            ur_complain(c->a, &b->lazy->rhs->at, NULL, "a hyperparameter is a number, or made of other hyperparameters");
        b->state = 2;
    }
    *out = b->num;
    return true;
}

static bool fold2(int op, double x, double y, double *out)
{
    switch (op) {
    case UR_ADD: *out = x + y; return true;
    case UR_SUB: *out = x - y; return true;
    case UR_MUL: *out = x * y; return true;
    case UR_DIV: *out = x / y; return true;
    case UR_POW: *out = pow(x, y); return true;
    default: return false;
    }
}

static bool fold(ur_comp *c, ur_scope *s, const ur_expr *e, double *out, int depth)
{
    double x, y;
    switch (e->kind) {
    case E_NUM: *out = e->num; return true;
    case E_NAME: {
        ur_bind *b = e->sub ? NULL : ur_lookup(c, s, e->name);
        if (!b && !e->sub && !strcmp(e->name, "pi")) {
            *out = 3.14159265358979323846;
            return true;
        }
        return b && fold_bind(c, s, b, out, depth);
    }
    case E_OP1:
        if (e->op != UR_NEG || !fold(c, s, e->kid[0], &x, depth)) return false;
        *out = -x;
        return true;
    case E_OP2: return fold(c, s, e->kid[0], &x, depth) && fold(c, s, e->kid[1], &y, depth) && fold2(e->op, x, y, out);
    case E_SIDE:
        *out = 1;
        for (int k = 0; k < e->nkid; k++) {
            if (!fold(c, s, e->kid[k], &x, depth)) return false;
            *out *= x;
        }
        return true;
    case E_CALL:
        if (e->nkid == 1 &&
            (!strcmp(e->name, "sqrt") || !strcmp(e->name, "log") || !strcmp(e->name, "exp") || !strcmp(e->name, "floor")) &&
            fold(c, s, e->kid[0], &x, depth)) {
            *out = e->name[0] == 's' ? sqrt(x) : e->name[0] == 'l' ? log(x) : e->name[0] == 'e' ? exp(x) : floor(x);
            return true;
        }
        return false;
    default: return false;
    }
}

bool ur_folds(ur_comp *c, ur_scope *s, const ur_expr *e, double *out) { return fold(c, s, e, out, 0); }

/* the first name in e that is not a number */
static const ur_expr *culprit(ur_comp *c, ur_scope *s, const ur_expr *e)
{
    double v;
    if (fold(c, s, e, &v, 0)) return NULL;
    for (int k = 0; k < e->nkid && e->kind != E_NAME; k++) {
        const ur_expr *x = culprit(c, s, e->kid[k]);
        if (x) return x;
    }
    return e;
}

double ur_fold(ur_comp *c, ur_scope *s, const ur_expr *e, const char *what)
{
    double v;
    if (!fold(c, s, e, &v, 0)) {
        const ur_expr *x = culprit(c, s, e);
        if (x->kind == E_NAME && !ur_lookup(c, s, x->name)) ur_undefined(c, s, &x->at, x->name);
        ur_complain(c->a, &x->at, "a number, or made of hyperparameters", "%s has to be known before the data are read", what);
    }
    if (!isfinite(v)) ur_complain(c->a, &e->at, NULL, "%s is not a finite number", what);
    return v;
}

int ur_fold_size(ur_comp *c, ur_scope *s, const ur_expr *e, const char *what)
{
    double v = ur_fold(c, s, e, what);
    if (v != floor(v) || v < 1 || v > UR_MAX_SIZE)
        ur_complain(c->a, &e->at, ur_arena_printf(c->a, "it is %g", v), "%s is a whole number from 1 to %d", what, UR_MAX_SIZE);
    return (int)v;
}

/* ---- subscripts */

static void affine_add(ur_affine *f, const ur_affine *g, int times)
{
    f->ok &= g->ok && !(f->end && g->end) && !(g->end && times != 1);
    f->end |= g->end;
    f->nothing |= g->nothing;
    f->off += times * g->off;
    for (int k = 0; k < g->nterm && times; k++) {
        int at = 0;
        while (at < f->nterm && f->index[at] != g->index[k]) at++;
        if (at == 3) {
            f->ok = false;
            return;
        }
        f->times[at] = (at < f->nterm ? f->times[at] : 0) + times * g->times[k];
        f->index[at] = g->index[k];
        f->nterm += at == f->nterm;
        if (f->times[at]) continue;
        f->nterm--; /* j - j */
        f->index[at] = f->index[f->nterm];
        f->times[at] = f->times[f->nterm];
    }
}

/* a product of whole numbers known beforehand and one other factor: *times, and the factor; NULL: none */
static const ur_expr *multiple(ur_comp *c, ur_scope *s, const ur_expr *e, int *times)
{
    const ur_expr *of = NULL;
    double all = 1, v;
    if (e->kind != E_SIDE && (e->kind != E_OP2 || e->op != UR_MUL)) return NULL;
    for (int k = 0; k < e->nkid; k++) {
        if (fold(c, s, e->kid[k], &v, 0)) all *= v;
        else if (of) return NULL;
        else of = e->kid[k];
    }
    if (all != floor(all) || fabs(all) > 1e6)
        ur_complain(c->a, &e->at, ur_arena_printf(c->a, "it is %g", all), "a subscript moves by whole numbers");
    *times = (int)all;
    return of;
}

ur_affine ur_affine_of(ur_comp *c, ur_scope *s, const ur_expr *e)
{
    ur_affine f = { .ok = true };
    double v;
    int times;
    const ur_expr *of;
    if (fold(c, s, e, &v, 0)) {
        f.ok = v == floor(v) && fabs(v) < 1e6;
        if (!f.ok) ur_complain(c->a, &e->at, ur_arena_printf(c->a, "it is %g", v), "a subscript moves by whole numbers");
        f.off = (long)v;
    } else if (e->kind == E_END) f.end = true;
    else if (e->kind == E_NAME && !e->sub) {
        ur_bind *b = ur_resolve(c, s, e);
        f.ok = b->kind == B_INDEX;
        if (f.ok && b->index < 0) f.nothing = true;
        else if (f.ok) {
            f.index[f.nterm] = b->index;
            f.times[f.nterm++] = 1;
        }
    } else if (e->kind == E_OP1 && e->op == UR_NEG) {
        ur_affine g = ur_affine_of(c, s, e->kid[0]);
        affine_add(&f, &g, -1);
    } else if (e->kind == E_OP2 && (e->op == UR_ADD || e->op == UR_SUB)) {
        ur_affine g = ur_affine_of(c, s, e->kid[0]), h = ur_affine_of(c, s, e->kid[1]);
        affine_add(&f, &g, 1);
        affine_add(&f, &h, e->op == UR_ADD ? 1 : -1);
    } else if ((of = multiple(c, s, e, &times)) != NULL) {
        ur_affine g = ur_affine_of(c, s, of);
        affine_add(&f, &g, times);
    } else f.ok = false;
    return f;
}

bool ur_related(ur_comp *c, int i, int j)
{
    const ur_index *a = &c->g->index[i], *b = &c->g->index[j];
    return i == j || c->root[i] == c->root[j] || (a->fixed && b->fixed && a->size == b->size);
}

static void bad_subscript(ur_comp *c, const ur_expr *e)
{
    ur_complain(
        c->a, &e->at, "as t, t-1, t-j, t-2*j, 1, end or end-1",
        "a subscript is an index, the first or the last position, plus or minus whole numbers and fixed indices, and these times whole numbers");
}

static bool has_end(const ur_expr *e)
{
    bool has = e->kind == E_END;
    for (int k = 0; k < e->nkid && e->kind != E_NAME; k++) has |= has_end(e->kid[k]);
    return has;
}

/* the one index of the data that e follows several times, as x[2*t] does; -1: none */
static int followed_times(ur_comp *c, const ur_affine *f)
{
    int found = -1;
    for (int k = 0; k < f->nterm; k++)
        if (!c->g->index[f->index[k]].fixed) found = found < 0 && f->times[k] != 1 ? f->index[k] : -2;
    return f->ok && !f->end && !f->nothing && found >= 0 ? found : -1;
}

bool ur_times_along(ur_comp *c, ur_scope *s, const ur_expr *e, int q)
{
    ur_affine f = ur_affine_of(c, s, e);
    return followed_times(c, &f) >= 0 && !c->g->index[q].fixed;
}

/* does e name a position as a number that is made of anything: data, quantities, positions of other indices? f: what it follows
 * if it does not */
static bool is_gathered(ur_comp *c, const ur_expr *e, const ur_affine *f, int q)
{
    int ragged = 0;
    if (f->nothing || has_end(e)) return false;
    for (int k = 0; k < f->nterm; k++) ragged += !c->g->index[f->index[k]].fixed;
    return !f->ok || ragged > 1 || (ragged && c->g->index[q].fixed) || followed_times(c, f) >= 0;
}

/* one subscript e of a quantity along its index q */
static ur_sub subscript(ur_comp *c, ur_scope *s, const ur_expr *e, const ur_entity *ent, int q)
{
    ur_affine f = ur_affine_of(c, s, e);
    const ur_index *own = &c->g->index[q];
    ur_sub r = { .kind = UR_SUB_FIRST, .index = q, .before = -1, .after = -1 };
    int base = -1;
    bool flip = false;
    if (is_gathered(c, e, &f, q)) {
        r.kind = UR_SUB_GATHER;
        return r;
    }
    if (!f.ok || f.nothing) bad_subscript(c, e);
    for (int k = 0; k < f.nterm; k++)
        if (!c->g->index[f.index[k]].fixed) {
            if (base >= 0 || f.end) bad_subscript(c, e);
            base = k;
        }
    for (int k = 0; k < f.nterm && (base < 0 || c->g->index[f.index[base]].fixed) && !f.end; k++)
        if (base < 0 || c->g->index[f.index[k]].size > c->g->index[f.index[base]].size) base = k; /* the longest */
    if (base >= 0) {
        const ur_index *x = &c->g->index[f.index[base]];
        r.kind = UR_SUB_REL;
        r.index = f.index[base];
        r.mul = f.times[base] == 1 ? 0 : f.times[base];
        r.off = (int)f.off;
        if (!x->fixed && !ur_related(c, r.index, q))
            ur_complain(c->a, &e->at,
                        ur_arena_printf(c->a, "index %s = %s makes a second index over the same positions", x->name, own->name),
                        "%s is carried along %s; %s has other positions", ent->name, own->name, x->name);
        if (x->fixed && own->fixed && f.nterm == 1 && !f.off && !r.mul && x->size != own->size)
            ur_complain(c->a, &e->at, NULL, "%s is carried along %s = 1..%d; %s = 1..%d", ent->name, own->name, own->size,
                        x->name, x->size);
        flip = s->reversed & UR_BIT(r.index);
        if (flip && r.mul) bad_subscript(c, e);
    } else {
        flip = s->reversed & UR_BIT(q);
        r.kind = f.end ? UR_SUB_END : UR_SUB_FIRST;
        r.off = (int)(f.end ? f.off : f.off - 1);
        if (flip) r.kind = f.end ? UR_SUB_FIRST : UR_SUB_END;
    }
    for (int k = 0; k < f.nterm; k++) {
        if (k == base) continue;
        if (r.nfix == 2) bad_subscript(c, e);
        r.fix[r.nfix] = f.index[k];
        r.times[r.nfix++] = flip ? -f.times[k] : f.times[k];
    }
    if (flip) r.off = -r.off;
    return r;
}

/* what a number names along an index has to be there by itself */
static void check_gathered(ur_comp *c, const ur_expr *e, const ur_entity *ent, const ur_sub *sub)
{
    for (int k = 0; k < ent->nidx; k++)
        for (int m = 0; sub[k].kind == UR_SUB_GATHER && m < ent->nidx; m++) {
            const char *own = c->g->index[ent->idx[k]].name;
            if (c->g->index[ent->idx[m]].parent == ent->idx[k])
                ur_complain(c->a, &e->at, NULL, "%s runs within each %s, so %s is not read at a number along %s",
                            c->g->index[ent->idx[m]].name, own, ent->name, own);
            if (m != k && sub[m].kind == UR_SUB_REL && sub[m].index == ent->idx[k])
                ur_complain(c->a, &e->at,
                            ur_arena_printf(c->a, "give it a line along another index first, as b[t,s] = a[s,t], and read that"),
                            "%s is read at a number along %s, and by another subscript along %s too", ent->name, own, own);
        }
}

void ur_subs(ur_comp *c, ur_scope *s, const ur_expr *e, const ur_bind *b, ur_sub *sub)
{
    const ur_entity *ent = b->ent;
    for (int k = 0; k < ent->nidx; k++) sub[k] = (ur_sub){ .kind = UR_SUB_REL, .index = ent->idx[k], .before = -1, .after = -1 };
    if (e->nkid != b->nslot) {
        const char *list = "";
        for (int k = 0; k < b->nslot; k++)
            list = ur_arena_printf(c->a, "%s%s%s", list, k ? "," : "",
                                   b->slot[k] < 0 ? "t" : c->g->index[ent->idx[b->slot[k]]].name);
        if (!b->nslot) ur_complain(c->a, &e->at, NULL, "%s is not carried along an index, so it takes no subscript", e->name);
        ur_complain(c->a, &e->at, NULL, "%s is carried along %s; write %s[%s]", e->name, list, e->name, list);
    }
    for (int k = 0; k < e->nkid; k++) {
        if (b->slot[k] >= 0) {
            sub[b->slot[k]] = subscript(c, s, e->kid[k], ent, ent->idx[b->slot[k]]);
            continue;
        }
        ur_affine f = ur_affine_of(c, s, e->kid[k]); /* the cell was given nothing to run along */
        if (!f.nothing || f.off || f.nterm)
            ur_complain(c->a, &s->use->at, ur_arena_printf(c->a, "it reads %s", ur_expr_text(c->a, e)),
                        "the cell %s runs along an index, and what it is given here along none", s->cell->name);
    }
    check_gathered(c, e, ent, sub);
}

/* ---- reductions */

static const ur_expr *first_index(ur_comp *c, ur_scope *s, const ur_expr *e)
{
    if (e->kind == E_NAME && !e->sub) {
        ur_bind *b = ur_lookup(c, s, e->name);
        return b && b->kind == B_INDEX ? e : NULL;
    }
    for (int k = 0; k < e->nkid; k++) {
        const ur_expr *x = first_index(c, s, e->kid[k]);
        if (x) return x;
    }
    return NULL;
}

bool ur_is_condition(ur_comp *c, ur_scope *s, const ur_expr *over)
{
    if (over->kind != E_NAME || over->sub) return true;
    ur_bind *b = ur_lookup(c, s, over->name);
    if (!b)
        ur_complain(c->a, &over->at, "an index gets its length from data; index NAME = 1..k makes one of fixed length",
                    "no datum is carried along %s", over->name);
    if (b->kind != B_INDEX) ur_complain(c->a, &over->at, NULL, "%s is not an index", over->name);
    return false;
}

ur_set ur_reduced(ur_comp *c, ur_scope *s, const ur_expr *e)
{
    ur_set set = 0;
    bool bare = false;
    for (int k = 0; k < e->nover; k++) {
        if (ur_is_condition(c, s, e->over[k])) continue;
        ur_bind *b = ur_resolve(c, s, e->over[k]);
        bare = true;
        if (b->index >= 0) set |= UR_BIT(b->index);
    }
    if (bare) return set;
    const ur_expr *x = first_index(c, s, e->over[0]);
    if (!x)
        ur_complain(c->a, &e->over[0]->at, ur_arena_printf(c->a, "as %s[s](…) or %s[s <= t](…)", e->name, e->name),
                    "expected an index, or a condition that begins with one");
    ur_bind *b = ur_lookup(c, s, x->name);
    return b->index >= 0 ? UR_BIT(b->index) : 0;
}
