/* The oracle itself, against loops written out here: recurrences, boundaries, nested and ragged lengths, windows and carried state, masks,
 * draws, long sequences, and what it says of a number that is not finite or a cycle. */
#include "lang/graph_bench.h"

#define Add(x, y) ur_binary(&b->g, UR_ADD, x, y)
#define Mul(x, y) ur_binary(&b->g, UR_MUL, x, y)
#define Tanh(x) ur_unary(&b->g, UR_TANH, x)
#define Num(v) ur_num(&b->g, v)

static ur_naive *open_naive(bench *b, const ur_id *keep, int nkeep, int window)
{
    ur_naive *v;
    ur_err e = { 0 };
    if (ur_naive_new(&v, &b->g, &(ur_plan_options){ .limits.naive = true, .keep = keep, .nkeep = nkeep, .window_index = window }, &e)) fail_msg("%s", e.text);
    return v;
}

static size_t first_row(const bench *b, int d, int example) { return b->series[d].start[example]; }
#define NEAR(a, c) do { double a_ = (a), c_ = (c); if (!(fabs(a_ - c_) <= 1e-13 * fmax(1, fabs(c_)))) fail_msg("line %d: %.17g, not %.17g", __LINE__, a_, c_); } while (0)

/* h[t] = tanh(w h[t-1] + x[t]_1), h[0] = q_1; and backwards, r[t] = tanh(w r[t+1] + h[t]) */
static void test_recurrence(void **state)
{
    (void)state;
    bench B, *b = &B;
    bench_open(b, 1);
    ur_id w = mat(b, 1, 1), x = node(b, UR_SLICE, 1, 1, dat(b, X), -1, -1, 0);
    ur_id h = later(b, 1, T, -1), r = later(b, 1, T, -1);
    ur_sub s = REL(T, -1);
    s.before = node(b, UR_SLICE, 1, 1, dat(b, Q), -1, -1, 0);
    define(b, h, Tanh(Add(Mul(w, get1(b, h, s)), x)));
    define(b, r, Tanh(Add(Mul(w, get1(b, r, (ur_sub)REL(T, 1))), h)));
    ur_id keep[2] = { h, r };
    finish(b, r);
    ur_naive *v = open_naive(b, keep, 2, -1);
    run(b, v, NULL);
    for (int e = 0; e < EXAMPLES; e++) {
        double got[2][8], hh = b->series[Q].num[2 * e], want[8], rr = 0;
        int n = b->extent[T].len[e];
        for (int k = 0; k < 2; k++) assert_int_equal(ur_naive_value(v, keep[k], (size_t)e, got[k], 8), n);
        for (int t = 0; t < n; t++) NEAR(got[0][t], want[t] = hh = tanh(b->weight[0] * hh + b->series[X].num[2 * (first_row(b, X, e) + (size_t)t)]));
        for (int t = n - 1; t >= 0; t--) NEAR(got[1][t], rr = tanh(b->weight[0] * rr + want[t]));
    }
    assert_int_equal(ur_naive_value(v, h, 3, NULL, 0), 6);
    ur_naive_free(v);
    bench_close(b);
}

/* sums over nested positions, the largest with its condition, counts of examples, and the rows of a nested datum */
static void test_reductions(void **state)
{
    (void)state;
    bench B, *b = &B;
    bench_open(b, 2);
    ur_id z = dat(b, Z);
    int k = K, tk[2] = { T, K };
    ur_id sum = ur_reduce(&b->g, UR_RSUM, z, -1, 1, &k, false);
    ur_id largest = ur_reduce(&b->g, UR_RMAX, z, ur_binary(&b->g, UR_GT, pos(b, K), Num(1)), 1, &k, false);
    ur_id lse = ur_reduce(&b->g, UR_RLSE, z, -1, 1, &k, false);
    ur_id where_max = ur_reduce(&b->g, UR_RARGMAX, z, -1, 1, &k, false);
    ur_id all = ur_reduce(&b->g, UR_RSUM, z, -1, 2, tk, true);
    ur_id keep[6] = { sum, largest, lse, where_max, all, z };
    b->g.loss = all;
    ur_naive *v = open_naive(b, keep, 6, -1);
    double total = 0, got[6][64], loss = run(b, v, NULL);
    size_t p = 0;
    for (int e = 0; e < EXAMPLES; e++) {
        for (int q = 0; q < 6; q++) ur_naive_value(v, keep[q], (size_t)e, got[q], 64);
        for (int t = 0, row = 0; t < b->extent[T].len[e]; t++, p++) {
            double s = 0, m = -INFINITY, x = 0, top = -INFINITY; int best = -1;
            for (int q = 0; q < b->extent[K].len[p]; q++) {
                double y = b->series[Z].num[b->extent[K].first[p] + (size_t)q];
                NEAR(got[5][row + q], y);
                s += y; x += exp(y);
                if (q > 0 && y > m) m = y;
                if (y > top) { top = y; best = q; }
            }
            for (int q = 0; q < b->extent[K].len[p]; q++) assert_true(got[3][row++] == (q == best));
            NEAR(got[0][t], s);
            assert_true(got[1][t] == m);
            if (b->extent[K].len[p]) NEAR(got[2][t], log(x)); else assert_true(got[2][t] == -INFINITY);
            total += s;
        }
        NEAR(got[4][0], loss);
    }
    NEAR(loss, total);
    ur_naive_free(v);
    bench_close(b);
}

