/* Beam search: exhaustive search where the beam is wide, greedy search where it is 1, and what ends, begins and bounds a hypothesis. */
#include "model_test.h"

/* small models of a sequence c of symbols; all with the logits as z. What stands before c's own equations differs. */
static const char *const models[] = {
    "data c[t] : chars\nparam E, V, b\nh[t] = gru(5, E c[t-1])\nz[t] = V h[t] + b\nc[t] ~ categorical(z[t])\n",
    /* a translator: encoder both ways, additive attention, a decoder that starts from the encoder's end */
    "data s[i], c[t] : chars\nparam E, F, W0, Wa, Ua, v, V, b\nf[i] = gru(4, E s[i])\nr[i] = reverse gru(4, E s[i])\nh[i] = [f[i]; r[i]]\nd[0] = tanh(W0 r[1])\n"
    "a[t,i] = softmax[i](v' tanh(Wa d[t-1] + Ua h[i]))\ng[t] = sum[i](a[t,i] * h[i])\nd[t] = gru(5, [F c[t-1]; g[t]])\nz[t] = V [d[t]; g[t]] + b\nc[t] ~ categorical(z[t])\n",
    /* the same with the target declared first */
    "data c[t], s[i] : chars\nparam E, F, Wa, V, b\nf[i] = gru(4, E s[i])\na[t,i] = softmax[i](d[t-1]' Wa f[i])\ng[t] = sum[i](a[t,i] * f[i])\nd[t] = gru(5, [F c[t-1]; g[t]])\n"
    "z[t] = V [d[t]; g[t]] + b\nc[t] ~ categorical(z[t])\n",
    /* one to many */
    "data x : raw(3)\ndata c[t] : chars\nparam P, E, V, b\nh[0] = tanh(P x)\nh[t] = gru(5, E c[t-1])\nz[t] = V h[t] + b\nc[t] ~ categorical(z[t])\n",
    /* the state has read the symbol of its own position; symbols two back; the position itself */
    "data c[t] : chars\nparam E, V, b, p\nh[t] = gru(5, E c[t])\nz[t] = V h[t-1] + b + p * sin(t)\nc[t] ~ categorical(z[t])\n",
    "data c[t] : chars\nparam A, B, b\nz[t] = A c[t-1] + B c[t-3] + b\nc[t] ~ categorical(z[t])\n",
    "data c[t] : chars\nparam b\nz[t] = b\nc[t] ~ categorical(z[t])\n",
};
enum { NMODEL = sizeof models / sizeof models[0], MOST = 5 };
static const char *const sources[] = { "pqp", "q", "qqppqpq" };
static const double points[] = { 0.3, -1, 0.5, 1, 2, -0.7, -1.5, 0.1, 0.9 };

static bool has(const char *text, const char *what) { return strstr(text, what) != NULL; }

/* n examples of what model k is given; c: texts of the target, NULL: left out */
static unroll_data *given(unroll_model *m, int k, size_t first, size_t n, const char *const *c)
{
    unroll_data *d = NULL;
    OK(unroll_data_new(&d, m, n));
    if (has(models[k], "s[i]")) OK(unroll_data_set_texts(d, "s", NULL, sources + first));
    if (has(models[k], "raw(3)")) OK(unroll_data_set_numbers(d, "x", NULL, points + 3 * first));
    if (c) OK(unroll_data_set_texts(d, "c", NULL, c));
    return d;
}

/* model k with random weights: only the vocabulary comes from the data. Three letters: with the end, four symbols can be generated. */
static unroll_model *random_model(int k, unsigned seed)
{
    static const char *const c[] = { "abc", "cab", "bca" };
    unroll_model *m = model_of(models[k]);
    unroll_data *d = given(m, k, 0, 3, c);
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.epochs = 1;
    o.precision = 1;
    OK(unroll_fit(m, d, &o, NULL));
    unroll_data_free(d);
    srand(seed);
    for (size_t i = 0; i < unroll_param_count(m); i++) {
        unroll_param p;
        OK(unroll_param_info(m, i, &p));
        double *v = malloc(p.count * sizeof *v);
        for (size_t j = 0; j < p.count; j++) v[j] = 1.6 * ((double)rand() / RAND_MAX - 0.5) * (p.cols > 1 ? 2 : 1);
        OK(unroll_param_set(m, p.name, v, p.count));
        free(v);
    }
    return m;
}

