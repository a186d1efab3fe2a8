/* predict.c: completions as tables: the most likely values of what is left out, quantiles from random completions, or the random
 * completions themselves. Must not know fitting. Invariant: a cell that is given is never changed; numbers leave in their own units. */
#include "model/model.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* what a pass left for one datum: [nrow][w]; symbols as whole numbers */
typedef struct answer {
    double *v; size_t w;
    double *sample;                      /* [rows missing × w][samples] */
    double *mean;                        /* of what draws whole numbers; NULL: of other things */
    double *p, *each; size_t nclass;     /* labels: the probability of v [nrow], of each symbol [nrow][nclass]; NULL: not asked for */
} answer;
typedef struct job {
    unroll_model *m; ur_complete c; unroll_use_options o; ur_run *run;
    answer *a;                           /* [ndata] */
    size_t nsample, now;                 /* now: the sample of the pass under way, SIZE_MAX: the most likely */
    const ur_raw *raw;
    int window_context;
    int origin_of; size_t origin_row, origin;    /* naive_at's last: datum, row, the first missing row of its run */
    int32_t given; void *state;          /* samples of one long example: all start where its gaps do */
    int lanes;                           /* the datum that lanes generate, −1: a pass over everything does */
    double *score; size_t *found;        /* beam: [examples][n best, or 1]; [examples] completions there are */
} job;

static bool missing(const ur_series *s, size_t r) { return s->seen && !s->seen[r]; }

/* ---- collecting */
void ur_drawn_free(ur_drawn *w)
{
    ur_args_free(&w->args);
    ur_free(w->fill.v);
    ur_free(w->scratch);
    memset(w, 0, sizeof *w);
}

int ur_drawn_get(ur_drawn *w, ur_run *r, int datum, size_t item, ur_err *e)
{
    w->run = r;
    w->datum = datum;
    w->item = item;
    if (r->fill[datum] >= 0) return ur_values_get(r, r->fill[datum], item, &w->fill, e);
    TRY(ur_args_get(r, r->like[datum], item, &w->args, e));
    if (UR_IS_SYMBOL(r->g->data[datum].kind) && !w->scratch && !(w->scratch = ur_alloc((w->args.v[0].width + 1) * sizeof *w->scratch))) return ur_nomem(e);
    return 0;
}

double ur_drawn_value(ur_drawn *w, const ur_pass *p, const ur_batch *b, size_t row, size_t comp)
{
    const ur_run *r = w->run;
    const ur_like *l = &r->g->like[r->like[w->datum]];
    uint32_t example = b->item[w->item].example, site = 0x20000u + (uint32_t)w->datum;    /* the numbers that FILL draws, where equations read the datum */
    double a[4], v;
    size_t at;
    ur_item_rows(r, p->x, b, w->item, w->datum, &at);
    at += row - p->x->series[w->datum].start[example];
    if (r->fill[w->datum] >= 0) {
        v = row < w->fill.npos ? w->fill.v[row * w->fill.width + (w->fill.width == 1 ? 0 : comp)] : NAN;
        return UR_IS_SYMBOL(r->g->data[w->datum].kind) ? v : ur_own(r->m, w->datum, comp, v);
    }
    if (UR_IS_SYMBOL(r->g->data[w->datum].kind)) {
        size_t n = w->args.v[0].width;
        ur_draw_options o = p->draw;
        o.from = ur_symbol_first(&r->g->schema, w->datum);
        return ur_symbol_draw_at(w->args.v[0].v + (w->args.v[0].npos == 1 ? 0 : row) * n, (int)n, &o, p->step, example, site, (uint32_t)at, w->scratch);
    }
    for (int k = 0; k < w->args.n; k++) a[k] = ur_arg(&w->args, k, row, comp);
    uint32_t width = (uint32_t)ur_datum_width(&r->g->schema, &r->g->data[w->datum]);
    v = p->draw.mode ? ur_dist_draw(l->dist, a, &p->draw, p->step, example, site, (uint32_t)at * width + (uint32_t)comp) : ur_dist_likeliest(l->dist, a);
    return ur_own(r->m, w->datum, comp, v);
}

/* of the label at row r of an item, by its logits: the share of what was chosen, and of each symbol, among those that can be chosen */
static void take_chances(answer *a, const ur_args *args, size_t r, size_t row)
{
    const ur_values *l = &args->v[0];
    const double *o = l->v + (l->npos == 1 ? 0 : r) * l->width;
    double most = -INFINITY, sum = 0;
    for (size_t k = UR_SYM_FIRST; k < l->width; k++) most = fmax(most, o[k]);
    for (size_t k = UR_SYM_FIRST; k < l->width; k++) sum += exp(o[k] - most);
    if (a->v[row] >= UR_SYM_FIRST && a->v[row] < (double)l->width) a->p[row] = exp(o[(size_t)a->v[row]] - most) / sum;
    for (size_t k = 0; a->each && k < a->nclass && k + UR_SYM_FIRST < l->width; k++) a->each[row * a->nclass + k] = exp(o[k + UR_SYM_FIRST] - most) / sum;
}

static double mean_of(const job *j, int d, const ur_args *args, size_t row, size_t comp)
{
    double a[4];
    for (int k = 0; k < args->n; k++) a[k] = ur_arg(args, k, row, comp);
    return ur_own(j->m, d, comp, ur_dist_mean(j->run->g->like[j->run->like[d]].dist, a));
}

