/* Random graphs for comparing plans: quantities grown one from another by random operators, reads, recurrences in both directions (one and
 * two states, along one index, two indices, a nested index), attention, fixed indices, drawn data; random lengths (0 and 1 among them).
 * Values stay of the order of 1. The same seed gives the same graph and data. */
#ifndef RANDOM_GRAPH_H
#define RANDOM_GRAPH_H
#include "lang/graph_cases.h"

enum { POOL = 40 };
typedef struct pool { bench *b; ur_id q[POOL]; int n; } pool;         /* vectors of 3 along at most two ragged indices */

static inline const ur_node *at(const pool *p, ur_id q) { return &p->b->g.node[q]; }
static inline ur_id some(pool *p) { return p->q[rnd_int(p->b, 0, p->n - 1)]; }
static inline int union_size(const pool *p, ur_id x, ur_id y)
{
    int n = at(p, x)->nidx;
    for (int k = 0; k < at(p, y)->nidx; k++) n += !ur_has_index(at(p, x), at(p, y)->idx[k]);
    return n;
}
/* a member that goes with x: at most two ragged and one fixed index together */
static inline ur_id partner(pool *p, ur_id x)
{
    for (int tries = 0; tries < 20; tries++) {
        ur_id y = some(p);
        if (union_size(p, x, y) <= 2 && !(at(p, x)->nfix && at(p, y)->nfix)) return y;
    }
    return mat(p->b, 3, 1);
}
static inline ur_id linear(bench *b, ur_id x) { return ur_prod(&b->g, mat(b, 3, 3), rnd_int(b, 0, 3) == 0, x, 0, NULL); }
static inline ur_id squash(bench *b, ur_id x) { static const ur_op f[] = { UR_TANH, UR_SIGMOID, UR_SIN, UR_TANH }; return Uny(f[rnd_int(b, 0, 3)], x); }
static inline bool follows(const pool *p, ur_id q, int index) { return ur_has_index(at(p, q), index); }

/* a boundary for q without index `index`: along its other indices, or fewer; −1: none */
static inline ur_id boundary(pool *p, ur_id q, int index)
{
    bench *b = p->b;
    int kind = rnd_int(b, 0, 4);
    if (kind == 0) return -1;
    if (kind == 1) return mat(b, 3, 1);
    if (kind == 2) return pq(b);
    for (int tries = 0; tries < 20; tries++) {
        ur_id y = some(p);
        bool ok = !ur_has_index(at(p, y), index) && !(index == T && ur_has_index(at(p, y), K));
        for (int k = 0; k < at(p, y)->nidx; k++) ok &= ur_has_index(at(p, q), at(p, y)->idx[k]);
        for (int k = 0; k < at(p, y)->nfix; k++) ok &= ur_has_index(at(p, q), at(p, y)->fix[k]);
        if (ok) return y;
    }
    return -1;
}

/* q with random subscripts: `along` (−1: none) by `off`, the others in place */
static inline ur_id read_at(pool *p, ur_id q, int along, ur_sub how)
{
    ur_sub s[8];
    const ur_node *n = at(p, q);
    for (int k = 0; k < n->nidx + n->nfix; k++) {
        int own = k < n->nidx ? n->idx[k] : n->fix[k - n->nidx];
        s[k] = own == along ? how : (ur_sub)REL(own, 0);
    }
    return get(p->b, q, s);
}

static inline ur_id grow_read(pool *p)
{
    bench *b = p->b;
    ur_id q = some(p);
    if (!at(p, q)->nidx) return squash(b, linear(b, q));
    int index = at(p, q)->idx[rnd_int(b, 0, at(p, q)->nidx - 1)];
    if (index == T && follows(p, q, K) && rnd_int(b, 0, 1)) index = K;
    ur_sub s = REL(index, rnd_int(b, -3, 3));
    int kind = rnd_int(b, 0, 9);
    bool nested = index == T && follows(p, q, K);            /* k would lose its parent */
    if (kind == 0 && !nested) s = (ur_sub)FIRST(rnd_int(b, -1, 1));
    if (kind == 1 && !nested) s = (ur_sub)END(rnd_int(b, -1, 1));
    if (nested) s.off = 0;
    if (s.off <= 0) s.before = boundary(p, q, index);
    if (s.off >= 0) s.after = boundary(p, q, index);
    return read_at(p, q, index, s);
}

