/* Every allocation of the data room made to fail in turn: a clean error, nothing leaked (run under ASan). */
#include "schema.h"

static int use(const world *w, const char *const *spec, int n, const ur_read_options *o, ur_err *e)
{
    ur_raw *r = NULL, *a = NULL, *b = NULL, *j = NULL;
    ur_examples *x = NULL;
    ur_code c[8] = { 0 };
    int rc = ur_raw_read(&r, &w->g, spec, n, o, e);
    size_t units = rc ? 0 : ur_raw_units(&w->g, r);
    if (!rc)
        rc = ur_raw_slice(&a, &w->g, r, 0, units / 2, e);
    if (!rc)
        rc = ur_raw_slice(&b, &w->g, r, units / 2, units, e);
    if (!rc)
        rc = ur_raw_join(&j, &w->g, a, b, e);
    if (!rc)
        rc = ur_code_learn(c, &w->g, a, 0, 0, e);
    if (!rc)
        rc = ur_encode(&x, &w->g, j, c, true, false, false, NULL, e);
    ur_examples_free(x);
    ur_code_free(c, w->g.ndata);
    ur_raw_free(r);
    ur_raw_free(a);
    ur_raw_free(b);
    ur_raw_free(j);
    return rc;
}

static void each_fails(const world *w, const char *const *spec, int n, const ur_read_options *o)
{
    unroll_set_allocator(counted_realloc, free);
    for (fail_at = 1;; fail_at++) {
        ur_err e = { 0 };
        allocations = 0;
        int rc = use(w, spec, n, o, &e);
        if (allocations < fail_at) {
            if (rc)
                fail_msg("%s", e.text);
            break;
        }
        if (rc != UNROLL_ERROR_MEMORY || e.code != rc)
            fail_msg("allocation %ld: %d %s", fail_at, rc, e.text);
    }
    unroll_set_allocator(NULL, NULL);
    assert_true(fail_at > 50);
    fail_at = 0;
}

static void columns(void **state)
{
    (void)state;
    world w;
    const char *const spec[] = { "a.conllu", "word=FORM", "char=FORM", "tag=UPOS" };
    world_new(&w);
    add(&w, "word", UR_SYMBOL, 0, "t", false);
    add(&w, "tag", UR_SYMBOL, 0, "t", true);
    add(&w, "char", UR_CHARS, 0, "tk", false);
    put("a.conllu", "# c\n1\tab\t_\tX\t_\t_\t_\t_\t_\t_\n2\tc\t_\tY\t_\t_\t_\t_\t_\t_\n\n1\tab\t_\tX\t_\t_\t_\t_\t_\t_\n");
    each_fails(&w, spec, 4, NULL);
}

static void tables(void **state)
{
    (void)state;
    world w; ur_read_options o = { .group = "g" };
    world_new(&w);
    add(&w, "y", UR_REAL, 1, "t", true);
    add(&w, "v", UR_REAL, 2, "t", false);
    add(&w, "l", UR_SYMBOL, 0, "", true);
    add(&w, "c", UR_CHARS, 0, "tk", true);
    add(&w, "s", UR_WORDS, 0, "s", true);
    put("a.csv", "g,y,v1,v2,l,c,s,date\n1,1,2,3,a,bcd,e f,2020-01-01\n2,,,,b,x,y z,2020-01-02\n1,5,6,7,a,q,e f,2020-01-03\n3,5,6,7,r,,e,2020-01-03\n4,5,6,7,r,,e,2020-01-03\n");
    put("b.csv", "y,v1,v2,l,c,s,date\n1,2,3,a,bcd,e f,2020-01-01\n2,3,4,,,,\n");
    const char *const a[] = { "a.csv" }, *const b[] = { "b.csv", "y=\"v1\"" };
    each_fails(&w, a, 1, &o);
    each_fails(&w, b, 2, NULL);
}

