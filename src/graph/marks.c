/* Which values hang on some that are marked, by component: nodes of the same graph, 1 where a value does, else 0. What a branch
 * that is not chosen reads is not read, where the condition is known before anything is fitted or drawn; what is chosen by
 * weights is read in either case. Must not know what is marked, nor why. Invariant: what a recurrence carries is not marked, nor
 * what is reduced along indices of data. */
#include "graph/makers.h"
#include <setjmp.h>
#include <string.h>

enum { UNMET, OPEN, SETTLED };

typedef struct marks {
    ur_graph *g;
    const ur_mark_rule *rule;
    int n;          /* nodes of the graph before */
    ur_id *mark;    /* [n] of a node's index set and shape; −1: nothing that is marked is reached */
    ur_id *datum;   /* [ndata] the mark of a datum's values; −1 */
    uint8_t *state; /* [n] */
    bool *closes;   /* [n] as ur_recurrences has it */
    bool *loose;    /* [n] hangs on weights, chance or what is drawn: which branch it chooses is not known before */
    uint64_t *lies; /* [n] along which indices data that it reads lie, a bit each */
    ur_id *path;
    int *next;
} marks;

static uint64_t bit(const ur_graph *g, int index)
{
    index = ur_index_resolve(&g->schema, index);
    return index < 64 ? (uint64_t)1 << index : 0;
}

static ur_id either(ur_graph *g, ur_id a, ur_id b) { return a < 0 ? b : b < 0 ? a : Max(a, b); }

/* x in the index set and shape of node v: of a symbol one number */
static ur_id like(const marks *m, ur_id x, ur_id v)
{
    ur_graph *g = m->g;
    if (x < 0) return x;
    ur_node a = g->node[x], n = g->node[v];
    int rows = n.sym ? 1 : n.rows, cols = n.sym ? 1 : n.cols;
    ur_node b = { .op = UR_BCAST, .rows = rows, .cols = cols, .narg = 1, .arg = &x, .place = n.place };
    ur_union(g, &b, x);
    ur_union(g, &b, v);
    bool same = a.nidx == b.nidx && a.nfix == b.nfix && a.example == b.example && a.rows == rows && a.cols == cols;
    return same ? x : ur_node_add(g, &b);
}

/* the mark of node v, 0 everywhere where there is none */
static ur_id whole(const marks *m, ur_id v) { return m->mark[v] >= 0 ? m->mark[v] : like(m, ur_num(m->g, 0), v); }

/* 1 where any component of x is */
static ur_id any(ur_graph *g, ur_id x)
{
    if (x < 0 || (g->node[x].rows == 1 && g->node[x].cols == 1)) return x;
    ur_node n = { .op = UR_CSUM, .rows = 1, .cols = 1, .narg = 1, .arg = &x, .place = g->node[x].place };
    ur_union(g, &n, x);
    return Step(ur_node_add(g, &n));
}

/* ... at any place of the fixed indices that v is not carried along */
static ur_id at_any(const marks *m, ur_id x, ur_id v)
{
    ur_graph *g = m->g;
    if (x < 0) return x;
    const ur_node *a = &g->node[x], *n = &g->node[v];
    int red[UR_MAX_FIXED], nred = 0;
    for (int k = 0; k < a->nidx; k++)
        if (!ur_has_index(n, a->idx[k])) return -1;
    for (int k = 0; k < a->nfix; k++)
        if (!ur_has_index(n, a->fix[k])) red[nred++] = a->fix[k];
    return nred ? Step(ur_reduce(g, UR_RSUM, x, -1, nred, red, false)) : x;
}

/* of what mixes its arguments' components */
static ur_id mixed(const marks *m, ur_id v)
{
    ur_id all = -1;
    for (int k = 0; k < m->g->node[v].narg; k++) all = either(m->g, all, at_any(m, any(m->g, m->mark[m->g->node[v].arg[k]]), v));
    return like(m, all, v);
}

/* of what has its arguments' components in other places */
static ur_id moved(const marks *m, ur_id v)
{
    ur_graph *g = m->g;
    ur_node n = g->node[v];
    ur_id *arg = UR_NEW(g->arena, ur_id, n.narg + 1);
    bool some = false;
    for (int k = 0; k < n.narg; k++) some = some || m->mark[n.arg[k]] >= 0;
    for (int k = 0; some && k < n.narg; k++) arg[k] = whole(m, n.arg[k]);
    n.arg = arg;
    if (n.sym) n.rows = n.cols = 1;
    n.sym = false;
    return some ? ur_node_add(g, &n) : -1;
}

