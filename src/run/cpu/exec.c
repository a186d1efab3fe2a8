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

/* ---- component-wise programs: one function, or over tiles of rows × columns that stay in the L1 cache a kernel for each
 * operation and tile */
enum { TILE = 512 };

/* how wide a tile's part of a row is: all of it, or equal parts of about TILE numbers; all where a result lies over other columns
 * of an argument */
static int tile_width(const ins *i)
{
    int w = i->width;
    if (w <= TILE + TILE / 2) return w;
    for (int k = 0; k < i->nout; k++)
        if (i->out[k].apart) return w;
    return ((w + w / TILE - 1) / (w / TILE) + 15) & ~15;
}

/* a value of a program on a tile: its first row, bytes from row to row, and whether a row is one number for all columns */
typedef struct val {
    char *p;
    size_t st;
    bool one;
} val;

/* an operand that lacks fixed indices, or whose short rows do not lie together: columns c0… of `rows` rows, side by side */
static void gather(const shard *s, const ins *i, int k, const acc *a, int row, int nrow, int c0, int w, char *dst)
{
    size_t es = s->p->k->esize;
    const int *x = i->expand[k] ? i->expand[k] + c0 : NULL;
    for (int r = 0; r < nrow; r++) {
        const char *src = a->p + (size_t)(row + r) * a->st;
        char *d = dst + (size_t)r * (size_t)w * es;
        if (!x) memcpy(d, src + (size_t)c0 * es, (size_t)w * es);
        else if (es == 4)
            for (int e = 0; e < w; e++) ((float *)d)[e] = ((const float *)src)[x[e]];
        else
            for (int e = 0; e < w; e++) ((double *)d)[e] = ((const double *)src)[x[e]];
    }
}

/* one number a row, spread over the columns */
static val spread(const shard *s, val v, int nrow, int w, char *to)
{
    size_t st = (size_t)w * s->p->k->esize;
    for (int r = 0; r < nrow; r++) s->p->k->fill((size_t)w, ur_exec_get(s, v.p + (size_t)r * v.st), to + (size_t)r * st);
    return (val){ to, st, false };
}

/* the operations on one tile; V: registers, then inputs; three spare registers after them at `spare` */
static void run_ops(const shard *s, const ins *i, int nrow, int w, const val *V, char *spare, size_t reg)
{
    const ur_kernels *k = s->p->k;
    size_t row = (size_t)w * k->esize;
    for (int q = 0; q < i->nop; q++) {
        const ur_ew_op *o = &i->op[q];
        val d = V[o->dst], a = V[o->a];
        size_t nr = (size_t)nrow, n = (size_t)w;
        if (o->cls == UR_CLS_BINARY) {
            val b = V[o->b];
            if (a.one && b.one) a = spread(s, a, nrow, w, spare);
            bool flat = d.st == row && (a.one ? !a.st : a.st == row) && (b.one ? !b.st : b.st == row);
            if (flat) {
                n *= nr;
                nr = 1;
            }
            (a.one ? k->binary_sv : b.one ? k->binary_vs : k->binary)[o->op](nr, n, a.p, a.st, b.p, b.st, d.p, d.st);
            continue;
        }
        if (a.one) a = spread(s, a, nrow, w, spare);
        if (o->cls == UR_CLS_UNARY) {
            if (d.st == row && a.st == row) {
                n *= nr;
                nr = 1;
            }
            k->unary[o->op](nr, n, a.p, a.st, d.p, d.st);
        } else if (o->op == UR_WHERE || o->cls == UR_CLS_TERNARY) {
            val b = V[o->b], c = V[o->c];
            if (b.one) b = spread(s, b, nrow, w, spare + reg);
            if (c.one) c = spread(s, c, nrow, w, spare + 2 * reg);
            (o->op == UR_WHERE ? k->where : k->ternary[o->op])(nr, n, a.p, a.st, b.p, b.st, c.p, c.st, d.p, d.st);
        } else
            for (int r = 0; r < nrow && a.p != d.p; r++) memcpy(d.p + (size_t)r * d.st, a.p + (size_t)r * a.st, row); /* BCAST */
    }
}

