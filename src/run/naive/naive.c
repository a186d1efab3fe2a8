/* The oracle's body: memory for values, the order of work, carried state. What a node's value is
 * stands in eval.c. Must not know the fast plan. Invariant: work waits on an explicit stack, so that no sequence is too long. */
#include "run/backend.h"
#include "run/naive/inside.h"
#include <math.h>
#include <string.h>

/* ---- values */
memo *ur_naive_memo(ur_naive *v, ur_id id, size_t item)
{
    size_t n = v->by_item[id] ? v->items : 1, k = v->by_item[id] ? item : 0;
    if (!v->memos[id] && !(v->memos[id] = ur_naive_take(v, n, sizeof(memo)))) return NULL;
    memo *m = &v->memos[id][k];
    if (m->state) return m;
    size_t rows = 1;
    if (v->g->node[id].nidx) {
        const shape *s = ur_naive_shape(v, v->set[id], item, false);
        if (!s) return NULL;
        rows = s->rows;
    }
    double *values = ur_naive_take(v, rows, v->width[id] * sizeof *values);
    uint8_t *state = ur_naive_take(v, rows, 1);
    if (!values || !state) {
        ur_free(values);
        ur_free(state);
        return NULL;
    }
    m->v = values;
    m->state = state;
    m->rows = rows;
    return m;
}

static void push(ur_naive *v, ur_id id, size_t item, size_t row)
{
    if (v->top == v->stack_cap) {
        size_t cap = v->stack_cap * 2 + 1024;
        task *t = ur_realloc(v->stack, cap * sizeof *t);
        if (!t) {
            ur_naive_no_memory(v);
            return;
        }
        v->stack = t;
        v->stack_cap = cap;
    }
    v->stack[v->top++] = (task){ id, (uint32_t)item, row };
}

static void cycle(ur_naive *v, ur_id id)
{
    const ur_place *p = &v->g->node[id].place;
    if (!v->rc)
        v->rc = ur_fail(v->err, UNROLL_ERROR_MODEL, "%s:%d:%d: %s depends on its own value at the same position (%s)",
                        p->file ? p->file : "model", p->line, p->col, p->name ? p->name : "a quantity",
                        ur_ops[v->g->node[id].op].id);
}

const double *ur_naive_need(ur_naive *v, ur_id id, size_t item)
{
    if (v->rc) return NULL;
    memo *m = ur_naive_memo(v, id, item);
    if (!m) return NULL;
    size_t row = 0;
    if (v->g->node[id].nidx) {
        const shape *s = ur_naive_shape(v, v->set[id], item, false);
        if (!s) return NULL;
        if (!ur_naive_row(s, v->at, &row)) {
            v->rc = ur_fail(v->err, UNROLL_ERROR_MODEL, "the oracle was asked for a position outside of node %d (%s)", id,
                            ur_ops[v->g->node[id].op].id);
            return NULL;
        }
    }
    if (m->state[row] == DONE) return m->v + row * v->width[id];
    if (m->state[row] == OPEN) cycle(v, id);
    else push(v, id, item, row);
    return NULL;
}

/* the first node whose value is not finite though all that it reads is */
static void note_bad(ur_naive *v, const task *t, const double *x)
{
    if (v->s->bad_node >= 0 || !v->forward[t->id]) return;
    ur_op op = v->g->node[t->id].op;
    bool low = ur_op_is(op, UR_LOW | UR_MOVES | UR_SAME); /* −inf over nothing is meant */
    for (size_t k = 0; k < v->width[t->id]; k++) {
        bool nowhere = v->g->node[t->id].sym && x[k] == UR_NOWHERE;
        if (!nowhere && (isfinite(x[k]) || (low && x[k] < 0))) continue;
        v->s->bad_node = t->id;
        v->s->bad_item = (int)t->item;
        v->s->bad_pos = v->g->node[t->id].nidx ? v->at[v->g->node[t->id].idx[0]] : 0;
        return;
    }
}

