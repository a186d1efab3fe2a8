/* From entities with shapes to nodes: every equation once, in the order of order.c. A quantity that a recurrence reads before it
 * is defined is an ALIAS whose argument is set when it is. Must not report what shape.c can find. Invariant: a node carried along
 * an index of data-given length differs by example. */
#include "lang/comp.h"
#include <string.h>

/* ---- names */

static ur_val name(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *e)
{
    if (!e->sub && !strcmp(e->name, "pi") && !ur_lookup(c, s, e->name))
        return (ur_val){ ur_num(c->g, 3.14159265358979323846), true, false };
    ur_bind *b = ur_resolve(c, s, e);
    double v;
    if (b->kind == B_CONST) {
        ur_folds(c, s, e, &v);
        return (ur_val){ ur_num(c->g, v), true, false };
    }
    if (b->kind == B_RUN) {
        ur_node n = { .op = UR_RUN, .rows = 1, .cols = 1, .i = b->index };
        return (ur_val){ ur_node_add(c->g, &n), true, false };
    }
    if (b->kind == B_INDEX) return (ur_val){ ur_place_node(c, s, b->index), true, b->index >= 0 && !c->g->index[b->index].fixed };
    bool var = b->ent->var;
    ur_id x = ur_read_entity(c, s, ent, e, b, 0, &var);
    return (ur_val){ x, b->ent->num, var };
}

/* ---- products */

typedef enum fkind { NUM, MAT, VEC, ROW, EACH } fkind; /* EACH: a matrix of each position */
typedef struct factor {
    ur_val v;
    fkind kind;
    bool trans;
} factor;

static factor factor_of(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *e)
{
    factor f = { .trans = e->kind == E_TRANS };
    f.v = ur_value(c, s, ent, f.trans ? e->kid[0] : e);
    f.kind = f.v.num ? NUM : f.v.var && c->g->node[f.v.id].cols > 1 ? EACH : !f.v.var ? MAT : f.trans ? ROW : VEC;
    if (f.kind == EACH && f.trans) f.v.id = ur_transpose(c, f.v.id);
    if (f.kind == EACH) f.trans = false;
    return f;
}

static bool one(const ur_node *n) { return n->rows == 1 && n->cols == 1; }

/* does x hold what a recurrence left at another position (loops: of a fixed index, too)? then a square matrix on it starts
 * orthogonal */
static bool recurs(ur_comp *c, ur_id x, bool loops, int depth)
{
    const ur_node *n = &c->g->node[x];
    for (int k = 0; k < c->ncarried && loops; k++)
        if (c->carried[k] == x) return true;
    if (n->op == UR_READ) {
        for (int k = 0; k < c->g->ndata; k++)
            if (c->fill[k] == n->arg[0]) return false;
        bool moves = false;
        const ur_node *q = &c->g->node[n->arg[0]];
        for (int k = 0; k < q->nidx; k++) moves |= n->sub[k].kind == UR_SUB_REL && n->sub[k].off;
        return moves && q->op == UR_ALIAS;
    }
    if (n->op == UR_GATHER) return n->j != 0;
    return n->op == UR_MUL && depth < 3 && (recurs(c, n->arg[0], loops, depth + 1) || recurs(c, n->arg[1], loops, depth + 1));
}

