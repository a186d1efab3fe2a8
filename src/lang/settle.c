/* settle.c: the sizes of entities. What their expressions say (shape.c) is solved to a fixpoint; then what is still open is
 * settled by a few rules, each of which a reader would apply. Must not make nodes. Invariant: after ur_shapes every entity that
 * is read has a shape. */
#include "lang/comp.h"
#include <string.h>

static const ur_expr *declared(ur_comp *c, const ur_stmt *st, const ur_expr *size)
{
    ur_expr *e = UR_NEW(c->a, ur_expr, 1);
    *e = *st->head;
    e->to = size->to;
    if (st->kind == S_PARAM || st->size2)
        while (e->to < e->at.src->n && e->at.src->text[e->to - 1] != ')') e->to++;
    return e;
}

static bool ragged(ur_comp *c, const ur_entity *e)
{
    for (int k = 0; k < e->nidx; k++)
        if (!c->g->index[e->idx[k]].fixed) return true;
    return false;
}

static void begin(ur_comp *c, ur_entity *e)
{
    const ur_stmt *st = e->stmt;
    e->c = c->one;
    if (e->kind == N_DATA) {
        e->r = ur_dim_new(c, e->sym ? 0 : c->g->data[e->datum].size);
        if (e->sym) {
            c->vocab[e->datum] = e->r;
            if (c->g->data[e->datum].size) ur_fix(c, e->r, c->g->data[e->datum].size);
        }
        c->dim[e->r].why = st->head;
    } else if (e->kind == N_PARAM) {
        int rows, cols;
        ur_start_size(c, e, &rows, &cols);
        e->r = ur_dim_new(c, st->size ? ur_fold_size(c, e->home, st->size, "the number of rows") : rows);
        e->c = ur_dim_new(c, st->size2 ? ur_fold_size(c, e->home, st->size2, "the number of columns") : st->size ? 1 : cols);
        c->dim[e->r].open = c->dim[e->c].open = true;
        if (e->home->net) c->dim[e->r].shared = c->dim[e->c].shared = e->name;
        if (st->size) c->dim[e->r].why = c->dim[e->c].why = declared(c, st, st->size2 ? st->size2 : st->size);
    } else {
        e->r = ur_dim_new(
            c, (e->kind == N_QUANTITY || e->kind == N_LATENT) && st->size ? ur_fold_size(c, e->home, st->size, "a size") : 0);
        if ((e->kind == N_QUANTITY || e->kind == N_LATENT) && st->size) c->dim[e->r].why = declared(c, st, st->size);
        e->mat = e->kind == N_QUANTITY && st->size2;
        if (e->mat) {
            e->c = ur_dim_new(c, ur_fold_size(c, e->home, st->size2, "the number of columns"));
            e->var = true;
            c->dim[e->c].why = c->dim[e->r].why = declared(c, st, st->size2);
        }
        c->dim[e->r].named = e->kind == N_QUANTITY || e->kind == N_LATENT;
        e->var |= e->component > 0 || ragged(c, e) || (e->rhs && e->rhs->kind == E_DRAW);
        if (!e->var && !e->nidx) e->c = ur_dim_new(c, 0);
    }
}

static void settle_draw(ur_comp *c, ur_entity *e)
{
    ur_law_fits(c, e, e->rhs);
    if (e->holds) ur_unify(c, ur_dims_vector(c, e->scope, e->holds).r, c->one, e->holds, e->holds, NULL);
    if (e->weight) ur_unify(c, ur_dims_vector(c, e->scope, e->weight).r, c->one, e->weight, e->weight, NULL);
    ur_dims_law(c, e->scope, e->rhs, e->of->r, e->of->stmt->head);
}

/* arguments of a prior: numbers, or of the parameter's own shape */
static void settle_prior(ur_comp *c, ur_entity *e)
{
    ur_law_fits(c, e, e->rhs);
    if (e->holds) ur_unify(c, ur_dims_vector(c, e->scope, e->holds).r, c->one, e->holds, e->holds, NULL);
    for (int k = 0; k < e->rhs->nkid; k++) {
        const ur_expr *x = e->rhs->kid[k];
        ur_dims v = ur_dims_of(c, e->scope, x);
        if (v.var)
            ur_complain(c->a, &x->at, "a prior is made of numbers, hypers and parameters",
                        "%s differs from position to position, or by example", ur_expr_text(c->a, x));
        ur_element(c, e->of->r, v.r, e->of->r, true, false, x, x, e->of->stmt->head);
        ur_element(c, e->of->c, v.c, e->of->c, true, false, x, x, e->of->stmt->head);
    }
}

