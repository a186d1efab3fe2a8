/* chains.c: latent symbols, integrated out: every ~ line that reads their states becomes a mixture over them, by the
 * probabilities that all before gives these. What is predicted for a position is the forward recursion (Rabiner 1989) in
 * logarithms, normalised at each position, and written in ordinary nodes, so that fits, scores, draws, forecasts and streams are
 * those of mixtures. Must not know how nodes are lifted to states. Invariant: what is missing says nothing of a state. */
#include "lang/chains.h"
#include "graph/makers.h"
#include <math.h>
#include <string.h>

enum { UR_MOST_STATES = 1 << 20 };

/* ---- what there is */
static ur_drawn *line_of(const ur_entity *latent, int n, ur_drawn *line)
{
    for (int k = 0; k < n; k++)
        if (line[k].e->of == latent) return &line[k];
    return NULL;
}

/* are all latent quantities symbols, each along one index? */
static bool all_chains(const ur_comp *c)
{
    bool all = true;
    for (int k = 0; k < c->nent; k++) {
        const ur_entity *e = c->ent[k];
        if (e->kind == N_LATENT) all = all && e->sym && e->nidx == 1 && !c->g->index[e->idx[0]].fixed;
    }
    return all;
}

/* those along an index are its chains */
static void chains_of(ur_comp *c, ur_lift *l, int index)
{
    l->chain = UR_NEW(c->a, ur_chain, c->g->nlatent);
    for (int k = 0; k < c->nent; k++) {
        ur_entity *e = c->ent[k];
        if (e->kind != N_LATENT || e->idx[0] != index) continue;
        ur_chain *a = &l->chain[l->n++];
        *a = (ur_chain){ .e = e, .leaf = e->all.full, .size = ur_size(c, e->r), .along = index };
        memset(a->index, -1, sizeof a->index);
    }
}

/* ---- lines along states */
static ur_spec *spec_lifted(ur_lift *l, const ur_spec *d)
{
    ur_spec *s = UR_NEW(l->c->a, ur_spec, 1);
    if (d->kind >= UR_LAW_QUANTILE)
        ur_complain(l->c->a, &d->at->at, NULL, "the line of %s reads a latent symbol, and is none that states can choose",
                    l->name);
    *s = *d;
    for (int k = 0; k < d->narg; k++) s->arg[k] = ur_lifted(l, d->arg[k]);
    s->kid = UR_NEW(l->c->a, ur_spec *, d->nkid + 1);
    for (int k = 0; k < d->nkid; k++) s->kid[k] = spec_lifted(l, d->kid[k]);
    return s;
}

static void states_of_spec(const ur_graph *g, const ur_spec *d, ur_set *set)
{
    for (int k = 0; k < d->narg; k++) *set |= ur_node_set(&g->node[d->arg[k]]);
    for (int k = 0; k < d->nkid; k++) states_of_spec(g, d->kid[k], set);
}

/* a plain distribution as a spec of itself */
static ur_spec *plain_spec(ur_comp *c, const ur_drawn *x)
{
    ur_spec *s = UR_NEW(c->a, ur_spec, 1);
    *s = (ur_spec){ .kind = UR_LAW_PLAIN, .dist = x->l.dist, .at = x->e->rhs, .over = -1, .narg = x->l.narg };
    memcpy(s->arg, x->arg, sizeof x->arg);
    return s;
}

/* a scale that hangs on states alone, or is of one of several distributions: one that goes to 0 meets a single value */
static void list_scale(ur_comp *c, ur_id scale, bool one_of, int *cap)
{
    ur_graph *g = c->g;
    const ur_node *n = &g->node[scale];
    if (n->example || n->nidx || !(n->nfix || one_of)) return;
    UR_GROW(c->a, g->scale, g->nscale, *cap);
    g->scale[g->nscale++] = scale;
}

