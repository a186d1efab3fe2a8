/* −log p and its derivatives of the distributions whose terms cancel, at sizes from 1 to 1e12, against mpmath (60 digits; the closed forms by loggamma
 * and digamma), limits, and the same through the kernels of single precision. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "math/math.h"

static const struct golden { ur_dist d; int by; double y, a, b, want; } golden[] = {
    { UR_POISSON, 0, 3.0, 1, 0, 2.7917594692280550008 },
    { UR_POISSON, 1, 3.0, 1, 0, -2.0 },
    { UR_NEGATIVE_BINOMIAL, 0, 3.0, 1, 1e-12, 2.7917594692275550008 },
    { UR_NEGATIVE_BINOMIAL, 0, 2.0, 1, 0.3, 1.8300589932524065303 },
    { UR_GAMMA, 0, 1.6, 1.1, 1, 1.5031271958155867244 },
    { UR_BETA, 0, 0.35, 1, 3, -0.23704645648320124495 },
    { UR_NEGATIVE_BINOMIAL, 1, 3.0, 1, 1e-12, -1.999999999998 },
    { UR_NEGATIVE_BINOMIAL, 1, 2.0, 1, 0.3, -0.76923076923076923734 },
    { UR_GAMMA, 1, 1.6, 1.1, 1, -0.89375856965681227703 },
    { UR_BETA, 1, 0.35, 1, 3, -0.78351120883465558156 },
    { UR_NEGATIVE_BINOMIAL, 2, 3.0, 1, 1e-12, -0.49999999999733333333 },
    { UR_NEGATIVE_BINOMIAL, 2, 2.0, 1, 0.3, 0.41817483925009942431 },
    { UR_GAMMA, 2, 1.6, 1.1, 1, 0.5 },
    { UR_BETA, 2, 0.35, 1, 3, 0.097449582759120889888 },
    { UR_STUDENT_T, 0, 1.7, 1, 0, 2.5031390434797550601 },
    { UR_STUDENT_T, 1, 1.7, 1, 0, -0.25687319300440795927 },
    { UR_POISSON, 0, 10200.0, 10000.0, 0, 7.5208166238085647371 },
    { UR_POISSON, 1, 10200.0, 10000.0, 0, -0.02 },
    { UR_NEGATIVE_BINOMIAL, 0, 10200.0, 10000.0, 1e-12, 7.5208166089085649125 },
    { UR_NEGATIVE_BINOMIAL, 0, 15000.0, 10000.0, 0.3, 10.272819264571601949 },
    { UR_GAMMA, 0, 1.105, 11000.0, 10000.0, -3.5207406512623589311 },
    { UR_BETA, 0, 0.251, 10000.0, 30000.0, -5.1072225253701676108 },
    { UR_NEGATIVE_BINOMIAL, 1, 10200.0, 10000.0, 1e-12, -0.019999999800000002 },
    { UR_NEGATIVE_BINOMIAL, 1, 15000.0, 10000.0, 0.3, -0.00016661112962345885321 },
    { UR_GAMMA, 1, 1.105, 11000.0, 10000.0, -0.0045806103995510417754 },
    { UR_BETA, 1, 0.251, 10000.0, 30000.0, -0.0040295220507874557076 },
    { UR_NEGATIVE_BINOMIAL, 2, 10200.0, 10000.0, 1e-12, -14899.999649351638883 },
    { UR_NEGATIVE_BINOMIAL, 2, 15000.0, 10000.0, 0.3, 0.69913853844139236197 },
    { UR_GAMMA, 2, 1.105, 11000.0, 10000.0, 0.0049999999999999822364 },
    { UR_BETA, 2, 0.251, 10000.0, 30000.0, 0.0013300563059607214719 },
    { UR_STUDENT_T, 0, 1.7, 10000.0, 0, 2.3638992500489670414 },
    { UR_STUDENT_T, 1, 1.7, 10000.0, 0, 3.9263816147397875941e-9 },
    { UR_POISSON, 0, 100020000.0, 100000000.0, 0, 12.129245576013755525 },
    { UR_POISSON, 1, 100020000.0, 100000000.0, 0, -0.0002 },
    { UR_NEGATIVE_BINOMIAL, 0, 100020000.0, 100000000.0, 1e-12, 12.129095603512255454 },
    { UR_NEGATIVE_BINOMIAL, 0, 150000000.0, 100000000.0, 0.3, 19.483141103564022532 },
    { UR_GAMMA, 0, 1.1000500000000002, 110000000.00000001, 100000000.0, -8.1300683743715562099 },
    { UR_BETA, 0, 0.25001, 100000000.0, 300000000.0, -9.7148457989997628874 },
    { UR_NEGATIVE_BINOMIAL, 1, 100020000.0, 100000000.0, 1e-12, -0.00019998000199980002 },
    { UR_NEGATIVE_BINOMIAL, 1, 150000000.0, 100000000.0, 0.3, -1.6666666111111130246e-8 },
    { UR_GAMMA, 1, 1.1000500000000002, 110000000.00000001, 100000000.0, -0.000045458057882591466305 },
    { UR_BETA, 1, 0.25001, 100000000.0, 300000000.0, -0.00004000295002138050781 },
    { UR_NEGATIVE_BINOMIAL, 2, 100020000.0, 100000000.0, 1e-12, -149955004.83326662084 },
    { UR_NEGATIVE_BINOMIAL, 2, 150000000.0, 100000000.0, 0.3, 0.69889184561889078229 },
    { UR_GAMMA, 2, 1.1000500000000002, 110000000.00000001, 100000000.0, 0.000050000000000045321826 },
    { UR_BETA, 2, 0.25001, 100000000.0, 300000000.0, 0.000013333005556358616518 },
    { UR_STUDENT_T, 0, 1.7, 100000000.0, 0, 2.3639385292744228598 },
    { UR_STUDENT_T, 1, 1.7, 100000000.0, 0, 3.9302496130193794551e-17 },
    { UR_POISSON, 0, 1000002000000.0, 1000000000000.0, 0, 16.734448757836030179 },
    { UR_POISSON, 1, 1000002000000.0, 1000000000000.0, 0, -2.0e-6 },
    { UR_NEGATIVE_BINOMIAL, 0, 1000002000000.0, 1000000000000.0, 1e-12, 16.081023181448961172 },
    { UR_NEGATIVE_BINOMIAL, 0, 1500000000000.0, 1000000000000.0, 0.3, 28.693481473688538438 },
    { UR_GAMMA, 0, 1.1000005000000002, 1100000000000.0, 1000000000000.0, -12.73528015103875869 },
    { UR_BETA, 0, 0.2500001, 1000000000000.0, 3000000000000.0, -14.320040507728869501 },
    { UR_NEGATIVE_BINOMIAL, 1, 1000002000000.0, 1000000000000.0, 1e-12, -1.0000000000000000101e-6 },
    { UR_NEGATIVE_BINOMIAL, 1, 1500000000000.0, 1000000000000.0, 0.3, -1.6666666666611111728e-12 },
    { UR_GAMMA, 1, 1.1000005000000002, 1100000000000.0, 1000000000000.0, -4.5454580592943413844e-7 },
    { UR_BETA, 1, 0.2500001, 1000000000000.0, 3000000000000.0, -4.0000029501152359461e-7 },
    { UR_NEGATIVE_BINOMIAL, 2, 1000002000000.0, 1000000000000.0, 1e-12, -249999416667.10417372 },
    { UR_NEGATIVE_BINOMIAL, 2, 1500000000000.0, 1000000000000.0, 0.3, 0.698891820930003855 },
    { UR_GAMMA, 2, 1.1000005000000002, 1100000000000.0, 1000000000000.0, 5.0000000015870682546e-7 },
    { UR_BETA, 2, 0.2500001, 1000000000000.0, 3000000000000.0, 1.3333330055939043479e-7 },
    { UR_STUDENT_T, 0, 1.7, 1000000000000.0, 0, 2.3639385332042796413 },
    { UR_STUDENT_T, 1, 1.7, 1000000000000.0, 0, 3.9302499999613005098e-25 },
    { UR_NEGATIVE_BINOMIAL, 0, 1000000000000.0, 3.0, 2.0, 154150679842.61913487 },
    { UR_NEGATIVE_BINOMIAL, 2, 0.0, 1000000000000.0, 40.0, -0.018949937856276584069 },
    { UR_POISSON, 0, 0.0, 1e-300, 0, 1.0000000000000000251e-300 },
    { UR_GAMMA, 0, 1e-300, 1.0, 1e+300, -689.77552789821370518 },
    { UR_BETA, 0, 1e-200, 0.5, 2.0, -229.97082722695278748 },
    { UR_STUDENT_T, 0, 1e+200, 2.0, 0, 1381.5510557964274103 },
    { UR_POISSON, 1, 1000000000000.0, 1.0, 0, -999999999999.0 },
};
enum { N = sizeof golden / sizeof *golden };

static void test_golden(void **state)
{
    (void)state;
    for (int k = 0; k < N; k++) {
        const struct golden *g = &golden[k];
        double got = ur_density(g->d, g->by, g->y, g->a, g->b);
        /* the rate times the datum is rounded, which the spread of a gamma or beta of size s feels √s times as much */
        double tolerance = g->d == UR_GAMMA || g->d == UR_BETA ? 1e-15 * sqrt(g->a + g->b) + 1e-13 : 1e-13;
        if (!(fabs(got - g->want) <= tolerance * fmax(fabs(g->want), g->by ? 1 / g->a : 1)))
            fail_msg("%s, by %d, of %g at %g, %g: %.17g, not %.17g", ur_dist_name(g->d), g->by, g->y, g->a, g->b, got, g->want);
    }
}

