/* speed.c: how long a cell, or a whole model, takes on data made up for it: a step of a fit, a pass forward, a position of a
 * stream. Must not know how results are shown. Invariants: what is timed is what a fit, a prediction and a stream run; making the
 * data, the plan and its memory is not timed, packing the weights is where they change (a fit). */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "model/model.h"

enum { MOST_RUNS = 2000, FEWEST_RUNS = 3 };

typedef struct bench {
    unroll_bench_options o;
    bool whole;           /* a model of its own, not a cell */
    ur_buf with, without; /* the text whose output is fitted to a datum, and the text of the cell alone */
    unroll_bench_result r;
    double run[MOST_RUNS];
} bench;

typedef struct subject {
    unroll_model *m;
    ur_run *run;
    ur_examples x;
    ur_item *item;
    ur_batch batch;
    int h; /* the number of the quantity h, where it is asked for */
} subject; /* a model with data, ready */

/* ---- data made up */
static int symbols_of(const ur_datum *d, int vocabulary) { return d->closed ? d->size : vocabulary; }

static double number(ur_dist d, bool drawn, size_t k) /* inside the support of the distribution it is drawn from */
{
    uint32_t h = (uint32_t)k * 2654435761u;
    h ^= h >> 15;
    if (drawn && ur_dist_whole(d)) return (double)(h % 2);
    if (drawn && !ur_dist_is_location(d)) return 0.5;
    return h / 2147483648.0 - 1;
}

/* an index nested in another has 5 positions at each of the other's, like the letters of a word; ragged, 1 to 9 */
static int make_lengths(const bench *b, const ur_graph *g, ur_examples *x, ur_err *e)
{
    for (int i = 0; i < g->nindex; i++) { /* parents come first */
        const ur_index *ix = &g->index[i];
        ur_extent *t = &x->extent[i];
        if (ix->fixed || ix->alias >= 0) continue;
        size_t n = x->n;
        int most = b->o.steps;
        if (ix->parent >= 0) {
            if (g->index[ix->parent].parent >= 0)
                return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "bench makes no data for an index nested twice, as %s is", ix->name);
            n = 0;
            for (size_t k = 0; k < x->n; k++) n += ur_length(x, ix->parent, k);
            most = b->o.ragged ? 9 : 5;
        }
        if (!(t->len = ur_alloc(sizeof *t->len * (n + 1)))) return ur_nomem(e);
        for (size_t k = 0; k < n; k++)
            t->len[k] = b->o.ragged ? 1 + (int32_t)(ur_uniform(b->o.seed, 0, (uint32_t)k, 0, ix->parent < 0 ? 0 : 1) * most)
                                    : most;
        if (ix->parent < 0) continue;
        if (!(t->first = ur_alloc(sizeof *t->first * (n + 1)))) return ur_nomem(e);
        t->first[0] = 0;
        for (size_t k = 0; k < n; k++) t->first[k + 1] = t->first[k] + (size_t)t->len[k];
    }
    return 0;
}

static size_t rows_of(const ur_graph *g, const ur_examples *x, int datum, size_t example)
{
    int axis[UR_MAX_RAGGED], n = ur_datum_axes(&g->schema, &g->data[datum], axis);
    size_t rows = 1;
    if (n == 2 && x->extent[axis[1]].first) return ur_nested_length(x, axis[0], axis[1], example);
    for (int k = 0; k < n; k++) rows *= ur_length(x, axis[k], example);
    return rows;
}

static int make_series(const bench *b, const ur_graph *g, ur_examples *x, int datum, ur_err *e)
{
    const ur_datum *d = &g->data[datum];
    ur_series *s = &x->series[datum];
    size_t w = ur_datum_width(&g->schema, d);
    ur_dist dist = UR_NORMAL;
    for (int l = 0; l < g->nlike; l++)
        if (g->like[l].datum == datum) dist = g->like[l].dist;
    if (d->nidx > 2)
        for (int k = 0; k < d->nidx; k++)
            if (g->index[d->idx[k]].parent >= 0)
                return ur_fail(e, UNROLL_ERROR_UNSUPPORTED,
                               "bench makes no data along an index nested in another and a third, as %s is", d->name);
    if (!(s->start = ur_zalloc(sizeof *s->start * (x->n + 1)))) return ur_nomem(e);
    for (size_t k = 0; k < x->n; k++) s->start[k + 1] = s->start[k] + rows_of(g, x, datum, k);
    s->nrow = s->start[x->n];
    size_t n = s->nrow * w;
    if (UR_IS_SYMBOL(d->kind)) {
        if (!(s->sym = ur_alloc(sizeof *s->sym * (n + 1)))) return ur_nomem(e);
        for (size_t k = 0; k < n; k++)
            s->sym[k] = UR_SYM_FIRST +
                        (int32_t)(ur_uniform(b->o.seed, 1, (uint32_t)datum, 0, (uint32_t)k) * symbols_of(d, b->o.vocabulary));
    } else {
        if (!ur_series_room(s, d, n + 1, !b->o.precision)) return ur_nomem(e);
        for (size_t k = 0; k < n; k++) ur_series_put(s, k, number(dist, d->drawn, k + (size_t)datum * 7919));
    }
    return 0;
}

