/* Texts cut into pieces through the public interface: fits to the same bits, files that keep the pieces, texts that come out whole, forged files. */
#include "model_test.h"
#include "model/model.h"

static const char text_of_model[] =
    "data src[s], tgt[t] : pieces(n)\n"
    "hyper n = 28\n"
    "param E, F, W, U, b\n"
    "h[s] : 6 = tanh(E src[s] + U h[s-1])\n"
    "d[0] = h[end]\n"
    "d[t] : 6 = gru(6, F tgt[t-1])\n"
    "tgt[t] ~ categorical(W d[t] + b)\n";
enum { N = 40 };
static char path[200], other[200], checkpoint[200];

static unroll_data *sentences(unroll_model *m, bool target)
{
    static const char *const who[] = { "the cat", "a small dog", "her brother", "nobody" }, *const what[] = { "sat on the mat", "ran away", "is asleep", "reads the letter", "laughs" };
    static char text[N][80];
    const char *line[N];
    unroll_data *d = NULL;
    for (int k = 0; k < N; k++) {
        snprintf(text[k], sizeof text[k], "%s %s.", who[k % 4], what[k % 5]);
        line[k] = text[k];
    }
    OK(unroll_data_new(&d, m, N));
    OK(unroll_data_set_texts(d, "src", NULL, line));
    if (target) OK(unroll_data_set_texts(d, "tgt", NULL, line));
    return d;
}

static int stop_late(const unroll_progress *p, void *arg)
{
    return arg && p->epoch_ended && p->epoch >= *(int *)arg;
}

static unroll_model *fitted(int threads, const char *keep, int stop)
{
    unroll_model *m = model_of(text_of_model);
    unroll_data *d = sentences(m, true);
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.epochs = 6;
    o.batch = 8;
    o.rate = 0.02;
    o.threads = threads;
    o.checkpoint = keep;
    o.resume = keep != NULL;
    o.progress = stop_late;
    o.arg = stop ? &stop : NULL;
    unroll_fit_result res;
    int rc = unroll_fit(m, d, &o, &res);
    if (rc && !(stop && rc == UNROLL_ERROR_INTERRUPTED)) fail_msg("%s", unroll_error());
    unroll_data_free(d);
    return m;
}

static void same_weights(unroll_model *a, unroll_model *b)
{
    static double wa[20000], wb[20000];
    size_t na, nb;
    weights_of(a, wa, 20000, &na);
    weights_of(b, wb, 20000, &nb);
    assert_int_equal(na, nb);
    assert_memory_equal(wa, wb, na * sizeof *wa);
}

static void same_symbols(unroll_model *a, unroll_model *b, const char *name, size_t datum)
{
    unroll_datum x, y;
    OK(unroll_data_info(a, datum, &x));
    OK(unroll_data_info(b, datum, &y));
    assert_int_equal(x.kind, UNROLL_PIECES);
    assert_int_equal(x.size, 31);
    assert_int_equal(x.size, y.size);
    for (int id = 3; id < x.size; id++) {
        assert_string_equal(unroll_symbol_text(a, name, id), unroll_symbol_text(b, name, id));
        assert_int_equal(unroll_symbol_id(b, name, unroll_symbol_text(a, name, id)), id);
    }
}

static void same_bits(void **state)
{
    (void)state;
    unroll_model *a = fitted(1, NULL, 0), *b = fitted(2, NULL, 0);
    same_symbols(a, b, "src", 0);
    same_symbols(a, b, "tgt", 1);
    same_weights(a, b);
    unroll_close(a);
    unroll_close(b);
}

static void resumed(void **state)
{
    (void)state;
    unlink(checkpoint);
    unroll_model *a = fitted(1, NULL, 0), *half = fitted(1, checkpoint, 3);
    unroll_close(half);
    assert_int_equal(access(checkpoint, F_OK), 0);
    unroll_model *b = fitted(2, checkpoint, 0);
    same_weights(a, b);
    unroll_close(a);
    unroll_close(b);
    unlink(checkpoint);
}

