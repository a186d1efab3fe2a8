/* Domains and maps for the lengths of one shard: which rows there are, in what order, and which row reads which.
 * Knows index sets and lengths, no operators. Invariant: rows of one step of a scan are contiguous, longest sequences first. */
#include "run/cpu/shard.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static bool room(void *arr, int *cap, int n, size_t esize)
{
    void **a = arr;
    if (n <= *cap) return true;
    size_t want = (size_t)n + (size_t)n / 2 + 16;
    if (want > INT_MAX) want = INT_MAX;
    void *q = ur_realloc(*a, want * esize);
    if (!q) return false;
    *a = q;
    *cap = (int)want;
    return true;
}

/* length of `index` in an item, where the indices idx (its parents among them) stand at pos */
int ur_domain_len_among(const shard *s, int index, int item, int nidx, const int *idx, const int *pos)
{
    const ur_graph *g = &s->p->g;
    int root = ur_index_resolve(&g->schema, index);
    const ur_item *it = &s->item[item];
    const ur_extent *x = &s->s->x->extent[root];
    int w = s->s->batch->window_index;
    if (g->index[root].parent < 0) {
        if (it->to >= 0 && w >= 0 && ur_index_resolve(&g->schema, w) == root) return it->to - it->from;
        return x->len ? x->len[it->example] : 0;
    }
    /* nested: x->len lies by the parent's positions, canonical, all examples */
    int parent = ur_index_resolve(&g->schema, g->index[root].parent), at = -1;
    for (int k = 0; k < nidx; k++)
        if (ur_index_resolve(&g->schema, idx[k]) == parent) at = pos[k];
    if (at < 0 || !x->len) return 0;
    const ur_extent *px = &s->s->x->extent[parent];
    size_t flat;
    if (g->index[parent].parent < 0) {
        flat = s->estart[it->example * (size_t)g->nindex + (size_t)parent] + (size_t)(at - 1);
        if (it->to >= 0 && w >= 0 && ur_index_resolve(&g->schema, w) == parent) flat += (size_t)it->from;
    } else {
        int gp = ur_index_resolve(&g->schema, g->index[parent].parent), gat = 1;
        for (int k = 0; k < nidx; k++)
            if (ur_index_resolve(&g->schema, idx[k]) == gp) gat = pos[k];
        flat = s->estart[it->example * (size_t)g->nindex + (size_t)gp] + (size_t)(gat - 1);
        if (it->to >= 0 && w >= 0 && ur_index_resolve(&g->schema, w) == gp) flat += (size_t)it->from;
        flat = px->first[flat] + (size_t)(at - 1);
    }
    return x->len[flat];
}

/* length of `index` for row `row` of the canonical set c (which holds the index's parent, if any) */
int ur_domain_len(const shard *s, int index, int item, const canon *c, int row)
{
    int pos[UR_MAX_RAGGED];
    if (!c || s->p->g.index[ur_index_resolve(&s->p->g.schema, index)].parent < 0)
        return ur_domain_len_among(s, index, item, 0, NULL, NULL);
    for (int k = 0; k < c->nidx; k++) pos[k] = c->pos[k][row];
    return ur_domain_len_among(s, index, item, c->nidx, c->idx, pos);
}

/* length of idx[k] at positions pos[0…k) of the indices before it; −1: they lie nowhere, and it depends on them */
int ur_domain_len_at(const shard *s, int item, const int *idx, int k, const int *pos)
{
    const ur_graph *g = &s->p->g;
    if (g->index[ur_index_resolve(&g->schema, idx[k])].parent < 0) return ur_domain_len(s, idx[k], item, NULL, 0);
    int up = ur_plan_set(s->p, k, idx), row;
    return up >= 0 && ur_canon_lookup(s, up, item, pos, &row) ? ur_domain_len(s, idx[k], item, &s->canon[up], row) : -1;
}

