/* base: what every room stands on: errors, memory, strings, files, random numbers, threads.
 * Knows nothing of models. Invariants: nothing here prints, exits or aborts; every allocation goes
 * through one hook; a failed function leaves its outputs untouched and sets the error once. */
#ifndef UR_BASE_H
#define UR_BASE_H
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "unroll.h"
#include "base/sites.h"

/* ---- errors. Codes are unroll.h's UNROLL_ERROR_*. The first error set is the one that stays. */
typedef struct ur_err {
    int code;        /* 0: none */
    char text[3072]; /* "place: what is wrong", maybe followed by lines of context; no final newline */
} ur_err;
/* of a function that answers with a code: what x fails with it fails with */
#define TRY(x)                                                                                                                   \
    do {                                                                                                                         \
        int rc_ = (x);                                                                                                           \
        if (rc_) return rc_;                                                                                                     \
    } while (0)
#if defined(__GNUC__)
#define UR_PRINTF(a, b) __attribute__((format(printf, a, b)))
#else
#define UR_PRINTF(a, b)
#endif
int ur_fail(ur_err *e, int code, const char *fmt, ...) UR_PRINTF(3, 4); /* returns code; e may be NULL */
int ur_vfail(ur_err *e, int code, const char *fmt, va_list ap);
int ur_nomem(ur_err *e);                              /* UNROLL_ERROR_MEMORY */
const char *ur_size_text(char out[24], double bytes); /* "812 bytes", "52.4 KB", "104.9 MB", "120.0 GB"; returns out */

/* ---- memory. One hook (unroll_set_allocator). NULL when out of memory. 64-byte aligned variants for numbers. */
void *ur_alloc(size_t n);  /* uninitialised */
void *ur_zalloc(size_t n); /* zeroed */
void *ur_realloc(void *p, size_t n);
void ur_free(void *p);
size_t ur_memory_refused(
    size_t *most); /* bytes of the last request that unroll_set_memory's bound *most forbade, once; 0: none since */
void *ur_alloc_aligned(size_t n); /* 64-byte aligned; freed by ur_free_aligned */
void ur_free_aligned(void *p);
char *ur_strdup(const char *s);

/* An arena: many small blocks, freed at once. When memory runs out it sets *err and jumps to *trap
 * (which must be set before the first ur_arena_alloc); so builders need no check per allocation and the
 * room's entry function is the only place that cleans up. Blocks are zeroed and 16-byte aligned. */
typedef struct ur_arena {
    struct ur_chunk *head;
    jmp_buf *trap;
    ur_err *err;
    size_t used;
} ur_arena;
void *ur_arena_alloc(ur_arena *a, size_t n);
char *ur_arena_strndup(ur_arena *a, const char *s, size_t n);
char *ur_arena_printf(ur_arena *a, const char *fmt, ...) UR_PRINTF(2, 3);
void ur_arena_free(ur_arena *a);
#define UR_NEW(a, type, n) ((type *)ur_arena_alloc((a), sizeof(type) * (size_t)(n)))
/* grow an arena array so that index n is valid: UR_GROW(arena, array, n, cap) */
#define UR_GROW(a, arr, n, cap)                                                                                                  \
    do {                                                                                                                         \
        if ((n) >= (cap)) {                                                                                                      \
            (arr) = ur_arena_grow((a), (arr), sizeof *(arr), (size_t)(n), (size_t)(n)*2 + 8);                                    \
            (cap) = (n)*2 + 8;                                                                                                   \
        }                                                                                                                        \
    } while (0)
void *ur_arena_grow(ur_arena *a, void *old, size_t elem, size_t used, size_t want);

/* Numbers from 0, the smallest first. */
typedef struct ur_heap {
    int *at, n, cap;
} ur_heap;
void ur_heap_push(ur_arena *a, ur_heap *h, int k);
int ur_heap_pop(ur_heap *h); /* there has to be one */
/* What a loop over 0, 1, 2, … that starts again until nothing happens would find, without looking at the others: each round goes
 * upwards, and what is added at or below the number taken last waits for the next round. */
typedef struct ur_rounds {
    ur_heap now, later;
    int last;
} ur_rounds;
void ur_rounds_begin(ur_arena *a, ur_rounds *r); /* the first round, or over all that is left */
void ur_rounds_add(ur_arena *a, ur_rounds *r, int k);
bool ur_rounds_turn(ur_rounds *r); /* begins the next round if this one is over; false: there is nothing left */
int ur_rounds_take(ur_rounds *r);  /* only after that */

/* A growing byte buffer on the heap; `bad` is set when memory ran out (appends are then ignored). */
typedef struct ur_buf {
    char *s;
    size_t n, cap;
    bool bad;
} ur_buf;
void ur_buf_add(ur_buf *b, const void *p, size_t n);
void ur_buf_printf(ur_buf *b, const char *fmt, ...) UR_PRINTF(2, 3);
void ur_buf_free(ur_buf *b); /* s is always NUL-terminated when n > 0 */

/* ---- strings */
/* s as it may be shown to people, NUL at its end, cut to what fits: control characters, marks that turn the direction of writing
 * and bytes that are no UTF-8 as \x1B, \u202E; lines: the ends of lines and tabs stay. Returns the bytes written. Names and cells
 * come from files of others, and a terminal obeys what it is sent. */
size_t ur_shown(char *out, size_t cap, const char *s, size_t n, bool lines);
/* bytes put in, taken out, changed or swapped with their neighbour; at most 64 of both are looked at. SIZE_MAX: they share no
 * letter */
