/* A plan that computes parts of a sequence twice against one that stores all: losses, likelihoods, gradients, values, carried state within
 * 1e-10 in double, on texts, on random texts and in windows; the same bits on one thread, two and three; memory as promised. */
#include "compare.h"

enum { ITEMS = 5 };

#define DATA "data x[t] : real(2)\ndata y[t] : real\ndata w[t] : symbol\n"
static const struct { const char *name, *text; } texts[] = {
    { "rnn", DATA "param V, c\nh[t] = rnn(5, x[t])\ny[t] ~ normal(V h[t] + c, 1)\n" },
    { "lstm", DATA "param V, c\nh[t] = lstm(5, [x[t]; y[t-1]])\ny[t] ~ normal(V h[t] + c, 1)\n" },
    { "stacked, masks, lags", DATA "index j = 1..3\nparam V, c, B[j], s\nf[t] = lstm(4, dropout(0.3, x[t]))\ng[t] = lstm(3, [dropout(0.2, f[t]); f[t-2]])\n"
      "y[t] ~ normal(V dropout(0.5, g[t]) + sum[j](B[j] y[t-j]) + c, s)\n" },
    { "start from an example", DATA "data g : real(2)\nparam V, G, q\nh[t] = gru(3, x[t])\nh[0] = tanh(G g + q)\ny[t] ~ normal(V h[t], 1)\n" },
    { "start from the first", DATA "param V, G\nh[t] = gru(3, x[t])\nh[0] = tanh(G x[1])\ny[t] ~ normal(V h[t], 1)\n" },
    { "offsets", DATA "param A, B, C, D, a\nh[t] : 3 = tanh(A h[t-1] + B h[t-2] + C h[t-3] + D x[t])\nh[0] = a\ny[t] ~ normal(sum(h[t]) + sum(h[t-2]), 1)\n" },
    { "looks ahead", DATA "param A, D, V, E\nz[t] : 3 = tanh(D x[t])\nh[t] : 3 = tanh(A h[t-1] + E z[t+1])\ny[t] ~ normal(V h[t+2], 1)\n" },
    { "symbols", DATA "param E, A, V, b, v\nh[t] : 4 = tanh(A h[t-1] + E w[t-1])\nw[t] ~ categorical(V h[t] + b)\ny[t] ~ normal(v' h[t], 1)\n" },
    { "places", DATA "param A, D, V\nh[t] : 3 = tanh(A h[t-1] + D x[t] + sin(0.3 t) + 1 / length(t))\ny[t] ~ normal(V h[t] + t / length(t), 1)\n" },
    { "first and last", DATA "param A, D, V\nh[t] : 3 = tanh(A h[t-1] + D x[t])\ny[t] ~ normal(V h[t] + sum(h[1]) - sum(h[end]) + sum(x[end]), 1)\n" },
    { "one for all", DATA "data k : symbol\nparam V, W\nh[t] = lstm(4, x[t])\nm : 4 = mean[t](h[t])\nk ~ categorical(V h[end] + W m)\n" },
    { "largest of all", DATA "param V, W\nh[t] = rnn(4, x[t])\nm : 4 = max[t](h[t])\nn : 4 = logsumexp[t](h[t])\ny[t] ~ normal(V h[t] + W (m + n), 1)\n" },
    { "backwards", DATA "param A, D, V, e\nh[t] : 3 = tanh(A h[t+1] + D x[t])\nh[end+1] = e\ny[t] ~ normal(V h[t], 1)\n" },
    { "both ways", DATA "param V\nf[t] = lstm(3, x[t])\nb[t] = reverse gru(3, x[t])\ny[t] ~ normal(V [f[t]; b[t]], 1)\n" },
    { "both ways, stacked", DATA "param V\nf[t] = rnn(3, x[t])\nb[t] = reverse rnn(3, f[t])\ng[t] = gru(3, [f[t]; b[t]])\ny[t] ~ normal(V g[t], 1)\n" },
    { "attention in the step", DATA "data z[u] : real(2)\nparam A, D, V, q, K\nk[u] : 3 = tanh(K z[u])\na[t,u] = softmax[u](q' tanh(h[t-1] + k[u]))\nc[t] = sum[u](a[t,u] * k[u])\n"
      "h[t] : 3 = tanh(A c[t] + D x[t])\ny[t] ~ normal(V h[t], 1)\n" },
    { "attention to itself", DATA "index s = t\nparam V, K\nh[t] = rnn(3, x[t])\na[t,s] = softmax[s <= t](h[t]' K h[s])\ng[t] = sum[s <= t](a[t,s] * h[s])\ny[t] ~ normal(V g[t], 1)\n" },
    { "reader and writer", DATA "data z[u] : real(2)\nparam V, W\ne[u] = lstm(3, z[u])\nb[u] = reverse gru(3, z[u])\nd[t] = gru(4, [x[t]; y[t-1]])\nd[0] = tanh(W [e[end]; b[1]])\n"
      "c[t] = attend(3, d[t], [e[u]; b[u]])\ny[t] ~ normal(V [d[t]; c[t]], 1)\n" },
    { "dot product", DATA "data z[u] : real(2)\nparam V\ne[u] = rnn(3, z[u])\nd[t] = gru(4, [x[t]; y[t-1]])\nc[t] = attend_dot(3, d[t], e[u])\ny[t] ~ normal(V [d[t]; c[t]], 1)\n" },
    { "fixed index", DATA "index m = 1..2\nparam A[m], D, a\nh[t,m] : 3 = tanh(A[m] h[t-1,m] + D x[t])\nh[0,m] = a\ny[t] ~ normal(sum[m](sum(h[t,m])), 1)\n" },
    { "along two", DATA "data r[t,u] : real\nparam A, B, D, V\nh[t,u] : 3 = tanh(A h[t,u-1] + B h[t-1,u] + D r[t-1,u])\nr[t,u] ~ normal(V h[t,u], 1)\ny[t] ~ normal(sum(h[t,end]), 1)\n" },
    { "nested", DATA "data r[t,k] : real\nparam A, D, V, E\ne[t,k] : 2 = tanh(E r[t,k] + D e[t,k-1])\nh[t] : 2 = tanh(A h[t-1] + e[t,end])\ny[t] ~ normal(V h[t], 1)\n" },
    { "norms", DATA "param V\nh[t] = layernorm_lstm(4, x[t])\ny[t] ~ normal(V h[t], 1)\n" },
    { "long lag", DATA "param A, D, V\nh[t] : 3 = tanh(A h[t-7] + D x[t])\ny[t] ~ normal(V h[t-5], 1)\n" },
};
enum { TEXTS = sizeof texts / sizeof *texts };
static const ur_draw_options mean = { .mode = 0 };

