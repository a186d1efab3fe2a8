/* Windows: sequences run part by part, with the state carried from part to part. The fast plan against the oracle in double (values, losses,
 * gradients within 1e-10) on random texts and on texts written for what random ones lack; parts against the whole; saved state; threads. */
#include "compare.h"
#include "random_form.h"

enum { ITEMS = 5 };

/* ---- a walk: every example cut into parts of its own length, the parts run side by side */
typedef struct walk { uint64_t seed; uint32_t draws; const trial *t; int window; bool hide, score, steady; int longest; ur_item item[ITEMS]; ur_batch batch; int step; } walk;

static int roll(walk *w, int lo, int hi) { return lo + (int)(ur_uniform(w->seed, 11, 12, 13, w->draws++) * (hi - lo + 1)); }

static void walk_begin(walk *w, const trial *t, int window, int longest, bool late)
{
    *w = (walk){ .seed = t->seed, .t = t, .window = window, .longest = longest };
    for (int k = 0; k < ITEMS; k++) {
        int len = t->x->extent[window].len[k], start = late && len > 1 ? roll(w, 0, len - 1) : 0;
        w->item[k] = (ur_item){ (uint32_t)k, start, start, INT32_MAX, 0 };
    }
    w->batch = (ur_batch){ ITEMS, w->item, window, true };
}

/* the next part of every example; false: all are at their ends */
static bool walk_next(walk *w)
{
    bool more = false;
    for (int k = 0; k < ITEMS; k++) {
        ur_item *i = &w->item[k];
        int len = w->t->x->extent[w->window].len[k], n = roll(w, w->longest > 1 ? 0 : 1, w->longest);
        if (!w->step && w->steady && n < 3) n = 3;
        i->from = i->to;
        i->to = i->from + n < len ? i->from + n : len;
        i->hide_from = w->hide ? roll(w, 0, 9) : INT32_MAX;
        i->score_from = w->score ? roll(w, 0, 4) : 0;
        more |= i->to < len || i->to > i->from;
    }
    w->batch.fresh = w->step++ == 0;
    return more;
}

static double walk_both(trial *t, int longest, bool late, ur_draw_options draw, bool hide)
{
    int window = index_named(t->g, "t");
    ur_engine *naive = trial_engine(t, (ur_plan_options){ .limits.naive = true, .window_index = window });
    ur_engine *fast = trial_engine(t, (ur_plan_options){ .limits.threads = 2, .shard = 2, .window_index = window });
    walk w;
    double worst = 0;
    walk_begin(&w, t, window, longest, late);
    w.steady = strstr(t->text, "sum[t](") || strstr(t->text, "[0] = ");   /* a boundary that differs from part to part: the fast plan keeps that of the first, the oracle takes
                                                                    each part's own; so the first part is as long as anything reads back */
    w.hide = hide; w.score = t->seed % 5 == 0;
    for (uint32_t step = 0; walk_next(&w) && step < 40; step++) {
        answer a = trial_step(t, naive, &w.batch, false, step, draw), b = trial_step(t, fast, &w.batch, false, step, draw);
        double d = answers_differ(&b, &a);
        if (!(d <= worst)) worst = d;
        if (d > 1e-10 && getenv("UR_SHOW")) print_message("part %u: %g (loss %g, %g)\n", step, d, a.loss, b.loss);
        answer_free(&a);
        answer_free(&b);
    }
    ur_engine_free(naive);
    ur_engine_free(fast);
    return worst;
}

static double mixed_walk(uint64_t seed)
{
    trial t;
    mixed_text(seed, t.text, sizeof t.text, NULL);
    trial_open(&t, seed, (setup){ UR_GIVEN_ALL, true, true, ITEMS });
    if (getenv("UR_SHOW")) print_message("%s\n", t.text);
    double d = walk_both(&t, 1 + (int)(seed % 4), seed % 2 == 0, (ur_draw_options){ .mode = 0 }, false);
    trial_close(&t);
    return d;
}

static void test_mixed(void **state) { (void)state; each_seed("mixed", 150, 1e-10, mixed_walk); }