static int take_item(job *j, ur_pass *p, const ur_batch *b, size_t item, int d, ur_err *e)
{
    const ur_series *s = &j->c.x->series[d];
    size_t first, n = ur_item_rows(j->run, j->c.x, b, item, d, &first), w = j->a[d].w;
    bool any = false;
    for (size_t k = 0; k < n && !any; k++) any = missing(s, first + k);
    if (!any || j->run->like[d] < 0) return 0;
    ur_drawn drawn = { 0 };
    ur_args args = { 0 };
    bool chances = j->now == SIZE_MAX && j->a[d].p, means = j->now == SIZE_MAX && j->a[d].mean;
    int rc = ur_drawn_get(&drawn, j->run, d, item, e);
    if (!rc && (chances || means)) rc = ur_args_get(j->run, j->run->like[d], item, &args, e);
    for (size_t k = 0; !rc && k < n; k++) {
        if (!missing(s, first + k) || (s->skip && s->skip[first + k])) continue;
        for (size_t c = 0; c < w; c++) {
            double v = ur_drawn_value(&drawn, p, b, k, c);
            size_t at = (first + k) * w + c;
            if (j->now == SIZE_MAX) j->a[d].v[at] = v;
            else j->a[d].sample[at * j->nsample + j->now] = v;
            if (means) j->a[d].mean[at] = mean_of(j, d, &args, k, c);
        }
        if (chances) take_chances(&j->a[d], &args, k, first + k);
    }
    ur_args_free(&args);
    ur_drawn_free(&drawn);
    return rc;
}

static int take_batch(ur_pass *p, const ur_batch *b, ur_err *e)
{
    job *j = p->arg;
    for (size_t i = 0; i < b->n; i++)
        for (int d = 0; d < j->m->ndata; d++)
            if (j->c.gap[d]) TRY(take_item(j, p, b, i, d, e));
    return 0;
}

/* ---- passes */
/* the first position of the only example that is to be completed; 0: not known */
static int32_t first_gap(const job *j)
{
    size_t first = SIZE_MAX;
    if (j->c.x->n != 1 || j->run->root < 0 || !j->run->cut) return 0;
    for (int d = 0; d < j->m->ndata; d++) {
        if (!j->c.gap[d]) continue;
        const ur_datum *u = &j->run->g->data[d];
        const ur_series *s = &j->c.x->series[d];
        if (u->nidx != 1 || u->idx[0] != j->run->root) return 0;
        size_t r = j->c.before;          /* what the history lacks is not asked for */
        while (r < s->nrow && !missing(s, r)) r++;
        if (r < first) first = r;
    }
    return first == SIZE_MAX || first > INT32_MAX ? 0 : (int32_t)first;
}

/* the first position of the only example at which samples differ; 0: not known. What comes before runs once. With a horizon that is its
 * start: a cell missing before it stands at its mean in every sample. */
static int32_t first_drawn(const job *j)
{
    if (j->c.x->n != 1 || j->run->root < 0 || !j->run->cut) return 0;
    return j->c.add > 0 ? (int32_t)ur_length(j->c.x, j->run->root, 0) - j->c.add : first_gap(j);
}

static int job_pass(job *j, int mode, size_t sample, ur_err *e)
{
    j->now = sample;
    if (j->nsample && !j->given) j->given = first_drawn(j);
    ur_notes notes = { j->o.note, j->o.note_arg };
    ur_pass p = { .run = j->run, .x = j->c.x, .after = take_batch, .arg = j, .seed = j->o.seed, .step = sample == SIZE_MAX ? 0 : (uint32_t)sample + 1,
                  .given = j->given, .state = j->state, .wanted = first_gap(j), .notes = &notes,
                  .progress = j->nsample ? NULL : j->o.progress, .progress_arg = j->o.arg,
                  .draw = { .mode = mode, .temperature = j->o.temperature, .top_k = j->o.top_k, .top_p = j->o.top_p, .seed = j->o.seed } };
    if (j->o.progress && j->nsample && j->o.progress((double)(sample == SIZE_MAX ? 0 : sample) / (double)j->nsample, j->o.arg))
        return ur_fail(e, UNROLL_ERROR_INTERRUPTED, "stopped by the caller");
    if (j->c.index < 0 || !j->window_context) {
        int all = ur_pass_all(&p, e);
        j->state = p.state;
        return all;
    }
    ur_item *item = ur_alloc((j->c.x->n + 1) * sizeof *item);
    if (!item) return ur_nomem(e);
    for (size_t i = 0; i < j->c.x->n; i++) {
        int32_t len = (int32_t)ur_length(j->c.x, j->c.index, i), from = len - j->c.add - j->window_context;
        item[i] = (ur_item){ (uint32_t)i, from > 0 ? from : 0, len, INT32_MAX, 0 };
    }
    int rc = ur_pass_items(&p, item, j->c.x->n, e);
    ur_free(item);
    return rc;
}

/* ---- by lanes */
/* is what is left out one sequence of symbols that can be generated position by position? */
static int choose_lanes(job *j, ur_err *e)
{
    int ngap = 0, d = -1;
    bool must = j->o.beam || j->o.min_length;
    const char *what = j->o.beam ? "beam search" : "a least length";
    ur_err why = { 0 };
    j->lanes = -1;
    for (int k = 0; k < j->m->ndata; k++)
        if (j->c.gap[k]) ngap++, d = k;
    if (ngap > 1) {
        for (int k = 0; must && k < j->m->ndata; k++)
            if (j->c.gap[k] && (k == d || !UR_IS_SYMBOL(j->m->graph->data[k].kind)))
                return ur_fail(e, UNROLL_ERROR_USAGE, "%s is for one sequence of symbols; %d data are left out, %s among them: give the others", what, ngap, j->m->graph->data[k].name);
        return 0;
    }
    const ur_datum *u = &j->m->graph->data[d];
    if (!UR_IS_SYMBOL(u->kind) || u->nidx != 1) {
        if (!must) return 0;
        return ur_fail(e, UNROLL_ERROR_USAGE, "%s is for a sequence of symbols; %s, which is left out, is %s", what, u->name, !UR_IS_SYMBOL(u->kind) ? "made of numbers" : "none");
    }
    if (!must && !j->c.open[d]) return 0;
    int rc = ur_lanes_fit(j->m, d, &why);
    if (rc && must) return ur_fail(e, rc, "%s is not possible here: %s", what, why.text);
    if (!rc) j->lanes = d;
    return 0;
}

static int take_row(void *arg, size_t example, size_t rank, const int32_t *row, size_t n, double score, ur_err *e)
{
    job *j = arg;
    answer *a = &j->a[j->lanes];
    const ur_series *s = &j->c.x->series[j->lanes];
    size_t from = s->start[example], all = s->start[example + 1] - from, each = j->nsample ? j->nsample : 1;
    (void)e;
    if (rank >= each) return 0;
    for (size_t r = 0; r < all; r++) {
        double v = r < n ? row[r] : j->c.open[j->lanes] ? UR_SYM_END : NAN;
        if (j->nsample) a->sample[(from + r) * each + rank] = v;
        else a->v[from + r] = v;
    }
    if (!j->score) return 0;
    j->score[example * each + rank] = score;
    j->found[example] = rank + 1;
    return 0;
}

