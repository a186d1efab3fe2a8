/* Two networks with an objective each: a small pair finds both of two Gaussians, in equal shares. */
#include "adversarial.h"

static const char pair[] = "data x : raw(2)\ncell gen = mlp(2, hidden = 16)\ncell disc = mlp(1, hidden = 16)\n"
                           "k : 2 = draw normal(0, 0.5 * (1 - progress))\nq : 2 = draw normal(0, 0.5 * (1 - progress))\n" NETWORKS;

static void both_are_found(void **state)
{
    (void)state;
    double near[MOST_CORNERS];
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.epochs = 1000;
    o.batch = 128;
    o.rate = 0.005;
    o.seed = 1;
    double all = fit_polygon(pair, (polygon){ 2, 0.2, 512 }, &o, near);
    if (all < 0.8 || near[0] < 0.3 || near[1] < 0.3) fail_msg("%g of what is drawn is near one of the two: %g and %g", all, near[0], near[1]);
}

/* without a fit nothing is near: the measure sees what it should */
static void neither_before(void **state)
{
    (void)state;
    double near[MOST_CORNERS];
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.epochs = 1;
    o.rate = 1e-6;
    assert_true(fit_polygon(pair, (polygon){ 2, 0.2, 512 }, &o, near) < 0.1);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(both_are_found), cmocka_unit_test(neither_before) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
