/* Priors: ~ lines of parameters. -log p of a parameter, as the equations use it, joins what the fit makes small, once for all
 * data: each step has the share of it that its rows are of those of an epoch. Must not know data. Invariant: outside of a fit's
 * steps a prior is 0. */
#include "lang/comp.h"
#include "graph/makers.h"
#include <string.h>

/* the ~ line of the parameter x: the left side names its indices as the declaration does */
void ur_prior_declare(ur_comp *c, const ur_stmt *st, ur_bind *x)
{
    const ur_expr *h = st->head;
    ur_entity *of = x->ent;
    bool fits = h->nkid == of->nidx;
    for (int i = 0; fits && i < h->nkid; i++) {
        ur_bind *n = h->kid[i]->kind == E_NAME && !h->kid[i]->sub ? ur_lookup(c, &c->top, h->kid[i]->name) : NULL;
        fits = n && n->kind == B_INDEX && n->index == of->idx[i];
    }
    if (!fits)
        ur_complain(c->a, &h->at, NULL, "a prior is of all of %s: the left side is %s%s", h->name, h->name, ur_index_list(c, of));
    if (st->stationary)
        ur_complain(c->a, &h->at, NULL, "stationary is how a latent quantity begins, and %s is a parameter", h->name);
    if (of->stmt->fixed) ur_complain(c->a, &h->at, "write param for fixed", "%s is fixed, so a prior changes nothing", h->name);
    if (of->direct) ur_complain(c->a, &h->at, NULL, "%s has two priors", h->name);
    if (st->weight) ur_complain(c->a, &st->weight->at, "its scale says how strong it is", "a prior has no weight");
    of->direct = true;
    ur_new_line(c, N_PRIOR, st, of);
}

/* what a distribution draws has to be what the parameter can be: any number, or, of a scale, one above 0 */
static void check_support(ur_comp *c, const ur_entity *e, const ur_param *p)
{
    const ur_dist_info *d = &ur_dists[ur_dist_named(e->rhs->name)];
    bool above = d->support == UR_SUPPORT_POSITIVE || d->support == UR_SUPPORT_FROM_0;
    const char *words = ur_support_words(d->support);
    if (p->scale ? above || ur_dist_is_location((ur_dist)(d - ur_dists)) : ur_dist_is_location((ur_dist)(d - ur_dists))) return;
    const char *mend = p->scale ? "a scale has a prior of numbers from 0, as gamma(2, 1) or exponential(1), or normal(…)"
                                : "a parameter has a prior of any number: normal, laplace or student_t";
    if (words) ur_complain(c->a, &e->rhs->at, mend, "%s draws %s, and %s is none of them", d->name, words, e->name);
    ur_complain(c->a, &e->rhs->at, mend, "%s has no slope by which a fit would follow it", d->name);
}

/* the trained parameters that the loss without priors is computed from */
static bool *trained_by_data(ur_comp *c)
{
    ur_graph *g = c->g;
    bool *node = UR_NEW(c->a, bool, g->nnode + 1), *param = UR_NEW(c->a, bool, g->nparam + 1);
    ur_reach(g, g->loss, node, UR_NEW(c->a, ur_id, g->nnode + 1));
    for (ur_id v = 0; v < g->nnode; v++)
        if (node[v] && g->node[v].op == UR_PARAM) param[g->node[v].i] = true;
    return param;
}

/* A scale that nothing but its prior sees goes to 0, as far as numbers go: the density of what is drawn grows without bound */
static void check_scales(ur_comp *c, const ur_entity *e, const ur_like *l, const bool *by_data)
{
    ur_graph *g = c->g;
    for (int k = 0; k < l->narg; k++) {
        if (ur_dists[l->dist].arg[k] != A_POSITIVE) continue;
        bool *node = UR_NEW(c->a, bool, g->nnode + 1);
        ur_reach(g, l->arg[k], node, UR_NEW(c->a, ur_id, g->nnode + 1));
        for (ur_id v = 0; v < g->nnode; v++) {
            const ur_param *p = node[v] && g->node[v].op == UR_PARAM ? &g->param[g->node[v].i] : NULL;
            if (!p || !p->trained || by_data[g->node[v].i]) continue;
            ur_complain(c->a, &e->rhs->kid[k]->at,
                        "a number or a hyper, as in normal(0, 0.1), or the standard deviation of a ~ line",
                        "%s is trained by the prior alone, which grows without bound as it goes to 0", p->name);
        }
    }
}

