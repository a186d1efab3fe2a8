/* beam.c: what lanes go on with: the best of all continuations (beam search), or draws. Must not know engines or tables.
 * Invariants: a score is Σ log p of what is generated, its end symbol too, given what is given, divided by (symbols
 * generated)^length_penalty; hypotheses of one example differ; a beam as wide as there are sequences finds what exhaustive search
 * finds.
 *
 * Of the 2 K best continuations of an example's K hypotheses, those among the first K that end are finished, the K best others go
 * on: so an example always has K open hypotheses where there are so many. It is done when K are finished and no open one is
 * better, at its present length, than the worst of them (the rule of Hugging Face's generate and, but for that comparison, of
 * fairseq). */
#include "model/model.h"
#include <math.h>
#include <string.h>

typedef struct cand {
    double score;
    uint32_t lane;
    int32_t sym;
} cand;
typedef struct hyp {
    double norm;
    uint32_t lane;
    int32_t sym, pos;
} hyp; /* its last symbol, at pos, after what was `lane` before */

typedef struct group {             /* one example of the batch: lanes first … first + width − 1 */
    uint32_t example, first, live; /* live: lanes in use */
    int32_t rows, given, made;     /* rows it has; those before the first that is missing; symbols generated */
    bool done;
    size_t nend;
} group;

typedef struct search {
    ur_search *s;
    ur_lanes *l;
    size_t ngroup, n, width; /* n: lanes */
    group *g;
    double *score; /* [n] Σ log p */
    hyp *end;      /* [ngroup][width] finished, best first */
    cand *best;
    size_t nbest; /* [2 width] */
    uint32_t *from;
    int32_t *sym; /* [n] of the step at hand */
    uint32_t *parent;
    int32_t *chosen; /* [positions][n] how every lane came to be */
    uint32_t *lane_from;
    double *lane_score;
    double *scratch;
    bool *over; /* draws: [vocab]; [n] the lane's sequence has ended */
} search;

static bool missing(const search *b, const group *g, int32_t pos)
{
    const ur_series *q = &b->s->x->series[b->s->datum];
    return q->seen && !q->seen[q->start[g->example] + (size_t)pos];
}

static int32_t given_symbol(const search *b, const group *g, int32_t pos)
{
    const ur_series *q = &b->s->x->series[b->s->datum];
    return q->sym[q->start[g->example] + (size_t)pos];
}

static int first_symbol(const search *b, const group *g) /* unknown and start are never generated, the end not before its time */
{
    return b->s->runs_on || (b->s->ends && g->made >= b->s->o->min_length) ? UR_SYM_END : UR_SYM_FIRST;
}

static double normed(const search *b, double sum, int32_t length)
{
    double a = b->s->o->length_penalty;
    return a == 0 ? sum : sum / pow(length, a);
}

/* ---- memory */
static void free_search(search *b)
{
    ur_free(b->g);
    ur_free(b->score);
    ur_free(b->end);
    ur_free(b->best);
    ur_free(b->from);
    ur_free(b->sym);
    ur_free(b->parent);
    ur_free(b->chosen);
    ur_free(b->lane_from);
    ur_free(b->lane_score);
    ur_free(b->scratch);
    ur_free(b->over);
}

