/* score.c: how well a model explains data: likelihood, accuracy and errors in own units, each beside a baseline that needs no model.
 * With a horizon: forecasts from rolling origins, the horizon hidden from the equations. Must not know fitting.
 * Invariant: a model and its baselines are scored on the same values at the same horizon. */
#include "model/model.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct errors { double n, abs, sq, ape, napes, crps, ncrps, abs_std, sq_std; } errors;
typedef struct tally {                   /* one ~ line */
    errors model, last, season;
    double wrong_model, wrong_base, n, nll_base;        /* symbols */
    double words;                        /* pieces: words (and ends) that they are of */
    int most;                            /* the most frequent symbol of training */
    double freq_sum;
    int lag;                             /* the youngest value of its own that the line reads, positions back: what a naive forecast may read */
    bool zero;                           /* some value is 0: no percentages */
} tally;
typedef struct marks { unroll_model *m; ur_run *run; const ur_examples *x; tally *t; int season; size_t before; } marks;

static bool seen(const ur_series *s, size_t r) { return !s->seen || s->seen[r]; }

/* continuous ranked probability score of a normal (Gneiting & Raftery 2007) */
static double crps_normal(double y, double mean, double sd)
{
    double z = (y - mean) / sd, phi = exp(-0.5 * z * z) / 2.50662827463100050242, big = 0.5 * erfc(-z / 1.41421356237309504880);
    return sd * (z * (2 * big - 1) + 2 * phi - 0.56418958354775628695);
}

static void count(errors *q, double y, double guess, double scale)
{
    if (isnan(guess)) return;
    double d = y - guess;
    q->n++;
    q->abs += fabs(d);
    q->sq += d * d;
    q->abs_std += fabs(d) / scale;
    q->sq_std += d * d / (scale * scale);
    if (y != 0) q->ape += fabs(d / y), q->napes++;
}

static double value_at(const marks *k, int d, size_t row, size_t comp)
{
    const ur_series *s = &k->x->series[d];
    size_t w = ur_datum_width(&k->m->graph->schema, &k->m->graph->data[d]);
    return ur_own(k->m, d, comp, s->num[row * w + comp]);
}

/* the last value before `origin`; the value whole seasons before `row` that lies before `origin` */
static double last_value(const marks *k, int d, size_t from, size_t origin, size_t comp)
{
    const ur_series *s = &k->x->series[d];
    for (size_t r = origin; r > from; r--)
        if (seen(s, r - 1)) return value_at(k, d, r - 1, comp);
    return NAN;
}

static double season_value(const marks *k, int d, size_t from, size_t origin, size_t row, size_t comp)
{
    if (k->season <= 0) return NAN;
    size_t p = (size_t)k->season, back = (row - origin) / p * p + p;
    return row >= from + back && seen(&k->x->series[d], row - back) ? value_at(k, d, row - back, comp) : NAN;
}

static void mark_number(marks *k, tally *t, const ur_like *l, const ur_args *args, size_t at, size_t row, size_t from, size_t origin)
{
    int d = l->datum;
    const ur_code *c = &k->m->code[d];
    size_t w = ur_datum_width(&k->m->graph->schema, &k->m->graph->data[d]);
    for (size_t q = 0; q < w; q++) {
        double a[4], y = value_at(k, d, row, q), scale = c->scale ? c->scale[q] : 1;
        for (int i = 0; i < args->n; i++) a[i] = ur_arg(args, i, at, q);
        double mean = ur_own(k->m, d, q, ur_dist_mean(l->dist, a));
        if (y == 0) t->zero = true;
        count(&t->model, y, mean, scale);
        if (l->dist == UR_NORMAL) t->model.crps += crps_normal(y, mean, a[1] * scale), t->model.ncrps++;
        count(&t->last, y, last_value(k, d, from, origin, q), scale);
        count(&t->season, y, season_value(k, d, from, origin, row, q), scale);
    }
}

static void mark_symbol(marks *k, tally *t, const ur_like *l, const ur_args *args, size_t at, size_t row)
{
    const ur_values *v = &args->v[0];
    int32_t id = k->x->series[l->datum].sym[row];
    const double *o = v->v + (v->npos == 1 ? 0 : at) * v->width;
    size_t best = 0;
    for (size_t i = 1; i < v->width; i++)
        if (o[i] > o[best]) best = i;
    const ur_record *r = &k->m->rec;
    t->n++;
    if (k->m->graph->data[l->datum].kind == UR_PIECES) t->words += id == UR_SYM_END || ur_begins_word(k->m->code[l->datum].vocab, id);
    t->wrong_model += best != (size_t)id;
    t->wrong_base += t->most != id;
    if (r->freq[l->datum]) {
        double f = id >= 0 && id < r->nfreq[l->datum] ? r->freq[l->datum][id] : 0;
        t->nll_base -= log((f + 1) / (t->freq_sum + r->nfreq[l->datum]));
    }
}