/* `draws` for each example: random ones, or of one the likeliest; with a beam its hypotheses */
static int job_lanes(job *j, int mode, size_t draws, uint32_t step, ur_err *e)
{
    ur_draw_options draw = { .mode = mode, .temperature = j->o.temperature, .top_k = j->o.top_k, .top_p = j->o.top_p, .seed = j->o.seed };
    ur_search s = { .m = j->m, .x = j->c.x, .datum = j->lanes, .o = &j->o, .ends = ur_index_ends(&j->m->graph->schema, j->m->graph->data[j->lanes].idx[0]),
                    .draw = j->o.beam ? NULL : &draw, .width = j->o.beam ? (size_t)j->o.beam : draws, .step = step, .take = take_row, .arg = j };
    if (j->o.beam) {
        size_t n = j->c.x->n, each = j->nsample ? j->nsample : 1;
        j->score = ur_alloc((n * each + 1) * sizeof *j->score);
        j->found = ur_zalloc((n + 1) * sizeof *j->found);
        if (!j->score || !j->found) return ur_nomem(e);
        for (size_t k = 0; k < n * each; k++) j->score[k] = NAN;
    }
    return ur_search_run(&s, e);
}

/* the most likely completion */
static int complete(job *j, ur_err *e)
{
    return j->lanes >= 0 ? job_lanes(j, 0, 1, 0, e) : job_pass(j, 0, SIZE_MAX, e);
}

static int like_of(const ur_graph *g, int d)
{
    for (int l = 0; l < g->nlike; l++)
        if (g->like[l].datum == d) return l;
    return -1;
}

static int answers(job *j, bool samples, ur_err *e)
{
    j->a = ur_zalloc((size_t)(j->m->ndata + 1) * sizeof *j->a);
    if (!j->a) return ur_nomem(e);
    double bytes = 0;
    for (int d = 0; d < j->m->ndata; d++)
        if (j->c.gap[d]) bytes += 8.0 * (double)j->c.x->series[d].nrow * ur_datum_width(&j->m->graph->schema, &j->m->graph->data[d]) * (1 + (samples ? (double)j->nsample : 0));
    if (j->o.memory && bytes > (double)j->o.memory)
        return ur_fail(e, UNROLL_ERROR_MEMORY, "the completions need %.1f MB, the budget is %.1f MB: fewer samples or a shorter horizon need less", bytes / 1e6, (double)j->o.memory / 1e6);
    for (int d = 0; d < j->m->ndata; d++) {
        if (!j->c.gap[d]) continue;
        const ur_datum *u = &j->m->graph->data[d];
        answer *a = &j->a[d];
        a->w = UR_IS_SYMBOL(u->kind) ? 1 : ur_datum_width(&j->m->graph->schema, u);
        size_t n = j->c.x->series[d].nrow * a->w + 1;
        a->v = ur_alloc(n * sizeof *a->v);
        if (samples && j->nsample && n > SIZE_MAX / 8 / j->nsample) return ur_nomem(e);
        if (samples && j->nsample) a->sample = ur_alloc(n * j->nsample * sizeof *a->sample);
        int like = like_of(j->m->graph, d);
        if (!j->nsample && like >= 0 && ur_dist_whole(j->m->graph->like[like].dist)) {
            if (!(a->mean = ur_alloc(n * sizeof *a->mean))) return ur_nomem(e);
            for (size_t i = 0; i < n; i++) a->mean[i] = NAN;
        }
        if (!a->v || (samples && j->nsample && !a->sample)) return ur_nomem(e);
        for (size_t i = 0; i < n; i++) a->v[i] = NAN;
        for (size_t i = 0; a->sample && i < n * j->nsample; i++) a->sample[i] = NAN;
    }
    return 0;
}

/* room for the probabilities of labels */
static int open_chances(job *j, ur_err *e)
{
    for (int d = 0; d < j->m->ndata && j->lanes < 0; d++) {
        answer *a = &j->a[d];
        size_t n = j->c.x->series[d].nrow;
        if (!j->c.gap[d] || !ur_is_label(&j->m->graph->schema, d)) continue;
        a->nclass = (size_t)ur_vocab_size(j->m->code[d].vocab) - UR_SYM_FIRST;
        if (j->o.probabilities && a->nclass > UR_MAX_CHANCES)
            return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "%s has %zu symbols: the probabilities of each are printed for up to %d", j->m->graph->data[d].name, a->nclass, UR_MAX_CHANCES);
        if (j->o.probabilities && j->o.memory && 8.0 * (double)n * (double)a->nclass > (double)j->o.memory)
            return ur_fail(e, UNROLL_ERROR_MEMORY, "the probabilities of %s need %.1f MB, the budget is %.1f MB", j->m->graph->data[d].name, 8e-6 * (double)n * (double)a->nclass, (double)j->o.memory / 1e6);
        a->p = ur_alloc((n + 1) * sizeof *a->p);
        if (j->o.probabilities && n < SIZE_MAX / 8 / (a->nclass + 1)) a->each = ur_alloc((n * a->nclass + 1) * sizeof *a->each);
        if (!a->p || (j->o.probabilities && !a->each)) return ur_nomem(e);
        for (size_t k = 0; k < n; k++) a->p[k] = NAN;
        for (size_t k = 0; a->each && k < n * a->nclass; k++) a->each[k] = NAN;
    }
    return 0;
}

static int nothing_left(const unroll_model *m, ur_err *e)
{
    const ur_graph *g = m->graph;
    bool text = false;
    for (int k = 0; k < m->ndata; k++) text = text || (g->data[k].drawn && UR_IS_SYMBOL(g->data[k].kind) && g->data[k].nidx == 1 && ur_index_ends(&g->schema, g->data[k].idx[0]));
    return ur_fail(e, UNROLL_ERROR_USAGE, "nothing is left out: every value the model draws is given; leave a column out (NAME=), %s", text ? "ask for a horizon, or let a text that is given go on" : "or ask for a horizon");
}

