/* Which outputs may lie where something lies that nothing reads any more: an LSTM's gates over the sums they are made of, their adjoints over the
 * gates. Rows are compared with rows: within a scan a place is free once all reads of the same step are over. Knows instructions, no
 * operators. Only rows that a
 * scan runs along are worth it. Invariant: when a row is written, every read of what lay there is over, or is by the same program, which
 * then writes last, or by the product that adds to it. */
#include "plan/sched.h"
#include <string.h>

/* one operand somewhere: numbers col … col + width of a node's rows; op: the last step of its program that reads it; 0 where
 * a product starts from it; else −1 */
typedef struct look { ur_id node; int col, width, top, seq, op; bool same; struct look *next; } look;
typedef struct made { int top, seq; } made;
struct reuse {
    look **looks;                            /* [nnode] */
    made *made;                              /* [nnode] */
    bool *fixed;                             /* [nnode] read after the plan has run */
    const operand **recent; int nrecent, cap;   /* what the scan being laid out has read or made so far */
    int seq;                                 /* of the instruction being laid out */
};
typedef struct spot { int buf, col; bool late, apart; } spot;
static int cost(const spot *s) { return s->apart ? 2 : s->late; }   /* of writing there; `costs`: at most */

static void add_look(plan *p, const ins *i, const operand *o, int top, int seq, int op)
{
    struct reuse *r = p->reuse;
    bool same = o->map == -1 && o->read < 0;
    if (o->kind == OP_BUF) {
        look *l = UR_NEW(&p->arena, look, 1);
        *l = (look){ o->node, o->read < 0 ? o->col : 0, same ? o->width : (int)ur_node_width(&p->g, &p->g.node[o->node]), top, seq, op, same && i->dom == p->node_dom[o->node], r->looks[o->node] };
        r->looks[o->node] = l;
    }
    if (o->read < 0) return;
    const ur_node *n = &p->g.node[o->read];
    for (int e = 0; e < 2 * sched_nsub(&p->g, n); e++) {
        ur_id b = e & 1 ? n->sub[e / 2].after : n->sub[e / 2].before;
        if (b >= 0) add_look(p, i, &(operand){ .kind = OP_BUF, .node = b, .read = -1, .map = -3 }, top, seq, op);
    }
}

static int last_op(const ins *i, int arg)
{
    int last = 0;
    for (int q = 0; q < i->nop; q++) if (i->op[q].a == i->nreg + arg || i->op[q].b == i->nreg + arg || i->op[q].c == i->nreg + arg) last = q;
    return last;
}

static void look_at(plan *p, ins *i, int top)
{
    struct reuse *r = p->reuse;
    for (int k = 0; k < i->nbody; k++) look_at(p, i->body[k], top);
    if (i->kind == INS_SCAN) return;
    int seq = i->seq = ++r->seq;
    for (int a = 0; a < i->narg; a++) add_look(p, i, &i->arg[a], top, seq, i->kind == INS_EW ? last_op(i, a) : i->kind == INS_PROD && a == 2 ? 0 : -1);
    for (int a = 0; a < i->ninput; a++) add_look(p, i, &(operand){ .kind = OP_BUF, .node = i->input[a], .read = -1, .map = -3 }, top, seq, -1);
    int n = i->kind == INS_SLOW ? i->nmember : i->kind == INS_EW ? i->nout : 1;
    for (int k = 0; k < n; k++) r->made[i->kind == INS_SLOW ? i->member[k] : i->kind == INS_EW ? i->out[k].node : i->node] = (made){ top, seq };
}

void reuse_begin(plan *p)
{
    size_t n = (size_t)p->g.nnode + 1;
    struct reuse *r = p->reuse = UR_NEW(&p->arena, struct reuse, 1);
    r->looks = UR_NEW(&p->arena, look *, n);
    r->made = UR_NEW(&p->arena, made, n);
    r->fixed = UR_NEW(&p->arena, bool, n);
    p->over = UR_NEW(&p->arena, ur_id *, n);
    p->beside = UR_NEW(&p->arena, ur_id, n);
    for (size_t v = 0; v < n; v++) { r->made[v].top = -1; p->beside[v] = -1; }
    for (int k = 0; k < p->nins; k++) look_at(p, p->ins[k], k);
    for (int k = 0; k < p->nout; k++) r->fixed[p->out[k]] = true;
    for (ur_id v = 0; v < p->g.nnode; v++) {
        const ur_node *m = &p->g.node[v];
        r->fixed[v] |= p->slow[v] || p->weights[v] || p->stays[v];
        if (p->o.window_index < 0 || m->op != UR_READ || !p->live[v]) continue;   /* what may be carried to the next window */
        r->fixed[m->arg[0]] = true;
        for (int e = 0; e < 2 * sched_nsub(&p->g, m); e++) { ur_id b = e & 1 ? m->sub[e / 2].after : m->sub[e / 2].before; if (b >= 0) r->fixed[b] = true; }
    }
}

