/* What exact least squares have in hand, shared by exact.c, which makes and solves the equations, and ridge.c, which adds those
 * of priors. Must not be seen elsewhere. */
#ifndef UR_EXACT_H
#define UR_EXACT_H
#include "graph/terms.h"
#include "model/fit/fit.h"

/* JOINT: one system of all components. APART: each component's own. ALIKE: one of many right sides, a component each */
typedef enum how { JOINT, APART, ALIKE } how;

typedef struct line {    /* one ~ line */
    int like, datum, sd; /* sd: the trained parameter its standard deviation is made of, −1: none */
    int nmade;
    ur_id *made;                /* what that is computed from, in order; the last is itself */
    double *given;              /* [w] where it is of no parameter */
    size_t each;                /* components of the datum */
    size_t w, nrow, ncol, used; /* components (of a line that draws ahead: for each origin), rows, columns; rows that take part */
    size_t values, most;        /* of these rows, that take part, and that would, were nothing missing */
    double *counted;            /* [w] how many of each component, times their rows' weights */
    size_t *col;                /* [ncol] places in the weight vector */
    uint8_t *ok;                /* [nrow] the row takes part */
    uint8_t *pair;              /* [nrow × w] which components of them do; NULL: all */
    ur_terms terms;
    how how;
    size_t nsquares;
    ur_squares *squares;
    size_t *count;    /* [w] columns of each component; JOINT: of all, in the first */
    double **row, *y; /* [w] of the row at hand: where its equations are to be written; the data less the mean at zero */
    double *left,
        *size;          /* [w] of the solution: what is left of y, and y: roots of sums of squares. JOINT: of all, in the first */
    size_t rank, empty; /* empty: columns that are zero at every row, as of symbols that never occur */
    bool pulled;        /* some of its columns have a prior */
    double *base, *value, *X; /* by runs: [nrow × w] the mean at zero; at the moment; [used × w][ncol] */
} line;

/* the prior of one weight: normal about `mean`, of the deviation `scale`, or of so many times that of the line whose mean the
 * weight is in. scale 0: it has none */
typedef struct ur_pull {
    double mean, scale;
    bool times;
} ur_pull;

typedef struct work {
    unroll_model *m;
    const ur_examples *x;
    size_t before;
    uint8_t **reads;
    ur_run *run;
    line *line;
    double *w;
    const unroll_fit_options *o;
    double started, told;
    bool by_terms;
    double *at; /* [nnode] values on the way to a standard deviation */
    bool *seen;
    uint8_t *met;
    ur_order_work order;     /* scratch */
    int32_t *column, *owner; /* [nweight] its column in its system; the component it belongs to, NOBODY, SEVERAL */
    ur_values mean, *value;  /* by terms: of a node each, of the item at hand */
    size_t done, all, rows;  /* runs; rows of a run */
    struct ur_pull *pull;    /* [nweight] or NULL */
} work;
enum { NOBODY = -1, SEVERAL = -2 };

/* the least standard deviation, of an exact fit, whose density has no bound: 1e-10 of the data's size */
static inline double ur_least_sd(double size) { return 1e-10 * (size > 0 ? size : 1); }
double ur_exact_sd(const work *k, const line *l, size_t comp, double v); /* of component `comp`, where its parameter is v */
/* of what is left, the standard deviation of component c (comps 1: of all), within what its parameter can make */
double ur_exact_spread(const work *k, const line *l, size_t c, size_t comps);
double ur_exact_count(const line *l, size_t c, size_t comps); /* values of component c (comps 1: of all), times their weights */
size_t ur_exact_spreads(const work *k, const line *l);        /* how many standard deviations a line has to find */
double ur_together(const double *x, size_t n);                /* √ Σ x² */
/* rows.c */
bool ur_exact_ahead(const work *k, const line *l);                           /* it draws ahead */
double ur_exact_weight(const work *k, const line *l, size_t r);              /* of a row: how often it counts */
int ur_exact_rows(work *k, line *l, ur_err *e);                              /* ok, pair, used, values, most, counted */
int ur_exact_by_number(const work *k, const line *l, int *datum, ur_err *e); /* a drawn datum with missing values that its mean
                                                                                reads at numbers; -1: none */
bool ur_exact_takes(const line *l, size_t r, size_t c);                      /* does component c of row r take part? */
int ur_exact_values(const work *k, const line *l, ur_err *e); /* an error where a component has no value to be fitted to */
void ur_exact_left_out(const ur_graph *g, bool parts, size_t rows, size_t left_out, char *note,
                       size_t nnote); /* written to note */
/* ridge.c */
int ur_pulls_read(work *k, ur_err *e);            /* the priors of the graph, by weight */
int ur_pulled_solve(work *k, line *l, ur_err *e); /* the systems of a line, its priors among them; left: that σ follows from it */
#endif
