/* Imports and exports that go wrong, or are out of the ordinary: what fails leaves the model as it was, whatever the file says nothing
 * crashes, every allocation may fail; rows for symbols that the file lacks; matrices shared by two vocabularies. What PyTorch computes is
 * compared in tests/golden. */
#include "model_test.h"

static char weights[256], map[256], words[256], out[256];

/* tensors of singles 1, 2, 3, … : "name 2 3" gives name of the shape [2, 3]; written one after the other */
static void tensors(const char *const *what, size_t n)
{
    char head[4096] = "{";
    static float v[1000];
    size_t at = 0, len = 1;
    for (size_t i = 0; i < n; i++) {
        char name[64], shape[64] = "";
        int used, size, count = 1;
        assert_int_equal(sscanf(what[i], "%63s%n", name, &used), 1);
        for (const char *p = what[i] + used; sscanf(p, "%d%n", &size, &used) == 1; p += used) {
            count *= size;
            snprintf(shape + strlen(shape), sizeof shape - strlen(shape), "%s%d", *shape ? "," : "", size);
        }
        len += (size_t)snprintf(head + len, sizeof head - len, "%s\"%s\":{\"dtype\":\"F32\",\"shape\":[%s],\"data_offsets\":[%zu,%zu]}", i ? "," : "", name, shape, 4 * at, 4 * (at + (size_t)count));
        at += (size_t)count;
    }
    head[len++] = '}';
    assert_true(at <= 1000 && len < sizeof head);
    for (size_t i = 0; i < at; i++) v[i] = (float)i + 1;
    unsigned char all[16384] = { (unsigned char)len, (unsigned char)(len >> 8) };
    memcpy(all + 8, head, len);
    memcpy(all + 8 + len, v, 4 * at);
    spill(weights, all, 8 + len + 4 * at);
}
#define TENSORS(...) tensors((const char *const[]){ __VA_ARGS__ }, sizeof(const char *[]){ __VA_ARGS__ } / sizeof(char *))
static void text(const char *path, const char *s) { spill(path, s, strlen(s)); }

static int import(unroll_model *m, const char *data, int partial)
{
    unroll_vocabulary v = { data, words };
    unroll_import_options o = UNROLL_IMPORT_INIT;
    o.map = map;
    o.vocabulary = &v;
    o.nvocabulary = data != NULL;
    o.partial = partial;
    return unroll_import(m, weights, &o);
}

static double at(unroll_model *m, const char *name, size_t n, size_t i)
{
    double v[500];
    assert_true(n <= 500);
    OK(unroll_param_get(m, name, v, n));
    return v[i];
}

static void failure_changes_nothing(void **state)
{
    (void)state;
    unroll_model *m = model_of("data x[t], y[t] : raw(2)\nparam W, b\ny[t] ~ normal(W x[t] + b, 1)\n");
    double before[2][4], after[2][4], seven[2] = { 7, 8 };
    OK(unroll_param_set(m, "b", seven, 2));
    OK(unroll_param_get(m, "W", before[0], 4));
    TENSORS("l.weight 2 2", "l.bias 3");
    text(map, "W = l.weight\nb = l.bias\n");
    assert_int_equal(import(m, NULL, 0), UNROLL_ERROR_DATA);
    assert_non_null(strstr(unroll_error(), ":2: b: wanted l.bias 2, file has 3"));
    assert_false(unroll_is_fitted(m));
    OK(unroll_param_get(m, "W", after[0], 4));
    assert_memory_equal(before[0], after[0], sizeof before[0]);
    text(map, "W = l.weight'\n");
    assert_int_equal(import(m, NULL, 0), UNROLL_ERROR_DATA);
    OK(import(m, NULL, 1));                                   /* partial: b keeps what it has, l.bias is left over */
    assert_true(unroll_is_fitted(m));
    assert_true(at(m, "b", 2, 1) == 8 && at(m, "W", 4, 0) == 1 && at(m, "W", 4, 1) == 3 && at(m, "W", 4, 2) == 2);
    TENSORS("l.weight 2 2", "l.bias 2");
    text(map, "W = l.weight\nb = l.bias (1, 2)\n");           /* fitted: its weights are replaced */
    assert_int_equal(import(m, NULL, 0), UNROLL_ERROR_DATA);
    text(map, "W = l.weight\r\nb = l.bias\r\n");
    OK(import(m, NULL, 0));
    assert_true(at(m, "b", 2, 1) == 6 && at(m, "W", 4, 1) == 2);
    unroll_vocabulary v = { "x", words };
    unroll_import_options o = UNROLL_IMPORT_INIT;
    o.vocabulary = &v;
    o.nvocabulary = 1;
    assert_int_equal(unroll_import(m, weights, &o), UNROLL_ERROR_USAGE);
    assert_int_equal(unroll_import(m, "/nonexistent/w", NULL), UNROLL_ERROR_FILE);
    assert_int_equal(unroll_export(m, "/nonexistent/w", map), UNROLL_ERROR_FILE);
    assert_int_equal(unroll_export(m, out, "/nonexistent/map"), UNROLL_ERROR_FILE);
    assert_int_equal(unroll_import(NULL, weights, NULL), UNROLL_ERROR_USAGE);
    unroll_close(m);
}

