/* Raw examples from arrays: shapes, and lengths that must agree. */
#include "schema.h"
#include <math.h>

static ur_raw *fresh(const world *w, size_t n)
{
    ur_raw *r = NULL;
    ur_err e = { 0 };
    if (ur_raw_new(&r, &w->g, n, &e))
        fail_msg("%s", e.text);
    return r;
}

#define FAILS(call, want, what) \
    do { ur_err e = { 0 }; assert_int_equal(call, want); if (!strstr(e.text, what)) fail_msg("not in the message: %s\nwhich is: %s", what, e.text); } while (0)
#define WORKS(call) do { ur_err e = { 0 }; if (call) fail_msg("%s", e.text); } while (0)

static void numbers_and_texts(void **state)
{
    (void)state;
    world w;
    world_new(&w);
    int y = add(&w, "y", UR_REAL, 2, "t", true), l = add(&w, "label", UR_SYMBOL, 0, "", true), c = add(&w, "c", UR_CHARS, 0, "s", false);
    int tag = add(&w, "tag", UR_SYMBOL, 0, "t", true), n = add(&w, "n", UR_COUNT, 1, "t", false);
    ur_raw *r = fresh(&w, 3);
    const size_t len[] = { 2, 0, 1 };
    const double v[] = { 1, 2, 3, NAN, 5, 6 };
    const char *const label[] = { "a", NULL, "b" }, *const text[] = { "xy", NULL, "é" }, *const tags[] = { "N", "V", "N" };
    WORKS(ur_raw_set_numbers(r, &w.g, y, len, v, &e));
    WORKS(ur_raw_set_texts(r, &w.g, l, NULL, label, &e));
    WORKS(ur_raw_set_texts(r, &w.g, c, NULL, text, &e));
    WORKS(ur_raw_set_texts(r, &w.g, tag, NULL, tags, &e));   /* lengths from y */
    assert_int_equal(r->col[y].raw.start[3], 3);
    assert_true(seen(r, y, 0) && !seen(r, y, 1) && r->col[y].raw.num[2] == 3);
    assert_true(!seen(r, l, 1) && seen(r, l, 2));
    assert_int_equal(r->extent[S].len[1], 0);
    assert_string_equal(symbol(r, c, 2), "é");
    assert_string_equal(symbol(r, tag, 1), "V");
    const double whole[] = { 0, 4, 7 }, half[] = { 0, 0.5, 1 }, endless[] = { 1, 2, 3, 4, 5, INFINITY };
    WORKS(ur_raw_set_numbers(r, &w.g, n, len, whole, &e));
    FAILS(ur_raw_set_numbers(r, &w.g, n, len, half, &e), UNROLL_ERROR_DATA, "n: example 1, position 2: 0.5 is not a count");
    FAILS(ur_raw_set_numbers(r, &w.g, y, len, endless, &e), UNROLL_ERROR_DATA, "y: example 3, position 1: inf is not finite");
    assert_true(r->col[n].raw.num[2] == 7 && r->col[y].raw.num[5] == 6);      /* as it was */
    const size_t other[] = { 2, 0, 2 };
    const double more[] = { 1, 2, 3, 4 };
    FAILS(ur_raw_set_numbers(r, &w.g, n, other, more, &e), UNROLL_ERROR_DATA, "example 3: n has 2 positions along t, y has 1");
    FAILS(ur_raw_set_numbers(r, &w.g, tag, len, v, &e), UNROLL_ERROR_USAGE, "tag is made of symbols");
    FAILS(ur_raw_set_texts(r, &w.g, y, len, tags, &e), UNROLL_ERROR_USAGE, "y is made of numbers");
    FAILS(ur_raw_set_numbers(r, &w.g, 77, len, v, &e), UNROLL_ERROR_USAGE, "no data number 77");
    FAILS(ur_raw_set_texts(r, &w.g, -1, len, tags, &e), UNROLL_ERROR_USAGE, "no data number");
    const char *const wrong[] = { "a", "\xFF", "b" };
    FAILS(ur_raw_set_texts(r, &w.g, tag, len, wrong, &e), UNROLL_ERROR_DATA, "tag: example 1, position 2: the text is not UTF-8");
    FAILS(ur_raw_set_texts(r, &w.g, c, NULL, wrong, &e), UNROLL_ERROR_DATA, "c: example 2: byte 1 of the text is not UTF-8");
    FAILS(ur_raw_set_texts(r, &w.g, l, len, label, &e), UNROLL_ERROR_USAGE, "label has no index");
    ur_raw_drop(r, &w.g, y);
    assert_non_null(r->extent[T].len);
    ur_raw_drop(r, &w.g, tag);
    ur_raw_drop(r, &w.g, n);
    assert_null(r->extent[T].len);
    FAILS(ur_raw_set_texts(r, &w.g, tag, NULL, tags, &e), UNROLL_ERROR_USAGE, "tag: the lengths along t are not known");
    WORKS(ur_raw_set_numbers(r, &w.g, n, other, more, &e));
    assert_int_equal(r->extent[T].len[2], 2);
    ur_raw_free(r);
}

