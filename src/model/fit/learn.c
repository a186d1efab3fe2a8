/* learn.c: what a fit takes from the data before any gradient: scales, vocabularies, frequencies, the naive forecast's error,
 * seasons; and the data encoded by them. Must not know optimisers. Invariant: nothing is learned from the validation part. */
#include "model/fit/fit.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* y less its mean over the s positions about each (a moving average of classical decomposition): what is left of a season,
 * without the trend; NAN: unknown. sum, seen: [n + 1] of the values before each position. The sum of the squares that are left.
 */
static double without_trend(double *left, const double *y, size_t n, size_t s, const double *sum, const size_t *seen)
{
    double square = 0;
    for (size_t i = 0; i < n; i++) {
        left[i] = NAN;
        if (i < s / 2 || i + s / 2 + 1 > n || isnan(y[i])) continue;
        size_t a = i - s / 2, b = i - (s - 1) / 2; /* of an even s both windows that are nearest */
        left[i] = y[i] - (sum[a + s] - sum[a] + sum[b + s] - sum[b]) / (double)(seen[a + s] - seen[a] + seen[b + s] - seen[b]);
        square += left[i] * left[i];
    }
    return square;
}

static double correlation(const double *y, size_t n, size_t lag, size_t *pairs)
{
    double both = 0, before = 0, after = 0;
    *pairs = 0;
    for (size_t i = lag; i < n; i++) {
        if (isnan(y[i]) || isnan(y[i - lag])) continue;
        both += y[i] * y[i - lag];
        before += y[i - lag] * y[i - lag];
        after += y[i] * y[i];
        ++*pairs;
    }
    return before > 0 && after > 0 ? both / sqrt(before * after) : 0;
}

/* the correlation of differences of neighbours that lie s apart, in its standard deviations where the values are a random walk:
 * differences of such are independent */
static double alike(const double *y, size_t n, size_t s)
{
    double sum = 0, count = 0, both = 0, square = 0, pairs = 0;
    for (size_t i = 1; i < n; i++)
        if (!isnan(y[i]) && !isnan(y[i - 1])) sum += y[i] - y[i - 1], count++;
    for (size_t i = 1; i < n; i++) {
        double d = y[i] - y[i - 1] - sum / count, before = i > s ? y[i - s] - y[i - s - 1] - sum / count : NAN;
        square += isnan(d) ? 0 : d * d;
        if (isnan(d) || isnan(before)) continue;
        both += d * before;
        pairs++;
    }
    return square > 0 && pairs > 0 ? both / pairs / (square / count) * sqrt(pairs) : 0;
}

/* A random walk, less its trend over s positions, swings at about that period too, so that `at`, its autocorrelation there, is
 * large: its differences are not alike, and its swings keep no time over several periods. A period that the times have needs
 * less. */
static bool no_walk(const double *y, const double *left, size_t n, size_t s, double at, bool usual)
{
    size_t pairs;
    if (alike(y, n, s) > 2.5) return true;
    if (!usual && n < 5 * s) return false;
    return correlation(left, n, 2 * s, &pairs) > 0.7 * at && (usual || correlation(left, n, 3 * s, &pairs) > 0.5 * at);
}

/* `usual`: the period that the times have, which is tried first and is given up for none but a much clearer one; 0: they tell
 * none */
static int clearest(const double *y, size_t n, int usual, const double *sum, const size_t *seen, double all, double *left)
{
    const int tries[] = { usual, 4, 7, 12, 24, 48, 52, 168, 336 }; /* of two that are alike the shorter */
    double best = 0.3, margin = 0.01;
    int season = 0;
    for (size_t k = 0; k < sizeof tries / sizeof *tries; k++) {
        size_t s = (size_t)tries[k], pairs, halves;
        if (s < 2 || n < 3 * s || (k && tries[k] == usual)) continue;
        if (!(without_trend(left, y, n, s, sum, seen) > 1e-12 * all)) continue;
        double at = correlation(left, n, s, &pairs), half = correlation(left, n, s / 2, &halves);
        if (!(at > best + margin && at > half + 0.05 && at * at * (double)pairs > 4))
            continue; /* what is slow is alike at half the period too */
        if (!no_walk(y, left, n, s, at, !k)) continue;
        best = at;
        season = (int)s;
        if (!k) margin = 0.1;
    }
    return season;
}

