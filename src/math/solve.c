/* What LAPACK solves: dense least squares of rows that come one after the other, by QR and, where the rank is in doubt, the
 * divide-and-conquer SVD of the triangle (dgelsd), so that a rank-deficient system gives the solution of minimum norm;
 * orthonormal vectors. Must not know what a model is. */
#include "math/math.h"
#include <cblas.h>
#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

/* ---- rows one after the other
 * What is kept of the rows [X | Y] so far is R of the QR decomposition of X, with Y turned alike (Golub & Van Loan, Matrix
 * Computations, 12.5: row updates; here many at a time, as in Demmel, Grigori, Hoemmen & Langou 2012), and the norms of what is
 * left of Y: as L = R', row-major, of which a row of the equations is one more column. Of fewer rows than unknowns all are kept.
 */
enum { LEAST_ROWS = 1024, MOST_UNKNOWNS = 1000000 };

static size_t least(size_t a, size_t b) { return a < b ? a : b; }
static size_t at_a_time(size_t p, size_t n) { return least(n, 3 * p > LEAST_ROWS ? 3 * p : LEAST_ROWS); }

double ur_squares_bytes(size_t p, size_t r, size_t n, size_t together)
{
    double q = (double)p + (double)r, most = (double)least(p, n), rows = (double)at_a_time(p, n) + (double)together;
    return 8 * (q * (most + rows) + most * ((double)p + (double)r) + 2 * (double)p * (double)r + q);
}

int ur_squares_new(ur_squares *s, size_t p, size_t r, size_t n, size_t together, ur_err *e)
{
    *s = (ur_squares){ 0 };
    if (!r || !n || !together) return ur_fail(e, UNROLL_ERROR_USAGE, "least squares needs at least one row and one result");
    if (p > MOST_UNKNOWNS || r > MOST_UNKNOWNS || n > (size_t)INT32_MAX - p - r || together > (size_t)INT32_MAX / 4 ||
        ur_squares_bytes(p, r, n, together) > 1e18)
        return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "least squares with %zu rows and %zu unknowns is too large", n, p);
    *s = (ur_squares){ .p = p, .r = r, .room = at_a_time(p, n) + together };
    s->a = ur_alloc((p + r) * (least(p, n) + s->room) * sizeof *s->a);
    s->tau = ur_alloc((p + 1) * sizeof *s->tau);
    s->rest = ur_zalloc(r * sizeof *s->rest);
    if (s->a && s->tau && s->rest) return 0;
    ur_squares_free(s);
    return ur_nomem(e);
}

void ur_squares_free(ur_squares *s)
{
    ur_free(s->a);
    ur_free(s->tau);
    ur_free(s->rest);
    *s = (ur_squares){ 0 };
}

static bool finite_all(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i])) return false;
    return true;
}

static int not_finite(ur_err *e)
{
    return ur_fail(e, UNROLL_ERROR_NUMERIC, "least squares: the equations hold a number that is infinite or not a number");
}

/* √ Σ x² of n numbers, `step` apart, whatever their size */
static double norm(const double *x, size_t n, size_t step)
{
    double most = 0, sum = 0;
    for (size_t i = 0; i < n; i++) most = fmax(most, fabs(x[i * step]));
    for (size_t i = 0; most > 0 && i < n; i++) sum += x[i * step] / most * (x[i * step] / most);
    return most * sqrt(sum);
}

