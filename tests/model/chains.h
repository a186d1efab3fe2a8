/* Random models with latent symbols, as texts, and what they say by going through all paths of states: no recursion, no graph. A
 * model is a few terms, each written into the text and worked out here by itself. */
#ifndef CHAINS_H
#define CHAINS_H
#include "model_test.h"

enum { PARAMS = 700, CHAINS = 2, LINES = 3, TERMS = 4, MOST = 8, EXAMPLES = 3, STATES = 3, PATHS = 6600 };

typedef struct dice { uint64_t s; } dice;
static inline double real_of(dice *d)                    /* uniform within (0, 1) */
{
    d->s = d->s * 6364136223846793005u + 1442695040888963407u;
    uint64_t x = d->s ^ (d->s >> 29);
    x *= 0xbf58476d1ce4e5b9u;
    return ((double)(x >> 11) + 0.5) / 9007199254740992.0;
}
static inline int pick(dice *d, int low, int high) { return low + (int)(real_of(d) * (high - low + 1)); }
static inline bool chance(dice *d, double p) { return real_of(d) < p; }
static inline double about(dice *d) { return 2.4 * real_of(d) - 1.2; }

/* ---- terms */
typedef enum {
    T_CONST, T_X, T_Y,                                     /* c; c * x[t]; c * y[t-1] */
    T_LOOK, T_LOOKX,                                       /* m z[t-d]; (m z[t-d]) * x[t] */
    T_EQUAL, T_UNLIKE,                                     /* c * (z[t-d] == j); c * (z[t-d] != z[t]), of numbers */
    T_DOT, T_SUM, T_WHERE,                                 /* regressions that the state chooses */
    T_TABLE,                                               /* P[z[t-d]], a table along a fixed index */
    T_PART, T_LEFT,                                        /* definitions: tanh(m z[t] + c * x[t]), read back, 0.7 before the start; y[t] − m z[t] */
    T_KINDS
} term_kind;
typedef struct term { term_kind kind; int chain, back, value, at[2], of; /* parameters; of: whose y */ } term;
typedef struct sum { int n; term t[TERMS]; } sum;          /* a number, or a vector where its parameters are */

typedef enum { NORMAL, VECTOR, POISSON, BERNOULLI, CLOSED, OPEN, MIXTURE, TWICE, LINE_KINDS } line_kind;
typedef enum { ALWAYS, LATER, WHERE_X } when_kind;
typedef struct line { line_kind kind; when_kind when; sum mean, other; int sd, wide, weight; bool by_state; int chain; char name[8]; } tilde;
typedef enum { NONE, FIRST, STATIONARY } start_kind;
typedef struct chain { char name[8]; int size, deep; sum logits, other; /* other: where x[t] is at most 0.2 */ start_kind start; int first; } hidden;

typedef struct param { char name[12]; int rows, cols, at, along; } param; /* along: a fixed index, −1: none */
typedef struct example { int T; double x[MOST], num[LINES][MOST][2]; int sym[LINES][MOST]; } example; /* NAN, −1: missing */
typedef struct model {
    dice d;
    bool crossed;                                          /* z reads u at its own position */
    int nchain, nline, nparam, nvalue, horizon, ids[LINES][3];
    hidden chain[CHAINS];
    tilde line[LINES];
    param param[200];
    double value[PARAMS];
    example e[EXAMPLES];
    char extra[2000], text[16000];                         /* extra: definitions */
    int ndef;
} model;

static inline int new_param(model *m, int rows, int cols)
{
    param *p = &m->param[m->nparam];
    assert_true(m->nvalue + rows * cols <= PARAMS && m->nparam < 200);
    *p = (param){ .rows = rows, .cols = cols, .at = m->nvalue, .along = -1 };
    snprintf(p->name, sizeof p->name, "p%d", m->nparam);
    for (int k = 0; k < rows * cols; k++) m->value[m->nvalue++] = about(&m->d);
    return m->nparam++;
}

