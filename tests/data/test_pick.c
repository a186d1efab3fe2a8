/* Choosing examples, nested ones too, is cutting them out one by one and joining them; and which examples say the same. */
#include "schema.h"
#include <math.h>

#define WORKS(call) do { ur_err e = { 0 }; if (call) fail_msg("%s", e.text); } while (0)

/* four examples: words and their letters, a number along s, a label */
static void make(world *w, ur_raw **r)
{
    static const char *const text[] = { "ab c", "d", "ab c", "" }, *const label[] = { "x", "y", "z", "x" };
    static const size_t len[] = { 2, 0, 2, 1 };
    static const double num[] = { 1, NAN, 1, NAN, 3 };
    world_new(w);
    int word = add(w, "word", UR_CHARS, 0, "tk", false), y = add(w, "y", UR_REAL, 1, "s", false), l = add(w, "label", UR_SYMBOL, 0, "", true);
    WORKS(ur_raw_new(r, &w->g, 4, &e));
    WORKS(ur_raw_set_texts(*r, &w->g, word, NULL, text, &e));
    WORKS(ur_raw_set_numbers(*r, &w->g, y, len, num, &e));
    WORKS(ur_raw_set_texts(*r, &w->g, l, NULL, label, &e));
}

static void same(const ur_raw *a, const ur_raw *b, const world *w)
{
    for (int d = 0; d < w->g.ndata; d++) {
        const ur_series *p = &a->col[d].raw, *q = &b->col[d].raw;
        assert_int_equal(p->nrow, q->nrow);
        assert_memory_equal(p->start, q->start, (a->n + 1) * sizeof(size_t));
        for (size_t i = 0; i < p->nrow; i++) {
            assert_int_equal(seen(a, d, i), seen(b, d, i));
            if (!seen(a, d, i)) continue;
            if (p->num) assert_true(p->num[i] == q->num[i]);
            else assert_string_equal(symbol(a, d, i), symbol(b, d, i));
        }
    }
    size_t words = 0;
    for (size_t k = 0; k < a->n; k++) {
        assert_int_equal(a->extent[T].len[k], b->extent[T].len[k]);
        assert_int_equal(a->extent[S].len[k], b->extent[S].len[k]);
        words += (size_t)a->extent[T].len[k];
    }
    assert_memory_equal(a->extent[K].first, b->extent[K].first, (words + 1) * sizeof(size_t));
}

static void chosen(void **state)
{
    (void)state;
    static const size_t which[] = { 2, 3, 0, 0, 1 };
    world w;
    ur_raw *r, *p, *j = NULL;
    make(&w, &r);
    WORKS(ur_raw_pick(&p, &w.g, r, which, 5, &e));
    for (size_t k = 0; k < 5; k++) {
        ur_raw *one, *more;
        WORKS(ur_raw_slice(&one, &w.g, r, which[k], which[k] + 1, &e));
        if (!j) { j = one; continue; }
        if (j->n == 1) {                                 /* two single examples would be joined by time */
            static const size_t two[] = { 2, 3 };
            ur_raw_free(j);
            WORKS(ur_raw_slice(&j, &w.g, r, two[0], two[1] + 1, &e));
        } else {
            WORKS(ur_raw_join(&more, &w.g, j, one, &e));
            ur_raw_free(j);
            j = more;
        }
        ur_raw_free(one);
    }
    assert_int_equal(p->n, 5);
    same(p, j, &w);
    ur_raw_free(j);
    ur_raw_free(p);
    WORKS(ur_raw_pick(&p, &w.g, r, NULL, 0, &e));
    assert_int_equal(p->n, 0);
    ur_raw_free(p);
    ur_raw_free(r);
}

static void alike(void **state)
{
    (void)state;
    world w;
    ur_raw *r;
    size_t of[4], lead[4], n;
    bool ignore[8] = { 0 };
    make(&w, &r);
    WORKS(ur_raw_alike(&w.g, r, ignore, of, lead, &n, &e));
    assert_int_equal(n, 4);
    ignore[2] = true;                                    /* but for the label the first and the third are one */
    WORKS(ur_raw_alike(&w.g, r, ignore, of, lead, &n, &e));
    assert_int_equal(n, 3);
    static const size_t want_of[] = { 0, 1, 0, 2 }, want_lead[] = { 0, 1, 3 };
    assert_memory_equal(of, want_of, sizeof want_of);
    assert_memory_equal(lead, want_lead, sizeof want_lead);
    ignore[0] = ignore[1] = true;
    WORKS(ur_raw_alike(&w.g, r, ignore, of, lead, &n, &e));
    assert_int_equal(n, 1);
    ur_raw_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(chosen), cmocka_unit_test(alike) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
