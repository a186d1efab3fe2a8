/* What a model with latent symbols is held against: −log p, whole, by line and by position; its gradient; what is known of the
 * states; forecasts and streams. */
#ifndef CHAINS_CHECKS_H
#define CHAINS_CHECKS_H
#include "chains.h"

static const model *current;
#define wrong(...) do { fprintf(stderr, "%s", current->text); fail_msg(__VA_ARGS__); } while (0)
static void off(const char *what, double got, double want, double by)
{
    if (!(fabs(got - want) <= by * fmax(1, fabs(want))) && !(isnan(got) && isnan(want)))
        wrong("%s: %.15g, by all paths %.15g", what, got, want);
}

static unroll_model *opened(model *m, unroll_data **d)
{
    unroll_model *u = NULL;
    if (unroll_open_text(&u, m->text, strlen(m->text), "test.unr", NULL, 0)) wrong("%s", unroll_error());
    unroll_fit_options f = UNROLL_FIT_INIT;
    f.epochs = 1;
    f.precision = 1;
    f.threads = 1;
    f.restarts = 1;
    f.rate = 1e-300;
    *d = data_of(m, u, 0, EXAMPLES, NULL, true);
    if (unroll_fit(u, *d, &f, NULL)) wrong("%s", unroll_error());
    for (int k = 0; k < m->nparam; k++) {
        const param *p = &m->param[k];
        OK(unroll_param_set(u, p->name, &m->value[p->at], (size_t)(p->rows * p->cols)));
    }
    for (int k = 0; k < m->nline; k++)
        for (int c = 0; m->line[k].kind == OPEN && c < 3; c++) m->ids[k][c] = unroll_symbol_id(u, m->line[k].name, (char[]){ (char)('a' + c), 0 });
    return u;
}

static double all_of(const model *m, const double *v)
{
    static known k;
    double all = 0;
    for (int i = 0; i < EXAMPLES; i++) {
        know(m, v, &m->e[i], m->e[i].T, NULL, &k);
        all += k.loss;
    }
    return all;
}

static void losses(model *m, unroll_model *u, unroll_data *d, bool two)
{
    double want = all_of(m, m->value), got[3];
    for (int way = 0; way < (two ? 3 : 2); way++) { /* one thread, the oracle, two threads */
        unroll_use_options o = UNROLL_USE_INIT;
        o.threads = way == 2 ? 2 : 1;
        o.naive = way == 1;
        OK(unroll_loss(u, d, &o, &got[way], NULL));
    }
    off("-log p", got[0], want, 1e-8);
    off("-log p by the naive plan", got[1], got[0], 1e-10);
    if (two && got[0] != got[2]) wrong("two threads: %.17g and %.17g", got[0], got[2]);
}

static void positions(model *m, unroll_model *u)
{
    known k;
    double one;
    know(m, m->value, &m->e[0], m->e[0].T, NULL, &k);
    for (int t = 0, lengths[2]; t < m->e[0].T; t++) {
        unroll_data *p = data_of(m, u, 0, 1, (lengths[0] = t + 1, lengths), true);
        unroll_use_options o = UNROLL_USE_INIT;
        double was = 0;
        o.threads = 1;
        OK(unroll_loss(u, p, &o, &one, NULL));
        for (int s = 0; s <= t; s++) was += k.position[s];
        off("-log p up to a position", one, was, 1e-8);
        unroll_data_free(p);
    }
}

/* values that hang on missing ones are left out of scores */
static bool reads_lags(const model *m)
{
    return strstr(m->text, "y0[t-1]") || strstr(m->text, " = y0[t]");
}

static void scores(model *m, unroll_model *u, unroll_data *d)
{
    unroll_table *t = NULL;
    unroll_use_options o = UNROLL_USE_INIT;
    double line[LINES] = { 0 };
    known k;
    o.threads = 1;
    for (int i = 0; i < EXAMPLES; i++) {
        know(m, m->value, &m->e[i], m->e[i].T, NULL, &k);
        for (int l = 0; l < m->nline; l++) line[l] += k.line[l];
    }
    OK(unroll_score(u, d, &o, &t));
    size_t data = 0, name = 0, value = 0, n = 0;
    for (size_t c = 0; c < unroll_table_columns(t); c++) {
        const char *s = unroll_table_name(t, c);
        if (!strcmp(s, "data")) data = c;
        if (!strcmp(s, "score")) name = c;
        if (!strcmp(s, "model")) value = c;
        if (!strcmp(s, "n")) n = c;
    }
    for (size_t r = 0; r < unroll_table_rows(t); r++)
        for (int l = 0; l < m->nline; l++)
            if (!strcmp(unroll_table_text(t, r, data), m->line[l].name) && !strncmp(unroll_table_text(t, r, name), "negative", 8))
                off("a line's score", unroll_table_number(t, r, value) * unroll_table_number(t, r, n), line[l], 1e-8);
    unroll_table_free(t);
}

