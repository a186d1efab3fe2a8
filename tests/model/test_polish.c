/* Small models end at the optimum: L-BFGS on functions whose least value is known, and fits against Newton's method by hand. */
#include "math/lbfgs.h"
#include "model_test.h"

static char path[256];

/* Σ 100 (w₂ − w₁²)² + (1 − w₁)² over pairs (Rosenbrock 1960): 0 at ones */
static int valley(void *arg, const double *w, double *f, double *g, ur_err *e)
{
    (void)e;
    size_t n = *(size_t *)arg;
    *f = 0;
    for (size_t i = 0; i < n; i += 2) {
        double a = w[i + 1] - w[i] * w[i], b = 1 - w[i];
        *f += 100 * a * a + b * b;
        g[i] = -400 * w[i] * a - 2 * b;
        g[i + 1] = 200 * a;
    }
    return 0;
}

/* Σ (i + 1) |w_i − i|: kinks at the least place */
static int kinks(void *arg, const double *w, double *f, double *g, ur_err *e)
{
    (void)e;
    size_t n = *(size_t *)arg;
    *f = 0;
    for (size_t i = 0; i < n; i++) {
        *f += (double)(i + 1) * fabs(w[i] - (double)i);
        g[i] = (double)(i + 1) * (w[i] < (double)i ? -1 : 1);
    }
    return 0;
}

/* w − log w: no value at and below 0, 1 at 1 */
static int barrier(void *arg, const double *w, double *f, double *g, ur_err *e)
{
    (void)arg;
    (void)e;
    *f = w[0] > 0 ? w[0] - log(w[0]) : INFINITY;
    g[0] = 1 - 1 / w[0];
    return 0;
}

/* a logistic regression of six rows on numbers about 250,000 and its constant, in units[0] and units[1] of the weights */
static double units[2];
static int prices(void *arg, const double *w, double *f, double *g, ur_err *e)
{
    static const double price[] = { 150000, 210000, 240000, 260000, 300000, 340000 };
    static const bool sold[] = { false, true, false, true, false, true };
    (void)arg;
    (void)e;
    *f = g[0] = g[1] = 0;
    for (int i = 0; i < 6; i++) {
        double z = w[0] * units[0] + w[1] * units[1] * price[i], p = 1 / (1 + exp(-z)), off = p - sold[i];
        *f -= log(sold[i] ? p : 1 - p) / 6;
        g[0] += off * units[0] / 6;
        g[1] += off * units[1] * price[i] / 6;
    }
    return 0;
}

/* measured by its curvature a function's steps are the same in all units, and few */
static void in_units(void **state)
{
    (void)state;
    static const double tries[][2] = { { 1, 1e-5 }, { 1, 1 }, { 1e6, 1e3 }, { 1e-9, 1e-2 } };
    double l[4];
    ur_err e = { 0 };
    for (size_t k = 0; k < sizeof tries / sizeof *tries; k++) {
        double w[2] = { 0.1 / tries[k][0], 1e-6 / tries[k][1] };
        ur_lbfgs p = { .n = 2, .at = prices, .most = 20, .factor = l, .unit = 1 };
        memcpy(units, tries[k], sizeof units);
        double g[2];
        OK(prices(NULL, w, &p.f, g, &e));
        assert_int_equal(ur_curvature(&p, w, l, &e), 0);
        assert_int_equal(ur_lbfgs_run(&p, w, &e), 0);
        assert_int_equal(p.end, UR_LBFGS_FOUND);
        assert_true(p.steps < 8);
        assert_true(fabs(w[0] * units[0] + 2.9105941202) < 1e-5); /* by statsmodels */
        assert_true(fabs(w[1] * units[1] * 1e5 - 1.1626174215) < 1e-5);
        assert_true(p.slope < 1e-12);
    }
}

static ur_lbfgs least(int (*at)(void *, const double *, double *, double *, ur_err *), size_t n, double *w)
{
    ur_err e = { 0 };
    ur_lbfgs p = { .n = n, .at = at, .arg = &n, .most = 500 };
    assert_int_equal(ur_lbfgs_run(&p, w, &e), 0);
    return p;
}

static void functions(void **state)
{
    (void)state;
    double v[10];
    for (size_t i = 0; i < 10; i++) v[i] = i % 2 ? 1 : -1.2;
    ur_lbfgs p = least(valley, 10, v);
    assert_int_equal(p.end, UR_LBFGS_FOUND);
    for (size_t i = 0; i < 10; i++) assert_true(fabs(v[i] - 1) < 1e-5);
    double k[4] = { 0.3, -4, 9, 2.5 };
    p = least(kinks, 4, k);
    assert_true(p.f < 1e-4);
    double b[1] = { 40 };
    p = least(barrier, 1, b);
    assert_int_equal(p.end, UR_LBFGS_FOUND);
    assert_true(fabs(p.f - 1) < 1e-12);
}

static double fitted(const char *text, unroll_data *(*data)(unroll_model *), const unroll_fit_options *o, double *w, unroll_fit_result *r)
{
    size_t n;
    unroll_model *m = model_of(text);
    unroll_data *d = data(m);
    OK(unroll_fit(m, d, o, r));
    weights_of(m, w, 100, &n);
    unroll_data_free(d);
    unroll_close(m);
    return r->train_loss;
}

