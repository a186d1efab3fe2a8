/* What a plan takes from outside: data, masks, positions, random masks, earlier positions and carried state. */
#include "run/cpu/exec.h"
#include <math.h>
#include <string.h>

ptrdiff_t ur_shard_data_row(const shard *s, const ur_node *q, int item, const int *pos)
{
    const ur_graph *g = &s->p->g;
    const ur_examples *x = s->s->x;
    const ur_series *d = q->op == UR_COUNTS ? &x->goal[q->i] : &x->series[q->i];
    const ur_item *it = &s->item[item];
    int w = s->s->batch->window_index, at[UR_MAX_RAGGED], len[UR_MAX_RAGGED];
    size_t flat = 0;
    if (!d->start) return -1;
    for (int k = 0; k < q->nidx; k++) {
        int root = ur_index_resolve(&g->schema, q->idx[k]), parent = g->index[root].parent;
        at[k] = pos[k] - 1;
        if (it->to >= 0 && w >= 0 && root == ur_index_resolve(&g->schema, w)) at[k] += it->from;
        if (parent < 0) {
            len[k] = x->extent[root].len[it->example];
            if (at[k] < 0 || at[k] >= len[k]) return -1;
            flat = k == 0 ? (s->estart ? s->estart[it->example * (size_t)g->nindex + (size_t)root] : 0) + (size_t)at[k] : 0;
        } else { /* nested in the index before it */
            if (at[k] < 0 || at[k] >= x->extent[root].len[flat]) return -1;
            flat = x->extent[root].first[flat] + (size_t)at[k];
        }
    }
    if (q->nidx == 0) return (ptrdiff_t)d->start[it->example];
    if (g->index[ur_index_resolve(&g->schema, q->idx[q->nidx - 1])].parent >= 0) return (ptrdiff_t)flat;
    size_t r = 0;
    for (int k = 0; k < q->nidx; k++) r = r * (size_t)len[k] + (size_t)at[k];
    return (ptrdiff_t)(d->start[it->example] + r);
}

/* where the item's window begins along an index: positions of the example before it */
int ur_exec_window_from(const shard *s, int index, int item)
{
    int w = s->s->batch->window_index;
    return w >= 0 && s->item[item].to >= 0 && ur_index_resolve(&s->p->g.schema, index) == ur_index_resolve(&s->p->g.schema, w)
               ? s->item[item].from
               : 0;
}

/* ... and of all that the example was cut from */
int64_t ur_exec_before(const shard *s, int index, int item)
{
    return ur_exec_window_from(s, index, item) + s->s->x->extent[ur_index_resolve(&s->p->g.schema, index)].before;
}

int ur_shard_ahead(const shard *s, int index, int item)
{
    const ur_graph *g = &s->p->g;
    const ur_item *it = &s->item[item];
    int root = ur_index_resolve(&g->schema, index), w = s->s->batch->window_index;
    if (w < 0 || it->to < 0 || ur_index_resolve(&g->schema, w) != root || !s->s->x->extent[root].len) return 0;
    int end = s->s->x->extent[root].len[it->example];
    if (it->hide_from < end) end = it->hide_from;
    return end > it->to ? end - it->to : 0;
}

/* position `pos` (from 1, within the item's window) along an index, 0-based in the example */
static int window_pos_along(const shard *s, int index, int item, int pos)
{
    return pos - 1 + ur_exec_window_from(s, index, item);
}

/* the position (0-based in the example) of a datum's row along the window index; −1: it is not carried along it */
static int window_pos(const shard *s, const ur_node *n, int item, const int *pos)
{
    int w = s->s->batch->window_index;
    if (w < 0) return n->nidx ? pos[0] - 1 : -1; /* whole examples: along the datum's first index */
    for (int k = 0; k < n->nidx; k++)
        if (ur_index_resolve(&s->p->g.schema, n->idx[k]) == ur_index_resolve(&s->p->g.schema, w))
            return window_pos_along(s, n->idx[k], item, pos[k]);
    return -1;
}

