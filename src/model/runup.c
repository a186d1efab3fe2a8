/* runup.c: how far back a run has to begin, so that what it computes from some position on is what all that came before gives.
 * Must not know tables or optimisers. Invariant: a run-up is shortened only where that is exact (values read at fixed lags), or where two of
 * different lengths were run and ended in the same state (a state that fades). */
#include "model/model.h"
#include <string.h>

/* ---- what a graph carries from position to position */
static bool lags(const ur_graph *g, const ur_node *n, int index)
{
    const ur_node *q = &g->node[n->arg[0]];
    for (int s = 0; n->op == UR_READ && s < q->nidx; s++) {
        const ur_sub *u = &n->sub[s];
        if (q->idx[s] == index && (u->kind != UR_SUB_REL || u->index != index || u->off || u->nfix)) return true;
    }
    return false;
}

/* operations through which nothing fades: what was there once is there for ever */
static bool passes(const ur_node *n)
{
    switch (n->op) {
    case UR_MUL: case UR_DIV: case UR_POW: case UR_PROD: case UR_TANH: case UR_SIGMOID: case UR_SOFTPLUS: case UR_EXP: case UR_LOG: case UR_SQRT: case UR_SIN: case UR_COS:
    case UR_ATAN: case UR_ERF: case UR_LOG1P: case UR_EXPM1: case UR_LGAMMA: case UR_DIGAMMA: case UR_RLSE: case UR_CLSE: return false;
    default: return true;
    }
}

/* what a walk through a graph needs, by node: when it was met (0: not yet), the earliest it leads back to, the argument it is at; the way here, and
 * what may still be of a cycle */
typedef struct tarjan { int *met, *low, *arg; ur_id *path, *open; bool *waits; } tarjan;

static void free_tarjan(tarjan *t)
{
    ur_free(t->met);
    ur_free(t->low);
    ur_free(t->arg);
    ur_free(t->path);
    ur_free(t->open);
    ur_free(t->waits);
}

/* in[v] = is there a way from v back to v, along arguments, by operations that are `all` or pass? Tarjan (1972), without recursion */
static int find_cycles(const ur_graph *g, bool all, bool *in, ur_err *e)
{
    size_t n = (size_t)g->nnode + 1;
    tarjan t = { .met = ur_zalloc(n * sizeof *t.met), .low = ur_alloc(n * sizeof *t.low), .arg = ur_zalloc(n * sizeof *t.arg),
                 .path = ur_alloc(n * sizeof *t.path), .open = ur_alloc(n * sizeof *t.open), .waits = ur_zalloc(n) };
    bool ok = t.met && t.low && t.arg && t.path && t.open && t.waits;
    int clock = 0, depth = 0, nopen = 0;
    for (ur_id r = 0; ok && r < g->nnode; r++) {
        if (!t.met[r]) t.path[depth++] = r;
        while (depth) {
            ur_id v = t.path[depth - 1], a = -1;
            const ur_node *k = &g->node[v];
            if (!t.met[v]) {
                t.met[v] = t.low[v] = ++clock;
                t.open[nopen++] = v;
                t.waits[v] = true;
            }
            while (a < 0 && t.arg[v] < k->narg && (all || passes(k))) {
                a = k->arg[t.arg[v]++];
                if (a < 0 || !t.met[a]) continue;
                in[v] = in[v] || a == v;
                if (t.waits[a] && t.met[a] < t.low[v]) t.low[v] = t.met[a];
                a = -1;
            }
            if (a >= 0) {
                t.path[depth++] = a;
                continue;
            }
            depth--;
            if (depth && t.low[v] < t.low[t.path[depth - 1]]) t.low[t.path[depth - 1]] = t.low[v];
            if (t.low[v] != t.met[v]) continue;
            bool many = t.open[nopen - 1] != v;
            for (ur_id w = -1; w != v;) {
                w = t.open[--nopen];
                t.waits[w] = false;
                in[w] = in[w] || many;
            }
        }
    }
    free_tarjan(&t);
    return ok ? 0 : ur_nomem(e);
}

