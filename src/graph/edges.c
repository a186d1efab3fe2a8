/* What a node reads. Every way through a graph, up or down, goes by this, so that no one forgets that a READ has boundaries.
 * Must not know what operators compute. */
#include "graph/graph.h"

int ur_nsub(const ur_graph *g, const ur_node *n)
{
    if (n->op != UR_READ) return 0;
    const ur_node *q = &g->node[n->arg[0]];
    return q->nidx + q->nfix;
}

int ur_noperand(const ur_graph *g, const ur_node *n) { return n->narg + 2 * ur_nsub(g, n); }

ur_id ur_operand(const ur_node *n, int k)
{
    if (k < n->narg) return n->arg[k];
    const ur_sub *s = &n->sub[(k - n->narg) / 2];
    return (k - n->narg) % 2 ? s->after : s->before;
}

ur_id ur_aliased(const ur_graph *g, ur_id v)
{
    for (int k = 0; v >= 0 && g->node[v].op == UR_ALIAS && k < g->nnode; k++) v = g->node[v].arg[0];
    return v;
}

int ur_param_of(const ur_graph *g, ur_id v)
{
    const ur_node *n = &g->node[v];
    if (n->op == UR_READ) n = &g->node[n->arg[0]];
    return n->op == UR_PARAM ? n->i : -1;
}

bool ur_has_boundary(const ur_graph *g, const ur_node *n)
{
    for (int k = n->narg; k < ur_noperand(g, n); k++)
        if (ur_operand(n, k) >= 0) return true;
    return false;
}

ur_users ur_users_of(const ur_graph *g, ur_arena *a, int n, const bool *live)
{
    ur_users u = { .first = UR_NEW(a, int, n + 2) };
    int *next = u.first + 1; /* first[v + 1] runs from where v's users begin to where they end */
    for (ur_id v = 0; v < n; v++)
        for (int k = 0; (!live || live[v]) && k < ur_noperand(g, &g->node[v]); k++)
            if (ur_operand(&g->node[v], k) >= 0) u.first[ur_operand(&g->node[v], k) + 2]++;
    for (ur_id v = 0; v < n; v++) u.first[v + 2] += u.first[v + 1];
    u.to = UR_NEW(a, ur_id, u.first[n + 1] + 1);
    for (ur_id v = 0; v < n; v++)
        for (int k = 0; (!live || live[v]) && k < ur_noperand(g, &g->node[v]); k++) {
            ur_id to = ur_operand(&g->node[v], k);
            if (to >= 0) u.to[next[to]++] = v;
        }
    return u;
}

int ur_reach(const ur_graph *g, ur_id from, bool *seen, ur_id *list)
{
    int n = 0;
    if (from < 0 || seen[from]) return 0;
    seen[from] = true;
    list[n++] = from;
    for (int at = 0; at < n; at++) {
        const ur_node *v = &g->node[list[at]];
        int nedge = ur_noperand(g, v);
        for (int k = 0; k < nedge; k++) {
            ur_id a = ur_operand(v, k);
            if (a < 0 || seen[a]) continue;
            seen[a] = true;
            list[n++] = a;
        }
    }
    return n;
}

bool ur_hangs_on(const ur_graph *g, ur_id v, ur_op op)
{
    size_t room = (size_t)g->nnode + 1;
    bool *seen = ur_zalloc(room), found = !seen;
    ur_id *list = ur_alloc(room * sizeof *list);
    int n = seen && list ? ur_reach(g, v, seen, list) : 0;
    found = found || !list;
    for (int k = 0; k < n && !found; k++) found = g->node[list[k]].op == op && (op != UR_DRAW || ur_is_chance(&g->node[list[k]]));
    ur_free(seen);
    ur_free(list);
    return found;
}

/* What id depends on that is not done yet, every node after its arguments, but for arguments that are under way when it is looked
 * at: there a recurrence closes. The last is id itself. A graph may be as deep as its text is long, so this keeps a stack of its
 * own: a path of nodes, and how many arguments of each have been looked at. */
int ur_postorder(const ur_graph *g, ur_id id, uint8_t *met, ur_order_work *w)
{
    int n = 0, depth = 0;
    if (id < 0 || met[id]) return 0;
    met[id] = 1;
    w->path[depth] = id;
    w->next[depth++] = 0;
    while (depth) {
        const ur_node *k = &g->node[w->path[depth - 1]];
        if (!w->next[depth - 1] && w->leaf && w->leaf[w->path[depth - 1]])
            w->next[depth - 1] = k->op == UR_GATHER ? 1 : k->narg; /* of one that is read at numbers they stand here */
        if (w->next[depth - 1] >= k->narg) {
            w->out[n++] = w->path[--depth];
            continue;
        }
        ur_id a = k->arg[w->next[depth - 1]++];
        if (a < 0 || met[a]) continue;
        met[a] = 1;
        w->path[depth] = a;
        w->next[depth++] = 0;
    }
    return n;
}

int ur_order_work_new(ur_order_work *w, const ur_graph *g, ur_err *e)
{
    size_t n = ((size_t)g->nnode + 1) * sizeof(ur_id);
    *w = (ur_order_work){ .path = ur_alloc(n), .out = ur_alloc(n), .next = ur_alloc(n) };
    if (w->path && w->out && w->next) return 0;
    ur_order_work_free(w);
    return ur_nomem(e);
}

void ur_order_work_free(ur_order_work *w)
{
    ur_free(w->path);
    ur_free(w->out);
    ur_free(w->next);
    *w = (ur_order_work){ 0 };
}
