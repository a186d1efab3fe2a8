/* Numbers that are missing along several indices, of given data and of drawn: exact fits are of what reads nothing missing, losses count what reads the
 * model's own draw, and what reads a given number that is missing takes no part, by the equations written out here. */
#include "model_test.h"

enum { I = 7, J = 6, K = 4, N = I * J * K, MOST = 5 };

typedef struct kind { const char *text; int lag[3]; int nlag; bool given; int axes; size_t each; } kind; /* lag: one back along which of the axes; each: numbers of a row */

typedef struct grid { double w[N], x[N], made[N]; bool none[N], lost[N]; size_t len[3], n; } grid;

static void write_array(const char *path, const grid *g, const double *v, int axes)
{
    char head[128], shape[64];
    snprintf(shape, sizeof shape, axes == 3 ? "(%zu, %zu, %zu)" : "(%zu, %zu)", g->len[0], g->len[1], g->len[2]);
    int n = snprintf(head, sizeof head, "{'descr': '<f8', 'fortran_order': False, 'shape': %s, }", shape);
    memset(head + n, ' ', sizeof head - (size_t)n);
    head[117] = '\n';
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite("\x93NUMPY\x01\x00\x76\x00", 1, 10, f), 10);
    assert_int_equal(fwrite(head, 1, 118, f), 118);
    assert_int_equal(fwrite(v, sizeof *v, g->n, f), g->n);
    fclose(f);
}

/* one back along axis a; SIZE_MAX: before the first */
static size_t back(const grid *g, size_t at, int a)
{
    size_t step = a == 2 ? 1 : a == 1 ? g->len[2] : g->len[1] * g->len[2];
    return at / step % g->len[a] ? at - step : SIZE_MAX;
}

static grid grid_of(const kind *c, uint32_t seed)
{
    grid g = { .len = { I, J, c->axes == 3 ? K : 1 } };
    g.n = g.len[0] * g.len[1] * g.len[2];
    for (size_t i = 0; i < g.n; i++) {
        double sum = 2 + wave(5 * i + seed);
        g.x[i] = wave(3 * i + seed + 1);
        for (int l = 0; l < c->nlag; l++) sum += 0.3 * (back(&g, i, c->lag[l]) == SIZE_MAX ? 3 : g.w[back(&g, i, c->lag[l])]);
        g.w[i] = sum + 0.5 * g.x[i];
    }
    for (size_t i = 0; i < g.n; i++) {
        uint32_t h = ((uint32_t)i * 37 + seed * 11) * 2654435761u >> 16;
        if (h % 9 == 1 || i == 1 + seed % 3) g.w[i] = NAN;
        if (c->given && (h >> 4) % 11 == 2) g.x[i] = NAN;
    }
    return g;
}

/* what weights b (of the lags, then of x, then a constant) make of it: the loss of a row. exact: of the rows that a fit by least squares counts. gaps: how
 * many of them read a number that is missing */
static double loss_of(grid *g, const kind *c, const double *b, double sd, bool exact, size_t *count, size_t *gaps)
{
    double all = 0;
    bool counted = false, gapped = false;
    *count = *gaps = 0;
    for (size_t i = 0; i < g->n; i++) {
        if (i % c->each == 0) counted = gapped = false;
        bool none = false, gap = false, lost = c->given && isnan(g->x[i]);
        double mean = b[c->nlag + 1] + (c->given && !lost ? b[c->nlag] * g->x[i] : 0);
        for (int l = 0; l < c->nlag; l++) {
            size_t at = back(g, i, c->lag[l]);
            if (at == SIZE_MAX) { none = true; continue; }
            gap = gap || isnan(g->w[at]);
            none = none || (isnan(g->w[at]) && g->none[at]);
            lost = lost || (isnan(g->w[at]) && g->lost[at]);
            mean += b[l] * g->made[at];
        }
        g->none[i] = none;
        g->lost[i] = lost;
        g->made[i] = isnan(g->w[i]) ? mean : g->w[i];
        if (isnan(g->w[i]) || lost || (exact && none)) continue;
        double off = (g->w[i] - mean) / sd;
        all += 0.91893853320467274 + log(sd) + off * off / 2;
        *count += !counted;
        *gaps += gap && !gapped;
        counted = true;
        gapped = gapped || gap;
    }
    return all / (double)*count;
}