static bool build_canon(shard *s, int ci)
{
    const ur_schedule *p = s->p;
    canon *c = &s->canon[ci];
    const index_set *proto = &p->set[ci];
    c->nidx = proto->nidx;
    c->up = proto->up;
    c->lead = proto->lead;
    memcpy(c->idx, proto->idx, sizeof c->idx);
    if (!c->nidx) {
        int cap = c->cap;
        if (!room(&c->item, &cap, s->nitem, sizeof *c->item)) return false;
        c->cap = cap;
        c->n = c->lead ? s->nlead : s->nitem;
        for (int k = 0; k < c->n; k++) c->item[k] = c->lead ? s->lead[k] : k;
        return true;
    }
    const canon *u = &s->canon[c->up];
    int last = c->idx[c->nidx - 1], total = 0;
    ur_free(c->first);
    c->first = ur_alloc(sizeof *c->first * (size_t)(u->n + 1));
    if (!c->first) return false;
    for (int r = 0; r < u->n; r++) {
        c->first[r] = total;
        total += ur_domain_len(s, last, u->item[r], u, r);
    }
    c->first[u->n] = total;
    if (total > c->cap) {
        int cap = total < 1 << 24 ? total + total / 4 : total;
        for (int k = 0; k < c->nidx; k++) {
            ur_free(c->pos[k]);
            if (!(c->pos[k] = ur_alloc(sizeof(int) * (size_t)cap))) return false;
        }
        ur_free(c->item);
        if (!(c->item = ur_alloc(sizeof(int) * (size_t)cap))) return false;
        c->cap = cap;
    }
    c->n = total;
    for (int r = 0; r < u->n; r++)
        for (int q = c->first[r], at = 1; q < c->first[r + 1]; q++, at++) {
            c->item[q] = u->item[r];
            for (int k = 0; k + 1 < c->nidx; k++) c->pos[k][q] = u->pos[k][r];
            c->pos[c->nidx - 1][q] = at;
        }
    return true;
}

const canon *ur_canon_of(const shard *s, int d) { return s->p->dom[d].set >= 0 ? &s->canon[s->p->dom[d].set] : NULL; }

/* row of canonical set c at (item, pos by c's indices); false: there is none */
bool ur_canon_lookup(const shard *s, int ci, int item, const int *pos, int *row)
{
    const canon *c = &s->canon[ci];
    if (!c->nidx) {
        *row = c->lead ? s->group[item] : item;
        return true;
    }
    int up;
    if (!ur_canon_lookup(s, c->up, item, pos, &up)) return false;
    int at = pos[c->nidx - 1];
    if (at < 1 || at > c->first[up + 1] - c->first[up]) return false;
    *row = c->first[up] + at - 1;
    return true;
}

/* stable counting sort of ord[0…n) by key */
static bool sort_by(int n, int *ord, int *tmp, const int *key, int max)
{
    int *count = ur_zalloc(sizeof *count * (size_t)(max + 2));
    if (!count) return false;
    for (int k = 0; k < n; k++) count[key[ord[k]] + 1]++;
    for (int k = 0; k <= max; k++) count[k + 1] += count[k];
    for (int k = 0; k < n; k++) tmp[count[key[ord[k]]]++] = ord[k];
    memcpy(ord, tmp, sizeof *ord * (size_t)n);
    ur_free(count);
    return true;
}

static bool build_rows(shard *s, int di)
{
    const ur_schedule *p = s->p;
    const dom *d = &p->dom[di];
    rows *r = &s->rows[di];
    ur_free(r->off);
    ur_free(r->perm);
    ur_free(r->canon);
    memset(r, 0, sizeof *r);
    if (!d->example && !d->nidx) {
        r->n = 1;
        return true;
    }
    canon *c = &s->canon[d->set];
    r->n = c->n;
    if (!d->nchain) return true;
    int *ord = ur_alloc(sizeof(int) * (size_t)(c->n + 1)), *tmp = ur_alloc(sizeof(int) * (size_t)(c->n + 1)),
        *len = ur_alloc(sizeof(int) * (size_t)(c->n + 1));
    bool ok = ord && tmp && len;
    int at0 = 0, steps = 1;
    for (int q = 0; ok && q < d->nchain; q++) {
        int at = 0;
        while (d->idx[at] != d->chain[q]) at++;
        if (!q) at0 = at;
        for (int k = 0; k < c->n; k++)
            if (c->pos[at][k] > r->nstep[q]) r->nstep[q] = c->pos[at][k];
        steps *= r->nstep[q] ? r->nstep[q] : 1;
    }
    if (ok) { /* falling length of the lane along the outermost scan, then steps */
        int max = r->nstep[0];
        for (int k = 0; k < c->n; k++) {
            /* the lane of k: all rows that differ in the scanned position only; its length is that of the index there */
            const canon *u = at0 == 0 ? &s->canon[ur_plan_set(p, 0, d->idx)] : &s->canon[c->up];
            int ur = at0 == 0 ? c->item[k] : 0;
            if (at0 == c->nidx - 1 && at0 > 0)
                ur_canon_lookup(s, c->up, c->item[k],
                                (int[]){ c->pos[0][k], c->nidx > 2 ? c->pos[1][k] : 0, c->nidx > 3 ? c->pos[2][k] : 0, 0 }, &ur);
            int n = at0 == 0 || at0 == c->nidx - 1 ? ur_domain_len(s, d->idx[at0], c->item[k], u, ur) : max;
            len[k] = n < max ? max - n : 0; /* longer than any row found: its inner indices are empty at the end */
            ord[k] = k;
        }
        ok = sort_by(c->n, ord, tmp, len, max);
        for (int q = d->nchain - 1; ok && q >= 0; q--) {
            int at = 0;
            while (d->idx[at] != d->chain[q]) at++;
            ok = sort_by(c->n, ord, tmp, c->pos[at], r->nstep[q]);
        }
    }
    ur_free(len);
    ur_free(tmp);
    if (!ok || !(r->perm = ur_alloc(sizeof(int) * (size_t)(c->n + 1))) ||
        !(r->off = ur_zalloc(sizeof(int) * (size_t)(steps + 2)))) {
        ur_free(ord);
        return false;
    }
    r->canon = ord;
    for (int k = 0; k < c->n; k++) {
        r->perm[ord[k]] = k;
        int step = 0;
        for (int q = 0; q < d->nchain; q++) {
            int at = 0;
            while (d->idx[at] != d->chain[q]) at++;
            step = step * r->nstep[q] + c->pos[at][ord[k]] - 1;
        }
        r->off[step + 1]++;
    }
    for (int k = 0; k < steps; k++) r->off[k + 1] += r->off[k];
    return true;
}

