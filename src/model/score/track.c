/* track.c: forecasts of points in two or three dimensions: mean and final displacement (ADE and FDE: Pellegrini et al. 2009,
 * Alahi et al. 2016), the best of several samples (Gupta et al. 2018), each beside a point that goes on as it went last. Must not
 * know how a forecast is made. Invariant: every forecast counts once, however long; the baseline is scored on the same points. */
#include "model/score/score.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

bool ur_track_fits(const ur_graph *g, int datum)
{
    const ur_datum *u = &g->data[datum];
    size_t w = ur_datum_width(&g->schema, u);
    return !UR_IS_SYMBOL(u->kind) && u->kind != UR_TIME && (w == 2 || w == 3);
}

int ur_tracks_open(ur_tracks *k, unroll_model *m, ur_run *run, const ur_examples *x, ur_err *e)
{
    *k = (ur_tracks){ .m = m, .run = run, .x = x, .t = ur_zalloc((size_t)(run->g->nlike + 1) * sizeof *k->t) };
    return k->t ? 0 : ur_nomem(e);
}

void ur_tracks_close(ur_tracks *k)
{
    for (int i = 0; k->t && i < k->run->g->nlike; i++) ur_free(k->t[i].least);
    ur_free(k->t);
    ur_free(k->point);
    memset(k, 0, sizeof *k);
}

/* NAN: missing */
static double coordinate(const ur_tracks *k, int d, size_t row, size_t w, size_t c)
{
    const ur_series *s = &k->x->series[d];
    return ur_series_has(s, row, c) ? ur_own(k->m, d, c, s->num[row * w + c]) : NAN;
}

/* where points from `origin` on lie if the last step is repeated; without two points just before it, where the last one known
 * lies */
static void constant_velocity(const ur_tracks *k, int d, size_t from, size_t origin, size_t n, size_t w, double *out)
{
    for (size_t c = 0; c < w; c++) {
        double last = NAN,
               step = origin >= from + 2 ? coordinate(k, d, origin - 1, w, c) - coordinate(k, d, origin - 2, w, c) : 0;
        for (size_t r = origin; r > from && isnan(last); r--) last = coordinate(k, d, r - 1, w, c);
        for (size_t r = 0; r < n; r++) out[r * w + c] = last + (isnan(step) ? 0 : step) * (double)(r + 1);
    }
}

/* Euclidean distances of one forecast: their mean, and the last; NAN: not known */
static void distances(const double *truth, const double *guess, size_t n, size_t w, double *ade, double *fde)
{
    double sum = 0, count = 0, last = NAN;
    for (size_t r = 0; r < n; r++) {
        double sq = 0;
        for (size_t c = 0; c < w; c++) sq += (truth[r * w + c] - guess[r * w + c]) * (truth[r * w + c] - guess[r * w + c]);
        last = sqrt(sq);
        if (!isnan(last)) sum += last, count++;
    }
    *ade = count > 0 ? sum / count : NAN;
    *fde = last;
}

static int one_forecast(ur_tracks *k, int line, ur_pass *p, const ur_batch *b, size_t it, ur_err *e)
{
    ur_track *t = &k->t[line];
    int d = k->run->g->like[line].datum;
    size_t first, all = ur_item_rows(k->run, k->x, b, it, d, &first),
                  w = ur_datum_width(&k->m->graph->schema, &k->m->graph->data[d]);
    size_t from = k->x->series[d].start[b->item[it].example], skip = from + (size_t)b->item[it].hide_from - first, n = all - skip;
    if (3 * n * w > k->npoint) {
        double *more = ur_realloc(k->point, 3 * n * w * sizeof *more);
        if (!more) return ur_nomem(e);
        k->point = more;
        k->npoint = 3 * n * w;
    }
    double *truth = k->point, *guess = truth + n * w, *still = guess + n * w, ade, fde, still_ade, still_fde;
    ur_drawn drawn = { 0 };
    int rc = ur_drawn_get(&drawn, k->run, d, it, e);
    for (size_t r = 0; !rc && r < n; r++)
        for (size_t c = 0; c < w; c++) {
            truth[r * w + c] = coordinate(k, d, first + skip + r, w, c);
            guess[r * w + c] = ur_drawn_value(&drawn, p, b, skip + r, c);
        }
    ur_drawn_free(&drawn);
    if (rc) return rc;
    distances(truth, guess, n, w, &ade, &fde);
    if (n < k->ahead) fde = NAN; /* its last position is not scored */
    double *least = t->least ? t->least + 2 * (k->item + it) : NULL;
    if (p->draw.mode) { /* what does not count is NAN and stays so */
        if (ade < least[0]) least[0] = ade;
        if (fde < least[1]) least[1] = fde;
        return 0;
    }
    constant_velocity(k, d, from, first + skip, n, w, still);
    distances(truth, still, n, w, &still_ade, &still_fde);
    if (least)
        least[0] = isnan(ade) || isnan(still_ade) ? NAN : INFINITY, least[1] = isnan(least[0]) || isnan(fde) ? NAN : INFINITY;
    if (isnan(ade) || isnan(still_ade)) return 0;
    t->n++;
    t->ade += ade;
    t->still_ade += still_ade;
    if (isnan(fde)) return 0;
    t->nfinal++;
    t->fde += fde;
    t->still_fde += still_fde;
    return 0;
}

