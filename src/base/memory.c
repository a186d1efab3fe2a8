/* Memory: the allocation hook, aligned blocks, the arena.
 * Knows nothing of what is stored. Invariants: every block of the library comes from the hook, and what all of them hold stays
 * below the bound; a size that would overflow counts as out of memory; an arena's blocks are zeroed and 16-byte aligned. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "base/base.h"

static void *(*hook_re)(void *p, size_t n) = realloc;
static void (*hook_fr)(void *p) = free;

void unroll_set_allocator(void *(*re)(void *p, size_t n), void (*fr)(void *p))
{
    hook_re = re ? re : realloc;
    hook_fr = fr ? fr : free;
}

/* What is held is counted, here and nowhere else: the size of a block stands before it. */
typedef struct head {
    size_t n, unused;
} head; /* keeps the alignment of what the hook gives */
static atomic_size_t held, bound = SIZE_MAX, refused;

void unroll_set_memory(size_t bytes) { atomic_store_explicit(&bound, bytes ? bytes : SIZE_MAX, memory_order_relaxed); }

size_t unroll_memory(void) { return atomic_load_explicit(&held, memory_order_relaxed); }

static void give_back(size_t n) { atomic_fetch_sub_explicit(&held, n, memory_order_relaxed); }

static bool may_take(size_t n)
{
    size_t before = atomic_fetch_add_explicit(&held, n, memory_order_relaxed),
           most = atomic_load_explicit(&bound, memory_order_relaxed);
    if (before <= most && n <= most - before) return true;
    give_back(n);
    atomic_store_explicit(&refused, n, memory_order_relaxed);
    return false;
}

size_t ur_memory_refused(size_t *most)
{
    *most = atomic_load_explicit(&bound, memory_order_relaxed);
    return atomic_exchange_explicit(&refused, 0, memory_order_relaxed);
}

void *ur_realloc(void *p, size_t n)
{
    head *old = p ? (head *)p - 1 : NULL;
    size_t had = old ? old->n : 0;
    if (n > PTRDIFF_MAX - sizeof *old) return NULL;
    if (n > had && !may_take(n - had)) return NULL;
    head *h = hook_re(old, sizeof *h + n);
    if (h ? n < had : n > had) give_back(h ? had - n : n - had);
    if (!h) return NULL;
    h->n = n;
    return h + 1;
}

void *ur_alloc(size_t n) { return ur_realloc(NULL, n); }

void *ur_zalloc(size_t n)
{
    void *p = ur_alloc(n);
    if (p) memset(p, 0, n);
    return p;
}

void ur_free(void *p)
{
    if (!p) return;
    head *h = (head *)p - 1;
    give_back(h->n);
    hook_fr(h);
}

enum { ALIGN = 64 };

/* Numbers that a recurrence reads again at every step outgrow what the processor's page tables cache: a matrix of 16 MB times one
 * vector reads 83 GB/s from pages of 2 MB and 67 from pages of 4 KB (Zen 4). Only a wish: where it is not granted nothing
 * changes. */
static void ask_for_large_pages(void *p, size_t n)
{
#ifdef MADV_HUGEPAGE
    enum { PAGE = 2 << 20 };
    uintptr_t from = ((uintptr_t)p + PAGE - 1) & ~(uintptr_t)(PAGE - 1), to = ((uintptr_t)p + n) & ~(uintptr_t)(PAGE - 1);
    if (to > from) (void)madvise((void *)from, to - from, MADV_HUGEPAGE);
#else
    (void)p;
    (void)n;
#endif
}

/* The block's own address stands just before the aligned one. */
void *ur_alloc_aligned(size_t n)
{
    if (n > PTRDIFF_MAX - ALIGN - sizeof(void *)) return NULL;
    char *p = ur_alloc(n + ALIGN + sizeof(void *));
    if (!p) return NULL;
    uintptr_t at = ((uintptr_t)p + sizeof(void *) + ALIGN - 1) & ~(uintptr_t)(ALIGN - 1);
    char *q = p + (at - (uintptr_t)p);
    memcpy(q - sizeof(void *), &p, sizeof(void *));
    ask_for_large_pages(q, n);
    return q;
}

void ur_free_aligned(void *q)
{
    void *p;
    if (!q) return;
    memcpy(&p, (char *)q - sizeof(void *), sizeof(void *));
    ur_free(p);
}

char *ur_strdup(const char *s)
{
    size_t n = strlen(s) + 1;
    char *p = ur_alloc(n);
    if (p) memcpy(p, s, n);
    return p;
}

/* ---- arena */

struct ur_chunk {
    struct ur_chunk *next;
    size_t used, cap;
};
enum { CHUNK = 64 * 1024, HEAD = (sizeof(struct ur_chunk) + 15) / 16 * 16 };

static void *arena_full(ur_arena *a)
{
    ur_nomem(a->err);
    if (a->trap) longjmp(*a->trap, 1);
    return NULL;
}

void *ur_arena_alloc(ur_arena *a, size_t n)
{
    struct ur_chunk *c = a->head;
    if (n > PTRDIFF_MAX - CHUNK) return arena_full(a);
    n = (n + 15) & ~(size_t)15;
    if (n == 0) n = 16;
    if (!c || c->cap - c->used < n) {
        /* a block that would waste most of a chunk gets one of its own, behind the head, so that the head stays open */
        bool own = n > CHUNK / 4;
        size_t cap = own ? n : CHUNK;
        struct ur_chunk *fresh = ur_alloc(HEAD + cap);
        if (!fresh) return arena_full(a);
        fresh->used = 0;
        fresh->cap = cap;
        if (own && c) {
            fresh->next = c->next;
            c->next = fresh;
        } else {
            fresh->next = c;
            a->head = fresh;
        }
        c = fresh;
    }
    void *p = (char *)c + HEAD + c->used;
    c->used += n;
    a->used += n;
    return memset(p, 0, n);
}

void *ur_arena_grow(ur_arena *a, void *old, size_t elem, size_t used, size_t want)
{
    if (elem && want > PTRDIFF_MAX / elem) return arena_full(a);
    void *p = ur_arena_alloc(a, elem * want);
    if (p && used) memcpy(p, old, elem * used);
    return p;
}

char *ur_arena_strndup(ur_arena *a, const char *s, size_t n)
{
    if (n >= PTRDIFF_MAX) return arena_full(a);
    char *p = ur_arena_alloc(a, n + 1);
    if (p && n) memcpy(p, s, n);
    return p;
}

char *ur_arena_printf(ur_arena *a, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *p = ur_arena_alloc(a, (size_t)(n < 0 ? 0 : n) + 1); /* may jump: `again` holds nothing that needs an end on this ABI */
    if (p && n > 0) vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return p;
}

void ur_arena_free(ur_arena *a)
{
    for (struct ur_chunk *c = a->head, *next; c; c = next) {
        next = c->next;
        ur_free(c);
    }
    a->head = NULL;
    a->used = 0;
}