/* the text of a column of `name` in every row, one after the other */
static void told(char *out, size_t cap, unroll_model *m, const unroll_use_options *o, bool sample)
{
    unroll_data *d = sentences(m, false);
    unroll_table *t = NULL;
    OK(sample ? unroll_sample(m, d, o, &t) : unroll_predict(m, d, o, &t));
    size_t column = 0, n = 0;
    while (strcmp(unroll_table_name(t, column), "tgt")) column++;
    out[0] = 0;
    for (size_t r = 0; r < unroll_table_rows(t); r++) n += (size_t)snprintf(out + n, cap - n, "%s\n", unroll_table_text(t, r, column));
    unroll_table_free(t);
    unroll_data_free(d);
}

static void kept_in_a_file(void **state)
{
    (void)state;
    static char a[20000], b[20000];
    unroll_model *m = fitted(1, NULL, 0), *k = NULL;
    OK(unroll_save(m, path));
    OK(unroll_open(&k, path, NULL, 0));
    same_symbols(m, k, "src", 0);
    same_symbols(m, k, "tgt", 1);
    unroll_use_options o = UNROLL_USE_INIT;
    o.max_length = 12;
    for (int how = 0; how < 4; how++) {
        o.beam = how == 1 ? 3 : 0;
        o.prompt = how == 2 ? "nobody lau" : NULL;
        told(a, sizeof a, m, &o, how == 3);
        told(b, sizeof b, k, &o, how == 3);
        assert_string_equal(a, b);
        assert_null(strstr(a, "\xE2\x96\x81"));          /* words, with blanks between them */
        if (how == 2) assert_memory_equal(a, "nobody lau", 10);
    }
    unroll_table *t = NULL;
    unroll_data *d = sentences(k, true);
    OK(unroll_score(k, d, NULL, &t));
    double piece = NAN, word = NAN, bits = NAN;
    for (size_t r = 0; r < unroll_table_rows(t); r++) {
        const char *name = unroll_table_text(t, r, 1);
        assert_string_not_equal(name, "perplexity");
        if (!strcmp(name, "perplexity per piece")) piece = unroll_table_number(t, r, 2);
        if (!strcmp(name, "perplexity per word")) word = unroll_table_number(t, r, 2);
        if (!strcmp(name, "bits per piece")) bits = unroll_table_number(t, r, 2);
    }
    assert_true(fabs(log2(piece) - bits) < 1e-9);
    assert_true(word > piece);
    double sum, count;
    OK(unroll_loss(k, d, NULL, &sum, &count));
    size_t words = N;                                    /* the ends */
    const char *const who[] = { "the cat", "a small dog", "her brother", "nobody" }, *const what[] = { "sat on the mat", "ran away", "is asleep", "reads the letter", "laughs" };
    for (int x = 0; x < N; x++) {
        const char *part[] = { who[x % 4], what[x % 5] };
        for (int q = 0; q < 2; q++) {
            words++;
            for (const char *p = part[q]; *p; p++) words += *p == ' ';
        }
    }
    assert_true(fabs(log(word) - sum / (double)words) < 1e-9);
    unroll_table_free(t);
    unroll_data_free(d);
    unroll_close(k);
    unroll_close(m);
}

/* ---- files that lie, with checksums that agree */

static void forge(const ur_file *f, const char *name, const void *bytes, size_t n, const char *dtype)
{
    ur_tensor *t = malloc((size_t)f->ntensor * sizeof *t);
    int nt = 0;
    ur_err e = { 0 };
    for (int i = 0; i < f->ntensor; i++) {
        t[nt] = f->tensor[i];
        if (!strcmp(t[nt].name, name)) {
            if (!bytes) continue;
            t[nt].data = bytes;
            t[nt].bytes = n;
            t[nt].dtype = dtype;
            t[nt].nshape = 1;
            t[nt].shape[0] = strcmp(dtype, "U8") ? n / 8 : n;
        }
        nt++;
    }
    if (ur_file_write(other, t, nt, f->meta, f->nmeta, &e)) fail_msg("%s", e.text);
    free(t);
}