/* computes one value and all that it needs */
static void work(ur_naive *v, ur_id id, size_t item, size_t row)
{
    v->top = 0;
    push(v, id, item, row);
    while (v->top && !v->rc) {
        task t = v->stack[v->top - 1];
        memo *m = ur_naive_memo(v, t.id, t.item);
        if (!m) return;
        if (m->state[t.row] == DONE) {
            v->top--;
            continue;
        }
        m->state[t.row] = OPEN;
        if (v->g->node[t.id].nidx)
            ur_naive_positions(ur_naive_shape(v, v->set[t.id], t.item, false), v->g->node[t.id].nidx, t.row, v->at);
        size_t from = v->top;
        double *out = m->v + t.row * v->width[t.id];
        if (ur_naive_eval(v, t.id, t.item, t.row, out)) {
            m->state[t.row] = DONE;
            note_bad(v, &t, out);
            v->top--;
            continue;
        }
        if (!v->rc && v->top == from)
            v->rc = ur_fail(v->err, UNROLL_ERROR_UNSUPPORTED, "the oracle cannot run %s", ur_ops[v->g->node[t.id].op].id);
        for (size_t a = from, b = v->top; a + 1 < b; a++, b--) {
            task s = v->stack[a];
            v->stack[a] = v->stack[b - 1];
            v->stack[b - 1] = s;
        } /* the first asked for runs first */
    }
}

static void work_all(ur_naive *v, ur_id id)
{
    for (size_t k = 0; k < (v->by_item[id] ? v->items : 1) && !v->rc; k++) {
        memo *m = ur_naive_memo(v, id, k);
        for (size_t r = 0; m && r < m->rows && !v->rc; r++)
            if (m->state[r] != DONE) work(v, id, k, r);
    }
}

/* ---- carried state: for each item, for each node: how many positions are known, then the last first */
const double *ur_naive_past(const ur_naive *v, ur_id id, size_t item, int32_t position)
{
    if (v->s->batch->fresh || position > 0 || item >= v->state_items) return NULL;
    for (int k = 0; k < v->npast; k++) {
        if (v->past[k].id != id) continue;
        const double *p = v->state + item * v->state_width + v->past[k].at;
        size_t back = (size_t)(-(int64_t)position);
        return back < (size_t)p[0] ? p + 1 + back * v->past[k].width : NULL;
    }
    return NULL;
}

static bool state_room(ur_naive *v, size_t items)
{
    if (items <= v->state_items) return true;
    double *p = ur_realloc(v->state, (items * v->state_width + 1) * sizeof *p);
    if (!p) return false;
    memset(p + v->state_items * v->state_width, 0, (items - v->state_items) * v->state_width * sizeof *p);
    v->state = p;
    v->state_items = items;
    return true;
}

/* the values of this window become the past of the next */
static void carry(ur_naive *v)
{
    for (int k = 0; k < v->npast; k++) work_all(v, v->past[k].id);
    if (v->rc) return;
    double *old = ur_alloc((v->state_width + 1) * sizeof *old);
    if (!old || !state_room(v, v->items)) {
        ur_free(old);
        ur_naive_no_memory(v);
        return;
    }
    for (size_t item = 0; item < v->items; item++) {
        double *now = v->state + item * v->state_width;
        memcpy(old, now, v->state_width * sizeof *old);
        for (int k = 0; k < v->npast; k++) {
            const past *p = &v->past[k];
            const memo *m = ur_naive_memo(v, p->id, item);
            if (!m) break;
            const double *before = old + p->at;
            double *to = now + p->at;
            size_t known = v->s->batch->fresh ? 0 : (size_t)before[0], total = m->rows + known,
                   keep = total < (size_t)p->reach ? total : (size_t)p->reach;
            for (size_t b = 0; b < keep; b++)
                memcpy(to + 1 + b * p->width,
                       b < m->rows ? m->v + (m->rows - 1 - b) * p->width : before + 1 + (b - m->rows) * p->width,
                       p->width * sizeof *to);
            to[0] = (double)keep;
        }
    }
    ur_free(old);
}

size_t ur_naive_state_size(const ur_naive *v, size_t items) { return items * v->state_width * sizeof(double); }

void ur_naive_state_get(const ur_naive *v, size_t items, void *out)
{
    size_t have = items < v->state_items ? items : v->state_items;
    memset(out, 0, ur_naive_state_size(v, items));
    if (have && v->state_width) memcpy(out, v->state, have * v->state_width * sizeof(double));
}

