/* job.c: running completions: the most likely one and random ones, by passes over everything or by lanes.
 * Must not know tables. Invariant: a cell that is given is never changed; numbers leave in their own units. */
#include "model/use/use.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- collecting */
/* of the symbol at row r of an item, by its logits: the share of each among those that can be chosen */
static void shares_of(double *out, size_t n, const ur_args *args, size_t r)
{
    const ur_values *l = &args->v[0];
    const double *o = l->v + (l->npos == 1 ? 0 : r) * l->width;
    double most = -INFINITY, sum = 0;
    for (size_t k = UR_SYM_FIRST; k < l->width; k++) most = fmax(most, o[k]);
    for (size_t k = UR_SYM_FIRST; k < l->width; k++) sum += exp(o[k] - most);
    for (size_t k = 0; k < n && k + UR_SYM_FIRST < l->width; k++) out[k] = exp(o[k + UR_SYM_FIRST] - most) / sum;
}

/* what random completions say is added, or what they said asked for */
static int look(ur_job *j, int d, double *v, size_t n, ur_err *e)
{
    if (!j->a[d].outlook) return 0;
    if (j->look.looking) return ur_outlook_add(&j->look, j->run->like[d], v, n, e);
    ur_outlook_next(&j->look, j->run->like[d], v, n);
    return 0;
}

static int take_chances(ur_job *j, int d, const ur_args *args, size_t r, size_t row, ur_err *e)
{
    ur_answer *a = &j->a[d];
    shares_of(j->share, a->nclass, args, r);
    TRY(look(j, d, j->share, a->nclass, e));
    if (j->look.looking) return 0;
    if (a->v[row] >= UR_SYM_FIRST && a->v[row] < (double)(a->nclass + UR_SYM_FIRST))
        a->p[row] = j->share[(size_t)a->v[row] - UR_SYM_FIRST];
    if (a->each) memcpy(a->each + row * a->nclass, j->share, a->nclass * sizeof *j->share);
    return 0;
}

/* the same of components that are positions of an index; those that are given have none */
static void take_positions(ur_job *j, const ur_batch *b, size_t item, int d, const ur_values *score, size_t r, size_t row)
{
    ur_answer *a = &j->a[d];
    for (size_t c = 0; c < a->w; c++) {
        size_t at = row * a->w + c, n = 0;
        if (ur_series_has(&j->c.x->series[d], row, c)) continue;
        n = ur_positions_shares(j, b, item, d, score, r, c, j->share, a->nclass);
        if (a->v[at] >= 1 && a->v[at] <= (double)n) a->p[at] = j->share[(size_t)a->v[at] - 1];
        if (a->each) memcpy(a->each + at * a->nclass, j->share, n * sizeof *j->share);
    }
}

static double mean_of(const ur_job *j, int d, const ur_args *args, size_t row, size_t comp)
{
    return ur_own(j->m, d, comp, ur_args_mean(&j->run->g->like[j->run->like[d]], args, row, comp));
}

