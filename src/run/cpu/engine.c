/* The engine: a plan, its workers and their memory. The batch is cut into shards by a rule that does not know the number of threads; each
 * shard runs whole on one thread, and gradients are added in the order of the shards: so one thread and many give the same bits. */
#include "run/cpu/exec.h"
#include "run/naive/naive.h"
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* what a shard came to */
typedef struct outcome { bool done; char *grad; double loss, flops; ur_id bad_node; int bad_item, bad_pos; ur_err err; } outcome;

struct ur_engine {
    const ur_graph *g;
    ur_plan_options o;
    ur_program *p;
    ur_naive *naive;
    ur_pool *pool;
    shard *shard; int nshard_cap;            /* one for each worker; one for each shard where values are kept */
    char *state[2]; size_t state_cap; int now;
    shard once; char *shared; uint64_t version; bool made;   /* what is made of the weights alone, and of which weights */
    /* the batch being run */
    ur_step *s;
    uint32_t *order, *merge; ur_item *item; long *length; size_t order_cap;
    int nshard; int *cut; size_t cut_cap;
    outcome *outcome; size_t outcome_cap;    /* [nshard] */
    char **spare; int nspare;                /* gradients for shards that are done before those before them */
    double *sum; size_t sum_cap;             /* [nshard][2 nlike] */
    ur_err err;
    pthread_mutex_t lock; pthread_cond_t turn_changed; int turn;
    double flops;
    bool again;                              /* this step recomputes */
    _Atomic size_t held;                     /* bytes that the shards hold */
    bool leading;                            /* the batch is one shard, whose products all threads share */
};

int ur_engine_new(ur_engine **out, const ur_graph *g, const ur_plan_options *o, ur_err *e)
{
    if (g->nlatent) return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "this model has latent quantities: it can be checked and explained, fitting and running it is not possible yet");
    ur_engine *en = ur_zalloc(sizeof *en);
    if (!en) return ur_nomem(e);
    en->g = g; en->o = *o;
    if (en->o.threads < 1) en->o.threads = 1;
    pthread_mutex_init(&en->lock, NULL);
    pthread_cond_init(&en->turn_changed, NULL);
    ur_math_thread_init();
    int rc = 0;
    bool naive = o->naive;
    if (!naive) {
        rc = plan_make(&en->p, g, o, e);
        if (!rc && o->stepwise && en->p->nslow) rc = ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "a cycle that no index orders cannot run position by position");
        if (!rc) naive = en->p->nslow && en->p->nstate;           /* a piece that the oracle runs carries no state: all of it is the oracle's then */
    }
    if (!rc && naive) rc = ur_naive_new(&en->naive, g, o, e);
    else if (!rc) rc = ur_pool_new(&en->pool, en->o.threads, e);
    if (rc) { ur_engine_free(en); return rc; }
    *out = en;
    return 0;
}

ur_pool *ur_engine_pool(ur_engine *en) { return en->pool; }

void ur_engine_free(ur_engine *en)
{
    if (!en) return;
    ur_naive_free(en->naive);
    ur_pool_free(en->pool);
    for (int k = 0; k < en->nshard_cap; k++) shard_free(&en->shard[k]);
    if (en->once.p) shard_free(&en->once);
    while (en->nspare) ur_free_aligned(en->spare[--en->nspare]);
    ur_free(en->spare); ur_free(en->outcome);
    ur_free_aligned(en->shared);
    ur_free(en->shard);
    plan_free(en->p);
    ur_free(en->state[0]); ur_free(en->state[1]);
    ur_free(en->order); ur_free(en->merge); ur_free(en->item); ur_free(en->length); ur_free(en->cut); ur_free(en->sum);
    pthread_mutex_destroy(&en->lock);
    pthread_cond_destroy(&en->turn_changed);
    ur_free(en);
}

