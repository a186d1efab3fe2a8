/* Which outputs may lie where something lies that nothing reads any more: an LSTM's gates over the sums they are made of, their
 * adjoints over the gates. Rows are compared with rows: within a scan a place is free once all reads of the same step are over.
 * Knows instructions, no operators. Only rows that a scan runs along are worth it. Invariant: when a row is written, every read
 * of what lay there is over, or is by the same program, which then writes last, or by the product that adds to it. */
#include "plan/passes.h"
#include <string.h>

/* one operand somewhere: numbers col … col + width of a node's rows; op: the last step of its program that reads it; 0 where
 * a product starts from it; else −1 */
typedef struct look {
    ur_id node;
    int col, width, top, seq, op;
    bool same;
    struct look *next;
} look;
typedef struct made {
    int top, seq;
} made;
struct reuse {
    look **looks;    /* [nnode] */
    made *made;      /* [nnode] */
    bool *fixed;     /* [nnode] read after the plan has run */
    int *step, *out; /* [nnode] of a program's member: which step it is; which output, −1: none */
    const operand **recent;
    int nrecent, cap; /* what the scan being laid out has read so far */
    int seq;          /* of the instruction being laid out */
    const ins *of;    /* the program being laid out */
    int *left, nleft; /* its arguments over which an output may still lie */
    int *last, room;  /* [room] by argument: the last step that reads it */
};
typedef struct spot {
    int buf, col;
    bool late, apart;
} spot;
typedef enum answer { NEVER, NOT_NOW, FREE } answer; /* NEVER: whichever step of the instruction it is */
enum { FAR = 1024, CROWD = 256 }; /* so many operands of a scan are looked back at; so many nodes take turns in one buffer */
static int cost(const spot *s) { return s->apart ? 2 : s->late; } /* of writing there; `costs`: at most */

static void add_look(ur_schedule *p, const ins *i, const operand *o, int top, int seq, int op)
{
    struct reuse *r = p->pass->reuse;
    bool same = o->map == SAME_ROW && o->read < 0;
    if (o->kind == OP_BUF) {
        look *l = UR_NEW(&p->arena, look, 1);
        *l = (look){ o->node,
                     o->read < 0 ? o->col : 0,
                     same ? o->width : (int)ur_node_width(&p->g, &p->g.node[o->node]),
                     top,
                     seq,
                     op,
                     same && i->dom == p->node_dom[o->node],
                     r->looks[o->node] };
        r->looks[o->node] = l;
    }
    if (o->read < 0) return;
    const ur_node *n = &p->g.node[o->read];
    for (int e = n->narg; e < ur_noperand(&p->g, n); e++) {
        ur_id b = ur_operand(n, e);
        if (b >= 0) add_look(p, i, &(operand){ .kind = OP_BUF, .node = b, .read = -1, .map = OTHER_ROWS }, top, seq, op);
    }
}

/* by argument, the last step of a program that reads it */
static void last_ops(const ins *i, int *last)
{
    memset(last, 0, sizeof *last * (size_t)i->narg);
    for (int q = 0; q < i->nop; q++)
        for (int k = 0; k < 3; k++) {
            int r = (&i->op[q].a)[k];
            if (r >= i->nreg) last[r - i->nreg] = q;
        }
}

static void room_for(ur_schedule *p, int narg)
{
    struct reuse *r = p->pass->reuse;
    if (narg <= r->room) return;
    r->room = 2 * narg;
    r->left = UR_NEW(&p->arena, int, r->room);
    r->last = UR_NEW(&p->arena, int, r->room);
}

/* STREW, in a scan: it reads what other steps have made, and adds to rows of others */
static bool over_steps(const ur_schedule *p, const ins *i)
{
    return i->kind == INS_NODE && p->g.node[i->node].op == UR_STREW && ur_looks_one_way(&p->g.node[i->node]);
}

static void look_at(ur_schedule *p, ins *i, int top)
{
    struct reuse *r = p->pass->reuse;
    for (int k = 0; k < i->nbody; k++) look_at(p, i->body[k], top);
    if (i->kind == INS_SCAN) return;
    int seq = i->seq = ++r->seq;
    room_for(p, i->narg);
    if (i->kind == INS_EW) last_ops(i, r->last);
    for (int k = 0; k < i->nmember && i->kind == INS_EW; k++) r->step[i->member[k]] = k;
    for (int k = 0; k < i->nout; k++) r->out[i->out[k].node] = k;
    for (int a = 0; a < i->narg; a++) {
        operand o = i->arg[a];
        if (over_steps(p, i)) o.map = OTHER_ROWS;
        add_look(p, i, &o, top, seq, i->kind == INS_EW ? r->last[a] : i->kind == INS_PROD && a == 2 ? 0 : -1);
    }
    for (int a = 0; a < i->ninput; a++)
        add_look(p, i, &(operand){ .kind = OP_BUF, .node = i->input[a], .read = -1, .map = OTHER_ROWS }, top, seq, -1);
    int n = i->kind == INS_SLOW ? i->nmember : i->kind == INS_EW ? i->nout : 1;
    for (int k = 0; k < n; k++)
        r->made[i->kind == INS_SLOW ? i->member[k] : i->kind == INS_EW ? i->out[k].node : i->node] = (made){ top, seq };
}

