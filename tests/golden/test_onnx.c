/* The RNN, GRU and LSTM test vectors of ONNX (golden-onnx/<case>/dump.txt in the data folder), as models: the operator's
 * equations as its specification writes them, its stacked weights cut into theirs. Skipped where the data are absent. */
#include "golden.h"

#define BOUND 1e-6                       /* the vectors are single precision */

/* the operators' equations, gates in ONNX's order; %d: inputs, then the hidden size wherever it stands */
static const struct onnx_op { const char *name, *gates, *text; } ops[] = {
    { "RNN", "i", "h[t] : n = tanh(Wi x[t] + Ri h[t-1] + bi + ci)\n" },
    { "GRU", "zrh", "z[t] = sigmoid(Wz x[t] + Rz h[t-1] + bz + cz)\n"
                    "r[t] = sigmoid(Wr x[t] + Rr h[t-1] + br + cr)\n"
                    "g[t] = tanh(Wh x[t] + Rh (r[t] * h[t-1]) + bh + ch)\n"
                    "h[t] : n = (1 - z[t]) * g[t] + z[t] * h[t-1]\n" },
    { "LSTM", "iofc", "param Pi, Po, Pf\n"
                      "i[t] = sigmoid(Wi x[t] + Ri h[t-1] + Pi * s[t-1] + bi + ci)\n"
                      "f[t] = sigmoid(Wf x[t] + Rf h[t-1] + Pf * s[t-1] + bf + cf)\n"
                      "g[t] = tanh(Wc x[t] + Rc h[t-1] + bc + cc)\n"
                      "s[t] = f[t] * s[t-1] + i[t] * g[t]\n"
                      "o[t] = sigmoid(Wo x[t] + Ro h[t-1] + Po * s[t] + bo + co)\n"
                      "h[t] : n = o[t] * tanh(s[t])\n" },
};

typedef struct tensor { char name[16]; size_t dim[4], n; double *v; } tensor;
typedef struct dump { const struct onnx_op *op; bool batch_first; size_t n; tensor t[12]; } dump;

static const char *data_folder(void)
{
    const char *s = getenv("UNROLL_DATA");
    return s ? s : UR_SOURCE_DIR "/../shared/data";
}

static const tensor *find(const dump *d, const char *name)
{
    for (size_t i = 0; i < d->n; i++) if (strcmp(d->t[i].name, name) == 0) return &d->t[i];
    return NULL;
}

/* node: the operator and its layout; input and output: a tensor on the next line */
static void parse(dump *d, char *text)
{
    memset(d, 0, sizeof *d);
    for (char *p = text; *p; next_line(&p)) {
        char kind[256], w[256];
        word(&p, kind, sizeof kind);
        if (strcmp(kind, "node") == 0) {
            word(&p, w, sizeof w);
            for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) if (strcmp(ops[i].name, w) == 0) d->op = &ops[i];
            while (word(&p, w, sizeof w), *w) if (strcmp(w, "layout=1") == 0) d->batch_first = true;
        }
        if (strcmp(kind, "input") && strcmp(kind, "output")) continue;
        assert_true(d->n < 12);
        tensor *t = &d->t[d->n++];
        word(&p, t->name, sizeof t->name);
        word(&p, w, sizeof w);
        word(&p, w, sizeof w);
        char *q = w + strlen("dims=");
        t->n = 1;
        for (int k = 0; k < 4 && *q; k++) { t->dim[k] = strtoul(q, &q, 10); t->n *= t->dim[k]; q += *q == 'x'; }
        next_line(&p);
        t->v = read_numbers(&p, t->n);
    }
    assert_non_null(d->op);
}

/* block `at` of n numbers of tensor `what`, or zeros where the operator was given none */
static void set_param(unroll_model *m, const dump *d, const char *what, size_t at, char letter, char gate, size_t n)
{
    char name[3] = { letter, gate, 0 };
    const tensor *t = find(d, what);
    double *zero = calloc(n, sizeof *zero);
    assert_non_null(zero);
    OK(unroll_param_set(m, name, t ? t->v + at * n : zero, n));
    free(zero);
}

