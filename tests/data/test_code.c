/* Vocabularies, scales, encoding, end symbols. */
#include "schema.h"
#include <math.h>

#define WORKS(call) do { ur_err e = { 0 }; if (call) fail_msg("%s", e.text); } while (0)

static void vocabularies(void **state)
{
    (void)state;
    ur_vocab *v;
    WORKS(ur_vocab_new(&v, &e));
    assert_int_equal(ur_vocab_size(v), 3);
    assert_int_equal(ur_vocab_find(v, "<end>", 5), UR_SYM_UNKNOWN);
    assert_int_equal(ur_vocab_add(v, "", 0, NULL), 3);
    assert_int_equal(ur_vocab_add(v, "a\0b", 3, NULL), 4);
    assert_int_equal(ur_vocab_add(v, "a", 1, NULL), 5);
    assert_int_equal(ur_vocab_add(v, "", 0, NULL), 3);
    assert_int_equal(ur_vocab_find(v, "a\0b", 3), 4);
    char s[20];
    for (int i = 0; i < 100000; i++) {
        int n = snprintf(s, sizeof s, "w%d", i);
        assert_int_equal(ur_vocab_add(v, s, (size_t)n, NULL), 6 + i);
    }
    for (int i = 0; i < 100000; i += 7) {
        size_t len;
        int n = snprintf(s, sizeof s, "w%d", i);
        assert_int_equal(ur_vocab_find(v, s, (size_t)n), 6 + i);
        assert_string_equal(ur_vocab_entry(v, 6 + i, &len), s);
        assert_int_equal(len, n);
    }
    assert_string_equal(ur_vocab_entry(v, 1 << 30, NULL), "<unknown>");
    assert_string_equal(ur_vocab_entry(v, UR_SYM_END, NULL), "<end>");
    ur_vocab_free(v);
    ur_vocab_free(NULL);
}

static void scales_come_from_the_training_part(void **state)
{
    (void)state;
    world w; ur_raw *r, *train; ur_examples *x; ur_code c[4] = { 0 };
    world_new(&w);
    int y = add(&w, "y", UR_REAL, 1, "t", true), k = add(&w, "k", UR_REAL, 1, "t", false), z = add(&w, "z", UR_RAW, 1, "t", false), u = add(&w, "u", UR_REAL, 1, "t", false);
    put("a.csv", "y,k,z\n1,0.1,1\n3,0.1,2\n,0.1,3\n5,0.1,4\n100,7,5\n");
    GOOD(&w, &r, NULL, "a.csv");
    WORKS(ur_raw_slice(&train, &w.g, r, 0, 4, &e));
    WORKS(ur_code_learn(c, &w.g, train, 0, 0, &e));
    assert_true(c[y].mean[0] == 3 && fabs(c[y].scale[0] - sqrt(8.0 / 3)) < 1e-15);
    assert_true(c[k].mean[0] == 0.1 && c[k].scale[0] == 1);
    assert_true(c[z].mean[0] == 0 && c[z].scale[0] == 1 && c[u].scale[0] == 1);
    assert_int_equal(c[y].width, 1);
    assert_null(c[y].vocab);
    size_t unknown = 9;
    WORKS(ur_encode(&x, &w.g, r, c, true, false, false, &unknown, &e));
    assert_int_equal(unknown, 0);
    assert_int_equal(x->n, 1);
    assert_int_equal(x->extent[T].len[0], 5);
    assert_int_equal(x->extent[S].len[0], 0);
    assert_null(x->series[u].start);
    assert_true(fabs(x->series[y].num[4] - 97 / sqrt(8.0 / 3)) < 1e-12 && x->series[y].num[2] == 0 && x->series[y].seen[2] == 0 && x->series[y].seen[3] == 1);
    assert_true(x->series[k].num[0] == 0 && fabs(x->series[k].num[4] - 6.9) < 1e-12 && x->series[z].num[4] == 5);
    assert_null(x->series[z].seen);
    ur_examples_free(x);
    ur_code_free(c, 4);
    ur_raw_free(train);
    ur_raw_free(r);
    static const struct { const char *text; double mean, scale; } sizes[] = {        /* 3, −3, 3: mean 1, standard deviation √8 */
        { "y\n3e307\n-3e307\n3e307\n", 1e307, 2.8284271247461903e307 }, { "y\n3e-200\n-3e-200\n3e-200\n", 1e-200, 2.8284271247461903e-200 },
        { "y\n3e-300\n-3e-300\n3e-300\n", 1e-300, 2.8284271247461903e-300 }, { "y\n1000000000.003\n999999999.997\n1000000000.003\n", 1000000000.001, 2.8284271247461903e-3 },
        { "y\n0.1\n0.1\n0.1\n", 0.1, 1 } };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        put("a.csv", sizes[i].text);
        GOOD(&w, &r, NULL, "a.csv");
        WORKS(ur_code_learn(c, &w.g, r, 0, 0, &e));
        double tolerance = i == 3 ? 1e-4 : 1e-14;                            /* a double holds 1e9 to 1e-7 */
        assert_true(fabs(c[y].mean[0] / sizes[i].mean - 1) < 1e-14 && fabs(c[y].scale[0] / sizes[i].scale - 1) < tolerance);
        ur_code_free(c, 4);
        ur_raw_free(r);
    }
    ur_examples_free(NULL);
}

