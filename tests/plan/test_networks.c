/* Networks, cells that take cells, and cells with parameters of their own along fixed indices, against the same model written out: the same
 * loss and gradients, on the oracle and on the fast plan. Both texts have parameters of the same shapes in the same order. */
#include "compare.h"

enum { ITEMS = 3 };

#define DATA "index k = 1..3\ndata x[t] : raw(2), y[t] : raw\n"
static const struct { const char *name, *text, *out; } pairs[] = {
    { "a network", DATA "param A, B, s\ncell f = mlp(2, hidden = 3)\ng[t] = f(A x[t])\nh[t] : 2 = f(g[t-1]) + tanh(B f(x[t]))\ny[t] ~ normal(sum(h[t]), s)\n",
      DATA "param A, B, s, W(3, 2), V(2, 3), b, c\ng[t] : 2 = V tanh(W (A x[t]) + b) + c\nh[t] : 2 = V tanh(W g[t-1] + b) + c + tanh(B (V tanh(W x[t] + b) + c))\ny[t] ~ normal(sum(h[t]), s)\n" },
    { "a network with states", DATA "param A, s\ncell f = rnn(2)\ng[t] = f(A x[t])\nh[t] = reverse f(g[t])\ny[t] ~ normal(sum(h[t]), s)\n",
      DATA "param A, s, W(2, 2), U(2, 2), b\ng[t] : 2 = tanh(W (A x[t]) + U g[t-1] + b)\nh[t] : 2 = tanh(W g[t] + U h[t+1] + b)\ny[t] ~ normal(sum(h[t]), s)\n" },
    { "a network that is given more", DATA "param s\ncell wide = mlp(hidden = 3)\ncell f = wide(2)\nh[t] = f(x[t]) + 2 * wide(2, f(x[t]))\ny[t] ~ normal(sum(h[t]), s)\n",
      DATA "param s, W(3, 2), V(2, 3), b, c\ng[t] : 2 = V tanh(W x[t] + b) + c\nh[t] : 2 = g[t] + 2 * (V tanh(W g[t] + b) + c)\ny[t] ~ normal(sum(h[t]), s)\n" },
    { "a network of cells", DATA "param A, s\ncell two(n, i[t]) = o[t] {\n    o[t] : n = i[t] + layernorm(rnn(n, layernorm(i[t])))\n}\ncell f = two(2)\nh[t] = f(f(A x[t]))\ny[t] ~ normal(sum(h[t]), s)\n",
      DATA "param A, s, g1(2) = ones, b1(2), W(2, 2), U(2, 2), b(2), g2(2) = ones, b2(2)\ncell ln(x, g, b) = g * d / sqrt(mean(d ^ 2) + 1e-5) + b {\n    d = x - mean(x)\n}\n"
      "p[t] : 2 = A x[t]\nq[t] = tanh(W ln(p[t], g1, b1) + U q[t-1] + b)\nr[t] = p[t] + ln(q[t], g2, b2)\nu[t] = tanh(W ln(r[t], g1, b1) + U u[t-1] + b)\nh[t] = r[t] + ln(u[t], g2, b2)\n"
      "y[t] ~ normal(sum(h[t]), s)\n" },
    { "cells given to cells", DATA "param A, s\ncell euler(f(z), z) = z + 0.5 * f(z + 0.25 * f(z))\ncell turn(z, M) = tanh(M z)\ncell f = turn(M = A)\ncell twice(g(f(z), z), f(z), z) = g(f, g(f, z))\n"
      "h[t] = twice(euler, f, x[t])\ny[t] ~ normal(sum(h[t]), s)\n",
      DATA "param A(2, 2), s\na[t] = x[t] + 0.5 * tanh(A (x[t] + 0.25 * tanh(A x[t])))\nh[t] = a[t] + 0.5 * tanh(A (a[t] + 0.25 * tanh(A a[t])))\ny[t] ~ normal(sum(h[t]), s)\n" },
    { "a network of its own for each use", DATA "param s\ncell twice(f(z), z) = f(f(z))\nh[t] = twice(mlp(2, hidden = 3), x[t])\ny[t] ~ normal(sum(h[t]), s)\n",
      DATA "param s, W(3, 2), V(2, 3), b, c\ng[t] : 2 = V tanh(W x[t] + b) + c\nh[t] : 2 = V tanh(W g[t] + b) + c\ny[t] ~ normal(sum(h[t]), s)\n" },
    { "layers", DATA "param A, s\nh[t,0] = A x[t]\nh[t,k] : 2 = rnn[k](2, h[t,k-1])\ny[t] ~ normal(sum(h[t,end]), s)\n",
      DATA "param A, s, W[k](2, 2), U[k](2, 2), b[k](2)\nh[t,0] = A x[t]\nh[t,k] : 2 = tanh(W[k] h[t,k-1] + U[k] h[t-1,k] + b[k])\ny[t] ~ normal(sum(h[t,end]), s)\n" },
    { "layers of cells within cells", DATA "index j = 1..2\nparam A, s\ncell block(n, i[t]) = o[t] {\n    param M[j]\n    o[t] : n = i[t] + rnn(n, sum[j](M[j] layernorm(i[t])))\n}\nh[t,0] = A x[t]\nh[t,k] : 2 = block[k](2, h[t,k-1])\ny[t] ~ normal(sum(h[t,end]), s)\n",
      DATA "index j = 1..2\nparam A, s, M[k,j](2, 2), G[k](2) = ones, C[k](2), W[k](2, 2), U[k](2, 2), b[k](2)\nh[t,0] = A x[t]\nd[t,k] = h[t,k-1] - mean(h[t,k-1])\nl[t,k] = G[k] * d[t,k] / sqrt(mean(d[t,k]^2) + 1e-5) + C[k]\n"
      "r[t,k] : 2 = tanh(W[k] sum[j](M[k,j] l[t,k]) + U[k] r[t-1,k] + b[k])\nh[t,k] : 2 = h[t,k-1] + r[t,k]\ny[t] ~ normal(sum(h[t,end]), s)\n" },
    { "experts", DATA "param A[k](1, 2), s\nw[t,k] : 1 = softmax[k](sum(A[k] x[t]))\nh[t] = sum[k](w[t,k] * mlp[k](2, x[t], hidden = 3))\ny[t] ~ normal(sum(h[t]), s)\n",
      DATA "param A[k](1, 2), s, W[k](3, 2), V[k](2, 3), b[k](3), c[k](2)\nw[t,k] : 1 = softmax[k](sum(A[k] x[t]))\nm[t,k] : 2 = V[k] tanh(W[k] x[t] + b[k]) + c[k]\nh[t] : 2 = sum[k](w[t,k] * m[t,k])\ny[t] ~ normal(sum(h[t]), s)\n" },
    { "a network of heads", DATA "param s\ncell f = rnn[k](2)\nh[t,k] = f(x[t] * k)\ng[t] = sum[k](f(h[t,k]))\ny[t] ~ normal(sum(g[t]), s)\n",
      DATA "param s, W[k](2, 2), U[k](2, 2), b[k](2)\nh[t,k] : 2 = tanh(W[k] (x[t] * k) + U[k] h[t-1,k] + b[k])\nr[t,k] : 2 = tanh(W[k] h[t,k] + U[k] r[t-1,k] + b[k])\ng[t] = sum[k](r[t,k])\ny[t] ~ normal(sum(g[t]), s)\n" },
};