/* The period whose autocorrelation, without the trend, is clearly the largest; 0: none */
static int season_of_values(double *y, size_t n, int usual)
{
    double mean = 0, all = 0;
    size_t used = 0;
    double *sum = ur_zalloc((n + 1) * sizeof *sum), *left = ur_alloc((n + 1) * sizeof *left);
    size_t *seen = ur_zalloc((n + 1) * sizeof *seen);
    for (size_t i = 0; i < n; i++)
        if (!isnan(y[i])) mean += y[i], used++;
    int season = 0;
    if (sum && left && seen && used >= 12) {
        for (size_t i = 0; i < n; i++) {
            y[i] -= mean / (double)used;
            sum[i + 1] = sum[i] + (isnan(y[i]) ? 0 : y[i]);
            seen[i + 1] = seen[i] + !isnan(y[i]);
            all += isnan(y[i]) ? 0 : y[i] * y[i];
        }
        season = clearest(y, n, usual, sum, seen, all, left);
    }
    ur_free(sum);
    ur_free(left);
    ur_free(seen);
    return season;
}

/* how often each symbol came, times its weight. One of no weight has been met all the same */
static int frequencies(unroll_model *m, int d, const ur_examples *x, ur_err *e)
{
    ur_record *r = &m->rec;
    const ur_series *s = &x->series[d];
    int n = ur_vocab_size(m->code[d].vocab);
    ur_free(r->freq[d]);
    r->freq[d] = ur_zalloc((size_t)n * sizeof(double));
    r->nfreq[d] = n;
    if (!r->freq[d]) return ur_nomem(e);
    for (size_t i = 0; i < s->nrow; i++)
        if ((!s->seen || s->seen[i]) && (!s->skip || s->skip[i] != UR_SKIP_NEVER) && s->sym[i] >= 0 && s->sym[i] < n)
            r->freq[d][s->sym[i]] += ur_series_weight(s, i) > 0 && isfinite(ur_series_weight(s, i)) ? ur_series_weight(s, i)
                                                                                                    : DBL_MIN;
    return 0;
}

/* of what bernoulli draws */
static int zeros_and_ones(ur_record *r, int d, const ur_series *s, size_t w, ur_err *e)
{
    ur_free(r->freq[d]);
    r->nfreq[d] = 2;
    if (!(r->freq[d] = ur_zalloc(2 * sizeof(double)))) return ur_nomem(e);
    for (size_t i = 0; i < s->nrow * w; i++)
        if (ur_raw_has(s, i / w, w, i % w) && (s->num[i] == 0 || s->num[i] == 1)) r->freq[d][s->num[i] == 1]++;
    return 0;
}

