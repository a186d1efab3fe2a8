/* shape.c: what expressions say of sizes: each gets one that is a number or a variable (sizes.c), and equations between them.
 * Must not make nodes, nor know which entities there are. */
#include "lang/comp.h"
#include <string.h>

void ur_dims_column(ur_comp *c, ur_dims *x, const ur_expr *e) /* x has to be a vector */
{
    if (x->mat)
        ur_complain(c->a, &e->at, "what is a matrix at every position says so: C[t] : (4, 4) = …",
                    "a matrix where a vector is needed");
    if (ur_dim_root(c, x->c) == ur_dim_root(c, c->one)) return;
    if (ur_size(c, x->c) > 1)
        ur_complain(c->a, &e->at,
                    ur_arena_printf(c->a, "%s is %d × %d", ur_expr_text(c->a, e), ur_size(c, x->r), ur_size(c, x->c)),
                    "a matrix where a vector is needed");
    ur_unify(c, x->c, c->one, e, e, NULL);
    x->c = c->one;
}

static ur_dims both(ur_comp *c, ur_dims a, ur_dims b, bool sum, const ur_expr *at, const ur_expr *ea, const ur_expr *eb)
{
    ur_dims r = { .r = ur_dim_new(c, 0), .c = c->one, .num = a.num && b.num, .var = a.var || b.var };
    r.mat = a.mat || b.mat || (r.var && (ur_size(c, a.c) > 1 || ur_size(c, b.c) > 1)); /* one of these is the same everywhere */
    if (r.var && !r.mat) {
        ur_dims_column(c, &a, ea);
        ur_dims_column(c, &b, eb);
    } else if (ur_dim_root(c, a.c) != ur_dim_root(c, c->one) || ur_dim_root(c, b.c) != ur_dim_root(c, c->one)) {
        r.c = ur_dim_new(c, 0);
        ur_element(c, r.c, a.c, b.c, sum, false, at, ea, eb);
    }
    ur_element(c, r.r, a.r, b.r, sum, false, at, ea, eb);
    return r;
}

bool ur_compares(const ur_expr *e)
{
    return e->kind == E_OP2 &&
           (e->op == UR_LT || e->op == UR_LE || e->op == UR_GT || e->op == UR_GE || e->op == UR_EQ || e->op == UR_NE);
}

/* in a comparison, and as a subscript, a symbol(k) is its number */
static void by_number(ur_comp *c, ur_dims *x)
{
    if (x->sym != UR_SYM_CLOSED) return;
    x->r = c->one;
    x->sym = 0;
}

static ur_dims compared(ur_comp *c, ur_dims a, ur_dims b, const ur_expr *e)
{
    if (a.sym + b.sym == UR_SYM_CLOSED + UR_SYM_OPEN) {
        const ur_expr *open = e->kid[a.sym != UR_SYM_OPEN];
        ur_complain(c->a, &open->at, ur_arena_printf(c->a, "data %s : symbol(10) has them, from 1 to 10", open->name),
                    "the symbols of %s have no numbers", ur_expr_text(c->a, open));
    }
    by_number(c, &a);
    by_number(c, &b);
    return both(c, a, b, false, e, e->kid[0], e->kid[1]);
}

/* subscripts that are numbers made of anything. What is read by them differs from position to position as they do */
static void check_gathered(ur_comp *c, ur_scope *s, const ur_expr *e, const ur_bind *b, ur_dims *r)
{
    ur_sub sub[UR_MAX_SUB];
    if (!e->nkid) return;
    ur_subs(c, s, e, b, sub);
    for (int k = 0; k < e->nkid; k++) {
        if (b->slot[k] < 0 || sub[b->slot[k]].kind != UR_SUB_GATHER) continue;
        ur_dims at = ur_dims_of(c, s, e->kid[k]);
        by_number(c, &at);
        if (at.sym)
            ur_complain(c->a, &e->kid[k]->at, "data p[t] : count holds whole numbers, symbol(10) those from 1 to 10",
                        "a subscript is a number, and %s a symbol", ur_expr_text(c->a, e->kid[k]));
        ur_unify(c, at.r, c->one, e->kid[k], e->kid[k], NULL);
        ur_dims_column(c, &at, e->kid[k]);
        r->var |= at.var;
    }
    if (r->var && !r->mat) ur_dims_column(c, r, e);
}