static int mark_batch(ur_pass *p, const ur_batch *b, ur_err *e)
{
    marks *k = p->arg;
    const ur_graph *g = k->run->g;
    int rc = 0;
    ur_args args = { 0 };
    for (int i = 0; i < g->nlike && !rc; i++) {
        const ur_like *l = &g->like[i];
        const ur_series *s = &k->x->series[l->datum];
        bool sym = UR_IS_SYMBOL(g->data[l->datum].kind);
        if (sym != (l->dist == UR_CATEGORICAL)) continue;
        for (size_t it = 0; it < b->n && !rc; it++) {
            size_t first, n = ur_item_rows(k->run, k->x, b, it, l->datum, &first), from = s->start[b->item[it].example];
            bool along = g->data[l->datum].nidx > 0;
            int32_t hide = b->item[it].hide_from, score = b->item[it].score_from;
            rc = ur_args_get(k->run, i, it, &args, e);
            for (size_t r = 0; r < n && !rc; r++) {
                size_t row = first + r, pos = row - from;
                if (!seen(s, row) || (along && (int64_t)pos < score)) continue;
                if (sym) mark_symbol(k, &k->t[i], l, &args, r, row);
                else mark_number(k, &k->t[i], l, &args, r, row, from, along && hide != INT32_MAX ? from + (size_t)hide : k->t[i].lag > 1 && row >= from + (size_t)k->t[i].lag ? row - (size_t)k->t[i].lag + 1 : row);
            }
        }
    }
    ur_args_free(&args);
    return rc;
}

/* ---- passes */
static int rolling(marks *k, const unroll_use_options *o, ur_pass *p, ur_err *e)
{
    int root = k->run->root, n = o->horizon, stride = o->stride > 0 ? o->stride : 1;
    if (root < 0) return ur_fail(e, UNROLL_ERROR_USAGE, "a horizon needs data along one index, as in y[t]");
    int lag = ur_max_lag(k->m->graph, root), context = o->context > 0 ? o->context : k->m->rec.horizon > 0 ? k->m->rec.context : 0;
    if (!context) context = 2 * n > 168 ? 2 * n : 168;
    if (context < lag) context = lag;
    size_t count_items = 0, cap = 0;
    ur_item *item = NULL;
    for (size_t x = 0; x < k->x->n; x++) {
        int len = (int)ur_length(k->x, root, x), first = k->before ? (int)k->before : context;
        if (!k->before && first + n > len) first = len > n ? len - n : len;
        for (int at = first; at + n <= len; at += stride) {
            if (count_items == cap) {
                ur_item *more = ur_realloc(item, (cap = cap * 2 + 64) * sizeof *item);
                if (!more) {
                    ur_free(item);
                    return ur_nomem(e);
                }
                item = more;
            }
            item[count_items++] = (ur_item){ (uint32_t)x, at > context ? at - context : 0, at + n, at, at };
        }
    }
    int rc = count_items ? 0 : ur_fail(e, UNROLL_ERROR_DATA, "no forecast of %d positions lies within the data", n);
    for (int i = 0; !rc && i < k->m->ndata; i++) {
        const ur_datum *u = &k->m->graph->data[i];
        if (u->drawn && (u->nidx != 1 || u->idx[0] != root)) rc = ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "%s is not carried along %s alone: no rolling forecasts", u->name, k->m->graph->index[root].name);
    }
    if (!rc) rc = ur_pass_items(p, item, count_items, e);
    ur_free(item);
    return rc;
}

/* ---- rows of the table */
typedef struct sheet { unroll_table *t; size_t row; const char *data; } sheet;

static int put(sheet *s, const char *score, double model, double base, const char *base_name, ur_err *e)
{
    TRY(ur_table_row(s->t, e));
    size_t r = s->row++;
    TRY(ur_table_puts(s->t, r, 0, s->data, strlen(s->data), e));
    TRY(ur_table_puts(s->t, r, 1, score, strlen(score), e));
    ur_table_put(s->t, r, 2, model);
    ur_table_put(s->t, r, 3, base);
    return ur_table_puts(s->t, r, 4, base_name, strlen(base_name), e);
}

