/* Every function of unroll.h with NULLs, with numbers that make no sense, and with what belongs to another model: an error of usage, or nothing at
 * all, but never a crash. Where a call is refused, unroll_error says why. The last test reads the header: a function, or a field of an option, that
 * no other test here names is a fault. */
#include "model_test.h"
#include <limits.h>

static unroll_model *m, *k;
static unroll_data *d, *dk;
static unroll_stream *s;

static int line(const char *t, void *a) { (void)t; (void)a; return 0; }

/* refused, and said why */
#define BAD(call) do { int rc_ = (int)(call); if (rc_ >= 0) fail_msg("%s: taken, %d", #call, rc_); if (!*unroll_error()) fail_msg("%s: says nothing", #call); } while (0)
/* an error of usage, and no other */
#define USAGE(call) do { int rc_ = (int)(call); if (rc_ != UNROLL_ERROR_USAGE || !*unroll_error()) fail_msg("%s: %d, \"%s\"", #call, rc_, unroll_error()); } while (0)
/* either, but it comes back */
#define ANY(call) do { if ((call) < 0 && !*unroll_error()) fail_msg("%s: fails and says nothing", #call); } while (0)

static const int odd_int[] = { INT_MIN, -1, 0, 1, 1 << 20, INT_MAX };
static const double odd_number[] = { NAN, -INFINITY, -1, 0, 1e-300, 1e300, INFINITY };
enum { INTS = sizeof odd_int / sizeof *odd_int, NUMBERS = sizeof odd_number / sizeof *odd_number };

static int set_up(void **state)
{
    (void)state;
    size_t n = 12;
    double y[12], z = 2;
    const char *c[12];
    for (size_t i = 0; i < n; i++) y[i] = wave(i), c[i] = i % 3 ? "a" : "b";
    m = model_of("data y[t] : real, c[t] : symbol\nparam E, W, v, b, s\nh[t] : 3 = tanh(E c[t] + W h[t-1] + y[t-1])\ny[t] ~ normal(v' h[t] + b, s)\n");
    OK(unroll_data_new(&d, m, 1));
    OK(unroll_data_set_numbers(d, "y", &n, y));
    OK(unroll_data_set_texts(d, "c", &n, c));
    unroll_fit_options f = UNROLL_FIT_INIT;
    f.epochs = 1;
    OK(unroll_fit(m, d, &f, NULL));
    k = model_of("data x[t] : real, q[t] : symbol, z : count\nparam E, v, s\nx[t] ~ normal(v' (E q[t]) + z, s)\n");
    OK(unroll_data_new(&dk, k, 1));
    OK(unroll_data_set_numbers(dk, "x", &n, y));
    OK(unroll_data_set_texts(dk, "q", &n, c));
    OK(unroll_data_set_numbers(dk, "z", NULL, &z));
    OK(unroll_stream_open(&s, m, 0, 1));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unroll_stream_close(s);
    unroll_data_free(d);
    unroll_data_free(dk);
    unroll_close(m);
    unroll_close(k);
    return 0;
}

