/* Measuring: the operations that are counted are those of the formula, the numbers are there and positive, what cannot be measured is refused. */
#include "model_test.h"

static unroll_bench_options small(const char *cell)
{
    unroll_bench_options o = UNROLL_BENCH_INIT;
    o.cell = cell;
    o.batch = 3; o.steps = 7; o.inputs = 5; o.hidden = 4;
    o.threads = 1;
    o.seconds = 0.002;
    return o;
}

static unroll_bench_options of_text(char path[512], const char *text)      /* of a whole model, in a file that it writes */
{
    FILE *f = fopen(temp_path(path, 512, "bench.unr"), "w");
    fputs(text, f);
    fclose(f);
    return small(path);
}

/* an LSTM's four gates: forward W x and U h; backward the same two for the gradients of W and U, and one for that of h (none for x, which is
 * data). The equations ask for U's product at the first position too. */
static void test_operations(void **state)
{
    (void)state;
    unroll_bench_options o = small("lstm");
    unroll_bench_result r;
    OK(unroll_bench_cell(&o, &r));
    double rows = 3 * 7, gates = 4 * 4, input = 2 * gates * 5 * rows, recurrent = 2 * gates * 4 * rows;
    assert_true(r.positions == rows);
    assert_int_equal(r.parameters, gates * (5 + 4 + 1));
    assert_int_equal(r.weight_bytes, r.parameters * 4);
    assert_true(r.infer_flops == input + recurrent);
    assert_true(r.fit_flops == 2 * input + 3 * recurrent);
    assert_true(r.stream_flops == 2 * gates * (5 + 4));
    assert_true(r.fit_seconds > 0 && r.infer_seconds > 0 && r.stream_seconds_per_step > 0);
    assert_true(r.fit_runs > 0 && r.infer_runs > 0 && r.peak_bytes > r.weight_bytes);
}

static void test_ragged(void **state)
{
    (void)state;
    unroll_bench_options o = small("gru");
    unroll_bench_result r, again;
    o.ragged = 1;
    o.batch = 50;
    o.what = UNROLL_BENCH_INFER;
    OK(unroll_bench_cell(&o, &r));
    assert_true(r.positions > 50 && r.positions < 50 * 7);
    assert_true(isnan(r.fit_seconds) && isnan(r.stream_seconds_per_step) && r.infer_seconds > 0);
    assert_true(r.infer_flops == r.positions * 2 * 3 * 4 * (5 + 4));
    OK(unroll_bench_cell(&o, &again));
    assert_true(again.positions == r.positions);
    o.seed = 5;
    OK(unroll_bench_cell(&o, &again));
    assert_true(again.positions != r.positions);
}

static void test_whole_model(void **state)
{
    (void)state;
    char path[512];
    unroll_bench_options o = of_text(path, "data a[s] : symbol, q[s] : symbol(4)\ndata y[t] : count\nhyper n = 2\nparam E, F, W, b\ne[s] : n = E a[s] + F q[s]\nc = mean[s](e[s])\nl[t] = exp(W c + b)\ny[t] ~ poisson(l[t])\n");
    unroll_bench_result r;
    unroll_setting set = { "n", 9 };
    o.vocabulary = 10;
    o.set = &set;
    o.nset = 1;
    o.precision = 1;
    OK(unroll_bench_cell(&o, &r));
    assert_int_equal(r.parameters, 9 * (10 + 3 + 4) + 9 + 1);
    assert_int_equal(r.weight_bytes, r.parameters * 8);
    assert_int_equal(r.inputs, 0);
    assert_true(r.positions == 3 * 7 && r.fit_seconds > 0 && r.infer_seconds > 0 && isnan(r.stream_seconds_per_step));
    remove(path);
}

/* letters of words: five in each, or one to nine; products along them count for every one */
static void test_nested(void **state)
{
    (void)state;
    char path[512];
    unroll_bench_options o = of_text(path, "data c[t,k] : real(3)\ndata y[t] : real\nparam A, v\nh[t,k] : 4 = tanh(A c[t,k])\ny[t] ~ normal(v' h[t,end], 1)\n");
    unroll_bench_result r;
    o.what = UNROLL_BENCH_INFER;
    OK(unroll_bench_cell(&o, &r));
    assert_true(r.positions == 3 * 7);
    assert_true(r.infer_flops == 2 * 3 * 7 * (5 * 4 * 3 + 4));
    o.ragged = 1;
    o.batch = 50;
    OK(unroll_bench_cell(&o, &r));
    double letters = (r.infer_flops / 2 - r.positions * 4) / 12;
    assert_true(letters > 3 * r.positions && letters < 7 * r.positions);
    remove(path);
}

static void test_limits(void **state)
{
    (void)state;
    unroll_bench_options o = UNROLL_BENCH_INIT;
    unroll_bench_limits l;
    o.threads = 2;
    o.seconds = 0.002;
    OK(unroll_bench_ceiling(&o, &l));
    assert_int_equal(l.threads, 2);
    assert_true(l.flops > 1e8 && l.l2 > 1e8 && l.l3 > 1e8 && l.memory > 1e8 && l.l2_bytes > 0 && l.l3_bytes > 0);
}

static void refused(const char *cell, int code, const char *why)
{
    unroll_bench_options o = small(cell);
    unroll_bench_result r;
    assert_int_equal(unroll_bench_cell(&o, &r), code);
    if (!strstr(unroll_error(), why)) fail_msg("%s", unroll_error());
}

static void test_refused(void **state)
{
    (void)state;
    unroll_bench_result r;
    refused("nothing", UNROLL_ERROR_USAGE, "the library has no cell nothing");
    refused("attend", UNROLL_ERROR_USAGE, "does not take a size and an input");
    refused("./none.unr", UNROLL_ERROR_FILE, "none.unr");
    refused(NULL, UNROLL_ERROR_USAGE, "no cell");
    assert_int_equal(unroll_bench_cell(NULL, &r), UNROLL_ERROR_USAGE);
    assert_int_equal(unroll_bench_ceiling(NULL, NULL), UNROLL_ERROR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_operations), cmocka_unit_test(test_ragged), cmocka_unit_test(test_whole_model), cmocka_unit_test(test_nested),
                                        cmocka_unit_test(test_limits), cmocka_unit_test(test_refused) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