static int put_errors(sheet *s, const tally *t, const errors *b, const char *name, double naive, bool horizon, ur_err *e)
{
    const errors *m = &t->model;
    double n = m->n, k = b->n > 0 ? b->n : NAN;
    TRY(put(s, "MAE", m->abs / n, b->abs / k, name, e));
    TRY(put(s, "RMSE", sqrt(m->sq / n), sqrt(b->sq / k), name, e));
    if (naive > 0) TRY(put(s, "MASE", m->abs / n / naive, b->abs / k / naive, name, e));
    if (!t->zero) TRY(put(s, "MAPE %", 100 * m->ape / m->napes, b->napes > 0 ? 100 * b->ape / b->napes : NAN, name, e));
    if (horizon) {
        TRY(put(s, "MSE, standardised", m->sq_std / n, b->sq_std / k, name, e));
        TRY(put(s, "MAE, standardised", m->abs_std / n, b->abs_std / k, name, e));
    }
    return 0;
}

static double log_scale(const unroll_model *m, int d)
{
    const ur_code *c = &m->code[d];
    double sum = 0;
    for (int i = 0; c->scale && i < c->width; i++) sum += log(c->scale[i]);
    return c->width > 0 ? sum / c->width : 0;
}

static int put_line(marks *k, sheet *s, int i, bool horizon, ur_err *e)
{
    const ur_graph *g = k->run->g;
    const ur_like *l = &g->like[i];
    const tally *t = &k->t[i];
    const ur_record *r = &k->m->rec;
    double n = k->run->like_count[i], nll = n > 0 ? k->run->like_sum[i] / n : NAN;
    s->data = g->data[l->datum].name;
    if (UR_IS_SYMBOL(g->data[l->datum].kind)) {
        const char *base = "symbol frequencies";
        double b = t->n > 0 && r->freq[l->datum] ? t->nll_base / t->n : NAN;
        TRY(put(s, "negative log-likelihood", nll, b, base, e));
        bool pieces = g->data[l->datum].kind == UR_PIECES;  /* how long they are is the model's choice: words make models comparable */
        TRY(put(s, pieces ? "perplexity per piece" : "perplexity", exp(nll), exp(b), base, e));
        if (t->words > 0) TRY(put(s, "perplexity per word", exp(nll * n / t->words), exp(b * t->n / t->words), base, e));
        TRY(put(s, pieces ? "bits per piece" : "bits per symbol", nll / 0.69314718055994530942, b / 0.69314718055994530942, base, e));
        if (t->n > 0) TRY(put(s, "accuracy %", 100 * (1 - t->wrong_model / t->n), t->most >= 0 ? 100 * (1 - t->wrong_base / t->n) : NAN, "most frequent symbol", e));
        return 0;
    }
    if (!horizon) TRY(put(s, "negative log-likelihood", nll + log_scale(k->m, l->datum), NAN, "", e));
    if (!(t->model.n > 0)) return 0;
    char name[64], lastname[64];
    snprintf(name, sizeof name, "value %d earlier", k->season);
    if (t->lag > 1 && !horizon) snprintf(lastname, sizeof lastname, "value %d earlier", t->lag);
    else snprintf(lastname, sizeof lastname, "last value");
    TRY(put_errors(s, t, &t->last, lastname, r->naive[l->datum], horizon, e));
    if (k->season > 1 && strcmp(name, lastname) && t->season.n > 0) TRY(put_errors(s, t, &t->season, name, r->naive[l->datum], horizon, e));
    if (t->model.ncrps > 0 && !horizon) TRY(put(s, "CRPS", t->model.crps / t->model.ncrps, t->last.n > 0 ? t->last.abs / t->last.n : NAN, lastname, e));
    return 0;
}

/* ---- generated sequences against the true ones */
static size_t distance(const int32_t *a, size_t na, const int32_t *b, size_t nb, size_t *row)
{
    for (size_t j = 0; j <= nb; j++) row[j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t up = row[j], best = diagonal + (a[i - 1] != b[j - 1]);
            if (up + 1 < best) best = up + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            row[j] = best;
            diagonal = up;
        }
    }
    return row[nb];
}

static int generated(marks *k, const ur_raw *raw, const unroll_use_options *o, int d, sheet *s, ur_err *e)
{
    const ur_graph *g = k->m->graph;
    ur_raw *copy = NULL;
    int32_t *ids = NULL;
    size_t *at = NULL, wrong = 0, edits = 0, total = 0, most = 0;
    if (raw->n < 2) return 0;
    TRY(ur_raw_slice(&copy, &g->schema, raw, 0, raw->n, e));
    ur_raw_drop(copy, &g->schema, d);
    int rc = ur_generate(k->m, copy, o, d, &ids, &at, e);
    ur_raw_free(copy);
    if (rc) return rc;
    const ur_series *q = &k->x->series[d];
    for (size_t x = 0; x < k->x->n; x++)
        if (q->start[x + 1] - q->start[x] > most) most = q->start[x + 1] - q->start[x];
    size_t *row = ur_alloc((most + 2) * sizeof *row);
    if (!row) rc = ur_nomem(e);
    for (size_t x = 0; !rc && x < k->x->n; x++) {
        const int32_t *want = q->sym + q->start[x];
        size_t n = q->start[x + 1] - q->start[x];
        while (n && want[n - 1] == UR_SYM_END) n--;
        size_t off = distance(ids + at[x], at[x + 1] - at[x], want, n, row);
        edits += off;
        total += n;
        wrong += off > 0;
    }
    ur_free(row);
    ur_free(ids);
    ur_free(at);
    s->data = g->data[d].name;
    if (!rc && total) rc = put(s, "symbol error rate %", 100 * (double)edits / (double)total, NAN, "", e);
    if (!rc) rc = put(s, "sequence error rate %", 100 * (double)wrong / (double)k->x->n, NAN, "", e);
    return rc;
}

