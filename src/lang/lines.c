/* lines.c: the ~ lines of a text as entities: which datum, parameter or latent quantity each is of, where it holds, how many
 * positions ahead it draws, which is the first. Must not know nodes. */
#include "lang/comp.h"
#include <string.h>

/* of those by which a datum is drawn */
static ur_entity *last_line(ur_comp *c, const ur_entity *of)
{
    ur_entity *last = NULL;
    for (int k = 0; k < c->nent; k++)
        if (c->ent[k]->kind == N_DRAW && c->ent[k]->of == of && !c->ent[k]->begins) last = c->ent[k];
    return last;
}

/* the fixed index k of y[t+k] ~ D; -1: it is another left side */
static int drawn_ahead(ur_comp *c, const ur_expr *h, const ur_entity *of)
{
    if (h->nkid != 1 || of->nidx != 1 || h->kid[0]->kind != E_OP2 || c->g->index[of->idx[0]].fixed) return -1;
    ur_affine f = ur_affine_of(c, &c->top, h->kid[0]);
    if (f.nterm < 2) return -1;
    int at = f.nterm == 2 && f.index[0] == of->idx[0], k = f.nterm == 2 ? f.index[at] : -1;
    if (!f.ok || f.end || f.off || f.nterm != 2 || f.index[!at] != of->idx[0] || !c->g->index[k].fixed || f.times[0] != 1 ||
        f.times[1] != 1)
        ur_complain(c->a, &h->kid[0]->at,
                    ur_arena_printf(c->a, "index k = 1..12 and %s[%s+k] ~ … draw 12 positions ahead", h->name,
                                    c->g->index[of->idx[0]].name),
                    "a value is drawn at its position, or ahead of it by a fixed index that counts from 1");
    return k;
}

static ur_expr *made(ur_comp *c, const ur_expr *at, ur_ekind kind, int op, ur_expr *a, ur_expr *b)
{
    ur_expr *e = UR_NEW(c->a, ur_expr, 1);
    *e = (ur_expr){ .kind = kind, .op = op, .at = at->at, .from = at->from, .to = at->to, .nkid = a ? 1 + (b != NULL) : 0 };
    e->kid = UR_NEW(c->a, ur_expr *, 2);
    e->argname = UR_NEW(c->a, const char *, 2);
    e->kid[0] = a;
    e->kid[1] = b;
    return e;
}

/* categorical[s](score[t,s]) of a symbol(k), s along its k: of all k scores, as a vector */
static ur_expr *of_symbols(ur_comp *c, const ur_entity *of, ur_expr *x)
{
    if (of->sym != UR_SYM_CLOSED || x->kind != E_LAW || strcmp(x->name, "categorical") || !x->nover || x->nkid != 1) return x;
    ur_expr *s = x->over[0];
    ur_bind *b = x->nover == 1 && s->kind == E_NAME && !s->sub ? ur_lookup(c, &c->top, s->name) : NULL;
    bool index = b && b->kind == B_INDEX && b->index >= 0, fixed = index && c->g->index[b->index].fixed;
    int k = of->datum >= 0 ? c->g->data[of->datum].size : ur_fold_size(c, of->home, of->stmt->size, "a size");
    if (!fixed)
        ur_complain(c->a, &s->at, ur_arena_printf(c->a, "write index s = 1..%d, and categorical[s](…)", k),
                    "%s is one of %d symbols: in the brackets stands a fixed index as long", of->name, k);
    if (c->g->index[b->index].size != k)
        ur_complain(c->a, &s->at,
                    ur_arena_printf(c->a, "write symbol(%d), or index %s = 1..%d", c->g->index[b->index].size, s->name, k),
                    "%s is one of %d symbols, and %s is %d long", of->name, k, s->name, c->g->index[b->index].size);
    ur_expr *sum = made(c, x, E_OVER, 0, made(c, x, E_EACH, k, x->kid[0], s), NULL);
    sum->name = "sum";
    sum->nover = 1;
    sum->over = x->over;
    ur_expr *law = made(c, x, E_LAW, 0, sum, NULL);
    law->name = x->name;
    return law;
}