static int by_pair(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* the words along which labels stand: the first symbols that are given and carried as they are; −1: none */
static int words_of(const ur_schema *g, int d)
{
    for (int w = 0; ur_is_label(g, d) && g->data[d].nidx == 1 && w < g->ndata; w++) {
        const ur_datum *u = &g->data[w];
        if (!u->drawn && UR_IS_SYMBOL(u->kind) && u->kind != UR_PIECES && u->nidx == 1 && !u->nfix &&
            ur_datum_carries(g, u, g->data[d].idx[0]))
            return w;
    }
    return -1;
}

/* each word's most frequent label; of equally frequent ones that which is more frequent in all */
static int usual_labels(unroll_model *m, int d, const ur_examples *x, ur_err *e)
{
    ur_record *r = &m->rec;
    const ur_series *s = &x->series[d];
    int w = words_of(&m->graph->schema, d);
    ur_free(r->usual[d]);
    r->usual[d] = NULL;
    if (w < 0 || !x->series[w].start || x->series[w].nrow != s->nrow) return 0;
    size_t n = 0, best = 0;
    uint64_t *pair = ur_alloc((s->nrow + 1) * sizeof *pair);
    r->usual_of[d] = w;
    r->nusual[d] = ur_vocab_size(m->code[w].vocab);
    r->usual[d] = ur_zalloc((size_t)r->nusual[d] * sizeof **r->usual);
    if (!pair || !r->usual[d]) {
        ur_free(pair);
        return ur_nomem(e);
    }
    for (size_t i = 0; i < s->nrow; i++) {
        int32_t word = x->series[w].sym[i];
        if (s->sym[i] < UR_SYM_FIRST || word < UR_SYM_FIRST || (s->seen && !s->seen[i]) ||
            (x->series[w].seen && !x->series[w].seen[i]))
            continue;
        pair[n++] = (uint64_t)(uint32_t)word << 32 | (uint32_t)s->sym[i];
    }
    qsort(pair, n, sizeof *pair, by_pair);
    for (size_t i = 0, to; i < n; i = to) {
        for (to = i; to < n && pair[to] == pair[i]; to++)
            ;
        int32_t *usual = &r->usual[d][pair[i] >> 32];
        if (*usual && to - i <= best) continue;
        best = to - i;
        *usual = (int32_t)(uint32_t)pair[i];
    }
    ur_free(pair);
    return 0;
}

/* mean |y[t] − y[t−1]| within examples: the scale of MASE (Hyndman & Koehler 2006) */
static double naive_error(const ur_series *s, size_t n, size_t w)
{
    double sum = 0;
    size_t count = 0;
    for (size_t x = 0; x < n; x++)
        for (size_t i = s->start[x] + 1; i < s->start[x + 1]; i++)
            for (size_t k = 0; k < w; k++) {
                if (!ur_raw_has(s, i, w, k) || !ur_raw_has(s, i - 1, w, k)) continue;
                sum += fabs(s->num[i * w + k] - s->num[(i - 1) * w + k]);
                count++;
            }
    return count ? sum / (double)count : NAN;
}

/* steps of the next larger unit: 12 months, 4 quarters, 52 weeks, 7 days, 5 business days, 24 hours, 96 quarters of an hour; 0:
 * none is known */
static int usual_period(const ur_pace *p)
{
    double by = fabs(p->by), days = 0;
    for (int k = 0; k < 7; k++) days += p->on >> k & 1;
    switch (p->kind) {
    case UR_PACE_MONTHS: return by >= 1 && by < 12 && fmod(12, by) == 0 ? (int)(12 / by) : 0;
    case UR_PACE_DAYS: return by == 7 ? 52 : by == 1 ? 7 : 0;
    case UR_PACE_WEEKDAYS: return by == 1 ? (int)days : 0;
    case UR_PACE_SECONDS:
        if (by == 86400) return 7;
        if (by == 7 * 86400.0) return 52;
        return by >= 1 && by < 86400 && fmod(86400, by) == 0 ? (int)(86400 / by) : 0;
    default: return 0;
    }
}

/* how the times of the rows go on */
static int pace_of(const unroll_model *m, const ur_raw *raw, ur_pace *pace, ur_err *e)
{
    size_t *own;
    ur_when when;
    *pace = raw->pace;
    int rc = ur_raw_when(&when, &m->graph->schema, raw, ur_raw_root(&m->graph->schema, raw), &own, e);
    if (!rc && when.t && !pace->kind) rc = ur_pace_find(pace, &when, e);
    ur_free(own);
    return rc;
}

static int season_of(const unroll_model *m, const ur_series *s, size_t w, int *season, ur_err *e)
{
    size_t n = s->nrow;
    double *y = ur_alloc((n + 1) * sizeof *y);
    if (!y) return ur_nomem(e);
    for (size_t i = 0; i < n; i++) y[i] = ur_raw_has(s, i, w, 0) ? s->num[i * w] : NAN;
    *season = season_of_values(y, n, usual_period(&m->rec.manner.pace));
    ur_free(y);
    return 0;
}

static int record(unroll_model *m, const unroll_data *train, const ur_examples *x, ur_err *e)
{
    ur_record *r = &m->rec;
    const ur_raw *raw = train->raw;
    r->units = unroll_data_units(train);
    r->stream = raw->stream;
    r->one = raw->n == 1;
    r->season = 0;
    r->form = raw->form;
    TRY(ur_manner_copy(&r->manner, &raw->manner, e));
    TRY(pace_of(m, raw, &r->manner.pace, e));
    for (int d = 0; d < m->ndata; d++) {
        ur_free(r->bound[d]);
        r->bound[d] = raw->bound[d] ? ur_strdup(raw->bound[d]) : NULL;
        if (raw->bound[d] && !r->bound[d]) return ur_nomem(e);
        const ur_series *s = &x->series[d];
        const ur_datum *u = &m->graph->data[d];
        r->longest[d] = 0;
        for (size_t i = 0; s->start && i < x->n; i++)
            if (s->start[i + 1] - s->start[i] > (size_t)r->longest[d]) r->longest[d] = (int)(s->start[i + 1] - s->start[i]);
        if (UR_IS_SYMBOL(u->kind)) {
            TRY(frequencies(m, d, x, e));
            TRY(usual_labels(m, d, x, e));
        } else if (raw->col[d].present && raw->col[d].raw.start) {
            size_t w = ur_datum_width(&m->graph->schema, u);
            r->naive[d] = naive_error(&raw->col[d].raw, raw->n, w);
            for (int l = 0; l < m->graph->nlike; l++)
                if (m->graph->like[l].datum == d && m->graph->like[l].dist == UR_BERNOULLI)
                    TRY(zeros_and_ones(r, d, &raw->col[d].raw, w, e));
            if (u->drawn && !r->season && raw->n == 1 && u->nidx == 1) TRY(season_of(m, &raw->col[d].raw, w, &r->season, e));
        }
    }
    return 0;
}

static int check_values(const unroll_model *m, const unroll_data *train, ur_err *e)
{
    size_t n = unroll_data_units(train);
    if (n == 0 || train->raw->n == 0)
        return ur_fail(e, UNROLL_ERROR_DATA, "there is nothing to fit on: the training data are empty");
    for (int d = 0; d < m->ndata; d++) {
        if (!m->graph->data[d].drawn) continue;
        const ur_series *s = &train->raw->col[d].raw;
        size_t w = ur_datum_width(&m->graph->schema, &m->graph->data[d]), all = 0, none = 0;
        char part[UR_MAX_NAME + 24];
        for (size_t c = w; c-- > 0;) {
            size_t first = 0;
            while (first < s->nrow && !ur_raw_has(s, first, w, c)) first++;
            all += first < s->nrow;
            if (first == s->nrow) none = c;
        }
        if (all < w)
            return ur_fail(e, UNROLL_ERROR_DATA, "there is nothing to fit on: every value of %s is missing",
                           all ? ur_component_name(m, d, none, part, sizeof part) : m->graph->data[d].name);
    }
    return 0;
}

int ur_fit_learn(unroll_model *m, const unroll_data *train, const unroll_fit_options *o, ur_err *e)
{
    const ur_schema *g = &m->graph->schema;
    TRY(ur_data_present(m, train, true, e));
    TRY(check_values(m, train, e));
    if (!m->coded) {
        if (m->code) { /* stood in before the fit */
            ur_code_free(m->code, m->ndata);
            ur_free(m->code);
            m->code = NULL;
        }
        ur_code *c = ur_zalloc((size_t)(m->ndata + 1) * sizeof *c);
        if (!c) return ur_nomem(e);
        int rc = ur_code_learn(c, g, train->raw, o->min_count, o->max_vocabulary, e);
        if (rc) {
            ur_code_free(c, m->ndata);
            ur_free(c);
            return rc;
        }
        m->code = c;
        m->coded = true;
        TRY(ur_model_shape(m, e));
    }
    return 0;
}

/* A part cut by time from a longer sequence, with all that came before it: positions count from there, and so do lags and states
 * that it begins with. Positions before `*before` are of that history. */
static int with_history(const unroll_data *d, unroll_model *m, bool single, ur_raw **made, ur_examples **x, size_t *before,
                        ur_err *e)
{
    const ur_schema *g = &m->graph->schema;
    const ur_raw *raw = d->raw;
    size_t unknown = 0;
    *before = 0;
    if (d->whole && d->from > 0 && raw->n == 1) {
        TRY(ur_raw_slice(made, g, d->whole->raw, 0, d->from + unroll_data_units(d), e));
        raw = *made;
        TRY(ur_encoded_units(g, raw, m->code, d->from, before, e));
    }
    TRY(ur_encode(x, g, raw, m->code, true, false, single, &unknown, e));
    TRY(ur_leave_out(m, *x, e));
    return ur_weights_check(m, *x, e);
}

/* rows that read what is missing are left out: are there others? */
static int leave_out(unroll_model *m, ur_examples *x, ur_err *e)
{
    const ur_graph *g = m->graph;
    TRY(ur_leave_out(m, x, e));
    TRY(ur_weights_check(m, x, e));
    for (int d = 0; d < g->ndata; d++) {
        const ur_series *s = &x->series[d];
        size_t scored = 0;
        for (size_t r = 0; s->skip && r < s->nrow; r++) scored += ur_series_scored(s, r);
        if (s->skip && !scored)
            return ur_fail(e, UNROLL_ERROR_DATA,
                           "there is nothing to fit on: every value of %s is missing, or reads a number that is",
                           g->data[d].name);
    }
    for (int k = 0; k < x->ngoal; k++) {
        size_t left = 0;
        for (size_t r = 0; x->goal[k].skip && r < x->goal[k].nrow; r++) left += x->goal[k].skip[r] != 0;
        if (left && left == x->goal[k].nrow)
            return ur_fail(e, UNROLL_ERROR_DATA,
                           "there is nothing to fit on: at every position the loss %s reads what is missing", g->goal[k].name);
    }
    return 0;
}

static bool any_scored(const unroll_model *m, const ur_examples *x)
{
    for (int d = 0; d < m->ndata; d++)
        for (size_t r = 0; m->graph->data[d].drawn && x->series[d].start && r < x->series[d].nrow; r++)
            if (ur_series_scored(&x->series[d], r)) return true;
    return m->graph->ngoal > 0;
}

/* is there a ~ line, or a loss that is not for some parameters alone? */
static bool judges(const ur_graph *g)
{
    for (int k = 0; k < ur_naddend(g); k++)
        if (ur_is_judged(g, k)) return true;
    return false;
}

/* what an epoch scores, as priors take it: the values of the ~ lines; where there is none, the positions of a loss */
static int epoch_of(ur_fit *f, ur_err *e)
{
    const ur_graph *g = f->m->graph;
    ur_losses l;
    double n = 0;
    if (!g->nprior) return 0;
    TRY(ur_losses_open(&l, f->m, f->x, f->tbefore, false, e));
    for (int k = 0; k < g->nlike; k++) n += l.line[k].count;
    ur_losses_close(&l);
    int rows = ur_goal_of_rows(g);
    if (!g->nlike)
        n = rows < 0 ? (double)f->x->n : ur_goal_count(f->x, rows, g->node[g->goal[rows].counts].nidx ? f->tbefore : 0);
    f->per_epoch = n > 0 ? 1 / n : 0;
    return 0;
}

int ur_fit_encode(ur_fit *f, const unroll_data *train, bool single, ur_err *e)
{
    unroll_model *m = f->m;
    size_t unknown = 0;
    int root = ur_root_index(&m->graph->schema);
    ur_memory_kind memory = UR_MEMORY_LAGS;
    ur_model_endless(m, train->raw->stream);
    TRY(ur_encode(&f->x, &m->graph->schema, train->raw, m->code, true, false, single, &unknown, e));
    TRY(leave_out(m, f->x, e));
    TRY(record(m, train, f->x, e));
    if (root >= 0) TRY(ur_memory(m->graph, root, &memory, e));
    bool part = root >= 0 && train->whole && train->from > 0,
         keeps = memory == UR_MEMORY_KEEPS || (root >= 0 && !ur_can_cut(m->graph, root));
    if (part && !keeps && memory == UR_MEMORY_FADES)
        ur_fit_note(f,
                    "a state begins at row %zu, where the fit's rows do: parts that are judged, and scores, have it of all rows "
                    "before them, which is the same where it fades",
                    train->from + 1);
    if (part && keeps) { /* a fit reads its part alone, but what a state keeps, or a sum over positions, was there before */
        ur_examples_free(f->x);
        f->x = NULL;
        TRY(with_history(train, m, single, &f->raw_x, &f->x, &f->tbefore, e));
    }
    TRY(epoch_of(f, e));
    const unroll_data *v = f->o.valid;
    if (!v) return 0;
    if (!judges(m->graph)) {
        ur_fit_note(f, "every loss is for some parameters alone, so there is nothing to judge the validation part by: it is not "
                       "used, and the last weights are kept");
        return 0;
    }
    if (v->m != m) return ur_fail(e, UNROLL_ERROR_USAGE, "the validation data were read for another model");
    TRY(ur_data_present(m, v, true, e));
    TRY(with_history(v, m, single, &f->vraw, &f->vx, &f->before, e));
    if (any_scored(m, f->vx)) return 0;
    ur_examples_free(f->vx);
    f->vx = NULL;
    f->blind = true;
    return 0;
}
