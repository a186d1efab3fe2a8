/* Batches: a batch is its examples one by one, whatever the lengths and the shards; single precision is near double, and the same bits on any
 * number of threads; a memory budget is kept by refusing beforehand; a number that is not finite is found where it arose. */
#include "compare.h"

enum { ITEMS = 9 };
static const ur_draw_options MEAN = { .mode = 0 };

static void random_trial(trial *t, uint64_t seed, ur_given_mode given)
{
    random_model(seed, t->text, sizeof t->text);
    trial_open(t, seed, (setup){ given, true, true, ITEMS });
}
static void whole(ur_item *item) { for (int k = 0; k < ITEMS; k++) item[k] = (ur_item){ (uint32_t)k, 0, -1, k % 3 ? INT32_MAX : k / 2, 0 }; }

/* ---- one by one: losses and gradients add up, every value is what it is alone */
static double one_by_one(uint64_t seed)
{
    trial t;
    ur_item item[ITEMS];
    random_trial(&t, seed, seed % 2 ? UR_GIVEN_ALL : UR_GIVEN_SOME);
    whole(item);
    ur_engine *en = trial_engine(&t, (ur_plan_options){ .limits.threads = 2, .shard = (int)(seed % 5), .window_index = -1 });
    answer all = trial_step(&t, en, &(ur_batch){ ITEMS, item, -1, true }, false, 3, MEAN), sum = { 0 }, one[ITEMS];
    size_t at[ITEMS] = { 0 }, n = 0;
    for (int k = 0; k < ITEMS; k++) one[k] = trial_step(&t, en, &(ur_batch){ 1, &item[k], -1, true }, false, 3, MEAN);
    sum.grad = calloc(all.ngrad + 1, sizeof *sum.grad); sum.sum = calloc(all.nsum + 1, sizeof *sum.sum); sum.value = calloc(all.nvalue + 1, sizeof *sum.value);
    sum.ngrad = all.ngrad; sum.nsum = all.nsum;
    for (int k = 0; k < ITEMS; k++) {
        sum.loss += one[k].loss;
        for (size_t q = 0; q < all.ngrad; q++) sum.grad[q] += one[k].grad[q];
        for (size_t q = 0; q < all.nsum; q++) sum.sum[q] += one[k].sum[q];
        n += one[k].nvalue;
    }
    for (int q = 0; q < t.nkeep && n == all.nvalue; q++)          /* in the batch's order: quantity by quantity */
        for (int k = 0; k < ITEMS; k++) {
            size_t w = 1 + (size_t)one[k].value[at[k]] * ur_node_width(t.g, &t.g->node[t.keep[q]]);
            memcpy(sum.value + sum.nvalue, one[k].value + at[k], w * sizeof *sum.value);
            sum.nvalue += w; at[k] += w;
        }
    double d = answers_differ(&all, &sum);
    for (int k = 0; k < ITEMS; k++) answer_free(&one[k]);
    answer_free(&all);
    answer_free(&sum);
    ur_engine_free(en);
    trial_close(&t);
    return d;
}
static void test_one_by_one(void **state) { (void)state; each_seed("one by one", 150, 1e-11, one_by_one); }

/* ---- single precision */
static double precisions(uint64_t seed)
{
    trial t;
    ur_item item[ITEMS];
    random_trial(&t, seed, UR_GIVEN_ALL);
    whole(item);
    ur_batch b = { ITEMS, item, -1, true };
    answer a[5];
    for (int k = 0; k < 5; k++) {                                 /* double; single on 1, 2, 3 threads; and without keeping quantities */
        ur_engine *en = trial_engine(&t, (ur_plan_options){ .limits.single = k > 0, .limits.threads = k < 4 ? k : 2, .shard = (int)(seed % 4), .window_index = -1, .nkeep = 0 });
        a[k] = trial_step(&t, en, &b, k > 0, 3, MEAN);
        ur_engine_free(en);
    }
    double d = answers_differ(&a[1], &a[0]);
    for (int k = 2; k < 5; k++) if (!answers_same_bits(&a[1], &a[k])) { print_error("seed %llu: other bits (%d)\n", (unsigned long long)seed, k); d = INFINITY; }
    for (int k = 0; k < 5; k++) answer_free(&a[k]);
    trial_close(&t);
    return d;
}
static void test_precisions(void **state) { (void)state; each_seed("precision", 150, 1e-3, precisions); }