static bool grow(void *p, size_t *cap, size_t n, size_t esize)
{
    void **a = p;
    if (n <= *cap && *a) return true;
    void *q = ur_realloc(*a, (n + 8) * esize);
    if (!q) return false;
    *a = q; *cap = n + 8;
    return true;
}

/* positions of an item along the longest of its indices: what shards are sorted by */
static long item_length(const ur_engine *en, const ur_step *s, const ur_item *it)
{
    long n = 0;
    for (int k = 0; k < en->g->nindex; k++) {
        const ur_index *x = &en->g->index[k];
        if (x->fixed || x->alias >= 0 || x->parent >= 0 || !s->x->extent[k].len) continue;
        long len = it->to >= 0 && plan_index_root(en->g, s->batch->window_index < 0 ? k : s->batch->window_index) == k && s->batch->window_index >= 0
                       ? it->to - it->from : s->x->extent[k].len[it->example];
        if (len > n) n = len;
    }
    return n;
}

/* sequences of like length together: longest first, equal ones in the order given; then cut evenly */
static bool make_shards(ur_engine *en, const ur_step *s)
{
    size_t n = s->batch->n;
    if (n > en->order_cap || !en->order) {
        ur_free(en->order); ur_free(en->merge); ur_free(en->item); ur_free(en->length);
        en->order = ur_alloc(sizeof *en->order * (n + 8)); en->merge = ur_alloc(sizeof *en->merge * (n + 8));
        en->item = ur_alloc(sizeof *en->item * (n + 8)); en->length = ur_alloc(sizeof *en->length * (n + 8));
        en->order_cap = en->order && en->merge && en->item && en->length ? n + 8 : 0;
        if (!en->order_cap) return false;
    }
    long *len = en->length;
    uint32_t *tmp = en->merge;
    for (size_t k = 0; k < n; k++) { len[k] = item_length(en, s, &s->batch->item[k]); en->order[k] = (uint32_t)k; }
    for (size_t w = 1; w < n; w *= 2) {                            /* merge sort: stable */
        for (size_t a = 0; a < n; a += 2 * w) {
            size_t m = a + w < n ? a + w : n, z = a + 2 * w < n ? a + 2 * w : n, i = a, j = m, q = a;
            while (i < m || j < z) tmp[q++] = j >= z || (i < m && len[en->order[i]] >= len[en->order[j]]) ? en->order[i++] : en->order[j++];
        }
        memcpy(en->order, tmp, sizeof *tmp * n);
    }
    for (size_t k = 0; k < n; k++) en->item[k] = s->batch->item[en->order[k]];
    /* 8 sequences keep what a step makes in the cache, and LIBXSMM has its full speed from 4 rows on; where each step is a run of its own, all weights are
     * read in it, so threads had better share them than the rows. With many weights fewer, larger shards: each has a gradient to add. */
    enum { MANY = 1 << 20 };
    size_t size = en->o.shard > 0 ? (size_t)en->o.shard : en->o.stepwise ? 32 : en->g->nweight > MANY ? 16 : 8;
    size_t m = n <= size ? 1 : (n + size - 1) / size;
    if (n > 1 && m == 1 && n >= 8 && en->o.shard <= 0 && !en->o.stepwise) m = 2;
    if (!grow(&en->cut, &en->cut_cap, m + 1, sizeof *en->cut) || !grow(&en->outcome, &en->outcome_cap, m, sizeof *en->outcome)) return false;
    for (size_t k = 0; k < m; k++) en->outcome[k].done = false;
    for (size_t k = 0; k <= m; k++) en->cut[k] = (int)(n * k / m);
    en->nshard = (int)m;
    return grow(&en->sum, &en->sum_cap, m * 2 * (size_t)(en->g->nlike + 1), sizeof *en->sum);
}

static bool keeps(const ur_engine *en) { return en->o.nkeep > 0; }

