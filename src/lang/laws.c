/* laws.c: distributions as the text has them, those that are made of others too: how they are written, −log p as nodes, and the
 * tree by which numbers are drawn. Must not know ~ lines beyond the names in what it says. Invariant: at the value of a point
 * densities count as zero, so that what a mixture gives there is a probability. */
#include "lang/comp.h"
#include "graph/makers.h"
#include <math.h>
#include <string.h>

/* ---- how they are written */
static const char *const forms[UR_NLAW] = {
    [UR_LAW_POINT] = "point(value)",
    [UR_LAW_MIXTURE] = "mixture(logits, D1, D2, …), or mixture[k](logits[k], D)",
    [UR_LAW_CENSORED] = "censored(D, right = C), or left = C: 1 where the value is at "
                        "least, or at most, the datum",
    [UR_LAW_JOINT] = "normal(mean, standard deviation), or normal(mean, factor = L)",
    [UR_LAW_QUANTILE] = "quantile[k](value[t,k], level[k]) with index k = 1..3, levels as 0.25 * k",
    [UR_LAW_DENSITY] = "density(LOGP, mean = m, draw = d), LOGP the logarithm of the density at the datum",
    [UR_LAW_POINTER] = "categorical[s](score[t,s]), a score for each position of an index"
};

static const char *const *law_names(void)
{
    static const char *const made[] = { "point", "mixture", "censored", "quantile", "density", NULL };
    return made;
}

static void unknown(ur_comp *c, const ur_expr *x)
{
    size_t best = 4;
    const char *near = NULL, *all = NULL;
    for (int k = 0; k < UR_NDIST + 5; k++) {
        const char *name = k < UR_NDIST ? ur_dists[k].name : law_names()[k - UR_NDIST];
        size_t n = ur_edit_distance(name, x->name);
        if (n < best) {
            best = n;
            near = name;
        }
        all = all ? ur_arena_printf(c->a, "%s %s", all, name) : name;
    }
    if (near) ur_complain(c->a, &x->at, NULL, "%s is not a distribution; did you mean %s?", x->name, near);
    ur_complain(c->a, &x->at, all, "%s is not a distribution", x->name);
}

/* does x have an argument of this name? */
static bool has_argument(const ur_expr *x, const char *name)
{
    bool has = false;
    for (int k = 0; k < x->nkid; k++) has = has || (x->argname[k] && !strcmp(x->argname[k], name));
    return has;
}

int ur_law_kind_of(const ur_expr *x)
{
    if (!strcmp(x->name, ur_dists[UR_NORMAL].name) && has_argument(x, "factor")) return UR_LAW_JOINT;
    if (x->nover && !strcmp(x->name, ur_dists[UR_CATEGORICAL].name)) return UR_LAW_POINTER;
    return ur_law_named(x->name);
}

static void no_argument(ur_comp *c, const ur_expr *x, int k)
{
    if (x->argname[k])
        ur_complain(c->a, &x->kid[k]->at, !strcmp(x->argname[k], "weight") ? "a weight stands in a ~ line" : NULL,
                    "%s has no argument %s", x->name, x->argname[k]);
}

/* is a distribution written with an index in brackets? */
static bool takes_index(int kind) { return kind == UR_LAW_MIXTURE || kind == UR_LAW_QUANTILE || kind == UR_LAW_POINTER; }

int ur_law_index(ur_comp *c, ur_scope *s, const ur_expr *x)
{
    int kind = ur_law_kind_of(x);
    if (kind < 0) unknown(c, x);
    if (!takes_index(kind)) ur_complain(c->a, &x->at, NULL, "%s takes its arguments in parentheses, and no index", x->name);
    ur_bind *b = x->nover == 1 && x->over[0]->kind == E_NAME && !x->over[0]->sub ? ur_lookup(c, s, x->over[0]->name) : NULL;
    bool index = b && b->kind == B_INDEX && b->index >= 0;
    if (kind == UR_LAW_POINTER && !index)
        ur_complain(c->a, &x->over[0]->at, forms[kind], "in the brackets of %s stands an index", x->name);
    if (!index || (kind != UR_LAW_POINTER && !c->g->index[b->index].fixed))
        ur_complain(c->a, &x->over[0]->at,
                    kind == UR_LAW_QUANTILE ? forms[kind] : "write index k = 1..5, and mixture[k](logits[k], D)",
                    "in the brackets of %s stands an index of fixed length", x->name);
    return b->index;
}

