/* Every operator: its adjoint, built by grad and run by the oracle, against finite differences in double precision. */
#include "lang/graph_cases.h"

/* ---- one operator at a time */
static void check_unary(ur_op op)
{
    for (int by_example = 0; by_example < 2; by_example++) {
        bench B, *b = &B;
        bench_open(b, 11 + (uint64_t)op);
        b->lo = ur_ops[op].lo; b->hi = ur_ops[op].hi;
        ur_id p = mat(b, 2, 1);
        finish(b, Uny(op, by_example ? Add(p, Mul(Num(0.001), dat(b, X))) : p));
        double e = worst_gradient(b);
        if (!(e <= 1e-6)) fail_msg("%s%s: relative error %g", ur_ops[op].id, by_example ? " by example" : "", e);
        bench_close(b);
    }
}

static void test_unary(void **state)
{
    (void)state;
#define UNARY(ID, name, value, dx, traits, lo, hi, doc) if (UR_##ID != UR_STOP && UR_##ID != UR_TRIGAMMA && UR_##ID != UR_HAZARD) check_unary(UR_##ID);
#include "math/ops.def"
}

static void test_stop(void **state)
{
    (void)state;
    bench B, *b = &B;
    bench_open(b, 5);
    ur_id p = mat(b, 2, 1);
    finish(b, Mul(Uny(UR_STOP, p), dat(b, X)));
    ur_err e = { 0 };
    assert_int_equal(ur_grad(&b->g, &e), 0);
    assert_int_equal(b->g.dparam[0], -1);
    bench_close(b);
}

static void check_binary(ur_op op, int shape)
{
    bench B, *b = &B;
    bench_open(b, 31 + (uint64_t)op);
    b->lo = 0.3; b->hi = 1.2;
    ur_id x = par(b, shape == 1 ? 1 : 2, 1, shape == 3 ? J : -1, -1, true);
    b->lo = 1.5; b->hi = 2.5;
    ur_id y = par(b, shape == 2 ? 1 : 2, 1, shape == 3 ? M : -1, -1, true);
    if (shape == 4) x = Add(x, Mul(Num(0.001), dat(b, X)));
    if (shape == 5) y = Add(y, Mul(Num(0.001), dat(b, X)));
    if (shape == 6) { ur_id z = x; x = y; y = z; }
    finish(b, Bin(op, x, y));
    double e = worst_gradient(b);
    if (!(e <= 1e-6)) fail_msg("%s, shape %d: relative error %g", ur_ops[op].id, shape, e);
    bench_close(b);
}

static void test_binary(void **state)
{
    (void)state;
    for (int shape = 0; shape < 7; shape++) {
#define BINARY(ID, name, value, dx, dy, traits, doc) check_binary(UR_##ID, shape);
#include "math/ops.def"
    }
}

/* densities: a datum, and two arguments with parameters */
static void check_density(ur_op op, int shape)
{
    bench B, *b = &B;
    bench_open(b, 51 + (uint64_t)op);
    b->lo = 0.3; b->hi = 1.2;
    ur_id x = par(b, shape == 1 ? 1 : 2, 1, shape == 3 ? J : -1, -1, true), y = par(b, shape == 2 ? 1 : 2, 1, -1, -1, true);
    if (shape == 4) x = Add(x, Mul(Num(0.001), dat(b, X)));
    finish(b, ur_ternary(&b->g, op, op == UR_NLP_STUDENT ? y : Num(op == UR_NLP_BETA ? 0.3 : 3), x, y));
    double e = worst_gradient(b);
    if (!(e <= 1e-6)) fail_msg("%s, shape %d: relative error %g", ur_ops[op].id, shape, e);
    bench_close(b);
}

static void test_densities(void **state)
{
    (void)state;
    static const ur_op ops[] = { UR_NLP_POISSON, UR_NLP_NEGBIN, UR_NLP_GAMMA, UR_NLP_BETA, UR_NLP_STUDENT };
    for (size_t k = 0; k < sizeof ops / sizeof *ops; k++)
        for (int shape = 0; shape < 5; shape++) check_density(ops[k], shape);
}

static void test_structure(void **state)
{
    (void)state;
    int bad = 0;
    bench *b = calloc(1, sizeof *b);
    for (int k = 0; k < NCASES; k++) {
        case_open(b, k);
        double e = worst_gradient(b);
        bench_close(b);
        if (e <= 1e-6) continue;
        print_error("%s: relative error %g\n", cases[k].name, e);
        bad++;
    }
    free(b);
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_unary), cmocka_unit_test(test_stop), cmocka_unit_test(test_binary), cmocka_unit_test(test_densities), cmocka_unit_test(test_structure) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