/* the rows waiting go into the triangle */
static int reduce(ur_squares *s, ur_err *e)
{
    size_t p = s->p, r = s->r, q = p + r, n = s->kept + s->waiting, kept = least(p, n);
    if (!s->waiting) return 0;
    int rc = ur_lapack_room(e);
    if (rc) return rc;
    if (!finite_all(s->a + q * s->kept, q * s->waiting)) return not_finite(e);
    lapack_int info = p ? LAPACKE_dgelqf(LAPACK_COL_MAJOR, (lapack_int)p, (lapack_int)n, s->a, (lapack_int)q, s->tau) : 0;
    if (p && !info)
        info = LAPACKE_dormlq(LAPACK_COL_MAJOR, 'R', 'T', (lapack_int)r, (lapack_int)n, (lapack_int)kept, s->a, (lapack_int)q,
                              s->tau, s->a + p, (lapack_int)q);
    if (info) return info == LAPACK_WORK_MEMORY_ERROR ? ur_nomem(e) : not_finite(e);
    for (size_t j = 0; j < kept; j++)
        for (size_t i = 0; i < j; i++) s->a[j * q + i] = 0;
    for (size_t c = 0; c < r; c++) s->rest[c] = hypot(s->rest[c], norm(s->a + kept * q + p + c, n - kept, q));
    s->n += s->waiting;
    s->kept = kept;
    s->waiting = 0;
    return 0;
}

double *ur_squares_rows(ur_squares *s, size_t n, ur_err *e)
{
    size_t q = s->p + s->r;
    if (s->waiting + n > s->room && reduce(s, e)) return NULL;
    double *row = s->a + q * (s->kept + s->waiting);
    memset(row, 0, q * n * sizeof *row);
    s->waiting += n;
    return row;
}

int ur_squares_copy(ur_squares *to, ur_squares *from, size_t more, ur_err *e)
{
    size_t q = from->p + from->r;
    *to = (ur_squares){ 0 };
    int rc = reduce(from, e);
    if (!rc) rc = ur_squares_new(to, from->p, from->r, from->kept + more + 1, from->kept + 1, e);
    if (rc) return rc;
    double *row = from->kept ? ur_squares_rows(to, from->kept, e) : NULL;
    if (from->kept && !row) return e->code;
    if (row) memcpy(row, from->a, q * from->kept * sizeof *row);
    memcpy(to->rest, from->rest, from->r * sizeof *to->rest);
    return 0;
}

/* Columns below 1/65536 of the largest are brought to its size, by powers of two, lest they count as nothing beside it: power[j]
 * is what column j was multiplied by. Others stay as they are, and so does what has the least norm. */
static void level(double *a, size_t k, size_t p, int *power)
{
    double top = 0;
    for (size_t i = 0; i < k * p; i++) top = fmax(top, fabs(a[i]));
    for (size_t j = 0; j < p; j++) {
        double most = 0;
        for (size_t i = 0; i < k; i++) most = fmax(most, fabs(a[j * k + i]));
        power[j] = most > 0 && most < top / 65536 ? ilogb(top) - ilogb(most) : 0;
        for (size_t i = 0; power[j] && i < k; i++) a[j * k + i] = ldexp(a[j * k + i], power[j]);
    }
}

/* the triangle a[k][p] by columns, k ≤ p; b[p][r]: the right sides, then the solution */
static int solve(double *a, double *b, size_t k, size_t p, size_t r, double rcond, double *sv, int *rank, ur_err *e)
{
    double far = 0;
    lapack_int got = (lapack_int)p, m = (lapack_int)k, n = (lapack_int)p, w = (lapack_int)r, info = 0;
    if (k == p) info = LAPACKE_dtrcon(LAPACK_COL_MAJOR, '1', 'U', 'N', n, a, n, &far);
    if (!info && far > 1000 * (double)p * rcond)
        info = LAPACKE_dtrtrs(LAPACK_COL_MAJOR, 'U', 'N', 'N', n, w, a, n, b, n); /* surely of full rank */
    else if (!info) info = LAPACKE_dgelsd(LAPACK_COL_MAJOR, m, n, w, a, m, b, n, sv, rcond, &got);
    *rank = (int)got;
    if (info == LAPACK_WORK_MEMORY_ERROR) return ur_nomem(e);
    if (info > 0) return ur_fail(e, UNROLL_ERROR_NUMERIC, "least squares: the singular value decomposition did not converge");
    return info ? not_finite(e) : 0;
}

