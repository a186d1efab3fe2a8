/* score.c: how well a model explains data: likelihood, accuracy and errors in own units, each beside a baseline that needs no
 * model. With a horizon: forecasts from rolling origins. Must not know fitting. */
#include "model/score/score.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- passes */
int ur_part_told(double done, void *arg)
{
    const ur_part *p = arg;
    return p->o->progress ? p->o->progress(p->from + done * (p->to - p->from), p->o->arg) : 0;
}

/* ---- symbols, beyond one at a time */
static ur_label label_of(const ur_marks *k, int i)
{
    return (ur_label){ k->run->g->like[i].datum, k->t[i].guess, k->t[i].base, k->t[i].base_name };
}

static bool has_spans(const ur_marks *k, int i)
{
    int d = k->run->g->like[i].datum;
    const ur_datum *u = &k->m->graph->data[d];
    return k->t[i].guess && u->nidx && (u->kind == UR_WORDS || u->kind == UR_SYMBOL) && ur_tags_all(k->m->code[d].vocab);
}

/* does what stands for a label reach the distribution of one? Then the likeliest labels are not those after the true ones */
static int fed_back(const ur_marks *k, bool *out, ur_err *e)
{
    const ur_graph *g = k->m->graph;
    bool label;
    bool *reached = ur_zalloc((size_t)g->nnode + 1);
    ur_id *stack = ur_alloc(((size_t)g->nnode + 1) * sizeof *stack);
    int rc = reached && stack ? 0 : ur_nomem(e);
    *out = false;
    for (int i = 0; i < g->nlike && !rc; i++)
        for (int a = 0; a < g->like[i].narg && has_spans(k, i); a++) ur_reach(g, g->like[i].arg[a], reached, stack);
    for (int n = 0; n < g->nnode && !rc; n++)
        if (reached[n] && g->node[n].op == UR_DATA && ur_answerable(g, g->node[n].i, &label) && label) *out = true;
    ur_free(reached);
    ur_free(stack);
    return rc;
}

static int no_answers(const ur_marks *k, ur_err *e)
{
    const ur_graph *g = k->m->graph;
    const char *number = NULL, *symbol = NULL;
    for (int d = 0; d < g->ndata; d++)
        if (g->data[d].drawn) *(UR_IS_SYMBOL(g->data[d].kind) ? &symbol : &number) = g->data[d].name;
    if (!symbol)
        return ur_fail(
            e, UNROLL_ERROR_USAGE,
            "the model draws no symbols that could be completed: %s is made of numbers, whose forecasts a horizon scores",
            number ? number : "nothing");
    return ur_fail(
        e, UNROLL_ERROR_USAGE,
        "nothing is given from which %s could be completed: the model draws all that would say it, or how long it is; its likelihood is the score, without completions",
        symbol);
}

static int put_symbols(ur_marks *k, const ur_raw *raw, const unroll_use_options *o, const ur_answers *a, int i, ur_sheet *s,
                       ur_err *e)
{
    const ur_datum *u = &k->m->graph->data[k->run->g->like[i].datum];
    ur_label l = label_of(k, i);
    bool asked = a->asked && a->asked[l.datum];
    if (!l.guess) return 0;
    if (ur_is_label(&k->m->graph->schema, l.datum)) TRY(ur_labels_macro(s, k->m, k->x, raw, &l, e));
    if (u->nidx && k->x->n > 1) TRY(ur_labels_sequences(s, k->x, &l, 1, e));
    if (has_spans(k, i)) TRY(ur_labels_spans(s, k->m, k->x, raw, k->before, &l, asked ? a : NULL, e));
    return o->complete && asked ? ur_answers_put(a, k->m, raw, k->before, o->tokenize, l.datum, s, e) : 0;
}

/* several lines of symbols: all of them right */
static int put_together(ur_marks *k, ur_sheet *s, ur_err *e)
{
    int n = 0, nlike = k->run->g->nlike;
    ur_buf names = { 0 };
    ur_label *l = ur_alloc((size_t)(nlike + 1) * sizeof *l);
    if (!l) return ur_nomem(e);
    for (int i = 0; i < nlike; i++) {
        if (!k->t[i].guess) continue;
        l[n] = label_of(k, i);
        ur_buf_printf(&names, "%s%s", n ? ", " : "", k->m->graph->data[l[n].datum].name);
        n++;
    }
    s->data = names.s;
    int rc = names.bad ? ur_nomem(e) : n > 1 && k->x->n > 1 ? ur_labels_sequences(s, k->x, l, (size_t)n, e) : 0;
    ur_buf_free(&names);
    ur_free(l);
    return rc;
}

