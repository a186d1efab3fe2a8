/* How far the subscripts of READs lead from the position of the reader: of one subscript, of all that leads from a node to the
 * data, and whether anything looks ahead. Must not know lengths: what is said here holds at any length. */
#include "graph/graph.h"
#include <math.h>
#include <string.h>

static void spread_by(const ur_graph *g, int times, int fixed, int *lo, int *hi)
{
    int size = g->index[fixed].size; /* its positions: 1 to size */
    *lo += times * (times > 0 ? 1 : size);
    *hi += times * (times > 0 ? size : 1);
}

void ur_offsets(const ur_graph *g, const ur_sub *s, int *lo, int *hi)
{
    *lo = s->off;
    *hi = s->off;
    for (int f = 0; f < s->nfix; f++) spread_by(g, s->times[f], s->fix[f], lo, hi);
    if (s->kind == UR_SUB_REL && s->mul && g->index[s->index].fixed) spread_by(g, s->mul - 1, s->index, lo, hi);
}

int ur_sub_divided(const ur_sub *s, int at)
{
    if (!s->div) return at;
    return at % s->div ? 0 : at / s->div;
}

int ur_gathered(double at, int64_t before, int length, int own, int toward)
{
    double k = at - (double)before;
    if (!(at >= 0) || at != floor(at) || k > (double)length + 1) return UR_NOWHERE;
    if ((toward < 0 && k >= own) || (toward > 0 && k <= own)) return UR_NOWHERE;
    return k < 0 ? 0 : (int)k;
}

int ur_subscript_at(const ur_graph *g, const ur_node *n, int k, int pos, const int *tuple, int len)
{
    const ur_sub *s = &n->sub[k];
    int at = s->off;
    if (s->kind == UR_SUB_FIRST) at += 1;
    if (s->kind == UR_SUB_END) at += len;
    if (s->kind == UR_SUB_REL && !g->index[s->index].fixed) at += ur_sub_mul(s) * pos;
    for (int m = 0; m < n->nfix; m++) {
        if (s->kind == UR_SUB_REL && n->fix[m] == s->index) at += ur_sub_mul(s) * tuple[m];
        for (int f = 0; f < s->nfix; f++)
            if (n->fix[m] == s->fix[f]) at += s->times[f] * tuple[m];
    }
    return ur_sub_divided(s, at);
}

/* ---- position by position */
static bool is_datum(const ur_graph *g, ur_id v, int but)
{
    v = ur_aliased(g, v);
    return v >= 0 && g->node[v].op == UR_DATA && g->node[v].i != but;
}

static const char *read_beyond(const ur_graph *g, const ur_node *n, int index, int drawn)
{
    const ur_node *q = &g->node[n->arg[0]];
    for (int k = 0; k < q->nidx; k++) {
        const ur_sub *s = &n->sub[k];
        int lo, hi;
        if (q->idx[k] != index) continue;
        if (s->kind != UR_SUB_REL || s->index != index) return "its start or end";
        ur_offsets(g, s, &lo, &hi);
        if (hi > 0 && (drawn == UR_ANY_DATUM || !is_datum(g, n->arg[0], drawn))) return "what lies ahead";
    }
    return NULL;
}

/* what a prior's share of an epoch is counted by: of what each position counts, what an example's positions that are run count */
static bool counts_share(const ur_graph *g, const ur_node *n)
{
    bool counts = false;
    for (int l = 0; g->nprior && l < g->nlike + g->ngoal; l++) counts = counts || ur_addend_of(g, l).counts == n->arg[0];
    return n->op == UR_RSUM && counts;
}

const char *ur_looks_beyond(const ur_graph *g, int index, int drawn)
{
    for (int i = 0; i < g->nindex; i++)
        if (g->index[i].alias == index) return "all its positions at once";
    for (ur_id v = 0; v < g->nnode; v++) {
        const ur_node *n = &g->node[v];
        if (n->op == UR_GATHER && n->i == index) return "any of its positions";
        if (ur_op_is(n->op, UR_BY_LENGTH) && n->i == index) return "its length";
        if (ur_op_is(n->op, UR_REDUCES) && !n->red_example && !counts_share(g, n))
            for (int r = 0; r < n->nred; r++)
                if (n->red[r] == index) return "all its positions at once";
        const char *why = n->op == UR_READ ? read_beyond(g, n, index, drawn) : NULL;
        if (why) return why;
    }
    return NULL;
}