static ur_dims check_name(ur_comp *c, ur_scope *s, const ur_expr *e)
{
    ur_dims r = { .r = c->one, .c = c->one, .num = true };
    if (!e->sub && !strcmp(e->name, "pi") && !ur_lookup(c, s, e->name)) return r;
    ur_bind *b = ur_resolve(c, s, e);
    if (b->kind == B_CONST || b->kind == B_RUN) return r;
    if (b->kind == B_INDEX) {
        r.var = b->index >= 0 && !c->g->index[b->index].fixed;
        return r;
    }
    ur_entity *x = b->ent;
    r = (ur_dims){ .r = x->r, .c = x->c, .sym = x->sym, .num = x->num, .var = x->var, .mat = x->mat };
    check_gathered(c, s, e, b, &r);
    return r;
}

typedef enum fkind { NUM, MAT, VEC, ROW, EACH } fkind; /* EACH: a matrix of each position */
typedef struct factor {
    ur_dims s;
    fkind kind;
    bool trans;
} factor;

static factor check_factor(ur_comp *c, ur_scope *s, const ur_expr *e)
{
    factor f = { .trans = e->kind == E_TRANS };
    const ur_expr *x = f.trans ? e->kid[0] : e;
    f.s = ur_dims_of(c, s, x);
    f.kind = f.s.num ? NUM : f.s.mat ? EACH : !f.s.var ? MAT : f.trans ? ROW : VEC;
    if ((f.kind == MAT || f.kind == EACH) && f.trans) {
        int t = f.s.r;
        if (x->kind == E_NAME && f.kind == MAT) {
            UR_GROW(c->a, c->tcol, c->ntcol, c->tcol_cap);
            c->tcol[c->ntcol++] = f.s.c;
        }
        f.s.r = f.s.c;
        f.s.c = t;
    }
    return f;
}

static const char *columns(
    ur_comp *c,
    const factor *f) /* what has to be as many as the rows of what f multiplies; a transposed factor's sizes are turned round */
{
    return !f->trans ? " columns" : ur_size(c, f->s.r) > 1 ? " rows" : " components";
}

/* f times acc, f to the left */
static factor times(ur_comp *c, factor f, factor acc, const ur_expr *whole, const ur_expr *ef, const ur_expr *ea)
{
    factor r = acc;
    r.trans = false;
    if (f.kind == NUM) {
        r.s.num &= f.s.num;
        r.s.var |= f.s.var;
        if (acc.kind == NUM) return r;
        if (r.s.var && acc.kind == MAT) {
            ur_dims_column(c, &r.s, ea);
            r.kind = VEC;
        }
        r.s.sym = false;
        return r;
    }
    if (acc.kind == NUM) {
        f.s.var |= acc.s.var;
        if (f.s.var && f.kind == MAT) f.kind = VEC;
        return f;
    }
    const ur_expr *plain = ef->kind == E_TRANS ? ef->kid[0] : ef;
    if (f.kind == ROW && acc.kind == EACH) { /* a row, by its transpose */
        ur_unify(c, f.s.r, acc.s.r, whole, plain, ea);
        return (factor){ .s = { .r = acc.s.c, .c = c->one, .var = true }, .kind = ROW, .trans = true };
    }
    if (acc.kind == ROW)
        ur_complain(c->a, &ef->at, "v k', of two vectors, is a matrix",
                    "a transposed vector has to stand right of a vector, or left of one");
    if (f.kind == EACH && acc.kind == MAT && !(ur_size(c, acc.s.c) > 1)) { /* a vector, the same at all positions */
        ur_dims_column(c, &acc.s, ea);
        acc.kind = VEC;
    }
    if (f.kind == EACH || (f.kind == MAT && acc.kind == EACH)) {
        ur_unify_as(c, f.s.c, acc.s.r, whole, plain, ea, columns(c, &f), "");
        bool vector = acc.kind == VEC;
        return (factor){ .s = { .r = f.s.r, .c = vector ? c->one : acc.s.c, .var = true, .mat = !vector },
                         .kind = vector ? VEC : EACH };
    }
    if (f.kind == MAT) {
        if (ur_size(c, f.s.r) == 1 && ur_size(c, f.s.c) == 1 && !acc.s.sym) {
            r.s.num = false;
            return r;
        } /* a 1 × 1 matrix scales */
        ur_unify_as(c, f.s.c, acc.s.r, whole, plain, ea, columns(c, &f), "");
        ur_inner(c, f.s.r, acc.s.r, whole);
        r.s = (ur_dims){ .r = f.s.r, .c = acc.kind == MAT ? acc.s.c : c->one, .var = acc.s.var };
        return r;
    }
    if (acc.kind == MAT) ur_dims_column(c, &acc.s, ea);
    ur_unify(c, f.s.r, acc.s.r, whole, plain, ea); /* ROW */
    return (factor){ .s = { .r = c->one, .c = c->one, .var = true }, .kind = VEC };
}

