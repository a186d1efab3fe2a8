/* Moves component-wise nodes that only one scan reads into that scan, where what they are made of is kept anyway: then they need
 * no memory of their own. (The derivatives of an LSTM's gates are five such; as a map before the scan they took a quarter of a
 * step's memory.) Knows units and widths. Invariant: no value and no number of operations changes. */
#include "plan/passes.h"
#include <string.h>

typedef struct sinker {
    ur_schedule *p;
    unit **u;
    int *at;        /* [nnode] the top unit a node lies in */
    int *into;      /* [nnode] the top unit, a scan, that it may move into; −1: none */
    ur_users users; /* of live nodes */
    int *group;     /* [nnode] those that move or stay together: another of them, or itself */
    double *gain;   /* [nnode] by group: numbers of a position that need not be kept */
} sinker;

static void note_units(sinker *s, const unit *u, int k)
{
    if (u->v >= 0) s->at[u->v] = k;
    for (int b = 0; b < u->nbody; b++) note_units(s, u->body[b], k);
    for (int b = 0; b < u->nslow; b++) s->at[u->slow[b]] = k;
}

/* the scan in which user w reads v row by row as it is made; −1: it has to find v in memory */
static int scan_of(const sinker *s, ur_id w, ur_id v)
{
    const ur_schedule *p = s->p;
    const ur_node *n = &p->g.node[w], *m = &p->g.node[v];
    if (!ur_op_is(n->op, UR_BY_COMPONENT) || n->nidx != m->nidx || memcmp(n->idx, m->idx, sizeof *m->idx * (size_t)m->nidx) ||
        ur_node_width(&p->g, n) != ur_node_width(&p->g, m))
        return -1;
    if (s->into[w] >= 0) return s->into[w];
    return s->u[s->at[w]]->nbody && p->pass->chains[p->pass->node_chain[w]].n == 1 ? s->at[w] : -1;
}

static bool may_move(const sinker *s, ur_id v)
{
    const ur_node *n = v >= 0 ? &s->p->g.node[v] : NULL;
    return n && ur_op_is(n->op, UR_BY_COMPONENT) && n->nidx && s->p->store[v].buf != AN_OUTPUT &&
           s->users.first[v] < s->users.first[v + 1];
}

static ur_id root(const sinker *s, ur_id v)
{
    while (s->group[v] != v) v = s->group[v];
    return v;
}

/* those of which one is made of the other, for the same scan, go together */
static void find_groups(sinker *s, int n)
{
    for (int k = n - 1; k >= 0; k--) { /* users come later */
        ur_id v = s->u[k]->v;
        if (!may_move(s, v)) continue;
        int into = scan_of(s, s->users.to[s->users.first[v]], v);
        for (int e = s->users.first[v]; e < s->users.first[v + 1]; e++)
            if (scan_of(s, s->users.to[e], v) != into) into = -1;
        s->into[v] = into;
        for (int e = s->users.first[v]; into >= 0 && e < s->users.first[v + 1]; e++)
            if (s->into[s->users.to[e]] == into) s->group[root(s, s->users.to[e])] = root(s, v);
    }
}

/* whose numbers are read when v is */
static ur_id source(const sinker *s, ur_id v)
{
    const ur_graph *g = &s->p->g;
    for (int k = 0; k < 8 && ur_op_is(g->node[v].op, UR_VIEW); k++) v = g->node[v].arg[0];
    return v;
}

/* what a group frees, and what has to be kept for it beyond what is read in the scan or later anyway */
static void find_gains(sinker *s, int n)
{
    ur_schedule *p = s->p;
    ur_graph *g = &p->g;
    int *last = UR_NEW(&p->arena, int, g->nnode + 1), *counted = UR_NEW(&p->arena, int, g->nnode + 1);
    for (ur_id v = 0; v < g->nnode; v++)
        for (int e = s->users.first[v]; e < s->users.first[v + 1]; e++) {
            ur_id w = s->users.to[e], q = source(s, v);
            if (s->into[w] < 0 && s->at[w] > last[q]) last[q] = s->at[w];
        }
    for (int k = 0; k < n; k++) {
        ur_id v = s->u[k]->v;
        if (v < 0 || s->into[v] < 0) continue;
        ur_id top = root(s, v);
        bool read = false;
        for (int e = s->users.first[v]; e < s->users.first[v + 1]; e++) read |= s->into[s->users.to[e]] < 0;
        if (read) s->gain[top] += (double)ur_node_width(g, &g->node[v]);
        for (int e = 0; e < g->node[v].narg; e++) {
            ur_id q = source(s, g->node[v].arg[e]);
            const ur_node *m = &g->node[q];
            if (s->into[q] >= 0 || !m->nidx || last[q] >= s->into[v] || counted[q] == top + 1) continue;
            counted[q] = top + 1;
            s->gain[top] -= (double)ur_node_width(g, m);
        }
    }
}

static void move(sinker *s, int *n)
{
    ur_schedule *p = s->p;
    int kept = 0;
    for (int k = *n - 1; k >= 0; k--) {
        ur_id v = s->u[k]->v;
        if (v < 0 || s->into[v] < 0) continue;
        if (s->gain[root(s, v)] <= 0) s->into[v] = -1;
        else p->pass->node_chain[v] = p->pass->node_chain[s->users.to[s->users.first[v]]];
    }
    for (int k = 0; k < *n; k++) {
        ur_id v = s->u[k]->v;
        if (v < 0 || s->into[v] < 0) {
            s->u[kept++] = s->u[k];
            continue;
        }
        unit *scan = s->u[s->into[v]]; /* it comes later: still in its place */
        unit **body = UR_NEW(&p->arena, unit *, scan->nbody + 1);
        memcpy(body, scan->body, sizeof *body * (size_t)scan->nbody);
        body[scan->nbody] = s->u[k];
        scan->body = body;
        scan->nbody++;
    }
    *n = kept;
}

void ur_sched_sink(ur_schedule *p)
{
    unit **units = p->pass->unit;
    int *n = &p->pass->nunit;
    size_t nn = (size_t)p->g.nnode + 2;
    sinker s = { .p = p,
                 .u = units,
                 .at = UR_NEW(&p->arena, int, nn),
                 .into = UR_NEW(&p->arena, int, nn),
                 .group = UR_NEW(&p->arena, int, nn),
                 .gain = UR_NEW(&p->arena, double, nn) };
    for (ur_id v = 0; v < p->g.nnode; v++) {
        s.into[v] = -1;
        s.group[v] = v;
    }
    for (int k = 0; k < *n; k++) note_units(&s, units[k], k);
    s.users = ur_users_of(&p->g, &p->arena, p->g.nnode, p->live);
    find_groups(&s, *n);
    find_gains(&s, *n);
    move(&s, n);
}
