/* Rewrites of a plan's graph that change no value (beyond rounding): sums are regrouped so that what a recurrence does not need
 * is added before it; products with the same operand are stacked into one, and so are sums of products and weight gradients; an
 * addend is what its product starts from. Rules for any graph: nothing here knows a cell. A stack is an ordinary CONCAT of the
 * matrices, a member an ordinary SLICE, so that later passes need no word for it. */
#include "plan/passes.h"
#include <stdlib.h>
#include <string.h>

typedef struct rw {
    ur_schedule *p;
    ur_graph *g;
    int *cyc; /* component with a cycle a node belongs to, 0: none */
    int *uses;
    int cap;
    ur_id *cat_of;
    int *cat_at; /* the CONCAT a node became a part of, and where */
    int mark, *seen, *target;
    ur_id *stack; /* of `depends` */
} rw;

static void sizes(rw *r) /* nodes were added: tables follow */
{
    ur_graph *g = r->g;
    if (g->nnode <= r->cap) return;
    int cap = g->nnode * 2 + 64;
    int *cyc = UR_NEW(g->arena, int, cap), *uses = UR_NEW(g->arena, int, cap), *at = UR_NEW(g->arena, int, cap);
    ur_id *cat = UR_NEW(g->arena, ur_id, cap);
    bool *live = UR_NEW(g->arena, bool, cap);
    for (int k = 0; k < cap; k++) cat[k] = -1;
    if (r->cap) {
        memcpy(cyc, r->cyc, sizeof *cyc * (size_t)r->cap);
        memcpy(uses, r->uses, sizeof *uses * (size_t)r->cap);
        memcpy(cat, r->cat_of, sizeof *cat * (size_t)r->cap);
        memcpy(at, r->cat_at, sizeof *at * (size_t)r->cap);
        memcpy(live, r->p->live, sizeof *live * (size_t)r->cap);
    } else memcpy(live, r->p->live, sizeof *live * (size_t)g->nnode);
    r->seen = UR_NEW(g->arena, int, cap);
    r->target = UR_NEW(g->arena, int, cap);
    r->stack = UR_NEW(g->arena, ur_id, cap);
    r->cyc = cyc;
    r->uses = uses;
    r->cat_of = cat;
    r->cat_at = at;
    r->p->live = live;
    r->cap = cap;
}

static void count_uses(rw *r)
{
    sizes(r);
    ur_plan_live(r->p);
    memset(r->uses, 0, sizeof *r->uses * (size_t)r->cap);
    for (ur_id v = 0; v < r->g->nnode; v++) {
        if (!r->p->live[v]) continue;
        const ur_node *n = &r->g->node[v];
        for (int k = 0; k < ur_noperand(r->g, n); k++)
            if (ur_operand(n, k) >= 0) r->uses[ur_operand(n, k)] += k < n->narg ? 1 : 2; /* a boundary stays as it is */
    }
    for (int k = 0; k < r->p->pass->nout; k++) r->uses[r->p->pass->out[k]] += 2;
}

static void set_args(rw *r, ur_id v, int n, const ur_id *arg)
{
    ur_id *a = UR_NEW(r->g->arena, ur_id, n);
    memcpy(a, arg, sizeof *a * (size_t)n);
    r->g->node[v].arg = a;
    r->g->node[v].narg = n;
}

static ur_id with_cyc(rw *r, ur_id v, int c)
{
    sizes(r);
    if (!r->cyc[v]) r->cyc[v] = c;
    return v;
}

static bool same_rows(const ur_graph *g, ur_id a, ur_id b)
{
    const ur_node *m = &g->node[a], *n = &g->node[b];
    return m->nidx == n->nidx && !memcmp(m->idx, n->idx, sizeof *m->idx * (size_t)m->nidx) &&
           (m->example || m->nidx) == (n->example || n->nidx);
}

static bool same_node_shape(const ur_graph *g, ur_id a, ur_id b)
{
    const ur_node *m = &g->node[a], *n = &g->node[b];
    return same_rows(g, a, b) && m->nfix == n->nfix && !memcmp(m->fix, n->fix, sizeof *m->fix * (size_t)m->nfix) &&
           m->rows == n->rows && m->cols == n->cols;
}

/* is a matrix a parameter, or what stands at places of its fixed indices? */
static bool is_weights(const ur_graph *g, ur_id m) { return ur_param_of(g, m) >= 0 && !g->node[m].nidx && !g->node[m].example; }

