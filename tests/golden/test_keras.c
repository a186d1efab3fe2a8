/* The LSTM, SimpleRNN and Bidirectional test vectors of Keras (golden-keras/<layer>.json in the data folder), as models with
 * cells of their own: Keras's default gate is a hard sigmoid, clip(0.2 x + 0.5, 0, 1). Skipped where the data are absent. */
#include "golden.h"
#include <jansson.h>

#define BOUND 1e-5                       /* the vectors have six decimals */

typedef struct tensor { size_t dim[2], n; double *v; } tensor;
typedef struct fixture { tensor x, w[6], y; size_t nw; } fixture;

/* how a case runs and what of its states is expected */
typedef struct config { const char *file, *name; char kind; bool backwards, twice, all, soft, both; char merge; } config;
static const config cases[] = {
    { "LSTM", "recurrent.LSTM.0", 'l', 0, 0, 0, 0, 0, 0 }, { "LSTM", "recurrent.LSTM.1", 'l', 0, 0, 0, 1, 0, 0 },
    { "LSTM", "recurrent.LSTM.2", 'l', 0, 0, 1, 0, 0, 0 }, { "LSTM", "recurrent.LSTM.3", 'l', 1, 0, 0, 0, 0, 0 },
    { "LSTM", "recurrent.LSTM.4", 'l', 1, 0, 1, 0, 0, 0 }, { "LSTM", "recurrent.LSTM.5", 'l', 0, 1, 0, 0, 0, 0 },
    { "LSTM", "recurrent.LSTM.6", 'l', 0, 1, 1, 0, 0, 0 }, { "LSTM", "recurrent.LSTM.7", 'l', 1, 1, 0, 0, 0, 0 },
    { "LSTM", "recurrent.LSTM.8", 'l', 1, 1, 1, 0, 0, 0 },
    { "SimpleRNN", "recurrent.SimpleRNN.0", 's', 0, 0, 0, 0, 0, 0 }, { "SimpleRNN", "recurrent.SimpleRNN.1", 's', 0, 0, 0, 1, 0, 0 },
    { "SimpleRNN", "recurrent.SimpleRNN.2", 's', 0, 0, 1, 0, 0, 0 }, { "SimpleRNN", "recurrent.SimpleRNN.3", 's', 1, 0, 0, 0, 0, 0 },
    { "SimpleRNN", "recurrent.SimpleRNN.4", 's', 1, 0, 1, 0, 0, 0 }, { "SimpleRNN", "recurrent.SimpleRNN.5", 's', 0, 1, 0, 0, 0, 0 },
    { "SimpleRNN", "recurrent.SimpleRNN.6", 's', 0, 1, 1, 0, 0, 0 }, { "SimpleRNN", "recurrent.SimpleRNN.7", 's', 1, 1, 0, 0, 0, 0 },
    { "SimpleRNN", "recurrent.SimpleRNN.8", 's', 1, 1, 1, 0, 0, 0 },
    { "Bidirectional", "wrappers.Bidirectional.0", 's', 0, 0, 0, 0, 1, '+' }, { "Bidirectional", "wrappers.Bidirectional.1", 's', 0, 0, 0, 0, 1, '*' },
    { "Bidirectional", "wrappers.Bidirectional.2", 's', 0, 0, 0, 0, 1, ';' }, { "Bidirectional", "wrappers.Bidirectional.3", 's', 0, 0, 0, 0, 1, '/' },
    { "Bidirectional", "wrappers.Bidirectional.4", 's', 0, 0, 1, 0, 1, ';' }, { "Bidirectional", "wrappers.Bidirectional.5", 'g', 0, 0, 1, 0, 1, ';' },
    { "Bidirectional", "wrappers.Bidirectional.6", 'l', 0, 0, 1, 0, 1, ';' }, { "Bidirectional", "wrappers.Bidirectional.7", 's', 0, 0, 1, 0, 1, '+' },
};

static const char *gates(char kind) { return kind == 's' ? "h" : kind == 'g' ? "zrh" : "ifco"; }