static void missing_symbols(void **state)
{
    (void)state;
    unroll_model *m = model_of("data c[t] : words\nparam E, V, b\ne[t] : 2 = E c[t-1]\nc[t] ~ categorical(V e[t] + b)\n");
    text(words, "cat\n<eos>\ndog\n");
    TENSORS("emb.weight 3 2", "out.weight 3 2", "out.bias 3");
    text(map, "E = emb.weight'\nV = out.weight\nb = out.bias\n");
    assert_int_equal(import(m, NULL, 0), UNROLL_ERROR_USAGE);
    assert_int_equal(import(m, "d", 0), UNROLL_ERROR_USAGE);
    OK(import(m, "c", 0));
    assert_int_equal(unroll_symbol_id(m, "c", "dog"), 4);
    for (size_t i = 0; i < 5; i++) {                          /* unknown, start, end, cat, dog */
        static const double first[] = { 0, 0, 3, 1, 5 }, bias[] = { -10000, -10000, 14, 13, 15 };
        assert_true(at(m, "E", 10, i) == first[i] && at(m, "E", 10, 5 + i) == (first[i] ? first[i] + 1 : 0));
        assert_true(at(m, "V", 10, 2 * i) == (first[i] ? first[i] + 6 : 0) && at(m, "b", 5, i) == bias[i]);
    }
    unroll_model *k = NULL;
    OK(unroll_save(m, out));
    OK(unroll_open(&k, out, NULL, 0));
    OK(unroll_export(k, weights, map));                       /* rows in the order of the file, without those it lacked */
    OK(import(m, NULL, 0));
    assert_true(at(m, "E", 10, 2) == 3 && at(m, "b", 5, 0) == -10000);
    unroll_close(k);
    unroll_close(m);
}

/* one matrix for two vocabularies, which have to be the same */
static void shared_vocabulary(void **state)
{
    (void)state;
    unroll_model *m = model_of("data a[s], b[t] : words\nparam E, V\nh[s] : 2 = tanh(E a[s] + h[s-1])\nd[t] : 2 = tanh(E b[t-1] + d[t-1])\nd[0] = h[end]\nb[t] ~ categorical(E' d[t])\n");
    text(words, "x\ny\n</s>\n<s>\n");
    TENSORS("emb 4 2");
    text(map, "E = emb'\n");
    unroll_vocabulary v[] = { { "a", words }, { "b", words } };
    unroll_import_options o = UNROLL_IMPORT_INIT;
    o.map = map;
    o.vocabulary = v;
    o.nvocabulary = 2;
    int rc = unroll_import(m, weights, &o);                   /* V is not read and so left out */
    if (rc) fail_msg("%s", unroll_error());
    assert_true(at(m, "E", 10, 0) == 0 && at(m, "E", 10, 1) == 7 && at(m, "E", 10, 2) == 5 && at(m, "E", 10, 3) == 1 && at(m, "E", 10, 4) == 3);
    unroll_close(m);
}

static void fixed_indices(void **state)
{
    (void)state;
    unroll_model *m = model_of("data x[t] : raw(3)\ndata y[t] : raw(2)\nindex j = 1..4\nparam A[j]\ny[t] ~ normal(sum[j](A[j] x[t-j]), 1)\n");
    TENSORS("a 4 2 3");
    text(map, "A = a\n");
    OK(import(m, NULL, 0));
    assert_true(at(m, "A", 24, 0) == 1 && at(m, "A", 24, 23) == 24);
    TENSORS("a 4 3 2");
    assert_int_equal(import(m, NULL, 0), UNROLL_ERROR_DATA);
    text(map, "A = a'\n");
    OK(import(m, NULL, 0));
    assert_true(at(m, "A", 24, 0) == 1 && at(m, "A", 24, 1) == 3 && at(m, "A", 24, 6) == 7);
    OK(unroll_export(m, out, map));
    unroll_close(m);
}

