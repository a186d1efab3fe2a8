/* Optimisers against steps worked by hand, clipping, schedules, starting values. */
#include "model/model.h"
#include "model_test.h"

static ur_param param = { .name = "w", .rows = 1, .cols = 2, .trained = true, .count = 2 };
static ur_graph graph = { .nparam = 1, .nweight = 2 };

static void step(ur_optim_kind k, double decay, const double grad[][2], int n, double w[2])
{
    ur_optim o;
    graph.param = &param;
    assert_int_equal(ur_optim_new(&o, k, &graph, decay, NULL), 0);
    for (int i = 0; i < n; i++) ur_optim_step(&o, &graph, NULL, w, &(ur_optim_grad){ .grad = grad[i], .scale = 1 }, 0.1);
    ur_optim_free(&o);
}

static void close_to(double a, double b) { if (!(fabs(a - b) < 1e-12)) fail_msg("%.17g, not %.17g", a, b); }

static void by_hand(void **state)
{
    (void)state;
    static const double g[][2] = { { 1, -2 }, { 0.5, 4 } };
    double w[2] = { 1, 1 };
    step(UR_SGD, 0, g, 2, w);
    close_to(w[0], 1 - 0.1 - 0.05);
    close_to(w[1], 1 + 0.2 - 0.4);
    double d[2] = { 1, 1 };
    step(UR_SGD, 0.5, g, 1, d);
    close_to(d[0], 1 - 0.1 * 1.5);
    double m[2] = { 0, 0 };
    step(UR_MOMENTUM, 0, g, 2, m);
    close_to(m[0], -0.1 - 0.1 * (0.9 + 0.5));
    double r[2] = { 0, 0 };
    step(UR_RMSPROP, 0, g, 1, r);
    close_to(r[0], -0.1 / (sqrt(0.01) + 1e-8));
    double a[2] = { 0, 0 };
    step(UR_ADAM, 0, g, 1, a);
    close_to(a[0], -0.1 / (1 + 1e-8));                   /* the first step of Adam is the rate */
    close_to(a[1], 0.1 * 2 / (2 + 1e-8));
    double b[2] = { 0, 0 };
    step(UR_ADAM, 0, g, 2, b);
    double mm = (0.9 * 0.1 + 0.1 * 0.5) / (1 - 0.81), vv = (0.999 * 0.001 + 0.001 * 0.25) / (1 - 0.998001);
    close_to(b[0], a[0] - 0.1 * mm / (sqrt(vv) + 1e-8));
    double v[2] = { 1, 1 };
    step(UR_ADAMW, 0.5, g, 1, v);
    close_to(v[0], 0.95 - 0.1 / (1 + 1e-8));
    param.cols = 1;
    param.rows = 2;                                      /* decay leaves vectors alone */
    double u[2] = { 1, 1 };
    step(UR_SGD, 0.5, g, 1, u);
    close_to(u[0], 0.9);
    param.trained = false;
    step(UR_SGD, 0, g, 1, u);
    close_to(u[0], 0.9);
    param = (ur_param){ .name = "w", .rows = 1, .cols = 2, .trained = true, .count = 2 };
}

/* the mean of the weights follows them by a tenth of the steps so far, until these are the horizon */
static void means(void **state)
{
    (void)state;
    double w[2] = { 1, 3 }, mean[2] = { 9, 9 };
    ur_optim o;
    graph.param = &param;
    assert_int_equal(ur_optim_new(&o, UR_SGD, &graph, 0, NULL), 0);
    o.t = 1;
    ur_optim_mean(&o, NULL, w, mean, 4);
    close_to(mean[0], 1);
    close_to(mean[1], 3);
    w[0] = 2;
    o.t = 10;
    ur_optim_mean(&o, NULL, w, mean, 4);
    close_to(mean[0], 1.5);
    w[0] = 3.5;
    o.t = 1000;
    ur_optim_mean(&o, NULL, w, mean, 4);
    close_to(mean[0], 2);
    close_to(mean[1], 3);
    ur_optim_free(&o);
}

/* a gradient in single precision, in several parts, on several threads: the norm, its bound, and the same bits everywhere */
static void clipping(void **state)
{
    (void)state;
    enum { N = 70000 };
    ur_param many = { .name = "w", .rows = N, .cols = 1, .trained = true, .count = N };
    ur_graph g = { .nparam = 1, .nweight = N, .param = &many };
    float *grad = malloc(N * sizeof *grad);
    double *w[4], sum = 0;
    for (int i = 0; i < N; i++) grad[i] = (float)(i % 11 - 5), sum += (double)grad[i] * (double)grad[i] * 0.25;
    for (int t = 0; t < 4; t++) {
        ur_pool *pool = NULL;
        ur_optim o;
        w[t] = calloc(N, sizeof **w);
        if (t) assert_int_equal(ur_pool_new(&pool, t, NULL), 0);
        assert_int_equal(ur_optim_new(&o, UR_SGD, &g, 0, NULL), 0);
        close_to(ur_optim_step(&o, &g, pool, w[t], &(ur_optim_grad){ .grad = grad, .single = true, .scale = 0.5, .clip = 2 }, 1) / sqrt(sum), 1);
        assert_memory_equal(w[t], w[0], N * sizeof **w);
        ur_optim_free(&o);
        if (pool) ur_pool_free(pool);
    }
    double norm = 0;
    for (int i = 0; i < N; i++) norm += w[0][i] * w[0][i];
    close_to(sqrt(norm), 2);
    grad[3] = INFINITY;
    ur_optim o;
    assert_int_equal(ur_optim_new(&o, UR_SGD, &g, 0, NULL), 0);
    assert_false(isfinite(ur_optim_step(&o, &g, NULL, w[0], &(ur_optim_grad){ .grad = grad, .single = true, .scale = 0.5 }, 1)));
    assert_memory_equal(w[1], w[0], N * sizeof **w);
    ur_optim_free(&o);
    for (int t = 0; t < 4; t++) free(w[t]);
    free(grad);
}