static inline void add_term(model *m, sum *s, term_kind kind, int chain, int back, int rows, int of)
{
    int size = chain >= 0 ? m->chain[chain].size : 1;
    term t = { .kind = kind, .chain = chain, .back = back, .of = of, .at = { -1, -1 } };
    switch (kind) {
    case T_CONST: case T_X: case T_Y: case T_EQUAL: case T_UNLIKE: t.at[0] = new_param(m, rows, 1); break;
    case T_LOOK: case T_LOOKX: t.at[0] = new_param(m, rows, size); break;
    case T_DOT: t.at[0] = new_param(m, size, 1); t.at[1] = new_param(m, size, 1); break;
    case T_SUM: t.at[0] = new_param(m, 1, size); break;
    case T_TABLE: t.at[0] = new_param(m, 1, size); m->param[t.at[0]].along = m->ndef++; break;
    case T_WHERE: t.at[0] = new_param(m, 1, 1); t.at[1] = new_param(m, 1, 1); break;
    case T_PART: t.at[0] = new_param(m, 1, size); t.at[1] = new_param(m, 1, 1); break;
    case T_LEFT: t.at[0] = new_param(m, 1, size); t.at[1] = new_param(m, 1, 1); break;
    default: break;
    }
    t.value = pick(&m->d, 1, size);
    assert_true(s->n < TERMS);
    s->t[s->n++] = t;
}

static inline const char *at_back(int back) { return back == 0 ? "[t]" : back == 1 ? "[t-1]" : back == 2 ? "[t-2]" : "[t-3]"; }

static inline void write_term(model *m, const term *t, char *out, size_t cap)
{
    const char *a = t->at[0] < 0 ? "" : m->param[t->at[0]].name, *b = t->at[1] < 0 ? "" : m->param[t->at[1]].name;
    const char *z = t->chain < 0 ? "" : m->chain[t->chain].name, *back = at_back(t->back), *y = m->line[t->of].name;
    size_t n = strlen(m->extra);
    switch (t->kind) {
    case T_CONST: snprintf(out, cap, "%s", a); break;
    case T_X: snprintf(out, cap, "%s * x[t]", a); break;
    case T_Y: snprintf(out, cap, "%s * %s[t-1]", a, y); break;
    case T_LOOK: snprintf(out, cap, "%s %s%s", a, z, back); break;
    case T_LOOKX: snprintf(out, cap, "(%s %s%s) * x[t]", a, z, back); break;
    case T_EQUAL: snprintf(out, cap, "%s * (%s%s == %d)", a, z, back, t->value); break;
    case T_UNLIKE: snprintf(out, cap, "%s * (%s%s != %s[t])", a, z, back, z); break;
    case T_DOT: snprintf(out, cap, "dot(%s%s, %s + %s * x[t])", z, back, a, b); break;
    case T_SUM:
        snprintf(m->extra + n, sizeof m->extra - n, "index i%d = 1..%d\n", m->ndef, m->chain[t->chain].size);
        snprintf(out, cap, "sum[i%d]((%s%s == i%d) * (%s[1, i%d] * x[t]))", m->ndef, z, back, m->ndef, a, m->ndef);
        m->ndef++;
        break;
    case T_TABLE:
        snprintf(m->extra + n, sizeof m->extra - n, "index i%d = 1..%d\n", m->param[t->at[0]].along, m->chain[t->chain].size);
        snprintf(out, cap, "%s[%s%s]", a, z, back);
        break;
    case T_WHERE: snprintf(out, cap, "where(%s%s == %d, %s * x[t], %s)", z, back, t->value, a, b); break;
    case T_PART:
        snprintf(m->extra + n, sizeof m->extra - n, "q%d[t] = tanh(%s %s[t] + %s * x[t])\nq%d[0] = 0.7\n", m->ndef, a, z, b, m->ndef);
        snprintf(out, cap, "q%d%s", m->ndef++, back);
        break;
    case T_LEFT:
        snprintf(m->extra + n, sizeof m->extra - n, "q%d[t] = %s[t] - %s %s[t]\n", m->ndef, y, a, z);
        snprintf(out, cap, "%s * q%d%s", b, m->ndef++, back);
        break;
    default: break;
    }
}

static inline void write_sum(model *m, const sum *s, char *out, size_t cap)
{
    size_t n = 0;
    for (int k = 0; k < s->n; k++) {
        n += (size_t)snprintf(out + n, cap - n, "%s", k ? " + " : "");
        write_term(m, &s->t[k], out + n, cap - n);
        n += strlen(out + n);
    }
}