/* ---- without kept quantities, memory is shared by what lives at different times: the same loss and gradients, in double */
static double kept_or_not(uint64_t seed)
{
    trial t;
    ur_item item[ITEMS];
    random_trial(&t, seed, UR_GIVEN_SOME);
    whole(item);
    ur_batch b = { ITEMS, item, -1, true };
    int nkeep = t.nkeep;
    answer a[2];
    for (int k = 0; k < 2; k++) {
        t.nkeep = k ? 0 : nkeep;
        ur_engine *en = trial_engine(&t, (ur_plan_options){ .limits.threads = 2, .shard = 2, .window_index = -1, .nkeep = k ? -1 : 0 });
        a[k] = trial_step(&t, en, &b, false, 3, MEAN);
        ur_engine_free(en);
    }
    a[0].nvalue = 0;
    double d = answers_differ(&a[1], &a[0]);
    for (int k = 0; k < 2; k++) answer_free(&a[k]);
    trial_close(&t);
    return d;
}
static void test_kept(void **state) { (void)state; each_seed("kept or not", 150, 1e-12, kept_or_not); }

/* ---- lengths of another batch: an engine's maps follow what the indices say, not where the examples lie in memory */
static double other_lengths(uint64_t seed)
{
    trial t, u;
    ur_item item[ITEMS];
    static const char text[] = "data r[t,k] : real\ndata y[t] : real\nparam A, D, V\ne[t,k] : 2 = tanh(A r[t,k] + D e[t,k-1])\ny[t] ~ normal(V e[t,end], 1)\n";
    memcpy(t.text, text, sizeof text);
    memcpy(u.text, text, sizeof text);
    trial_open(&t, seed, (setup){ UR_GIVEN_ALL, true, true, ITEMS });
    trial_open(&u, seed + 1000, (setup){ UR_GIVEN_ALL, true, true, ITEMS });
    whole(item);
    ur_batch b = { ITEMS, item, -1, true };
    ur_engine *en = trial_engine(&t, (ur_plan_options){ .window_index = -1 }), *anew = trial_engine(&t, (ur_plan_options){ .window_index = -1 });
    answer first = trial_step(&t, en, &b, false, 3, MEAN);
    ur_examples keep = *t.x;
    *t.x = *u.x;                                                   /* other examples at the same address */
    answer a = trial_step(&t, en, &b, false, 3, MEAN), c = trial_step(&t, anew, &b, false, 3, MEAN);
    *t.x = keep;
    double d = answers_differ(&a, &c);
    answer_free(&first); answer_free(&a); answer_free(&c);
    ur_engine_free(en); ur_engine_free(anew);
    trial_close(&t); trial_close(&u);
    return d;
}
static void test_lengths(void **state) { (void)state; each_seed("other lengths", 20, 0, other_lengths); }

/* ---- the budget */
static void test_memory(void **state)
{
    (void)state;
    trial t;
    ur_item item[ITEMS];
    random_trial(&t, 4, UR_GIVEN_ALL);
    whole(item);
    ur_batch b = { ITEMS, item, -1, true };
    ur_engine *en = trial_engine(&t, (ur_plan_options){ .window_index = -1 });
    size_t need;
    assert_int_equal(ur_engine_bytes(en, t.x, &b, &need, NULL), 0);
    ur_engine_free(en);
    assert_true(need > 1000);
    double *grad = calloc(t.g->nweight + 1, sizeof *grad);
    for (int enough = 0; enough < 2; enough++) {
        en = trial_engine(&t, (ur_plan_options){ .window_index = -1, .limits.recompute = -1, .limits.memory = need - !enough });
        ur_step s = { .x = t.x, .batch = &b, .weight = t.weight, .grad = grad };
        ur_err e = { 0 };
        char size[24];
        ur_size_text(size, (double)need);
        assert_int_equal(ur_engine_step(en, &s, &e), enough ? 0 : UNROLL_ERROR_MEMORY);
        if (!enough) assert_non_null(strstr(e.text, size));
        ur_engine_free(en);
    }
    free(grad);
    trial_close(&t);
}

/* ---- data held in single precision: the same bits as of the same numbers held in double, in plans of either precision and in the oracle */
static void hold_single(const trial *t)
{
    for (int d = 0; d < t->g->ndata; d++) {
        ur_series *s = &t->x->series[d];
        double *num = s->num;
        size_t n = s->nrow * ur_datum_width(&t->g->schema, &t->g->data[d]);
        if (!num || t->g->data[d].kind == UR_TIME) continue;
        s->num = NULL;
        assert_true(ur_series_room(s, &t->g->data[d], n + 1, true) && s->single);
        for (size_t i = 0; i < n; i++) ur_series_put(s, i, num[i]);
        ur_free(num);
    }
}

