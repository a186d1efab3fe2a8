/* The bits that fits and uses give stay the same: for every model of models/, every cell and every distribution a small fit on data made here, and what
 * comes of it (weights, losses, scores, predictions, samples, beams, gradients, a stream), as hashes.
 *
 * On one thread and on two they must be equal. They must also equal those stored in bits.txt where this machine computes as the one that stored them did:
 * the file's first line names its instructions, compiler and libraries, and elsewhere the comparison is left out, with a word. A change that moves bits
 * on purpose stores them anew and says why:
 *
 *     UR_BITS_STORE=1 build/tests/bits_test_bits */
#include <cblas.h>
#include <gnu/libc-version.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "math/kernels.h"
#include "unroll.h"

enum { EXAMPLES = 6, MANY = 100, LONGEST = 9, WORDS = 7, LINES = 2000 };

typedef struct subject {
    const char *name;                    /* a file of models/, or what `text` is */
    const char *text;                    /* NULL: models/NAME.unr */
    unroll_setting set[3];               /* smaller sizes than the model's own */
    int examples, length;                /* 0: EXAMPLES, LONGEST */
    int precision, batch;                /* as unroll_fit_options; batch 0: 4 */
} subject;

#define N { "n", 8 }
#define M { "m", 6 }
#define CELL(call) "data x[t], y[t] : real\nparam V, c\nh[t] = " call "\ny[t] ~ normal(V h[t] + c, 1)\n"
#define DRAWN(kind, line) "data x[t] : real\ndata y[t] : " kind "\nparam U, W, b, V, c\nh[t] : 5 = tanh(U x[t] + W h[t-1] + b)\n" line "\n"

static const subject subjects[] = {
    { "adding", .set = { N } },
    { "ar", .set = { { "d", 4 } }, .examples = 1, .length = 120 },
    { "bidirectional", .set = { N } },
    { "caption", .set = { N, M } , .examples = 3 },
    { "char", .set = { N, M } },
    { "classify", .set = { N, M } },
    { "context", .set = { { "k", 6 }, M } },
    { "copy", .set = { N } },
    { "deep_output", .set = { N } },
    { "deep_series", .set = { N } },
    { "digits", .set = { N } },
    { "drive", .length = 30 },
    { "etth1", .set = { { "k", 5 } }, .examples = 1, .length = 90 },
    { "g2p", .set = { N, M } },
    { "language", .set = { N } },
    { "names", .set = { N } },
    { "pixels", .set = { N } },
    { "rnn", .set = { N } },
    { "self_attention", .set = { N } },
    { "slots", .set = { N } },
    { "stacked", .set = { N } },
    { "strokes", .set = { N } },
    { "sunspots", .examples = 1, .length = 100 },
    { "tagger", .set = { N } },
    { "translate", .set = { N, M, { "k", 5 } } },
    { "vic_elec", .set = { N }, .examples = 1, .length = 400 },
    { "vowels", .set = { N } },
    { "walk", .set = { N } },
    { "weather", .set = { N }, .length = 40 },
    { "words", .set = { N } },
    { "lstm of many shards", .text = CELL("lstm(7, x[t])"), .examples = MANY, .batch = 90 },
    { "rnn_relu", .text = CELL("rnn_relu(7, x[t])") },
    { "lstm", .text = CELL("lstm(7, x[t])") },
    { "lstm in double precision", .text = CELL("lstm(7, x[t])"), .precision = 1 },
    { "lstm_peephole", .text = CELL("lstm_peephole(7, x[t])") },
    { "gru_torch", .text = CELL("gru_torch(7, x[t])") },
    { "layernorm_lstm", .text = CELL("layernorm_lstm(7, x[t])") },
    { "mlp", .text = CELL("mlp(4, x[t], 9)") },
    { "laplace", .text = DRAWN("real", "y[t] ~ laplace(V h[t] + c, 1)") },
    { "student_t", .text = DRAWN("real", "y[t] ~ student_t(V h[t] + c, 1, 4)") },
    { "bernoulli", .text = DRAWN("count", "y[t] ~ bernoulli(V h[t] + c)") },
    { "poisson", .text = DRAWN("count", "y[t] ~ poisson(exp(V h[t] + c))") },
    { "negative_binomial", .text = DRAWN("count", "y[t] ~ negative_binomial(exp(V h[t] + c), 2)") },
    { "lognormal", .text = DRAWN("raw", "y[t] ~ lognormal(V h[t] + c, 1)") },
    { "gamma", .text = DRAWN("raw", "y[t] ~ gamma(2, exp(V h[t] + c))") },
    { "beta", .text = DRAWN("raw", "y[t] ~ beta(exp(V h[t] + c), 2)") },
    { "exponential", .text = DRAWN("raw", "y[t] ~ exponential(exp(V h[t] + c))") },
    { "weibull", .text = DRAWN("raw", "y[t] ~ weibull(2, exp(V h[t] + c))") },
    { "positions and conditions", .text = "data x[t], y[t] : real\nindex s = t\nparam A, U, b, c, d, h0\n"
      "z[t] : 1 = sum[s <= t](x[s]) / t + max[s <= t](x[s]) + where(t > 3, x[t-2], d)\nh[0] = h0\nh[t] : 4 = tanh(A h[t-1] + U z[t])\n"
      "y[t] ~ normal(b' h[t] + c * t / 10 + mean[s](x[s]), 1)\n" },
};

