/* Executes a schedule for one shard on one thread. An instruction runs over a range of rows of its domain (all of them for a map, one
 * step's in a scan), cut into segments in which every argument lies at a constant stride. Nothing is allocated here once a shard is
 * prepared. Must not know threads, batches or fitting. */
#include "plan/fast.h"
#include "plan/exec.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

double exec_get(const shard *s, const char *p) { return s->p->k->esize == 4 ? *(const float *)p : *(const double *)p; }
void exec_put(const shard *s, char *p, double v) { if (s->p->k->esize == 4) *(float *)p = (float)v; else *(double *)p = v; }

static size_t esize_of(const shard *s, const ur_node *n) { return n->sym ? sizeof(int32_t) : s->p->k->esize; }

char *exec_row(const shard *s, ur_id v, int row)               /* address of a materialised node's row */
{
    const store *st = &s->p->store[v];
    const buf *b = &s->p->buf[st->buf];
    return s->bufp[st->buf] + ((size_t)row * (size_t)b->ld + (size_t)st->col) * b->esize;
}

size_t exec_stride(const shard *s, ur_id v)
{
    const buf *b = &s->p->buf[s->p->store[v].buf];
    return (size_t)b->ld * b->esize;
}

/* a row of `width` numbers v; a few of them live at a time */
char *exec_const(const shard *s, double v, int width)
{
    shard *w = (shard *)s;
    w->const_turn = (w->const_turn + 1) % 8;
    char *p = s->consts + (size_t)w->const_turn * s->const_size;
    s->p->k->fill((size_t)width, v, p);
    return p;
}

/* the run that holds a row */
const run *exec_run(const map *m, int row)
{
    int lo = 0, hi = m->nrun - 1;
    while (lo < hi) { int mid = (lo + hi + 1) / 2; if (m->run[mid].row <= row) lo = mid; else hi = mid - 1; }
    return &m->run[lo];
}

/* where operand o lies for instruction rows row…: address, bytes from row to row; returns how many rows (at most end − row) that holds for */
int exec_locate(const shard *s, const operand *o, int row, int end, acc *a)
{
    const plan *p = s->p;
    const ur_node *n = &p->g.node[o->node];
    size_t es = esize_of(s, n);
    a->zero = false; a->bound = -1;
    if (o->kind == OP_IMM) { a->p = exec_const(s, o->imm, 1); a->st = 0; return end - row; }
    if (o->kind == OP_PARAM) { a->p = (char *)s->weight + (p->g.param[n->i].offset + (size_t)o->col) * es; a->st = 0; return end - row; }
    if (o->map == -2) { a->p = exec_row(s, o->node, 0) + (size_t)o->col * es; a->st = 0; return end - row; }
    if (o->map < 0) { a->st = exec_stride(s, o->node); a->p = exec_row(s, o->node, row) + (size_t)o->col * es; return end - row; }
    const map *m = &s->map[o->map];
    const run *r = exec_run(m, row);
    int skip = row - r->row, left = r->n - skip;
    size_t w = (size_t)o->width * es;
    if (r->from == FROM_NODE) {
        size_t st = exec_stride(s, o->node);
        a->p = exec_row(s, o->node, r->src + skip * r->step) + (size_t)o->col * es;
        a->st = st * (size_t)r->step;
    } else if (r->from == FROM_AUX) {
        a->p = s->aux[o->map] + (size_t)(r->src + skip * r->step) * w; a->st = w * (size_t)r->step;
    } else if (r->from >= FROM_BOUND) {
        const ur_sub *sub = &p->g.node[o->read].sub[(r->from - FROM_BOUND) / 2];
        ur_id b = (r->from - FROM_BOUND) % 2 ? sub->after : sub->before;
        const ur_node *bn = &p->g.node[b];
        a->bound = b;
        if (bn->op == UR_PARAM) { a->p = (char *)s->weight + p->g.param[bn->i].offset * es; a->st = 0; }
        else if (bn->op == UR_CONST) { a->p = exec_const(s, bn->num, o->width); a->st = 0; }
        else { a->p = exec_row(s, b, r->src + skip * r->step); a->st = exec_stride(s, b) * (size_t)r->step; }
    } else {
        a->p = r->from == FROM_ZERO ? s->zero : r->from == FROM_START ? s->start : s->end;
        a->st = 0; a->zero = r->from == FROM_ZERO;
    }
    return left < end - row ? left : end - row;
}