/* ---- products over joined operands */
/* W [a; b] with only b in the recurrence: W_a a leaves it. The columns of W that meet one part are a SLICE by columns (trans). */
static void split_joined(rw *r)
{
    ur_graph *g = r->g;
    int end = g->nnode;
    for (ur_id v = 0; v < end; v++) {
        ur_node n = g->node[v];
        if (!r->p->live[v] || !r->cyc[v] || n.op != UR_PROD || n.trans || n.nfix || n.nred || n.cols != 1 || n.narg != 2)
            continue;
        ur_node x = g->node[n.arg[1]], M = g->node[n.arg[0]];
        if (x.op != UR_CONCAT || x.nfix || !is_weights(g, n.arg[0]) || M.nfix) continue;
        int in = 0;
        for (int k = 0; k < x.narg; k++) in += r->cyc[x.arg[k]] != 0;
        if (!in || in == x.narg) continue;
        ur_id sum = -1;
        for (int k = 0, end_, at = 0, rows_; k < x.narg; k = end_, at += rows_) { /* neighbours on the same side stay joined */
            bool inside = r->cyc[x.arg[k]] != 0;
            for (end_ = k, rows_ = 0; end_ < x.narg && (r->cyc[x.arg[end_]] != 0) == inside; end_++)
                rows_ += g->node[x.arg[end_]].rows;
            ur_id part = ur_concat(g, end_ - k, x.arg + k);
            sizes(r);
            if (inside) r->cyc[part] = r->cyc[v];
            ur_node c = {
                .op = UR_SLICE, .trans = true, .rows = M.rows, .cols = rows_, .narg = 1, .arg = n.arg, .i = at, .place = M.place
            };
            ur_id arg[2] = { ur_node_add(g, &c), part };
            ur_node q = { .op = UR_PROD, .rows = n.rows, .cols = 1, .narg = 2, .arg = arg, .place = n.place };
            ur_union(g, &q, part);
            ur_id p = ur_node_add(g, &q);
            sizes(r);
            if (inside) r->cyc[p] = r->cyc[v];
            if (end_ == x.narg) {
                g->node[v].op = UR_ADD;
                set_args(r, v, 2, (ur_id[]){ sum, p });
                break;
            }
            bool any = inside || (sum >= 0 && r->cyc[sum]);
            sum = sum < 0 ? p : ur_binary(g, UR_ADD, sum, p);
            sizes(r);
            if (any) r->cyc[sum] = r->cyc[v];
        }
    }
}

/* ---- sums */
enum { MOST = 64 };
/* Leaves of the tree of ADDs under v, an ADD, that has no other user inside, from left to right; −1: there are more than MOST. A
 * tree may be as deep as the text is long: `later` holds what stands to the right, of which each has a leaf. */
static int leaves(const rw *r, ur_id v, ur_id *leaf)
{
    ur_id later[MOST + 1];
    int n = 0, nlater = 0;
    bool top = true;
    later[nlater++] = v;
    while (nlater) {
        ur_id w = later[--nlater];
        const ur_node *x = &r->g->node[w];
        bool inner = x->op == UR_ADD && (top || r->uses[w] == 1);
        top = false;
        if (n + nlater + 1 + inner > MOST) return -1;
        if (inner) {
            later[nlater++] = x->arg[1];
            later[nlater++] = x->arg[0];
        } else leaf[n++] = w;
    }
    return n;
}

static bool is_root(rw *r, const ur_id *user_add, ur_id v) /* an ADD not inside a larger sum */
{
    return r->p->live[v] && r->g->node[v].op == UR_ADD && (user_add[v] < 0 || r->uses[v] != 1);
}

static ur_id *adders(rw *r) /* an ADD that uses v, or −1 */
{
    ur_id *u = UR_NEW(r->g->arena, ur_id, r->g->nnode + 1);
    memset(u, 0xff, sizeof *u * (size_t)(r->g->nnode + 1));
    for (ur_id v = 0; v < r->g->nnode; v++)
        if (r->p->live[v] && r->g->node[v].op == UR_ADD) {
            u[r->g->node[v].arg[0]] = v;
            u[r->g->node[v].arg[1]] = v;
        }
    return u;
}