size_t ur_edit_distance(const char *a, const char *b);
bool ur_utf8_valid(const char *s, size_t n, size_t *bad_at);

/* ---- files. Reading opens plain, gzip and xz files alike, told by their first bytes ("-": standard input). */
typedef struct ur_reader ur_reader;
int ur_reader_open(ur_reader **out, const char *path, ur_err *e);
/* up to n bytes; *got 0 at the end */
int ur_reader_read(ur_reader *r, void *buf, size_t n, size_t *got, ur_err *e);
void ur_reader_close(ur_reader *r);
int ur_file_read_all(const char *path, size_t limit, ur_buf *out, ur_err *e);
/* what a file is, by its first n bytes, that is not what is asked for, and what to do: "is a zip archive …", "unpack it …";
 * false: nothing speaks against it */
typedef enum ur_purpose { UR_FOR_TABLE, UR_FOR_SYMBOLS, UR_FOR_TEXT, UR_FOR_MODEL, UR_FOR_WEIGHTS } ur_purpose;
typedef struct ur_kind {
    const char *is, *mend;
} ur_kind;
bool ur_file_kind(ur_kind *out, const char *s, size_t n, ur_purpose for_what);
/* a text in UTF-8, without the byte-order mark that some programs put before it, ends of lines that are CR alone as LF; a file of
 * another kind is an error. No check of what follows */
int ur_file_read_text(const char *path, size_t limit, ur_buf *out, ur_err *e);
/* The way every file is made: beside its place under a random name, synced, read back, renamed. On any failure the old file is
 * untouched and the temporary gone; those of writers of the same file that were killed go too. A symbolic link stays, and what it
 * names is replaced; permissions, and as far as can be owner and group, stay those of the old file; one that may not be written
 * is refused. Devices and pipes are written as they are. */
int ur_file_write_all(const char *path, const void *p, size_t n, ur_err *e);
void ur_file_drop_left(const char *path);        /* temporary files that killed writers of this one left */
bool ur_file_is_open(const char *path);          /* a device, a pipe or a descriptor: written as it is */
int ur_put(int fd, const void *bytes, size_t n); /* all of them; 0, or errno */

/* ---- random numbers: counter-based (Philox 4x32-10; Salmon et al. 2011). Same key and counter, same bits, on any thread. */
void ur_philox(const uint32_t key[2], const uint32_t ctr[4], uint32_t out[4]);
/* uniform in (0,1) for (seed, step, example, site, counter) */
double ur_uniform(uint64_t seed, uint32_t step, uint32_t example, uint32_t site, uint32_t counter);
/* n coarser ones (2^32 cells), for counter, counter + 1, …: four of them cost what one of the above does. What an element gets
 * does not depend on where a block begins. */
void ur_uniforms(uint64_t seed, uint32_t step, uint32_t example, uint32_t site, uint32_t counter, size_t n, double *out);
/* the words that those are made of: u = (word + 1/2) / 2^32 */
void ur_random_words(uint64_t seed, uint32_t step, uint32_t example, uint32_t site, uint32_t counter, size_t n, uint32_t *out);
uint64_t ur_random_at(uint64_t seed, uint64_t position); /* a seed for each position */
double ur_normal(uint64_t seed, uint32_t step, uint32_t example, uint32_t site, uint32_t counter);

/* ---- threads. ur_pool_run calls fn(arg, task, worker) for task 0..ntask-1, worker < threads, and waits. */
typedef struct ur_pool ur_pool;
int ur_pool_new(ur_pool **out, int threads, ur_err *e);
void ur_pool_run(ur_pool *p, size_t ntask, void (*fn)(void *arg, size_t task, int worker), void *arg);
/* fn(arg) on the calling thread, while the others wait, awake, for what it shares by ur_pool_share */
void ur_pool_lead(ur_pool *p, void (*fn)(void *arg), void *arg);
/* only from within ur_pool_lead's fn: fn(arg, part) for part 0..parts-1 (at most 32), each once, on any of the threads; all are
 * done on return */
void ur_pool_share(ur_pool *p, int parts, void (*fn)(void *arg, int part), void *arg);
int ur_pool_threads(const ur_pool *p);
void ur_pool_free(ur_pool *p);

/* ---- numbers in texts: those of the C locale, whatever locale the host program has set. All of the library goes through these.
 */
int ur_snprintf(char *s, size_t n, const char *fmt, ...) UR_PRINTF(3, 4);
int ur_vsnprintf(char *s, size_t n, const char *fmt, va_list ap) UR_PRINTF(3, 0);
int ur_fprintf(FILE *f, const char *fmt, ...) UR_PRINTF(2, 3);
double ur_strtod(const char *s, char **end);
locale_t ur_locale_c(void); /* for uselocale, around calls of other libraries that print or read numbers */
int ur_strcasecmp(const char *a, const char *b);
int ur_strncasecmp(const char *a, const char *b, size_t n);
#ifndef __cplusplus
#undef snprintf
#undef vsnprintf
#undef fprintf
#define fprintf     ur_fprintf
#define snprintf    ur_snprintf
#define vsnprintf   ur_vsnprintf
#define strtod      ur_strtod
#define strcasecmp  ur_strcasecmp
#define strncasecmp ur_strncasecmp
#endif

double ur_now(void); /* seconds, monotonic */
#endif