static void censored_of(ur_comp *c, const ur_expr *x)
{
    const ur_expr *d = x->nkid ? x->kid[0] : NULL;
    ur_id y = ur_num(c->g, 1), arg[UR_MAX_LAW_ARGS] = { y, y, y };
    if (x->nkid < 2 || d->kind != E_LAW)
        ur_complain(c->a, &x->at, forms[UR_LAW_CENSORED], "censored takes a distribution, and right or left");
    int dist = ur_law_of(c, d) == UR_LAW_PLAIN ? ur_dist_named(d->name) : -1;
    if (dist < 0 || dist == UR_CATEGORICAL || ur_tail_of(c->g, (ur_dist)dist, true, y, arg) < 0)
        ur_complain(c->a, &d->at, "normal lognormal laplace exponential weibull uniform gumbel have one",
                    "%s has no distribution function in closed form, and cannot be censored",
                    ur_law_kind_of(d) == UR_LAW_JOINT ? "a normal vector" : d->name);
    for (int k = 1; k < x->nkid; k++) {
        bool right = x->argname[k] && !strcmp(x->argname[k], "right"), left = x->argname[k] && !strcmp(x->argname[k], "left");
        if (!right && !left) no_argument(c, x, k);
        bool again = k > 1 && x->argname[k - 1] && x->argname[k] && !strcmp(x->argname[k], x->argname[k - 1]);
        if ((!right && !left) || again || k > 2)
            ur_complain(c->a, &x->kid[k]->at, forms[UR_LAW_CENSORED], "censored takes a distribution, and right or left");
    }
}

/* of what has a ~ line alone */
void ur_law_alone(ur_comp *c, const ur_expr *x)
{
    if (ur_law_kind_of(x) == UR_LAW_QUANTILE)
        ur_complain(c->a, &x->at, "y[t] ~ quantile[k](q[t,k], p[k]), a line of its own", "quantiles have no density");
    ur_complain(c->a, &x->at, forms[ur_law_kind_of(x)], "%s is a ~ line of its own, and no part of another", x->name);
}

static void density_of(ur_comp *c, const ur_expr *x)
{
    bool right = x->nkid > 0 && !x->argname[0];
    for (int k = 1; k < x->nkid; k++) {
        bool known = x->argname[k] && (!strcmp(x->argname[k], "mean") || !strcmp(x->argname[k], "draw"));
        if (x->argname[k] && !known) no_argument(c, x, k);
        right = right && known && (k == 1 || strcmp(x->argname[k], x->argname[1]) != 0) && k < 3;
    }
    if (!right) ur_complain(c->a, &x->at, forms[UR_LAW_DENSITY], "density takes other arguments");
}

ur_law_kind ur_law_of(ur_comp *c, const ur_expr *x)
{
    int kind = ur_law_kind_of(x);
    if (kind < 0) unknown(c, x);
    if (x->nover && !takes_index(kind))
        ur_complain(c->a, &x->at, NULL, "%s takes its arguments in parentheses, and no index", x->name);
    if (kind == UR_LAW_CENSORED) {
        censored_of(c, x);
        return UR_LAW_CENSORED;
    }
    if (kind == UR_LAW_JOINT) {
        if (x->nkid != 2 || x->argname[0] || !x->argname[1])
            ur_complain(c->a, &x->at, forms[UR_LAW_JOINT], "a normal vector takes a mean and a factor");
        return UR_LAW_JOINT;
    }
    if (kind == UR_LAW_DENSITY) {
        density_of(c, x);
        return UR_LAW_DENSITY;
    }
    for (int k = 0; k < x->nkid; k++) no_argument(c, x, k);
    if (kind == UR_LAW_PLAIN) {
        const ur_dist_info *info = &ur_dists[ur_dist_named(x->name)];
        const char *wanted = info->argname[0];
        for (int k = 1; k < info->narg; k++) wanted = ur_arena_printf(c->a, "%s, %s", wanted, info->argname[k]);
        if (x->nkid != info->narg)
            ur_complain(c->a, &x->at, ur_arena_printf(c->a, "%s(%s)", info->name, wanted), "%s takes %d argument%s, not %d",
                        info->name, info->narg, info->narg == 1 ? "" : "s", x->nkid);
        return UR_LAW_PLAIN;
    }
    if (kind == UR_LAW_POINT      ? x->nkid != 1
        : kind == UR_LAW_POINTER  ? x->nkid != 1
        : kind == UR_LAW_QUANTILE ? !x->nover || x->nkid != 2
        : x->nover                ? x->nkid != 2
                                  : x->nkid < 3)
        ur_complain(c->a, &x->at, forms[kind], "%s takes other arguments", x->name);
    for (int k = 0; k < x->nkid; k++)
        if (x->kid[k]->kind == E_LAW && ur_law_of(c, x->kid[k]) >= UR_LAW_QUANTILE) ur_law_alone(c, x->kid[k]);
    return (ur_law_kind)kind;
}

