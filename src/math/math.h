/* math: products, component-wise kernels, reductions, dense solves; single and double precision side by side (function tables).
 * Knows no graphs beyond the operator list. A plain-C reference stands beside each fast one (ref_ functions, for tests). */
#ifndef UR_MATH_H
#define UR_MATH_H
#include "math/ops.h"

/* One table for float, one for double; n counts numbers. Component-wise kernels take `rows` rows of n numbers, each row s_ bytes
 * after the one before; y may lie on an argument of the same stride. */
typedef struct ur_adam {
    double b1, b2, rate, root, eps, keep;
} ur_adam;
typedef struct ur_kernels {
    size_t esize;
    void (*unary[UR_NOP + 1])(size_t rows, size_t n, const void *a, size_t sa, void *y,
                              size_t sy); /* by ur_op; NULL where not unary */
    void (*binary[UR_NOP + 1])(size_t rows, size_t n, const void *a, size_t sa, const void *b, size_t sb, void *y, size_t sy);
    void (*binary_sv[UR_NOP + 1])(size_t rows, size_t n, const void *a, size_t sa, const void *b, size_t sb, void *y,
                                  size_t sy); /* a: one number a row */
    void (*binary_vs[UR_NOP + 1])(size_t rows, size_t n, const void *a, size_t sa, const void *b, size_t sb, void *y,
                                  size_t sy); /* b: one number a row */
    void (*ternary[UR_NOP + 1])(size_t rows, size_t n, const void *a, size_t sa, const void *b, size_t sb, const void *c,
                                size_t sc, void *y, size_t sy);
    void (*where)(size_t rows, size_t n, const void *c, size_t sc, const void *a, size_t sa, const void *b, size_t sb, void *y,
                  size_t sy);
    void (*fill)(size_t n, double v, void *y);
    void (*keep)(size_t n, const uint32_t *x, uint32_t least, double v, void *y); /* y = x ≥ least ? v : 0 */
    void (*axpy)(size_t n, double a, const void *x, void *y);                     /* y += a x */
    double (*sum)(size_t n, const void *x); /* fixed order of summation, depends on n only */
    double (*max)(size_t n, const void *x); /* -inf for n = 0 */
    double (*lse)(size_t n, const void *x); /* -inf for n = 0 */
    double (*dot)(size_t n, const void *x, const void *y);
    void (*softmax_scaled)(size_t n, const void *x, double lse, double d, void *y); /* y = d exp(x - lse) */
    void (*from_double)(size_t n, const double *x, void *y);
    void (*to_double)(size_t n, const void *x, double *y);
    /* m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g², w = keep w - rate m / (root sqrt(v) + eps) */
    void (*adam)(size_t n, const ur_adam *c, const void *g, void *w, void *m, void *v);
    /* B[k][n], or with `trans` its transpose [n][k], in the order that gemm_packed reads it in: as many numbers */
    void (*pack)(bool trans, int k, int n, const void *b, void *packed);
    /* C[m][n] = A[m][k] B, and with `add` C besides; of C's columns the share `part` of `parts`, the bits being the same whatever
     * the shares */
    void (*gemm_packed)(int m, int n, int k, const void *a, int lda, const void *packed, bool add, void *c, int ldc, int part,
                        int parts);
    /* C[m][n] += A'B, A [k][m], B [k][n]; shares as above */
    void (*gemm_sum)(int m, int n, int k, const void *a, int lda, const void *b, int ldb, void *c, int ldc, int part, int parts);
    /* C[m][n] = beta C + A' B'..: row-major, leading dimensions in numbers; ta: A is stored [k][m]; tb: B is stored [n][k] */
    void (*gemm)(bool ta, bool tb, int m, int n, int k, const void *a, int lda, const void *b, int ldb, double beta, void *c,
                 int ldc);
    /* X[n][m] = L⁻¹ B, trans: L'⁻¹ B, L[n][n] lower triangular (what stands above its diagonal is not read); a 0 stays 0 */
    void (*solve)(bool trans, int n, int m, const void *l, const void *b, void *x);
    void (*chol)(int n, const void *m, void *l); /* of l l' = m, which is n × n: lower l, 0 above; NaN where m is not positive */
} ur_kernels;
const ur_kernels *ur_kernels_for(bool single);
/* the largest modulus of the eigenvalues of a (n × n, overwritten), by LAPACK's dgeev (solve.c) */
int ur_spectral_radius(double *a, size_t n, double *radius, ur_err *e);
/* ---- room.c */
bool ur_blas_has_room(void);   /* else products are made by plain loops */
int ur_lapack_room(ur_err *e); /* UNROLL_ERROR_MEMORY: LAPACK would wait without end */
/* call once before anything: one BLAS thread per call, denormals to zero on this thread (single precision keeps the same bits
 * everywhere) */
