/* rows.c: scores as rows of a table: of a ~ line its likelihood and its errors, each beside its baseline.
 * Must not know how they came about. Invariant: a row says over how many values it is. */
#include "model/score/score.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

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
static int put_errors(ur_sheet *s, const ur_tally *t, const ur_versus *v, const char *name, double naive, bool scaled, ur_err *e)
{
    const ur_errors *m = &t->model, *b = &v->base;
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
static int put_components(ur_sheet *s, const unroll_model *m, int datum, const ur_tally *t, const char *name, ur_err *e)
{
    const char *whole = s->data;
    int rc = 0;
    for (size_t q = 0; t->each && q < t->width && !rc; q++) {
        char part[UR_MAX_NAME + 24];
        const ur_errors *a = &t->each[q].model, *b = &t->each[q].base;
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
static void say_rows(const unroll_use_options *o, const ur_tally *t, const ur_versus *v, const char *data, const char *name)
{
    const ur_errors *m = &v->model;
    ur_notes notes = { o->note, o->note_arg };
    if (m->n > 0 && m->n < t->model.n)
        ur_note(
            &notes,
            "%s: the baseline \"%s\" is over %.0f of %.0f values, the others having none before them; on these %.0f the model's "
            "MAE is %.6g, its RMSE %.6g",
            data, name, m->n, t->model.n, m->n, m->abs / m->n, (double)sqrtl(m->sq / m->n));
}

/* log p given one draw is, in the mean over draws, at most the logarithm of the mean of p */
static const char *likelihood_name(const ur_marks *k, int line, bool horizon)
{
    const ur_graph *g = k->run->g;
    bool bound = k->draws && !horizon && ur_hangs_on(g, g->like[line].nll, UR_DRAW);
    if (ur_like_pinball(&g->like[line])) return bound ? "pinball loss (of draws)" : "pinball loss";
    if (ur_gives_itself(g, line)) return bound ? "reconstruction (bound)" : "reconstruction";
    return bound ? "negative log-likelihood (bound)" : "negative log-likelihood";
}

/* the likelihood of the values that read no missing one, where there are others */
static int put_without(const ur_marks *k, ur_sheet *s, int i, ur_err *e)
{
    const ur_loss *q = &k->losses.line[i];
    if (!(q->gaps > 0) || !(q->rest_count > 0)) return 0;
    const char *name = ur_like_pinball(&k->run->g->like[i]) ? "pinball loss, no missing value read"
                                                            : "negative log-likelihood, no missing value read";
    return ur_sheet_put(s, name, q->rest_count, q->rest_sum / q->rest_count, NAN, "", e);
}

/* of forecasts: what the errors are on those that begin with no missing value, where others do */
static int put_whole(const unroll_use_options *o, ur_sheet *s, const ur_tally *t, ur_err *e)
{
    static const char without[] = ", no missing value read";
    const ur_errors *m = &t->whole;
    bool symbols = t->n > 0 || t->out.n > 0; /* or 0 and 1 */
    double all = t->n > 0 ? t->n : t->model.n, n = symbols ? t->whole_n : m->n, right = 100 * (1 - t->whole_wrong / t->whole_n);
    ur_notes notes = { o->note, o->note_arg };
    ur_buf b = { 0 };
    if (!(n < all)) return 0;
    ur_buf_printf(&b,
                  "%s: %.0f of %.0f values are forecast from a past that has missing ones, in whose place the model's own draws "
                  "stand",
                  s->data, all - n, all);
    if (n > 0 && symbols) ur_buf_printf(&b, "; on the other %.0f the accuracy is %.6g %%", n, right);
    else if (n > 0)
        ur_buf_printf(&b, "; on the other %.0f the MAE is %.6g, the RMSE %.6g", n, m->abs / n, (double)sqrtl(m->sq / n));
    int rc = b.bad ? ur_nomem(e) : 0;
    if (!rc) ur_note(&notes, "%s", b.s);
    ur_buf_free(&b);
    if (rc || !(n > 0)) return rc;
    char name[64];
    snprintf(name, sizeof name, "%s%s", symbols ? "accuracy %" : "MAE", without);
    TRY(ur_sheet_put(s, name, n, symbols ? right : m->abs / n, NAN, "", e));
    snprintf(name, sizeof name, "RMSE%s", without);
    return symbols ? 0 : ur_sheet_put(s, name, n, (double)sqrtl(m->sq / n), NAN, "", e);
}

/* of 0 and 1: the baseline says how often 1 came in training, or where that is not known in these data */
static int put_outcomes(ur_marks *k, ur_sheet *s, int i, double nll, bool horizon, ur_err *e)
{
    ur_outcomes *o = &k->t[i].out;
    const double *f = k->m->rec.freq[k->run->g->like[i].datum];
    double ones = 0, p;
    for (size_t n = 0; n < o->n; n++) ones += !signbit(o->p[n]);
    p = f && f[0] + f[1] > 0 ? f[1] / (f[0] + f[1]) : ones / (double)o->n;
    const char *base = f ? "frequency" : "frequency in these data";
    bool weighted = k->x->series[k->run->g->like[i].datum].weight != NULL && !horizon;
    double values = horizon ? (double)o->n : k->losses.line[i].count, loss = horizon ? ur_outcomes_loss(o) : nll;
    if (values > 0)
        TRY(ur_sheet_put(s, ur_gives_itself(k->run->g, i) ? "reconstruction (log loss)" : "negative log-likelihood (log loss)",
                         values, loss, weighted ? NAN : ur_outcome_loss(o, p), weighted ? "" : base, e));
    if (!horizon) TRY(put_without(k, s, i, e));
    return o->n ? ur_outcomes_put(o, p, base, s, e) : 0;
}

int ur_marks_line(ur_marks *k, const unroll_use_options *o, ur_sheet *s, int i, ur_err *e)
{
    bool horizon = o->horizon > 0;
    const ur_graph *g = k->run->g;
    const ur_like *l = &g->like[i];
    const ur_tally *t = &k->t[i];
    const ur_record *r = &k->m->rec;
    const ur_loss *q = &k->losses.line[i];
    bool look = horizon && k->look.any && k->look.line[i].hangs;
    double nll = look ? t->look_nll / t->scored : q->count > 0 ? q->sum / q->count : NAN;
    s->data = g->data[l->datum].name;
    if (UR_IS_SYMBOL(g->data[l->datum].kind)) {
        const char *base = "symbol frequencies";
        double b = t->scored > 0 && r->freq[l->datum] ? t->nll_base / t->scored : NAN;
        TRY(ur_sheet_put(s, likelihood_name(k, i, horizon), q->count, nll, b, base, e));
        if (!horizon) TRY(put_without(k, s, i, e));
        bool pieces = g->data[l->datum].kind ==
                      UR_PIECES; /* how long they are is the model's choice: words make models comparable */
        TRY(ur_sheet_put(s, pieces ? "perplexity per piece" : "perplexity", q->count, exp(nll), exp(b), base, e));
        if (t->words > 0)
            TRY(ur_sheet_put(s, "perplexity per word", t->words, exp(nll * q->count / t->words), exp(b * t->scored / t->words),
                             base, e));
        TRY(ur_sheet_put(s, pieces ? "bits per piece" : "bits per symbol", q->count, nll / 0.69314718055994530942,
                         b / 0.69314718055994530942, base, e));
        if (!(t->n > 0)) return 0;
        double right = 100 * (1 - t->wrong_model / t->n);
        TRY(ur_sheet_put(s, "accuracy %", t->n, right, t->most >= 0 ? 100 * (1 - t->wrong_base / t->n) : NAN, t->base_name, e));
        TRY(put_whole(o, s, t, e));
        if (!strcmp(t->base_name, UR_MOST_FREQUENT)) return 0;
        return ur_sheet_put(s, "accuracy %", t->n, right, t->most >= 0 ? 100 * (1 - t->wrong_most / t->n) : NAN, UR_MOST_FREQUENT,
                            e);
    }
    if (l->dist == UR_BERNOULLI) {
        TRY(put_outcomes(k, s, i, nll, horizon, e));
        return put_whole(o, s, t, e);
    }
    if (!horizon) TRY(ur_sheet_put(s, likelihood_name(k, i, horizon), q->count, nll, NAN, "", e));
    if (!horizon) TRY(put_without(k, s, i, e));
    if (!(t->model.n > 0)) return 0;
    if (ur_like_pointer(l)) return ur_sheet_put(s, "accuracy %", t->model.n, 100 * t->right / t->model.n, NAN, "", e);
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
    TRY(put_whole(o, s, t, e));
    if (horizon) TRY(ur_tracks_put(&k->tracks, i, o->samples, s, e));
    const ur_errors *b = &t->last.base, *m = &t->model;
    bool one_of_many = k->draws && ur_hangs_on(g, g->like[i].nll, UR_DRAW); /* a normal given one draw is not the forecast */
    if (m->ncrps > 0 && !horizon && !one_of_many)
        TRY(ur_sheet_put(s, "CRPS", m->ncrps, m->crps / m->ncrps, b->n > 0 ? b->abs / b->n : NAN, lastname, e));
    return 0;
}