static double held_single(uint64_t seed)
{
    trial t;
    ur_item item[ITEMS];
    random_trial(&t, seed, seed % 2 ? UR_GIVEN_ALL : UR_GIVEN_SOME);
    whole(item);
    ur_batch b = { ITEMS, item, -1, true };
    answer a[2][3];
    double d = 0;
    for (int i = 0; i < t.g->ndata; i++)
        for (size_t k = 0; t.x->series[i].num && k < t.x->series[i].nrow * ur_datum_width(&t.g->schema, &t.g->data[i]); k++) t.x->series[i].num[k] = (float)t.x->series[i].num[k];
    for (int held = 0; held < 2; held++) {
        if (held) hold_single(&t);
        for (int k = 0; k < 3; k++) {
            ur_engine *en = trial_engine(&t, (ur_plan_options){ .limits.single = k == 0, .limits.naive = k == 2, .limits.threads = 2, .shard = (int)(seed % 4), .window_index = -1 });
            a[held][k] = trial_step(&t, en, &b, k == 0, 3, MEAN);
            ur_engine_free(en);
        }
    }
    for (int k = 0; k < 3; k++) if (!answers_same_bits(&a[0][k], &a[1][k])) { print_error("seed %llu: other bits (%d)\n", (unsigned long long)seed, k); d = INFINITY; }
    for (int k = 0; k < 6; k++) answer_free(&a[k / 3][k % 3]);
    trial_close(&t);
    return d;
}
static void test_held_single(void **state) { (void)state; each_seed("held in single precision", 100, 0, held_single); }

/* ---- numbers that are not finite */
static void bad_number(int item, int position, int window_from, bool recurrent, int shard)
{
    trial t;
    snprintf(t.text, sizeof t.text, "data x[t] : real\ndata y[t] : real\nparam a, b\n%s", recurrent ?
             "h[t] : 1 = 0.5 h[t-1] + log(x[t])\ny[t] ~ normal(a h[t], 1)\n" : "m[t] = sqrt(x[t])\ny[t] ~ normal(a m[t] + b, 1)\n");
    trial_open(&t, 11, (setup){ UR_GIVEN_ALL, true, true, ITEMS });
    for (int d = 0; d < t.g->ndata; d++) for (size_t r = 0; r < t.x->series[d].nrow; r++) t.x->series[d].num[r] = 1.5 + 0.1 * (double)r;
    int window = index_named(t.g, "t");
    ur_item it[ITEMS];
    whole(it);
    for (int k = 0; window_from >= 0 && k < ITEMS; k++) {
        int len = t.x->extent[window].len[k];
        it[k].to = len; it[k].from = window_from < len ? window_from : len;
    }
    assert_true(position <= t.x->extent[window].len[item] && position > window_from);
    for (int d = 0; d < t.g->ndata; d++) if (!strcmp(t.g->data[d].name, "x")) t.x->series[d].num[t.x->series[d].start[item] + (size_t)position - 1] = recurrent ? 0 : -1;
    ur_batch b = { ITEMS, it, window_from >= 0 ? window : -1, true };
    for (int naive = 0; naive < 2; naive++) {
        ur_engine *en = trial_engine(&t, (ur_plan_options){ .limits.naive = naive, .limits.threads = 2, .shard = shard, .window_index = -1 });
        double *grad = calloc(t.g->nweight + 1, sizeof *grad);
        ur_step s = { .x = t.x, .batch = &b, .weight = t.weight, .grad = grad };
        ur_err e = { 0 };
        assert_int_equal(ur_engine_step(en, &s, &e), UNROLL_ERROR_NUMERIC);
        assert_int_equal(s.bad_item, item);
        assert_int_equal(s.bad_pos, position - (window_from > 0 ? window_from : 0));
        assert_true(s.bad_node >= 0);
        free(grad);
        ur_engine_free(en);
    }
    trial_close(&t);
}

static void test_not_finite(void **state)
{
    (void)state;
    trial t;
    snprintf(t.text, sizeof t.text, "data x[t] : real\ndata y[t] : real\nparam a, b\nm[t] = sqrt(x[t])\ny[t] ~ normal(a m[t] + b, 1)\n");
    trial_open(&t, 11, (setup){ UR_GIVEN_ALL, true, true, ITEMS });
    int len[ITEMS];
    memcpy(len, t.x->extent[index_named(t.g, "t")].len, sizeof len);
    trial_close(&t);
    for (int item = 0; item < ITEMS; item++)
        for (int p = 1; p <= len[item]; p++)
            for (int k = 0; k < 4; k++) bad_number(item, p, k % 2 && p > 1 ? 1 : -1, k > 1, k);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_one_by_one), cmocka_unit_test(test_precisions), cmocka_unit_test(test_held_single), cmocka_unit_test(test_kept), cmocka_unit_test(test_lengths),
                                        cmocka_unit_test(test_memory), cmocka_unit_test(test_not_finite) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
