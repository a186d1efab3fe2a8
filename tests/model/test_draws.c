/* Draws belong to a seed, a turn, an example and a position, whatever runs them: the whole sequence at once, chunks, a stream, lanes; a fit's steps
 * draw anew, validation does not. */
#include "model_test.h"
#include "model/model.h"
#include "model/fit/fit.h"

static const char walk[] = "data y[t] : raw\nparam a = 0.6, b = 0.2\ne[t] : 2 = draw normal(0, 0.3)\nf[t] = draw poisson(1.5)\nu = draw uniform(0, 1)\n"
                           "h[t] : 2 = tanh(a * h[t-1] + e[t] + 0.1 * f[t-2] + e[t-3])\nh[0] = draw gumbel(0, 0.2)\nm[t] = sum(h[t]) + b * y[t-1] + u\ny[t] ~ normal(m[t], 1)\n";

static unroll_model *fitted(const char *text, unroll_data **d, size_t n)
{
    unroll_model *m = model_of(text);
    unroll_fit_options f = UNROLL_FIT_INIT;
    f.epochs = 1;
    f.seed = 5;
    f.precision = 1;
    *d = waves(m, "y", NULL, n);
    OK(unroll_fit(m, *d, &f, NULL));
    return m;
}

static void chunks_and_streams_draw_what_the_whole_does(void **state)
{
    (void)state;
    enum { N = 2500 };
    static double whole[N], other[N];
    unroll_data *d = NULL;
    unroll_model *m = fitted(walk, &d, N);
    unroll_use_options o = UNROLL_USE_INIT;
    ur_complete c = { 0 };
    ur_err e = { 0 };
    size_t count;
    o.seed = 9;
    o.precision = 1;
    OK(unroll_quantity(m, d, "m", 0, &o, whole, N, &count, NULL));
    assert_int_equal(count, N);
    o.seed = 10;
    OK(unroll_quantity(m, d, "m", 0, &o, other, N, &count, NULL));
    assert_true(fabs(whole[N - 1] - other[N - 1]) > 1e-3);
    o.seed = 9;
    double want = 0;
    for (size_t i = 0; i < N; i++) want += pow(10 + 3 * wave(i) - whole[i], 2) / 2 + 0.91893853320467274178;
    assert_int_equal(ur_complete_open(&c, m, d, &o, true, &e), 0);
    for (int chunk = 512; chunk > 6; chunk /= 8) {       /* 512, 64, 8 */
        ur_run *r = NULL;
        ur_run_want w = { .limits = { .threads = chunk > 64 ? 2 : 1 }, .window = UR_WINDOW_ROOT };
        assert_int_equal(ur_run_open(&r, m, &w, &e), 0);
        ur_pass p = { .run = r, .x = c.x, .chunk = chunk, .seed = 9, .draw = { .temperature = 1 } };
        assert_int_equal(ur_pass_all(&p, &e), 0);
        if (!(fabs(p.loss / want - 1) < 1e-12)) fail_msg("in chunks of %d the loss is %.17g, of the whole %.17g", chunk, p.loss, want);
        ur_run_close(r);
    }
    ur_complete_close(&c);
    unroll_stream *s = NULL;
    OK(unroll_stream_open(&s, m, 1, 9));
    for (size_t i = 0; i < 60; i++) {
        double y = 10 + 3 * wave(i), got;
        OK(unroll_stream_set_number(s, 0, &y));
        OK(unroll_stream_step(s));
        OK(unroll_stream_prediction(s, 0, &got, 1));
        if (!(fabs(got - whole[i]) < 1e-12)) fail_msg("position %zu of a stream is %.17g, of the whole %.17g", i + 1, got, whole[i]);
    }
    unroll_stream_close(s);
    unroll_data_free(d);
    unroll_close(m);
}