/* ---- what they are, on a path; states and positions from 0 */
typedef struct place { const model *m; const example *e; const double *v; int t; const int (*path)[MOST]; double (*y)[MOST][2]; } place;

static inline int state_of(const place *p, int chain, int t) { return t < 0 ? -1 : p->path[chain][t]; }

static inline double number_of(const place *p, const term *t, int row)
{
    const param *a = t->at[0] < 0 ? NULL : &p->m->param[t->at[0]], *b = t->at[1] < 0 ? NULL : &p->m->param[t->at[1]];
    const double *v = p->v, x = p->e->x[p->t];
    int size = t->chain < 0 ? 1 : p->m->chain[t->chain].size, then = p->t - t->back, s = t->chain < 0 ? 0 : state_of(p, t->chain, then);
    double c = a ? v[a->at + row * a->cols] : 0;
    switch (t->kind) {
    case T_CONST: return c;
    case T_X: return c * x;
    case T_Y: return p->t ? c * p->y[t->of][p->t - 1][0] : 0;
    case T_LOOK: return s < 0 ? 0 : v[a->at + row * size + s];
    case T_LOOKX: return s < 0 ? 0 : v[a->at + row * size + s] * x;
    case T_EQUAL: return c * (s + 1 == t->value);
    case T_UNLIKE: return c * (s != state_of(p, t->chain, p->t));
    case T_DOT: return s < 0 ? 0 : v[a->at + s] + v[b->at + s] * x;
    case T_SUM: return s < 0 ? 0 : v[a->at + s] * x;
    case T_TABLE: return s < 0 ? 0 : v[a->at + s];
    case T_WHERE: return s + 1 == t->value ? c * x : v[b->at];
    case T_PART: return then < 0 ? 0.7 : tanh(v[a->at + s] + v[b->at] * p->e->x[then]);
    case T_LEFT: return then < 0 ? 0 : v[b->at] * (p->y[t->of][then][0] - v[a->at + s]);
    default: return 0;
    }
}

static inline double total_of(const place *p, const sum *s, int row)
{
    double all = 0;
    for (int k = 0; k < s->n; k++) all += number_of(p, &s->t[k], row);
    return all;
}

static inline double lse_of(const double *x, int n)
{
    double top = -INFINITY, all = 0;
    for (int k = 0; k < n; k++) top = fmax(top, x[k]);
    for (int k = 0; k < n; k++) all += exp(x[k] - top);
    return top + log(all);
}

static inline double gauss(double y, double m, double s) { return -0.5 * (y - m) * (y - m) / s / s - log(s) - 0.91893853320467274178; }

static inline double softplus_of(double x) { return x > 30 ? x : log1p(exp(x)); }

static inline double scale_of(const place *p, const tilde *l, int row) /* written exp(…) */
{
    const param *a = &p->m->param[l->sd];
    return exp(0.4 * p->v[a->at + (l->by_state ? row * a->cols + state_of(p, l->chain, p->t) : row)]);
}

/* log p of what line l has at p->t; 0 where it says nothing */
static inline bool holds(const place *p, const tilde *l)
{
    return l->when == ALWAYS || (l->when == LATER && p->t > 0) || (l->when == WHERE_X && p->e->x[p->t] > 0);
}

static inline double said_by(const place *p, int k)
{
    const tilde *l = &p->m->line[k];
    const double *y = p->e->num[k][p->t];
    int w = p->e->sym[k][p->t];
    double o[6], eta;
    if (!holds(p, l)) return 0;
    if (l->kind == CLOSED || l->kind == OPEN) {
        if (w < 0) return 0;
        for (int c = 0; c < 3; c++) o[c] = total_of(p, &l->mean, l->kind == OPEN ? p->m->ids[k][c] : c);
        return o[w] - lse_of(o, 3);
    }
    if (l->kind == VECTOR) {
        double all = 0;
        for (int c = 0; c < 2; c++)
            if (!isnan(y[c])) all += gauss(y[c], total_of(p, &l->mean, c), scale_of(p, l, c));
        return all;
    }
    if (isnan(y[0])) return 0;
    eta = total_of(p, &l->mean, 0);
    switch (l->kind) {
    case NORMAL: return gauss(y[0], eta, scale_of(p, l, 0));
    case TWICE: return p->e->x[p->t] > 0.2 ? gauss(y[0], eta, scale_of(p, l, 0)) : gauss(y[0], total_of(p, &l->other, 0), scale_of(p, l, 0));
    case POISSON: return y[0] * eta - exp(eta) - lgamma(y[0] + 1);
    case BERNOULLI: return y[0] > 0 ? -softplus_of(-eta) : -softplus_of(eta);
    case MIXTURE: {
        double a = p->v[p->m->param[l->weight].at];
        o[0] = gauss(y[0], eta, scale_of(p, l, 0)) - softplus_of(-a);
        o[1] = gauss(y[0], total_of(p, &l->other, 0), 0.9) - softplus_of(a);
        return lse_of(o, 2);
    }
    default: return 0;
    }
}

