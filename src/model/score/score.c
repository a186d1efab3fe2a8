/* score.c: how well a model explains data: likelihood, accuracy and errors in own units, each beside a baseline that needs no
 * model. With a horizon: forecasts from rolling origins, the horizon hidden from the equations. Must not know fitting. Invariant:
 * a model and its baselines are scored at the same horizon, on the same values but for those of which a baseline says nothing. */
#include "model/model.h"
#include "model/score/score.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct errors {
    long double sq; /* squares of 1e-200 and 1e200 too */
    double n, abs, ape, napes, crps, ncrps, abs_std, sq_std;
} errors;
typedef struct versus { /* on the values for which the baseline says something */
    errors model, base;
} versus;
typedef struct tally { /* one ~ line */
    errors model;      /* on all values */
    versus last, season;
    versus *each; /* by component, where there are some; base: the last value */
    size_t width;
    double wrong_model, wrong_base, wrong_most, n,
        nll_base;              /* symbols; wrong_most: of the most frequent of all, beside that of each word */
    double words;              /* pieces: words (and ends) that they are of */
    int most;                  /* the most frequent symbol of training */
    double freq_sum, possible; /* possible: how many symbols can occur */
    int lag;   /* the youngest value of its own that the line reads, positions back: what a naive forecast may read */
    bool zero; /* some value is 0: no percentages */
    int32_t *guess,
        *base; /* symbols without a horizon: the likeliest at each row, −1: not scored; what the baseline says, −1: nothing */
    char base_name[UR_MAX_NAME + 40];
    ur_outcomes out; /* what bernoulli draws */
    double look_nll; /* symbols: Σ −log of the probability that the outlook gives what came */
} tally;
typedef struct marks {
    unroll_model *m;
    ur_run *run;
    const ur_examples *x;
    tally *t;
    int season;
    size_t before;
    ur_run *fore;
    size_t origins; /* with a horizon: builds up the state before each origin; how many there are */
    ur_tracks tracks;
    ur_losses losses;
    ur_outlook look;
    ur_args args; /* of the batch at hand: room for large vocabularies is not asked for again each time */
} marks;

enum { MOST_COMPONENTS = 16 }; /* with rows of their own: a few quantities, not an image */
static const char most_frequent[] = "most frequent symbol";

static bool seen(const ur_series *s, size_t r) { return !s->seen || s->seen[r]; }

/* continuous ranked probability score of a normal (Gneiting & Raftery 2007) */
static double crps_normal(double y, double mean, double sd)
{
    double z = (y - mean) / sd, phi = exp(-0.5 * z * z) / 2.50662827463100050242, big = 0.5 * erfc(-z / 1.41421356237309504880);
    return sd * (z * (2 * big - 1) + 2 * phi - 0.56418958354775628695);
}

/* crps: NAN where the forecast has none */
static void count(errors *q, double y, double guess, double scale, double crps)
{
    double d = y - guess;
    q->n++;
    q->abs += fabs(d);
    q->sq += (long double)d * d;
    q->abs_std += fabs(d) / scale;
    q->sq_std += d * d / (scale * scale);
    if (y != 0) q->ape += fabs(d / y), q->napes++;
    if (!isnan(crps)) q->crps += crps, q->ncrps++;
}

static void compare(versus *v, double y, double model, double base, double scale, double crps)
{
    if (isnan(base)) return;
    count(&v->model, y, model, scale, crps);
    count(&v->base, y, base, scale, NAN);
}

static double value_at(const marks *k, int d, size_t row, size_t comp)
{
    const ur_series *s = &k->x->series[d];
    size_t w = ur_datum_width(&k->m->graph->schema, &k->m->graph->data[d]);
    return ur_own(k->m, d, comp, s->num[row * w + comp]);
}

/* the last value before `origin`, of numbers without an index the mean of the fit, where the scale has it; the value whole
 * seasons before `row` that lies before `origin` */
