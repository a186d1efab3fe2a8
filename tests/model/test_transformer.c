/* A transformer of two layers and two heads, with rotary positions: it learns that a text repeats itself every three letters, which no letter
 * before shows, and says of new texts what their first three leave to be said. */
#include "model_test.h"

static const char text[] = "data x[t] : chars\nindex l = 1..2, k = 1..2\nhyper d = 16, m = 8\nparam E = normal(0, 0.02), c\n"
                           "cell turn(x, p) = [a * cos(w) - b * sin(w); a * sin(w) + b * cos(w)] {\n    a = x[1..m/2]\n    b = x[m/2+1..m]\n    w = p * 10000 ^ (-[0..m/2-1] * 2 / m)\n}\n"
                           "cell block(n, x[t]) = z[t] {\n    index s = t\n    param Q[k](m, n), K[k](m, n), V[k], O[k]\n    u[t]       = layernorm(x[t])\n    q[t,k] : m = turn(Q[k] u[t], t)\n"
                           "    p[t,k] : m = turn(K[k] u[t], t)\n    v[t,k] : m = V[k] u[t]\n    a[t,s,k]   = softmax[s <= t](q[t,k]' p[s,k] / sqrt(m))\n"
                           "    y[t] : n   = x[t] + sum[k](O[k] sum[s <= t](a[t,s,k] * v[s,k]))\n    z[t]       = y[t] + mlp(n, layernorm(y[t]), hidden = 2 * n)\n}\n"
                           "h[t,0] = E x[t-1]\nh[t,l] : d = block[l](d, h[t,l-1])\nx[t] ~ categorical(E' layernorm(h[t,end]) + c)\n";

enum { TEXTS = 300, NEW = 100, LENGTH = 9 };

static unroll_data *repeated(unroll_model *m, size_t n, uint32_t seed)
{
    static char s[TEXTS][LENGTH + 1];
    const char *list[TEXTS];
    unroll_data *d = NULL;
    for (size_t i = 0; i < n; i++) {
        for (int k = 0; k < LENGTH; k++) {
            seed = seed * 1664525u + 1013904223u;
            s[i][k] = k < 3 ? (char)('a' + (seed >> 16) % 6) : s[i][k - 3];
        }
        s[i][LENGTH] = 0;
        list[i] = s[i];
    }
    OK(unroll_data_new(&d, m, n));
    OK(unroll_data_set_texts(d, "x", NULL, list));
    return d;
}

static void it_looks_three_letters_back(void **state)
{
    (void)state;
    unroll_model *m = model_of(text);
    unroll_data *d = repeated(m, TEXTS, 3), *other = repeated(m, NEW, 4);
    unroll_fit_options o = UNROLL_FIT_INIT;
    unroll_table *t = NULL;
    o.epochs = 20;
    o.rate = 0.01;
    o.seed = 1;
    OK(unroll_fit(m, d, &o, NULL));
    OK(unroll_score(m, other, NULL, &t));
    double nll = unroll_table_number(t, 0, 2), least = 3 * log(6) / (LENGTH + 1);
    assert_string_equal(unroll_table_text(t, 0, 1), "negative log-likelihood");
    if (!(nll > 0.9 * least && nll < least + 0.06)) fail_msg("%g nats a letter of new texts, %g are to be said", nll, least);
    unroll_table_free(t);
    unroll_data_free(d);
    unroll_data_free(other);
    unroll_close(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(it_looks_three_letters_back) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