static ur_id matrix_times(ur_comp *c, const ur_entity *ent, ur_id m, bool trans, ur_id x, int ncontract, const int *contract)
{
    ur_graph *g = c->g;
    if (g->node[m].example) { /* a column or row that dropout acts on */
        bool dot = (trans ? g->node[m].rows : g->node[m].cols) > 1;
        if (dot && (trans ? g->node[m].cols : g->node[m].rows) > 1)
            ur_complain(c->a, &ent->at, "dropout(p, W) of a matrix alone has one mask for the batch",
                        "a matrix is the same at every position, a mask is not");
        x = ur_binary(g, UR_MUL, trans == dot ? m : ur_transpose(c, m), ur_plain(c, x));
        if (dot) x = ur_vector_op(c, UR_CSUM, x);
        return ncontract ? ur_reduce(g, UR_RSUM, x, -1, ncontract, contract, false) : x;
    }
    int param = ur_param_of(g, m);
    if (g->node[x].sym) {
        if (param >= 0) g->param[param].lookup = true;
        if (trans) m = ur_transpose(c, m);
        ur_id arg[2] = { m, x };
        ur_node n = ur_proto(c, UR_LOOKUP, ur_node_set(&g->node[m]) | ur_node_set(&g->node[x]), g->node[m].rows, 1);
        n.example |= g->node[x].example;
        n.narg = 2;
        n.arg = arg;
        x = ur_node_add(g, &n);
        return ncontract ? ur_reduce(g, UR_RSUM, x, -1, ncontract, contract, false) : x;
    }
    if (one(&g->node[m]) && !one(&g->node[x])) {
        x = ur_binary(g, UR_MUL, m, x);
        return ncontract ? ur_reduce(g, UR_RSUM, x, -1, ncontract, contract, false) : x;
    }
    if (param >= 0 && g->param[param].rows == g->param[param].cols && g->param[param].rows > 1 &&
        recurs(c, x, g->node[m].op == UR_PARAM, 0))
        g->param[param].recurrent = true;
    return ur_prod(g, m, trans, x, ncontract, contract);
}

static factor times(ur_comp *c, const ur_entity *ent, factor f, factor acc)
{
    ur_graph *g = c->g;
    factor r = { .kind = acc.kind };
    r.v.num = f.v.num && acc.v.num;
    r.v.var = f.v.var || acc.v.var;
    if (f.kind == NUM || acc.kind == NUM) {
        r.kind = f.kind == NUM ? acc.kind : f.kind;
        if (r.kind == MAT && r.v.var) r.kind = VEC;
        ur_id y = ur_plain(c, acc.v.id), x = ur_plain(c, f.v.id);
        if (f.trans && f.kind != NUM) x = ur_transpose(c, x);
        r.v.id = ur_binary(g, UR_MUL, x, y);
        return r;
    }
    if (f.kind == ROW && acc.kind == EACH) /* (v' C)' = C' v */
        return (factor){ .v = { ur_matmul(g, acc.v.id, true, ur_plain(c, f.v.id)), false, true }, .kind = ROW, .trans = true };
    if (acc.trans && acc.kind == MAT) {
        acc.v.id = ur_transpose(c, acc.v.id);
        acc.trans = false;
    }
    if (f.kind == EACH) {
        r.v = (ur_val){ ur_matmul(g, f.v.id, false, ur_plain(c, acc.v.id)), false, true };
        r.kind = g->node[r.v.id].cols == 1 ? VEC : EACH;
        return r;
    }
    if (f.kind == MAT) {
        r.v.id = matrix_times(c, ent, f.v.id, f.trans, acc.v.id, 0, NULL);
        return r;
    }
    r.v.id = ur_vector_op(c, UR_CSUM, ur_binary(g, UR_MUL, ur_plain(c, f.v.id), ur_plain(c, acc.v.id)));
    r.kind = VEC;
    return r;
}

static int group_end(const factor *f, int from, int n)
{
    while (from < n - 1 && f[from].kind != VEC) from++;
    return from;
}

static factor product(ur_comp *c, const ur_entity *ent, const factor *f, int from, int to)
{
    factor acc = f[to];
    if (acc.kind == ROW) { /* alone, or times matrices: what comes of it stands transposed */
        for (int k = to - 1; k >= from; k--) acc = times(c, ent, f[k], acc);
        return acc;
    }
    for (int k = to - 1; k >= from; k--) acc = times(c, ent, f[k], acc);
    if (acc.trans && acc.kind == MAT) acc.v.id = ur_transpose(c, acc.v.id);
    acc.trans = false;
    return acc;
}

