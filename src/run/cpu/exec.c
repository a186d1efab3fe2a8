/* Executes a schedule for one shard on one thread. An instruction runs over a range of rows of its domain (all of them for a map,
 * one step's in a scan), cut into segments in which every argument lies at a constant stride. Nothing is allocated here once a
 * shard is prepared. Must not know threads, batches or fitting. */
#include "run/cpu/shard.h"
#include "run/cpu/exec.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

double ur_exec_get(const shard *s, const char *p) { return s->p->k->esize == 4 ? *(const float *)p : *(const double *)p; }
void ur_exec_put(const shard *s, char *p, double v)
{
    if (s->p->k->esize == 4) *(float *)p = (float)v;
    else *(double *)p = v;
}

char *ur_exec_row(const shard *s, ur_id v, int row) /* address of a materialised node's row */
{
    const store *st = &s->p->store[v];
    const buf *b = &s->p->buf[st->buf];
    return s->bufp[st->buf] + ((size_t)row * (size_t)b->ld + (size_t)st->col) * b->esize;
}

size_t ur_exec_stride(const shard *s, ur_id v)
{
    const buf *b = &s->p->buf[s->p->store[v].buf];
    return (size_t)b->ld * b->esize;
}

static bool holds(const runs *m, int k, int row)
{
    return k >= 0 && k < m->nrun && m->run[k].row <= row && (k + 1 == m->nrun || m->run[k + 1].row > row);
}

/* the run that holds a row: mostly the one of the step before, or its neighbour */
const run *ur_exec_run(const runs *m, int row)
{
    runs *w = (runs *)m;
    for (int d = 0; d < 3; d++) {
        int k = m->at + (d == 2 ? -1 : d);
        if (holds(m, k, row)) return &m->run[w->at = k];
    }
    int lo = 0, hi = m->nrun - 1;
    while (lo < hi) {
        int mid = (lo + hi + 1) / 2;
        if (m->run[mid].row <= row) lo = mid;
        else hi = mid - 1;
    }
    return &m->run[w->at = lo];
}

/* where operand o lies for instruction rows row…: address, bytes from row to row; returns how many rows (at most end − row) that
 * holds for */
int ur_exec_locate(const shard *s, const operand *o, int row, int end, acc *a)
{
    const ur_schedule *p = s->p;
    const ur_node *n = &p->g.node[o->node];
    size_t es = ur_plan_esize(s->p, n);
    a->zero = false;
    a->bound = -1;
    if (o->kind == OP_IMM) {
        a->p = p->constant[o->node];
        a->st = 0;
        return end - row;
    }
    if (o->kind == OP_PARAM) {
        a->p = (char *)s->weight + (p->g.param[n->i].offset + (size_t)o->col) * es;
        a->st = 0;
        return end - row;
    }
    if (o->map == ONE_ROW) {
        a->p = ur_exec_row(s, o->node, 0) + (size_t)o->col * es;
        a->st = 0;
        return end - row;
    }
    if (o->map == SAME_ROW) {
        a->st = ur_exec_stride(s, o->node);
        a->p = ur_exec_row(s, o->node, row) + (size_t)o->col * es;
        return end - row;
    }
    const runs *m = &s->runs[o->map];
    const run *r = ur_exec_run(m, row);
    int skip = row - r->row, left = r->n - skip;
    size_t w = (size_t)o->width * es;
    if (r->from == FROM_NODE) {
        size_t st = ur_exec_stride(s, o->node);
        a->p = ur_exec_row(s, o->node, r->src + skip * r->step) + (size_t)o->col * es;
        a->st = st * (size_t)r->step;
    } else if (r->from == FROM_AUX) {
        a->p = s->aux[o->map] + (size_t)(r->src + skip * r->step) * w;
        a->st = w * (size_t)r->step;
    } else if (r->from >= FROM_BOUND) {
        const ur_sub *sub = &p->g.node[o->read].sub[(r->from - FROM_BOUND) / 2];
        ur_id b = (r->from - FROM_BOUND) % 2 ? sub->after : sub->before;
        const ur_node *bn = &p->g.node[b];
        a->bound = b;
        if (bn->op == UR_PARAM) {
            a->p = (char *)s->weight + p->g.param[bn->i].offset * es;
            a->st = 0;
        } else if (bn->op == UR_CONST) {
            a->p = p->constant[b];
            a->st = 0;
        } else {
            a->p = ur_exec_row(s, b, r->src + skip * r->step);
            a->st = ur_exec_stride(s, b) * (size_t)r->step;
        }
    } else {
        a->p = r->from == FROM_ZERO ? s->zero : r->from == FROM_START ? s->start : s->end;
        a->st = 0;
        a->zero = r->from == FROM_ZERO;
    }
    return left < end - row ? left : end - row;
}