int ur_naive_state_set(ur_naive *v, size_t items, const void *in, ur_err *e)
{
    if (!state_room(v, items)) return ur_nomem(e);
    if (items && v->state_width) memcpy(v->state, in, items * v->state_width * sizeof(double));
    for (size_t i = 0; i < items; i++) /* counts come from outside */
        for (int k = 0; k < v->npast; k++) {
            double *c = &v->state[i * v->state_width + v->past[k].at];
            if (!(*c >= 0)) *c = 0;
            if (*c > v->past[k].reach) *c = v->past[k].reach;
            const ur_node *n = &v->g->node[v->past[k].id];
            for (size_t j = 1; n->sym && j <= (size_t)*c * v->past[k].width; j++)
                if (!(c[j] >= 0 && c[j] < ur_symbol_count(n)))
                    return ur_fail(e, UNROLL_ERROR_FORMAT,
                                   "the carried state is damaged: a symbol in it is none of its vocabulary");
        }
    return 0;
}

/* ---- what is known of a graph beforehand */
static bool find_forward(ur_naive *v)
{
    const ur_graph *g = v->g;
    ur_id *stack = ur_alloc(sizeof(ur_id) * (size_t)(g->nnode + 1));
    if (!stack) return false;
    ur_reach(g, g->loss, v->forward, stack);
    for (int k = 0; k < ur_naddend(g); k++) {
        ur_reach(g, ur_addend_of(g, k).value, v->forward, stack);
        ur_reach(g, ur_addend_of(g, k).counts, v->forward, stack);
    }
    for (int k = 0; k < g->nquant; k++) ur_reach(g, g->quant[k].node, v->forward, stack);
    ur_free(stack);
    return true;
}

static bool sums_items(const ur_node *n) { return n->red_example || (ur_op_is(n->op, UR_CONTRACTS) && !n->example); }

static bool reads_any(const ur_graph *g, const ur_node *n, const bool *mark)
{
    for (int k = 0; k < ur_noperand(g, n); k++)
        if (ur_operand(n, k) >= 0 && mark[ur_operand(n, k)]) return true;
    return false;
}

static void find_by_item(ur_naive *v)
{
    const ur_graph *g = v->g;
    for (ur_id k = 0; k < g->nnode; k++) {
        const ur_node *n = &g->node[k];
        v->by_item[k] = n->example || n->nidx > 0;
    }
    for (bool more = true; more;) {
        more = false;
        for (ur_id k = 0; k < g->nnode; k++) {
            if (v->by_item[k] || sums_items(&g->node[k])) continue;
            if (reads_any(g, &g->node[k], v->by_item)) more = v->by_item[k] = true;
        }
    }
}

static int merge(int n, int16_t *set, int index)
{
    int k = 0;
    while (k < n && set[k] < index) k++;
    if ((k < n && set[k] == index) || n == LEVELS) return n;
    memmove(set + k + 1, set + k, sizeof *set * (size_t)(n - k));
    set[k] = (int16_t)index;
    return n + 1;
}

static void find_sets(ur_naive *v)
{
    const ur_graph *g = v->g;
    for (ur_id k = 0; k < g->nnode && !v->rc; k++) {
        const ur_node *n = &g->node[k];
        int16_t u[LEVELS];
        int nu = n->op == UR_STREW ? 0 : n->nidx; /* it is carried along i by itself */
        v->set[k] = ur_naive_set_of(v, n->nidx, n->idx);
        memcpy(u, n->idx, sizeof n->idx);
        for (int f = 0; f < n->nred; f++)
            if (!g->index[n->red[f]].fixed) nu = merge(nu, u, n->red[f]);
        for (int a = 0; ur_op_is(n->op, UR_ACROSS) && a < n->narg; a++)
            for (int f = 0; f < g->node[n->arg[a]].nidx; f++) nu = merge(nu, u, g->node[n->arg[a]].idx[f]);
        v->wide[k] = ur_naive_set_of(v, nu, u);
        v->width[k] = ur_naive_cell(n);
        for (int f = 0; f < n->nfix; f++) v->width[k] *= (size_t)g->index[n->fix[f]].size;
    }
}