/* ---- hashes: FNV-1a of 64 bits */
static uint64_t fold(uint64_t h, const void *bytes, size_t n)
{
    const unsigned char *s = bytes;
    for (size_t i = 0; i < n; i++)
        h = (h ^ s[i]) * 1099511628211u;
    return h;
}

static uint64_t fold_number(uint64_t h, double v)
{
    if (isnan(v))
        v = NAN;                         /* a NaN is a NaN */
    return fold(h, &v, sizeof v);
}

static uint64_t fold_table(uint64_t h, unroll_table *t)
{
    for (size_t c = 0; c < unroll_table_columns(t); c++) {
        h = fold(h, unroll_table_name(t, c), strlen(unroll_table_name(t, c)));
        for (size_t r = 0; r < unroll_table_rows(t); r++)
            if (unroll_table_is_text(t, c)) {
                const char *s = unroll_table_text(t, r, c);
                h = fold(h, s ? s : "", s ? strlen(s) + 1 : 1);
            } else {
                h = fold_number(h, unroll_table_number(t, r, c));
            }
    }
    unroll_table_free(t);
    return h;
}

/* ---- data made up, the same for every call: numbers as the distributions take them, words of few letters, sequences of several lengths */
static uint32_t scramble(uint32_t a, uint32_t b)
{
    uint32_t h = (a * 2654435761u) ^ (b * 2246822519u + 374761393u);
    h ^= h >> 15;
    h *= 2654435761u;
    return h ^ h >> 13;
}

static size_t length_of(const subject *s, const char *index, size_t example)
{
    uint32_t name = 0;
    for (; *index; index++)
        name = name * 31 + (uint32_t)*index;
    int most = s->length ? s->length : LONGEST;
    return (size_t)most - scramble(name, (uint32_t)example) % (most / 3u);
}

static double number_of(const subject *s, const unroll_datum *d, size_t row, size_t k)
{
    uint32_t h = scramble((uint32_t)row * 31 + (uint32_t)k, (uint32_t)strlen(d->name) + (uint32_t)d->name[0]);
    double u = h / 4294967296.0;
    if (d->kind == UNROLL_TIME)
        return 1325376000.0 + 1800.0 * (double)row;
    if (d->kind == UNROLL_COUNT)
        return strcmp(s->name, "bernoulli") ? floor(5 * u * u) : floor(2 * u);
    if (d->kind == UNROLL_RAW)
        return 0.05 + 0.9 * u;
    return 3 + sin(0.3 * (double)row) + 0.5 * (u - 0.5);
}

static const char *word_of(uint32_t h)
{
    static const char *const words[WORDS] = { "a", "be", "cad", "deaf", "bag", "fee", "g" };
    return words[h % WORDS];
}

/* one text for each example, to be cut into as many characters or words as the example has positions */
static void cut_texts(const subject *s, const unroll_datum *d, size_t examples, char text[][600])
{
    bool words = d->kind == UNROLL_WORDS || d->kind == UNROLL_PIECES || d->nindex == 2;
    for (size_t x = 0; x < examples; x++) {
        size_t n = length_of(s, d->index[0], x), at = 0;
        for (size_t i = 0; i < n; i++) {
            uint32_t h = scramble((uint32_t)(x * 100 + i), (uint32_t)d->index[0][0]);
            if (words)
                at += (size_t)sprintf(text[x] + at, "%s%s", i ? " " : "", word_of(h));
            else
                text[x][at++] = (char)('a' + h % WORDS);
        }
        text[x][at] = 0;
    }
}