/* reads that leave the sequence, in two indices: the first decides; symbols give start and end */
static void test_edges(void **state)
{
    (void)state;
    bench B, *b = &B;
    bench_open(b, 3);
    ur_id grid = Add(Mul(Num(10), pos(b, T)), pos(b, U));
    ur_sub s[2] = { REL(T, -1), REL(U, -1) };
    s[0].before = Mul(Num(100), pos(b, U));
    s[1].before = Mul(Num(1000), pos(b, T));
    ur_id r = get(b, grid, s), back = get1(b, dat(b, W), (ur_sub)REL(T, -1)), ahead = get1(b, dat(b, W), (ur_sub)REL(T, 1));
    ur_id keep[3] = { r, back, ahead };
    finish(b, r);
    ur_naive *v = open_naive(b, keep, 3, -1);
    run(b, v, NULL);
    for (int e = 0; e < EXAMPLES; e++) {
        double got[3][64];
        int nt = b->extent[T].len[e], nu = b->extent[U].len[e];
        assert_int_equal(ur_naive_value(v, r, (size_t)e, got[0], 64), nt * nu);
        for (int k = 1; k < 3; k++) ur_naive_value(v, keep[k], (size_t)e, got[k], 64);
        for (int t = 1; t <= nt; t++) {
            for (int u = 1; u <= nu; u++) NEAR(got[0][(t - 1) * nu + u - 1], t == 1 ? (u == 1 ? 0 : 100 * (u - 1)) : u == 1 ? 1000 * (t - 1) : 10 * (t - 1) + u - 1);
            const int32_t *w = b->series[W].sym + first_row(b, W, e);
            assert_true(got[1][t - 1] == (t == 1 ? UR_SYM_START : w[t - 2]) && got[2][t - 1] == (t == nt ? UR_SYM_END : w[t]));
        }
    }
    ur_naive_free(v);
    bench_close(b);
}