static int take_item(ur_job *j, ur_pass *p, const ur_batch *b, size_t item, int d, ur_err *e)
{
    const ur_series *s = &j->c.x->series[d];
    size_t first, n = ur_item_rows(j->run, j->c.x, b, item, d, &first), w = j->a[d].w;
    bool any = false;
    for (size_t k = 0; k < n && !any; k++) any = ur_missing(s, first + k);
    if (!any || j->run->like[d] < 0 || (j->look.looking && !j->a[d].outlook)) return 0;
    ur_drawn drawn = { 0 };
    ur_args args = { 0 };
    const ur_like *l = &j->run->g->like[j->run->like[d]];
    ur_values score = { 0 };
    bool chances = j->now == SIZE_MAX && j->a[d].p, means = j->now == SIZE_MAX && j->a[d].mean;
    int rc = j->look.looking ? 0 : ur_drawn_get(&drawn, j->run, d, item, e);
    if (!rc && (chances || means)) rc = ur_args_get(j->run, j->run->like[d], item, &args, e);
    if (!rc && chances && l->score >= 0) rc = ur_values_get(j->run, l->score, item, &score, e);
    for (size_t k = 0; !rc && k < n; k++) {
        if (!ur_missing(s, first + k) || (s->skip && s->skip[first + k])) continue;
        for (size_t c = 0; c < w && !rc; c++) {
            size_t at = (first + k) * w + c;
            bool there = ur_series_has(s, first + k, c), /* of a row with others that are missing */
                left = !there && ur_series_left(s, first + k, c);
            double said = there ? ur_own(j->m, d, c, ur_series_get(s, at)) : NAN,
                   v = there                     ? said
                       : j->look.looking || left ? NAN
                                                 : ur_drawn_value(&drawn, p, b, k, c),
                   mean = !means || left ? NAN
                          : there        ? said
                                         : mean_of(j, d, &args, k, c);
            if (means) rc = look(j, d, &mean, 1, e);
            if (j->look.looking) continue;
            if (j->now == SIZE_MAX) j->a[d].v[at] = v;
            else j->a[d].sample[at * j->nsample + j->now] = v;
            if (means) j->a[d].mean[at] = mean;
        }
        if (chances && !rc && score.v) take_positions(j, b, item, d, &score, k, first + k);
        else if (chances && !rc) rc = take_chances(j, d, &args, k, first + k, e);
    }
    ur_free(score.v);
    ur_args_free(&args);
    ur_drawn_free(&drawn);
    return rc;
}

static int take_batch(ur_pass *p, const ur_batch *b, ur_err *e)
{
    ur_job *j = p->arg;
    for (size_t i = 0; i < b->n; i++)
        for (int d = 0; d < j->m->ndata; d++)
            if (j->c.gap[d]) TRY(take_item(j, p, b, i, d, e));
    return 0;
}

/* ---- passes */
/* the first position of the only example, from `from` on, at which something drawn is missing; 0: not known */
static int32_t first_gap(const ur_job *j, size_t from)
{
    size_t first = SIZE_MAX;
    if (j->c.x->n != 1 || j->run->root < 0 || !j->run->cut) return 0;
    for (int d = 0; d < j->m->ndata; d++) {
        if (!j->c.gap[d]) continue;
        const ur_datum *u = &j->run->g->data[d];
        const ur_series *s = &j->c.x->series[d];
        if (u->nidx != 1 || u->idx[0] != j->run->root) return 0;
        size_t r = from;
        while (r < s->nrow && !ur_missing(s, r)) r++;
        if (r < first) first = r;
    }
    return first == SIZE_MAX || first > INT32_MAX ? 0 : (int32_t)first;
}

/* Where the run of the only example begins, and where samples begin to differ: at the first missing value that what is asked for
 * may hang on. What comes before runs once. */
static int place(ur_job *j, ur_pass *p, ur_err *e)
{
    int32_t asked = first_gap(j, j->c.before); /* what the history lacks is not asked for */
    if (!j->placed && asked > 0) {
        j->from = ur_run_up(j->run, j->c.x, 0, asked);
        if (!j->from) TRY(ur_run_up_measured(p, 0, asked, &j->from, e));
        if (j->draws && !ur_hangs_on(j->run->g, j->run->g->loss, UR_DRAW)) j->given = first_gap(j, (size_t)j->from);
    }
    j->placed = true;
    p->from = j->from;
    p->given = j->given;
    p->state = j->state;
    return 0;
}

/* is something asked for that lies before the windows in which a forecast is made? */
static bool gap_before(const ur_job *j, const ur_item *item)
{
    for (int d = 0; d < j->m->ndata; d++) {
        const ur_series *s = &j->c.x->series[d];
        if (!j->c.gap[d]) continue;
        for (size_t i = 0; i < j->c.x->n; i++)
            for (size_t r = s->start[i] + j->c.before; r < s->start[i + 1] && r < s->start[i] + (size_t)item[i].from; r++)
                if (ur_missing(s, r)) return true;
    }
    return false;
}

