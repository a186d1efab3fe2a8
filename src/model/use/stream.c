/* stream.c: a fitted model that takes one position at a time, its state carried, saved and restored.
 * Must not know passes or tables. Invariants: a step allocates nothing; after n steps the numbers are those of position n of the
 * whole sequence. The last `lag` positions are kept, for equations that read data further back than the engine's state. */
#include "model/model.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct slot { /* one datum */
    size_t w;
    bool sym, along, drawn, whole, read, seen, missing; /* whole: its components are given together, or none is; read: as it is,
                                                           not by given or known alone; missing: it was said that there is no
                                                           number, of some components at least */
    double *next, *args;
    uint8_t *part; /* which of `next` there are, where some are missing */
    int32_t id;    /* next: what was set, scaled; args: all arguments */
    int narg;
    size_t argw[4];
    double *fill;
    bool have;
    size_t row; /* row: of the last step */
} slot;

struct unroll_stream {
    unroll_model *m;
    ur_run *run;
    ur_examples x;
    ur_item item;
    int ndata;
    slot *slot;
    size_t lag;
    uint64_t pos;
    bool shifted; /* positions done, from where the stream began or was restored to; the rows are those of the next */
    ur_draw_options draw;
    uint64_t seed;
    double *scratch;
    size_t nstate; /* of the engine */
};

/* ---- opening */
static int fits(const unroll_model *m, int root, ur_err *e)
{
    const ur_graph *g = m->graph;
    if (root < 0) return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "a stream needs data along one index, as in y[t]");
    for (int d = 0; d < m->ndata; d++)
        if (g->data[d].nidx > 1)
            return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "a stream takes one index; %s is carried along two", g->data[d].name);
    for (int d = 0; d < m->ndata; d++)
        if (g->data[d].drawn && (!g->data[d].nidx || g->data[d].idx[0] != root))
            return ur_fail(e, UNROLL_ERROR_UNSUPPORTED,
                           "a stream takes one position of %s at a time; %s is drawn, and not along %s", g->index[root].name,
                           g->data[d].name, g->index[root].name);
    const char *why = ur_looks_beyond(g, root, UR_ANY_DATUM);
    if (!why) return 0;
    return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "along %s an equation looks at %s: the model cannot run one position at a time",
                   g->index[root].name, why);
}

static int open_slot(unroll_stream *s, int d, ur_err *e)
{
    const ur_graph *g = s->run->g;
    const ur_datum *u = &g->data[d];
    slot *k = &s->slot[d];
    k->sym = UR_IS_SYMBOL(u->kind);
    k->w = k->sym ? 1 : ur_datum_width(&g->schema, u);
    k->along = u->nidx > 0;
    k->drawn = u->drawn;
    k->whole = ur_drawn_whole(g, d);
    k->next = ur_zalloc((k->w + 1) * sizeof *k->next);
    k->part = ur_zalloc(k->w + 1);
    ur_series *q = &s->x.series[d];
    size_t rows = k->along ? s->lag + 1 : 1;
    q->start = ur_zalloc(2 * sizeof *q->start);
    q->seen = ur_zalloc(rows + 1);
    q->part = ur_zalloc(rows * k->w + 1);
    q->parts = k->w;
    q->drawn_too = true;
    if (k->sym) q->sym = ur_zalloc((rows + 1) * sizeof *q->sym);
    else q->num = ur_zalloc((rows * k->w + 1) * sizeof *q->num);
    bool ok = k->next && k->part && q->start && q->seen && q->part && (q->sym || q->num);
    int l = s->run->like[d];
    if (ok && l >= 0) {
        size_t all = 0;
        k->narg = g->like[l].narg;
        for (int a = 0; a < k->narg; a++) all += k->argw[a] = ur_node_width(g, &g->node[g->like[l].arg[a]]);
        k->args = ur_zalloc((all + 1) * sizeof *k->args);
        k->fill = ur_zalloc((k->w + 1) * sizeof *k->fill);
        ok = k->args && k->fill;
    }
    if (!k->along) q->start[1] = q->nrow = 1;
    return ok ? 0 : ur_nomem(e);
}

