/* Random model texts in the language, and random examples and weights for any graph built from a text: for comparing the fast plan with the
 * oracle through the whole road. The same seed gives the same text. Knows the language, not how it is parsed.
 *
 *     char text[8192]; random_model(seed, text, sizeof text);
 *     ur_program_parse(&p, text, strlen(text), "random", NULL, 0, &e);
 *     ur_program_build(p, &(ur_build_options){ .size = (int[]){ … }, .training = true, .grad = true }, &g, &e);   // sizes: random_sizes
 *     random_examples(&x, g, seed, 5); double *w = random_weights(g, seed);
 *     … ur_examples_free(&x); free(w); */
#ifndef RANDOM_MODEL_H
#define RANDOM_MODEL_H
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "data/data.h"
#include "lang/lang.h"

typedef struct quant { char name[16]; bool t, u, drawn; int size; } quant;   /* drawn: reads data that the model draws, so only steps forward may read it */
typedef struct writer { uint64_t seed; uint32_t draws; char *s, params[2048]; size_t n, cap; quant q[40]; int nq, np, ns; bool allow, drawn; } writer;   /* allow: drawn ones may be used; drawn: one was */

static inline int pick(writer *w, int lo, int hi) { return lo + (int)(ur_uniform(w->seed, 5, 6, 7, w->draws++) * (hi - lo + 1)); }

__attribute__((format(printf, 2, 3))) static inline void say(writer *w, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int k = vsnprintf(w->s + w->n, w->cap - w->n, fmt, ap);
    va_end(ap);
    if (k > 0) w->n += (size_t)k < w->cap - w->n ? (size_t)k : w->cap - w->n - 1;
}

/* a new parameter's name; four names are kept alive at a time */
static inline const char *new_param(writer *w, const char *index)
{
    static char name[16][16];
    char *s = name[w->np % 16];
    snprintf(s, 16, "P%d", ++w->np);
    size_t at = strlen(w->params);
    snprintf(w->params + at, sizeof w->params - at, "param %s%s\n", s, index);
    return s;
}
static inline quant *new_quant(writer *w, bool t, bool u, int size)
{
    quant *q = &w->q[w->nq++];
    w->allow = false; w->drawn = false;
    *q = (quant){ .t = t, .u = u, .size = size };
    snprintf(q->name, sizeof q->name, "q%d", w->nq);
    return q;
}
static inline const char *index_of(bool t, bool u) { return t && u ? "[t,u]" : t ? "[t]" : u ? "[u]" : ""; }

/* an earlier quantity carried along no more than t, u, addressed as it stands: "q3[t]"; one of eight buffers */
static inline const char *use(writer *w, bool t, bool u, int *size)
{
    static char text[8][64];
    char *s = text[w->ns++ % 8];
    for (int tries = 0; tries < 30; tries++) {
        const quant *q = &w->q[pick(w, 0, w->nq - 1)];
        if ((q->t && !t) || (q->u && !u) || (q->drawn && !w->allow)) continue;
        w->drawn |= q->drawn;
        *size = q->size;
        snprintf(s, 64, "%s%s", q->name, index_of(q->t, q->u));
        return s;
    }
    *size = 2;
    return "g";
}
/* the same, read somewhere else along t */
static inline const char *use_along(writer *w, bool u, int *size)     /* one that is carried along t */
{
    const char *s = use(w, true, u, size);
    for (int tries = 0; tries < 30 && !strstr(s, "[t"); tries++) s = use(w, true, u, size);
    return strstr(s, "[t") ? s : (*size = 2, "x[t]");
}
static inline const char *use_far(writer *w, bool u, int *size)
{
    static const char *const where[] = { "t-1", "t-2", "t-3", "t+1", "t+2", "1", "2", "end", "end-1" };
    static char text[4][64];
    char *s = text[w->ns++ % 4];
    for (int tries = 0; tries < 30; tries++) {
        const quant *q = &w->q[pick(w, 0, w->nq - 1)];
        if (!q->t || (q->u && !u) || q->drawn) continue;
        *size = q->size;
        snprintf(s, 64, "%s[%s%s]", q->name, where[pick(w, 0, 8)], q->u ? ",u" : "");
        return s;
    }
    return use(w, true, u, size);
}
static inline void say_boundary(writer *w, const quant *q, bool start)
{
    int size;
    if (pick(w, 0, 2) == 0) return;
    const char *along = q->u ? start ? "[0,u]" : "[end+1,u]" : start ? "[0]" : "[end+1]";
    if (pick(w, 0, 2)) say(w, "%s%s = tanh(%s %s)\n", q->name, along, new_param(w, ""), use(w, false, q->u, &size));
    else say(w, "%s%s = %s\n", q->name, along, new_param(w, ""));
}

