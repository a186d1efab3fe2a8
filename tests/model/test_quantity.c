/* What the text names, told by the library: indices, sizes and attention; symbols and lengths of data back; data completed. */
#include "model_test.h"

static unroll_named named(const unroll_model *m, const char *name)
{
    unroll_named q;
    for (size_t i = 0; i < unroll_quantity_count(m); i++) {
        OK(unroll_quantity_info(m, i, &q));
        if (!strcmp(q.name, name)) return q;
    }
    fail_msg("no quantity %s", name);
    return q;
}

static void attention_is_told_by_its_form(void **state)
{
    (void)state;
    unroll_model *m = model_of("data src[s], tgt[t] : words\nindex r = t\nindex k = 1..3\nparam E, F, Q[k], O, v, b\n"
                               "h[s] : 4 = E src[s]\np[t] : 4 = F tgt[t-1]\nc[t] = attend(4, p[t], h[s])\nw[t,s] = c.w[t,s]\n"
                               "a[t,r] = softmax[r < t](p[t]' p[r])\n"
                               "q[s,k] : 4 = Q[k] h[s]\nheads[t,s,k] = softmax[s](q[s,k]' p[t])\npool[s] = softmax[s](v' h[s])\nfew[t,k] = softmax[k](sum[s](p[t]' q[s,k]))\n"
                               "half[t,s] = 0.5 w[t,s]\nsoft[t] = softmax(p[t])\n"
                               "tgt[t] ~ categorical(O [c[t]; sum[r](a[t,r] * p[r]); sum[s,k](heads[t,s,k] * h[s]); sum[s](pool[s] * h[s]); soft[t]; sum[k](few[t,k]); sum[s](half[t,s])] + b)\n");
    unroll_named q = named(m, "c.w");
    assert_string_equal(q.weighs, "s");
    assert_int_equal(q.nindex, 2);
    assert_string_equal(q.index[0], "s");                /* the source was declared first: it is the outer one */
    assert_string_equal(q.index[1], "t");
    assert_int_equal(q.nfixed, 0);
    assert_int_equal(q.size, 1);
    assert_string_equal(named(m, "w").weighs, "s");
    q = named(m, "a");
    assert_string_equal(q.weighs, "r");
    assert_string_equal(q.of[q.nindex - 1], "t");
    q = named(m, "heads");
    assert_string_equal(q.weighs, "s");
    assert_int_equal(q.nfixed, 1);
    assert_int_equal(q.fixed[0], 3);
    assert_string_equal(q.index[2], "k");
    assert_string_equal(named(m, "pool").weighs, "s");
    assert_string_equal(named(m, "few").weighs, "k");
    assert_null(named(m, "half").weighs);
    assert_null(named(m, "soft").weighs);
    assert_null(named(m, "h").weighs);
    assert_int_equal(named(m, "h").size, 4);
    assert_int_equal(unroll_quantity_info(m, unroll_quantity_count(m), &q), UNROLL_ERROR_USAGE);
    assert_int_equal(unroll_quantity_info(m, 0, NULL), UNROLL_ERROR_USAGE);
    assert_int_equal(unroll_quantity_count(NULL), 0);
    unroll_close(m);
}

static const char copy_text[] = "data src[s], tgt[t] : words\nindex j = 1..2\nparam E, W, b, B[j]\ne[s] : 8 = E src[s]\na[t,s] = softmax[s](-2 abs(t - s))\n"
                                "g[j] : 1 = B[j] 1\nc[t] = sum[s](a[t,s] * e[s])\ntgt[t] ~ categorical(W c[t] + b + 0 sum[j](g[j]))\n";

static unroll_data *texts_of(unroll_model *m, const char *const *src, const char *const *tgt, size_t n)
{
    unroll_data *d = NULL;
    OK(unroll_data_new(&d, m, n));
    OK(unroll_data_set_texts(d, "src", NULL, src));
    if (tgt) OK(unroll_data_set_texts(d, "tgt", NULL, tgt));
    return d;
}

static const char *const sources[] = { "one two", "three", "two three one" }, *const targets[] = { "ONE TWO", "THREE", "TWO THREE ONE" };

static unroll_model *fitted(void)
{
    unroll_model *m = model_of(copy_text);
    unroll_data *d = texts_of(m, sources, targets, 3);
    unroll_fit_options o = UNROLL_FIT_INIT;
    unroll_fit_result r;
    o.epochs = 150;
    o.rate = 0.05;
    o.threads = 1;
    OK(unroll_fit(m, d, &o, &r));
    unroll_data_free(d);
    return m;
}