/* nodes that READs follow along the window index to before its start, and how far */
static bool find_past(ur_naive *v)
{
    const ur_graph *g = v->g;
    if (v->window < 0) return true;
    int *far = ur_zalloc(sizeof *far * (size_t)(g->nnode + 1));
    if (!far) return false;
    for (ur_id k = 0; k < g->nnode; k++) {
        const ur_node *n = &g->node[k];
        if (n->op != UR_READ) continue;
        ur_id q = n->arg[0];
        while (g->node[q].op == UR_ALIAS && g->node[q].nidx == g->node[g->node[q].arg[0]].nidx) q = g->node[q].arg[0];
        const ur_node *qn = &g->node[q];
        if (!v->forward[q] || qn->nidx != 1 || v->root[qn->idx[0]] != v->window ||
            (ur_op_is(qn->op, UR_LEAF) && ur_op_is(qn->op, UR_OF_DATUM)))
            continue;
        const ur_sub *s = &n->sub[0];
        if (s->kind != UR_SUB_REL || v->root[s->index] != v->window) continue;
        int lo, hi;
        ur_offsets(g, s, &lo, &hi);
        if (-lo > far[q]) far[q] = -lo;
    }
    for (ur_id k = 0; k < g->nnode; k++) v->npast += far[k] > 0;
    v->past = ur_zalloc(sizeof *v->past * (size_t)(v->npast + 1));
    int at = 0;
    for (ur_id k = 0; v->past && k < g->nnode; k++) {
        if (far[k] <= 0) continue;
        v->past[at++] = (past){ k, far[k], v->width[k], v->state_width };
        v->state_width += 1 + (size_t)far[k] * v->width[k];
    }
    ur_free(far);
    return v->past != NULL;
}

int ur_naive_new(ur_naive **out, const ur_graph *g, const ur_plan_options *o, ur_err *e)
{
    if (g->nlatent) return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "a model with latent quantities cannot be run yet");
    ur_naive *v = ur_zalloc(sizeof *v);
    if (!v) return ur_nomem(e);
    size_t nn = (size_t)g->nnode + 1, ni = (size_t)g->nindex + 1;
    v->limit = ur_run_limit(o ? o->limits.memory : 0);
    v->g = g;
    v->single = o && o->limits.single;
    v->stepwise = o && o->stepwise;
    v->err = e;
    v->window = -1;
    v->wroot = -1;
    v->root = ur_alloc(sizeof *v->root * ni);
    v->by_item = ur_zalloc(nn);
    v->forward = ur_zalloc(nn);
    v->set = ur_zalloc(sizeof *v->set * nn);
    v->wide = ur_zalloc(sizeof *v->wide * nn);
    v->width = ur_zalloc(sizeof *v->width * nn);
    v->at = ur_zalloc(sizeof *v->at * ni);
    v->weight = ur_alloc(sizeof *v->weight * (g->nweight + 1));
    v->nkeep = o ? o->nkeep : 0;
    v->keep = ur_alloc(sizeof *v->keep * (size_t)(v->nkeep + 1));
    bool ok = v->root && v->by_item && v->forward && v->set && v->wide && v->width && v->at && v->weight && v->keep;
    if (ok) {
        if (v->nkeep) memcpy(v->keep, o->keep, sizeof *v->keep * (size_t)v->nkeep);
        for (int k = 0; k < g->nindex; k++) v->root[k] = ur_index_resolve(&g->schema, k);
        if (o && o->window_index >= 0) v->window = v->root[o->window_index];
        find_by_item(v);
        find_sets(v);
        ok = !v->rc && find_forward(v) && find_past(v);
    }
    if (!ok) {
        ur_naive_free(v);
        return e && e->code ? e->code : ur_nomem(e);
    }
    *out = v;
    return 0;
}

static void end_step(ur_naive *v)
{
    for (ur_id k = 0; v->memos && k < v->g->nnode; k++) {
        for (size_t i = 0; v->memos[k] && i < (v->by_item[k] ? v->items : 1); i++) {
            ur_free(v->memos[k][i].v);
            ur_free(v->memos[k][i].state);
        }
        ur_free(v->memos[k]);
    }
    for (size_t k = 0; v->shapes && k < (size_t)v->nset * v->items * 2; k++) ur_naive_shape_free(v->shapes[k]);
    for (int k = 0; v->base && k < v->g->nindex; k++) ur_free(v->base[k]);
    ur_free(v->memos);
    ur_free(v->shapes);
    ur_free(v->base);
    v->memos = NULL;
    v->shapes = NULL;
    v->base = NULL;
    v->items = 0;
    v->bytes = 0;
}