static void says(const char *what)
{
    unroll_model *k = NULL;
    assert_int_equal(unroll_open(&k, other, NULL, 0), UNROLL_ERROR_FORMAT);
    if (!strstr(unroll_error(), what)) fail_msg("%s, not %s", unroll_error(), what);
}

static void forged(void **state)
{
    (void)state;
    unroll_model *m = fitted(1, NULL, 0), *k = NULL;
    OK(unroll_save(m, path));
    ur_file f = { 0 };
    ur_err e = { 0 };
    if (ur_file_read_all(path, 1u << 26, &f.raw, &e) || ur_file_parse(&f, path, &e)) fail_msg("%s", e.text);
    const ur_tensor *src = ur_file_tensor(&f, "src.pieces"), *tgt = ur_file_tensor(&f, "tgt.pieces");
    assert_non_null(src);
    assert_string_equal(src->dtype, "U8");
    char *copy = malloc(src->bytes + 64);
    memset(copy, 0, src->bytes + 64);
    memcpy(copy, src->data, src->bytes);
    forge(&f, "src.pieces", copy, src->bytes, "U8");
    OK(unroll_open(&k, other, NULL, 0));
    unroll_close(k);
    forge(&f, "src.pieces", NULL, 0, NULL);
    says("the file is damaged: the pieces of a text are missing");
    forge(&f, "src.pieces", copy, src->bytes / 8 * 8, "F64");
    says("the file is damaged: the pieces of a text are missing");
    forge(&f, "src.pieces", copy, src->bytes / 2, "U8");
    says("the file is damaged: the pieces of src are damaged");
    forge(&f, "src.pieces", copy, 0, "U8");
    says("the file is damaged: the pieces of src are damaged");
    forge(&f, "src.pieces", copy, src->bytes + 64, "U8");
    says("the file is damaged: the pieces of src are damaged");
    assert_int_equal(src->bytes, tgt->bytes);            /* src and tgt are the same texts: another vocabulary by changing one letter of a piece */
    int id = 3;
    const char *piece = unroll_symbol_text(m, "src", id);
    while (piece[strlen(piece) - 1] & 0x80) piece = unroll_symbol_text(m, "src", ++id);
    char *at = memmem(copy, src->bytes, piece, strlen(piece));
    assert_non_null(at);
    at[strlen(piece) - 1] = 'Z';
    forge(&f, "src.pieces", copy, src->bytes, "U8");
    says("the file is damaged: the pieces of a text are not those of its vocabulary");
    free(copy);
    ur_file_free(&f);
    unroll_close(m);
}

static void wrong_calls(void **state)
{
    (void)state;
    unroll_model *m = model_of(text_of_model);
    unroll_data *d = NULL;
    double v = 1;
    const char *bad[] = { "a \xC3", "b" };
    OK(unroll_data_new(&d, m, 2));
    assert_int_equal(unroll_data_set_numbers(d, "src", NULL, &v), UNROLL_ERROR_USAGE);
    assert_int_equal(unroll_data_set_texts(d, "src", NULL, bad), UNROLL_ERROR_DATA);
    assert_string_equal(unroll_error(), "src: example 1: byte 3 of the text is not UTF-8");
    assert_int_equal(unroll_symbol_id(m, "src", "the"), UNROLL_ERROR_USAGE);
    bad[0] = "a b";
    OK(unroll_data_set_texts(d, "src", NULL, bad));
    OK(unroll_data_set_texts(d, "tgt", NULL, bad));
    unroll_fit_options o = UNROLL_FIT_INIT;
    assert_int_equal(unroll_fit(m, d, &o, NULL), UNROLL_ERROR_DATA);
    assert_string_equal(unroll_error(), "src: its text gives at most 3 pieces, not 28; write pieces(3) or fewer, or learn from more text");
    assert_int_equal(unroll_is_fitted(m), 0);
    unroll_data_free(d);
    unroll_close(m);
}