static answer run(const char *text, bool naive, trial *t)
{
    static ur_item item[ITEMS];
    for (int i = 0; i < ITEMS; i++) item[i] = (ur_item){ (uint32_t)i, 0, -1, INT32_MAX, 0 };
    ur_batch b = { ITEMS, item, -1, true };
    *t = (trial){ 0 };
    snprintf(t->text, sizeof t->text, "%s", text);
    trial_open(t, 5, (setup){ .given = UR_GIVEN_ALL, .training = true, .grad = true, .n = ITEMS });
    ur_engine *en = trial_engine(t, (ur_plan_options){ .limits.naive = naive, .limits.threads = 1, .limits.recompute = -1, .window_index = -1, .nkeep = -1 });
    answer a = trial_step(t, en, &b, false, 3, (ur_draw_options){ .mode = 0 });
    ur_engine_free(en);
    return a;
}

static void test_pairs(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++)
        for (int naive = 0; naive < 2; naive++) {
            trial s, t;
            answer a = run(pairs[k].text, naive, &s), b = run(pairs[k].out, true, &t);
            if (s.g->nparam != t.g->nparam) fail_msg("%s: %d parameters, written out %d", pairs[k].name, s.g->nparam, t.g->nparam);
            for (int p = 0; p < s.g->nparam; p++) {
                const ur_param *u = &s.g->param[p], *v = &t.g->param[p];
                if (u->rows != v->rows || u->cols != v->cols || u->count != v->count) fail_msg("%s: %s is %d × %d, written out %s is %d × %d", pairs[k].name, u->name, u->rows, u->cols, v->name, v->rows, v->cols);
            }
            if (!(fabs(a.loss - b.loss) <= 1e-10 * fabs(b.loss))) fail_msg("%s: the loss is %.17g, written out %.17g", pairs[k].name, a.loss, b.loss);
            for (size_t i = 0; i < a.ngrad; i++)
                if (!(fabs(a.grad[i] - b.grad[i]) <= 1e-10 * fmax(1, fabs(b.grad[i])))) fail_msg("%s: gradient %zu is %.17g, written out %.17g", pairs[k].name, i, a.grad[i], b.grad[i]);
            answer_free(&a);
            answer_free(&b);
            trial_close(&s);
            trial_close(&t);
        }
}