int ur_squares_solve(ur_squares *s, double *B, double *left, double *size, int *rank, ur_err *e)
{
    int rc = reduce(s, e), *power = ur_alloc((s->p + 1) * sizeof *power);
    size_t p = s->p, r = s->r, q = p + r, k = s->kept;
    double *a = ur_alloc((k * p + 1) * sizeof *a), *b = ur_zalloc((p * r + 1) * sizeof *b),
           *v = ur_alloc((k * r + k + 1) * sizeof *v);
    if (!rc && !(a && b && v && power)) rc = ur_nomem(e);
    *rank = 0;
    if (!rc && k) {
        for (size_t i = 0; i < k; i++)
            for (size_t j = 0; j < p; j++) a[j * k + i] = s->a[i * q + j];
        for (size_t c = 0; c < r; c++)
            for (size_t i = 0; i < k; i++) b[c * p + i] = s->a[i * q + p + c];
        for (size_t j = 0; j < p; j++) s->empty += norm(a + j * k, k, 1) == 0;
        level(a, k, p, power);
        rc = solve(a, b, k, p, r, DBL_EPSILON * (double)(s->n > p ? s->n : p), v, rank, e);
        for (size_t j = 0; !rc && j < p; j++)
            for (size_t c = 0; c < r; c++) B[j * r + c] = ldexp(b[c * p + j], power[j]);
    }
    for (size_t i = 0; !rc && i < k; i++) memcpy(v + i * r, s->a + i * q + p, r * sizeof *v);
    for (size_t c = 0; !rc && c < r; c++) size[c] = hypot(norm(v + c, k, r), s->rest[c]);
    if (!rc && k)
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)k, (int)r, (int)p, -1, s->a, (int)q, B, (int)r, 1, v, (int)r);
    for (size_t c = 0; !rc && c < r; c++) left[c] = hypot(norm(v + c, k, r), s->rest[c]);
    ur_free(a);
    ur_free(b);
    ur_free(v);
    ur_free(power);
    return rc;
}

int ur_spectral_radius(double *a, size_t n, double *radius, ur_err *e)
{
    double *re = ur_alloc((2 * n + 1) * sizeof *re), none;
    lapack_int info = 0;
    int rc = re ? ur_lapack_room(e) : ur_nomem(e);
    *radius = 0;
    if (!rc) info = LAPACKE_dgeev(LAPACK_COL_MAJOR, 'N', 'N', (lapack_int)n, a, (lapack_int)n, re, re + n, &none, 1, &none, 1);
    for (size_t k = 0; !rc && !info && k < n; k++) *radius = fmax(*radius, hypot(re[k], re[n + k]));
    if (info)
        rc = info == LAPACK_WORK_MEMORY_ERROR
                 ? ur_nomem(e)
                 : ur_fail(e, UNROLL_ERROR_NUMERIC, "the eigenvalues of a %zu × %zu matrix are not found", n, n);
    ur_free(re);
    return rc;
}

int ur_orthonormal(double *v, size_t n, size_t len, ur_err *e)
{
    double *tau = ur_alloc((n + 1) * sizeof *tau);
    bool *turned = ur_zalloc(n + 1);
    int rc = tau && turned ? ur_lapack_room(e) : ur_nomem(e);
    lapack_int info = rc ? 0 : LAPACKE_dgeqrf(LAPACK_COL_MAJOR, (lapack_int)len, (lapack_int)n, v, (lapack_int)len, tau);
    for (size_t k = 0; !rc && k < n; k++) turned[k] = v[k * len + k] < 0;
    if (!rc && !info)
        info = LAPACKE_dorgqr(LAPACK_COL_MAJOR, (lapack_int)len, (lapack_int)n, (lapack_int)n, v, (lapack_int)len, tau);
    if (info)
        rc = info == LAPACK_WORK_MEMORY_ERROR
                 ? ur_nomem(e)
                 : ur_fail(e, UNROLL_ERROR_NUMERIC, "orthonormal vectors: a number is infinite or not a number");
    for (size_t k = 0; !rc && k < n; k++)
        for (size_t i = 0; turned[k] && i < len; i++) v[k * len + i] = -v[k * len + i];
    ur_free(tau);
    ur_free(turned);
    return rc;
}