static double last_value(const marks *k, int d, size_t from, size_t origin, size_t comp)
{
    const ur_series *s = &k->x->series[d];
    const ur_datum *u = &k->m->graph->data[d];
    if (!u->nidx && u->kind == UR_REAL) return ur_own(k->m, d, comp, 0);
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

/* forecasts of a row whose line hangs on what is drawn: a random one is added, or they are what counts */
static int expected(marks *k, int line, double *v, size_t n, ur_err *e)
{
    if (!k->look.any || !k->look.line[line].hangs) return 0;
    if (k->look.looking) return ur_outlook_add(&k->look, line, v, n, e);
    ur_outlook_next(&k->look, line, v, n);
    return 0;
}

static int mark_number(marks *k, tally *t, int line, size_t at, size_t row, size_t from, size_t origin, ur_err *e)
{
    const ur_like *l = &k->run->g->like[line];
    int d = l->datum;
    const ur_code *c = &k->m->code[d];
    size_t w = ur_datum_width(&k->m->graph->schema, &k->m->graph->data[d]);
    for (size_t q = 0; q < w; q++) {
        double a[4], y = value_at(k, d, row, q), scale = c->scale ? c->scale[q] : 1;
        for (int i = 0; i < k->args.n; i++) a[i] = ur_arg(&k->args, i, at, q);
        double mean = ur_own(k->m, d, q, ur_dist_mean(l->dist, a));
        TRY(expected(k, line, &mean, 1, e));
        if (k->look.looking) continue;
        if (y == 0) t->zero = true;
        if (l->dist == UR_BERNOULLI) TRY(ur_outcome_add(&t->out, mean, y > 0, e));
        double crps = l->dist == UR_NORMAL ? crps_normal(y, mean, a[1] * scale) : NAN;
        double last = last_value(k, d, from, origin, q);
        count(&t->model, y, mean, scale, crps);
        compare(&t->last, y, mean, last, scale, crps);
        compare(&t->season, y, mean, season_value(k, d, from, origin, row, q), scale, crps);
        if (!t->each) continue;
        count(&t->each[q].model, y, mean, scale, NAN);
        if (!isnan(last)) count(&t->each[q].base, y, last, scale, NAN);
    }
    return 0;
}

/* the probability of a symbol */
static double chance_of(const double *logits, size_t n, int32_t id)
{
    double most = -INFINITY, sum = 0;
    for (size_t i = 0; i < n; i++) most = fmax(most, logits[i]);
    for (size_t i = 0; i < n; i++) sum += exp(logits[i] - most);
    return id >= 0 && (size_t)id < n ? exp(logits[id] - most) / sum : 0;
}

static int mark_symbol(marks *k, tally *t, int line, size_t at, size_t row, ur_err *e)
{
    const ur_like *l = &k->run->g->like[line];
    const ur_values *v = &k->args.v[0];
    int32_t id = k->x->series[l->datum].sym[row];
    const double *o = v->v + (v->npos == 1 ? 0 : at) * v->width;
    if (k->look.any && k->look.line[line].hangs) {
        double p = chance_of(o, v->width, id);
        TRY(expected(k, line, &p, 1, e));
        if (k->look.looking) return 0;
        t->look_nll -= log(p);
    }
    size_t best = (size_t)ur_symbol_first(&k->m->graph->schema,
                                          l->datum); /* what predict would say: never the unknown or the start */
    for (size_t i = best + 1; i < v->width; i++)
        if (o[i] > o[best]) best = i;
    const ur_record *r = &k->m->rec;
    if (t->guess) t->guess[row] = (int32_t)best;
    t->n++;
    if (k->m->graph->data[l->datum].kind == UR_PIECES)
        t->words += id == UR_SYM_END || ur_begins_word(k->m->code[l->datum].vocab, id);
    t->wrong_model += best != (size_t)id;
    t->wrong_base += (t->base ? t->base[row] : t->most) != id; /* an unknown symbol is never said rightly */
    t->wrong_most += t->most != id;
    if (r->freq[l->datum]) {
        double f = id >= 0 && id < r->nfreq[l->datum] ? r->freq[l->datum][id] : 0;
        t->nll_base -= log((f + 1) / (t->freq_sum + t->possible));
    }
    return 0;
}

/* one item's rows that one line draws */
static int mark_item(marks *k, int line, const ur_batch *b, size_t it, ur_err *e)
{
    tally *t = &k->t[line];
    int d = k->run->g->like[line].datum;
    const ur_series *s = &k->x->series[d];
    size_t first, n = ur_item_rows(k->run, k->x, b, it, d, &first), from = s->start[b->item[it].example], lag = (size_t)t->lag;
    bool along = k->run->g->data[d].nidx > 0;
    int32_t hide = b->item[it].hide_from, score = b->item[it].score_from;
    TRY(ur_args_get(k->run, line, it, &k->args, e));
    for (size_t r = 0; r < n; r++) {
        size_t row = first + r, origin = row;
        if (!ur_series_scored(s, row) || (along && (int64_t)(row - from) < score)) continue;
        if (along && hide != INT32_MAX) origin = from + (size_t)hide;
        else if (lag > 1 && row >= from + lag) origin = row - lag + 1;
        TRY(UR_IS_SYMBOL(k->run->g->data[d].kind) ? mark_symbol(k, t, line, r, row, e)
                                                  : mark_number(k, t, line, r, row, from, origin, e));
    }
    return 0;
}

static int mark_batch(ur_pass *p, const ur_batch *b, ur_err *e)
{
    marks *k = p->arg;
    const ur_graph *g = k->run->g;
    for (int i = 0; i < g->nlike; i++) {
        bool sym = UR_IS_SYMBOL(g->data[g->like[i].datum].kind), asked = !k->look.looking || k->look.line[i].hangs;
        for (size_t it = 0; it < b->n && asked && sym == (g->like[i].dist == UR_CATEGORICAL); it++)
            TRY(mark_item(k, i, b, it, e));
    }
    if (k->look.looking) return 0;
    return b->item[0].hide_from == INT32_MAX ? ur_losses_mark(&k->losses, p, b, e) : ur_tracks_mark(&k->tracks, p, b, e);
}

/* ---- passes */
int ur_part_told(double done, void *arg)
{
    const ur_part *p = arg;
    return p->o->progress ? p->o->progress(p->from + done * (p->to - p->from), p->o->arg) : 0;
}

static int32_t begin_at(const marks *k, ur_origin h, size_t example, int32_t origin)
{
    if (h.kind == UR_FROM_STATE) return origin;
    if (h.kind == UR_FROM_LAGS) return ur_run_up(k->run, k->x, example, origin);
    return h.kind == UR_FROM_CONTEXT && origin > h.context ? origin - h.context : 0;
}

/* forecasts from every origin: each from what predict would read there */
static int origins(const marks *k, const unroll_use_options *o, ur_origin h, ur_item **out, size_t *n, ur_err *e)
{
    int ahead = o->horizon, stride = o->stride > 0 ? o->stride : 1,
        least = h.context         ? h.context
                : 2 * ahead > 168 ? 2 * ahead
                                  : 168;
    int begin = 0;
    size_t cap = 0, brief = 0, left = 0;
    int32_t reach;
    TRY(ur_hidden_reach(k->m->graph, k->x, k->run->root, &reach, e));
    if (least < k->run->lag) least = k->run->lag; /* what the first origin has before it, where there is no history */
    for (size_t x = 0; x < k->x->n; x++) {
        int len = (int)ur_length(k->x, k->run->root, x), first = k->before ? (int)k->before : least;
        if (!k->before && first + ahead > len) {
            first = len / 2 > k->run->lag ? len / 2 : k->run->lag;
            if (first + ahead > len) first = len > ahead ? len - ahead : len;
            if (len > ahead) brief++, begin = first;
        }
        for (int64_t at = first; at + ahead <= len; at += stride) { /* the last step may go beyond the largest int */
            if (*n == cap) {
                ur_item *more = ur_realloc(*out, (cap = cap * 2 + 64) * sizeof *more);
                if (!more) return ur_nomem(e);
                *out = more;
            }
            int32_t to = ur_window_end(k->m->graph, k->x, x, (int32_t)at, (int32_t)at + ahead, reach);
            left += to < (int32_t)at + ahead;
            if (to > at) (*out)[(*n)++] = (ur_item){ (uint32_t)x, begin_at(k, h, x, (int32_t)at), to, (int32_t)at, (int32_t)at };
        }
    }
    ur_notes notes = { o->note, o->note_arg };
    if (left) ur_note(&notes, "%zu forecasts are scored up to where they would read a number that is given and missing", left);
    if (brief && k->x->n == 1)
        ur_note(
            &notes,
            "forecasts begin after %d positions: where nothing comes before the data they begin after %d, and in fewer after half of them; --rows FROM: forecasts from every "
            "row after FROM, from all before it (--stride N: from every Nth)",
            begin, least);
    else if (brief)
        ur_note(
            &notes,
            "in %zu of %zu examples forecasts begin after half of the positions, in longer ones after %d; with --context N they begin after N and read N positions, "
            "from every position on (--stride N: from every Nth)",
            brief, k->x->n, least);
    return *n ? 0 : ur_fail(e, UNROLL_ERROR_DATA, "no forecast of %d positions lies within the data", ahead);
}

/* given data that a forecast reads after its origin, where whoever makes one has to know them */
static int say_given(const marks *k, const unroll_use_options *o, ur_err *e)
{
    const ur_graph *g = k->m->graph;
    ur_buf names = { 0 };
    int *hi = ur_alloc((size_t)(g->ndata + 1) * sizeof *hi), count = 0;
    int rc = hi ? ur_latest_reads(g, k->run->root, hi, e) : ur_nomem(e);
    for (int d = 0; d < g->ndata && !rc; d++) {
        const ur_datum *u = &g->data[d];
        bool later = hi[d] != INT32_MIN && hi[d] + o->horizon > 0 && ur_datum_carries(&g->schema, u, k->run->root);
        if (u->drawn || u->kind == UR_TIME || !later) continue;
        ur_buf_printf(&names, "%s%s", count++ ? ", " : "", u->name);
    }
    if (!rc && names.bad) rc = ur_nomem(e);
    if (!rc && count)
        ur_note(&(ur_notes){ o->note, o->note_arg },
                "over each horizon %s %s read as the data have %s: whoever forecasts so has to know %s in advance", names.s,
                count > 1 ? "are" : "is", count > 1 ? "them" : "it", count > 1 ? "them" : "it");
    ur_buf_free(&names);
    ur_free(hi);
    return rc;
}

/* random forecasts, where what is expected hangs on what the model draws */
static int look_ahead(marks *k, const unroll_use_options *o, const ur_pass *like, const ur_item *item, ur_err *e)
{
    const ur_graph *g = k->run->g;
    int draws = o->samples ? o->samples : UR_OUTLOOK_DRAWS;
    for (int i = 0; i < g->nlike; i++) {
        bool sym = UR_IS_SYMBOL(g->data[g->like[i].datum].kind);
        if (k->look.line[i].hangs)
            ur_note(&(ur_notes){ o->note, o->note_arg },
                    "%s hangs on symbols or whole numbers that the model draws itself: over the horizon its %s is the mean of %d "
                    "random forecasts (--samples N: of N)",
                    g->data[g->like[i].datum].name, sym ? "probability" : "forecast", draws);
    }
    for (int n = 0; n < draws; n++) {
        ur_part part = { o, (double)n / (1 + draws), (1.0 + n) / (1 + draws) };
        ur_pass p = *like;
        p.step = (uint32_t)n + 1;
        p.draw = (ur_draw_options){ .mode = 1, .temperature = 1, .seed = o->seed };
        p.progress_arg = &part;
        ur_outlook_pass(&k->look, true);
        TRY(ur_pass_items(&p, item, k->origins, e));
    }
    ur_outlook_pass(&k->look, false);
    return 0;
}

static int rolling(marks *k, const unroll_use_options *o, ur_pass *p, ur_err *e)
{
    int root = k->run->root;
    if (root < 0) return ur_fail(e, UNROLL_ERROR_USAGE, "a horizon needs data along one index, as in y[t]");
    for (int i = 0; i < k->m->ndata; i++) {
        const ur_datum *u = &k->m->graph->data[i];
        if (u->drawn && (u->nidx != 1 || u->idx[0] != root))
            return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "%s is not carried along %s alone: no rolling forecasts", u->name,
                           k->m->graph->index[root].name);
    }
    bool tracks = false;
    for (int i = 0; i < k->run->g->nlike; i++) tracks = tracks || ur_track_fits(k->run->g, k->run->g->like[i].datum);
    if (o->horizon > 1) TRY(ur_outlook_open(&k->look, k->run, e));
    if (o->samples && !tracks && !k->look.any)
        return ur_fail(
            e, UNROLL_ERROR_USAGE,
            "the best of %d samples is a score of points: of data of two or three numbers, as in p[t] : real(2); the model draws none",
            o->samples);
    ur_origin h = ur_run_origin(k->run, o);
    ur_item *item = NULL;
    k->tracks.ahead = (size_t)o->horizon;
    int rc = say_given(k, o, e);
    if (!rc) rc = origins(k, o, h, &item, &k->origins, e);
    if (!rc && o->samples) rc = ur_tracks_expect(&k->tracks, k->origins, e);
    ur_run_want w = { .args = true };
    if (!rc && h.kind == UR_FROM_STATE) rc = ur_use_run(&k->fore, k->m, k->x, o, true, &w, e);
    p->fore = k->fore;
    if (!rc && k->look.any) rc = look_ahead(k, o, p, item, e);
    if (!rc) rc = ur_pass_items(p, item, k->origins, e);
    ur_losses_end(&k->losses, k->run);
    if (!rc && o->samples) rc = ur_tracks_best(&k->tracks, o, p, item, k->origins, e);
    ur_free(item);
    return rc;
}