/* the same by the program's function; at: room for as many operands */
static void run_fused(const ins *i, int nrow, int w, const val *V, ur_strip *at)
{
    const val *X = V + i->nreg;
    size_t tall = (size_t)nrow, n = (size_t)w, row = n * sizeof(float);
    bool flat = true;
    for (int k = 0; k < i->narg; k++) {
        at[k] = (ur_strip){ X[k].p, X[k].st };
        flat &= i->arg[k].kind == OP_IMM || X[k].st == (X[k].one ? 0 : row);
    }
    for (int k = 0; k < i->nout; k++) {
        const val *v = &V[i->out[k].reg];
        at[i->narg + k] = (ur_strip){ v->p, v->st };
        flat &= v->st == row;
    }
    if (flat) {
        n *= tall;
        tall = 1;
    }
    i->fused->run(tall, n, at);
}

/* Rows are read and written where they lie when a pass over one is long enough, else side by side in tiles. */
static bool lies_well(const ins *i, int w, size_t st, size_t es, int nrow)
{
    int lanes = (int)(64 / es);
    return st == (size_t)w * es || nrow == 1 || w >= (i->fused ? lanes : 4 * lanes) || w % lanes == 0;
}

static bool in_place(const ins *i, const ew_out *o, int w, size_t st, size_t es, int nrow)
{
    return !(i->fused ? o->apart : o->late) && lies_well(i, w, st, es, nrow);
}

/* a function takes all rows at once where every operand can stay where it is: nothing goes through tiles */
static bool straight(const shard *s, const ins *i, const acc *a, int n)
{
    size_t es = s->p->k->esize;
    bool yes = i->fused;
    for (int k = 0; k < i->narg && yes; k++)
        yes = i->arg[k].kind == OP_IMM || ins_one(i, k) || (!i->expand[k] && lies_well(i, i->width, a[k].st, es, n));
    for (int k = 0; k < i->nout && yes; k++) yes = in_place(i, &i->out[k], i->width, ur_exec_stride(s, i->out[k].node), es, n);
    return yes;
}

