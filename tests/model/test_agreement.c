/* What fit, predict and score say of the same rows agrees: scores one step ahead are what the completions of one row at a time give, those over a
 * horizon what forecasts from each origin give, and a validation loss is the score of the validation part. Expected values: from predict's numbers. */
#include "model_test.h"

enum { LENGTH = 26, HORIZON = 3, LONG = 4300 };
static const char *const words[] = { "a", "b", "c" };

typedef struct kind {
    const char *text;
    bool ahead;                          /* forecasts over a horizon as well */
    int exact;                           /* > 0: by least squares, which leave out so many first rows */
} kind;

/* lags; a trend; a state; a given number, and what is to come of it; several lines, one upon the other; counts; outcomes; symbols; components */
static const kind kinds[] = {
    { "data y[t] : raw\nparam a = 0.3, b = 0.2, c, s\ny[t] ~ normal(a y[t-1] + b y[t-3] + c, s)\n", true, 0 },
    { "data y[t] : raw\nparam a = 0.3, b = 0.2, c, s\ny[t] ~ normal(a y[t-1] + b y[t-3] + c, s)\n", true, 3 },
    { "data y[t] : raw\nparam a = 0.01, b = 0.5, c, s\ny[t] ~ normal(a * t + b y[t-1] + c, s)\n", true, 0 },
    { "data y[t] : raw\nparam v = 0.5, c, s\nh[t] : 1 = 0.6 h[t-1] + 0.4 tanh(y[t-1])\ny[t] ~ normal(v h[t] + c, s)\n", true, 0 },
    { "data y[t] : raw\nparam V, s\nh[t] = gru(3, y[t-1])\ny[t] ~ normal(V h[t], s)\n", true, 0 },
    { "data x[t], y[t] : raw\nparam a = 0.4, b = 0.3, s\ny[t] ~ normal(a y[t-1] + b x[t], s)\n", true, 0 },
    { "data x[t], y[t] : raw\nparam a = 0.4, b = 0.3, s\nr[t] : 1 = 0.5 r[t+1] + x[t]\ny[t] ~ normal(a y[t-1] + b r[t], s)\n", true, 0 },
    { "data y[t], z[t] : raw\nparam a = 0.4, b = 0.3, s, u\ny[t] ~ normal(a y[t-1] + b z[t-1], s)\nz[t] ~ normal(0.5 y[t] + b z[t-1], u)\n", true, 0 },
    { "data y[t], z[t] : raw\nparam a = 0.4, b = 0.3, c, e, s, u\ny[t] ~ normal(a y[t-1] + c, s)\nz[t] ~ normal(b y[t-1] + e, u)\n", false, 1 },
    { "data n[t] : count\nparam a = 0.2, c\nn[t] ~ poisson(exp(a * sin(n[t-1]) + c))\n", true, 0 },
    { "data x[t] : raw, o[t] : count\nparam a = 0.7, b = 0.5, c\no[t] ~ bernoulli(a x[t] + b o[t-1] + c)\n", true, 0 },
    { "data x[t] : raw, k[t] : symbol\nparam A, B, c\nk[t] ~ categorical(A x[t] + B x[t-1] + c)\n", false, 0 },
    { "data x[t] : raw, k[t] : symbol, y[t] : raw\nparam A, B, c, b = 0.5, s\nk[t] ~ categorical(A x[t] + B k[t-1] + c)\ny[t] ~ normal(b y[t-1] + 0.3 x[t-1], s)\n", false, 0 },
    { "data p[t] : raw(2)\nparam M(2, 2), s(1)\np[t] ~ normal(M p[t-1], s)\n", true, 0 },
};
enum { KINDS = sizeof kinds / sizeof *kinds };
/* scored from two origins, forecast from one: over a horizon alone do scores and forecasts say the same */
static const kind direct = { "data y[t] : raw\nindex k = 1..2\nparam a[k] = 0.4, b = 0.2, c, s\ny[t+k] ~ normal(a[k] * y[t] + b * y[t-1] + c, s)\n", true, 0 };