static void test_limits(void **state)
{
    (void)state;
    assert_true(ur_density(UR_POISSON, 0, 0, 0, 0) == 0 && ur_density(UR_POISSON, 1, 0, 0, 0) == 1);
    assert_true(ur_density(UR_POISSON, 0, 1, 0, 0) == (double)INFINITY);
    assert_true(ur_density(UR_NEGATIVE_BINOMIAL, 0, 0, 0, 0.5) == 0 && ur_density(UR_NEGATIVE_BINOMIAL, 1, 0, 0, 0.5) == 1 && ur_density(UR_NEGATIVE_BINOMIAL, 2, 0, 0, 0.5) == 0);
    assert_true(ur_density(UR_NEGATIVE_BINOMIAL, 0, 2, 0, 0.5) == (double)INFINITY);
    assert_true(ur_density(UR_NEGATIVE_BINOMIAL, 0, 7, 5, 0) == ur_density(UR_POISSON, 0, 7, 5, 0));
    assert_true(ur_density(UR_NEGATIVE_BINOMIAL, 2, 7, 5, 0) == 1.5);                                /* ½ (y − (y − m)²) */
    assert_true(fabs(ur_density(UR_STUDENT_T, 0, 1.5, INFINITY, 0) - (0.91893853320467274178 + 1.125)) < 1e-15 && ur_density(UR_STUDENT_T, 1, 1.5, INFINITY, 0) == 0);
}

