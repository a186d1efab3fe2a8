/* Precision, recall and F1 over spans against seqeval's numbers (stored by make_spans.py), odd sequences included. */
#include "golden.h"
#include "model/score/score.h"

static size_t read_tags(char **p, ur_tag *t, ur_vocab *types)
{
    size_t n = 0;
    char w[32];
    ur_err e = { 0 };
    int rc;
    for (word(p, w, sizeof w); *w; word(p, w, sizeof w)) assert_true(ur_tag_read(&t[n++], w, strlen(w), types, &rc, &e));
    next_line(p);
    return n;
}

static void as_conlleval(void **state)
{
    (void)state;
    char *text = file_text(UR_SOURCE_DIR "/tests/golden/data/spans.txt"), *p = text;
    assert_non_null(text);
    ur_err e = { 0 };
    ur_vocab *types;
    size_t cases = 0;
    assert_int_equal(ur_vocab_new(&types, &e), 0);
    next_line(&p);
    while (*p) {
        size_t n;
        char name[64] = "";
        assert_int_equal(sscanf(p, "case %zu %63[^\n]", &n, name), 2);
        next_line(&p);
        ur_span_count s = { 0 };
        for (size_t k = 0; k < n; k++) {
            ur_tag want[32], guess[32];
            size_t m = read_tags(&p, want, types);
            assert_int_equal(read_tags(&p, guess, types), m);
            ur_span_add(&s, guess, want, m);
        }
        double got[] = { 100 * ur_span_precision(&s), 100 * ur_span_recall(&s), 100 * ur_span_f1(&s) };
        double *want = read_numbers(&p, 3);
        next_line(&p);
        close_to(name, "precision, recall, F1", got, want, 3, 1e-12);
        free(want);
        cases++;
    }
    assert_true(cases > 15);
    ur_vocab_free(types);
    free(text);
}

/* what is of the form and what is not */
static void forms(void **state)
{
    (void)state;
    ur_err e = { 0 };
    ur_tag t;
    int rc;
    static const char *const yes[] = { "O", "B-a", "I-b-c", "E-", "S-x", "B", "I" }, *const no[] = { "", "o", "X-a", "b-a", "Ba", "O-a", "NOUN", "IN" };
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) assert_true(ur_tag_read(&t, yes[i], strlen(yes[i]), NULL, &rc, &e));
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++) assert_false(ur_tag_read(&t, no[i], strlen(no[i]), NULL, &rc, &e));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(as_conlleval), cmocka_unit_test(forms) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