static ur_id by_component(const marks *m, ur_id v)
{
    ur_id all = -1;
    for (int k = 0; k < m->g->node[v].narg; k++) all = either(m->g, all, m->mark[m->g->node[v].arg[k]]);
    return like(m, all, v);
}

/* the branch that is chosen */
static ur_id chosen(const marks *m, ur_id v)
{
    ur_graph *g = m->g;
    ur_id c = g->node[v].arg[0], x = g->node[v].arg[1], y = g->node[v].arg[2];
    if (m->loose[c] || (m->mark[x] < 0 && m->mark[y] < 0)) return by_component(m, v);
    return like(m, either(g, m->mark[c], ur_where(g, c, whole(m, x), whole(m, y))), v);
}

/* of `and`, `or`: one side, where the other one does not say it already. at: what the other is where it leaves that open */
static ur_id open_side(const marks *m, ur_id side, ur_id other, bool at)
{
    ur_graph *g = m->g;
    if (m->mark[side] < 0 || m->loose[other]) return m->mark[side];
    ur_id open = at ? other : ur_unary(g, UR_NOT, other);
    return And(m->mark[side], m->mark[other] < 0 ? open : Or(m->mark[other], open));
}

static ur_id both_sides(const marks *m, ur_id v)
{
    ur_id x = m->g->node[v].arg[0], y = m->g->node[v].arg[1];
    bool at = m->g->node[v].op == UR_AND;
    return like(m, either(m->g, open_side(m, x, y, at), open_side(m, y, x, at)), v);
}

static ur_id reduced(const marks *m, ur_id v)
{
    ur_graph *g = m->g;
    ur_node n = g->node[v];
    ur_id x = m->mark[n.arg[0]], cond = n.narg > 1 ? n.arg[1] : -1, which = -1;
    int red[UR_MAX_FIXED], nred = 0;
    for (int k = 0; k < n.nred; k++) {
        if (!g->index[n.red[k]].fixed) return -1;
        red[nred++] = n.red[k];
    }
    if (n.red_example) return -1;
    if (cond >= 0) which = at_any(m, m->mark[cond], v);
    if (x >= 0) x = Step(ur_reduce(g, UR_RSUM, x, cond >= 0 && !m->loose[cond] ? cond : -1, nred, red, false));
    return like(m, either(g, x, which), v);
}

/* a product with a matrix that nothing is known of: all of a column's numbers */
static ur_id product(const marks *m, ur_id v)
{
    const ur_node *n = &m->g->node[v], *x = &m->g->node[n->arg[1]];
    if (m->mark[n->arg[0]] >= 0 || m->mark[n->arg[1]] < 0 || x->cols > 1) return mixed(m, v);
    return like(m, at_any(m, any(m->g, m->mark[n->arg[1]]), v), v);
}

static ur_id read_elsewhere(const marks *m, ur_id v)
{
    ur_graph *g = m->g;
    ur_node n = g->node[v];
    ur_id q = n.arg[0];
    int nsub = ur_nsub(g, &n), nidx = g->node[q].nidx;
    ur_sub *sub = UR_NEW(g->arena, ur_sub, nsub + 1);
    bool some = m->mark[q] >= 0;
    for (int k = 0; k < nsub; k++) {
        sub[k] = n.sub[k];
        if (k < nidx && m->rule->near && sub[k].kind != UR_SUB_REL) return -1;
        bool out = k < nidx && m->rule->beyond && (m->lies[q] & bit(g, g->node[q].idx[k]));
        sub[k].before = sub[k].before >= 0 ? m->mark[sub[k].before] : out ? ur_num(g, 1) : -1;
        sub[k].after = sub[k].after >= 0 ? m->mark[sub[k].after] : out ? ur_num(g, 1) : -1;
        some = some || sub[k].before >= 0 || sub[k].after >= 0;
    }
    return some ? like(m, ur_read(g, whole(m, q), sub), v) : -1;
}

/* at a number: which place that is, is known along fixed indices */
static ur_id gathered(const marks *m, ur_id v)
{
    ur_graph *g = m->g;
    ur_node n = g->node[v];
    ur_id at = at_any(m, any(g, m->mark[n.arg[1]]), v), x = -1;
    if (m->mark[n.arg[0]] >= 0 && g->index[n.i].fixed)
        x = m->loose[n.arg[1]] ? at_any(m, m->mark[n.arg[0]], v) : ur_gather(g, m->mark[n.arg[0]], n.arg[1], n.i, n.j);
    return like(m, either(g, at, x), v);
}