void ur_reuse_begin(ur_schedule *p)
{
    size_t n = (size_t)p->g.nnode + 1;
    struct reuse *r = p->pass->reuse = UR_NEW(&p->arena, struct reuse, 1);
    r->looks = UR_NEW(&p->arena, look *, n);
    r->made = UR_NEW(&p->arena, made, n);
    r->fixed = UR_NEW(&p->arena, bool, n);
    r->step = UR_NEW(&p->arena, int, n);
    r->out = UR_NEW(&p->arena, int, n);
    p->pass->over = UR_NEW(&p->arena, ur_id *, n);
    p->pass->beside = UR_NEW(&p->arena, ur_id, n);
    for (size_t v = 0; v < n; v++) {
        r->made[v].top = p->pass->beside[v] = r->out[v] = -1;
    }
    for (int k = 0; k < p->nins; k++) look_at(p, p->ins[k], k);
    for (int k = 0; k < p->pass->nout; k++) r->fixed[p->pass->out[k]] = true;
    for (ur_id v = 0; v < p->g.nnode; v++) {
        const ur_node *m = &p->g.node[v];
        r->fixed[v] |= p->pass->slow[v] || p->pass->weights[v] || p->stays[v];
        if (p->o.window_index < 0 || m->op != UR_READ || !p->live[v]) continue; /* what may be carried to the next window */
        r->fixed[m->arg[0]] = true;
        for (int e = m->narg; e < ur_noperand(&p->g, m); e++)
            if (ur_operand(m, e) >= 0) r->fixed[ur_operand(m, e)] = true;
    }
}

/* is the place free for v when step q of instruction i (in the scan or map number top) writes its row? */
static answer is_free(const ur_schedule *p, const ins *i, int q, int top, ur_id v, int costs, spot *s)
{
    const struct reuse *r = p->pass->reuse;
    const buf *b = &p->buf[s->buf];
    int from = s->col, to = from + (int)ur_node_width(&p->g, &p->g.node[v]);
    s->late = s->apart = false;
    if (b->shared || b->nnode >= CROWD || !p->dom[b->dom].nchain || b->dom != p->node_dom[v] || b->esize != p->k->esize ||
        from < 0 || to > b->ld)
        return NEVER;
    for (ur_id u = b->node; u >= 0; u = p->pass->beside[u]) {
        int c = p->store[u].col;
        if (c >= to || c + (int)ur_node_width(&p->g, &p->g.node[u]) <= from) continue;
        if (r->fixed[u] || u == v || r->made[u].top > top || (r->made[u].top == top && r->made[u].seq >= i->seq)) return NEVER;
        for (const look *l = r->looks[u]; l; l = l->next) {
            if (l->top < top || c + l->col >= to || c + l->col + l->width <= from) continue;
            if (l->top > top || !l->same || l->seq > i->seq) return NEVER;
            if (l->seq < i->seq) continue;
            bool other = c + l->col != from || l->width != to - from;
            if (i->kind != INS_EW && (l->op < 0 || other)) return NEVER;
            s->late |= l->op > q || (l->op == q && other);
            s->apart |= other;
        }
    }
    return cost(s) > costs ? NOT_NOW : FREE;
}

static void note_over(ur_schedule *p, ur_id v, const spot *s)
{
    int n = 0, from = s->col, to = from + (int)ur_node_width(&p->g, &p->g.node[v]);
    for (int fill = 0; fill < 2; fill++) {
        n = 0;
        for (ur_id u = p->buf[s->buf].node; u >= 0; u = p->pass->beside[u]) {
            int c = p->store[u].col;
            if (u == v || c >= to || c + (int)ur_node_width(&p->g, &p->g.node[u]) <= from) continue;
            if (fill) p->pass->over[v][n] = u;
            n++;
        }
        if (!fill) p->pass->over[v] = UR_NEW(&p->arena, ur_id, n + 1);
    }
    p->pass->over[v][n] = -1;
}

static int op_of(const ur_schedule *p, const ins *i, ur_id v) { return i->kind == INS_EW ? p->pass->reuse->step[v] : -1; }

static void set_late(const ur_schedule *p, ins *i, ur_id v, const spot *s)
{
    if (i->kind != INS_EW) return;
    ew_out *o = &i->out[p->pass->reuse->out[v]];
    o->late = s->late;
    o->apart = s->apart;
}