/* ---- rows of the table */
int ur_sheet_open(ur_sheet *s, unroll_table *t, bool signatures, size_t origins, ur_err *e)
{
    static const char *const names[] = { "data", "score", "model", "baseline", "baseline_name" };
    *s = (ur_sheet){ .t = t, .signature = -1, .origin = -1, .origins = origins };
    for (int i = 0; i < 5; i++) {
        int rc = ur_table_column(t, names[i], i < 2 || i == 4, e);
        if (rc < 0) return rc;
    }
    if (signatures && (s->signature = ur_table_column(t, "signature", true, e)) < 0) return s->signature;
    if ((s->n = ur_table_column(t, "n", false, e)) < 0) return s->n;
    if (origins && (s->origin = ur_table_column(t, "origins", false, e)) < 0) return s->origin;
    return 0;
}

int ur_sheet_put(ur_sheet *s, const char *score, double n, double model, double base, const char *base_name, ur_err *e)
{
    TRY(ur_table_row(s->t, e));
    size_t r = s->row++;
    TRY(ur_table_puts(s->t, r, 0, s->data, strlen(s->data), e));
    TRY(ur_table_puts(s->t, r, 1, score, strlen(score), e));
    ur_table_put(s->t, r, 2, model);
    ur_table_put(s->t, r, 3, base);
    ur_table_put(s->t, r, (size_t)s->n, n);
    if (s->origin >= 0) ur_table_put(s->t, r, (size_t)s->origin, (double)s->origins);
    return ur_table_puts(s->t, r, 4, base_name, strlen(base_name), e);
}

