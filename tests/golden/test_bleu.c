/* BLEU and chrF2 against sacreBLEU's numbers (stored by make_bleu.py), corpus by corpus, to the last digits of a double; and the same by files. */
#include "golden.h"
#include <unistd.h>
#include "model/score/score.h"

static const char *const tokenize[] = { "13a", "none", "char" };

static char *line_at(char **p)
{
    char *s = *p;
    size_t n = strcspn(s, "\n");
    *p = s + n + (s[n] == '\n');
    s[n] = 0;
    return s;
}

static void unescape(char *s)
{
    char *to = s;
    for (; *s; s++)
        if (*s == '\\') s++, *to++ = *s == 'n' ? '\n' : *s == 'r' ? '\r' : *s == 't' ? '\t' : *s;
        else *to++ = *s;
    *to = 0;
}

static double number_after(char **p, const char *name)
{
    char *s = line_at(p);
    size_t n = strlen(name);
    if (strncmp(s, name, n)) fail_msg("%s stands where %s should", s, name);
    return strtod(s + n, NULL);
}

static void near(const char *name, const char *what, double got, double want)
{
    if (fabs(got - want) > 1e-12 * (1 + fabs(want))) fail_msg("%s: %s is %.17g, not %.17g", name, what, got, want);
}

/* the corpus as files, where no text has an end of line in it: through the public function */
static void by_files(const char *name, char **hyp, char **ref, size_t n, size_t nref, const double want[4])
{
    char path[8][64];
    const char *refs[8];
    for (size_t i = 0; i < n * (nref + 1); i++)
        if (strpbrk(i < n ? hyp[i] : ref[i - n], "\n\r")) return;
    for (size_t k = 0; k <= nref; k++) {
        snprintf(path[k], sizeof path[k], "/tmp/unroll-bleu-%ld-%zu.txt", (long)getpid(), k);
        FILE *f = fopen(path[k], "w");
        assert_non_null(f);
        for (size_t i = 0; i < n; i++) fprintf(f, "%s\n", k ? ref[i * nref + k - 1] : hyp[i]);
        fclose(f);
        if (k) refs[k - 1] = path[k];
    }
    for (size_t t = 0; t < 3; t++) {
        unroll_compare_options o = UNROLL_COMPARE_INIT;
        unroll_table *out = NULL;
        o.tokenize = tokenize[t];
        OK(unroll_compare(path[0], refs, nref, &o, &out));
        assert_string_equal(unroll_table_text(out, 2, 0), "BLEU");
        near(name, tokenize[t], unroll_table_number(out, 2, 1), want[t]);
        near(name, "chrF2", unroll_table_number(out, 3, 1), want[3]);
        unroll_table_free(out);
    }
    for (size_t k = 0; k <= nref; k++) remove(path[k]);
}

static void one_case(const char *name, char **p, size_t n, size_t nref)
{
    char **hyp = calloc(n, sizeof *hyp), **ref = calloc(n * nref, sizeof *ref);
    double want[4];
    for (size_t i = 0; i < n; i++) {
        unescape(hyp[i] = line_at(p));
        for (size_t k = 0; k < nref; k++) unescape(ref[i * nref + k] = line_at(p));
    }
    for (size_t t = 0; t < 3; t++) want[t] = number_after(p, tokenize[t]);
    want[3] = number_after(p, "chrF2");
    for (size_t t = 0; t < 3; t++) {
        ur_err e = { 0 };
        ur_bleu b;
        assert_int_equal(ur_bleu_open(&b, tokenize[t], &e), 0);
        for (size_t i = 0; i < n; i++) {
            ur_text r[8];
            for (size_t k = 0; k < nref; k++) r[k] = (ur_text){ ref[i * nref + k], strlen(ref[i * nref + k]) };
            assert_int_equal(ur_bleu_add(&b, (ur_text){ hyp[i], strlen(hyp[i]) }, r, nref, &e), 0);
        }
        near(name, tokenize[t], ur_bleu_score(&b), want[t]);
        near(name, "chrF2", ur_chrf_score(&b), want[3]);
        ur_bleu_close(&b);
    }
    by_files(name, hyp, ref, n, nref, want);
    free(hyp);
    free(ref);
}

static void as_sacrebleu(void **state)
{
    (void)state;
    char *text = file_text(UR_SOURCE_DIR "/tests/golden/data/bleu.txt");
    assert_non_null(text);
    size_t cases = 0;
    for (char *p = text; *p;) {
        char name[64], *s = line_at(&p);
        size_t n, nref;
        if (*s == '#') continue;
        assert_int_equal(sscanf(s, "case %63s %zu %zu", name, &n, &nref), 3);
        assert_true(nref < 8);
        one_case(name, &p, n, nref);
        cases++;
    }
    assert_true(cases > 35);
    free(text);
}

static void wrong_use(void **state)
{
    (void)state;
    ur_err e = { 0 };
    ur_bleu b;
    assert_int_equal(ur_bleu_open(&b, "zh", &e), UNROLL_ERROR_USAGE);
    ur_bleu_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(as_sacrebleu), cmocka_unit_test(wrong_use) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
