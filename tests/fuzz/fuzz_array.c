/* Arrays: NPY and IDX; the first byte chooses the model. */
#include "fuzz.h"

static const char *const texts[] = { "data y[t] : real\n", "data y[i,j] : raw\n", "index p = 1..2\ndata y[t,p] : raw(2)\n", "data y[t] : symbol\n", "data y[t] : bytes\n", "data y : count\n", "data y[t] : raw(3)\n" };
enum { MODELS = sizeof texts / sizeof *texts };

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static unroll_model *model[MODELS];
    char spec[120];
    const char *specs[] = { spec };
    if (n < 1 || n > 20000) return 0;
    int k = p[0] % MODELS;
    if (!model[k]) MUST(!unroll_open_text(&model[k], texts[k], strlen(texts[k]), "t.unr", NULL, 0));
    snprintf(spec, sizeof spec, "y=%s", fuzz_file(0, ".npy", p + 1, n - 1));
    unroll_read_options o = UNROLL_READ_INIT;
    o.stream = p[0] / MODELS & 1;
    unroll_data *d = NULL;
    int rc = unroll_data_read(&d, model[k], specs, 1, &o);
    SAID(rc);
    size_t count;
    double v[64];
    if (!rc) unroll_data_get_numbers(d, "y", 0, v, 64, &count);
    unroll_data_free(d);
    return 0;
}