int ur_sheet_sign(ur_sheet *s, const char *signature, ur_err *e)
{
    return s->signature < 0 ? 0 : ur_table_puts(s->t, s->row - 1, (size_t)s->signature, signature, strlen(signature), e);
}

/* scaled: the fit has a scale of these data, by which errors are standardised */
static int put_errors(ur_sheet *s, const tally *t, const versus *v, const char *name, double naive, bool scaled, ur_err *e)
{
    const errors *m = &t->model, *b = &v->base;
    double n = m->n, k = b->n > 0 ? b->n : NAN;
    TRY(ur_sheet_put(s, "MAE", n, m->abs / n, b->abs / k, name, e));
    TRY(ur_sheet_put(s, "RMSE", n, (double)sqrtl(m->sq / n), (double)sqrtl(b->sq / k), name, e));
    if (naive > 0) TRY(ur_sheet_put(s, "MASE", n, m->abs / n / naive, b->abs / k / naive, name, e));
    if (!t->zero)
        TRY(ur_sheet_put(s, "MAPE %", m->napes, 100 * m->ape / m->napes, b->napes > 0 ? 100 * b->ape / b->napes : NAN, name, e));
    if (scaled) {
        TRY(ur_sheet_put(s, "MSE, standardised", n, m->sq_std / n, b->sq_std / k, name, e));
        TRY(ur_sheet_put(s, "MAE, standardised", n, m->abs_std / n, b->abs_std / k, name, e));
    }
    return 0;
}

/* components may have units of their own, of which one error says nothing */
static int put_components(ur_sheet *s, const unroll_model *m, int datum, const tally *t, const char *name, ur_err *e)
{
    const char *whole = s->data;
    int rc = 0;
    for (size_t q = 0; t->each && q < t->width && !rc; q++) {
        char part[UR_MAX_NAME + 24];
        const errors *a = &t->each[q].model, *b = &t->each[q].base;
        s->data = ur_component_name(m, datum, q, part, sizeof part);
        rc = ur_sheet_put(s, "MAE", a->n, a->abs / a->n, b->n > 0 ? b->abs / b->n : NAN, name, e);
        if (!rc)
            rc = ur_sheet_put(s, "RMSE", a->n, (double)sqrtl(a->sq / a->n), b->n > 0 ? (double)sqrtl(b->sq / b->n) : NAN, name,
                              e);
    }
    s->data = whole;
    return rc;
}

/* a baseline that says nothing of some values, and what the model's errors are on the others */
static void say_rows(const unroll_use_options *o, const tally *t, const versus *v, const char *data, const char *name)
{
    const errors *m = &v->model;
    ur_notes notes = { o->note, o->note_arg };
    if (m->n > 0 && m->n < t->model.n)
        ur_note(
            &notes,
            "%s: the baseline \"%s\" is over %.0f of %.0f values, the others having none before them; on these %.0f the model's "
            "MAE is %.6g, its RMSE %.6g",
            data, name, m->n, t->model.n, m->n, m->abs / m->n, (double)sqrtl(m->sq / m->n));
}

