/* machine.c: what this machine can do at most, measured: products too large to wait for memory, and blocks read in order from
 * each level of memory, on one thread or several at once. Must not know models. Invariants: every thread has numbers of its own
 * and starts with the others; the best of the repetitions counts, since nothing makes a machine faster than it is. */
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "model/model.h"

typedef struct lane {
    char *block;
    double seconds;
    uint64_t sum;
    char apart[40];
} lane; /* a cache line each */
typedef struct crew {
    ur_pool *pool;
    int n;
    lane *lane;
    size_t bytes;
    int repeat; /* of one block; how often in one run */
    bool single;
    void (*work)(struct crew *c, lane *l);
    atomic_int here;
} crew;

enum { SIDE = 1024 }; /* of the square product */

static void multiply(crew *c, lane *l)
{
    const ur_kernels *k = ur_kernels_for(c->single);
    size_t n = (size_t)SIDE * SIDE * k->esize;
    k->gemm(false, false, SIDE, SIDE, SIDE, l->block, SIDE, l->block + n, SIDE, 0, l->block + 2 * n, SIDE);
}

typedef uint64_t pair __attribute__((vector_size(16)));

static void read_through(crew *c, lane *l) /* eight sums, so that no addition waits for the one before */
{
    const pair *p = (const pair *)(const void *)l->block, *end = p + c->bytes / sizeof *p / 8 * 8;
    pair a = { 0 }, b = a, d = a, e = a, f = a, g = a, h = a, i = a;
    for (; p < end; p += 8) {
        a += p[0];
        b += p[1];
        d += p[2];
        e += p[3];
        f += p[4];
        g += p[5];
        h += p[6];
        i += p[7];
    }
    a += b + d + e + f + g + h + i;
    l->sum += a[0] + a[1]; /* written, so that the reading is not left out */
}

static void run_lane(void *arg, size_t task, int worker)
{
    crew *c = arg;
    lane *l = &c->lane[task];
    (void)worker;
    ur_math_thread_init();
    atomic_fetch_add(&c->here, 1);
    while (atomic_load(&c->here) < c->n) sched_yield();
    double t = ur_now();
    for (int k = 0; k < c->repeat; k++) c->work(c, l);
    l->seconds = ur_now() - t;
}

static double run_once(crew *c) /* seconds until the last is done */
{
    double most = 0;
    atomic_store(&c->here, 0);
    ur_pool_run(c->pool, (size_t)c->n, run_lane, c);
    for (int k = 0; k < c->n; k++)
        if (c->lane[k].seconds > most) most = c->lane[k].seconds;
    return most;
}

/* best seconds for one call of `work` on each thread, on blocks of `bytes` */
static int best(crew *c, void (*work)(crew *, lane *), size_t bytes, double budget, double *out, ur_err *e)
{
    int rc = 0;
    c->bytes = bytes;
    c->work = work;
    c->repeat = 1;
    for (int k = 0; k < c->n && !rc; k++) {
        if (!(c->lane[k].block = ur_alloc_aligned(bytes))) rc = ur_nomem(e);
        else memset(c->lane[k].block, 0, bytes);
    }
    if (!rc) {
        double t = run_once(c), begun;
        t = run_once(c);
        if (t < 2e-3) c->repeat = (int)(2e-3 / (t + 1e-7)) + 1;
        *out = 1e9;
        begun = ur_now();
        for (int k = 0; k < 3 || ur_now() - begun < budget; k++)
            if ((t = run_once(c) / c->repeat) < *out) *out = t;
    }
    for (int k = 0; k < c->n; k++) ur_free_aligned(c->lane[k].block), c->lane[k].block = NULL;
    return rc;
}

/* bytes of the first core's cache of a level: what the kernel says, else what the C library does, else what is usual */
static size_t cache(int level, int libc, size_t usual)
{
    for (int i = 0; i < 8; i++) {
        char path[96], text[64] = "";
        int l = 0;
        size_t kib = 0;
        FILE *f;
        snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/level", i);
        if (!(f = fopen(path, "r"))) break;
        if (fgets(text, sizeof text, f)) l = atoi(text);
        fclose(f);
        snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/size", i);
        if (l != level || !(f = fopen(path, "r"))) continue;
        if (fgets(text, sizeof text, f)) kib = (size_t)atol(text);
        fclose(f);
        if (kib) return kib << 10;
    }
    long n = libc >= 0 ? sysconf(libc) : 0;
    return n > 0 ? (size_t)n : usual;
}

static int measure(crew *c, double budget, unroll_bench_limits *out, ur_err *e)
{
    double t, n = c->n;
    size_t esize = c->single ? sizeof(float) : sizeof(double), l2 = out->l2_bytes / 2, l3 = out->l3_bytes / 2 / (size_t)c->n,
           mem = out->l3_bytes * 4 / (size_t)c->n;
    if (l3 < 2 * out->l2_bytes) l3 = 2 * out->l2_bytes;
    TRY(best(c, multiply, (size_t)SIDE * SIDE * esize * 3, budget * 2, &t, e));
    out->flops = 2.0 * SIDE * SIDE * SIDE * n / t;
    TRY(best(c, read_through, l2, budget, &t, e));
    out->l2 = (double)l2 * n / t;
    TRY(best(c, read_through, l3, budget, &t, e));
    out->l3 = (double)l3 * n / t;
    TRY(best(c, read_through, mem, budget, &t, e));
    out->memory = (double)mem * n / t;
    return 0;
}

int unroll_bench_ceiling(const unroll_bench_options *o, unroll_bench_limits *out)
{
    ur_err *e = ur_model_error();
    if (!o || !out) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_bench_ceiling: no options, or no place for the answer");
    unroll_bench_options want = UNROLL_BENCH_INIT;
    ur_options_read(&want, o, sizeof want);
    int threads = want.threads > 0 ? want.threads : ur_processors();
    crew c = { .n = threads, .single = !want.precision };
#if defined(_SC_LEVEL2_CACHE_SIZE) && defined(_SC_LEVEL3_CACHE_SIZE)
    const int two = _SC_LEVEL2_CACHE_SIZE, three = _SC_LEVEL3_CACHE_SIZE;
#else
    const int two = -1, three = -1;
#endif
    unroll_bench_limits r = { .threads = threads, .l2_bytes = cache(2, two, 1 << 20), .l3_bytes = cache(3, three, 32 << 20) };
    int rc = ur_pool_new(&c.pool, threads, e);
    if (!rc && !(c.lane = ur_zalloc(sizeof *c.lane * (size_t)threads))) rc = ur_nomem(e);
    if (!rc) rc = measure(&c, (want.seconds > 0 ? want.seconds : 1) * 0.2, &r, e);
    ur_free(c.lane);
    ur_pool_free(c.pool);
    if (!rc) *out = r;
    return rc;
}