static void models(void **state)
{
    (void)state;
    unroll_model *q = NULL;
    unroll_datum di;
    unroll_param pi;
    double v[8] = { 0 };
    const unroll_setting nameless = { NULL, 1 }, unknown = { "nope", NAN };
    static const char text[] = "data y[t] : real\nhyper n = 2\nparam a, s\ny[t] ~ normal(a y[t-1], s)\n";
    USAGE(unroll_open(NULL, NULL, NULL, 0));
    USAGE(unroll_open(&q, NULL, NULL, 0));
    USAGE(unroll_open(NULL, "x", NULL, 0));
    USAGE(unroll_open(&q, "/nonexistent", NULL, 3));
    BAD(unroll_open(&q, "", NULL, 0));
    USAGE(unroll_open_text(NULL, text, 5, "n", NULL, 0));
    USAGE(unroll_open_text(&q, NULL, 5, "n", NULL, 0));
    USAGE(unroll_open_text(&q, text, strlen(text), NULL, NULL, 3));
    USAGE(unroll_open_text(&q, text, strlen(text), NULL, NULL, SIZE_MAX));
    USAGE(unroll_open_text(&q, text, strlen(text), "n", &nameless, 1));
    BAD(unroll_open_text(&q, text, strlen(text), "n", &unknown, 1));
    BAD(unroll_open_text(&q, text, SIZE_MAX, "n", NULL, 0));
    static const double odd[] = { NAN, INFINITY, -INFINITY, -1, 0, 0.5, 1e300, INT_MAX, 2147483648.0, 0x1p53 };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        static const char sized[] = "data y[t] : real\nhyper n = 2\nparam v(n), s\ny[t] ~ normal(sum(v) y[t-n], s)\n";
        unroll_setting set = { "n", odd[i] };
        q = NULL;
        ANY(unroll_open_text(&q, sized, strlen(sized), "n", &set, 1));
        unroll_close(q);
    }
    USAGE(unroll_save(NULL, NULL));
    USAGE(unroll_save(m, NULL));
    USAGE(unroll_save(NULL, "x"));
    BAD(unroll_save(m, ""));
    USAGE(unroll_save(k, "x.out"));
    unroll_close(NULL);
    assert_int_equal(unroll_is_fitted(NULL), 0);
    assert_string_equal(unroll_model_text(NULL), "");
    assert_int_equal(unroll_model_chance(NULL), 0);
    assert_int_equal(unroll_data_count(NULL), 0);
    USAGE(unroll_data_info(NULL, 0, &di));
    USAGE(unroll_data_info(m, 0, NULL));
    USAGE(unroll_data_info(m, SIZE_MAX, &di));
    assert_int_equal(unroll_param_count(NULL), 0);
    USAGE(unroll_param_info(NULL, 0, &pi));
    USAGE(unroll_param_info(m, 0, NULL));
    USAGE(unroll_param_info(m, SIZE_MAX, &pi));
    USAGE(unroll_param_get(NULL, "b", v, 1));
    USAGE(unroll_param_get(m, NULL, v, 1));
    USAGE(unroll_param_get(m, "b", NULL, 1));
    USAGE(unroll_param_get(m, "b", v, 7));
    USAGE(unroll_param_get(k, "v", v, 1));
    unroll_table *shown;
    USAGE(unroll_param_table(NULL, NULL, &shown));
    USAGE(unroll_param_table(m, NULL, NULL));
    USAGE(unroll_param_table(m, "none", &shown));
    USAGE(unroll_param_table(k, NULL, &shown));
    USAGE(unroll_param_set(NULL, "b", v, 1));
    USAGE(unroll_param_set(m, NULL, v, 1));
    USAGE(unroll_param_set(m, "b", NULL, 1));
    USAGE(unroll_symbol_id(NULL, "c", "a"));
    USAGE(unroll_symbol_id(m, NULL, "a"));
    USAGE(unroll_symbol_id(m, "c", NULL));
    USAGE(unroll_symbol_id(m, "y", "a"));
    USAGE(unroll_symbol_id(k, "q", "a"));
    USAGE(unroll_model_notes(NULL, line, NULL));
    USAGE(unroll_model_notes(m, NULL, NULL));
    assert_string_equal(unroll_version(), UNROLL_VERSION);
    assert_non_null(strstr(unroll_cells(), "cell lstm("));
    unroll_set_allocator(NULL, NULL);
    unroll_set_memory(0);
    assert_true(unroll_memory() > 0);
    assert_null(unroll_symbol_text(NULL, "c", 3));
    assert_null(unroll_symbol_text(m, NULL, 3));
    assert_null(unroll_symbol_text(m, "c", -1));
    assert_null(unroll_symbol_text(m, "c", INT_MAX));
    assert_null(unroll_symbol_text(m, "c", INT_MIN));
    assert_null(unroll_symbol_text(m, "y", 1));
}