/* ---- what may be drawn from them */
static void plain_fits(ur_comp *c, const ur_entity *e, const ur_expr *x, bool inner)
{
    int d = ur_dist_named(x->name);
    const ur_dist_info *info = &ur_dists[d];
    if (d == UR_CATEGORICAL && inner)
        ur_complain(c->a, &x->at, "a mixture of softmaxes is categorical(log(p)), p their weighted sum",
                    "categorical is no part of another distribution");
    if ((d == UR_CATEGORICAL) != (e->of->sym != 0))
        ur_complain(c->a, &x->at,
                    e->kind == N_PRIOR ? "a parameter has a prior of any number: normal, laplace or student_t"
                    : e->of->sym       ? "a symbol is drawn from categorical(logits)"
                                       : ur_arena_printf(c->a, "write %s %s : symbol%s, or another distribution",
                                                   e->datum < 0 ? "latent" : "data", e->name, e->datum < 0 ? "(k)" : ""),
                    e->of->sym ? "%s is a symbol" : "categorical draws symbols, and %s is a number", e->name);
    if (e->datum < 0) return;
    if (d == UR_CATEGORICAL && c->g->data[e->datum].nfix)
        ur_complain(c->a, &e->at, "write a datum and a ~ line for each",
                    "%s would be several symbols drawn at once: it has a fixed index", e->name);
    const char *words = ur_support_words(info->support);
    if (words && c->g->data[e->datum].kind == UR_REAL)
        ur_complain(c->a, &x->at,
                    ur_arena_printf(c->a, "write data %s : %s", e->name, ur_dist_whole((ur_dist)d) ? "count" : "raw"),
                    "%s draws %s, but %s is real and so is shifted and scaled", info->name, words, e->name);
}

/* pinball losses of columns that are scaled each by itself cannot be added */
static void one_scale(ur_comp *c, const ur_entity *e, const ur_expr *x)
{
    if (e->datum < 0) ur_complain(c->a, &x->at, NULL, "quantiles are of data, and %s is none", e->name);
    const ur_datum *d = &c->g->data[e->datum];
    if (d->kind == UR_REAL && ur_datum_width(&c->g->schema, d) > 1)
        ur_complain(c->a, &x->at, ur_arena_printf(c->a, "write data %s : raw(%d), or a datum for each", e->name, d->size),
                    "the columns of %s are each scaled by itself, and their pinball losses cannot be added", e->name);
}

/* a pointer draws one position, of an index that it does not lie along */
static void one_position(ur_comp *c, const ur_entity *e, const ur_expr *x)
{
    if (e->datum < 0) ur_complain(c->a, &x->at, NULL, "a position is of data, and %s is none", e->name);
    const ur_datum *d = &c->g->data[e->datum];
    if (d->kind != UR_COUNT)
        ur_complain(c->a, &x->at, ur_arena_printf(c->a, "write data %s : count", e->name),
                    "%s draws the number of a position, a whole number", x->name);
    if (d->size > 1)
        ur_complain(c->a, &x->at, NULL, "%s draws one position, and %s has %d components", x->name, e->name, d->size);
    ur_bind *b = ur_lookup(c, e->scope, x->over[0]->name);
    if (b && ur_entity_position(e->of, b->index) >= 0)
        ur_complain(c->a, &x->over[0]->at, ur_arena_printf(c->a, "write index s = %s, and %s[s](…)", x->over[0]->name, x->name),
                    "%s lies along %s itself", e->name, x->over[0]->name);
}

