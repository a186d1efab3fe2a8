/* What equations mean: small models run by the naive plan on one example, against values worked out by hand, and every
 * distribution's -log p against its textbook formula. */
#include "run/run.h"
#include "lang/comp.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { NX = 4, NZ = 3, CAP = 256 };
static const double X[NX] = { 1, -2, 3, 0.5 }, Z[NZ] = { 2, 4, -1 };
static const int32_t W[NX] = { 3, 5, 4, 3 };

/* One example: x[t] (4 positions), z[s] (3), w[t] symbols; weights by the function (NULL: all 0.5). Writes quantity `name`. */
typedef struct run { double value[CAP]; size_t n; double loss; ur_graph *g; ur_program *p; } run;

static double *gradient;                 /* where run_text leaves the loss's gradient, or NULL */

static void run_text(run *r, const char *text, const double *x, const char *name, double (*weight)(const ur_param *p, size_t k))
{
    ur_err e = { 0 };
    *r = (run){ 0 };
    ur_build_options o = { .size = (int[]){ 6, 6, 6, 6 }, .grad = gradient != NULL };
    if (ur_program_parse(&r->p, text, strlen(text), "m.unr", NULL, 0, &e) || ur_program_build(r->p, &o, &r->g, &e)) fail_msg("%s\n%s", text, e.text);
    ur_graph *g = r->g;
    double *weights = calloc(g->nweight + 1, sizeof *weights);
    for (int p = 0; p < g->nparam; p++) for (size_t k = 0; k < g->param[p].count; k++) weights[g->param[p].offset + k] = weight ? weight(&g->param[p], k) : 0.5;
    ur_extent extent[16] = { 0 };
    int32_t len[16];
    for (int i = 0; i < g->nindex; i++) { len[i] = g->index[i].name[0] == 's' ? NZ : NX; extent[i].len = &len[i]; }
    ur_series series[8] = { 0 };
    size_t rows[8][2];
    double numbers[8][NX * 2];
    int32_t symbols[NX];
    for (int d = 0; d < g->ndata; d++) {
        size_t n = g->data[d].nidx ? g->data[d].name[0] == 'z' ? NZ : NX : 1;
        rows[d][0] = 0; rows[d][1] = n;
        series[d].nrow = n; series[d].start = rows[d];
        if (UR_IS_SYMBOL(g->data[d].kind)) { memcpy(symbols, W, sizeof symbols); series[d].sym = symbols; continue; }
        for (size_t k = 0; k < n * (size_t)g->data[d].size; k++) numbers[d][k] = g->data[d].name[0] == 'z' ? Z[k] : x[k / (size_t)g->data[d].size];
        series[d].num = numbers[d];
    }
    ur_examples ex = { .n = 1, .ndata = g->ndata, .series = series, .nindex = g->nindex, .extent = extent };
    ur_item item = { 0, 0, -1, INT32_MAX, 0 };
    ur_batch batch = { 1, &item, -1, true };
    ur_id keep = g->loss;
    for (int q = 0; q < g->nquant; q++) if (name && !strcmp(g->quant[q].name, name)) keep = g->quant[q].node;
    if (name && keep == g->loss) fail_msg("no quantity %s in\n%s", name, text);
    ur_plan_options po = { .limits.naive = true, .limits.threads = 1, .keep = &keep, .nkeep = 1, .window_index = -1 };
    ur_engine *en = NULL;
    ur_step step = { .x = &ex, .batch = &batch, .weight = weights, .grad = gradient };
    if (ur_engine_new(&en, g, &po, &e) || ur_engine_step(en, &step, &e)) fail_msg("%s\n%s", text, e.text);
    r->loss = step.loss;
    if (name) r->n = ur_engine_value(en, keep, 0, r->value, CAP) * ur_node_width(g, &g->node[keep]);
    ur_engine_free(en);
    free(weights);
}

static void run_close(run *r) { ur_graph_free(r->g); ur_program_free(r->p); }

#define HEAD "data x[t] : raw, w[t] : symbol, z[s] : raw\nindex j = 1..2, u = t\n"

