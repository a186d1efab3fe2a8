/* Every form of the language beside every other: each operator of a reduction over each kind of index under each kind of condition, each form of
 * doc/LANGUAGE.md, and random mixtures of all. The fast plan against the oracle (values, loss, gradients, in double, within 1e-10), on one
 * thread and two (the same bits), with parts computed twice, and the gradient along a random direction against differences (1e-6).
 * UR_SEED and UR_COUNT choose other mixtures, UR_SHOW prints what was not covered by them and every text. */
#include "compare.h"
#include "random_form.h"
#include "model/model.h"
#include "unroll.h"
#include <time.h>

enum { ITEMS = 4 };
static ur_item item[ITEMS];
static ur_batch batch(void)
{
    for (int i = 0; i < ITEMS; i++) item[i] = (ur_item){ (uint32_t)i, 0, -1, INT32_MAX, 0 };
    return (ur_batch){ ITEMS, item, -1, true };
}

static bool trained(const ur_graph *g, size_t weight)
{
    for (int i = 0; i < g->nparam; i++)
        if (weight >= g->param[i].offset && weight < g->param[i].offset + g->param[i].count) return g->param[i].trained;
    return false;
}

/* the derivative of the loss along a random direction by differences of step h, relative to the gradient's */
static double differs_by(trial *t, const answer *a, double h)
{
    ur_batch b = batch();
    ur_engine *en = trial_engine(t, (ur_plan_options){ .limits.naive = true, .limits.threads = 1, .limits.recompute = -1, .window_index = -1, .nkeep = -1 });
    size_t n = t->g->nweight;
    double *keep = malloc((n + 1) * sizeof *keep), *way = malloc((n + 1) * sizeof *way), f[4], slope = 0, size = 0;
    uint32_t draws = 0;
    for (size_t k = 0; k < n; k++) {
        keep[k] = t->weight[k];
        way[k] = trained(t->g, k) ? draw_at(t->seed + 77, &draws, -1, 1) : 0;
        slope += way[k] * a->grad[k];
        size += fabs(way[k] * a->grad[k]);
    }
    for (int q = 0; q < 4; q++) {
        for (size_t k = 0; k < n; k++) t->weight[k] = keep[k] + h * (q < 2 ? q - 2 : q - 1) * way[k];
        answer r = trial_step(t, en, &b, false, 3, (ur_draw_options){ .mode = 0 });
        f[q] = r.loss;
        answer_free(&r);
    }
    for (size_t k = 0; k < n; k++) t->weight[k] = keep[k];
    ur_engine_free(en);
    free(keep); free(way);
    double d = (8 * (f[2] - f[1]) - (f[3] - f[0])) / (12 * h);
    return fabs(d - slope) / fmax(fmax(fabs(d), 1e-2 * size), 1e-4);
}

/* Of two values that are nearly the largest, a step may pass from one to the other: a shorter one does not. A wrong gradient is wrong by any step. */
static double differs(trial *t, const answer *a)
{
    double least = INFINITY;
    for (double h = 2e-5; !(least <= 1e-6) && h > 1e-7; h /= 8) least = fmin(least, differs_by(t, a, h));
    return least;
}

static bool smooth(const char *text)                      /* differences step over a jump of these now and then */
{
    return !strstr(text, "floor(");
}

static int met[UR_NOP], met_dist[UR_NDIST + 1];                /* nodes of each operator, and ~ lines of each distribution, in all graphs that were compared */

