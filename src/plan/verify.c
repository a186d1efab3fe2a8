/* Whether what the passes have made so far is a schedule: asked after every pass where `ur_plan_checked` is set (the tests set
 * it, and builds with sanitizers), never on a user's way. Says which pass's work is wrong, and where. Knows what schedule.h says,
 * and nothing of how passes work. */
#include "plan/passes.h"

#ifdef UR_CHECKED
bool ur_plan_checked = true;
#else
bool ur_plan_checked = false;
#endif

typedef struct checker {
    const ur_schedule *p;
    unsigned holds;
    int *made;      /* [nnode] in the order of running, from 1; 0: nothing makes it */
    int *top;       /* [nnode] the instruction of the outermost list that it is made in; negative: before them all */
    int number, at; /* of the instruction being looked at; its `top` */
    ur_buf *out;
    bool bad;
} checker;

/* v: the node it is about, or −1 */
static void complain(checker *c, ur_id v, const char *what)
{
    c->bad = true;
    ur_buf_printf(c->out, "instruction %d: ", c->number);
    if (v >= 0) ur_buf_printf(c->out, "%%%d (%s): ", v, ur_ops[c->p->g.node[v].op].id);
    ur_buf_printf(c->out, "%s\n", what);
}

/* ---- rows */
static bool same_indices(const dom *d, const ur_node *n)
{
    bool same = d->nidx == n->nidx;
    for (int k = 0; same && k < n->nidx; k++) same = d->idx[k] == n->idx[k];
    return same;
}

static void check_rows(checker *c)
{
    const ur_schedule *p = c->p;
    for (int d = 0; d < p->ndom; d++) {
        const dom *o = &p->dom[d];
        if (o->example != (o->set >= 0) || o->set >= p->nset || (o->set >= 0 && p->set[o->set].nidx != o->nidx))
            complain(c, -1, "a domain whose index set is another's");
        for (int k = 0; k < o->nchain; k++) {
            bool in = false;
            for (int q = 0; q < o->nidx; q++) in |= o->idx[q] == o->chain[k];
            if (!in) complain(c, -1, "a domain that is scanned along an index it lacks");
        }
    }
    for (ur_id v = 0; v < p->g.nnode; v++)
        if (p->live[v] &&
            (p->node_dom[v] < 0 || p->node_dom[v] >= p->ndom || !same_indices(&p->dom[p->node_dom[v]], &p->g.node[v])))
            complain(c, v, "rows that are not those of its indices");
}

/* ---- order */
static bool outside(const ur_node *n) { return n->op == UR_PARAM || n->op == UR_CONST; }

static void note_made(checker *c, const ins *i, int top)
{
    for (int k = 0; k < i->nbody; k++) note_made(c, i->body[k], top);
    if (i->kind == INS_SCAN) return;
    c->number++;
    int n = i->kind == INS_EW ? i->nout : i->kind == INS_SLOW ? i->nmember : 1;
    for (int k = 0; k < n; k++) {
        ur_id v = i->kind == INS_EW ? i->out[k].node : i->kind == INS_SLOW ? i->member[k] : i->node;
        c->made[v] = c->number;
        c->top[v] = top;
    }
}

/* elsewhere: the read leads to other positions, which another step of the same scan may make */
static void check_made(checker *c, ur_id v, bool elsewhere)
{
    if (outside(&c->p->g.node[v])) return;
    if (!c->made[v]) complain(c, v, "it is read, and nothing makes it");
    else if (c->made[v] >= c->number && !(elsewhere && c->top[v] == c->at)) complain(c, v, "it is read before it is made");
}

/* ---- places */
static void check_map(checker *c, const ins *i, const operand *o, int m)
{
    const ur_schedule *p = c->p;
    if (m < 0 || m >= p->nmap || p->map[m].to != i->dom || p->map[m].from != p->node_dom[o->node] || p->map[m].read != o->read)
        complain(c, o->node, "it is read through a map of other rows");
}

static void check_place(checker *c, ur_id v, int col, int width)
{
    const ur_schedule *p = c->p;
    const ur_node *n = &p->g.node[v];
    int b = p->store[v].buf, w = (int)ur_node_width(&p->g, n);
    if (outside(n)) return;
    if (b < 0 || b >= p->nbuf) {
        complain(c, v, "it lies nowhere");
        return;
    }
    const buf *q = &p->buf[b];
    if (q->dom != p->node_dom[v] || q->esize != ur_plan_esize(p, n)) complain(c, v, "its buffer has rows of another kind");
    if (p->store[v].col < 0 || p->store[v].col + w > q->ld || col < 0 || col + width > w)
        complain(c, v, "it leaves the rows of its buffer");
    if (!q->pinned && !q->shared && c->at >= 0 && (q->first > c->at || q->last < c->at))
        complain(c, v, "its buffer lives at another time");
}