static tensor load(const json_t *j)
{
    tensor t = { { 1, 1 }, 0, NULL };
    const json_t *data = json_object_get(j, "data"), *shape = json_object_get(j, "shape");
    t.n = json_array_size(data);
    t.v = calloc(t.n ? t.n : 1, sizeof *t.v);
    assert_non_null(t.v);
    for (size_t i = 0; i < t.n; i++) t.v[i] = json_number_value(json_array_get(data, i));
    for (size_t i = 0; i < 2 && i < json_array_size(shape); i++) t.dim[i] = (size_t)json_integer_value(json_array_get(shape, i));
    return t;
}

/* the cell "layer", with the gate function and the activation of the case */
static void cell(const config *c, char *out, size_t cap)
{
    const char *a = c->soft ? "sigmoid(" : "min(max(0.5 + 0.2 * (", *b = c->soft ? ")" : "), 0), 1)", *act = c->soft ? "sigmoid" : "tanh";
    if (c->kind == 's')
        snprintf(out, cap, "cell layer(n, x[t]) = h[t] {\n    param Wh, Uh, bh\n    h[t] : n = %s(Wh x[t] + Uh h[t-1] + bh)\n}\n", act);
    else if (c->kind == 'g')
        snprintf(out, cap, "cell layer(n, x[t]) = h[t] {\n    param Wz, Uz, bz, Wr, Ur, br, Wh, Uh, bh\n"
                 "    z[t] = %sWz x[t] + Uz h[t-1] + bz%s\n    r[t] = %sWr x[t] + Ur h[t-1] + br%s\n"
                 "    g[t] = %s(Wh x[t] + Uh (r[t] * h[t-1]) + bh)\n    h[t] : n = z[t] * h[t-1] + (1 - z[t]) * g[t]\n}\n", a, b, a, b, act);
    else
        snprintf(out, cap, "cell layer(n, x[t]) = h[t] {\n    param Wi, Ui, bi, Wf, Uf, bf, Wc, Uc, bc, Wo, Uo, bo\n"
                 "    i[t] = %sWi x[t] + Ui h[t-1] + bi%s\n    f[t] = %sWf x[t] + Uf h[t-1] + bf%s\n"
                 "    c[t] = f[t] * c[t-1] + i[t] * %s(Wc x[t] + Uc h[t-1] + bc)\n"
                 "    o[t] = %sWo x[t] + Uo h[t-1] + bo%s\n    h[t] : n = o[t] * %s(c[t])\n}\n", a, b, a, b, act, a, b, act);
}

/* columns [at·n, at·n + n) of a Keras matrix [rows][gates·n] are a matrix n x rows of ours */
static void set_block(unroll_model *m, char q, char letter, char gate, const tensor *t, size_t at, size_t n)
{
    char name[5] = { q, '.', letter, gate, 0 };
    size_t rows = t ? t->n / t->dim[1] : 1, width = t ? t->dim[1] : n;
    double *v = calloc(rows * n, sizeof *v);
    assert_non_null(v);
    for (size_t i = 0; t && i < n; i++) for (size_t j = 0; j < rows; j++) v[i * rows + j] = t->v[j * width + at * n + i];
    OK(unroll_param_set(m, name, v, rows * n));
    free(v);
}

static void set_layer(unroll_model *m, char q, char kind, const tensor *w, bool bias, size_t n)
{
    tensor b = { { 0, 0 }, 0, NULL };
    if (bias) { b = w[2]; b.dim[1] = b.n; }
    for (size_t g = 0; gates(kind)[g]; g++) {
        set_block(m, q, 'W', gates(kind)[g], &w[0], g, n);
        set_block(m, q, 'U', gates(kind)[g], &w[1], g, n);
        set_block(m, q, 'b', gates(kind)[g], bias ? &b : NULL, g, n);
    }
}

/* what Keras merges, from the states of both directions at one of its steps */
static double merged(char how, double f, double b) { return how == '+' ? f + b : how == '*' ? f * b : (f + b) / 2; }

static void compare(const config *c, const fixture *x, const double *f, const double *b, size_t T, size_t n)
{
    size_t steps = c->all ? x->x.dim[0] : 1, width = c->merge == ';' ? 2 * n : n, total = T;
    assert_int_equal(x->y.n, steps * width);
    double *got = calloc(x->y.n, sizeof *got);
    assert_non_null(got);
    for (size_t s = 0; s < steps; s++) for (size_t k = 0; k < n; k++) {
        size_t at = total - steps + s;                        /* forward: the last steps taken */
        size_t back = c->both && c->all ? at : steps - 1 - s; /* backward states lie at the positions they were made at; the last taken is 0 */
        double vf = c->backwards && !c->twice ? f[back * n + k] : f[at * n + k], vb = b ? b[back * n + k] : 0;
        if (!c->both) got[s * width + k] = vf;
        else if (c->merge == ';') { got[s * width + k] = vf; got[s * width + n + k] = vb; }
        else got[s * width + k] = merged(c->merge, vf, vb);
    }
    close_to(c->name, "h", got, x->y.v, x->y.n, BOUND);
    free(got);
}