static inline void say_map(writer *w)
{
    static const char *const f[] = { "tanh", "sigmoid", "sin", "softplus" };
    bool t = pick(w, 0, 4) > 0, u = pick(w, 0, 3) == 0;
    int a, b;
    quant *q = new_quant(w, t, u, pick(w, 2, 4));
    w->nq--;                                                 /* not to be read by its own equation */
    w->allow = true;
    const char *x = t && pick(w, 0, 1) ? use_far(w, u, &a) : use(w, t, u, &a), *y = use(w, t, u, &b);
    q->drawn = w->drawn;
    switch (pick(w, 0, 3)) {
    case 0: say(w, "%s%s : %d = %s(%s %s + %s)\n", q->name, index_of(t, u), q->size, f[pick(w, 0, 3)], new_param(w, ""), x, new_param(w, "")); break;
    case 1: say(w, "%s%s : %d = tanh(%s %s + %s %s)\n", q->name, index_of(t, u), q->size, new_param(w, ""), x, new_param(w, ""), y); break;
    case 2: say(w, "%s%s : %d = tanh(%s [%s; %s])\n", q->name, index_of(t, u), q->size, new_param(w, ""), x, y); break;
    default: say(w, "%s%s : %d = softmax(%s %s) * sigmoid(%s %s)\n", q->name, index_of(t, u), q->size, new_param(w, ""), x, new_param(w, ""), y); break;
    }
    w->nq++;
    w->allow = false;
    if (t && pick(w, 0, 2) == 0) say_boundary(w, q, pick(w, 0, 1));
}

static inline void say_scan(writer *w)
{
    bool u = pick(w, 0, 4) == 0, forward = pick(w, 0, 2) > 0;
    int a, kind = pick(w, 0, 5);
    quant *q = new_quant(w, true, u, pick(w, 2, 4));
    w->nq--;
    w->allow = forward;
    const char *x = use_along(w, u, &a), *along = index_of(true, u), *back = forward ? "t-1" : "t+1", *uu = u ? ",u" : "", *n = q->name;
    if (kind < 3 && !u) {
        static const char *const cells[] = { "lstm", "gru" };
        say(w, "%s[t] = %s%s(%d, %s)\n", n, forward ? "" : "reverse ", cells[pick(w, 0, 1)], q->size, x);
    } else if (kind == 3 && u) {
        say(w, "%s[t,u] : %d = tanh(%s %s[%s,u] + %s %s[t,u-1] + %s %s)\n", n, q->size, new_param(w, ""), n, back, new_param(w, ""), n, new_param(w, ""), x);
    } else if (kind == 4) {
        const char *z = new_param(w, ""), *y = new_param(w, "");
        say(w, "%sz%s = sigmoid(%s %s + %s %s[%s%s])\n", n, along, z, x, y, n, back, uu);
        say(w, "%s%s : %d = %sz%s * %s[%s%s] + (1 - %sz%s) * tanh(%s %s + %s)\n", n, along, q->size, n, along, n, back, uu, n, along, new_param(w, ""), x, new_param(w, ""));
    } else
        say(w, "%s%s : %d = tanh(%s %s[%s%s] + %s %s + %s)\n", n, along, q->size, new_param(w, ""), n, pick(w, 0, 3) ? back : forward ? "t-2" : "t+2", uu,
            new_param(w, ""), x, new_param(w, ""));
    w->nq++;
    q->drawn = w->drawn;
    w->allow = false;
    if (kind >= 3 || u) say_boundary(w, q, forward);
    else if (forward && pick(w, 0, 1)) say(w, "%s[0] = tanh(%s g)\n", n, new_param(w, ""));
}

