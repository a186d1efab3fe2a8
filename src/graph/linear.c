/* linear.c: is a model linear in its trained parameters, with normal noise? Found on the graph alone, by the degree of every node
 * in the trained parameters. Must not run anything. Invariant: what it calls linear is linear for all data; it may miss some. */
#include "graph/terms.h"
#include "math/math.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- the verdict */
typedef struct look {
    const ur_graph *g;
    uint8_t *deg;
    bool *seen;
    ur_id *list;
    uint8_t *owner;
    ur_linear *x;
} look;

static bool no(look *k, const char *fmt, const char *a, const char *b)
{
    snprintf(k->x->why, sizeof k->x->why, fmt, a, b);
    return false;
}

/* owner[p]: 0 free, 1 in a mean, 2 in a standard deviation */
static bool claim(look *k, ur_id id, uint8_t as, int *count, int *which, bool *data)
{
    const ur_graph *g = k->g;
    int reached = ur_reach(g, id, k->seen, k->list);
    bool alone = true;
    *count = 0;
    *data = false;
    for (int q = 0; q < reached; q++) {
        const ur_node *n = &g->node[k->list[q]];
        k->seen[k->list[q]] = false;
        *data |= n->op == UR_DATA;
        if (n->op != UR_PARAM || !g->param[n->i].trained) continue;
        alone = alone && !k->owner[n->i];
        k->owner[n->i] = as;
        *which = n->i;
        ++*count;
    }
    return alone;
}

/* what differs from step to step of a fit, and that v is made of; NULL: nothing */
static const char *hangs(look *k, ur_id v)
{
    const char *why = NULL;
    int reached = ur_reach(k->g, v, k->seen, k->list);
    for (int q = 0; q < reached; q++) {
        const ur_node *n = &k->g->node[k->list[q]];
        k->seen[k->list[q]] = false;
        if (ur_is_chance(n)) why = "draws, new ones at each step";
        else if (n->op == UR_RUN && !why)
            why = n->i == UR_RUN_TRAINING ? "training, which is 1 in steps alone" : "progress, which grows from step to step";
    }
    return why;
}

static bool line_fits(look *k, const ur_like *l)
{
    const ur_graph *g = k->g;
    const char *name = g->data[l->datum].name;
    int count, which = -1;
    bool data;
    if (l->latent) return no(k, "%s reads a latent symbol%s", name, "");
    if (l->law) return no(k, "%s is %s, not normal", name, ur_law_name(l->law));
    const ur_id *arg = l->ahead ? l->origin : l->arg;
    if (l->dist != UR_NORMAL) return no(k, "%s is %s, not normal", name, ur_dist_name(l->dist));
    if (l->ahead && (g->data[l->datum].size > 1 || l->weight_text))
        return no(k, "%s is drawn ahead, %s", name, g->data[l->datum].size > 1 ? "a vector" : "with a weight");
    for (int a = 0; a < l->narg; a++) {
        const char *why = hangs(k, arg[a]);
        if (why) return no(k, "%s hangs on %s", name, why);
    }
    if (k->deg[arg[0]] > 1) return no(k, "the mean of %s is not linear in the trained parameters%s", name, "");
    if (!claim(k, arg[0], 1, &count, &which, &data))
        return no(k, "a parameter in the mean of %s serves elsewhere too%s", name, "");
    const ur_node *s = &g->node[ur_same_value(g, arg[1])];
    if (!claim(k, arg[1], 2, &count, &which, &data))
        return no(k, "a parameter in the standard deviation of %s serves elsewhere too%s", name, "");
    if (count > 1 || data || s->example || s->nidx)
        return no(k, "the standard deviation of %s is more than one parameter or number%s", name, "");
    return true;
}

int ur_prior_line(const ur_graph *g, const ur_prior *q)
{
    for (int l = 0; l < g->nlike; l++) {
        ur_id sd = g->like[l].dist == UR_NORMAL ? ur_same_value(g, g->like[l].arg[1]) : -1, v = ur_same_value(g, q->arg[1]);
        while (v != sd && g->node[v].op == UR_MUL) {
            const ur_node *n = &g->node[v];
            int number = g->node[n->arg[0]].op == UR_CONST ? 0 : g->node[n->arg[1]].op == UR_CONST ? 1 : -1;
            if (number < 0) break;
            v = ur_same_value(g, n->arg[!number]);
        }
        if (v == sd && g->node[v].op != UR_CONST) return l;
    }
    return -1;
}

/* does the parameter stand in the mean of line l? */
static bool in_mean(look *k, int l, int param)
{
    int reached = ur_reach(k->g, k->g->like[l].arg[0], k->seen, k->list);
    bool found = false;
    for (int q = 0; q < reached; q++) {
        k->seen[k->list[q]] = false;
        found = found || (k->g->node[k->list[q]].op == UR_PARAM && k->g->node[k->list[q]].i == param);
    }
    return found;
}

/* a normal prior of a parameter of a mean, about numbers, with a number or a multiple of that mean's line's standard deviation */
static bool prior_fits(look *k, const ur_prior *q)
{
    const char *name = q->place.name;
    int line = ur_prior_line(k->g, q);
    if (q->dist != UR_NORMAL) return no(k, "the prior of %s is %s, not normal", name, ur_dist_name(q->dist));
    if (q->some) return no(k, "the prior of %s has a condition%s", name, "");
    if (k->owner[q->param] != 1) return no(k, "%s has a prior, and is in no mean%s", name, "");
    if (k->deg[q->arg[0]]) return no(k, "the prior of %s is about other parameters%s", name, "");
    if (line < 0 ? k->deg[q->arg[1]] != 0 : !in_mean(k, line, q->param))
        return no(k, "the prior of %s has a scale that is trained%s", name, "");
    return true;
}

static void list_names(const look *k, char *out, size_t n)
{
    size_t used = 0;
    out[0] = 0;
    for (int p = 0; p < k->g->nparam && used + 80 < n; p++)
        if (k->owner[p] == 1) used += (size_t)snprintf(out + used, n - used, "%s%.60s", used ? ", " : "", k->g->param[p].name);
}

int ur_linear_of(ur_linear *x, const ur_graph *g, ur_err *e)
{
    size_t n = (size_t)g->nnode + 1;
    look k = { g, ur_zalloc(n), ur_zalloc(n), ur_alloc(n * sizeof(ur_id)), ur_zalloc((size_t)g->nparam + 1), x };
    int rc = k.deg && k.seen && k.list && k.owner ? 0 : ur_nomem(e);
    x->holds = false;
    if (!rc) {
        ur_degrees(g, k.deg);
        x->holds = g->nlike > 0 && !g->ngoal;
        if (g->ngoal) no(&k, "it has the loss %s%s", g->goal[0].name, "");
        for (int l = 0; x->holds && l < g->nlike; l++) x->holds = line_fits(&k, &g->like[l]);
        for (int p = 0; x->holds && p < g->nprior; p++) x->holds = prior_fits(&k, &g->prior[p]);
        if (x->holds) {
            char names[300];
            list_names(&k, names, sizeof names);
            snprintf(x->why, sizeof x->why, "linear in its trained parameters%s%s%s with normal noise on observed data%s%s",
                     names[0] ? " (" : "", names, names[0] ? ")" : "", g->nprior ? " and normal priors" : "",
                     g->ndropout ? "; dropout is left out (--method gradients keeps it)" : "");
        }
    }
    ur_free(k.deg);
    ur_free(k.seen);
    ur_free(k.list);
    ur_free(k.owner);
    return rc;
}
