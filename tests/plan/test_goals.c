/* Losses for some parameters alone: each parameter's gradient is that of a text which has only the terms that move it; on the oracle and on
 * the fast plan, on one thread and two. */
#include "compare.h"

enum { ITEMS = 3 };

#define NETS                                                                                                                                     \
    "data y[t] : real, x[t] : raw(2)\nindex j = 1..2\nparam A, a, B, b, C, c, D\n"                                                              \
    "g[t] : 2 = tanh(A x[t] + a + D g[t-1])\nf[t] : 1 = c + C tanh(B g[t] + b)\nr[t] : 1 = c + C tanh(B x[t] + b)\n"
#define LINE  "y[t] ~ normal(r[t] + sum(g[t-1]), 1)\n"
#define APART "loss apart[t]%s = softplus(-r[t]) + softplus(f[t])\n"
#define ALIKE "loss alike[t,j]%s = softplus(-f[t]) * j\n"
#define SMALL "loss small%s = 0.1 * dot(a, a) + 0.1 * sum(g[end]^2)\n"

static void gradient(const char *text, bool naive, int threads, double **grad, trial *t)
{
    static ur_item item[ITEMS];
    for (int i = 0; i < ITEMS; i++) item[i] = (ur_item){ (uint32_t)i, 0, -1, INT32_MAX, 0 };
    ur_batch b = { ITEMS, item, -1, true };
    *t = (trial){ 0 };
    snprintf(t->text, sizeof t->text, "%s", text);
    trial_open(t, 11, (setup){ .given = UR_GIVEN_ALL, .training = true, .grad = true, .n = ITEMS });
    ur_engine *en = trial_engine(t, (ur_plan_options){ .limits.naive = naive, .limits.threads = threads, .limits.recompute = -1, .window_index = -1, .nkeep = -1 });
    answer a = trial_step(t, en, &b, false, 3, (ur_draw_options){ .mode = 0 });
    *grad = a.grad;
    a.grad = NULL;
    answer_free(&a);
    ur_engine_free(en);
}

/* of both texts the gradients of the parameters named, one letter each */
static void same(const char *text, const char *alone, const char *names)
{
    for (int m = 0; m < 3; m++) {
        trial s, t;
        double *x, *y;
        gradient(text, m == 0, m == 2 ? 2 : 1, &x, &s);
        gradient(alone, true, 1, &y, &t);
        assert_int_equal(s.g->nparam, t.g->nparam);
        for (int p = 0; p < s.g->nparam; p++) {
            const ur_param *q = &s.g->param[p];
            bool named = strchr(names, q->name[0]) != NULL;
            for (size_t i = q->offset; named && i < q->offset + q->count; i++)
                if (!(fabs(x[i] - y[i]) <= 1e-10 * fmax(1, fabs(y[i])))) fail_msg("%s: %.17g, alone %.17g, in\n%s", q->name, x[i], y[i], text);
        }
        free(x); free(y);
        trial_close(&s);
        trial_close(&t);
    }
}

static void test_two_networks(void **state)
{
    (void)state;
    char all[2048], one[2048], two[2048];
    snprintf(all, sizeof all, NETS APART ALIKE, " for B, b, C, c", " for A, a, D");
    snprintf(one, sizeof one, NETS APART "loss alike[t,j] = 0 * sum(a)\n", "");
    snprintf(two, sizeof two, NETS "loss apart[t] = 0 * sum(a)\n" ALIKE, "");
    same(all, one, "BbCc");
    same(all, two, "AaD");
}

/* what no loss names is moved by the ~ lines and by the losses without `for`; what two name, by both of these and nothing else */
static void test_shared(void **state)
{
    (void)state;
    char all[2048], rest[2048], both[2048], one[2048];
    snprintf(all, sizeof all, NETS LINE APART ALIKE SMALL, " for B, b", " for B, A", "");
    snprintf(rest, sizeof rest, NETS LINE "loss apart[t] = 0\nloss alike[t] = 0\n" SMALL, "");
    snprintf(both, sizeof both, NETS APART ALIKE "loss small = 0\n", "", "");
    snprintf(one, sizeof one, NETS APART "loss alike[t] = 0\nloss small = 0\n", "");
    same(all, rest, "acCD");
    same(all, both, "B");
    same(all, one, "b");
    snprintf(one, sizeof one, NETS "loss apart[t] = 0\n" ALIKE "loss small = 0\n", "");
    same(all, one, "A");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_two_networks), cmocka_unit_test(test_shared) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