static void nested_and_crossed(void **state)
{
    (void)state;
    world w;
    world_new(&w);
    int x = add(&w, "x", UR_RAW, 1, "tk", false), y = add(&w, "y", UR_RAW, 1, "t", false), c = add(&w, "c", UR_CHARS, 0, "tk", false);
    int z = add(&w, "z", UR_RAW, 1, "st", false), q = add(&w, "q", UR_RAW, 1, "s", false), wd = add(&w, "wd", UR_WORDS, 0, "tk", false);
    ur_raw *r = fresh(&w, 2);
    const size_t t[] = { 2, 1 }, k[] = { 1, 0, 3 }, s[] = { 3, 2 };
    const double v[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    const char *const text[] = { "a bc", "def" };
    FAILS(ur_raw_set_numbers(r, &w.g, x, k, v, &e), UNROLL_ERROR_USAGE, "x: the lengths along t are not known");
    WORKS(ur_raw_set_numbers(r, &w.g, y, t, v, &e));
    WORKS(ur_raw_set_numbers(r, &w.g, x, k, v, &e));
    assert_int_equal(r->col[x].raw.start[1], 1);
    assert_int_equal(r->col[x].raw.start[2], 4);
    assert_int_equal(r->extent[K].first[3], 4);
    FAILS(ur_raw_set_texts(r, &w.g, c, NULL, text, &e), UNROLL_ERROR_DATA, "c has 2 positions along k at position 2 of all of t, x has 0");
    ur_raw_drop(r, &w.g, x);
    WORKS(ur_raw_set_texts(r, &w.g, c, NULL, text, &e));
    assert_int_equal(r->extent[K].len[1], 2);
    FAILS(ur_raw_set_texts(r, &w.g, wd, NULL, text, &e), UNROLL_ERROR_UNSUPPORTED, "only chars and pieces can be cut along two indices");
    FAILS(ur_raw_set_numbers(r, &w.g, z, NULL, v, &e), UNROLL_ERROR_USAGE, "the lengths along s are not known");
    WORKS(ur_raw_set_numbers(r, &w.g, q, s, v, &e));
    FAILS(ur_raw_set_numbers(r, &w.g, z, s, v, &e), UNROLL_ERROR_USAGE, "z is carried along several indices");
    WORKS(ur_raw_set_numbers(r, &w.g, z, NULL, v, &e));
    assert_int_equal(r->col[z].raw.start[1], 6);
    assert_int_equal(r->col[z].raw.start[2], 8);
    ur_raw_free(r);
}

static void axes_follow_aliases(void **state)
{
    (void)state;
    ur_index index[] = { { "t", false, 0, -1, -1 }, { "u", false, 0, -1, 0 }, { "k", false, 0, 1, -1 } };
    ur_datum data[] = { { .name = "a", .kind = UR_SYMBOL, .nidx = 2, .idx = { 2, 1 }, .drawn = true }, { .name = "b", .kind = UR_REAL, .size = 1, .nidx = 1, .idx = { 1 } } };
    ur_schema g = { 3, index, 2, data };
    int axis[UR_MAX_RAGGED];
    assert_int_equal(ur_datum_axes(&g, &data[0], axis), 2);
    assert_int_equal(axis[0], 0);
    assert_int_equal(axis[1], 2);
    assert_true(ur_datum_carries(&g, &data[1], 0) && ur_datum_carries(&g, &data[1], 1) && !ur_datum_carries(&g, &data[1], 2));
    assert_true(ur_index_ends(&g, 2));
    assert_false(ur_index_ends(&g, 0) || ur_index_ends(&g, 1));
    data[0].drawn = false;
    assert_false(ur_index_ends(&g, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_and_texts), cmocka_unit_test(nested_and_crossed), cmocka_unit_test(axes_follow_aliases),
    };
    return cmocka_run_group_tests_name("data/raw", tests, NULL, NULL);
}