/* which symbol is taken for which, or how well each is found */
static int confusion_of(ur_marks *k, const ur_raw *raw, bool classes, unroll_table *t, ur_err *e)
{
    int n = 0, nlike = k->run->g->nlike;
    ur_label *l = ur_alloc((size_t)(nlike + 1) * sizeof *l);
    if (!l) return ur_nomem(e);
    for (int i = 0; i < nlike; i++)
        if (k->t[i].guess) l[n++] = label_of(k, i);
    int rc = n && classes ? ur_labels_classes(t, k->m, k->x, raw, l, (size_t)n, e)
             : n          ? ur_labels_confusion(t, k->m, k->x, raw, l, (size_t)n, e)
                          : ur_fail(e, UNROLL_ERROR_USAGE, "the model draws no symbols that could be taken for others");
    ur_free(l);
    return rc;
}

/* the losses that the text adds: the mean of each over the positions where it counts */
static int put_goals(const ur_marks *k, ur_sheet *s, ur_err *e)
{
    const ur_run *r = k->run;
    for (int i = 0; i < r->g->ngoal; i++) {
        double sum = r->like_sum[r->g->nlike + i], n = r->like_count[r->g->nlike + i];
        s->data = r->g->goal[i].name;
        TRY(ur_sheet_put(s, "loss", n, n > 0 ? sum / n : NAN, NAN, "", e));
    }
    return 0;
}

static int sheet_of(ur_marks *k, const ur_raw *raw, const unroll_use_options *o, unroll_table *t, ur_err *e)
{
    ur_sheet s;
    ur_answers a = { 0 };
    const ur_graph *g = k->run->g;
    bool back = false;
    ur_part part = { o, 0.1, 1 };
    unroll_use_options mine = *o;
    mine.progress = ur_part_told;
    mine.arg = &part;
    int rc = ur_sheet_open(&s, t, o->complete, k->origins, e);
    if (!rc && !o->complete && !o->horizon) rc = fed_back(k, &back, e);
    if (!rc && (o->complete || back)) rc = ur_answers_get(&a, k->m, raw, k->before, &mine, !o->complete, e);
    for (int i = 0; i < g->nlike && !rc; i++) {
        rc = ur_marks_line(k, o, &s, i, e);
        if (!rc) rc = put_symbols(k, raw, o, &a, i, &s, e);
    }
    if (!rc) rc = put_together(k, &s, e);
    if (!rc && !o->complete && !o->horizon) rc = put_goals(k, &s, e);
    ur_answers_free(&a);
    return rc;
}

/* which questions go together */
static int check(const ur_marks *k, const unroll_use_options *o, ur_err *e)
{
    bool label;
    int any = 0;
    if (!o->complete) {
        if (o->any_reference || o->tokenize)
            return ur_fail(e, UNROLL_ERROR_USAGE, "%s for completions: ask for them",
                           o->tokenize ? "a tokenisation is" : "several references are");
        if (o->beam || o->length_penalty != 0 || o->min_length || o->max_length)
            return ur_fail(e, UNROLL_ERROR_USAGE, "a beam and bounds on the length are for completions: ask for them");
        if (o->confusion && o->classes)
            return ur_fail(e, UNROLL_ERROR_USAGE, "a confusion table and one of each symbol are two tables: ask for one of them");
        if ((o->confusion || o->classes) && o->horizon)
            return ur_fail(e, UNROLL_ERROR_USAGE,
                           "a horizon is for forecasts, these tables are for symbols: ask for one of them");
        if (o->samples && !o->horizon && !k->draws)
            return ur_fail(e, UNROLL_ERROR_USAGE,
                           "samples are for forecasts of points, of which the nearest counts: ask for a horizon");
        return 0;
    }
    if (o->horizon || o->samples || o->confusion || o->classes)
        return ur_fail(e, UNROLL_ERROR_USAGE,
                       "completions are the likeliest symbols for what is given: %s another question, ask for one of them",
                       o->horizon   ? "a horizon is"
                       : o->samples ? "samples are"
                                    : "a confusion table is");
    TRY(ur_use_lengths(o, e));
    for (int d = 0; d < k->m->ndata; d++) any += ur_answerable(k->m->graph, d, &label);
    if (any > 1 && (o->beam || o->min_length))
        return ur_fail(e, UNROLL_ERROR_USAGE, "%s is for one sequence of symbols, and the model draws %d: complete them without",
                       o->beam ? "a beam" : "a least length", any);
    return any ? 0 : no_answers(k, e);
}