void ur_naive_free(ur_naive *v)
{
    if (!v) return;
    end_step(v);
    ur_free(v->root);
    ur_free(v->by_item);
    ur_free(v->forward);
    ur_free(v->set);
    ur_free(v->wide);
    ur_free(v->sets);
    ur_free(v->width);
    ur_free(v->keep);
    ur_free(v->past);
    ur_free(v->state);
    ur_free(v->weight);
    ur_free(v->stack);
    ur_free(v->at);
    ur_free(v);
}

static bool begin_step(ur_naive *v, ur_step *s)
{
    const ur_graph *g = v->g;
    end_step(v);
    v->s = s;
    v->items = s->batch->n;
    v->wroot = s->batch->window_index < 0 ? -1 : v->root[s->batch->window_index];
    v->memos = ur_naive_take(v, (size_t)g->nnode + 1, sizeof *v->memos);
    v->shapes = ur_naive_take(v, (size_t)v->nset * v->items * 2 + 1, sizeof *v->shapes);
    v->base = ur_naive_take(v, (size_t)g->nindex + 1, sizeof *v->base);
    if (v->rc) return false;
    for (int k = 0; k < g->nindex; k++) {
        int p = g->index[k].fixed ? -1 : g->index[k].parent;
        if (p < 0 || v->base[v->root[p]]) continue;
        p = v->root[p];
        size_t *b = v->base[p] = ur_naive_take(v, s->x->n + 1, sizeof *b);
        if (!b) return false;
        for (size_t x = 0; x < s->x->n; x++) b[x + 1] = b[x] + (size_t)(s->x->extent[p].len ? s->x->extent[p].len[x] : 0);
    }
    for (size_t k = 0; k < g->nweight; k++)
        v->weight[k] = v->single ? (double)((const float *)s->weight)[k] : ((const double *)s->weight)[k];
    return true;
}

static double total(ur_naive *v, ur_id id)
{
    double sum = 0;
    if (id < 0) return 0;
    work_all(v, id);
    for (size_t k = 0; k < (v->by_item[id] ? v->items : 1) && !v->rc; k++) {
        const memo *m = ur_naive_memo(v, id, k);
        for (size_t r = 0; m && r < m->rows * v->width[id]; r++) sum += m->v[r];
    }
    return v->by_item[id] ? sum : sum * (double)v->items;
}

/* element (tuple, component) of a parameter from its adjoint, whose fixed indices may stand in another order */
static void put_grad(ur_naive *v, int p)
{
    const ur_param *q = &v->g->param[p];
    ur_id d = v->g->dparam ? v->g->dparam[p] : -1;
    const double *x = NULL;
    if (d >= 0) {
        work_all(v, d);
        const memo *m = v->rc ? NULL : ur_naive_memo(v, d, 0);
        if (!m) return;
        x = m->v;
    }
    size_t cell = (size_t)q->rows * (size_t)q->cols;
    for (size_t k = 0; k < q->count; k++) {
        size_t t = k / cell, b = 0;
        for (int f = q->nfix - 1; f >= 0; f--) {
            size_t n = (size_t)v->g->index[q->fix[f]].size;
            v->at[q->fix[f]] = (int32_t)(t % n);
            t /= n;
        }
        for (int f = 0; d >= 0 && f < v->g->node[d].nfix; f++) {
            int i = v->g->node[d].fix[f];
            b = b * (size_t)v->g->index[i].size + (size_t)v->at[i];
        }
        double y = !x ? 0 : x[ur_naive_cell(&v->g->node[d]) == 1 ? b : b * cell + k % cell];
        if (v->single) ((float *)v->s->grad)[q->offset + k] = (float)y;
        else ((double *)v->s->grad)[q->offset + k] = y;
    }
}

