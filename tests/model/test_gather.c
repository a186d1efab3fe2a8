/* Subscripts that are numbers: seasons by exact least squares are the seasons' means; a table of positions is the parameters written out; what a
 * pointer reads is found; a number that leads nowhere is an error with its place. */
#include "model_test.h"

enum { N = 120 };

static unroll_data *numbers(unroll_model *m, const char *const *name, const double *const *v, size_t n)
{
    unroll_data *d = NULL;
    OK(unroll_data_new(&d, m, 1));
    for (; *name; name++, v++) OK(unroll_data_set_numbers(d, *name, &n, *v));
    return d;
}

static void fitted(unroll_model *m, unroll_data *d, int epochs)
{
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.epochs = epochs;
    o.rate = 0.05;
    o.precision = 1;
    OK(unroll_fit(m, d, &o, NULL));
    unroll_data_free(d);
}

static void test_seasons(void **state)
{
    (void)state;
    double y[N], sum[12] = { 0 }, S[12];
    for (size_t t = 0; t < N; t++) sum[t % 12] += y[t] = 3 * wave(t % 12) + wave(7 * t + 1);
    unroll_model *m = model_of("data y[t] : raw\nindex k = 1..12\nparam S[k], s\ny[t] ~ normal(S[mod(t-1, 12) + 1], s)\n");
    fitted(m, numbers(m, (const char *const[]){ "y", NULL }, (const double *const[]){ y }, N), 1);
    OK(unroll_param_get(m, "S", S, 12));
    for (int k = 0; k < 12; k++) assert_true(fabs(S[k] - sum[k] / (N / 12)) < 1e-9);
    unroll_close(m);
}

static void test_positions(void **state)
{
    (void)state;
    static const char *const text[] = { "data y[t] : raw\nindex p = 1..5\nparam P[p](2) = zeros, a = [1..2] / 2\ny[t] ~ normal(a' tanh(P[min(t, 5)] + y[t-1]), 0.3)\n",
                                        "data y[t] : raw\nparam p1(2) = zeros, p2(2) = zeros, p3(2) = zeros, p4(2) = zeros, p5(2) = zeros, a = [1..2] / 2\nq[t] = where(t == 1, p1, where(t == 2, p2, where(t == 3, p3, where(t == 4, p4, p5))))\n"
                                        "y[t] ~ normal(a' tanh(q[t] + y[t-1]), 0.3)\n" };
    double y[8], P[10], p[2];
    for (size_t t = 0; t < 8; t++) y[t] = wave(t);
    unroll_model *m[2];
    for (int k = 0; k < 2; k++) {
        m[k] = model_of(text[k]);
        fitted(m[k], numbers(m[k], (const char *const[]){ "y", NULL }, (const double *const[]){ y }, 8), 40);
    }
    OK(unroll_param_get(m[0], "P", P, 10));
    for (int k = 0; k < 5; k++) {
        OK(unroll_param_get(m[1], (char[]){ 'p', (char)('1' + k), 0 }, p, 2));
        for (int c = 0; c < 2; c++) assert_true(fabs(p[c] - P[2 * k + c]) < 1e-6);
    }
    for (int k = 0; k < 2; k++) unroll_close(m[k]);
}

/* y[t] is made of what x was d[t] positions before */
static void test_pointer(void **state)
{
    (void)state;
    double x[N], d[N], y[N], a, c;
    for (size_t t = 0; t < N; t++) {
        x[t] = 2 * wave(5 * t);
        d[t] = (double)(t * t % (t < 20 ? t + 1 : 20));
        y[t] = 0.5 * x[t - (size_t)d[t]] + tanh(2 * x[t - (size_t)d[t]]) + 0.01 * wave(t);
    }
    unroll_model *m = model_of("data x[t] : raw, d[t] : count, y[t] : raw\nparam a = 1, c, s\nh[t] = tanh(a * x[t])\ny[t] ~ normal(c * x[t - d[t]] + h[t - d[t]], s)\n");
    fitted(m, numbers(m, (const char *const[]){ "x", "d", "y", NULL }, (const double *const[]){ x, d, y }, N), 300);
    OK(unroll_param_get(m, "a", &a, 1));
    OK(unroll_param_get(m, "c", &c, 1));
    assert_true(fabs(a - 2) < 0.05 && fabs(c - 0.5) < 0.05);
    unroll_close(m);
}