/* ---- data by their names */
static bool drawn_hole(size_t example, size_t row) { return row > 8 && (row + example) % 11 == 9; }

static double number_of(char name, size_t example, size_t row, size_t comp)
{
    double v = wave(row * 2 + 31 * example + comp * 7 + (size_t)name * 13);
    if (name == 'n') return floor(3 + 2 * v);
    if (name == 'o') return v > 0;
    return 1 + v;
}

static const char *symbol_of(char name, size_t example, size_t row) { return words[(size_t)(1.4 * (1 + wave(row + 17 * example + (size_t)name))) % 3]; }

/* what is missing: of datum `blank` row `at`, from row `open` on all that is drawn, and some values where holes are asked for */
typedef struct lack { char blank; size_t at, open; bool holes; } lack;

static unroll_data *data_of(unroll_model *m, size_t examples, size_t first, size_t length, const lack *l)
{
    unroll_data *d;
    OK(unroll_data_new(&d, m, examples));
    size_t *lengths = malloc((examples + 1) * sizeof *lengths);
    for (size_t x = 0; x < examples; x++) lengths[x] = length;
    for (size_t i = 0; i < unroll_data_count(m); i++) {
        unroll_datum u;
        OK(unroll_data_info(m, i, &u));
        char name = u.name[0];
        bool symbols = u.kind == UNROLL_SYMBOL;
        size_t w = symbols ? 1 : (size_t)u.size, n = examples * length;
        double *v = malloc((n * w + 1) * sizeof *v);
        const char **s = malloc((n + 1) * sizeof *s);
        for (size_t r = 0; r < n; r++) {
            size_t x = first + r / length, row = r % length;
            bool gone = (u.drawn && row >= l->open) || (name == l->blank && row == l->at) || (u.drawn && l->holes && drawn_hole(x, row));
            s[r] = gone ? NULL : symbol_of(name, x, row);
            for (size_t c = 0; c < w; c++) v[r * w + c] = gone ? NAN : number_of(name, x, row, c);
        }
        OK(symbols ? unroll_data_set_texts(d, u.name, lengths, s) : unroll_data_set_numbers(d, u.name, lengths, v));
        free(v);
        free(s);
    }
    free(lengths);
    return d;
}

static const lack none = { 0, 0, SIZE_MAX, false }, holes = { 0, 0, SIZE_MAX, true };

/* ---- tables */
static long column_of(const unroll_table *t, const char *name)
{
    for (size_t c = 0; c < unroll_table_columns(t); c++)
        if (!strcmp(unroll_table_name(t, c), name)) return (long)c;
    return -1;
}

static double in_row(const unroll_table *t, size_t position, const char *name)
{
    long c = column_of(t, name), p = column_of(t, "position");
    for (size_t r = 0; c >= 0 && p >= 0 && r < unroll_table_rows(t); r++)
        if (unroll_table_number(t, r, (size_t)p) == (double)position) return unroll_table_number(t, r, (size_t)c);
    return NAN;
}

static double score_of(const unroll_table *t, const char *data, const char *score, const char *column)
{
    for (size_t r = 0; r < unroll_table_rows(t); r++)
        if (!strcmp(unroll_table_text(t, r, 0), data) && !strncmp(unroll_table_text(t, r, 1), score, strlen(score)))
            return unroll_table_number(t, r, (size_t)column_of(t, column));
    return NAN;
}

static void equal(const kind *k, const char *what, double want, double got)
{
    if (!(fabs(want - got) <= 1e-8 * (1 + fabs(want)))) fail_msg("%s: predict gives %.12g, score %.12g:\n%s", what, want, got, k->text);
}

