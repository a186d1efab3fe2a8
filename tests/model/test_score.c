/* Scores beyond one value at a time, against numbers worked out by hand: whole sequences, spans, completions with one and several references,
 * which symbol is taken for which, points; what makes no sense is named; memory that runs out leaves nothing behind. */
#include "model_test.h"

static double score_of(const unroll_table *t, const char *data, const char *score, size_t col)
{
    for (size_t r = 0; r < unroll_table_rows(t); r++)
        if (!strcmp(unroll_table_text(t, r, 0), data) && !strcmp(unroll_table_text(t, r, 1), score)) return unroll_table_number(t, r, col);
    fail_msg("%s has no score %s", data, score);
    return 0;
}

static bool has_score(const unroll_table *t, const char *score)
{
    for (size_t r = 0; r < unroll_table_rows(t); r++)
        if (!strcmp(unroll_table_text(t, r, 1), score)) return true;
    return false;
}

static void near(double got, double want)
{
    if (!(fabs(got - want) < 1e-9)) fail_msg("%.15g, not %.15g", got, want);
}

static unroll_data *texts(unroll_model *m, size_t n, const char *const *name, const char *const *const *text, size_t k)
{
    unroll_data *d = NULL;
    OK(unroll_data_new(&d, m, n));
    for (size_t i = 0; i < k; i++) OK(unroll_data_set_texts(d, name[i], NULL, text[i]));
    return d;
}

/* a word says its tag, the first word the intent: fitted until it knows */
static unroll_model *tagger(void)
{
    static const char *const name[] = { "w", "tag", "intent" };
    static const char *const w[] = { "a b c", "d a b", "c d", "b c a b" }, *const tag[] = { "O B-x I-x", "B-y O B-x", "I-x B-y", "B-x I-x O B-x" }, *const intent[] = { "go", "stop", "go", "stop" };
    static const char *const *const all[] = { w, tag, intent };
    unroll_model *m = model_of("data w[t], tag[t] : words\ndata intent : symbol\nparam W, U\ntag[t] ~ categorical(W w[t])\nintent ~ categorical(U w[1])\n");
    unroll_data *d = texts(m, 4, name, all, 3);
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.epochs = 200;
    o.rate = 0.1;
    OK(unroll_fit(m, d, &o, NULL));
    unroll_data_free(d);
    return m;
}

/* a: O, b: B-x, c: I-x, d: B-y; first a, c: go, else stop */
static void labels(void **state)
{
    (void)state;
    static const char *const name[] = { "w", "tag", "intent" };
    /*                              guessed    O B-x I-x      B-y O B-x          I-x I-x           B-y I-x a: O    */
    static const char *const w[] = { "a b c", "d a b", "c c", "d c a" }, *const tag[] = { "O B-x I-x", "B-y O B-z", "O I-x", "B-y I-y O" }, *const intent[] = { "go", "stop", "stop", "stop" };
    static const char *const *const all[] = { w, tag, intent };
    unroll_model *m = tagger();
    unroll_data *d = texts(m, 4, name, all, 3);
    unroll_table *t = NULL;
    OK(unroll_score(m, d, NULL, &t));
    near(score_of(t, "tag", "accuracy %", 2), 100 * 8 / 11.0);
    near(score_of(t, "tag", "sequence accuracy %", 2), 25);
    near(score_of(t, "intent", "accuracy %", 2), 75);
    near(score_of(t, "tag, intent", "sequence accuracy %", 2), 25);
    /* guessed: x(2-3); y1, x3; x(1-2); y1, x2: six. wanted: x(2-3); y1, z3; x2; y(1-2): five. right: x(2-3), y1: two */
    near(score_of(t, "tag", "span precision %", 2), 100 * 2 / 6.0);
    near(score_of(t, "tag", "span recall %", 2), 100 * 2 / 5.0);
    near(score_of(t, "tag", "span F1 %", 2), 100 * 4 / 11.0);
    assert_false(has_score(t, "BLEU"));
    unroll_table_free(t);
    unroll_use_options o = UNROLL_USE_INIT;
    o.complete = 1;
    OK(unroll_score(m, d, &o, &t));
    near(score_of(t, "tag", "symbol error rate %", 2), 100 * 3 / 11.0);
    near(score_of(t, "tag", "sequence error rate %", 2), 75);
    near(score_of(t, "intent", "symbol error rate %", 2), 25);
    near(score_of(t, "tag", "span F1 %", 2), 100 * 4 / 11.0);
    assert_false(has_score(t, "BLEU"));
    unroll_table_free(t);
    o = (unroll_use_options)UNROLL_USE_INIT;
    o.confusion = 1;
    OK(unroll_score(m, d, &o, &t));
    bool found = false;
    for (size_t r = 0; r < unroll_table_rows(t); r++)
        if (!strcmp(unroll_table_text(t, r, 1), "stop") && !strcmp(unroll_table_text(t, r, 2), "go")) {
            near(unroll_table_number(t, r, 3), 1);
            near(unroll_table_number(t, r, 4), 100 / 3.0);
            found = true;
        }
    assert_true(found);
    unroll_table_free(t);
    unroll_data_free(d);
    unroll_close(m);
}