/* those of continuous values */
static void list_scales(ur_comp *c, const ur_spec *d, bool one_of, int *cap)
{
    const ur_dist_info *i = &ur_dists[d->dist];
    for (int k = 0; d->kind == UR_LAW_PLAIN && !ur_dist_whole(d->dist) && k < d->narg; k++) {
        bool scale = !strcmp(i->argname[k], ur_dists[UR_NORMAL].argname[1]) || !strcmp(i->argname[k], "scale");
        if (scale && i->arg[k] == A_POSITIVE) list_scale(c, d->arg[k], one_of, cap);
    }
    if (d->kind == UR_LAW_JOINT) list_scale(c, ur_unary(c->g, UR_ABS, ur_diagonal(c->g, d->arg[1], false)), one_of, cap);
    for (int k = 0; k < d->nkid; k++) list_scales(c, d->kid[k], one_of || d->kind == UR_LAW_MIXTURE, cap);
}

/* ---- the recursion */
ur_id ur_sum_states(ur_graph *g, ur_op op, ur_id x, ur_set gone)
{
    for (bool more = true; more;) {
        more = false;
        const ur_node *n = &g->node[x];
        for (int k = 0; k < n->nfix && !more; k++) {
            int index = n->fix[k];
            if (!(gone & UR_BIT(index))) continue;
            x = ur_reduce(g, op, x, -1, 1, &index, false);
            more = true;
        }
    }
    return x;
}

/* the components of a vector, each at its position of a fixed index */
static ur_id components_along(ur_comp *c, ur_id v, int index)
{
    ur_graph *g = c->g;
    int n = g->node[v].rows;
    ur_id *x = UR_NEW(c->a, ur_id, n);
    for (int k = 0; k < n; k++) x[k] = ur_rows_of(c, v, k, 1);
    return ur_stacked(g, index, x);
}

/* log softmax of a vector of logits, of each of its components along the index of a state */
static ur_id by_state(ur_comp *c, ur_id logits, int index)
{
    ur_graph *g = c->g;
    ur_id p = Sub(logits, ur_vector_op(c, UR_CLSE, logits));
    return components_along(c, p, index);
}

/* −log p of symbol y by the logits of each state. Where these are the same at all positions, a column of a table that holds them
 */
static ur_id symbol_by_state(forward *f, int datum, ur_id logits, ur_id y)
{
    ur_comp *c = f->c;
    ur_graph *g = c->g;
    const ur_node o = g->node[logits];
    int chain = -1, back = 0, index = o.fix[0];
    for (int a = 0; a < f->l.n; a++)
        for (int k = 0; k <= f->l.chain[a].deep; k++)
            if (o.nfix == 1 && f->l.chain[a].index[k] == index) chain = a, back = k;
    if (chain < 0 || o.nidx || o.example || g->node[y].rows != o.rows) return ur_symbol_nlp(c, datum, logits, y);
    ur_id one = ur_state_onehot(&f->l, chain, back);
    ur_id table = ur_matmul(g, one, false, ur_transpose(c, ur_symbol_scores(c, datum, logits)));
    ur_id arg[2] = { ur_reduce(g, UR_RSUM, table, -1, 1, &index, false), y };
    ur_node column = { .op = UR_LOOKUP, .rows = f->l.chain[chain].size, .cols = 1, .narg = 2, .arg = arg };
    ur_union(g, &column, y);
    return Neg(components_along(c, ur_node_add(g, &column), index));
}

/* π of P π = π, P the matrix of the first transition: (I − P + 1 1'/k) π = 1/k, by its normal equations, refined once */
static ur_id stationary(forward *f, int chain, ur_id logits)
{
    ur_comp *c = f->c;
    ur_graph *g = c->g;
    int size = f->l.chain[chain].size, index = ur_state_index(&f->l, chain, 1), one = index;
    ur_id p = Exp(Sub(logits, ur_vector_op(c, UR_CLSE, logits))), ones = ur_where(g, ur_numbers(c, 1, size), Num(1), Num(0));
    ur_id m = ur_reduce(g, UR_RSUM, ur_matmul(g, p, false, ur_transpose(c, ur_state_onehot(&f->l, chain, 1))), -1, 1, &one,
                        false);
    ur_id a = Add(Sub(ur_diagonal(g, ones, true), m), Mul(Num(1.0 / size), ur_matmul(g, ones, false, ur_transpose(c, ones))));
    ur_id l = ur_cholesky(g, ur_matmul(g, a, true, a)), x = -1;
    for (int round = 0; round < 2; round++) {
        ur_id rest = Mul(Num(1.0 / size), ones);
        if (x >= 0) rest = Sub(rest, ur_matmul(g, a, false, x));
        ur_id step = ur_solve(g, l, true, ur_solve(g, l, false, ur_matmul(g, a, true, rest)));
        x = x < 0 ? step : Add(x, step);
    }
    return Log(Max(x, Num(1e-30)));
}