/* ---- scans */
static bool in_segment(const shard *s, int d) { return s->to && s->p->dom[d].nchain && s->p->dom[d].chain[0] == s->re->index; }

bool ur_exec_adds(const shard *s, ur_id v) { return s->adding && !in_segment(s, s->p->node_dom[v]); }

void ur_exec_rows_now(const shard *s, int di, int *r0,
                      int *r1) /* rows of a domain in the current step (outside scans those of the segment, or all) */
{
    const dom *d = &s->p->dom[di];
    const rows *r = &s->rows[di];
    int q = d->nchain < s->depth ? d->nchain : s->depth, lo = 0, span = 1;
    if (!q && in_segment(s, di)) {
        ur_segment_rows(s, di, s->from, s->to, r0, r1);
        return;
    }
    if (!q) {
        *r0 = 0;
        *r1 = r->n;
        return;
    }
    for (int k = 0; k < q; k++) {
        if (s->pos[d->chain[k]] > r->nstep[k]) {
            *r0 = *r1 = 0;
            return;
        }
        lo = lo * r->nstep[k] + s->pos[d->chain[k]] - 1;
    }
    for (int k = q; k < d->nchain; k++) {
        lo *= r->nstep[k];
        span *= r->nstep[k];
    }
    *r0 = r->off[lo];
    *r1 = r->off[lo + span];
}

static int longest(const shard *s, const ins *i, int index, int depth)
{
    int n = 0;
    for (int k = 0; k < i->nbody; k++) {
        const ins *b = i->body[k];
        int m = b->kind == INS_SCAN                ? longest(s, b, index, depth)
                : depth < s->p->dom[b->dom].nchain ? s->rows[b->dom].nstep[depth]
                                                   : 0;
        if (m > n) n = m;
    }
    return n;
}

static void run_scan(shard *s, const ins *i)
{
    int n = longest(s, i, i->index, i->depth), from = 0;
    if (s->to && !i->depth && i->index == s->re->index) {
        from = s->from;
        if (s->to < n) n = s->to;
    }
    for (int k = from; k < n; k++) {
        s->pos[i->index] = i->dir > 0 ? k + 1 : n - (k - from);
        s->depth = i->depth + 1;
        s->opens[i->depth] = k == from;
        ur_exec_list(s, i->body, i->nbody);
    }
    s->depth = i->depth;
}

void ur_exec_list(shard *s, ins *const *list, int n)
{
    for (int k = 0; k < n; k++) {
        const ins *i = list[k];
        if (i->kind == INS_SCAN) {
            run_scan(s, i);
            continue;
        }
        int r0, r1;
        ur_exec_rows_now(s, i->dom, &r0, &r1);
        if (r0 == r1 && i->kind != INS_CONTRACT && i->kind != INS_NODE && i->kind != INS_SLOW)
            continue; /* these have results even of nothing */
        if (i->group) {
            ur_exec_group(s, i->group, r0, r1);
            k += i->group->n - 1;
            continue;
        }
        switch (i->kind) {
        case INS_EW: ur_exec_ew(s, i, r0, r1); break;
        case INS_PROD: ur_exec_product(s, i, r0, r1); break;
        case INS_SLOW: ur_exec_slow(s, i); break;
        case INS_CONTRACT: ur_exec_contract(s, i, r0, r1); break;
        default: ur_exec_node(s, i, r0, r1); break;
        }
    }
}