static void part_fits(ur_comp *c, const ur_entity *e, const ur_expr *x, bool inner)
{
    ur_law_kind kind = ur_law_of(c, x);
    if (kind == UR_LAW_PLAIN || kind == UR_LAW_JOINT) {
        plain_fits(c, e, x, inner);
        return;
    }
    if (e->of->sym)
        ur_complain(c->a, &x->at,
                    kind == UR_LAW_POINTER
                        ? "a position is a whole number: data p[t] : count, or of a fixed index one of so many: symbol(10)"
                        : "a symbol is drawn from categorical(logits)",
                    "%s is a symbol", e->name);
    if (kind == UR_LAW_QUANTILE) one_scale(c, e, x);
    if (kind == UR_LAW_POINTER) one_position(c, e, x);
    if (kind >= UR_LAW_QUANTILE) return;
    if (kind != UR_LAW_MIXTURE && e->datum >= 0 && c->g->data[e->datum].kind == UR_REAL)
        ur_complain(c->a, &x->at, ur_arena_printf(c->a, "write data %s : raw", e->name),
                    kind == UR_LAW_POINT ? "%s is a number as it is, but %s is real and so is shifted and scaled"
                                         : "%s takes numbers as they are, but %s is real and so is shifted and scaled",
                    x->name, e->name);
    for (int k = 0; k < x->nkid; k++)
        if (x->kid[k]->kind == E_LAW) part_fits(c, e, x->kid[k], true);
}

void ur_law_fits(ur_comp *c, const ur_entity *e, const ur_expr *x)
{
    if (ur_law_of(c, x) >= UR_LAW_QUANTILE && e->kind == N_PRIOR) ur_law_alone(c, x);
    if (ur_law_of(c, x) != UR_LAW_PLAIN && e->kind == N_PRIOR)
        ur_complain(c->a, &x->at, ur_arena_printf(c->a, "loss prior = -logp(%s(…), %s)", x->name, e->name),
                    "a prior is a plain distribution; logp takes any");
    if (e->datum >= 0 && c->g->data[e->datum].kind == UR_TIME)
        ur_complain(c->a, &e->at, NULL, "%s is a time, which is known and never drawn", e->name);
    part_fits(c, e, x, false);
}

/* ---- as nodes */
/* a parameter that stands for a factor starts as the identity: of scale 1, without correlation */
static void start_factor(ur_comp *c, ur_id v)
{
    int param = ur_param_of(c->g, v);
    if (param >= 0 && c->g->param[param].init == UR_INIT_DEFAULT) c->g->param[param].init = UR_INIT_IDENTITY;
}

/* the values are those of a POINT, the levels stand where a MIXTURE has its logits */
static ur_spec *quantiles(ur_comp *c, ur_scope *s, ur_entity *ent, ur_spec *d)
{
    const ur_expr *values = d->at->kid[0], *levels = d->at->kid[1];
    ur_spec *p = UR_NEW(c->a, ur_spec, 1);
    *p = (ur_spec){ .kind = UR_LAW_POINT, .at = d->at, .over = -1, .narg = 1 };
    p->arg[0] = ur_plain(c, ur_value(c, s, ent, values).id);
    d->kid[d->nkid++] = p;
    d->arg[d->narg++] = ur_plain(c, ur_value(c, s, ent, levels).id);
    for (int k = 0; k < c->g->index[d->over].size; k++) {
        double v;
        if (!ur_known_number(c->g, d->arg[0], d->over, k, 0, &v))
            ur_complain(c->a, &levels->at, "levels are made of numbers, hypers and the index, as 0.25 * k or [0.1; 0.5; 0.9][k]",
                        "the levels %s are not known beforehand", ur_expr_text(c->a, levels));
        if (!(v > 0 && v < 1))
            ur_complain(c->a, &levels->at,
                        ur_arena_printf(c->a, "the level of %s = %d is %g", c->g->index[d->over].name, k + 1, v),
                        "a level lies between 0 and 1");
    }
    return d;
}

ur_spec *ur_spec_of(ur_comp *c, ur_scope *s, ur_entity *ent, const ur_expr *x)
{
    ur_spec *d = UR_NEW(c->a, ur_spec, 1);
    ur_id no = ur_num(c->g, 0);
    *d = (ur_spec){ .kind = (ur_law_kind)ur_law_kind_of(x), .at = x, .over = x->nover ? ur_law_index(c, s, x) : -1 };
    d->kid = UR_NEW(c->a, ur_spec *, x->nkid + 1);
    if (d->kind == UR_LAW_QUANTILE) return quantiles(c, s, ent, d);
    if (d->kind == UR_LAW_DENSITY) ur_density_spec(c, s, ent, d);
    if (d->kind == UR_LAW_POINTER) ur_pointer_spec(c, s, ent, d);
    if (d->kind >= UR_LAW_QUANTILE) return d;
    if (d->kind == UR_LAW_PLAIN || d->kind == UR_LAW_JOINT) d->dist = (ur_dist)ur_dist_named(x->name);
    if (d->kind == UR_LAW_CENSORED) {
        d->narg = 2;
        d->arg[0] = d->arg[1] = no;
    }
    for (int k = 0; k < x->nkid; k++) {
        const ur_expr *y = x->kid[k];
        if (y->kind == E_LAW) {
            d->kid[d->nkid++] = ur_spec_of(c, s, ent, y);
            continue;
        }
        bool positive = d->kind == UR_LAW_PLAIN && ur_dists[d->dist].arg[k] == A_POSITIVE;
        int given = -1;
        ur_id v = positive ? ur_positive_argument(c, s, ent, y, (int)d->dist, k, &given) : ur_plain(c, ur_value(c, s, ent, y).id);
        if (d->kind == UR_LAW_CENSORED) d->arg[strcmp(x->argname[k], "right") ? 1 : 0] = v;
        else d->arg[d->narg++] = v;
    }
    if (d->kind == UR_LAW_JOINT) start_factor(c, d->arg[1]);
    return d;
}