/* at the first position of the index */
static ur_id at_first(ur_graph *g, ur_id x)
{
    const ur_node n = g->node[x];
    ur_sub sub[UR_MAX_SUB];
    for (int k = 0; k < n.nidx; k++) sub[k] = (ur_sub){ .kind = UR_SUB_FIRST, .index = n.idx[k], .before = -1, .after = -1 };
    for (int k = 0; k < n.nfix; k++) sub[n.nidx + k] = ur_still(n.fix[k]);
    return n.nidx ? ur_read(g, x, sub) : x;
}

static void moves(forward *f, int n, ur_drawn *line)
{
    ur_comp *c = f->c;
    ur_lift *l = &f->l;
    f->move = UR_NEW(c->a, ur_id, l->n);
    f->start = UR_NEW(c->a, ur_id, l->n);
    for (int a = 0; a < l->n; a++) {
        ur_chain *x = &l->chain[a];
        ur_drawn *d = line_of(x->e, n, line);
        if (!d)
            ur_complain(c->a, &x->e->at, ur_arena_printf(c->a, "write %s[t] ~ categorical(A %s[t-1])", x->e->name, x->e->name),
                        "the latent quantity %s has no ~ line", x->e->name);
        l->name = x->e->name;
        l->at = &d->e->at;
        if (d->when >= 0)
            ur_complain(c->a, l->at, "a second line without a condition is for all others",
                        "%s is drawn at every position, and its line holds at some", l->name);
        if (d->e->weight) ur_complain(c->a, &d->e->weight->at, NULL, "the line of %s, which is latent, has no weight", l->name);
        l->transition = true;
        ur_id logits = ur_lifted(l, d->arg[0]);
        l->transition = false;
        f->move[a] = by_state(c, logits, ur_state_index(l, a, 0));
        f->start[a] = -1;
        const ur_entity *first = x->e->first;
        if (x->e->stationary) {
            if (x->deep != 1 || ur_node_set(&c->g->node[logits]) & ur_states(l) & ~UR_BIT(x->index[1]))
                ur_complain(c->a, &x->e->at, "as of categorical(A z[t-1])",
                            "%s is stationary where it reads itself one position back, and no other state", x->e->name);
            f->start[a] = by_state(c, stationary(f, a, at_first(c->g, logits)), x->index[0]);
        } else if (first) {
            ur_id p = ur_plain(c, ur_value(c, first->scope, (ur_entity *)first, first->rhs->kid[0]).id);
            ur_mark_latent(l);
            if (l->reads[p])
                ur_complain(c->a, &first->at, "its logits are made of parameters and data",
                            "%s[1] has a ~ line that reads a latent symbol", l->name);
            f->start[a] = by_state(c, p, x->index[0]);
        }
    }
}

static bool spec_reads(const ur_lift *l, const ur_spec *d)
{
    bool any = (d->kind == UR_LAW_DENSITY || d->kind == UR_LAW_POINTER) && l->reads[d->logp];
    for (int k = 0; k < d->narg; k++) any = any || l->reads[d->arg[k]];
    for (int k = 0; k < d->nkid; k++) any = any || spec_reads(l, d->kid[k]);
    return any;
}

