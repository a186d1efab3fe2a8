/* rolling.c: forecasts from rolling origins, the horizon hidden from the equations, each from what predict would read there.
 * Must not know what is marked. Invariant: whatever is not known at the origin is drawn by the model, or a note names it. */
#include "model/score/score.h"
#include <math.h>
#include <string.h>

static int32_t begin_at(const ur_marks *k, ur_origin h, size_t example, int32_t origin)
{
    if (h.kind == UR_FROM_STATE) return origin;
    if (h.kind == UR_FROM_LAGS) return ur_run_up(k->run, k->x, example, origin);
    return h.kind == UR_FROM_CONTEXT && origin > h.context ? origin - h.context : 0;
}

/* forecasts from every origin: each from what predict would read there */
static int origins(const ur_marks *k, const unroll_use_options *o, ur_origin h, ur_item **out, size_t *n, ur_err *e)
{
    int ahead = o->horizon, stride = o->stride > 0 ? o->stride : 1,
        least = h.context         ? h.context
                : 2 * ahead > 168 ? 2 * ahead
                                  : 168;
    int begin = 0, owed = ur_fitted_exactly(k->m) ? k->run->lag : 0; /* it is not scored where its lags reach before the data */
    size_t cap = 0, brief = 0, left = 0, none = 0;
    int32_t reach;
    TRY(ur_hidden_reach(k->m->graph, k->x, k->run->root, &reach, e));
    if (least < k->run->lag) least = k->run->lag; /* what the first origin has before it, where there is no history */
    for (size_t x = 0; x < k->x->n; x++) {
        int len = (int)ur_length(k->x, k->run->root, x), first = k->before ? (int)k->before : least;
        if (!k->before && first + ahead > len) {
            first = len / 2 > k->run->lag ? len / 2 : k->run->lag;
            if (first + ahead > len) first = len > ahead ? len - ahead : len;
            if (first < owed) first = owed;
            if (len > ahead) brief++, begin = first;
            none += first + ahead > len;
        }
        for (int64_t at = first; at + ahead <= len; at += stride) { /* the last step may go beyond the largest int */
            if (*n == cap) {
                ur_item *more = ur_realloc(*out, (cap = cap * 2 + 64) * sizeof *more);
                if (!more) return ur_nomem(e);
                *out = more;
            }
            int32_t to = ur_window_end(k->m->graph, k->x, x, (int32_t)at, (int32_t)at + ahead, reach);
            left += to < (int32_t)at + ahead;
            if (to > at) (*out)[(*n)++] = (ur_item){ (uint32_t)x, begin_at(k, h, x, (int32_t)at), to, (int32_t)at, (int32_t)at };
        }
    }
    ur_notes notes = { o->note, o->note_arg };
    if (left) ur_note(&notes, "%zu forecasts are scored up to where they would read a number that is given and missing", left);
    if (none && k->x->n > 1)
        ur_note(&notes, "%zu of %zu examples are too short for a forecast of %d positions%s", none, k->x->n, ahead,
                owed ? " after the first lags, without which the fit left rows out too" : "");
    if (brief && k->x->n == 1)
        ur_note(
            &notes,
            "forecasts begin after %d position%s: where nothing comes before the data they begin after %d, and in fewer after half of them; --rows FROM: forecasts from every "
            "row after FROM, from all before it (--stride N: from every Nth)",
            begin, begin == 1 ? "" : "s", least);
    else if (brief)
        ur_note(
            &notes,
            "in %zu of %zu examples forecasts begin after half of the positions, or where one just fits in, in longer ones after %d; with --context N they begin after N, of "
            "which they build up their state (lags read further back), from every position on (--stride N: from every Nth)",
            brief, k->x->n, least);
    return *n ? 0 : ur_fail(e, UNROLL_ERROR_DATA, "no forecast of %d positions lies within the data", ahead);
}

/* which forecasts begin with missing values among what they read, for which the model's own draws stand */
static int look_back(ur_marks *k, const ur_item *item, ur_err *e)
{
    if (!k->run->g->nlike) return 0;
    const ur_series *s = &k->x->series[k->run->g->like[0].datum];
    ur_pasts p = { 0 };
    int rc = (k->origin = ur_zalloc(s->nrow + 1)) ? ur_pasts_open(&p, k->m->graph, e) : ur_nomem(e);
    for (size_t i = 0; i < k->origins && !rc; i++)
        if (ur_pasts_missing(&p, k->x, item[i].example, item[i].hide_from, item[i].to))
            k->origin[s->start[item[i].example] + (size_t)item[i].hide_from] |= UR_ORIGIN_MISSING;
    ur_pasts_close(&p);
    return rc;
}

/* those without any value are none */
static void count_origins(ur_marks *k)
{
    size_t rows = k->origin ? k->x->series[k->run->g->like[0].datum].nrow : 0;
    k->origins = k->origin ? 0 : k->origins;
    for (size_t r = 0; r < rows; r++) k->origins += (k->origin[r] & UR_ORIGIN_VALUES) != 0;
}

