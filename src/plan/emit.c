/* Units made into instructions: which READs are looked through, what depends on the weights alone, which component-wise
 * neighbours share a program, in an order that keeps them together. Knows the schedule and where operands are found, no memory.
 * Invariant: an instruction comes after those it reads, in the same body. */
#include "plan/passes.h"
#include <string.h>

/* ---- emission: units of one body, grouped into instructions */
static bool is_load(const ur_schedule *p, ur_id v)
{
    const ur_node *n = &p->g.node[v];
    if (n->op == UR_READ) {
        if (p->g.node[n->arg[0]].op != UR_DATA) return false;
        return !ur_has_boundary(&p->g, n);
    }
    return ur_op_is(n->op, UR_LEAF) && !ur_op_is(n->op, UR_STEADY);
}

static bool is_ew(const ur_schedule *p, ur_id v)
{
    const ur_node *n = &p->g.node[v];
    return ur_op_is(n->op, UR_BY_COMPONENT) || (n->op == UR_BCAST && !n->sym);
}

static bool fixed_read(const ur_schedule *p, const ur_node *n)
{
    return n->op == UR_READ && (n->nfix || p->g.node[n->arg[0]].nfix);
}

/* the rows a reduction or contraction runs over: the union of its arguments' index sets */
static int rows_of(ur_schedule *p, ur_id v)
{
    ur_graph *g = &p->g;
    const ur_node *n = &g->node[v];
    if (!ur_op_is(n->op, UR_ACROSS) || ur_op_is(n->op, UR_KEEPS)) return p->node_dom[v];
    ur_node u = { 0 };
    for (int k = 0; k < n->narg; k++) ur_union(g, &u, n->arg[k]);
    for (int k = 0; k < n->narg; k++) {
        const ur_node *a = &g->node[n->arg[k]];
        if (a->nidx == u.nidx && (a->example || a->nidx) == (u.example || u.nidx)) return p->node_dom[n->arg[k]];
    }
    return ur_plan_dom(p, &u, 0, NULL);
}

/* does v gather its argument's rows as it goes: a product, or a sum over fixed indices? */
static bool gathers(const ur_schedule *p, ur_id v, int k)
{
    const ur_graph *g = &p->g;
    const ur_node *n = &g->node[v];
    bool within = n->narg == 1 && !n->red_example;
    for (int m = 0; m < n->nred; m++) within &= g->index[n->red[m]].fixed;
    return n->op == UR_CONTRACT || (n->op == UR_PROD && k == 1 && !g->node[n->arg[0]].nfix && !n->nred && n->cols == 1) ||
           (n->op == UR_RSUM && within && p->node_dom[v] == p->node_dom[n->arg[0]]);
}

/* a READ (or slice) that its users look through */
static void find_views(ur_schedule *p)
{
    ur_graph *g = &p->g;
    for (ur_id v = 0; v < g->nnode; v++) {
        const ur_node *n = &g->node[v];
        p->pass->view[v] = p->live[v] && ur_op_is(n->op, UR_VIEW) && !is_load(p, v) &&
                           (n->op == UR_READ ? !(n->sym && fixed_read(p, n)) : n->cols == 1 && !n->nfix && !n->trans);
    }
    for (int k = 0; k < p->pass->nout; k++) p->pass->view[p->pass->out[k]] = false;
    for (ur_id v = 0; v < g->nnode; v++) /* the oracle looks through nothing */
        for (int e = 0, a; p->pass->slow[v] && (a = ur_sched_edge(p, &g->node[v], e, 0, NULL)) != -2; e++)
            if (a >= 0) p->pass->view[v] = p->pass->view[a] = false;
    for (ur_id v = 0; v < g->nnode; v++) {
        const ur_node *n = &g->node[v];
        if (!p->live[v]) continue;
        int d = rows_of(p, v); /* only users that run over the view's own rows look through it */
        for (int k = 0; k < ur_noperand(g, n); k++) {
            ur_id a = ur_operand(n, k);
            if (a < 0 || !p->pass->view[a]) continue;
            bool gathered = !fixed_read(p, &g->node[a]) || gathers(p, v, k);
            p->pass->view[a] = gathered && !ur_op_is(n->op, UR_DIRECT) && p->node_dom[a] == d;
        }
    }
}

