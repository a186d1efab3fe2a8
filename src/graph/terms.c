/* terms.c: the columns of a mean that is linear in its trained parameters, as a sum of terms: an element of a parameter times
 * values of the graph that are free of them. Found once by going down from the mean, the way of forward differentiation; one run
 * of the model then gives the factors of all columns. Must not solve anything. What it follows: component-wise arithmetic,
 * products, sums over components and fixed indices, conditions, look-ups, stacking, slices and subscripts by fixed indices. Not:
 * what is linear through other positions (recurrences, sums over positions); exact.c runs the model once for each column then.
 * Invariant: the terms are the whole of what the mean has more than at parameters of zero, or `fine` is false. */
#include "graph/terms.h"
#include <string.h>

enum { MOST_LABELS = 32, MOST_TERMS = 2000, MOST_DEPTH = 400, MOST_FACTORS = 16, AXES = UR_MAX_FIXED + 2 };

/* Where along an axis of a node a number lies: at the value of a label (a loop, or at run time the symbol that a node gives) plus
 * off; label −1: at off */
typedef struct axis {
    int label, off;
} axis;
typedef enum kind { TIMES, OVER, WHERE_SO, WHERE_NOT } kind;
typedef struct factor {
    ur_id node;
    kind kind;
    axis at[AXES];
} factor; /* at: fixed indices in the node's order, then rows, columns */
typedef struct label {
    int size, lo, hi;
    ur_id symbol;
    int from;
} label; /* lo … hi − 1 are gone through; symbol: its value, less `from`, at run time, −1: a loop */

typedef struct path { /* from the mean to where the walk is */
    axis index[UR_MAX_FIXED * 4], row, col;
    int of[UR_MAX_FIXED * 4], nindex; /* which fixed index of the node here runs along which label */
    double times;
    int nfactor, nloop, nlabel, loop[MOST_LABELS];
    factor factor[MOST_FACTORS];
    label label[MOST_LABELS];
} path;

typedef struct walk {
    const ur_graph *g;
    const uint8_t *deg;
    ur_terms *out;
    size_t room, left;
    ur_err *e;
    int rc;
} walk;

static bool reach(walk *w, ur_id id, const path *p, int depth);

/* ---- paths */
static int loop_over(path *p, int size)
{
    if (p->nlabel >= MOST_LABELS) return -1;
    p->label[p->nlabel] = (label){ size, 0, size, -1, 0 };
    p->loop[p->nloop++] = p->nlabel;
    return p->nlabel++;
}

static axis index_at(const path *p, int fixed)
{
    for (int k = 0; k < p->nindex; k++)
        if (p->of[k] == fixed) return p->index[k];
    return (axis){ -1, 0 };
}

static bool set_index(path *p, int fixed, axis a)
{
    int k = 0;
    while (k < p->nindex && p->of[k] != fixed) k++;
    if (k == UR_MAX_FIXED * 4) return false;
    p->of[k] = fixed;
    p->index[k] = a;
    p->nindex += k == p->nindex;
    return true;
}

/* where the node's own numbers lie; rows and columns of one are the same for all */
static void axes_of(const ur_node *n, const path *p, axis row, axis col, axis *at)
{
    for (int f = 0; f < n->nfix; f++) at[f] = index_at(p, n->fix[f]);
    at[n->nfix] = n->rows > 1 ? row : (axis){ -1, 0 };
    at[n->nfix + 1] = n->cols > 1 ? col : (axis){ -1, 0 };
}

static bool multiply_at(walk *w, path *p, ur_id id, kind as, axis row, axis col)
{
    const ur_node *n = &w->g->node[ur_same_value(w->g, id)];
    if (n->op == UR_CONST && as <= OVER) {
        p->times = as == TIMES ? p->times * n->num : p->times / n->num;
        return true;
    }
    if (p->nfactor == MOST_FACTORS) return false;
    factor *f = &p->factor[p->nfactor++];
    f->node = id;
    f->kind = as;
    axes_of(&w->g->node[id], p, row, col, f->at);
    return true;
}

static bool multiply(walk *w, path *p, ur_id id, kind as) { return multiply_at(w, p, id, as, p->row, p->col); }

/* ---- ends */
static bool keep_node(ur_terms *t, ur_id id, int *which)
{
    for (*which = 0; *which < t->nnode; ++*which)
        if (t->node[*which] == id) return true;
    ur_id *more = ur_realloc(t->node, ((size_t)t->nnode + 1) * sizeof *more);
    if (!more) return false;
    t->node = more;
    t->node[t->nnode++] = id;
    return true;
}