static int new_search(search *b, ur_search *s, ur_lanes *l, size_t first, size_t ngroup, ur_err *e)
{
    *b = (search){ .s = s, .l = l, .ngroup = ngroup, .width = s->width, .n = ngroup * s->width };
    size_t n = b->n, rows = (size_t)l->rows + 1;
    b->g = ur_zalloc((ngroup + 1) * sizeof *b->g);
    b->score = ur_zalloc((n + 1) * sizeof *b->score);
    b->end = ur_alloc((n + 1) * sizeof *b->end);
    b->best = ur_alloc((2 * b->width + 1) * sizeof *b->best);
    b->from = ur_alloc((n + 1) * sizeof *b->from);
    b->sym = ur_zalloc((n + 1) * sizeof *b->sym);
    b->lane_from = ur_alloc((b->width + 1) * sizeof *b->lane_from);
    b->lane_score = ur_alloc((b->width + 1) * sizeof *b->lane_score);
    b->scratch = ur_alloc((l->vocab + 1) * sizeof *b->scratch);
    b->over = ur_zalloc(n + 1);
    if (n && rows > SIZE_MAX / 8 / n) return ur_nomem(e);
    b->parent = ur_alloc(rows * n * sizeof *b->parent + 1);
    b->chosen = ur_alloc(rows * n * sizeof *b->chosen + 1);
    if (!b->g || !b->score || !b->end || !b->best || !b->from || !b->sym || !b->lane_from || !b->lane_score || !b->scratch ||
        !b->over || !b->parent || !b->chosen)
        return ur_nomem(e);
    const ur_series *q = &s->x->series[s->datum];
    for (size_t k = 0; k < ngroup; k++) {
        group *g = &b->g[k];
        g->example = (uint32_t)(first + k);
        g->first = (uint32_t)(k * b->width);
        g->live = s->draw ? (uint32_t)b->width : 1;
        g->rows = (int32_t)(q->start[g->example + 1] - q->start[g->example]);
        while (g->given < g->rows && !missing(b, g, g->given)) g->given++;
        g->done = g->given == g->rows;
    }
    return 0;
}

/* ---- beam search */
/* a is gone on with before b; of equal ones the one that came first */
static bool before(cand a, cand b)
{
    return a.score != b.score ? a.score > b.score : a.lane != b.lane ? a.lane < b.lane : a.sym < b.sym;
}

/* c takes its place from `at` on down in a heap of n, the worst on top */
static void sift(cand *heap, size_t n, size_t at, cand c)
{
    for (size_t kid; (kid = 2 * at + 1) < n; at = kid) {
        if (kid + 1 < n && before(heap[kid], heap[kid + 1])) kid++;
        if (!before(c, heap[kid])) break;
        heap[at] = heap[kid];
    }
    heap[at] = c;
}

/* keeps the best 2 K */
static void offer(search *b, cand c)
{
    if (b->nbest == 2 * b->width) {
        if (before(c, b->best[0])) sift(b->best, b->nbest, 0, c);
        return;
    }
    size_t at = b->nbest++;
    for (; at && before(b->best[(at - 1) / 2], c); at = (at - 1) / 2) b->best[at] = b->best[(at - 1) / 2];
    b->best[at] = c;
}

static void best_first(search *b)
{
    for (size_t n = b->nbest; n > 1; n--) {
        cand worst = b->best[0];
        sift(b->best, n - 1, 0, b->best[n - 1]);
        b->best[n - 1] = worst;
    }
}

static int not_finite(const search *b, const group *of, ur_err *e)
{
    const ur_run *r = b->l->run;
    return ur_not_finite(r, b->s->x, &r->g->like[r->like[b->s->datum]].place, r->g->data[b->s->datum].name, "generating",
                         b->l->pos + 1, of->example, e);
}

static int continuations(search *b, const group *g, ur_err *e)
{
    b->nbest = 0;
    for (uint32_t k = 0; k < g->live; k++) {
        double lse;
        const double *logit = ur_lanes_logits(b->l, g->first + k, &lse), base = b->score[g->first + k] - lse;
        if (isnan(lse) || lse == INFINITY) return not_finite(b, g, e);
        for (size_t v = (size_t)first_symbol(b, g); v < b->l->vocab; v++) {
            double s = base + logit[v];
            if (s > -INFINITY && (b->nbest < 2 * b->width || s > b->best[0].score)) offer(b, (cand){ s, k, (int32_t)v });
        }
    }
    best_first(b);
    return 0;
}