static void attach(ur_engine *en, shard *h, int k)
{
    h->p = en->p; h->s = en->s; h->re = en->again ? en->p->re : NULL;
    h->nitem = en->cut[k + 1] - en->cut[k];
    h->item = en->item + en->cut[k];
    h->rank = en->order + en->cut[k];
    h->weight = en->s->weight; h->shared = en->shared;
    h->held = &en->held;
    h->state = en->state[en->now]; h->state_out = en->p->nstate ? en->state[!en->now] : NULL;
}

static bool state_room(ur_engine *en, size_t n)
{
    if (n <= en->state_cap) return true;
    for (int k = 0; k < 2; k++) {
        char *q = ur_realloc(en->state[k], n);
        if (!q) return false;
        memset(q + en->state_cap, 0, n - en->state_cap);
        en->state[k] = q;
    }
    en->state_cap = n;
    return true;
}

static bool make_memory(ur_engine *en)
{
    int want = keeps(en) ? en->nshard : en->o.threads;
    if (want > en->nshard_cap) {
        shard *q = ur_realloc(en->shard, sizeof *q * (size_t)want);
        if (!q) return false;
        memset(q + en->nshard_cap, 0, sizeof *q * (size_t)(want - en->nshard_cap));
        en->shard = q; en->nshard_cap = want;
    }
    for (int k = 0; k < want; k++) {
        shard *h = &en->shard[k];
        if (!h->like_sum) {
            if (!(h->like_sum = ur_zalloc(sizeof(double) * 2 * (size_t)(en->g->nlike + 1)))) return false;
            h->like_count = h->like_sum + en->g->nlike;
        }
        if (en->s->grad && !h->grad && !(h->grad = ur_alloc_aligned(en->g->nweight * en->p->k->esize + 64))) return false;
    }
    if (!en->spare && !(en->spare = ur_zalloc(sizeof *en->spare * (size_t)(en->o.threads + 1)))) return false;
    while (en->s->grad && en->nshard > 1 && en->o.threads > 1 && en->nspare < en->o.threads) {
        char *q = ur_alloc_aligned(en->g->nweight * en->p->k->esize + 64);
        if (!q) return false;
        en->spare[en->nspare++] = q;
    }
    return state_room(en, en->s->batch->n * en->p->state_item);
}

/* adds up what shard k came to; `grad` is its gradient */
static void add_shard(ur_engine *en, const outcome *o, const char *grad, int k)
{
    ur_step *s = en->s;
    if (o->err.code) { if (!en->err.code) en->err = o->err; return; }
    if (s->grad && k == 0) memcpy(s->grad, grad, en->g->nweight * en->p->k->esize);
    else if (s->grad) en->p->k->axpy(en->g->nweight, 1, grad, s->grad);
    if (!en->g->nlike) s->loss += o->loss;
    en->flops += o->flops;
    if (o->bad_node >= 0 && s->bad_node < 0) { s->bad_node = o->bad_node; s->bad_item = o->bad_item; s->bad_pos = o->bad_pos; }
}

/* A shard is done. Its gradient is added when those before it are; until then it waits in a buffer of its own, so that its thread need not: of
 * ragged shards the later ones are the shorter. Tasks are taken in order, so the one whose turn it is always runs. */
static void hand_in(ur_engine *en, shard *h, int task)
{
    size_t nl = (size_t)en->g->nlike;
    outcome *o = &en->outcome[task];
    pthread_mutex_lock(&en->lock);
    o->done = true; o->grad = NULL; o->loss = h->loss; o->flops = h->flops;
    o->bad_node = h->bad_node; o->bad_item = h->bad_item; o->bad_pos = h->bad_pos;
    if ((o->err.code = h->err.code)) o->err = h->err;              /* its text is 3 KB, and a step of a stream takes 2 us */
    memcpy(en->sum + (size_t)task * 2 * nl, h->like_sum, sizeof(double) * 2 * nl);
    while (en->s->grad && en->turn != task && !en->nspare) pthread_cond_wait(&en->turn_changed, &en->lock);
    if (en->s->grad && en->turn != task) { o->grad = h->grad; h->grad = en->spare[--en->nspare]; }
    for (; en->turn < en->nshard && en->outcome[en->turn].done; en->turn++) {
        outcome *n = &en->outcome[en->turn];
        if (n->grad || en->turn == task || !en->s->grad) add_shard(en, n, n->grad ? n->grad : h->grad, en->turn);
        else break;                                              /* done, and about to add itself */
        if (n->grad) en->spare[en->nspare++] = n->grad;
    }
    pthread_cond_broadcast(&en->turn_changed);
    pthread_mutex_unlock(&en->lock);
}

