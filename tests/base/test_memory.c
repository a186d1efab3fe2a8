/* Errors, blocks, the arena, buffers and strings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/base.h"

static void the_first_error_stays(void **state)
{
    (void)state;
    ur_err e = { 0 };
    assert_int_equal(ur_fail(&e, UNROLL_ERROR_DATA, "%s:%d: wrong", "a.csv", 3), UNROLL_ERROR_DATA);
    assert_int_equal(ur_fail(&e, UNROLL_ERROR_FILE, "later"), UNROLL_ERROR_FILE);
    assert_int_equal(e.code, UNROLL_ERROR_DATA);
    assert_string_equal(e.text, "a.csv:3: wrong");
    assert_int_equal(ur_fail(NULL, UNROLL_ERROR_FILE, "nobody asks"), UNROLL_ERROR_FILE);
    assert_int_equal(ur_nomem(NULL), UNROLL_ERROR_MEMORY);
}

static void long_errors_end_in_a_whole_character(void **state)
{
    (void)state;
    char text[5000];
    for (int shift = 0; shift < 4; shift++) {
        ur_err e = { 0 };
        memset(text, 'a', (size_t)shift);
        for (size_t i = (size_t)shift; i + 3 < sizeof text - 1; i += 3)
            memcpy(text + i, "\xE2\x82\xAC", 4);
        ur_fail(&e, UNROLL_ERROR_DATA, "%s", text);
        assert_true(strlen(e.text) > 3000);
        assert_true(ur_utf8_valid(e.text, strlen(e.text), NULL));
    }
}

/* every size shows something, and the next larger unit begins where a thousand of the former do */
static void sizes(void **state)
{
    (void)state;
    const struct { double bytes; const char *text; } t[] = { { 0, "0 bytes" }, { 1, "1 bytes" }, { 999, "999 bytes" }, { 1000, "1.0 KB" }, { 52400, "52.4 KB" }, { 1 << 20, "1.0 MB" },
                                                             { 100 << 20, "104.9 MB" }, { 9.84e9, "9840.0 MB" }, { 1.2e11, "120.0 GB" }, { 1e30, "1000000000000000000000.0 GB" } };
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        char out[24];
        assert_ptr_equal(ur_size_text(out, t[i].bytes), out);
        assert_memory_equal(out, t[i].text, strlen(t[i].text) < 23 ? strlen(t[i].text) + 1 : 23);
    }
}

static long count, fail_at;
static void *counting(void *p, size_t n) { return ++count == fail_at ? NULL : realloc(p, n); }

static void blocks(void **state)
{
    (void)state;
    for (size_t n = 0; n < 300; n += 7) {
        char *p = ur_alloc_aligned(n);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 64, 0);
        memset(p, 1, n);
        ur_free_aligned(p);
    }
    char *z = ur_zalloc(100), *s = ur_strdup("text");
    assert_int_equal(z[0] | z[99], 0);
    assert_string_equal(s, "text");
    s = ur_realloc(s, 1000);
    assert_string_equal(s, "text");
    ur_free(z);
    ur_free(s);
    ur_free(NULL);
    ur_free_aligned(NULL);
    assert_null(ur_alloc(SIZE_MAX));
    assert_null(ur_alloc_aligned(SIZE_MAX - 8));
    unroll_set_allocator(counting, free);
    count = 0;
    fail_at = 1;
    assert_null(ur_alloc(8));
    ur_free(ur_alloc(8));
    assert_int_equal(count, 2);
    unroll_set_allocator(NULL, NULL);
}

static int build(ur_arena *a, jmp_buf *trap, ur_err *e)
{
    a->trap = trap;
    a->err = e;
    if (setjmp(*trap)) {
        ur_arena_free(a);
        return e->code;
    }
    for (int i = 0; i < 2000; i++) {
        char *p = ur_arena_alloc(a, (size_t)i * 37 % 5000);
        assert_int_equal((uintptr_t)p % 16, 0);
        assert_int_equal(p[0], 0);
        memset(p, 0xEE, (size_t)i * 37 % 5000 + 1);
    }
    int *v = NULL, cap = 0;
    for (int i = 0; i < 10000; i++) {
        UR_GROW(a, v, i, cap);
        v[i] = i;
    }
    for (int i = 0; i < 10000; i++)
        assert_int_equal(v[i], i);
    assert_string_equal(ur_arena_strndup(a, "hello", 4), "hell");
    assert_string_equal(ur_arena_printf(a, "%d-%s", 7, "x"), "7-x");
    ur_arena_alloc(a, 1 << 20);
    ur_arena_free(a);
    return 0;
}