/* the likelihood of the values that read no missing one, where there are others */
static int put_without(const marks *k, ur_sheet *s, int i, ur_err *e)
{
    const ur_loss *q = &k->losses.line[i];
    if (!(q->gaps > 0) || !(q->count > q->gaps)) return 0;
    return ur_sheet_put(s, "negative log-likelihood, no missing value read", q->count - q->gaps,
                        (q->sum - q->gap_sum) / (q->count - q->gaps), NAN, "", e);
}

/* of 0 and 1: the baseline says how often 1 came in training, or where that is not known in these data */
static int put_outcomes(marks *k, ur_sheet *s, int i, double nll, bool horizon, ur_err *e)
{
    ur_outcomes *o = &k->t[i].out;
    const double *f = k->m->rec.freq[k->run->g->like[i].datum];
    double ones = 0, p;
    for (size_t n = 0; n < o->n; n++) ones += !signbit(o->p[n]);
    p = f && f[0] + f[1] > 0 ? f[1] / (f[0] + f[1]) : ones / (double)o->n;
    const char *base = f ? "frequency" : "frequency in these data";
    if (!horizon)
        TRY(ur_sheet_put(s, "negative log-likelihood (log loss)", k->losses.line[i].count, nll, ur_outcome_loss(o, p), base, e));
    if (!horizon) TRY(put_without(k, s, i, e));
    return o->n ? ur_outcomes_put(o, p, base, s, e) : 0;
}

static int put_line(marks *k, const unroll_use_options *o, ur_sheet *s, int i, ur_err *e)
{
    bool horizon = o->horizon > 0;
    const ur_graph *g = k->run->g;
    const ur_like *l = &g->like[i];
    const tally *t = &k->t[i];
    const ur_record *r = &k->m->rec;
    const ur_loss *q = &k->losses.line[i];
    bool look = horizon && k->look.any && k->look.line[i].hangs;
    double nll = look ? t->look_nll / t->n : q->count > 0 ? q->sum / q->count : NAN;
    s->data = g->data[l->datum].name;
    if (UR_IS_SYMBOL(g->data[l->datum].kind)) {
        const char *base = "symbol frequencies";
        double b = t->n > 0 && r->freq[l->datum] ? t->nll_base / t->n : NAN;
        TRY(ur_sheet_put(s, "negative log-likelihood", q->count, nll, b, base, e));
        if (!horizon) TRY(put_without(k, s, i, e));
        bool pieces = g->data[l->datum].kind ==
                      UR_PIECES; /* how long they are is the model's choice: words make models comparable */
        TRY(ur_sheet_put(s, pieces ? "perplexity per piece" : "perplexity", q->count, exp(nll), exp(b), base, e));
        if (t->words > 0)
            TRY(ur_sheet_put(s, "perplexity per word", t->words, exp(nll * q->count / t->words), exp(b * t->n / t->words), base,
                             e));
        TRY(ur_sheet_put(s, pieces ? "bits per piece" : "bits per symbol", q->count, nll / 0.69314718055994530942,
                         b / 0.69314718055994530942, base, e));
        if (!(t->n > 0)) return 0;
        double right = 100 * (1 - t->wrong_model / t->n);
        TRY(ur_sheet_put(s, "accuracy %", t->n, right, t->most >= 0 ? 100 * (1 - t->wrong_base / t->n) : NAN, t->base_name, e));
        if (!strcmp(t->base_name, most_frequent)) return 0;
        return ur_sheet_put(s, "accuracy %", t->n, right, t->most >= 0 ? 100 * (1 - t->wrong_most / t->n) : NAN, most_frequent,
                            e);
    }
    if (l->dist == UR_BERNOULLI) return put_outcomes(k, s, i, nll, horizon, e);
    if (!horizon) TRY(ur_sheet_put(s, "negative log-likelihood", q->count, nll, NAN, "", e));
    if (!horizon) TRY(put_without(k, s, i, e));
    if (!(t->model.n > 0)) return 0;
    char name[64], lastname[64];
    snprintf(name, sizeof name, "value %d earlier", k->season);
    if (t->lag > 1 && !horizon) snprintf(lastname, sizeof lastname, "value %d earlier", t->lag);
    else snprintf(lastname, sizeof lastname, "%s", g->data[l->datum].nidx ? "last value" : t->last.base.n > 0 ? "mean" : "");
    bool scaled = horizon && g->data[l->datum].kind == UR_REAL, season = k->season > 1 && strcmp(name, lastname) != 0;
    say_rows(o, t, &t->last, s->data, lastname);
    if (season) say_rows(o, t, &t->season, s->data, name);
    TRY(put_errors(s, t, &t->last, lastname, r->naive[l->datum], scaled, e));
    if (season && t->season.base.n > 0) TRY(put_errors(s, t, &t->season, name, r->naive[l->datum], scaled, e));
    TRY(put_components(s, k->m, l->datum, t, lastname, e));
    if (horizon) TRY(ur_tracks_put(&k->tracks, i, o->samples, s, e));
    const errors *b = &t->last.base, *m = &t->model;
    if (m->ncrps > 0 && !horizon)
        TRY(ur_sheet_put(s, "CRPS", m->ncrps, m->crps / m->ncrps, b->n > 0 ? b->abs / b->n : NAN, lastname, e));
    return 0;
}

