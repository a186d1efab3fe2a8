/* Exact least squares: what a mean is made of is what the model gives; equations, whatever their shape, are solved as by hand. */
#include "model_test.h"
#include "graph/terms.h"
#include "model/fit/fit.h"

/* ---- terms: at random parameters the mean is the mean at zero and the columns times the parameters */
typedef struct held { ur_terms terms; ur_values value[64], mean; const double *w; double *zero; const int32_t *column; size_t nweight, width, at; int pass; double apart; } held;

static int look(ur_pass *p, const ur_batch *b, ur_err *e)
{
    held *h = p->arg;
    for (size_t it = 0; it < b->n; it++) {
        assert_int_equal(ur_values_get(p->run, p->run->g->like[0].arg[0], it, &h->mean, e), 0);
        for (int k = 0; k < h->terms.nnode; k++) assert_int_equal(ur_values_get(p->run, h->terms.node[k], it, &h->value[k], e), 0);
        for (size_t r = 0; r < h->mean.npos; r++, h->at++) {
            double X[3][64] = { 0 }, *row[3] = { X[0], X[1], X[2] };
            ur_terms_row(&h->terms, h->value, r, h->column, row);
            for (size_t c = 0; c < h->width; c++) {
                double mean = h->mean.v[r * h->mean.width + (h->mean.width == 1 ? 0 : c)], sum = 0;
                for (size_t j = 0; j < h->nweight; j++) sum += X[c][j] * h->w[j];
                if (!h->pass) h->zero[h->at * h->width + c] = mean;
                else h->apart = fmax(h->apart, fabs(mean - h->zero[h->at * h->width + c] - sum));
            }
        }
    }
    return 0;
}

