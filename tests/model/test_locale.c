/* A host program that called setlocale, for a language with a decimal comma: texts, messages, logs and files have the same numbers as in the C locale,
 * byte by byte. The locale is made by localedef where there is none; without it the test is skipped, and says so. */
#include "model_test.h"
#include <locale.h>

static char folder[] = "/tmp/unroll-locale-XXXXXX";
static const char text[] = "data y[t] : raw\nhyper r = 0.125\nparam a = 0.75, s = 1.5\nh[t] : 1 = 0.5 * h[t-1] + 0.25 * y[t-1]\ny[t] ~ normal(a * h[t] + r, s)\n";

static bool comma(void)
{
    char command[200];
    static const char *const there[] = { "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8" };
    for (size_t i = 0; i < 3; i++)
        if (setlocale(LC_ALL, there[i])) return true;
    if (!mkdtemp(folder)) return false;
    snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 > /dev/null 2>&1", folder);
    if (system(command)) return false;
    setenv("LOCPATH", folder, 1);
    return setlocale(LC_ALL, "de_DE.UTF-8") != NULL;
}

typedef struct report { char text[60000]; size_t n; } report;

static int line(const char *t, void *arg)
{
    report *r = arg;
    r->n += (size_t)snprintf(r->text + r->n, sizeof r->text - r->n, "%s\n", t);
    return 0;
}

/* everything that a program reads and writes, in one text */
static void all(report *r)
{
    char path[200], log[200];
    unroll_model *m = model_of(text), *again = NULL;
    unroll_fit_options f = UNROLL_FIT_INIT;
    unroll_data *d = waves(m, "y", NULL, 40), *read = NULL;
    unroll_setting set = { "r", 0.375 };
    size_t n;
    temp_path(path, sizeof path, "locale.model");
    temp_path(log, sizeof log, "locale.jsonl");
    f.epochs = 3;
    f.method = 1;
    f.log = log;
    f.threads = 1;
    OK(unroll_fit(m, d, &f, NULL));
    OK(unroll_save(m, path));
    OK(unroll_explain(m, d, line, r));
    OK(unroll_open(&again, path, NULL, 0));
    double a, b, sum, count;
    OK(unroll_param_get(m, "a", &a, 1));
    OK(unroll_param_get(again, "a", &b, 1));
    assert_true(fabs(a - b) < 1e-6);
    OK(unroll_loss(m, d, NULL, &sum, &count));
    line(unroll_model_text(m), r);
    unroll_close(again);
    f.rate = -0.25;
    assert_int_equal(unroll_fit(m, d, &f, NULL), UNROLL_ERROR_USAGE);
    line(unroll_error(), r);
    assert_int_equal(unroll_open_text(&again, "data y[t] : raw(0.5)\n", 21, "bad", NULL, 0), UNROLL_ERROR_MODEL);
    line(unroll_error(), r);
    OK(unroll_open_text(&again, text, strlen(text), "test.unr", &set, 1));
    unroll_close(again);
    unsigned char *file = slurp(path, &n);
    char *at = memmem(file, n, "\"seconds", 8);                    /* how long it took is not the same twice */
    r->n += (size_t)snprintf(r->text + r->n, sizeof r->text - r->n, "%.*s\n", at ? (int)((unsigned char *)at - file - 8) : 0, file + 8);
    free(file);
    file = slurp(log, &n);
    at = memmem(file, n, "\"seconds", 8);
    r->n += (size_t)snprintf(r->text + r->n, sizeof r->text - r->n, "%.*s\n", at ? (int)((unsigned char *)at - file) : 0, file);
    free(file);
    char named[220];
    double v[3];
    snprintf(named, sizeof named, "%s.csv", path);
    spill(named, "y\n0.5\n1.25\n-3e-2\n", 17);
    const char *specs[] = { named };
    OK(unroll_data_read(&read, m, specs, 1, NULL));
    OK(unroll_data_get_numbers(read, "y", 0, v, 3, &n));
    r->n += (size_t)snprintf(r->text + r->n, sizeof r->text - r->n, "%d %d %d\n", v[0] == 0.5, v[1] == 1.25, v[2] == -0.03);
    unroll_data_free(read);
    unlink(named);
    unlink(path);
    unlink(log);
    unroll_data_free(d);
    unroll_close(m);
}

static void numbers_know_no_locale(void **state)
{
    (void)state;
    static report plain, german;
    setlocale(LC_ALL, "C");
    all(&plain);
    assert_non_null(strstr(plain.text, "1 1 1\n"));
    if (!comma()) {
        print_message("no locale with a decimal comma here, and none can be made: skipped\n");
        skip();
    }
    assert_string_equal(localeconv()->decimal_point, ",");
    all(&german);
    assert_string_equal(localeconv()->decimal_point, ",");         /* the host's own is as it was */
    setlocale(LC_ALL, "C");
    assert_string_equal(plain.text, german.text);
    char command[120];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    if (!strstr(folder, "XXXXXX") && system(command)) print_message("%s is left\n", folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(numbers_know_no_locale) };
    return cmocka_run_group_tests_name("model/locale", tests, NULL, NULL);
}