void ur_math_thread_init(void);

/* A component-wise program: operations on registers 0 … nreg − 1; an argument from nreg on is an input. As one function where
 * Xbyak and this processor make it (fused.cc): of float, `rows` rows of n numbers, both at least 1. NULL: they do not, an
 * operation has none, or it would be too long. */
typedef struct ur_ew_op {
    ur_op op;
    int cls, dst, a, b, c;
} ur_ew_op;
typedef enum ur_input {
    UR_INPUT_EACH,
    UR_INPUT_ONE,
    UR_INPUT_NUMBER
} ur_input; /* a number for each component; one a row; one for all */
typedef struct ur_ew_program {
    int nop;
    const ur_ew_op *op;
    int nreg;
    int ninput;
    const ur_input *input;
    const double *number; /* [ninput] */
    int nout;
    const struct ur_out {
        int reg;
        bool late;
    } * out; /* late: lies over an input that is read after it was computed */
} ur_ew_program;
typedef struct ur_strip {
    char *p;
    size_t st;
} ur_strip; /* first row, bytes from row to row */
typedef struct ur_fused {
    void (*run)(size_t rows, size_t n, ur_strip *at); /* inputs, then outputs; what `at` holds is spoilt */
    void *code;
} ur_fused;
ur_fused *ur_fuse(const ur_ew_program *p);
/* Several programs and sums over the same rows as one function, a few rows through all of them before the next: a part reads what
 * parts before it have written of a row, nothing of another row that a part writes. The function's own n is not looked at. */
typedef struct ur_row_part {
    const ur_ew_program *program; /* NULL: output 0 is the sum of input 0's numbers */
    size_t n;                     /* numbers a row, of the input where it is a sum */
    const int *strip;             /* [inputs, then outputs] which of the function's strips */
} ur_row_part;
ur_fused *ur_fuse_rows(int npart, const ur_row_part *part, int nstrip);
void ur_fused_free(ur_fused *f);

/* functions of one number in double (shared by the naive plan and the double kernels where libm lacks them) */
double ur_digamma(double x);
double ur_trigamma(double x);
double ur_normal_tail(int by,
                      double x); /* −log of the probability of at least x of a standard normal number; by 1: its derivative */
/* value of an operator in double: the oracle */
double ur_op_eval1(ur_op op, double a);
double ur_op_eval2(ur_op op, double a, double b);
double ur_op_eval3(ur_op op, double a, double b, double c);
/* −log p(y) (by 0), or its derivative by argument 1 or 2, of poisson, negative_binomial, gamma, beta, and of student_t with mean
 * 0, scale 1 and `a` degrees of freedom: to about 1e-14 of the sum of its terms, at any size */
double ur_density(ur_dist d, int by, double y, double a, double b);
/* parts of a time (seconds since 1970): 0 seconds, 1 hour, 2 minute, 3 weekday (Monday 0), 4 yearday (1..366), 5 month (1..12) */
/* the number of fewest decimal digits within `off` of v; v itself where none has less than 17 */
double ur_shortest(double v, double off);
double ur_time_part(double seconds, int part);
double ur_half(uint16_t bits); /* a number in half precision, IEEE 754 binary16 */

/* Least squares, double: minimise |X b − y| for r right sides over one X, of rows that come one after the other: memory is that
 * of p (p + r), whatever their number n. Rank-deficient: minimum norm (SVD). */
typedef struct ur_squares {
    size_t p, r, n, kept, waiting, room;
    double *a, *tau, *rest;
    size_t empty; /* once solved: columns of X that are nothing but zeros */
} ur_squares;     /* n: rows in the triangle, which has `kept`; waiting: not yet */
double ur_squares_bytes(size_t p, size_t r, size_t n, size_t together); /* what one asks for, its solution included */
int ur_squares_new(ur_squares *s, size_t p, size_t r, size_t n, size_t together,
                   ur_err *e); /* together: the most rows asked for in one call */
double *ur_squares_rows(
    ur_squares *s, size_t n,
    ur_err *e); /* n more rows [p + r], zeros, to be filled in: of X, then of Y; until the next call. NULL: an error */
/* B[p][r]; left[r] = |X b − y|, size[r] = |y|. UNROLL_ERROR_NUMERIC where a number is not finite */
int ur_squares_solve(ur_squares *s, double *B, double *left, double *size, int *rank, ur_err *e);
void ur_squares_free(ur_squares *s);
/* another one with the same rows, and room for `more` */
int ur_squares_copy(ur_squares *to, ur_squares *from, size_t more, ur_err *e);
/* n vectors of length len ≥ n, one after the other, made orthonormal: Q of their QR decomposition by Householder's reflections,
 * with the signs that make R's diagonal positive, as Gram and Schmidt's is */
int ur_orthonormal(double *v, size_t n, size_t len, ur_err *e);