/* ---- symbols, beyond one at a time */
static ur_label label_of(const marks *k, int i)
{
    return (ur_label){ k->run->g->like[i].datum, k->t[i].guess, k->t[i].base, k->t[i].base_name };
}

static bool has_spans(const marks *k, int i)
{
    int d = k->run->g->like[i].datum;
    const ur_datum *u = &k->m->graph->data[d];
    return k->t[i].guess && u->nidx && (u->kind == UR_WORDS || u->kind == UR_SYMBOL) && ur_tags_all(k->m->code[d].vocab);
}

/* does what stands for a label reach the distribution of one? Then the likeliest labels are not those after the true ones */
static int fed_back(const marks *k, bool *out, ur_err *e)
{
    const ur_graph *g = k->m->graph;
    bool label;
    bool *reached = ur_zalloc((size_t)g->nnode + 1);
    ur_id *stack = ur_alloc(((size_t)g->nnode + 1) * sizeof *stack);
    int rc = reached && stack ? 0 : ur_nomem(e);
    *out = false;
    for (int i = 0; i < g->nlike && !rc; i++)
        for (int a = 0; a < g->like[i].narg && has_spans(k, i); a++) ur_reach(g, g->like[i].arg[a], reached, stack);
    for (int n = 0; n < g->nnode && !rc; n++)
        if (reached[n] && g->node[n].op == UR_DATA && ur_answerable(g, g->node[n].i, &label) && label) *out = true;
    ur_free(reached);
    ur_free(stack);
    return rc;
}

static int no_answers(const marks *k, ur_err *e)
{
    const ur_graph *g = k->m->graph;
    const char *number = NULL, *symbol = NULL;
    for (int d = 0; d < g->ndata; d++)
        if (g->data[d].drawn) *(UR_IS_SYMBOL(g->data[d].kind) ? &symbol : &number) = g->data[d].name;
    if (!symbol)
        return ur_fail(
            e, UNROLL_ERROR_USAGE,
            "the model draws no symbols that could be completed: %s is made of numbers, whose forecasts a horizon scores",
            number ? number : "nothing");
    return ur_fail(
        e, UNROLL_ERROR_USAGE,
        "nothing is given from which %s could be completed: the model draws all that would say it, or how long it is; its likelihood is the score, without completions",
        symbol);
}

static int put_symbols(marks *k, const ur_raw *raw, const unroll_use_options *o, const ur_answers *a, int i, ur_sheet *s,
                       ur_err *e)
{
    const ur_datum *u = &k->m->graph->data[k->run->g->like[i].datum];
    ur_label l = label_of(k, i);
    bool asked = a->asked && a->asked[l.datum];
    if (!l.guess) return 0;
    if (ur_is_label(&k->m->graph->schema, l.datum)) TRY(ur_labels_macro(s, k->m, k->x, raw, &l, e));
    if (u->nidx && k->x->n > 1) TRY(ur_labels_sequences(s, k->x, &l, 1, e));
    if (has_spans(k, i)) TRY(ur_labels_spans(s, k->m, k->x, raw, k->before, &l, asked ? a : NULL, e));
    return o->complete && asked ? ur_answers_put(a, k->m, raw, k->before, o->tokenize, l.datum, s, e) : 0;
}

/* several lines of symbols: all of them right */
static int put_together(marks *k, ur_sheet *s, ur_err *e)
{
    int n = 0, nlike = k->run->g->nlike;
    ur_buf names = { 0 };
    ur_label *l = ur_alloc((size_t)(nlike + 1) * sizeof *l);
    if (!l) return ur_nomem(e);
    for (int i = 0; i < nlike; i++) {
        if (!k->t[i].guess) continue;
        l[n] = label_of(k, i);
        ur_buf_printf(&names, "%s%s", n ? ", " : "", k->m->graph->data[l[n].datum].name);
        n++;
    }
    s->data = names.s;
    int rc = names.bad ? ur_nomem(e) : n > 1 && k->x->n > 1 ? ur_labels_sequences(s, k->x, l, (size_t)n, e) : 0;
    ur_buf_free(&names);
    ur_free(l);
    return rc;
}

/* which symbol is taken for which, or how well each is found */
static int confusion_of(marks *k, const ur_raw *raw, bool classes, unroll_table *t, ur_err *e)
{
    int n = 0, nlike = k->run->g->nlike;
    ur_label *l = ur_alloc((size_t)(nlike + 1) * sizeof *l);
    if (!l) return ur_nomem(e);
    for (int i = 0; i < nlike; i++)
        if (k->t[i].guess) l[n++] = label_of(k, i);
    int rc = n && classes ? ur_labels_classes(t, k->m, k->x, raw, l, (size_t)n, e)
             : n          ? ur_labels_confusion(t, k->m, k->x, l, (size_t)n, e)
                          : ur_fail(e, UNROLL_ERROR_USAGE, "the model draws no symbols that could be taken for others");
    ur_free(l);
    return rc;
}

static int sheet_of(marks *k, const ur_raw *raw, const unroll_use_options *o, unroll_table *t, ur_err *e)
{
    ur_sheet s;
    ur_answers a = { 0 };
    const ur_graph *g = k->run->g;
    bool back = false;
    ur_part part = { o, 0.1, 1 };
    unroll_use_options mine = *o;
    mine.progress = ur_part_told;
    mine.arg = &part;
    int rc = ur_sheet_open(&s, t, o->complete, k->origins, e);
    if (!rc && !o->complete && !o->horizon) rc = fed_back(k, &back, e);
    if (!rc && (o->complete || back)) rc = ur_answers_get(&a, k->m, raw, k->before, &mine, !o->complete, e);
    for (int i = 0; i < g->nlike && !rc; i++) {
        rc = put_line(k, o, &s, i, e);
        if (!rc) rc = put_symbols(k, raw, o, &a, i, &s, e);
    }
    if (!rc) rc = put_together(k, &s, e);
    ur_answers_free(&a);
    return rc;
}

