/* Index sets, domains and maps of a program, each made once; and which domain every node has. Knows index sets and scans, no
 * operators but READ. */
#include "plan/passes.h"
#include <string.h>

bool ur_plan_leads(const ur_schedule *p, int nidx, const int *idx)
{
    if (!p->o.stepwise) return false;
    for (int k = 0; k < nidx; k++)
        if (ur_index_resolve(&p->g.schema, idx[k]) == ur_index_resolve(&p->g.schema, p->o.window_index)) return false;
    return true;
}

static int find_set(const ur_schedule *p, int nidx, const int *idx, bool lead)
{
    for (int k = 0; k < p->nset; k++)
        if (p->set[k].nidx == nidx && p->set[k].lead == lead &&
            (!nidx || !memcmp(p->set[k].idx, idx, sizeof *idx * (size_t)nidx)))
            return k;
    return -1;
}

int ur_plan_set(const ur_schedule *p, int nidx, const int *idx) { return find_set(p, nidx, idx, ur_plan_leads(p, nidx, idx)); }

static int add_set(ur_schedule *p, int nidx, const int *idx, bool lead)
{
    int there = find_set(p, nidx, idx, lead);
    if (there >= 0) return there;
    int up = nidx ? add_set(p, nidx - 1, idx, lead) : -1;
    UR_GROW(&p->arena, p->set, p->nset, p->pass->set_cap);
    index_set *n = &p->set[p->nset];
    memset(n, 0, sizeof *n);
    n->nidx = nidx;
    n->up = up;
    n->lead = lead;
    memcpy(n->idx, idx, sizeof *idx * (size_t)nidx);
    return p->nset++;
}

int ur_plan_dom(ur_schedule *p, const ur_node *n, int nchain, const int *chain)
{
    dom d = { .nidx = n->nidx, .example = n->example || n->nidx, .nchain = nchain };
    for (int k = 0; k < n->nidx; k++) d.idx[k] = n->idx[k];
    for (int k = 0; k < nchain; k++) d.chain[k] = chain[k];
    for (int k = 0; k < p->ndom; k++) {
        const dom *o = &p->dom[k];
        if (o->nidx == d.nidx && o->example == d.example && o->nchain == d.nchain &&
            !memcmp(o->idx, d.idx, sizeof d.idx[0] * (size_t)d.nidx) &&
            !memcmp(o->chain, d.chain, sizeof d.chain[0] * (size_t)nchain))
            return k;
    }
    UR_GROW(&p->arena, p->dom, p->ndom, p->pass->dom_cap);
    d.set = d.example ? add_set(p, d.nidx, d.idx, ur_plan_leads(p, d.nidx, d.idx)) : -1;
    p->dom[p->ndom] = d;
    if (p->o.stepwise) add_set(p, 0, d.idx, true);
    return p->ndom++;
}

/* where a map stands in the table of maps, or is to be put */
static unsigned map_slot(const ur_schedule *p, int to, int from, ur_id read, const int *tuple)
{
    unsigned h = ((unsigned)to * 31 + (unsigned)from) * 31 + (unsigned)read, most = (unsigned)p->pass->map_at_cap - 1;
    for (int k = 0; k < UR_MAX_FIXED; k++) h = h * 16777619u + (unsigned)tuple[k];
    for (h ^= h >> 15; p->pass->map_at[h & most]; h++) {
        const map *m = &p->map[p->pass->map_at[h & most] - 1];
        if (m->to == to && m->from == from && m->read == read && !memcmp(m->tuple, tuple, sizeof m->tuple)) break;
    }
    return h & most;
}

static void rehash_maps(ur_schedule *p)
{
    p->pass->map_at_cap = p->pass->map_at_cap ? 2 * p->pass->map_at_cap : 64;
    p->pass->map_at = UR_NEW(&p->arena, int, p->pass->map_at_cap);
    for (int k = 0; k < p->nmap; k++) {
        const map *m = &p->map[k];
        p->pass->map_at[map_slot(p, m->to, m->from, m->read, m->tuple)] = k + 1;
    }
}

int ur_plan_map(ur_schedule *p, int to, int from, ur_id read, const int *tuple)
{
    static const int none[UR_MAX_FIXED];
    if (!tuple) tuple = none;
    if (2 * p->nmap >= p->pass->map_at_cap) rehash_maps(p);
    unsigned at = map_slot(p, to, from, read, tuple);
    if (p->pass->map_at[at]) return p->pass->map_at[at] - 1;
    p->pass->map_at[at] = p->nmap + 1;
    UR_GROW(&p->arena, p->map, p->nmap, p->pass->map_cap);
    map *m = &p->map[p->nmap];
    memset(m, 0, sizeof *m);
    m->to = to;
    m->from = from;
    m->read = read;
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

/* A node outside every scan is laid out as a scan over some of its indices is, so that maps and scans agree. */
void ur_plan_domains(ur_schedule *p)
{
    ur_graph *g = &p->g;
    for (ur_id v = 0; v < g->nnode; v++) {
        if (!p->live[v]) continue;
        const ur_node *n = &g->node[v];
        int best = p->pass->node_chain[v];
        for (int c = 0; best < 0 && c < p->pass->nchains; c++) {
            bool all = true;
            for (int k = 0; k < p->pass->chains[c].n; k++) all &= ur_has_index(n, p->pass->chains[c].idx[k]);
            if (all) best = c;
        }
        if (best >= 0) p->node_dom[v] = ur_plan_dom(p, n, p->pass->chains[best].n, p->pass->chains[best].idx);
        else p->node_dom[v] = ur_plan_dom(p, n, 0, NULL);
    }
}
