/* Recurrences along fixed indices: the same loss and gradient as with every layer written out by name, the oracle's values, the same bits on two
 * threads; scans of stacked recurrences of which each waits only for the one below. */
#include "compare.h"
#include "plan/passes.h"

#define DATA "data x[t] : real(2)\ndata y[t] : real\n"
enum { LAYERS = 20 };

/* the text with layers of an index, and the same written out, its parameters in the same order */
static void residual(char *loop, char *out, size_t cap)
{
    snprintf(loop, cap, DATA "index k = 1..%d\nparam W[k], b[k], A, v\nh[t,0] = A x[t]\nh[t,k] : 5 = h[t,k-1] + tanh(W[k] h[t,k-1] + b[k])\ny[t] ~ normal(v' h[t,end], 1)\n", LAYERS);
    size_t n = (size_t)snprintf(out, cap, DATA "param ");
    for (int k = 1; k <= LAYERS; k++) n += (size_t)snprintf(out + n, cap - n, "W%d, ", k);
    for (int k = 1; k <= LAYERS; k++) n += (size_t)snprintf(out + n, cap - n, "b%d, ", k);
    n += (size_t)snprintf(out + n, cap - n, "A, v\nh0[t] : 5 = A x[t]\n");
    for (int k = 1; k <= LAYERS; k++) n += (size_t)snprintf(out + n, cap - n, "h%d[t] : 5 = h%d[t] + tanh(W%d h%d[t] + b%d)\n", k, k - 1, k, k - 1, k);
    snprintf(out + n, cap - n, "y[t] ~ normal(v' h%d[t], 1)\n", LAYERS);
}

/* three recurrences, one on the other, that read what all of them left */
static void stacked(char *loop, char *out, size_t cap)
{
    snprintf(loop, cap, DATA "index k = 1..3\nparam U[k], V[k], A, v\nh[t,0] = A x[t]\nh[t,k] : 5 = tanh(U[k] h[t,k-1] + V[k] h[t-1,k]) + 0.1 * sum[k](h[t-1,k])\ny[t] ~ normal(v' h[t,end], 1)\n");
    size_t n = (size_t)snprintf(out, cap, DATA "param U1, U2, U3, V1, V2, V3, A, v\nh0[t] : 5 = A x[t]\n");
    for (int k = 1; k <= 3; k++)
        n += (size_t)snprintf(out + n, cap - n, "h%d[t] : 5 = tanh(U%d h%d[t] + V%d h%d[t-1]) + 0.1 * (h1[t-1] + h2[t-1] + h3[t-1])\n", k, k, k - 1, k, k);
    snprintf(out + n, cap - n, "y[t] ~ normal(v' h3[t], 1)\n");
}

static answer step(trial *t, bool naive)
{
    enum { ITEMS = 5 };
    ur_item item[ITEMS];
    for (int i = 0; i < ITEMS; i++) item[i] = (ur_item){ (uint32_t)i, 0, -1, INT32_MAX, 0 };
    ur_batch b = { ITEMS, item, -1, true };
    ur_engine *en = trial_engine(t, (ur_plan_options){ .limits.naive = naive, .limits.threads = 1, .limits.recompute = -1, .window_index = -1 });
    answer a = trial_step(t, en, &b, false, 3, (ur_draw_options){ .mode = 0 });
    ur_engine_free(en);
    return a;
}

static void compare(const char *name, void (*write)(char *, char *, size_t))
{
    static char loop[8192], out[8192];
    trial t[2];
    write(loop, out, sizeof loop);
    for (int naive = 0; naive < 2; naive++) {
        answer a[2];
        for (int k = 0; k < 2; k++) {
            text_open(&t[k], k ? out : loop, 7, true);
            a[k] = step(&t[k], naive);
        }
        assert_int_equal(a[0].ngrad, a[1].ngrad);
        if (fabs(a[0].loss - a[1].loss) > 1e-12 * fabs(a[1].loss)) fail_msg("%s: loss %.17g, written out %.17g", name, a[0].loss, a[1].loss);
        for (size_t i = 0; i < a[0].ngrad; i++)
            if (!(fabs(a[0].grad[i] - a[1].grad[i]) <= 1e-12 * (1 + fabs(a[1].grad[i])))) fail_msg("%s: gradient %zu is %.17g, written out %.17g", name, i, a[0].grad[i], a[1].grad[i]);
        for (int k = 0; k < 2; k++) { answer_free(&a[k]); trial_close(&t[k]); }
    }
    text_agrees(name, loop, 7);
}

static void test_residual(void **state) { (void)state; compare("20 layers", residual); }
static void test_stacked(void **state) { (void)state; compare("stacked recurrences", stacked); }

static void count(ins *const *list, int n, int *scans, int *slow, int *products)
{
    for (int k = 0; k < n; k++) {
        *products += list[k]->kind == INS_PROD;
        *scans += list[k]->kind == INS_SCAN;
        *slow += list[k]->kind == INS_SLOW;
        count(list[k]->body, list[k]->nbody, scans, slow, products);
    }
}

/* a stack of recurrences: one scan each, forward and back; the gates of a layer, and all lags that it reads, are one product; a thousand steps: no
 * scan, and no part of it left to the oracle */
static void test_plan(void **state)
{
    (void)state;
    static const struct { const char *text; int scans, products; } plans[] = {
        { DATA "index k = 1..4\nparam U[k], V[k], A, v\nh[t,0] = A x[t]\nh[t,k] : 5 = tanh(U[k] h[t,k-1] + V[k] h[t-1,k])\ny[t] ~ normal(v' h[t,end], 1)\n", 8, 19 },
        { DATA "index k = 1..2\nparam U[k], V[k], P[k], Q[k], v\ng[t,k] : 5 = sigmoid(U[k] x[t] + V[k] h[t-1,k])\n"
          "h[t,k] : 5 = h[t,k-1] + g[t,k] * tanh(P[k] x[t] + Q[k] h[t-1,k])\ny[t] ~ normal(v' h[t,end], 1)\n", 4, 7 },
        { DATA "index k = 1..2, l = 1..3\nparam A[k,l], B[k,l], v\nr[t,l,0] = x[t-l]\nh[t,k] : 5 = tanh(sum[l](A[k,l] r[t,l,k-1]))\n"
          "r[t,l,k] : 2 = r[t,l,k-1] - B[k,l] h[t,k]\ny[t] ~ normal(v' h[t,end], 1)\n", 0, 7 },
        { DATA "index k = 1..1000\nparam a, v\nh[t,0] = x[t]\nh[t,k] : 2 = h[t,k-1] + 0.01 * sin(a * h[t,k-1])\ny[t] ~ normal(v' h[t,end], 1)\n", 0, 2 },
    };
    for (size_t k = 0; k < sizeof plans / sizeof *plans; k++) {
        trial t;
        ur_err e = { 0 };
        ur_schedule *p;
        text_open(&t, plans[k].text, 3, true);
        t.nkeep = 0;
        if (ur_schedule_make(&p, t.g, &(ur_plan_options){ .window_index = -1 }, &e)) fail_msg("%s", e.text);
        int scans = 0, slow = 0, products = 0;
        count(p->ins, p->nins, &scans, &slow, &products);
        assert_int_equal(scans, plans[k].scans);
        assert_int_equal(products, plans[k].products);
        assert_int_equal(slow, 0);
        ur_schedule_free(p);
        trial_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_residual), cmocka_unit_test(test_stacked), cmocka_unit_test(test_plan) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