static void run_task(void *arg, size_t task, int worker)
{
    ur_engine *en = arg;
    shard *h = &en->shard[keeps(en) ? (int)task : worker];
    ur_math_thread_init();
    attach(en, h, (int)task);
    h->team = en->leading ? en->pool : NULL;
    h->err.code = 0;
    if (!shard_prepare(h, false, &h->err)) shard_run(h);
    hand_in(en, h, (int)task);
}

/* one shard, several threads: they share its products, where there is enough to do for the time it takes to call them */
static bool shares(ur_engine *en, const ur_step *s)
{
    enum { STEP = 1 << 17, ENOUGH = 1 << 20 };                    /* weights, and multiplications, about */
    en->leading = en->nshard == 1 && en->o.threads > 1 && s->batch->n && en->g->nweight > STEP &&
                  (double)en->length[en->order[0]] * (double)s->batch->n * (double)en->g->nweight > ENOUGH;
    return en->leading;
}

static void lead(void *arg) { run_task(arg, 0, 0); }

/* packed matrices and the like: once for all shards, and once for all steps with the same weights */
static int make_shared(ur_engine *en, const ur_step *s, ur_err *e)
{
    if (!en->shared && !(en->shared = ur_alloc_aligned(en->p->shared + 64))) return ur_nomem(e);
    if (en->made && s->version && s->version == en->version) return 0;
    shard *h = &en->once;
    h->p = en->p; h->s = s; h->nitem = 0; h->weight = s->weight; h->shared = en->shared;
    if (shard_prepare(h, false, e)) return e->code;
    shard_run_once(h);
    en->made = true; en->version = s->version;
    return 0;
}

/* *bytes of the shards run at once by `workers` threads; the batch is cut already */
static int shard_bytes(ur_engine *en, const ur_step *s, bool again, int workers, size_t *bytes, ur_err *e)
{
    const ur_step *old = en->s;
    bool was = en->again;
    int rc = 0;
    shard h = { 0 };
    size_t most = 0, weights = en->g->nweight * en->p->k->esize;
    en->s = (ur_step *)s; en->again = again;
    for (int k = 0; k < en->nshard && !rc; k++) {
        attach(en, &h, k);
        h.held = NULL;
        rc = shard_prepare(&h, true, e);
        if (keeps(en)) most = size_add(most, h.need); else if (h.need > most) most = h.need;
    }
    shard_free(&h);
    en->s = (ur_step *)old; en->again = was;
    if (workers > en->nshard) workers = en->nshard;
    *bytes = size_add(size_mul(most, (size_t)(keeps(en) ? 1 : workers)), weights * (size_t)(2 + (workers > 1 ? 2 * workers : workers)));
    return rc;
}

/* Recompute? Where the memory decides, it is that of all shards at once: how many threads there are must not change a bit. */
static int recomputes(ur_engine *en, const ur_step *s, bool *again, ur_err *e)
{
    size_t need = 0;
    int rc = en->p->re && en->o.recompute <= 0 && en->o.memory ? shard_bytes(en, s, false, en->nshard, &need, e) : 0;
    *again = en->p->re && (en->o.recompute > 0 || need > en->o.memory);
    return rc;
}