static double check_text(const char *text, uint64_t seed)
{
    trial t;
    if (getenv("UR_SHOW")) print_message("%s\n", text);
    t = (trial){ 0 };
    snprintf(t.text, sizeof t.text, "%s", text);
    bool all = seed % 4 || strstr(text, "~ quantile");        /* no gradient passes through what stands for a value of these */
    trial_open(&t, seed, (setup){ .given = all ? UR_GIVEN_ALL : UR_GIVEN_SOME, .training = true, .grad = true, .n = ITEMS });
    ur_batch b = batch();
    answer a[4];
    for (int k = 0; k < t.g->nnode; k++) met[t.g->node[k].op]++;
    for (int k = 0; k < t.g->nlike; k++) met_dist[t.g->like[k].dist]++;
    for (int m = 0; m < 4; m++) {                             /* the oracle; the fast plan; two threads; with parts computed twice */
        ur_engine *en = trial_engine(&t, (ur_plan_options){ .limits.naive = !m, .limits.threads = m == 2 ? 2 : 1, .shard = seed % 2 ? 2 : 0, .limits.recompute = m == 3 ? 1 : -1, .segment = m == 3 ? 2 : 0, .window_index = -1 });
        a[m] = trial_step(&t, en, &b, false, 3, (ur_draw_options){ .mode = 0 });
        ur_engine_free(en);
    }
    double worst = fmax(answers_differ(&a[1], &a[0]), answers_differ(&a[3], &a[0]));
    if (!answers_same_bits(&a[1], &a[2])) worst = INFINITY;
    for (size_t k = 0; k < a[0].ngrad; k++) if (!isfinite(a[0].grad[k])) worst = INFINITY;
    double d = smooth(text) ? differs(&t, &a[0]) : 0;
    if (!(worst <= 1e-10) || !(d <= 1e-6)) print_error("differs from the oracle by %g, its gradient from differences by %g:\n%s\n", worst, d, text);
    for (int m = 0; m < 4; m++) answer_free(&a[m]);
    trial_close(&t);
    return worst <= 1e-10 && d <= 1e-6 ? 0 : 1;
}

/* ---- what hangs on numbers that are missing */
/* two fillings of what is missing of data that reach the ~ lines at single rows; what of the text says whether it is there goes on saying so */
static bool fill_holes(const trial *t, int d, bool other)
{
    ur_series *s = &t->x->series[d];
    const ur_datum *u = &t->g->data[d];
    size_t w = ur_datum_width(&t->g->schema, u), n = s->nrow * w;
    ur_way way;
    ur_err e = { 0 };
    if (UR_IS_SYMBOL(u->kind) || u->kind == UR_TIME || !s->start || s->nrow < 2) return false;
    assert_int_equal(ur_way_of(t->g, d, &way, &e), 0);
    if (way != UR_WAY_ROWS) return false;
    for (size_t k = 0, l = n; other && k < l; k++) {           /* the second has those of the first from behind */
        if (s->part[k]) continue;
        while (s->part[--l] && l > k) {}
        double keep = s->num[k];
        s->num[k] = s->num[l];
        s->num[l] = keep;
    }
    if (other) return true;
    uint8_t *part = ur_alloc(n + 1);
    uint32_t draws = 0;
    for (size_t k = 0; k < n; k++) part[k] = draw_at(t->seed + 5 + (uint64_t)d, &draws, 0, 1) < 0.8;
    ur_free(s->part);
    ur_free(s->seen);
    s->part = part;
    s->parts = w;
    s->seen = NULL;
    s->drawn_too = true;
    return true;
}

static size_t marked, moved;

/* Marks of a graph, by the oracle and the fast plan: a ~ line's argument that is another by the other filling is marked where it is. Returns how many are
 * not, or INFINITY. */
