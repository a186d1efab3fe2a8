/* An engine: a graph and the backend that runs it. Knows backends by their table alone. */
#include "run/backend.h"
#include <limits.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

struct ur_engine {
    const ur_backend *b;
    void *self;
    uint64_t version; /* of the weights that the backend has */
    bool uploaded;
};

int ur_engine_new(ur_engine **out, const ur_graph *g, const ur_plan_options *o, ur_err *e)
{
    static const ur_backend *const all[] = { &ur_backend_cpu, &ur_backend_naive }; /* the oracle runs every graph */
    if (g->nlatent)
        return ur_fail(
            e, UNROLL_ERROR_UNSUPPORTED,
            "this model has latent quantities: it can be checked and explained, fitting and running it is not possible yet");
    ur_engine *en = ur_zalloc(sizeof *en);
    if (!en) return ur_nomem(e);
    ur_math_thread_init();
    int rc = UR_NOT_MINE;
    for (size_t k = o->limits.naive; rc == UR_NOT_MINE && k < sizeof all / sizeof *all; k++) {
        en->b = all[k];
        rc = en->b->new (&en->self, g, o, e);
    }
    if (rc) {
        ur_free(en);
        return rc;
    }
    *out = en;
    return 0;
}

void ur_engine_free(ur_engine *en)
{
    if (!en) return;
    en->b->free(en->self);
    ur_free(en);
}

int ur_engine_step(ur_engine *en, ur_step *s, ur_err *e)
{
    s->bad_node = s->bad_item = -1;
    s->bad_pos = 0;
    s->loss = 0;
    if (en->b->upload && !(en->uploaded && s->version && s->version == en->version)) {
        en->uploaded = false;
        if (en->b->upload(en->self, s, e)) return e->code;
        en->uploaded = true;
        en->version = s->version;
    }
    return en->b->step(en->self, s, e);
}

int ur_engine_bytes(ur_engine *en, const ur_examples *x, const ur_batch *b, size_t *bytes, ur_err *e)
{
    ur_step s = { .x = x, .batch = b };
    *bytes = 0;
    return en->b->bytes ? en->b->bytes(en->self, &s, bytes, e) : 0;
}

size_t ur_engine_value(ur_engine *en, ur_id id, size_t item, double *out, size_t cap)
{
    return en->b->value(en->self, id, item, out, cap);
}
const void *ur_engine_row(ur_engine *en, ur_id id, size_t item) { return en->b->row ? en->b->row(en->self, id, item) : NULL; }
ur_pool *ur_engine_pool(ur_engine *en) { return en->b->pool ? en->b->pool(en->self) : NULL; }
bool ur_engine_recomputes(const ur_engine *en) { return en->b->recomputes && en->b->recomputes(en->self); }
const char *ur_engine_slow(const ur_engine *en) { return en->b->slow ? en->b->slow(en->self) : NULL; }

double ur_engine_flops(const ur_engine *en) { return en->b->flops ? en->b->flops(en->self) : 0; }

/* ---- carried state */
size_t ur_engine_state_size(const ur_engine *en, size_t items) { return en->b->state_size(en->self, items); }
void ur_engine_state_get(const ur_engine *en, size_t items, void *out) { en->b->state_get(en->self, items, out); }
int ur_engine_state_set(ur_engine *en, size_t items, const void *in, ur_err *e)
{
    return en->b->state_set(en->self, items, in, e);
}
double ur_engine_state_apart(const ur_engine *en, const void *a, const void *b) { return en->b->state_apart(en->self, a, b); }

/* by way of all items' bytes */
static int move_state(ur_engine *en, size_t items, const uint32_t *from, ur_err *e)
{
    size_t most = items;
    for (size_t k = 0; k < items; k++)
        if (from[k] >= most) most = from[k] + 1;
    size_t n = ur_engine_state_size(en, most), w = most ? n / most : 0;
    char *old = ur_alloc(n + 1), *new = ur_alloc(n + 1);
    int rc = old && new ? 0 : ur_nomem(e);
    if (!rc) ur_engine_state_get(en, most, old);
    for (size_t k = 0; !rc && k < items; k++) memcpy(new + k *w, old + from[k] * w, w);
    if (!rc) rc = ur_engine_state_set(en, items, new, e);
    ur_free(old);
    ur_free(new);
    return rc;
}

int ur_engine_state_move(ur_engine *en, size_t items, const uint32_t *from, ur_err *e)
{
    return en->b->state_move ? en->b->state_move(en->self, items, from, e) : move_state(en, items, from, e);
}

/* ---- what backends share */
double ur_numbers_apart(const ur_kernels *k, size_t n, const char *a, const char *b)
{
    double apart = 0, most = 0, x, y;
    for (size_t i = 0; i < n; i++) {
        k->to_double(1, a + i * k->esize, &x);
        k->to_double(1, b + i * k->esize, &y);
        if (fabs(x - y) > apart || isnan(x - y)) apart = fabs(x - y);
        if (fabs(x) > most) most = fabs(x);
        if (fabs(y) > most) most = fabs(y);
    }
    return apart == 0 ? 0 : apart / most;
}

size_t ur_run_limit(size_t memory)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    size_t all;
    if (memory) return memory;
    if (pages <= 0 || page <= 0 || __builtin_mul_overflow((size_t)pages, (size_t)page, &all)) return SIZE_MAX;
    return all;
}