static ur_batch whole(ur_item item[ITEMS])
{
    for (int i = 0; i < ITEMS; i++) item[i] = (ur_item){ (uint32_t)i, 0, -1, INT32_MAX, 0 };
    return (ur_batch){ ITEMS, item, -1, true };
}

static ur_engine *engine(const trial *t, int recompute, int segment, int threads, int window, int keep)
{
    return trial_engine(t, (ur_plan_options){ .limits.recompute = recompute, .segment = segment, .limits.threads = threads, .shard = 2, .window_index = window, .nkeep = keep ? 0 : -1 });
}

/* one step, stored and recomputed by segments of several lengths */
static double both(trial *t, int keep)
{
    ur_item item[ITEMS];
    ur_batch b = whole(item);
    ur_engine *plain = engine(t, -1, 0, 1, -1, keep);
    int nkeep = t->nkeep;
    if (!keep) t->nkeep = 0;
    answer a = trial_step(t, plain, &b, false, 3, mean);
    double worst = 0;
    for (int segment = 0; segment < 5; segment++) {
        ur_engine *en = engine(t, 1, segment, 1, -1, keep);
        answer c = trial_step(t, en, &b, false, 3, mean);
        double d = answers_differ(&c, &a);
        if (d > 1e-10 && getenv("UR_SHOW")) print_message("segments of %d: %g (loss %.15g, plain %.15g)\n", segment, d, c.loss, a.loss);
        if (!(d <= worst)) worst = d;
        answer_free(&c);
        ur_engine_free(en);
    }
    t->nkeep = nkeep;
    answer_free(&a);
    ur_engine_free(plain);
    return worst;
}