static int make_data(const bench *b, const ur_graph *g, subject *u, ur_err *e)
{
    ur_examples *x = &u->x;
    *x = (ur_examples){ .n = (size_t)b->o.batch, .ndata = g->ndata, .nindex = g->nindex };
    x->series = ur_zalloc(sizeof *x->series * (size_t)(g->ndata + 1));
    x->extent = ur_zalloc(sizeof *x->extent * (size_t)(g->nindex + 1));
    u->item = ur_zalloc(sizeof *u->item * (x->n + 1));
    if (!x->series || !x->extent || !u->item) return ur_nomem(e);
    TRY(make_lengths(b, g, x, e));
    for (int d = 0; d < g->ndata; d++) TRY(make_series(b, g, x, d, e));
    for (size_t k = 0; k < x->n; k++) u->item[k] = (ur_item){ (uint32_t)k, 0, -1, INT32_MAX, 0 };
    u->batch = (ur_batch){ .n = x->n, .item = u->item, .window_index = -1, .fresh = true };
    return 0;
}

/* vocabularies of "0", "1", … and numbers as they are: what a fit would have learned from data */
static int make_codes(const bench *b, unroll_model *m, ur_err *e)
{
    ur_code *c = ur_zalloc(sizeof *c * (size_t)(m->ndata + 1));
    if (!c) return ur_nomem(e);
    m->code = c;
    for (int d = 0; d < m->ndata; d++) {
        size_t w = ur_datum_width(&m->graph->schema, &m->graph->data[d]);
        c[d].width = (int)w;
        c[d].mean = ur_zalloc(sizeof(double) * (w + 1));
        c[d].scale = ur_zalloc(sizeof(double) * (w + 1));
        if (!c[d].mean || !c[d].scale) return ur_nomem(e);
        for (size_t k = 0; k < w; k++) c[d].scale[k] = 1;
        if (!UR_IS_SYMBOL(m->graph->data[d].kind)) continue;
        TRY(ur_vocab_new(&c[d].vocab, e));
        for (int k = 0; k < symbols_of(&m->graph->data[d], b->o.vocabulary); k++) {
            ur_buf name = { 0 };
            ur_buf_printf(&name, "%d", k);
            int id = name.bad ? ur_nomem(e) : ur_vocab_add(c[d].vocab, name.s, name.n, e);
            ur_buf_free(&name);
            if (id < 0) return id;
        }
    }
    return ur_model_shape(m, e);
}

static void subject_close(subject *u)
{
    ur_run_close(u->run);
    for (int d = 0; d < u->x.ndata && u->x.series; d++) ur_series_free(&u->x.series[d]);
    for (int i = 0; i < u->x.nindex && u->x.extent; i++) {
        ur_free(u->x.extent[i].len);
        ur_free(u->x.extent[i].first);
    }
    ur_free(u->x.series);
    ur_free(u->x.extent);
    ur_free(u->item);
    unroll_close(u->m);
    memset(u, 0, sizeof *u);
}

static int subject_model(const bench *b, const ur_buf *text, subject *u, ur_err *e)
{
    TRY(ur_model_read(&u->m, text->s, text->n, b->o.cell, b->whole ? b->o.set : NULL, b->whole ? b->o.nset : 0, true, NULL, e));
    u->m->single = !b->o.precision;
    TRY(make_codes(b, u->m, e));
    double most = 1 / sqrt(b->o.hidden); /* small, so that no sum of many is out of range */
    for (size_t k = 0; k < u->m->graph->nweight; k++) u->m->weight[k] = most * number(UR_NORMAL, false, k);
    return 0;
}