static bool seen_whole(const ur_series *d, ptrdiff_t row) { return !d->seen || d->seen[row]; }

/* what the data say at a row, by component, or which components they say; hidden: nothing of it is known */
static void load_said(shard *s, const ur_node *q, ptrdiff_t row, size_t tuple, size_t w, bool hidden, char *out)
{
    const ur_series *d = &s->s->x->series[q->i];
    size_t width = q->sym || !d->sym ? ur_node_width(&s->p->g, q) : 1;
    for (size_t e = 0; e < w; e++) {
        size_t c = d->sym ? 0 : tuple * w + e;
        bool there = row >= 0 && !hidden && ur_series_said(d, (size_t)row, c);
        if (there && q->j == UR_DATA_THERE) there = ur_series_counts(d, (size_t)row, c);
        size_t at = (size_t)row * width + tuple * w + e;
        if (q->j != UR_DATA_SAID) ur_exec_put(s, out + e * s->p->k->esize, there);
        else if (q->sym) ((int32_t *)out)[e] = there ? d->sym[at] : UR_SYM_UNKNOWN;
        else ur_exec_put(s, out + e * s->p->k->esize, there ? ur_series_get(d, at) : 0);
    }
}

/* one position of a datum (one fixed tuple of it): `w` numbers, or ids */
static void load_value(shard *s, const ur_node *q, int item, const int *pos, ptrdiff_t row, size_t tuple, size_t w, char *out)
{
    if (ur_is_said(q)) {
        bool hides = q->j != UR_DATA_THERE && s->p->g.data[q->i].drawn;
        load_said(s, q, row, tuple, w, hides && window_pos(s, q, item, pos) >= s->item[item].hide_from, out);
        return;
    }
    const ur_series *d = &s->s->x->series[q->i];
    size_t at = (size_t)row * ur_node_width(&s->p->g, q) + tuple * w;
    bool there = row >= 0 && ur_series_some(d, (size_t)row); /* what is missing of a row is 0 there */
    if (q->sym) {
        for (size_t e = 0; e < w; e++) ((int32_t *)out)[e] = there ? d->sym[at + e] : UR_SYM_UNKNOWN;
        return;
    }
    if (!there) {
        memset(out, 0, w * s->p->k->esize);
        return;
    }
    if (d->single && s->p->o.limits.single) {
        memcpy(out, d->single + at, w * sizeof(float));
        return;
    }
    if (d->num && !q->j) {
        s->p->k->from_double(w, d->num + at, out);
        return;
    }
    for (size_t e = 0; e < w; e++) {
        double v = q->j ? ur_time_part(ur_series_wall(d, at + e), q->j) : ur_series_get(d, at + e);
        ur_exec_put(s, out + e * s->p->k->esize, v);
    }
}

static void load_flag(shard *s, const ur_node *n, int item, const int *pos, char *out)
{
    const ur_series *d = &s->s->x->series[n->i];
    ptrdiff_t row = ur_shard_data_row(s, n, item, pos);
    bool yes = row >= 0 && (n->op == UR_MASK ? ur_series_scored(d, (size_t)row) : seen_whole(d, row));
    int at = window_pos(s, n, item, pos);
    if (at >= 0 && n->op == UR_MASK && at < s->item[item].score_from) yes = false;
    if (at >= 0 && n->op == UR_GIVEN && at >= s->item[item].hide_from) yes = false;
    double v = !yes ? 0 : n->op == UR_MASK ? ur_series_weight(d, (size_t)row) : 1;
    s->p->k->fill(ur_node_width(&s->p->g, n), v, out);
}

/* does a position of a loss of the text count, or, without an index, how much of the example is looked at? */
static void load_counts(shard *s, const ur_node *n, int item, const int *pos, char *out)
{
    const ur_examples *x = s->s->x;
    int at = window_pos(s, n, item, pos);
    double counts = at < 0 ? ur_item_share(&s->p->g.schema, x, s->s->batch, &s->item[item]) : at >= s->item[item].score_from;
    if (counts && x->goal && x->goal[n->i].skip && x->goal[n->i].skip[ur_shard_data_row(s, n, item, pos)]) counts = 0;
    ur_exec_put(s, out, counts);
}