/* ---- component-wise programs */
enum { TILE = 512 };

static void load_tile(const shard *s, const ins *i, int k, const acc *a, int n, char *dst)
{
    size_t es = s->p->k->esize, w = (size_t)i->width;
    const int *x = i->expand[k];
    for (int r = 0; r < n; r++) {
        const char *src = a->p + (size_t)r * a->st;
        char *d = dst + (size_t)r * w * es;
        if (!x) memcpy(d, src, w * es);
        else if (i->arg[k].width == 1) s->p->k->fill(w, exec_get(s, src), d);
        else if (es == 4) for (size_t e = 0; e < w; e++) ((float *)d)[e] = ((const float *)src)[x[e]];
        else for (size_t e = 0; e < w; e++) ((double *)d)[e] = ((const double *)src)[x[e]];
    }
}

static void run_ops(const shard *s, const ins *i, size_t n, char **R, char **X, const bool *one)
{
    const ur_kernels *k = s->p->k;
    for (int q = 0; q < i->nop; q++) {
        const ew_op *o = &i->op[q];
        int cls = ur_ops[o->op].cls;
        char *d = R[o->dst];
        char *a = o->a >= 0 ? R[o->a] : X[-1 - o->a];
        bool as = o->a < 0 && one[-1 - o->a];
        if (cls == UR_CLS_BINARY) {
            char *b = o->b >= 0 ? R[o->b] : X[-1 - o->b];
            bool bs = o->b < 0 && one[-1 - o->b];
            if (as && bs) k->binary[o->op](1, a, b, d), k->fill(n, exec_get(s, d), d);
            else if (as) k->binary_sv[o->op](n, a, b, d);
            else if (bs) k->binary_vs[o->op](n, a, b, d);
            else k->binary[o->op](n, a, b, d);
        } else if (o->op == UR_WHERE) {
            char *arg[3] = { a, o->b >= 0 ? R[o->b] : X[-1 - o->b], o->c >= 0 ? R[o->c] : X[-1 - o->c] };
            int r[3] = { o->a, o->b, o->c };
            for (int m = 0; m < 3; m++)
                if (r[m] < 0 && one[-1 - r[m]]) { char *t = R[i->nreg + m]; k->fill(n, exec_get(s, arg[m]), t); arg[m] = t; }
            k->where(n, arg[0], arg[1], arg[2], d);
        } else if (o->op == UR_BCAST) {
            if (as) k->fill(n, exec_get(s, a), d);
            else if (a != d) memcpy(d, a, n * k->esize);
        } else if (as) { k->unary[o->op](1, a, d); k->fill(n, exec_get(s, d), d); }
        else k->unary[o->op](n, a, d);
    }
}

