/* What a graph carries from position to position along an index: values at fixed lags, a state that may fade, or one that keeps
 * what was added to it. Must not know lengths. Invariant: where it cannot tell, a state keeps. */
#include "graph/graph.h"

static bool lags(const ur_graph *g, const ur_node *n, int index)
{
    if (n->op == UR_GATHER) return n->i == index && n->j;
    if (n->op != UR_READ) return false;
    const ur_node *q = &g->node[n->arg[0]];
    for (int s = 0; s < q->nidx; s++) {
        const ur_sub *u = &n->sub[s];
        if (q->idx[s] == index && !ur_sub_still(u, index)) return true;
    }
    return false;
}

/* what a walk through a graph needs, by node: when it was met (0: not yet), the earliest it leads back to, the argument it is at;
 * the way here, and what may still be of a cycle */
typedef struct tarjan {
    int *met, *low, *arg;
    ur_id *path, *open;
    bool *waits;
} tarjan;

static void free_tarjan(tarjan *t)
{
    ur_free(t->met);
    ur_free(t->low);
    ur_free(t->arg);
    ur_free(t->path);
    ur_free(t->open);
    ur_free(t->waits);
}

/* in[v] = is there a way from v back to v, along arguments, by operations that are `all` or pass? Numbers, from 1, of what is on
 * cycles together; else 0. Tarjan (1972), without recursion */
static int find_cycles(const ur_graph *g, bool all, int *in, ur_err *e)
{
    size_t n = (size_t)g->nnode + 1;
    tarjan t = { .met = ur_zalloc(n * sizeof *t.met),
                 .low = ur_alloc(n * sizeof *t.low),
                 .arg = ur_zalloc(n * sizeof *t.arg),
                 .path = ur_alloc(n * sizeof *t.path),
                 .open = ur_alloc(n * sizeof *t.open),
                 .waits = ur_zalloc(n) };
    bool ok = t.met && t.low && t.arg && t.path && t.open && t.waits;
    int clock = 0, depth = 0, nopen = 0, count = 0;
    for (ur_id r = 0; ok && r < g->nnode; r++) {
        if (!t.met[r]) t.path[depth++] = r;
        while (depth) {
            ur_id v = t.path[depth - 1], a = -1;
            const ur_node *k = &g->node[v];
            if (!t.met[v]) {
                t.met[v] = t.low[v] = ++clock;
                t.open[nopen++] = v;
                t.waits[v] = true;
            }
            while (a < 0 && t.arg[v] < k->narg && (all || ur_op_is(k->op, UR_PASSES))) {
                a = k->arg[t.arg[v]++];
                if (a < 0 || !t.met[a]) continue;
                if (a == v) in[v] = -1;
                if (t.waits[a] && t.met[a] < t.low[v]) t.low[v] = t.met[a];
                a = -1;
            }
            if (a >= 0) {
                t.path[depth++] = a;
                continue;
            }
            depth--;
            if (depth && t.low[v] < t.low[t.path[depth - 1]]) t.low[t.path[depth - 1]] = t.low[v];
            if (t.low[v] != t.met[v]) continue;
            bool cycle = t.open[nopen - 1] != v || in[v];
            count += cycle;
            for (ur_id w = -1; w != v;) {
                w = t.open[--nopen];
                t.waits[w] = false;
                in[w] = cycle ? count : 0;
            }
        }
    }
    free_tarjan(&t);
    return ok ? 0 : ur_nomem(e);
}

static bool moves(const ur_graph *g, const ur_node *n)
{
    if (n->op != UR_READ) return ur_looks_one_way(n);
    const ur_node *q = &g->node[n->arg[0]];
    for (int s = 0; s < q->nidx; s++)
        if (n->sub[s].kind != UR_SUB_REL || n->sub[s].off || n->sub[s].nfix) return true;
    return false;
}

int ur_recurrences(const ur_graph *g, bool *closes, ur_err *e)
{
    int *cycle = ur_zalloc(((size_t)g->nnode + 1) * sizeof *cycle), rc = cycle ? find_cycles(g, true, cycle, e) : ur_nomem(e);
    for (ur_id v = 0; !rc && v < g->nnode; v++) closes[v] = cycle[v] && moves(g, &g->node[v]);
    ur_free(cycle);
    return rc;
}

int ur_memory(const ur_graph *g, int index, ur_memory_kind *out, ur_err *e)
{
    size_t room = ((size_t)g->nnode + 1) * sizeof(int);
    int *returns = ur_zalloc(room), *stays = ur_zalloc(room);
    int rc = returns && stays ? 0 : ur_nomem(e);
    if (!rc) rc = find_cycles(g, true, returns, e);
    if (!rc) rc = find_cycles(g, false, stays, e);
    *out = UR_MEMORY_LAGS;
    for (ur_id v = 0; !rc && v < g->nnode && *out != UR_MEMORY_KEEPS; v++) {
        const ur_node *n = &g->node[v];
        if (lags(g, n, index) && returns[v]) *out = stays[v] ? UR_MEMORY_KEEPS : UR_MEMORY_FADES;
    }
    ur_free(returns);
    ur_free(stays);
    return rc;
}