/* least squares over what has all that it reads */
static size_t solve(const grid *g, const kind *c, double *b, double *sd)
{
    double a[MOST][MOST + 1] = { 0 }, sq = 0;
    int p = c->nlag + 1 + c->given;
    size_t used = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < g->n; i++) {
            double v[MOST], left = g->w[i];
            bool whole = !isnan(g->w[i]);
            for (int l = 0; l < c->nlag && whole; l++) whole = back(g, i, c->lag[l]) != SIZE_MAX && !isnan(v[l] = g->w[back(g, i, c->lag[l])]);
            if (c->given) whole = whole && !isnan(v[c->nlag] = g->x[i]);
            v[p - 1] = 1;
            if (!whole) continue;
            used += !pass;
            for (int r = 0; r < p; r++) {
                for (int q = 0; !pass && q < p; q++) a[r][q] += v[r] * v[q];
                if (!pass) a[r][p] += v[r] * g->w[i];
                if (pass) left -= v[r] * (r == p - 1 ? b[c->nlag + 1] : b[r]);
            }
            if (pass) sq += left * left;
        }
        for (int k = 0; !pass && k < p; k++)
            for (int r = 0; r < p; r++)
                for (int q = p; r != k && q >= k; q--) a[r][q] -= a[r][k] / a[k][k] * a[k][q];
        b[c->nlag] = 0;
        for (int r = 0; r < p; r++) b[r == p - 1 ? c->nlag + 1 : r] = a[r][p] / a[r][r];
    }
    *sd = sqrt(sq / (double)used);
    return used;
}

static void weights(unroll_model *m, const kind *c, double *b, double *sd)
{
    static const char *const name[] = { "a", "b", "c" };
    double s;
    for (int l = 0; l < c->nlag; l++) OK(unroll_param_get(m, name[l], &b[l], 1));
    b[c->nlag] = 0;
    if (c->given) OK(unroll_param_get(m, "d", &b[c->nlag], 1));
    OK(unroll_param_get(m, "e", &b[c->nlag + 1], 1));
    OK(unroll_param_get(m, "s", &s, 1));
    *sd = log1p(exp(s));
}

static void along_several_indices(void **state)
{
    (void)state;
    static const kind c[] = {
        { "data w[i,j] : raw\nparam a, b, e, s\nw[i,j] ~ normal(a * w[i-1,j] + b * w[i,j-1] + e, s)\n", { 0, 1 }, 2, false, 2, 1 },
        { "data w[i,j], x[i,j] : raw\nparam a, b, d, e, s\nw[i,j] ~ normal(a * w[i-1,j] + b * w[i,j-1] + d * x[i,j] + e, s)\n", { 0, 1 }, 2, true, 2, 1 },
        { "data w[i,j], x[i,j] : raw\nparam a, d, e, s\nq[i,j] = d * x[i,j] + e\nw[i,j] ~ normal(a * w[i,j-1] + q[i,j], s)\n", { 1 }, 1, true, 2, 1 },
        { "data w[i,j], x[i,j] : raw\nparam d, e, s\nw[i,j] ~ normal(d * x[i,j] + e, s)\n", { 0 }, 0, true, 2, 1 },
        { "data w[i,j,k], x[i,j,k] : raw\nparam a, b, c, d, e, s\nw[i,j,k] ~ normal(a * w[i-1,j,k] + b * w[i,j-1,k] + c * w[i,j,k-1] + d * x[i,j,k] + e, s)\n", { 0, 1, 2 }, 3, true, 3, 1 },
        { "index k = 1..4\ndata w[i,j,k], x[i,j,k] : raw\nparam a, b, d, e, s\nw[i,j,k] ~ normal(a * w[i-1,j,k] + b * w[i,j-1,k] + d * x[i,j,k] + e, s)\n", { 0, 1 }, 2, true, 3, K },
    };
    char w[256], x[256], spec[2][300];
    temp_path(w, sizeof w, "w.npy");
    temp_path(x, sizeof x, "x.npy");
    snprintf(spec[0], sizeof spec[0], "w=%s", w);
    snprintf(spec[1], sizeof spec[1], "x=%s", x);
    for (size_t v = 0; v < 3 * sizeof c / sizeof *c; v++) {
        const kind *k = &c[v / 3];
        grid g = grid_of(k, (uint32_t)v);
        double want[MOST] = { 0 }, got[MOST] = { 0 }, sd, has, loss;
        size_t used = solve(&g, k, want, &sd), count, gaps;
        unroll_model *m = model_of(k->text);
        unroll_data *d = NULL;
        unroll_fit_result r;
        write_array(w, &g, g.w, k->axes);
        write_array(x, &g, g.x, k->axes);
        OK(unroll_data_read(&d, m, (const char *const[]){ spec[0], spec[1] }, k->given ? 2 : 1, NULL));
        OK(unroll_fit(m, d, NULL, &r));
        assert_string_equal(r.method, "exact least squares");
        weights(m, k, got, &has);
        for (int p = 0; p < k->nlag + 2; p++)
            if (!(fabs(got[p] - want[p]) < 1e-8)) fail_msg("%s: weight %d is %.12g, not %.12g (%zu rows): %s", k->text, p, got[p], want[p], used, r.why);
        if (!(fabs(has - sd) < 1e-8)) fail_msg("%s: deviation %.12g, not %.12g", k->text, has, sd);
        loss = loss_of(&g, k, got, has, true, &count, &gaps);
        if (!(fabs(r.train_loss - loss) < 1e-8) || r.train_gaps.values != count || r.train_gaps.gaps != gaps)
            fail_msg("%s: loss %.12g of %zu values, %zu gaps, not %.12g of %zu, %zu", k->text, r.train_loss, r.train_gaps.values, r.train_gaps.gaps, loss, count, gaps);
        unroll_fit_options o = UNROLL_FIT_INIT;
        o.method = 1;
        o.precision = 1;
        o.optimiser = "sgd";
        o.epochs = 1;
        o.rate = 1e-300;
        OK(unroll_fit(m, d, &o, &r));
        weights(m, k, want, &sd);
        loss = loss_of(&g, k, want, sd, false, &count, &gaps);
        if (!(fabs(r.train_loss - loss) < 1e-8 * fabs(loss)) || r.train_gaps.values != count || r.train_gaps.gaps != gaps)
            fail_msg("%s by gradients: loss %.12g of %zu values, %zu gaps, not %.12g of %zu, %zu", k->text, r.train_loss, r.train_gaps.values, r.train_gaps.gaps, loss, count, gaps);
        unroll_data_free(d);
        unroll_close(m);
    }
    remove(w);
    remove(x);
}