ur_entity *ur_new_line(ur_comp *c, ur_nkind kind, const ur_stmt *st, ur_entity *of)
{
    ur_entity *e = ur_new_entity(c, kind, of->name, &st->head->at);
    e->rhs = of_symbols(c, of, st->rhs);
    e->holds = st->when;
    e->weight = st->weight;
    e->scope = e->home = &c->top;
    e->stmt = st;
    e->nidx = of->nidx;
    memcpy(e->idx, of->idx, sizeof e->idx);
    e->datum = of->datum;
    e->of = of;
    return e;
}

/* z[1] ~ …, the line of a latent quantity's first position */
static bool begins(ur_comp *c, const ur_stmt *st, ur_entity *of)
{
    const ur_expr *h = st->head;
    double at;
    bool one = of->kind == N_LATENT && h->nkid == 1 && of->nidx == 1 && ur_folds(c, &c->top, h->kid[0], &at);
    if (one && at != 1)
        ur_complain(c->a, &h->kid[0]->at, ur_arena_printf(c->a, "write %s[1] ~ …", h->name),
                    "the first position has a ~ line of its own, and no other");
    if (st->stationary && !one)
        ur_complain(c->a, &h->at, of->kind == N_LATENT ? ur_arena_printf(c->a, "write %s[1] ~ stationary", h->name) : NULL,
                    "stationary is how a latent quantity begins");
    if (!one) return false;
    if (of->first || of->stationary) ur_complain(c->a, &h->at, NULL, "%s[1] has two ~ lines", h->name);
    if (st->when || st->weight) ur_complain(c->a, &h->at, NULL, "the line of %s[1] has no condition and no weight", h->name);
    of->stationary = st->stationary;
    if (st->stationary) return true;
    of->first = ur_new_line(c, N_DRAW, st, of);
    of->first->begins = true;
    return true;
}

void ur_declare_draws(ur_comp *c, const ur_block *b)
{
    for (int k = 0; k < b->n; k++) {
        const ur_stmt *st = b->stmt[k];
        if (st->kind != S_DRAW) continue;
        const ur_expr *h = st->head;
        if (strchr(h->name, '.')) continue;
        ur_bind *x = ur_lookup(c, &c->top, h->name);
        if (!x) ur_undefined(c, &c->top, &h->at, h->name);
        if (x->kind == B_ENTITY && x->ent->kind == N_PARAM) {
            ur_prior_declare(c, st, x);
            continue;
        }
        if (x->kind != B_ENTITY || (x->ent->kind != N_DATA && x->ent->kind != N_LATENT))
            ur_complain(c->a, &h->at, NULL, "data, parameters and latent quantities are drawn (~); %s is %s", h->name,
                        x->kind == B_CELL     ? "a network"
                        : x->kind != B_ENTITY ? "a number or an index"
                                              : "defined by an equation");
        ur_entity *of = x->ent;
        if (begins(c, st, of)) continue;
        int ahead = of->datum >= 0 ? drawn_ahead(c, h, of) : -1;
        bool fits = h->nkid == of->nidx;
        for (int i = 0; fits && ahead < 0 && i < h->nkid; i++) {
            ur_bind *n = h->kid[i]->kind == E_NAME && !h->kid[i]->sub ? ur_lookup(c, &c->top, h->kid[i]->name) : NULL;
            fits = n && n->kind == B_INDEX && n->index == of->idx[i];
        }
        if (!fits)
            ur_complain(c->a, &h->at, NULL, "%s is drawn at every position: the left side is %s%s", h->name, h->name,
                        ur_index_list(c, of));
        ur_entity *before = of->direct ? last_line(c, of) : NULL;
        if (before && !before->holds)
            ur_complain(c->a, &h->at, "write if behind the first, where it holds; the second is for the other positions",
                        "%s is drawn by two ~ lines", h->name);
        of->direct = true;
        ur_entity *e = ur_new_line(c, N_DRAW, st, of);
        e->later = before != NULL;
        if (before) before->next = e;
        if (ahead >= 0) e->idx[e->nidx++] = ahead;
        if (of->datum >= 0) c->g->data[of->datum].drawn = true;
    }
}