static factor *factors(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *e)
{
    factor *f = UR_NEW(c->a, factor, e->nkid);
    for (int k = 0; k < e->nkid; k++) f[k] = factor_of(c, s, ent, e->kid[k]);
    return f;
}

static ur_val side(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *e)
{
    factor *f = factors(c, s, ent, e);
    ur_val total = { 0 };
    for (int from = 0; from < e->nkid;) {
        int to = group_end(f, from, e->nkid);
        factor acc = product(c, ent, f, from, to);
        if (!from) total = acc.v;
        else if (acc.kind == MAT && c->g->node[acc.v.id].rows == 1 && c->g->node[acc.v.id].cols > 1)
            total = (ur_val){ ur_matmul(c->g, ur_plain(c, total.id), false, acc.v.id), false, true };
        else if (acc.kind == ROW) /* h k' */
            total = (ur_val){ ur_matmul(c->g, ur_plain(c, total.id), false, ur_transpose(c, ur_plain(c, acc.v.id))), false,
                              true };
        else {
            total.id = ur_binary(c->g, UR_MUL, ur_plain(c, total.id), ur_plain(c, acc.v.id));
            total.num &= acc.v.num;
            total.var |= acc.v.var;
        }
        from = to + 1;
    }
    return total;
}

/* ---- reductions */

static int list_of(ur_comp *c, ur_set set, int *list)
{
    int n = 0;
    for (int k = 0; k < c->g->nindex; k++)
        if (set & UR_BIT(k)) list[n++] = k;
    return n;
}

/* Σ_j A[j] x with fixed j: one product that contracts j */
static bool contraction(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *e, ur_set set, ur_val *out)
{
    int list[UR_MAX_INDEX], n = list_of(c, set, list);
    const ur_expr *x = e->kid[0];
    for (int k = 0; k < n; k++)
        if (!c->g->index[list[k]].fixed) return false;
    if (!n || x->kind != E_SIDE) return false;
    factor *f = factors(c, s, ent, x);
    if (f[0].kind != MAT || group_end(f, 0, x->nkid) != x->nkid - 1) return false;
    factor acc = product(c, ent, f, 1, x->nkid - 1);
    if (acc.kind == NUM || (set & ~ur_node_set(&c->g->node[f[0].v.id]))) return false;
    *out = (ur_val){ matrix_times(c, ent, f[0].v.id, f[0].trans, acc.v.id, n, list), false, acc.v.var };
    return true;
}

static ur_id fold_one_by_one(ur_comp *c, ur_op op, ur_id x, ur_id cond, int n, const int *list)
{
    for (int k = n - 1; k >= 0; k--) {
        x = ur_reduce(c->g, op, x, cond, 1, &list[k], false);
        cond = -1;
    }
    return x;
}

static ur_id counted(ur_comp *c, ur_id cond, ur_set set, int n, const int *list)
{
    ur_graph *g = c->g;
    ur_id total = ur_num(g, 1);
    bool plain = cond < 0 && (n == 1 || c->g->index[list[0]].fixed);
    for (int k = 0; k < n && plain; k++) plain = n == 1 || g->index[list[k]].fixed;
    for (int k = 0; k < n && plain; k++) total = ur_binary(g, UR_MUL, total, ur_length_node(c, list[k], false));
    if (!plain) {
        for (int k = 0; k < n; k++) set |= ur_parents(c, list[k]);
        total = ur_reduce(g, UR_RSUM, ur_spread(c, total, set, 1, 1), cond, n, list, false);
    }
    return ur_binary(g, UR_MAX2, total, ur_num(g, 1));
}

