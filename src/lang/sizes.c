/* Sizes as variables: classes of equal ones, constraints between them, and what is settled where these leave a size open. Must
 * not know what an expression means. A constraint is looked at again when something became known of one of its sizes, in the
 * order of the text: the same outcome as looking at all again until nothing changes. Classes by Tarjan's union-find. */
#include "lang/comp.h"
#include <string.h>

/* rounds: the stages of settle, of which some look at constraints, and propagation */
enum { STAGES = 7, PROPAGATE = STAGES, INNER = 4, BY_CONSTRAINT = 1 << PROPAGATE | 1 << 0 | 1 << 2 | 1 << 3 | 1 << 5 };

/* ---- classes */

int ur_dim_new(ur_comp *c, int value)
{
    UR_GROW(c->a, c->dim, c->ndim, c->dim_cap);
    c->dim[c->ndim] = (ur_dim){ .up = c->ndim, .was = c->ndim, .value = value };
    return c->ndim++;
}

int ur_dim_root(ur_comp *c, int d)
{
    while (c->dim[d].up != d) d = c->dim[d].up = c->dim[c->dim[d].up].up;
    return d;
}

int ur_size(ur_comp *c, int d) { return c->dim[ur_dim_root(c, d)].value; }

static const char *told(ur_comp *c, const ur_expr *e, int d, const char *unit, const ur_expr *at)
{
    const ur_expr *why = c->dim[d].why;
    const char *text = e ? ur_expr_text(c->a, e) : "this", *shared = c->dim[d].shared;
    if (shared) text = ur_arena_printf(c->a, "%s (at every use %s)", text, shared);
    text = ur_arena_printf(c->a, "%s has %d%s", text, ur_size(c, d), unit);
    if (!why || why == at || (e && why->from == e->from && why->to == e->to && why->at.src == e->at.src)) return text;
    if (e && !strcmp(ur_expr_text(c->a, why), ur_expr_text(c->a, e)))
        return ur_arena_printf(c->a, "%s (line %d)", text, why->at.line);
    return ur_arena_printf(c->a, "%s (line %d: %s)", text, why->at.line, ur_expr_text(c->a, why));
}

void ur_sizes_begin(ur_comp *c)
{
    for (int r = 0; r <= PROPAGATE; r++) ur_rounds_begin(c->a, &c->round[r]);
    c->one = ur_dim_new(c, 1);
}

/* ---- who is to hear of a size */

static void tell(ur_comp *c, int who)
{
    if (who < 0) { /* an entity */
        UR_GROW(c->a, c->told, c->ntold, c->told_cap);
        c->told[c->ntold++] = c->ent[~who];
        return;
    }
    ur_constraint *k = &c->con[who];
    int rounds = k->kind == K_INNER ? 1 << INNER : BY_CONSTRAINT;
    for (int r = 0; r <= PROPAGATE; r++) {
        if (k->done || !(rounds & 1 << r) || (k->waits & 1 << r)) continue;
        k->waits |= 1 << r;
        ur_rounds_add(c->a, &c->round[r], who);
    }
}

static void watch(ur_comp *c, int d, int who)
{
    ur_dim *x = &c->dim[ur_dim_root(c, d)];
    UR_GROW(c->a, c->watch, c->nwatch, c->watch_cap);
    c->watch[c->nwatch] = (struct ur_watch){ who, x->first };
    if (!x->first) x->last = c->nwatch;
    x->first = ++c->nwatch;
    x->nwatch++;
}

static void wake(ur_comp *c, int root)
{
    for (int w = c->dim[root].first; w; w = c->watch[w - 1].next) tell(c, c->watch[w - 1].who);
}

static void take_watches(ur_comp *c, int to, int from)
{
    ur_dim *x = &c->dim[to], *y = &c->dim[from];
    if (!y->first) return;
    c->watch[y->last].next = x->first;
    if (!x->first) x->last = y->last;
    x->first = y->first;
    x->nwatch += y->nwatch;
}

/* the root that d's class had before the rule that is now applied */
static bool left_before(const ur_comp *c, int d) { return c->dim[d].was != d && c->dim[d].step < c->step; }

