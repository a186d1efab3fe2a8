/* Numbers, missing cells and dates: parsed exactly, whatever the locale. */
#include "schema.h"
#include <locale.h>
#include <math.h>
#include "data/parts.h"

static void numbers_are_those_of_strtod(void **state)
{
    (void)state;
    static const char *const good[] = { "0", "-0", "1", "+7", "3.14", "-2.5e3", "1e22", "1e-22", "9007199254740993", "10.357019999999999", ".5", "5.",
                                        "123456789012345678901234567890", "4.9e-324", "1.7976931348623157e308", "0.000000000000000000000000000001",
                                        "30.5310001373291", "1E5", "00012", "0e-400", "1e-320" };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double v = 99, want = strtod(good[i], NULL);
        assert_true(ur_parse_number(good[i], strlen(good[i]), &v));
        assert_memory_equal(&v, &want, sizeof v);
    }
    double v = 99;                       /* what is not 0 is not read as 0 */
    assert_true(ur_parse_number("1e-400", 6, &v) && v == 0x1p-1074);
    assert_true(ur_parse_number("-0.01e-400", 10, &v) && v == -0x1p-1074);
    unsigned long long r = 12345;
    for (int i = 0; i < 100000; i++) {
        char s[64];
        double want;
        r = r * 6364136223846793005u + 1442695040888963407u;
        snprintf(s, sizeof s, "%.*g", (int)(r >> 60) + 3, (double)(long long)r * pow(10, (double)(int)(r >> 20 & 63) - 40));
        want = strtod(s, NULL);
        assert_true(ur_parse_number(s, strlen(s), &v));
        assert_memory_equal(&v, &want, sizeof v);
    }
}

static void same_bits(const char *s)
{
    size_t n = strlen(s);
    char *exact = malloc(n);             /* the sanitizers see a byte too many */
    double want = strtod(s, NULL), v = 1;
    assert_non_null(exact);
    memcpy(exact, s, n);
    if (!ur_parse_number(exact, n, &v) || memcmp(&v, &want, sizeof v) != 0)
        fail_msg("%s is %a, was read as %a", s, want, v);
    free(exact);
}

/* Digits, point and exponent at random: up to 25 digits, exponents around what each way can do. */
static void random_decimals(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 400000; i++) {
        char s[100];
        int n = 0, digits = 1 + (int)(ur_uniform(1, i, 0, 0, 0) * (i % 3 ? 17 : 25)), point = (int)(ur_uniform(1, i, 1, 0, 0) * (digits + 3));
        if (i & 1)
            s[n++] = i & 2 ? '-' : '+';
        for (int k = 0; k < digits; k++) {
            if (k == point)
                s[n++] = '.';
            s[n++] = ur_uniform(1, i, 9, 0, 0) < 0.1 && k < digits - 1 ? '0' : (char)('0' + (int)(10 * ur_uniform(2, i, (uint32_t)k, 0, 0)));
        }
        s[n] = 0;
        if (i % 5 == 0)
            sprintf(s + n, "%c%+d", i % 2 ? 'e' : 'E', (int)(ur_uniform(1, i, 3, 0, 0) * 80 - 40));
        same_bits(s);
    }
}

/* Numbers in the middle between two doubles, and beside it: the last bit decides. */
static void ties(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 100000; i++) {
        uint64_t m = ((uint64_t)1 << 53) + ((uint64_t)(ur_uniform(3, i, 0, 0, 0) * 9007199254740992.0) << 1 | 1) % ((uint64_t)1 << 53);
        int up = (int)(i % 10);
        char s[100];
        sprintf(s, "%llu", (unsigned long long)(m << up));           /* 54 bits and zeros */
        same_bits(s);
        sprintf(s, "%llu", (unsigned long long)((m << up) + (i / 10 % 3) - 1));
        same_bits(s);
        sprintf(s, "%.1f", (double)m + 0.5);
        same_bits(s);
        sprintf(s, "%llu.5", (unsigned long long)m >> 1);            /* 53 bits and a half */
        same_bits(s);
        sprintf(s, "%.17g", ur_uniform(4, i, 0, 0, 0) * pow(10, (int)(i % 45) - 22));
        same_bits(s);
    }
}

static void zeros_before_and_after(void **state)
{
    (void)state;
    char s[300];
    for (int k = 0; k < 200; k++) {
        sprintf(s, "%0*d", k + 1, 7);
        same_bits(s);
        sprintf(s, "0.%0*d", k + 1, 7);
        same_bits(s);
        sprintf(s, "-%0*d.%0*d", k / 2 + 1, 12, k / 2 + 1, 34);
        same_bits(s);
        memset(s, '0', (size_t)k + 1);
        s[k + 1] = 0;
        same_bits(s);
        strcat(s, ".0");
        same_bits(s);
    }
    char *many = malloc(20030);          /* zeros do not count, however many */
    double v;
    assert_non_null(many);
    memset(many, '0', 20000);
    memcpy(many + 20000, "1234567890123456789012345", 26);
    assert_false(ur_parse_number(many, 20025, &v));
    assert_true(ur_parse_number(many, 20004, &v) && v == 1234);
    free(many);
}