static void run_ew(shard *s, const ins *i, int r0, int r1)
{
    size_t es = s->p->k->esize, w = (size_t)i->width;
    int tile = w >= TILE ? 1 : (int)(TILE / w);
    size_t reg = ((size_t)tile * w * es + 63) & ~(size_t)63;
    char **R = (char **)s->scratch, **X = R + i->nreg + 3, *mem;
    bool *one = (bool *)(X + i->narg);
    acc *a = (acc *)(((uintptr_t)(one + i->narg) + 15) & ~(uintptr_t)15), out[1];
    mem = (char *)(((uintptr_t)(a + i->narg) + 63) & ~(uintptr_t)63);
    char *regs = mem, *tiles = regs + (size_t)(i->nreg + 3) * reg;
    for (int k = 0; k < i->narg; k++)
        if (i->arg[k].kind == OP_IMM) { X[k] = tiles + (size_t)k * reg; exec_put(s, X[k], i->arg[k].imm); one[k] = true; }
    for (int row = r0; row < r1;) {
        int n = r1 - row;
        for (int k = 0; k < i->narg; k++)
            if (i->arg[k].kind != OP_IMM) { int m = exec_locate(s, &i->arg[k], row, r1, &a[k]); if (m < n) n = m; }
        for (int k = 0; k < i->narg; k++)                       /* the same for every row of the segment: loaded once */
            if (i->arg[k].kind != OP_IMM) {
                one[k] = (a[k].st == 0 || n == 1) && i->arg[k].width == 1;
                if (one[k]) X[k] = a[k].p;
                else if (a[k].st == 0) { X[k] = tiles + (size_t)k * reg; load_tile(s, i, k, &a[k], n < tile ? n : tile, X[k]); }
            }
        for (int t = 0; t < n; t += tile) {
            int nt = n - t < tile ? n - t : tile;
            for (int k = 0; k < i->narg; k++) {
                if (i->arg[k].kind == OP_IMM || one[k] || a[k].st == 0) continue;
                acc at = { .p = a[k].p + (size_t)t * a[k].st, .st = a[k].st };
                if (!i->expand[k] && (at.st == w * es || nt == 1)) X[k] = at.p;
                else { X[k] = tiles + (size_t)k * reg; load_tile(s, i, k, &at, nt, X[k]); }
            }
            for (int k = 0; k < i->nreg + 3; k++) R[k] = regs + (size_t)k * reg;
            for (int k = 0; k < i->nout; k++) {
                out[0].st = exec_stride(s, i->out[k].node);
                if (out[0].st == w * es || nt == 1) R[i->out[k].reg] = exec_row(s, i->out[k].node, row + t);
            }
            run_ops(s, i, (size_t)nt * w, R, X, one);
            for (int k = 0; k < i->nout; k++) {
                out[0].st = exec_stride(s, i->out[k].node);
                if (out[0].st == w * es || nt == 1) continue;
                for (int r = 0; r < nt; r++) memcpy(exec_row(s, i->out[k].node, row + t + r), R[i->out[k].reg] + (size_t)r * w * es, w * es);
            }
        }
        row += n;
    }
    s->flops += (double)i->nop * (double)w * (r1 - r0);
}

size_t exec_ew_scratch(const plan *p, const ins *i)
{
    size_t w = (size_t)i->width, tile = w >= TILE ? 1 : TILE / w, reg = (tile * w * p->k->esize + 63) & ~(size_t)63;
    return (size_t)(2 * i->narg + i->nreg + 3) * (reg + 64) + (size_t)i->narg * 64 + 4096;
}

/* ---- products */
/* rows r0… of operand o as one strided block: as they lie, or copied to `to` where they are scattered. *n: rows it holds for */
static const char *block(shard *s, const operand *o, int r0, int r1, char *to, size_t *st, int *n, bool *zero)
{
    acc a;
    int got = exec_locate(s, o, r0, r1, &a), want = r1 - r0;
    size_t es = esize_of(s, &s->p->g.node[o->node]), w = (size_t)o->width * es;
    *zero = a.zero;
    if (a.zero || ((a.st || got == 1) && (got == want || got >= 16))) { *n = got; *st = a.st ? a.st : w; return a.p; }
    if (want > EXEC_BLOCK) want = EXEC_BLOCK;
    *zero = false;
    for (int r = 0; r < want;) {
        int m = exec_locate(s, o, r0 + r, r0 + want, &a);
        for (int k = 0; k < m; k++) memcpy(to + (size_t)(r + k) * w, a.p + (size_t)k * a.st, w);
        r += m;
    }
    *n = want; *st = w;
    return to;
}

/* flat tuple of `n`'s fixed indices where the union of two sets of fixed indices stands at tuple `e` */
int exec_tuple(const ur_graph *g, int e, int nu, const int16_t *u, int nf, const int16_t *f)
{
    int at[2 * UR_MAX_FIXED], flat = 0;
    for (int k = nu - 1; k >= 0; k--) { at[k] = e % g->index[u[k]].size; e /= g->index[u[k]].size; }
    for (int k = 0; k < nf; k++)
        for (int q = 0; q < nu; q++) if (u[q] == f[k]) flat = flat * g->index[f[k]].size + at[q];
    return flat;
}

static int union_fix(const ur_node *a, const ur_node *b, int16_t *u)
{
    int n = 0;
    for (int k = 0; k < a->nfix; k++) u[n++] = a->fix[k];
    for (int k = 0; k < b->nfix; k++) {
        bool in = false;
        for (int q = 0; q < n; q++) in |= u[q] == b->fix[k];
        if (!in) u[n++] = b->fix[k];
    }
    return n;
}

