/* Model files: what is written comes back; whatever is cut short, flipped or made up is refused, and nothing crashes. */
#include "model_test.h"

static const char text[] = "data y[t], x[t] : real\ndata c[t] : symbol\nparam E, W, b, s\nh[t] : 3 = tanh(E c[t-1] + W h[t-1] + x[t])\nhyper k = 2\n"
                           "y[t] ~ normal(b' h[t], s)\nparam V\nc[t] ~ categorical(V h[t])\n";
static char path[256], other[256];

static unroll_model *fitted(int precision)
{
    unroll_model *m = model_of(text);
    unroll_data *d = waves(m, "y", "x", 40);
    static const char *const names[] = { "a", "\xc3\xa9", "long name", "z" };
    const char *c[40];
    for (size_t i = 0; i < 40; i++) c[i] = names[(i * i + i / 3) % 4];
    size_t n = 40;
    OK(unroll_data_set_texts(d, "c", &n, c));
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.epochs = 2;
    o.precision = precision;
    OK(unroll_fit(m, d, &o, NULL));
    unroll_data_free(d);
    return m;
}

static void round_trip(void **state)
{
    (void)state;
    for (int precision = 0; precision < 2; precision++) {
        unroll_model *m = fitted(precision), *k = NULL;
        OK(unroll_save(m, path));
        OK(unroll_open(&k, path, NULL, 0));
        double a[500], b[500];
        size_t na, nb;
        weights_of(m, a, 500, &na);
        weights_of(k, b, 500, &nb);
        assert_int_equal(na, nb);
        for (size_t i = 0; i < na; i++) {
            if (precision) assert_true(a[i] == b[i]);
            else assert_true((float)a[i] == b[i]);
        }
        assert_true(unroll_is_fitted(k));
        assert_string_equal(unroll_model_text(m), unroll_model_text(k));
        assert_int_equal(unroll_symbol_id(k, "c", "\xc3\xa9"), unroll_symbol_id(m, "c", "\xc3\xa9"));
        assert_true(unroll_symbol_id(k, "c", "long name") >= 3);
        assert_int_equal(unroll_symbol_id(k, "c", "never seen"), 0);
        unroll_data *d = waves(k, "y", "x", 20);
        const char *c[20];
        for (size_t i = 0; i < 20; i++) c[i] = "z";
        size_t n = 20;
        OK(unroll_data_set_texts(d, "c", &n, c));
        double sum, count;
        OK(unroll_loss(k, d, NULL, &sum, &count));
        assert_true(isfinite(sum) && count == 40);
        unroll_data_free(d);
        unroll_close(m);
        unroll_close(k);
    }
}

static void cut_short(void **state)
{
    (void)state;
    unroll_model *m = fitted(1), *k = NULL;
    OK(unroll_save(m, path));
    unroll_close(m);
    size_t n;
    unsigned char *p = slurp(path, &n);
    for (size_t cut = 0; cut < n; cut++) {
        spill(other, p, cut);
        int rc = unroll_open(&k, other, NULL, 0);
        if (rc != UNROLL_ERROR_FORMAT) fail_msg("cut at byte %zu of %zu: %d %s", cut, n, rc, unroll_error());
        assert_true(unroll_error()[0] != 0);
    }
    free(p);
}

static void flipped_bits(void **state)
{
    (void)state;
    unroll_model *m = fitted(1), *k = NULL;
    OK(unroll_save(m, path));
    double want[500], got[500];
    size_t nw, ng, n;
    weights_of(m, want, 500, &nw);
    unsigned char *p = slurp(path, &n);
    for (size_t i = 0; i < n; i++) {
        unsigned char was = p[i];
        p[i] ^= (unsigned char)(1u << (i % 8));
        spill(other, p, n);
        int rc = unroll_open(&k, other, NULL, 0);
        if (!rc) {                                   /* harmless at the most: the same model */
            weights_of(k, got, 500, &ng);
            assert_int_equal(ng, nw);
            assert_memory_equal(got, want, nw * sizeof *got);
            assert_string_equal(unroll_model_text(k), unroll_model_text(m));
            unroll_close(k);
        }
        p[i] = was;
    }
    free(p);
    unroll_close(m);
}