static int old_root(ur_comp *c, int d)
{
    while (left_before(c, d)) {
        int u = c->dim[d].was;
        if (left_before(c, u)) c->dim[d].was = c->dim[u].was;
        d = u;
    }
    return d;
}

/* a = b, said by the equation `at`, between its parts ea and eb */
void ur_unify_as(ur_comp *c, int a, int b, const ur_expr *at, const ur_expr *ea, const ur_expr *eb, const char *ua,
                 const char *ub)
{
    int x = ur_dim_root(c, a), y = ur_dim_root(c, b);
    if (x != y && c->dim[x].value && c->dim[y].value && c->dim[x].value != c->dim[y].value)
        ur_complain(c->a, &at->at, ur_arena_printf(c->a, "%s, %s", told(c, ea, a, ua, at), told(c, eb, b, ub, at)),
                    "the sizes do not fit");
    if (!c->dim[a].why) c->dim[a].why = at;
    if (!c->dim[b].why) c->dim[b].why = at;
    if (x == y) return;
    if (c->dim[x].value) {
        int t = x;
        x = y;
        y = t;
    }
    bool news = c->dim[y].value && !c->dim[x].value;
    wake(c, news || c->dim[x].nwatch < c->dim[y].nwatch ? x : y); /* who hears of both sizes is with either */
    take_watches(c, y, x);
    c->dim[x].up = c->dim[x].was = y;
    c->dim[x].step = c->step;
    c->dim[y].named |= c->dim[x].named;
    c->dim[y].open |= c->dim[x].open;
}

void ur_unify(ur_comp *c, int a, int b, const ur_expr *at, const ur_expr *ea, const ur_expr *eb)
{
    ur_unify_as(c, a, b, at, ea, eb, " components", "");
}

void ur_fix(ur_comp *c, int d, int value)
{
    int x = ur_dim_root(c, d);
    c->dim[x].value = value;
    wake(c, x);
}

/* ---- constraints */

static ur_constraint *constrain(ur_comp *c, ur_ckind kind, const ur_expr *at)
{
    UR_GROW(c->a, c->con, c->ncon, c->con_cap);
    ur_constraint *k = &c->con[c->ncon++];
    *k = (ur_constraint){ .kind = kind, .at = at };
    return k;
}

static bool try_element(ur_comp *c, ur_constraint *k);
static bool try_stack(ur_comp *c, ur_constraint *k);

static void watch_all(ur_comp *c, const ur_constraint *k)
{
    int who = (int)(k - c->con);
    watch(c, k->r, who);
    for (int i = 0; i < k->npart; i++) watch(c, k->part[i], who);
    if (k->kind == K_STACK) return;
    watch(c, k->a, who);
    watch(c, k->b, who);
}

void ur_element(ur_comp *c, int r, int a, int b, bool sum, bool scalar, const ur_expr *at, const ur_expr *ea, const ur_expr *eb)
{
    ur_constraint *k = constrain(c, K_ELEMENT, at);
    k->r = r;
    k->a = a;
    k->b = b;
    k->sum = sum;
    k->scalar = scalar;
    k->ea = ea;
    k->eb = eb;
    while (!k->done && try_element(c, k)) {} /* what is wrong shows where it stands */
    if (k->done) return;
    watch_all(c, k);
    tell(c, c->ncon - 1);
}

void ur_stack(ur_comp *c, int r, int npart, int *part, const ur_expr *at)
{
    ur_constraint *k = constrain(c, K_STACK, at);
    k->r = r;
    k->npart = npart;
    k->part = part;
    if (try_stack(c, k)) return;
    watch_all(c, k);
    tell(c, c->ncon - 1);
}

void ur_inner(ur_comp *c, int r, int x, const ur_expr *at)
{
    ur_constraint *k = constrain(c, K_INNER, at);
    k->r = r;
    k->a = x;
    watch(c, x, c->ncon - 1);
    tell(c, c->ncon - 1);
}

static void misfit(ur_comp *c, const ur_constraint *k)
{
    const char *a = told(c, k->ea, k->a, " components", k->at), *b = told(c, k->eb, k->b, "", k->at),
               *both = ur_arena_printf(c->a, "%s, %s", a, b);
    if (!k->scalar) ur_complain(c->a, &k->at->at, both, "the sizes do not fit");
    ur_complain(c->a, &k->at->at, both, "two vectors side by side; h' k is a dot product, h * k multiplies by component");
}

