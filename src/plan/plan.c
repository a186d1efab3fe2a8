/* A plan from start to end: a copy of the graph, what is live in it, rewriting, units, domains, instructions, memory. */
#include "plan/passes.h"
#include <string.h>

ur_id plan_alias(const ur_graph *g, ur_id v)
{
    for (int k = 0; v >= 0 && g->node[v].op == UR_ALIAS && k < 1 << 20; k++) v = g->node[v].arg[0];
    return v;
}

int plan_index_root(const ur_graph *g, int index)
{
    while (g->index[index].alias >= 0) index = g->index[index].alias;
    return index;
}

bool plan_leads(const plan *p, int nidx, const int *idx)
{
    if (!p->o.stepwise) return false;
    for (int k = 0; k < nidx; k++) if (plan_index_root(&p->g, idx[k]) == plan_index_root(&p->g, p->o.window_index)) return false;
    return true;
}

int canon_find(const plan *p, int nidx, const int *idx)
{
    bool lead = plan_leads(p, nidx, idx);
    for (int k = 0; k < p->ncanon; k++)
        if (p->canon_proto[k].nidx == nidx && p->canon_proto[k].lead == lead && (!nidx || !memcmp(p->canon_proto[k].idx, idx, sizeof *idx * (size_t)nidx))) return k;
    return -1;
}

void plan_resolve(plan *p)
{
    ur_graph *g = &p->g;
    for (ur_id v = 0; v < g->nnode; v++) {
        ur_node *n = &g->node[v];
        if (!n->narg) continue;
        ur_id *a = UR_NEW(&p->arena, ur_id, n->narg);
        for (int k = 0; k < n->narg; k++) a[k] = plan_alias(g, n->arg[k]);
        if (n->op == UR_READ) {
            int ns = ur_nsub(g, n);
            ur_sub *s = UR_NEW(&p->arena, ur_sub, ns + 1);
            memcpy(s, n->sub, sizeof *s * (size_t)ns);
            for (int k = 0; k < ns; k++) { s[k].before = plan_alias(g, s[k].before); s[k].after = plan_alias(g, s[k].after); }
            n->sub = s;
        }
        n->arg = a;
    }
}

/* ---- domains, maps */
static int add_canon(plan *p, int nidx, const int *idx, bool lead)
{
    for (int k = 0; k < p->ncanon; k++)
        if (p->canon_proto[k].nidx == nidx && p->canon_proto[k].lead == lead && (!nidx || !memcmp(p->canon_proto[k].idx, idx, sizeof *idx * (size_t)nidx))) return k;
    int up = nidx ? add_canon(p, nidx - 1, idx, lead) : -1;
    UR_GROW(&p->arena, p->canon_proto, p->ncanon, p->canon_cap);
    canon *n = &p->canon_proto[p->ncanon];
    memset(n, 0, sizeof *n);
    n->nidx = nidx; n->up = up; n->lead = lead;
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
    if (d.example) add_canon(p, d.nidx, d.idx, plan_leads(p, d.nidx, d.idx));
    if (p->o.stepwise) add_canon(p, 0, d.idx, true);
    return p->ndom++;
}

/* where a map stands in the table of maps, or is to be put */
static unsigned map_slot(const plan *p, int to, int from, ur_id read, const int *tuple)
{
    unsigned h = ((unsigned)to * 31 + (unsigned)from) * 31 + (unsigned)read, most = (unsigned)p->map_at_cap - 1;
    for (int k = 0; k < UR_MAX_FIXED; k++) h = h * 16777619u + (unsigned)tuple[k];
    for (h ^= h >> 15; p->map_at[h & most]; h++) {
        const map *m = &p->map[p->map_at[h & most] - 1];
        if (m->to == to && m->from == from && m->read == read && !memcmp(m->tuple, tuple, sizeof m->tuple)) break;
    }
    return h & most;
}