/* what the baseline says at each row: the most frequent symbol, of labels along words that of the word */
static int begin_base(ur_marks *k, int i, ur_err *e)
{
    int d = k->run->g->like[i].datum;
    ur_tally *t = &k->t[i];
    const ur_record *r = &k->m->rec;
    const ur_series *s = &k->x->series[d], *words = r->usual[d] ? &k->x->series[r->usual_of[d]] : NULL;
    if (words && (!words->start || words->nrow != s->nrow)) words = NULL;
    if (!(t->base = ur_alloc((s->nrow + 1) * sizeof *t->base))) return ur_nomem(e);
    for (size_t n = 0; n < s->nrow; n++) {
        int32_t usual = words ? r->usual[d][words->sym[n]] : 0;
        t->base[n] = usual ? usual : t->most;
    }
    if (words)
        snprintf(t->base_name, sizeof t->base_name, "%s of each %s", UR_MOST_FREQUENT, k->m->graph->data[r->usual_of[d]].name);
    return 0;
}

static int begin_lags(ur_marks *k, ur_err *e)
{
    const ur_graph *g = k->m->graph;
    ur_spans_work w;
    ur_spans s = { 0 };
    int rc = ur_spans_open(&w, g, e);
    for (int i = 0; i < g->nlike && !rc; i++) {
        rc = ur_spans_of(&w, g->like[i].arg, 1, k->run->root, &s, e);
        k->t[i].lag = rc ? 0 : ur_min_lag(g, &s, g->like[i].datum);
        if (k->t[i].lag == INT32_MAX) k->t[i].lag = 0; /* it reads none: the last value is as good a forecast as any */
    }
    ur_free(s.span);
    ur_spans_close(&w);
    return rc;
}

static int begin(ur_marks *k, bool horizon, ur_err *e)
{
    const ur_record *r = &k->m->rec;
    TRY(ur_tracks_open(&k->tracks, k->m, k->run, k->x, e));
    if (k->run->root >= 0) TRY(begin_lags(k, e));
    for (int i = 0; i < k->run->g->nlike; i++) {
        int d = k->run->g->like[i].datum;
        k->t[i].most = -1;
        snprintf(k->t[i].base_name, sizeof k->t[i].base_name, "%s", UR_MOST_FREQUENT);
        for (int n = 0; r->freq[d] && n < r->nfreq[d]; n++) {
            k->t[i].freq_sum += r->freq[d][n];
            if (n >= ur_symbol_first(&k->run->g->schema, d) && r->freq[d][n] > 0 &&
                (k->t[i].most < 0 || r->freq[d][n] > r->freq[d][k->t[i].most]))
                k->t[i].most = n;
        }
        if (r->freq[d] && k->run->g->like[i].dist == UR_CATEGORICAL)
            k->t[i].possible = ur_symbols_possible(k->m, d, r->freq[d], (size_t)r->nfreq[d]);
        size_t rows = k->x->series[d].nrow, w = ur_datum_width(&k->m->graph->schema, &k->m->graph->data[d]);
        k->t[i].width = w;
        if (!UR_IS_SYMBOL(k->m->graph->data[d].kind) && w > 1 && w <= UR_MOST_COMPONENTS &&
            !(k->t[i].each = ur_zalloc(w * sizeof *k->t[i].each)))
            return ur_nomem(e);
        if (horizon || k->run->g->like[i].dist != UR_CATEGORICAL || w != 1) continue;
        if (!(k->t[i].guess = ur_alloc((rows + 1) * sizeof *k->t[i].guess))) return ur_nomem(e);
        for (size_t n = 0; n < rows; n++) k->t[i].guess[n] = -1;
        TRY(begin_base(k, i, e));
    }
    return 0;
}