/* Factors side by side fall into groups, each ending in a column vector; a group is multiplied from the right, so that matrices
 * meet vectors; several groups multiply as numbers (all but one have size 1). */
static ur_dims check_side(ur_comp *c, ur_scope *s, const ur_expr *e)
{
    factor *f = UR_NEW(c->a, factor, e->nkid), total = { 0 };
    const ur_expr *etotal = NULL;
    for (int k = 0; k < e->nkid; k++) f[k] = check_factor(c, s, e->kid[k]);
    for (int from = 0; from < e->nkid;) {
        int to = from;
        while (to < e->nkid - 1 && f[to].kind != VEC) to++;
        factor acc = f[to];
        const ur_expr *eacc = e->kid[to];
        for (int k = to - 1; k >= from; k--) {
            acc = times(c, f[k], acc, e, e->kid[k], eacc);
            if (k > from || etotal) eacc = e->kid[k];
        }
        if (acc.kind == ROW && (!etotal || total.kind != VEC))
            ur_complain(c->a, &e->kid[from]->at, "h' k is a dot product, h k' a matrix at every position",
                        "a transposed vector has to stand beside a vector");
        if (!etotal) {
            total = acc;
            etotal = eacc;
            from = to + 1;
            continue;
        }
        bool still = acc.kind == MAT && total.kind == VEC && ur_size(c, acc.s.r) == 1 &&
                     ur_size(c, acc.s.c) != 1; /* a row that is the same at all positions */
        if (acc.kind == ROW || still) {        /* h k' */
            total.s = (ur_dims){ .r = total.s.r, .c = still ? acc.s.c : acc.s.r, .var = true, .mat = true };
            total.kind = EACH;
            from = to + 1;
            continue;
        }
        if (acc.kind == EACH || total.kind == EACH) { /* a number times a matrix */
            const ur_dims *n = acc.kind == EACH ? &total.s : &acc.s;
            ur_unify(c, n->r, c->one, e, acc.kind == EACH ? etotal : eacc, NULL);
            if (acc.kind == EACH) total = acc;
            from = to + 1;
            continue;
        }
        if (acc.kind == MAT && ur_size(c, acc.s.c) != 1 && !(ur_size(c, total.s.r) == 1))
            ur_complain(c->a, &e->kid[from]->at, "W h is a product; h W is none", "a matrix stands right of a vector");
        ur_dims r = { .r = ur_dim_new(c, 0), .c = c->one, .var = true };
        if (acc.kind == MAT) ur_dims_column(c, &acc.s, eacc);
        if (acc.kind == NUM) {
            r = total.s;
            r.sym = false;
        } else ur_element(c, r.r, total.s.r, acc.s.r, false, true, e, etotal, eacc);
        total.s = r;
        total.kind = VEC;
        from = to + 1;
    }
    return total.s;
}