/* of data whose lines read a state */
static void emissions(forward *f, int n, ur_drawn *line)
{
    ur_comp *c = f->c;
    ur_graph *g = c->g;
    f->read = UR_NEW(c->a, __typeof__(*f->read), n + 1);
    bool *reads = UR_NEW(c->a, bool, n + 1);
    ur_mark_latent(&f->l);
    for (int k = 0; k < n; k++) {
        const ur_drawn *x = &line[k];
        if (x->e->datum < 0) continue;
        reads[k] = x->spec && spec_reads(&f->l, x->spec);
        for (int j = 0; !x->spec && j < x->l.narg; j++) reads[k] = reads[k] || f->l.reads[x->arg[j]];
    }
    for (int k = 0; k < n; k++) {
        ur_drawn *x = &line[k];
        if (!reads[k]) continue;
        const ur_datum *u = &g->data[x->e->datum];
        if (x->l.ahead)
            ur_complain(c->a, &x->e->at, ur_arena_printf(c->a, "write %s[t], with states at positions before", u->name),
                        "%s is drawn ahead, by a line that reads a latent symbol", u->name);
        bool symbols = !x->spec && x->l.dist == UR_CATEGORICAL;
        ur_spec *d = x->spec ? x->spec : symbols ? NULL : plain_spec(c, x);
        f->l.name = x->e->name;
        f->l.at = &x->e->at;
        ur_id logits = symbols ? ur_lifted(&f->l, x->arg[0]) : -1;
        ur_set states = symbols ? ur_node_set(&g->node[logits]) : 0;
        if (d) d = spec_lifted(&f->l, d);
        if (d) states_of_spec(g, d, &states);
        states &= ur_states(&f->l);
        if (!states) continue;
        if (u->nidx != 1 || u->idx[0] != f->l.chain[0].along || u->nfix)
            ur_complain(c->a, &x->e->at, u->nfix ? ur_arena_printf(c->a, "write %s : real(k), a vector", u->name) : NULL,
                        "%s reads a state of %s, and lies along another index", u->name, f->l.chain[0].e->name);
        if (d) list_scales(c, d, false, &f->scale_cap);
        f->read[f->n].line = x;
        f->read[f->n].spec = d;
        f->read[f->n].logits = logits;
        f->read[f->n++].states = states;
    }
}

ur_set ur_latest(const ur_lift *l)
{
    ur_set set = 0;
    for (int a = 0; a < l->n; a++) set |= UR_BIT(l->chain[a].index[0]);
    return set;
}

/* log p of the first states; states before these, of which nothing is known, are all alike */
static ur_id first_states(forward *f, ur_set keep)
{
    ur_graph *g = f->c->g;
    const ur_lift *l = &f->l;
    ur_id first = Num(0);
    for (int a = 0; a < l->n; a++) {
        bool moved = ur_node_set(&g->node[f->move[a]]) & ur_states(l) & ~ur_latest(l);
        ur_id start = f->start[a] >= 0 ? f->start[a] : moved ? Num(-log(l->chain[a].size)) : f->move[a];
        first = Add(first, start);
        for (int k = 1; k <= l->chain[a].deep; k++)
            if (keep & UR_BIT(l->chain[a].index[k])) first = Add(first, Num(-log(l->chain[a].size)));
    }
    return first;
}

/* log p of all states that are carried on, or read, at a position, by what comes before it */
static ur_id predicted(forward *f, ur_id past, ur_set keep)
{
    ur_graph *g = f->c->g;
    ur_lift *l = &f->l;
    ur_id p = past;
    for (int a = 0; a < l->n; a++) {
        p = p < 0 ? f->move[a] : Add(p, f->move[a]);
        ur_set later = keep;
        for (int b = a + 1; b < l->n; b++) later |= ur_node_set(&g->node[f->move[b]]);
        p = ur_sum_states(g, UR_RLSE, p, ur_states(l) & ~later);
    }
    bool starts = past >= 0;
    for (int a = 0; a < l->n; a++) starts = starts || f->start[a] >= 0;
    if (!starts) return p;
    ur_set here = ur_node_set(&g->node[p]) & ur_states(l);
    f->first = first_states(f, here);
    ur_id first = ur_sum_states(g, UR_RLSE, f->first, ur_states(l) & ~here);
    return ur_where(g, ur_after_start(l, 0, 1), p, ur_spread(f->c, first, here, 1, 1));
}