static size_t stride_of(const ur_graph *g, const ur_node *n, int a)
{
    size_t s = 1;
    for (int k = n->nfix + 1; k > a; k--)
        s *= k == n->nfix + 1 ? (size_t)n->cols : k == n->nfix ? (size_t)n->rows : (size_t)g->index[n->fix[k]].size;
    return s;
}

/* where a number lies among those of a node, the labels being at `v` (that of the symbol at 0); *step: what one more of the
 * symbol adds */
static size_t place_at(const ur_graph *g, const ur_node *n, const axis *at, const int *v, int symbol, size_t *step)
{
    size_t off = 0;
    *step = 0;
    for (int a = 0; a < n->nfix + 2; a++) {
        size_t stride = stride_of(g, n, a);
        off += stride * (size_t)((at[a].label >= 0 ? v[at[a].label] : 0) + at[a].off);
        if (at[a].label >= 0 && at[a].label == symbol) *step += stride;
    }
    return off;
}

static bool selects(kind k) { return k == WHERE_SO || k == WHERE_NOT; }

static int add_term(walk *w, const ur_node *n, const path *p, const axis *at)
{
    const ur_graph *g = w->g;
    const ur_param *u = &g->param[n->i];
    ur_terms *t = w->out;
    ur_term *more = ur_realloc(t->term, ((size_t)t->nterm + 1) * sizeof *more), *q;
    if (!more) return ur_nomem(w->e);
    t->term = more;
    *(q = &t->term[t->nterm++]) = (ur_term){ .times = p->times, .symbol = -1, .nfactor = p->nfactor, .n = 1 };
    int v[MOST_LABELS] = { 0 }, order[MOST_FACTORS], m = 0, symbol = -1;
    for (int k = 0; k < p->nfactor; k++)
        if (selects(p->factor[k].kind)) order[m++] = k;
    for (int k = 0; k < p->nfactor; k++)
        if (!selects(p->factor[k].kind)) order[m++] = k;
    for (int k = 0; k < p->nlabel; k++) {
        if (p->label[k].symbol < 0) continue;
        symbol = k;
        q->symbols = (size_t)p->label[k].size;
        q->from = p->label[k].from;
        if (!keep_node(t, p->label[k].symbol, &q->symbol)) return ur_nomem(w->e);
    }
    for (int k = 0; k < p->nloop; k++) {
        const label *l = &p->label[p->loop[k]];
        v[p->loop[k]] = l->lo;
        q->n = l->hi > l->lo ? q->n * (size_t)(l->hi - l->lo) : 0;
    }
    q->factor = ur_zalloc(((size_t)m + 1) * sizeof *q->factor);
    q->weight = ur_alloc((q->n + 1) * sizeof *q->weight);
    q->comp = ur_alloc((q->n + 1) * sizeof *q->comp);
    if (!q->factor || !q->weight || !q->comp) return ur_nomem(w->e);
    for (int k = 0; k < m; k++) {
        q->factor[k].kind = (int)p->factor[order[k]].kind;
        if (!keep_node(t, p->factor[order[k]].node, &q->factor[k].node)) return ur_nomem(w->e);
        if (!(q->factor[k].off = ur_alloc((q->n + 1) * sizeof *q->factor[k].off))) return ur_nomem(w->e);
    }
    t->nentry += q->n;
    for (size_t i = 0; i < q->n; i++) {
        size_t comp = 0;
        for (int k = 0; k < t->nout; k++) comp = comp * (size_t)p->label[k].size + (size_t)v[k];
        q->comp[i] = (uint32_t)comp;
        q->weight[i] = (uint32_t)(u->offset + place_at(g, n, at, v, symbol, &q->step));
        for (int k = 0; k < m; k++) {
            const factor *f = &p->factor[order[k]];
            q->factor[k].off[i] = (uint32_t)place_at(g, &g->node[f->node], f->at, v, symbol, &q->factor[k].step);
        }
        for (int k = p->nloop; k-- > 0;) { /* the last loop fastest */
            int l = p->loop[k];
            if (++v[l] < p->label[l].hi) break;
            v[l] = p->label[l].lo;
        }
    }
    return 0;
}

static bool end(walk *w, const ur_node *n, const path *p)
{
    axis at[AXES];
    double all = 1;
    axes_of(n, p, p->row, p->col, at);
    for (int k = 0; k < p->nloop; k++) {
        const label *l = &p->label[p->loop[k]];
        all *= l->hi > l->lo ? l->hi - l->lo : 0;
    }
    if (w->out->nterm >= MOST_TERMS || (double)w->out->nentry + all > 1e7) return false;
    w->rc = add_term(w, n, p, at);
    return !w->rc;
}