/* mean of component c */
static inline double mean_of(const place *p, int k, int c)
{
    const tilde *l = &p->m->line[k];
    double eta = total_of(p, &l->mean, c), a;
    switch (l->kind) {
    case POISSON: return exp(eta);
    case BERNOULLI: return 1 / (1 + exp(-eta));
    case TWICE: return p->e->x[p->t] > 0.2 ? eta : total_of(p, &l->other, 0);
    case MIXTURE:
        a = 1 / (1 + exp(-p->v[p->m->param[l->weight].at]));
        return a * eta + (1 - a) * total_of(p, &l->other, 0);
    default: return eta;
    }
}

/* stationary distribution of a matrix of logits, columns those of the state before: by squaring */
static inline void long_run(int n, double a[STATES][STATES], double *out)
{
    for (int r = 0; r < 60; r++) {
        double b[STATES][STATES] = { { 0 } };
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                for (int k = 0; k < n; k++) b[i][j] += a[i][k] * a[k][j];
        for (int j = 0; j < n; j++) {
            double s = 0;
            for (int i = 0; i < n; i++) s += b[i][j];
            for (int i = 0; i < n; i++) a[i][j] = b[i][j] / s;
        }
    }
    for (int i = 0; i < n; i++) out[i] = a[i][0];
}

/* log p of the state of a chain at p->t, given those before on the path */
static inline double move_of(const place *p, int a)
{
    const hidden *c = &p->m->chain[a];
    double o[STATES], q[STATES][STATES];
    int s = p->path[a][p->t];
    bool past = false;
    for (int k = 0; k < c->logits.n; k++) past = past || (c->logits.t[k].chain >= 0 && c->logits.t[k].back > 0);
    for (int k = 0; k < c->other.n; k++) past = past || (c->other.t[k].chain >= 0 && c->other.t[k].back > 0);
    if (!p->t && c->start == FIRST) {
        for (int k = 0; k < c->size; k++) o[k] = p->v[p->m->param[c->first].at + k];
        return o[s] - lse_of(o, c->size);
    }
    if (!p->t && c->start == STATIONARY) {
        for (int from = 0; from < c->size; from++) {
            int path[CHAINS][MOST] = { { 0 } };
            path[a][0] = from;
            path[a][1] = 0;
            for (int k = 0; k < c->size; k++) {            /* the first transition: data as at the first position, from a state */
                o[k] = 0;
                for (int j = 0; j < c->logits.n; j++) {
                    const term *t = &c->logits.t[j];
                    term now = *t;
                    now.back = 0;                          /* states that are read stand at this position */
                    place at = { p->m, p->e, p->v, 0, (const int (*)[MOST])path, p->y };
                    o[k] += number_of(&at, &now, k);
                }
            }
            double all = lse_of(o, c->size);
            for (int k = 0; k < c->size; k++) q[k][from] = exp(o[k] - all);
        }
        double out[STATES];
        long_run(c->size, q, out);
        return log(out[s]);
    }
    if (!p->t && past) return -log(c->size);
    for (int k = 0; k < c->size; k++) o[k] = total_of(p, c->other.n && p->e->x[p->t] <= 0.2 ? &c->other : &c->logits, k);
    return o[s] - lse_of(o, c->size);
}