static void add_ends(ur_buf *b, const char *which, size_t n, size_t examples, const char *why)
{
    if (!n) return;
    ur_buf_printf(b, "%sthe %s ", b->n ? " and " : "", which);
    ur_buf_printf(b, n > 1 ? "%zu positions" : "position", n);
    if (examples > 1) ur_buf_printf(b, " of each of %zu examples", examples);
    ur_buf_printf(b, ", %s,", why);
}

/* what is not scored, for an exact fit leaves it out too, and what reads missing values */
static int say_left(const ur_marks *k, const unroll_use_options *o, ur_err *e)
{
    const ur_left *left = &k->losses.left;
    ur_notes notes = { o->note, o->note_arg };
    ur_buf b = { 0 };
    bool ahead = false;
    for (int i = 0; i < k->m->graph->nlike; i++) ahead = ahead || (left->first && k->m->graph->like[i].ahead);
    add_ends(&b, "first", left->first, k->x->n,
             ahead ? "of which not every origin has its lags in the data" : "whose lags reach before the data");
    add_ends(&b, "last", left->last, k->x->n,
             left->last > 1 ? "which read what comes after the data" : "which reads what comes after the data");
    if (left->through)
        ur_buf_printf(&b, "%s%zu value%s that read%s a missing one %s", b.n ? " and " : "", left->through,
                      left->through > 1 ? "s" : "", left->through > 1 ? "" : "s",
                      b.n ? "there" : "among the first positions, whose lags reach before the data,");
    if (left->parts)
        ur_buf_printf(&b, "%s%zu value%s before the first or after the last position", b.n ? " and " : "", left->parts,
                      left->parts > 1 ? "s that read" : " that reads");
    if (b.n)
        ur_buf_printf(&b, " %s not scored%s", left->first + left->last + left->through + left->parts > 1 ? "are" : "is",
                      ahead ? "; the fit uses them from the origins that have" : ", as in the fit");
    if (b.n && left->without)
        ur_buf_printf(&b, " (%zu example%s no other position)", left->without, left->without > 1 ? "s have" : " has");
    if (b.n && !b.bad) ur_note(&notes, "%s", b.s);
    int rc = b.bad ? ur_nomem(e) : 0;
    ur_buf_free(&b);
    for (int i = 0; i < k->m->graph->nlike; i++) {
        const ur_loss *q = &k->losses.line[i];
        if (q->gaps > 0)
            ur_note(&notes, "%s: %.0f of %.0f values read%s a missing one, in whose place the model's own draw stands",
                    k->m->graph->data[k->m->graph->like[i].datum].name, q->gaps, q->rows, q->gaps > 1 ? "" : "s");
    }
    return rc;
}

static void end(ur_marks *k)
{
    ur_args_free(&k->args);
    ur_losses_close(&k->losses);
    for (int i = 0; k->t && i < k->run->g->nlike; i++)
        ur_free(k->t[i].guess), ur_free(k->t[i].base), ur_free(k->t[i].out.p), ur_free(k->t[i].each);
    ur_free(k->t);
    ur_free(k->origin);
    ur_tracks_close(&k->tracks);
    ur_outlook_close(&k->look);
    ur_run_close(k->fore);
    ur_run_close(k->run);
}

/* Over k->draws draws of the random quantities: likelihoods are means of −log p given each, a bound on what it is without them
 * (Jensen); forecasts are means too. Errors are marked in the last pass, which has the first draw again */
static int over_draws(ur_marks *k, const unroll_use_options *o, ur_pass *p, ur_err *e)
{
    const ur_graph *g = k->run->g;
    double all = 1 + (o->complete ? 9 : 0);
    ur_note(&(ur_notes){ o->note, o->note_arg },
            "the model hangs on draws: what is told is the mean over %d draw%s (--samples N: of N), of likelihoods a bound",
            k->draws, k->draws > 1 ? "s" : "");
    if (k->draws == 1) return ur_pass_all(p, e);
    double *sum = ur_zalloc((size_t)(ur_naddend(g) + 1) * sizeof *sum);
    int rc = sum ? ur_outlook_open(&k->look, k->run, e) : ur_nomem(e), passes = k->draws + 1;
    for (int n = 0; n < passes && !rc; n++) {
        ur_part part = { o, n / (double)passes / all, (n + 1) / (double)passes / all };
        p->turn = n < k->draws ? (uint32_t)n : 0;
        p->progress_arg = &part;
        ur_outlook_pass(&k->look, n < k->draws);
        rc = ur_pass_all(p, e);
        for (int l = 0; l < ur_naddend(g) && n < k->draws && !rc; l++) sum[l] += k->run->like_sum[l] / k->draws;
    }
    for (int l = 0; l < ur_naddend(g) && !rc; l++) k->run->like_sum[l] = sum[l];
    for (int l = 0; l < g->nlike && !rc; l++) {
        k->losses.line[l].rest_sum /= k->draws;
        k->losses.line[l].rest_count /= k->draws;
    }
    ur_free(sum);
    return rc;
}