static int open_engine(unroll_stream *s, int precision, ur_err *e)
{
    ur_run_want w = {
        .args = true, .hide = true, .limits = ur_use_limits(s->m, precision, 0, 1, 0), .window = UR_WINDOW_ROOT, .bare = true
    };
    TRY(ur_model_weights(s->m, e));
    return ur_run_open(&s->run, s->m, &w, e);
}

/* given(x) and known(x) know where nothing is said; whatever else reads x does not */
static int find_read(unroll_stream *s, ur_err *e)
{
    const ur_graph *g = s->run->g;
    uint8_t *met = ur_zalloc((size_t)g->nnode + 1);
    ur_order_work w = { 0 };
    int rc = met ? ur_order_work_new(&w, g, e) : ur_nomem(e);
    for (int l = 0; l < g->nlike && !rc; l++)
        for (int a = 0; a <= g->like[l].narg; a++) {
            ur_id v = a < g->like[l].narg ? g->like[l].arg[a] : g->like[l].when;
            int n = v < 0 ? 0 : ur_postorder(g, v, met, &w);
            for (int k = 0; k < n; k++) {
                const ur_node *q = &g->node[w.out[k]];
                if (q->op == UR_DATA && !ur_is_said(q)) s->slot[q->i].read = true;
            }
        }
    ur_order_work_free(&w);
    ur_free(met);
    return rc;
}

int unroll_stream_open(unroll_stream **out, unroll_model *m, int precision, uint64_t seed)
{
    ur_err *e = ur_model_error();
    if (!out) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_stream_open: no place for the stream");
    TRY(ur_use_check(m, NULL, e));
    int root = ur_root_index(&m->graph->schema);
    TRY(fits(m, root, e));
    unroll_stream *s = ur_zalloc(sizeof *s);
    if (!s) return ur_nomem(e);
    s->m = m;
    s->seed = seed;
    s->ndata = m->ndata;
    s->draw.temperature = 1;
    s->draw.seed = seed;
    int rc = open_engine(s, precision, e);
    if (!rc) {
        const ur_graph *g = s->run->g;
        s->lag = (size_t)ur_max_lag(g, root);
        s->slot = ur_zalloc((size_t)(m->ndata + 1) * sizeof *s->slot);
        s->x = (ur_examples){ .n = 1, .ndata = m->ndata, .nindex = g->nindex };
        s->x.series = ur_zalloc((size_t)(m->ndata + 1) * sizeof *s->x.series);
        s->x.extent = ur_zalloc((size_t)(g->nindex + 1) * sizeof *s->x.extent);
        if (!s->slot || !s->x.series || !s->x.extent || !(s->x.extent[root].len = ur_zalloc(2 * sizeof(int32_t))))
            rc = ur_nomem(e);
    }
    size_t most = 1;
    for (int d = 0; !rc && d < m->ndata; d++) {
        rc = open_slot(s, d, e);
        if (!rc && s->slot[d].narg && s->slot[d].argw[0] > most) most = s->slot[d].argw[0];
    }
    if (!rc) rc = find_read(s, e);
    if (!rc && !(s->scratch = ur_alloc((most + 1) * sizeof *s->scratch))) rc = ur_nomem(e);
    if (rc) {
        unroll_stream_close(s);
        return rc;
    }
    s->nstate = ur_engine_state_size(s->run->en, 1);
    *out = s;
    return 0;
}

