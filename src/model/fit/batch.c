/* batch.c: the steps of an epoch: which sequences, or which parts of them, run together, and in what order.
 * Must not know plans or optimisers. Invariant: an epoch's steps depend on the data, the seed and the epoch's number alone.
 *
 * Several examples: batches of like length, shuffled. One long sequence that may be cut: `batch` lanes side by side, each run
 * chunk by chunk in order with the state carried. A horizon: windows of context + horizon positions, from a random phase each
 * epoch. */
#include "model/model.h"
#include <stdlib.h>
#include <string.h>

enum { POOL = 32 };

static int at_least(int v, int lo) { return v < lo ? lo : v; }
static int at_most(int v, int hi) { return v > hi ? hi : v; }

static int power_of_two(double v)
{
    int p = 1;
    while (p * 1.5 < v) p *= 2;
    return p;
}

/* ---- tracks */
static int whole(ur_course *c, const ur_examples *x, const ur_course_want *w, int root, ur_err *e)
{
    c->window = -1;
    c->ntrack = x->n;
    c->batch = w->batch > 0 ? w->batch : w->valid ? 64 : at_most(at_least(power_of_two((double)x->n / 60), 4), 32);
    if (!(c->track = ur_zalloc((x->n + 1) * sizeof *c->track))) return ur_nomem(e);
    for (size_t i = 0; i < x->n; i++) {
        c->track[i] = (ur_item){ (uint32_t)i, 0, -1, INT32_MAX, 0 };
        c->total += root >= 0 ? ur_length(x, root, i) : 1;
        if (w->score_from && root >= 0) {
            c->window = root;
            c->track[i].to = (int32_t)ur_length(x, root, i);
            c->track[i].score_from = (int32_t)w->score_from;
        }
    }
    return 0;
}

/* Validation in lanes: each is run up to its beginning, exactly where values at lags are all that is read, else by `lead` chunks.
 * The lane before ends in the state that it should begin with, so whoever runs them sees whether that was enough; before the
 * first lane one that is not scored shows it. */
static int valid_lanes(ur_course *c, const ur_run *r, const ur_examples *x, size_t first, size_t each, size_t n, int lead,
                       ur_err *e)
{
    size_t total = ur_length(x, r->root, 0);
    bool fades = r->memory == UR_MEMORY_FADES && first, extra = fades;
    c->lead = fades ? (lead + c->chunk - 1) / c->chunk : 0;
    if (!(c->track = ur_zalloc((n + 1) * sizeof *c->track))) return ur_nomem(e);
    if (extra)
        c->track[c->ntrack++] = (ur_item){ 0, (int32_t)first - 4 * c->lead * c->chunk, (int32_t)first, INT32_MAX, INT32_MAX };
    for (size_t i = 0; i < n; i++) {
        size_t a = first + i * each, b = a + each < total ? a + each : total;
        int32_t from = fades ? (int32_t)a - c->lead * c->chunk : ur_run_up(r, x, 0, (int32_t)a);
        c->track[c->ntrack++] = (ur_item){ 0, from, (int32_t)b, INT32_MAX, (int32_t)a };
    }
    c->batch = (int)c->ntrack;
    return 0;
}

/* one sequence in lanes; several long ones, one track each. A state that keeps what it has cannot begin in the middle: one lane
 */
static int lanes(ur_course *c, const ur_run *r, const ur_examples *x, const ur_course_want *w, int root, ur_err *e)
{
    size_t total = 0;
    for (size_t i = 0; i < x->n; i++) total += ur_length(x, root, i);
    c->window = root;
    c->chunk = w->chunk > 0 ? w->chunk : 64;
    c->total = total;
    double steps = (double)total / c->chunk;
    c->batch = w->batch > 0 ? w->batch : at_most(power_of_two(steps / (total > 100000 ? 250 : 60)), 64);
    if (x->n > 1) {
        c->ntrack = x->n;
        if (!(c->track = ur_zalloc(x->n * sizeof *c->track))) return ur_nomem(e);
        for (size_t i = 0; i < x->n; i++)
            c->track[i] = (ur_item){ (uint32_t)i, 0, (int32_t)ur_length(x, root, i), INT32_MAX, (int32_t)w->score_from };
        return 0;
    }
    size_t from = w->valid ? w->score_from : 0, len = total - from, n = (size_t)c->batch;
    if (r->memory == UR_MEMORY_KEEPS || (w->valid && r->memory == UR_MEMORY_FADES && (size_t)w->lead >= total / 2)) {
        c->ntrack = 1;
        c->batch = 1;
        if (!(c->track = ur_zalloc(sizeof *c->track))) return ur_nomem(e);
        c->track[0] = (ur_item){ 0, 0, (int32_t)total, INT32_MAX, (int32_t)w->score_from };
        return 0;
    }
    size_t each = (len + n - 1) / n;
    if (each < (size_t)c->chunk) each = (size_t)c->chunk;
    n = each ? (len + each - 1) / each : 1;
    if (n < 1) n = 1;
    if (w->valid) return valid_lanes(c, r, x, from, each, n, w->lead, e);
    if (!(c->track = ur_zalloc(n * sizeof *c->track))) return ur_nomem(e);
    for (size_t i = 0; i < n; i++) {
        size_t a = from + i * each, b = a + each < total ? a + each : total;
        c->track[i] = (ur_item){ 0, (int32_t)a, (int32_t)b, INT32_MAX, 0 };
    }
    c->ntrack = n;
    c->batch = (int)n;
    return 0;
}

