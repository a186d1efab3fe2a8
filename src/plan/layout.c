/* Memory: which node's numbers lie where. Buffers hold rows of one domain; what is needed at the same time does not overlap.
 * Knows the schedule, no lengths: sizes follow when a shard's lengths are known. */
#include "plan/passes.h"
#include <string.h>

static int new_buf(ur_schedule *p, int d, int ld, size_t esize, int at)
{
    UR_GROW(&p->arena, p->buf, p->nbuf, p->pass->buf_cap);
    p->buf[p->nbuf] = (buf){ .dom = d, .ld = ld, .esize = esize, .first = at, .last = at, .node = -1 };
    return p->nbuf++;
}

void ur_plan_place(ur_schedule *p, ur_id v, int b, int col)
{
    p->store[v] = (store){ b, col };
    p->pass->beside[v] = p->buf[b].node;
    p->buf[b].node = v;
    p->buf[b].nnode++;
}

/* a part of a CONCAT lies where the CONCAT has it, when it has the same rows and no other CONCAT took it: then joining costs
 * nothing */
static void own(ur_schedule *p, ur_id v, int at)
{
    const ur_node *n = &p->g.node[v];
    if (p->store[v].buf >= 0) {
        buf *b = &p->buf[p->store[v].buf];
        if (at > b->last) b->last = at;
        return;
    }
    ur_id c = p->pass->joined[v];
    if (c >= 0) {
        if (p->store[c].buf < 0) own(p, c, at);
        ur_plan_place(p, v, p->store[c].buf, p->store[c].col + p->pass->joined_at[v]);
        return;
    }
    int b = new_buf(p, p->node_dom[v], (int)ur_node_width(&p->g, n), ur_plan_esize(p, n), at);
    ur_plan_place(p, v, b, 0);
    if (!p->pass->weights[v]) return;
    p->buf[b].shared = true;
    p->buf[b].offset = p->shared;
    p->shared += (ur_node_width(&p->g, n) * p->k->esize + 127) & ~(size_t)63;
}

static bool made_here(const ur_schedule *p, ur_id v) /* by an instruction that writes rows of its own */
{
    const ur_node *n = &p->g.node[v];
    return !p->pass->view[v] && !p->pass->slow[v] && !ur_op_is(n->op, UR_STEADY | UR_CONTRACTS) && p->store[v].buf == -1;
}

static bool is_plain_concat(const ur_schedule *p, const ins *i) /* of vectors */
{
    const ur_node *c = i->kind == INS_NODE ? &p->g.node[i->node] : NULL;
    return c && c->op == UR_CONCAT && !c->nfix && c->cols == 1;
}

static void join(ur_schedule *p, ins *const *list, int n)
{
    for (int k = 0; k < n; k++) {
        const ins *i = list[k];
        if (i->kind == INS_SCAN) {
            join(p, i->body, i->nbody);
            continue;
        }
        if (!is_plain_concat(p, i)) continue;
        const ur_node *c = &p->g.node[i->node];
        for (int a = 0, at = 0; a < c->narg; at += p->g.node[c->arg[a++]].rows)
            if (made_here(p, c->arg[a]) && p->node_dom[c->arg[a]] == p->node_dom[i->node] &&
                p->pass->weights[c->arg[a]] == p->pass->weights[i->node] && p->pass->joined[c->arg[a]] < 0 &&
                p->g.node[c->arg[a]].op != UR_CONCAT) {
                p->pass->joined[c->arg[a]] = i->node;
                p->pass->joined_at[c->arg[a]] = at;
            }
    }
}

static bool made_by_ins(const ur_schedule *p, ur_id v)
{
    for (int k = 0; k < p->nload; k++)
        if (p->load[k] == v) return false;
    return true;
}

/* may product i lie over its addend a? Nothing else reads it, nor what lies in it. */
static bool over_addend(const ur_schedule *p, const ins *i, ur_id a)
{
    const ur_node *c = &p->g.node[a];
    for (int k = 0; k < c->narg; k++)
        if (p->pass->joined[c->arg[k]] == a && p->pass->uses[c->arg[k]] != 1) return false;
    return !p->pass->view[a] && p->pass->uses[a] == 1 && p->pass->weights[a] == p->pass->weights[i->node] &&
           p->node_dom[a] == p->node_dom[i->node] && p->pass->joined[i->node] < 0 && p->store[i->node].buf == -1 &&
           made_by_ins(p, a);
}

