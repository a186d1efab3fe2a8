/* The CPU's backend: a program, workers and their memory. Each shard of a batch runs whole on one thread, and what shards come to
 * is added along a fixed tree (run/reduce.h): so one thread and many give the same bits. */
#include "run/backend.h"
#include "run/cpu/exec.h"
#include "run/reduce.h"
#include "run/shards.h"
#include <math.h>
#include <string.h>

/* what a shard came to */
typedef struct outcome {
    double flops;
    ur_id bad_node;
    int bad_item, bad_pos;
    ur_err err;
} outcome;

typedef struct cpu {
    const ur_graph *g;
    ur_plan_options o;
    ur_schedule *p;
    ur_pool *pool;
    shard *shard;
    int nshard_cap; /* one for each worker; one for each shard where values are kept */
    char *state[2];
    size_t state_cap;
    int now;
    shard once;
    char *shared; /* what is made of the weights alone */
    /* the batch being run */
    ur_step *s;
    ur_shards cut;
    outcome *outcome;
    size_t outcome_cap; /* by shard */
    ur_tree *grad;      /* of gradients; NULL: none was asked for yet */
    double *sum;
    size_t sum_cap; /* [shards][sums] */
    double flops;
    bool again;          /* this step recomputes */
    _Atomic size_t held; /* bytes that the shards hold */
    bool leading;        /* the batch is one shard, whose products all threads share */
} cpu;

static void cpu_free(void *self)
{
    cpu *en = self;
    if (!en) return;
    ur_pool_free(en->pool);
    for (int k = 0; k < en->nshard_cap; k++) ur_shard_free(&en->shard[k]);
    if (en->once.p) ur_shard_free(&en->once);
    ur_tree_free(en->grad);
    ur_free(en->outcome);
    ur_free_aligned(en->shared);
    ur_free(en->shard);
    ur_schedule_free(en->p);
    ur_free(en->state[0]);
    ur_free(en->state[1]);
    ur_shards_free(&en->cut);
    ur_free(en->sum);
    ur_free(en);
}

static int cpu_new(void **self, const ur_graph *g, const ur_plan_options *o, ur_err *e)
{
    cpu *en = ur_zalloc(sizeof *en);
    if (!en) return ur_nomem(e);
    en->g = g;
    en->o = *o;
    if (en->o.limits.threads < 1) en->o.limits.threads = 1;
    int rc = ur_schedule_make(&en->p, g, o, e);
    if (!rc && o->stepwise && en->p->nslow)
        rc = ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "a cycle that no index orders cannot run position by position");
    if (!rc && en->p->nslow && en->p->nstate)
        rc = UR_NOT_MINE; /* a piece that the oracle runs carries no state: all of it is the oracle's then */
    if (!rc) rc = ur_pool_new(&en->pool, en->o.limits.threads, e);
    if (rc) {
        cpu_free(en);
        return rc;
    }
    *self = en;
    return 0;
}

/* sums of a shard: each term of the loss, then how many numbers that is of; the loss alone where there is no term */
static size_t sums(const cpu *en) { return ur_naddend(en->g) ? 2 * (size_t)ur_naddend(en->g) : 1; }

static int cut(cpu *en, const ur_step *s, ur_err *e)
{
    int rc = ur_shards_cut(&en->cut, en->g, &en->o, s, e);
    if (rc) return rc;
    size_t n = (size_t)en->cut.n;
    if (!ur_grow(&en->outcome, &en->outcome_cap, n, sizeof *en->outcome) ||
        !ur_grow(&en->sum, &en->sum_cap, n * sums(en), sizeof *en->sum))
        return ur_nomem(e);
    return 0;
}

static bool keeps(const cpu *en) { return en->o.nkeep > 0; }

static void attach(cpu *en, shard *h, int k)
{
    h->p = en->p;
    h->s = en->s;
    h->re = en->again ? en->p->re : NULL;
    h->nitem = en->cut.cut[k + 1] - en->cut.cut[k];
    h->item = en->cut.item + en->cut.cut[k];
    h->rank = en->cut.order + en->cut.cut[k];
    h->weight = en->s->weight;
    h->shared = en->shared;
    h->held = &en->held;
    h->state = en->state[en->now];
    h->state_out = en->p->nstate ? en->state[!en->now] : NULL;
}