static void run(const config *c, const fixture *x)
{
    size_t n = x->w[1].dim[0], in = x->x.dim[1], one = x->x.dim[0], T = one * (c->twice ? 2 : 1);
    bool bias = c->both || x->nw > 2;
    char text[4096];
    cell(c, text, sizeof text);
    size_t at = strlen(text);
    /* a case that is stateful and backwards runs over the reversed input twice; one that is backwards alone, in the equations */
    snprintf(text + at, sizeof text - at, "data x[t] : raw(%zu)\ndata y[t] : raw\nparam V\nf[t] = %slayer(%zu, x[t])\n%sy[t] ~ normal(V f[t], 1)\n", in,
             c->backwards && !c->twice ? "reverse " : "", n, c->both ? "b[t] = reverse layer(LAYER, x[t])\n" : "");
    char *hole = strstr(text, "LAYER");
    if (hole) { char num[6]; snprintf(num, sizeof num, "%5zu", n); memcpy(hole, num, 5); }
    double *v = calloc(T * in, sizeof *v), *y = calloc(T, sizeof *y);
    assert_non_null(v);
    assert_non_null(y);
    for (size_t t = 0; t < T; t++)
        memcpy(v + t * in, x->x.v + (c->backwards && c->twice ? one - 1 - t % one : t % one) * in, in * sizeof *v);

    unroll_model *m = NULL;
    unroll_data *d = NULL;
    OK(unroll_open_text(&m, text, strlen(text), c->name, NULL, 0));
    set_layer(m, 'f', c->kind, x->w, bias, n);
    if (c->both) set_layer(m, 'b', c->kind, x->w + 3, true, n);
    OK(unroll_data_new(&d, m, 1));
    OK(unroll_data_set_numbers(d, "x", &T, v));
    OK(unroll_data_set_numbers(d, "y", &T, y));
    for (int naive = 0; naive < 2; naive++) {
        unroll_use_options o = UNROLL_USE_INIT;
        o.naive = naive;
        o.precision = 1;
        size_t count;
        int width;
        double *f = quantity(m, d, "f", 0, &o, &count, &width), *b = c->both ? quantity(m, d, "b", 0, &o, &count, &width) : NULL;
        assert_int_equal(count, T * n);
        compare(c, x, f, b, T, n);
        free(f);
        free(b);
    }
    unroll_data_free(d);
    unroll_close(m);
    free(v);
    free(y);
}

static void test_case(void **state)
{
    const config *c = *state;
    const char *folder = getenv("UNROLL_DATA");
    char path[4096];
    snprintf(path, sizeof path, "%s/golden-keras/%s.json", folder ? folder : UR_SOURCE_DIR "/../shared/data", c->file);
    json_error_t err;
    json_t *all = json_load_file(path, 0, &err);
    if (!all) { print_message("%s: %s: skipped\n", path, err.text); skip(); }
    const json_t *j = json_object_get(all, c->name), *w = json_object_get(j, "weights");
    assert_non_null(j);
    fixture x = { .nw = json_array_size(w) };
    assert_true(x.nw <= 6);
    x.x = load(json_object_get(j, "input"));
    x.y = load(json_object_get(j, "expected"));
    for (size_t i = 0; i < x.nw; i++) x.w[i] = load(json_array_get(w, i));
    json_decref(all);
    run(c, &x);
    free(x.x.v);
    free(x.y.v);
    for (size_t i = 0; i < x.nw; i++) free(x.w[i].v);
}

int main(void)
{
    enum { N = sizeof cases / sizeof *cases };
    struct CMUnitTest t[N];
    for (size_t i = 0; i < N; i++) t[i] = (struct CMUnitTest){ cases[i].name, test_case, NULL, NULL, (void *)(uintptr_t)&cases[i] };
    return _cmocka_run_group_tests("keras", t, N, NULL, NULL);
}
