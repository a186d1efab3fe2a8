/* Products of matrices with rows of vectors, and of rows with rows, on blocks of rows that lie at one stride or are gathered.
 * Must not know scans or threads, but that a product may be shared out. */
#include "run/cpu/exec.h"
#include <string.h>

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

void ur_exec_contract(shard *s, const ins *i, int r0, int r1)
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

void ur_exec_product(shard *s, const ins *i, int r0, int r1)
{
    if (i->each) run_vectors(s, i, r0, r1);
    else run_matrices(s, i, r0, r1);
}