static void rehash_maps(plan *p)
{
    p->map_at_cap = p->map_at_cap ? 2 * p->map_at_cap : 64;
    p->map_at = UR_NEW(&p->arena, int, p->map_at_cap);
    for (int k = 0; k < p->nmap; k++) {
        const map *m = &p->map[k];
        p->map_at[map_slot(p, m->to, m->from, m->read, m->tuple)] = k + 1;
    }
}

int plan_map(plan *p, int to, int from, ur_id read, const int *tuple)
{
    static const int none[UR_MAX_FIXED];
    if (!tuple) tuple = none;
    if (2 * p->nmap >= p->map_at_cap) rehash_maps(p);
    unsigned at = map_slot(p, to, from, read, tuple);
    if (p->map_at[at]) return p->map_at[at] - 1;
    p->map_at[at] = p->nmap + 1;
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
    for (int k = 0; k < p->nout; k++) { p->out[k] = plan_alias(&p->g, p->out[k]); ur_reach(&p->g, p->out[k], p->live, stack); }
}

/* a gradient that is rows of a stack is read from there: it needs no copy */
static bool of_stack(const ur_graph *g, ur_id v)
{
    const ur_node *n = &g->node[v];
    return n->op == UR_SLICE && !n->trans && !n->nfix && !n->example && !n->nidx && g->node[n->arg[0]].op != UR_PARAM && g->node[n->arg[0]].op != UR_CONST;
}

static void read_stacks(plan *p)
{
    ur_graph *g = &p->g;
    for (int k = 0; k < p->nout - p->o.nkeep; k++) {
        if (!of_stack(g, p->out[k])) continue;
        p->out[k] = g->node[p->out[k]].arg[0];
        p->uses[p->out[k]] += 2;
    }
    plan_live(p);
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

/* numbers of the text lie in memory, too: alone, or as rows of what they stand before or after */
static void place_constants(plan *p)
{
    ur_graph *g = &p->g;
    size_t *width = UR_NEW(&p->arena, size_t, g->nnode + 1);
    p->constant = UR_NEW(&p->arena, char *, g->nnode + 1);
    for (ur_id v = 0; v < g->nnode; v++) {
        const ur_node *n = &g->node[v];
        for (int e = n->narg; e < ur_noperand(g, n); e++) {
            ur_id b = ur_operand(n, e);
            size_t w = ur_node_width(g, n), from = ur_node_width(g, &g->node[n->arg[0]]);
            if (b >= 0 && (w > from ? w : from) > width[b]) width[b] = w > from ? w : from;
        }
    }
    for (ur_id v = 0; v < g->nnode; v++) {
        if (g->node[v].op != UR_CONST) continue;
        size_t w = width[v] ? width[v] : 1;
        p->constant[v] = UR_NEW(&p->arena, char, w * p->k->esize);
        p->k->fill(w, g->node[v].num, p->constant[v]);
    }
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
    read_stacks(p);
    n = (size_t)g->nnode + 1;
    p->view = UR_NEW(&p->arena, bool, n);
    p->node_dom = UR_NEW(&p->arena, int, n);
    p->node_chain = UR_NEW(&p->arena, int, n);
    p->slow = UR_NEW(&p->arena, bool, n);
    p->store = UR_NEW(&p->arena, store, n);
    p->load = UR_NEW(&p->arena, ur_id, n);
    for (size_t k = 0; k < n; k++) { p->node_chain[k] = -1; p->store[k].buf = -1; }
    for (int k = 0; k < p->nout; k++) p->store[p->out[k]].buf = -7;
    unit **units;
    int nunit;
    sched_units(p, &units, &nunit);
    sched_sink(p, units, &nunit);
    choose_doms(p);
    emit_all(p, units, nunit);
    plan_layout(p);
    if (p->o.recompute >= 0) p->re = recompute_make(p, &p->re_why);
    place_constants(p);
    plan_fuse(p);
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
    plan_unfuse(p);
    ur_arena_free(&p->arena);
    ur_free(p);
}

