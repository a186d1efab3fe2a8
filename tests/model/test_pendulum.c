/* The parameters of a differential equation from noisy observations: a pendulum, integrated by fixed steps between two positions. */
#include "model_test.h"

static const char text[] =
    "data  y[t] : raw\nindex k = 1..3\nhyper h = 0.1 / 3\nparam a = 5, b = 0.1, start(2) = 1, s = 0.5\n"
    "cell slope(z, a, b) = [z[2]; -a * sin(z[1]) - b * z[2]]\n"
    "z[t,0] = z[t-1,end]\nz[0,k] = start\n"
    "p[t,k] = slope(z[t,k-1], a, b)\nq[t,k] = slope(z[t,k-1] + h / 2 * p[t,k], a, b)\nr[t,k] = slope(z[t,k-1] + h / 2 * q[t,k], a, b)\n"
    "u[t,k] = slope(z[t,k-1] + h * r[t,k], a, b)\nz[t,k] : 2 = z[t,k-1] + h / 6 * (p[t,k] + 2 * q[t,k] + 2 * r[t,k] + u[t,k])\n"
    "y[t] ~ normal(z[t,end][1], s)\n";

/* the truth: a 7.5, b 0.25, from rest at 2; a hundred steps between two observations; noise of 0.05 */
enum { N = 80 };
static void observe(double *y)
{
    double a = 7.5, b = 0.25, x = 2, v = 0, h = 0.1 / 100;
    for (size_t t = 0; t < N; t++) {
        for (int k = 0; k < 100; k++) {
            double xm = x + h / 2 * v, vm = v + h / 2 * (-a * sin(x) - b * v);
            x += h * vm;
            v += h * (-a * sin(xm) - b * vm);
        }
        double noise = -6;
        for (size_t k = 0; k < 12; k++) {
            uint32_t g = (uint32_t)(12 * t + k + 1) * 2654435761u;
            g = (g ^ g >> 15) * 2246822519u;
            noise += (double)((g ^ g >> 13) % 100000) / 100000;
        }
        y[t] = x + 0.05 * noise;
    }
}

static void is_near(unroll_model *m, const char *name, double truth, double within)
{
    double v = 0;
    OK(unroll_param_get(m, name, &v, 1));
    if (!(fabs(v - truth) <= within)) fail_msg("%s is %g, in truth %g", name, v, truth);
}

static void test_pendulum(void **state)
{
    (void)state;
    unroll_model *m = model_of(text);
    unroll_data *d = NULL;
    double y[N];
    size_t n = N;
    observe(y);
    OK(unroll_data_new(&d, m, 1));
    OK(unroll_data_set_numbers(d, "y", &n, y));
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.epochs = 250;
    o.rate = 0.05;
    o.chunk = -1;
    OK(unroll_fit(m, d, &o, NULL));
    is_near(m, "a", 7.5, 0.1);
    is_near(m, "b", 0.25, 0.03);
    unroll_data_free(d);
    unroll_close(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_pendulum) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