/* what is made of parameters and constants alone: a function of the weights */
static void find_weights(ur_schedule *p)
{
    ur_graph *g = &p->g;
    p->pass->weights = UR_NEW(&p->arena, bool, g->nnode + 1);
    for (ur_id v = 0; v < g->nnode; v++) p->pass->weights[v] = p->live[v] && !p->pass->slow[v];
    for (bool more = true; more;) {
        more = false;
        for (ur_id v = 0; v < g->nnode; v++) {
            const ur_node *n = &g->node[v];
            if (!p->pass->weights[v]) continue;
            bool ok = !n->example && !n->nidx && (!ur_op_is(n->op, UR_LEAF) || ur_op_is(n->op, UR_STEADY)) && n->op != UR_PLACE &&
                      !n->red_example;
            for (int e = 0, a; ok && (a = ur_sched_edge(p, n, e, 0, NULL)) != -2; e++) ok = a < 0 || p->pass->weights[a];
            if (!ok) {
                p->pass->weights[v] = false;
                more = true;
            }
        }
    }
}

/* stepwise: what does not change from step to step, and how far back the others read */
static void find_still(ur_schedule *p)
{
    ur_graph *g = &p->g;
    p->stays = UR_NEW(&p->arena, bool, g->nnode + 1);
    for (ur_id v = 0; v < g->nnode; v++) {
        const ur_node *n = &g->node[v];
        p->stays[v] = p->live[v] && p->o.stepwise && !p->pass->weights[v] && !p->pass->slow[v] && n->op != UR_FRESH &&
                      ur_plan_leads(p, n->nidx, (int[]){ n->idx[0], n->idx[1], n->idx[2], n->idx[3] });
        for (int k = 0; p->live[v] && n->op == UR_READ && k < g->node[n->arg[0]].nidx; k++) {
            int lo, hi;
            ur_offsets(g, &n->sub[k], &lo, &hi);
            if (n->sub[k].kind == UR_SUB_REL && -lo > p->back) p->back = -lo;
            if (n->sub[k].kind == UR_SUB_REL && g->node[n->arg[0]].op == UR_DATA && hi > p->ahead) p->ahead = hi;
        }
    }
    for (bool more = p->o.stepwise; more;) {
        more = false;
        for (ur_id v = 0; v < g->nnode; v++)
            for (int e = 0, a; p->stays[v] && (a = ur_sched_edge(p, &g->node[v], e, 0, NULL)) != -2; e++)
                if (a >= 0 && !p->stays[a] && !p->pass->weights[a] && !ur_op_is(g->node[a].op, UR_STEADY)) {
                    p->stays[v] = false;
                    more = true;
                }
    }
}

static bool still(const ur_schedule *p, const ins *i)
{
    for (int k = 0; k < i->nbody; k++)
        if (!still(p, i->body[k])) return false;
    if (i->kind == INS_SCAN) return true;
    for (int k = 0; k < i->nmember; k++)
        if (!p->stays[i->member[k]]) return false;
    return i->kind != INS_SLOW && p->stays[i->node];
}

static unsigned class_hash(const ur_schedule *p, ur_id v)
{
    const ur_node *n = &p->g.node[v];
    unsigned h = ((unsigned)p->node_dom[v] * 2 + p->pass->weights[v]) * 31 + (unsigned)ur_node_width(&p->g, n);
    for (int k = 0; k < n->nfix; k++) h = h * 17 + (unsigned)n->fix[k] + 1;
    return h;
}