int ur_engine_bytes(ur_engine *en, const ur_examples *x, const ur_batch *b, size_t *bytes, ur_err *e)
{
    ur_step s = { .x = x, .batch = b };
    bool again;
    *bytes = 0;
    if (en->naive) return 0;
    if (!make_shards(en, &s)) return ur_nomem(e);
    int rc = recomputes(en, &s, &again, e);
    return rc ? rc : shard_bytes(en, &s, again, en->o.threads, bytes, e);
}

bool ur_engine_recomputes(const ur_engine *en) { return en->again; }

int ur_engine_step(ur_engine *en, ur_step *s, ur_err *e)
{
    if (en->naive) return ur_naive_step(en->naive, s, e);
    en->s = s;
    s->bad_node = s->bad_item = -1; s->bad_pos = 0; s->loss = 0;
    en->err.code = 0; en->turn = 0; en->flops = 0;
    if (!make_shards(en, s) || !make_memory(en)) return ur_nomem(e);
    int rc = recomputes(en, s, &en->again, e);
    if (rc) return rc;
    if (en->o.memory) {                                           /* refused beforehand */
        size_t need;
        if ((rc = shard_bytes(en, s, en->again, en->o.threads, &need, e))) return rc;
        if (need > en->o.memory) return ur_fail(e, UNROLL_ERROR_MEMORY, "this step needs %.1f MB, the budget (--memory) is %.1f MB: fewer or shorter sequences at a time need less (batch, chunk, context)", (double)need / 1e6, (double)en->o.memory / 1e6);
    }
    ur_math_thread_init();
    if (make_shared(en, s, e)) return e->code;
    if (shares(en, s)) ur_pool_lead(en->pool, lead, en);
    else ur_pool_run(en->pool, (size_t)en->nshard, run_task, en);
    if (en->err.code) return ur_fail(e, en->err.code, "%s", en->err.text);
    en->now = !en->now;
    int nl = en->g->nlike;
    for (int l = 0; l < nl; l++) {
        double a = 0, b = 0;
        for (int k = 0; k < en->nshard; k++) { a += en->sum[(size_t)k * 2 * (size_t)nl + (size_t)l]; b += en->sum[(size_t)k * 2 * (size_t)nl + (size_t)(nl + l)]; }
        if (s->like_sum) { s->like_sum[l] = a; s->like_count[l] = b; }
        s->loss += a;
    }
    if (!isfinite(s->loss)) return ur_fail(e, UNROLL_ERROR_NUMERIC, "the loss is not finite");
    return 0;
}

size_t ur_engine_value(ur_engine *en, ur_id id, size_t item, double *out, size_t cap)
{
    if (en->naive) return ur_naive_value(en->naive, id, item, out, cap);
    for (int k = 0; k < en->nshard; k++)
        for (int q = en->cut[k]; q < en->cut[k + 1]; q++)
            if (en->order[q] == item) return shard_value(&en->shard[keeps(en) ? k : 0], id, q - en->cut[k], out, cap);
    return 0;
}

const void *ur_engine_row(ur_engine *en, ur_id id, size_t item)
{
    if (en->naive) return NULL;
    for (int k = 0; k < en->nshard; k++)
        for (int q = en->cut[k]; q < en->cut[k + 1]; q++)
            if (en->order[q] == item) return shard_row(&en->shard[keeps(en) ? k : 0], id, q - en->cut[k]);
    return NULL;
}

size_t ur_engine_state_size(const ur_engine *en, size_t items)
{
    return en->naive ? ur_naive_state_size(en->naive, items) : items * en->p->state_item;
}

void ur_engine_state_get(const ur_engine *en, size_t items, void *out)
{
    if (en->naive) ur_naive_state_get(en->naive, items, out);
    else if (!en->p->state_item) return;
    else if (items * en->p->state_item <= en->state_cap) memcpy(out, en->state[en->now], items * en->p->state_item);
    else memset(out, 0, items * en->p->state_item);
}

