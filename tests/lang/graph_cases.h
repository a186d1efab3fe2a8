/* One small graph for each structural operator and each way of reading, reducing and recurring: what test_grad checks by finite differences
 * and what plans are compared on. Each case makes one quantity; graph_bench.h makes the data, the loss and the checks. */
#ifndef GRAPH_CASES_H
#define GRAPH_CASES_H
#include "lang/graph_bench.h"

#define Uny(op, a) ur_unary(&b->g, op, a)
#define Bin(op, x, y) ur_binary(&b->g, op, x, y)
#define Add(x, y) Bin(UR_ADD, x, y)
#define Mul(x, y) Bin(UR_MUL, x, y)
#define Tanh(x) Uny(UR_TANH, x)
#define Num(v) ur_num(&b->g, v)
#define Prod(m, x) ur_prod(&b->g, m, false, x, 0, NULL)

static inline ur_id in_t(bench *b) { return Tanh(Prod(mat(b, 3, 2), dat(b, X))); }                    /* 3 numbers along t */
static inline ur_id in_u(bench *b) { return Tanh(Prod(mat(b, 3, 2), dat(b, V))); }
static inline ur_id in_tk(bench *b) { return Tanh(Add(Mul(mat(b, 2, 1), dat(b, Z)), Prod(mat(b, 2, 2), dat(b, X)))); }
static inline ur_id in_tu(bench *b) { return Tanh(Add(in_t(b), in_u(b))); }
static inline ur_id in_jt(bench *b) { return Tanh(Prod(par(b, 3, 2, J, -1, true), dat(b, X))); }      /* along t and j */
static inline ur_id pq(bench *b) { return Tanh(Prod(mat(b, 3, 2), dat(b, Q))); }                      /* no index */

