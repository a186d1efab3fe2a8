/* signs.c: whether a number is positive by its form: which arguments of ~ lines are taken as they are, and what is said of those
 * that are not. Must not know distributions. Invariant: what is called positive is so for all weights and data, but for a sqrt,
 * an abs, a norm or an exp that comes to 0. */
#include "lang/comp.h"
#include "math/ops.h"
#include <math.h>
#include <string.h>

enum { DEEPEST = 40 };
static const ur_sign positive = { 0, -1 }, any = { UR_NEGATIVE, -1 }, not_negative = { UR_ZERO, -1 }, bit = { UR_GIVEN_ZERO, -1 };

typedef struct path { /* quantities whose equations are being looked at */
    const ur_entity *e;
    const struct path *up;
    int depth;
} path;

static ur_sign sign_of(ur_comp *c, ur_scope *s, const ur_expr *e, const path *up);

static ur_sign both(ur_sign a, ur_sign b) { return (ur_sign){ a.may | b.may, a.given < 0 ? b.given : a.given }; }

static ur_sign sum(ur_sign a, ur_sign b)
{
    bool above = !a.may || !b.may;
    ur_sign r = both(a, b);
    if (above) r.may &= ~(UR_ZERO | UR_GIVEN_ZERO);
    return r;
}

static ur_sign square(ur_sign a)
{
    if (!a.may) return positive;
    return a.may & (UR_ZERO | UR_NEGATIVE) ? not_negative : bit;
}

static ur_sign largest(ur_sign a, ur_sign b)
{
    int negative = UR_NEGATIVE | UR_GIVEN_NEGATIVE;
    if (!a.may || !b.may) return positive;
    if (a.may & negative && b.may & negative) return both(a, b);
    return a.may & negative ? b : a;
}

static ur_sign all(ur_comp *c, ur_scope *s, const ur_expr *e, const path *up)
{
    ur_sign r = positive;
    for (int k = 0; k < e->nkid; k++) r = both(r, sign_of(c, s, e->kid[k], up));
    return r;
}

/* ---- names */
/* does it read another position, and so what stands before the first or after the last? */
static bool elsewhere(ur_comp *c, ur_scope *s, const ur_expr *e)
{
    for (int k = 0; k < e->nkid; k++) {
        ur_affine f = ur_affine_of(c, s, e->kid[k]);
        if (f.off || f.end || f.nterm != 1 || f.times[0] != 1) return true;
    }
    return false;
}

/* 0 before the first, where nothing else stands there */
static ur_sign beyond(ur_comp *c, const ur_entity *q, const path *up)
{
    ur_sign r = not_negative;
    for (int k = 0; k < q->nidx; k++)
        for (int after = 0; after < 2; after++) {
            const ur_entity *b = after ? q->after[k] : q->before[k];
            if (b && b->rhs) r = both(r, sign_of(c, b->scope, b->rhs, up));
        }
    return r;
}

static ur_sign quantity(ur_comp *c, const ur_entity *q, bool away, const path *up)
{
    path mine = { q, up, up ? up->depth + 1 : 0 };
    if (!q->rhs || mine.depth > DEEPEST) return any;
    for (const path *p = up; p; p = p->up)
        if (p->e == q) return not_negative; /* if it is nowhere negative before, it is not here */
    ur_sign r = sign_of(c, q->scope, q->rhs, &mine);
    return away ? both(r, beyond(c, q, &mine)) : r;
}

/* by what a distribution draws, those that it is made of too */
static ur_sign support(ur_comp *c, ur_scope *sc, const ur_expr *e, ur_sign whole)
{
    int kind = ur_law_kind_of(e);
    if (kind == UR_LAW_POINT) return sign_of(c, sc, e->kid[0], NULL);
    if (kind == UR_LAW_POINTER) return positive;
    if (kind == UR_LAW_JOINT || kind == UR_LAW_QUANTILE || kind == UR_LAW_DENSITY) return any;
    if (kind != UR_LAW_PLAIN) {
        ur_sign r = positive;
        for (int k = 0; k < e->nkid; k++)
            if (e->kid[k]->kind == E_LAW) r = both(r, support(c, sc, e->kid[k], whole));
        return r;
    }
    ur_support s = ur_dist_support((ur_dist)ur_dist_named(e->name));
    if (s == UR_SUPPORT_ANY) return any;
    return s == UR_SUPPORT_POSITIVE || s == UR_SUPPORT_UNIT ? positive : whole;
}

