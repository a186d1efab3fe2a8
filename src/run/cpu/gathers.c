/* gathers.c: rows at positions that numbers name: GATHER, which copies them, and STREW, its adjoint, which adds to them. */
#include "run/cpu/exec.h"
#include <math.h>
#include <string.h>

/* of GATHER or STREW i, row by row: where each row's numbers name a position of q, which is carried along the index */
typedef struct finder {
    const shard *s;
    const ur_node *n, *q;
    const canon *c; /* of the rows that read or are strewn; NULL: one row for the batch */
    int domain, item, len, pos[UR_MAX_RAGGED], own[UR_MAX_RAGGED], along, mine; /* q's domain; its indices among c's; that of the
                                                                                   index; where the row itself stands along it */
    int toward;                                                                 /* GATHER's j */
    int64_t before;
} finder;

static finder finder_of(const shard *s, const ins *i, ur_id q)
{
    finder f = { .s = s, .n = &s->p->g.node[i->node], .q = &s->p->g.node[q], .c = ur_canon_of(s, i->dom), .along = -1 };
    f.domain = s->p->node_dom[q];
    f.toward = f.n->op == UR_STREW ? -f.n->j : f.n->j;
    for (int k = 0; k < f.q->nidx; k++) {
        for (int m = 0; m < f.c->nidx; m++)
            if (f.c->idx[m] == f.q->idx[k]) f.own[k] = m;
        if (f.q->idx[k] == f.n->i) f.along = k;
    }
    return f;
}

/* the row of q's other indices, and how long the index is there */
static void at_row(finder *f, int d, int row)
{
    const shard *s = f->s;
    const ur_graph *g = &s->p->g;
    int cr = s->rows[d].canon ? s->rows[d].canon[row] : row, pos[UR_MAX_RAGGED];
    bool fixed = g->index[f->n->i].fixed;
    f->item = f->c ? f->c->item[cr] : 0;
    for (int k = 0; f->c && k < f->c->nidx; k++) {
        pos[k] = f->c->pos[k][cr];
        if (f->c->idx[k] == f->n->i) f->mine = pos[k];
    }
    for (int k = 0; k < f->q->nidx; k++) f->pos[k] = k == f->along ? 1 : pos[f->own[k]];
    f->len = fixed ? g->index[f->n->i].size : ur_domain_len_at(s, f->item, s->p->dom[f->domain].idx, f->along, f->pos);
    f->before = fixed ? 0 : ur_exec_before(s, f->n->i, f->item);
}

/* the position that a number names */
static int found_at(const finder *f, double at) { return ur_gathered(at, f->before, f->len, f->mine, f->toward); }

/* q's row where the index stands at position k; −1: there is none */
static int row_at(finder *f, int k)
{
    const shard *s = f->s;
    const dom *d = &s->p->dom[f->domain];
    int crow;
    if (d->set < 0) return 0;
    if (f->along >= 0) f->pos[f->along] = k;
    if (!ur_canon_lookup(s, d->set, f->item, f->pos, &crow)) return -1;
    return s->rows[f->domain].perm ? s->rows[f->domain].perm[crow] : crow;
}

/* q's tuple for tuple t of the fixed indices `fix`, the index standing at position k where it is one of them */
static int tuple_at(const finder *f, int t, int nfix, const int16_t *fix, int k)
{
    const ur_graph *g = &f->s->p->g;
    int flat = 0;
    for (int m = 0; m < f->q->nfix; m++) {
        int index = f->q->fix[m];
        flat = flat * g->index[index].size + (index == f->n->i ? k - 1 : ur_tuple_within(g, t, nfix, fix, 1, &f->q->fix[m]));
    }
    return flat;
}