int ur_memory(const ur_graph *g, int index, ur_memory_kind *out, ur_err *e)
{
    bool *returns = ur_zalloc((size_t)g->nnode + 1), *stays = ur_zalloc((size_t)g->nnode + 1);
    int rc = returns && stays ? 0 : ur_nomem(e);
    if (!rc) rc = find_cycles(g, true, returns, e);
    if (!rc) rc = find_cycles(g, false, stays, e);
    *out = UR_MEMORY_LAGS;
    for (ur_id v = 0; !rc && v < g->nnode && *out != UR_MEMORY_KEEPS; v++) {
        const ur_node *n = &g->node[v];
        if (n->op == UR_READ && lags(g, n, index) && returns[v]) *out = stays[v] ? UR_MEMORY_KEEPS : UR_MEMORY_FADES;
    }
    ur_free(returns);
    ur_free(stays);
    return rc;
}

/* ---- where a run has to begin */
/* values read at lags alone: from where all that is read back from `pos` on is given, or is computed from what is */
static int32_t by_lags(const ur_run *r, const ur_examples *x, size_t example, int32_t pos)
{
    int32_t start = pos;
    for (int32_t at = pos - r->lag; ; at = start - r->lag) {
        if (at <= 0) return 0;
        int32_t first = start;                           /* the first value in [at, start) that is missing: what stands for it reads further back */
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
static const double DEAR = 2e10;         /* weights times positions: some seconds, where each position is a step of its own */

static int state_after(ur_pass *p, size_t example, int32_t from, int32_t to, void *state, ur_err *e)
{
    ur_run *r = p->run;
    for (int32_t at = from; at < to; at += CHUNK) {
        ur_item it = { (uint32_t)example, at, at + CHUNK < to ? at + CHUNK : to, INT32_MAX, INT32_MAX };
        ur_batch b = { .n = 1, .item = &it, .window_index = r->root, .fresh = at == from };
        ur_step s = { .x = p->x, .batch = &b, .weight = r->weight, .version = r->version, .seed = p->seed, .step = p->step, .draw = p->draw, .like_sum = r->like_sum,
                      .like_count = r->like_count, .bad_node = -1 };
        ur_err mine = { 0 };
        int rc = ur_engine_step(r->en, &s, &mine);
        if (rc == UNROLL_ERROR_NUMERIC) return ur_bad_number(r, p->x, &s, "evaluating the model", e);
        if (rc) return ur_fail(e, rc, "%s", mine.text);
        if (p->progress && p->progress(0, p->progress_arg)) return ur_fail(e, UNROLL_ERROR_INTERRUPTED, "stopped by the caller");
    }
    ur_engine_state_get(r->en, 1, state);
    return 0;
}

/* doubles the run-up until the state it ends in no longer changes by it */
int ur_run_up_measured(ur_pass *p, size_t example, int32_t pos, int32_t *start, ur_err *e)
{
    const ur_run *r = p->run;
    double bound = r->single ? 1e-5 : 1e-8;
    size_t n = ur_engine_state_size(r->en, 1);
    *start = 0;
    if (r->memory != UR_MEMORY_FADES || (double)pos * (double)(r->g->nweight + 2000) < DEAR) return 0;
    char *a = ur_zalloc(n + 1), *b = ur_zalloc(n + 1);
    int32_t up = r->lag > SHORTEST ? r->lag : SHORTEST;
    int rc = a && b ? 0 : ur_nomem(e);
    if (!rc && up < pos) rc = state_after(p, example, pos - up, pos, a, e);
    while (!rc && up < pos / 2) {
        up *= 2;
        rc = state_after(p, example, pos - up, pos, b, e);
        double apart = ur_engine_state_apart(r->en, a, b);
        if (!rc && apart <= bound) {
            *start = pos - up;
            ur_note(p->notes, "%s: the state at position %d is built up from the %d positions before it, not from the first one: half as many give the same to %.0e",
                    r->m->name, pos + 1, up, apart > 1e-16 ? apart : 1e-16);
            break;
        }
        char *was = a;
        a = b;
        b = was;
    }
    ur_free(a);
    ur_free(b);
    return rc;
}