static int by_windows(ur_job *j, ur_pass *p, ur_err *e)
{
    ur_item *item = ur_alloc((j->c.x->n + 1) * sizeof *item);
    if (!item) return ur_nomem(e);
    for (size_t i = 0; i < j->c.x->n; i++) {
        int32_t len = (int32_t)ur_length(j->c.x, j->c.index, i), from = len - j->c.add - j->window_context;
        item[i] = (ur_item){ (uint32_t)i, from > 0 ? from : 0, len, INT32_MAX, 0 };
    }
    int rc = gap_before(j, item) ? ur_pass_all(p, e) : 0;
    if (!rc) rc = ur_pass_items(p, item, j->c.x->n, e);
    ur_free(item);
    return rc;
}

/* Over a horizon a series of symbols in rows goes on: none of them is its end. (Texts end where they end.) */
static bool rows_go_on(const ur_job *j)
{
    bool rows = j->c.add > 0;
    for (int d = 0; d < j->m->ndata && rows; d++)
        rows = !j->c.gap[d] || !UR_IS_SYMBOL(j->m->graph->data[d].kind) || !ur_job_by_example(j, d);
    return rows;
}

int ur_job_pass(ur_job *j, int mode, size_t sample, ur_err *e)
{
    j->now = j->look.looking ? SIZE_MAX : sample;
    ur_notes notes = { j->o.note, j->o.note_arg };
    ur_pass p = { .run = j->run,
                  .x = j->c.x,
                  .after = take_batch,
                  .arg = j,
                  .seed = j->o.seed,
                  .step = sample == SIZE_MAX ? 0 : (uint32_t)sample + 1,
                  .turn = sample == SIZE_MAX ? 0 : (uint32_t)sample + 1,
                  .notes = &notes,
                  .progress = j->draws ? NULL : j->o.progress,
                  .progress_arg = j->o.arg,
                  .draw = { .mode = mode,
                            .from = rows_go_on(j) ? UR_SYM_FIRST : 0,
                            .temperature = j->o.temperature,
                            .top_k = j->o.top_k,
                            .top_p = j->o.top_p,
                            .seed = j->o.seed } };
    if (j->o.progress && j->draws && j->o.progress((double)(sample == SIZE_MAX ? 0 : sample) / (double)j->draws, j->o.arg))
        return ur_fail(e, UNROLL_ERROR_INTERRUPTED, "stopped by the caller");
    if (j->c.index >= 0 && j->window_context) return by_windows(j, &p, e);
    TRY(place(j, &p, e));
    int rc = ur_pass_all(&p, e);
    j->state = p.state;
    return rc;
}

/* ---- by lanes */
/* is there an end symbol that sequences of datum d can have? */
static bool ends_of(const unroll_model *m, int d)
{
    return ur_index_ends(&m->graph->schema, m->graph->data[d].idx[0]) && !m->code[d].endless;
}

/* A text that goes on past end symbols: the model was fitted on one, or the caller asks for one */
static void run_on(ur_job *j)
{
    const unroll_model *m = j->m;
    ur_notes notes = { j->o.note, j->o.note_arg };
    j->runs_on = ends_of(m, j->lanes) && (j->o.stream || m->rec.stream);
    if (j->runs_on && !m->rec.stream && !m->rec.order[j->lanes])
        ur_note(
            &notes,
            "%s: the fit read one line at a time, and what comes after the end of one it has not learnt; a fit on one long text does",
            m->graph->data[j->lanes].name);
}