static double random_walk(uint64_t seed)
{
    trial t;
    random_model(seed, t.text, sizeof t.text);
    bool some = seed % 2 == 0;
    trial_open(&t, seed, (setup){ some ? UR_GIVEN_SOME : UR_GIVEN_ALL, true, true, ITEMS });
    if (getenv("UR_SHOW")) print_message("%s\n", t.text);
    double d = walk_both(&t, 1 + (int)(seed % 4), seed % 3 == 0, (ur_draw_options){ .mode = seed % 4 == 0, .seed = seed }, some);
    trial_close(&t);
    return d;
}

static void test_random(void **state) { (void)state; each_seed("windows", 300, 1e-10, random_walk); }

/* ---- texts for what the random ones lack */
#define DATA "data x[t] : real(2)\ndata y[t] : real\ndata w[t] : symbol\n"
static const struct { const char *name, *text; bool causal; } texts[] = {
    { "offsets", DATA "param A, B, C, D, a\nh[t] : 3 = tanh(A h[t-1] + B h[t-2] + C h[t-3] + D x[t])\nh[0] = a\ny[t] ~ normal(sum(h[t]) + sum(h[t-2]), 1)\n", true },
    { "offset 3 alone", DATA "param A, D, a\nh[t] : 3 = tanh(A h[t-3] + D x[t])\nh[0] = tanh(a)\ny[t] ~ normal(sum(h[t]), 1)\n", true },
    { "start from an example", DATA "data g : real(2)\nparam A, D, G\nh[t] : 3 = tanh(A h[t-1] + D x[t-2])\nh[0] = tanh(G g)\ny[t] ~ normal(sum(h[t]), 1)\n", true },
    { "start from a number", DATA "param A, D\nh[t] : 3 = tanh(A h[t-1] + D x[t])\nh[0] = 0.5\ny[t] ~ normal(sum(h[t]), 1)\n", true },
    { "two cells", DATA "param V, c\nf[t] = lstm(4, x[t])\ng[t] = gru(3, [f[t]; x[t]])\ny[t] ~ normal(V g[t] + c, 1)\n", true },
    { "states of two kinds", DATA "param A, B, C, D\na[t] : 3 = tanh(A b[t-1] + C x[t])\nb[t] : 3 = tanh(B a[t-2] + D a[t])\ny[t] ~ normal(sum(b[t-1]) + sum(a[t]), 1)\n", true },
    { "autoregression", DATA "param A, D, V\nh[t] : 3 = tanh(A h[t-1] + D [y[t-1]; y[t-2]])\ny[t] ~ normal(V h[t], 0.5)\n", true },
    { "symbols", DATA "param E, A, V, b, v\nh[t] : 4 = tanh(A h[t-1] + E w[t-1])\nw[t] ~ categorical(V h[t] + b)\ny[t] ~ normal(v' h[t], 1)\n", true },
    { "symbols, two back", DATA "param E, F, V, b, v\nh[t] : 4 = tanh(F w[t-2] + E w[t-1])\nw[t] ~ categorical(V h[t] + b)\ny[t] ~ normal(v' h[t], 1)\n", true },
    { "lags", DATA "index j = 1..3\nparam A[j], B[j], s\nh[t] : 3 = tanh(sum[j](A[j] h[t-j]) + sum[j](B[j] y[t-j]))\ny[t] ~ normal(sum(h[t]), s)\n", true },
    { "tied weights", DATA "param A, B, C, V\nh[t] : 3 = tanh(A' h[t-1] + B' k[t-1] + C x[t])\nk[t] : 3 = tanh(B h[t-1] + A k[t-1] + C x[t])\ny[t] ~ normal(V [h[t]; k[t]], 1)\n", true },
    { "a sum of carried numbers", DATA "param A, V\nc[t] : 3 = c[t-1] + A x[t]\ny[t] ~ normal(V tanh(c[t]) + 0.1 (c[t] - c[t-1])' c[t-2], 1)\n", true },
    { "places", DATA "param A, D, V\nh[t] : 3 = tanh(A h[t-1] + D x[t] + sin(0.3 t) + 1 / length(t))\ny[t] ~ normal(V h[t] + t / length(t), 1)\n", false },
    { "a place", DATA "param A, D, V\nh[t] : 3 = tanh(A h[t-1] + D x[t] + sin(0.3 t))\ny[t] ~ normal(V h[t] + cos(0.2 t), 1)\n", true },
    { "masks", DATA "param A, D, V\nh[t] : 3 = tanh(A dropout(0.4, h[t-1]) + D dropout(0.3, x[t]))\ny[t] ~ normal(V dropout(0.5, h[t]), 1)\n", false },
    { "backwards", DATA "param A, D, V, e\nh[t] : 3 = tanh(A h[t+1] + D x[t])\nh[end+1] = e\ny[t] ~ normal(V h[t], 1)\n", false },
    { "first and last", DATA "param A, D, V\nh[t] : 3 = tanh(A h[t-1] + D x[t])\ny[t] ~ normal(V h[t] + sum(h[1]) - sum(h[end]) + sum(x[end]), 1)\n", false },
    { "attention in the step", DATA "data z[u] : real(2)\nparam A, D, V, q, K\nk[u] : 3 = tanh(K z[u])\na[t,u] = softmax[u](q' tanh(h[t-1] + k[u]))\nc[t] = sum[u](a[t,u] * k[u])\n"
      "h[t] : 3 = tanh(A c[t] + D x[t])\ny[t] ~ normal(V h[t], 1)\n", true },
    { "fixed index", DATA "index m = 1..2\nparam A[m], D, a\nh[t,m] : 3 = tanh(A[m] h[t-1,m] + D x[t])\nh[0,m] = a\ny[t] ~ normal(sum[m](sum(h[t,m])), 1)\n", true },
    { "drawn along two", DATA "data r[t,u] : real\nparam A, D, V\nh[t,u] : 3 = tanh(A h[t,u-1] + D r[t-1,u])\nr[t,u] ~ normal(V h[t,u], 1)\ny[t] ~ normal(sum(h[t,end]), 1)\n", false },   /* causal, but what stands for a missing r is not carried: it lies along two indices */
    { "data ahead", DATA "param A, D, E, V\nh[t] : 3 = tanh(A h[t-1] + D x[t+1] + E w[t+2])\ny[t] ~ normal(V h[t] + sum(given(x[t+1])) + sum(known(x[t+3])), 1)\n", true },
    { "leads", DATA "index j = 1..3\nparam B[j], C[j], s\ny[t] ~ normal(sum[j](B[j] x[t+2*j]) + sum[j](C[j] x[t-j]) + sum[j](x[t+j][1]), s)\n", true },
    { "nested, ahead", DATA "data r[t,k] : real\nparam E\ne[t] : 2 = sum[k](tanh(E * r[t+1,k]))\ny[t] ~ normal(sum(e[t]), 1)\n", true },
    { "nested", DATA "data r[t,k] : real\nparam A, D, V, E\ne[t,k] : 2 = tanh(E r[t,k] + D e[t,k-1])\nh[t] : 2 = tanh(A h[t-1] + e[t,end])\ny[t] ~ normal(V h[t], 1)\n", true },
};
enum { TEXTS = sizeof texts / sizeof *texts };