/* the pieces of one example put together again; *n: how many */
static void joined(char *out, size_t cap, const unroll_data *d, const char *name, size_t example, size_t *n)
{
    const char *piece[100];
    OK(unroll_data_get_texts(d, name, example, piece, 100, n));
    *out = 0;
    for (size_t k = 0, at = 0; k < *n && at < cap; k++) {
        bool word = !strncmp(piece[k], "\xE2\x96\x81", 3);
        at += (size_t)snprintf(out + at, cap - at, "%s%s", word && at ? " " : "", piece[k] + (word ? 3 : 0));
    }
}

/* Completed data are pieces: lengths, texts and quantities count the same positions, and what was generated is not cut anew. */
static void looked_at(void **state)
{
    (void)state;
    unroll_model *m = fitted(1, NULL, 0);
    unroll_data *d = sentences(m, false), *whole = NULL, *again = NULL, *part = NULL, *both = sentences(m, true);
    unroll_use_options o = UNROLL_USE_INIT;
    unroll_table *t = NULL;
    char text[400];
    size_t n, count;
    int width;
    double a, b, na, nb;
    OK(unroll_predict(m, d, &o, &t));
    OK(unroll_data_complete(&whole, m, d, &o));
    for (size_t x = 0; x < 5; x++) {
        joined(text, sizeof text, whole, "src", x, &n);
        const char *words[10];
        size_t nword;
        OK(unroll_data_get_texts(d, "src", x, words, 10, &nword));
        assert_true(n > nword);
        assert_int_equal(unroll_data_length(whole, "s", x), n);
        OK(unroll_quantity(m, whole, "h", x, &o, NULL, 0, &count, &width));
        assert_int_equal(count, n * 6);
        joined(text, sizeof text, whole, "tgt", x, &n);
        assert_string_equal(text, unroll_table_text(t, x, unroll_table_columns(t) - 1));
        assert_int_equal(unroll_data_length(whole, "t", x), n + 1);
        OK(unroll_quantity(m, whole, "d", x, &o, NULL, 0, &count, &width));
        assert_int_equal(count, (n + 1) * 6);
    }
    OK(unroll_data_complete(&again, m, both, &o));           /* nothing is left out: the same data */
    OK(unroll_loss(m, both, &o, &a, &na));
    OK(unroll_loss(m, again, &o, &b, &nb));
    assert_true(a == b && na == nb);
    OK(unroll_data_slice(&part, whole, 3, 5));               /* slices stay what they are */
    joined(text, sizeof text, whole, "src", 3, &n);
    assert_int_equal(unroll_data_length(part, "s", 0), n);
    OK(unroll_quantity(m, part, "h", 0, &o, NULL, 0, &count, &width));
    assert_int_equal(count, n * 6);
    unroll_table_free(t);
    unroll_data_free(part);
    unroll_data_free(again);
    unroll_data_free(whole);
    unroll_data_free(both);
    unroll_data_free(d);
    unroll_close(m);
}

static int begin(void **state)
{
    (void)state;
    temp_path(path, sizeof path, "pieces.model");
    temp_path(other, sizeof other, "pieces-other.model");
    temp_path(checkpoint, sizeof checkpoint, "pieces.checkpoint");
    return 0;
}

static int end(void **state)
{
    (void)state;
    unlink(path);
    unlink(other);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(same_bits), cmocka_unit_test(resumed), cmocka_unit_test(kept_in_a_file), cmocka_unit_test(forged), cmocka_unit_test(wrong_calls), cmocka_unit_test(looked_at) };
    return cmocka_run_group_tests(tests, begin, end);
}