static void run_ew(shard *s, const ins *i, int r0, int r1)
{
    size_t es = s->p->k->esize;
    int w = i->width, part = tile_width(i), tall = part >= TILE ? 1 : TILE / part, ninput = i->narg;
    size_t reg = ((size_t)tall * (size_t)part * es + 63) & ~(size_t)63;
    val *V = (val *)s->scratch;
    acc *a = (acc *)(V + i->nreg + ninput);
    ur_strip *at = (ur_strip *)(a + ninput);
    char *mem = (char *)(((uintptr_t)(at + ninput + i->nout) + 63) & ~(uintptr_t)63), *regs = mem,
         *tiles = mem + (size_t)i->nreg * reg, *spare = tiles + (size_t)ninput * reg;
    for (int k = 0; k < i->nreg; k++) V[k] = (val){ regs + (size_t)k * reg, 0, false };
    val *X = V + i->nreg;
    for (int k = 0; k < ninput; k++)
        if (i->arg[k].kind == OP_IMM) {
            X[k] = (val){ tiles + (size_t)k * reg, 0, true };
            ur_exec_put(s, X[k].p, i->arg[k].imm);
        }
    for (int row = r0, n; row < r1; row += n) {
        n = r1 - row;
        for (int k = 0; k < ninput; k++)
            if (i->arg[k].kind != OP_IMM) {
                int m = ur_exec_locate(s, &i->arg[k], row, r1, &a[k]);
                if (m < n) n = m;
            }
        bool whole = straight(s, i, a, n);
        int th = whole ? n : tall, tw = whole ? w : part;
        for (int t = 0, nt; t < n; t += nt) {
            nt = n - t < th ? n - t : th;
            for (int c0 = 0, cw; c0 < w; c0 += cw) {
                cw = w - c0 < tw ? w - c0 : tw;
                size_t st = (size_t)cw * es, c = (size_t)c0 * es;
                for (int k = 0; k < ninput; k++) {
                    if (i->arg[k].kind == OP_IMM) continue;
                    char *p = a[k].p + (size_t)t * a[k].st;
                    if (ins_one(i, k)) X[k] = (val){ p, a[k].st, true };
                    else if (!i->expand[k] && lies_well(i, cw, a[k].st, es, nt)) X[k] = (val){ p + c, a[k].st, false };
                    else {
                        X[k] = (val){ tiles + (size_t)k * reg, st, false };
                        gather(s, i, k, &a[k], t, nt, c0, cw, X[k].p);
                    }
                }
                for (int k = 0; k < i->nreg; k++) V[k].st = st;
                for (int k = 0; k < i->nout; k++) {
                    size_t so = ur_exec_stride(s, i->out[k].node);
                    V[i->out[k].reg] = in_place(i, &i->out[k], cw, so, es, nt)
                                           ? (val){ ur_exec_row(s, i->out[k].node, row + t) + c, so, false }
                                           : (val){ regs + (size_t)i->out[k].reg * reg, st, false };
                }
                if (i->fused) run_fused(i, nt, cw, V, at);
                else run_ops(s, i, nt, cw, V, spare, reg);
                for (int k = 0; k < i->nout; k++) {
                    const val *v = &V[i->out[k].reg];
                    if (v->p != regs + (size_t)i->out[k].reg * reg) continue;
                    for (int r = 0; r < nt; r++)
                        memcpy(ur_exec_row(s, i->out[k].node, row + t + r) + c, v->p + (size_t)r * st, st);
                }
            }
        }
    }
    s->flops += (double)i->nop * (double)w * (r1 - r0);
}

static void run_group(shard *s, const row_group *g, int r0, int r1)
{
    ur_strip *at = (ur_strip *)s->scratch;
    for (int row = r0, n; row < r1; row += n) {
        n = r1 - row;
        for (int k = 0; k < g->nstrip; k++) {
            acc a;
            int m = ur_exec_locate(s, &g->strip[k], row, r1, &a);
            if (m < n) n = m;
            at[k] = (ur_strip){ a.p, a.st };
        }
        g->fused->run((size_t)n, 0, at);
    }
    s->flops += g->flops * (r1 - r0);
}

size_t ur_exec_ew_scratch(const ur_schedule *p, const ins *i)
{
    size_t tw = (size_t)tile_width(i), tall = tw >= TILE ? 1 : TILE / tw, reg = (tall * tw * p->k->esize + 63) & ~(size_t)63;
    return (size_t)(i->narg + i->nreg) * (sizeof(val) + sizeof(acc) + sizeof(ur_strip)) + (size_t)(i->narg + i->nreg + 3) * reg +
           256;
}

/* ---- products */
/* A product that is worth it is shared out by columns of its result where a shard has threads to itself. Each part is the very
 * call that one thread would make for those columns, so the bits are the same. */
enum { WORTH = 1 << 15 }; /* multiplications; less is done before another thread has taken notice */
typedef struct product {
    const ur_kernels *k;
    int m, n, deep, lda, ldb, ldc, parts;
    const char *a, *b;
    char *c;
    bool add;
} product;

static void packed_part(void *arg, int part)
{
    const product *p = arg;
    if (p->parts > 1) ur_math_thread_init(); /* it may be a thread that has computed nothing yet */
    p->k->gemm_packed(p->m, p->n, p->deep, p->a, p->lda, p->b, p->add, p->c, p->ldc, part, p->parts);
}
static void sum_part(void *arg, int part)
{
    const product *p = arg;
    if (p->parts > 1) ur_math_thread_init();
    p->k->gemm_sum(p->m, p->n, p->deep, p->a, p->lda, p->b, p->ldb, p->c, p->ldc, part, p->parts);
}
static void share(const shard *s, product p, void (*part)(void *, int))
{
    p.k = s->p->k;
    p.parts = 1;
    if (s->team && (double)p.m * p.n * p.deep >= WORTH) p.parts = ur_pool_threads(s->team) < 32 ? ur_pool_threads(s->team) : 32;
    if (p.parts > 1) ur_pool_share(s->team, p.parts, part, &p);
    else part(&p, 0);
}