static void gradients(model *m, unroll_model *u, unroll_data *d)
{
    static double got[2][PARAMS], loss[2];
    for (int naive = 0; naive < 2; naive++) {
        unroll_use_options o = UNROLL_USE_INIT;
        o.naive = naive;
        o.threads = 1;
        if (unroll_gradient(u, d, &o, &loss[naive], got[naive], (size_t)m->nvalue)) wrong("%s", unroll_error());
    }
    off("the gradient's -log p", loss[0], all_of(m, m->value), 1e-8);
    size_t at = 0;
    for (size_t i = 0; i < unroll_param_count(u); i++) {
        unroll_param p;
        OK(unroll_param_info(u, i, &p));
        int q = atoi(p.name + 1);
        for (int k = 0; k < (int)p.count; k++, at++) {
            double *v = &m->value[m->param[q].at + k], keep = *v, h = 2e-4, f[4];
            for (int s = 0; s < 4; s++) {
                *v = keep + h * (s < 2 ? s - 2 : s - 1);
                f[s] = all_of(m, m->value);
            }
            *v = keep;
            char what[60];
            snprintf(what, sizeof what, "the derivative by %s, number %d", p.name, k + 1);
            off(what, got[0][at], (8 * (f[2] - f[1]) - (f[3] - f[0])) / (12 * h), 1e-6);
            off("the naive plan's derivative", got[1][at], got[0][at], 1e-9);
        }
    }
}

static void states(model *m, unroll_model *u, unroll_data *d)
{
    static const char *const part[] = { "smoothed", "filtered", "predicted" };
    for (int i = 0; i < EXAMPLES; i++) {
        known k;
        int path[CHAINS][MOST], other[CHAINS][MOST];
        know(m, m->value, &m->e[i], m->e[i].T, NULL, &k);
        for (int a = 0; a < m->nchain; a++)
            for (int naive = 0; naive < 2; naive++) {
                double v[MOST * STATES];
                size_t n;
                int width, S = m->chain[a].size;
                unroll_use_options o = UNROLL_USE_INIT;
                o.naive = naive;
                o.threads = 1;
                for (int q = 0; q < 3; q++) {
                    char name[20];
                    const double (*want)[STATES] = q == 0 ? k.smoothed[a] : q == 1 ? k.filtered[a] : k.predicted[a];
                    snprintf(name, sizeof name, "%s.%s", m->chain[a].name, part[q]);
                    if (unroll_quantity(u, d, name, (size_t)i, &o, v, MOST * STATES, &n, &width)) wrong("%s: %s", name, unroll_error());
                    assert_int_equal(width, S);
                    assert_int_equal(n, m->e[i].T * S);
                    for (int t = 0; t < m->e[i].T; t++)
                        for (int s = 0; s < S; s++) off(name, v[t * S + s], want[t][s], 1e-9);
                }
                OK(unroll_quantity(u, d, m->chain[a].name, (size_t)i, &o, v, MOST, &n, &width));
                for (int t = 0; t < m->e[i].T; t++) (naive ? other : path)[a][t] = (int)v[t] - 1;
            }
        know(m, m->value, &m->e[i], m->e[i].T, path, &k);
        off("log p of the likeliest path", k.path, k.best, 1e-12);
        know(m, m->value, &m->e[i], m->e[i].T, other, &k);
        off("log p of the naive plan's likeliest path", k.path, k.best, 1e-12);
    }
}

/* means over positions to come; what is read of x there is given */
static void forecasts(model *m, unroll_model *u)
{
    example *e = &m->e[0];
    unroll_data *past = data_of(m, u, 0, 1, NULL, true), *all = NULL;
    unroll_use_options o = UNROLL_USE_INIT;
    unroll_table *t = NULL;
    known k;
    int T = e->T;
    size_t n = (size_t)(T + m->horizon), h = (size_t)m->horizon;
    know(m, m->value, e, (int)n, NULL, &k);
    OK(unroll_data_new(&all, u, 1));
    OK(unroll_data_set_numbers(all, "x", &h, e->x + T));
    o.horizon = m->horizon;
    o.future = all;
    o.threads = 1;
    if (unroll_predict(u, past, &o, &t)) wrong("%s", unroll_error());
    size_t rows = unroll_table_rows(t);
    for (int l = 0; l < m->nline; l++)
        for (size_t c = 0; c < unroll_table_columns(t); c++) {
            const char *name = unroll_table_name(t, c);
            line_kind kind = m->line[l].kind;
            bool vector = kind == VECTOR && !strncmp(name, m->line[l].name, 2) && strlen(name) == 3;
            bool whole = kind == POISSON || kind == BERNOULLI; /* those are whole numbers */
            if (whole || kind == CLOSED || kind == OPEN || (strcmp(name, m->line[l].name) && !vector)) continue;
            int q = vector && name[2] == '2';
            for (int j = 0; j < m->horizon; j++) {
                place p = { m, e, m->value, T + j, NULL, NULL };
                if (holds(&p, &m->line[l])) off("a forecast", unroll_table_number(t, rows - h + (size_t)j, c), k.mean[l][T + j][q], 1e-8);
            }
        }
    unroll_table_free(t);
    unroll_data_free(past);
    unroll_data_free(all);
}

