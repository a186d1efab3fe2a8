/* What the fuzz targets share. Each is a file fuzz_*.c with LLVMFuzzerTestOneInput: libFuzzer runs it (`make fuzz`), and main.c runs it over the files of
 * its corpus (`make check`). An input may be refused, but never without a word; it may not be taken and then not be read back. */
#ifndef FUZZ_H
#define FUZZ_H
#include "base/base.h"
#include <fcntl.h>
#include <math.h>
#include <unistd.h>

#define MUST(call) do { if (!(call)) { fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #call, unroll_error()); abort(); } } while (0)
/* refused with a word, or taken */
#define SAID(rc) do { if ((rc) && !*unroll_error()) { fprintf(stderr, "%s:%d: refused without a word\n", __FILE__, __LINE__); abort(); } } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static char fuzz_folder[] = "/tmp/unroll-fuzz-XXXXXX", fuzz_name[4][80];
static int fuzz_files;

static inline void fuzz_clean(void)
{
    for (int k = 0; k < fuzz_files; k++) unlink(fuzz_name[k]);
    if (fuzz_files) rmdir(fuzz_folder);
}

/* the path of a file number k with these bytes and that ending */
static inline const char *fuzz_file(int k, const char *ending, const void *p, size_t n)
{
    if (!fuzz_files) {
        if (!mkdtemp(fuzz_folder)) abort();
        atexit(fuzz_clean);
    }
    for (; fuzz_files <= k; fuzz_files++) fuzz_name[fuzz_files][0] = 0;
    if (fuzz_name[k][0]) unlink(fuzz_name[k]);
    (snprintf)(fuzz_name[k], sizeof fuzz_name[k], "%s/%d%s", fuzz_folder, k, ending);
    int fd = open(fuzz_name[k], O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, p, n) != (ssize_t)n) abort();
    close(fd);
    return fuzz_name[k];
}

static inline int fuzz_line(const char *text, void *arg)
{
    (void)arg;
    return strlen(text) > 1u << 30;
}

/* a model on some data of its own: everything that does not take long */
static inline void fuzz_use(unroll_model *m, const unroll_data *d)
{
    unroll_use_options o = UNROLL_USE_INIT;
    unroll_table *t = NULL;
    o.threads = 1;
    o.memory = 100 << 20;
    o.max_length = 6;
    int rc = d ? unroll_score(m, d, &o, &t) : 0;
    SAID(rc);
    unroll_table_free(t);
    t = NULL;
    o.horizon = d ? 2 : 0;
    rc = unroll_predict(m, d, &o, &t);
    SAID(rc);
    unroll_table_free(t);
    t = NULL;
    o.horizon = 0;
    o.samples = 2;
    rc = unroll_sample(m, d, &o, &t);
    SAID(rc);
    unroll_table_free(t);
}

/* small data for any model that takes them; NULL: it does not */
static inline unroll_data *fuzz_data(unroll_model *m)
{
    static const char *const s[8] = { "a", "b", "a", "\xC3\xA9", "z", "a b", "b", "c" };
    unroll_data *d = NULL;
    double v[8 * 60];
    size_t rows[2] = { 5, 3 };
    for (size_t i = 0; i < sizeof v / sizeof *v; i++) v[i] = floor(2 + 3 * fabs(sin(0.3 * (double)i)));
    if (unroll_data_new(&d, m, 2)) return NULL;
    bool bad = false;
    for (size_t i = 0; i < unroll_data_count(m) && !bad; i++) {
        unroll_datum u;
        unroll_data_info(m, i, &u);
        bool symbols = (u.kind >= UNROLL_SYMBOL && u.kind <= UNROLL_BYTES) || u.kind == UNROLL_PIECES;
        bad = u.kind == UNROLL_PIECES || u.size > 60 || u.nindex > 1;
        if (bad) break;
        bad = symbols ? unroll_data_set_texts(d, u.name, u.kind == UNROLL_SYMBOL && u.nindex ? rows : NULL, s) : unroll_data_set_numbers(d, u.name, u.nindex ? rows : NULL, v);
    }
    if (!bad) return d;
    unroll_data_free(d);
    return NULL;
}
#endif