enum { GIVEN, CUT_OFF, ALL };            /* what is drawn is left out, or its last numbers are, or nothing */

static void set_datum(const subject *s, unroll_data *data, const unroll_datum *d, size_t examples, int how)
{
    size_t lengths[MANY], rows = 0, width = (size_t)d->width;
    bool symbols = d->kind == UNROLL_SYMBOL || d->kind == UNROLL_CHARS || d->kind == UNROLL_WORDS || d->kind == UNROLL_BYTES || d->kind == UNROLL_PIECES;
    for (size_t x = 0; x < examples; x++)
        rows += lengths[x] = d->nindex ? length_of(s, d->index[0], x) : 1;
    int rc;
    if (symbols && d->kind != UNROLL_SYMBOL) {
        static char text[MANY][600];
        const char *texts[MANY];
        cut_texts(s, d, examples, text);
        for (size_t x = 0; x < examples; x++)
            texts[x] = text[x];
        rc = unroll_data_set_texts(data, d->name, NULL, texts);
    } else if (symbols) {
        const char **texts = malloc(rows * width * sizeof *texts);
        for (size_t i = 0; i < rows * width; i++)
            texts[i] = word_of(scramble((uint32_t)i, (uint32_t)d->name[0]));
        rc = unroll_data_set_texts(data, d->name, d->nindex ? lengths : NULL, texts);
        free(texts);
    } else {
        double *v = malloc(rows * width * sizeof *v);
        for (size_t i = 0; i < rows; i++)
            for (size_t k = 0; k < width; k++)
                v[i * width + k] = number_of(s, d, i, k);
        size_t cut = d->drawn && d->nindex && how == CUT_OFF ? 3 * width : 0;
        for (size_t i = 0; i < cut; i++)
            v[rows * width - 1 - i] = NAN;
        rc = unroll_data_set_numbers(data, d->name, d->nindex ? lengths : NULL, v);
        free(v);
    }
    if (rc)
        fail_msg("%s: %s: %s", s->name, d->name, unroll_error());
}

static unroll_data *data_of(const subject *s, unroll_model *m, int how)
{
    unroll_data *data = NULL;
    size_t examples = s->examples ? (size_t)s->examples : EXAMPLES;
    assert_int_equal(unroll_data_new(&data, m, examples), 0);
    for (size_t i = 0; i < unroll_data_count(m); i++) {
        unroll_datum d;
        assert_int_equal(unroll_data_info(m, i, &d), 0);
        if (how != GIVEN || !d.drawn)
            set_datum(s, data, &d, examples, how);
    }
    return data;
}

/* ---- what is hashed: a line for each */
typedef struct lines { char line[LINES][120]; int n; } lines;

static void put(lines *l, const subject *s, const char *what, uint64_t h)
{
    assert_true(l->n < LINES);
    snprintf(l->line[l->n++], sizeof l->line[0], "%s: %s %016llx", s->name, what, (unsigned long long)h);
}

static const uint64_t start = 14695981039346656037u;

/* what is refused has a hash too: that of its error code */
static uint64_t refused(int rc)
{
    return (uint64_t)(unsigned)-rc;
}

typedef int use_function(unroll_model *m, const unroll_data *d, const unroll_use_options *o, unroll_table **out);

static uint64_t table_hash(use_function *use, unroll_model *m, const unroll_data *d, const unroll_use_options *o)
{
    unroll_table *t = NULL;
    int rc = use(m, d, o, &t);
    return rc ? refused(rc) : fold_table(start, t);
}

static uint64_t weights_hash(unroll_model *m)
{
    uint64_t h = start;
    for (size_t i = 0; i < unroll_param_count(m); i++) {
        unroll_param p;
        assert_int_equal(unroll_param_info(m, i, &p), 0);
        double *w = malloc(p.count * sizeof *w);
        assert_int_equal(unroll_param_get(m, p.name, w, p.count), 0);
        for (size_t k = 0; k < p.count; k++)
            h = fold_number(h, w[k]);
        free(w);
    }
    return h;
}