/* ---- models */
static unroll_model *fitted(const kind *k)
{
    unroll_model *m = model_of(k->text);
    unroll_data *d = data_of(m, 3, 0, LENGTH, &none);
    unroll_fit_options o = UNROLL_FIT_INIT;
    unroll_fit_result r;
    o.epochs = 3;
    o.precision = 1;
    o.method = !k->exact;
    OK(unroll_fit(m, d, &o, &r));
    if (k->exact) assert_string_equal(r.method, "exact least squares");
    for (size_t i = 0; i < unroll_param_count(m); i++) {             /* no share for symbols that are never predicted */
        unroll_param p;
        double c[16];
        OK(unroll_param_info(m, i, &p));
        if (strcmp(p.name, "c") || p.count != 3 + sizeof words / sizeof *words) continue;
        OK(unroll_param_get(m, "c", c, p.count));
        for (size_t s = 0; s < 3; s++) c[s] = -1e4;
        OK(unroll_param_set(m, "c", c, p.count));
    }
    unroll_data_free(d);
    return m;
}

/* errors and −log p of one datum, summed from completions */
typedef struct sums { double n, abs, sq, right, nll, values; } sums;

static void add(sums *q, const unroll_table *t, const unroll_datum *u, size_t example, size_t row)
{
    char name[64];
    if (u->kind == UNROLL_SYMBOL) {
        const char *truth = symbol_of(u->name[0], example, row);
        double most = 0;
        for (size_t s = 0; s < sizeof words / sizeof *words; s++) {
            snprintf(name, sizeof name, "%s_p_%s", u->name, words[s]);
            most = fmax(most, in_row(t, row + 1, name));
        }
        snprintf(name, sizeof name, "%s_p_%s", u->name, truth);
        q->right += in_row(t, row + 1, name) == most;
        q->nll -= log(in_row(t, row + 1, name));
        q->n++;
        return;
    }
    for (int c = 0; c < u->size; c++) {
        bool whole = u->kind == UNROLL_COUNT;
        if (u->size > 1) snprintf(name, sizeof name, "%s%d", u->name, c + 1);
        else snprintf(name, sizeof name, "%s%s", u->name, whole ? "_mean" : "");
        double y = number_of(u->name[0], example, row, (size_t)c), mean = in_row(t, row + 1, name);
        assert_false(isnan(mean));
        q->abs += fabs(y - mean);
        q->sq += (y - mean) * (y - mean);
        if (u->name[0] == 'n') q->nll += mean - y * log(mean) + lgamma(y + 1);
        if (u->name[0] == 'o') q->nll -= log(y > 0 ? mean : 1 - mean);
        if (u->name[0] == 'o') q->right += y == (mean > 0.5);
        q->n++;
    }
}

static void compare(const kind *k, unroll_model *m, const unroll_datum *u, const unroll_table *t, const sums *q, bool ahead)
{
    double s = 0;
    bool symbols = u->kind == UNROLL_SYMBOL;
    if (u->kind == UNROLL_RAW) {
        equal(k, "MAE", q->abs / q->n, score_of(t, u->name, "MAE", "model"));
        equal(k, "RMSE", sqrt(q->sq / q->n), score_of(t, u->name, "RMSE", "model"));
        equal(k, "n", q->n, score_of(t, u->name, "MAE", "n"));
        OK(unroll_param_get(m, u->name[0] == 'z' ? "u" : "s", &s, 1));
        s = log1p(exp(s));
        double nll = u->size * (log(s) + 0.5 * log(2 * 3.14159265358979323846)) + q->sq / q->n * u->size / (2 * s * s);
        if (!ahead) equal(k, "negative log-likelihood", nll, score_of(t, u->name, "negative", "model"));
        return;
    }
    if (u->name[0] == 'n') equal(k, "MAE", q->abs / q->n, score_of(t, u->name, "MAE", "model"));
    if (u->name[0] == 'o') equal(k, "Brier", q->sq / q->n, score_of(t, u->name, "Brier", "model"));
    if (symbols || u->name[0] == 'o') equal(k, "accuracy", 100 * q->right / q->n, score_of(t, u->name, "accuracy", "model"));
    if (!ahead) equal(k, "negative log-likelihood", q->nll / q->n, score_of(t, u->name, "negative", "model"));
    if (!ahead) equal(k, "n", q->n, score_of(t, u->name, "negative", "n"));
}