static bool try_element(ur_comp *c, ur_constraint *k)
{
    int r = ur_size(c, k->r), a = ur_size(c, k->a), b = ur_size(c, k->b);
    int of_r = ur_dim_root(c, k->r), of_a = ur_dim_root(c, k->a), of_b = ur_dim_root(c, k->b);
    bool same = of_a == of_b, ra = of_r == of_a, rb = of_r == of_b;
    if ((a > 1 && b > 1 && (a != b || k->scalar)) || (r && a > 1 && a != r) || (r && b > 1 && b != r)) misfit(c, k);
    if (a == 1 || b == 1 || (same && !k->scalar)) {
        int x = b == 1 ? k->a : k->b;
        k->done = true;
        if (r > 1 && ur_size(c, x) == 1) {
            const char *what = told(c, b == 1 ? k->ea : k->eb, x, " component", k->at);
            ur_complain(c->a, &k->at->at, ur_arena_printf(c->a, "%s, %d wanted", what, r), "the sizes do not fit");
        }
        ur_unify(c, k->r, x, k->at, k->at, b == 1 ? k->ea : k->eb);
        return true;
    }
    if (r == 1) {
        ur_unify(c, k->a, c->one, k->at, k->ea, NULL);
        ur_unify(c, k->b, c->one, k->at, k->eb, NULL);
        return k->done = true;
    }
    if (a > 1 && !ra) {
        ur_unify(c, k->r, k->a, k->at, k->at, k->ea);
        return true;
    }
    if (b > 1 && !rb) {
        ur_unify(c, k->r, k->b, k->at, k->at, k->eb);
        return true;
    }
    if (ra && rb && !k->scalar) return k->done = true;
    return false;
}

static bool try_stack(ur_comp *c, ur_constraint *k)
{
    long sum = 0;
    int open = -1, nopen = 0, r = ur_size(c, k->r);
    for (int i = 0; i < k->npart; i++) {
        int n = ur_size(c, k->part[i]);
        sum += n;
        if (!n) {
            open = i;
            nopen++;
        }
    }
    if (sum > UR_MAX_SIZE) ur_complain(c->a, &k->at->at, NULL, "a vector has at most %d components", UR_MAX_SIZE);
    if (nopen > 1 || (nopen && !r)) return false;
    if (nopen && r - sum >= 1) {
        ur_fix(c, k->part[open], r - (int)sum);
        return k->done = true;
    }
    if (nopen || (r && r != sum)) {
        const ur_expr *why = c->dim[k->r].why;
        const char *line = why && why != k->at ? ur_arena_printf(c->a, " (line %d: %s)", why->at.line, ur_expr_text(c->a, why))
                                               : "";
        const char *least = nopen ? " at least" : "", *are = r == 1 ? "is" : "are";
        ur_complain(
            c->a, &k->at->at,
            ur_arena_printf(c->a, "%s has %ld components%s, %d %s wanted%s", ur_expr_text(c->a, k->at), sum, least, r, are, line),
            "the sizes do not fit");
    }
    if (!r) ur_fix(c, k->r, (int)sum);
    return k->done = true;
}

static ur_constraint *next(ur_comp *c, int round)
{
    ur_constraint *k = &c->con[ur_rounds_take(&c->round[round])];
    k->waits &= ~(1 << round);
    return k;
}

void ur_propagate(ur_comp *c)
{
    ur_rounds_begin(c->a, &c->round[PROPAGATE]);
    while (ur_rounds_turn(&c->round[PROPAGATE])) {
        ur_constraint *k = next(c, PROPAGATE);
        if (!k->done) (void)(k->kind == K_ELEMENT ? try_element(c, k) : try_stack(c, k));
    }
}

static void join(ur_comp *c, ur_constraint *k)
{
    const int part[] = { k->r, k->a, k->b };
    for (int i = 0; i < 3; i++) {
        ur_dim *d = &c->dim[ur_dim_root(c, part[i])];
        if (!d->value && !d->guess) d->guess = k->at;
    }
    if (k->scalar) {
        ur_unify(c, ur_size(c, k->a) ? k->b : k->a, c->one, k->at, k->eb, NULL);
        return;
    }
    ur_unify(c, k->r, k->a, k->at, k->at, k->ea);
    ur_unify(c, k->r, k->b, k->at, k->at, k->eb);
}