static const struct { const char *text; size_t n; double value[16]; } cases[] = {
    { "q[t] = x[t]", 4, { 1, -2, 3, 0.5 } },
    { "q[t] = x[t-1]", 4, { 0, 1, -2, 3 } },
    { "q[t] = x[t+2]", 4, { 3, 0.5, 0, 0 } },
    { "q = x[1] + 10 x[end]", 1, { 6 } },
    { "q = x[2] - x[end-1] + x[end+1] + x[0]", 1, { -5 } },
    { "q[t] = x[t-5]", 4, { 0, 0, 0, 0 } },
    { "q[t] = r[t-1] + r[t+1]\nr[t] = x[t]\nr[0] = 7\nr[end+1] = x[1]", 4, { 5, 4, -1.5, 4 } },
    { "q[t] = sum[j](x[t-j])", 4, { 0, 1, -1, 1 } },
    { "q[t] = sum[j](j x[t+j-1])", 4, { -3, 4, 4, 0.5 } },
    { "param A[j]\nq[t] : 1 = sum[j](A[j] x[t-j])", 4, { 0, 0.5, -0.5, 0.5 } },
    { "q[t] = q[t-1] + x[t]", 4, { 1, -1, 2, 2.5 } },
    { "q[t] = 0.5 q[t-1] + x[t]\nq[0] = 4", 4, { 3, -0.5, 2.75, 1.875 } },
    { "q[t] = q[t+1] + x[t]", 4, { 2.5, 1.5, 3.5, 0.5 } },
    { "q[t] = q[t+1] + x[t]\nq[end+1] = 1", 4, { 3.5, 2.5, 4.5, 1.5 } },
    { "q[t] = q[t-2] + x[t]", 4, { 1, -2, 4, -1.5 } },
    { "a[t] = b[t-1] + x[t]\nb[t] = 2 a[t]\nq[t] = b[t]", 4, { 2, 0, 6, 13 } },
    { "q = sum[t](x[t])", 1, { 2.5 } },
    { "q = mean[t](x[t])", 1, { 0.625 } },
    { "q = max[t](x[t]) + 100 min[t](x[t])", 1, { -197 } },
    { "q = sum[t](3)", 1, { 12 } },
    { "q = mean[t](3)", 1, { 3 } },
    { "q = logsumexp[t](x[t])", 1, { 3.202253447679352 } },
    { "q[t] = sum[u](x[u])", 4, { 2.5, 2.5, 2.5, 2.5 } },
    { "q[t] = sum[u <= t](x[u])", 4, { 1, -1, 2, 2.5 } },
    { "q[t] = sum[u < t](x[u])", 4, { 0, 1, -1, 2 } },
    { "q[t] = mean[u < t](x[u])", 4, { 0, 1, -0.5, 2.0 / 3 } },
    { "q[t] = sum[u < t and x[u] > 0](x[u])", 4, { 0, 1, 1, 4 } },
    { "q[t] = sum[u, u != t](x[u])", 4, { 1.5, 4.5, -0.5, 2 } },
    { "q[t] = max[u <= t](x[u])", 4, { 1, 1, 3, 3 } },
    { "q[t] = sum[s](x[t] * z[s])", 4, { 5, -10, 15, 2.5 } },
    { "q = sum[t,s](x[t] * z[s])", 1, { 12.5 } },
    { "q[s] = sum[t](x[t]) * z[s]", 3, { 5, 10, -2.5 } },
    { "a[t,s] = softmax[s](z[s])\nq[t] = sum[s](a[t,s])", 4, { 1, 1, 1, 1 } },
    { "q[s] = softmax[s](z[s] - 1)", 3, { 0.11849965453500959, 0.8756005950630876, 0.0058997504019027815 } },
    { "a[t,u] = softmax[u <= t](0 * x[u])\nq[t] = sum[u](a[t,u] * x[u])", 4, { 1, -0.5, 2.0 / 3, 0.625 } },
    { "q[t] = t + 10 length(t)", 4, { 41, 42, 43, 44 } },
    { "q = sum[j](j)", 1, { 3 } },
    { "q[j] = j ^ 2 + x[1]", 2, { 2, 5 } },
    { "q[t,j] = x[t-j]", 8, { 0, 0, 1, 0, -2, 1, 3, -2 } },
    { "a[t,j] = a[t-1,j] + j x[t]\nq[t] = a[t,1] + 100 a[t,2]", 4, { 201, -201, 402, 502.5 } },
    { "a[t] = [x[t]; 2; x[t-1]]\nq[t] = sum(a[t]) + 10 mean(a[t]) + 100 max(a[t]) + 1000 min(a[t])", 4, { 213, -5387.0 / 3, -1687, 2471.5 / 3 } },
    { "a[t] = [x[t]; 2]\nq[t] = a[t]' a[t]", 4, { 5, 8, 13, 4.25 } },
    { "a[t] = [x[t]; 2]\nq[t] = norm(a[t]) ^ 2 + dot(a[t], [1; 1])", 4, { 8, 8, 18, 6.75 } },
    { "a[t] = [x[t]; 2]\nq[t] = 3 x[t] a[t]", 8, { 3, 6, 12, -12, 27, 18, 0.75, 3 } },
    { "a[t] = [x[t]; 2]\nq[t] = a[t] / 2 - 1 + x[t]", 8, { 0.5, 1, -4, -2, 3.5, 3, -0.25, 0.5 } },
    { "q[t] = -x[t]^2 + 2^-1", 4, { -0.5, -3.5, -8.5, 0.25 } },
    { "q[t] = 2 x[t] ^ 2 / (4 x[t])", 4, { 0.5, 8.0 / -8, 18.0 / 12, 0.5 / 2 } },
    { "q[t] = where(x[t] > 0 and not t == 1 or x[t] < -1, max(x[t], 1), min(t, 2))", 4, { 1, 1, 3, 1 } },
    { "hyper k = 2, m = k + 1\nq[t] : m = x[t] [1; k; m]", 12, { 1, 2, 3, -2, -4, -6, 3, 6, 9, 0.5, 1, 1.5 } },
    { "param E\nq[t] : 2 = E w[t-1]", 8, { 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5 } },
    { "q[t] = [w[t]; 9]", 28, { 0, 0, 0, 1, 0, 0, 9, 0, 0, 0, 0, 0, 1, 9, 0, 0 } },
    { "q[t] = w[t-1] + 0", 24, { 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0 } },
    { "q[t] = w[t+1] + 0", 24, { 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1 } },
    { "param W(2, 2)\ncell f(x, M) = y { y = M [x; 2] }\ncell g(x[t], M) = y[t] { y[t] = f(x[t], M) + f(1, M') }\na[t] = g(x[t], W)\nq[t] = a[t]", 8,
      { 3, 3, 1.5, 1.5, 4, 4, 2.75, 2.75 } },
    { "cell add(x[t], k) = h[t] { h[t] = h[t-1] + k x[t] }\nq[t] = add(x[t], 2)\nq[0] = 1", 4, { 3, -1, 5, 6 } },
    { "cell add(x[t], k) = h[t] { h[t] = h[t-1] + k x[t] }\nq[t] = reverse add(x[t], 2)\nq[end+1] = 1", 4, { 6, 4, 8, 2 } },
    { "cell add(x[t], k) = h[t] { h[t] = h[t-1] + k x[t] }\nq[t] = 1 + add(x[t+1], k = 1)", 4, { -1, 2, 2.5, 2.5 } },
    { "cell p(x[t]) = h[t] { h[t] = t + 10 x[t-1] }\nq[t] = reverse p(x[t])", 4, { -16, 33, 7, 1 } },
    { "cell p(x[t]) = h[t] { h[t] = h[t-1] + x[t]\nh[0] = 100 }\nq[t] = reverse p(x[t])", 4, { 102.5, 101.5, 103.5, 100.5 } },
    { "cell p(x[t]) = h[t] { h[t] = x[t] + x[1] + 10 x[end] }\nq[t] = reverse p(x[t])", 4, { 11.5, 8.5, 13.5, 11 } },
    { "cell two(x[t]) = b[t] { a[t] = x[t] + 1\nb[t] = a[t-1] }\nr[t] = two(x[t])\nq[t] = r.a[t] + r[t]", 4, { 2, 1, 3, 5.5 } },
    { "cell over(q, h[s]) = c { c = sum[s](q * h[s]) }\nq[t] = over(x[t-1], z[s])", 4, { 0, 5, -10, 15 } },
    { "cell run(x[i]) = c[i] { c[i] = c[i-1] + x[i] }\na[t,s] = run(x[t] * z[s])\nq[t] = a[t,end]", 4, { 5, -10, 15, 2.5 } },
    { "cell sq(x) = x * x\nq[t] = sq(x[t]) + sq(sq(2))", 4, { 17, 20, 25, 16.25 } },
    { "a[t] = [x[t]; 2; 10 x[t-1]]\nq[t] = a[t][1] + a[t][3]", 4, { 1, 8, -17, 30.5 } },
    { "a[t] = [x[t]; 2; 10 x[t-1]]\nq[t] = a[t][2..3]", 8, { 2, 0, 2, 10, 2, -20, 2, 30 } },
    { "a[t] = [x[t]; 2; 10 x[t-1]]\nq[t,j] = a[t][j+1]", 8, { 2, 0, 2, 10, 2, -20, 2, 30 } },
    { "a[t] = [x[t]; 2; 10 x[t-1]]\nq[t] = sum[j](100^j a[t][3-j])", 4, { 10200, -19800, 30200, 5200 } },
    { "q[t] = w[t][5] + 10 w[t-1][6]", 4, { 0, 0, 11, 0 } },
    { "hyper m = 4\nq = [1..m/2; 0]' [3; 4; 5]", 1, { 11 } },
    { "hyper m = 4\nq = -[0..m-1] * 2 / m", 4, { 0, -0.5, -1, -1.5 } },
    { "q = [1, 2, 3; 4, 5, 6] [1; 10; 100]", 2, { 321, 654 } },
    { "q = [1, 2, 3; 4, 5, 6]' [1; 10]", 3, { 41, 52, 63 } },
    { "param W(2, 2)\nq = [1, 2; 0, 1] W [1; 1][1..2]", 2, { 3, 1 } },
    { "q = (2 * [1..3])[3] + [5; 6][1]", 1, { 11 } },
    { "q[t] = mod(t, 3) + 10 mod(x[t], 1.5)", 4, { 11, 12, 0, 6 } },
    { "q[t] = argmax([x[t]; 1; z[2]])", 4, { 3, 3, 3, 3 } },
    { "q[t] = argmax([x[t]; 1; 0]) + 10 argmax(x[t])", 4, { 11, 12, 11, 12 } },
    { "q = argmax[t](x[t]) + 10 argmax[s](-z[s])", 1, { 33 } },
    { "q[t] = argmax[u < t](x[u])", 4, { 0, 1, 1, 3 } },
    { "q[t] = argmax[j](abs(x[t-j]) + 0 * j)", 4, { 1, 1, 1, 1 } },
    { "q[t] = log(exp(x[t])) + sqrt(4) + abs(-1) + relu(-x[t]) + sin(0) + cos(pi) + floor(0.5)", 4, { 3, 2, 5, 2.5 } },
};