bool ur_draws_ahead(const ur_graph *g, int index)
{
    for (ur_id v = 0; v < (g->nforward ? g->nforward : g->nnode); v++) {
        const ur_node *n = &g->node[v], *q = n->op == UR_READ ? &g->node[ur_aliased(g, n->arg[0])] : NULL;
        if (q && q->op == UR_FILL && read_beyond(g, n, index, -1)) return true;
    }
    return false;
}

bool ur_can_cut(const ur_graph *g, int index)
{
    if (index < 0) return false;
    for (int d = 0; d < g->ndata; d++)
        if (g->data[d].drawn && (g->data[d].nidx != 1 || g->data[d].idx[0] != index)) return false;
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
        if (q->idx[k] != index || n->sub[k].kind != UR_SUB_REL) continue;
        ur_offsets(g, &n->sub[k], &lo, &hi);
        *least = hi < 0 ? -hi : 0;
        *most = lo < 0 ? -lo : 0;
    }
}

int ur_min_lag(const ur_graph *g, const ur_spans *s, int datum)
{
    int least = INT32_MAX;
    for (int k = 0; k < s->n; k++) {
        int lag = s->span[k].hi < 0 ? -s->span[k].hi : 0;
        if ((datum < 0 ? g->data[s->span[k].datum].drawn : s->span[k].datum == datum) && lag < least) least = lag;
    }
    return least;
}

/* its arguments have theirs; one under way is a recurrence: carried, not read back to */
static int node_lag(const ur_graph *g, ur_id v, int index, const int *lag)
{
    const ur_node *n = &g->node[v];
    int most = 0, least, back;
    for (int a = 0; a < n->narg; a++)
        if (n->arg[a] >= 0 && lag[n->arg[a]] > most) most = lag[n->arg[a]];
    backwards(g, n, index, &least, &back);
    return back > INT32_MAX - most ? INT32_MAX : most + back;
}

int ur_max_lag(const ur_graph *g, int index)
{
    int *lag = ur_zalloc((size_t)(g->nnode + 1) * sizeof *lag), most = 0;
    uint8_t *met = ur_zalloc((size_t)g->nnode + 1);
    ur_order_work w = { 0 };
    bool ok = lag && met && !ur_order_work_new(&w, g, NULL);
    for (int l = 0; ok && l < ur_naddend(g); l++) {
        ur_id v = ur_addend_of(g, l).value;
        int n = ur_postorder(g, v, met, &w);
        for (int k = 0; k < n; k++) lag[w.out[k]] = node_lag(g, w.out[k], index, lag);
        if (v >= 0 && lag[v] > most) most = lag[v];
    }
    ur_order_work_free(&w);
    ur_free(lag);
    ur_free(met);
    return most;
}

/* ---- which data a node reads, at which offsets from its own position */
static int further(int a, int b)
{
    int64_t sum = (int64_t)a + b;
    return sum > INT32_MAX ? INT32_MAX : sum < -INT32_MAX ? -INT32_MAX : (int)sum;
}

static int push_span(ur_spans *s, ur_span u, ur_err *e)
{
    if (s->n == s->cap) {
        int cap = 2 * s->cap + 1;
        ur_span *more = ur_realloc(s->span, (size_t)cap * sizeof *more);
        if (!more) return ur_nomem(e);
        s->span = more;
        s->cap = cap;
    }
    s->span[s->n++] = u;
    return 0;
}

/* spans that touch are one */
static int add_span(ur_spans *s, ur_span u, ur_err *e)
{
    for (int k = 0; k < s->n; k++) {
        ur_span *other = &s->span[k];
        if (other->far != u.far || u.lo > further(other->hi, 1) || other->lo > further(u.hi, 1)) continue;
        u.lo = other->lo < u.lo ? other->lo : u.lo;
        u.hi = other->hi > u.hi ? other->hi : u.hi;
        *other = s->span[--s->n];
        k = -1;
    }
    return push_span(s, u, e);
}

/* how an argument of `n` is read, by what reads n as `from` says. What a boundary equation stands for (ends false: whatever it
 * is) is not read beyond the ends */