/* `count` rows of a datum from row `from` on, `step` apart, one after the other; rows < 0 or ≥ end: zeros */
static void load_rows(shard *s, const ur_series *d, ptrdiff_t start, ptrdiff_t from, ptrdiff_t step, ptrdiff_t end, int count,
                      size_t w, char *out)
{
    size_t es = s->p->k->esize;
    ptrdiff_t last = from + step * (count - 1);
    bool inside = from >= 0 && last >= 0 && from < end && last < end && !d->seen && w == 1;
    if (inside && es == sizeof(double) && d->num) {
        const double *x = d->num + start + from;
        for (int t = 0; t < count; t++) ((double *)out)[t] = x[t * step];
    } else if (inside && es == sizeof(float) && d->single) {
        const float *x = d->single + start + from;
        for (int t = 0; t < count; t++) ((float *)out)[t] = x[t * step];
    } else
        for (int t = 0; t < count; t++) {
            ptrdiff_t r = from + step * t;
            char *to = out + (size_t)t * w * es;
            if (r < 0 || r >= end || !ur_series_some(d, (size_t)(start + r))) memset(to, 0, w * es);
            else if (es == sizeof(float) && d->single) memcpy(to, d->single + (size_t)(start + r) * w, w * es);
            else if (d->num) s->p->k->from_double(w, d->num + (size_t)(start + r) * w, to);
            else
                for (size_t e = 0; e < w; e++) ur_exec_put(s, to + e * es, ur_series_get(d, (size_t)(start + r) * w + e));
        }
}

/* the reader's position along the ragged index that a subscript follows */
static int followed(const ur_node *n, const ur_sub *sub, const int *pos)
{
    for (int m = 0; m < n->nidx; m++)
        if (n->idx[m] == sub->index) return pos[m];
    return 0;
}

/* A READ of numbers along one index whose subscript moves by fixed indices, as y[t-j]: its tuples are rows at one distance (an
 * autoregression of 336 lags took 60 times as long element by element). false: another kind of READ */
static bool load_lags(shard *s, const ur_node *n, int item, const int *pos, char *out)
{
    const ur_graph *g = &s->p->g;
    const ur_node *q = &g->node[n->arg[0]];
    const ur_series *d = &s->s->x->series[q->i];
    const ur_sub *sub = n->sub;
    if (q->nidx != 1 || q->nfix || q->sym || q->j || !d->start || sub->kind != UR_SUB_REL || !n->nfix) return false;
    int root = ur_index_resolve(&g->schema, q->idx[0]), w = s->s->batch->window_index, example = (int)s->item[item].example;
    if (g->index[root].parent >= 0) return false;
    int tuple[UR_MAX_FIXED], begin = followed(n, sub, pos);
    for (int m = 0; m < n->nfix; m++) tuple[m] = 1;
    ptrdiff_t shift = s->item[item].to >= 0 && w >= 0 && root == ur_index_resolve(&g->schema, w) ? s->item[item].from : 0,
              first = ur_subscript_at(g, n, 0, begin, tuple, 0), at = first - 1 + shift;
    ptrdiff_t len = s->s->x->extent[root].len[example], step[UR_MAX_FIXED],
              window = shift + ur_domain_len(s, q->idx[0], item, NULL, 0) + ur_shard_ahead(s, q->idx[0], item);
    for (int m = 0; m < n->nfix; m++) {
        tuple[m] = 2;
        step[m] = ur_subscript_at(g, n, 0, begin, tuple, 0) - first;
        tuple[m] = 1;
    }
    int inner = g->index[n->fix[n->nfix - 1]].size, nt = ur_node_tuples(g, n), tick[UR_MAX_FIXED] = { 0 };
    size_t width = (size_t)n->rows * (size_t)n->cols;
    for (int t = 0; t < nt; t += inner) {
        load_rows(s, d, (ptrdiff_t)d->start[example], at, step[n->nfix - 1], window < len ? window : len, inner, width,
                  out + (size_t)t * width * s->p->k->esize);
        for (int m = n->nfix - 2; m >= 0; m--) {
            at += step[m];
            if (++tick[m] < g->index[n->fix[m]].size) break;
            at -= step[m] * tick[m];
            tick[m] = 0;
        }
    }
    return true;
}

