/* How far the subscripts of READs lead from the position of the reader: of one subscript, of all that leads from a node to the data, and whether
 * anything looks ahead. Must not know lengths: what is said here holds at any length. */
#include "graph/graph.h"
#include <string.h>

void ur_offsets(const ur_graph *g, const ur_sub *s, int *lo, int *hi)
{
    *lo = s->off;
    *hi = s->off;
    for (int f = 0; f < s->nfix; f++) {
        int size = g->index[s->fix[f]].size;        /* its positions: 1 to size */
        *lo += s->sign[f] > 0 ? 1 : -size;
        *hi += s->sign[f] > 0 ? size : -1;
    }
}

/* ---- position by position */
static bool is_datum(const ur_graph *g, ur_id v, int but)
{
    while (v >= 0 && g->node[v].op == UR_ALIAS)
        v = g->node[v].arg[0];
    return v >= 0 && g->node[v].op == UR_DATA && g->node[v].i != but;
}

static const char *read_beyond(const ur_graph *g, const ur_node *n, int index, int drawn)
{
    const ur_node *q = &g->node[n->arg[0]];
    for (int k = 0; k < q->nidx; k++) {
        const ur_sub *s = &n->sub[k];
        int lo, hi;
        if (q->idx[k] != index)
            continue;
        if (s->kind != UR_SUB_REL || s->index != index)
            return "its start or end";
        ur_offsets(g, s, &lo, &hi);
        if (hi > 0 && !is_datum(g, n->arg[0], drawn))
            return "what lies ahead";
    }
    return NULL;
}

const char *ur_looks_beyond(const ur_graph *g, int index, int drawn)
{
    for (int i = 0; i < g->nindex; i++)
        if (g->index[i].alias == index)
            return "all its positions at once";
    for (ur_id v = 0; v < g->nnode; v++) {
        const ur_node *n = &g->node[v];
        if (ur_op_is(n->op, UR_BY_LENGTH) && n->i == index)
            return "its length";
        if (ur_op_is(n->op, UR_REDUCES) && !n->red_example)
            for (int r = 0; r < n->nred; r++)
                if (n->red[r] == index)
                    return "all its positions at once";
        const char *why = n->op == UR_READ ? read_beyond(g, n, index, drawn) : NULL;
        if (why)
            return why;
    }
    return NULL;
}

bool ur_can_cut(const ur_graph *g, int index)
{
    if (index < 0)
        return false;
    for (int d = 0; d < g->ndata; d++)
        if (g->data[d].drawn && (g->data[d].nidx != 1 || g->data[d].idx[0] != index))
            return false;
    return !ur_looks_beyond(g, index, -1);
}

/* ---- how far back data are read */
/* how far before its own position READ n looks along an index, at least and at most; 0: not back, or at its start or end */
static void backwards(const ur_graph *g, const ur_node *n, int index, int *least, int *most)
{
    const ur_node *q = n->op == UR_READ ? &g->node[n->arg[0]] : NULL;
    *least = *most = 0;
    for (int k = 0; q && k < q->nidx; k++) {
        int lo, hi;
        if (q->idx[k] != index || n->sub[k].kind != UR_SUB_REL)
            continue;
        ur_offsets(g, &n->sub[k], &lo, &hi);
        *least = hi < 0 ? -hi : 0;
        *most = lo < 0 ? -lo : 0;
    }
}

int ur_min_lag(const ur_graph *g, ur_id from, int datum, int index)
{
    int *dist = ur_alloc((size_t)(g->nnode + 1) * sizeof *dist), best = INT32_MAX;
    if (!dist)
        return 0;
    for (ur_id v = 0; v < g->nnode; v++)
        dist[v] = INT32_MAX;
    dist[from] = 0;
    for (bool more = true; more;) {                                /* relaxed to a fixpoint: lags are not negative */
        more = false;
        for (ur_id v = g->nnode - 1; v >= 0; v--) {
            const ur_node *n = &g->node[v];
            int least, most;
            if (dist[v] == INT32_MAX)
                continue;
            backwards(g, n, index, &least, &most);
            for (int a = 0; a < n->narg; a++) {
                if (n->arg[a] < 0 || dist[v] + least >= dist[n->arg[a]])
                    continue;
                dist[n->arg[a]] = dist[v] + least;
                more = true;
            }
        }
    }
    for (ur_id v = 0; v < g->nnode; v++)
        if (g->node[v].op == UR_DATA && g->node[v].i == datum && dist[v] < best)
            best = dist[v];
    ur_free(dist);
    return best;
}

