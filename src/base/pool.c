/* The thread pool: workers that live as long as the pool and take tasks by a counter. And the clock.
 * Knows nothing of the tasks. Invariants: the calling thread is worker 0 and works too; ur_pool_run returns when all
 * tasks are done and no worker touches them any more; it allocates nothing. A task must not run the pool it runs on. */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include "base/base.h"
#include "base/limits.h"

struct worker {
    ur_pool *pool;
    int id;
    pthread_t thread;
};

struct ur_pool {
    int threads, started; /* started: threads made besides the caller's */
    struct worker *worker;
    pthread_mutex_t lock;
    pthread_cond_t go, done;
    _Atomic uint64_t round; /* grows by one for each run; what workers wait for */
    atomic_int busy;        /* workers that have not come to the end of it */
    atomic_bool stop;
    atomic_size_t next;
    size_t ntask;
    void (*fn)(void *arg, size_t task, int worker);
    void *arg;
    /* a leader and those who follow it */
    atomic_bool leading;
    _Atomic uint64_t parts; /* number of the piece of work in the upper half; a bit for each of its parts that nobody has taken */
    atomic_int left;        /* parts that are not done */
    void (*part)(void *arg, int part);
    void *part_arg;
};
enum {
    MOST_PARTS = 32,
    PATIENCE = 4000,
    AWAKE = 1000
}; /* looks for work before a follower lets others run; before a thread goes to sleep, from which
     waking it takes some microseconds: more than a step of a small model */

static void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

static void work(ur_pool *p, int id)
{
    size_t task;
    while ((task = atomic_fetch_add_explicit(&p->next, 1, memory_order_relaxed)) < p->ntask) p->fn(p->arg, task, id);
}