/* how a function is written */
static const char *form_of(ur_comp *c, ur_builtin f, const char *name)
{
    switch (f) {
    case F_UNARY: return ur_arena_printf(c->a, "%s(x), by component", name);
    case F_MAX:
    case F_MIN:
        return ur_arena_printf(
            c->a, "%s(a, b) by component, %s(v) over the components of v; of three %s(a, %s(b, c)), or of numbers %s([a; b; c])",
            name, name, name, name, name);
    case F_SOFTMAX:
    case F_SUM:
    case F_MEAN:
    case F_NORM:
    case F_ARGMAX:
    case F_LSE: return ur_arena_printf(c->a, "%s(v) is over the components of v; of numbers %s([a; b])", name, name);
    case F_TRACE: return "trace(C), of a square matrix";
    case F_DIAG: return "diag(C), the diagonal of a square matrix as a vector, or diag(v), the matrix whose diagonal v is";
    case F_DROPOUT: return "dropout(share, x)";
    case F_DOT: return "dot(a, b)";
    case F_MOD: return "mod(a, b): what is left of a when whole b are taken from it";
    case F_WHERE: return "where(condition, a, b)";
    case F_SAID: return ur_arena_printf(c->a, "%s(x[t]): of a datum", name);
    case F_TIME: return ur_arena_printf(c->a, "%s(when[t]) with data when[t] : time", name);
    default: return NULL;
    }
}

static void count(ur_comp *c, const ur_expr *e, ur_builtin f, int n)
{
    bool pairs = f == F_MAX || f == F_MIN;
    if (e->nkid == n) return;
    if (pairs) ur_complain(c->a, &e->at, form_of(c, f, e->name), "%s takes a vector or two arguments, not %d", e->name, e->nkid);
    ur_complain(c->a, &e->at, form_of(c, f, e->name), "%s takes %d argument%s, not %d", e->name, n, n == 1 ? "" : "s", e->nkid);
}

ur_dims ur_dims_vector(ur_comp *c, ur_scope *s, const ur_expr *e)
{
    ur_dims x = ur_dims_of(c, s, e);
    x.sym = false;
    ur_dims_column(c, &x, e);
    return x;
}

/* the argument x of a function over its components; in cells sizes are the user's affair */
static ur_dims over_components(ur_comp *c, ur_scope *s, const ur_expr *e)
{
    ur_dims x = ur_dims_of(c, s, e->kid[0]);
    x.sym = false;
    if (x.mat && (!strcmp(e->name, "sum") || !strcmp(e->name, "norm"))) { /* over all that a matrix holds */
        x.mat = false;
        x.c = c->one;
        return x;
    }
    ur_dims_column(c, &x, e->kid[0]);
    if (x.var && !s->user && strcmp(e->name, "norm")) {
        UR_GROW(c->a, c->over, c->nover, c->over_cap);
        c->over[c->nover].r = x.r;
        c->over[c->nover++].at = e;
    }
    return x;
}

/* is x a matrix? A parameter of which nothing says it yet is none */
static bool matrix(ur_comp *c, const ur_dims *x) { return x->mat || (!x->var && ur_size(c, x->c) > 1); }

static ur_dims check_diagonal(ur_comp *c, ur_scope *s, const ur_expr *e, ur_builtin f)
{
    count(c, e, f, 1);
    ur_dims x = ur_dims_of(c, s, e->kid[0]);
    x.sym = x.num = false;
    if (f == F_TRACE && !x.mat && x.var)
        ur_complain(c->a, &e->kid[0]->at, "what is a matrix at every position says so: C[t] : (4, 4) = …",
                    "%s is a vector, and has no trace", ur_expr_text(c->a, e->kid[0]));
    if (f == F_DIAG && !matrix(c, &x)) {
        ur_dims_column(c, &x, e->kid[0]);
        return (ur_dims){ .r = x.r, .c = x.r, .var = x.var, .mat = x.var };
    }
    ur_unify_as(c, x.r, x.c, e, e->kid[0], e->kid[0], " rows", " columns");
    return (ur_dims){ .r = f == F_TRACE ? c->one : x.r, .c = c->one, .var = x.var };
}

/* C[t][i, j]: one number */
static ur_dims check_entry(ur_comp *c, ur_scope *s, const ur_expr *e)
{
    ur_part row, col;
    ur_entry_of(c, s, e, &row, &col);
    ur_dims x = ur_dims_of(c, s, e->kid[0]);
    if (x.var && !x.mat)
        ur_complain(c->a, &e->kid[0]->at,
                    ur_arena_printf(c->a, "its components are %s[1], %s[2], …", ur_expr_text(c->a, e->kid[0]),
                                    ur_expr_text(c->a, e->kid[0])),
                    "%s is a vector, and has no rows and columns", ur_expr_text(c->a, e->kid[0]));
    return (ur_dims){ .r = c->one, .c = c->one, .var = x.var };
}