static const char *matrix(const shard *s, const ins *i, size_t *ld)
{
    acc a;
    const ur_node *M = &s->p->g.node[i->arg[0].node];
    exec_locate(s, &i->arg[0], 0, 1, &a);
    *ld = (size_t)M->cols;
    return a.p;
}

/* rows r0… of a product begin as its addend */
static void start_from(shard *s, const ins *i, int r0, int r1)
{
    size_t w = ur_node_width(&s->p->g, &s->p->g.node[i->node]) * s->p->k->esize;
    for (int row = r0; row < r1;) {
        acc a;
        int n = exec_locate(s, &i->arg[2], row, r1, &a);
        for (int r = 0; r < n; r++) memcpy(exec_row(s, i->node, row + r), a.p + (size_t)r * a.st, w);
        row += n;
    }
}

static void run_prod(shard *s, const ins *i, int r0, int r1)
{
    const plan *p = s->p;
    const ur_graph *g = &p->g;
    const ur_kernels *k = p->k;
    const ur_node *o = &g->node[i->node], *M = &g->node[o->arg[0]], *x = &g->node[o->arg[1]];
    size_t es = k->esize, ldo = exec_stride(s, i->node);
    int mrows = o->rows, inner = o->trans ? M->rows : M->cols;
    size_t ldm = (size_t)M->cols, blk = (size_t)M->rows * (size_t)M->cols * es;
    const char *m = matrix(s, i, &ldm);
    int16_t u[2 * UR_MAX_FIXED];
    int nu = union_fix(M, x, u), ne = 1;
    for (int q = 0; q < nu; q++) ne *= g->index[u[q]].size;
    for (int row = r0; row < r1;) {
        size_t st; int n; bool zero;
        const char *xp = block(s, &i->arg[1], row, r1, s->scratch, &st, &n, &zero);
        char *out = exec_row(s, i->node, row);
        bool sum = o->nred > 0 || i->narg == 3;                  /* adds to what the rows hold */
        if (i->narg == 3 && !i->add) start_from(s, i, row, row + n);
        else if (i->narg < 3 && (o->nred || zero || !ne))
            for (int r = 0; r < n; r++) memset(out + (size_t)r * ldo, 0, ur_node_width(g, o) * es);
        if (o->cols > 1) {                                       /* matrix times matrix, per row */
            for (int r = 0; r < n; r++)
                for (int e = 0; e < ne && !zero; e++)
                    k->gemm(o->trans, false, mrows, o->cols, inner, m + blk * (size_t)exec_tuple(g, e, nu, u, M->nfix, M->fix), (int)ldm,
                            xp + (size_t)r * st + (size_t)(inner * o->cols * exec_tuple(g, e, nu, u, x->nfix, x->fix)) * es, o->cols, sum ? 1 : 0,
                            out + (size_t)r * ldo + (size_t)(mrows * o->cols * exec_tuple(g, e, nu, u, o->nfix, o->fix)) * es, o->cols);
        } else if (!zero && o->nred && nu == o->nred && x->nfix == nu && M->nfix == nu && mrows == 1 && !o->trans)
            k->gemm(false, true, n, 1, inner * ne, xp, (int)(st / es), m, inner * ne, sum ? 1 : 0, out, (int)(ldo / es));   /* Σ_j a_j' x_j: one long dot product */
        else
            for (int e = 0; e < ne && !zero; e++)
                k->gemm(false, !o->trans, n, mrows, inner, xp + (size_t)(inner * exec_tuple(g, e, nu, u, x->nfix, x->fix)) * es, (int)(st / es),
                        m + blk * (size_t)exec_tuple(g, e, nu, u, M->nfix, M->fix), (int)ldm, sum ? 1 : 0,
                        out + (size_t)(mrows * exec_tuple(g, e, nu, u, o->nfix, o->fix)) * es, (int)(ldo / es));
        if (!zero) s->flops += 2.0 * n * mrows * inner * ne * o->cols;
        row += n;
    }
}

