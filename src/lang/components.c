/* components.c: which components of a vector an expression names, x[2], x[1..3] and x[j] with a fixed index j, and ranges of
 * numbers, [0..7]. Must not know sizes: whoever does looks whether they are there. */
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
        lo += p.at.sign[k] > 0 ? 1 : -i->size;
        hi += p.at.sign[k] > 0 ? i->size : -1;
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

void ur_range_of(ur_comp *c, ur_scope *s, const ur_expr *e, int *first, int *last)
{
    *first = whole(c, s, e->kid[0], "an end of a range");
    *last = whole(c, s, e->kid[1], "an end of a range");
    if (*last < *first || *last - *first >= UR_MOST_RANGE)
        ur_complain(c->a, &e->at, ur_arena_printf(c->a, "%d..%d", *first, *last),
                    "a range has 1 to %d numbers, the smallest first", UR_MOST_RANGE);
}