static void test_equations(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char text[1024];
        run r;
        snprintf(text, sizeof text, HEAD "%s\n", cases[k].text);
        run_text(&r, text, X, "q", NULL);
        if (r.n != cases[k].n) fail_msg("%s: %zu numbers, %zu expected", cases[k].text, r.n, cases[k].n);
        for (size_t i = 0; i < r.n && i < 16; i++)
            if (!(fabs(r.value[i] - cases[k].value[i]) < 1e-8)) fail_msg("%s: number %zu is %.12g, %.12g expected", cases[k].text, i, r.value[i], cases[k].value[i]);
        run_close(&r);
    }
}

/* a number that depends on the parameter's own name (after the dot) and element */
static double by_name(const ur_param *p, size_t k)
{
    const char *dot = strchr(p->name, '.');
    unsigned h = 7;
    for (const char *s = dot ? dot : p->name; *s; s++) h = h * 31 + (unsigned char)*s;
    return sin((double)(h % 1000) + 0.7 * (double)k);
}

/* a cell that runs in reverse is the cell on the reversed sequence */
static void test_reverse(void **state)
{
    static const char *cells[] = { "rnn(3, x[t])", "rnn_relu(3, x[t])", "lstm(3, x[t])", "lstm_peephole(3, x[t])", "gru(3, x[t])", "gru_torch(3, x[t])", "layernorm_lstm(3, x[t])" };
    double back[NX];
    (void)state;
    for (int k = 0; k < NX; k++) back[k] = X[NX - 1 - k];
    for (size_t c = 0; c < sizeof cells / sizeof *cells; c++) {
        char text[256];
        run a, b;
        snprintf(text, sizeof text, "data x[t] : raw\nf[t] = %s\nf[0] = [1; 2; 3]\n", cells[c]);
        run_text(&a, text, back, "f", by_name);
        snprintf(text, sizeof text, "data x[t] : raw\nb[t] = reverse %s\nb[end+1] = [1; 2; 3]\n", cells[c]);
        run_text(&b, text, X, "b", by_name);
        assert_int_equal(a.n, 3 * NX);
        assert_int_equal(b.n, 3 * NX);
        for (int t = 0; t < NX; t++) for (int i = 0; i < 3; i++) assert_float_equal(a.value[t * 3 + i], b.value[(NX - 1 - t) * 3 + i], 1e-12);
        assert_true(fabs(a.value[0]) > 1e-6);
        run_close(&a); run_close(&b);
    }
}