static void lying_headers(void **state)
{
    (void)state;
    static const char *const headers[] = {
        "{}", "[]", "{", "null", "{\"a\":1}", "{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F64\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F64\",\"shape\":[-1],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[8,0]}}",
        "{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,9223372036854775807]}}",
        "{\"a\":{\"dtype\":\"X\",\"shape\":[1],\"data_offsets\":[0,8]},\"__metadata__\":{\"x\":7}}",
        "{\"__metadata__\":{\"unroll\":\"1\",\"checksum\":\"crc32:00000000\"}}", "{\"__metadata__\":[]}" };
    unroll_model *m = NULL;
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        unsigned char b[1024] = { 0 };
        size_t n = strlen(headers[i]);
        memset(b + 8, ' ', 256);
        memcpy(b + 8, headers[i], n);
        b[1] = 1;                                    /* 256 bytes */
        spill(other, b, 264 + 8);
        assert_int_equal(unroll_open(&m, other, NULL, 0), UNROLL_ERROR_FORMAT);
    }
    unsigned char deep[8 + 65536] = { 0, 0, 1 };
    memset(deep + 8, '[', 65536);
    spill(other, deep, sizeof deep);
    assert_int_equal(unroll_open(&m, other, NULL, 0), UNROLL_ERROR_FORMAT);
    memset(deep, 0xff, 8);
    deep[0] = 0;
    spill(other, deep, sizeof deep);
    assert_int_equal(unroll_open(&m, other, NULL, 0), UNROLL_ERROR_FORMAT);
}

static void other_files(void **state)
{
    (void)state;
    unroll_model *m = NULL;
    assert_int_equal(unroll_open(&m, "/nonexistent/model", NULL, 0), UNROLL_ERROR_FILE);
    assert_int_equal(unroll_open(&m, "/tmp", NULL, 0), UNROLL_ERROR_FILE);
    spill(other, "", 0);
    assert_int_equal(unroll_open(&m, other, NULL, 0), UNROLL_ERROR_FORMAT);
    unroll_model *k = model_of("data y[t] : real\nparam s\ny[t] ~ normal(0, s)\n");
    assert_int_equal(unroll_save(k, "/nonexistent/model"), UNROLL_ERROR_FILE);
    unroll_close(k);
}

static void fitted_hypers_stay(void **state)
{
    (void)state;
    unroll_model *m = NULL, *k = NULL;
    static const char t[] = "data y[t] : real\nhyper n = 4\nparam W, s\nh[t] : n = tanh(W h[t-1] + y[t-1])\nparam v\ny[t] ~ normal(v' h[t], s)\n";
    unroll_setting set = { "n", 5 };
    OK(unroll_open_text(&m, t, strlen(t), "t.unr", &set, 1));
    unroll_data *d = waves(m, "y", NULL, 30);
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.epochs = 1;
    OK(unroll_fit(m, d, &o, NULL));
    OK(unroll_save(m, path));
    OK(unroll_open(&k, path, &set, 1));
    unroll_param p;
    OK(unroll_param_info(k, 0, &p));
    assert_int_equal(p.rows, 5);
    unroll_close(k);
    set.value = 6;
    assert_int_equal(unroll_open(&k, path, &set, 1), UNROLL_ERROR_USAGE);
    unroll_data_free(d);
    unroll_close(m);
}

static void python_reads_it(void **state)
{
    (void)state;
    unroll_model *m = fitted(0);
    OK(unroll_save(m, path));
    unroll_close(m);
    char command[1024];
    const char *python = getenv("UNROLL_PYTHON");
    if (!python) python = "python3";
    snprintf(command, sizeof command, "%s -c 'import safetensors, numpy' 2>/dev/null", python);
    if (system(command)) {
        print_message("python's safetensors is not installed: skipped\n");
        skip();
    }
    snprintf(command, sizeof command, "%s -c 'from safetensors import safe_open; f = safe_open(\"%s\", framework=\"np\"); m = f.metadata(); "
             "assert \"text\" in m and \"data\" in m and \"fit\" in m; assert sorted(f.keys()) == sorted([\"E\", \"W\", \"b\", \"s\", \"V\"]); "
             "assert f.get_tensor(\"W\").shape == (3, 3) and f.get_tensor(\"W\").dtype.name == \"float32\"'", python, path);
    assert_int_equal(system(command), 0);
}

static int tidy(void **state)
{
    (void)state;
    unlink(path);
    unlink(other);
    return 0;
}

int main(void)
{
    temp_path(path, sizeof path, "save.model");
    temp_path(other, sizeof other, "other.model");
    const struct CMUnitTest tests[] = { cmocka_unit_test(round_trip), cmocka_unit_test(cut_short), cmocka_unit_test(flipped_bits), cmocka_unit_test(lying_headers),
                                        cmocka_unit_test(other_files), cmocka_unit_test(fitted_hypers_stay), cmocka_unit_test(python_reads_it) };
    return cmocka_run_group_tests_name("model files", tests, NULL, tidy);
}