/* its arguments have theirs; one under way is a recurrence: carried, not read back to */
static int node_lag(const ur_graph *g, ur_id v, int index, const int *lag)
{
    const ur_node *n = &g->node[v];
    int most = 0, least, back;
    for (int a = 0; a < n->narg; a++)
        if (n->arg[a] >= 0 && lag[n->arg[a]] > most)
            most = lag[n->arg[a]];
    backwards(g, n, index, &least, &back);
    return back > INT32_MAX - most ? INT32_MAX : most + back;
}

int ur_max_lag(const ur_graph *g, int index)
{
    int *lag = ur_zalloc((size_t)(g->nnode + 1) * sizeof *lag), most = 0;
    uint8_t *met = ur_zalloc((size_t)g->nnode + 1);
    ur_order_work w = { 0 };
    bool ok = lag && met && !ur_order_work_new(&w, g, NULL);
    for (int l = 0; ok && l < g->nlike; l++) {
        int n = ur_postorder(g, g->like[l].nll, met, &w);
        for (int k = 0; k < n; k++)
            lag[w.out[k]] = node_lag(g, w.out[k], index, lag);
        if (g->like[l].nll >= 0 && lag[g->like[l].nll] > most)
            most = lag[g->like[l].nll];
    }
    ur_order_work_free(&w);
    ur_free(lag);
    ur_free(met);
    return most;
}

/* ---- which data a node reads, between which offsets from its own position */
typedef struct walk { const ur_graph *g; int index; ur_span *span; } walk;

static void none(ur_span *s, int n)
{
    for (int d = 0; d < n; d++)
        s[d] = (ur_span){ 1, 0 };
}

static void widen(ur_span *to, int lo, int hi)
{
    if (to->lo > to->hi) {
        *to = (ur_span){ lo, hi };
        return;
    }
    if (lo < to->lo)
        to->lo = lo;
    if (hi > to->hi)
        to->hi = hi;
}

/* its arguments have theirs; one that has none is a recurrence under way: carried, not read */
static void span_of(walk *w, ur_id id)
{
    const ur_graph *g = w->g;
    const ur_node *n = &g->node[id];
    ur_span *mine = w->span + (size_t)id * (size_t)g->ndata;
    if (n->op == UR_DATA)
        widen(&mine[n->i], 0, 0);
    for (int a = 0; a < n->narg; a++) {
        if (n->arg[a] < 0)
            continue;
        const ur_span *from = w->span + (size_t)n->arg[a] * (size_t)g->ndata;
        int lo = 0, hi = 0;
        bool before = false, after = false;
        const ur_node *q = &g->node[n->arg[a]];
        for (int s = 0; n->op == UR_READ && s < q->nidx; s++) {
            const ur_sub *u = &n->sub[s];
            if (q->idx[s] != w->index || u->kind != UR_SUB_REL)
                continue;
            ur_offsets(g, u, &lo, &hi);
            before = u->before >= 0;
            after = u->after >= 0;
        }
        for (int d = 0; d < g->ndata; d++) {
            if (from[d].lo > from[d].hi)
                continue;
            int l = from[d].lo + lo, h = from[d].hi + hi;
            if (before && from[d].lo >= 0 && l < 0)
                l = 0;                               /* a boundary equation stands before the first value */
            if (after && from[d].hi <= 0 && h > 0)
                h = 0;
            if (l > h)
                l = h = 0;
            widen(&mine[d], l, h);
        }
    }
}

int ur_spans(const ur_graph *g, ur_id id, int index, ur_span *out, ur_err *e)
{
    walk w = { g, index, ur_zalloc(((size_t)g->nnode * (size_t)g->ndata + 1) * sizeof(ur_span)) };
    uint8_t *met = ur_zalloc((size_t)g->nnode + 1);
    ur_order_work o = { 0 };
    int rc = w.span && met ? ur_order_work_new(&o, g, e) : ur_nomem(e);
    for (ur_id k = 0; !rc && k < g->nnode; k++)
        none(w.span + (size_t)k * (size_t)g->ndata, g->ndata);
    int n = rc ? 0 : ur_postorder(g, id, met, &o);
    for (int k = 0; k < n; k++)
        span_of(&w, o.out[k]);
    if (!rc)
        memcpy(out, w.span + (size_t)id * (size_t)g->ndata, (size_t)g->ndata * sizeof *out);
    ur_order_work_free(&o);
    ur_free(met);
    ur_free(w.span);
    return rc;
}
