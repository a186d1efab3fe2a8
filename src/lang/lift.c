/* lift.c: what nodes say of latent symbols, for all of their states at once. A node that reads some is made again along fixed
 * indices, one for each latent symbol and each number of positions back at which it is read: there the symbol is known, and a
 * look-up is the table's columns side by side. Must not know distributions. Invariant: at positions whose read lies before the
 * start, nothing is read (a look-up is 0), but for the states before the first in a transition, which is not used there. */
#include "lang/comp.h"
#include "graph/makers.h"
#include <string.h>

static void stuck(const ur_lift *l, const char *mend, const char *what) __attribute__((noreturn));
static void stuck(const ur_lift *l, const char *mend, const char *what)
{
    ur_complain(l->c->a, l->at, mend, "%s reads a latent symbol %s", l->name, what);
}

static void by_number(const ur_lift *l) __attribute__((noreturn));
static void by_number(const ur_lift *l)
{
    stuck(l, "z[t] and z[t-1] are read, so many positions back at all positions", "at a position that a number says");
}

/* the latent symbol that a symbol's node reads, and how many positions back; −1: another symbol */
static int chain_of(const ur_lift *l, ur_id v, int *back)
{
    const ur_graph *g = l->c->g;
    for (*back = 0;; v = g->node[v].arg[0]) {
        const ur_node *n = &g->node[v];
        for (int a = 0; a < l->n; a++)
            if (l->chain[a].leaf == v) return a;
        if (n->op == UR_GATHER && n->sym && l->reads[n->arg[0]]) by_number(l);
        if (n->op != UR_READ || !n->sym) return -1;
        const ur_sub *s = &n->sub[0];
        bool plain = s->kind == UR_SUB_REL && !s->nfix && !s->mul && !s->div && s->off <= 0;
        if (!plain && ur_nsub(g, n) == 1 && l->reads[v])
            stuck(l, "z[t] and z[t-1] are read, and nothing that comes later", "elsewhere than at its position or before it");
        *back -= plain ? s->off : 0;
    }
}

ur_set ur_states(const ur_lift *l)
{
    ur_set all = 0;
    for (int a = 0; a < l->n; a++)
        for (int k = 0; k <= l->chain[a].deep; k++) all |= l->chain[a].index[k] < 0 ? 0 : UR_BIT(l->chain[a].index[k]);
    return all;
}

int ur_state_index(const ur_lift *l, int chain, int back)
{
    ur_chain *a = &l->chain[chain];
    if (back >= UR_MAX_FIXED) stuck(l, ur_arena_printf(l->c->a, "at most %d", UR_MAX_FIXED - 1), "too many positions back");
    if (back > a->deep) a->deep = back;
    if (a->index[back] >= 0) return a->index[back];
    const char *name = back ? ur_arena_printf(l->c->a, "%s-%d", a->e->name, back) : a->e->name;
    a->index[back] = ur_add_index(l->c, name, &a->e->at);
    l->c->g->index[a->index[back]].fixed = true;
    l->c->g->index[a->index[back]].size = a->size;
    return a->index[back];
}

ur_id ur_state_number(const ur_lift *l, int chain, int back)
{
    ur_node n = ur_proto(l->c, UR_POS, UR_BIT(ur_state_index(l, chain, back)), 1, 1);
    n.i = n.fix[0];
    return ur_node_add(l->c->g, &n);
}

ur_id ur_state_onehot(const ur_lift *l, int chain, int back)
{
    return ur_binary(l->c->g, UR_EQ, ur_numbers(l->c, 1, l->chain[chain].size), ur_state_number(l, chain, back));
}

ur_id ur_after_start(const ur_lift *l, int chain, int back)
{
    ur_node n = ur_proto(l->c, UR_POS, ur_parents(l->c, l->chain[chain].along), 1, 1);
    n.i = l->chain[chain].along;
    return ur_binary(l->c->g, UR_GT, ur_node_add(l->c->g, &n), ur_num(l->c->g, back));
}

/* x, which hangs on a state `back` positions ago, 0 where there is none */
static ur_id where_there(const ur_lift *l, int chain, int back, ur_id x)
{
    bool always = back == 0 || (back == 1 && l->transition);
    return always ? x : ur_where(l->c->g, ur_after_start(l, chain, back), x, ur_num(l->c->g, 0));
}

static ur_id of(const ur_lift *l, ur_id v)
{
    if (!l->reads[v]) return v;
    if (l->made[v] < 0)
        stuck(l, "what reads z[t] is drawn or defined from the data, not carried along",
              "in a recurrence, and so all earlier ones");
    return l->made[v];
}

