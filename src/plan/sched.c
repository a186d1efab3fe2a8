/* From a graph to a schedule. Finds the strongly connected components; one with a cycle becomes a scan over the index of that cycle,
 * everything else a map over all positions at once: so what does not need the recurrence is hoisted before it or drained after it.
 * Knows no lengths and runs nothing. Invariant: an instruction comes after those it reads, in the same body. */
#include "plan/fast.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct unit { ur_id v; int index, dir, nbody; struct unit **body; bool done; int key; ur_id *slow; int nslow; } unit;   /* v ≥ 0: a node; else a scan, or nodes that no index orders */

ur_id plan_alias(const ur_graph *g, ur_id v)
{
    for (int k = 0; v >= 0 && g->node[v].op == UR_ALIAS && k < 1 << 20; k++) v = g->node[v].arg[0];
    return v;
}

static int nsub(const ur_graph *g, const ur_node *n) { return g->node[n->arg[0]].nidx + g->node[n->arg[0]].nfix; }

void plan_resolve(plan *p)
{
    ur_graph *g = &p->g;
    for (ur_id v = 0; v < g->nnode; v++) {
        ur_node *n = &g->node[v];
        if (!n->narg) continue;
        ur_id *a = UR_NEW(&p->arena, ur_id, n->narg);
        for (int k = 0; k < n->narg; k++) a[k] = plan_alias(g, n->arg[k]);
        if (n->op == UR_READ) {
            int ns = nsub(g, n);
            ur_sub *s = UR_NEW(&p->arena, ur_sub, ns + 1);
            memcpy(s, n->sub, sizeof *s * (size_t)ns);
            for (int k = 0; k < ns; k++) { s[k].before = plan_alias(g, s[k].before); s[k].after = plan_alias(g, s[k].after); }
            n->sub = s;
        }
        n->arg = a;
    }
}

/* ---- domains, maps */
static int add_canon(plan *p, int nidx, const int *idx)
{
    int c = canon_find(p, nidx, idx);
    if (c >= 0) return c;
    int up = nidx ? add_canon(p, nidx - 1, idx) : -1;
    UR_GROW(&p->arena, p->canon_proto, p->ncanon, p->canon_cap);
    canon *n = &p->canon_proto[p->ncanon];
    memset(n, 0, sizeof *n);
    n->nidx = nidx; n->up = up;
    memcpy(n->idx, idx, sizeof *idx * (size_t)nidx);
    return p->ncanon++;
}

int plan_dom(plan *p, const ur_node *n, int nchain, const int *chain)
{
    dom d = { .nidx = n->nidx, .example = n->example || n->nidx, .nchain = nchain };
    for (int k = 0; k < n->nidx; k++) d.idx[k] = n->idx[k];
    for (int k = 0; k < nchain; k++) d.chain[k] = chain[k];
    for (int k = 0; k < p->ndom; k++) {
        const dom *o = &p->dom[k];
        if (o->nidx == d.nidx && o->example == d.example && o->nchain == d.nchain && !memcmp(o->idx, d.idx, sizeof d.idx[0] * (size_t)d.nidx) &&
            !memcmp(o->chain, d.chain, sizeof d.chain[0] * (size_t)nchain)) return k;
    }
    UR_GROW(&p->arena, p->dom, p->ndom, p->dom_cap);
    p->dom[p->ndom] = d;
    if (d.example) add_canon(p, d.nidx, d.idx);
    return p->ndom++;
}

int plan_map(plan *p, int to, int from, ur_id read, const int *tuple)
{
    static const int none[UR_MAX_FIXED];
    if (!tuple) tuple = none;
    for (int k = 0; k < p->nmap; k++)
        if (p->map[k].to == to && p->map[k].from == from && p->map[k].read == read && !memcmp(p->map[k].tuple, tuple, sizeof none)) return k;
    UR_GROW(&p->arena, p->map, p->nmap, p->map_cap);
    map *m = &p->map[p->nmap];
    memset(m, 0, sizeof *m);
    m->to = to; m->from = from; m->read = read;
    memcpy(m->tuple, tuple, sizeof none);
    if (read >= 0) {
        const ur_node *n = &p->g.node[read], *q = &p->g.node[n->arg[0]];
        for (int k = 0; k < q->nidx; k++) {
            if (n->sub[k].before >= 0) m->bound[2 * k] = p->node_dom[n->sub[k].before];
            if (n->sub[k].after >= 0) m->bound[2 * k + 1] = p->node_dom[n->sub[k].after];
        }
    }
    return p->nmap++;
}

/* ---- what is needed */
static void need(plan *p, ur_id v, ur_id *stack)
{
    ur_graph *g = &p->g;
    int top = 0;
    if (v < 0 || p->live[v]) return;
    p->live[v] = true; stack[top++] = v;
    while (top) {
        const ur_node *n = &g->node[stack[--top]];
        for (int k = 0; k < n->narg; k++) if (!p->live[n->arg[k]]) { p->live[n->arg[k]] = true; stack[top++] = n->arg[k]; }
        if (n->op != UR_READ) continue;
        for (int k = 0; k < nsub(g, n); k++)
            for (int a = 0; a < 2; a++) {
                ur_id b = a ? n->sub[k].after : n->sub[k].before;
                if (b >= 0 && !p->live[b]) { p->live[b] = true; stack[top++] = b; }
            }
    }
}