/* is the place free for v when step q of instruction i (in the scan or map number top) writes its row? */
static bool is_free(const plan *p, const ins *i, int q, int top, ur_id v, spot *s)
{
    const struct reuse *r = p->reuse;
    const buf *b = &p->buf[s->buf];
    int from = s->col, to = from + (int)ur_node_width(&p->g, &p->g.node[v]);
    s->late = s->apart = false;
    if (b->shared || !p->dom[b->dom].nchain || b->dom != p->node_dom[v] || b->esize != p->k->esize || from < 0 || to > b->ld) return false;
    for (ur_id u = b->node; u >= 0; u = p->beside[u]) {
        int c = p->store[u].col;
        if (c >= to || c + (int)ur_node_width(&p->g, &p->g.node[u]) <= from) continue;
        if (r->fixed[u] || u == v || r->made[u].top > top || (r->made[u].top == top && r->made[u].seq >= i->seq)) return false;
        for (const look *l = r->looks[u]; l; l = l->next) {
            if (l->top < top || c + l->col >= to || c + l->col + l->width <= from) continue;
            if (l->top > top || !l->same || l->seq > i->seq) return false;
            if (l->seq < i->seq) continue;
            bool other = c + l->col != from || l->width != to - from;
            if (i->kind != INS_EW && (l->op < 0 || other)) return false;
            s->late |= l->op > q || (l->op == q && other);
            s->apart |= other;
        }
    }
    return true;
}

static void note_over(plan *p, ur_id v, const spot *s)
{
    int n = 0, from = s->col, to = from + (int)ur_node_width(&p->g, &p->g.node[v]);
    for (int fill = 0; fill < 2; fill++) {
        n = 0;
        for (ur_id u = p->buf[s->buf].node; u >= 0; u = p->beside[u]) {
            int c = p->store[u].col;
            if (u == v || c >= to || c + (int)ur_node_width(&p->g, &p->g.node[u]) <= from) continue;
            if (fill) p->over[v][n] = u;
            n++;
        }
        if (!fill) p->over[v] = UR_NEW(&p->arena, ur_id, n + 1);
    }
    p->over[v][n] = -1;
}

static int op_of(const ins *i, ur_id v)
{
    for (int k = 0; i->kind == INS_EW && k < i->nmember; k++) if (i->member[k] == v) return k;
    return -1;
}

static void set_late(ins *i, ur_id v, const spot *s)
{
    for (int k = 0; i->kind == INS_EW && k < i->nout; k++) if (i->out[k].node == v) { i->out[k].late = s->late; i->out[k].apart = s->apart; }
}

/* a whole CONCAT, of which v is a part and which this program makes all of */
static bool place_concat(plan *p, ins *i, int top, ur_id v, spot s, int costs)
{
    ur_id c = p->joined[v];
    const ur_node *n = &p->g.node[c];
    spot part[64];
    if (n->narg > 64 || p->store[c].buf >= 0 || p->reuse->fixed[c] || p->store[c].buf == -7) return false;
    s.col -= p->joined_at[v];
    for (int k = 0, at = 0; k < n->narg; at += p->g.node[n->arg[k++]].rows) {
        ur_id a = n->arg[k];
        int q = op_of(i, a);
        bool out = false;
        for (int m = 0; m < i->nout; m++) out |= i->out[m].node == a;
        part[k] = (spot){ .buf = s.buf, .col = s.col + at };
        if (!out || p->joined[a] != c || p->joined_at[a] != at || p->reuse->fixed[a] || p->store[a].buf >= 0 || !is_free(p, i, q, top, a, &part[k]) || cost(&part[k]) > costs) return false;
    }
    for (int k = 0; k < n->narg; k++) { note_over(p, n->arg[k], &part[k]); set_late(i, n->arg[k], &part[k]); }
    for (int k = 0; k < n->narg; k++) plan_place(p, n->arg[k], s.buf, part[k].col);
    plan_place(p, c, s.buf, s.col);
    return true;
}

static bool try(plan *p, ins *i, int top, ur_id v, const operand *o, int costs)
{
    if (o->kind != OP_BUF || o->map != -1 || o->read >= 0 || p->store[o->node].buf < 0 || o->width != (int)ur_node_width(&p->g, &p->g.node[v])) return false;
    spot s = { .buf = p->store[o->node].buf, .col = p->store[o->node].col + o->col };
    if (p->joined[v] >= 0) return place_concat(p, i, top, v, s, costs);
    if (!is_free(p, i, op_of(i, v), top, v, &s) || cost(&s) > costs) return false;
    note_over(p, v, &s);
    set_late(i, v, &s);
    plan_place(p, v, s.buf, s.col);
    return true;
}

/* places v, made by instruction i of the scan or map number top, over something that is not needed any more; false: there is nothing */
bool reuse_place(plan *p, ins *i, int top, bool scan, ur_id v)
{
    struct reuse *r = p->reuse;
    if (p->store[v].buf >= 0 || p->store[v].buf == -7 || r->fixed[v] || p->g.node[v].sym || (i->kind != INS_EW && p->joined[v] >= 0)) return false;
    if (i->kind == INS_PROD && i->narg == 3 && try(p, i, top, v, &i->arg[2], 2)) return i->add = true;
    for (int costs = 0; i->kind == INS_EW && costs < 3; costs++)
        for (int a = 0; a < i->narg; a++) if (try(p, i, top, v, &i->arg[a], costs)) return true;
    for (int k = r->nrecent - 1; scan && k >= 0; k--) if (try(p, i, top, v, r->recent[k], 2)) return true;
    return false;
}

/* instruction i of a scan is laid out: what it reads may be free for those after it. NULL: the scan is over */
void reuse_passed(plan *p, const ins *i)
{
    struct reuse *r = p->reuse;
    if (!i) { r->nrecent = 0; return; }
    for (int a = 0; a < i->narg; a++) {
        UR_GROW(&p->arena, r->recent, r->nrecent, r->cap);
        r->recent[r->nrecent++] = &i->arg[a];
    }
}