/* tags that follow on each other: spans are those of predict, not of the likeliest tag after the true one */
static void fed_back(void **state)
{
    (void)state;
    static const char *const name[] = { "w", "tag" };
    static const char *const w[] = { "a b b", "c b b", "a b", "c b" }, *const tag[] = { "B-x I-x I-x", "B-y I-y I-y", "B-x I-x", "B-y I-y" };
    static const char *const *const all[] = { w, tag };
    unroll_model *m = model_of("data w[t], tag[t] : words\nparam W, V\ntag[t] ~ categorical(W w[t] + V tag[t-1])\n");
    unroll_data *d = texts(m, 4, name, all, 2);
    unroll_fit_options fit = UNROLL_FIT_INIT;
    fit.epochs = 300;
    fit.rate = 0.1;
    OK(unroll_fit(m, d, &fit, NULL));
    unroll_data_free(d);
    static const char *const other[] = { "B-y I-y I-y", "B-y I-y I-y", "B-x I-x", "B-y I-y" };
    static const char *const *const wrong[] = { w, other };
    d = texts(m, 4, name, wrong, 2);
    unroll_table *t = NULL;
    OK(unroll_score(m, d, NULL, &t));
    near(score_of(t, "tag", "accuracy %", 2), 90);       /* after the true tag, all but the first */
    near(score_of(t, "tag", "span F1 %", 2), 75);        /* predicted: x x x, one of four spans wrong */
    near(score_of(t, "tag", "sequence accuracy %", 2), 75);
    unroll_table_free(t);
    unroll_use_options o = UNROLL_USE_INIT;
    o.complete = 1;
    OK(unroll_score(m, d, &o, &t));
    near(score_of(t, "tag", "symbol error rate %", 2), 30);
    unroll_table_free(t);
    o.beam = 3;
    OK(unroll_score(m, d, &o, &t));
    near(score_of(t, "tag", "symbol error rate %", 2), 30);
    unroll_table_free(t);
    unroll_data_free(d);
    unroll_close(m);
}

static unroll_model *translator(void)
{
    static const char *const name[] = { "src", "tgt" };
    static const char *const src[] = { "one", "two", "three", "one two" }, *const tgt[] = { "un", "deux", "trois", "un deux" };
    static const char *const *const all[] = { src, tgt };
    unroll_model *m = model_of("data src[s], tgt[t] : words\nparam E, F, W, b\nh[s] = gru(12, E src[s])\nd[0] = h[end]\nd[t] = gru(12, F tgt[t-1])\ntgt[t] ~ categorical(W d[t] + b)\n");
    unroll_data *d = texts(m, 4, name, all, 2);
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.epochs = 300;
    o.rate = 0.02;
    OK(unroll_fit(m, d, &o, NULL));
    unroll_data_free(d);
    return m;
}

static const char *signature_of(const unroll_table *t, const char *score)
{
    for (size_t r = 0; r < unroll_table_rows(t); r++)
        if (!strcmp(unroll_table_text(t, r, 1), score)) return unroll_table_text(t, r, 5);
    return "";
}