/* Bytes come from outside (a checkpoint, a saved stream). Numbers may be any; symbols are places in tables. */
static bool symbols_hold(const ur_program *p, size_t items, const char *in)
{
    for (int k = 0; k < p->nstate; k++) {
        const carried *c = &p->state[k];
        const ur_node *n = &p->g.node[c->node];
        for (size_t i = 0; n->sym && i < items; i++)
            for (size_t at = 0; at < (size_t)c->depth * c->width; at += sizeof(int32_t)) {
                int32_t id;
                memcpy(&id, in + i * p->state_item + c->offset + at, sizeof id);
                if (id < 0 || id >= n->rows) return false;
            }
    }
    return true;
}

int ur_engine_state_set(ur_engine *en, size_t items, const void *in, ur_err *e)
{
    if (en->naive) return ur_naive_state_set(en->naive, items, in, e);
    size_t n = items * en->p->state_item;
    if (!symbols_hold(en->p, items, in)) return ur_fail(e, UNROLL_ERROR_FORMAT, "the carried state is damaged: a symbol in it is none of its vocabulary");
    if (!state_room(en, n)) return ur_nomem(e);
    if (n) memcpy(en->state[en->now], in, n);
    return 0;
}

static double numbers_apart(const ur_program *p, size_t n, const char *a, const char *b)
{
    double apart = 0, most = 0, x, y;
    for (size_t k = 0; k < n; k++) {
        if (p) p->k->to_double(1, a + k * p->k->esize, &x), p->k->to_double(1, b + k * p->k->esize, &y);
        else memcpy(&x, a + k * sizeof x, sizeof x), memcpy(&y, b + k * sizeof y, sizeof y);
        if (!(fabs(x - y) <= apart)) apart = fabs(x - y);
        if (fabs(x) > most) most = fabs(x);
        if (fabs(y) > most) most = fabs(y);
    }
    return apart == 0 ? 0 : apart / most;
}

double ur_engine_state_apart(const ur_engine *en, const void *a, const void *b)
{
    if (en->naive) return numbers_apart(NULL, ur_naive_state_size(en->naive, 1) / sizeof(double), a, b);
    const ur_program *p = en->p;
    double most = 0;
    for (int k = 0; k < p->nstate; k++) {
        const carried *c = &p->state[k];
        size_t n = (size_t)c->depth * c->width;
        const char *x = (const char *)a + c->offset, *y = (const char *)b + c->offset;
        double apart = p->g.node[c->node].sym ? memcmp(x, y, n) != 0 : numbers_apart(p, n / p->k->esize, x, y);
        if (!(apart <= most)) most = apart;
    }
    return most;
}

int ur_engine_state_move(ur_engine *en, size_t items, const uint32_t *from, ur_err *e)
{
    if (!en->naive) {
        size_t w = en->p->state_item;
        if (!state_room(en, items * w)) return ur_nomem(e);
        for (size_t k = 0; k < items && w; k++) memcpy(en->state[!en->now] + k * w, en->state[en->now] + from[k] * w, w);
        en->now = !en->now;
        return 0;
    }
    size_t most = items;
    for (size_t k = 0; k < items; k++) if (from[k] >= most) most = from[k] + 1;
    size_t n = ur_naive_state_size(en->naive, most), w = n / most;
    char *old = ur_alloc(n + 1), *new = ur_alloc(n + 1);
    int rc = old && new ? 0 : ur_nomem(e);
    if (!rc) ur_naive_state_get(en->naive, most, old);
    for (size_t k = 0; !rc && k < items; k++) memcpy(new + k * w, old + from[k] * w, w);
    if (!rc) rc = ur_naive_state_set(en->naive, items, new, e);
    ur_free(old);
    ur_free(new);
    return rc;
}

double ur_engine_flops(const ur_engine *en) { return en->flops; }