typedef struct known {
    double loss, position[MOST], line[LINES];              /* −log p */
    double predicted[CHAINS][MOST][STATES], filtered[CHAINS][MOST][STATES], smoothed[CHAINS][MOST][STATES];
    double mean[LINES][MOST][2], symbol[LINES][MOST][3];   /* what each line is thought to have, by what comes before it */
    double path, best;                                     /* log p of the data with the path that is asked for, and with the likeliest */
} known;

static inline int states_at(const model *m)
{
    int n = 1;
    for (int a = 0; a < m->nchain; a++) n *= m->chain[a].size;
    return n;
}

static inline void path_of(const model *m, long code, int T, int path[CHAINS][MOST])
{
    for (int t = 0; t < T; t++)
        for (int a = 0; a < m->nchain; a++) {
            path[a][t] = (int)(code % m->chain[a].size);
            code /= m->chain[a].size;
        }
}

/* all paths of the first t + 1 positions, weighed; a path's number has its last position in front. asked: a path, or NULL */
static inline void know(const model *m, const double *v, const example *e, int T, int (*asked)[MOST], known *out)
{
    static double w[2][PATHS], y[LINES][MOST][2];
    int path[CHAINS][MOST], S = states_at(m);
    long n = 1;
    *out = (known){ 0 };
    w[0][0] = 0;
    for (int t = 0; t < T; t++) {
        double *was = w[t % 2], *now = w[(t + 1) % 2];
        long before = n;
        n *= S;
        assert_true(n <= PATHS);
        place p = { m, e, v, t, (const int (*)[MOST])path, y };
        for (long c = 0; c < n; c++) {
            path_of(m, c, t + 1, path);
            now[c] = was[c % before];
            for (int a = 0; a < m->nchain; a++) now[c] += move_of(&p, a);
        }
        double seen = lse_of(now, (int)n);
        for (long c = 0; c < n; c++) {
            path_of(m, c, t + 1, path);
            for (int a = 0; a < m->nchain; a++) out->predicted[a][t][path[a][t]] += exp(now[c] - seen);
        }
        double start = seen;
        for (int k = 0; k < m->nline; k++) {
            const tilde *l = &m->line[k];
            for (long c = 0; c < n; c++) {
                path_of(m, c, t + 1, path);
                double chance = exp(now[c] - seen), o[3];
                bool symbols = l->kind == CLOSED || l->kind == OPEN;
                for (int q = 0; !symbols && q < (l->kind == VECTOR ? 2 : 1); q++) out->mean[k][t][q] += chance * mean_of(&p, k, q);
                for (int q = 0; symbols && q < 3; q++) o[q] = total_of(&p, &l->mean, l->kind == OPEN ? m->ids[k][q] : q);
                for (int q = 0; symbols && q < 3; q++) out->symbol[k][t][q] += chance * exp(o[q] - lse_of(o, 3));
            }
            for (int q = 0; q < 2; q++) y[k][t][q] = isnan(e->num[k][t][q]) ? out->mean[k][t][q] : e->num[k][t][q];
            for (long c = 0; c < n; c++) {
                path_of(m, c, t + 1, path);
                now[c] += said_by(&p, k);
            }
            double after = lse_of(now, (int)n);
            out->line[k] -= after - seen;
            seen = after;
        }
        out->position[t] = start - seen;
        for (long c = 0; c < n; c++) {
            path_of(m, c, t + 1, path);
            for (int a = 0; a < m->nchain; a++) out->filtered[a][t][path[a][t]] += exp(now[c] - seen);
        }
    }
    const double *end = w[T % 2];
    double all = lse_of(end, (int)n), top = -INFINITY;
    for (long c = 0; c < n; c++) {
        path_of(m, c, T, path);
        for (int a = 0; a < m->nchain; a++)
            for (int t = 0; t < T; t++) out->smoothed[a][t][path[a][t]] += exp(end[c] - all);
        top = fmax(top, end[c]);
        bool same = asked != NULL;
        for (int a = 0; a < m->nchain && same; a++) same = !memcmp(asked[a], path[a], (size_t)T * sizeof(int));
        if (same) out->path = end[c];
    }
    out->best = top;
    out->loss = -all;
}