static inline ur_id grow_lags(pool *p)                       /* Σ_j A_j q[t-j] */
{
    bench *b = p->b;
    ur_id q = some(p);
    if (!at(p, q)->nidx || at(p, q)->nfix || follows(p, q, K)) return linear(b, q);
    int index = at(p, q)->idx[0], con[1] = { J };
    ur_sub s = REL(index, rnd_int(b, -1, 1));
    s.nfix = 1; s.fix[0] = J; s.times[0] = rnd_int(b, 0, 1) ? 1 : -1;
    s.before = boundary(p, q, index); s.after = boundary(p, q, index);
    return squash(b, ur_prod(&b->g, par(b, 3, 3, J, -1, true), false, read_at(p, q, index, s), 1, con));
}

static inline ur_id step_of(bench *b, ur_id in, ur_id back) { return squash(b, Add(linear(b, in), linear(b, back))); }

static inline ur_id gate(bench *b, ur_id x, ur_id h) { return Uny(UR_SIGMOID, Add(Add(linear(b, x), linear(b, h)), mat(b, 3, 1))); }

static inline ur_id grow_scan(pool *p)
{
    bench *b = p->b;
    ur_id in = some(p);
    const ur_node n = *at(p, in);
    if (!n.nidx || n.nfix) return squash(b, linear(b, in));
    int index = n.idx[rnd_int(b, 0, n.nidx - 1)];
    if (index == T && follows(p, in, K)) index = K;
    ur_id h = later(b, 3, n.idx[0], n.nidx > 1 ? n.idx[1] : -1);
    int off = rnd_int(b, 1, 4) == 1 ? 2 : 1;
    bool forward = rnd_int(b, 0, 2) > 0;
    ur_sub s = REL(index, forward ? -off : off);
    if (forward) s.before = boundary(p, h, index); else s.after = boundary(p, h, index);
    ur_id back = read_at(p, h, index, s);
    switch (rnd_int(b, 0, 5)) {
    case 0: return define(b, h, step_of(b, in, back));
    case 1: {                                                /* gated, one state */
        ur_id z = gate(b, in, back), r = gate(b, in, back), c = Tanh(Add(linear(b, in), linear(b, Mul(r, back))));
        return define(b, h, Add(Mul(Bin(UR_SUB, Num(1), z), back), Mul(z, c))); }
    case 2: {                                                /* two states */
        ur_id c = later(b, 3, n.idx[0], n.nidx > 1 ? n.idx[1] : -1);
        ur_sub sc = s;
        sc.before = sc.after = -1;
        define(b, c, Add(Mul(gate(b, in, back), read_at(p, c, index, sc)), Mul(gate(b, in, back), Tanh(Add(linear(b, in), linear(b, back))))));
        return define(b, h, Mul(gate(b, in, back), Tanh(c))); }
    case 3: {                                                /* with attention on another index inside */
        if (n.nidx > 1 || index == U) return define(b, h, step_of(b, in, back));
        ur_id keys = in_u(b), score = ur_prod(&b->g, mat(b, 3, 1), true, Tanh(Add(linear(b, back), keys)), 0, NULL);
        ur_id a = Uny(UR_EXP, Bin(UR_SUB, score, red(b, UR_RLSE, score, -1, U)));
        return define(b, h, step_of(b, in, Add(back, red(b, UR_RSUM, Mul(a, keys), -1, U)))); }
    case 4: {                                                /* along both indices */
        if (n.nidx < 2 || follows(p, in, K)) return define(b, h, step_of(b, in, back));
        int other = n.idx[0] == index ? n.idx[1] : n.idx[0];
        ur_sub so = REL(other, rnd_int(b, 0, 1) ? -1 : 1);
        if (so.off < 0) so.before = boundary(p, h, other); else so.after = boundary(p, h, other);
        return define(b, h, step_of(b, in, Add(back, read_at(p, h, other, so)))); }
    default: {                                               /* an output that is read back too, a map between */
        ur_id o = squash(b, linear(b, h));
        ur_sub s2 = REL(index, forward ? -1 : 1);
        define(b, h, step_of(b, in, Add(back, read_at(p, o, index, s2))));
        return rnd_int(b, 0, 1) ? o : h; }
    }
}

