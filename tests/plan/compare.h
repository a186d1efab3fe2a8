/* Running a model text under two plans and comparing what they answer: loss, likelihoods, gradients, every quantity of every item.
 * A `trial` is a text with its graph, data and weights; an `answer` is what one step gave. Knows nothing of how a plan works. */
#ifndef COMPARE_H
#define COMPARE_H
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "run/run.h"
#include "random_model.h"

enum { QUANTS = 40 };
typedef struct trial {
    char text[16384]; uint64_t seed;
    ur_program *p; ur_graph *g; ur_examples *x;
    double *weight; float *single; size_t n;
    ur_id keep[QUANTS]; int nkeep;
} trial;
/* of what is drawn SOME may be so by component */
static inline ur_given_mode given_of(const ur_datum *u, ur_given_mode some, uint64_t seed)
{
    bool parts = some == UR_GIVEN_SOME && (seed % 8 == 4 || seed % 4 == 2) && !UR_IS_SYMBOL(u->kind) && (u->size > 1 || u->nfix);
    return !u->drawn ? UR_GIVEN_ALL : parts ? UR_GIVEN_PARTS : some;
}

/* what a trial is made with; given SOME: what is drawn may be hidden */
typedef struct setup { ur_given_mode given; bool training, grad; size_t n; } setup;

static inline void trial_open(trial *t, uint64_t seed, setup s)     /* t->text is set */
{
    ur_err e = { 0 };
    ur_given_mode given[64];
    unsigned never[64];
    bool endless[64];
    t->seed = seed; t->n = s.n ? s.n : 5; t->nkeep = 0;
    if (ur_program_parse(&t->p, t->text, strlen(t->text), "trial", NULL, 0, &e)) fail_msg("%s\n%s", e.text, t->text);
    int *size = random_sizes(t->p);
    for (int d = 0; d < ur_program_ndata(t->p) && d < 64; d++) given[d] = given_of(ur_program_datum(t->p, d), s.given, seed), never[d] = (unsigned)(seed + (uint64_t)d) % 8, endless[d] = (seed / 8 + (uint64_t)d) % 2;
    if (ur_program_build(t->p, &(ur_build_options){ .size = size, .never = never, .endless = endless, .given = given, .training = s.training, .grad = s.grad }, &t->g, &e)) fail_msg("%s\n%s", e.text, t->text);
    free(size);
    for (int k = 0; k < t->g->nquant && t->nkeep < QUANTS; k++) if (t->g->quant[k].node >= 0) t->keep[t->nkeep++] = t->g->quant[k].node;
    random_examples(&t->x, t->g, seed, t->n);
    t->weight = random_weights(t->g, seed);
    t->single = calloc(t->g->nweight + 1, sizeof *t->single);
    for (size_t k = 0; k < t->g->nweight; k++) t->weight[k] = t->single[k] = (float)t->weight[k];   /* the same numbers in both precisions */
}

static inline void trial_close(trial *t)
{
    ur_examples_free(t->x);
    ur_graph_free(t->g);
    ur_program_free(t->p);
    free(t->weight);
    free(t->single);
}

static inline ur_engine *trial_engine(const trial *t, ur_plan_options o)
{
    ur_engine *en;
    ur_err e = { 0 };
    if (!o.keep && o.nkeep >= 0) { o.keep = t->keep; o.nkeep = t->nkeep; }
    if (o.nkeep < 0) o.nkeep = 0;                              /* −1: none */
    if (ur_engine_new(&en, t->g, &o, &e)) fail_msg("seed %llu: %s\n%s", (unsigned long long)t->seed, e.text, t->text);
    return en;
}

typedef struct answer { double loss, *grad, *sum, *value; size_t ngrad, nsum, nvalue; } answer;
static inline void answer_free(answer *a) { free(a->grad); free(a->sum); free(a->value); memset(a, 0, sizeof *a); }

/* everything one step gives */
static inline answer trial_step(const trial *t, ur_engine *en, const ur_batch *b, bool single, uint32_t step, ur_draw_options draw)
{
    const ur_graph *g = t->g;
    size_t nl = (size_t)ur_naddend(g), cap = 256;
    answer a = { .ngrad = g->dparam ? g->nweight : 0, .nsum = 2 * nl };
    ur_err e = { 0 };
    float *fg = calloc(g->nweight + 1, sizeof *fg);
    a.grad = calloc(g->nweight + 1, sizeof *a.grad);
    a.sum = calloc(2 * nl + 1, sizeof *a.sum);
    a.value = malloc(cap * sizeof *a.value);
    void *grad = !g->dparam ? NULL : single ? (void *)fg : a.grad;
    ur_step s = { .x = t->x, .batch = b, .weight = single ? (void *)t->single : t->weight, .grad = grad, .seed = 7, .step = step, .turn = step, .training = true, .left = 0.25, .per_epoch = 0.125, .draw = draw,
                  .like_sum = a.sum, .like_count = a.sum + nl };
    if (ur_engine_step(en, &s, &e)) fail_msg("seed %llu: %s\n%s", (unsigned long long)t->seed, e.text, t->text);
    a.loss = s.loss;
    for (size_t k = 0; single && k < a.ngrad; k++) a.grad[k] = fg[k];
    free(fg);
    for (int k = 0; k < t->nkeep; k++)
        for (size_t i = 0; i < b->n; i++) {
            size_t n = ur_engine_value(en, t->keep[k], i, NULL, 0), w = n * ur_node_width(g, &g->node[t->keep[k]]);
            if (a.nvalue + w + 1 > cap) a.value = realloc(a.value, (cap = 2 * (a.nvalue + w + 1)) * sizeof *a.value);
            a.value[a.nvalue++] = (double)n;
            if (w) ur_engine_value(en, t->keep[k], i, a.value + a.nvalue, w);
            a.nvalue += w;
        }
    return a;
}