/* windows with carried state give what the whole sequence gives: recurrence, lag of two, lag of data; saved and restored in between */
static void test_windows(void **state)
{
    (void)state;
    bench B, *b = &B;
    bench_open(b, 4);
    ur_id h = later(b, 3, T, -1);
    ur_sub one = REL(T, -1), two = REL(T, -4);
    one.before = Tanh(ur_prod(&b->g, mat(b, 3, 2), false, dat(b, Q), 0, NULL));
    two.before = mat(b, 3, 1);
    ur_id past = get1(b, dat(b, X), (ur_sub)REL(T, -2));
    ur_id u1 = mat(b, 3, 3), u2 = mat(b, 3, 3), in = mat(b, 3, 2);
    ur_id a = Add(ur_prod(&b->g, u1, false, get1(b, h, one), 0, NULL), ur_prod(&b->g, u2, false, get1(b, h, two), 0, NULL));
    define(b, h, Tanh(Add(a, ur_prod(&b->g, in, false, past, 0, NULL))));
    int t = T;
    b->g.loss = ur_reduce(&b->g, UR_RSUM, node(b, UR_CSUM, 1, 1, h, -1, -1, 0), -1, 1, &t, true);
    ur_err e = { 0 };
    assert_int_equal(ur_grad(&b->g, &e), 0);
    ur_id keep[1] = { h };
    ur_naive *v = open_naive(b, keep, 1, T);
    b->item[0] = b->item[3]; b->batch.n = 1;                 /* the one of 6 positions */
    double whole[18], part[18], grad[200], sum[200] = { 0 };
    run(b, v, grad);
    assert_int_equal(ur_naive_value(v, h, 0, whole, 18), 6);
    b->batch.window_index = T;
    static const int cuts[][8] = { { 0, 6, 6 }, { 0, 1, 2, 3, 4, 5, 6 }, { 0, 2, 2, 5, 6 }, { 0, 3, 6, 6 } };
    for (size_t c = 0; c < 4; c++)
        for (int k = 0; k == 0 || cuts[c][k] < 6; k++) {
            b->item[0].from = cuts[c][k]; b->item[0].to = cuts[c][k + 1];
            b->batch.fresh = k == 0;
            run(b, v, grad);
            if (c == 0) for (size_t q = 0; q < b->g.nweight; q++) sum[q] += grad[q];
            ur_naive_value(v, h, 0, part, 18);
            for (int q = 0; q < 3 * (cuts[c][k + 1] - cuts[c][k]); q++) NEAR(part[q], whole[3 * cuts[c][k] + q]);
            size_t size = ur_naive_state_size(v, 1);
            assert_int_equal(size, (1 + 4 * 3) * sizeof(double));
            void *saved = malloc(size);
            ur_naive_state_get(v, 1, saved);
            ur_naive_free(v);
            v = open_naive(b, keep, 1, T);
            assert_int_equal(ur_naive_state_set(v, 1, saved, &e), 0);
            free(saved);
        }
    b->batch.window_index = -1; b->batch.fresh = true;
    run(b, v, grad);
    for (size_t q = 0; q < b->g.nweight; q++) NEAR(sum[q], grad[q]);
    /* a fresh window in the middle: data before it are read, the state is the boundary's */
    b->batch.window_index = T; b->item[0].from = 3; b->item[0].to = 5;
    run(b, v, NULL);
    ur_naive_value(v, h, 0, part, 18);
    const double *w = b->weight, *q = b->series[Q].num + 6, *x = b->series[X].num + 2 * (first_row(b, X, 3) + 1);
    for (int r = 0; r < 3; r++) {                            /* parameters in order: h[0]'s, the boundary of lag 4, U1, U2, V */
        double y = 0;
        for (int k = 0; k < 3; k++) y += w[9 + 3 * r + k] * tanh(w[2 * k] * q[0] + w[2 * k + 1] * q[1]) + w[18 + 3 * r + k] * w[6 + k];
        NEAR(part[r], tanh(y + w[27 + 2 * r] * x[0] + w[28 + 2 * r] * x[1]));
    }
    ur_naive_free(v);
    bench_close(b);
}

/* MASK, GIVEN, FILL: missing, hidden and unscored positions; the model's mean stands in and feeds back */
static void test_given(void **state)
{
    (void)state;
    bench B, *b = &B;
    bench_open(b, 5);
    ur_id mean = later(b, 1, T, -1), given = seen_leaf(b, UR_GIVEN, Y);
    ur_id arg[4] = { dat(b, Y), given, mean, Num(0.5) };
    ur_node n = { .op = UR_FILL, .example = true, .rows = 1, .cols = 1, .narg = 4, .arg = arg, .i = Y, .j = UR_NORMAL, .nidx = 1, .idx = { T } };
    ur_id f = ur_node_add(&b->g, &n), mask = seen_leaf(b, UR_MASK, Y);
    define(b, mean, Add(Mul(Num(0.9), get1(b, f, (ur_sub)REL(T, -1))), Num(0.1)));
    ur_id keep[3] = { f, given, mask };
    finish(b, f);
    b->item[3].hide_from = 4; b->item[3].score_from = 2;
    ur_naive *v = open_naive(b, keep, 3, -1);
    for (int sample = 0; sample < 2; sample++) {
        ur_step s = { .x = &b->x, .batch = &b->batch, .weight = b->weight, .step = 9, .draw = { .mode = sample, .seed = 77 } };
        ur_err e = { 0 };
        assert_int_equal(ur_naive_step(v, &s, &e), 0);
        double got[3][8], last = 0;
        for (int k = 0; k < 3; k++) assert_int_equal(ur_naive_value(v, keep[k], 3, got[k], 8), 6);
        for (uint32_t t = 0; t < 6; t++) {
            size_t row = first_row(b, Y, 3) + t;
            bool seen = b->series[Y].seen[row];
            assert_true(got[1][t] == (seen && t < 4) && got[2][t] == (seen && t >= 2));
            double m = 0.9 * last + 0.1;
            last = seen && t < 4 ? b->series[Y].num[row] : m + (sample ? 0.5 * ur_normal(77, 9, 3, 0x20000 + Y, t) : 0);
            NEAR(got[0][t], last);
        }
    }
    ur_naive_free(v);
    bench_close(b);
}