static void completions(void **state)
{
    (void)state;
    static const char *const name[] = { "src", "tgt" };
    static const char *const src[] = { "one", "one two", "one", "one two", "three" }, *const tgt[] = { "un", "un dos tres", "uno", "un deux", "quatre" };
    static const char *const *const all[] = { src, tgt };
    unroll_model *m = translator();
    unroll_data *d = texts(m, 5, name, all, 2);
    unroll_table *t = NULL;
    unroll_use_options o = UNROLL_USE_INIT;
    o.complete = 1;
    for (int beam = 0; beam < 4; beam += 3) {
        o.beam = beam;
        o.any_reference = 0;
        OK(unroll_score(m, d, &o, &t));
        /* un–un 0/1, un deux–un dos tres 2/3, un–uno 1/1, un deux–un deux 0/2, trois–quatre 1/1 (dos, tres, uno, quatre: never seen) */
        near(score_of(t, "tgt", "symbol error rate %", 2), 100 * 4 / 8.0);
        near(score_of(t, "tgt", "sequence error rate %", 2), 60);
        assert_string_equal(signature_of(t, "symbol error rate %"), "nrefs:1");
        unroll_table_free(t);
        o.any_reference = 1;
        OK(unroll_score(m, d, &o, &t));
        near(score_of(t, "tgt", "symbol error rate %", 2), 100 * 1 / 4.0);     /* un, un deux, quatre */
        near(score_of(t, "tgt", "sequence error rate %", 2), 100 / 3.0);
        assert_string_equal(signature_of(t, "BLEU"), "nrefs:var|case:mixed|eff:no|tok:13a|smooth:exp");
        /* 3 of 4 words, 1 of 1 pair, nothing longer: no segment has three words */
        near(score_of(t, "tgt", "BLEU", 2), 0);
        unroll_table_free(t);
    }
    /* the texts are the model's words with blanks: BLEU by characters of "un", "un deux" and "trois" against the same and quatre */
    o.beam = 0;
    o.tokenize = "char";
    OK(unroll_score(m, d, &o, &t));
    assert_string_equal(signature_of(t, "BLEU"), "nrefs:var|case:mixed|eff:no|tok:char|smooth:exp");
    /* tokens: un 2, undeux 6, trois 5 against quatre 6: hits 1-grams 2 + 6 + 2 (t, r) of 13, 2-grams 1 + 5 + 1 (tr) of 10, 3-grams 4 of 7, 4-grams 3 of 5; lengths 13, 2 + 6 + 6 */
    near(score_of(t, "tgt", "BLEU", 2), 100 * exp(1 - 14 / 13.0) * pow(10 / 13.0 * 7 / 10.0 * 4 / 7.0 * 3 / 5.0, 0.25));
    unroll_table_free(t);
    /* bounds on the length are predict's */
    o.tokenize = NULL;
    o.max_length = 1;
    OK(unroll_score(m, d, &o, &t));
    near(score_of(t, "tgt", "symbol error rate %", 2), 100 * 2 / 4.0);
    unroll_table_free(t);
    unroll_data_free(d);
    unroll_close(m);
}

/* p[t] = p[t-1] + (1, 0): truth turns a corner */
static const char walker[] = "data p[t] : raw(2)\nparam A, s\np[t] ~ normal(p[t-1] + A, s)\n";

static unroll_model *walks(double s)
{
    unroll_model *m = model_of(walker);
    double a[] = { 1, 0 }, both[] = { s, s };
    OK(unroll_param_set(m, "A", a, 2));
    OK(unroll_param_set(m, "s", both, 2));
    return m;
}

static unroll_data *paths(unroll_model *m, const double *v, const size_t *n, size_t k)
{
    unroll_data *d = NULL;
    OK(unroll_data_new(&d, m, k));
    OK(unroll_data_set_numbers(d, "p", n, v));
    return d;
}