static void scales(void **state)
{
    (void)state;
    unroll_model *m = model_of("data x[t] : raw\ndata y[t] : real(2)\nparam w\nm[t] = w * x[t]\ny[t] ~ normal(m[t], 1)\n");
    TENSORS("w 2");
    text(map, "w = w\n");
    double mean[] = { 10, 20 }, sd[] = { 2, 3 }, x[] = { 1 }, v[2];
    unroll_scale s = { "y", mean, sd, 3 };
    unroll_import_options o = UNROLL_IMPORT_INIT;
    o.map = map;
    o.scale = &s;
    o.nscale = 1;
    assert_int_equal(unroll_import(m, weights, &o), UNROLL_ERROR_USAGE);
    s.n = 2;
    sd[1] = 0;
    assert_int_equal(unroll_import(m, weights, &o), UNROLL_ERROR_USAGE);
    sd[1] = 3;
    s.data = "x";
    assert_int_equal(unroll_import(m, weights, &o), UNROLL_ERROR_USAGE);
    s.data = "y";
    OK(unroll_import(m, weights, &o));
    unroll_data *d = NULL;
    unroll_table *t = NULL;
    size_t n = 1;
    OK(unroll_data_new(&d, m, 1));
    OK(unroll_data_set_numbers(d, "x", &n, x));
    OK(unroll_predict(m, d, NULL, &t));
    for (size_t k = 0; k < 2; k++) v[k] = unroll_table_number(t, 0, unroll_table_columns(t) - 2 + k);
    assert_true(fabs(v[0] - 12) < 1e-5 && fabs(v[1] - 26) < 1e-5);
    unroll_table_free(t);
    unroll_data_free(d);
    unroll_close(m);
}

static void biases(void **state)
{
    (void)state;
    unroll_model *m = model_of("data x[t], y[t] : raw(2)\nh[t] = rnn(2, x[t])\ny[t] ~ normal(h[t], 1)\n");
    TENSORS("r.weight_ih_l0 2 2", "r.weight_hh_l0 2 2", "r.bias_ih_l0 2", "r.bias_hh_l0 2");
    text(map, "h = r.l0\n");
    OK(import(m, NULL, 0));
    assert_true(at(m, "h.b", 2, 0) == 9 + 11 && at(m, "h.U", 4, 1) == 6);
    text(map, "h = no bias: r.l0\n");
    assert_int_equal(unroll_export(m, out, map), UNROLL_ERROR_DATA);
    assert_non_null(strstr(unroll_error(), "h.b is not zero"));
    TENSORS("r.weight_ih_l0 2 2", "r.weight_hh_l0 2 2");
    OK(import(m, NULL, 0));
    assert_true(at(m, "h.b", 2, 0) == 0);
    text(map, "h = r.l0\n");
    assert_int_equal(import(m, NULL, 0), UNROLL_ERROR_DATA);
    assert_non_null(strstr(unroll_error(), "no bias"));
    TENSORS("r.weight_ih_l0 2 2", "r.weight_hh_l0 2 2", "r.weight_hr_l0 1 2");
    text(map, "h = rnn, no bias: r.l0\n");
    assert_int_equal(import(m, NULL, 1), UNROLL_ERROR_DATA);
    assert_non_null(strstr(unroll_error(), "proj_size"));
    unroll_close(m);
}

static unroll_model *char_model(void)
{
    return model_of("data x[t] : chars\nparam E, V, c\ne[t] : 5 = E x[t-1]\nh1[t] = lstm(4, e[t])\nh2[t] = lstm(4, h1[t])\nx[t] ~ categorical(V h2[t] + c)\n");
}

static unsigned char *char_weights(size_t *n)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/golden/data/import_chars_single.safetensors", UR_SOURCE_DIR);
    unsigned char *p = slurp(path, n);
    assert_non_null(p);
    text(words, "b\na\n<s>\n \n");
    text(map, "E = embedding.weight'\nh1 = lstm: rnn.l0\nh2 = lstm: rnn.l1\nV = out.weight\nc = out.bias\n");
    return p;
}

static void damaged(void **state)
{
    (void)state;
    size_t n, bad = 0;
    unsigned char *p = char_weights(&n);
    unroll_model *m = char_model();
    for (size_t cut = 0; cut < n; cut += cut < 1200 ? 1 : 101) {
        spill(weights, p, cut);
        assert_int_equal(import(m, "x", 0), UNROLL_ERROR_FORMAT);
        assert_true(unroll_error()[0] != 0);
    }
    unroll_close(m);
    for (size_t i = 0; i < 1200; i++) {                       /* the header: whatever it says then, it is read without harm */
        unsigned char was = p[i];
        p[i] ^= (unsigned char)(1u << (i % 8));
        spill(weights, p, n);
        m = char_model();
        int rc = import(m, "x", 0);
        bad += rc != 0;
        if (rc) assert_true(unroll_error()[0] != 0 && !unroll_is_fitted(m));
        unroll_close(m);
        p[i] = was;
    }
    assert_true(bad > 600);
    p[n - 1] = 0x7f;                                          /* not a number */
    p[n - 2] = 0xff;
    spill(weights, p, n);
    m = char_model();
    assert_int_equal(import(m, "x", 0), UNROLL_ERROR_DATA);
    assert_non_null(strstr(unroll_error(), "not finite"));
    unroll_close(m);
    free(p);
}