int ur_tracks_mark(ur_tracks *k, ur_pass *p, const ur_batch *b, ur_err *e)
{
    const ur_graph *g = k->run->g;
    for (int i = 0; i < g->nlike; i++)
        for (size_t it = 0; it < b->n && ur_track_fits(g, g->like[i].datum); it++) TRY(one_forecast(k, i, p, b, it, e));
    k->item += b->n;
    return 0;
}

static int mark(ur_pass *p, const ur_batch *b, ur_err *e) { return ur_tracks_mark(p->arg, p, b, e); }

int ur_tracks_expect(ur_tracks *k, size_t n, ur_err *e)
{
    const ur_graph *g = k->run->g;
    for (int i = 0; i < g->nlike; i++)
        if (ur_track_fits(g, g->like[i].datum) && !(k->t[i].least = ur_alloc((2 * n + 1) * sizeof *k->t[i].least)))
            return ur_nomem(e);
    return 0;
}

int ur_tracks_best(ur_tracks *k, const unroll_use_options *o, const ur_pass *like, const ur_item *item, size_t n, ur_err *e)
{
    for (int s = 0; s < o->samples; s++) {
        ur_part part = { o, (1.0 + s) / (1.0 + o->samples), (2.0 + s) / (1.0 + o->samples) };
        ur_pass p = *like;
        p.after = mark;
        p.arg = k;
        p.step = p.turn = (uint32_t)s + 1;
        p.draw = (ur_draw_options){ .mode = 1, .temperature = o->temperature, .seed = o->seed };
        p.progress = ur_part_told;
        p.progress_arg = &part;
        k->item = 0;
        TRY(ur_pass_items(&p, item, n, e));
    }
    for (int i = 0; i < k->run->g->nlike; i++) {
        ur_track *t = &k->t[i];
        for (size_t q = 0; t->least && q < n; q++) {
            if (!isnan(t->least[2 * q])) t->best_ade += t->least[2 * q];
            if (!isnan(t->least[2 * q + 1])) t->best_fde += t->least[2 * q + 1];
        }
    }
    return 0;
}

int ur_tracks_put(const ur_tracks *k, int line, int samples, ur_sheet *s, ur_err *e)
{
    const ur_track *t = &k->t[line];
    const char *base = "constant velocity";
    char name[48];
    if (!(t->n > 0)) return 0;
    double last = t->nfinal > 0 ? t->nfinal : NAN;
    TRY(ur_sheet_put(s, "ADE", t->n, t->ade / t->n, t->still_ade / t->n, base, e));
    TRY(ur_sheet_put(s, "FDE", t->nfinal, t->fde / last, t->still_fde / last, base, e));
    if (!samples) return 0;
    snprintf(name, sizeof name, "minADE of %d", samples);
    TRY(ur_sheet_put(s, name, t->n, t->best_ade / t->n, t->still_ade / t->n, base, e));
    snprintf(name, sizeof name, "minFDE of %d", samples);
    return ur_sheet_put(s, name, t->nfinal, t->best_fde / last, t->still_fde / last, base, e);
}