static int *maps_of(ur_schedule *p, ur_id v, int d) /* of a READ with fixed indices, for rows of domain d */
{
    const ur_graph *g = &p->g;
    const ur_node *n = &g->node[v];
    int tup = ur_node_tuples(g, n), at[UR_MAX_FIXED] = { 0 };
    bool moves[UR_MAX_FIXED] = { false }; /* rows are the same for every value of the others */
    for (int k = 0; k < n->nfix; k++)
        for (int q = 0; q < g->node[n->arg[0]].nidx; q++) {
            moves[k] |= n->sub[q].index == n->fix[k];
            for (int f = 0; f < n->sub[q].nfix; f++) moves[k] |= n->sub[q].fix[f] == n->fix[k];
        }
    int *maps = UR_NEW(&p->arena, int, tup);
    for (int e = 0; e < tup; e++) {
        int r = e;
        for (int k = n->nfix - 1; k >= 0; k--) {
            at[k] = moves[k] ? r % g->index[n->fix[k]].size + 1 : 1;
            r /= g->index[n->fix[k]].size;
        }
        maps[e] = ur_plan_map(p, d, p->node_dom[n->arg[0]], v, at);
    }
    return maps;
}

static operand read_operand(ur_schedule *p, ur_id v, int d) /* what a READ reads, for rows of domain d */
{
    const ur_graph *g = &p->g;
    const ur_node *n = &g->node[v];
    operand o = { .kind = g->node[n->arg[0]].op == UR_PARAM ? OP_PARAM : OP_BUF,
                  .node = n->arg[0],
                  .read = v,
                  .map = SAME_ROW,
                  .width = (int)ur_node_width(g, n) };
    if (fixed_read(p, n)) o.maps = maps_of(p, v, d);
    else o.map = ur_plan_map(p, d, p->node_dom[o.node], v, NULL);
    return o;
}

static operand operand_of(ur_schedule *p, ur_id v, int d)
{
    ur_graph *g = &p->g;
    const ur_node *n = &g->node[v];
    operand o = { .node = v, .read = -1, .map = SAME_ROW, .width = (int)ur_node_width(g, n) };
    if (p->pass->view[v] && n->op == UR_SLICE) {
        o.node = n->arg[0];
        o.col = n->i;
        n = &g->node[o.node];
    } else if (p->pass->view[v]) return read_operand(p, v, d);
    if (n->op == UR_CONST) {
        o.kind = OP_IMM;
        o.imm = n->num;
        return o;
    }
    if (n->op == UR_PARAM) {
        o.kind = OP_PARAM;
        return o;
    }
    o.kind = OP_BUF;
    int nd = p->node_dom[o.node];
    const dom *f = &p->dom[nd];
    if (nd != d && (f->example || f->nidx)) o.map = ur_plan_map(p, d, nd, -1, NULL);
    else if (nd != d) o.map = ONE_ROW;
    return o;
}

static operand any_row_of(const ur_schedule *p, ur_id v) /* which one is found as it runs */
{
    const ur_node *n = &p->g.node[v];
    return (operand){ .kind = n->op == UR_PARAM ? OP_PARAM : OP_BUF,
                      .node = v,
                      .read = -1,
                      .map = OTHER_ROWS,
                      .width = (int)ur_node_width(&p->g, n) };
}

static ins *new_ins(ur_schedule *p, ins_kind kind, ur_id v)
{
    ins *i = UR_NEW(&p->arena, ins, 1);
    i->kind = kind;
    i->node = v;
    i->out_map = SAME_ROW;
    i->dom = v >= 0 ? rows_of(p, v) : -1;
    return i;
}

/* numbers of `wide`'s tensor → numbers of an operand that lacks fixed indices or is 1 × 1; NULL: the same */
static int *expand_of(ur_schedule *p, const ur_node *wide, const ur_node *o)
{
    const ur_graph *g = &p->g;
    int w = (int)ur_node_width(g, wide), wo = (int)ur_node_width(g, o);
    if (w == wo) return NULL;
    int *m = UR_NEW(&p->arena, int, w);
    int rc = wide->rows * wide->cols, orc = o->rows * o->cols;
    for (int e = 0; e < w; e++) {
        int tup = e / rc, within = e % rc, at[UR_MAX_FIXED], flat = 0;
        for (int k = wide->nfix - 1; k >= 0; k--) {
            int n = g->index[wide->fix[k]].size;
            at[k] = tup % n;
            tup /= n;
        }
        for (int k = 0; k < o->nfix; k++)
            for (int q = 0; q < wide->nfix; q++)
                if (wide->fix[q] == o->fix[k]) flat = flat * g->index[o->fix[k]].size + at[q];
        m[e] = flat * orc + (orc == 1 ? 0 : within);
    }
    return m;
}