static inline void say_over(writer *w)
{
    int a, b;
    quant *q;
    switch (pick(w, 0, 4)) {
    case 0: {                                                /* lags */
        const char *p = new_param(w, "[j]");
        q = new_quant(w, true, false, pick(w, 2, 4)); w->nq--;
        int k = pick(w, 0, w->nq - 1), tries = 0;
        while ((!w->q[k].t || w->q[k].u || w->q[k].drawn) && tries++ < 50) k = pick(w, 0, w->nq - 1);
        if (w->q[k].t && !w->q[k].u && !w->q[k].drawn) say(w, "%s[t] : %d = tanh(sum[j](%s[j] %s[t-j]))\n", q->name, q->size, p, w->q[k].name);
        else say(w, "%s[t] : %d = tanh(sum[j](%s[j] x[t-j]))\n", q->name, q->size, p);
        break; }
    case 1:                                                  /* attention to u, from the step before */
        q = new_quant(w, true, false, pick(w, 2, 4)); w->nq--;
        say(w, "%sk[u] : 3 = tanh(%s z[u])\n", q->name, new_param(w, ""));
        say(w, "%sa[t,u] = softmax[u](%s' tanh(%s %s[t-1] + %s %sk[u]))\n", q->name, new_param(w, ""), new_param(w, ""), q->name, new_param(w, ""), q->name);
        say(w, "%sc[t] = sum[u](%sa[t,u] * %sk[u])\n", q->name, q->name, q->name);
        w->allow = true;
        say(w, "%s[t] : %d = tanh(%s %s[t-1] + %s %sc[t] + %s %s)\n", q->name, q->size, new_param(w, ""), q->name, new_param(w, ""), q->name, new_param(w, ""), use(w, true, false, &a));
        q->drawn = w->drawn;
        break;
    case 2: {                                                /* causal self-attention */
        q = new_quant(w, true, false, 3); w->nq--;
        say(w, "%sk[t] : 3 = tanh(%s %s)\n", q->name, new_param(w, ""), use(w, true, false, &a));
        say(w, "%sa[t,s] = softmax[s <= t](%sk[t]' %sk[s])\n", q->name, q->name, q->name);
        say(w, "%s[t] = sum[s <= t](%sa[t,s] * %sk[s])\n", q->name, q->name, q->name);
        break; }
    case 3:
        q = new_quant(w, false, false, pick(w, 2, 4)); w->nq--;
        say(w, "%s : %d = tanh(%s %s[t](%s))\n", q->name, q->size, new_param(w, ""), "sum", use(w, true, false, &a));
        break;
    default:
        q = new_quant(w, pick(w, 0, 1), false, pick(w, 2, 4)); w->nq--;
        say(w, "%s%s : %d = tanh(%s %s[u](%s %s + %s z[u]))\n", q->name, index_of(q->t, false), q->size, new_param(w, ""), pick(w, 0, 1) ? "mean" : "max",
            new_param(w, ""), use(w, q->t, false, &b), new_param(w, ""));
        break;
    }
    w->nq++;
}