void ur_exec_gather_rows(shard *s, const ins *i, int r0, int r1)
{
    const ur_graph *g = &s->p->g;
    finder f = finder_of(s, i, i->arg[0].node);
    const ur_node *n = f.n, *p = &g->node[n->arg[1]];
    size_t es = ur_plan_esize(s->p, n), rc = n->sym ? 1 : (size_t)n->rows * (size_t)n->cols, w = rc * es;
    int nt = ur_node_tuples(g, n);
    for (int row = r0, m; row < r1; row += m) {
        acc at;
        m = ur_exec_locate(s, &i->arg[1], row, r1, &at);
        for (int r = 0; r < m; r++) {
            char *out = ur_exec_row(s, i->node, row + r);
            at_row(&f, i->dom, row + r);
            for (int t = 0; t < nt; t++, out += w) {
                size_t of = (size_t)ur_tuple_within(g, t, n->nfix, n->fix, p->nfix, p->fix);
                int k = found_at(&f, ur_exec_get(s, at.p + (size_t)r * at.st + of * s->p->k->esize));
                int src = k >= 1 && k <= f.len ? row_at(&f, k) : -1;
                if (src >= 0) {
                    const char *x = i->arg[0].kind == OP_PARAM ? s->weight + g->param[f.q->i].offset * es
                                                               : ur_exec_row(s, i->arg[0].node, src);
                    memcpy(out, x + (size_t)tuple_at(&f, t, n->nfix, n->fix, k) * w, w);
                } else if (n->sym) *(int32_t *)out = k == UR_NOWHERE ? UR_NOWHERE : k < 1 ? UR_SYM_START : UR_SYM_END;
                else s->p->k->fill(rc, k == UR_NOWHERE ? NAN : 0, out);
            }
        }
    }
}

/* the scan along the index that STREW i closes: how many lie around it; −1: it is in none */
static int closed_scan(const shard *s, const ins *i)
{
    const ur_graph *g = &s->p->g;
    const ur_node *n = &g->node[i->node];
    const dom *d = &s->p->dom[i->dom];
    for (int k = 0; ur_looks_one_way(n) && k < s->depth && k < d->nchain; k++)
        if (ur_index_resolve(&g->schema, d->chain[k]) == ur_index_resolve(&g->schema, n->i)) return k;
    return -1;
}

/* In a scan along the index a step strews what the step before it has made: so all that falls on a row is there when the row's
 * own step comes. The first step empties all rows. */
static void rows_to_strew(shard *s, const ins *i, int domain, int *r0, int *r1, int *o0, int *o1)
{
    int at = closed_scan(s, i), depth = s->depth;
    ur_exec_rows_now(s, domain, o0, o1);
    if (at < 0) return;
    int index = s->p->dom[i->dom].chain[at], step = s->pos[index];
    *o1 = *o0;
    if (s->opens[at]) {
        s->depth = at;
        ur_exec_rows_now(s, domain, o0, o1);
        *r0 = *r1 = 0;
    } else {
        s->pos[index] += s->p->g.node[i->node].j;
        ur_exec_rows_now(s, i->dom, r0, r1);
    }
    s->depth = depth;
    s->pos[index] = step;
}

void ur_exec_strew_rows(shard *s, const ins *i, int r0, int r1)
{
    const ur_graph *g = &s->p->g;
    finder f = finder_of(s, i, i->node);
    const ur_node *n = f.n, *d = &g->node[n->arg[0]], *p = &g->node[n->arg[1]];
    const ur_kernels *k = s->p->k;
    size_t es = k->esize, rc = (size_t)n->rows * (size_t)n->cols, w = ur_node_width(g, n);
    int nt = ur_node_tuples(g, d), o0, o1;
    rows_to_strew(s, i, f.domain, &r0, &r1, &o0, &o1);
    for (int q = o0; q < o1 && !ur_exec_adds(s, i->node); q++) k->fill(w, 0, ur_exec_row(s, i->node, q));
    for (int row = r0, m; row < r1; row += m) {
        acc x, at;
        int mx = ur_exec_locate(s, &i->arg[0], row, r1, &x);
        m = ur_exec_locate(s, &i->arg[1], row, r1, &at);
        if (mx < m) m = mx;
        for (int r = 0; r < m; r++) {
            at_row(&f, i->dom, row + r);
            for (int t = 0; t < nt; t++) {
                size_t of = (size_t)ur_tuple_within(g, t, d->nfix, d->fix, p->nfix, p->fix);
                int to = found_at(&f, ur_exec_get(s, at.p + (size_t)r * at.st + of * es));
                int out = to >= 1 && to <= f.len ? row_at(&f, to) : -1;
                if (out < 0) continue;
                k->axpy(rc, 1, x.p + (size_t)r * x.st + (size_t)t * rc * es,
                        ur_exec_row(s, i->node, out) + (size_t)tuple_at(&f, t, d->nfix, d->fix, to) * rc * es);
            }
        }
    }
}