static void run_contract(shard *s, const ins *i, int r0, int r1)
{
    const plan *p = s->p;
    const ur_graph *g = &p->g;
    const ur_kernels *k = p->k;
    const ur_node *o = &g->node[i->node], *a = &g->node[o->arg[0]], *b = &g->node[o->arg[1]];
    size_t es = k->esize;
    char *out = exec_row(s, i->node, 0);
    int16_t u[2 * UR_MAX_FIXED];
    int nu = union_fix(a, b, u), ne = 1, kc = a->cols;
    for (int q = 0; q < nu; q++) ne *= g->index[u[q]].size;
    memset(out, 0, ur_node_width(g, o) * es);
    for (int row = r0; row < r1;) {
        size_t sa, sb; int na, nb; bool za, zb;
        const char *ap = block(s, &i->arg[0], row, r1, s->scratch, &sa, &na, &za);
        const char *bp = block(s, &i->arg[1], row, row + na, s->scratch + s->scratch_half, &sb, &nb, &zb);
        int n = na < nb ? na : nb;
        for (int e = 0; e < ne && !za && !zb; e++) {
            const char *ae = ap + (size_t)(a->rows * kc * exec_tuple(g, e, nu, u, a->nfix, a->fix)) * es;
            const char *be = bp + (size_t)(b->rows * kc * exec_tuple(g, e, nu, u, b->nfix, b->fix)) * es;
            char *oe = out + (size_t)(o->rows * o->cols * exec_tuple(g, e, nu, u, o->nfix, o->fix)) * es;
            if (kc == 1) k->gemm(true, false, o->rows, o->cols, n, ae, (int)(sa / es), be, (int)(sb / es), 1, oe, o->cols);
            else for (int r = 0; r < n; r++) k->gemm(false, true, o->rows, o->cols, kc, ae + (size_t)r * sa, kc, be + (size_t)r * sb, kc, 1, oe, o->cols);
        }
        if (!za && !zb) s->flops += 2.0 * n * o->rows * o->cols * ne * kc;
        row += n;
    }
}

/* ---- scans */
static void run_list(shard *s, ins *const *list, int n);

void exec_rows_now(const shard *s, int di, int *r0, int *r1)   /* rows of a domain in the current step (all of them outside scans) */
{
    const dom *d = &s->p->dom[di];
    const rows *r = &s->rows[di];
    int q = d->nchain < s->depth ? d->nchain : s->depth, lo = 0, span = 1;
    if (!q) { *r0 = 0; *r1 = r->n; return; }
    for (int k = 0; k < q; k++) {
        if (s->pos[d->chain[k]] > r->nstep[k]) { *r0 = *r1 = 0; return; }
        lo = lo * r->nstep[k] + s->pos[d->chain[k]] - 1;
    }
    for (int k = q; k < d->nchain; k++) { lo *= r->nstep[k]; span *= r->nstep[k]; }
    *r0 = r->off[lo]; *r1 = r->off[lo + span];
}

static int longest(const shard *s, const ins *i, int index, int depth)
{
    int n = 0;
    for (int k = 0; k < i->nbody; k++) {
        const ins *b = i->body[k];
        int m = b->kind == INS_SCAN ? longest(s, b, index, depth) : depth < s->p->dom[b->dom].nchain ? s->rows[b->dom].nstep[depth] : 0;
        if (m > n) n = m;
    }
    return n;
}

static void run_scan(shard *s, const ins *i)
{
    int n = longest(s, i, i->index, i->depth);
    for (int k = 0; k < n; k++) {
        s->pos[i->index] = i->dir > 0 ? k + 1 : n - k;
        s->depth = i->depth + 1;
        run_list(s, i->body, i->nbody);
    }
    s->depth = i->depth;
}

static void run_list(shard *s, ins *const *list, int n)
{
    for (int k = 0; k < n; k++) {
        const ins *i = list[k];
        if (i->kind == INS_SCAN) { run_scan(s, i); continue; }
        int r0, r1;
        exec_rows_now(s, i->dom, &r0, &r1);
        if (r0 == r1 && i->kind != INS_CONTRACT && i->kind != INS_NODE && i->kind != INS_SLOW) continue;   /* these have results even of nothing */
        switch (i->kind) {
        case INS_EW: run_ew(s, i, r0, r1); break;
        case INS_PROD: run_prod(s, i, r0, r1); break;
        case INS_SLOW: exec_slow(s, i); break;
        case INS_CONTRACT: run_contract(s, i, r0, r1); break;
        default: exec_node(s, i, r0, r1); break;
        }
    }
}

