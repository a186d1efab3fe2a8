/* Fields of a table: cases, random tables against a reading character by character, and windows that move. */
#include "schema.h"
#include "data/csv.h"

static void joined(ur_buf *b, int what, const char *s, size_t n)
{
    if (what == UR_CSV_BLANK)
        ur_buf_add(b, "~\n", 2);
    else {
        ur_buf_add(b, "<", 1);
        ur_buf_add(b, s, n);
        ur_buf_add(b, what == UR_CSV_LAST ? ">\n" : ">", what == UR_CSV_LAST ? 2 : 1);
    }
}

/* "<field><field>\n", "~\n" for a blank line, then what ended it */
static char *by_csv(const char *path, char delimiter)
{
    ur_csv c;
    ur_err e = { 0 };
    ur_buf b = { 0 };
    char *s;
    size_t n;
    int what;
    assert_int_equal(ur_csv_open(&c, path, &e), 0);
    c.delimiter = delimiter;
    while ((what = ur_csv_next(&c, &s, &n, &e)) == UR_CSV_FIELD || what == UR_CSV_LAST || what == UR_CSV_BLANK)
        joined(&b, what, s, n);
    ur_csv_close(&c);
    ur_buf_add(&b, what == UR_CSV_END ? "." : what == UR_CSV_OPEN ? "open" : "long", what == UR_CSV_END ? 1 : 4);
    assert_true(what >= 0 && !b.bad);
    return b.s;
}

static bool blank(char x, char delimiter) { return (x == ' ' || x == '\t') && x != delimiter; }
static bool ends(const char *s, size_t i, size_t n, char delimiter) { return i == n || s[i] == delimiter || s[i] == '\n' || s[i] == '\r'; }

/* one field from i on, by the rules and nothing else; where it ends. An open quote: n + 1. */
static size_t plain_field(const char *s, size_t i, size_t n, char delimiter, ur_buf *field)
{
    ur_buf_add(field, "", 0);
    field->n = 0;
    if (i < n && s[i] == '"') {
        for (i++;; i++) {
            size_t k = i + 1;
            if (i >= n)
                return n + 1;
            while (s[i] == '"' && k < n && blank(s[k], delimiter))
                k++;
            if (s[i] == '"' && ends(s, k, n, delimiter))
                return k;
            ur_buf_add(field, s + i, 1);
            i += s[i] == '"' && i + 1 < n && s[i + 1] == '"';
        }
    }
    for (; !ends(s, i, n, delimiter); i++)
        ur_buf_add(field, s + i, 1);
    while (field->n && blank(field->s[field->n - 1], delimiter))
        field->n--;
    return i;
}

static char *by_hand(const char *s, size_t n, char delimiter)
{
    ur_buf b = { 0 }, field = { 0 };
    bool in_row = false, open = false;
    for (size_t i = 0; !open;) {
        while (i < n && blank(s[i], delimiter))
            i++;
        if (i >= n && !in_row)
            break;
        bool empty = !in_row && (s[i] == '\n' || s[i] == '\r');
        i = plain_field(s, i, n, delimiter, &field);
        open = i > n;
        if (open)
            break;
        in_row = i < n && s[i] == delimiter;
        joined(&b, empty ? UR_CSV_BLANK : in_row ? UR_CSV_FIELD : UR_CSV_LAST, field.s, field.n);
        size_t rest = n - i;
        i += i >= n ? 0 : rest > 1 && memcmp(s + i, "\r\n", 2) == 0 ? 2 : rest > 2 && memcmp(s + i, "\r\r\n", 3) == 0 ? 3 : 1;
    }
    ur_buf_add(&b, open ? "open" : ".", open ? 4 : 1);
    ur_buf_free(&field);
    return b.s;
}

static void is_read_as(const char *text, char delimiter, const char *want)
{
    put("a.csv", text);
    char *got = by_csv("a.csv", delimiter), *hand = by_hand(text, strlen(text), delimiter);
    assert_string_equal(got, want);
    assert_string_equal(hand, want);
    ur_free(got);
    ur_free(hand);
}

