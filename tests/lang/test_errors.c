/* Wrong models and the exact message for each, with its line and caret; and what --set and `use` can get wrong. */
#include "lang/lang.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static const struct { const char *text, *message; } cases[] = {
#include "lang/errors.inc"
};

static void test_messages(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        ur_err e = { 0 };
        ur_program *p = NULL;
        int rc = ur_program_parse(&p, cases[k].text, strlen(cases[k].text), "m.unr", NULL, 0, &e);
        if (rc != UNROLL_ERROR_MODEL || strcmp(e.text, cases[k].message)) print_error("%s\n", cases[k].text);
        assert_string_equal(e.text, cases[k].message);
        assert_int_equal(rc, UNROLL_ERROR_MODEL);
        assert_null(p);
    }
}

static void test_settings(void **state)
{
    const char *text = "data y[t] : real\nhyper size = 3, d = 2 * size\nh[t] : d = y[t-1]\n";
    ur_setting set[] = { { "size", 5 }, { "siz", 1 } };
    ur_err e = { 0 };
    ur_program *p = NULL;
    (void)state;
    assert_int_equal(ur_program_parse(&p, text, strlen(text), "m.unr", set, 2, &e), UNROLL_ERROR_USAGE);
    assert_string_equal(e.text, "--set siz: the model has no hyper siz; did you mean size?");
    e = (ur_err){ 0 };
    assert_int_equal(ur_program_parse(&p, text, strlen(text), "m.unr", set, 1, &e), UNROLL_ERROR_MODEL);
    assert_non_null(strstr(e.text, "h[t] has 10 components"));
}

static void put(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void test_use(void **state)
{
    char folder[] = "/tmp/unroll-use-XXXXXX", path[4][64];
    ur_err e = { 0 };
    ur_program *p = NULL;
    (void)state;
    assert_non_null(mkdtemp(folder));
    static const char *names[] = { "m.unr", "a.unr", "b.unr", "c.unr" };
    for (int k = 0; k < 4; k++) snprintf(path[k], sizeof path[k], "%s/%s", folder, names[k]);
    put(path[1], "use \"b.unr\"\ncell twice(x) = double(x) + double(x)\n");
    put(path[2], "# two times\ncell double(x) = 2 x\nuse \"a.unr\"");         /* circles do no harm */
    put(path[3], "cell bad(x[t]) = x[t-1] + y\n");
    const char *text = "data y[t] : real\nuse \"a.unr\"   # cells\nz[t] = twice(y[t])\n";
    if (ur_program_parse(&p, text, strlen(text), path[0], NULL, 0, &e)) fail_msg("%s", e.text);
    assert_string_equal(ur_program_text(p), "data y[t] : real\n# two times\ncell double(x) = 2 x\n\ncell twice(x) = double(x) + double(x)   # cells\nz[t] = twice(y[t])\n");
    ur_program *again = NULL;                        /* what is stored needs no files */
    const char *stored = ur_program_text(p);
    assert_int_equal(ur_program_parse(&again, stored, strlen(stored), "stored", NULL, 0, &e), 0);
    ur_program_free(again);
    ur_program_free(p);
    char want[512];
    const char *wrong = "use \"c.unr\"\ndata y[t] : real\nz[t] = bad(y[t])\n";
    e = (ur_err){ 0 };
    assert_int_equal(ur_program_parse(&p, wrong, strlen(wrong), path[0], NULL, 0, &e), UNROLL_ERROR_MODEL);
    snprintf(want, sizeof want, "%s:1:27: y is not defined\n    cell bad(x[t]) = x[t-1] + y\n                              ^", path[3]);
    assert_string_equal(e.text, want);
    for (int k = 1; k < 4; k++) unlink(path[k]);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_messages), cmocka_unit_test(test_settings), cmocka_unit_test(test_use) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