/* a mixture over states, the first of them outermost */
static ur_spec *among(ur_comp *c, ur_spec *kid, ur_id logits, int n, const int *state)
{
    ur_spec *s = UR_NEW(c->a, ur_spec, 1);
    ur_set inner = 0;
    if (!n) return kid;
    for (int k = 1; k < n; k++) inner |= UR_BIT(state[k]);
    *s = (ur_spec){ .kind = UR_LAW_MIXTURE, .at = kid->at, .over = state[0], .narg = 1, .nkid = 1 };
    s->arg[0] = ur_sum_states(c->g, UR_RLSE, logits, inner);
    s->kid = UR_NEW(c->a, ur_spec *, 1);
    s->kid[0] = among(c, kid, logits, n - 1, state + 1);
    return s;
}

/* what line k draws, by the states as they are predicted; −log p of what is there, of each state */
static ur_id read_by(forward *f, int k, ur_id p)
{
    ur_comp *c = f->c;
    ur_graph *g = c->g;
    ur_drawn *x = f->read[k].line;
    int datum = x->e->datum, state[UR_MAX_FIXED], n = 0;
    ur_node sampled = { .op = UR_RUN, .rows = 1, .cols = 1, .i = UR_RUN_SAMPLES };
    bool fills = c->fill[datum] >= 0; /* what is drawn at random tells of states as what is given does; a mean tells nothing */
    ur_id y = fills ? c->fill[datum] : ur_data_node(c, datum, 0), use = ur_seen_node(c, UR_GIVEN, datum), there = -1, e;
    if (fills) use = Or(use, ur_node_add(g, &sampled));
    if (ur_by_component(c, datum)) {
        there = Or(use, ur_data_node(c, datum, UR_DATA_KNOWN));
        use = ur_vector_op(c, UR_CMAX, there);
    }
    ur_set states = f->read[k].states;
    x->l.latent = true;
    for (int i = 0; i < g->nindex; i++)
        if (states & UR_BIT(i)) state[n++] = i;
    ur_id logits = ur_sum_states(g, UR_RLSE, p, ur_states(&f->l) & ~states);
    if (f->read[k].spec) {
        ur_spec *d = f->read[k].spec;
        if (fills) y = ur_unary(g, UR_STOP, y); /* where it counts it is a datum or a draw */
        if (!ur_spec_takes(d, 0)) y = ur_where(g, there >= 0 ? there : use, y, Num(0.5));
        e = ur_spec_nlp(c, d, y, there);
        x->spec = among(c, d, logits, n, state);
    } else {
        ur_id o = ur_symbol_scores(c, datum, f->read[k].logits); /* log p of each symbol, of each state */
        e = symbol_by_state(f, datum, f->read[k].logits, y);
        ur_id given = symbol_by_state(f, datum, f->read[k].logits, ur_data_node(c, datum, 0));
        given = ur_where(g, ur_seen_node(c, UR_MASK, datum), given, Num(0)); /* ∞ of what cannot be has no derivative */
        x->nlp = Sub(ur_sum_states(g, UR_RLSE, logits, states), ur_sum_states(g, UR_RLSE, Sub(logits, given), states));
        x->arg[0] = ur_sum_states(g, UR_RLSE, Add(logits, o), states);
    }
    if (x->when >= 0) use = And(use, x->when);
    return ur_where(g, use, e, Num(0));
}

ur_id ur_carried(const forward *f, ur_set states)
{
    int along = f->l.chain[0].along;
    ur_id none = -1;
    ur_node n = ur_proto(f->c, UR_ALIAS, states | UR_BIT(along) | ur_parents(f->c, along), 1, 1);
    n.narg = 1;
    n.arg = &none;
    return ur_node_new(f->c->g, &n);
}