static inline ur_id grow_reduce(pool *p)
{
    bench *b = p->b;
    ur_id q = some(p);
    const ur_node n = *at(p, q);
    if (!n.nidx) return linear(b, q);
    int index = follows(p, q, K) ? K : n.idx[rnd_int(b, 0, n.nidx - 1)];
    if (rnd_int(b, 0, 5) == 0 && n.nfix) index = n.fix[0];
    ur_id c = rnd_int(b, 0, 2) ? -1 : Bin(rnd_int(b, 0, 1) ? UR_LE : UR_GT, pos(b, index), Num(rnd_int(b, 1, 3)));
    if (c >= 0 && n.nidx > 1 && !follows(p, q, K) && rnd_int(b, 0, 1)) c = Bin(UR_LE, pos(b, n.idx[0]), pos(b, n.idx[1]));
    switch (rnd_int(b, 0, 3)) {
    case 0: return Mul(Num(0.4), red(b, UR_RSUM, q, c, index));
    case 1: return Bin(UR_MAX2, red(b, UR_RMAX, q, c, index), Num(-2));
    case 2: return Bin(UR_MAX2, red(b, UR_RLSE, q, c, index), Num(-2));
    default: {                                               /* weighted by a softmax */
        ur_id score = ur_prod(&b->g, mat(b, 3, 1), true, q, 0, NULL);
        ur_id a = Uny(UR_EXP, Bin(UR_SUB, score, red(b, UR_RLSE, score, c, index)));
        return red(b, UR_RSUM, Mul(a, q), c, index); }
    }
}

static inline ur_id grow_self(pool *p)                       /* attention of a sequence to itself */
{
    bench *b = p->b;
    ur_id q = some(p);
    if (at(p, q)->nidx != 1 || at(p, q)->nfix || !follows(p, q, T)) return squash(b, linear(b, q));
    ur_id keys = get1(b, q, (ur_sub)REL(S, rnd_int(b, -1, 1)));
    ur_id score = node(b, UR_CSUM, 1, 1, Mul(linear(b, q), keys), -1, -1, 0), c = rnd_int(b, 0, 1) ? causal(b) : -1;
    ur_id a = Uny(UR_EXP, Bin(UR_SUB, score, red(b, UR_RLSE, score, c, S)));
    return red(b, UR_RSUM, Mul(a, keys), c, S);
}

