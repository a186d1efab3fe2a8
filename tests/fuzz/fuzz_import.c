/* Tensors, a map and a vocabulary, with "\n@@\n" between them: a map is proposed, weights are imported, exported and saved. */
#include "fuzz.h"

static const char text[] = "data text[t] : chars\nhyper n = 4\nparam E, V, c\ne[t] : 3 = E text[t-1]\nh1[t] = lstm(n, e[t])\ntext[t] ~ categorical(V h1[t] + c)\n";

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    if (n > 60000) return 0;
    const uint8_t *map = memmem(p, n, "\n@@\n", 4), *words = map ? memmem(map + 4, n - (size_t)(map + 4 - p), "\n@@\n", 4) : NULL;
    if (!words) return 0;
    const char *tensors = fuzz_file(0, ".safetensors", p, (size_t)(map - p)), *maps = fuzz_file(1, ".map", map + 4, (size_t)(words - map - 4));
    unroll_vocabulary v = { "text", fuzz_file(2, ".txt", words + 4, n - (size_t)(words + 4 - p)) };
    unroll_model *m = NULL;
    unroll_import_options o = UNROLL_IMPORT_INIT;
    size_t doubts;
    MUST(!unroll_open_text(&m, text, sizeof text - 1, "t.unr", NULL, 0));
    o.vocabulary = &v;
    o.nvocabulary = 1;
    int rc = unroll_import_map(m, tensors, &o, fuzz_line, NULL, &doubts);
    SAID(rc);
    o.map = maps;
    o.partial = n & 1;
    rc = unroll_import(m, tensors, &o);
    SAID(rc);
    if (!rc) {
        const char *out = fuzz_file(3, ".out", "", 0);
        rc = unroll_export(m, out, maps);
        SAID(rc);
        rc = unroll_save(m, out);
        SAID(rc);
        fuzz_use(m, NULL);
    }
    unroll_close(m);
    return 0;
}
