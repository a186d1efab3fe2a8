/* Tables, and column files of words: the first byte chooses the model, the second the ending and how it is read. */
#include "fuzz.h"

static const char *const texts[] = {
    "data y[t], x[t] : real\nparam a, b, s\ny[t] ~ normal(a y[t-1] + b x[t], s)\n",
    "data w[t] : symbol, c[t,k] : chars, g : symbol, n : count\nparam E, F, V\ne[t] : 2 = E w[t]\nl[t,k] : 2 = F c[t,k]\ng ~ categorical(V sum[t](e[t] + sum[k](l[t,k])))\n",
    "data y[t] : words, x[t] : words\nparam E, V\nh[t] : 3 = tanh(E x[t])\ny[t] ~ categorical(V h[t])\n",
    "data y[t] : real(3), x : symbol\nparam E, s\ny[t] ~ normal(E x, s)\n",
    "data x[t] : time, q[t] : count\nparam a\nq[t] ~ poisson(exp(a + hour(x[t])))\n" };
enum { MODELS = sizeof texts / sizeof *texts };

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static unroll_model *model[MODELS];
    static const char *const ending[] = { ".csv", ".tsv", ".conllu", ".conll" };
    if (n < 2 || n > 20000) return 0;
    int k = p[0] % MODELS, how = p[1] / 4;
    if (!model[k]) MUST(!unroll_open_text(&model[k], texts[k], strlen(texts[k]), "t.unr", NULL, 0));
    const char *path = fuzz_file(0, ending[p[1] % 4], p + 2, n - 2);
    unroll_read_options o = UNROLL_READ_INIT;
    unroll_data *d = NULL, *part = NULL;
    o.group = how & 1 ? "g" : NULL;
    o.stream = how >> 1 & 1;
    o.columns = (how >> 2) % 3;
    int rc = unroll_data_read(&d, model[k], &path, 1, &o);
    SAID(rc);
    if (rc) return 0;
    size_t units = unroll_data_units(d), examples = unroll_data_examples(d), count;
    unroll_data_notes(d, fuzz_line, NULL);
    if (units > 1) {
        rc = unroll_data_slice(&part, d, units / 2, units);
        SAID(rc);
        unroll_data_free(part);
    }
    for (size_t i = 0; i < unroll_data_count(model[k]); i++) {
        unroll_datum u;
        double v[64];
        const char *t[64];
        unroll_data_info(model[k], i, &u);
        unroll_data_get_numbers(d, u.name, examples ? examples - 1 : 0, v, 64, &count);
        unroll_data_get_texts(d, u.name, examples ? examples - 1 : 0, t, 64, &count);
    }
    unroll_data_free(d);
    return 0;
}