static ur_dims check_call(ur_comp *c, ur_scope *s, const ur_expr *e)
{
    ur_scope *in = ur_use(s, e);
    ur_op op;
    int part;
    double p;
    if (in) return ur_dims_of(c, in, in->cell->result);
    for (int k = 0; k < e->nkid; k++)
        if (e->argname[k]) ur_complain(c->a, &e->kid[k]->at, NULL, "%s takes no arguments by name", e->name);
    ur_builtin f = ur_function(e->name, &op, &part);
    ur_dims x = { .r = c->one, .c = c->one }, y;
    switch (f) {
    case F_UNARY:
        count(c, e, f, 1);
        x = ur_dims_of(c, s, e->kid[0]);
        x.sym = false;
        return x;
    case F_TRACE:
    case F_DIAG: return check_diagonal(c, s, e, f);
    case F_SOFTMAX: count(c, e, f, 1); return over_components(c, s, e);
    case F_MAX:
    case F_MIN:
        if (e->nkid == 2) {
            x = ur_dims_of(c, s, e->kid[0]);
            y = ur_dims_of(c, s, e->kid[1]);
            return both(c, x, y, false, e, e->kid[0], e->kid[1]);
        }
        /* fall through */
    case F_SUM:
    case F_MEAN:
    case F_NORM:
    case F_ARGMAX:
    case F_LSE:
        count(c, e, f, 1);
        x = over_components(c, s, e);
        x.r = c->one;
        return x;
    case F_DROPOUT:
        count(c, e, f, 2);
        p = ur_fold(c, s, e->kid[0], "the share that dropout drops");
        if (p < 0 || p >= 1)
            ur_complain(c->a, &e->kid[0]->at, ur_arena_printf(c->a, "it is %g", p), "dropout drops a share from 0 to below 1");
        x = ur_dims_of(c, s, e->kid[1]);
        x.sym = x.num = false;
        return x;
    case F_MOD:
        count(c, e, f, 2);
        x = ur_dims_of(c, s, e->kid[0]);
        y = ur_dims_of(c, s, e->kid[1]);
        return both(c, x, y, false, e, e->kid[0], e->kid[1]);
    case F_DOT:
        count(c, e, f, 2);
        x = ur_dims_vector(c, s, e->kid[0]);
        y = ur_dims_vector(c, s, e->kid[1]);
        ur_unify(c, x.r, y.r, e, e->kid[0], e->kid[1]);
        return (ur_dims){ .r = c->one, .c = c->one, .num = x.num && y.num, .var = x.var || y.var };
    case F_WHERE:
        count(c, e, f, 3);
        x = ur_dims_of(c, s, e->kid[1]);
        y = ur_dims_of(c, s, e->kid[2]);
        x = both(c, x, y, true, e, e->kid[1], e->kid[2]);
        y = ur_dims_of(c, s, e->kid[0]);
        return both(c, y, x, false, e, e->kid[0], e->kid[1]);
    case F_TIME: {
        count(c, e, f, 1);
        ur_bind *b = e->kid[0]->kind == E_NAME ? ur_resolve(c, s, e->kid[0]) : NULL;
        if (!b || b->kind != B_ENTITY || b->ent->datum < 0 || b->ent->kind != N_DATA || c->g->data[b->ent->datum].kind != UR_TIME)
            ur_complain(c->a, &e->kid[0]->at, ur_arena_printf(c->a, "as %s(when[t]) with data when[t] : time", e->name),
                        "%s takes a datum of type time", e->name);
        x.var = true;
        return x;
    }
    case F_SAID: {
        count(c, e, f, 1);
        ur_bind *b = e->kid[0]->kind == E_NAME ? ur_resolve(c, s, e->kid[0]) : NULL;
        if (!b || b->kind != B_ENTITY || b->ent->kind != N_DATA)
            ur_complain(c->a, &e->kid[0]->at, ur_arena_printf(c->a, "as %s(x[t]) with data x[t] : real", e->name),
                        "%s takes a datum, with its subscripts", e->name);
        x.var = true;
        if (b->ent->sym && strcmp(e->name, "given")) return x;
        x.r = b->ent->r;
        x.sym = b->ent->sym;
        return x;
    }
    case F_LENGTH: {
        ur_bind *b = ur_lookup(c, s, e->kid[0]->name);
        x.num = true;
        x.var = b && b->index >= 0 && !c->g->index[b->index].fixed;
        return x;
    }
    default: ur_undefined(c, s, &e->at, e->name);
    }
}

