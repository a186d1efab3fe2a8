/* The text of a model: opened, explained, its own text opened again, fitted for one epoch on made-up data, used. */
#include "fuzz.h"

/* sizes of three digits and more are right and slow */
static bool large_numbers(const uint8_t *p, size_t n)
{
    size_t run = 0;
    for (size_t i = 0; i < n; i++) {
        run = p[i] >= '0' && p[i] <= '9' ? run + 1 : 0;
        if (run > 2 || (p[i] == 'e' && i + 1 < n && p[i + 1] >= '0' && p[i + 1] <= '9')) return true;
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    unroll_model *m = NULL, *again = NULL;
    if (n > 8000 || memmem(p, n, "use", 3)) return 0;             /* no other files */
    int rc = unroll_open_text(&m, (const char *)p, n, "fuzz.unr", NULL, 0);
    SAID(rc);
    if (rc) return 0;
    rc = unroll_explain(m, NULL, fuzz_line, NULL);
    SAID(rc);
    const char *text = unroll_model_text(m);
    MUST(!unroll_open_text(&again, text, strlen(text), "again.unr", NULL, 0));
    unroll_close(again);
    unroll_data *d = large_numbers(p, n) ? NULL : fuzz_data(m);
    if (d) {
        unroll_fit_options o = UNROLL_FIT_INIT;
        o.epochs = 1;
        o.threads = 1;
        o.memory = 100 << 20;
        rc = unroll_fit(m, d, &o, NULL);
        SAID(rc);
        if (!rc) fuzz_use(m, d);
        unroll_data_free(d);
    }
    unroll_close(m);
    return 0;
}