/* a condition and a weight may follow some of the indices alone */
static void some_of_the_indices(void **state)
{
    (void)state;
    static const kind c = { "", { 0 }, 0, false, 3, 1 };
    static const struct { const char *weight, *holds; int by, from; size_t least; } v[] = {
        { "1", " if i > 3", 0, 0, 3 }, { "1", " if j > 2", 0, 1, 2 }, { "1", " if k > 1", 0, 2, 1 }, { "i", "", 1, 0, 0 }, { "j", " if i > 2", 2, 0, 2 }, { "k", " if k > 1", 3, 2, 1 } };
    char w[256], spec[300], text[200];
    const char *const specs[] = { spec };
    snprintf(spec, sizeof spec, "w=%s", temp_path(w, sizeof w, "some.npy"));
    grid g = grid_of(&c, 3);
    write_array(w, &g, g.w, 3);
    for (size_t t = 0; t < sizeof v / sizeof *v; t++) {
        double all = 0, sum = 0, e;
        for (size_t i = 0; i < g.n; i++) {
            const size_t at[] = { i / (J * K), i / K % J, i % K };
            double weight = v[t].by ? (double)at[v[t].by - 1] + 1 : 1;
            if (isnan(g.w[i]) || at[v[t].from] < v[t].least) continue;
            all += weight;
            sum += weight * g.w[i];
        }
        snprintf(text, sizeof text, "data w[i,j,k] : raw\nparam e, s\nw[i,j,k] ~ normal(e, s, weight = %s)%s\n", v[t].weight, v[t].holds);
        unroll_model *m = model_of(text);
        unroll_data *d = NULL;
        unroll_fit_result r;
        OK(unroll_data_read(&d, m, specs, 1, NULL));
        OK(unroll_fit(m, d, NULL, &r));
        OK(unroll_param_get(m, "e", &e, 1));
        if (!(fabs(e - sum / all) < 1e-9)) fail_msg("%s: %.12g, not %.12g", text, e, sum / all);
        unroll_data_free(d);
        unroll_close(m);
    }
    remove(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(along_several_indices), cmocka_unit_test(some_of_the_indices) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