/* ---- random ones */
static inline void random_chain(model *m, int a)
{
    hidden *c = &m->chain[a];
    int own = pick(&m->d, 0, 9);
    c->deep = own == 0 ? 0 : own < 7 ? 1 : own < 9 || m->nchain > 1 ? 2 : 3;
    for (int back = 1; back <= c->deep; back++)
        if (back == 1 || back == c->deep) add_term(m, &c->logits, T_LOOK, a, back, c->size, 0);
    if (c->deep != 1 && !c->deep) add_term(m, &c->logits, T_CONST, -1, 0, c->size, 0);
    bool alone = true;
    if (a && chance(&m->d, 0.4)) {
        add_term(m, &c->logits, T_LOOK, 0, m->crossed ? 1 : pick(&m->d, 0, 1), c->size, 0);
        alone = false;
    } else if (!a && m->nchain > 1 && chance(&m->d, 0.3)) {
        m->crossed = chance(&m->d, 0.5);
        add_term(m, &c->logits, T_LOOK, 1, !m->crossed, c->size, 0);
        alone = false;
    }
    if (c->logits.n < TERMS && chance(&m->d, 0.4)) {
        static const term_kind kind[] = { T_X, T_LOOKX, T_Y, T_EQUAL };
        term_kind k = kind[pick(&m->d, 0, 3)];
        bool y = m->line[0].kind == NORMAL && m->line[0].when == ALWAYS;
        if (k == T_Y && !y) k = T_X;
        if (k == T_LOOKX || k == T_EQUAL) {
            if (c->deep) add_term(m, &c->logits, k, a, 1, c->size, 0);
        } else add_term(m, &c->logits, k, -1, 0, c->size, 0);
    }
    if (chance(&m->d, 0.2)) {
        alone = false;
        if (chance(&m->d, 0.5)) add_term(m, &c->other, T_CONST, -1, 0, c->size, 0);
        else add_term(m, &c->other, T_LOOK, a, 1, c->size, 0);
    }
    c->start = chance(&m->d, 0.4) ? NONE : chance(&m->d, 0.5) ? FIRST : STATIONARY;
    if (c->start == STATIONARY && (c->deep != 1 || !alone)) c->start = FIRST;
    c->first = c->start == FIRST ? new_param(m, c->size, 1) : -1;
}

static inline void random_sum(model *m, sum *s, int rows, bool lags, int k)
{
    int n = pick(&m->d, 1, 3), a = pick(&m->d, 0, m->nchain - 1);
    add_term(m, s, T_LOOK, chance(&m->d, 0.7) ? 0 : a, chance(&m->d, 0.8) ? 0 : 1, rows, 0);
    for (int j = 1; j < n; j++) {
        term_kind kind = (term_kind)pick(&m->d, 0, T_KINDS - 1);
        int back = chance(&m->d, 0.6) ? 0 : pick(&m->d, 1, 2);
        a = pick(&m->d, 0, m->nchain - 1);
        if (rows > 1 && kind > T_LOOKX) kind = T_LOOKX;
        if ((kind == T_Y || kind == T_LEFT) && !lags) kind = T_X;
        if (kind == T_LEFT) back = 1;
        if (kind == T_UNLIKE && !back) back = 1;
        add_term(m, s, kind, kind < T_LOOK ? -1 : a, kind < T_LOOK ? 0 : back, rows, k);
    }
}

static inline void random_line(model *m, int k)
{
    tilde *l = &m->line[k];
    int rows = l->kind == VECTOR ? 2 : l->kind == CLOSED ? 3 : l->kind == OPEN ? 6 : 1;
    bool lags = m->line[0].kind == NORMAL && m->line[0].when == ALWAYS;
    random_sum(m, &l->mean, rows, lags, 0);
    if (l->kind == TWICE || l->kind == MIXTURE) random_sum(m, &l->other, 1, lags, 0);
    l->chain = pick(&m->d, 0, m->nchain - 1);
    l->by_state = chance(&m->d, 0.4);
    bool scaled = l->kind == NORMAL || l->kind == VECTOR || l->kind == MIXTURE || l->kind == TWICE;
    if (scaled) l->sd = new_param(m, l->kind == VECTOR ? 2 : 1, l->by_state ? m->chain[l->chain].size : 1);
    if (l->kind == MIXTURE) l->weight = new_param(m, 1, 1);
}

