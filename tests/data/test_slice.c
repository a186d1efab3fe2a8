/* Slices: by example, or by time where there is one; joined again they are the whole. */
#include "schema.h"
#include <math.h>

#define WORKS(call) do { ur_err e = { 0 }; if (call) fail_msg("%s", e.text); } while (0)

static void same_raw(const world *w, const ur_raw *a, const ur_raw *b)
{
    assert_int_equal(a->n, b->n);
    for (int i = 0; i < w->g.nindex; i++) {
        size_t n = w->g.index[i].parent < 0 ? a->n : 0;
        assert_int_equal(!a->extent[i].len, !b->extent[i].len);
        if (!a->extent[i].len)
            continue;
        for (size_t k = 0; w->g.index[i].parent >= 0 && k < a->n; k++)
            n += (size_t)a->extent[w->g.index[i].parent].len[k];
        assert_memory_equal(a->extent[i].len, b->extent[i].len, n * sizeof(int32_t));
        if (a->extent[i].first)
            assert_memory_equal(a->extent[i].first, b->extent[i].first, (n + 1) * sizeof(size_t));
    }
    for (int d = 0; d < w->g.ndata; d++) {
        const ur_series *p = &a->col[d].raw, *q = &b->col[d].raw;
        assert_int_equal(a->col[d].present, b->col[d].present);
        if (!a->col[d].present)
            continue;
        assert_int_equal(p->nrow, q->nrow);
        assert_memory_equal(p->start, q->start, (a->n + 1) * sizeof(size_t));
        for (size_t i = 0; i < p->nrow; i++) {
            assert_int_equal(seen(a, d, i), seen(b, d, i));
            if (p->num)
                assert_true(p->num[i] == q->num[i] || (isnan(p->num[i]) && isnan(q->num[i])));
            else
                assert_string_equal(symbol(a, d, i), symbol(b, d, i));
        }
    }
    assert_int_equal(a->nwhen, b->nwhen);
    if (a->when)
        assert_memory_equal(a->when, b->when, a->nwhen * sizeof(double));
    if (a->label)
        for (size_t k = 0; k < a->n; k++)
            assert_string_equal(a->label[k], b->label[k]);
}

/* every cut of the whole in two */
static void cut_and_join(const world *w, const ur_raw *r)
{
    size_t n = ur_raw_units(&w->g, r);
    for (size_t k = 0; k <= n; k++) {
        ur_raw *a, *b, *j;
        WORKS(ur_raw_slice(&a, &w->g, r, 0, k, &e));
        WORKS(ur_raw_slice(&b, &w->g, r, k, n, &e));
        WORKS(ur_raw_join(&j, &w->g, a, b, &e));
        if (r->n == 1 || (a->n != 1 && b->n != 1))
            same_raw(w, r, j);
        ur_raw_free(a);
        ur_raw_free(b);
        ur_raw_free(j);
    }
}

static void by_time(void **state)
{
    (void)state;
    world w; ur_raw *r, *s;
    world_new(&w);
    int y = add(&w, "y", UR_REAL, 1, "t", true), z = add(&w, "z", UR_SYMBOL, 0, "s", true), l = add(&w, "l", UR_SYMBOL, 0, "", false);
    int c = add(&w, "c", UR_CHARS, 0, "tk", false);
    put("a.csv", "y,z,l,c,date\n1,a,m,xy,2020-01-01\n2,b,m,,2020-01-02\n,c,m,xyz,2020-01-03\n4,a,m,q,2020-01-04\n");
    GOOD(&w, &r, NULL, "a.csv");
    assert_int_equal(ur_raw_units(&w.g, r), 4);
    WORKS(ur_raw_slice(&s, &w.g, r, 1, 3, &e));
    assert_int_equal(s->n, 1);
    assert_int_equal(s->extent[T].len[0], 2);
    assert_int_equal(s->extent[S].len[0], 2);
    assert_true(s->col[y].raw.num[0] == 2 && isnan(s->col[y].raw.num[1]) && !seen(s, y, 1));
    assert_string_equal(symbol(s, z, 1), "c");
    assert_string_equal(symbol(s, l, 0), "m");
    assert_int_equal(s->col[c].raw.nrow, 3);
    assert_int_equal(s->extent[K].len[0], 0);
    assert_int_equal(s->extent[K].first[2], 3);
    assert_true(s->nwhen == 2 && s->when[0] == 1577923200);
    assert_int_equal(s->ncolumns, 5);
    ur_raw_free(s);
    cut_and_join(&w, r);
    ur_err bad = { 0 };
    assert_int_equal(ur_raw_slice(&s, &w.g, r, 2, 5, &bad), UNROLL_ERROR_USAGE);
    assert_int_equal(ur_raw_slice(&s, &w.g, r, 3, 2, NULL), UNROLL_ERROR_USAGE);
    ur_raw_free(r);
}

