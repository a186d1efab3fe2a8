/* Distributions in the language: their arguments, what data they fit, and -log p as nodes: in closed form, or, where its terms
 * cancel, by math's density.c. Draws and means are math's. Invariant: where a value is missing or not scored, nothing of it
 * reaches the loss or a gradient. */
#include "lang/comp.h"
#include "graph/makers.h"
#include <math.h>
#include <string.h>

/* a POSITIVE argument is taken as it is where its form shows that it is positive, else through softplus */
#define ARGS1(k1, n1)                                                                                                            \
    1, { A_##k1 }, { n1 }
#define ARGS2(k1, n1, k2, n2)                                                                                                    \
    2, { A_##k1, A_##k2 }, { n1, n2 }
#define ARGS3(k1, n1, k2, n2, k3, n3)                                                                                            \
    3, { A_##k1, A_##k2, A_##k3 }, { n1, n2, n3 }
/* clang-format off */
const ur_dist_info ur_dists[UR_NDIST] = {
/* clang-format off */
#define DIST(ID, name, support, location, arguments, nlp, below, above, mean, centre, mode, draw, quantile, moved) [UR_##ID] = { name, support, arguments },
#include "math/dists.def"
    /* clang-format on */
};
/* clang-format on */

int ur_dist_named(const char *name)
{
    for (int k = 0; k < UR_NDIST; k++)
        if (!strcmp(ur_dists[k].name, name)) return k;
    return -1;
}

/* ---- positive arguments */

static double scale_start(ur_comp *c, const ur_entity *e, double v)
{
    if (v <= 0) ur_complain(c->a, &e->at, NULL, "%s is used as a scale, which starts above 0", e->name);
    return v > 30 ? v : log(expm1(v));
}

/* a parameter that stands for a scale starts where softplus of it is what the text says, or 1 */
static void start_scale(ur_comp *c, const ur_entity *e)
{
    ur_param *p = &c->g->param[e->param];
    if (p->scale) return;
    p->scale = true;
    for (size_t i = 0; p->start && i < p->count; i++) p->start[i] = scale_start(c, e, p->start[i]);
    if (p->start) return;
    double v = scale_start(c, e, p->init == UR_INIT_CONST ? p->arg[0] : 1);
    if (p->init != UR_INIT_DEFAULT && p->init != UR_INIT_ONES && p->init != UR_INIT_CONST) return;
    p->init = UR_INIT_CONST;
    p->arg[0] = v;
}

/* the parameter that v is an entry of, by a symbol, or NULL */
static const ur_entity *looked_up(const ur_comp *c, ur_id v)
{
    const ur_node *n = &c->g->node[v];
    int param = n->op == UR_LOOKUP ? ur_param_of(c->g, n->arg[0]) : -1;
    for (int k = 0; param >= 0 && k < c->nent; k++)
        if (c->ent[k]->kind == N_PARAM && c->ent[k]->used && c->ent[k]->param == param) return c->ent[k];
    return NULL;
}

/* NaN where given data make it negative: the fit then says where, and a forecast is empty there */
static ur_id held(ur_graph *g, ur_id id) { return ur_where(g, Le(Num(0), id), id, Num(NAN)); }

ur_id ur_positive_argument(ur_comp *c, ur_scope *s, ur_entity *e, const ur_expr *x, int dist, int k, int *given)
{
    const ur_dist_info *d = &ur_dists[dist];
    double v;
    ur_id id = ur_plain(c, ur_value(c, s, e, x).id);
    if (ur_folds(c, s, x, &v)) {
        if (!(v > 0))
            ur_complain(c->a, &x->at, ur_arena_printf(c->a, "it is %g", v), "the %s of %s is above 0", d->argname[k], d->name);
        return id;
    }
    const ur_entity *scale = ur_scale_of(c, s, x);
    if (!scale) scale = looked_up(c, id);
    if (scale) start_scale(c, scale);
    ur_sign sign = ur_sign_of(c, s, x);
    if (sign.may & UR_GIVEN_NEGATIVE) *given = sign.given;
    if (!(sign.may & (UR_ZERO | UR_NEGATIVE))) return sign.may & UR_GIVEN_NEGATIVE ? held(c->g, id) : id;
    if (!scale) ur_note_softplus(c, e, x, d->argname[k], sign);
    return ur_unary(c->g, UR_SOFTPLUS, id);
}

/* ---- -log p */

/* ½ ((y - m) / s)² + log s + ½ log 2π */
static ur_id normal(ur_graph *g, ur_id y, ur_id m, ur_id s)
{
    ur_id z = Div(Sub(y, m), s);
    return Add(Mul(Num(0.5), Mul(z, z)), Add(Log(s), Num(0.91893853320467274178)));
}

/* −log of the probability of at least z of a standard one */
static ur_id laplace_tail(ur_graph *g, ur_id z)
{
    ur_id inner = Neg(Log1p(Mul(Num(-0.5), Exp(Min(z, Num(0))))));
    return ur_where(g, Gt(z, Num(0)), Add(z, Num(0.69314718055994530942)), inner);
}

/* clang-format off */
#define NormalNlp(y, m, s) normal(g, y, m, s)
ur_id ur_density_node(ur_graph *g, ur_dist d, ur_id y, const ur_id *a)
{
    switch (d) {
#define DIST(ID, name, support, location, arguments, nlp, below, above, mean, centre, mode, draw, quantile, moved) case UR_##ID: return nlp;
#include "math/dists.def"
    default: return Z;
    }
}

ur_id ur_tail_of(ur_graph *g, ur_dist d, bool up, ur_id y, const ur_id *a)
{
    switch (d) {
#define DIST(ID, name, support, location, arguments, nlp, below, above, mean, centre, mode, draw, quantile, moved) case UR_##ID: return up ? above : below;
#include "math/dists.def"
    default: return Z;
    }
}
/* clang-format on */

/* the logits of the symbols that can come */
static ur_id possible(ur_comp *c, ur_id logits, unsigned never)
{
    ur_graph *g = c->g;
    ur_id part[UR_SYM_FIRST + 1];
    int n = 0, rows = g->node[logits].rows;
    for (int from = 0, to; from < rows; from = to) {
        bool out = from < UR_SYM_FIRST && never >> from & 1;
        for (to = from + 1; to < rows && (to < UR_SYM_FIRST && never >> to & 1) == out; to++) continue;
        if (out) continue;
        if (to - from == rows) return logits;
        part[n++] = ur_rows_of(c, logits, from, to - from);
    }
    return n ? ur_concat(g, n, part) : logits;
}

static ur_id cross_entropy(ur_graph *g, ur_id logits, ur_id y, unsigned never)
{
    ur_id arg[2] = { logits, y };
    ur_node n = { .op = UR_XENT, .rows = 1, .cols = 1, .narg = 2, .arg = arg, .i = (int)never };
    ur_union(g, &n, logits);
    ur_union(g, &n, y);
    return ur_node_add(g, &n);
}

/* −Σ p log softmax(logits) of the target p = (1 − ε) onehot(y) + ε / n, after Szegedy and others (2016): (1 − ε) xent + ε
 * (logsumexp − mean) */
static ur_id smoothed(ur_comp *c, double epsilon, ur_id logits, ur_id xent)
{
    ur_graph *g = c->g;
    ur_id mean = Mul(Num(1.0 / g->node[logits].rows), ur_vector_op(c, UR_CSUM, logits));
    return Add(Mul(Num(1 - epsilon), xent), Mul(Num(epsilon), Sub(ur_vector_op(c, UR_CLSE, logits), mean)));
}

/* ---- ~ lines */

static void values(ur_comp *c, ur_entity *e, ur_like *l, ur_id *arg)
{
    const ur_dist_info *d = &ur_dists[l->dist];
    for (int k = 0; k < l->narg; k++) {
        const ur_expr *x = e->rhs->kid[k];
        arg[k] = d->arg[k] == A_POSITIVE ? ur_positive_argument(c, e->scope, e, x, (int)l->dist, k, &l->given[k])
                                         : ur_plain(c, ur_value(c, e->scope, e, x).id);
    }
}

/* what runs read the logits of a symbol(k) as: of unknown, start and end, too, which cannot come */
static ur_id widened(ur_comp *c, int datum, ur_id logits)
{
    ur_id part[UR_SYM_FIRST + 1];
    if (datum < 0 || !c->g->data[datum].closed) return logits;
    for (int k = 0; k < UR_SYM_FIRST; k++) part[k] = ur_num(c->g, -1e9);
    part[UR_SYM_FIRST] = logits;
    return ur_concat(c->g, UR_SYM_FIRST + 1, part);
}

/* carried along the indices of y, of what draws symbols one number for each */
static void along(ur_comp *c, ur_like *l, ur_id y, ur_id *arg)
{
    for (int k = 0; k < l->narg; k++) {
        ur_node like = c->g->node[y];
        const ur_node *m = &c->g->node[arg[k]];
        like.op = UR_BCAST;
        like.sym = false;
        like.narg = 1;
        like.arg = &arg[k];
        like.i = like.j = 0;
        bool less = m->nidx < like.nidx || m->nfix < like.nfix || !m->example;
        if (l->dist != UR_CATEGORICAL) l->arg[k] = ur_bcast(c->g, arg[k], y);
        else l->arg[k] = widened(c, l->datum, less ? ur_node_add(c->g, &like) : arg[k]);
    }
}

static ur_id drawn_node(ur_comp *c, const ur_entity *e) { return e->datum >= 0 ? ur_data_node(c, e->datum, 0) : e->of->all.full; }

/* of a line that draws ahead, as its values see them */
static void from_origins(ur_comp *c, ur_entity *e, ur_like *l, ur_id y, ur_id *arg)
{
    int rows = l->dist == UR_CATEGORICAL ? 1 : c->g->node[y].rows;
    for (int k = 0; k < l->narg; k++) {
        bool positive = ur_dists[l->dist].arg[k] == A_POSITIVE;
        l->origin[k] = ur_spread(c, arg[k], ur_index_set(e), rows, 1);
        arg[k] = l->each[k] = ur_ahead_seen(c, e, l->origin[k], positive);
        l->arg[k] = ur_ahead_drawn(c, e, l->origin[k], l->each[k], positive);
        if (l->dist != UR_CATEGORICAL) continue;
        l->arg[k] = widened(c, l->datum, l->arg[k]);
        l->each[k] = widened(c, l->datum, l->each[k]);
    }
}

void ur_line_arguments(ur_comp *c, ur_entity *e, ur_like *l, ur_id *arg)
{
    ur_id y = drawn_node(c, e);
    values(c, e, l, arg);
    along(c, l, y, arg);
}

void ur_line_along(ur_comp *c, ur_like *l, ur_id *arg) { along(c, l, ur_data_node(c, l->datum, 0), arg); }

/* the logits of the symbols that can come; *never: of what is left out, as XENT has it, or NULL */
static ur_id possible_of(ur_comp *c, int datum, ur_id logits, unsigned *never)
{
    const ur_datum *d = &c->g->data[datum];
    int rows = c->g->node[logits].rows;
    unsigned out = rows > UR_SYM_FIRST || d->closed ? d->never : 0;
    if (never) *never = out;
    return d->closed && rows == d->size ? logits : possible(c, logits, out);
}

ur_id ur_symbol_nlp(ur_comp *c, int datum, ur_id logits, ur_id y)
{
    unsigned never;
    ur_id o = possible_of(c, datum, logits, &never);
    return cross_entropy(c->g, o, y, never);
}

ur_id ur_symbol_scores(ur_comp *c, int datum, ur_id logits)
{
    ur_graph *g = c->g;
    return Sub(logits, ur_vector_op(c, UR_CLSE, possible_of(c, datum, logits, NULL)));
}

/* which components of a datum are there, hidden or not; −1: all of a row, or none */
static ur_id there(ur_comp *c, int datum) { return ur_by_component(c, datum) ? ur_data_node(c, datum, UR_DATA_THERE) : -1; }

/* -log p of y at the arguments, of its components that are there; l->seen is set */
static ur_id minus_log(ur_comp *c, const ur_like *l, const ur_id *arg, const ur_spec *spec)
{
    ur_graph *g = c->g;
    ur_id y = ur_data_node(c, l->datum, 0), part = there(c, l->datum), nll;
    if (l->dist == UR_CATEGORICAL) {
        nll = ur_symbol_nlp(c, l->datum, arg[0], y);
        if (c->o->label_smoothing > 0) nll = smoothed(c, c->o->label_smoothing, possible_of(c, l->datum, arg[0], NULL), nll);
    } else {
        if (spec ? !ur_spec_takes(spec, 0) : !ur_supports(ur_dist_support(l->dist), 0)) /* log 0 of a missing value would leak */
            y = ur_where(g, part >= 0 ? part : l->seen, y, Num(0.5));                   /* as 0 · ∞ */
        if (spec) return ur_spec_nlp(c, spec, y, part);
        nll = ur_density_node(g, l->dist, y, arg);
        nll = ur_vector_op(c, UR_CSUM, part >= 0 ? ur_where(g, part, nll, Num(0)) : nll);
    }
    return nll;
}

/* of a value that is drawn ahead: the mean over its origins, weighted, where it is known, else from the one that it is drawn from
 */
static ur_id over_origins(ur_comp *c, const ur_entity *e, ur_like *l, ur_id nll)
{
    ur_graph *g = c->g;
    ur_id w = ur_ahead_weights(c, e, l->weight);
    l->weight = ur_ahead_sum(c, e, w);
    nll = ur_ahead_sum(c, e, ur_where(g, w, Mul(w, nll), Num(0)));
    nll = Div(nll, ur_where(g, Gt(l->weight, Num(0)), l->weight, Num(1)));
    if (c->fill[l->datum] < 0) return nll;
    return ur_where(g, ur_known_node(c, l->datum), nll, minus_log(c, l, l->arg, NULL));
}

static ur_id likelihood(ur_comp *c, ur_drawn *x)
{
    ur_like *l = &x->l;
    ur_graph *g = c->g;
    l->seen = ur_seen_node(c, UR_MASK, l->datum);
    bool ready = x->nlp >= 0 && !(c->o->label_smoothing > 0);
    ur_id nll = ready ? x->nlp : minus_log(c, l, x->arg, x->spec);
    const ur_datum *d = &g->data[l->datum];
    if (l->ahead) nll = over_origins(c, x->e, l, nll);
    bool weighted = l->weight >= 0;
    if (d->nfix) nll = ur_reduce(g, UR_RSUM, nll, -1, d->nfix, d->fix, false);
    return ur_where(g, l->seen, weighted ? Mul(l->seen, nll) : nll, ur_num(g, 0));
}

/* the distribution of what is missing of a row, where normal vectors know the rest of it, y; of several lines, of each */
static const ur_spec *given(ur_comp *c, const ur_spec *d, ur_id y, ur_id known)
{
    if (d->kind == UR_LAW_JOINT) return ur_joint_given(c, d, y, known);
    bool other = false;
    ur_spec *rest = UR_NEW(c->a, ur_spec, 1);
    *rest = *d;
    rest->kid = UR_NEW(c->a, ur_spec *, d->nkid + 1);
    for (int k = 0; d->when && k < d->nkid; k++) {
        rest->kid[k] = (ur_spec *)given(c, d->kid[k], y, known);
        other = other || rest->kid[k] != d->kid[k];
    }
    return other ? rest : d;
}

/* spec: of several, or of one that is made of others; NULL */
static void fill(ur_comp *c, const ur_like *l, const ur_spec *spec)
{
    ur_graph *g = c->g;
    ur_id alias = c->fill[l->datum], arg[6];
    if (alias < 0) return;
    ur_node n = g->node[alias];
    int narg = 0;
    ur_id mean = l->mean;
    bool moves = !l->law && !ur_dist_whole(l->dist) && !ur_dist_is_location(l->dist) && l->dist != UR_CATEGORICAL;
    if (moves) mean = ur_bcast(g, ur_dist_centre(g, l->dist, l->arg), ur_data_node(c, l->datum, 0));
    arg[narg++] = ur_data_node(c, l->datum, 0);
    arg[narg++] = there(c, l->datum) >= 0 ? ur_data_node(c, l->datum, UR_DATA_KNOWN) : ur_seen_node(c, UR_GIVEN, l->datum);
    for (int k = 0; k < l->narg; k++) arg[narg++] = l->arg[k];
    const ur_spec *rest = spec && there(c, l->datum) >= 0 ? given(c, spec, arg[0], arg[1]) : spec;
    if (rest != spec) {
        g->law[l->datum] = ur_spec_law(c, rest, arg[0], &arg[2]);
        mean = ur_bcast(g, ur_spec_mean(c, rest), arg[0]);
    }
    if (mean >= 0) arg[narg++] = mean;
    n.op = UR_FILL;
    n.i = l->datum;
    n.j = (int)l->dist;
    n.narg = narg;
    n.arg = arg;
    n.place = l->place;
    ur_id filled = ur_node_add(g, &n);
    g->node[alias].arg[0] = filled;
}

/* lists the arguments of what a distribution is made of */
static void parts(ur_comp *c, const ur_spec *d, ur_like *l, int *cap)
{
    int n = d->kind == UR_LAW_PLAIN ? d->narg : d->kind == UR_LAW_JOINT ? 1 : 0;
    for (int k = 0; k < n; k++) {
        UR_GROW(c->a, l->part, l->npart, *cap);
        l->part[l->npart++] = (struct ur_like_part){ d->arg[k], d->dist, k };
    }
    for (int k = 0; k < d->nkid; k++) parts(c, d->kid[k], l, cap);
}

/* what the condition or the weight of a ~ line may not hang on, where it reads it; NULL: nothing of the kind. drawn: it may read
 * data that are drawn */
static const char *unfit(ur_comp *c, ur_id v0, bool drawn)
{
    const ur_graph *g = c->g;
    bool *reached = UR_NEW(c->a, bool, g->nnode + 1);
    ur_reach(g, v0, reached, UR_NEW(c->a, ur_id, g->nnode + 1));
    for (ur_id v = 0; v < g->nnode; v++) {
        const ur_node *n = &g->node[v];
        if (!reached[v]) continue;
        if (n->op == UR_PARAM) return g->param[n->i].name;
        if (n->op == UR_CONST && n->sym) return "a latent symbol";
        if (n->op == UR_DATA && g->data[n->i].drawn && !drawn) return g->data[n->i].name;
        if (n->op == UR_RAND) return "dropout";
        if (n->op == UR_DRAW) return "a draw";
        if (n->op == UR_RUN) return "how far the fit is";
    }
    return NULL;
}

/* where a line holds. It is looked at before anything runs, so it is made of what is known then */
static ur_id condition(ur_comp *c, const ur_entity *e)
{
    ur_graph *g = c->g;
    if (!e->holds) return -1;
    ur_id when = ur_plain(c, ur_value(c, e->scope, (ur_entity *)e, e->holds).id);
    const char *name = unfit(c, when, false);
    if (name)
        ur_complain(c->a, &e->holds->at, "a condition reads positions and data that no ~ line draws",
                    "whether the ~ line of %s holds hangs on %s", e->name, name);
    if (g->node[when].nfix)
        ur_complain(c->a, &e->holds->at, NULL, "the ~ line of %s holds at a position or does not, for all of a fixed index",
                    e->name);
    return when;
}

/* how much a position counts. It is looked at before anything runs, too, and may read what the line draws: it changes no draw */
static ur_id weight(ur_comp *c, const ur_entity *e)
{
    if (!e->weight) return -1;
    ur_id w = ur_plain(c, ur_value(c, e->scope, (ur_entity *)e, e->weight).id);
    const char *name = unfit(c, w, true);
    if (name)
        ur_complain(c->a, &e->weight->at, "a weight reads positions and data", "the weight of %s hangs on %s", e->name, name);
    if (c->g->node[w].nfix && ur_ahead(e) < 0)
        ur_complain(c->a, &e->weight->at, NULL, "the weight of %s is one number at a position, for all of a fixed index",
                    e->name);
    return w;
}

/* ---- all lines of a datum */
typedef struct lines { /* the first that holds is the line */
    int n, cap;
    ur_entity **e;
    ur_id *when; /* −1: it holds everywhere */
} lines;

static lines lines_of(ur_comp *c, ur_entity *e)
{
    lines k = { 0 };
    for (; e; e = e->next) {
        int cap = k.cap;
        UR_GROW(c->a, k.e, k.n, cap);
        UR_GROW(c->a, k.when, k.n, k.cap);
        k.when[k.n] = condition(c, e);
        k.e[k.n++] = e;
    }
    return k;
}

/* are all of them of one plain distribution? */
static bool alike(const lines *k)
{
    bool same = ur_law_kind_of(k->e[0]->rhs) == UR_LAW_PLAIN;
    for (int i = 1; i < k->n; i++)
        same = same && !strcmp(k->e[i]->rhs->name, k->e[0]->rhs->name) && ur_law_kind_of(k->e[i]->rhs) == UR_LAW_PLAIN;
    return same;
}

/* then its arguments are those of the line that holds */
static void one_distribution(ur_comp *c, const lines *k, ur_like *l, ur_id *arg)
{
    struct each {
        ur_id arg[4];
    } *each = UR_NEW(c->a, struct each, k->n);
    ur_id *v = UR_NEW(c->a, ur_id, k->n), y = drawn_node(c, k->e[0]);
    l->dist = (ur_dist)ur_dist_named(k->e[0]->rhs->name);
    l->narg = k->e[0]->rhs->nkid;
    for (int i = 0; i < k->n; i++) values(c, k->e[i], l, each[i].arg);
    for (int a = 0; a < l->narg; a++) {
        for (int i = 0; i < k->n; i++) v[i] = each[i].arg[a];
        arg[a] = ur_chosen(c->g, k->n, k->when, v);
    }
    if (l->ahead) from_origins(c, k->e[0], l, y, arg);
    else along(c, l, y, arg);
}

static ur_spec *several(ur_comp *c, const lines *k)
{
    ur_spec **each = UR_NEW(c->a, ur_spec *, k->n);
    for (int i = 0; i < k->n; i++) each[i] = ur_spec_of(c, k->e[i]->scope, k->e[i], k->e[i]->rhs);
    for (int i = 1; i < k->n; i++) /* nats and pinball losses do not add up */
        if ((each[i]->kind == UR_LAW_QUANTILE) != (each[0]->kind == UR_LAW_QUANTILE))
            ur_complain(c->a, &each[i]->at->at, NULL, "either all ~ lines of %s are quantiles, or none is", k->e[0]->name);
    return k->n > 1 ? ur_spec_choice(c, k->n, k->when, each) : each[0];
}

/* how a datum is drawn by spec */
static void law(ur_comp *c, ur_like *l, const ur_spec *spec)
{
    int cap = 0;
    l->dist = UR_NDIST;
    l->narg = 1;
    ur_id y = ur_data_node(c, l->datum, 0);
    l->law = ur_spec_law(c, spec, y, &l->arg[0]);
    UR_GROW(c->a, c->drawer, c->ndrawer, c->drawer_cap);
    c->drawer[c->ndrawer++] = (struct ur_drawer){ l->arg[0], spec };
    if (!ur_law_whole(l->law)) l->mean = ur_bcast(c->g, ur_spec_mean(c, spec), y);
    if (spec->kind == UR_LAW_POINTER) l->score = spec->logp;
    parts(c, spec, l, &cap);
}

/* x, one number at a position, carried along all that the datum is: what follows i alone, of w[i,j] too */
static ur_id of_rows(ur_comp *c, const ur_like *l, ur_id x)
{
    const ur_datum *d = &c->g->data[l->datum];
    ur_set set = 0;
    for (int k = 0; k < d->nidx; k++) set |= UR_BIT(d->idx[k]);
    return x < 0 || !c->g->node[x].nidx ? x : ur_spread(c, x, set, 1, 1);
}

/* where one of them holds, and how much a position counts by that */
static void said(ur_comp *c, const lines *k, ur_like *l)
{
    ur_graph *g = c->g;
    ur_id *v = UR_NEW(c->a, ur_id, k->n);
    bool weighted = false;
    for (int i = 0; i < k->n; i++) {
        const ur_entity *e = k->e[i];
        const char *text = e->holds ? ur_expr_text(c->a, e->holds) : NULL;
        ur_id w = weight(c, e);
        weighted = weighted || w >= 0;
        v[i] = w;
        l->when = k->when[i] < 0 ? -1 : i ? Or(l->when, k->when[i]) : k->when[i];
        if (text) l->when_text = i ? ur_arena_printf(c->a, "%s, else if %s", l->when_text, text) : text;
        else if (i) l->when_text = ur_arena_printf(c->a, "%s, else", l->when_text);
        text = e->weight ? ur_expr_text(c->a, e->weight) : "1";
        l->weight_text = l->weight_text ? ur_arena_printf(c->a, "%s or %s", l->weight_text, text) : text;
    }
    for (int i = 0; weighted && i < k->n; i++) v[i] = v[i] < 0 ? Num(1) : v[i];
    if (weighted) l->weight = ur_chosen(g, k->n, k->when, v);
    l->when = of_rows(c, l, l->when);
    l->weight = of_rows(c, l, l->weight);
}

/* how many positions ahead the lines draw; 0: each at its own */
static int ahead(ur_comp *c, const lines *k)
{
    const ur_entity *e = NULL;
    for (int i = 0; i < k->n; i++)
        if (ur_ahead(k->e[i]) >= 0) e = k->e[i];
    if (!e) return 0;
    if (k->n > 1) ur_complain(c->a, &e->at, NULL, "%s is drawn ahead, and has another ~ line", e->name);
    if (e->holds)
        ur_complain(c->a, &e->holds->at, "a line for each value, y[t] ~ …, has one", "what is drawn ahead has no condition");
    if (!alike(k))
        ur_complain(c->a, &e->rhs->at, NULL, "what is drawn ahead is drawn from one plain distribution, and %s is none",
                    ur_law_kind_of(e->rhs) == UR_LAW_JOINT ? "a normal vector" : e->rhs->name);
    return c->g->index[ur_ahead(e)].size;
}

/* the ~ line of a datum and all that comes of it */
static void scored(ur_comp *c, ur_drawn *x, const lines *all)
{
    ur_graph *g = c->g;
    ur_like *l = &x->l;
    if (x->spec) law(c, l, x->spec);
    g->law[l->datum] = l->law;
    said(c, all, l);
    if (l->ahead && l->weight < 0) l->weight_text = NULL;
    l->nll = likelihood(c, x);
    g->node[l->nll].place = l->place;
    UR_GROW(c->a, g->like, g->nlike, c->like_cap);
    g->like[g->nlike++] = *l;
    fill(c, l, x->spec);
    const ur_node *n = &g->node[l->nll];
    int red[UR_MAX_SUB], nred = 0;
    for (int i = 0; i < n->nidx; i++) red[nred++] = n->idx[i];
    for (int i = 0; i < n->nfix; i++) red[nred++] = n->fix[i];
    ur_id sum = ur_reduce(g, UR_RSUM, l->nll, -1, nred, red, true);
    g->loss = g->loss < 0 ? sum : Add(g->loss, sum);
}

void ur_likelihoods(ur_comp *c)
{
    ur_graph *g = c->g;
    ur_drawn *line = UR_NEW(c->a, ur_drawn, c->nent + 1);
    lines *all = UR_NEW(c->a, lines, c->nent + 1);
    int n = 0;
    g->loss = -1;
    g->law = UR_NEW(c->a, const ur_law *, g->ndata + 1);
    for (int k = 0; k < c->nent; k++) {
        ur_entity *e = c->ent[k];
        if (e->kind != N_DRAW || e->later || e->begins) continue;
        ur_drawn *x = &line[n];
        *x = (ur_drawn){ .e = e, .arg = { -1, -1, -1, -1 }, .when = -1, .nlp = -1 };
        x->l = (ur_like){ .datum = e->datum,
                          .nll = -1,
                          .seen = -1,
                          .when = -1,
                          .weight = -1,
                          .mean = -1,
                          .score = -1,
                          .given = { -1, -1, -1, -1 },
                          .place = { e->at.line, e->at.col, e->at.src->file, e->name } };
        all[n] = lines_of(c, e);
        x->l.ahead = ahead(c, &all[n]);
        for (int i = 0; i < all[n].n; i++) x->when = all[n].when[i] < 0 ? -1 : i ? Or(x->when, all[n].when[i]) : all[n].when[i];
        if (alike(&all[n])) one_distribution(c, &all[n], &x->l, x->arg);
        else x->spec = several(c, &all[n]);
        n++;
    }
    if (g->nlatent) ur_integrate(c, n, line);
    for (int k = 0; k < n; k++)
        if (line[k].e->datum >= 0) scored(c, &line[k], &all[k]); /* a latent quantity is not scored */
    if (g->loss < 0) g->loss = ur_num(g, 0);
    ur_note_scales(c);
}
