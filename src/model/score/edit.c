/* edit.c: how many symbols have to be put in, taken out or changed to make one sequence of another. Knows symbols by number
 * alone. */
#include "model/score/score.h"

/* d[i][j] = min(d[i-1][j] + 1, d[i][j-1] + 1, d[i-1][j-1] + (a[i] ≠ b[j])), one row kept (Wagner & Fischer 1974) */
size_t ur_edits(const int32_t *a, size_t na, const int32_t *b, size_t nb, size_t *row)
{
    for (size_t j = 0; j <= nb; j++) row[j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t up = row[j], best = diagonal + (a[i - 1] != b[j - 1]);
            if (up + 1 < best) best = up + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            row[j] = best;
            diagonal = up;
        }
    }
    return row[nb];
}