static bool state_room(cpu *en, size_t n)
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

static int make_memory(cpu *en, ur_err *e)
{
    int want = keeps(en) ? en->cut.n : en->o.limits.threads;
    if (want > en->nshard_cap) {
        shard *q = ur_realloc(en->shard, sizeof *q * (size_t)want);
        if (!q) return ur_nomem(e);
        memset(q + en->nshard_cap, 0, sizeof *q * (size_t)(want - en->nshard_cap));
        en->shard = q;
        en->nshard_cap = want;
    }
    for (int k = 0; k < want; k++) {
        shard *h = &en->shard[k];
        if (h->like_sum) continue;
        if (!(h->like_sum = ur_zalloc(sizeof(double) * 2 * (size_t)(ur_naddend(en->g) + 1)))) return ur_nomem(e);
        h->like_count = h->like_sum + ur_naddend(en->g);
    }
    if (en->s->grad && !en->grad && ur_tree_new(&en->grad, en->g->nweight, en->p->k, en->o.limits.threads, e)) return e->code;
    if (en->s->grad && ur_tree_begin(en->grad, en->cut.n, en->s->grad, e)) return e->code;
    return state_room(en, en->s->batch->n * en->p->state_item) ? 0 : ur_nomem(e);
}

static void note_outcome(cpu *en, const shard *h, int task)
{
    outcome *o = &en->outcome[task];
    double *sum = en->sum + (size_t)task * sums(en);
    o->flops = h->flops;
    o->bad_node = h->bad_node;
    o->bad_item = h->bad_item;
    o->bad_pos = h->bad_pos;
    o->err.code = h->err.code;
    if (h->err.code) o->err = h->err; /* its text is 3 KB, and a step of a stream takes 2 us */
    if (ur_naddend(en->g)) memcpy(sum, h->like_sum, sizeof *sum * sums(en));
    else *sum = h->loss;
}

static void run_task(void *arg, size_t task, int worker)
{
    cpu *en = arg;
    shard *h = &en->shard[keeps(en) ? (int)task : worker];
    ur_math_thread_init();
    attach(en, h, (int)task);
    h->team = en->leading ? en->pool : NULL;
    h->grad = en->s->grad ? ur_tree_take(en->grad, (int)task) : NULL;
    h->err.code = 0;
    if (!ur_shard_prepare(h, false, &h->err)) ur_shard_run(h);
    else if (h->grad) memset(h->grad, 0, en->g->nweight * en->p->k->esize);
    note_outcome(en, h, (int)task);
    if (h->grad) ur_tree_give(en->grad, (int)task);
}

/* what all shards came to; the first that failed says why */
static int add_up(cpu *en, ur_step *s, ur_err *e)
{
    int nl = ur_naddend(en->g);
    en->flops = 0;
    for (int k = 0; k < en->cut.n; k++) {
        const outcome *o = &en->outcome[k];
        if (o->err.code) return ur_fail(e, o->err.code, "%s", o->err.text);
        en->flops += o->flops;
        if (o->bad_node < 0 || s->bad_node >= 0) continue;
        s->bad_node = o->bad_node;
        s->bad_item = o->bad_item;
        s->bad_pos = o->bad_pos;
    }
    ur_tree_doubles(en->cut.n, sums(en), en->sum);
    for (int l = 0; l < nl; l++) s->loss += en->sum[l];
    if (!nl) s->loss = en->sum[0];
    if (s->like_sum) {
        memcpy(s->like_sum, en->sum, sizeof *en->sum * (size_t)nl);
        memcpy(s->like_count, en->sum + nl, sizeof *en->sum * (size_t)nl);
    }
    return isfinite(s->loss) ? 0 : ur_fail(e, UNROLL_ERROR_NUMERIC, "the loss is not finite");
}

/* one shard, several threads: they share its products, where there is enough to do for the time it takes to call them */
static bool shares(cpu *en, const ur_step *s)
{
    enum { STEP = 1 << 17, ENOUGH = 1 << 20 }; /* weights, and multiplications, about */
    en->leading = en->cut.n == 1 && en->o.limits.threads > 1 && s->batch->n && en->g->nweight > STEP &&
                  (double)en->cut.length[en->cut.order[0]] * (double)s->batch->n * (double)en->g->nweight > ENOUGH;
    return en->leading;
}

