/* checkpoint.c: a fit on disk: weights, optimiser, the best so far, the carried state, the place in the data.
 * Random numbers are counter-based, so counters are all their state. Invariant: a fit that goes on from a checkpoint takes the same
 * steps, to the bit, as one that never stopped; a checkpoint of another fit is refused with what differs. */
#include "model/fit.h"
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

static uint32_t crc_add(uint32_t c, const void *p, size_t n) { return p && n ? (uint32_t)crc32_z(c, p, n) : c; }

static uint32_t crc_examples(const ur_graph *g, const ur_examples *x)
{
    uint32_t c = 0;
    for (int d = 0; x && d < x->ndata; d++) {
        const ur_series *s = &x->series[d];
        size_t w = ur_datum_width(&g->schema, &g->data[d]);
        c = crc_add(c, s->start, s->start ? (x->n + 1) * sizeof *s->start : 0);
        c = crc_add(c, s->num, s->num ? s->nrow * w * sizeof *s->num : 0);
        c = crc_add(c, s->away, s->away ? s->nrow * w * sizeof *s->away : 0);
        c = crc_add(c, s->single, s->single ? s->nrow * w * sizeof *s->single : 0);
        c = crc_add(c, s->sym, s->sym ? s->nrow * w * sizeof *s->sym : 0);
        c = crc_add(c, s->seen, s->seen ? s->nrow : 0);
    }
    return c;
}

void ur_fit_print(ur_fit *f)
{
    const unroll_fit_options *o = &f->o;
    const char *text = ur_program_text(f->m->prog);
    uint32_t hyper = 0;
    for (int i = 0; i < f->m->nset; i++) {
        hyper = crc_add(hyper, f->m->set[i].name, strlen(f->m->set[i].name));
        hyper = crc_add(hyper, &f->m->set[i].value, sizeof(double));
    }
    snprintf(f->print, sizeof f->print, "model text=%08x;hypers=%08x;training data=%08x;validation data=%08x;epochs=%d;batch=%d;chunk=%d;context=%d;"
             "horizon=%d;optimiser=%s;rate=%.17g;schedule=%s;warm-up=%.17g;clip=%.17g;decay=%.17g;patience=%d;average=%d;label-smoothing=%.17g;seed=%llu;precision=%s;",
             (unsigned)crc_add(0, text, strlen(text)), (unsigned)hyper, (unsigned)crc_examples(f->m->graph, f->x), (unsigned)crc_examples(f->m->graph, f->vx),
             o->epochs, f->course.batch, f->course.chunk, f->course.context, f->course.horizon, o->optimiser, o->rate, o->schedule, o->warmup, o->clip,
             o->decay, o->patience, o->average, o->label_smoothing, (unsigned long long)o->seed, o->precision ? "double" : "single");
}

static json_t *number(double v) { return isfinite(v) ? json_real(v) : json_null(); }

static double get(const json_t *o, const char *key)
{
    const json_t *v = json_object_get(o, key);
    return json_is_number(v) ? json_number_value(v) : NAN;
}

static char *place(const ur_fit *f)
{
    json_t *o = json_pack("{s:s,s:i,s:I,s:I,s:i,s:i,s:b,s:b}", "print", f->print, "epoch", f->epoch, "step", (json_int_t)f->step, "updates", (json_int_t)f->opt.t,
                          "best_epoch", f->best_epoch, "bad", f->bad, "have_best", (int)f->have_best, "finished", (int)f->finished);
    if (!o) return NULL;
    json_object_set_new(o, "sum", number(f->sum));
    json_object_set_new(o, "count", number(f->count));
    json_object_set_new(o, "best_loss", number(f->best_loss));
    json_object_set_new(o, "best_train", number(f->best_train));
    json_object_set_new(o, "train_loss", number(f->train_loss));
    json_object_set_new(o, "valid_loss", number(f->valid_loss));
    json_object_set_new(o, "plateau", number(f->plateau));
    json_object_set_new(o, "seconds", number(f->earlier + ur_now() - f->started));
    char *s = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(o);
    return s;
}

static ur_tensor flat(const char *name, const double *v, size_t n)
{
    return (ur_tensor){ .name = name, .dtype = "F64", .nshape = 1, .shape = { n }, .data = v, .bytes = n * sizeof *v };
}

