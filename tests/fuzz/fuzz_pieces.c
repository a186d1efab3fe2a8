/* Texts: cut into characters, words, bytes; lines of them as data of a model that is fitted and generates. */
#include "fuzz.h"

static const char *const texts[] = { "data y[t] : chars\nparam E, V\nh[t] : 3 = tanh(E y[t-1])\ny[t] ~ categorical(V h[t])\n", "data y[t] : words\nparam E, V\nh[t] : 3 = tanh(E y[t-1])\ny[t] ~ categorical(V h[t])\n",
    "data y[t] : bytes\nparam E, V\nh[t] : 3 = tanh(E y[t-1])\ny[t] ~ categorical(V h[t])\n", "data y[t,k] : chars\nparam E, s\nz : 2 = sum[t,k](E y[t,k])\n", "data y[t] : pieces(40)\nparam E, V\nh[t] : 3 = tanh(E y[t-1])\ny[t] ~ categorical(V h[t])\n" };
enum { MODELS = sizeof texts / sizeof *texts };

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    char spec[120];
    const char *specs[] = { spec };
    unroll_model *m = NULL;
    unroll_data *d = NULL;
    if (n < 1 || n > 4000) return 0;
    int k = p[0] % MODELS;
    MUST(!unroll_open_text(&m, texts[k], strlen(texts[k]), "t.unr", NULL, 0));
    snprintf(spec, sizeof spec, "y=%s", fuzz_file(0, ".txt", p + 1, n - 1));
    unroll_read_options o = UNROLL_READ_INIT;
    o.stream = p[0] / MODELS & 1;
    int rc = unroll_data_read(&d, m, specs, 1, &o);
    SAID(rc);
    if (!rc && k != 3) {
        unroll_fit_options f = UNROLL_FIT_INIT;
        f.epochs = 1;
        f.threads = 1;
        rc = unroll_fit(m, d, &f, NULL);
        SAID(rc);
        if (!rc) fuzz_use(m, NULL);
    }
    unroll_data_free(d);
    unroll_close(m);
    return 0;
}