static ur_val over_set(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *e, ur_set set)
{
    ur_graph *g = c->g;
    int list[UR_MAX_INDEX], n = list_of(c, set, list);
    ur_val r;
    ur_id cond = -1;
    bool var = false;
    for (int k = 0; k < e->nover; k++)
        if (ur_is_condition(c, s, e->over[k])) {
            ur_val v = ur_value(c, s, ent, e->over[k]);
            var |= v.var;
            cond = cond < 0 ? v.id : ur_binary(g, UR_AND, cond, v.id);
        }
    ur_builtin f = ur_function(e->name, NULL, NULL);
    if (f == F_SUM && cond < 0 && contraction(c, s, ent, e, set, &r)) return r;
    r = ur_value(c, s, ent, e->kid[0]);
    r.var |= var;
    if (!n) return r;
    ur_set need = set;
    for (int k = 0; k < n; k++) need |= ur_parents(c, list[k]);
    ur_id x = ur_spread(c, ur_plain(c, r.id), need, 1, 1), y;
    switch (f) {
    case F_SUM: r.id = ur_reduce(g, UR_RSUM, x, cond, n, list, false); break;
    case F_MEAN:
        r.id = ur_binary(g, UR_DIV, ur_reduce(g, UR_RSUM, x, cond, n, list, false), counted(c, cond, set, n, list));
        break;
    case F_MAX: r.id = fold_one_by_one(c, UR_RMAX, x, cond, n, list); break;
    case F_MIN: r.id = ur_unary(g, UR_NEG, fold_one_by_one(c, UR_RMAX, ur_unary(g, UR_NEG, x), cond, n, list)); break;
    case F_LSE: r.id = fold_one_by_one(c, UR_RLSE, x, cond, n, list); break;
    case F_ARGMAX:
        if (n > 1) ur_complain(c->a, &e->at, NULL, "argmax is over one index, or over components");
        r.id = ur_position_of(c, ur_reduce(g, UR_RARGMAX, ur_unary(g, UR_STOP, x), cond, 1, list, false),
                              ur_place_node(c, s, list[0]), 1, list);
        break;
    default: /* softmax. What the condition leaves out is masked before exp, which could overflow there */
        y = ur_binary(g, UR_SUB, x, fold_one_by_one(c, UR_RLSE, x, cond, n, list));
        if (cond >= 0) y = ur_where(g, cond, y, ur_num(g, -1e4));
        r.id = ur_unary(g, UR_EXP, y);
    }
    return r;
}

/* a reduction runs over all positions of its indices, whatever position of them nodes are made for; softmax keeps them */
static ur_val over(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *e)
{
    ur_set set = ur_reduced(c, s, e);
    int pin[UR_MAX_INDEX];
    ur_sub sub[UR_MAX_SUB];
    memcpy(pin, c->pin, sizeof pin);
    for (int k = 0; k < c->g->nindex; k++)
        if (set & UR_BIT(k)) c->pin[k] = 0;
    ur_val r = over_set(c, s, ent, e, set);
    memcpy(c->pin, pin, sizeof pin);
    ur_node m = c->g->node[r.id];
    for (int k = 0; k < m.nidx; k++) sub[k] = ur_still(m.idx[k]);
    for (int k = 0; k < m.nfix; k++) sub[m.nidx + k] = ur_pinned(c, ur_still(m.fix[k]));
    r.id = ur_read(c->g, r.id, sub);
    return r;
}

/* ---- functions */

/* A mask of its own for each position of the left side and each example, whatever the argument follows; but a matrix has one for
 * the batch, as it is the same everywhere. */
static ur_id dropout(ur_comp *c, const ur_entity *ent, double p, ur_val v)
{
    int site = c->nsite++;
    ur_id x = ur_plain(c, v.id);
    const ur_node *m = &c->g->node[x];
    if (p > 0) c->g->ndropout++;
    if (!c->o->training || p == 0) return x;
    bool matrix = !v.var && m->cols > 1;
    ur_node n = ur_proto(c, UR_RAND, ur_node_set(m) | (matrix ? 0 : ur_made_set(ent)), m->rows, m->cols);
    n.example |= m->example || !matrix;
    n.num = p;
    n.i = site;
    return ur_binary(c->g, UR_MUL, x, ur_node_add(c->g, &n));
}