/* ---- down through one operator */
static bool down(walk *w, ur_id id, const path *p, int depth) { return w->deg[id] == 0 || reach(w, id, p, depth); }

static bool times(walk *w, ur_id id, ur_id by, kind as, const path *p, int depth)
{
    path mine = *p;
    return multiply(w, &mine, by, as) && down(w, id, &mine, depth);
}

static bool less(walk *w, ur_id id, const path *p, int depth)
{
    path mine = *p;
    mine.times = -p->times;
    return down(w, id, &mine, depth);
}

static bool product(walk *w, const ur_node *n, const path *p, int depth)
{
    const ur_node *m = &w->g->node[n->arg[0]];
    path mine = *p;
    for (int k = 0; k < n->nred; k++) {
        int l = loop_over(&mine, w->g->index[n->red[k]].size);
        if (l < 0 || !set_index(&mine, n->red[k], (axis){ l, 0 })) return false;
    }
    int c = loop_over(&mine, n->trans ? m->rows : m->cols);
    if (c < 0 || n->narg > 2) return false;
    axis over = { c, 0 }, row = n->trans ? over : p->row, col = n->trans ? p->row : over;
    if (w->deg[n->arg[0]]) {
        if (!multiply_at(w, &mine, n->arg[1], TIMES, over, p->col)) return false;
        mine.row = row;
        mine.col = col;
        return down(w, n->arg[0], &mine, depth);
    }
    if (!multiply_at(w, &mine, n->arg[0], TIMES, row, col)) return false;
    mine.row = over;
    return down(w, n->arg[1], &mine, depth);
}

static bool sum(walk *w, const ur_node *n, const path *p, int depth)
{
    path mine = *p;
    if (n->red_example) return false;
    for (int k = 0; k < n->nred; k++) {
        if (!w->g->index[n->red[k]].fixed) return false;
        int l = loop_over(&mine, w->g->index[n->red[k]].size);
        if (l < 0 || !set_index(&mine, n->red[k], (axis){ l, 0 })) return false;
    }
    if (n->narg > 1 && n->arg[1] >= 0 && !multiply(w, &mine, n->arg[1], WHERE_SO)) return false;
    return down(w, n->arg[0], &mine, depth);
}

static bool components(walk *w, const ur_node *n, const path *p, int depth)
{
    const ur_node *a = &w->g->node[n->arg[0]];
    path mine = *p;
    int r = loop_over(&mine, a->rows);
    if (r < 0 || a->cols != 1) return false;
    mine.row = (axis){ r, 0 };
    return down(w, n->arg[0], &mine, depth);
}

static bool stack(walk *w, const ur_node *n, const path *p, int depth)
{
    if (p->row.label >= 0 && p->label[p->row.label].symbol >= 0) return false;
    for (int a = 0, from = 0; a < n->narg; a++) {
        int rows = w->g->node[n->arg[a]].rows, to = from + rows, at = p->row.off;
        path mine = *p;
        mine.row.off -= from;
        if (p->row.label >= 0) {
            label *l = &mine.label[p->row.label];
            if (l->lo < from - at) l->lo = from - at;
            if (l->hi > to - at) l->hi = to - at;
        }
        bool here = p->row.label >= 0 ? mine.label[p->row.label].lo < mine.label[p->row.label].hi : at >= from && at < to;
        if (here && !down(w, n->arg[a], &mine, depth)) return false;
        from = to;
    }
    return true;
}

/* what stands at one position of a fixed index after another */
static bool positions(walk *w, const ur_node *n, const path *p, int depth)
{
    axis a = index_at(p, n->i);
    for (int k = 0; k < n->narg; k++) {
        path mine = *p;
        int at = k - a.off;
        if (a.label < 0 && at != 0) continue;
        if (a.label >= 0) {
            label *l = &mine.label[a.label];
            if (l->symbol >= 0) return false;
            if (at < l->lo || at >= l->hi) continue;
            l->lo = at;
            l->hi = at + 1;
        }
        if (!down(w, n->arg[k], &mine, depth)) return false;
    }
    return true;
}