static inline ur_id read_back(bench *b) { return get1(b, in_t(b), (ur_sub)REL(T, -1)); }
static inline ur_id read_back3(bench *b) { return get1(b, in_t(b), (ur_sub)REL(T, -3)); }
static inline ur_id read_ahead(bench *b) { return get1(b, in_t(b), (ur_sub)REL(T, 2)); }
static inline ur_id read_first(bench *b) { return get1(b, in_t(b), (ur_sub)FIRST(0)); }
static inline ur_id read_second(bench *b) { return get1(b, in_t(b), (ur_sub)FIRST(1)); }
static inline ur_id read_end(bench *b) { return get1(b, in_t(b), (ur_sub)END(0)); }
static inline ur_id read_end1(bench *b) { return Mul(get1(b, in_t(b), (ur_sub)END(-1)), in_u(b)); }
static inline ur_id with_before(bench *b, int off, bool example)
{
    ur_id h0 = example ? pq(b) : mat(b, 3, 1);
    ur_sub s = REL(T, -off);
    s.before = h0;
    return get1(b, in_t(b), s);
}
static inline ur_id read_before(bench *b) { return with_before(b, 1, false); }
static inline ur_id read_before_q(bench *b) { return with_before(b, 1, true); }
static inline ur_id read_before2(bench *b) { return with_before(b, 2, true); }
static inline ur_id read_before6(bench *b) { return with_before(b, 6, true); }
static inline ur_id read_after(bench *b) { ur_sub s = REL(T, 1); s.after = pq(b); return get1(b, in_t(b), s); }
static inline ur_id read_after6(bench *b) { ur_sub s = REL(T, 6); s.after = mat(b, 3, 1); return get1(b, in_t(b), s); }
static inline ur_id read_first_before(bench *b) { ur_sub s = FIRST(-1); s.before = pq(b); return get1(b, in_t(b), s); }
static inline ur_id read_end_after(bench *b) { ur_sub s = END(1); s.after = pq(b); return get1(b, in_t(b), s); }
static inline ur_id read_end_beyond(bench *b) { ur_sub s = END(-2); s.before = pq(b); return get1(b, in_t(b), s); }
static inline ur_id lags(bench *b, int off, int sign, bool edges)
{
    ur_sub s = REL(T, off);
    s.nfix = 1; s.fix[0] = J; s.times[0] = sign;
    if (edges) { s.before = pq(b); s.after = mat(b, 3, 1); }
    return get1(b, in_t(b), s);
}
static inline ur_id lag_minus(bench *b) { return lags(b, 0, -1, false); }
static inline ur_id lag_plus(bench *b) { return lags(b, -2, 1, false); }
static inline ur_id lag_edges(bench *b) { return lags(b, 0, -1, true); }
static inline ur_id lag_plus_edges(bench *b) { return lags(b, -2, 1, true); }
static inline ur_id lag_two(bench *b)
{
    ur_sub s = REL(T, 1);
    s.nfix = 2; s.fix[0] = J; s.times[0] = -1; s.fix[1] = M; s.times[1] = 1;
    return get1(b, in_t(b), s);
}
static inline ur_id lag_weighted(bench *b)                          /* Σ_j A_j h[t-j]: an autoregression */
{
    int con[1] = { J };
    return ur_prod(&b->g, par(b, 2, 3, J, -1, true), false, lags(b, 0, -1, false), 1, con);
}
static inline ur_id lag_own(bench *b)                               /* x[t-j, j]: a shifted index that the quantity has too */
{
    ur_sub s[2] = { REL(T, 0), REL(J, 0) };
    s[0].nfix = 1; s[0].fix[0] = J; s[0].times[0] = -1;
    return get(b, in_jt(b), s);
}
static inline ur_id fixed_first(bench *b) { return get2(b, in_jt(b), (ur_sub)REL(T, -1), (ur_sub)FIRST(1)); }
static inline ur_id fixed_end(bench *b) { return get2(b, in_jt(b), (ur_sub)END(0), (ur_sub)END(-1)); }
static inline ur_id fixed_shift(bench *b) { return get2(b, in_jt(b), (ur_sub)REL(T, 0), (ur_sub)REL(J, -1)); }
static inline ur_id fixed_by_ragged(bench *b)                       /* p[j] read at j = t */
{
    return get1(b, par(b, 3, 1, J, -1, true), (ur_sub)REL(T, 0));
}
static inline ur_id ragged_by_fixed(bench *b) { return get1(b, in_t(b), (ur_sub)REL(J, 0)); }
static inline ur_id fixed_rename(bench *b)                          /* p[j] read at m: every pair through a second fixed index */
{
    return Mul(get1(b, par(b, 3, 1, J, -1, true), (ur_sub)REL(M, 0)), in_jt(b));
}
static inline ur_id two_indices(bench *b) { return get2(b, in_tu(b), (ur_sub)REL(T, -1), (ur_sub)REL(U, 1)); }
static inline ur_id two_first(bench *b) { return get2(b, in_tu(b), (ur_sub)REL(T, 0), (ur_sub)FIRST(0)); }
static inline ur_id two_edges(bench *b)
{
    ur_sub s[2] = { REL(T, -1), REL(U, -1) };
    s[0].before = in_u(b); s[1].before = in_t(b);
    return get(b, in_tu(b), s);
}
static inline ur_id nested_end(bench *b) { return get2(b, in_tk(b), (ur_sub)REL(T, 0), (ur_sub)END(0)); }
static inline ur_id nested_first(bench *b) { return get2(b, in_tk(b), (ur_sub)REL(T, -1), (ur_sub)FIRST(0)); }
static inline ur_id nested_shift(bench *b) { return get2(b, in_tk(b), (ur_sub)REL(T, 0), (ur_sub)REL(K, -1)); }
static inline ur_id alias_read(bench *b) { return Mul(in_t(b), get1(b, in_t(b), (ur_sub)REL(S, 0))); }
static inline ur_id alias_shift(bench *b) { return Mul(in_t(b), get1(b, in_t(b), (ur_sub)REL(S, -1))); }