static void finish(search *b, group *g, double sum, uint32_t lane, int32_t sym)
{
    hyp *end = b->end + g->first, h = { normed(b, sum, g->made), g->first + lane, sym, b->l->pos };
    size_t at = g->nend;
    if (at == b->width) {
        if (!(h.norm > end[at - 1].norm)) return;
        at--;
    } else g->nend++;
    for (; at > 0 && h.norm > end[at - 1].norm; at--) end[at] = end[at - 1];
    end[at] = h;
}

/* a symbol that is given: every hypothesis takes it; after a gap it says something of what was generated */
static int take_given(search *b, group *g, ur_err *e)
{
    int32_t sym = given_symbol(b, g, b->l->pos);
    for (uint32_t k = 0; k < g->live; k++) {
        double lse;
        b->sym[g->first + k] = sym;
        if (b->l->pos < g->given) continue;
        const double *logit = ur_lanes_logits(b->l, g->first + k, &lse);
        if (isnan(lse) || lse == INFINITY) return not_finite(b, g, e);
        b->score[g->first + k] += logit[sym] - lse;
    }
    if (b->l->pos + 1 < g->rows) return 0;
    for (uint32_t k = 0; k < g->live; k++) finish(b, g, b->score[g->first + k], k, sym);
    g->done = true;
    return 0;
}

static int extend(search *b, group *g, ur_err *e)
{
    TRY(continuations(b, g, e));
    g->made++;
    uint32_t live = 0;
    bool last = b->l->pos + 1 == g->rows;
    for (size_t r = 0; r < b->nbest && live < b->width; r++) {
        const cand *c = &b->best[r];
        if (b->s->ends && c->sym == UR_SYM_END) {
            if (r < b->width) finish(b, g, c->score, c->lane, c->sym);
            continue;
        }
        if (last) finish(b, g, c->score, c->lane, c->sym);
        b->sym[g->first + live] = c->sym;
        b->lane_from[live] = g->first + c->lane;
        b->lane_score[live++] = c->score;
    }
    for (uint32_t k = 0; k < live; k++) {
        b->from[g->first + k] = b->lane_from[k];
        b->score[g->first + k] = b->lane_score[k];
    }
    g->live = live;
    g->done = last || !live ||
              (g->nend == b->width && normed(b, b->score[g->first], g->made) <= b->end[g->first + b->width - 1].norm);
    return 0;
}

/* ---- draws */
static int draw(search *b, group *g, ur_err *e)
{
    bool all = true, given = !missing(b, g, b->l->pos);
    ur_draw_options o = *b->s->draw;
    o.from = first_symbol(b, g);
    for (uint32_t k = 0; k < g->live; k++) {
        size_t lane = g->first + k;
        double lse;
        if (given || b->over[lane]) {
            b->sym[lane] = given ? given_symbol(b, g, b->l->pos) : UR_SYM_END;
            continue;
        }
        const double *logit = ur_lanes_logits(b->l, lane, &lse);
        if (isnan(lse) || lse == INFINITY) return not_finite(b, g, e);
        b->sym[lane] = ur_symbol_draw_at(logit, (int)b->l->vocab, &o, b->s->step + k, g->example,
                                         UR_SITE_DRAWN + (uint32_t)b->s->datum, (uint32_t)b->l->pos, b->scratch);
        b->over[lane] = b->s->ends && b->sym[lane] == UR_SYM_END;
    }
    for (uint32_t k = 0; k < g->live; k++) all &= b->over[g->first + k];
    g->made += !given;
    g->done = all || b->l->pos + 1 == g->rows;
    return 0;
}

/* ---- a batch */
static int position(search *b, ur_err *e)
{
    for (size_t k = 0; k < b->n; k++) b->from[k] = (uint32_t)k;
    for (size_t k = 0; k < b->ngroup; k++) {
        group *g = &b->g[k];
        if (g->done) continue;
        if (b->s->draw) TRY(draw(b, g, e));
        else TRY(missing(b, g, b->l->pos) ? extend(b, g, e) : take_given(b, g, e));
    }
    memcpy(b->parent + (size_t)b->l->pos * b->n, b->from, b->n * sizeof *b->from);
    memcpy(b->chosen + (size_t)b->l->pos * b->n, b->sym, b->n * sizeof *b->sym);
    return 0;
}