/* within a recurrence: what lies outside of it is summed first */
static void hoist_sums(rw *r)
{
    ur_graph *g = r->g;
    count_uses(r);
    ur_id *user = adders(r), leaf[MOST];
    int end = g->nnode;
    for (ur_id v = 0; v < end; v++) {
        if (!is_root(r, user, v) || !r->cyc[v]) continue;
        int n = leaves(r, v, leaf), nout = 0;
        for (int k = 0; k < n; k++) nout += !r->cyc[leaf[k]];
        if (n < 3 || !nout || nout == n) continue;
        ur_id out = -1, in = -1;
        int first = -1; /* a product meets the outside directly: it can start from it */
        for (int k = 0; k < n; k++) {
            if (r->cyc[leaf[k]]) {
                if (first < 0 && g->node[leaf[k]].op == UR_PROD) first = k;
                continue;
            }
            out = out < 0 ? leaf[k] : ur_binary(g, UR_ADD, out, leaf[k]);
            sizes(r);
        }
        if (first >= 0 && n - nout > 1) {
            out = ur_binary(g, UR_ADD, out, leaf[first]);
            with_cyc(r, out, r->cyc[v]);
        } else first = -1;
        for (int k = 0; k < n; k++) {
            if (!r->cyc[leaf[k]] || k == first) continue;
            in = in < 0 ? leaf[k] : ur_binary(g, UR_ADD, in, leaf[k]);
            with_cyc(r, in, r->cyc[v]);
        }
        set_args(r, v, 2, (ur_id[]){ out, in });
    }
}

static bool plain_prod(const rw *r, ur_id v, bool trans)
{
    const ur_node *n = &r->g->node[v];
    return n->op == UR_PROD && n->narg == 2 && n->trans == trans && !n->nfix && !n->nred && n->cols == 1 &&
           is_weights(r->g, n->arg[0]) && r->g->node[n->arg[0]].nfix == 0 && r->g->node[n->arg[1]].nfix == 0;
}

/* one under the other, remembered; parts that are consecutive slices of one node are that node */
static ur_id stack(rw *r, int n, const ur_id *part)
{
    ur_graph *g = r->g;
    const ur_node *f = &g->node[part[0]];
    if (f->op == UR_SLICE && f->i == 0) {
        int at = 0, k = 0;
        for (; k < n; k++) {
            const ur_node *s = &g->node[part[k]];
            if (s->op != UR_SLICE || s->arg[0] != f->arg[0] || s->i != at) break;
            at += s->rows;
        }
        if (k == n && at == g->node[f->arg[0]].rows) return f->arg[0];
    }
    ur_id c = ur_concat(g, n, part);
    sizes(r);
    for (int k = 0; k < n; k++)
        if (r->cat_of[part[k]] < 0) {
            r->cat_of[part[k]] = c;
            r->cat_at[part[k]] = k;
        }
    return with_cyc(r, c, r->cyc[part[0]]);
}

typedef struct pick {
    ur_id v;
    int key;
} pick;
static int by_key(const void *a, const void *b)
{
    const pick *x = a, *y = b;
    return x->key != y->key ? (x->key < y->key ? -1 : 1) : (x->v > y->v) - (x->v < y->v);
}