ur_id ur_chosen(ur_graph *g, int n, const ur_id *when, const ur_id *v)
{
    ur_id r = v[n - 1];
    for (int k = n - 2; k >= 0; k--)
        if (v[k] != r) r = ur_where(g, when[k], v[k], r);
    return r;
}

/* for draws a mixture, of whose logits one is not −infinity */
ur_spec *ur_spec_choice(ur_comp *c, int n, const ur_id *when, ur_spec **kid)
{
    ur_graph *g = c->g;
    ur_spec *d = UR_NEW(c->a, ur_spec, 1);
    ur_id *logit = UR_NEW(c->a, ur_id, n), *v = UR_NEW(c->a, ur_id, n);
    for (int k = 0; k < n; k++) {
        for (int i = 0; i < n; i++) v[i] = Num(i == k ? 0 : -INFINITY);
        logit[k] = ur_chosen(g, n, when, v);
    }
    *d = (ur_spec){ .kind = UR_LAW_MIXTURE, .at = kid[0]->at, .over = -1, .when = when, .narg = 1, .nkid = n, .kid = kid };
    d->arg[0] = ur_concat(g, n, logit);
    return d;
}

bool ur_spec_takes(const ur_spec *d, double v)
{
    bool all = d->kind != UR_LAW_PLAIN || ur_supports(ur_dist_support(d->dist), v);
    for (int k = 0; k < d->nkid; k++) all = all && ur_spec_takes(d->kid[k], v);
    return all;
}

static bool has_points(const ur_spec *d)
{
    bool any = d->kind == UR_LAW_POINT;
    for (int k = 0; k < d->nkid; k++) any = any || has_points(d->kid[k]);
    return any;
}

/* 1 where all components of y that are there are those of a point of d; −1: it has none. there: −1: all are */
static ur_id at_points(ur_comp *c, const ur_spec *d, ur_id y, ur_id there)
{
    ur_graph *g = c->g;
    ur_id any = -1;
    if (d->kind == UR_LAW_POINT) {
        ur_id away = ur_binary(g, UR_NE, y, d->arg[0]);
        return Le(ur_vector_op(c, UR_CSUM, there >= 0 ? ur_where(g, there, away, Num(0)) : away), Num(0));
    }
    for (int k = 0; k < d->nkid; k++) {
        ur_id one = at_points(c, d->kid[k], y, there);
        if (one < 0) continue;
        if (d->over >= 0 && ur_has_index(&g->node[one], d->over)) one = ur_reduce(g, UR_RMAX, one, -1, 1, &d->over, false);
        any = any < 0 ? one : Or(any, one);
    }
    return any;
}

/* what −log p is asked for: of y, of whose components some are there, −1: all; points: where densities count as zero, −1:
 * nowhere; apart: parts of it draw what others do not; inner: in a mixture, of which another part may draw y */
typedef struct asked {
    ur_comp *c;
    ur_id y, there, points;
    bool apart, inner;
} asked;

static ur_id nlp(const asked *q, const ur_spec *d);

/* lse(all) − lse(each) over `over`, over components where that is −1 */
static ur_id log_ratio(const asked *q, ur_id all, ur_id each, int over)
{
    ur_comp *c = q->c;
    ur_graph *g = c->g;
    ur_id sum = over < 0 ? ur_vector_op(c, UR_CLSE, all) : ur_reduce(g, UR_RLSE, all, -1, 1, &over, false), most;
    if (!q->inner) return Sub(sum, over < 0 ? ur_vector_op(c, UR_CLSE, each) : ur_reduce(g, UR_RLSE, each, -1, 1, &over, false));
    most = over < 0 ? ur_vector_op(c, UR_CMAX, each) : ur_reduce(g, UR_RMAX, each, -1, 1, &over, false);
    ur_id can = Gt(most, Num(-INFINITY)), safe = ur_where(g, can, each, Num(0)); /* none of its parts may draw y */
    most = over < 0 ? ur_vector_op(c, UR_CLSE, safe) : ur_reduce(g, UR_RLSE, safe, -1, 1, &over, false);
    return ur_where(g, can, Sub(sum, most), Num(INFINITY));
}