static void load_read(shard *s, const ur_node *n, int item, const int *pos, char *out)
{
    if (load_lags(s, n, item, pos, out)) return;
    const ur_graph *g = &s->p->g;
    const ur_node *q = &g->node[n->arg[0]];
    size_t es = ur_plan_esize(s->p, n), w = n->sym ? 1 : (size_t)n->rows * (size_t)n->cols;
    int nt = ur_node_tuples(g, n), at[UR_MAX_FIXED];
    for (int t = 0; t < nt; t++) {
        for (int k = n->nfix - 1, e = t; k >= 0; k--) {
            at[k] = e % g->index[n->fix[k]].size + 1;
            e /= g->index[n->fix[k]].size;
        }
        int qpos[UR_MAX_RAGGED], tuple = 0, len = 0;
        bool inside = true, before = false;
        for (int k = 0; k < q->nidx + q->nfix; k++) {
            const ur_sub *sub = &n->sub[k];
            int own = k < q->nidx ? q->idx[k] : q->fix[k - q->nidx];
            if (k < q->nidx) len = ur_domain_len_at(s, item, (int[]){ q->idx[0], q->idx[1], q->idx[2], q->idx[3] }, k, qpos);
            else len = g->index[own].size;
            int p = ur_subscript_at(g, n, k, followed(n, sub, pos), at, len);
            if (k < q->nidx) qpos[k] = p;
            else tuple = tuple * len + p - 1;
            if (k < q->nidx && len >= 0 && q->op == UR_DATA) len += ur_shard_ahead(s, q->idx[k], item);
            if (!before) before = p < 1; /* the first subscript out of range decides; before a window there may be data */
            if ((p > len && len >= 0) || (k >= q->nidx && p < 1) || (sub->kind == UR_SUB_END && len < 0)) {
                inside = false;
                break;
            }
        }
        ptrdiff_t row = inside ? ur_shard_data_row(s, q, item, qpos) : -1;
        char *to = out + (size_t)t * w * es;
        if (row >= 0) load_value(s, q, item, qpos, row, (size_t)tuple, w, to);
        else if (n->sym) *(int32_t *)to = before ? UR_SYM_START : UR_SYM_END;
        else memset(to, 0, w * es);
    }
}

static void load_random(shard *s, const ur_node *n, int d, int row, char *out)
{
    int item;
    uint32_t at = ur_exec_row_in_item(s, d, row, &item), r[256];
    size_t w = ur_node_width(&s->p->g, n);
    uint32_t least = (uint32_t)fmax(0, ceil(n->num * 0x1p32 - 0.5)); /* u >= p, of the word that u is made of */
    for (size_t from = 0; from < w; from += 256) {
        size_t m = w - from < 256 ? w - from : 256;
        ur_random_words(s->s->seed, s->s->step, n->example ? s->item[item].example : 0, UR_SITE_DROPOUT + (uint32_t)n->i,
                        at * (uint32_t)w + (uint32_t)from, m, r);
        s->p->k->keep(m, r, least, 1 / (1 - n->num), out + from * s->p->k->esize);
    }
}