static void symbols_and_lengths_come_back(void **state)
{
    (void)state;
    unroll_model *m = model_of(copy_text);
    unroll_data *d = texts_of(m, sources, targets, 3), *none = NULL;
    const char *t[8];
    size_t n = 0;
    assert_int_equal(unroll_data_examples(d), 3);
    OK(unroll_data_get_texts(d, "tgt", 2, NULL, 0, &n));
    assert_int_equal(n, 3);
    OK(unroll_data_get_texts(d, "tgt", 2, t, 8, &n));
    assert_string_equal(t[0], "TWO");
    assert_string_equal(t[2], "ONE");
    t[1] = "kept";
    OK(unroll_data_get_texts(d, "src", 0, t, 1, &n));
    assert_string_equal(t[0], "one");
    assert_string_equal(t[1], "kept");
    assert_int_equal(unroll_data_length(d, "s", 2), 3);
    assert_int_equal(unroll_data_length(d, "t", 2), 4);             /* and the end symbol */
    assert_int_equal(unroll_data_length(d, "j", 2), 2);
    assert_int_equal(unroll_data_length(d, "q", 0), UNROLL_ERROR_USAGE);
    assert_int_equal(unroll_data_length(d, "s", 3), UNROLL_ERROR_USAGE);
    assert_int_equal(unroll_data_get_texts(d, "src", 3, t, 8, &n), UNROLL_ERROR_USAGE);
    assert_int_equal(unroll_data_get_texts(d, "nix", 0, t, 8, &n), UNROLL_ERROR_USAGE);
    assert_int_equal(unroll_data_get_numbers(d, "src", 0, NULL, 0, &n), UNROLL_ERROR_USAGE);
    OK(unroll_data_new(&none, m, 1));
    OK(unroll_data_get_texts(none, "src", 0, t, 8, &n));
    assert_int_equal(n, 0);
    assert_int_equal(unroll_data_length(none, "s", 0), 0);
    unroll_data_free(none);
    unroll_data_free(d);
    unroll_close(m);
    m = model_of("data word[t,k] : symbol, y[t] : real\nparam E, w, b\ne[t,k] : 4 = E word[t,k]\ny[t] ~ normal(sum[k](w' e[t,k]) + b, 1)\n");
    OK(unroll_data_new(&d, m, 1));
    assert_int_equal(unroll_data_length(d, "k", 0), UNROLL_ERROR_UNSUPPORTED);
    assert_int_equal(unroll_data_get_texts(d, "y", 0, t, 8, &n), UNROLL_ERROR_USAGE);
    unroll_data_free(d);
    unroll_close(m);
}

static void one_text_is(const unroll_data *d, const char *name, size_t example, const char *want)
{
    const char *t[16];
    char got[200] = "";
    size_t n;
    OK(unroll_data_get_texts(d, name, example, t, 16, &n));
    for (size_t i = 0; i < n; i++) snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", i ? " " : "", t[i]);
    assert_string_equal(got, want);
}

static void what_is_left_out_is_completed_as_predicted(void **state)
{
    (void)state;
    unroll_model *m = fitted();
    unroll_data *d = texts_of(m, sources, NULL, 3), *whole = NULL;
    for (int beam = 0; beam < 3; beam += 2) {
        unroll_use_options o = UNROLL_USE_INIT;
        unroll_table *t = NULL;
        size_t text = 0;
        o.max_length = 3;
        o.beam = beam;
        OK(unroll_predict(m, d, &o, &t));
        while (!unroll_table_is_text(t, text)) text++;
        OK(unroll_data_complete(&whole, m, d, &o));
        for (size_t i = 0; i < 3; i++) {
            one_text_is(whole, "tgt", i, unroll_table_text(t, i, text));
            one_text_is(whole, "src", i, sources[i]);
        }
        size_t count = 0;
        int width = 0;
        OK(unroll_quantity(m, whole, "a", 2, NULL, NULL, 0, &count, &width));
        assert_int_equal(count, unroll_data_length(whole, "s", 2) * unroll_data_length(whole, "t", 2));
        unroll_table_free(t);
        unroll_data_free(whole);
    }
    unroll_data_free(d);
    unroll_close(m);
}

static void what_is_given_stays(void **state)
{
    (void)state;
    unroll_model *m = fitted();
    unroll_data *d = texts_of(m, sources, targets, 3), *whole = NULL;
    unroll_use_options o = UNROLL_USE_INIT;
    OK(unroll_data_complete(&whole, m, d, NULL));
    for (size_t i = 0; i < 3; i++) one_text_is(whole, "tgt", i, targets[i]);
    unroll_data_free(whole);
    o.horizon = 3;
    assert_int_equal(unroll_data_complete(&whole, m, d, &o), UNROLL_ERROR_USAGE);
    assert_int_equal(unroll_data_complete(NULL, m, d, NULL), UNROLL_ERROR_USAGE);
    assert_int_equal(unroll_data_complete(&whole, m, NULL, NULL), UNROLL_ERROR_USAGE);
    unroll_data_free(d);
    unroll_close(m);
}

static void missing_numbers_are_filled_in(void **state)
{
    (void)state;
    unroll_model *m = model_of("data y[t] : real\nparam a, b\ny[t] ~ normal(a y[t-1] + b, 1)\n");
    unroll_data *d = waves(m, "y", NULL, 60), *gap = NULL, *whole = NULL;
    unroll_fit_options o = UNROLL_FIT_INIT;
    unroll_fit_result r;
    double v[8] = { 10, 11, NAN, 12, NAN, NAN, 9, 10 }, out[8];
    size_t n = 8, count = 0;
    OK(unroll_fit(m, d, &o, &r));
    OK(unroll_data_new(&gap, m, 1));
    OK(unroll_data_set_numbers(gap, "y", &n, v));
    OK(unroll_data_complete(&whole, m, gap, NULL));
    OK(unroll_data_get_numbers(whole, "y", 0, out, 8, &count));
    assert_int_equal(count, 8);
    for (size_t i = 0; i < 8; i++) {
        assert_true(isfinite(out[i]));
        if (isfinite(v[i])) assert_float_equal(out[i], v[i], 1e-9);
    }
    unroll_table *t = NULL;
    OK(unroll_predict(m, gap, NULL, &t));
    assert_int_equal(unroll_table_rows(t), 3);
    assert_float_equal(out[2], unroll_table_number(t, 0, unroll_table_columns(t) - 1), 1e-9);
    unroll_table_free(t);
    unroll_data_free(whole);
    unroll_data_free(gap);
    unroll_data_free(d);
    unroll_close(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attention_is_told_by_its_form), cmocka_unit_test(symbols_and_lengths_come_back), cmocka_unit_test(what_is_left_out_is_completed_as_predicted),
        cmocka_unit_test(what_is_given_stays), cmocka_unit_test(missing_numbers_are_filled_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