/* by what its ~ lines draw */
static ur_sign drawn(ur_comp *c, const ur_entity *of)
{
    ur_sign r = positive;
    for (int k = 0; k < c->nent; k++) {
        const ur_entity *e = c->ent[k];
        if (e->kind != N_DRAW || e->of != of) continue;
        r = both(r, support(c, e->scope, e->rhs, not_negative));
    }
    return r;
}

static ur_sign data(ur_comp *c, const ur_entity *x, bool away)
{
    const ur_datum *d = &c->g->data[x->datum];
    ur_sign r = any;
    if (UR_IS_SYMBOL(d->kind)) return bit;
    if (d->kind == UR_COUNT) r = d->drawn ? not_negative : bit;
    else if (d->kind == UR_RAW) r = d->drawn ? drawn(c, x) : (ur_sign){ UR_GIVEN_NEGATIVE, x->datum };
    return away ? both(r, not_negative) : r;
}

static ur_sign name(ur_comp *c, ur_scope *s, const ur_expr *e, const path *up)
{
    ur_bind *b = ur_resolve(c, s, e);
    if (b->kind == B_INDEX) return positive; /* positions count from 1 */
    if (b->kind == B_RUN) return bit;
    if (b->kind != B_ENTITY) return any;
    if (b->ent->kind == N_DATA) return data(c, b->ent, elsewhere(c, s, e));
    if (b->ent->kind == N_QUANTITY || b->ent->kind == N_ARGUMENT) return quantity(c, b->ent, elsewhere(c, s, e), up);
    return any;
}

/* ---- expressions */
static ur_sign between(ur_comp *c, ur_scope *s, const ur_expr *e, const path *up)
{
    double power;
    ur_sign a = sign_of(c, s, e->kid[0], up);
    switch (e->op) {
    case UR_SUB: return any;
    case UR_ADD: return sum(a, sign_of(c, s, e->kid[1], up));
    case UR_MUL:
    case UR_DIV: return both(a, sign_of(c, s, e->kid[1], up));
    case UR_POW: return ur_folds(c, s, e->kid[1], &power) && fmod(power, 2) == 0 ? square(a) : a;
    default: return bit; /* comparisons, and, or */
    }
}

static ur_sign function(ur_comp *c, ur_scope *s, const ur_expr *e, const path *up)
{
    ur_op op = UR_NEG;
    ur_builtin f = ur_function(e->name, &op, NULL);
    ur_sign first = e->nkid && f != F_UNARY ? sign_of(c, s, e->kid[0], up) : any;
    switch (f) {
    case F_UNARY:
        if (op == UR_RELU || op == UR_STEP) return not_negative;
        if (op == UR_STOP) return sign_of(c, s, e->kid[0], up);
        return op == UR_EXP || op == UR_SOFTPLUS || op == UR_SQRT || op == UR_ABS || op == UR_SIGMOID ? positive : any;
    case F_SOFTMAX:
    case F_NORM: return positive;
    case F_LENGTH:
    case F_TIME: return bit;
    case F_SAID: return strcmp(e->name, "given") ? bit : any;
    case F_MAX: return e->nkid == 2 ? largest(first, sign_of(c, s, e->kid[1], up)) : first;
    case F_MIN:
    case F_SUM:
    case F_MEAN:
    case F_DOT: return all(c, s, e, up);
    case F_WHERE: return e->nkid == 3 ? both(sign_of(c, s, e->kid[1], up), sign_of(c, s, e->kid[2], up)) : any;
    default: return any;
    }
}

/* sum[s](…) and its like: over no position it is 0 */
static ur_sign over(ur_comp *c, ur_scope *s, const ur_expr *e, const path *up)
{
    ur_builtin f = ur_function(e->name, NULL, NULL);
    if (f == F_SOFTMAX) return positive;
    if ((f != F_SUM && f != F_MEAN && f != F_MAX && f != F_MIN) || e->nkid != 1) return any;
    return both(sign_of(c, s, e->kid[0], up), not_negative);
}