/* which questions go together */
static int check(const marks *k, const unroll_use_options *o, ur_err *e)
{
    bool label;
    int any = 0;
    if (!o->complete) {
        if (o->any_reference || o->tokenize)
            return ur_fail(e, UNROLL_ERROR_USAGE, "%s for completions: ask for them",
                           o->tokenize ? "a tokenisation is" : "several references are");
        if (o->beam || o->length_penalty != 0 || o->min_length || o->max_length)
            return ur_fail(e, UNROLL_ERROR_USAGE, "a beam and bounds on the length are for completions: ask for them");
        if (o->confusion && o->classes)
            return ur_fail(e, UNROLL_ERROR_USAGE, "a confusion table and one of each symbol are two tables: ask for one of them");
        if ((o->confusion || o->classes) && o->horizon)
            return ur_fail(e, UNROLL_ERROR_USAGE,
                           "a horizon is for forecasts, these tables are for symbols: ask for one of them");
        if (o->samples && !o->horizon)
            return ur_fail(e, UNROLL_ERROR_USAGE,
                           "samples are for forecasts of points, of which the nearest counts: ask for a horizon");
        return 0;
    }
    if (o->horizon || o->samples || o->confusion || o->classes)
        return ur_fail(e, UNROLL_ERROR_USAGE,
                       "completions are the likeliest symbols for what is given: %s another question, ask for one of them",
                       o->horizon   ? "a horizon is"
                       : o->samples ? "samples are"
                                    : "a confusion table is");
    TRY(ur_use_lengths(o, e));
    for (int d = 0; d < k->m->ndata; d++) any += ur_answerable(k->m->graph, d, &label);
    if (any > 1 && (o->beam || o->min_length))
        return ur_fail(e, UNROLL_ERROR_USAGE, "%s is for one sequence of symbols, and the model draws %d: complete them without",
                       o->beam ? "a beam" : "a least length", any);
    return any ? 0 : no_answers(k, e);
}

/* what the baseline says at each row: the most frequent symbol, of labels along words that of the word */
static int begin_base(marks *k, int i, ur_err *e)
{
    int d = k->run->g->like[i].datum;
    tally *t = &k->t[i];
    const ur_record *r = &k->m->rec;
    const ur_series *s = &k->x->series[d], *words = r->usual[d] ? &k->x->series[r->usual_of[d]] : NULL;
    if (words && (!words->start || words->nrow != s->nrow)) words = NULL;
    if (!(t->base = ur_alloc((s->nrow + 1) * sizeof *t->base))) return ur_nomem(e);
    for (size_t n = 0; n < s->nrow; n++) {
        int32_t usual = words ? r->usual[d][words->sym[n]] : 0;
        t->base[n] = usual ? usual : t->most;
    }
    if (words)
        snprintf(t->base_name, sizeof t->base_name, "%s of each %s", most_frequent, k->m->graph->data[r->usual_of[d]].name);
    return 0;
}

static int begin_lags(marks *k, ur_err *e)
{
    const ur_graph *g = k->m->graph;
    ur_spans_work w;
    ur_spans s = { 0 };
    int rc = ur_spans_open(&w, g, e);
    for (int i = 0; i < g->nlike && !rc; i++) {
        rc = ur_spans_of(&w, g->like[i].arg, 1, k->run->root, &s, e);
        k->t[i].lag = rc ? 0 : ur_min_lag(g, &s, g->like[i].datum);
        if (k->t[i].lag == INT32_MAX) k->t[i].lag = 0; /* it reads none: the last value is as good a forecast as any */
    }
    ur_free(s.span);
    ur_spans_close(&w);
    return rc;
}

static int begin(marks *k, bool horizon, ur_err *e)
{
    const ur_record *r = &k->m->rec;
    TRY(ur_tracks_open(&k->tracks, k->m, k->run, k->x, e));
    if (k->run->root >= 0) TRY(begin_lags(k, e));
    for (int i = 0; i < k->run->g->nlike; i++) {
        int d = k->run->g->like[i].datum;
        k->t[i].most = -1;
        snprintf(k->t[i].base_name, sizeof k->t[i].base_name, "%s", most_frequent);
        for (int n = 0; r->freq[d] && n < r->nfreq[d]; n++) {
            k->t[i].freq_sum += r->freq[d][n];
            if (n >= ur_symbol_first(&k->m->graph->schema, d) && r->freq[d][n] > 0 &&
                (k->t[i].most < 0 || r->freq[d][n] > r->freq[d][k->t[i].most]))
                k->t[i].most = n;
        }
        if (r->freq[d] && k->run->g->like[i].dist == UR_CATEGORICAL)
            k->t[i].possible = ur_symbols_possible(k->m, d, r->freq[d], (size_t)r->nfreq[d]);
        size_t rows = k->x->series[d].nrow, w = ur_datum_width(&k->m->graph->schema, &k->m->graph->data[d]);
        k->t[i].width = w;
        if (!UR_IS_SYMBOL(k->m->graph->data[d].kind) && w > 1 && w <= MOST_COMPONENTS &&
            !(k->t[i].each = ur_zalloc(w * sizeof *k->t[i].each)))
            return ur_nomem(e);
        if (horizon || k->run->g->like[i].dist != UR_CATEGORICAL || w != 1) continue;
        if (!(k->t[i].guess = ur_alloc((rows + 1) * sizeof *k->t[i].guess))) return ur_nomem(e);
        for (size_t n = 0; n < rows; n++) k->t[i].guess[n] = -1;
        TRY(begin_base(k, i, e));
    }
    return 0;
}