static void open_text(trial *t, int k, uint64_t seed, setup s)
{
    snprintf(t->text, sizeof t->text, "%s", texts[k].text);
    trial_open(t, seed, s);
}

static double text_walk(uint64_t seed)
{
    double worst = 0;
    for (int k = 0; k < TEXTS; k++)
        for (int some = 0; some < 2; some++) {
            trial t;
            open_text(&t, k, seed, (setup){ some ? UR_GIVEN_SOME : UR_GIVEN_ALL, true, true, ITEMS });
            double d = walk_both(&t, 1 + (int)(seed % 3), seed % 3 == 0, (ur_draw_options){ .mode = seed % 2 == 0, .seed = seed }, some);
            if (!(d <= 1e-10)) print_error("%s%s: %g\n", texts[k].name, some ? ", hidden" : "", d);
            if (!(d <= worst)) worst = d;
            trial_close(&t);
        }
    return worst;
}

static void test_texts(void **state) { (void)state; each_seed("texts", 12, 1e-10, text_walk); }

/* ---- parts give what the whole gives, where nothing looks ahead but at data */
static double parts_and_whole(uint64_t seed)
{
    double worst = 0;
    for (int k = 0; k < TEXTS; k++) {
        if (!texts[k].causal) continue;
        for (int longest = 1; longest < 4; longest++) {
            trial t;
            open_text(&t, k, seed, (setup){ UR_GIVEN_SOME, false, false, ITEMS });
            int window = index_named(t.g, "t");
            ur_item all[ITEMS];
            for (int i = 0; i < ITEMS; i++) all[i] = (ur_item){ (uint32_t)i, 0, -1, INT32_MAX, 0 };
            ur_batch batch = { ITEMS, all, -1, true };
            ur_engine *en = trial_engine(&t, (ur_plan_options){ .window_index = window, .shard = 3 });
            answer whole = trial_step(&t, en, &batch, false, 0, (ur_draw_options){ .mode = 0 });
            double loss = 0;
            walk w;
            walk_begin(&w, &t, window, longest, false);
            while (walk_next(&w)) {
                answer part = trial_step(&t, en, &w.batch, false, 0, (ur_draw_options){ .mode = 0 });
                loss += part.loss;
                answer_free(&part);
            }
            double d = relative(loss, whole.loss, 0);
            if (!(d <= 1e-11)) print_error("%s in parts of %d: %.15g, the whole %.15g\n", texts[k].name, longest, loss, whole.loss);
            if (!(d <= worst)) worst = d;
            answer_free(&whole);
            ur_engine_free(en);
            trial_close(&t);
        }
    }
    return worst;
}