/* ---- 0 or 1 by a straight line: Newton's method */
enum { ROWS = 60 };
static double x_of(size_t i) { return 2 * wave(5 * i + 1); }
static double bit_of(size_t i) { return x_of(i) + 3 * wave(i * i + 3) > 0.2; }

static unroll_data *bits(unroll_model *m)
{
    unroll_data *d = NULL;
    size_t n = ROWS;
    double x[ROWS], y[ROWS];
    OK(unroll_data_new(&d, m, 1));
    for (size_t i = 0; i < n; i++) x[i] = x_of(i), y[i] = bit_of(i);
    OK(unroll_data_set_numbers(d, "x", &n, x));
    OK(unroll_data_set_numbers(d, "y", &n, y));
    return d;
}

static double by_newton(double *a, double *b)
{
    double loss = 0;
    *a = *b = 0;
    for (int k = 0; k < 30; k++) {
        double ga = 0, gb = 0, aa = 0, ab = 0, bb = 0;
        loss = 0;
        for (size_t i = 0; i < ROWS; i++) {
            double x = x_of(i), p = 1 / (1 + exp(-(*a * x + *b))), v = p * (1 - p), off = bit_of(i) - p;
            ga += off * x, gb += off;
            aa += v * x * x, ab += v * x, bb += v;
            loss -= log(bit_of(i) > 0 ? p : 1 - p) / ROWS;
        }
        double det = aa * bb - ab * ab;
        *a += (bb * ga - ab * gb) / det;
        *b += (aa * gb - ab * ga) / det;
    }
    return loss;
}

static void logistic(void **state)
{
    (void)state;
    double a, b, w[100], best = by_newton(&a, &b);
    unroll_fit_result r;
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.precision = 1;
    double loss = fitted("data x[t] : raw\ndata y[t] : count\nparam a, b\ny[t] ~ bernoulli(a * x[t] + b)\n", bits, &o, w, &r);
    assert_true(fabs(loss - best) < 1e-9);
    assert_true(fabs(w[0] - a) < 1e-4 && fabs(w[1] - b) < 1e-4);
    assert_non_null(strstr(r.optimiser, "L-BFGS"));
    o.epochs = 3; /* asked for: no more than these */
    assert_true(fitted("data x[t] : raw\ndata y[t] : count\nparam a, b\ny[t] ~ bernoulli(a * x[t] + b)\n", bits, &o, w, &r) > best + 0.01);
    assert_null(strstr(r.optimiser, "L-BFGS"));
}

/* ---- the same bits on more threads, and where it was stopped */
static unroll_data *numbers(unroll_model *m) { return waves(m, "y", NULL, 120); }
static const char net[] = "data y[t] : real\nparam W, U, v, c, s\nh[t] : 2 = tanh(W h[t-1] + U [y[t-1]; y[t-2]])\ny[t] ~ normal(v' h[t] + c, s)\n";

typedef struct stopper { int after, calls, epochs; } stopper;
static int stop(const unroll_progress *p, void *arg)
{
    stopper *s = arg;
    s->epochs = p->epoch;
    assert_true(p->epoch <= p->epochs);
    return ++s->calls == s->after;
}

static void same_bits(void **state)
{
    (void)state;
    double one[100] = { 0 }, two[100] = { 0 };
    unroll_fit_result r;
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.threads = 1;
    double loss = fitted(net, numbers, &o, one, &r);
    assert_non_null(strstr(r.optimiser, "L-BFGS"));
    o.threads = 2;
    assert_true(fitted(net, numbers, &o, two, &r) == loss);
    assert_memory_equal(one, two, sizeof one);
    stopper s = { .after = 1000000 };
    o.checkpoint = temp_path(path, sizeof path, "polish.checkpoint");
    o.checkpoint_seconds = 1e9;
    o.resume = 1;
    o.progress = stop;
    o.arg = &s;
    fitted(net, numbers, &o, two, &r);
    s = (stopper){ .after = s.calls }; /* the last call: within these steps */
    fitted(net, numbers, &o, two, &r);
    if (r.interrupted) {
        assert_int_equal(access(path, F_OK), 0);
        s = (stopper){ .after = 1000000 };
        fitted(net, numbers, &o, two, &r);
    }
    assert_memory_equal(one, two, sizeof one);
    unlink(path);
}

/* what a validation part says is what is kept */
static void validated(void **state)
{
    (void)state;
    unroll_model *m = model_of(net);
    unroll_data *d = numbers(m), *a = NULL, *b = NULL;
    unroll_fit_options o = UNROLL_FIT_INIT;
    unroll_use_options use = UNROLL_USE_INIT;
    unroll_fit_result r;
    double sum, count;
    OK(unroll_data_slice(&a, d, 0, 90));
    OK(unroll_data_slice(&b, d, 90, 120));
    o.valid = b;
    o.precision = 1;
    OK(unroll_fit(m, a, &o, &r));
    assert_non_null(strstr(r.optimiser, "L-BFGS"));
    use.history = a;
    OK(unroll_loss(m, b, &use, &sum, &count));
    assert_true(fabs(sum / count - r.valid_loss) < 1e-9);
    OK(unroll_loss(m, a, NULL, &sum, &count));
    assert_true(fabs(sum / count - r.train_loss) < 1e-9);
    unroll_data_free(a);
    unroll_data_free(b);
    unroll_data_free(d);
    unroll_close(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(functions), cmocka_unit_test(in_units), cmocka_unit_test(logistic), cmocka_unit_test(same_bits),
                                        cmocka_unit_test(validated) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