static int start(job *j, unroll_model *m, const unroll_data *d, const unroll_use_options *o, bool ends, ur_err *e)
{
    TRY(ur_use_check(m, d, e));
    j->m = m;
    j->o = ur_use_options(o);
    TRY(ur_use_ranges(&j->o, e));
    TRY(ur_use_lengths(&j->o, e));
    TRY(ur_complete_open(&j->c, m, d, &j->o, ends, e));
    TRY(ur_complete_gaps(&j->c, m, d, &j->o, e));
    j->raw = j->c.raw ? j->c.raw : d->raw;
    bool any = false;
    for (int k = 0; k < m->ndata; k++) any = any || j->c.gap[k];
    if (!any) return nothing_left(m, e);
    TRY(choose_lanes(j, e));
    if (j->lanes >= 0) return 0;
    ur_run_want w = { .args = true };
    TRY(ur_use_run(&j->run, m, j->c.x, &j->o, false, &w, e));
    ur_origin h = ur_run_origin(j->run, &j->o);
    if (j->o.horizon > 0 && h.kind == UR_FROM_CONTEXT) j->window_context = h.context;
    return 0;
}

static void finish(job *j)
{
    for (int d = 0; j->a && d < j->m->ndata; d++) {
        ur_free(j->a[d].v);
        ur_free(j->a[d].sample);
        ur_free(j->a[d].p);
        ur_free(j->a[d].each);
        ur_free(j->a[d].mean);
    }
    ur_free(j->a);
    ur_free(j->state);
    ur_free(j->score);
    ur_free(j->found);
    ur_run_close(j->run);
    ur_complete_close(&j->c);
}

/* ---- texts */
/* a sequence of symbols as one text, up to its end symbol; given symbols and drawn ones */
static int text_of(job *j, int d, size_t example, const double *drawn, size_t stride, ur_buf *out, ur_err *e)
{
    const ur_series *s = &j->c.x->series[d];
    size_t from = s->start[example] + (j->o.prompt ? 0 : j->c.before), n = s->start[example + 1] > from ? s->start[example + 1] - from : 0;
    int32_t *id = ur_alloc((n + 1) * sizeof *id);
    if (!id) return ur_nomem(e);
    for (size_t k = 0; k < n; k++) {
        double v = missing(s, from + k) ? drawn[(from + k) * stride] : s->sym[from + k];
        id[k] = isnan(v) ? UR_SYM_UNKNOWN : (int32_t)v;
    }
    ur_symbols_text(out, j->m->graph->data[d].kind, j->m->code[d].vocab, id, n);
    ur_free(id);
    return out->bad ? ur_nomem(e) : 0;
}

static int put_symbol(job *j, unroll_table *t, size_t row, size_t col, int d, double id, ur_err *e)
{
    if (isnan(id)) return 0;
    size_t n = 0;
    int k = (int)id;
    const char *s = k == UR_SYM_UNKNOWN ? "<unknown>" : k == UR_SYM_END ? "<end>" : k == UR_SYM_START ? "<start>" : ur_vocab_entry(j->m->code[d].vocab, k, &n);
    return ur_table_puts(t, row, col, s ? s : "", s && !n ? strlen(s) : n, e);
}

/* one text or label for each example, rather than one row for each position */
static bool by_example(const job *j, int d)
{
    const ur_datum *u = &j->m->graph->data[d];
    if (u->nidx == 0) return true;
    if (!UR_IS_SYMBOL(u->kind)) return false;
    return j->c.open[d] || (j->c.add > 0 && (u->kind != UR_SYMBOL || j->o.prompt));
}

/* ---- when */
/* the times of all rows, those to come too; t NULL: there are none, or nothing says how they go on */
typedef struct clock { ur_times all; bool date; ur_time_form form; const char *name; size_t *own; } clock;

static void clock_close(clock *k)
{
    ur_times_free(&k->all);
    ur_free(k->own);
    memset(k, 0, sizeof *k);
}

/* index −1: a time for each example */
static int clock_open(clock *k, const job *j, int index, ur_err *e)
{
    ur_when w;
    ur_pace pace = j->raw->pace;
    memset(k, 0, sizeof *k);
    TRY(ur_raw_when(&w, &j->m->graph->schema, j->raw, index, &k->own, e));
    if (!w.t) return 0;
    k->date = w.date;
    k->form = w.form;
    k->name = w.name;
    if (index >= 0 && !pace.kind) TRY(ur_pace_find(&pace, &w, e));
    if (index >= 0 && !pace.kind && j->c.add > 0) return 0;          /* a year beside hours says nothing of where a row lies */
    return ur_when_fill(&k->all, &w, &pace, index >= 0 ? (size_t)j->c.add : 0, e);
}

static int put_when(const clock *k, unroll_table *t, size_t row, size_t col, size_t example, size_t pos, ur_err *e)
{
    size_t at = k->all.start[example] + pos;
    double v = at < k->all.start[example + 1] ? k->all.t[at] : NAN;
    char s[48] = "";
    if (!k->date) return ur_table_put(t, row, col, v);
    if (!isnan(v)) ur_time_text(v, k->all.away ? k->all.away[at] : 0, &k->form, s);
    return ur_table_puts(t, row, col, s, strlen(s), e);
}

/* ---- numbers in their own units */
/* as it was given: what is encoded has been divided and multiplied */
static double given_at(const job *j, int d, size_t example, size_t row, size_t comp)
{
    const ur_series *s = &j->c.x->series[d], *q = &j->raw->col[d].raw;
    size_t w = j->a[d].w, pos = row - s->start[example];
    if (!j->raw->col[d].present || !q->num || pos >= q->start[example + 1] - q->start[example]) return ur_own(j->m, d, comp, s->num[row * w + comp]);
    return q->num[(q->start[example] + pos) * w + comp];
}

/* What was computed, without the digits that its precision does not know: the number of fewest digits that is, scaled, the same in single
 * precision; of double precision within some of its last bits, which sums do not keep. */