static unroll_table *predicted(unroll_model *m, unroll_data *d, const unroll_use_options *o)
{
    unroll_table *t = NULL;
    OK(unroll_predict(m, d, o, &t));
    return t;
}

static size_t column(const unroll_table *t, const char *name)
{
    for (size_t c = 0; c < unroll_table_columns(t); c++)
        if (!strcmp(unroll_table_name(t, c), name)) return c;
    fail_msg("no column %s", name);
    return 0;
}

static const char *text(const unroll_table *t, size_t row) { return unroll_table_text(t, row, column(t, "c")); }
static double score(const unroll_table *t, size_t row) { return unroll_table_number(t, row, column(t, "score")); }

static unroll_use_options options(int beam, int n_best, int most)
{
    unroll_use_options o = UNROLL_USE_INIT;
    o.beam = beam;
    o.n_best = n_best;
    o.max_length = most;
    o.precision = 1;
    return o;
}

/* ---- every sequence there is */
typedef struct whole { char text[MOST + 1]; double log; } whole;

/* log p of `text` in source `first`, given its first `from` symbols; cut: its end symbol is not counted */
static double log_p(unroll_model *m, int k, size_t first, const char *s, size_t from, bool cut)
{
    unroll_data *d = given(m, k, first, 1, &s);
    unroll_use_options o = UNROLL_USE_INIT;
    double z[256], sum = 0;
    size_t count, n = strlen(s);
    int w;
    o.precision = 1;
    OK(unroll_quantity(m, d, "z", 0, &o, z, 256, &count, &w));
    for (size_t t = from; t < n + !cut; t++) {
        char one[2] = { s[t], 0 };
        const double *row = z + (count == (size_t)w ? 0 : t * (size_t)w);
        double all = 0;
        for (int v = 0; v < w; v++) all += exp(row[v]);
        sum += row[t < n ? unroll_symbol_id(m, "c", one) : 2] - log(all);
    }
    unroll_data_free(d);
    return sum;
}

static int by_log(const void *a, const void *b)
{
    double x = ((const whole *)a)->log, y = ((const whole *)b)->log;
    return x > y ? -1 : x < y;
}

/* all that begin with `begin`, at most `most` symbols after it: those that end, and those cut off; best first */
static size_t every(unroll_model *m, int k, size_t first, const char *begin, int least, int most, double penalty, whole *out)
{
    size_t n = 0, from = strlen(begin);
    for (int len = least; len <= most; len++)
        for (int code = 0, all = (int)pow(3, len); code < all; code++) {
            whole *w = &out[n++];
            memcpy(w->text, begin, from);
            for (int i = 0, c = code; i < len; i++, c /= 3) w->text[from + (size_t)i] = "abc"[c % 3];
            w->text[from + (size_t)len] = 0;
            bool cut = len == most;
            w->log = log_p(m, k, first, w->text, from, cut) / pow(len + !cut, penalty);
        }
    qsort(out, n, sizeof *out, by_log);
    return n;
}

static void wide_is_exhaustive(void **state)
{
    (void)state;
    whole *all = malloc(1024 * sizeof *all);
    for (int k = 0; k < NMODEL; k++)
        for (int p = 0; p < 2; p++) {
            int most = k < 2 ? MOST : 4;
            unroll_model *m = random_model(k, 7 + (unsigned)k);
            unroll_data *d = given(m, k, 1, 1, NULL);
            unroll_use_options o = options(1024, 1024, most);
            o.length_penalty = p * 0.7;
            size_t n = every(m, k, 1, "", 0, most, o.length_penalty, all);
            unroll_table *t = predicted(m, k == 0 ? NULL : d, &o);
            double total = 0;
            assert_int_equal(unroll_table_rows(t), n);
            for (size_t r = 0; r < n; r++) {
                if (r + 1 < n && all[r].log - all[r + 1].log > 1e-9 && (!r || all[r - 1].log - all[r].log > 1e-9)) assert_string_equal(text(t, r), all[r].text);
                assert_true(fabs(score(t, r) - all[r].log) < 1e-9);
                total += exp(score(t, r));
            }
            if (!p) assert_true(total <= 1 + 1e-9);
            unroll_table_free(t);
            unroll_data_free(d);
            unroll_close(m);
        }
    free(all);
}