ur_id ur_shifted(const forward *f, ur_id q, int by)
{
    const ur_lift *l = &f->l;
    const ur_node n = f->c->g->node[q];
    ur_sub sub[UR_MAX_SUB];
    for (int k = 0; k < n.nidx; k++) {
        sub[k] = ur_still(n.idx[k]);
        if (n.idx[k] == l->chain[0].along) sub[k].off = by;
    }
    for (int k = 0; k < n.nfix; k++)
        for (int a = 0; a < l->n; a++)
            for (int d = 0; d <= l->chain[a].deep; d++)
                if (l->chain[a].index[d] == n.fix[k]) sub[n.nidx + k] = ur_still(l->chain[a].index[d - by]);
    return ur_read(f->c->g, q, sub);
}

static void recursion(forward *f)
{
    ur_comp *c = f->c;
    ur_graph *g = c->g;
    ur_lift *l = &f->l;
    ur_set keep = 0, carried = 0;
    ur_id alias = -1, past = -1, p;
    double all = 1;
    for (int a = 0; a < l->n; a++)
        for (int k = 0; k <= l->chain[a].deep; k++) {
            all *= l->chain[a].size;
            if (k < l->chain[a].deep) carried |= UR_BIT(ur_state_index(l, a, k));
        }
    int dims = 0;
    for (ur_set s = ur_states(l); s; s &= s - 1) dims++;
    if (all > UR_MOST_STATES)
        ur_complain(c->a, &l->chain[0].e->at, "fewer states, or fewer positions back",
                    "%.0f combinations of states at once, of latent symbols at all positions at which they are read: at most %d",
                    all, UR_MOST_STATES);
    if (dims > UR_MAX_FIXED)
        ur_complain(c->a, &l->chain[0].e->at, "fewer latent symbols, or fewer positions back",
                    "latent symbols and the positions back at which they are read are %d together: at most %d", dims,
                    UR_MAX_FIXED);
    for (int k = 0; k < f->n; k++) keep |= f->read[k].states;
    if (c->o->states) keep |= ur_latest(l); /* of those that nothing reads it is asked what is known, too */
    if (carried) {
        alias = ur_carried(f, carried);
        past = ur_shifted(f, alias, -1);
    }
    f->carried = carried;
    f->predicted = p = predicted(f, past, keep | carried);
    for (int k = 0; k < f->n; k++) {
        ur_id e = read_by(f, k, p);
        f->said = f->said < 0 ? e : Add(f->said, e);
        p = Sub(p, e);
    }
    f->filtered = p;
    if (alias < 0) return;
    p = ur_sum_states(g, UR_RLSE, Sub(p, ur_sum_states(g, UR_RLSE, p, ur_states(l))), ur_states(l) & ~carried);
    g->node[alias].arg[0] = ur_spread(c, p, ur_node_set(&g->node[alias]), 1, 1);
}

/* what is left may not read a state: nobody knows it */
static void check_rest(forward *f)
{
    ur_mark_latent(&f->l);
    for (int k = 0; k < f->c->nent; k++) {
        ur_entity *e = f->c->ent[k];
        if (e->kind != N_QUANTITY || e->all.full < 0) continue;
        bool hidden = f->l.reads[e->all.full];
        e->hidden = e->hidden || hidden;
        if (e->goal && hidden)
            ur_complain(f->c->a, &e->at, "a ~ line reads them", "the loss %s reads a latent symbol, which nobody knows", e->name);
    }
}

static void integrate(ur_comp *c, int index, int n, ur_drawn *line)
{
    forward f = { .c = c, .l = { .c = c }, .said = -1, .first = -1, .scale_cap = c->g->nscale };
    chains_of(c, &f.l, index);
    if (!f.l.n) return;
    moves(&f, n, line);
    emissions(&f, n, line);
    recursion(&f);
    ur_state_quantities(&f);
    check_rest(&f);
    for (int k = 0; k < f.n; k++)
        if (!f.read[k].spec) ur_line_along(c, &f.read[k].line->l, f.read[k].line->arg);
}

void ur_integrate(ur_comp *c, int n, ur_drawn *line)
{
    ur_graph *g = c->g;
    if (!all_chains(c)) return;
    for (int index = 0, last = g->nindex; index < last; index++) integrate(c, index, n, line);
    g->nchain = g->nlatent;
    g->nlatent = 0;
}