static void data(void **state)
{
    (void)state;
    unroll_data *x = NULL;
    size_t three = 3, large = SIZE_MAX / 2, count;
    double v[16] = { 0 };
    const char *texts[] = { "a", NULL, "b" }, *none[] = { NULL }, *file[] = { "/nonexistent.csv" };
    USAGE(unroll_data_new(NULL, m, 1));
    USAGE(unroll_data_new(&x, NULL, 1));
    USAGE(unroll_data_new(&x, m, SIZE_MAX));
    USAGE(unroll_data_set_numbers(NULL, "y", &three, v));
    OK(unroll_data_new(&x, m, 1));
    USAGE(unroll_data_set_numbers(x, NULL, &three, v));
    USAGE(unroll_data_set_numbers(x, "y", &three, NULL));
    USAGE(unroll_data_set_numbers(x, "y", NULL, v));
    USAGE(unroll_data_set_numbers(x, "c", &three, v));
    USAGE(unroll_data_set_numbers(x, "y", &large, v));
    USAGE(unroll_data_set_texts(NULL, "c", &three, texts));
    USAGE(unroll_data_set_texts(x, NULL, &three, texts));
    USAGE(unroll_data_set_texts(x, "c", &three, NULL));
    USAGE(unroll_data_set_texts(x, "y", &three, texts));
    ANY(unroll_data_set_texts(x, "c", &three, texts));
    unroll_data_free(x);
    USAGE(unroll_data_get_numbers(NULL, "y", 0, v, 9, &count));
    USAGE(unroll_data_get_numbers(d, NULL, 0, v, 9, &count));
    USAGE(unroll_data_get_numbers(d, "y", SIZE_MAX, v, 9, &count));
    USAGE(unroll_data_get_numbers(d, "c", 0, v, 9, &count));
    ANY(unroll_data_get_numbers(d, "y", 0, NULL, 9, &count));
    ANY(unroll_data_get_numbers(d, "y", 0, v, 9, NULL));
    USAGE(unroll_data_get_texts(NULL, "c", 0, texts, 3, &count));
    USAGE(unroll_data_get_texts(d, NULL, 0, texts, 3, &count));
    USAGE(unroll_data_get_texts(d, "c", SIZE_MAX, texts, 3, &count));
    USAGE(unroll_data_get_texts(d, "y", 0, texts, 3, &count));
    ANY(unroll_data_get_texts(d, "c", 0, NULL, 3, &count));
    ANY(unroll_data_get_texts(d, "c", 0, texts, 3, NULL));
    assert_true(unroll_data_length(NULL, "t", 0) < 0);
    assert_true(unroll_data_length(d, NULL, 0) < 0);
    assert_true(unroll_data_length(d, "t", SIZE_MAX) < 0);
    assert_true(unroll_data_length(d, "zz", 0) < 0);
    unroll_read_options o = UNROLL_READ_INIT;
    USAGE(unroll_data_read(NULL, m, file, 1, NULL));
    USAGE(unroll_data_read(&x, NULL, file, 1, NULL));
    USAGE(unroll_data_read(&x, m, NULL, 1, NULL));
    USAGE(unroll_data_read(&x, m, none, 1, NULL));
    USAGE(unroll_data_read(&x, m, file, SIZE_MAX, NULL));
    BAD(unroll_data_read(&x, m, file, 1, NULL));
    o.like = dk;
    USAGE(unroll_data_read(&x, m, file, 1, &o));
    o.like = NULL;
    for (int columns = -2; columns < 78; columns += 79) {
        o.columns = columns;
        USAGE(unroll_data_read(&x, m, file, 1, &o));
    }
    o.columns = 0;
    for (size_t size = 0; size < 3; size++) {
        o.size = size == 2 ? SIZE_MAX : size;
        BAD(unroll_data_read(&x, m, file, 1, &o));
    }
    char path[300];
    const char *table = temp_path(path, sizeof path, "misuse.csv");
    spill(table, "y,c\n1,a\n2,b\n", 12);
    static const size_t ints[] = { offsetof(unroll_read_options, stream), offsetof(unroll_read_options, regular), offsetof(unroll_read_options, delimiter),
        offsetof(unroll_read_options, decimal), offsetof(unroll_read_options, skip),
        offsetof(unroll_read_options, dates) };
    for (size_t i = 0; i < sizeof ints / sizeof *ints; i++)
        for (int j = 0; j < INTS; j++) {
            o = (unroll_read_options)UNROLL_READ_INIT;
            memcpy((char *)&o + ints[i], &odd_int[j], sizeof(int));
            x = NULL;
            ANY(unroll_data_read(&x, m, &table, 1, &o));
            unroll_data_free(x);
        }
    static const size_t words[] = { offsetof(unroll_read_options, group), offsetof(unroll_read_options, step), offsetof(unroll_read_options, missing) };
    static const char *const odd_word[] = { "", "nope", ",", "=", "y=", "\xff\xfe", "99999999999999999999month", "-1day", "1e400" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (size_t j = 0; j < sizeof odd_word / sizeof *odd_word; j++) {
            o = (unroll_read_options)UNROLL_READ_INIT;
            memcpy((char *)&o + words[i], &odd_word[j], sizeof *odd_word);
            x = NULL;
            ANY(unroll_data_read(&x, m, &table, 1, &o));
            unroll_data_free(x);
        }
    unlink(table);
    assert_int_equal(unroll_data_columns(NULL), -1);
    assert_int_equal(unroll_data_columns(d), -1);
    assert_null(unroll_data_column(NULL, "y"));
    assert_null(unroll_data_column(d, NULL));
    assert_null(unroll_data_column(d, "nope"));
    assert_null(unroll_data_group(NULL, 0, NULL));
    assert_null(unroll_data_group(d, 0, NULL));
    assert_null(unroll_data_group(d, SIZE_MAX, NULL));
    USAGE(unroll_data_describe(NULL, line, NULL));
    USAGE(unroll_data_describe(d, NULL, NULL));
    const size_t which[] = { 0, 0 }, beyond[] = { 1 }, far[] = { SIZE_MAX };
    USAGE(unroll_data_pick(NULL, d, which, 1));
    USAGE(unroll_data_pick(&x, NULL, which, 1));
    USAGE(unroll_data_pick(&x, d, NULL, 1));
    BAD(unroll_data_pick(&x, d, beyond, 1));
    BAD(unroll_data_pick(&x, d, far, 1));
    x = NULL;
    ANY(unroll_data_pick(&x, d, which, 0));
    unroll_data_free(x);
    unroll_data *part = NULL, *of = NULL;
    OK(unroll_data_slice(&part, d, 1, 3));
    USAGE(unroll_data_leave_out(NULL, "y"));
    USAGE(unroll_data_leave_out(part, NULL));
    USAGE(unroll_data_leave_out(part, "nope"));
    USAGE(unroll_data_leave_out(d, "y"));                /* parts of it are out */
    OK(unroll_data_slice(&of, part, 0, 1));
    OK(unroll_data_leave_out(part, "y"));
    OK(unroll_data_leave_out(of, "y"));
    OK(unroll_data_leave_out(of, "y"));
    double gone = 0;
    size_t rows = 0;
    OK(unroll_data_get_numbers(of, "y", 0, &gone, 1, &rows));        /* of what it was cut from, which lacks it only now */
    assert_true(rows == 1 && isnan(gone));
    OK(unroll_data_get_numbers(d, "y", 0, &gone, 1, &rows));
    assert_false(isnan(gone));
    unroll_data_free(of);
    unroll_data_free(part);
    USAGE(unroll_part_notes(NULL, d, "part", NULL, line, NULL));
    USAGE(unroll_part_notes(d, NULL, "part", NULL, line, NULL));
    USAGE(unroll_part_notes(d, d, NULL, NULL, line, NULL));
    USAGE(unroll_part_notes(d, d, "part", NULL, NULL, NULL));
    USAGE(unroll_part_notes(d, dk, "part", NULL, line, NULL));
    USAGE(unroll_write_file(NULL, "x", 1));
    USAGE(unroll_write_file("/nonexistent/x", NULL, 1));
    BAD(unroll_write_file("", "x", 1));
    BAD(unroll_write_file("/nonexistent/x", "x", 1));
    BAD(unroll_write_file("/", "x", 1));
    OK(unroll_write_file("/dev/null", NULL, 0));
    assert_int_equal(unroll_data_examples(NULL), 0);
    assert_int_equal(unroll_data_units(NULL), 0);
    USAGE(unroll_data_slice(NULL, d, 0, 1));
    USAGE(unroll_data_slice(&x, NULL, 0, 1));
    BAD(unroll_data_slice(&x, d, 5, 1));
    BAD(unroll_data_slice(&x, d, 0, SIZE_MAX));
    BAD(unroll_data_slice(&x, d, SIZE_MAX, SIZE_MAX));
    USAGE(unroll_data_notes(NULL, line, NULL));
    USAGE(unroll_data_notes(d, NULL, NULL));
    USAGE(unroll_prompt_notes(NULL, d, "a", line, NULL));
    BAD(unroll_prompt_notes(m, dk, "a", line, NULL));
    ANY(unroll_prompt_notes(m, d, NULL, line, NULL));
    USAGE(unroll_prompt_notes(m, d, "a", NULL, NULL));
    unroll_data_free(NULL);
}

/* a fit may take any number it does not refuse, but not for long */
static int enough(const unroll_progress *p, void *arg) { (void)arg; return p->epoch_ended || p->seconds > 0.2; }

static unroll_fit_options short_fit(void)
{
    unroll_fit_options f = UNROLL_FIT_INIT;
    f.epochs = 1;
    f.threads = 1;
    f.memory = 256 << 20;
    f.progress = enough;
    return f;
}

static void fits(void **state)
{
    (void)state;
    unroll_fit_options f = short_fit();
    USAGE(unroll_fit(NULL, d, &f, NULL));
    USAGE(unroll_fit(m, NULL, &f, NULL));
    USAGE(unroll_fit(m, dk, &f, NULL));
    USAGE(unroll_fit(k, d, &f, NULL));
    f.valid = dk;
    USAGE(unroll_fit(m, d, &f, NULL));
    static const size_t ints[] = { offsetof(unroll_fit_options, epochs), offsetof(unroll_fit_options, batch), offsetof(unroll_fit_options, chunk), offsetof(unroll_fit_options, context),
        offsetof(unroll_fit_options, horizon), offsetof(unroll_fit_options, patience), offsetof(unroll_fit_options, restarts), offsetof(unroll_fit_options, threads), offsetof(unroll_fit_options, precision),
        offsetof(unroll_fit_options, resume), offsetof(unroll_fit_options, min_count), offsetof(unroll_fit_options, method), offsetof(unroll_fit_options, average),
        offsetof(unroll_fit_options, recompute), offsetof(unroll_fit_options, max_vocabulary) };
    for (size_t i = 0; i < sizeof ints / sizeof *ints; i++)
        for (int j = 0; j < INTS; j++)
            for (int horizon = 0; horizon < 2; horizon++) {
                f = short_fit();
                f.horizon = horizon ? 3 : 0;
                memcpy((char *)&f + ints[i], &odd_int[j], sizeof(int));
                ANY(unroll_fit(m, d, &f, NULL));
            }
    static const size_t numbers[] = { offsetof(unroll_fit_options, rate), offsetof(unroll_fit_options, warmup), offsetof(unroll_fit_options, clip), offsetof(unroll_fit_options, decay),
        offsetof(unroll_fit_options, checkpoint_seconds), offsetof(unroll_fit_options, label_smoothing) };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        for (int j = 0; j < NUMBERS; j++) {
            f = short_fit();
            memcpy((char *)&f + numbers[i], &odd_number[j], sizeof(double));
            if (isnan(odd_number[j])) USAGE(unroll_fit(m, d, &f, NULL));
            else ANY(unroll_fit(m, d, &f, NULL));
        }
    static const char *const words[] = { "", "nope", "/nonexistent/x" };
    for (int j = 0; j < 3; j++) {
        f = short_fit();
        f.optimiser = words[j];
        USAGE(unroll_fit(m, d, &f, NULL));
        f = short_fit();
        f.schedule = words[j];
        USAGE(unroll_fit(m, d, &f, NULL));
    }
    f = short_fit();
    f.log = "/nonexistent/x";
    ANY(unroll_fit(m, d, &f, NULL));
    f = short_fit();
    f.checkpoint = "/nonexistent/x";
    ANY(unroll_fit(m, d, &f, NULL));
    f = short_fit();
    f.memory = 1;
    ANY(unroll_fit(m, d, &f, NULL));
    f = short_fit();
    f.seed = UINT64_MAX;
    f.progress = NULL;
    f.arg = f.note_arg = &f;
    f.note = NULL;
    OK(unroll_fit(m, d, &f, NULL));
    f.note = line;
    OK(unroll_fit(m, d, &f, NULL));
    for (size_t size = 0; size < sizeof(unroll_fit_options); size += 4) {
        f = short_fit();
        f.size = size;
        ANY(unroll_fit(m, d, &f, NULL));
    }
}

static void ask(const unroll_use_options *o)
{
    unroll_table *t = NULL;
    double sum, count;
    ANY(unroll_predict(m, d, o, &t));
    unroll_table_free(t);
    t = NULL;
    ANY(unroll_score(m, d, o, &t));
    unroll_table_free(t);
    t = NULL;
    ANY(unroll_sample(m, d, o, &t));
    unroll_table_free(t);
    ANY(unroll_loss(m, d, o, &sum, &count));
}

static void uses(void **state)
{
    (void)state;
    unroll_table *t = NULL;
    unroll_data *x = NULL;
    unroll_use_options o = UNROLL_USE_INIT;
    USAGE(unroll_predict(NULL, d, &o, &t));
    USAGE(unroll_predict(m, d, &o, NULL));
    USAGE(unroll_predict(m, dk, &o, &t));
    USAGE(unroll_predict(k, dk, &o, &t));
    USAGE(unroll_predict(m, NULL, NULL, NULL));
    ANY(unroll_predict(m, NULL, NULL, &t));
    USAGE(unroll_sample(NULL, NULL, &o, &t));
    USAGE(unroll_sample(m, NULL, &o, NULL));
    USAGE(unroll_sample(m, dk, NULL, &t));
    USAGE(unroll_data_complete(NULL, m, d, &o));
    USAGE(unroll_data_complete(&x, NULL, d, &o));
    USAGE(unroll_data_complete(&x, m, NULL, &o));
    USAGE(unroll_data_complete(&x, m, dk, &o));
    USAGE(unroll_score(NULL, d, &o, &t));
    USAGE(unroll_score(m, NULL, &o, &t));
    USAGE(unroll_score(m, d, &o, NULL));
    USAGE(unroll_score(m, dk, &o, &t));
    o.history = dk;
    BAD(unroll_score(m, d, &o, &t));
    o.history = NULL;
    o.future = dk;
    o.horizon = 2;
    USAGE(unroll_predict(m, d, &o, &t));
    static const size_t ints[] = { offsetof(unroll_use_options, horizon), offsetof(unroll_use_options, samples), offsetof(unroll_use_options, top_k), offsetof(unroll_use_options, max_length),
        offsetof(unroll_use_options, context), offsetof(unroll_use_options, stride), offsetof(unroll_use_options, threads), offsetof(unroll_use_options, precision),
        offsetof(unroll_use_options, naive), offsetof(unroll_use_options, season), offsetof(unroll_use_options, beam), offsetof(unroll_use_options, n_best),
        offsetof(unroll_use_options, min_length), offsetof(unroll_use_options, go_on), offsetof(unroll_use_options, complete), offsetof(unroll_use_options, any_reference),
        offsetof(unroll_use_options, confusion), offsetof(unroll_use_options, probabilities), offsetof(unroll_use_options, classes), offsetof(unroll_use_options, rows),
        offsetof(unroll_use_options, stream) };
    for (size_t i = 0; i < sizeof ints / sizeof *ints; i++)
        for (int j = 0; j < INTS; j++)
            for (int horizon = 0; horizon < 2; horizon++) {
                if (odd_int[j] == 1 << 20 && (ints[i] == offsetof(unroll_use_options, horizon) || ints[i] == offsetof(unroll_use_options, samples))) continue;   /* a million of them: right, and long */
                o = (unroll_use_options)UNROLL_USE_INIT;
                o.threads = 1;
                o.memory = 256 << 20;
                o.horizon = horizon ? 3 : 0;
                memcpy((char *)&o + ints[i], &odd_int[j], sizeof(int));
                ask(&o);
            }
    static const size_t numbers[] = { offsetof(unroll_use_options, temperature), offsetof(unroll_use_options, top_p), offsetof(unroll_use_options, length_penalty) };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        for (int j = 0; j < NUMBERS; j++) {
            o = (unroll_use_options)UNROLL_USE_INIT;
            o.threads = 1;
            o.horizon = o.samples = 2;
            memcpy((char *)&o + numbers[i], &odd_number[j], sizeof(double));
            ask(&o);
        }
    o = (unroll_use_options)UNROLL_USE_INIT;
    o.seed = UINT64_MAX;
    o.progress = NULL;
    o.note = line;
    o.arg = o.note_arg = &o;
    o.horizon = o.samples = 2;
    ask(&o);
    static const char *const words[] = { "", "nope", "\xff\xfe" };
    for (int j = 0; j < 3; j++) {
        o = (unroll_use_options)UNROLL_USE_INIT;
        o.prompt = words[j];
        ask(&o);
        o = (unroll_use_options)UNROLL_USE_INIT;
        o.tokenize = words[j];
        ask(&o);
    }
    for (size_t size = 0; size < sizeof(unroll_use_options); size += 4) {
        o = (unroll_use_options)UNROLL_USE_INIT;
        o.size = size;
        ask(&o);
    }
}

static void looks(void **state)
{
    (void)state;
    unroll_table *t = NULL;
    unroll_named q;
    double a, v[100];
    size_t count;
    int w;
    const char *none[] = { NULL }, *ref[] = { "/dev/null" };
    USAGE(unroll_compare(NULL, NULL, 0, NULL, &t));
    USAGE(unroll_compare("x", NULL, 1, NULL, &t));
    USAGE(unroll_compare("x", ref, 1, NULL, NULL));
    USAGE(unroll_compare("/dev/null", none, 1, NULL, &t));
    USAGE(unroll_compare("/dev/null", ref, SIZE_MAX, NULL, &t));
    unroll_compare_options co = UNROLL_COMPARE_INIT;
    co.tokenize = "nope";
    co.progress = NULL;
    co.arg = &co;
    USAGE(unroll_compare("/dev/null", ref, 1, &co, &t));
    for (size_t size = 0; size < sizeof(unroll_compare_options); size += 4) {
        co.size = size;
        t = NULL;
        ANY(unroll_compare("/dev/null", ref, 1, &co, &t));
        unroll_table_free(t);
    }
    USAGE(unroll_loss(NULL, d, NULL, &a, &a));
    USAGE(unroll_loss(m, NULL, NULL, &a, &a));
    USAGE(unroll_loss(m, dk, NULL, &a, &a));
    ANY(unroll_loss(m, d, NULL, NULL, NULL));
    const char *const name_h[] = { "h" };
    USAGE(unroll_values(NULL, d, name_h, 1, NULL, &t));
    USAGE(unroll_values(m, NULL, name_h, 1, NULL, &t));
    USAGE(unroll_values(m, d, NULL, 1, NULL, &t));
    USAGE(unroll_values(m, d, name_h, 1, NULL, NULL));
    USAGE(unroll_values(m, dk, name_h, 1, NULL, &t));
    USAGE(unroll_values(m, d, (const char *const[]){ "" }, 1, NULL, &t));
    USAGE(unroll_quantity(NULL, d, "h", 0, NULL, v, 100, &count, &w));
    USAGE(unroll_quantity(m, NULL, "h", 0, NULL, v, 100, &count, &w));
    USAGE(unroll_quantity(m, d, NULL, 0, NULL, v, 100, &count, &w));
    USAGE(unroll_quantity(m, d, "h", SIZE_MAX, NULL, v, 100, &count, &w));
    USAGE(unroll_quantity(m, dk, "h", 0, NULL, v, 2, &count, &w));
    BAD(unroll_quantity(m, d, "", 0, NULL, v, 2, &count, &w));
    ANY(unroll_quantity(m, d, "h", 0, NULL, NULL, 100, &count, &w));
    ANY(unroll_quantity(m, d, "h", 0, NULL, v, 2, NULL, NULL));
    assert_int_equal(unroll_quantity_count(NULL), 0);
    USAGE(unroll_quantity_info(NULL, 0, &q));
    USAGE(unroll_quantity_info(m, 0, NULL));
    USAGE(unroll_quantity_info(m, SIZE_MAX, &q));
    USAGE(unroll_gradient(NULL, d, NULL, &a, v, 100));
    USAGE(unroll_gradient(m, NULL, NULL, &a, v, 100));
    USAGE(unroll_gradient(m, d, NULL, &a, NULL, 100));
    USAGE(unroll_gradient(m, d, NULL, &a, v, 1));
    USAGE(unroll_gradient(m, dk, NULL, &a, v, 100));
    assert_int_equal(unroll_table_rows(NULL), 0);
    assert_int_equal(unroll_table_columns(NULL), 0);
    assert_string_equal(unroll_table_name(NULL, 0), "");
    assert_int_equal(unroll_table_is_text(NULL, 0), 0);
    assert_true(isnan(unroll_table_number(NULL, 0, 0)));
    unroll_table_text(NULL, 0, 0);
    unroll_table_free(NULL);
    unroll_use_options h = UNROLL_USE_INIT;
    OK(unroll_score(m, d, &h, &t));
    unroll_table_name(t, SIZE_MAX);
    unroll_table_is_text(t, SIZE_MAX);
    assert_true(isnan(unroll_table_number(t, SIZE_MAX, 0)) && isnan(unroll_table_number(t, 0, SIZE_MAX)));
    unroll_table_text(t, 0, SIZE_MAX);
    unroll_table_text(t, SIZE_MAX, 0);
    unroll_table_free(t);
    USAGE(unroll_explain(NULL, d, line, NULL));
    USAGE(unroll_explain(m, d, NULL, NULL));
    USAGE(unroll_explain(m, dk, line, NULL));
}

static void streams(void **state)
{
    (void)state;
    unroll_stream *x = NULL;
    double v[16] = { 0 };
    char kept[4096];
    USAGE(unroll_stream_open(NULL, m, 0, 0));
    USAGE(unroll_stream_open(&x, NULL, 0, 0));
    USAGE(unroll_stream_open(&x, k, 0, 0));
    USAGE(unroll_stream_set_number(NULL, 0, v));
    USAGE(unroll_stream_set_number(s, SIZE_MAX, v));
    USAGE(unroll_stream_set_number(s, 1, v));
    ANY(unroll_stream_set_number(s, 0, NULL));
    USAGE(unroll_stream_set_symbol(NULL, 1, 0));
    for (int i = 0; i < INTS; i++) ANY(unroll_stream_set_symbol(s, 1, odd_int[i]));
    USAGE(unroll_stream_step(NULL));
    USAGE(unroll_stream_value(NULL, 0, v));
    USAGE(unroll_stream_value(s, 0, NULL));
    USAGE(unroll_stream_value(s, SIZE_MAX, v));
    USAGE(unroll_stream_prediction(NULL, 0, v, 9));
    USAGE(unroll_stream_prediction(s, 0, NULL, 9));
    ANY(unroll_stream_prediction(s, 0, v, 0));
    USAGE(unroll_stream_sampling(NULL, 1, 1, 1, 1));
    ANY(unroll_stream_sampling(s, 1, NAN, -1, NAN));
    assert_int_equal(unroll_stream_state_size(NULL), 0);
    USAGE(unroll_stream_save(NULL, kept, sizeof kept));
    USAGE(unroll_stream_save(s, NULL, sizeof kept));
    USAGE(unroll_stream_save(s, kept, 1));
    USAGE(unroll_stream_restore(NULL, kept, sizeof kept));
    USAGE(unroll_stream_restore(s, NULL, sizeof kept));
    USAGE(unroll_stream_restore(s, kept, 1));
    OK(unroll_stream_set_symbol(s, 1, 3));
    OK(unroll_stream_step(s));
    OK(unroll_stream_save(s, kept, sizeof kept));
    static const uint64_t odd_position[] = { UINT64_MAX, (uint64_t)1 << 63, (uint64_t)1 << 53 };
    char there[8];
    memcpy(there, kept, 8);
    for (size_t i = 0; i < 3; i++) {
        memcpy(kept, &odd_position[i], 8);
        USAGE(unroll_stream_restore(s, kept, sizeof kept));
    }
    memcpy(kept, there, 8);
    for (size_t i = 16; i < unroll_stream_state_size(s); i++) kept[i] = (char)0x7f;     /* a state of the right size, with nonsense in it */
    ANY(unroll_stream_restore(s, kept, sizeof kept));
    ANY(unroll_stream_set_symbol(s, 1, 3));
    ANY(unroll_stream_step(s));
    USAGE(unroll_stream_reset(NULL));
    OK(unroll_stream_reset(s));
    unroll_stream_close(NULL);
}

static void others(void **state)
{
    (void)state;
    unroll_import_options io = UNROLL_IMPORT_INIT;
    unroll_bench_options bo = UNROLL_BENCH_INIT;
    unroll_bench_result br;
    size_t doubts;
    USAGE(unroll_bench_ceiling(NULL, NULL));
    USAGE(unroll_bench_cell(NULL, NULL));
    USAGE(unroll_bench_cell(&bo, &br));
    static const size_t sizes[] = { offsetof(unroll_bench_options, batch), offsetof(unroll_bench_options, steps), offsetof(unroll_bench_options, inputs), offsetof(unroll_bench_options, hidden),
        offsetof(unroll_bench_options, vocabulary), offsetof(unroll_bench_options, threads), offsetof(unroll_bench_options, precision), offsetof(unroll_bench_options, recompute),
        offsetof(unroll_bench_options, ragged) };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int j = 0; j < INTS; j++) {
            bo = (unroll_bench_options)UNROLL_BENCH_INIT;
            bo.cell = "rnn";
            bo.batch = bo.steps = bo.inputs = bo.hidden = 2;
            bo.threads = 1;
            bo.what = UNROLL_BENCH_CHECK;
            memcpy((char *)&bo + sizes[i], &odd_int[j], sizeof(int));
            ANY(unroll_bench_cell(&bo, &br));
        }
    bo.nset = 2;
    USAGE(unroll_bench_cell(&bo, &br));
    bo.set = (unroll_setting[]){ { NULL, 1 }, { "nope", NAN } };
    USAGE(unroll_bench_cell(&bo, &br));
    for (int j = 0; j < INTS; j++) {
        bo = (unroll_bench_options)UNROLL_BENCH_INIT;
        bo.cell = j % 2 ? "nope" : "/nonexistent.unr";
        bo.what = odd_int[j];
        BAD(unroll_bench_cell(&bo, &br));
    }
    for (int j = 0; j < NUMBERS; j++) {
        bo = (unroll_bench_options)UNROLL_BENCH_INIT;
        bo.cell = "rnn";
        bo.what = UNROLL_BENCH_CHECK;
        bo.seconds = odd_number[j];
        bo.seed = UINT64_MAX;
        ANY(unroll_bench_cell(&bo, &br));
    }
    for (size_t size = 4; size < sizeof(unroll_bench_options); size += 4) {
        if (size == 16) size = offsetof(unroll_bench_options, what) + sizeof(int);      /* a cell, and not that it is only to be checked */
        bo = (unroll_bench_options)UNROLL_BENCH_INIT;
        bo.cell = "rnn";
        bo.what = UNROLL_BENCH_CHECK;
        bo.size = size;
        ANY(unroll_bench_cell(&bo, &br));
    }
    USAGE(unroll_import(NULL, "x", &io));
    USAGE(unroll_import(m, NULL, &io));
    BAD(unroll_import(m, "/dev/null", NULL));
    USAGE(unroll_import_map(NULL, "x", &io, line, NULL, &doubts));
    USAGE(unroll_import_map(m, NULL, &io, line, NULL, &doubts));
    BAD(unroll_import_map(m, "/dev/null", NULL, NULL, NULL, NULL));
    io.nvocabulary = 2;
    BAD(unroll_import(k, "/dev/null", &io));
    io.vocabulary = (unroll_vocabulary[]){ { NULL, NULL }, { "q", NULL } };
    BAD(unroll_import(k, "/dev/null", &io));
    io.nvocabulary = 0;
    io.nscale = 2;
    BAD(unroll_import(k, "/dev/null", &io));
    io.scale = (unroll_scale[]){ { NULL, NULL, NULL, 1 }, { "x", NULL, NULL, 1 } };
    BAD(unroll_import(k, "/dev/null", &io));
    for (size_t size = 0; size < sizeof(unroll_import_options); size += 4) {
        io = (unroll_import_options)UNROLL_IMPORT_INIT;
        io.size = size;
        BAD(unroll_import(k, "/dev/null", &io));
    }
    io = (unroll_import_options)UNROLL_IMPORT_INIT;
    io.partial = INT_MAX;
    io.map = "/nonexistent.map";
    BAD(unroll_import(k, "/dev/null", &io));
    USAGE(unroll_export(NULL, "x", "y"));
    USAGE(unroll_export(m, NULL, "y"));
    USAGE(unroll_export(m, "/nonexistent/x", NULL));
    BAD(unroll_export(k, "/nonexistent/x", "y"));
}