/* what unroll_loss says of a completion that ended is its score */
static void scores_are_losses(void **state)
{
    (void)state;
    for (int k = 0; k < NMODEL; k++) {
        unroll_model *m = random_model(k, 21);
        unroll_data *d = given(m, k, 0, 1, NULL);
        unroll_use_options o = options(8, 8, 30);
        unroll_table *t = predicted(m, d, &o);
        for (size_t r = 0; r < unroll_table_rows(t); r++) {
            const char *s = text(t, r);
            double sum, count;
            unroll_data *full = given(m, k, 0, 1, &s);
            OK(unroll_loss(m, full, &o, &sum, &count));
            if (strlen(s) < 30) assert_true(fabs(score(t, r) + sum) < 1e-9);
            unroll_data_free(full);
        }
        unroll_table_free(t);
        unroll_data_free(d);
        unroll_close(m);
    }
}

static void one_is_greedy(void **state)
{
    (void)state;
    for (int k = 0; k < NMODEL; k++)
        for (unsigned seed = 0; seed < 6; seed++)
            for (int naive = 0; naive < 2; naive++) {
                unroll_model *m = random_model(k, seed);
                unroll_data *d = given(m, k, 0, 3, NULL);
                unroll_use_options o = options(0, 0, 12);
                unroll_table *a = predicted(m, d, &o);
                o.beam = 1;
                o.naive = naive;
                o.length_penalty = seed % 3 * 0.5;
                unroll_table *b = predicted(m, d, &o);
                assert_int_equal(unroll_table_rows(a), 3);
                for (size_t r = 0; r < 3; r++) assert_string_equal(text(a, r), text(b, r));
                unroll_table_free(a);
                unroll_table_free(b);
                unroll_data_free(d);
                unroll_close(m);
            }
}

/* the stream takes one position at a time and knows nothing of lanes */
static void greedy_is_the_stream(void **state)
{
    (void)state;
    for (int k = 0; k < NMODEL; k++) {
        if (has(models[k], "s[i]") || has(models[k], "raw(3)") || has(models[k], "sin(t)")) continue;
        unroll_model *m = random_model(k, 3);
        unroll_use_options o = options(0, 0, 20);
        unroll_table *t = predicted(m, NULL, &o);
        unroll_stream *s = NULL;
        OK(unroll_stream_open(&s, m, 1, 0));
        const char *want = text(t, 0);
        for (size_t i = 0; i < strlen(want); i++) {
            double id;
            OK(unroll_stream_step(s));
            OK(unroll_stream_value(s, 0, &id));
            assert_int_equal(unroll_symbol_text(m, "c", (int)id)[0], want[i]);
        }
        unroll_stream_close(s);
        unroll_table_free(t);
        unroll_close(m);
    }
}

/* examples together are what each is alone, and every plan and number of threads says the same */
static void together_and_alone(void **state)
{
    (void)state;
    for (int k = 1; k < NMODEL; k++) {
        unroll_model *m = random_model(k, 11);
        unroll_data *d = given(m, k, 0, 3, NULL);
        unroll_use_options o = options(4, 4, 9);
        o.threads = 1;
        unroll_table *t = predicted(m, d, &o), *other[2];
        o.threads = 3;
        other[0] = predicted(m, d, &o);
        o.naive = 1;
        other[1] = predicted(m, d, &o);
        size_t row = 0;
        for (size_t x = 0; x < 3; x++) {
            unroll_data *one = given(m, k, x, 1, NULL);
            o.naive = 0;
            unroll_table *u = predicted(m, one, &o);
            for (size_t r = 0; r < unroll_table_rows(u); r++, row++) {
                assert_string_equal(text(t, row), text(u, r));
                assert_true(fabs(score(t, row) - score(u, r)) < 1e-12);
                for (size_t c = 0; c < unroll_table_columns(t); c++)
                    if (!unroll_table_is_text(t, c)) assert_true(unroll_table_number(t, row, c) == unroll_table_number(other[0], row, c));
                for (int p = 0; p < 2; p++) assert_string_equal(text(t, row), text(other[p], row));
                assert_true(fabs(score(t, row) - score(other[1], row)) < 1e-9);
            }
            unroll_table_free(u);
            unroll_data_free(one);
        }
        assert_int_equal(unroll_table_rows(t), row);
        unroll_table_free(t);
        for (int p = 0; p < 2; p++) unroll_table_free(other[p]);
        unroll_data_free(d);
        unroll_close(m);
    }
}