/* rows r0… of operand o as one strided block: as they lie, or copied to `to` where they are scattered. *n: rows it holds for */
static const char *block(shard *s, const operand *o, int d, int r0, int r1, char *to, size_t *st, int *n, bool *zero)
{
    if (o->maps) {
        *st = (size_t)o->width * s->p->k->esize;
        *zero = false;
        *n = r1 - r0 < exec_block(*st) ? r1 - r0 : exec_block(*st);
        ur_exec_gather(s, o, d, r0, r0 + *n, to, *st, NULL);
        return to;
    }
    acc a;
    int got = ur_exec_locate(s, o, r0, r1, &a), want = r1 - r0;
    size_t es = ur_plan_esize(s->p, &s->p->g.node[o->node]), w = (size_t)o->width * es;
    *zero = a.zero;
    if (a.zero || ((a.st || got == 1) && (got == want || got >= 16))) {
        *n = got;
        *st = a.st ? a.st : w;
        return a.p;
    }
    if (want > EXEC_BLOCK) want = EXEC_BLOCK;
    *zero = false;
    for (int r = 0; r < want;) {
        int m = ur_exec_locate(s, o, r0 + r, r0 + want, &a);
        for (int k = 0; k < m; k++) memcpy(to + (size_t)(r + k) * w, a.p + (size_t)k * a.st, w);
        r += m;
    }
    *n = want;
    *st = w;
    return to;
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
    ur_exec_locate(s, &i->arg[0], 0, 1, &a);
    *ld = (size_t)M->cols;
    return a.p;
}

/* rows r0… of a product begin as its addend, or as several side by side */
static void start_from(shard *s, const ins *i, int r0, int r1)
{
    char *to = ur_exec_row(s, i->node, r0);
    size_t ld = ur_exec_stride(s, i->node);
    for (int k = 2; k < i->narg; k++) {
        size_t w = (size_t)i->arg[k].width * s->p->k->esize;
        for (int row = r0, n; row < r1; row += n) {
            acc a;
            n = ur_exec_locate(s, &i->arg[k], row, r1, &a);
            for (int r = 0; r < n; r++) memcpy(to + (size_t)(row - r0 + r) * ld, a.p + (size_t)r * a.st, w);
        }
        to += w;
    }
}

/* rows of a product's operand as one block, and its own rows made ready: they hold its addend, or zeros where nothing will be
 * written over them */
typedef struct facing {
    const char *x;
    char *out;
    size_t st;
    int n;
    bool zero, sum;
} facing;

static facing face(shard *s, const ins *i, int row, int r1, bool sum)
{
    enum { START = 64 }; /* rows: what a block starts from is still in L1 when it is added to */
    facing f = { .out = ur_exec_row(s, i->node, row), .sum = sum || i->narg > 2 };
    bool start = i->narg > 2 && !i->add;
    f.x = block(s, &i->arg[1], i->dom, row, start && r1 - row > START ? row + START : r1, s->scratch, &f.st, &f.n, &f.zero);
    if (start) start_from(s, i, row, row + f.n);
    else if (i->narg < 3 && (sum || f.zero)) {
        size_t w = ur_node_width(&s->p->g, &s->p->g.node[i->node]) * s->p->k->esize, ld = ur_exec_stride(s, i->node);
        for (int r = 0; r < f.n; r++) memset(f.out + (size_t)r * ld, 0, w);
    }
    return f;
}