/* `text` without comments, which are blanks afterwards */
static void uncomment(char *text)
{
    for (char *p = strstr(text, "/*"), *q; p; p = strstr(p, "/*")) {
        q = strstr(p, "*/");
        assert_non_null(q);
        memset(p, ' ', (size_t)(q + 2 - p));
    }
}

static size_t name_at(const char *p) { return strspn(p, "abcdefghijklmnopqrstuvwxyz0123456789_"); }

static void set_somewhere(const char *here, const char *name)
{
    char dot[64], of[64];
    int n = (int)name_at(name);
    snprintf(dot, sizeof dot, ".%.*s = ", n, name);
    snprintf(of, sizeof of, "_options, %.*s)", n, name);
    if (!n || (!strstr(here, dot) && !strstr(here, of))) fail_msg("the field \"%.*s\" of an option is set nowhere here", n, name);
}

static void nothing_is_left_out(void **state)
{
    (void)state;
    size_t n, functions = 0, fields = 0;
    char *header = (char *)slurp(UR_SOURCE_DIR "/include/unroll.h", &n), *here = (char *)slurp(UR_SOURCE_DIR "/tests/model/test_misuse.c", &(size_t){ 0 }), word[120];
    assert_true(header && here && n > 10000);
    header[n] = 0;
    uncomment(header);
    for (char *p = strstr(header, "UNROLL_API "); p; p = strstr(p + 1, "UNROLL_API ")) {
        char *name = strpbrk(p, "(;");
        if (!name || *name == ';') continue;
        while (name[-1] == '_' || (name[-1] >= 'a' && name[-1] <= 'z')) name--;
        if (strncmp(name, "unroll_", 7) != 0) continue;                                /* the macro itself */
        snprintf(word, sizeof word, "%.*s(", (int)name_at(name), name);
        if (!strstr(here, word)) fail_msg("%s) is called nowhere here", word);
        functions++;
    }
    for (char *p = strstr(header, "_options {"); p; p = strstr(p + 1, "_options {")) {
        char *end = strchr(p, '}');
        p = strchr(p, '{') + 1;
        for (char *semi = strchr(p, ';'); semi && semi < end; p = semi + 1, semi = strchr(p, ';')) {
            *semi = 0;
            char *call = strstr(p, "(*");                                               /* a function: its name, not what it takes */
            for (char *at = call ? call + 2 : p, *comma; at; at = comma ? comma + 1 : NULL) {
                comma = call ? NULL : strchr(at, ',');
                char *name = call ? at : comma ? comma : semi;
                while (!call && name_at(name - 1)) name--;
                set_somewhere(here, name);
                fields++;
            }
        }
    }
    assert_true(functions > 60 && fields > 70);
    free(header);
    free(here);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(models), cmocka_unit_test(data), cmocka_unit_test(fits), cmocka_unit_test(uses), cmocka_unit_test(looks), cmocka_unit_test(streams),
                                        cmocka_unit_test(others), cmocka_unit_test(nothing_is_left_out) };
    return cmocka_run_group_tests_name("model/misuse", tests, set_up, tear_down);
}