/* −log of the mean of the parts' densities by their chances, Σ of which is 1 */
static ur_id mixture(const asked *q, const ur_spec *d)
{
    ur_comp *c = q->c;
    ur_graph *g = c->g;
    ur_id logits = d->arg[0];
    asked in = *q;
    in.inner = true;
    if (d->over >= 0) {
        ur_set over = UR_BIT(d->over);
        ur_id all = ur_spread(c, logits, over, 1, 1);
        return log_ratio(q, all, ur_spread(c, Sub(all, nlp(&in, d->kid[0])), over, 1, 1), d->over);
    }
    ur_id *each = UR_NEW(c->a, ur_id, d->nkid);
    ur_set set = 0;
    for (int k = 0; k < d->nkid; k++) {
        each[k] = Neg(nlp(&in, d->kid[k]));
        for (int i = 0; i < g->node[each[k]].nfix; i++) set |= UR_BIT(g->node[each[k]].fix[i]);
    }
    for (int k = 0; k < d->nkid; k++) each[k] = ur_spread(c, each[k], set, 1, 1);
    return log_ratio(q, logits, Add(logits, ur_concat(g, d->nkid, each)), -1);
}

/* 1 where a component may be drawn */
static ur_id drawable(ur_graph *g, ur_support s, ur_id y)
{
    switch (s) {
    case UR_SUPPORT_POSITIVE: return Gt(y, Num(0));
    case UR_SUPPORT_FROM_0: return Ge(y, Num(0));
    case UR_SUPPORT_UNIT: return And(Gt(y, Num(0)), Lt(y, Num(1)));
    case UR_SUPPORT_WHOLE: return And(Ge(y, Num(0)), ur_binary(g, UR_EQ, y, ur_unary(g, UR_FLOOR, y)));
    case UR_SUPPORT_BIT: return Or(ur_binary(g, UR_EQ, y, Num(0)), ur_binary(g, UR_EQ, y, Num(1)));
    default: return -1;
    }
}

/* of a PLAIN or CENSORED one, by component */
static ur_id by_component(ur_graph *g, const ur_spec *d, ur_id y)
{
    if (d->kind == UR_LAW_PLAIN) return ur_density_node(g, d->dist, y, d->arg);
    const ur_spec *k = d->kid[0];
    ur_id v = ur_where(g, d->arg[1], ur_tail_of(g, k->dist, false, y, k->arg), ur_density_node(g, k->dist, y, k->arg));
    return ur_where(g, d->arg[0], ur_tail_of(g, k->dist, true, y, k->arg), v);
}

/* Σ over components and levels p of p (y − q) where y is above q, else (p − 1) (y − q) */
static ur_id pinball(ur_comp *c, const ur_spec *d, ur_id y, ur_id there)
{
    ur_graph *g = c->g;
    ur_id p = d->arg[0], off = Sub(y, d->kid[0]->arg[0]), v;
    if (there >= 0) off = ur_where(g, there, off, Num(0));
    v = Max(Mul(p, off), Mul(Sub(p, Num(1)), off));
    v = ur_vector_op(c, UR_CSUM, ur_spread(c, v, UR_BIT(d->over), g->node[y].rows, g->node[y].cols));
    return ur_reduce(g, UR_RSUM, v, -1, 1, &d->over, false);
}