static void test_nowhere(void **state)
{
    (void)state;
    static const struct { const char *line; double at; const char *said; } c[] = {
        { "A[p[t]]", 5, "m.unr:4:15: a subscript is 5 at position 3 of example 1: whole numbers from 0 to 4 lead somewhere" },
        { "tanh(A[p[t]])", 1.5, "m.unr:4:20: a subscript is 1.5 at position 3 of example 1: whole numbers from 0 to 4 lead somewhere" },
        { "tanh(A[p[t]])", -1, "m.unr:4:20: a subscript is -1 at position 3 of example 1: whole numbers from 0 to 4 lead somewhere" },
        { "where(t == 3, 0, A[p[t]])", 5, NULL } };
    for (size_t k = 0; k < sizeof c / sizeof *c; k++) {
        char text[200];
        double y[6], p[6];
        unroll_model *m = NULL;
        for (size_t t = 0; t < 6; t++) {
            y[t] = wave(t);
            p[t] = t == 2 ? c[k].at : (double)(t % 5);
        }
        snprintf(text, sizeof text, "data y[t], p[t] : raw\nindex k = 1..3\nparam A[k], s\ny[t] ~ normal(%s, s)\n", c[k].line);
        OK(unroll_open_text(&m, text, strlen(text), "m.unr", NULL, 0));
        unroll_data *d = numbers(m, (const char *const[]){ "y", "p", NULL }, (const double *const[]){ y, p }, 6);
        int rc = unroll_fit(m, d, NULL, NULL);
        if (c[k].said) assert_string_equal(unroll_error(), c[k].said);
        assert_int_equal(rc, c[k].said ? UNROLL_ERROR_DATA : 0);
        unroll_data_free(d);
        unroll_close(m);
    }
}

/* a tree: each node is what it adds and a share of its parent's, or of its child's */
static void test_tree(void **state)
{
    (void)state;
    static const struct { const char *reads; int up; } way[] = { { "h[p[t]]", 0 }, { "h[p[t]] + 0 * h[t+1]", 1 } };
    for (int w = 0; w < 2; w++) {
        double x[N], p[N], y[N], h[N], a;
        char text[200];
        for (size_t k = 0; k < N; k++) {
            size_t t = way[w].up ? N - 1 - k : k, to = k ? k * 5 / 8 : 0; /* one of those before it, in the order of k */
            x[t] = wave(3 * t);
            p[t] = way[w].up ? (double)(N - to) : (double)(to + 1);
            if (!k) p[t] = way[w].up ? N + 1 : 0;
            h[t] = x[t] + (k ? 0.7 * h[(size_t)p[t] - 1] : 0);
            y[t] = h[t] + 0.01 * wave(t);
        }
        snprintf(text, sizeof text, "data x[t], p[t], y[t] : raw\nparam a, s\nh[t] = x[t] + a * (%s)\ny[t] ~ normal(h[t], s)\n", way[w].reads);
        unroll_model *m = model_of(text);
        fitted(m, numbers(m, (const char *const[]){ "x", "p", "y", NULL }, (const double *const[]){ x, p, y }, N), 300);
        OK(unroll_param_get(m, "a", &a, 1));
        assert_true(fabs(a - 0.7) < 0.02);
        unroll_close(m);
    }
}