int ur_checkpoint_write(ur_fit *f, ur_err *e)
{
    if (!f->o.checkpoint) return 0;
    ur_meta *meta = NULL, *all = NULL;
    int nmeta = 0, rc = ur_model_meta(f->m, &meta, &nmeta, e);
    void *state = NULL;
    size_t nstate = 0;
    char *where = place(f);
    if (!rc && !where) rc = ur_nomem(e);
    if (!rc && f->step < f->course.nstep && f->step > 0 && f->course.step[f->step].k > 0) {
        if (f->state) {
            state = f->state;
            nstate = f->nstate;
        } else {
            nstate = ur_engine_state_size(f->run->en, f->course.step[f->step].n);
            if (!(state = ur_zalloc(nstate + 1))) rc = ur_nomem(e);
            else if (nstate) ur_engine_state_get(f->run->en, f->course.step[f->step].n, state);
        }
    }
    if (!rc && !(all = ur_alloc((size_t)(nmeta + 1) * sizeof *all))) rc = ur_nomem(e);
    if (!rc) {
        memcpy(all, meta, (size_t)nmeta * sizeof *all);
        char key[] = "checkpoint";
        all[nmeta] = (ur_meta){ key, where, strlen(where) };
        ur_tensor t[6] = { flat("weight", f->w, f->n), flat("first moment", f->opt.m, f->n), flat("second moment", f->opt.v, f->n),
                           flat("best", f->have_best ? f->best : f->w, f->n),
                           { .name = "state", .dtype = "U8", .nshape = 1, .shape = { nstate }, .data = state, .bytes = nstate },
                           flat("mean", f->mean, f->n) };
        rc = ur_file_write(f->o.checkpoint, t, f->mean ? 6 : 5, all, nmeta + 1, e);
    }
    if (state != f->state) ur_free(state);
    ur_free(all);
    if (meta) ur_meta_free(meta, nmeta);
    free(where);
    if (!rc) f->saved = ur_now();
    return rc;
}

/* the name of the first setting in which two prints differ */
static void differs(const char *a, const char *b, char *name, size_t n)
{
    while (*a && *b) {
        size_t la = strcspn(a, ";"), lb = strcspn(b, ";");
        if (la != lb || memcmp(a, b, la)) break;
        a += la + (a[la] == ';');
        b += lb + (b[lb] == ';');
    }
    size_t k = strcspn(*a ? a : b, "=");
    snprintf(name, n, "%.*s", (int)k, *a ? a : b);
}

static int take(const ur_file *file, const char *name, double *to, size_t n, const char *path, ur_err *e)
{
    const ur_tensor *t = ur_file_tensor(file, name);
    if (!t || strcmp(t->dtype, "F64") || t->bytes != n * sizeof *to)
        return ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the checkpoint is damaged: %s should have %zu numbers", path, name, n);
    if (n) memcpy(to, t->data, t->bytes);
    return 0;
}

static int restore(ur_fit *f, const ur_file *file, const json_t *o, const char *path, ur_err *e)
{
    const char *print = json_string_value(json_object_get(o, "print"));
    if (!print) return ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the file is no checkpoint", path);
    if (strcmp(print, f->print)) {
        char name[64];
        differs(f->print, print, name, sizeof name);
        return ur_fail(e, UNROLL_ERROR_USAGE, "%s is a checkpoint of another fit: its %s differs; fit with the same model, data and options, or without resuming", path, name);
    }
    TRY(take(file, "weight", f->w, f->n, path, e));
    TRY(take(file, "first moment", f->opt.m, f->n, path, e));
    TRY(take(file, "second moment", f->opt.v, f->n, path, e));
    TRY(take(file, "best", f->best, f->n, path, e));
    if (f->mean) TRY(take(file, "mean", f->mean, f->n, path, e));
    const ur_tensor *s = ur_file_tensor(file, "state");
    if (s && s->bytes) {
        if (!(f->state = ur_alloc(s->bytes))) return ur_nomem(e);
        memcpy(f->state, s->data, f->nstate = s->bytes);
    }
    f->epoch = (int)json_integer_value(json_object_get(o, "epoch"));
    f->step = (size_t)json_integer_value(json_object_get(o, "step"));
    f->opt.t = (uint64_t)json_integer_value(json_object_get(o, "updates"));
    f->best_epoch = (int)json_integer_value(json_object_get(o, "best_epoch"));
    f->bad = (int)json_integer_value(json_object_get(o, "bad"));
    f->have_best = json_is_true(json_object_get(o, "have_best"));
    f->finished = json_is_true(json_object_get(o, "finished"));
    f->sum = get(o, "sum");
    f->count = get(o, "count");
    f->best_train = get(o, "best_train");
    f->train_loss = get(o, "train_loss");
    f->valid_loss = get(o, "valid_loss");
    f->plateau = get(o, "plateau");
    f->earlier = get(o, "seconds");
    f->best_loss = f->have_best ? get(o, "best_loss") : INFINITY;
    return 0;
}

int ur_checkpoint_read(ur_fit *f, ur_err *e)
{
    const char *path = f->o.checkpoint;
    if (!path || access(path, F_OK)) return 1;
    ur_file file = { 0 };
    int rc = ur_file_read_all(path, SIZE_MAX / 4, &file.raw, e);
    if (!rc && !ur_file_sniff(file.raw.s, file.raw.n)) rc = ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the file is no checkpoint", path);
    if (!rc) rc = ur_file_parse(&file, path, e);
    if (!rc) {
        const char *text = ur_file_meta(&file, "checkpoint");
        json_t *o = text ? json_loads(text, 0, NULL) : NULL;
        rc = json_is_object(o) ? restore(f, &file, o, path, e) : ur_fail(e, UNROLL_ERROR_FORMAT, "%s: the file is no checkpoint", path);
        json_decref(o);
    }
    ur_file_free(&file);
    return rc;
}