static void sorted_distinct_and_bounded(void **state)
{
    (void)state;
    for (int k = 0; k < NMODEL; k++)
        for (int least = 0; least < 8; least += 3) {
            unroll_model *m = random_model(k, 5);
            unroll_data *d = given(m, k, 2, 1, NULL);
            unroll_use_options o = options(10, 10, 8);
            o.min_length = least;
            o.precision = 0;
            unroll_table *t = predicted(m, d, &o);
            assert_true(unroll_table_rows(t) == 10);
            for (size_t r = 0; r < 10; r++) {
                size_t n = strlen(text(t, r));
                assert_true((int)n >= least && n <= 8);
                assert_int_equal((int)unroll_table_number(t, r, column(t, "rank")), (int)r + 1);
                if (r) assert_true(score(t, r) <= score(t, r - 1));
                for (size_t q = 0; q < r; q++) assert_string_not_equal(text(t, r), text(t, q));
            }
            unroll_table_free(t);
            o = options(0, 0, 8);                        /* the least length holds for greedy and random completions too */
            o.min_length = least;
            t = predicted(m, d, &o);
            assert_true((int)strlen(text(t, 0)) >= least);
            unroll_table_free(t);
            o.samples = 20;
            OK(unroll_sample(m, d, &o, &t));
            for (size_t r = 0; r < 20; r++) assert_true((int)strlen(text(t, r)) >= least && strlen(text(t, r)) <= 8);
            unroll_table_free(t);
            unroll_data_free(d);
            unroll_close(m);
        }
}

/* ---- beginnings */
static void a_beginning_is_kept(void **state)
{
    (void)state;
    static const char *const begin[] = { "ab", "", "cc" };
    whole *all = malloc(1024 * sizeof *all);
    for (int k = 0; k < NMODEL; k++) {
        unroll_model *m = random_model(k, 31);
        unroll_data *d = given(m, k, 0, 3, begin);
        unroll_use_options o = options(128, 128, 3);
        o.go_on = 1;
        unroll_table *t = predicted(m, d, &o);
        size_t row = 0;
        for (size_t x = 0; x < 3; x++) {
            size_t n = every(m, k, x, begin[x], 0, 3, 0, all);
            for (size_t r = 0; r < n; r++, row++) {
                assert_int_equal((int)unroll_table_number(t, row, column(t, "example")), (int)x + 1);
                assert_memory_equal(text(t, row), begin[x], strlen(begin[x]));
                assert_true(fabs(score(t, row) - all[r].log) < 1e-9);
            }
        }
        assert_int_equal(unroll_table_rows(t), row);
        unroll_table_free(t);
        for (int greedy = 0; greedy < 2; greedy++) {
            o = options(0, 0, 3);
            o.go_on = 1;
            if (greedy) t = predicted(m, d, &o);
            else OK(unroll_sample(m, d, &o, &t));
            for (size_t x = 0; x < 3; x++) assert_memory_equal(text(t, x), begin[x], strlen(begin[x]));
            unroll_table_free(t);
        }
        unroll_data *none = given(m, k, 0, 3, NULL);     /* a prompt is the same beginning for all */
        for (int beam = 0; beam < 3; beam += 2) {
            o = options(beam, 0, 4);
            o.prompt = "ba";
            t = predicted(m, none, &o);
            for (size_t x = 0; x < 3; x++) assert_memory_equal(text(t, x), "ba", 2);
            unroll_table_free(t);
        }
        unroll_data_free(none);
        unroll_data_free(d);
        unroll_close(m);
    }
    free(all);
}

/* random completions are those of a horizon, which the whole plan draws in one go */
static void draws_are_those_of_the_whole(void **state)
{
    (void)state;
    static const char *const begin[] = { "abca", "b", "" };
    for (int k = 0; k < NMODEL; k++) {
        if (has(models[k], "s[i]") || has(models[k], "raw(3)")) continue;
        unroll_model *m = random_model(k, 41);
        unroll_data *d = given(m, k, 0, 3, begin);
        unroll_use_options o = options(0, 0, 10);
        unroll_table *a = NULL, *b = NULL;
        o.samples = 5;
        o.seed = 9;
        o.go_on = 1;
        OK(unroll_sample(m, d, &o, &a));
        o.go_on = 0;
        o.horizon = 10;
        OK(unroll_sample(m, d, &o, &b));
        size_t same = 0;
        for (size_t r = 0; r < 15; r++) same += !strcmp(text(a, r), text(b, r));
        assert_int_equal(same, has(models[k], "z[t] = b") ? same : 15);
        unroll_table_free(a);
        unroll_table_free(b);
        unroll_data_free(d);
        unroll_close(m);
    }
}

