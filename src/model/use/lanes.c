/* lanes.c: many sequences of one symbol datum side by side, one position a step: the logits of all lanes at a position, then the
 * symbol each lane goes on with, be it as another lane. Must not know how symbols are chosen. Invariants: a step allocates
 * nothing once the first two are taken; what does not run along the datum's index (an encoder) is computed once for each source
 * example, whatever the lanes. */
#include "model/model.h"
#include <math.h>
#include <string.h>

/* ---- what can step */
static bool reads(const ur_graph *g, const ur_node *n, int datum)
{
    return n->op == UR_READ && g->node[n->arg[0]].op == UR_DATA && g->node[n->arg[0]].i == datum;
}

int ur_lanes_fit(const unroll_model *m, int datum, ur_err *e)
{
    const ur_graph *g = m->graph;
    const ur_datum *u = &g->data[datum];
    if (u->nidx != 1 || u->nfix || !UR_IS_SYMBOL(u->kind))
        return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "%s is not a sequence of symbols along one index", u->name);
    int index = u->idx[0];
    for (int d = 0; d < g->ndata; d++)
        for (int k = 0; k < g->data[d].nidx; k++)
            if (g->index[g->data[d].idx[k]].parent >= 0)
                return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "%s has sequences within sequences", g->data[d].name);
    if (g->index[index].alias >= 0) return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "%s is carried along an alias", u->name);
    const char *why = ur_looks_beyond(g, index, datum);
    return why ? ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "%s cannot run position by position along %s: an equation looks at %s",
                         m->name, g->index[index].name, why)
               : 0;
}

/* ---- opening */
static void find_reach(ur_lanes *l)
{
    const ur_graph *g = l->run->g;
    for (ur_id v = 0; v < g->nnode; v++) {
        const ur_node *n = &g->node[v];
        int lo, hi;
        if (reads(g, n, l->datum)) {
            ur_offsets(g, &n->sub[0], &lo, &hi);
            if (-lo > l->back) l->back = -lo;
            l->again |= hi >= 0;
        }
    }
    for (int q = 0; q < g->nquant && !l->again; q++) { /* an equation, not the ~ line, which reads it too */
        bool *seen = ur_zalloc((size_t)g->nnode + 1);
        ur_id *stack = ur_alloc((size_t)(g->nnode + 1) * sizeof *stack);
        int top = 0;
        if (seen && stack) seen[stack[top++] = g->quant[q].node] = true;
        l->again |= !seen || !stack; /* to be safe: only slower */
        while (top) {
            const ur_node *n = &g->node[stack[--top]];
            if (n->op == UR_DATA && n->i == l->datum) l->again = true;
            for (int a = 0; n->op != UR_READ && a < n->narg; a++)
                if (n->arg[a] >= 0 && !seen[n->arg[a]]) seen[stack[top++] = n->arg[a]] = true;
        }
        ur_free(seen);
        ur_free(stack);
    }
}

int ur_lanes_open(ur_lanes **out, unroll_model *m, const ur_examples *src, int datum, const unroll_use_options *o, ur_err *e)
{
    TRY(ur_lanes_fit(m, datum, e));
    ur_lanes *l = ur_zalloc(sizeof *l);
    if (!l) return ur_nomem(e);
    l->src = src;
    l->datum = datum;
    l->seed = o->seed;
    l->index = m->graph->data[datum].idx[0];
    ur_run_want w = { .limits = ur_use_limits(m, o->precision, o->naive, o->threads, o->memory),
                      .window = l->index,
                      .step = datum + 1 };
    int rc = ur_run_open(&l->run, m, &w, e);
    if (!rc) {
        l->logits = l->run->g->like[l->run->like[datum]].arg[0];
        l->vocab = ur_node_width(l->run->g, &l->run->g->node[l->logits]);
        find_reach(l);
        l->x = (ur_examples){ .ndata = src->ndata, .nindex = src->nindex };
        l->x.series = ur_zalloc((size_t)(src->ndata + 1) * sizeof *l->x.series);
        l->x.extent = ur_zalloc((size_t)(src->nindex + 1) * sizeof *l->x.extent);
        l->logit = ur_alloc((l->vocab + 1) * sizeof *l->logit);
        if (!l->x.series || !l->x.extent || !l->logit) rc = ur_nomem(e);
    }
    if (rc) ur_lanes_close(l);
    else *out = l;
    return rc;
}

