/* What a graph's loss is summed from: the ~ lines of the text and the losses that it adds. Must not know data or fits. */
#include "graph/graph.h"

int ur_naddend(const ur_graph *g) { return g->bare ? 0 : g->nlike + g->ngoal + g->nprior; }

ur_addend ur_addend_of(const ur_graph *g, int k)
{
    if (k < g->nlike) return (ur_addend){ g->like[k].nll, g->like[k].seen, &g->like[k].place };
    if (k >= g->nlike + g->ngoal) {
        const ur_prior *p = &g->prior[k - g->nlike - g->ngoal];
        return (ur_addend){ p->value, p->counts, &p->place };
    }
    const ur_goal *o = &g->goal[k - g->nlike];
    return (ur_addend){ o->value, o->counts, &o->place };
}

double ur_units(const ur_graph *g, const double *count)
{
    double n = 0;
    for (int k = 0; k < g->nlike; k++) n += count[k];
    for (int k = 0; !g->nlike && k < g->ngoal; k++)
        if (count[k] > n) n = count[k];
    return n;
}

bool ur_gives_itself(const ur_graph *g, int line)
{
    const ur_like *l = &g->like[line];
    uint8_t *met = ur_zalloc((size_t)g->nnode + 1);
    bool *moves = ur_zalloc((size_t)g->nnode + 1), is = false; /* of other places */
    ur_order_work w = { 0 };
    bool ok = met && moves && !ur_order_work_new(&w, g, NULL);
    for (ur_id v = 0; ok && v < g->nnode; v++) moves[v] = g->node[v].op == UR_READ || g->node[v].op == UR_GATHER;
    w.leaf = moves;
    for (int k = 0; ok && k < l->narg && !is; k++)
        for (int n = ur_postorder(g, l->arg[k], met, &w), i = 0; i < n && !is; i++) {
            const ur_node *at = &g->node[w.out[i]];
            is = at->op == UR_DATA && at->j == UR_DATA_SAID && at->i == l->datum;
        }
    ur_order_work_free(&w);
    ur_free(met);
    ur_free(moves);
    return is;
}

int ur_goal_of_rows(const ur_graph *g)
{
    for (int n = 1; n >= 0; n--)
        for (int k = 0; k < g->ngoal; k++)
            if (g->node[g->goal[k].counts].nidx == n) return k;
    return -1;
}

bool ur_is_judged(const ur_graph *g, int k)
{
    if (k >= g->nlike + g->ngoal) return false;
    return k < g->nlike || !g->goal[k - g->nlike].moves;
}

double ur_judged(const ur_graph *g, const double *sum)
{
    double all = 0, judged = 0;
    bool any = false;
    for (int k = 0; k < ur_naddend(g); k++) {
        if (k < g->nlike + g->ngoal) all += sum[k];
        if (!ur_is_judged(g, k)) continue;
        judged += sum[k];
        any = true;
    }
    return any ? judged : all;
}