static ur_dims check_stack(ur_comp *c, ur_scope *s, const ur_expr *e)
{
    ur_dims r = { .r = ur_dim_new(c, 0), .c = c->one, .num = e->nkid == 1 };
    int *part = UR_NEW(c->a, int, e->nkid);
    for (int k = 0; k < e->nkid; k++) {
        ur_dims x = ur_dims_vector(c, s, e->kid[k]);
        part[k] = x.r;
        r.num &= x.num;
        r.var |= x.var;
    }
    ur_stack(c, r.r, e->nkid, part, e);
    return r;
}

static ur_dims check_part(ur_comp *c, ur_scope *s, const ur_expr *e)
{
    ur_part p = ur_part_of(c, s, e);
    ur_dims x = ur_dims_vector(c, s, e->kid[0]);
    x.r = p.moves || p.first == p.last ? c->one : ur_dim_new(c, p.last - p.first + 1);
    x.num = false;
    return x;
}

static ur_dims check_range(ur_comp *c, ur_scope *s, const ur_expr *e)
{
    int first, last;
    ur_range_of(c, s, e, &first, &last);
    return (ur_dims){ .r = first == last ? c->one : ur_dim_new(c, last - first + 1), .c = c->one, .num = first == last };
}

static ur_dims check_table(ur_comp *c, ur_scope *s, const ur_expr *e)
{
    for (int k = 0; k < e->nkid; k++) {
        ur_dims x = ur_dims_vector(c, s, e->kid[k]);
        ur_unify(c, x.r, c->one, e->kid[k], e->kid[k], NULL);
        if (x.var)
            ur_complain(c->a, &e->kid[k]->at, "its entries are numbers and parameters",
                        "%s differs from position to position, and a matrix is the same at all", ur_expr_text(c->a, e->kid[k]));
    }
    int rows = e->nkid / e->op;
    return (ur_dims){ .r = rows == 1 ? c->one : ur_dim_new(c, rows), .c = ur_dim_new(c, e->op) };
}

/* a matrix of r rows and columns */
static void settle_factor(ur_comp *c, ur_scope *s, const ur_expr *x, int r, const ur_expr *of)
{
    ur_dims v = ur_dims_of(c, s, x);
    if (v.var && !v.mat && ur_size(c, r) != 1)
        ur_complain(c->a, &x->at, "what is a matrix at every position says so: C[t] : (4, 4) = …",
                    "%s is a vector, and a factor a matrix", ur_expr_text(c->a, x));
    ur_unify_as(c, v.r, r, x, x, of, " rows", "");
    ur_unify_as(c, v.c, r, x, x, of, " columns", "");
}

/* the arguments of a distribution of r components are of these, or numbers; of: whose they are */
void ur_dims_law(ur_comp *c, ur_scope *s, const ur_expr *x, int r, const ur_expr *of)
{
    ur_law_kind kind = ur_law_of(c, x);
    const ur_dist_info *d = kind == UR_LAW_PLAIN ? &ur_dists[ur_dist_named(x->name)] : NULL;
    for (int k = 0; k < x->nkid; k++) {
        const ur_expr *y = x->kid[k];
        if (y->kind == E_LAW) {
            ur_dims_law(c, s, y, r, of);
            continue;
        }
        if (kind == UR_LAW_JOINT && k) {
            settle_factor(c, s, y, r, of);
            continue;
        }
        ur_dims v = ur_dims_vector(c, s, y);
        if ((kind == UR_LAW_QUANTILE && k) || (kind == UR_LAW_DENSITY && !k) || kind == UR_LAW_POINTER)
            ur_unify(c, v.r, c->one, y, y, NULL);
        else if (kind == UR_LAW_MIXTURE) ur_unify(c, v.r, x->nover ? c->one : ur_dim_new(c, x->nkid - 1), y, y, NULL);
        else if (d && d->arg[k] == A_LOGITS) {
            if (of && ur_size(c, v.r) == 1 && ur_size(c, r) != 1)
                ur_complain(c->a, &y->at, ur_arena_printf(c->a, "%s has 1 component", ur_expr_text(c->a, y)),
                            "categorical takes one number for each entry of the vocabulary of %s", of->name);
            ur_unify(c, v.r, r, y, y, of);
        } else ur_element(c, r, v.r, r, true, false, y, y, of);
    }
}