static void terms_are_the_mean(void **state)
{
    (void)state;
    static const char x3[] = "data x[t] : real(3), u[t] : real, g[t] : symbol\nindex j = 1..4, i = 1..2\n", y1[] = "data y[t], u[t] : real, x[t] : real(3), g[t] : symbol\nindex j = 1..4, i = 1..2\n";
    static const struct { const char *data, *text; bool fine; } c[] = {
        { y1, "param A[j], m, s\ny[t] ~ normal(sum[j](A[j] y[t-j]) + m, s)", true },
        { y1, "param A[j], m, s\ny[t] ~ normal(y[t-1] + sum[j](A[j] * (y[t-j] - y[t-j-1])) - m, s)", true },
        { y1, "param A[j], B[j], s\ny[t] ~ normal(A[1] * y[t-1] - A[4] u[t] + sum[j](where(j > 2, B[j], 0) * u[t-j]) / (1 + abs(u[t])), s)", true },
        { y1, "param a, b, s\ny[t] ~ normal(where(u[t] > 0, a * log(u[t]), b) + 3 * a - 2 * b / 7, s)", true },
        { y1, "param E, w, s\ny[t] ~ normal(E g[t] + w' x[t], s)", true },
        { y1, "param W, s\nq[t] = W [x[t]; u[t]; x[t-1]]\ny[t] ~ normal(q[t], s)", true },
        { y1, "param C[i,j], D[i], s\nq[t,i] = sum[j](C[i,j] * y[t-j]) + D[i]\ny[t] ~ normal(sum[i](q[t,i] * u[t-i]) - q[t,2], s)", true },
        { y1, "param a, b, s\nq[t] : 3 = a * x[t] + b\ny[t] ~ normal(sum(q[t]) + t * a + length(t) * b, s)", true },
        { y1, "param w, m, s\nh[t] = 0.5 * h[t-1] + w * u[t]\ny[t] ~ normal(h[t] + m, s)", false },
        { y1, "param w, m, s\nh[t] = w * u[t]\ny[t] ~ normal(h[t-1] + m, s)", false },
        { y1, "param w, m, s\nindex k = t\ny[t] ~ normal(sum[k](w * u[k]) + m, s)", false },
        { y1, "param A[j], s\ny[t] ~ normal(A[mod(t, 4) + 1] + A[min(t, 4)] * u[t], s)", true },
        { y1, "param C[i,j](3), s\ny[t] ~ normal(sum[i](i * C[i,mod(t, 4) + 1]' x[t]), s)", true },
        { y1, "param A[j], s\ny[t] ~ normal(A[mod(t, 4) + 1] + A[5 * (u[t] > 0)] - A[2], s)", true },
        { y1, "param A[j], w, s\nh[t] = w * u[t]\ny[t] ~ normal(A[2] + h[mod(t, 3) + 1], s)", false },
        { x3, "param A[j], m, s\nx[t] ~ normal(sum[j](A[j] x[t-j]) + m, s)", true },
        { x3, "param a, m, s\nx[t] ~ normal(a * x[t-1] + m, s)", true },
        { x3, "param a[j], s\nx[t] ~ normal(sum[j](a[j] * x[t-j]), s)", true },
        { x3, "param a, s\nx[t] ~ normal(a * u[t], s)", true },
        { x3, "param a, b, c, s\nq[t] : 1 = a * u[t]\nr[t] : 2 = b * u[t-1] + c\nx[t] ~ normal([q[t]; -r[t]] + [r[t-1]; 1], s)", false },
        { x3, "param a, b, c, s\nq[t] : 1 = a * u[t]\nr[t] : 2 = b * u[t-1] + c\nx[t] ~ normal([q[t]; -r[t]] * x[t-1], s)", true },
        { x3, "param E, s\nx[t] ~ normal(E g[t-1], s)", true } };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        char text[512];
        snprintf(text, sizeof text, "%s%s\n", c[i].data, c[i].text);
        bool three = c[i].data == x3;
        size_t n = 30, width = three ? 3 : 1;
        unroll_model *m = model_of(text);
        unroll_data *d = NULL;
        double u[30], x[90];
        const char *g[30];
        char names[30][8];
        for (size_t k = 0; k < n; k++) {
            u[k] = wave(k);
            snprintf(names[k], sizeof *names, "k%d", (int)(10 + 10 * wave(k)) % 4);
            g[k] = names[k];
        }
        for (size_t k = 0; k < 3 * n; k++) x[k] = wave(2 * k + 5);
        OK(unroll_data_new(&d, m, 1));
        OK(unroll_data_set_numbers(d, "u", &n, u));
        OK(unroll_data_set_numbers(d, "x", &n, x));
        if (!three) OK(unroll_data_set_numbers(d, "y", &n, x + 30));
        OK(unroll_data_set_texts(d, "g", &n, g));
        unroll_fit_result r;
        unroll_fit_options o = UNROLL_FIT_INIT;
        o.epochs = 1;
        OK(unroll_fit(m, d, &o, &r));
        const ur_graph *gr = m->graph;
        held h = { .nweight = gr->nweight, .width = width };
        uint8_t *deg = calloc((size_t)gr->nnode + 1, 1);
        ur_err e = { 0 };
        assert_int_equal(ur_degrees(gr, deg), 0);
        assert_int_equal(ur_terms_of(&h.terms, gr, gr->like[0].arg[0], width, deg, &e), 0);
        free(deg);
        if (h.terms.fine != c[i].fine) fail_msg("%s: %d", text, h.terms.fine);
        if (h.terms.fine) {
            ur_id keep[65];
            ur_run *run = NULL;
            double w[64] = { 0 }, zero[90];
            int32_t column[64];
            ur_examples *ex = NULL;
            size_t unknown = 0;
            assert_true(h.terms.nnode < 64 && gr->nweight <= 64);
            memcpy(keep, h.terms.node, (size_t)h.terms.nnode * sizeof *keep);
            keep[h.terms.nnode] = gr->like[0].arg[0];
            ur_run_want want = { .keep = keep, .nkeep = h.terms.nnode + 1, .bare = true, .limits.threads = 1, .window = UR_WINDOW_ROOT };
            assert_int_equal(ur_run_open(&run, m, &want, &e), 0);
            assert_int_equal(ur_encode(&ex, &gr->schema, d->raw, m->code, true, false, false, &unknown, &e), 0);
            h.w = w;
            h.zero = zero;
            h.column = column;
            for (h.pass = 0; h.pass < 2; h.pass++) {
                for (size_t k = 0; k < gr->nweight; k++) {
                    column[k] = (int32_t)k;
                    w[k] = h.pass ? wave(5 * k + 3) : 0;
                }
                h.at = 0;
                ur_run_weights(run, w);
                ur_pass p = { .run = run, .x = ex, .after = look, .arg = &h, .draw = { .temperature = 1 } };
                assert_int_equal(ur_pass_all(&p, &e), 0);
                assert_int_equal(h.at, n);
            }
            if (!(h.apart < 1e-12)) fail_msg("%s: %g apart", text, h.apart);
            ur_run_close(run);
            ur_examples_free(ex);
            for (int k = 0; k < h.terms.nnode; k++) ur_free(h.value[k].v);
            ur_free(h.mean.v);
        }
        ur_terms_free(&h.terms);
        unroll_data_free(d);
        unroll_close(m);
    }
}

