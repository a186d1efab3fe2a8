/* linear.c: is a model linear in its trained parameters, with normal noise? Found on the graph alone, by the degree of every node in the
 * trained parameters, recurrences by fixpoint; and which data, how far back, each mean reads. Must not run anything.
 * Invariant: what it calls linear is linear for all data; it may miss some. */
#include "model/exact.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static int most(int a, int b) { return a > b ? a : b; }

static int degree_of(const ur_graph *g, const ur_node *n, const uint8_t *deg)
{
    int d[3] = { 0, 0, 0 }, all = 0;
    for (int a = 0; a < n->narg; a++) {
        int k = n->arg[a] >= 0 ? deg[n->arg[a]] : 0;
        if (a < 3) d[a] = k;
        all = most(all, k);
    }
    switch (n->op) {
    case UR_PARAM: return g->param[n->i].trained ? 1 : 0;
    case UR_ALIAS: case UR_PLACE: case UR_CONCAT: case UR_SLICE: case UR_BCAST: case UR_TRANS: case UR_CSUM: case UR_NEG: case UR_ADD: case UR_SUB: case UR_STOP:
        return all;
    case UR_READ: {
        const ur_node *q = &g->node[n->arg[0]];
        for (int s = 0; s < q->nidx + q->nfix; s++) {
            if (n->sub[s].before >= 0) all = most(all, deg[n->sub[s].before]);
            if (n->sub[s].after >= 0) all = most(all, deg[n->sub[s].after]);
        }
        return all;
    }
    case UR_PROD: case UR_MUL: case UR_CONTRACT: return d[0] + d[1] > 2 ? 2 : d[0] + d[1];
    case UR_DIV: return d[1] ? 2 : d[0];
    case UR_LOOKUP: return d[1] ? 2 : d[0];
    case UR_RSUM: return d[1] ? 2 : d[0];
    case UR_WHERE: return d[0] ? 2 : most(d[1], d[2]);
    default: return all ? 2 : 0;
    }
}

int ur_degrees(const ur_graph *g, uint8_t *deg)
{
    memset(deg, 0, (size_t)g->nnode);
    for (bool again = true; again;) {
        again = false;
        for (ur_id k = 0; k < g->nnode; k++) {
            int d = degree_of(g, &g->node[k], deg);
            if (d > deg[k]) deg[k] = (uint8_t)d, again = true;
        }
    }
    return 0;
}

/* marks what a node is computed from */
void ur_reach(const ur_graph *g, ur_id id, uint8_t *seen, ur_id *stack)
{
    int n = 0;
    if (id >= 0 && !seen[id]) seen[id] = 1, stack[n++] = id;
    while (n) {
        const ur_node *k = &g->node[stack[--n]];
        for (int a = 0; a < k->narg; a++)
            if (k->arg[a] >= 0 && !seen[k->arg[a]]) seen[k->arg[a]] = 1, stack[n++] = k->arg[a];
        if (k->op != UR_READ) continue;
        const ur_node *q = &g->node[k->arg[0]];
        for (int s = 0; s < q->nidx + q->nfix; s++) {
            ur_id b[2] = { k->sub[s].before, k->sub[s].after };
            for (int i = 0; i < 2; i++)
                if (b[i] >= 0 && !seen[b[i]]) seen[b[i]] = 1, stack[n++] = b[i];
        }
    }
}

/* What id depends on that is not done yet, every node after its arguments, but for arguments that are under way when it is looked at: there a
 * recurrence closes. The last is id itself. A graph may be as deep as its text is long, so this keeps a stack of its own: a path of nodes,
 * and how many arguments of each have been looked at. */