/* a whole CONCAT, of which v is a part and which this program makes all of */
static bool place_concat(ur_schedule *p, ins *i, int top, ur_id v, spot s, int costs)
{
    ur_id c = p->pass->joined[v];
    const ur_node *n = &p->g.node[c];
    spot part[64];
    if (n->narg > 64 || p->store[c].buf >= 0 || p->pass->reuse->fixed[c] || p->store[c].buf == AN_OUTPUT) return false;
    s.col -= p->pass->joined_at[v];
    for (int k = 0, at = 0; k < n->narg; at += p->g.node[n->arg[k++]].rows) {
        ur_id a = n->arg[k];
        int q = op_of(p, i, a), m = p->pass->reuse->out[a];
        bool out = m >= 0 && m < i->nout && i->out[m].node == a;
        part[k] = (spot){ .buf = s.buf, .col = s.col + at };
        if (!out || p->pass->joined[a] != c || p->pass->joined_at[a] != at || p->pass->reuse->fixed[a] || p->store[a].buf >= 0 ||
            is_free(p, i, q, top, a, costs, &part[k]) != FREE)
            return false;
    }
    for (int k = 0; k < n->narg; k++) {
        note_over(p, n->arg[k], &part[k]);
        set_late(p, i, n->arg[k], &part[k]);
    }
    for (int k = 0; k < n->narg; k++) ur_plan_place(p, n->arg[k], s.buf, part[k].col);
    ur_plan_place(p, c, s.buf, s.col);
    return true;
}

static answer try(ur_schedule *p, ins *i, int top, ur_id v, const operand *o, int costs)
{
    if (o->kind != OP_BUF || o->map != SAME_ROW || o->read >= 0 || p->store[o->node].buf < 0 ||
        o->width != (int)ur_node_width(&p->g, &p->g.node[v]))
        return NEVER;
    spot s = { .buf = p->store[o->node].buf, .col = p->store[o->node].col + o->col };
    answer free = is_free(p, i, op_of(p, i, v), top, v, costs, &s);
    if (free != FREE) return free;
    if (p->pass->joined[v] >= 0) return place_concat(p, i, top, v, s, costs) ? FREE : NOT_NOW;
    note_over(p, v, &s);
    set_late(p, i, v, &s);
    ur_plan_place(p, v, s.buf, s.col);
    return FREE;
}

/* over one of the arguments of program i, which v is an output of; those that no output can lie over are not tried again */
static bool over_argument(ur_schedule *p, ins *i, int top, ur_id v)
{
    struct reuse *r = p->pass->reuse;
    if (r->of != i) {
        room_for(p, i->narg);
        last_ops(i, r->last);
        for (r->nleft = 0; r->nleft < i->narg; r->nleft++) r->left[r->nleft] = r->nleft;
        r->of = i;
    }
    int q = op_of(p, i, v);
    for (int costs = 0; costs < 3; costs++) {
        int kept = 0;
        bool placed = false;
        for (int k = 0; k < r->nleft; k++) {
            int a = r->left[k];
            answer free = placed || (!costs && r->last[a] > q) ? NOT_NOW : try(p, i, top, v, &i->arg[a], costs);
            if (free != NEVER) r->left[kept++] = a;
            placed |= free == FREE;
        }
        r->nleft = kept;
        if (placed) return true;
    }
    return false;
}

/* places v, made by instruction i of the scan or map number top, over something that is not needed any more; false: there is
 * nothing */
bool ur_reuse_place(ur_schedule *p, ins *i, int top, bool scan, ur_id v)
{
    struct reuse *r = p->pass->reuse;
    if (p->store[v].buf >= 0 || p->store[v].buf == AN_OUTPUT || r->fixed[v] || p->g.node[v].sym || over_steps(p, i) ||
        (i->kind != INS_EW && p->pass->joined[v] >= 0))
        return false;
    if (i->kind == INS_PROD && i->narg == 3 && try(p, i, top, v, &i->arg[2], 2) == FREE) return i->add = true;
    if (i->kind == INS_EW && over_argument(p, i, top, v)) return true;
    for (int k = r->nrecent - 1; scan && k >= 0 && k >= r->nrecent - FAR; k--)
        if (try(p, i, top, v, r->recent[k], 2) == FREE) return true;
    return false;
}

/* instruction i of a scan is laid out: what it reads may be free for those after it. NULL: the scan is over */
void ur_reuse_passed(ur_schedule *p, const ins *i)
{
    struct reuse *r = p->pass->reuse;
    if (!i) {
        r->nrecent = 0;
        return;
    }
    for (int a = 0; a < i->narg; a++) {
        UR_GROW(&p->arena, r->recent, r->nrecent, r->cap);
        r->recent[r->nrecent++] = &i->arg[a];
    }
}
