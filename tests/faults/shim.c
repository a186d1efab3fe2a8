/* Loaded before all other libraries (LD_PRELOAD): one call for memory fails, or all from one on, whoever makes it: the program, jansson, zlib, LAPACK,
 * SentencePiece, libc itself. Clocks stand still, so that two runs write the same bytes. Knows nothing of the program. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "shim.h"

static fault_page *page;
static _Atomic int ready;

/* The page is found at the first call, which comes before any constructor. No function that asks for memory may be called on the way. */
static fault_page *find_page(void)
{
    int before = 0;
    if (atomic_compare_exchange_strong(&ready, &before, 1)) {
        const char *path = getenv("UR_FAULT");
        int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
        void *p = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(fault_page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (fd >= 0) close(fd);
        if (p != MAP_FAILED) page = p;
    }
    return page;
}

static int fails(void)
{
    fault_page *f = find_page();
    if (!f || !f->begun || !f->memory) return 0;
    long k = atomic_fetch_add(&f->seen, 1);
    if (f->at < 0 || k < f->at || k > f->last) return 0;
    errno = ENOMEM;
    return 1;
}

/* the same function of what comes after: libc, or a sanitizer */
#define NEXT(type, name, ...) \
    static type (*next)(__VA_ARGS__); \
    if (!next) next = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

void *malloc(size_t n) { NEXT(void *, "malloc", size_t); return fails() ? NULL : next(n); }
void *calloc(size_t n, size_t size) { NEXT(void *, "calloc", size_t, size_t); return fails() ? NULL : next(n, size); }
void *realloc(void *p, size_t n) { NEXT(void *, "realloc", void *, size_t); return fails() ? NULL : next(p, n); }
void *aligned_alloc(size_t a, size_t n) { NEXT(void *, "aligned_alloc", size_t, size_t); return fails() ? NULL : next(a, n); }
void *memalign(size_t a, size_t n) { NEXT(void *, "memalign", size_t, size_t); return fails() ? NULL : next(a, n); }
int posix_memalign(void **p, size_t a, size_t n) { NEXT(int, "posix_memalign", void **, size_t, size_t); return fails() ? ENOMEM : next(p, a, n); }

int clock_gettime(clockid_t which, struct timespec *t)
{
    (void)which;
    *t = (struct timespec){ 1000000, 0 };
    return 0;
}

/* Libraries that are loaded set themselves up before main, where nothing of ours runs. */
typedef int start_fn(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void), void (*fini)(void), void (*unload)(void), void *end);
static int (*real_main)(int argc, char **argv, char **env);

static int begin(int argc, char **argv, char **env)
{
    fault_page *f = find_page();
    unsetenv("LD_PRELOAD");                  /* programs that are started have no faults */
    if (f) f->begun = 1;
    return real_main(argc, argv, env);
}

int __libc_start_main(int (*program)(int, char **, char **), int argc, char **argv, void (*init)(void), void (*fini)(void), void (*unload)(void), void *end)
{
    start_fn *next = (start_fn *)dlsym(RTLD_NEXT, "__libc_start_main");
    real_main = program;
    return next(begin, argc, argv, init, fini, unload, end);
}