/* arguments, all along the same fixed indices */
static ur_id *arguments(const ur_lift *l, const ur_node *n, bool alike)
{
    ur_comp *c = l->c;
    ur_id *arg = UR_NEW(c->a, ur_id, n->narg + 1);
    ur_set fixed = 0;
    for (int k = 0; k < n->narg; k++) {
        arg[k] = of(l, n->arg[k]);
        const ur_node *m = &c->g->node[arg[k]];
        for (int f = 0; f < m->nfix; f++) fixed |= UR_BIT(m->fix[f]);
    }
    for (int k = 0; alike && k < n->narg; k++) arg[k] = ur_spread(c, arg[k], fixed, 1, 1);
    return arg;
}

/* n with other arguments, along what these are, less what it sums over */
static ur_id with_arguments(const ur_lift *l, const ur_node *n, ur_id *arg)
{
    ur_graph *g = l->c->g;
    ur_node m = *n;
    int kept = 0;
    m.arg = arg;
    m.nidx = m.nfix = 0;
    m.example = false;
    for (int k = 0; k < n->narg; k++) ur_union(g, &m, arg[k]);
    for (int f = 0; f < m.nfix; f++) {
        bool gone = false;
        for (int k = 0; k < n->nred; k++) gone = gone || n->red[k] == m.fix[f];
        if (!gone) m.fix[kept++] = m.fix[f];
    }
    m.nfix = (int8_t)kept;
    return ur_node_add(g, &m);
}

static ur_id reduced(const ur_lift *l, const ur_node *n)
{
    ur_id x = of(l, n->arg[0]), cond = n->narg > 1 ? of(l, n->arg[1]) : -1;
    int red[UR_MAX_SUB];
    for (int k = 0; k < n->nred; k++) {
        red[k] = n->red[k];
        if (!l->c->g->index[red[k]].fixed) stuck(l, NULL, "at all positions at once");
    }
    return ur_reduce(l->c->g, n->op, x, cond, n->nred, red, false);
}

/* what is read at another position: states then are states of as many positions further back */
static ur_id elsewhere(const ur_lift *l, const ur_node *n)
{
    ur_graph *g = l->c->g;
    const ur_node q = g->node[n->arg[0]], m = g->node[of(l, n->arg[0])];
    ur_sub sub[UR_MAX_SUB];
    int back = 0, chain = -1, nsub = 0, before = -1;
    for (int k = 0; k < m.nidx + m.nfix; k++) {
        int index = k < m.nidx ? m.idx[k] : m.fix[k - m.nidx];
        sub[nsub] = ur_still(index);
        for (int s = 0; s < q.nidx + q.nfix; s++)
            if (index == (s < q.nidx ? q.idx[s] : q.fix[s - q.nidx])) sub[nsub] = n->sub[s];
        nsub++;
    }
    for (int s = 0; s < q.nidx; s++)
        for (int a = 0; a < l->n; a++) {
            const ur_sub *u = &n->sub[s];
            if (q.idx[s] != l->chain[a].along) continue;
            if (u->kind != UR_SUB_REL || u->nfix || u->mul || u->div || u->off > 0 || u->index != q.idx[s])
                stuck(l, "z[t] and z[t-1] are read, and nothing that comes later", "elsewhere than at its position or before it");
            back = -u->off;
            chain = a;
            before = u->before;
        }
    for (int k = m.nidx; k < m.nidx + m.nfix; k++)
        for (int a = 0; a < l->n; a++)
            for (int d = 0; d <= l->chain[a].deep; d++)
                if (m.fix[k - m.nidx] == l->chain[a].index[d]) sub[k].index = ur_state_index(l, a, d + back);
    if (before >= 0 && l->reads[before]) stuck(l, NULL, "before the start");
    ur_id v = nsub ? ur_read(g, of(l, n->arg[0]), sub) : of(l, n->arg[0]);
    bool along = chain >= 0 && ur_has_index(&m, l->chain[chain].along);
    if (chain < 0 || along || !back) return v;
    return ur_where(g, ur_after_start(l, chain, back), v, before >= 0 ? before : Num(0));
}