void unroll_stream_close(unroll_stream *s)
{
    if (!s) return;
    for (int d = 0; d < s->ndata; d++) {
        if (s->slot) {
            ur_free(s->slot[d].next);
            ur_free(s->slot[d].part);
            ur_free(s->slot[d].args);
            ur_free(s->slot[d].fill);
        }
        if (s->x.series) {
            ur_free(s->x.series[d].start);
            ur_free(s->x.series[d].num);
            ur_free(s->x.series[d].sym);
            ur_free(s->x.series[d].seen);
            ur_free(s->x.series[d].part);
        }
    }
    if (s->x.extent)
        for (int i = 0; i < s->x.nindex; i++) ur_free(s->x.extent[i].len);
    ur_free(s->slot);
    ur_free(s->x.series);
    ur_free(s->x.extent);
    ur_free(s->scratch);
    ur_run_close(s->run);
    ur_free(s);
}

/* ---- what is known */
static int datum_of(unroll_stream *s, size_t d, bool sym, const char *call, ur_err *e)
{
    if (!s || d >= (size_t)s->ndata) return ur_fail(e, UNROLL_ERROR_USAGE, "%s: there is no data number %zu", call, d);
    if (s->slot[d].sym != sym)
        return ur_fail(e, UNROLL_ERROR_USAGE, "%s: %s is %s", call, s->m->graph->data[d].name, sym ? "a number" : "a symbol");
    return 0;
}

int unroll_stream_set_number(unroll_stream *s, size_t d, const double *v)
{
    ur_err *e = ur_model_error();
    TRY(datum_of(s, d, false, "unroll_stream_set_number", e));
    slot *k = &s->slot[d];
    const ur_code *c = &s->m->code[d];
    for (size_t i = 0; v && i < k->w; i++)
        if (!isnan(v[i]) && ur_raw_refuses(&s->m->graph->data[d], v[i]))
            return ur_fail(e, UNROLL_ERROR_DATA, "unroll_stream_set_number: %s at position %llu of the stream: %g %s",
                           s->m->graph->data[d].name, (unsigned long long)s->pos + 1, v[i],
                           ur_raw_refuses(&s->m->graph->data[d], v[i]));
    k->seen = v != NULL;
    for (size_t i = 0; i < k->w; i++) {
        k->part[i] = v && !isnan(v[i]);
        k->seen &= k->part[i];
        k->next[i] = k->part[i] ? (v[i] - c->mean[i]) / c->scale[i] : 0;
    }
    k->missing = !k->seen;
    return 0;
}

int unroll_stream_set_symbol(unroll_stream *s, size_t d, int id)
{
    ur_err *e = ur_model_error();
    TRY(datum_of(s, d, true, "unroll_stream_set_symbol", e));
    if (id < 0 || id >= ur_vocab_size(s->m->code[d].vocab))
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_stream_set_symbol: %s has symbols 0 to %d, not %d",
                       s->m->graph->data[d].name, ur_vocab_size(s->m->code[d].vocab) - 1, id);
    s->slot[d].seen = true;
    s->slot[d].id = id;
    return 0;
}

/* ---- a step */
static void put_row(ur_series *q, const slot *k, size_t row)
{
    q->seen[row] = k->seen;
    for (size_t i = 0; i < k->w; i++) {
        bool there = k->seen || (k->missing && !k->whole && k->part[i]);
        q->part[row * k->w + i] = there;
        if (k->sym) q->sym[row] = there ? k->id : 0;
        else q->num[row * k->w + i] = there ? k->next[i] : 0;
    }
}

static void shift(unroll_stream *s)
{
    for (int d = 0; d < s->ndata; d++) {
        ur_series *q = &s->x.series[d];
        const slot *k = &s->slot[d];
        if (!k->along || !s->lag) continue;
        memmove(q->seen, q->seen + 1, s->lag);
        memmove(q->part, q->part + k->w, s->lag * k->w);
        if (k->sym) memmove(q->sym, q->sym + 1, s->lag * sizeof *q->sym);
        else memmove(q->num, q->num + k->w, s->lag * k->w * sizeof *q->num);
    }
}