static double computed(const job *j, int d, size_t comp, double v)
{
    const ur_code *c = &j->m->code[d];
    double mean = c->mean ? c->mean[comp] : 0;
    bool single = !j->o.precision && j->m->single;
    return ur_shortest(v, fmax(single ? fabs(v - mean) * 0x1p-25 : 0, (fabs(v) + fabs(mean)) * 0x1p-49));
}

/* ---- the naive forecast: the value a season earlier, else the last */
static double naive_at(job *j, int d, size_t example, size_t row, size_t comp)
{
    const ur_series *s = &j->c.x->series[d];
    size_t from = s->start[example], origin = row;
    bool next = j->origin_of == d + 1 && j->origin >= from && (row == j->origin_row || (row == j->origin_row + 1 && missing(s, row - 1)));
    if (next) origin = j->origin;        /* rows come in order: a long horizon is not walked back from each of its rows */
    while (!next && origin > from && missing(s, origin - 1)) origin--;
    j->origin_of = d + 1;
    j->origin_row = row;
    j->origin = origin;
    size_t season = (size_t)(j->o.season > 0 ? j->o.season : j->m->rec.season);
    size_t back = season ? (row - origin) / season * season + season : 0;
    size_t at = back && row >= from + back && !missing(s, row - back) ? row - back : origin - 1;
    if (origin == from) return NAN;
    return given_at(j, d, example, at, comp);
}

/* ---- tables */
static const double quantile[] = { 0.05, 0.1, 0.5, 0.9, 0.95 };
static const char *const quantile_name[] = { "5", "10", "50", "90", "95" };

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double quantile_of(const double *sorted, size_t n, double p)
{
    double at = p * (double)(n - 1);
    size_t i = (size_t)at;
    return i + 1 < n ? sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}

typedef struct columns { int example, sample, position, when, row, score; int *first; bool naive; } columns;     /* first: by datum */

static int name_of(const job *j, int d, size_t comp, char *out, size_t n)
{
    if (j->a[d].w > 1) return snprintf(out, n, "%s%zu", j->m->graph->data[d].name, comp + 1);
    return snprintf(out, n, "%s", j->m->graph->data[d].name);
}

static int add_chances(job *j, unroll_table *t, int d, ur_err *e)
{
    const char *name = j->m->graph->data[d].name;
    const answer *a = &j->a[d];
    ur_buf b = { 0 };
    int rc = 0;
    for (size_t k = 0; a->p && k <= (a->each ? a->nclass : 0) && rc >= 0; k++) {
        b.n = 0;
        ur_buf_printf(&b, "%s_p", name);
        if (k) ur_buf_printf(&b, "_%s", ur_vocab_entry(j->m->code[d].vocab, (int)k - 1 + UR_SYM_FIRST, NULL));
        rc = b.bad ? ur_nomem(e) : ur_table_column(t, b.s, false, e);
    }
    ur_buf_free(&b);
    return rc < 0 ? rc : 0;
}

static void put_chances(const answer *a, unroll_table *t, size_t row, size_t col, size_t r)
{
    if (a->p) ur_table_put(t, row, col, a->p[r]);
    for (size_t k = 0; a->each && k < a->nclass; k++) ur_table_put(t, row, col + 1 + k, a->each[r * a->nclass + k]);
}

static int add_columns(job *j, unroll_table *t, columns *c, const clock *k, bool positions, bool samples, ur_err *e)
{
    *c = (columns){ -1, -1, -1, -1, -1, -1, c->first, false };
    bool several = j->c.x->n > 1 && (!samples || positions || j->nsample);
    if (several || j->raw->label)
        TRY((c->example = ur_table_column(t, j->raw->label ? j->raw->label_name : "example", j->raw->label != NULL, e)) < 0 ? c->example : 0);
    if (samples) TRY((c->sample = ur_table_column(t, j->score ? "rank" : "sample", false, e)) < 0 ? c->sample : 0);
    if (k->all.t) TRY((c->when = ur_table_column(t, k->name, k->date, e)) < 0 ? c->when : 0);
    if (positions && !k->all.t) TRY((c->position = ur_table_column(t, "position", false, e)) < 0 ? c->position : 0);
    if (positions && j->o.rows) TRY((c->row = ur_table_column(t, "row", false, e)) < 0 ? c->row : 0);
    for (int d = 0; d < j->m->ndata; d++) {
        if (!j->c.gap[d]) continue;
        char name[UR_MAX_NAME + 40], full[UR_MAX_NAME + 64];
        bool sym = UR_IS_SYMBOL(j->m->graph->data[d].kind);
        c->first[d] = (int)unroll_table_columns(t);
        for (size_t w = 0; w < j->a[d].w; w++) {
            name_of(j, d, w, name, sizeof name);
            int rc = ur_table_column(t, name, sym, e);
            if (rc < 0) return rc;
            if (sym && !samples) TRY(add_chances(j, t, d, e));
            if (sym || samples) continue;
            snprintf(full, sizeof full, "%s_mean", name);
            if ((j->nsample || j->a[d].mean) && (rc = ur_table_column(t, full, false, e)) < 0) return rc;
            if (j->nsample) {
                for (size_t q = 0; q < 5; q++) {
                    snprintf(full, sizeof full, "%s_%s", name, quantile_name[q]);
                    if ((rc = ur_table_column(t, full, false, e)) < 0) return rc;
                }
            }
            if (j->c.add > 0) {
                bool alone = true;
                for (int o = 0; o < j->m->ndata; o++) alone = alone && (o == d || !j->c.gap[o]);
                snprintf(full, sizeof full, alone && j->a[d].w == 1 ? "naive" : "%s_naive", name);
                if ((rc = ur_table_column(t, full, false, e)) < 0) return rc;
                c->naive = true;
            }
        }
    }
    return j->score && (c->score = ur_table_column(t, "score", false, e)) < 0 ? c->score : 0;
}

