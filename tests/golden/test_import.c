/* Modules of PyTorch, as the safetensors that it saves: imported by a map, the model computes what PyTorch computed (stored by
 * make_import.py); exported, they are the same tensors, to the bit. By a map that names and shapes give, too. */
#include "golden.h"
#include <unistd.h>

/* single: what the module computed in double from single weights, by a single plan */
typedef struct test { const char *name; bool single, whole; } test;   /* whole: no two biases are added, so that all bytes come back */
static const test cases[] = {
    { "rnn", 0, 0 }, { "rnn_relu", 1, 0 }, { "rnn_both", 0, 0 }, { "lstm_both", 0, 0 }, { "lstm_both_single", 1, 1 }, { "gru_both", 0, 0 }, { "gru_both_single", 1, 0 },
    { "gru_half", 1, 0 }, { "rnn_bfloat", 1, 0 }, { "chars", 0, 0 }, { "chars_single", 1, 0 }, { "regression", 1, 1 },
};

typedef struct story { char *model, *vocabulary, *text; size_t nmodel, nvocabulary, ntext; char *map; size_t nmap; char data[64]; } story;

/* COUNT lines after a record's head */
static void lines(char **p, size_t n, char **from, size_t *bytes)
{
    next_line(p);
    *from = *p;
    for (size_t i = 0; i < n; i++) next_line(p);
    *bytes = (size_t)(*p - *from);
}

/* the records that are texts; numbers are read when the model is there */
static void read_texts(char *text, story *s)
{
    for (char *p = text; *p; ) {
        char kind[16], name[64], count[16];
        word(&p, kind, sizeof kind);
        word(&p, name, sizeof name);
        word(&p, count, sizeof count);
        size_t n = strtoul(count, NULL, 10);
        if (!strcmp(kind, "model")) lines(&p, n, &s->model, &s->nmodel);
        else if (!strcmp(kind, "map")) lines(&p, n, &s->map, &s->nmap);
        else if (!strcmp(kind, "vocabulary")) lines(&p, n, &s->vocabulary, &s->nvocabulary), strcpy(s->data, name);
        else if (!strcmp(kind, "text")) lines(&p, n, &s->text, &s->ntext), strcpy(s->data, name);
        else next_line(&p);
    }
}

static char map_path[300], vocabulary_path[300], out_path[300], again_path[300], model_path[300];

static void spill(const char *path, const void *p, size_t n)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(p, 1, n, f), n);
    fclose(f);
}

static unroll_model *imported(const story *s, const char *tensors, const char *map)
{
    unroll_model *m = NULL;
    unroll_vocabulary v = { s->data, vocabulary_path };
    unroll_import_options o = UNROLL_IMPORT_INIT;
    OK(unroll_open_text(&m, s->model, s->nmodel, "test.unr", NULL, 0));
    o.map = map;
    if (s->vocabulary) spill(vocabulary_path, s->vocabulary, s->nvocabulary), o.vocabulary = &v, o.nvocabulary = 1;
    OK(unroll_import(m, tensors, &o));
    assert_true(unroll_is_fitted(m));
    return m;
}

/* where the k-th line of the vocabulary is in the model */
static size_t id_of(unroll_model *m, const story *s, size_t k)
{
    char *p = s->vocabulary, w[64] = "";
    for (size_t i = 0; i <= k; i++) {
        size_t n = strcspn(p, "\n");
        assert_true(n < sizeof w);
        memcpy(w, p, n);
        w[n] = 0;
        p += n + 1;
    }
    int id = !strcmp(w, "<unk>") ? 0 : !strcmp(w, "<s>") ? 1 : !strcmp(w, "</s>") ? 2 : unroll_symbol_id(m, s->data, !strcmp(w, "\\n") ? "\n" : w);
    assert_true(id >= 0);
    return (size_t)id;
}

/* values stored for the symbols of the file, among those for all symbols of the model */
static void pick(unroll_model *m, const story *s, double *v, size_t rows, size_t width, size_t symbols)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t k = 0; k < symbols; k++) {
            double x = v[r * width + id_of(m, s, k)];
            assert_true(width >= symbols);
            v[rows * width + r * symbols + k] = x;
        }
}

static void compare(unroll_model *m, const story *s, char *text, const test *c)
{
    unroll_use_options o = UNROLL_USE_INIT;
    unroll_data *d = NULL;
    o.precision = !c->single;
    OK(unroll_data_new(&d, m, 1));
    if (s->text) {
        s->text[s->ntext - 1] = 0;                            /* the end of the record's last line */
        const char *one[] = { s->text };
        OK(unroll_data_set_texts(d, s->data, NULL, one));
    }
    for (char *p = text; *p; next_line(&p)) {
        char kind[16], name[64], count[16];
        if (p == s->model || p == s->map || p == s->vocabulary || p == s->text) p += p == s->model ? s->nmodel : p == s->map ? s->nmap : p == s->text ? s->ntext : s->nvocabulary;
        word(&p, kind, sizeof kind);
        if (strcmp(kind, "data") && strcmp(kind, "value")) continue;
        word(&p, name, sizeof name);
        word(&p, count, sizeof count);
        size_t n = strtoul(count, NULL, 10), rows = 6, have;
        double *want = read_numbers(&p, n);
        if (!strcmp(kind, "data")) {
            OK(unroll_data_set_numbers(d, name, &rows, want));
        } else {
            int width;
            double *v = quantity(m, d, name, 0, &o, &have, &width);
            if (s->vocabulary) {
                size_t symbols = 0;
                for (size_t i = 0; i < s->nvocabulary; i++) symbols += s->vocabulary[i] == '\n';
                rows = n / symbols;
                assert_true(have >= rows * (size_t)width);
                v = realloc(v, (rows * (size_t)width + n) * sizeof *v);
                assert_non_null(v);
                pick(m, s, v, rows, (size_t)width, symbols);
                memmove(v, v + rows * (size_t)width, n * sizeof *v);
            } else {
                assert_int_equal(have, n);
            }
            close_to(c->name, name, v, want, n, c->single ? 1e-5 : 1e-10);
            free(v);
        }
        free(want);
    }
    if (s->text) s->text[s->ntext - 1] = '\n';
    unroll_data_free(d);
}

