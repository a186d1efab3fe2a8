/* runup.c: how far back a run has to begin, so that what it computes from some position on is what all that came before gives.
 * Must not know tables or optimisers. Invariant: a run-up is shortened only where that is exact (values read at fixed lags), or
 * where two of different lengths were run and ended in the same state (a state that fades). */
#include "model/model.h"
#include <math.h>
#include <string.h>

/* ---- where a run has to begin */
/* values read at lags alone: from where all that is read back from `pos` on is given, or is computed from what is */
static int32_t by_lags(const ur_run *r, const ur_examples *x, size_t example, int32_t pos)
{
    int32_t start = pos;
    for (int32_t at = pos - r->lag;; at = start - r->lag) {
        if (at <= 0) return 0;
        int32_t first = start; /* the first value in [at, start) that is missing: what stands for it reads further back */
        for (int d = 0; d < r->g->ndata; d++) {
            const ur_series *s = &x->series[d];
            const ur_datum *u = &r->g->data[d];
            if (!u->drawn || !s->seen || !s->start || u->nidx != 1 || u->idx[0] != r->root) continue;
            for (int32_t k = at; k < first; k++)
                if (!s->seen[s->start[example] + (size_t)k]) first = k;
        }
        if (first == start) return at;
        start = first;
    }
}

int32_t ur_run_up(const ur_run *r, const ur_examples *x, size_t example, int32_t pos)
{
    if (pos <= 0 || r->root < 0 || !r->cut || r->memory != UR_MEMORY_LAGS) return 0;
    return by_lags(r, x, example, pos);
}

/* A context, asked for or that of a fit with a horizon, bounds a state that may fade, and nothing else. */
ur_origin ur_run_origin(const ur_run *r, const unroll_use_options *o)
{
    const ur_record *rec = &r->m->rec;
    int context = o->context > 0 ? o->context : rec->horizon > 0 ? rec->context : 0;
    if (context && context < r->lag) context = r->lag;
    if (r->cut && r->memory == UR_MEMORY_LAGS) return (ur_origin){ UR_FROM_LAGS, context };
    if (context && r->memory != UR_MEMORY_KEEPS) return (ur_origin){ UR_FROM_CONTEXT, context };
    return (ur_origin){ r->cut ? UR_FROM_STATE : UR_FROM_START, context };
}

/* ---- a state that fades */
enum { SHORTEST = 4096, CHUNK = 512 };
static const double DEAR = 2e10; /* weights times positions: some seconds, where each position is a step of its own */

static int state_after(ur_pass *p, size_t example, int32_t from, int32_t to, void *state, ur_err *e)
{
    ur_run *r = p->run;
    for (int32_t at = from; at < to; at += CHUNK) {
        ur_item it = { (uint32_t)example, at, at + CHUNK < to ? at + CHUNK : to, INT32_MAX, INT32_MAX };
        ur_batch b = { .n = 1, .item = &it, .window_index = r->root, .fresh = at == from };
        ur_step s = { .x = p->x,
                      .batch = &b,
                      .weight = r->weight,
                      .version = r->version,
                      .seed = p->seed,
                      .step = p->step,
                      .turn = p->turn,
                      .draw = p->draw,
                      .like_sum = r->like_sum,
                      .like_count = r->like_count,
                      .bad_node = -1 };
        ur_err mine = { 0 };
        int rc = ur_engine_step(r->en, &s, &mine);
        if (rc == UNROLL_ERROR_NUMERIC) return ur_bad_number(r, p->x, &s, "evaluating the model", e);
        if (rc) return ur_fail(e, rc, "%s", mine.text);
        if (p->progress && p->progress(0, p->progress_arg)) return ur_fail(e, UNROLL_ERROR_INTERRUPTED, "stopped by the caller");
    }
    ur_engine_state_get(r->en, 1, state);
    return 0;
}

/* doubles *up until the state it ends in no longer changes by more than `bound`, or half of what is there is reached; *apart:
 * what the last doubling changed, as a share of the state; NAN: there was none */
static int doubled(ur_pass *p, size_t example, int32_t pos, double bound, int32_t *up, double *apart, ur_err *e)
{
    size_t n = ur_engine_state_size(p->run->en, 1);
    char *a = ur_zalloc(n + 1), *b = ur_zalloc(n + 1);
    int rc = a && b ? 0 : ur_nomem(e);
    *apart = NAN;
    if (!rc && *up < pos / 2) rc = state_after(p, example, pos - *up, pos, a, e);
    while (!rc && *up < pos / 2 && !(*apart <= bound)) {
        *up *= 2;
        rc = state_after(p, example, pos - *up, pos, b, e);
        *apart = ur_engine_state_apart(p->run->en, a, b);
        char *was = a;
        a = b;
        b = was;
    }
    ur_free(a);
    ur_free(b);
    return rc;
}

int ur_run_up_measured(ur_pass *p, size_t example, int32_t pos, int32_t *start, ur_err *e)
{
    const ur_run *r = p->run;
    double bound = r->single ? 1e-5 : 1e-8, apart;
    *start = 0;
    if (r->memory != UR_MEMORY_FADES || (double)pos * (double)(r->g->nweight + 2000) < DEAR) return 0;
    int32_t up = r->lag > SHORTEST ? r->lag : SHORTEST;
    TRY(doubled(p, example, pos, bound, &up, &apart, e));
    if (!(apart <= bound)) return 0;
    *start = pos - up;
    ur_note(
        p->notes,
        "%s: the state at position %d is built up from the %d positions before it, not from the first one: half as many give the same to %.0e",
        r->m->name, pos + 1, up, apart > 1e-16 ? apart : 1e-16);
    return 0;
}

/* by which share as many positions more than `up` change the state: the least at three places, as one that is next to 0 at some
 * place has no size there */
static int share_of_more(ur_pass *p, size_t example, int32_t length, int32_t up, double *share, ur_err *e)
{
    *share = INFINITY;
    for (int32_t k = 0; k < 3; k++) {
        int32_t twice = up;
        double apart;
        TRY(doubled(p, example, length - k * (length / 10), INFINITY, &twice, &apart, e));
        *share = fmin(*share, apart);
    }
    return 0;
}

int ur_run_up_felt(ur_run *r, const ur_examples *x, int32_t up, int32_t *enough, double *felt, ur_err *e)
{
    const double bound = 0.05;
    ur_pass p = { .run = r, .x = x, .draw = { .temperature = 1 } };
    size_t example = 0;
    *enough = 0;
    *felt = 0;
    if (r->root < 0 || !r->cut || r->memory != UR_MEMORY_FADES) return 0;
    for (size_t k = 1; k < x->n; k++)
        if (ur_length(x, r->root, k) > ur_length(x, r->root, example)) example = k;
    int32_t length = (int32_t)ur_length(x, r->root, example), most = (length - length / 10 * 2) / 2;
    for (int32_t from = up; from < most && !*enough; from *= 2) {
        double share;
        TRY(share_of_more(&p, example, length, from, &share, e));
        if (!isfinite(share)) break;
        if (from == up) *felt = share > bound ? share : 0;
        if (!(share > bound)) *enough = from;
    }
    return 0;
}