void ur_exec_load(shard *s, ur_id v)
{
    const ur_schedule *p = s->p;
    const ur_graph *g = &p->g;
    const ur_node *n = &g->node[v];
    int d = p->node_dom[v];
    const canon *c = ur_canon_of(s, d);
    int r0, r1;
    ur_exec_rows_now(s, d, &r0, &r1);
    for (int r = r0; r < r1; r++) {
        int cr = s->rows[d].canon ? s->rows[d].canon[r] : r, pos[UR_MAX_RAGGED] = { 0 }, item = c ? c->item[cr] : 0;
        for (int k = 0; k < n->nidx; k++) pos[k] = c->pos[k][cr];
        char *out = ur_exec_row(s, v, r);
        switch (n->op) {
        case UR_READ: load_read(s, n, item, pos, out); break;
        case UR_DATA: {
            size_t w = ur_node_width(g, n);
            load_value(s, n, item, pos, ur_shard_data_row(s, n, item, pos), 0, w, out);
            break;
        }
        case UR_MASK:
        case UR_GIVEN: load_flag(s, n, item, pos, out); break;
        case UR_COUNTS: load_counts(s, n, item, pos, out); break;
        case UR_RUN: ur_exec_put(s, out, ur_run_says(s->s, n->i)); break;
        case UR_FRESH: ur_exec_put(s, out, s->s->batch->fresh); break;
        case UR_RAND: load_random(s, n, d, r, out); break;
        case UR_LEN:
            ur_exec_put(s, out, (double)(ur_domain_len(s, n->i, item, c, cr) + (n->j ? 0 : ur_exec_before(s, n->i, item))));
            break;
        case UR_POS:
            if (g->index[n->i].fixed)
                for (int e = 0; e < g->index[n->i].size; e++) ur_exec_put(s, out + (size_t)e * p->k->esize, e + 1);
            else
                for (int k = 0; k < n->nidx; k++)
                    if (n->idx[k] == n->i) ur_exec_put(s, out, (double)(pos[k] + (n->j ? 0 : ur_exec_before(s, n->i, item))));
            break;
        default: break;
        }
    }
}

const carried *ur_shard_carried(const shard *s, ur_id v, int back)
{
    for (int k = 0; k < s->p->nstate && !s->s->batch->fresh; k++)
        if (s->p->state[k].node == v) return back < s->p->state[k].depth ? &s->p->state[k] : NULL;
    return NULL;
}

/* is all of the row given? */
static bool given(shard *s, const ur_node *fill, int item, const int *pos)
{
    char yes[sizeof(double)];
    const ur_node *n = &s->p->g.node[fill->arg[1]], *d = &s->p->g.node[fill->arg[0]];
    if (n->op == UR_CONST) return n->num != 0;
    if (n->op == UR_GIVEN) {
        load_flag(s, n, item, pos, yes);
        return ur_exec_get(s, yes) != 0;
    }
    ptrdiff_t row = ur_shard_data_row(s, d, item, pos);
    return row >= 0 && seen_whole(&s->s->x->series[d->i], row) && window_pos(s, d, item, pos) < s->item[item].hide_from;
}

/* node `src` before the window's start: earlier data, or what the chunk before computed (a datum that was not given then: what
 * stood for it) */
static void load_before(shard *s, ur_id src, int item, const int *pos, char *out)
{
    const ur_graph *g = &s->p->g;
    const ur_node *q = &g->node[src];
    const carried *c = q->nidx == 1 && q->op != UR_DATA ? ur_shard_carried(s, src, -pos[0]) : NULL;
    if (q->op == UR_DATA || (q->op == UR_FILL && (!c || given(s, q, item, pos)))) {
        const ur_node *d = q->op == UR_DATA ? q : &g->node[q->arg[0]];
        load_value(s, d, item, pos, ur_shard_data_row(s, d, item, pos), 0, ur_node_width(g, d), out);
    } else if (c)
        memcpy(out, s->state + (size_t)s->rank[item] * s->p->state_item + c->offset + (size_t)-pos[0] * c->width, c->width);
}