/* along fixed indices, in a recurrence and beside one, in cells and examples: no two numbers are the same */
static void no_two_are_the_same(void **state)
{
    (void)state;
    static const char *const name[] = { "s", "q", "c.e", "d.e", "v" };
    enum { K = 4, N = 3, NAMES = sizeof name / sizeof *name };
    unroll_model *m = model_of("data y : raw(3)\nindex k = 1..4\nparam a = 0\ncell noisy(x) = o { e = draw normal(0, 1)\no = x + e }\ns[k] : 3 = draw normal(0 * s[k-1], 1)\n"
                               "q[k] : 3 = draw normal(0, 1)\nc[k] = noisy(q[k])\nd[k] = noisy(q[k])\nv[k] = q[k] * s[k]\ny ~ normal(a + sum[k](s[k] + q[k] + c[k] * d[k]) + v[1], 1)\n");
    unroll_data *d = NULL;
    unroll_fit_options f = UNROLL_FIT_INIT;
    double y[3 * N] = { 0 }, all[NAMES * N * K * 3];
    size_t n = 0, count;
    f.epochs = 1;
    f.precision = 1;
    OK(unroll_data_new(&d, m, N));
    OK(unroll_data_set_numbers(d, "y", NULL, y));
    OK(unroll_fit(m, d, &f, NULL));
    for (int i = 0; i < NAMES; i++)
        for (size_t e = 0; e < N; e++) {
            OK(unroll_quantity(m, d, name[i], e, NULL, all + n, K * 3, &count, NULL));
            assert_int_equal(count, K * 3);
            n += count;
        }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            if (all[i] == all[j]) fail_msg("number %zu is number %zu: %.17g", i, j, all[i]);
    unroll_data_free(d);
    unroll_close(m);
}

static const char spell[] = "data s[i], c[t] : chars\nparam E, F, V, b\nz : 4 = draw normal(0, 1)\nr[i] : 4 = draw normal(E s[i], 1)\ne[t] : 4 = draw laplace(0, 1)\n"
                            "d[t] = gru(4, F c[t-1] + e[t] + z + mean[i](r[i]))\nc[t] ~ categorical(V d[t] + b)\n";
static const char *const source[] = { "pqpqqp", "q", "qqp" }, *const target[] = { "abc", "cab", "bca" };

/* lanes of one example share its draws, or have them one after the other; each has what a pass of that turn has */
static void lanes_share_or_have_their_own(void **state)
{
    (void)state;
    ur_err e = { 0 };
    unroll_data *d = NULL;
    unroll_fit_options f = UNROLL_FIT_INIT;
    unroll_model *m = model_of(spell);
    f.epochs = 1;
    OK(unroll_data_new(&d, m, 3));
    OK(unroll_data_set_texts(d, "s", NULL, source));
    OK(unroll_data_set_texts(d, "c", NULL, target));
    OK(unroll_fit(m, d, &f, NULL));
    unroll_use_options o = UNROLL_USE_INIT;
    o.precision = 1;
    o.seed = 3;
    o = ur_use_options(&o);
    ur_complete c = { 0 };
    assert_int_equal(ur_complete_open(&c, m, d, &o, true, &e), 0);
    const uint32_t example[] = { 1, 1, 2 };
    for (int apart = 0; apart < 2; apart++) {
        ur_lanes *l = NULL;
        assert_int_equal(ur_lanes_open(&l, m, c.x, 1, &o, &e), 0);
        l->apart = apart;
        l->turn = (uint32_t)apart;
        assert_int_equal(ur_lanes_load(l, 3, example, &e), 0);
        for (int t = 0; t < 3; t++) {
            assert_int_equal(ur_lanes_step(l, &e), 0);
            for (int k = 0; k < 3; k++) {
                ur_run *r = NULL;
                ur_run_want w = { .args = true, .window = UR_WINDOW_ROOT };
                ur_values v = { 0 };
                double lse;
                const double *got = ur_lanes_logits(l, (size_t)k, &lse);
                assert_int_equal(ur_run_open(&r, m, &w, &e), 0);
                ur_pass p = { .run = r, .x = c.x, .seed = 3, .turn = (uint32_t)(apart ? 1 + (k == 1) : 0), .draw = { .temperature = 1 } };
                assert_int_equal(ur_pass_all(&p, &e), 0);
                assert_int_equal(ur_values_get(r, r->g->like[0].arg[0], example[k], &v, &e), 0);
                for (size_t q = 0; q < v.width; q++)
                    if (!(fabs(got[q] - v.v[(size_t)t * v.width + q]) < 1e-12))
                        fail_msg("lane %d%s, position %d: %.17g, in a pass %.17g", k, apart ? " apart" : "", t + 1, got[q], v.v[(size_t)t * v.width + q]);
                ur_free(v.v);
                ur_run_close(r);
            }
            int32_t next[3];
            for (int k = 0; k < 3; k++) next[k] = c.x->series[1].sym[c.x->series[1].start[example[k]] + (size_t)t];
            assert_int_equal(ur_lanes_next(l, NULL, next, &e), 0);
        }
        ur_lanes_close(l);
    }
    ur_complete_close(&c);
    unroll_data_free(d);
    unroll_close(m);
}