static void cases(void **state)
{
    (void)state;
    is_read_as("", ',', ".");
    is_read_as("a,b\n1,2\n", ',', "<a><b>\n<1><2>\n.");
    is_read_as("a,b\r\n1,2\r\n", ',', "<a><b>\n<1><2>\n.");
    is_read_as("a\rb\nc\r\n\rd", ',', "<a>\n<b>\n<c>\n~\n<d>\n.");
    is_read_as(" a , b c\t\n  \n,\n", ',', "<a><b c>\n~\n<><>\n.");
    is_read_as("\"a,b\",\"\",\"x\ny\"\n", ',', "<a,b><><x\ny>\n.");
    is_read_as("\"say \"\"hi\"\"\",\" b \"  ,c\"d\"\n", ',', "<say \"hi\">< b ><c\"d\">\n.");
    is_read_as("\"a\"b\",\"a\" \"b\"\n", ',', "<a\"b><a\" \"b>\n.");
    is_read_as("a\t b\t\"c\" \t\n", '\t', "<a><b><c><>\n.");
    is_read_as("a;\"b;", ';', "<a>open");
    is_read_as("a,", ',', "<a><>\n.");
    is_read_as("a,b\r\r\n1,2\r\r\n\r\r\n\r\r3", ',', "<a><b>\n<1><2>\n~\n~\n~\n<3>\n.");
    is_read_as("\"a\"", ',', "<a>\n.");
}

static void random_tables(void **state)
{
    (void)state;
    static const char alphabet[] = "ab1,,,;\t  \"\"\"\"\n\n\r\r.";
    for (uint32_t i = 0; i < 3000; i++) {
        char s[300], delimiter = ",;\t"[i % 3];
        size_t n = (size_t)(ur_uniform(1, i, 0, 0, 0) * (sizeof s - 1));
        for (size_t k = 0; k < n; k++)
            s[k] = alphabet[(size_t)(ur_uniform(2, i, (uint32_t)k, 0, 0) * (sizeof alphabet - 1))];
        s[n] = 0;
        put_bytes("a.csv", s, n);
        char *got = by_csv("a.csv", delimiter), *want = by_hand(s, n, delimiter);
        if (strcmp(got, want) != 0)
            fail_msg("table %u:\n%s\n-- read as\n%s\n-- is\n%s", i, s, got, want);
        ur_free(got);
        ur_free(want);
    }
}

/* Tables larger than a window, with fields of any length: every kind of byte stands at its end some time. */
static void windows_move(void **state)
{
    (void)state;
    enum { N = 3000000 };
    static const char *const piece[] = { "a", "1.5,", ",", "\n", "\r\n", "\"x \"\"y\"\"\",", " ", "\"\n\"\r\n", "\"q\" \"r\" , ", "\r", "\r\r\n" };
    char *s = malloc(N + 700000);
    assert_non_null(s);
    for (uint32_t round = 0; round < 6; round++) {
        size_t n = 0;
        for (uint32_t k = 0; n < N; k++) {
            double u = ur_uniform(3, round, k, 0, 0);
            const char *p = piece[(size_t)(u * (sizeof piece / sizeof *piece))];
            n += (size_t)sprintf(s + n, "%s", p);
            if (u * 1e5 - (int)(u * 1e5) < 1e-4) {          /* now and then a field longer than the window */
                n += (size_t)sprintf(s + n, "\n\"");
                memset(s + n, 'z', 600000);
                n += 600000;
                n += (size_t)sprintf(s + n, "\"\"\",");
            }
        }
        put_bytes("a.csv", s, n);
        char *got = by_csv("a.csv", ','), *want = by_hand(s, n, ',');
        assert_true(strcmp(got, want) == 0);
        ur_free(got);
        ur_free(want);
    }
    free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(cases), cmocka_unit_test(random_tables), cmocka_unit_test(windows_move) };
    return cmocka_run_group_tests_name("data/csv", tests, folder_make, folder_remove);
}