/* one matrix and rows of vectors */
static void run_vectors(shard *s, const ins *i, int r0, int r1)
{
    const ur_kernels *k = s->p->k;
    const ur_node *o = &s->p->g.node[i->node], *M = &s->p->g.node[o->arg[0]];
    size_t es = k->esize, ldo = ur_exec_stride(s, i->node), ldm, out = (size_t)i->rows * es, in = (size_t)i->deep * es;
    const char *m = matrix(s, i, &ldm);
    for (int row = r0; row < r1;) {
        facing f = face(s, i, row, r1, false);
        bool tight = i->each > 1 && f.st == (size_t)i->each * in &&
                     ldo == (size_t)i->each * out; /* rows of `each` vectors are as many rows */
        int parts = tight ? 1 : i->each, n = tight ? f.n * i->each : f.n;
        int lda = tight ? i->deep : (int)(f.st / es), ldc = tight ? i->rows : (int)(ldo / es);
        for (int e = 0; e < parts && !f.zero; e++) {
            const char *x = f.x + (size_t)e * in;
            char *to = f.out + (size_t)e * out;
            if (M->op == UR_PACK)
                share(s,
                      (product){
                          .m = n, .n = i->rows, .deep = i->deep, .a = x, .lda = lda, .b = m, .add = f.sum, .c = to, .ldc = ldc },
                      packed_part);
            else k->gemm(false, !o->trans, n, i->rows, i->deep, x, lda, m, (int)ldm, f.sum ? 1 : 0, to, ldc);
            s->flops += 2.0 * n * i->rows * i->deep;
        }
        row += f.n;
    }
}

/* a matrix for each tuple of fixed indices, or an operand with columns */
static void run_matrices(shard *s, const ins *i, int r0, int r1)
{
    const ur_graph *g = &s->p->g;
    const ur_kernels *k = s->p->k;
    const ur_node *o = &g->node[i->node], *M = &g->node[o->arg[0]], *x = &g->node[o->arg[1]];
    size_t es = k->esize, ldo = ur_exec_stride(s, i->node), ldm, blk = (size_t)M->rows * (size_t)M->cols * es;
    const char *m = matrix(s, i, &ldm);
    int16_t u[2 * UR_MAX_FIXED];
    int nu = union_fix(M, x, u), ne = 1;
    for (int q = 0; q < nu; q++) ne *= g->index[u[q]].size;
    for (int row = r0; row < r1;) {
        facing f = face(s, i, row, r1, o->nred > 0);
        for (int e = 0; e < ne && !f.zero; e++) {
            const char *me = m + blk * (size_t)ur_tuple_within(g, e, nu, u, M->nfix, M->fix);
            const char *xe = f.x + (size_t)(i->deep * o->cols * ur_tuple_within(g, e, nu, u, x->nfix, x->fix)) * es;
            char *to = f.out + (size_t)(i->rows * o->cols * ur_tuple_within(g, e, nu, u, o->nfix, o->fix)) * es;
            if (o->cols == 1)
                k->gemm(false, !o->trans, f.n, i->rows, i->deep, xe, (int)(f.st / es), me, (int)ldm, f.sum ? 1 : 0, to,
                        (int)(ldo / es));
            else
                for (int r = 0; r < f.n; r++)
                    k->gemm(o->trans, false, i->rows, o->cols, i->deep, me, (int)ldm, xe + (size_t)r * f.st, o->cols,
                            f.sum ? 1 : 0, to + (size_t)r * ldo, o->cols);
        }
        if (!f.zero) s->flops += 2.0 * f.n * i->rows * i->deep * ne * o->cols;
        row += f.n;
    }
}