static double check_marks(const char *text, uint64_t seed)
{
    static const char state[] = "q2[t] = gru(2, q1[t])";       /* what a recurrence carries is not marked: here none does */
    trial t = { 0 };
    const char *at_state = strstr(text, state);
    snprintf(t.text, sizeof t.text, "%.*s%s%s", at_state ? (int)(at_state - text) : 0, text, at_state ? "q2[t] : 2 = q1[t] * q1[t]" : "", at_state ? at_state + sizeof state - 1 : text);
    trial_open(&t, seed, (setup){ .given = UR_GIVEN_ALL, .n = ITEMS });
    ur_graph *g = t.g;
    bool missing[64] = { false }, some = false;
    for (int d = 0; d < g->ndata && d < 64; d++) some = (missing[d] = fill_holes(&t, d, false)) || some;
    ur_id *mark = malloc(((size_t)g->nlike + 1) * sizeof *mark);
    ur_err e = { 0 };
    double bad = 0;
    if (some && ur_marks_of(g, &(ur_mark_rule){ .missing = missing }, UR_MARKS_LINES, mark, &e)) fail_msg("%s\n%s", e.text, text);
    for (int l = 0; some && l < g->nlike; l++) {
        const ur_like *k = &g->like[l];
        answer a[3];
        ur_batch b = batch();
        t.nkeep = 0;
        for (int q = 0; q < k->narg; q++) t.keep[t.nkeep++] = ur_like_reads(k)[q];
        if (mark[l] >= 0) t.keep[t.nkeep++] = mark[l];
        for (int m = 0; m < 3; m++) {                          /* the oracle, the fast plan; the other filling */
            for (int d = 0; m == 2 && d < g->ndata && d < 64; d++) if (missing[d]) fill_holes(&t, d, true);
            ur_engine *en = trial_engine(&t, (ur_plan_options){ .limits.naive = m != 1, .limits.threads = 1, .limits.recompute = -1, .window_index = -1 });
            a[m] = trial_step(&t, en, &b, false, 3, (ur_draw_options){ .mode = 0 });
            ur_engine_free(en);
        }
        if (!(answers_differ(&a[1], &a[0]) <= 1e-10)) bad = INFINITY;
        size_t at[8][ITEMS], v = 0;
        for (int q = 0; q < t.nkeep; q++)
            for (int i = 0; i < ITEMS; i++) {
                at[q][i] = v;
                v += 1 + (size_t)a[0].value[v] * ur_node_width(g, &g->node[t.keep[q]]);
            }
        for (int q = 0; q < k->narg; q++)
            for (int i = 0; i < ITEMS; i++) {
                const double *x = a[0].value + at[q][i], *y = a[2].value + at[q][i], *z = mark[l] < 0 ? NULL : a[0].value + at[k->narg][i];
                size_t n = (size_t)x[0], w = ur_node_width(g, &g->node[t.keep[q]]), each = z ? ur_node_width(g, &g->node[mark[l]]) : 0;
                bool apart = !k->law && k->dist != UR_CATEGORICAL && w == each && z && n == (size_t)z[0];
                for (size_t p = 0; p < n * w; p++) {
                    if (x[1 + p] == y[1 + p] || (isnan(x[1 + p]) && isnan(y[1 + p]))) continue;
                    bool yes = false;
                    for (size_t c = 0; z && c < (size_t)z[0] * each; c++)
                        yes = yes || (z[1 + c] != 0 && (apart ? c == p : n != (size_t)z[0] || c / each == p / w));
                    moved++;
                    if (!yes && !bad++) print_error("unmarked: argument %d of %s, number %zu of example %d, is %.9g or %.9g:\n%s\n", q + 1, g->data[k->datum].name, p + 1, i + 1, x[1 + p], y[1 + p], text);
                }
                for (size_t c = 0; z && q == 0 && c < (size_t)z[0] * each; c++) marked += z[1 + c] != 0;
            }
        for (int m = 0; m < 3; m++) answer_free(&a[m]);
        for (int d = 0; d < g->ndata && d < 64; d++) if (missing[d]) fill_holes(&t, d, true); /* back */
    }
    free(mark);
    trial_close(&t);
    return bad;
}

/* no number of a ~ line hangs on a missing one and is not marked, whatever form the text has */
static void test_marks(void **state)
{
    (void)state;
    static char text[16384];
    static form_count n;
    const char *from = getenv("UR_SEED"), *count = getenv("UR_COUNT");
    uint64_t first = from ? strtoull(from, NULL, 10) : 1, many = count ? strtoull(count, NULL, 10) : 60;
    double bad = 0;
    for (int f = 0; f < NFORM; f++) {
        form_text(1, f, text, sizeof text);
        bad += check_marks(text, 1);
    }
    for (uint64_t seed = first; seed < first + many; seed++) {
        mixed_text(seed, text, sizeof text, &n);
        bad += check_marks(text, seed);
    }
    if (bad > 0) fail_msg("%g numbers hang on missing ones and are not marked", bad);
    if (!from && !count) assert_true(marked > 1000 && moved > 1000);
    print_message("%zu numbers are marked, %zu move with what is missing\n", marked, moved);
}

/* What is drawn in place of a symbol that is hidden: no symbol that its ~ line never meets, no unknown, no start, and no end where none is known; else
 * any, the end too where sequences have one. The same from the oracle and the fast plan, the likeliest and at random. */