static uint64_t gradient_hash(unroll_model *m, const unroll_data *d, const unroll_use_options *o)
{
    size_t n = 0;
    for (size_t i = 0; i < unroll_param_count(m); i++) {
        unroll_param p;
        assert_int_equal(unroll_param_info(m, i, &p), 0);
        n += p.trained ? p.count : 0;
    }
    double loss = 0, *g = calloc(n + 1, sizeof *g);
    int rc = unroll_gradient(m, d, o, &loss, g, n);
    uint64_t h = fold_number(start, loss);
    for (size_t k = 0; k < n; k++)
        h = fold_number(h, g[k]);
    free(g);
    return rc ? refused(rc) : h;
}

static uint64_t loss_hash(unroll_model *m, const unroll_data *d, const unroll_use_options *o)
{
    double sum = 0, count = 0;
    int rc = unroll_loss(m, d, o, &sum, &count);
    return rc ? refused(rc) : fold_number(fold_number(start, sum), count);
}

/* a few steps in which the model draws all that it can */
static uint64_t stream_hash(const subject *s, unroll_model *m)
{
    unroll_stream *stream = NULL;
    int rc = unroll_stream_open(&stream, m, 0, 3);
    uint64_t h = start;
    for (size_t step = 0; step < 5 && !rc; step++) {
        for (size_t i = 0; i < unroll_data_count(m) && !rc; i++) {
            unroll_datum d;
            double v[64];
            assert_int_equal(unroll_data_info(m, i, &d), 0);
            if (d.drawn || d.width > 64)
                continue;
            for (size_t k = 0; k < (size_t)d.width; k++)
                v[k] = number_of(s, &d, step, k);
            bool number = d.kind == UNROLL_REAL || d.kind == UNROLL_RAW || d.kind == UNROLL_COUNT || d.kind == UNROLL_TIME;
            rc = number ? unroll_stream_set_number(stream, i, v) : unroll_stream_set_symbol(stream, i, 3 + (int)step % 4);
        }
        rc = rc ? rc : unroll_stream_step(stream);
        for (size_t i = 0; i < unroll_data_count(m) && !rc; i++) {
            unroll_datum d;
            double v[64] = { 0 };
            assert_int_equal(unroll_data_info(m, i, &d), 0);
            if (d.drawn && d.width <= 64 && !unroll_stream_prediction(stream, i, v, 64))
                for (int k = 0; k < 64; k++)
                    h = fold_number(h, v[k]);
        }
    }
    unroll_stream_close(stream);
    return rc ? refused(rc) : h;
}

/* what comes of a fitted model as a table */
static const struct {
    const char *what;
    use_function *use;
    int how;                             /* which data */
    int samples, horizon, context, max_length, beam, n_best;
} tables[] = {
    { "score", unroll_score, ALL, 0, 0, 0, 0, 0, 0 },
    { "forecast", unroll_predict, CUT_OFF, 0, 0, 0, 0, 0, 0 },
    { "forecast of samples", unroll_predict, CUT_OFF, 9, 0, 0, 0, 0, 0 },
    { "complete", unroll_predict, GIVEN, 0, 0, 0, 7, 0, 0 },
    { "sample", unroll_sample, GIVEN, 2, 0, 0, 7, 0, 0 },
    { "beam", unroll_predict, GIVEN, 0, 0, 0, 7, 3, 2 },
    { "horizon", unroll_predict, ALL, 0, 3, 0, 7, 0, 0 },
    { "horizon of samples", unroll_predict, ALL, 20, 3, 0, 7, 0, 0 },
    { "score of horizons", unroll_score, ALL, 0, 3, 20, 0, 0, 0 },
};

static void uses(lines *l, const subject *s, unroll_model *m, int threads)
{
    unroll_data *data[ALL + 1];
    unroll_use_options o = UNROLL_USE_INIT;
    for (int how = 0; how <= ALL; how++)
        data[how] = data_of(s, m, how);
    o.threads = threads;
    o.seed = 5;
    put(l, s, "gradient", gradient_hash(m, data[ALL], &o));
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        o.samples = tables[i].samples;
        o.horizon = tables[i].horizon;
        o.context = tables[i].context;
        o.max_length = tables[i].max_length;
        o.beam = tables[i].beam;
        o.n_best = tables[i].n_best;
        put(l, s, tables[i].what, table_hash(tables[i].use, m, data[tables[i].how], &o));
    }
    o = (unroll_use_options)UNROLL_USE_INIT;
    o.threads = threads;
    o.seed = 5;
    o.naive = 1;
    put(l, s, "oracle", loss_hash(m, data[ALL], &o));
    put(l, s, "stream", stream_hash(s, m));
    for (int how = 0; how <= ALL; how++)
        unroll_data_free(data[how]);
}