static void define(ur_comp *c, ur_entity *e)
{
    if (e->kind == N_PRIOR) {
        settle_prior(c, e);
        return;
    }
    if (e->kind == N_DRAW) {
        settle_draw(c, e);
        return;
    }
    if (!e->rhs) return;
    ur_dims v = ur_dims_of(c, e->scope, e->rhs);
    if (e->kind == N_BOUNDARY) {
        if (e->of->sym && !v.sym) ur_complain(c->a, &e->rhs->at, NULL, "%s is a symbol, so its boundary is one", e->of->name);
        if (v.sym && e->of->sym && v.sym != e->of->sym)
            ur_complain(c->a, &e->rhs->at, NULL, "%s is of symbol(k), and %s of a vocabulary that is learned",
                        e->of->sym == UR_SYM_CLOSED ? e->of->name : ur_expr_text(c->a, e->rhs),
                        e->of->sym == UR_SYM_CLOSED ? ur_expr_text(c->a, e->rhs) : e->of->name);
        if (!e->of->sym) v.sym = 0;
        e->sym = v.sym;
        e->num = v.num;
        e->var |= v.var;
        e->c = e->of->mat ? e->of->c : c->one;
        e->mat = e->of->mat;
        if (e->mat) ur_element(c, e->c, v.c, e->c, true, false, e->rhs, e->rhs, e->of->stmt->head);
        else ur_dims_column(c, &v, e->rhs);
        if (v.sym) ur_unify(c, e->of->r, v.r, e->rhs, e->of->stmt->head, e->rhs);
        else ur_element(c, e->of->r, v.r, e->of->r, true, false, e->rhs, e->rhs, e->of->stmt->head);
        e->r = e->of->r;
        return;
    }
    e->sym = e->component ? 0 : v.sym;
    e->num = v.num && !e->component;
    e->var |= v.var;
    if (e->mat) {
        if (v.sym) ur_complain(c->a, &e->rhs->at, NULL, "a symbol where a matrix is needed");
        e->sym = 0;
        e->num = false;
        ur_element(c, e->c, v.c, e->c, true, false, e->rhs, e->rhs, e->stmt->head);
        ur_element(c, e->r, v.r, e->r, true, false, e->rhs, e->rhs, e->stmt->head);
        return;
    }
    bool sized = e->kind == N_QUANTITY && e->stmt->size && !e->stmt->size2; /* a vector */
    if (e->var || sized) {
        ur_dims_column(c, &v, e->rhs);
        e->c = c->one;
    } else if (e->nidx) e->c = v.c;
    else ur_unify(c, e->c, v.c, e->rhs, NULL, e->rhs);
    const ur_expr *head = e->kind == N_QUANTITY ? e->stmt->head : NULL;
    if (v.num && ur_size(c, v.r) == 1 && ur_size(c, e->r) > 1) {
        e->num = false;
        return;
    } /* h[t] : 64 = 1 */
    ur_unify(c, e->r, v.r, e->rhs, head, e->rhs);
}

/* the text's own: what is guessed in the library's cells is what they mean */
static bool own(const ur_entity *e) { return !e->home->cell || !e->home->cell->standard; }

const char *ur_guess_text(ur_comp *c, const ur_entity *e)
{
    if (!e->guess || !own(e)) return NULL;
    return ur_arena_printf(c->a, "rule %d, line %d: %s", e->guess, e->guess_at->at.line, ur_expr_text(c->a, e->guess_at));
}

void ur_build_note(ur_comp *c, const char *text)
{
    ur_graph *g = c->g;
    if (ur_map_get(&c->noted, text)) return; /* a cell used twice */
    ur_map_put(c->a, &c->noted, text, c);
    UR_GROW(c->a, g->note, g->nnote, c->note_cap);
    g->note[g->nnote++] = text;
}

/* a parameter that starts at one number, of which a rule made several */
static void note_start(ur_comp *c, const ur_entity *e)
{
    const ur_stmt *t = e->stmt;
    int rows, cols, n = ur_size(c, e->r), m = ur_size(c, e->c);
    if (e->kind != N_PARAM || !e->used || !e->guess || !own(e) || n * m <= 1) return;
    if (!t->has_init || t->init != UR_INIT_CONST) return;
    ur_start_size(c, e, &rows, &cols);
    if (rows) return;
    const char *name = ur_expr_text(c->a, t->head), *number = ur_expr_text(c->a, t->rhs);
    const char *size = m > 1 ? ur_arena_printf(c->a, "%d, %d", n, m) : ur_arena_printf(c->a, "%d", n);
    ur_build_note(c,
                  ur_arena_printf(c->a,
                                  "%s:%d: %s starts at one number, %s, and is taken to have as many components as %s (line %d); "
                                  "`param %s(1) = %s` is one number, `param %s(%s) = %s` says that they are meant",
                                  e->at.src->file, e->at.line, name, number, ur_expr_text(c->a, e->guess_at),
                                  e->guess_at->at.line, name, number, name, size, number));
}