static void points(void **state)
{
    (void)state;
    /* two walks; forecasts of 2 positions after 3 */
    static const double v[] = { 0, 0, 1, 0, 1, 1, 1, 2, 1, 3,   0, 0, 2, 0, 4, 0, 7, 4, NAN, NAN };
    static const size_t n[] = { 5, 5 };
    unroll_model *m = walks(-30);                        /* softplus(-30): next to nothing */
    unroll_data *d = paths(m, v, n, 2);
    unroll_table *t = NULL;
    unroll_use_options o = UNROLL_USE_INIT;
    o.horizon = 2;
    o.context = 3;
    o.precision = 1;
    OK(unroll_score(m, d, &o, &t));
    /* the first: forecasts (2, 1), (3, 1) for (1, 2), (1, 3): √2 and √8; constant velocity right. The second: (5, 0) for (7, 4): √20; (6, 0): √17; its end is not known */
    near(score_of(t, "p", "ADE", 2), ((sqrt(2) + sqrt(8)) / 2 + sqrt(20)) / 2);
    near(score_of(t, "p", "FDE", 2), sqrt(8));
    near(score_of(t, "p", "ADE", 3), sqrt(17) / 2);
    near(score_of(t, "p", "FDE", 3), 0);
    assert_false(has_score(t, "minADE of 3"));
    unroll_table_free(t);
    o.samples = 3;                                       /* all alike: the best is any of them */
    OK(unroll_score(m, d, &o, &t));
    assert_true(fabs(score_of(t, "p", "minADE of 3", 2) - ((sqrt(2) + sqrt(8)) / 2 + sqrt(20)) / 2) < 1e-6);
    assert_true(fabs(score_of(t, "p", "minFDE of 3", 2) - sqrt(8)) < 1e-6);
    near(score_of(t, "p", "minADE of 3", 3), sqrt(17) / 2);
    unroll_table_free(t);
    unroll_data_free(d);
    unroll_close(m);
    /* wide samples: the more there are, the nearer the nearest; the same seed, the same ones */
    m = walks(1);
    d = paths(m, v, n, 2);
    double least = INFINITY;
    for (o.samples = 1; o.samples < 200; o.samples *= 5) {
        char name[32];
        snprintf(name, sizeof name, "minADE of %d", o.samples);
        OK(unroll_score(m, d, &o, &t));
        double now = score_of(t, "p", name, 2);
        assert_true(now <= least);
        least = now;
        unroll_table_free(t);
    }
    assert_true(least < 2);                              /* the likeliest is 3.3 away */
    unroll_data_free(d);
    unroll_close(m);
}

static void expect(unroll_model *m, unroll_data *d, const unroll_use_options *o, int code, const char *text)
{
    unroll_table *t = NULL;
    assert_int_equal(unroll_score(m, d, o, &t), code);
    assert_string_equal(unroll_error(), text);
    assert_null(t);
}

static void what_makes_no_sense(void **state)
{
    (void)state;
    static const double v[] = { 0, 0, 1, 0, 2, 0, 3, 0 };
    static const size_t n[] = { 4 };
    static const char *const name[] = { "w", "tag", "intent", "src", "c" }, *const w[] = { "a b" }, *const tag[] = { "O B-x" }, *const intent[] = { "go" };
    static const char *const *const all[] = { w, tag, intent };
    unroll_model *m = walks(1);
    unroll_data *d = paths(m, v, n, 1);
    unroll_use_options o = UNROLL_USE_INIT;
    o.complete = 1;
    expect(m, d, &o, UNROLL_ERROR_USAGE, "the model draws no symbols that could be completed: p is made of numbers, whose forecasts a horizon scores");
    o = (unroll_use_options)UNROLL_USE_INIT;
    o.confusion = 1;
    expect(m, d, &o, UNROLL_ERROR_USAGE, "the model draws no symbols that could be taken for others");
    o = (unroll_use_options)UNROLL_USE_INIT;
    o.samples = 3;
    expect(m, d, &o, UNROLL_ERROR_USAGE, "samples are for forecasts of points, of which the nearest counts: ask for a horizon");
    unroll_data_free(d);
    unroll_close(m);

    m = model_of("data y[t] : raw\nparam a, s\ny[t] ~ normal(a y[t-1], s)\n");
    OK(unroll_data_new(&d, m, 1));
    OK(unroll_data_set_numbers(d, "y", n, v));
    o.horizon = 1;
    expect(m, d, &o, UNROLL_ERROR_USAGE, "the best of 3 samples is a score of points: of data of two or three numbers, as in p[t] : real(2); the model draws none");
    unroll_data_free(d);
    unroll_close(m);

    m = tagger();
    d = texts(m, 1, name, all, 3);
    o = (unroll_use_options)UNROLL_USE_INIT;
    o.beam = 2;
    expect(m, d, &o, UNROLL_ERROR_USAGE, "a beam and bounds on the length are for completions: ask for them");
    o.complete = 1;
    expect(m, d, &o, UNROLL_ERROR_USAGE, "a beam is for one sequence of symbols, and the model draws 2: complete them without");
    o.beam = 0;
    o.horizon = 1;
    expect(m, d, &o, UNROLL_ERROR_USAGE, "completions are the likeliest symbols for what is given: a horizon is another question, ask for one of them");
    o.horizon = 0;
    o.confusion = 1;
    expect(m, d, &o, UNROLL_ERROR_USAGE, "completions are the likeliest symbols for what is given: a confusion table is another question, ask for one of them");
    o.confusion = 0;
    o.tokenize = "zh";
    expect(m, d, &o, UNROLL_ERROR_USAGE, "texts are cut into tokens by 13a, none or char, not by zh");
    o.complete = 0;
    o.tokenize = "none";
    expect(m, d, &o, UNROLL_ERROR_USAGE, "a tokenisation is for completions: ask for them");
    o.tokenize = NULL;
    o.any_reference = 1;
    expect(m, d, &o, UNROLL_ERROR_USAGE, "several references are for completions: ask for them");
    unroll_data_free(d);
    unroll_close(m);

    static const char *const c[] = { "abab", "ab" };
    static const char *const *const chars[] = { c };
    m = model_of("data c[t] : chars\nparam V\nc[t] ~ categorical(V c[t-1])\n");
    d = texts(m, 2, name + 4, chars, 1);
    unroll_fit_options fit = UNROLL_FIT_INIT;
    fit.epochs = 1;
    OK(unroll_fit(m, d, &fit, NULL));
    o = (unroll_use_options)UNROLL_USE_INIT;
    o.complete = 1;
    expect(m, d, &o, UNROLL_ERROR_USAGE, "nothing is given from which c could be completed: the model draws all that would say it, or how long it is; its likelihood is the score, without completions");
    unroll_data_free(d);
    unroll_close(m);
}