static void add_ends(ur_buf *b, const char *which, size_t n, size_t examples, const char *why)
{
    if (!n) return;
    ur_buf_printf(b, "%sthe %s ", b->n ? " and " : "", which);
    ur_buf_printf(b, n > 1 ? "%zu positions" : "position", n);
    if (examples > 1) ur_buf_printf(b, " of each of %zu examples", examples);
    ur_buf_printf(b, ", %s,", why);
}

/* what is not scored, for an exact fit leaves it out too, and what reads missing values */
static int say_left(const marks *k, const unroll_use_options *o, ur_err *e)
{
    const ur_left *left = &k->losses.left;
    ur_notes notes = { o->note, o->note_arg };
    ur_buf b = { 0 };
    add_ends(&b, "first", left->first, k->x->n, "whose lags reach before the data");
    add_ends(&b, "last", left->last, k->x->n,
             left->last > 1 ? "which read what comes after the data" : "which reads what comes after the data");
    if (left->through)
        ur_buf_printf(&b, "%s%zu value%s that read%s a missing one %s", b.n ? " and " : "", left->through,
                      left->through > 1 ? "s" : "", left->through > 1 ? "" : "s",
                      b.n ? "there" : "among the first positions, whose lags reach before the data,");
    if (b.n) ur_buf_printf(&b, " %s not scored, as in the fit", left->first + left->last + left->through > 1 ? "are" : "is");
    if (b.n && left->without) ur_buf_printf(&b, " (%zu ha%s no others)", left->without, left->without > 1 ? "ve" : "s");
    if (b.n && !b.bad) ur_note(&notes, "%s", b.s);
    int rc = b.bad ? ur_nomem(e) : 0;
    ur_buf_free(&b);
    for (int i = 0; i < k->m->graph->nlike; i++) {
        const ur_loss *q = &k->losses.line[i];
        if (q->gaps > 0)
            ur_note(&notes, "%s: %.0f of %.0f values read%s a missing one, in whose place the model's own draw stands",
                    k->m->graph->data[k->m->graph->like[i].datum].name, q->gaps, q->count, q->gaps > 1 ? "" : "s");
    }
    return rc;
}

static void end(marks *k)
{
    ur_args_free(&k->args);
    ur_losses_close(&k->losses);
    for (int i = 0; k->t && i < k->run->g->nlike; i++)
        ur_free(k->t[i].guess), ur_free(k->t[i].base), ur_free(k->t[i].out.p), ur_free(k->t[i].each);
    ur_free(k->t);
    ur_tracks_close(&k->tracks);
    ur_outlook_close(&k->look);
    ur_run_close(k->fore);
    ur_run_close(k->run);
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
    if (!rc) rc = ur_use_ranges(&o, e);
    if (!rc) rc = check(&k, &o, e);
    o.horizon = 0;
    if (!rc) rc = ur_data_present(m, d, true, e);
    if (!rc) rc = ur_complete_open(&c, m, d, &o, true, e);
    if (!rc) rc = ur_leave_out(m->graph, c.x, e);
    o.horizon = horizon;
    if (!rc) rc = ur_losses_open(&k.losses, m->graph, c.x, c.before, ur_fitted_exactly(m) && !horizon, e);
    ur_run_want w = { .args = true, .rows = k.losses.gaps && !horizon };
    if (!rc) rc = ur_use_run(&k.run, m, c.x, &o, horizon > 0, &w, e);
    if (!rc && !(k.t = ur_zalloc((size_t)(k.run->g->nlike + 1) * sizeof *k.t))) rc = ur_nomem(e);
    if (!rc) {
        k.x = c.x;
        k.before = c.before;
        k.season = o.season > 0 ? o.season : m->rec.season;
        rc = begin(&k, horizon > 0, e);
        if (!rc && !horizon) rc = say_left(&k, &o, e);
        ur_part part = { &o, 0, o.complete ? 0.1 : 1.0 / (1 + (horizon > 0 ? o.samples : 0)) };
        ur_pass p = { .run = k.run,
                      .x = c.x,
                      .after = mark_batch,
                      .arg = &k,
                      .score_from = (uint32_t)c.before,
                      .wanted = (int32_t)c.before,
                      .seed = o.seed,
                      .notes = &(ur_notes){ o.note, o.note_arg },
                      .progress = ur_part_told,
                      .progress_arg = &part,
                      .draw = { .temperature = 1 } };
        if (!rc) rc = horizon > 0 ? rolling(&k, &o, &p, e) : ur_pass_all(&p, e);
        if (!rc && !horizon) ur_losses_end(&k.losses, k.run);
        if (!rc && !horizon && k.run->g->nlike && !(p.count > 0))
            rc = ur_fail(e, UNROLL_ERROR_DATA, "there is nothing to score: every value of %s is missing",
                         k.run->g->data[k.run->g->like[0].datum].name);
    }
    if (!rc && !(t = ur_table_new())) rc = ur_nomem(e);
    if (!rc)
        rc = o.confusion || o.classes ? confusion_of(&k, c.raw ? c.raw : d->raw, o.classes, t, e)
                                      : sheet_of(&k, c.raw ? c.raw : d->raw, &o, t, e);
    if (!rc) ur_table_round(t, 12);
    if (rc) unroll_table_free(t);
    else *out = t;
    end(&k);
    ur_complete_close(&c);
    return rc;
}