/* seat: [nnode] zero, as it is left: within a program member k has k + 1, argument k has −1 − k */
static void emit_ew(ur_schedule *p, ins *i, int n, const ur_id *member, const bool *outside, int *seat)
{
    ur_graph *g = &p->g;
    i->nmember = n;
    i->member = UR_NEW(&p->arena, ur_id, n);
    memcpy(i->member, member, sizeof *member * (size_t)n);
    const ur_node *w = &g->node[member[0]];
    i->width = (int)ur_node_width(g, w);
    i->op = UR_NEW(&p->arena, ur_ew_op, n);
    i->out = UR_NEW(&p->arena, ew_out, n);
    i->arg = UR_NEW(&p->arena, operand, 3 * n);
    i->expand = UR_NEW(&p->arena, int *, 3 * n);
    ur_id *argnode = UR_NEW(&p->arena, ur_id, 3 * n);
    for (int k = 0; k < n; k++) {
        const ur_node *v = &g->node[member[k]];
        int r[3] = { 0, 0, 0 };
        for (int a = 0; a < v->narg; a++) {
            ur_id x = v->arg[a];
            if (!seat[x]) {
                int at = i->narg++;
                argnode[at] = x;
                seat[x] = -1 - at;
                i->arg[at] = operand_of(p, x, i->dom);
                if (i->arg[at].kind != OP_IMM) i->expand[at] = expand_of(p, w, &g->node[x]);
            }
            r[a] = seat[x] > 0 ? seat[x] - 1 : seat[x];
        }
        seat[member[k]] = k + 1;
        i->op[i->nop++] = (ur_ew_op){ v->op, ur_ops[v->op].cls, k, r[0], r[1], r[2] };
        if (outside[k]) i->out[i->nout++] = (ew_out){ .reg = k, .node = member[k] };
    }
    for (int k = 0; k < n; k++) seat[member[k]] = 0;
    for (int k = 0; k < i->narg; k++) seat[argnode[k]] = 0;
    /* registers: a value that is not an output gives its register to a later one after its last use */
    int *last = UR_NEW(&p->arena, int, n), *reg = UR_NEW(&p->arena, int, n), *freed = UR_NEW(&p->arena, int, n), nfree = 0;
    int *ends = UR_NEW(&p->arena, int, n),
        *next = UR_NEW(&p->arena, int, n); /* those used last by k: ends[k] − 1, then each one's next − 1, upwards */
    for (int k = 0; k < n; k++) {
        last[k] = outside[k] ? n : k;
        const int *r = &i->op[k].a;
        for (int a = 0; a < 3 && a < g->node[member[k]].narg; a++)
            if (r[a] >= 0 && last[r[a]] < n) last[r[a]] = k;
    }
    for (int k = n - 1; k >= 0; k--) {
        if (last[k] == n) continue;
        next[k] = ends[last[k]];
        ends[last[k]] = k + 1;
    }
    for (int k = 0; k < n; k++) {
        if (outside[k]) reg[k] = i->nreg++;
        else reg[k] = nfree ? freed[--nfree] : i->nreg++;
        for (int m = ends[k]; m; m = next[m - 1]) freed[nfree++] = reg[m - 1];
    }
    for (int k = 0; k < n; k++) {
        ur_ew_op *o = &i->op[k];
        o->dst = reg[k];
        int na = g->node[member[k]].narg;
        int *r = &o->a;
        for (int a = 0; a < na; a++) r[a] = r[a] >= 0 ? reg[r[a]] : i->nreg - 1 - r[a];
    }
    for (int k = 0; k < i->nout; k++) i->out[k].reg = reg[i->out[k].reg];
}