static inline ur_id table_ts(bench *b) { return Tanh(Add(in_t(b), get1(b, in_t(b), (ur_sub)REL(S, 0)))); }
static inline ur_id diagonal(bench *b) { return get2(b, table_ts(b), (ur_sub)REL(T, 0), (ur_sub)REL(T, 0)); }
static inline ur_id below_diagonal(bench *b) { return get2(b, table_ts(b), (ur_sub)REL(T, 0), (ur_sub)REL(T, -1)); }
static inline ur_id swapped(bench *b) { return get2(b, table_ts(b), (ur_sub)REL(S, 0), (ur_sub)REL(T, 0)); }
static inline ur_id one_lag_each(bench *b)                          /* x[t-j, u]: a fixed index and a second ragged one, with boundaries along the other */
{
    ur_sub s[2] = { REL(T, 0), REL(U, -1) };
    s[0].nfix = 1; s[0].fix[0] = J; s[0].times[0] = -1;
    s[0].before = in_u(b); s[1].before = in_t(b);
    return get(b, in_tu(b), s);
}
static inline ur_id same_lag_twice(bench *b)                        /* x[t-j, u-j] */
{
    ur_sub s[2] = { REL(T, 0), REL(U, 0) };
    for (int k = 0; k < 2; k++) { s[k].nfix = 1; s[k].fix[0] = J; s[k].times[0] = -1; }
    return get(b, in_tu(b), s);
}
static inline ur_id boundary_with_fixed(bench *b)                   /* h0[j] before h[t,j] */
{
    ur_sub s[2] = { REL(T, -1), REL(J, 0) };
    s[0].before = par(b, 3, 1, J, -1, true);
    return get(b, in_jt(b), s);
}

/* recurrences */
static inline ur_id rnn_from(bench *b, int off, ur_id before, ur_id after)
{
    ur_id h = later(b, 3, T, -1);
    ur_sub s = REL(T, off);
    s.before = before; s.after = after;
    ur_id a = Add(Prod(mat(b, 3, 3), get1(b, h, s)), Prod(mat(b, 3, 2), dat(b, X)));
    return define(b, h, Tanh(a));
}
static inline ur_id rnn(bench *b) { return rnn_from(b, -1, -1, -1); }
static inline ur_id rnn_start(bench *b) { return rnn_from(b, -1, pq(b), -1); }
static inline ur_id rnn_two_back(bench *b) { return rnn_from(b, -2, mat(b, 3, 1), -1); }
static inline ur_id rnn_reverse(bench *b) { return rnn_from(b, 1, -1, pq(b)); }
static inline ur_id rnn_last(bench *b) { return get1(b, rnn_start(b), (ur_sub)END(0)); }
static inline ur_id rnn_grid(bench *b)                              /* h[t,u] from h[t-1,u] and h[t,u-1] */
{
    ur_id h = later(b, 3, T, U);
    ur_sub up[2] = { REL(T, -1), REL(U, 0) }, left[2] = { REL(T, 0), REL(U, -1) };
    up[0].before = in_u(b); left[1].before = in_t(b);
    ur_id a = Add(Prod(mat(b, 3, 3), get(b, h, up)), Prod(mat(b, 3, 3), get(b, h, left)));
    return define(b, h, Tanh(Add(a, in_tu(b))));
}
static inline ur_id rnn_nested(bench *b)                            /* along k, anew for each t; then along t from its last state */
{
    ur_id h = later(b, 2, T, K), o = later(b, 2, T, -1);
    ur_sub s[2] = { REL(T, 0), REL(K, -1) };
    s[1].before = get1(b, o, (ur_sub)REL(T, -1));
    define(b, h, Tanh(Add(Prod(mat(b, 2, 2), get(b, h, s)), in_tk(b))));
    ur_sub e[2] = { REL(T, 0), END(0) };
    e[1].before = mat(b, 2, 1);
    return define(b, o, Tanh(get(b, h, e)));
}
static inline ur_id ar_lags(bench *b)                               /* h[t] = tanh(Σ_j A_j h[t-j] + x) */
{
    ur_id h = later(b, 3, T, -1);
    ur_sub s = REL(T, 0);
    s.nfix = 1; s.fix[0] = J; s.times[0] = -1; s.before = pq(b);
    int con[1] = { J };
    ur_id a = ur_prod(&b->g, par(b, 3, 3, J, -1, true), false, get1(b, h, s), 1, con);
    return define(b, h, Tanh(Add(a, Prod(mat(b, 3, 2), dat(b, X)))));
}