static int subject_open(const bench *b, const ur_buf *text, ur_run_want *w, subject *u, ur_err *e)
{
    TRY(subject_model(b, text, u, e));
    if (w->nquantity) TRY(ur_quantity_named(u->m, "h", &u->h, e));
    w->limits.single = !b->o.precision;
    w->limits.threads = b->r.threads;
    w->window = UR_WINDOW_NONE;
    TRY(ur_run_open(&u->run, u->m, w, e));
    return make_data(b, u->run->g, u, e);
}

/* ---- measuring */
static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* median seconds of one call of `go` */
static int timed(bench *b, int (*go)(void *arg, ur_err *e), void *arg, double *seconds, int *runs, ur_err *e)
{
    int n = 0;
    double begun = ur_now();
    TRY(go(arg, e));
    double first = ur_now() - begun; /* makes its memory, so it is no sample unless it took all the time */
    if (first > b->o.seconds) b->run[n++] = first;
    for (begun = ur_now(); n < MOST_RUNS; n++) {
        double t = ur_now(), spent = t - begun;
        if (n && spent > b->o.seconds && (n >= FEWEST_RUNS || spent > 3 * b->o.seconds)) break;
        TRY(go(arg, e));
        b->run[n] = ur_now() - t;
    }
    qsort(b->run, (size_t)n, sizeof *b->run, by_size);
    *seconds = n % 2 ? b->run[n / 2] : (b->run[n / 2 - 1] + b->run[n / 2]) / 2;
    *runs = n;
    return 0;
}

typedef struct step {
    subject *u;
    void *grad;
    uint64_t version;
} step;

static int go_step(void *arg, ur_err *e)
{
    step *p = arg;
    ur_run *r = p->u->run;
    ur_step s = { .x = &p->u->x,
                  .batch = &p->u->batch,
                  .weight = r->weight,
                  .grad = p->grad,
                  .version = p->version,
                  .training = p->grad != NULL,
                  .draw = { .temperature = 1 },
                  .like_sum = r->like_sum,
                  .like_count = r->like_count,
                  .bad_node = -1 };
    return ur_engine_step(r->en, &s, e);
}

static double work_of(const subject *u, const ur_id *keep, ur_err *e) /* what the loss and the gradients need, or `keep` alone */
{
    const ur_graph *g = u->run->g;
    ur_id *want = ur_alloc(sizeof *want * (size_t)(g->nparam + 2));
    int n = 0;
    if (!want) {
        ur_nomem(e);
        return 0;
    }
    want[n++] = keep ? *keep : g->loss;
    for (int p = 0; g->dparam && p < g->nparam; p++)
        if (g->dparam[p] >= 0) want[n++] = g->dparam[p];
    double all = ur_work(g, &u->x, want, n, e);
    ur_free(want);
    return all;
}

static void tell_sizes(bench *b, const subject *u)
{
    const ur_graph *g = u->run->g;
    b->r.parameters = g->nweight;
    b->r.weight_bytes = g->nweight * (b->o.precision ? sizeof(double) : sizeof(float));
    int d = g->nlike ? g->like[0].datum : 0;
    b->r.positions = u->x.ndata > d ? (double)u->x.series[d].nrow : 0;
}

static int measure_fit(bench *b, ur_err *e)
{
    subject u = { 0 };
    step p = { .u = &u };
    ur_run_want w = { .grad = true, .training = true, .limits.recompute = b->o.recompute };
    int rc = subject_open(b, &b->with, &w, &u, e);
    if (!rc && !(p.grad = ur_alloc_aligned((u.run->g->nweight + 16) * sizeof(double)))) rc = ur_nomem(e);
    if (!rc) {
        tell_sizes(b, &u);
        b->r.fit_flops = work_of(&u, NULL, e);
        rc = timed(b, go_step, &p, &b->r.fit_seconds, &b->r.fit_runs, e);
    }
    if (!rc) rc = ur_engine_bytes(u.run->en, &u.x, &u.batch, &b->r.peak_bytes, e);
    ur_free_aligned(p.grad);
    subject_close(&u);
    return rc;
}

static int try_model(const bench *b, ur_err *e) /* are the sizes ones that it can have? */
{
    subject u = { 0 };
    int rc = subject_model(b, &b->with, &u, e);
    if (!rc && u.m->graph->nlatent)
        rc = ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "%s: the model has latent quantities: it cannot be run yet", b->o.cell);
    if (!rc && !u.m->graph->nlike) rc = ur_fail(e, UNROLL_ERROR_MODEL, "%s: nothing to fit: the model has no ~ line", b->o.cell);
    subject_close(&u);
    return rc;
}