static void test_parts(void **state) { (void)state; each_seed("parts", 6, 1e-11, parts_and_whole); }

/* ---- state saved and put back, in the same engine and in another; the same bits on one thread and two */
static double state_trip(uint64_t seed)
{
    trial t;
    random_model(seed, t.text, sizeof t.text);
    trial_open(&t, seed, (setup){ UR_GIVEN_ALL, true, true, ITEMS });
    int window = index_named(t.g, "t");
    ur_draw_options mean = { .mode = 0 };
    ur_engine *en[3];
    for (int k = 0; k < 3; k++) en[k] = trial_engine(&t, (ur_plan_options){ .limits.threads = k == 1 ? 2 : 1, .shard = 2, .limits.single = true, .window_index = window });
    ur_err e = { 0 };
    size_t n = ur_engine_state_size(en[0], ITEMS);
    char *before = calloc(n + 1, 1), *after[3];
    bool same = ur_engine_state_size(en[1], ITEMS) == n;
    for (int k = 0; k < 3; k++) after[k] = calloc(n + 1, 1);
    walk w;
    walk_begin(&w, &t, window, 3, false);
    for (uint32_t step = 0; walk_next(&w); step++) {
        answer a[4] = { 0 };
        ur_engine_state_get(en[0], ITEMS, before);
        for (int k = 0; k < 2; k++) { a[k] = trial_step(&t, en[k], &w.batch, true, step, mean); ur_engine_state_get(en[k], ITEMS, after[k]); }
        same &= answers_same_bits(&a[0], &a[1]) && !memcmp(after[0], after[1], n);
        if (!w.batch.fresh) {                                    /* again from where it was */
            if (ur_engine_state_set(en[0], ITEMS, before, &e) || ur_engine_state_set(en[2], ITEMS, before, &e)) fail_msg("%s", e.text);
            a[2] = trial_step(&t, en[0], &w.batch, true, step, mean);
            a[3] = trial_step(&t, en[2], &w.batch, true, step, mean);
            ur_engine_state_get(en[2], ITEMS, after[2]);
            same &= answers_same_bits(&a[0], &a[2]) && answers_same_bits(&a[0], &a[3]) && !memcmp(after[0], after[2], n);
        }
        for (int k = 0; k < 4; k++) answer_free(&a[k]);
    }
    for (int k = 0; k < 3; k++) { ur_engine_free(en[k]); free(after[k]); }
    free(before);
    trial_close(&t);
    return same ? 0 : INFINITY;
}

static void test_state(void **state) { (void)state; each_seed("state", 150, 0, state_trip); }

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_random), cmocka_unit_test(test_mixed), cmocka_unit_test(test_texts), cmocka_unit_test(test_parts), cmocka_unit_test(test_state) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