/* matrices */
static inline ur_id prod_trans(bench *b) { return ur_prod(&b->g, mat(b, 3, 2), true, in_t(b), 0, NULL); }
static inline ur_id prod_row(bench *b) { return ur_prod(&b->g, mat(b, 3, 1), true, in_t(b), 0, NULL); }
static inline ur_id prod_fix(bench *b) { return Prod(par(b, 2, 3, M, -1, true), in_jt(b)); }
static inline ur_id prod_fix_trans(bench *b) { return ur_prod(&b->g, par(b, 3, 2, J, -1, true), true, in_jt(b), 0, NULL); }
static inline ur_id prod_contract(bench *b) { int c[1] = { J }; return ur_prod(&b->g, par(b, 2, 3, J, -1, true), false, in_jt(b), 1, c); }
static inline ur_id prod_contract2(bench *b) { int c[1] = { J }; return ur_prod(&b->g, par(b, 2, 3, J, M, true), false, in_jt(b), 1, c); }
static inline ur_id prod_const(bench *b) { return Mul(Prod(mat(b, 3, 3), Tanh(mat(b, 3, 1))), in_t(b)); }
static inline ur_id prod_pos(bench *b) { return Prod(mat(b, 3, 1), ur_unary(&b->g, UR_SIN, pos(b, T))); }
static inline ur_id transpose(bench *b) { return Prod(node(b, UR_TRANS, 2, 3, Tanh(mat(b, 3, 2)), -1, -1, 0), in_t(b)); }
static inline ur_id trans_row(bench *b) { return node(b, UR_TRANS, 1, 3, in_jt(b), -1, -1, 0); }
static inline ur_id lookup(bench *b) { return node(b, UR_LOOKUP, 3, 1, mat(b, 3, SYMBOLS), dat(b, W), -1, 0); }
static inline ur_id lookup_fix(bench *b) { return node(b, UR_LOOKUP, 3, 1, par(b, 3, SYMBOLS, J, -1, true), dat(b, W), -1, 0); }
static inline ur_id lookup_before(bench *b) { return node(b, UR_LOOKUP, 3, 1, mat(b, 3, SYMBOLS), get1(b, dat(b, W), (ur_sub)REL(T, -1)), -1, 0); }
static inline ur_id tied(bench *b)                                  /* E' E w: look-up and product share E */
{
    ur_id e = mat(b, 3, SYMBOLS);
    return ur_prod(&b->g, e, true, node(b, UR_LOOKUP, 3, 1, e, dat(b, W), -1, 0), 0, NULL);
}
static inline ur_id xent(bench *b) { return node(b, UR_XENT, 1, 1, Prod(mat(b, SYMBOLS, 3), in_t(b)), dat(b, W), -1, 0); }
static inline ur_id xent_const(bench *b) { return node(b, UR_XENT, 1, 1, mat(b, SYMBOLS, 1), dat(b, W), -1, 0); }
static inline ur_id concat(bench *b) { ur_id x[3] = { in_t(b), mat(b, 2, 1), dat(b, X) }; return Tanh(ur_concat(&b->g, 3, x)); }
static inline ur_id concat_fix(bench *b) { ur_id x[2] = { in_jt(b), mat(b, 2, 1) }; return Tanh(ur_concat(&b->g, 2, x)); }
static inline ur_id slices(bench *b)
{
    ur_id h = in_t(b);
    return Mul(node(b, UR_SLICE, 2, 1, h, -1, -1, 1), node(b, UR_SLICE, 1, 1, h, -1, -1, 0));
}
static inline ur_id slice_mid(bench *b) { return node(b, UR_SLICE, 1, 1, in_jt(b), -1, -1, 1); }
static inline ur_id where_pos(bench *b) { return ur_where(&b->g, Bin(UR_GT, pos(b, T), Num(2)), in_t(b), mat(b, 3, 1)); }
static inline ur_id where_vector(bench *b) { return ur_where(&b->g, Bin(UR_GT, in_t(b), Num(0)), in_t(b), pq(b)); }

