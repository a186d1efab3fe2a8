/* mark.c: what is counted at every row that is scored: errors, outcomes, symbols said rightly, each beside a baseline that needs
 * no model. Must not know tables, nor which rows are asked for. Invariant: a model and its baselines are marked on the same
 * values, but for those of which a baseline says nothing. */
#include "model/score/score.h"
#include <math.h>

static bool seen(const ur_series *s, size_t r) { return !s->seen || s->seen[r]; }

/* continuous ranked probability score of a normal (Gneiting & Raftery 2007) */
static double crps_normal(double y, double mean, double sd)
{
    double z = (y - mean) / sd, phi = exp(-0.5 * z * z) / 2.50662827463100050242, big = 0.5 * erfc(-z / 1.41421356237309504880);
    return sd * (z * (2 * big - 1) + 2 * phi - 0.56418958354775628695);
}

/* crps: NAN where the forecast has none */
static void count(ur_errors *q, double y, double guess, double scale, double crps)
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

static void compare(ur_versus *v, double y, double model, double base, double scale, double crps)
{
    if (isnan(base)) return;
    count(&v->model, y, model, scale, crps);
    count(&v->base, y, base, scale, NAN);
}

static double value_at(const ur_marks *k, int d, size_t row, size_t comp)
{
    const ur_series *s = &k->x->series[d];
    size_t w = ur_datum_width(&k->m->graph->schema, &k->m->graph->data[d]);
    return ur_own(k->m, d, comp, s->num[row * w + comp]);
}

/* the last value before `origin`, of numbers without an index the mean of the fit, where the scale has it; the value whole
 * seasons before `row` that lies before `origin` */
static double last_value(const ur_marks *k, int d, size_t from, size_t origin, size_t comp)
{
    const ur_series *s = &k->x->series[d];
    const ur_datum *u = &k->m->graph->data[d];
    if (!u->nidx && u->kind == UR_REAL) return ur_own(k->m, d, comp, 0);
    for (size_t r = origin; r > from; r--)
        if (ur_series_has(s, r - 1, comp)) return value_at(k, d, r - 1, comp);
    return NAN;
}

static double season_value(const ur_marks *k, int d, size_t from, size_t origin, size_t row, size_t comp)
{
    if (k->season <= 0) return NAN;
    size_t p = (size_t)k->season, back = (row - origin) / p * p + p;
    return row >= from + back && ur_series_has(&k->x->series[d], row - back, comp) ? value_at(k, d, row - back, comp) : NAN;
}

/* forecasts of a row whose line hangs on what is drawn: a random one is added, or they are what counts */
static int expected(ur_marks *k, int line, double *v, size_t n, ur_err *e)
{
    if (!k->look.any || !k->look.line[line].hangs) return 0;
    if (k->look.looking) return ur_outlook_add(&k->look, line, v, n, e);
    ur_outlook_next(&k->look, line, v, n);
    return 0;
}

/* a forecast that reads no missing value before it begins. origin: the row at which it does */
static bool is_whole(const ur_marks *k, size_t origin) { return !k->origin || !(k->origin[origin] & UR_ORIGIN_MISSING); }

static int mark_number(ur_marks *k, ur_tally *t, int line, size_t at, size_t row, size_t from, size_t origin, ur_err *e)
{
    const ur_like *l = &k->run->g->like[line];
    int d = l->datum;
    const ur_code *c = &k->m->code[d];
    size_t w = ur_datum_width(&k->m->graph->schema, &k->m->graph->data[d]);
    for (size_t q = 0; q < w; q++) {
        if (!ur_series_counts(&k->x->series[d], row, q)) continue;
        double y = value_at(k, d, row, q), scale = c->scale ? c->scale[q] : 1;
        const double *law = l->law ? ur_args_law(&k->args, at) : NULL;
        if (law && !ur_law_known(l->law, law, q)) continue; /* an error is of what is known */
        double mean = ur_own(k->m, d, q, ur_args_mean(l, &k->args, at, q));
        if (!ur_like_pointer(l)) TRY(expected(k, line, &mean, 1, e)); /* positions have no mean */
        if (k->look.looking) continue;
        if (y == 0) t->zero = true;
        if (l->dist == UR_BERNOULLI) {
            TRY(ur_outcome_add(&t->out, mean, y > 0, e));
            t->whole_n += is_whole(k, origin);
            t->whole_wrong += is_whole(k, origin) && (mean > 0.5) != (y > 0);
        }
        bool mixed = k->look.any && k->look.line[line].random; /* of several normals */
        double crps = NAN;
        if (l->dist == UR_NORMAL && !mixed) crps = crps_normal(y, mean, ur_arg(&k->args, 1, at, q) * scale);
        if (law && !mixed) crps = scale * ur_law_crps(l->law, law, q, k->x->series[d].num[row * w + q]);
        double last = last_value(k, d, from, origin, q);
        t->right += mean == y;
        count(&t->model, y, mean, scale, crps);
        if (is_whole(k, origin)) count(&t->whole, y, mean, scale, NAN);
        compare(&t->last, y, mean, last, scale, crps);
        compare(&t->season, y, mean, season_value(k, d, from, origin, row, q), scale, crps);
        if (!t->each) continue;
        count(&t->each[q].model, y, mean, scale, NAN);
        if (!isnan(last)) count(&t->each[q].base, y, last, scale, NAN);
    }
    return 0;
}