/* ---- many right sides over one design */
static void components_share_a_design(void **state)
{
    (void)state;
    enum { N = 400, IN = 100, OUT = 24 };
    unroll_model *m = model_of("data x[t] : raw(100), y[t] : raw(24)\nparam W, b, s\ny[t] ~ normal(W x[t] + b, s)\n");
    unroll_data *d = NULL;
    size_t n = N;
    double *x = malloc(N * IN * sizeof *x), *y = malloc(N * OUT * sizeof *y), *W = malloc(OUT * IN * sizeof *W), b[OUT], worst = 0;
    for (uint32_t i = 0; i < N * IN; i++) x[i] = ur_normal(1, 2, 3, 4, i);
    for (size_t i = 0; i < N; i++)
        for (size_t c = 0; c < OUT; c++) {
            y[i * OUT + c] = (double)c + 1e-7 * wave(i * OUT + c);
            for (size_t k = 0; k < IN; k++) y[i * OUT + c] += wave(c * IN + k) * x[i * IN + k];
        }
    OK(unroll_data_new(&d, m, 1));
    OK(unroll_data_set_numbers(d, "x", &n, x));
    OK(unroll_data_set_numbers(d, "y", &n, y));
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.memory = 16 << 20;                 /* one matrix of all equations would be 186 MB */
    unroll_fit_result r;
    OK(unroll_fit(m, d, &o, &r));
    assert_string_equal(r.method, "exact least squares");
    assert_int_equal(r.parameters, OUT * (IN + 2));
    OK(unroll_param_get(m, "W", W, OUT * IN));
    OK(unroll_param_get(m, "b", b, OUT));
    for (size_t c = 0; c < OUT; c++) {
        worst = fmax(worst, fabs(b[c] - (double)c));
        for (size_t k = 0; k < IN; k++) worst = fmax(worst, fabs(W[c * IN + k] - wave(c * IN + k)));
    }
    assert_true(worst < 1e-6 && r.train_loss < -200);
    unroll_data_free(d);
    unroll_close(m);
    free(x);
    free(y);
    free(W);
}

/* Components whose noise is given and differs share a parameter: each counts by how certain it is. y1 = a + small noise, y2 = a + large noise */
static void given_noise_weighs(void **state)
{
    (void)state;
    unroll_model *m = model_of("data y[t] : raw(2)\nfixed r = ones\nparam a(1,1)\ny[t] ~ normal(a, r)\n");
    unroll_data *d = NULL;
    size_t n = 4;
    const double y[] = { 1, 9, 1.5, -3, 0.5, 30, 1, 0 }, noise[] = { 0.5, 10 };
    double a;
    OK(unroll_param_set(m, "r", noise, 2));
    OK(unroll_data_new(&d, m, 1));
    OK(unroll_data_set_numbers(d, "y", &n, y));
    unroll_fit_result r;
    OK(unroll_fit(m, d, NULL, &r));
    assert_string_equal(r.method, "exact least squares");
    OK(unroll_param_get(m, "a", &a, 1));
    double sd[2], v1, v2;
    for (int k = 0; k < 2; k++) sd[k] = log1p(exp(noise[k]));
    v1 = sd[0] * sd[0];
    v2 = sd[1] * sd[1];
    double want = (4 / v1 + 36 / v2) / (4 / v1 + 4 / v2);
    if (fabs(a - want) > 1e-9) fail_msg("%.12g, not %.12g", a, want);
    unroll_data_free(d);
    unroll_close(m);
}