static void test_long(void **state)                           /* both directions, 100,000 positions, gradient too */
{
    (void)state;
    enum { LENGTH = 100000 };
    for (int off = -1; off <= 1; off += 2) {
        bench B, *b = &B;
        bench_open(b, 6);
        free(b->series[X].num);
        b->series[X].num = malloc(2 * LENGTH * sizeof(double));
        for (int k = 0; k < 2 * LENGTH; k++) b->series[X].num[k] = sin(k * 0.01);
        b->series[X].nrow = LENGTH;
        b->extent[T].len[0] = LENGTH;
        b->series[X].start[0] = 0; b->series[X].start[1] = LENGTH;
        b->batch.n = 1;
        ur_id h = later(b, 1, T, -1), x = node(b, UR_SLICE, 1, 1, dat(b, X), -1, -1, 0);
        define(b, h, Tanh(Add(Mul(mat(b, 1, 1), get1(b, h, (ur_sub)REL(T, off))), x)));
        int t = T;
        b->g.loss = ur_reduce(&b->g, UR_RSUM, get1(b, h, (ur_sub)REL(T, off)), -1, 1, &t, true);
        ur_err e = { 0 };
        assert_int_equal(ur_grad(&b->g, &e), 0);
        ur_naive *v = open_naive(b, NULL, 0, -1);
        double g[4], loss = run(b, v, g), want = 0, y = 0;
        for (int k = 0; k < LENGTH; k++) { want += y; y = tanh(b->weight[0] * y + sin(2 * (off < 0 ? k : LENGTH - 1 - k) * 0.01)); }
        NEAR(loss / LENGTH, want / LENGTH);
        assert_true(isfinite(g[0]) && g[0] != 0);
        ur_naive_free(v);
        bench_close(b);
    }
}

static void test_single(void **state)                         /* weights and gradients as float */
{
    (void)state;
    bench B, *b = &B;
    bench_open(b, 7);
    finish(b, Tanh(ur_prod(&b->g, mat(b, 3, 2), false, dat(b, X), 0, NULL)));
    ur_err e = { 0 };
    assert_int_equal(ur_grad(&b->g, &e), 0);
    float w[64], g[64];
    double d[64];
    for (size_t k = 0; k < b->g.nweight; k++) b->weight[k] = w[k] = (float)b->weight[k];
    ur_naive *v = open_naive(b, NULL, 0, -1), *single;
    double loss = run(b, v, d);
    assert_int_equal(ur_naive_new(&single, &b->g, &(ur_plan_options){ .limits.single = true, .window_index = -1 }, &e), 0);
    ur_step s = { .x = &b->x, .batch = &b->batch, .weight = w, .grad = g };
    assert_int_equal(ur_naive_step(single, &s, &e), 0);
    assert_true(s.loss == loss);
    for (size_t k = 0; k < b->g.nweight; k++) assert_true(g[k] == (float)d[k]);
    ur_naive_free(v);
    ur_naive_free(single);
    bench_close(b);
}

static void test_not_finite(void **state)
{
    (void)state;
    bench B, *b = &B;
    bench_open(b, 8);
    ur_id bad = ur_unary(&b->g, UR_LOG, ur_binary(&b->g, UR_SUB, Num(4.5), pos(b, T)));
    b->g.node[bad].place = (ur_place){ 12, 3, "m.unr", "o[t]" };
    finish(b, Mul(bad, dat(b, X)));
    ur_naive *v = open_naive(b, NULL, 0, -1);
    ur_step s = { .x = &b->x, .batch = &b->batch, .weight = b->weight };
    ur_err e = { 0 };
    assert_int_equal(ur_naive_step(v, &s, &e), UNROLL_ERROR_NUMERIC);
    assert_int_equal(s.bad_node, bad);
    assert_int_equal(s.bad_item, 3);
    assert_int_equal(s.bad_pos, 5);
    assert_string_equal(e.text, "m.unr:12:3: the loss is not finite: o[t], position 5 of example 4");
    ur_naive_free(v);
    bench_close(b);
}

static void test_cycle(void **state)
{
    (void)state;
    bench B, *b = &B;
    bench_open(b, 9);
    ur_id h = later(b, 1, T, -1);
    define(b, h, Tanh(Mul(mat(b, 1, 1), h)));
    finish(b, h);
    ur_naive *v = open_naive(b, NULL, 0, -1);
    ur_step s = { .x = &b->x, .batch = &b->batch, .weight = b->weight };
    ur_err e = { 0 };
    assert_int_equal(ur_naive_step(v, &s, &e), UNROLL_ERROR_MODEL);
    ur_naive_free(v);
    bench_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_recurrence), cmocka_unit_test(test_reductions), cmocka_unit_test(test_edges), cmocka_unit_test(test_windows),
                                        cmocka_unit_test(test_given), cmocka_unit_test(test_long), cmocka_unit_test(test_single), cmocka_unit_test(test_not_finite),
                                        cmocka_unit_test(test_cycle) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
