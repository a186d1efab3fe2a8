/* Lanes: side by side, one position a step: what an encoder computes is computed once, whatever the lanes; lanes go on as others. */
#include "model_test.h"
#include "model/model.h"

static const char text[] = "data s[i], c[t] : chars\nparam E, F, Wa, V, b\nf[i] = gru(16, E s[i])\nr[i] = reverse gru(16, E s[i])\nh[i] = [f[i]; r[i]]\na[t,i] = softmax[i](d[t-1]' Wa h[i])\n"
                           "g[t] = sum[i](a[t,i] * h[i])\nd[t] = gru(8, [F c[t-1]; g[t]])\nc[t] ~ categorical(V [d[t]; g[t]] + b)\n";
static const char *const source[] = { "pqpqqp", "q", "qqp" }, *const target[] = { "abc", "cab", "bca" };

typedef struct setup { unroll_model *m; unroll_data *d; ur_complete c; unroll_use_options o; } setup;

static void open_setup(setup *s)
{
    ur_err e = { 0 };
    unroll_data *train = NULL;
    unroll_fit_options f = UNROLL_FIT_INIT;
    f.epochs = 1;
    s->m = model_of(text);
    OK(unroll_data_new(&train, s->m, 3));
    OK(unroll_data_set_texts(train, "s", NULL, source));
    OK(unroll_data_set_texts(train, "c", NULL, target));
    OK(unroll_fit(s->m, train, &f, NULL));
    unroll_data_free(train);
    OK(unroll_data_new(&s->d, s->m, 3));
    OK(unroll_data_set_texts(s->d, "s", NULL, source));
    s->o = ur_use_options(NULL);
    s->o.precision = 1;
    s->o.max_length = 12;
    assert_int_equal(ur_complete_open(&s->c, s->m, s->d, &s->o, false, &e), 0);
    assert_int_equal(ur_complete_gaps(&s->c, s->m, s->d, &s->o, &e), 0);
}

static void close_setup(setup *s)
{
    ur_complete_close(&s->c);
    unroll_data_free(s->d);
    unroll_close(s->m);
}

static void an_encoder_runs_once(void **state)
{
    (void)state;
    setup s;
    ur_err e = { 0 };
    double encoder[3];
    open_setup(&s);
    for (int k = 0; k < 3; k++) {                        /* 1, 4 and 7 lanes of one example: one shard */
        ur_lanes *l = NULL;
        uint32_t example[7] = { 0 };
        int32_t symbol[7] = { 3, 4, 5, 3, 4, 5, 3 };
        double flops[3];
        assert_int_equal(ur_lanes_open(&l, s.m, s.c.x, 1, &s.o, &e), 0);
        assert_int_equal(ur_lanes_load(l, 1 + 3 * (size_t)k, example, &e), 0);
        for (int t = 0; t < 3; t++) {
            assert_int_equal(ur_lanes_step(l, &e), 0);
            flops[t] = ur_engine_flops(l->run->en);
            assert_int_equal(ur_lanes_next(l, NULL, symbol, &e), 0);
        }
        assert_true(flops[1] == flops[2]);
        encoder[k] = flops[0] - flops[2];
        assert_true(encoder[k] > 2.0 * 6 * 2 * 3 * 16 * 16);
        ur_lanes_close(l);
    }
    assert_true(encoder[0] == encoder[1] && encoder[0] == encoder[2]);
    close_setup(&s);
}

static void lanes_go_on_as_others(void **state)
{
    (void)state;
    setup s;
    ur_err e = { 0 };
    ur_lanes *l = NULL;
    const uint32_t example[] = { 0, 0, 1, 1, 2, 2 }, swap[] = { 1, 0, 2, 2, 5, 5 };
    const int32_t first[] = { 3, 4, 5, 3, 3, 5 }, second[] = { 5, 5, 4, 3, 4, 4 };
    double z[6][16], lse;
    open_setup(&s);
    assert_int_equal(ur_lanes_open(&l, s.m, s.c.x, 1, &s.o, &e), 0);
    for (int way = 0; way < 2; way++) {                  /* chosen and then moved, or chosen so from the start */
        int32_t moved[6];
        for (int k = 0; k < 6; k++) moved[k] = first[swap[k]];
        assert_int_equal(ur_lanes_load(l, 6, example, &e), 0);
        assert_int_equal(ur_lanes_step(l, &e), 0);
        assert_int_equal(ur_lanes_next(l, NULL, way ? moved : first, &e), 0);
        assert_int_equal(ur_lanes_step(l, &e), 0);
        assert_int_equal(ur_lanes_next(l, way ? NULL : swap, second, &e), 0);
        assert_int_equal(ur_lanes_step(l, &e), 0);
        for (size_t k = 0; k < 6; k++) {
            const double *got = ur_lanes_logits(l, k, &lse);
            double sum = 0;
            for (size_t v = 0; v < l->vocab; v++) {
                if (way) assert_true(fabs(got[v] - z[k][v]) < 1e-14);
                z[k][v] = got[v];
                sum += exp(got[v] - lse);
            }
            assert_true(fabs(sum - 1) < 1e-12);
        }
    }
    ur_lanes_close(l);
    close_setup(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(an_encoder_runs_once), cmocka_unit_test(lanes_go_on_as_others) };
    return cmocka_run_group_tests_name("lanes", tests, NULL, NULL);
}
