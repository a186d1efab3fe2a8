/* track.c: forecasts of points in two or three dimensions: mean and final displacement (ADE and FDE: Pellegrini et al. 2009, Alahi et al. 2016),
 * the best of several samples (Gupta et al. 2018). Must not know how a forecast is made. Invariant: every forecast counts once, however long. */
#include "model/score.h"
#include <math.h>
#include <stdio.h>

bool ur_track_fits(const ur_graph *g, int datum)
{
    const ur_datum *u = &g->data[datum];
    size_t w = ur_datum_width(&g->schema, u);
    return !UR_IS_SYMBOL(u->kind) && u->kind != UR_TIME && (w == 2 || w == 3);
}

void ur_track_distances(const double *truth, const double *guess, size_t n, size_t w, double *ade, double *fde)
{
    double sum = 0, count = 0, last = NAN;
    for (size_t r = 0; r < n; r++) {
        double sq = 0;
        for (size_t c = 0; c < w; c++) {
            double d = truth[r * w + c] - guess[r * w + c];
            sq += d * d;
        }
        last = sqrt(sq);
        if (!isnan(last)) sum += last, count++;
    }
    *ade = count > 0 ? sum / count : NAN;
    *fde = last;
}

int ur_track_put(const ur_track *k, size_t samples, ur_sheet *s, ur_err *e)
{
    const char *base = "constant velocity";
    char name[48];
    if (!(k->n > 0)) return 0;
    double final = k->nfinal > 0 ? k->nfinal : NAN;
    TRY(ur_sheet_put(s, "ADE", k->ade / k->n, k->still_ade / k->n, base, e));
    TRY(ur_sheet_put(s, "FDE", k->fde / final, k->still_fde / final, base, e));
    if (!samples) return 0;
    snprintf(name, sizeof name, "minADE of %zu", samples);
    TRY(ur_sheet_put(s, name, k->best_ade / k->n, k->still_ade / k->n, base, e));
    snprintf(name, sizeof name, "minFDE of %zu", samples);
    return ur_sheet_put(s, name, k->best_fde / final, k->still_fde / final, base, e);
}