/* is what is left out one sequence of symbols that can be generated position by position? */
static int choose_lanes(ur_job *j, ur_err *e)
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
                return ur_fail(e, UNROLL_ERROR_USAGE,
                               "%s is for one sequence of symbols; %d data are left out, %s among them: give the others", what,
                               ngap, j->m->graph->data[k].name);
        return 0;
    }
    const ur_datum *u = &j->m->graph->data[d];
    if (!UR_IS_SYMBOL(u->kind) || u->nidx != 1) {
        if (!must) return 0;
        return ur_fail(e, UNROLL_ERROR_USAGE, "%s is for a sequence of symbols; %s, which is left out, is %s", what, u->name,
                       !UR_IS_SYMBOL(u->kind) ? "made of numbers" : "none");
    }
    if (!must && !j->c.open[d]) return 0;
    int rc = ur_lanes_fit(j->m, d, &why);
    if (rc && must) return ur_fail(e, rc, "%s is not possible here: %s", what, why.text);
    if (!rc) j->lanes = d;
    return 0;
}

static int take_row(void *arg, size_t example, size_t rank, const int32_t *row, size_t n, double score, ur_err *e)
{
    ur_job *j = arg;
    ur_answer *a = &j->a[j->lanes];
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
int ur_job_lanes(ur_job *j, int mode, size_t draws, uint32_t step, ur_err *e)
{
    ur_draw_options draw = {
        .mode = mode, .temperature = j->o.temperature, .top_k = j->o.top_k, .top_p = j->o.top_p, .seed = j->o.seed
    };
    ur_search s = { .m = j->m,
                    .x = j->c.x,
                    .datum = j->lanes,
                    .o = &j->o,
                    .runs_on = j->runs_on,
                    .ends = ends_of(j->m, j->lanes) && !j->runs_on,
                    .draw = j->o.beam ? NULL : &draw,
                    .width = j->o.beam ? (size_t)j->o.beam : draws,
                    .step = step,
                    .take = take_row,
                    .arg = j };
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
int ur_job_complete(ur_job *j, ur_err *e) { return j->lanes >= 0 ? ur_job_lanes(j, 0, 1, 0, e) : ur_job_pass(j, 0, SIZE_MAX, e); }

int ur_job_answers(ur_job *j, bool samples, ur_err *e)
{
    j->a = ur_zalloc((size_t)(j->m->ndata + 1) * sizeof *j->a);
    if (!j->a) return ur_nomem(e);
    double bytes = 0;
    for (int d = 0; d < j->m->ndata; d++)
        if (j->c.gap[d])
            bytes += 8.0 * (double)j->c.x->series[d].nrow * ur_datum_width(&j->m->graph->schema, &j->m->graph->data[d]) *
                     (1 + (samples ? (double)j->nsample : 0));
    if (j->o.memory && bytes > (double)j->o.memory)
        return ur_fail(e, UNROLL_ERROR_MEMORY,
                       "the completions need %s, the budget (--memory) is %s: fewer samples or a shorter horizon need less",
                       ur_size_text((char[24]){ 0 }, bytes), ur_size_text((char[24]){ 0 }, (double)j->o.memory));
    for (int d = 0; d < j->m->ndata; d++) {
        if (!j->c.gap[d]) continue;
        const ur_datum *u = &j->m->graph->data[d];
        ur_answer *a = &j->a[d];
        a->w = UR_IS_SYMBOL(u->kind) ? 1 : ur_datum_width(&j->m->graph->schema, u);
        size_t n = j->c.x->series[d].nrow * a->w + 1;
        a->v = ur_alloc(n * sizeof *a->v);
        if (samples && j->nsample && n > SIZE_MAX / 8 / j->nsample) return ur_nomem(e);
        if (samples && j->nsample) a->sample = ur_alloc(n * j->nsample * sizeof *a->sample);
        if (!a->v || (samples && j->nsample && !a->sample)) return ur_nomem(e);
        for (size_t i = 0; i < n; i++) a->v[i] = NAN;
        for (size_t i = 0; a->sample && i < n * j->nsample; i++) a->sample[i] = NAN;
    }
    return 0;
}

static double *unknown_numbers(size_t n)
{
    double *v = ur_alloc((n + 1) * sizeof *v);
    for (size_t k = 0; v && k < n; k++) v[k] = NAN;
    return v;
}

static int room_for_chances(ur_job *j, int d, ur_err *e)
{
    ur_answer *a = &j->a[d];
    const char *name = j->m->graph->data[d].name;
    const ur_like *l = &j->m->graph->like[j->run->like[d]];
    bool sym = UR_IS_SYMBOL(j->m->graph->data[d].kind);
    size_t n = j->c.x->series[d].nrow * a->w;
    a->nclass = sym ? (size_t)ur_vocab_size(j->m->code[d].vocab) - UR_SYM_FIRST : ur_positions_most(j, l);
    if (j->o.probabilities && a->nclass > UR_MAX_CHANCES)
        return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "%s has %zu %s: the probabilities of each are printed for up to %d", name,
                       a->nclass, sym ? "symbols" : "positions", UR_MAX_CHANCES);
    if (j->o.probabilities && j->o.memory && 8.0 * (double)n * (double)a->nclass > (double)j->o.memory)
        return ur_fail(e, UNROLL_ERROR_MEMORY, "the probabilities of %s need %s, the budget (--memory) is %s", name,
                       ur_size_text((char[24]){ 0 }, 8.0 * (double)n * (double)a->nclass),
                       ur_size_text((char[24]){ 0 }, (double)j->o.memory));
    if (a->nclass > j->nshare) {
        double *more = ur_realloc(j->share, a->nclass * sizeof *more);
        if (!more) return ur_nomem(e);
        j->share = more;
        j->nshare = a->nclass;
    }
    if (j->o.probabilities && n >= SIZE_MAX / 8 / (a->nclass + 1)) return ur_nomem(e);
    if (!(a->p = unknown_numbers(n))) return ur_nomem(e);
    return j->o.probabilities && !(a->each = unknown_numbers(n * a->nclass)) ? ur_nomem(e) : 0;
}

int ur_job_chances(ur_job *j, ur_err *e)
{
    const ur_graph *g = j->m->graph;
    if (j->lanes >= 0) return 0;
    TRY(ur_outlook_open(&j->look, j->run, e));
    for (int d = 0; d < j->m->ndata; d++) {
        ur_answer *a = &j->a[d];
        int line = j->run->like[d];
        if (!j->c.gap[d] || line < 0) continue;
        bool sym = UR_IS_SYMBOL(g->data[d].kind), label = ur_is_label(&g->schema, d), hangs = j->look.line[line].hangs;
        bool position = !sym && ur_like_pointer(&g->like[line]);
        if (label || position || (sym && j->o.probabilities && !ur_job_by_example(j, d))) TRY(room_for_chances(j, d, e));
        if (!sym && !position && !j->nsample && (hangs || ur_like_whole(&g->like[line])) &&
            !(a->mean = unknown_numbers(j->c.x->series[d].nrow * a->w)))
            return ur_nomem(e);
        a->outlook = hangs && (a->mean || (a->p && !label && !position)); /* labels: given those before */
    }
    return 0;
}

int ur_job_outlook(ur_job *j, ur_err *e)
{
    ur_notes notes = { j->o.note, j->o.note_arg };
    bool any = false;
    for (int d = 0; d < j->m->ndata; d++) {
        const char *name = j->m->graph->data[d].name;
        if (!j->a[d].outlook) continue;
        any = true;
        bool random = j->look.line[j->run->like[d]].random;
        ur_note(&notes, "%s hangs on %s: %s goes on from %s, %s_%s is the mean over %d random completions", name,
                random ? "draws" : "symbols or whole numbers that the model draws itself", name,
                random ? "one of each" : "their likeliest values", name, j->a[d].mean ? "mean" : "p", UR_OUTLOOK_DRAWS);
    }
    if (!any) return 0;
    j->draws = UR_OUTLOOK_DRAWS;
    int rc = 0;
    for (size_t s = 0; s < j->draws && !rc; s++) {
        ur_outlook_pass(&j->look, true);
        rc = ur_job_pass(j, 1, s, e);
    }
    ur_outlook_pass(&j->look, false);
    j->draws = j->nsample;
    return rc;
}

/* is it known how long datum k is without itself? Else its cells can be left empty, not all of it be left out */
static bool can_go(const ur_graph *g, int k)
{
    int axis[UR_MAX_RAGGED], n = ur_datum_axes(&g->schema, &g->data[k], axis), held = 0;
    for (int a = 0; a < n; a++) {
        bool other = false;
        for (int d = 0; d < g->ndata; d++) other = other || (d != k && ur_datum_carries(&g->schema, &g->data[d], axis[a]));
        held += other;
    }
    return held == n && g->ndata > 1;
}

static int nothing_left(const unroll_model *m, ur_err *e)
{
    const ur_graph *g = m->graph;
    bool text = false;
    const char *whole = NULL, *part = NULL;
    for (int k = 0; k < m->ndata; k++) {
        if (!g->data[k].drawn) continue;
        bool open = UR_IS_SYMBOL(g->data[k].kind) && g->data[k].nidx == 1 && ur_index_ends(&g->schema, g->data[k].idx[0]);
        text = text || open;
        if (open || can_go(g, k)) whole = whole ? whole : g->data[k].name;
        else part = part ? part : g->data[k].name;
    }
    char what[2 * UR_MAX_NAME + 64];
    if (whole) snprintf(what, sizeof what, "leave %s out (%s=)", whole, whole);
    else snprintf(what, sizeof what, "leave cells of %s empty", part ? part : "the data");
    return ur_fail(e, UNROLL_ERROR_USAGE, "nothing is left out: every value the model draws is given; %s%s", what,
                   text ? ", ask for a horizon, or let a text that is given go on" : ", or ask for a horizon");
}

/* forecasts that begin with missing values among what they read, for which the model's own draws stand */
static int say_past(const ur_job *j, ur_err *e)
{
    const ur_graph *g = j->m->graph;
    int root = ur_root_index(&g->schema);
    ur_notes notes = { j->o.note, j->o.note_arg };
    ur_pasts p = { 0 };
    size_t n = 0;
    if (!j->c.add || root < 0) return 0;
    int rc = ur_pasts_open(&p, g, e);
    for (size_t i = 0; i < j->c.x->n && !rc; i++) {
        int64_t len = (int64_t)ur_length(j->c.x, root, i);
        n += ur_pasts_missing(&p, j->c.x, i, len - (int64_t)j->c.add, len);
    }
    ur_pasts_close(&p);
    if (!rc && n && j->c.x->n > 1)
        ur_note(
            &notes,
            "%zu of %zu examples are forecast from a past that has missing values, in whose place the model's own draws stand", n,
            j->c.x->n);
    else if (!rc && n)
        ur_note(&notes, "the forecast begins from a past that has missing values, in whose place the model's own draws stand");
    return rc;
}

int ur_job_start(ur_job *j, unroll_model *m, const unroll_data *d, const unroll_use_options *o, bool ends, ur_err *e)
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
    TRY(say_past(j, e));
    TRY(choose_lanes(j, e));
    TRY(ur_job_unsaid(j, e));
    if (j->lanes >= 0) run_on(j);
    if (j->lanes >= 0) return 0;
    ur_run_want w = { .args = true };
    TRY(ur_use_run(&j->run, m, j->c.x, &j->o, false, &w, e));
    ur_origin h = ur_run_origin(j->run, &j->o);
    if (j->o.horizon > 0 && h.kind == UR_FROM_CONTEXT) j->window_context = h.context;
    return 0;
}

void ur_job_finish(ur_job *j)
{
    for (int d = 0; j->a && d < j->m->ndata; d++) {
        ur_free(j->a[d].v);
        ur_free(j->a[d].sample);
        ur_free(j->a[d].p);
        ur_free(j->a[d].each);
        ur_free(j->a[d].mean);
    }
    ur_free(j->a);
    ur_free(j->share);
    ur_outlook_close(&j->look);
    ur_free(j->state);
    ur_free(j->score);
    ur_free(j->found);
    ur_run_close(j->run);
    ur_complete_close(&j->c);
}