void ur_exec_aux(shard *s)
{
    const ur_schedule *p = s->p;
    const ur_graph *g = &p->g;
    for (int m = 0; m < p->nmap; m++) {
        const map *mp = &p->map[m];
        const runs *rs = &s->runs[m];
        if (!rs->naux) continue;
        ur_id src = g->node[mp->read].arg[0];
        size_t w = ur_node_width(g, &g->node[src]) * ur_plan_esize(s->p, &g->node[src]);
        for (int a = 0; a < rs->naux; a++) load_before(s, src, rs->aux_item[a], rs->aux_pos[a], s->aux[m] + (size_t)a * w);
    }
}

static const char *boundary(const shard *s, ur_id v, ur_id b, int item)
{
    const ur_node *n = b >= 0 ? &s->p->g.node[b] : NULL;
    if (!n) return s->p->g.node[v].sym ? s->start : s->zero;
    if (n->op == UR_PARAM) return s->weight + s->p->g.param[n->i].offset * s->p->k->esize;
    if (n->op == UR_CONST) return s->p->constant[b];
    const dom *d = &s->p->dom[s->p->node_dom[b]];
    return ur_exec_row(s, b, d->example && !d->nidx ? s->p->o.stepwise ? s->group[item] : item : 0);
}

/* the boundary may lack some of the quantity's fixed indices */
static void save_boundary(const shard *s, const carried *c, int item, char *to)
{
    const ur_graph *g = &s->p->g;
    const ur_node *n = &g->node[c->node], *b = c->before >= 0 ? &g->node[c->before] : n;
    const char *from = boundary(s, c->node, c->before, item);
    size_t cell = (size_t)n->rows * (size_t)n->cols * s->p->k->esize;
    if (n->sym || n->nfix == b->nfix || b->op == UR_CONST) {
        memcpy(to, from, c->width);
        return;
    }
    for (size_t t = 0; t * cell < c->width; t++)
        memcpy(to + t * cell, from + (size_t)ur_tuple_within(g, (int)t, n->nfix, n->fix, b->nfix, b->fix) * cell, cell);
}

/* what the next chunk will find of carried quantity c at `pos` positions from the window's start (1: its first) */
static void save_position(shard *s, const carried *c, int item, int pos, char *to, const char *old)
{
    const ur_schedule *p = s->p;
    const ur_node *n = &p->g.node[c->node];
    int d = p->node_dom[c->node], row;
    ptrdiff_t at;
    if (ur_canon_lookup(s, p->dom[d].set, item, &pos, &row))
        memcpy(to, ur_exec_row(s, c->node, s->rows[d].perm ? s->rows[d].perm[row] : row), c->width);
    else if (!s->s->batch->fresh) memcpy(to, old, c->width);
    else if (n->op == UR_FILL && (at = ur_shard_data_row(s, &p->g.node[n->arg[0]], item, &pos)) >= 0)
        load_value(s, &p->g.node[n->arg[0]], item, &pos, at, 0, ur_node_width(&p->g, n), to);
    else save_boundary(s, c, item, to);
}

/* is position `pos` of v among the rows that are there now? Before the window: with its first positions */
static bool here(const shard *s, ur_id v, int pos)
{
    if (ur_segment_holds(s, v) != (s->to > 0)) return false;
    return !s->to || (pos <= s->to && (pos > s->from || !s->from));
}

/* the last `depth` positions of every carried quantity, latest first */
void ur_exec_save_state(shard *s)
{
    const ur_schedule *p = s->p;
    if (!s->state_out) return;
    int each = ur_plan_set(p, 0, &(int){ 0 });
    for (int k = 0; k < p->nstate; k++) {
        const carried *c = &p->state[k];
        for (int item = 0; item < s->nitem; item++) {
            size_t at = (size_t)s->rank[item] * p->state_item + c->offset;
            int len = ur_domain_len(s, p->g.node[c->node].idx[0], item, &s->canon[each], item);
            for (int j = 0; j < c->depth; j++) /* position len − j; before the window: old[j − len] */
                if (here(s, c->node, len - j))
                    save_position(s, c, item, len - j, s->state_out + at + (size_t)j * c->width,
                                  j < len ? NULL : s->state + at + (size_t)(j - len) * c->width);
        }
    }
}