static void find_bad(shard *s)
{
    const plan *p = s->p;
    const ur_graph *g = p->source;
    for (int l = 0; l < g->nlike; l++) {
        ur_id v = plan_alias(&p->g, g->like[l].nll);
        if (s->p->store[v].buf < 0) continue;
        const ur_node *n = &s->p->g.node[v];
        int d = s->p->node_dom[v], best = -1, bestpos = 0;
        for (int r = 0; r < s->rows[d].n; r++) {
            if (isfinite(exec_get(s, exec_row(s, v, r)))) continue;
            int c = s->rows[d].canon ? s->rows[d].canon[r] : r;
            const canon *cn = s->p->dom[d].example ? &s->canon[canon_find(s->p, s->p->dom[d].nidx, s->p->dom[d].idx)] : NULL;
            int pos = cn && n->nidx ? cn->pos[0][c] : 0;
            if (best < 0 || pos < bestpos) { best = cn ? cn->item[c] : 0; bestpos = pos; }
        }
        if (best >= 0) { s->bad_node = g->like[l].nll; s->bad_item = (int)s->rank[best]; s->bad_pos = bestpos; return; }
    }
}

static void add_up(shard *s)
{
    const plan *p = s->p;
    const ur_graph *g = p->source;
    const ur_kernels *k = p->k;
    s->loss = 0;
    for (int l = 0; l < g->nlike; l++) {
        ur_id v = plan_alias(&p->g, g->like[l].nll), m = plan_alias(&p->g, g->like[l].seen);
        double sum = 0, count = 0;
        for (int a = 0; a < 2; a++) {
            ur_id w = a ? m : v;
            const ur_node *n = &p->g.node[w];
            int rows_ = p->store[w].buf < 0 ? 0 : s->rows[p->node_dom[w]].n;
            double t = 0;
            for (int r = 0; r < rows_; r++) for (size_t e = 0; e < ur_node_width(&p->g, n); e++) t += exec_get(s, exec_row(s, w, r) + e * k->esize);
            if (a) count = t; else sum = t;
        }
        s->like_sum[l] = sum; s->like_count[l] = count;
        s->loss += sum;
    }
    ur_id loss = plan_alias(&p->g, g->loss);
    if (!g->nlike && p->store[loss].buf >= 0) s->loss = exec_get(s, exec_row(s, loss, 0));
    if (!isfinite(s->loss)) find_bad(s);
}

static void collect_grad(shard *s)
{
    const plan *p = s->p;
    const ur_graph *g = p->source;
    size_t es = p->k->esize;
    if (!s->grad) return;
    memset(s->grad, 0, g->nweight * es);
    for (int k = 0; g->dparam && k < g->nparam; k++) {
        if (g->dparam[k] < 0) continue;
        ur_id v = plan_alias(&p->g, g->dparam[k]);
        char *to = s->grad + g->param[k].offset * es;
        if (p->store[v].buf >= 0) memcpy(to, exec_row(s, v, 0), g->param[k].count * es);
        else if (p->g.node[v].op == UR_CONST) p->k->fill(g->param[k].count, p->g.node[v].num, to);
        else if (p->g.node[v].op == UR_PARAM) memcpy(to, s->weight + p->g.param[p->g.node[v].i].offset * es, g->param[k].count * es);
    }
}

void shard_run_once(shard *s)
{
    s->depth = 0; s->flops = 0;
    run_list(s, s->p->once, s->p->nonce);
}

void shard_run(shard *s)
{
    const plan *p = s->p;
    s->bad_node = -1; s->flops = 0; s->depth = 0;
    for (int k = 0; k < p->nload; k++) if (!s->kept || !p->stays[p->load[k]]) exec_load(s, p->load[k]);
    exec_aux(s);
    if (!s->kept) run_list(s, p->still, p->nstill);
    s->kept = p->o.stepwise;
    run_list(s, p->ins, p->nins);
    add_up(s);
    collect_grad(s);
    exec_save_state(s);
}