static ur_val call(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *e)
{
    ur_scope *in = ur_use(s, e);
    ur_graph *g = c->g;
    ur_op op = UR_NOP;
    int part = 0;
    if (in) return ur_value(c, in, ent, in->cell->result);
    ur_builtin f = ur_function(e->name, &op, &part);
    ur_val r = { .num = true };
    ur_id arg[3] = { -1, -1, -1 }, x;
    if (f == F_TIME || f == F_SAID)
        return (ur_val){ ur_read_entity(c, s, ent, e->kid[0], ur_resolve(c, s, e->kid[0]), part, &(bool){ true }), false, true };
    if (f == F_LENGTH) {
        ur_bind *b = ur_lookup(c, s, e->kid[0]->name);
        return (ur_val){ b->index < 0 ? ur_num(g, 1) : ur_length_node(c, b->index, false), true,
                         b->index >= 0 && !g->index[b->index].fixed };
    }
    if (f == F_LOGP) {
        x = ur_value(c, s, ent, e->kid[1]).id;
        return (ur_val){ ur_unary(g, UR_NEG, ur_spec_nlp(c, ur_spec_of(c, s, ent, e->kid[0]), ur_plain(c, x), -1)), false, true };
    }
    for (int k = 0; k < e->nkid; k++) {
        ur_val v = ur_value(c, s, ent, e->kid[k]);
        arg[k] = ur_plain(c, v.id);
        r.num &= v.num;
        r.var |= v.var;
    }
    x = arg[0];
    int rows = g->node[x].rows;
    switch (f) {
    case F_UNARY: r.id = ur_unary(g, op, x); break;
    case F_SOFTMAX: r.id = ur_unary(g, UR_EXP, ur_binary(g, UR_SUB, x, ur_vector_op(c, UR_CLSE, x))); break;
    case F_SUM: r.id = ur_vector_op(c, UR_CSUM, x); break;
    case F_MEAN: r.id = ur_binary(g, UR_MUL, ur_num(g, 1.0 / rows), ur_vector_op(c, UR_CSUM, x)); break;
    case F_MAX: r.id = e->nkid == 2 ? ur_binary(g, UR_MAX2, x, arg[1]) : ur_vector_op(c, UR_CMAX, x); break;
    case F_MIN:
        r.id = e->nkid == 2 ? ur_binary(g, UR_MIN2, x, arg[1])
                            : ur_unary(g, UR_NEG, ur_vector_op(c, UR_CMAX, ur_unary(g, UR_NEG, x)));
        break;
    case F_NORM: r.id = ur_unary(g, UR_SQRT, ur_vector_op(c, UR_CSUM, ur_binary(g, UR_MUL, x, x))); break;
    case F_LSE: r.id = ur_vector_op(c, UR_CLSE, x); break;
    case F_MOD:
        r.id = ur_binary(g, UR_SUB, x, ur_binary(g, UR_MUL, arg[1], ur_unary(g, UR_FLOOR, ur_binary(g, UR_DIV, x, arg[1]))));
        break;
    case F_TRACE: r.id = ur_vector_op(c, UR_CSUM, ur_diagonal(g, x, false)); break;
    case F_DIAG: r.id = ur_diagonal(g, x, g->node[x].cols == 1); break;
    case F_ARGMAX: r.id = ur_place_of_largest(c, x); break;
    case F_DOT: r.id = ur_vector_op(c, UR_CSUM, ur_binary(g, UR_MUL, x, arg[1])); break;
    case F_WHERE: r.id = ur_where(g, x, arg[1], arg[2]); break;
    case F_DROPOUT:
        r.num = false;
        r.id = dropout(c, ent, g->node[x].num, (ur_val){ arg[1], false, r.var });
        break;
    default: r.id = x;
    }
    return r;
}

