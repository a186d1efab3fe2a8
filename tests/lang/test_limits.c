/* Texts that no one means: deep brackets, endless lines, broken bytes, cut texts, every prefix of a model, and memory that runs out at each
 * allocation in turn. Under ASan these show leaks and reads outside the text. */
#include "lang/lang.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char whole[] =
    "data src[s], tgt[t] : words   # translation\n"
    "hyper n = 24\n"
    "param E, F, W0, Wa, Ua, v, Wo, bo, A[j] = normal(0, 0.1), q = 2\n"
    "index j = 1..3, u = t\n"
    "data y[t] : real, when[t] : time\n"
    "e[s] : 12 = E src[s]\n"
    "f[s] = gru(n, e[s])\n"
    "b[s] = reverse layernorm_lstm(n, e[s])\n"
    "h[s] = [f[s]; b[s]]\n"
    "d[0] = tanh(W0 b[1])\n"
    "p[t] : 12 = dropout(0.1, F tgt[t-1])\n"
    "a[t,s] = softmax[s](v' tanh(Wa d[t-1] + Ua h[s]))\n"
    "c[t]   = sum[s](a[t,s] * h[s])\n"
    "d[t]   = gru(n, [p[t]; c[t]])\n"
    "cell top(n, x[t], k = 5) = z[t] { z[t] : k = mlp(k, lstm(n, x[t])) }\n"
    "tgt[t] ~ categorical(Wo [d[t]; c[t]] + bo)\n"
    "w[t] = sum[u <= t](max(y[u-1], 0)) + hour(when[t]) + where(y[t-2] > 1 and not t == 2, norm(top(4, d[t])), 0.5)\n"
    "y[t] ~ normal(sum[j](A[j] y[t-j]) + 0 * w[t], q)\n";

static int parse(const char *s, size_t n, ur_err *e)
{
    ur_program *p = NULL;
    memset(e, 0, sizeof *e);
    int rc = ur_program_parse(&p, s, n, "m.unr", NULL, 0, e);
    if (!rc) ur_program_free(p);
    assert_int_equal(rc, e->code);
    return rc;
}

/* parses `repeat` copies of `unit` between `before` and `after`, and compares the first line of the message */
static void expect(const char *before, const char *unit, size_t repeat, const char *after, const char *message)
{
    size_t u = strlen(unit), n = strlen(before) + u * repeat + strlen(after);
    char *s = malloc(n + 1), *at = s;
    ur_err e;
    at += sprintf(at, "%s", before);
    for (size_t k = 0; k < repeat; k++, at += u) memcpy(at, unit, u);
    strcpy(at, after);
    int rc = parse(s, n, &e);
    free(s);
    assert_int_equal(rc, UNROLL_ERROR_MODEL);
    assert_true(strlen(e.text) < 1500);
    e.text[strcspn(e.text, "\n")] = 0;
    assert_string_equal(e.text, message);
}

static void test_deep(void **state)
{
    (void)state;
    expect("x = ", "(", 10000, "1", "m.unr:1:205: brackets are nested more than 200 deep");
    expect("x = ", "[", 10000, "1", "m.unr:1:205: brackets are nested more than 200 deep");
    expect("x = ", "tanh(", 10000, "1", "m.unr:1:1009: brackets are nested more than 200 deep");
    expect("x = ", "-", 10000, "1", "m.unr:1:1004: this expression is nested too deep");
    expect("x = ", "not ", 10000, "1", "m.unr:1:4001: this expression is nested too deep");
    expect("x = 1", "^1", 10000, "", "m.unr:1:2003: this expression is nested too deep");
    expect("x = 1", "'", 10000, "", "m.unr:1:5: this expression is nested too deep");
    expect("x = 1", " + 1", 10000, "", "m.unr:1:4003: this expression is nested too deep");
    expect("x = 1", " 1", 10000, "", "m.unr:1:5: this product has too many factors");
    expect("", "cell f(x) = y { y = ", 300, "", "m.unr:1:21: cell is a word of the language, not a name");
    expect("x = y[", "1,", 10000, "1]", "m.unr:1:5: y is not defined");
    expect("x = f(", "1,", 10000, "1)", "m.unr:1:5: f is not defined");
    expect("data x[", "a,", 1000, "a] : real", "m.unr:1:6: x has too many subscripts");
    expect("x = 1.", "0", 1000, "", "m.unr:1:5: this number has more than 63 characters");
    expect("x = 1e9", "9", 10, "", "m.unr:1:5: this number is too large");
    expect("", "a", 1000, " = 1", "m.unr:1:1: this name has more than 255 bytes");
}

static void test_long_chains(void **state)
{
    ur_err e;
    (void)state;
    /* 3000 quantities in a chain, in the order that suits a recursive builder least */
    char *s = malloc(200000), *at = s;
    for (int k = 3000; k > 0; k--) at += sprintf(at, "q%d = q%d + 1\n", k, k - 1);
    at += sprintf(at, "q0 = 1\n");
    assert_int_equal(parse(s, (size_t)(at - s), &e), 0);
    at = s;
    for (int k = 0; k < 3000; k++) at += sprintf(at, "hyper q%d = q%d + 1\n", k, k + 1);
    at += sprintf(at, "hyper q3000 = 1\n");
    assert_int_equal(parse(s, (size_t)(at - s), &e), UNROLL_ERROR_MODEL);
    assert_non_null(strstr(e.text, "more than 200 deep"));
    free(s);
}