/* windows whose last `horizon` values are hidden; origins `horizon` apart from phase 0 (epochs shift them) */
static int windows(ur_course *c, const ur_examples *x, const ur_course_want *w, int root, ur_err *e)
{
    size_t total = 0, longest = 0, n = 0;
    for (size_t i = 0; i < x->n; i++) {
        size_t len = ur_length(x, root, i);
        total += len;
        if (len > longest) longest = len;
    }
    c->window = root;
    c->horizon = w->horizon;
    c->context = w->context;
    if (longest < (size_t)c->horizon + 1)
        return ur_fail(e, UNROLL_ERROR_DATA, "a horizon of %d needs sequences of more than %d positions; the longest has %zu",
                       c->horizon, c->horizon, longest);
    if ((size_t)c->context + (size_t)c->horizon > longest) c->context = (int)longest - c->horizon;
    for (size_t i = 0; i < x->n; i++) n += ur_length(x, root, i) / (size_t)c->horizon + 1;
    c->total = total;
    if (!(c->track = ur_zalloc((n + 1) * sizeof *c->track))) return ur_nomem(e);
    c->batch = w->batch > 0 ? w->batch : w->valid ? 64 : at_most(at_least(power_of_two((double)n / 60), 4), 32);
    return 0;
}

static void lay_window(ur_course *c, const ur_examples *x, size_t example, int origin)
{
    int32_t to = ur_window_end(c->g, x, example, origin, origin + c->horizon, c->reach);
    if (to > origin)
        c->track[c->ntrack++] = (ur_item){ (uint32_t)example, c->keeps ? 0 : origin - c->context, to, origin, origin };
}

static void lay_windows(ur_course *c, const ur_examples *x, int phase)
{
    c->ntrack = 0;
    for (size_t i = 0; i < x->n; i++) {
        int len = (int)ur_length(x, c->window, i), first = c->context > c->score_from ? c->context : c->score_from;
        for (int origin = first + phase; origin + c->horizon <= len; origin += c->horizon) lay_window(c, x, i, origin);
        if (phase && first + phase + c->horizon > len && first + c->horizon <= len)
            lay_window(c, x, i, first); /* a short sequence has one place alone */
    }
}

int ur_course_new(ur_course *c, const ur_run *r, const ur_examples *x, const ur_course_want *w, ur_err *e)
{
    memset(c, 0, sizeof *c);
    c->window = -1;
    size_t longest = 0, total = 0;
    for (size_t i = 0; r->root >= 0 && i < x->n; i++) {
        size_t len = ur_length(x, r->root, i);
        total += len;
        if (len > longest) longest = len;
    }
    int rc;
    if (w->horizon > 0) {
        if (r->root < 0) return ur_fail(e, UNROLL_ERROR_USAGE, "a horizon needs data along one index, as in y[t]");
        rc = windows(c, x, w, r->root, e);
        if (!rc) rc = ur_hidden_reach(r->m->graph, x, r->root, &c->reach, e);
        if (!rc) {
            c->score_from = (int)w->score_from;
            c->keeps = r->memory == UR_MEMORY_KEEPS;
            c->g = r->m->graph;
            lay_windows(c, x, 0);
            if (!c->ntrack)
                rc = ur_fail(e, UNROLL_ERROR_DATA, "no window of %d + %d positions lies within the %s data", c->context,
                             c->horizon, w->valid ? "validation" : "training");
        }
    } else if (r->cut && (w->chunk >= 0 || (w->valid && w->score_from)) && (w->chunk > 0 || x->n == 1 || longest > 1000) &&
               longest > (size_t)(w->chunk > 0 ? w->chunk : 64)) {
        rc = lanes(c, r, x, w, r->root, e);
        if (!rc && x->n > 1 && w->batch <= 0) c->batch = at_most((int)x->n, 16);
    } else {
        rc = whole(c, x, w, r->root, e);
    }
    size_t room = c->ntrack + 1;
    if (w->horizon > 0 && !rc) {
        room = 1;
        for (size_t i = 0; i < x->n; i++) room += ur_length(x, r->root, i) / (size_t)c->horizon + 1;
    }
    if (!rc) {
        c->order = ur_alloc(room * sizeof *c->order);
        c->item = ur_alloc(((size_t)c->batch + 1) * sizeof *c->item);
        if (!c->order || !c->item) rc = ur_nomem(e);
    }
    if (rc) ur_course_free(c);
    (void)total;
    return rc;
}

void ur_course_free(ur_course *c)
{
    ur_free(c->track);
    ur_free(c->step);
    ur_free(c->order);
    ur_free(c->item);
    memset(c, 0, sizeof *c);
}

