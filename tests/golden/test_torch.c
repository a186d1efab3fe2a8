/* The networks of PyTorch, in double: states, final states, loss and all gradients against stored values (made by make_torch.py),
 * by the oracle plan and by the fast one. */
#include "golden.h"

#define BOUND 1e-10

static const char *const cases[] = {
    "rnn", "rnn_ragged", "rnn_both_ragged", "rnn_stacked_ragged", "rnn_start",
    "rnn_relu", "rnn_relu_ragged", "rnn_relu_both_ragged", "rnn_relu_stacked_ragged",
    "lstm", "lstm_ragged", "lstm_both_ragged", "lstm_stacked_ragged", "lstm_17_ragged",
    "gru_torch", "gru_torch_ragged", "gru_torch_both_ragged", "gru_torch_stacked_ragged", "gru_torch_17_ragged", "gru_torch_start_ragged",
};

/* `values`, or one end of it, equals the quantity "NAME EXAMPLE" */
static void check_quantity(unroll_model *m, const unroll_data *d, const unroll_use_options *o, const char *where, const char *kind,
                           const char *name, size_t example, const double *values, size_t n)
{
    size_t count;
    int width;
    double *v = quantity(m, d, name, example, o, &count, &width);
    assert_true(count >= n);
    if (strcmp(kind, "value") == 0) assert_int_equal(count, n);
    else assert_int_equal(width, n);
    close_to(where, name, strcmp(kind, "last") == 0 ? v + count - n : v, values, n, BOUND);
    free(v);
}

/* one pass over the records: `set` hands over data and parameters, else everything stored is compared */
static void records(char *text, unroll_model *m, unroll_data *d, const size_t *lengths, bool set, const unroll_use_options *o, const char *where)
{
    size_t ng = set ? 0 : gradient_size(m);
    double loss = 0, *grad = NULL;
    if (!set) {
        grad = calloc(ng, sizeof *grad);
        assert_non_null(grad);
        OK(unroll_gradient(m, d, o, &loss, grad, ng));
    }
    for (char *p = text; *p; next_line(&p)) {
        char kind[16], name[64], example[16] = "0", count[16];
        word(&p, kind, sizeof kind);
        word(&p, name, sizeof name);
        bool shown = strcmp(kind, "value") == 0 || strcmp(kind, "first") == 0 || strcmp(kind, "last") == 0;
        if (shown) word(&p, example, sizeof example);
        word(&p, count, sizeof count);
        size_t n = strtoul(count, NULL, 10);
        double *v = read_numbers(&p, n);
        if (set && strcmp(kind, "data") == 0) OK(unroll_data_set_numbers(d, name, lengths, v));
        else if (set && strcmp(kind, "param") == 0) OK(unroll_param_set(m, name, v, n));
        else if (!set && shown) check_quantity(m, d, o, where, kind, name, strtoul(example, NULL, 10), v, n);
        else if (!set && strcmp(kind, "loss") == 0) close_to(where, "the loss", &loss, v, 1, BOUND);
        else if (!set && strcmp(kind, "grad") == 0) {
            size_t have, at = gradient_at(m, name, &have);
            assert_int_equal(have, n);
            close_to(where, name, grad + at, v, n, BOUND);
        }
        free(v);
    }
    free(grad);
}

static void test_case(void **state)
{
    const char *name = *state;
    char path[4096], w[64];
    snprintf(path, sizeof path, "%s/tests/golden/data/torch_%s.txt", UR_SOURCE_DIR, name);
    char *text = file_text(path);
    if (!text) fail_msg("%s cannot be read", path);
    char *p = text;
    next_line(&p);                                            /* "torch VERSION" */
    word(&p, w, sizeof w);                                    /* lengths N … */
    assert_string_equal(w, "lengths");
    word(&p, w, sizeof w);
    size_t n = strtoul(w, NULL, 10), lengths[16];
    assert_true(n <= 16);
    for (size_t i = 0; i < n; i++) { word(&p, w, sizeof w); lengths[i] = strtoul(w, NULL, 10); }
    next_line(&p);
    word(&p, w, sizeof w);                                    /* model LINES */
    word(&p, w, sizeof w);
    next_line(&p);
    char *model = p;
    for (int i = atoi(w); i > 0; i--) next_line(&p);

    unroll_model *m = NULL;
    unroll_data *d = NULL;
    OK(unroll_open_text(&m, model, (size_t)(p - model), name, NULL, 0));
    OK(unroll_data_new(&d, m, n));
    records(p, m, d, lengths, true, NULL, name);
    for (int naive = 1; naive >= 0; naive--) {
        unroll_use_options o = UNROLL_USE_INIT;
        char where[128];
        o.naive = naive;
        o.precision = 1;
        snprintf(where, sizeof where, "%s, %s plan", name, naive ? "naive" : "fast");
        records(p, m, d, lengths, false, &o, where);
    }
    unroll_data_free(d);
    unroll_close(m);
    free(text);
}

int main(void)
{
    enum { N = sizeof cases / sizeof *cases };
    struct CMUnitTest t[N];
    for (size_t i = 0; i < N; i++) t[i] = (struct CMUnitTest){ cases[i], test_case, NULL, NULL, (void *)(uintptr_t)cases[i] };
    return _cmocka_run_group_tests("torch", t, N, NULL, NULL);
}