/* Σ_k M_k' x_k, all x_k with the same rows: one product by the stack of the matrices */
static void merge_sums(rw *r)
{
    ur_graph *g = r->g;
    count_uses(r);
    ur_id *user = adders(r), leaf[MOST], x[MOST], m[MOST];
    int end = g->nnode;
    for (ur_id v = 0; v < end; v++) {
        if (!is_root(r, user, v)) continue;
        int n = leaves(r, v, leaf);
        bool done[MOST] = { false };
        ur_id rest[MOST];
        int nrest = 0, merged = 0;
        for (int a = 0; a < n; a++) {
            if (done[a]) continue;
            pick group[MOST];
            int ng = 0;
            if (plain_prod(r, leaf[a], true) && r->uses[leaf[a]] == 1) {
                ur_id xa = g->node[leaf[a]].arg[1];
                bool read = g->node[xa].op == UR_READ && g->node[g->node[xa].arg[0]].nfix == 0;
                if (read && leaf[a] < r->p->nforward) {
                    done[a] = true;
                    rest[nrest++] = leaf[a];
                    continue;
                } /* state is carried for the quantities that the text names */
                for (int b = a; b < n; b++) {
                    if (done[b] || !plain_prod(r, leaf[b], true) || r->uses[leaf[b]] != 1) continue;
                    ur_id xb = g->node[leaf[b]].arg[1];
                    const ur_node *na = &g->node[xa], *nb = &g->node[xb];
                    if (!same_rows(g, xa, xb) || r->cyc[leaf[a]] != r->cyc[leaf[b]] || r->cyc[xa] != r->cyc[xb]) continue;
                    if (read) {
                        if (nb->op != UR_READ || !same_rows(g, na->arg[0], nb->arg[0]) ||
                            r->cyc[na->arg[0]] != r->cyc[nb->arg[0]])
                            continue;
                        bool eq = true;
                        for (int k = 0; k < g->node[na->arg[0]].nidx; k++)
                            eq &= na->sub[k].kind == nb->sub[k].kind && na->sub[k].index == nb->sub[k].index &&
                                  na->sub[k].off == nb->sub[k].off && !na->sub[k].nfix && !nb->sub[k].nfix &&
                                  na->sub[k].before < 0 && nb->sub[k].before < 0 && na->sub[k].after < 0 && nb->sub[k].after < 0;
                        if (!eq) continue;
                    } else if (nb->op == UR_READ) continue;
                    group[ng++] = (pick){ leaf[b], g->node[g->node[leaf[b]].arg[0]].i };
                    done[b] = true;
                }
                if (ng < 2) {
                    if (ng) done[a] = false;
                    ng = 0;
                }
                if (ng) {
                    qsort(group, (size_t)ng, sizeof *group, by_key);
                    int inside = r->cyc[group[0].v];
                    for (int k = 0; k < ng; k++) {
                        m[k] = g->node[group[k].v].arg[0];
                        x[k] = g->node[group[k].v].arg[1];
                        if (read) x[k] = g->node[x[k]].arg[0];
                    }
                    ur_id M = stack(r, ng, m), X = stack(r, ng, x);
                    if (read) {
                        X = ur_read(g, X, g->node[xa].sub);
                        with_cyc(r, X, r->cyc[xa]);
                    }
                    ur_id q = ur_prod(g, M, true, X, 0, NULL);
                    rest[nrest++] = with_cyc(r, q, inside);
                    merged += ng;
                    continue;
                }
            }
            done[a] = true;
            rest[nrest++] = leaf[a];
        }
        if (!merged) continue;
        ur_id s = rest[0];
        for (int k = 1; k + 1 < nrest; k++) {
            s = ur_binary(g, UR_ADD, s, rest[k]);
            with_cyc(r, s, r->cyc[v]);
        }
        if (nrest > 1) set_args(r, v, 2, (ur_id[]){ s, rest[nrest - 1] });
        else {
            g->node[v].op = UR_ALIAS;
            set_args(r, v, 1, &s);
        }
    }
    ur_plan_resolve(r->p);
}

/* a + M x, the product used nowhere else: the product starts from a (in a recurrence only from what lies outside of it: products
 * that start from each other's results could not be stacked) */
static void take_addends(rw *r)
{
    ur_graph *g = r->g;
    count_uses(r);
    int end = g->nnode;
    for (ur_id v = 0; v < end; v++) {
        if (!r->p->live[v] || g->node[v].op != UR_ADD) continue;
        for (int k = 0; k < 2; k++) {
            ur_id q = g->node[v].arg[k], a = g->node[v].arg[1 - k];
            const ur_node *n = &g->node[q], *b = &g->node[a];
            if (n->op != UR_PROD || n->narg != 2 || r->uses[q] != 1 || n->nfix || n->nred || n->cols != 1 || b->nfix ||
                b->rows != n->rows || b->cols != 1 || !same_node_shape(g, v, q) || r->cyc[v] != r->cyc[q] || b->op == UR_CONST ||
                (r->cyc[v] && r->cyc[a]))
                continue;
            ur_node p = *n;
            p.place = g->node[v].place;
            ur_id arg[3] = { p.arg[0], p.arg[1], a };
            p.example = g->node[v].example;
            g->node[v] = p;
            set_args(r, v, 3, arg);
            break;
        }
    }
}

static void become(rw *r, ur_id v, ur_id of, int at) /* node v is rows at… of another */
{
    ur_node s = { .op = UR_SLICE, .rows = r->g->node[v].rows, .cols = r->g->node[v].cols, .i = at, .place = r->g->node[v].place };
    ur_union(r->g, &s, of);
    r->g->node[v] = s;
    set_args(r, v, 1, &of);
}