static void clear(ur_lanes *l)
{
    for (int d = 0; l->x.series && d < l->x.ndata; d++) {
        ur_free(l->x.series[d].start);
        ur_free(l->x.series[d].num);
        ur_free(l->x.series[d].away);
        ur_free(l->x.series[d].sym);
        ur_free(l->x.series[d].seen);
        ur_free(l->x.series[d].part);
        memset(&l->x.series[d], 0, sizeof l->x.series[d]);
    }
    for (int i = 0; l->x.extent && i < l->x.nindex; i++) {
        ur_free(l->x.extent[i].len);
        l->x.extent[i].len = NULL;
    }
    ur_free(l->item);
    ur_free(l->lead);
    ur_free(l->own);
    ur_free(l->kept);
    ur_free(l->state);
    l->item = NULL;
    l->lead = NULL;
    l->own = NULL;
    l->kept = NULL;
    l->state = NULL;
}

void ur_lanes_close(ur_lanes *l)
{
    if (!l) return;
    clear(l);
    ur_free(l->x.series);
    ur_free(l->x.extent);
    ur_free(l->logit);
    ur_run_close(l->run);
    ur_free(l);
}

/* ---- loading */
/* the rows of datum d for every lane, as their source examples have them */
static int copy_series(ur_lanes *l, int d, const uint32_t *example, ur_err *e)
{
    const ur_graph *g = l->run->g;
    const ur_series *s = &l->src->series[d];
    ur_series *t = &l->x.series[d];
    size_t w = ur_datum_width(&g->schema, &g->data[d]);
    if (!s->start) return 0;
    if (!(t->start = ur_zalloc((l->n + 1) * sizeof *t->start))) return ur_nomem(e);
    for (size_t k = 0; k < l->n; k++) t->start[k + 1] = t->start[k] + s->start[example[k] + 1] - s->start[example[k]];
    t->nrow = t->start[l->n];
    bool bad = s->seen && !(t->seen = ur_alloc(t->nrow + 1));
    bad |= s->part && !(t->part = ur_alloc(t->nrow * w + 1));
    t->parts = s->parts;
    bad |= s->num && !(t->num = ur_alloc((t->nrow * w + 1) * sizeof *t->num));
    bad |= s->sym && !(t->sym = ur_alloc((t->nrow * w + 1) * sizeof *t->sym));
    bad |= s->away && !(t->away = ur_alloc((t->nrow * w + 1) * sizeof *t->away));
    if (bad) return ur_nomem(e);
    for (size_t k = 0; k < l->n; k++) {
        size_t a = t->start[k], b = s->start[example[k]], n = t->start[k + 1] - a;
        if (s->seen) memcpy(t->seen + a, s->seen + b, n);
        if (s->part) memcpy(t->part + a * w, s->part + b * w, n * w);
        if (s->num) memcpy(t->num + a * w, s->num + b * w, n * w * sizeof *t->num);
        if (s->away) memcpy(t->away + a * w, s->away + b * w, n * w * sizeof *t->away);
        if (s->sym) memcpy(t->sym + a * w, s->sym + b * w, n * w * sizeof *t->sym);
    }
    return 0;
}

/* the datum itself: rows for the longest lane, filled as symbols are chosen */
static int room(ur_lanes *l, const uint32_t *example, ur_err *e)
{
    ur_series *t = &l->x.series[l->datum];
    const ur_series *s = &l->src->series[l->datum];
    t->drawn_too = true;
    t->parts = 1;
    t->part = ur_zalloc(l->n * (size_t)l->rows + 1);
    t->start = ur_alloc((l->n + 1) * sizeof *t->start);
    t->sym = ur_zalloc((l->n * (size_t)l->rows + 1) * sizeof *t->sym);
    if (!t->start || !t->sym || !t->part) return ur_nomem(e);
    for (size_t k = 0; k <= l->n; k++) t->start[k] = k * (size_t)l->rows;
    for (size_t k = 0; k < l->n; k++)
        for (size_t r = s->start[example[k]], to = t->start[k]; r < s->start[example[k] + 1]; r++, to++)
            t->part[to] = !s->seen || s->seen[r];
    t->nrow = l->n * (size_t)l->rows;
    return 0;
}

