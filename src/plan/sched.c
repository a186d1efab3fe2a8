/* Finds the strongly connected components of a graph: one with a cycle becomes a scan over the index whose offsets break it,
 * everything else a map over all positions at once. So what does not need the recurrence is hoisted before it or drained after
 * it: no other rule says so. A cycle that no index orders stays one piece. Knows no lengths and runs nothing. */
#include "plan/passes.h"
#include <string.h>

/* ---- components and scans */
enum { ELSEWHERE = 2 };
/* −1, +1: `n` reads only earlier (later) positions of its source along index t; 0: the same position; else ELSEWHERE. toward:
 * −1, +1 of one that reads the same position and earlier (later) ones too, which is 0: it waits for the same position's */
static int direction(const ur_graph *g, const ur_node *n, int t, int *toward)
{
    *toward = n->op == UR_READ || ur_index_resolve(&g->schema, n->i) != t ? 0 : n->j;
    if (n->op != UR_READ) return ur_index_resolve(&g->schema, n->i) != t ? 0 : n->j ? n->j : ELSEWHERE;
    const ur_node *q = &g->node[n->arg[0]];
    for (int k = 0; k < q->nidx; k++) {
        if (ur_index_resolve(&g->schema, q->idx[k]) != t) continue;
        if (n->sub[k].kind != UR_SUB_REL || n->sub[k].index != q->idx[k]) return ELSEWHERE;
        int lo, hi;
        ur_offsets(g, &n->sub[k], &lo, &hi);
        if (lo < 0 && hi > 0) return ELSEWHERE;
        *toward = lo < 0 ? -1 : hi > 0;
        return hi < 0 || lo > 0 ? *toward : 0;
    }
    return ELSEWHERE;
}

typedef struct pass {
    ur_schedule *p;
    int *mark, stamp; /* node is in the list being cut into components */
    int *low, *num, *onstack;
    bool failed;    /* an inner cycle that no index orders */
    int *cyc, ncyc; /* only number the components that have cycles */
} pass;

/* does it read its source at other positions than its own? */
static bool looks_away(const ur_node *n) { return n->op == UR_READ || n->op == UR_GATHER || n->op == UR_STREW; }

/* does n's edge to its source cross a step of one of the scans in chain? */
static bool carried_state(const ur_schedule *p, const ur_node *n, int nchain, const int *chain)
{
    for (int k = 0; k < nchain; k++) {
        int toward, d = direction(&p->g, n, ur_index_resolve(&p->g.schema, chain[k]), &toward);
        if (d == 1 || d == -1) return true;
    }
    return false;
}

int ur_sched_edge(const ur_schedule *p, const ur_node *n, int e, int nchain, const int *chain)
{
    if (e < n->narg) return looks_away(n) && e == 0 && carried_state(p, n, nchain, chain) ? -1 : n->arg[e];
    return e < ur_noperand(&p->g, n) ? ur_operand(n, e) : -2;
}

/* many scans run along the same indices */
static int add_chain(ur_schedule *p, int n, const int *idx)
{
    passes *q = p->pass;
    for (int c = 0; c < q->nchains; c++)
        if (q->chains[c].n == n && !memcmp(q->chains[c].idx, idx, sizeof *idx * (size_t)n)) return c;
    UR_GROW(&p->arena, q->chains, q->nchains, q->chain_cap);
    q->chains[q->nchains].n = n;
    memcpy(q->chains[q->nchains].idx, idx, sizeof *idx * (size_t)n);
    return q->nchains++;
}

static void build(pass *ps, int n, const ur_id *list, int nchain, const int *chain, unit ***out, int *nout);

static unit *make_scan(pass *ps, int n, const ur_id *comp, int nchain, const int *chain)
{
    ur_schedule *p = ps->p;
    ur_graph *g = &p->g;
    int stamp = ++ps->stamp;
    for (int k = 0; k < n; k++) ps->mark[comp[k]] = stamp;
    const ur_node *first = &g->node[comp[0]];
    for (int c = 0; c < first->nidx; c++) {
        int t = first->idx[c], root = ur_index_resolve(&g->schema, t), dir = 0, toward;
        bool moves = false;
        bool good = true;
        for (int k = 0; k < n && good; k++) {
            const ur_node *v = &g->node[comp[k]];
            good = ur_has_index(v, t);
            if (!good || !looks_away(v) || ps->mark[v->arg[0]] != stamp || carried_state(p, v, nchain, chain)) continue;
            int d = direction(g, v, root, &toward);
            if (d == ELSEWHERE || (toward && dir && toward != dir)) good = false;
            if (toward) dir = toward;
            moves = moves || d;
        }
        if (!good || !moves) continue;
        int ch[UR_MAX_RAGGED], nc = nchain;
        for (int k = 0; k < nchain; k++) ch[k] = chain[k];
        ch[nc++] = t;
        int rec = add_chain(p, nc, ch);
        for (int k = 0; k < n; k++) p->pass->node_chain[comp[k]] = rec;
        unit *u = UR_NEW(&p->arena, unit, 1);
        u->v = -1;
        u->index = t;
        u->dir = -dir;
        build(ps, n, comp, nc, ch, &u->body, &u->nbody);
        if (ps->failed) break;
        return u;
    }
    ps->failed = nchain > 0; /* the whole outer cycle is one piece then */
    if (ps->failed) return NULL;
    unit *u = UR_NEW(&p->arena, unit, 1);
    u->v = -1;
    u->index = -1;
    u->nslow = n;
    u->slow = UR_NEW(&p->arena, ur_id, n);
    for (int k = 0; k < n; k++) {
        u->slow[k] = comp[k];
        p->pass->node_chain[comp[k]] = -1;
        p->pass->slow[comp[k]] = true;
    }
    p->nslow++;
    return u;
}

