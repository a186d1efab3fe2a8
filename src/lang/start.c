/* start.c: numbers that a text makes for a parameter to start at, of numbers, hypers, ranges and the parameter's own fixed
 * indices: param a[s] = log(s), b = [0..7] / 8. Must not know data. Invariant: what is not a number here is said with its place.
 */
#include "lang/comp.h"
#include "math/math.h"
#include <math.h>

typedef struct maker {
    ur_comp *c;
    ur_scope *s;
    const ur_entity *of;
    const int *at; /* positions of its fixed indices, in the order of the entity */
} maker;

static bool by_component(const ur_expr *e)
{
    ur_builtin f = ur_function(e->name, NULL, NULL);
    return (f == F_UNARY && e->nkid == 1) || ((f == F_MAX || f == F_MIN || f == F_MOD) && e->nkid == 2);
}

static _Noreturn void none(maker *m, const ur_expr *e)
{
    if (e->kind == E_NAME && !ur_lookup(m->c, m->s, e->name)) ur_undefined(m->c, m->s, &e->at, e->name);
    ur_complain(m->c->a, &e->at, "it is made of numbers, hypers, ranges as [0..7], and the parameter's own fixed indices",
                "a parameter cannot start at %s", ur_expr_text(m->c->a, e));
}

/* how many numbers e has; of a table rows times columns */
static int count(maker *m, const ur_expr *e)
{
    int n = 1, first, last;
    switch (e->kind) {
    case E_NUM:
    case E_NAME: return 1;
    case E_TABLE: return e->nkid;
    case E_RANGE: ur_range_of(m->c, m->s, e, &first, &last); return last - first + 1;
    case E_STACK:
        for (int k = n = 0; k < e->nkid; k++) n += count(m, e->kid[k]);
        return n;
    case E_CALL:
        if (!by_component(e)) none(m, e);
        /* fall through */
    case E_OP1:
    case E_OP2:
    case E_SIDE:
        for (int k = 0; k < e->nkid; k++) {
            int of = count(m, e->kid[k]);
            if (of > 1 && n > 1 && of != n)
                ur_complain(m->c->a, &e->at, ur_arena_printf(m->c->a, "%d and %d numbers", n, of), "the sizes do not fit");
            if (of > 1) n = of;
        }
        return n;
    default: none(m, e);
    }
}

static double number(maker *m, const ur_expr *e, int k);

static double call(maker *m, const ur_expr *e, int k)
{
    ur_op op = UR_NOP;
    ur_builtin f = ur_function(e->name, &op, NULL);
    double a = number(m, e->kid[0], k), b = e->nkid == 2 ? number(m, e->kid[1], k) : 0;
    if (f == F_MOD) return a - b * floor(a / b);
    return f == F_UNARY ? ur_op_eval1(op, a) : ur_op_eval2(f == F_MAX ? UR_MAX2 : UR_MIN2, a, b);
}

/* number k of e; where it has one, that */
static double number(maker *m, const ur_expr *e, int k)
{
    int first, last, n;
    double v = 1;
    if (ur_folds(m->c, m->s, e, &v)) return v;
    switch (e->kind) {
    case E_NAME:
        for (int i = 0; i < m->of->nidx && !e->sub; i++) {
            const ur_bind *b = ur_lookup(m->c, m->s, e->name);
            if (b && b->kind == B_INDEX && b->index == m->of->idx[i]) return m->at[i];
        }
        none(m, e);
    case E_TABLE: return number(m, e->kid[k], 0);
    case E_RANGE: ur_range_of(m->c, m->s, e, &first, &last); return first + (first == last ? 0 : k);
    case E_STACK:
        for (int i = 0; i < e->nkid; i++, k -= n)
            if (k < (n = count(m, e->kid[i]))) return number(m, e->kid[i], k);
        return number(m, e->kid[0], 0);
    case E_OP1: return ur_op_eval1((ur_op)e->op, number(m, e->kid[0], k));
    case E_OP2: return ur_op_eval2((ur_op)e->op, number(m, e->kid[0], k), number(m, e->kid[1], k));
    case E_SIDE:
        for (int i = n = 0; i < e->nkid; i++) {
            n += count(m, e->kid[i]) > 1;
            v = (i ? v : 1) * number(m, e->kid[i], k);
        }
        if (n > 1) none(m, e); /* a product of vectors */
        return v;
    case E_CALL: return call(m, e, k);
    default: none(m, e);
    }
}

void ur_start_size(ur_comp *c, const ur_entity *e, int *rows, int *cols)
{
    double v;
    const ur_expr *x = e->stmt->rhs;
    *rows = *cols = 0;
    if (!e->stmt->has_init || e->stmt->init != UR_INIT_CONST || ur_folds(c, e->home, x, &v)) return;
    int n = count(&(maker){ c, e->home, e, NULL }, x);
    if (n == 1) return;
    *rows = x->kind == E_TABLE ? n / x->op : n;
    *cols = x->kind == E_TABLE ? x->op : 1;
}

double *ur_start_numbers(ur_comp *c, const ur_entity *e, const ur_param *p)
{
    const ur_expr *x = e->stmt->rhs;
    double v;
    if (ur_folds(c, e->home, x, &v)) return NULL;
    int at[UR_MAX_SUB] = { 0 }, each = p->rows * p->cols, n = count(&(maker){ c, e->home, e, NULL }, x);
    double *out = UR_NEW(c->a, double, p->count);
    if (n > 1 && n != each)
        ur_complain(c->a, &x->at, ur_arena_printf(c->a, "%s is %d × %d", e->stmt->head->name, p->rows, p->cols),
                    "%d numbers for %d elements", n, each);
    for (size_t t = 0; t < p->count / (size_t)each; t++) { /* elements lie as the graph orders fixed indices */
        size_t left = t;
        for (int k = p->nfix - 1; k >= 0; k--) {
            int size = c->g->index[p->fix[k]].size;
            for (int i = 0; i < e->nidx; i++)
                if (e->idx[i] == p->fix[k]) at[i] = (int)(left % (size_t)size) + 1;
            left /= (size_t)size;
        }
        maker m = { c, e->home, e, at };
        for (int k = 0; k < each; k++) {
            double y = out[t * (size_t)each + (size_t)k] = number(&m, x, n == 1 ? 0 : k);
            if (!isfinite(y)) ur_complain(c->a, &x->at, ur_arena_printf(c->a, "it is %g", y), "a start is a finite number");
        }
    }
    return out;
}