static const ur_param *bump_param;
static size_t bump_at;
static double bump;
static double bumped(const ur_param *p, size_t k)
{
    return 0.7 * by_name(p, k) + (bump_param && !strcmp(bump_param->name, p->name) && bump_at == k ? bump : 0);
}

static double loss_at(const char *text, double by)
{
    run r;
    bump = by;
    run_text(&r, text, X, NULL, bumped);
    run_close(&r);
    return r.loss;
}

/* every standard cell, on both its parameters and its input, against differences of fourth order */
static void test_gradients(void **state)
{
    static const char *cells[] = { "rnn(3, e[t])", "rnn_relu(3, e[t])", "lstm(3, e[t])", "lstm_peephole(3, e[t])", "gru(3, e[t])", "gru_torch(3, e[t])", "layernorm(U e[t])",
                                   "layernorm_lstm(3, e[t])", "mlp(3, e[t], hidden = 4)", "attend(3, e[t], f[s])", "attend_dot(3, e[t], f[s])", "reverse lstm(3, e[t])" };
    (void)state;
    for (size_t c = 0; c < sizeof cells / sizeof *cells; c++) {
        char text[512];
        run r;
        double g[512];
        snprintf(text, sizeof text, "data x[t], y[t] : raw, z[s] : raw\nparam A(2, 1), B(3, 1), U(3, 2), v\ne[t] = A x[t]\nf[s] = B z[s]\nh[t] = %s\ny[t] ~ normal(v' h[t], 0.8)\n", cells[c]);
        gradient = g;
        bump_param = NULL;
        run_text(&r, text, X, NULL, bumped);
        gradient = NULL;
        assert_true(r.g->nweight < 512);
        for (int p = 0; p < r.g->nparam; p++) for (size_t k = 0; k < r.g->param[p].count; k++) {
            const double d = 1e-3;
            bump_param = &r.g->param[p]; bump_at = k;
            double want = (8 * (loss_at(text, d) - loss_at(text, -d)) - (loss_at(text, 2 * d) - loss_at(text, -2 * d))) / (12 * d), have = g[r.g->param[p].offset + k];
            if (!(fabs(have - want) <= 1e-6 * (1 + fabs(want)))) fail_msg("%s, %s[%zu]: %.12g, %.12g by differences", cells[c], r.g->param[p].name, k, have, want);
        }
        bump_param = NULL;
        run_close(&r);
    }
}