/* subscripts: along positions none but the same; of fixed indices others, sums and numbers */
static bool subscripts(walk *w, const ur_node *n, const path *p, int depth)
{
    const ur_node *q = &w->g->node[n->arg[0]];
    path mine = *p;
    mine.nindex = 0;
    for (int s = 0; s < q->nidx + q->nfix; s++) {
        const ur_sub *u = &n->sub[s];
        if (u->before >= 0 || u->after >= 0 || u->nfix) return false;
        if (s < q->nidx) {
            if (u->kind != UR_SUB_REL || u->index != q->idx[s] || u->off) return false;
            continue;
        }
        int fixed = q->fix[s - q->nidx], size = w->g->index[fixed].size;
        axis a = u->kind == UR_SUB_REL ? index_at(p, u->index)
                                       : (axis){ -1, u->kind == UR_SUB_FIRST ? u->off : size - 1 + u->off };
        if (u->kind == UR_SUB_REL) {
            if (!w->g->index[u->index].fixed || u->mul || u->div) return false;
            a.off += u->off;
        }
        int lo = (a.label >= 0 ? mine.label[a.label].lo : 0) + a.off,
            hi = (a.label >= 0 ? mine.label[a.label].hi - 1 : 0) + a.off;
        if (lo < 0 || hi >= size || !set_index(&mine, fixed, a)) return false;
    }
    return down(w, n->arg[0], &mine, depth);
}

static bool look_up(walk *w, const ur_node *n, const path *p, int depth)
{
    path mine = *p;
    for (int k = 0; k < p->nlabel; k++)
        if (p->label[k].symbol >= 0) return false;
    if (w->deg[n->arg[1]] || mine.nlabel >= MOST_LABELS || w->g->node[n->arg[1]].nfix) return false;
    int cols = w->g->node[n->arg[0]].cols;
    int first = w->g->node[n->arg[1]].sym == UR_SYM_CLOSED ? UR_SYM_FIRST : 0;
    mine.label[mine.nlabel] = (label){ cols, 0, cols, n->arg[1], first };
    mine.col = (axis){ mine.nlabel++, 0 };
    return down(w, n->arg[0], &mine, depth);
}

/* what a subscript names along a fixed index, as a symbol names a column */
static bool gather(walk *w, const ur_node *n, const path *p, int depth)
{
    path mine = *p;
    const ur_node *at = &w->g->node[n->arg[1]];
    for (int k = 0; k < p->nlabel; k++)
        if (p->label[k].symbol >= 0) return false;
    if (w->deg[n->arg[1]] || mine.nlabel >= MOST_LABELS || at->nfix || !w->g->index[n->i].fixed) return false;
    int size = w->g->index[n->i].size;
    mine.label[mine.nlabel] = (label){ size, 0, size, n->arg[1], 1 };
    return set_index(&mine, n->i, (axis){ mine.nlabel++, 0 }) && down(w, n->arg[0], &mine, depth);
}

static bool turn(walk *w, const ur_node *n, const path *p, int depth)
{
    path mine = *p;
    mine.row = p->col;
    mine.col = p->row;
    return down(w, n->arg[0], &mine, depth);
}

static bool slice(walk *w, const ur_node *n, const path *p, int depth)
{
    path mine = *p;
    mine.row.off += n->i;
    return !n->trans && down(w, n->arg[0], &mine, depth);
}

/* false: not by terms, or out of memory (rc) */
static bool reach(walk *w, ur_id id, const path *p, int depth)
{
    const ur_node *n = &w->g->node[id];
    const uint8_t *deg = w->deg;
    if (depth > MOST_DEPTH || !w->left) return false;
    w->left--;
    depth++;
    if (ur_op_is(n->op, UR_SAME)) return down(w, n->arg[0], p, depth);
    switch (n->op) {
    case UR_PARAM: return end(w, n, p);
    case UR_ADD: return down(w, n->arg[0], p, depth) && down(w, n->arg[1], p, depth);
    case UR_NEG: return less(w, n->arg[0], p, depth);
    case UR_SUB: return down(w, n->arg[0], p, depth) && less(w, n->arg[1], p, depth);
    case UR_MUL:
        return deg[n->arg[0]] ? times(w, n->arg[0], n->arg[1], TIMES, p, depth) : times(w, n->arg[1], n->arg[0], TIMES, p, depth);
    case UR_DIV: return times(w, n->arg[0], n->arg[1], OVER, p, depth);
    case UR_WHERE:
        return times(w, n->arg[1], n->arg[0], WHERE_SO, p, depth) && times(w, n->arg[2], n->arg[0], WHERE_NOT, p, depth);
    case UR_PROD: return product(w, n, p, depth);
    case UR_RSUM: return sum(w, n, p, depth);
    case UR_CSUM: return components(w, n, p, depth);
    case UR_CONCAT: return stack(w, n, p, depth);
    case UR_STACK: return positions(w, n, p, depth);
    case UR_SLICE: return slice(w, n, p, depth);
    case UR_TRANS: return turn(w, n, p, depth);
    case UR_READ: return subscripts(w, n, p, depth);
    case UR_LOOKUP: return look_up(w, n, p, depth);
    case UR_GATHER: return gather(w, n, p, depth);
    default: return false;
    }
}