static inline double relative(double a, double b, double scale) { return a == b || (isnan(a) && isnan(b)) ? 0 : fabs(a - b) / fmax(fmax(1, scale), fabs(b)); }

/* the largest relative difference; of gradients, relative to the largest of them */
static inline double answers_differ(const answer *a, const answer *b)
{
    double worst = relative(a->loss, b->loss, 0), scale = 0, d;
    if (a->nvalue != b->nvalue || a->ngrad != b->ngrad) return INFINITY;
    for (size_t k = 0; k < a->ngrad; k++) scale = fmax(scale, fabs(b->grad[k]));
    for (size_t k = 0; k < a->ngrad; k++) if (!((d = relative(a->grad[k], b->grad[k], scale)) <= worst)) worst = d;
    for (size_t k = 0; k < a->nsum; k++) if (!((d = relative(a->sum[k], b->sum[k], 0)) <= worst)) worst = d;
    for (size_t k = 0; k < a->nvalue; k++) if (!((d = relative(a->value[k], b->value[k], 0)) <= worst)) worst = d;
    return worst;
}

static inline bool answers_same_bits(const answer *a, const answer *b)
{
    return a->nvalue == b->nvalue && !memcmp(&a->loss, &b->loss, sizeof a->loss) && !memcmp(a->grad, b->grad, sizeof *a->grad * a->ngrad) &&
           !memcmp(a->sum, b->sum, sizeof *a->sum * a->nsum) && !memcmp(a->value, b->value, sizeof *a->value * a->nvalue);
}

static inline int index_named(const ur_graph *g, const char *name)
{
    for (int k = 0; k < g->nindex; k++) if (!strcmp(g->index[k].name, name)) return k;
    return -1;
}

/* seeds from UR_SEED, as many as UR_COUNT (default n): fn gives the largest error, at most `bound` of which is passed */
static inline void each_seed(const char *what, int n, double bound, double (*fn)(uint64_t seed))
{
    const char *from = getenv("UR_SEED"), *count = getenv("UR_COUNT");
    uint64_t first = from ? strtoull(from, NULL, 10) : 1;
    int bad = 0;
    if (count) n = atoi(count);
    for (uint64_t seed = first; seed < first + (uint64_t)n; seed++) {
        double e = fn(seed);
        if (e <= bound) continue;
        print_error("%s, seed %llu: %g\n", what, (unsigned long long)seed, e);
        bad++;
    }
    assert_int_equal(bad, 0);
}
static inline void text_open(trial *t, const char *text, uint64_t seed, bool fit)
{
    *t = (trial){ 0 };
    snprintf(t->text, sizeof t->text, "%s", text);
    trial_open(t, seed, (setup){ .given = UR_GIVEN_ALL, .training = fit, .grad = fit });
}

/* Does a text agree with the oracle, to rounding, and with itself on two threads, and in single precision with its loops, bit by bit? As one
 * shard, as several, with parts computed twice; with all that it names kept, with nothing kept, and without gradients besides. */
static inline void text_agrees(const char *name, const char *text, uint64_t seed)
{
    enum { ITEMS = 5 };
    for (int mode = 0; mode < 9; mode++) {
        trial t;
        text_open(&t, text, seed, mode < 6);
        if (mode >= 3) t.nkeep = 0;
        ur_item item[ITEMS];
        for (int i = 0; i < ITEMS; i++) item[i] = (ur_item){ (uint32_t)i, 0, -1, INT32_MAX, 0 };
        ur_batch b = { ITEMS, item, -1, true };
        answer a[5];
        for (int m = 0; m < 5; m++) {                             /* the oracle; one thread; two; single precision; as loops */
            ur_engine *en = trial_engine(&t, (ur_plan_options){ .limits.naive = !m, .limits.single = m > 2, .loops = m > 3, .limits.threads = m == 2 ? 2 : 1, .shard = mode % 3 == 1 ? 2 : 0,
                                                                .limits.recompute = m && mode % 3 == 2 ? 1 : -1, .segment = mode % 3 == 2 ? 2 : 0, .window_index = -1 });
            a[m] = trial_step(&t, en, &b, m > 2, 3, (ur_draw_options){ .mode = 0 });
            ur_engine_free(en);
        }
        double d = answers_differ(&a[1], &a[0]);
        if (!(d <= 1e-10)) fail_msg("%s, mode %d: differs from the oracle by %g", name, mode, d);
        if (!answers_same_bits(&a[1], &a[2])) fail_msg("%s, mode %d: other bits on two threads", name, mode);
        if (!answers_same_bits(&a[3], &a[4])) fail_msg("%s, mode %d: other bits from functions than from loops", name, mode);
        for (int m = 0; m < 5; m++) answer_free(&a[m]);
        trial_close(&t);
    }
}
#endif