/* numbers that stay as they are lie where they were read; what is scaled, drawn (and so may be written over) or has gaps is a copy */
static void what_is_lent(void **state)
{
    (void)state;
    world w; ur_raw *r; ur_examples *x; ur_code c[4] = { 0 };
    world_new(&w);
    int y = add(&w, "y", UR_RAW, 1, "t", true), k = add(&w, "k", UR_REAL, 1, "t", false), z = add(&w, "z", UR_RAW, 1, "t", false), u = add(&w, "u", UR_RAW, 1, "t", false);
    put("a.csv", "y,k,z,u\n1,1,1,1\n2,2,2,\n3,4,3,3\n");
    GOOD(&w, &r, NULL, "a.csv");
    WORKS(ur_code_learn(c, &w.g, r, 0, 0, &e));
    WORKS(ur_encode(&x, &w.g, r, c, true, false, false, NULL, &e));
    assert_ptr_equal(x->series[z].num, r->col[z].raw.num);
    assert_ptr_not_equal(x->series[y].num, r->col[y].raw.num);
    assert_ptr_not_equal(x->series[k].num, r->col[k].raw.num);
    assert_ptr_not_equal(x->series[u].num, r->col[u].raw.num);
    assert_true(x->series[u].num[1] == 0 && !x->series[u].seen[1]);
    ur_examples_free(x);
    assert_true(r->col[z].raw.num[2] == 3);
    ur_code_free(c, 4);
    ur_raw_free(r);
}

/* for plans in single precision numbers are held so, but for times and what is lent */
static void what_is_single(void **state)
{
    (void)state;
    world w; ur_raw *r; ur_examples *x, *d; ur_code c[5] = { 0 };
    world_new(&w);
    int y = add(&w, "y", UR_REAL, 1, "t", true), k = add(&w, "k", UR_REAL, 2, "t", false), z = add(&w, "z", UR_RAW, 1, "t", false), u = add(&w, "u", UR_RAW, 1, "t", false);
    int when = add(&w, "when", UR_TIME, 1, "t", false);
    put("a.csv", "y,k1,k2,z,u,when\n1,1,0.1,1,0.1,2013-01-01\n2,2,7,2,,2013-01-02\n3,4,9,3,3,2013-01-03\n");
    GOOD(&w, &r, NULL, "k=k1,k2", "a.csv");
    WORKS(ur_code_learn(c, &w.g, r, 0, 0, &e));
    WORKS(ur_encode(&d, &w.g, r, c, true, false, false, NULL, &e));
    WORKS(ur_encode(&x, &w.g, r, c, true, false, true, NULL, &e));
    for (int i = 0; i < 5; i++) {
        const ur_series *s = &x->series[i], *q = &d->series[i];
        bool single = i == y || i == k || i == u;
        assert_true(!q->single && single == (s->single != NULL) && single == (s->num == NULL));
        for (size_t n = 0; n < s->nrow * (i == k ? 2 : 1); n++)
            assert_true(ur_series_get(s, n) == (single ? (double)(float)q->num[n] : q->num[n]));
    }
    assert_true(x->series[z].lent && x->series[u].single[1] == 0 && !x->series[u].seen[1]);
    assert_true(x->series[when].num[1] == 1357084800);
    ur_examples_free(x);
    ur_examples_free(d);
    ur_code_free(c, 5);
    ur_raw_free(r);
}