static void test_cells_that_explode(void **state)
{
    ur_err e;
    char *s = malloc(100000), *at = s;
    (void)state;
    at += sprintf(at, "cell c0(x) = x\n");
    for (int k = 1; k < 60; k++) at += sprintf(at, "cell c%d(x) = c%d(x) + c%d(x) { param w }\n", k, k - 1, k - 1);
    at += sprintf(at, "data y[t] : real\nz[t] = c59(y[t])\n");
    assert_int_equal(parse(s, (size_t)(at - s), &e), UNROLL_ERROR_MODEL);
    assert_non_null(strstr(e.text, "the cells expand to more than 400000 quantities"));
    at = s;
    at += sprintf(at, "cell c0(x) = x\n");
    for (int k = 1; k < 100; k++) at += sprintf(at, "cell c%d(x) = c%d(x)\n", k, k - 1);
    at += sprintf(at, "data y[t] : real\nz[t] = c99(y[t])\n");
    assert_int_equal(parse(s, (size_t)(at - s), &e), UNROLL_ERROR_MODEL);
    assert_non_null(strstr(e.text, "cells are used within cells more than 64 deep"));
    free(s);
}

static void test_long_line(void **state)
{
    (void)state;
    expect("x = 1 # ", "x", 2000000, "", "m.unr:1:1: this line has more than 1048576 bytes");
    expect("\n\n", "x ", 2000000, "", "m.unr:3:1: this line has more than 1048576 bytes");
    expect("", "x", (size_t)100 << 20, "", "m.unr: the text has 104857600 bytes; a model has at most 67108864");
    expect("a = ", "b + ", 200000, "1", "m.unr:1:4003: this expression is nested too deep");
}

static void test_bytes(void **state)
{
    ur_err e;
    (void)state;
    assert_int_equal(parse("x = 1\ny = \xff\xfe", 12, &e), UNROLL_ERROR_MODEL);
    assert_string_equal(e.text, "m.unr:2:5: this byte (0xFF) is not UTF-8 text\n    y = ??\n        ^");
    assert_int_equal(parse("x = 1\n# \xc3\n", 10, &e), UNROLL_ERROR_MODEL);
    assert_string_equal(e.text, "m.unr:2:3: this byte (0xC3) is not UTF-8 text\n    # ?\n      ^");
    assert_int_equal(parse("x = \0 1\n", 8, &e), UNROLL_ERROR_MODEL);
    assert_string_equal(e.text, "m.unr:1:5: a zero byte in the text\n    x =   1\n        ^");
    assert_int_equal(parse("\xef\xbb\xbfx = 1\r\n", 10, &e), 0);     /* a mark at the start and DOS line ends do no harm */
    assert_int_equal(parse("", 0, &e), 0);
    assert_int_equal(parse("\n\n# nothing", 11, &e), 0);
    assert_int_equal(parse("\xce\xb1[t] = 1", 9, &e), UNROLL_ERROR_MODEL);   /* letters of any script make names */
    assert_string_equal(e.text, "m.unr:1:3: no datum is carried along t\n    α[t] = 1\n      ^ an index gets its length from data; index NAME = 1..k makes one of fixed length");
}

/* every prefix of a model, and the model with every byte in turn replaced: an answer, never a crash */
static void test_damage(void **state)
{
    ur_err e;
    size_t n = sizeof whole - 1;
    char *s = malloc(n);
    (void)state;
    if (parse(whole, n, &e)) fail_msg("%s", e.text);
    for (size_t k = 0; k < n; k += 3) {
        memcpy(s, whole, k);
        parse(s, k, &e);
    }
    static const char put[] = "([])=~'\"\n,;.#0et{}\xff";
    for (size_t k = 0; k < n; k += 2) {
        memcpy(s, whole, n);
        s[k] = put[(k / 2) % (sizeof put - 1)];
        parse(s, n, &e);
    }
    free(s);
}

static long countdown = -1;
static void *limited(void *p, size_t n)
{
    if (countdown == 0) return NULL;
    if (countdown > 0) countdown--;
    return realloc(p, n);
}

static void test_no_memory(void **state)
{
    ur_err e;
    int rc = UNROLL_ERROR_MEMORY;
    (void)state;
    unroll_set_allocator(limited, free);
    for (long k = 0; rc == UNROLL_ERROR_MEMORY && k < 100000; k++) {
        ur_program *p = NULL;
        ur_graph *g = NULL;
        ur_build_options o = { .training = true, .grad = true };
        memset(&e, 0, sizeof e);
        countdown = k;
        rc = ur_program_parse(&p, whole, sizeof whole - 1, "m.unr", NULL, 0, &e);
        if (!rc) rc = ur_program_build(p, &o, &g, &e);
        countdown = -1;
        if (g) ur_graph_free(g);
        ur_program_free(p);
        if (rc) { assert_int_equal(rc, UNROLL_ERROR_MEMORY); assert_int_equal(e.code, rc); assert_true(strlen(e.text) > 0); }
    }
    unroll_set_allocator(NULL, NULL);
    assert_int_equal(rc, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deep), cmocka_unit_test(test_long_chains), cmocka_unit_test(test_cells_that_explode), cmocka_unit_test(test_long_line),
        cmocka_unit_test(test_bytes), cmocka_unit_test(test_damage), cmocka_unit_test(test_no_memory) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
