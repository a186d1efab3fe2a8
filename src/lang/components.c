/* components.c: which components of a vector an expression names, x[2], x[1..3] and x[j] with a fixed index j, and ranges of
 * numbers, [0..7]: what the text says of them, and the nodes that they are. Must not know what a vector is made of. */
#include "lang/comp.h"
#include <math.h>

static int whole(ur_comp *c, ur_scope *s, const ur_expr *e, const char *what)
{
    double v = ur_fold(c, s, e, what);
    if (v != floor(v) || fabs(v) > 1e9)
        ur_complain(c->a, &e->at, ur_arena_printf(c->a, "it is %g", v), "%s is a whole number", what);
    return (int)v;
}

static const char mend[] =
    "a component is a number or a fixed index, as in x[t][2], x[t][1..3], x[t][j]; put a blank before [ if a "
    "product is meant";

static ur_part moving(ur_comp *c, ur_scope *s, const ur_expr *e)
{
    const ur_expr *x = e->kid[0], *at = e->kid[1];
    bool name = at->kind == E_NAME && !at->sub;
    const ur_bind *b = name ? ur_lookup(c, s, at->name) : NULL;
    bool along = b && b->kind == B_INDEX && (b->index < 0 || !c->g->index[b->index].fixed);
    if (x->kind == E_NAME && !x->sub && (along || (name && !b)))
        ur_complain(c->a, &x->at, ur_arena_printf(c->a, "put a blank between %s and [ if a product is meant", x->name),
                    "%s is not carried along an index, so it takes no subscript", x->name);
    ur_part p = { .moves = true, .at = ur_affine_of(c, s, at) };
    if (!p.at.ok || p.at.end || p.at.nothing) ur_complain(c->a, &at->at, mend, "%s names no component", ur_expr_text(c->a, at));
    long lo = p.at.off, hi = p.at.off;
    for (int k = 0; k < p.at.nterm; k++) {
        const ur_index *i = &c->g->index[p.at.index[k]];
        if (!i->fixed) ur_complain(c->a, &at->at, mend, "%s runs along the data: it names no component", i->name);
        lo += p.at.times[k] * (p.at.times[k] > 0 ? 1 : i->size);
        hi += p.at.times[k] * (p.at.times[k] > 0 ? i->size : 1);
    }
    p.first = (int)lo;
    p.last = (int)hi;
    return p;
}

ur_part ur_part_of(ur_comp *c, ur_scope *s, const ur_expr *e)
{
    double v;
    if (e->nkid == 2 && !ur_folds(c, s, e->kid[1], &v)) return moving(c, s, e);
    ur_part p = { .first = whole(c, s, e->kid[1], "a component") };
    p.last = e->nkid == 2 ? p.first : whole(c, s, e->kid[2], "a component");
    if (p.first < 1) ur_complain(c->a, &e->kid[1]->at, NULL, "components are counted from 1");
    if (p.last < p.first)
        ur_complain(c->a, &e->kid[1]->at, ur_arena_printf(c->a, "%d..%d", p.first, p.last), "these are no components");
    return p;
}

/* its row, or its column, as components of a vector are named */
static ur_part side_of(ur_comp *c, ur_scope *s, const ur_expr *e, int k)
{
    ur_expr *kid[2] = { e->kid[0], e->kid[k] };
    ur_expr x = *e;
    x.kind = E_PART;
    x.nkid = 2;
    x.kid = kid;
    return ur_part_of(c, s, &x);
}

void ur_entry_of(ur_comp *c, ur_scope *s, const ur_expr *e, ur_part *row, ur_part *col)
{
    *row = side_of(c, s, e, 1);
    *col = side_of(c, s, e, 2);
}

void ur_range_of(ur_comp *c, ur_scope *s, const ur_expr *e, int *first, int *last)
{
    *first = whole(c, s, e->kid[0], "an end of a range");
    *last = whole(c, s, e->kid[1], "an end of a range");
    if (*last < *first || *last - *first >= UR_MOST_RANGE)
        ur_complain(c->a, &e->at, ur_arena_printf(c->a, "%d..%d", *first, *last),
                    "a range has 1 to %d numbers, the smallest first", UR_MOST_RANGE);
}