/* of all components of y together */
static ur_id nlp(const asked *q, const ur_spec *d)
{
    ur_comp *c = q->c;
    ur_graph *g = c->g;
    if (d->kind == UR_LAW_MIXTURE) return mixture(q, d);
    if (d->kind == UR_LAW_QUANTILE) return pinball(c, d, q->y, q->there);
    if (d->kind == UR_LAW_DENSITY) return ur_density_nlp(c, d, q->y);
    if (d->kind == UR_LAW_POINTER) return ur_pointer_nlp(c, d, q->y);
    if (d->kind == UR_LAW_POINT) return ur_where(g, at_points(c, d, q->y, q->there), Num(0), Num(INFINITY));
    ur_dist dist = d->kind == UR_LAW_CENSORED ? d->kid[0]->dist : d->dist;
    bool masked = q->points >= 0 && !ur_dist_whole(dist);
    ur_id y = masked ? ur_where(g, q->points, Num(0.5), q->y) : q->y;
    ur_id can = q->apart ? drawable(g, ur_dist_support(dist), y) : -1;
    if (can >= 0) y = ur_where(g, can, y, Num(ur_supports(ur_dist_support(dist), 0) ? 0 : 0.5));
    ur_id v;
    if (d->kind == UR_LAW_JOINT) v = ur_joint_nlp(c, d, y, q->there);
    else {
        v = by_component(g, d, y);
        if (can >= 0) v = ur_where(g, can, v, Num(INFINITY));
        if (q->there >= 0) v = ur_where(g, q->there, v, Num(0));
        v = ur_vector_op(c, UR_CSUM, ur_spread(c, v, 0, g->node[q->y].rows, g->node[q->y].cols));
    }
    return masked ? ur_where(g, q->points, Num(INFINITY), v) : v;
}

/* bits of what its parts draw */
static unsigned supports(const ur_spec *d)
{
    unsigned all = d->kind == UR_LAW_PLAIN || d->kind == UR_LAW_JOINT ? 1u << ur_dist_support(d->dist) : 0;
    for (int k = 0; k < d->nkid; k++) all |= supports(d->kid[k]);
    return all;
}

ur_id ur_spec_nlp(ur_comp *c, const ur_spec *d, ur_id y, ur_id there)
{
    if (d->when) {
        ur_id *each = UR_NEW(c->a, ur_id, d->nkid);
        for (int k = 0; k < d->nkid; k++) each[k] = ur_spec_nlp(c, d->kid[k], y, there);
        return ur_chosen(c->g, d->nkid, d->when, each);
    }
    unsigned all = supports(d);
    asked q = { c, y, there, -1, (all & (all - 1)) != 0, false };
    if (d->kind == UR_LAW_MIXTURE && has_points(d)) q.points = at_points(c, d, y, there);
    return nlp(&q, d);
}

/* ---- as a tree with its arguments in one vector */
typedef struct packer {
    ur_comp *c;
    ur_id y; /* the datum: whose fixed indices and components they are */
    uint32_t nlaw;
    int nover, over[UR_MAX_FIXED], place[UR_MAX_FIXED]; /* where mixtures stand along their indices, from 0 */
    int n, cap;                                         /* arguments, each once */
    ur_id *arg;
    uint32_t *from; /* where the numbers of each begin, tuple after tuple */
    uint32_t all;
} packer;

static int packed(packer *p, ur_id v)
{
    const ur_node *n = &p->c->g->node[v];
    for (int k = 0; k < p->n; k++)
        if (p->arg[k] == v) return k;
    int cap = p->cap;
    UR_GROW(p->c->a, p->arg, p->n, cap);
    UR_GROW(p->c->a, p->from, p->n, p->cap);
    p->arg[p->n] = v;
    p->from[p->n] = p->all;
    p->all += (uint32_t)ur_node_width(p->c->g, n);
    return p->n++;
}

/* [components of y] where each finds its number of argument v, which has one for all or one for each; row: of a vector of another
 * meaning, −1 */
static const uint32_t *places(packer *p, ur_id v, int row)
{
    const ur_graph *g = p->c->g;
    int k = packed(p, v);
    const ur_node *n = &g->node[v], *y = &g->node[p->y];
    size_t w = ur_node_width(g, y), rows = (size_t)y->rows;
    uint32_t *at = UR_NEW(p->c->a, uint32_t, w);
    for (size_t i = 0; i < w; i++) {
        size_t flat = 0;
        for (int f = 0; f < n->nfix; f++) {
            int where = -1, left = (int)(i / rows);
            for (int q = y->nfix - 1; q >= 0; q--) {
                int size = g->index[y->fix[q]].size;
                if (y->fix[q] == n->fix[f]) where = left % size;
                left /= size;
            }
            for (int q = 0; q < p->nover; q++)
                if (p->over[q] == n->fix[f]) where = p->place[q];
            flat = flat * (size_t)g->index[n->fix[f]].size + (size_t)(where < 0 ? 0 : where);
        }
        at[i] = p->from[k] + (uint32_t)(flat * (size_t)n->rows + (row >= 0 ? (size_t)row : n->rows == 1 ? 0 : i % rows));
    }
    return at;
}