/* ---- one step ahead: each value by itself left out */
static void step(const kind *k, size_t from, bool history)
{
    bool whole = strstr(k->text, ": count") != NULL; /* in a loss the likeliest stands for a missing one, in a prediction random ones do */
    unroll_model *m = fitted(k);
    size_t examples = history ? 1 : 3;
    unroll_data *d = data_of(m, examples, 0, LENGTH, whole ? &none : &holes), *past = NULL, *rest = NULL;
    unroll_use_options o = UNROLL_USE_INIT, p = UNROLL_USE_INIT;
    unroll_table *t = NULL;
    if (history) {
        OK(unroll_data_slice(&past, d, 0, from));
        OK(unroll_data_slice(&rest, d, from, LENGTH));
        o.history = past;
    }
    OK(unroll_score(m, history ? rest : d, &o, &t));
    p.probabilities = 1;
    if (!history) from = (size_t)k->exact;
    for (size_t i = 0; i < unroll_data_count(m); i++) {
        unroll_datum u;
        sums q = { 0 };
        OK(unroll_data_info(m, i, &u));
        for (size_t x = 0; u.drawn && x < examples; x++)
            for (size_t r = from; r < LENGTH; r++) {
                lack l = { u.name[0], r, SIZE_MAX, !whole };
                unroll_table *one = NULL;
                if (!whole && drawn_hole(x, r)) continue;
                unroll_data *all = data_of(m, 1, x, LENGTH, &l);
                OK(unroll_predict(m, all, &p, &one));
                add(&q, one, &u, x, r);
                unroll_table_free(one);
                unroll_data_free(all);
            }
        if (u.drawn) compare(k, m, &u, t, &q, false);
    }
    unroll_table_free(t);
    unroll_data_free(past);
    unroll_data_free(rest);
    unroll_data_free(d);
    unroll_close(m);
}

static void one_step_ahead(void **state)
{
    (void)state;
    for (size_t k = 0; k < KINDS; k++) step(&kinds[k], 0, false), step(&kinds[k], 12, true);
}

/* ---- over a horizon: every forecast by itself */
static void forecasts(const kind *k, size_t from, int stride, int context, bool missing)
{
    unroll_model *m = fitted(k);
    unroll_data *d = data_of(m, 1, 0, LENGTH, missing ? &holes : &none), *past, *rest;
    unroll_use_options o = UNROLL_USE_INIT, p = UNROLL_USE_INIT;
    unroll_table *t = NULL;
    bool given = false;
    sums *q = calloc(unroll_data_count(m), sizeof *q);
    OK(unroll_data_slice(&past, d, 0, from));
    OK(unroll_data_slice(&rest, d, from, LENGTH));
    o.history = past;
    o.horizon = p.horizon = HORIZON;
    o.stride = stride;
    o.context = p.context = context;
    OK(unroll_score(m, rest, &o, &t));
    for (size_t i = 0; i < unroll_data_count(m); i++) {
        unroll_datum u;
        OK(unroll_data_info(m, i, &u));
        given |= !u.drawn;
    }
    for (size_t at = from; at + HORIZON <= LENGTH; at += (size_t)stride) {
        lack l = { 0, 0, at, missing };
        unroll_table *one = NULL;
        unroll_data *mine = data_of(m, 1, 0, given ? at + HORIZON : at, &l);
        OK(unroll_predict(m, mine, &p, &one));
        for (size_t i = 0; i < unroll_data_count(m); i++) {
            unroll_datum u;
            OK(unroll_data_info(m, i, &u));
            for (size_t r = at; u.drawn && r < at + HORIZON; r++)
                if (!(missing && drawn_hole(0, r))) add(&q[i], one, &u, 0, r);
        }
        unroll_table_free(one);
        unroll_data_free(mine);
    }
    for (size_t i = 0; i < unroll_data_count(m); i++) {
        unroll_datum u;
        OK(unroll_data_info(m, i, &u));
        if (u.drawn) compare(k, m, &u, t, &q[i], true);
    }
    free(q);
    unroll_table_free(t);
    unroll_data_free(past);
    unroll_data_free(rest);
    unroll_data_free(d);
    unroll_close(m);
}