/* w numbers of datum d in their own units */
static void own(const unroll_model *m, int d, size_t w, const double *v, double *to)
{
    const ur_code *c = &m->code[d];
    if (!c->mean) memcpy(to, v, w * sizeof *to);
    else
        for (size_t i = 0; i < w; i++) to[i] = c->mean[i] + c->scale[i] * v[i];
}

/* arguments and value of datum d at this position; what was drawn is written to the row, as seen from then on. False: a number is
 * not finite */
static bool take(unroll_stream *s, int d, size_t row)
{
    slot *k = &s->slot[d];
    ur_run *r = s->run;
    ur_series *q = &s->x.series[d];
    int l = r->like[d];
    if (l >= 0) {
        double *to = k->args;
        for (int a = 0; a < k->narg; a++) {
            ur_engine_value(r->en, r->g->like[l].arg[a], 0, to, k->argw[a]);
            to += k->argw[a];
        }
        if (!isfinite(ur_kernels_for(false)->sum((size_t)(to - k->args), k->args))) return false;
    }
    if (!k->seen && l >= 0) {
        if (r->fill[d] >= 0) {
            ur_engine_value(r->en, r->fill[d], 0, k->fill, k->w);
        } else if (k->sym) {
            ur_draw_options o = s->draw;
            o.from = ur_symbol_first(&r->g->schema, d);
            k->fill[0] = ur_symbol_draw(k->args, (int)k->argw[0], &o, (uint32_t)s->pos, 0, 0, s->scratch);
        } else if (r->g->like[l].law) {
            ur_law_draw(r->g->like[l].law, k->args, &s->draw, (uint32_t)s->pos, 0, 0, 0, k->fill);
        } else {
            if (!s->draw.mode && ur_dist_is_location(r->g->like[l].dist) && k->argw[0] == k->w)
                memcpy(k->fill, k->args, k->w * sizeof(double));
            else
                for (size_t i = 0; i < k->w; i++) {
                    double a[4], *from = k->args;
                    for (int n = 0; n < k->narg; from += k->argw[n++]) a[n] = from[k->argw[n] == 1 ? 0 : i];
                    k->fill[i] = s->draw.mode ? ur_dist_draw(r->g->like[l].dist, a, &s->draw, (uint32_t)s->pos, 0, 0, (uint32_t)i)
                                              : ur_dist_likeliest(r->g->like[l].dist, a);
                }
        }
        for (size_t i = 0; i < k->w && !k->sym; i++)
            if (q->part[row * k->w + i]) k->fill[i] = q->num[row * k->w + i];
        if (k->sym) q->sym[row] = (int32_t)k->fill[0];
        else memcpy(q->num + row * k->w, k->fill, k->w * sizeof(double));
        q->seen[row] = 1;
    }
    k->have = true;
    k->row = row;
    return true;
}