/* over components and indices */
static inline ur_id comp_sum(bench *b) { return node(b, UR_CSUM, 1, 1, in_jt(b), -1, -1, 0); }
static inline ur_id comp_max(bench *b) { return node(b, UR_CMAX, 1, 1, in_jt(b), -1, -1, 0); }
static inline ur_id comp_lse(bench *b) { return node(b, UR_CLSE, 1, 1, in_jt(b), -1, -1, 0); }
static inline ur_id softmax(bench *b) { ur_id h = in_t(b); return Uny(UR_EXP, Bin(UR_SUB, h, node(b, UR_CLSE, 1, 1, h, -1, -1, 0))); }
static inline ur_id red(bench *b, ur_op op, ur_id x, ur_id c, int i) { return ur_reduce(&b->g, op, x, c, 1, &i, false); }
static inline ur_id sum_t(bench *b) { return red(b, UR_RSUM, in_t(b), -1, T); }
static inline ur_id sum_u(bench *b) { return red(b, UR_RSUM, in_tu(b), -1, U); }
static inline ur_id sum_k(bench *b) { return red(b, UR_RSUM, in_tk(b), -1, K); }
static inline ur_id sum_tk(bench *b) { int r[2] = { T, K }; return ur_reduce(&b->g, UR_RSUM, in_tk(b), -1, 2, r, false); }
static inline ur_id sum_j(bench *b) { return red(b, UR_RSUM, in_jt(b), -1, J); }
static inline ur_id sum_examples(bench *b) { int r[1] = { T }; return Tanh(ur_reduce(&b->g, UR_RSUM, in_t(b), -1, 1, r, true)); }
static inline ur_id pairs(bench *b) { return Mul(in_t(b), get1(b, in_t(b), (ur_sub)REL(S, 0))); }
static inline ur_id causal(bench *b) { return Bin(UR_LE, pos(b, S), pos(b, T)); }
static inline ur_id sum_if(bench *b) { return red(b, UR_RSUM, pairs(b), causal(b), S); }
static inline ur_id sum_if_t(bench *b) { return red(b, UR_RSUM, pairs(b), Bin(UR_LT, pos(b, S), pos(b, T)), T); }
static inline ur_id max_t(bench *b) { return red(b, UR_RMAX, in_t(b), Bin(UR_GE, pos(b, T), Num(1)), T); }
static inline ur_id max_if(bench *b) { return red(b, UR_RMAX, pairs(b), causal(b), S); }
static inline ur_id max_j(bench *b) { return red(b, UR_RMAX, in_jt(b), -1, J); }
static inline ur_id lse_if(bench *b) { return red(b, UR_RLSE, pairs(b), causal(b), S); }
static inline ur_id lse_j(bench *b) { return red(b, UR_RLSE, in_jt(b), -1, J); }
static inline ur_id attention(bench *b)                             /* softmax[s <= t] of scores, then the weighted sum */
{
    ur_id h = in_t(b), keys = get1(b, h, (ur_sub)REL(S, 0));
    ur_id score = node(b, UR_CSUM, 1, 1, Mul(Prod(mat(b, 3, 3), h), keys), -1, -1, 0);
    ur_id c = causal(b), l = red(b, UR_RLSE, score, c, S);
    ur_id a = Uny(UR_EXP, Bin(UR_SUB, score, l));
    return red(b, UR_RSUM, Mul(a, keys), c, S);
}
static inline ur_id self_sum(bench *b)                              /* h[t] = tanh(Σ_{s<t} h[s] + x): reads itself through a condition */
{
    ur_id h = later(b, 3, T, -1);
    ur_id sum = red(b, UR_RSUM, get1(b, h, (ur_sub)REL(S, 0)), Bin(UR_LT, pos(b, S), pos(b, T)), S);
    return define(b, h, Tanh(Add(Prod(mat(b, 3, 3), sum), Prod(mat(b, 3, 2), dat(b, X)))));
}
static inline ur_id fill(bench *b)                                  /* y where it is seen, else the model's own mean, which feeds back */
{
    ur_id m = later(b, 1, T, -1), s = mat(b, 1, 1);
    ur_id arg[4] = { dat(b, Y), seen_leaf(b, UR_GIVEN, Y), m, s };
    ur_node n = { .op = UR_FILL, .rows = 1, .cols = 1, .narg = 4, .arg = arg, .i = Y, .j = UR_NORMAL };
    for (int k = 0; k < 4; k++) ur_union(&b->g, &n, arg[k]);
    ur_id f = ur_node_add(&b->g, &n);
    ur_id a = Add(Mul(mat(b, 1, 1), get1(b, f, (ur_sub)REL(T, -1))), ur_prod(&b->g, mat(b, 2, 1), true, dat(b, X), 0, NULL));
    define(b, m, Tanh(a));
    return Add(f, m);
}
static inline ur_id mask(bench *b) { return Mul(seen_leaf(b, UR_MASK, Y), in_t(b)); }
static inline ur_id length_of(bench *b)
{
    ur_node n = { .op = UR_LEN, .example = true, .rows = 1, .cols = 1, .i = K, .nidx = 1, .idx = { T } };
    return Mul(ur_node_add(&b->g, &n), in_t(b));
}
static inline ur_id dropout(bench *b)
{
    ur_node n = { .op = UR_RAND, .example = true, .rows = 3, .cols = 1, .num = 0.4, .i = 2, .nidx = 1, .idx = { T } };
    return Mul(ur_node_add(&b->g, &n), in_t(b));
}