static bool add_run(runs *m, int row, int src, int from)
{
    if (m->nrun) {
        run *l = &m->run[m->nrun - 1];
        if (l->from == from && row == l->row + l->n) {
            if (l->n == 1 && (src == l->src || src == l->src + 1)) {
                l->step = (int16_t)(src - l->src);
                l->n = 2;
                return true;
            }
            if (l->n > 1 && src == l->src + l->step * l->n) {
                l->n++;
                return true;
            }
        }
    }
    if (!room(&m->run, &m->cap, m->nrun + 1, sizeof *m->run)) return false;
    m->run[m->nrun++] = (run){ .row = row, .n = 1, .src = src, .from = (int16_t)from, .step = 1 };
    return true;
}

static bool add_aux(runs *m, int item, int npos, const int *pos, int *row)
{
    if (m->naux + 1 > m->aux_cap) {
        int cap = m->aux_cap;
        if (!room(&m->aux_item, &cap, m->naux + 1, sizeof *m->aux_item)) return false;
        cap = m->aux_cap;
        if (!room(&m->aux_pos, &cap, m->naux + 1, sizeof *m->aux_pos)) return false;
        m->aux_cap = cap;
    }
    m->aux_item[m->naux] = item;
    memcpy(m->aux_pos[m->naux], pos, sizeof *pos * (size_t)npos);
    *row = m->naux++;
    return true;
}

static int place_of(int n, const int *idx, int index)
{
    for (int k = 0; k < n; k++)
        if (idx[k] == index) return k;
    return -1;
}

static int row_of(const shard *s, int di, int crow) { return s->rows[di].perm ? s->rows[di].perm[crow] : crow; }

/* is a read of `src` before the start of `index` answered by earlier data or carried state? */
static bool reaches_back(const shard *s, ur_id src, int index, int item, const int *pos)
{
    const ur_graph *g = &s->p->g;
    const ur_node *q = &g->node[src];
    int w = s->s->batch->window_index;
    if (w < 0 || ur_index_resolve(&g->schema, index) != ur_index_resolve(&g->schema, w)) return false;
    if (q->op == UR_FILL || q->op == UR_DATA)
        if (ur_shard_data_row(s, q->op == UR_DATA ? q : &g->node[q->arg[0]], item, pos) >= 0) return true;
    return q->nidx == 1 && ur_shard_carried(s, src, -pos[0]);
}

/* ... and beyond its end, by later data of the example? */
static bool reaches_ahead(const shard *s, ur_id src, int index, int item, const int *pos, int by)
{
    const ur_node *q = &s->p->g.node[src];
    return q->op == UR_DATA && by <= ur_shard_ahead(s, index, item) && ur_shard_data_row(s, q, item, pos) >= 0;
}