static bool conditional(const ur_graph *g, int d)
{
    if (!UR_IS_SYMBOL(g->data[d].kind) || !g->data[d].drawn || g->data[d].nidx != 1 || !ur_index_ends(&g->schema, g->data[d].idx[0])) return false;
    for (int k = 0; k < g->ndata; k++)
        if (!g->data[k].drawn) return true;
    return false;
}

static int sheet_of(marks *k, const ur_raw *raw, const unroll_use_options *o, unroll_table *t, ur_err *e)
{
    static const char *const names[] = { "data", "score", "model", "baseline", "baseline_name" };
    for (int i = 0; i < 5; i++) {
        int rc = ur_table_column(t, names[i], i < 2 || i == 4, e);
        if (rc < 0) return rc;
    }
    sheet s = { .t = t };
    const ur_graph *g = k->run->g;
    for (int i = 0; i < g->nlike; i++) {
        TRY(put_line(k, &s, i, o->horizon > 0, e));
        if (!o->horizon && conditional(g, g->like[i].datum)) TRY(generated(k, raw, o, g->like[i].datum, &s, e));
    }
    return 0;
}

static void begin(marks *k)
{
    const ur_record *r = &k->m->rec;
    for (int i = 0; i < k->run->g->nlike; i++) {
        int d = k->run->g->like[i].datum;
        k->t[i].most = -1;
        k->t[i].lag = k->run->root >= 0 ? ur_min_lag(k->run->g, k->run->g->like[i].arg[0], k->run->g->like[i].datum, k->run->root) : 0;
        for (int n = 0; r->freq[d] && n < r->nfreq[d]; n++) {
            k->t[i].freq_sum += r->freq[d][n];
            if (r->freq[d][n] > 0 && (k->t[i].most < 0 || r->freq[d][n] > r->freq[d][k->t[i].most])) k->t[i].most = n;
        }
    }
}

int unroll_score(unroll_model *m, const unroll_data *d, const unroll_use_options *opt, unroll_table **out)
{
    ur_err *e = ur_model_error();
    if (!m || !d || !out) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_score: no model, no data, or no place for the table");
    unroll_use_options o = ur_use_options(opt);
    ur_complete c = { 0 };
    marks k = { .m = m };
    unroll_table *t = NULL;
    int horizon = o.horizon, rc = ur_use_check(m, d, e);
    o.horizon = 0;
    if (!rc) rc = ur_data_present(m, d, true, e);
    if (!rc) rc = ur_complete_open(&c, m, d, &o, true, e);
    o.horizon = horizon;
    ur_run_want w = { .args = true };
    if (!rc) rc = ur_use_run(&k.run, m, c.x, &o, horizon > 0, &w, e);
    if (!rc && !(k.t = ur_zalloc((size_t)(k.run->g->nlike + 1) * sizeof *k.t))) rc = ur_nomem(e);
    if (!rc) {
        k.x = c.x;
        k.before = c.before;
        k.season = o.season > 0 ? o.season : m->rec.season;
        begin(&k);
        ur_pass p = { .run = k.run, .x = c.x, .after = mark_batch, .arg = &k, .score_from = (uint32_t)c.before, .seed = o.seed,
                      .progress = o.progress, .progress_arg = o.arg, .draw = { .temperature = 1 } };
        rc = horizon > 0 ? rolling(&k, &o, &p, e) : ur_pass_all(&p, e);
        if (!rc && !horizon && k.run->g->nlike && !(p.count > 0))
            rc = ur_fail(e, UNROLL_ERROR_DATA, "there is nothing to score: every value of %s is missing", k.run->g->data[k.run->g->like[0].datum].name);
    }
    if (!rc && !(t = ur_table_new())) rc = ur_nomem(e);
    if (!rc) rc = sheet_of(&k, c.raw ? c.raw : d->raw, &o, t, e);
    if (rc) unroll_table_free(t);
    else *out = t;
    ur_run_close(k.run);
    ur_free(k.t);
    ur_complete_close(&c);
    return rc;
}