static void test_drawn_symbols(void **state)
{
    (void)state;
    static const char *const text[] = { "data s[t] : symbol\nparam W, b\ns[t] ~ categorical(W s[t-1] + b)\n",
                                        "data s[t] : symbol, x[t] : real\nparam W, b, c\ns[t] ~ categorical(W s[t-1] + b * x[t] + c)\n",
                                        "data s[t] : symbol(4)\nparam W, b\ns[t] ~ categorical(W s[t-1] + b)\n" };
    size_t ends = 0;
    for (uint64_t seed = 1; seed <= 96; seed++) {
        int with = (int)(seed / 16 % 3);
        trial t = { 0 };
        snprintf(t.text, sizeof t.text, "%s", text[with]);
        trial_open(&t, seed, (setup){ .given = UR_GIVEN_SOME, .n = ITEMS });
        const ur_datum *u = &t.g->data[0];
        t.nkeep = 0;
        for (ur_id k = 0; k < t.g->nnode && !t.nkeep; k++) if (t.g->node[k].op == UR_FILL) t.keep[t.nkeep++] = k;
        assert_int_equal(t.nkeep, 1);
        ur_batch b = batch();
        for (int i = 0; i < ITEMS; i++) item[i].hide_from = 0;
        bool end = !with && !u->endless && !(u->never & 4);
        for (int mode = 0; mode < 2; mode++) {
            answer a[2];
            for (int m = 0; m < 2; m++) {
                ur_engine *en = trial_engine(&t, (ur_plan_options){ .limits.naive = !m, .limits.threads = 1, .limits.recompute = -1, .window_index = -1 });
                a[m] = trial_step(&t, en, &b, false, 3, (ur_draw_options){ .mode = mode, .temperature = 1, .seed = seed });
                ur_engine_free(en);
            }
            assert_int_equal(a[0].nvalue, a[1].nvalue);
            for (size_t at = 0; at < a[0].nvalue;) {          /* of each item how many, and they */
                for (size_t n = (size_t)a[0].value[at++]; n; n--, at++) {
                    double id = a[0].value[at];
                    if (id != a[1].value[at] || id < (end ? 2 : 3) || id >= 7)
                        fail_msg("seed %llu: symbol %g, and %g by the fast plan, of never %u, endless %d\n%s", (unsigned long long)seed, id, a[1].value[at], u->never, u->endless, t.text);
                    ends += id == 2;
                }
            }
            for (int m = 0; m < 2; m++) answer_free(&a[m]);
        }
        trial_close(&t);
    }
    assert_true(ends > 0);
}

static void test_reductions(void **state)
{
    (void)state;
    static char text[16384];
    int bad = 0, done = 0, none = 0;
    for (int op = 0; op < NREDUCE; op++)
        for (int over = 0; over < NOVER; over++)
            for (int c = 0; c < NCOND; c++) {
                const char *why = no_reduction(over, c);
                if (why) { none++; if (getenv("UR_SHOW")) print_message("not there: %s over %s where %s: %s\n", reduce_name[op], over_name[over], conds[c].name, why); continue; }
                uint64_t seed = (uint64_t)((op * NOVER + over) * NCOND + c + 1);
                reduction_text(seed, op, over, c, text, sizeof text);
                bad += (int)check_text(text, seed);
                done++;
            }
    assert_int_equal(bad, 0);
    assert_int_equal(done + none, NREDUCE * NOVER * NCOND);
    print_message("%d reductions (operator × index × condition), %d that the language does not have\n", done, none);
}

static void test_each_form(void **state)
{
    (void)state;
    static char text[16384];
    int bad = 0;
    for (int f = 0; f < NFORM; f++)
        for (uint64_t seed = 1; seed <= 4; seed++) {           /* the last with values missing */
            form_text(seed, f, text, sizeof text);
            bad += (int)check_text(text, seed);
        }
    assert_int_equal(bad, 0);
}