static void vocabularies_are_learned(void **state)
{
    (void)state;
    world w; ur_raw *r, *o; ur_examples *x; ur_code c[2] = { 0 }; ur_err bad = { 0 };
    world_new(&w);
    int a = add(&w, "a", UR_WORDS, 0, "t", false), b = add(&w, "b", UR_CHARS, 0, "s", false);
    put("a.txt", "to be or not to be to\nbe z\n");
    put("b.txt", "zb\nab\n");
    GOOD(&w, &r, NULL, "a=a.txt", "b=b.txt");
    WORKS(ur_code_learn(c, &w.g, r, 0, 0, &e));
    static const char *const words[] = { "be", "to", "not", "or", "z" }, *const chars[] = { "a", "b", "z" };
    for (int i = 0; i < 5; i++)
        assert_string_equal(ur_vocab_entry(c[a].vocab, 3 + i, NULL), words[i]);
    for (int i = 0; i < 3; i++)
        assert_string_equal(ur_vocab_entry(c[b].vocab, 3 + i, NULL), chars[i]);
    put("c.txt", "be what to\n\n");
    GOOD(&w, &o, NULL, "a=c.txt");
    size_t unknown;
    WORKS(ur_encode(&x, &w.g, o, c, true, false, false, &unknown, &e));
    assert_int_equal(unknown, 1);
    assert_int_equal(x->series[a].sym[0], 3);
    assert_int_equal(x->series[a].sym[1], UR_SYM_UNKNOWN);
    assert_int_equal(x->series[a].sym[2], 4);
    assert_int_equal(x->extent[T].len[0], 3);   /* given, not drawn: no end symbol */
    assert_int_equal(x->extent[S].len[1], 0);
    ur_examples_free(x);
    assert_int_equal(ur_encode(&x, &w.g, o, c, true, true, false, NULL, &bad), UNROLL_ERROR_DATA);
    assert_string_equal(bad.text, "c.txt: a: example 1, position 2: 'what' was never seen in fitting");
    ur_code_free(c, 2);
    WORKS(ur_code_learn(c, &w.g, r, 2, 0, &e));
    assert_int_equal(ur_vocab_size(c[a].vocab), 5);
    ur_code_free(c, 2);
    WORKS(ur_code_learn(c, &w.g, r, 0, 3, &e));  /* the three most frequent; of equals the first by bytes; characters by bytes then */
    for (int i = 0; i < 3; i++)
        assert_string_equal(ur_vocab_entry(c[a].vocab, 3 + i, NULL), words[i]);
    assert_int_equal(ur_vocab_size(c[a].vocab), 6);
    ur_code_free(c, 2);
    WORKS(ur_code_learn(c, &w.g, r, 0, 2, &e));
    assert_int_equal(ur_vocab_size(c[b].vocab), 5);
    assert_string_equal(ur_vocab_entry(c[b].vocab, 3, NULL), "a");
    assert_string_equal(ur_vocab_entry(c[b].vocab, 4, NULL), "b");
    ur_code_free(c, 2);
    ur_raw_free(o);
    ur_raw_free(r);
}