/* rows of the sequence whose last symbol, at pos, came after what was `lane` before */
static void walk_back(const search *b, uint32_t lane, int32_t sym, int32_t pos, int32_t *row)
{
    row[pos] = sym;
    for (int32_t p = pos - 1; p >= 0; p--) {
        row[p] = b->chosen[(size_t)p * b->n + lane];
        lane = b->parent[(size_t)p * b->n + lane];
    }
}

static int hand_out(search *b, int32_t *row, ur_err *e)
{
    for (size_t k = 0; k < b->ngroup; k++) {
        const group *g = &b->g[k];
        for (size_t r = 0; !b->s->draw && r < g->nend; r++) {
            const hyp *h = &b->end[g->first + r];
            walk_back(b, h->lane, h->sym, h->pos, row);
            TRY(b->s->take(b->s->arg, g->example, r, row, (size_t)h->pos + 1, h->norm, e));
        }
        for (size_t r = 0; b->s->draw && r < b->width; r++) {
            size_t lane = g->first + r;
            int32_t n = g->rows < b->l->pos ? g->rows : b->l->pos;
            if (!n) continue;
            walk_back(b, (uint32_t)lane, b->chosen[(size_t)(n - 1) * b->n + lane], n - 1, row);
            TRY(b->s->take(b->s->arg, g->example, r, row, (size_t)n, NAN, e));
        }
    }
    return 0;
}

static int told(const search *b, size_t first, ur_err *e)
{
    const unroll_use_options *o = b->s->o;
    double done = ((double)first + (double)b->ngroup * b->l->pos / (b->l->rows + 1)) / (double)b->s->x->n;
    return o->progress && o->progress(done, o->arg) ? ur_fail(e, UNROLL_ERROR_INTERRUPTED, "stopped by the caller") : 0;
}

static int run_batch(search *b, size_t first, ur_err *e)
{
    int32_t *row = ur_alloc(((size_t)b->l->rows + 1) * sizeof *row);
    int rc = row ? 0 : ur_nomem(e);
    bool more = true;
    while (!rc && more && b->l->pos < b->l->rows) {
        more = false;
        rc = ur_lanes_step(b->l, e);
        if (!rc) rc = position(b, e);
        for (size_t k = 0; k < b->ngroup; k++) more |= !b->g[k].done;
        if (!rc && more) rc = ur_lanes_next(b->l, b->s->draw ? NULL : b->from, b->sym, e);
        else b->l->pos++;
        if (!rc) rc = told(b, first, e);
    }
    if (!rc) rc = hand_out(b, row, e);
    ur_free(row);
    return rc;
}

enum { LANES = 64 }; /* run together */

int ur_search_run(ur_search *s, ur_err *e)
{
    ur_lanes *l = NULL;
    size_t each = s->width < LANES ? LANES / s->width : 1;
    uint32_t *example = ur_alloc((each * s->width + 1) * sizeof *example);
    int rc = example ? ur_lanes_open(&l, s->m, s->x, s->datum, s->o, e) : ur_nomem(e);
    if (!rc && s->draw) {
        l->apart = ur_hangs_on(l->run->g, l->run->g->loss, UR_DRAW);
        l->turn = s->step;
    }
    for (size_t first = 0; !rc && first < s->x->n; first += each) {
        search b = { 0 };
        size_t n = s->x->n - first < each ? s->x->n - first : each;
        for (size_t k = 0; k < n * s->width; k++) example[k] = (uint32_t)(first + k / s->width);
        rc = ur_lanes_load(l, n * s->width, example, e);
        if (!rc) rc = new_search(&b, s, l, first, n, e);
        if (!rc) rc = run_batch(&b, first, e);
        free_search(&b);
    }
    ur_lanes_close(l);
    ur_free(example);
    return rc;
}