static ur_sign sign_of(ur_comp *c, ur_scope *s, const ur_expr *e, const path *up)
{
    double v;
    if (ur_folds(c, s, e, &v)) return v > 0 ? positive : v == 0 ? bit : any;
    switch (e->kind) {
    case E_OP1: return e->op == UR_NOT ? bit : any;
    case E_OP2: return between(c, s, e, up);
    case E_CALL: return ur_use(s, e) ? any : function(c, s, e, up);
    case E_OVER: return ur_use(s, e) ? any : over(c, s, e, up);
    case E_PART:
    case E_TRANS:
    case E_RANGE: return sign_of(c, s, e->kid[0], up);
    case E_SIDE:
    case E_STACK:
    case E_TABLE: return all(c, s, e, up);
    case E_NAME: return name(c, s, e, up);
    case E_DRAW: return support(c, s, e, bit);
    default: return any;
    }
}

ur_sign ur_sign_of(ur_comp *c, ur_scope *s, const ur_expr *e) { return sign_of(c, s, e, NULL); }

/* ---- what is said */
const ur_entity *ur_scale_of(ur_comp *c, ur_scope *s, const ur_expr *x)
{
    if (x->kind != E_NAME) return NULL;
    ur_bind *b = ur_resolve(c, s, x);
    return b->kind == B_ENTITY && b->ent->kind == N_PARAM ? b->ent : NULL;
}

void ur_note_softplus(ur_comp *c, const ur_entity *draw, const ur_expr *x, const char *argument, ur_sign sign)
{
    const char *text = ur_expr_text(c->a, x), *may = sign.may & UR_NEGATIVE ? "negative" : "0";
    ur_build_note(c, ur_arena_printf(c->a,
                                     "%s:%d: the %s of %s, %s, may be %s and goes through softplus: write exp(…) or abs(…), or "
                                     "softplus(…) to say so",
                                     x->at.src->file, x->at.line, argument, draw->name, text, may));
}

/* is a parameter read otherwise than through softplus? */
static bool read_as_it_is(ur_comp *c, int param)
{
    const ur_graph *g = c->g;
    bool *is = ur_arena_alloc(c->a, (size_t)g->nnode + 1), found = false;
    memset(is, 0, (size_t)g->nnode);
    for (ur_id k = 0; k < g->nnode && !found; k++) {
        const ur_node *n = &g->node[k];
        bool reads = false;
        for (int i = 0; i < n->narg; i++) reads = reads || (n->arg[i] < k && is[n->arg[i]]);
        is[k] = (n->op == UR_PARAM && n->i == param) || (reads && ur_op_is(n->op, UR_SAME));
        found = reads && !is[k] && n->op != UR_SOFTPLUS;
    }
    return found;
}

static void note_scales(ur_comp *c, const ur_entity *e, const ur_expr *x)
{
    int dist = ur_law_kind_of(x) == UR_LAW_PLAIN ? ur_dist_named(x->name) : -1;
    for (int i = 0; i < x->nkid; i++) {
        if (x->kid[i]->kind == E_LAW) note_scales(c, e, x->kid[i]);
        bool scale = dist >= 0 && i < ur_dists[dist].narg && ur_dists[dist].arg[i] == A_POSITIVE;
        const ur_entity *p = scale ? ur_scale_of(c, e->scope, x->kid[i]) : NULL;
        if (!p || !read_as_it_is(c, p->param)) continue;
        ur_build_note(c, ur_arena_printf(c->a,
                                         "%s:%d: %s alone is read as softplus(%s), the %s of %s, and elsewhere as it is: write "
                                         "exp(%s) in both places where one number is meant",
                                         e->at.src->file, e->at.line, p->name, p->name, ur_dists[dist].argname[i], e->name,
                                         p->name));
    }
}

void ur_note_scales(ur_comp *c)
{
    for (int k = 0; k < c->nent; k++) {
        const ur_entity *e = c->ent[k];
        if (e->rhs && (e->kind == N_DRAW || e->rhs->kind == E_DRAW)) note_scales(c, e, e->rhs);
    }
}