static ur_id again(const ur_lift *l, const ur_node *n)
{
    ur_graph *g = l->c->g;
    int back, chain = -1;
    for (int k = 0; k < n->narg && chain < 0; k++)
        if (g->node[n->arg[k]].sym && l->reads[n->arg[k]]) chain = chain_of(l, n->arg[k], &back);
    if (chain >= 0 && n->op == UR_ONEHOT) return where_there(l, chain, back, ur_state_onehot(l, chain, back));
    int table = chain >= 0 && n->op == UR_LOOKUP ? ur_param_of(g, n->arg[0]) : -1;
    if (table >= 0) g->param[table].by_state = true;
    if (table >= 0 && l->transition) g->param[table].moves = true;
    if (chain >= 0 && n->op == UR_LOOKUP && !l->reads[n->arg[0]])
        return where_there(l, chain, back, ur_prod(g, n->arg[0], false, ur_state_onehot(l, chain, back), 0, NULL));
    if (chain >= 0) stuck(l, "m z[t], a look-up; z[t] == 2; dot(z[t], B x[t])", "in a way that is none of a look-up's");
    switch (ur_ops[n->op].cls) {
    case UR_CLS_UNARY: return ur_unary(g, n->op, of(l, n->arg[0]));
    case UR_CLS_BINARY: return ur_binary(g, n->op, of(l, n->arg[0]), of(l, n->arg[1]));
    case UR_CLS_TERNARY: return ur_ternary(g, n->op, of(l, n->arg[0]), of(l, n->arg[1]), of(l, n->arg[2]));
    default: break;
    }
    switch (n->op) {
    case UR_ALIAS: return of(l, n->arg[0]);
    case UR_GATHER: /* at a number that a state says; states elsewhere would be those of all positions */
        if (l->reads[n->arg[0]]) by_number(l);
        return ur_gather(g, n->arg[0], of(l, n->arg[1]), n->i, n->j);
    case UR_READ: return elsewhere(l, n);
    case UR_WHERE: return ur_where(g, of(l, n->arg[0]), of(l, n->arg[1]), of(l, n->arg[2]));
    case UR_CONCAT: return ur_concat(g, n->narg, arguments(l, n, true));
    case UR_STACK: return ur_stacked(g, n->i, arguments(l, n, true));
    case UR_MATMUL:
    case UR_SOLVE: return with_arguments(l, n, arguments(l, n, true));
    case UR_PROD:
        if (l->reads[n->arg[0]]) break;
        return with_arguments(l, n, arguments(l, n, false));
    case UR_BCAST: /* along the indices that its users have, it is spread by these */
        if (g->node[of(l, n->arg[0])].rows == n->rows && g->node[of(l, n->arg[0])].cols == n->cols) return of(l, n->arg[0]);
        return with_arguments(l, n, arguments(l, n, false));
    case UR_SLICE:
    case UR_TRANS:
    case UR_CSUM:
    case UR_CMAX:
    case UR_CLSE:
    case UR_CARGMAX:
    case UR_CHOL:
    case UR_LOWER:
    case UR_DIAG: return with_arguments(l, n, arguments(l, n, false));
    case UR_RSUM:
    case UR_RMAX:
    case UR_RLSE:
    case UR_RARGMAX: return reduced(l, n);
    default: break;
    }
    stuck(l, NULL, ur_arena_printf(l->c->a, "through %s, which knows none of its states", ur_ops[n->op].name));
}

/* marks which of the nodes that `from` is made of read a latent symbol */
static bool mark(ur_lift *l, ur_id from, const bool *seen, int n)
{
    const ur_graph *g = l->c->g;
    for (int a = 0; a < l->n; a++) l->reads[l->chain[a].leaf] = true;
    for (bool more = true; more;) {
        more = false;
        for (ur_id v = 0; v < n; v++) {
            if (!seen[v] || l->reads[v]) continue;
            for (int k = 0; k < ur_noperand(g, &g->node[v]) && !l->reads[v]; k++) {
                ur_id x = ur_operand(&g->node[v], k);
                l->reads[v] = x >= 0 && l->reads[x];
            }
            more = more || l->reads[v];
        }
    }
    return l->reads[from];
}

void ur_mark_latent(ur_lift *l)
{
    int n = l->c->g->nnode;
    bool *all = UR_NEW(l->c->a, bool, n + 1);
    memset(all, true, (size_t)n);
    l->reads = UR_NEW(l->c->a, bool, n + 1);
    mark(l, 0, all, n);
}

ur_id ur_lifted(ur_lift *l, ur_id v)
{
    ur_graph *g = l->c->g;
    int n = g->nnode;
    bool *seen = UR_NEW(l->c->a, bool, n + 1);
    l->reads = UR_NEW(l->c->a, bool, n + 1);
    l->made = UR_NEW(l->c->a, ur_id, n + 1);
    ur_reach(g, v, seen, UR_NEW(l->c->a, ur_id, n + 1));
    if (!mark(l, v, seen, n)) return v;
    memset(l->made, -1, (size_t)n * sizeof *l->made);
    for (ur_id k = 0; k < n; k++) /* arguments have smaller numbers, but where a recurrence closes */
        if (seen[k] && l->reads[k] && !g->node[k].sym) {
            const ur_node node = g->node[k];
            l->made[k] = again(l, &node);
        }
    return l->made[v];
}