static bool build_read_row(shard *s, const map *m, runs *to, int row, int item, const int *tpos)
{
    const ur_schedule *p = s->p;
    const ur_node *n = &p->g.node[m->read], *q = &p->g.node[n->arg[0]];
    const dom *td = &p->dom[m->to], *fd = &p->dom[m->from];
    int pos[UR_MAX_RAGGED], crow, bad = -1, before = 0, beyond = 0;
    for (int k = 0; k < q->nidx; k++) {
        const ur_sub *sub = &n->sub[k];
        bool follows = sub->kind == UR_SUB_REL && !p->g.index[sub->index].fixed;
        int len = ur_domain_len_at(s, item, fd->idx, k, pos); /* with the positions found so far */
        if (sub->kind == UR_SUB_END && len < 0) {
            if (bad < 0) bad = k;
            break;
        }
        int at = ur_subscript_at(&p->g, n, k, follows ? tpos[place_of(td->nidx, td->idx, sub->index)] : 0, m->tuple, len);
        pos[k] = at;
        if (bad < 0 && (at < 1 || at > len)) {
            bad = k;
            before = at < 1;
            beyond = at - len;
        }
    }
    if (bad < 0 && fd->set < 0) return add_run(to, row, 0, FROM_NODE);
    if (bad < 0 && ur_canon_lookup(s, fd->set, item, pos, &crow)) return add_run(to, row, row_of(s, m->from, crow), FROM_NODE);
    const ur_sub *sub = &n->sub[bad < 0 ? 0 : bad];
    int from = q->sym ? before ? FROM_START : FROM_END : FROM_ZERO;
    if (bad < 0) return add_run(to, row, 0, from);
    if (before ? reaches_back(s, n->arg[0], fd->idx[bad], item, pos)
               : reaches_ahead(s, n->arg[0], fd->idx[bad], item, pos, beyond)) {
        int aux;
        return add_aux(to, item, q->nidx, pos, &aux) && add_run(to, row, aux, FROM_AUX);
    }
    ur_id b = before ? sub->before : sub->after;
    if (b < 0) return add_run(to, row, 0, from);
    /* the boundary's row: its indices are the quantity's others, at the same subscripts */
    const ur_node *bn = &p->g.node[b];
    int bpos[UR_MAX_RAGGED], bd = m->bound[2 * bad + !before];
    for (int k = 0; k < bn->nidx; k++) {
        int at = place_of(q->nidx, (int[]){ q->idx[0], q->idx[1], q->idx[2], q->idx[3] }, bn->idx[k]);
        bpos[k] = at >= 0 ? pos[at] : 1;
    }
    if (!p->dom[bd].example && !p->dom[bd].nidx) return add_run(to, row, 0, FROM_BOUND + 2 * bad + !before);
    if (!ur_canon_lookup(s, p->dom[bd].set, item, bpos, &crow)) return add_run(to, row, 0, from);
    return add_run(to, row, row_of(s, bd, crow), FROM_BOUND + 2 * bad + !before);
}

static bool build_runs(shard *s, int mi)
{
    const ur_schedule *p = s->p;
    const map *m = &p->map[mi];
    runs *to = &s->runs[mi];
    to->nrun = to->naux = 0;
    const dom *td = &p->dom[m->to], *fd = &p->dom[m->from];
    const rows *tr = &s->rows[m->to];
    const canon *tc = ur_canon_of(s, m->to);
    int at[UR_MAX_RAGGED], tpos[UR_MAX_RAGGED] = { 0 };
    bool fconst = !fd->example && !fd->nidx;
    for (int k = 0; m->read < 0 && k < fd->nidx; k++) at[k] = place_of(td->nidx, td->idx, fd->idx[k]);
    for (int r = 0; r < tr->n; r++) {
        int c = tr->canon ? tr->canon[r] : r, crow = 0, item = tc ? tc->item[c] : 0;
        for (int k = 0; k < td->nidx; k++) tpos[k] = tc->pos[k][c];
        if (m->read >= 0) {
            if (!build_read_row(s, m, to, r, item, tpos)) return false;
            continue;
        }
        int fpos[UR_MAX_RAGGED];
        for (int k = 0; k < fd->nidx; k++) fpos[k] = tpos[at[k]];
        if (!fconst && !ur_canon_lookup(s, fd->set, item, fpos, &crow)) {
            if (!add_run(to, r, 0, FROM_ZERO)) return false;
            continue;
        }
        if (!add_run(to, r, fconst ? 0 : row_of(s, m->from, crow), FROM_NODE)) return false;
    }
    return true;
}

/* where the positions of each example begin among all: what is nested in them is numbered so */
bool ur_domain_starts(shard *s)
{
    const ur_graph *g = &s->p->g;
    const ur_examples *x = s->s->x;
    size_t ni = (size_t)g->nindex;
    size_t *e = ur_realloc(s->estart, sizeof *e * (x->n + 1) * ni);
    if (!e) return false;
    s->estart = e;
    for (size_t k = 0; k < ni; k++) {
        e[k] = 0;
        for (size_t b = 0; b < x->n; b++)
            e[(b + 1) * ni + k] = e[b * ni + k] + (g->index[k].parent < 0 && x->extent[k].len ? (size_t)x->extent[k].len[b] : 0);
    }
    return true;
}

int ur_domain_build(shard *s, ur_err *e)
{
    const ur_schedule *p = s->p;
    bool ok = true;
    for (int k = 0; ok && k < p->nset; k++) ok = build_canon(s, k);
    for (int k = 0; ok && k < p->ndom; k++) ok = build_rows(s, k);
    for (int k = 0; ok && k < p->nmap; k++) ok = build_runs(s, k);
    return ok ? 0 : ur_nomem(e); /* the caller knows how much it would have been */
}