static inline double drawn(model *m, line_kind kind, bool missing)
{
    if (missing) return NAN;
    if (kind == POISSON) return pick(&m->d, 0, 4);
    if (kind == BERNOULLI) return pick(&m->d, 0, 1);
    return 1.5 * about(&m->d);
}

static inline void random_data(model *m, int paths)
{
    int S = states_at(m), most = 0;
    for (long n = S; n <= (chance(&m->d, 0.1) ? paths : 90) && most < MOST; n *= S) most++;
    if (most < 4) most = 4; /* a vocabulary is met in three */
    if (most < 5) m->horizon = 1;
    for (int i = 0; i < EXAMPLES; i++) {
        example *e = &m->e[i];
        e->T = i == 0 ? most - m->horizon : pick(&m->d, 1, most - m->horizon);
        for (int t = 0; t < MOST; t++) {
            e->x[t] = i == 0 && t == 1 ? 0.8 : about(&m->d);
            for (int k = 0; k < LINES; k++) {
                line_kind kind = m->line[k].kind;
                bool gone = t >= e->T || chance(&m->d, 0.2), all = i == 0 && t < e->T && t < 3;
                for (int c = 0; c < 2; c++) e->num[k][t][c] = drawn(m, kind, (gone && !all) || (!all && kind == VECTOR && chance(&m->d, 0.2)));
                e->sym[k][t] = t >= e->T ? -1 : all ? t : gone ? -1 : pick(&m->d, 0, 2);
            }
        }
    }
}

static inline void write_param(const model *m, int p, char *out, size_t cap)
{
    const param *q = &m->param[p];
    size_t n;
    if (q->along >= 0) {
        snprintf(out, cap, "param %s[i%d]\n", q->name, q->along);
        return;
    }
    n = (size_t)snprintf(out, cap, "param %s = [", q->name);
    for (int r = 0; r < q->rows; r++)
        for (int c = 0; c < q->cols; c++) n += (size_t)snprintf(out + n, cap - n, "%s%.17g", c ? ", " : r ? "; " : "", m->value[q->at + r * q->cols + c]);
    snprintf(out + n, cap - n, "]\n");
}

