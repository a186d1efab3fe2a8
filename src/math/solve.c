/* What LAPACK solves: dense least squares through its divide-and-conquer SVD (dgelsd), so that a rank-deficient system gives the solution of
 * minimum norm; orthonormal vectors. Must not know what a model is. */
#include "math/math.h"
#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

/* X, Y with `extra` rows √ridge·I and zeros below: the same as adding ridge·|b|² */
static int append_ridge(double **X, double **Y, size_t n, size_t p, size_t r, double ridge, ur_err *e)
{
    double *x = ur_alloc((n + p) * p * sizeof *x), *y = ur_alloc((n + p) * r * sizeof *y);
    if (!x || !y) { ur_free(x); ur_free(y); return ur_nomem(e); }
    memcpy(x, *X, n * p * sizeof *x);
    memcpy(y, *Y, n * r * sizeof *y);
    memset(x + n * p, 0, p * p * sizeof *x);
    memset(y + n * r, 0, p * r * sizeof *y);
    for (size_t i = 0; i < p; i++) x[(n + i) * p + i] = sqrt(ridge);
    *X = x; *Y = y;
    return 0;
}

/* Columns below 1/65536 of the largest are brought to its size, by powers of two, lest they count as nothing beside it: power[j] is what column j
 * was multiplied by. Others stay as they are, and so does what has the least norm. */
static void level(double *a, size_t n, size_t p, int *power)
{
    double top = 0;
    for (size_t i = 0; i < n * p; i++) top = fmax(top, fabs(a[i]));
    for (size_t j = 0; j < p; j++) {
        double most = 0;
        for (size_t i = 0; i < n; i++) most = fmax(most, fabs(a[j * n + i]));
        power[j] = most > 0 && most < top / 65536 ? ilogb(top) - ilogb(most) : 0;
        for (size_t i = 0; power[j] && i < n; i++) a[j * n + i] = ldexp(a[j * n + i], power[j]);
    }
}

/* LAPACK wants columns: transposed copies are made here rather than by LAPACKE, through the allocator hook */
static int solve(const double *X, size_t n, size_t p, const double *Y, size_t r, double *B, int *rank, ur_err *e)
{
    size_t rows = n > p ? n : p;
    double *a = ur_alloc(n * p * sizeof *a), *b = ur_zalloc(rows * r * sizeof *b), *s = ur_alloc((n < p ? n : p) * sizeof *s);
    int rc = 0, *power = ur_alloc(p * sizeof *power);
    if (!a || !b || !s || !power) { rc = ur_nomem(e); goto out; }
    for (size_t i = 0; i < n; i++) for (size_t j = 0; j < p; j++) a[j * n + i] = X[i * p + j];
    for (size_t i = 0; i < n; i++) for (size_t j = 0; j < r; j++) b[j * rows + i] = Y[i * r + j];
    level(a, n, p, power);
    lapack_int got = 0;
    double rcond = DBL_EPSILON * (double)rows;
    lapack_int info = LAPACKE_dgelsd(LAPACK_COL_MAJOR, (lapack_int)n, (lapack_int)p, (lapack_int)r, a, (lapack_int)n, b, (lapack_int)rows, s, rcond, &got);
    if (info == LAPACK_WORK_MEMORY_ERROR) { rc = ur_nomem(e); goto out; }
    if (info > 0) { rc = ur_fail(e, UNROLL_ERROR_NUMERIC, "least squares: the singular value decomposition did not converge"); goto out; }
    if (info < 0) { rc = ur_fail(e, UNROLL_ERROR_NUMERIC, "least squares: the equations hold a number that is infinite or not a number"); goto out; }
    for (size_t j = 0; j < r; j++) for (size_t i = 0; i < p; i++) B[i * r + j] = ldexp(b[j * rows + i], power[i]);
    if (rank) *rank = (int)got;
out:
    ur_free(a); ur_free(b); ur_free(s); ur_free(power);
    return rc;
}

static bool finite_all(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++) if (!isfinite(x[i])) return false;
    return true;
}

int ur_least_squares(double *X, size_t n, size_t p, double *Y, size_t r, double ridge, double *B, int *rank, ur_err *e)
{
    if (n == 0 || p == 0 || r == 0) return ur_fail(e, UNROLL_ERROR_USAGE, "least squares needs at least one row, one unknown and one result");
    size_t most = (size_t)INT32_MAX;
    if (p > 1000000 || r > 1000000 || n > most - p || (n + p) > SIZE_MAX / 16 / (p > r ? p : r))
        return ur_fail(e, UNROLL_ERROR_UNSUPPORTED, "least squares with %zu rows and %zu unknowns is too large", n, p);
    if (!finite_all(X, n * p) || !finite_all(Y, n * r) || !isfinite(ridge))
        return ur_fail(e, UNROLL_ERROR_NUMERIC, "least squares: the equations hold a number that is infinite or not a number");
    if (!(ridge > 0)) return solve(X, n, p, Y, r, B, rank, e);
    int rc = append_ridge(&X, &Y, n, p, r, ridge, e);
    if (rc) return rc;
    rc = solve(X, n + p, p, Y, r, B, rank, e);
    ur_free(X); ur_free(Y);
    return rc;
}

int ur_orthonormal(double *v, size_t n, size_t len, ur_err *e)
{
    double *tau = ur_alloc((n + 1) * sizeof *tau);
    bool *turned = ur_zalloc(n + 1);
    int rc = tau && turned ? 0 : ur_nomem(e);
    lapack_int info = rc ? 0 : LAPACKE_dgeqrf(LAPACK_COL_MAJOR, (lapack_int)len, (lapack_int)n, v, (lapack_int)len, tau);
    for (size_t k = 0; !rc && k < n; k++)
        turned[k] = v[k * len + k] < 0;
    if (!rc && !info)
        info = LAPACKE_dorgqr(LAPACK_COL_MAJOR, (lapack_int)len, (lapack_int)n, (lapack_int)n, v, (lapack_int)len, tau);
    if (info)
        rc = info == LAPACK_WORK_MEMORY_ERROR ? ur_nomem(e) : ur_fail(e, UNROLL_ERROR_NUMERIC, "orthonormal vectors: a number is infinite or not a number");
    for (size_t k = 0; !rc && k < n; k++)
        for (size_t i = 0; turned[k] && i < len; i++)
            v[k * len + i] = -v[k * len + i];
    ur_free(tau);
    ur_free(turned);
    return rc;
}