static void lead(void *arg) { run_task(arg, 0, 0); }

/* packed matrices and the like: once for all shards, and once for all steps with the same weights */
static int cpu_upload(void *self, const ur_step *s, ur_err *e)
{
    cpu *en = self;
    ur_math_thread_init();
    if (!en->shared && !(en->shared = ur_alloc_aligned(en->p->shared + 64))) return ur_nomem(e);
    shard *h = &en->once;
    h->p = en->p;
    h->s = s;
    h->nitem = 0;
    h->weight = s->weight;
    h->shared = en->shared;
    if (ur_shard_prepare(h, false, e)) return e->code;
    ur_shard_run_once(h);
    return 0;
}

/* *bytes of the shards run at once by `workers` threads; the batch is cut already */
static int shard_bytes(cpu *en, const ur_step *s, bool again, int workers, size_t *bytes, ur_err *e)
{
    const ur_step *old = en->s;
    bool was = en->again;
    int rc = 0;
    shard h = { 0 };
    size_t most = 0, weights = en->g->nweight * en->p->k->esize;
    en->s = (ur_step *)s;
    en->again = again;
    for (int k = 0; k < en->cut.n && !rc; k++) {
        attach(en, &h, k);
        h.held = NULL;
        rc = ur_shard_prepare(&h, true, e);
        if (keeps(en)) most = ur_size_add(most, h.need);
        else if (h.need > most) most = h.need;
    }
    ur_shard_free(&h);
    en->s = (ur_step *)old;
    en->again = was;
    if (workers > en->cut.n) workers = en->cut.n;
    size_t grads = ur_size_add(2 * weights, ur_tree_bytes(en->g->nweight, en->p->k->esize, workers, en->cut.n));
    *bytes = ur_size_add(ur_size_mul(most, (size_t)(keeps(en) ? 1 : workers)), grads);
    return rc;
}

/* Recompute? Where the memory decides, it is that of all shards at once: how many threads there are must not change a bit. */
static int recomputes(cpu *en, const ur_step *s, bool *again, ur_err *e)
{
    size_t need = 0;
    int rc = en->p->re && en->o.limits.recompute <= 0 && en->o.limits.memory ? shard_bytes(en, s, false, en->cut.n, &need, e) : 0;
    *again = en->p->re && (en->o.limits.recompute > 0 || need > en->o.limits.memory);
    return rc;
}

static int cpu_bytes(void *self, const ur_step *s, size_t *bytes, ur_err *e)
{
    cpu *en = self;
    bool again;
    int rc = cut(en, s, e);
    if (!rc) rc = recomputes(en, s, &again, e);
    return rc ? rc : shard_bytes(en, s, again, en->o.limits.threads, bytes, e);
}

static bool cpu_recomputes(const void *self) { return ((const cpu *)self)->again; }
static ur_pool *cpu_pool(void *self) { return ((cpu *)self)->pool; }
static const char *cpu_slow(const void *self)
{
    const ur_schedule *p = ((const cpu *)self)->p;
    for (int k = 0; k < p->nins; k++)
        if (p->ins[k]->kind == INS_SLOW) return p->ins[k]->why;
    return NULL;
}

static double cpu_flops(const void *self) { return ((const cpu *)self)->flops; }

/* refused beforehand */
static int fits(cpu *en, const ur_step *s, ur_err *e)
{
    size_t need, memory = en->o.limits.memory;
    int rc = memory ? shard_bytes(en, s, en->again, en->o.limits.threads, &need, e) : 0;
    if (rc || !memory || need <= memory) return rc;
    return ur_fail(
        e, UNROLL_ERROR_MEMORY,
        "this step needs %s, the budget (--memory) is %s: fewer or shorter sequences at a time need less (batch, chunk, context)",
        ur_size_text((char[24]){ 0 }, (double)need), ur_size_text((char[24]){ 0 }, (double)memory));
}