/* Lags 1 and 10 of a series with holes: a row takes part where it and these two are there, whatever is missing between them */
static void holes_between_lags(void **state)
{
    (void)state;
    static const char *const text[] = {
        "data y[t] : raw\nparam a, b, s\ny[t] ~ normal(a y[t-1] + b y[t-10], s)\n",
        "data y[t] : raw\nparam a, b, s\nq[t] = y[t-8]\ny[t] ~ normal(a y[t-1] + b q[t-2], s)\n",
        "data y[t] : raw\nparam a, b, s\ny[t] ~ normal(a y[t-1] + b (where(t > 0, y[t-10], 0)), s)\n" };
    enum { N = 180 };
    double y[N];
    for (size_t i = 0; i < N; i++) y[i] = (i > 9 ? 0.5 * (isnan(y[i - 1]) ? 0.3 : y[i - 1]) - 0.3 * (isnan(y[i - 10]) ? 0.2 : y[i - 10]) : 0) + wave(3 * i + 1);
    for (size_t i = 17; i < N; i += 31) y[i] = NAN;
    for (size_t v = 0; v < sizeof text / sizeof *text; v++) {
        double s11 = 0, s12 = 0, s22 = 0, r1 = 0, r2 = 0, got[2];
        size_t used = 0, n = N;
        for (size_t i = 10; i < N; i++) {
            double p = y[i - 1], q = y[i - 10];
            if (isnan(y[i]) || isnan(p) || isnan(q)) continue;
            used++;
            s11 += p * p;
            s12 += p * q;
            s22 += q * q;
            r1 += p * y[i];
            r2 += q * y[i];
        }
        double det = s11 * s22 - s12 * s12, want[] = { (r1 * s22 - r2 * s12) / det, (r2 * s11 - r1 * s12) / det };
        unroll_model *m = model_of(text[v]);
        unroll_data *d = NULL;
        unroll_fit_result r;
        char says[64];
        OK(unroll_data_new(&d, m, 1));
        OK(unroll_data_set_numbers(d, "y", &n, y));
        OK(unroll_fit(m, d, NULL, &r));
        assert_string_equal(r.method, "exact least squares");
        OK(unroll_param_get(m, "a", &got[0], 1));
        OK(unroll_param_get(m, "b", &got[1], 1));
        snprintf(says, sizeof says, "%zu rows used", used);
        if (!strstr(r.why, says)) fail_msg("%s: %s, not %s", text[v], r.why, says);
        for (int c = 0; c < 2; c++)
            if (!(fabs(got[c] - want[c]) < 1e-9)) fail_msg("%s: %.12g, not %.12g", text[v], got[c], want[c]);
        unroll_data_free(d);
        unroll_close(m);
    }
}

/* A standard deviation that its parameter cannot make: the fit goes on by gradients, towards the nearest */
static void out_of_reach(void **state)
{
    (void)state;
    unroll_model *m = model_of("data y[t] : raw\nparam a, s\ny[t] ~ normal(a, sigmoid(s))\n");
    unroll_data *d = NULL;
    size_t n = 8;
    const double y[] = { 9, 1, 8, 2, 7, 3, 6, 4 };
    unroll_fit_result r;
    OK(unroll_data_new(&d, m, 1));
    OK(unroll_data_set_numbers(d, "y", &n, y));
    OK(unroll_fit(m, d, NULL, &r));
    assert_string_equal(r.method, "gradients through time");
    assert_non_null(strstr(r.why, "the standard deviation of y cannot reach 2.73861, that of what is left: by gradients"));
    unroll_data_free(d);
    unroll_close(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(terms_are_the_mean), cmocka_unit_test(components_share_a_design), cmocka_unit_test(given_noise_weighs),
                                        cmocka_unit_test(holes_between_lags), cmocka_unit_test(out_of_reach) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
