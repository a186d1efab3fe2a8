/* A step's component-wise programs and sums as one function (fuse.c): the oracle's numbers and the loops' bits, where rows of the same step, boundaries
 * and other steps are read; and on random texts whose tanh is a norm. */
#include "compare.h"

static const struct { const char *name, *text; } texts[] = {
    { "norms", "data x[t], y[t] : raw\nparam V\nh[t] = layernorm_lstm(7, [x[t]; y[t-2]])\ny[t] ~ normal(V h[t], 1)\n" },
    { "both ways", "data x[t], y[t] : raw\nparam V\nf[t] = layernorm_lstm(4, x[t])\nb[t] = reverse layernorm_lstm(19, x[t])\ny[t] ~ normal(V [f[t]; b[t]], 1)\n" },
    { "steps before", "data x[t], y[t] : raw\nparam A, B, U, v\na[t] : 5 = A h[t-1] + B h[t-3] + U x[t]\nn[t] : 5 = a[t] / sqrt(sum(a[t]^2) + 0.1)\n"
      "h[t] : 5 = n[t] - mean(n[t]) + 0.1 * h[t-1]\ny[t] ~ normal(v' h[t], 1)\n" },
    { "another row of the step, by another name of the index", "data x[t] : raw(3)\ndata y[t] : raw\nindex s = t\nparam A, B, U, v\ng[t,s] : 5 = tanh(A x[t] + B x[s] + U f[t-1,s])\n"
      "n[t,s] : 5 = g[t,s] / sqrt(sum(g[t,s]^2) + 0.01)\nf[t,s] : 5 = n[t,s] + 0.5 * n[t,s+1]\nz[t] = sum[s](f[t,s])\ny[t] ~ normal(v' z[t], 1)\n" },
    { "a row of the step as a boundary", "data x[t], y[t] : raw\ndata z[u] : raw\ndata r[w] : raw\nparam A, B, U, v\na[t,u] : 5 = tanh(A x[t] + B z[u] + U f[t-1,u])\n"
      "n[t,u] : 5 = a[t,u] / norm(a[t,u] + 1.5)\nq[t,u,w] : 5 = A x[t] * r[w] + z[u]\nq[t,u,0] = n[t,u]\nf[t,u] : 5 = n[t,u] + 0.5 q[t,u+1,end-5]\n"
      "g[t] : 5 = sum[u](f[t,u])\ny[t] ~ normal(v' g[t], 1)\n" },
    { "along two", "data r[t,u] : raw\nparam A, B, D, V\na[t,u] : 6 = A h[t,u-1] + B h[t-1,u] + D r[t-1,u]\nh[t,u] : 6 = tanh(a[t,u] / (0.1 + norm(a[t,u])))\nr[t,u] ~ normal(V h[t,u], 1)\n" },
    { "nested", "data r[t,k], y[t] : raw\nparam V, A\ne[t,k] = layernorm_lstm(3, r[t,k])\nh[t] = layernorm_lstm(5, e[t,end])\ny[t] ~ normal(V h[t], 1)\n" },
    { "wide", "data x[t], y[t] : raw\nparam A, U, v\na[t] : 150 = A * h[t-1] + U x[t]\nm[t] = mean(a[t])\nh[t] : 150 = tanh((a[t] - m[t]) / sqrt(mean((a[t] - m[t])^2) + 0.1))\ny[t] ~ normal(v' h[t], 1)\n" },
};

static void test_texts(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) text_agrees(texts[k].name, texts[k].text, 50 + k);
}

static void test_random_texts(void **state)
{
    (void)state;
    static char plain[12000], text[16384];
    for (uint64_t seed = 1; seed <= 60; seed++) {
        char name[40];
        random_model(seed, plain, sizeof plain);
        size_t n = (size_t)snprintf(text, sizeof text, "cell squash(x) = (x - 0.5 mean(x)) / sqrt(mean(x ^ 2) + 0.1)\n");
        for (const char *c = plain; *c && n + 8 < sizeof text; ) {
            bool t = !strncmp(c, "tanh(", 5);
            n += (size_t)snprintf(text + n, sizeof text - n, "%.*s", t ? 7 : 1, t ? "squash(" : c);
            c += t ? 5 : 1;
        }
        snprintf(name, sizeof name, "random text %d", (int)seed);
        text_agrees(name, text, seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_texts), cmocka_unit_test(test_random_texts) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