int unroll_stream_step(unroll_stream *s)
{
    ur_err *e = ur_model_error();
    if (!s) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_stream_step: no stream");
    for (int d = 0; d < s->ndata; d++) {
        const slot *k = &s->slot[d];
        const char *name = s->m->graph->data[d].name;
        if (k->drawn || k->seen || (k->missing && !k->read)) continue;
        if (k->missing)
            return ur_fail(
                e, UNROLL_ERROR_DATA,
                "unroll_stream_step: %s is missing at position %llu of the stream, and the model does not draw it: set a number and step again, or give %s a ~ line, "
                "so that the model completes it, or let equations read given(%s) and known(%s) alone",
                name, (unsigned long long)s->pos + 1, name, name, name);
        if (k->along || !s->pos)
            return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_stream_step: %s is not set, and the model does not draw it", name);
    }
    size_t row = s->pos < s->lag ? (size_t)s->pos : s->lag;
    if (s->pos > s->lag && !s->shifted) shift(s); /* a step that failed, and is tried again, has done so */
    s->shifted = true;
    for (int d = 0; d < s->ndata; d++) {
        ur_series *q = &s->x.series[d];
        s->slot[d].have = false;
        if (s->slot[d].along) {
            put_row(q, &s->slot[d], row);
            q->start[1] = q->nrow = row + 1;
        } else if (s->slot[d].seen || s->slot[d].missing) {
            put_row(q, &s->slot[d], 0);
        }
    }
    s->x.extent[s->run->root].len[0] = (int32_t)row + 1;
    s->x.extent[s->run->root].before = (int64_t)s->pos - (int64_t)row;
    s->item = (ur_item){ 0, (int32_t)row, (int32_t)row + 1, INT32_MAX, 0 };
    ur_batch b = { .n = 1, .item = &s->item, .window_index = s->run->root, .fresh = s->pos == 0 };
    ur_step st = { .x = &s->x,
                   .batch = &b,
                   .weight = s->run->weight,
                   .version = s->run->version,
                   .seed = s->seed,
                   .step = (uint32_t)s->pos,
                   .draw = s->draw,
                   .like_sum = s->run->like_sum,
                   .like_count = s->run->like_count,
                   .bad_node = -1 };
    TRY(ur_engine_step(s->run->en, &st, e));
    for (int d = 0; d < s->ndata; d++) {
        if (!take(s, d, s->slot[d].along ? row : 0)) {
            st.bad_node = s->run->g->like[s->run->like[d]].nll;
            st.bad_item = 0;
            st.bad_pos = 1;
            return ur_bad_number(s->run, &s->x, &st, "streaming", e);
        }
        s->slot[d].seen = s->slot[d].missing = false;
    }
    s->pos++;
    s->shifted = false;
    return 0;
}

/* ---- answers */
int unroll_stream_value(const unroll_stream *s, size_t d, double *values)
{
    ur_err *e = ur_model_error();
    if (!s || d >= (size_t)s->ndata || !values)
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_stream_value: there is no data number %zu", d);
    if (!s->slot[d].have) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_stream_value: no step has been taken");
    const slot *k = &s->slot[d];
    const ur_series *q = &s->x.series[d];
    if (k->sym) values[0] = q->sym[k->row];
    else own(s->m, (int)d, k->w, q->num + k->row * k->w, values);
    return 0;
}

int unroll_stream_prediction(const unroll_stream *s, size_t d, double *values, size_t cap)
{
    ur_err *e = ur_model_error();
    if (!s || d >= (size_t)s->ndata || !values)
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_stream_prediction: there is no data number %zu", d);
    const slot *k = &s->slot[d];
    if (!k->narg)
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_stream_prediction: the model does not draw %s", s->m->graph->data[d].name);
    if (!k->have) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_stream_prediction: no step has been taken");
    size_t n = k->sym ? k->argw[0] : k->w;
    int l = s->run->like[d];
    bool origin = l < 0 || !s->run->g->like[l].ahead || s->pos > 1; /* the first value of what is drawn ahead has none */
    for (size_t i = 0; i < n && i < cap && !origin; i++) values[i] = NAN;
    if (!origin) return 0;
    const ur_law *law = l < 0 || k->sym ? NULL : s->run->g->like[l].law;
    if (!k->sym && !law && k->argw[0] == k->w) own(s->m, (int)d, n < cap ? n : cap, k->args, values);
    else
        for (size_t i = 0; i < n && i < cap; i++) {
            double v = law ? ur_law_mean(law, k->args, i) : k->args[k->argw[0] == 1 ? 0 : i];
            values[i] = k->sym ? v : ur_own(s->m, (int)d, i, v);
        }
    return 0;
}

int unroll_stream_sampling(unroll_stream *s, int sample, double temperature, int top_k, double top_p)
{
    ur_err *e = ur_model_error();
    if (!s) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_stream_sampling: no stream");
    s->draw = (ur_draw_options){ .mode = sample != 0,
                                 .temperature = temperature > 0   ? temperature
                                                : temperature < 0 ? -1
                                                                  : 1,
                                 .top_k = top_k,
                                 .top_p = top_p,
                                 .seed = s->seed };
    return 0;
}