static void find_outputs(plan *p)
{
    ur_graph *g = &p->g;
    p->out = UR_NEW(&p->arena, ur_id, 2 + g->nparam + 2 * g->nlike + p->o.nkeep);
    p->out[p->nout++] = plan_alias(g, g->loss);
    for (int k = 0; k < g->nlike; k++) { p->out[p->nout++] = plan_alias(g, g->like[k].nll); p->out[p->nout++] = plan_alias(g, g->like[k].seen); }
    for (int k = 0; g->dparam && k < g->nparam; k++) if (g->dparam[k] >= 0) p->out[p->nout++] = plan_alias(g, g->dparam[k]);
    for (int k = 0; k < p->o.nkeep; k++) p->out[p->nout++] = plan_alias(g, p->o.keep[k]);
    plan_live(p);
}

void plan_live(plan *p)
{
    memset(p->live, 0, sizeof *p->live * (size_t)p->g.nnode);
    ur_id *stack = UR_NEW(&p->arena, ur_id, p->g.nnode + 1);
    for (int k = 0; k < p->nout; k++) { p->out[k] = plan_alias(&p->g, p->out[k]); need(p, p->out[k], stack); }
}

/* ---- components and scans */
/* shift of a subscript: its smallest and largest offset */
static void shift(const ur_graph *g, const ur_sub *s, int *lo, int *hi)
{
    *lo = *hi = s->off;
    for (int f = 0; f < s->nfix; f++) {
        int n = g->index[s->fix[f]].size;
        *lo += s->sign[f] > 0 ? 1 : -n;
        *hi += s->sign[f] > 0 ? n : -1;
    }
}

/* −1, +1: READ `n` reads only earlier (later) positions of its source along index t; 0: the same position; 2: none of these */
static int direction(const ur_graph *g, const ur_node *n, int t)
{
    const ur_node *q = &g->node[n->arg[0]];
    for (int k = 0; k < q->nidx; k++) {
        if (plan_index_root(g, q->idx[k]) != t) continue;
        if (n->sub[k].kind != UR_SUB_REL || n->sub[k].index != q->idx[k]) return 2;
        int lo, hi;
        shift(g, &n->sub[k], &lo, &hi);
        return hi < 0 ? -1 : lo > 0 ? 1 : lo == 0 && hi == 0 ? 0 : 2;
    }
    return 2;
}

typedef struct pass {
    plan *p;
    int *mark, stamp;                        /* node is in the list being cut into components */
    int *low, *num, *onstack;
    bool failed;                             /* an inner cycle that no index orders */
    int *cyc, ncyc;                          /* only number the components that have cycles */
} pass;

/* does READ n's edge to its source cross a step of one of the scans in chain? */
static bool carried(const plan *p, const ur_node *n, int nchain, const int *chain)
{
    for (int k = 0; k < nchain; k++) {
        int d = direction(&p->g, n, plan_index_root(&p->g, chain[k]));
        if (d == 1 || d == -1) return true;
    }
    return false;
}

static int next_edge(const plan *p, const ur_node *n, int e, int nchain, const int *chain)   /* e-th node that n waits for, −1: skip, −2: no more */
{
    if (e < n->narg) return n->op == UR_READ && e == 0 && carried(p, n, nchain, chain) ? -1 : n->arg[e];
    if (n->op != UR_READ) return -2;
    e -= n->narg;
    if (e >= 2 * nsub(&p->g, n)) return -2;
    return e & 1 ? n->sub[e / 2].after : n->sub[e / 2].before;
}

static void build(pass *ps, int n, const ur_id *list, int nchain, const int *chain, unit ***out, int *nout);

static unit *make_scan(pass *ps, int n, const ur_id *comp, int nchain, const int *chain)
{
    plan *p = ps->p;
    ur_graph *g = &p->g;
    int stamp = ++ps->stamp;
    for (int k = 0; k < n; k++) ps->mark[comp[k]] = stamp;
    const ur_node *first = &g->node[comp[0]];
    for (int c = 0; c < first->nidx; c++) {
        int t = first->idx[c], root = plan_index_root(g, t), dir = 0;
        bool good = true;
        for (int k = 0; k < n && good; k++) {
            const ur_node *v = &g->node[comp[k]];
            good = ur_has_index(v, t);
            if (!good || v->op != UR_READ || ps->mark[v->arg[0]] != stamp || carried(p, v, nchain, chain)) continue;
            int d = direction(g, v, root);
            if (d == 2 || (d && dir && d != dir)) good = false;
            if (d == 1 || d == -1) dir = d;
        }
        if (!good || !dir) continue;
        int ch[UR_MAX_RAGGED], nc = nchain;
        for (int k = 0; k < nchain; k++) ch[k] = chain[k];
        ch[nc++] = t;
        UR_GROW(&p->arena, p->chains, p->nchains, p->chain_cap);
        p->chains[p->nchains].n = nc;
        memcpy(p->chains[p->nchains].idx, ch, sizeof *ch * (size_t)nc);
        int rec = p->nchains++;
        for (int k = 0; k < n; k++) p->node_chain[comp[k]] = rec;
        unit *u = UR_NEW(&p->arena, unit, 1);
        u->v = -1; u->index = t; u->dir = -dir;
        build(ps, n, comp, nc, ch, &u->body, &u->nbody);
        if (ps->failed) break;
        return u;
    }
    ps->failed = nchain > 0;                                      /* the whole outer cycle is one piece then */
    if (ps->failed) return NULL;
    unit *u = UR_NEW(&p->arena, unit, 1);
    u->v = -1; u->index = -1; u->nslow = n;
    u->slow = UR_NEW(&p->arena, ur_id, n);
    for (int k = 0; k < n; k++) { u->slow[k] = comp[k]; p->node_chain[comp[k]] = -1; p->slow[comp[k]] = true; }
    p->nslow++;
    return u;
}

