/* Texts at the limits of the executor's rooms, against the oracle: many constants in one instruction, and rows that are cut into parts. */
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

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_a_stack_of_numbers), cmocka_unit_test(test_constants_before_the_start), cmocka_unit_test(test_over_a_narrow_argument) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