static bool continues(const operand *a, const operand *b) /* numbers of the same rows, b's after a's */
{
    return a->kind == OP_BUF && b->kind == OP_BUF && a->node == b->node && a->read < 0 && b->read < 0 && a->map == b->map &&
           b->col == a->col + a->width;
}

/* A CONCAT that a product starts from, and that is nothing but copies or that the product cannot lie over, is not made: the
 * product starts from its parts. by: the CONCATs that run over all positions; of one that is not made NULL */
static void take_apart(ur_schedule *p, ins **by, ins *const *list, int n)
{
    for (int k = 0; k < n; k++) {
        ins *i = list[k];
        take_apart(p, by, i->body, i->nbody);
        if (i->kind != INS_PROD || i->narg != 3) continue;
        ur_id a = p->g.node[i->node].arg[2];
        const ur_node *c = &p->g.node[a];
        bool placed = false;
        for (int q = 0; q < c->narg; q++) placed |= p->pass->joined[c->arg[q]] == a;
        if (!by[a] || by[a]->dom != i->dom || p->pass->uses[a] != 1 || (placed && over_addend(p, i, a))) continue;
        operand *arg = UR_NEW(&p->arena, operand, 2 + c->narg);
        memcpy(arg, i->arg, 2 * sizeof *arg);
        i->arg = arg;
        i->narg = 2;
        for (int q = 0; q < c->narg; q++) {
            const operand *o = &by[a]->arg[q];
            if (q && continues(&arg[i->narg - 1], o)) arg[i->narg - 1].width += o->width;
            else arg[i->narg++] = *o;
        }
        for (int q = 0; q < c->narg; q++)
            if (p->pass->joined[c->arg[q]] == a) p->pass->joined[c->arg[q]] = -1;
        by[a] = NULL;
    }
}

static void start_apart(ur_schedule *p)
{
    ins **by = UR_NEW(&p->arena, ins *, p->g.nnode + 1);
    int kept = 0;
    for (int k = 0; k < p->nins; k++)
        if (is_plain_concat(p, p->ins[k])) by[p->ins[k]->node] = p->ins[k];
    take_apart(p, by, p->ins, p->nins);
    for (int k = 0; k < p->nins; k++)
        if (!is_plain_concat(p, p->ins[k]) || by[p->ins[k]->node]) p->ins[kept++] = p->ins[k];
    p->nins = kept;
}

static void touch_op(ur_schedule *p, const operand *o, int at)
{
    if (o->kind == OP_BUF && p->store[o->node].buf >= 0) {
        buf *b = &p->buf[p->store[o->node].buf];
        if (at > b->last) b->last = at;
    }
    if (o->read >= 0) { /* boundaries, and a fill's datum */
        const ur_node *n = &p->g.node[o->read];
        for (int k = n->narg; k < ur_noperand(&p->g, n); k++) {
            ur_id b = ur_operand(n, k);
            if (b >= 0 && p->store[b].buf >= 0 && at > p->buf[p->store[b].buf].last) p->buf[p->store[b].buf].last = at;
        }
    }
}

/* over what is not needed any more, or in a buffer of its own */
static void make(ur_schedule *p, ins *i, int at, bool scan, ur_id v)
{
    if (at >= 0) ur_reuse_place(p, i, at, scan, v);
    own(p, v, at);
}

static void define(ur_schedule *p, ins *i, int at, bool scan)
{
    if (i->kind == INS_SCAN) {
        for (int k = 0; k < i->nbody; k++) {
            define(p, i->body[k], at, true);
            ur_reuse_passed(p, i->body[k]);
        }
        if (!scan) ur_reuse_passed(p, NULL);
        return;
    }
    if (i->kind == INS_SLOW) {
        for (int k = 0; k < i->nmember; k++) own(p, i->member[k], at);
        return;
    }
    if (i->kind == INS_EW) {
        for (int k = 0; k < i->nout; k++) make(p, i, at, scan, i->out[k].node);
        return;
    }
    ur_id a = i->kind == INS_PROD && i->narg == 3 ? p->g.node[i->node].arg[2] : -1;
    if (a >= 0 && p->store[a].buf >= 0 && over_addend(p, i, a)) {
        ur_plan_place(p, i->node, p->store[a].buf, p->store[a].col);
        if (at > p->buf[p->store[a].buf].last) p->buf[p->store[a].buf].last = at;
        i->add = true;
        return;
    }
    make(p, i, at, scan, i->node);
}