static ur_id mark_of(const marks *m, ur_id v)
{
    ur_node n = m->g->node[v];
    if (m->closes[v] && n.op == UR_READ) return -1;
    switch (n.op) {
    case UR_DATA: return ur_is_said(&n) ? -1 : like(m, m->datum[n.i], v);
    case UR_ALIAS: return like(m, m->mark[n.arg[0]], v);
    case UR_READ: return read_elsewhere(m, v);
    case UR_GATHER: return gathered(m, v);
    case UR_WHERE: return chosen(m, v);
    case UR_AND:
    case UR_OR: return both_sides(m, v);
    case UR_PROD: return product(m, v);
    case UR_BCAST: return like(m, m->mark[n.arg[0]], v);
    case UR_SLICE:
    case UR_CONCAT:
    case UR_STACK:
    case UR_TRANS:
    case UR_LOWER:
    case UR_DIAG: return moved(m, v);
    case UR_PLACE: return -1;
    default: break;
    }
    if (ur_op_is(n.op, UR_REDUCES)) return reduced(m, v);
    return ur_op_is(n.op, UR_BY_COMPONENT) ? by_component(m, v) : mixed(m, v);
}

/* its operands first; one that is under way closes a recurrence */
static void settle(const marks *m, ur_id v)
{
    int depth = 0;
    if (v < 0 || m->state[v] != UNMET) return;
    m->path[depth++] = v;
    while (depth) {
        v = m->path[depth - 1];
        if (m->state[v] == UNMET) {
            m->state[v] = OPEN;
            m->next[v] = m->closes[v] ? m->g->node[v].op == UR_READ ? ur_noperand(m->g, &m->g->node[v]) : 1 : 0;
        }
        if (m->next[v] < ur_noperand(m->g, &m->g->node[v])) {
            ur_id a = ur_operand(&m->g->node[v], m->next[v]++);
            if (a >= 0 && m->state[a] == UNMET) m->path[depth++] = a;
            continue;
        }
        const ur_node *n = &m->g->node[v];
        if (n->op == UR_DATA && !ur_is_said(n))
            for (int k = 0; k < n->nidx; k++) m->lies[v] |= bit(m->g, n->idx[k]);
        for (int k = 0; k < n->narg && !(m->closes[v] && n->op == UR_READ); k++) m->lies[v] |= m->lies[n->arg[k]];
        m->mark[v] = mark_of(m, v);
        m->state[v] = SETTLED;
        depth--;
    }
}

static void find_loose(const marks *m)
{
    const ur_graph *g = m->g;
    for (bool again = true; again;) {
        again = false;
        for (ur_id v = 0; v < m->n; v++) {
            const ur_node *n = &g->node[v];
            bool is = n->op == UR_PARAM || n->op == UR_RAND || n->op == UR_DRAW || n->op == UR_RUN ||
                      (n->op == UR_DATA && g->data[n->i].drawn && m->rule->drawn);
            for (int k = 0; k < ur_noperand(g, n); k++) is = is || (ur_operand(n, k) >= 0 && m->loose[ur_operand(n, k)]);
            again = again || is != m->loose[v];
            m->loose[v] = is;
        }
    }
}

/* ---- of data, lines and losses */
static ur_id data_node(ur_graph *g, int d, int part)
{
    const ur_datum *u = &g->data[d];
    bool sym = UR_IS_SYMBOL(u->kind);
    ur_node n = {
        .op = UR_DATA, .i = d, .j = part, .example = true, .rows = sym && part ? 1 : u->size, .cols = 1, .place = u->place
    };
    n.sym = sym && !part;
    for (int set = 0; set < g->nindex; set++) {
        for (int k = 0; k < u->nidx; k++)
            if (u->idx[k] == set) n.idx[n.nidx++] = (int16_t)set;
        for (int k = 0; k < u->nfix; k++)
            if (u->fix[k] == set) n.fix[n.nfix++] = (int16_t)set;
    }
    return ur_node_add(g, &n);
}

/* what is marked of the distribution's arguments, as the datum has them; where the numbers of a row are drawn together, of all of
 * them */
static ur_id of_line(const marks *m, const ur_like *l, const ur_id *arg, bool asked)
{
    ur_graph *g = m->g;
    ur_id of = data_node(g, l->datum, UR_DATA_KNOWN), all = -1;
    bool together = l->law || l->dist == UR_CATEGORICAL;
    for (int a = 0; a < l->narg + asked; a++) {
        ur_id id = a < l->narg ? arg[a] : l->when, x = id < 0 ? -1 : at_any(m, m->mark[id], of);
        if (x < 0) continue;
        bool one = together || g->node[x].rows != g->node[of].rows || g->node[x].cols > 1;
        all = either(g, all, like(m, one ? any(g, x) : x, of));
    }
    return all;
}

static const ur_id *arguments(const ur_like *l, ur_marks_what what)
{
    return l->ahead && what == UR_MARKS_DRAWN ? l->origin : ur_like_reads(l);
}