/* What only its writer can know: whether a factor at each position of several indices is one number (a weight of a sum) or a
 * vector, and how large a hidden layer is. A gate, in h[t] = f[t] * g[t], is a vector in every model that was ever seen. */
static void note_guesses(ur_comp *c)
{
    for (int k = 0; k < c->nent; k++) {
        const ur_entity *e = c->ent[k];
        bool weight = (e->guess == 3 || e->guess == 6) && e->kind == N_QUANTITY && e->nidx > 1 && ur_size(c, e->r) > 1;
        bool hidden = e->guess == 5 && e->kind == N_PARAM && e->used;
        note_start(c, e);
        if (e->guess_at) { /* one note for all that hangs on it */
            const char *rule = ur_arena_printf(c->a, "%p", (const void *)e->guess_at);
            hidden = hidden && !ur_map_get(&c->noted, rule);
            ur_map_put(c->a, &c->noted, rule, c);
        }
        if ((!weight && !hidden) || !own(e)) continue;
        const char *text = ur_expr_text(c->a, e->guess_at), *name = ur_expr_text(c->a, e->stmt->head);
        if (weight)
            ur_build_note(
                c,
                ur_arena_printf(
                    c->a,
                    "%s:%d: %s is taken to have as many components as %s (line %d); write %s : 1, or another size, where that is not meant",
                    e->at.src->file, e->at.line, name, text, e->guess_at->at.line, name));
        else
            ur_build_note(
                c,
                ur_arena_printf(
                    c->a,
                    "%s:%d: no equation says how many components %s has; they are taken to be as many as its operand's. `param %s(rows, columns)` settles it",
                    e->guess_at->at.src->file, e->guess_at->at.line, text, name));
    }
}

static void note_single(ur_comp *c)
{
    for (int k = 0; k < c->nover; k++) {
        const ur_expr *e = c->over[k].at, *x = e->kid[0];
        if (ur_size(c, c->over[k].r) != 1) continue;
        const char *is = strcmp(e->name, "softmax") ? "that number" : "1";
        ur_build_note(c, ur_arena_printf(c->a, "%s:%d: %s of one number is %s. Over the positions of an index t it is %s[t](%s)",
                                         e->at.src->file, e->at.line, ur_expr_text(c->a, e), is, e->name, ur_expr_text(c->a, x)));
    }
}

static void unsettled(ur_comp *c)
{
    for (int pass = 0; pass < 2; pass++)
        for (int k = 0; k < c->nent; k++) {
            const ur_entity *e = c->ent[k];
            if (e->kind == N_QUANTITY && !pass && !ur_size(c, e->r))
                ur_complain(c->a, &e->at,
                            ur_arena_printf(c->a, "write %s : 64 = …, or another size", ur_expr_text(c->a, e->stmt->head)),
                            "the size of %s cannot be found", e->name);
            if (e->kind == N_QUANTITY && !ur_size(c, e->c)) ur_fix(c, e->c, 1);
            if (e->kind == N_PARAM && pass && e->used && (!ur_size(c, e->r) || !ur_size(c, e->c)))
                ur_complain(
                    c->a, &e->at,
                    ur_arena_printf(c->a, "write %s(rows, columns), or give the size of what it makes", e->stmt->head->name),
                    "the shape of %s cannot be found", e->name);
        }
}

void ur_shapes(ur_comp *c)
{
    ur_sizes_begin(c);
    c->vocab = UR_NEW(c->a, int, c->g->ndata + 1);
    for (int k = 0; k < c->nent; k++) begin(c, c->ent[k]);
    for (int k = 0; k < c->norder; k++)
        if (c->order[k].ent) define(c, c->order[k].ent);
    ur_propagate(c);
    for (int k = 0; k < c->nent;
         k++) { /* vocabularies not learned yet: pieces as many as asked for, others 100, unless the text says otherwise */
        ur_entity *e = c->ent[k];
        if (e->kind != N_DATA || !e->sym || ur_size(c, e->r)) continue;
        const ur_datum *u = &c->g->data[e->datum];
        ur_fix(c, e->r, u->kind != UR_PIECES ? 100 : (u->pieces ? u->pieces : UR_PIECES_STANDARD) + UR_SYM_FIRST);
        ur_propagate(c);
    }
    ur_settle(c);
    unsettled(c);
    note_guesses(c);
    note_single(c);
}