/* ---- instructions */
static void check_operand(checker *c, const ins *i, const operand *o)
{
    const ur_schedule *p = c->p;
    const ur_node *r = o->read >= 0 ? &p->g.node[o->read] : NULL;
    if (o->kind != OP_BUF) {
        if (p->g.node[o->node].op != (o->kind == OP_IMM ? UR_CONST : UR_PARAM))
            complain(c, o->node, "it is no number of the text, or no parameter");
        return;
    }
    if (o->maps)
        for (int t = 0; t < ur_node_tuples(&p->g, r); t++) check_map(c, i, o, o->maps[t]);
    else if (o->map >= 0) check_map(c, i, o, o->map);
    else if (o->map == SAME_ROW && p->node_dom[o->node] != i->dom)
        complain(c, o->node, "it is read row by row, and has other rows");
    bool away = i->kind == INS_NODE && o == i->arg && ur_looks_one_way(&p->g.node[i->node]);
    check_made(c, o->node, r || away);
    for (int e = r ? r->narg : 0; r && e < ur_noperand(&p->g, r); e++)
        if (ur_operand(r, e) >= 0) check_made(c, ur_operand(r, e), true);
    if (c->holds & UR_HOLDS_MEMORY) check_place(c, o->node, o->col, r ? 0 : o->width);
}

static void check_program(checker *c, const ins *i)
{
    for (int q = 0; q < i->nop; q++) {
        const int *from = &i->op[q].a, n = i->op[q].op == UR_WHERE || i->op[q].cls == UR_CLS_TERNARY ? 3
                                           : i->op[q].cls == UR_CLS_BINARY                           ? 2
                                                                                                     : 1;
        if (i->op[q].dst < 0 || i->op[q].dst >= i->nreg) complain(c, i->node, "an operation writes a register that there is not");
        for (int a = 0; a < n; a++)
            if (from[a] < 0 || from[a] >= i->nreg + i->narg)
                complain(c, i->node, "an operation reads a register that there is not");
    }
    for (int k = 0; k < i->nout; k++)
        if (i->out[k].reg < 0 || i->out[k].reg >= i->nreg) complain(c, i->node, "a result is in a register that there is not");
}

static void check_list(checker *c, ins *const *list, int n)
{
    for (int k = 0; k < n; k++) {
        const ins *i = list[k];
        if (i->kind == INS_SCAN) {
            check_list(c, i->body, i->nbody);
            continue;
        }
        c->number++;
        for (int a = 0; a < i->narg; a++) check_operand(c, i, &i->arg[a]);
        for (int a = 0; a < i->ninput; a++) check_made(c, i->input[a], true);
        int nout = i->kind == INS_EW ? i->nout : i->kind == INS_SLOW ? 0 : 1;
        for (int a = 0; a < nout && (c->holds & UR_HOLDS_MEMORY); a++)
            check_place(c, i->kind == INS_EW ? i->out[a].node : i->node, 0, 0);
        if (i->kind == INS_EW) check_program(c, i);
    }
}

static void check_instructions(checker *c)
{
    const ur_schedule *p = c->p;
    c->number = 1;
    for (int k = 0; k < p->nload; k++) {
        c->made[p->load[k]] = 1;
        c->top[p->load[k]] = -1;
    }
    for (int k = 0; k < p->nonce; k++) note_made(c, p->once[k], -1);
    for (int k = 0; k < p->nstill; k++) note_made(c, p->still[k], -2 - k);
    for (int k = 0; k < p->nins; k++) note_made(c, p->ins[k], k);
    c->number = 1;
    c->at = -1;
    check_list(c, p->once, p->nonce);
    for (int k = 0; k < p->nstill; k++) {
        c->at = -2 - k;
        check_list(c, &p->still[k], 1);
    }
    for (int k = 0; k < p->nins; k++) {
        c->at = k;
        check_list(c, &p->ins[k], 1);
    }
    for (int k = 0; k < p->nstate && (c->holds & UR_HOLDS_MEMORY); k++) check_place(c, p->state[k].node, 0, 0);
}

bool ur_schedule_check(const ur_schedule *p, unsigned holds, ur_buf *out)
{
    size_t n = (size_t)p->g.nnode + 1;
    checker c = { .p = p, .holds = holds, .out = out, .made = ur_zalloc(n * sizeof(int)), .top = ur_zalloc(n * sizeof(int)) };
    if (!c.made || !c.top) c.holds = 0;
    if (c.holds & UR_HOLDS_GRAPH) c.bad |= !ur_graph_check(&p->g, out);
    if (c.holds & UR_HOLDS_ROWS) check_rows(&c);
    if (c.holds & UR_HOLDS_ORDER) check_instructions(&c);
    ur_free(c.made);
    ur_free(c.top);
    return !c.bad;
}