/* ---- the order of an epoch */
typedef struct keyed {
    uint32_t track;
    int32_t len;
    double key;
} keyed;

static int by_key(const void *a, const void *b)
{
    const keyed *x = a, *y = b;
    return x->key < y->key ? -1 : x->key > y->key ? 1 : x->track < y->track ? -1 : x->track > y->track;
}

static int by_length(const void *a, const void *b)
{
    const keyed *x = a, *y = b;
    return x->len > y->len ? -1 : x->len < y->len ? 1 : by_key(a, b);
}

static int32_t track_length(const ur_course *c, const ur_examples *x, size_t i)
{
    const ur_item *t = &c->track[i];
    if (t->to >= 0) return t->to - t->from;
    size_t n = 0;
    for (int k = 0; k < x->nindex; k++)
        if (x->extent[k].len && !x->extent[k].first) n += (size_t)x->extent[k].len[t->example];
    return n > INT32_MAX ? INT32_MAX : (int32_t)n;
}

static int shuffle_tracks(ur_course *c, const ur_examples *x, uint64_t seed, int epoch, bool shuffle, ur_err *e)
{
    keyed *k = ur_alloc((c->ntrack + 1) * sizeof *k);
    if (!k) return ur_nomem(e);
    for (size_t i = 0; i < c->ntrack; i++)
        k[i] = (keyed){ (uint32_t)i, track_length(c, x, i),
                        shuffle ? ur_uniform(seed, (uint32_t)epoch, (uint32_t)i, UR_SITE_ORDER, 0) : 0 };
    if (shuffle) {
        qsort(k, c->ntrack, sizeof *k, by_key);
        size_t pool = (size_t)c->batch * POOL;
        for (size_t a = 0; a < c->ntrack; a += pool)
            qsort(k + a, c->ntrack - a < pool ? c->ntrack - a : pool, sizeof *k, by_length);
    }
    for (size_t i = 0; i < c->ntrack; i++) c->order[i] = k[i].track;
    ur_free(k);
    return 0;
}

static size_t chunks_of(const ur_course *c, const ur_examples *x, uint32_t first, uint32_t n)
{
    size_t most = 1;
    if (!c->chunk) return 1;
    for (uint32_t i = first; i < first + n; i++) {
        size_t len = (size_t)track_length(c, x, c->order[i]), k = (len + (size_t)c->chunk - 1) / (size_t)c->chunk;
        if (k > most) most = k;
    }
    return most;
}

int ur_course_epoch(ur_course *c, const ur_examples *x, uint64_t seed, int epoch, bool shuffle, ur_err *e)
{
    if (c->horizon > 0 && shuffle) lay_windows(c, x, (int)(ur_uniform(seed, (uint32_t)epoch, 0, UR_SITE_PHASE, 0) * c->horizon));
    TRY(shuffle_tracks(c, x, seed, epoch, shuffle, e));
    size_t ngroup = (c->ntrack + (size_t)c->batch - 1) / (size_t)c->batch, nstep = 0;
    keyed *g = ur_alloc((ngroup + 1) * sizeof *g);
    if (!g) return ur_nomem(e);
    for (size_t k = 0; k < ngroup; k++) {
        uint32_t first = (uint32_t)(k * (size_t)c->batch),
                 n = (uint32_t)(c->ntrack - first < (size_t)c->batch ? c->ntrack - first : (size_t)c->batch);
        g[k] = (keyed){ first, (int32_t)n, shuffle ? ur_uniform(seed, (uint32_t)epoch, (uint32_t)k, UR_SITE_STEPS, 0) : 0 };
        nstep += chunks_of(c, x, first, n);
    }
    if (shuffle) qsort(g, ngroup, sizeof *g, by_key);
    struct ur_course_step *s = ur_realloc(c->step, (nstep + 1) * sizeof *s);
    if (s) {
        c->step = s;
        c->nstep = 0;
        for (size_t k = 0; k < ngroup; k++)
            for (size_t i = 0, m = chunks_of(c, x, g[k].track, (uint32_t)g[k].len); i < m; i++)
                s[c->nstep++] = (struct ur_course_step){ g[k].track, (uint32_t)g[k].len, (uint32_t)i };
    }
    ur_free(g);
    return s ? 0 : ur_nomem(e);
}

void ur_course_batch(ur_course *c, size_t step, ur_batch *b)
{
    const struct ur_course_step *s = &c->step[step];
    for (uint32_t i = 0; i < s->n; i++) {
        ur_item it = c->track[c->order[s->first + i]];
        if (c->chunk) {
            int64_t a = (int64_t)it.from + (int64_t)s->k * c->chunk, z = a + c->chunk;
            if (a < 0) a = 0; /* what lies before the start is run as nothing: lanes have their beginnings at the same step */
            if (z < 0) z = 0;
            it.from = a < it.to ? (int32_t)a : it.to;
            it.to = z < it.to ? (int32_t)z : it.to;
        }
        c->item[i] = it;
    }
    *b = (ur_batch){ .n = s->n, .item = c->item, .window_index = c->window, .fresh = s->k == 0 };
}