/* Tarjan (1972), iterative: components come out arguments first */
static void build(pass *ps, int n, const ur_id *list, int nchain, const int *chain, unit ***out, int *nout)
{
    plan *p = ps->p;
    ur_graph *g = &p->g;
    int stamp = ++ps->stamp, counter = 0, top = 0, depth = 0, cap = 0;
    ur_id *stack = UR_NEW(&p->arena, ur_id, n + 1), *call = UR_NEW(&p->arena, ur_id, n + 1);
    int *edge = UR_NEW(&p->arena, int, n + 1);
    for (int k = 0; k < n; k++) { ps->mark[list[k]] = stamp; ps->num[list[k]] = 0; ps->onstack[list[k]] = 0; }
    *out = NULL; *nout = 0;
    for (int r = 0; r < n; r++) {
        if (ps->num[list[r]]) continue;
        call[0] = list[r]; edge[0] = 0; depth = 1;
        ps->num[list[r]] = ps->low[list[r]] = ++counter; stack[top++] = list[r]; ps->onstack[list[r]] = 1;
        while (depth) {
            ur_id v = call[depth - 1];
            int a = next_edge(p, &g->node[v], edge[depth - 1]++, nchain, chain);
            if (a == -1 || (a >= 0 && ps->mark[a] != stamp)) continue;
            if (a >= 0) {
                if (!ps->num[a]) {
                    ps->num[a] = ps->low[a] = ++counter; stack[top++] = a; ps->onstack[a] = 1;
                    call[depth] = a; edge[depth++] = 0;
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
            for (int e = 0, w; size == 1 && (w = next_edge(p, &g->node[v], e, nchain, chain)) != -2; e++) self |= w == v;
            unit *u;
            if ((size > 1 || self) && ps->cyc) {
                ps->ncyc++;
                for (int k = 0; k < size; k++) ps->cyc[comp[k]] = ps->ncyc;
                continue;
            }
            if (size > 1 || self) {
                u = make_scan(ps, size, comp, nchain, chain);
                if (ps->failed) return;
            }
            else { u = UR_NEW(&p->arena, unit, 1); u->v = v; }
            for (int k = 0; k < n && (size > 1 || self); k++) if (ps->mark[list[k]] != stamp) ps->mark[list[k]] = stamp;   /* inner calls moved the marks */
            UR_GROW(&p->arena, *out, *nout, cap);
            (*out)[(*nout)++] = u;
        }
    }
}

void plan_cycles(plan *p, int *cyc)
{
    size_t n = (size_t)p->g.nnode + 1;
    pass ps = { p, UR_NEW(&p->arena, int, n), 0, UR_NEW(&p->arena, int, n), UR_NEW(&p->arena, int, n), UR_NEW(&p->arena, int, n), false, cyc, 0 };
    ur_id *list = UR_NEW(&p->arena, ur_id, n);
    int nl = 0, nunit;
    for (ur_id v = 0; v < p->g.nnode; v++) if (p->live[v]) list[nl++] = v;
    unit **units;
    build(&ps, nl, list, 0, NULL, &units, &nunit);
}

/* ---- which layout a node outside every scan takes: that of a scan over some of its indices, so that maps and scans agree */
static void choose_doms(plan *p)
{
    ur_graph *g = &p->g;
    for (ur_id v = 0; v < g->nnode; v++) {
        if (!p->live[v]) continue;
        const ur_node *n = &g->node[v];
        int best = p->node_chain[v];
        for (int c = 0; best < 0 && c < p->nchains; c++) {
            bool all = true;
            for (int k = 0; k < p->chains[c].n; k++) all &= ur_has_index(n, p->chains[c].idx[k]);
            if (all) best = c;
        }
        if (best >= 0) p->node_dom[v] = plan_dom(p, n, p->chains[best].n, p->chains[best].idx);
        else p->node_dom[v] = plan_dom(p, n, 0, NULL);
    }
}

/* ---- emission: units of one body, grouped into instructions */
static bool is_load(const plan *p, ur_id v)
{
    const ur_node *n = &p->g.node[v];
    if (n->op == UR_READ) {
        if (p->g.node[n->arg[0]].op != UR_DATA) return false;
        for (int k = 0; k < nsub(&p->g, n); k++) if (n->sub[k].before >= 0 || n->sub[k].after >= 0) return false;
        return true;
    }
    return ur_ops[n->op].cls == UR_CLS_LEAF && n->op != UR_CONST && n->op != UR_PARAM;
}

static bool is_ew(const plan *p, ur_id v)
{
    const ur_node *n = &p->g.node[v];
    int cls = ur_ops[n->op].cls;
    (void)p;
    return cls == UR_CLS_UNARY || cls == UR_CLS_BINARY || n->op == UR_WHERE || (n->op == UR_BCAST && !n->sym);
}

static bool fixed_read(const plan *p, const ur_node *n)
{
    return n->op == UR_READ && (n->nfix || p->g.node[n->arg[0]].nfix);
}

/* the rows a reduction or contraction runs over: the union of its arguments' index sets */
static int rows_of(plan *p, ur_id v)
{
    ur_graph *g = &p->g;
    const ur_node *n = &g->node[v];
    if (!(n->op == UR_RSUM || n->op == UR_RMAX || n->op == UR_RLSE || n->op == UR_CONTRACT || n->op == UR_SCATTER)) return p->node_dom[v];   /* RARGMAX too: it has its argument's positions */
    ur_node u = { 0 };
    for (int k = 0; k < n->narg; k++) ur_union(g, &u, n->arg[k]);
    for (int k = 0; k < n->narg; k++) {
        const ur_node *a = &g->node[n->arg[k]];
        if (a->nidx == u.nidx && (a->example || a->nidx) == (u.example || u.nidx)) return p->node_dom[n->arg[k]];
    }
    return plan_dom(p, &u, 0, NULL);
}

/* a READ (or slice) that its users look through */
static void find_views(plan *p)
{
    ur_graph *g = &p->g;
    for (ur_id v = 0; v < g->nnode; v++) {
        const ur_node *n = &g->node[v];
        p->view[v] = p->live[v] && !is_load(p, v) &&
            ((n->op == UR_READ && !fixed_read(p, n)) || (n->op == UR_SLICE && n->cols == 1 && !n->nfix && !n->trans));
    }
    for (int k = 0; k < p->nout; k++) p->view[p->out[k]] = false;
    for (ur_id v = 0; v < g->nnode; v++)                          /* the oracle looks through nothing */
        for (int e = 0, a; p->slow[v] && (a = next_edge(p, &g->node[v], e, 0, NULL)) != -2; e++) if (a >= 0) p->view[v] = p->view[a] = false;
    for (ur_id v = 0; v < g->nnode; v++) {
        const ur_node *n = &g->node[v];
        if (!p->live[v]) continue;
        for (int k = 0; k < n->narg; k++) {
            ur_id a = n->arg[k];
            if (!p->view[a]) continue;
            if (n->op == UR_READ || n->op == UR_SLICE || n->op == UR_PLACE || n->op == UR_FILL || n->op == UR_BCAST) p->view[a] = false;
            /* only users that run over the view's own rows look through it */
            int rd = p->node_dom[v];
            if (n->op == UR_RSUM || n->op == UR_RMAX || n->op == UR_RLSE || n->op == UR_RARGMAX || n->op == UR_CONTRACT || n->op == UR_SCATTER) continue;
            if (rd != p->node_dom[a]) p->view[a] = false;
        }
        if (n->op == UR_READ)
            for (int k = 0; k < nsub(g, n); k++)
                for (int s = 0; s < 2; s++) { ur_id b = s ? n->sub[k].after : n->sub[k].before; if (b >= 0) p->view[b] = false; }
    }
    for (ur_id v = 0; v < g->nnode; v++) {                        /* users with rows of their own choice: reductions */
        const ur_node *n = &g->node[v];
        if (!p->live[v]) continue;
        if (!(n->op == UR_RSUM || n->op == UR_RMAX || n->op == UR_RLSE || n->op == UR_RARGMAX || n->op == UR_CONTRACT || n->op == UR_SCATTER)) continue;
        int d = rows_of(p, v);
        for (int k = 0; k < n->narg; k++) if (p->view[n->arg[k]] && p->node_dom[n->arg[k]] != d) p->view[n->arg[k]] = false;
    }
}

/* what is made of parameters and constants alone: a function of the weights */
static void find_weights(plan *p)
{
    ur_graph *g = &p->g;
    p->weights = UR_NEW(&p->arena, bool, g->nnode + 1);
    for (ur_id v = 0; v < g->nnode; v++) p->weights[v] = p->live[v] && !p->slow[v];
    for (bool more = true; more;) {
        more = false;
        for (ur_id v = 0; v < g->nnode; v++) {
            const ur_node *n = &g->node[v];
            if (!p->weights[v]) continue;
            int cls = ur_ops[n->op].cls;
            bool ok = !n->example && !n->nidx && (cls != UR_CLS_LEAF || n->op == UR_PARAM || n->op == UR_CONST) && n->op != UR_FILL && n->op != UR_PLACE && !n->red_example;
            for (int e = 0, a; ok && (a = next_edge(p, n, e, 0, NULL)) != -2; e++) ok = a < 0 || p->weights[a];
            if (!ok) { p->weights[v] = false; more = true; }
        }
    }
}

static int key_of(const plan *p, ur_id v)                        /* equal keys may share one component-wise program */
{
    const ur_node *n = &p->g.node[v];
    int h = (p->node_dom[v] * 2 + p->weights[v]) * 31 + (int)ur_node_width(&p->g, n);
    for (int k = 0; k < n->nfix; k++) h = h * 17 + n->fix[k] + 1;
    return h & 0x3fffffff;
}

static operand operand_of(plan *p, ur_id v, int d)
{
    ur_graph *g = &p->g;
    const ur_node *n = &g->node[v];
    operand o = { .node = v, .read = -1, .map = -1, .width = (int)ur_node_width(g, n) };
    if (p->view[v] && n->op == UR_SLICE) { o.node = n->arg[0]; o.col = n->i; n = &g->node[o.node]; }
    else if (p->view[v]) {
        o.read = v; o.node = n->arg[0];
        o.kind = OP_BUF;
        o.map = plan_map(p, d, p->node_dom[o.node], v, NULL);
        return o;
    }
    if (n->op == UR_CONST) { o.kind = OP_IMM; o.imm = n->num; return o; }
    if (n->op == UR_PARAM) { o.kind = OP_PARAM; return o; }
    o.kind = OP_BUF;
    int nd = p->node_dom[o.node];
    const dom *f = &p->dom[nd];
    if (nd != d && (f->example || f->nidx)) o.map = plan_map(p, d, nd, -1, NULL);
    else if (nd != d) o.map = -2;                                 /* one row for all */
    return o;
}

static ins *new_ins(plan *p, ins_kind kind, ur_id v)
{
    ins *i = UR_NEW(&p->arena, ins, 1);
    i->kind = kind; i->node = v; i->out_map = -1;
    i->dom = v >= 0 ? rows_of(p, v) : -1;
    return i;
}

/* numbers of `wide`'s tensor → numbers of an operand that lacks fixed indices or is 1 × 1; NULL: the same */
static int *expand_of(plan *p, const ur_node *wide, const ur_node *o)
{
    const ur_graph *g = &p->g;
    int w = (int)ur_node_width(g, wide), wo = (int)ur_node_width(g, o);
    if (w == wo) return NULL;
    int *m = UR_NEW(&p->arena, int, w);
    int rc = wide->rows * wide->cols, orc = o->rows * o->cols;
    for (int e = 0; e < w; e++) {
        int tup = e / rc, within = e % rc, at[UR_MAX_FIXED], flat = 0;
        for (int k = wide->nfix - 1; k >= 0; k--) { int n = g->index[wide->fix[k]].size; at[k] = tup % n; tup /= n; }
        for (int k = 0; k < o->nfix; k++)
            for (int q = 0; q < wide->nfix; q++) if (wide->fix[q] == o->fix[k]) flat = flat * g->index[o->fix[k]].size + at[q];
        m[e] = flat * orc + (orc == 1 ? 0 : within);
    }
    return m;
}

static void emit_ew(plan *p, ins *i, int n, const ur_id *member, const bool *outside)
{
    ur_graph *g = &p->g;
    i->nmember = n; i->member = UR_NEW(&p->arena, ur_id, n);
    memcpy(i->member, member, sizeof *member * (size_t)n);
    const ur_node *w = &g->node[member[0]];
    i->width = (int)ur_node_width(g, w);
    i->op = UR_NEW(&p->arena, ew_op, n); i->out = UR_NEW(&p->arena, ew_out, n);
    i->arg = UR_NEW(&p->arena, operand, 3 * n); i->expand = UR_NEW(&p->arena, int *, 3 * n);
    ur_id *argnode = UR_NEW(&p->arena, ur_id, 3 * n);
    for (int k = 0; k < n; k++) {
        const ur_node *v = &g->node[member[k]];
        int r[3] = { 0, 0, 0 };
        for (int a = 0; a < v->narg; a++) {
            int at = -1;
            for (int m = 0; m < k; m++) if (member[m] == v->arg[a]) at = m;
            if (at >= 0) { r[a] = at; continue; }
            for (int m = 0; m < i->narg; m++) if (argnode[m] == v->arg[a]) at = m;
            if (at < 0) {
                at = i->narg++;
                argnode[at] = v->arg[a];
                i->arg[at] = operand_of(p, v->arg[a], i->dom);
                if (i->arg[at].kind != OP_IMM) i->expand[at] = expand_of(p, w, &g->node[v->arg[a]]);
            }
            r[a] = -1 - at;
        }
        i->op[i->nop++] = (ew_op){ v->op, k, r[0], r[1], r[2] };
        if (outside[k]) i->out[i->nout++] = (ew_out){ k, member[k] };
    }
    /* registers: a value that is not an output gives its register to a later one after its last use */
    int *last = UR_NEW(&p->arena, int, n), *reg = UR_NEW(&p->arena, int, n), *freed = UR_NEW(&p->arena, int, n), nfree = 0;
    for (int k = 0; k < n; k++) {
        last[k] = outside[k] ? n : k;
        const int *r = &i->op[k].a;
        for (int a = 0; a < 3 && a < g->node[member[k]].narg; a++) if (r[a] >= 0 && last[r[a]] < n) last[r[a]] = k;
    }
    for (int k = 0; k < n; k++) {
        if (outside[k]) reg[k] = i->nreg++;
        else reg[k] = nfree ? freed[--nfree] : i->nreg++;
        for (int m = 0; m <= k; m++) if (last[m] == k) freed[nfree++] = reg[m];
    }
    for (int k = 0; k < n; k++) {
        ew_op *o = &i->op[k];
        o->dst = reg[k];
        int na = g->node[member[k]].narg;
        if (na > 0 && o->a >= 0) o->a = reg[o->a];
        if (na > 1 && o->b >= 0) o->b = reg[o->b];
        if (na > 2 && o->c >= 0) o->c = reg[o->c];
    }
    for (int k = 0; k < i->nout; k++) i->out[k].reg = reg[i->out[k].reg];
}

static ins *emit_node(plan *p, ur_id v)
{
    ur_graph *g = &p->g;
    const ur_node *n = &g->node[v];
    ins *i = new_ins(p, n->op == UR_PROD ? INS_PROD : n->op == UR_CONTRACT ? INS_CONTRACT : INS_NODE, v);
    i->narg = n->narg;
    i->arg = UR_NEW(&p->arena, operand, n->narg + 1);
    if (n->op == UR_READ) {                                       /* a copy */
        i->arg[0] = (operand){ .kind = OP_BUF, .node = n->arg[0], .read = v, .map = -1, .width = (int)ur_node_width(g, &g->node[n->arg[0]]) };
        if (g->node[n->arg[0]].op == UR_PARAM) i->arg[0].kind = OP_PARAM;
        if (!fixed_read(p, n)) { i->arg[0].map = plan_map(p, i->dom, p->node_dom[n->arg[0]], v, NULL); return i; }
        int tup = 1, at[UR_MAX_FIXED] = { 0 };
        for (int k = 0; k < n->nfix; k++) tup *= g->index[n->fix[k]].size;
        i->maps = UR_NEW(&p->arena, int, tup);
        for (int e = 0; e < tup; e++) {
            int r = e;
            for (int k = n->nfix - 1; k >= 0; k--) { at[k] = r % g->index[n->fix[k]].size + 1; r /= g->index[n->fix[k]].size; }
            i->maps[e] = plan_map(p, i->dom, p->node_dom[n->arg[0]], v, at);
        }
        return i;
    }
    if (n->op == UR_PLACE) {
        i->arg[0] = (operand){ .kind = g->node[n->arg[0]].op == UR_PARAM ? OP_PARAM : OP_BUF, .node = n->arg[0], .read = -1, .map = -1, .width = (int)ur_node_width(g, &g->node[n->arg[0]]) };
        i->arg[0] = operand_of(p, n->arg[0], i->dom);
        return i;
    }
    for (int k = 0; k < n->narg; k++) i->arg[k] = operand_of(p, n->arg[k], i->dom);
    if ((n->op == UR_RSUM || n->op == UR_RMAX || n->op == UR_RLSE || n->op == UR_RARGMAX) && i->dom != p->node_dom[v]) {
        const dom *f = &p->dom[p->node_dom[v]];
        i->out_map = f->example ? plan_map(p, i->dom, p->node_dom[v], -1, NULL) : -2;
    }
    if (n->op == UR_RARGMAX) {                                    /* its lanes: the argument's rows less the index */
        ur_node u = g->node[v];
        int c = 0;
        for (int k = 0; k < u.nidx; k++) if (u.idx[k] != n->red[0]) u.idx[c++] = u.idx[k];
        u.nidx = (int8_t)c;
        i->index = plan_dom(p, &u, 0, NULL);
        i->out_map = plan_map(p, i->dom, i->index, -1, NULL);
    }
    return i;
}

static bool used_outside(const plan *p, ur_id v, int group, const int *group_of, const int *first_user, const ur_id *user)
{
    if (p->store[v].buf == -7) return true;                       /* an output of the plan */
    for (int k = first_user[v]; k < first_user[v + 1]; k++) if (group_of[user[k]] != group) return true;
    return false;
}

typedef struct users { int *first; ur_id *user; int *group_of; int ngroup; int *inner[UR_MAX_RAGGED]; } users;   /* inner: each depth of scans' unit_of, zero between bodies */

static users find_users(plan *p)
{
    ur_graph *g = &p->g;
    users u = { .first = UR_NEW(&p->arena, int, g->nnode + 2), .group_of = UR_NEW(&p->arena, int, g->nnode + 1) };
    int total = 0;
    for (int pass_ = 0; pass_ < 2; pass_++) {
        for (ur_id v = 0; v < g->nnode; v++) {
            if (!p->live[v]) continue;
            for (int e = 0, a; (a = next_edge(p, &g->node[v], e, 0, NULL)) != -2; e++) {
                if (a < 0) continue;
                if (!pass_) { u.first[a + 1]++; total++; } else u.user[u.first[a]++] = v;
            }
        }
        if (!pass_) { u.user = UR_NEW(&p->arena, ur_id, total + 1); for (int v = 0; v < g->nnode; v++) u.first[v + 1] += u.first[v]; }
    }
    for (int v = g->nnode; v > 0; v--) u.first[v] = u.first[v - 1];
    u.first[0] = 0;
    return u;
}

/* every node below a unit */
static void unit_nodes(plan *p, unit *u, ur_id **all, int *nall)
{
    if (u->v >= 0) { *all = UR_NEW(&p->arena, ur_id, 1); (*all)[0] = u->v; *nall = 1; return; }
    if (u->slow) { *all = u->slow; *nall = u->nslow; return; }
    int cap = 0, n = 0;
    ur_id *a = NULL;
    for (int k = 0; k < u->nbody; k++) {
        ur_id *in; int nin;
        unit_nodes(p, u->body[k], &in, &nin);
        for (int m = 0; m < nin; m++) { UR_GROW(&p->arena, a, n, cap); a[n++] = in[m]; }
    }
    *all = a; *nall = n;
}

/* a cycle that no index orders: what it reads from outside is given to the oracle, what is read of it comes back */
static ins *emit_slow(plan *p, users *us, const unit *u)
{
    ur_graph *g = &p->g;
    ins *i = new_ins(p, INS_SLOW, u->slow[0]);
    bool *seen = UR_NEW(&p->arena, bool, g->nnode + 1);
    i->member = UR_NEW(&p->arena, ur_id, u->nslow);
    i->why = "the recurrence";
    for (int k = 0; k < u->nslow; k++) seen[u->slow[k]] = true;
    for (int k = 0, cap = 0; k < u->nslow; k++) {
        ur_id v = u->slow[k];
        bool out = p->store[v].buf == -7;
        for (int q = us->first[v]; q < us->first[v + 1]; q++) out |= !p->slow[us->user[q]] || !seen[us->user[q]];
        if (out) i->member[i->nmember++] = v;
        if (!strcmp(i->why, "the recurrence") && g->node[v].place.name) i->why = g->node[v].place.name;
        for (int e = 0, a; (a = next_edge(p, &g->node[v], e, 0, NULL)) != -2; e++) {
            if (a < 0 || seen[a] || ur_ops[g->node[a].op].cls == UR_CLS_LEAF) continue;
            seen[a] = true;
            UR_GROW(&p->arena, i->input, i->ninput, cap);
            i->input[i->ninput++] = a;
        }
    }
    return i;
}

/* units of a body in an order that keeps component-wise neighbours together, made into instructions */
static void emit_body(plan *p, users *us, unit **u, int n, ins ***out, int *nout, int *unit_of, int nchain, const int *chain)
{
    ur_graph *g = &p->g;
    int *wait = UR_NEW(&p->arena, int, n + 1), *firstdep = UR_NEW(&p->arena, int, n + 2), *dep = NULL, total = 0, cap = 0;
    ur_id **nodes = UR_NEW(&p->arena, ur_id *, n + 1);
    int *nnodes = UR_NEW(&p->arena, int, n + 1);
    for (int k = 0; k < n; k++) {
        u[k]->done = false;
        u[k]->key = u[k]->v >= 0 && is_ew(p, u[k]->v) ? key_of(p, u[k]->v) : -1;
        unit_nodes(p, u[k], &nodes[k], &nnodes[k]);
        for (int m = 0; m < nnodes[k]; m++) unit_of[nodes[k][m]] = k + 1;
    }
    for (int pass_ = 0; pass_ < 2; pass_++) {
        for (int k = 0; k < n; k++) {
            for (int m = 0; m < nnodes[k]; m++)
                for (int e = 0, a; (a = next_edge(p, &g->node[nodes[k][m]], e, nchain, chain)) != -2; e++) {
                    if (a < 0 || !unit_of[a] || unit_of[a] == k + 1) continue;
                    int from = unit_of[a] - 1;
                    if (!pass_) { firstdep[from + 1]++; wait[k]++; total++; } else dep[firstdep[from]++] = k;
                }
        }
        if (!pass_) { dep = UR_NEW(&p->arena, int, total + 1); for (int k = 0; k < n; k++) firstdep[k + 1] += firstdep[k]; }
    }
    for (int k = n; k > 0; k--) firstdep[k] = firstdep[k - 1];
    firstdep[0] = 0;
    *out = NULL; *nout = 0;
    ur_id *member = UR_NEW(&p->arena, ur_id, n + 1), *ids = UR_NEW(&p->arena, ur_id, n + 1);
    bool *outside = UR_NEW(&p->arena, bool, n + 1);
    for (int left = n; left;) {
        int pick = -1;
        for (int k = 0; k < n; k++) {                             /* first what is not component-wise: it makes more of those ready */
            if (u[k]->done || wait[k]) continue;
            if (u[k]->key < 0) { pick = k; break; }
            if (pick < 0) pick = k;
        }
        int nm = 0;
        ins *i = NULL;
        if (u[pick]->slow) {
            i = emit_slow(p, us, u[pick]);
            member[nm++] = pick;
        } else if (u[pick]->v < 0) {
            unit *s = u[pick];
            i = new_ins(p, INS_SCAN, -1);
            i->index = s->index; i->dir = s->dir; i->depth = nchain;
            int ch[UR_MAX_RAGGED];
            for (int k = 0; k < nchain; k++) ch[k] = chain[k];
            ch[nchain] = s->index;
            if (!us->inner[nchain]) us->inner[nchain] = UR_NEW(&p->arena, int, g->nnode + 1);
            emit_body(p, us, s->body, s->nbody, &i->body, &i->nbody, us->inner[nchain], nchain + 1, ch);
            member[nm++] = pick;
        } else if (u[pick]->key >= 0) {
            int grp = ++us->ngroup;
            for (bool more = true; more;) {                       /* all that become ready on the way, in order */
                more = false;
                for (int k = 0; k < n; k++) {
                    if (u[k]->done || wait[k] || u[k]->key != u[pick]->key) continue;
                    const ur_node *a = &g->node[u[k]->v], *b = &g->node[u[pick]->v];
                    if (p->node_dom[u[k]->v] != p->node_dom[u[pick]->v] || ur_node_width(g, a) != ur_node_width(g, b) || a->nfix != b->nfix || memcmp(a->fix, b->fix, sizeof *a->fix * (size_t)a->nfix)) continue;
                    bool fits = true;                             /* what it reads from this program must be as wide */
                    for (int e = 0; e < a->narg; e++)
                        if (us->group_of[a->arg[e]] == grp && ur_node_width(g, &g->node[a->arg[e]]) != ur_node_width(g, a)) fits = false;
                    if (!fits) continue;
                    u[k]->done = true; left--; more = true;
                    us->group_of[u[k]->v] = grp;
                    ids[nm] = u[k]->v; member[nm++] = k;
                    for (int d = firstdep[k]; d < firstdep[k + 1]; d++) wait[dep[d]]--;
                    if (nm >= 4000) { more = false; break; }
                }
            }
            for (int k = 0; k < nm; k++) outside[k] = used_outside(p, ids[k], grp, us->group_of, us->first, us->user);
            i = new_ins(p, INS_EW, ids[0]);
            emit_ew(p, i, nm, ids, outside);
        } else {
            ur_id v = u[pick]->v;
            member[nm++] = pick;
            const ur_node *nd = &g->node[v];
            if (!p->view[v] && !is_load(p, v) && nd->op != UR_CONST && nd->op != UR_PARAM) {
                i = emit_node(p, v);
            } else if (is_load(p, v)) p->load[p->nload++] = v;
        }
        if (u[pick]->key < 0 || u[pick]->v < 0)
            for (int m = 0; m < nm; m++) {
                int k = member[m];
                u[k]->done = true; left--;
                for (int d = firstdep[k]; d < firstdep[k + 1]; d++) wait[dep[d]]--;
            }
        if (i) { UR_GROW(&p->arena, *out, *nout, cap); (*out)[(*nout)++] = i; }
    }
    for (int q = 0; q < n; q++) for (int m = 0; m < nnodes[q]; m++) unit_of[nodes[q][m]] = 0;
}


/* ---- the whole */
static void copy_graph(plan *p, const ur_graph *g)
{
    p->g = *g;
    p->g.arena = &p->arena;
    p->g.hash = NULL; p->g.hash_cap = 0;
    p->g.node = UR_NEW(&p->arena, ur_node, g->nnode + 64);
    p->g.node_cap = g->nnode + 64;
    memcpy(p->g.node, g->node, sizeof *g->node * (size_t)g->nnode);
    plan_resolve(p);
}

static void analyse(plan *p)
{
    ur_graph *g = &p->g;
    copy_graph(p, p->source);
    p->nforward = p->source->nforward ? p->source->nforward : p->source->nnode;
    size_t n = (size_t)g->nnode + 1;
    p->live = UR_NEW(&p->arena, bool, n);
    find_outputs(p);
    plan_rewrite(p);
    n = (size_t)g->nnode + 1;
    p->view = UR_NEW(&p->arena, bool, n);
    p->node_dom = UR_NEW(&p->arena, int, n);
    p->node_chain = UR_NEW(&p->arena, int, n);
    p->slow = UR_NEW(&p->arena, bool, n);
    p->store = UR_NEW(&p->arena, store, n);
    p->load = UR_NEW(&p->arena, ur_id, n);
    for (size_t k = 0; k < n; k++) { p->node_chain[k] = -1; p->store[k].buf = -1; }
    for (int k = 0; k < p->nout; k++) p->store[p->out[k]].buf = -7;
    pass ps = { p, UR_NEW(&p->arena, int, n), 0, UR_NEW(&p->arena, int, n), UR_NEW(&p->arena, int, n), UR_NEW(&p->arena, int, n), false, NULL, 0 };
    ur_id *list = UR_NEW(&p->arena, ur_id, n);
    int nl = 0, nunit;
    for (ur_id v = 0; v < g->nnode; v++) if (p->live[v]) list[nl++] = v;
    unit **units;
    build(&ps, nl, list, 0, NULL, &units, &nunit);
    choose_doms(p);
    find_weights(p);
    find_views(p);
    users us = find_users(p);
    emit_body(p, &us, units, nunit, &p->ins, &p->nins, UR_NEW(&p->arena, int, n), 0, NULL);
    int kept = 0;
    p->once = UR_NEW(&p->arena, ins *, p->nins + 1);
    for (int k = 0; k < p->nins; k++) {
        ins *i = p->ins[k];
        if (i->kind != INS_SCAN && i->kind != INS_SLOW && p->weights[i->node]) p->once[p->nonce++] = i;
        else p->ins[kept++] = i;
    }
    p->nins = kept;
    plan_layout(p);
}

int plan_make(plan **out, const ur_graph *g, const ur_plan_options *o, ur_err *e)
{
    plan *p = ur_zalloc(sizeof *p);
    if (!p) return ur_nomem(e);
    p->source = g;
    p->o = *o;
    p->k = ur_kernels_for(o->single);
    p->arena.trap = &p->trap;
    p->arena.err = &p->err;
    int rc = setjmp(p->trap);
    if (!rc) analyse(p);
    else {
        rc = ur_fail(e, p->err.code, "%s", p->err.text);
        plan_free(p);
        return rc;
    }
    *out = p;
    return 0;
}

void plan_free(plan *p)
{
    if (!p) return;
    ur_arena_free(&p->arena);
    ur_free(p);
}