static long allocations, fail_at;
static void *counted(void *p, size_t n) { return ++allocations == fail_at ? NULL : realloc(p, n); }

static int ignore(const char *line, void *arg)
{
    (void)line;
    (void)arg;
    return 0;
}

static void no_memory(void **state)
{
    (void)state;
    size_t n;
    unsigned char *p = char_weights(&n);
    spill(weights, p, n);
    free(p);
    unroll_set_allocator(counted, free);
    unroll_vocabulary v = { "x", words };
    unroll_import_options o = UNROLL_IMPORT_INIT;
    o.vocabulary = &v;
    o.nvocabulary = 1;
    for (int what = 0; what < 4; what++) {
        for (long k = 1; ; k++) {
            fail_at = 0;
            unroll_model *m = char_model();
            if (what == 3) OK(import(m, "x", 0));
            allocations = 0;
            fail_at = k;
            o.map = what ? NULL : map;
            int rc = what < 2 ? unroll_import(m, weights, &o) : what == 2 ? unroll_import_map(m, weights, &o, ignore, NULL, NULL) : unroll_export(m, out, map);
            long made = allocations;
            fail_at = 0;
            if (rc) assert_true((what == 3) == unroll_is_fitted(m));
            unroll_close(m);
            if (made < k) {
                assert_int_equal(rc, 0);
                assert_true(k > 10);
                break;
            }
            if (rc && rc != UNROLL_ERROR_MEMORY) fail_msg("%d: allocation %ld: %d %s", what, k, rc, unroll_error());
        }
    }
    unroll_set_allocator(NULL, NULL);
}

/* equal layers of two modules: names decide, else it is a guess; a tied output is there twice */
static char said[4096];
static int gather(const char *line, void *arg)
{
    (void)arg;
    snprintf(said + strlen(said), sizeof said - strlen(said), "%s\n", line);
    return 0;
}

static void proposals(void **state)
{
    (void)state;
    unroll_model *m = model_of("data x[t], y[t] : raw(2)\nparam A, B, a\nenc[t] = rnn(2, x[t])\nd[t] = rnn(2, enc[t])\ny[t] ~ normal(A tanh(B d[t]) + a, 1)\n");
    size_t doubts = 9;
    TENSORS("dec.weight_ih_l0 2 2", "dec.weight_hh_l0 2 2", "enc.weight_ih_l0 2 2", "enc.weight_hh_l0 2 2", "one.weight 2 2", "two.weight 2 2", "a 2", "z.weight 7 7");
    *said = 0;
    OK(unroll_import_map(m, weights, NULL, gather, NULL, &doubts));
    assert_string_equal(said, "enc = rnn, no bias: enc.l0\nd = rnn, no bias: dec.l0\nA = one.weight    # in doubt: others fit as well\n"
                        "B = two.weight    # in doubt: others fit as well\na = a\n# ? = z.weight    # 7 × 7\n");
    assert_int_equal(doubts, 3);
    assert_int_equal(unroll_import(m, weights, NULL), UNROLL_ERROR_DATA);
    unroll_close(m);
}

static int tidy(void **state)
{
    (void)state;
    unlink(weights);
    unlink(map);
    unlink(words);
    unlink(out);
    return 0;
}

int main(void)
{
    temp_path(weights, sizeof weights, "import.safetensors");
    temp_path(map, sizeof map, "import.map");
    temp_path(words, sizeof words, "import.words");
    temp_path(out, sizeof out, "import.out");
    const struct CMUnitTest tests[] = { cmocka_unit_test(failure_changes_nothing), cmocka_unit_test(missing_symbols), cmocka_unit_test(shared_vocabulary),
                                        cmocka_unit_test(fixed_indices), cmocka_unit_test(scales), cmocka_unit_test(biases), cmocka_unit_test(damaged),
                                        cmocka_unit_test(no_memory), cmocka_unit_test(proposals) };
    return cmocka_run_group_tests_name("import", tests, NULL, tidy);
}