/* Tarjan (1972), iterative: components come out arguments first */
static void build(pass *ps, int n, const ur_id *list, int nchain, const int *chain, unit ***out, int *nout)
{
    ur_schedule *p = ps->p;
    ur_graph *g = &p->g;
    int stamp = ++ps->stamp, counter = 0, top = 0, depth = 0, cap = 0;
    ur_id *stack = UR_NEW(&p->arena, ur_id, n + 1), *call = UR_NEW(&p->arena, ur_id, n + 1);
    int *edge = UR_NEW(&p->arena, int, n + 1);
    for (int k = 0; k < n; k++) {
        ps->mark[list[k]] = stamp;
        ps->num[list[k]] = 0;
        ps->onstack[list[k]] = 0;
    }
    *out = NULL;
    *nout = 0;
    for (int r = 0; r < n; r++) {
        if (ps->num[list[r]]) continue;
        call[0] = list[r];
        edge[0] = 0;
        depth = 1;
        ps->num[list[r]] = ps->low[list[r]] = ++counter;
        stack[top++] = list[r];
        ps->onstack[list[r]] = 1;
        while (depth) {
            ur_id v = call[depth - 1];
            int a = ur_sched_edge(p, &g->node[v], edge[depth - 1]++, nchain, chain);
            if (a == -1 || (a >= 0 && ps->mark[a] != stamp)) continue;
            if (a >= 0) {
                if (!ps->num[a]) {
                    ps->num[a] = ps->low[a] = ++counter;
                    stack[top++] = a;
                    ps->onstack[a] = 1;
                    call[depth] = a;
                    edge[depth++] = 0;
                } else if (ps->onstack[a] && ps->num[a] < ps->low[v]) ps->low[v] = ps->num[a];
                continue;
            }
            depth--;
            if (depth && ps->low[v] < ps->low[call[depth - 1]]) ps->low[call[depth - 1]] = ps->low[v];
            if (ps->low[v] != ps->num[v]) continue;
            int size = 1;
            while (stack[top - size] != v) size++;
            for (int k = 0; k < size; k++) ps->onstack[stack[top - 1 - k]] = 0;
            ur_id *comp = UR_NEW(&p->arena, ur_id, size);
            memcpy(comp, stack + top - size, sizeof *comp * (size_t)size);
            top -= size;
            bool self = false;
            for (int e = 0, w; size == 1 && (w = ur_sched_edge(p, &g->node[v], e, nchain, chain)) != -2; e++) self |= w == v;
            unit *u;
            if ((size > 1 || self) && ps->cyc) {
                ps->ncyc++;
                for (int k = 0; k < size; k++) ps->cyc[comp[k]] = ps->ncyc;
                continue;
            }
            if (size > 1 || self) {
                u = make_scan(ps, size, comp, nchain, chain);
                if (ps->failed) return;
            } else {
                u = UR_NEW(&p->arena, unit, 1);
                u->v = v;
            }
            for (int k = 0; k < size; k++) ps->mark[comp[k]] = stamp; /* inner calls moved the marks */
            UR_GROW(&p->arena, *out, *nout, cap);
            (*out)[(*nout)++] = u;
        }
    }
}

/* units of all live nodes; cyc: as ur_plan_cycles, or NULL */
static void build_all(ur_schedule *p, int *cyc, unit ***out, int *nout)
{
    size_t n = (size_t)p->g.nnode + 1;
    int *room[4];
    for (int k = 0; k < 4; k++) room[k] = UR_NEW(&p->arena, int, n);
    pass ps = { p, room[0], 0, room[1], room[2], room[3], false, cyc, 0 };
    ur_id *list = UR_NEW(&p->arena, ur_id, n);
    int nl = 0;
    for (ur_id v = 0; v < p->g.nnode; v++)
        if (p->live[v]) list[nl++] = v;
    build(&ps, nl, list, 0, NULL, out, nout);
}

void ur_plan_cycles(ur_schedule *p, int *cyc)
{
    unit **units;
    int nunit;
    build_all(p, cyc, &units, &nunit);
}

void ur_sched_units(ur_schedule *p) { build_all(p, NULL, &p->pass->unit, &p->pass->nunit); }
