/* What the tests of the model room share: small models, small data. */
#ifndef MODEL_TEST_H
#define MODEL_TEST_H
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "unroll.h"

#define OK(call) do { int rc_ = (call); if (rc_) fail_msg("%s: %d %s", #call, rc_, unroll_error()); } while (0)

static inline unroll_model *model_of(const char *text)
{
    unroll_model *m = NULL;
    OK(unroll_open_text(&m, text, strlen(text), "test.unr", NULL, 0));
    return m;
}

/* numbers that look like data: a slow wave, a fast one and noise from a fixed recurrence */
static inline double wave(size_t i)
{
    uint32_t h = (uint32_t)i * 2654435761u;
    h ^= h >> 15;
    return sin(0.3 * (double)i) + 0.3 * sin(1.7 * (double)i) + 0.2 * ((double)(h % 1000) / 1000 - 0.5);
}

static inline unroll_data *waves(unroll_model *m, const char *y, const char *x, size_t n)
{
    unroll_data *d = NULL;
    double *v = malloc((n + 1) * sizeof *v);
    OK(unroll_data_new(&d, m, 1));
    for (size_t i = 0; i < n; i++) v[i] = 10 + 3 * wave(i);
    OK(unroll_data_set_numbers(d, y, &n, v));
    for (size_t i = 0; i < n; i++) v[i] = wave(3 * i + 7);
    if (x) OK(unroll_data_set_numbers(d, x, &n, v));
    free(v);
    return d;
}

static inline char *temp_path(char *out, size_t n, const char *name)
{
    const char *dir = getenv("TMPDIR");
    snprintf(out, n, "%s/unroll-%ld-%s", dir ? dir : "/tmp", (long)getpid(), name);
    return out;
}

static inline void weights_of(unroll_model *m, double *w, size_t cap, size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < unroll_param_count(m); i++) {
        unroll_param p;
        OK(unroll_param_info(m, i, &p));
        assert_true(*n + p.count <= cap);
        OK(unroll_param_get(m, p.name, w + *n, p.count));
        *n += p.count;
    }
}

static inline unsigned char *slurp(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    if (!f) return NULL;
    unsigned char *p = malloc(1 << 22);
    *n = fread(p, 1, 1 << 22, f);
    fclose(f);
    return p;
}

static inline void spill(const char *path, const void *p, size_t n)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(p, 1, n, f), n);
    fclose(f);
}
/* an allocator that fails after `countdown` allocations (below 0: never), and what is held */
static long countdown = -1;
static size_t live;
static inline void *failing(void *p, size_t n)
{
    if (countdown == 0) return NULL;
    if (countdown > 0) countdown--;
    if (!p) live++;
    return realloc(p, n);
}
static inline void freeing(void *p)
{
    if (p) live--;
    free(p);
}

#endif