static double of_texts(uint64_t seed)
{
    double worst = 0;
    for (int k = 0; k < TEXTS; k++)
        for (int keep = 0; keep < 2; keep++) {
            trial t;
            snprintf(t.text, sizeof t.text, "%s", texts[k].text);
            trial_open(&t, seed, (setup){ seed % 2 ? UR_GIVEN_ALL : UR_GIVEN_SOME, true, true, ITEMS });
            double d = both(&t, keep);
            if (!(d <= 1e-10)) print_error("%s%s: %g\n", texts[k].name, keep ? ", values kept" : "", d);
            if (!(d <= worst)) worst = d;
            trial_close(&t);
        }
    return worst;
}
static void test_texts(void **state) { (void)state; each_seed("texts", 8, 1e-10, of_texts); }

static double of_random(uint64_t seed)
{
    trial t;
    random_model(seed, t.text, sizeof t.text);
    trial_open(&t, seed, (setup){ seed % 2 ? UR_GIVEN_ALL : UR_GIVEN_SOME, true, true, ITEMS });
    if (getenv("UR_SHOW")) print_message("%s\n", t.text);
    double d = both(&t, seed % 3 == 0);
    trial_close(&t);
    return d;
}
static void test_random(void **state) { (void)state; each_seed("random texts", 300, 1e-10, of_random); }

/* windows: the state that one part leaves to the next */
static double in_windows(uint64_t seed, trial *t)
{
    int window = index_named(t->g, "t"), more = 1;
    ur_engine *en[2] = { engine(t, -1, 0, 1, window, 1), engine(t, 1, 2, 2, window, 1) };
    ur_item item[ITEMS];
    ur_batch b = { ITEMS, item, window, true };
    double worst = 0;
    for (int k = 0; k < ITEMS; k++) item[k] = (ur_item){ (uint32_t)k, 0, 0, INT32_MAX, 0 };
    for (uint32_t step = 0; more && step < 20; step++, b.fresh = false) {
        more = 0;
        for (int k = 0; k < ITEMS; k++) {
            int len = t->x->extent[window].len[k], n = 3 + (int)((seed + step + (uint32_t)k) % 4);
            item[k].from = item[k].to;
            item[k].to = item[k].from + n < len ? item[k].from + n : len;
            more |= item[k].to < len;
        }
        answer a = trial_step(t, en[0], &b, false, step, mean), c = trial_step(t, en[1], &b, false, step, mean);
        double d = answers_differ(&c, &a);
        if (!(d <= worst)) worst = d;
        answer_free(&a);
        answer_free(&c);
    }
    ur_engine_free(en[0]);
    ur_engine_free(en[1]);
    return worst;
}

static double windows_of_texts(uint64_t seed)
{
    double worst = 0;
    for (int k = 0; k < TEXTS; k++) {
        trial t;
        snprintf(t.text, sizeof t.text, "%s", texts[k].text);
        trial_open(&t, seed, (setup){ UR_GIVEN_ALL, true, true, ITEMS });
        double d = in_windows(seed, &t);
        if (!(d <= 1e-10)) print_error("%s, in windows: %g\n", texts[k].name, d);
        if (!(d <= worst)) worst = d;
        trial_close(&t);
    }
    return worst;
}
static void test_windows(void **state) { (void)state; each_seed("windows", 6, 1e-10, windows_of_texts); }