static int put_numbers(job *j, unroll_table *t, size_t row, const columns *c, int d, size_t example, size_t r, size_t sample, ur_err *e)
{
    const answer *a = &j->a[d];
    const ur_series *s = &j->c.x->series[d];
    size_t col = (size_t)c->first[d];
    bool sym = UR_IS_SYMBOL(j->m->graph->data[d].kind);
    for (size_t w = 0; w < a->w; w++) {
        size_t at = r * a->w + w;
        double v = !missing(s, r) ? (sym ? s->sym[r] : given_at(j, d, example, r, w)) : sample != SIZE_MAX ? a->sample[at * j->nsample + sample] : a->v[at];
        if (sym) {
            TRY(put_symbol(j, t, row, col++, d, v, e));
            if (sample == SIZE_MAX) put_chances(a, t, row, col, r);
            continue;
        }
        ur_table_put(t, row, col++, missing(s, r) ? computed(j, d, w, v) : v);
        if (sample != SIZE_MAX) continue;
        if (a->mean) ur_table_put(t, row, col++, missing(s, r) ? a->mean[at] : v);
        if (j->nsample) {
            double *p = a->sample + at * j->nsample, sum = 0;
            size_t n = 0;
            for (size_t i = 0; i < j->nsample; i++)
                if (!isnan(p[i])) sum += p[n++] = p[i];
            qsort(p, n, sizeof *p, by_value);
            ur_table_put(t, row, col++, n ? computed(j, d, w, sum / (double)n) : NAN);
            for (size_t q = 0; q < 5; q++) ur_table_put(t, row, col++, n ? computed(j, d, w, quantile_of(p, n, quantile[q])) : NAN);
        }
        if (c->naive) ur_table_put(t, row, col++, naive_at(j, d, example, r, w));
    }
    return 0;
}

static int put_example(job *j, unroll_table *t, size_t row, const columns *c, size_t example, ur_err *e)
{
    if (c->example < 0) return 0;
    const char *label = j->raw->label ? j->raw->label[example] : NULL;
    if (j->raw->label) return ur_table_puts(t, row, (size_t)c->example, label ? label : "", label ? strlen(label) : 0, e);
    return ur_table_put(t, row, (size_t)c->example, (double)example + 1);
}

static int put_texts(job *j, unroll_table *t, size_t row, const columns *c, size_t example, size_t sample, ur_err *e)
{
    for (int d = 0; d < j->m->ndata; d++) {
        if (!j->c.gap[d] || !by_example(j, d)) continue;
        if (j->m->graph->data[d].nidx == 0) {
            TRY(put_numbers(j, t, row, c, d, example, j->c.x->series[d].start[example], sample, e));
            continue;
        }
        ur_buf b = { 0 };
        const answer *a = &j->a[d];
        int rc = text_of(j, d, example, sample != SIZE_MAX ? a->sample + sample : a->v, sample != SIZE_MAX ? j->nsample : 1, &b, e);
        if (!rc) rc = ur_table_puts(t, row, (size_t)c->first[d], b.s ? b.s : "", b.n, e);
        ur_buf_free(&b);
        TRY(rc);
    }
    return 0;
}

/* `samples`: each completion in rows of its own; else one table of predictions, with quantiles */
static int fill_table(job *j, bool samples, int lead, const clock *k, columns *c, unroll_table *t, ur_err *e)
{
    TRY(add_columns(j, t, c, k, lead >= 0, samples, e));
    size_t row = 0, times = samples && j->nsample ? j->nsample : 1;
    int axis[UR_MAX_RAGGED];
    double before = lead >= 0 && ur_datum_axes(&j->m->graph->schema, &j->m->graph->data[lead], axis) ? (double)j->c.x->extent[axis[0]].before : 0;
    for (size_t x = 0; x < j->c.x->n; x++)
        for (size_t n = 0; n < times; n++) {
            size_t sample = samples && j->nsample ? n : SIZE_MAX;
            const ur_series *s = lead >= 0 ? &j->c.x->series[lead] : NULL;
            if (j->found && n && n >= j->found[x]) continue;
            for (size_t r = s ? s->start[x] : 0; r < (s ? s->start[x + 1] : 1); r++) {
                if (s && !missing(s, r)) continue;
                if (s && r - s->start[x] < j->c.before) continue;
                TRY(ur_table_row(t, e));
                TRY(put_example(j, t, row, c, x, e));
                if (c->sample >= 0) ur_table_put(t, row, (size_t)c->sample, (double)(samples && j->nsample ? n : x) + 1);
                if (c->position >= 0) ur_table_put(t, row, (size_t)c->position, (double)(r - s->start[x]) + 1 + before);
                if (c->row >= 0) ur_table_put(t, row, (size_t)c->row, (double)(r - s->start[x] - j->c.before) + 1);
                if (c->when >= 0) TRY(put_when(k, t, row, (size_t)c->when, x, s ? r - s->start[x] : 0, e));
                TRY(put_texts(j, t, row, c, x, sample, e));
                if (c->score >= 0) ur_table_put(t, row, (size_t)c->score, j->score[x * times + n]);
                for (int d = 0; s && d < j->m->ndata; d++) {
                    const ur_series *q = &j->c.x->series[d];
                    if (!j->c.gap[d] || by_example(j, d) || q->start[x + 1] - q->start[x] != s->start[x + 1] - s->start[x]) continue;
                    TRY(put_numbers(j, t, row, c, d, x, q->start[x] + (r - s->start[x]), sample, e));
                }
                row++;
            }
        }
    return 0;
}

static int make_table(job *j, bool samples, unroll_table *t, ur_err *e)
{
    int lead = -1;                                   /* the datum whose missing positions are the rows */
    for (int d = j->m->ndata - 1; d >= 0; d--)
        if (j->c.gap[d] && !by_example(j, d)) lead = d;
    int axis[UR_MAX_RAGGED] = { -1 }, n = lead >= 0 ? ur_datum_axes(&j->m->graph->schema, &j->m->graph->data[lead], axis) : 0;
    clock k = { 0 };
    int rc = n > 1 ? 0 : clock_open(&k, j, axis[0], e);
    columns c = { .first = ur_zalloc((size_t)(j->m->ndata + 1) * sizeof *c.first) };
    if (!c.first && !rc) rc = ur_nomem(e);
    if (!rc) rc = fill_table(j, samples, lead, &k, &c, t, e);
    ur_free(c.first);
    clock_close(&k);
    return rc;
}