/* orders the members of a stack: the parameter that a matrix is, or is columns of */
static int key(const ur_graph *g, ur_id m)
{
    if (g->node[m].op == UR_SLICE) m = g->node[m].arg[0];
    return !g->node[m].nfix && is_weights(g, m) ? ur_param_of(g, m) : -1;
}

static bool stackable(const rw *r, ur_id v)
{
    const ur_node *n = &r->g->node[v];
    return r->p->live[v] && n->op == UR_PROD && !n->trans && !n->nfix && !n->nred && n->cols == 1 && key(r->g, n->arg[0]) >= 0 &&
           !r->g->node[n->arg[1]].nfix;
}

/* does v depend on a node whose target is `mark`? Everything on the way is looked at once. */
static bool depends(rw *r, ur_id v, int mark)
{
    ur_graph *g = r->g;
    ur_id *stack = r->stack;
    int top = 0, *seen = r->seen;
    stack[top++] = v;
    seen[v] = mark;
    while (top) {
        ur_id q = stack[--top];
        if (r->target[q] == mark) return true;
        const ur_node *n = &g->node[q];
        for (int k = 0; k < ur_noperand(g, n); k++) {
            ur_id a = ur_operand(n, k);
            if (a < 0 || seen[a] == mark) continue;
            seen[a] = mark;
            stack[top++] = a;
        }
    }
    return false;
}

/* a stack starts from all its addends: none of them may need one of its products */
static bool addends_free(rw *r, int n, const pick *group)
{
    ur_graph *g = r->g;
    int mark = ++r->mark;
    for (int k = 0; k < n; k++) r->target[group[k].v] = mark;
    for (int k = 0; k < n; k++) {
        ur_id a = g->node[group[k].v].arg[2];
        if (g->node[a].op != UR_PARAM && r->seen[a] != mark && depends(r, a, mark)) return false;
    }
    return true;
}

/* M_1 x, M_2 x, …: one product by the stack */
static void stack_products(rw *r)
{
    ur_graph *g = r->g;
    count_uses(r);
    int end = g->nnode, *next = UR_NEW(g->arena, int, end + 1), *head = UR_NEW(g->arena, int, end + 1);
    memset(head, 0xff, sizeof *head * (size_t)(end + 1));
    for (ur_id v = end - 1; v >= 0; v--)
        if (stackable(r, v)) {
            next[v] = head[g->node[v].arg[1]];
            head[g->node[v].arg[1]] = v;
        }
    for (ur_id x = 0; x < end; x++)
        for (ur_id v = head[x]; v >= 0; v = next[v]) {
            pick group[MOST];
            int ng = 0;
            ur_id m[MOST], a[MOST];
            if (!stackable(r, v)) continue;
            ur_node nv = g->node[v];
            for (ur_id w = v; w >= 0 && ng < MOST; w = next[w]) {
                if (!stackable(r, w)) continue;
                const ur_node *nw = &g->node[w];
                if (nw->narg != nv.narg || r->cyc[w] != r->cyc[v] || !same_rows(g, v, w)) continue;
                if (nv.narg == 3 && r->cyc[nv.arg[2]] != r->cyc[nw->arg[2]]) continue;
                group[ng++] = (pick){ w, key(g, nw->arg[0]) };
            }
            if (ng < 2 || (nv.narg == 3 && !addends_free(r, ng, group))) continue;
            qsort(group, (size_t)ng, sizeof *group, by_key);
            for (int k = 0; k < ng; k++) {
                m[k] = g->node[group[k].v].arg[0];
                if (nv.narg == 3) a[k] = g->node[group[k].v].arg[2];
            }
            int inside = r->cyc[v];
            ur_id M = stack(r, ng, m), arg[3] = { M, nv.arg[1], -1 };
            if (nv.narg == 3) arg[2] = stack(r, ng, a);
            ur_node s = { .op = UR_PROD, .rows = g->node[M].rows, .cols = 1, .narg = nv.narg, .arg = arg, .place = nv.place };
            for (int k = 1; k < nv.narg; k++) ur_union(g, &s, arg[k]);
            ur_id S = ur_node_add(g, &s);
            with_cyc(r, S, inside);
            for (int k = 0, at = 0; k < ng; k++) {
                int rows_ = g->node[group[k].v].rows;
                become(r, group[k].v, S, at);
                at += rows_;
            }
        }
}