static double softplus(double v) { return log1p(exp(v)); }

static void density(const char *line, const char *kind, double at, double want)
{
    char text[256];
    run r;
    double x[NX] = { at, at, at, at };
    snprintf(text, sizeof text, "data y : %s\nparam p\n%s\n", kind, line);
    run_text(&r, text, x, NULL, NULL);
    if (!(fabs(r.loss - want) < 1e-9 * (1 + fabs(want)))) fail_msg("%s at %g: %.12g, %.12g expected", line, at, r.loss, want);
    run_close(&r);
}

static void test_densities(void **state)
{
    const double half = log(2 * acos(-1)) / 2, s = softplus(0.5), two = softplus(1.0 + 0.5);
    (void)state;
    density("y ~ normal(1, 2)", "real", 4, 1.125 + log(2) + half);
    density("y ~ normal(1, p)", "real", 4, 4.5 / (s * s) + log(s) + half);
    density("y ~ normal(p, exp(p))", "real", 4, 12.25 / 2 / exp(1) + 0.5 + half);
    density("y ~ normal(p, p + 1)", "real", 4, 12.25 / 2 / (two * two) + log(two) + half);
    density("y ~ normal(p, where(p < 1, exp(p), 2))", "real", 4, 12.25 / 2 / exp(1) + 0.5 + half);
    density("y ~ normal(p, where(p < 1, p, 2))", "real", 4, 12.25 / 2 / (s * s) + log(s) + half);
    density("y ~ laplace(1, 2)", "real", 4, 1.5 + log(4));
    density("y ~ student_t(1, 2, 5)", "real", 4, lgamma(2.5) - lgamma(3) + log(5 * acos(-1)) / 2 + log(2) + 3 * log1p(2.25 / 5));
    density("y ~ bernoulli(0.3)", "count", 1, log1p(exp(-0.3)));
    density("y ~ bernoulli(0.3)", "count", 0, log1p(exp(0.3)));
    density("y ~ poisson(2.5)", "count", 3, 2.5 - 3 * log(2.5) + log(6));
    density("y ~ negative_binomial(2.5, 0.5)", "count", 3, -(lgamma(5) - lgamma(2) - lgamma(4) + 2 * log(2 / 4.5) + 3 * log(2.5 / 4.5)));
    density("y ~ lognormal(0.2, 0.7)", "raw", 3, pow((log(3) - 0.2) / 0.7, 2) / 2 + log(0.7) + half + log(3));
    density("y ~ gamma(2.5, 0.7)", "raw", 3, -(2.5 * log(0.7) - lgamma(2.5) + 1.5 * log(3) - 2.1));
    density("y ~ beta(2.5, 0.7)", "raw", 0.3, -(lgamma(3.2) - lgamma(2.5) - lgamma(0.7) + 1.5 * log(0.3) - 0.3 * log(0.7)));
    density("y ~ exponential(0.7)", "raw", 3, 2.1 - log(0.7));
    density("y ~ weibull(1.5, 2)", "raw", 3, pow(1.5, 1.5) - log(1.5) + 1.5 * log(2) - 0.5 * log(3));
    density("y ~ uniform(-1, 4)", "raw", 3, log(5));
    density("y ~ gumbel(1, 2)", "real", 4, 1.5 + exp(-1.5) + log(2));
    density("y ~ normal([1; 2; 3], [1; 2; 1])", "real(3)", 4, (9 + 1 + 1) / 2.0 + log(2) + 3 * half);
    density("y ~ normal(1, 2)", "real(3)", 4, 3 * (1.125 + log(2) + half));
    run r;                               /* w is 3 5 4 3 of 6 symbols */
    run_text(&r, "data w[t] : symbol\nw[t] ~ categorical([0; 0; 0; 1; 2; 3])\n", X, NULL, NULL);
    assert_float_equal(r.loss, 4 * log(3 + exp(1) + exp(2) + exp(3)) - (1 + 3 + 2 + 1), 1e-9);
    run_close(&r);
}