/* ---- what is odd about completions */
/* far beyond all that was given: no one meant that as a forecast */
static const double FAR = 1e4;

typedef struct oddity { size_t bad, far, first_bad, first_far, n; double most; } oddity;

static void look_at(oddity *o, double v, double bound, size_t row)
{
    o->n++;
    if (!isfinite(v)) {
        if (!o->bad++) o->first_bad = row;
    } else if (fabs(v) > bound) {
        if (!o->far++) o->first_far = row;
        if (fabs(v) > o->most) o->most = fabs(v);
    }
}

static void tell_oddity(const job *j, const ur_notes *notes, int d, const oddity *o, const char *what)
{
    const ur_series *s = &j->c.x->series[d];
    const char *name = j->m->graph->data[d].name;
    size_t row = o->bad ? o->first_bad : o->first_far, x = 0;
    char where[80];
    while (x + 1 < j->c.x->n && s->start[x + 1] <= row) x++;
    double at = (double)(row - s->start[x]) + 1 + (j->run->root >= 0 ? (double)j->c.x->extent[j->run->root].before : 0);
    if (j->c.x->n > 1) snprintf(where, sizeof where, "position %.0f of example %zu", at, x + 1);
    else snprintf(where, sizeof where, "position %.0f", at);
    if (o->bad) ur_note(notes, "%s: %zu of %zu %s are infinite or no number, first at %s: what the model reads of its own grows without bound", name, o->bad, o->n, what, where);
    else ur_note(notes, "%s: %zu of %zu %s are more than %.0f times as large as all that is given (up to %.3g), first at %s: what the model reads of its own grows", name, o->far, o->n, what, FAR, o->most, where);
}

static void tell_oddities(const job *j)
{
    ur_notes notes = { j->o.note, j->o.note_arg };
    for (int d = 0; notes.line && j->lanes < 0 && d < j->m->ndata; d++) {
        const ur_series *s = &j->c.x->series[d];
        if (!j->c.gap[d] || UR_IS_SYMBOL(j->m->graph->data[d].kind)) continue;
        size_t w = j->a[d].w;
        double largest = 0;
        oddity one = { 0 }, drawn = { 0 };
        for (size_t i = 0; i < s->nrow * w; i++)
            if (!missing(s, i / w)) largest = fmax(largest, fabs(ur_own(j->m, d, i % w, s->num[i])));
        double bound = largest > 0 ? FAR * largest : INFINITY;
        for (size_t i = 0; i < s->nrow * w; i++) {
            size_t row = i / w, x = 0;
            if (!missing(s, row)) continue;
            while (j->c.before && x + 1 < j->c.x->n && s->start[x + 1] <= row) x++;
            if (row - s->start[x] < j->c.before) continue;
            if (!j->nsample || j->a[d].v[i] == j->a[d].v[i]) look_at(&one, j->a[d].v[i], bound, row);
            for (size_t k = 0; j->a[d].sample && k < j->nsample; k++) look_at(&drawn, j->a[d].sample[i * j->nsample + k], bound, row);
        }
        if (one.bad || one.far) tell_oddity(j, &notes, d, &one, j->c.add > 0 ? "forecasts" : "completions");
        if (drawn.bad || drawn.far) tell_oddity(j, &notes, d, &drawn, "random values");
    }
}

static int table_out(job *j, bool samples, unroll_table **out, ur_err *e)
{
    tell_oddities(j);
    unroll_table *t = ur_table_new();
    if (!t) return ur_nomem(e);
    int rc = make_table(j, samples, t, e);
    if (rc) unroll_table_free(t);
    else *out = t;
    return rc;
}

int unroll_predict(unroll_model *m, const unroll_data *d, const unroll_use_options *o, unroll_table **out)
{
    ur_err *e = ur_model_error();
    if (!m || !out) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_predict: no model, or no place for the table");
    unroll_use_options mine = ur_use_options(o);
    job j = { 0 };
    bool symbols = d != NULL;
    for (int k = 0; k < m->ndata; k++) symbols = symbols || (m->graph->data[k].drawn && UR_IS_SYMBOL(m->graph->data[k].kind));
    if (!symbols) return ur_fail(e, UNROLL_ERROR_USAGE, "predict needs data: only models of symbols generate from nothing");
    if (!d && !mine.beam) mine.samples = 0;
    int rc = start(&j, m, d, &mine, false, e);
    if (!rc) {
        bool numbers = false;
        for (int k = 0; k < m->ndata; k++) numbers = numbers || (j.c.gap[k] && !UR_IS_SYMBOL(m->graph->data[k].kind));
        if (d && !numbers && j.o.samples && !j.o.n_best) rc = ur_fail(e, UNROLL_ERROR_USAGE, "samples give quantiles of numbers, and what is left out is made of symbols: its random completions are asked for by sample");
        j.nsample = numbers ? (size_t)j.o.samples : (size_t)j.o.n_best;
    }
    if (!rc) rc = answers(&j, true, e);
    if (!rc) rc = open_chances(&j, e);
    if (!rc) rc = complete(&j, e);
    for (size_t s = 0; !rc && s < j.nsample && j.lanes < 0; s++) rc = job_pass(&j, 1, s, e);
    if (!rc) rc = table_out(&j, j.o.n_best > 0, out, e);
    finish(&j);
    return rc;
}

/* ---- as data */
static bool left_out(const unroll_model *m, const ur_raw *r)
{
    for (int d = 0; d < m->ndata; d++) {
        const ur_series *s = &r->col[d].raw;
        if (m->graph->data[d].drawn && !r->col[d].present) return true;
        for (size_t k = 0; m->graph->data[d].drawn && s->seen && k < s->nrow; k++)
            if (!s->seen[k]) return true;
    }
    return false;
}