static double same_bits(uint64_t seed)
{
    double bad = 0;
    for (int k = 0; k < TEXTS; k++) {
        trial t;
        ur_item item[ITEMS];
        ur_batch b = whole(item);
        answer a[3];
        snprintf(t.text, sizeof t.text, "%s", texts[k].text);
        trial_open(&t, seed, (setup){ UR_GIVEN_ALL, true, true, ITEMS });
        for (int n = 0; n < 3; n++) {
            ur_engine *en = engine(&t, 1, 3, n + 1, -1, 1);
            a[n] = trial_step(&t, en, &b, n > 2, 1, mean);
            ur_engine_free(en);
        }
        if (!answers_same_bits(&a[0], &a[1]) || !answers_same_bits(&a[0], &a[2])) { print_error("%s: other bits on other threads\n", texts[k].name); bad = 1; }
        for (int n = 0; n < 3; n++) answer_free(&a[n]);
        trial_close(&t);
    }
    return bad;
}
static void test_bits(void **state) { (void)state; each_seed("threads", 3, 0, same_bits); }

/* ---- memory */
static void lengthen(trial *t, int len, int n)                     /* x and y of n examples of `len` positions */
{
    static size_t start[64]; static int32_t length[64]; static ur_series s[2]; static ur_extent e[4]; static ur_examples x;
    for (int k = 0; k <= n; k++) { start[k] = (size_t)k * (size_t)len; length[k] = len; }
    for (int d = 0; d < 2; d++) s[d] = (ur_series){ .nrow = start[n], .start = start, .num = calloc(start[n] * 2, sizeof(double)) };
    e[0] = (ur_extent){ .len = length };
    x = (ur_examples){ .n = (size_t)n, .ndata = 2, .series = s, .nindex = t->g->nindex, .extent = e };
    ur_examples_free(t->x);
    t->x = &x;
}

static void test_memory(void **state)
{
    (void)state;
    trial t;
    enum { N = 8, LONG = 1000 };
    ur_item item[N];
    ur_err e = { 0 };
    snprintf(t.text, sizeof t.text, "data x[t] : raw(2)\ndata y[t] : raw\nparam V\nh[t] = lstm(32, x[t])\ny[t] ~ normal(V h[t], 1)\n");
    trial_open(&t, 1, (setup){ UR_GIVEN_ALL, true, true, N });
    lengthen(&t, LONG, N);
    for (int k = 0; k < N; k++) item[k] = (ur_item){ (uint32_t)k, 0, -1, INT32_MAX, 0 };
    ur_batch b = { N, item, -1, true };
    size_t bytes[2];
    for (int k = 0; k < 2; k++) {
        ur_engine *en = engine(&t, k ? 1 : -1, 0, 1, -1, 0);
        assert_int_equal(ur_engine_bytes(en, t.x, &b, &bytes[k], NULL), 0);
        ur_engine_free(en);
    }
    if (bytes[1] * 7 > bytes[0]) fail_msg("recomputing takes %zu bytes, storing %zu", bytes[1], bytes[0]);
    /* the budget decides, and says no where even that is too much; whatever the number of threads */
    double *grad = calloc(t.g->nweight + 1, sizeof *grad);
    for (int threads = 1; threads < 4; threads++) {
        size_t plenty = 8 * bytes[0], budget[4] = { plenty, bytes[0], 5 * bytes[1], bytes[1] / 2 };
        for (int k = 0; k < 4; k++) {
            ur_engine *en = trial_engine(&t, (ur_plan_options){ .limits.threads = threads, .shard = 2, .window_index = -1, .limits.memory = budget[k], .nkeep = -1 });
            ur_step s = { .x = t.x, .batch = &b, .weight = t.weight, .grad = grad };
            int rc = ur_engine_step(en, &s, &e);
            assert_int_equal(rc, k == 3 ? UNROLL_ERROR_MEMORY : 0);
            assert_int_equal(ur_engine_recomputes(en), k > 0);
            ur_engine_free(en);
        }
    }
    free(grad);
    for (int d = 0; d < 2; d++) free(t.x->series[d].num);
    t.x = NULL;
    trial_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_texts), cmocka_unit_test(test_random), cmocka_unit_test(test_windows), cmocka_unit_test(test_bits),
                                        cmocka_unit_test(test_memory) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
