/* A model file, whatever its checksum says: opened, explained, used, saved and opened again. */
#include "fuzz.h"
#include "model/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    ur_err e = { 0 };
    ur_file f = { 0 };
    unroll_model *m = NULL, *again = NULL;
    if (n > 100000) return 0;
    ur_buf_add(&f.raw, p, n);
    int rc = ur_file_sniff(f.raw.s, f.raw.n) ? ur_file_parse_any(&f, "fuzz.model", &e) : 1;
    if (!rc) rc = ur_model_from_file(&m, &f, "fuzz.model", NULL, 0, &e);
    ur_file_free(&f);
    if (rc) {
        if (rc < 0 && !e.text[0]) abort();
        return 0;
    }
    rc = unroll_explain(m, NULL, fuzz_line, NULL);
    SAID(rc);
    if (unroll_is_fitted(m)) {
        unroll_data *d = fuzz_data(m);
        fuzz_use(m, d);
        unroll_data_free(d);
        const char *path = fuzz_file(0, ".model", "", 0);
        rc = unroll_save(m, path);
        SAID(rc);
        if (!rc) MUST(!unroll_open(&again, path, NULL, 0));
        unroll_close(again);
    }
    unroll_close(m);
    return 0;
}