/* datum d into `raw`, what was given and what was completed */
static int put_back(job *j, ur_raw *raw, int d, ur_err *e)
{
    const ur_datum *u = &j->m->graph->data[d];
    const ur_series *s = &j->c.x->series[d];
    const answer *a = &j->a[d];
    bool sym = UR_IS_SYMBOL(u->kind), one = u->nidx == 1;
    if (sym && u->nfix) return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "%s is left out and carried along an index of fixed length: not possible yet", u->name);
    size_t n = j->c.x->n, rows = 0, bytes;
    size_t *length = ur_zalloc((n + 1) * sizeof *length);
    const char **text = ur_zalloc((s->nrow + 1) * sizeof *text);
    double *value = ur_alloc((s->nrow * a->w + 1) * sizeof *value);
    int rc = length && text && value ? 0 : ur_nomem(e);
    for (size_t x = 0; !rc && x < n; x++)
        for (size_t r = s->start[x]; r < s->start[x + 1]; r++) {
            double id = !sym ? 0 : missing(s, r) ? a->v[r] : s->sym[r];
            if (sym && j->c.open[d] && id == UR_SYM_END) break;
            if (sym) text[rows] = isnan(id) ? NULL : id == UR_SYM_UNKNOWN ? "<unknown>" : ur_vocab_entry(j->m->code[d].vocab, (int)id, &bytes);
            for (size_t w = 0; !sym && w < a->w; w++)
                value[rows * a->w + w] = missing(s, r) ? a->v[r * a->w + w] : ur_own(j->m, d, w, s->num[r * a->w + w]);
            length[x]++;
            rows++;
        }
    if (!rc) rc = sym ? ur_raw_set_texts(raw, &j->m->graph->schema, d, one ? length : NULL, text, e)
                      : ur_raw_set_numbers(raw, &j->m->graph->schema, d, one ? length : NULL, value, e);
    raw->col[d].cut = !rc && u->kind == UR_PIECES;
    ur_free(length);
    ur_free(text);
    ur_free(value);
    return rc;
}

int unroll_data_complete(unroll_data **out, unroll_model *m, const unroll_data *d, const unroll_use_options *o)
{
    ur_err *e = ur_model_error();
    unroll_use_options mine = ur_use_options(o);
    if (!m || !d || !out) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_complete: no model, no data, or no place for the result");
    if (mine.horizon || mine.n_best > 1) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_data_complete: a horizon and several completions make a table: ask unroll_predict");
    mine.history = NULL;
    mine.samples = mine.n_best = 0;
    job j = { 0 };
    ur_raw *raw = NULL;
    const ur_schema *g = &m->graph->schema;
    int rc = ur_use_check(m, d, e);
    if (!rc) rc = ur_use_ranges(&mine, e);
    bool any = !rc && (left_out(m, d->raw) || mine.prompt || mine.go_on);
    if (!rc && any) rc = start(&j, m, d, &mine, false, e);
    if (!rc && any) rc = answers(&j, false, e);
    if (!rc && any) rc = complete(&j, e);
    if (!rc) rc = ur_raw_slice(&raw, g, any ? j.raw : d->raw, 0, ur_raw_units(g, any ? j.raw : d->raw), e);
    for (int k = 0; !rc && any && k < m->ndata; k++)
        if (j.c.gap[k]) rc = put_back(&j, raw, k, e);
    if (!rc) rc = ur_raw_cut(raw, g, m->code, e);        /* what was generated stays as the pieces that it is: cut anew, words may get others */
    finish(&j);
    if (!rc) return ur_data_wrap(out, m, raw, e);
    ur_raw_free(raw);
    return rc;
}

int unroll_sample(unroll_model *m, const unroll_data *d, const unroll_use_options *o, unroll_table **out)
{
    ur_err *e = ur_model_error();
    unroll_use_options mine = ur_use_options(o);
    if (mine.beam || mine.n_best) return ur_fail(e, UNROLL_ERROR_USAGE, "a beam search finds the likeliest, samples are random: ask predict for it");
    if (!m || !out) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_sample: no model, or no place for the table");
    job j = { 0 };
    int rc = start(&j, m, d, o, false, e);
    if (!rc) {
        j.nsample = d ? (size_t)(j.o.samples > 0 ? j.o.samples : 1) : 0;
        rc = answers(&j, true, e);
    }
    if (!rc && j.lanes >= 0) rc = job_lanes(&j, 1, d ? j.nsample : 1, d ? 1 : 0, e);
    if (!rc && !d && j.lanes < 0) rc = job_pass(&j, 1, SIZE_MAX, e);
    for (size_t s = 0; !rc && s < j.nsample && j.lanes < 0; s++) rc = job_pass(&j, 1, s, e);
    if (!rc) rc = table_out(&j, true, out, e);
    finish(&j);
    return rc;
}

/* rows of one symbol datum, given or the most likely; of a sequence that ends those before its end symbol */
static int symbols_out(const job *j, int d, ur_symbols *out, ur_err *e)
{
    const ur_series *s = &j->c.x->series[d];
    size_t n = 0;
    out->id = ur_alloc((s->nrow + 1) * sizeof *out->id);
    out->start = ur_zalloc((j->c.x->n + 1) * sizeof *out->start);
    if (!out->id || !out->start) return ur_nomem(e);
    for (size_t x = 0; x < j->c.x->n; x++) {
        for (size_t r = s->start[x]; r < s->start[x + 1]; r++) {
            double v = missing(s, r) ? j->a[d].v[r] : s->sym[r];
            if (j->c.open[d] && (isnan(v) || (int)v == UR_SYM_END)) break;
            out->id[n++] = isnan(v) ? UR_SYM_UNKNOWN : (int32_t)v;
        }
        out->start[x + 1] = n;
    }
    return 0;
}

int ur_generate(unroll_model *m, ur_raw *raw, const unroll_use_options *o, const bool *want, ur_symbols *out, ur_err *e)
{
    unroll_data d = { .m = m, .raw = raw };
    unroll_use_options mine = *o;
    mine.horizon = mine.samples = mine.n_best = mine.go_on = 0;
    mine.prompt = NULL;
    mine.history = NULL;
    job j = { 0 };
    int rc = start(&j, m, &d, &mine, false, e);
    if (!rc) rc = answers(&j, false, e);
    if (!rc) rc = complete(&j, e);
    for (int k = 0; !rc && k < m->ndata; k++)
        if (want[k]) rc = symbols_out(&j, k, &out[k], e);
    finish(&j);
    return rc;
}