/* ---- as nodes */
/* the position, from 1, of the first that is largest: among components, or along an index */
ur_id ur_position_of(ur_comp *c, ur_id mask, ur_id at, int n, const int *list)
{
    ur_id x = ur_binary(c->g, UR_MUL, mask, at);
    return n ? ur_reduce(c->g, UR_RSUM, x, -1, n, list, false) : ur_vector_op(c, UR_CSUM, x);
}

ur_id ur_numbers(ur_comp *c, int first, int last)
{
    ur_id *x = UR_NEW(c->a, ur_id, last - first + 1);
    for (int k = first; k <= last; k++) x[k - first] = ur_num(c->g, k);
    return ur_concat(c->g, last - first + 1, x);
}

ur_val ur_part_value(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *e)
{
    ur_part p = ur_part_of(c, s, e);
    ur_val v = ur_value(c, s, ent, e->kid[0]);
    v.id = ur_plain(c, v.id);
    v.num = false;
    const ur_node m = c->g->node[v.id];
    int rows = m.rows;
    if (p.first < 1 || p.last > rows)
        ur_complain(c->a, &e->kid[1]->at, p.moves ? ur_arena_printf(c->a, "this runs from %d to %d", p.first, p.last) : NULL,
                    "%s has %d component%s", ur_expr_text(c->a, e->kid[0]), rows, rows == 1 ? "" : "s");
    if (p.last - p.first + 1 == rows && !p.moves) return v;
    ur_id at = p.moves ? ur_value(c, s, ent, e->kid[1]).id : -1;
    if (p.moves && c->g->node[at].op != UR_CONST) {
        ur_id here = ur_binary(c->g, UR_EQ, ur_numbers(c, 1, rows), at);
        v.id = ur_vector_op(c, UR_CSUM, ur_where(c->g, here, v.id, ur_num(c->g, 0)));
        return v;
    }
    if (p.moves) p.first = p.last = (int)c->g->node[at].num;
    if (rows == 1) return v;
    v.id = ur_rows_of(c, v.id, p.first - 1, p.last - p.first + 1);
    return v;
}

/* 1 at the component that a part is, of n */
static ur_id where_it_is(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *e, const ur_part *p, int n, const char *what)
{
    if (p->first < 1 || p->last > n)
        ur_complain(c->a, &e->at, p->moves ? ur_arena_printf(c->a, "this runs from %d to %d", p->first, p->last) : NULL,
                    "the matrix has %d %s%s", n, what, n == 1 ? "" : "s");
    return ur_binary(c->g, UR_EQ, ur_numbers(c, 1, n), p->moves ? ur_value(c, s, ent, e).id : ur_num(c->g, p->first));
}

ur_val ur_entry_value(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *e)
{
    ur_part row, col;
    ur_entry_of(c, s, e, &row, &col);
    ur_val v = ur_value(c, s, ent, e->kid[0]);
    ur_node m = c->g->node[v.id];
    ur_id down = where_it_is(c, s, ent, e->kid[1], &row, m.rows, "row");
    ur_id right = where_it_is(c, s, ent, e->kid[2], &col, m.cols, "column");
    ur_id here = ur_matmul(c->g, down, false, ur_transpose(c, right));
    v.id = ur_vector_op(c, UR_CSUM, ur_where(c->g, here, v.id, ur_num(c->g, 0)));
    v.num = false;
    return v;
}

ur_val ur_table_value(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *e)
{
    int cols = e->op, rows = e->nkid / cols;
    ur_id *row = UR_NEW(c->a, ur_id, rows), *x = UR_NEW(c->a, ur_id, cols);
    for (int r = 0; r < rows; r++) {
        for (int k = 0; k < cols; k++) x[k] = ur_plain(c, ur_value(c, s, ent, e->kid[r * cols + k]).id);
        row[r] = ur_transpose(c, ur_concat(c->g, cols, x));
    }
    return (ur_val){ ur_concat(c->g, rows, row), false, false };
}

ur_id ur_place_of_largest(ur_comp *c, ur_id x)
{
    const ur_node *m = &c->g->node[x];
    if (m->rows == 1) return ur_num(c->g, 1);
    ur_id from = ur_unary(c->g, UR_STOP, x);
    ur_node n = ur_proto(c, UR_CARGMAX, ur_node_set(m), m->rows, 1);
    n.example |= c->g->node[x].example;
    n.narg = 1;
    n.arg = &from;
    int rows = n.rows;
    return ur_position_of(c, ur_node_add(c->g, &n), ur_numbers(c, 1, rows), 0, NULL);
}