int unroll_score(unroll_model *m, const unroll_data *d, const unroll_use_options *opt, unroll_table **out)
{
    ur_err *e = ur_model_error();
    if (!m || !d || !out) return ur_fail(e, UNROLL_ERROR_USAGE, "unroll_score: no model, no data, or no place for the table");
    unroll_use_options o = ur_use_options(opt);
    ur_complete c = { 0 };
    ur_marks k = { .m = m };
    unroll_table *t = NULL;
    int horizon = o.horizon, rc = ur_use_check(m, d, e);
    if (!rc) rc = ur_use_ranges(&o, e);
    if (!rc && ur_hangs_on(m->graph, m->graph->loss, UR_DRAW)) k.draws = o.samples > 0 && !horizon ? o.samples : 1;
    if (!rc) rc = check(&k, &o, e);
    o.horizon = 0;
    if (!rc) rc = ur_data_present(m, d, true, e);
    if (!rc) rc = ur_complete_open(&c, m, d, &o, true, e);
    if (!rc) rc = ur_leave_out(m, c.x, e);
    if (!rc) rc = ur_weights_check(m, c.x, e);
    o.horizon = horizon;
    if (!rc) rc = ur_losses_open(&k.losses, m, c.x, c.before, ur_fitted_exactly(m) && !horizon, e);
    ur_run_want w = { .args = true, .rows = k.losses.gaps && !horizon };
    if (!rc) rc = ur_use_run(&k.run, m, c.x, &o, horizon > 0, &w, e);
    if (!rc && !(k.t = ur_zalloc((size_t)(k.run->g->nlike + 1) * sizeof *k.t))) rc = ur_nomem(e);
    if (!rc) {
        k.x = c.x;
        k.before = c.before;
        k.season = o.season > 0 ? o.season : m->rec.season;
        rc = begin(&k, horizon > 0, e);
        if (!rc && !horizon) rc = say_left(&k, &o, e);
        ur_part part = { &o, 0, o.complete ? 0.1 : 1.0 / (1 + (horizon > 0 ? o.samples : 0)) };
        ur_pass p = { .run = k.run,
                      .x = c.x,
                      .after = ur_marks_batch,
                      .arg = &k,
                      .score_from = (uint32_t)c.before,
                      .wanted = (int32_t)c.before,
                      .seed = o.seed,
                      .notes = &(ur_notes){ o.note, o.note_arg },
                      .progress = ur_part_told,
                      .progress_arg = &part,
                      .draw = { .temperature = 1 } };
        if (!rc) rc = horizon > 0 ? ur_marks_rolling(&k, &o, &p, e) : k.draws ? over_draws(&k, &o, &p, e) : ur_pass_all(&p, e);
        if (!rc && !horizon) ur_losses_end(&k.losses, k.run);
        if (!rc && !horizon && k.run->g->nlike && !(p.count > 0))
            rc = ur_fail(e, UNROLL_ERROR_DATA, "there is nothing to score: every value of %s is missing%s",
                         k.run->g->data[k.run->g->like[0].datum].name,
                         k.run->g->data[k.run->g->like[0].datum].never ? ", or a symbol that the fit never met" : "");
    }
    if (!rc && !(t = ur_table_new())) rc = ur_nomem(e);
    if (!rc)
        rc = o.confusion || o.classes ? confusion_of(&k, c.raw ? c.raw : d->raw, o.classes, t, e)
                                      : sheet_of(&k, c.raw ? c.raw : d->raw, &o, t, e);
    if (!rc) ur_table_round(t, 12);
    if (rc) unroll_table_free(t);
    else *out = t;
    end(&k);
    ur_complete_close(&c);
    return rc;
}