/* The tuples that a reduction goes through: those of the fixed indices that its argument or its condition has. */
static void find_tuples(ur_schedule *p, ins *i, const ur_node *n)
{
    ur_graph *g = &p->g;
    const ur_node *a = &g->node[n->arg[0]], *c = n->narg > 1 ? &g->node[n->arg[1]] : NULL;
    ur_node u = { 0 }, o = *n;
    for (int k = 0; k < n->narg; k++) ur_union(g, &u, n->arg[k]);
    o.nfix = 0;
    for (int k = 0; k < n->nfix; k++)
        if (!ur_op_is(n->op, UR_KEEPS) || n->fix[k] != n->red[0]) o.fix[o.nfix++] = n->fix[k];
    i->ntuple = ur_node_tuples(g, &u);
    i->at_arg = UR_NEW(&p->arena, int, i->ntuple);
    i->at_cond = UR_NEW(&p->arena, int, i->ntuple);
    i->at_out = UR_NEW(&p->arena, int, i->ntuple);
    for (int t = 0; t < i->ntuple; t++) {
        i->at_arg[t] = ur_tuple_within(g, t, u.nfix, u.fix, a->nfix, a->fix);
        i->at_cond[t] = c ? ur_tuple_within(g, t, u.nfix, u.fix, c->nfix, c->fix) : 0;
        i->at_out[t] = ur_tuple_within(g, t, u.nfix, u.fix, o.nfix, o.fix);
    }
}

static ins *emit_node(ur_schedule *p, ur_id v)
{
    ur_graph *g = &p->g;
    const ur_node *n = &g->node[v];
    ins *i = new_ins(p, n->op == UR_PROD ? INS_PROD : n->op == UR_CONTRACT ? INS_CONTRACT : INS_NODE, v);
    i->narg = n->narg;
    i->arg = UR_NEW(&p->arena, operand, n->narg + 1);
    if (n->op == UR_PROD) {
        const ur_node *M = &g->node[n->arg[0]];
        i->rows = n->trans ? M->cols : M->rows;
        i->deep = n->trans ? M->rows : M->cols;
        if (!M->nfix && !n->nred && n->cols == 1) i->each = (int)ur_node_width(g, &g->node[n->arg[1]]) / i->deep;
    }
    if (n->op == UR_CONTRACT && !n->nfix) {
        const ur_node *a = &g->node[n->arg[0]], *b = &g->node[n->arg[1]];
        int na = (int)ur_node_width(g, a) / n->rows, nb = (int)ur_node_width(g, b) / n->cols,
            both = a->nfix < b->nfix ? a->nfix : b->nfix;
        if (a->cols == 1 && na == nb && !memcmp(a->fix, b->fix, sizeof *a->fix * (size_t)both)) i->each = na;
    }
    if (n->op == UR_READ) {
        i->arg[0] = read_operand(p, v, i->dom);
        return i;
    } /* a copy */
    if (n->op == UR_PLACE) {
        i->arg[0] = operand_of(p, n->arg[0], i->dom);
        return i;
    }
    for (int k = 0; k < n->narg; k++)
        i->arg[k] = n->op == UR_GATHER && !k ? any_row_of(p, n->arg[k]) : operand_of(p, n->arg[k], i->dom);
    if (ur_op_is(n->op, UR_REDUCES)) find_tuples(p, i, n);
    if (ur_op_is(n->op, UR_REDUCES) && i->dom != p->node_dom[v]) {
        const dom *f = &p->dom[p->node_dom[v]];
        i->out_map = f->example ? ur_plan_map(p, i->dom, p->node_dom[v], -1, NULL) : ONE_ROW;
    }
    if (ur_op_is(n->op, UR_KEEPS)) { /* its lanes: the argument's rows less the index */
        ur_node u = g->node[v];
        int c = 0;
        for (int k = 0; k < u.nidx; k++)
            if (u.idx[k] != n->red[0]) u.idx[c++] = u.idx[k];
        u.nidx = (int8_t)c;
        i->index = ur_plan_dom(p, &u, 0, NULL);
        i->out_map = ur_plan_map(p, i->dom, i->index, -1, NULL);
    }
    return i;
}