static ur_dims check_draw(ur_comp *c, ur_scope *s, const ur_expr *e)
{
    ur_dims r = { .r = ur_dim_new(c, 0), .c = c->one, .var = true };
    if (ur_law_of(c, e) != UR_LAW_PLAIN)
        ur_complain(c->a, &e->at,
                    ur_law_kind_of(e) == UR_LAW_JOINT ? "e[t] : n = draw normal(0, 1), and m + L e[t]"
                                                      : "a plain distribution, or a ~ line",
                    "%s is not drawn from by draw",
                    ur_law_kind_of(e) == UR_LAW_JOINT ? "a normal vector with a factor" : e->name);
    ur_dims_law(c, s, e, r.r, NULL);
    return r;
}

/* logp(D, x): one number, whatever the size of x */
static ur_dims check_logp(ur_comp *c, ur_scope *s, const ur_expr *e)
{
    ur_dims x = ur_dims_vector(c, s, e->kid[1]);
    if (ur_law_of(c, e->kid[0]) >= UR_LAW_QUANTILE) ur_law_alone(c, e->kid[0]);
    ur_dims_law(c, s, e->kid[0], x.r, e->kid[1]->kind == E_NAME ? e->kid[1] : NULL);
    return (ur_dims){ .r = c->one, .c = c->one, .var = true };
}

ur_dims ur_dims_of(ur_comp *c, ur_scope *s, const ur_expr *e)
{
    ur_dims x, y, r = { .r = c->one, .c = c->one, .num = true };
    switch (e->kind) {
    case E_NUM:
    case E_END: return r;
    case E_NAME: return check_name(c, s, e);
    case E_OP1:
        x = ur_dims_of(c, s, e->kid[0]);
        x.sym = false;
        return x;
    case E_OP2:
        x = ur_dims_of(c, s, e->kid[0]);
        y = ur_dims_of(c, s, e->kid[1]);
        if (ur_compares(e)) return compared(c, x, y, e);
        return both(c, x, y, e->op == UR_ADD || e->op == UR_SUB, e, e->kid[0], e->kid[1]);
    case E_SIDE: return check_side(c, s, e);
    case E_TRANS:
        x = ur_dims_of(c, s, e->kid[0]);
        if (x.var && !x.mat)
            ur_complain(c->a, &e->at, "h' k is a dot product, h k' a matrix at every position",
                        "a transposed vector has to stand beside a vector");
        return (ur_dims){ .r = x.c, .c = x.r, .num = x.num, .var = x.var, .mat = x.mat };
    case E_STACK: return check_stack(c, s, e);
    case E_PART: return check_part(c, s, e);
    case E_ENTRY: return check_entry(c, s, e);
    case E_EACH:
        x = ur_dims_vector(c, s, e->kid[0]);
        ur_unify(c, x.r, c->one, e->kid[0], e->kid[0], NULL);
        return (ur_dims){ .r = ur_dim_new(c, e->op), .c = c->one, .var = true };
    case E_RANGE: return check_range(c, s, e);
    case E_TABLE: return check_table(c, s, e);
    case E_DRAW: return check_draw(c, s, e);
    case E_CALL: return e->nkid && e->kid[0]->kind == E_LAW ? check_logp(c, s, e) : check_call(c, s, e);
    case E_LAW: return r;
    case E_OVER:
        x = ur_dims_of(c, s, e->kid[0]);
        for (int k = 0; k < e->nover; k++)
            if (ur_is_condition(c, s, e->over[k])) {
                y = ur_dims_vector(c, s, e->over[k]);
                ur_unify(c, y.r, c->one, e->over[k], e->over[k], NULL);
                x.var |= y.var;
            }
        x.sym = false;
        if (x.var && !x.mat) ur_dims_column(c, &x, e->kid[0]);
        if (x.mat && strcmp(e->name, "sum") && strcmp(e->name, "mean"))
            ur_complain(c->a, &e->at, NULL, "%s is over vectors; of matrices there are sums and means", e->name);
        return x;
    }
    return r;
}