/* the reference's table of distributions is what the entries say */
static void test_reference(void **state)
{
    static const char *const data[] = { "any number", "`raw`, positive", "`raw`, from 0", "`raw`, between 0 and 1", "`count`", "`count`, 0 or 1",
                                        "symbols, one at a position: none with a fixed index" };
    static char doc[1 << 17];
    (void)state;
    FILE *f = fopen(UR_SOURCE_DIR "/doc/LANGUAGE.md", "r");
    assert_non_null(f);
    doc[fread(doc, 1, sizeof doc - 1, f)] = 0;
    fclose(f);
    for (int d = 0; d < UR_NDIST; d++) {
        ur_buf row = { 0 };
        ur_buf_printf(&row, "| `%s` | ", ur_dists[d].name);
        for (int k = 0; k < ur_dists[d].narg; k++)
            ur_buf_printf(&row, "%s%s", k ? ", " : "", ur_dists[d].argname[k]);
        ur_buf_printf(&row, " | %s |\n", data[ur_dists[d].support]);
        if (!strstr(doc, row.s))
            fail_msg("doc/LANGUAGE.md lacks the line %s", row.s);
        ur_buf_free(&row);
    }
}

/* what parameters start at where their starts are made of several numbers */
static void test_starts(void **state)
{
    (void)state;
    static const char text[] = "data y[t] : raw\nindex s = 1..3, k = 1..2\nhyper n = 4\n"
                               "fixed a[s] = log(s), b = [0..n-1] / n, M = [1, 2; 3, 4], P[s,k] = 10 * s + k, q[k] = [k; 2], d = mod([1..2; 9], 3)\n"
                               "param e[s] = [0.5; 40]\nh = sum[s](a[s]) + sum(b) + sum(M [1; 1]) + sum[s,k](P[s,k]) + sum[k](sum(q[k])) + sum(d)\n"
                               "y[t] ~ normal(h, sum[s](softplus(e[s][1]) + softplus(e[s][2])))\n";
    static const struct { const char *name; size_t n; double v[8]; } want[] = {
        { "a", 3, { 0, 0.6931471805599453, 1.0986122886681098 } }, { "b", 4, { 0, 0.25, 0.5, 0.75 } }, { "M", 4, { 1, 2, 3, 4 } },
        { "P", 6, { 11, 12, 21, 22, 31, 32 } }, { "q", 4, { 1, 2, 2, 2 } }, { "d", 3, { 1, 2, 0 } }, { "e", 6, { 0.5, 40, 0.5, 40, 0.5, 40 } } };
    ur_program *p;
    ur_graph *g;
    ur_err e = { 0 };
    if (ur_program_parse(&p, text, strlen(text), "m.unr", NULL, 0, &e) || ur_program_build(p, &(ur_build_options){ 0 }, &g, &e)) fail_msg("%s", e.text);
    for (size_t w = 0; w < sizeof want / sizeof *want; w++) {
        const ur_param *q = NULL;
        for (int k = 0; k < g->nparam; k++) if (!strcmp(g->param[k].name, want[w].name)) q = &g->param[k];
        assert_non_null(q);
        assert_non_null(q->start);
        assert_int_equal(q->count, want[w].n);
        for (size_t k = 0; k < want[w].n; k++) assert_true(fabs(q->start[k] - want[w].v[k]) < 1e-12);
    }
    ur_graph_free(g);
    ur_program_free(p);
    /* a scale starts where softplus of it is what the text says */
    static const char scale[] = "data y[t,k] : raw\nindex k = 1..2\nparam s[k] = k\ny[t,k] ~ normal(0, s[k])\n";
    if (ur_program_parse(&p, scale, strlen(scale), "m.unr", NULL, 0, &e) || ur_program_build(p, &(ur_build_options){ 0 }, &g, &e)) fail_msg("%s", e.text);
    for (int k = 0; k < 2; k++) assert_true(fabs(log1p(exp(g->param[0].start[k])) - (k + 1)) < 1e-12);
    ur_graph_free(g);
    ur_program_free(p);
}

