/* golden: what the golden tests share: a reader of the stored cases (records of words and numbers, one a line) and checks of
 * closeness. Uses the library through unroll.h alone. A failed read fails the test. */
#ifndef GOLDEN_H
#define GOLDEN_H
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "unroll.h"

#ifndef UR_SOURCE_DIR
#define UR_SOURCE_DIR "."
#endif

/* a whole file as a string, or NULL; freed by the caller */
static inline char *file_text(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) return NULL;
    size_t n = 0, cap = 1 << 16;
    char *s = malloc(cap);
    for (size_t got; s && (got = fread(s + n, 1, cap - n - 1, f)) > 0;) {
        n += got;
        if (cap - n < 2) { char *t = realloc(s, cap *= 2); if (!t) { free(s); s = NULL; break; } s = t; }
    }
    fclose(f);
    if (s) s[n] = 0;
    return s;
}

/* the next word (no spaces) at *p, which moves on; "" at the end of the line */
static inline void word(char **p, char *out, size_t cap)
{
    *p += strspn(*p, " ");
    size_t n = strcspn(*p, " \n");
    assert_true(n < cap);
    memcpy(out, *p, n);
    out[n] = 0;
    *p += n;
}

static inline double *read_numbers(char **p, size_t n)
{
    double *v = calloc(n ? n : 1, sizeof *v);
    assert_non_null(v);
    for (size_t i = 0; i < n; i++) {
        char *end;
        v[i] = strtod(*p, &end);
        assert_true(end != *p);
        *p = end;
    }
    return v;
}

static inline void next_line(char **p)
{
    *p += strcspn(*p, "\n");
    if (**p) (*p)++;
}

/* 0 or the test fails, with the library's own words */
#define OK(call) do { int rc_ = (call); if (rc_) fail_msg("%s: %d: %s", #call, rc_, unroll_error()); } while (0)

/* the largest |a − b| / max(1, |b|) */
static inline double gap(const double *a, const double *b, size_t n)
{
    double worst = 0;
    for (size_t i = 0; i < n; i++) {
        double d = fabs(a[i] - b[i]) / fmax(1, fabs(b[i]));
        if (!(d <= worst)) worst = isnan(d) ? INFINITY : d;
    }
    return worst;
}

static inline void close_to(const char *where, const char *what, const double *a, const double *b, size_t n, double bound)
{
    double d = gap(a, b, n);
    if (!(d <= bound)) fail_msg("%s: %s is off by %g (bound %g); first numbers %.17g, expected %.17g", where, what, d, bound, a[0], b[0]);
}

/* all numbers of a quantity for one example; *width set; freed by the caller */
static inline double *quantity(unroll_model *m, const unroll_data *d, const char *name, size_t example, const unroll_use_options *o,
                               size_t *count, int *width)
{
    OK(unroll_quantity(m, d, name, example, o, NULL, 0, count, width));
    double *v = calloc(*count ? *count : 1, sizeof *v);
    assert_non_null(v);
    OK(unroll_quantity(m, d, name, example, o, v, *count, count, width));
    return v;
}

/* where a parameter's gradient lies among those of all parameters; *count: its numbers */
static inline size_t gradient_at(unroll_model *m, const char *name, size_t *count)
{
    size_t at = 0;
    for (size_t i = 0; i < unroll_param_count(m); i++) {
        unroll_param p;
        OK(unroll_param_info(m, i, &p));
        if (strcmp(p.name, name) == 0) { *count = p.count; return at; }
        if (p.trained) at += p.count;
    }
    fail_msg("the model has no parameter %s", name);
    return 0;
}

static inline size_t gradient_size(unroll_model *m)
{
    size_t n = 0;
    for (size_t i = 0; i < unroll_param_count(m); i++) {
        unroll_param p;
        OK(unroll_param_info(m, i, &p));
        if (p.trained) n += p.count;
    }
    return n;
}
#endif