static inline void random_model(uint64_t seed, char *text, size_t cap)
{
    writer W = { .seed = seed, .s = text, .cap = cap }, *w = &W;
    static const char *const noise[] = { "normal(%s' %s, 1)", "normal(%s' %s, 0.5)", "laplace(%s' %s, 1)", "student_t(%s' %s, 1, 5)" };
    int a;
    say(w, "# random model %llu\ndata x[t] : real(2)\ndata y[t] : real\ndata w[t] : symbol\ndata v[t] : symbol\ndata z[u] : real(2)\ndata g : real(2)\nindex j = 1..3\nindex s = t\n", (unsigned long long)seed);
    quant *q = new_quant(w, true, false, 3);
    w->nq = 0;
    say(w, "%s[t] : 3 = tanh(%s x[t] + %s y[t-1])\n", q->name, new_param(w, ""), new_param(w, ""));
    q->drawn = true;
    w->nq = 1;
    q = new_quant(w, true, false, 3);
    say(w, "%s[t] : 3 = %s w[t-1]\n", q->name, new_param(w, ""));
    q->drawn = true;
    q = new_quant(w, true, false, 3);
    say(w, "%s[t] : 3 = tanh(%s x[t] + %s v[t])\n", q->name, new_param(w, ""), new_param(w, ""));
    q = new_quant(w, false, true, 2);
    say(w, "%s[u] : 2 = tanh(%s z[u])\n", q->name, new_param(w, ""));
    for (int k = pick(w, 1, 7); k > 0; k--) {
        int kind = pick(w, 0, 9);
        if (kind < 3) say_map(w); else if (kind < 7) say_scan(w); else say_over(w);
    }
    const char *v = new_param(w, "");
    w->allow = true;
    say(w, "y[t] ~ ");
    switch (pick(w, 0, 3)) {
    case 0: say(w, noise[0], v, use(w, true, false, &a)); break;
    case 1: say(w, noise[1], v, use(w, true, false, &a)); break;
    case 2: say(w, noise[2], v, use(w, true, false, &a)); break;
    default: say(w, noise[3], v, use(w, true, false, &a)); break;
    }
    say(w, "\n");
    for (int k = w->nq - 1, last = 0; k >= 0 && last < 1; k--)       /* the newest quantity along t alone is read by the symbols */
        if (w->q[k].t && !w->q[k].u) { say(w, "w[t] ~ categorical(%s %s[t] + %s)\n", new_param(w, ""), w->q[k].name, new_param(w, "")); last++; }
    say(w, "%s", w->params);
}

/* ---- data for any graph */
static inline double draw_at(uint64_t seed, uint32_t *n, double lo, double hi) { return lo + (hi - lo) * ur_uniform(seed, 8, 9, 10, (*n)++); }

static inline size_t count_rows(const ur_schema *g, const ur_examples *x, const ur_datum *d, size_t example)
{
    size_t n = 1;
    for (int k = 0; k < d->nidx; k++) {                      /* a nested index counts for all positions of its parent, which d carries too */
        int i = d->idx[k];
        if (g->index[i].alias >= 0) i = g->index[i].alias;
        int p = g->index[i].parent;
        if (p < 0) {
            bool inner = false;
            for (int q = 0; q < d->nidx; q++) inner |= g->index[d->idx[q]].parent == i;
            if (!inner) n *= (size_t)x->extent[i].len[example];
            continue;
        }
        size_t from = 0;
        for (size_t e = 0; e < example; e++) from += (size_t)x->extent[p].len[e];
        n *= x->extent[i].first[from + (size_t)x->extent[p].len[example]] - x->extent[i].first[from];
    }
    return n;
}

/* n examples with lengths 0..7 (an index called t) or 1..4 (others), for a third of the seeds the later part of something longer; some drawn numbers
 * missing. Symbols: ids from UR_SYM_FIRST. Of data called …bit: 0 and 1; …share: between 0 and 1 */
