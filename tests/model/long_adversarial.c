/* Eight Gaussians on a ring: all eight are found, and at least nine of ten points that are drawn lie within three standard deviations. */
#include "adversarial.h"

static const char ring[] = "data x : raw(2)\ncell deep(n, x, hidden = 64) = y {\n    param A, B, V, a, b, c\n    u : hidden = relu(A x + a)\n    v : hidden = relu(B u + b)\n    y : n = V v + c\n}\n"
                           "cell gen = deep(2)\ncell disc = deep(1)\nk : 2 = draw normal(0, 0.5 * max(0, 1 - 1.3 * progress))\nq : 2 = draw normal(0, 0.5 * max(0, 1 - 1.3 * progress))\n" NETWORKS;

static void all_eight_are_found(void **state)
{
    (void)state;
    double near[MOST_CORNERS];
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.epochs = 2500;
    o.batch = 256;
    o.rate = 0.002;
    o.average = 100;
    o.clip = -1;
    o.seed = 1;
    double all = fit_polygon(ring, (polygon){ 8, 0.1, 2048 }, &o, near);
    print_message("%.3f of what is drawn is near one of the eight\n", all);
    if (all < 0.9) fail_msg("%g of what is drawn is near one of the eight", all);
    for (int k = 0; k < 8; k++)
        if (near[k] < 0.06) fail_msg("%g of what is drawn is near the %dth", near[k], k + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(all_eight_are_found) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