static int pass_on(const ur_graph *g, const ur_node *n, int a, int index, bool ends, const ur_spans *from, ur_spans *to,
                   ur_err *e)
{
    const ur_node *q = &g->node[n->arg[a]];
    int lo = 0, hi = 0, rc = 0;
    bool far = !ur_has_index(n, index) || !ur_has_index(q, index) || (n->op == UR_GATHER && !a), before = !ends, after = !ends;
    for (int k = 0; n->op == UR_READ && k < q->nidx; k++) {
        const ur_sub *u = &n->sub[k];
        if (q->idx[k] != index) continue;
        far = far || u->kind != UR_SUB_REL || u->index != index;
        if (u->kind != UR_SUB_REL) continue;
        ur_offsets(g, u, &lo, &hi);
        before = !ends || u->before >= 0;
        after = !ends || u->after >= 0;
    }
    int first = from->first, last = from->last;
    for (int k = 0; !rc && k < from->n; k++) {
        ur_span u = { -1, further(from->span[k].lo, lo), further(from->span[k].hi, hi), from->span[k].far || far };
        if (!before && lo < 0 && -u.lo > first) first = -u.lo;
        if (!after && hi > 0 && u.hi > last) last = u.hi;
        rc = add_span(to, u, e);
    }
    to->first = first > to->first ? first : to->first;
    to->last = last > to->last ? last : to->last;
    return rc;
}

int ur_spans_open(ur_spans_work *w, const ur_graph *g, ur_err *e)
{
    size_t n = (size_t)g->nnode + 1;
    *w = (ur_spans_work){ .g = g,
                          .at = ur_zalloc(n * sizeof *w->at),
                          .order = ur_alloc(n * sizeof *w->order),
                          .closes = ur_zalloc(n),
                          .met = ur_zalloc(n) };
    int rc = w->at && w->order && w->closes && w->met ? ur_order_work_new(&w->o, g, e) : ur_nomem(e);
    w->o.leaf = w->closes;
    return rc ? rc : ur_recurrences(g, w->closes, e);
}

void ur_spans_close(ur_spans_work *w)
{
    for (int k = 0; w->at && k < w->g->nnode; k++) ur_free(w->at[k].span);
    ur_free(w->at);
    ur_free(w->order);
    ur_free(w->closes);
    ur_free(w->met);
    ur_order_work_free(&w->o);
    *w = (ur_spans_work){ 0 };
}

static bool lies_along(const ur_graph *g, int datum, int index)
{
    const ur_datum *u = &g->data[datum];
    return u->nidx == 1 && (u->idx[0] == index || g->index[u->idx[0]].alias == index);
}

/* from the nodes to the data: each is looked at when all that read it have been. What a recurrence carries is not read */
static int spread_spans(ur_spans_work *w, int n, int index, ur_spans *out, ur_err *e)
{
    const ur_graph *g = w->g;
    int rc = 0;
    for (int k = n - 1; k >= 0; k--) {
        const ur_node *node = &g->node[w->order[k]];
        bool ends = !w->ends || w->ends[w->order[k]];
        ur_spans *mine = &w->at[w->order[k]];
        for (int s = 0; node->op == UR_DATA && !ur_is_said(node) && s < mine->n && !rc; s++)
            rc = push_span(out, (ur_span){ node->i, mine->span[s].lo, mine->span[s].hi, mine->span[s].far }, e);
        if (node->op == UR_DATA && !ur_is_said(node) && lies_along(g, node->i, index)) {
            out->first = mine->first > out->first ? mine->first : out->first;
            out->last = mine->last > out->last ? mine->last : out->last;
        }
        for (int a = w->closes[w->order[k]]; a < node->narg && !rc; a++)
            if (node->arg[a] >= 0) rc = pass_on(g, node, a, index, ends, mine, &w->at[node->arg[a]], e);
        ur_free(mine->span);
        *mine = (ur_spans){ 0 };
    }
    return rc;
}

int ur_spans_of(ur_spans_work *w, const ur_id *v, int nv, int index, ur_spans *out, ur_err *e)
{
    int n = 0, rc = 0;
    *out = (ur_spans){ .span = out->span, .cap = out->cap };
    for (int k = 0; k < nv && !rc; k++) {
        int more = ur_postorder(w->g, v[k], w->met, &w->o);
        memcpy(w->order + n, w->o.out, (size_t)more * sizeof *w->order);
        n += more;
        if (v[k] >= 0) rc = add_span(&w->at[v[k]], (ur_span){ -1, 0, 0, false }, e);
    }
    if (!rc) rc = spread_spans(w, n, index, out, e);
    for (int k = 0; k < n; k++) w->met[w->order[k]] = 0;
    return rc;
}