/* ---- the state as bytes: position, the kept rows, the engine's */
static size_t rows_size(const unroll_stream *s)
{
    size_t n = 0;
    for (int d = 0; d < s->ndata; d++) {
        size_t rows = s->slot[d].along ? s->lag + 1 : 1;
        n += rows + rows * s->slot[d].w + rows * (s->slot[d].sym ? sizeof(int32_t) : s->slot[d].w * sizeof(double));
    }
    return n;
}

size_t unroll_stream_state_size(const unroll_stream *s) { return s ? sizeof(uint64_t) * 2 + rows_size(s) + s->nstate : 0; }

static void copy_rows(const unroll_stream *s, char *p, bool out)
{
    for (int d = 0; d < s->ndata; d++) {
        ur_series *q = &s->x.series[d];
        size_t rows = s->slot[d].along ? s->lag + 1 : 1, w = s->slot[d].w;
        struct {
            void *at;
            size_t n;
        } each[] = { { q->seen, rows },
                     { q->part, rows * w },
                     { s->slot[d].sym ? (void *)q->sym : (void *)q->num,
                       rows * (s->slot[d].sym ? sizeof(int32_t) : w * sizeof(double)) } };
        for (size_t k = 0; k < sizeof each / sizeof *each; p += each[k++].n)
            memcpy(out ? p : each[k].at, out ? each[k].at : p, each[k].n);
    }
}

int unroll_stream_save(const unroll_stream *s, void *state, size_t n)
{
    ur_err *e = ur_model_error();
    size_t need = unroll_stream_state_size(s);
    if (!s || !state || n < need)
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_stream_save: the state has %zu bytes, room for %zu was given", need, n);
    char *p = state;
    uint64_t head[2] = { s->pos, need };
    memset(p, 0, need);
    memcpy(p, head, sizeof head);
    copy_rows(s, p + sizeof head, true);
    if (s->pos && s->nstate) ur_engine_state_get(s->run->en, 1, p + sizeof head + rows_size(s));
    return 0;
}

int unroll_stream_restore(unroll_stream *s, const void *state, size_t n)
{
    ur_err *e = ur_model_error();
    size_t need = unroll_stream_state_size(s);
    uint64_t head[2];
    if (!s || !state || n < need)
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_stream_restore: the state has %zu bytes, %zu were given", need, n);
    memcpy(head, state, sizeof head);
    if (head[1] != need) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_stream_restore: the state is another model's");
    if (head[0] >> 53)
        return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_stream_restore: the state is damaged: no stream has %" PRIu64 " positions",
                       head[0]);
    const char *p = (const char *)state + sizeof head;
    if (head[0] && s->nstate) TRY(ur_engine_state_set(s->run->en, 1, p + rows_size(s), e));
    copy_rows(s, (char *)(uintptr_t)p, false);
    for (int d = 0; d < s->ndata; d++) { /* a state may come from anywhere */
        size_t rows = s->slot[d].along ? s->lag + 1 : 1;
        for (size_t r = 0; s->slot[d].sym && r < rows; r++) {
            int32_t *id = &s->x.series[d].sym[r];
            if (*id < 0 || *id >= ur_vocab_size(s->m->code[d].vocab)) *id = UR_SYM_UNKNOWN;
        }
    }
    s->pos = head[0];
    s->shifted = false;
    for (int d = 0; d < s->ndata; d++) s->slot[d].seen = s->slot[d].missing = s->slot[d].have = false;
    return 0;
}

int unroll_stream_reset(unroll_stream *s)
{
    ur_err *e = ur_model_error();
    if (!s) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_stream_reset: no stream");
    s->pos = 0;
    s->shifted = false;
    for (int d = 0; d < s->ndata; d++) s->slot[d].seen = s->slot[d].missing = s->slot[d].have = false;
    return 0;
}