static void run_contract(shard *s, const ins *i, int r0, int r1)
{
    const ur_schedule *p = s->p;
    const ur_graph *g = &p->g;
    const ur_kernels *k = p->k;
    const ur_node *o = &g->node[i->node], *a = &g->node[o->arg[0]], *b = &g->node[o->arg[1]];
    size_t es = k->esize;
    char *out = ur_exec_row(s, i->node, 0);
    int16_t u[2 * UR_MAX_FIXED];
    int nu = union_fix(a, b, u), ne = 1, kc = a->cols;
    for (int q = 0; q < nu; q++) ne *= g->index[u[q]].size;
    int parts = i->each ? i->each : ne;
    if (!ur_exec_adds(s, i->node)) memset(out, 0, ur_node_width(g, o) * es);
    for (int row = r0; row < r1;) {
        size_t sa, sb;
        int na, nb;
        bool za, zb;
        const char *ap = block(s, &i->arg[0], i->dom, row, r1, s->scratch, &sa, &na, &za);
        const char *bp = block(s, &i->arg[1], i->dom, row, row + na, s->scratch + s->scratch_half, &sb, &nb, &zb);
        int n = na < nb ? na : nb;
        bool tight = i->each > 1 && sa == (size_t)(i->each * o->rows) * es && sb == (size_t)(i->each * o->cols) * es;
        for (int e = 0; e < (tight ? 1 : parts) && !za && !zb; e++) {
            int ea = i->each ? e : ur_tuple_within(g, e, nu, u, a->nfix, a->fix),
                eb = i->each ? e : ur_tuple_within(g, e, nu, u, b->nfix, b->fix);
            const char *ae = ap + (size_t)(o->rows * kc * ea) * es, *be = bp + (size_t)(o->cols * kc * eb) * es;
            char *oe = out + (size_t)(o->rows * o->cols * (i->each ? 0 : ur_tuple_within(g, e, nu, u, o->nfix, o->fix))) * es;
            if (kc == 1)
                share(s,
                      (product){ .m = o->rows,
                                 .n = o->cols,
                                 .deep = tight ? n * i->each : n,
                                 .a = ae,
                                 .lda = tight ? o->rows : (int)(sa / es),
                                 .b = be,
                                 .ldb = tight ? o->cols : (int)(sb / es),
                                 .c = oe,
                                 .ldc = o->cols },
                      sum_part);
            else
                for (int r = 0; r < n; r++)
                    k->gemm(false, true, o->rows, o->cols, kc, ae + (size_t)r * sa, kc, be + (size_t)r * sb, kc, 1, oe, o->cols);
        }
        if (!za && !zb) s->flops += 2.0 * n * o->rows * o->cols * parts * kc;
        row += n;
    }
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
            run_group(s, i->group, r0, r1);
            k += i->group->n - 1;
            continue;
        }
        switch (i->kind) {
        case INS_EW: run_ew(s, i, r0, r1); break;
        case INS_PROD: (i->each ? run_vectors : run_matrices)(s, i, r0, r1); break;
        case INS_SLOW: ur_exec_slow(s, i); break;
        case INS_CONTRACT: run_contract(s, i, r0, r1); break;
        default: ur_exec_node(s, i, r0, r1); break;
        }
    }
}

static void find_bad(shard *s)
{
    const ur_schedule *p = s->p;
    const ur_graph *g = &p->g;
    for (int l = 0; l < g->nlike; l++) {
        ur_id v = ur_aliased(&p->g, g->like[l].nll);
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
            s->bad_node = g->like[l].nll;
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
    for (int l = 0; l < g->nlike; l++) {
        double sum = sum_rows(s, ur_aliased(&p->g, g->like[l].nll));
        bad |= !isfinite(sum);
        s->like_sum[l] += sum;
        s->like_count[l] += sum_rows(s, ur_aliased(&p->g, g->like[l].seen));
        s->loss += sum;
    }
    ur_id loss = ur_aliased(&p->g, g->loss);
    if (!g->nlike && !s->to && p->store[loss].buf >= 0) s->loss = ur_exec_get(s, ur_exec_row(s, loss, 0));
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
    for (int l = 0; l < p->g.nlike; l++) s->like_sum[l] = s->like_count[l] = 0;
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