static void streams(model *m, unroll_model *u)
{
    static const char *const closed[] = { "1", "2", "3" }, *const open[] = { "a", "b", "c" };
    unroll_stream *s = NULL;
    known k;
    const example *e = &m->e[0];
    know(m, m->value, e, e->T, NULL, &k);
    bool first = false; /* a stationary chain whose transition reads data looks at the first of them */
    for (int a = 0; a < m->nchain; a++)
        for (int j = 0; j < m->chain[a].logits.n; j++)
            first = first || (m->chain[a].start == STATIONARY && (m->chain[a].logits.t[j].kind < T_LOOK || m->chain[a].logits.t[j].kind == T_LOOKX));
    int rc = unroll_stream_open(&s, u, 1, 0);
    if (rc && first) return;
    if (rc) wrong("%s", unroll_error());
    for (int t = 0; t < e->T; t++) {
        OK(unroll_stream_set_number(s, 0, &e->x[t]));
        for (int l = 0; l < m->nline; l++) {
            line_kind kind = m->line[l].kind;
            int w = e->sym[l][t];
            if (kind != CLOSED && kind != OPEN) OK(unroll_stream_set_number(s, (size_t)l + 1, e->num[l][t]));
            else if (w >= 0) OK(unroll_stream_set_symbol(s, (size_t)l + 1, unroll_symbol_id(u, m->line[l].name, (kind == OPEN ? open : closed)[w])));
        }
        OK(unroll_stream_step(s));
        for (int l = 0; l < m->nline; l++) {
            double v[6];
            line_kind kind = m->line[l].kind;
            place p = { m, e, m->value, t, NULL, NULL };
            if (!holds(&p, &m->line[l])) continue;
            OK(unroll_stream_prediction(s, (size_t)l + 1, v, 6));
            if (kind == CLOSED || kind == OPEN) {
                double o[3];
                for (int q = 0; q < 3; q++) o[q] = v[unroll_symbol_id(u, m->line[l].name, (kind == OPEN ? open : closed)[q])];
                for (int q = 0; q < 3; q++) off("a stream's chance", exp(o[q] - lse_of(o, 3)), k.symbol[l][t][q], 1e-8);
            } else
                for (int q = 0; q < (kind == VECTOR ? 2 : 1); q++)
                    off("a stream's prediction", v[q], k.mean[l][t][q], 1e-8);
        }
    }
    unroll_stream_close(s);
}

/* UR_SEED and UR_COUNT choose other models, UR_SHOW prints their texts. thin: each has its −log p checked, and a part of the rest */
static void check_chains(uint64_t many, bool thin)
{
    static model m;
    bool show = getenv("UR_SHOW") != NULL;
    const char *from = getenv("UR_SEED"), *count = getenv("UR_COUNT");
    uint64_t first = from ? strtoull(from, NULL, 10) : 1;
    many = count ? strtoull(count, NULL, 10) : many;
    current = &m;
    for (uint64_t seed = first; seed < first + many; seed++) {
        uint64_t part = thin ? seed % 8 : 8;
        unroll_data *d;
        random_chains(&m, seed, thin ? 90 : PATHS);
        if (show) fprintf(stderr, "# %llu\n%s\n", (unsigned long long)seed, m.text);
        unroll_model *u = opened(&m, &d);
        losses(&m, u, d, part == 8 || part == 1);
        if (part == 8 || part == 1) positions(&m, u);
        if (!reads_lags(&m) && (part == 8 || part == 2)) scores(&m, u, d);
        if (part == 8 || part == 3) gradients(&m, u, d);
        if (part == 8 || part == 5) states(&m, u, d);
        if (part == 8 || part == 7) forecasts(&m, u);
        if (part == 8 || part == 0) streams(&m, u);
        unroll_data_free(d);
        unroll_close(u);
    }
}
#endif