static ur_val between(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *e)
{
    ur_val a = ur_value(c, s, ent, e->kid[0]), b = ur_value(c, s, ent, e->kid[1]);
    bool compares = ur_compares(e);
    a.id = ur_plain(c, compares ? ur_symbol_number(c, a.id) : a.id);
    b.id = ur_plain(c, compares ? ur_symbol_number(c, b.id) : b.id);
    const ur_node *x = &c->g->node[a.id], *y = &c->g->node[b.id];
    if (!one(x) && !one(y) && (x->rows != y->rows || x->cols != y->cols))
        ur_complain(c->a, &e->at,
                    ur_arena_printf(c->a, "%s is %d × %d, %s is %d × %d", ur_expr_text(c->a, e->kid[0]), x->rows, x->cols,
                                    ur_expr_text(c->a, e->kid[1]), y->rows, y->cols),
                    "the sizes do not fit");
    return (ur_val){ ur_binary(c->g, (ur_op)e->op, a.id, b.id), a.num && b.num, a.var || b.var };
}

static ur_val value(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *e)
{
    ur_val v;
    switch (e->kind) {
    case E_NUM: return (ur_val){ ur_num(c->g, e->num), true, false };
    case E_NAME: return name(c, s, ent, e);
    case E_OP1:
        v = ur_value(c, s, ent, e->kid[0]);
        v.id = ur_unary(c->g, (ur_op)e->op, ur_plain(c, v.id));
        return v;
    case E_OP2: return between(c, s, ent, e);
    case E_SIDE: return side(c, s, ent, e);
    case E_TRANS:
        v = ur_value(c, s, ent, e->kid[0]);
        v.id = ur_transpose(c, v.id);
        return v;
    case E_STACK: {
        ur_id *x = UR_NEW(c->a, ur_id, e->nkid);
        ur_val r = { .num = e->nkid == 1 };
        for (int k = 0; k < e->nkid; k++) {
            v = ur_value(c, s, ent, e->kid[k]);
            x[k] = ur_plain(c, v.id);
            r.num &= v.num;
            r.var |= v.var;
        }
        r.id = ur_concat(c->g, e->nkid, x);
        return r;
    }
    case E_PART: return ur_part_value(c, s, ent, e);
    case E_ENTRY: return ur_entry_value(c, s, ent, e);
    case E_EACH: {
        ur_id here = ur_binary(c->g, UR_EQ, ur_numbers(c, 1, e->op), ur_value(c, s, ent, e->kid[1]).id);
        v = ur_value(c, s, ent, e->kid[0]);
        return (ur_val){ ur_where(c->g, here, ur_plain(c, v.id), ur_num(c->g, 0)), false, v.var };
    }
    case E_RANGE: {
        int first, last;
        ur_range_of(c, s, e, &first, &last);
        return (ur_val){ ur_numbers(c, first, last), first == last, false };
    }
    case E_TABLE: return ur_table_value(c, s, ent, e);
    case E_CALL: return call(c, s, ent, e);
    case E_OVER: return over(c, s, ent, e);
    case E_DRAW: return ur_random_value(c, s, ent, e);
    default: return (ur_val){ ur_num(c->g, 0), true, false };
    }
}

ur_val ur_value(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *e)
{
    int before = c->g->nnode;
    ur_val v = value(c, s, ent, e);
    if (v.id >= before)
        c->g->node[v.id].place = (ur_place){ e->at.line, e->at.col, e->at.src->file, c->making ? c->making : ent->name };
    return v;
}

/* ---- entities */

/* a reservoir is square, of a radius that there is and of some entries */
static void check_reservoir(ur_comp *c, const ur_entity *e, const ur_param *p)
{
    const ur_stmt *st = e->stmt;
    if (p->rows != p->cols)
        ur_complain(c->a, &e->at, "a reservoir is what a state is multiplied by, as W in W h[t-1]",
                    "a reservoir is square, and %s is %d × %d", e->name, p->rows, p->cols);
    if (!(p->arg[0] >= 0))
        ur_complain(c->a, &st->arg[0]->at, "below 1 a state forgets", "a spectral radius is at least 0, and not %g", p->arg[0]);
    if (!(p->arg[1] > 0 && p->arg[1] <= 1))
        ur_complain(c->a, &st->arg[1]->at, "the share of entries that are there",
                    "a density lies above 0 and up to 1, and is not %g", p->arg[1]);
}