static inline ur_id grow_map(pool *p)
{
    bench *b = p->b;
    ur_id x = some(p), y = partner(p, x);
    switch (rnd_int(b, 0, 11)) {
    case 0: case 1: return Mul(x, y);
    case 2: return Mul(Num(0.6), Add(x, y));
    case 3: return squash(b, Add(linear(b, x), mat(b, 3, 1)));
    case 4: { ur_id z[2] = { x, y }; return Tanh(ur_prod(&b->g, mat(b, 3, 6), false, ur_concat(&b->g, 2, z), 0, NULL)); }
    case 5: { ur_id z[3] = { node(b, UR_SLICE, 1, 1, x, -1, -1, 2), node(b, UR_SLICE, 2, 1, x, -1, -1, 0), 0 }; return ur_concat(&b->g, 2, z); }
    case 6: return Uny(UR_EXP, Bin(UR_SUB, x, node(b, UR_CLSE, 1, 1, x, -1, -1, 0)));
    case 7: return Add(x, Mul(Num(0.3), node(b, rnd_int(b, 0, 1) ? UR_CSUM : UR_CMAX, 1, 1, y, -1, -1, 0)));
    case 8: return at(p, x)->nidx ? ur_where(&b->g, Bin(UR_GT, pos(b, at(p, x)->idx[0]), Num(rnd_int(b, 1, 3))), x, y) : ur_where(&b->g, Bin(UR_GT, y, Num(0)), x, y);
    case 9: return Bin(UR_DIV, x, Add(Num(1.5), Uny(UR_ABS, y)));
    case 10: return at(p, x)->nfix ? x : ur_prod(&b->g, par(b, 3, 3, M, -1, true), false, x, 0, NULL);
    default: return Bin(rnd_int(b, 0, 1) ? UR_MAX2 : UR_MIN2, x, y);
    }
}

static inline void start_pool(pool *p)
{
    bench *b = p->b;
    p->q[p->n++] = in_t(b);
    ur_id more[] = { in_u(b), pq(b), lookup_before(b), in_tk(b), in_tu(b), Tanh(ur_prod(&b->g, mat(b, 3, 1), false, fill(b), 0, NULL)), lookup(b), mat(b, 3, 1) };
    for (size_t k = 0; k < sizeof more / sizeof *more; k++) {
        if (rnd_int(b, 0, 1) == 0) continue;
        ur_id q = more[k];
        if (at(p, q)->rows == 2) q = Tanh(ur_prod(&b->g, mat(b, 3, 2), false, q, 0, NULL));
        p->q[p->n++] = q;
    }
}

/* A random graph in an unopened bench, its loss set; *keep gets the quantities (at most POOL), their number is returned. The caller runs
 * ur_grad where it wants gradients, fills b->batch further if it likes, and calls bench_close. */
static inline int random_graph(bench *b, uint64_t seed, ur_id *keep)
{
    bench_begin(b, seed, true);
    if (setjmp(b->trap)) fail_msg("graph %llu: %s", (unsigned long long)seed, b->err.text);
    pool p = { .b = b };
    start_pool(&p);
    int steps = rnd_int(b, 2, 12);
    for (int k = 0; k < steps; k++) {
        ur_id q;
        switch (rnd_int(b, 0, 9)) {
        case 0: case 1: q = grow_map(&p); break;
        case 2: case 3: q = grow_read(&p); break;
        case 4: case 5: case 6: q = grow_scan(&p); break;
        case 7: q = grow_reduce(&p); break;
        case 8: q = grow_lags(&p); break;
        default: q = grow_self(&p); break;
        }
        if (at(&p, q)->nidx <= 2 && at(&p, q)->nfix <= 1) p.q[p.n++] = q;
    }
    ur_id loss = -1;
    for (int k = 0; k < 3; k++) {                            /* the last quantities, and one of the others */
        ur_id l = k < 2 ? p.q[p.n - 1 - (k && p.n > 1)] : some(&p);
        if (!b->g.node[l].example) l = Mul(l, Add(Num(1), Mul(Num(0), pos(b, T))));   /* a loss sums over examples: shards add up */
        l = weigh(b, l);
        loss = loss < 0 ? l : Add(loss, l);
    }
    b->g.loss = loss;
    if (rnd_int(b, 0, 2) == 0) for (int e = 0; e < EXAMPLES; e++) b->item[e].hide_from = rnd_int(b, 0, 7);
    if (rnd_int(b, 0, 2) == 0) { b->batch.n = (size_t)rnd_int(b, 1, EXAMPLES); for (int e = 0; e < EXAMPLES; e++) b->item[e].example = (uint32_t)rnd_int(b, 0, EXAMPLES - 1); }
    memcpy(keep, p.q, sizeof *keep * (size_t)p.n);
    return p.n;
}
#endif