/* ---- texts without a model */
static char path[3][64];

static int make_paths(void **state)
{
    (void)state;
    static const char *const name[] = { "hyp", "ref", "ref2" };
    for (size_t i = 0; i < 3; i++) temp_path(path[i], sizeof path[i], name[i]);
    return 0;
}

static int remove_paths(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) unlink(path[i]);
    return 0;
}

static void put_file(size_t i, const char *text) { spill(path[i], text, strlen(text)); }

static void files(void **state)
{
    (void)state;
    const char *ref[] = { path[1], path[2] };
    unroll_table *t = NULL;
    put_file(0, "a b c\n\na x\r\nlast");
    put_file(1, "a b d\n\na y z\nlast one\n");
    OK(unroll_compare(path[0], ref, 1, NULL, &t));
    assert_string_equal(unroll_table_text(t, 0, 0), "word error rate %");
    near(unroll_table_number(t, 0, 1), 100 * 4 / 8.0);
    near(unroll_table_number(t, 1, 1), 75);
    assert_string_equal(unroll_table_text(t, 1, 2), "nrefs:1");
    unroll_table_free(t);
    put_file(2, "a b c\nno\na x\nlast\n");
    OK(unroll_compare(path[0], ref, 2, NULL, &t));
    near(unroll_table_number(t, 0, 1), 0);               /* of the second line the first reference counts: it is empty, as the hypothesis */
    near(unroll_table_number(t, 1, 1), 0);
    unroll_table_free(t);
    t = NULL;
    put_file(2, "a b c\nno\n");
    assert_int_equal(unroll_compare(path[0], ref, 2, NULL, &t), UNROLL_ERROR_DATA);
    assert_non_null(strstr(unroll_error(), "has 4 lines"));
    put_file(2, "a b c\nno\nb\xff\nx\n");
    assert_int_equal(unroll_compare(path[0], ref, 2, NULL, &t), UNROLL_ERROR_DATA);
    assert_non_null(strstr(unroll_error(), ", line 3, byte 2: not UTF-8"));
    put_file(0, "");
    assert_int_equal(unroll_compare(path[0], ref, 1, NULL, &t), UNROLL_ERROR_DATA);
    unlink(path[0]);
    assert_int_equal(unroll_compare(path[0], ref, 1, NULL, &t), UNROLL_ERROR_FILE);
    assert_int_equal(unroll_compare(path[0], ref, 0, NULL, &t), UNROLL_ERROR_USAGE);
    assert_null(t);
}

/* ---- stopping, and memory */
static int stop_at(double done, void *arg)
{
    double *seen = arg;
    assert_true(done >= seen[0] - 1e-12 && done <= 1 + 1e-12);       /* it only grows */
    seen[0] = done;
    return done >= seen[1];
}