int ur_postorder(const ur_graph *g, ur_id id, uint8_t *met, ur_order_work *w)
{
    int n = 0, depth = 0;
    if (id < 0 || met[id]) return 0;
    met[id] = 1;
    w->path[depth] = id;
    w->next[depth++] = 0;
    while (depth) {
        const ur_node *k = &g->node[w->path[depth - 1]];
        if (w->next[depth - 1] == k->narg) {
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
    *w = (ur_order_work){ ur_alloc(n), ur_alloc(n), ur_alloc(n) };
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

/* ---- which data a node reads, between which offsets from its own position */
typedef struct walk { const ur_graph *g; int index; ur_span *span; } walk;

static void none(ur_span *s, int n)
{
    for (int d = 0; d < n; d++) s[d] = (ur_span){ 1, 0 };
}

static void widen(ur_span *to, int lo, int hi)
{
    if (to->lo > to->hi) *to = (ur_span){ lo, hi };
    else {
        if (lo < to->lo) to->lo = lo;
        if (hi > to->hi) to->hi = hi;
    }
}

/* its arguments have theirs; one that has none is a recurrence under way: carried, not read */
static void span_of(walk *w, ur_id id)
{
    const ur_graph *g = w->g;
    const ur_node *n = &g->node[id];
    ur_span *mine = w->span + (size_t)id * (size_t)g->ndata;
    if (n->op == UR_DATA) widen(&mine[n->i], 0, 0);
    for (int a = 0; a < n->narg; a++) {
        if (n->arg[a] < 0) continue;
        const ur_span *from = w->span + (size_t)n->arg[a] * (size_t)g->ndata;
        int lo = 0, hi = 0;
        bool before = false, after = false;
        const ur_node *q = &g->node[n->arg[a]];
        for (int s = 0; n->op == UR_READ && s < q->nidx; s++) {
            const ur_sub *u = &n->sub[s];
            if (q->idx[s] != w->index || u->kind != UR_SUB_REL) continue;
            lo = hi = u->off;
            for (int f = 0; f < u->nfix; f++) {
                int k = g->index[u->fix[f]].size;
                lo += u->sign[f] > 0 ? 1 : -k;
                hi += u->sign[f] > 0 ? k : -1;
            }
            before = u->before >= 0;
            after = u->after >= 0;
        }
        for (int d = 0; d < g->ndata; d++) {
            if (from[d].lo > from[d].hi) continue;
            int l = from[d].lo + lo, h = from[d].hi + hi;
            if (before && from[d].lo >= 0) l = most(l, 0);       /* a boundary equation stands before the first value */
            if (after && from[d].hi <= 0 && h > 0) h = 0;
            if (l > h) l = h = 0;
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
    for (ur_id k = 0; !rc && k < g->nnode; k++) none(w.span + (size_t)k * (size_t)g->ndata, g->ndata);
    int n = rc ? 0 : ur_postorder(g, id, met, &o);
    for (int k = 0; k < n; k++) span_of(&w, o.out[k]);
    if (!rc) memcpy(out, w.span + (size_t)id * (size_t)g->ndata, (size_t)g->ndata * sizeof *out);
    ur_order_work_free(&o);
    ur_free(met);
    ur_free(w.span);
    return rc;
}

/* ---- the verdict */
typedef struct look { const ur_graph *g; uint8_t *deg, *seen; ur_id *stack; uint8_t *owner; ur_exact *x; } look;

static bool no(look *k, const char *fmt, const char *a, const char *b)
{
    snprintf(k->x->why, sizeof k->x->why, fmt, a, b);
    return false;
}

/* owner[p]: 0 free, 1 in a mean, 2 in a standard deviation */
static bool claim(look *k, ur_id id, uint8_t as, int *count, int *which, bool *data)
{
    const ur_graph *g = k->g;
    memset(k->seen, 0, (size_t)g->nnode);
    ur_reach(g, id, k->seen, k->stack);
    *count = 0;
    *data = false;
    for (ur_id n = 0; n < g->nnode; n++) {
        if (!k->seen[n]) continue;
        if (g->node[n].op == UR_DATA) *data = true;
        if (g->node[n].op != UR_PARAM || !g->param[g->node[n].i].trained) continue;
        int p = g->node[n].i;
        if (k->owner[p]) return false;
        k->owner[p] = as;
        *which = p;
        ++*count;
    }
    return true;
}

/* The standard deviation is inverted by going through its expression as a tree, many times. */
static bool small(look *k)
{
    enum { MOST = 1000 };
    int *size = k->stack;                                /* of the trees below the nodes that claim found */
    for (ur_id v = 0; v < k->g->nnode; v++) {
        const ur_node *n = &k->g->node[v];
        size[v] = 1;
        if (!k->seen[v]) continue;
        for (int a = 0; a < n->narg; a++)
            if (n->arg[a] >= 0 && n->arg[a] < v) size[v] += size[n->arg[a]];
        if (size[v] > MOST) return false;
    }
    return true;
}

static bool line_fits(look *k, const ur_like *l)
{
    const ur_graph *g = k->g;
    const char *name = g->data[l->datum].name;
    int count, which = -1;
    bool data;
    if (l->dist != UR_NORMAL) return no(k, "%s is %s, not normal", name, ur_dist_name(l->dist));
    if (k->deg[l->arg[0]] > 1) return no(k, "the mean of %s is not linear in the trained parameters%s", name, "");
    if (!claim(k, l->arg[0], 1, &count, &which, &data)) return no(k, "a parameter in the mean of %s serves elsewhere too%s", name, "");
    const ur_node *s = &g->node[l->arg[1]];
    while (s->op == UR_BCAST || s->op == UR_ALIAS) s = &g->node[s->arg[0]];
    if (!claim(k, l->arg[1], 2, &count, &which, &data)) return no(k, "a parameter in the standard deviation of %s serves elsewhere too%s", name, "");
    if (count > 1 || data || s->example || s->nidx) return no(k, "the standard deviation of %s is more than one parameter or number%s", name, "");
    return small(k) || no(k, "the standard deviation of %s is a long expression%s", name, "");
}

static void list_names(const look *k, char *out, size_t n)
{
    size_t used = 0;
    out[0] = 0;
    for (int p = 0; p < k->g->nparam && used + 80 < n; p++)
        if (k->owner[p] == 1) used += (size_t)snprintf(out + used, n - used, "%s%.60s", used ? ", " : "", k->g->param[p].name);
}

int ur_exact_check(unroll_model *m, ur_exact *x, ur_err *e)
{
    const ur_graph *g = m->graph;
    size_t n = (size_t)g->nnode + 1;
    look k = { g, ur_zalloc(n), ur_zalloc(n), ur_alloc(n * sizeof(ur_id)), ur_zalloc((size_t)g->nparam + 1), x };
    int rc = k.deg && k.seen && k.stack && k.owner ? 0 : ur_nomem(e);
    x->fits = false;
    if (!rc) {
        ur_degrees(g, k.deg);
        x->fits = g->nlike > 0;
        for (int l = 0; x->fits && l < g->nlike; l++) x->fits = line_fits(&k, &g->like[l]);
        if (x->fits) {
            char names[300];
            list_names(&k, names, sizeof names);
            snprintf(x->why, sizeof x->why, "linear in its trained parameters%s%s%s with normal noise on observed data%s", names[0] ? " (" : "", names, names[0] ? ")" : "",
                     m->graph->ndropout ? "; dropout is left out (--method gradients keeps it)" : "");
        }
    }
    ur_free(k.deg);
    ur_free(k.seen);
    ur_free(k.stack);
    ur_free(k.owner);
    return rc;
}