/* ---- bytes of a tensor in a safetensors file */
typedef struct bytes { char *s; size_t n; } bytes;
static bytes slurp(const char *path)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    bytes b = { malloc(1 << 16), 0 };
    b.n = fread(b.s, 1, 1 << 16, f);
    fclose(f);
    assert_true(b.n > 8 && b.n < 1 << 16);
    return b;
}

/* NULL: there is no such tensor */
static const char *tensor(const bytes *b, const char *name, char *head, size_t cap, size_t *n)
{
    char key[100];
    uint64_t header;
    unsigned long long from, to;
    memcpy(&header, b->s, 8);
    snprintf(key, sizeof key, "\"%s\":{", name);
    const char *p = memmem(b->s + 8, header, key, strlen(key)), *end = p ? strchr(p, '}') : NULL, *at = p ? strstr(p, "data_offsets\":[") : NULL;
    if (!p) return NULL;
    assert_true(at && at < end && sscanf(at, "data_offsets\":[%llu,%llu", &from, &to) == 2);
    snprintf(head, cap, "%.*s", (int)(at - p), p);            /* name, type, shape */
    *n = (size_t)(to - from);
    return b->s + 8 + header + from;
}

/* every tensor of a is in b, the same to the bit; biases only where asked for */
static void same_tensors(const char *where, const char *a, const char *b, bool biases)
{
    bytes x = slurp(a), y = slurp(b);
    uint64_t header;
    memcpy(&header, x.s, 8);
    char *text = strndup(x.s + 8, header), *p = text;
    int seen = 0;
    while ((p = strstr(p, ":{\"dtype"))) {
        char *start = p - 1;
        while (start[-1] != '"') start--;
        *p++ = 0;
        start[strlen(start) - 1] = 0;
        char ha[200], hb[200];
        size_t na, nb;
        bool sum = strstr(start, "bias_") != NULL;
        if (!strcmp(start, "steps") || (sum && !biases)) continue;
        const char *ta = tensor(&x, start, ha, sizeof ha, &na), *tb = tensor(&y, start, hb, sizeof hb, &nb);
        if (!ta || !tb) fail_msg("%s: %s is missing", where, start);
        assert_string_equal(ha, hb);
        if (na != nb || memcmp(ta, tb, na)) fail_msg("%s: %s is not the same", where, start);
        seen++;
    }
    assert_true(seen > 0);
    free(text);
    free(x.s);
    free(y.s);
}

static void test_case(void **state)
{
    const test *c = *state;
    char path[4096], tensors[4096];
    snprintf(path, sizeof path, "%s/tests/golden/data/import_%s.txt", UR_SOURCE_DIR, c->name);
    snprintf(tensors, sizeof tensors, "%s/tests/golden/data/import_%s.safetensors", UR_SOURCE_DIR, c->name);
    char *text = file_text(path);
    if (!text) fail_msg("%s cannot be read", path);
    story s = { 0 };
    read_texts(text, &s);
    spill(map_path, s.map, s.nmap);
    unroll_model *m = imported(&s, tensors, map_path), *k = imported(&s, tensors, NULL), *r = NULL;
    compare(m, &s, text, c);
    compare(k, &s, text, c);                                  /* by the map that is found */
    unroll_close(k);
    OK(unroll_export(m, out_path, map_path));
    bool half = strstr(c->name, "half") || strstr(c->name, "bfloat");
    if (!half) same_tensors(c->name, tensors, out_path, c->whole);
    k = imported(&s, out_path, map_path);                     /* and once more: now the biases are sums */
    compare(k, &s, text, c);
    OK(unroll_save(k, model_path));
    unroll_close(k);
    OK(unroll_open(&r, model_path, NULL, 0));                 /* the order of the symbols is kept in the model file */
    compare(r, &s, text, c);
    OK(unroll_export(r, again_path, map_path));
    same_tensors(c->name, out_path, again_path, true);
    unroll_close(r);
    unroll_close(m);
    free(text);
}

static void path_of(char *out, size_t n, const char *name)
{
    const char *dir = getenv("TMPDIR");
    snprintf(out, n, "%.200s/unroll-import-%ld-%s", dir ? dir : "/tmp", (long)getpid(), name);
}

int main(void)
{
    struct CMUnitTest tests[sizeof cases / sizeof *cases];
    path_of(map_path, sizeof map_path, "map");
    path_of(vocabulary_path, sizeof vocabulary_path, "vocabulary");
    path_of(out_path, sizeof out_path, "out");
    path_of(again_path, sizeof again_path, "again");
    path_of(model_path, sizeof model_path, "model");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        tests[i] = (struct CMUnitTest){ cases[i].name, test_case, NULL, NULL, (void *)(uintptr_t)&cases[i] };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(map_path);
    unlink(vocabulary_path);
    unlink(out_path);
    unlink(again_path);
    unlink(model_path);
    return failed;
}
