/* Products along indices of fixed length (convolutions, lags, heads): against the oracle in double, the same bits on one thread and two; and the
 * plan's shape: one product for all their values, with nothing copied beforehand. */
#include "compare.h"
#include "plan/passes.h"

#define DATA "data x[t] : real(2)\ndata y[t] : real\n"
#define IMAGE "index r = 1..4\nindex i = 1..3\nindex j = 1..3\ndata x[t,r] : real(2)\ndata y[t] : real\n"
static const struct { const char *name, *text; int products, copies; /* of READs */ } texts[] = {
    { "one layer along t", "index i = 1..3\n" DATA "param A[i], a, v\nc[t] : 5 = relu(sum[i](A[i] x[t+i-2]) + a)\ny[t] ~ normal(v' c[t], 1)\n", 3, 0 },
    { "two layers along t", "index i = 1..3\n" DATA "param A[i], B[i], a, v\nc[t] : 5 = tanh(sum[i](A[i] x[t+i-2]) + a)\nd[t] : 4 = tanh(sum[i](B[i] c[t+i-1]))\ny[t] ~ normal(v' d[t], 1)\n", 5, 0 },
    { "two layers over rows", IMAGE "param A[i,j], B[i,j], a, b, Q[r], v\nc[t,r] : 5 = tanh(sum[i,j](A[i,j] x[t+i-2,r+j-2]) + a)\n"
      "d[t,r] : 3 = tanh(sum[i,j](B[i,j] c[t+i-2,r+j-2]) + b)\ne[t] : 4 = tanh(sum[r](Q[r] d[t,r]))\ny[t] ~ normal(v' e[t], 1)\n", 7, 0 },
    { "every row by one matrix", IMAGE "param A, v\nc[t,r] : 5 = tanh(A x[t,r])\ny[t] ~ normal(sum[r](v' c[t,r]), 1)\n", 3, 0 },
    { "largest of the rows", IMAGE "param A[i,j], v\nc[t,r] : 5 = tanh(sum[i,j](A[i,j] x[t+i-2,r+j-2]))\nd[t] = max[r](c[t,r])\ny[t] ~ normal(v' d[t], 1)\n", 3, 0 },
    { "indices in another order", "index i = 1..3\nindex r = 1..4\ndata x[t,r] : real(2)\ndata y[t] : real\nparam A[i], B[i], v\nc[t,r] : 5 = tanh(sum[i](A[i] x[t+i-2,r+i-2]))\n"
      "d[t,r] : 4 = tanh(sum[i](B[i] c[t-i,r]))\ny[t] ~ normal(sum[r](v' d[t,r]), 1)\n", 5, 1 },
    { "more than a block of rows", "index i = 1..3\n" DATA "param A[i], B[i], v\nc[t] : 1200 = tanh(sum[i](A[i] x[t+i-2]))\nd[t] : 4 = tanh(sum[i](B[i] c[t+i-2]))\ny[t] ~ normal(v' d[t], 1)\n", 5, 0 },
    { "heads", "index i = 1..3\n" DATA "param A[i], B[i], v\nc[t,i] : 5 = tanh(A[i] x[t])\nd[t] : 4 = tanh(sum[i](B[i] c[t,i]))\ny[t] ~ normal(v' d[t], 1)\n", 5, 0 },
    { "lags in a recurrence", "index i = 1..3\n" DATA "param A[i], B, v\nh[t] : 5 = tanh(sum[i](A[i] h[t-i]) + B x[t])\ny[t] ~ normal(v' h[t], 1)\n", 5, 0 },
    { "lags of a number", "index i = 1..3\n" DATA "param A[i], m, s\ny[t] ~ normal(sum[i](A[i] y[t-i]) + m, s)\n", 1, 0 },
    { "before the start", "index i = 1..3\n" DATA "param A[i], B, a, v\nh[t] : 5 = tanh(B x[t])\nh[0] = a\nc[t] : 4 = tanh(sum[i](A[i] h[t-i]))\ny[t] ~ normal(v' c[t], 1)\n", 5, 0 },
    { "transposed", "index i = 1..3\n" DATA "param A[i](2,5), v\nc[t] : 5 = tanh(sum[i](A[i]' x[t-i]))\ny[t] ~ normal(v' c[t], 1)\n", 3, 0 },
    { "a mask between", "index i = 1..3\n" DATA "param A[i], B[i], v\nc[t] : 5 = tanh(sum[i](A[i] dropout(0.3, x[t+i-2])))\nd[t] : 4 = tanh(sum[i](B[i] dropout(0.3, c[t+i-2])))\ny[t] ~ normal(v' d[t], 1)\n", 5, 1 },
};
enum { TEXTS = sizeof texts / sizeof *texts };

static void count(const ur_schedule *p, ins *const *list, int n, int *products, int *copies)
{
    for (int k = 0; k < n; k++) {
        *products += list[k]->kind == INS_PROD;
        *copies += list[k]->kind == INS_NODE && p->g.node[list[k]->node].op == UR_READ;
        count(p, list[k]->body, list[k]->nbody, products, copies);
    }
}

static void test_texts(void **state)
{
    (void)state;
    for (int k = 0; k < TEXTS; k++) text_agrees(texts[k].name, texts[k].text, (uint64_t)(100 + k));
}

static void test_shape(void **state)
{
    (void)state;
    for (int k = 0; k < TEXTS; k++) {
        trial t;
        ur_err e = { 0 };
        ur_schedule *p;
        text_open(&t, texts[k].text, (uint64_t)(100 + k), true);
        if (ur_schedule_make(&p, t.g, &(ur_plan_options){ .window_index = -1 }, &e)) fail_msg("%s", e.text);
        int products = 0, copies = 0;
        count(p, p->ins, p->nins, &products, &copies);
        if (products != texts[k].products) fail_msg("%s: %d products, not %d", texts[k].name, products, texts[k].products);
        if (copies != texts[k].copies) fail_msg("%s: %d copies, not %d", texts[k].name, copies, texts[k].copies);
        ur_schedule_free(p);
        trial_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_texts), cmocka_unit_test(test_shape) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