static void the_arena_traps_every_failure(void **state)
{
    (void)state;
    unroll_set_allocator(counting, free);
    for (fail_at = 1;; fail_at++) {
        ur_arena a = { 0 };
        ur_err e = { 0 };
        jmp_buf trap;
        count = 0;
        int rc = build(&a, &trap, &e);
        if (count < fail_at) {
            assert_int_equal(rc, 0);
            break;
        }
        assert_int_equal(rc, UNROLL_ERROR_MEMORY);
        assert_string_equal(e.text, "out of memory");
    }
    assert_true(fail_at > 10);
    unroll_set_allocator(NULL, NULL);
}

static void huge_requests_are_out_of_memory(void **state)
{
    (void)state;
    ur_arena a = { 0 };
    ur_err e = { 0 };
    jmp_buf trap;
    volatile int trapped = 0;
    a.trap = &trap;
    a.err = &e;
    if (setjmp(trap))
        trapped++;
    else
        ur_arena_grow(&a, NULL, 16, 0, SIZE_MAX / 2);
    assert_int_equal(trapped, 1);
    ur_arena_free(&a);
}

static void buffers(void **state)
{
    (void)state;
    ur_buf b = { 0 };
    for (int i = 0; i < 1000; i++)
        ur_buf_printf(&b, "%d,", i);
    ur_buf_add(&b, "\0x", 2);
    assert_int_equal(b.n, 10 * 2 + 90 * 3 + 900 * 4 + 2);
    assert_int_equal(b.s[b.n], 0);
    assert_memory_equal(b.s, "0,1,2,", 6);
    ur_buf_free(&b);
    assert_null(b.s);
    unroll_set_allocator(counting, free);
    count = 0;
    fail_at = 2;
    for (int i = 0; i < 1000; i++)
        ur_buf_printf(&b, "%d,", i);
    assert_true(b.bad);
    assert_memory_equal(b.s, "0,1,", 4);
    ur_buf_free(&b);
    unroll_set_allocator(NULL, NULL);
}

static void edit_distances(void **state)
{
    (void)state;
    assert_int_equal(ur_edit_distance("", ""), 0);
    assert_int_equal(ur_edit_distance("kitten", "sitting"), 3);
    assert_int_equal(ur_edit_distance("Wx", "W"), 1);
    assert_int_equal(ur_edit_distance("", "abc"), 3);
    assert_int_equal(ur_edit_distance("flaw", "lawn"), 2);
    assert_int_equal(ur_edit_distance("recrod", "record"), 1);
    assert_int_equal(ur_edit_distance("abcd", "badc"), 2);
    assert_int_equal(ur_edit_distance("ca", "abc"), 3);
    char a[200], b[200];
    memset(a, 'a', 199);
    memset(b, 'b', 199);
    a[199] = b[199] = 0;
    assert_true(ur_edit_distance(a, b) == SIZE_MAX); /* no letter is shared: none is meant by the other */
    a[0] = 'b';
    assert_int_equal(ur_edit_distance(a, b), 63);
}

static void utf8(void **state)
{
    (void)state;
    static const char *const good[] = { "", "plain text of some length", "\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "€uro 日本" };
    static const struct { const char *s; size_t at; } bad[] = {
        { "\x80", 0 }, { "abc\xFF", 3 }, { "\xC0\x80", 0 }, { "\xC1\xBF", 0 }, { "\xE0\x9F\xBF", 0 }, { "\xED\xA0\x80", 0 }, { "\xF0\x8F\xBF\xBF", 0 },
        { "\xF4\x90\x80\x80", 0 }, { "\xF5\x80\x80\x80", 0 }, { "12345678\xE2\x82", 8 }, { "1234567\xC3(", 7 }, { "ab\xE2\x28\xA1", 2 },
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(ur_utf8_valid(good[i], strlen(good[i]), NULL));
    assert_true(ur_utf8_valid("a\0b", 3, NULL));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        size_t at = 99;
        assert_false(ur_utf8_valid(bad[i].s, strlen(bad[i].s), &at));
        assert_int_equal(at, bad[i].at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_error_stays), cmocka_unit_test(long_errors_end_in_a_whole_character), cmocka_unit_test(blocks), cmocka_unit_test(sizes),
        cmocka_unit_test(the_arena_traps_every_failure), cmocka_unit_test(huge_requests_are_out_of_memory), cmocka_unit_test(buffers),
        cmocka_unit_test(edit_distances), cmocka_unit_test(utf8),
    };
    return cmocka_run_group_tests_name("base/memory", tests, NULL, NULL);
}
