/* Checkpoints whose numbers are each possible, and which no fit can have written: refused, whatever their checksum says. */
#include "model_test.h"
#include "model/json.h"

static const char net[] = "data y[t] : real\ndata x[t] : raw\nparam W, U, v, b, s\nh[t] : 6 = tanh(W h[t-1] + U [y[t-1]; x[t]] + b)\ny[t] ~ normal(v' h[t], s)\n";
static char path[256];

/* where a fit is stopped: at the first call that the mask `at` describes, once so many epochs have ended */
enum { WITHIN = 1, ENDED = 2, WORSE = 4 };
typedef struct course { const char *name, *schedule; bool valid; int average, epochs, at; double rate; } course;
typedef struct watch { const course *c; int ended; double best; } watch;

static int stop(const unroll_progress *p, void *arg)
{
    watch *w = arg;
    bool worse = p->epoch_ended && w->ended > 0 && !((w->c->valid ? p->valid_loss : p->train_loss) < w->best);
    if (p->epoch_ended) {
        double loss = w->c->valid ? p->valid_loss : p->train_loss;
        w->best = w->ended && !(loss < w->best) ? w->best : loss;
        w->ended++;
        if (w->c->at & WITHIN && w->ended == w->c->epochs) usleep(120000);      /* the next call is a tenth of a second later */
    }
    if (w->ended < w->c->epochs || p->note) return 0;
    return w->c->at & WITHIN ? !p->epoch_ended : w->c->at & WORSE ? worse : p->epoch_ended;
}

static int fit(const course *c, bool resume, unroll_fit_result *r)
{
    unroll_model *m = model_of(net);
    unroll_data *d = waves(m, "y", "x", 300), *a = NULL, *b = NULL;
    watch w = { .c = c };
    OK(unroll_data_slice(&a, d, 0, 240));
    OK(unroll_data_slice(&b, d, 240, 300));
    unroll_fit_options o = UNROLL_FIT_INIT;
    o.epochs = 30;
    o.chunk = 16;
    o.batch = 2;
    o.rate = c->rate;
    o.schedule = c->schedule;
    o.average = c->average;
    o.valid = c->valid ? b : NULL;
    o.checkpoint = path;
    o.checkpoint_seconds = 1e9;
    o.resume = resume;
    o.progress = resume ? NULL : stop;
    o.arg = &w;
    int rc = unroll_fit(m, a, &o, r);
    unroll_data_free(a);
    unroll_data_free(b);
    unroll_data_free(d);
    unroll_close(m);
    return rc;
}

typedef struct opened { ur_file file; json_t *where; } opened;

static void open_one(opened *o)
{
    ur_err e = { 0 };
    memset(o, 0, sizeof *o);
    if (ur_file_read_all(path, 1 << 30, &o->file.raw, &e) || ur_file_parse(&o->file, path, &e)) fail_msg("%s", e.text);
    const char *text = ur_file_meta(&o->file, "checkpoint");
    assert_non_null(text);
    assert_int_equal(ur_json_read(&o->where, text, strlen(text), path, &e), 0);
}

/* "count=0 sum=1.5": values of the place; "-best": a tensor less, "+best": one more, a copy of the weights, "*weight": its first number is another, "!state": its last one is none; '_' is a blank */
static void write_changed(const opened *o, const char *changes)
{
    ur_tensor t[16];
    char words[256], *rest = words, *word;
    double other[200];
    int n = o->file.ntensor;
    json_t *where = json_deep_copy(o->where);
    snprintf(words, sizeof words, "%s", changes);
    memcpy(t, o->file.tensor, (size_t)n * sizeof *t);
    while ((word = strsep(&rest, " ")) != NULL) {
        char *value = strchr(word, '=');
        int k = 0;
        if (!*word) continue;
        for (char *s = word + 1; *s && !value; s++) *s = *s == '_' ? ' ' : *s;
        while (k < n && strcmp(t[k].name, word + 1)) k++;
        if (*word == '-') {
            assert_true(k < n);
            t[k] = t[--n];
        } else if (*word == '+') {
            assert_true(k == n);
            t[n] = *ur_file_tensor(&o->file, "weight");
            t[n++].name = word + 1;
        } else if (*word == '!') {                           /* its last number is none */
            float none = NAN;
            assert_true(k < n && t[k].bytes <= sizeof other);
            memcpy(other, t[k].data, t[k].bytes);
            memcpy((char *)other + t[k].bytes - sizeof none, &none, sizeof none);
            t[k].data = other;
        } else if (*word == '*') {
            assert_true(k < n && t[k].bytes <= sizeof other);
            memcpy(other, t[k].data, t[k].bytes);
            other[0] += 1;
            t[k].data = other;
        } else {
            assert_non_null(value);
            *value++ = 0;
            assert_non_null(json_object_get(where, word));
            assert_int_equal(json_object_set_new(where, word, json_loads(value, JSON_DECODE_ANY, NULL)), 0);
        }
    }
    char *text = json_dumps(where, JSON_COMPACT | JSON_REAL_PRECISION(17)), mark[] = "unroll", one[] = "1", key[] = "checkpoint";
    ur_meta meta[] = { { mark, one, 1 }, { key, text, strlen(text) } };
    ur_err e = { 0 };
    if (ur_file_write(path, t, n, meta, 2, &e)) fail_msg("%s", e.text);
    free(text);
    json_decref(where);
}