/* ---- a sequence whose length other data tell has no end symbol; what is given in it after a gap counts */
static void labels_of_a_known_length(void **state)
{
    (void)state;
    unroll_model *m = model_of("data w[t], y[t] : symbol\nparam E, F, V, b\nh[t] = gru(4, E w[t] + F y[t-1])\nz[t] = V h[t] + b\ny[t] ~ categorical(z[t])\n");
    unroll_data *d = NULL;
    const size_t len = 4;
    const char *w[] = { "p", "q", "q", "p" }, *y[] = { "A", "B", "A", "B" }, *gap[] = { "A", NULL, NULL, "B" };
    unroll_fit_options f = UNROLL_FIT_INIT;
    f.epochs = 1;
    OK(unroll_data_new(&d, m, 1));
    OK(unroll_data_set_texts(d, "w", &len, w));
    OK(unroll_data_set_texts(d, "y", &len, y));
    OK(unroll_fit(m, d, &f, NULL));
    for (int some = 0; some < 2; some++) {
        unroll_data *e = NULL;
        unroll_use_options o = options(16, 16, 0);
        OK(unroll_data_new(&e, m, 1));
        OK(unroll_data_set_texts(e, "w", &len, w));
        if (some) OK(unroll_data_set_texts(e, "y", &len, gap));
        unroll_table *t = predicted(m, e, &o);
        size_t each = some ? 2 : 4, n = some ? 4 : 16, c = column(t, "y");
        assert_int_equal(unroll_table_rows(t), each * n);
        double first = 0;
        for (size_t r = 0; r < n; r++) {
            const char *full[4];
            for (size_t p = 0, at = 0; p < 4; p++) full[p] = some && gap[p] ? gap[p] : unroll_table_text(t, r * each + at++, c);
            double sum, count;
            unroll_data *whole_ = NULL;
            OK(unroll_data_new(&whole_, m, 1));
            OK(unroll_data_set_texts(whole_, "w", &len, w));
            OK(unroll_data_set_texts(whole_, "y", &len, full));
            OK(unroll_loss(m, whole_, &o, &sum, &count));
            if (!r) first = score(t, 0) + sum;
            assert_true(fabs(score(t, r * each) + sum - first) < 1e-9);          /* all but what was given before the gap */
            if (!some) assert_true(fabs(first) < 1e-9);
            unroll_data_free(whole_);
        }
        unroll_table_free(t);
        unroll_data_free(e);
    }
    unroll_data_free(d);
    unroll_close(m);
}

/* ---- no work and no memory that grows with what lies behind */
static size_t allocations;
static void *counting(void *p, size_t n)
{
    allocations++;
    return realloc(p, n);
}

static void a_step_allocates_nothing(void **state)
{
    (void)state;
    unroll_set_allocator(counting, free);
    for (int k = 0; k < NMODEL; k++) {
        size_t n[2];
        unroll_model *m = random_model(k, 5);
        unroll_data *d = given(m, k, 0, 3, NULL);
        for (int i = 0; i < 2; i++) {
            unroll_use_options o = options(4, 0, 20 + 40 * i);
            o.min_length = o.max_length;
            o.threads = 1;
            size_t before = allocations;
            unroll_table_free(predicted(m, d, &o));
            n[i] = allocations - before;
        }
        assert_true(n[1] <= n[0] + 8);                   /* buffers of text grow, now and then */
        unroll_data_free(d);
        unroll_close(m);
    }
    unroll_set_allocator(NULL, NULL);
}