/* Σ a_1 x', Σ a_2 x', … (and Σ a_1, Σ a_2, …): one contraction of the stack */
static void stack_sums(rw *r, ur_op op)
{
    ur_graph *g = r->g;
    count_uses(r);
    int end = g->nnode;
    bool *done = UR_NEW(g->arena, bool, end + 1);
    for (ur_id v = 0; v < end; v++) {
        const ur_node *n = &g->node[v];
        if (!r->p->live[v] || done[v] || n->op != op || n->nfix || r->cat_of[n->arg[0]] < 0 || n->example || n->nidx) continue;
        ur_id cat = r->cat_of[n->arg[0]];
        const ur_node *c = &g->node[cat];
        if (c->narg > MOST || c->cols != 1 || g->node[n->arg[0]].cols != 1) continue;
        ur_id member[MOST];
        int found = 0;
        for (int k = 0; k < c->narg; k++) member[k] = -1;
        for (ur_id w = v; w < end; w++) {
            const ur_node *m = &g->node[w];
            if (!r->p->live[w] || m->op != op || m->narg != n->narg || m->nfix || m->red_example != n->red_example ||
                m->nred != n->nred || memcmp(m->red, n->red, sizeof *n->red * (size_t)n->nred))
                continue;
            if (n->narg == 2 && m->arg[1] != n->arg[1]) continue;
            for (int k = 0; k < c->narg; k++)
                if (c->arg[k] == m->arg[0] && member[k] < 0) {
                    member[k] = w;
                    found++;
                    break;
                }
        }
        if (found < 2 || found < c->narg) continue;
        ur_node s = *n;
        ur_id arg[2] = { cat, n->narg == 2 ? n->arg[1] : -1 };
        s.rows = c->rows;
        s.arg = arg;
        ur_id S = ur_node_add(g, &s);
        sizes(r);
        int narg = g->node[cat].narg;
        for (int k = 0, at = 0; k < narg; k++) {
            int rows_ = g->node[member[k]].rows;
            done[member[k]] = true;
            become(r, member[k], S, at);
            at += rows_;
        }
    }
}

/* ---- products along fixed indices */
/* M[j] x[j], x carried along other fixed indices too: is `wide` carried along those of `narrow`, then those of M? Then the row of
 * `wide` is one vector for all j, at each of the others. */
static bool widens(const ur_node *wide, const ur_node *narrow, const ur_node *M)
{
    return M->nfix && wide->cols == 1 && narrow->cols == 1 && wide->nfix == narrow->nfix + M->nfix &&
           !memcmp(wide->fix, narrow->fix, sizeof *narrow->fix * (size_t)narrow->nfix) &&
           !memcmp(wide->fix + narrow->nfix, M->fix, sizeof *M->fix * (size_t)M->nfix);
}

/* The gradient of a convolution is one: Σ_j read (M[j]' d) is Σ_j M[j]' (read d), where the READ changes nothing but positions.
 */
static void read_before(rw *r)
{
    ur_graph *g = r->g;
    count_uses(r);
    int end = g->nnode;
    for (ur_id v = 0; v < end; v++) {
        ur_node n = g->node[v];
        if (!r->p->live[v] || n.op != UR_RSUM || n.narg != 1 || n.red_example || r->cyc[v]) continue;
        ur_id u = n.arg[0];
        ur_node read = g->node[u];
        if (read.op != UR_READ || r->uses[u] != 1) continue;
        ur_id q = read.arg[0];
        ur_node prod = g->node[q];
        if (prod.op != UR_PROD || prod.narg != 2 || prod.nred || r->uses[q] != 1 || r->cyc[q]) continue;
        ur_node M = g->node[prod.arg[0]], d = g->node[prod.arg[1]];
        if (!is_weights(g, prod.arg[0]) || n.nred != M.nfix || !widens(&prod, &d, &M) || !same_rows(g, q, prod.arg[1])) continue;
        bool plain = true;
        for (int k = 0; k < prod.nidx + prod.nfix; k++) {
            const ur_sub *s = &read.sub[k];
            plain &= s->before < 0 && s->after < 0;
            if (k >= prod.nidx + d.nfix) plain &= ur_sub_still(s, prod.fix[k - prod.nidx]);
        }
        for (int k = 0; k < n.nred; k++) plain &= ur_has_index(&M, n.red[k]);
        if (!plain) continue;
        ur_id arg[2] = { prod.arg[0], ur_read(g, prod.arg[1], read.sub) };
        sizes(r);
        if (g->node[arg[1]].op != UR_READ || !widens(&g->node[arg[1]], &n, &M)) continue;
        g->node[v].op = UR_PROD;
        g->node[v].trans = prod.trans;
        set_args(r, v, 2, arg);
    }
    ur_plan_live(r->p);
}