static void answers(ur_naive *v)
{
    const ur_graph *g = v->g;
    ur_step *s = v->s;
    if (g->loss >= 0) {
        work_all(v, g->loss);
        const memo *m = v->rc ? NULL : ur_naive_memo(v, g->loss, 0);
        if (m) s->loss = m->v[0];
    }
    for (int k = 0; k < ur_naddend(g) && !v->rc; k++) {
        ur_addend one = ur_addend_of(g, k);
        double sum = s->like_sum ? total(v, one.value) : 0, count = s->like_count ? total(v, one.counts) : 0;
        if (s->like_sum) s->like_sum[k] = sum;
        if (s->like_count) s->like_count[k] = count;
    }
    for (int k = 0; k < v->nkeep && !v->rc; k++) work_all(v, v->keep[k]);
    if (v->rc || !isfinite(s->loss)) return;
    for (int p = 0; s->grad && p < g->nparam && !v->rc; p++) put_grad(v, p);
    if (v->wroot >= 0 && v->wroot == v->window && !v->rc) carry(v);
}

int ur_naive_step(ur_naive *v, ur_step *s, ur_err *e)
{
    v->err = e;
    v->rc = 0;
    s->loss = 0;
    s->bad_node = -1;
    s->bad_item = -1;
    s->bad_pos = 0;
    if (begin_step(v, s)) answers(v);
    if (v->rc) return v->rc;
    if (isfinite(s->loss)) {
        bool nowhere = s->bad_node >= 0 && v->g->node[s->bad_node].op == UR_GATHER; /* of what is kept */
        if (!nowhere) s->bad_node = s->bad_item = -1;
        return 0;
    }
    const ur_place *p = s->bad_node >= 0 ? &v->g->node[s->bad_node].place : NULL;
    return ur_fail(e, UNROLL_ERROR_NUMERIC, "%s:%d:%d: the loss is not finite: %s, position %d of example %d",
                   p && p->file ? p->file : "model", p ? p->line : 0, p ? p->col : 0, p && p->name ? p->name : "a quantity",
                   s->bad_pos, s->bad_item + 1);
}

int ur_naive_begin(ur_naive *v, ur_step *s, ur_err *e)
{
    v->err = e;
    v->rc = 0;
    begin_step(v, s);
    return v->rc;
}

int ur_naive_give(ur_naive *v, ur_id id, size_t item, const double *values)
{
    memo *m = v->rc ? NULL : ur_naive_memo(v, id, item);
    if (!m) return v->rc;
    memcpy(m->v, values, m->rows * v->width[id] * sizeof *values);
    memset(m->state, DONE, m->rows);
    return 0;
}

int ur_naive_compute(ur_naive *v, ur_id id)
{
    work_all(v, id);
    return v->rc;
}

size_t ur_naive_value(ur_naive *v, ur_id id, size_t item, double *out, size_t cap)
{
    if (id < 0 || id >= v->g->nnode || item >= v->items || !v->memos || !v->memos[id]) return 0;
    const memo *m = &v->memos[id][v->by_item[id] ? item : 0];
    if (!m->state) return 0;
    size_t n = m->rows * v->width[id];
    if (out) memcpy(out, m->v, (n < cap ? n : cap) * sizeof *out);
    return m->rows;
}

size_t ur_naive_bytes(const ur_naive *v) { return v->bytes; }

/* ---- the oracle as a backend */
static int new (void **self, const ur_graph *g, const ur_plan_options *o, ur_err *e)
{
    return ur_naive_new((ur_naive **)self, g, o, e);
}
static void free_all(void *self) { ur_naive_free(self); }
static int step(void *self, ur_step *s, ur_err *e) { return ur_naive_step(self, s, e); }
static size_t value(void *self, ur_id id, size_t item, double *out, size_t cap)
{
    return ur_naive_value(self, id, item, out, cap);
}
static size_t state_size(const void *self, size_t items) { return ur_naive_state_size(self, items); }
static void state_get(const void *self, size_t items, void *out) { ur_naive_state_get(self, items, out); }
static int state_set(void *self, size_t items, const void *in, ur_err *e) { return ur_naive_state_set(self, items, in, e); }
static double state_apart(const void *self, const void *a, const void *b)
{
    return ur_numbers_apart(ur_kernels_for(false), ((const ur_naive *)self)->state_width, a, b);
}

const ur_backend ur_backend_naive = {
    .name = "naive",
    .new = new,
    .free = free_all,
    .step = step,
    .value = value,
    .state_size = state_size,
    .state_get = state_get,
    .state_set = state_set,
    .state_apart = state_apart,
};
