/* exact.h: what linear.c and terms.c find on a graph and exact.c fits by. Not for files outside the folder. */
#ifndef UR_EXACT_H
#define UR_EXACT_H
#include "model/model.h"

/* ---- terms.c */
/* A term of a mean at one position: of component comp[i], weight[i] times Π factor k at off[i], `times` times; with a symbol: of
 * weight[i] + id · step, and of each factor's off[i] + id · step, where 0 ≤ id < symbols. */
typedef struct ur_term {
    double times;
    int symbol;
    size_t symbols, step; /* symbol: which node gives it, −1: none */
    size_t n;
    uint32_t *weight, *comp; /* [n] */
    int nfactor;
    struct ur_term_factor {
        int node, kind;
        uint32_t *off;
        size_t step;
    } * factor;
} ur_term;
typedef struct ur_terms {
    bool fine; /* the mean is made of terms */
    int nterm;
    ur_term *term;
    int nnode;
    ur_id *node; /* whose values the factors and symbols are; all along the mean's positions or along none */
    size_t nentry;
    int nout; /* Σ n; labels that tell the component */
} ur_terms;
int ur_terms_of(ur_terms *t, const ur_graph *g, ur_id mean, size_t width /* components */, const uint8_t *deg, ur_err *e);
double ur_terms_bytes(const ur_terms *t);
/* is column[weight] made of the same factors in each of the components? */
bool ur_terms_alike(const ur_terms *t, size_t width, const int32_t *column);
/* adds the columns at row `pos` of an item: row[component][column[weight]] += …; components without a row are passed over */
void ur_terms_row(const ur_terms *t, const ur_values *value /* [nnode] */, size_t pos, const int32_t *column, double *const *row);
void ur_terms_free(ur_terms *t);

/* ---- exact least squares */
typedef struct ur_exact {
    bool fits;     /* linear in its trained parameters with normal noise */
    char why[480]; /* what was found */
} ur_exact;
int ur_exact_check(unroll_model *m, ur_exact *x, ur_err *e);
int ur_exact_fit(unroll_model *m, const ur_examples *x, size_t before /* positions of history */, const unroll_fit_options *o,
                 char *note, size_t nnote, char *odd /* "" before and, where nothing is odd about the fit, after */, size_t nodd,
                 ur_err *e);
#endif