/* without a rate nothing moves: the training loss of an epoch is that of new draws, the validation loss always the same, and what score says */
static double seen[8][2];
static int look(const unroll_progress *p, void *arg)
{
    (void)arg;
    if (p->epoch_ended && p->epoch < 8) {
        seen[p->epoch][0] = p->train_loss;
        seen[p->epoch][1] = p->valid_loss;
    }
    return 0;
}

static void validation_draws_the_same(void **state)
{
    (void)state;
    unroll_model *m = model_of("data y : raw\nparam a = 1\ne = draw normal(0, 1)\nx = draw normal(0, 1)\ny ~ normal(a * e + x * 10 * progress, exp(3 * (1 - training)))\n");
    unroll_data *d = NULL, *v = NULL;
    unroll_fit_options f = UNROLL_FIT_INIT;
    double y[40] = { 0 };
    f.epochs = 5;
    f.rate = 1e-300;
    f.seed = 2;
    f.precision = 1;
    f.progress = look;
    f.patience = 1000000;
    OK(unroll_data_new(&d, m, 40));
    OK(unroll_data_set_numbers(d, "y", NULL, y));
    OK(unroll_data_new(&v, m, 40));
    OK(unroll_data_set_numbers(v, "y", NULL, y));
    f.valid = v;
    OK(unroll_fit(m, d, &f, NULL));
    for (int k = 2; k <= 5; k++) {
        assert_true(seen[k][0] != seen[k - 1][0] && seen[k][1] == seen[1][1]);
        assert_true(k < 4 || seen[k][0] > seen[1][0]);   /* progress grows */
    }
    assert_true(seen[1][1] > 3.9 && seen[1][1] < 4.3);   /* 3 + log(2 pi)/2 + (1 + 100)/2/exp(6), by 40 draws */
    assert_true(seen[1][0] > 0.9 && seen[1][0] < 8);     /* of deviation 1, x small as yet */
    unroll_data_free(d);
    unroll_data_free(v);
    unroll_close(m);
}

/* a fit that was stopped, and goes on, has the draws and the progress of one that was not */
static int third(const unroll_progress *p, void *arg)
{
    (void)arg;
    return p->epoch_ended && p->epoch == 3;
}

static void a_fit_goes_on_by_the_same_draws(void **state)
{
    (void)state;
    double w[2][64];
    char path[256];
    temp_path(path, sizeof path, "draws");
    for (int way = 0; way < 2; way++) {
        unroll_model *m = NULL;
        unroll_data *d = NULL;
        unroll_fit_options f = UNROLL_FIT_INIT;
        size_t n;
        f.epochs = 6;
        f.batch = 2;
        f.chunk = 16;
        f.threads = 1 + way;
        f.checkpoint = path;
        for (int part = 1 - way; part < 2; part++) {
            m = model_of("data y[t] : real\nparam W, v, s\ne[t] : 3 = draw normal(0, 1 - progress)\nh[t] : 3 = tanh(W h[t-1] + e[t] * training + y[t-1])\ny[t] ~ normal(v' h[t], s)\n");
            d = waves(m, "y", NULL, 300);
            f.progress = part ? NULL : third;
            f.resume = way && part;
            OK(unroll_fit(m, d, &f, NULL));
            if (part) weights_of(m, w[way], 64, &n);
            unroll_data_free(d);
            unroll_close(m);
        }
        unlink(path);
        assert_true(!way || !memcmp(w[0], w[1], n * sizeof(double)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(chunks_and_streams_draw_what_the_whole_does), cmocka_unit_test(no_two_are_the_same), cmocka_unit_test(lanes_share_or_have_their_own), cmocka_unit_test(validation_draws_the_same), cmocka_unit_test(a_fit_goes_on_by_the_same_draws) };
    return cmocka_run_group_tests_name("draws", tests, NULL, NULL);
}