static void parameter(ur_comp *c, ur_entity *e)
{
    ur_graph *g = c->g;
    const ur_stmt *st = e->stmt;
    ur_node n = ur_proto(c, UR_PARAM, ur_index_set(e), ur_size(c, e->r), ur_size(c, e->c));
    UR_GROW(c->a, g->param, g->nparam, c->param_cap);
    ur_param *p = &g->param[g->nparam];
    *p = (ur_param){ .name = e->name,
                     .nfix = n.nfix,
                     .rows = n.rows,
                     .cols = n.cols,
                     .init = st->has_init ? st->init : UR_INIT_DEFAULT,
                     .trained = !st->fixed,
                     .offset = g->nweight,
                     .guess = ur_guess_text(c, e),
                     .place = { e->at.line, e->at.col, e->at.src->file, e->name } };
    for (int k = 0; k < 2; k++)
        if (st->arg[k]) p->arg[k] = ur_fold(c, e->home, st->arg[k], "how a parameter starts");
    if (p->init == UR_INIT_RESERVOIR) check_reservoir(c, e, p);
    double size = (double)p->rows * p->cols;
    for (int k = 0; k < n.nfix; k++) {
        p->fix[k] = n.fix[k];
        size *= g->index[n.fix[k]].size;
    }
    if (size > UR_MAX_SIZE)
        ur_complain(c->a, &e->at, ur_arena_printf(c->a, "%s would have %.0f", e->name, size),
                    "a parameter has at most %d elements", UR_MAX_SIZE);
    p->count = (size_t)size;
    if (st->has_init && st->init == UR_INIT_CONST && !(p->start = ur_start_numbers(c, e, p)))
        p->arg[0] = ur_fold(c, e->home, st->rhs, "how a parameter starts");
    g->nweight += p->count;
    n.i = e->param = g->nparam++;
    n.place = p->place;
    e->all.lean = e->all.full = ur_node_add(g, &n);
}

/* nobody knows it: a value along its indices, in whose place stands what integrates it out */
static void latent(ur_comp *c, ur_entity *e)
{
    int rows = ur_size(c, e->r);
    ur_node none = { .op = UR_CONST, .rows = e->sym ? rows : 1, .cols = 1, .sym = e->sym };
    ur_id value = ur_node_add(c->g, &none);
    ur_node n = ur_proto(c, UR_BCAST, ur_index_set(e), rows, 1);
    n.example = true;
    n.sym = e->sym;
    n.narg = 1;
    n.arg = &value;
    n.place = (ur_place){ e->at.line, e->at.col, e->at.src->file, e->name };
    e->all.lean = e->all.full = ur_node_new(c->g, &n); /* another one of its size is not the same */
}

static void finish(ur_comp *c, ur_made *m, ur_id lean, ur_id full)
{
    m->lean = lean;
    m->full = full;
    if (m->alias >= 0) c->g->node[m->alias].arg[0] = full;
}

/* "h[k=3]" at the positions `at` of its loops */
static const char *label(ur_comp *c, const ur_entity *e, const int *at)
{
    const char *s = e->name;
    for (int k = 0; k < e->nloop; k++)
        s = ur_arena_printf(c->a, "%s%s%s=%d", s, k ? "," : "[", c->g->index[e->loop[k]].name, at[k]);
    return e->nloop ? ur_arena_printf(c->a, "%s]", s) : s;
}