static bool used_outside(const ur_schedule *p, ur_id v, int group, const int *group_of, const ur_users *of)
{
    if (p->store[v].buf == AN_OUTPUT) return true; /* an output */
    for (int k = of->first[v]; k < of->first[v + 1]; k++)
        if (group_of[of->to[k]] != group) return true;
    return false;
}

typedef struct users {
    ur_users of; /* of live nodes */
    int *group_of;
    int ngroup;
    int *seat;                     /* of emit_ew */
    int *inner[UR_MAX_RAGGED + 1]; /* each depth of scans' unit_of, zero between bodies */
} users;

static users find_users(ur_schedule *p)
{
    ur_graph *g = &p->g;
    return (users){ .of = ur_users_of(g, &p->arena, g->nnode, p->live),
                    .group_of = UR_NEW(&p->arena, int, g->nnode + 1),
                    .seat = UR_NEW(&p->arena, int, g->nnode + 1) };
}

/* every node below a unit */
static void unit_nodes(ur_schedule *p, unit *u, ur_id **all, int *nall)
{
    if (u->v >= 0) {
        *all = UR_NEW(&p->arena, ur_id, 1);
        (*all)[0] = u->v;
        *nall = 1;
        return;
    }
    if (u->slow) {
        *all = u->slow;
        *nall = u->nslow;
        return;
    }
    int cap = 0, n = 0;
    ur_id *a = NULL;
    for (int k = 0; k < u->nbody; k++) {
        ur_id *in;
        int nin;
        unit_nodes(p, u->body[k], &in, &nin);
        for (int m = 0; m < nin; m++) {
            UR_GROW(&p->arena, a, n, cap);
            a[n++] = in[m];
        }
    }
    *all = a;
    *nall = n;
}

/* a cycle that no index orders: what it reads from outside is given to the oracle, what is read of it comes back */
static ins *emit_slow(ur_schedule *p, users *us, const unit *u)
{
    ur_graph *g = &p->g;
    ins *i = new_ins(p, INS_SLOW, u->slow[0]);
    bool *seen = UR_NEW(&p->arena, bool, g->nnode + 1);
    i->member = UR_NEW(&p->arena, ur_id, u->nslow);
    i->why = "the recurrence";
    for (int k = 0; k < u->nslow; k++) seen[u->slow[k]] = true;
    for (int k = 0, cap = 0; k < u->nslow; k++) {
        ur_id v = u->slow[k];
        bool out = p->store[v].buf == AN_OUTPUT;
        for (int q = us->of.first[v]; q < us->of.first[v + 1]; q++) out |= !p->pass->slow[us->of.to[q]] || !seen[us->of.to[q]];
        if (out) i->member[i->nmember++] = v;
        if (!strcmp(i->why, "the recurrence") && g->node[v].place.name) i->why = g->node[v].place.name;
        for (int e = 0, a; (a = ur_sched_edge(p, &g->node[v], e, 0, NULL)) != -2; e++) {
            if (a < 0 || seen[a] || ur_op_is(g->node[a].op, UR_LEAF)) continue;
            seen[a] = true;
            UR_GROW(&p->arena, i->input, i->ninput, cap);
            i->input[i->ninput++] = a;
        }
    }
    return i;
}

/* ---- a body: units in an order that keeps component-wise neighbours together */
typedef struct body {
    ur_schedule *p;
    users *us;
    unit **u;
    int n, left;
    int *class;
    ready *ready;     /* component-wise units of equal class may share a program; −1: any other unit */
    int *wait;        /* units that unit k still waits for */
    int *first, *dep; /* the units that wait for k: dep[first[k]] … dep[first[k + 1] − 1] */
    int nchain;
    const int *chain; /* the scans it is in */
    ur_id *id;
    bool *outside; /* room for one program */
} body;