static const course within = { "within an epoch", "cosine", true, 0, 2, WITHIN, 0 }, first = { "within the first", "cosine", true, 0, 0, WITHIN, 0 },
    ended = { "after an epoch", "constant", true, 0, 3, ENDED, 0 }, alone = { "no validation part", "constant", false, 0, 1, WORSE, 0.6 },
    alone_better = { "no validation part, the last the best", "constant", false, 0, 3, ENDED, 0.002 }, plateau = { "plateau", "plateau", true, 0, 4, WORSE, 0.6 },
    mean = { "averaged", "linear", true, 3, 2, WITHIN, 0 }, mean_first = { "averaged, the first", "linear", true, 3, 0, WITHIN, 0 };

static const struct { const course *of; const char *changes; } wrong[] = {
    { &within, "count=0" }, { &within, "count=0 sum=0 updates=1000000" }, { &within, "count=1.5" }, { &within, "step=0" }, { &within, "step=0 count=0" }, { &within, "step=0 sum=0" },
    { &within, "updates=0" }, { &within, "bad=1" }, { &within, "best_epoch=1" }, { &within, "epoch=3" }, { &within, "epoch=30 best_epoch=30" }, { &within, "epoch=0 best_epoch=0 have_best=false" },
    { &within, "have_best=false" }, { &within, "best_loss=null" }, { &within, "best_loss=-99.5" }, { &within, "train_loss=null" }, { &within, "valid_loss=null" }, { &within, "best_train=99.5" },
    { &within, "plateau=0.5" }, { &within, "+more" }, { &within, "-state" }, { &within, "+lowest" }, { &within, "-second_moment" }, { &within, "-weight" },
    { &first, "count=0 sum=0" }, { &first, "count=0 sum=0 updates=0" }, { &first, "updates=1000" }, { &first, "train_loss=1.5" }, { &first, "valid_loss=1.5" }, { &first, "best_loss=1.5" },
    { &first, "bad=1" }, { &first, "best_epoch=1 have_best=true" }, { &first, "+best" }, { &first, "step=0 sum=0 count=0" }, { &first, "step=0 sum=0 count=0 updates=0 -state" }, { &first, "step=0 sum=0 count=0 updates=0 -state -first_moment -second_moment" },
    { &ended, "sum=1.5" }, { &ended, "count=5" }, { &ended, "updates=0" }, { &ended, "+best" }, { &ended, "+state" }, { &ended, "epoch=4" }, { &ended, "best_loss=99.5" }, { &ended, "best_loss=-99.5" },
    { &ended, "best_epoch=2 bad=1 best_loss=99.5" }, { &ended, "best_train=99.5" },
    { &alone, "-lowest" }, { &alone, "best_epoch=1" }, { &alone, "bad=0" }, { &alone, "bad=0 -lowest" }, { &alone, "bad=30" }, { &alone, "best_loss=99.5" }, { &alone, "best_train=99.5" },
    { &alone, "valid_loss=1.5" }, { &alone_better, "+lowest" }, { &alone_better, "bad=1" }, { &alone_better, "bad=1 best_loss=-99.5" }, { &alone_better, "+best" },
    { &plateau, "best_loss=null" }, { &plateau, "best_loss=-5.5" }, { &plateau, "best_train=null" }, { &ended, "best_loss=-5.5 valid_loss=-5.5" },
    { &ended, "updates=1" }, { &within, "updates=3" }, { &alone, "best_loss=null" }, { &alone, "best_train=null train_loss=null" }, { &within, "!state" },
    { &plateau, "plateau=0.75" }, { &plateau, "plateau=0.0625" }, { &plateau, "plateau=0" }, { &plateau, "bad=0" }, { &plateau, "best_loss=99.5" },
    { &mean, "-mean" }, { &mean_first, "+best" }, { &mean_first, "step=0 sum=0 count=0 updates=0 -state" },
};

static bool refused(const course *c, const char *changes)
{
    unroll_fit_result r;
    bool yes = fit(c, true, &r) == UNROLL_ERROR_FORMAT && strstr(unroll_error(), "the checkpoint is damaged");
    if (!yes) print_error("%s, %s: %s\n", c->name, changes, unroll_error());
    return yes;
}

static void numbers_that_do_not_agree(void **state)
{
    (void)state;
    const course *now = NULL;
    opened o;
    int bad = 0;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char changes[256];
        unroll_fit_result r;
        snprintf(changes, sizeof changes, "%s", wrong[i].changes);
        if (wrong[i].of != now) {
            if (now) {
                ur_file_free(&o.file);
                json_decref(o.where);
            }
            now = wrong[i].of;
            unlink(path);
            OK(fit(now, false, &r));
            assert_true(r.interrupted && r.checkpoints);
            open_one(&o);
            write_changed(&o, "");
            OK(fit(now, true, &r));                          /* as it was, it is taken */
        }
        write_changed(&o, changes);
        bad += !refused(now, changes);
    }
    ur_file_free(&o.file);
    json_decref(o.where);
    unlink(path);
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest test[] = { cmocka_unit_test(numbers_that_do_not_agree) };
    temp_path(path, sizeof path, "fit.checkpoint");
    return cmocka_run_group_tests(test, NULL, NULL);
}