static void what_is_no_number(void **state)
{
    (void)state;
    static const char *const bad[] = { "", "-", ".", "e5", "1e", "1e+", "0x10", "1,5", "12a", "inf", "nan", "1e999", "1 2", "--1", "1_000", " 1", "1." "e" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double v;
        if (ur_parse_number(bad[i], strlen(bad[i]), &v))
            fail_msg("%s was read as a number", bad[i]);
    }
    char many[1000];
    double v;
    memset(many, '7', sizeof many);
    assert_false(ur_parse_number(many, sizeof many, &v));
}

static void missing_cells(void **state)
{
    (void)state;
    assert_true(ur_missing("", 0) && ur_missing("NA", 2) && ur_missing("NaN", 3) && ur_missing("null", 4));
    assert_false(ur_missing("0", 1) || ur_missing("NAN1", 4) || ur_missing("N", 1) || ur_missing("Nancy", 5));
}

static void the_locale_has_no_say(void **state)
{
    (void)state;
    double v;
    if (!setlocale(LC_ALL, "de_DE.UTF-8"))
        print_message("no German locale here: the default one is tested\n");
    assert_true(ur_parse_number("10.357019999999999", 18, &v) && v == 10.357019999999999);
    setlocale(LC_ALL, "C");
}

static void texts_obey_no_locale(void **state)
{
    (void)state;
    char s[64], *end;
    if (!setlocale(LC_ALL, "de_DE.UTF-8"))
        print_message("no German locale here: the default one is tested\n");
    snprintf(s, sizeof s, "%g %.3f", 0.75, 1234.5);
    assert_string_equal(s, "0.75 1234.500");
    assert_true(strtod("0.75x", &end) == 0.75 && *end == 'x');
    setlocale(LC_ALL, "C");
}

static void what_is_shown_is_not_obeyed(void **state)
{
    (void)state;
    static const struct { const char *text; bool lines; const char *shown; } cases[] = {
        { "plain \xC3\xA4 \xE4\xB8\x96", false, "plain \xC3\xA4 \xE4\xB8\x96" }, { "a\x1B[2J\x07", false, "a\\x1B[2J\\x07" }, { "a\nb\tc", true, "a\nb\tc" }, { "a\nb", false, "a\\x0A" "b" },
        { "\xC2\x9B" "31m", true, "\\u009B31m" }, { "\x9B" "31m", true, "\\x9B31m" }, { "\xE2\x80\xAE" "gnp", true, "\\u202Egnp" }, { "cut \xE2\x82", true, "cut \\xE2\\x82" }, { "\x7F", true, "\\x7F" },
        { "\xF0\x9F\x99\x82", false, "\xF0\x9F\x99\x82" } };
    char s[64];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n = ur_shown(s, sizeof s, cases[i].text, strlen(cases[i].text), cases[i].lines);
        assert_string_equal(s, cases[i].shown);
        assert_int_equal(n, strlen(s));
    }
    for (size_t cap = 1; cap < 12; cap++) {                       /* cut between characters, never in one */
        size_t n = ur_shown(s, cap, "a\x1B\xC3\xA4", 4, false);
        assert_true(n < cap && (n == 0 || n == 1 || n == 5 || n == 7));
    }
}

static void closest_names(void **state)
{
    (void)state;
    char a[] = "temperature", b[] = "humid", *list[] = { a, b };
    assert_string_equal(ur_closest("temprature", list, 2), "temperature");
    assert_string_equal(ur_closest("Humid", list, 2), "humid");
    assert_null(ur_closest("pressure", list, 2));
    assert_null(ur_closest("x", NULL, 0));
}

static void quotes_are_short_and_whole(void **state)
{
    (void)state;
    char q[64], s[] = "0123456789012345678901234567890123456789\xC3\xA4 and more";
    ur_quote(q, "a\tb", 3);
    assert_string_equal(q, "a\\x09b");
    ur_quote(q, s, strlen(s));
    assert_string_equal(q, "0123456789012345678901234567890123456789…");
    ur_quote(q, s + 1, strlen(s) - 1);
    assert_true(ur_utf8_valid(q, strlen(q), NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_those_of_strtod), cmocka_unit_test(random_decimals), cmocka_unit_test(ties),
        cmocka_unit_test(zeros_before_and_after), cmocka_unit_test(what_is_no_number), cmocka_unit_test(missing_cells), cmocka_unit_test(the_locale_has_no_say),
        cmocka_unit_test(texts_obey_no_locale), cmocka_unit_test(what_is_shown_is_not_obeyed), cmocka_unit_test(closest_names),
        cmocka_unit_test(quotes_are_short_and_whole),
    };
    return cmocka_run_group_tests_name("data/number", tests, NULL, NULL);
}