/* parameters have their names from the network, whatever used it first and in whichever place */
static void test_names(void **state)
{
    (void)state;
    static const char *const uses[] = { "h[t] = f(x[t])\n", "h[t] : 2 = x[t] + f(x[t])\n", "h[t] = where(t > 1, f(f(x[t])), f(x[t]))\n" };
    static const char *const want[] = { "s", "f.M", "f.u.g", "f.u.b", "f.rnn1.W", "f.rnn1.U", "f.rnn1.b", "f.inner.g", "f.inner.b" };
    enum { N = sizeof want / sizeof *want };
    for (size_t k = 0; k < sizeof uses / sizeof *uses; k++) {
        trial t = { 0 };
        snprintf(t.text, sizeof t.text, DATA "param s\ncell two(n, i[t]) = o[t] {\n    cell inner = layernorm\n    param M\n    u[t] = layernorm(i[t])\n    o[t] : n = M u[t] + rnn(n, inner(u[t]))\n}\ncell f = two(2)\n%sy[t] ~ normal(sum(h[t]), s)\n", uses[k]);
        trial_open(&t, 5, (setup){ .n = 1 });
        assert_int_equal(t.g->nparam, N);
        for (int w = 0; w < N; w++) {
            int has = 0;
            for (int p = 0; p < N; p++) has += !strcmp(t.g->param[p].name, want[w]);
            if (has != 1) fail_msg("%s: %s is there %d times", uses[k], want[w], has);
        }
        trial_close(&t);
    }
}

/* cells a and a1: the eleventh use of a and the first of a1 in one equation have names of their own */
static void test_numbers(void **state)
{
    (void)state;
    trial t = { 0 };
    snprintf(t.text, sizeof t.text, DATA "param s\ncell a(x) = w * x { param w }\ncell a1(x) = w * x { param w }\n"
             "h[t] = a1(x[t]) + a(x[t]) + a(x[t]) + a(x[t]) + a(x[t]) + a(x[t]) + a(x[t]) + a(x[t]) + a(x[t]) + a(x[t]) + a(x[t]) + a(x[t])\ny[t] ~ normal(sum(h[t]), s)\n");
    trial_open(&t, 5, (setup){ .n = 1 });
    assert_int_equal(t.g->nparam, 13);
    for (int p = 0; p < 13; p++)
        for (int q = 0; q < p; q++) assert_string_not_equal(t.g->param[p].name, t.g->param[q].name);
    trial_close(&t);
}

/* a left side that is nothing but the use of a cell is the result, also of one whose result is an expression of its index */
static void test_results(void **state)
{
    (void)state;
    static const char *const cells[] = { "cell a(x[t]) = 2 x[t] + w * x[t-1] { param w }\n", "cell a(x[t]) = sum[s, s <= t](w * x[s]) {\n    index s = t\n    param w\n}\n",
                                         "cell a(x[t]) = tanh(w * x[t]) * sin(t) { param w }\n", "cell a(x[t]) = mean[t](x[t]) * w + x[t] { param w }\n" };
    for (size_t k = 0; k < sizeof cells / sizeof *cells; k++) {
        trial t = { 0 };
        snprintf(t.text, sizeof t.text, DATA "param s\n%sh[t] = a(x[t])\nh[0] = 0.5\ny[t] ~ normal(sum(h[t] + h[t-1]), s)\n", cells[k]);
        trial_open(&t, 5, (setup){ .n = 1 });
        assert_int_equal(t.g->nparam, 2);
        assert_string_equal(t.g->param[1].name, "h.w");
        trial_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_pairs), cmocka_unit_test(test_names), cmocka_unit_test(test_numbers), cmocka_unit_test(test_results) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
