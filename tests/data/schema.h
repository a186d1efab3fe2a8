/* Small schemas for the tests of the data room, files to read, and an allocator that can be made to fail. */
#ifndef TEST_SCHEMA_H
#define TEST_SCHEMA_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "data/data.h"

enum { T, S, K, J };                     /* t; s: another root; k: nested in t; j = 1..3 */
static ur_index all_indices[] = {
    { "t", false, 0, -1, -1 }, { "s", false, 0, -1, -1 }, { "k", false, 0, T, -1 }, { "j", true, 3, -1, -1 },
};

typedef struct world { ur_schema g; ur_datum d[8]; } world;

static inline void world_new(world *w)
{
    memset(w, 0, sizeof *w);
    w->g = (ur_schema){ 4, all_indices, 0, w->d };
}

/* index: "t", "tk", "s", "" …; 'j' is the fixed one */
static inline int add(world *w, const char *name, ur_data_kind kind, int size, const char *index, bool drawn)
{
    ur_datum *d = &w->d[w->g.ndata];
    *d = (ur_datum){ .name = name, .kind = kind, .size = size, .drawn = drawn };
    for (; *index; index++) {
        if (*index == 'j')
            d->fix[d->nfix++] = J;
        else
            d->idx[d->nidx++] = *index == 't' ? T : *index == 's' ? S : K;
    }
    return w->g.ndata++;
}

static char folder[] = "/tmp/unroll-test-XXXXXX";

static inline int folder_make(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/unroll-test-XXXXXX");
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static inline int folder_remove(void **state)
{
    char command[100];
    (void)state;
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

static inline void put_bytes(const char *path, const void *p, size_t n)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(p, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static inline void put(const char *path, const char *text)
{
    put_bytes(path, text, strlen(text));
}

static inline int read_n(const world *w, ur_raw **r, ur_err *e, const ur_read_options *o, int n, const char *const *spec)
{
    *e = (ur_err){ 0 };
    *r = NULL;
    return ur_raw_read(r, &w->g, spec, n, o, e);
}
#define READ(w, r, e, o, ...) read_n((w), (r), (e), (o), (int)(sizeof((const char *[]){ __VA_ARGS__ }) / sizeof(char *)), (const char *[]){ __VA_ARGS__ })

/* reads, which must succeed */
#define GOOD(w, r, o, ...) \
    do { ur_err ge; if (READ(w, r, &ge, o, __VA_ARGS__)) fail_msg("%s", ge.text); } while (0)
/* reads, which must fail with this code and text */
#define BAD(w, want, what, o, ...) \
    do { ur_err be; ur_raw *br; assert_int_equal(READ(w, &br, &be, o, __VA_ARGS__), want); assert_null(br); \
         assert_int_equal(be.code, want); if (!strstr(be.text, what)) fail_msg("not in the message: %s\nwhich is: %s", what, be.text); } while (0)

static inline const char *symbol(const ur_raw *r, int d, size_t row)
{
    return ur_vocab_entry(r->col[d].local, r->col[d].raw.sym[row], NULL);
}

static inline bool seen(const ur_raw *r, int d, size_t row)
{
    return !r->col[d].raw.seen || r->col[d].raw.seen[row];
}

static long allocations, fail_at;        /* fail_at 0: never */
static inline void *counted_realloc(void *p, size_t n)
{
    return ++allocations == fail_at ? NULL : realloc(p, n);
}
#endif