static ins **emit_body(ur_schedule *p, users *us, unit **u, int n, int nchain, const int *chain, int *nout);

/* who waits for whom, from the edges between the nodes below the units */
static void find_waits(body *b)
{
    ur_schedule *p = b->p;
    int n = b->n, *unit_of = b->us->inner[b->nchain], *count = UR_NEW(&p->arena, int, n), total = 0;
    ur_id **node = UR_NEW(&p->arena, ur_id *, n);
    b->wait = UR_NEW(&p->arena, int, n + 1);
    b->first = UR_NEW(&p->arena, int, n + 2);
    for (int k = 0; k < n; k++) {
        unit_nodes(p, b->u[k], &node[k], &count[k]);
        for (int m = 0; m < count[k]; m++) unit_of[node[k][m]] = k + 1;
    }
    for (int fill = 0; fill < 2; fill++) {
        for (int k = 0; k < n; k++)
            for (int m = 0; m < count[k]; m++)
                for (int e = 0, a; (a = ur_sched_edge(p, &p->g.node[node[k][m]], e, b->nchain, b->chain)) != -2; e++) {
                    if (a < 0 || !unit_of[a] || unit_of[a] == k + 1) continue;
                    if (fill) b->dep[b->first[unit_of[a] - 1]++] = k;
                    else {
                        b->first[unit_of[a]]++;
                        b->wait[k]++;
                        total++;
                    }
                }
        if (fill) continue;
        b->dep = UR_NEW(&p->arena, int, total + 1);
        for (int k = 0; k < n; k++) b->first[k + 1] += b->first[k];
    }
    for (int k = n; k > 0; k--) b->first[k] = b->first[k - 1];
    b->first[0] = 0;
    for (int k = 0; k < n; k++)
        for (int m = 0; m < count[k]; m++) unit_of[node[k][m]] = 0;
}

static void done(body *b, int k)
{
    b->left--;
    for (int d = b->first[k]; d < b->first[k + 1]; d++)
        if (!--b->wait[b->dep[d]]) ur_ready_add(b->ready, b->dep[d]);
}

static bool same_class(const ur_schedule *p, ur_id v, ur_id w) /* the same rows and the same numbers in each */
{
    const ur_node *m = &p->g.node[v], *n = &p->g.node[w];
    return p->node_dom[v] == p->node_dom[w] && p->pass->weights[v] == p->pass->weights[w] &&
           ur_node_width(&p->g, m) == ur_node_width(&p->g, n) && m->nfix == n->nfix &&
           !memcmp(m->fix, n->fix, sizeof *m->fix * (size_t)m->nfix);
}

static void find_classes(body *b)
{
    ur_schedule *p = b->p;
    int cap = 16, nclass = 0;
    while (cap < 2 * b->n) cap *= 2;
    int *table = UR_NEW(&p->arena, int, cap); /* 1 + a unit of the class; 0: none yet */
    b->class = UR_NEW(&p->arena, int, b->n + 1);
    for (int k = 0; k < b->n; k++) {
        ur_id v = b->u[k]->v;
        b->class[k] = -1;
        if (v < 0 || !is_ew(p, v)) continue;
        unsigned at = class_hash(p, v) & (unsigned)(cap - 1);
        while (table[at] && !same_class(p, v, b->u[table[at] - 1]->v)) at = (at + 1) & (unsigned)(cap - 1);
        b->class[k] = table[at] ? b->class[table[at] - 1] : nclass++;
        if (!table[at]) table[at] = k + 1;
    }
    b->ready = ur_ready_new(p, b->n, b->class, nclass);
}

/* may v join the program? What it reads of the program has to be as wide. */
static bool joins(const body *b, ur_id v, int group)
{
    const ur_graph *g = &b->p->g;
    const ur_node *m = &g->node[v];
    for (int e = 0; e < m->narg; e++)
        if (b->us->group_of[m->arg[e]] == group && ur_node_width(g, &g->node[m->arg[e]]) != ur_node_width(g, m)) return false;
    return true;
}