static void over_a_horizon(void **state)
{
    (void)state;
    for (size_t k = 0; k < KINDS; k++) {
        if (!kinds[k].ahead) continue;
        forecasts(&kinds[k], 10, 1, 0, false);
        forecasts(&kinds[k], 11, 2, 0, true);
        forecasts(&kinds[k], 12, 1, 6, false);
    }
    forecasts(&direct, 9, 1, 0, false);
    forecasts(&direct, 11, 2, 0, true);
}

/* ---- what a fit says of its validation part */
/* a part of the sequence behind the one that is fitted, or examples of its own */
static void validation(const kind *k, size_t length, bool part, bool missing)
{
    unroll_model *m = model_of(k->text);
    unroll_data *d = data_of(m, part ? 1 : 4, 0, length, missing ? &holes : &none), *train, *valid;
    unroll_fit_options o = UNROLL_FIT_INIT;
    unroll_fit_result r;
    unroll_use_options u = UNROLL_USE_INIT;
    unroll_table *t = NULL;
    double sum = 0, n = 0, rest = 0, others = 0;         /* of all values; of those that read no missing one, said where there are others */
    size_t cut = part ? length - length / 4 : 3;
    OK(unroll_data_slice(&train, d, 0, cut));
    OK(unroll_data_slice(&valid, d, cut, part ? length : 4));
    o.valid = valid;
    o.epochs = 2;
    o.precision = 1;
    o.method = !k->exact;
    OK(unroll_fit(m, train, &o, &r));
    if (part) u.history = train;
    OK(unroll_score(m, valid, &u, &t));
    for (size_t row = 0; row < unroll_table_rows(t); row++) {
        if (strncmp(unroll_table_text(t, row, 1), "negative", 8)) continue;
        double of = unroll_table_number(t, row, (size_t)column_of(t, "n")), value = of * unroll_table_number(t, row, (size_t)column_of(t, "model"));
        bool apart = strstr(unroll_table_text(t, row, 1), "missing") != NULL, both = row + 1 < unroll_table_rows(t) && strstr(unroll_table_text(t, row + 1, 1), "missing");
        sum += apart ? 0 : value;
        n += apart ? 0 : of;
        rest += both ? 0 : value;
        others += both ? 0 : of;
    }
    if (r.valid_gaps.gaps != (size_t)(n - others) || r.valid_gaps.values != (size_t)n) fail_msg("%zu of %zu values read missing ones, not %g of %g:\n%s", r.valid_gaps.gaps, r.valid_gaps.values, n - others, n, k->text);
    if (n > others && !(fabs(r.valid_gaps.loss - rest / others) <= 1e-9 * (1 + fabs(rest / others)))) fail_msg("without them %.12g, the score %.12g:\n%s", r.valid_gaps.loss, rest / others, k->text);
    if (!(fabs(r.valid_loss - sum / n) <= 1e-9 * (1 + fabs(sum / n))))
        fail_msg("the fit's validation loss is %.12g, the score %.12g (%zu rows, %s%s):\n%s", r.valid_loss, sum / n, length, part ? "a part" : "examples", missing ? ", with holes" : "", k->text);
    unroll_table_free(t);
    unroll_data_free(train);
    unroll_data_free(valid);
    unroll_data_free(d);
    unroll_close(m);
}

static void validation_losses(void **state)
{
    (void)state;
    for (size_t k = 0; k < KINDS; k++) {
        validation(&kinds[k], LENGTH * 3, true, false);
        validation(&kinds[k], LENGTH * 3, true, true);
        validation(&kinds[k], LENGTH, false, false);
        validation(&kinds[k], LENGTH, false, true);
        validation(&kinds[k], 4 * LONG / 3, true, false);            /* the part begins behind row 4,096 */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(one_step_ahead), cmocka_unit_test(over_a_horizon), cmocka_unit_test(validation_losses) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