static int measure_infer(bench *b, ur_err *e)
{
    subject u = { 0 };
    step p = { .u = &u, .version = 1 };
    ur_run_want w = { .args = b->whole, .quantity = &u.h, .nquantity = !b->whole };
    int rc = subject_open(b, b->whole ? &b->with : &b->without, &w, &u, e);
    if (!rc) {
        tell_sizes(b, &u);
        b->r.infer_flops = work_of(&u, b->whole ? NULL : &u.run->g->quant[u.h].node, e);
        rc = timed(b, go_step, &p, &b->r.infer_seconds, &b->r.infer_runs, e);
    }
    subject_close(&u);
    return rc;
}

/* ---- a stream: blocks of steps, so that the clock's own time does not count */
typedef struct flow {
    unroll_stream *s;
    const unroll_model *m;
    double *number;
    size_t cap;
    int steps, at, vocabulary;
} flow;

static int go_stream(void *arg, ur_err *e)
{
    flow *f = arg;
    int rc = 0;
    (void)e;
    for (int k = 0; k < f->steps; k++) {
        for (int d = 0; d < f->m->ndata && !rc; d++) {
            const ur_datum *u = &f->m->graph->data[d];
            if (u->drawn) continue;
            if (UR_IS_SYMBOL(u->kind))
                rc = unroll_stream_set_symbol(f->s, (size_t)d, UR_SYM_FIRST + f->at++ % symbols_of(u, f->vocabulary));
            else rc = unroll_stream_set_number(f->s, (size_t)d, f->number + f->at++ % 7);
        }
        if (!rc) rc = unroll_stream_step(f->s);
        for (int d = 0; d < f->m->ndata && !rc; d++)
            if (f->m->graph->data[d].drawn) rc = unroll_stream_prediction(f->s, (size_t)d, f->number + f->cap, f->cap);
        if (rc) return rc;
    }
    return 0;
}

static int measure_stream(bench *b, ur_err *e)
{
    subject u = { 0 };
    flow f = { .vocabulary = b->o.vocabulary };
    int runs, rc = subject_model(b, &b->with, &u, e);
    double t = 0;
    if (!rc && (rc = unroll_stream_open(&f.s, u.m, b->o.precision, b->o.seed))) {
        subject_close(&u);
        if (rc != UNROLL_ERROR_UNSUPPORTED) return rc;
        ur_model_error(); /* it cannot run a position at a time: no number, no failure */
        return 0;
    }
    for (int d = 0; !rc && d < u.m->ndata; d++) {
        size_t w = ur_datum_width(&u.m->graph->schema, &u.m->graph->data[d]);
        if (UR_IS_SYMBOL(u.m->graph->data[d].kind)) w = (size_t)symbols_of(&u.m->graph->data[d], b->o.vocabulary) + UR_SYM_FIRST;
        if (w + 8 > f.cap) f.cap = w + 8;
    }
    if (!rc && !(f.number = ur_alloc(sizeof *f.number * 2 * (f.cap + 1)))) rc = ur_nomem(e);
    for (size_t k = 0; !rc && k < f.cap; k++) f.number[k] = number(UR_NORMAL, false, k);
    f.m = u.m;
    if (!rc) {
        f.steps = 8;
        rc = go_stream(&f, e);
        double begun = ur_now();
        if (!rc) rc = go_stream(&f, e);
        t = (ur_now() - begun) / f.steps;
        f.steps = t > 1e-3 ? 1 : (int)(1e-3 / (t + 1e-8)) + 1;
    }
    if (!rc) rc = timed(b, go_stream, &f, &t, &runs, e);
    if (!rc) {
        bench one = { .o = b->o };
        b->r.stream_seconds_per_step = t / f.steps;
        b->r.parameters = u.m->graph->nweight;
        b->r.weight_bytes = u.m->graph->nweight * (b->o.precision ? sizeof(double) : sizeof(float));
        one.o.batch = one.o.steps = 1;
        one.o.ragged = 0;
        rc = make_data(&one, u.m->graph, &u, e);
        ur_id loss = u.m->graph->loss;
        if (!rc) b->r.stream_flops = ur_work(u.m->graph, &u.x, &loss, 1, e);
    }
    ur_free(f.number);
    unroll_stream_close(f.s);
    subject_close(&u);
    return rc;
}

/* ---- what is measured */
static bool is_file(const char *cell) { return strpbrk(cell, "./") != NULL; }

