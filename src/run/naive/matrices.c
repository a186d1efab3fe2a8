/* matrices.c: the oracle's products of matrices, triangular solves, Cholesky factors, triangles and diagonals, by the sums of
 * their definitions. Must not know positions along ragged indices. */
#include "run/naive/inside.h"
#include <math.h>
#include <string.h>

bool ur_naive_prod(ev *e)
{
    const double *m = need(e, 0), *x = need(e, 1), *start = e->n->narg > 2 ? need(e, 2) : NULL;
    if (!finished(e)) return false;
    const ur_node *n = e->n, *M = arg(e, 0), *X = arg(e, 1);
    memset(e->out, 0, e->v->width[e->id] * sizeof *e->out);
    if (start) memcpy(e->out, start, e->v->width[e->id] * sizeof *e->out);
    tuple t = fix_of(n);
    add_fix(&t, M->nfix, M->fix);
    add_fix(&t, X->nfix, X->fix);
    EACH_TUPLE(e->v, &t)
    {
        const double *mb = m + block(e->v, M), *xb = x + block(e->v, X);
        double *y = e->out + block(e->v, n);
        for (int r = 0; r < n->rows; r++)
            for (int k = 0; k < n->cols; k++)
                for (int c = 0; c < X->rows; c++)
                    y[r * n->cols + k] += (n->trans ? mb[c * M->cols + r] : mb[r * M->cols + c]) * xb[c * X->cols + k];
    }
    return true;
}

bool ur_naive_solve(ev *e)
{
    const double *l = need(e, 0), *x = need(e, 1);
    if (!finished(e)) return false;
    const ur_node *n = e->n;
    int s = n->rows, m = n->cols;
    tuple t = fix_of(n);
    EACH_TUPLE(e->v, &t)
    {
        const double *lb = l + block(e->v, arg(e, 0)), *xb = x + block(e->v, arg(e, 1));
        double *y = e->out + block(e->v, n);
        for (int k = 0; k < s * m; k++) {
            int i = n->trans ? s - 1 - k / m : k / m, c = k % m;
            double v = xb[i * m + c];
            for (int j = n->trans ? i + 1 : 0; j < (n->trans ? s : i); j++)
                v -= lb[n->trans ? j * s + i : i * s + j] * y[j * m + c];
            y[i * m + c] = v == 0 ? 0 : v / lb[i * s + i];
        }
    }
    return true;
}

bool ur_naive_cholesky(ev *e)
{
    const double *x = need(e, 0);
    if (!x) return false;
    int s = e->n->rows;
    tuple t = fix_of(e->n);
    EACH_TUPLE(e->v, &t)
    {
        const double *m = x + block(e->v, arg(e, 0));
        double *l = e->out + block(e->v, e->n);
        for (int c = 0; c < s; c++)
            for (int r = 0; r < s; r++) {
                double v = r < c ? 0 : m[r * s + c];
                for (int k = 0; k < c && r >= c; k++) v -= l[r * s + k] * l[c * s + k];
                l[r * s + c] = r < c ? 0 : r > c ? v / l[c * s + c] : v > 0 ? sqrt(v) : NAN;
            }
    }
    return true;
}

bool ur_naive_triangle(ev *e)
{
    const double *x = need(e, 0);
    if (!x) return false;
    const ur_node *n = e->n, *a = arg(e, 0);
    tuple t = fix_of(n);
    EACH_TUPLE(e->v, &t)
    {
        const double *b = x + block(e->v, a);
        double *y = e->out + block(e->v, n);
        for (int r = 0; r < n->rows; r++)
            for (int c = 0; c < n->cols; c++) {
                if (n->op == UR_LOWER) y[r * n->cols + c] = c <= r ? b[r * a->cols + c] : 0;
                else if (n->trans) y[r * n->cols + c] = c == r ? b[r] : 0;
                else y[r] = b[r * a->cols + r];
            }
    }
    return true;
}