static void schedules(void **state)
{
    (void)state;
    close_to(ur_rate_at(UR_RATE_CONSTANT, 2, 0, 0.7, 1), 2);
    close_to(ur_rate_at(UR_RATE_COSINE, 2, 0, 0, 1), 2);
    close_to(ur_rate_at(UR_RATE_COSINE, 2, 0, 0.5, 1), 1);
    close_to(ur_rate_at(UR_RATE_COSINE, 2, 0, 1, 1), 0);
    close_to(ur_rate_at(UR_RATE_LINEAR, 2, 0, 0.25, 1), 1.5);
    close_to(ur_rate_at(UR_RATE_STEP, 2, 0, 0.6, 1), 0.2);
    close_to(ur_rate_at(UR_RATE_PLATEAU, 2, 0, 0.6, 0.25), 0.5);
    assert_true(ur_rate_at(UR_RATE_CONSTANT, 2, 0.2, 0.1, 1) < 1.01 && ur_rate_at(UR_RATE_CONSTANT, 2, 0.2, 0.1, 1) > 0.99);
    assert_true(ur_rate_at(UR_RATE_CONSTANT, 2, 0.2, 0, 1) > 0);
    close_to(ur_rate_at(UR_RATE_LINEAR, 2, 0.2, 0.6, 1), 1);
}

#define START(p, which, seed, w) do { ur_err e_ = { 0 }; assert_int_equal(ur_param_start(p, which, seed, w, &e_), 0); } while (0)
static void starts(void **state)
{
    (void)state;
    double w[48], again[48];
    static const int shapes[][2] = { { 4, 4 }, { 3, 5 }, { 5, 3 } };
    for (int k = 0; k < 3; k++) {
        int r = shapes[k][0], c = shapes[k][1], n = r < c ? r : c;
        ur_param p = { .rows = r, .cols = c, .count = (size_t)(r * c), .init = UR_INIT_ORTHOGONAL };
        START(&p, 3, 42, w);
        START(&p, 3, 42, again);
        assert_memory_equal(w, again, p.count * sizeof *w);
        START(&p, 4, 42, again);
        assert_memory_not_equal(w, again, p.count * sizeof *w);
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) {
                double dot = 0;
                for (int q = 0; q < (r < c ? c : r); q++) dot += r < c ? w[i * c + q] * w[j * c + q] : w[q * c + i] * w[q * c + j];
                close_to(dot, i == j);
            }
    }
    enum { R = 20 };
    static double res[2 * R * R], same[2 * R * R];
    ur_param sparse = { .rows = R, .cols = R, .count = 2 * R * R, .init = UR_INIT_RESERVOIR, .arg = { 0.9, 0.15 } };
    START(&sparse, 3, 42, res);
    START(&sparse, 3, 42, same);
    assert_memory_equal(res, same, sizeof res);
    for (int k = 0; k < 2; k++) {
        double radius;
        int there = 0;
        ur_err e = { 0 };
        for (int i = 0; i < R * R; i++) there += res[k * R * R + i] != 0;
        assert_int_equal(there, 60);
        assert_int_equal(ur_spectral_radius(res + k * R * R, R, &radius, &e), 0);
        assert_true(fabs(radius - 0.9) < 1e-12);
    }
    ur_param none = { .rows = 3, .cols = 3, .count = 9, .init = UR_INIT_RESERVOIR, .arg = { 0.9, 0.1 } };   /* one entry: on the diagonal now and then */
    START(&none, 0, 1, w);
    close_to(fabs(w[0]) + fabs(w[4]) + fabs(w[8]), 0.9);
    ur_param v = { .rows = 4, .cols = 1, .count = 4 };
    START(&v, 0, 1, w);
    for (int i = 0; i < 4; i++) close_to(w[i], 0);
    v.scale = true;
    START(&v, 0, 1, w);
    close_to(w[3], 1);
    ur_param id = { .rows = 3, .cols = 3, .count = 9, .init = UR_INIT_IDENTITY };
    START(&id, 0, 1, w);
    close_to(w[4], 1);
    close_to(w[5], 0);
    ur_param u = { .rows = 4, .cols = 4, .count = 16 };
    START(&u, 0, 1, w);
    for (int i = 0; i < 16; i++) assert_true(fabs(w[i]) <= 0.5);
    /* `= uniform`: the same where there is one column, and in a look-up table, of which a product reads one */
    static const struct { ur_param p; double low, most; } spread[] = { { { .rows = 16, .cols = 1, .count = 16 }, 0.5, 1 }, { { .rows = 2, .cols = 16, .count = 32 }, 0.2, 0.25 },
                                                                       { { .rows = 2, .cols = 16, .count = 32, .lookup = true }, 0.5, 1 } };
    for (int k = 0; k < 3; k++) {
        ur_param p = spread[k].p;
        double most = 0;
        p.init = UR_INIT_SPREAD;
        START(&p, 0, 1, w);
        for (size_t i = 0; i < p.count; i++) most = fmax(most, fabs(w[i]));
        assert_true(most > spread[k].low && most <= spread[k].most);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(by_hand), cmocka_unit_test(means), cmocka_unit_test(clipping), cmocka_unit_test(schedules), cmocka_unit_test(starts) };
    return cmocka_run_group_tests_name("optimisers", tests, NULL, NULL);
}