/* of whole numbers: never below 0, and all together 1 */
static void test_probabilities(void **state)
{
    (void)state;
    for (double m = 1e-6; m < 2e6; m *= 100)
        for (double a = 0; a < 2; a = a ? a * 30 : 1e-9) {
            double sum = 0, sd = sqrt(m + a * m * m);
            double from = floor(fmax(m - 60 * sd, 0)), step = fmax(1, floor(sd / 200));
            for (double y = from; y < m + 60 * sd + 50; y += step) {
                double v = ur_density(UR_NEGATIVE_BINOMIAL, 0, y, m, a);
                assert_true(v >= 0);
                sum += step * exp(-v);
            }
            if (a < 0.5 && fabs(sum - 1) > 1e-6) fail_msg("mean %g, dispersion %g: the sum is %.9g", m, a, sum);
        }
}

/* a kernel of either precision gives ur_density of what it reads, rounded */
static void test_kernels(void **state)
{
    (void)state;
    static const struct { ur_dist d; ur_op op[3]; } ops[] = {
        { UR_POISSON, { UR_NLP_POISSON, UR_NLP_POISSON1, UR_NOP } }, { UR_NEGATIVE_BINOMIAL, { UR_NLP_NEGBIN, UR_NLP_NEGBIN1, UR_NLP_NEGBIN2 } },
        { UR_GAMMA, { UR_NLP_GAMMA, UR_NLP_GAMMA1, UR_NLP_GAMMA2 } }, { UR_BETA, { UR_NLP_BETA, UR_NLP_BETA1, UR_NLP_BETA2 } },
        { UR_STUDENT_T, { UR_NLP_STUDENT, UR_NLP_STUDENT1, UR_NOP } } };
    for (int k = 0; k < N; k++)
        for (size_t o = 0; o < sizeof ops / sizeof *ops; o++) {
            if (ops[o].d != golden[k].d) continue;
            ur_op op = ops[o].op[golden[k].by];
            float a[2] = { (float)golden[k].y, 1 }, b[2] = { (float)golden[k].a, 1 }, c[2] = { (float)golden[k].b, 1 }, y[2];
            double p[1] = { golden[k].y }, q[1] = { golden[k].a }, r[1] = { golden[k].b }, z[1];
            ur_kernels_for(true)->ternary[op](2, 1, a, sizeof *a, b, sizeof *b, c, sizeof *c, y, sizeof *y);
            ur_kernels_for(false)->ternary[op](1, 1, p, 0, q, 0, r, 0, z, 0);
            float want = (float)ur_density(golden[k].d, golden[k].by, (double)a[0], (double)b[0], (double)c[0]);
            assert_true(y[0] == want || (isnan(y[0]) && isnan(want)));
            assert_true(z[0] == ur_density(golden[k].d, golden[k].by, golden[k].y, golden[k].a, golden[k].b));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_golden), cmocka_unit_test(test_limits), cmocka_unit_test(test_probabilities), cmocka_unit_test(test_kernels) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