static inline void random_chains(model *m, uint64_t seed, int paths)
{
    static char body[8000], f[1200], g[1200];
    static const char *const type[LINE_KINDS] = { "raw", "raw(2)", "count", "count", "symbol(3)", "symbol", "raw", "raw" };
    *m = (model){ .d = { seed * 977 + 11 } };
    for (int k = 0; k < 5; k++) real_of(&m->d);
    m->nchain = chance(&m->d, 0.65) ? 1 : 2;
    m->horizon = chance(&m->d, 0.5) ? 2 : 1;
    for (int a = 0; a < m->nchain; a++) {
        snprintf(m->chain[a].name, 8, "%c", a ? 'u' : 'z');
        m->chain[a].size = pick(&m->d, 2, 3);
    }
    m->nline = chance(&m->d, 0.6) ? 1 : 2;
    for (int k = 0; k < m->nline; k++) {
        tilde *l = &m->line[k];
        snprintf(l->name, 8, "y%d", k);
        l->kind = k == 0 && chance(&m->d, 0.45) ? NORMAL : (line_kind)pick(&m->d, 0, LINE_KINDS - 1);
        l->when = chance(&m->d, 0.7) || l->kind == TWICE ? ALWAYS : chance(&m->d, 0.5) ? LATER : WHERE_X;
    }
    for (int a = 0; a < m->nchain; a++) random_chain(m, a);
    for (int k = 0; k < m->nline; k++) random_line(m, k);
    random_data(m, paths);
    size_t n = 0;
#define SAY(...) n += (size_t)snprintf(body + n, sizeof body - n, __VA_ARGS__)
    for (int a = 0; a < m->nchain; a++) {
        const hidden *c = &m->chain[a];
        if (c->start == STATIONARY) SAY("%s[1] ~ stationary\n", c->name);
        if (c->start == FIRST) SAY("%s[1] ~ categorical(%s)\n", c->name, m->param[c->first].name);
        write_sum(m, &c->logits, f, sizeof f);
        SAY("%s[t] ~ categorical(%s)%s\n", c->name, f, c->other.n ? " if x[t] > 0.2" : "");
        write_sum(m, &c->other, f, sizeof f);
        if (c->other.n) SAY("%s[t] ~ categorical(%s)\n", c->name, f);
    }
    for (int k = 0; k < m->nline; k++) {
        const tilde *l = &m->line[k];
        char sd[60], when[30];
        snprintf(sd, sizeof sd, l->by_state ? "exp(0.4 * %s %s[t])" : "exp(0.4 * %s)", m->param[l->sd].name, m->chain[l->chain].name);
        snprintf(when, sizeof when, "%s", l->when == LATER ? " if t > 1" : l->when == WHERE_X ? " if x[t] > 0" : "");
        write_sum(m, &l->mean, f, sizeof f);
        write_sum(m, &l->other, g, sizeof g);
        switch (l->kind) {
        case NORMAL: case VECTOR: SAY("%s[t] ~ normal(%s, %s)%s\n", l->name, f, sd, when); break;
        case POISSON: SAY("%s[t] ~ poisson(exp(%s))%s\n", l->name, f, when); break;
        case BERNOULLI: SAY("%s[t] ~ bernoulli(%s)%s\n", l->name, f, when); break;
        case MIXTURE: SAY("%s[t] ~ mixture([%s; 0], normal(%s, %s), normal(%s, 0.9))%s\n", l->name, m->param[l->weight].name, f, sd, g, when); break;
        case TWICE: SAY("%s[t] ~ normal(%s, %s) if x[t] > 0.2\n%s[t] ~ normal(%s, %s)\n", l->name, f, sd, l->name, g, sd); break;
        default: SAY("%s[t] ~ categorical(%s)%s\n", l->name, f, when); break;
        }
    }
#undef SAY
    size_t cap = sizeof m->text;
    n = (size_t)snprintf(m->text, cap, "data x[t] : raw\n");
    for (int k = 0; k < m->nline; k++) n += (size_t)snprintf(m->text + n, cap - n, "data %s[t] : %s\n", m->line[k].name, type[m->line[k].kind]);
    for (int a = 0; a < m->nchain; a++) n += (size_t)snprintf(m->text + n, cap - n, "latent %s[t] : symbol(%d)\n", m->chain[a].name, m->chain[a].size);
    for (int p = 0; p < m->nparam; p++) {
        char used[16];
        snprintf(used, sizeof used, "%s", m->param[p].name);
        write_param(m, p, m->text + n, cap - n);
        n += strlen(m->text + n);
    }
    snprintf(m->text + n, cap - n, "%s%s", m->extra, body);
}

/* m's first T positions of n examples from `from`, those of Ts where it is not NULL */
static inline unroll_data *data_of(model *m, unroll_model *u, int from, int n, const int *lengths, bool x_too)
{
    unroll_data *d = NULL;
    size_t len[EXAMPLES * MOST], rows = 0;
    double v[EXAMPLES * MOST * 2];
    const char *w[EXAMPLES * MOST];
    static const char *const closed[] = { "1", "2", "3" }, *const open[] = { "a", "b", "c" };
    OK(unroll_data_new(&d, u, (size_t)n));
    for (int i = 0; i < n; i++) len[i] = (size_t)(lengths ? lengths[i] : m->e[from + i].T);
    if (x_too) {
        for (int i = 0; i < n; i++)
            for (size_t t = 0; t < len[i]; t++) v[rows++] = m->e[lengths ? from : from + i].x[t];
        OK(unroll_data_set_numbers(d, "x", len, v));
    }
    for (int k = 0; k < m->nline; k++) {
        line_kind kind = m->line[k].kind;
        int wide = kind == VECTOR ? 2 : 1;
        rows = 0;
        for (int i = 0; i < n; i++)
            for (size_t t = 0; t < len[i]; t++, rows++) {
                const example *e = &m->e[lengths ? from : from + i];
                for (int c = 0; c < wide; c++) v[rows * (size_t)wide + (size_t)c] = e->num[k][t][c];
                w[rows] = e->sym[k][t] < 0 ? NULL : (kind == OPEN ? open : closed)[e->sym[k][t]];
            }
        if (kind == CLOSED || kind == OPEN) OK(unroll_data_set_texts(d, m->line[k].name, len, w));
        else OK(unroll_data_set_numbers(d, m->line[k].name, len, v));
    }
    return d;
}
#endif
