/* Products that start from several vectors side by side: against the oracle in double, the same bits on one thread and two, with and without what
 * the text names kept; and the plan's shape: which CONCATs of addends run. */
#include "compare.h"
#include "plan/passes.h"

#define DATA "data x[t] : real(3)\ndata y[t] : real\nparam W, V, A, B, v\n"
#define STATE "p[t] = sigmoid(a[t] + A h[t-1])\nq[t] = tanh(b[t] + B h[t-1])\nh[t] : 4 = p[t] * q[t] + h[t-1]\n"
#define OUT "y[t] ~ normal(v' h[t], 1)\n"
static const struct { const char *name, *text; int copies; /* CONCATs over positions that run, forward and backward */ } texts[] = {
    { "rows of a product", DATA "h[t] : 4 = sigmoid(W x[t] + A h[t-1]) * tanh(V x[t] + B h[t-1])\n" OUT, 0 },
    { "rows and a parameter", DATA "param C, c\nh[t] : 4 = sigmoid(W x[t] + A h[t-1]) * tanh(V x[t] * (C h[t-1] + c) + B h[t-1])\n" OUT, 0 },
    { "rows read later", DATA "param w\na[t] = W x[t]\nb[t] = V x[t]\n" STATE "y[t] ~ normal(v' h[t] + w' a[t], 1)\n", 0 },
    { "made in place", DATA "param C, c\na[t] = W x[t] + c\nb[t] = V x[t - 1] + C x[t - 2]\n" STATE OUT, 0 },
    { "made in place, read later", DATA "param w\na[t] = tanh(W x[t])\nb[t] = sigmoid(V x[t])\n" STATE "y[t] ~ normal(v' h[t] + w' a[t], 1)\n", 0 },
    { "one twice", DATA "a[t] = W x[t]\nh[t] : 4 = sigmoid(a[t] + A h[t-1]) * tanh(a[t] + B h[t-1]) + tanh(V x[t])\n" OUT, 0 },
    { "over all positions", DATA "param C\nc[t] : 4 = C x[t-1]\nh[t] : 4 = sigmoid(tanh(W x[t]) + A c[t]) * tanh(sin(V x[t]) + B c[t])\n" OUT, 0 },
    { "of an example", DATA "data z : real(2)\nparam C\nh[t] : 4 = sigmoid(W x[t] + A h[t-1]) * tanh(C z + B h[t-1]) + V x[t]\n" OUT, 0 },
    { "made in place, and of an example", DATA "data z : real(2)\nparam C, D\nh[t] : 4 = sigmoid(W x[t] + C z + A h[t-1]) * tanh(D z + B h[t-1]) + V x[t]\n" OUT, 1 },
    { "both ways", DATA "param C, D, P, Q, w\nf[t] : 4 = tanh(W x[t] + A f[t-1]) * sigmoid(V x[t] + B f[t-1])\n"
      "h[t] : 4 = tanh(P x[t] + C h[t+1]) * sigmoid(Q x[t] + D h[t+1])\ny[t] ~ normal(v' h[t] + w' f[t], 1)\n", 0 },
    { "before the start", DATA "param c\na[t] = tanh(W x[t])\na[0] = c\nh[t] : 4 = sigmoid(a[t-1] + A h[t-1]) * tanh(a[t] + B h[t-1]) + V x[t]\n" OUT, 0 },
};
enum { TEXTS = sizeof texts / sizeof *texts };

static int copies(const ur_schedule *p, ins *const *list, int n)
{
    int found = 0;
    for (int k = 0; k < n; k++) {
        const ur_node *c = list[k]->kind == INS_NODE ? &p->g.node[list[k]->node] : NULL;
        bool made = c && c->op == UR_CONCAT;
        for (int a = 0; made && a < c->narg; a++) if (p->pass->joined[c->arg[a]] != list[k]->node) { found++; break; }
        found += copies(p, list[k]->body, list[k]->nbody);
    }
    return found;
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
        int found = copies(p, p->ins, p->nins);
        if (found != texts[k].copies) fail_msg("%s: %d copies, not %d", texts[k].name, found, texts[k].copies);
        ur_schedule_free(p);
        trial_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_texts), cmocka_unit_test(test_shape) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