static void *serve(void *arg)
{
    struct worker *w = arg;
    ur_pool *p = w->pool;
    uint64_t seen = 0;
    for (;;) {
        for (int k = 0; k < AWAKE && !p->stop && p->round == seen; k++) relax();
        pthread_mutex_lock(&p->lock);
        while (!p->stop && p->round == seen) pthread_cond_wait(&p->go, &p->lock);
        if (p->stop) break;
        seen = p->round;
        pthread_mutex_unlock(&p->lock);
        work(p, w->id);
        pthread_mutex_lock(&p->lock);
        if (--p->busy == 0) pthread_cond_signal(&p->done);
        pthread_mutex_unlock(&p->lock);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

static int cores(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    int n = CPU_COUNT(&set);
    return n < 1 ? 1 : n > UR_MAX_THREADS ? UR_MAX_THREADS : n;
}

/* Workers take no signals, so that an interrupt reaches the program's own thread. */
static int start_workers(ur_pool *p, ur_err *e)
{
    sigset_t all, old;
    int rc = 0;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    for (int i = 1; i < p->threads && !rc; i++) {
        p->worker[i] = (struct worker){ .pool = p, .id = i };
        int why = pthread_create(&p->worker[i].thread, NULL, serve, &p->worker[i]);
        if (why) rc = ur_fail(e, UNROLL_ERROR_MEMORY, "cannot start %d threads: %s; ask for fewer", p->threads, strerror(why));
        else p->started++;
    }
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return rc;
}

int ur_pool_new(ur_pool **out, int threads, ur_err *e)
{
    if (threads > UR_MAX_THREADS)
        return ur_fail(e, UNROLL_ERROR_USAGE, "%d threads are too many: at most %d", threads, UR_MAX_THREADS);
    if (threads < 1) threads = cores();
    ur_pool *p = ur_zalloc(sizeof *p);
    struct worker *w = ur_zalloc(sizeof *w * (size_t)threads);
    if (!p || !w) {
        ur_free(p);
        ur_free(w);
        return ur_nomem(e);
    }
    p->threads = threads;
    p->worker = w;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->go, NULL);
    pthread_cond_init(&p->done, NULL);
    int rc = start_workers(p, e);
    if (rc) {
        ur_pool_free(p);
        return rc;
    }
    *out = p;
    return 0;
}

static void start(ur_pool *p, size_t ntask, void (*fn)(void *arg, size_t task, int worker), void *arg)
{
    pthread_mutex_lock(&p->lock);
    p->fn = fn;
    p->arg = arg;
    p->ntask = ntask;
    atomic_store_explicit(&p->next, 0, memory_order_relaxed);
    p->busy = p->started;
    p->round++;
    pthread_cond_broadcast(&p->go);
    pthread_mutex_unlock(&p->lock);
}

/* until no worker touches the tasks any more */
static void finish(ur_pool *p)
{
    for (int k = 0; k < AWAKE && p->busy; k++) relax();
    pthread_mutex_lock(&p->lock);
    while (p->busy) pthread_cond_wait(&p->done, &p->lock);
    pthread_mutex_unlock(&p->lock);
}

void ur_pool_run(ur_pool *p, size_t ntask, void (*fn)(void *arg, size_t task, int worker), void *arg)
{
    if (p->threads == 1 || ntask <= 1) {
        for (size_t i = 0; i < ntask; i++) fn(arg, i, 0);
        return;
    }
    start(p, ntask, fn, arg);
    work(p, 0);
    finish(p);
}

/* takes one part of the work there is, the wanted one where it is free: a worker then meets the same numbers each time, in its
 * own cache */
static bool take_part(ur_pool *p, int wanted)
{
    uint64_t now = atomic_load_explicit(&p->parts, memory_order_acquire);
    uint32_t open = (uint32_t)now;
    if (!open) return false;
    int part = wanted < MOST_PARTS && (open >> wanted & 1) ? wanted : __builtin_ctz(open);
    if (!atomic_compare_exchange_strong_explicit(&p->parts, &now, now & ~((uint64_t)1 << part), memory_order_acquire,
                                                 memory_order_relaxed))
        return true;
    p->part(p->part_arg, part);
    atomic_fetch_sub_explicit(&p->left, 1, memory_order_release);
    return true;
}

static void follow(void *arg, size_t task, int worker)
{
    ur_pool *p = arg;
    (void)task;
    for (int idle = 0; atomic_load_explicit(&p->leading, memory_order_acquire);) {
        if (take_part(p, worker)) {
            idle = 0;
            continue;
        }
        if (++idle < PATIENCE) relax();
        else sched_yield();
    }
}

void ur_pool_lead(ur_pool *p, void (*fn)(void *arg), void *arg)
{
    if (p->threads == 1) {
        fn(arg);
        return;
    }
    atomic_store_explicit(&p->leading, true, memory_order_relaxed);
    start(p, (size_t)p->started, follow, p);
    fn(arg);
    atomic_store_explicit(&p->leading, false, memory_order_release);
    finish(p);
}

void ur_pool_share(ur_pool *p, int parts, void (*fn)(void *arg, int part), void *arg)
{
    if (parts > MOST_PARTS) parts = MOST_PARTS;
    uint64_t number = (atomic_load_explicit(&p->parts, memory_order_relaxed) >> 32) + 1;
    p->part = fn;
    p->part_arg = arg;
    atomic_store_explicit(&p->left, parts, memory_order_relaxed);
    atomic_store_explicit(&p->parts, number << 32 | (((uint64_t)1 << parts) - 1), memory_order_release);
    while (take_part(p, 0))
        ;
    while (atomic_load_explicit(&p->left, memory_order_acquire)) relax();
}

int ur_pool_threads(const ur_pool *p) { return p->threads; }

void ur_pool_free(ur_pool *p)
{
    if (!p) return;
    pthread_mutex_lock(&p->lock);
    p->stop = true;
    pthread_cond_broadcast(&p->go);
    pthread_mutex_unlock(&p->lock);
    for (int i = 1; i <= p->started; i++) pthread_join(p->worker[i].thread, NULL);
    pthread_cond_destroy(&p->done);
    pthread_cond_destroy(&p->go);
    pthread_mutex_destroy(&p->lock);
    ur_free(p->worker);
    ur_free(p);
}

double ur_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}