static void texts(void **state)
{
    (void)state;
    world w; ur_read_options o = { .stream = true };
    world_new(&w);
    add(&w, "c", UR_CHARS, 0, "tk", true);
    add(&w, "s", UR_WORDS, 0, "s", true);
    add(&w, "y", UR_REAL, 1, "s", true);
    put("a.txt", "ab c\nd\nee ff g\n\n");
    put("b.txt", "1 2\n3\n4 5 6\n\n");
    const char *const spec[] = { "c=a.txt", "s=b.txt", "y=b.txt" };
    each_fails(&w, spec, 3, NULL);
    each_fails(&w, spec + 2, 1, &o);
}

/* two symbols for each of three examples, one of them missing */
static void put_npy(const char *path)
{
    static const char head[] = "\x93NUMPY\1\0\101\0{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2)}       \n";
    static const double v[] = { 1, 2, 300, __builtin_nan(""), 2, 1 };
    char b[sizeof head - 1 + sizeof v];
    memcpy(b, head, sizeof head - 1);
    memcpy(b + sizeof head - 1, v, sizeof v);
    put_bytes(path, b, sizeof b);
}

static void array_files(void **state)
{
    (void)state;
    world w;
    world_new(&w);
    add(&w, "x", UR_REAL, 2, "tk", true);
    add(&w, "l", UR_SYMBOL, 0, "t", true);
    put_bytes("x.idx", "\0\0\x08\4\0\0\0\3\0\0\0\2\0\0\0\2\0\0\0\2abcdefghijklmnopqrstuvwx", 44);
    put_npy("l.npy");
    const char *const spec[] = { "x=x.idx", "l=l.npy" };
    each_fails(&w, spec, 2, NULL);
}

static void pieces(void **state)
{
    (void)state;
    world w; ur_read_options o = { .stream = true };
    world_new(&w);
    add(&w, "c", UR_PIECES, 0, "tk", true);
    add(&w, "s", UR_PIECES, 0, "s", true);
    put("a.txt", "ab c\nd\nee ff g\n\n");
    put("b.txt", "a b a long line that needs its memory\nc\nd\n\n");
    const char *const spec[] = { "c=a.txt", "s=b.txt" };
    each_fails(&w, spec, 2, NULL);
    each_fails(&w, spec, 2, &o);
}

static int arrays_once(const world *w, ur_err *e)
{
    const size_t t[] = { 2, 1 }, k[] = { 1, 0, 3 };
    const double v[] = { 1, 2, 3, __builtin_nan("") };
    const char *const text[] = { "a", "b", NULL }, *const words[] = { "a bc", "d" };
    ur_raw *r = NULL;
    int rc = ur_raw_new(&r, &w->g, 2, e);
    if (!rc)
        rc = ur_raw_set_numbers(r, &w->g, 0, t, v, e);
    if (!rc)
        rc = ur_raw_set_numbers(r, &w->g, 1, k, v, e);
    if (!rc)
        rc = ur_raw_set_texts(r, &w->g, 2, t, text, e);
    if (!rc)
        rc = ur_raw_set_texts(r, &w->g, 3, NULL, words, e);
    ur_raw_free(r);
    return rc;
}

static void arrays(void **state)
{
    (void)state;
    world w;
    world_new(&w);
    add(&w, "y", UR_REAL, 1, "t", true);
    add(&w, "x", UR_REAL, 1, "tk", true);
    add(&w, "l", UR_SYMBOL, 0, "t", true);
    add(&w, "c", UR_CHARS, 0, "s", true);
    unroll_set_allocator(counted_realloc, free);
    for (fail_at = 1;; fail_at++) {
        ur_err e = { 0 };
        allocations = 0;
        int rc = arrays_once(&w, &e);
        if (allocations < fail_at) {
            assert_int_equal(rc, 0);
            break;
        }
        assert_int_equal(rc, UNROLL_ERROR_MEMORY);
    }
    unroll_set_allocator(NULL, NULL);
    fail_at = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(columns), cmocka_unit_test(tables), cmocka_unit_test(texts), cmocka_unit_test(pieces), cmocka_unit_test(arrays), cmocka_unit_test(array_files) };
    return cmocka_run_group_tests_name("data/memory", tests, folder_make, folder_remove);
}