/* ---- what makes no sense */
static void refused(unroll_model *m, unroll_data *d, const unroll_use_options *o, int code, const char *says)
{
    unroll_table *t = NULL;
    int rc = unroll_predict(m, d, o, &t);
    if (rc != code) fail_msg("%d, not %d with \"%s\"", rc, code, says);
    if (!strstr(unroll_error(), says)) fail_msg("\"%s\" is not in \"%s\"", says, unroll_error());
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    static const char *const c[] = { "ab" };
    unroll_model *m = random_model(0, 1);
    unroll_data *d = given(m, 0, 0, 1, c);
    unroll_use_options o = options(-1, 0, 0);
    refused(m, NULL, &o, UNROLL_ERROR_USAGE, "beam is -1; it lies between 0 and 100000");
    o = options(2, 3, 0);
    refused(m, NULL, &o, UNROLL_ERROR_USAGE, "the 3 best need a beam of at least 3, not of 2");
    o = options(0, 3, 0);
    refused(m, NULL, &o, UNROLL_ERROR_USAGE, "the 3 best are those of a beam search");
    o = options(0, 0, 0);
    o.length_penalty = 1;
    refused(m, NULL, &o, UNROLL_ERROR_USAGE, "ask for a beam");
    o = options(2, 0, 3);
    o.min_length = 4;
    refused(m, NULL, &o, UNROLL_ERROR_USAGE, "there is no such length");
    o = options(2, 0, 3);
    o.samples = 4;
    refused(m, NULL, &o, UNROLL_ERROR_USAGE, "samples are random");
    o = options(2, 0, 3);
    refused(m, d, &o, UNROLL_ERROR_USAGE, "nothing is left out");
    o.prompt = "a";
    refused(m, d, &o, UNROLL_ERROR_USAGE, "a prompt is for a sequence of symbols that is left out");
    o.go_on = 1;
    refused(m, d, &o, UNROLL_ERROR_USAGE, "ask for one of them");
    unroll_table *t = NULL;
    o = options(2, 0, 3);
    assert_int_equal(unroll_sample(m, NULL, &o, &t), UNROLL_ERROR_USAGE);
    unroll_data_free(d);
    unroll_close(m);
    m = model_of("data y[t] : real\nparam a, s\ny[t] ~ normal(a y[t-1], s)\n");
    d = waves(m, "y", NULL, 40);
    OK(unroll_fit(m, d, NULL, NULL));
    o = options(2, 0, 0);
    o.horizon = 3;
    refused(m, d, &o, UNROLL_ERROR_USAGE, "beam search is for a sequence of symbols; y, which is left out, is made of numbers");
    unroll_data_free(d);
    unroll_close(m);
    m = model_of("data c[t], e[t] : chars\nparam V, W, b\nc[t] ~ categorical(V c[t-1] + b)\ne[t] ~ categorical(W c[t])\n");
    OK(unroll_data_new(&d, m, 1));
    OK(unroll_data_set_texts(d, "c", NULL, c));
    OK(unroll_data_set_texts(d, "e", NULL, c));
    OK(unroll_fit(m, d, NULL, NULL));
    refused(m, NULL, &(unroll_use_options){ .size = sizeof o, .beam = 2 }, UNROLL_ERROR_USAGE, "beam search is for one sequence of symbols; 2 data are left out");
    unroll_data_free(d);
    unroll_close(m);
    m = model_of("data c[t] : chars\nindex s = t\nparam E, V, b\nz[t] = V sum[s < t](E c[s]) + b\nc[t] ~ categorical(z[t])\n");
    OK(unroll_data_new(&d, m, 1));
    OK(unroll_data_set_texts(d, "c", NULL, c));
    OK(unroll_fit(m, d, NULL, NULL));
    refused(m, NULL, &(unroll_use_options){ .size = sizeof o, .beam = 2 }, UNROLL_ERROR_UNSUPPORTED, "cannot run position by position along t: an equation looks at all its positions at once");
    unroll_data_free(d);
    unroll_close(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(wide_is_exhaustive), cmocka_unit_test(scores_are_losses), cmocka_unit_test(one_is_greedy), cmocka_unit_test(greedy_is_the_stream),
                                        cmocka_unit_test(together_and_alone), cmocka_unit_test(sorted_distinct_and_bounded), cmocka_unit_test(a_beginning_is_kept),
                                        cmocka_unit_test(draws_are_those_of_the_whole), cmocka_unit_test(labels_of_a_known_length), cmocka_unit_test(a_step_allocates_nothing),
                                        cmocka_unit_test(nonsense_is_refused) };
    return cmocka_run_group_tests_name("beam search", tests, NULL, NULL);
}
