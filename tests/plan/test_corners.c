/* Texts at the limits of the executor's rooms, against the oracle: many constants in one instruction, rows that are cut into parts,
 * symbols and tables with fixed indices. */
#include "compare.h"

#define DATA "data x[t] : real(3)\ndata y[t] : real\nparam W, v\n"

static void test_a_stack_of_numbers(void **state)
{
    (void)state;
    text_agrees("twelve numbers", DATA "s[t] : 12 = tanh(W x[t]) * [1;2;3;4;5;6;7;8;9;10;11;12] + v * s[t-1]\ny[t] ~ normal(v' s[t], 1)\n", 5);
}

/* more constants before the start than an instruction mostly reads */
static void test_constants_before_the_start(void **state)
{
    (void)state;
    char text[4096];
    int n = snprintf(text, sizeof text, DATA "s[t] : 1 = tanh(W x[t])\n");
    for (int k = 1; k <= 12; k++) n += snprintf(text + n, sizeof text - (size_t)n, "q%d[t] = %d * s[t] + 0.1 * q%d[t-1]\nq%d[0] = %d\n", k, k, k, k, k);
    n += snprintf(text + n, sizeof text - (size_t)n, "h[t] : 1 = s[t]");
    for (int k = 1; k <= 12; k++) n += snprintf(text + n, sizeof text - (size_t)n, " + %d * q%d[t-1]", k, k);
    snprintf(text + n, sizeof text - (size_t)n, "\ny[t] ~ normal(v' h[t], 1)\n");
    text_agrees("twelve starts", text, 5);
}

/* what is written lies over what it is made of, one number of which all of a row needs */
static void test_over_a_narrow_argument(void **state)
{
    (void)state;
    static const int wide[] = { 4, 600, 1100 };
    for (int k = 0; k < 3; k++) {
        char text[1024];
        snprintf(text, sizeof text, DATA "param w\ns[t] : 1 = tanh(w' x[t] + 0.1 * v' h[t-1])\nr[t] : %d = tanh(W x[t] + s[t])\nu[t] = [s[t]; r[t]]\nh[t] : %d = u[t] * s[t]\ny[t] ~ normal(v' h[t], 1)\n", wide[k], wide[k] + 1);
        text_agrees("a number and a row", text, 5);
    }
}

static void test_symbols_along_fixed_indices(void **state)
{
    (void)state;
    static const char data[] = "index j = 1..3\ndata x[t] : raw(2)\ndata w[t,j] : symbol\ndata g : symbol\n";
    static const char *const text[] = {
        "param A, v, E[j]\ne[t,j] : 4 = tanh(E[j] w[t,j] + A x[t])\nx[t] ~ normal(sum[j](v' e[t-1,j]), 1)\n",
        "param v, E[j], F, A\ne[t,j] : 4 = tanh(E[j] w[t,j] + F w[t-1,j] + A e[t-1,j])\nx[t] ~ normal(sum[j](v' e[t-1,j]), 1)\n",
        "param v, E[j], F\nx[t] ~ normal(sum[j](v' tanh(E[j] g + F w[t-2,j])), 1)\n",
        "param A, B, E[j]\nh[t] = layernorm_lstm(9, [x[t-1]; E[1] w[t-1,2]; sum[j](E[j] w[end,j])])\nx[t] ~ normal(B h[t], 1)\ng ~ categorical(A h[end])\n",
    };
    for (size_t k = 0; k < sizeof text / sizeof *text; k++) {
        char all[1024];
        snprintf(all, sizeof all, "%s%s", data, text[k]);
        text_agrees(text[k], all, 5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_a_stack_of_numbers), cmocka_unit_test(test_constants_before_the_start), cmocka_unit_test(test_over_a_narrow_argument),
                                        cmocka_unit_test(test_symbols_along_fixed_indices) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