/* in a recurrence a number leads back; ahead, where its other reads do, or where a cell is turned around */
static void test_not_back(void **state)
{
    (void)state;
    static const struct { const char *lines; double at; const char *said; } c[] = {
        { "h[t] = tanh(a * h[p[t]])", 3, "m.unr:3:17: a subscript is 3 at position 3 of example 1: a recurrence reads itself there, and whole numbers from 0 to 2 lead back" },
        { "h[t] = tanh(a * h[p[t]])", 5, "m.unr:3:17: a subscript is 5 at position 3 of example 1: a recurrence reads itself there, and whole numbers from 0 to 2 lead back" },
        { "h[t] = tanh(a * h[t+1+p[t]] + h[t+1])", 0.5, "m.unr:3:17: a subscript is 4.5 at position 3 of example 1: a recurrence reads itself there, and whole numbers from 4 to 7 lead ahead" },
        { "cell f(p[t], b) = o[t] { o[t] = tanh(b * o[p[t]] + 1) }\nh[t] = reverse f(p[t], a)", 6, "m.unr:3:42: a subscript is 1 at position 3 of example 1: a recurrence reads itself there, and whole numbers from 4 to 7 lead ahead" },
        { "h[t] = tanh(a * h[p[t]])", 2, NULL } };
    for (size_t k = 0; k < sizeof c / sizeof *c; k++) {
        char text[300];
        double y[6], p[6] = { 0 };
        unroll_model *m = NULL;
        for (size_t t = 0; t < 6; t++) y[t] = wave(t);
        p[2] = c[k].at;
        snprintf(text, sizeof text, "data y[t], p[t] : raw\nparam a, s\n%s\ny[t] ~ normal(h[t], s)\n", c[k].lines);
        OK(unroll_open_text(&m, text, strlen(text), "m.unr", NULL, 0));
        unroll_data *d = numbers(m, (const char *const[]){ "y", "p", NULL }, (const double *const[]){ y, p }, 6);
        int rc = unroll_fit(m, d, NULL, NULL);
        if (c[k].said) assert_string_equal(unroll_error(), c[k].said);
        assert_int_equal(rc, c[k].said ? UNROLL_ERROR_DATA : 0);
        unroll_data_free(d);
        unroll_close(m);
    }
}

/* values that are drawn from those at numbers, some of them missing: the rest tell the rule */
static void test_drawn_holes(void **state)
{
    (void)state;
    double p[N], y[N], full[N], a;
    for (size_t t = 0; t < N; t++) {
        p[t] = t > 2 ? (double)((t * t + 3) % t + 1) : 0;
        full[t] = 1 + (p[t] > 0 ? 0.8 * full[(size_t)p[t] - 1] : 0) + 0.3 * wave(t * 7);
        y[t] = t % 9 == 4 ? NAN : full[t];
    }
    unroll_model *m = model_of("data p[t] : count, y[t] : raw\nparam a, c, s\ny[t] ~ normal(a * y[p[t]] + c, s)\n");
    fitted(m, numbers(m, (const char *const[]){ "p", "y", NULL }, (const double *const[]){ p, y }, N), 500);
    OK(unroll_param_get(m, "a", &a, 1));
    assert_true(fabs(a - 0.8) < 0.1);
    unroll_close(m);
}

static int keep_note(const char *text, void *arg)
{
    snprintf(arg, 200, "%s", text);
    return 0;
}

/* each value hangs on all before it; that this takes long is said */
static void test_own_past(void **state)
{
    (void)state;
    enum { T = 60 };
    double x[T], y[T], h[T], a;
    char said[200] = "";
    for (size_t t = 0; t < T; t++) {
        h[t] = x[t] = wave(3 * t);
        for (size_t s = 0; s < t; s++) h[t] += 0.3 * h[s] / (double)(t - s);
        y[t] = h[t] + 0.01 * wave(t);
    }
    unroll_model *m = model_of("data x[t], y[t] : raw\nindex s = t\nparam a, d\nh[t] = x[t] + a * sum[s < t](h[s] / (t - s))\ny[t] ~ normal(h[t], d)\n");
    unroll_data *d = numbers(m, (const char *const[]){ "x", "y", NULL }, (const double *const[]){ x, y }, T);
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.epochs = 300;
    o.rate = 0.05;
    o.note = keep_note;
    o.note_arg = said;
    OK(unroll_fit(m, d, &o, NULL));
    assert_non_null(strstr(said, "h reads all of its own past"));
    OK(unroll_param_get(m, "a", &a, 1));
    assert_true(fabs(a - 0.3) < 0.01);
    unroll_data_free(d);
    unroll_close(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_seasons), cmocka_unit_test(test_positions), cmocka_unit_test(test_pointer), cmocka_unit_test(test_nowhere),
                                        cmocka_unit_test(test_tree), cmocka_unit_test(test_not_back), cmocka_unit_test(test_drawn_holes), cmocka_unit_test(test_own_past) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