/* the factors lie along the mean's own positions, or none */
static bool aligned(const ur_graph *g, const ur_node *mean, const ur_terms *t)
{
    for (int k = 0; k < t->nnode; k++) {
        const ur_node *n = &g->node[t->node[k]];
        if (n->nidx && (n->nidx != mean->nidx || memcmp(n->idx, mean->idx, (size_t)n->nidx * sizeof *n->idx))) return false;
    }
    return true;
}

int ur_terms_of(ur_terms *t, const ur_graph *g, ur_id mean, size_t width, const uint8_t *deg, ur_err *e)
{
    const ur_node *n = &g->node[mean];
    path *p = ur_zalloc(sizeof *p);
    *t = (ur_terms){ 0 };
    if (!p) return ur_nomem(e);
    walk w = { .g = g, .deg = deg, .out = t, .left = 20000, .e = e };
    bool fine = true;
    p->times = 1;
    if (ur_node_width(g, n) != width) loop_over(p, (int)width); /* one mean for all components */
    for (int f = 0; f < n->nfix; f++) fine = fine && set_index(p, n->fix[f], (axis){ loop_over(p, g->index[n->fix[f]].size), 0 });
    p->row = (axis){ loop_over(p, n->rows), 0 };
    p->col = (axis){ loop_over(p, n->cols), 0 };
    t->nout = p->nloop;
    t->fine = fine && down(&w, mean, p, 0) && aligned(g, n, t);
    ur_free(p);
    if (w.rc) ur_terms_free(t);
    return w.rc;
}

void ur_terms_free(ur_terms *t)
{
    for (int k = 0; k < t->nterm; k++) {
        for (int f = 0; t->term[k].factor && f < t->term[k].nfactor; f++) ur_free(t->term[k].factor[f].off);
        ur_free(t->term[k].factor);
        ur_free(t->term[k].weight);
        ur_free(t->term[k].comp);
    }
    ur_free(t->term);
    ur_free(t->node);
    *t = (ur_terms){ 0 };
}

double ur_terms_bytes(const ur_terms *t)
{
    double bytes = 0;
    for (int k = 0; k < t->nterm; k++) bytes += (double)t->term[k].n * (2 + (double)t->term[k].nfactor) * sizeof(uint32_t);
    return bytes;
}

bool ur_terms_alike(const ur_terms *t, size_t width, const int32_t *column)
{
    for (int k = 0; k < t->nterm; k++) {
        const ur_term *q = &t->term[k];
        size_t each = q->n / width, symbols = q->symbol < 0 ? 1 : q->symbols;
        if (q->n % width) return false;
        for (size_t i = 0; i < q->n; i++) { /* components are the slowest of the loops */
            size_t j = i % each;
            if (q->comp[i] != i / each) return false;
            for (size_t id = 0; id < symbols; id++)
                if (column[q->weight[i] + id * q->step] != column[q->weight[j] + id * q->step]) return false;
            for (int f = 0; f < q->nfactor; f++)
                if (q->factor[f].off[i] != q->factor[f].off[j]) return false;
        }
    }
    return true;
}

/* ---- values */
void ur_terms_row(const ur_terms *t, const ur_values *value, size_t pos, const int32_t *column, double *const *row)
{
    for (int k = 0; k < t->nterm; k++) {
        const ur_term *q = &t->term[k];
        const double *v[MOST_FACTORS];
        size_t id = 0;
        for (int f = 0; f < q->nfactor; f++) {
            const ur_values *a = &value[q->factor[f].node];
            v[f] = a->v + (a->npos == 1 ? 0 : pos) * a->width;
        }
        if (q->symbol >= 0) {
            const ur_values *a = &value[q->symbol];
            double s = a->v[a->npos == 1 ? 0 : pos] - q->from;
            if (!(s >= 0 && s < (double)q->symbols)) continue;
            id = (size_t)s;
        }
        for (int f = 0; f < q->nfactor; f++) v[f] += id * q->factor[f].step;
        for (size_t i = 0; i < q->n; i++) {
            double *to = row[q->comp[i]], x = q->times;
            if (!to) continue;
            for (int f = 0; f < q->nfactor; f++) {
                double y = v[f][q->factor[f].off[i]];
                int as = q->factor[f].kind;
                if (as == TIMES) x *= y;
                else if (as == OVER) x /= y;
                else if ((y != 0) != (as == WHERE_SO)) {
                    x = 0; /* whatever the other factors are there */
                    break;
                }
            }
            to[column[q->weight[i] + id * q->step]] += x;
        }
    }
}