int ur_lanes_load(ur_lanes *l, size_t n, const uint32_t *example, ur_err *e)
{
    clear(l);
    l->n = l->x.n = n;
    l->pos = l->rows = 0;
    for (size_t k = 0; k < n; k++) {
        int32_t len = (int32_t)ur_length(l->src, l->index, example[k]);
        if (len > l->rows) l->rows = len;
    }
    for (int d = 0; d < l->x.ndata; d++) TRY(d == l->datum ? room(l, example, e) : copy_series(l, d, example, e));
    for (int i = 0; i < l->x.nindex; i++) {
        if (!l->src->extent[i].len) continue;
        if (!(l->x.extent[i].len = ur_alloc((n + 1) * sizeof(int32_t)))) return ur_nomem(e);
        for (size_t k = 0; k < n; k++) l->x.extent[i].len[k] = l->src->extent[i].len[example[k]];
        l->x.extent[i].before = l->src->extent[i].before;
    }
    l->nstate = l->again ? ur_engine_state_size(l->run->en, n) : 0;
    l->item = ur_alloc((n + 1) * sizeof *l->item);
    l->lead = ur_alloc((n + 1) * sizeof *l->lead);
    l->own = ur_alloc((n + 1) * sizeof *l->own);
    l->kept = ur_alloc((n * (size_t)l->back + 1) * sizeof *l->kept);
    l->state = ur_alloc(l->nstate + 1);
    if (!l->item || !l->lead || !l->own || !l->kept || !l->state) return ur_nomem(e);
    for (size_t k = 0; k < n; k++) {
        bool next = l->apart && k && example[k] == example[k - 1];
        l->own[k] = (ur_turn){ example[k], next ? l->own[k - 1].turn + 1 : l->turn };
        l->lead[k] = l->apart ? (uint32_t)k : example[k];
    }
    return 0;
}

/* ---- steps */
static int run_position(ur_lanes *l, ur_err *e)
{
    for (size_t k = 0; k < l->n; k++) l->item[k] = (ur_item){ (uint32_t)k, l->pos, l->pos + 1, INT32_MAX, 0 };
    ur_batch b = { .n = l->n, .item = l->item, .window_index = l->index, .fresh = l->pos == 0 };
    ur_step s = { .x = &l->x,
                  .batch = &b,
                  .weight = l->run->weight,
                  .version = l->run->version,
                  .seed = l->seed,
                  .own = l->own,
                  .lead = l->lead,
                  .bad_node = -1 };
    return ur_engine_step(l->run->en, &s, e);
}

int ur_lanes_step(ur_lanes *l, ur_err *e)
{
    if (l->again && l->pos) ur_engine_state_get(l->run->en, l->n, l->state);
    return run_position(l, e);
}

const double *ur_lanes_logits(ur_lanes *l, size_t lane, double *lse)
{
    const ur_kernels *k = ur_kernels_for(l->run->single);
    const void *row = ur_engine_row(l->run->en, l->logits, lane);
    unsigned never = l->run->g->data[l->datum].never;
    if (row) k->to_double(l->vocab, row, l->logit);
    else ur_engine_value(l->run->en, l->logits, lane, l->logit, l->vocab);
    if (never) *lse = ur_symbols_lse(l->logit, l->vocab, never);
    else *lse = row ? k->lse(l->vocab, row) : ur_kernels_for(false)->lse(l->vocab, l->logit);
    return l->logit;
}

/* the last `back` symbols of every lane, of the lanes they now come from */
static void move_symbols(ur_lanes *l, const uint32_t *from)
{
    int32_t *sym = l->x.series[l->datum].sym;
    size_t n = (size_t)(l->back < l->pos ? l->back : l->pos), rows = (size_t)l->rows, at = (size_t)l->pos - n;
    for (size_t k = 0; k < l->n; k++) memcpy(l->kept + k * n, sym + from[k] * rows + at, n * sizeof *sym);
    for (size_t k = 0; k < l->n; k++) memcpy(sym + k * rows + at, l->kept + k * n, n * sizeof *sym);
}

int ur_lanes_next(ur_lanes *l, const uint32_t *from, const int32_t *symbol, ur_err *e)
{
    int32_t *sym = l->x.series[l->datum].sym;
    bool moved = false;
    for (size_t k = 0; from && k < l->n; k++) moved |= from[k] != k;
    if (l->again && l->pos) TRY(ur_engine_state_set(l->run->en, l->n, l->state, e));
    if (moved) {
        move_symbols(l, from);
        if (!l->again || l->pos) TRY(ur_engine_state_move(l->run->en, l->n, from, e));
    }
    for (size_t k = 0; k < l->n; k++) sym[k * (size_t)l->rows + (size_t)l->pos] = symbol[k];
    if (l->again) TRY(run_position(l, e));
    l->pos++;
    return 0;
}