static void find_bad(shard *s)
{
    const ur_schedule *p = s->p;
    const ur_graph *g = &p->g;
    for (int l = 0; l < ur_naddend(g); l++) {
        ur_id v = ur_aliased(&p->g, ur_addend_of(g, l).value);
        if (s->p->store[v].buf < 0) continue;
        const ur_node *n = &s->p->g.node[v];
        int d = s->p->node_dom[v], best = -1, bestpos = 0, r0, r1;
        if (ur_segment_holds(s, v) != (s->to > 0)) continue;
        ur_exec_rows_now(s, d, &r0, &r1);
        for (int r = r0; r < r1; r++) {
            if (isfinite(ur_exec_get(s, ur_exec_row(s, v, r)))) continue;
            int c = s->rows[d].canon ? s->rows[d].canon[r] : r;
            const canon *cn = ur_canon_of(s, d);
            int pos = cn && n->nidx ? cn->pos[0][c] : 0;
            if (best < 0 || pos < bestpos) {
                best = cn ? cn->item[c] : 0;
                bestpos = pos;
            }
        }
        if (best >= 0) {
            s->bad_node = ur_addend_of(g, l).value;
            s->bad_item = (int)s->rank[best];
            s->bad_pos = bestpos;
            return;
        }
    }
}

static double sum_rows(const shard *s, ur_id v)
{
    const ur_schedule *p = s->p;
    size_t w = ur_node_width(&p->g, &p->g.node[v]);
    double t = 0;
    int r0, r1;
    if (p->store[v].buf < 0 || ur_segment_holds(s, v) != (s->to > 0)) return 0;
    ur_exec_rows_now(s, p->node_dom[v], &r0, &r1);
    for (int r = r0; r < r1; r++)
        for (size_t e = 0; e < w; e++) t += ur_exec_get(s, ur_exec_row(s, v, r) + e * p->k->esize);
    return t;
}

static void add_up(shard *s)
{
    const ur_schedule *p = s->p;
    const ur_graph *g = &p->g;
    bool bad = false;
    for (int l = 0; l < ur_naddend(g); l++) {
        ur_addend one = ur_addend_of(g, l);
        double sum = sum_rows(s, ur_aliased(&p->g, one.value));
        bad |= !isfinite(sum);
        s->like_sum[l] += sum;
        s->like_count[l] += sum_rows(s, ur_aliased(&p->g, one.counts));
        s->loss += sum;
    }
    ur_id loss = ur_aliased(&p->g, g->loss);
    if (!ur_naddend(g) && !s->to && p->store[loss].buf >= 0) s->loss = ur_exec_get(s, ur_exec_row(s, loss, 0));
    if (bad || !isfinite(s->loss)) find_bad(s);
}

void ur_exec_results(shard *s)
{
    add_up(s);
    ur_exec_save_state(s);
}

static void collect_grad(shard *s)
{
    const ur_schedule *p = s->p;
    const ur_graph *g = &p->g;
    size_t es = p->k->esize;
    for (int k = 0; s->grad && k < g->nparam; k++) {
        size_t n = g->param[k].count;
        char *to = s->grad + g->param[k].offset * es;
        ur_id v = g->dparam && g->dparam[k] >= 0 ? ur_aliased(&p->g, g->dparam[k]) : -1;
        const ur_node *d = v >= 0 ? &p->g.node[v] : NULL;
        if (d && p->store[v].buf >= 0) memcpy(to, ur_exec_row(s, v, 0), n * es);
        else if (d && d->op == UR_SLICE && p->store[d->arg[0]].buf >= 0)
            memcpy(to, ur_exec_row(s, d->arg[0], 0) + (size_t)d->i * (size_t)d->cols * es, n * es);
        else if (d && d->op == UR_CONST) p->k->fill(n, d->num, to);
        else if (d && d->op == UR_PARAM) memcpy(to, s->weight + p->g.param[d->i].offset * es, n * es);
        else memset(to, 0, n * es);
    }
}

void ur_shard_run_once(shard *s)
{
    s->depth = 0;
    s->flops = 0;
    ur_exec_list(s, s->p->once, s->p->nonce);
}

void ur_shard_run(shard *s)
{
    const ur_schedule *p = s->p;
    s->bad_node = -1;
    s->flops = 0;
    s->depth = 0;
    s->loss = 0;
    s->to = 0;
    s->adding = false;
    for (int l = 0; l < ur_naddend(&p->g); l++) s->like_sum[l] = s->like_count[l] = 0;
    if (!s->re)
        for (int k = 0; k < p->nload; k++)
            if (!s->kept || !p->stays[p->load[k]]) ur_exec_load(s, p->load[k]);
    ur_exec_aux(s);
    if (!s->kept) ur_exec_list(s, p->still, p->nstill);
    s->kept = p->o.stepwise;
    if (s->re) ur_segment_run(s);
    else ur_exec_list(s, p->ins, p->nins);
    ur_exec_results(s);
    collect_grad(s);
}