static void set_weights(unroll_model *m, const dump *d, size_t in, size_t n)
{
    size_t gates = strlen(d->op->gates);
    for (size_t g = 0; g < gates; g++) {
        char c = d->op->gates[g];
        set_param(m, d, "W", g, 'W', c, n * in);
        set_param(m, d, "R", g, 'R', c, n * n);
        set_param(m, d, "B", g, 'b', c, n);
        set_param(m, d, "B", gates + g, 'c', c, n);
    }
    if (strcmp(d->op->name, "LSTM") == 0) for (size_t g = 0; g < 3; g++) set_param(m, d, "P", g, 'P', "iof"[g], n);
}

static void open_op(unroll_model **m, const dump *d, size_t in, size_t n)
{
    char text[2048];
    int k = snprintf(text, sizeof text, "data x[t] : raw(%zu)\ndata y[t] : raw(%zu)\nhyper n = %zu\n%sy[t] ~ normal(h[t], 1)\nparam ",
                     in, n, n, d->op->text);
    for (const char *g = d->op->gates; *g; g++)
        k += snprintf(text + k, sizeof text - (size_t)k, "%sW%c, R%c, b%c, c%c", g == d->op->gates ? "" : ", ", *g, *g, *g, *g);
    OK(unroll_open_text(m, text, (size_t)k, d->op->name, NULL, 0));
}

static void test_case(void **state)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/golden-onnx/%s/dump.txt", data_folder(), (const char *)*state);
    char *text = file_text(path);
    if (!text) { print_message("%s is absent: skipped\n", path); skip(); }
    dump d;
    parse(&d, text);
    const tensor *x = find(&d, "X"), *y = find(&d, "Y_h");
    size_t T = x->dim[d.batch_first], B = x->dim[!d.batch_first], in = x->dim[2], n = y->dim[2], lengths[16];
    assert_int_equal(T, 1);                                   /* so both layouts lie alike; all vectors are so */
    for (size_t b = 0; b < B; b++) lengths[b] = T;

    unroll_model *m = NULL;
    unroll_data *data = NULL;
    open_op(&m, &d, in, n);
    set_weights(m, &d, in, n);
    OK(unroll_data_new(&data, m, B));
    OK(unroll_data_set_numbers(data, "x", lengths, x->v));
    OK(unroll_data_set_numbers(data, "y", lengths, y->v));
    for (int naive = 0; naive < 2; naive++) for (int precision = 0; precision < 2; precision++) {
        unroll_use_options o = UNROLL_USE_INIT;
        o.naive = naive;
        o.precision = precision;
        for (size_t b = 0; b < B; b++) {
            size_t count;
            int width;
            double *h = quantity(m, data, "h", b, &o, &count, &width);
            assert_int_equal(count, n);
            close_to(*state, "h", h, y->v + b * n, n, BOUND);
            free(h);
        }
    }
    unroll_data_free(data);
    unroll_close(m);
    for (size_t i = 0; i < d.n; i++) free(d.t[i].v);
    free(text);
}

int main(void)
{
    static const char *const cases[] = { "test_simple_rnn_defaults", "test_simple_rnn_batchwise", "test_gru_defaults", "test_gru_batchwise",
        "test_gru_with_initial_bias", "test_lstm_defaults", "test_lstm_with_initial_bias", "test_lstm_with_peepholes" };
    enum { N = sizeof cases / sizeof *cases };
    struct CMUnitTest t[N];
    for (size_t i = 0; i < N; i++) t[i] = (struct CMUnitTest){ cases[i], test_case, NULL, NULL, (void *)(uintptr_t)cases[i] };
    return _cmocka_run_group_tests("onnx", t, N, NULL, NULL);
}