static void ends(void **state)
{
    (void)state;
    world w; ur_raw *r, *s; ur_examples *x; ur_code c[3] = { 0 };
    world_new(&w);
    int word = add(&w, "word", UR_WORDS, 0, "t", true), c1 = add(&w, "c", UR_CHARS, 0, "s", true), y = add(&w, "y", UR_SYMBOL, 0, "t", true);
    put("a.csv", "word,c\na b,xy\n,x\n");
    GOOD(&w, &r, NULL, "a.csv");
    WORKS(ur_code_learn(c, &w.g, r, 0, 0, &e));
    WORKS(ur_encode(&x, &w.g, r, c, true, true, false, NULL, &e));
    assert_int_equal(x->extent[T].len[0], 3);
    assert_int_equal(x->extent[T].len[1], 1);
    assert_int_equal(x->extent[S].len[0], 3);
    assert_int_equal(x->series[word].sym[2], UR_SYM_END);
    assert_int_equal(x->series[word].sym[3], UR_SYM_END);
    assert_int_equal(x->series[word].nrow, 4);
    assert_int_equal(x->series[word].start[1], 3);
    assert_int_equal(x->series[c1].sym[2], UR_SYM_END);
    assert_null(x->series[y].start);
    ur_examples_free(x);
    WORKS(ur_encode(&x, &w.g, r, c, false, true, false, NULL, &e));
    assert_int_equal(x->extent[T].len[1], 0);
    ur_examples_free(x);
    WORKS(ur_raw_slice(&s, &w.g, r, 1, 2, &e));
    WORKS(ur_encode(&x, &w.g, s, c, true, true, false, NULL, &e));
    assert_int_equal(x->series[word].nrow, 1);
    ur_examples_free(x);
    ur_raw_free(s);
    r->stream = true;
    WORKS(ur_encode(&x, &w.g, r, c, true, true, false, NULL, &e));
    assert_int_equal(x->extent[T].len[0], 2);
    ur_examples_free(x);
    r->stream = false;
    w.d[y].drawn = false;                /* something given on t says how long it is */
    WORKS(ur_encode(&x, &w.g, r, c, true, true, false, NULL, &e));
    assert_int_equal(x->extent[T].len[0], 2);
    assert_int_equal(x->extent[S].len[0], 3);
    ur_examples_free(x);
    ur_code_free(c, 3);
    ur_raw_free(r);
}

static void nested_and_crossed_ends(void **state)
{
    (void)state;
    world w; ur_raw *r; ur_examples *x; ur_code c[4] = { 0 };
    world_new(&w);
    int n = add(&w, "n", UR_CHARS, 0, "tk", true);
    put("a.txt", "ab c\n\nd\n");
    GOOD(&w, &r, NULL, "n=a.txt");
    WORKS(ur_code_learn(c, &w.g, r, 0, 0, &e));
    WORKS(ur_encode(&x, &w.g, r, c, true, true, false, NULL, &e));
    static const int32_t want[] = { 3, 4, UR_SYM_END, 5, UR_SYM_END, 6, UR_SYM_END };
    assert_int_equal(x->series[n].nrow, 7);
    assert_memory_equal(x->series[n].sym, want, sizeof want);
    assert_int_equal(x->extent[T].len[0], 2);
    assert_int_equal(x->extent[K].len[0], 3);
    assert_int_equal(x->extent[K].first[3], 7);
    assert_int_equal(x->series[n].start[1], 5);
    assert_int_equal(x->series[n].start[2], 5);
    ur_examples_free(x);
    ur_code_free(c, 1);
    ur_raw_free(r);

    world_new(&w);                       /* a grid: rows of t, each along s with its end */
    int y = add(&w, "y", UR_RAW, 1, "t", false), s = add(&w, "s", UR_SYMBOL, 0, "s", true), z = add(&w, "z", UR_SYMBOL, 0, "ts", true);
    const size_t t[] = { 2, 1 }, u[] = { 1, 2 };
    const double v[] = { 1, 2, 3 };
    const char *const text[] = { "a", "b", "c", "d" };
    WORKS(ur_raw_new(&r, &w.g, 2, &e));
    WORKS(ur_raw_set_numbers(r, &w.g, y, t, v, &e));
    WORKS(ur_raw_set_texts(r, &w.g, s, u, text, &e));
    WORKS(ur_raw_set_texts(r, &w.g, z, NULL, text, &e));
    WORKS(ur_code_learn(c, &w.g, r, 0, 0, &e));
    WORKS(ur_encode(&x, &w.g, r, c, true, true, false, NULL, &e));
    static const int32_t grid[] = { 3, UR_SYM_END, 4, UR_SYM_END, 5, 6, UR_SYM_END };
    assert_int_equal(x->series[z].nrow, 7);
    assert_memory_equal(x->series[z].sym, grid, sizeof grid);
    assert_int_equal(x->series[z].start[1], 4);
    assert_int_equal(x->extent[S].len[1], 3);
    ur_examples_free(x);
    ur_code_free(c, 4);
    ur_raw_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vocabularies), cmocka_unit_test(scales_come_from_the_training_part), cmocka_unit_test(what_is_lent), cmocka_unit_test(what_is_single),
        cmocka_unit_test(vocabularies_are_learned), cmocka_unit_test(ends), cmocka_unit_test(nested_and_crossed_ends),
    };
    return cmocka_run_group_tests_name("data/code", tests, folder_make, folder_remove);
}