static void use(ur_schedule *p, const ins *i, int at)
{
    for (int k = 0; k < i->nbody; k++) use(p, i->body[k], at);
    for (int k = 0; k < i->narg; k++) touch_op(p, &i->arg[k], at);
    for (int k = 0; k < i->ninput; k++) touch_op(p, &(operand){ .kind = OP_BUF, .node = i->input[k], .read = -1 }, at);
}

static void pin(ur_schedule *p, ur_id v)
{
    if (v >= 0 && p->store[v].buf >= 0) p->buf[p->store[v].buf].pinned = true;
}

/* quantities whose last positions are carried to the next chunk */
static void find_state(ur_schedule *p)
{
    ur_graph *g = &p->g;
    if (p->o.window_index < 0) return;
    int w = ur_index_resolve(&g->schema, p->o.window_index);
    int *place = UR_NEW(&p->arena, int, g->nnode + 1); /* 1 + where a node stands among them */
    p->state = UR_NEW(&p->arena, carried, g->nnode + 1);
    for (ur_id v = 0; v < g->nnode; v++) {
        const ur_node *n = &g->node[v];
        if (!p->live[v] || n->op != UR_READ) continue;
        ur_id q = n->arg[0];
        const ur_node *qn = &g->node[q];
        if (qn->nidx != 1 || ur_index_resolve(&g->schema, qn->idx[0]) != w || n->sub[0].kind != UR_SUB_REL || qn->op == UR_DATA ||
            q >= p->nforward)
            continue;
        int lo, hi;
        ur_offsets(g, &n->sub[0], &lo, &hi);
        if (lo >= 0 || p->store[q].buf < 0) continue;
        if (!place[q]) {
            p->state[p->nstate++] = (carried){ .node = q, .before = -1 };
            place[q] = p->nstate;
        }
        carried *c = &p->state[place[q] - 1];
        if (-lo > c->depth) c->depth = -lo;
        if (n->sub[0].before >= 0) c->before = n->sub[0].before;
        pin(p, n->sub[0].before);
        pin(p, q);
    }
    for (int k = 0; k < p->nstate; k++) {
        p->state[k].offset = p->state_item;
        p->state[k].width = ur_node_width(g, &g->node[p->state[k].node]) * ur_plan_esize(p, &g->node[p->state[k].node]);
        p->state_item += ((size_t)p->state[k].depth * p->state[k].width + 7) & ~(size_t)7;
    }
}

void ur_plan_layout(ur_schedule *p)
{
    p->pass->joined = UR_NEW(&p->arena, ur_id, p->g.nnode + 1);
    p->pass->joined_at = UR_NEW(&p->arena, int, p->g.nnode + 1);
    for (int k = 0; k < p->g.nnode; k++) p->pass->joined[k] = -1;
    join(p, p->once, p->nonce);
    join(p, p->still, p->nstill);
    join(p, p->ins, p->nins);
    start_apart(p);
    ur_reuse_begin(p);
    for (int k = 0; k < p->nload; k++) own(p, p->load[k], -1);
    for (int k = 0; k < p->nonce; k++) define(p, p->once[k], -1, false);
    for (int k = 0; k < p->nstill; k++) define(p, p->still[k], -1, false);
    for (int k = 0; k < p->nins; k++) define(p, p->ins[k], k, false);
    for (int k = 0; k < p->nins; k++) use(p, p->ins[k], k);
    for (int k = 0; k < p->pass->nout; k++)
        if (p->store[p->pass->out[k]].buf < 0) p->store[p->pass->out[k]].buf = -1;
        else pin(p, p->pass->out[k]);
    for (ur_id v = 0; v < p->g.nnode; v++)
        if (p->stays[v]) pin(p, v);
    find_state(p);
}