/* distributions: nparam arguments; what is drawn where a datum is not given. For symbols args[0] are `n` logits;
 * 0, the unknown symbol, is drawn where none is finite or one is +infinity. */
typedef struct ur_draw {
    int mode;           /* 0 mean (symbols: most likely), 1 sample */
    double temperature; /* of symbols; 0: 1; below 0: always the most likely */
    int top_k;
    double top_p;
    uint64_t seed;
    int from; /* symbols below are not drawn (unknown, start) */
} ur_draw_options;
double ur_dist_draw(ur_dist d, const double *args /* scalar arguments */, const ur_draw_options *o, uint32_t step,
                    uint32_t example, uint32_t site, uint32_t counter);
int32_t ur_symbol_draw(const double *logits, int n, const ur_draw_options *o, uint32_t step, uint32_t example, uint32_t site,
                       double *scratch /* [n] */);
/* the same at a counter (the position): every position draws its own number */
int32_t ur_symbol_draw_at(const double *logits, int n, const ur_draw_options *o, uint32_t step, uint32_t example, uint32_t site,
                          uint32_t counter, double *scratch /* [n] */);
/* log of the sum of the exponentials of the logits of n symbols, without those of never (bit k: symbol k) */
double ur_symbols_lse(const double *logits, size_t n, unsigned never);
double ur_dist_mean(ur_dist d, const double *args);
/* what stands for a value that is not drawn at random (mode 0), and is read by what follows: the mode of a distribution of whole
 * numbers, else the mean */
double ur_dist_likeliest(ur_dist d, const double *args);
/* quantile for normal, laplace, student_t …: NAN where there is none in closed form (then samples) */
double ur_dist_quantile(ur_dist d, const double *args, double p);

/* ---- distributions made of distributions (law.c): a tree whose arguments at one position lie in one vector of numbers. A POINT
 * is one value; a JOINT is a normal vector, mean + L e, of all components that are drawn together; a MIXTURE is one of its kids,
 * which one by their logits, for all components that are drawn together; of a CENSORED value only a bound is known: what is drawn
 * is the value; a QUANTILE has its kids for quantiles, sorted, with straight lines between them; of a
 * DENSITY, and a POINTER, which is a position, what stands for a value and what is drawn are computed elsewhere. */
typedef enum ur_law_kind {
    UR_LAW_PLAIN,
    UR_LAW_POINT,
    UR_LAW_MIXTURE,
    UR_LAW_CENSORED,
    UR_LAW_JOINT,
    UR_LAW_QUANTILE,
    UR_LAW_DENSITY,
    UR_LAW_POINTER,
    UR_NLAW
} ur_law_kind;
typedef struct ur_law {
    ur_law_kind kind;
    bool chosen;  /* MIXTURE: which it is, is known: one logit is 0, the others are −infinity */
    ur_dist dist; /* PLAIN */
    int nkid;
    const struct ur_law *const *kid;
    int along;              /* POINTER: the index whose positions it draws */
    uint32_t number;        /* of the node in its tree */
    size_t width, together; /* components; how many, one after the other, are drawn together */
    const uint32_t
        *at[UR_MAX_LAW_ARGS];     /* [width] where in the vector the argument of a component is: PLAIN those of the
                                     distribution; POINT its value; DENSITY, POINTER what stands for a value, what is drawn; CENSORED
                                     1 where it is at least, where at most; JOINT     its mean, and where its row of L begins */
    const uint32_t *const *logit; /* MIXTURE: [nkid][width]; QUANTILE: where the level of each kid is, a POINT */
} ur_law;
int ur_law_named(const char *name); /* a ur_law_kind; −1: no distribution has the name */
const char *ur_law_name(const ur_law *l);
bool ur_law_whole(const ur_law *l);                                  /* it draws whole numbers alone */
bool ur_law_undivided(const ur_law *l);                              /* a row of it is given as a whole, or not at all */
bool ur_law_pinball(const ur_law *l);                                /* what is minimised is no −log p but that, of quantiles */
bool ur_law_spreads(const ur_law *l);                                /* none of its values has a probability of its own */
bool ur_law_supports(const ur_law *l, double v);                     /* may it draw v? */
ur_support ur_law_support(const ur_law *l);                          /* of the first plain one that says anything */
bool ur_law_known(const ur_law *l, const double *args, size_t comp); /* false: a bound of the value is */
double ur_law_mean(const ur_law *l, const double *args, size_t comp);
/* a row of all components, one completion as ur_dist_draw, which `at` numbers */
void ur_law_draw(const ur_law *l, const double *args, const ur_draw_options *o, uint32_t step, uint32_t example, uint32_t site,
                 uint32_t at, double *out /* [width] */);
double ur_law_crps(const ur_law *l, const double *args, size_t comp, double y); /* NAN: it has none in closed form */
#endif
