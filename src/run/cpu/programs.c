/* Component-wise programs over rows: one function, or over tiles of rows × columns that stay in the L1 cache a kernel for each
 * operation and tile. Must not know scans or what an instruction is for. */
#include "run/cpu/exec.h"
#include <stdint.h>
#include <string.h>

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

void ur_exec_ew(shard *s, const ins *i, int r0, int r1)
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

void ur_exec_group(shard *s, const row_group *g, int r0, int r1)
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