/* the first of the products W2 tanh(W1 x) whose inner size is open and whose x is known */
static bool settle_inner(ur_comp *c)
{
    ur_rounds_begin(c->a, &c->round[INNER]);
    while (c->round[INNER].now.n) {
        ur_constraint *k = next(c, INNER);
        int r = ur_dim_root(c, k->r), x = ur_size(c, k->a);
        k->done = c->dim[r].value || c->dim[r].named;
        if (k->done || !x) continue;
        k->done = true;
        c->dim[r].guess = k->at;
        ur_fix(c, r, x);
        return true;
    }
    return false;
}

/* What is open once nothing more follows. In this order, starting again after each step that decides something:
 * 0 a part of a sum has the size of the sum (parameters are not repeated over components);
 * 1 P' x is a dot product;
 * 2 a factor by component has the size of the product;
 * 3 parts of a sum have one size, though it is not known yet;
 * 4 an inner size that no quantity has (W2 tanh(W1 x)) is that of what the first matrix multiplies;
 * 5 factors by component have one size;
 * 6 a quantity into which only numbers go (q[t] = q[t-1] + x[t]) is a number. */
static bool settle(ur_comp *c, int stage)
{
    bool any = false;
    if (stage == 1) {
        for (int i = 0; i < c->ntcol; i++)
            if (!ur_size(c, c->tcol[i])) {
                ur_fix(c, c->tcol[i], 1);
                any = true;
            }
        c->ntcol = 0;
        return any;
    }
    if (stage == INNER) return settle_inner(c);
    if (stage == 6) {
        for (; c->number < c->nent && !any; c->number++) {
            const ur_entity *e = c->ent[c->number];
            int d = e->kind == N_QUANTITY ? ur_dim_root(c, e->r) : -1;
            if (d < 0 || c->dim[d].value || c->dim[d].open) continue;
            c->dim[d].guess = e->rhs;
            ur_fix(c, d, 1);
            any = true;
        }
        return any;
    }
    ur_rounds_begin(c->a, &c->round[stage]);
    while (c->round[stage].now.n) {
        ur_constraint *k = next(c, stage);
        if (k->done || k->kind != K_ELEMENT) continue;
        if (try_element(c, k)) {
            any = true;
            if (k->done) continue;
        }
        int known = ur_size(c, k->r) || ur_size(c, k->a) || ur_size(c, k->b);
        bool fits = stage == 0 ? k->sum && known : stage == 2 ? !k->sum && known : stage == 3 ? k->sum : !k->scalar;
        if (!fits) continue;
        join(c, k);
        tell(c, (int)(k - c->con));
        any = true;
    }
    return any;
}

/* ---- what was guessed: an entity whose sizes a rule made known, by what that rule was about */

static void mark(ur_comp *c, int rule)
{
    for (int i = 0; i < c->ntold; i++) {
        ur_entity *e = c->told[i];
        if (e->known || !ur_size(c, e->r) || !ur_size(c, e->c)) continue;
        e->known = true;
        const ur_expr *r = c->dim[old_root(c, e->r)].guess, *at = r ? r : c->dim[old_root(c, e->c)].guess;
        if (rule < 3 || !at) continue;
        e->guess = rule;
        e->guess_at = at;
    }
    c->ntold = 0;
}

void ur_settle(ur_comp *c)
{
    for (int i = 0; i < c->nent; i++) {
        ur_entity *e = c->ent[i];
        if ((e->kind != N_QUANTITY && e->kind != N_PARAM) || (ur_size(c, e->r) && ur_size(c, e->c))) continue;
        watch(c, e->r, ~i);
        watch(c, e->c, ~i);
    }
    for (int stage = 0; stage < STAGES;) {
        c->step++;
        bool any = settle(c, stage);
        if (any) {
            ur_propagate(c);
            mark(c, stage + 1);
        }
        stage = any ? 0 : stage + 1;
    }
}