static int cpu_step(void *self, ur_step *s, ur_err *e)
{
    cpu *en = self;
    en->s = s;
    int rc = cut(en, s, e);
    if (!rc) rc = make_memory(en, e);
    if (!rc) rc = recomputes(en, s, &en->again, e);
    if (!rc) rc = fits(en, s, e);
    if (rc) return rc;
    ur_math_thread_init();
    if (shares(en, s)) ur_pool_lead(en->pool, lead, en);
    else ur_pool_run(en->pool, (size_t)en->cut.n, run_task, en);
    rc = add_up(en, s, e);
    if (!rc || rc == UNROLL_ERROR_NUMERIC) en->now = !en->now;
    return rc;
}

static const shard *holds(const cpu *en, size_t item, int *within)
{
    int k = ur_shards_find(&en->cut, item, within);
    return k < 0 ? NULL : &en->shard[keeps(en) ? k : 0];
}

static size_t cpu_value(void *self, ur_id id, size_t item, double *out, size_t cap)
{
    int k;
    const shard *h = holds(self, item, &k);
    return h ? ur_shard_value(h, id, k, out, cap) : 0;
}

static const void *cpu_row(void *self, ur_id id, size_t item)
{
    int k;
    const shard *h = holds(self, item, &k);
    return h ? ur_shard_row(h, id, k) : NULL;
}

/* ---- carried state */
static size_t cpu_state_size(const void *self, size_t items) { return items * ((const cpu *)self)->p->state_item; }

static void cpu_state_get(const void *self, size_t items, void *out)
{
    const cpu *en = self;
    size_t n = items * en->p->state_item;
    if (!n) return;
    if (n <= en->state_cap) memcpy(out, en->state[en->now], n);
    else memset(out, 0, n);
}

/* Bytes come from outside (a checkpoint, a saved stream). Numbers may be any; symbols are places in tables. */
static bool symbols_hold(const ur_schedule *p, size_t items, const char *in)
{
    for (int k = 0; k < p->nstate; k++) {
        const carried *c = &p->state[k];
        const ur_node *n = &p->g.node[c->node];
        for (size_t i = 0; n->sym && i < items; i++)
            for (size_t at = 0; at < (size_t)c->depth * c->width; at += sizeof(int32_t)) {
                int32_t id;
                memcpy(&id, in + i * p->state_item + c->offset + at, sizeof id);
                if (id < 0 || id >= ur_symbol_count(n)) return false;
            }
    }
    return true;
}

static int cpu_state_set(void *self, size_t items, const void *in, ur_err *e)
{
    cpu *en = self;
    size_t n = items * en->p->state_item;
    if (!symbols_hold(en->p, items, in))
        return ur_fail(e, UNROLL_ERROR_FORMAT, "the carried state is damaged: a symbol in it is none of its vocabulary");
    if (!state_room(en, n)) return ur_nomem(e);
    if (n) memcpy(en->state[en->now], in, n);
    return 0;
}

static double cpu_state_apart(const void *self, const void *a, const void *b)
{
    const ur_schedule *p = ((const cpu *)self)->p;
    double most = 0;
    for (int k = 0; k < p->nstate; k++) {
        const carried *c = &p->state[k];
        size_t n = (size_t)c->depth * c->width;
        const char *x = (const char *)a + c->offset, *y = (const char *)b + c->offset;
        double apart = p->g.node[c->node].sym ? memcmp(x, y, n) != 0 : ur_numbers_apart(p->k, n / p->k->esize, x, y);
        if (apart > most || isnan(apart)) most = apart;
    }
    return most;
}

static int cpu_state_move(void *self, size_t items, const uint32_t *from, ur_err *e)
{
    cpu *en = self;
    size_t w = en->p->state_item;
    if (!state_room(en, items * w)) return ur_nomem(e);
    for (size_t k = 0; k < items && w; k++) memcpy(en->state[!en->now] + k * w, en->state[en->now] + from[k] * w, w);
    en->now = !en->now;
    return 0;
}

const ur_backend ur_backend_cpu = {
    .name = "cpu",
    .new = cpu_new,
    .free = cpu_free,
    .upload = cpu_upload,
    .step = cpu_step,
    .bytes = cpu_bytes,
    .value = cpu_value,
    .row = cpu_row,
    .state_size = cpu_state_size,
    .state_get = cpu_state_get,
    .state_set = cpu_state_set,
    .state_move = cpu_state_move,
    .state_apart = cpu_state_apart,
    .pool = cpu_pool,
    .recomputes = cpu_recomputes,
    .flops = cpu_flops,
    .slow = cpu_slow,
};