/* given data that a forecast reads after its origin, where whoever makes one has to know them */
static int say_given(const ur_marks *k, const unroll_use_options *o, ur_err *e)
{
    const ur_graph *g = k->m->graph;
    ur_buf names = { 0 };
    int *hi = ur_alloc((size_t)(g->ndata + 1) * sizeof *hi), count = 0;
    int rc = hi ? ur_latest_reads(g, k->run->root, hi, e) : ur_nomem(e);
    for (int d = 0; d < g->ndata && !rc; d++) {
        const ur_datum *u = &g->data[d];
        bool later = hi[d] != INT32_MIN && hi[d] + o->horizon > 0 && ur_datum_carries(&g->schema, u, k->run->root);
        if (u->drawn || u->kind == UR_TIME || !later) continue;
        ur_buf_printf(&names, "%s%s", count++ ? ", " : "", u->name);
    }
    if (!rc && names.bad) rc = ur_nomem(e);
    if (!rc && count)
        ur_note(&(ur_notes){ o->note, o->note_arg },
                "over each horizon %s %s read as the data have %s: whoever forecasts so has to know %s in advance", names.s,
                count > 1 ? "are" : "is", count > 1 ? "them" : "it", count > 1 ? "them" : "it");
    ur_buf_free(&names);
    ur_free(hi);
    return rc;
}

/* random forecasts, where what is expected hangs on what the model draws */
static int look_ahead(ur_marks *k, const unroll_use_options *o, const ur_pass *like, const ur_item *item, ur_err *e)
{
    const ur_graph *g = k->run->g;
    int draws = o->samples ? o->samples : UR_OUTLOOK_DRAWS;
    for (int i = 0; i < g->nlike; i++) {
        bool sym = UR_IS_SYMBOL(g->data[g->like[i].datum].kind);
        if (k->look.line[i].hangs)
            ur_note(&(ur_notes){ o->note, o->note_arg },
                    "%s hangs on %s: over the horizon its %s is the mean of %d random forecasts (--samples N: of N)",
                    g->data[g->like[i].datum].name,
                    k->look.line[i].random ? "draws" : "symbols or whole numbers that the model draws itself",
                    sym ? "probability" : "forecast", draws);
    }
    for (int n = 0; n < draws; n++) {
        ur_part part = { o, (double)n / (1 + draws), (1.0 + n) / (1 + draws) };
        ur_pass p = *like;
        p.step = p.turn = (uint32_t)n + 1;
        p.draw = (ur_draw_options){ .mode = 1, .from = like->draw.from, .temperature = 1, .seed = o->seed };
        p.progress_arg = &part;
        ur_outlook_pass(&k->look, true);
        TRY(ur_pass_items(&p, item, k->origins, e));
    }
    ur_outlook_pass(&k->look, false);
    return 0;
}

static bool symbols_in_rows(const ur_marks *k)
{
    bool rows = true;
    for (int d = 0; d < k->m->ndata; d++) {
        const ur_datum *u = &k->m->graph->data[d];
        rows = rows && (!u->drawn || !UR_IS_SYMBOL(u->kind) || u->kind == UR_SYMBOL);
    }
    return rows;
}

int ur_marks_rolling(ur_marks *k, const unroll_use_options *o, ur_pass *p, ur_err *e)
{
    int root = k->run->root;
    if (root < 0) return ur_fail(e, UNROLL_ERROR_USAGE, "a horizon needs data along one index, as in y[t]");
    for (int i = 0; i < k->m->ndata; i++) {
        const ur_datum *u = &k->m->graph->data[i];
        if (u->drawn && (u->nidx != 1 || u->idx[0] != root))
            return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "%s is not carried along %s alone: no rolling forecasts", u->name,
                           k->m->graph->index[root].name);
    }
    bool tracks = false;
    for (int i = 0; i < k->run->g->nlike; i++) tracks = tracks || ur_track_fits(k->run->g, k->run->g->like[i].datum);
    if (o->horizon > 1 || k->draws) TRY(ur_outlook_open(&k->look, k->run, e));
    if (o->samples && !tracks && !k->look.any)
        return ur_fail(
            e, UNROLL_ERROR_USAGE,
            "the best of %d samples is a score of points: of data of two or three numbers, as in p[t] : real(2); the model draws none",
            o->samples);
    ur_origin h = ur_run_origin(k->run, o);
    ur_item *item = NULL;
    k->tracks.ahead = (size_t)o->horizon;
    int rc = say_given(k, o, e);
    if (!rc) rc = origins(k, o, h, &item, &k->origins, e);
    if (!rc) rc = look_back(k, item, e);
    if (!rc && o->samples) rc = ur_tracks_expect(&k->tracks, k->origins, e);
    ur_run_want w = { .args = true };
    if (!rc && h.kind == UR_FROM_STATE) rc = ur_use_run(&k->fore, k->m, k->x, o, true, &w, e);
    p->fore = k->fore;
    p->draw.from = symbols_in_rows(k) ? UR_SYM_FIRST : 0; /* a series goes on over a horizon, as in predict */
    if (!rc && k->look.any) rc = look_ahead(k, o, p, item, e);
    if (!rc) rc = ur_pass_items(p, item, k->origins, e);
    ur_losses_end(&k->losses, k->run);
    if (!rc && o->samples) rc = ur_tracks_best(&k->tracks, o, p, item, k->origins, e);
    ur_free(item);
    if (!rc) count_origins(k);
    return rc;
}
