/* terms.h: is a graph linear in its trained parameters, and of which columns is it made there? What exact fits go by. */
#ifndef UR_TERMS_H
#define UR_TERMS_H
#include "graph/graph.h"

/* ---- linear.c */
typedef struct ur_linear {
    bool holds;    /* every line is normal, its mean linear in the trained parameters, which serve nowhere else */
    char why[480]; /* what was found */
} ur_linear;
int ur_linear_of(ur_linear *x, const ur_graph *g, ur_err *e);

/* ---- terms.c */
/* A term of a mean at one position: of component comp[i], weight[i] times Π factor k at off[i], `times` times; with a symbol: of
 * weight[i] + id · step, and of each factor's off[i] + id · step, where 0 ≤ id < symbols. */
typedef struct ur_term {
    double times;
    int symbol;
    int from;
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
/* the ~ line of which a prior's scale is a multiple of the standard deviation; −1: none */
int ur_prior_line(const ur_graph *g, const ur_prior *q);
#endif