static void by_example(void **state)
{
    (void)state;
    world w; ur_raw *r, *s; ur_read_options o = { .group = "g" };
    world_new(&w);
    int y = add(&w, "y", UR_REAL, 1, "t", true), c = add(&w, "c", UR_CHARS, 0, "tk", false), l = add(&w, "l", UR_SYMBOL, 0, "", false);
    add(&w, "absent", UR_REAL, 1, "t", true);
    put("a.csv", "g,y,c,l,year\np,1,ab,A,1\nq,2,c,B,2\np,3,,A,3\nr,,xyz,C,4\nr,5,ab,C,5\ns,7,z,D,6\n");
    GOOD(&w, &r, &o, "a.csv");
    assert_int_equal(ur_raw_units(&w.g, r), 4);
    WORKS(ur_raw_slice(&s, &w.g, r, 1, 3, &e));
    assert_int_equal(s->n, 2);
    assert_string_equal(s->label[1], "r");
    assert_true(s->col[y].raw.start[1] == 1 && s->col[y].raw.num[2] == 5);
    assert_int_equal(s->extent[K].first[3], 6);
    assert_int_equal(s->col[c].raw.start[2], 6);
    assert_string_equal(symbol(s, l, 0), "B");
    assert_true(s->nwhen == 3 && s->when[2] == 5);
    ur_raw_free(s);
    cut_and_join(&w, r);
    ur_raw_free(r);
}

static void a_product_of_roots(void **state)
{
    (void)state;
    world w; ur_raw *r, *s;
    world_new(&w);
    int y = add(&w, "y", UR_RAW, 1, "t", false), q = add(&w, "q", UR_RAW, 1, "s", false), z = add(&w, "z", UR_RAW, 1, "ts", false);
    const size_t t[] = { 3 }, u[] = { 2 };
    const double v[] = { 0, 1, 10, 11, 20, 21 };
    WORKS(ur_raw_new(&r, &w.g, 1, &e));
    WORKS(ur_raw_set_numbers(r, &w.g, y, t, v, &e));
    WORKS(ur_raw_set_numbers(r, &w.g, q, u, v, &e));
    WORKS(ur_raw_set_numbers(r, &w.g, z, NULL, v, &e));
    WORKS(ur_raw_slice(&s, &w.g, r, 1, 2, &e));
    assert_int_equal(s->col[z].raw.nrow, 2);
    assert_true(s->col[z].raw.num[0] == 10 && s->col[z].raw.num[1] == 11);
    assert_int_equal(s->extent[S].len[0], 2);
    ur_raw_free(s);
    ur_raw_free(r);
}

static void symbols_of_both_parts(void **state)
{
    (void)state;
    world w; ur_raw *a, *b, *j;
    world_new(&w);
    int c = add(&w, "c", UR_CHARS, 0, "t", true);
    ur_read_options o = { .stream = true };
    put("a.txt", "ab");
    put("b.txt", "cab");
    GOOD(&w, &a, &o, "c=a.txt");
    GOOD(&w, &b, &o, "c=b.txt");
    WORKS(ur_raw_join(&j, &w.g, a, b, &e));
    static const char *const want[] = { "a", "b", "c", "a", "b" };
    assert_int_equal(j->extent[T].len[0], 5);
    assert_true(j->stream);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(symbol(j, c, i), want[i]);
    ur_raw_free(a);
    ur_raw_free(b);
    ur_raw_free(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_time), cmocka_unit_test(by_example), cmocka_unit_test(a_product_of_roots), cmocka_unit_test(symbols_of_both_parts),
    };
    return cmocka_run_group_tests_name("data/slice", tests, folder_make, folder_remove);
}