/* Σ_j M[j] x[j] (convolutions, lags) and M[j] x (heads): one product by the matrices side by side, or one under the other. Their
 * gradients likewise. */
static void join_matrices(rw *r)
{
    ur_graph *g = r->g;
    int end = g->nnode;
    for (ur_id v = 0; v < end; v++) {
        ur_node n = g->node[v];
        if (!r->p->live[v] || (n.op != UR_PROD && n.op != UR_CONTRACT) || n.narg != 2) continue;
        if (n.op == UR_PROD) {
            const ur_node *M = &g->node[n.arg[0]], *x = &g->node[n.arg[1]];
            bool sum = n.nred == M->nfix && widens(x, &n, M);
            if (!is_weights(g, n.arg[0]) || !(sum || (!n.nred && widens(&n, x, M)))) continue;
            int each = ur_node_tuples(g, M);
            bool side = sum != n.trans; /* the columns of all j meet one vector */
            ur_node c = { .op = UR_JOIN,
                          .rows = side ? M->rows : M->rows * each,
                          .cols = side ? M->cols * each : M->cols,
                          .narg = 1,
                          .arg = n.arg,
                          .i = !side,
                          .place = M->place };
            ur_id arg[2] = { ur_node_add(g, &c), n.arg[1] };
            sizes(r);
            g->node[v].nred = 0;
            set_args(r, v, 2, arg);
        } else {
            const ur_node *a = &g->node[n.arg[0]], *b = &g->node[n.arg[1]];
            bool side = widens(b, a, &n);
            if (n.nidx || n.example || !(side || widens(a, b, &n))) continue;
            int each = ur_node_tuples(g, &n);
            ur_node c = n;
            c.nfix = 0;
            if (side) c.cols *= each;
            else c.rows *= each;
            ur_id all = ur_node_add(g, &c);
            sizes(r);
            g->node[v].op = UR_JOIN;
            g->node[v].trans = true;
            g->node[v].i = !side;
            set_args(r, v, 1, &all);
        }
    }
}

/* A product's matrix is packed as the kernels read it, once for all steps with the same weights; in a fit a large one outside a
 * recurrence is not: BLAS packs it in the time. */
static void lay_out(rw *r)
{
    enum { LARGE = 1 << 24 };
    ur_graph *g = r->g;
    count_uses(r);
    int end = g->nnode;
    for (ur_id v = 0; v < end; v++) {
        ur_node n = g->node[v];
        if (!r->p->live[v] || n.op != UR_PROD || n.nred || n.cols != 1) continue;
        ur_node M = g->node[n.arg[0]];
        if (M.example || M.nidx || M.nfix || r->cyc[n.arg[0]] || M.rows == 1 || M.cols == 1 ||
            (g->dparam && !r->cyc[v] && M.rows * M.cols > LARGE))
            continue;
        ur_node t = { .op = UR_PACK,
                      .trans = !n.trans,
                      .rows = n.trans ? M.rows : M.cols,
                      .cols = n.trans ? M.cols : M.rows,
                      .narg = 1,
                      .arg = n.arg,
                      .place = M.place };
        ur_id arg[3] = { ur_node_add(g, &t), n.arg[1], n.narg == 3 ? n.arg[2] : -1 };
        sizes(r);
        g->node[v].trans = true;
        set_args(r, v, n.narg, arg);
    }
}

void ur_plan_rewrite(ur_schedule *p)
{
    rw r = { .p = p, .g = &p->g };
    sizes(&r);
    ur_plan_cycles(p, r.cyc);
    read_before(&r);
    join_matrices(&r);
    split_joined(&r);
    hoist_sums(&r);
    merge_sums(&r);
    take_addends(&r);
    stack_products(&r);
    stack_sums(&r, UR_CONTRACT);
    stack_sums(&r, UR_RSUM);
    lay_out(&r);
    count_uses(&r);
    p->pass->uses = r.uses;
}