/* one component-wise program: all of a class that become ready on the way, in order */
static ins *emit_program(body *b, int class)
{
    enum { MOST = 4000 };
    int group = ++b->us->ngroup, n = 0;
    ur_ready_open(b->ready, class);
    for (int k; n < MOST && (k = ur_ready_take(b->ready)) >= 0;) {
        ur_id v = b->u[k]->v;
        if (!joins(b, v, group)) {
            ur_ready_put_aside(b->ready, k);
            continue;
        }
        b->us->group_of[v] = group;
        b->id[n++] = v;
        done(b, k);
    }
    ur_ready_close(b->ready);
    for (int k = 0; k < n; k++) b->outside[k] = used_outside(b->p, b->id[k], group, b->us->group_of, &b->us->of);
    ins *i = new_ins(b->p, INS_EW, b->id[0]);
    emit_ew(b->p, i, n, b->id, b->outside, b->us->seat);
    return i;
}

static ins *emit_scan(body *b, const unit *s)
{
    ins *i = new_ins(b->p, INS_SCAN, -1);
    int chain[UR_MAX_RAGGED];
    i->index = s->index;
    i->dir = s->dir;
    i->depth = b->nchain;
    for (int k = 0; k < b->nchain; k++) chain[k] = b->chain[k];
    chain[b->nchain] = s->index;
    i->body = emit_body(b->p, b->us, s->body, s->nbody, b->nchain + 1, chain, &i->nbody);
    return i;
}

/* NULL: the unit needs no instruction here (a view, a leaf) */
static ins *emit_unit(body *b, int pick)
{
    ur_schedule *p = b->p;
    const unit *u = b->u[pick];
    if (b->class[pick] >= 0) return emit_program(b, b->class[pick]);
    done(b, pick);
    if (u->slow) return emit_slow(p, b->us, u);
    if (u->v < 0) return emit_scan(b, u);
    if (is_load(p, u->v)) {
        p->load[p->nload++] = u->v;
        return NULL;
    }
    return p->pass->view[u->v] || ur_op_is(p->g.node[u->v].op, UR_STEADY) ? NULL : emit_node(p, u->v);
}

static ins **emit_body(ur_schedule *p, users *us, unit **u, int n, int nchain, const int *chain, int *nout)
{
    body b = { .p = p,
               .us = us,
               .u = u,
               .n = n,
               .left = n,
               .nchain = nchain,
               .chain = chain,
               .id = UR_NEW(&p->arena, ur_id, n + 1),
               .outside = UR_NEW(&p->arena, bool, n + 1) };
    ins **out = NULL;
    int cap = 0;
    *nout = 0;
    if (!us->inner[nchain]) us->inner[nchain] = UR_NEW(&p->arena, int, p->g.nnode + 1);
    find_classes(&b);
    find_waits(&b);
    for (int k = 0; k < n; k++)
        if (!b.wait[k]) ur_ready_add(b.ready, k);
    while (b.left) {
        ins *i = emit_unit(&b, ur_ready_next(b.ready));
        if (!i) continue;
        UR_GROW(&p->arena, out, *nout, cap);
        out[(*nout)++] = i;
    }
    return out;
}

void ur_plan_emit(ur_schedule *p)
{
    find_weights(p);
    find_still(p);
    find_views(p);
    users us = find_users(p);
    p->ins = emit_body(p, &us, p->pass->unit, p->pass->nunit, 0, NULL, &p->nins);
    int kept = 0;
    p->still = UR_NEW(&p->arena, ins *, p->nins + 1);
    p->once = UR_NEW(&p->arena, ins *, p->nins + 1);
    for (int k = 0; k < p->nins; k++) {
        ins *i = p->ins[k];
        if (i->kind != INS_SCAN && i->kind != INS_SLOW && p->pass->weights[i->node]) p->once[p->nonce++] = i;
        else if (p->o.stepwise && still(p, i)) p->still[p->nstill++] = i;
        else p->ins[kept++] = i;
    }
    p->nins = kept;
}
