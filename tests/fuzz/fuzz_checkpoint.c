/* A checkpoint, with its checksum put right: a fit goes on from it, or refuses it. */
#include "fuzz.h"
#include "model/model.h"

static const char text[] = "data y[t] : real\nparam W, v, s\nh[t] : 3 = tanh(W h[t-1] + y[t-1])\ny[t] ~ normal(v' h[t], s)\n";

static int soon(const unroll_progress *p, void *arg)
{
    (void)p;
    int *calls = arg;
    return ++*calls > 20;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    ur_err e = { 0 };
    ur_file f = { 0 };
    unroll_model *m = NULL;
    unroll_data *d = NULL;
    double y[24];
    size_t rows = 24;
    if (n > 100000) return 0;
    const char *path = fuzz_file(0, ".checkpoint", p, n);
    ur_buf_add(&f.raw, p, n);
    if (ur_file_sniff(f.raw.s, f.raw.n) && !ur_file_parse_any(&f, path, &e)) ur_file_write(path, f.tensor, f.ntensor, f.meta, f.nmeta, &e);
    ur_file_free(&f);
    for (size_t i = 0; i < rows; i++) y[i] = sin(0.5 * (double)i) + 0.1 * (double)(i % 3);
    MUST(!unroll_open_text(&m, text, sizeof text - 1, "t.unr", NULL, 0) && !unroll_data_new(&d, m, 1) && !unroll_data_set_numbers(d, "y", &rows, y));
    unroll_fit_options o = UNROLL_FIT_INIT;
    int calls = 0;
    o.epochs = 3;
    o.threads = 1;
    o.chunk = 8;
    o.batch = 1;
    o.checkpoint = path;
    o.checkpoint_seconds = 1e6;
    o.resume = 1;
    o.progress = soon;
    o.arg = &calls;
    int rc = unroll_fit(m, d, &o, NULL);
    SAID(rc);
    unroll_data_free(d);
    unroll_close(m);
    return 0;
}