/* the text of a file of models/; few words give few pieces */
static const char *text_of(const subject *s)
{
    static char text[8192];
    char path[1024];
    if (s->text)
        return s->text;
    snprintf(path, sizeof path, "%s.unr", s->name);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    size_t n = fread(text, 1, sizeof text - 1, f);
    text[n] = 0;
    fclose(f);
    char *pieces = strstr(text, "pieces(4000)");
    if (pieces)
        memcpy(pieces, "pieces(  12)", 12);
    return text;
}

static void one(lines *l, const subject *s, int threads)
{
    unroll_model *m = NULL;
    size_t nset = 0;
    while (nset < 3 && s->set[nset].name)
        nset++;
    const char *text = text_of(s);
    if (unroll_open_text(&m, text, strlen(text), s->name, s->set, nset))
        fail_msg("%s: %s", s->name, unroll_error());
    unroll_data *d = data_of(s, m, ALL);
    unroll_fit_options o = UNROLL_FIT_INIT;
    unroll_fit_result r;
    o.epochs = 2;
    o.batch = s->batch ? s->batch : 4;
    o.seed = 1;
    o.threads = threads;
    o.precision = s->precision;
    if (unroll_fit(m, d, &o, &r))
        fail_msg("%s: %s", s->name, unroll_error());
    unroll_data_free(d);
    put(l, s, "weights", weights_hash(m));
    put(l, s, "training loss", fold_number(start, r.train_loss));
    uses(l, s, m, threads);
    unroll_close(m);
}

/* ---- the stored ones */
static void machine(char *out, size_t n)
{
    const char *isa = ur_kernels_avx512(true) ? "AVX-512" : ur_kernels_avx2(true) ? "AVX2" : "base";
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
    const char *code = ", sanitized or not optimised";
#else
    const char *code = "";
#endif
    snprintf(out, n, "%s, gcc %s, glibc %s, %s %s%s", isa, __VERSION__, gnu_get_libc_version(), openblas_get_config(), openblas_get_corename(), code);
}

static lines one_thread, two_threads;

static void threads_agree(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
        one(&one_thread, &subjects[i], 1);
        one(&two_threads, &subjects[i], 2);
    }
    for (int i = 0; i < one_thread.n; i++)
        assert_string_equal(one_thread.line[i], two_threads.line[i]);
}

static void store(const char *path, const char *head)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f, "%s\n", head);
    for (int i = 0; i < one_thread.n; i++)
        fprintf(f, "%s\n", one_thread.line[i]);
    assert_int_equal(fclose(f), 0);
}

static void as_stored(void **state)
{
    (void)state;
    char path[1024], here[400], line[400];
    snprintf(path, sizeof path, "%s/tests/bits/bits.txt", UR_SOURCE_DIR);
    machine(here, sizeof here);
    if (getenv("UR_BITS_STORE"))
        store(path, here);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_non_null(fgets(line, sizeof line, f));
    line[strcspn(line, "\n")] = 0;
    if (strcmp(line, here)) {
        print_message("not compared: the bits are stored for %s, and this is %s\n", line, here);
        fclose(f);
        return;
    }
    int bad = 0;
    for (int i = 0; i < one_thread.n; i++) {
        if (!fgets(line, sizeof line, f))
            line[0] = 0;
        line[strcspn(line, "\n")] = 0;
        if (strcmp(line, one_thread.line[i])) {
            print_message("%s, stored: %s\n", one_thread.line[i], line);
            bad++;
        }
    }
    fclose(f);
    assert_int_equal(bad, 0);
}

int main(void)
{
    if (chdir(UR_SOURCE_DIR "/models"))  /* models use one another */
        return 1;
    const struct CMUnitTest tests[] = { cmocka_unit_test(threads_agree), cmocka_unit_test(as_stored) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