/* before the first position stands 0, whatever is read by t-j: what is made of it may be 0, though it is positive everywhere else */
static void test_before_the_first(void **state)
{
    (void)state;
    static const struct { const char *read; int softplus; } texts[] = { { "q[t]", 0 }, { "q[t-1]", 1 }, { "sum[j](exp(a[j]) * q[t-j])", 1 }, { "sum[j](exp(a[j]) * q[t-2*j])", 1 } };
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        char text[256];
        ur_program *p;
        ur_graph *g;
        ur_err e = { 0 };
        int found = 0;
        snprintf(text, sizeof text, "data n[t] : count\nindex j = 1..2\nparam a[j], b\nq[t] = exp(b * n[t-1])\nn[t] ~ poisson(%s)\n", texts[k].read);
        if (ur_program_parse(&p, text, strlen(text), "m.unr", NULL, 0, &e) || ur_program_build(p, &(ur_build_options){ 0 }, &g, &e)) fail_msg("%s", e.text);
        for (ur_id v = 0; v < g->nnode; v++) found += g->node[v].op == UR_SOFTPLUS;
        if (found != texts[k].softplus) fail_msg("%s: softplus %d times, not %d", texts[k].read, found, texts[k].softplus);
        ur_graph_free(g);
        ur_program_free(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_reference), cmocka_unit_test(test_equations), cmocka_unit_test(test_starts), cmocka_unit_test(test_before_the_first), cmocka_unit_test(test_reverse), cmocka_unit_test(test_gradients), cmocka_unit_test(test_densities) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