/* the mixtures reach every form, every operator over every kind of index, and every kind of condition over every kind of index */
static void test_mixtures(void **state)
{
    (void)state;
    static char text[16384];
    static form_count n;
    const char *from = getenv("UR_SEED"), *count = getenv("UR_COUNT");
    uint64_t first = from ? strtoull(from, NULL, 10) : 1, many = count ? strtoull(count, NULL, 10) : 120;
    int bad = 0, lacking = 0;
    for (uint64_t seed = first; seed < first + 2500; seed++) {   /* all are written, some are run */
        mixed_text(seed, text, sizeof text, &n);
        if (seed < first + many) bad += (int)check_text(text, seed);
    }
    for (int f = 0; f < NFORM; f++) if (!n.form[f]) { lacking++; print_error("no mixture has: %s\n", forms[f].name); }
    for (int over = 0; over < NOVER; over++) {
        for (int op = 0; op < NREDUCE; op++) {
            int sum = 0;
            for (int c = 0; c < NCOND; c++) sum += n.reduction[op][over][c];
            if (!sum) { lacking++; print_error("no mixture has: %s over %s\n", reduce_name[op], over_name[over]); }
        }
        for (int c = 0; c < NCOND; c++) {
            int sum = 0;
            for (int op = 0; op < NREDUCE; op++) sum += n.reduction[op][over][c];
            if (!sum && !no_reduction(over, c)) { lacking++; print_error("no mixture has: over %s where %s\n", over_name[over], conds[c].name); }
        }
    }
    assert_int_equal(bad, 0);
    assert_int_equal(lacking, 0);
}

/* all that was compared above has every operator and every distribution that there is, and every cell of the library */
static void test_nothing_lacks(void **state)
{
    (void)state;
    int lacking = 0;
    for (int op = 0; op < UR_NOP; op++)
        if (!met[op] && !ur_op_is((ur_op)op, UR_PLANNED)) { lacking++; print_error("no text has the operator %d: %s\n", op, ur_ops[op].name); }
    for (int k = 0; k < UR_NDIST; k++)
        if (!met_dist[k]) { lacking++; print_error("no text has the distribution %s\n", ur_dist_name((ur_dist)k)); }
    for (const char *c = strstr(unroll_cells(), "cell "); c; c = strstr(c + 1, "\ncell ")) {
        const char *name = c + strcspn(c, " ") + 1;
        char call[64];
        int there = 0;
        snprintf(call, sizeof call, " %.*s(", (int)strcspn(name, "("), name);
        for (int f = 0; f < NFORM; f++) there += strstr(forms[f].text, call) != NULL;
        if (!there) { lacking++; print_error("no form has the cell%s\n", call); }
    }
    assert_int_equal(lacking, 0);
}

/* the gradient of a largest value takes time in proportion to how many there are */
static double seconds_of(const char *op, int n)
{
    trial t = { 0 };
    snprintf(t.text, sizeof t.text, "data y[t] : real\nindex i = 1..%d\nparam A[i](8), c\nz[t,i] = A[i] * y[t-1]\nm[t] = %s[i](z[t,i])\ny[t] ~ normal(sum(m[t]) + c, 1)\n", n, op);
    trial_open(&t, 5, (setup){ .given = UR_GIVEN_ALL, .training = true, .grad = true, .n = ITEMS });
    t.nkeep = 0;
    ur_batch b = batch();
    ur_engine *en = trial_engine(&t, (ur_plan_options){ .limits.threads = 1, .limits.recompute = -1, .window_index = -1, .nkeep = -1 });
    clock_t begun = clock();
    answer a = trial_step(&t, en, &b, false, 3, (ur_draw_options){ .mode = 0 });
    double s = (double)(clock() - begun) / CLOCKS_PER_SEC;
    answer_free(&a);
    ur_engine_free(en);
    trial_close(&t);
    return s;
}

static void test_linear(void **state)
{
    (void)state;
    double sum = seconds_of("sum", 2000), max = seconds_of("max", 2000);
    if (max > 40 * sum + 0.05) fail_msg("the gradient of a largest of 2000 takes %g s, that of a sum %g s", max, sum);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_reductions), cmocka_unit_test(test_each_form), cmocka_unit_test(test_mixtures), cmocka_unit_test(test_nothing_lacks), cmocka_unit_test(test_marks), cmocka_unit_test(test_drawn_symbols), cmocka_unit_test(test_linear) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