/* what the rows at hand are of an epoch's, for each example */
static ur_id share_of_epoch(ur_comp *c)
{
    ur_graph *g = c->g;
    ur_id sum = -1, counts = -1;
    int n = g->nlike ? g->nlike : 1;
    if (!g->nlike && ur_goal_of_rows(g) >= 0) counts = g->goal[ur_goal_of_rows(g)].counts;
    if (!g->nlike && counts < 0)
        counts = ur_node_add(g, &(ur_node){ .op = UR_COUNTS, .example = true, .rows = 1, .cols = 1 }); /* examples */
    for (int k = 0; k < n; k++) {
        ur_id v = g->nlike ? g->like[k].seen : counts;
        const ur_node *m = &g->node[v];
        int red[UR_MAX_RAGGED];
        for (int i = 0; i < m->nidx; i++) red[i] = m->idx[i];
        if (m->nidx) v = ur_reduce(g, UR_RSUM, v, -1, m->nidx, red, false);
        sum = sum < 0 ? v : Add(sum, v);
    }
    ur_node each = { .op = UR_RUN, .i = UR_RUN_PER_EPOCH, .rows = 1, .cols = 1 };
    return Mul(sum, ur_node_add(g, &each));
}

/* a matrix takes an argument of one number, or of its own shape */
static void check_shapes(ur_comp *c, const ur_entity *e, const ur_like *l, const ur_param *p)
{
    for (int k = 0; k < l->narg; k++) {
        const ur_node *n = &c->g->node[l->arg[k]];
        const ur_expr *x = e->rhs->kid[k];
        if (n->rows == p->rows && n->cols == p->cols) continue;
        ur_complain(c->a, &x->at,
                    ur_arena_printf(c->a, "%s is %d × %d, %s is %d × %d", ur_expr_text(c->a, x), n->rows, n->cols, p->name,
                                    p->rows, p->cols),
                    "the sizes do not fit: a prior takes one number, or as many as its parameter has");
    }
}

static void prior(ur_comp *c, ur_entity *e, const bool *by_data)
{
    ur_graph *g = c->g;
    if (e->of->param < 0) ur_complain(c->a, &e->at, NULL, "%s has a prior, and no equation reads it", e->name);
    ur_param *p = &g->param[e->of->param];
    check_support(c, e, p);
    ur_like l = { .datum = -1, .dist = (ur_dist)ur_dist_named(e->rhs->name), .narg = e->rhs->nkid };
    ur_id arg[4] = { -1, -1, -1, -1 }, y = e->of->all.full;
    ur_line_arguments(c, e, &l, arg);
    check_shapes(c, e, &l, p);
    check_scales(c, e, &l, by_data);
    if (p->scale) y = ur_unary(g, UR_SOFTPLUS, y);
    ur_id nll = ur_density_node(g, l.dist, y, l.arg);
    if (e->holds) nll = ur_where(g, ur_plain(c, ur_value(c, e->scope, e, e->holds).id), nll, Num(0));
    nll = ur_vector_op(c, UR_CSUM, nll);
    const ur_node *n = &g->node[nll];
    int red[UR_MAX_FIXED];
    for (int i = 0; i < n->nfix; i++) red[i] = n->fix[i];
    if (n->nfix) nll = ur_reduce(g, UR_RSUM, nll, -1, n->nfix, red, false);
    if (n->example || n->nidx) ur_complain(c->a, &e->rhs->at, NULL, "the prior of %s reads data", e->name);
    ur_prior q = { .param = e->of->param,
                   .dist = l.dist,
                   .narg = l.narg,
                   .some = e->holds != NULL,
                   .value = Mul(nll, share_of_epoch(c)),
                   .counts = Num(0),
                   .text = ur_expr_text(c->a, e->rhs),
                   .place = { e->at.line, e->at.col, e->at.src->file, e->name } };
    memcpy(q.arg, l.arg, sizeof q.arg);
    g->node[q.value].place = q.place;
    UR_GROW(c->a, g->prior, g->nprior, c->prior_cap);
    g->prior[g->nprior++] = q;
    g->loss = Add(g->loss, ur_reduce(g, UR_RSUM, q.value, -1, 0, NULL, true));
}

void ur_priors(ur_comp *c)
{
    const bool *by_data = NULL;
    for (int k = 0; k < c->nent; k++) {
        ur_entity *e = c->ent[k];
        if (e->kind != N_PRIOR) continue;
        if (!c->g->nlike && !c->g->ngoal)
            ur_complain(c->a, &e->at, NULL, "%s has a prior, and there is no ~ line of data and no loss to fit", e->name);
        if (!by_data) by_data = trained_by_data(c);
        prior(c, e, by_data);
    }
}