/* a matrix's rows in one vector */
static ur_id in_rows(ur_comp *c, ur_id m)
{
    const ur_node x = c->g->node[m];
    ur_id *row = UR_NEW(c->a, ur_id, x.rows);
    for (int r = 0; r < x.rows; r++) row[r] = ur_transpose(c, ur_rows_of(c, m, r, 1));
    return ur_concat(c->g, x.rows, row);
}

/* where the row of a factor begins, for each component */
static const uint32_t *factor_rows(packer *p, ur_id factor)
{
    const ur_node *y = &p->c->g->node[p->y];
    size_t w = ur_node_width(p->c->g, y), n = (size_t)y->rows;
    const uint32_t *first = places(p, in_rows(p->c, factor), 0);
    uint32_t *at = UR_NEW(p->c->a, uint32_t, w);
    for (size_t i = 0; i < w; i++) at[i] = first[i] + (uint32_t)(i % n * n);
    return at;
}

static const ur_law *law(packer *p, const ur_spec *d)
{
    ur_arena *a = p->c->a;
    ur_law *l = UR_NEW(a, ur_law, 1);
    bool pointer = d->kind == UR_LAW_POINTER;
    int n = d->over >= 0 && !pointer ? p->c->g->index[d->over].size : d->nkid;
    const ur_law **kid = UR_NEW(a, const ur_law *, n + 1);
    const uint32_t **logit = UR_NEW(a, const uint32_t *, n + 1);
    const ur_node *y = &p->c->g->node[p->y];
    *l = (ur_law){ .kind = d->kind,
                   .chosen = d->when != NULL,
                   .dist = d->dist,
                   .nkid = n,
                   .along = d->over,
                   .number = p->nlaw++,
                   .together = (size_t)y->rows };
    l->width = ur_node_width(p->c->g, y);
    bool many = d->kind == UR_LAW_MIXTURE || d->kind == UR_LAW_QUANTILE;
    for (int k = 0; k < d->narg && !many; k++)
        l->at[k] = d->kind == UR_LAW_JOINT && k ? factor_rows(p, d->arg[k]) : places(p, d->arg[k], -1);
    if (d->over >= 0 && !pointer) p->over[p->nover++] = d->over;
    for (int k = 0; k < n; k++) {
        if (d->over >= 0) p->place[p->nover - 1] = k;
        if (many) logit[k] = places(p, d->arg[0], d->over >= 0 ? 0 : k);
        kid[k] = law(p, d->kid[d->over >= 0 ? 0 : k]);
    }
    if (d->over >= 0 && !pointer) p->nover--;
    l->kid = kid;
    l->logit = logit;
    return l;
}

/* v at tuple t of its fixed indices */
static ur_id at_tuple(ur_comp *c, ur_id v, int t)
{
    const ur_node n = c->g->node[v];
    ur_sub sub[UR_MAX_SUB];
    for (int k = 0; k < n.nidx; k++) sub[k] = ur_still(n.idx[k]);
    for (int k = n.nfix - 1; k >= 0; k--) {
        int size = c->g->index[n.fix[k]].size;
        sub[n.nidx + k] = (ur_sub){ .kind = UR_SUB_FIRST, .index = n.fix[k], .off = t % size, .before = -1, .after = -1 };
        t /= size;
    }
    return n.nfix ? ur_read(c->g, v, sub) : v;
}

const ur_law *ur_spec_law(ur_comp *c, const ur_spec *d, ur_id y, ur_id *args)
{
    packer p = { .c = c, .y = y };
    ur_graph *g = c->g;
    const ur_law *l = law(&p, d);
    int n = 0, many = 0;
    for (int k = 0; k < p.n; k++) many += ur_node_tuples(g, &g->node[p.arg[k]]);
    ur_id *part = UR_NEW(c->a, ur_id, many + 1);
    for (int k = 0; k < p.n; k++)
        for (int t = 0, all = ur_node_tuples(g, &g->node[p.arg[k]]); t < all; t++) part[n++] = at_tuple(c, p.arg[k], t);
    ur_id v = ur_concat(g, n, part);
    ur_node like = g->node[y];
    like.op = UR_BCAST;
    like.sym = false;
    like.narg = 1;
    like.arg = &v;
    like.i = like.j = like.nfix = 0;
    like.rows = g->node[v].rows;
    like.cols = 1;
    bool less = g->node[v].nidx < like.nidx || !g->node[v].example;
    *args = less ? ur_node_add(g, &like) : v;
    return l;
}