static int find_cell(bench *b, const ur_program *p, const char *text, ur_err *e)
{
    bool known;
    const char *own = is_file(b->o.cell) ? NULL : b->o.cell, *name = ur_program_cell(p, own, &known);
    if (!name && own && !known) return ur_fail(e, UNROLL_ERROR_USAGE, "the library has no cell %s", own);
    if (!name && own)
        return ur_fail(e, UNROLL_ERROR_USAGE,
                       "the cell %s does not take a size and an input along an index, as lstm(n, x[t]) does", own);
    if (!name)
        return ur_fail(e, UNROLL_ERROR_USAGE,
                       "%s has neither data nor a cell that takes a size and an input along an index, as lstm(n, x[t]) does",
                       b->o.cell);
    ur_buf_printf(&b->without, "%s\ndata x[t] : raw(%d)\nh[t] = %s(%d, x[t])\n", text, b->o.inputs, name, b->o.hidden);
    ur_buf_printf(&b->with, "%s\ndata x[t] : raw(%d)\ndata y[t] : raw(%d)\nh[t] = %s(%d, x[t])\ny[t] ~ normal(h[t], 1)\n", text,
                  b->o.inputs, b->o.hidden, name, b->o.hidden);
    return b->with.bad || b->without.bad ? ur_nomem(e) : 0;
}

static int find_subject(bench *b, ur_err *e)
{
    ur_buf text = { 0 };
    ur_program *p = NULL;
    int rc = 0;
    if (is_file(b->o.cell)) rc = ur_file_read_text(b->o.cell, UR_MAX_TEXT, &text, e);
    ur_setting *set = ur_alloc(sizeof *set * (b->o.nset + 1));
    if (!rc && !set) rc = ur_nomem(e);
    for (size_t k = 0; !rc && k < b->o.nset; k++) set[k] = (ur_setting){ b->o.set[k].name, b->o.set[k].value };
    if (!rc) rc = ur_program_parse(&p, text.n ? text.s : "", text.n, b->o.cell, set, (int)b->o.nset, e);
    if (!rc && ur_program_ndata(p) > 0) {
        b->whole = true;
        b->with = text;
        text = (ur_buf){ 0 };
    } else if (!rc) rc = find_cell(b, p, text.n ? text.s : "", e);
    ur_program_free(p);
    ur_free(set);
    ur_buf_free(&text);
    return rc;
}

static int check(bench *b, const unroll_bench_options *o, ur_err *e)
{
    unroll_bench_options *m = &b->o;
    *m = (unroll_bench_options)UNROLL_BENCH_INIT;
    ur_options_read(m, o, sizeof *m);
    if (!m->cell) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_bench_cell: no cell");
    TRY(ur_settings_check(m->set, m->nset, "unroll_bench_cell", e));
    if (m->batch < 0 || m->steps < 0 || m->inputs < 0 || m->hidden < 0 || m->vocabulary < 0 || m->threads < 0)
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_bench_cell: sizes are not negative");
    if (!m->batch) m->batch = 32;
    if (!m->steps) m->steps = 100;
    if (!m->inputs) m->inputs = 128;
    if (!m->hidden) m->hidden = 128;
    if (!m->vocabulary) m->vocabulary = 1000;
    if (!m->what) m->what = UNROLL_BENCH_FIT | UNROLL_BENCH_INFER | UNROLL_BENCH_STREAM;
    if (!(m->seconds > 0)) m->seconds = 1;
    b->r = (unroll_bench_result){ .threads = m->threads > 0 ? m->threads : ur_processors(),
                                  .fit_seconds = NAN,
                                  .infer_seconds = NAN,
                                  .stream_seconds_per_step = NAN };
    return 0;
}

int unroll_bench_cell(const unroll_bench_options *o, unroll_bench_result *out)
{
    ur_err *e = ur_model_error();
    if (!out) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_bench_cell: no place for the answer");
    bench *b = ur_zalloc(sizeof *b);
    if (!b) return ur_nomem(e);
    int rc = check(b, o, e);
    if (!rc) rc = find_subject(b, e);
    if (!rc) rc = try_model(b, e);
    if (!rc && (b->o.what & UNROLL_BENCH_FIT)) rc = measure_fit(b, e);
    if (!rc && (b->o.what & UNROLL_BENCH_INFER)) rc = measure_infer(b, e);
    if (!rc && (b->o.what & UNROLL_BENCH_STREAM)) rc = measure_stream(b, e);
    b->r.batch = b->o.batch;
    b->r.steps = b->o.steps;
    if (!b->whole) b->r.inputs = b->o.inputs, b->r.hidden = b->o.hidden;
    if (!rc) *out = b->r;
    ur_buf_free(&b->with);
    ur_buf_free(&b->without);
    ur_free(b);
    return rc;
}
