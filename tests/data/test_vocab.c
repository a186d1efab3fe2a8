/* Vocabularies: strings of every length, one by one and many at a time, copies. */
#include "schema.h"
#include "data/parts.h"

enum { N = 30000 };

/* the i-th string: all lengths from 0 to 40 and some around 255, many that differ in one byte */
static size_t text(size_t i, char *s)
{
    size_t n = i % 41 ? i % 41 : i % 7 ? i % 5 : 250 + i % 11;
    memset(s, 'a', n);
    for (size_t k = 0, v = i / 41; k < 3 && n; k++, v /= 26)
        s[(k * 7 + i) % n] = (char)(v % 26 + (i % 3 ? 'a' : 0));     /* NUL bytes among them */
    return n;
}

/* the first string that is the i-th, by looking at all before: as slow as it is plain */
static void ids_are_those_of_meeting(void **state)
{
    (void)state;
    enum { FEW = 3000 };
    static char s[FEW][300];
    static size_t n[FEW];
    static int want[FEW];
    ur_vocab *v, *c;
    ur_err e = { 0 };
    int next = UR_SYM_FIRST;
    assert_int_equal(ur_vocab_new(&v, &e), 0);
    for (int i = 0; i < FEW; i++) {
        n[i] = text((size_t)i, s[i]);
        want[i] = 0;
        for (int k = 0; k < i && !want[i]; k++)
            if (n[k] == n[i] && memcmp(s[k], s[i], n[i]) == 0)
                want[i] = want[k];
        assert_int_equal(ur_vocab_find(v, s[i], n[i]), want[i]);
        if (!want[i])
            want[i] = next++;
        assert_int_equal(ur_vocab_add(v, s[i], n[i], &e), want[i]);
    }
    assert_int_equal(ur_vocab_size(v), next);
    assert_int_equal(ur_vocab_copy(&c, v, &e), 0);
    ur_vocab_free(v);
    for (int i = 0; i < FEW; i++) {
        size_t m;
        const char *p = ur_vocab_entry(c, want[i], &m);
        assert_true(ur_vocab_find(c, s[i], n[i]) == want[i] && m == n[i] && memcmp(p, s[i], m) == 0 && p[m] == 0);
    }
    assert_int_equal(ur_vocab_add(c, "new", 3, &e), next);      /* a copy grows on its own */
    assert_int_equal(ur_vocab_find(c, "new", 3), next);
    assert_int_equal(ur_vocab_find(c, "<end>", 5), UR_SYM_UNKNOWN);
    ur_vocab_free(c);
}

static void many_are_as_one_by_one(void **state)
{
    (void)state;
    char s[300];
    static ur_slice slice[N];
    static int32_t id[N];
    ur_vocab *v, *m;
    ur_err e = { 0 };
    assert_int_equal(ur_vocab_new(&v, &e), 0);
    assert_int_equal(ur_vocab_new(&m, &e), 0);
    for (size_t i = 0; i < N; i++) {
        size_t n = text(i * 7919 % N, s);
        char *exact = malloc(n + 1);     /* a block of its own: the sanitizers see what is read too far */
        assert_non_null(exact);
        slice[i] = (ur_slice){ memcpy(exact + 1, s, n), n };
    }
    for (size_t i = 0, k = 1; i < N; i += k, k = k % 150 + 1)
        assert_int_equal(ur_vocab_add_many(m, slice + i, i + k < N ? k : N - i, id + i, &e), 0);
    for (size_t i = 0; i < N; i++)
        assert_int_equal(ur_vocab_add(v, slice[i].s, slice[i].n, &e), id[i]);
    assert_int_equal(ur_vocab_size(v), ur_vocab_size(m));
    for (size_t i = 0; i < N; i++)
        free((char *)slice[i].s - 1);
    ur_vocab_free(v);
    ur_vocab_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(ids_are_those_of_meeting), cmocka_unit_test(many_are_as_one_by_one) };
    return cmocka_run_group_tests_name("data/vocab", tests, NULL, NULL);
}