/* an equation's nodes, at the pinned position of its loops */
static void quantity(ur_comp *c, ur_entity *e)
{
    int at[UR_MAX_FIXED];
    for (int k = 0; k < e->nloop; k++) at[k] = c->pin[e->loop[k]];
    c->making = label(c, e, at);
    c->ncarried = 0;
    ur_val v = ur_value(c, e->scope, e, e->rhs);
    bool keep_symbol = e->sym || e->kind == N_BOUNDARY;
    ur_id x = keep_symbol ? v.id : ur_plain(c, v.id);
    bool symbol = keep_symbol && c->g->node[x].sym;
    ur_id lean = ur_spread(c, x, 0, symbol ? 1 : ur_size(c, e->r), symbol || !e->mat ? 1 : ur_size(c, e->c));
    ur_id full = e->kind == N_BOUNDARY && !e->nloop ? lean : ur_spread(c, lean, ur_made_set(e), 1, 1);
    finish(c, e->nloop ? ur_made_at(c, e, at) : &e->all, lean, full);
}

/* the steps of the order from `from` to `to`, those of a loop at each of its positions */
static void steps(ur_comp *c, int from, int to)
{
    for (int k = from; k < to; k++) {
        const ur_leg t = c->order[k];
        if (t.ent) {
            if (t.ent->rhs && t.ent->kind != N_DRAW && t.ent->kind != N_PRIOR) quantity(c, t.ent);
            continue;
        }
        int size = c->g->index[t.index].size;
        for (int p = 1; p <= size; p++) {
            c->pin[t.index] = t.dir > 0 ? p : size + 1 - p;
            steps(c, k + 1, k + 1 + t.n);
        }
        c->pin[t.index] = 0;
        for (int m = k + 1; m <= k + t.n; m++) {
            ur_entity *e = c->order[m].ent;
            int at[UR_MAX_FIXED];
            if (!e || e->loop[0] != t.index) continue;
            ur_id all = ur_along_loops(c, e, 0, at);
            finish(c, &e->all, all, all);
        }
        k += t.n;
    }
}

static void name_quantities(ur_comp *c)
{
    ur_graph *g = c->g;
    for (int k = 0; k < c->nent; k++) {
        const ur_entity *e = c->ent[k];
        if (e->kind != N_QUANTITY && (e->kind != N_LATENT || e->known_by)) continue;
        UR_GROW(c->a, g->quant, g->nquant, c->quant_cap);
        g->quant[g->nquant++] = (ur_quantity){
            e->name, e->all.full, { e->at.line, e->at.col, e->at.src->file, e->name }, ur_guess_text(c, e), e->hidden
        };
    }
}

void ur_build(ur_comp *c)
{
    ur_graph *g = c->g;
    c->fill = UR_NEW(c->a, ur_id, g->ndata + 1);
    c->age = UR_NEW(c->a, ur_id, g->ndata + 1);
    for (int k = 0; k < g->ndata; k++) {
        ur_datum *d = &g->data[k];
        ur_id none = -1;
        c->fill[k] = c->age[k] = -1;
        if (UR_IS_SYMBOL(d->kind)) d->size = ur_size(c, c->vocab[k]);
        if (!d->drawn || !c->o->given || c->o->given[k] == UR_GIVEN_ALL) continue;
        ur_id datum = ur_data_node(c, k, 0);
        ur_node n = g->node[datum];
        n.op = UR_ALIAS;
        n.i = n.j = 0;
        n.narg = 1;
        n.arg = &none;
        n.place = d->place;
        c->fill[k] = ur_node_new(g, &n);
    }
    for (int k = 0; k < c->nent; k++) {
        if (c->ent[k]->kind == N_PARAM && c->ent[k]->used) parameter(c, c->ent[k]);
        if (c->ent[k]->kind == N_LATENT) latent(c, c->ent[k]);
    }
    steps(c, 0, c->norder);
    c->making = NULL;
    ur_likelihoods(c);
    ur_goals(c);
    ur_priors(c);
    ur_own_draws(c);
    name_quantities(c);
}