#define CASE(f) { #f, f }
typedef struct graph_case { const char *name; ur_id (*make)(bench *); } graph_case;
static const graph_case cases[] = {
    CASE(read_back), CASE(read_back3), CASE(read_ahead), CASE(read_first), CASE(read_second), CASE(read_end), CASE(read_end1), CASE(read_before),
    CASE(read_before_q), CASE(read_before2), CASE(read_before6), CASE(read_after), CASE(read_after6), CASE(read_first_before), CASE(read_end_after),
    CASE(read_end_beyond), CASE(lag_minus), CASE(lag_plus), CASE(lag_edges), CASE(lag_plus_edges), CASE(lag_two), CASE(lag_weighted), CASE(lag_own),
    CASE(fixed_first), CASE(fixed_end), CASE(fixed_shift), CASE(fixed_by_ragged), CASE(ragged_by_fixed), CASE(fixed_rename), CASE(two_indices),
    CASE(two_first), CASE(two_edges), CASE(nested_end), CASE(nested_first), CASE(nested_shift), CASE(alias_read), CASE(alias_shift), CASE(diagonal), CASE(below_diagonal), CASE(swapped), CASE(one_lag_each),
    CASE(same_lag_twice), CASE(boundary_with_fixed), CASE(rnn),
    CASE(rnn_start), CASE(rnn_two_back), CASE(rnn_reverse), CASE(rnn_last), CASE(rnn_grid), CASE(rnn_nested), CASE(ar_lags), CASE(prod_trans),
    CASE(prod_row), CASE(prod_fix), CASE(prod_fix_trans), CASE(prod_contract), CASE(prod_contract2), CASE(prod_const), CASE(prod_pos), CASE(transpose),
    CASE(trans_row), CASE(lookup), CASE(lookup_fix), CASE(lookup_before), CASE(tied), CASE(xent), CASE(xent_const), CASE(concat), CASE(concat_fix), CASE(slices),
    CASE(slice_mid), CASE(where_pos), CASE(where_vector), CASE(comp_sum), CASE(comp_max), CASE(comp_lse), CASE(softmax), CASE(sum_t), CASE(sum_u),
    CASE(sum_k), CASE(sum_tk), CASE(sum_j), CASE(sum_examples), CASE(sum_if), CASE(sum_if_t), CASE(max_t), CASE(max_if), CASE(max_j), CASE(lse_if),
    CASE(lse_j), CASE(attention), CASE(self_sum), CASE(fill), CASE(mask), CASE(length_of), CASE(dropout),
};
enum { NCASES = sizeof cases / sizeof *cases };

/* case k with its loss, in a bench that the caller closes */
static inline void case_open(bench *b, int k)
{
    bench_open(b, 1000 + (uint64_t)k);
    if (setjmp(b->trap)) fail_msg("%s: %s", cases[k].name, b->err.text);
    ur_id r = cases[k].make(b);
    if (cases[k].make == max_t) b->item[1] = b->item[0];     /* the largest over nothing is −inf */
    finish(b, r);
}
#endif