static inline void random_examples(ur_examples **out, const ur_graph *graph, uint64_t seed, size_t n)
{
    const ur_schema *g = &graph->schema;
    uint32_t draws = 0;
    ur_examples *x = ur_zalloc(sizeof *x);
    *x = (ur_examples){ .n = n, .ndata = g->ndata, .nindex = g->nindex };
    x->series = ur_zalloc(sizeof *x->series * (size_t)(g->ndata + 1));
    x->extent = ur_zalloc(sizeof *x->extent * (size_t)(g->nindex + 1));
    for (int i = 0; i < g->nindex; i++) {
        if (g->index[i].fixed || g->index[i].alias >= 0) continue;
        int p = g->index[i].parent;
        bool empty = !strcmp(g->index[i].name, "t");
        size_t parts = n;
        if (p >= 0) { parts = 0; for (size_t e = 0; e < n; e++) parts += (size_t)x->extent[p].len[e]; }
        x->extent[i].len = ur_zalloc(sizeof(int32_t) * (parts + 1));
        for (size_t k = 0; k < parts; k++) x->extent[i].len[k] = (int32_t)draw_at(seed, &draws, empty ? 0 : 1, empty ? 8 : 5);
        static const int64_t long_before[] = { 1, 2, 40, 5000 };
        if (p < 0 && seed % 3 == 1) x->extent[i].before = long_before[(seed / 3 + (uint64_t)i) % 4];
        if (p < 0) continue;
        x->extent[i].first = ur_zalloc(sizeof(size_t) * (parts + 1));
        for (size_t k = 0; k < parts; k++) x->extent[i].first[k + 1] = x->extent[i].first[k] + (size_t)x->extent[i].len[k];
    }
    for (int d = 0; d < g->ndata; d++) {
        const ur_datum *m = &g->data[d];
        ur_series *s = &x->series[d];
        size_t w = UR_IS_SYMBOL(m->kind) ? 1 : (size_t)m->size;
        s->start = ur_zalloc(sizeof(size_t) * (n + 1));
        for (size_t e = 0; e < n; e++) s->start[e + 1] = s->start[e] + count_rows(g, x, m, e);
        s->nrow = s->start[n];
        for (int f = 0; f < m->nfix; f++) w *= (size_t)g->index[m->fix[f]].size;
        if (UR_IS_SYMBOL(m->kind)) s->sym = ur_zalloc(sizeof(int32_t) * (s->nrow * w + 1));
        else s->num = ur_zalloc(sizeof(double) * (s->nrow * w + 1));
        size_t example = 0;
        for (size_t k = 0; k < s->nrow * w; k++) {
            if (s->sym) s->sym[k] = (int32_t)draw_at(seed, &draws, m->closed && !m->drawn ? 0 : UR_SYM_FIRST, m->closed ? m->size + UR_SYM_FIRST : m->size); /* a given one may be none of a closed vocabulary */
            else if (m->kind == UR_COUNT && strstr(m->name, "pick")) s->num[k] = 1 + (int)draw_at(seed, &draws, 0, 2);
            else if (m->kind == UR_COUNT && strstr(m->name, "place")) { /* a position of what it lies along */
                while (s->start[example + 1] * w <= k) example++;
                s->num[k] = (double)x->extent[m->idx[0]].before + 1 + (int)draw_at(seed, &draws, 0, (double)(k / w - s->start[example] + 1));
            } else if (m->kind == UR_COUNT) s->num[k] = (double)(int)draw_at(seed, &draws, 0, strstr(m->name, "bit") ? 2 : 6);
            else s->num[k] = strstr(m->name, "share") ? draw_at(seed, &draws, 0.05, 0.95) : draw_at(seed, &draws, -1, 1);
        }
        if (s->num && w > 1 && (m->drawn ? seed % 8 == 4 || seed % 4 == 2 : seed % 8 == 6)) { /* rows of which some components are there */
            s->seen = ur_zalloc(s->nrow + 1);
            s->part = ur_zalloc(s->nrow * w + 1);
            s->parts = w;
            for (size_t k = 0; k < s->nrow; k++) s->seen[k] = draw_at(seed, &draws, 0, 1) < 0.7;
            for (size_t k = 0; k < s->nrow * w; k++) s->part[k] = s->seen[k / w] || draw_at(seed, &draws, 0, 1) < 0.5;
        }
        if (!m->drawn || s->sym || s->part || seed % 2) continue;
        s->seen = ur_zalloc(s->nrow + 1);
        for (size_t k = 0; k < s->nrow; k++) s->seen[k] = draw_at(seed, &draws, 0, 1) < 0.8;
    }
    *out = x;
}

/* [ndata] vocabulary sizes for ur_build_options, 7 for every symbol; the caller frees */
static inline int *random_sizes(const ur_program *p)
{
    int *size = calloc((size_t)ur_program_ndata(p) + 1, sizeof *size);
    for (int d = 0; d < ur_program_ndata(p); d++) if (UR_IS_SYMBOL(ur_program_datum(p, d)->kind)) size[d] = 7;
    return size;
}

static inline double *random_weights(const ur_graph *g, uint64_t seed)
{
    uint32_t draws = 0;
    double *w = calloc(g->nweight + 1, sizeof *w);
    for (size_t k = 0; k < g->nweight; k++) w[k] = draw_at(seed + 1000000007, &draws, -0.8, 0.8);
    return w;
}
#endif