/* the probability of a symbol, never: as ur_datum.never */
static double chance_of(const double *logits, size_t n, unsigned never, int32_t id)
{
    if (id < 0 || (size_t)id >= n || (id < UR_SYM_FIRST && never >> id & 1)) return 0;
    return exp(logits[id] - ur_symbols_lse(logits, n, never));
}

/* scored: it has a likelihood. A label that the fit never met has none, and is said wrongly */
static int mark_symbol(ur_marks *k, ur_tally *t, int line, size_t at, size_t row, size_t origin, bool scored, ur_err *e)
{
    const ur_like *l = &k->run->g->like[line];
    const ur_values *v = &k->args.v[0];
    int32_t id = k->x->series[l->datum].sym[row];
    double weight = ur_series_weight(&k->x->series[l->datum], row);
    const double *o = v->v + (v->npos == 1 ? 0 : at) * v->width;
    if (k->look.any && k->look.line[line].hangs) {
        double p = chance_of(o, v->width, k->run->g->data[l->datum].never, id);
        TRY(expected(k, line, &p, 1, e));
        if (k->look.looking) return 0;
        if (scored) t->look_nll -= weight * log(p);
    }
    size_t best = (size_t)ur_symbol_first(&k->run->g->schema, l->datum); /* what predict would say: never what cannot come */
    for (size_t i = best + 1; i < v->width; i++)
        if (o[i] > o[best]) best = i;
    const ur_record *r = &k->m->rec;
    if (t->guess) t->guess[row] = (int32_t)best;
    t->n++;
    t->scored += scored ? weight : 0;
    if (k->m->graph->data[l->datum].kind == UR_PIECES)
        t->words += id == UR_SYM_END || ur_begins_word(k->m->code[l->datum].vocab, id);
    t->wrong_model += best != (size_t)id;
    t->whole_n += is_whole(k, origin);
    t->whole_wrong += is_whole(k, origin) && best != (size_t)id;
    t->wrong_base += (t->base ? t->base[row] : t->most) != id; /* an unknown symbol is never said rightly */
    t->wrong_most += t->most != id;
    if (r->freq[l->datum] && scored) {
        double f = id >= 0 && id < r->nfreq[l->datum] ? r->freq[l->datum][id] : 0;
        t->nll_base -= weight * log((f + 1) / (t->freq_sum + t->possible));
    }
    return 0;
}

/* one item's rows that one line draws */
static int mark_item(ur_marks *k, int line, const ur_batch *b, size_t it, ur_err *e)
{
    ur_tally *t = &k->t[line];
    int d = k->run->g->like[line].datum;
    const ur_series *s = &k->x->series[d];
    size_t first, n = ur_item_rows(k->run, k->x, b, it, d, &first), from = s->start[b->item[it].example], lag = (size_t)t->lag;
    bool along = k->run->g->data[d].nidx > 0;
    int32_t hide = b->item[it].hide_from, score = b->item[it].score_from;
    TRY(ur_args_get(k->run, line, it, &k->args, e));
    for (size_t r = 0; r < n; r++) {
        size_t row = first + r, origin = row;
        bool scored = ur_series_scored(s, row), met = scored || (s->skip && s->skip[row] == UR_SKIP_NEVER && seen(s, row));
        if (!met || (along && (int64_t)(row - from) < score)) continue;
        if (along && hide != INT32_MAX) origin = from + (size_t)hide;
        else if (lag > 1 && row >= from + lag) origin = row - lag + 1;
        if (k->origin) k->origin[origin] |= UR_ORIGIN_VALUES;
        TRY(UR_IS_SYMBOL(k->run->g->data[d].kind) ? mark_symbol(k, t, line, r, row, origin, scored, e)
                                                  : mark_number(k, t, line, r, row, from, origin, e));
    }
    return 0;
}

int ur_marks_batch(ur_pass *p, const ur_batch *b, ur_err *e)
{
    ur_marks *k = p->arg;
    const ur_graph *g = k->run->g;
    for (int i = 0; i < g->nlike; i++) {
        bool sym = UR_IS_SYMBOL(g->data[g->like[i].datum].kind), asked = !k->look.looking || k->look.line[i].hangs;
        for (size_t it = 0; it < b->n && asked && sym == (g->like[i].dist == UR_CATEGORICAL); it++)
            TRY(mark_item(k, i, b, it, e));
    }
    if (b->item[0].hide_from == INT32_MAX) /* of several draws, each but the last pass has one */
        return k->draws > 1 && !k->look.looking ? 0 : ur_losses_mark(&k->losses, p, b, e);
    return k->look.looking ? 0 : ur_tracks_mark(&k->tracks, p, b, e);
}