static void settle_line(const marks *m, const ur_like *l, const ur_id *arg)
{
    for (int a = 0; a < l->narg; a++) settle(m, arg[a]);
    settle(m, l->when);
}

/* what stands for a missing value is drawn where its line is; ahead: from the origin before it */
static void stand_in(const marks *m, int d)
{
    ur_graph *g = m->g;
    ur_id made = -1, known = data_node(g, d, UR_DATA_KNOWN);
    for (int k = 0; k < g->nlike; k++) {
        const ur_like *l = &g->like[k];
        const ur_id *arg = l->ahead ? l->origin : l->arg;
        if (l->datum != d) continue;
        settle_line(m, l, arg);
        made = of_line(m, l, arg, false);
        if (made < 0 || !l->ahead) continue;
        ur_sub sub[UR_MAX_RAGGED + UR_MAX_FIXED];
        ur_node n = g->node[made];
        for (int s = 0; s < n.nidx + n.nfix; s++)
            sub[s] = (ur_sub){ .kind = UR_SUB_REL,
                               .index = s < n.nidx ? n.idx[s] : n.fix[s - n.nidx],
                               .off = -(s < n.nidx),
                               .before = s < n.nidx && m->rule->beyond ? ur_num(g, 1) : -1,
                               .after = -1 };
        made = ur_read(g, made, sub);
    }
    ur_id zero = ur_num(g, 0), v = made < 0 ? like(m, zero, known) : ur_where(g, known, zero, made);
    g->node[m->datum[d]].arg[0] = v;
}

static void marks_of(marks *m, ur_marks_what what, ur_id *out)
{
    ur_graph *g = m->g;
    bool lines = what == UR_MARKS_DRAWN || what == UR_MARKS_LINES;
    find_loose(m);
    for (int d = 0; d < g->ndata; d++) {
        m->datum[d] = -1;
        if (m->rule->missing && m->rule->missing[d]) m->datum[d] = ur_unary(g, UR_NOT, data_node(g, d, UR_DATA_KNOWN));
        if (!m->rule->drawn || !m->rule->drawn[d]) continue;
        ur_id none = -1, known = data_node(g, d, UR_DATA_KNOWN);
        ur_node n = g->node[known];
        n.op = UR_ALIAS;
        n.i = n.j = 0;
        n.narg = 1;
        n.arg = &none;
        m->datum[d] = ur_node_new(g, &n);
    }
    for (int d = 0; d < g->ndata; d++)
        if (m->rule->drawn && m->rule->drawn[d]) stand_in(m, d);
    for (int k = 0; k < (what == UR_MARKS_LOSSES ? g->ngoal : g->nlike); k++) {
        const ur_like *l = &g->like[k];
        ur_id id = what == UR_MARKS_LOSSES ? g->goal[k].value : l->weight;
        if (lines) settle_line(m, l, arguments(l, what));
        else settle(m, id);
        out[k] = lines ? of_line(m, l, arguments(l, what), what == UR_MARKS_LINES) : id < 0 ? -1 : any(g, m->mark[id]);
    }
}

int ur_marks_of(ur_graph *g, const ur_mark_rule *rule, ur_marks_what what, ur_id *out, ur_err *e)
{
    jmp_buf trap, *old = g->arena->trap;
    ur_err *olde = g->arena->err;
    size_t room = (size_t)g->nnode + 1;
    marks m = { .g = g,
                .rule = rule,
                .n = g->nnode,
                .mark = ur_alloc(room * sizeof *m.mark),
                .datum = ur_alloc(((size_t)g->ndata + 1) * sizeof *m.datum),
                .state = ur_zalloc(room),
                .closes = ur_zalloc(room),
                .loose = ur_zalloc(room),
                .lies = ur_zalloc(room * sizeof *m.lies),
                .path = ur_alloc(room * sizeof *m.path),
                .next = ur_alloc(room * sizeof *m.next) };
    bool room_for_all = m.mark && m.datum && m.state && m.closes && m.loose && m.lies && m.path && m.next;
    int rc = room_for_all ? ur_recurrences(g, m.closes, e) : ur_nomem(e);
    if (!rc) {
        memset(m.mark, 0xff, room * sizeof *m.mark);
        g->arena->trap = &trap;
        g->arena->err = e;
        if (setjmp(trap)) rc = e->code;
        else marks_of(&m, what, out);
        g->arena->trap = old;
        g->arena->err = olde;
    }
    ur_free(m.mark);
    ur_free(m.datum);
    ur_free(m.state);
    ur_free(m.closes);
    ur_free(m.loose);
    ur_free(m.lies);
    ur_free(m.path);
    ur_free(m.next);
    return rc;
}