static void stopped(void **state)
{
    (void)state;
    static const char *const name[] = { "src", "tgt" }, *const src[] = { "one", "two" }, *const tgt[] = { "un", "deux" };
    static const char *const *const all[] = { src, tgt };
    unroll_model *m = translator();
    unroll_data *d = texts(m, 2, name, all, 2);
    unroll_use_options o = UNROLL_USE_INIT;
    unroll_table *t = NULL;
    double seen[] = { 0, 0.12 };         /* in the middle of the completions */
    o.complete = 1;
    o.progress = stop_at;
    o.arg = seen;
    assert_int_equal(unroll_score(m, d, &o, &t), UNROLL_ERROR_INTERRUPTED);
    assert_null(t);
    seen[0] = 0;
    seen[1] = 2;
    OK(unroll_score(m, d, &o, &t));
    unroll_table_free(t);
    unroll_data_free(d);
    unroll_close(m);
    unroll_compare_options c = UNROLL_COMPARE_INIT;
    const char *ref[] = { path[1] };
    put_file(0, "a\nb\n");
    put_file(1, "a\nb\n");
    seen[0] = seen[1] = 0;
    c.progress = stop_at;
    c.arg = seen;
    assert_int_equal(unroll_compare(path[0], ref, 1, &c, &t), UNROLL_ERROR_INTERRUPTED);
}

static void memory_runs_out(void **state)
{
    (void)state;
    static const char *const name[] = { "src", "tgt" }, *const src[] = { "one", "two", "one" }, *const tgt[] = { "un", "deux", "uno" };
    static const char *const *const seqs[] = { src, tgt };
    static const char *const names[] = { "w", "tag", "intent" }, *const w[] = { "a b" }, *const tag[] = { "O B-x" }, *const intent[] = { "go" };
    static const char *const *const labels_of[] = { w, tag, intent };
    static const double v[] = { 0, 0, 1, 0, 2, 0, 3, 0 };
    static const size_t n4[] = { 4 };
    const char *ref[] = { path[1], path[1] };
    put_file(0, "a b c d\nb\n");
    put_file(1, "a b, c\nb\n");
    unroll_set_allocator(failing, freeing);
    unroll_model *m[] = { translator(), tagger(), walks(1) };
    unroll_data *d[] = { texts(m[0], 3, name, seqs, 2), texts(m[1], 1, names, labels_of, 3), paths(m[2], v, n4, 1) };
    OK(unroll_loss(m[2], d[2], NULL, (double[1]){ 0 }, (double[1]){ 0 }));      /* a model that is not fitted keeps what its numbers mean, once it knows */
    for (int what = 0; what < 5; what++) {
        unroll_use_options o = UNROLL_USE_INIT;
        o.threads = 1;
        o.complete = o.any_reference = what < 2;
        o.confusion = what == 2;
        o.horizon = what == 3 ? 1 : 0;
        o.samples = what == 3 ? 2 : 0;
        long n = 0;
        for (int rc = 1; rc; n += what == 4 ? 1 : 3) {
            unroll_table *t = NULL;
            size_t before = live;
            countdown = n;
            rc = what == 4 ? unroll_compare(path[0], ref, 2, NULL, &t) : unroll_score(m[what == 3 ? 2 : what == 0 ? 0 : 1], d[what == 3 ? 2 : what == 0 ? 0 : 1], &o, &t);
            countdown = -1;
            if (rc && rc != UNROLL_ERROR_MEMORY) fail_msg("use %d, allocation %ld: %d %s", what, n, rc, unroll_error());
            if (rc && live != before) fail_msg("use %d, allocation %ld: %zu blocks kept", what, n, live - before);
            if (rc) assert_null(t);
            unroll_table_free(t);
            if (live != before) fail_msg("use %d: %zu blocks kept", what, live - before);
        }
        assert_true(n > 10);
    }
    for (int i = 0; i < 3; i++) {
        unroll_data_free(d[i]);
        unroll_close(m[i]);
    }
    assert_int_equal(live, 0);
    unroll_set_allocator(NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(labels), cmocka_unit_test(fed_back), cmocka_unit_test(completions), cmocka_unit_test(points), cmocka_unit_test(what_makes_no_sense),
                                        cmocka_unit_test(files), cmocka_unit_test(stopped), cmocka_unit_test(memory_runs_out) };
    return cmocka_run_group_tests_name("scores", tests, make_paths, remove_paths);
}
